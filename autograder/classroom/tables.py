"""Tables that people save: CSV from Excel, from a university's portal, from Moodle or Canvas.

Read are UTF-8 with or without a mark, UTF-16 (Excel's «Unicode Text») and Windows-1258; commas, semicolons, tabs; lines
above the head such as the title of a list.
"""

import codecs
import csv
import io
import unicodedata
from dataclasses import dataclass

from autograder.text import composed, fault, one_line

MAX_BYTES = 20_000_000
MAX_HEAD = 20  # lines in which the head is looked for
DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TableUnreadable(Exception):  # noqa: N818  (named after what happened)
    """The file is no table; ``str(error)`` is the reason, a part of a Vietnamese sentence."""


@dataclass(frozen=True)
class Table:
    """A table as text: every cell composed (NFC), without blanks around it."""

    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # (line in the file, cells), as many cells as the head has
    delimiter: str
    encoding: str


def read(path, is_head):
    """Return the :class:`Table` in a file.

    Parameters
    ----------
    path : Path
    is_head : callable
        Takes a tuple of cells and returns how many it knows as heads, 0 when this is no head at all.

    Raises
    ------
    TableUnreadable
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TableUnreadable(f"tệp lớn hơn {MAX_BYTES // 1_000_000} MB")
        data = path.read_bytes()
    except OSError as error:
        raise TableUnreadable(fault(error)) from None
    text, encoding = decode(data)
    best = max(((*_head(text, delimiter, is_head), delimiter) for delimiter in DELIMITERS), key=lambda found: found[0])
    known, place, delimiter = best
    if not known:
        raise TableUnreadable(f"không thấy dòng tiêu đề (mã hóa {encoding}, {MAX_HEAD} dòng đầu)")
    lines = list(_lines(text, delimiter))
    head = lines[place][1]
    rows = ((number, cells) for number, cells in lines[place + 1 :] if any(cells))
    width = len(head)
    return Table(head, tuple((n, (*cells, *("",) * width)[:width]) for n, cells in rows), delimiter, encoding)


def decode(data):
    """Return (text, the encoding's name) of a table's bytes; raises TableUnreadable."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise TableUnreadable("đây là tệp Excel; trong Excel hãy chọn Lưu thành «CSV UTF-8»")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding), encoding
    if data[1:2] == b"\0" or data[:1] == b"\0":
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return _decoded(data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return unicodedata.normalize("NFC", _decoded(data, "cp1258")), "windows-1258"


def _decoded(data, encoding):
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise TableUnreadable("không đọc được chữ; hãy lưu lại dưới dạng CSV UTF-8") from None


def _head(text, delimiter, is_head):
    """Return (how many heads are known, which line it is)."""
    best = (0, 0)
    for place, (_, cells) in enumerate(_lines(text, delimiter)):
        if place >= MAX_HEAD:
            break
        known = is_head(cells)
        if known > best[0]:
            best = (known, place)
    return best


def _lines(text, delimiter):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, tuple(composed(cell).replace("\xa0", " ").strip() for cell in cells)
    except csv.Error as error:
        raise TableUnreadable(f"dòng {reader.line_num} không đọc được ({one_line(error, 80)})") from None
