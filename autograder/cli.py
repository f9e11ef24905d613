"""The command line: one thin function a command, no logic.

Exit codes: 0 done; 1 ``check`` found something that does not pass, or ``release --check`` found drift; 2 the
command cannot be carried out as given (bad usage, course, class folder or file); 3 all is graded, but some submissions
could not be graded as submitted; 70 a fault of the program; 130 interrupted.
"""

import json
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
        "--course", metavar="THƯ_MỤC", envvar="AUTOGRADER_COURSE", help="Thư mục của khóa học (chứa solutions/)."
    ),
]
TimeoutOption = Annotated[
    float,
    typer.Option("--timeout", metavar="GIÂY", min=0.1, max=86400, help="Thời gian tối đa cho một ô, tính bằng giây."),
]
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
    timeout: TimeoutOption = 30.0,
):
    """Chạy sổ tay từ đầu như khi chấm, rồi cho biết từng bài đạt hay chưa.

    Tệp của bạn chỉ được đọc. Mã thoát: 0 mọi kiểm tra nhìn thấy đều đạt, 1 còn chỗ chưa đạt, 2 tệp không dùng được.
    """
    from autograder import console, preflight
    from autograder.course import find_course
    from autograder.engine import Limits

    place = find_course(course, start=notebook.parent if course is None else None)
    checkup = preflight.check(place, notebook, slug=assignment, limits=Limits(cell_seconds=timeout))
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
    timeout: TimeoutOption = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON ra stdout.")] = False,
    course: CourseOption = None,
):
    """Chấm LỚP/submitted/<sinh viên>/<bài tập>/; ghi gradebook.db, autograded/, feedback/ và reports/ vào LỚP.

    Bài đã chấm mà không đổi thì không chấm lại. Bị ngắt giữa chừng thì chạy lại là tiếp tục.
    Sổ tay được chạy với quyền của bạn, chưa có hộp cát: chỉ chấm bài của người bạn tin.

    Mã thoát: 0 chấm xong; 2 không chấm được gì (sai tham số, lớp, khóa học); 3 có bài không đọc được (đã ghi 0
    điểm kèm lý do).
    """
    from autograder import batch, console, report
    from autograder.course import find_course
    from autograder.engine import Limits

    place = find_course(course)
    target = batch.class_folder(folder, place)
    limits = Limits(cell_seconds=timeout)
    plan = batch.plan(place, target, assignments=assignments or (), students=students or (), force=force, limits=limits)
    bar, step = console.progress(len(plan.jobs))
    outcome = batch.run(plan, workers=workers, started=bar.start, on_result=step, finished=bar.stop)
    report.save(target)
    if as_json:
        console.write(json.dumps(batch.summary(outcome), ensure_ascii=False, indent=1) + "\n")
    else:
        console.graded(outcome, folder)
    raise typer.Exit(3 if outcome.ungradable else 0)


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Bảng điểm của một lớp đã chấm.")
def report(
    folder: ClassArgument,
    assignments: AssignmentsOption = None,
    students: StudentsOption = None,
    as_json: Annotated[str | None, typer.Option("--json", metavar="TỆP", help="Ghi JSON vào tệp; - là stdout.")] = None,
    as_csv: Annotated[str | None, typer.Option("--csv", metavar="TỆP", help="Ghi CSV vào tệp; - là stdout.")] = None,
):
    """In bảng điểm theo sinh viên và theo bài; với --student thì kèm lý do của từng ô.

    JSON và CSV có một dòng cho mỗi sinh viên × bài tập × ô kiểm tra.
    """
    from autograder import batch, console
    from autograder import report as reports

    target = batch.class_folder(folder)
    rows = reports.rows(target, assignments or (), students or ())
    written = reports.export(target, rows, as_json, as_csv, console.write)
    if not written and students:
        console.detailed(rows)
    elif not written:
        console.reported(reports.results(target, rows))


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
