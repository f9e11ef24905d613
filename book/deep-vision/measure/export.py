"""From a torch network to ONNX files: float32, float16 inside, and INT8 with Q/DQ nodes; the batch stays free.

Input ``images`` is float32 (batch, C, H, W) in [0, 1], output ``logits`` float32 (batch, classes), whatever the
precision in between, so that one caller serves every file.
"""

import contextlib
import copy
import logging
import warnings
from pathlib import Path

import torch
from torch import nn

from measure import machine
from measure.context import Absent

#: TensorRT 8.6 reads opset 17 at most; the exporter that traces ("dynamo=False") can give it
OPSET = {True: 18, False: 17}


class Half(nn.Module):
    """A float16 copy of a network that takes and gives float32."""

    def __init__(self, net):
        super().__init__()
        self.net = copy.deepcopy(net).half()

    def forward(self, images):
        """Return float32 logits computed in float16."""
        return self.net(images.half()).float()


def needs(*packages):
    """Raise :class:`Absent` when a package is missing."""
    missing = [name for name in packages if machine.version(name) is None]
    if missing:
        raise Absent(f"chưa cài {', '.join(missing)}")


@contextlib.contextmanager
def _quiet():
    """Keep the exporters' progress and advice off the console."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def to_onnx(net, shape, path, *, half=False, dynamo=True, metadata=None):
    """Write `net` to the ONNX file `path` with a free batch dimension; return the path.

    Parameters
    ----------
    net : torch.nn.Module
        Float32, on the CPU.
    shape : sequence of int
        (C, H, W) of one image.
    half : bool
        Compute in float16 inside.
    dynamo : bool
        True: the exporter of torch.export (needs onnxscript), opset 18. False: the older tracing one, opset 17.
    metadata : dict, optional
        Text to keep in the file: classes, source, licence, …
    """
    needs("onnx", *(["onnxscript"] if dynamo else []))
    import onnx

    net = (Half(net) if half else copy.deepcopy(net)).eval()
    sample = torch.rand(2, *shape)
    names = {"input_names": ["images"], "output_names": ["logits"], "opset_version": OPSET[dynamo]}
    with _quiet():
        if dynamo:
            free = ({0: torch.export.Dim("batch")},)
            extra = {"dynamo": True, "dynamic_shapes": free, "external_data": False, "verbose": False}
            torch.onnx.export(net, (sample,), path, **extra, **names)
        else:
            free = {"images": {0: "batch"}, "logits": {0: "batch"}}
            torch.onnx.export(net, (sample,), path, dynamo=False, dynamic_axes=free, **names)
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {key: str(value) for key, value in (metadata or {}).items()})
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    return Path(path)


def describe(path):
    """Return what a file holds: size, opset, nodes by type, shapes of input and output."""
    import onnx

    model = onnx.load(path)
    counts = {}
    for node in model.graph.node:
        counts[node.op_type] = counts.get(node.op_type, 0) + 1

    def shape(value):
        return [size.dim_param or size.dim_value for size in value.type.tensor_type.shape.dim]

    return {
        "bytes": Path(path).stat().st_size,
        "opset": next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")),
        "nodes": dict(sorted(counts.items())),
        "input": shape(model.graph.input[0]),
        "output": shape(model.graph.output[0]),
    }


def quantize(path, images, out, *, target="onnxruntime"):
    """Write an INT8 (Q/DQ) version of the float32 file `path`, calibrated on `images` (float32 (N, C, H, W)).

    ``target="onnxruntime"``: activations unsigned, biases in int32, as its CPU kernels want them.
    ``target="tensorrt"``: every zero-point 0, biases left in float32, weights stored in float32 before their Q/DQ pair:
    what TensorRT's parser accepts from version 8 to 11.
    """
    needs("onnx", "onnxruntime" if machine.version("onnxruntime") else "onnxruntime-gpu")
    from onnxruntime import quantization
    from onnxruntime.quantization import shape_inference

    class Reader(quantization.CalibrationDataReader):
        def __init__(self):
            self.batches = iter([{"images": images[k : k + 32]} for k in range(0, len(images), 32)])

        def get_next(self):
            return next(self.batches, None)

    images = images.numpy() if isinstance(images, torch.Tensor) else images
    prepared = Path(out).with_suffix(".prepared.onnx")
    shape_inference.quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    for_tensorrt = {
        "ActivationSymmetric": True,
        "WeightSymmetric": True,
        "QuantizeBias": False,
        "AddQDQPairToWeight": True,
    }
    activation = quantization.QuantType.QInt8 if target == "tensorrt" else quantization.QuantType.QUInt8
    quantization.quantize_static(
        str(prepared),
        str(out),
        Reader(),
        quant_format=quantization.QuantFormat.QDQ,
        per_channel=True,
        activation_type=activation,
        weight_type=quantization.QuantType.QInt8,
        op_types_to_quantize=["Conv", "Gemm", "MatMul", "Add"],
        extra_options=for_tensorrt if target == "tensorrt" else {},
    )
    prepared.unlink()
    return Path(out)
