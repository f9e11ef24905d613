"""From a notebook that was run to a number and a Vietnamese reason for every graded cell.

The number is nbgrader's own (``nbgrader.utils.determine_grade``): an error or anything on stderr is 0, a number that
the cell returns is partial credit, anything else full marks. Added here: partial credit must be finite and within
[0, max], and a cell that was not run to its end gets 0.
"""

import math
import re
from dataclasses import dataclass, replace

from autograder.engine import DEAD, FAILED, OK, SKIPPED, TIMEOUT
from autograder.jupyter import NotebookNode  # first: it makes the imports below cheap
from autograder.text import number, one_line, sentence

# isort: split
from nbgrader.utils import determine_grade

PASSED, WRONG, UNDONE, PENDING = "đạt", "chưa đạt", "chưa làm", "chờ chấm tay"
_OURS = ("CheckFailed", "AssertionError", "TamperedError")
NO_INPUT = "Lời giải gọi `input()`, nhưng khi chấm không có ai để nhập"


@dataclass(frozen=True)
class Mark:
    """What one graded cell got."""

    cell: str  # grade_id
    task: str
    points: float  # the most it can get
    score: float | None  # None: a person has to mark it
    state: str  # PASSED, WRONG, UNDONE or PENDING
    reason: str  # empty when it passed
    hidden: bool

    @property
    def is_full(self):
        """Whether the cell got all its points."""
        return self.score == self.points and self.state == PASSED


def mark(assignment, submission, execution):
    """Return a :class:`Mark` for every graded cell of the assignment, in its order."""
    places = {
        c.metadata.nbgrader.grade_id: i for i, c in enumerate(execution.notebook.cells) if "nbgrader" in c.metadata
    }
    given = tuple(_mark(cell, submission, execution, places) for cell in assignment.graded)
    if execution.tampered:  # then no number that came out of it can be believed
        nothing = {"score": 0.0, "state": WRONG, "reason": sentence(execution.tampered)}
        given = tuple(one if one.score is None else replace(one, **nothing) for one in given)
    return given


def combine(states):
    """Return the state of several cells together: of a task, of a submission."""
    states = set(states)
    if states <= {PASSED}:
        return PASSED
    if PENDING in states and states <= {PASSED, PENDING}:
        return PENDING
    return UNDONE if states <= {UNDONE, PENDING} else WRONG


def zero(assignment, reason):
    """Return the marks of a submission that cannot be read: 0 and the reason for every graded cell."""
    return tuple(Mark(c.grade_id, c.task, c.points, 0.0, WRONG, reason, c.hidden) for c in assignment.graded)


def _mark(cell, submission, execution, places):
    index = places[cell.grade_id]
    found, run = execution.notebook.cells[index], execution.runs[index]
    score, state, reason = _judge(cell, found, run)
    if score == 0 and cell.task in submission.untouched:
        state, reason = UNDONE, "Chưa làm."
    elif state == WRONG and not reason:
        reason = _why(cell, submission, execution, places, found, run)
    return Mark(cell.grade_id, cell.task, cell.points, score, state, reason, cell.hidden)


def _judge(cell, found, run):
    """Return (score, state, reason); the reason is left empty where the run itself tells it."""
    if cell.is_manual:
        score = determine_grade(NotebookNode(found))[0] if cell.kind == "answer" else None
        return (0.0, UNDONE, "Chưa làm.") if score == 0 else (None, PENDING, "Chờ người chấm.")
    if run is not None and run.status != OK:
        return 0.0, WRONG, ""
    for output in found.outputs:
        if output.output_type == "execute_result":
            text = str(output.get("data", {}).get("text/plain", ""))
            given = _float(text)
            if given is not None and not (math.isfinite(given) and 0 <= given <= cell.points):
                return 0.0, WRONG, f"Ô kiểm tra trả về điểm không hợp lệ: {one_line(text, 40)}."
            if not text:
                return 0.0, WRONG, "Ô kiểm tra trả về kết quả không đọc được."
    score = float(determine_grade(found, _Silent)[0])
    if score == cell.points:
        return score, PASSED, ""
    partial = f"Được {number(score)}/{number(cell.points)} điểm của ô này." if score else ""
    return score, WRONG, partial


def _why(cell, submission, execution, places, found, run):
    if run is None or run.status == OK:
        return _stderr(found)
    solution = places.get(cell.task)
    before = execution.runs[solution] if solution is not None and cell.kind == "test" else None
    blame = _solution_failed(before, execution.notebook.cells[solution].source) if before else ""
    if blame and run.error in ("NameError", "NotImplementedError", "DeadKernelError", "CellNotRun"):
        return blame
    if run.status == TIMEOUT:
        return f"Quá thời gian: {run.message}, có thể là vòng lặp vô hạn."
    if run.status == DEAD:
        return "Tiến trình Python dừng đột ngột khi chạy kiểm tra (thoát, hết bộ nhớ hoặc lỗi nặng)."
    if run.status == SKIPPED:
        return sentence(run.message)
    if run.error == "SystemExit":
        return f"Lời giải gọi exit() hoặc sys.exit(){_where(run, execution, places, cell)}."
    if run.error == "StdinNotImplementedError":
        return f"{NO_INPUT}{_where(run, execution, places, cell)}."
    if run.error in _OURS:
        return one_line(run.message) or "Kết quả không đúng (kiểm tra không nói gì thêm)."
    if run.error == "NotImplementedError":
        return f"Còn `raise NotImplementedError`{_where(run, execution, places, cell)}."
    if run.error == "NameError" and cell.task in submission.absent:
        return f"Không thấy ô lời giải `{cell.task}` trong bài nộp ({one_line(run.message, 100)})."
    return (
        f"Lỗi {one_line(f'{run.error}: {run.message}'.removesuffix(': '), 300)}{_where(run, execution, places, cell)}."
    )


def _solution_failed(run, source):
    """Say why a solution cell itself did not run, or return an empty string."""
    if run.status == TIMEOUT:
        return f"Ô lời giải {run.message}, có thể là vòng lặp vô hạn."
    if run.status == DEAD:
        return "Tiến trình Python dừng đột ngột khi chạy ô lời giải."
    if run.status == SKIPPED:
        return sentence(run.message)
    if run.status != FAILED:
        return ""
    if run.error in ("SyntaxError", "IndentationError", "TabError"):
        return syntax_error(source) or f"Ô lời giải có lỗi cú pháp: {one_line(run.message, 200)}."
    if run.error == "StdinNotImplementedError":
        return f"{NO_INPUT}."
    if run.error == "SystemExit":
        return "Ô lời giải dừng vì gọi exit() hoặc sys.exit()."
    return f"Ô lời giải dừng vì lỗi {one_line(f'{run.error}: {run.message}', 250)}."


def syntax_error(source):
    """Say where the syntax of a code cell is wrong, or return an empty string."""
    try:
        compile(source, "<cell>", "exec", dont_inherit=True)
    except SyntaxError as error:
        if "\0" in source:
            return "Ô lời giải có ký tự không hợp lệ (ký tự NUL)."
        lines = source.splitlines()
        line = lines[error.lineno - 1] if error.lineno and error.lineno <= len(lines) else ""
        shown = f": `{one_line(line, 80)}`" if line.strip() else ""
        return f"Ô lời giải có lỗi cú pháp ở dòng {error.lineno}{shown} ({one_line(error.msg, 120)})."
    except ValueError:
        return "Ô lời giải có ký tự không hợp lệ."
    return ""


def _where(run, execution, places, test):
    """Point at the innermost line of the student's own code that the error passed through."""
    names = {i: name for name, i in places.items()}
    tests = {i for i in names if execution.notebook.cells[i].metadata.nbgrader.get("grade")}
    for index, line in reversed(run.frames):
        lines = execution.notebook.cells[index].source.splitlines()
        if index not in tests and 1 <= line <= len(lines):
            # a function of an earlier task may be what fails: then the mistake is not in this task's cell
            name = names.get(index)
            cell = "ô lời giải" if name == test.task else f"ô `{name}`" if name else "ô bạn tự thêm"
            return f" (dòng {line} của {cell}: `{one_line(lines[line - 1], 80)}`)"
    return ""


def _stderr(found):
    text = "".join(o.text for o in found.get("outputs", []) if o.output_type == "stream" and o.name == "stderr")
    warning = re.search(r"\b(\w*Warning: .+)", text)
    what = one_line(warning.group(1) if warning else text, 200)
    return f"Lời giải gây cảnh báo hoặc ghi ra stderr khi chạy kiểm tra: {what}" if what else "Kiểm tra không đạt."


def _float(text):
    try:
        return float(text)
    except ValueError:
        return None


class _Silent:
    """A log that nobody reads."""

    @staticmethod
    def warning(*_):
        """Say nothing."""
