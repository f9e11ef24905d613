"""Deadlines and what being late costs, kept in nbgrader's gradebook: ``assignment.duedate`` and the penalties.

Both follow ``class.toml`` whenever a command shows or hands on grades, so that a deadline that was moved, an extension
granted in nbgrader or points given by hand need no regrading, and a penalty is taken off once: it is computed from the
points before it, every time anew.
"""

from sqlalchemy import func, or_, select, update

from autograder import database, schema
from autograder.classroom import config
from autograder.database import translated


def check(folder, slugs):
    """Raise ClassBroken before hours of grading where ``class.toml`` cannot be used; `slugs` are the course's."""
    if config.exists(folder):
        config.read(folder, slugs)


def refresh(folder, where):
    """Write the class's deadlines and penalties into its gradebook, where they differ from what is there.

    Parameters
    ----------
    folder : Path
        The class folder; without ``class.toml`` nothing is done.
    where : Place, Path or str
        The gradebook.

    Returns
    -------
    list of (student, assignment)
        The submissions whose penalty has changed.

    Raises
    ------
    ClassBroken, GradebookUnusable
    """
    place = database.place(where)
    if not config.exists(folder) or not database.exists(place):
        return []
    wishes = config.read(folder)
    with translated(place):
        with database.engine(place).begin() as connection:
            if not database.check(place, connection):
                return []
            due, penalties = _changes(connection, wishes)
        if due or penalties:  # most often there is nothing to write, and a gradebook may be open elsewhere
            with database.engine(place, write=True).begin() as connection:
                for row, time in due.items():
                    table = schema.assignment
                    connection.execute(update(table).where(table.c.id == row).values(duedate=time))
                _, penalties = _changes(connection, wishes)
                for row, (_, points) in penalties.items():
                    table = schema.submitted_notebook
                    values = {"late_submission_penalty": points}
                    connection.execute(update(table).where(table.c.id == row).values(values))
    return sorted({key for key, _ in penalties.values()})


def _changes(connection, wishes):
    """Return ({assignment: its deadline}, {submitted notebook: ((student, slug), penalty)}) that are to be written."""
    assignment = schema.assignment
    rows = connection.execute(select(assignment.c.id, assignment.c.name, assignment.c.duedate)).all()
    wanted = {row.id: _naive(wishes.item(row.name).deadline) or row.duedate for row in rows}
    due = {row.id: wanted[row.id] for row in rows if wanted[row.id] != row.duedate}
    return due, _penalties(connection, wishes, wanted) if wishes.late is not None else {}


def _penalties(connection, wishes, wanted):
    book, submission, assignment = schema.submitted_notebook, schema.submitted_assignment, schema.assignment
    scores = _scores(connection)
    query = select(
        book.c.id,
        book.c.late_submission_penalty,
        submission.c.student_id,
        submission.c.timestamp,
        submission.c.extension,
        assignment.c.id.label("assignment"),
        assignment.c.name,
    ).select_from(
        book.join(submission, submission.c.id == book.c.assignment_id).join(
            assignment, assignment.c.id == submission.c.assignment_id
        )
    )
    changed = {}
    for row in connection.execute(query).all():
        due, points = wanted[row.assignment], 0.0
        if due is not None and row.timestamp is not None:
            until = due + row.extension if row.extension is not None else due
            points = wishes.late.penalty(scores.get(row.id, 0.0), (row.timestamp - until).total_seconds())
        if abs((row.late_submission_penalty or 0.0) - points) > 1e-9:
            changed[row.id] = ((row.student_id, row.name), points or None)
    return changed


def _scores(connection):
    """Return {submitted notebook: its points}, as nbgrader counts them."""
    grade = schema.grade
    counted = func.coalesce(grade.c.manual_score, grade.c.auto_score)
    given = or_(grade.c.manual_score.is_not(None), grade.c.auto_score.is_not(None))
    total = func.sum(counted + func.coalesce(grade.c.extra_credit, 0.0))
    return dict(connection.execute(select(grade.c.notebook_id, total).where(given).group_by(grade.c.notebook_id)).all())


def _naive(time):
    """Return a time as nbgrader stores it: in UTC, without a zone."""
    return time.replace(tzinfo=None) if time is not None else None
