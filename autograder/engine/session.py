"""One submission's way through its two processes: started, watched, brought back when they die, and always ended.

The worker, in which this runs, executes nothing of the student's and decodes nothing but JSON lines of limited size.
"""

import array
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
EXAMINER_BYTES = 1024 * MB  # besides what a student's process may allocate: answers of that size come here
TICK_SECONDS = 0.2  # between two looks at the memory in use
_REST_SECONDS = 0.01  # between two looks at what was told: to be woken for each line costs more than the line
_PIPE_BYTES = MB  # so that nobody has to wait for the next look
_SPARE_TASKS = 16  # the limit on processes is kept by the walls, where the system counts them
_PIECE = 1 << 18


@dataclass
class Outcome:
    """What came out of one submission's processes, as it came: nothing in it is to be believed."""

    reports: dict = field(default_factory=dict)  # grade_id -> what the examiner says of the test cell
    outputs: dict = field(default_factory=dict)  # number of the student's cell -> (outputs, run), from the student
    late: set = field(default_factory=set)  # the cells whose outputs came after a hidden test was begun
    why: str = "tiến trình Python đã dừng"  # why what is missing in the two is missing
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    disturbed: bool = False  # a process was ended by somebody else: by a kill, or where memory is short
    open: "Outcome | None" = None  # of another run, in which no hidden test was asked: all of it may be told


class Session:
    """Runs one plan.

    Parameters
    ----------
    zygote : Zygote
        Makes the student's processes.
    examine : callable
        ``examine(plan, connect, report_descriptor, before_hidden)``, run in a child of this process.
    plan : list of tuple
        ``("run", k, names)``, ``("setup", grade_id)`` or ``("test", grade_id)``, in the order of the notebook.
    job : int
        The descriptor that :func:`autograder.engine.job.pack` returned.
    limits : Limits
    deadline : float, optional
        On the clock of :func:`time.monotonic`; by default what the limits give from now.
    """

    def __init__(self, zygote, examine, plan, job, limits, deadline=None):
        self.zygote, self.examine, self.plan, self.job, self.limits = zygote, examine, list(plan), job, limits
        self.outcome = Outcome()
        self.tests = [step[1] for step in plan if step[0] == "test"]
        self.cells = sum(step[0] == "run" for step in plan)
        self.student = self.examiner = None  # whether there is a student's process; the id of the examiner's
        self.too_much = False  # whether the student's processes were killed from here
        self.deadline = deadline or time.monotonic() + limits.total_seconds

    def run(self):
        """Return the :class:`Outcome`; every process is gone then. Raises EngineFailed."""
        self.told, self.telling = _pipe()  # the student's outputs
        self.buffer, self.kept, self.read, self.mark = bytearray(), 0, 0, None
        try:
            for _ in range(self.limits.restarts + 1):
                self._examine()
                missing = [name for name in self.tests if name not in self.outcome.reports]
                if not missing:
                    break
                late = time.monotonic() >= self.deadline
                self.outcome.disturbed |= self.ending == DEAD and not late
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
        reading, writing = _pipe()
        first = self._student()
        ended, status = False, 0
        try:
            self.examiner = os.fork()
            if self.examiner == 0:
                self._be_examiner(ours, theirs, first, reading, writing)
            first.close()
            theirs.close()
            os.close(writing)
            ended = self._watch(reading, ours)
        finally:
            with contextlib.suppress(OSError, TypeError):
                os.kill(self.examiner, signal.SIGKILL)  # whoever has ended keeps the status that it ended with
                _, status = os.waitpid(self.examiner, 0)
            # it may have been killed after its last report, with cells of the student's still to be run
            self.outcome.disturbed |= ended and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
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
            _limit_memory(self.limits.memory_bytes + EXAMINER_BYTES)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            from autograder.engine.sandbox import examining

            examining.keep_only(first.fileno(), theirs.fileno(), writing)

            def connect(is_first):
                if is_first:
                    return first
                theirs.sendall(b"c")
                _, descriptors, _, _ = socket.recv_fds(theirs, 1, 1)
                if not descriptors:
                    raise EOFError("no more processes for this submission")
                return socket.socket(fileno=descriptors[0])

            def before_hidden():
                theirs.sendall(b"h")
                theirs.recv(1)

            self.examine(self.plan, connect, writing, before_hidden)
        finally:
            os._exit(0)

    def _watch(self, reading, asking):
        """Collect what the two processes send until the examiner ends, is too late, or there is too much of it.

        Return whether it ended.
        """
        reports, restarts = bytearray(), 0
        patience = self.limits.cell_seconds + GRACE_SECONDS
        quiet = time.monotonic() + patience  # nobody may say nothing for longer
        look = time.monotonic() + TICK_SECONDS
        while True:
            now = time.monotonic()
            if now >= min(quiet, self.deadline):
                self.ending = TIMEOUT
                return False
            # questions are answered at once; this socket ends with the examiner, so its end is seen at once too
            ready = select.select([asking], [], [], min(quiet - now, self.deadline - now, _REST_SECONDS))[0]
            ready += select.select([reading, self.told], [], [], 0)[0]
            if now >= look:  # also while there is much to read: that may be on purpose
                self._check_use()
                look = time.monotonic() + TICK_SECONDS
            if self.told in ready and self._read_told():
                quiet = time.monotonic() + patience
            if asking in ready:
                try:
                    asked = asking.recv(1)
                    if not asked:
                        ready = [reading]
                    elif asked == b"h":
                        self._mark()
                        asking.sendall(b"k")
                    elif restarts < self.limits.restarts:
                        restarts += 1
                        self._send_student(asking)
                        quiet = time.monotonic() + patience * (1 + self.cells)
                    else:
                        asking.sendall(b"n")
                except OSError:
                    return True
            if reading in ready:
                piece = os.read(reading, _PIECE)
                reports += piece
                *lines, rest = reports.split(b"\n")
                reports = bytearray(rest)
                for line in lines:
                    self._report(line)
                    quiet = time.monotonic() + patience
                if not piece or len(reports) > REPORT_BYTES:
                    return not piece

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
        status, cpu, peak = self.zygote.end()
        self.outcome.disturbed |= status == signal.SIGKILL and not self.too_much
        self.outcome.cpu_seconds += cpu
        self.outcome.peak_bytes = max(self.outcome.peak_bytes, peak)

    def _check_use(self):
        """End the student's processes when together they use more memory than one may, or are too many."""
        if sys.platform != "linux" or self.student is None:
            return
        most = self.limits.processes + _SPARE_TASKS
        used, tasks, pids = used_below(self.zygote, most + 1)
        if used > self.limits.memory_bytes or tasks > most + len(pids) or len(pids) > most:
            self.too_much = True
            self.zygote.kill(pids)

    def _read_told(self):
        """Read the outputs pipe once; return whether a line came to its end."""
        piece = os.read(self.told, _PIECE)
        self.read += len(piece)
        limit = 2 * MB + (self.cells + 1) * 3 * self.limits.output_bytes
        if self.kept < min(limit, 256 * MB):  # the rest is thrown away, but read: nobody is to hang in a write
            self.kept += len(piece)
            self.buffer += piece
        return b"\n" in piece

    def _mark(self):
        """Note what the student's process has put out by now: it has not heard of a hidden test yet."""
        import fcntl
        import termios

        waiting = array.array("i", [0])
        fcntl.ioctl(self.told, termios.FIONREAD, waiting)
        end = self.read + waiting[0]
        while self.read < end and select.select([self.told], [], [], 0)[0]:
            self._read_told()
        if self.mark is None:
            self.mark = len(self.buffer)

    def _drain(self):
        while select.select([self.told], [], [], 0)[0]:
            if len(os.read(self.told, _PIECE)) == 0 or self.kept > 256 * MB:
                break
        place = 0
        for line in bytes(self.buffer).split(b"\n"):
            place += len(line) + 1
            if len(line) > 2 * MB + 3 * self.limits.output_bytes:
                continue
            with contextlib.suppress(ValueError, TypeError, RecursionError):
                number, outputs, run = json.loads(line)
                if type(number) is int and 0 <= number < self.cells and number not in self.outcome.outputs:
                    self.outcome.outputs[number] = outputs, run
                    if self.mark is not None and place > self.mark:
                        self.outcome.late.add(number)


def _pipe():
    """Return a pipe with room for much."""
    ends = os.pipe()
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return ends


def _limit_memory(size):
    """Let this process allocate so many bytes more than now."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        wanted = used + size if hard == resource.RLIM_INFINITY else min(hard, used + size)
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def used_below(zygote, most=20_000):
    """Return (bytes of memory, number of threads, process ids) of all that a zygote's student has started.

    Files are not counted, nor what each of them shares with the zygote; not many more than `most` are looked at.
    """
    from autograder.engine.sandbox import keeping

    place = zygote.place()
    base = _sizes(place)[0]
    pids, tasks = keeping.below(place, most)
    return sum(max(0, own - base) + shared for own, shared in map(_sizes, pids)), tasks, pids


def _sizes(pid):
    """Return the bytes of a process's private and of its shared memory, files not counted; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", "rb") as file:  # noqa: PTH123
            sizes = dict(line.split()[:2] for line in file if line.startswith(b"Rss"))
        return tuple(int(sizes.get(name, 0)) * 1024 for name in (b"RssAnon:", b"RssShmem:"))
    except (OSError, ValueError):
        return 0, 0
