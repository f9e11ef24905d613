"""The numbers of a report: how hard a task was, how well it tells students apart, what fails most often.

Nothing here reads files; all comes from the rows and records of a class.
"""

import math
import re
import statistics
from collections import Counter
from dataclasses import dataclass

from autograder.marks import PASSED, PENDING, UNDONE

FEW = 10  # with fewer submissions a correlation says nothing
SOME = 30  # with fewer it says little
BINS = 10
FREQUENT = 12  # failing checks that are listed


@dataclass(frozen=True)
class Item:
    """One task over all submissions that could be graded and have a score for it."""

    task: str
    count: int
    max: float
    mean: float | None
    share: float | None  # mean / max
    full: int  # submissions with all points
    undone: int
    discrimination: float | None  # correlation of the task's score with the rest of the total, in [-1, 1]
    verdict: str  # what that means, or why there is none


@dataclass(frozen=True)
class Failure:
    """A check that fails for the same kind of reason in several submissions."""

    task: str
    cell: str
    reason: str  # the most frequent wording
    students: int
    share: float  # of the submissions


@dataclass(frozen=True)
class Spread:
    """The totals of an assignment."""

    count: int  # submissions whose scores are counted: those that could be graded
    max: float
    mean: float | None
    median: float | None
    deviation: float | None  # of the sample; None with fewer than two
    low: float | None
    high: float | None
    bins: tuple[int, ...]  # how many in each tenth of [0, max]; the last one includes max


def spread(totals, most):
    """Return the :class:`Spread` of the totals."""
    bins = [0] * BINS
    for total in totals:
        share = total / most if most else 0.0
        bins[min(max(int(share * BINS + 1e-9), 0), BINS - 1)] += 1
    if not totals:
        return Spread(0, most, None, None, None, None, None, tuple(bins))
    deviation = statistics.stdev(totals) if len(totals) > 1 else None
    return Spread(
        len(totals),
        most,
        statistics.fmean(totals),
        statistics.median(totals),
        deviation,
        min(totals),
        max(totals),
        tuple(bins),
    )


def items(results):
    """Return an :class:`Item` per task, from the results of one assignment's gradable submissions."""
    tasks = dict.fromkeys(task for result in results for task in result.tasks)
    return tuple(_item(task, results) for task in tasks)


def _item(task, results):
    fitting = [r for r in results if task in r.tasks and r.tasks[task][2] != PENDING]
    scores = [r.tasks[task][0] for r in fitting]
    rests = [r.score - r.tasks[task][0] for r in fitting]
    most = max((r.tasks[task][1] for r in results if task in r.tasks), default=0.0)
    mean = statistics.fmean(scores) if scores else None
    value = correlation(scores, rests)
    return Item(
        task,
        len(scores),
        most,
        mean,
        mean / most if mean is not None and most else None,
        sum(r.tasks[task][2] == PASSED for r in fitting),
        sum(r.tasks[task][2] == UNDONE for r in fitting),
        value,
        verdict(value, scores),
    )


def correlation(ones, others):
    """Return Pearson's correlation, None with fewer than `FEW` pairs or where one side does not vary."""
    if len(ones) < FEW:
        return None
    try:
        value = statistics.correlation(ones, others)
    except statistics.StatisticsError:
        return None
    return value if math.isfinite(value) else None


def verdict(value, scores):
    """Say in words what a discrimination means."""
    if value is None and len(scores) < FEW:
        return f"chưa tính: cần ít nhất {FEW} bài nộp"
    if value is None:
        return "không tính được: mọi người được điểm như nhau"
    if value < 0:
        return "ngược: ai làm tốt phần còn lại thì hay mất điểm ở đây, nên xem lại đề và kiểm tra"
    return "gần như không phân biệt" if value < 0.2 else "phân biệt vừa" if value < 0.4 else "phân biệt tốt"


def difficulty(share):
    """Say in words how hard a task was, from mean / max."""
    if share is None:
        return "–"
    return "rất dễ" if share >= 0.9 else "dễ" if share >= 0.7 else "vừa" if share >= 0.4 else "khó"


def failures(rows, count):
    """Return the most frequent :class:`Failure` s among the rows of one assignment's `count` gradable submissions."""
    groups = {}
    for row in rows:
        if row.state not in (PASSED, PENDING, UNDONE) and row.reason:
            groups.setdefault((row.task, row.cell, kind(row.reason)), []).append(row)
    found = []
    for (task, cell, _), group in groups.items():
        reason, _ = Counter(_PLACE.sub("", row.reason) for row in group).most_common(1)[0]
        students = len({row.student for row in group})
        found.append(Failure(task, cell, reason, students, students / count if count else 0.0))
    found.sort(key=lambda f: -f.students)  # in the assignment's order where as frequent
    return tuple(found[:FREQUENT])


_PLACE = re.compile(r" \(dòng \d+ của .*\)(?=\.$)")  # where in the student's code
_KINDS = (
    (re.compile(r"^Người chấm cho điểm\. ?"), ""),
    (_PLACE, ""),
    (re.compile(r"^(Lỗi \w+).*$"), r"\1"),  # the class of an exception; its text names the student's own variables
    (re.compile(r"^(Ô lời giải dừng vì lỗi \w+).*$"), r"\1"),
    (re.compile(r"^(Ô lời giải có lỗi cú pháp).*$"), r"\1"),
    (re.compile(r"^(Quá thời gian|Được \S+ điểm|Lời giải gây cảnh báo).*$"), r"\1"),
    (re.compile(r"-?\d+([.,]\d+)?(e[-+]?\d+)?"), "#"),
    (re.compile(r"[\[(][#,.;\s\[\]()e…-]*[\])]"), "(#)"),  # arrays and shapes
)


def kind(reason):
    """Return what a reason has in common with others: without numbers, places and names of the student's."""
    for pattern, replacement in _KINDS:
        reason = pattern.sub(replacement, reason)
    return reason.strip(" .")
