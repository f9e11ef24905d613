"""The global names of the test cells: their own, and the student's, which are asked for when they are used."""

import ast
import builtins
import functools
import inspect
import sys
import textwrap

from autograder.engine.ambient import Surroundings
from autograder.engine.failures import NotExaminableError
from autograder.engine.proxy import CallableProxy, ClassProxy, Proxy, number_of
from autograder.engine.testcode import parse

_MISSING = object()


class Namespace(dict):
    """Globals in which a student's name that is not there is asked for.

    CPython (3.11 to 3.13) looks names up in a subclass of dict by its ``__getitem__``: by ``LOAD_NAME`` and, in
    functions, by ``LOAD_GLOBAL``; :func:`works` tells whether the running one does.
    """

    def __init__(self, tests, sources=()):
        super().__init__(__name__="__main__", __builtins__=builtins, __doc__=None)
        self.tests, self.sources, self.peer = tests, list(sources), None
        self.surroundings = Surroundings()
        self.fetched = {}  # name -> (data, number of the call before which it was valid)
        self.told = {}  # name -> what the student's process knows it as
        self.code = None
        self._undo = []
        # found here, they are not asked for: a loop over `len` and `range` looks them up thousands of times
        self.builtins = {name: vars(builtins)[name] for name in tests.used_builtins}
        self.update(self.builtins)

    def __missing__(self, name):
        if name not in self.tests.student_names or self.peer is None:
            raise KeyError(name)
        value, calls = self.fetched.get(name, (None, -1))
        if calls == self.peer.calls:
            return value
        value = self.peer.request("name", name)
        if isinstance(value, type) or issubclass(type(value), Proxy):
            self[name] = self.told[name] = value
        else:  # data: the student's code may bind it anew whenever it runs
            self.fetched[name] = value, self.peer.calls
        return value

    def __contains__(self, name):
        if super().__contains__(name):
            return True
        return name in self.tests.student_names and self.peer is not None and self.peer.request("has", name) is True

    def connect(self, peer):
        """Ask another process from here on."""
        self.peer = peer
        self.fetched.clear()
        for name in [n for n, value in self.items() if issubclass(type(value), Proxy) or hasattr(value, "_remote")]:
            if number_of(self.get(name), peer) is None:
                del self[name]
        self.told.clear()

    def forget(self, names):
        """Take these names from the student's process again: a cell of the student's has bound them."""
        for name in set(names) & self.tests.model_names:
            self.pop(name, None)
            self.told.pop(name, None)
        self.fetched.clear()

    def own_classes(self):
        """Return the classes that instructor's cells defined here."""
        found = {
            name: value
            for name, value in self.items()
            if type(value) is not ClassProxy and isinstance(value, type) and value.__module__ == "__main__"
        }
        from autograder.engine.codec.objects import crosses

        return {n: v for n, v in found.items() if "_remote" not in vars(v) and v.__name__ == n and crosses(v)}

    # -- around one cell ----------------------------------------------------------------------------------------------

    def begin(self, code):
        """Get ready to run a cell."""
        self.code = code
        self.surroundings.begin(code)
        if code.patches:  # it may change them
            for name in [n for n, value in self.builtins.items() if self.get(n) is value]:
                del self[name]
        if code.magic:
            from autograder.engine.magics import Magics

            self["get_ipython"] = Magics(self).get
        if code.uses & {"getsource", "getsourcelines"}:
            self._put(inspect, "getsource", self._source_of)
            self._put(inspect, "getsourcelines", lambda f: (self._source_of(f).splitlines(True), 0))
        if code.draws and self.peer is not None:
            from autograder.engine.drawing import Pyplot

            remote = Pyplot(self.peer)
            self._put(sys.modules, "matplotlib.pyplot", remote)
            if "matplotlib" in sys.modules:
                self._put(sys.modules["matplotlib"], "pyplot", remote)
            for name in [n for n, v in self.items() if getattr(v, "__name__", "") == "matplotlib.pyplot"]:
                self[name] = remote

    def _put(self, owner, name, value):
        names = owner if isinstance(owner, dict) else vars(owner)
        self._undo.append((names, name, names.get(name, _MISSING)))
        names[name] = value

    def end(self, code):
        """Put back what :meth:`begin` changed."""
        while self._undo:
            names, name, old = self._undo.pop()
            if old is _MISSING:
                names.pop(name, None)
            else:
                names[name] = old
        for name, value in self.builtins.items() if code.patches else ():
            self.setdefault(name, value)

    def flush(self):
        """Tell the student's process of names that the test has bound anew and the model solution binds."""
        if self.code is None or self.peer is None or self.peer.gone is not None:
            return
        for name in self.code.stores & self.tests.model_names:
            value = self.get(name, _MISSING)
            if value is not _MISSING and value is not self.told.get(name, _MISSING):
                self.told[name] = value
                self.peer.request("rebind", name, value)

    def _source_of(self, value):
        if type(value) not in (CallableProxy, ClassProxy):
            return "".join(_getsourcelines(value)[0])
        wanted = str(value._proxy_name)
        for source in reversed(self.sources):
            try:
                tree, text = parse(source)
            except SyntaxError:
                continue
            for node in reversed(list(ast.walk(tree))):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name == wanted:
                    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                    return textwrap.dedent("".join(text.splitlines(True)[first - 1 : node.end_lineno]))
        raise NotExaminableError("the source of this function is not in the notebook")


_getsourcelines = inspect.getsourcelines


@functools.cache
def works():
    """Whether this Python looks global names up through a subclass of dict, in functions that ran often too."""

    class Probe(dict):
        def __missing__(self, name):
            if name != "remote":
                raise KeyError(name)
            return 1

    names = Probe(__builtins__=builtins)
    exec("a = remote\ndef f():\n    return remote + len('1')\ntotal = a + sum(f() for _ in range(200))", names)
    return names["total"] == 401
