"""A class from its roster to its grades."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from autograder.cli.app import app
from autograder.cli.options import AssignmentsOption, ClassArgument, CourseOption, DbOption
from autograder.vietnamese import Command, typer


class Kind(StrEnum):
    """Where grades can go."""

    MOODLE = "moodle"
    CANVAS = "canvas"
    CSV = "csv"
    XLSX = "xlsx"


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Tạo thư mục cho một lớp mới.")
def new(
    folder: Annotated[Path, typer.Argument(metavar="LỚP", help="Thư mục của lớp; chưa có thì tạo.")],
    roster: Annotated[
        Path | None, typer.Option("--roster", metavar="CSV", help="Danh sách lớp, được chép vào thư mục.")
    ] = None,
    course: CourseOption = None,
):
    """Tạo LỚP/class.toml (hạn nộp, cách trừ điểm nộp trễ), danh sách lớp và thư mục submitted/.

    Không ghi đè gì. Danh sách lớp là tệp CSV từ phòng đào tạo, từ Moodle hoặc từ Canvas.

    [bold]Ví dụ[/]
    autograder new lop-2026
    autograder new lop-2026 --roster ~/Downloads/danh-sach.csv
    """
    from autograder.classroom import show, starting
    from autograder.course import find_course

    show.started(folder, starting.new(find_course(course), folder, roster))


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Thu bài nộp từ Moodle, Canvas, Drive vào lớp.")
def collect(
    folder: ClassArgument,
    sources: Annotated[
        list[Path], typer.Argument(metavar="NGUỒN", help="Tệp zip, thư mục, sổ tay, hoặc bảng chấm điểm của Moodle.")
    ],
    assignment: Annotated[
        str | None,
        typer.Option("--assignment", "-a", metavar="BÀI_TẬP", help="Mọi thứ là của bài này; bỏ trống thì tự nhận."),
    ] = None,
    file_times: Annotated[
        bool, typer.Option("--file-times", help="Coi giờ của tệp là giờ nộp. Đừng dùng với zip của Moodle, Canvas.")
    ] = False,
    course: CourseOption = None,
):
    """Thu bài nộp vào LỚP/submitted/<sinh viên>/<bài tập>/, đối chiếu với danh sách lớp.

    NGUỒN là zip tải từ Moodle (Download all submissions) hay Canvas (Download Submissions).
    Thư mục hoặc zip từ Google Classroom, Drive, và thư mục các sổ tay cũng được.

    Không chắc của ai thì không thu, và được liệt kê. Bài cũ hơn được chuyển vào LỚP/collected/.

    Zip của Moodle và Canvas không có giờ nộp, nên không bài nào bị tính là trễ.
    Hãy đưa thêm bảng chấm điểm của Moodle (Download grading worksheet) để có giờ nộp.

    [bold]Ví dụ[/]
    autograder collect lop-2026 ~/Downloads/KHMT1-pixels-1234.zip
    autograder collect lop-2026 moodle.zip Grades-pixels.csv -a pixels
    autograder collect lop-2026 drive-download-001.zip drive-download-002.zip
    """
    from autograder import batch
    from autograder.classroom import collecting, show
    from autograder.course import find_course

    place = find_course(course, folder=folder)
    target = batch.class_folder(folder, place)
    outcome = collecting.collect(place, target, sources, slug=assignment, trust_times=file_times)
    show.collected(outcome, folder)


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Mở formgrader của nbgrader để chấm tay.")
def formgrade(
    folder: ClassArgument,
    port: Annotated[
        int | None, typer.Option("--port", metavar="SỐ", min=1024, max=65535, help="Mặc định: một cổng đang rảnh.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Chỉ in địa chỉ, không mở trình duyệt.")] = False,
    course: CourseOption = None,
    db: DbOption = None,
):
    """Mở formgrader để cho điểm câu trả lời viết, sửa điểm của ô bất kỳ và ghi nhận xét. Ctrl-C để dừng.

    Chỉ máy này vào được, bằng đúng địa chỉ được in ra. Mã HTML trong bài nộp không chạy.

    Khi dừng, trang phản hồi của những bài có điểm hay nhận xét mới được viết lại.

    [bold]Ví dụ[/]
    autograder formgrade lop-2026
    autograder formgrade lop-2026 --no-browser --port 8899
    """
    from autograder import batch
    from autograder.batch.plan import gradebook_of
    from autograder.classroom import formgrading, show
    from autograder.course import find_course

    place, target = find_course(course, folder=folder), batch.class_folder(folder)
    gradebook = gradebook_of(place, target, db)
    formgrading.check(target, gradebook)
    with show.starting_page():
        from autograder.classroom import formserver

        server = formserver.make(target, place.layout, gradebook, port=port, browser=not no_browser)
    session = formgrading.Session(place, target, gradebook)
    waiting = formgrading.waiting(gradebook)
    server.serve(lambda address: show.page_opens(waiting, address))
    show.page_closed(session.finish(), folder)


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Xuất điểm cho Moodle, Canvas, CSV hoặc Excel.")
def export(
    folder: ClassArgument,
    kind: Annotated[Kind, typer.Option("--to", metavar="NƠI", help="moodle, canvas, csv hoặc xlsx.")],
    assignments: AssignmentsOption = None,
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="CSV", help="Bảng điểm xuất từ Canvas; điểm được điền vào đó."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="TỆP", help="Mặc định: LỚP/reports/export-NƠI.csv.")
    ] = None,
    db: DbOption = None,
):
    """Xuất điểm đã trừ nộp trễ của mọi sinh viên trong danh sách lớp.

    Ai chưa có điểm, hoặc còn phần chờ chấm tay, thì không có điểm, chứ không phải 0.
    Không chắc một dòng là của ai thì lệnh dừng và không ghi gì.

    Moodle: Grades → Import → CSV file, chọn Map from «Email address» hoặc «ID number».
    Canvas: Grades → Export, đưa tệp ấy vào --template, rồi Grades → Import tệp kết quả.

    [bold]Ví dụ[/]
    autograder export lop-2026 --to moodle -a pixels
    autograder export lop-2026 --to canvas --template ~/Downloads/Grades-KHMT1.csv
    autograder export lop-2026 --to xlsx -o diem.xlsx
    """
    from autograder import batch
    from autograder.classroom import exporting, show

    target = batch.class_folder(folder)
    found = exporting.export(
        target, kind.value, where=db, assignments=assignments or (), target=output, template=template
    )
    show.exported(found)
