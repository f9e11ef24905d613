"""Whose grade moved, by how much, in which task, and why: a snapshot compared with the grades of today.

Why is told from what the grade came from then and now (see :func:`autograder.batch.digest.origins`). Where several
things have changed at once, all of them are named: nobody can tell which one it was.
"""

import csv
import functools
import io
import json
from dataclasses import dataclass
from datetime import datetime

from autograder import history
from autograder.errors import AssignmentUnknown, NoHistory, OutputUnwritable, StudentUnknown
from autograder.report.files import harmless, write_to
from autograder.text import composed, one_line

HAND, LATE, WAITS = "chấm tay", "nộp trễ", "chờ chấm lại"
NEW, GONE, SCALE = "kiểm tra mới", "kiểm tra bị bỏ", "thang điểm đổi"
SUBMISSION, TEST = "bài nộp đổi", "kiểm tra đổi"
AGAIN, UNKNOWN = "chạy lại ra khác", "không rõ: bản cũ không ghi lại"
_ORIGINS = {
    "given": "đề bài, dữ liệu hay thư viện course đổi",
    "way": "giới hạn hay cách chạy đổi",
    "libraries": "phiên bản thư viện đổi",
    "autograder": "bộ chấm đổi",
}
CAUSES = (SUBMISSION, TEST, NEW, GONE, SCALE, HAND, WAITS, LATE, *_ORIGINS.values(), AGAIN, UNKNOWN)
HEAD = (
    *("student", "assignment", "task", "cell", "old", "new", "difference", "old_max", "new_max", "why"),
    *("old_reason", "new_reason"),
)


@dataclass(frozen=True)
class Change:
    """One cell whose points have changed or wait to be given again, or what is taken off for being late."""

    task: str
    cell: str  # empty: the penalty, as a number below zero
    old: float | None  # None: it was not there, or waited for a person
    new: float | None
    old_max: float
    new_max: float
    causes: tuple[str, ...]
    old_reason: str = ""
    new_reason: str = ""

    @property
    def difference(self):
        """By how many points."""
        return _rounded((self.new or 0.0) - (self.old or 0.0))


@dataclass(frozen=True)
class Moved:
    """One submission with a change in it."""

    student: str
    assignment: str
    old: float  # what counted, being late included
    new: float
    old_max: float
    new_max: float
    was_pending: bool  # a person had yet to mark some of it
    is_pending: bool
    changes: tuple[Change, ...]

    @property
    def difference(self):
        """By how many points."""
        return _rounded(self.new - self.old)

    @property
    def causes(self):
        """Why, the frequent causes of the list above first."""
        met = {cause for change in self.changes for cause in change.causes}
        return tuple(cause for cause in CAUSES if cause in met)

    @property
    def only_waits(self):
        """Whether no points have changed: those of an older answer wait for a person to look at them again."""
        return self.causes == (WAITS,)

    @property
    def tasks(self):
        """{task: (old points, new points, causes)} of the tasks with a change."""
        groups = {}
        for change in self.changes:
            groups.setdefault(change.task, []).append(change)
        return {
            task: (
                _rounded(sum(c.old or 0.0 for c in group)),
                _rounded(sum(c.new or 0.0 for c in group)),
                tuple(cause for cause in CAUSES if any(cause in c.causes for c in group)),
            )
            for task, group in groups.items()
        }


@dataclass(frozen=True)
class Changes:
    """What has happened to the grades of a class since a snapshot."""

    time: datetime  # of the snapshot, in UTC
    slugs: tuple[str, ...]  # assignments that it has
    moved: tuple[Moved, ...]  # by assignment, who has lost most first
    same: int  # submissions without a change
    fresh: int  # that had no grade then
    means: dict  # slug -> (mean then, mean now), of those that had a grade then


def changes(folder, where=None, *, since=None, assignments=(), students=()):
    """Return the :class:`Changes` of a class since a snapshot: the last one, or the first one after `since`.

    Raises NoHistory, AssignmentUnknown, StudentUnknown or GradebookUnusable.
    """
    snapshot = history.before(folder, since)
    old = snapshot.read()
    slugs = sorted({slug for _, slug in old})
    for slug in assignments:
        if slug not in slugs:
            raise AssignmentUnknown(slug, slugs)
    wanted = {slug for slug in slugs if not assignments or slug in assignments}
    new = history.submissions(folder, where or folder, wanted)
    names = {composed(student): student for student in students}
    known = {composed(student) for student, _ in (*old, *new)}
    for name, student in names.items():
        if name not in known:
            raise StudentUnknown(f"Không có điểm của sinh viên «{one_line(student, 60)}» trong lớp «{folder.name}».")

    def asked(key):
        return key[1] in wanted and (not names or composed(key[0]) in names)

    old, new = ({key: one for key, one in found.items() if asked(key)} for found in (old, new))
    if not old and not new:
        raise NoHistory("Những bài ấy không có trong bản điểm cũ.")
    moved = [found for key, one in old.items() if key in new and (found := compare(one, new[key]))]
    moved.sort(key=lambda one: (one.assignment, one.difference, one.student))
    kept = [key for key in old if key in new]
    means = {}
    for slug in sorted(wanted):
        pairs = [(_final(old[key]), _final(new[key])) for key in kept if key[1] == slug]
        if pairs:
            means[slug] = tuple(sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    fresh = sum(key not in old for key in new)
    return Changes(snapshot.time, tuple(sorted(wanted)), tuple(moved), len(kept) - len(moved), fresh, means)


def compare(old, new):
    """Return how a submission's grade has :class:`Moved`, None where nothing in it has."""
    before, after = ({cell.key: cell for cell in one.cells} for one in (old, new))
    found = []
    for key in dict.fromkeys((*after, *before)):  # the cells of today in their order, then those that are gone
        one, other = before.get(key), after.get(key)
        if causes := _causes(one, other, old.origins, new.origins):
            at = other or one
            found.append(
                Change(
                    at.task,
                    at.cell,
                    one.score if one else None,
                    other.score if other else None,
                    one.max if one else 0.0,
                    other.max if other else 0.0,
                    causes,
                    one.reason if one else "",
                    other.reason if other else "",
                )
            )
    if abs(old.penalty - new.penalty) > 1e-9:
        found.append(Change(LATE, "", -old.penalty, -new.penalty, 0.0, 0.0, (LATE,)))
    if not found:
        return None
    return Moved(
        new.student,
        new.assignment,
        _final(old),
        _final(new),
        _rounded(sum(cell.max for cell in old.cells)),
        _rounded(sum(cell.max for cell in new.cells)),
        any(cell.score is None or cell.waits for cell in old.cells),
        any(cell.score is None or cell.waits for cell in new.cells),
        tuple(found),
    )


def _causes(old, new, before, after):
    """Say why the points of a cell are not what they were; nothing where they are."""
    if old is None or new is None:
        return (NEW,) if old is None else (GONE,)
    found = {WAITS} if new.waits and not old.waits else {HAND} if old.waits and not new.waits else set()
    if old.score == new.score and old.max == new.max:
        return tuple(found)
    if old.max != new.max:
        found.add(SCALE)
    if (old.manual, old.extra) != (new.manual, new.extra):
        found.add(HAND)
    if old.auto != new.auto and old.manual is None and new.manual is None:
        found |= _origins(old.key, before, after) or ({AGAIN} if not found else set())
    return tuple(cause for cause in CAUSES if cause in found)


def _origins(cell, before, after):
    """Return what has changed of that which the points of a cell come from."""
    if not before or not after:
        return {UNKNOWN}
    found = {cause for name, cause in _ORIGINS.items() if before.get(name) != after.get(name)}
    if before.get("submission") != after.get("submission"):
        found.add(SUBMISSION)
    if before.get("tests", {}).get(cell) != after.get("tests", {}).get(cell):
        found.add(TEST)
    return found


def _final(one):
    score = sum(cell.score or 0.0 for cell in one.cells)
    return _rounded(score - min(one.penalty, max(score, 0.0)))


def _rounded(value):
    return round(value, 6)


# --- files ----------------------------------------------------------------------------------------------------------


def rows(found):
    """Yield what the files have: a dict for each changed cell."""
    for one in found.moved:
        for change in one.changes:
            difference = change.difference
            why = "; ".join(change.causes)
            values = (one.student, one.assignment, change.task, change.cell, change.old, change.new, difference)
            maxima = change.old_max, change.new_max
            yield dict(zip(HEAD, (*values, *maxima, why, change.old_reason, change.new_reason), strict=True))


def to_csv(found):
    """Return CSV as bytes, with a mark so that Excel reads the Vietnamese; no cell of it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for row in rows(found):
        writer.writerow(harmless(value) for value in row.values())
    return out.getvalue().encode("utf-8-sig", "replace")


def to_json(found):
    """Return JSON as bytes."""
    data = {"since": found.time.isoformat(), "assignments": found.slugs, "same": found.same, "fresh": found.fresh}
    moved = [
        {"student": one.student, "assignment": one.assignment, "old": one.old, "new": one.new, "why": one.causes}
        for one in found.moved
    ]
    text = json.dumps(data | {"moved": moved, "cells": list(rows(found))}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode("utf-8", "replace")


def export(found, targets, write):
    """Write the changes where asked, see :func:`autograder.report.files.write_to`; returns the paths."""
    for kind in ("xlsx", "html"):
        if targets.get(kind) is not None:
            raise OutputUnwritable(f"--diff không có dạng {kind}; hãy dùng --csv hoặc --json.")
    kinds = {"csv": functools.partial(to_csv, found), "json": functools.partial(to_json, found)}
    return write_to({kind: targets.get(kind) for kind in kinds}, kinds, "changes", write)
