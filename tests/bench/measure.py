"""Running a command and measuring all it starts."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

SAMPLE_SECONDS = 0.25


def command(arguments, cwd):
    """Run a command; return {wall_s, cpu_s, peak_mb}, those of its whole process tree.

    `peak_mb` is the largest sum of the processes' proportional set sizes that was seen, or, where the system does not
    tell them, the largest resident size of one process. Raises SystemExit when the command fails; code 3 of
    `autograder grade` is no failure.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls `alembic`
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PATH": path}
    start = time.perf_counter()
    with subprocess.Popen(
        arguments, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        told = []
        reader = threading.Thread(target=lambda: told.append(process.stdout.read()))
        reader.start()
        peak = _Peak(process.pid)
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
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mb": peak.megabytes or usage.ru_maxrss / 1024,
        "told": told[0].decode(errors="replace"),
    }


class _Peak(threading.Thread):
    """Looks at a process tree from time to time."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.megabytes, self._ended = pid, 0.0, threading.Event()

    def run(self):
        while not self._ended.wait(SAMPLE_SECONDS):
            self.megabytes = max(self.megabytes, sum(map(_size, _tree(self.pid))) / 1024)

    def stop(self):
        self._ended.set()
        self.join()


def _tree(pid):
    """Return the ids of a process and all below it."""
    found, todo = [], [pid]
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
