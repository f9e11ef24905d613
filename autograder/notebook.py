"""One submitted notebook: read it whatever state it is in, say what is wrong, repair what can be repaired.

Nothing a student wrote is trusted: a notebook is rebuilt cell by cell from the few fields that matter.
"""

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.course import kind_of
from autograder.errors import (
    NotANotebook,
    NotebookEmpty,
    NotebookMissing,
    NotebookNotJSON,
    NotebookTooLarge,
    NotebookUnreadable,
)
from autograder.jupyter import KERNEL, NotebookNode, nbformat
from autograder.text import fault, normalized, one_line

MAX_BYTES = 50_000_000
_CELL_TYPES = ("code", "markdown", "raw")


@dataclass(frozen=True)
class Note:
    """Something about the structure of a notebook that its owner should know."""

    kind: str  # "name", "missing", "duplicate", "label", "edited", "order", "unknown", "type"
    text: str
    serious: bool  # False: repaired without any doubt, harmless


@dataclass(frozen=True)
class Submission:
    """A readable notebook, repaired so that it has every graded cell of its assignment exactly once."""

    path: Path
    notebook: NotebookNode
    notes: tuple[Note, ...]
    untouched: frozenset[str]  # tasks whose solution cell is still the stub
    absent: frozenset[str]  # tasks whose solution cell was not in the notebook


def find(folder, slug):
    """Return (path, notes): the notebook handed in for `slug` in a submission's folder.

    A single notebook of another name is taken, with a note. Raises NotebookMissing or NotebookUnreadable.
    """
    if folder.is_symlink():
        raise NotebookUnreadable("Thư mục bài nộp là một liên kết (symlink), không phải thư mục thật.")
    wanted = folder / f"{slug}.ipynb"
    if wanted.is_file() and not wanted.is_symlink():
        return wanted, ()
    if wanted.is_symlink():
        raise NotebookUnreadable(f"{wanted.name} là một liên kết (symlink), không phải tệp thật.")
    if wanted.exists():
        what = "một thư mục" if wanted.is_dir() else "một tệp đặc biệt"
        raise NotebookUnreadable(f"{wanted.name} là {what}, không phải sổ tay.")
    others = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".ipynb" and p.is_file() and not p.is_symlink())
    if not others:
        inside = sorted(p for p in folder.glob("*/*.ipynb") if not p.parent.name.startswith("."))
        if inside:
            where = one_line(inside[0].relative_to(folder), 80)
            raise NotebookMissing(f"Không có tệp {slug}.ipynb (có {where}: hãy đặt nó ngay trong thư mục bài nộp).")
        files = [p.name for p in folder.iterdir() if not p.name.startswith(".")]
        found = f"chỉ có {one_line(', '.join(sorted(files)), 80)}" if files else "thư mục trống"
        raise NotebookMissing(f"Không có tệp {slug}.ipynb ({found}).")
    if len(others) > 1:
        names = one_line(", ".join(p.name for p in others), 80)
        raise NotebookMissing(f"Không có tệp {slug}.ipynb mà có {len(others)} sổ tay khác: {names}.")
    text = f"Tên tệp là {one_line(others[0].name, 60)}, cần {slug}.ipynb."
    return others[0], (Note("name", text, serious=True),)


def read(path):
    """Return the notebook in `path` as a clean nbformat 4.5 notebook without outputs.

    Raises NotebookMissing, NotebookEmpty, NotebookTooLarge, NotebookNotJSON or NotANotebook.
    """
    raw = _json(path)
    if not isinstance(raw, dict) or not ("cells" in raw or "worksheets" in raw):
        raise NotANotebook(f"{_name(path)} không phải sổ tay Jupyter.")
    if "worksheets" in raw:  # nbformat 3
        try:
            raw = nbformat.convert(nbformat.from_dict(raw), 4)
        except Exception:
            raise NotANotebook(f"{_name(path)} là sổ tay kiểu cũ (nbformat 3) và không chuyển đổi được.") from None
    if not isinstance(raw.get("cells"), list):
        raise NotANotebook(f"{_name(path)} không phải sổ tay Jupyter: thiếu danh sách ô.")
    cells = [clean for clean in map(_clean_cell, raw["cells"]) if clean is not None]
    if not any(cell.source.strip() for cell in cells):
        raise NotebookEmpty(f"{_name(path)} không có ô nào có nội dung.")
    return _notebook(cells)


def submission(path, assignment, *, released=False, notes=()):
    """Read and repair one notebook.

    Parameters
    ----------
    path : Path
        The notebook.
    assignment : Assignment
        What it should look like.
    released : bool
        Put the student's version of the tests into the test cells (for ``autograder check``) instead of the graded one.
    notes : tuple of Note
        What is known already, such as a wrong file name.

    Raises
    ------
    NotebookUnreadable
        With the reason, when there is no notebook to repair.
    """
    notebook = read(path)
    return _Repair(notebook, assignment, released).result(path, tuple(notes))


def blank(assignment, reason):
    """Return the notebook that stands for an unreadable submission: the reason, then the assignment's own cells."""
    head = nbformat.v4.new_markdown_cell(f"**Không chấm được bài nộp.** {reason}", id="autograder-reason")
    cells = [_reference_cell(cell, released=False) for cell in assignment.cells]
    return _notebook([head, *cells])


def guess_assignment(path, assignments):
    """Return the slug whose cells the notebook has most of, or None; never raises."""
    try:
        ids = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in read(path).cells}
    except NotebookUnreadable:
        return None
    shares = {a.slug: len(ids & {c.grade_id for c in a.graded}) / len(a.graded) for a in assignments}
    best = max(shares, key=shares.get, default=None)
    return best if best is not None and shares[best] >= 0.5 else None


# --- reading ----------------------------------------------------------------------------------------------------


def _name(path):
    return one_line(path.name, 60)


def _json(path):
    try:
        if not path.is_file():
            what = "là một thư mục" if path.is_dir() else "không tồn tại"
            raise NotebookMissing(f"{_name(path)} {what}.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise NotebookTooLarge(f"{_name(path)} nặng {size / 1e6:.0f} MB, giới hạn là {MAX_BYTES / 1e6:.0f} MB.")
        data = path.read_bytes()
    except OSError as error:
        raise NotebookUnreadable(f"{_name(path)} không đọc được: {fault(error)}.") from None
    if not data.strip():
        raise NotebookEmpty(f"{_name(path)} là tệp rỗng.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotebookNotJSON(f"{_name(path)} không phải sổ tay: nội dung không phải văn bản UTF-8.") from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("<<<<<<<"):
            raise NotebookNotJSON(f"{_name(path)} bị hỏng: còn dấu xung đột của git («<<<<<<<»).") from None
        if text.lstrip()[0] != "{":
            raise NotebookNotJSON(f"{_name(path)} không phải sổ tay: nội dung không phải JSON.") from None
        if error.msg == "Extra data":
            raise NotebookNotJSON(
                f"{_name(path)} bị hỏng: có nội dung thừa sau sổ tay (dòng {error.lineno})."
            ) from None
        whole = text.rstrip().endswith("}")
        where = f"lỗi ở dòng {error.lineno}, cột {error.colno}" if whole else "tệp bị cắt cụt"
        raise NotebookNotJSON(f"{_name(path)} bị hỏng: JSON sai cú pháp ({where}).") from None
    except (RecursionError, ValueError):
        raise NotebookNotJSON(f"{_name(path)} bị hỏng: JSON lồng nhau quá sâu hoặc có số quá dài.") from None


def _clean_cell(raw):
    if not isinstance(raw, dict) or raw.get("cell_type") not in _CELL_TYPES:
        return None
    source = raw.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    # a lone surrogate cannot be sent to a kernel or written to a file
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    metadata = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    mark, tags = metadata.get("nbgrader"), metadata.get("tags")
    kept = {}
    if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
        plain = {k: v for k, v in mark.items() if isinstance(k, str) and isinstance(v, str | int | float | bool)}
        kept["nbgrader"] = plain
    if isinstance(tags, list):
        kept["tags"] = list(dict.fromkeys(tag for tag in tags if isinstance(tag, str) and tag and "," not in tag))
    identity = raw.get("id") if isinstance(raw.get("id"), str) else ""
    cell = {"cell_type": raw["cell_type"], "id": identity, "metadata": kept, "source": source}
    if raw["cell_type"] == "code":
        cell |= {"outputs": [], "execution_count": None}
    return nbformat.from_dict(cell)


def _notebook(cells):
    _unique_ids(cells)
    return nbformat.from_dict({"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5})


def _unique_ids(cells):
    seen = set()
    for position, cell in enumerate(cells):
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell.get("id", "")) or cell.id in seen:
            cell["id"] = next(
                i for i in (f"cell-{position}", *(f"cell-{position}-{n}" for n in range(9999))) if i not in seen
            )
        seen.add(cell["id"])


# --- repairing --------------------------------------------------------------------------------------------------


def _reference_cell(cell, released):
    make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    source = cell.released if released else cell.source
    return make(source, metadata=copy.deepcopy(nbformat.from_dict(cell.metadata)), id=cell.cell_id)


class _Repair:
    """One pass over one notebook; each step is a method, in the order of `result`."""

    def __init__(self, notebook, assignment, released):
        self.notebook, self.assignment, self.released = notebook, assignment, released
        self.reference = {cell.grade_id: cell for cell in assignment.cells}
        self.notes = []

    def result(self, path, notes):
        self.forget_unknown()
        self.recover_labels()
        if not any(self.place(cell.grade_id) is not None for cell in self.assignment.cells if cell.kind != "locked"):
            raise NotANotebook(f"{_name(path)} không có ô nào của bài «{self.assignment.slug}».")
        self.drop_duplicates()
        self.restore()
        absent = frozenset(
            c.task for c in self.assignment.cells if c.kind == "solution" and self.place(c.grade_id) is None
        )
        self.add_missing()
        self.reorder()
        _unique_ids(self.notebook.cells)
        return Submission(path, self.notebook, (*notes, *self.notes), self.untouched() - absent, absent)

    def note(self, kind, text, serious=True):
        self.notes.append(Note(kind, text, serious))

    def claim(self, cell):
        return cell.metadata.get("nbgrader", {}).get("grade_id")

    def places(self, grade_id):
        return [i for i, cell in enumerate(self.notebook.cells) if self.claim(cell) == grade_id]

    def place(self, grade_id):
        return next(iter(self.places(grade_id)), None)

    def forget_unknown(self):
        """Make ordinary cells of those that claim an id the assignment does not have."""
        unknown = set()
        for cell in self.notebook.cells:
            name = self.claim(cell)
            if name not in self.reference:
                cell.metadata.pop("nbgrader", None)
                if name:
                    unknown.add(one_line(name, 40))
        if unknown:
            self.note(
                "unknown", f"Có ô mang mã lạ, được xem như ô thường: {', '.join(sorted(unknown)[:5])}.", serious=False
            )

    def recover_labels(self):
        """Find cells whose nbgrader metadata was lost (other editors drop it) by their cell id or by their text."""
        for cell in self.assignment.cells:
            if self.place(cell.grade_id) is not None:
                continue
            free = [c for c in self.notebook.cells if self.claim(c) is None]
            text = normalized(cell.released)
            lost = next((c for c in free if c.id == cell.cell_id), None)
            if lost is None and text and cell.kind != "solution":
                lost = next((c for c in free if normalized(c.source) == text), None)
            if lost is not None:
                lost.metadata["nbgrader"] = copy.deepcopy(cell.metadata["nbgrader"])
                if cell.kind != "locked":
                    self.note(
                        "label", f"Ô `{cell.grade_id}` bị mất nhãn nbgrader, đã nhận ra và gắn lại.", serious=False
                    )

    def drop_duplicates(self):
        """Of several cells with one id the last counts, as in nbgrader; an untouched stub never wins over an answer."""
        unwanted = []
        for cell in self.assignment.cells:
            copies = [self.notebook.cells[i] for i in self.places(cell.grade_id)]
            if len(copies) < 2:
                continue
            answers = [c for c in copies if normalized(c.source) != normalized(cell.source)]
            winner = (answers or copies)[-1] if cell.kind in ("solution", "answer") else copies[-1]
            for loser in (c for c in copies if c is not winner):
                if cell.kind in ("solution", "answer") and any(loser is answer for answer in answers):
                    loser.metadata.pop("nbgrader")  # it still runs, where it stands, as an ordinary cell
                else:
                    unwanted.append(id(loser))
            if cell.kind != "locked":
                what = "bản có bài làm" if cell.kind in ("solution", "answer") else "bản gốc"
                self.note("duplicate", f"Ô `{cell.grade_id}` xuất hiện {len(copies)} lần; chỉ tính {what} cuối cùng.")
        self.notebook.cells = [c for c in self.notebook.cells if id(c) not in unwanted]

    def restore(self):
        """Give every known cell its true type, metadata and, when it is locked, source."""
        for position, found in enumerate(self.notebook.cells):
            cell = self.reference.get(self.claim(found))
            if cell is None:
                continue
            if kind_of(found) != cell.kind or not self.same_points(found, cell):
                self.note("label", f"Nhãn nbgrader của ô `{cell.grade_id}` bị sửa, đã khôi phục.", serious=False)
            if found.cell_type != cell.cell_type and cell.kind != "locked":
                self.note(
                    "type", f"Ô `{cell.grade_id}` bị đổi sang loại {found.cell_type}, cần {cell.cell_type}; đã đổi lại."
                )
            rebuilt = _reference_cell(cell, self.released)
            if cell.kind in ("solution", "answer"):
                rebuilt.source = found.source
            elif cell.kind == "test" and normalized(found.source) not in (
                normalized(cell.released),
                normalized(cell.source),
            ):
                self.note("edited", f"Ô kiểm tra `{cell.grade_id}` bị sửa; bản gốc được dùng thay.", serious=False)
            self.notebook.cells[position] = rebuilt

    @staticmethod
    def same_points(found, cell):
        points = found.metadata.get("nbgrader", {}).get("points", 0) if cell.is_graded else 0
        return isinstance(points, int | float) and points == cell.points

    def add_missing(self):
        """Insert each missing cell after the cells that come before it in the assignment."""
        before = 0
        for cell in self.assignment.cells:
            position = self.place(cell.grade_id)
            if position is None and (cell.kind != "locked" or cell.cell_type == "code"):
                rebuilt = _reference_cell(cell, self.released)
                if cell.kind == "solution":
                    rebuilt.source = ""  # the stub might overwrite an answer that stands in another cell
                self.notebook.cells.insert(before, rebuilt)
                position = before
                what = {"solution": "lời giải", "answer": "trả lời", "test": "kiểm tra"}.get(cell.kind)
                if what:
                    added = "" if cell.kind in ("solution", "answer") else "; đã thêm lại bản gốc"
                    self.note("missing", f"Thiếu ô {what} `{cell.grade_id}`{added}.")
            before = max(before, position + 1) if position is not None else before

    def reorder(self):
        """Move test cells that stand before their solution cell after it."""
        moved = []
        for task in self.assignment.tasks:
            solution = self.place(task)
            tests = [c for c in self.assignment.cells_of(task) if c.kind == "test"]
            if solution is None or not any(self.place(c.grade_id) < solution for c in tests):
                continue
            after = self.notebook.cells[solution]
            for cell in tests:
                found = self.notebook.cells.pop(self.place(cell.grade_id))
                self.notebook.cells.insert(next(i for i, c in enumerate(self.notebook.cells) if c is after) + 1, found)
                after = found
            moved.append(task)
        if moved:
            names = ", ".join(f"`{task}`" for task in moved)
            self.note("order", f"Bài {names}: ô kiểm tra đứng trước ô lời giải, đã xếp lại.")

    def untouched(self):
        return frozenset(
            cell.task
            for cell in self.assignment.cells
            if cell.kind in ("solution", "answer")
            and normalized(self.notebook.cells[self.place(cell.grade_id)].source) == normalized(cell.source)
        )
