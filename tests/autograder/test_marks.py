"""From what a cell left behind to a number and a reason."""

import pytest

from autograder import marks
from autograder.course import Course
from autograder.engine import DEAD, FAILED, OK, SKIPPED, TIMEOUT, Execution, Run
from autograder.jupyter import nbformat
from autograder.notebook import Submission, blank


@pytest.fixture(scope="module")
def assignment(released_course):
    return Course(released_course).load("so-va-tong")


def output(kind, **fields):
    return nbformat.v4.new_output(kind, **fields)


def judge(assignment, runs=None, outputs=None, sources=None, untouched=(), absent=()):
    """Mark a notebook in which everything passed, but for what is said otherwise."""
    notebook = blank(assignment, "")
    names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in notebook.cells]
    for cell, name in zip(notebook.cells, names, strict=True):
        cell.outputs = (outputs or {}).get(name, []) if cell.cell_type == "code" else []
        cell.source = (sources or {}).get(name, cell.source)
    where = {name: i for i, name in enumerate(names)}
    statuses = [
        (runs or {}).get(name, Run(OK) if c.cell_type == "code" else None)
        for c, name in zip(notebook.cells, names, strict=True)
    ]
    statuses = [
        r if r is None or not r.frames else Run(r.status, r.error, r.message, tuple((where[n], i) for n, i in r.frames))
        for r in statuses
    ]
    submission = Submission(None, notebook, (), frozenset(untouched), frozenset(absent))
    return {m.cell: m for m in marks.mark(assignment, submission, Execution(notebook, tuple(statuses)))}


def test_everything_passes(assignment):
    given = judge(assignment, outputs={"test_double": [output("stream", name="stdout", text="✓ đạt")]})
    assert all(m.is_full and m.reason == "" for m in given.values())
    assert sum(m.score for m in given.values()) == 4


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("0.5", 0.5),
        ("1", 1),
        ("0", 0),
        ("nan", 0),
        ("inf", 0),
        ("-inf", 0),
        ("-1", 0),
        ("99", 0),
        ("1e400", 0),
        ("'x'", 1.5),
        ("True", 1.5),
    ],
)
def test_partial_credit_is_finite_and_within_bounds(assignment, text, score):
    result = output("execute_result", data={"text/plain": text}, execution_count=1)
    mark = judge(assignment, outputs={"test_double_hidden": [result]})["test_double_hidden"]
    assert mark.score == score
    assert (mark.reason == "") == (score == 1.5)


def test_a_result_without_text_is_no_credit(assignment):
    result = output("execute_result", data={"text/html": "<b>1</b>"}, execution_count=1)
    assert judge(assignment, outputs={"test_double": [result]})["test_double"].score == 0


def test_anything_on_stderr_is_no_credit_and_says_why(assignment):
    warning = output("stream", name="stderr", text="/x/y.py:3: RuntimeWarning: divide by zero\n  a / b\n")
    mark = judge(assignment, outputs={"test_double": [warning]})["test_double"]
    assert mark.score == 0 and "RuntimeWarning: divide by zero" in mark.reason


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (Run(FAILED, "CheckFailed", "`double(3)` cho 5, cần 6."), "`double(3)` cho 5, cần 6."),
        (Run(FAILED, "AssertionError", ""), "không đúng"),
        (Run(FAILED, "TypeError", "bad\noperand"), "Lỗi TypeError: bad operand."),
        (Run(FAILED, "NotImplementedError", "", (("double", 1),)), "raise NotImplementedError"),
        (
            Run(FAILED, "ValueError", "x", (("test_double", 1), ("double", 1))),
            "(dòng 1 của ô lời giải: `def double(x):`)",
        ),
        (
            Run(FAILED, "NotImplementedError", "", (("test_double", 1), ("double", 1), ("total", 1))),
            "Còn `raise NotImplementedError` (dòng 1 của ô `total`: ",
        ),
        (Run(TIMEOUT, "CellTimeoutError", "chạy quá 3 giây"), "Quá thời gian: chạy quá 3 giây"),
        (Run(DEAD, "DeadKernelError", "…"), "dừng đột ngột"),
        (Run(SKIPPED, "CellNotRun", "ô không được chạy: hết giờ"), "Ô không được chạy: hết giờ."),
    ],
)
def test_reasons(assignment, run, reason):
    mark = judge(assignment, runs={"test_double": run})["test_double"]
    assert mark.score == 0 and mark.state == marks.WRONG and reason in mark.reason and "\n" not in mark.reason


def test_the_cause_is_named_rather_than_the_consequence(assignment):
    gone = Run(FAILED, "NameError", "name 'double' is not defined")
    syntax = Run(FAILED, "SyntaxError", "expected ':'")
    sources = {"double": "def double(x)\n    return x"}
    given = judge(assignment, runs={"double": syntax, "test_double": gone, "test_total": gone}, sources=sources)
    assert "lỗi cú pháp ở dòng 1: `def double(x)`" in given["test_double"].reason
    assert "NameError" in given["test_total"].reason
    loop = Run(TIMEOUT, "CellTimeoutError", "chạy quá 3 giây")
    assert (
        "Ô lời giải chạy quá 3 giây"
        in judge(assignment, runs={"double": loop, "test_double": gone})["test_double"].reason
    )
    assert (
        "Không thấy ô lời giải"
        in judge(assignment, runs={"test_double": gone}, absent={"double"})["test_double"].reason
    )


def test_an_untouched_stub_is_undone(assignment):
    run = Run(FAILED, "NotImplementedError", "")
    mark = judge(assignment, runs={"test_double": run}, untouched={"double"})["test_double"]
    assert (mark.score, mark.state, mark.reason) == (0, marks.UNDONE, "Chưa làm.")


def test_written_answers_wait_for_a_person(released_course):
    words = Course(released_course).load("loi-chao")
    assert judge(words, sources={"explain": "Vì vui."})["explain"].state == marks.PENDING
    assert judge(words, sources={"explain": "Vì vui."})["explain"].score is None
    undone = judge(words, untouched={"explain"})["explain"]
    assert (undone.score, undone.state) == (0, marks.UNDONE)


def test_combine():
    assert marks.combine([]) == marks.PASSED
    assert marks.combine([marks.PASSED, marks.WRONG]) == marks.WRONG
    assert marks.combine([marks.PASSED, marks.UNDONE]) == marks.WRONG
    assert marks.combine([marks.UNDONE, marks.UNDONE]) == marks.UNDONE
    assert marks.combine([marks.PASSED, marks.PENDING]) == marks.PENDING
    assert marks.combine([marks.UNDONE, marks.PENDING]) == marks.UNDONE
