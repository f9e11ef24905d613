"""TensorRT 10 and 11: an ONNX file becomes an engine, is written, read back, and run on torch's memory.

The network is *strongly typed* (the only kind TensorRT 11 knows): every number type is the one in the ONNX file, so
FP16 comes from a file computed in float16 and INT8 from a file with Q/DQ nodes. The one switch left is TF32.
TensorRT 8.6 is elsewhere, in ``compat/``.
"""

import hashlib
import json
import struct
from pathlib import Path

import torch

from measure import machine

MAGIC = b"COURSE-ENGINE-1\n"
PROFILE = (1, 256, 1024)  # smallest, most likely and largest batch


class EngineError(RuntimeError):
    """The engine cannot be built or used here; the Vietnamese message says why."""


def tensorrt():
    """Return the module, version 10 or newer; :class:`EngineError` otherwise."""
    try:
        import tensorrt as trt
    except ImportError as error:
        raise EngineError("chưa cài TensorRT") from error
    if int(trt.__version__.split(".")[0]) < 10:
        raise EngineError(f"TensorRT {trt.__version__} cũ quá, cần bản 10 trở lên")
    return trt


def identity(trt):
    """Return what an engine is bound to: the GPU, its capability and TensorRT's version."""
    gpu = torch.cuda.get_device_properties(torch.cuda.current_device())
    return {"device": gpu.name, "capability": f"{gpu.major}.{gpu.minor}", "tensorrt": trt.__version__}


def build(path, *, tf32=False, workspace=1 << 30):
    """Return the serialised engine (bytes) of an ONNX file with a free batch; EngineError with the parser's words."""
    trt = tensorrt()
    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
    parser = trt.OnnxParser(network, logger)
    if not parser.parse(Path(path).read_bytes()):
        problems = "; ".join(parser.get_error(number).desc() for number in range(parser.num_errors))
        raise EngineError(f"TensorRT không đọc được {Path(path).name}: {problems}")
    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, workspace)
    if tf32:
        config.set_flag(trt.BuilderFlag.TF32)
    else:
        config.clear_flag(trt.BuilderFlag.TF32)
    source = network.get_input(0)
    profile = builder.create_optimization_profile()
    profile.set_shape(source.name, *((batch, *tuple(source.shape)[1:]) for batch in PROFILE))
    config.add_optimization_profile(profile)
    plan = builder.build_serialized_network(network, config)
    if plan is None:
        raise EngineError(f"TensorRT không dựng được engine từ {Path(path).name}")
    return bytes(plan)


def save(path, plan, bound_to):
    """Write an engine together with what it is bound to and its checksum."""
    header = json.dumps({**bound_to, "sha256": hashlib.sha256(plan).hexdigest()}).encode()
    Path(path).write_bytes(MAGIC + struct.pack("<I", len(header)) + header + plan)


def load(path, bound_to):
    """Return the engine's bytes; EngineError when it was made for another GPU or version, or is damaged.

    TensorRT would refuse most of these too, in its log and with None; here the reader learns what differs.
    """
    content = Path(path).read_bytes()
    place = len(MAGIC) + 4
    if not content.startswith(MAGIC) or len(content) < place:
        raise EngineError(f"{Path(path).name} không phải engine do khóa học ghi")
    length = struct.unpack("<I", content[len(MAGIC) : place])[0]
    try:
        header = json.loads(content[place : place + length])
    except ValueError:
        raise EngineError(f"{Path(path).name} bị hỏng: không đọc được phần đầu") from None
    names = {"device": "GPU", "capability": "compute capability", "tensorrt": "TensorRT"}
    for key, name in names.items():
        if header.get(key) != bound_to[key]:
            raise EngineError(
                f"Engine này dựng cho {name} {header.get(key)}, máy này có {bound_to[key]}: hãy dựng lại từ tệp ONNX."
            )
    plan = content[place + length :]
    if hashlib.sha256(plan).hexdigest() != header.get("sha256"):
        raise EngineError(f"{Path(path).name} bị hỏng hoặc bị cắt cụt: mã SHA-256 không khớp")
    return plan


class Engine:
    """A deserialised engine, run on torch tensors."""

    def __init__(self, plan):
        self.trt = trt = tensorrt()
        self.logger = trt.Logger(trt.Logger.ERROR)
        self.runtime = trt.Runtime(self.logger)
        self.engine = self.runtime.deserialize_cuda_engine(plan)
        if self.engine is None:
            raise EngineError("TensorRT không nạp lại được engine trên máy này")
        self.context = self.engine.create_execution_context()
        names = [self.engine.get_tensor_name(number) for number in range(self.engine.num_io_tensors)]
        inputs = [name for name in names if self.engine.get_tensor_mode(name) == trt.TensorIOMode.INPUT]
        self.input, self.output = inputs[0], next(name for name in names if name not in inputs)
        self.stream = torch.cuda.Stream()

    def runner(self, images):
        """Return a function that runs this batch (float32, on the GPU) and returns the logits.

        Raises :class:`EngineError` for a shape outside the engine's profile.
        """
        images = images.contiguous()
        if not self.context.set_input_shape(self.input, tuple(images.shape)):
            raise EngineError(f"Kích thước {tuple(images.shape)} ở ngoài hồ sơ của engine")
        logits = torch.full(tuple(self.context.get_tensor_shape(self.output)), float("nan"), device=images.device)
        self.context.set_tensor_address(self.input, images.data_ptr())
        self.context.set_tensor_address(self.output, logits.data_ptr())
        self.stream.wait_stream(torch.cuda.current_stream())

        def run(keep=images):  # the batch must outlive the calls
            if not self.context.execute_async_v3(self.stream.cuda_stream):
                raise EngineError("TensorRT báo lỗi khi chạy engine")
            return logits

        return run


def ready():
    """Say why TensorRT 10 or 11 cannot be used here, or None when it can."""
    if machine.version("tensorrt") is None:
        return "chưa cài TensorRT"
    try:
        tensorrt()
    except (EngineError, OSError, RuntimeError) as error:
        return str(error)
    return None if torch.cuda.is_available() else "không có GPU CUDA"
