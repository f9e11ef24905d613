"""The examiner's plan: what is reported, restarts of the student's process, marks that cannot be forged."""
# ruff: noqa: E501  (sources of cells and forged trees, one a line)

import json
import os
import signal
import socket
import struct
import textwrap
import threading
import time

import pytest

from autograder.engine import Limits, namespace, testcode
from tests.autograder.engine.pair import LIMITS, Pair, examined
from tests.autograder.engine.processes import descendants

TESTS = {
    "test_a": "assert a(2) == 4",
    "test_b": "assert b(2) == 4",
    "test_c": "assert c(2) == 4",
}
GOOD = "def {0}(x): return 2 * x"


def outcome(cells, tests=TESTS, limits=LIMITS, model=None, **kw):
    """Run cell, test, cell, test …; return ({grade_id: report}, outputs)."""
    codes = {name: testcode.Code(name, textwrap.dedent(source)) for name, source in tests.items()}
    model = [GOOD.format(n) for n in "abc"] if model is None else model
    plan = []
    for number, name in enumerate(tests):
        plan += [("run", number, testcode.names_bound(cells[number])), ("test", name)]
    return Pair(cells, testcode.tests_of(codes, dict.fromkeys(tests, "task"), model), limits, **kw).results(plan)


def states(reports):
    return [report["status"] for report in reports.values()]


def test_right_answers():
    reports, outputs = outcome([GOOD.format("a"), GOOD.format("b") + "\nprint('hi')", GOOD.format("c")])
    assert states(reports) == ["ok", "ok", "ok"]
    assert [line[0] for line in outputs] == [0, 1, 2]
    assert outputs[1][1][0]["text"] == "hi\n"


def test_what_is_reported():
    reports, _ = outcome(
        ["def a(x):\n    y = x\n    return 1 / 0", "def b(x):\n    print('told')\n    return 5", "raise KeyError('k')"]
    )
    a, b, c = reports.values()
    assert (a["status"], a["error"], a["message"], a["line"]) == ("failed", "ZeroDivisionError", "division by zero", 1)
    assert a["frames"] == [[0, 3]]
    assert (b["error"], b["stdout"]) == ("AssertionError", "told\n")
    assert (c["error"], c["message"]) == ("NameError", "name 'c' is not defined")


@pytest.mark.parametrize(
    ("last", "value"),
    [
        ("0.5", "0.5"),
        ("0.5;", None),
        ("None", None),
        ("'0.5'", "'0.5'"),
        ("k", "0.25"),
        ("f", "<…>"),
        ("1/3  # x", "0.333"),
    ],
)
def test_value_of_a_test_cell(last, value):
    report = examined("def f(): pass\nk = 0.25", f"x = 1\n{last}")
    assert report["status"] == "ok"
    assert report["value"] == value or report["value"].startswith(value)


def test_stderr_and_warnings_reach_the_report():
    report = examined("import numpy as np\ndef f(): return np.array(1.0) / 0", "f()")
    assert report["status"] == "ok" and "RuntimeWarning: divide by zero" in report["stderr"]
    report = examined("import sys\ndef f(): sys.stderr.write('x')", "f()")
    assert report["stderr"] == "x"


@pytest.mark.parametrize(
    ("deed", "status"),
    [
        ("import os; os._exit(0)", "dead"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "dead"),
        ("import ctypes; ctypes.string_at(0)", "dead"),
        ("while True: pass", "timeout"),
        ("import time; time.sleep(60)", "timeout"),
    ],
)
def test_a_call_that_kills_costs_one_test_cell(deed, status):
    bad = f"def b(x):\n    {deed}"
    limits = Limits(cell_seconds=1, second_chance_seconds=1)
    reports, outputs = outcome([GOOD.format("a"), bad, GOOD.format("c")], limits=limits)
    assert states(reports) == ["ok", status, "ok"]
    assert [line[0] for line in outputs] == [0, 1, 2]


def test_a_loop_that_catches_the_alarm():
    bad = "def b(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    limits = Limits(cell_seconds=1, second_chance_seconds=1)
    start = time.monotonic()
    reports, _ = outcome([GOOD.format("a"), bad, GOOD.format("c")], limits=limits)
    assert states(reports) == ["ok", "timeout", "ok"]
    assert time.monotonic() - start < 6


def test_a_cell_that_kills_is_left_out_afterwards():
    reports, _ = outcome([GOOD.format("a"), "import os; os._exit(0)", GOOD.format("c")])
    assert states(reports) == ["ok", "failed", "ok"]
    assert reports["test_b"]["error"] == "NameError"


def test_a_student_who_dies_each_time_is_given_up():
    dying = "import os\ndef {0}(x): os._exit(0)"
    tests = {f"test_{n}": f"{n}(1)" for n in "abcdef"}
    limits = Limits(cell_seconds=2, restarts=2)
    reports, _ = outcome([dying.format(n) for n in "abcdef"], tests, limits, model=[GOOD.format(n) for n in "abcdef"])
    assert states(reports) == ["dead"] * 3 + ["skipped"] * 3


def test_second_chance_is_shorter():
    loop = "def {0}(x):\n    while True: pass"
    limits = Limits(cell_seconds=2, second_chance_seconds=0.3)
    reports, _ = outcome([loop.format(n) for n in "abc"], limits=limits)
    assert states(reports) == ["timeout"] * 3
    assert [r["message"] for r in reports.values()] == ["chạy quá 2 giây", "chạy quá 0.3 giây", "chạy quá 0.3 giây"]


def test_test_cells_share_their_names_and_students_do_not_see_them():
    tests = {
        "test_a": "expected = 4\ndef help(x): return x\nassert a(2) == 4",
        "test_b": "assert b(2) == help(expected)",
    }
    reports, _ = outcome([GOOD.format("a"), "def b(x): return expected"], tests)
    assert reports["test_a"]["status"] == "ok"
    assert "chỉ ô kiểm tra mới định nghĩa tên này" in reports["test_b"]["message"]


def test_a_student_cannot_take_over_names_of_the_tests():
    cell = GOOD.format("a") + "\ndef abs(x): return 0\nclass AssertionError(Exception): pass\nnp = None\nlen = None"
    tests = {"test_a": "import numpy as np\nassert abs(np.float64(a(2)) - 5) < 1 and len('ab') == 3"}
    reports, _ = outcome([cell], tests)
    assert (reports["test_a"]["status"], reports["test_a"]["error"]) == ("failed", "AssertionError")


def test_a_redefinition_counts_from_where_it_stands():
    reports, _ = outcome(
        ["def a(x): return 1", "def a(x): return 2"],
        {"test_a": "assert a(0) == 1", "test_b": "assert a(0) == 2"},
    )
    assert states(reports) == ["ok", "ok"]


def test_a_broken_test_cell_fails():
    report = examined("x = 1", "assert (")
    assert (report["status"], report["error"]) == ("failed", "SyntaxError")


def test_await_at_the_top_level():
    assert examined("async def f(): return 3", "assert await f() == 3\n0.5")["value"] == "0.5"


def test_reports_are_capped():
    report = examined("def f(): print('x' * 10**7); raise ValueError('y' * 10**7)", "print('z' * 10**7)\nf()")
    assert report["status"] == "failed"
    assert len(json.dumps(report)) < 50_000


# --- hostile --------------------------------------------------------------------------------------------------------


def forged(*frames):
    """Return a student's process that answers each request with the next of these."""

    def be_student(sock):
        for frame in frames * 50:
            sock.recv(1 << 16)
            sock.sendall(frame if isinstance(frame, bytes) else framed(frame))

    return be_student


def framed(tree):
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return struct.pack("<4sIIQ", b"exm1", len(text), 0, len(text)) + text


OK_REPLY = [True, None, [], [], [], [], None, None]


@pytest.mark.parametrize(
    "reply",
    [
        b"", b"\0" * 100, os.urandom(100), framed(b"[" * 100_000), framed(["r"]), framed({}), framed("r"),
        framed(["r", 1, True, ["q", "os", "system"], [], [], [], [], None, None]),
        framed(["q", 1, "call", [], [], None, [], [], None]), framed(["q", 1, "name", [1], [], None, [], [], None]),
        framed(["r", 99, *OK_REPLY]), framed(["r", 1, True, None, [], [[0, 1]], [], [], None, None]),
        framed(["r", 1, True, None, [], [], [[1, 2, 3]], [], None, None]), framed(["r", 1, *OK_REPLY]) * 2000,
        framed(["r", 1, True, None, [], [], [], [[0, 1]], None, None]),
        framed(["r", 1, False, [1, 2, 3, 4, 5, 6, 7], [], [], [], [], None, None]),
        framed(["r", 1, True, None, [], [], [], [], [["o", 5]], None]),
        framed(["r", 1, True, None, [], [], [], [], None, 5]), struct.pack("<4sIIQ", b"exm1", 1, 0, 1 << 60),
    ],
    ids=range(19),
)  # fmt: skip
def test_forged_replies_gain_nothing(reply):
    reports, _ = outcome(["", "", ""], be_student=forged(reply), limits=Limits(cell_seconds=1, restarts=1))
    assert set(states(reports)) <= {"dead", "skipped", "timeout", "failed"}


REACHES = [
    "g.__globals__", "g.__code__", "g.__closure__", "g.__self__", "g.__dict__", "g.func",
    "obj.__dict__", "obj._secret", "obj.module", "obj.method.__func__", "obj.method.__self__",
    "list(type(g)._proxy_peer.ask('get', 1, '__globals__'))", "g._proxy_peer.request('name', 'secret')",
    "g._proxy_peer.request('run', 0, True)", "g._proxy_peer.request('get', 1, '__globals__')",
    "g._proxy_peer.request('subclass', 1, 'x', {})", "g._proxy_peer.request('signature', 1)",
    "g._proxy_peer.request('op', 1, '__getattribute__', '__globals__')", "g._proxy_peer.request('rebind', 'a', 1)",
    "g._proxy_peer.request('set', 2, 'method', 1)", "g._proxy_peer.request('call', 2, 'method.__globals__', 0)",
    "[g._proxy_peer.request('call', n, '__init__', 0) for n in range(9)]", "setattr(obj, 'method', 1)",
]  # fmt: skip


@pytest.mark.parametrize("reach", REACHES)
def test_the_examiners_objects_keep_to_themselves(reach):
    solution = f"def f(g, obj):\n    try:\n        found = {reach}\n    except Exception: return 'refused'\n    return repr(found)"
    test = """
    import math
    secret = 42
    class Thing:
        module = math
        def __init__(self): self.x, self._secret = 1, 2
        def method(self): return secret
    found = f(lambda x: x + secret, Thing())
    assert found == 'refused', found
    """
    report = examined(solution, textwrap.dedent(test))
    assert report["status"] == "ok", report


def test_what_the_examiner_lends_can_be_used():
    solution = "def f(g, obj):\n    obj.x += g(1)\n    return obj.method()"
    test = "class Thing:\n    x = 1\n    def method(self): return self.x\nassert f(lambda x: x + 1, Thing()) == 3"
    assert examined(solution, test)["status"] == "ok"


SIZED = "class Bag:\n    def __init__(s, n):\n        s.n = n\n\n    def __len__(s):\n        return s.n\n\n    def take(s):\n        return s.n\n\n"
TRUTHFUL = SIZED.replace("s.n\n\n    def take", "5\n\n    def __bool__(s):\n        return s.n > 1\n\n    def take")
HELD = "Holder = type('Holder', (), {'__call__': lambda s: 1, '__len__': lambda s: 0})\n"


@pytest.mark.parametrize(
    ("solution", "test"),
    [
        (SIZED, "assert not Bag(0) and Bag(1) and bool(Bag(2)) is True and bool(Bag(0)) is False"),
        (TRUTHFUL, "assert not Bag(0) and not Bag(1) and Bag(2) and len(Bag(0)) == 5"),
        ("class Bag:\n    pass\ndef f(): return 0", "assert Bag() and Bag and f"),
        (SIZED, "assert Bag(0).take and not Bag(0)"),  # a method is true, whatever its object is
        (HELD + "h = Holder()", "assert not h and h() == 1"),
        ("import collections\nclass Row(collections.UserList):\n    pass", "assert not Row() and Row([0])"),
        ("class Bag:\n    def __len__(s):\n        return 1 / 0", "try:\n    bool(Bag())\nexcept ZeroDivisionError:\n    pass\nelse:\n    assert False"),
        # and of the test's objects, as the student's code sees them
        ("def f(x): return bool(x), not x", SIZED + "assert f(Bag(0)) == (False, True) and f(Bag(3)) == (True, False)"),
        ("def f(x): return bool(x), not x", TRUTHFUL + "assert f(Bag(1)) == (False, True) and f(Bag(3)) == (True, False)"),
        ("def f(x): return bool(x)", "class Empty:\n    pass\nassert f(Empty()) and f(lambda: 0) and f(Empty)"),
    ],
)  # fmt: skip
def test_truth_is_pythons_own(solution, test):
    assert examined(solution, test, known="class Bag:\n    pass")["status"] == "ok"


def test_messages_of_assertions_stay_with_the_examiner():
    solution = "seen = []\ndef f(g):\n    try: g()\n    except Exception as e: seen.append(repr(e)); return repr(e)"
    test = "def g(): assert False, 'the answer is 42'\nassert '42' not in f(g)"
    assert examined(solution, test)["status"] == "ok"


def test_objects_that_agree_with_everything_gain_nothing():
    solution = """
class Yes:
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __float__(self): return 4.0
    def __sub__(self, other): return 0.0
    def __getattr__(self, name): return Yes()
    def __call__(self, *a): return Yes()
    def __array__(self, *a, **k):
        import numpy
        return numpy.float64(4)
a = b = c = lambda x: Yes()
"""
    tests = {
        "test_a": "assert a(2) == 4", "test_b": "assert abs(b(2) - 4) < 1e-9",
        "test_c": "import numpy as np\nnp.testing.assert_allclose(c(2), 4)",
    }  # fmt: skip
    reports, _ = outcome([solution, "", ""], tests)
    assert states(reports) == ["failed"] * 3


CLASS = "class P:\n    def __init__(self, x): self.x = x\n    def same(self, other): return self.x == other.x"
HIDES = "p.same = lambda o: True"


@pytest.mark.parametrize("hides", [HIDES, "p.same = bool", "p.__dict__['same'] = lambda o: True", "p.same = print"])
@pytest.mark.parametrize(
    "test", ["assert type(make(3)) is P and make(3).same(P(3))", "p = P(4)\nchange(p)\nassert p.same(P(5))"]
)
def test_methods_of_a_setup_class_cannot_be_hidden_in_an_instance(test, hides):
    right = "def make(x): return P(x)\ndef change(p): p.x = 5"
    wrong = f"def change(p):\n    {hides}\n    return p\ndef make(x): return change(P(0))"
    assert examined(right, test, setup=CLASS)["status"] == "ok"
    assert examined(wrong, test, setup=CLASS, known=right)["status"] == "failed"


def test_a_method_that_a_test_replaced_stays_replaced():
    test = "p = P(4)\np.same = lambda other: 'mine'\nchange(p)\nassert p.same(p) == 'mine' and p.x == 5"
    assert examined("def change(p): p.x = 5", test, setup=CLASS)["status"] == "ok"


SYMPY = "import sympy\nx = sympy.Symbol('x')\n"


@pytest.mark.parametrize("answer", [
    """sympy.Symbol("__import__('sys').modules['__main__'].__dict__.update(F=1) or 4")""",
    "sympy.Function('eval')(sympy.Function('bytes')(sympy.Tuple(52)))", "sympy.Symbol('2*2 if (lambda: 1)() else 1')",
])  # fmt: skip
def test_names_in_an_expression_are_not_run(answer):
    test = SYMPY + "assert sympy.lambdify(x, make())(2) == 4"
    right = "def make(): return 2 * sympy.Symbol('x')"
    assert examined(right, test, setup="import sympy")["status"] == "ok"
    wrong = f"def make(): return {answer}"
    assert examined(wrong, test, setup="import sympy", known=right)["status"] == "failed"


def test_this_python_looks_names_up_as_needed():
    assert namespace.works()


def test_no_process_is_left():
    def be_student(sock):
        threading.Event().wait(30)

    start, before = time.monotonic(), descendants()
    reports, _ = outcome(["", "", ""], be_student=be_student, limits=Limits(cell_seconds=0.2, restarts=0))
    assert "ok" not in states(reports)
    assert time.monotonic() - start < 10
    assert descendants() <= before


def test_the_alarm_of_the_examiner_is_its_own():
    before = signal.getsignal(signal.SIGALRM)
    outcome(["", "", ""])
    assert signal.getsignal(signal.SIGALRM) is before
    assert socket.socketpair()
