"""Zips from anybody, unpacked so that they can do no harm: into files with numbers for names, within bounds.

Refused as a whole: what is no zip, is encrypted, has overlapping entries (a bomb that lies about its size), too many
entries, too many bytes, or far more bytes than it has itself. Left out, one by one: absolute paths, ``..``, links,
devices, control characters in a name. A name without the UTF-8 flag is read as what it most likely is (APPNOTE.TXT of
the zip format, 4.4.4 and appendix D: without bit 11 names are cp437; many programs write UTF-8 all the same).
"""

import lzma
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from errno import EINVAL
from pathlib import Path

from autograder.text import composed, one_line

UTF8 = 0x800  # bit 11 of the flags: the name is UTF-8
ENCRYPTED = 0x1
UNICODE_PATH = 0x7075  # Info-ZIP's extra field
MAX_DEPTH = 40  # folders in each other
MAX_NAME = 1000  # characters of a path
CHUNK = 1 << 20
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, MemoryError,
    IndexError, ValueError, OverflowError,
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE = re.compile(r"[A-Za-z]:")
JUNK = frozenset({
    *("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints", "__pycache__", ".git"),
    *(".venv", "venv", "site-packages", "node_modules"),  # students zip them along
})  # fmt: skip


class Refused(Exception):  # noqa: N818  (named after what happened)
    """A zip that is not opened; ``str(error)`` is the reason, a part of a Vietnamese sentence."""


@dataclass(frozen=True)
class Bounds:
    """How much a zip may hold."""

    files: int
    total: int  # bytes
    one: int  # bytes of one file
    ratio: int = 200  # bytes for each byte of the zip, where it comes to more than `free`
    free: int = 50 << 20


LMS = Bounds(files=50_000, total=8 << 30, one=500 << 20)  # what a teacher downloads
STUDENT = Bounds(files=5_000, total=500 << 20, one=200 << 20)  # what a student hands in


@dataclass(frozen=True)
class Entry:
    """One file out of a zip."""

    path: tuple[str, ...]
    file: Path  # where its bytes are now
    size: int
    time: datetime | None  # as the zip has it: local time of whoever made it, to two seconds


@dataclass
class Spool:
    """A folder for files out of zips, and what was left out of them."""

    folder: Path
    count: int = 0
    left: int = LMS.total  # bytes that may still be written, all zips together
    notes: list[tuple[str, str]] = field(default_factory=list)  # (what, why it was left out or mended)

    def place(self):
        """Return the path of the next file."""
        self.count += 1
        return self.folder / f"{self.count:06d}"


def unpack(path, spool, bounds, label):
    """Return the :class:`Entry` of every file in a zip, in its order.

    Parameters
    ----------
    path : Path
    spool : Spool
        Where the files go, and the notes.
    bounds : Bounds
    label : str
        What the zip is called in the notes.

    Raises
    ------
    Refused
    """
    entries = []
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _overlap(infos)
            wanted = []
            for info in infos:
                name = name_of(info)
                parts, why = parts_of(info, name)
                if why:
                    spool.notes.append((f"{label}/{one_line(name, 120)}", why))
                elif not is_junk(parts):
                    wanted.append((parts, info))
            _inspect([info for _, info in wanted], path.stat().st_size, bounds, spool)
            for parts, info in wanted:
                entries.append(Entry(parts, _write(archive, info, spool), info.file_size, _time(info)))
    except _DAMAGED:
        raise Refused("tệp zip hỏng hoặc không phải zip") from None
    except OSError as error:
        if error.errno not in (None, EINVAL):  # bz2 has no word of its own for damaged data, nor has a wrong place
            raise
        raise Refused("tệp zip hỏng hoặc không phải zip") from None
    except RuntimeError:  # zipfile's word for a password
        raise Refused("tệp zip có mật khẩu") from None
    return entries


def is_junk(parts):
    """Whether a file is what systems and editors leave behind."""
    return bool(JUNK & set(parts)) or parts[-1].startswith("._")


def name_of(info):
    """Return the name of an entry, composed; one in another encoding than it says is read as what it is."""
    if info.flag_bits & UTF8:
        return composed(info.filename)
    raw = info.orig_filename.encode("cp437", "replace")
    told = _unicode_path(info.extra, raw)
    if told is not None:
        return composed(told)
    if raw.isascii():
        return info.filename
    for encoding in ("utf-8", "cp1258"):
        try:
            name = unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\u0300-\u036f]", name):  # a tone that belongs to no letter: not this encoding
            return name
    return composed(info.filename)


def _unicode_path(extra, raw):
    """Return the name in Info-ZIP's extra field, if it is about this name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        data, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and len(data) >= 5 and data[0] == 1:
            if struct.unpack_from("<L", data, 1)[0] != zlib.crc32(raw):
                return None
            try:
                return data[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def parts_of(info, name):
    """Return (the parts of an entry's path, why it is left out or an empty string)."""
    if _CONTROL.search(info.orig_filename):
        return (), "tên có ký tự điều khiển"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and kind != stat.S_IFREG:
        return (), "là một liên kết (symlink)" if kind == stat.S_IFLNK else "không phải tệp thường"
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        return (), "đường dẫn tuyệt đối"
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if ".." in parts:
        return (), "đường dẫn đi ra ngoài (..)"
    if not parts or len(path) > MAX_NAME or len(parts) > MAX_DEPTH:
        return (), "đường dẫn rỗng hoặc quá dài"
    return parts, ""


def _inspect(infos, size, bounds, spool):
    """Raise Refused where what the zip says of itself is more than the bounds allow."""
    if len(infos) > bounds.files:
        raise Refused(f"có {len(infos)} tệp, giới hạn {bounds.files}")
    if any(info.flag_bits & ENCRYPTED for info in infos):
        raise Refused("tệp zip có mật khẩu")
    total = sum(info.file_size for info in infos)
    if total > max(bounds.free, bounds.ratio * size):
        raise Refused(f"bung ra gấp {total // max(size, 1)} lần, có thể là bom zip")
    if total > min(bounds.total, spool.left) or any(info.file_size > bounds.one for info in infos):
        raise Refused(f"bung ra {total / 1e6:.0f} MB, quá giới hạn")
    spool.left -= total


def _overlap(infos):
    """Raise Refused where two entries share bytes: ten of them can be unpacked to a petabyte."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise Refused("các tệp bên trong chồng lên nhau, có thể là bom zip")
        end = info.header_offset + info.compress_size


def _write(archive, info, spool):
    target = spool.place()
    with archive.open(info) as source, target.open("wb") as out:
        while data := source.read(CHUNK):
            out.write(data)
    return target


def _time(info):
    try:
        time = datetime(*info.date_time)
    except ValueError:
        return None
    return time if time.year > 1980 else None  # the zero of the format: not known
