"""The class's gradebook in nbgrader's schema, in SQLite or PostgreSQL: one writer, and the reader of reports.

What a person entered (manual scores, extra credit, comments, flags, extensions) is never changed. Points that a person
gave to an answer which is another one now wait for that person: ``needs_manual_grade`` says so, as in nbgrader, and a
mark saved in formgrader takes it back. Every call is one transaction, and between calls no connection is open.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Boolean, Float, Text, and_, bindparam, case, func, insert, or_, select, true, update

from autograder import database, outline, schema
from autograder.database import chunks, create, of_some, place, translated
from autograder.outline import new_id

__all__ = ["UNDONE_COMMENT", "Entry", "Graded", "Writer", "create", "entries", "open_gradebook", "penalties", "place"]

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
    notebook: str = ""

    @property
    def by_hand(self):
        """Whether a person gave any of it."""
        return self.manual_score is not None or bool(self.extra_credit)

    @property
    def score(self):
        """The score there is, None where a person has given none yet."""
        base = self.manual_score if self.manual_score is not None else self.auto_score
        return None if base is None else base + (self.extra_credit or 0.0)

    @property
    def is_waiting(self):
        """Whether a person has to mark it: for the first time, or again because the answer is another one now."""
        return self.score is None or self.needs_manual_grade


@dataclass(frozen=True)
class Graded:
    """What the autograder found out about one notebook of one submission."""

    student: str
    assignment: str  # slug
    scores: dict[str, float | None]  # of every cell that carries points; None where a person has to mark it
    undone: frozenset[str] = field(default=frozenset())  # solution cells without an answer
    timestamp: str | datetime | None = None  # when it was handed in, as in nbgrader's timestamp.txt; None: not known
    notebook: str | None = None  # None: the one of the assignment's name
    unchanged: frozenset[str] = field(default=frozenset())  # cells whose answer is known to be the one graded before


def open_gradebook(where, *, course_id="default_course", late=None):
    """Return the :class:`Writer` for a gradebook, creating it when there is none; use it in a ``with``.

    Parameters
    ----------
    where : Path, str or Place
        A class folder, or the URL of a database (see :func:`autograder.database.place`).
    course_id : str
        nbgrader's name of the course.
    late : callable, optional
        ``late(student, score, seconds_late)`` returns the penalty of a late notebook, or None.

    Raises
    ------
    GradebookUnusable
    """
    where = place(where)
    with translated(where):
        database.prepare(where)
        return Writer(where, course_id, late)


def entries(where, students=None):
    """Return the graded cells in the gradebook (a tuple of :class:`Entry`), none when there is no gradebook.

    Those of the `students`, or of everybody when that is None. Raises GradebookUnusable.
    """
    where = place(where)
    if not database.exists(where):
        return ()
    grade, cell, sheet = schema.grade, schema.base_cell, schema.notebook
    submission, assignment = schema.submitted_assignment, schema.assignment
    query = (
        select(
            submission.c.student_id,
            assignment.c.name,
            cell.c.name,
            func.coalesce(schema.grade_cells.c.max_score, schema.task_cells.c.max_score, 0.0),
            grade.c.auto_score,
            grade.c.manual_score,
            grade.c.extra_credit,
            grade.c.needs_manual_grade,
            sheet.c.name,
        )
        .select_from(schema.placed(grade))
        .outerjoin(schema.grade_cells, schema.grade_cells.c.id == cell.c.id)
        .outerjoin(schema.task_cells, schema.task_cells.c.id == cell.c.id)
    )
    with translated(where), database.engine(where).begin() as connection:
        if not database.check(where, connection):
            return ()
        rows = of_some(connection, query, submission.c.student_id, students)
    return tuple(Entry(*row) for row in rows)


def penalties(where):
    """Return {(student, assignment): points taken off for being late}, of the submissions that lose any.

    Raises GradebookUnusable.
    """
    where = place(where)
    if not database.exists(where):
        return {}
    book, submission, assignment = schema.submitted_notebook, schema.submitted_assignment, schema.assignment
    query = (
        select(submission.c.student_id, assignment.c.name, book.c.late_submission_penalty)
        .select_from(
            book.join(submission, submission.c.id == book.c.assignment_id).join(
                assignment, assignment.c.id == submission.c.assignment_id
            )
        )
        .where(book.c.late_submission_penalty > 0)
    )
    with translated(where), database.engine(where).begin() as connection:
        rows = connection.execute(query).all() if database.check(where, connection) else ()
    found = {}
    for student, slug, points in rows:
        found[student, slug] = found.get((student, slug), 0.0) + points
    return found


class Writer:
    """The only one that writes the gradebook of a class."""

    def __init__(self, where, course_id="default_course", late=None):
        self.place, self.course_id, self.late = where, course_id or "default_course", late
        self.engine = database.engine(where, write=True)
        self.outlines = {}  # slug -> Outline
        self.prepared = {}  # slug -> digests of what was prepared

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.engine.dispose()

    def prepare(self, sheets):
        """Make the gradebook know assignments and their cells, as they are now.

        `sheets` are all the notebooks (`Assignment` objects) of one assignment or of several; a single one may be given
        as it is. Cells and notebooks that are gone are removed with their grades; submissions already there get a place
        for new ones.
        """
        groups = {}
        for sheet in (sheets,) if hasattr(sheets, "slug") else sheets:
            groups.setdefault(sheet.slug, []).append(sheet)
        digests = {slug: [sheet.digest for sheet in group] for slug, group in groups.items()}
        todo = [slug for slug in groups if self.prepared.get(slug) != digests[slug]]
        if not todo:
            return
        with translated(self.place), self.engine.begin() as connection:
            outline.add_courses(connection, self.course_id)
            fresh = {slug: outline.record(connection, slug, groups[slug], self.course_id) for slug in todo}
        self.outlines |= fresh
        self.prepared |= {slug: digests[slug] for slug in todo}

    def write(self, batch):
        """Record what was graded (any number of :class:`Graded`, of prepared assignments): all of it, or nothing."""
        groups = {}
        for one in batch:
            groups.setdefault(one.assignment, {})[one.student, one.notebook or one.assignment] = one
        if not groups:
            return
        with translated(self.place), self.engine.begin() as connection:
            for slug, ones in groups.items():
                _Batch(connection, self.outlines[slug], ones, self.late).write()


class _Batch:
    """Some submissions of one assignment, on their way into the gradebook; a step is a method."""

    def __init__(self, connection, outline, graded, late):
        self.connection, self.outline, self.graded, self.late = connection, outline, graded, late
        self.students = list(dict.fromkeys(student for student, _ in graded))

    def write(self):
        self.add_students()
        self.add_submissions()
        self.add_notebooks()
        self.set_grades()
        self.set_comments()
        self.set_penalties()

    def rows(self, query, column, values):
        """Return the rows of a query for all `values` of a column, however many there are."""
        return of_some(self.connection, query, column, values)

    def insert(self, table, rows):
        if rows:
            self.connection.execute(insert(table), rows)

    def add_students(self):
        table = schema.student
        known = {row.id for row in self.rows(select(table.c.id), table.c.id, self.students)}
        self.insert(table, [{"id": student} for student in self.students if student not in known])

    def add_submissions(self):
        table = schema.submitted_assignment
        query = select(table.c.student_id, table.c.id).where(table.c.assignment_id == self.outline.id)
        self.submissions = dict(tuple(row) for row in self.rows(query, table.c.student_id, self.students))
        times = {}
        for (student, _), one in self.graded.items():
            if (time := _utc(one.timestamp)) is not None:
                times[student] = time
        new = [student for student in self.students if student not in self.submissions]
        fresh = {student: new_id() for student in new}
        self.insert(
            table,
            [
                {"id": fresh[s], "assignment_id": self.outline.id, "student_id": s, "timestamp": times.get(s)}
                for s in new
            ],
        )
        changed = [{"row": self.submissions[s], "time": time} for s, time in times.items() if s in self.submissions]
        if changed:
            stamp = update(table).where(table.c.id == bindparam("row")).values(timestamp=bindparam("time"))
            self.connection.execute(stamp, changed)
        self.submissions |= fresh

    def add_notebooks(self):
        """Give each submission all notebooks of the assignment, as nbgrader does, also those not in this batch."""
        table = schema.submitted_notebook
        query = select(table.c.assignment_id, table.c.notebook_id, table.c.id)
        rows = self.rows(query, table.c.assignment_id, self.submissions.values())
        self.books = {(submission, sheet): row for submission, sheet, row in rows}
        new = [
            {"id": new_id(), "assignment_id": submission, "notebook_id": sheet.id, "flagged": False}
            for submission in self.submissions.values()
            for sheet in self.outline.sheets.values()
            if (submission, sheet.id) not in self.books
        ]
        self.insert(table, new)
        self.books |= {(row["assignment_id"], row["notebook_id"]): row["id"] for row in new}
        sheets = {sheet.id: sheet for sheet in self.outline.sheets.values()}
        # submitted notebook's id -> (its sheet, what was graded of it or None)
        self.targets = {row["id"]: (sheets[row["notebook_id"]], None) for row in new}
        for (student, name), one in self.graded.items():
            sheet = self.outline.sheets[name]
            self.targets[self.books[self.submissions[student], sheet.id]] = (sheet, one)

    def present(self, table):
        """Return {(submitted notebook, cell): id} of a table's rows for the notebooks of this batch."""
        rows = self.rows(select(table.c.notebook_id, table.c.cell_id, table.c.id), table.c.notebook_id, self.targets)
        return {(book, cell): row for book, cell, row in rows}

    def set_grades(self):
        table, new, changed = schema.grade, [], []
        present = self.present(table)
        for book, (sheet, one) in self.targets.items():
            for name, cell in sheet.grades.items():
                score = one.scores[name] if one else None
                row = present.get((book, cell))
                if row is None:
                    values = {"auto_score": score, "needs_manual_grade": score is None}
                    new.append({"id": new_id(), "notebook_id": book, "cell_id": cell, **values})
                elif one:
                    is_other = name not in one.unchanged
                    changed.append({"row": row, "score": score, "unknown": score is None, "other": is_other})
        self.insert(table, new)
        if changed:
            unknown, other = (bindparam(name, type_=Boolean) for name in ("unknown", "other"))
            marked, more = table.c.manual_score.is_not(None), func.coalesce(table.c.extra_credit, 0.0) != 0.0
            waits = case(
                (and_(or_(marked, more), other), true()),
                (marked, table.c.needs_manual_grade),  # the mark holds, or goes on waiting
                (more, or_(table.c.needs_manual_grade, unknown)),
                else_=unknown,
            )
            values = {"auto_score": bindparam("score", type_=Float), "needs_manual_grade": waits}
            self.connection.execute(update(table).where(table.c.id == bindparam("row")).values(values), changed)

    def set_comments(self):
        table, new, changed = schema.comment, [], []
        present = self.present(table)
        for book, (sheet, one) in self.targets.items():
            for name, cell in sheet.comments.items():
                text = UNDONE_COMMENT if one and name in one.undone else None
                row = present.get((book, cell))
                if row is None:
                    new.append({"id": new_id(), "notebook_id": book, "cell_id": cell, "auto_comment": text})
                elif one:
                    changed.append({"row": row, "text": text})
        self.insert(table, new)
        if changed:
            values = {"auto_comment": bindparam("text", type_=Text)}
            self.connection.execute(update(table).where(table.c.id == bindparam("row")).values(values), changed)

    def set_penalties(self):
        """Take the penalties of notebooks that are not late away, and give those that are late theirs."""
        table, submission = schema.submitted_notebook, schema.submitted_assignment
        books = [book for book, (_, one) in self.targets.items() if one]
        for part in chunks(books):
            old = table.c.id.in_(part) & table.c.late_submission_penalty.is_not(None)
            self.connection.execute(update(table).where(old).values(late_submission_penalty=None))
        due = select(schema.assignment.c.duedate).where(schema.assignment.c.id == self.outline.id)
        due = self.connection.execute(due).scalar() if self.late else None
        if due is None:
            return
        query = select(submission.c.id, submission.c.student_id, submission.c.timestamp, submission.c.extension)
        for row in self.rows(query, submission.c.id, self.submissions.values()):
            when = due + row.extension if row.extension is not None else due
            seconds = max(0.0, (row.timestamp - when).total_seconds()) if row.timestamp is not None else 0.0
            for sheet in self.outline.sheets.values() if seconds else ():
                book = self.books[row.id, sheet.id]
                if self.targets.get(book, (None, None))[1] is not None:
                    self.punish(book, row.student_id, seconds)

    def punish(self, book, student, seconds):
        grade, table = schema.grade, schema.submitted_notebook
        counted = func.coalesce(grade.c.manual_score, grade.c.auto_score)
        given = or_(grade.c.manual_score.is_not(None), grade.c.auto_score.is_not(None))
        total = select(func.sum(counted + func.coalesce(grade.c.extra_credit, 0.0)))
        score = self.connection.execute(total.where(grade.c.notebook_id == book, given)).scalar() or 0.0
        penalty = self.late(student, score, seconds)
        if penalty is not None:
            penalty = 0.0 if penalty < 0 else min(penalty, score)
            values = {"late_submission_penalty": penalty}
            self.connection.execute(update(table).where(table.c.id == book).values(values))


def _utc(time):
    """Return a time of submission as nbgrader stores it, None when it cannot be understood."""
    if isinstance(time, str):
        from nbgrader.utils import parse_utc

        try:
            return parse_utc(time)
        except Exception:  # a date's parser meets what a student wrote: it may raise anything
            return None
    return time
