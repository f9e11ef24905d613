"""The class's ``gradebook.db`` in nbgrader's schema: one writer, and the reader that reports are made from.

What a person entered (manual scores, extra credit, comments) is never changed.
"""

import contextlib
import json
import logging
import os
import re
import warnings
from dataclasses import dataclass

from autograder.errors import GradebookUnusable
from autograder.jupyter import KERNEL  # first: it makes the imports below cheap
from autograder.text import fault

# isort: split
from alembic.script import ScriptDirectory
from nbgrader import api
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import URL, create_engine, inspect, select, text
from sqlalchemy.exc import DatabaseError, SAWarning, SQLAlchemyError

UNDONE_COMMENT = "Chưa làm."


@dataclass(frozen=True)
class Entry:
    """One graded cell of one student, as the gradebook has it."""

    student: str
    assignment: str
    cell: str
    points: float
    auto_score: float | None
    manual_score: float | None
    extra_credit: float | None
    needs_manual_grade: bool

    @property
    def score(self):
        """The score that counts, None while a person has to mark it."""
        base = self.manual_score if self.manual_score is not None else self.auto_score
        return None if base is None else base + (self.extra_credit or 0.0)


def open_gradebook(folder):
    """Return the :class:`Writer` for a class folder, creating the gradebook when there is none; use it in a ``with``.

    Raises GradebookUnusable.
    """
    path = folder / "gradebook.db"
    with _translated(path):
        if not path.exists():
            create(path)
        return Writer(path)


def entries(folder):
    """Return every graded cell in the class's gradebook (a tuple of :class:`Entry`), none when there is no gradebook.

    Raises GradebookUnusable.
    """
    path = folder / "gradebook.db"
    if not path.exists():
        return ()
    with _translated(path), contextlib.closing(_open(path)) as book:
        rows = book.db.execute(
            select(
                api.SubmittedAssignment.student_id,
                api.Assignment.name,
                api.BaseCell.name,
                api.Grade.max_score,
                api.Grade.auto_score,
                api.Grade.manual_score,
                api.Grade.extra_credit,
                api.Grade.needs_manual_grade,
            )
            .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
            .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
            .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
            .join(api.BaseCell, api.BaseCell.id == api.Grade.cell_id)
        ).all()
    return tuple(Entry(*row) for row in rows)


class Writer:
    """The only one that writes the gradebook of a class."""

    def __init__(self, path):
        self.path = path
        self.book = _open(path)
        self.prepared = set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.book.close()

    def prepare(self, assignment):
        """Make the gradebook know the assignment and its cells, as they are now.

        Cells that are gone are removed with their grades; submissions already there get a place for new cells.
        """
        if assignment.digest in self.prepared:
            return
        with _translated(self.path):
            slug = assignment.slug
            self.book.update_or_create_assignment(slug)
            self.book.update_or_create_notebook(slug, slug, kernelspec=json.dumps(KERNEL["kernelspec"]))
            self._remove_vanished(assignment)
            for cell in assignment.cells:
                place = (cell.grade_id, slug, slug)
                if cell.kind in ("test", "answer"):
                    self.book.update_or_create_grade_cell(*place, max_score=cell.points, cell_type=cell.cell_type)
                if cell.kind in ("solution", "answer"):
                    self.book.update_or_create_solution_cell(*place)
                if cell.kind == "task":
                    self.book.update_or_create_task_cell(*place, max_score=cell.points, cell_type=cell.cell_type)
                self.book.update_or_create_source_cell(
                    *place,
                    cell_type=cell.cell_type,
                    locked=cell.kind in ("test", "locked", "task"),
                    source=cell.source,
                    checksum=cell.metadata["nbgrader"].get("checksum"),
                )
            self._add_new(self.book.find_notebook(slug, slug))
        self.prepared.add(assignment.digest)

    def write(self, student, slug, scores, undone, timestamp=None):
        """Record one submission, in one transaction.

        Parameters
        ----------
        student, slug : str
            Whose, and of which (prepared) assignment.
        scores : dict
            Score of every graded cell; None where a person has to mark it.
        undone : set of str
            Solution cells without an answer.
        timestamp : str, optional
            When it was handed in, as in nbgrader's ``timestamp.txt``.
        """
        with _translated(self.path):
            self.book.update_or_create_student(student)
            when = {"timestamp": timestamp} if timestamp else {}
            submission = self.book.update_or_create_submission(slug, student, **when)
            (notebook,) = submission.notebooks
            for grade in notebook.grades:
                grade.auto_score = scores[grade.cell.name]
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
            for comment in notebook.comments:
                comment.auto_comment = UNDONE_COMMENT if comment.cell.name in undone else None
            self.book.db.commit()

    def _remove_vanished(self, assignment):
        notebook = self.book.find_notebook(assignment.slug, assignment.slug)
        wanted = {
            "GradeCell": {c.grade_id for c in assignment.cells if c.kind in ("test", "answer")},
            "SolutionCell": {c.grade_id for c in assignment.cells if c.kind in ("solution", "answer")},
            "TaskCell": {c.grade_id for c in assignment.cells if c.kind == "task"},
        }
        for cell in list(notebook._base_cells):
            if cell.name not in wanted.get(type(cell).__name__, set()):
                for row in (*cell.grades, *cell.comments, cell):
                    self.book.db.delete(row)
        names = {c.grade_id for c in assignment.cells}
        for cell in list(notebook.source_cells):
            if cell.name not in names:
                self.book.db.delete(cell)
        self.book.db.commit()

    def _add_new(self, notebook):
        for submitted in notebook.submissions:
            graded = {grade.cell_id for grade in submitted.grades}
            commented = {comment.cell_id for comment in submitted.comments}
            for cell in (*notebook.grade_cells, *notebook.task_cells):
                if cell.id not in graded:
                    self.book.db.add(api.Grade(cell_id=cell.id, notebook=submitted))
            for cell in (*notebook.solution_cells, *notebook.task_cells):
                if cell.id not in commented:
                    self.book.db.add(api.Comment(cell_id=cell.id, notebook=submitted))
        self.book.db.commit()


def _open(path):
    """Return nbgrader's Gradebook, which would put its tables into any database it is given."""
    engine = create_engine(_url(path))
    try:
        tables = set(inspect(engine).get_table_names())
    finally:
        engine.dispose()
    if tables and not tables >= {"alembic_version", "assignment", "grade"}:
        raise GradebookUnusable(f"{path} không phải sổ điểm nbgrader (là cơ sở dữ liệu của chương trình khác).")
    return api.Gradebook(_url(path))


def _url(path):
    return URL.create("sqlite", database=str(path))  # as text, a ? in the path would end it


def create(path):
    """Make an empty gradebook aside and rename it, so that an interrupted start leaves none that is half made.

    What ``nbgrader.api.Gradebook`` does for a new file, without starting a process for the version of the schema.
    """
    aside = path.with_name(f".gradebook.{os.getpid()}.tmp")
    head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
    engine = create_engine(_url(aside))
    try:
        with engine.begin() as connection:
            api.Base.metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": head})
        engine.dispose()
        aside.replace(path)
    finally:
        engine.dispose()
        aside.unlink(missing_ok=True)


@contextlib.contextmanager
def _translated(path):
    """Turn what SQLAlchemy raises into one line that says what to do."""
    quiet = logging.getLogger("tornado.application")
    before, quiet.disabled = quiet.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader.api's own, harmless
            yield
    except (SQLAlchemyError, api.InvalidEntry, OSError) as error:
        if "locked" in str(error):
            raise GradebookUnusable(
                f"Sổ điểm {path} đang bị chương trình khác khóa; hãy đóng nó rồi chạy lại."
            ) from None
        if isinstance(error, DatabaseError) and re.search("not a database|malformed", str(error)):
            raise GradebookUnusable(f"{path} không phải sổ điểm nbgrader (tệp hỏng hoặc là tệp khác).") from None
        if isinstance(error, DatabaseError) and re.search("no such (table|column)", str(error)):
            raise GradebookUnusable(
                f"Sổ điểm {path} là của một phiên bản nbgrader khác; hãy chạy nbgrader db upgrade."
            ) from None
        if "disk is full" in str(error):
            raise GradebookUnusable(f"Sổ điểm {path} không ghi được: hết chỗ trên đĩa.") from None
        if isinstance(error, OSError):
            reason = f"{fault(error)}."
        else:
            reason = (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]
        raise GradebookUnusable(f"Sổ điểm {path} không dùng được: {reason}") from None
    finally:
        quiet.disabled = before
