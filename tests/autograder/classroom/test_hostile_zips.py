"""Zips meant to do harm, or made by programs that know no better: nothing leaves the class folder, nothing blows up."""

import io
import stat
import struct
import zipfile
import zlib
from datetime import UTC

import pytest

from autograder.classroom import archives, gathering
from tests.autograder.classroom.lms import DOWNLOADED, moodle_file, pack


@pytest.fixture
def spool(tmp_path):
    (tmp_path / "spool").mkdir()
    return archives.Spool(tmp_path / "spool")


def unpack(path, spool, bounds=archives.STUDENT):
    return {"/".join(e.path): e.file.read_bytes() for e in archives.unpack(path, spool, bounds, "x.zip")}


def special(name, mode):
    info = zipfile.ZipInfo(name, DOWNLOADED)
    info.create_system = 3
    info.external_attr = (mode | 0o777) << 16
    return info


def unflagged(path, names):
    """A zip whose names are these bytes, without the flag that says which encoding they are in."""
    texts = {f"{number:0{len(raw)}d}": raw for number, raw in enumerate(names)}
    pack(path, dict.fromkeys(texts, b"x"))
    data = path.read_bytes()
    for text, raw in texts.items():
        data = data.replace(text.encode(), raw)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../../thoat.ipynb", "đi ra ngoài"),
        ("a/../../thoat.ipynb", "đi ra ngoài"),
        ("..\\..\\thoat.ipynb", "đi ra ngoài"),
        ("/etc/cron.d/x", "đường dẫn tuyệt đối"),
        ("\\\\may\\chia\\x", "đường dẫn tuyệt đối"),
        ("C:\\x.ipynb", "đường dẫn tuyệt đối"),
        ("c:x.ipynb", "đường dẫn tuyệt đối"),
        ("a\nb.ipynb", "ký tự điều khiển"),
        ("a\x1b[2Jb.ipynb", "ký tự điều khiển"),
        ("a/" * 60 + "x.ipynb", "quá dài"),
        ("x" * 2000, "quá dài"),
        (special("l.ipynb", stat.S_IFLNK), "symlink"),
        (special("d.ipynb", stat.S_IFCHR), "không phải tệp thường"),
        (special("p.ipynb", stat.S_IFIFO), "không phải tệp thường"),
    ],
    ids=str,
)
def test_an_entry_is_left_out_and_told(tmp_path, spool, name, why):
    path = pack(tmp_path / "x.zip", [(name, b"/etc/passwd"), ("tot.txt", b"1")])
    assert unpack(path, spool) == {"tot.txt": b"1"}
    ((_, told),) = spool.notes
    assert why in told
    assert not list(tmp_path.rglob("thoat*")) and not any(p.is_symlink() for p in tmp_path.rglob("*"))


def test_a_name_that_ends_in_the_middle(tmp_path, spool):
    path = pack(tmp_path / "x.zip", {"aXb.ipynb": b"1"})
    path.write_bytes(path.read_bytes().replace(b"aXb.ipynb", b"a\0b.ipynb"))
    assert unpack(path, spool) == {} and "ký tự điều khiển" in spool.notes[0][1]


# --- bombs --------------------------------------------------------------------------------------------------------


def refused(path, spool, bounds=archives.STUDENT):
    with pytest.raises(archives.Refused) as raised:
        unpack(path, spool, bounds)
    assert list(spool.folder.iterdir()) == []  # before anything was written
    return str(raised.value)


def test_far_more_bytes_than_the_zip_has(tmp_path, spool):
    path = pack(tmp_path / "x.zip", {"0.txt": bytes(60 << 20)})
    assert path.stat().st_size < 100_000 and "bom zip" in refused(path, spool)


def test_too_much_in_all_or_in_one(tmp_path, spool):
    bounds = archives.Bounds(files=3, total=1000, one=600)
    assert "quá giới hạn" in refused(pack(tmp_path / "a.zip", {"a": bytes(601)}), spool, bounds)
    assert "quá giới hạn" in refused(pack(tmp_path / "b.zip", dict.fromkeys("abc", bytes(400))), spool, bounds)
    assert "có 4 tệp" in refused(pack(tmp_path / "c.zip", dict.fromkeys("abcd", b"1")), spool, bounds)
    assert len(unpack(pack(tmp_path / "d.zip", dict.fromkeys("ab", bytes(400))), spool, bounds)) == 2


def test_many_zips_share_one_bound(tmp_path, spool):
    spool.left = 1000
    unpack(pack(tmp_path / "a.zip", {"a": bytes(700)}), spool)
    with pytest.raises(archives.Refused, match="quá giới hạn"):
        unpack(pack(tmp_path / "b.zip", {"a": bytes(700)}), spool)


def zipped(files):
    out = io.BytesIO()
    pack(out, files)
    return out.getvalue()


@pytest.mark.parametrize(
    "inner", [{"0": bytes(40 << 20)}, {f"{i}": b"" for i in range(3000)}], ids=["many bytes", "many files"]
)
def test_zips_in_a_students_zip_share_its_bound(tmp_path, spool, inner):
    """Each small enough, together they would take the room of all that come after."""
    bomb = zipped({f"{number:02d}.zip": zipped(inner) for number in range(20)})
    files = {moodle_file("An", 1, "a.zip"): bomb, moodle_file("Binh", 2, "b.zip"): zipped({"b.ipynb": b"{}"})}
    found = gathering.gather([pack(tmp_path / "x.zip", files)], spool, UTC)
    assert found[-1].path[-1] == "b.ipynb"
    assert len(found) <= 5_000 and sum(piece.size for piece in found) <= 500 << 20
    assert archives.LMS.total - spool.left <= (500 << 20) + 2 * len(bomb) + 1000
    told = [why for _, why in spool.notes]
    assert told and all("giới hạn" in why for why in told)


def test_entries_that_share_their_bytes(tmp_path, spool):
    """David Fifield's bomb: many entries, one body."""
    path = pack(tmp_path / "x.zip", {"a": b"1" * 1000, "b": b"2" * 1000})
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", start + 4)
    path.write_bytes(data[: second + 42] + struct.pack("<L", 0) + data[second + 46 :])  # its header is the first's
    assert "chồng lên nhau" in refused(path, spool)


def test_a_size_that_is_a_lie(tmp_path, spool):
    path = pack(tmp_path / "x.zip", {"a": bytes(5000)})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(mark) + offset
        data[place : place + 4] = struct.pack("<L", 10)
    path.write_bytes(data)
    with pytest.raises(archives.Refused, match="hỏng"):
        unpack(path, spool)
    assert all(file.stat().st_size <= 10 for file in spool.folder.iterdir())


@pytest.mark.parametrize("data", [b"", b"khong phai zip", b"PK\x03\x04" + b"\0" * 50, b"Rar!\x1a\x07\x00"])
def test_what_is_no_zip(tmp_path, spool, data):
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert "hỏng hoặc không phải zip" in refused(path, spool)


def test_cut_off(tmp_path, spool):
    path = pack(tmp_path / "x.zip", {"a.ipynb": bytes(range(256)) * 50})
    path.write_bytes(path.read_bytes()[:-30])
    assert "hỏng" in refused(path, spool)


def test_with_a_password(tmp_path, spool):
    path = pack(tmp_path / "x.zip", {"a.ipynb": b"1"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "mật khẩu" in refused(path, spool)


def test_environments_that_students_zip_along_do_not_count(tmp_path, spool):
    files = {f".venv/lib/{number}.py": b"" for number in range(6000)} | {"bai.ipynb": b"{}"}
    assert unpack(pack(tmp_path / "x.zip", files), spool) == {"bai.ipynb": b"{}"}


# --- names in encodings that nobody declared ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Trần Thị Bình.ipynb".encode(), "Trần Thị Bình.ipynb"),
        ("Nguyễn Văn An.ipynb".encode(), "Nguyễn Văn An.ipynb"),
        (b"Tr\xe2\xcc\xb3n An.ipynb", None),  # not UTF-8; whatever it is, it is told apart
        (b"H\xf4m nay.ipynb", "Hôm nay.ipynb"),  # Windows-1258
        (b"plain.ipynb", "plain.ipynb"),
    ],
)
def test_names_without_the_flag(tmp_path, spool, raw, name):
    (found,) = unpack(unflagged(tmp_path / "x.zip", [raw]), spool)
    assert name is None or found == name


def test_the_name_in_the_extra_field_counts(tmp_path, spool):
    info = zipfile.ZipInfo("Tr_n.ipynb", DOWNLOADED)
    told = "Trần.ipynb".encode()
    body = b"\x01" + struct.pack("<L", zlib.crc32(b"Tr_n.ipynb")) + told
    info.extra = struct.pack("<HH", archives.UNICODE_PATH, len(body)) + body
    assert list(unpack(pack(tmp_path / "x.zip", [(info, b"1")]), spool)) == ["Trần.ipynb"]
    info.extra = info.extra[:5] + b"\0\0\0\0" + info.extra[9:]  # of another name
    assert list(unpack(pack(tmp_path / "y.zip", [(info, b"1")]), spool)) == ["Tr_n.ipynb"]


# --- through the command ------------------------------------------------------------------------------------------


def outside(tmp_path, classroom):
    return {p for p in tmp_path.rglob("*") if classroom not in p.parents}


def test_a_students_bomb_costs_only_that_student(invoke, classroom, tmp_path, released_course):
    bomb = pack(tmp_path / "bom.zip", {"0.ipynb": bytes(60 << 20)})
    inner = {f"{n}.zip": pack(tmp_path / f"{n}.zip", {"a.ipynb": b"{}"}).read_bytes() for n in range(2)}
    deep = b"{}"
    for level in range(6):
        deep = pack(tmp_path / "sau.zip", {f"{level}.zip" if level else "a.ipynb": deep}).read_bytes()
    source = pack(
        tmp_path / "tai-ve.zip",
        {
            moodle_file("Nguyễn Văn An", 1, "bom.zip"): bomb.read_bytes(),
            moodle_file("Trần Thị Bình", 2, "sau.zip"): deep,
            moodle_file("Lê Đặng Hòa", 3, "so-va-tong.ipynb"): b"{}",
            moodle_file("Phạm Hai", 4, "nhieu.zip"): pack(tmp_path / "n.zip", inner).read_bytes(),
            moodle_file("Phạm Hai", 4, "bai.rar"): b"Rar!",
        },
    )
    before = outside(tmp_path, classroom)
    code, out, err = invoke("collect", classroom, source, "--course", released_course, "-a", "so-va-tong")
    assert code == 0, err
    assert outside(tmp_path, classroom) == before
    assert {p.parent.parent.name for p in (classroom / "submitted").rglob("*.ipynb")} == {"23520003", "23520004"}
    for told in ("bom zip", "zip lồng nhau quá sâu", "kiểu nén .rar không được mở"):
        assert told in out
    assert not (classroom / ".collect").exists()


def test_a_download_that_is_a_bomb_is_refused_in_one_line(invoke, classroom, tmp_path, released_course):
    source = pack(tmp_path / "x.zip", {"23520001.ipynb": bytes(60 << 20)})
    before = {p for p in classroom.rglob("*") if "reports" not in p.parts}
    code, out, err = invoke("collect", classroom, source, "--course", released_course)
    assert (code, out) == (2, "") and "có thể là bom zip" in err and err.count("\n") == 1
    assert {p for p in classroom.rglob("*") if "reports" not in p.parts} == before
    for missing in (tmp_path / "khong-co.zip", tmp_path / "x.zip" / "y"):
        code, _, err = invoke("collect", classroom, missing, "--course", released_course)
        assert code == 2 and "Không mở được" in err and err.count("\n") == 1


def test_names_that_are_markup_or_escapes_do_nothing_on_the_console(invoke, classroom, tmp_path, released_course):
    source = pack(tmp_path / "x.zip", {moodle_file("[red]Ai[/red] \u202e\u200b", 1, "[link=x]a[/].ipynb"): b"{}"})
    code, out, err = invoke("collect", classroom, source, "--course", released_course)
    assert code == 0, err
    assert "[red]Ai[/red]" in out and "\u202e" not in out and "\u200b" not in out


def test_spreadsheets_get_no_formula(invoke, classroom, tmp_path, released_course):
    source = pack(tmp_path / "=x.zip", {"=cmd|'/c calc'!A1.ipynb": b"{}"})
    assert invoke("collect", classroom, source, "--course", released_course)[0] == 0
    (path,) = (classroom / "reports").glob("collect-*.csv")
    assert "'=x.zip" in path.read_text("utf-8-sig") and ",=x.zip" not in path.read_text("utf-8-sig")
