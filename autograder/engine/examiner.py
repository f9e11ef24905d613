"""The examiner: runs the instructor's cells, and asks the student's process for what the student defined.

It executes no line of the student's code. A student's process that dies, hangs or breaks the protocol is replaced by
a new one, in which the student's cells run again, so that the next test cell has its chance.
"""

import contextlib
import io
import json
import os
import signal
import sys
import time
import traceback
import warnings

from autograder.engine import DEAD, FAILED, OK, SKIPPED, TIMEOUT, telling
from autograder.engine.failures import CellTimeoutError, StudentExit, StudentGone, text_of
from autograder.engine.namespace import Namespace
from autograder.engine.office import Examiner
from autograder.engine.proxy import Proxy

TEXT, VALUE = 10_000, 1000
_TIMEOUT, _DEAD = "CellTimeoutError", "DeadKernelError"
_GONE = "tiến trình Python đã dừng"


def examine(tests, plan, connect, report, limits, sources=(), before_hidden=lambda: None):
    """Run a plan.

    Parameters
    ----------
    tests : Tests
        See :func:`autograder.engine.testcode.compile_tests`.
    plan : list of tuple
        ``("run", k, names)``, ``("setup", grade_id)`` or ``("test", grade_id)``, in the order of the notebook.
    connect : callable
        ``connect(first)`` returns the socket of a new student's process; raises EOFError when there are no more.
    report : int
        A descriptor; one line of JSON is written there for each test cell.
    limits : Limits
    sources : list of str
        Of the student's cells, for tests that look at the source of a function.
    before_hidden : callable
        Called before the first hidden test runs: what the student's process puts out up to here is its own.
    """
    Examination(tests, connect, report, limits, sources, before_hidden).run(plan)


class _Capture(io.StringIO):
    """Text up to a limit; what is beyond it is dropped, only that there was something is kept."""

    def write(self, text):
        if self.tell() < 10 * TEXT:
            super().write(text[: 10 * TEXT])
        return len(text)

    def taken(self):
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


class Examination:
    """One submission's way through the plan."""

    def __init__(self, tests, connect, report, limits, sources=(), before_hidden=lambda: None):
        self.tests, self.connect, self.report, self.limits = tests, connect, report, limits
        self.before_hidden, self.knowing = before_hidden, False  # whether the student's process was asked hidden things
        self.peer, self.connections = None, 0
        self.cells_run, self.harmful, self.slow, self.classes = [], set(), set(), {}
        self.names = Namespace(tests, sources)
        self.out, self.err = _Capture(), _Capture()

    def run(self, plan):
        """See :func:`examine`."""
        kept = sys.stdout, sys.stderr, warnings.showwarning
        sys.stdout, sys.stderr, warnings.showwarning = self.out, self.err, _show_warning
        old = signal.signal(signal.SIGALRM, _alarm)
        try:
            for code in self.tests.imports:
                with contextlib.suppress(Exception):
                    code.run(self.names)
            for kind, *rest in plan:
                getattr(self, f"_{kind}")(*rest)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, old)
            sys.stdout, sys.stderr, warnings.showwarning = kept
            if self.peer is not None:
                self.peer.stream.close()

    # -- steps --------------------------------------------------------------------------------------------------------

    def _run(self, number, names=()):
        """Have the student's process run one cell."""
        with contextlib.suppress(_NoMoreError):
            peer = self._connected()
            self.cells_run.append(number)
            self.names.forget(names)
            self._run_cell(peer, number, quiet=False)

    def _run_cell(self, peer, number, quiet):
        try:
            with _limited(self.limits.cell_seconds + 2):
                peer.request("run", number, quiet)
        except (StudentGone, CellTimeoutError):
            self.harmful.add(number)
            peer.give_up("a cell ended the process", DEAD)
        except Exception:
            self.harmful.add(number)

    def _setup(self, name):
        """Run a setup cell here too; instances of its classes cross by value."""
        with contextlib.suppress(Exception, CellTimeoutError), _limited(self.limits.cell_seconds + 1):
            self.names.begin(self.tests.codes[name])
            self.tests.codes[name].run(self.names)
        found = self.names.own_classes()
        if found != self.classes:
            self.classes = found
            with contextlib.suppress(_NoMoreError, StudentGone):
                self._tell_classes(self._connected())
        self.out.taken()
        self.err.taken()

    def _tell_classes(self, peer):
        peer.classes = self.classes
        if self.classes:
            peer.request("classes", sorted(self.classes))

    def _test(self, name):
        """Run a test cell and report."""
        start = time.process_time()
        result = self._result(name)
        result["late"] = self.knowing
        result["cpu"] = round(time.process_time() - start, 6)
        result["stdout"], result["stderr"] = self.out.taken()[:TEXT], self.err.taken()[:TEXT]
        line = json.dumps({"cell": name, **result}).encode() + b"\n"
        while line:
            line = line[os.write(self.report, line) :]

    def _result(self, name):
        code, task = self.tests.codes[name], self.tests.tasks.get(name)
        seconds = self.limits.cell_seconds
        if task in self.slow:
            seconds = min(seconds, self.limits.second_chance_seconds)
        try:
            peer = self._connected()
            with _limited(seconds + 1):
                peer.request("cell", float(seconds))
        except _NoMoreError as error:
            return _failure(SKIPPED, "CellNotRun", f"ô không được chạy: {error}")
        except (StudentGone, CellTimeoutError):
            peer.give_up("no answer", DEAD)
            return _failure(DEAD, _DEAD, _GONE)
        peer.late = False
        if name in self.tests.hidden and not self.knowing:
            self.before_hidden()
            self.knowing = True
        _show_values(not self.knowing)
        self.names.begin(code)
        error = value = None
        try:
            with _limited(seconds + 1):
                value = code.run(self.names)
                self.names.flush()
        except BaseException as caught:
            error = caught
        finally:
            self.names.end(code)
        result = self._judged(code, peer, error, value, seconds)
        if result["status"] == TIMEOUT:
            self.slow.add(task)
        return result

    def _judged(self, code, peer, error, value, seconds):
        """Return what to report; a test that goes on after the student's process has died or was late has failed."""
        if peer.gone is not None or isinstance(error, StudentGone):
            why, status = peer.gone or error.args[0], (peer.gone or (0, error.status))[1]
            if status != TIMEOUT:
                return _failure(DEAD, _DEAD, _GONE, detail=str(why)[:300])
        if peer.gone is not None or peer.late or isinstance(error, CellTimeoutError):
            return _failure(TIMEOUT, _TIMEOUT, f"chạy quá {seconds:g} giây", line=_line(code, error))
        if error is None:
            return {"status": OK, "value": _shown(value)}
        name, message = type(error).__name__, text_of(error)
        if isinstance(error, NameError) and getattr(error, "_frames", None) is not None:
            message = self._explained(message)
        frames = getattr(error, "_frames", None)
        by, left = self._author(code, error, message)
        report = _failure(FAILED, name[:80], left, line=_line(code, error), frames=frames or [])
        return report | {"by": by, "whole": left == message and telling.HIDDEN not in left}

    def _author(self, code, error, message):
        """Return (who wrote a message: "student", "instructor" or "library", the message as far as it may be told)."""
        if hasattr(error, "_frames"):
            return "student", message
        check = sys.modules.get("course.check")
        if type(error) is getattr(check, "CheckFailed", None):
            texts = _texts(code.body, code.last)
            return "instructor", telling.without_answers(message, texts) if self.knowing else message
        if isinstance(error, AssertionError):
            return "instructor", message if not self.knowing or message in _texts(code.body, code.last) else ""
        return "library", message

    def _explained(self, message):
        name = message.split("'")[1] if message.count("'") >= 2 else ""
        if name in self.tests.test_names:
            return f"{message} (chỉ ô kiểm tra mới định nghĩa tên này)"
        return message

    # -- the student's process ----------------------------------------------------------------------------------------

    def _connected(self):
        """Return a peer that lives, in which the student's cells have run. Raises _NoMoreError."""
        while self.peer is None or self.peer.gone is not None:
            if self.connections > self.limits.restarts:
                raise _NoMoreError("tiến trình Python đã dừng quá nhiều lần")
            try:
                sock = self.connect(self.connections == 0)
            except (EOFError, OSError):
                self.connections = self.limits.restarts + 1
                raise _NoMoreError("tiến trình Python đã dừng quá nhiều lần") from None
            self.connections += 1  # the new one may have heard from the old one: `knowing` stays as it is
            self.peer = peer = Examiner(sock, self.tests.dunders, self.names)
            self.names.connect(peer)
            try:
                for number in self.cells_run:
                    if number not in self.harmful and peer.gone is None:
                        self._run_cell(peer, number, quiet=True)
                if peer.gone is None:
                    self._tell_classes(peer)
            except StudentGone:
                continue
        return self.peer


class _NoMoreError(Exception):
    """No more processes for this submission."""


def _show_values(wanted):
    """Let the course's checks tell what answer they got, or not."""
    check = sys.modules.get("course.check")
    if hasattr(check, "shows_values"):
        check.shows_values = wanted


def _texts(*codes):
    """Return the texts that stand in compiled code as they are."""
    found, todo = set(), [code for code in codes if code is not None]
    while todo:
        for constant in todo.pop().co_consts:
            if isinstance(constant, str):
                found.add(constant)
            elif hasattr(constant, "co_consts"):
                todo.append(constant)
    return found


def _failure(status, error, message, line=None, frames=(), detail=""):
    result = {"status": status, "error": error, "message": message[:TEXT], "frames": list(frames), "value": None}
    if line:
        result["line"] = line
    if detail:
        result["detail"] = detail
    return result


def _line(code, error):
    """Return the line of the test cell where an error came through, or None."""
    if error is None:
        return None
    if isinstance(error, SyntaxError) and error is code.error:
        return error.lineno
    found = [
        lineno for frame, lineno in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == code.file
    ]
    return found[-1] if found else None


def _shown(value):
    """Return the text of a test cell's value, as a notebook shows it; a student's object has no say in it."""
    if value is None:
        return None
    if issubclass(type(value), Proxy):
        return "<…>"
    try:
        return repr(value)[:VALUE]
    except (Exception, StudentExit):
        return "<…>"


def _show_warning(message, category, file, line, target=None, text=None):
    (target or sys.stderr).write(warnings.formatwarning(message, category, file, line, text))


def _alarm(*_):
    raise CellTimeoutError("chạy quá thời gian")


@contextlib.contextmanager
def _limited(seconds):
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again each second: a test may catch the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
