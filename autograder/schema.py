"""nbgrader's gradebook tables, for SQLAlchemy Core.

``nbgrader.api`` defines the same tables for its ORM and takes a second to import; a test keeps the two in step.
"""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    Interval,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "e43177bfe90b"  # alembic's version of this schema
OLDER = frozenset({"b6d005d67074", "50a4d84c131a", "724cde206c17", "167914646830", "282d30a0218e"})
NAME = 128  # most characters of the name of a student, an assignment, a notebook or a cell; PostgreSQL insists

metadata = MetaData()
cell_types = {"validate_strings": True, "metadata": metadata}


def _key(name="id", size=32):
    return Column(name, String(size), primary_key=True, nullable=False)


def _reference(name, target, size=32, nullable=True):
    return Column(name, String(size), ForeignKey(target), nullable=nullable)


course = Table("course", metadata, Column("id", String(NAME), unique=True, primary_key=True, nullable=False))

student = Table(
    "student",
    metadata,
    _key(size=NAME),
    Column("first_name", String(NAME)),
    Column("last_name", String(NAME)),
    Column("email", String(NAME)),
    Column("lms_user_id", String(NAME)),
)

assignment = Table(
    "assignment",
    metadata,
    _key(),
    Column("name", String(NAME), unique=True, nullable=False),
    Column("duedate", DateTime()),
    _reference("course_id", "course.id", NAME, nullable=False),
)

notebook = Table(
    "notebook",
    metadata,
    _key(),
    Column("name", String(NAME), nullable=False),
    _reference("assignment_id", "assignment.id"),
    Column("kernelspec", String(1024)),
    UniqueConstraint("name", "assignment_id"),
)

base_cell = Table(
    "base_cell",
    metadata,
    _key(),
    Column("name", String(NAME), nullable=False),
    _reference("notebook_id", "notebook.id", nullable=False),
    Column("type", String(50)),  # the ORM's class: GradeCell, SolutionCell or TaskCell
    UniqueConstraint("name", "notebook_id", "type"),
)


def _graded(name):
    return Table(
        name,
        metadata,
        Column("id", String(32), ForeignKey("base_cell.id"), primary_key=True, nullable=False),
        Column("max_score", Float(), nullable=False),
        Column("cell_type", Enum("code", "markdown", name="grade_cell_type", **cell_types), nullable=False),
    )


grade_cells = _graded("grade_cells")
task_cells = _graded("task_cells")
solution_cells = Table(
    "solution_cells", metadata, Column("id", String(32), ForeignKey("base_cell.id"), primary_key=True, nullable=False)
)

source_cell = Table(
    "source_cell",
    metadata,
    _key(),
    Column("name", String(NAME), nullable=False),
    Column("cell_type", Enum("code", "markdown", name="source_cell_type", **cell_types), nullable=False),
    Column("locked", Boolean(), nullable=False),
    Column("source", Text()),
    Column("checksum", String(128)),
    _reference("notebook_id", "notebook.id"),
    UniqueConstraint("name", "notebook_id"),
)

submitted_assignment = Table(
    "submitted_assignment",
    metadata,
    _key(),
    _reference("assignment_id", "assignment.id"),
    _reference("student_id", "student.id", NAME),
    Column("timestamp", DateTime()),  # UTC, without a zone
    Column("extension", Interval()),
    UniqueConstraint("assignment_id", "student_id"),
)

submitted_notebook = Table(
    "submitted_notebook",
    metadata,
    _key(),
    _reference("assignment_id", "submitted_assignment.id"),
    _reference("notebook_id", "notebook.id"),
    Column("flagged", Boolean()),
    Column("late_submission_penalty", Float(0)),
    UniqueConstraint("notebook_id", "assignment_id"),
)

grade = Table(
    "grade",
    metadata,
    _key(),
    _reference("notebook_id", "submitted_notebook.id"),
    _reference("cell_id", "base_cell.id"),
    Column("auto_score", Float()),
    Column("manual_score", Float()),
    Column("extra_credit", Float()),
    Column("needs_manual_grade", Boolean(), nullable=False),
    UniqueConstraint("cell_id", "notebook_id"),
)

comment = Table(
    "comment",
    metadata,
    _key(),
    _reference("notebook_id", "submitted_notebook.id"),
    _reference("cell_id", "base_cell.id"),
    Column("auto_comment", Text()),
    Column("manual_comment", Text()),
    UniqueConstraint("cell_id", "notebook_id"),
)

# alembic makes this one itself; Gradebook of nbgrader writes it as text, so it is no part of its metadata
alembic_version = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))

TABLES = frozenset(metadata.tables) | {"alembic_version"}


def placed(table):
    """Return the grades or comments joined with what they are about: cell, notebook, submission and assignment."""
    return (
        table.join(submitted_notebook, submitted_notebook.c.id == table.c.notebook_id)
        .join(notebook, notebook.c.id == submitted_notebook.c.notebook_id)
        .join(submitted_assignment, submitted_assignment.c.id == submitted_notebook.c.assignment_id)
        .join(assignment, assignment.c.id == submitted_assignment.c.assignment_id)
        .join(base_cell, base_cell.c.id == table.c.cell_id)
    )


def create(connection):
    """Make nbgrader's tables, empty, in a database that has none of them."""
    metadata.create_all(connection)
    alembic_version.create(connection)
    connection.execute(alembic_version.insert().values(version_num=HEAD))
