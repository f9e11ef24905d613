"""`autograder check`: what a student is told before handing in."""

import json
import os
from datetime import datetime

import pytest

from autograder import engine, preflight
from autograder.course import Course
from autograder.engine import Limits, sandbox
from tests.autograder.conftest import run
from tests.autograder.course_builder import ENDLESS, HALF, RIGHT, SYNTAX, answered, cell_of

SLUG = "so-va-tong"


@pytest.fixture
def work(released_course, tmp_path):
    """Return a function that puts a notebook where a student would have it, and returns its path."""
    path = tmp_path / "bài của tôi" / f"{SLUG}.ipynb"
    path.parent.mkdir()
    (path.parent / "numbers.txt").write_text("1 2 3")

    def put(answers, change=None, name=path.name):
        nb = json.loads((released_course / "exercises" / SLUG / path.name).read_text(encoding="utf-8"))
        nb = answered(nb, answers)
        if change:
            change(nb)
        path.with_name(name).write_text(json.dumps(nb), encoding="utf-8")
        return path.with_name(name)

    return put


def states(checkup):
    return {task.task: task.state for task in checkup.tasks}


def test_a_good_notebook(work, released_course):
    path = work(HALF)  # right as far as the visible tests can tell
    before = path.read_bytes(), path.stat().st_mtime_ns
    done = run("check", path, "--course", released_course)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓ đạt") == 2 and "Phần nhìn thấy: 1/1 điểm. Còn 3 điểm của phần ẩn" in done.stdout
    assert done.stderr == "" and f"Nộp tệp {SLUG}.ipynb, giữ nguyên tên." in done.stdout
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert sorted(p.name for p in path.parent.iterdir()) == ["numbers.txt", path.name]


def test_wrong_and_undone(work, released_course):
    path = work({"double": "def double(x):\n    return x"})
    done = run("check", path, "--course", released_course)
    assert done.returncode == 1
    text = " ".join(done.stdout.split())
    assert "1 double ✗ chưa đạt 0/0.5 1.5" in text and "2 total ○ chưa làm 0/0.5 1.5" in text
    assert "✗ Bài 1 · double `double(3)` cho 3, cần 6." in text and "Traceback" not in text
    assert "Cần sửa: bài 1 (double)." in text and "Chưa làm: bài 2 (total)." in text and "Nộp tệp" not in text


def test_somebody_who_forgot_to_save(work, released_course, invoke):
    path = work({})
    os.utime(path, (1_700_000_000, 1_700_000_000))
    code, out, _ = invoke("check", path, "--course", released_course)
    text = " ".join(out.split())
    assert code == 1 and "Chưa bài nào được làm. Nếu bạn đã làm thì hãy lưu sổ tay" in text
    assert f"lưu lúc {datetime.fromtimestamp(1_700_000_000):%H:%M:%S ngày %d/%m}" in text
    assert "hãy lưu sổ tay" not in invoke("check", work({"double": "def double(x):\n    return 0"}), "--course",
                                          released_course)[1]  # fmt: skip


def test_a_name_that_only_jupyter_still_knows(work, released_course):
    answers = RIGHT | {"double": "def double(x):\n    return factor * x", "total": "def total(v):\n    return 1 / 0"}
    first, second = preflight.check(Course(released_course), work(answers)).tasks
    assert "NameError" in first.reasons[0] and "`factor` được tạo ở một ô đã xóa" in first.reasons[1]
    assert len(first.reasons) == 2 and len(second.reasons) == 1


def test_it_fits_a_narrow_terminal(work, released_course):
    long = "def total(values):\n    raise KeyError('" + "một_tên_rất_dài " * 8 + "')"
    done = run("check", work(RIGHT | {"total": long}), "--course", released_course, env={"COLUMNS": "60"})
    assert done.returncode == 1 and max(map(len, done.stdout.splitlines())) <= 60
    assert "Bài 2 · total" in done.stdout and "✓ đạt" in done.stdout


def test_all_is_told_where_nothing_is_hidden(work, released_course):
    warning = "import warnings\ndef total(values):\n    warnings.warn('phép chia cho không')\n    return sum(values)"
    done = run("check", work(RIGHT | {"total": warning}), "--course", released_course)
    assert done.returncode == 1 and "phép chia cho không" in " ".join(done.stdout.split())
    assert "không hiện" not in done.stdout


def test_syntax_error_and_endless_loop(work, released_course):
    limits = Limits(cell_seconds=1)
    checkup = preflight.check(Course(released_course), work(SYNTAX), limits=limits)
    assert states(checkup) == {"double": "đạt", "total": "chưa đạt"}
    assert "lỗi cú pháp ở dòng 1" in checkup.tasks[1].reasons[0]
    checkup = preflight.check(Course(released_course), work(ENDLESS), limits=limits)
    assert states(checkup) == {"double": "đạt", "total": "chưa đạt"}
    assert "vòng lặp vô hạn" in checkup.tasks[1].reasons[0] and not checkup.passed


def test_structure(work, released_course):
    def spoil(nb):
        nb["cells"].remove(cell_of(nb, "test_total"))
        cell_of(nb, "test_double")["source"] = "pass"
        cell_of(nb, "double")["source"] += "\n    raise NotImplementedError()"

    checkup = preflight.check(Course(released_course), work(RIGHT, spoil, name="bài 1.ipynb"))
    assert {(n.kind, n.serious) for n in checkup.notes} == {("name", True), ("missing", True), ("edited", False)}
    assert states(checkup) == {"double": "chưa đạt", "total": "đạt"}  # the missing test was put back and passes
    assert "NotImplementedError" in checkup.tasks[0].reasons[0]
    assert not checkup.passed


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (f"{SLUG}.ipynb", b"", "tệp rỗng"),
        (f"{SLUG}.ipynb", b'{"cells": [', "cắt cụt"),
        (f"{SLUG}.ipynb", b'{"cells": [{"cell_type": "code", "source": "1"}]}', "không có ô nào của bài"),
        ("ghi-chu.ipynb", b'{"cells": [{"cell_type": "code", "source": "1"}]}', "không phải bài tập nào"),
        ("anh.png", b"\x89PNG", "không phải sổ tay"),
        ("khong-co.ipynb", None, "không tồn tại"),
    ],
)
def test_bad_input_is_one_line(invoke, released_course, tmp_path, name, data, message):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    code, out, err = invoke("check", tmp_path / name, "--course", released_course)
    assert code == 2 and out == ""
    assert err.startswith("Lỗi: ") and err.count("\n") == 1 and message in err


def test_a_machine_without_a_sandbox_checks_all_the_same(work, released_course, monkeypatch, invoke):
    monkeypatch.setattr(sandbox, "probe", lambda: "none")
    code, out, err = invoke("check", work(HALF), "--course", released_course)
    assert (code, err) == (0, "") and "hộp cát" not in out


@pytest.mark.parametrize(
    ("walls", "fork", "asked"),
    [("namespaces", True, ("examined", True)), ("none", True, ("examined", False)), ("none", False, ("kernel", False))],
)
def test_what_runs_the_notebook(monkeypatch, walls, fork, asked):
    monkeypatch.setattr(sandbox, "probe", lambda: walls)
    monkeypatch.setattr(engine, "start", lambda kind, sandbox: (kind, sandbox))
    if not fork:
        monkeypatch.delattr("os.fork")
    assert preflight._engine(None) == asked
    assert preflight._engine("kernel") == ("kernel", asked[1])


def test_the_limits_of_the_course_hold_for_a_check_too(course, invoke, work):
    (course / "autograder.toml").write_text(f"[assignments.{SLUG}]\nseconds = 0.5")
    code, out, _ = invoke("check", work(ENDLESS), "--course", course)
    assert code == 1 and "vòng lặp vô hạn" in " ".join(out.split()) and "0.5" in out
