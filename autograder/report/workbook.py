"""The report as an Excel workbook. No cell of it is a formula, whatever a student is called or wrote."""

import io
import re

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from autograder.report.files import harmless
from autograder.report.statistics import difficulty

_HEAD, _FILL = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
_WRAP = Alignment(wrap_text=True, vertical="top")
MAX_WIDTH = 60


def to_xlsx(report):
    """Return the workbook as bytes: totals, one sheet per assignment, statistics, failures, flags, all cells."""
    return pack(_sheets(report))


def pack(sheets):
    """Return a workbook as bytes; `sheets` are (title, heads, lines), every text in them harmless afterwards."""
    book = Workbook(write_only=True)
    taken = set()
    for title, head, lines in sheets:
        _fill(book.create_sheet(_title(title, taken)), head, lines)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheets(report):
    slugs = [section.slug for section in report.sections]
    by = {}
    for section in report.sections:
        for result in section.results:
            by.setdefault(result.student, {})[section.slug] = result
    heads = [f"{s.slug} (tối đa {s.spread.max:g})" for s in report.sections]
    yield (
        "Tổng",
        ["Sinh viên", *heads],
        [[student, *(of[s].final if s in of else None for s in slugs)] for student, of in sorted(by.items())],
    )
    for section in report.sections:
        tasks = [item.task for item in section.items] or list(
            dict.fromkeys(task for result in section.results for task in result.tasks)
        )
        most = {task: result.tasks[task][1] for result in section.results for task in result.tasks}
        yield (
            section.slug,
            ["Sinh viên", *(f"{task} ({most[task]:g})" for task in tasks), "Cộng", "Trừ nộp trễ", "Tổng", "Ghi chú"],
            [
                [
                    r.student,
                    *(r.tasks[t][0] if t in r.tasks else None for t in tasks),
                    r.score,
                    r.penalty or None,
                    r.final,
                    r.remark,
                ]
                for r in section.results
            ],
        )
    yield (
        "Thống kê",
        ["Bài tập", "Bài", "Số bài nộp", "Tối đa", "Trung bình", "Tỉ lệ", "Độ khó", "Đủ điểm", "Chưa làm",
         "Độ phân biệt", "Nghĩa là"],
        [
            [s.slug, i.task, i.count, i.max, _rounded(i.mean), _rounded(i.share), difficulty(i.share), i.full, i.undone,
             _rounded(i.discrimination), i.verdict]
            for s in report.sections
            for i in s.items
        ],
    )  # fmt: skip
    yield (
        "Lỗi hay gặp",
        ["Bài tập", "Bài", "Ô kiểm tra", "Số bài nộp", "Tỉ lệ", "Lý do (cách nói hay gặp nhất)"],
        [
            [s.slug, f.task, f.cell, f.students, _rounded(f.share), f.reason]
            for s in report.sections
            for f in s.failures
        ],
    )
    yield (
        "Cần xem",
        ["Sinh viên", "Bài tập", "Vì sao", "Ghi chú"],
        [[f.student, f.assignment, f.title, f.text] for f in report.flags],
    )
    yield (
        "Chi tiết",
        ["Sinh viên", "Bài tập", "Bài", "Ô kiểm tra", "Điểm", "Tối đa", "Kết quả", "Lý do"],
        [[r.student, r.assignment, r.task, r.cell, r.score, r.max, r.state, r.reason] for r in report.rows],
    )


def _fill(sheet, head, lines):
    lines = list(lines)
    sheet.freeze_panes = "B2"
    for column, name in enumerate(head, start=1):
        longest = max([len(str(name)), *(len(str(line[column - 1] or "")) for line in lines)])
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 8), MAX_WIDTH)
    sheet.append([_cell(sheet, name, head=True) for name in head])
    for line in lines:
        sheet.append([_cell(sheet, value) for value in line])


def _cell(sheet, value, head=False):
    """Return a cell: a number, nothing, or text that says it is text."""
    value = harmless(value) if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # whatever it begins with
        cell.alignment = _WRAP
    if head:
        cell.font, cell.fill = _HEAD, _FILL
    return cell


def _rounded(value):
    return None if value is None else round(value, 3)


def _title(text, taken):
    """Return a name for a sheet: Excel allows 31 characters, some not at all, and no name twice."""
    base = re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", text).strip()[:31] or "Bài tập"
    title, number = base, 2
    while title.casefold() in taken:
        title, number = f"{base[:27]} {number}", number + 1
    taken.add(title.casefold())
    return title
