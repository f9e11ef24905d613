"""Export, parity and INT8 on the CPU."""

import numpy as np
import pytest
import torch
import train
from measure import backends, export, inference, parity
from measure.context import Absent, Context

from tests.measure.conftest import digits

pytest.importorskip("onnx", reason="chưa cài onnx: pip install onnx onnxruntime onnxscript")
onnxruntime = pytest.importorskip("onnxruntime", reason="chưa cài onnxruntime: pip install onnxruntime")


@pytest.fixture(scope="module")
def files(net, tmp_path_factory):
    calibration = train.pixels(digits("mnist", "train").first(64).x)
    return backends.Files(net, (1, 28, 28), calibration, tmp_path_factory.mktemp("onnx"))


@pytest.fixture(scope="module")
def test_set(net):
    images = digits("mnist", "test")
    x = train.pixels(images.x)
    return x, images.y.numpy(), inference.reference(net, x)


def logits(path, x):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"images": x.numpy()})[0]


@pytest.mark.parametrize("kind", ["fp32", "fp32-17"])
def test_float32_files_give_the_same_logits_at_every_batch(files, test_set, kind):
    x, labels, wanted = test_set
    assert parity.compare(logits(files.onnx(kind), x), wanted, labels, "fp32")["accepted"]
    for batch in (1, 3):
        assert np.abs(logits(files.onnx(kind), x[:batch]) - wanted[:batch]).max() < 1e-4
    found = export.describe(files.onnx(kind))
    assert found["opset"] == {"fp32": 18, "fp32-17": 17}[kind]
    assert isinstance(found["input"][0], str) and found["input"][1:] == [1, 28, 28]
    assert isinstance(found["output"][0], str) and found["output"][1:] == [10]
    assert "BatchNormalization" not in found["nodes"], "folded into the convolutions"


def test_float16_inside_float32_outside(files, test_set):
    x, labels, wanted = test_set
    path = files.onnx("fp16")
    assert export.describe(path)["bytes"] < 0.8 * export.describe(files.onnx("fp32"))["bytes"]
    found = parity.compare(logits(path, x), wanted, labels, "fp16")
    assert found["accepted"]
    assert found["max_abs"] > 1e-5, "float16 cannot be that exact: is the file float32?"


@pytest.mark.parametrize("kind", ["int8", "int8-tensorrt"])
def test_int8(files, test_set, kind):
    import onnx

    x, labels, wanted = test_set
    path = files.onnx(kind)
    found = parity.compare(logits(path, x), wanted, labels, "int8")
    assert found["top1_agreement"] >= 0.97
    assert found["max_abs"] > 1e-3, "INT8 cannot be that exact: was anything quantised?"
    model = onnx.load(path)
    values = {entry.name: entry for entry in model.graph.initializer}
    points = [onnx.numpy_helper.to_array(values[n.input[2]]) for n in model.graph.node if n.op_type == "QuantizeLinear"]
    assert points
    if kind == "int8":
        assert export.describe(path)["nodes"]["DequantizeLinear"] > export.describe(path)["nodes"]["QuantizeLinear"]
    else:  # what TensorRT wants: symmetric everywhere, weights and biases in float32
        assert all(point.dtype == np.int8 and not point.any() for point in points)
        assert {entry.data_type for entry in values.values()} <= {onnx.TensorProto.FLOAT, onnx.TensorProto.INT8}


def test_metadata_is_in_the_file(net, tmp_path):
    import onnx

    path = export.to_onnx(net, (1, 28, 28), tmp_path / "x.onnx", dynamo=False, metadata={"classes": "0,1"})
    assert {entry.key: entry.value for entry in onnx.load(path).metadata_props} == {"classes": "0,1"}


def test_backends_on_the_cpu(files, test_set):
    x, labels, wanted = test_set
    context = Context("cpu")
    for opened in (
        backends.Torch(context, files, "fp32", "eager"),
        backends.OnnxRuntime(context, files, "fp32", "cpu"),
    ):
        found = inference.one(context, opened, "fp32", x, labels, wanted, (1, 4))
        assert found["status"] == "done"
        assert [row["batch"] for row in found["rows"]] == [1, 4]


def test_a_wrong_backend_is_not_timed(files, test_set):
    x, labels, wanted = test_set
    context = Context("cpu")
    opened = backends.Torch(context, files, "fp32", "eager")
    opened.net = lambda images: torch.zeros(len(images), 10)
    found = inference.one(context, opened, "fp32", x, labels, wanted, (1,))
    assert found["status"] == "failed"
    assert "rows" not in found
    assert not found["parity"]["accepted"]


def test_chosen_backends_join_what_an_earlier_file_holds(small_images, monkeypatch, tmp_path):
    monkeypatch.setattr(inference.models, "trained", lambda context, name: train.CPU_RECIPES[name].net().eval())
    context = Context("cpu", folder=tmp_path, backends=("torch-eager-fp32", "tensorrt86"))
    context.earlier = {
        "backends": {"onnxruntime-cpu-fp32": {"status": "absent", "reason": "trước đây", "weights": "a"}}
    }
    found = inference.run(context, "mnist")["backends"]
    assert found["onnxruntime-cpu-fp32"]["reason"] == "trước đây"
    assert {key.split("-")[0] for key in found} == {"torch", "tensorrt86", "onnxruntime"}
    assert found["torch-eager-fp32"]["status"] == "done"
    assert len(found["torch-eager-fp32"]["weights"]) == 12


def test_what_is_missing_is_said(files, monkeypatch):
    for key, precision, how in backends.ALL:
        if "cuda" in key or key.startswith("tensorrt") or (key.startswith("torch") and key != "torch-eager-fp32"):
            with pytest.raises(Absent, match=r"GPU CUDA|chưa cài|TENSORRT86"):
                backends.open_backend(Context("cpu"), files, precision, how)
    monkeypatch.setattr(export.machine, "version", lambda name: None)
    with pytest.raises(Absent, match="chưa cài onnx"):
        backends.OnnxRuntime(Context("cpu"), files, "fp32", "cpu")


def test_parity_never_lets_nan_pass():
    wanted = np.eye(4)
    assert parity.compare(wanted, wanted, [0, 1, 2, 3], "fp32")["accepted"]
    broken = wanted.copy()
    broken[2, 1] = np.nan
    assert not parity.compare(broken, wanted, [0, 1, 2, 3], "int8")["accepted"]
    assert not parity.compare(wanted + 0.01, wanted, [0, 1, 2, 3], "fp32")["accepted"]
    assert not parity.compare(wanted[::-1], wanted, [0, 1, 2, 3], "int8")["accepted"]
    tied = np.tile([1.0, 0.99], (50, 1))  # close in value, yet every answer turned round
    assert not parity.compare(tied[:, ::-1], tied, [0] * 50, "int8")["accepted"]
    with pytest.raises(ValueError, match="kích thước"):
        parity.compare(wanted[:3], wanted, [0, 1, 2, 3], "fp32")
