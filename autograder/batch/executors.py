"""Worker processes on this machine, behind the interface of ``concurrent.futures``.

Each worker has its own pipe and its own thread here, so that one that dies takes exactly one submission with it, and
it is known which.
"""

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future
from pathlib import Path

from autograder.batch import child

END_SECONDS = 3
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has none


class WorkerDiedError(Exception):
    """The process died while it had this call."""


class WorkerFaultError(Exception):
    """The call raised: a fault of the program."""


class Workers(Executor):
    """So many processes, each of which does one call after the other; a call must return text.

    Functions and arguments must be picklable. The processes are forked where that is safe, so make this before the
    first thread is started; they close the descriptors in `shut` and leave temporary files in the folder `scratch`.
    """

    def __init__(self, count, scratch, shut=()):
        self.count, self.scratch = count, str(scratch)
        self._calls = queue.SimpleQueue()
        self._ended = False
        self._threads = []
        self._children = []
        self._cores = _cores(count)
        for core in self._cores:
            ours = [end for one in self._children if one for end in one.ends()]
            # the others are started by their thread: a process may end with the thread that started it
            self._children.append(_fork(self.scratch, (*shut, *ours), core) if _can_fork() else None)

    def submit(self, function, /, *arguments):
        """Have `function` called in one of the processes.

        The future's exception is WorkerDiedError when the process died meanwhile.
        """
        if self._ended:
            raise RuntimeError("cannot submit after shutdown")
        if not self._threads:
            for position in range(self.count):
                self._threads.append(threading.Thread(target=self._serve, args=(position,), daemon=True))
                self._threads[-1].start()
        future = Future()
        self._calls.put((future, function, arguments))
        return future

    def window(self):
        """Return how many calls to hand in at a time, so that no process waits while results are written."""
        return 4 * self.count

    def check(self):
        """Raise what makes it senseless to go on: nothing, here."""

    def parcel(self, job, bundle):
        """Return a job and its bundle (or None) as they are sent: as they are, these processes can read files."""
        return job, bundle

    def text(self, future):
        """Return what a call returned; raises WorkerDiedError or WorkerFaultError."""
        return future.result()

    def shutdown(self, wait=True, *, cancel_futures=False):
        """End the processes: after the calls in hand, or at once with `cancel_futures`."""
        self._ended = True
        if cancel_futures:
            with contextlib.suppress(queue.Empty):
                while True:
                    self._calls.get_nowait()[0].cancel()
            children = [one for one in self._children if one]
            for one in children:
                one.terminate()
            for one in children:
                one.wait(END_SECONDS) or one.kill()
        for _ in self._threads:
            self._calls.put(None)
        if wait or cancel_futures:
            for thread in self._threads:
                thread.join()
            for one in filter(None, self._children):
                one.end()

    def _serve(self, position):
        while (call := self._calls.get()) is not None:
            future, function, arguments = call
            if not future.set_running_or_notify_cancel():
                continue
            try:
                kind, data = self._living(position).ask(pickle.dumps((function, arguments)))
            except (EOFError, OSError):  # of the pipe: the process may still be about to end
                if self._children[position] is not None:
                    self._children[position].end()
                future.set_exception(WorkerDiedError())
            except BaseException as error:
                future.set_exception(error)
            else:
                text = data.decode("utf-8", "surrogatepass")
                if kind == child.TEXT:
                    future.set_result(text)
                else:
                    future.set_exception(WorkerFaultError(text))

    def _living(self, position):
        one = self._children[position]
        if one is None or not one.is_alive():
            if one is not None:
                one.end()
            self._children[position] = one = _exec(self.scratch, self._cores[position])
            if self._ended:
                one.terminate()
        return one


class _Child:
    """One process, from outside."""

    def __init__(self, pid, requests, replies, process=None):
        self.pid, self.requests, self.replies, self.process = pid, requests, replies, process

    def ends(self):
        return self.requests.fileno(), self.replies.fileno()

    def ask(self, data):
        child.send(self.requests, data)
        return child.receive(self.replies)

    def is_alive(self):
        if self.process is not None:
            return self.process.poll() is None
        if self.pid is not None:
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                    return True
            self.pid = None
        return False

    def kill(self, number=KILL):
        if self.is_alive():
            with contextlib.suppress(OSError):
                os.kill(self.process.pid if self.process else self.pid, number)

    def terminate(self):
        self.kill(signal.SIGTERM)

    def end(self):
        """Close the pipe, which ends the process, and see that it does."""
        for file in (self.requests, self.replies):
            with contextlib.suppress(OSError):
                file.close()
        if not self.wait(END_SECONDS):
            self.terminate()
            self.wait(END_SECONDS) or self.kill()
            self.wait(END_SECONDS)

    def wait(self, seconds):
        """Wait for the end of the process; return whether it has come."""
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True


def _cores(count):
    """Return the core for each of so many processes; None, None, … unless every core is to have one.

    A submission's two processes take turns. On one core that is a switch; on two, each turn wakes an idle one.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return cores if len(cores) == count else [None] * count


def _can_fork():
    return sys.platform == "linux" and threading.active_count() == 1


def _fork(scratch, shut, core):
    """Fork this process: it has imported all there is to import."""
    (their_in, our_out), (our_in, their_out) = os.pipe(), os.pipe()
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        try:
            for descriptor in (our_out, our_in, *shut):
                os.close(descriptor)
            child.stay_on(core)
            child.serve(os.fdopen(their_in, "rb"), os.fdopen(their_out, "wb"), parent, scratch)
        finally:
            os._exit(0)
    os.close(their_in)
    os.close(their_out)
    return _Child(pid, os.fdopen(our_out, "wb"), os.fdopen(our_in, "rb"))


def _exec(scratch, core):
    """Start a new Python, where this process has threads or cannot fork."""
    arguments = [str(os.getpid()), scratch, "" if core is None else str(core)]
    command = [sys.executable, "-c", "from autograder.batch.child import main; main()", *arguments]
    path = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, path))}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
    return _Child(process.pid, process.stdin, process.stdout, process)
