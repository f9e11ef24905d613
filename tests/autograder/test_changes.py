"""`report --diff`: whose grade moved, by how much, in which task, and why."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from autograder import history
from autograder.errors import NoHistory
from autograder.history import Cell, Submission
from autograder.report import changes
from autograder.report.changes import compare
from tests.autograder.classroom.books import SLUG, WORDS, grade, words, write
from tests.autograder.classroom.conftest import classroom
from tests.autograder.conftest import stock_gradebook
from tests.autograder.course_builder import HALF, RIGHT, Class

__all__ = ["classroom"]
ORIGINS = {
    "submission": "a",
    "tests": {f"{SLUG}/test_double": "1", f"{SLUG}/test_total": "1"},
    "given": "g",
    "way": "w",
    "libraries": "l",
    "autograder": "o",
}


def cell(score, name="test_double", *, auto=None, manual=None, extra=None, most=2.0):
    auto = score if auto is None else auto
    return Cell(SLUG, name, name.removeprefix("test_"), score, auto, manual, extra, most, "")


def one(*cells, penalty=0.0, origins=ORIGINS):
    return Submission("an", SLUG, penalty, origins, cells)


def causes(old, new, **after):
    return compare(one(old), one(new, origins=ORIGINS | after)).causes


def test_why():
    assert compare(one(cell(1)), one(cell(1), origins={})) is None
    test = {"tests": ORIGINS["tests"] | {f"{SLUG}/test_double": "2"}}
    assert causes(cell(1), cell(2), **test) == ("kiểm tra đổi",)
    other = {"tests": ORIGINS["tests"] | {f"{SLUG}/test_total": "2"}}
    assert causes(cell(1), cell(2), **other) == ("chạy lại ra khác",)
    assert causes(cell(1), cell(2), submission="b") == ("bài nộp đổi",)
    assert causes(cell(1), cell(2), submission="b", **test) == ("bài nộp đổi", "kiểm tra đổi")
    assert causes(cell(1), cell(2), given="h") == ("đề bài, dữ liệu hay thư viện course đổi",)
    assert causes(cell(1), cell(2), way="x") == ("giới hạn hay cách chạy đổi",)
    assert causes(cell(1), cell(2), libraries="m") == ("phiên bản thư viện đổi",)
    assert causes(cell(1), cell(2), autograder="p") == ("bộ chấm đổi",)
    assert causes(cell(1), cell(2)) == ("chạy lại ra khác",)
    assert compare(one(cell(1), origins={}), one(cell(2))).causes == ("không rõ: bản cũ không ghi lại",)


def test_why_when_a_person_had_a_hand_in_it():
    assert causes(cell(1), cell(1.5, auto=1, manual=1.5)) == ("chấm tay",)
    assert causes(cell(1), cell(1.5, auto=1, extra=0.5), submission="b") == ("chấm tay",)
    assert causes(cell(None), cell(1.5, manual=1.5)) == ("chấm tay",)
    # the test gives something else now, but it is the person's points that count
    assert causes(cell(1), cell(1.5, auto=2, manual=1.5), submission="b") == ("chấm tay",)
    assert compare(one(cell(1, auto=0, manual=1)), one(cell(1, auto=2, manual=1))) is None


def test_why_when_the_assignment_has_other_cells():
    found = compare(one(cell(1), cell(1, "test_total")), one(cell(2, most=4), cell(0.5, "test_new", most=1)))
    told = {change.cell: (change.old, change.new, change.causes) for change in found.changes}
    assert told == {
        "test_double": (1, 2, ("thang điểm đổi",)),
        "test_new": (None, 0.5, ("kiểm tra mới",)),
        "test_total": (1, None, ("kiểm tra bị bỏ",)),
    }
    assert (found.old, found.old_max, found.new, found.new_max, found.difference) == (2, 4, 2.5, 5, 0.5)


def test_being_late_counts_in_the_total():
    found = compare(one(cell(2), penalty=0.2), one(cell(1), penalty=0.1, origins=ORIGINS | {"submission": "b"}))
    assert (found.old, found.new, found.difference) == (1.8, 0.9, -0.9)
    assert found.tasks["nộp trễ"] == (-0.2, -0.1, ("nộp trễ",))
    moved = compare(one(cell(2)), one(cell(2), penalty=0.4))
    assert moved.causes == ("nộp trễ",) and moved.difference == -0.4


def test_a_corrected_test(course, invoke, tmp_path):
    """Four hand in, the test is corrected: who gains is told, with the old number and the new one, task by task."""
    group = Class(tmp_path / "lop", course)
    at = ("--course", course)
    group.submit("an", RIGHT)
    group.submit("binh", HALF)
    group.submit("chi", {})
    group.submit("=em", RIGHT | {"total": "def total(values):\n    return 1 / 0"})
    group.submit("an", RIGHT, slug=WORDS)
    assert invoke("grade", group.folder, *at)[0] == 0
    code, _, err = invoke("report", group.folder, "--diff")
    assert code == 2 and "chưa có lần chấm lại nào" in err and err.count("\n") == 1
    assert not list(group.folder.glob("reports/history/*"))  # nothing that was graded has changed

    source = course / "solutions" / SLUG / f"{SLUG}.ipynb"
    text = source.read_text(encoding="utf-8")
    wrong = "check.number(double(-2), -4, name='double(-2)')"
    assert wrong in text
    source.write_text(text.replace(wrong, wrong.replace("-4", "4")), encoding="utf-8")
    group.submit("chi", {"total": RIGHT["total"]})
    group.submit("dung", RIGHT)
    code, out, err = invoke("grade", group.folder, *at, "-a", SLUG)
    assert code == 0, err
    assert "4 bài nộp đã chấm trước đây đổi điểm" in out  # dung's is new
    with stock_gradebook(group.folder) as book:
        for name, score in (("test_total", 0.25), ("test_total_hidden", None)):
            book.find_grade(name, SLUG, SLUG, "=em").manual_score = score
        book.db.commit()

    code, out, err = invoke("report", group.folder, "--diff")
    assert code == 0, err
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "an 4 → 2.5/4 −1.5 double 1.5 → 0: kiểm tra đổi" in lines
    assert "binh 1 → 2.5/4 +1.5 double 0 → 1.5: kiểm tra đổi" in lines
    assert "chi 0 → 2/4 +2 total 0 → 2: bài nộp đổi" in lines
    assert "=em 2 → 0.75/4 −1.25 double 1.5 → 0: kiểm tra đổi" in lines and "total 0 → 0.25: chấm tay" in lines
    assert "4 bài nộp đổi điểm: 2 tăng, 2 giảm. 1 bài mới được chấm." in lines
    assert "Trung bình so-va-tong: 1.75 → 1.94." in lines and "loi-chao" not in out
    table = list(csv.DictReader(io.StringIO((group.folder / "reports" / "changes.csv").read_text("utf-8-sig"))))
    told = {(row["student"], row["cell"]): (row["old"], row["new"], row["why"]) for row in table}
    assert told["binh", "test_double_hidden"] == ("0.0", "1.5", "kiểm tra đổi")
    assert told["'=em", "test_total"] == ("0.0", "0.25", "chấm tay") and len(table) == 7
    row = next(row for row in table if row["student"] == "an")
    assert row["old_reason"] == "" and "cần 4" in row["new_reason"]
    data = json.loads(invoke("report", group.folder, "--diff", "--json", "-", "-s", "binh")[1])
    assert data["moved"] == [
        {"student": "binh", "assignment": SLUG, "old": 1.0, "new": 2.5, "why": ["kiểm tra đổi"]}
    ] and data["same"] == 0  # fmt: skip
    code, out, _ = invoke("report", group.folder, "--diff", "-s", "binh")
    assert code == 0 and "cũ: `double(-2)` cho" in out and "test_double_hidden: 0 → 1.5" in out
    assert len(list(csv.reader((group.folder / "reports" / "changes.csv").open(encoding="utf-8-sig")))) == 8

    # nothing is graded again, and nothing of the history is lost by that
    assert invoke("grade", group.folder, *at)[0] == 0
    assert len(history.snapshots(group.folder)) == 1
    # graded again without a change: the older change can still be asked for
    since = history.snapshots(group.folder)[0].time - timedelta(seconds=1)
    assert invoke("grade", group.folder, *at, "--force", "-a", SLUG)[0] == 0
    assert "Không bài nộp nào đổi điểm. 5 không đổi." in invoke("report", group.folder, "--diff")[1]
    since = since.astimezone().replace(tzinfo=None).isoformat(timespec="seconds")
    assert "4 bài nộp đổi điểm" in invoke("report", group.folder, "--diff", "--since", since)[1]


@pytest.fixture
def graded(group):
    write(group.folder, group.course, grade("an", 1), grade("binh", 0.5), words("an", 1))
    return group


ALL = {("an", SLUG), ("binh", SLUG), ("an", WORDS)}


def moved(folder, **asked):
    return {(one.student, one.assignment): (one.old, one.new) for one in changes.changes(folder, **asked).moved}


def test_what_is_kept_is_of_the_assignments_that_change(graded):
    folder = graded.folder
    assert history.keep(folder, folder, {("chi", SLUG)}) is None  # new, not changed
    path = history.keep(folder, folder, {("an", SLUG), ("chi", SLUG)})
    assert history.snapshots(folder)[0].path == path
    assert history.snapshots(folder)[0].read().keys() == {("an", SLUG), ("binh", SLUG)}
    history.close(folder)
    (lines,) = folder.glob("reports/history/*.gz")
    data = json.loads(gzip.decompress(lines.read_bytes()).decode().splitlines()[0])
    assert (data["student"], data["assignment"], data["origins"]) == ("an", SLUG, {})


def test_an_interrupted_run_is_gone_on_with(graded):
    folder, course = graded.folder, graded.course
    path = history.keep(folder, folder, {("an", SLUG)})
    write(folder, course, grade("an", 1.5))  # then the lights go out
    assert history.keep(folder, folder, {("binh", SLUG), ("an", WORDS)}) == path
    write(folder, course, grade("binh", 0.0), words("an", 0))
    history.close(folder)
    assert moved(folder) == {("an", SLUG): (1, 1.5), ("binh", SLUG): (0.5, 0), ("an", WORDS): (3, 2)}
    # one that has come to its end is not
    assert history.keep(folder, folder, None) != path and len(history.snapshots(folder)) == 2
    assert moved(folder) == {}


def test_a_snapshot_after_which_nothing_has_happened_gives_way(graded):
    folder = graded.folder
    for _ in range(2):
        path = history.keep(folder, folder, None)
        history.close(folder)
    assert [one.path for one in history.snapshots(folder)] == [path]


def mark(folder, score):
    """Give points for the written answer as formgrader does; without a score, say that those given before hold."""
    with stock_gradebook(folder) as book:
        found = book.find_grade("explain", WORDS, WORDS, "an")
        found.manual_score = found.manual_score if score is None else score
        found.needs_manual_grade = False
        book.db.commit()


def test_points_of_an_older_answer_wait_again(graded, invoke):
    folder, course = graded.folder, graded.course
    mark(folder, 1.5)
    history.keep(folder, folder, {("an", WORDS)})
    write(folder, course, words("an", 1, None))  # another answer
    history.close(folder)
    code, out, err = invoke("report", folder, "--diff")
    assert code == 0, err
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "an 2.5 → 2.5+…/3 ±0 explain 1.5 → 1.5: chờ chấm lại" in lines, out
    assert "Không bài nộp nào đổi điểm. 1 bài chờ chấm lại" in " ".join(lines)
    (row,) = csv.DictReader(io.StringIO((folder / "reports" / "changes.csv").read_text("utf-8-sig")))
    assert (row["cell"], row["old"], row["new"], row["why"]) == ("explain", "1.5", "1.5", "chờ chấm lại")
    assert "Chờ chấm lại" in row["new_reason"] and "chờ chấm lại" in invoke("report", folder, "--diff", "-s", "an")[1]
    # looked at again, the points are the same: the cell waits no longer, and that is told, too
    history.keep(folder, folder, None, unfinished=False)
    mark(folder, None)
    (one,) = changes.changes(folder).moved
    assert (one.causes, one.was_pending, one.is_pending, one.only_waits) == (("chấm tay",), True, False, False)
    # the tests and the answer have changed together: both are told
    history.keep(folder, folder, None, unfinished=False)
    write(folder, course, words("an", 0, None))
    (one,) = changes.changes(folder).moved
    assert (one.old, one.new) == (2.5, 1.5) and "chờ chấm lại" in one.causes and not one.only_waits


def test_a_snapshot_of_before_can_still_be_read(graded):
    """Those written before cells could wait again have one value less."""
    folder = graded.folder
    path = history.keep(folder, folder, None, unfinished=False)
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
    for row in rows:
        row["cells"] = [cell[:9] for cell in row["cells"]]
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    assert changes.changes(folder).moved == ()


def test_since(graded):
    folder, course = graded.folder, graded.course
    for score in (0.25, 2):
        history.keep(folder, folder, None)
        history.close(folder)
        write(folder, course, grade("binh", score))
    assert moved(folder) == {("binh", SLUG): (0.25, 2)}
    first, last = (one.time for one in history.snapshots(folder))
    assert moved(folder, since=first) == {("binh", SLUG): (0.5, 2)}
    assert moved(folder, since=first + timedelta(microseconds=1)) == {("binh", SLUG): (0.25, 2)}
    with pytest.raises(NoHistory, match="lần cuối bắt đầu lúc"):
        changes.changes(folder, since=last + timedelta(seconds=1))
    assert history.snapshots(folder)[0].time <= datetime.now(UTC)


def test_it_fits_a_narrow_terminal(graded, invoke, monkeypatch, capsys):
    from autograder import console
    from autograder.report.show_changes import show

    folder, course = graded.folder, graded.course
    write(folder, course, *(grade(f"sinh-vien-ten-rat-dai-{n:03d}", 1) for n in range(70)))
    history.keep(folder, folder, None)
    write(folder, course, *(grade(f"sinh-vien-ten-rat-dai-{n:03d}", 0.25) for n in range(70)), words("an", 0, None))
    found = changes.changes(folder)
    for width in (60, 80):
        monkeypatch.setattr(console.out, "_width", width)
        capsys.readouterr()
        show(found)
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= width
        assert "71 bài nộp đổi điểm: 0 tăng, 71 giảm. 2 không đổi." in " ".join(out.split())
        assert "… và 11 bài nộp nữa" in out and "3 → 0+…/3" in out
    show(changes.changes(folder, students=["an"]), detailed=True)
    assert "explain: 2 → …" in capsys.readouterr().out


def test_the_deadline_was_moved(classroom, released_course, invoke):
    """The penalty is another, the points are not: the total moves, and why is said."""
    write(classroom, released_course, grade("23520001", 1, "2026-09-21 10:00:00 UTC"))
    late = "[late]\npercent_per_day = 10\n[assignments.so-va-tong]\ndeadline = 2026-09-"
    toml = 'roster = "sinh-vien.csv"\n'
    (classroom / "class.toml").write_text(f"{toml}{late}30T23:59:00\n", encoding="utf-8")
    assert invoke("report", classroom)[0] == 0
    history.keep(classroom, classroom, None)
    (classroom / "class.toml").write_text(f"{toml}{late}20T23:59:00\n", encoding="utf-8")
    code, out, err = invoke("report", classroom, "--diff")
    assert code == 0, err
    assert "nộp trễ 0 → −0.1: nộp trễ" in " ".join(out.split()) and "1 → 0.9/4" in out


def test_wrong_questions_are_one_line(graded, invoke):
    folder = graded.folder
    history.keep(folder, folder, {("an", SLUG)})
    for arguments, message in (
        (("-a", "so-va-ton"), "ý bạn là «so-va-tong»"),
        (("-s", "ai-do"), "Không có điểm của sinh viên «ai-do»"),
        (("--since", "hôm qua"), "--since không hợp lệ"),
        (("--xlsx", "a.xlsx"), "--diff không có dạng xlsx"),
    ):
        code, out, err = invoke("report", folder, "--diff", *arguments)
        assert code == 2 and message in err and err.count("\n") == 1, (out, err)
    path = history.snapshots(folder)[0].path
    path.write_bytes(path.read_bytes()[:-20])
    code, _, err = invoke("report", folder, "--diff")
    assert code == 2 and "không đọc được" in err and err.count("\n") == 1
    # grading is not held up by it
    assert history.keep(folder, folder, {("an", SLUG)}) != path and moved(folder) == {}
