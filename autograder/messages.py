"""One line on stderr; apart from `console`, so that an error costs no slow import."""

from rich.console import Console
from rich.text import Text

from autograder.text import one_line

err = Console(stderr=True, highlight=False)


def error(message):
    """Say what cannot be done."""
    err.print(Text.assemble(("Lỗi: ", "bold red"), one_line(message, 1000)), soft_wrap=True)


def warn(message):
    """Say something that stops nothing."""
    err.print(Text.assemble(("Lưu ý: ", "bold yellow"), one_line(message, 1000)), soft_wrap=True)


def problems(lines):
    """List what is wrong with a source."""
    for line in lines:
        err.print(Text(f"  - {line}"), soft_wrap=True)
