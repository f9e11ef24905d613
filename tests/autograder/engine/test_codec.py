"""Values come back as they were, as exact base types; forged frames end in an ordinary error, soon."""
# ruff: noqa: E501  (sources of cells and forged trees, one a line)

import collections
import datetime
import decimal
import fractions
import json
import math
import random
import socket
import time

import hypothesis.extra.numpy as arrays_of
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.engine.codec import Decoder, Encoder, TooLargeError, WireError
from autograder.engine.office import Examiner
from autograder.engine.peer import Peer
from autograder.engine.proxy import Proxy

FORGED = 3000  # mutated frames a run


class Node:
    """As a setup cell might define."""

    def __init__(self, value, after=None):
        self.value, self.after = value, after


Node.__module__ = "__main__"


@pytest.fixture(scope="module")
def ends():
    left, right = socket.socketpair()
    examiner, student = Examiner(left), Peer(right, trusting=True)
    examiner.classes = student.classes = {"Node": Node}
    yield examiner, student
    left.close()
    right.close()


def crossed(value, sender, receiver):
    encoder = Encoder(sender)
    tree = encoder.encode(value)
    contents = encoder.finish()
    tree, contents = json.loads(json.dumps([tree, contents]))
    decoder = Decoder(receiver, [bytes(b) for b in encoder.buffers])
    found = decoder.decode(tree)
    decoder.finish(contents)
    return found


def same(a, b):
    if type(a) is not type(b):
        return False
    if type(a) in (float, np.float64, np.float32):
        return a == b or (math.isnan(a) and math.isnan(b))
    if type(a) is complex:
        return same(a.real, b.real) and same(a.imag, b.imag)
    if type(a) is np.ndarray:
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if type(a) in (list, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is dict:
        return list(map(repr, a)) == list(map(repr, b)) and all(map(same, a.values(), b.values()))
    return a == b


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers()
    | st.dates() | st.datetimes() | st.timedeltas() | st.fractions() | st.just(...)
)  # fmt: skip
hashable = st.integers() | st.text() | st.tuples(st.integers(), st.text())
values = st.recursive(
    scalars | arrays_of.arrays(arrays_of.scalar_dtypes().filter(lambda d: d.kind in "biufc" and d.itemsize <= 16
                               and d.str[1:] not in ("f16", "c32")), arrays_of.array_shapes(min_dims=0, min_side=0)),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(hashable, inner, max_size=5)
    | st.tuples(inner, inner) | st.sets(hashable, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(values)
def test_values_come_back(ends, value):
    examiner, student = ends
    assert same(crossed(value, student, examiner), value)


@pytest.mark.parametrize(
    "value",
    [
        2**300, -(2**53) - 1, float("nan"), "\ud800 lone", [1.5] * 100, [1] * 100, [2**70] * 20, [True] * 20,
        (1,) * 100, (1.5,) * 100, (2**70,) * 20, random.Random(1).getstate(),
        bytearray(b"x"), range(3, 9, 2), slice(1, None, 2), frozenset({1}), collections.deque([1], 3),
        {str(i): i for i in range(20)}, collections.Counter("aab"), collections.OrderedDict(a=1), decimal.Decimal("1.50"), fractions.Fraction(1, 3),
        datetime.time(1, 2), np.float32(1.5), np.int64(2**60), np.bool_(True), np.str_("ạ"), np.datetime64("2020-01-02"),
        np.dtype("f4"), np.float64, int, NotImplemented, np.array(["ạ", "bc"]), np.array([b"x"]),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.array([], "f8"), np.array(3),
    ],
    ids=repr,
)  # fmt: skip
def test_kinds_of_value(ends, value):
    for sender, receiver in (ends, ends[::-1]):
        found = crossed(value, sender, receiver)
        assert type(found) is type(value)
        assert repr(found) == repr(value)


def test_arrays_keep_their_form(ends):
    examiner, student = ends
    fortran = crossed(np.asfortranarray(np.arange(6.0).reshape(2, 3)), examiner, student)
    assert fortran.flags.f_contiguous and not fortran.flags.c_contiguous and fortran.base is None
    fixed = np.arange(3)
    fixed.flags.writeable = False
    assert not crossed(fixed, examiner, student).flags.writeable
    ragged = np.array([1, "a", None, [2]], dtype=object)
    assert crossed(ragged, student, examiner).tolist() == ragged.tolist()


def test_shared_and_cyclic_parts(ends):
    examiner, student = ends
    inner = [1]
    cycle = [inner, inner]
    cycle.append(cycle)
    found = crossed(cycle, student, examiner)
    assert found[0] is found[1] and found[2] is found
    chain = None
    for i in range(3000):
        chain = Node(i, chain)
    found = crossed(chain, examiner, student)
    assert type(found) is Node
    count = 0
    while found is not None:
        count, found = count + 1, found.after
    assert count == 3000


def test_subclasses_lose_their_methods(ends):
    examiner, student = ends

    class Liar(list):
        def __eq__(self, other):
            return True

        def __iter__(self):
            return iter([42])

    class Number(float):
        def __sub__(self, other):
            return 0.0

    class Array(np.ndarray):
        def __eq__(self, other):
            return np.array(True)

    class Text(str):
        def __str__(self):
            return "right"

    for value, exact in (
        (Liar([1]), [1]), (Number(2.5), 2.5), (np.zeros(2).view(Array), np.zeros(2)), (Text("wrong"), "wrong")
    ):  # fmt: skip
        found = crossed(value, student, examiner)
        assert same(found, exact)
        if not isinstance(value, str):
            with pytest.raises(TypeError):
                crossed(value, examiner, student)


def test_objects_stay_where_they_are(ends):
    examiner, student = ends
    thing = object()
    found = crossed([thing, thing], student, examiner)
    assert isinstance(found[0], Proxy) and found[0] is found[1]
    assert crossed(found[0], examiner, student) is thing


def test_limits(ends):
    deep = []
    for _ in range(100):
        deep = [deep]
    for value in (deep, 1 << 300_000, decimal.Decimal("1e999999")):
        with pytest.raises(TooLargeError):
            crossed(value, *ends)


@pytest.mark.parametrize("source", [
    "x**2 + sin(x)/3", "Integral(exp(-x**2), (x, -oo, oo))", "Eq(x, y)", "Matrix([[x, 1], [y, pi]])", "f(x).diff(x)",
    "Piecewise((x, x > 0), (0, True))", "sqrt(2)*I + E", "Float('1.25', 30)", "Symbol('n', positive=True)**2",
    "Interval(0, 1)", "Sum(1/x**2, (x, 1, oo))", "Rational(22, 7)", "(-1)**x", "Max(x, y)", "zoo", "-oo",
])  # fmt: skip
def test_expressions(ends, source):
    import sympy

    names = vars(sympy) | {"x": sympy.Symbol("x"), "y": sympy.Symbol("y"), "f": sympy.Function("f")}
    value = eval(source, dict(names))
    for sender, receiver in (ends, ends[::-1]):
        found = crossed(value, sender, receiver)
        assert found == value and type(found) is type(value)
        assert sympy.srepr(found) == sympy.srepr(value)


NAMED = [
    "Symbol('__import__(\"os\")')", "Symbol('f(x)')", "Symbol('a.b')", "Symbol('x\\n')", "Symbol('exec')",
    "Symbol('\uff45\uff56\uff41\uff4c')", "Dummy('\"a\"')", "Symbol('x[0]')", "Symbol('lambda: 1')",
    "Function('exec')(x)", "Function('\uff45xec')(x)", "Function('sympify')(x)", "Function('vectorize')(x)",
    "Matrix([[x, Symbol('f()')]])", "sin(Symbol('f()'))",
]  # fmt: skip


@pytest.mark.parametrize("source", NAMED)
def test_a_name_that_is_code_stays_where_it_is(ends, source):
    import sympy

    value = eval(source, vars(sympy) | {"x": sympy.Symbol("x")})
    examiner, student = ends
    tree = Encoder(examiner).encode(value)  # as a student's process of its own making would send it
    with pytest.raises(WireError):
        Decoder(examiner).decode(tree)
    assert not isinstance(crossed(value, student, examiner), sympy.Basic | sympy.MatrixBase)
    if "Matrix" not in source:
        assert crossed(value, examiner, student) == value


@pytest.mark.parametrize("name", ["x_{1}", "\\\\hat{y}", "w^*", "\\\\alpha", "độ_dốc", "x y", "a,b", "n+1"])
def test_names_as_people_write_them_cross(ends, name):
    import sympy

    assert crossed(sympy.Symbol(name) + 1, *ends) == sympy.Symbol(name) + 1


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "float16", "bfloat16", "int64", "int8", "uint8", "bool", "complex64"]
)
def test_tensors(ends, dtype):
    torch = pytest.importorskip("torch")
    value = torch.arange(6).reshape(2, 3).to(getattr(torch, dtype)).T
    for sender, receiver in (ends, ends[::-1]):
        found = crossed(value, sender, receiver)
        assert type(found) is torch.Tensor and found.dtype == value.dtype and torch.equal(found, value)
    leaf = torch.ones(2, requires_grad=True)
    assert crossed(leaf, *ends).requires_grad
    assert type(crossed(torch.nn.Parameter(torch.ones(2)), *ends)) is torch.nn.Parameter
    assert crossed(value.shape, *ends) == value.shape


BIG = "7" + "0" * 400
BAD = [
    ["q", "os", "system"], ["q", "builtins", "eval"], ["q", "builtins", "len"], ["q", "numpy", "load"], ["pt", "type"],
    ["nt", "ndarray"], ["nt", "__class__"], ["a", "|O", [1], 0, 0], ["a", "<f8", [1 << 62], 0, 0],
    ["a", "<f8", [-1, -1], 0, 0], ["a", "<f8", [2], 0, 0], ["a", "<f8", [1], 99, 0], ["a", "<U2", [1], 0, 0],
    ["a", "<i4,<i4", [1], 0, 0], ["a", "|V8", [1], 0, 0], ["a", ["<f8"], [1], 0, 0], ["a", "<f8", [1] * 40, 0, 0],
    ["v", 0, [8], 0, "<f8", [1], 0, 0], ["o", [1 << 40], 1], ["o", [-1, -1], 1], ["i", "9" * 200_000], ["i", [1]],
    ["l", ["l", ["zz"]]], ["L", ["l", 1]], ["L", ["f", 5]], ["tf", ["f", 5]], ["tf", 1], ["tf", ["t", 1]], ["tf"], ["d", 1], ["dj", {"a": []}], ["dj", {"a": 1 << 60}], ["dj", 1], ["d", ["l"], 1], ["s", ["l"]], ["F", ["d"]],
    ["m", 0], ["m", -1], ["^", 0], ["^", -1], ["r", 0], ["r", "x"], ["r", ["l"]], ["M", 1],
    ["p", "x", "f", "g", ""], ["p", 5, "zz", "g", ""], ["p"], ["pm", 1, 2], ["rm", 1, "x"], ["I", "Nope"],
    ["I", "__main__"], ["Ie", "Node", "x"], ["N", "Row", ["x; import os"], 1],
    ["N", "Row", ["__class__"], 1], ["N", "Row", ["x", "x"], 1, 2], ["k", "date", 1], ["k", "date", "a", 1, 1],
    ["k", "Decimal", "1e999999999"], ["k", "Decimal", 5], ["k", "object"], ["G", "1", "2", "3"], ["G", "x"] * 3,
    ["g", 3, ["t", 1], None], ["T", "float32", [2], 0, 0], ["T", "object", [2], 0, 0], ["T", "int64", [1], 0, 1],
    ["T", "float64", [1], 0, 4, 1, [5]], ["T", "float64", [1], 0, 7], ["ty", "save"], ["tv", "cuda"], ["tg", 0],
    ["D", "dict subclass"], ["D", "defaultdict eval"], ["Q", -1], ["y", "|O"], ["n", "d", "x"], ["n", "q", 1.5],
    ["n0", "<f8", "zz"], ["R", "a", "b", "c"], ["c", 1, 2], ["S", ["n", "sympify", ["y", "x", {}]]],
    ["S", ["n", "Pow", ["i", "7"], ["n", "Pow", ["i", "a"], ["i", "9"]]]], ["S", ["n", "Pow", ["i", "7"], ["i", BIG]]],
    ["S", ["n", "factorial", ["i", "fffffff"]]], ["S", ["i", "f" * 5000]], ["S", ["y", "x", {"__class__": True}]],
    ["S", ["f", "1e99999999", 53]], ["S", ["f", "1", 1 << 40]], ["S", ["c", "__class__"]], ["S", ["u", "a b"]],
    ["S", "__import__('os')"], ["SM", False, 1 << 30, 1 << 30], ["SM", False, 1, 1, ["i", "x"]], [], [[]], [None], {},
    {"a": 1}, 1 << 60,
]  # fmt: skip


@pytest.mark.parametrize("tree", BAD, ids=lambda tree: json.dumps(tree)[:40])
def test_forged_trees_are_refused(tree):
    left, right = socket.socketpair()
    with left, right:
        peer = Examiner(left)
        peer.classes = {"Node": Node}
        decoder = Decoder(peer, [bytes(4)], [])
        start = time.process_time()
        with pytest.raises(Exception) as caught:
            decoder.decode(json.loads(json.dumps(tree)))
            raise AssertionError("taken")
        assert not isinstance(caught.value, (AssertionError, MemoryError))
        assert time.process_time() - start < 1


def _samples():
    import sympy
    import torch

    x = sympy.Symbol("x")
    return [
        [1, 2.5, "text", None, True, 2**80], {"a": [1, {2, 3}], (1, 2): b"x"}, np.arange(6.0).reshape(2, 3),
        [float(i) for i in range(20)], np.array([1, "a"], dtype=object), Node(1, Node([2])), x**2 + sympy.sin(x) / 3,
        sympy.Matrix([[x, 1]]), torch.ones(2, requires_grad=True), decimal.Decimal("1.5"), np.random.default_rng(0),
        random.Random(0), {str(i): i for i in range(20)}, collections.Counter("aab"), np.array(["ab"]), 3 + 4j, object(), print, ValueError,
        collections.namedtuple("P", "x y")(1, 2), slice(1, 2), np.float32(3), datetime.date(2020, 1, 2), torch.Size([2]),
    ]  # fmt: skip


_ODD = [
    None, True, -1, 0, 1, 1 << 31, 1 << 62, 1.5, float("nan"), "", "x", "<f8", "|O", "__class__", "Node", [], ["l"],
    ["^", 0], ["m", 0], ["r", 1], ["p", 1, "f", "x", ""], ["a", "<f8", [1], 0, 0], "f" * 3000, {}, {"real": True},
]  # fmt: skip


def _mutated(tree, rng):
    """Return the tree with one place changed."""
    tree = json.loads(json.dumps(tree))
    places = []

    def walk(node):
        for key in range(len(node)) if isinstance(node, list) else list(node):
            places.append((node, key))
            if isinstance(node[key], (list, dict)):
                walk(node[key])

    walk(tree)
    for _ in range(rng.choice((1, 1, 2, 4))):
        node, key = rng.choice(places)
        action = rng.randrange(4)
        if isinstance(node, list) and action == 0 and key < len(node):
            del node[key]
        elif isinstance(node, list) and action == 1:
            node.insert(key, rng.choice(_ODD))
        elif not isinstance(node, list) or key < len(node):
            other = rng.choice(places)
            value = other[0][other[1]] if action == 2 and isinstance(other[0], dict) else rng.choice(_ODD)
            node[key] = value
    return tree


def test_bytes_that_are_no_values_of_their_dtype(ends):
    examiner, _ = ends
    found = Decoder(examiner, [b"\x00\x01\x02\xff"]).decode(["a", "|b1", [4], 0, 0])
    assert found.view(np.uint8).tolist() == [0, 1, 1, 1]
    with pytest.raises(WireError):
        Decoder(examiner, [b"\xff" * 4]).decode(["a", "<U1", [1], 0, 0])


@pytest.mark.parametrize(("strides", "offset"), [([8], 32), ([8], -8), ([-8], 0), ([1 << 40], 0), ([80], 0)])
def test_a_view_never_leaves_its_array(ends, strides, offset):
    examiner, _ = ends
    base = np.zeros(4)
    found = Decoder(examiner, [bytes(16)], [base]).decode(["v", 0, strides, offset, "<f8", [2], 0, 0])
    assert not np.shares_memory(found, base)


def test_mutated_trees_are_refused_or_taken_for_plain_values(ends):
    examiner, student = ends
    rng, slowest, taken = random.Random(1), 0.0, 0
    encoded = []
    for value in _samples():
        encoder = Encoder(student)
        encoded.append(([encoder.encode(value), encoder.finish()], [bytes(b) for b in encoder.buffers]))
    for _ in range(FORGED):
        tree, buffers = rng.choice(encoded)
        tree = _mutated([tree], rng)[:1]
        if rng.random() < 0.2 and buffers:
            buffers = [b[: rng.randrange(len(b) + 1)] for b in buffers]
        decoder = Decoder(examiner, buffers, [np.zeros(3)])
        start = time.process_time()
        try:
            tree, contents = tree[0]
            decoder.decode(tree)
            decoder.finish(contents)
            taken += 1
        except (MemoryError, SystemError):
            raise
        except Exception:
            pass
        slowest = max(slowest, time.process_time() - start)
    assert taken > FORGED / 50
    assert slowest < 0.5


def test_the_wire_refuses_bad_frames():
    import struct

    head = struct.Struct("<4sIIQ")
    for data in (
        head.pack(b"nope", 2, 0, 2) + b"[]", head.pack(b"exm1", 2, 0, 1 << 60), head.pack(b"exm1", 1 << 30, 0, 1 << 30),
        head.pack(b"exm1", 2, 1 << 30, 2) + b"[]", head.pack(b"exm1", 5, 0, 2) + b"[]", head.pack(b"exm1", 2, 0, 3) + b"[]!",
        head.pack(b"exm1", 3, 0, 3) + b"[1", head.pack(b"exm1", 2, 0, 2) + b"[!", head.pack(b"exm1", 100_000, 0, 100_000)
        + b"[" * 100_000, head.pack(b"exm1", 2, 1, 10) + struct.pack("<Q", 5) + b"[]",
    ):  # fmt: skip
        left, right = socket.socketpair()
        with left, right:
            peer = Peer(left, trusting=False)
            right.sendall(data)
            right.shutdown(socket.SHUT_WR)
            with pytest.raises((WireError, EOFError)):
                peer.stream.receive()
