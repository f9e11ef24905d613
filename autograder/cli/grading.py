"""Grading a class, and what people read of it."""

from datetime import datetime
from typing import Annotated

from autograder.cli.app import app
from autograder.cli.options import (
    AssignmentsOption,
    ClassArgument,
    CourseOption,
    DbOption,
    SecondsOption,
    StudentsOption,
    TimeoutOption,
    file_option,
)
from autograder.vietnamese import Command, typer


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

    Giới hạn theo LỚP/class.toml, rồi autograder.toml của khóa học; tùy chọn ở đây thắng cả hai tệp ấy.

    [bold]Ví dụ[/]
    autograder grade lop-2026
    autograder grade lop-2026 -a pixels -s an -s binh --force
    autograder grade lop-2026 --cluster tcp://may-chu:8786
    autograder grade lop-2026 --db postgresql://giang-vien@may-chu/diem

    [bold]Mã thoát[/]
    0: mọi bài đã chấm.
    2: không chấm được gì (sai tham số, lớp, sổ điểm, cụm, hộp cát).
    3: có bài không chấm được, đã ghi 0 điểm kèm lý do.
    4: khóa học có lỗi (không tìm thấy, tệp cấu hình hay bản gốc của bài tập hỏng).
    70: lỗi của chương trình. 130: bị ngắt.
    """
    from autograder import batch, console, messages, report
    from autograder.classroom import dues, show
    from autograder.course import find_course
    from autograder.feedback.again import regenerate

    place = find_course(course, folder=folder)
    target = batch.class_folder(folder, place)
    dues.check(target, place.slugs())
    show.stale(target, folder)
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
    late = dues.refresh(target, plan.gradebook)
    if late:  # the workers do not know who is late
        regenerate(place, target, {slug for _, slug in late}, {student for student, _ in late}, plan.gradebook)
    report.save(target, plan.gradebook)
    if as_json:
        for piece in batch.summary(outcome):
            console.write(piece)
    else:
        console.graded(outcome, folder, plan.gradebook)
        if outcome.before:
            from autograder.report import changes

            moved = changes.changes(target, plan.gradebook).moved
            console.changed(sum(not one.only_waits for one in moved), folder)
    raise typer.Exit(3 if outcome.ungradable else 0)


@app.command(cls=Command, options_metavar="[TÙY CHỌN]", short_help="Bảng điểm và thống kê của một lớp đã chấm.")
def report(
    folder: ClassArgument,
    assignments: AssignmentsOption = None,
    students: StudentsOption = None,
    as_json: file_option("json", "JSON") = None,
    as_csv: file_option("csv", "CSV") = None,
    as_xlsx: file_option("xlsx", "Excel") = None,
    as_html: file_option("html", "trang HTML") = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Điểm của ai đã đổi từ lần chấm lại gần nhất, bao nhiêu, vì sao.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="NGÀY", help="Với --diff: từ ngày ấy (2026-09-20, hoặc 2026-09-20T08:00:00)."),
    ] = None,
    db: DbOption = None,
):
    """In bảng điểm, độ khó và độ phân biệt từng bài, lỗi hay gặp và bài nộp cần xem.

    Với --student thì in lý do của từng ô kiểm tra. CSV có một dòng cho mỗi sinh viên × bài tập × ô kiểm tra.

    Với --diff thì so với điểm trước lần chấm lại gần nhất; của cả lớp thì ghi LỚP/reports/changes.csv.

    [bold]Ví dụ[/]
    autograder report lop-2026 -a pixels -s 23520001
    autograder report lop-2026 --xlsx diem.xlsx
    autograder report lop-2026 --diff
    autograder report lop-2026 --diff --since 2026-09-20 -s 23520001
    """
    from autograder import batch, console
    from autograder import report as reports
    from autograder.classroom import dues
    from autograder.gradebook import penalties

    target = batch.class_folder(folder)
    targets = {"json": as_json, "csv": as_csv, "xlsx": as_xlsx, "html": as_html}
    if diff or since:
        from autograder.report import changes
        from autograder.report.show_changes import show as show_changes

        dues.refresh(target, db or target)
        when = since.astimezone() if since else None
        found = changes.changes(target, db, since=when, assignments=assignments or (), students=students or ())
        if "-" not in targets.values():
            show_changes(found, detailed=bool(students))
        if not any([*targets.values(), assignments, students]):  # of the whole class, it is left in its place
            targets["csv"] = target / "reports" / "changes.csv"
        console.wrote(changes.export(found, targets, console.write))
        return
    rows = reports.rows(target, assignments or (), students or (), db)
    dues.refresh(target, db or target)
    late = penalties(db or target)
    if any(target is not None for target in targets.values()):
        console.wrote(reports.export(reports.build(target, rows, late), targets, console.write))
    elif students:
        console.detailed(rows, late)
    else:
        from autograder.report.show import show

        show(reports.build(target, rows, late))


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

    [bold]Ví dụ[/]
    autograder feedback lop-2026
    autograder feedback lop-2026 -a pixels -s 23520001
    """
    from autograder import batch, console
    from autograder.batch.plan import gradebook_of
    from autograder.classroom import dues
    from autograder.course import find_course
    from autograder.feedback.again import regenerate

    place, target = find_course(course, folder=folder), batch.class_folder(folder)
    gradebook = gradebook_of(place, target, db)
    dues.refresh(target, gradebook)
    written = regenerate(place, target, assignments or (), students or (), gradebook)
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
    as_json: file_option("json", "JSON") = None,
    as_html: file_option("html", "trang HTML (mặc định: LỚP/reports/similarity.html)") = None,
    course: CourseOption = None,
):
    """So mã trong các ô lời giải của từng cặp bài nộp; phần có sẵn trong đề và lời giải mẫu không tính.

    Kết quả chỉ để tham khảo: nó không nói ai chép bài của ai. Không chạy mã nào.

    [bold]Ví dụ[/]
    autograder similarity lop-2026
    autograder similarity lop-2026 -a pixels --threshold 80
    autograder similarity lop-2026 --against lop-2025 --html giong-nhau.html
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
