"""Moodle's gradebook import: a CSV with a column that says who, and one for each grade item.

From ``grade/import/csv/classes/load_data.php`` of moodle/moodle: a line is a student, found by ID number, email address
or username, whichever the teacher maps; a grade of ``-`` is none, and takes away one that is there. A line whose
identifying cell is empty does not fail: its grades go to the student of the line before. So a column with a gap is
never written, and students without any grade have no line.
"""

import csv
import io

from autograder.classroom.folding import accented
from autograder.errors import ExportImpossible
from autograder.report.files import harmless
from autograder.text import number

NONE = "-"  # in a file of several assignments, for who has a grade in another of them
_COLUMNS = (("Email address", "email"), ("ID number", "id"), ("Username", "login"))
NAME = "Full name"


def to_csv(config, roster, grades):
    """Return the file as bytes; raises ExportImpossible."""
    items = {slug: config.item(slug).moodle or slug for slug in grades.slugs}
    heads = [accented(head) for head in (*items.values(), NAME, *(head for head, _ in _COLUMNS))]
    for head in items.values():
        if heads.count(accented(head)) > 1:
            raise ExportImpossible(f"Hai cột cùng tên «{head}»; hãy sửa moodle = … trong class.toml.")
    students = _with_a_grade(roster, grades)
    # an id that is only an email or a login is no ID number in Moodle
    own = [s for s in students if s.id not in (s.email, s.login)]
    columns = [
        (head, what)
        for head, what in _COLUMNS
        if students and all(getattr(s, what) for s in students) and (what != "id" or len(own) == len(students))
    ]
    if students and not columns:
        lacking = next(s.id for s in students if not s.email)
        raise ExportImpossible(
            f"Danh sách lớp chưa đủ email hoặc mã để Moodle nhận ra từng người (ví dụ: {lacking}); "
            "hãy điền đủ rồi xuất lại."
        )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(head for head, _ in columns), NAME, *(harmless(head) for head in items.values())])
    for student in students:
        scores = (grades.scaled(student.id, slug, config.item(slug).lms_points) for slug in grades.slugs)
        cells = (NONE if score is None else number(score) for score in scores)
        writer.writerow([*(getattr(student, what) for _, what in columns), harmless(student.name), *cells])
    return out.getvalue().encode()


def gaps(roster, grades):
    """Return (student, slug) of the cells that the file has no grade in: Moodle takes away what it has there."""
    students = _with_a_grade(roster, grades)
    return tuple((s.id, slug) for slug in grades.slugs for s in students if grades.final(s.id, slug) is None)


def _with_a_grade(roster, grades):
    return [s for s in roster if any(grades.final(s.id, slug) is not None for slug in grades.slugs)]
