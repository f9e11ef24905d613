"""The command line: help in Vietnamese, and one clear line for everything that cannot be done."""

import json
import re
import shutil
from pathlib import Path

import pytest

from autograder import batch
from autograder.cli import app
from tests.autograder.conftest import run
from tests.autograder.course_builder import RIGHT, write_source

SLUG = "so-va-tong"


def snapshot(folder):
    return sorted((str(p), p.read_bytes() if p.is_file() else b"") for p in folder.rglob("*"))


@pytest.fixture
def one(group):
    """A class with one submission."""
    group.submit("an", RIGHT)
    return group.folder


def test_help(invoke):
    code, page, err = invoke()
    assert code == 0 and err == ""
    assert page == invoke("--help")[1]
    for word in ("Cách dùng: autograder", "release", "check", "grade", "report", "Tùy chọn", "Lệnh"):
        assert word in page
    commands = [one.callback.__name__ for one in app.registered_commands]
    assert {"release", "bundle", "check", "new", "collect", "export", "formgrade", "grade", "report"} < {*commands}
    for command in commands:
        code, page, _ = invoke(command, "--help")
        assert code == 0 and f"Cách dùng: autograder {command}" in page and "In hướng dẫn này rồi thoát." in page
        lines = [line.strip() for line in page.splitlines()]
        assert lines[lines.index("Ví dụ") + 1].startswith(f"autograder {command}"), command
        for english in ("Usage", "Options", "Arguments", "Show this message", "default:", "required", "<bool>"):
            assert english not in page
        assert "[[" not in page  # brackets around a name are the usage line's own
        assert max(len(line) for line in page.splitlines()) <= 100


def test_the_command_itself():
    done = run("--help")
    assert done.returncode == 0 and "Cách dùng" in done.stdout
    done = run("grade", "khong/co")
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade"], "Thiếu tham số LỚP."),
        (["grade", "khong/co"], "Thư mục lớp «khong/co» không tồn tại."),
        (["grade", "{file}"], "không phải một thư mục"),
        (["grade", "{empty}"], "không có thư mục submitted/"),
        (["grade", "{nothing}"], "Không có bài nộp nào trong submitted/."),
        (["grade", "{one}", "--assignment", "so-va-ton"], "ý bạn là «so-va-tong»?"),
        (["grade", "{one}", "--assignment", "loi-chao"], "Không có bài nộp nào cho bài «loi-chao»."),
        (["grade", "{one}", "--student", "ai-do"], "Không có sinh viên «ai-do»"),
        (["grade", "{one}", "--timeout", "mot"], "Giá trị cho --timeout không hợp lệ."),
        (["grade", "{one}", "--timeout", "-1"], "cho --timeout không hợp lệ"),
        (["grade", "{one}", "--workers", "0"], "cho --workers không hợp lệ"),
        (["grade", "{one}", "--limit-seconds", "nan"], "Giá trị cho --limit-seconds không hợp lệ."),
        (["grade", "{one}", "--limit-seconds", "inf"], "Giá trị cho --limit-seconds không hợp lệ."),
        (["grade", "{one}", "--limit-seconds", "0"], "Giá trị cho --limit-seconds không hợp lệ."),
        (["grade", "{one}", "--limit-memory", "63"], "Giá trị cho --limit-memory không hợp lệ."),
        (["grade", "{one}", "--limit-memory", "2GB"], "Giá trị cho --limit-memory không hợp lệ."),
        (["grade", "{one}", "--fast"], "Không có tùy chọn --fast"),
        (["grade", "{one}", "{one}"], "Thừa tham số"),
        (["grade", "{course}"], "thuộc về khóa học"),
        (["gradee", "{one}"], "Không có lệnh «gradee»."),
        (["report", "{one}"], "chưa có điểm nào"),
        (["report", "khong/co"], "không tồn tại"),
        (["release", "khong-co"], "Không có bài tập «khong-co»"),
        (["check", "{one}/submitted/an/so-va-tong/khac.ipynb"], "không tồn tại"),
        (["check"], "Thiếu tham số SỔ_TAY."),
    ],
)
def test_one_line_and_nothing_lost(invoke, one, released_course, tmp_path, arguments, message):
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "nothing" / "submitted" / "an").mkdir(parents=True)
    places = {"file": tmp_path / "file", "empty": tmp_path / "empty", "nothing": tmp_path / "nothing", "one": one}
    arguments = [a.format(course=released_course, **places) for a in arguments]
    if arguments[0] in ("grade", "release", "check") and len(arguments) > 1:
        arguments += ["--course", str(released_course)]
    before = snapshot(tmp_path), snapshot(released_course)
    code, out, err = invoke(*arguments)
    assert code == 2 and out == ""
    assert err.startswith("Lỗi: ") and err.count("\n") == 1 and message in err, err
    assert (snapshot(tmp_path), snapshot(released_course)) == before


def test_missing_course(invoke, one, tmp_path):
    code, _, err = invoke("grade", one, "--course", tmp_path / "khong")
    assert code == 4 and "Không thấy khóa học" in err and err.count("\n") == 1


def test_broken_assignment(invoke, one, course):
    source = course / "solutions" / SLUG / f"{SLUG}.ipynb"
    source.write_text("{")
    code, _, err = invoke("grade", one, "--course", course)
    assert code == 4 and "có lỗi ở bản gốc" in err and not (one / "gradebook.db").exists()
    write_source(course, SLUG, [])
    code, _, err = invoke("release", "--course", course)
    assert code == 4 and "không có ô nào được tính điểm" in err


def test_a_broken_course_is_told_from_bad_usage(invoke, one, course):
    assert invoke("grade", one, "--course", course, "-a", "khong-co")[0] == 2
    (course / "autograder.toml").write_text("[limit]")
    code, out, err = invoke("grade", one, "--course", course)
    assert (code, out, err.count("\n")) == (4, "", 1) and "autograder.toml" in err
    (course / "autograder.toml").unlink()
    (course / "nbgrader_config.py").write_text("1 / 0\n")
    code, out, err = invoke("grade", one, "--course", course)
    assert (code, out, err.count("\n")) == (4, "", 1) and "nbgrader_config.py" in err
    (course / "nbgrader_config.py").unlink()
    shutil.rmtree(course / "solutions")
    (course / "solutions").mkdir()
    code, out, err = invoke("release", "--course", course)
    assert (code, out, err.count("\n")) == (4, "", 1) and "Chưa có bài tập nào" in err


def test_every_exit_code_is_in_the_help_and_in_the_docs(invoke):
    _, page, _ = invoke("grade", "--help")
    told = {int(code) for code in re.findall(r"(\d+): ", page.partition("Mã thoát")[2])}
    guide = Path(batch.__file__).parents[1] / "README.md"
    table = guide.read_text(encoding="utf-8").partition("## Mã thoát của `autograder grade`")[2]
    assert told == {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", table)} == {0, 2, 3, 4, 70, 130}


def test_a_gradebook_that_is_none(invoke, one, released_course):
    (one / "gradebook.db").write_text("tôi không phải sổ điểm " * 100)
    before = (one / "gradebook.db").read_bytes()
    for command in (["grade", one, "--course", released_course], ["report", one]):
        code, _, err = invoke(*command)
        assert code == 2 and "không phải sổ điểm nbgrader" in err and err.count("\n") == 1
    assert (one / "gradebook.db").read_bytes() == before


def test_a_place_that_cannot_be_written(invoke, one, released_course):
    (one / "reports").write_text("a file where a folder should be")
    code, _, err = invoke("grade", one, "--course", released_course)
    assert code == 2 and "Không ghi được" in err and err.count("\n") == 1
    assert not (one / "gradebook.db").exists()


def test_an_unexpected_error_is_one_line_too(invoke, one, monkeypatch):
    from autograder import batch

    monkeypatch.setattr(batch, "class_folder", lambda *_: 1 / 0)
    code, _, err = invoke("report", one)
    assert code == 70 and "ZeroDivisionError" in err and "AUTOGRADER_DEBUG" in err and err.count("\n") == 1


def test_json_of_nothing_new(invoke, group, released_course):
    group.submit_text("an", "")
    first = invoke("grade", group.folder, "--course", released_course, "--json")
    again = invoke("grade", group.folder, "--course", released_course, "--json")
    assert first[0] == again[0] == 3
    assert (json.loads(first[1])["graded"], json.loads(again[1])["graded"]) == (1, 0)
