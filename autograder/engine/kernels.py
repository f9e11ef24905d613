"""The engine that runs everything in a real Jupyter kernel, in the same sandbox as the examined way's students."""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import time
from dataclasses import replace
from pathlib import Path

from autograder.engine import MB, OK, SKIPPED, Execution, Run, job, results, sandbox, telling
from autograder.engine.examined import files_in, shared_scratch
from autograder.engine.preload import imported_by
from autograder.engine.zygote import Zygote
from autograder.errors import EngineFailed
from autograder.text import one_line

# what the client of a kernel needs: it has to be there before the walls are up
_CLIENT = ("autograder.engine.boxed", "ipykernel", "jupyter_client", "jupyter_client.provisioning", "nbclient", "zmq")
_TICK = 0.2


class Kernel:
    """The :class:`~autograder.engine.Engine` of this module.

    Parameters
    ----------
    sandbox : bool
        False lets the kernel run with the rights of the caller.
    """

    def __init__(self, sandbox=True):
        self.sandbox = sandbox
        self._zygote = self._key = None

    @property
    def walls(self):
        """The name of the walls around the kernel, see :mod:`autograder.engine.sandbox`."""
        return sandbox.choose(self.sandbox)

    def execute(self, assignment, notebook, folder, limits):
        """Run the notebook, see :class:`~autograder.engine.Engine`. Raises EngineFailed or SandboxUnavailable."""
        spec, paths = _spec(assignment)
        if self.walls == sandbox.Open.name:
            from autograder.engine import kernel

            return kernel.execute(notebook, folder, limits, spec)
        start = time.monotonic()
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        modules = imported_by(cell.source for cell in assignment.cells if cell.cell_type == "code") if not spec else ()
        for _ in range(2):
            told, why, killed = self._told(frozenset({*_CLIENT, *modules}), paths, notebook, spec, Path(folder), limits)
            if not killed:  # by somebody else: then once more
                break
        hidden = {cell.grade_id for cell in assignment.cells if cell.hidden}
        runs = _put_in(notebook, told, why, hidden, limits)
        return Execution(notebook, runs, time.monotonic() - start)

    def close(self):
        """End every process of this engine."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = self._key = None

    def _told(self, modules, paths, notebook, spec, folder, limits):
        """Return ({index of a cell: (outputs, run)}, why others are missing, whether the process was killed)."""
        files = tuple(sorted(files_in(folder)))
        is_shared = self.walls == sandbox.Bubblewrap.name
        scratch = shared_scratch(limits.scratch_bytes + 8 * MB, files) if is_shared else 0
        if self._key != (modules, paths, scratch):
            self.close()
            self._zygote = Zygote(modules, self.walls, paths, scratch=scratch)
            self._key = modules, paths, scratch
        limits = replace(limits, scratch_bytes=limits.scratch_bytes + sum(size for _, size in files) + 8 * MB)
        text = json.dumps({"notebook": notebook, "spec": spec})
        number = job.pack(job.Job((text,), limits, files, "", "kernel"), folder)
        told, telling = os.pipe()
        mine, theirs = socket.socketpair()
        try:
            self._zygote.fork(theirs.fileno(), telling, number)
            os.close(telling)
            telling = None
            self._zygote.forked()
            lines, why = _read(told, self._zygote, limits, len(notebook.cells))
            killed = self._zygote.end()[0] == signal.SIGKILL
        except EngineFailed:
            self.close()
            raise
        finally:
            mine.close()
            theirs.close()
            for descriptor in (told, telling, number):
                if descriptor is not None:
                    os.close(descriptor)
        return *_parsed(lines, why, len(notebook.cells)), killed


def _read(told, zygote, limits, cells):
    """Return (what was written until the pipe ended or the time was over, why it ended early)."""
    from autograder.engine import session

    deadline, text = time.monotonic() + limits.total_seconds + 5, bytearray()
    most = min(2 * MB + (cells + 1) * 3 * limits.output_bytes, 256 * MB)
    look = time.monotonic() + _TICK
    while True:
        now = time.monotonic()
        if now > deadline:
            return text, "bài nộp đã dùng hết thời gian chạy"
        if now >= look:
            look = now + _TICK
            if session.used_below(zygote)[0] > limits.memory_bytes:
                return text, "bài nộp dùng quá nhiều bộ nhớ"
        if not select.select([told], [], [], _TICK)[0]:
            continue
        piece = os.read(told, 1 << 18)
        if not piece:
            return text, "tiến trình Python đã dừng"
        if len(text) < most:
            text += piece


def _parsed(text, why, cells):
    found = {}
    for line in bytes(text).split(b"\n"):
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            told = json.loads(line)
            if isinstance(told, dict) and not found and isinstance(told.get("error"), str):
                raise EngineFailed(one_line(told["error"], 300))
            index, outputs, run = told
            if type(index) is int and 0 <= index < cells:
                found.setdefault(index, (outputs, run))
    return found, why


def _put_in(notebook, told, why, hidden, limits):
    """Put what a kernel made of the cells into the notebook, which is changed in place; return the runs."""
    cells, runs, count, seen = notebook.cells, [], 0, False
    words = telling.words_of(c.source for c in cells if not c.metadata.get("nbgrader", {}).get("grade"))
    for index, cell in enumerate(cells):
        if cell.cell_type != "code" or not cell.source.strip():
            runs.append(None)
            continue
        count += 1
        cell.execution_count = count
        outputs, run = told.get(index, ([], None))
        run = results._run(run, len(cells), range(len(cells)))
        if run is None:
            run = Run(SKIPPED, "CellNotRun", f"ô không được chạy: {why}")
            outputs = [{"output_type": "error", "ename": run.error, "evalue": run.message}]
        mark = cell.metadata.get("nbgrader", {})
        if seen and not mark.get("grade_id"):
            outputs, run = results.NOTHING, Run(OK)
        elif seen and not mark.get("grade"):
            outputs, run = results._withheld(outputs, run, words)
        seen = seen or mark.get("grade_id") in hidden
        cell.outputs = results._outputs(outputs, limits.output_bytes, count)
        runs.append(run)
    return tuple(runs)


def _spec(assignment):
    """Return (the kernel of an assignment as plain data, paths it needs); (None, ()) for this Python's own.

    Raises EngineFailed when it is not installed.
    """
    wanted = assignment.kernelspec if assignment is not None else {}
    if assignment is None or assignment.language == "python":
        return None, ()
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    name = str(wanted.get("name") or "")
    try:
        found = KernelSpecManager().get_kernel_spec(name)
    except (NoSuchKernel, ValueError, OSError):
        raise EngineFailed(
            f"Bài «{assignment.slug}» cần kernel Jupyter «{one_line(name, 60)}» ({one_line(assignment.language, 30)}), "
            "nhưng máy này chưa cài nó (xem: jupyter kernelspec list)."
        ) from None
    spec = {
        "argv": list(found.argv),
        "env": dict(found.env),
        "language": found.language,
        "interrupt_mode": found.interrupt_mode,
        "resource_dir": found.resource_dir,
    }
    program = shutil.which(found.argv[0]) or found.argv[0]
    places = {found.resource_dir, os.path.realpath(program)}
    prefix = Path(program).absolute().parent.parent  # of an environment: PREFIX/bin/program
    if (prefix / "lib").is_dir() and prefix != Path("/"):
        places.add(str(prefix))
    if not Path(program).is_absolute():
        raise EngineFailed(f"Kernel «{one_line(name, 60)}»: không thấy chương trình {one_line(program, 100)}.")
    spec["argv"][0] = program
    # the folders for temporary files are the student's own in there
    return spec, tuple(sorted(p for p in places if p.startswith("/") and not p.startswith(("/tmp/", "/var/tmp/"))))
