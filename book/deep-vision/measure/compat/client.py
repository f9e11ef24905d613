"""Ask TensorRT 8.6 in a process of its own: files and one JSON go in, files and one JSON come back.

``TENSORRT86`` names the folder that ``unpack.py`` made: ``py310/`` (the interpreter), ``site/tensorrt/``, ``stubs/``.
"""

import functools
import json
import os
import subprocess
from pathlib import Path

import numpy as np

RUNNER = Path(__file__).with_name("tensorrt86.py")


def folder():
    """Return the unpacked folder, or None."""
    place = os.environ.get("TENSORRT86")
    return Path(place) if place and (Path(place) / "site" / "tensorrt").is_dir() else None


def command(place):
    """Return (arguments, environment) that start its interpreter."""
    libraries = [str(place / "py310" / "lib"), str(place / "stubs"), os.environ.get("LD_LIBRARY_PATH", "")]
    environment = os.environ | {
        "PYTHONHOME": str(place / "py310"),
        "PYTHONPATH": str(place / "site"),
        "LD_LIBRARY_PATH": ":".join(entry for entry in libraries if entry),
    }
    return [str(place / "py310" / "bin" / "python3.10")], environment


@functools.cache
def version():
    """Return the version that answers, or None."""
    place = folder()
    if place is None:
        return None
    arguments, environment = command(place)
    done = subprocess.run(
        [*arguments, "-c", "import tensorrt; print(tensorrt.__version__)"],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.stdout.strip() or None


def ask(request, images, work, timeout=900):
    """Run one request (see ``tensorrt86.py``); return its answer with ``logits`` as an array (N, classes).

    RuntimeError carries the last lines of what the process said.
    """
    arguments, environment = command(folder())
    files = {name: str(work / f"tensorrt86-{name}") for name in ("images", "logits", "request.json", "answer.json")}
    images = np.ascontiguousarray(images, np.float32)
    images.tofile(files["images"])
    request = {**request, "images": files["images"], "logits": files["logits"], "shape": list(images.shape)}
    Path(files["request.json"]).write_text(json.dumps(request), encoding="utf-8")
    Path(files["answer.json"]).unlink(missing_ok=True)
    done = subprocess.run(
        [*arguments, str(RUNNER), files["request.json"], files["answer.json"]],
        env=environment, capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
    if done.returncode or not Path(files["answer.json"]).is_file():
        said = (done.stderr or done.stdout).strip().splitlines()[-6:]
        raise RuntimeError(f"TensorRT 8.6 dừng với mã {done.returncode}: {' / '.join(said)}")
    answer = json.loads(Path(files["answer.json"]).read_text(encoding="utf-8"))
    answer["logits"] = np.fromfile(files["logits"], np.float32).reshape(len(images), -1)
    return answer
