"""NumPy: arrays, scalars, dtypes, random generators."""

import math
import random
import re

import numpy as np

from autograder.engine.codec.core import LOOSE, SMALL, decodes, encodes
from autograder.engine.wire import TooLargeError, WireError

_NUMBERS = frozenset(
    [
        "|b1",
        "|i1",
        "|u1",
        "<i2",
        "<i4",
        "<i8",
        "<u2",
        "<u4",
        "<u8",
        ">i2",
        ">i4",
        ">i8",
        ">u2",
        ">u4",
        ">u8",
        "<f2",
        "<f4",
        "<f8",
        ">f2",
        ">f4",
        ">f8",
        "<c8",
        "<c16",
        ">c8",
        ">c16",
    ]
)
_OTHER = re.compile(r"(?:[<>]U|\|S)\d{1,6}|[<>][mM]8(?:\[\d{0,6}[A-Za-z]{1,7}\])?")
_FORTRAN, _READ_ONLY = 1, 2
MAX_PARTS = 100_000  # of an array of objects
_TYPE_NAMES = {
    kind: kind.__name__
    for kind in vars(np).values()
    if isinstance(kind, type) and issubclass(kind, np.generic) and getattr(np, kind.__name__, None) is kind
}
_TYPES = {name: kind for kind, name in _TYPE_NAMES.items()}


def dtype(text):
    """Return the dtype of this name; only of plain data. Raises WireError."""
    if type(text) is not str or not (text in _NUMBERS or _OTHER.fullmatch(text)):
        raise WireError("bad dtype")
    return np.dtype(text)


def _crosses(kind):
    return kind.str in _NUMBERS or (kind.kind in "USmM" and bool(_OTHER.fullmatch(kind.str)))


@encodes(np.ndarray)
def encode_array(encoder, value, depth):
    """Encode an array by value; one that looks into an argument, as a view of it."""
    if not _crosses(value.dtype):
        return _objects(encoder, value, depth)
    encoder.mutable(value)
    fortran = value.flags.f_contiguous and not value.flags.c_contiguous
    form = (_FORTRAN if fortran else 0) | (0 if value.flags.writeable else _READ_ONLY)
    tree = ["a", value.dtype.str, value.shape, encoder.buffer(value.tobytes("F" if fortran else "C")), form]
    if encoder.known and value.base is not None and id(value.base) in encoder.known:
        offset = value.__array_interface__["data"][0] - value.base.__array_interface__["data"][0]
        return ["v", encoder.known[id(value.base)], list(value.strides), offset, *tree[1:]]
    return tree


def build(kind, shape, data, form=0):
    """Return a new array of its own memory. Raises WireError when sizes do not agree."""
    if type(shape) is not list or len(shape) > 32 or any(type(n) is not int or not 0 <= n < 1 << 40 for n in shape):
        raise WireError("bad shape")
    if math.prod(shape) * kind.itemsize != len(data):
        raise WireError("size and shape of an array differ")
    raw = np.frombuffer(data, np.uint8)
    if kind.kind == "b":
        raw = (raw != 0).view(np.uint8)  # a byte of 2 would be neither true nor false
    elif kind.kind == "U" and len(raw):
        points = np.frombuffer(data, np.dtype(np.uint32).newbyteorder(kind.str[0]))
        if points.max() > 0x10FFFF:
            raise WireError("not a character")
    order = "F" if form & _FORTRAN else "C"
    value = np.empty(shape, kind, order)
    if len(raw):
        value.reshape(-1, order=order).view(np.uint8)[:] = raw
    if form & _READ_ONLY:
        value.flags.writeable = False
    return value


@decodes("a")
def _to_array(decoder, tree, depth):
    kind, shape, number, form = tree[1:]
    data = decoder.bytes_of(number)
    if type(form) is not int:
        raise WireError("bad array")
    value = build(dtype(kind), shape, data, form)
    decoder.raw[len(decoder.mutables)] = data
    return decoder.mutable(value)


@decodes("v")
def _to_view(decoder, tree, depth):
    number, strides, offset = tree[1:4]
    value = _to_array(decoder, tree[3:], depth)
    if type(number) is not int or not 0 <= number < len(decoder.known):
        raise WireError("no such argument")
    if len(strides) != value.ndim or any(type(n) is not int for n in (*strides, offset)):
        raise WireError("bad view")
    base = decoder.known[number]
    steps = [(n - 1) * s for n, s in zip(value.shape, strides, strict=True)]
    low, high = offset + sum(min(0, n) for n in steps), offset + sum(max(0, n) for n in steps) + value.itemsize
    same_layout = type(base) is np.ndarray and (base.flags.c_contiguous or base.flags.f_contiguous)
    if same_layout and base.dtype == value.dtype and value.size and low >= 0 and high <= base.nbytes:
        decoder.mutables[-1] = value = np.ndarray(value.shape, value.dtype, base, offset, strides)
    return value


def _objects(encoder, value, depth):
    if value.dtype.kind != "O":
        raise TypeError(f"an array of dtype {value.dtype} cannot be passed on")
    if value.size > MAX_PARTS:
        raise TooLargeError("array of objects too large to be passed on")
    encoder.mutable(value)
    return ["o", list(value.shape), *encoder.many(value.ravel().tolist(), depth)]


@decodes("o")
def _to_objects(decoder, tree, depth):
    shape, parts = tree[1], tree[2:]
    if len(shape) > 32 or any(type(n) is not int or n < 0 for n in shape) or math.prod(shape) != len(parts):
        raise WireError("bad array of objects")
    value = decoder.mutable(np.empty(len(parts), object))
    for place, part in enumerate(decoder.many(parts, depth)):
        value[place] = part
    value.shape = tuple(shape)
    return value


@encodes(np.float64, np.int64, np.bool_)
def _common_scalar(encoder, value, depth):
    plain = value.item()
    if type(plain) is int and not -SMALL <= plain <= SMALL:
        return _scalar(encoder, value, depth)
    return ["n", "dqb"[(float, int, bool).index(type(plain))], plain]


@decodes("n")
def _to_common_scalar(decoder, tree, depth):
    kind, plain = {"d": (np.float64, float), "q": (np.int64, int), "b": (np.bool_, bool)}[tree[1]]
    if type(tree[2]) is not plain:
        raise WireError("bad number")
    return kind(tree[2])


def _scalar(encoder, value, depth):
    return ["n0", value.dtype.str, value.tobytes().hex()]


@decodes("n0")
def _to_scalar(decoder, tree, depth):
    kind = dtype(tree[1])
    return build(kind, [1], bytes.fromhex(tree[2]))[0]


def _is_scalar(encoder, value):
    return isinstance(value, np.generic) and _crosses(value.dtype)


@encodes(*{type(np.dtype(t)) for t in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8"]})
def _dtype(encoder, value, depth):
    return ["y", value.str]


@encodes(*{type(np.dtype(t)) for t in ("c16", "U1", "S1", "m8", "M8")})
def _other_dtype(encoder, value, depth):
    return ["y", value.str] if value.itemsize else ["nt", _TYPE_NAMES[value.type]]


@encodes(type(np.dtype(object)))
def _object_dtype(encoder, value, depth):
    return ["yo"]


@decodes("y")
def _to_dtype(decoder, tree, depth):
    return dtype(tree[1])


@decodes("yo")
def _to_object_dtype(decoder, tree, depth):
    return np.dtype(object)


def type_name(value):
    """Return the name of a class of NumPy scalars, or None."""
    return _TYPE_NAMES.get(value)


@decodes("nt")
def _to_scalar_type(decoder, tree, depth):
    return _TYPES[tree[1]]


def _is_array(encoder, value):
    return isinstance(value, np.ndarray)


def _subclass(encoder, value, depth):
    if not encoder.peer.trusting or isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"a {type(value).__name__} cannot be passed on")
    base = np.ndarray.view(value, np.ndarray)
    tree = encode_array(encoder, base, depth)
    encoder.seen[id(value)] = encoder.seen[id(base)]
    encoder.kept.append(base)  # its id must not be given to another
    return tree


LOOSE.append((_is_array, _subclass))
LOOSE.append((_is_scalar, _scalar))


# Random generators cross with their state, which comes back changed.


@encodes(np.random.Generator)
def _generator(encoder, value, depth):
    state = value.bit_generator.state
    if state["bit_generator"] != "PCG64":
        return encoder.peer.lend(value)
    encoder.mutable(value)
    parts = (state["state"]["state"], state["state"]["inc"], state["has_uint32"], state["uinteger"])
    return ["G", *(hex(part) for part in parts)]


@decodes("G")
def _to_generator(decoder, tree, depth):
    parts = [int(part, 16) for part in tree[1:]]
    if len(parts) != 4 or not all(0 <= part < 1 << bits for part, bits in zip(parts, (128, 128, 1, 32), strict=True)):
        raise WireError("bad generator")
    value = np.random.Generator(np.random.PCG64(0))
    value.bit_generator.state = {
        "bit_generator": "PCG64",
        "state": {"state": parts[0], "inc": parts[1]},
        "has_uint32": parts[2],
        "uinteger": parts[3],
    }
    return decoder.mutable(value)


@encodes(random.Random)
def _random(encoder, value, depth):
    encoder.mutable(value)
    return ["g", *encoder.many(value.getstate(), depth)]


@decodes("g")
def _to_random(decoder, tree, depth):
    value = decoder.mutable(random.Random(0))
    value.setstate(tuple(decoder.many(tree[1:], depth)))
    return value
