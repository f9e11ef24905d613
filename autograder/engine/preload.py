"""Importing modules before processes are forked, so that no child has to do it again."""

import ast
import contextlib
import ctypes
import importlib
import sys

# what a package imports only when it is first needed: in every child, if not before
_LAZY = {
    "numpy": ("random", "testing", "linalg", "fft", "polynomial", "ma", "lib.scimath"),
    "matplotlib": ("pyplot", "ticker", "image", "backends.backend_agg"),
    "scipy": ("linalg", "special", "optimize"),
    "sympy": ("parsing.sympy_parser",),
}
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3  # of glibc's mallopt
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
