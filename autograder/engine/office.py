"""The examiner's end of the connection: what it lets the student's process ask, and how little that is."""

import io
import sys
import unittest.mock
import warnings

import numpy as np

from autograder.engine import ambient
from autograder.engine.failures import CellTimeoutError
from autograder.engine.peer import Peer
from autograder.engine.wire import WireError

# lent objects of these classes may be used over there as what they are
_OPEN = (io.StringIO, io.BytesIO, np.random.Generator, np.random.RandomState)
_OPERATIONS = {"__iter__": iter, "__next__": next, "__len__": len, "__bool__": bool}


class Examiner(Peer):
    """The trusted side: of its objects the student's process may call the callables it was given, and little more."""

    def __init__(self, sock, dunders=(), names=None):
        super().__init__(sock, trusting=False, dunders=dunders)
        self.names, self.late = names, False
        for name in ("call", "get", "set", "op"):
            self.operations[name] = getattr(self, f"_do_{name}")

    def give_up(self, why, status):
        """Ask nothing of this process any more."""
        self._give_up(why, status)

    def ambience(self):
        """See Peer."""
        if self.names is None:
            return None
        self.names.flush()
        return self.names.surroundings.now()

    def recover(self, ambience):
        """See Peer."""
        ambient.set_random_state(ambience)

    def _error(self, tree):
        error = super()._error(tree)
        self.late = self.late or isinstance(error, CellTimeoutError)
        return error

    def show(self, printed):
        """See Peer."""
        for kind, *texts in printed:
            if any(type(text) is not str for text in texts):
                raise WireError("bad text")
            if kind == "o":
                sys.stdout.write(texts[0])
            elif kind == "e":
                sys.stderr.write(texts[0])
            elif kind == "w":
                self._warn(*texts)

    def _warn(self, name, message):
        category = ambient.CATEGORIES.get(name, UserWarning)
        if self.names is not None and self.names.surroundings.filters_changed:
            warnings.warn_explicit(message, category, "<student>", 1, registry={})
        else:  # the student's side has its filters, which let it through
            warnings.showwarning(category(message), category, "<student>", 1)

    def _do_call(self, number, method, count, *rest):
        value = self.lent[number] if method is None else self._do_get(number, method)
        if not callable(value) or isinstance(value, type):
            raise TypeError("not callable")
        return value(*rest[:count], **dict(zip(rest[count::2], rest[count + 1 :: 2], strict=True)))

    def _is_open(self, value, name):
        if type(name) is not str or name.startswith("_") or isinstance(value, type):
            return False
        if isinstance(value, unittest.mock.NonCallableMock):
            return False
        return type(value).__module__ == "__main__" or type(value) in _OPEN

    def _do_get(self, number, name):
        value = self.lent[number]
        if not self._is_open(value, name):
            raise AttributeError(f"refused: {name}" if type(name) is str else "refused")
        found = getattr(value, name)
        if isinstance(found, (type, type(sys))):
            raise AttributeError(f"refused: {name}")
        return found

    def _do_set(self, number, name, new):
        value = self.lent[number]
        if not self._is_open(value, name) or callable(getattr(type(value), name, None)):
            raise AttributeError("refused")
        setattr(value, name, new)

    def _do_op(self, number, dunder, *arguments):
        value = self.lent[number]
        if dunder in ("__getitem__", "__contains__") and type(value).__module__ == "__main__":
            return value[arguments[0]] if dunder == "__getitem__" else arguments[0] in value
        if dunder not in _OPERATIONS or arguments:
            raise TypeError("refused")
        return _OPERATIONS[dunder](value)
