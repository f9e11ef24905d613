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


def comments(where, students=None):
    """Return what people wrote in a class's gradebook (a tuple of :class:`Comment`), none when there is no gradebook.

    About the `students`, or everybody when that is None. Raises GradebookUnusable.
    """
    where = database.place(where)
    if not database.exists(where):
        return ()
    comment, cell, sheet = schema.comment, schema.base_cell, schema.notebook
    submission, assignment = schema.submitted_assignment, schema.assignment
    query = (
        select(submission.c.student_id, assignment.c.name, sheet.c.name, cell.c.name, comment.c.manual_comment)
        .select_from(schema.placed(comment))
        .where(comment.c.manual_comment.is_not(None))
    )
    with database.translated(where), database.engine(where).begin() as connection:
        there = database.check(where, connection)
        rows = database.of_some(connection, query, submission.c.student_id, students) if there else ()
    return tuple(Comment(*row) for row in rows if row[-1].strip())
