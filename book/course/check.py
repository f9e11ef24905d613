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

_NUMPY_SCALARS = frozenset(np.sctypeDict.values())
_INTEGERS = frozenset({int} | {t for t in _NUMPY_SCALARS if issubclass(t, np.integer)})
_REALS = _INTEGERS | {float} | {t for t in _NUMPY_SCALARS if issubclass(t, np.floating)}
_PLAIN = frozenset({bool, str, bytes, type(None), complex}) | _NUMPY_SCALARS


class CheckFailed(AssertionError):
    """An answer is wrong; the message says, in Vietnamese, what and where to look."""


def array(got, expected=None, *, name, shape=None, dtype=None, rtol=1e-7, atol=1e-9, hint="", mistakes=None):
    """Check a NumPy array: exact type, dtype, shape, finite numbers, then values.

    Parameters
    ----------
    got : object
        The student's answer; must be exactly ``numpy.ndarray``.
    expected : array_like, optional
        The right values. Integers and booleans must be equal, floats close: ``|got - expected| <= atol + rtol·|expected|``.
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
    _check_array_like(got, None if expected is None else np.asarray(expected), name, shape, dtype, rtol, atol, hint, mistakes)


def tensor(got, expected=None, *, name, shape=None, dtype=None, rtol=1e-6, atol=1e-8, hint="", mistakes=None):
    """Check a PyTorch tensor as :func:`array` checks an array; `got` must be exactly ``torch.Tensor``.

    `expected` is anything ``numpy.asarray`` understands, or a tensor; `dtype` is a ``torch.dtype``.
    """
    import torch

    if type(got) is not torch.Tensor:
        raise _failure(hint, "type", f"`{name}` cho {_describe_type(got)}, cần một tensor PyTorch (torch.Tensor).")
    if dtype is not None and got.dtype != dtype:
        raise _failure(hint, "dtype", f"`{name}` có kiểu {_short(got.dtype)}, cần {_short(dtype)}.")
    if type(expected) is torch.Tensor:
        expected = expected.detach().cpu().numpy()
    expected = None if expected is None else np.asarray(expected)
    _check_array_like(got.detach().cpu().numpy(), expected, name, shape, None, rtol, atol, hint, mistakes)


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
        if not math.isfinite(got) and math.isfinite(expected):
            raise _failure(hint, "finite", f"`{name}` cho {_show(got)}, không phải một số hữu hạn.")
        right = _close(got, expected, rtol, atol)
    if not right:
        _blame_known_mistake(got, mistakes, name, rtol, atol)
        raise _failure(hint, "value", f"`{name}` cho {_show(got)}, cần {_show(expected)}.")


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

    if not _is_genuine_sympy(got):
        if type(got) in _REALS:
            got = sympy.sympify(got)
        else:
            raise _failure(hint, "type", f"`{name}` cho {_describe_type(got)}, cần một biểu thức SymPy.")
    expected = sympy.sympify(expected)
    if isinstance(got, sympy.Equality):
        raise _failure(hint, "type", f"`{name}` là một phương trình (Eq), cần chỉ vế phải của nó.")
    unknown = got.free_symbols - expected.free_symbols
    if _same_expression(got, expected):
        return
    for diagnosis, value in (mistakes or {}).items():
        if _same_expression(got, sympy.sympify(value)):
            raise CheckFailed(f"`{name}`: {diagnosis}")
    if unknown:
        names = ", ".join(sorted(str(symbol) for symbol in unknown))
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
    else:
        array(got, name=name, shape=x.shape, dtype=np.floating, hint=hint)
    error = relative_error(got, wanted)
    # entries that vanish have no relative error to speak of
    if error > tolerance and not np.allclose(got, wanted, rtol=0, atol=tolerance * max(1e-3, float(np.max(np.abs(wanted))))):
        index = np.unravel_index(np.argmax(np.abs(np.asarray(got) - wanted)), wanted.shape)
        where = f" tại vị trí {_index(index)}" if wanted.ndim else ""
        raise _failure(
            hint,
            "value",
            f"`{name}` không khớp đạo hàm tính bằng sai phân: sai số tương đối {error:.1e} (cần dưới {tolerance:.0e}); "
            f"{where} bạn có {_show(np.asarray(got)[index])}, sai phân cho {_show(wanted[index])}.".replace("; ,", ";").replace(";  ", "; "),
        )


def keeps_inputs(function, *args, name, hint="", **kwargs):
    """Call ``function(*args, **kwargs)``, check that no array, tensor or list among its arguments changed, return the result."""
    before = copy.deepcopy((args, kwargs))
    result = function(*args, **kwargs)
    labels = [f"tham số thứ {i + 1}" for i in range(len(args))] + [f"tham số `{key}`" for key in kwargs]
    for label, old, new in zip(labels, [*before[0], *before[1].values()], [*args, *kwargs.values()], strict=True):
        if not _same_data(old, new):
            raise _failure(hint, "changed", f"`{name}` làm thay đổi {label} của người gọi. Hãy tính trên một bản sao.")
    return result


def raises(error, function, *args, name, hint="", **kwargs):
    """Check that ``function(*args, **kwargs)`` raises `error` (or a subclass), the error its docstring promises.

    Returns the exception, so that a test can look at its message.
    """
    try:
        result = function(*args, **kwargs)
    except error as caught:
        return caught
    except Exception as caught:
        raise _failure(
            hint, "error", f"`{name}` báo lỗi {type(caught).__name__} ({_clip(caught)}), cần {error.__name__}."
        ) from None
    raise _failure(hint, "error", f"`{name}` không báo lỗi mà trả về {_clip(repr(result))}; cần {error.__name__}.")


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
    if expected is None or np.all(np.isfinite(expected)):
        bad = ~np.isfinite(got)
        if bad.any():
            index = tuple(np.argwhere(bad)[0])
            what = f"{int(bad.sum())} phần tử không hữu hạn (nan hoặc inf), đầu tiên tại {_index(index)}"
            raise _failure(hint, "finite", f"`{name}` có {what}.")
    if expected is None:
        return
    wrong = ~_close_elements(got, expected, rtol, atol)
    if wrong.any():
        _blame_known_mistake(got, mistakes, name, rtol, atol)
        index = tuple(np.argwhere(wrong)[0])
        share = f"{int(wrong.sum())}/{wrong.size} phần tử sai" if wrong.size > 1 else "giá trị sai"
        where = f"; tại {_index(index)}" if wrong.ndim else ":"
        raise _failure(hint, "value", f"`{name}`: {share}{where} bạn có {_show(got[index])}, cần {_show(expected[index])}.")


def _close_elements(got, expected, rtol, atol):
    if got.dtype.kind in "biu" and expected.dtype.kind in "biu":
        return got == expected
    return np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True)


def _close(got, expected, rtol, atol):
    if math.isnan(expected):
        return math.isnan(got)
    if math.isinf(got) or math.isinf(expected):
        return float(got) == float(expected)
    return abs(float(got) - float(expected)) <= atol + rtol * abs(float(expected))


def _blame_known_mistake(got, mistakes, name, rtol, atol):
    for diagnosis, value in (mistakes or {}).items():
        value = np.asarray(value)
        if np.shape(got) == value.shape and _close_elements(np.asarray(got), value, rtol, atol).all():
            raise CheckFailed(f"`{name}`: {diagnosis}")


def _difference(got, expected, path):
    """Return a Vietnamese sentence saying how two pieces of plain data differ, or None."""
    kind = type(expected)
    if kind in _REALS and type(got) in _REALS:
        same = got == expected or (got != got and expected != expected)
        return None if same else f"`{path}` là {_show(got)}, cần {_show(expected)}."
    if type(got) is not kind:
        return f"`{path}` là {_describe_type(got)}, cần {kind.__name__}."
    if kind in (list, tuple):
        if len(got) != len(expected):
            return f"`{path}` có {len(got)} phần tử, cần {len(expected)}."
        pairs = ((f"{path}[{i}]", a, b) for i, (a, b) in enumerate(zip(got, expected, strict=True)))
        return next((p for p in (_difference(a, b, where) for where, a, b in pairs) if p), None)
    if kind is dict:
        # keys are compared by exact type as well: a key object may lie about its hash and equality
        if any(type(key) not in _PLAIN | _REALS for key in got):
            return f"`{path}` có khóa không phải kiểu cơ bản."
        missing, extra = expected.keys() - got.keys(), got.keys() - expected.keys()
        if missing or extra:
            return f"`{path}`: thiếu khóa {sorted(map(repr, missing))}, thừa khóa {sorted(map(repr, extra))}."
        pairs = ((f"{path}[{key!r}]", got[key], expected[key]) for key in expected)
        return next((p for p in (_difference(a, b, where) for where, a, b in pairs) if p), None)
    if kind in (set, frozenset):
        if any(type(item) not in _PLAIN | _REALS for item in got):
            return f"`{path}` có phần tử không phải kiểu cơ bản."
        return None if got == expected else f"`{path}` là {_clip(got)}, cần {_clip(expected)}."
    if kind is np.ndarray:
        if got.shape != expected.shape or got.dtype != expected.dtype:
            return f"`{path}` có kích thước {got.shape} và kiểu {got.dtype}, cần {expected.shape} và {expected.dtype}."
        return None if np.array_equal(got, expected, equal_nan=got.dtype.kind in "fc") else f"`{path}` có phần tử sai."
    if kind in _PLAIN:
        return None if got == expected else f"`{path}` là {_clip(repr(got))}, cần {_clip(repr(expected))}."
    raise TypeError(f"check.equal so sánh dữ liệu cơ bản, không so sánh {kind.__name__}")


def _same_data(old, new):
    if type(old) is not type(new):
        return False
    if isinstance(old, np.ndarray):
        kind = old.dtype.kind
        return old.shape == new.shape and old.dtype == new.dtype and np.array_equal(old, new, equal_nan=kind in "fc")
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(old, torch.Tensor):
        return old.shape == new.shape and old.dtype == new.dtype and torch.equal(torch.nan_to_num(old), torch.nan_to_num(new))
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(_same_data, old, new))
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(_same_data(old[key], new[key]) for key in old)
    return not isinstance(old, set | str | int | float) or old == new


def _is_genuine_sympy(value):
    """True when the value and all its parts are of classes that SymPy itself defines."""
    import sympy

    if not _is_sympy_class(type(value)):
        return False
    return all(_is_sympy_class(type(part)) for part in sympy.preorder_traversal(value))


def _is_sympy_class(kind):
    import sympy

    if type(kind) is sympy.core.function.UndefinedFunction:
        return True
    module = sys.modules.get(kind.__module__)
    return kind.__module__.split(".")[0] == "sympy" and getattr(module, kind.__name__, None) is kind


def _same_expression(a, b):
    import sympy

    difference = sympy.expand((a - b).doit())
    if difference == 0:
        return True
    return sympy.simplify(difference) == 0


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
    return f"giá trị kiểu {kind.__module__ + '.' if kind.__module__ not in ('builtins', '__main__') else ''}{kind.__name__}"


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
    if isinstance(value, np.generic):
        value = value.item()
    return f"{value:.6g}" if type(value) is float else _clip(repr(value))


def _index(index):
    return "[" + ", ".join(str(int(i)) for i in index) + "]"


def _clip(value, limit=120):
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
