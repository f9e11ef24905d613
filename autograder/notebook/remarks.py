"""What is said about the lines of a student's own cells, and the lines that are not run."""

from collections import Counter

from autograder.notebook import code
from autograder.notebook.notes import Note, lines, names
from autograder.text import one_line

_TOLD = {
    code.INSTALL: ("Lệnh cài đặt hoặc tải về không được chạy khi chấm: {}.", False),
    code.ASK: ("Dòng gọi `input()` bị bỏ qua vì khi chấm không có ai để nhập, cùng những dòng cần nó: {}.", True),
    code.ELSEWHERE: ("Dòng chỉ chạy được trên Colab hoặc Kaggle bị bỏ qua khi chấm: {}.", False),
    code.MAGIC: ("Ô lời giải bắt đầu bằng một lệnh khiến nó không còn là mã Python; dòng ấy bị bỏ qua: {}.", True),
    code.SHELL: ("Lệnh hệ thống được chạy ở nơi không có mạng và không có tệp của máy bạn: {}.", False),
}


def neutralise(notebook, numbers):
    """Turn the lines of a student's cells that cannot run when graded into comments; return notes about them.

    `numbers` says which cell of the student's file a cell is: ``{id(cell): number from 1}``.
    """
    found = {}
    for cell, is_solution in _own(notebook):
        cell["source"], findings = code.neutralised(cell.source, solution=is_solution)
        for finding in findings:
            place = _place(cell, numbers)
            found.setdefault(finding.kind, {}).setdefault(place, []).append(finding)
    notes = []
    for kind, (told, serious) in _TOLD.items():
        if kind in found:
            where = [_where(place, findings) for place, findings in found[kind].items()]
            kept = "shell" if kind == code.SHELL else "neutralised"
            notes.append(Note(kept, told.format(_some(where)), serious))
    return notes


def remarks(notebook, numbers, wanted):
    """Return notes about lines that will surprise their author: paths of one machine, names given twice."""
    notes, paths, hidden = [], [], []
    definitions = Counter(name for cell, _ in _own(notebook) for name in code.functions(cell.source))
    asked = {name for task in wanted.values() for name in task}
    for cell, is_solution in _own(notebook):
        place = _place(cell, numbers)
        paths += [f"{one_line(path, 40)} (dòng {line} của {place})" for line, path in code.paths(cell.source)]
        hidden += [f"`{name}` (dòng {line} của {place})" for line, name in code.shadowed(cell.source)]
        again = sorted(
            name for name in code.functions(cell.source) & asked if definitions[name] > 1 and not is_solution
        )
        if again:
            told = f"{names(again)} được định nghĩa lại ở {place}; ô kiểm tra đứng sau ô đó dùng bản mới."
            notes.append(Note("redefined", told, serious=False))
    if paths:
        notes.append(Note("path", f"Đường dẫn chỉ có trên máy của bạn: {_some(paths)}.", serious=False))
    if hidden:
        notes.append(Note("shadow", f"Tên có sẵn của Python bị đặt lại: {_some(hidden)}.", serious=False))
    return notes[:5]


def _own(notebook):
    """Yield (cell, whether it is a solution cell) for the code cells that the student may write."""
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and (not mark or mark.get("solution")):
            yield cell, bool(mark)


def _place(cell, numbers):
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    number = numbers.get(id(cell))
    return f"ô `{name}`" if name else f"ô thứ {number}" if number else "một ô của bạn"


def _where(place, findings):
    first = one_line(findings[0].text, 60).replace("`", "'")
    return f"{lines(f.line for f in findings)} của {place} (`{first}`)"


def _some(items, most=4):
    return ", ".join(items[:most]) + (f" và {len(items) - most} chỗ nữa" if len(items) > most else "")
