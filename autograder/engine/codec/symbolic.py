"""SymPy: expressions as trees of known classes, rebuilt class by class with limits on what may grow.

SymPy is never imported from here: without it in the process no such value exists.
"""

import builtins
import re
import sys
import unicodedata

from autograder.engine.codec.core import LOOSE, decodes
from autograder.engine.wire import TooLargeError, WireError

MAX_DEPTH = 150
MAX_BITS = 2048  # of one integer
MAX_POWER_BITS = 100_000  # of a power of integers, which SymPy works out at once
MAX_DIGITS = 1000
# nothing that can call, quote or look up an attribute: x_{1}, \\hat{y}, w^* are names, f(x) and x' are none
_NAME = re.compile(r"[\w\\^{},*+\- ]{1,200}")
_ATOMS = {
    "pi": "Pi", "E": "Exp1", "I": "ImaginaryUnit", "oo": "Infinity", "-oo": "NegativeInfinity", "nan": "NaN",
    "zoo": "ComplexInfinity", "true": "BooleanTrue", "false": "BooleanFalse", "EulerGamma": "EulerGamma",
    "GoldenRatio": "GoldenRatio", "EmptySet": "EmptySet", "Reals": "Reals", "Integers": "Integers",
    "Naturals": "Naturals", "Naturals0": "Naturals0", "Complexes": "Complexes",
}  # fmt: skip
_CLASSES = frozenset(
    [
        "Add",
        "Mul",
        "Pow",
        "Tuple",
        "Equality",
        "Unequality",
        "StrictLessThan",
        "LessThan",
        "StrictGreaterThan",
        "GreaterThan",
        "Derivative",
        "Integral",
        "Sum",
        "Product",
        "Limit",
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "asin",
        "acos",
        "atan",
        "acot",
        "atan2",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "asinh",
        "acosh",
        "atanh",
        "exp",
        "log",
        "Abs",
        "sign",
        "re",
        "im",
        "conjugate",
        "arg",
        "factorial",
        "gamma",
        "loggamma",
        "digamma",
        "binomial",
        "floor",
        "ceiling",
        "Mod",
        "Max",
        "Min",
        "Piecewise",
        "ExprCondPair",
        "FiniteSet",
        "Interval",
        "Union",
        "Intersection",
        "Complement",
        "And",
        "Or",
        "Not",
        "Heaviside",
        "DiracDelta",
        "erf",
        "erfc",
        "LambertW",
        "KroneckerDelta",
        "Lambda",
        "Subs",
        "Order",
        "Transpose",
        "MatMul",
        "MatAdd",
        "Trace",
        "Determinant",
        "Inverse",
    ]
)
# evaluated at once when their arguments are integers: a large one would take for ever
_GROWING = frozenset(["factorial", "gamma", "loggamma", "digamma", "binomial"])
_ASSUMPTIONS = frozenset(
    [
        "commutative",
        "real",
        "positive",
        "negative",
        "nonnegative",
        "nonpositive",
        "zero",
        "nonzero",
        "integer",
        "rational",
        "irrational",
        "complex",
        "imaginary",
        "even",
        "odd",
        "prime",
        "finite",
        "infinite",
        "extended_real",
        "extended_positive",
        "extended_negative",
        "extended_nonnegative",
        "extended_nonpositive",
        "extended_nonzero",
        "hermitian",
        "antihermitian",
        "algebraic",
        "transcendental",
        "noninteger",
        "composite",
        "polar",
    ]
)


def _is_symbol_name(name):
    """Return whether this can be the name of a symbol here.

    A test may have SymPy write an expression as Python and run that: ``lambdify`` and ``sympify(str(…))`` do, and they
    write names as they are. A name that is code, or that of a function of Python's, would run there.
    """
    if type(name) is not str:
        return False
    name = unicodedata.normalize("NFKC", name)  # as Python reads names
    return bool(_NAME.fullmatch(name)) and not any(hasattr(builtins, word) for word in re.findall(r"\w+", name))


def _is_function_name(sympy, name):
    """Return whether this can be the name of an undefined function here: one that runs nothing when it is called."""
    if not _is_symbol_name(name) or not name.isidentifier():
        return False
    name = unicodedata.normalize("NFKC", name)
    return not any(hasattr(module, name) for module in (sympy, sys.modules.get("numpy"), sys.modules.get("mpmath")))


def _node(sympy, value, depth=0, names=True):
    """Return the tree of an expression. Raises TypeError for a class that is not known."""
    if depth > MAX_DEPTH:
        raise TooLargeError("expression nested too deep to be passed on")
    name = type(value).__name__
    if names and isinstance(value, sympy.Symbol) and not _is_symbol_name(value.name):
        raise TypeError("a symbol of this name cannot be passed on")
    if isinstance(value, sympy.Dummy):
        return ["Y", value.name, value.dummy_index, _assumptions(value)]
    if isinstance(value, sympy.Symbol):
        return ["y", value.name, _assumptions(value)]
    if isinstance(value, sympy.Integer):
        if int(value).bit_length() > MAX_BITS:
            raise TooLargeError("integer too large to be passed on")
        return ["i", hex(int(value))]
    if isinstance(value, sympy.Float):
        return ["f", str(sympy.Float(value, value._prec and max(15, int(value._prec / 3.3) + 2))), value._prec]
    if isinstance(value, sympy.Rational) and value.is_finite:
        return ["q", hex(value.p), hex(value.q)]
    for short, kind in _ATOMS.items():
        if name == kind:
            return ["c", short]
    arguments = [_node(sympy, part, depth + 1, names) for part in value.args]
    if isinstance(value, sympy.core.function.AppliedUndef):
        if names and not _is_function_name(sympy, name):
            raise TypeError("a function of this name cannot be passed on")
        return ["u", name, *arguments]
    known = name in _CLASSES and (name == "ExprCondPair" or getattr(sympy, name, None) is type(value))
    if not known:
        raise TypeError(f"a SymPy {name} cannot be passed on")
    return ["n", name, *arguments]


def _assumptions(symbol):
    given = getattr(symbol, "_assumptions_orig", None)
    if given is None:
        given = symbol._assumptions.generator
    return {key: bool(given[key]) for key in sorted(given) if key in _ASSUMPTIONS and given[key] is not None}


def _basic(encoder, value, depth):
    try:
        return ["S", _node(sys.modules["sympy"], value, names=encoder.peer.trusting)]
    except TypeError:
        if not encoder.peer.trusting:
            raise
        return encoder.peer.lend(value)


def _is_basic(encoder, value):
    sympy = sys.modules.get("sympy")
    return hasattr(sympy, "Basic") and isinstance(value, sympy.Basic) and not isinstance(value, sympy.MatrixBase)


def _matrix(encoder, value, depth):
    sympy = sys.modules["sympy"]
    try:
        parts = [_node(sympy, part, names=encoder.peer.trusting) for part in value.flat()]
    except TypeError:
        if not encoder.peer.trusting:
            raise
        return encoder.peer.lend(value)
    encoder.mutable(value)
    return ["SM", isinstance(value, sympy.ImmutableDenseMatrix), value.rows, value.cols, *parts]


def _is_matrix(encoder, value):
    sympy = sys.modules.get("sympy")
    return hasattr(sympy, "MatrixBase") and isinstance(value, sympy.MatrixBase)


def _sympy():
    sympy = sys.modules.get("sympy")
    if sympy is None:
        raise WireError("SymPy is not here")
    return sympy


@decodes("S")
def _to_basic(decoder, tree, depth):
    return _build(_sympy(), tree[1], names=not decoder.peer.trusting)


@decodes("SM")
def _to_matrix(decoder, tree, depth):
    sympy = _sympy()
    fixed, rows, columns = tree[1:4]
    if type(rows) is not int or type(columns) is not int or rows < 0 or columns < 0 or rows * columns != len(tree) - 4:
        raise WireError("bad matrix")
    kind = sympy.ImmutableDenseMatrix if fixed is True else sympy.Matrix
    return decoder.mutable(
        kind(rows, columns, [_build(sympy, part, names=not decoder.peer.trusting) for part in tree[4:]])
    )


def _build(sympy, tree, depth=0, names=True):
    """Return the expression of a tree; with `names`, only one whose names are no code. Raises WireError."""
    if type(tree) is not list or not tree or depth > MAX_DEPTH:
        raise WireError("bad expression")
    kind = tree[0]
    if kind in ("y", "Y"):
        given = tree[-1]
        if not set(given) <= _ASSUMPTIONS or any(type(v) is not bool for v in given.values()):
            raise WireError("bad assumptions")
        if type(tree[1]) is not str or len(tree[1]) > 200 or (names and not _is_symbol_name(tree[1])):
            raise WireError("bad symbol")
        if kind == "y":
            return sympy.Symbol(tree[1], **given)
        return sympy.Dummy(tree[1], dummy_index=_integer(tree[2], 64), **given)
    if kind == "i":
        return sympy.Integer(_integer(tree[1]))
    if kind == "q":
        if not _integer(tree[2]):
            raise WireError("bad fraction")
        return sympy.Rational(_integer(tree[1]), _integer(tree[2]))
    if kind == "f":
        bits = tree[2]
        if type(bits) is not int or not 1 <= bits <= 4 * MAX_DIGITS or type(tree[1]) is not str:
            raise WireError("bad number")
        if len(tree[1]) > 2 * MAX_DIGITS or abs(int(tree[1].lower().partition("e")[2] or 0)) > 10 * MAX_DIGITS:
            raise WireError("bad number")
        return sympy.Float(tree[1], precision=bits)
    if kind == "c":
        if tree[1] not in _ATOMS:
            raise WireError("bad constant")
        return -sympy.oo if tree[1] == "-oo" else getattr(sympy.S, tree[1], None) or getattr(sympy, tree[1])
    parts = [_build(sympy, part, depth + 1, names) for part in tree[2:]]
    name = tree[1]
    if kind == "u":
        if type(name) is not str or not name.isidentifier() or len(name) > 200:
            raise WireError("bad function")
        if names and not _is_function_name(sympy, name):
            raise WireError("bad function")
        return sympy.Function(name)(*parts)
    if kind != "n" or name not in _CLASSES:
        raise WireError("bad class")
    _check_growth(sympy, name, parts)
    if name == "ExprCondPair":
        return sympy.Tuple(*parts)  # Piecewise makes pairs of them
    return getattr(sympy, name)(*parts)


def _check_growth(sympy, name, parts):
    if name == "Pow" and len(parts) == 2 and all(isinstance(p, sympy.Rational) for p in parts):
        base, exponent = parts
        bits = max(abs(base.p).bit_length(), base.q.bit_length())
        if bits > 1 and bits * (abs(exponent.p) // exponent.q) > MAX_POWER_BITS:
            raise WireError("power too large")
    if name in _GROWING and any(isinstance(p, sympy.Rational) and abs(p) > MAX_DIGITS for p in parts):
        raise WireError("argument too large")


def _integer(value, bits=MAX_BITS):
    if type(value) is int:
        value = hex(value)
    if type(value) is not str or len(value) > bits // 4 + 4:
        raise WireError("integer too large")
    return int(value, 16)


LOOSE[:0] = [(_is_matrix, _matrix), (_is_basic, _basic)]
