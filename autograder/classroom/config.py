"""What a class asks for: ``class.toml`` in its folder.

::

    roster = "sinh-vien.csv"            # beside this file
    timezone = "Asia/Ho_Chi_Minh"       # of the deadlines

    [late]
    percent_per_day = 10                # of the points earned, for each day begun
    grace_minutes = 15                  # later by no more than this: on time
    max_percent = 50

    [limits]                            # names as in the course's autograder.toml, which they win over
    seconds = 20

    [assignments.pixels]
    deadline = 2026-09-20T23:59:00
    moodle = "Bài tập 1"                # the column in Moodle's gradebook
    canvas = "Bài tập 1"                # the assignment in Canvas
    lms_points = 10                     # points of it there, where they are not those of the assignment
    limits.seconds = 60                 # of this one only

    [aliases]                           # whom a name belongs to that matches nobody, or several
    "Nguyen Van An" = "23520001"
"""

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder import settings
from autograder.classroom.late import Policy
from autograder.errors import AssignmentUnknown, ClassBroken
from autograder.text import composed, fault, one_line

FILE = "class.toml"
ZONE = "Asia/Ho_Chi_Minh"
_TABLES = ("roster", "timezone", "late", "limits", "assignments", "aliases")
_LATE = {"percent_per_day": (0, 100), "grace_minutes": (0, 7 * 24 * 60), "max_percent": (0, 100)}
_ITEM = ("deadline", "moodle", "canvas", "lms_points", "limits")


@dataclass(frozen=True)
class Item:
    """One assignment, as the class has it."""

    slug: str
    deadline: datetime | None = None  # in UTC
    moodle: str = ""
    canvas: str = ""
    lms_points: float | None = None
    limits: dict = field(default_factory=dict)  # by their names in the file


@dataclass(frozen=True)
class Config:
    """The file."""

    folder: Path
    roster: Path
    zone: tzinfo
    late: Policy | None  # None: nothing is taken off by the class
    items: dict[str, Item] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    limits: dict = field(default_factory=dict)  # for all assignments, by their names in the file

    def item(self, slug):
        """Return what the file says of an assignment."""
        return self.items.get(slug) or Item(slug)


def exists(folder):
    """Whether a class folder has the file."""
    return (folder / FILE).is_file()


def limited(wishes, folder):
    """Return a course's settings as the class in a folder has them; raises ClassBroken where its file is broken."""
    if not exists(folder):
        return wishes
    own = read(folder)
    return wishes.within(own.limits, {slug: item.limits for slug, item in own.items.items()})


def limits_of(folder, slug):
    """Return the limits (by their names) that a class sets for an assignment; raises ClassBroken."""
    if not exists(folder):
        return {}
    own = read(folder)
    return own.limits | own.item(slug).limits


def read(folder, slugs=None):
    """Return the :class:`Config` of a class folder; raises ClassBroken.

    `slugs` are the names of the course's assignments, where they are known.
    """
    path = folder / FILE
    if not path.is_file():
        raise ClassBroken(f"Lớp «{folder.name}» chưa có {FILE}; hãy tạo bằng autograder new {folder.name}.")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ClassBroken(f"{path} không đọc được: {one_line(error, 200)}.") from None
    except OSError as error:
        raise ClassBroken(f"{path} không đọc được: {fault(error)}.") from None
    _only(path, "", data, _TABLES)
    zone = _zone(path, data.get("timezone", ZONE))
    limits = data.get("limits", {})
    settings.check(path, "limits", limits, broken=ClassBroken)
    items = {}
    for slug, table in _table(path, data, "assignments").items():
        if slugs is not None and slug not in slugs:
            raise ClassBroken(f"{path}: {AssignmentUnknown(one_line(slug, 60), list(slugs))}")
        items[slug] = _item(path, slug, table, zone)
    aliases = _table(path, data, "aliases")
    for name, student in aliases.items():
        _fits(path, f"aliases.{one_line(name, 60)}", isinstance(student, str), "mã sinh viên trong ngoặc kép")
    roster = data.get("roster", "sinh-vien.csv")
    _fits(path, "roster", isinstance(roster, str) and roster.strip(), "tên tệp CSV trong ngoặc kép")
    return Config(
        folder,
        folder / Path(roster).expanduser(),
        zone,
        _late(path, data) if "late" in data else None,
        items,
        {composed(name): composed(student) for name, student in aliases.items()},
        limits,
    )


def _late(path, data):
    table = _table(path, data, "late")
    _only(path, "late", table, _LATE)
    for name, value in table.items():
        least, most = _LATE[name]
        fits = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        _fits(path, f"late.{name}", fits, f"một số từ {least} đến {most}")
    return Policy(**{name: float(value) for name, value in table.items()})


def _item(path, slug, table, zone):
    where = f"assignments.{slug}"
    _only(path, where, table, _ITEM)
    for name in ("moodle", "canvas"):
        _fits(path, f"{where}.{name}", isinstance(table.get(name, ""), str | int), "tên trong ngoặc kép")
    points = table.get("lms_points")
    fits = points is None or (isinstance(points, int | float) and not isinstance(points, bool) and 0 < points <= 10_000)
    _fits(path, f"{where}.lms_points", fits, "một số lớn hơn 0")
    limits = table.get("limits", {})
    settings.check(path, f"{where}.limits", limits, broken=ClassBroken)
    names = {name: composed(str(table.get(name, ""))).strip() for name in ("moodle", "canvas")}
    deadline = _deadline(path, where, table.get("deadline"), zone)
    return Item(slug, deadline, lms_points=points, limits=limits, **names)


def _deadline(path, where, value, zone):
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))
    _fits(path, f"{where}.deadline", isinstance(value, datetime), "ngày giờ không có ngoặc kép: 2026-09-20T23:59:00")
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _zone(path, name):
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        shown = one_line(name, 40)
        raise ClassBroken(f"{path}: không có múi giờ «{shown}»; ví dụ: {ZONE}.") from None


def _table(path, data, name):
    table = data.get(name, {})
    _fits(path, name, isinstance(table, dict), f"một bảng [{name}]")
    return table


def _only(path, where, table, known):
    place = f"[{where}]" if where else "tệp"
    _fits(path, where, isinstance(table, dict), f"một bảng [{where}]")
    for name in table:
        if name not in known:
            raise ClassBroken(f"{path}: không biết «{one_line(name, 40)}» trong {place}; có {', '.join(known)}.")


def _fits(path, where, fits, wanted):
    if not fits:
        raise ClassBroken(f"{path}: {where} cần là {wanted}.")
