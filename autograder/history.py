"""The grades of a class as they were before something changed them: ``reports/history/<time>.jsonl.gz``.

A snapshot is written before a run grades a submission anew that has its grade already, and before a person marks by
hand. It has one line for each submission of the assignments that are going to change, in the order of their names;
nothing of a student's is in it but the grade and its reasons. What a run that was interrupted has begun, the next one
goes on with: its snapshot is the one from before both.
"""

import contextlib
import gzip
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from autograder.errors import NoHistory, OutputUnwritable
from autograder.gradebook import entries, penalties
from autograder.paths import write_bytes
from autograder.record import read_record
from autograder.scores import of_submission
from autograder.text import fault, one_line

FOLDER, SUFFIX, OPEN = "history", ".jsonl.gz", ".open"
_NAME = "%Y%m%dT%H%M%S%fZ"
MAX_REASON = 300


class Cell(NamedTuple):
    """One graded cell of a submission."""

    notebook: str
    cell: str
    task: str
    score: float | None  # the one that counts; None: a person has to mark it
    auto: float | None
    manual: float | None
    extra: float | None
    max: float
    reason: str
    waits: bool = False  # the score may be for an older answer: a person has to say if it holds

    @property
    def key(self):
        """What it is called in ``origins``."""
        return f"{self.notebook}/{self.cell}"


@dataclass(frozen=True)
class Submission:
    """The grade of one submission, and what it came from."""

    student: str
    assignment: str
    penalty: float  # points taken off for being late
    origins: dict  # see :func:`autograder.batch.digest.origins`; empty where nobody wrote them down
    cells: tuple[Cell, ...]

    @property
    def key(self):
        """Whose and of what it is."""
        return self.student, self.assignment

    @property
    def grade(self):
        """All of it but what it came from."""
        return self.key, round(self.penalty, 6), self.cells


@dataclass(frozen=True)
class Snapshot:
    """One file."""

    path: Path
    time: datetime  # in UTC

    def read(self):
        """Return {(student, assignment): Submission}; raises NoHistory where the file is damaged."""
        found = {}
        try:
            with gzip.open(self.path, "rt", encoding="utf-8") as file:
                for line in file:
                    data = json.loads(line)
                    cells = tuple(Cell(*cell) for cell in data.pop("cells"))
                    one = Submission(**data, cells=cells)
                    found[one.key] = one
        except (OSError, EOFError, ValueError, TypeError, KeyError, zlib.error, RecursionError):
            raise NoHistory(f"{self.path} không đọc được; hãy xóa tệp ấy rồi thử lại.") from None
        return found


def submissions(folder, where, slugs=None):
    """Return the grades of a class as they are now: {(student, assignment): Submission}.

    Only of the assignments `slugs`, where they are given. Raises GradebookUnusable.
    """
    groups, found, late = {}, {}, penalties(where)
    for entry in entries(where):
        if slugs is None or entry.assignment in slugs:
            groups.setdefault((entry.assignment, entry.student), []).append(entry)
    for (slug, student), group in sorted(groups.items()):
        record = read_record(folder, student, slug)
        known = {(entry.notebook, entry.cell): entry for entry in group}
        cells = []
        for row in of_submission(group, record):
            entry = known[row.notebook, row.cell]
            given = row.score, entry.auto_score, entry.manual_score, entry.extra_credit or None
            reason = one_line(row.reason, MAX_REASON)
            cells.append(Cell(row.notebook, row.cell, row.task, *given, row.max, reason, row.is_stale))
        origins = (record or {}).get("origins", {})
        found[student, slug] = Submission(student, slug, late.get((student, slug), 0.0), origins, tuple(cells))
    return found


def keep(folder, where, keys, *, unfinished=True):
    """Write a snapshot before the grades of some submissions may change; return its path.

    Parameters
    ----------
    folder : Path
        The class folder.
    where : Place, Path or str
        The gradebook.
    keys : set of (student, assignment), or None
        The submissions that are going to change; None: any may. Those of them that have no grade yet are new, not
        changed. A snapshot has all submissions of their assignments.
    unfinished : bool
        Whether :func:`close` will say when the change is done; until then the snapshot stays the one to compare with.

    Returns
    -------
    Path or None
        None where nothing that is graded will change.

    Raises
    ------
    GradebookUnusable, OutputUnwritable
    """
    graded = {(entry.student, entry.assignment) for entry in entries(where)}
    changing = graded if keys is None else keys & graded
    if not changing:
        return None
    now = submissions(folder, where, {slug for _, slug in changing})
    place = folder / "reports" / FOLDER
    last, before = _last(folder)
    path = place / (datetime.now(UTC).strftime(_NAME) + SUFFIX)
    if last and _open(place) == last.path.name:
        if now.keys() <= before.keys():
            return last.path
        _write(last.path, now | before)
        return last.path
    _write(path, now)
    if {key: one.grade for key, one in before.items()} == {key: one.grade for key, one in now.items()}:
        last.path.unlink(missing_ok=True)  # nothing has happened in between
    if unfinished:
        write_bytes(place / OPEN, path.name.encode())
    return path


def close(folder):
    """Say that what a snapshot was written for has been done to its end."""
    (folder / "reports" / FOLDER / OPEN).unlink(missing_ok=True)


def snapshots(folder):
    """Return the snapshots of a class (:class:`Snapshot` objects), from old to new."""
    found = []
    for path in sorted((folder / "reports" / FOLDER).glob(f"*{SUFFIX}")):
        try:
            time = datetime.strptime(path.name.removesuffix(SUFFIX), _NAME).replace(tzinfo=UTC)
        except ValueError:
            continue
        found.append(Snapshot(path, time))
    return found


def before(folder, since=None):
    """Return the snapshot from before the last change, or from before the first one since a time; raises NoHistory."""
    found = snapshots(folder)
    if not found:
        raise NoHistory(f"Lớp «{folder.name}» chưa có lần chấm lại nào, nên chưa có điểm cũ để so.")
    if since is None:
        return found[-1]
    later = [one for one in found if one.time >= since]
    if not later:
        last = f"{found[-1].time.astimezone():%Y-%m-%d %H:%M}"
        raise NoHistory(f"Từ lúc ấy không có lần chấm lại nào; lần cuối bắt đầu lúc {last}.")
    return later[0]


def _last(folder):
    """Return (the last snapshot, what is in it), (None, {}) where there is none or it is damaged."""
    for last in snapshots(folder)[-1:]:
        with contextlib.suppress(NoHistory):
            return last, last.read()
    return None, {}


def _open(place):
    try:
        return (place / OPEN).read_text(encoding="utf-8")
    except OSError:
        return ""


def _write(path, found):
    lines = []
    for key in sorted(found, key=lambda key: key[::-1]):
        one = found[key]
        data = {"student": one.student, "assignment": one.assignment, "penalty": one.penalty, "origins": one.origins}
        lines.append(json.dumps(data | {"cells": one.cells}, ensure_ascii=False) + "\n")
    try:
        # without a time in it: the same grades, the same bytes
        write_bytes(path, gzip.compress("".join(lines).encode("utf-8", "replace"), mtime=0))
    except OSError as error:
        raise OutputUnwritable(f"Không ghi được {path}: {fault(error)}.") from None
