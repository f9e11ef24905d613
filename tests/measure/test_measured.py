"""What the chapters draw: only a whole, accepted document of a GPU run is shown, and every table says whose it is."""

import copy
import json

import matplotlib as mpl
import measured
import pytest
from measure import backends

from tests.measure.conftest import HERE

mpl.use("Agg")

SPREAD = {"unit": "images/s", "p50": 100.0, "p99": 120.0, "iqr": 10.0, "min": 90.0, "max": 125.0, "repeats": 9}
PARITY = {"images": 10, "max_abs": 1e-6, "top1_agreement": 1.0, "accuracy": 0.9, "accepted": True}


def spread(p50):
    return {key: value * p50 / 100 if isinstance(value, float) else value for key, value in SPREAD.items()}


def rung(key, rate):
    speed = {"key": key, "speed": {}, "batch": 128, "images_per_s": spread(rate), "accuracy": 0.99, "epochs": 4}
    return speed


@pytest.fixture
def document():
    """An invented document in the shape of a GPU run; its numbers mean nothing."""
    row = {"batch": 8, "latency": {**spread(2.0), "unit": "ms"}, "images_per_s": spread(4000.0)}
    backends = {
        "torch-eager-fp32": {"precision": "fp32", "status": "done", "parity": PARITY, "rows": [row]},
        "tensorrt-fp16": {"precision": "fp16", "status": "absent", "reason": "không có TensorRT"},
        "torch-eager-int8": {
            "precision": "int8", "status": "failed", "message": "lệch", "parity": {**PARITY, "accepted": False}
        },
    }  # fmt: skip
    goal = {"seed": 0, "fit_s": 2.5, "prepare_s": 9.0, "images_per_s": 1e5, "accuracy": 0.993}
    profile = {"rung": "naive", "wall_ms_per_step": 3.0, "busy_share": 0.25, "top": []}
    profile["top"] = [{"name": "kernel_x", "ms_per_step": 0.5, "calls_per_step": 2.0}]
    sections = {
        "ladder-mnist": {
            "data": "mnist", "recipe": {}, "cost": {}, "gain": 30.0,
            "rungs": [rung("naive", 100.0), rung("compile", 3000.0)],
            "left_out": [{"key": "cuda_graph", "reason": "hết thời gian"}],
        },
        "goal-mnist": {
            "data": "mnist", "recipe": {}, "cost": {}, "runs": [goal], "fit_s": spread(2.5), "accuracy": spread(0.99)
        },
        "trace": {"data": "mnist", "profiles": [profile]},
        "inference-mnist": {"data": "mnist", "images": 10, "batches": [8], "backends": backends},
    }  # fmt: skip
    done = {name: {"status": "done", "results": found, "seconds": 1.0} for name, found in sections.items()}
    done["ceilings"] = {"status": "absent", "reason": "hết thời gian cho phép"}
    machine = {
        "device": "GPU Bịa",
        "kind": "cuda",
        "driver": "1.2",
        "cuda": "13",
        "capability": "9.0",
        "python": "3.11",
    }
    machine |= {"libraries": {"torch": "2.x", "tensorrt": None}, "platform": "Linux", "cores": 4}
    return {
        "schema": 1,
        "created": "2030-01-31T12:00:00+00:00",
        "source": {"hash": "sha256:0", "files": []},
        "machine": machine,
        "parameters": {"quick": False, "seed": 0, "budget_s": None},
        "sections": done,
    }


def stored(tmp_path, document):
    path = tmp_path / "measurements.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_without_a_file_there_is_nothing(tmp_path):
    assert measured.load(tmp_path / "none.json") is None
    assert measured.MISSING.startswith("Chưa có số đo trên GPU")


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("parameters", "quick"), True, "--quick"),
        (("machine", "kind"), "cpu", "không đo trên GPU"),
        (("schema",), 99, "không đúng định dạng"),
    ],
)
def test_what_may_not_be_shown(tmp_path, document, place, value, said):
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    path = stored(tmp_path, document)
    with pytest.raises(ValueError, match=said):
        measured.load(path)
    if place != ("schema",):
        trial = measured.load(path, quick=True)
        assert measured.label(trial).startswith("CHẠY THỬ")


def test_broken_json(tmp_path):
    path = tmp_path / "measurements.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="không phải JSON"):
        measured.load(path)


def test_label_names_machine_and_date(tmp_path, document):
    shown = measured.label(measured.load(stored(tmp_path, document)))
    assert shown == "GPU Bịa · capability 9.0 · driver 1.2 · CUDA 13 · torch 2.x · đo ngày 2030-01-31"


def test_ladder(document):
    rows = measured.ladder_rows(document, "mnist")
    assert [row["gain"] for row in rows] == [1.0, 30.0]
    text = measured.ladder_text(document, "mnist")
    assert measured.label(document) in text
    assert "bỏ qua CUDA graph: hết thời gian" in text
    figure = measured.plot_ladder(document, "mnist")
    assert figure.get_suptitle() == measured.label(document)
    assert "×30.0" in [text.get_text() for text in figure.axes[0].texts]


def test_what_was_not_measured_says_why(document):
    assert measured.ladder_rows(document, "clothing") == []
    assert measured.plot_ladder(document, "clothing") is None
    assert measured.ladder_text(document, "clothing") == "ladder-clothing: không có trong lần đo này."
    assert measured.ceilings(document) is None
    assert "hết thời gian cho phép" in measured.why(document, "ceilings")


def test_failed_results_are_not_shown(document):
    changed = copy.deepcopy(document)
    changed["sections"]["ladder-mnist"] |= {"status": "failed", "message": "hỏng"}
    assert measured.ladder_rows(changed, "mnist") == []
    assert "hỏng" in measured.ladder_text(changed, "mnist")


def test_goal_and_trace(document):
    assert "hạt giống 0: huấn luyện 2.50 s" in measured.goal_text(document, "mnist")
    assert "kernel_x" in measured.trace_text(document)
    assert "GPU bận 25%" in measured.trace_text(document)


def test_inference(document):
    rows = measured.parity_rows(document, "mnist")
    assert [(row["backend"], row["accepted"]) for row in rows] == [
        ("torch-eager-fp32", True), ("tensorrt-fp16", False), ("torch-eager-int8", False)
    ]  # fmt: skip
    assert "không có TensorRT" in measured.parity_text(document, "mnist")
    (row,) = measured.speed_rows(document, "mnist")
    assert (row["batch"], row["p50_ms"], row["images_per_s"]) == (8, 2.0, 4000.0)
    assert measured.speed_rows(document, "mnist", ["tensorrt"]) == []
    assert "torch-eager-fp32" in measured.speed_text(document, "mnist", batches=(8,))
    assert measured.plot_speed(document, "mnist").get_suptitle() == measured.label(document)
    assert measured.plot_speed(document, "mnist", ["tensorrt"]) is None


# --- the cells of the TensorRT chapter that show these numbers ------------------------------------------------------


def cell(text):
    """Return the source of the one code cell of the chapter that contains `text`."""
    cells = json.loads((HERE / "tensorrt.ipynb").read_text(encoding="utf-8"))["cells"]
    (found,) = ["".join(c["source"]) for c in cells if c["cell_type"] == "code" and text in "".join(c["source"])]
    return found


@pytest.fixture
def all_measured(document):
    """The invented document with every backend there is, each faster than the one before it."""
    entries = document["sections"]["inference-mnist"]["results"]["backends"] = {}
    for number, (key, precision, _) in enumerate(backends.ALL):
        row = {"batch": 32, "latency": spread(1.0), "images_per_s": spread(1000.0 + number)}
        entries[key] = {"precision": precision, "status": "done", "parity": PARITY, "rows": [row]}
    return document


def test_the_chapter_shows_every_tensorrt_backend(all_measured, capsys):
    shown = {}
    plt = type("Plt", (), {"show": staticmethod(lambda: None)})
    exec(cell("keys = ["), {"document": all_measured, "measured": measured, "plt": plt}, shown)
    keys = [key for key, *_ in backends.ALL]
    assert all(any(key.startswith(wanted) for key in keys) for wanted in shown["keys"]), "a key that nothing has"
    rows = measured.speed_rows(all_measured, "mnist", shown["keys"])
    selected = {row["backend"] for row in rows}
    assert {key for key in keys if key.startswith("tensorrt")} <= selected
    assert {"torch-eager-fp32", "torch-compile-fp16", "torch-graph-fp16", "onnxruntime-cuda-fp16"} <= selected
    assert not any("-cpu-" in key for key in selected)
    said = capsys.readouterr().out
    assert all(f"{key} " in said for key in selected), "the printed table holds every row"


@pytest.mark.parametrize(
    ("fastest", "wanted"), [("onnxruntime-cpu-int8", None), ("tensorrt86-int8", "tensorrt86-int8")]
)
def test_the_chapters_choice_on_a_gpu_is_a_gpus(all_measured, capsys, fastest, wanted):
    entries = all_measured["sections"]["inference-mnist"]["results"]["backends"]
    entries[fastest]["rows"][0]["images_per_s"] = spread(9e9)
    given = {"rows": [], "stamp": lambda: "", "document": all_measured, "measured": measured}
    exec(cell("def choose(rows, budget)"), given)
    (line,) = [line for line in capsys.readouterr().out.split("\n") if line.startswith("trên GPU")]
    assert "-cpu-" not in line
    assert (wanted or [key for key, *_ in backends.ALL if "-cpu-" not in key][-1]) in line
