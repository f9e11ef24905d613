"""A student's process and an examiner's, without walls and without IPython: for tests of what goes between them."""

import contextlib
import faulthandler
import json
import os
import signal
import socket
import sys
import tempfile

from autograder.engine import Limits, examiner, student, testcode
from autograder.engine.failures import CellTimeoutError

LIMITS = Limits(cell_seconds=3, second_chance_seconds=1, restarts=3)


class PlainShell:
    """What `student.serve` needs of a shell, on plain exec."""

    def __init__(self):
        self.names, self.text = {"__name__": "__main__"}, {"stdout": [], "stderr": []}
        self.files = []

    def begin(self):
        for name, parts in self.text.items():
            stream = type("Stream", (), {"write": lambda s, t, p=parts: p.append(t), "flush": lambda s: None})()
            setattr(sys, name, stream)
        signal.signal(signal.SIGALRM, self.alarm)

    def alarm(self, *_):
        raise CellTimeoutError("late")

    def run(self, source, seconds):
        file = f"<cell {len(self.files)}>"
        self.files.append(file)
        run = {"status": "ok", "error": "", "message": "", "frames": []}
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            exec(compile(source, file, "exec"), self.names)
        except CellTimeoutError:
            run["status"] = "timeout"
        except BaseException as error:
            run.update(status="failed", error=type(error).__name__, message=str(error))
            run["frames"] = self.frames(error.__traceback__)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        out, err = self.printed()
        return [{"output_type": "stream", "name": "stdout", "text": out + err}] if out + err else [], run

    def printed(self):
        out, err = ("".join(self.text[name]) for name in ("stdout", "stderr"))
        for parts in self.text.values():
            parts.clear()
        return out, err

    def frames(self, traceback):
        found = []
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename in self.files:
                found.append((self.files.index(traceback.tb_frame.f_code.co_filename), traceback.tb_lineno))
            traceback = traceback.tb_next
        return found


class Pair:
    """Runs plans; every process it starts is gone when it is left."""

    def __init__(self, cells, tests, limits=LIMITS, sources=None, be_student=None):
        self.cells, self.tests, self.limits = cells, tests, limits
        self.sources = cells if sources is None else sources
        self.be_student = be_student or self.serve
        self.children = []
        self.outputs, self.telling = os.pipe()

    def serve(self, sock):
        shell = PlainShell()
        shell.begin()
        student.serve(shell, self.cells, sock, self.telling, self.limits)

    def connect(self, first):
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            try:
                ours.close()
                faulthandler.disable()  # a crash that a test wants is no news
                null = os.open(os.devnull, os.O_RDWR)
                for number in (0, 1, 2):
                    os.dup2(null, number)
                os.chdir(tempfile.gettempdir())
                self.be_student(theirs)
            finally:
                os._exit(0)
        self.children.append(child)
        theirs.close()
        return ours

    def run(self, plan, report):
        examiner.examine(self.tests, plan, self.connect, report, self.limits, self.sources)

    def results(self, plan):
        """Return ({grade_id: what was reported}, [lines of the student's outputs])."""
        with tempfile.TemporaryFile() as file:
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    self.run(plan, file.fileno())
                    status = 0
                except BaseException:
                    import traceback

                    traceback.print_exc(file=sys.__stderr__)
                finally:
                    for process in self.children:
                        with contextlib.suppress(OSError):
                            os.kill(process, signal.SIGKILL)
                            os.waitpid(process, 0)
                    os._exit(status)
            _, status = os.waitpid(child, 0)
            os.close(self.telling)
            with os.fdopen(self.outputs, "rb") as told:
                outputs = [json.loads(line) for line in told.read().splitlines()]
            file.seek(0)
            assert status == 0
            found = [json.loads(line) for line in file.read().splitlines()]
        return {report["cell"]: report for report in found}, outputs


def examined(solution, test, setup="", limits=LIMITS, known=None, **kw):
    """Return the report of one test cell after a setup cell and a solution cell; `known` is the model solution."""
    codes = {"setup": testcode.Code("setup", setup), "test": testcode.Code("test", test)}
    tests = testcode.tests_of(codes, {"test": "task"}, [solution if known is None else known])
    plan = [("run", 0, ()), ("setup", "setup"), ("run", 1, testcode.names_bound(solution)), ("test", "test")]
    reports, _ = Pair([setup, solution], tests, limits, **kw).results(plan)
    return reports["test"]
