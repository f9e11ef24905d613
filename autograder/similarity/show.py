"""The findings on the console."""

from rich import box
from rich.table import Table
from rich.text import Text

from autograder import console
from autograder.pages import percent
from autograder.text import one_line

SHOWN = 20
CAVEAT = (
    "Giống nhau không phải là chép bài: bài ngắn, đề gợi ý sẵn cách làm, cùng học một tài liệu đều làm mã giống nhau. "
    "Hãy đọc mã của cả hai và hỏi người viết trước khi kết luận."
)


def show(findings):
    """Print the pairs of every assignment, and what may be made of them."""
    for found in findings:
        console.out.print(Text(f"Bài tập {found.slug}", style="bold"), Text(f"· {found.count} bài nộp", style="dim"))
        if found.pairs:
            console.out.print(_table(found))
            if len(found.pairs) > SHOWN:
                console.out.print(Text(f"… và {len(found.pairs) - SHOWN} cặp khác.", style="dim"))
        else:
            told = f"Không có cặp nào có phần chung vừa đủ dài vừa chiếm từ {percent(found.threshold)} trở lên"
            console.out.print(f"{told} (cặp giống nhất: {percent(found.highest)}).")
        if found.public:
            names = ", ".join(one_line(student, 60) for student, _, _ in found.public[:SHOWN])
            more = f" và {len(found.public) - SHOWN} người nữa" if len(found.public) > SHOWN else ""
            told = f"Gần như lời giải mẫu đã công bố ({len(found.public)} bài nộp): {names}{more}."
            console.out.print(Text(told, style="dim"))
        if found.left_out:
            console.out.print(Text(f"Không so sánh {len(found.left_out)} bài không đọc được.", style="dim"))
        console.out.print()
    if any(found.pairs for found in findings):
        console.out.print(Text(CAVEAT, style="yellow"))


def who(answers):
    """Return a student's name, with the class where it is an earlier one."""
    name = one_line(answers.student, 60)
    return f"{name} ({one_line(answers.group, 40)})" if answers.group else name


def _table(found):
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("Hai bài nộp", overflow="fold", style="bold")
    table.add_column("Giống", justify="right", no_wrap=True)
    table.add_column("Ở bài", overflow="fold")
    for pair in found.pairs[:SHOWN]:
        names = Text(f"{who(pair.one)}\n{who(pair.other)}")
        tasks = ", ".join(pair.alike) or "nhiều đoạn nhỏ"
        table.add_row(names, percent(pair.share), Text(one_line(tasks, 200)))
    return table
