"""Canvas's gradebook import: the CSV that Canvas exported, with grades in it.

From ``lib/gradebook_exporter.rb`` and ``lib/gradebook_importer.rb`` of instructure/canvas-lms: the first line is
``Student, ID, [SIS User ID], SIS Login ID, [Integration ID], [Root Account], Section``, then ``<assignment> (<id>)``;
a line of «Manual Posting», the line «Points Possible», then the students. Assignments are known by the id in their
head, students by ID. A column that is missing stays as it is in Canvas; an empty cell would take a grade away, so
students without a grade keep what the export says. ``EX`` (excused) and ``N/A`` (not assigned) are left alone.
"""

import csv
import io
import re
from dataclasses import dataclass

from autograder.classroom import tables
from autograder.classroom.folding import accented, key
from autograder.errors import ExportImpossible
from autograder.report.files import harmless
from autograder.text import number, one_line

_ASSIGNMENT = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)")
_PEOPLE = (
    "student",
    "lastname",
    "firstname",
    "id",
    "sisuserid",
    "sisloginid",
    "integrationid",
    "rootaccount",
    "section",
)
_KEPT = ("EX", "N/A")


@dataclass(frozen=True)
class Filled:
    """The file, and what could not be written into it."""

    data: bytes
    absent: tuple[str, ...]  # students with a grade who are not in Canvas's file
    kept: tuple[tuple[str, str], ...]  # (student, slug) that Canvas has as excused or not assigned


def fill(config, roster, grades, template):
    """Write the grades into Canvas's own export; return :class:`Filled`. Raises ExportImpossible."""
    try:
        table = tables.read(template, _is_head)
    except tables.TableUnreadable as error:
        shown = one_line(template, 200)
        raise ExportImpossible(f"{shown} không phải bảng điểm xuất từ Canvas: {error}.") from None
    keys = [key(head) for head in table.head]
    people = [place for place, name in enumerate(keys) if name in _PEOPLE]
    columns = {slug: _column(table, config.item(slug), slug) for slug in grades.slugs}
    students, points, written = _Students(roster), None, set()
    lines, kept = [[table.head[place] for place in (*people, *columns.values())]], []
    for line, cells in table.rows:
        row = [harmless(cells[place]) for place in people]
        if "points possible" in accented(row[0]):
            points = {slug: cells[place] for slug, place in columns.items()}
            _check_points(config, grades, points)
            lines.append([*row, *points.values()])
            continue
        student = students.of(cells, keys, line)
        values = []
        for slug, place in columns.items():
            score = grades.final(student.id, slug) if student else None
            if score is None or cells[place].upper() in _KEPT:
                kept += [(student.id, slug)] if score is not None else []
                values.append(cells[place])
            else:
                values.append(number(grades.scaled(student.id, slug, config.item(slug).lms_points)))
        if student:
            if student.id in written:
                raise ExportImpossible(f"Dòng {line} của bảng điểm Canvas: {student.id} đã có ở một dòng trước.")
            written.add(student.id)
        lines.append([*row, *values])
    if points is None:
        raise ExportImpossible("Bảng điểm của Canvas thiếu dòng «Points Possible»; hãy xuất lại từ Canvas.")
    out = io.StringIO()
    csv.writer(out, delimiter=table.delimiter, lineterminator="\n").writerows(lines)
    absent = {student for student, slug in grades.given if grades.final(student, slug) is not None} - written
    encoding = "utf-8-sig" if table.encoding == "utf-8-sig" else "utf-8"
    return Filled(out.getvalue().encode(encoding), tuple(sorted(absent)), tuple(kept))


class _Students:
    """Finds the student of a line of Canvas's: by ID, else by what SIS calls them; never by the name."""

    def __init__(self, roster):
        self.by = {"id": {}, "sisuserid": {}, "sisloginid": {}}
        for student in roster:
            for column, values in {
                "id": (student.number,),
                "sisuserid": (student.id,),
                "sisloginid": (student.login, student.email, student.id),
            }.items():
                for value in filter(None, values):
                    self.by[column].setdefault(accented(value), set()).add(student)

    def of(self, cells, keys, line):
        """Return the student, None when the line is nobody's of the class; raises ExportImpossible."""
        found = set()
        for column, known in self.by.items():
            if column in keys:
                found |= known.get(accented(cells[keys.index(column)]), set())
        if len(found) > 1:
            ids = ", ".join(sorted(student.id for student in found))
            raise ExportImpossible(f"Dòng {line} của bảng điểm Canvas ứng với nhiều người trong danh sách lớp: {ids}.")
        return next(iter(found), None)


def _is_head(cells):
    keys = [key(cell) for cell in cells]
    named = keys[:1] == ["student"] or keys[:2] == ["lastname", "firstname"]
    return len(keys) if named and "id" in keys and "section" in keys else 0


def _column(table, item, slug):
    """Return the place of an assignment's column; raises ExportImpossible."""
    heads = {place: match for place, head in enumerate(table.head) if (match := _ASSIGNMENT.fullmatch(head))}
    wanted = item.canvas or slug
    found = [place for place, match in heads.items() if wanted in (match["id"], match["title"], match.group())]
    found = found or [place for place, match in heads.items() if key(match["title"]) == key(wanted)]
    if len(found) == 1:
        return found[0]
    titles = ", ".join(f"«{match['title']}»" for match in heads.values()) or "chưa có bài nào"
    what = "có nhiều bài" if found else "không có bài"
    raise ExportImpossible(
        f"Bảng điểm của Canvas {what} «{wanted}» (có {one_line(titles, 300)}); hãy ghi canvas = … cho {slug} "
        "trong class.toml."
    )


def _check_points(config, grades, points):
    """Raise ExportImpossible where Canvas counts an assignment on another scale."""
    for slug, text in points.items():
        most = config.item(slug).lms_points or grades.most[slug]
        try:
            there = float(text.replace(",", "."))
        except ValueError:
            raise ExportImpossible(
                f"Canvas không cho nhập điểm của «{slug}» (Points Possible: {text or 'trống'})."
            ) from None
        if abs(there - most) > 1e-6:
            raise ExportImpossible(
                f"Trong Canvas, «{slug}» tối đa {number(there)} điểm, ở đây {number(most)}. "
                f"Hãy ghi lms_points = {number(there)} cho nó trong class.toml để điểm được đổi theo tỉ lệ."
            )
