"""Hashes that say whether a submission has to be graded again."""

import contextlib
import functools
import hashlib
import importlib.util
import os
import platform
import re
import sys
from importlib import metadata
from pathlib import Path

from autograder.assignment import data_files
from autograder.batch.staging import attachments, notebooks
from autograder.engine.testcode import model_sources
from autograder.record import SCHEMA
from autograder.source import helpers

LIBRARIES = (
    *("ipykernel", "ipython", "nbclient"),
    *("numpy", "scipy", "sympy", "pandas", "matplotlib", "seaborn", "statsmodels"),
    *("scikit-learn", "scikit-image", "pillow", "opencv-python", "opencv-python-headless", "torch", "torchvision"),
)
HELPER = "course"  # the package that this project's own tests import; of its versions only the content tells
_IMPORT = re.compile(r"(?m)^[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)")


def environment(sheets=()):
    """Return what a grade depends on besides assignment and submission: {name: version}.

    Python, this package's own source, the libraries that notebooks use, and what the assignment's cells import.
    """
    sources = [source for sheet in sheets for source in (*(c.source for c in sheet.cells), *model_sources(sheet))]
    names = {name for source in sources for name in _IMPORT.findall(source)}
    versions = {name: helper() if name == HELPER else _version(name) for name in sorted({*LIBRARIES, *names})}
    python = {"python": sys.version.split()[0], "machine": platform.machine(), "autograder": own_source()}
    return python | {name: version for name, version in versions.items() if version}


def unlike(wanted, sheets=()):
    """Say where this environment is not the wanted one: a list of ``numpy 2.3 (cần 2.4)``."""
    here = environment(sheets)
    names = [name for name in sorted({*wanted, *here}) if wanted.get(name) != here.get(name)]
    return [_unlike(name, here.get(name), wanted.get(name)) for name in names]


def _unlike(name, there, wanted):
    if name in ("autograder", HELPER) and there and wanted:  # two hashes say nothing to anybody
        return f"gói {name} có nội dung khác"
    return f"{name} {_told(name, there)} (cần {_told(name, wanted)})"


def _told(name, version):
    return "không có" if not version else "có" if name == HELPER else version


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
    root = Path(__file__).resolve().parents[1]
    return _content(root, sorted(path.relative_to(root) for path in root.rglob("*.py")))


@functools.cache
def helper():
    """Hash the files of the package ``course`` as this Python would import it, its tables too; "" where it has none.

    What was hashed once is what was imported: a package that changes under a running worker is not looked at again.
    """
    try:
        spec = importlib.util.find_spec(HELPER)
    except (ImportError, ValueError):
        return ""
    if spec is None:
        return ""
    if not spec.submodule_search_locations:
        path = Path(spec.origin)
        return _content(path.parent, [path.relative_to(path.parent)])
    return "".join(_content(Path(root), data_files(root)) for root in spec.submodule_search_locations)


def _content(root, names):
    digest = hashlib.sha256()
    for name in names:
        data = (root / name).read_bytes()
        digest.update(f"{name.as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:16]


@functools.cache
def _version(name):
    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, ValueError):
        return ""
