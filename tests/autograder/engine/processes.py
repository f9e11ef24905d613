"""What runs below this process; Linux only."""

import os
from pathlib import Path


def descendants(pid=None):
    """Return the ids of all processes below this one."""
    found, todo = set(), [pid or os.getpid()]
    while todo:
        for path in Path(f"/proc/{todo.pop()}/task").glob("*/children"):
            try:
                todo += [int(child) for child in path.read_text().split()]
            except OSError:
                continue
        found |= set(todo)
    return found


def zygotes(bench):
    """Return the ids of an engine's zygotes, and of the programs that stand before them."""
    found = bench.runner._zygotes.values()
    for zygote in found:
        zygote.ready()  # a new one may have been begun, of which not all programs were there yet
    return {pid for zygote in found for pid in (zygote.process.pid, zygote.place())}


def children():
    """Return the ids of the processes that this one has started."""
    paths = Path("/proc/self/task").glob("*/children")
    return {int(pid) for path in paths for pid in path.read_text().split()}
