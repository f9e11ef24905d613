"""What a student's process needs, as one anonymous file: its cells, its limits, the files that lie beside the notebook.

A file, because whatever passed through the memory of the zygote would be in the memory of the next student's process.
"""

import json
import os
import struct
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.engine import Limits

_LENGTH = struct.Struct("<q")
_PIECE = 1 << 20


@dataclass(frozen=True)
class Job:
    """One submission, as far as its student's process must know it."""

    cells: tuple[str, ...]  # the sources of all code cells but the tests
    limits: Limits
    files: tuple[tuple[str, int], ...] = ()  # (relative path, size)
    folder: str = ""  # where to run when there is no private folder
    kind: str = "examined"  # what serves: see SERVANTS in autograder.engine.zygote


def pack(job, source=None):
    """Return the descriptor of a file that holds `job` and the content of its files.

    They lie in the folder `source`; or it is the descriptor of an earlier job with the same files, as they were then.
    """
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("job", os.MFD_CLOEXEC)
    else:
        with tempfile.TemporaryFile() as file:
            number = os.dup(file.fileno())
    text = json.dumps(asdict(job)).encode()
    with open(number, "wb", closefd=False) as file:
        file.write(_LENGTH.pack(len(text)) + text)
        place = _LENGTH.size + _LENGTH.unpack(os.pread(source, _LENGTH.size, 0))[0] if type(source) is int else 0
        while place and (piece := os.pread(source, _PIECE, place)):
            place += file.write(piece)
        for name, size in job.files if not place else ():
            with Path(source, name).open("rb") as content:
                left = size - _copy(content, file, size)
            file.write(b"\0" * left)  # a file that shrank meanwhile
    return number


def unpack(number):
    """Return (the Job, a function that puts its files into the current folder)."""
    os.lseek(number, 0, os.SEEK_SET)
    file = open(number, "rb")  # noqa: PTH123, SIM115
    raw = json.loads(file.read(_LENGTH.unpack(file.read(_LENGTH.size))[0]))
    files = tuple((name, size) for name, size in raw["files"])
    job = Job(tuple(raw["cells"]), Limits(**raw["limits"]), files, raw["folder"], raw["kind"])

    def fill():
        for name, size in files:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            with Path(name).open("wb") as target:
                _copy(file, target, size)
        file.close()

    return job, fill


def _copy(source, target, size):
    """Copy `size` bytes, or what there is; return how many."""
    left = size
    while left and (piece := source.read(min(left, _PIECE))):
        target.write(piece)
        left -= len(piece)
    return size - left
