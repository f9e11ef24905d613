"""On a machine with a GPU: the whole measuring command, parity and the order of speeds.

TensorRT and ONNX Runtime's CUDA provider must be among what was measured. Where one cannot be had, say why in
``GPU_WITHOUT_TENSORRT`` or ``GPU_WITHOUT_ONNXRUNTIME``.
"""

import json
import os

import pytest
import torch
from measure import __main__ as command
from measure import schema

from tests.measure.expected import inference_problems

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="không có GPU CUDA: không đo được trên máy này"),
]


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """A full run, or the file that GPU_MEASUREMENTS names (made on this machine)."""
    given = os.environ.get("GPU_MEASUREMENTS")
    path = given or tmp_path_factory.mktemp("gpu") / "gpu.json"
    if not given:
        assert command.main(["--device", "cuda", "--out", str(path), "--budget", "1500"]) == 0
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        return json.load(file)


def results(document, name):
    section = document["sections"].get(name, {"status": "absent", "reason": "chưa đo"})
    if section["status"] == "absent":
        pytest.skip(f"{name}: {section['reason']}")
    assert section["status"] == "done", section
    return section["results"]


def test_document(document):
    assert schema.problems(document) == []
    assert document["machine"]["kind"] == "cuda"
    assert document["machine"]["driver"]


def test_half_precision_products_are_faster(document):
    best = results(document, "ceilings")["best"]["tflop_s"]
    assert best["float16"] > 2 * best["float32"]


@pytest.mark.parametrize("name", ["ladder-mnist", "ladder-clothing"])
def test_ladder(document, name):
    found = results(document, name)
    rows = {row["key"]: row for row in found["rungs"]}
    speed = {key: row["images_per_s"]["p50"] for key, row in rows.items()}
    assert found["gain"] >= 10
    assert speed["data_on_device"] > speed["naive"]
    assert speed["cuda_graph"] > speed["data_on_device"]
    worst = min(row["accuracy"] for row in rows.values())
    assert worst > rows["naive"]["accuracy"] - 0.1, "a speed-up cost accuracy"


@pytest.mark.parametrize("name", ["inference-mnist", "inference-clothing"])
def test_inference(document, name):
    entries = results(document, name)["backends"]
    assert inference_problems(entries) == []
    done = {key: entry for key, entry in entries.items() if entry["status"] == "done" and entry["rows"]}
    assert {"torch-eager-fp32", "torch-graph-fp16", "torch-compile-fp16"} <= set(done)
    first = {key: entry["rows"][0]["latency"]["p50"] for key, entry in done.items()}
    last = {key: entry["rows"][-1]["images_per_s"]["p50"] for key, entry in done.items()}
    assert first["torch-graph-fp16"] < first["torch-eager-fp16"]
    assert last["torch-graph-fp16"] > last["torch-graph-fp32"]
    for key in done.keys() & {"tensorrt-fp16", "tensorrt86-fp16"}:
        assert first[key] < first["torch-eager-fp16"]


@pytest.mark.parametrize(("name", "seconds", "accuracy"), [("goal-mnist", 3, 0.994), ("goal-clothing", 60, 0.80)])
def test_goals_on_a_large_gpu(document, name, seconds, accuracy):
    if "H100" not in document["machine"]["device"] and "H200" not in document["machine"]["device"]:
        pytest.skip("mục tiêu này đặt cho GPU cỡ H200")
    found = results(document, name)
    assert found["fit_s"]["p50"] <= seconds
    assert found["accuracy"]["p50"] >= accuracy
