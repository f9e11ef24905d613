"""Walls around the examiner's process: it runs the instructor's code, but reads what a student's process sends.

It needs no network, no right of root, no descriptor but its connections, and of the files only those that tests read:
the system's, this Python's, the modules that are loaded, the assignment's, the course's data. So a hole in what
decodes the student's answers would open nothing.
"""

import contextlib
import functools
import os
import sys
import tempfile

from autograder.engine.sandbox import landlock, root, seccomp, system

_PROC = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm", "/sys/devices/system/cpu")
_DEVICES = tuple(f"/dev/{name}" for name in root.DEVICES)


def keep_only(*descriptors):
    """Close every other descriptor; what is printed past Python goes nowhere."""
    kept = sorted({0, 1, 2, *descriptors})
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    for low, high in zip(kept, [*kept[1:], _last() + 1], strict=True):
        os.closerange(low + 1, high)


def _last():
    try:
        return max(map(int, os.listdir("/proc/self/fd")))  # noqa: PTH208
    except (OSError, ValueError):
        return os.sysconf("SC_OPEN_MAX")


def confine(folder):
    """Give up, for good, all but `folder` and what may be read; as far as this system can do it."""
    if sys.platform != "linux":
        return
    tempfile.tempdir = str(folder)
    with contextlib.suppress(OSError):
        os.setgroups([])
    abi = landlock.version()
    if abi:
        with contextlib.suppress(OSError):
            landlock.restrict([str(folder), *_DEVICES], [*_PROC, *readable(len(sys.modules))])
    with contextlib.suppress(OSError):
        system.drop_capabilities()
    with contextlib.suppress(OSError):
        seccomp.restrict(seccomp.PAIRS, signals=abi >= landlock.SCOPES)


@functools.lru_cache(maxsize=2)
def readable(modules):
    """Return the paths that may be read, once for as long as so many modules are loaded."""
    return root.visible(tuple(sys.modules), hidden=())
