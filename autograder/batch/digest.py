"""Hashes that say whether a submission has to be graded again."""

import contextlib
import functools
import hashlib
import os
import platform
import re
import sys
from importlib import metadata
from pathlib import Path

from autograder.batch.staging import attachments, notebooks
from autograder.record import SCHEMA
from autograder.source import helpers

LIBRARIES = (
    *("ipykernel", "ipython", "nbclient"),
    *("numpy", "scipy", "sympy", "pandas", "matplotlib", "seaborn", "statsmodels"),
    *("scikit-learn", "scikit-image", "pillow", "opencv-python", "opencv-python-headless", "torch", "torchvision"),
)
_IMPORT = re.compile(r"(?m)^[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)")


def environment(sheets=()):
    """Return what a grade depends on besides assignment and submission: {name: version}.

    Python, this package's own source, the libraries that notebooks use, and what the assignment's cells import.
    """
    names = {name for sheet in sheets for cell in sheet.cells for name in _IMPORT.findall(cell.source)}
    versions = {name: _version(name) for name in sorted({*LIBRARIES, *names})}
    python = {"python": sys.version.split()[0], "machine": platform.machine(), "autograder": own_source()}
    return python | {name: version for name, version in versions.items() if version}


def unlike(wanted, sheets=()):
    """Say where this environment is not the wanted one: a list of ``numpy 2.3 (cần 2.4)``."""
    here = environment(sheets)
    names = [name for name in sorted({*wanted, *here}) if wanted.get(name) != here.get(name)]
    return [f"{name} {here.get(name, 'không có')} (cần {wanted.get(name, 'không có')})" for name in names]


def of_submission(content, bundle_digest):
    """Hash everything the grade of a submission depends on; `content` is what :func:`of_content` returns of it."""
    return hashlib.sha256(f"{SCHEMA}\0{bundle_digest}\0{content}".encode()).hexdigest()


def of_content(place):
    """Hash what somebody handed in, as far as grading looks at it."""
    digest = hashlib.sha256()
    used, notes = attachments(place)
    # of what cannot be read or is not used, the note says enough
    for name in [*notebooks(place), *used, *(note.text for note in notes)]:
        digest.update(f"{name}\0".encode("utf-8", "surrogateescape"))
        with contextlib.suppress(OSError), (place / name).open("rb") as file:
            digest.update(f"{os.fstat(file.fileno()).st_size}\0".encode())
            while data := file.read(1 << 20):
                digest.update(data)
    return digest.hexdigest()


def origins(bundle, course):
    """Return what grades given with a bundle come from, a hash for each thing that may change: {name: hash}.

    ``tests`` is {notebook/cell: hash}, of the graded cells; ``given`` the rest of what students get, with its files.
    """
    environment = dict(bundle.environment)
    own = environment.pop("autograder", "")
    return {
        "tests": {f"{s.notebook}/{c.grade_id}": _short(c.source) for s in bundle.sheets for c in s.graded},
        "given": _short(
            *(cell.source for sheet in bundle.sheets for cell in sheet.cells if not cell.is_graded),
            *((sheet.folder / name).read_bytes() for sheet in bundle.sheets for name in sheet.files),
            *(path.read_bytes() for path in helpers(course.layout)),
        ),
        "way": _short(bundle.limits, bundle.engine, bundle.sandbox, *(sheet.inprocess for sheet in bundle.sheets)),
        "libraries": _short(sorted(environment.items())),
        "autograder": _short(own),
    }


def _short(*things):
    """Hash some values shortly: told apart are a few versions of one thing, made by nobody on purpose."""
    digest = hashlib.sha256()
    for thing in things:
        data = thing if isinstance(thing, bytes) else str(thing).encode("utf-8", "replace")
        digest.update(f"{len(data)}\0".encode() + data)
    return digest.hexdigest()[:12]


@functools.cache
def own_source():
    """Hash this package's modules: a mended autograder may give another grade."""
    root, digest = Path(__file__).resolve().parents[1], hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def _version(name):
    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, ValueError):
        return ""
