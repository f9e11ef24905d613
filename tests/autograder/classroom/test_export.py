"""Grades on their way into an LMS, read back by the LMS's own rules: each student gets what is theirs."""

import csv
import io
import json

import pytest

from autograder import gradebook
from autograder.classroom import formgrading
from tests.autograder.classroom.books import SLUG, WORDS, grade, words, write
from tests.autograder.conftest import stock_gradebook

AN, BINH, HOA, HAI = "23520001", "23520002", "23520003", "23520004"


@pytest.fixture
def graded(classroom, released_course):
    """Hai has handed in nothing; Bình's second assignment has to be marked; a stranger has a grade."""
    write(
        classroom,
        released_course,
        *(grade(AN, 1.25), grade(BINH, 0), grade(HOA, 1.5), grade("nguoi-la", 1)),
        *(words(AN, 1), words(BINH, 1, None)),
    )
    return classroom


def moodle_reads(text, column, users):
    """What ``gradeimport_csv_load_data`` does with a file: {user: {item: grade}}; the user of a line may be kept."""
    rows = list(csv.reader(io.StringIO(text)))
    head, grades, current = rows[0], {}, None
    place = head.index(column)
    for row in rows[1:]:
        if row[place].strip():
            current = users[row[place].strip()]  # an unknown one ends Moodle's import with an error
        for item, value in zip(head, row, strict=True):
            if item in ("Bài 1", "loi-chao"):
                assert value == "-" or float(value) >= 0
                grades.setdefault(current, {})[item] = None if value == "-" else float(value)
    return grades


def moodle(graded, invoke, tmp_path, *more):
    text = (graded / "class.toml").read_text()
    text = text.replace(f"[assignments.{SLUG}]", f'[assignments.{SLUG}]\nmoodle = "Bài 1"')
    (graded / "class.toml").write_text(text)
    code, out, err = invoke("export", graded, "--to", "moodle", "-o", tmp_path / "m.csv", *more)
    assert code == 0, err
    return (tmp_path / "m.csv").read_text("utf-8"), out


def test_moodle(graded, invoke, tmp_path):
    text, out = moodle(graded, invoke, tmp_path)
    wanted = {
        AN: {"Bài 1": 1.25, "loi-chao": 3.0},
        BINH: {"Bài 1": 0.0, "loi-chao": None},
        HOA: {"Bài 1": 1.5, "loi-chao": None},
    }
    emails = {
        f"{name}@truong.edu.vn": student
        for name, student in zip(("an", "binh", "hoa", "hai"), (AN, BINH, HOA, HAI), strict=True)
    }
    assert moodle_reads(text, "Email address", emails) == wanted
    assert moodle_reads(text, "ID number", {student: student for student in emails.values()}) == wanted
    assert "nguoi-la" in out and "nguoi-la" not in text


def test_moodle_gets_no_column_with_a_gap(graded, invoke, tmp_path):
    roster = graded / "sinh-vien.csv"
    roster.write_text(roster.read_text().replace("hoa@truong.edu.vn", ""))
    text, _ = moodle(graded, invoke, tmp_path)
    assert text.splitlines()[0] == "ID number,Full name,loi-chao,Bài 1"
    lines = ["Email,Họ và tên", "an@x.vn,Nguyễn Văn An", "binh@x.vn,Trần Thị Bình"]
    roster.write_text("\n".join(lines))
    code, _, err = invoke("export", graded, "--to", "moodle")
    assert code == 0, err  # nobody of them has a grade


def test_the_scale_of_the_lms(graded, invoke, tmp_path):
    text = (graded / "class.toml").read_text()
    (graded / "class.toml").write_text(text.replace(f"[assignments.{SLUG}]", f"[assignments.{SLUG}]\nlms_points = 10"))
    text, _ = moodle(graded, invoke, tmp_path, "-a", SLUG)
    assert [line.rsplit(",", 1)[1] for line in text.splitlines()] == ["Bài 1", "3.125", "0", "3.75"]


def test_what_moodle_takes_away_is_told(graded, invoke, tmp_path):
    """Bình and Hòa have a grade in one of the two assignments: ``-`` in the other takes away what Moodle has there."""
    target = tmp_path / "m.csv"
    for more, told in (((), True), (("-a", SLUG), False), (("-a", WORDS), False)):
        code, _, err = invoke("export", graded, "--to", "moodle", "-o", target, *more)
        assert code == 0 and ("ghi - ở 2 ô chưa có điểm" in err and "từng bài với -a" in err) == told, err
        assert target.read_text("utf-8").count(",-") == (2 if told else 0)
    assert "Moodle xóa" not in invoke("export", graded, "--to", "csv")[2]
    assert "Moodle xóa điểm đang có" in invoke("export", "--help")[1]


def test_two_columns_of_one_name(graded, invoke, tmp_path):
    text = (graded / "class.toml").read_text()
    (graded / "class.toml").write_text(
        text.replace(f"[assignments.{SLUG}]", f'[assignments.{SLUG}]\nmoodle = "Loi-Chao"')
    )
    code, _, err = invoke("export", graded, "--to", "moodle", "-o", tmp_path / "m.csv")
    assert code == 2 and "Hai cột cùng tên" in err and not (tmp_path / "m.csv").exists()


# --- points for an older answer -----------------------------------------------------------------------------------


def mark(folder, student, score, cell="explain"):
    """Give points as formgrader does; without a score, say that those given before hold («Resolve» there)."""
    with stock_gradebook(folder) as book:
        found = book.find_grade(cell, WORDS, WORDS, student)
        found.manual_score = found.manual_score if score is None else score
        found.needs_manual_grade = False
        book.db.commit()


def exported(folder, invoke, tmp_path):
    """Return {student: grade of the words} as the table has them, and what the console says."""
    code, out, err = invoke("export", folder, "--to", "csv", "-a", WORDS, "-o", tmp_path / "w.csv")
    assert code == 0, err
    rows = csv.reader(io.StringIO((tmp_path / "w.csv").read_text("utf-8-sig")))
    return {row[0]: row[-1] for row in list(rows)[1:]}, out


def test_points_for_an_older_answer_go_nowhere(graded, released_course, invoke, tmp_path):
    write(graded, released_course, words(AN, 1, None), words(HOA, 1, None))
    mark(graded, AN, 1.5)
    mark(graded, HOA, 2)
    found, out = exported(graded, invoke, tmp_path)
    assert found == {AN: "2.5", BINH: "", HOA: "3.0", HAI: ""} and "chấm lại" not in out
    write(
        graded, released_course, words(AN, 1, None), words(HOA, 0, None, unchanged={"explain"})
    )  # only An's is another
    found, out = exported(graded, invoke, tmp_path)
    assert found == {AN: "", BINH: "", HOA: "2.0", HAI: ""}
    assert f"{AN} · {WORDS}" in out and "Chờ chấm lại" in out and HOA not in out
    (waiting,) = formgrading.waiting(graded)
    assert (waiting.slug, waiting.cells) == (WORDS, 2)  # An's and Bình's: as many as export says
    out = invoke("report", graded, "-a", WORDS, "-s", AN)[1]
    row = " ".join(next(line for line in out.splitlines() if line.strip().startswith("explain")).split())
    assert "… chờ chấm tay" in row and "1.5/2" in row and "Chờ chấm lại" in row
    (section,) = json.loads(invoke("report", graded, "-a", WORDS, "--json", "-")[1])["assignments"]
    assert section["pending"] == 2
    # looked at again, the same answer handed in again: it stays so
    mark(graded, AN, None)
    write(graded, released_course, words(AN, 1, None, unchanged={"explain"}))
    assert exported(graded, invoke, tmp_path)[0][AN] == "2.5"


def test_an_older_answer_goes_on_waiting(graded, released_course, invoke, tmp_path):
    """What has changed once has changed, however often it is graded after that."""
    write(graded, released_course, words(AN, 1, None))
    mark(graded, AN, 1.5)
    for same in ((), {"explain"}, {"explain"}):
        write(graded, released_course, words(AN, 1, None, unchanged=same))
        assert exported(graded, invoke, tmp_path)[0][AN] == ""


def test_extra_points_for_an_older_answer(graded, released_course, invoke, tmp_path):
    with stock_gradebook(graded) as book:
        book.find_grade("test_greet", WORDS, WORDS, AN).extra_credit = 0.5
        book.db.commit()
    assert exported(graded, invoke, tmp_path)[0][AN] == "3.5"
    write(graded, released_course, words(AN, 1, unchanged={"test_greet"}))
    assert exported(graded, invoke, tmp_path)[0][AN] == "3.5"
    for same in ((), {"test_greet"}):
        write(graded, released_course, words(AN, 1, unchanged=same))
        assert exported(graded, invoke, tmp_path)[0][AN] == ""
    mark(graded, AN, None, "test_greet")
    assert exported(graded, invoke, tmp_path)[0][AN] == "3.5"


@pytest.mark.parametrize("kind", ["moodle", "canvas"])
def test_an_lms_does_not_get_them(graded, released_course, invoke, tmp_path, kind):
    write(graded, released_course, words(AN, 1, None))
    mark(graded, AN, 1.5)
    write(graded, released_course, words(AN, 1, None))
    if kind == "moodle":
        text, out = moodle(graded, invoke, tmp_path, "-a", WORDS)
        assert AN not in text
    else:
        code, out, err, data = canvas(graded, invoke, tmp_path)
        assert code == 0, err
        assert canvas_reads(data.decode())["501"] == {"7701": "1.25", "7703": ""}
    assert "Chờ chấm lại" in out


def test_a_gradebook_that_says_it_with_the_flag_alone(graded):
    """What formgrader shows as waiting is what everything here calls so."""
    with stock_gradebook(graded) as book:
        book.find_grade("explain", WORDS, WORDS, AN).needs_manual_grade = True
        book.db.commit()
    assert {e.student for e in gradebook.entries(graded) if e.is_waiting} == {AN, BINH}


# --- Canvas -------------------------------------------------------------------------------------------------------

HEAD = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Ghi chú,So va tong (7701),Bài khác (7702),loi-chao (7703),Final Score"
)
CANVAS = f"""\
{HEAD}
,,,,,,,Manual Posting,,
    Points Possible,,,,,,4,10,3,(read only)
"An, Nguyễn Văn",501,{AN},an@truong.edu.vn,L1,x,,9,,80
"Bình, Trần Thị",502,,binh@truong.edu.vn,L1,,2,8,1,70
"Hòa, Lê Đặng",503,{HOA},,L1,,EX,7,N/A,60
"=Hai, Phạm",504,{HAI},hai@truong.edu.vn,L2,,3.5,6,,50
"Ai, Người",505,,ai@truong.edu.vn,L2,,1,5,2,40
"Student, Test",599,,abc,L1,,,,,
"""


def canvas_reads(text, delimiter=","):
    """What ``GradebookImporter`` does with a file: {Canvas id: {assignment id: cell}}."""
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    head = rows[0]
    assert "Student" in head[0] and head[1] == "ID" and "Section" in head
    items = {place: name.rsplit("(", 1)[1][:-1] for place, name in enumerate(head) if name.endswith(")")}
    grades, possible = {}, None
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            possible = row
        elif any(cell and cell != "Manual Posting" for cell in row):
            grades[row[1]] = {item: row[place] for place, item in items.items()}
    assert possible is not None
    return grades


def canvas(graded, invoke, tmp_path, text=CANVAS, *more, encoding="utf-8"):
    (tmp_path / "canvas.csv").write_bytes(text.encode(encoding))
    target = tmp_path / "out.csv"
    done = invoke("export", graded, "--to", "canvas", "--template", tmp_path / "canvas.csv", "-o", target, *more)
    return *done, target.read_bytes() if target.exists() else b""


def test_canvas(graded, invoke, tmp_path):
    code, out, err, data = canvas(graded, invoke, tmp_path)
    assert code == 0, err
    assert canvas_reads(data.decode()) == {
        "501": {"7701": "1.25", "7703": "3"},
        "502": {"7701": "0", "7703": "1"},  # what waits for a person stays as Canvas has it
        "503": {"7701": "EX", "7703": "N/A"},
        "504": {"7701": "3.5", "7703": ""},  # no grade here: nothing is changed there
        "505": {"7701": "1", "7703": "2"},
        "599": {"7701": "", "7703": ""},
    }
    assert "7702" not in data.decode() and "Ghi chú" not in data.decode()
    assert "EX hoặc N/A" in out and "nguoi-la" in out
    assert ",=Hai" not in data.decode() and "'=Hai, Phạm" in data.decode()


def test_canvas_as_other_languages_have_it(graded, invoke, tmp_path):
    text = "\n".join(line.replace(",", ";").replace('"An; ', '"An, ') for line in CANVAS.splitlines())
    code, _, err, data = canvas(
        graded, invoke, tmp_path, text.replace(";4;10;3;", ";4,0;10;3,00;"), encoding="utf-8-sig"
    )
    assert code == 0, err
    assert data.startswith(b"\xef\xbb\xbf") and canvas_reads(data.decode(), ";")["501"] == {"7701": "1.25", "7703": "3"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("501,23520001", "501,23520002"), "ứng với nhiều người trong danh sách lớp: 23520001, 23520002"),
        (("505,,ai@truong", "505,,an@truong"), "23520001 đã có ở một dòng trước"),
        (("So va tong (7701)", "Bài một (7701)"), "không có bài «so-va-tong» (có «Bài một», «Bài khác», «loi-chao»)"),
        (("Bài khác (7702)", "So-va-tong (7702)"), "có nhiều bài «so-va-tong»"),
        ((",,4,10,3,", ",,100,10,3,"), "tối đa 100 điểm, ở đây 4. Hãy ghi lms_points = 100"),
        ((",,4,10,3,", ",,(read only),10,3,"), "không cho nhập điểm"),
        (("    Points Possible", "    Điểm tối đa"), "thiếu dòng «Points Possible»"),
        (("Student,ID,", "Tên,Mã,"), "không phải bảng điểm xuất từ Canvas"),
    ],
)
def test_canvas_refuses_what_is_not_sure(graded, invoke, tmp_path, change, message):
    assert change[0] in CANVAS
    code, out, err, data = canvas(graded, invoke, tmp_path, CANVAS.replace(*change))
    assert (code, out, data) == (2, "", b"") and message in err and err.count("\n") == 1, err


def test_canvas_needs_its_own_file(graded, invoke, tmp_path):
    code, _, err = invoke("export", graded, "--to", "canvas")
    assert code == 2 and "--template" in err
    (tmp_path / "canvas.csv").write_text(CANVAS)
    code, _, err = invoke(
        "export", graded, "--to", "canvas", "--template", tmp_path / "canvas.csv", "-o", tmp_path / "canvas.csv"
    )
    assert code == 2 and "là tệp mẫu" in err and (tmp_path / "canvas.csv").read_text() == CANVAS


# --- tables -------------------------------------------------------------------------------------------------------


def test_tables(graded, invoke, tmp_path):
    from openpyxl import load_workbook

    roster = graded / "sinh-vien.csv"
    roster.write_text(roster.read_text().replace("Phạm Hai", "=HYPERLINK(1)"))
    wanted = {AN: (3, 1.25), BINH: (None, 0), HOA: (None, 1.5), HAI: (None, None)}
    assert invoke("export", graded, "--to", "csv", "-o", tmp_path / "x.csv")[0] == 0
    rows = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"))))
    assert rows[0][4:] == ["loi-chao (tối đa 3)", "so-va-tong (tối đa 4)"]
    assert {row[0]: tuple(float(cell) if cell else None for cell in row[4:]) for row in rows[1:]} == wanted
    assert rows[4][1] == "'=HYPERLINK(1)"
    assert invoke("export", graded, "--to", "xlsx", "-o", tmp_path / "x.xlsx")[0] == 0
    sheet = load_workbook(tmp_path / "x.xlsx").active
    assert {row[0]: row[4:] for row in sheet.iter_rows(min_row=2, values_only=True)} == wanted
    assert sheet["B5"].data_type == "s"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "blackboard"], "--to không hợp lệ"),
        ([], "Thiếu tham số"),
        (["--to", "csv", "-a", "khong"], "Không có bài tập «khong»"),
        (["--to", "csv", "-o", "/proc/x/y.csv"], "Không ghi được"),
    ],
)
def test_one_line(graded, invoke, arguments, message):
    code, out, err = invoke("export", graded, *arguments)
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1, err


def test_nothing_graded(classroom, invoke):
    code, _, err = invoke("export", classroom, "--to", "csv")
    assert code == 2 and "chưa có điểm nào" in err
    assert WORDS  # the other assignment's name is used above
