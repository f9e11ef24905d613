"""What machine this is: device, driver, CUDA, library versions. Nothing that names its owner."""

import importlib.metadata
import os
import platform
import shutil
import subprocess

import torch

from measure.compat import client

PACKAGES = ("numpy", "torch", "triton", "onnx", "onnxscript", "onnxruntime", "onnxruntime-gpu", "tensorrt")


def synchronizer(device):
    """Return a function that waits for the device; on a CPU there is nothing to wait for."""
    return torch.cuda.synchronize if torch.device(device).type == "cuda" else lambda: None


def version(package):
    """Return the installed version of a package, or None."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def describe(device):
    """Return a dictionary of plain values about the machine and the device used."""
    found = {
        "device": processor(),
        "kind": torch.device(device).type,
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "threads": torch.get_num_threads(),
        "platform": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in PACKAGES},
        "driver": None,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version() if torch.backends.cudnn.is_available() else None,
        "capability": None,
    }
    found["libraries"]["torch"] = torch.__version__
    found["libraries"]["tensorrt-8.6"] = client.version()
    if found["kind"] == "cuda":
        found |= _gpu(torch.device(device))
    return found


def _gpu(device):
    properties = torch.cuda.get_device_properties(device)
    return {
        "device": properties.name,
        "capability": f"{properties.major}.{properties.minor}",
        "multiprocessors": properties.multi_processor_count,
        "memory_bytes": properties.total_memory,
        "l2_bytes": getattr(properties, "L2_cache_size", None),
        **_nvidia_smi(),
    }


def _nvidia_smi():
    """Return the driver's version and the card's state before the run, as far as nvidia-smi tells."""
    wanted = {
        "driver": "driver_version",
        "clock_sm_mhz": "clocks.sm",
        "clock_memory_mhz": "clocks.mem",
        "power_limit_w": "power.limit",
    }
    if not shutil.which("nvidia-smi"):
        return {}
    command = ["nvidia-smi", f"--query-gpu={','.join(wanted.values())}", "--format=csv,noheader,nounits", "--id=0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    values = [value.strip() for value in done.stdout.strip().split(",")]
    return dict(zip(wanted, values, strict=True)) if done.returncode == 0 and len(values) == len(wanted) else {}


def processor():
    """Return the processor's name."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
