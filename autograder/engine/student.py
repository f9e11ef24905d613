"""The student's end: runs the cells when the examiner says so, and answers what its tests ask.

Nothing here keeps a secret or decides anything: all of it runs in the process of the student's code, which may change
it. What comes out of it is believed only as what the student's code answered.
"""

import asyncio
import contextlib
import copy
import inspect
import json
import operator
import os
import signal
import sys
import types
import warnings

from autograder.engine import ambient
from autograder.engine.codec.core import Method
from autograder.engine.failures import StudentGone
from autograder.engine.peer import Peer

TEXT = 100_000  # of what one call prints
_OPERATORS = {
    "__iter__": iter, "__next__": next, "__len__": len, "__getitem__": operator.getitem, "__bool__": bool,
    "__contains__": operator.contains, "__repr__": repr, "__str__": str, "__hash__": hash, "__reversed__": reversed,
    "__setitem__": operator.setitem, "__delitem__": operator.delitem, "__format__": format,
}  # fmt: skip


def serve(shell, cells, sock, outputs, limits):
    """Serve the examiner until it is gone.

    Parameters
    ----------
    shell : Shell
        Runs cells and captures what they put out.
    cells : list of str
        The sources of all code cells that are no tests.
    sock
        The connection to the examiner.
    outputs : int
        A descriptor; one line of JSON is written there for each cell: ``[k, outputs, run]``.
    limits : Limits
    """
    end = Student(shell, cells, sock, outputs, limits)
    with contextlib.suppress(EOFError, OSError, StudentGone):
        while end.gone is None:
            end.serve()


class Student(Peer):
    """See :func:`serve`."""

    def __init__(self, shell, cells, sock, outputs, limits):
        super().__init__(sock, trusting=True)
        self.shell, self.cells, self.outputs, self.limits = shell, cells, outputs, limits
        self.seconds, self.places, self.warned, self.serving = limits.cell_seconds, [], [], 0
        self.tested = False
        self._shown = warnings.showwarning
        warnings.showwarning = self._warn
        self._alarm = signal.getsignal(signal.SIGALRM)
        signal.signal(signal.SIGALRM, self._late)
        self._timed = {"call", "get", "set", "del", "dir", "op", "copy", "signature", "isinstance", "issubclass"}
        self._timed |= {"await", "subclass", "method", "vjp", "name", "pyplot"}
        self._untimed = {getattr(self, f"_do_{name}") for name in ("run", "cell", "classes", "rebind", "unbind")}
        for name in self._timed - {"vjp"} | {"run", "cell", "classes", "rebind", "unbind", "has"}:
            self.operations[name] = getattr(self, f"_do_{name}")

    def _late(self, *arguments):
        # between two frames it would leave the examiner without an answer; it comes again a second later
        if not self.waiting and callable(self._alarm):
            self._alarm(*arguments)

    def around(self, ambience, operation, arguments):
        """See Peer."""
        if operation in self._untimed:
            return operation(*arguments), None
        self.serving += 1
        before = signal.setitimer(signal.ITIMER_REAL, self.seconds, 1.0)
        try:
            if ambience is None:
                return operation(*arguments), None
            with ambient.surrounded(ambience, self.shell.names):
                result = operation(*arguments)
                seeded = any(name == "random" for name, _ in ambience)
                return result, ambient.random_state() if seeded else None
        finally:
            signal.setitimer(signal.ITIMER_REAL, *before)
            self.serving -= 1

    def printed(self):
        """See Peer."""
        out, err = self.shell.printed()
        if not out and not err and not self.warned:
            return None
        found = [["o", out[:TEXT]]] if out else []
        found += [["e", err[:TEXT]]] if err else []
        found += self.warned[:1000]
        self.warned = []
        return found

    def frames(self, traceback):
        """See Peer."""
        found = []
        for number, line in self.shell.frames(traceback):
            if 0 <= number < len(self.places):
                found.append([self.places[number], line])
        return found[-50:]

    def _warn(self, message, category, filename, lineno, file=None, line=None):
        if not self.serving or file is not None:
            self._shown(message, category, filename, lineno, file, line)
            return
        name = next((b.__name__ for b in category.__mro__ if ambient.CATEGORIES.get(b.__name__) is b), "UserWarning")
        self.warned.append(["w", name, str(message)[:4000]])

    # -- what the examiner asks ---------------------------------------------------------------------------------------

    def _do_run(self, number, quiet):
        """Run one cell; with `quiet`, its outputs were told of before."""
        self._end_test()
        outputs, run = self.shell.run(self.cells[number], self.limits.cell_seconds)
        self.places.append(number)
        signal.signal(signal.SIGALRM, self._late)
        run = dict(run, frames=[[self.places[k], line] for k, line in run["frames"] if 0 <= k < len(self.places)])
        if not quiet:
            line = json.dumps([number, outputs, run]).encode() + b"\n"
            while line:
                line = line[os.write(self.outputs, line) :]
        self.shell.printed()
        return run["status"]

    def _do_cell(self, seconds):
        """Get ready for the next test cell."""
        self.seconds = seconds
        self.graphs.clear()
        self.shell.names.pop("__warningregistry__", None)
        self._end_test()
        self.tested = True
        self.shell.printed()
        self.warned = []

    def _end_test(self):
        """Close the figures that a test had drawn, as a notebook does after each cell."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if self.tested and pyplot is not None and pyplot.get_fignums():
            pyplot.close("all")
        self.tested = False

    def _do_classes(self, names):
        found = {name: self.shell.names.get(name) for name in names}
        self.classes = {name: kind for name, kind in found.items() if isinstance(kind, type)}

    def _do_name(self, name):
        try:
            return self.shell.names[name]
        except KeyError:
            raise NameError(f"name '{name}' is not defined") from None

    def _do_has(self, name):
        return name in self.shell.names

    def _do_rebind(self, name, value):
        self.shell.names[name] = value

    def _do_unbind(self, name):
        self.shell.names.pop(name, None)

    def _do_call(self, number, method, count, *rest):
        value = self.lent[number]
        value = value if method is None else getattr(value, method)
        return value(*rest[:count], **dict(zip(rest[count::2], rest[count + 1 :: 2], strict=True)))

    def _do_get(self, number, name):
        owner = self.lent[number]
        value = getattr(owner, name)
        if type(value) is types.MethodType and value.__self__ is owner:
            return Method(number, name)
        return dict(value) if isinstance(value, types.MappingProxyType) else value

    def _do_method(self, number, name):
        return getattr(self.lent[number], name)

    def _do_set(self, number, name, value):
        setattr(self.lent[number], name, value)

    def _do_del(self, number, name):
        delattr(self.lent[number], name)

    def _do_dir(self, number):
        return dir(self.lent[number])

    def _do_op(self, number, dunder, *arguments):
        value = self.lent[number]
        if dunder in _OPERATORS:
            return _OPERATORS[dunder](value, *arguments)
        return getattr(type(value), dunder)(value, *arguments)

    def _do_copy(self, number, deep):
        return (copy.deepcopy if deep else copy.copy)(self.lent[number])

    def _do_signature(self, number):
        parameters = inspect.signature(self.lent[number]).parameters.values()
        return [(p.name, int(p.kind), [] if p.default is p.empty else [p.default]) for p in parameters]

    def _do_isinstance(self, value, number):
        return isinstance(value, self.lent[number])

    def _do_issubclass(self, value, number):
        return issubclass(value, self.lent[number])

    def _do_await(self, number):
        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(self.lent[number])
        finally:
            loop.close()

    def _do_subclass(self, number, name, members):
        return type(self.lent[number])(name, (self.lent[number],), {k: _member(v) for k, v in members.items()})

    def _do_pyplot(self, name):
        import matplotlib.pyplot

        return getattr(matplotlib.pyplot, name)


def _member(value):
    """Return a lent function as one that binds to instances."""
    from autograder.engine.proxy import CallableProxy

    if type(value) is not CallableProxy:
        return value

    def method(self, *arguments, **named):
        return value(self, *arguments, **named)

    return method
