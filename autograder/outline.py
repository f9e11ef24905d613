"""What a gradebook has to know of an assignment before anybody's scores: its notebooks and their cells."""

import json
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import and_, delete, exists, insert, select, update

from autograder import schema
from autograder.database import chunks

KINDS = {"GradeCell": schema.grade_cells, "SolutionCell": schema.solution_cells, "TaskCell": schema.task_cells}
_ROLES = {  # kind of cell (see `course.Cell`) -> nbgrader's classes
    "test": ("GradeCell",),
    "answer": ("GradeCell", "SolutionCell"),
    "solution": ("SolutionCell",),
    "task": ("TaskCell",),
}


@dataclass(frozen=True)
class Sheet:
    """One notebook of an assignment, as the gradebook has it."""

    id: str
    grades: dict[str, str]  # name of a cell that carries points -> its id
    comments: dict[str, str]  # name of a cell that can be commented on -> its id


@dataclass(frozen=True)
class Outline:
    """One assignment, as the gradebook has it."""

    id: str
    sheets: dict[str, Sheet]  # by the notebook's name


def new_id():
    """Return an id of the kind nbgrader gives to rows."""
    return uuid4().hex


def add_courses(connection, course_id):
    """Make the course known, and the one that some of nbgrader's commands expect whatever the course is called."""
    known = set(connection.execute(select(schema.course.c.id)).scalars())
    for name in sorted({"default_course", course_id} - known):
        connection.execute(insert(schema.course).values(id=name))


def record(connection, slug, sheets, course_id):
    """Make an assignment and all its notebooks known as they are now; return the :class:`Outline`.

    Cells and notebooks that are gone are removed with their grades and comments; submissions already there get a place
    for what is new.
    """
    found = connection.execute(select(schema.assignment.c.id).where(schema.assignment.c.name == slug)).scalar()
    assignment = found or new_id()
    if found is None:
        connection.execute(insert(schema.assignment).values(id=assignment, name=slug, course_id=course_id))
    notebooks = _notebooks(connection, assignment, sheets)
    outline = Outline(assignment, {s.notebook: _sheet(connection, notebooks[s.notebook], s) for s in sheets})
    if found is not None:
        _make_room(connection, outline)
    return outline


def _notebooks(connection, assignment, sheets):
    """Return {name: id} of the assignment's notebooks, after adding new ones and removing those that are gone."""
    table = schema.notebook
    rows = connection.execute(
        select(table.c.name, table.c.id, table.c.kernelspec).where(table.c.assignment_id == assignment)
    ).all()
    known = {name: (row, kernel) for name, row, kernel in rows}
    for name in known.keys() - {sheet.notebook for sheet in sheets}:
        _remove_notebook(connection, known[name][0])
    result = {}
    for sheet in sheets:
        row, before = known.get(sheet.notebook, (None, None))
        kernel = json.dumps(sheet.kernelspec)
        result[sheet.notebook] = row or new_id()
        if row is None:
            values = {"id": result[sheet.notebook], "name": sheet.notebook, "assignment_id": assignment}
            connection.execute(insert(table).values(**values, kernelspec=kernel))
        elif before != kernel:
            connection.execute(update(table).where(table.c.id == row).values(kernelspec=kernel))
    return result


def _sheet(connection, notebook, sheet):
    """Make one notebook's cells what they are now; return the :class:`Sheet`."""
    wanted = {(cell.grade_id, role): cell for cell in sheet.cells for role in _ROLES.get(cell.kind, ())}
    base = schema.base_cell
    rows = connection.execute(select(base.c.name, base.c.type, base.c.id).where(base.c.notebook_id == notebook)).all()
    known = {(name, role): row for name, role, row in rows}
    _remove_cells(connection, [row for key, row in known.items() if key not in wanted])
    ids = {key: known.get(key) or new_id() for key in wanted}
    new = [key for key in wanted if key not in known]
    if new:
        cells = [{"id": ids[name, role], "name": name, "type": role, "notebook_id": notebook} for name, role in new]
        connection.execute(insert(base), cells)
    for (name, role), cell in wanted.items():
        details = {"max_score": cell.points, "cell_type": cell.cell_type} if role != "SolutionCell" else {}
        table = KINDS[role]
        if (name, role) in new:
            connection.execute(insert(table).values(id=ids[name, role], **details))
        elif details:
            connection.execute(update(table).where(table.c.id == ids[name, role]).values(**details))
    _sources(connection, notebook, sheet)
    return Sheet(
        notebook,
        {name: row for (name, role), row in ids.items() if role != "SolutionCell"},
        {name: row for (name, role), row in ids.items() if role != "GradeCell"},
    )


def _sources(connection, notebook, sheet):
    table = schema.source_cell
    rows = connection.execute(select(table).where(table.c.notebook_id == notebook)).mappings().all()
    known = {row["name"]: row for row in rows}
    gone = [row["id"] for name, row in known.items() if sheet.cell(name) is None]
    for part in chunks(gone):
        connection.execute(delete(table).where(table.c.id.in_(part)))
    new = []
    for cell in sheet.cells:
        values = {
            "cell_type": cell.cell_type,
            "locked": cell.is_locked,
            "source": cell.source,
            "checksum": cell.metadata["nbgrader"].get("checksum"),
        }
        row = known.get(cell.grade_id)
        if row is None:
            new.append({"id": new_id(), "name": cell.grade_id, "notebook_id": notebook, **values})
        elif any(row[name] != value for name, value in values.items()):
            connection.execute(update(table).where(table.c.id == row["id"]).values(**values))
    if new:
        connection.execute(insert(table), new)


# --- what is gone, what is new ----------------------------------------------------------------------------------


def _remove_cells(connection, ids):
    for part in chunks(ids):
        for table in (schema.grade, schema.comment):
            connection.execute(delete(table).where(table.c.cell_id.in_(part)))
        for table in (*KINDS.values(), schema.base_cell):
            connection.execute(delete(table).where(table.c.id.in_(part)))


def _remove_notebook(connection, notebook):
    base = schema.base_cell
    _remove_cells(connection, connection.execute(select(base.c.id).where(base.c.notebook_id == notebook)).scalars())
    for table in (schema.source_cell, schema.submitted_notebook):
        connection.execute(delete(table).where(table.c.notebook_id == notebook))
    connection.execute(delete(schema.notebook).where(schema.notebook.c.id == notebook))


def _make_room(connection, outline):
    """Give the submissions there are a notebook, a grade and a comment for everything that has none."""
    submission, submitted = schema.submitted_assignment, schema.submitted_notebook
    for sheet in outline.sheets.values():
        there = exists().where(and_(submitted.c.assignment_id == submission.c.id, submitted.c.notebook_id == sheet.id))
        lacking = select(submission.c.id).where(submission.c.assignment_id == outline.id, ~there)
        rows = connection.execute(lacking).scalars().all()
        if rows:
            fresh = [{"id": new_id(), "assignment_id": row, "notebook_id": sheet.id, "flagged": False} for row in rows]
            connection.execute(insert(submitted), fresh)
        for table, cells, blank in (
            (schema.grade, sheet.grades, {"needs_manual_grade": True}),
            (schema.comment, sheet.comments, {}),
        ):
            base = schema.base_cell
            there = exists().where(and_(table.c.notebook_id == submitted.c.id, table.c.cell_id == base.c.id))
            for part in chunks(cells.values()):
                every = submitted.join(base, base.c.id.in_(part))
                pairs = select(submitted.c.id, base.c.id).select_from(every).where(submitted.c.notebook_id == sheet.id)
                pairs = pairs.where(~there)
                rows = connection.execute(pairs).all()
                if rows:
                    fresh = [{"id": new_id(), "notebook_id": book, "cell_id": cell, **blank} for book, cell in rows]
                    connection.execute(insert(table), fresh)
