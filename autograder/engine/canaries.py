"""Test cells that must fail, made to look like tests: whoever makes tests pass makes these pass too, and is found out.

They are made in the examiner's process, anew for each submission, and travel exactly as tests do. Most are little tests
of nothing but plain values, with names, numbers and ways of asserting drawn at random; others are the test cell's own
assertions with another expected value, which no honest answer can meet, and an object equal to everything does.
"""

import ast
import copy
import random
from dataclasses import dataclass

_WORDS = ("result", "expected", "actual", "value", "values", "answer", "output", "total", "out", "got", "res", "ans")
_NUMPY = ("assert_allclose", "assert_array_equal", "assert_equal", "assert_array_almost_equal")
_WRONG = 7_000_003  # what wrong numbers are beyond: far from what a test of an exercise expects


@dataclass(frozen=True)
class Canary:
    """A cell, and what must come of it."""

    source: str
    names: tuple[str, ...]  # that it binds


def plain(code, chance=None, taken=frozenset()):
    """Return a canary for a test cell (a :class:`~autograder.engine.testcode.Code`); it uses no name in `taken`."""
    chance = chance or random.SystemRandom()
    words = [word for word in _WORDS if word not in taken and word not in code.uses]
    name = chance.choice(words or ["result"]) + chance.choice(("", "_1", "_2", "1", "2"))
    while name in taken or name in code.uses:
        name += str(chance.randrange(10))
    kinds = [_equal, _near, _truth, _raised]
    if "np" in code.used_names:
        kinds += [_numpy, _numpy]
    body = chance.choice(kinds)(chance, name)
    comment = next((line for line in code.lines if line.startswith("#")), "")
    lines = [comment] if comment and chance.random() < 0.7 else []
    return Canary("\n".join([*lines, *body]), (name,))


def _value(chance):
    number = chance.choice((chance.randrange(-50, 500), round(chance.uniform(-9, 9), 2)))
    return number, number + chance.choice((-0.5, -1, 0.25, chance.randrange(1, 9)))


def _equal(chance, name):
    right, wrong = _value(chance)
    if chance.random() < 0.5:
        right, wrong = [right, 2], [wrong, 2]
    return [f"{name} = {right!r}", f"assert {name} == {wrong!r}" + chance.choice(("", f", {name}", ", 'sai'"))]


def _near(chance, name):
    right, wrong = _value(chance)
    return [f"{name} = {right!r}", f"assert abs({name} - ({wrong!r})) < {chance.choice((1e-3, 1e-6, 1e-9))!r}"]


def _truth(chance, name):
    right, wrong = _value(chance)
    part = chance.choice(("all(a == b for a, b in zip({n}, [{w!r}]))", "isinstance({n}, (str, tuple))", "not {n}"))
    return [f"{name} = [{right!r}]", "assert " + part.format(n=name, w=wrong)]


def _raised(chance, name):
    right, _ = _value(chance)
    told = chance.choice(("did not raise", "không báo lỗi", "ValueError?"))
    return [f"{name} = {right!r}", "try:", f"    float({name})", "except ValueError:", "    pass", "else:",
            f"    raise AssertionError({told!r})"]  # fmt: skip


def _numpy(chance, name):
    right, wrong = _value(chance)
    function = chance.choice(_NUMPY)
    return [f"{name} = np.array([{right!r}, 1.0])", f"np.testing.{function}({name}, [{wrong!r}, 1.0])"]


def derived(code, chance=None):
    """Return a canary made of a test cell's own assertions, or None where it has none that can be turned round.

    It is to be run after the test has passed: it calls the student's functions as the test did.
    """
    chance = chance or random.SystemRandom()
    try:
        tree = ast.parse(code.source)
    except (SyntaxError, ValueError):
        return None
    turned = [t for t in (_turned(node, chance) for node in tree.body) if t is not None]
    if not turned:
        return None
    return Canary(ast.unparse(ast.Module([chance.choice(turned)], [])), ())


def _turned(node, chance):
    """Return a statement of a test with a value that is wrong, or None."""
    node = copy.deepcopy(node)
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare) and len(node.test.ops) == 1:
        test = node.test
        if isinstance(test.ops[0], ast.Eq) and _calls(test.left) != _calls(test.comparators[0]):
            side = test.comparators[0] if _calls(test.left) else test.left
            wrong = _other(side, chance)
            if _calls(test.left):
                test.comparators[0] = wrong
            else:
                test.left = wrong
            node.msg = None
            return node
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and len(node.value.args) >= 2:
        function = node.value.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in _NUMPY and _calls(node.value.args[0]):
            node.value.args[1] = _other(node.value.args[1], chance)
            return node
    return None


def _calls(node):
    return any(isinstance(part, ast.Call) for part in ast.walk(node))


def _other(node, chance):
    """Return a value of the same look that nobody's answer is."""
    number = _WRONG + chance.randrange(10**6)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return ast.Constant(f"{node.value}{number}")
    if isinstance(node, (ast.List, ast.Tuple)) and node.elts and not isinstance(node.elts[0], (ast.List, ast.Tuple)):
        return type(node)([ast.Constant(number), *node.elts[1:]], ast.Load())
    return ast.Constant(number)
