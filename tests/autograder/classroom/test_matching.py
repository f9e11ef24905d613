"""Whose file it is: one student, or nobody and why. A wrong answer here is a grade for the wrong person."""

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autograder.classroom import naming, worksheet
from autograder.classroom.matching import Matcher
from autograder.classroom.roster import Roster, Student

CLASS = Roster(
    (
        Student("23520001", "Nguyễn Văn An", "an.nv@truong.edu.vn", "annv"),
        Student("23520002", "Trần Thị Bình", "binh@truong.edu.vn"),
        Student("23520003", "Nguyễn Vân An", "van.an@truong.edu.vn"),
        Student("23520004", "Lê Đặng Hòa", number="501"),
        Student("B20DCCN005", "Phạm Hai", "hai@truong.edu.vn", "phamhai99", participant="48213"),
        Student("48210", "Đỗ Thị Sáu"),
        Student("23520007", "Vũ Minh"),
        Student("23520008", "Vũ Minh"),
        Student("sv9", "Hồ Chín"),
    )
)
MATCHER = Matcher(CLASS, {"Nhom 3": "23520002", "la lung": "23520001"}, ["pixels", "so-va-tong"])


def whom(*path, canvas=False):
    match = MATCHER.of(naming.tag(path, canvas))
    return match.student.id if match.student else match.why


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Trần Thị Bình_48999_assignsubmission_file_", "23520002"),
        ("Bình Trần Thị_48999_assignsubmission_file", "23520002"),
        ("TRAN THI BINH_48999_assignsubmission_file", "23520002"),
        (unicodedata.normalize("NFD", "Trần Thị Bình") + "_1_assignsubmission_file", "23520002"),
        ("Nguyễn Văn An_1_assignsubmission_file", "23520001"),
        ("Nguyễn Vân An_1_assignsubmission_file", "23520003"),
        ("Nguyen Van An_1_assignsubmission_file", "ứng với nhiều người: 23520001, 23520003"),
        ("Lê Đặng Hoà_1_assignsubmission_file", "23520004"),
        ("23520001 Nguyen Van An_1_assignsubmission_file", "23520001"),
        ("annv Nguyen Van An_1_assignsubmission_file", "annv Nguyen Van An"),
        ("Vũ Minh_1_assignsubmission_file", "ứng với nhiều người: 23520007, 23520008"),
        ("Participant_48213_assignsubmission_file", "B20DCCN005"),
        ("Trần Thị Bình_48213_assignsubmission_file", "số 48213 là của B20DCCN005"),
        # 48210 is Moodle's number of somebody here, and a student's id elsewhere
        ("Trần Thị Bình_48210_assignsubmission_file", "23520002"),
        ("Lạ Hoắc_48210_assignsubmission_file", "không ai trong danh sách"),
        ("Nhóm 3_12_assignsubmission_file", "không ai trong danh sách"),
        ("Nhom 3_12_assignsubmission_file", "23520002"),
    ],
)  # fmt: skip
def test_moodle(name, expected):
    assert expected in whom(name, "pixels.ipynb")


def test_what_a_student_calls_the_file_does_not_count_in_an_lms():
    assert whom("Trần Thị Bình_1_assignsubmission_file", "23520001_NguyenVanAn.ipynb") == "23520002"
    assert whom("trầnthịbình_77_88_23520001_NguyenVanAn.ipynb", canvas=True) == "23520002"


def test_moodle_without_folders():
    found = naming.tag(("Trần Thị Bình_48999_assignsubmission_file_bai_1.ipynb",))
    assert (found.owner, found.number, found.inner) == ("Trần Thị Bình", "48999", ("bai_1.ipynb",))
    found = naming.tag(("Trần Thị Bình_48999_assignsubmission_onlinetext_onlinetext.html",))
    assert (found.plugin, found.inner) == ("onlinetext", ("onlinetext.html",))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("trầnthịbình_77_88_pixels.ipynb", "23520002"),
        ("binhtranthi_77_88_pixels.ipynb", "23520002"),
        ("bìnhtrầnthị_LATE_77_88_pixels-2.ipynb", "23520002"),
        ("hoàlêđặng_501_88_pixels.ipynb", "23520004"),
        ("ailạ_501_88_pixels.ipynb", "23520004"),
        ("hoàlêđặng_502_88_pixels.ipynb", "không ai"),
        ("trầnthịbình_501_88_pixels.ipynb", "số 501 là của 23520004"),
        ("vũminh_77_88_pixels.ipynb", "nhiều người"),
    ],
)
def test_canvas(name, expected):
    assert expected in whom(name, canvas=True)


def test_what_canvas_writes():
    found = naming.tag(("bìnhtrầnthị_LATE_77_88_bai_2_1.ipynb",), canvas=True)
    assert (found.owner, found.late, found.number) == ("bìnhtrầnthị", True, "77")
    assert (found.attachment, found.inner) == (88, ("bai_2_1.ipynb",))
    assert naming.tag(("bìnhtrầnthị_77_text.html",), canvas=True).plugin == "text"
    assert naming.is_canvas([("a_1_2_x.ipynb",), ("b_late_3_4_y.zip",)])
    assert not naming.is_canvas([("a_1_2_x.ipynb",), ("Nguyễn An.ipynb",)])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("23520001_pixels.ipynb",), "23520001"),
        (("bai23520001.ipynb",), "23520001"),
        (("B20DCCN005-pixels.ipynb",), "B20DCCN005"),
        (("xB20DCCN005.ipynb",), "không thấy tên ai"),
        (("123520001.ipynb",), "không thấy tên ai"),
        (("pixels - Trần Thị Bình.ipynb",), "23520002"),
        (("Tran_Thi_Binh_pixels (1).ipynb",), "23520002"),
        (("TranThiBinh.ipynb",), "23520002"),
        (("Bài tập so-va-tong của Trần Thị Bình.ipynb",), "23520002"),
        (("Trần Thị Bình", "pixels.ipynb"), "23520002"),
        (("binh@truong.edu.vn", "pixels.ipynb"), "23520002"),
        (("an.nv@truong.edu.vn_pixels.ipynb",), "23520001"),
        (("phamhai99.ipynb",), "B20DCCN005"),
        (("sv9.ipynb",), "sv9"),
        (("bai sv9.ipynb",), "không thấy tên ai"),  # too short to count anywhere
        (("Lê Trần Thị Bình.ipynb",), "không thấy tên ai"),  # somebody else, whose name ends so
        (("Nguyen Van An.ipynb",), "nhiều người"),
        (("23520001 Trần Thị Bình.ipynb",), "mã là của 23520001, tên là của 23520002"),
        (("23520001 - 23520002.ipynb",), "nhiều người"),
        (("la lung.ipynb",), "23520001"),
        (("pixels.ipynb",), "không thấy tên ai"),
    ],
)
def test_loose(path, expected):
    assert expected in whom(*path)


def test_the_zip_itself_may_be_called_after_the_student():
    assert MATCHER.of_source("23520001.zip").student.id == "23520001"
    assert MATCHER.of_source("KHMT1").student is None
    dated = Matcher(Roster((Student("20260920", "Lê Văn An"),)))
    assert dated.of_source("drive-download-20260920T101010Z-001.zip").student is None


@pytest.mark.parametrize(
    "text",
    [
        "Friday, 18 September 2026, 11:58 PM",
        "Friday, September 18, 2026, 11:58 PM",
        "Thứ Sáu, 18 tháng 9 2026, 11:58 CH",
        "18/09/2026, 23:58",
        "2026-09-18 23:58:00",
    ],
)
def test_times_of_moodle(text):
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    assert worksheet.parse(text, zone) == datetime(2026, 9, 18, 16, 58, tzinfo=UTC)


def test_a_grading_worksheet(tmp_path):
    path = tmp_path / "Grades-CS1.csv"
    path.write_text(
        'Identifier,"Full name","Email address",Status,Grade,"Last modified (submission)","Last modified (grade)"\n'
        'Participant 48213,Phạm Hai,hai@truong.edu.vn,"Submitted",,"Friday, 18 September 2026, 11:58 PM",-\n'
        "Participant 48214,Ai Đó,a@b.vn,No submission,,-,-\nParticipant 48215,Ai,c@b.vn,x,,hôm qua,-\n"
    )
    found = worksheet.read(path, ZoneInfo("Asia/Ho_Chi_Minh"))
    assert found.times == {"48213": datetime(2026, 9, 18, 16, 58, tzinfo=UTC)}
    assert found.unread == ("dòng 4: hôm qua",)
    path.write_text("MSSV,Tên\n1,An\n")
    assert worksheet.read(path, UTC) is None


def test_a_name_without_accents_may_be_anybodys_whose_accents_are_lost():
    both = Matcher(Roster((Student("23520011", "Le Van An"), Student("23520012", "Lê Văn An"))))
    assert "nhiều người" in both.of(naming.tag(("Le Van An_1_assignsubmission_file", "b.ipynb"))).why
    assert both.of(naming.tag(("Lê Văn An_1_assignsubmission_file", "b.ipynb"))).student.id == "23520012"


def test_an_alias_in_somebodys_folder_is_only_a_name_of_a_file():
    assert "nhiều người" in whom("48210", "la lung.ipynb")
    assert "nhiều người" in whom("23520007", "Nhom 3", "pixels.ipynb")
    assert whom("Nhom 3", "23520007.ipynb") == "23520002"  # a group's folder is given to one of them
    assert whom("23520001", "la lung.ipynb") == "23520001"
