"""What a careless or hostile class does to the autograder: each test stands for something that once went wrong."""

import errno
import json
import os
import sqlite3
import sys
import unicodedata
from pathlib import Path

import pytest

from autograder import batch, console, gradebook
from autograder.batch import staging, worker
from autograder.batch.commit import Committer
from autograder.course import Course
from autograder.engine import Limits
from autograder.errors import GradebookUnusable, NotebookNotJSON, NotebookUnreadable
from autograder.notebook import find, read
from tests.autograder.course_builder import RIGHT, cell_of, code

SLUG = "so-va-tong"
FULL = (0.5, 1.5, 0.5, 1, 0.5)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def huge_points(nb):
    cell_of(nb, "test_total")["metadata"]["nbgrader"]["points"] = 10**400


def exit_first(nb):
    nb["cells"].insert(0, code("exit()"))


DAEMON = """
import os
if os.fork() == 0:
    os.setsid()
    pid = os.fork()
    if pid == 0:
        os.execv('/bin/sleep', ['sleep', '300'])
    open('{}', 'w').write(str(pid))
    os._exit(0)
"""

# student: (answers, change of the notebook, other files, scores, part of a note or a reason)
RUN = {
    "surrogate": ({"double": "def double(x):\n    raise ValueError('\\ud800')"}, None, (), (0, 0, 0.5, 1, 0.5), None),
    "exit": ({"double": RIGHT["double"] + "\nexit()"}, None, (), FULL, None),
    "quit": ({"total": "def total(values):\n    quit()"}, None, (), (0.5, 1.5, 0, 0, 0), "gọi exit()"),
    "exit-truoc": ({}, exit_first, (), FULL, None),
    "input": ({"double": "n = input()\n" + RIGHT["double"]}, None, (), FULL, "không có ai để nhập"),
    "input-trong": ({"double": "def double(x): return int(input())"}, None, (), (0, 0, 0.5, 1, 0.5), "không có ai để"),
    "nul": ({"double": "def double(x): return 2 * x  # \0"}, None, (), (0, 0, 0.5, 1, 0.5), "ký tự NUL"),
    "points": ({}, huge_points, (), FULL, "Nhãn nbgrader"),
    "module": ({}, None, ("ipykernel_launcher.py", "numpy.py"), FULL, None),
    "numbers": ({}, None, ("numbers.txt/x", f"{SLUG}.ipynb.d/x"), FULL, None),
    "nhieu": ({}, None, tuple(f"{i}.txt" for i in range(staging.MAX_FILES + 1)), FULL, "Tệp kèm theo không được dùng"),
}


@LINUX
def test_what_careless_and_hostile_notebooks_get(group, released_course, tmp_path):
    for student, (answers, change, files, _, _) in RUN.items():
        folder = group.submit(student, RIGHT | answers, change=change).parent
        for file in files:
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text("raise SystemExit")
    group.submit("daemon", RIGHT | {"double": RIGHT["double"] + DAEMON.format(tmp_path / "pid")})
    # without walls, as they are meant for: the sandbox has a suite of its own
    limits = Limits(cell_seconds=20)
    plan = batch.plan(Course(released_course), group.folder, limits=limits, kernel=True, sandbox=False)
    records = {r["student"]: r for r in batch.run(plan, workers=2).graded}
    got = {s: tuple(m["score"] for m in r["marks"]) for s, r in records.items()}
    assert got == {s: expected for s, (*_, expected, _) in RUN.items()} | {"daemon": FULL}
    for student, (*_, told) in RUN.items():
        record = records[student]
        assert told is None or told in " ".join([*record["notes"], *(m["reason"] for m in record["marks"])]), student
    pid = int((tmp_path / "pid").read_text())
    assert not Path(f"/proc/{pid}").exists(), "a process outlived its notebook"


def test_odd_folders_are_told_and_hold_nobody_up(group, released_course, tmp_path):
    (tmp_path / "ngoai").mkdir()
    submitted = group.folder / "submitted"
    (submitted / "lien-ket").symlink_to(tmp_path / "ngoai")
    group.submit_text("x" * 129, "")
    group.submit_text("ừ" * 81, "")
    (submitted / os.fsdecode(b"\xff") / SLUG).mkdir(parents=True)
    group.submit_text(unicodedata.normalize("NFD", "Trần Thị Hòa"), "")
    group.submit_text("ừ" * 40 + "x" * 88, "")
    (group.submit_text("lich", "").with_name("timestamp.txt")).write_text("9" * 100)
    os.mkfifo(group.submit_text("ong", "").with_name("timestamp.txt"))
    outcome = batch.run(batch.plan(Course(released_course), group.folder), workers=1)
    assert len(outcome.graded) == 4
    for part in (
        "lien-ket: là một liên kết",
        "quá dài (129 ký tự, giới hạn 128)",
        "quá dài (243 byte",
        "không phải UTF-8",
    ):
        assert sum(part in stray for stray in outcome.strays) == 1, part
    named = batch.plan(Course(released_course), group.folder, students=["Trần Thị Hòa"])
    assert [record["student"] for record in named.done] == [unicodedata.normalize("NFD", "Trần Thị Hòa")]


def test_a_huge_or_unreadable_file_stops_nobody(group, released_course, monkeypatch):
    big = group.submit_text("to", "").with_name("du-lieu.bin")
    with big.open("wb") as file:
        file.truncate(10**12)  # sparse
    group.submit_text("kin", "")
    real = staging.data_files

    def denied(folder, *rest):
        if "kin" in folder.parts:
            raise PermissionError(errno.EACCES, "denied")
        return real(folder, *rest)

    monkeypatch.setattr(staging, "data_files", denied)
    plan = batch.plan(Course(released_course), group.folder)
    assert {job.student for job in plan.jobs} == {"to", "kin"}
    assert "1000000 MB" in staging.attachments(big.parent)[1][0].text
    assert "không có quyền" in staging.attachments(group.place("kin").parent)[1][0].text


def test_a_fault_of_the_machine_is_not_the_students(group, released_course, monkeypatch):
    group.submit("sv1", RIGHT)
    plan = batch.plan(Course(released_course), group.folder)
    (job,) = plan.jobs

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(worker, "_execute", full)
    (told,) = json.loads(worker.grade_one(job, plan.bundles[job.bundle])).values()
    assert told["error"] == "OutputUnwritable" and "hết chỗ trên đĩa" in told["message"]  # nothing to be recorded


def test_what_a_notebook_printed_can_always_be_stored(group, released_course, tmp_path):
    group.submit("sv1", RIGHT)
    plan = batch.plan(Course(released_course), group.folder)
    (job,) = plan.jobs
    reply = {"record": {"notes": []}, "files": {f"feedback/{SLUG}.html": "\udfff"}, "attachments": []}
    Committer(plan, None, tmp_path / "work").add(job, reply)
    assert [path.read_text() for path in (tmp_path / "work").rglob("*.html")] == ["?"]


@pytest.mark.parametrize("damage", [{"marks": [1]}, {"marks": None}, {"notes": 3}, {"digest": ...}])
def test_a_damaged_record_is_made_anew(group, released_course, invoke, damage):
    group.submit_text("sv1", "")
    place = Course(released_course)
    batch.run(batch.plan(place, group.folder))
    path = batch.record_path(group.folder, "sv1", SLUG)
    record = json.loads(path.read_text()) | damage
    path.write_text(json.dumps({k: v for k, v in record.items() if v is not ...}))
    assert invoke("report", group.folder)[0] == 0
    assert len(batch.plan(place, group.folder).jobs) == 1


def test_a_question_mark_in_the_path_of_the_class(tmp_path):
    folder = tmp_path / "lop?mode=ro#1 100%20"
    folder.mkdir()
    with gradebook.open_gradebook(folder) as writer:
        writer.prepare(())
    assert [p.name for p in tmp_path.iterdir()] == [folder.name]
    assert (folder / "gradebook.db").stat().st_size > 0


def test_a_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "gradebook.db"
    with sqlite3.connect(path) as database:
        database.execute("create table diem (x)")
    database.close()
    before = path.read_bytes()
    for use in (gradebook.open_gradebook, gradebook.entries):
        with pytest.raises(GradebookUnusable, match="chương trình khác"):
            use(tmp_path)
    assert path.read_bytes() == before


def test_gradebooks_of_another_version_and_damaged_ones(tmp_path):
    with gradebook.open_gradebook(tmp_path):
        pass
    path = tmp_path / "gradebook.db"
    with sqlite3.connect(path) as database:
        database.execute("drop table grade")
        database.execute("create table grade (id)")
    database.close()
    with pytest.raises(GradebookUnusable, match="nbgrader db upgrade"):
        gradebook.entries(tmp_path)
    path.write_bytes(path.read_bytes()[:30000])
    with pytest.raises(GradebookUnusable, match="tệp hỏng"):
        gradebook.entries(tmp_path)


@pytest.mark.parametrize(("text", "told"), [("{}xx", "nội dung thừa"), ("<<<<<<< HEAD\n{}", "xung đột của git")])
def test_what_is_wrong_with_the_json(tmp_path, text, told):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(NotebookNotJSON, match=told):
        read(tmp_path / "a.ipynb")


def test_a_notebook_in_the_wrong_place_is_pointed_at(tmp_path):
    (tmp_path / SLUG).mkdir()
    (tmp_path / SLUG / f"{SLUG}.ipynb").write_text("{}")
    with pytest.raises(NotebookUnreadable, match=f"có {SLUG}/{SLUG}.ipynb"):
        find(tmp_path, SLUG)
    (tmp_path / f"{SLUG}.ipynb").mkdir()
    with pytest.raises(NotebookUnreadable, match="là một thư mục"):
        find(tmp_path, SLUG)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report", "{}", "--json", "{}/gradebook.db/x.json"], "có tệp nằm ở chỗ của thư mục"),
        (["report", "x" * 5000], "tên quá dài"),
        (["grade", "{}", "--timeout", "inf"], "cho --timeout không hợp lệ"),
        (["grade", "{}", "--timeout", "nan"], "cho --timeout không hợp lệ"),
    ],
)
def test_one_line(group, released_course, invoke, arguments, told):
    group.submit_text("sv1", "")
    batch.run(batch.plan(Course(released_course), group.folder))
    code_, out, err = invoke(*(a.format(group.folder) for a in arguments))
    assert (code_, out, err.count("\n")) == (2, "", 1) and told in err


def test_a_full_disk_under_stdout_is_one_line(group, released_course, invoke, monkeypatch):
    group.submit_text("sv1", "")
    batch.run(batch.plan(Course(released_course), group.folder))

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(console, "write", full)
    assert invoke("report", group.folder, "--json", "-") == (
        2,
        "",
        "Lỗi: Không đọc hoặc ghi được: hết chỗ trên đĩa.\n",
    )
