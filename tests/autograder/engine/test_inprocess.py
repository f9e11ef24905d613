"""Test cells in the student's own process: honest answers get their points, the known ways of cheating get none."""

import copy
import random

import pytest

from autograder.engine import TIMEOUT, Limits, canaries, testcode
from autograder.jupyter import nbformat
from tests.autograder.course_builder import code, exam, notebook, solution

HELPER = "def same(a, b):\n    assert a == b, (a, b)"
TESTS = {
    "plain": "assert square(3) == 9\nassert square(-2) == 4",
    "helper": "same(square(5), 25)\nassert all(square(i) == i * i for i in range(4))",
    "arrays": "import numpy as np\nnp.testing.assert_allclose(square(np.array([1.0, 2.0])), [1.0, 4.0])",
    "names": "kept = square\ndel square\ntry:\n    cube(2)\nexcept NameError:\n    pass\nelse:\n"
    "    raise AssertionError('cube does not use square')\nfinally:\n    square = kept",
    "partial": "1.5 if square(2) == 4 else 0.5",
}
POINTS = {"plain": 1, "helper": 1, "arrays": 1, "names": 1, "partial": 3}
SQUARE, CUBE = "import numpy as np\ndef square(x):\n    return x * x", "def cube(x):\n    return square(x) * x"
MODEL = {"square": SQUARE, "cube": CUBE}
FULL = {"plain": 1.0, "helper": 1.0, "arrays": 1.0, "names": 1.0, "partial": 1.5}
WRONG = {"square": "def square(x):\n    return x + x", "cube": "def cube(x):\n    return x ** 3"}
# what WRONG gets honestly: `square(2) == 4` is right by accident
LEAST = {"plain": 0.0, "helper": 0.0, "arrays": 0.0, "names": 0.0, "partial": 1.5}


def cells(answers):
    return [
        code(HELPER, grade_id="setup", grade=False, solution=False, locked=True, task=False),
        *(solution(name, source) for name, source in answers.items()),
        *(exam(name, POINTS[name], source) for name, source in TESTS.items()),
    ]


class Lab:
    """Runs answers with all tests in the student's process."""

    def __init__(self, bench):
        from autograder.assignment import Assignment, Cell
        from autograder.marks import mark

        self.runner, self.folder, self.mark = bench.runner, bench.folder / "lab", mark
        self.folder.mkdir(exist_ok=True)
        nb = nbformat.from_dict(notebook(cells(MODEL)))
        made = []
        for cell in nb.cells:
            name = cell.metadata.nbgrader.grade_id
            kind = "test" if name in TESTS else "locked" if name == "setup" else "solution"
            task, source = "square" if kind == "test" else name, cell.source
            points = POINTS.get(name, 0)
            made.append(Cell(name, kind, "code", source, source, points, task, False, cell.id, cell.metadata))
        self.sheet = Assignment("lab", "Lab", self.folder, tuple(made), (), "lab", inprocess=tuple(TESTS))

    def run(self, answers=MODEL, extra="", **limits):
        """Return (scores by cell, Execution, Marks) of answers with a cell of the student's own before the tests."""
        made = cells(answers)
        if extra:
            made.insert(len(made) - len(TESTS), code(extra))
        nb = nbformat.from_dict(notebook(made))
        limits = {"cell_seconds": 3, "second_chance_seconds": 1} | limits
        execution = self.runner.execute(self.sheet, copy.deepcopy(nb), self.folder, Limits(**limits))
        handed_in = type("Submission", (), {"untouched": (), "absent": ()})
        given = self.mark(self.sheet, handed_in, execution)
        return {mark.cell: mark.score for mark in given}, execution, given


@pytest.fixture(scope="module")
def lab(bench):
    return Lab(bench)


def test_honest_answers(lab):
    scores, execution, given = lab.run()
    assert scores == FULL, [m.reason for m in given]
    assert execution.tampered == ""
    nbformat.validate(execution.notebook)
    scores, execution, given = lab.run(WRONG)
    assert scores == LEAST and execution.tampered == ""
    reasons = {m.cell: m.reason for m in given}
    assert "cube does not use square" in reasons["names"]


HONEST = {
    "names of one's own": "sum = 0\nlist = [1]\nresult = 3\nmax_value = 7",
    "figures": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "random": "import random, numpy as np\nrandom.seed(1)\nnp.random.seed(2)\nnp.set_printoptions(precision=3)",
    "warnings": "import warnings\nwarnings.filterwarnings('ignore')",
    "errors": "1 / 0",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "timed": "%time square(3)",
}


@pytest.mark.parametrize("name", HONEST)
def test_what_honest_students_do_is_no_tampering(lab, name):
    scores, execution, given = lab.run(MODEL, HONEST[name])
    assert scores == FULL and execution.tampered == "", [m.reason for m in given]


ATTACKS = {
    "input transformer": """
ip = get_ipython()
ip.input_transformers_cleanup.append(lambda lines: [l for l in lines if 'assert' not in l])""",
    "input transformer, of the manager": """
get_ipython().input_transformer_manager.line_transforms.append(lambda lines: ['pass\\n'])""",
    "ast dropper": """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
    def visit_Expr(self, node):
        return node if not isinstance(node.value, ast.Call) else ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(Drop())""",
    "patched numpy.testing": """
import numpy as np
np.testing.assert_allclose = lambda *a, **k: None
import numpy.testing._private.utils as u
u.assert_array_compare = lambda *a, **k: None""",
    "patched code of numpy.testing": """
import numpy as np
np.testing.assert_allclose.__wrapped__ if hasattr(np.testing.assert_allclose, '__wrapped__') else 0
np.testing.assert_allclose.__code__ = (lambda *a, **k: None).__code__""",
    "patched built-in functions": "import builtins\nbuiltins.all = lambda x: True",
    "own built-in functions": "def all(values):\n    return True",
    "helper replaced": "def same(a, b):\n    pass",
    "helper recoded": "same.__code__ = (lambda a, b: None).__code__",
    "run_cell": """
ip = get_ipython()
real = ip.run_cell
ip.run_cell = lambda source, **k: real('pass', **k)""",
    "run_cell of the class": """
kind = type(get_ipython())
real = kind.run_cell
kind.run_cell = lambda self, source, **k: real(self, 'pass', **k)
async def nothing(self, source, **k):
    return await real_async(self, 'pass', **k | {'transformed_cell': 'pass'})
real_async = kind.run_cell_async
kind.run_cell_async = nothing""",
    "hidden built-in function": """
import numpy.testing._private.utils as u
u.isinstance = lambda *a: False
u.AssertionError = print""",
    "compile": """
ip = get_ipython()
class Cache(type(ip.compile)):
    def ast_parse(self, source, *a, **k):
        return super().ast_parse('pass', *a, **k)
ip.compile.__class__ = Cache""",
    "hook": """
def swallow(self, kind, value, tb, tb_offset=None):
    return None
get_ipython().set_custom_exc((Exception,), swallow)
get_ipython().events.register('pre_run_cell', lambda info: None)""",
    "always true": """
class Yes(int):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __hash__ = int.__hash__
    __array_ufunc__ = None
def square(x):
    return Yes(7)""",
    "tracing": """
import sys
def trace(frame, event, arg):
    return None
sys.settrace(trace)""",
    "thread": """
import threading, time
def wait():
    while True:
        time.sleep(0.01)
threading.Thread(target=wait, daemon=True).start()""",
    "engine patched": """
import sys
guard = sys.modules['autograder.engine.guard']
guard.Guard.broken = lambda self, expected=None: []
shell = sys.modules['autograder.engine.shell']
real = shell.Shell.run
shell.Shell.run = lambda self, source, seconds: ([], {'status': 'ok', 'error': '', 'message': '', 'frames': []})""",
    "guard silenced, asserts dropped": """
import sys
sys.modules['autograder.engine.guard'].Guard.broken = lambda self, expected=None: []
get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])""",
    "modules replaced": """
import sys, types
fake = types.ModuleType('numpy.testing')
fake.assert_allclose = lambda *a, **k: None
import numpy
sys.modules['numpy.testing'] = fake
numpy.testing = fake""",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_tampering_gives_nothing_and_is_told(lab, name):
    scores, execution, given = lab.run(WRONG, ATTACKS[name])
    gained = {cell: score for cell, score in scores.items() if score > LEAST[cell]}
    assert gained == {}, gained
    assert execution.tampered.startswith("Bài nộp can thiệp vào việc chấm"), [m.reason for m in given]


@pytest.mark.parametrize("name", ["input transformer", "always true", "patched numpy.testing"])
def test_without_the_guard_cheating_pays(lab, monkeypatch, name):
    monkeypatch.setattr(lab.runner, "guarded", False)
    scores, execution, _ = lab.run(WRONG, ATTACKS[name])
    assert sum(scores.values()) > sum(LEAST.values()) and execution.tampered == ""


QUIET = {
    "printed score": "def square(x):\n    print(5)\n    return x + x",
    "shown score": "def square(x):\n    from IPython.display import display\n    display(5)\n    return x + x",
    "forged result": "def square(x):\n    get_ipython().screen.show('execute_result', {'text/plain': '5'}, {})\n"
    "    return x + x",
    "exit": "def square(x):\n    raise SystemExit",
    "dead": "def square(x):\n    import os\n    os._exit(0)",
    "late": "import atexit, os\natexit.register(print, 5)\ndef square(x):\n    return x + x",
    "lying": "import os\ndef square(x):\n    for number in range(3, 40):\n        try:\n"
    '            os.write(number, b\'{"run": {"status": "ok"}, "before": [], "after": []}\\n\')\n'
    "        except OSError:\n            pass\n    return x + x",
}


@pytest.mark.parametrize("name", QUIET)
def test_what_gives_nothing_either(lab, name):
    scores, _, given = lab.run(WRONG | {"square": QUIET[name]})
    assert all(score <= LEAST[cell] for cell, score in scores.items()), [m.reason for m in given]


def test_a_loop_and_a_death_cost_only_their_own(lab):
    once = "def square(x):\n    if type(x) is int and x == 5:\n        import os\n        os._exit(1)\n    return x * x"
    scores, execution, _ = lab.run(MODEL | {"square": once})
    assert scores == FULL | {"helper": 0.0}
    assert {run.status for run in execution.runs if run} == {"ok", "dead"}
    loop = "def square(x):\n    while type(x) is int and x == 5:\n        pass\n    return x * x"
    scores, execution, _ = lab.run(MODEL | {"square": loop}, cell_seconds=1)
    assert scores == FULL | {"helper": 0.0}
    assert TIMEOUT in {run.status for run in execution.runs if run}


def test_canaries_fail_and_differ():
    cell = testcode.Code("t", "# so sánh\nimport numpy as np\nassert square(3) == 9\nnp.testing.assert_equal(f(1), 2)")
    chance, seen = random.Random(1), set()
    for _ in range(300):
        bird = canaries.plain(cell, chance, frozenset(["result"]))
        assert "result" not in bird.names
        names = {}
        exec("import numpy as np", names)
        with pytest.raises(AssertionError):
            exec(bird.source, names)
        seen.add(bird.source)
    assert len(seen) > 250
    turned = {canaries.derived(cell, chance).source.split("(")[0] for _ in range(30)}
    assert turned == {"assert square", "np.testing.assert_equal"}
    assert canaries.derived(testcode.Code("t", "x = 1\nassert x")) is None
