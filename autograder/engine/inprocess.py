"""Test cells that cannot be examined from a process of their own: run in the student's, guarded.

Which cells these are is decided by the model solution (:mod:`autograder.engine.fitness`), never by a submission. The
examiner's side, here, holds the tests and sends one at a time, between canaries (:mod:`~autograder.engine.canaries`);
the student's side (:mod:`~autograder.engine.guard`) runs what it is sent and looks for tampering. What comes back is
JSON that the student's code may have written: it can say no more than "passed", "failed" and a number, and a cell
counts only when all canaries around it failed as they must and nothing was found changed.

A shared process can guarantee nothing: code that knows this file can find and undo what is done here.
"""

import ast
import builtins
import contextlib
import json
import os
import random
import secrets
import socket
import time

from autograder.engine import DEAD, FAILED, OK, SKIPPED, TIMEOUT
from autograder.engine import canaries as birds
from autograder.engine.testcode import bound, imported, parse

TAMPERED = "TamperedError"
WHAT = "Bài nộp can thiệp vào việc chấm: {}."
_ANSWER = 16 << 20
_CANARY_SECONDS = 1.0
_BUILTINS = frozenset(vars(builtins))
_PATIENCE = 1.5  # seconds, beyond what the other side keeps to by itself


class _BrokenError(Exception):
    """The student's process died, is late or answers nonsense."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


def examine(tests, plan, connect, report, limits, guarded=True):
    """Run a plan as :func:`autograder.engine.examiner.examine` does, its tests in the student's process.

    Without `guarded` nothing is checked: for the model solution, which is compared with itself.
    """
    Inside(tests, connect, report, limits, guarded).run(plan)


class Inside:
    """One submission's way through the plan."""

    def __init__(self, tests, connect, report, limits, guarded=True):
        self.tests, self.connect, self.report, self.limits, self.guarded = tests, connect, report, limits, guarded
        self.sock, self.buffer, self.connections = None, b"", 0
        self.done, self.harmful, self.slow = [], set(), set()  # what has run; cells not to run again; tasks
        self.imports = _imports([*tests.imports, *tests.codes.values()])
        self.own = frozenset().union(*(c.stores for n, c in tests.codes.items() if n not in tests.tasks))
        self.chance = random.SystemRandom()

    def run(self, plan):
        """See :func:`examine`."""
        for kind, *rest in plan:
            if kind == "test":
                self._tell(rest[0], self._test(rest[0]))
            else:
                self.done.append((kind, rest[0]))
                with contextlib.suppress(_BrokenError, EOFError):
                    self._step(kind, rest[0])

    def _tell(self, name, result):
        line = json.dumps({"cell": name, **result}).encode() + b"\n"
        while line:
            line = line[os.write(self.report, line) :]

    # -- the student's process --------------------------------------------------------------------------------------

    def _step(self, kind, what):
        """Run a cell of the student's, or have the names of a setup cell remembered."""
        if self.sock is None:
            self._connect()  # it runs what is to be done up to here
        else:
            self._do(kind, what)

    def _do(self, kind, what):
        if (kind, what) in self.harmful:
            return
        try:
            if kind == "run":
                self._ask({"cell": what}, self.limits.cell_seconds + _PATIENCE)
            else:
                stores = self.tests.codes[what].stores if what in self.tests.codes else ()
                self._ask({"keep": sorted(stores - self.tests.model_names)}, _PATIENCE)
        except _BrokenError:
            self.harmful.add((kind, what))
            raise

    def _connect(self):
        """Get a process in which everything before has run. Raises EOFError when there are no more."""
        while self.sock is None:
            if self.connections > self.limits.restarts:
                raise EOFError
            try:
                self.sock, self.buffer = self.connect(self.connections == 0), b""
            except OSError:
                raise EOFError from None
            self.connections += 1
            with contextlib.suppress(_BrokenError):
                for kind, what in self.done:
                    self._do(kind, what)

    def _ask(self, request, seconds):
        """Send a request, return the answer. Raises _BrokenError; the process is given up then."""
        token, deadline = secrets.token_hex(8), time.monotonic() + seconds
        try:
            self.sock.settimeout(seconds)
            self.sock.sendall(json.dumps({"token": token, **request}).encode() + b"\n")
            while b"\n" not in self.buffer:
                self.sock.settimeout(max(0.01, deadline - time.monotonic()))
                piece = self.sock.recv(1 << 18)
                if not piece or len(self.buffer) > _ANSWER:
                    raise OSError
                self.buffer += piece
            line, _, self.buffer = self.buffer.partition(b"\n")
            answer = json.loads(line)
            if self.buffer or not isinstance(answer, dict) or answer.get("token") != token:
                raise ValueError
        except (OSError, ValueError, RecursionError) as error:
            status = TIMEOUT if isinstance(error, socket.timeout) else DEAD
            with contextlib.suppress(OSError):
                self.sock.close()
            self.sock = None
            raise _BrokenError(status) from None
        return answer

    # -- one test cell ----------------------------------------------------------------------------------------------

    def _test(self, name):
        """Run a test cell between canaries; return what to report."""
        code, task = self.tests.codes[name], self.tests.tasks.get(name)
        seconds = self.limits.cell_seconds
        if task in self.slow:
            seconds = min(seconds, self.limits.second_chance_seconds)
        try:
            if self.sock is None:
                self._connect()
        except EOFError:
            return _failure(SKIPPED, "CellNotRun", "ô không được chạy: tiến trình Python đã dừng quá nhiều lần")
        try:
            before = [birds.plain(code, self.chance, self._taken) for _ in range(self.chance.randrange(1, 4))]
            for bird in before if self.guarded else ():
                self._fly(bird, code)
            answer = self._ask(self._request(code, code.source, seconds, ()), seconds + _PATIENCE)
            result = _result(answer, code, seconds)
            if self.guarded:
                _check(answer)
                after = [birds.plain(code, self.chance, self._taken)]
                if result["status"] == OK:
                    after.append(birds.derived(code, self.chance))
                for bird in self.chance.sample(after, len(after)):
                    if bird is not None:
                        self._fly(bird, code)
            self.done += [("setup", name)] if code.stores - self.tests.model_names else []
        except _TamperedError as found:
            return _failure(FAILED, TAMPERED, WHAT.format(found), tampered=True, by="instructor")
        except _BrokenError as broken:
            if broken.status == DEAD:
                return _failure(DEAD, "DeadKernelError", "tiến trình Python đã dừng")
            self.slow.add(task)
            return _failure(TIMEOUT, "CellTimeoutError", f"chạy quá {seconds:g} giây")
        if result["status"] == TIMEOUT:
            self.slow.add(task)
        return result

    @property
    def _taken(self):
        return self.tests.student_names | self.tests.test_names | self.own

    def _request(self, code, source, seconds, forget):
        local = code.stores | self.tests.model_names
        imports = self.imports.keys() - imported(code.source)
        used = code.used_names - local
        expected = {
            "builtins": sorted(used & _BUILTINS),
            "imports": {name: self.imports[name] for name in code.used_names & imports - local},
            "own": sorted(used & (self.own | self.tests.test_names)),
        }
        own = sorted(code.stores - self.tests.model_names) if not forget and source is code.source else []
        return {"source": source, "seconds": seconds, "expected": expected, "forget": sorted(forget), "own": own}

    def _fly(self, bird, code):
        """Run a canary; raises _TamperedError when it lives."""
        seconds = min(_CANARY_SECONDS, self.limits.cell_seconds)
        answer = self._ask(self._request(code, bird.source, seconds, bird.names), seconds + _PATIENCE)
        _check(answer)
        run = answer.get("run")
        run = run if isinstance(run, dict) else {}
        if run.get("status") not in (FAILED, TIMEOUT):
            raise _TamperedError("một kiểm tra phải sai lại được tính là đúng")


class _TamperedError(Exception):
    """Something stands between a test and its result."""


def _check(answer):
    """Raise _TamperedError when the guard has found something."""
    found = [*_names(answer.get("before")), *_names(answer.get("after"))]
    if found:
        listed = ", ".join(f"`{name}`" for name in dict.fromkeys(found[:3]))
        raise _TamperedError(f"nó thay đổi {listed}")


def _names(value):
    if not isinstance(value, list):
        return ["?"]  # the guard itself
    return [name[:100] if isinstance(name, str) else "?" for name in value[:10]]


def _result(answer, code, seconds):
    """Return what to report of a test cell, from what the student's side says of it."""
    run = answer.get("run") if isinstance(answer.get("run"), dict) else {}
    texts, value = {"stdout": "", "stderr": ""}, None
    for output in answer.get("outputs") if isinstance(answer.get("outputs"), list) else ():
        if not isinstance(output, dict):
            continue
        kind, text = output.get("output_type"), output.get("text")
        if kind == "stream" and output.get("name") in texts and isinstance(text, str):
            texts[output["name"]] += text[:10_000]
        elif kind == "execute_result" and code.last is not None and isinstance(output.get("data"), dict):
            shown = output["data"].get("text/plain")
            value = shown[:1000] if isinstance(shown, str) else "?"
    status = run.get("status")
    if status == TIMEOUT:
        return _failure(TIMEOUT, "CellTimeoutError", f"chạy quá {seconds:g} giây")
    if status != OK:
        error, message = (text if isinstance(text, str) else "" for text in (run.get("error"), run.get("message")))
        return _failure(FAILED, error[:80] or "Error", message[:4000]) | texts
    return {"status": OK, "value": value} | texts


def _failure(status, error, message, **more):
    return {"status": status, "error": error, "message": message, "value": None} | more


def _imports(codes):
    """Return {name: (module, part or None)} of the import statements at the top level of these cells."""
    found = {}
    for code in codes:
        with contextlib.suppress(SyntaxError):
            for statement in bound(code.source).imports:
                node = parse(statement)[0].body[0]
                for alias in node.names:
                    if isinstance(node, ast.Import):
                        module = alias.name if alias.asname else alias.name.partition(".")[0]
                        found[alias.asname or module] = (module, None)
                    elif node.module and not node.level and alias.name != "*":
                        found[alias.asname or alias.name] = (node.module, alias.name)
    return found
