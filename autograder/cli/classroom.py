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
    """Tạo LỚP/class.toml (hạn nộp, cách trừ điểm nộp trễ, giới hạn khi chấm), danh sách lớp và submitted/.

    Không ghi đè gì. Danh sách lớp là tệp CSV từ phòng đào tạo, từ Moodle hoặc từ Canvas.

    [bold]Ví dụ[/]
    autograder new lop-2026
    autograder new lop-2026 --roster ~/Downloads/danh-sach.csv
    """
    from autograder.classroom import show, starting
    from autograder.course import find_course

    show.started(folder, starting.new(find_course(course), folder, roster))


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Làm đề riêng cho một lớp: số liệu, hằng số khác.")
def vary(
    folder: ClassArgument,
    assignments: Annotated[
        list[str] | None,
        typer.Argument(metavar="BÀI_TẬP", help="Tên bài tập; để trống là tất cả.", show_default=False),
    ] = None,
    unlike: Annotated[
        list[Path] | None,
        typer.Option("--unlike", metavar="LỚP_CŨ", help="Không dùng lại hằng số của lớp ấy; dùng được nhiều lần."),
    ] = None,
    course: CourseOption = None,
):
    """Làm LỚP/varied/: đề, kiểm tra và lời giải mẫu của riêng lớp này. Khóa học gốc không đổi.

    Số ngẫu nhiên trong kiểm tra ẩn và các hằng số mà bài tập khai báo được đổi theo bí mật của lớp.
    Chạy lại thì ra đúng như cũ; bản gốc được sửa thì chạy lại để lớp có bản sửa.

    Chỉ ghi khi lời giải mẫu được trọn điểm, bài chưa làm được 0, và lời giải của đề gốc mất điểm.

    Từ đó mọi lệnh nhận LỚP dùng đề của lớp; phát bài bằng autograder bundle --class LỚP.

    [bold]Ví dụ[/]
    autograder vary lop-2026
    autograder vary lop-2026 pixels metrics
    autograder vary lop-2027 --unlike lop-2026
    """
    from autograder import batch
    from autograder.classroom import show, varying
    from autograder.course import find_course

    place, target = find_course(course), batch.class_folder(folder)
    found = varying.vary(place, target, assignments or (), unlike=[batch.class_folder(old) for old in unlike or ()])
    show.varied(found, folder)


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
    autograder collect lop-2026 "Bài 1-20260925T080000Z-001.zip" "Bài 1-20260925T080000Z-002.zip"
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
    Phần đã chấm tay rồi sinh viên nộp bài khác thì cũng chờ; chấm lại bằng autograder formgrade.
    Không chắc một dòng là của ai thì lệnh dừng và không ghi gì.

    Moodle: Grades → Import → CSV file, chọn Map from «Email address» hoặc «ID number».
    Xuất nhiều bài cùng lúc thì ô chưa có điểm là dấu -, và Moodle xóa điểm đang có ở ô ấy.
    Muốn giữ thì xuất từng bài với -a: ai chưa có điểm sẽ không có dòng nào.

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


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Xóa những gì lớp giữ về một sinh viên.")
def forget(
    folder: ClassArgument,
    student: Annotated[str, typer.Argument(metavar="MÃ", help="Mã của sinh viên ấy.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Xóa thật. Không có thì chỉ kể những gì sẽ bị xóa.")] = False,
    course: CourseOption = None,
    db: DbOption = None,
):
    """Xóa bài nộp, bài đã chấm, phản hồi, điểm và sổ ghi nhận của một sinh viên; không lấy lại được.

    Những báo cáo gộp cả lớp cũng bị xóa, vì chúng có tên mọi người; autograder report viết lại.

    Danh sách lớp và class.toml là của bạn: lệnh chỉ nhắc chỗ nào còn tên. Zip đã tải từ LMS cũng vậy.

    [bold]Ví dụ[/]
    autograder forget lop-2026 23520001
    autograder forget lop-2026 23520001 --yes
    """
    from autograder import batch
    from autograder.batch.plan import gradebook_of
    from autograder.classroom import forgetting, show
    from autograder.course import find_course

    place, target = find_course(course, folder=folder), batch.class_folder(folder)
    do = forgetting.forget if yes else forgetting.known
    show.forgotten(do(place, target, student, gradebook_of(place, target, db)), folder, student, is_gone=yes)
