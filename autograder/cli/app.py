"""The command itself; what it can do is in the other modules."""

from autograder import vietnamese
from autograder.vietnamese import typer

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


@app.callback(invoke_without_command=True)
def root(context: typer.Context):
    """Phát bài tập, tự soát bài và chấm bài của khóa học.

    Sinh viên dùng [bold]check[/].
    Người dạy dùng [bold]new[/], [bold]collect[/], [bold]grade[/], [bold]report[/] rồi [bold]export[/].
    Người soạn bài dùng [bold]release[/] và [bold]bundle[/]; muốn mỗi lớp một đề thì [bold]vary[/].
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
