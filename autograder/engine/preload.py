"""Importing modules before processes are forked, so that no child has to do it again."""

import ast
import contextlib
import ctypes
import gc
import importlib
import sys
from pathlib import Path

# what a package imports only when it is first needed: in every child, if not before
_LAZY = {
    "numpy": ("random", "testing", "linalg", "fft", "polynomial", "ma", "lib.scimath"),
    "matplotlib": ("pyplot", "ticker", "image", "backends.backend_agg"),
    "scipy": ("linalg", "special", "optimize"),
    "sympy": ("parsing.sympy_parser",),
}
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3  # of glibc's mallopt
_COLLAPSE, _HUGE = 25, 2 << 20  # of madvise, since Linux 6.1
ALWAYS = ("numpy", "matplotlib.pyplot")


def imported_by(sources):
    """Return the names of the modules that these cells import, as they are written, sorted."""
    found, sources = set(), list(sources)
    for source in sources:
        with contextlib.suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    # a name may be a module of the package, or something in it: only trying tells
                    found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    if "torch" in {name.partition(".")[0] for name in found} and any("optim" in source for source in sources):
        found.add("torch._dynamo")  # the first optimizer imports it, in seconds
    return sorted(found)


@contextlib.contextmanager
def uncollected():
    """Look for no garbage meanwhile, and never again at what is there at the end: children share it as it is.

    Importing makes little garbage and many objects, at which the collector would look over and over.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def preload(names):
    """Import these modules and what they put off; those that cannot be imported are left out."""
    for name in names:
        _import(name)
    for package, parts in _LAZY.items():
        if package in sys.modules:
            for part in parts:
                _import(f"{package}.{part}")


def _import(name):
    with contextlib.suppress(Exception):
        if name not in sys.modules and "*" not in name:
            importlib.import_module(name)


def keep_memory():
    """Have the C library keep what is freed, here and in children: pages asked for anew are dearer than the work."""
    with contextlib.suppress(OSError, AttributeError):
        change = ctypes.CDLL(None).mallopt
        for option, value in ((_MMAP_THRESHOLD, 32 << 20), (_TRIM_THRESHOLD, 128 << 20), (_TOP_PAD, 1 << 20)):
            change(option, value)


def pack_memory():
    """Have the kernel move this process's memory into huge pages, where it can: a fork has fewer pages to go through.

    That halves what a fork costs, and the end of the child; with torch in memory it is a third.
    """
    with contextlib.suppress(OSError, ValueError, AttributeError):
        advise = ctypes.CDLL(None).madvise
        for line in Path("/proc/self/maps").read_text().splitlines():
            place, rights, _, _, file, *_ = line.split()
            if rights == "rw-p" and file == "0":  # this process's own
                first, last = (int(text, 16) for text in place.split("-"))
                for start in range(-(-first // _HUGE) * _HUGE, last - _HUGE + 1, _HUGE):
                    advise(ctypes.c_void_p(start), ctypes.c_size_t(_HUGE), _COLLAPSE)
