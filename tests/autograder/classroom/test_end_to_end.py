"""The teacher's whole path: zips for students, the LMS's downloads in, its grade files out, every grade checked.

Five hand in something odd: nobody of that name, two files, a zip within the zip, late, a renamed notebook.
"""

import csv
import io
import json
import zipfile

from openpyxl import load_workbook

from tests.autograder.classroom.lms import moodle_file, pack
from tests.autograder.classroom.test_export import canvas_reads, moodle_reads
from tests.autograder.conftest import stock_gradebook
from tests.autograder.course_builder import HALF, RIGHT, answered

SLUG, WORDS = "so-va-tong", "loi-chao"
NAMES = {
    "23520001": "Nguyễn Văn An",
    "23520002": "Trần Thị Bình",
    "23520003": "Lê Đặng Hòa",
    "23520004": "Phạm Hai",
    "23520005": "Đỗ Thị Sáu",
    "23520006": "Vũ Bảy",
    "23520007": "Ngô Tám",
    "23520008": "Hồ Chín",
}
AN, BINH, HOA, HAI, SAU, BAY, TAM, CHIN = NAMES
TIMES = {
    BINH: "Sunday, 20 September 2026, 11:50 PM",
    HOA: "Tuesday, 22 September 2026, 12:30 AM",  # the second day after the deadline
}
SETTINGS = f"""\
roster = "sinh-vien.csv"
[late]
percent_per_day = 10
grace_minutes = 15
max_percent = 50
[assignments.{SLUG}]
deadline = 2026-09-20T23:59:00
moodle = "Bài 1"
[assignments.{WORDS}]
canvas = "Lời chào"
"""
TEMPLATE = "Student,ID,SIS User ID,SIS Login ID,Section,Lời chào (77)\n    Points Possible,,,,,3\n" + "".join(
    f'"{name.split()[-1]}, {" ".join(name.split()[:-1])}",{500 + n},{student},{student},L1,\n'
    for n, (student, name) in enumerate(NAMES.items())
)


def worked(zips, slug, answers):
    """Return the notebook of a student who unpacked the zip and wrote the answers in."""
    with zipfile.ZipFile(zips / f"{slug}.zip") as archive:
        given = json.loads(archive.read(f"{slug}/{slug}.ipynb"))
    return json.dumps(answered(given, answers), ensure_ascii=False).encode()


def downloads(zips, folder):
    """What the teacher has: Moodle's zip and grading worksheet, Canvas's zip, a folder of Drive's."""
    right, half = worked(zips, SLUG, RIGHT), worked(zips, SLUG, HALF)
    within = pack(folder / "bai lam.zip", {"bai lam/so-va-tong.ipynb": right, "bai lam/numbers.txt": b"4 5 6\n"})
    files = {
        (AN, NAMES[AN], f"{SLUG}.ipynb"): right,
        (BINH, NAMES[BINH], f"{SLUG}.ipynb"): half,
        (HOA, "Hòa Lê Đặng", f"{SLUG}.ipynb"): right,
        (HAI, NAMES[HAI], f"{SLUG}.ipynb"): half,
        (HAI, NAMES[HAI], f"{SLUG} (1).ipynb"): right,
        (SAU, NAMES[SAU], "bai lam.zip"): within.read_bytes(),
        (BAY, NAMES[BAY], "xong roi.ipynb"): half,
        (TAM, "Tám Ngô Văn", f"{SLUG}.ipynb"): right,
    }
    moodle = pack(
        folder / "KHMT1-Bai 1-77.zip",
        {moodle_file(name, 48000 + int(student[-1]), file): data for (student, name, file), data in files.items()},
    )
    sheet = folder / "Grades-KHMT1-Bai 1-77.csv"
    lines = ["Identifier,Full name,Last modified (submission)"]
    for student, name in NAMES.items():
        when = TIMES.get(student, "Friday, 18 September 2026, 9:00 AM") if student != CHIN else "-"
        lines.append(f'Participant {48000 + int(student[-1])},{name},"{when}"')
    sheet.write_text("\n".join(lines), encoding="utf-8-sig")
    answer = worked(zips, WORDS, RIGHT)
    canvas = pack(
        folder / "submissions.zip",
        {f"annguyễnvăn_500_9001_{WORDS}.ipynb": answer, f"bìnhtrầnthị_LATE_501_9002_{WORDS}-1.ipynb": answer},
    )
    drive = folder / "Lời chào"
    (drive / NAMES[CHIN]).mkdir(parents=True)
    (drive / NAMES[CHIN] / f"Bản sao của {WORDS}.ipynb").write_bytes(answer)
    return moodle, sheet, canvas, drive


def test_from_the_lms_to_the_lms(invoke, released_course, tmp_path):
    folder = tmp_path / "lop"
    at = ("--course", released_course)

    def run(*arguments, code=0):
        done, out, err = invoke(*arguments)
        assert done == code, err
        return out

    run("new", folder, *at)
    lines = [f"{student},{name},{student}@sv.vn" for student, name in NAMES.items()]
    (folder / "sinh-vien.csv").write_text("\n".join(["MSSV,Họ và tên,Email", *lines]), encoding="utf-8")
    (folder / "class.toml").write_text(SETTINGS, encoding="utf-8")
    run("bundle", "-o", tmp_path / "phat", *at)
    moodle, sheet, canvas, drive = downloads(tmp_path / "phat", tmp_path)

    out = run("collect", folder, moodle, sheet, canvas, drive, *at)
    assert "Tám Ngô Văn" in out and "Có nhiều bài nộp" in out and "Canvas báo nộp trễ" in out
    told = json.loads(run("grade", folder, *at, "--json"))
    assert told["graded"] == 9

    # the odd one out gets a name, and only what is new is graded
    (folder / "class.toml").write_text(SETTINGS + f'[aliases]\n"Tám Ngô Văn" = "{TAM}"\n', encoding="utf-8")
    run("collect", folder, moodle, sheet, canvas, *at)
    told = json.loads(run("grade", folder, *at, "--json"))
    assert told["graded"] == 1

    wanted = {AN: 4, BINH: 1, HOA: 3.2, HAI: 4, SAU: 4, BAY: 1, TAM: 4}
    report = json.loads(run("report", folder, "--json", "-"))
    final = {row["student"]: row["final"] for row in report["submissions"] if row["assignment"] == SLUG}
    assert final == wanted
    penalties = {row["student"]: row["penalty"] for row in report["submissions"] if row["penalty"]}
    assert penalties == {HOA: 0.8}

    # a written answer that was left blank has 0 points, as in nbgrader, until somebody says otherwise
    with stock_gradebook(folder) as book:
        grade = book.find_grade("explain", WORDS, WORDS, AN)
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()
    run("feedback", folder, *at)
    for student in wanted:
        page = (folder / "feedback" / student / SLUG / f"{SLUG}.html").read_text()
        assert ("Nộp trễ" in page) == (student == HOA)
    assert "bị trừ 0.8 điểm" in (folder / "feedback" / HOA / SLUG / f"{SLUG}.html").read_text()

    run("export", folder, "--to", "moodle", "-a", SLUG, "-o", tmp_path / "m.csv")
    text = (tmp_path / "m.csv").read_text("utf-8")
    emails = {f"{student}@sv.vn": student for student in NAMES}
    assert moodle_reads(text, "Email address", emails) == {s: {"Bài 1": score} for s, score in wanted.items()}

    (tmp_path / "canvas.csv").write_text(TEMPLATE, encoding="utf-8")
    run(
        "export", folder, "--to", "canvas", "-a", WORDS, "--template", tmp_path / "canvas.csv", "-o", tmp_path / "c.csv"
    )
    read = canvas_reads((tmp_path / "c.csv").read_text("utf-8"))
    assert {number: cells["77"] for number, cells in read.items()} == {
        str(500 + n): {AN: "2.5", BINH: "1", CHIN: "1"}.get(student, "") for n, student in enumerate(NAMES)
    }

    run("export", folder, "--to", "csv", "-o", tmp_path / "x.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"))))
    given = {row["Mã sinh viên"]: row[f"{SLUG} (tối đa 4)"] for row in rows}
    assert {student: float(score) for student, score in given.items() if score} == wanted and given[CHIN] == ""
    run("export", folder, "--to", "xlsx", "-o", tmp_path / "x.xlsx")
    table = [list(row) for row in load_workbook(tmp_path / "x.xlsx").active.iter_rows(values_only=True)]
    place = table[0].index(f"{SLUG} (tối đa 4)")
    assert {row[0]: row[place] for row in table[1:] if row[place] is not None} == wanted
