"""Each mutation operator does what it says, and nothing is mutated that students do not write."""

import pytest

from tests.graders.mutants import mutants

FORM = '''\
import numpy as np
LIMIT = 3

def f(x, y=1, *, z: int = 2):
    """Return 1 + 1."""
    ### BEGIN SOLUTION
{body}
    ### END SOLUTION
    return 5 + 6
'''


def changes(*body):
    return [m.change for m in mutants("f", FORM.format(body="\n".join("    " + line for line in body)))]


def after(line, *before):
    """The mutated forms of a line."""
    return {change.split(" -> ", 1)[1] for change in changes(*before, line) if change.startswith(f"{line.strip()} -> ")}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return x + y", {"return x - y", "return x", "return y"}),
        ("return x - y", {"return x + y", "return x", "return y", "return y - x"}),
        ("return x * y", {"return x / y", "return x + y", "return x", "return y"}),
        ("return x / y", {"return x * y", "return x // y", "return x", "return y / x"}),
        ("return x // y", {"return x / y", "return x * y", "return x"}),
        ("return x ** y", {"return x * y", "return x"}),
        ("return x @ y", {"return x * y", "return x", "return y", "return y @ x"}),
        ("return (x + y) * z",
         {"return (x - y) * z", "return (x) * z", "return (x + y) / z", "return x + y", "return z"}),
        ("x += y", {"x -= y", "x = y", "pass"}),
        ("return z - (x - y)", {"return z - (x + y)", "return z - (x)", "return z - (y - x)", "return (x - y) - z"}),
        ("return x and y and z", {"return (y) and (z)", "return x or y and z"}),
        ("return x < y", {"return x <= y", "return x >= y"}),
        ("return x == y", {"return x != y"}),
        ("return x in y", {"return x not in y"}),
        ("return x not in y", {"return x in y"}),
        ("return x is None", {"return x is not None"}),
        ("return 0 < x <= 9",
         {"return 1 < x <= 9", "return 0 <= x <= 9", "return 0 < x < 9", "return 0 < x > 9", "return 0 < x <= 8"}),
        ("return x and y", {"return x or y", "return x", "return y"}),
        ("return not x", {"return x"}),
        ("return -x", {"return x"}),
        ("return ~x", {"return x"}),
        ("return x[-1]", {"return x[1]", "return x[-2]", "return x[-0]"}),
        ("return 0", {"return 1", "return -1"}),
        ("return 0.5", {"return 1.0", "return 0.0"}),
        ("return 2 * x", {"return 1 * x", "return 3 * x", "return 2 / x", "return 2 + x", "return 2", "return x"}),
        ("return x - 0.0", {"return x - 1.0", "return x + 0.0"}),
        ("return True", {"return False"}),
        ("return x.mean(axis=0)",
         {"return x.mean(axis=1)", "return x.mean(axis=-1)", "return x.mean()", "return x.sum(axis=0)", "return x"}),
        ("return x.sum(keepdims=True)", {"return x.sum(keepdims=False)", "return x.sum()"}),
        ("return x.std(ddof=1)", {"return x.std(ddof=0)", "return x.std(ddof=2)", "return x.std()"}),
        ("return np.pad(x, mode='edge')", {"return np.pad(x)", "return np.pad(x, mode='edge_')", "return x"}),
        ("if x: y = 2", {"if True: y = 2", "if False: y = 2"}),
        ("return y if x else z", {"return y if True else z", "return y if False else z"}),
        ("return range(x)", {"return range(x - 1)", "return range(x + 1)", "return range(1, x)"}),
        ("return range(y, x)",
         {"return range(y - 1, x)", "return range(y + 1, x)", "return range(y, x + 1)", "return range(x, y)"}),
        ("return x[y:z]", {"return x[y + 1:z]", "return x[y:z - 1]", "return x[:z]", "return x[y:]"}),
        ("return x[::2]", {"return x[::1]", "return x[::3]", "return x[::]"}),
        ("return [x[i] for i in range(y)]",
         {"return [x[i - 1] for i in range(y)]", "return [x[i + 1] for i in range(y)]"}),
        ("return [v for v in x if v]", {"return [v for v in x if True]", "return [v for v in list(x)[:-1] if v]"}),
        ("for v in x: y += v", {"for v in (): y += v", "for v in list(x)[1:]: y += v"}),
        ("while x: x -= 1", {"while False: x -= 1"}),
        ("return np.dot(x, y)", {"return np.dot(y, x)", "return x"}),
        ("return np.clip(x, 0, 1)", {"return x", "return np.clip(x, 1, 0)", "return np.clip(0, x, 1)"}),
        ("return x.copy()", {"return x"}),
        ("return x.astype(float)", {"return x"}),
        ("return x.T @ y", {"return x @ y"}),
        ("return np.transpose(x, (1, 0))", {"return x", "return np.transpose(x, (0, 1))"}),
        ("return np.zeros((x, y))", {"return np.zeros((y, x))", "return np.ones((x, y))"}),
        ("return x, y", {"return y, x"}),
        ("return x[y, z]", {"return x[z, y]"}),
        ("return np.argmax(x)", {"return np.argmin(x)", "return x"}),
        ("return max(x, y)", {"return min(x, y)", "return x"}),
        ("return int(x)", {"return x"}),
        ("raise ValueError('không 1')", {"raise RuntimeError('không 1')", "pass"}),
        ("x = y", {"pass"}),
        ("x.sort()", {"pass", "x"}),
    ],
)  # fmt: skip
def test_operator(line, expected):
    assert expected <= after(line)


@pytest.mark.parametrize(
    ("line", "before"),
    [
        ("'một chuỗi 1'", ()),  # a docstring
        ("raise ValueError(f'{x + 1}')", ()),
        ("print(x + 1)", ()),
        ("w = 1", ()),  # without it: only a NameError
    ],
)
def test_left_alone(line, before):
    assert not {
        form
        for form in after(line, *before)
        if form not in ("pass", "raise RuntimeError(f'{x + 1}')", "w = 0", "w = 2")
    }
    assert ("pass" in after(line, *before)) == line.startswith("raise")


def test_annotations_and_lines_outside_the_solution_are_left_alone():
    assert changes("w: int | None = x") == []
    lines = {m.line for m in mutants("f", FORM.format(body="    return x + y"))}
    assert lines == {7}


def test_a_cell_without_markers_is_mutated_as_a_whole():
    assert [m.change for m in mutants("f", "k = True")] == ["k = True -> k = False"]


def test_return_of_another_name():
    assert {"return y", "return x"} <= after("return w", "y = x", "w = y")


def test_break_and_continue():
    body = ("for v in x:", "    if v: break", "return 1")
    assert {"if v: break -> if v: pass", "if v: break -> if v: continue"} <= set(changes(*body))


def test_what_compiles_to_the_same_code_counts_once():
    assert after("return x * (1 + 1)") >= {"return x * (1 - 1)"}
    folded = changes("return 2 - 1")
    assert "return 2 - 1 -> return 1" not in folded  # folds to the original's constant
    sources = [m.source for m in mutants("f", FORM.format(body="    return x[0:y, 1]"))]
    assert len(sources) == len(set(sources))


def test_vietnamese_text_before_the_change_does_not_shift_it():
    assert "x = 'điểm ảnh'; return y - 1" in after("x = 'điểm ảnh'; return y + 1")


def test_a_change_in_a_long_statement_is_shown_by_its_own_line():
    assert "y + 1, -> y - 1," in changes("return np.add(", "    x,", "    y + 1,", ")")


def test_every_mutant_compiles_and_is_one_change():
    for mutant in mutants(
        "f", FORM.format(body="    for i in range(1, x):\n        y = np.roll(x, i, axis=0) + y\n    return y")
    ):
        compile(mutant.source, "", "exec")
        assert mutant.source.startswith("import numpy as np\nLIMIT = 3\n")
