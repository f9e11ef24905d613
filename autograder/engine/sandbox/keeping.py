"""What the walls have in common: limits for one process, and cleaning up behind it."""

import contextlib
import os
import resource
import shutil
from pathlib import Path


def limit(limits, processes):
    """Set the limits of this process and of those it will start."""
    memory = limits.memory_bytes
    wanted = {
        "DATA": memory,
        "CPU": int(limits.total_seconds) + 1,
        "FSIZE": limits.file_bytes,
        "NOFILE": 256,
        "CORE": 0,
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


def children(parent):
    """Return the ids of a process's children."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(entry.read_text(errors="replace").rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.parent.name))
    return found


def empty(folder):
    """Remove what lies in a folder, whatever its rights."""
    for where, folders, _ in os.walk(folder):
        for name in folders:
            with contextlib.suppress(OSError):
                Path(where, name).chmod(0o700)
    for entry in Path(folder).iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                entry.unlink()
