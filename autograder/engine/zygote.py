"""The process that students' processes are forked from.

It is started by :class:`Zygote` as a program of its own, with an environment and a command line that tell nothing, and
knows no course: only which modules to import. Whatever it holds its children hold, so what a student handed in never
passes through it: a *job* is a file, of which it hands on the descriptor.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.engine.job import unpack
from autograder.engine.preload import ALWAYS, keep_memory, pack_memory, preload, uncollected
from autograder.errors import EngineFailed

START_SECONDS = 60
ANSWER_SECONDS = 15
CLOSE_SECONDS = 5
SWEEP_SECONDS = 3  # for an answer where walls can be ended as one: a bomb of processes leaves no time to give it
GONE_SECONDS = 60  # for all processes behind them, which are killed already, to be gone
# byte by byte: who reads ahead swallows a request behind the line, and the descriptor that comes with it
_BOOT = r"""
import os, sys
line = b""
while line[-1:] != b"\n":
    line += os.read(0, 1) or b"\n"
sys.path.append(os.fsdecode(line[:-1]))
from autograder.engine.zygote import main
main()
"""
_FORK, _END, _TWIN = b"f", b"e", b"t"
# kind of job -> module whose `serve` a student's process runs; it has to be imported before the walls are up
SERVANTS = {
    "examined": "autograder.engine.student",
    "inprocess": "autograder.engine.guard",
    "kernel": "autograder.engine.boxed",
}


class Begun:
    """The program of a zygote, which imports what every one needs; it ends when nobody takes it to make a zygote of it.

    The parameters are those of :class:`Zygote`; only bubblewrap needs to know modules, paths and scratch so early.
    """

    def __init__(self, cage, modules=(), paths=(), scratch=0):
        from autograder.engine import sandbox
        from autograder.engine.sandbox import root

        self.cage, self._pair = cage, None
        mine, theirs = socket.socketpair()
        kind = sandbox.CAGES[cage]
        self.wrapped = kind is sandbox.Bubblewrap
        argv = kind.command([sys.executable, "-I", "-c", _BOOT], ["autograder", *sorted(modules)], paths, scratch)
        clean = {"PATH": "/usr/bin:/bin", **root.environment(), **root.data()}
        env = clean if kind.contained else _inherited(root.environment())
        libraries = os.environ.get("LD_LIBRARY_PATH")
        env |= {"LD_LIBRARY_PATH": libraries} if libraries else {}
        try:
            process = subprocess.Popen(argv, stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env=env, cwd="/", start_new_session=True)  # fmt: skip
        except OSError as error:
            mine.close()
            raise EngineFailed(f"Không khởi động được tiến trình Python để chạy sổ tay: {error}") from None
        finally:
            theirs.close()
        self._pair = process, mine
        request = json.dumps({"cage": cage, "fonts": _font_cache()}).encode()
        with contextlib.suppress(OSError):  # whoever takes it will find out
            mine.sendall(str(Path(__file__).resolve().parents[2]).encode() + b"\n" + request + b"\n")

    def taken(self):
        """Return (process, socket), which are the caller's from now on."""
        pair, self._pair = self._pair, None
        return pair

    def close(self):
        """End it, unless it was taken."""
        if self._pair:
            process, sock = self.taken()
            sock.close()
            process.kill()  # it has nothing yet that it would have to clean up
            process.wait()

    __del__ = close


class Zygote:
    """The worker's end: one process that makes one student's process at a time.

    Parameters
    ----------
    modules : iterable of str
        What to import beforehand; what cannot be imported is left to fail in the student's own cell.
    cage : str
        The walls, see :mod:`autograder.engine.sandbox`.
    paths : iterable of str
        What is to be readable besides the system, this Python and the modules.
    wait : bool
        False returns while it still imports; :meth:`ready` then has to be called.
    begun : Begun, optional
        The program, where it was started before the modules were known.
    scratch : int
        See :meth:`autograder.engine.sandbox.Cage.command`.
    """

    def __init__(self, modules, cage, paths=(), wait=True, begun=None, scratch=0):
        self._unanswered, self._is_ready, self.process, self._wrapped = 0, False, None, False
        self._place, self._key, self._scratch = None, (frozenset(modules), cage, tuple(paths)), scratch
        self._walls, self._is_spent = None, False  # a handle on walls that students share; whether they have to go
        if not (_first and _first.alike(self)):
            self._begin(begun or Begun(cage, modules, paths, scratch))
        if wait:
            self.ready()

    def _begin(self, begun):
        """Make the zygote of its program."""
        modules, _, paths = self._key
        self._unanswered, self._is_ready, self._is_spent, self._place = 0, False, False, None
        self.process, self.socket = begun.taken()
        self._wrapped = begun.wrapped
        try:
            self.socket.sendall(json.dumps({"modules": sorted(modules), "paths": list(paths)}).encode() + b"\n")
        except OSError as error:
            self.close()
            raise EngineFailed(f"Tiến trình chạy sổ tay không khởi động được: {error}") from None

    def alike(self, other):
        """Make `other` one like this, a fork of it; return whether that could be asked for."""
        if other._key != self._key:
            return False
        mine, theirs = socket.socketpair()
        with theirs, contextlib.suppress(OSError):
            mine.sendall(json.dumps({"cores": _cores()}).encode() + b"\n")
            socket.send_fds(self.socket, [_TWIN], [theirs.fileno()])
            other.socket = mine
            return True
        mine.close()
        return False

    def ready(self):
        """Wait until it has imported everything. Raises EngineFailed."""
        if self._is_ready:
            return
        try:
            answer = json.loads(self._line(START_SECONDS))
        except (OSError, ValueError) as error:
            self.close()
            raise EngineFailed(f"Tiến trình chạy sổ tay không khởi động được: {error}") from None
        self._is_ready = True
        if "error" in answer:
            self.close()
            raise EngineFailed(f"Tiến trình chạy sổ tay không khởi động được: {answer['error']}")
        if self.process is None:
            self._place = answer["pid"]
        if self._wrapped:
            with contextlib.suppress(OSError, AttributeError):  # an old kernel: then they are swept, and not ended
                self._walls = os.pidfd_open(self._inside())

    def fork(self, *descriptors):
        """Ask for a student's process that gets these descriptors (see :func:`main`); returns at once."""
        self.ready()
        try:
            socket.send_fds(self.socket, [_FORK], descriptors)
        except OSError as error:
            raise EngineFailed(f"Tiến trình chạy sổ tay đã dừng: {error}") from None
        self._unanswered += 1

    def forked(self):
        """Return the id of the process asked for last; raises EngineFailed when its walls could not be put up."""
        return self._answer()["pid"]

    def place(self):
        """Return the id of the zygote's process, as it is seen from here: another program may stand before it."""
        if self._place is None:
            self._place = self.process.pid
            if self._wrapped:
                with contextlib.suppress(OSError):
                    self._place = self._inside()
        return self._place

    def _inside(self):
        """Return the id of the only child of the program that stands before the zygote."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if not children:
            raise ProcessLookupError
        return int(children[0])

    def kill(self, pids):
        """Kill these processes of its student's; where walls can be ended as one, all that is behind them.

        Processes that start each other are faster than whoever kills them one by one.
        """
        if self._walls is not None:
            self._is_spent = True
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._walls, signal.SIGKILL)
            return
        for pid in pids:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)

    def end(self):
        """Kill the student's process and all it started; return its (exit status, CPU seconds, peak memory).

        Walls that students share are ended with what is behind them when not all of that was gone at once, and new ones
        are made for the next student. The return value is zeros then, if nobody was left to tell it.
        """
        ended = 0, 0.0, 0
        if not self._is_spent:
            try:
                self.socket.sendall(_END)
            except OSError as error:
                raise EngineFailed(f"Tiến trình chạy sổ tay đã dừng: {error}") from None
            self._unanswered += 1
            try:
                answer = self._answer(ANSWER_SECONDS if self._walls is None else SWEEP_SECONDS)
                ended, self._is_spent = tuple(answer["ended"]), answer["spent"]
            except _SilentError:
                if self._walls is None:
                    raise
                self._is_spent = True
        if self._is_spent:
            self._renew()
        return ended

    def _renew(self):
        """Have everything behind the walls ended, and only then new walls made. Raises EngineFailed."""
        is_gone = self._end_walls()
        self.close()
        if not is_gone:
            raise EngineFailed(f"Tiến trình của một bài nộp không dừng hẳn sau {GONE_SECONDS} giây.")
        modules, cage, paths = self._key
        self._begin(Begun(cage, modules, paths, self._scratch))

    def _end_walls(self):
        """Kill the first process behind the walls: the system ends all others with it. Return whether all are gone."""
        walls, self._walls = self._walls, None
        if walls is None:
            return True
        try:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(walls, signal.SIGKILL)
            return bool(select.select([walls], [], [], GONE_SECONDS)[0])  # it ends after all others have
        finally:
            os.close(walls)

    def close(self):
        """End the zygote and its student's process."""
        if self.process is None:
            self._close_twin()
            return
        self._end_walls()
        with contextlib.suppress(OSError):
            self.socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(CLOSE_SECONDS)  # it ends by itself, and kills its child first
            return
        self.process.kill()
        self.process.wait()

    def _close_twin(self):
        """End one that is not a child of this process."""
        with self.socket, contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            while select.select([self.socket], [], [], CLOSE_SECONDS)[0]:
                if not self.socket.recv(1000):
                    return
            if self._place:  # it has its end of the socket, so this is still its number
                os.kill(self._place, signal.SIGKILL)

    def _answer(self, seconds=ANSWER_SECONDS):
        """Return the answer to the last request; earlier ones nobody read are passed over, unless they complain."""
        answer = {}
        while self._unanswered:
            try:
                answer = json.loads(self._line(seconds))
            except TimeoutError as error:
                raise _SilentError(f"Tiến trình chạy sổ tay đã dừng: {error}") from None
            except (OSError, ValueError) as error:
                raise EngineFailed(f"Tiến trình chạy sổ tay đã dừng: {error}") from None
            self._unanswered -= 1
            if "error" in answer:
                raise EngineFailed(f"Không dựng được hộp cát: {answer['error']}")
        return answer

    def _line(self, seconds):
        """Return one line; what was sent is read to its end, never beyond, for answers are never sent ahead."""
        deadline, line = time.monotonic() + seconds, b""
        while not line.endswith(b"\n"):
            if not select.select([self.socket], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError("không trả lời")
            piece = self.socket.recv(1)
            if not piece:
                raise OSError("đã thoát")
            line += piece
        return line


class _SilentError(EngineFailed):
    """It gave no answer in time."""


_first = None  # the zygote that those of this process and of its children are forked from


@contextlib.contextmanager
def shared(modules, begun):
    """Have one zygote import what those of all processes need that are forked meanwhile.

    `begun` must have walls that nothing of a student's outlives: else each worker needs walls of its own.
    """
    global _first
    first = _first = Zygote(modules, begun.cage, wait=False, begun=begun)
    try:
        yield
    finally:
        _first = None
        first.close()


def _cores():
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def _inherited(clean):
    """Return the environment for a zygote without walls: its owner's, but for what changes how cells behave."""
    kept = {"HOME", "USER", "LOGNAME", "PATH", "TMPDIR", "MPLCONFIGDIR"}
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IPYTHON", "JUPYTER"))}
    return env | {k: v for k, v in clean.items() if k not in kept}


def _font_cache():
    """Return where Matplotlib may keep its list of fonts, to be made once and not by every zygote."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return str(Path(base) / "autograder" / "matplotlib")


# --- in the zygote ----------------------------------------------------------------------------------------------


def main():
    """Import, confine, then fork one student after the other until nobody asks any more.

    A request brings three descriptors: the socket to the examiner, the pipe for outputs, the file of the job.
    """
    sys.path.pop()
    early = json.loads(_line_from(0))
    control = socket.socket(fileno=os.dup(0))
    try:
        with uncollected():
            shell, cage = _prepare(early)
    except BaseException as error:
        with contextlib.suppress(OSError):
            _tell(control, error=f"{type(error).__name__}: {error}"[:500])
        os._exit(1)
    _tell(control, ready=cage.name, pid=os.getpid())
    with contextlib.suppress(OSError, EOFError):
        _serve(control, shell, cage)
    cage.leave()
    os._exit(0)


def _prepare(early):
    from autograder.engine import guard, sandbox, student  # noqa: F401  (what a student's process needs)
    from autograder.engine.sandbox import root
    from autograder.engine.shell import Shell

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cage = sandbox.CAGES[early["cage"]]()
    wanted = os.environ.get("MPLCONFIGDIR")
    _make_font_cache(early["fonts"])
    try:
        shell = Shell()
        preload(ALWAYS)
        request = json.loads(_line_from(0))
        devnull = os.open(os.devnull, os.O_RDWR)
        os.dup2(devnull, 0)
        os.close(devnull)
        preload(request["modules"])
        shell.warm()
    finally:
        os.environ.pop("MPLCONFIGDIR", None)
        if wanted:
            os.environ["MPLCONFIGDIR"] = wanted
    matplotlib = sys.modules.get("matplotlib")
    for name in ("get_cachedir", "get_configdir"):
        with contextlib.suppress(AttributeError):
            getattr(matplotlib, name).cache_clear()
    tempfile.tempdir = None
    if sys.platform == "linux":
        threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
        if threads != 1:  # a child would have the locks of the others, and not them
            raise RuntimeError(f"{threads} threads")
    cage.enter((*root.visible(tuple(sys.modules)), *request["paths"]) if cage.contained else ())
    keep_memory()
    pack_memory()
    return shell, cage


def _line_from(descriptor):
    """Return one line, and read nothing behind it."""
    line = b""
    while line[-1:] != b"\n":
        piece = os.read(descriptor, 1)
        if not piece:
            raise EOFError("nobody asks any more")
        line += piece
    return line


def _make_font_cache(folder):
    with contextlib.suppress(OSError):
        Path(folder).mkdir(parents=True, exist_ok=True)
        os.environ["MPLCONFIGDIR"] = folder


def _tell(control, **message):
    control.sendall(json.dumps(message).encode() + b"\n")


def _serve(control, shell, cage):
    child, twins = None, []
    try:
        while True:
            request, descriptors, _, _ = socket.recv_fds(control, 1, 3)
            if request == _FORK:
                if child is not None:
                    cage.sweep(child)
                    child = None
                if cage.spent:
                    return
                child = _fork(control, shell, cage, descriptors)
            elif request == _TWIN:
                control = _twin(control, cage, twins, *descriptors)
            elif request == _END:
                ended = cage.sweep(child) if child is not None else (0, 0.0, 0)
                child = None
                _tell(control, ended=ended, spent=cage.spent)
            else:
                return
    finally:
        if child is not None:
            cage.sweep(child)
        for twin in twins:  # they end when their workers do
            os.waitpid(twin, 0)


def _twin(control, cage, twins, descriptor):
    """Fork one like this process; return the socket to serve from here on: here the old one, there the new one."""
    twins[:] = [twin for twin in twins if os.waitpid(twin, os.WNOHANG) == (0, 0)]
    fresh = socket.socket(fileno=descriptor)
    twin = os.fork()
    if twin:
        twins.append(twin)
        fresh.close()
        return control
    twins.clear()
    control.close()
    cores = json.loads(fresh.recv(10_000))["cores"]
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setaffinity(0, cores)
    _tell(fresh, ready=cage.name, pid=os.getpid())
    return fresh


def _fork(control, shell, cage, descriptors):
    """Make a student's process, wait until its walls are up, and tell."""
    ours, theirs = os.pipe()
    try:
        child = cage.fork()
    except OSError as error:
        child = -1
        problem = str(error)
    if child == 0:
        _student(control, shell, cage, descriptors, ours, theirs)
    for number in (*descriptors, theirs):
        os.close(number)
    if child > 0:
        problem = os.read(ours, 1000).decode("utf-8", "replace")
    os.close(ours)
    if problem != "ok":
        if child > 0:
            cage.sweep(child)
        _tell(control, error=problem or "tiến trình đã dừng")
        return None
    _tell(control, pid=child)
    return child


def _student(control, shell, cage, descriptors, ours, theirs):
    """Be a student's process; never returns."""
    status = 1
    try:
        requests, outputs, job = descriptors
        os.setsid()
        control.close()
        os.close(ours)
        work, fill = unpack(job)
        try:
            if sys.platform == "linux":
                from autograder.engine.sandbox import system

                system.die_with_parent()
            for number in (requests, outputs):
                os.set_inheritable(number, False)
            own = os.open(os.devnull, os.O_RDWR)  # the zygote's is every student's: its flags would outlive this one
            os.dup2(own, 0)
            os.close(own)
            cage.confine(work.limits, lambda: os.chdir(work.folder) if work.folder else fill())
        except BaseException as error:
            os.write(theirs, f"{type(error).__name__}: {error}"[:500].encode())
            os._exit(1)
        os.write(theirs, b"ok")
        os.close(theirs)
        tempfile.tempdir = None  # found out before the walls stood, where /tmp may be read-only now
        sys.path.insert(0, "")
        shell.screen.limit = work.limits.output_bytes
        shell.begin()
        servant = sys.modules[SERVANTS[work.kind]]
        servant.serve(shell, list(work.cells), socket.socket(fileno=requests), outputs, work.limits)
        status = 0
    finally:
        os._exit(status)
