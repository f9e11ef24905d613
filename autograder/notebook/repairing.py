"""From the cells somebody handed in to the assignment's notebook: every graded cell once, no answer lost."""

import copy
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import kind_of
from autograder.errors import NotANotebook, NotebookNotJSON
from autograder.jupyter import NotebookNode, nbformat
from autograder.notebook import code
from autograder.notebook.matching import claim, covers, is_stub, stubs_of, unfenced, wanted_names
from autograder.notebook.notes import Note, names
from autograder.notebook.reading import unique_ids
from autograder.notebook.remarks import neutralise, remarks
from autograder.text import normalized, one_line

_UNFINISHED = re.compile(r"^\s*raise NotImplementedError\b", re.MULTILINE)


@dataclass(frozen=True)
class Submission:
    """A readable notebook, repaired so that it has every graded cell of its assignment exactly once."""

    path: Path
    notebook: NotebookNode
    notes: tuple[Note, ...]
    untouched: frozenset[str]  # tasks whose solution cell is still the stub
    absent: frozenset[str]  # tasks whose solution cell was not in the notebook


def repair(path, notebook, assignment, *, released=False, notes=()):
    """Return the :class:`Submission`; raises NotANotebook, or NotebookNotJSON when too little of a file is left."""
    return _Repair(notebook, assignment, released).result(path, tuple(notes))


def reference_cell(cell, released):
    """Return a new notebook cell as the assignment has it."""
    made = {"cell_type": cell.cell_type, "id": cell.cell_id, "metadata": copy.deepcopy(dict(cell.metadata))}
    made |= {"outputs": [], "execution_count": None} if cell.cell_type == "code" else {}
    return nbformat.from_dict(made | {"source": cell.released if released else cell.source})


class _Repair:
    """One pass over one notebook; each step is a method, in the order of `result`."""

    def __init__(self, notebook, assignment, released):
        self.notebook, self.assignment, self.released = notebook, assignment, released
        self.reference = {cell.grade_id: cell for cell in assignment.cells}
        self.wanted, self.stubs = wanted_names(assignment), stubs_of(assignment)
        self.functions = {c.grade_id for c in assignment.cells if code.functions(c.source)}
        self.numbers = {id(cell): number for number, cell in enumerate(notebook.cells, start=1)}
        self.originals = list(notebook.cells)  # keeps the ids above theirs
        self.notes, self.settled, self.recovered = [], set(), []

    def result(self, path, notes):
        self.forget_unknown()
        self.unlabel_misplaced()
        self.spare_answers()
        self.recover_labels()
        self.drop_duplicates()
        self.settle_solutions()
        self.check_likeness(path, notes)
        self.restore()
        absent = frozenset(
            c.task for c in self.assignment.cells if c.kind == "solution" and self.place(c.grade_id) is None
        )
        self.add_missing()
        self.reorder()
        unique_ids(self.notebook.cells)
        untouched = self.untouched() - absent
        if self.assignment.language == "python":
            self.notes += neutralise(self.notebook, self.numbers)
            self.notes += remarks(self.notebook, self.numbers, self.wanted)
        else:
            notes = [note for note in notes if note.kind != "kernel"]
            self.notebook.metadata = nbformat.from_dict({"kernelspec": dict(self.assignment.kernelspec)})
        return Submission(path, self.notebook, (*notes, *self.notes), untouched, absent)

    def note(self, kind, text, serious=True):
        self.notes.append(Note(kind, text, serious))

    def places(self):
        """Return {grade_id: [positions]} as things are now."""
        found = {}
        for position, cell in enumerate(self.notebook.cells):
            if name := claim(cell):
                found.setdefault(name, []).append(position)
        return found

    def place(self, grade_id):
        return next((i for i, cell in enumerate(self.notebook.cells) if claim(cell) == grade_id), None)

    def kind(self, cell):
        reference = self.reference.get(claim(cell))
        return reference.kind if reference else None

    def label(self, cell, grade_id):
        cell.metadata["nbgrader"] = copy.deepcopy(self.reference[grade_id].metadata["nbgrader"])

    def answers(self, cell, task):
        """Whether a cell holds an answer to the task: it defines what the task asks for and is no stub."""
        return covers(cell.source, self.wanted.get(task)) and not is_stub(cell, self.stubs)

    def forget_unknown(self):
        """Make ordinary cells of those that claim an id the assignment does not have."""
        unknown = set()
        for cell in self.notebook.cells:
            name = claim(cell)
            if name not in self.reference:
                cell.metadata.pop("nbgrader", None)
                if name:
                    unknown.add(one_line(name, 40))
        if unknown:
            told = f"Có ô mang mã lạ, được xem như ô thường: {', '.join(sorted(unknown)[:5])}."
            self.note("unknown", told, serious=False)

    def unlabel_misplaced(self):
        """Take the label from solution cells that answer another task, one that no cell of its own answers."""
        solutions = [cell for cell in self.notebook.cells if self.kind(cell) == "solution"]
        for cell in solutions:
            own = claim(cell)
            if own not in self.wanted or covers(cell.source, self.wanted[own]):
                continue
            others = [task for task in self.wanted if task != own and self.answers(cell, task)]
            if any(not any(self.answers(c, task) for c in solutions if claim(c) == task) for task in others):
                cell.metadata.pop("nbgrader")

    def spare_answers(self):
        """Keep a copy of what somebody wrote into a cell that is going to be restored, when it answers a task."""
        spared = []
        for position, cell in enumerate(self.notebook.cells):
            kind, reference = self.kind(cell), self.reference.get(claim(cell))
            if kind is None or not reference.is_locked or normalized(cell.source) == normalized(reference.released):
                continue
            if self.is_spare(cell):
                continue
            before = code.defined(reference.released)
            fresh = [task for task in self.wanted if self.answers(cell, task) and not self.wanted[task] <= before]
            if fresh:
                spare = {"cell_type": "code", "id": "", "metadata": {}, "source": unfenced(cell.source)}
                spare = nbformat.from_dict(spare | {"outputs": [], "execution_count": None})
                self.numbers[id(spare)] = self.numbers.get(id(cell), position + 1)
                self.originals.append(spare)
                spared.append((position, spare))
        for position, spare in reversed(spared):
            self.notebook.cells.insert(position, spare)

    def is_spare(self, cell):
        """Whether another cell with the same id has the text that belongs there."""
        reference = self.reference[claim(cell)]
        copies = [c for c in self.notebook.cells if claim(c) == reference.grade_id and c is not cell]
        return any(normalized(c.source) == normalized(reference.released) for c in copies)

    def recover_labels(self):
        """Find cells whose nbgrader metadata was lost: by their cell id, their text, or what stands around them."""
        present = self.places()
        for cell in self.assignment.cells:
            if cell.grade_id in present:
                continue
            free = [c for c in self.notebook.cells if claim(c) is None]
            if cell.kind == "solution" and any(self.answers(c, cell.grade_id) for c in free):
                continue  # see settle_solutions
            text = normalized(cell.released)
            lost = next((c for c in free if text and normalized(c.source) == text), None)
            if lost is None:
                lost = next((c for c in free if c.id == cell.cell_id and self.may_be(c, cell)), None)
            if cell.kind == "answer":
                lost = lost or self.between(cell)
            if lost is not None:
                self.label(lost, cell.grade_id)
                if cell.kind != "locked":
                    self.recovered.append(cell.grade_id)

    def may_be(self, found, cell):
        """Whether a cell with the id of a lost one can be that: it does not answer another task instead."""
        if cell.kind == "solution" and cell.grade_id in self.wanted:
            return covers(found.source, self.wanted[cell.grade_id])
        return cell.kind in ("solution", "answer") or not any(self.answers(found, task) for task in self.wanted)

    def between(self, cell):
        """Return the only unlabelled cell of the same type between the neighbours of a written answer, or None."""
        order = [c.grade_id for c in self.assignment.cells]
        at, places = order.index(cell.grade_id), self.places()
        before = [p for name in order[:at] for p in places.get(name, ())]
        after = [p for name in order[at + 1 :] for p in places.get(name, ())]
        start, end = max(before, default=-1) + 1, min(after, default=len(self.notebook.cells))
        found = [c for c in self.notebook.cells[start:end] if claim(c) is None and c.cell_type == cell.cell_type]
        return found[0] if len(found) == 1 and found[0].source.strip() else None

    def drop_duplicates(self):
        """Of several cells with one id the last counts, as in nbgrader; an untouched stub never wins over an answer."""
        unwanted, places = set(), self.places()
        for cell in self.assignment.cells:
            copies = [self.notebook.cells[i] for i in places.get(cell.grade_id, ())]
            if len(copies) < 2:
                continue
            texts = {normalized(cell.source), normalized(cell.released)}
            if cell.kind in ("solution", "answer"):
                changed = [c for c in copies if normalized(c.source) not in texts]
                right = [c for c in changed if self.answers(c, cell.grade_id)]
                what = "bản có bài làm"
            else:
                changed = [c for c in copies if normalized(c.source) in texts]
                right, what = changed, "bản gốc"
            winner = (right or changed or copies)[-1]
            for loser in (c for c in copies if c is not winner):
                if normalized(loser.source) in texts or cell.kind == "locked":
                    unwanted.add(id(loser))
                else:
                    loser.metadata.pop("nbgrader")  # it still runs, where it stands, as an ordinary cell
            if cell.kind != "locked":
                self.note("duplicate", f"Ô `{cell.grade_id}` xuất hiện {len(copies)} lần; chỉ tính {what} cuối cùng.")
        self.notebook.cells = [c for c in self.notebook.cells if id(c) not in unwanted]

    def settle_solutions(self):
        """Give tasks without an answer of their own the cell that answers them, wherever it stands."""
        moved = []
        for task in self.wanted:
            place = self.place(task)
            present = None if place is None else self.notebook.cells[place]
            blank = present is None or is_stub(present, self.stubs) or not present.source.strip()
            if not blank and not _UNFINISHED.search(present.source):
                continue
            if present is not None and task not in self.functions:
                continue  # variables of the same name may be for anything
            found = self.answer_to(task, None if blank else place)
            if found is None:
                continue
            if claim(found) is not None:  # it answers another task as well
                at, found = self.notebook.cells.index(found), copy.deepcopy(found)
                self.numbers[id(found)] = at + 1
                self.originals.append(found)
                self.notebook.cells.insert(at + 1, found)
            self.label(found, task)
            self.settled.add(task)
            if present is None:
                self.recovered.append(task)
            else:
                present.metadata.pop("nbgrader")
                moved.append(task)
        stubs = {id(c) for c in self.notebook.cells if claim(c) is None and is_stub(c, self.stubs)}
        self.notebook.cells = [c for c in self.notebook.cells if id(c) not in stubs]
        if self.recovered:
            many = f"Nhãn nbgrader của ô {names(self.recovered)} bị mất; đã nhận ra và gắn lại."
            self.note("label", many, serious=False)
        if moved:
            self.note("moved", f"Lời giải của {names(moved)} nằm ở ô khác; ô ấy được tính là ô lời giải.")

    def answer_to(self, task, after):
        """Return the cell that answers a task: an ordinary one, the last; else one of another task; or None."""
        cells = list(enumerate(self.notebook.cells))
        fit = [c for i, c in cells if self.answers(c, task) and (after is None or i > after)]
        fit = [c for c in fit if not (after is not None and _UNFINISHED.search(c.source))]
        free = [c for c in fit if claim(c) is None]
        others = [c for c in fit if self.kind(c) == "solution" and claim(c) != task]
        if after is None or free:
            return (free or others or [None])[-1]
        return None

    def check_likeness(self, path, notes):
        if any(self.kind(cell) not in (None, "locked") for cell in self.notebook.cells):
            return
        damage = next((note.text for note in notes if note.kind == "damaged"), None)
        if damage:
            raise NotebookNotJSON(f"{damage} Trong đó không có ô nào của bài «{self.assignment.slug}».")
        raise NotANotebook(f"{one_line(path.name, 60)} không có ô nào của bài «{self.assignment.slug}».")

    def restore(self):
        """Give every known cell its true type, metadata and, when it is locked, source."""
        labels, edited = [], []
        for position, found in enumerate(self.notebook.cells):
            cell = self.reference.get(claim(found))
            if cell is None:
                continue
            if kind_of(found) != cell.kind or not self.same_points(found, cell):
                labels.append(cell.grade_id)
            if found.cell_type != cell.cell_type and cell.kind != "locked":
                told = f"Ô `{cell.grade_id}` bị đổi sang loại {found.cell_type}, cần {cell.cell_type}; đã đổi lại."
                self.note("type", told)
            rebuilt = reference_cell(cell, self.released)
            if not cell.is_locked:
                rebuilt.source = unfenced(found.source) if cell.cell_type == "code" else found.source
            elif cell.kind == "test" and normalized(found.source) not in map(normalized, (cell.released, cell.source)):
                edited.append(cell.grade_id)
            self.notebook.cells[position] = rebuilt
        if labels:
            self.note("label", f"Nhãn nbgrader của ô {names(labels)} bị sửa, đã khôi phục.", serious=False)
        if edited:
            self.note("edited", f"Ô kiểm tra {names(edited)} bị sửa; bản gốc được dùng thay.", serious=False)

    @staticmethod
    def same_points(found, cell):
        points = found.metadata.get("nbgrader", {}).get("points", 0) if cell.is_graded else 0
        return isinstance(points, int | float) and points == cell.points

    def add_missing(self):
        """Insert each missing cell after the cells that come before it in the assignment."""
        before, missing = 0, {}
        for cell in self.assignment.cells:
            position = self.place(cell.grade_id)
            if position is None and (cell.kind != "locked" or cell.cell_type == "code"):
                rebuilt = reference_cell(cell, self.released)
                if cell.kind == "solution":
                    rebuilt.source = ""  # the stub might overwrite an answer that stands in another cell
                self.notebook.cells.insert(before, rebuilt)
                position = before
                missing.setdefault(cell.kind, []).append(cell.grade_id)
            before = max(before, position + 1) if position is not None else before
        for kind, what in {
            "solution": "lời giải",
            "answer": "trả lời",
            "task": "bài tự luận",
            "test": "kiểm tra",
        }.items():
            if kind in missing:
                added = "; đã thêm lại bản gốc" if kind == "test" else ""
                self.note("missing", f"Thiếu ô {what} {names(missing[kind])}{added}.")

    def reorder(self):
        """Move test cells that stand before their solution cell after it, and locked code before what needs it."""
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
            if task not in self.settled:
                moved.append(f"`{task}`")
        if moved:
            self.note("order", f"Bài {', '.join(moved)}: ô kiểm tra đứng trước ô lời giải, đã xếp lại.")
        order = [cell.grade_id for cell in self.assignment.cells]
        for number, cell in enumerate(self.assignment.cells):
            if cell.kind == "locked" and cell.cell_type == "code" and (here := self.place(cell.grade_id)) is not None:
                places = self.places()
                first = min((p for name in order[number + 1 :] for p in places.get(name, ())), default=here)
                if first < here:
                    self.notebook.cells.insert(first, self.notebook.cells.pop(here))
                    self.note("order", f"Ô `{cell.grade_id}` đứng sau các ô cần nó, đã xếp lại.", serious=False)

    def untouched(self):
        sources = {claim(cell): cell.source for cell in self.notebook.cells}
        return frozenset(
            cell.task
            for cell in self.assignment.cells
            if cell.kind in ("solution", "answer") and normalized(sources[cell.grade_id]) == normalized(cell.source)
        )
