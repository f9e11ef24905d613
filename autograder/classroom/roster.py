"""Who is in the class: a CSV as a university's portal, Moodle or Canvas exports it.

Heads are recognised in Vietnamese and English. Moodle: «First name», «Last name», «Username», «ID number», «Email
address», and the «Identifier» of an assignment's grading worksheet. Canvas (``lib/gradebook_exporter.rb`` of
instructure/canvas-lms): «Student», «ID» (Canvas's own number), «SIS User ID», «SIS Login ID», «Section».
"""

import re
from dataclasses import dataclass

from autograder.batch.submitted import MAX_BYTES
from autograder.classroom import tables
from autograder.classroom.folding import accented, key
from autograder.errors import RosterBroken
from autograder.schema import NAME
from autograder.text import composed, one_line

# what a column is -> its heads, as `folding.key` makes them; the first ones are preferred
HEADS = {
    "id": (
        *("masinhvien", "masv", "mssv", "masosinhvien", "masosv", "mahocvien", "maso", "studentid", "studentnumber"),
        *("idnumber", "masodinhdanh", "sisuserid", "studentcode", "id"),
    ),
    "login": ("username", "tendangnhap", "sisloginid", "loginid", "taikhoan"),
    "email": ("email", "emailaddress", "diachiemail", "thudientu", "diachithudientu", "mail", "emailsinhvien"),
    "name": ("hovaten", "hoten", "hotensinhvien", "hovatensinhvien", "tensinhvien", "fullname", "tendaydu", "name",
             "student", "studentname", "sinhvien"),
    "family": ("hodem", "hovatendem", "hotendem", "holot", "hovadem", "hovachulot", "ho", "surname", "lastname"),
    "given": ("ten", "firstname", "givenname"),
    "section": ("lop", "malop", "lophoc", "lopsinhvien", "tenlop", "section", "class", "groups", "group", "nhom"),
    "number": ("canvasid", "canvasuserid", "id"),
    "participant": ("identifier", "madinhdanh", "dinhdanh"),
}  # fmt: skip
_COLUMN = {head: kind for kind, heads in HEADS.items() for head in heads if head != "id"}
_CANVAS = {"sisuserid", "sisloginid", "student"}
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # Windows makes no such file
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_EXCEL = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@=+\-,;][^\s@,;]*@[^\s@,;]+")


@dataclass(frozen=True)
class Student:
    """One line of the roster; what is not known is an empty string."""

    id: str  # the name of the student's folders, and nbgrader's
    name: str
    email: str = ""
    login: str = ""
    section: str = ""
    number: str = ""  # Canvas's own
    participant: str = ""  # Moodle's number in an assignment's grading worksheet
    line: int = 0


@dataclass(frozen=True)
class Roster:
    """The students of a class."""

    students: tuple[Student, ...]

    def __iter__(self):
        return iter(self.students)

    def __len__(self):
        return len(self.students)

    def get(self, student):
        """Return the student of this id, or None."""
        return next((one for one in self.students if one.id == student), None)


def read(path):
    """Return the :class:`Roster` in a CSV file; raises RosterBroken with the line that is wrong."""
    try:
        table = tables.read(path, known_heads)
    except tables.TableUnreadable as error:
        raise RosterBroken(f"Danh sách lớp {path.name}: {error}.") from None
    columns = columns_of(table.head)
    source = _id_column(columns, table)
    students = []
    for line, cells in table.rows:
        values = {kind: cells[place] for kind, place in columns.items() if isinstance(place, int)}
        if _is_no_student(values):
            continue
        students.append(_student(path, line, cells[source] if source is not None else "", values))
    if not students:
        raise RosterBroken(f"Danh sách lớp {path.name} chưa có sinh viên nào.")
    for what, told in (("id", "mã"), ("email", "email"), ("login", "tên đăng nhập"), ("number", "ID của Canvas")):
        _only_once(path, students, what, told)
    return Roster(tuple(students))


def known_heads(cells):
    """Return how many heads of a roster there are in a line, 0 when it cannot be its head."""
    columns = columns_of(cells)
    found = {kind for kind in columns if kind != "ids"}
    named = found & {"name", "given", "email"}
    return len(found) if columns["ids"] and named else 0


def columns_of(head):
    """Return {kind of column: place}, and under ``ids`` the places of what can be an id, the best first."""
    keys = [key(cell) for cell in head]
    found = {}
    for place, name in enumerate(keys):
        kind = _COLUMN.get(name)
        if name == "id":
            kind = "number" if _CANVAS & set(keys) else "id"
        if kind and (kind not in found or HEADS[kind].index(name) < HEADS[kind].index(keys[found[kind]])):
            found[kind] = place
    found["ids"] = [found[kind] for kind in ("id", "login", "email") if kind in found]
    return found


def _id_column(columns, table):
    """Return the place of the first column with ids in it, None when every one is empty."""
    places = columns["ids"]
    filled = (place for place in places if any(cells[place] for _, cells in table.rows))
    return next(filled, places[0] if places else None)


def _is_no_student(values):
    """Whether it is one of Canvas's own lines: how grades are posted, the points possible, the test student."""
    name = accented(values.get("name", ""))
    blank = not name and not values.get("number")
    return "number" in values and (blank or "points possible" in name or name == "student, test")


def _student(path, line, text, values):
    name = values.get("name") or " ".join(filter(None, (values.get("family"), values.get("given"))))
    student = composed(text.removeprefix("'").strip())
    why = why_unusable(student)
    if why:
        shown = f" «{one_line(student, 60)}»" if student else ""
        raise RosterBroken(f"Danh sách lớp {path.name}, dòng {line}: mã sinh viên{shown} {why}.")
    email = values.get("email", "")
    if email and not _EMAIL.fullmatch(email):
        raise RosterBroken(f"Danh sách lớp {path.name}, dòng {line}: email «{one_line(email, 60)}» không hợp lệ.")
    number = re.search(r"\d+$", values.get("participant", ""))
    return Student(
        student,
        one_line(name, 200),
        email,
        values.get("login", ""),
        one_line(values.get("section", ""), 100),
        values.get("number", ""),
        number.group() if number else "",
        line,
    )


def why_unusable(student):
    """Say why an id cannot be the name of a student's folder, or return an empty string."""
    if not student:
        return "để trống"
    if _EXCEL.fullmatch(student):
        return "đã bị Excel đổi thành số; hãy định dạng cột là văn bản rồi lưu lại"
    if _FORBIDDEN.search(student):
        return "có ký tự không dùng được trong tên thư mục"
    if student[0] in ".-=+@'~" or student[-1] in ". ":
        return "bắt đầu hoặc kết thúc bằng ký tự không dùng được"
    if RESERVED.fullmatch(student):
        return "là tên mà Windows giữ riêng"
    if len(student) > NAME or len(student.encode()) > MAX_BYTES:
        return f"quá dài (giới hạn {NAME} ký tự)"
    return ""


def _only_once(path, students, what, told):
    seen = {}
    for student in students:
        value = accented(getattr(student, what))
        if value and value in seen:
            first = seen[value]
            raise RosterBroken(
                f"Danh sách lớp {path.name}, dòng {student.line}: {told} «{one_line(getattr(student, what), 60)}» "
                f"trùng với dòng {first.line}."
            )
        seen[value] = student
