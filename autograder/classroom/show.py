"""What the class's commands say on the console. It fits 60 columns and up."""

import contextlib

from rich import box
from rich.table import Table
from rich.text import Text

from autograder import console
from autograder.classroom import placing
from autograder.classroom.collecting import RULE
from autograder.messages import warn
from autograder.text import number, one_line

SHOWN = 20  # lines of each list; all of them are in the files


def started(folder, made):
    """Say what `autograder new` made and what to do next."""
    console.wrote(made)
    for line in (
        f"1. Chép danh sách lớp vào {folder}/sinh-vien.csv (CSV từ phòng đào tạo, Moodle hay Canvas).",
        f"2. Ghi hạn nộp vào {folder}/class.toml.",
        f"3. Khi đã có bài nộp: autograder collect {folder} TỆP_ZIP_TẢI_VỀ",
    ):
        console.out.print(Text(line), soft_wrap=True)


def collected(outcome, folder):
    """Say what `autograder collect` found."""
    sums = {}
    for one in outcome.placed:
        sums.setdefault(one.slug, []).append(one)
    wide = console.out.width >= console.WIDE
    heads = ("Mới", "Thay bài cũ", "Không đổi", "Chưa nộp") if wide else ("Mới", "Thay", "Cũ", "Thiếu")
    table = _table("Bài tập", heads)
    for slug in sorted({*sums, *outcome.missing}):
        states = [one.state for one in sums.get(slug, ())]
        same = len(states) - states.count(placing.NEW) - states.count(placing.REPLACED)
        missing = len(outcome.missing.get(slug, ()))
        counts = (states.count(placing.NEW), states.count(placing.REPLACED), same)
        table.add_row(slug, *map(str, counts), Text(str(missing), style="yellow" if missing else "dim"))
    if table.row_count:
        console.out.print(table)
    _list("Không rõ của ai hoặc bài nào, chưa được thu", outcome.unmatched, "red")
    older = [(f"{one.student} · {one.slug}", f"giữ {one.origin}") for one in outcome.placed if one.older]
    _list("Có nhiều bài nộp", older, "yellow")
    if older:
        console.out.print(Text(f"{RULE} Các bài kia ở trong collected/.", style="dim"))
    _list("Bỏ qua hoặc đã sửa", outcome.ignored, "yellow")
    late = [(f"{student} · {slug}", "hãy ghi giờ nộp vào timestamp.txt") for student, slug in outcome.untimed]
    _list("Canvas báo nộp trễ nhưng không cho biết mấy giờ", late, "yellow")
    for slug, group in outcome.missing.items():
        if group:
            names = ", ".join(group[:SHOWN]) + (f" và {len(group) - SHOWN} người nữa" if len(group) > SHOWN else "")
            console.out.print(Text.assemble((f"Chưa nộp {slug}: ", "yellow"), names))
    if outcome.placed and not any(one.time for one in outcome.placed):
        warn("Không biết giờ nộp của bài nào nên không bài nào bị tính là trễ; xem autograder collect --help.")
    console.wrote(outcome.reports)
    if outcome.placed:
        console.out.print(Text(f"Chấm: autograder grade {folder}", style="dim"), soft_wrap=True)


def forgotten(found, folder, student, *, is_gone):
    """Say what `autograder forget` deleted, or would, and what is left to the teacher."""
    said = "Đã xóa" if is_gone else "Sẽ xóa"
    for path in found.paths:
        console.out.print(Text(f"{said} {path}"), soft_wrap=True)
    if found.marked or found.versions:
        told = f"{said} {found.marked} bài trong sổ điểm, {found.versions} dòng trong sổ ghi nhận bài nộp."
        console.out.print(Text(told), soft_wrap=True)
    for path in found.own:
        warn(f"{path} còn ghi {student}; bạn tự bỏ dòng ấy.")
    then = f"Viết lại báo cáo: autograder report {folder}" if is_gone else "Chưa xóa gì. Xóa thật: thêm --yes."
    console.out.print(Text(then, style="dim"), soft_wrap=True)


def varied(found, folder):
    """Say what `autograder vary` picked, and what to do next."""
    for one in found:
        if not one.seeds and not one.constants:
            console.out.print(Text.assemble((one.slug, "bold"), (": không có gì để đổi.", "dim")))
            continue
        line = Text.assemble((one.slug, "bold"), f": {one.seeds} hạt giống")
        for name, (old, new) in one.constants.items():
            line.append(f", {name} {_value(old)} → ").append(_value(new), style="cyan")
        console.out.print(line.append(" (như cũ)" if one.is_same else ".", style="dim" if one.is_same else ""))
    for one in found:
        if one.overtaken:
            warn(f"{one.overtaken} bài nộp của {one.slug} đã có trước khi đề đổi; sinh viên ấy làm theo đề cũ.")
    text = "Lời giải mẫu được trọn điểm ở mọi bài, bài chưa làm được 0."
    told = " Lời giải của đề gốc mất điểm ở mọi bài có hằng số." if any(one.constants for one in found) else ""
    console.out.print(Text(text + told, style="green"))
    console.out.print(Text(f"Phát bài: autograder bundle --class {folder}", style="dim"), soft_wrap=True)


def _value(value):
    return one_line(f"«{value}»" if isinstance(value, str) else value, 40)


def stale(target, folder):
    """Warn of assignments of the class whose original has changed."""
    from autograder.classroom import varying

    slugs = varying.stale(target)
    if slugs:
        told = ", ".join(slugs[:SHOWN])
        warn(f"Bản gốc của {told} đã đổi sau khi làm đề riêng cho lớp; muốn theo bản mới: autograder vary {folder}.")


def inspected(leaks, folder):
    """Say which files of a folder hold what only the source has."""
    for leak in leaks[:SHOWN]:
        console.out.print(
            Text.assemble((f"{leak.file}", "bold"), f" · {leak.slug}: ", (one_line(leak.line, 60), "red"))
        )
    if leaks:
        console.out.print(Text(f"{len(leaks)} tệp mang lời giải hoặc kiểm tra ẩn.", style="bold"))
        console.out.print(Text(f"Đừng công bố {folder}.", style="red"), soft_wrap=True)
    else:
        text = f"Không thấy dòng nào của lời giải hay kiểm tra ẩn trong {folder}."
        console.out.print(Text(text, style="green"), soft_wrap=True)


@contextlib.contextmanager
def starting_page():
    """Say that the page is on its way, which takes some seconds."""
    with console.err.status("Đang mở formgrader…"):
        yield


def page_opens(waiting, address):
    """Say what waits for a person, and where the page is."""
    for one in waiting:
        told = f"{one.submissions} bài nộp, {one.cells} câu" if one.cells != one.submissions else f"{one.cells} bài nộp"
        console.out.print(Text.assemble("Chờ chấm tay: ", (one.slug, "bold"), f", {told}."))
    if not waiting:
        console.out.print(Text("Không có gì chờ chấm tay; bạn vẫn sửa điểm và ghi nhận xét được."))
    console.out.print(Text.assemble("Formgrader: ", (address, "bold cyan")), soft_wrap=True)
    console.out.print(Text("Ctrl-C để dừng; điểm được lưu ngay khi bạn rời ô nhập.", style="dim"))


def page_closed(marked, folder):
    """Say what was marked while the page was open."""
    if not marked.submissions:
        console.out.print(Text("Đã dừng. Không điểm hay nhận xét nào đổi."))
        return
    count = len(marked.submissions)
    text = f"Đã dừng. {count} bài nộp có điểm hoặc nhận xét mới; đã viết lại {marked.pages} trang phản hồi."
    console.out.print(Text(text, style="green"))
    console.out.print(Text(f"Điểm của ai đã đổi: autograder report {folder} --diff", style="dim"), soft_wrap=True)


def exported(found):
    """Say what `autograder export` wrote, and who is not in it."""
    grades, wide = found.grades, console.out.width >= console.WIDE
    heads = ("Có điểm", "Bị trừ nộp trễ", "Chờ chấm tay", "Để trống") if wide else ("Có", "Trễ", "Chờ", "Trống")
    table = _table("Bài tập", heads)
    for slug in grades.slugs:
        given = [grade for (_, of), grade in grades.given.items() if of == slug]
        pending = sum(grade.is_pending for grade in given)
        late = sum(grade.penalty > 0 for grade in given)
        count = len(given) - pending
        table.add_row(slug, str(count), str(late), str(pending), str(found.students - count))
    console.out.print(table)
    late = [
        (f"{g.student} · {g.slug}", f"{number(g.score)} − {number(g.penalty)} = {number(g.final)}")
        for g in grades.given.values()
        if g.penalty and not g.is_pending
    ]
    _list("Đã trừ nộp trễ", late, "yellow")
    again = [
        (f"{g.student} · {g.slug}", "điểm chấm tay có thể là của bài nộp trước; xem trong autograder formgrade")
        for g in grades.given.values()
        if g.is_stale
    ]
    _list("Chờ chấm lại nên không có điểm", again, "yellow")
    strangers = [(student, "không có trong danh sách lớp") for student in grades.strangers]
    strangers += [(student, "không có trong bảng điểm của Canvas") for student in found.absent]
    _list("Có điểm nhưng không được xuất", strangers, "red")
    kept = [(f"{student} · {slug}", "Canvas ghi EX hoặc N/A, được giữ nguyên") for student, slug in found.kept]
    _list("Không ghi đè", kept, "yellow")
    console.wrote((found.path,))
    if found.gaps:
        warn(
            f"Tệp ghi - ở {len(found.gaps)} ô chưa có điểm: khi nhập, Moodle xóa điểm đang có ở những ô ấy. "
            "Muốn giữ thì xuất từng bài với -a."
        )


def _list(title, lines, colour):
    """Print a list of (what, why), one or two lines each."""
    if not lines:
        return
    console.out.print(Text(f"{title} ({len(lines)})", style="bold"))
    for what, why in lines[:SHOWN]:
        console.out.print(Text.assemble("  ", one_line(what, 160), ": ", (one_line(why, 300), colour)))
    if len(lines) > SHOWN:
        console.out.print(Text(f"  … và {len(lines) - SHOWN} dòng nữa, xem tệp trong reports/.", style="dim"))


def _table(name, heads):
    """Return a table whose first column is text, the others numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column(name, style="bold", overflow="fold")
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table
