"""From the bytes of a file to cells: whatever encoding, version or editor it comes from, and however it was damaged.

Nothing a student wrote is trusted: a notebook is rebuilt cell by cell from the few fields that matter.
"""

import difflib
import json
import re
import unicodedata

from autograder.errors import (
    NotANotebook,
    NotebookEmpty,
    NotebookMissing,
    NotebookNotJSON,
    NotebookTooLarge,
    NotebookUnreadable,
)
from autograder.jupyter import KERNEL, nbformat
from autograder.notebook import code, lenient
from autograder.notebook.notes import Note
from autograder.text import fault, one_line

MAX_BYTES = 100_000_000
LARGE = 10_000_000
MAX_CELLS = 5000
MAX_CODE_CELL = code.MAX_SOURCE  # characters; no limit of time holds for what is read here, so there are these
MAX_CODE = 2_000_000  # of all code cells
MAX_TEXT = 20_000_000  # of all other cells: Colab keeps pictures in them
_CELL_TYPES = ("code", "markdown", "raw")
_KINDS = (
    (b"PK\x03\x04", "tệp nén ZIP (hay tệp Office) bị đổi tên"),
    (b"%PDF", "tệp PDF"),
    (b"\x89PNG", "tệp ảnh PNG"),
    (b"\xff\xd8\xff", "tệp ảnh JPEG"),
    (b"GIF8", "tệp ảnh GIF"),
    (b"\x1f\x8b", "tệp nén gzip"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"\xd0\xcf\x11\xe0", "tệp Office bị đổi tên"),
    (b"\x7fELF", "tệp chương trình"),
)
_BOMS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"{\0\0\0", "utf-32-le"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
# letters whose Vietnamese marks follow as characters of their own
_DECOMPOSED = re.compile("[A-Za-zÂâĂăÊêÔôƠơƯưĐđ][\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323]+")
_SPLIT_SCRIPT = re.compile(r"^# (?:In ?\[[ \d]*\]:|%%).*\n?", re.MULTILINE)
_SAVE = "Hãy tải lại sổ tay .ipynb từ Jupyter hoặc Colab rồi nộp."


def load(path):
    """Return (notebook, notes): a clean nbformat 4.5 notebook without outputs, and what was wrong with the file.

    Raises NotebookMissing, NotebookEmpty, NotebookTooLarge, NotebookNotJSON or NotANotebook.
    """
    name = one_line(path.name, 60)
    data = _bytes(path, name)
    text, notes = _text(data, name)
    if len(data) > LARGE:
        told = f"{name} nặng {len(data) / 1e6:.0f} MB, phần lớn là kết quả đã lưu của các ô."
        notes.append(Note("size", told, serious=False))
    raw, metadata = _cells(text, name, notes)
    del text, data
    cells = [clean for clean in map(_clean_cell, raw) if clean is not None]
    if not any(cell.source.strip() for cell in cells):
        damage = next((note.text for note in notes if note.kind == "damaged"), "")
        if damage:
            raise NotebookNotJSON(f"{damage} {_SAVE}")
        raise NotebookEmpty(f"{name} không có ô nào có nội dung.")
    _check_sizes(cells, name)
    if len(cells) > MAX_CELLS:
        cells = [cell for i, cell in enumerate(cells) if i < MAX_CELLS or "nbgrader" in cell.metadata][: 2 * MAX_CELLS]
        notes.append(Note("damaged", f"{name} có {len(raw)} ô; chỉ đọc {MAX_CELLS} ô đầu.", serious=True))
    language = _foreign(metadata)
    if language:
        told = f"Sổ tay đặt nhân {one_line(language, 20)}; khi chấm, các ô được chạy bằng Python 3."
        notes.append(Note("kernel", told, serious=False))
    if sum(_composed(cell) for cell in cells):  # every one of them
        told = "Chữ tiếng Việt có dấu tách rời (NFD) được ghép lại thành chữ dựng sẵn (NFC)."
        notes.append(Note("encoding", told, serious=False))
    return make(cells), tuple(notes)


def _check_sizes(cells, name):
    """Raise NotebookTooLarge where there is more than anybody writes."""
    sizes = [(len(cell.source), number) for number, cell in enumerate(cells, 1) if cell.cell_type == "code"]
    longest, number = max(sizes, default=(0, 0))
    text = sum(len(cell.source) for cell in cells if cell.cell_type != "code")
    for what, found, most, thing in (
        (f"Ô mã thứ {number} của {name} dài", longest, MAX_CODE_CELL, "dữ liệu"),
        (f"Các ô mã của {name} dài tất cả", sum(size for size, _ in sizes), MAX_CODE, "dữ liệu"),
        (f"Các ô văn bản của {name} dài tất cả", text, MAX_TEXT, "hình"),
    ):
        if found > most:
            told = f"{what} {_grouped(found)} ký tự, giới hạn là {_grouped(most)}"
            raise NotebookTooLarge(f"{told}: hãy để {thing} trong tệp riêng thay vì dán vào ô, rồi nộp lại.")


def _grouped(count):
    return f"{count:,}".replace(",", ".")


def make(cells):
    """Return a notebook of these cells, each with an id of its own."""
    unique_ids(cells)
    return nbformat.from_dict({"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5})


def unique_ids(cells):
    """Give every cell without a valid id of its own a new one."""
    seen = set()
    for position, cell in enumerate(cells):
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell.get("id", "")) or cell.id in seen:
            number, wish = 0, f"cell-{position}"
            while wish in seen:
                number, wish = number + 1, f"cell-{position}-{number}"
            cell["id"] = wish
        seen.add(cell["id"])


# --- bytes and characters ---------------------------------------------------------------------------------------


def _bytes(path, name):
    try:
        if not path.is_file():
            what = "là một thư mục" if path.is_dir() else "không tồn tại"
            raise NotebookMissing(f"{name} {what}.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise NotebookTooLarge(
                f"{name} nặng {size / 1e6:.0f} MB, giới hạn là {MAX_BYTES / 1e6:.0f} MB: "
                "hãy xóa kết quả của các ô (Clear Outputs of All Cells), lưu rồi nộp lại."
            )
        data = path.read_bytes()
    except OSError as error:
        raise NotebookUnreadable(f"{name} không đọc được: {fault(error)}.") from None
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise NotebookEmpty(f"{name} là tệp rỗng.")
    for start, what in _KINDS:
        if data.startswith(start):
            raise NotebookNotJSON(f"{name} không phải sổ tay mà là {what}. {_SAVE}")
    return data


def _text(data, name):
    """Return (text, list of notes)."""
    for start, encoding in _BOMS:
        if data.startswith(start):
            text = data.decode(encoding, "replace")
            told = f"{name} lưu bằng bảng mã UTF-16 hoặc UTF-32; đã đọc được."
            return text, [] if encoding == "utf-8-sig" else [Note("encoding", told, serious=False)]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    bad, good = text.count("\ufffd"), sum(c > "\x7f" for c in text[:1_000_000])
    if 3 * bad < good:
        told = f"{name} có {bad} ký tự hỏng, được thay bằng «\ufffd»."
        return text, [Note("encoding", told, serious=True)]
    told = f"{name} không phải UTF-8; đã đọc theo bảng mã Windows-1258."
    return data.decode("cp1258", "replace"), [Note("encoding", told, serious=True)]


def _composed(cell):
    """Put a cell's text together from pieces (NFC); return whether anything changed."""
    if cell.source.isascii() or not _DECOMPOSED.search(cell.source):
        return False
    before = cell.source
    cell.source = _DECOMPOSED.sub(lambda m: unicodedata.normalize("NFC", m.group(0)), before)
    return cell.source != before


# --- JSON and cells ---------------------------------------------------------------------------------------------


def _cells(text, name, notes):
    """Return (raw cells, metadata) of what a file holds; adds to the notes, raises NotebookUnreadable."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return _mended(text, name, notes, error), {}
    except (RecursionError, ValueError):
        raise NotebookNotJSON(f"{name} bị hỏng: JSON lồng nhau quá sâu hoặc có số quá dài.") from None
    found = _document_cells(document)
    if found is None:
        if isinstance(document, dict) and "cells" in document:
            raise NotANotebook(f"{name} không phải sổ tay Jupyter: thiếu danh sách ô.")
        raise NotANotebook(f"{name} không phải sổ tay Jupyter. {_SAVE}")
    metadata = document.get("metadata")
    return found, metadata if isinstance(metadata, dict) else {}


def _document_cells(document):
    """Return the raw cells of a notebook of any version, or None when it is none."""
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("cells"), list):
        return document["cells"]
    sheets = document.get("worksheets")  # nbformat 2 and 3
    if not isinstance(sheets, list):
        return None
    return [c for s in sheets if isinstance(s, dict) and isinstance(s.get("cells"), list) for c in s["cells"]]


def _mended(text, name, notes, error):
    """Return the raw cells of a file that is no JSON, as many as can be read."""
    halves = lenient.sides(text)
    if halves:
        both = [_readable(half) for half in halves]
        if any(both):
            told = f"{name} còn dấu xung đột của git («<<<<<<<»); đã đọc cả hai bên, chỗ khác nhau thì tính bản sau."
            notes.append(Note("damaged", told, serious=True))
            return _merged(*both)
    documents = _documents(text)
    if len(documents) > 1:
        told = f"{name} chứa {len(documents)} sổ tay dán nối nhau; các ô được gộp lại, ô trùng thì tính bản sau."
        notes.append(Note("damaged", told, serious=True))
        merged = documents[0]
        for more in documents[1:]:
            merged = _merged(merged, more)
        return merged
    cut, found = _salvaged(text)
    if found:
        extra = bool(documents) and not halves
        what = "có nội dung thừa sau sổ tay" if extra else "tệp bị cắt cụt" if cut else "JSON sai cú pháp"
        where = "" if cut and not extra else f" (dòng {error.lineno})"
        told = f"{name} bị hỏng: {what}{where}; chỉ đọc được {len(found)} ô."
        notes.append(Note("damaged", told, serious=True))
        return found
    script = _script(text)
    if script:
        told = f"{name} là mã Python (.py), không phải sổ tay; mã được đọc như {len(script)} ô."
        notes.append(Note("damaged", told, serious=True))
        return script
    raise NotebookNotJSON(_why_not(text, name, error))


def _readable(text):
    """Return the raw cells of one side of a conflict, or an empty list."""
    documents = _documents(text)
    return documents[0] if documents else _salvaged(text)[1]


def _documents(text):
    """Return the raw cells of every notebook that stands in a text, one after the other."""
    decoder, position, found = json.JSONDecoder(), 0, []
    while (position := text.find("{", position)) >= 0 and len(found) < 10:
        if text[:position].strip() and not found:
            break
        try:
            document, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        cells = _document_cells(document)
        if cells is not None:
            found.append(cells)
    return found


def _salvaged(text):
    """Return (whether it was cut off, raw cells) of a broken notebook."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        try:
            document, cut = lenient.parse(start)
            found = _document_cells(document)
            if found:
                return cut, found
        except lenient.BrokenError:
            pass
    return not text.rstrip().endswith("}"), lenient.cells(text)


def _merged(ours, theirs):
    """Return the cells of two versions of a notebook, in order; what is the same in both comes once."""
    if len(ours) + len(theirs) > 2000:
        return [*ours, *theirs]
    keys = [[_key(cell) for cell in cells] for cells in (ours, theirs)]
    merged = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        merged += ours[a:b]
        merged += [] if what == "equal" else theirs[c:d]
    return merged


def _key(cell):
    clean = _clean_cell(cell)
    if clean is None:
        return ""
    return json.dumps([clean.cell_type, clean.source, clean.metadata.get("nbgrader", {}).get("grade_id")])


def _script(text):
    """Return the cells of a Python file that somebody called a notebook, or an empty list."""
    if text.lstrip().startswith(("{", "[", "<")) or not code.functions(text):
        return []
    parts = [part.strip("\n") for part in _SPLIT_SCRIPT.split(text)]
    return [{"cell_type": "code", "source": part} for part in parts if part.strip()]


def _why_not(text, name, error):
    start = text.lstrip("\ufeff \t\r\n")
    if re.match(r"<(!doctype|html|head|body|\?xml)", start, re.IGNORECASE):
        return f"{name} không phải sổ tay mà là một trang web (HTML). {_SAVE}"
    if start.startswith("<<<<<<<"):
        return f"{name} bị hỏng: còn dấu xung đột của git («<<<<<<<»). {_SAVE}"
    if re.match(r"https?://\S+\s*$", start):
        return f"{name} chỉ chứa một liên kết, không có bài làm. {_SAVE}"
    if not start.startswith("{"):
        return f"{name} không phải sổ tay: nội dung không phải JSON. {_SAVE}"
    if error.msg == "Extra data":
        return f"{name} bị hỏng: có nội dung thừa sau sổ tay (dòng {error.lineno}). {_SAVE}"
    whole = start.rstrip().endswith("}")
    where = f"lỗi ở dòng {error.lineno}, cột {error.colno}" if whole else "tệp bị cắt cụt"
    return f"{name} bị hỏng: JSON sai cú pháp ({where}). {_SAVE}"


def _clean_cell(raw):
    if not isinstance(raw, dict) or not isinstance(raw.get("cell_type"), str):
        return None
    metadata = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    kind = raw["cell_type"].lower()
    # nbformat 1 and 2 called it otherwise
    source = next((raw[key] for key in ("source", "input", "code", "text") if key in raw), "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    if kind == "heading":
        level = raw.get("level")
        kind, source = "markdown", f"{'#' * (level if type(level) is int and 0 < level < 7 else 1)} {source}"
    elif kind not in _CELL_TYPES:
        kind = "markdown" if kind in ("html", "text") else "raw"
    # a lone surrogate cannot be sent to a kernel or written to a file
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    mark, tags = metadata.get("nbgrader"), metadata.get("tags")
    kept = {}
    if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
        plain = {k: v for k, v in mark.items() if isinstance(k, str) and isinstance(v, str | int | float | bool)}
        kept["nbgrader"] = plain
    if isinstance(tags, list):
        kept["tags"] = list(dict.fromkeys(tag for tag in tags if isinstance(tag, str) and tag and "," not in tag))
    # Colab and Deepnote keep a cell's id among its metadata
    identities = (raw.get("id"), metadata.get("id"), metadata.get("cell_id"))
    identity = next((i for i in identities if isinstance(i, str)), "")
    cell = {"cell_type": kind, "id": identity, "metadata": kept, "source": source}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    return nbformat.from_dict(cell)


def _foreign(metadata):
    """Return the name of the language a notebook says it is written in when that is not Python, or an empty string."""
    places = (("language_info", "name"), ("kernelspec", "language"))
    said = [metadata[part].get(key) for part, key in places if isinstance(metadata.get(part), dict)]
    told = [language for language in said if isinstance(language, str) and language.strip()]
    return "" if not told or any(language.lower().startswith(("python", "ipython")) for language in told) else told[0]
