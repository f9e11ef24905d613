"""The walk over a value: dispatch by exact type when encoding, by tag when decoding.

A tree is None, a bool, a float, a string, a small int, or a list ``[tag, …]``. Mutable values are numbered in the
order in which they are met, alike on both sides: so shared parts stay shared, a result that is an argument is that
argument, and changes in place can be told of by number.
"""

from autograder.engine.wire import TooLargeError, WireError

MAX_DEPTH = 60
MAX_OBJECTS = 100_000
SMALL = 1 << 53  # JSON is exact up to here, whoever reads it

EXACT = {}  # type -> encode(encoder, value, depth)
LOOSE = []  # (matches(value), encode): asked in order when the exact type is not known
TAGS = {}  # tag -> decode(decoder, items, depth)


def encodes(*types):
    """Register the encoder of these exact types."""

    def register(function):
        EXACT.update(dict.fromkeys(types, function))
        return function

    return register


def decodes(*tags):
    """Register the decoder of these tags."""

    def register(function):
        TAGS.update(dict.fromkeys(tags, function))
        return function

    return register


class Lent:
    """Objects of this side that the other side may name by a number."""

    def __init__(self):
        self.objects, self.numbers = {}, {}

    def lend(self, value):
        """Return the number of an object; it is kept alive from here on."""
        number = self.numbers.get(id(value))
        if number is None:
            if len(self.objects) >= MAX_OBJECTS:
                raise TooLargeError("too many objects passed on")
            number = self.numbers[id(value)] = len(self.objects) + 1
            self.objects[number] = value
        return number

    def __getitem__(self, number):
        try:
            return self.objects[number]
        except (KeyError, TypeError):
            raise WireError("no such object") from None


class Encoder:
    """Encodes one message.

    `peer` says what is lent and what is a proxy (see :class:`autograder.engine.peer.Peer`); `known` maps the id of
    arguments to their number in the request that is answered.
    """

    def __init__(self, peer, known=None):
        self.peer, self.known = peer, known or {}
        self.buffers, self.mutables, self.seen, self.pending = [], [], {}, []
        self.leaves_of, self.is_request, self.nodes = None, False, 0  # what graphs.Graphs needs to know
        self.kept = []  # made on the way: their ids must not be given to others

    def encode(self, value, depth=0):
        """Return the tree of a value. Raises TooLargeError or TypeError."""
        kind = type(value)
        if value is None or kind is bool or kind is float or kind is str:
            return value
        if depth > MAX_DEPTH:
            raise TooLargeError("value nested too deep to be passed on")
        identity = id(value)
        if identity in self.known:
            return ["m", self.known[identity]]
        if identity in self.seen:
            return ["^", self.seen[identity]]
        if identity in self.peer.mirrors.numbers:
            return self.peer.mirrors.send(self, value, depth)
        return self.body(value, depth)

    def body(self, value, depth=0):
        """Return the tree of a value without asking whether it is known already."""
        encode = EXACT.get(type(value))
        if encode is None:
            encode = next((function for matches, function in LOOSE if matches(self, value)), lend)
        return encode(self, value, depth)

    def many(self, values, depth):
        """Encode the items of a container."""
        encode, depth = self.encode, depth + 1
        return [encode(value, depth) for value in values]

    def buffer(self, data):
        """Add a buffer; return its number."""
        self.buffers.append(data)
        return len(self.buffers) - 1

    def mutable(self, value):
        """Give a mutable value its number (before its parts)."""
        self.seen[id(value)] = len(self.mutables)
        self.mutables.append(value)

    def finish(self):
        """Return the trees of the contents of instances, which wait so that long chains of them need no recursion."""
        contents, place = [], 0
        while place < len(self.pending):
            if place > MAX_OBJECTS:
                raise TooLargeError("too many objects in one value")
            contents.append(self.encode(self.pending[place], 1))
            place += 1
        return contents


def lend(encoder, value, depth):
    """Encode what is no data: it stays here, and the other side gets a proxy."""
    return encoder.peer.lend(value)


class Decoder:
    """Decodes one message; after :meth:`finish`, `mutables` are its mutable values in order, `raw` their bytes."""

    def __init__(self, peer, buffers=(), known=()):
        self.peer, self.buffers, self.known = peer, buffers, known
        self.mutables, self.raw, self.pending = [], {}, []
        self.leaves = []  # numbers of the mutables that are tensors which collect gradients

    def decode(self, tree, depth=0):
        """Return the value of a tree. Raises WireError, and others for trees that are not well formed."""
        kind = type(tree)
        if tree is None or kind is float or kind is str or kind is bool:
            return tree
        if kind is int:
            if -SMALL <= tree <= SMALL:
                return tree
            raise WireError("integer out of range")
        if kind is not list or not tree or depth > MAX_DEPTH:
            raise WireError("bad tree")
        decode = TAGS.get(tree[0]) if type(tree[0]) is str else None
        if decode is None:
            raise WireError("bad tag")
        return decode(self, tree, depth)

    def many(self, trees, depth):
        """Decode the items of a container."""
        decode, depth = self.decode, depth + 1
        return [decode(tree, depth) for tree in trees]

    def mutable(self, value):
        """Give a mutable value its number (before its parts) and return it."""
        self.mutables.append(value)
        return value

    def bytes_of(self, number):
        """Return the buffer of this number."""
        if type(number) is not int or not 0 <= number < len(self.buffers):
            raise WireError("no such buffer")
        return self.buffers[number]

    def finish(self, contents):
        """Fill the instances that were met, in order."""
        if type(contents) is not list:
            raise WireError("bad contents")
        place = 0
        while place < len(self.pending):
            if place >= len(contents):
                raise WireError("contents are missing")
            self.pending[place](self.decode(contents[place], 1))
            place += 1


@decodes("m")
def _argument(decoder, tree, depth):
    number = tree[1]
    if type(number) is not int or not 0 <= number < len(decoder.known):
        raise WireError("no such argument")
    return decoder.known[number]


@decodes("^")
def _earlier(decoder, tree, depth):
    number = tree[1]
    if type(number) is not int or not 0 <= number < len(decoder.mutables):
        raise WireError("no such part")
    return decoder.mutables[number]


@decodes("r")
def _own(decoder, tree, depth):
    return decoder.peer.lent[tree[1]]


class Method:
    """A method of an object that is lent: it needs no number of its own."""

    def __init__(self, number, name):
        self.number, self.name = number, name


@encodes(Method)
def _method(encoder, value, depth):
    return ["pm", value.number, value.name]


@decodes("pm")
def _to_method(decoder, tree, depth):
    return decoder.peer.method_for(*tree[1:])


@decodes("rm")
def _own_method(decoder, tree, depth):
    if not decoder.peer.trusting:
        raise WireError("no method from here")
    return getattr(decoder.peer.lent[tree[1]], tree[2])


@decodes("p")
def _proxy(decoder, tree, depth):
    return decoder.peer.proxy_for(*tree[1:])


@decodes("M")
def _mirror(decoder, tree, depth):
    return decoder.peer.mirrors.receive(decoder, tree, depth)
