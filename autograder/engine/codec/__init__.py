"""Values to trees of JSON and buffers, and back.

What is decoded has exactly a base type of Python, NumPy, torch or SymPy, is an instance of a class that the
instructor's own setup cell made here, or stands for an object that stays on the other side. Nothing is unpickled,
imported or evaluated, and no name from the wire is looked up outside a fixed table.

:mod:`.core` walks over values; each kind of value has its module, which registers itself in the tables of `core`.
"""

from autograder.engine.codec import arrays, objects, plain, small, symbolic, tensors  # noqa: F401  they register themselves
from autograder.engine.codec.core import Decoder, Encoder, Lent
from autograder.engine.wire import TooLargeError, WireError

__all__ = ["Decoder", "Encoder", "Lent", "TooLargeError", "WireError"]
