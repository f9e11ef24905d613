"""What people wrote about students' cells in formgrader."""

from dataclasses import dataclass

from sqlalchemy import select

from autograder import database, schema


@dataclass(frozen=True)
class Comment:
    """What a person wrote about one cell of one student."""

    student: str
    assignment: str
    notebook: str
    cell: str
    text: str


def comments(where):
    """Return every comment in a class's gradebook (a tuple of :class:`Comment`), none when there is no gradebook.

    Raises GradebookUnusable.
    """
    where = database.place(where)
    if not database.exists(where):
        return ()
    comment, cell, book, sheet = schema.comment, schema.base_cell, schema.submitted_notebook, schema.notebook
    submission, assignment = schema.submitted_assignment, schema.assignment
    query = (
        select(submission.c.student_id, assignment.c.name, sheet.c.name, cell.c.name, comment.c.manual_comment)
        .select_from(comment)
        .join(book, book.c.id == comment.c.notebook_id)
        .join(sheet, sheet.c.id == book.c.notebook_id)
        .join(submission, submission.c.id == book.c.assignment_id)
        .join(assignment, assignment.c.id == submission.c.assignment_id)
        .join(cell, cell.c.id == comment.c.cell_id)
        .where(comment.c.manual_comment.is_not(None))
    )
    with database.translated(where), database.engine(where).begin() as connection:
        rows = connection.execute(query).all() if database.check(where, connection) else ()
    return tuple(Comment(*row) for row in rows if row[-1].strip())
