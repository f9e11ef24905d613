"""The report on the console: the scores of each assignment, then its numbers. It fits 40 columns and up."""

from rich import box
from rich.table import Table
from rich.text import Text

from autograder import console, marks
from autograder.pages import decimal
from autograder.report.statistics import FEW, SOME, difficulty
from autograder.text import number, one_line

_RIGHT = {"justify": "right", "no_wrap": True}
_BLOCKS = " ▁▂▃▄▅▆▇█"
_SIGNS = {marks.PASSED: ("✓", "green"), marks.UNDONE: ("○", "yellow"), marks.PENDING: ("…", "cyan")}
_BAD = ("✗", "red")
SHOWN = 5  # failing checks; four times as many flagged submissions


def show(report):
    """Print the report."""
    for section in report.sections:
        console.out.print(Text(f"Bài tập {section.slug}", style="bold"))
        _scores(section.results)
        if section.warning:
            console.out.print(Text(section.warning, style="red"))
        _spread(section)
        _items(section)
        _failures(section)
        console.out.print()
    _flags(report.told)


def _scores(results):
    """Print who got what: every task's points where they fit, else a sign for every task."""
    tasks = list(dict.fromkeys(task for result in results for task in result.tasks))
    names = [one_line(result.student, 60) for result in results]
    longest = min(max(map(len, names)), 24)
    cells = [[_points(result.tasks.get(task)) for task in tasks] for result in results]
    means = [decimal(_mean(results, task)) for task in tasks]
    widths = [
        max(len(str(n)), len(means[n - 1]), *(len(line[n - 1]) for line in cells)) for n in range(1, 1 + len(tasks))
    ]
    table = _table()
    table.show_footer = True
    table.add_column("Sinh viên", Text("Trung bình", style="dim"), no_wrap=True, max_width=24, style="bold")
    late = any(result.penalty for result in results)
    fits = longest + sum(width + 2 for width in widths) + (18 if late else 10) <= console.out.width
    for place, mean in enumerate(means if fits else (), start=1):
        table.add_column(str(place), Text(mean, style="dim"), **_RIGHT)
    if not fits:
        table.add_column(f"Bài 1–{len(tasks)}", overflow="fold")
    if late:
        table.add_column("Trễ", **_RIGHT)
    total = sum(result.final for result in results) / len(results)
    table.add_column("Tổng", Text(decimal(total), style="dim"), **_RIGHT)
    for result, name, line in zip(results, names, cells, strict=True):
        looks = [_SIGNS.get(result.tasks[task][2], _BAD) if task in result.tasks else ("–", "dim") for task in tasks]
        if fits:
            shown = [Text(text, style=colour) for text, (_, colour) in zip(line, looks, strict=True)]
        else:
            shown = [Text.assemble(*looks)]
        if late:
            shown.append(Text(f"−{decimal(result.penalty)}" if result.penalty else "", style="red"))
        table.add_row(Text(name), *shown, Text(decimal(result.final), style="bold"))
    console.out.print(table)
    if late:
        console.out.print(Text("Tổng đã trừ nộp trễ; các con số dưới đây thì chưa trừ.", style="dim"))


def _points(part):
    if part is None:
        return "–"
    return "…" if part[2] == marks.PENDING else decimal(part[0])


def _mean(results, task):
    scores = [r.tasks[task][0] for r in results if task in r.tasks]
    return sum(scores) / len(scores)


def _spread(section):
    spread = section.spread
    if not spread.count:
        console.out.print(Text("Không có bài nộp nào chấm được.", style="red"))
        return
    highest = max(spread.bins)
    bars = "".join(_BLOCKS[-(-8 * count // highest)] for count in spread.bins)
    text = Text.assemble((f"0 │{bars}│ {number(spread.max)}", "cyan"), f"  {spread.count} bài nộp")
    text.append(f", trung bình {decimal(spread.mean)}, trung vị {decimal(spread.median)}")
    text.append(f", độ lệch chuẩn {decimal(spread.deviation)}" if spread.deviation is not None else "")
    console.out.print(text)
    if section.ungradable:
        console.out.print(
            Text(f"Không tính {section.ungradable} bài không chấm được (0 điểm) vào các con số này.", style="red")
        )
    if section.timing:
        time = section.timing
        told = f"Chấm mất {decimal(time.total, 1)} giây; một bài thường mất {decimal(time.median)} giây, "
        console.out.print(Text(f"{told}lâu nhất {decimal(time.longest)} giây.", style="dim"))


def _items(section):
    wide = console.out.width >= console.WIDE
    table = _table()
    table.add_column("Bài", overflow="fold", style="bold")
    table.add_column("Trung bình" if wide else "TB", **_RIGHT)
    table.add_column("Độ khó", no_wrap=True)
    if wide:
        table.add_column("Độ phân biệt", **_RIGHT)
        table.add_column("Nghĩa là")
    for place, item in enumerate(section.items, start=1):
        mean = "–" if item.mean is None else f"{decimal(item.mean)}/{decimal(item.max)}"
        row = [Text(f"{place} {one_line(item.task, 60)}"), mean, difficulty(item.share)]
        if wide:
            colour = "red" if item.discrimination is not None and item.discrimination < 0.2 else ""
            row += [Text(decimal(item.discrimination), style=colour), Text(item.verdict, style="dim")]
        table.add_row(*row)
    console.out.print(table)
    for word in dict.fromkeys(item.verdict for item in section.items if not wide):
        places = ", ".join(str(n) for n, item in enumerate(section.items, start=1) if item.verdict == word)
        console.out.print(Text(f"Độ phân biệt, bài {places}: {word}.", style="dim"))
    if FEW <= section.spread.count < SOME:
        console.out.print(Text(f"Dưới {SOME} bài nộp, độ phân biệt chỉ để tham khảo.", style="dim"))


def _failures(section):
    if not section.failures:
        return
    console.out.print()
    console.out.print(Text("Kiểm tra hay trượt nhất", style="bold"))
    for failure in section.failures[:SHOWN]:
        head = f"{failure.students} bài · {one_line(failure.cell, 60)}: "
        console.out.print(Text.assemble((head, "yellow"), one_line(failure.reason, 300)))


def _flags(flags):
    if not flags:
        return
    console.out.print(Text("Bài nộp cần xem", style="bold"))
    for flag in flags[: 4 * SHOWN]:
        place = f"{one_line(flag.student, 60)} · {one_line(flag.assignment, 60)} · "
        console.out.print(
            Text.assemble(place, (flag.title, "red"), f": {one_line(flag.text, 300)}" if flag.text else "")
        )
    if len(flags) > 4 * SHOWN:
        console.out.print(Text(f"… và {len(flags) - 4 * SHOWN} bài khác.", style="dim"))


def _table():
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
