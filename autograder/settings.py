"""What a course asks of its grading: ``autograder.toml`` in the course's folder, all of it optional.

::

    [limits]                  # for all assignments
    seconds = 30              # for one cell
    total_seconds = 420       # for the whole notebook
    memory_mb = 2048

    [assignments.pixels]      # for one; what it does not name is as above
    memory_mb = 4096
    kernel = true             # run in a real Jupyter kernel

A class may have limits of its own, in its ``class.toml`` (:mod:`autograder.classroom.config`). Who wins: the command
line, the class for this assignment, the class, the course for this assignment, the course, the default. Students get
those of their class in a file of the same name beside the notebook, with the table ``[limits]`` only.
"""

import tomllib
from dataclasses import dataclass, replace

from autograder.engine import Limits
from autograder.errors import AssignmentUnknown, CourseBroken
from autograder.text import fault, one_line

FILE = "autograder.toml"
# name in the file -> (field of Limits, factor, smallest and largest value)
NAMES = {
    "seconds": ("cell_seconds", 1, 0.1, 86400),
    "total_seconds": ("notebook_seconds", 1, 1, 30 * 86400),
    "memory_mb": ("memory_bytes", 1 << 20, 64, 1 << 20),
    "processes": ("processes", 1, 1, 10_000),
    "file_mb": ("file_bytes", 1 << 20, 1, 1 << 20),
    "scratch_mb": ("scratch_bytes", 1 << 20, 1, 1 << 20),
    "output_kb": ("output_bytes", 1000, 1, 1_000_000),
    "restarts": ("restarts", 1, 0, 100),
}
TOLD = {
    "seconds": "{} giây mỗi ô",
    "total_seconds": "{} giây cả sổ tay",
    "memory_mb": "{} MB bộ nhớ mỗi tiến trình",
    "processes": "{} tiến trình và luồng cùng lúc",
    "file_mb": "{} MB mỗi tệp được ghi",
    "scratch_mb": "{} MB mọi tệp được ghi",
    "output_kb": "giữ {} kB kết quả mỗi ô",
    "restarts": "{} lần dựng lại tiến trình",
}


@dataclass(frozen=True)
class Settings:
    """The tables of the file."""

    common: dict
    assignments: dict  # slug -> dict

    def limits(self, slug, asked=None):
        """Return the :class:`Limits` of an assignment; `asked` (names as in the file) wins over the file."""
        asked = {name: value for name, value in (asked or {}).items() if value is not None}
        wanted = self.common | self.assignments.get(slug, {}) | asked
        values = {name: value for name, value in wanted.items() if name in NAMES}
        fields = {NAMES[name][0]: type(_default(name))(value * NAMES[name][1]) for name, value in values.items()}
        return replace(Limits(), **fields)

    def within(self, common, assignments):
        """Return the settings in a class whose limits these are: for all assignments, and {slug: for this one}."""
        slugs = {*self.assignments, *assignments}
        merged = {slug: self.assignments.get(slug, {}) | common | assignments.get(slug, {}) for slug in slugs}
        return Settings(self.common | common, merged)

    def wants_kernel(self, slug):
        """Whether the assignment has to be run in a real kernel."""
        return bool(self.assignments.get(slug, {}).get("kernel", False))


def read(course, seconds=None):
    """Return the settings of a course; raises CourseBroken.

    Where the file says nothing of the seconds for one cell they are `seconds`, or what the course's own
    ``nbgrader_config.py`` has for ``c.Execute.timeout``.
    """
    seconds = course.layout.seconds if seconds is None else seconds
    base = {} if seconds is None else {"seconds": seconds}
    path = course.root / FILE
    if not path.is_file():
        return Settings(base, {})
    data = _tables(path)
    _only(path, "", data, ("limits", "assignments"))
    common, assignments = data.get("limits", {}), data.get("assignments", {})
    check(path, "limits", common)
    _only(path, "assignments", assignments, None)
    known = course.slugs()
    for slug, table in assignments.items():
        if slug not in known:
            raise CourseBroken(f"{path}: {AssignmentUnknown(one_line(slug, 60), known)}")
        check(path, f"assignments.{slug}", table, kernel=True)
    return Settings(base | common, assignments)


def beside(course, folder):
    """Return the limits (by their names) that came with a notebook in a folder, of its class; raises CourseBroken."""
    path = folder.resolve() / FILE
    if not path.is_file() or path.parent == course.root.resolve():
        return {}
    data = _tables(path)
    _only(path, "", data, ("limits",))
    limits = data.get("limits", {})
    check(path, "limits", limits)
    return limits


def written(limits):
    """Return the text of a file that `beside` reads."""
    lines = [f"{name} = {value}  # {TOLD[name].format(value)}\n" for name, value in limits.items()]
    told = "# Giới hạn của lớp khi chấm; lệnh autograder check đọc tệp này. Hãy để nó bên cạnh sổ tay.\n"
    return f"{told}[limits]\n{''.join(lines)}"


def check(path, where, table, *, kernel=False, broken=CourseBroken):
    """Raise `broken` unless a table of a file has limits only; `where` is its name there, `kernel` may be one of it."""
    _only(path, where, table, (*NAMES, *(("kernel",) if kernel else ())), broken)
    for name, value in table.items():
        if name == "kernel":
            fits, wanted = isinstance(value, bool), "true hoặc false"
        else:
            _, _, least, most = NAMES[name]
            # not a number is not between any two
            fits = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
            wanted = f"một số từ {least:g} đến {most:g}"
        if not fits:
            raise broken(f"{path}: {where}.{name} cần là {wanted}.")


def _tables(path):
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseBroken(f"{path} không đọc được: {one_line(error, 200)}.") from None
    except OSError as error:
        raise CourseBroken(f"{path} không đọc được: {fault(error)}.") from None


def _only(path, where, table, known, broken=CourseBroken):
    if not isinstance(table, dict):
        raise broken(f"{path}: [{where}] cần là một bảng.")
    for name in table if known is not None else ():
        if name not in known:
            place = f"[{where}]" if where else "tệp"
            raise broken(f"{path}: không biết «{one_line(name, 40)}» trong {place}; có {', '.join(known)}.")


def _default(name):
    return getattr(Limits(), NAMES[name][0])
