"""course.check: right answers pass, each kind of wrong one gets its message, liars fail."""

import math

import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course import check
from course.check import CheckFailed

X, Y, N = sp.symbols("x y n")


def message(function, *args, **kwargs):
    """Return the message a failing check gives."""
    with pytest.raises(CheckFailed) as caught:
        function(*args, **kwargs)
    return str(caught.value)


# --- liars: everything here must fail whatever it is compared with ----------------------------------------------


class Array(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __array_function__(self, *_):
        return True


class YesMan:
    shape, dtype, ndim = (2,), np.dtype("float64"), 1
    __array_priority__ = 1e9

    @property
    def __class__(self):
        return np.ndarray

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("a")

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __abs__(self):
        return 0.0

    def __array__(self, *_, **__):
        return np.array([1.0, 2.0])

    def __array_function__(self, *_):
        return True

    def __array_ufunc__(self, *_, **__):
        return np.True_

    def __float__(self):
        return 1.0

    def __index__(self):
        return 1

    def __iter__(self):
        return iter([1.0, 2.0])

    def __len__(self):
        return 2

    def _sympy_(self):
        return X


class Float(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__
    __hash__ = float.__hash__


class Int(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class Text(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Tensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *_, **__):
        return torch.tensor([1.0, 2.0])


class List(list):
    def __eq__(self, other):
        return True


class Dict(dict):
    def __getitem__(self, key):
        return 1


class FakeExpression(sp.Expr):
    def __eq__(self, other):
        return True

    __hash__ = sp.Expr.__hash__

    def __sub__(self, other):
        return sp.Integer(0)


class Meta(type):
    __module__ = property(lambda _: 1 / 0)
    __name__ = property(lambda _: 1 / 0)


class Unnameable(metaclass=Meta):
    pass


ARRAY = np.array([1.0, 2.0])
LIARS = [ARRAY.view(Array), YesMan(), Float(1), Int(1), Text("a"), Tensor([1.0, 2.0]), List([1]), Dict(a=1)]
LIARS += [FakeExpression(), np.ma.array(ARRAY), ARRAY.view(np.recarray), ARRAY.astype(object), Unnameable()]


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: type.__repr__(type(liar)))
@pytest.mark.parametrize(
    "judge",
    [
        lambda got: check.array(got, [1.0, 2.0], name="f(x)"),
        lambda got: check.array(got, name="f(x)"),
        lambda got: check.number(got, 1.0, name="f(x)"),
        lambda got: check.number(got, 1, name="f(x)", integer=True),
        lambda got: check.equal(got, 1, name="f(x)"),
        lambda got: check.equal(got, "a", name="f(x)"),
        lambda got: check.equal(got, [1], name="f(x)"),
        lambda got: check.equal([got], [1], name="f(x)"),
        lambda got: check.equal({"a": got}, {"a": 1}, name="f(x)"),
        lambda got: check.equal((got,), ("a",), name="f(x)"),
        lambda got: check.equal(got, {"a": 1}, name="f(x)"),
        lambda got: check.tensor(got, [1.0, 2.0], name="f(x)"),
        lambda got: check.expression(got, X, name="f(x)"),
        lambda got: check.gradient(lambda v: float(v.sum()), got, np.ones(2), name="f(x)"),
        lambda got: check.gradient(lambda v: float(v), got, 1.0, name="f(x)"),
    ],
)
def test_liars_fail(liar, judge):
    with pytest.raises(CheckFailed):
        judge(liar)


def test_a_lying_key_or_item_fails():
    assert "không phải kiểu cơ bản" in message(check.equal, {YesMan(): 1}, {"a": 1}, name="d")
    assert "không phải kiểu cơ bản" in message(check.equal, {YesMan()}, {"a"}, name="s")
    assert "không phải kiểu cơ bản" in message(check.equal, {(YesMan(),): 1}, {("a",): 1}, name="d")


def test_a_tensor_with_false_methods_is_read_by_its_own():
    lying = torch.tensor([5.0, 5.0])
    lying.detach = lambda: torch.tensor([1.0, 2.0])
    lying.numpy = lambda: ARRAY
    assert "2/2 phần tử sai" in message(check.tensor, lying, [1.0, 2.0], name="f(x)")


def _tampered_instance():
    expression = sp.LambertW(X + 7)  # not used elsewhere: SymPy caches instances
    expression.doit = lambda **_: X
    return expression


def _tampered_function():
    function = sp.Function("tampered")  # the name is not used elsewhere either
    function.doit = lambda self, **_: X
    return function(X)


def _false_function():
    class Base(sp.core.function.AppliedUndef):
        def doit(self, **_):
            return X

    return sp.core.function.UndefinedFunction("based", bases=(Base,))(X)


def _renamed_class():
    kind = type("Add", (FakeExpression,), {"__module__": "sympy.core.add"})
    return kind()


@pytest.mark.parametrize(
    "fake",
    [
        FakeExpression,
        lambda: FakeExpression() + 1,
        _tampered_instance,
        lambda: 1 + _tampered_instance(),
        _tampered_function,
        _false_function,
        lambda: sp.core.function.UndefinedFunction("filled", __dict__={"doit": lambda self, **_: X})(X),
        _renamed_class,
    ],
)
def test_fake_sympy_fails(fake):
    with pytest.raises(CheckFailed):
        check.expression(fake(), X, name="f")


# --- array ------------------------------------------------------------------------------------------------------

floats = st.floats(-1e6, 1e6)
arrays = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=floats)


@given(arrays)
def test_an_array_equals_itself_in_any_layout(values):
    check.array(values.copy(), values, name="f(x)")
    check.array(np.asfortranarray(values), values, name="f(x)")
    check.array(values.astype(">f8"), values, name="f(x)")


@given(arrays, st.data())
def test_one_changed_element_is_found_where_it_is(values, data):
    index = data.draw(st.tuples(*[st.integers(0, n - 1) for n in values.shape]))
    changed = values.copy()
    changed[index] += 1 + abs(changed[index])
    text = message(check.array, changed, values, name="f(x)")
    if values.size > 1:
        assert f"1/{values.size} phần tử sai; tại {list(index)}" in text


@pytest.mark.parametrize(
    ("got", "options", "expected_text"),
    [
        ([1.0, 2.0], {}, "`f(x)` cho giá trị kiểu list, cần một mảng NumPy"),
        (None, {}, "None (hàm thiếu `return`?)"),
        (np.float64(1), {}, "giá trị kiểu numpy.float64"),
        (np.array(["a"]), {}, "cần một mảng số"),
        (np.zeros(2, "m8[s]"), {}, "cần một mảng số"),
        (np.zeros(2, np.float32), {"dtype": np.float64}, "kiểu phần tử float32, cần float64"),
        (np.zeros(2, int), {"dtype": np.floating}, "cần số thực (float32 hoặc float64)"),
        (np.zeros(2), {"dtype": np.integer}, "kiểu phần tử float64, cần số nguyên"),
        (np.zeros(2), {"dtype": "uint8"}, "kiểu phần tử float64, cần uint8"),
        (np.zeros((2, 1)), {}, "có kích thước (2, 1), cần (2,)"),
        (np.zeros(()), {}, "có kích thước (), cần (2,)"),
        (np.array([1.0, np.nan]), {}, "1 phần tử không hữu hạn (nan hoặc inf), đầu tiên tại [1]"),
        (np.array([1.0, np.inf]), {}, "không hữu hạn"),
        (np.array([1.0, 2.5]), {}, "1/2 phần tử sai; tại [1] bạn có 2.5, cần 2."),
        (np.array([1 + 0j, 2]), {}, "kiểu phần tử complex128, cần số thực"),
    ],
)
def test_what_is_wrong_with_an_array(got, options, expected_text):
    assert expected_text in message(check.array, got, [1.0, 2.0], name="f(x)", **options)


def test_array_without_expected_values():
    check.array(np.zeros((2, 3)), name="f(x)", shape=(2, 3), dtype=np.floating)
    assert "(2, 3), cần (3, 2)" in message(check.array, np.zeros((2, 3)), name="f(x)", shape=(3, 2))
    assert "nan hoặc inf" in message(check.array, np.array(np.nan), name="f(x)")
    assert "[]" not in message(check.array, np.array(np.nan), name="f(x)")


def test_array_expected_is_broadcast_to_the_required_shape():
    check.array(np.ones((2, 3)), 1.0, name="f(x)", shape=(2, 3))
    assert "tại [1, 2] bạn có 5, cần 1" in message(
        check.array, np.array([[1, 1, 1], [1, 1, 5]]), 1, name="f(x)", shape=(2, 3)
    )


def test_array_nan_and_inf_only_where_expected():
    wanted = np.array([np.nan, np.inf, 1.0])
    check.array(wanted.copy(), wanted, name="f(x)")
    for bad in ([np.nan, -np.inf, 1], [np.nan, np.inf, np.nan], [0, np.inf, 1]):
        assert "1/3 phần tử sai" in message(check.array, np.array(bad, float), wanted, name="f(x)")


def test_array_integers_are_exact_and_floats_close():
    check.array(np.array([250, 3], np.uint8), [250, 3], name="f(x)")
    big = 2**60
    assert "1/1" not in message(check.array, np.array([big + 1]), [big], name="f(x)")
    check.array(np.array([1.0 + 1e-9]), [1.0], name="f(x)")
    assert "sai" in message(check.array, np.array([1.0 + 1e-6]), [1.0], name="f(x)")
    check.array(np.array([1.01]), [1.0], name="f(x)", rtol=0.02)


def test_hints_and_known_mistakes():
    hint = {"shape": "Bạn đã cộng 2·padding chưa?", "value": "Xem lại công thức."}
    assert message(check.array, np.zeros(3), [1.0, 2.0], name="f(x)", hint=hint).endswith("Bạn đã cộng 2·padding chưa?")
    assert message(check.array, np.zeros(2), [1.0, 2.0], name="f(x)", hint=hint).endswith("Xem lại công thức.")
    assert "padding" not in message(check.array, np.zeros(2), [1.0, 2.0], name="f(x)", hint=hint)
    known = {"bạn quên chia cho n.": [2.0, 4.0], "sai dấu.": [-1.0, -2.0]}
    assert message(check.array, np.array([-1.0, -2.0]), ARRAY, name="f(x)", mistakes=known) == "`f(x)`: sai dấu."
    assert "2/2" in message(check.array, np.array([9.0, 9.0]), ARRAY, name="f(x)", mistakes=known)
    assert message(check.number, 4.0, 2.0, name="a", mistakes={"quên 1/2.": 4.0}) == "`a`: quên 1/2."
    assert message(check.number, 10**400, 2.0, name="a", mistakes={"quên 1/2.": 4.0}) != "`a`: quên 1/2."
    assert message(check.equal, "b", "a", name="a", mistakes={"nhầm lớp.": "b"}) == "`a`: nhầm lớp."
    assert message(check.expression, 2 * X, X, name="a", mistakes={"quên 1/2.": 2 * X}) == "`a`: quên 1/2."


# --- tensor -----------------------------------------------------------------------------------------------------


def test_tensor():
    check.tensor(torch.tensor([1.0, 2.0], requires_grad=True), [1.0, 2.0], name="t", dtype=torch.float32)
    check.tensor(torch.tensor([1.0, 2.0], dtype=torch.bfloat16), torch.tensor([1.0, 2.0]), name="t")
    check.tensor(torch.tensor([1 + 2j]).conj(), [1 - 2j], name="t")
    assert "torch.nn.parameter.Parameter" in message(check.tensor, torch.nn.Parameter(torch.ones(2)), name="t")
    assert "mảng NumPy" in message(check.tensor, np.ones(2), name="t")
    assert "kiểu float64, cần float32" in message(check.tensor, torch.ones(2).double(), name="t", dtype=torch.float32)
    assert "kích thước (2,), cần (3,)" in message(check.tensor, torch.ones(2), torch.ones(3), name="t")
    assert "không hữu hạn" in message(check.tensor, torch.tensor([math.nan]), name="t")
    assert "1/2 phần tử sai" in message(check.tensor, torch.tensor([1.0, 3.0]), [1.0, 2.0], name="t")
    assert "không phải một tensor thường" in message(check.tensor, torch.ones(2).to_sparse(), torch.ones(2), name="t")


# --- number and plain data --------------------------------------------------------------------------------------


@given(floats)
def test_number_accepts_every_real_type(value):
    for kind in (float, np.float64, np.longdouble):
        check.number(kind(value), value, name="a")
    check.number(np.float32(value), float(np.float32(value)), name="a")


@pytest.mark.parametrize(
    ("got", "expected_text"),
    [
        (True, "cần một số"),
        (np.True_, "cần một số"),
        (1j, "cần một số"),
        ("1", "cần một số"),
        (None, "hàm thiếu `return`?"),
        (np.array(1.0), "mảng NumPy kích thước ()"),
        (np.timedelta64(1, "s"), "cần một số"),
        (sp.Integer(1), "cần một số"),
        (torch.tensor(1.0), "cần một số"),
        (math.nan, "không phải một số hữu hạn"),
        (-math.inf, "không phải một số hữu hạn"),
        (10**400, "cần 1"),
        (1.1, "`a` cho 1.1, cần 1."),
    ],
)
def test_what_is_wrong_with_a_number(got, expected_text):
    assert expected_text in message(check.number, got, 1.0, name="a")


def test_number_special_values():
    check.number(math.nan, math.nan, name="a")
    check.number(math.inf, math.inf, name="a")
    check.number(10**400, 10**400, name="a")
    for got in (1.0, math.inf):
        message(check.number, got, math.nan, name="a")
    for got in (math.nan, -math.inf, 1.0):
        message(check.number, got, math.inf, name="a")
    check.number(np.uint8(3), 3, name="a", integer=True)
    assert "cần một số nguyên" in message(check.number, 3.0, 3, name="a", integer=True)
    assert "cho 4, cần 3" in message(check.number, 4, 3, name="a", integer=True)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3) | st.tuples(inner)
    ),
    max_leaves=6,
)


@given(plain)
def test_plain_data_equals_a_copy_of_itself(value):
    import copy

    check.equal(copy.deepcopy(value), value, name="a")
    message(check.equal, [copy.deepcopy(value), 1], [value, 2], name="a")


@pytest.mark.parametrize(
    ("got", "expected", "expected_text"),
    [
        (1, True, "`a` là giá trị kiểu int, cần bool"),
        (True, 1, "`a` là giá trị kiểu bool, cần int"),
        ((1,), [1], "cần list"),
        ([1, 2], [1], "có 2 phần tử, cần 1"),
        ([1, [2, 3]], [1, [2, 4]], "`a[1][1]` là 3, cần 4"),
        ({"a": 1}, {"b": 1}, "`a` thiếu khóa 'b', thừa khóa 'a'."),
        ({"a": 1}, {"a": 2}, "`a['a']` là 1, cần 2"),
        ({True: 1}, {1: 1}, "thiếu khóa 1"),
        ({1, 2}, {1, 3}, "thiếu phần tử 3, thừa phần tử 2"),
        ({True}, {1}, "thiếu phần tử 1"),
        ("b", "a", "`a` là 'b', cần 'a'"),
        (None, "a", "hàm thiếu `return`?"),
        (np.zeros(2), np.zeros(3), "có kích thước (2,)"),
        (np.zeros(2), np.ones(2), "có phần tử sai"),
        (0.30000000000000004, 0.3, "là 0.30000000000000004, cần 0.3."),
    ],
)
def test_what_is_wrong_with_plain_data(got, expected, expected_text):
    assert expected_text in message(check.equal, got, expected, name="a")


def test_plain_data_that_passes():
    check.equal({(1, 2): [1.0, None]}, {(1, 2): [1, None]}, name="a")
    check.equal({1, "a", (2,)}, {"a", 1, (2,)}, name="a")
    check.equal(np.array([np.nan]), np.array([np.nan]), name="a")
    with pytest.raises(TypeError):
        check.equal(np.zeros(1, object), np.zeros(1, object), name="a")


# --- expressions ------------------------------------------------------------------------------------------------

I, XS = sp.Symbol("i", integer=True), sp.IndexedBase("x")  # noqa: E741


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ((X + 1) ** 2, X**2 + 2 * X + 1),
        (sp.sin(X) ** 2 + sp.cos(X) ** 2, 1),
        (1 / (1 + sp.exp(-X)), sp.exp(X) / (1 + sp.exp(X))),
        (sp.tanh(X / 2) / 2 + sp.Rational(1, 2), 1 / (1 + sp.exp(-X))),
        # 1 - 1/(1 + exp(-900)) is 0 in 25 digits: rounding must not be taken for a difference
        (sp.diff(sp.log(1 - 1 / (1 + sp.exp(-X))), X), -1 / (1 + sp.exp(-X))),
        (0.5 * X, X / 2),
        (0.1 * X + 0.2 * X, sp.Rational(3, 10) * X),
        (3, sp.Integer(3)),
        (np.float64(0.5), sp.Rational(1, 2)),
        (sp.Sum(I, (I, 1, N)), N * (N + 1) / 2),
        (sp.Derivative(X**3, X), 3 * X**2),
        (2 * sp.Sum(XS[I], (I, 1, N)), sp.Sum(2 * XS[I], (I, 1, N))),
        (sp.Function("f")(X) * 2, sp.Function("f")(X) + sp.Function("f")(X)),
        (sp.Max(0, X), sp.Piecewise((X, X > 0), (0, True))),
        (sp.Matrix([[X + X, 1]]), sp.Matrix([[2 * X, 1]])),
        (sp.Matrix([[1]]), sp.ImmutableMatrix([[1]])),
    ],
)
def test_equal_expressions_in_any_form(got, expected):
    check.expression(got, expected, name="e")


@pytest.mark.parametrize(
    ("got", "expected", "expected_text"),
    [
        (X, 2 * X, "không bằng biểu thức cần tìm"),
        (sp.Abs(X), X, "không bằng"),
        (sp.sqrt(X**2), X, "không bằng"),
        (sp.Sum(I, (I, 1, N)), N * (N - 1) / 2, "không bằng"),
        (sp.Sum(XS[I], (I, 1, N)), sp.Sum(2 * XS[I], (I, 1, N)), "không bằng"),
        (X + Y, X, "ký hiệu không thuộc đáp án: y"),
        (sp.Symbol("x", real=True), X, "giả thiết"),
        (sp.Eq(Y, X), X, "cần chỉ vế phải"),
        (X > 0, X, "cần một biểu thức SymPy"),
        (sp.true, X, "cần một biểu thức SymPy"),
        (sp.Tuple(X), X, "cần một biểu thức SymPy"),
        ("x", X, "giá trị kiểu str"),
        (True, X, "giá trị kiểu bool"),
        (None, X, "hàm thiếu `return`?"),
        (lambda x: x, X, "cần một biểu thức SymPy"),
        (sp.nan, X, "không bằng"),
        (sp.Matrix([[X]]), sp.Matrix([[X, X]]), "kích thước (1, 1), cần (1, 2)"),
        (sp.Matrix([[X]]), X, "kích thước (1, 1), cần ()"),
        (sp.Matrix([[X]]), sp.Matrix([[Y]]), "không thuộc đáp án"),
    ],
)
def test_what_is_wrong_with_an_expression(got, expected, expected_text):
    assert expected_text in message(check.expression, got, expected, name="e")


# --- gradients --------------------------------------------------------------------------------------------------


@given(hnp.arrays(np.float64, st.integers(1, 5), elements=st.floats(-3, 3)))
def test_a_right_gradient_passes_and_a_wrong_one_does_not(x):
    def f(v):
        return float(np.sum(v**3) + np.sum(np.sin(v)))

    right = 3 * x**2 + np.cos(x)
    check.gradient(f, right, x, name="df")
    message(check.gradient, f, right + 0.01, x, name="df")
    message(check.gradient, f, -right if np.abs(right).max() > 0.01 else right + 1, x, name="df")


def test_gradient_sees_a_small_entry_beside_large_ones():
    def f(v):
        return float(1e6 * v[0] + 0.5 * v[1])

    check.gradient(f, np.array([1e6, 0.5]), np.ones(2), name="df", tolerance=1e-4)
    assert "tại [1] bạn có 0, sai phân cho 0.5" in message(
        check.gradient, f, np.array([1e6, 0.0]), np.ones(2), name="df"
    )


def test_gradient_of_one_variable_and_its_bad_answers():
    check.gradient(lambda v: float(v) ** 2, 6.0, 3.0, name="df")
    check.gradient(lambda v: float(np.sum(v**2)), np.zeros(3), np.zeros(3), name="df")
    for bad in (math.nan, math.inf):
        assert "hữu hạn" in message(check.gradient, lambda v: float(v) ** 2, bad, 3.0, name="df")
        assert "hữu hạn" in message(check.gradient, lambda v: float(v.sum()), np.full(2, bad), np.ones(2), name="df")
    assert "bạn có 5, sai phân cho 6" in message(check.gradient, lambda v: float(v) ** 2, 5.0, 3.0, name="df")
    message(check.gradient, lambda v: math.nan, np.ones(2), np.ones(2), name="df")  # a loss that is nan proves nothing
    assert "(3,), cần (2,)" in message(check.gradient, lambda v: float(v.sum()), np.ones(3), np.ones(2), name="df")
    assert "số thực" in message(check.gradient, lambda v: float(v.sum()), np.ones(2, int), np.ones(2), name="df")


def test_numerical_gradient_does_not_touch_the_point():
    x = np.array([[1.0, 2.0]])
    np.testing.assert_allclose(check.numerical_gradient(lambda v: float((v**2).sum()), x), 2 * x, rtol=1e-8)
    assert x.tolist() == [[1.0, 2.0]]
    assert check.relative_error([1.0, 0.0], [1.0, 0.0]) == 0
    assert check.relative_error(1.0, 3.0) == pytest.approx(0.5)
    assert math.isnan(check.relative_error(math.nan, 1.0))


# --- inputs kept, errors raised ---------------------------------------------------------------------------------


def _set(container, key, value):
    container[key] = value


CHANGES = [
    (lambda a: a.__iadd__(1), np.ones(3)),
    (lambda a: a.sort(), np.array([3.0, 1.0])),
    (lambda a: a.resize(2, refcheck=False), np.ones(3)),
    (lambda a: a.add_(1), torch.ones(2)),
    (lambda a: a.zero_(), torch.tensor([math.nan])),
    (lambda a: a.append(1), [1]),
    (lambda a: _set(a, 0, 1), [True]),
    (lambda a: a[0].__iadd__(1), [np.ones(2)]),
    (lambda a: a[0].__iadd__(1), (np.ones(2),)),
    (lambda a: _set(a, "b", 1), {"a": 1}),
    (lambda a: _set(a, "a", 2), {"a": 1}),
    (lambda a: a.add(2), {1}),
    (lambda a: _set(a, 0, 7), bytearray(b"ab")),
]


@pytest.mark.parametrize(("change", "value"), CHANGES)
def test_a_changed_argument_is_found(change, value):
    import copy

    assert "làm thay đổi tham số thứ 1" in message(check.keeps_inputs, change, copy.deepcopy(value), name="f")
    text = message(
        check.keeps_inputs, lambda *, data: change(data), data=copy.deepcopy(value), name="f", hint="Sao chép."
    )
    assert "tham số `data`" in text
    assert text.endswith("Sao chép.")


@pytest.mark.parametrize(
    "value",
    [
        np.array([np.nan, 1]),
        np.array(["a"]),
        torch.tensor([math.nan]),
        [math.nan],
        {"a": [np.nan]},
        {1, 2},
        None,
        len,
        "a",
    ],
)
def test_an_untouched_argument_is_fine(value):
    assert check.keeps_inputs(lambda a: 7, value, name="f") == 7


def test_raises():
    def fail(error):
        raise error

    caught = check.raises(ValueError, fail, ValueError("âm"), name="f(-1)")
    assert caught.args == ("âm",)
    check.raises(ValueError, fail, UnicodeError("âm"), name="f(-1)")
    check.raises((TypeError, ValueError), fail, ValueError("âm"), name="f(-1)")
    assert "báo lỗi KeyError ('a'), cần ValueError" in message(check.raises, ValueError, fail, KeyError("a"), name="f")
    assert "báo lỗi SystemExit" in message(check.raises, ValueError, fail, SystemExit(0), name="f")
    assert "không báo lỗi mà trả về 3; cần TypeError hoặc ValueError" in message(
        check.raises, (TypeError, ValueError), lambda: 3, name="f"
    )
    assert "mảng NumPy kích thước (2,)" in message(check.raises, ValueError, lambda: np.ones(2), name="f")


def test_hostile_names_and_texts_do_not_break_the_message():
    class MuteError(Exception):
        def __str__(self):
            raise RuntimeError

        __repr__ = __str__

    def fail():
        raise MuteError

    assert "báo lỗi" in message(check.raises, ValueError, fail, name="f")
    assert "không báo lỗi" in message(check.raises, ValueError, MuteError, name="f")
    long = type("a" * 10_000, (), {})
    assert len(message(check.number, long(), 1, name="f")) < 300


def test_passed_names_the_task(capsys):
    check.passed("relu")
    assert capsys.readouterr().out == "✓ relu: các kiểm tra nhìn thấy đều đạt.\n"
