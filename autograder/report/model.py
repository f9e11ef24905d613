"""A report as data: everything the console, the files and the page show, and nothing about how."""

import statistics as numbers
from collections import Counter
from dataclasses import asdict, dataclass, field, replace

from autograder.record import read_record
from autograder.report.statistics import Failure, Item, Spread, failures, items, spread
from autograder.scores import FIELDS, Result, Row, results, values

OPEN = "none"  # walls that are none
UNGRADABLE = ("unreadable", "broken")
NO_SANDBOX = "no-sandbox"
_FLAGS = {
    "repaired": "đã sửa cấu trúc",
    "unreadable": "không đọc được",
    "broken": "chấm dở dang",
    "tampered": "can thiệp vào việc chấm",
    NO_SANDBOX: "chạy không có hộp cát",
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
    walls: dict[str, int] = field(
        default_factory=dict
    )  # submissions by what contained their code, see :mod:`autograder.engine.sandbox`

    @property
    def warning(self):
        """How much of it ran with the rights of whoever graded it, as a sentence, or an empty string."""
        open, ran = self.walls.get(OPEN, 0), sum(self.walls.values())
        what = "Mọi bài nộp" if open == ran else f"{open} trong {ran} bài nộp"
        return f"{what} đã chạy không có hộp cát, với quyền của người chấm." if open else ""


@dataclass(frozen=True)
class Report:
    """What came out of a class."""

    name: str
    sections: tuple[Section, ...]
    flags: tuple[Flag, ...]
    rows: tuple[Row, ...]

    @property
    def told(self):
        """The flags to be listed for people: what holds for a whole assignment is said there once."""
        return tuple(flag for flag in self.flags if flag.kind != NO_SANDBOX)


def build(folder, rows, penalties=None):
    """Return the :class:`Report` of a class from some of its rows; `penalties` are those of `gradebook.penalties`."""
    every = results(folder, rows, penalties)
    facts, flags, sections = {}, [], []
    for result in every:  # of each record only what is needed: those of a big class do not fit well into memory
        record = read_record(folder, result.student, result.assignment)
        facts[result.student, result.assignment] = _Facts(record or {})
        flags += _flags(record) if record else ()
    for slug in dict.fromkeys(result.assignment for result in every):
        group = tuple(r for r in every if r.assignment == slug)
        bad = {r.student for r in group if facts[r.student, slug].status in UNGRADABLE}
        good = [r for r in group if r.student not in bad]
        lines = [row for row in rows if row.assignment == slug and row.student not in bad]
        waiting = {row.student for row in lines if row.is_waiting}
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
                _timing({r.student: facts[r.student, slug].seconds for r in group}),
                dict(Counter(walls for r in group if (walls := facts[r.student, slug].walls))),
            )
        )
    return Report(folder.name, tuple(sections), tuple(flags), tuple(rows))


def to_data(report):
    """Return the report as plain data for JSON; its long lists are iterators, which make one item at a time."""
    sections = []
    for section in report.sections:
        data = asdict(replace(section, results=()))
        del data["results"]
        sections.append(data)
    return {
        "schema": SCHEMA,
        "class": report.name,
        "assignments": sections,
        "flags": map(asdict, report.flags),
        "submissions": (_total(result) for section in report.sections for result in section.results),
        "rows": (dict(zip(FIELDS, values(row), strict=True)) for row in report.rows),
    }


def _total(result):
    tasks = {name: {"score": score, "max": most, "state": state} for name, (score, most, state) in result.tasks.items()}
    return asdict(result) | {"tasks": tasks, "final": result.final}


class _Facts:
    """What a report needs of a submission's record, or of none."""

    __slots__ = ("seconds", "status", "walls")

    def __init__(self, record):
        self.status, self.seconds, self.walls = (record.get(name) for name in ("status", "seconds", "walls"))


def _flags(record):
    place = (record["student"], record["assignment"])
    notes = " ".join(str(note) for note in record["notes"])
    if record["status"] in _FLAGS:
        yield Flag(*place, record["status"], record["reason"] or notes)
    if record["tampered"]:
        yield Flag(*place, "tampered", str(record["tampered"]))
    if record["walls"] == OPEN:
        yield Flag(*place, NO_SANDBOX, "Mã của sinh viên đã chạy với quyền của người chấm.")


def _timing(seconds):
    known = {s: float(t) for s, t in seconds.items() if isinstance(t, int | float) and not isinstance(t, bool)}
    if not known:
        return None
    longest = sorted(known.items(), key=lambda pair: -pair[1])[:5]
    return Timing(sum(known.values()), numbers.median(known.values()), longest[0][1], tuple(longest))
