"""What came out of a class: one row per student × assignment × test cell, from the gradebook and the records.

Scores are the gradebook's, so that what a person entered counts; reasons are those the autograder recorded.
"""

import csv
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.batch import read_record
from autograder.errors import AssignmentUnknown, NoSubmissions, OutputUnwritable, StudentUnknown
from autograder.gradebook import entries
from autograder.marks import PENDING, combine
from autograder.paths import write_text
from autograder.text import composed, fault, one_line

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Row:
    """One graded cell of one student."""

    student: str
    assignment: str
    task: str
    cell: str
    score: float | None  # None: a person has to mark it
    max: float
    state: str
    reason: str


@dataclass(frozen=True)
class Result:
    """One submission: what its rows come to."""

    student: str
    assignment: str
    score: float
    max: float
    state: str
    tasks: dict  # task -> (score, max, state)
    remark: str  # why it could not be graded, or what was repaired


def rows(folder, assignments=(), students=()):
    """Return the rows of a class, sorted by assignment, student and the order of the cells.

    Raises AssignmentUnknown, StudentUnknown, NoSubmissions or GradebookUnusable.
    """
    found = {}
    for entry in entries(folder):
        found.setdefault((entry.assignment, entry.student), {})[entry.cell] = entry
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
        record = read_record(folder, student, slug)
        marks = {mark["cell"]: mark for mark in record["marks"]} if record else {}
        for name in [*(n for n in marks if n in cells), *sorted(n for n in cells if n not in marks)]:
            result.append(_row(cells[name], marks.get(name)))
    return tuple(result)


def results(folder, all_rows):
    """Return one :class:`Result` per submission in the rows, in their order."""
    groups = {}
    for row in all_rows:
        groups.setdefault((row.student, row.assignment), []).append(row)
    return tuple(_result(folder, *key, group) for key, group in groups.items())


def to_json(folder, all_rows):
    """Return the rows and the totals as JSON text."""
    totals = [asdict(result) for result in results(folder, all_rows)]
    for total in totals:
        total["tasks"] = {
            task: {"score": s, "max": m, "state": state} for task, (s, m, state) in total["tasks"].items()
        }
    data = {"class": folder.name, "submissions": totals, "rows": [asdict(row) for row in all_rows]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def to_csv(all_rows):
    """Return the rows as CSV text; text that a spreadsheet would take for a formula is made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Row.__dataclass_fields__)
    for row in all_rows:
        writer.writerow(_harmless(value) for value in asdict(row).values())
    return out.getvalue()


def save(folder):
    """Leave the scores of the whole class in ``reports/scores.csv`` and ``reports/scores.json``."""
    all_rows = rows(folder)
    export(folder, all_rows, folder / "reports" / "scores.json", folder / "reports" / "scores.csv", None)


def export(folder, all_rows, as_json, as_csv, write):
    """Write JSON and CSV where asked: to a file, or with `write` for ``-``; return whether anything was asked.

    A CSV file begins with a byte order mark, so that Excel reads the Vietnamese. Raises OutputUnwritable.
    """
    for target, text, encoding in (
        (as_json, lambda: to_json(folder, all_rows), "utf-8"),
        (as_csv, lambda: to_csv(all_rows), "utf-8-sig"),
    ):
        if target is None:
            continue
        if str(target) == "-":
            write(text())
            continue
        try:
            write_text(Path(target).expanduser(), text(), encoding)
        except OSError as error:
            raise OutputUnwritable(f"Không ghi được {target}: {fault(error)}.") from None
    return as_json is not None or as_csv is not None


def _harmless(value):
    """Leave numbers as they are; make text one line, with an apostrophe before what could be a formula."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    line = one_line(value, 2000)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _row(entry, mark):
    if mark is None:  # graded by something else than this command
        full = entry.score is not None and entry.score >= entry.points
        mark = {"task": entry.cell.removeprefix("test_").removesuffix("_hidden"), "reason": ""}
        mark["state"] = "đạt" if full else "chưa đạt"
    state, reason = mark["state"], mark["reason"]
    if entry.score is None:
        state, reason = PENDING, "Chờ người chấm."
    elif entry.manual_score is not None:
        state = "đạt" if entry.score >= entry.points else "chưa đạt"
        reason = f"Người chấm cho điểm. {reason}".strip() if state != "đạt" else "Người chấm cho điểm."
    return Row(entry.student, entry.assignment, mark["task"], entry.cell, entry.score, entry.points, state, reason)


def _result(folder, student, slug, group):
    tasks = {}
    for row in group:
        tasks.setdefault(row.task, []).append(row)
    sums = {
        task: (_sum(r.score or 0.0 for r in part), _sum(r.max for r in part), combine(r.state for r in part))
        for task, part in tasks.items()
    }
    record = read_record(folder, student, slug) or {}
    remark = record.get("reason") or " ".join(record.get("notes", ()))
    total, most = _sum(r.score or 0.0 for r in group), _sum(r.max for r in group)
    return Result(student, slug, total, most, combine(r.state for r in group), sums, remark)


def _sum(values):
    return round(sum(values), 6)
