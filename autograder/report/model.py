"""A report as data: everything the console, the files and the page show, and nothing about how."""

import statistics as numbers
from dataclasses import asdict, dataclass

from autograder.batch import read_record
from autograder.report.statistics import Failure, Item, Spread, failures, items, spread
from autograder.scores import Result, Row, results

UNGRADABLE = ("unreadable", "broken")
_FLAGS = {
    "repaired": "đã sửa cấu trúc",
    "unreadable": "không đọc được",
    "broken": "chấm dở dang",
    "tampered": "can thiệp vào việc chấm",
    "no-sandbox": "chạy không có hộp cát",
}
SCHEMA = 1  # of the JSON: two reports of the same schema can be compared row by row


@dataclass(frozen=True)
class Flag:
    """A submission that a person should look at."""

    student: str
    assignment: str
    kind: str  # a key of _FLAGS
    text: str  # what happened

    @property
    def title(self):
        """The kind, in Vietnamese."""
        return _FLAGS.get(self.kind, self.kind)


@dataclass(frozen=True)
class Timing:
    """Seconds that grading took."""

    total: float
    median: float
    longest: float
    slowest: tuple[tuple[str, float], ...]  # (student, seconds), the longest first


@dataclass(frozen=True)
class Section:
    """One assignment."""

    slug: str
    results: tuple[Result, ...]
    spread: Spread
    ungradable: int
    pending: int  # submissions that a person still has to mark
    items: tuple[Item, ...]
    failures: tuple[Failure, ...]
    timing: Timing | None


@dataclass(frozen=True)
class Report:
    """What came out of a class."""

    name: str
    sections: tuple[Section, ...]
    flags: tuple[Flag, ...]
    rows: tuple[Row, ...]


def build(folder, rows):
    """Return the :class:`Report` of a class from some of its rows."""
    every = results(folder, rows)
    records = {(r.student, r.assignment): read_record(folder, r.student, r.assignment) or {} for r in every}
    sections = []
    for slug in dict.fromkeys(result.assignment for result in every):
        group = tuple(r for r in every if r.assignment == slug)
        bad = {r.student for r in group if records[r.student, slug].get("status") in UNGRADABLE}
        good = [r for r in group if r.student not in bad]
        lines = [row for row in rows if row.assignment == slug and row.student not in bad]
        waiting = {row.student for row in lines if row.score is None}
        most = max(r.max for r in group)
        sections.append(
            Section(
                slug,
                group,
                spread([r.score for r in good], most),
                len(bad),
                len(waiting),
                items(good),
                failures(lines, len(good)),
                _timing({r.student: records[r.student, slug].get("seconds") for r in group}),
            )
        )
    flags = tuple(flag for record in records.values() if record for flag in _flags(record))
    return Report(folder.name, tuple(sections), flags, tuple(rows))


def to_data(report):
    """Return the report as plain data for JSON."""
    sections = []
    for section in report.sections:
        data = asdict(section)
        del data["results"]
        sections.append(data)
    totals = []
    for result in (r for section in report.sections for r in section.results):
        total = asdict(result)
        total["tasks"] = {
            task: {"score": score, "max": most, "state": state} for task, (score, most, state) in result.tasks.items()
        }
        totals.append(total)
    return {
        "schema": SCHEMA,
        "class": report.name,
        "assignments": sections,
        "flags": [asdict(flag) for flag in report.flags],
        "submissions": totals,
        "rows": [asdict(row) for row in report.rows],
    }


def _flags(record):
    place = (record["student"], record["assignment"])
    notes = " ".join(str(note) for note in record["notes"])
    if record["status"] in _FLAGS:
        yield Flag(*place, record["status"], record["reason"] or notes)
    if record.get("tampered"):
        yield Flag(*place, "tampered", str(record["tampered"]) if record["tampered"] is not True else record["reason"])
    if record.get("sandbox") is False:
        yield Flag(*place, "no-sandbox", "Mã của sinh viên đã chạy với quyền của người chấm.")


def _timing(seconds):
    known = {s: float(t) for s, t in seconds.items() if isinstance(t, int | float) and not isinstance(t, bool)}
    if not known:
        return None
    longest = sorted(known.items(), key=lambda pair: -pair[1])[:5]
    return Timing(sum(known.values()), numbers.median(known.values()), longest[0][1], tuple(longest))
