"""The report: its numbers against what is known by other means, and files that are only data to other programs."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from autograder.report import files, model, statistics
from autograder.report.files import to_csv
from autograder.report.model import Report
from autograder.report.page import to_html
from autograder.report.workbook import to_xlsx
from autograder.scores import Result, Row
from tests.autograder.test_feedback import browser, visit  # noqa: F401

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n=1",
    "＝1",
    '=HYPERLINK("http://x")',
    "=cmd|' /C calc'!A0",
]


def result(student, scores, most=2.0, slug="bai"):
    tasks = {f"t{i}": (s, most, "đạt" if s == most else "chưa đạt") for i, s in enumerate(scores)}
    return Result(student, slug, sum(scores), most * len(scores), "chưa đạt", tasks, "")


def report_of(results, rows=(), name="lop"):
    """A report as `build` makes one, without a class folder."""
    most = max(r.max for r in results)
    section = model.Section(
        "bai",
        tuple(results),
        statistics.spread([r.score for r in results], most),
        1,
        0,
        statistics.items(results),
        statistics.failures(rows, len(results)),
        model.Timing(3.0, 1.0, 2.0, (("sv01", 2.0),)),
    )
    flags = tuple(model.Flag(r.student, "bai", "repaired", "Thiếu ô.") for r in results[:2])
    return Report(name, (section,), flags, tuple(rows))


def some(count, seed=0):
    skill = np.random.default_rng(seed).random((count, 1))
    noise = np.random.default_rng(seed + 1).random((count, 3))
    return np.round(2 * np.clip(0.7 * skill + 0.3 * noise, 0, 1), 2)


def test_numbers_are_numpys():
    scores = some(40)
    results = [result(f"sv{i:02d}", line.tolist()) for i, line in enumerate(scores)]
    totals = scores.sum(axis=1)
    spread = statistics.spread(totals.tolist(), 6.0)
    assert np.allclose(
        [spread.mean, spread.median, spread.deviation, spread.low, spread.high],
        [totals.mean(), np.median(totals), totals.std(ddof=1), totals.min(), totals.max()],
    )
    assert list(spread.bins) == np.histogram(totals, bins=10, range=(0, 6))[0].tolist()
    for place, item in enumerate(statistics.items(results)):
        rest = totals - scores[:, place]
        assert item.mean == pytest.approx(scores[:, place].mean()) and item.share == pytest.approx(item.mean / 2)
        assert item.discrimination == pytest.approx(np.corrcoef(scores[:, place], rest)[0, 1])
        assert item.full == (scores[:, place] == 2).sum()


def test_what_a_discrimination_means():
    up, down = [[i / 10, i / 10, 1 - i / 10] for i in range(11)], [[1.0, i / 10, i / 9] for i in range(9)]
    *_, bad = statistics.items([result(str(i), line) for i, line in enumerate(up)])
    assert bad.discrimination < 0 and bad.verdict.startswith("ngược")
    few = statistics.items([result(str(i), line) for i, line in enumerate(down)])
    assert {item.discrimination for item in few} == {None} and "cần ít nhất 10 bài nộp" in few[0].verdict
    flat = statistics.items([result(str(i), [1.0, i / 12]) for i in range(12)])
    assert flat[0].discrimination is None and "như nhau" in flat[0].verdict
    assert statistics.verdict(0.1, [0] * 40) == "gần như không phân biệt"
    assert statistics.verdict(0.3, [0] * 40) == "phân biệt vừa"
    assert statistics.verdict(0.4, [0] * 40) == "phân biệt tốt"
    assert [statistics.difficulty(s) for s in (None, 0.2, 0.5, 0.8, 1)] == ["–", "khó", "vừa", "dễ", "rất dễ"]


def test_an_empty_spread_and_full_marks():
    assert statistics.spread([], 10.0).mean is None
    assert statistics.spread([10.0], 10.0).bins[-1] == 1 and statistics.spread([10.0], 10.0).deviation is None
    assert statistics.spread([11.5, -1.0], 10.0).bins == (1, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert statistics.spread([0.0], 0.0).bins[0] == 1


def row(student, reason, cell="test_t", state="chưa đạt"):
    return Row(student, "bai", "t", cell, 0.0, 1.0, state, reason, "bai")


def test_failures_are_grouped_sensibly():
    rows = [
        row("a", "`f(3)` cho 4, cần 6."),
        row("b", "`f(3)` cho 5, cần 6."),
        row("c", "`f(3)` cho -0.25, cần 6."),
        row("d", "`f` trả về mảng (3,), cần (5, 3)."),
        row("e", "Lỗi NameError: name 'x' is not defined (dòng 2 của ô lời giải: `return x`)."),
        row("f", "Lỗi NameError: name 'yy' is not defined (dòng 9 của ô lời giải: `return (yy)`)."),
        row("g", "Ô lời giải có lỗi cú pháp ở dòng 1: `def f(x)` (expected ':')."),
        row("h", "Ô lời giải có lỗi cú pháp ở dòng 7 (invalid syntax)."),
        row("i", "Chưa làm.", state="chưa làm"),
        row("k", "", state="đạt"),
    ]
    found = statistics.failures(rows, 10)
    assert [(f.students, f.share) for f in found] == [(3, 0.3), (2, 0.2), (2, 0.2), (1, 0.1)]
    assert found[0].reason == "`f(3)` cho 4, cần 6." and "dòng" not in found[1].reason
    assert statistics.failures([], 0) == ()


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_text_is_a_formula(text):
    line = Row(text, "a", "t", "c", -1.5, 2.0, "đạt", text)
    (_, read) = csv.reader(io.StringIO(to_csv([line])))
    assert read[0] == read[7] == f"'{text.strip()}"
    assert read[4:6] == ["-1.5", "2.0"]  # numbers stay numbers


def test_ordinary_text_is_left_alone():
    line = Row("sv01", "a", "t", "c", None, 2.0, "chờ chấm tay", 'Kích thước (3,), cần (5,); xem «Lỗi», "x"', "a")
    (head, read) = csv.reader(io.StringIO(to_csv([line])))
    assert head == ["student", "assignment", "task", "cell", "score", "max", "state", "reason", "notebook"]
    assert read == ["sv01", "a", "t", "c", "", "2.0", "chờ chấm tay", 'Kích thước (3,), cần (5,); xem «Lỗi», "x"', "a"]


def test_excel_has_sheets_and_no_formula():
    names = [*FORMULAS, "\x00\x07\x1b[31mđỏ", "ba\ufffe", "sv01"]
    results = [result(name, [1.0, 2.0]) for name in names]
    rows = [Row(name, "=bai", "=t", "=c", -1.0, 2.0, "chưa đạt", name, "=bai") for name in names]
    made = report_of(results, rows)
    made = Report(made.name, (model.Section("[=]:*?/\\" + "x" * 50, *list(vars(made.sections[0]).values())[1:]),) * 2,
                  made.flags, made.rows)  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(made)))
    assert book.sheetnames[0] == "Tổng" and book.sheetnames[-4:] == ["Thống kê", "Lỗi hay gặp", "Cần xem", "Chi tiết"]
    assert len(set(book.sheetnames)) == 7 and all(len(name) <= 31 for name in book.sheetnames)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = [cell.value for cell in cells if cell.data_type == "s"]
    assert not [text for text in texts if text.lstrip().startswith(("=", "+", "-", "@", "＝"))]
    assert "'=1+1" in texts and -1 in [cell.value for cell in book["Chi tiết"]["E"]]
    assert book["Tổng"].freeze_panes == "B2"


def test_excel_cells_say_that_they_are_text(monkeypatch):
    from autograder.report import workbook

    monkeypatch.setattr(workbook, "harmless", lambda text: text)  # the other wall
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(report_of([result(text, [1.0]) for text in ("=1+1", "@x")]))))
    assert [cell.data_type for cell in book["Tổng"]["A"]] == ["s", "s", "s"]


def test_files_and_folders(tmp_path):
    made, out = report_of([result(f"sv{i}", [1.0, 2.0]) for i in range(3)], [row("sv1", "Sai.")]), []
    (tmp_path / "co").mkdir()
    targets = {"json": tmp_path / "a" / "b.json", "csv": f"{tmp_path}/moi/", "xlsx": tmp_path / "co", "html": "-"}
    written = files.export(made, targets, out.append)
    assert [p.relative_to(tmp_path).as_posix() for p in written] == ["a/b.json", "moi/report.csv", "co/report.xlsx"]
    assert (
        out[0].startswith("<!DOCTYPE html>") and (tmp_path / "moi" / "report.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    )
    data = json.loads(written[0].read_text(encoding="utf-8"))
    assert data["schema"] == 1 and data["assignments"][0]["items"][0]["task"] == "t0" and len(data["rows"]) == 1
    with pytest.raises(files.OutputUnwritable):
        files.export(made, {"xlsx": "-"}, out.append)
    with pytest.raises(files.OutputUnwritable):
        files.export(made, {"csv": tmp_path / "a" / "b.json" / "c.csv"}, out.append)


EVIL = "<script>window.ran = 1</script><img src=x onerror='ran=1'>"


@pytest.mark.browser
def test_the_page_in_a_browser(browser, tmp_path):  # noqa: F811
    scores = some(30)
    results = [result(f"sv{i:02d}-{EVIL}", line.tolist()) for i, line in enumerate(scores)]
    path = tmp_path / "report.html"
    path.write_text(to_html(report_of(results, [row("a", f"`{EVIL}`", cell=EVIL)], name=EVIL)), encoding="utf-8")
    for scheme in ("light", "dark"):
        page, asked = visit(browser, path, viewport={"width": 360, "height": 740}, color_scheme=scheme)
        assert asked == [] and page.evaluate("window.ran") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.locator("script, img, iframe").count() == 0
        assert page.locator("svg[role=img]").get_attribute("aria-label").startswith("Phân bố điểm của 30 bài nộp")
        assert page.locator("svg[role=img] rect").count() == sum(n > 0 for n in statistics.spread(
            [r.score for r in results], 6.0).bins)  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory, released_course):
    """A class of five, graded by the command; one of them hands in a picture."""
    from tests.autograder.conftest import run
    from tests.autograder.course_builder import HALF, RIGHT, Class

    group = Class(tmp_path_factory.mktemp("report") / "lop", released_course)
    for number in range(4):
        group.submit(f"sv{number:02d}", (RIGHT, HALF, {}, RIGHT)[number])
    group.submit_text("=cmd [b]", b"\x89PNG")
    done = run("grade", group.folder, "--course", released_course)
    assert done.returncode == 3, done.stderr
    return group.folder


def test_the_command(graded, invoke, tmp_path, monkeypatch):
    code, out, err = invoke("report", graded)
    assert code == 0 and err == ""
    for told in (
        "=cmd [b]",
        "4 bài nộp",
        "Không tính 1 bài không chấm được",
        "cần ít nhất 10 bài nộp",
        "không đọc được",
    ):
        assert told in out, told
    assert "1 bài · test_double_hidden: `double(-2)` cho …, cần -4." in out
    paths = [tmp_path / name for name in ("a.json", "a.csv", "a.xlsx", "a.html")]
    code, out, err = invoke("report", graded, *(x for p in paths for x in (f"--{p.suffix[1:]}", p)))
    assert (code, out) == (0, "") and err.count("Đã ghi") == 4 and all(p.stat().st_size > 500 for p in paths)
    data = json.loads(paths[0].read_text(encoding="utf-8"))
    (section,) = data["assignments"]
    assert section["ungradable"] == 1 and section["spread"]["count"] == 4
    assert section["spread"]["mean"] == pytest.approx((4 + 1 + 0 + 4) / 4)
    assert [f["kind"] for f in data["flags"]] == ["unreadable"]
    for name in ("scores.csv", "scores.json", "report.html"):
        assert (graded / "reports" / name).is_file()


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_console_is_never_too_narrow(graded, columns):
    from tests.autograder.conftest import run

    out = run("report", graded, env={"COLUMNS": str(columns)}).stdout
    assert max(map(len, out.splitlines())) <= columns
    assert all(re.search(rf"sv0{n} .* {score}", out) for n, score in ((0, "4"), (1, "1"), (2, "0")))


def test_bad_input_is_one_line(graded, invoke, tmp_path):
    for arguments, message in (
        (["--xlsx", "-"], "không in ra màn hình"),
        (["--html", Path(graded, "reports", "scores.csv", "x.html")], "Không ghi được"),
        (["--assignment", "x"], "Không có bài tập «x»"),
    ):
        code, out, err = invoke("report", graded, *arguments)
        assert (code, out) == (2, "") and err.count("\n") == 1 and message in err, (arguments, err)
