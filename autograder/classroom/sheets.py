"""The grades as a plain table, for people: CSV or Excel."""

import csv
import io

from autograder.report.files import harmless

HEAD = ("Mã sinh viên", "Họ và tên", "Email", "Lớp")


def table(roster, grades):
    """Return (heads, lines); of an assignment with late submissions also what was taken off."""
    late = {slug: any(g.penalty for (_, s), g in grades.given.items() if s == slug) for slug in grades.slugs}
    heads, lines = list(HEAD), []
    for slug in grades.slugs:
        heads += [f"{slug}: trước khi trừ", f"{slug}: trừ nộp trễ"] if late[slug] else []
        heads.append(f"{slug} (tối đa {grades.most[slug]:g})")
    for student in roster:
        line = [student.id, student.name, student.email, student.section]
        for slug in grades.slugs:
            grade = grades.given.get((student.id, slug))
            known = grade is not None and not grade.is_pending
            if late[slug]:
                line += [grade.score, grade.penalty] if known else [None, None]
            line.append(grade.final if known else None)
        lines.append(line)
    return heads, lines


def to_csv(roster, grades):
    """Return CSV as bytes, with a mark so that Excel reads the Vietnamese."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heads, lines = table(roster, grades)
    for line in (heads, *lines):
        writer.writerow([harmless(value) for value in line])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(roster, grades):
    """Return an Excel workbook as bytes."""
    from autograder.report.workbook import pack

    return pack([("Điểm", *table(roster, grades))])
