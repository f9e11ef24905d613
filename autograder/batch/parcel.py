"""What travels to a worker: plain data, so that a worker on another machine needs no shared disk."""

import hashlib
import json
import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from autograder.assignment import Assignment
from autograder.engine import Limits

LINK, FILE, FOLDER, SPECIAL, HUGE = "link", "file", "folder", "special", "huge"
MAX_PACKED = 200_000_000  # bytes of one file that travels; of a larger one only the size does


@dataclass(frozen=True)
class Bundle:
    """An assignment and how to run it: the same for all submissions to it."""

    slug: str
    sheets: tuple[Assignment, ...]  # one for each notebook
    limits: Limits
    engine: str | None  # see autograder.engine.start; None: its own choice
    sandbox: bool
    environment: dict  # name -> version, of everything a grade depends on besides the assignment
    files: dict | None = field(default=None, compare=False, repr=False)  # notebook -> {name: bytes}, when it travels

    @cached_property
    def digest(self):
        """Hash of everything a grade depends on besides the submission."""
        parts = [
            self.slug,
            *(sheet.digest for sheet in self.sheets),
            *(" ".join(sheet.inprocess) for sheet in self.sheets),
            repr(self.limits),
            str(self.engine),
            str(self.sandbox),
        ]
        return hashlib.sha256(json.dumps([parts, self.environment], sort_keys=True).encode()).hexdigest()

    @property
    def points(self):
        """The points of the whole assignment."""
        return sum(sheet.points for sheet in self.sheets)

    def packed(self):
        """Return the bundle with the bytes of its data files, and with what the examiner reads of its model solutions.

        These stay in memory, as hidden tests do: no file of a worker's has them, so no student's process reads them.
        """
        if self.files is not None:
            return self
        from autograder.engine.testcode import model_sources

        files = {s.notebook: {str(f): (s.folder / f).read_bytes() for f in s.files} for s in self.sheets}
        sheets = tuple(replace(sheet, model=tuple(model_sources(sheet))) for sheet in self.sheets)
        return replace(self, sheets=sheets, files=files)

    def unpacked(self, folder):
        """Return the bundle with its data files in `folder`."""
        sheets = []
        for number, sheet in enumerate(self.sheets):
            place = Path(folder) / str(number)
            for name, data in self.files[sheet.notebook].items():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(data)
            place.mkdir(parents=True, exist_ok=True)
            sheets.append(replace(sheet, folder=place))
        return replace(self, sheets=tuple(sheets), files=None)


@dataclass(frozen=True)
class Job:
    """One submission to grade."""

    student: str
    slug: str
    folder: Path  # CLASS/submitted/<student>/<assignment>
    digest: str  # of everything the grade depends on
    bundle: str  # digest of the bundle
    content: str  # digest of what was handed in
    tree: tuple | None = field(default=None, compare=False, repr=False)  # of the folder, when it travels

    def packed(self):
        """Return the job with the contents of its folder."""
        return replace(self, tree=_pack(self.folder))

    def unpacked(self, folder):
        """Return the job with its folder at `folder`, as far as grading looks at it the same as the one packed."""
        place = Path(folder) / self.slug
        _unpack(self.tree, place)
        return replace(self, folder=place, tree=None)


def _pack(folder):
    """Return ((relative path, kind, bytes or size), …) of a folder; what cannot be read is left out."""
    if folder.is_symlink():
        return (("", LINK, b""),)
    tree = [("", FOLDER, b"")]
    for where, folders, names in os.walk(folder):
        for name in sorted(folders):
            path = Path(where, name)
            tree.append((str(path.relative_to(folder)), LINK if path.is_symlink() else FOLDER, b""))
        for name in sorted(names):
            path = Path(where, name)
            try:
                tree.append((str(path.relative_to(folder)), *_read(path)))
            except OSError:
                continue
    return tuple(tree)


def _read(path):
    if path.is_symlink():
        return LINK, b""
    if not path.is_file():
        return SPECIAL, b""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        return (HUGE, size) if size > MAX_PACKED else (FILE, file.read(MAX_PACKED))


def _unpack(tree, place):
    for name, kind, data in tree:
        path = place / name if name else place
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == FOLDER:
            path.mkdir(exist_ok=True)
        elif kind == LINK:
            path.symlink_to("nowhere")
        elif kind == FILE:
            path.write_bytes(data)
        elif kind == HUGE:
            with path.open("wb") as file:
                file.truncate(data)
        elif hasattr(os, "mkfifo"):
            os.mkfifo(path)
