"""The process that runs variants: warm, single-threaded, forking one child for each.

It may import numerical libraries but must never compute with them: a child forked after that could hang.
A child runs the code cells in order in one fresh namespace, as nbgrader does: a cell that fails does not stop the
rest, and a test cell earns its points when it neither raises nor writes to stderr.
"""

import ast
import contextlib
import fcntl
import functools
import gc
import json
import os
import random
import re
import resource
import selectors
import signal
import sys
import time
import types
import warnings
from pathlib import Path

WALL_FACTOR = 4.0  # a cell may take so many times its CPU limit by the clock
MEMORY = 2 << 30  # bytes a variant may allocate on top of what the server holds
MESSAGE_LENGTH = 600


_alarm = {"rang": False}


class CellTimeout(BaseException):  # like KeyboardInterrupt, not to be caught by `except Exception`
    """A cell ran longer than it may."""


def serve():
    """Answer requests (one line of JSON each) on stdin with results on stdout until stdin is closed."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing but replies goes to the client
    _warm_up(("numpy", "numpy.linalg", "numpy.random", "numpy.testing", "numpy.fft", "course.check"))
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ, None)
    os.set_blocking(0, False)
    inbox, queue, children, open_ = b"", [], {}, True
    while open_ or queue or children:
        while queue and len(children) < queue[0]["workers"]:
            request = queue.pop(0)
            problem = _warm_up(_modules(request))
            if problem:
                _reply(replies, {"fatal": problem})
                return
            child = _Child(request, replies)
            children[child.pipe] = child
            selector.register(child.pipe, selectors.EVENT_READ, child)
        deadline = min((child.deadline for child in children.values()), default=None)
        ready = selector.select(None if deadline is None else max(0.0, deadline - time.monotonic()))
        for key, _ in ready:
            if key.data is None:
                data = os.read(0, 1 << 20)
                if not data:  # the client has gone: so may everything that is still running
                    selector.unregister(0)
                    for child in children.values():
                        child.deadline = 0
                    open_, queue = False, []
                *lines, inbox = (inbox + data).split(b"\n")
                queue += [json.loads(line) for line in lines]
            else:
                key.data.read()
        now = time.monotonic()
        for child in [child for child in children.values() if child.over or child.deadline <= now]:
            selector.unregister(child.pipe)
            del children[child.pipe]
            result = child.finish()
            if open_:
                _reply(replies, result)


def _reply(replies, message):
    try:
        replies.write(json.dumps(message).encode() + b"\n")
        replies.flush()
    except OSError:
        os._exit(1)  # nobody listens any more


_IMPORT = re.compile(r"^[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+([\w.]+)[ \t]+import[ \t]+([\w, \t]+))", re.M)
_NEEDS = {  # what these use is imported only when they are called
    "check.tensor": ("torch",),
    "check.expression": ("sympy",),
    "plots": ("course.plots", "IPython", "matplotlib_inline.backend_inline"),
}


@functools.lru_cache(maxsize=4096)
def _imports_in(source):
    """Return the modules (and perhaps some names that are none) that a cell imports."""
    names = [name for sign, modules in _NEEDS.items() if sign in source for name in modules]
    for plain, package, members in _IMPORT.findall(source):
        names += [part.split()[0] for part in plain.split(",") if part.strip()]
        if package:
            names += [package] + [f"{package}.{part.split()[0]}" for part in members.split(",") if part.strip()]
    return tuple(names)


def _modules(request):
    return {module for cell in request["cells"] for module in _imports_in(cell["source"])}


_tried = set()


def _warm_up(modules):
    """Import what the variants will import, so that no child has to; return what is wrong, or ""."""
    new = [name for name in modules if name not in _tried]
    _tried.update(new)
    for name in sorted(new):
        if name.split(".")[0] == "tests":
            continue  # a variant must not find the banks and solutions loaded
        with contextlib.suppress(Exception):  # the child that needs it will fail and say so
            __import__(name)
    if new:
        status = Path("/proc/self/status")
        if status.exists() and "Threads:\t1\n" not in status.read_text():
            return f"importing {', '.join(sorted(new))} started a thread: forking is not safe any more"
        gc.collect()
        gc.freeze()
    return ""


class _Child:
    """One variant under way."""

    def __init__(self, request, replies):
        self.id = request["id"]
        self.pipe, write_end = os.pipe()
        self.buffer = b""
        self.cells = []
        self.ended = self.over = False
        self.limits = [cell["limit"] * WALL_FACTOR for cell in request["cells"]]
        self.deadline = time.monotonic() + self.limits[0] + 5.0
        for cell in request["cells"]:  # once for all variants that share the cell; errors are raised again in the child
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                _compile(cell["source"], cell["name"])
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                replies.close()
                os.close(self.pipe)
                _run_variant(request, write_end)
                status = 0
            finally:
                os._exit(status)
        os.close(write_end)

    def read(self):
        """Take in what the child wrote; `over` says afterwards whether it has come to its end."""
        data = os.read(self.pipe, 1 << 16)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            if line == b"end":
                self.ended = True
            else:
                self.cells.append(json.loads(line))
                now_running = self.limits[min(len(self.cells), len(self.limits) - 1)]
                self.deadline = time.monotonic() + now_running + 5.0
        self.over = self.ended or not data

    def finish(self):
        """End whatever is left of the child and return the reply to the client."""
        for victim in (-self.pid, self.pid):  # its whole process group, should it have started anything
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(victim, signal.SIGKILL)
        os.close(self.pipe)
        _, _, usage = os.wait4(self.pid, 0)
        seconds = round(usage.ru_utime + usage.ru_stime, 4)
        problem = "" if self.ended else "the process died" if self.over else "out of time, killed"
        return {"id": self.id, "cells": self.cells, "seconds": seconds, "problem": problem}


# --- in the child -------------------------------------------------------------------------------------------------


class _Sink:
    """A text stream that forgets what is written to it but for a little of the beginning."""

    encoding, errors, closed, newlines = "utf-8", "replace", False, None

    def __init__(self, descriptor):
        self.text = ""
        self._descriptor = descriptor

    def write(self, text):
        if type(text) is not str:
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if len(self.text) < MESSAGE_LENGTH:
            self.text += text[:MESSAGE_LENGTH]
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def fileno(self):
        return self._descriptor

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False


def _run_variant(request, write_end):
    import numpy as np

    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    # keep the pipe away from the low numbers a student's os.write(3, …) would hit
    pipe = fcntl.fcntl(write_end, fcntl.F_DUPFD_CLOEXEC, 200)
    os.close(write_end)
    os.setpgid(0, 0)
    os.chdir(request["folder"])
    _limit_memory(request.get("memory", MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))
    sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115  lives as long as the process
    sys.stdout, sys.stderr = _Sink(1), _Sink(2)
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
        sys.modules["torch"].set_num_threads(1)
    warnings.resetwarnings()
    warnings.simplefilter("default")  # as in a kernel: shown once for each place
    warnings.filterwarnings("ignore", category=PendingDeprecationWarning)
    warnings.filterwarnings("ignore", category=ImportWarning)
    signal.signal(signal.SIGALRM, _on_alarm)
    signal.signal(signal.SIGPROF, _on_alarm)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main = types.ModuleType("__main__")
    main.__dict__["__builtins__"] = __builtins__
    main.__dict__["display"] = lambda *args, **kwargs: None
    sys.modules["__main__"] = main
    write, getpid, me = os.write, os.getpid, os.getpid()
    dumps = json.dumps
    for cell in request["cells"]:
        result = _run_cell(cell, main.__dict__)
        if getpid() != me:  # the student forked: only the original speaks
            os._exit(0)
        line = dumps(result).encode() + b"\n"
        while line:
            line = line[write(pipe, line) :]
        if request["stop_at_loss"] and cell["role"] == "test" and result["points"] < cell["points"]:
            break
    write(pipe, b"end\n")


def _limit_memory(extra):
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + extra
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _on_alarm(number, frame):
    _alarm["rang"] = True  # for code that swallows the exception
    raise CellTimeout


@functools.lru_cache(maxsize=2048)
def _compile(source, name):
    """Return the code of a cell: its statements, and its last expression (whose value Jupyter would show) or None."""
    source = re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)  # magics have no meaning here
    tree = ast.parse(source, filename=f"<{name}>")
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = compile(ast.Expression(tree.body.pop().value), f"<{name}>", "eval")
    return compile(tree, f"<{name}>", "exec"), last


def _run_cell(cell, namespace):
    is_test = cell["role"] == "test"
    start = time.process_time()
    sys.stderr.text = ""
    namespace.pop("__warningregistry__", None)  # as IPython does: a warning counts anew in each cell
    error = shown = None
    _alarm["rang"] = False
    try:
        try:
            signal.setitimer(signal.ITIMER_PROF, cell["limit"], 0.2)
            signal.setitimer(signal.ITIMER_REAL, cell["limit"] * WALL_FACTOR / 2, 0.2)
            statements, last = _compile(cell["source"], cell["name"])
            exec(statements, namespace)
            if last is not None:
                shown = eval(last, namespace)
                if shown is not None:
                    shown = repr(shown)
        finally:
            while True:
                try:
                    signal.setitimer(signal.ITIMER_PROF, 0)
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    break
                except CellTimeout:
                    pass
    except BaseException as caught:  # SystemExit and KeyboardInterrupt end a cell, not the notebook
        error = caught
    result = {"name": cell["name"], "points": 0.0, "error": "", "message": "", "line": 0, "where": ""}
    if _alarm["rang"]:
        result |= {"error": "CellTimeout", "message": f"more than {cell['limit']:g} s"}
    elif error is not None:
        result |= {"error": type(error).__name__, "message": _message(error)} | _place_of(error, cell["name"])
    elif sys.stderr.text:
        result |= {"error": "Stderr", "message": sys.stderr.text}  # nbgrader takes any text on stderr for a failure
    elif is_test:
        result["points"] = cell["points"] if shown is None else _partial(shown, cell["points"])
    if is_test and not result["error"] and result["points"] < cell["points"]:
        result |= {"error": "Partial", "message": f"the cell's value is {shown}"}
    error = None
    return result | {"seconds": round(time.process_time() - start, 5)}


def _partial(shown, points):
    """Nbgrader's rule for a test cell that ends with a value."""
    try:
        value = float(shown)
    except ValueError:
        return points
    return value if 0 <= value <= points else points if value < 0 else 0.0


def _message(error):
    try:
        return str(error)[:MESSAGE_LENGTH]
    except BaseException:  # a hostile __str__
        return "(no message)"


def _place_of(error, name):
    """Return the line in the cell, and whether the error arose in the cell's own code or in code that it called."""
    if isinstance(error, SyntaxError) and error.filename == f"<{name}>":
        return {"line": error.lineno or 0, "where": "test"}
    line, innermost, frame = 0, f"<{name}>", error.__traceback__
    while frame is not None:
        file = frame.tb_frame.f_code.co_filename
        if file == f"<{name}>":
            line = frame.tb_lineno
        if file.startswith("<") and not file.startswith("<frozen"):
            innermost = file
        frame = frame.tb_next
    return {"line": line, "where": "test" if innermost == f"<{name}>" else "student"}
