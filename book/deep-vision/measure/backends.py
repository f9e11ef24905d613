"""Ways to run one trained network: torch, ONNX Runtime, TensorRT.

A backend is opened with the network's files and gives ``runner(images)``: a function without arguments that computes
the logits of that batch and may return before they are ready; ``wait()`` waits for them. Images are float32
(N, C, H, W) tensors that already lie on the backend's device, and the logits stay there: copies to and from the host
are the same for every backend and are measured apart (``ceilings``).
"""

import copy
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from measure import engine, export, machine
from measure.compat import client
from measure.context import Absent


@dataclass
class Files:
    """One trained network: in torch, and as ONNX files written when first asked for."""

    net: torch.nn.Module
    shape: tuple
    calibration: torch.Tensor  # float32 (N, C, H, W)
    folder: Path
    made: dict = field(default_factory=dict)

    def onnx(self, kind):
        """Return the file of this kind: fp32, fp16, int8, int8-tensorrt; or its opset-17 form, fp32-17, int8-17."""
        if kind not in self.made:
            path = self.folder / f"{kind}.onnx"
            if kind.startswith("int8"):
                target = "onnxruntime" if kind == "int8" else "tensorrt"
                export.quantize(self.onnx("fp32-17"), self.calibration, path, target=target)
            else:
                export.to_onnx(self.net, self.shape, path, half=kind == "fp16", dynamo=not kind.endswith("-17"))
            self.made[kind] = path
        return self.made[kind]


class Torch:
    """The network in torch: eager, compiled, recorded as a CUDA graph, or compiled and recorded."""

    def __init__(self, context, files, precision, how):
        self.device, self.wait, self.precision, self.how = context.device, context.synchronize, precision, how
        self.details = {}
        if not context.cuda and (precision != "fp32" or how != "eager"):
            raise Absent("không có GPU CUDA")
        net = (export.Half(files.net) if precision == "fp16" else copy.deepcopy(files.net)).eval().to(self.device)
        if context.cuda and precision == "fp16":
            net = net.to(memory_format=torch.channels_last)
        # one compilation for every batch size; batch 1 is always compiled apart
        self.net = torch.compile(net, dynamic=True) if "compile" in how else net

    def runner(self, images):
        """Return the function that computes this batch; to be called without gradients and with TF32 set or cleared."""

        def run():
            return self.net(images)

        if "graph" not in self.how:
            return run
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                run()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            logits = run()

        def replay(keep=images):  # the graph reads this very memory
            graph.replay()
            return logits

        return replay


class OnnxRuntime:
    """ONNX Runtime on the CPU or, with its CUDA provider, on the GPU; input and output bound to fixed memory."""

    def __init__(self, context, files, precision, provider):
        export.needs("onnx")
        if machine.version("onnxruntime") is None and machine.version("onnxruntime-gpu") is None:
            raise Absent("chưa cài onnxruntime")
        import onnxruntime

        self.cuda = provider == "cuda"
        self.device = context.device if self.cuda else "cpu"
        if self.cuda:
            context.needs_cuda()
            onnxruntime.preload_dlls()
        wanted = "CUDAExecutionProvider" if self.cuda else "CPUExecutionProvider"
        if wanted not in onnxruntime.get_available_providers():
            raise Absent(f"bản onnxruntime này không có {wanted}")
        options = {"use_tf32": int(precision == "tf32"), "cudnn_conv_algo_search": "EXHAUSTIVE"} if self.cuda else {}
        session_options = onnxruntime.SessionOptions()
        session_options.intra_op_num_threads = torch.get_num_threads()
        kind = {"tf32": "fp32"}.get(precision, precision)
        self.session = onnxruntime.InferenceSession(
            str(files.onnx(kind)), session_options, providers=[(wanted, options)]
        )
        if self.session.get_providers()[0] != wanted:
            raise Absent(f"onnxruntime không mở được {wanted} trên máy này")
        self.details = {"file": export.describe(files.onnx(kind)), "version": onnxruntime.__version__}
        self.wait = lambda: None  # run_with_iobinding waits by itself

    def runner(self, images):
        """Return the function that computes this batch."""
        images = images.contiguous()
        logits = torch.full((len(images), self.session.get_outputs()[0].shape[1]), float("nan"), device=self.device)
        binding = self.session.io_binding()
        kind, number = ("cuda", 0) if self.cuda else ("cpu", 0)
        binding.bind_input("images", kind, number, np.float32, tuple(images.shape), images.data_ptr())
        binding.bind_output("logits", kind, number, np.float32, tuple(logits.shape), logits.data_ptr())
        if self.cuda:
            torch.cuda.synchronize()

        def run(keep=images):
            self.session.run_with_iobinding(binding)
            return logits

        return run


class TensorRT:
    """TensorRT 10 or 11; the engine goes through a file and back before it is used."""

    def __init__(self, context, files, precision):
        reason = engine.ready()
        if reason:
            raise Absent(reason)
        kind = {"tf32": "fp32", "int8": "int8-tensorrt"}.get(precision, precision)
        clock = context.deadline.now
        start = clock()
        plan = engine.build(files.onnx(kind), tf32=precision == "tf32")
        built = clock() - start
        bound = engine.identity(engine.tensorrt())
        path = files.folder / f"{precision}.engine"
        engine.save(path, plan, bound)
        self.engine = engine.Engine(engine.load(path, bound))
        self.device, self.wait = context.device, context.synchronize
        self.runner = self.engine.runner
        self.details = {
            "version": bound["tensorrt"],
            "build_s": built,
            "plan_bytes": len(plan),
            "file": export.describe(files.onnx(kind)),
        }


class TensorRT86:
    """COMPATIBILITY: TensorRT 8.6 in its own process, which runs its own timing loops (see ``compat/``)."""

    def __init__(self, context, files, precision):
        context.needs_cuda()
        if client.version() is None:
            raise Absent("TENSORRT86 chưa trỏ tới TensorRT 8.6 đã giải nén")
        self.kind = {"int8": "int8-17"}.get(precision, "fp32-17")
        self.device = context.device
        self.path, self.precision, self.folder = files.onnx(self.kind), precision, files.folder
        self.details = {"file": export.describe(self.path)}

    def ask(self, images, batches, repeats, limit):
        """Return logits, rows of raw durations and details."""
        request = {
            "onnx": str(self.path),
            "plan": str(self.folder / f"tensorrt86-{self.precision}.plan"),
            "precision": self.precision,
            "batches": list(batches),
            "chunk": min(1000, len(images)),
            "repeats": repeats,
            "limit": limit,
        }
        return client.ask(request, images.numpy(), self.folder)


#: (key, precision, how it is opened), in the order they are measured
ALL = (
    *((f"torch-{how}-{p}", p, (Torch, how)) for how in ("eager",) for p in ("fp32", "tf32", "fp16")),
    *((f"torch-{how}-{p}", p, (Torch, how)) for how in ("graph", "compile", "compile-graph") for p in ("fp32", "fp16")),
    ("onnxruntime-cpu-fp32", "fp32", (OnnxRuntime, "cpu")),
    ("onnxruntime-cpu-int8", "int8", (OnnxRuntime, "cpu")),
    *((f"onnxruntime-cuda-{p}", p, (OnnxRuntime, "cuda")) for p in ("fp32", "tf32", "fp16")),
    *((f"tensorrt-{p}", p, (TensorRT,)) for p in ("fp32", "tf32", "fp16", "int8")),
    *((f"tensorrt86-{p}", p, (TensorRT86,)) for p in ("fp32", "tf32", "fp16", "int8")),
)


def open_backend(context, files, precision, how):
    """Return the backend, ready to give runners; Absent when this machine lacks what it needs."""
    kind, *extra = how
    return kind(context, files, precision, *extra)
