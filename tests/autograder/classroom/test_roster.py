"""The list of students, in every form in which universities, Moodle and Canvas hand it out."""

import unicodedata

import pytest

from autograder.classroom import roster
from autograder.errors import RosterBroken

PORTAL = (
    "Mã sinh viên,Họ và tên,Email,Lớp\n23520001,Nguyễn Văn An,an@truong.edu.vn,KHMT1\n23520002,Trần Thị Bình,,KHMT1\n"
)


def read(tmp_path, data, name="lop.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return roster.read(path)


def cp1258(text):
    """As old Excel writes Vietnamese: base letter, then the tone."""
    out = b""
    for char in unicodedata.normalize("NFC", text):
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            pieces = unicodedata.normalize("NFD", char)
            tones = "".join(c for c in pieces if c in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(c for c in pieces if c not in tones))
            out += (base + tones).encode("cp1258")
    return out


@pytest.mark.parametrize(
    "data",
    [
        PORTAL.encode(),
        PORTAL.encode("utf-8-sig"),
        PORTAL.encode("utf-16"),
        PORTAL.replace(",", "\t").encode("utf-16"),
        PORTAL.encode("utf-16-le"),
        PORTAL.replace(",", ";").encode("utf-8-sig"),
        ("sep=;\n" + PORTAL.replace(",", ";")).encode(),
        cp1258(PORTAL),
        unicodedata.normalize("NFD", PORTAL).encode(),
        PORTAL.replace("\n", "\r\n").encode(),
        ("TRƯỜNG ĐẠI HỌC,,,\n,,,\nDANH SÁCH LỚP,,,\n" + PORTAL).encode(),
        PORTAL.replace("\n", ",,\n").encode(),
        PORTAL.replace("23520001", "'23520001").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "tabs", "no mark", "semicolons", "sep", "1258", "nfd", "crlf", "title", "wide", "'"],
)
def test_one_class_in_every_encoding(tmp_path, data):
    an, binh = read(tmp_path, data)
    assert (an.id, an.name, an.email, an.section) == ("23520001", "Nguyễn Văn An", "an@truong.edu.vn", "KHMT1")
    assert (binh.id, binh.name, binh.email) == ("23520002", "Trần Thị Bình", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MSSV;Họ đệm;Tên\nB20DCCN001;Nguyễn Văn;An\n", ("B20DCCN001", "Nguyễn Văn An", "", "", "", "")),
        (
            "First name,Last name,Username,ID number,Email address,Groups\nAn,Nguyễn Văn,annv,23520001,an@x.vn,L1\n",
            ("23520001", "Nguyễn Văn An", "an@x.vn", "annv", "", ""),
        ),
        (  # no ID number in Moodle: the username is the id
            "First name,Last name,Username,ID number,Email address\nAn,Nguyễn Văn,annv,,an@x.vn\n",
            ("annv", "Nguyễn Văn An", "an@x.vn", "annv", "", ""),
        ),
        (
            "Identifier,Full name,Email address,Status\nParticipant 48213,Nguyễn Văn An,an@x.vn,No submission\n",
            ("an@x.vn", "Nguyễn Văn An", "an@x.vn", "", "", "48213"),
        ),
        (
            'Student,ID,SIS User ID,SIS Login ID,Section,Bài (77)\n,,,,,Manual Posting\n"    Points Possible",,,,,10\n'
            '"An, Nguyễn Văn",501,23520001,an@x.vn,L1,\n"Student, Test",599,,abc,L1,\n',
            ("23520001", "An, Nguyễn Văn", "", "an@x.vn", "501", ""),
        ),
        ("ID,Name\nsv1,An\n", ("sv1", "An", "", "", "", "")),
        ("STT,Mã SV,Họ và tên\n1,sv1,Nguyễn An\n2,sv2,Nguyễn An\n", ("sv1", "Nguyễn An", "", "", "", "")),
    ],
    ids=["portal", "moodle", "moodle without ids", "worksheet", "canvas", "bare", "two of one name"],
)
def test_heads(tmp_path, text, expected):
    first = next(iter(read(tmp_path, text)))
    assert (first.id, first.name, first.email, first.login, first.number, first.participant) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PORTAL + "23520001,Lê Hai,,\n", "dòng 4: mã «23520001» trùng với dòng 2"),
        ("MSSV,Tên\nB20a,An\nb20A,Bình\n", "dòng 3: mã «b20A» trùng với dòng 2"),
        (PORTAL + ",Lê Hai,,\n", "dòng 4: mã sinh viên để trống"),
        (PORTAL + "../x,Lê Hai,,\n", "dòng 4: mã sinh viên «../x» có ký tự không dùng được"),
        (PORTAL + "..,Lê Hai,,\n", "dòng 4: mã sinh viên «..» bắt đầu hoặc kết thúc"),
        (PORTAL + "=1+1,Lê Hai,,\n", "dòng 4: mã sinh viên «=1+1» bắt đầu"),
        (PORTAL + "NUL,Lê Hai,,\n", "dòng 4: mã sinh viên «NUL» là tên mà Windows giữ riêng"),
        (PORTAL + "x" * 200 + ",Lê Hai,,\n", "quá dài"),
        (PORTAL + "2.352E+07,Lê Hai,,\n", "Excel đổi thành số"),
        (PORTAL + "23520003,Lê Hai,an@truong.edu.vn,\n", "dòng 4: email «an@truong.edu.vn» trùng với dòng 2"),
        (PORTAL + "23520003,Lê Hai,hai,\n", "dòng 4: email «hai» không hợp lệ"),
        ("Tên,Điểm\nAn,9\n", "không thấy dòng tiêu đề"),
        ("", "không thấy dòng tiêu đề"),
        ("MSSV,Tên\n", "chưa có sinh viên nào"),
        (b"PK\x03\x04....", "đây là tệp Excel"),
    ],
)
def test_one_line_says_what_is_wrong(tmp_path, text, message):
    with pytest.raises(RosterBroken) as raised:
        read(tmp_path, text)
    assert message in str(raised.value) and "\n" not in str(raised.value)


def test_no_file(tmp_path):
    with pytest.raises(RosterBroken, match="không có tệp"):
        roster.read(tmp_path / "lop.csv")
