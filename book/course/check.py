"""Assertion helpers for the visible and hidden tests of the assignments.

Every helper returns ``None`` when the value is right and raises :class:`CheckFailed`, an ``AssertionError``
whose Vietnamese message says what is wrong and what to look at, when it is not.

Values are judged by their *exact* base type (``type(x) is np.ndarray``), never by what they say of themselves:
an ``ndarray`` subclass, an object with a lying ``__eq__``, ``__array_function__`` or ``__class__`` fails.

Common arguments:

name
    What the student wrote, as it should be shown: ``"to_grayscale(image)"``.
hint
    A sentence shown after the diagnosis; or a dict with the keys ``"type"``, ``"dtype"``, ``"shape"``,
    ``"finite"``, ``"value"``, ``"changed"``, ``"error"`` when each kind of failure deserves its own.
mistakes
    ``{diagnosis: value}``: when the answer equals one of these well-known wrong values, the diagnosis is
    shown instead of a bare difference.
"""

import copy
import math
import sys

import numpy as np

__all__ = [
    "CheckFailed",
    "array",
    "equal",
    "expression",
    "gradient",
    "keeps_inputs",
    "number",
    "numerical_gradient",
    "passed",
    "raises",
    "relative_error",
    "tensor",
]

#: Whether a failure shows the answer that was wrong. An examiner sets it to False where an answer could carry out what
#: a hidden test asked: then a failure says only what the test's author wrote.
shows_values = True

# without np.void and np.object_, which may hold anything, and the durations, which NumPy counts among the integers
_NUMPY_SCALARS = frozenset(np.sctypeDict.values()) - {np.void, np.object_, np.timedelta64, np.datetime64}
_INTEGERS = frozenset({int} | {t for t in _NUMPY_SCALARS if issubclass(t, np.integer)})
_REALS = _INTEGERS | {float} | {t for t in _NUMPY_SCALARS if issubclass(t, np.floating)}
_UNDEFINED_FUNCTION = frozenset(
    {"_kwargs", "_nargs", "_prop_handler", "_sage_", "__doc__", "__module__", "default_assumptions", "name"}
    | {"_explicit_class_assumptions"}
)
_PLAIN = frozenset({bool, str, bytes, type(None), complex}) | _NUMPY_SCALARS


class CheckFailed(AssertionError):  # noqa: N818 (it says what happened, not that something broke)
    """An answer is wrong; the message says, in Vietnamese, what and where to look."""


def array(got, expected=None, *, name, shape=None, dtype=None, rtol=1e-7, atol=1e-9, hint="", mistakes=None):
    """Check a NumPy array: exact type, dtype, shape, finite numbers, then values.

    Parameters
    ----------
    got : object
        The student's answer; must be exactly ``numpy.ndarray``.
    expected : array_like, optional
        The right values. Integers and booleans must be equal, floats close:
        ``|got - expected| <= atol + rtol·|expected|``.
        NaN and infinities are accepted only where `expected` has them.
    shape : tuple, optional
        The required shape; by default that of `expected`.
    dtype : dtype or str or type, optional
        An exact dtype (``"uint8"``) or an abstract one (``np.floating``). Default: not checked.

    Raises
    ------
    CheckFailed
        With the first of these that is wrong.
    """
    if type(got) is not np.ndarray:
        raise _failure(hint, "type", f"`{name}` cho {_describe_type(got)}, cần một mảng NumPy (numpy.ndarray).")
    expected = None if expected is None else np.asarray(expected)
    _check_array_like(got, expected, name, shape, dtype, rtol, atol, hint, mistakes)


def tensor(got, expected=None, *, name, shape=None, dtype=None, rtol=1e-6, atol=1e-8, hint="", mistakes=None):
    """Check a PyTorch tensor as :func:`array` checks an array; `got` must be exactly ``torch.Tensor``.

    `expected` is anything ``numpy.asarray`` understands, or a tensor; `dtype` is a ``torch.dtype``.
    """
    import torch

    if type(got) is not torch.Tensor:
        raise _failure(hint, "type", f"`{name}` cho {_describe_type(got)}, cần một tensor PyTorch (torch.Tensor).")
    if dtype is not None and got.dtype != dtype:
        raise _failure(hint, "dtype", f"`{name}` có kiểu {_short(got.dtype)}, cần {_short(dtype)}.")
    if got.layout != torch.strided or got.is_quantized or got.is_meta:
        raise _failure(hint, "type", f"`{name}` không phải một tensor thường (layout {_short(got.layout)}).")
    expected = _tensor_values(expected) if type(expected) is torch.Tensor else expected
    expected = None if expected is None else np.asarray(expected)
    _check_array_like(_tensor_values(got), expected, name, shape, None, rtol, atol, hint, mistakes)


def number(got, expected, *, name, integer=False, rtol=1e-7, atol=1e-9, hint="", mistakes=None):
    """Check one real number: a Python ``int``/``float`` or a NumPy scalar, not ``bool``, not an array.

    With ``integer=True`` only integer types are accepted and the value must be equal.
    """
    if type(got) not in (_INTEGERS if integer else _REALS):
        what = "một số nguyên" if integer else "một số"
        raise _failure(hint, "type", f"`{name}` cho {_describe_type(got)}, cần {what}.")
    if integer:
        right = int(got) == int(expected)
    else:
        if not _finite(got) and _finite(expected):
            raise _failure(hint, "finite", f"`{name}` cho {_show(got)}, không phải một số hữu hạn.")
        right = _close(got, expected, rtol, atol)
    if not right:
        _blame_known_mistake(got, mistakes, name, rtol, atol)
        shown, wanted = _pair(got, expected)
        raise _failure(hint, "value", f"`{name}` cho {shown}, cần {wanted}.")


def equal(got, expected, *, name, hint="", mistakes=None):
    """Check plain data (numbers, text, ``None``, lists, tuples, dicts, sets) for equality of value *and* exact type.

    An ``int`` where a ``float`` is expected (or the other way round) is accepted when the values are equal;
    every other difference of type fails. Floats are compared exactly: use :func:`number` for computed ones.
    """
    problem = _difference(got, expected, name)
    if problem is None:
        return
    for diagnosis, value in (mistakes or {}).items():
        if _difference(got, value, name) is None:
            raise CheckFailed(f"`{name}`: {diagnosis}")
    raise _failure(hint, "value", problem)


def expression(got, expected, *, name, hint="", mistakes=None):
    """Check a SymPy expression: any form algebraically equal to `expected` is right.

    Sums and derivatives left unevaluated are evaluated first. Only genuine SymPy objects are accepted.
    """
    import sympy

    if type(got) in _REALS:
        got = sympy.sympify(got)
    if not _is_genuine_sympy(got):
        raise _failure(hint, "type", f"`{name}` cho {_describe_type(got)}, cần một biểu thức SymPy.")
    expected = sympy.sympify(expected)
    if isinstance(got, sympy.Equality):
        raise _failure(hint, "type", f"`{name}` là một phương trình (Eq), cần chỉ vế phải của nó.")
    if not isinstance(got, sympy.Expr | sympy.MatrixBase):
        raise _failure(hint, "type", f"`{name}` cho {_describe_type(got)}, cần một biểu thức SymPy.")
    shape, wanted_shape = getattr(got, "shape", ()), getattr(expected, "shape", ())
    if shape != wanted_shape:
        raise _failure(hint, "shape", f"`{name}` có kích thước {shape}, cần {wanted_shape}.")
    if _same_expression(got, expected):
        return
    unknown = got.free_symbols - expected.free_symbols
    for diagnosis, value in (mistakes or {}).items():
        if _same_expression(got, sympy.sympify(value)):
            raise CheckFailed(f"`{name}`: {diagnosis}")
    if unknown:
        names = ", ".join(sorted(str(symbol) for symbol in unknown))
        if {str(symbol) for symbol in unknown} <= {str(symbol) for symbol in expected.free_symbols}:
            raise _failure(
                hint, "value", f"`{name}`: ký hiệu {names} được tạo với giả thiết (real, positive, …) khác với đề bài."
            )
        raise _failure(hint, "value", f"`{name}` có ký hiệu không thuộc đáp án: {names}.")
    raise _failure(hint, "value", f"`{name}` = {_clip(got)} không bằng biểu thức cần tìm.")


def numerical_gradient(f, x, h=1e-5):
    """Return the gradient of a scalar function by central differences, in float64.

    Parameters
    ----------
    f : callable
        Takes an array of `x`'s shape, returns one number.
    x : array_like
        The point; not modified.
    h : float
        Step. The truncation error is O(h²), the round-off error O(ε/h).

    Returns
    -------
    numpy.ndarray
        Same shape as `x`, float64.
    """
    x = np.array(x, dtype=np.float64)
    slope = np.empty_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        slope[index] = (float(f(up)) - float(f(down))) / (2 * h)
    return slope


def relative_error(a, b):
    """Return ``max |a - b| / max(1e-8, |a| + |b|)``, the measure of agreement of two gradients (0 is perfect)."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)), initial=0.0))


def gradient(f, got, x, *, name, h=1e-5, tolerance=1e-6, hint=""):
    """Check that `got` is the gradient of the scalar function `f` at `x`, by central differences.

    `f` must be trusted code (the test's own loss), not the student's, unless the student's loss was checked before.
    """
    x = np.asarray(x, dtype=np.float64)
    wanted = numerical_gradient(f, x, h)
    if x.ndim == 0:
        if type(got) not in _REALS:
            raise _failure(hint, "type", f"`{name}` cho {_describe_type(got)}, cần một số.")
        if not _finite(got):
            raise _failure(hint, "finite", f"`{name}` cho {_show(got)}, không phải một số hữu hạn.")
    else:
        array(got, name=name, shape=x.shape, dtype=np.floating, hint=hint)
    got = np.asarray(got, dtype=np.float64)
    # what the differences themselves cannot resolve: rounding of f, and entries that vanish
    noise = 100 * np.finfo(np.float64).eps * abs(float(f(x.copy()))) / h + 1e-3 * tolerance
    excess = np.abs(got - wanted) - tolerance * (np.abs(got) + np.abs(wanted)) - noise
    if not np.all(excess <= 0):
        index = np.unravel_index(np.argmax(excess), wanted.shape)
        where = f"tại {_index(index)} " if wanted.ndim else ""
        raise _failure(
            hint,
            "value",
            f"`{name}` không khớp đạo hàm tính bằng sai phân: {where}bạn có {_show(got[index])}, "
            f"sai phân cho {_show(wanted[index])} (sai số tương đối {relative_error(got[index], wanted[index]):.1e}, "
            f"cần dưới {tolerance:.0e}).",
        )


def keeps_inputs(function, *args, name, hint="", **kwargs):
    """Call ``function(*args, **kwargs)``, check that it changed none of its arguments, return the result.

    Arrays, tensors, lists, tuples, dicts and sets among the arguments are compared with a deep copy made before.
    """
    before = copy.deepcopy((args, kwargs))
    result = function(*args, **kwargs)
    labels = [f"tham số thứ {i + 1}" for i in range(len(args))] + [f"tham số `{key}`" for key in kwargs]
    for label, old, new in zip(labels, [*before[0], *before[1].values()], [*args, *kwargs.values()], strict=True):
        if not _same_data(old, new):
            raise _failure(hint, "changed", f"`{name}` làm thay đổi {label} của người gọi. Hãy tính trên một bản sao.")
    return result


def raises(error, function, *args, name, hint="", **kwargs):
    """Check that ``function(*args, **kwargs)`` raises `error` (or a subclass), the error its docstring promises.

    Returns the exception, so that a test can look at its message. A ``SystemExit`` is an error like any other.
    """
    try:
        result = function(*args, **kwargs)
    except error as caught:
        return caught
    except (Exception, SystemExit) as caught:
        text = _clip(caught)
        found = f"{_class_name(type(caught))} ({text})" if text.strip() else _class_name(type(caught))
        raise _failure(hint, "error", f"`{name}` báo lỗi {found}, cần {_error_name(error)}.") from None
    found = _clip(repr(result)) if type(result) in _PLAIN | _REALS else _describe_type(result)
    raise _failure(hint, "error", f"`{name}` không báo lỗi mà trả về {found}; cần {_error_name(error)}.")


def passed(task):
    """Print the line that ends a visible test cell."""
    print(f"✓ {task}: các kiểm tra nhìn thấy đều đạt.")


# --- how values are compared ------------------------------------------------------------------------------------


def _check_array_like(got, expected, name, shape, dtype, rtol, atol, hint, mistakes):
    if got.dtype.kind not in "biufc":
        raise _failure(hint, "dtype", f"`{name}` có kiểu phần tử {got.dtype}, cần một mảng số.")
    if dtype is not None and not _dtype_fits(got.dtype, dtype):
        raise _failure(hint, "dtype", f"`{name}` có kiểu phần tử {got.dtype}, cần {_dtype_name(dtype)}.")
    wanted_shape = shape if shape is not None else (None if expected is None else expected.shape)
    if wanted_shape is not None and got.shape != tuple(wanted_shape):
        raise _failure(hint, "shape", f"`{name}` có kích thước {got.shape}, cần {tuple(wanted_shape)}.")
    if got.dtype.kind == "c" and expected is not None and expected.dtype.kind != "c":
        raise _failure(hint, "dtype", f"`{name}` có kiểu phần tử {got.dtype}, cần số thực.")
    if expected is None or np.all(np.isfinite(expected)):
        bad = ~np.isfinite(got)
        if bad.any():
            index = tuple(np.argwhere(bad)[0])
            first = f", đầu tiên tại {_index(index)}" if index else ""
            what = f"{int(bad.sum())} phần tử không hữu hạn (nan hoặc inf){first}"
            raise _failure(hint, "finite", f"`{name}` có {what}.")
    if expected is None:
        return
    expected = np.broadcast_to(expected, got.shape)
    wrong = ~_close_elements(got, expected, rtol, atol)
    if wrong.any():
        _blame_known_mistake(got, mistakes, name, rtol, atol)
        index = tuple(np.argwhere(wrong)[0])
        share = f"{int(wrong.sum())}/{wrong.size} phần tử sai" if wrong.size > 1 else "giá trị sai"
        where = f"; tại {_index(index)}" if wrong.ndim else ":"
        shown, wanted = _pair(got[index], expected[index])
        raise _failure(hint, "value", f"`{name}`: {share}{where} bạn có {shown}, cần {wanted}.")


def _close_elements(got, expected, rtol, atol):
    if got.dtype.kind in "biu" and expected.dtype.kind in "biu":
        return got == expected
    return np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True)


def _close(got, expected, rtol, atol):
    try:
        got, expected = float(got), float(expected)
    except OverflowError:  # an int beyond the floats
        return got == expected
    if math.isnan(expected):
        return math.isnan(got)
    if math.isinf(got) or math.isinf(expected):
        return got == expected
    return abs(got - expected) <= atol + rtol * abs(expected)


def _finite(number):
    """Like math.isfinite, but an int too big for a float is finite."""
    return type(number) is int or math.isfinite(number)


def _blame_known_mistake(got, mistakes, name, rtol, atol):
    got = np.asarray(got)
    for diagnosis, value in (mistakes or {}).items():
        value = np.asarray(value)
        if got.dtype.kind != "O" and got.shape == value.shape and np.all(_close_elements(got, value, rtol, atol)):
            raise CheckFailed(f"`{name}`: {diagnosis}")


def _tensor_values(tensor):
    """Return a tensor's values as an array; the methods come from the class, an instance may carry false ones."""
    import torch

    values = torch.Tensor.detach(tensor).cpu().resolve_conj().resolve_neg()
    return (values.float() if values.dtype == torch.bfloat16 else values).numpy()


def _difference(got, expected, path):
    """Return a Vietnamese sentence saying how two pieces of plain data differ, or None."""
    kind = type(expected)
    if kind in _REALS and type(got) in _REALS:
        same = got == expected or (got != got and expected != expected)
        shown, wanted = _pair(got, expected)
        return None if same else f"`{path}` là {shown}, cần {wanted}."
    if type(got) is not kind:
        return f"`{path}` là {_describe_type(got)}, cần {kind.__name__}."
    if kind in (list, tuple):
        if len(got) != len(expected):
            return f"`{path}` có {len(got)} phần tử, cần {len(expected)}."
        pairs = ((f"{path}[{i}]", a, b) for i, (a, b) in enumerate(zip(got, expected, strict=True)))
        return next((p for p in (_difference(a, b, where) for where, a, b in pairs) if p), None)
    if kind in (dict, set, frozenset):
        # keys and items are found by hash and equality, about which a strange object may lie, and for which 1 is True
        if not all(map(_is_plain, got)):
            return f"`{path}` có {'khóa' if kind is dict else 'phần tử'} không phải kiểu cơ bản."
        own = {item: item for item in got}
        missing = [item for item in expected if item not in own or _difference(own[item], item, path)]
        extra = [item for item in got if item not in expected]
        if missing or extra:
            what = "khóa" if kind is dict else "phần tử"
            parts = [f"{word} {what} {_names(items)}" for word, items in (("thiếu", missing), ("thừa", extra)) if items]
            return f"`{path}` {', '.join(parts)}."
        pairs = ((f"{path}[{key!r}]", got[key], expected[key]) for key in expected) if kind is dict else ()
        return next((p for p in (_difference(a, b, where) for where, a, b in pairs) if p), None)
    if kind is np.ndarray and expected.dtype.kind in "biufcUSM":
        if got.shape != expected.shape or got.dtype != expected.dtype:
            return f"`{path}` có kích thước {got.shape} và kiểu {got.dtype}, cần {expected.shape} và {expected.dtype}."
        return None if np.array_equal(got, expected, equal_nan=got.dtype.kind in "fc") else f"`{path}` có phần tử sai."
    if kind in _PLAIN:
        return None if got == expected else f"`{path}` là {_clip(repr(got))}, cần {_clip(repr(expected))}."
    raise TypeError(f"check.equal so sánh dữ liệu cơ bản, không so sánh {kind.__name__}")


def _is_plain(value):
    """Tell whether a key or an item is of a basic type, or a tuple or frozenset of such."""
    if type(value) in (tuple, frozenset):
        return all(map(_is_plain, value))
    return type(value) in _PLAIN or type(value) in _REALS


def _same_data(old, new):
    if type(old) is not type(new):
        return False
    if isinstance(old, np.ndarray):
        kind = old.dtype.kind
        return old.shape == new.shape and old.dtype == new.dtype and np.array_equal(old, new, equal_nan=kind in "fc")
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(old, torch.Tensor):
        if old.shape != new.shape or old.dtype != new.dtype:
            return False
        return bool(((old == new) | ((old != old) & (new != new))).all())
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(_same_data, old, new))
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(_same_data(old[key], new[key]) for key in old)
    if isinstance(old, set | frozenset | str | bytes | bytearray | int | float | complex | np.generic):
        return bool(old == new) or bool(old != old and new != new)
    return True  # a function, a module, …: not data


def _is_genuine_sympy(value):
    """Tell whether the value and all its parts are of SymPy's own classes and carry no methods of their own."""
    import sympy

    if not _is_sympy_class(type(value)):
        return False
    return all(
        _is_sympy_class(type(part)) and not _overrides(part, type(part)) for part in sympy.preorder_traversal(value)
    )


def _is_sympy_class(kind):
    import sympy

    if type(kind) is sympy.core.function.UndefinedFunction:  # made by Function("f"), which takes any base and methods
        own = {name for name in vars(kind) if not name.startswith("is_")} - _UNDEFINED_FUNCTION
        return kind.__bases__ == (sympy.core.function.AppliedUndef,) and not own
    module = vars(kind).get("__module__")
    if type(module) is not str or module.split(".")[0] != "sympy":
        return False
    return getattr(sys.modules.get(module), type.__dict__["__name__"].__get__(kind), None) is kind


def _overrides(thing, base):
    """Tell whether attributes set on `thing` hide methods of `base`."""
    return any(callable(getattr(base, name, None)) for name in getattr(thing, "__dict__", ()))


def _same_expression(a, b):
    """Tell whether two expressions, or two matrices of them entry by entry, are equal."""
    import sympy

    if isinstance(a, sympy.MatrixBase) or isinstance(b, sympy.MatrixBase):
        return getattr(a, "shape", ()) == getattr(b, "shape", ()) and all(map(_same_expression, a, b))
    if not isinstance(b, sympy.Expr):
        return False
    difference = sympy.expand((a - b).doit())
    if difference == 0:
        return True
    verdict = _equal_at_points(a.doit(), b.doit())
    return sympy.simplify(difference) == 0 if verdict is None else verdict


def _equal_at_points(a, b, points=12):
    """Compare two expressions numerically at random points: False at the first clear difference, None if undecided.

    Quicker than simplification, and it recognises equal forms that simplification misses.
    """
    import random

    import sympy

    opaque = (
        sympy.core.function.AppliedUndef,
        sympy.Indexed,
        sympy.Sum,
        sympy.Product,
        sympy.Integral,
        sympy.Derivative,
    )
    if a.has(*opaque) or b.has(*opaque):
        return None
    symbols = sorted(a.free_symbols | b.free_symbols, key=sympy.default_sort_key)
    draw, seen = random.Random(0), 0
    for step in range(points):
        size = (1, 5, 1, 30)[step % 4]
        point = {}
        for symbol in symbols:
            value = sympy.Rational(draw.randint(1, 997), 499) * size
            if symbol.is_integer:
                value = sympy.ceiling(value)
            positive = symbol.is_nonnegative or (not symbol.is_nonpositive and draw.random() < 0.5)
            point[symbol] = value if positive else -value
        try:
            x, y = (complex(e.evalf(25, subs=point)) for e in (a, b))
            if not _near(x, y):  # digits lost in a difference like 1 - 1/(1 + exp(-900)) must not be blamed on anybody
                x, y = (complex(e.evalf(25, subs=point, maxn=4000, strict=True)) for e in (a, b))
        except (TypeError, ValueError, OverflowError, ZeroDivisionError, ArithmeticError):
            continue
        if math.isfinite(abs(x)) and math.isfinite(abs(y)):
            seen += 1
            if not _near(x, y):
                return False
    return True if seen >= points // 2 else None


def _near(x, y):
    return abs(x - y) <= 1e-9 * (abs(x) + abs(y)) + 1e-13


# --- how values are shown ---------------------------------------------------------------------------------------


def _failure(hint, kind, diagnosis):
    extra = hint.get(kind, "") if isinstance(hint, dict) else hint
    return CheckFailed(f"{diagnosis} {extra}".rstrip())


def _describe_type(value):
    if value is None:
        return "None (hàm thiếu `return`?)"
    kind = type(value)
    if kind is np.ndarray:
        return f"mảng NumPy kích thước {value.shape}"
    return f"giá trị kiểu {_class_name(kind)}"


def _class_name(kind):
    """Return a class's name with its module, as Python knows them, whatever its metaclass says."""
    name, module = type.__dict__["__name__"].__get__(kind), type.__dict__["__module__"].__get__(kind)
    if not shows_values and module in ("builtins", "numpy", "torch"):
        return name
    return _clip(f"{module}.{name}" if type(module) is str and module not in ("builtins", "__main__") else name)


def _error_name(error):
    return " hoặc ".join(kind.__name__ for kind in (error if isinstance(error, tuple) else (error,)))


def _names(items):
    return _clip(", ".join(sorted(map(repr, items))))


def _dtype_fits(dtype, wanted):
    if isinstance(wanted, type) and issubclass(wanted, np.generic) and wanted not in _NUMPY_SCALARS:
        return np.issubdtype(dtype, wanted)
    return dtype == np.dtype(wanted)


def _dtype_name(wanted):
    abstract = {np.floating: "số thực (float32 hoặc float64)", np.integer: "số nguyên"}
    return abstract.get(wanted) or str(np.dtype(wanted))


def _short(torch_dtype):
    return str(torch_dtype).removeprefix("torch.")


def _show(value):
    """Show one number; enough digits to see a difference, not more."""
    value = _item(value)
    return f"{value:.6g}" if type(value) is float else _clip(repr(value))


def _pair(got, expected):
    """Show two numbers that differ, so that one sees that they do."""
    if not shows_values:
        return "…", f"{_item(expected):.6g}" if type(_item(expected)) in (int, float) else "…"
    texts = _show(got), _show(expected)
    return texts if texts[0] != texts[1] else (_clip(repr(_item(got))), _clip(repr(_item(expected))))


def _item(value):
    return value.item() if isinstance(value, np.generic) else value


def _index(index):
    return "[" + ", ".join(str(int(i)) for i in index) + "]"


def _clip(value, limit=120):
    if not shows_values:
        return "…"
    try:
        text = str(value)
    except Exception:
        text = "?"
    return text if len(text) <= limit else text[: limit - 1] + "…"
