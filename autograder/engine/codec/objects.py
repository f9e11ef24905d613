"""What is no plain data: instances of the setup cells' classes, classes, functions of libraries, odd subclasses."""

import enum
import sys
import types

from autograder.engine.codec import arrays, plain
from autograder.engine.codec.core import EXACT, LOOSE, decodes, encodes
from autograder.engine.wire import WireError

# a test's function or class of these crosses by name: the student's process has its own
LIBRARIES = (
    "builtins", "numpy", "numpy.linalg", "numpy.random", "math", "operator", "random", "functools", "itertools",
    "torch", "torch.nn", "torch.nn.functional", "torch.optim", "sympy",
)  # fmt: skip
_FORBIDDEN = frozenset(
    ["eval", "exec", "compile", "open", "input", "breakpoint", "exit", "quit", "__import__", "load", "save", "fromfile"]
)
_MAX_NAME = 200
_METHODS = (types.FunctionType, classmethod, staticmethod)
_DATA = (str, int, float, complex, bytes, list, dict, set, frozenset, tuple)


@encodes(type)
def _type(encoder, value, depth):
    name = plain.type_name(value)
    if name is not None:
        return ["pt", name]
    name = arrays.type_name(value)
    if name is not None:
        return ["nt", name]
    return _library(encoder, value) or encoder.peer.lend(value)


def _library(encoder, value):
    """Return the tree of a library's function or class that the student's side may look up, or None."""
    if encoder.peer.trusting:
        return None
    name = getattr(value, "__name__", None)
    if type(name) is not str or name in _FORBIDDEN:
        return None
    for module in (getattr(value, "__module__", None) or "builtins", *LIBRARIES):
        if module in LIBRARIES and module in sys.modules and vars(sys.modules[module]).get(name) is value:
            return ["q", module, name]
    return None


@decodes("q")
def _to_library(decoder, tree, depth):
    module, name = tree[1:]
    if not decoder.peer.trusting or module not in LIBRARIES or name in _FORBIDDEN or name.startswith("__"):
        raise WireError("bad name")
    return vars(sys.modules[module])[name]


def crosses(kind):
    """Whether instances of a setup cell's class can be rebuilt from their attributes."""
    return isinstance(kind, type) and (
        issubclass(kind, enum.Enum) or all(b is object or b.__module__ == "__main__" for b in kind.__mro__)
    )


def attributes(value):
    """Return {name: value} of all an instance holds, slots included."""
    found = dict(getattr(value, "__dict__", {}))
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    return found


def fill(value, found):
    """Give an instance these attributes and no others."""
    if type(found) is not dict or any(type(name) is not str or len(name) > _MAX_NAME for name in found):
        raise WireError("bad attributes")
    for name in attributes(value).keys() - found.keys():
        object.__delattr__(value, name)
    for name, part in found.items():
        if name.startswith("__"):
            raise WireError("bad attribute")
        if hasattr(value, "__dict__"):
            value.__dict__[name] = part
        else:
            object.__setattr__(value, name, part)


def _is_instance(encoder, value):
    kind = type(value)
    return encoder.peer.classes.get(kind.__name__) is kind


def _instance(encoder, value, depth):
    if isinstance(value, enum.Enum):
        return ["Ie", type(value).__name__, value.name]
    encoder.mutable(value)
    encoder.pending.append(attributes(value))
    return ["I", type(value).__name__]


@decodes("I")
def _to_instance(decoder, tree, depth):
    kind = decoder.peer.classes.get(tree[1])
    if kind is None or issubclass(kind, enum.Enum):
        raise WireError("no such class")
    value = decoder.mutable(object.__new__(kind))
    shown = (lambda found: found) if decoder.peer.trusting else (lambda found: _without_methods(kind, found))
    decoder.pending.append(lambda found: fill(value, shown(found)))
    return value


def _without_methods(kind, found):
    """Return attributes without those that hide a method: a test that calls it means the setup cell's.

    A function of the examiner's own, which a test put there, may come back.
    """
    if type(found) is not dict:
        raise WireError("bad attributes")
    methods = {n for c in kind.__mro__ for n, part in vars(c).items() if isinstance(part, _METHODS)}
    return {n: part for n, part in found.items() if n not in methods or type(part) is types.FunctionType}


@decodes("Ie")
def _to_member(decoder, tree, depth):
    kind = decoder.peer.classes.get(tree[1])
    if kind is None or not issubclass(kind, enum.Enum):
        raise WireError("no such class")
    return kind.__members__[tree[2]]


def _is_subclass_of_data(encoder, value):
    return isinstance(value, _DATA)


def _base_of(value):
    return next(base for base in type(value).__mro__ if base in _DATA)


def _subclass_of_data(encoder, value, depth):
    """Encode what the student derived from a base type as that type: its own methods stay out of the tests."""
    base = _base_of(value)
    if not encoder.peer.trusting:
        if isinstance(value, enum.Enum):
            return encoder.peer.lend(value)
        raise TypeError(f"a {type(value).__name__} cannot be passed on")
    if base is str:
        return str.__str__(value)
    if base in (int, float, complex):
        exact = {int: int.__int__, float: float.__float__, complex: lambda v: complex.__add__(v, 0j)}[base](value)
    elif base is bytes:
        exact = bytes.__getitem__(value, slice(None))
        exact = exact if type(exact) is bytes else bytes(memoryview(value))
    elif base is dict:
        exact = dict(dict.items(value))
    else:
        exact = base(base.__iter__(value))
    encoder.kept.append(exact)
    return exact if base is float else EXACT[base](encoder, exact, depth)


def _is_class_of_library(encoder, value):
    return isinstance(value, type) or callable(value)


def _callable(encoder, value, depth):
    return _library(encoder, value) or encoder.peer.lend(value)


LOOSE[:0] = [(_is_instance, _instance)]
LOOSE += [(_is_subclass_of_data, _subclass_of_data), (_is_class_of_library, _callable)]
