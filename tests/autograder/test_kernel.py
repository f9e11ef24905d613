"""Running notebooks in a real kernel, whatever their cells do."""

import sys

import pytest

from autograder.engine import DEAD, FAILED, OK, SKIPPED, TIMEOUT, Limits, kernel
from autograder.jupyter import nbformat


def code(source, **nbgrader):
    return nbformat.from_dict(
        {
            "cell_type": "code",
            "id": f"c{abs(hash(source))}",
            "metadata": {"nbgrader": nbgrader} if nbgrader else {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
    )


def execute(cells, folder, **limits):
    nb = nbformat.from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    return kernel.execute(nb, folder, Limits(**limits))


def text(cell):
    return "".join(o.get("text", "") for o in cell.outputs)


def test_a_kernel_that_somebody_kills_costs_nothing(tmp_path):
    kill = "os.kill(os.getpid(), signal.SIGKILL)\n"
    thrice = "import os, signal\nif not os.path.exists('333'):\n    i = sum(os.path.exists('3' * n) for n in (1, 2))\n"
    thrice += f"    open('3' * (i + 1), 'w').close()\n    {kill}"
    run = execute([code("x = 1"), code(f"{thrice}print(x)"), code("print(x + 1)")], tmp_path, restarts=1)
    assert [r.status for r in run.runs] == [OK, OK, OK]
    assert [text(cell) for cell in run.notebook.cells] == ["", "1\n", "2\n"]
    run = execute([code(f"import os, signal\n{kill}"), code("print(2)")], tmp_path)
    assert [r.status for r in run.runs] == [DEAD, OK]  # every time: it is the cell's own doing


def test_cells_of_one_kernel(tmp_path, monkeypatch):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("x = 'from a startup file'")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    run = execute(
        [
            code("import os, sys\nprint(os.getcwd(), sys.executable, os.environ['NBGRADER_EXECUTION'])"),
            code("x"),
            code("x = 1\ndef f():\n    return 1 / 0\nprint(1, file=open('runs.txt', 'a'))"),
            code("f()"),
            code("while True: pass"),
            code("print('still here', x)"),
            code("def g(:\n    pass"),
            code("input()"),
            code("print('y' * 5000); print('z' * 5000)"),
            code(""),
            code("await __import__('asyncio').sleep(0); 42"),
        ],
        tmp_path,
        cell_seconds=1.5,
        output_bytes=6000,
    )
    cells = run.notebook.cells
    assert text(cells[0]).split() == [str(tmp_path), sys.executable, "autograde"]
    assert [r.status if r else None for r in run.runs] == [
        *(OK, FAILED, OK, FAILED, TIMEOUT, OK, FAILED, FAILED, OK, None, OK)
    ]
    assert run.runs[1].error == "NameError"  # nobody's startup file ran
    assert run.runs[3].error == "ZeroDivisionError" and run.runs[3].frames == ((3, 1), (2, 3))
    assert cells[4].outputs[-1].ename == "CellTimeoutError"
    assert text(cells[5]) == "still here 1\n"
    assert (tmp_path / "runs.txt").read_text() == "1\n"  # interrupted, not replaced by another kernel
    assert run.runs[6].error == "SyntaxError"
    assert run.runs[7].error == "StdinNotImplementedError"
    assert len(text(cells[8])) < 6100 and "bị cắt" in text(cells[8])
    assert cells[10].outputs[0].data["text/plain"] == "42"
    nbformat.validate(run.notebook)


def test_a_dead_or_deaf_kernel_is_replaced_and_brought_back(tmp_path, monkeypatch):
    monkeypatch.setattr(kernel, "OBEY_SECONDS", 1)
    run = execute(
        [
            code("x = 7"),
            code("import os\nos._exit(1)", solution=True, grade_id="a"),
            code("raise SystemError('tests are not run again')", grade=True, grade_id="test_a"),
            code("print(x)"),
            code("import time\nwhile True:\n    try:\n        time.sleep(9)\n    except BaseException:\n        pass"),
            code("print(x)"),
        ],
        tmp_path,
        cell_seconds=1,
    )
    assert [r.status for r in run.runs] == [OK, DEAD, FAILED, OK, TIMEOUT, OK]
    assert text(run.notebook.cells[3]) == text(run.notebook.cells[5]) == "7\n"


def test_a_kernel_that_dies_too_often_is_given_up(tmp_path):
    run = execute([code(f"import os; os._exit({i})") for i in range(3)], tmp_path, restarts=1)
    assert [r.status for r in run.runs] == [DEAD, DEAD, SKIPPED]
    assert all(c.outputs[-1].output_type == "error" for c in run.notebook.cells)


def test_a_slow_task_gets_less_time_in_its_other_tests(tmp_path):
    loop = "while True: pass"
    run = execute(
        [
            code("1", solution=True, grade_id="a"),
            code("1", solution=True, grade_id="b"),
            code(loop, grade=True, grade_id="test_a"),
            code(loop, grade=True, grade_id="test_a_hidden"),
            code("import time; time.sleep(1)", grade=True, grade_id="test_b"),
        ],
        tmp_path,
        cell_seconds=1.5,
        second_chance_seconds=0.3,
    )
    assert [r.message for r in run.runs if r.status == TIMEOUT] == ["chạy quá 1.5 giây", "chạy quá 0.3 giây"]
    assert run.runs[4].status == OK


def test_no_kernel_at_all(tmp_path, monkeypatch):
    from autograder.errors import EngineFailed

    async def fail(*_, **__):
        raise OSError("no more processes")

    monkeypatch.setattr(kernel._Client, "async_start_new_kernel", fail)
    with pytest.raises(EngineFailed, match="no more processes"):
        execute([code("1")], tmp_path)
