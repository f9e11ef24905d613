"""From downloads to submitted/: the right student, the right assignment, the latest version, nothing lost."""

import json
import os
import zipfile
from datetime import datetime

import pytest

from autograder.classroom import placing
from tests.autograder.classroom.lms import moodle_file, notebook, pack
from tests.autograder.course_builder import HALF, RIGHT

SLUG, OTHER = "so-va-tong", "loi-chao"
AN, BINH, HOA, HAI = "23520001", "23520002", "23520003", "23520004"


@pytest.fixture
def collect(invoke, classroom, released_course):
    def call(*arguments):
        return invoke("collect", classroom, *arguments, "--course", released_course)

    return call


@pytest.fixture
def right(released_course):
    return notebook(released_course, SLUG, RIGHT)


@pytest.fixture
def half(released_course):
    return notebook(released_course, SLUG, HALF)


def submitted(classroom):
    root = classroom / "submitted"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def everything(classroom):
    return {
        path.relative_to(classroom).as_posix(): path.read_bytes()
        for path in classroom.rglob("*")
        if path.is_file() and path.parent.name != "reports"
    }


def report(classroom):
    return json.loads(max((classroom / "reports").glob("collect-*.json")).read_text())


def place(student, slug=SLUG, name=None):
    return f"{student}/{slug}/{name or slug + '.ipynb'}"


def test_moodle(collect, classroom, tmp_path, right, half, released_course):
    inner = pack(tmp_path / "in.zip", {"bai/so-va-tong.ipynb": right, "bai/so.txt": b"1", "__MACOSX/x": b""})
    source = pack(
        tmp_path / "KHMT1-Bai 1-77.zip",
        {
            moodle_file("Nguyễn Văn An", 48213, "So va tong cua toi.ipynb"): right,
            moodle_file("Trần Thị Bình", 48214, "bai.zip"): inner.read_bytes(),
            moodle_file("Hòa Lê Đặng", 48215, f"{SLUG}.ipynb"): half,
            moodle_file("Hòa Lê Đặng", 48215, f"{OTHER}.ipynb"): notebook(released_course, OTHER, RIGHT),
            "Hòa Lê Đặng_48215_assignsubmission_onlinetext/onlinetext.html": b"em nop bai",
            moodle_file("Người Lạ", 48216, f"{SLUG}.ipynb"): right,
        },
    )
    code, out, err = collect(source)
    assert code == 0, err
    assert submitted(classroom) == {
        place(AN): right,
        place(BINH): right,
        place(BINH, name="so.txt"): b"1",
        place(HOA): half,
        place(HOA, OTHER): notebook(released_course, OTHER, RIGHT),
    }
    told = report(classroom)
    assert [why for _, why in told["unmatched"]] == ["không ai trong danh sách tên là «Người Lạ»"]
    assert told["missing"] == {SLUG: [HAI], OTHER: [AN, BINH, HAI]}
    assert "Người Lạ" in out and "23520004" in out and "Không biết giờ nộp" in err


def test_moodle_times_come_from_the_grading_worksheet(collect, classroom, tmp_path, right):
    source = pack(tmp_path / "m.zip", {moodle_file("Nguyễn Văn An", 48213, "b.ipynb"): right})
    sheet = tmp_path / "Grades.csv"
    sheet.write_text(
        'Identifier,"Full name",Status,"Last modified (submission)"\n'
        'Participant 48213,Nguyễn Văn An,x,"Friday, 18 September 2026, 11:58 PM"\n'
    )
    assert collect(source)[0] == 0
    assert place(AN, name="timestamp.txt") not in submitted(classroom)  # the zip's times are the download's
    assert collect(source, sheet)[0] == 0
    assert submitted(classroom)[place(AN, name="timestamp.txt")] == b"2026-09-18 16:58:00 UTC\n"


def test_canvas(collect, classroom, tmp_path, right, half):
    source = pack(
        tmp_path / "submissions.zip",
        {
            f"annguyễnvăn_501_9002_{SLUG}-1.ipynb": right,  # handed in after the next one
            f"annguyễnvăn_501_9001_{SLUG}.ipynb": half,
            f"bìnhtrầnthị_LATE_502_9003_{SLUG}.ipynb": half,
            "hòalêđặng_503_text.html": b"<p>em nop</p>",
        },
    )
    code, out, err = collect(source)
    assert code == 0, err
    assert submitted(classroom) == {place(AN): right, place(BINH): half}
    (an,) = [one for one in report(classroom)["placed"] if one["student"] == AN]
    ((_, kept),) = an["older"]
    assert (classroom / kept / f"{SLUG}.ipynb").read_bytes() == half
    assert report(classroom)["untimed"] == [[BINH, SLUG]]
    assert "giữ bài nộp sau cùng" in out and "Canvas báo nộp trễ" in out


def test_folders_and_loose_files(collect, classroom, tmp_path, right, half, released_course):
    drive = tmp_path / "drive"
    (drive / "Trần Thị Bình").mkdir(parents=True)
    (drive / "Trần Thị Bình" / "Bản sao của so_va_tong.ipynb").write_bytes(right)
    (drive / "Trần Thị Bình" / "so lieu.txt").write_bytes(b"7")
    (drive / f"{AN}.ipynb").write_bytes(right)
    (drive / "Untitled.ipynb").write_bytes(half)
    (drive / "Pham_Hai_bai_1.ipynb.txt").write_bytes(half)
    pack(drive / "le dang hoa.zip", {"x.ipynb": right})
    (drive / "link.ipynb").symlink_to("/etc/passwd")
    code, _, err = collect(drive)
    assert code == 0, err
    assert submitted(classroom) == {
        **{place(student): right for student in (AN, BINH, HOA)},
        place(BINH, name="so lieu.txt"): b"7",
        place(HAI): half,
    }
    told = report(classroom)
    assert [where for where, _ in told["unmatched"]] == ["drive/Untitled.ipynb"]
    assert ["drive/link.ipynb", "là một liên kết (symlink)"] in told["ignored"]


def test_a_flat_folder_tells_who_only_by_names(collect, classroom, tmp_path, right, half):
    drive = tmp_path / "drive"
    drive.mkdir()
    for name, data in {f"{SLUG}.ipynb": half, f"{SLUG} (1).ipynb": right, f"{SLUG}_{AN}.ipynb": right}.items():
        (drive / name).write_bytes(data)
    code, out, err = collect(drive)
    assert code == 0, err
    assert submitted(classroom) == {place(AN): right}
    left = {f"drive/{SLUG}.ipynb", f"drive/{SLUG} (1).ipynb"}
    assert {where for where, _ in report(classroom)["unmatched"]} == left and "chưa được thu" in out


def test_twice_is_as_once_and_an_older_download_replaces_nothing(collect, classroom, tmp_path, right, half):
    name = moodle_file("Nguyễn Văn An", 48213, "b.ipynb")
    old = pack(tmp_path / "a.zip", {name: half}, (2026, 9, 1, 8, 0, 0))
    new = pack(tmp_path / "b.zip", {name: right}, (2026, 9, 2, 8, 0, 0))
    collect(new)
    first = everything(classroom)
    collect(new)
    assert everything(classroom) == first
    code, out, _ = collect(old)
    assert code == 0 and submitted(classroom) == {place(AN): right}
    assert "Có nhiều bài nộp" in out
    second = everything(classroom)
    assert half in second.values()
    collect(old, new)
    collect(old)
    assert everything(classroom) == second


def test_a_newer_download_replaces_and_the_old_one_is_kept(collect, classroom, tmp_path, right, half):
    name = moodle_file("Nguyễn Văn An", 48213, "b.ipynb")
    collect(pack(tmp_path / "a.zip", {name: half}, (2026, 9, 1, 8, 0, 0)))
    collect(pack(tmp_path / "b.zip", {name: right}, (2026, 9, 2, 8, 0, 0)))
    assert submitted(classroom) == {place(AN): right}
    kept = (classroom / "collected" / AN).rglob("*.ipynb")
    assert [path.read_bytes() for path in kept] == [half]


def test_interrupted_and_begun_again(collect, classroom, tmp_path, right, half, monkeypatch):
    names = {AN: "Nguyễn Văn An", BINH: "Trần Thị Bình", HAI: "Phạm Hai"}
    old = pack(tmp_path / "a.zip", {moodle_file(n, 1, "b.ipynb"): half for n in names.values()}, (2026, 9, 1, 8, 0, 0))
    new = pack(tmp_path / "b.zip", {moodle_file(n, 1, "b.ipynb"): right for n in names.values()})
    assert collect(old)[0] == 0
    put, count = placing.Places._put, []

    def interrupted(self, *arguments):
        count.append(1)
        if len(count) == 2:
            raise KeyboardInterrupt
        put(self, *arguments)

    monkeypatch.setattr(placing.Places, "_put", interrupted)
    assert collect(new)[0] == 130
    monkeypatch.undo()
    assert collect(new)[0] == 0
    assert submitted(classroom) == {place(student): right for student in names}
    assert [path.read_bytes() for path in (classroom / "collected").rglob("*.ipynb")] == [half] * 3
    assert not (classroom / ".collect").exists()


def test_what_a_teacher_took_back_stays(collect, classroom, tmp_path, right, half):
    name = moodle_file("Nguyễn Văn An", 48213, "b.ipynb")
    collect(pack(tmp_path / "a.zip", {name: half}, (2026, 9, 1, 8, 0, 0)))
    new = pack(tmp_path / "b.zip", {name: right})
    collect(new)
    (classroom / "submitted" / place(AN)).write_bytes(half)
    assert collect(new)[0] == 0
    assert submitted(classroom) == {place(AN): half}


def test_where_no_time_tells_what_is_collected_later_counts(collect, classroom, tmp_path, right, half):
    name = moodle_file("Nguyễn Văn An", 48213, "b.ipynb")
    first, second = pack(tmp_path / "a.zip", {name: right}), pack(tmp_path / "b.zip", {name: half})
    collect(first)
    collect(second)
    assert submitted(classroom) == {place(AN): half}
    collect(first)
    assert submitted(classroom) == {place(AN): half}


def test_what_a_teacher_put_there_is_kept(collect, classroom, tmp_path, right, half):
    path = classroom / "submitted" / AN / SLUG / f"{SLUG}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(half)
    os.utime(path, (datetime(2026, 1, 1).timestamp(),) * 2)
    collect(pack(tmp_path / "b.zip", {moodle_file("Nguyễn Văn An", 1, "b.ipynb"): right}))
    assert submitted(classroom) == {place(AN): right}
    assert [p.read_bytes() for p in (classroom / "collected").rglob("*.ipynb")] == [half]


def test_which_assignment(collect, classroom, tmp_path, right):
    source = pack(
        tmp_path / "x.zip",
        {
            moodle_file("Nguyễn Văn An", 1, "a.ipynb"): b"{",  # not readable, and no name
            moodle_file("Trần Thị Bình", 2, "so va tong (1).ipynb"): b"{",
            moodle_file("Lê Đặng Hòa", 3, "loi-chao.ipynb"): right,  # what is in it counts
            moodle_file("Phạm Hai", 4, "bai.docx"): b"PK",
        },
    )
    collect(source)
    assert submitted(classroom) == {place(BINH): b"{", place(HOA): right}
    whys = [why for _, why in report(classroom)["unmatched"]]
    assert whys == [f"của {AN}, nhưng không rõ là bài tập nào", f"của {HAI}, nhưng không có sổ tay nào"]
    collect(source, "-a", OTHER)  # what cannot be told is of the assignment that is named; what can be told is not
    assert submitted(classroom).keys() == {place(AN, OTHER), place(BINH), place(HOA), place(BINH, OTHER)}


def test_a_zip_called_after_a_student_is_theirs_unless_it_names_others(collect, classroom, tmp_path, right, half):
    collect(pack(tmp_path / f"{AN}.zip", {"bai/so-va-tong.ipynb": right, "bai/so.txt": b"1"}))
    assert submitted(classroom) == {place(AN): right, place(AN, name="so.txt"): b"1"}
    collect(pack(tmp_path / f"{HAI}.zip", {f"{BINH}.ipynb": right, "so-va-tong.ipynb": half}))
    assert submitted(classroom).keys() == {place(AN), place(AN, name="so.txt"), place(BINH)}


def test_grading_stops_before_it_begins_when_the_class_is_wrong(invoke, classroom, released_course, right):
    path = classroom / "submitted" / AN / SLUG / f"{SLUG}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(right)
    (classroom / "class.toml").write_text("[late]\nmax = 1\n")
    code, out, err = invoke("grade", classroom, "--course", released_course)
    assert (code, out) == (2, "") and "không biết «max» trong [late]" in err
    assert not (classroom / "gradebook.db").exists()


def test_times_of_files_count_only_when_asked(collect, classroom, tmp_path, right):
    source = pack(tmp_path / "x.zip", {f"{AN}.ipynb": right}, (2026, 9, 18, 23, 58, 0))
    collect(source)
    assert submitted(classroom).keys() == {place(AN)}
    collect(source, "--file-times")
    assert submitted(classroom)[place(AN, name="timestamp.txt")] == b"2026-09-18 16:58:00 UTC\n"


def test_a_students_data_does_not_hide_the_timestamp_or_the_notebook(collect, classroom, tmp_path, right):
    inner = pack(
        tmp_path / "in.zip",
        {"b.ipynb": right, "timestamp.txt": b"1999-01-01 00:00:00 UTC", "A.txt": b"1", "a.TXT": b"2", "con.csv": b"3"},
    )
    collect(pack(tmp_path / "x.zip", {moodle_file("Nguyễn Văn An", 1, "in.zip"): inner.read_bytes()}))
    names = {path.split("/", 2)[2]: data for path, data in submitted(classroom).items()}
    assert names == {
        f"{SLUG}.ipynb": right, "timestamp (2).txt": b"1999-01-01 00:00:00 UTC", "A.txt": b"1", "a (2).TXT": b"2",
        "_con.csv": b"3",
    }  # fmt: skip


def test_a_file_called_after_another_student_is_still_its_owners(collect, classroom, tmp_path, right, half):
    flat = pack(
        tmp_path / "flat.zip",
        {
            f"Nguyễn Văn An_1_assignsubmission_file_{SLUG}.ipynb": right,
            f"Trần Thị Bình_2_assignsubmission_file_{AN}_1_assignsubmission_file_{SLUG}.ipynb": half,
        },
    )
    code, _, err = collect(flat)
    assert code == 0, err
    assert submitted(classroom) == {place(AN): right, place(BINH): half}


def test_canvas_says_whose_it_is_whatever_the_file_is_called(collect, classroom, tmp_path, right, half):
    source = pack(
        tmp_path / "submissions.zip",
        {
            f"annguyễnvăn_501_9001_{SLUG}.ipynb": right,
            f"bìnhtrầnthị_502_9003_{AN}_1_assignsubmission_file_{SLUG}.ipynb": half,
        },
    )
    code, _, err = collect(source)
    assert code == 0, err
    assert submitted(classroom) == {place(AN): right, place(BINH): half}


@pytest.mark.parametrize(
    "names",
    [
        ["a", "a/b.txt"],
        ["timestamp.txt/x"],
        [f"{SLUG}.ipynb/x"],
        ["ấ" * 119 + ".txt"],
        ["😀" * 100 + "/" + "😀" * 100 + ".txt"],
        ["/".join(["ấ" * 30] * 30)],
        ["A/b", "a", "A_b"],
    ],
)
def test_no_name_of_a_students_file_stops_the_others(collect, classroom, tmp_path, right, half, names):
    inner = pack(tmp_path / "in.zip", {"b.ipynb": half} | {name: name.encode() for name in names})
    source = {moodle_file("Trần Thị Bình", 2, "in.zip"): inner.read_bytes()}
    code, _, err = collect(pack(tmp_path / "x.zip", source | {moodle_file("Nguyễn Văn An", 1, "a.ipynb"): right}))
    assert code == 0, err
    found = submitted(classroom)
    assert found.pop(place(AN)) == right and found.pop(place(BINH)) == half
    assert sorted(found.values()) == sorted(name.encode() for name in names)


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_no_damaged_zip_stops_the_others(collect, classroom, tmp_path, right, kind):
    with zipfile.ZipFile(tmp_path / "in.zip", "w", kind) as archive:
        archive.writestr("b.ipynb", right)
    data = (tmp_path / "in.zip").read_bytes()
    data = data[:60] + bytes(200) + data[260:]
    source = {moodle_file("Trần Thị Bình", 2, "in.zip"): data, moodle_file("Nguyễn Văn An", 1, "a.ipynb"): right}
    code, _, err = collect(pack(tmp_path / "x.zip", source))
    assert code == 0, err
    assert submitted(classroom) == {place(AN): right}
    assert any("hỏng" in why for _, why in report(classroom)["ignored"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('[aliases]\n"X" = "9"', "lớp không có sinh viên ấy"),
        ("[assignments.pixel]\n", "Không có bài tập «pixel»"),
        ("[late]\npercent = 5", "không biết «percent» trong [late]"),
        ("[late]\nmax_percent = 500", "late.max_percent cần là một số từ 0 đến 100"),
        ('[assignments.so-va-tong]\ndeadline = "mai"', "deadline cần là ngày giờ"),
        ('timezone = "Asia/Hanoi2"', "không có múi giờ «Asia/Hanoi2»"),
        ('roster = "khac.csv"', "khac.csv: không có tệp"),
        ("nothing = 1", "không biết «nothing» trong tệp"),
        ("x =", "không đọc được"),
    ],
)
def test_one_line_when_the_class_is_wrong(collect, classroom, tmp_path, right, change, message):
    (classroom / "class.toml").write_text(change, encoding="utf-8") if "roster" in change else (
        classroom / "class.toml"
    ).write_text('roster = "sinh-vien.csv"\n' + change, encoding="utf-8")
    code, out, err = collect(pack(tmp_path / "x.zip", {f"{AN}.ipynb": right}))
    assert code == 2 and message in err and err.count("\n") == 1 and out == ""
    assert submitted(classroom) == {}


def test_an_alias_settles_it(collect, classroom, tmp_path, right):
    text = (classroom / "class.toml").read_text() + '\n[aliases]\n"Người Lạ" = "23520004"\n'
    (classroom / "class.toml").write_text(text, encoding="utf-8")
    collect(pack(tmp_path / "x.zip", {moodle_file("Người Lạ", 1, "b.ipynb"): right}))
    assert submitted(classroom) == {place(HAI): right}


def test_groups_and_anonymous_downloads_are_nobodys_until_somebody_says_whose(
    collect, classroom, tmp_path, right, half
):
    files = {
        moodle_file("Nhóm 3", 900, "so-va-tong.ipynb"): right,
        moodle_file("Participant 48001", 48001, "so-va-tong.ipynb"): half,
        moodle_file("Participant 48002", 48002, "so-va-tong.ipynb"): right,
    }
    source = pack(tmp_path / "KHMT1-Bai 1-77.zip", files)
    code, _, err = collect(source)
    assert code == 0, err
    assert submitted(classroom) == {}
    assert [where.split("/")[1] for where, _ in report(classroom)["unmatched"]] == [
        "Nhóm 3_900_assignsubmission_file",
        "Participant 48001_48001_assignsubmission_file",
        "Participant 48002_48002_assignsubmission_file",
    ]
    settings = classroom / "class.toml"
    settings.write_text(settings.read_text() + f'\n[aliases]\n"Participant 48001" = "{BINH}"\n"Nhóm 3" = "{HAI}"\n')
    roster = classroom / "sinh-vien.csv"
    lines = roster.read_text().splitlines()
    numbers = ["Identifier", "", "", "Participant 48002", ""]  # Lê Đặng Hòa
    roster.write_text("\n".join(f"{line},{number}" for line, number in zip(lines, numbers, strict=True)) + "\n")
    assert collect(source)[0] == 0
    assert submitted(classroom) == {place(BINH): half, place(HOA): right, place(HAI): right}


def test_a_download_from_drive_in_several_parts(collect, classroom, tmp_path, right, half):
    """Drive cuts a folder anywhere: a notebook in one part, its data in another, a submission in both."""
    made = "Bài 1-20260925T080000Z"
    early, late = (2026, 9, 19, 8, 0, 0), (2026, 9, 20, 8, 0, 0)
    an, binh, hoa = f"{AN} - Nguyễn Văn An", "Trần Thị Bình", "Lê Đặng Hòa"
    one = pack(
        tmp_path / f"{made}-001.zip",
        {f"Bài 1/{an}/{SLUG}.ipynb": right, f"Bài 1/{binh}/{SLUG}.ipynb": right, f"Bài 1/{hoa}/{SLUG}.ipynb": half}
        | {f"Bài 1/{hoa}/so.txt": b"1 2"},
        time=early,
    )
    two = pack(
        tmp_path / f"{made}-002.zip",
        {f"Bài 1/{an}/so.txt": b"7", f"Bài 1/{binh}/{SLUG}.ipynb": half, "Bài 1/Phạm Hai/ghi-chu.txt": b"x"},
        time=late,
    )
    again = pack(  # a part that was downloaded twice
        tmp_path / f"{made}-001 (1).zip",
        {f"Bài 1/{hoa}/{SLUG}.ipynb": half, f"Bài 1/{hoa}/so.txt": b"1 2"},
        time=early,
    )
    code, _, err = collect(two, one, again)
    assert code == 0, err
    found = submitted(classroom)
    assert found == {
        place(AN): right,
        place(AN, name="so.txt"): b"7",
        place(BINH): half,
        place(HOA): half,
        place(HOA, name="so.txt"): b"1 2",
    }
    told = report(classroom)
    assert {one["student"]: (one["state"], len(one["older"])) for one in told["placed"]} == {
        AN: ("mới", 0),
        BINH: ("mới", 1),
        HOA: ("mới", 0),
    }
    assert [where for where, _ in told["unmatched"]] == [f"{two.name}/Bài 1/Phạm Hai/ghi-chu.txt"]
    assert told["missing"] == {SLUG: [HAI]}
    before = everything(classroom)
    assert collect(one, two)[0] == 0  # in another order, and without the second copy
    assert everything(classroom) == before and {one["state"] for one in report(classroom)["placed"]} == {"không đổi"}
    # two downloads are two sources: data of one is not put beside the notebook of another
    other = pack(tmp_path / "Bài 1-20260926T080000Z-001.zip", {f"Bài 1/{an}/them.txt": b"9"}, time=late)
    assert collect(one, two, other)[0] == 0 and "them.txt" in report(classroom)["unmatched"][-1][0]
