"""Moodle's grading worksheet: when each participant handed in.

``mod/assign/feedback/offline/locallib.php`` of moodle/moodle: «Identifier» is a word and the participant's number,
which is in the names of the zip, too; «Last modified (submission)» is a date as people of the site's language write
it, in the time zone of whoever downloads it. English and Vietnamese are understood.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from autograder.classroom import tables
from autograder.classroom.folding import key, plain
from autograder.text import one_line

_NUMBER = ("identifier", "madinhdanh", "dinhdanh")
_TIME = ("lastmodifiedsubmission", "thoigiansuadoilancuoibainop", "lansuadoicuoibainop", "chinhsualancuoibainop")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: place for place, name in enumerate(_NAMES, start=1)}
_MONTH = "|".join(_NAMES)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap]m|sa|ch)?")
_DAY = (
    re.compile(rf"(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH})[a-z]*\.?,?\s+(?P<year>\d{{4}})"),  # 20 September 2026
    re.compile(rf"(?P<month>{_MONTH})[a-z]*\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})"),  # September 20, 2026
    re.compile(r"(?P<day>\d{1,2})\s+thang\s+(?P<month>\d{1,2}),?\s+(?:nam\s+)?(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
)


@dataclass(frozen=True)
class Worksheet:
    """The times, by the participant's number."""

    times: dict[str, datetime]  # in UTC
    unread: tuple[str, ...] = ()  # dates that are not understood

    def __or__(self, other):
        return Worksheet(self.times | other.times, (*self.unread, *other.unread))


def read(path, zone):
    """Return the :class:`Worksheet` in a CSV file, None when it is another kind of file."""
    try:
        table = tables.read(path, lambda cells: len(_columns(cells)) if len(_columns(cells)) == 2 else 0)
    except tables.TableUnreadable:
        return None
    columns, times, unread = _columns(table.head), {}, []
    for line, cells in table.rows:
        number, text = re.search(r"\d+$", cells[columns["number"]]), cells[columns["time"]]
        if not number or text in ("", "-"):
            continue
        time = parse(text, zone)
        if time is None:
            unread.append(f"dòng {line}: {one_line(text, 60)}")
        else:
            times[number.group()] = time
    return Worksheet(times, tuple(unread))


def parse(text, zone):
    """Return the time (in UTC) that a Moodle in English or Vietnamese writes so, or None."""
    text = plain(text)
    clock = _CLOCK.search(text)
    found = next((match for pattern in _DAY if (match := pattern.search(text))), None)
    if clock is None or found is None:
        return None
    month = found["month"]
    hour, minute = int(clock[1]), int(clock[2])
    if clock[3] in ("pm", "ch"):
        hour = hour % 12 + 12
    elif clock[3] in ("am", "sa"):
        hour %= 12
    try:
        number = int(month) if month.isdigit() else _MONTHS[month]
        local = datetime(int(found["year"]), number, int(found["day"]), hour, minute)
    except (KeyError, ValueError):
        return None
    return local.replace(tzinfo=zone).astimezone(UTC)


def _columns(cells):
    keys = [key(cell) for cell in cells]
    found = {}
    for place, name in enumerate(keys):
        if name in _NUMBER:
            found.setdefault("number", place)
        elif name in _TIME:
            found.setdefault("time", place)
    return found
