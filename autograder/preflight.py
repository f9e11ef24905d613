"""``autograder check``: what a student can know of a notebook before handing it in. The file is only read."""

import contextlib
import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder import engine, marks, notebook, settings
from autograder.course import Assignment
from autograder.engine import fitness
from autograder.errors import AssignmentUnknown, NotANotebook, NotebookMissing
from autograder.text import one_line

_UNKNOWN = re.compile(r"NameError: name '(\w+)' is not defined")


@dataclass(frozen=True)
class TaskResult:
    """One task, as far as the visible tests can tell."""

    task: str
    state: str  # marks.PASSED, WRONG, UNDONE or PENDING
    reasons: tuple[str, ...]
    score: float  # of the visible test cells
    points: float  # of the visible test cells
    hidden: float  # of the cells whose tests come later


@dataclass(frozen=True)
class Checkup:
    """The whole notebook."""

    assignment: Assignment
    path: Path
    notes: tuple[notebook.Note, ...]
    tasks: tuple[TaskResult, ...]
    saved: datetime  # when the file was written, in UTC
    limits: engine.Limits  # with which it was run
    of_class: dict  # those of them that its class asks for, by their names
    ran_out: bool  # whether something met one of them

    @property
    def passed(self):
        """Whether every visible test passes and nothing serious is wrong with the structure."""
        return not any(n.serious for n in self.notes) and all(
            t.state in (marks.PASSED, marks.PENDING) for t in self.tasks
        )


def check(course, path, *, slug=None, seconds=None, limits=None):
    """Check one notebook against its assignment.

    Parameters
    ----------
    course : Course
    path : Path
        The notebook, or the folder it lies in.
    slug : str, optional
        The assignment, where neither name nor content tells.
    seconds : float, optional
        For one cell; as when it is graded when it is not given.
    limits : Limits, optional
        Instead of the class's and the course's own.

    Raises
    ------
    NotebookUnreadable, AssignmentUnknown, AssignmentBroken, CourseBroken or EngineFailed
    """
    path, slug, notes = _which(course, Path(path).expanduser(), slug)
    assignment, wishes = course.load(slug), settings.read(course)
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    submission = notebook.submission(path, assignment, released=True, notes=notes)
    folder = path.resolve().parent
    of_class = settings.beside(course, folder)
    bounds = limits or wishes.within(of_class, {}).limits(slug, {"seconds": seconds})
    kind = "kernel" if wishes.wants_kernel(slug) else None
    if kind is None and not course.is_house:  # all test cells of this course can be examined: it is not released else
        fitted = fitness.fit([assignment], course.model, bounds)
        (assignment,), kind = fitted.sheets, fitted.engine
    with contextlib.closing(_engine(kind)) as runner:
        execution = runner.execute(assignment, submission.notebook, folder, bounds)
    given = {mark.cell: mark for mark in marks.mark(assignment, submission, execution)}
    sources = {c.metadata.nbgrader.grade_id: c.source for c in submission.notebook.cells if "nbgrader" in c.metadata}
    tasks = tuple(_task(task, assignment, given, sources.get(task, ""), submission) for task in assignment.tasks)
    ran_out = any(run and (run.status == engine.TIMEOUT or run.error == "MemoryError") for run in execution.runs)
    return Checkup(assignment, path, tuple(map(_advised, submission.notes)), tasks, saved, bounds, of_class, ran_out)


def _engine(kind):
    """Return what runs the notebook: in a sandbox where there is one, for this is its owner's machine and code."""
    contained = can_fork = hasattr(os, "fork")
    if can_fork:
        from autograder.engine import sandbox  # which cannot be imported where there is no fork

        contained = sandbox.probe() != "none"
    return engine.start(kind or ("examined" if can_fork else "kernel"), sandbox=contained)


def _which(course, path, slug):
    """Return (path of the notebook, slug, notes about the name)."""
    if path.is_dir():
        slug = slug or path.resolve().name
        path, notes = notebook.find(path, slug, course.load(slug))
        return path, slug, notes
    notebook.read(path)  # a file that is no notebook is said to be that before anything else
    known = course.slugs()
    if slug is not None:
        course.source(slug)
    elif path.stem in known:
        slug = path.stem
    else:
        slug = notebook.guess_assignment(path, [course.load(name) for name in known])
    if slug is None:
        if not known:
            raise AssignmentUnknown(path.stem, known)
        raise NotANotebook(f"{one_line(path.name, 60)} không phải bài tập nào của khóa học ({', '.join(known)}).")
    if path.is_symlink() and not path.exists():
        raise NotebookMissing(f"{one_line(path.name, 60)} không tồn tại.")
    wrong = (
        () if path.name == f"{slug}.ipynb" else (f"Tên tệp là {one_line(path.name, 60)}; khi nộp cần {slug}.ipynb.",)
    )
    return path, slug, tuple(notebook.Note("name", text, serious=True) for text in wrong)


def _advised(note):
    """Return a note with what its reader can do about it."""
    return replace(note, text=f"{note.text} {notebook.advice(note)}".rstrip())


def _task(task, assignment, given, source, submission):
    cells = assignment.cells_of(task)
    # a hidden cell whose visible part is only a comment has nothing to say yet
    telling = [c for c in cells if c.is_manual or _code(c.released)]
    states = [given[c.grade_id].state for c in telling]
    visible = [given[c.grade_id] for c in cells if not c.hidden and not c.is_manual]
    reasons = list(dict.fromkeys(given[c.grade_id].reason for c in telling if given[c.grade_id].state == marks.WRONG))
    state = marks.combine(states)
    if task in submission.untouched:
        state, reasons = marks.UNDONE, []
    elif state == marks.PASSED and re.search(r"(?m)^\s*raise NotImplementedError\b", source):
        state, reasons = (
            marks.WRONG,
            ["Còn dòng `raise NotImplementedError` trong lời giải; hãy xóa nó khi đã viết xong."],
        )
    elif not telling:
        fault = marks.syntax_error(source) if source else f"Không thấy ô lời giải `{task}`."
        state, reasons = (marks.WRONG, [fault]) if fault else (marks.PENDING, [])
    return TaskResult(
        task,
        state,
        (*reasons, *_hints(reasons)),
        sum(m.score or 0.0 for m in visible),
        sum(m.points for m in visible),
        sum(c.points for c in cells if c.hidden or c.is_manual),
    )


def _hints(reasons):
    """Yield what a student may not think of: what a name is that Jupyter still knows and the file does not."""
    for name in dict.fromkeys(name for reason in reasons for name in _UNKNOWN.findall(reason)):
        yield (
            f"Nếu trong Jupyter ô này vẫn chạy được thì `{name}` được tạo ở một ô đã xóa, đã sửa, hoặc nằm bên dưới: "
            "hãy chạy lại từ đầu bằng Restart Kernel and Run All Cells."
        )


def _code(source):
    """Whether there is anything but comments and imports in a test cell."""
    lines = (line.strip() for line in source.split("\n"))
    return any(line and not line.startswith(("#", "import ", "from ")) for line in lines)
