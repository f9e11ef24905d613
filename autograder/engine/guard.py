"""Test cells in the student's own process: this is what runs them there, and looks whether anything was tampered with.

A process that the student's code has had to itself can be trusted with nothing. What is done here makes the known ways
of cheating fail loudly: what a test stands on (built-in functions, NumPy, ``numpy.testing``, IPython's machinery, this
engine) is compared, before and after each cell, with what it was before the first line of the student's ran. Whether a
cell is a test or a canary, this side is never told.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import types

WATCHED = (
    *("builtins", "math", "cmath", "operator", "copy", "copyreg", "functools", "itertools", "fractions", "decimal"),
    *("json", "json.encoder", "json.decoder", "os", "signal", "socket"),
    *("warnings", "ast", "codeop", "traceback", "linecache", "dis", "gc", "random", "statistics", "unittest"),
    *("unittest.case", "unittest.mock", "contextlib", "collections", "re", "types", "numbers", "threading"),
    *("numpy", "numpy.linalg", "numpy.testing", "numpy.testing._private.utils", "numpy.exceptions", "numpy.random"),
    *("numpy._core.numeric", "numpy._core.fromnumeric", "numpy._core.arrayprint", "numpy.core.numeric"),
    *("pandas.testing", "pandas._testing", "pandas._testing.asserters", "torch.testing", "torch.testing._comparison"),
    *("IPython.core.interactiveshell", "IPython.core.inputtransformer2", "IPython.core.compilerop"),
    *("IPython.core.displayhook", "IPython.core.displaypub", "IPython.core.events", "IPython.core.async_helpers"),
    *("autograder.engine.guard", "autograder.engine.shell", "autograder.engine.screen"),
)
_CODE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type)
_TRANSFORMERS = ("input_transformers_cleanup", "input_transformers_post", "ast_transformers")
_TRUSTED_HOOKS = ("matplotlib_inline.", "IPython.")
_MISSING = object()


class Guard:
    """What everything was when the student's code had not yet run."""

    def __init__(self, shell):
        self.shell, self.own = shell, {}
        self.modules = {name: sys.modules[name] for name in WATCHED if name in sys.modules}
        self.parts = {name: _parts(module) for name, module in self.modules.items()}
        self.names = {name: frozenset(vars(module)) for name, module in self.modules.items()}
        self.classes = {
            f"{name}.{kind.__qualname__}": (kind, _members(kind))
            for name, parts in self.parts.items()
            for kind, _ in parts.values()
            if isinstance(kind, type) and kind.__flags__ & (1 << 9)  # one that can be changed
        }
        self.lists = {key: list(value) for key, value in self._lists()}
        self.singles = dict(self._singles())
        self.instances = {key: (owner, dict(_callables(vars(owner)))) for key, owner in self._instances()}
        self.hooks = {event: list(hooks) for event, hooks in shell.ip.events.callbacks.items()}

    def _lists(self):
        """Yield (name, list) of lists that change how code runs."""
        ip, manager = self.shell.ip, self.shell.ip.input_transformer_manager
        for name in _TRANSFORMERS:
            yield f"IPython: {name}", getattr(ip, name)
        for name in ("cleanup_transforms", "line_transforms", "token_transformers"):
            yield f"IPython: {name}", getattr(manager, name)
        yield "sys.meta_path", sys.meta_path
        yield "sys.path_hooks", sys.path_hooks

    def _singles(self):
        """Yield (name, value) of hooks that are one object each."""
        ip = self.shell.ip
        yield "sys.settrace", sys.gettrace()
        yield "sys.setprofile", sys.getprofile()
        yield "threading.settrace", getattr(threading, "_trace_hook", None)
        yield "threading.setprofile", getattr(threading, "_profile_hook", None)
        yield "sys.displayhook", ip.displayhook
        yield "IPython: display_pub", ip.display_pub
        yield "IPython: compile", ip.compile
        yield "IPython: events", ip.events
        yield "IPython: input_transformer_manager", ip.input_transformer_manager
        yield "IPython: user_ns", ip.user_ns
        yield "IPython: custom_exceptions", ip.custom_exceptions
        yield "IPython: class", type(ip)
        yield "engine: screen", (self.shell.screen, ip.screen, ip.display_pub.screen, ip.displayhook.screen)
        yield "SIGALRM", signal.getsignal(signal.SIGALRM)
        if hasattr(sys, "monitoring"):
            yield "sys.monitoring", tuple(sys.monitoring.get_tool(number) for number in range(6))

    def _instances(self):
        ip = self.shell.ip
        found = {"shell": self.shell, "screen": self.shell.screen, "IPython": ip, "compile": ip.compile}
        yield from (found | {"displayhook": ip.displayhook, "display_pub": ip.display_pub, "guard": self}).items()

    def broken(self, expected=None):
        """Return the names of what is no longer as it was, or not as a test cell expects it: no more than ten."""
        found = []
        with contextlib.suppress(_EnoughError):
            for name in self._changes(expected or {}):
                found.append(str(name)[:100])
                if len(found) == 10:
                    raise _EnoughError
        return found

    def _changes(self, expected):
        for name, module in self.modules.items():
            if sys.modules.get(name) is not module:
                yield f"sys.modules[{name!r}]"
            yield from (f"{name}.{part}" for part in _changed(self.parts[name], vars(module)))
            hiding = vars(module).keys() & self.parts["builtins"].keys() - self.parts[name].keys()
            yield from (f"{name}.{part}" for part in hiding if part not in self.names[name])
        for name, (kind, members) in self.classes.items():
            yield from (f"{name}.{part}" for part in _changed(members, vars(kind)))
            added = (part for part, value in list(vars(kind).items()) if part not in members and callable(value))
            yield from (f"{name}.{part}" for part in added)
        for key, now in self._lists():
            before = self.lists[key]
            if type(now) is not list or len(now) != len(before) or any(a is not b for a, b in zip(now, before)):  # noqa: B905
                yield key
        for key, value in self._singles():
            before = self.singles[key]
            same = value is before if type(value) is not tuple else _same_tuples(value, before)
            if not (same or (type(value) is types.MethodType and value == before)):
                yield key
        for key, (owner, before) in self.instances.items():
            now = dict(_callables(vars(owner)))
            yield from (f"{key}.{part}" for part in now if part not in before or not _is_same(now[part], before[part]))
        for event, hooks in self.shell.ip.events.callbacks.items():
            known = self.hooks.get(event, [])
            if any(hook not in known and not _is_trusted(hook) for hook in hooks):
                yield f"IPython: {event}"
        if any(t is not threading.main_thread() and not _is_monitor(t) for t in threading.enumerate()):
            yield "luồng chạy ngầm"
        if len(sys._current_frames()) > len(threading.enumerate()):
            yield "luồng chạy ngầm"
        yield from self._names(expected)

    def _names(self, expected):
        """Yield the names that a test cell relies on and the student's code has bound to something else."""
        names = self.shell.names
        for name in expected.get("builtins", ()):
            if callable(names.get(name)) and names[name] is not vars(self.modules["builtins"]).get(name):
                yield name
        for name, (module, part) in expected.get("imports", {}).items():
            wanted = sys.modules.get(module)
            if part is not None and wanted is not None:
                wanted = vars(wanted).get(part, sys.modules.get(f"{module}.{part}"))
            if wanted is not None and name in names and names[name] is not wanted:
                yield name
        for name in expected.get("own", ()):
            if name in self.own and (name not in names or not _is_same(_part(names[name]), self.own[name])):
                yield name

    def keep(self, names):
        """Remember what these names are bound to: a cell of the instructor's has just done it."""
        found = ((name, self.shell.names.get(name, _MISSING)) for name in names)
        self.own.update({name: _part(value) for name, value in found if value is not _MISSING and callable(value)})


class _EnoughError(Exception):
    """Ten are enough to know."""


def _part(value):
    """Return (object, what it consists of)."""
    if type(value) is types.FunctionType:
        return value, (value.__code__, value.__defaults__, _pairs(value.__kwdefaults__))
    return value, None


def _pairs(values):
    return None if values is None else tuple(values.items())


def _is_same(now, before):
    if now[0] is not before[0]:
        return type(now[0]) is types.MethodType and now[0] == before[0]
    return now[1] is None or all(a is b or a == b for a, b in zip(now[1], before[1], strict=True))


def _same_tuples(now, before):
    return type(before) is tuple and len(now) == len(before) and all(a is b for a, b in zip(now, before, strict=True))


def _parts(module):
    """Return the functions and classes of a module; its data may change."""
    ufunc = getattr(sys.modules.get("numpy"), "ufunc", type)
    kinds = (*_CODE, ufunc)
    return {name: _part(value) for name, value in list(vars(module).items()) if isinstance(value, kinds)}


def _members(kind):
    return {
        name: _part(value)
        for name, value in list(vars(kind).items())
        if callable(value) or isinstance(value, (property, staticmethod, classmethod))
    }


def _callables(names):
    return ((name, _part(value)) for name, value in list(names.items()) if callable(value))


def _changed(before, now):
    for name, part in before.items():
        value = now.get(name, _MISSING)
        if value is _MISSING or not _is_same(_part(value), part):
            yield name


def _is_trusted(hook):
    """Whether a hook is a function of IPython's own packages, and really that one."""
    function = getattr(hook, "__func__", hook)
    module = sys.modules.get(getattr(function, "__module__", ""))
    if module is None or not f"{module.__name__}.".startswith(_TRUSTED_HOOKS):
        return False
    owner = module
    for name in function.__qualname__.split("."):
        owner = getattr(owner, name, None)
    return owner is function


def _is_monitor(thread):
    return type(thread).__module__ == "tqdm._monitor"


# --- answering --------------------------------------------------------------------------------------------------


def serve(shell, cells, sock, outputs, limits):
    """Run what the examiner sends, one line of JSON each, and answer; see :mod:`autograder.engine.inprocess`.

    The arguments are those of :func:`autograder.engine.student.serve`.
    """
    guard = Guard(shell)
    file = sock.makefile("rb")
    for line in file:
        request = json.loads(line)
        answer = {"token": request["token"]}
        if "cell" in request:
            number = request["cell"]
            _, run = shell.run(cells[number], limits.cell_seconds)
            answer["run"] = {"status": run["status"]}
            os.write(outputs, json.dumps([number, [], {}]).encode() + b"\n")  # it lives
        elif "keep" in request:
            guard.keep(request["keep"])
        else:
            answer |= _run(shell, guard, request)
        sock.sendall(json.dumps(answer).encode() + b"\n")


def _run(shell, guard, request):
    """Run the source of a request between two looks at everything."""
    shell.names.pop("__warningregistry__", None)
    before = guard.broken(request["expected"])
    outputs, run = shell.run(request["source"], request["seconds"])
    after = guard.broken(request["expected"])
    for name in request["forget"]:
        shell.names.pop(name, None)
    guard.keep(request["own"])
    return {"before": before, "after": after, "outputs": outputs, "run": run}
