"""pytest with a plugin for nbval: what a cell tagged ``approximate:0.05`` prints may differ by so much in its numbers.

Training in float32 gives other last digits on another processor, and after some hundred steps other first ones. The
tolerance is relative for numbers beyond 1, absolute for smaller ones.
"""

import re
import sys

import pytest
from nbval.plugin import IPyNbCell

PREFIX = "approximate:"
_NUMBER = re.compile(r"[-+−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)


def alike(stored, fresh, tolerance):
    """Return whether two texts differ in nothing but blanks and in numbers that are as close as that."""
    if _NUMBER.sub("#", stored).split() != _NUMBER.sub("#", fresh).split():
        return False
    pairs = zip(_numbers(stored), _numbers(fresh), strict=True)
    return all(abs(a - b) <= tolerance * max(1.0, abs(a), abs(b)) for a, b in pairs)


def _numbers(text):
    return [float(number.replace("−", "-")) for number in _NUMBER.findall(text)]


def tolerance_of(cell):
    """Return the tolerance that a cell's tags give, None when they give none."""
    tags = cell.metadata.get("tags", [])
    return next((float(tag.removeprefix(PREFIX)) for tag in tags if tag.startswith(PREFIX)), None)


class _Close(str):
    """A text that equals what is alike; nbval compares with ``!=``."""

    tolerance = 0.0
    __hash__ = str.__hash__

    def __eq__(self, other):
        return alike(self, other, self.tolerance)

    def __ne__(self, other):
        return not self == other


def pytest_collection_modifyitems(items):
    """Have cells with a tolerance compare by it."""
    for item in items:
        if isinstance(item, IPyNbCell) and (tolerance := tolerance_of(item.cell)) is not None:
            _loosen(item, tolerance)


def _loosen(item, tolerance):
    exact = item.sanitize

    def sanitize(text):
        if not isinstance(text, str):
            return text
        close = _Close(exact(text))
        close.tolerance = tolerance
        return close

    item.sanitize = sanitize


if __name__ == "__main__":
    sys.exit(pytest.main(plugins=[sys.modules[__name__]]))
