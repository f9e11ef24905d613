"""Data that both sides hold at once.

Most data crosses by value and that is all. But a list that the student's object goes on holding (an attribute that a
test reads, an argument that a method stored) is one list for both: a test that appends to it must change the
student's list, or "the method must return a copy" would pass for everybody. Such a value gets a number, each side has
its own copy, and before a frame is sent the copies that changed since the last one are told of.

Only the student's side decides that a value is shared; the examiner's side shares nothing of its own accord.
"""

import collections
import functools
import sys

import numpy as np

from autograder.engine import inplace
from autograder.engine.codec import Decoder, Encoder, WireError

MAX_BYTES = 8 << 20  # of one value
MAX_VALUES = 4096
_SWEEP = 64
_KINDS = (
    list, dict, set, bytearray, collections.deque, collections.OrderedDict, collections.Counter,
    collections.defaultdict, np.ndarray, np.random.Generator,
)  # fmt: skip
_ITEMS_LOOKED_AT = 64


def can_be_shared(value):
    """Whether a value is data that can be changed in place and be held by both sides."""
    if type(value) is np.ndarray:
        return value.dtype.kind in "biufcUSmM"
    if type(value) is np.random.Generator:
        return type(value.bit_generator) is np.random.PCG64
    return type(value) in _KINDS or (_is_tensor(value) and value.is_leaf)  # what was computed has its graph


def _is_tensor(value):
    torch = sys.modules.get("torch")
    return hasattr(torch, "Tensor") and isinstance(value, torch.Tensor)


def _count(value):
    return sys.getrefcount(value)


def _alone():
    """How many references `_count` sees of a value that only one name of its caller holds."""
    value = []
    return _count(value)


_ALONE = _alone()


def held_elsewhere(value):
    """Return the data in `value` (itself, and two levels of its parts) that somebody besides `value` holds.

    The caller must hold `value` by one name only.
    """
    found = []
    _look_into(value, found, 2)
    if can_be_shared(value) and (_count(value) > _ALONE + _PASSED or _is_view(value)):
        found.append(value)
    return found


def _look_into(value, found, levels):
    if type(value) not in (tuple, list, dict, collections.OrderedDict) or len(value) > _ITEMS_LOOKED_AT:
        return
    for item in value.values() if isinstance(value, dict) else value:
        if can_be_shared(item) and (_count(item) > _ALONE + 1 or _is_view(item)):
            found.append(item)
        if levels > 1:
            _look_into(item, found, levels - 1)


_PASSED = 0


def _calibrate():
    global _PASSED
    for _PASSED in range(6):
        value = []
        if not held_elsewhere(value):
            return
    raise RuntimeError("references are not counted as expected")


def _is_view(value):
    """Whether an array or tensor looks into the memory of one that somebody else holds."""
    if type(value) is np.ndarray:
        base = value.base
        return base is not None and can_be_shared(base) and _count(base) > _ALONE + 1
    if _is_tensor(value):
        return _users(sys.modules["torch"], value) > _users_of_fresh()
    return False


def _users(torch, value):
    """How many tensors use the memory of this one; 0 where torch does not tell."""
    count = getattr(torch._C, "_storage_Use_Count", None)
    return 0 if count is None else count(value.untyped_storage()._cdata)


@functools.cache
def _users_of_fresh():
    torch = sys.modules["torch"]
    return _users(torch, torch.zeros(1))


_calibrate()


class Mirrors:
    """The shared values of one side."""

    def __init__(self, peer):
        self.peer, self.numbers, self.values, self.states = peer, {}, {}, {}
        self.sent, self.last, self.sweep_at, self.unwanted = set(), 0, _SWEEP, []

    def share(self, value):
        """Give a value of this side a number; False when it is too big (then it crosses read-only or not at all)."""
        if id(value) in self.numbers:
            return True
        size = getattr(value, "nbytes", None)
        if size is None:
            size = 8 * len(value) if hasattr(value, "__len__") else 0
        if size > MAX_BYTES or len(self.values) >= MAX_VALUES:
            return False
        self.last += 1
        self._register(self.last, value)
        return True

    def _register(self, number, value):
        self.numbers[id(value)], self.values[number] = number, value

    def send(self, encoder, value, depth):
        """Return the tree of a shared value: its number, and what it holds where the other side does not know it."""
        number = self.numbers[id(value)]
        if number in self.sent:
            return ["M", number]
        self.sent.add(number)
        tree = encoder.body(value, depth)
        self.states[number] = self._state(value)
        return ["M", number, tree]

    def receive(self, decoder, tree, depth):
        """Return the shared value of a tree."""
        number = tree[1]
        if type(number) is not int:
            raise WireError("bad number")
        if len(tree) == 2:
            if number not in self.values:
                raise WireError("no such shared value")
            return self.values[number]
        if self.peer.trusting or len(self.values) >= MAX_VALUES:
            raise WireError("not shared from here")
        value = decoder.decode(tree[2], depth)
        self.adopt(number, value)
        return value

    def adopt(self, number, value):
        """Take a value of this side for one that the other side shares."""
        if type(number) is not int or number in self.values or id(value) in self.numbers or not can_be_shared(value):
            raise WireError("cannot be shared")
        self._register(number, value)
        self.sent.add(number)
        self.states[number] = None  # known after the frame: it may hold values that come later in it

    def adopt_kept(self, number, value):
        """Take an argument of this side for one that the other side holds on to, where it can be."""
        if can_be_shared(value):
            self.adopt(number, value)
        else:  # a tensor that was computed here: over there it is another's leaf
            self.unwanted.append(number)

    def settle(self):
        """Note what the values that came in the last frame hold."""
        for number in [n for n, state in self.states.items() if state is None]:
            self.states[number] = self._state(self.values[number])

    def keep(self, value):
        """Share an argument that this side goes on holding and the other side has; return its number, or None."""
        if id(value) in self.numbers or not can_be_shared(value) or not self.share(value):
            return None
        number = self.numbers[id(value)]
        self.sent.add(number)
        self.states[number] = self._state(value)
        return number

    def _state(self, value):
        encoder = Encoder(self.peer)
        tree = encoder.body(value)
        return tree, encoder.finish(), [bytes(data) for data in encoder.buffers]

    def changes(self, buffers):
        """Return what changed since the last frame: [number, tree, contents] each; their buffers are added."""
        found = []
        for number, value in self.values.items():
            if number not in self.sent:
                continue
            state = self._state(value)
            if state != self.states[number]:
                encoder = Encoder(self.peer)
                encoder.buffers = buffers
                found.append([number, encoder.body(value), encoder.finish()])
                self.states[number] = state
        return found

    def apply(self, found, buffers):
        """Do what :meth:`changes` of the other side told of."""
        for number, tree, contents in found:
            if type(number) is not int or number not in self.values:
                raise WireError("no such shared value")
            decoder = Decoder(self.peer, buffers)
            new = decoder.decode(tree)
            decoder.finish(contents)
            try:
                inplace.write(self.values[number], new)
            except TypeError as error:
                raise WireError(str(error)) from None
            self.states[number] = self._state(self.values[number])

    def sweep(self):
        """Forget the values that nobody on this side holds any more; return their numbers, for the other side."""
        if len(self.values) < self.sweep_at:
            unwanted, self.unwanted = self.unwanted, []
            return unwanted
        numbers = list(self.values)
        unused = []
        for number in numbers:
            value = self.values[number]
            if _count(value) <= _ALONE + 1:
                unused.append(number)
        del value
        self.drop(unused)
        unused += self.unwanted
        self.unwanted = []
        self.sweep_at = max(_SWEEP, 2 * len(self.values))
        return unused

    def drop(self, numbers):
        """Forget these values."""
        for number in numbers:
            value = self.values.pop(number, None)
            if value is not None:
                del self.numbers[id(value)]
                self.states.pop(number, None)
                self.sent.discard(number)
