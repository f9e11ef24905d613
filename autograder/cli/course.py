"""What authors of assignments and students use."""

from pathlib import Path
from typing import Annotated

from autograder.cli.app import app
from autograder.cli.options import CourseOption, SecondsOption, TimeoutOption
from autograder.vietnamese import Command, typer


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Sinh sổ tay sinh viên từ bản gốc trong solutions/.")
def release(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(metavar="BÀI_TẬP", help="Tên bài tập; để trống là tất cả.", show_default=False),
    ] = None,
    course: CourseOption = None,
    check: Annotated[bool, typer.Option("--check", help="Chỉ so sánh, không ghi; lệch thì mã thoát là 1.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Ghi đè cả khi có bài làm, xóa tệp lạ.")] = False,
):
    """Soát bản gốc trong solutions/ rồi sinh sổ tay cho sinh viên vào exercises/.

    Sổ tay đang có bài làm thì được giữ nguyên. Mã thoát: 0 xong, 1 lệch (với --check), 2 bản gốc có lỗi.

    [bold]Ví dụ[/]
    autograder release
    autograder release pixels neurons
    autograder release --check
    """
    from autograder import console
    from autograder import release as releases
    from autograder.course import find_course

    results = releases.release(find_course(course), assignments or (), check=check, force=force)
    console.released(results, check)
    raise typer.Exit(1 if any(result.state == releases.DRIFTED for result in results) else 0)


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Đóng gói bài tập thành zip cho sinh viên.")
def bundle(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(metavar="BÀI_TẬP", help="Tên bài tập; để trống là tất cả.", show_default=False),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="THƯ_MỤC", help="Nơi ghi các tệp zip.")] = Path(
        "phat-bai"
    ),
    together: Annotated[bool, typer.Option("--together", help="Mọi bài trong một tệp bai-tap.zip.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--class", metavar="LỚP", help="Phát cho lớp ấy: đề riêng nếu có, và giới hạn trong class.toml."),
    ] = None,
    inspect: Annotated[
        Path | None,
        typer.Option(
            "--inspect", metavar="NƠI", help="Không đóng gói gì; soát xem thư mục hay zip ấy có lộ bản gốc không."
        ),
    ] = None,
    course: CourseOption = None,
):
    """Đóng gói sổ tay sinh viên, dữ liệu, gói hỗ trợ, requirements.txt và hướng dẫn; không có lời giải hay kiểm tra ẩn.

    Sổ tay lấy từ exercises/. Tệp nào có một dòng chỉ bản gốc mới có thì lệnh dừng. Cùng bài tập thì cùng tệp zip,
    giống nhau từng byte.

    Với --inspect, mã thoát là 1 khi có tệp mang lời giải hay kiểm tra ẩn; dòng nào sách cũng có thì không tính.

    [bold]Ví dụ[/]
    autograder bundle
    autograder bundle pixels neurons -o ~/tuan-1
    autograder bundle --together
    autograder bundle --class lop-2026 -o phat-bai
    autograder bundle --inspect ../khoa-hoc-mo
    """
    from autograder import batch, console
    from autograder.classroom import bundle as bundles
    from autograder.classroom import show
    from autograder.course import find_course

    target = batch.class_folder(folder) if folder is not None else None
    place = find_course(course, folder=target)
    if inspect is not None:
        leaks = bundles.inspect(place, inspect)
        show.inspected(leaks, inspect)
        raise typer.Exit(1 if leaks else 0)
    if target is not None:
        show.stale(target, folder)
    console.wrote(bundles.bundle(place, output, assignments or (), together=together, group=target))


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

    Giới hạn thời gian và bộ nhớ là của lớp nếu bên cạnh sổ tay có tệp autograder.toml mà lớp phát, không thì của khóa
    học.

    [bold]Ví dụ[/]
    autograder check pixels.ipynb
    autograder check exercises/pixels
    autograder check bai-lam.ipynb -a pixels
    """
    from autograder import console, preflight
    from autograder.course import find_course

    place = find_course(course, start=notebook.parent if course is None else None)
    checkup = preflight.check(place, notebook, slug=assignment, seconds=seconds or timeout)
    console.checked(checkup)
    raise typer.Exit(0 if checkup.passed else 1)
