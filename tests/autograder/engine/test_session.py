"""One submission through its two processes, whatever happens to them."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from autograder import engine
from autograder.course import find_course
from autograder.engine import DEAD, FAILED, OK, SKIPPED, TIMEOUT
from autograder.errors import EngineFailed
from autograder.jupyter import nbformat
from tests.autograder.course_builder import RIGHT, SYNTAX, code
from tests.autograder.engine.conftest import Bench
from tests.autograder.engine.processes import children, descendants, zygotes
from tests.bench import courses

FULL = {
    "test_double": 0.5, "test_double_hidden": 1.5, "test_total": 0.5, "test_total_hidden": 1.0,
    "test_total_error_hidden": 0.5,
}  # fmt: skip


def text(cell):
    return "".join(o.get("text", "") for o in cell.outputs)


def test_right_answers_and_stubs(bench):
    scores, execution, _ = bench.run(RIGHT)
    assert scores == FULL
    nbformat.validate(execution.notebook)
    assert {run.status for run in execution.runs if run} == {OK}
    scores, execution, _ = bench.run({})
    assert set(scores.values()) == {0.0}


def test_nothing_is_left_of_a_submission(bench):
    start = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        os.fork()
        time.sleep(300)
"""
    scores, _, _ = bench.run(RIGHT | {"double": RIGHT["double"] + start})
    assert scores == FULL
    assert descendants() == zygotes(bench)


def test_outputs_before_and_after_the_first_hidden_test(bench):
    def change(nb):
        nb["cells"].insert(1, code("print('mở đầu')\n1 / 0"))
        nb["cells"].insert(3, code("print(open('sub/a.txt').read())"))
        nb["cells"].append(code("print(SEEN)"))
        nb["cells"].append(code("raise ValueError(SEEN)"))

    double = "SEEN = []\ndef double(x):\n    SEEN.append(x)\n    return 2 * x"
    scores, execution, _ = bench.run(RIGHT | {"double": double}, change, {"sub/a.txt": "tệp kèm theo"})
    assert scores == FULL
    cells = execution.notebook.cells
    assert text(cells[1]) == "mở đầu\n" and cells[1].outputs[-1].ename == "ZeroDivisionError"
    assert text(cells[3]) == "tệp kèm theo\n"
    everything = str(execution.notebook) + str(execution.runs)
    assert "-2" not in everything.replace("check.number(double(-2), -4, name='double(-2)')", "")
    # a failure after it is told as it came in a process that was asked no hidden test
    assert execution.runs[-1].error == "ValueError" and execution.runs[-1].message == "[3]"
    assert text(cells[-2]) == "[3]\n"


def test_a_visible_test_after_a_hidden_one_tells_all(bench):
    scores, _, given = bench.run(RIGHT | {"total": "def total(values):\n    return 17.25"})
    assert scores == FULL | {"test_total": 0, "test_total_hidden": 0, "test_total_error_hidden": 0}
    reasons = {mark.cell: mark.reason for mark in given}
    assert "17.25" in reasons["test_total"] and "17.25" not in reasons["test_total_hidden"]


def test_what_ran_too_long_is_not_tried_again(bench):
    answers = RIGHT | {"total": "def total(values):\n    while True: pass"}
    start = time.monotonic()
    scores, _, given = bench.run(answers, lambda nb: nb["cells"].append(code("1 / 0")), cell_seconds=2)
    assert time.monotonic() - start < 2 + 1 + 1 + 2  # the second chances are a second long
    assert scores["test_double"] == 0.5 and scores["test_total"] == 0
    assert any("quá" in mark.reason for mark in given)


def test_without_walls_it_stays_untold(released_course, tmp_path):
    """A process could leave what it was asked in a file for the next one."""
    bench = Bench(released_course, tmp_path, sandbox=False)
    try:
        _, _, given = bench.run(RIGHT | {"total": "def total(values):\n    return 17.25"})
    finally:
        bench.runner.close()
    assert "17.25" not in str(given)


def test_where_the_students_line_is(bench):
    scores, _, given = bench.run(RIGHT | {"double": "def double(x):\n    y = 0\n    return 1 / y"})
    assert scores["test_double"] == 0 and scores["test_total"] == 0.5
    assert "dòng 3 của ô lời giải: `return 1 / y`" in given[0].reason


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ("    while True:\n        pass", TIMEOUT, "Quá thời gian"),
        ("    import os\n    os._exit(3)", DEAD, "dừng đột ngột"),
        ("    import os, signal\n    os.kill(os.getpid(), signal.SIGSEGV)", None, ""),
        ("    import ctypes\n    ctypes.string_at(0)", DEAD, "dừng đột ngột"),
        ("    import time\n    while True:\n        try:\n            time.sleep(9)\n        except BaseException:\n"
         "            pass", None, ""),
        ("    raise SystemExit", FAILED, "exit()"),
    ],
)  # fmt: skip
def test_a_call_that_ends_the_process_or_never_returns(bench, body, status, word):
    start = time.monotonic()
    scores, execution, given = bench.run(RIGHT | {"double": f"def double(x):\n{body}"}, cell_seconds=1)
    assert scores == FULL | {"test_double": 0, "test_double_hidden": 0}
    assert time.monotonic() - start < 15
    run = execution.runs[next(i for i, c in enumerate(execution.notebook.cells) if c.id == "c04")]
    assert status is None or run.status == status
    assert word in given[0].reason
    assert descendants() == zygotes(bench)


def test_a_cell_that_ends_the_process(bench):
    scores, _, _ = bench.run(RIGHT | {"total": RIGHT["total"] + "\nimport os\nos._exit(0)"}, cell_seconds=1)
    assert (scores["test_double"], scores["test_total"]) == (0.5, 0)
    scores, execution, _ = bench.run(RIGHT | {"total": "while True: pass"}, cell_seconds=1)
    assert (scores["test_double"], scores["test_total"]) == (0.5, 0)
    states = [run.status for run in execution.runs if run]
    assert TIMEOUT in states and states[-1] == OK


def test_one_submission_finds_nothing_of_the_one_before(bench):
    secret = "".join(["bí", "mật", "-của-", "bạn", "khác"])
    bench.run(RIGHT | {"double": RIGHT["double"] + f"\nLEFT = {secret!r}\nopen('left.txt', 'w').write(LEFT * 1000)"})
    search = """
import gc, os
parts = ["bí", "mật", "-của-", "bạn", "khác"]
found = os.path.exists("left.txt")
wanted = "".join(parts).encode()
for line in open("/proc/self/maps"):
    span, rights = line.split()[:2]
    if "rw" in rights and "[v" not in line:
        first, last = (int(x, 16) for x in span.split("-"))
        with open("/proc/self/mem", "rb", 0) as memory:
            try:
                memory.seek(first)
                piece = memory.read(last - first)
            except (OSError, ValueError, OverflowError):
                continue
        found = found or piece.count(wanted) > 2
print("found" if found else "nothing")
"""
    _, execution, _ = bench.run(RIGHT | {"double": search + RIGHT["double"]})
    assert text(execution.notebook.cells[3]) == "nothing\n"


def test_memory_of_many_processes_together(bench):
    hog = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        x = bytearray(100 << 20)
        time.sleep(60)
time.sleep(30)
"""
    start = time.monotonic()
    scores, execution, _ = bench.run(RIGHT | {"total": hog}, memory_bytes=400 << 20, cell_seconds=20)
    assert time.monotonic() - start < 15 and scores["test_double"] == 0.5 and scores["test_total"] == 0
    assert execution.runs[6].status in (DEAD, SKIPPED)


def test_a_flood_of_output(bench):
    flood = "import os\nwhile True: os.write({}, b'x' * 65536)"
    for number in (1, 4, 5):
        scores, execution, _ = bench.run(RIGHT | {"total": flood.format(number)}, cell_seconds=1)
        assert scores["test_double"] == 0.5 and scores["test_total"] == 0, number
        assert len(str(execution.notebook)) < 3_000_000


def test_no_more_time_for_the_whole(bench):
    start = time.monotonic()
    answers = RIGHT | {"total": "import time\ntime.sleep(60)"}
    scores, _, given = bench.run(answers, cell_seconds=50, notebook_seconds=2.0)
    assert time.monotonic() - start < 7
    assert scores["test_double"] == 0.5 and scores["test_total"] == 0
    assert "hết thời gian" in str([mark.reason for mark in given])


def test_a_killed_zygote_is_replaced(bench):
    bench.run(RIGHT)
    for pid in zygotes(bench):
        os.kill(pid, signal.SIGKILL)
    assert bench.run(RIGHT)[0] == FULL


def test_walls_that_fall_down_are_no_fault_of_the_student(released_course, tmp_path, monkeypatch):
    from autograder.engine import examined

    made = Bench(released_course, tmp_path)

    def fail(*_, **__):
        raise EngineFailed("no process")

    monkeypatch.setattr(examined, "Zygote", fail)
    with pytest.raises(EngineFailed, match="no process"):
        made.run(RIGHT)


def test_without_walls(released_course, tmp_path):
    before = descendants()
    made = Bench(released_course, tmp_path, sandbox=False)
    try:
        left = RIGHT["double"] + "\nimport os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(100)"
        scores, _, _ = made.run(RIGHT | {"double": left})
        assert scores == FULL
        assert descendants() - before == zygotes(made)
    finally:
        made.runner.close()


WORKER = """
import sys
import threading
from pathlib import Path
from tests.autograder.engine.conftest import Bench
from tests.autograder.engine.processes import children, descendants, zygotes
from tests.bench import courses
from tests.autograder.course_builder import RIGHT
made = Bench(Path(sys.argv[1]), Path(sys.argv[2]))
made.run(RIGHT)
print("ready", flush=True)
sleep = "import os, time\\nif os.fork() == 0:\\n    os.setsid()\\ntime.sleep(100)"
made.run(RIGHT | {"double": sleep}, cell_seconds=90)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_all_ends_with_the_worker(bench, released_course, tmp_path, number):
    root = Path(__file__).resolve().parents[3]
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(released_course), str(tmp_path)], cwd=root, stdout=subprocess.PIPE
    )
    assert worker.stdout.readline() == b"ready\n"
    time.sleep(1)
    below = descendants(worker.pid)
    assert len(below) >= 3  # zygote, student, examiner
    worker.send_signal(number)
    worker.wait(10)
    worker.stdout.close()
    for _ in range(100):
        left = [pid for pid in below if Path(f"/proc/{pid}").exists()]
        if not left:
            break
        time.sleep(0.05)
    assert not left


def test_what_the_model_solution_imports_is_ready(tmp_path):
    """Torch's first optimizer imports for a second: once for all students, not in each of their processes."""
    courses.write(tmp_path, "torch", 1)
    sheet = find_course(tmp_path).load("torch")
    assert not any("optim" in cell.source for cell in sheet.cells)
    runner = engine.start("examined")
    try:
        assert "torch._dynamo" in runner._prepared(sheet)[1]
    finally:
        runner.close()


SLOW_HALF = RIGHT | {"total": "import time\ntime.sleep(0.6)\ndef total(values):\n    return 17.25"}


class Intruder(threading.Thread):
    """Kills processes below this one: of those of `kind`, an examiner or a student's, the first, the third, ..."""

    def __init__(self, bench, kind, turns):
        super().__init__()
        self.bench, self.kind, self.turns, self.over = bench, kind, list(turns), False
        self.examiners = set()

    def candidates(self):
        everybody = descendants()
        self.examiners |= children() - zygotes(self.bench)  # looked at last: no new one is taken for a student's
        return self.examiners if self.kind == "examiner" else everybody - zygotes(self.bench) - self.examiners

    def run(self):
        seen = []
        while self.turns and not self.over:
            seen += [pid for pid in self.candidates() if pid not in seen]
            if len(seen) >= self.turns[0]:
                time.sleep(0.3)  # its cell is asleep then
                os.kill(seen[-1], signal.SIGKILL)
                self.turns.pop(0)
            time.sleep(0.01)


def disturbed(bench, kind, turns, told):
    """Compare what `told` returns in peace with what it returns while processes are killed."""
    expected = told()
    intruder = Intruder(bench, kind, turns)
    intruder.start()
    try:
        assert told() == expected
    finally:
        intruder.over = True
        intruder.join()
    assert not intruder.turns
    return expected


# The second run has no hidden tests, see Examined._again; who is killed has a successor in the same run.
@pytest.mark.parametrize("turns", [(1,), (2,), (1, 3, 5)])
@pytest.mark.parametrize("kind", ["examiner", "student"])
def test_a_process_killed_by_somebody_else_costs_nothing(bench, kind, turns):
    def told():
        scores, execution, given = bench.run(SLOW_HALF)
        return scores, str(execution.notebook), [mark.reason for mark in given]

    assert "17.25" in str(disturbed(bench, kind, turns, told)[2])


# All tests are done then; the second run, see Examined._again, has none at all.
@pytest.mark.parametrize("turns", [(1,), (2,)])
@pytest.mark.parametrize("kind", ["examiner", "student"])
def test_a_process_killed_in_the_last_cell_costs_nothing(bench, kind, turns):
    def change(nb):
        nb["cells"].append(code("import time\ntime.sleep(0.6)\nprint('hết')"))

    def told():
        scores, execution, _ = bench.run(SYNTAX, change)
        return scores, str(execution.notebook)

    assert "hết" in disturbed(bench, kind, turns, told)[1]
