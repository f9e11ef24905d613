"""A real Dask cluster on this machine: a scheduler and workers, each a process of its own with a folder of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

from tests.graders.assignment import ROOT

SILENT = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class DaskCluster:
    """The processes; use it in a ``with``, or close it."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.file = folder / "scheduler.json"
        self.start("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file))
        wait_for(lambda: self.file.exists() and self.file.read_text().rstrip().endswith("}"))  # written out
        self.address = json.loads(self.file.read_text())["address"]

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    @property
    def pids(self):
        """The processes that were started here."""
        return [process.pid for process in self.processes]

    def start(self, what, *arguments, path=()):
        """Start a scheduler or a worker; `path` comes first on its path for imports."""
        number = len(self.processes)
        place = self.folder / str(number)
        place.mkdir()
        command = [sys.executable, "-m", f"distributed.cli.{what}", "--host", "127.0.0.1", *arguments]
        path = os.pathsep.join([*map(str, path), str(ROOT)])
        env = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
        # a group of its own, so that what a process starts ends with it
        made = subprocess.Popen(command, cwd=place, env=env, start_new_session=True, **SILENT)
        self.processes.append(made)
        return made

    def worker(self, *options, path=()):
        """Start a worker with one thread, that is one submission at a time."""
        place = str(self.folder / f"disk{len(self.processes)}")
        options = ("--nthreads", "1", "--no-dashboard", "--local-directory", place, *options)
        return self.start("dask_worker", self.address, *options, path=path)

    def wait(self, count):
        """Wait until so many workers have reported to the scheduler."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)

    def close(self):
        """End everything, at once."""
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(condition, seconds=60):
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
