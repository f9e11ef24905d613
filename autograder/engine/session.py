"""One submission's way through its two processes: started, watched, brought back when they die, and always ended.

The worker, in which this runs, executes nothing of the student's and decodes nothing but JSON lines of limited size.
"""

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass, field

from autograder.engine import DEAD, MB, SKIPPED, TIMEOUT
from autograder.errors import EngineFailed

GRACE_SECONDS = 4.0  # beyond the limit of a cell, before the examiner is given up too
REPORT_BYTES = 4 * MB  # of all reports of one submission together
EXAMINER_BYTES = 4096 * MB
TICK_SECONDS = 0.2
_PIECE = 1 << 18


@dataclass
class Outcome:
    """What came out of one submission's processes, as it came: nothing in it is to be believed."""

    reports: dict = field(default_factory=dict)  # grade_id -> what the examiner says of the test cell
    outputs: dict = field(default_factory=dict)  # number of the student's cell -> (outputs, run), from the student
    why: str = "tiến trình Python đã dừng"  # why what is missing in the two is missing
    cpu_seconds: float = 0.0
    peak_bytes: int = 0


class Session:
    """Runs one plan.

    Parameters
    ----------
    zygote : Zygote
        Makes the student's processes.
    examine : callable
        ``examine(plan, connect, report_descriptor)``, run in a child of this process.
    plan : list of tuple
        ``("run", k, names)``, ``("setup", grade_id)`` or ``("test", grade_id)``, in the order of the notebook.
    job : int
        The descriptor that :func:`autograder.engine.job.pack` returned.
    limits : Limits
    """

    def __init__(self, zygote, examine, plan, job, limits):
        self.zygote, self.examine, self.plan, self.job, self.limits = zygote, examine, list(plan), job, limits
        self.outcome = Outcome()
        self.tests = [step[1] for step in plan if step[0] == "test"]
        self.cells = sum(step[0] == "run" for step in plan)
        self.student = self.examiner = None  # process ids, as this process sees them
        self.deadline = time.monotonic() + limits.total_seconds

    def run(self):
        """Return the :class:`Outcome`; every process is gone then. Raises EngineFailed."""
        self.told, self.telling = os.pipe()  # the student's outputs
        self.buffer, self.kept = bytearray(), 0
        try:
            for _ in range(self.limits.restarts + 1):
                self._examine()
                missing = [name for name in self.tests if name not in self.outcome.reports]
                if not missing:
                    break
                late = time.monotonic() >= self.deadline
                why = "bài nộp đã dùng hết thời gian chạy" if late else "việc chấm ô này bị dừng"
                self.outcome.why = why if late else self.outcome.why
                self._give_up(missing if late else missing[:1], SKIPPED if late else self.ending, why)
                if late or len(missing) == 1:
                    break
                self.plan = [step for step in self.plan if step[0] != "test" or step[1] in missing[1:]]
            rest = [name for name in self.tests if name not in self.outcome.reports]
            self._give_up(rest, SKIPPED, "việc chấm bị dừng quá nhiều lần")
            self._drain()
        finally:
            for number in (self.told, self.telling):
                os.close(number)
        return self.outcome

    def _give_up(self, names, status, why):
        name = {TIMEOUT: "CellTimeoutError", DEAD: "DeadKernelError"}.get(status, "CellNotRun")
        for cell in names:
            report = {"cell": cell, "status": status, "error": name, "message": f"ô không được chạy: {why}"}
            self.outcome.reports[cell] = report

    # --- one examiner ---------------------------------------------------------------------------------------------

    def _examine(self):
        """Fork an examiner, serve it until it ends or has to be ended, and end the student's process."""
        self.ending = DEAD
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        first = self._student()
        try:
            self.examiner = os.fork()
            if self.examiner == 0:
                self._be_examiner(ours, theirs, first, reading, writing)
            first.close()
            theirs.close()
            os.close(writing)
            self._watch(reading, ours)
        finally:
            with contextlib.suppress(OSError, TypeError):
                os.kill(self.examiner, signal.SIGKILL)
                os.waitpid(self.examiner, 0)
            for end in (first, ours, theirs):
                end.close()
            os.close(reading)
            self._end_student()

    def _be_examiner(self, ours, theirs, first, reading, writing):
        """Examine; never returns."""
        try:
            if sys.platform == "linux":
                from autograder.engine.sandbox import system

                system.die_with_parent()
            _limit_memory(EXAMINER_BYTES)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            ours.close()
            self.zygote.socket.close()
            for number in (reading, self.told, self.telling, self.job):
                os.close(number)

            def connect(is_first):
                if is_first:
                    return first
                theirs.sendall(b"c")
                _, descriptors, _, _ = socket.recv_fds(theirs, 1, 1)
                if not descriptors:
                    raise EOFError("no more processes for this submission")
                return socket.socket(fileno=descriptors[0])

            self.examine(self.plan, connect, writing)
        finally:
            os._exit(0)

    def _watch(self, reading, asking):
        """Collect what the two processes send until the examiner ends, is too late, or there is too much of it."""
        reports, restarts = bytearray(), 0
        patience = self.limits.cell_seconds + GRACE_SECONDS
        quiet = time.monotonic() + patience  # nobody may say nothing for longer
        while True:
            now = time.monotonic()
            if now >= min(quiet, self.deadline):
                self.ending = TIMEOUT
                return
            wait = min(quiet - now, self.deadline - now, TICK_SECONDS)
            ready = select.select([reading, self.told, asking], [], [], wait)[0]
            if not ready:
                self._check_memory()
            if self.told in ready and self._read_told():
                quiet = time.monotonic() + patience
            if asking in ready:
                try:
                    if not asking.recv(1):
                        ready = [reading]
                    elif restarts < self.limits.restarts:
                        restarts += 1
                        self._send_student(asking)
                        quiet = time.monotonic() + patience * (1 + self.cells)
                    else:
                        asking.sendall(b"n")
                except OSError:
                    return
            if reading in ready:
                piece = os.read(reading, _PIECE)
                reports += piece
                *lines, rest = reports.split(b"\n")
                reports = bytearray(rest)
                for line in lines:
                    self._report(line)
                    quiet = time.monotonic() + patience
                if not piece or len(reports) > REPORT_BYTES:
                    return

    def _report(self, line):
        with contextlib.suppress(ValueError, RecursionError):
            report = json.loads(line)
            if isinstance(report, dict) and report.get("cell") in self.tests:
                self.outcome.reports.setdefault(report["cell"], report)

    # --- the student's process ------------------------------------------------------------------------------------

    def _student(self):
        """Ask for a process; return the examiner's end of the socket to it."""
        mine, theirs = socket.socketpair()
        try:
            self.zygote.fork(theirs.fileno(), self.telling, self.job)
        except EngineFailed:
            mine.close()
            raise
        finally:
            theirs.close()
        self.student = True
        return mine

    def _send_student(self, asking):
        self._end_student()
        with self._student() as end:
            socket.send_fds(asking, [b"s"], [end.fileno()])

    def _end_student(self):
        if self.student is None:
            return
        self.student = None
        _, cpu, peak = self.zygote.end()
        self.outcome.cpu_seconds += cpu
        self.outcome.peak_bytes = max(self.outcome.peak_bytes, peak)

    def _check_memory(self):
        """End the student's process when all it started uses more memory together than one process may."""
        if sys.platform != "linux" or self.student is None:
            return
        if self.student is True:
            self.student = self.zygote.forked()
        base = _sizes(self.zygote.process.pid)[0]  # what each of them shares with the zygote, unless it wrote there
        if _memory(self.student, base) > self.limits.memory_bytes:
            with contextlib.suppress(OSError):
                os.kill(self.student, signal.SIGKILL)

    def _read_told(self):
        """Read the outputs pipe once; return whether a line came to its end."""
        piece = os.read(self.told, _PIECE)
        limit = 2 * MB + (self.cells + 1) * 3 * self.limits.output_bytes
        if self.kept < min(limit, 256 * MB):  # the rest is thrown away, but read: nobody is to hang in a write
            self.kept += len(piece)
            self.buffer += piece
        return b"\n" in piece

    def _drain(self):
        while select.select([self.told], [], [], 0)[0]:
            if len(os.read(self.told, _PIECE)) == 0 or self.kept > 256 * MB:
                break
        for line in bytes(self.buffer).split(b"\n"):
            if len(line) > 2 * MB + 3 * self.limits.output_bytes:
                continue
            with contextlib.suppress(ValueError, TypeError, RecursionError):
                number, outputs, run = json.loads(line)
                if type(number) is int and 0 <= number < self.cells:
                    self.outcome.outputs.setdefault(number, (outputs, run))


def _limit_memory(size):
    """Let this process allocate so many bytes more than now."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        wanted = used + size if hard == resource.RLIM_INFINITY else min(hard, used + size)
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _memory(first, base):
    """Return the bytes of memory that a process and its descendants use, files and `base` for each not counted."""
    total, todo, seen = 0, [first], set()
    while todo and len(seen) < 1000:
        pid = todo.pop()
        seen.add(pid)
        own, shared = _sizes(pid)
        total += max(0, own - base) + shared
        with contextlib.suppress(OSError, ValueError):
            for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  (Path is slow)
                with open(f"/proc/{pid}/task/{task}/children", "rb") as file:  # noqa: PTH123
                    todo += [int(child) for child in file.read().split() if int(child) not in seen]
    return total


def _sizes(pid):
    """Return the bytes of a process's private and of its shared memory, files not counted; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", "rb") as file:  # noqa: PTH123
            sizes = dict(line.split()[:2] for line in file if line.startswith(b"Rss"))
        return tuple(int(sizes.get(name, 0)) * 1024 for name in (b"RssAnon:", b"RssShmem:"))
    except (OSError, ValueError):
        return 0, 0
