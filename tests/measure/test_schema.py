"""The JSON's schema: a good document passes, every kind of damage is named."""

import copy

import pytest
from measure import schema

SPREAD = {"unit": "ms", "p50": 2.0, "p99": 3.0, "iqr": 0.5, "min": 1.0, "max": 4.0, "repeats": 9}
PARITY = {"images": 9, "top1_agreement": 1.0, "accuracy": 0.9, "accepted": True}
GOOD = {
    "schema": 1,
    "created": "2026-01-31T12:00:00+00:00",
    "source": {"hash": "sha256:0", "files": ["train.py"]},
    "machine": {"device": "x", "kind": "cpu", "python": "3.12", "libraries": {}, "platform": "Linux", "cores": 2},
    "parameters": {"quick": True},
    "sections": {
        "ceilings": {"status": "failed", "message": "hỏng", "results": {"bandwidth": []}},
        "trace": {"status": "absent", "reason": "không có GPU CUDA"},
        "goal-mnist": {
            "status": "done",
            "results": {
                "data": "mnist", "recipe": {}, "cost": {}, "fit_s": SPREAD, "accuracy": SPREAD,
                "runs": [{"seed": 0, "fit_s": 1.0, "prepare_s": 1, "images_per_s": 9.0, "accuracy": 0.9}],
            },
        },
        "inference-mnist": {
            "status": "done",
            "results": {
                "data": "mnist", "images": 9, "batches": [1],
                "backends": {
                    "a": {"status": "done", "parity": PARITY,
                          "rows": [{"batch": 1, "latency": SPREAD, "images_per_s": SPREAD}]},
                    "b": {"status": "absent", "reason": "chưa cài"},
                    "c": {"status": "failed", "message": "lệch", "parity": {**PARITY, "accepted": False}},
                },
            },
        },
    },
}  # fmt: skip


def test_good_document():
    assert schema.problems(GOOD) == []


GOAL, BACKENDS = ("sections", "goal-mnist", "results"), ("sections", "inference-mnist", "results", "backends")
DELETE = object()


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("machine",), DELETE, "thiếu machine"),
        (("machine", "libraries"), DELETE, "thiếu libraries"),
        (("schema",), 2, "schema 2"),
        (("created",), "2026-01-31T12:00:00", "múi giờ"),
        (("sections", "trace", "reason"), "", "không có reason"),
        (("sections", "trace", "results"), {}, "absent mà lại có results"),
        (("sections", "trace", "status"), "skipped", "thiếu status"),
        (("sections", "ceilings", "message"), DELETE, "không có message"),
        ((*GOAL, "fit_s", "p99"), DELETE, "thiếu p99"),
        ((*GOAL, "fit_s", "p99"), float("nan"), "hữu hạn"),
        ((*GOAL, "fit_s", "p99"), 1.5, "không theo thứ tự"),
        ((*GOAL, "runs", 0, "accuracy"), "90%", "không phải một số"),
        ((*GOAL, "runs", 0, "seed"), True, "không phải int"),
        ((*BACKENDS, "a", "parity", "accepted"), False, "chưa được chấp nhận"),
        ((*BACKENDS, "a", "parity"), DELETE, "không có parity"),
        ((*BACKENDS, "b", "reason"), DELETE, "không có reason"),
        ((*BACKENDS, "a", "rows", 0, "latency"), 3.0, "khóa–giá trị"),
    ],
)
def test_damage_is_named(place, value, said):
    document = copy.deepcopy(GOOD)
    inside = document
    for key in place[:-1]:
        inside = inside[key]
    if value is DELETE:
        del inside[place[-1]]
    else:
        inside[place[-1]] = value
    assert any(said in problem for problem in schema.problems(document)), schema.problems(document)


def test_unknown_section():
    document = copy.deepcopy(GOOD)
    document["sections"]["dreams"] = {"status": "done", "results": {"x": 1}}
    assert schema.problems(document) == ["dreams: không có trong tài liệu"]
