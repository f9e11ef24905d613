"""Deleting a student: nothing in the class folder says that there was one, and the others are as before."""

import csv

import pytest

from tests.autograder.classroom.lms import moodle_file, notebook, pack
from tests.autograder.conftest import stock_gradebook
from tests.autograder.course_builder import HALF, RIGHT

SLUG = "so-va-tong"
AN, BINH = "23520001", "23520002"
OWN = {"class.toml", "sinh-vien.csv"}  # the teacher's own files: an example in a comment, and the roster
TRACES = [text.encode() for text in (AN, "Nguyễn Văn An", "nguyenvanan", "48213", "rất cố gắng")]


@pytest.fixture
def marked(classroom, released_course, invoke, tmp_path):
    """A class that has collected twice, graded, been marked by hand, reported, exported and compared."""
    half, right = (notebook(released_course, SLUG, answers) for answers in (HALF, RIGHT))
    first = {moodle_file("Nguyễn Văn An", 48213, f"{SLUG}.ipynb"): half}
    first[moodle_file("Trần Thị Bình", 48214, f"{SLUG}.ipynb")] = right
    second = {moodle_file("Nguyễn Văn An", 48213, f"{SLUG}.ipynb"): right}
    course = ("--course", released_course)
    for name, files in (("a.zip", first), ("b.zip", second)):
        assert invoke("collect", classroom, pack(tmp_path / name, files), "-a", SLUG, *course)[0] == 0
        assert invoke("grade", classroom, "-j", "1", *course)[0] == 0
    with stock_gradebook(classroom) as book:
        comment = book.find_comment("total", SLUG, SLUG, AN)
        comment.manual_comment = "rất cố gắng"
        book.db.commit()
    for command in (["report", classroom], ["export", classroom, "--to", "csv"], ["similarity", classroom]):
        invoke(*command, *(course if command[0] != "export" else ()))
    return classroom


def holding(folder):
    """Return the files below a folder that say something of the student, by path."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    told = [p for p in files if AN in p.parts or any(trace in p.read_bytes() for trace in TRACES)]
    return {path.relative_to(folder).as_posix() for path in told}


def scores(folder):
    with (folder / "reports" / "export-csv.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["Mã"] if "Mã" in row else next(iter(row.values())): row for row in csv.DictReader(file)}


def test_a_student_is_forgotten(marked, released_course, invoke):
    course = ("--course", released_course)
    before = holding(marked)
    assert {"gradebook.db", "collected/ledger.json", f"reports/{SLUG}/{AN}.json"} <= before
    others = scores(marked)[BINH]

    code, out, _ = invoke("forget", marked, AN, *course)
    assert code == 0 and "Chưa xóa gì" in out and holding(marked) == before

    code, out, err = invoke("forget", marked, AN, "--yes", *course)
    assert code == 0 and "sinh-vien.csv" in out + err
    assert holding(marked) == OWN

    code, _, err = invoke("forget", marked, AN, "--yes", *course)
    assert code == 2 and "không giữ gì" in err and "sinh-vien.csv" in err

    assert invoke("grade", marked, "-j", "1", *course)[0] == 0
    assert invoke("export", marked, "--to", "csv")[0] == 0
    assert scores(marked)[BINH] == others


def test_one_interrupted_goes_on(marked, released_course, invoke, monkeypatch):
    from autograder.classroom import forgetting

    def fails(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(forgetting, "remove_folder", fails)
        code, _, err = invoke("forget", marked, AN, "--yes", "--course", released_course)
        assert code == 2 and "Không xóa được" in err
    assert invoke("forget", marked, AN, "--yes", "--course", released_course)[0] == 0
    assert holding(marked) == OWN


@pytest.mark.parametrize("student", ["..", "../lop", "", "nobody", f"../{SLUG}/{AN}"])
def test_nobody_else_is_touched(marked, released_course, invoke, student):
    before = holding(marked)
    code, _, err = invoke("forget", marked, student, "--yes", "--course", released_course)
    assert code == 2 and err.strip() and holding(marked) == before
