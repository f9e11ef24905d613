"""What came out of a class: one row per student × assignment × test cell, from the gradebook and the records.

Scores are the gradebook's, so that what a person entered counts; reasons are those the autograder recorded.
"""

from dataclasses import dataclass
from operator import attrgetter

from autograder.errors import AssignmentUnknown, NoSubmissions, StudentUnknown
from autograder.gradebook import entries
from autograder.marks import PASSED, PENDING, WRONG, combine
from autograder.record import read_record
from autograder.text import composed, one_line

AGAIN = "Chờ chấm lại: điểm người chấm cho có thể là của bài nộp trước."


@dataclass(frozen=True, slots=True)
class Row:
    """One graded cell of one student."""

    student: str
    assignment: str
    task: str
    cell: str
    score: float | None  # None: a person has given none yet
    max: float
    state: str  # PENDING: a person has to mark it, for the first time or again
    reason: str
    notebook: str = ""  # its name; of the assignment's name where that has only one

    @property
    def is_waiting(self):
        """Whether a person has to mark it."""
        return self.state == PENDING

    @property
    def is_stale(self):
        """Whether there are points that may be for an older answer: a person has to say if they hold."""
        return self.is_waiting and self.score is not None


FIELDS = tuple(Row.__dataclass_fields__)
values = attrgetter(*FIELDS)  # `dataclasses.asdict` would copy deeply what cannot change


@dataclass(frozen=True, slots=True)
class Result:
    """One submission: what its rows come to."""

    student: str
    assignment: str
    score: float
    max: float
    state: str
    tasks: dict  # task -> (score, max, state)
    remark: str  # why it could not be graded, or what was repaired
    penalty: float = 0.0  # points taken off for being late

    @property
    def final(self):
        """The score that counts, being late included."""
        return _sum((self.score, -min(self.penalty, self.score)))


def rows(folder, assignments=(), students=(), where=None):
    """Return the rows of a class, sorted by assignment, student and the order of the cells.

    `where` is the gradebook, if it is not the class folder's own. Raises AssignmentUnknown, StudentUnknown,
    NoSubmissions or GradebookUnusable.
    """
    found = {}
    for entry in entries(where or folder):
        found.setdefault((entry.assignment, entry.student), {})[entry.notebook, entry.cell] = entry
    if not found:
        raise NoSubmissions(f"Lớp «{folder.name}» chưa có điểm nào; hãy chạy autograder grade trước.")
    known = sorted({slug for slug, _ in found})
    for slug in assignments:
        if slug not in known:
            raise AssignmentUnknown(slug, known)
    names = {composed(student) for _, student in found}
    students = {composed(student): student for student in students}
    for name, student in students.items():
        if name not in names:
            raise StudentUnknown(f"Không có điểm của sinh viên «{one_line(student, 60)}» trong lớp «{folder.name}».")
    result = []
    for (slug, student), cells in sorted(found.items()):
        if (assignments and slug not in assignments) or (students and composed(student) not in students):
            continue
        result += of_submission(cells.values(), read_record(folder, student, slug))
    return tuple(result)


def of_submission(found, record):
    """Return the rows of one submission in the order of its cells, from its entries and its record (or None)."""
    cells = {(entry.notebook, entry.cell): entry for entry in found}
    marks = {(mark["notebook"], mark["cell"]): mark for mark in record["marks"]} if record else {}
    names = [*(n for n in marks if n in cells), *sorted(n for n in cells if n not in marks)]
    return [_row(cells[name], marks.get(name)) for name in names]


def results(folder, all_rows, penalties=None):
    """Return one :class:`Result` per submission in the rows, in their order.

    `penalties` are the points taken off, by (student, assignment).
    """
    penalties = penalties or {}
    groups = {}
    for row in all_rows:
        groups.setdefault((row.student, row.assignment), []).append(row)
    return tuple(_result(folder, *key, group, penalties.get(key, 0.0)) for key, group in groups.items())


def _row(entry, mark):
    if mark is None:  # graded by something else than this command
        full = entry.score is not None and entry.score >= entry.points
        mark = {"task": entry.cell.removeprefix("test_").removesuffix("_hidden"), "reason": ""}
        mark["state"] = PASSED if full else WRONG
    state, reason, task = mark["state"], mark["reason"], mark["task"]
    if entry.notebook != entry.assignment:
        task = f"{entry.notebook}/{task}"
    if entry.is_waiting:
        state, reason = PENDING, AGAIN if entry.by_hand and entry.score is not None else "Chờ người chấm."
    elif entry.manual_score is not None:
        state = PASSED if entry.score >= entry.points else WRONG
        reason = f"Người chấm cho điểm. {reason}".strip() if state == WRONG else "Người chấm cho điểm."
    return Row(
        entry.student,
        entry.assignment,
        task,
        entry.cell,
        entry.score,
        entry.points,
        state,
        reason,
        entry.notebook,
    )


def _result(folder, student, slug, group, penalty):
    tasks = {}
    for row in group:
        tasks.setdefault(row.task, []).append(row)
    sums = {
        task: (_sum(r.score or 0.0 for r in part), _sum(r.max for r in part), combine(r.state for r in part))
        for task, part in tasks.items()
    }
    record = read_record(folder, student, slug) or {}
    remark = record.get("tampered") or record.get("reason") or " ".join(record.get("notes", ()))
    total, most = _sum(r.score or 0.0 for r in group), _sum(r.max for r in group)
    return Result(student, slug, total, most, combine(r.state for r in group), sums, remark, penalty)


def _sum(values):
    return round(sum(values), 6)
