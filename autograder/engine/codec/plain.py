"""Numbers, text and the containers of Python's own library."""

import array
import collections
import keyword
import re
import types

from autograder.engine.codec.core import LOOSE, SMALL, decodes, encodes
from autograder.engine.wire import TooLargeError, WireError

MAX_DIGITS = 50_000  # hexadecimal digits of an int
FLAT_FROM = 16  # shorter lists gain nothing from a buffer

_BARE = frozenset((str, float, bool, type(None)))  # are their own trees
_BARE_OR_INT = _BARE | {int}
_TYPES = {
    kind.__name__: kind
    for kind in (int, float, complex, bool, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, object)
}
_TYPES["NoneType"] = type(None)
_TYPE_NAMES = {kind: name for name, kind in _TYPES.items()}
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_rows = {}  # classes of named tuples made here


@encodes(int)
def _int(encoder, value, depth):
    if -SMALL <= value <= SMALL:
        return value
    if value.bit_length() > 4 * MAX_DIGITS:
        raise TooLargeError("integer too large to be passed on")
    return ["i", hex(value)]


@decodes("i")
def _to_int(decoder, tree, depth):
    if len(tree[1]) > MAX_DIGITS + 3:
        raise WireError("integer too large")
    return int(tree[1], 16)


@encodes(str)
def _str(encoder, value, depth):
    return value


@encodes(complex)
def _complex(encoder, value, depth):
    return ["c", value.real, value.imag]


@decodes("c")
def _to_complex(decoder, tree, depth):
    real, imaginary = tree[1:]
    if type(real) is not float or type(imaginary) is not float:
        raise WireError("bad complex number")
    return complex(real, imaginary)


@encodes(bytes)
def _bytes(encoder, value, depth):
    return ["b", encoder.buffer(value)]


@decodes("b")
def _to_bytes(decoder, tree, depth):
    return bytes(decoder.bytes_of(tree[1]))


@encodes(bytearray)
def _bytearray(encoder, value, depth):
    encoder.mutable(value)
    return ["B", encoder.buffer(bytes(value))]


@decodes("B")
def _to_bytearray(decoder, tree, depth):
    return decoder.mutable(bytearray(decoder.bytes_of(tree[1])))


def flat(encoder, values):
    """Return the tree of a long list or tuple of ints or of floats, or None: as one buffer, not one by one."""
    kinds = set(map(type, values))
    if kinds == {float}:
        return ["f", encoder.buffer(array.array("d", values).tobytes())]
    if kinds == {int}:
        try:
            return ["q", encoder.buffer(array.array("q", values).tobytes())]
        except OverflowError:
            return None
    return None


@decodes("f", "q")
def _to_flat(decoder, tree, depth):
    values = array.array("d" if tree[0] == "f" else "q")
    values.frombytes(decoder.bytes_of(tree[1]))
    return values.tolist()


@encodes(list)
def _list(encoder, value, depth):
    encoder.mutable(value)
    if len(value) >= FLAT_FROM:
        tree = flat(encoder, value)
        if tree is not None:
            return ["L", tree]
    if _BARE.issuperset(map(type, value)):
        return ["l", *value]
    return ["l", *encoder.many(value, depth)]


@decodes("l")
def _to_list(decoder, tree, depth):
    value = decoder.mutable([])
    items = tree[1:]
    if _BARE.issuperset(map(type, items)):
        value.extend(items)
    else:
        value.extend(decoder.many(items, depth))
    return value


@decodes("L")
def _to_flat_list(decoder, tree, depth):
    value = decoder.mutable([])
    value.extend(_flat(decoder, tree[1], depth))
    return value


def _flat(decoder, tree, depth):
    if type(tree) is not list or tree[0] not in ("f", "q"):
        raise WireError("bad list")
    return _to_flat(decoder, tree, depth)


@encodes(tuple)
def _tuple(encoder, value, depth):
    if len(value) >= FLAT_FROM:
        tree = flat(encoder, value)  # the state of a random generator, for one
        if tree is not None:
            return ["tf", tree]
    return ["t", *encoder.many(value, depth)]


@decodes("t")
def _to_tuple(decoder, tree, depth):
    return tuple(decoder.many(tree[1:], depth))


@decodes("tf")
def _to_flat_tuple(decoder, tree, depth):
    return tuple(_flat(decoder, tree[1], depth))


@encodes(dict)
def _dict(encoder, value, depth):
    encoder.mutable(value)
    if len(value) >= FLAT_FROM and set(map(type, value)) == {str}:
        kinds = set(map(type, value.values()))
        if _BARE.issuperset(kinds) or (
            kinds == {int} and -SMALL <= min(value.values()) <= max(value.values()) <= SMALL
        ):
            return ["dj", value]
    return ["d", *encoder.many([part for item in value.items() for part in item], depth)]


def pairs(decoder, trees, depth):
    """Return [(key, value), …] of a flat list of trees."""
    if len(trees) % 2:
        raise WireError("a key without a value")
    parts = decoder.many(trees, depth)
    return list(zip(parts[::2], parts[1::2], strict=True))


@decodes("d")
def _to_dict(decoder, tree, depth):
    value = decoder.mutable({})
    value.update(pairs(decoder, tree[1:], depth))
    return value


@decodes("dj")
def _to_plain_dict(decoder, tree, depth):
    value = tree[1]
    if type(value) is not dict or not _BARE_OR_INT.issuperset(map(type, value.values())):
        raise WireError("bad dict")
    if any(type(item) is int and not -SMALL <= item <= SMALL for item in value.values()):
        raise WireError("integer out of range")
    return decoder.mutable(dict(value))


@encodes(set)
def _set(encoder, value, depth):
    encoder.mutable(value)
    return ["s", *encoder.many(value, depth)]


@decodes("s")
def _to_set(decoder, tree, depth):
    value = decoder.mutable(set())
    value.update(decoder.many(tree[1:], depth))
    return value


@encodes(frozenset)
def _frozenset(encoder, value, depth):
    return ["F", *encoder.many(value, depth)]


@decodes("F")
def _to_frozenset(decoder, tree, depth):
    return frozenset(decoder.many(tree[1:], depth))


@encodes(collections.Counter, collections.OrderedDict)
def _ordered(encoder, value, depth):
    encoder.mutable(value)
    kind = "Counter" if type(value) is collections.Counter else "OrderedDict"
    return ["D", kind, *encoder.many([part for item in value.items() for part in item], depth)]


@encodes(collections.defaultdict)
def _defaultdict(encoder, value, depth):
    encoder.mutable(value)
    # a factory of its own stays behind: the copy then knows no missing keys
    name = _TYPE_NAMES.get(value.default_factory, "") if isinstance(value.default_factory, type) else ""
    return ["D", f"defaultdict {name}", *encoder.many([part for item in value.items() for part in item], depth)]


@decodes("D")
def _to_ordered(decoder, tree, depth):
    kind, _, factory = tree[1].partition(" ")
    if kind == "Counter":
        value = collections.Counter()
    elif kind == "OrderedDict":
        value = collections.OrderedDict()
    elif kind == "defaultdict" and (not factory or factory in _TYPES):
        value = collections.defaultdict(_TYPES[factory] if factory else None)
    else:
        raise WireError("bad mapping")
    decoder.mutable(value)
    for key, item in pairs(decoder, tree[2:], depth):
        value[key] = item
    return value


@encodes(collections.deque)
def _deque(encoder, value, depth):
    encoder.mutable(value)
    return ["Q", value.maxlen, *encoder.many(value, depth)]


@decodes("Q")
def _to_deque(decoder, tree, depth):
    length = tree[1]
    if length is not None and (type(length) is not int or length < 0):
        raise WireError("bad deque")
    value = decoder.mutable(collections.deque(maxlen=length))
    value.extend(decoder.many(tree[2:], depth))
    return value


@encodes(slice)
def _slice(encoder, value, depth):
    return ["sl", *encoder.many((value.start, value.stop, value.step), depth)]


@decodes("sl")
def _to_slice(decoder, tree, depth):
    return slice(*decoder.many(tree[1:4], depth))


@encodes(range)
def _range(encoder, value, depth):
    return ["R", *encoder.many((value.start, value.stop, value.step), depth)]


@decodes("R")
def _to_range(decoder, tree, depth):
    return range(*decoder.many(tree[1:4], depth))


@encodes(type(...))
def _ellipsis(encoder, value, depth):
    return ["E"]


@decodes("E")
def _to_ellipsis(decoder, tree, depth):
    return ...


@encodes(type(NotImplemented))
def _notimplemented(encoder, value, depth):
    return ["NI"]


@decodes("NI")
def _to_notimplemented(decoder, tree, depth):
    return NotImplemented


def type_name(value):
    """Return the name of a class of Python's own data, or None."""
    return _TYPE_NAMES.get(value)


@decodes("pt")
def _to_type(decoder, tree, depth):
    return _TYPES[tree[1]]


@encodes(types.MappingProxyType)
def _mappingproxy(encoder, value, depth):
    return _dict(encoder, dict(value), depth)


def _is_row(encoder, value):
    return isinstance(value, tuple) and isinstance(getattr(type(value), "_fields", None), tuple)


def _row(encoder, value, depth):
    return ["N", type(value).__name__[:64], list(type(value)._fields), *encoder.many(tuple(value), depth)]


@decodes("N")
def _to_row(decoder, tree, depth):
    name, fields, parts = tree[1], tree[2], decoder.many(tree[3:], depth)
    if len(fields) != len(parts) or len(fields) > 100 or len(set(fields)) != len(fields):
        raise WireError("bad named tuple")
    if any(type(f) is not str or not _FIELD.fullmatch(f) or keyword.iskeyword(f) for f in (name, *fields)):
        name = "Row"
        if any(type(f) is not str or not _FIELD.fullmatch(f) or keyword.iskeyword(f) for f in fields):
            raise WireError("bad named tuple")
    key = (name, *fields)
    if key not in _rows:
        if len(_rows) >= 256:
            raise WireError("too many named tuples")
        _rows[key] = collections.namedtuple(name, fields)
    return _rows[key](*parts)


LOOSE.append((_is_row, _row))
