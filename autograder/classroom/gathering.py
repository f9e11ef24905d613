"""What was handed in, wherever it lies: zips, folders and notebooks become one flat list of pieces."""

import os
import re
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.classroom import archives
from autograder.errors import SourceUnusable
from autograder.text import composed, fault, one_line

NESTED = 3  # zips in each other, the outermost not counted
#: a part of a download from Drive: one folder, cut anywhere, «<name>-<time>-001.zip»; a browser may add « (1)»
_PART = re.compile(r"(?P<whole>.+-\d{8}T\d{6}Z(?:-\d+)?)-\d{3}(?: ?\(\d+\))?\.zip", re.IGNORECASE)
PACKED = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")  # not opened: said so


@dataclass(frozen=True)
class Piece:
    """One file that was handed in."""

    path: tuple[str, ...]  # folders and zips it lies in, and its name
    file: Path  # where its bytes are
    size: int
    time: datetime | None  # when it was changed, as the zip or the disk has it; in UTC
    source: int  # which of the sources, in the order they were given; the parts of one download are one
    label: str  # the source's name
    packed: int = 0  # how many leading parts of the path lie outside the innermost zip

    @property
    def shown(self):
        """Where it lies, for people."""
        return one_line("/".join((self.label, *self.path)), 200)


def gather(sources, spool, zone):
    """Return the :class:`Piece` list of some sources, zips in them unpacked.

    Parameters
    ----------
    sources : sequence of Path
        Zips, folders or files.
    spool : archives.Spool
        Where files out of zips go; what is left out is noted there.
    zone : tzinfo
        Whose time the zips tell.

    Raises
    ------
    SourceUnusable
        For a source itself; what is wrong further inside is noted.
    """
    pieces, wholes = [], {}
    for number, source in enumerate(sources):
        path = Path(source).expanduser()
        part = _PART.fullmatch(composed(path.name))
        one = wholes.setdefault(part["whole"], number) if part else number
        pieces += _source(path, one, spool, zone)
    return pieces


def _source(path, number, spool, zone):
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SourceUnusable(f"Không mở được {one_line(path, 200)}: {fault(error)}.") from None
    label = one_line(composed(path.resolve().name), 120)
    if stat.S_ISDIR(mode):
        found = [_piece(name, file, number, label) for name, file in _walk(path, spool, label)]
    elif not stat.S_ISREG(mode):
        raise SourceUnusable(f"{one_line(path, 200)} không phải tệp hay thư mục thường.")
    elif path.suffix.lower() == ".zip":
        try:
            entries = archives.unpack(path, spool, archives.LMS, label)
        except archives.Refused as error:
            raise SourceUnusable(f"Không mở {one_line(path, 200)}: {error}.") from None
        found = [_entry(entry, number, label, zone) for entry in entries]
    else:
        found = [_piece((composed(path.name),), path, number, label)]
    return [piece for one in found for piece in _opened(one, spool, zone, NESTED, archives.STUDENT)[0]]


def _walk(folder, spool, label):
    """Yield (parts, path) of the regular files below a folder, sorted; links are not followed."""
    waiting = [(folder, ())]
    while waiting:
        place, parts = waiting.pop(0)
        try:
            with os.scandir(place) as listing:
                items = sorted(listing, key=lambda item: composed(item.name))
        except OSError as error:
            spool.notes.append(("/".join((label, *parts)), f"không đọc được ({fault(error)})"))
            continue
        for item in items:
            path = (*parts, composed(item.name))
            if archives.is_junk(path):
                continue
            if item.is_dir(follow_symlinks=False) and len(path) < archives.MAX_DEPTH:
                waiting.append((Path(item.path), path))
            elif item.is_file(follow_symlinks=False):
                yield path, Path(item.path)
            else:
                why = "là một liên kết (symlink)" if item.is_symlink() else "không phải tệp thường"
                spool.notes.append((one_line("/".join((label, *path)), 200), why))


def _piece(parts, path, number, label):
    found = path.stat()
    return Piece(parts, path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC), number, label)


def _entry(entry, number, label, zone):
    time = entry.time.replace(tzinfo=zone).astimezone(UTC) if entry.time else None
    return Piece(entry.path, entry.file, entry.size, time, number, label)


def _opened(piece, spool, zone, depth, bounds):
    """Return (a piece, or what is in it when it is a zip; what is left of the bounds).

    All zips in one that was handed in share its bounds: each with its own, a few kilobytes of zips in a zip would take
    the room of the whole class.
    """
    suffix = Path(piece.path[-1]).suffix.lower()
    if suffix in PACKED:
        spool.notes.append((piece.shown, f"kiểu nén {suffix} không được mở; hãy giải nén rồi thu lại"))
    if suffix != ".zip":
        return [piece], bounds
    if not depth:
        spool.notes.append((piece.shown, "zip lồng nhau quá sâu"))
        return [], bounds
    try:
        entries = archives.unpack(piece.file, spool, bounds, piece.shown)
    except archives.Refused as error:
        spool.notes.append((piece.shown, str(error)))
        return [], bounds
    size = sum(entry.size for entry in entries)
    bounds = replace(bounds, files=bounds.files - len(entries), total=bounds.total - size)
    inner = [_entry(entry, piece.source, piece.label, zone) for entry in entries]
    found = []
    for one in inner:
        one = replace(one, path=(*piece.path, *one.path), packed=len(piece.path))
        pieces, bounds = _opened(one, spool, zone, depth - 1, bounds)
        found += pieces
    return found, bounds
