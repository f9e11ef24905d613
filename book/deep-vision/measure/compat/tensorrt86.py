"""Run by CPython 3.10 with TensorRT 8.6, without NumPy or torch: ``tensorrt86.py request.json answer.json``.

The request::

    {"onnx": file, "plan": file, "precision": "fp32|tf32|fp16|int8", "images": file, "logits": file,
     "shape": [N, C, H, W], "batches": [1, …], "chunk": 1000, "repeats": 300, "limit": 0.6, "accept": true}

builds the engine, serialises it to `plan`, reloads it, computes the logits of all images (raw float32 files), and,
for every batch, the durations of single calls and of queued calls. The answer holds raw seconds.
"""

import array
import ctypes
import json
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # for timing.py alone, which needs no package
import timing

LARGEST = 1024


class Driver:
    """The few functions of the CUDA driver that are needed; each call is checked."""

    def __init__(self):
        self.library = ctypes.CDLL("libcuda.so.1")
        self.call("cuInit", ctypes.c_uint(0))
        primary = ctypes.c_void_p()  # the context that TensorRT's CUDA runtime uses too
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(primary), ctypes.c_int(0))
        self.call("cuCtxSetCurrent", primary)

    def call(self, name, *arguments):
        """Call and raise RuntimeError on anything but success."""
        code = getattr(self.library, name)(*arguments)
        if code:
            raise RuntimeError(f"{name} trả về mã {code}")

    def memory(self, size):
        """Return the address of `size` bytes on the device."""
        address = ctypes.c_uint64()
        self.call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(max(size, 4)))
        return address.value

    def upload(self, address, content):
        """Copy bytes to the device."""
        self.call("cuMemcpyHtoD_v2", ctypes.c_uint64(address), content, ctypes.c_size_t(len(content)))

    def download(self, address, size):
        """Return bytes of the device."""
        target = ctypes.create_string_buffer(size)
        self.call("cuMemcpyDtoH_v2", target, ctypes.c_uint64(address), ctypes.c_size_t(size))
        return target.raw

    def stream(self):
        """Return a stream of its own, ordered after the copies of the default stream."""
        handle = ctypes.c_void_p()
        self.call("cuStreamCreate", ctypes.byref(handle), ctypes.c_uint(0))
        return handle

    def wait(self, stream):
        """Wait for a stream."""
        self.call("cuStreamSynchronize", stream)


def build(trt, request, logger):
    """Return the serialised engine of the ONNX file: one profile, batch 1 to LARGEST."""
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    parser = trt.OnnxParser(network, logger)
    if not parser.parse(Path(request["onnx"]).read_bytes()):
        raise RuntimeError("; ".join(parser.get_error(k).desc() for k in range(parser.num_errors)))
    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, 1 << 30)
    # no cuBLAS and no cuDNN on this path: the convolution kernels are TensorRT's own
    sources = (trt.TacticSource.EDGE_MASK_CONVOLUTIONS, trt.TacticSource.JIT_CONVOLUTIONS)
    config.set_tactic_sources(sum(1 << int(source) for source in sources))
    config.clear_flag(trt.BuilderFlag.TF32)
    wanted = {"tf32": ["TF32"], "fp16": ["FP16"], "int8": ["INT8", "FP16"]}
    for flag in wanted.get(request["precision"], ()):
        config.set_flag(getattr(trt.BuilderFlag, flag))
    image = tuple(network.get_input(0).shape)[1:]
    profile = builder.create_optimization_profile()
    profile.set_shape(network.get_input(0).name, (1, *image), (min(256, LARGEST), *image), (LARGEST, *image))
    config.add_optimization_profile(profile)
    plan = builder.build_serialized_network(network, config)
    if plan is None:
        raise RuntimeError("TensorRT không dựng được engine")
    return bytes(plan)


def set_shape(context, name, shape):
    """Set the input's shape; RuntimeError when it lies outside the engine's profile."""
    if not context.set_input_shape(name, shape):
        raise RuntimeError(f"kích thước {shape} ở ngoài hồ sơ của engine")


def run(request):
    """Answer one request."""
    import tensorrt as trt

    logger = trt.Logger(trt.Logger.ERROR)
    driver = Driver()
    start = time.perf_counter()
    plan = build(trt, request, logger)
    built = time.perf_counter() - start
    Path(request["plan"]).write_bytes(plan)
    engine = trt.Runtime(logger).deserialize_cuda_engine(Path(request["plan"]).read_bytes())
    if engine is None:
        raise RuntimeError("engine không nạp lại được trên máy này")
    context = engine.create_execution_context()
    inputs, outputs = engine.get_tensor_name(0), engine.get_tensor_name(1)
    count, *image = request["shape"]
    pixels = image[0] * image[1] * image[2]
    classes = engine.get_tensor_shape(outputs)[1]
    stream = driver.stream()
    source, target = driver.memory(4 * LARGEST * pixels), driver.memory(4 * LARGEST * classes)
    context.set_tensor_address(inputs, source)
    context.set_tensor_address(outputs, target)

    def call():
        if not context.execute_async_v3(stream.value):
            raise RuntimeError("execute_async_v3 thất bại")

    def wait():
        driver.wait(stream)

    images = Path(request["images"]).read_bytes()
    logits = bytearray()
    for first in range(0, count, request["chunk"]):
        batch = min(request["chunk"], count - first)
        driver.upload(source, images[4 * pixels * first : 4 * pixels * (first + batch)])
        poison = array.array("f", [float("nan")]) * (batch * classes)  # whatever is not written stays NaN
        driver.upload(target, poison.tobytes())
        set_shape(context, inputs, (batch, *image))
        call()
        wait()
        logits += driver.download(target, 4 * batch * classes)
    Path(request["logits"]).write_bytes(logits)
    rows = []
    for batch in request["batches"]:
        repeated = -(-batch // count)
        driver.upload(source, (images * repeated)[: 4 * pixels * batch])
        set_shape(context, inputs, (batch, *image))
        single = timing.latencies(call, wait, repeats=request["repeats"], limit=request["limit"])
        calls = timing.calls_for(request["limit"] / 8, call, wait)
        rows.append({
            "batch": batch,
            "latencies": single,
            "sustained": timing.sustained(call, wait, calls=calls, limit=request["limit"]),
        })  # fmt: skip
    return {"version": trt.__version__, "build_s": built, "plan_bytes": len(plan), "rows": rows}


if __name__ == "__main__":
    answer = run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")
