"""What the commands show: Rich tables, one progress bar, one line for an error. No decisions are made here."""

import sys

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder import marks
from autograder.messages import err, error, warn
from autograder.text import number, one_line

out = Console(highlight=False)

_SIGNS = {marks.PASSED: ("✓", "green"), marks.UNDONE: ("○", "yellow"), marks.PENDING: ("…", "cyan")}
_BAD = ("✗", "red")


def state(name):
    """Return a state as coloured text with its sign."""
    sign, colour = _SIGNS.get(name, _BAD)
    return Text(f"{sign} {name}", style=colour)


def score(value, most):
    """Return ``score/max`` as text."""
    return Text(f"{number(value)}/{number(most)}")


def released(results, check):
    """Show what `autograder release` did."""
    for result in results if len(results) == 1 else ():
        out.print(_assignment_table(result.assignment))
    table = _table(("Bài tập", {}), ("Số bài", _RIGHT), ("Ô chấm", _RIGHT), ("Điểm", _RIGHT), ("Sổ tay sinh viên", {}))
    for result in results:
        a = result.assignment
        colour = {"lệch": "red", "giữ nguyên": "yellow", "không đổi": "dim"}.get(result.state, "green")
        told = Text(result.state, style=colour)
        if result.changes and result.state != "tạo mới":
            told.append(f" ({'; '.join(result.changes)})", style="dim")
        table.add_row(Text(a.slug, style="bold"), str(len(a.tasks)), str(len(a.graded)), number(a.points), told)
    out.print(table)
    for result in results:
        name = f"exercises/{result.assignment.slug}"
        if result.state == "giữ nguyên":
            warn(f"{name} có bài làm nên không bị ghi đè; thêm --force nếu muốn thay bằng bản mới.")
        if result.extra and not check:
            warn(f"{name} có tệp lạ: {', '.join(result.extra)}; thêm --force nếu muốn xóa.")
    if check and any(result.state == "lệch" for result in results):
        error("exercises/ không khớp solutions/; hãy chạy autograder release.")


def checked(checkup):
    """Show what `autograder check` found."""
    assignment = checkup.assignment
    out.print(Text.assemble(("Bài tập ", ""), (assignment.slug, "bold"), (f" · {assignment.title}", "dim")))
    for note in checkup.notes:
        style = "bold red" if note.serious else "bold yellow"
        out.print(Text.assemble(("Cấu trúc: " if note.serious else "Lưu ý: ", style), note.text))
    table = _table(
        ("Bài", {"style": "bold", "overflow": "fold"}), ("Kết quả", {"no_wrap": True}), ("Điểm", _RIGHT), ("Vì sao", {})
    )
    for position, task in enumerate(checkup.tasks, start=1):
        points = score(task.score, task.points) if task.points else Text("–", style="dim")
        name = (
            Text("chờ chấm tay", style="cyan") if task.state == marks.PENDING and not task.hidden else state(task.state)
        )
        # numbered as the notebook's headings are
        table.add_row(Text(f"{position} {task.task}"), name, points, Text("\n".join(task.reasons)))
    out.print(table)
    got, most = sum(t.score for t in checkup.tasks), sum(t.points for t in checkup.tasks)
    hidden = sum(t.hidden for t in checkup.tasks)
    out.print(Text.assemble("Phần nhìn thấy: ", (f"{number(got)}/{number(most)}", "bold"), " điểm."), end=" ")
    if hidden:
        out.print(f"Còn {number(hidden)} điểm của phần ẩn, chấm sau khi nộp.")
    else:
        out.print()
    if checkup.passed:
        out.print(Text("Mọi kiểm tra nhìn thấy đều đạt.", style="green"))
    elif all(task.state in (marks.PASSED, marks.PENDING) for task in checkup.tasks):
        out.print(Text("Các bài đều đạt; chỉ còn phần «Cấu trúc» ở trên cần sửa trước khi nộp.", style="yellow"))
    undone = [task.task for task in checkup.tasks if task.state == marks.UNDONE]
    if undone:
        out.print(Text(f"Chưa làm: {', '.join(undone)}.", style="yellow"))


def progress(total):
    """Return (context manager, function to call with every record): a bar on stderr, silent when it is no terminal."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("Đang chấm"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TextColumn("còn"),
        TimeRemainingColumn(compact=True),
        TextColumn("[dim]{task.fields[last]}"),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    task = bar.add_task("", total=total, last="")

    def step(record):
        last = one_line(f"{record['student']}/{record['assignment']}", 40).replace("[", r"\[")
        bar.update(task, advance=1, last=last)

    return bar, step


def graded(outcome, folder):
    """Show what `autograder grade` did."""
    records = (*outcome.graded, *outcome.skipped)
    new = {(r["student"], r["assignment"]) for r in outcome.graded}
    table = _table(
        ("Bài tập", {"style": "bold"}),
        ("Bài nộp", _RIGHT),
        ("Chấm mới", _RIGHT),
        ("Không đổi", _RIGHT),
        ("Không chấm được", _RIGHT),
        ("Trung bình", _RIGHT),
    )
    for slug in sorted({r["assignment"] for r in records}):
        group = [r for r in records if r["assignment"] == slug]
        fresh = sum((r["student"], slug) in new for r in group)
        bad = sum(r in outcome.ungradable for r in group)
        mean = sum(r["score"] for r in group) / len(group)
        row = (str(len(group)), str(fresh), str(len(group) - fresh), Text(str(bad), style="red" if bad else "dim"))
        table.add_row(slug, *row, Text(f"{mean:.2f}/{number(group[0]['max'])}"))
    out.print(table)
    remarks = [(r, r["reason"] or " ".join(r["notes"])) for r in records]
    if any(text for _, text in remarks):
        table = _table(("Cần xem", _STUDENT), ("Bài tập", {}), ("Điểm", _RIGHT), ("Ghi chú", {}))
        for record, text in remarks:
            if text:
                colour = "red" if record["reason"] else "yellow"
                total = score(record["score"], record["max"])
                table.add_row(_name(record["student"]), record["assignment"], total, Text(text, style=colour))
        out.print(table)
    for stray in outcome.strays:
        warn(f"Bỏ qua submitted/{stray}.")
    out.print(Text(f"Sổ điểm: {folder}/gradebook.db · phản hồi: {folder}/feedback/", style="dim"), soft_wrap=True)
    out.print(Text(f"Bảng điểm: autograder report {folder}", style="dim"), soft_wrap=True)


def reported(results):
    """Show the totals of a class: one table per assignment."""
    for slug in sorted({r.assignment for r in results}):
        group = [r for r in results if r.assignment == slug]
        tasks = list(dict.fromkeys(task for r in group for task in r.tasks))
        heads = [(str(i), _RIGHT) for i in range(1, len(tasks) + 1)]
        table = _table(("Sinh viên", _STUDENT), *heads, ("Tổng", _RIGHT), ("Ghi chú", {}))
        table.title, table.title_justify, table.title_style = Text(f"Bài tập {slug}", style="bold"), "left", ""
        table.show_footer = True
        for result in group:
            cells = [_task_cell(result.tasks.get(task)) for task in tasks]
            total = Text(number(result.score), style="bold")
            table.add_row(_name(result.student), *cells, total, Text(one_line(result.remark, 120), style="yellow"))
        means = [_mean(group, task) for task in tasks]
        table.columns[0].footer = Text("Trung bình", style="dim")
        for column, mean in zip(table.columns[1:-2], means, strict=True):
            column.footer = Text(mean, style="dim")
        table.columns[-2].footer = Text(f"{sum(r.score for r in group) / len(group):.2f}", style="dim")
        out.print(table)
        names = " · ".join(f"{i} {task} ({number(_most(group, task))})" for i, task in enumerate(tasks, start=1))
        out.print(Text(f"{names} · tổng {number(max(r.max for r in group))}", style="dim"))
        out.print()


def detailed(rows):
    """Show every cell of the given rows with its reason."""
    for student, slug in dict.fromkeys((r.student, r.assignment) for r in rows):
        group = [r for r in rows if (r.student, r.assignment) == (student, slug)]
        table = _table(
            ("Ô kiểm tra", {"overflow": "fold"}), ("Kết quả", {"no_wrap": True}), ("Điểm", _RIGHT), ("Vì sao", {})
        )
        for row in group:
            table.add_row(row.cell, state(row.state), score(row.score or 0.0, row.max), Text(row.reason))
        total = f"{number(sum(r.score or 0.0 for r in group))}/{number(sum(r.max for r in group))}"
        table.title, table.title_justify, table.title_style = (
            Text(f"{student} · {slug} · {total}", style="bold"),
            "left",
            "",
        )
        out.print(table)


def write(text):
    """Write text to stdout as it is, for another program."""
    sys.stdout.write(text)
    sys.stdout.flush()


_STUDENT = {"style": "bold", "no_wrap": True, "overflow": "ellipsis", "max_width": 36}
_RIGHT = {"justify": "right", "no_wrap": True}


def _name(student):
    return Text(one_line(student, 60))  # as it is: a name may look like Rich's markup


def _table(*columns):
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for name, options in columns:
        table.add_column(name, **options)
    return table


def _assignment_table(assignment):
    table = _table(
        ("Bài", {"style": "bold"}),
        ("Ô kiểm tra", {"overflow": "fold"}),
        ("Nhìn thấy", _RIGHT),
        ("Ẩn", _RIGHT),
        ("Điểm", _RIGHT),
    )
    title = Text.assemble((assignment.slug, "bold"), (f" · {assignment.title}", "dim"))
    table.title, table.title_justify, table.title_style = title, "left", ""
    for task in assignment.tasks:
        cells = assignment.cells_of(task)
        seen, unseen = (sum(c.points for c in cells if c.hidden is hidden) for hidden in (False, True))
        names = ", ".join(c.grade_id for c in cells)
        table.add_row(task, Text(names, style="dim"), number(seen), number(unseen), number(seen + unseen))
    return table


def _task_cell(part):
    if part is None:
        return Text("–", style="dim")
    got, _, name = part
    return Text("…" if name == marks.PENDING else number(got), style=_SIGNS.get(name, _BAD)[1])


def _mean(group, task):
    scores = [r.tasks[task][0] for r in group if task in r.tasks]
    return f"{sum(scores) / len(scores):.2f}"


def _most(group, task):
    return max(r.tasks[task][1] for r in group if task in r.tasks)
