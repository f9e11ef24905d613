"""A class of everything students hand in, graded once by the command itself; then looked at from all sides."""

import csv
import io
import json
import re
import shutil

import pytest

from autograder import gradebook, report
from tests.autograder.conftest import run, shared, stock_gradebook
from tests.autograder.course_builder import ENDLESS, HALF, RIGHT, SYNTAX, Class, answered, cell_of, code

SLUG = "so-va-tong"
WORDS = "loi-chao"
TIMEOUT = ("--timeout", "1.5")
EVIL = "<script>alert(1)</script>"


def duplicate(nb):
    place = nb["cells"].index(cell_of(nb, "total"))
    nb["cells"].insert(place, json.loads(json.dumps(nb["cells"][place])) | {"source": "def total(v): return 99"})
    nb["cells"].append(json.loads(json.dumps(cell_of(nb, "test_total"))))


def cheat(nb):
    for cell in nb["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("grade"):
            cell["source"] = "pass"
            mark["points"] = 100


def lose(nb):
    nb["cells"] = [
        c
        for c in nb["cells"]
        if c["metadata"].get("nbgrader", {}).get("grade_id") not in ("test_total_hidden", "double")
    ]


# student: (what is handed in, scores of double's two and total's three test cells, part of a remark or a reason)
CLASS = {
    "an-dung": (RIGHT, (0.5, 1.5, 0.5, 1, 0.5), None),
    "binh-nua": (HALF, (0.5, 0, 0.5, 0, 0), "`double(-2)` cho …, cần -4."),
    "chi-trang": ({}, (0, 0, 0, 0, 0), "Chưa làm."),
    "dung-lap": (ENDLESS, (0.5, 1.5, 0, 0, 0), "vòng lặp vô hạn"),
    "em-cu-phap": (SYNTAX, (0.5, 1.5, 0, 0, 0), "lỗi cú pháp ở dòng 1"),
    "giang-thoat": (RIGHT | {"double": "import os; os._exit(0)"}, (0, 0, 0.5, 1, 0.5), "dừng"),
    "ha-trung": (duplicate, (0.5, 1.5, 0.5, 1, 0.5), "xuất hiện 2 lần"),
    "hieu-gian": (cheat, (0, 0, 0, 0, 0), "Chưa làm."),
    "kien-thieu": (lose, (0, 0, 0.5, 1, 0.5), "Thiếu ô lời giải `double`"),
    "lan-hong": (b'{"cells": [', (0, 0, 0, 0, 0), "cắt cụt"),
    "mai-rong": (b"", (0, 0, 0, 0, 0), "tệp rỗng"),
    "nam-khac": (b"\x89PNG\r\n", (0, 0, 0, 0, 0), "không phải sổ tay"),
    "oanh-khong": (None, (0, 0, 0, 0, 0), "Không có tệp"),
    "phong-dan": (
        json.dumps({"cells": [code(RIGHT["double"] + "\n#" + "x" * 200_000)]}).encode(),
        (0, 0, 0, 0, 0),
        "giới hạn là 200.000",
    ),
    "=phuong [b]": (RIGHT | {"double": f"# {EVIL}\ndef double(x):\n    return '{EVIL}'"}, (0, 0, 0.5, 1, 0.5), None),
    "quan-file": (
        {
            "double": "import pathlib\npathlib.Path('numbers.txt').unlink()\ndef double(x):\n    return 2 * x",
            "total": "total = 3",
        },
        (0.5, 1.5, 0, 0, 0),
        "TypeError",
    ),
}
UNREADABLE = {"lan-hong", "mai-rong", "nam-khac", "oanh-khong", "phong-dan"}
CELLS = ("test_double", "test_double_hidden", "test_total", "test_total_hidden", "test_total_error_hidden")


def build(folder, course):
    group = Class(folder, course)
    for student, (what, _, _) in CLASS.items():
        if what is None:
            group.place(student).with_name("bai.docx").write_text("x")
        elif isinstance(what, bytes):
            group.submit_text(student, what)
        elif callable(what):
            group.submit(student, {} if what is cheat else RIGHT, change=what)
        else:
            group.submit(student, what)
    group.submit("an-dung", RIGHT, slug=WORDS, change=lambda nb: cell_of(nb, "explain").update(source="Vì vui."))
    (group.place("an-dung").with_name("timestamp.txt")).write_text("2026-01-02 03:04:05 UTC")
    (group.place("an-dung").with_name("ghi chú.txt")).write_text("của tôi")
    (folder / "submitted" / "lac-long.ipynb").write_text("{}")
    return group


@pytest.fixture(scope="session")
def graded(tmp_path_factory, released_course):
    """(class folder, what the command printed): graded once, not to be changed."""

    def make(folder):
        build(folder / "lop", released_course)
        course = sorted((p, p.read_bytes()) for p in released_course.rglob("*") if p.is_file())
        done = run("grade", folder / "lop", "--course", released_course, "--workers", 2, "--json", *TIMEOUT)
        (folder / "stdout").write_text(done.stdout, encoding="utf-8")
        (folder / "stderr").write_text(f"{done.returncode}\n{done.stderr}", encoding="utf-8")
        assert sorted((p, p.read_bytes()) for p in released_course.rglob("*") if p.is_file()) == course

    folder = shared(tmp_path_factory, "graded", make)
    return (
        folder / "lop",
        (folder / "stdout").read_text(encoding="utf-8"),
        (folder / "stderr").read_text(encoding="utf-8"),
    )


@pytest.fixture
def regraded(graded, tmp_path, released_course, invoke):
    """A copy of the graded class, and a function that grades it again."""
    shutil.copytree(graded[0], tmp_path / "lop")

    def again(*options):
        code, out, _ = invoke("grade", tmp_path / "lop", "--course", released_course, "--json", *TIMEOUT, *options)
        return code, json.loads(out)

    return tmp_path / "lop", again


def scores(folder, slug=SLUG):
    found = {}
    for entry in gradebook.entries(folder):
        if entry.assignment == slug:
            found.setdefault(entry.student, {})[entry.cell] = entry.auto_score
    return found


def test_every_cell_of_every_student_has_its_score_in_the_gradebook(graded):
    found = scores(graded[0])
    assert {s: tuple(found[s][cell] for cell in CELLS) for s in found} == {
        s: expected for s, (_, expected, _) in CLASS.items()
    }


def test_nbgraders_own_gradebook_and_export_read_it(graded):
    from nbgrader.api import Gradebook
    from nbgrader.plugins import CsvExportPlugin

    folder = graded[0]
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        submission = book.find_submission(SLUG, "an-dung")
        assert (submission.score, submission.max_score, submission.needs_manual_grade) == (4, 4, False)
        assert str(submission.timestamp) == "2026-01-02 03:04:05"
        assert book.find_submission(WORDS, "an-dung").needs_manual_grade
        assert book.find_comment("total", SLUG, SLUG, "chi-trang").auto_comment == "Chưa làm."
        assert book.find_comment("total", SLUG, SLUG, "an-dung").auto_comment is None
        target = folder.parent / "export.csv"
        plugin = CsvExportPlugin(to=str(target))
        plugin.export(book)
    with target.open(newline="", encoding="utf-8") as file:
        exported = {(r["student_id"], r["assignment"]): float(r["score"]) for r in csv.DictReader(file)}
    assert all(exported[s, SLUG] == sum(expected) for s, (_, expected, _) in CLASS.items())


def test_exit_code_and_json(graded):
    _, out, err = graded
    data = json.loads(out)
    code, *lines = err.strip().split("\n")
    assert code == "3"
    assert (
        lines == ["Lưu ý: Bỏ qua submitted/lac-long.ipynb: cần nằm trong submitted/<sinh viên>/<bài tập>/."]
        or lines == []
    )
    assert (data["graded"], data["skipped"], data["ungradable"]) == (len(CLASS) + 1, 0, len(UNREADABLE))
    assert data["ignored"] == ["submitted/lac-long.ipynb: cần nằm trong submitted/<sinh viên>/<bài tập>/"]
    status = {r["student"]: r["status"] for r in data["submissions"] if r["assignment"] == SLUG}
    assert {s for s, name in status.items() if name == "unreadable"} == UNREADABLE
    assert {s for s, name in status.items() if name == "repaired"} == {"ha-trung", "kien-thieu"}


def test_every_lost_point_has_a_reason(graded):
    rows = report.rows(graded[0], [SLUG])
    assert len(rows) == len(CLASS) * len(CELLS)
    assert [r.cell for r in rows[: len(CELLS)]] == list(CELLS)
    for row in rows:
        assert (row.score == row.max) == (row.reason == ""), row
        assert "\n" not in row.reason and "Traceback" not in row.reason and "\x1b" not in row.reason
    results = {r.student: r for r in report.results(graded[0], rows)}
    for student, (_, _, told) in CLASS.items():
        reasons = [r.reason for r in rows if r.student == student] + [results[student].remark]
        assert told is None or any(told in reason for reason in reasons), (student, reasons)
    assert results["an-dung"].tasks == {"double": (2, 2, "đạt"), "total": (2, 2, "đạt")}


def test_manual_cells_wait(graded):
    rows = {r.cell: r for r in report.rows(graded[0], [WORDS])}
    assert (rows["explain"].score, rows["explain"].state) == (None, "chờ chấm tay")
    assert rows["test_greet"].score == 1


def test_autograded_folder_is_nbgraders(graded, released_course):
    folder = graded[0] / "autograded" / "an-dung" / SLUG
    notebook = folder / f"{SLUG}.ipynb"
    assert sorted(p.name for p in folder.iterdir()) == ["ghi chú.txt", "numbers.txt", f"{SLUG}.ipynb", "timestamp.txt"]
    assert notebook.stat().st_mode & 0o777 == 0o444
    nb = json.loads(notebook.read_text(encoding="utf-8"))
    assert "check.raises" in "".join(cell_of(nb, "test_total_error_hidden")["source"])
    # what is printed after a hidden test may tell what the test asked for
    assert "không hiện" in "".join(nb["cells"][-1]["outputs"][0]["text"])
    broken = json.loads((graded[0] / "autograded" / "lan-hong" / SLUG / f"{SLUG}.ipynb").read_text(encoding="utf-8"))
    assert "Không chấm được bài nộp" in "".join(broken["cells"][0]["source"])
    assert not list((graded[0] / "reports").glob(".work*"))


def test_feedback_shows_no_test_and_runs_nothing(graded):
    pages = {
        p.parent.parent.name: p.read_text(encoding="utf-8") for p in (graded[0] / "feedback").rglob(f"{SLUG}.html")
    }
    assert set(pages) == set(CLASS)
    for page in pages.values():
        assert "check.raises" not in page and "check.number" not in page and "<script" not in page
        assert len(page) < 20_000 and "http://" not in page and "https://" not in page
    assert "<strong>4</strong> / 4 điểm" in pages["an-dung"]
    assert "return x + x" in re.sub(r"<[^>]+>", "", pages["an-dung"])  # without the colours
    assert "<code>double(-2)</code> cho …, cần -4." in pages["binh-nua"]
    assert "&lt;script&gt;" in pages["=phuong [b]"]
    assert "cắt cụt" in pages["lan-hong"]


def test_report_on_the_console_and_in_files(graded, invoke, tmp_path):
    folder = graded[0]
    code, out, err = invoke("report", folder)
    assert code == 0 and err == ""
    assert "=phuong [b]" in out and re.search(r"1 double +[\d.]+/2 ", out) and "Trung bình" in out
    code, out, _ = invoke("report", folder, "--student", "binh-nua")
    assert code == 0 and "binh-nua · so-va-tong · 1/4" in out and "`double(-2)` cho …, cần -4." in out
    code, out, _ = invoke("report", folder, "--assignment", SLUG, "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == len(CLASS) * len(CELLS) and rows[0]["student"] == "'=phuong [b]"
    assert sum(float(r["score"]) for r in rows) == sum(sum(expected) for _, expected, _ in CLASS.values())
    code, out, _ = invoke("report", folder, "--json", tmp_path / "a" / "b.json", "--csv", tmp_path / "b.csv")
    assert code == 0 and out == ""
    data = json.loads((tmp_path / "a" / "b.json").read_text(encoding="utf-8"))
    assert len(data["rows"]) == len(CLASS) * len(CELLS) + 2
    assert (tmp_path / "b.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,")
    for option, target, told in (
        ("--json", "", "--json cần tên"),
        ("--csv", "/", "thư mục gốc"),
        ("--html", " ", "--html cần"),
    ):
        code, out, err = invoke("report", folder, option, target)
        assert (code, out, err.count("\n")) == (2, "", 1) and told in err
    assert (folder / "reports" / "scores.csv").is_file() and (folder / "reports" / "scores.json").is_file()


def test_nothing_changed_nothing_is_run_again(regraded):
    folder, again = regraded
    before = (folder / "gradebook.db").read_bytes()
    code, data = again()
    assert (code, data["graded"], data["skipped"], data["ungradable"]) == (
        3,
        0,
        len(CLASS) + 1,
        len(UNREADABLE),
    )
    assert (folder / "gradebook.db").read_bytes() == before


def test_what_changed_or_is_not_whole_is_graded_again(regraded, released_course):
    folder, again = regraded
    submitted = folder / "submitted"
    answer = answered(json.loads((submitted / "binh-nua" / SLUG / f"{SLUG}.ipynb").read_text(encoding="utf-8")), RIGHT)
    (submitted / "binh-nua" / SLUG / f"{SLUG}.ipynb").write_text(json.dumps(answer), encoding="utf-8")
    shutil.rmtree(folder / "feedback" / "lan-hong")
    (folder / "reports" / SLUG / "mai-rong.json").write_text('{"schema": 2, "stud')
    with stock_gradebook(folder) as book:
        grade = book.find_grade("test_double", SLUG, SLUG, "nam-khac")
        grade.auto_score, grade.manual_score = 0.25, 0.5
        book.db.commit()
    code, data = again()
    assert code == 3 and data["graded"] == 4
    found = scores(folder)
    assert sum(found["binh-nua"].values()) == 4 and found["nam-khac"]["test_double"] == 0
    row = next(r for r in report.rows(folder, [SLUG], ["nam-khac"]) if r.cell == "test_double")
    assert (row.score, row.reason) == (0.5, "Người chấm cho điểm.")  # what a person entered stays and counts
    (folder / "feedback" / "lan-hong" / SLUG / f"{SLUG}.html").stat()


def test_force_and_filters(regraded):
    _, again = regraded
    code, data = again("--student", "mai-rong", "--student", "lan-hong", "--force")
    assert (data["graded"], data["skipped"]) == (2, 0) and code == 3
    code, data = again("--assignment", WORDS, "--force")
    assert (data["graded"], data["skipped"]) == (1, 0) and code == 0
