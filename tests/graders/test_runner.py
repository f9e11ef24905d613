"""The warm runner survives whatever an answer does and gives the points nbgrader would give."""

import json

import pytest

from tests.graders import fixture
from tests.graders.assignment import AssignmentError, clear_solution, load, read, slugs
from tests.graders.runner import Runner, Variant, foreign_messages, stub

TASK, OTHERS = "count_positive", {"test_scale": 1, "test_scale_hidden": 2}


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return fixture.assignment(tmp_path_factory.mktemp("solutions"))


@pytest.fixture(scope="module")
def runner():
    with Runner() as runner:
        yield runner


def points(assignment, result):
    return {name: result.points(name) for name in assignment.tests}


def answer(body, before=""):
    return Variant(
        {TASK: f"{before}\ndef count_positive(rows):\n    {body}\n"}, limits=dict.fromkeys(("setup", TASK), 0.5)
    )


def short(variant, assignment):
    return Variant(variant.sources, limits=dict.fromkeys((cell.name for cell in assignment.code), 0.5))


def test_reads_the_parts(assignment):
    assert list(assignment.solutions) == ["scale", "count_positive"]
    assert [cell.name for cell in assignment.tests_of("scale")] == ["test_scale", "test_scale_hidden"]
    assert [cell.is_visible_test for cell in assignment.tests.values()] == [True, False, True, False]
    assert assignment.points == 5
    hidden = assignment.tests["test_count_positive_hidden"]
    assert hidden.released == "# Kiểm tra thêm: nhiều hàng."
    assert "check.number(count_positive([]), 0" in "\n".join(hidden.hidden)


def test_stub_is_that_of_nbgrader(assignment):
    from nbformat.v4 import new_code_cell, new_notebook
    from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

    from autograder.course import CODE_STUB, nbgrader_config

    cells = [
        new_code_cell(
            cell.source, metadata={"nbgrader": {"solution": cell.role == "solution", "grade": cell.role == "test"}}
        )
        for cell in assignment.code
    ]
    notebook = new_notebook(cells=cells)
    for step in (ClearSolutions(config=nbgrader_config()), ClearHiddenTests()):
        notebook, _ = step.preprocess(notebook, {})
    assert [cell.source for cell in notebook.cells] == [cell.released for cell in assignment.code]
    assert clear_solution("x = 1") == CODE_STUB


def test_a_test_before_its_solution_is_refused(tmp_path):
    cells = [fixture.code_cell("pass", "test_a", points=1), fixture.code_cell("a = 1", "a", solution=True)]
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(fixture.notebook(cells)))
    with pytest.raises(AssignmentError, match="before the solution cell a"):
        read(path)


def test_solution_and_stub(assignment, runner):
    result = runner.run(assignment)
    assert points(assignment, result) == {name: cell.points for name, cell in assignment.tests.items()}
    assert not result.problem and 0 < result.seconds < 2
    assert set(points(assignment, runner.run(assignment, stub(assignment))).values()) == {0}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("while True: pass", "CellTimeout"),
        (
            "\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
            "CellTimeout",
        ),
        ("\n    try:\n        while True: sum(())\n    except BaseException: return 1", "CellTimeout"),
        ("import time; time.sleep(60)", "CellTimeout"),
        ("import os; os._exit(0)", None),
        ("import os; os.kill(os.getpid(), 9)", None),
        ("import sys; sys.exit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("return bytearray(1 << 40)", "MemoryError"),
        ("x = [0]\n    while True: x += x", ("MemoryError", "CellTimeout")),
        ("return np.ones((1 << 20, 1 << 10))", ("MemoryError", "_ArrayMemoryError")),
        ("return count_positive(rows)", "RecursionError"),
        ("return 1 / 0", "ZeroDivisionError"),
        (
            "import sys; print('lỗi', file=sys.stderr); return sum(sum(row) > 0 for row in rows)",
            ("Stderr", "CheckFailed"),
        ),
        ("print('a' * (1 << 24)); return 'x'", "CheckFailed"),
        ("import os\n    for _ in range(1000): os.write(1, b'a' * 65536)\n    return 'x'", "CheckFailed"),
        (
            "import os\n    for n in range(3, 64):\n        try: os.write(n, b'end\\n')\n        except OSError: pass",
            "CheckFailed",
        ),
        ("import os\n    os.fork()\n    return 'x'", "CheckFailed"),
        (
            "import os\n    if os.fork():\n        os.wait(); return 'x'\n    return sum(sum(r) > 0 for r in rows)",
            "CheckFailed",
        ),
        ("return (", "SyntaxError"),
    ],
)
def test_survives(assignment, runner, body, error):
    result = runner.run(assignment, short(answer(body), assignment))
    expected = dict.fromkeys(("test_count_positive", "test_count_positive_hidden"), 0)
    assert points(assignment, result) == OTHERS | expected
    got = result.cells.get("test_count_positive")
    if error is None:
        assert got is None and result.problem
    elif error == "SyntaxError":
        assert result.cells[TASK].error == error and got.error == "NameError"
    else:
        assert got.error in ((error,) if isinstance(error, str) else error)
    assert runner.run(assignment).points("test_scale") == 1  # the server is as before


def test_an_answer_dead_at_once_loses_what_follows(assignment, runner):
    result = runner.run(assignment, Variant({"scale": "import os\nos._exit(3)"}))
    assert set(points(assignment, result).values()) == {0}
    assert result.problem == "the process died"


def test_variants_do_not_see_each_other(assignment, runner):
    spoil = "import builtins, numpy as np\nbuiltins.sum = np.zeros = None\nopen('left', 'w').close()"
    runner.run(assignment, Variant({"scale": spoil}))
    assert runner.run(assignment).points("test_count_positive") == 0.5


def test_many_at_a_time_come_back_in_order(assignment):
    slow = "import time\ntime.sleep(0.3)\n"
    variants = [
        Variant({TASK: (slow if i % 3 == 0 else "") + f"def count_positive(rows): raise OSError({i})"})
        for i in range(9)
    ]
    with Runner(workers=2) as runner:
        messages = [r.cells["test_count_positive"].message for r in runner.run_many(assignment, variants)]
    assert messages == [str(i) for i in range(9)]


def test_stops_at_the_first_loss_of_the_task_in_question(assignment, runner):
    wrong = "def count_positive(rows): return 1"
    result = runner.run(assignment, Variant({TASK: wrong}, first=TASK, stop_at_loss=True))
    assert result.points("test_count_positive") == 0.5
    assert list(result.cells)[-1] == "test_count_positive_hidden"
    assert "test_scale" not in result.cells and not result.problem


def test_where_an_error_arose(assignment, runner):
    own = runner.run(assignment, answer("return [][1]"))
    assert own.cells["test_count_positive"].where == "student" and not foreign_messages(assignment, own)
    gone = runner.run(assignment, Variant({TASK: "pass"}))
    assert gone.cells["test_count_positive"].where == "test"
    assert any("NameError" in line for line in foreign_messages(assignment, gone))


@pytest.mark.parametrize(
    ("last", "expected"), [("0.5", 0.5), ("True", 1), ("-1", 1), ("'x'", 1), ("2", 0), ("None", 1), ("0", 0)]
)
def test_a_test_cell_that_ends_with_a_value(tmp_path, runner, last, expected):
    extra = [fixture.code_cell("y = 1", "y", solution=True), fixture.code_cell(last, "test_y", points=1)]
    assert runner.run(fixture.assignment(tmp_path, extra=extra)).points("test_y") == expected


def test_warnings_count_as_in_a_kernel(tmp_path, runner):
    """The same warning in two test cells costs both of them, not just the first."""
    code = "def y(): return np.exp(np.array([1e9]))"
    extra = [fixture.code_cell(code, "y", solution=True)]
    extra += [fixture.code_cell(f"y() # {i}\nNone", f"test_y_{i}", points=1) for i in range(2)]
    result = runner.run(fixture.assignment(tmp_path, extra=extra))
    assert [result.cells[f"test_y_{i}"].error for i in range(2)] == ["Stderr", "Stderr"]


def test_data_files_lie_in_the_working_folder(tmp_path, runner):
    (tmp_path / "mau").mkdir()
    (tmp_path / "mau" / "numbers.txt").write_text("7")
    extra = [fixture.code_cell("y = int(open('numbers.txt').read())", "y", solution=True)]
    extra += [fixture.code_cell("assert y == 7", "test_y", points=1)]
    assert runner.run(fixture.assignment(tmp_path, extra=extra)).points("test_y") == 1


@pytest.mark.parametrize("library", ["torch", "sympy", "sklearn.linear_model", "scipy.special", "matplotlib.pyplot"])
def test_libraries_are_imported_before_forking_and_start_no_thread(tmp_path, library):
    extra = [fixture.code_cell(f"import sys\nseen = {library!r} in sys.modules\nimport {library}", "y", solution=True)]
    extra += [fixture.code_cell("assert seen", "test_y", points=1)]
    with Runner() as runner:
        assert runner.run(fixture.assignment(tmp_path, extra=extra)).points("test_y") == 1


def test_torch_computes_in_the_children(tmp_path, runner):
    code = "import torch\ny = float((torch.ones(200, 200) @ torch.ones(200, 200)).sum())\nr = float(torch.rand(1))"
    extra = [fixture.code_cell(code, "y", solution=True), fixture.code_cell("assert y == 200**3", "test_y", points=1)]
    assert [
        r.points("test_y") for r in runner.run_many(fixture.assignment(tmp_path, extra=extra), [Variant()] * 3)
    ] == [1] * 3


def test_real_assignments_can_be_read():
    for slug in slugs():
        load(slug)
