"""The command line: one thin function a command, no logic.

Exit codes: 0 done; 1 ``check`` found something that does not pass, or ``release --check`` found drift; 2 the
command cannot be carried out as given (bad usage, course, class folder or file); 3 all is graded, but some submissions
could not be graded as submitted; 70 a fault of the program; 130 interrupted.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

from autograder import vietnamese
from autograder.errors import AssignmentBroken, AutograderError
from autograder.vietnamese import Command, typer

app = typer.Typer(
    name="autograder",
    cls=vietnamese.Group,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    subcommand_metavar="LỆNH …",
    options_metavar="[TÙY CHỌN]",
    invoke_without_command=True,
)

CourseOption = Annotated[
    str | None,
    typer.Option(
        "--course",
        metavar="THƯ_MỤC",
        envvar="AUTOGRADER_COURSE",
        help="Thư mục của khóa học (chứa solutions/), hoặc một khóa học nbgrader.",
    ),
]

SecondsOption = Annotated[
    float | None,
    typer.Option("--limit-seconds", metavar="GIÂY", min=0.1, max=86400, help="Thời gian cho một ô; mặc định 30."),
]
# nbgrader's name for it
TimeoutOption = Annotated[float | None, typer.Option("--timeout", min=0.1, max=86400, hidden=True)]
ClassArgument = Annotated[
    Path, typer.Argument(metavar="LỚP", help="Thư mục lớp, chứa submitted/<sinh viên>/<bài tập>/.", show_default=False)
]
AssignmentsOption = Annotated[
    list[str] | None,
    typer.Option("--assignment", "-a", metavar="BÀI_TẬP", help="Chỉ bài tập này; dùng được nhiều lần."),
]
StudentsOption = Annotated[
    list[str] | None, typer.Option("--student", "-s", metavar="TÊN", help="Chỉ sinh viên này; dùng được nhiều lần.")
]


def _url(text):
    if text is not None and "://" not in text:
        raise typer.BadParameter("no URL")
    return text


DbOption = Annotated[
    str | None,
    typer.Option("--db", metavar="URL", callback=_url, help="Sổ điểm ở nơi khác: postgresql://ten@may/so_diem."),
]


@app.callback(invoke_without_command=True)
def root(context: typer.Context):
    """Phát bài tập, tự soát bài và chấm bài của khóa học.

    Sinh viên dùng [bold]check[/]. Người dạy dùng [bold]grade[/] rồi [bold]report[/].
    Người soạn bài dùng [bold]release[/].
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Sinh sổ tay sinh viên từ bản gốc trong solutions/.")
def release(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[BÀI_TẬP]…", help="Tên bài tập; để trống là tất cả.", show_default=False),
    ] = None,
    course: CourseOption = None,
    check: Annotated[bool, typer.Option("--check", help="Chỉ so sánh, không ghi; lệch thì mã thoát là 1.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Ghi đè cả khi có bài làm, xóa tệp lạ.")] = False,
):
    """Soát bản gốc trong solutions/ rồi sinh sổ tay cho sinh viên vào exercises/.

    Sổ tay đang có bài làm thì được giữ nguyên. Mã thoát: 0 xong, 1 lệch (với --check), 2 bản gốc có lỗi.
    """
    from autograder import console
    from autograder import release as releases
    from autograder.course import find_course

    results = releases.release(find_course(course), assignments or (), check=check, force=force)
    console.released(results, check)
    raise typer.Exit(1 if any(result.state == releases.DRIFTED for result in results) else 0)


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Tự soát một sổ tay trước khi nộp.")
def check(
    notebook: Annotated[Path, typer.Argument(metavar="SỔ_TAY", help="Tệp .ipynb, hoặc thư mục của bài.")],
    assignment: Annotated[
        str | None,
        typer.Option("--assignment", "-a", metavar="BÀI_TẬP", help="Tên bài tập, nếu tên tệp không nói lên điều đó."),
    ] = None,
    course: CourseOption = None,
    seconds: SecondsOption = None,
    timeout: TimeoutOption = None,
):
    """Chạy sổ tay từ đầu như khi chấm, rồi cho biết từng bài đạt hay chưa.

    Tệp của bạn chỉ được đọc. Mã thoát: 0 mọi kiểm tra nhìn thấy đều đạt, 1 còn chỗ chưa đạt, 2 tệp không dùng được.
    """
    from autograder import console, preflight
    from autograder.course import find_course

    place = find_course(course, start=notebook.parent if course is None else None)
    checkup = preflight.check(place, notebook, slug=assignment, seconds=seconds or timeout)
    console.checked(checkup)
    raise typer.Exit(0 if checkup.passed else 1)


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Chấm mọi bài nộp trong một thư mục lớp.")
def grade(
    folder: ClassArgument,
    assignments: AssignmentsOption = None,
    students: StudentsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Chấm lại cả những bài không đổi.")] = False,
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-j", metavar="SỐ", min=1, max=64, help="Số bài chấm cùng lúc; mặc định là số CPU."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ĐỊA_CHỈ", help="Chấm trên cụm Dask, ví dụ tcp://may-chu:8786."),
    ] = None,
    seconds: SecondsOption = None,
    timeout: TimeoutOption = None,
    memory: Annotated[
        int | None,
        typer.Option(
            "--limit-memory", metavar="MB", min=64, max=1 << 20, help="Bộ nhớ cho mỗi tiến trình; mặc định 2048."
        ),
    ] = None,
    kernel: Annotated[
        bool, typer.Option("--kernel", help="Chạy trong kernel Jupyter thật (chậm hơn nhiều lần).")
    ] = False,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Không dùng hộp cát: chỉ cho bài của người bạn tin.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON ra stdout.")] = False,
    course: CourseOption = None,
    db: DbOption = None,
):
    """Chấm LỚP/submitted/<sinh viên>/<bài tập>/; ghi sổ điểm, autograded/, feedback/ và reports/ vào LỚP.

    Bài đã chấm mà không đổi thì không chấm lại. Bị ngắt giữa chừng thì chạy lại là tiếp tục.

    Khóa học đặt giới hạn riêng cho từng bài trong tệp autograder.toml của nó; tùy chọn ở đây thắng tệp ấy.

    [bold]Ví dụ[/]
    autograder grade lop-2026
    autograder grade lop-2026 -a pixels -s an -s binh --force
    autograder grade lop-2026 --cluster tcp://may-chu:8786
    autograder grade lop-2026 --db postgresql://giang-vien@may-chu/diem

    [bold]Mã thoát[/]
    0: mọi bài đã chấm.
    2: không chấm được gì (sai tham số, lớp, khóa học, sổ điểm, cụm).
    3: có bài không chấm được, đã ghi 0 điểm kèm lý do.
    70: lỗi của chương trình. 130: bị ngắt.
    """
    from autograder import batch, console, messages, report
    from autograder.course import find_course

    place = find_course(course, folder=folder)
    target = batch.class_folder(folder, place)
    plan = batch.plan(
        place,
        target,
        assignments=assignments or (),
        students=students or (),
        force=force,
        asked={"seconds": seconds or timeout, "memory_mb": memory},
        kernel=kernel,
        sandbox=not no_sandbox,
        db=db,
    )
    for notice in plan.notices:
        messages.warn(notice)
    outcome = batch.run(plan, workers=workers, cluster=cluster, progress=console.Progress(len(plan.jobs)))
    report.save(target, plan.gradebook)
    if as_json:
        for piece in batch.summary(outcome):
            console.write(piece)
    else:
        console.graded(outcome, folder, plan.gradebook)
    raise typer.Exit(3 if outcome.ungradable else 0)


def _file_option(kind, name):
    told = f"Ghi {name} vào tệp hoặc thư mục{'; - là stdout' if kind != 'xlsx' else ''}."
    return Annotated[str | None, typer.Option(f"--{kind}", metavar="TỆP", help=told)]


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Bảng điểm và thống kê của một lớp đã chấm.")
def report(
    folder: ClassArgument,
    assignments: AssignmentsOption = None,
    students: StudentsOption = None,
    as_json: _file_option("json", "JSON") = None,
    as_csv: _file_option("csv", "CSV") = None,
    as_xlsx: _file_option("xlsx", "Excel") = None,
    as_html: _file_option("html", "trang HTML") = None,
    db: DbOption = None,
):
    """In bảng điểm, độ khó và độ phân biệt từng bài, lỗi hay gặp và bài nộp cần xem.

    Với --student thì in lý do của từng ô kiểm tra. CSV có một dòng cho mỗi sinh viên × bài tập × ô kiểm tra.
    """
    from autograder import batch, console
    from autograder import report as reports

    target = batch.class_folder(folder)
    rows = reports.rows(target, assignments or (), students or (), db)
    targets = {"json": as_json, "csv": as_csv, "xlsx": as_xlsx, "html": as_html}
    if any(target is not None for target in targets.values()):
        console.wrote(reports.export(reports.build(target, rows), targets, console.write))
    elif students:
        console.detailed(rows)
    else:
        from autograder.report.show import show

        show(reports.build(target, rows))


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Viết lại trang phản hồi, không chạy lại gì.")
def feedback(
    folder: ClassArgument,
    assignments: AssignmentsOption = None,
    students: StudentsOption = None,
    course: CourseOption = None,
    db: DbOption = None,
):
    """Viết lại LỚP/feedback/<sinh viên>/<bài tập>/<bài tập>.html từ những gì đã lưu.

    Điểm và nhận xét mà người chấm nhập trong formgrader được đưa vào trang.
    """
    from autograder import batch, console
    from autograder.batch.plan import gradebook_of
    from autograder.course import find_course
    from autograder.feedback.again import regenerate

    place, target = find_course(course, folder=folder), batch.class_folder(folder)
    written = regenerate(place, target, assignments or (), students or (), gradebook_of(place, target, db))
    console.out.print(f"Đã viết {len(written)} trang phản hồi vào {folder}/feedback/.", markup=False, soft_wrap=True)


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Tìm những bài nộp có mã giống nhau.")
def similarity(
    folder: ClassArgument,
    assignments: AssignmentsOption = None,
    against: Annotated[
        list[str] | None,
        typer.Option("--against", metavar="LỚP_CŨ", help="So với cả bài nộp của lớp trước; dùng được nhiều lần."),
    ] = None,
    threshold: Annotated[
        int, typer.Option("--threshold", metavar="PHẦN_TRĂM", min=1, max=100, help="Nêu cặp giống từ mức này.")
    ] = 50,
    as_json: _file_option("json", "JSON") = None,
    as_html: _file_option("html", "trang HTML (mặc định: LỚP/reports/similarity.html)") = None,
    course: CourseOption = None,
):
    """So mã trong các ô lời giải của từng hai bài nộp; phần có sẵn trong đề và lời giải mẫu không tính.

    Kết quả chỉ để tham khảo: nó không nói ai chép bài của ai. Không chạy mã nào.
    """
    from autograder import batch, console
    from autograder.course import find_course
    from autograder.similarity import examine, export, show

    target = batch.class_folder(folder)
    found = examine(find_course(course, folder=folder), target, assignments or (), against or (), threshold / 100)
    if as_html is None and as_json is None:
        as_html = target / "reports" / "similarity.html"
    targets = {"json": as_json, "html": as_html}
    written = export(target.name, found, targets, console.write)
    if "-" not in (as_json, as_html):
        show(found)
    console.wrote(written)


INTERRUPTED = 130
HOW_TO_GO_ON = "Đã dừng giữa chừng; những gì làm xong vẫn còn, chạy lại lệnh để tiếp tục."


def main():
    """Run the command; every error that has a name ends as one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(_run())


def _run():
    from autograder import messages
    from autograder.text import fault

    try:
        code = app(prog_name="autograder", standalone_mode=False) or 0
        if code == INTERRUPTED:  # Typer turns Ctrl-C into this
            messages.error(HOW_TO_GO_ON)
        return code
    except AssignmentBroken as broken:
        messages.error(str(broken))
        messages.problems(broken.problems[1:])
        return broken.exit_code
    except AutograderError as known:
        messages.error(str(known))
        return known.exit_code
    except KeyboardInterrupt:
        messages.error(HOW_TO_GO_ON)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:  # such as a full disk under stdout
        where = f" {error.filename}" if error.filename else ""
        messages.error(f"Không đọc hoặc ghi được{where}: {fault(error)}.")
        return 2
    except Exception as unknown:
        if vietnamese.is_usage_error(unknown):
            messages.error(vietnamese.explain(unknown))
            return 2
        if os.environ.get("AUTOGRADER_DEBUG"):
            raise
        messages.error(
            f"Lỗi ngoài dự kiến: {type(unknown).__name__}: {unknown} (đặt AUTOGRADER_DEBUG=1 để xem chi tiết)."
        )
        return 70
