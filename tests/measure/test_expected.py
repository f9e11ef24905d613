"""The demands on a full GPU run, tried on invented ones: what is missing is named, an excuse needs a reason."""

import pytest

from tests.measure.expected import inference_problems


def entry(rate, batches=(1, 1024)):
    rows = [{"batch": batch, "images_per_s": {"p50": rate * batch}, "latency": {"p50": 1.0}} for batch in batches]
    return {"status": "done", "rows": rows}


@pytest.fixture
def entries():
    keys = [f"torch-{how}-{p}" for how in ("eager", "graph", "compile") for p in ("fp32", "fp16")]
    keys += ["onnxruntime-cuda-fp32", "tensorrt-fp32", "tensorrt86-fp32", "tensorrt86-fp16"]
    return {key: entry(10.0) for key in keys} | {"tensorrt-fp16": entry(20.0), "onnxruntime-cpu-fp32": entry(1.0)}


def test_a_whole_run_is_in_order(entries):
    assert inference_problems(entries, {}) == []


@pytest.mark.parametrize(
    ("beginning", "excuse", "said"),
    [
        ("tensorrt", "GPU_WITHOUT_TENSORRT", "TensorRT"),
        ("onnxruntime-cuda", "GPU_WITHOUT_ONNXRUNTIME", "ONNX Runtime CUDA"),
    ],
)
def test_a_missing_route_must_be_excused(entries, beginning, excuse, said):
    for key in entries:
        if key.startswith(beginning):
            entries[key] = {"status": "absent", "reason": "chưa cài gì cả"}
    (problem,) = inference_problems(entries, {excuse: " "})
    assert said in problem and "chưa cài gì cả" in problem and excuse in problem
    assert inference_problems(entries, {excuse: "máy chung, không cài thêm được"}) == []


def test_one_route_is_enough(entries):
    for key in ("tensorrt-fp32", "tensorrt-fp16"):
        entries[key] = {"status": "absent", "reason": "chưa cài TensorRT"}
    assert inference_problems(entries, {}) == []
    for key in ("tensorrt86-fp32", "tensorrt86-fp16"):
        entries[key]["rows"] = []  # accepted, but the time was up
    assert len(inference_problems(entries, {})) == 1


@pytest.mark.parametrize("route", ["tensorrt", "tensorrt86"])
def test_half_precision_may_not_be_slower(entries, route):
    entries[f"{route}-fp16"] = entry(9.0)
    (problem,) = inference_problems(entries, {})
    assert f"{route}-fp16 chậm hơn {route}-fp32" in problem
    entries[f"{route}-fp16"] = entry(9.0, batches=(1, 256))
    (problem,) = inference_problems(entries, {})
    assert "không có đủ số đo ở batch 1024" in problem
    entries[f"{route}-fp16"] = {"status": "absent", "reason": "hết thời gian"}
    (problem,) = inference_problems(entries, {})
    assert "không có đủ số đo ở batch 1024" in problem


def test_failures_and_missing_torch_are_named(entries):
    entries["torch-compile-fp16"] = {"status": "failed", "message": "lệch quá mức"}
    del entries["torch-graph-fp16"]
    assert inference_problems(entries, {}) == ["torch-compile-fp16: lệch quá mức", "torch-graph-fp16: không đo được"]
