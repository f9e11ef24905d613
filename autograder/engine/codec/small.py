"""Dates and times, fractions, decimal numbers."""

import datetime
import decimal
import fractions

from autograder.engine.codec.core import decodes, encodes
from autograder.engine.wire import TooLargeError, WireError

MAX_EXPONENT = 10_000  # of a Decimal: int(Decimal("1e999999999")) would never end

_SMALL_KINDS = {
    "date": (datetime.date, lambda v: (v.year, v.month, v.day)),
    "time": (datetime.time, lambda v: (v.hour, v.minute, v.second, v.microsecond)),
    "datetime": (
        datetime.datetime,
        lambda v: (v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond),
    ),
    "timedelta": (datetime.timedelta, lambda v: (v.days, v.seconds, v.microseconds)),
    "Fraction": (fractions.Fraction, lambda v: (v.numerator, v.denominator)),
    "Decimal": (decimal.Decimal, lambda v: (str(v),)),
}
_SMALL_NAMES = {kind: name for name, (kind, _) in _SMALL_KINDS.items()}


@encodes(*_SMALL_NAMES)
def _small(encoder, value, depth):
    if getattr(value, "tzinfo", None) is not None:
        raise TypeError("a time with a time zone cannot be passed on")
    if type(value) is decimal.Decimal and not _modest(value):
        raise TooLargeError("Decimal too large to be passed on")
    name = _SMALL_NAMES[type(value)]
    return ["k", name, *encoder.many(_SMALL_KINDS[name][1](value), depth)]


@decodes("k")
def _to_small(decoder, tree, depth):
    kind, _ = _SMALL_KINDS[tree[1]]
    parts = decoder.many(tree[2:], depth)
    if kind is decimal.Decimal:
        if len(parts) != 1 or type(parts[0]) is not str or len(parts[0]) > MAX_EXPONENT:
            raise WireError("bad Decimal")
        value = decimal.Decimal(parts[0])
        if not _modest(value):
            raise WireError("Decimal too large")
        return value
    if any(type(part) is not int for part in parts):
        raise WireError("bad parts")
    return kind(*parts)


def _modest(value):
    return not value.is_finite() or abs(value.adjusted()) + len(value.as_tuple().digits) <= MAX_EXPONENT
