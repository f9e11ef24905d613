"""What the commands show: Rich tables, one progress bar, one line for an error. No decisions are made here."""

import sys
from collections import deque

import rich.progress
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder import marks, settings
from autograder.messages import err, error, warn
from autograder.text import number, one_line

MOST_REMARKS, MOST_SLOW, MOST_FAILING = 40, 5, 3  # lines, names, names under the bar
SLOW_SECONDS = 5  # from here on a submission is worth a word
WIDE = 70  # columns from which all columns of a table have room

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
    table = _table(
        ("Bài tập", _FOLD), ("Số bài", _RIGHT), ("Ô chấm", _RIGHT), ("Điểm", _RIGHT), ("Sổ tay sinh viên", _FOLD)
    )
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
        if result.failing:
            names = ", ".join(f"`{name}`" for name in result.failing)
            warn(f"{name}: chính lời giải mẫu không được trọn điểm ở ô {names}.")
        if result.extra and not check:
            warn(f"{name} có tệp lạ: {', '.join(result.extra)}; thêm --force nếu muốn xóa.")
    if check and any(result.state == "lệch" for result in results):
        error("exercises/ không khớp solutions/; hãy chạy autograder release.")


def checked(checkup):
    """Show what `autograder check` found: each task, then why not, then what to do next."""
    assignment, tasks = checkup.assignment, checkup.tasks
    out.print(Text.assemble(("Bài tập ", ""), (assignment.slug, "bold"), (f" · {assignment.title}", "dim")))
    saved = f"{checkup.saved.astimezone():%H:%M:%S ngày %d/%m}"
    out.print(Text(f"{checkup.path.name}, lưu lúc {saved}", style="dim"))
    if checkup.of_class:
        told = ", ".join(settings.TOLD[name].format(value) for name, value in checkup.of_class.items())
        out.print(Text(f"Giới hạn của lớp: {told}.", style="dim"))
    for note in checkup.notes:
        style = "bold red" if note.serious else "bold yellow"
        out.print(Text.assemble(("Cấu trúc: " if note.serious else "Lưu ý: ", style), note.text))
    table = _table(
        ("Bài", {"style": "bold", "overflow": "fold"}),
        ("Kết quả", {"no_wrap": True}),
        ("Nhìn thấy" if out.width >= WIDE else "Điểm", _RIGHT),
        ("Ẩn", _RIGHT),
    )
    for position, task in enumerate(tasks, start=1):
        points = score(task.score, task.points) if task.points else Text("–", style="dim")
        hidden = number(task.hidden) if task.hidden else "–"
        # numbered as the notebook's headings are
        table.add_row(Text(f"{position} {task.task}"), _told(task), points, Text(hidden, style="dim"))
    out.print(table)
    for position, task in enumerate(tasks, start=1):
        if task.reasons:
            out.print(Text.assemble(("✗ ", "red"), (f"Bài {position} · {task.task}", "bold")))
            for reason in task.reasons:
                out.print(Padding(Text(reason), (0, 0, 0, 2), expand=False))
    if any(task.reasons for task in tasks):
        out.print()
    if checkup.ran_out and not checkup.of_class:
        seconds, memory = number(checkup.limits.cell_seconds), checkup.limits.memory_bytes >> 20
        told = f"Có ô chạm giới hạn ({seconds} giây mỗi ô, {memory} MB mỗi tiến trình). Lớp của bạn có thể đặt khác."
        out.print(Text(told, style="yellow"))
    got, most = sum(t.score for t in tasks), sum(t.points for t in tasks)
    hidden = sum(t.hidden for t in tasks)
    text = Text.assemble("Phần nhìn thấy: ", (f"{number(got)}/{number(most)}", "bold"), " điểm.")
    out.print(text.append(f" Còn {number(hidden)} điểm của phần ẩn, chấm sau khi nộp." if hidden else ""))
    _what_next(checkup)


def _told(task):
    """Return a task's state; a text that only a person marks is not called wrong or right."""
    waits = task.state == marks.PENDING and not task.points
    return Text("… chờ chấm tay" if out.width >= WIDE else "… chấm tay", style="cyan") if waits else state(task.state)


def _what_next(checkup):
    """Say what a student does next."""
    tasks = list(enumerate(checkup.tasks, start=1))
    wrong, undone = (
        [f"{position} ({task.task})" for position, task in tasks if task.state == kind]
        for kind in (marks.WRONG, marks.UNDONE)
    )
    if checkup.passed:
        out.print(Text("Mọi kiểm tra nhìn thấy đều đạt.", style="green"))
        out.print(Text(f"Nộp tệp {checkup.path.name}, giữ nguyên tên."), soft_wrap=True)
        return
    if not wrong and not undone:
        out.print(Text("Các bài đều đạt; chỉ còn phần «Cấu trúc» ở trên cần sửa trước khi nộp.", style="yellow"))
    if len(undone) == len(tasks):
        text = (
            "Chưa bài nào được làm. Nếu bạn đã làm thì hãy lưu sổ tay (Ctrl+S) rồi soát lại: lệnh này đọc tệp trên đĩa."
        )
        out.print(Text(text, style="yellow"))
        return
    if wrong:
        out.print(Text(f"Cần sửa: bài {', '.join(wrong)}.", style="yellow"))
    if undone:
        out.print(Text(f"Chưa làm: bài {', '.join(undone)}.", style="yellow"))


class _Bar(rich.progress.Progress):
    """A bar with a few lines of text below it."""

    below = ()

    def get_renderables(self):
        """Yield the bar, then the lines."""
        yield from super().get_renderables()
        yield from self.below


class Progress:
    """A bar on stderr while a class is graded, silent when that is no terminal; no thread is behind it.

    Below it stand the submissions that could not be graded, and the one that took longest.
    """

    def __init__(self, total):
        self._bar = _Bar(
            SpinnerColumn(),
            TextColumn("Đang chấm"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TextColumn("còn"),
            TimeRemainingColumn(compact=True),
            TextColumn("[dim]{task.fields[last]}"),
            console=err,
            transient=True,
            auto_refresh=False,
            disable=not err.is_terminal,
        )
        self._task = self._bar.add_task("", total=total, last="")
        self._bad, self._failing, self._slowest = 0, deque(maxlen=MOST_FAILING), (0.0, "")

    def start(self):
        """Show the bar."""
        self._bar.start()

    def step(self, record):
        """Count one submission."""
        name = one_line(f"{record['student']}/{record['assignment']}", 40)
        if is_bad(record):
            self._bad += 1
            self._failing.append(name)
        self._slowest = max(self._slowest, (record["seconds"], name))
        self._bar.below = self._below()
        self._bar.update(self._task, advance=1, last=name.replace("[", r"\["))

    def _below(self):
        lines, (seconds, name) = [], self._slowest
        if self._bad:
            which = "gần nhất là " if self._bad > MOST_FAILING else ""
            lines.append((f"{self._bad} bài không chấm được: {which}{', '.join(self._failing)}", "red"))
        if seconds >= SLOW_SECONDS:
            lines.append((f"Lâu nhất: {name} ({seconds:.0f} giây)", "dim"))
        return [Text(f"  {text}", style=style, no_wrap=True, overflow="ellipsis") for text, style in lines]

    def tick(self):
        """Draw the bar anew."""
        self._bar.refresh()

    def stop(self):
        """Remove the bar."""
        self._bar.stop()


def graded(outcome, folder, gradebook):
    """Show what `autograder grade` did."""
    new, sums, remarks, slow, uncontained = set(outcome.graded.keys), {}, [], [], 0
    for record in outcome:
        student, slug = record["student"], record["assignment"]
        sums.setdefault(slug, []).append((record["score"], record["max"], (student, slug) in new, is_bad(record)))
        uncontained += record["walls"] == "none"
        text = record["tampered"] or record["reason"] or " ".join(record["notes"])
        if text:
            bad = is_bad(record) or bool(record["tampered"])
            remarks.append((bad, student, slug, record["score"], record["max"], text))
        if (student, slug) in new:
            slow.append((record["seconds"], student, slug))
    heads = ("Bài nộp", "Chấm mới", "Không đổi", "Không chấm được", "Trung bình")
    if out.width < WIDE:
        heads = ("Nộp", "Mới", "Cũ", "Hỏng", "TB")
    table = _table(("Bài tập", {"style": "bold", "overflow": "fold"}), *((head, _RIGHT) for head in heads))
    for slug, group in sorted(sums.items()):
        fresh, bad = sum(g[2] for g in group), sum(g[3] for g in group)
        row = (str(len(group)), str(fresh), str(len(group) - fresh), Text(str(bad), style="red" if bad else "dim"))
        table.add_row(slug, *row, Text(f"{sum(g[0] for g in group) / len(group):.2f}/{number(group[0][1])}"))
    out.print(table)
    _show_remarks(remarks)
    _show_slowest(slow)
    if uncontained:
        warn(f"{uncontained} bài nộp đã chạy không có hộp cát, với quyền của bạn; báo cáo ghi rõ điều này.")
    for stray in outcome.strays:
        warn(f"Bỏ qua {stray}.")
    out.print(Text(f"Sổ điểm: {gradebook} · phản hồi: {folder}/feedback/", style="dim"), soft_wrap=True)
    out.print(Text(f"Bảng điểm: autograder report {folder}", style="dim"), soft_wrap=True)


def changed(count, folder):
    """Say how many grades that were there before have moved."""
    if count:
        text = f"{count} bài nộp đã chấm trước đây đổi điểm: autograder report {folder} --diff"
        out.print(Text(text, style="yellow"), soft_wrap=True)


def is_bad(record):
    """Whether a submission could not be graded as it was handed in."""
    return record["status"] in ("unreadable", "broken")


def _show_remarks(remarks):
    """List the submissions that a person should look at, those that could not be graded first."""
    if not remarks:
        return
    table = _table(("Cần xem", _STUDENT), ("Bài tập", {}), ("Điểm", _RIGHT), ("Ghi chú", {}))
    remarks.sort(key=lambda remark: not remark[0])
    for bad, student, slug, got, most, text in remarks[:MOST_REMARKS]:
        note = Text(text, style="red" if bad else "yellow")
        if out.width < WIDE:
            out.print(Text.assemble((one_line(student, 60), "bold"), f" · {slug} · ", score(got, most), ": ", note))
        else:
            table.add_row(_name(student), slug, score(got, most), note)
    if table.row_count:
        out.print(table)
    if len(remarks) > MOST_REMARKS:
        out.print(Text(f"… và {len(remarks) - MOST_REMARKS} bài nữa; xem autograder report.", style="dim"))


def _show_slowest(slow):
    """Say which submissions took long, when any stands out."""
    times = sorted(slow, reverse=True)
    usual = times[len(times) // 2][0] if times else 0.0
    told = [
        f"{student}/{slug} ({seconds:.0f} giây)"
        for seconds, student, slug in times[:MOST_SLOW]
        if seconds >= SLOW_SECONDS
    ]
    if told and times[0][0] > 3 * usual:
        out.print(Text(f"Lâu nhất: {one_line(', '.join(told), 200)}.", style="dim"), soft_wrap=True)


def detailed(rows, penalties=None):
    """Show every cell of the given rows with its reason; `penalties` are those of `gradebook.penalties`."""
    for student, slug in dict.fromkeys((r.student, r.assignment) for r in rows):
        group = [r for r in rows if (r.student, r.assignment) == (student, slug)]
        result = "Kết quả" if out.width >= WIDE else ""
        table = _table(
            ("Ô kiểm tra", {"overflow": "fold"}), (result, {"no_wrap": True}), ("Điểm", _RIGHT), ("Vì sao", _FOLD)
        )
        for row in group:
            shown = state(row.state) if out.width >= WIDE else state(row.state)[:1]
            table.add_row(row.cell, shown, score(row.score or 0.0, row.max), Text(row.reason))
        total = f"{number(sum(r.score or 0.0 for r in group))}/{number(sum(r.max for r in group))}"
        late = (penalties or {}).get((student, slug))
        told = f" · nộp trễ, trừ {number(late)}" if late else ""
        table.title, table.title_justify, table.title_style = (
            Text(f"{student} · {slug} · {total}{told}", style="bold"),
            "left",
            "",
        )
        out.print(table)


def wrote(paths):
    """Say which files were written, on stderr: stdout may carry data."""
    for path in paths:
        err.print(Text(f"Đã ghi {path}.", style="dim"), soft_wrap=True)


def write(text):
    """Write text to stdout as it is, for another program."""
    sys.stdout.write(text)
    sys.stdout.flush()


_STUDENT = {"style": "bold", "no_wrap": True, "overflow": "ellipsis", "max_width": 24}
_RIGHT = {"justify": "right", "no_wrap": True}
_FOLD = {"overflow": "fold"}


def _name(student):
    return Text(one_line(student, 60))  # as it is: a name may look like Rich's markup


def _table(*columns):
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for name, options in columns:
        table.add_column(name, **options)
    return table


def _assignment_table(assignment):
    names = (("Ô kiểm tra", _FOLD),) if out.width >= WIDE else ()
    table = _table(("Bài", {"style": "bold"}), *names, ("Nhìn thấy", _RIGHT), ("Ẩn", _RIGHT), ("Điểm", _RIGHT))
    title = Text.assemble((assignment.slug, "bold"), (f" · {assignment.title}", "dim"))
    table.title, table.title_justify, table.title_style = title, "left", ""
    for task in assignment.tasks:
        cells = assignment.cells_of(task)
        seen, unseen = (sum(c.points for c in cells if c.hidden is hidden) for hidden in (False, True))
        listed = [Text(", ".join(c.grade_id for c in cells), style="dim")] if names else []
        table.add_row(task, *listed, number(seen), number(unseen), number(seen + unseen))
    return table
