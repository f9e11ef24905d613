"""Parameters that several commands have."""

from pathlib import Path
from typing import Annotated

from autograder.vietnamese import typer

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


def file_option(kind, name):
    """Return the option for a file of a kind; `name` is what people call it."""
    told = f"Ghi {name} vào tệp hoặc thư mục{'; - là stdout' if kind != 'xlsx' else ''}."
    return Annotated[str | None, typer.Option(f"--{kind}", metavar="TỆP", help=told)]
