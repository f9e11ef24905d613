"""What the walls have in common: limits for one process, and cleaning up behind it."""

import contextlib
import fcntl
import os
import resource
import signal
import tempfile
import time
from pathlib import Path

from autograder.paths import clear_folder

MOST_PROCESSES = 20_000
KILL_SECONDS = 10  # less than whoever asked waits for an answer
MADE_FOR = 65534  # whom root's folders are given to


def limit(limits, processes):
    """Set the limits of this process and of those it will start."""
    memory = limits.memory_bytes
    wanted = {
        "DATA": memory,
        "CPU": int(limits.total_seconds) + 1,
        "FSIZE": limits.file_bytes,
        "NOFILE": 256,
        "CORE": 1,  # too small for a dump; and with 0 the system would still start its program for dumps
        "NPROC": processes,
    }
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        wanted["AS"] = pages * resource.getpagesize() + 2 * memory  # shared memory counts here, and not as data
    for name, value in wanted.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None and value is not None:
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            with contextlib.suppress(ValueError, OSError):  # not every limit can be set everywhere
                resource.setrlimit(kind, (value, value))


def tasks_of_user():
    """Return the number of threads that belong to this user."""
    count = 0
    for entry in Path("/proc").glob("[0-9]*/task"):
        with contextlib.suppress(OSError):
            if entry.stat().st_uid == os.getuid():
                count += sum(1 for _ in entry.iterdir())
    return count


def below(first, most=MOST_PROCESSES):
    """Return (the ids of the processes below one, as they are seen from here, the number of their threads).

    Not many more than `most` are looked for, the nearest first.
    """
    todo, seen, tasks = [first], {}, 0
    while todo and len(seen) <= most:
        pid = todo.pop(0)
        seen[pid] = True
        with contextlib.suppress(OSError, ValueError):
            for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  (Path is slow, and this is a race)
                tasks += pid != first
                with open(f"/proc/{pid}/task/{task}/children", "rb") as file:  # noqa: PTH123
                    todo += [int(child) for child in file.read().split() if int(child) not in seen]
    del seen[first]
    return list(seen), tasks


def kill_below():
    """Kill all that this process and those it started have started; raises OSError when they come faster than that."""
    deadline, known = time.monotonic() + KILL_SECONDS, set()
    while time.monotonic() < deadline:
        pids, _ = below(os.getpid())
        for number in (signal.SIGSTOP, signal.SIGKILL):  # first no more of them are made
            for pid in pids:
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            if known.issuperset(pids):  # all are killed, and not all have been given the time to die
                time.sleep(0.001)
            known.update(pids)
            continue
        return
    raise OSError("processes of a notebook could not be ended")


def wipe(folder):
    """Empty a student's folder, and leave of its own times nothing; its rights and attributes nobody could change."""
    clear_folder(folder)
    os.utime(folder, (0, 0))


def make_locked(prefix):
    """Make a private folder for temporary files; return (its path, a descriptor that keeps it from being removed)."""
    folder = tempfile.mkdtemp(prefix=prefix)
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def remove_stale(prefix):
    """Remove the folders of :func:`make_locked` whose processes were killed."""
    for place in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            if place.is_symlink() or place.stat().st_uid not in (os.getuid(), MADE_FOR):
                continue
            lock = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                clear_folder(place)
                place.rmdir()
            finally:
                os.close(lock)
