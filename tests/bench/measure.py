"""Running a command and measuring all it starts."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

SAMPLE_SECONDS = 0.25


def command(arguments, cwd, also=()):
    """Run a command; return {wall_s, cpu_s, peak_mb}, those of its whole process tree.

    `also` are processes that are there already and work for it: their trees are counted too, from now on.
    `peak_mb` is the largest sum of the processes' proportional set sizes that was seen, or, where the system does not
    tell them, the largest resident size of one process. Raises SystemExit when the command fails; code 3 of
    `autograder grade` is no failure.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls `alembic`
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PATH": path}
    before = _cpu_of_trees(also)
    start = time.perf_counter()
    with subprocess.Popen(
        arguments, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        told = []
        reader = threading.Thread(target=lambda: told.append(process.stdout.read()))
        reader.start()
        peak = _Peak(process.pid, *also)
        peak.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.stop()
        reader.join()
    if process.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(map(str, arguments))} failed:\n{told[0].decode(errors='replace')[-3000:]}")
    return {
        "wall_s": wall,
        "cpu_s": usage.ru_utime + usage.ru_stime + _cpu_of_trees(also) - before,
        "peak_mb": peak.megabytes or usage.ru_maxrss / 1024,
        "told": told[0].decode(errors="replace"),
    }


class _Peak(threading.Thread):
    """Looks at some process trees from time to time."""

    def __init__(self, *pids):
        super().__init__(daemon=True)
        self.pids, self.megabytes, self._ended = pids, 0.0, threading.Event()

    def run(self):
        while not self._ended.wait(SAMPLE_SECONDS):
            self.megabytes = max(self.megabytes, sum(map(_size, _trees(self.pids))) / 1024)

    def stop(self):
        self._ended.set()
        self.join()


def _trees(pids):
    """Return the ids of some processes and all below them."""
    found, todo = [], list(pids)
    while todo:
        found.append(todo.pop())
        with contextlib.suppress(OSError, ValueError):
            for task in Path(f"/proc/{found[-1]}/task").iterdir():
                todo += [int(child) for child in (task / "children").read_text().split()]
    return found


def _size(pid):
    """Return the proportional set size of a process in kB; 0 when it is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _cpu_of_trees(pids):
    """Return the CPU seconds of some process trees until now, those included that have ended and were waited for."""
    ticks = 0
    for pid in _trees(pids):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # utime, stime and those of the children
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else 0.0
