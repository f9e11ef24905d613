"""Deletes what a class folder has about one student: files, the ledger's lines, the gradebook's rows, old reports.

The roster and ``class.toml`` are the teacher's own files: they are named where they still hold the student, never
changed. Deleting again what an interrupted run has left is the same command again.
"""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.batch.run import lock
from autograder.classroom import config, placing
from autograder.database import exists, translated
from autograder.errors import OutputUnwritable, StudentUnknown
from autograder.gradebook import entries
from autograder.paths import remove_folder
from autograder.text import fault, one_line

#: Below ``reports/``: what tells of the whole class, and is written again when it is asked for
OF_THE_CLASS = (
    "history", "collect-*", "export-*", "report.html", "scores.csv", "scores.json", "changes.*", "similarity.*",
)  # fmt: skip
STEPS = ("submitted", "autograded", "feedback")


@dataclass(frozen=True)
class Known:
    """What a class has about a student."""

    paths: tuple[Path, ...]  # folders and files to delete
    versions: int  # submissions the ledger remembers
    marked: int  # submissions in the gradebook
    own: tuple[Path, ...]  # files of the teacher's that name the student


def known(course, folder, student, where):
    """Return what there is about a student, as :class:`Known`; nothing is changed.

    Raises StudentUnknown where there is nothing at all, ClassBroken, GradebookUnusable.
    """
    if Path(student).name != student:
        raise StudentUnknown(f"«{one_line(student, 40)}» không phải mã sinh viên.")
    reports = folder / "reports"
    paths = [path for step in STEPS for path in _folders(course.layout, folder, step, student)]
    paths += [path for path in _below(folder / "collected") if path.name == student]
    paths += [path / f"{student}.json" for path in _below(reports) if (path / f"{student}.json").is_file()]
    versions = sum(len(found) for found in placing.remembered(folder).get(student, {}).values())
    marked = len({entry.assignment for entry in entries(where, [student])}) if exists(where) else 0
    own = tuple(path for path in _own(folder) if _names(path, student))
    if not (paths or versions or marked):
        rest = f" Trong {', '.join(path.name for path in own)} thì có; hãy tự bỏ dòng ấy." if own else ""
        raise StudentUnknown(f"Lớp «{folder.name}» không giữ gì của «{one_line(student, 40)}».{rest}")
    paths += [path for pattern in OF_THE_CLASS for path in sorted(reports.glob(pattern))]
    return Known(tuple(paths), versions, marked, own)


def forget(course, folder, student, where):
    """Delete what :func:`known` finds, and return it. Raises what that does, GradingInProgress, OutputUnwritable."""
    (folder / "reports").mkdir(exist_ok=True)
    with lock(folder / "reports"):
        found = known(course, folder, student, where)
        try:
            _from_gradebook(where, student)
            for path in found.paths:
                remove_folder(path)
            placing.forget(folder, student)  # last: without it the student is still known here
        except OSError as error:
            raise OutputUnwritable(f"Không xóa được {error.filename or folder}: {fault(error)}.") from None
    return found


def _folders(layout, folder, step, student):
    """Return the folders of a student in one of nbgrader's steps, the outermost that is the student's alone."""
    found = {}
    for whose, _, path in layout.find(step, root=folder):
        if whose == student:
            outer = next((above for above in path.parents if above.name == student and folder in above.parents), path)
            found[outer] = None
    return list(found)


def _below(folder):
    with contextlib.suppress(FileNotFoundError):
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    return []


def _own(folder):
    """Return the teacher's own files of a class, those that are there."""
    if not (folder / config.FILE).is_file():
        return []
    return [path for path in (folder / config.FILE, config.read(folder).roster) if path.is_file()]


def _names(path, student):
    text = path.read_text(encoding="utf-8", errors="replace")
    return re.search(rf"(?<!\w){re.escape(student)}(?!\w)", text) is not None


def _from_gradebook(where, student):
    """Take a student out of the gradebook; what SQLite keeps of deleted rows goes, too. Raises GradebookUnusable."""
    from nbgrader.api import Gradebook, MissingEntry
    from sqlalchemy import create_engine, pool

    if not exists(where):
        return
    with translated(where):
        with Gradebook(where.url.render_as_string(hide_password=False)) as book, contextlib.suppress(MissingEntry):
            book.remove_student(student)
        if where.path is not None:
            engine = create_engine(where.url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql("VACUUM")
