"""A new class: everything there, nothing overwritten, and the file it makes can be read."""

import re

import pytest

from autograder.classroom import canvas, config, moodle, naming, worksheet
from tests.autograder.classroom.lms import STUDENTS
from tests.conftest import ROOT

_SOURCE = re.compile(r"``(\S+\.(?:php|rb))``")


def test_a_new_class(invoke, released_course, tmp_path):
    code, out, err = invoke("new", tmp_path / "lop", "--course", released_course)
    assert code == 0, err
    assert {path.name for path in (tmp_path / "lop").iterdir()} == {"class.toml", "sinh-vien.csv", "submitted"}
    assert (tmp_path / "lop" / "sinh-vien.csv").read_text("utf-8-sig") == "Mã sinh viên,Họ và tên,Email,Lớp\n"
    assert "class.toml" in out and "autograder collect" in out
    read = config.read(tmp_path / "lop", ["loi-chao", "so-va-tong"])
    assert read.items.keys() == {"loi-chao", "so-va-tong"} and read.late.percent_per_day == 10
    text = (tmp_path / "lop" / "class.toml").read_text()
    wanted = (
        text.replace('# [aliases]\n# "N', '[aliases]\n"N')
        .replace("# deadline", "deadline")
        .replace("# moodle", "moodle")
    )
    (tmp_path / "lop" / "class.toml").write_text(wanted)  # as somebody fills it in
    read = config.read(tmp_path / "lop")
    assert str(read.item("loi-chao").deadline) == "2026-09-20 16:59:00+00:00"
    assert read.item("loi-chao").moodle == "Bài tập 1" and read.aliases == {"Nguyen An": "23520001"}


def test_nothing_is_overwritten(invoke, released_course, tmp_path):
    folder = tmp_path / "lop"
    invoke("new", folder, "--course", released_course)
    (folder / "class.toml").write_text("# của tôi\n")
    (folder / "sinh-vien.csv").write_text("MSSV,Tên\n")
    code, out, err = invoke("new", folder, "--course", released_course)
    assert (code, out) == (2, "") and "không gì bị ghi đè" in err and err.count("\n") == 1
    (folder / "class.toml").unlink()
    (tmp_path / "ds.csv").write_text(STUDENTS)
    code, _, err = invoke("new", folder, "--roster", tmp_path / "ds.csv", "--course", released_course)
    assert code == 2 and "sinh-vien.csv khác" in err and not (folder / "class.toml").exists()
    assert invoke("new", folder, "--course", released_course)[0] == 0
    assert (folder / "sinh-vien.csv").read_text() == "MSSV,Tên\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{course}"], "thuộc về khóa học"),
        (["{course}/exercises/lop"], "thuộc về khóa học"),
        (["{tmp}/tep"], "không phải một thư mục"),
        (["{tmp}/lop", "--roster", "{tmp}/khong.csv"], "khong.csv: không có tệp"),
        (["{tmp}/lop", "--roster", "{tmp}/tep"], "không thấy dòng tiêu đề"),
        ([], "Thiếu tham số LỚP"),
    ],
)
def test_one_line(invoke, released_course, tmp_path, arguments, message):
    (tmp_path / "tep").write_text("x")
    arguments = [text.format(course=released_course, tmp=tmp_path) for text in arguments]
    code, out, err = invoke("new", *arguments, "--course", released_course)
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1
    assert not (tmp_path / "lop").exists()


def test_a_date_alone_is_the_end_of_that_day(tmp_path):
    (tmp_path / "class.toml").write_text('timezone = "UTC"\n[assignments.a]\ndeadline = 2026-09-20\n')
    assert str(config.read(tmp_path).item("a").deadline) == "2026-09-20 23:59:59+00:00"


def test_the_formats_of_the_lms_are_cited():
    """What a module says its format follows is in the guide for teachers, with a link."""
    text = (ROOT / "autograder" / "README.md").read_text("utf-8")
    told = {name for module in (naming, worksheet, moodle, canvas) for name in _SOURCE.findall(module.__doc__)}
    assert {"mod/assign/classes/downloader.php", "lib/content_zipper.rb", "lib/gradebook_importer.rb"} < told
    own = {name for name in told if name != "files/classes/local/archive_writer/zip_writer.php"}  # of the times alone
    assert {name for name in own if not re.search(rf"\]\(https://github\.com/\S+/{re.escape(name)}\)", text)} == set()
