"""What `report --diff` says on the console. It fits 60 columns and up."""

from collections import Counter

from rich import box
from rich.table import Table
from rich.text import Text

from autograder import console
from autograder.report.changes import WAITS
from autograder.text import number, one_line

SHOWN = 60  # submissions; all of them are in the file


def show(found, *, detailed=False):
    """Print whose grade moved; `detailed`: every cell with what was said of it then and now."""
    time = f"{found.time.astimezone():%Y-%m-%d %H:%M}"
    slugs = ", ".join(found.slugs[:6]) + (f" và {len(found.slugs) - 6} bài khác" if len(found.slugs) > 6 else "")
    console.out.print(Text.assemble("So với trước lần chấm lúc ", (time, "bold"), f" · {slugs}"))
    if detailed:
        for one in found.moved:
            _cells(one)
    elif found.moved:
        _submissions(found.moved)
    _summary(found)


def _submissions(moved):
    wide = console.out.width >= console.WIDE
    table = _table()
    table.add_column("Sinh viên", style="bold", overflow="fold", max_width=24 if wide else 14)
    table.add_column("Điểm", no_wrap=True)
    table.add_column("±", justify="right", no_wrap=True)
    table.add_column("Bài nào, vì sao", overflow="fold")
    for slug in dict.fromkeys(one.assignment for one in moved[:SHOWN]):
        table.add_row(Text(one_line(slug, 60), style="cyan"))
        for one in moved[:SHOWN]:
            if one.assignment == slug:
                told = [f"{task} {_points(*pair)}: {', '.join(why)}" for task, (*pair, why) in one.tasks.items()]
                table.add_row(Text(one_line(one.student, 60)), _total(one), _difference(one), Text("\n".join(told)))
    console.out.print(table)
    if len(moved) > SHOWN:
        console.out.print(Text(f"… và {len(moved) - SHOWN} bài nộp nữa, xem tệp CSV.", style="dim"))


def _cells(one):
    title = Text.assemble((f"{one_line(one.student, 60)} · {one.assignment} · ", "bold"), _total(one))
    console.out.print(title.append(" (").append_text(_difference(one)).append(")"))
    for change in one.changes:
        points = f"{_cell(change.old, change.old_max)} → {_cell(change.new, change.new_max)}"
        name = one_line(change.cell or change.task, 60)
        console.out.print(Text.assemble((f"  {name}: {points}", "bold"), f" · {', '.join(change.causes)}"))
        for name, reason in (("cũ", change.old_reason), ("mới", change.new_reason)):
            if reason:
                console.out.print(Text(f"    {name}: {reason}", style="dim"))


def _summary(found):
    up = sum(one.difference > 0 for one in found.moved)
    down = sum(one.difference < 0 for one in found.moved)
    text = Text()
    waiting = sum(WAITS in one.causes for one in found.moved)
    moved = [one for one in found.moved if not one.only_waits]
    if moved:
        text.append(f"{len(moved)} bài nộp đổi điểm", style="bold")
        text.append(f": {up} tăng, {down} giảm")
        level = len(moved) - up - down
        text.append(f", {level} đổi mà tổng như cũ" if level else "").append(".")
    else:
        text.append("Không bài nộp nào đổi điểm.", style="green")
    if waiting:
        text.append(f" {waiting} bài chờ chấm lại, vì điểm chấm tay có thể là của bài nộp trước.", style="yellow")
    text.append(f" {found.same} không đổi." if found.same else "")
    text.append(f" {found.fresh} bài mới được chấm." if found.fresh else "")
    console.out.print(text)
    counts = Counter(cause for one in found.moved for cause in one.causes)
    if counts:
        told = " · ".join(f"{cause} {count}" for cause, count in counts.most_common())
        console.out.print(Text(f"Vì sao (số bài nộp): {told}.", style="dim"))
    for slug, (old, new) in found.means.items() if found.moved else ():
        console.out.print(Text(f"Trung bình {slug}: {old:.2f} → {new:.2f}.", style="dim"))


def _total(one):
    old, new = _one(one.old, one.was_pending), _one(one.new, one.is_pending)
    if one.old_max != one.new_max:
        return Text(f"{old}/{number(one.old_max)} → {new}/{number(one.new_max)}")
    return Text(f"{old} → {new}/{number(one.new_max)}")


def _difference(one):
    sign = "+" if one.difference > 0 else "−" if one.difference < 0 else "±"
    colour = {"+": "green", "−": "red"}.get(sign, "")
    return Text(f"{sign}{number(abs(one.difference))}", style=colour)


def _cell(value, most):
    return "–" if value is None and not most else _one(value)


def _points(old, new):
    return f"{_one(old)} → {_one(new)}"


def _one(value, pending=False):
    """Return points as text; with dots where a person has yet to give some."""
    text = "…" if value is None else number(value).replace("-", "−")
    return f"{text}+…" if pending and value is not None else text


def _table():
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
