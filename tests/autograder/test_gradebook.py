"""The writer of the gradebook: nbgrader's own tables, what people entered kept, all of a batch or nothing."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from autograder import database, gradebook, schema
from autograder.course import Course
from autograder.errors import GradebookUnusable
from autograder.gradebook import Graded, entries, open_gradebook
from tests.autograder.conftest import stock_gradebook
from tests.autograder.tables import everything

SLUG = "so-va-tong"
FULL = {
    "test_double": 0.5,
    "test_double_hidden": 1.5,
    "test_total": 0.5,
    "test_total_hidden": 1.0,
    "test_total_error_hidden": 0.5,
}
NOTHING = dict.fromkeys(FULL, 0.0)


@pytest.fixture(scope="module")
def sheet(released_course):
    return Course(released_course).load(SLUG)


@pytest.fixture
def written(tmp_path, sheet):
    """A class folder whose gradebook has two students in it."""
    with open_gradebook(tmp_path) as writer:
        writer.prepare([sheet])
        writer.write([Graded("an", SLUG, FULL), Graded("binh", SLUG, NOTHING, frozenset({"double"}))])
    return tmp_path


def everything_in(folder):
    return everything(database.engine(database.place(folder)))


def again(folder, sheet, *graded, **options):
    with open_gradebook(folder, **options) as writer:
        writer.prepare([sheet])
        writer.write(graded)


def query(folder, statement, *values):
    connection = sqlite3.connect(folder / "gradebook.db")
    with connection:
        rows = connection.execute(statement, values).fetchall()
    connection.close()
    return rows


# --- nbgrader's format ------------------------------------------------------------------------------------------


def test_the_tables_are_those_of_the_nbgrader_that_is_installed():
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy.dialects import postgresql, sqlite
    from sqlalchemy.schema import CreateTable

    def statements(metadata, dialect):
        texts = {table.name: str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables}
        return {name: sorted(line.strip(" \t,") for line in text.split("\n")) for name, text in texts.items()}

    for dialect in (sqlite.dialect(), postgresql.dialect()):
        assert statements(schema.metadata, dialect) == statements(Base.metadata, dialect)
    versions = ScriptDirectory(ALEMBIC_DIR)
    assert versions.get_current_head() == schema.HEAD
    assert {script.revision for script in versions.walk_revisions()} == schema.OLDER | {schema.HEAD}


def test_nbgrader_reads_it(written):
    with stock_gradebook(written) as book:
        assert book.find_submission(SLUG, "an").score == 4 and book.find_submission(SLUG, "an").max_score == 4
        (binh,) = (s for s in book.submission_dicts(SLUG) if s["student"] == "binh")
        assert (binh["score"], binh["max_score"], binh["needs_manual_grade"]) == (0, 4, False)
        assert book.find_comment("double", SLUG, SLUG, "binh").comment == "Chưa làm."
        assert book.find_comment("total", SLUG, SLUG, "binh").comment is None
        assert {entry.score for entry in entries(written) if entry.student == "an"} == {0.5, 1.5, 1.0}


def test_twice_is_as_once(written, sheet):
    before = (written / "gradebook.db").read_bytes()
    rows = query(written, "select id, auto_score from grade order by id")
    again(written, sheet, Graded("an", SLUG, FULL), Graded("binh", SLUG, NOTHING, frozenset({"double"})))
    assert query(written, "select id, auto_score from grade order by id") == rows
    assert len(before) == (written / "gradebook.db").stat().st_size


def test_what_people_entered_is_kept(written, sheet):
    with stock_gradebook(written) as book:
        grade = book.find_grade("test_double", SLUG, SLUG, "binh")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.25, 0.5, False
        book.find_comment("double", SLUG, SLUG, "binh").manual_comment = "gần đúng"
        book.find_submission_notebook(SLUG, SLUG, "binh").flagged = True
        book.update_or_create_student("binh", first_name="Bình", email="b@x")
        book.update_or_create_assignment(SLUG, duedate="2026-01-01 00:00:00")
        book.grant_extension(SLUG, "binh", hours=3)
        book.db.commit()
    again(written, sheet, Graded("binh", SLUG, FULL, timestamp="2026-01-02 00:00:00 UTC"))
    with stock_gradebook(written) as book:
        grade = book.find_grade("test_double", SLUG, SLUG, "binh")
        assert (grade.auto_score, grade.manual_score, grade.extra_credit, grade.score) == (0.5, 0.25, 0.5, 0.75)
        assert grade.needs_manual_grade  # to be looked at once more, as nbgrader has it
        assert not book.find_grade("test_total", SLUG, SLUG, "binh").needs_manual_grade
        comment = book.find_comment("double", SLUG, SLUG, "binh")
        assert (comment.auto_comment, comment.manual_comment) == (None, "gần đúng")
        submission = book.find_submission(SLUG, "binh")
        assert submission.notebooks[0].flagged and submission.student.first_name == "Bình"
        assert (submission.timestamp, submission.extension) == (datetime(2026, 1, 2), timedelta(hours=3))
    (entry,) = (e for e in entries(written) if e.student == "binh" and e.cell == "test_double")
    assert entry.score == 0.75
    again(written, sheet, Graded("binh", SLUG, FULL))  # without a time the one that is known stays
    assert (
        query(written, "select timestamp from submitted_assignment where student_id = 'binh'")[0][0][:10]
        == "2026-01-02"
    )


def test_what_has_to_be_marked_by_hand(tmp_path, released_course):
    words = Course(released_course).load("loi-chao")
    again(tmp_path, words, Graded("an", "loi-chao", {"test_greet": 1.0, "explain": None}))
    found = {entry.cell: entry for entry in entries(tmp_path)}
    assert found["explain"].needs_manual_grade and found["explain"].score is None
    assert not found["test_greet"].needs_manual_grade and found["explain"].points == 2


@pytest.mark.parametrize(
    ("penalty", "expected"),
    [(0.5, 0.5), (9, 2.25), (-1, 0), (None, None)],
    ids=["some", "too much", "negative", "none"],
)
def test_late_penalties(written, sheet, penalty, expected):
    with stock_gradebook(written) as book:
        book.update_or_create_assignment(SLUG, duedate="2026-01-01 00:00:00")
        book.grant_extension(SLUG, "an", hours=1)
        book.find_grade("test_double_hidden", SLUG, SLUG, "binh").manual_score = 1.25
        book.find_grade("test_total", SLUG, SLUG, "binh").extra_credit = 1.0
        book.db.commit()
    asked = []

    def late(student, score, seconds):
        asked.append((student, score, seconds))
        return penalty

    for _ in range(2):
        time = "2026-01-01 00:30:00"
        again(written, sheet, *(Graded(s, SLUG, NOTHING, timestamp=time) for s in ("an", "binh")), late=late)
        rows = query(written, "select late_submission_penalty from submitted_notebook order by late_submission_penalty")
        assert rows[-1][0] == expected and rows[0][0] is None
    assert asked == 2 * [("binh", 2.25, 1800.0)]
    again(written, sheet, Graded("binh", SLUG, NOTHING, timestamp="2025-12-31 00:00:00"), late=late)
    assert query(written, "select distinct late_submission_penalty from submitted_notebook") == [(None,)]


# --- changes ----------------------------------------------------------------------------------------------------


def test_cells_and_notebooks_come_and_go(written, sheet):
    cells = tuple(cell for cell in sheet.cells if cell.grade_id not in ("test_total_hidden", "setup"))
    hard = replace(sheet.cell("test_double"), grade_id="test_double_zero", points=3.0)
    changed = replace(sheet, cells=(*cells, hard), digest="2")
    other = replace(sheet, notebook="them", cells=tuple(c for c in sheet.cells if c.task == "double"), digest="3")
    with open_gradebook(written) as writer:
        writer.prepare([changed, other])
    found = {(e.student, e.notebook, e.cell): e for e in entries(written)}
    assert len(found) == 2 * (5 + 2)
    assert found["an", SLUG, "test_double_zero"].auto_score is None
    assert found["an", SLUG, "test_double_zero"].needs_manual_grade and found["an", SLUG, "test_double"].score == 0.5
    assert found["binh", "them", "test_double"].points == 0.5
    names = query(written, "select distinct name from source_cell where name in ('setup', 'test_double_zero')")
    assert names == [("test_double_zero",)]
    with open_gradebook(written) as writer:
        writer.prepare([sheet])
    fresh = everything_in(written)
    assert len(fresh["grade"]) == 10 and not any("them" in row for row in fresh["submitted_notebook"])
    for table in ("grade", "comment"):
        orphans = f"select count(*) from {table} where cell_id not in (select id from base_cell)"
        assert query(written, orphans) == [(0,)]


def test_what_changed_in_a_cell_is_written(written, sheet):
    test = sheet.cell("test_double")
    cells = [replace(test, points=2.0, source="khác") if cell is test else cell for cell in sheet.cells]
    changed = replace(sheet, cells=tuple(cells), kernelspec={"name": "ir"}, digest="2")
    with open_gradebook(written) as writer:
        writer.prepare([changed])
    assert {e.points for e in entries(written) if e.cell == "test_double"} == {2.0}
    assert query(written, "select source from source_cell where name = 'test_double'") == [("khác",)]
    assert query(written, "select kernelspec from notebook") == [('{"name": "ir"}',)]


def test_a_submission_gets_all_notebooks_of_its_assignment(tmp_path, sheet):
    """As nbgrader does it: those not graded have no scores yet, and wait for a person."""
    other = replace(sheet, notebook="them", digest="2")
    with open_gradebook(tmp_path) as writer:
        writer.prepare([sheet, other])
        writer.write([Graded("an", SLUG, FULL)])
        waiting = [e for e in entries(tmp_path) if e.needs_manual_grade]
        assert {e.notebook for e in waiting} == {"them"} and len(waiting) == 5
        writer.write([Graded("an", SLUG, NOTHING, notebook="them")])
    assert sum(e.score for e in entries(tmp_path)) == 4 and not any(e.needs_manual_grade for e in entries(tmp_path))


def test_more_students_than_a_statement_has_room_for(tmp_path, sheet):
    many = [Graded(f"sv{i:04d}", SLUG, FULL, timestamp=datetime(2026, 1, 1)) for i in range(1200)]
    for _ in range(2):
        again(tmp_path, sheet, *many)
        times = query(tmp_path, "select count(*) from submitted_assignment where timestamp like '2026-01-01 %'")
        assert times == [(1200,)]
    assert len(entries(tmp_path)) == 1200 * 5


# --- what goes wrong --------------------------------------------------------------------------------------------


def test_all_of_a_batch_or_nothing(written, sheet):
    before = everything_in(written)
    with open_gradebook(written) as writer:
        writer.prepare([sheet])
        with pytest.raises(KeyError):
            writer.write([Graded("chi", SLUG, FULL), Graded("dung", SLUG, {})])
    assert everything_in(written) == before


def test_nobody_else_writes_between_reading_and_writing(written):
    other = sqlite3.connect(written / "gradebook.db", isolation_level=None, timeout=0)
    with (
        open_gradebook(written) as writer,
        writer.engine.begin(),
        pytest.raises(sqlite3.OperationalError, match="lock"),
    ):
        other.execute("begin immediate")
    other.close()


def test_a_time_nobody_understands_costs_nothing(written, sheet):
    again(written, sheet, Graded("an", SLUG, NOTHING, timestamp="hôm qua"))
    assert sum(e.score for e in entries(written) if e.student == "an") == 0


@pytest.mark.parametrize(("version", "told"), [("724cde206c17", "nbgrader db upgrade"), ("abc", "mới hơn")])
def test_another_version(written, version, told):
    query(written, "update alembic_version set version_num = ?", version)
    for use in (open_gradebook, entries):
        with pytest.raises(GradebookUnusable, match=told):
            use(written)


def test_a_gradebook_that_is_in_use(written, sheet, monkeypatch):
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.1)
    holder = sqlite3.connect(written / "gradebook.db", isolation_level=None)
    with open_gradebook(written) as writer:
        writer.prepare([sheet])
        holder.execute("begin immediate")
        with pytest.raises(GradebookUnusable, match=r"đang bị chương trình khác khóa.*chạy lại"):
            writer.write([Graded("an", SLUG, NOTHING)])
        assert len(entries(written)) == 10  # reading goes on
        holder.execute("rollback")
        writer.write([Graded("an", SLUG, NOTHING)])
    holder.close()


@pytest.mark.parametrize(
    ("pragma", "told"), [("query_only = 1", "chỉ đọc được"), ("max_page_count = 1", "hết chỗ trên đĩa")]
)
def test_a_gradebook_that_cannot_be_written(written, sheet, pragma, told):
    before = everything_in(written)
    with open_gradebook(written) as writer:
        writer.prepare([sheet])
        event.listen(writer.engine, "connect", lambda connection, _: connection.execute(f"pragma {pragma}"))
        with pytest.raises(GradebookUnusable, match=told):
            writer.write([Graded(f"sv{i}", SLUG, FULL) for i in range(2000)])
    assert everything_in(written) == before


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(GradebookUnusable, match="không mở được"):
        open_gradebook(tmp_path / "khong" / "co")
    assert entries(tmp_path / "khong") == ()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://u:m4tkhau@h:cong/d", "URL"),
        ("khongbiet://u:m4tkhau@h/d", "khongbiet"),
        ("sqlite://", "đường dẫn"),
    ],
)
def test_addresses_that_are_none(url, told):
    with pytest.raises(GradebookUnusable, match=told) as caught:
        gradebook.place(url)
    assert "m4tkhau" not in str(caught.value)


def test_a_password_is_never_shown(tmp_path):
    place = gradebook.place("postgresql+psycopg://u:m4tkhau@localhost/d?password=m4tkhau")
    assert str(place) == "postgresql+psycopg://u:***@localhost/d"
    assert gradebook.place(f"sqlite:///{tmp_path}/a.db").path == tmp_path / "a.db"
    assert gradebook.place("sqlite:///a.db", tmp_path).path == tmp_path / "a.db"
