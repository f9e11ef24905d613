"""The command line: one thin function a command, no logic.

Exit codes: 0 done; 1 ``check`` found something that does not pass, ``release --check`` drift, or ``bundle --inspect`` a
leak; 2 the command cannot be carried out as given (bad usage, class folder or file); 3 all is graded, but some
submissions could not be graded as submitted; 4 the course itself is at fault (not found, its configuration or the
source of an assignment broken); 70 a fault of the program; 130 interrupted.
"""

import gc
import os
import sys

from autograder import vietnamese
from autograder.cli import classroom, course, grading
from autograder.cli.app import app
from autograder.errors import AssignmentBroken, AutograderError

__all__ = ["app", "classroom", "course", "grading", "main"]

INTERRUPTED = 130
HOW_TO_GO_ON = "Đã dừng giữa chừng; những gì làm xong vẫn còn, chạy lại lệnh để tiếp tục."


def main():
    """Run the command; every error that has a name ends as one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    code = _run()
    gc.freeze()  # or Python looks through all objects again before it ends: a sixth of a second after `grade`
    sys.exit(code)


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
