"""The same gradebook on a PostgreSQL server, which these tests start and stop themselves."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import URL, create_engine, text

from autograder import database, schema
from autograder.course import Course
from autograder.errors import GradebookUnusable
from autograder.gradebook import Graded, entries, open_gradebook
from tests.autograder.conftest import run
from tests.autograder.course_builder import RIGHT, exam, notebook, solution
from tests.autograder.tables import everything
from tests.autograder.test_batch import two_notebooks

pytest.importorskip("psycopg", reason="psycopg is not installed")

SLUG = "so-va-tong"
PASSWORD = "m4t-khau%20:@/"  # made for this server, which nobody else can reach
FULL = {"test_double": 0.5, "test_double_hidden": 1.5, "test_total": 0.5, "test_total_hidden": 1.0}
FULL |= {"test_total_error_hidden": 0.5}
NOTHING = dict.fromkeys(FULL, 0.0)


def programs():
    """Return the folder of PostgreSQL's programs, or None."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest = sorted(versions, key=lambda p: int(p.parent.name) if p.parent.name.isdigit() else 0, reverse=True)
    found = shutil.which("initdb")
    return next((p for p in [*([Path(found).parent] if found else []), *newest] if (p / "initdb").is_file()), None)


class Server:
    """A server in a folder of its own, reached by a socket in it and by nothing else."""

    def __init__(self, bin):
        self.bin = bin
        # the server refuses to run as root, and the path of a socket must be short
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.user = ["runuser", "-u", "postgres", "--"]
        self.run("sh", "-c", 'umask 077; printf %s "$1" > "$2"', "sh", PASSWORD, self.folder / "pw")
        how = ("--auth=scram-sha-256", f"--pwfile={self.folder / 'pw'}", "--encoding=UTF8", "--locale=C", "--no-sync")
        self.run(bin / "initdb", "-D", self.folder / "data", "-U", "thay", *how)
        self.start()

    def run(self, *command):
        done = subprocess.run(
            [*self.user, *map(str, command)], cwd="/", capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self):
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        self.run(
            *(self.bin / "pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options),
            *("-w", "-t", "30", "start"),
        )

    def stop(self):
        self.run(self.bin / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")

    def remove(self):
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)

    def url(self, name, **parts):
        known = {"username": "thay", "password": PASSWORD, "database": name, "query": {"host": str(self.folder)}}
        return URL.create("postgresql+psycopg", **(known | parts)).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def server():
    bin = programs()
    if bin is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    if os.geteuid() == 0 and not (shutil.which("runuser") and "postgres:" in Path("/etc/passwd").read_text()):
        pytest.skip("root cannot run PostgreSQL, and there is no user postgres (or no runuser) to run it as")
    running = Server(bin)
    yield running
    running.remove()


@pytest.fixture
def book(server, request):
    """An empty database: its URL, and a function that runs a statement in it."""
    name = f"so_{abs(hash(request.node.name))}"
    outside = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.execute(text(f"create database {name}"))
    outside.dispose()
    engine = create_engine(server.url(name))

    def execute(statement):
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return result.all() if result.returns_rows else None

    yield SimpleNamespace(url=server.url(name), name=name, execute=execute, engine=engine)
    engine.dispose()


@pytest.fixture(scope="module")
def sheet(released_course):
    return Course(released_course).load(SLUG)


def write(where, sheet, *graded, **options):
    with open_gradebook(where, **options) as writer:
        writer.prepare([sheet])
        writer.write(graded)


def test_it_holds_what_sqlite_holds(book, sheet, tmp_path):
    for where in (tmp_path, book.url):
        engine = database.engine(database.place(where), write=True)
        write(where, sheet, Graded("Trần Bình", SLUG, NOTHING, frozenset({"double"}), "2026-01-02 03:04:05 UTC"))
        with engine.begin() as connection:
            connection.execute(text("update assignment set duedate = '2026-01-01 00:00:00.000000'"))
            connection.execute(text("update grade set manual_score = 1, extra_credit = 0.5"))
            connection.execute(text("update comment set manual_comment = 'gần đúng'"))
        more = [Graded(f"sv{i}", SLUG, FULL) for i in range(600)]
        write(where, sheet, Graded("Trần Bình", SLUG, FULL), *more, late=lambda *_: 2.5)
    ours, other = everything(engine), everything(database.engine(database.place(tmp_path)))
    assert ours == other and len(ours["grade"]) == 601 * 5
    assert sorted(map(repr, entries(book.url))) == sorted(map(repr, entries(tmp_path)))
    (penalty,) = {row[0] for row in book.execute("select late_submission_penalty from submitted_notebook") if row[0]}
    assert penalty == 2.5


def test_nbgrader_reads_it_and_we_write_into_the_one_it_made(book, sheet):
    from nbgrader.api import Base, Gradebook

    Base.metadata.create_all(book.engine)  # what nbgrader does, but for starting alembic
    book.execute("create table alembic_version (version_num varchar(32) not null)")
    book.execute(f"insert into alembic_version values ('{schema.HEAD}')")
    write(book.url, sheet, Graded("an", SLUG, FULL), course_id="ai-101")
    with Gradebook(book.url, "ai-101") as stock:
        assert stock.find_submission(SLUG, "an").score == 4
        stock.find_grade("test_double", SLUG, SLUG, "an").manual_score = 0.25
        stock.db.commit()
        write(book.url, sheet, Graded("an", SLUG, NOTHING), course_id="ai-101")
        stock.db.expire_all()
        assert [(s["student"], s["score"]) for s in stock.submission_dicts(SLUG)] == [("an", 0.25)]
        stock.db.rollback()
        stock.remove_submission(SLUG, "an")
        assert stock.find_assignment(SLUG).course_id == "ai-101"
    assert entries(book.url) == ()


def test_cells_that_are_gone(book, sheet):
    from dataclasses import replace

    write(book.url, sheet, Graded("an", SLUG, FULL))
    with open_gradebook(book.url) as writer:
        writer.prepare([replace(sheet, cells=sheet.cells[-2:], digest="2"), replace(sheet, notebook="b", digest="3")])
        writer.prepare([replace(sheet, cells=sheet.cells[-2:], digest="2")])
    assert len(entries(book.url)) == 2


def test_a_database_shared_with_another_program(book, sheet):
    book.execute("create table diem (x integer)")
    write(book.url, sheet, Graded("an", SLUG, FULL))
    assert len(entries(book.url)) == 5


def test_errors_are_one_line_without_the_password(book, server, sheet, monkeypatch):
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    write(book.url, sheet, Graded("an", SLUG, FULL))
    book.execute("create role khach login password 'x'")
    other = {"username": "khach", "password": "x"}
    cases = {
        server.url(book.name, password="khong-phai"): "không nhận tên hoặc mật khẩu",
        server.url("khong_co"): "không có cơ sở dữ liệu",
        server.url(book.name, **other): "Không có quyền",
        server.url(book.name, query={"host": "/tmp/khong/co"}): "Không kết nối được",
    }
    for url, told in cases.items():
        for use in (open_gradebook, entries):
            with pytest.raises(GradebookUnusable, match=told) as caught:
                use(url)
            message = str(caught.value)
            assert PASSWORD not in message and "m4t" not in message and "\n" not in message and "***" in message
    with open_gradebook(book.url) as writer:
        writer.prepare([sheet])
        with book.engine.begin() as holder:
            holder.execute(text("lock table grade"))
            with pytest.raises(GradebookUnusable, match="đang bị chương trình khác khóa"):
                writer.write([Graded("an", SLUG, NOTHING)])
        book.execute(f"alter database {book.name} set default_transaction_read_only = on")
        with pytest.raises(GradebookUnusable, match="chỉ đọc được"):
            writer.write([Graded("an", SLUG, NOTHING)])
    assert sum(e.score for e in entries(book.url)) == 4


def test_a_server_that_goes_away_and_comes_back(book, server, sheet):
    with open_gradebook(book.url) as writer:
        writer.prepare([sheet])
        writer.write([Graded("an", SLUG, NOTHING)])
        server.stop()
        with pytest.raises(GradebookUnusable, match="máy chủ có đang chạy không"):
            writer.write([Graded("an", SLUG, FULL)])
        server.start()
        assert sum(e.score for e in entries(book.url)) == 0
        writer.write([Graded("an", SLUG, FULL)])
    assert sum(e.score for e in entries(book.url)) == 4


def test_grading_into_it(book, group, tmp_path):
    group.submit("an", RIGHT)
    group.submit_text("binh", "")
    command = ("grade", group.folder, "--course", group.course, "--json")
    first = run(*command, "--db", book.url)
    assert first.returncode == 3, first.stderr
    assert not (group.folder / "gradebook.db").exists()
    found = {}
    for entry in entries(book.url):
        found.setdefault(entry.student, []).append(entry.score)
    assert {student: sum(scores) for student, scores in found.items()} == {"an": 4, "binh": 0}
    again = run(*command, "--db", book.url)
    assert json.loads(again.stdout)["skipped"] == 2, again.stderr
    told = first.stdout + first.stderr + again.stderr
    files = (path.read_bytes() for path in group.folder.rglob("*") if path.is_file())
    quoted = book.url.split(":")[2].split("@")[0]
    assert quoted not in told and not any(quoted.encode() in data for data in files)


def test_a_late_submission_of_two_notebooks_to_an_nbgrader_course(book, tmp_path):
    course, lop = two_notebooks(tmp_path / "course"), tmp_path / "lop"
    config = 'c = get_config()\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    (course / "nbgrader_config.py").write_text(config)
    for student, day in (("an", 1), ("binh", 3)):
        folder = lop / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(f"2026-01-0{day} 12:00:00 +0700")
        for name in ("mot", "hai"):
            cells = [solution("double", RIGHT["double"]), exam("test_double", 1, "pass")]
            (folder / f"{name}.ipynb").write_text(json.dumps(notebook(cells)))
    command = ("grade", lop, "--course", course, "--db", book.url, "--json", "-j", 1, "-a")
    wrong = run(*command, "mot")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1) and "Không có bài tập «mot»" in wrong.stderr
    first = run(*command, "ps1")
    assert first.returncode == 0, first.stderr
    penalties = "select student_id, late_submission_penalty from submitted_notebook n, submitted_assignment a"
    penalties += " where a.id = n.assignment_id order by 1, 2"
    assert {row[1] for row in book.execute(penalties)} == {None}
    book.execute("update assignment set duedate = '2026-01-02 00:00:00'")
    assert json.loads(run(*command, "ps1", "--force").stdout)["graded"] == 2
    assert [tuple(row) for row in book.execute(penalties)] == [("an", None), ("an", None), ("binh", 2), ("binh", 3)]
    told = run("report", lop, "--db", book.url, "--json", "-")
    rows = json.loads(told.stdout)["rows"]
    assert {(row["student"], row["notebook"], row["score"]) for row in rows} == {
        (student, name, score) for student in ("an", "binh") for name, score in (("mot", 2), ("hai", 3))
    }
