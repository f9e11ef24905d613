"""Run a notebook in a real Jupyter kernel: the Python of this very environment, without the user's Jupyter settings.

A cell that runs too long is interrupted; a kernel that does not obey, or dies, is replaced: the cells before are run
again (without the tests and without the cell that killed it), so that the tests that follow still have their chance.
"""

import asyncio
import contextlib
import copy
import ctypes
import logging
import os
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from queue import Empty
from subprocess import DEVNULL

from autograder.course import task_of
from autograder.engine import DEAD, FAILED, OK, SKIPPED, TIMEOUT, TRIES, Execution, Run
from autograder.errors import EngineFailed
from autograder.jupyter import nbformat  # first: it makes the imports below cheap
from autograder.paths import discard_folder
from autograder.text import strip_ansi

# isort: split
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.client import CellExecutionComplete
from nbclient.exceptions import DeadKernelError

START_SECONDS = 60
OBEY_SECONDS = 5  # between the interrupt and the end of the kernel
REPLY_SECONDS = 5  # between the end of a cell and the kernel's word on how it went
# exit() would end the kernel some time later, in the middle of another cell
_NO_EXIT = "get_ipython().ask_exit = __import__('sys').exit"
_OPTIONS = ["--InteractiveShell.colors=NoColor", f"--IPKernelApp.exec_lines={_NO_EXIT}"]
_FRAME = re.compile(r"(?:Cell )?In ?\[(\d+)\], line (\d+)")


def execute(notebook, folder, limits, spec=None, tell=None):
    """Run all code cells of `notebook` in `folder`, in order, whatever fails; return an :class:`Execution`.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place: it gets the outputs.
    folder : Path
    limits : Limits
    spec : dict, optional
        ``{"argv", "env", "language", "interrupt_mode"}`` of another kernel than this Python's ipykernel.
    tell : callable, optional
        ``tell(index, cell, run)`` is called after each cell.

    Raises EngineFailed when no kernel can be started.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    start = time.monotonic()
    _adopt_orphans()
    ours = frozenset(_children())
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as private:
        try:
            runs = asyncio.run(_Session(notebook, Path(folder), limits, Path(private), spec, tell).run())
        finally:
            _kill_children(ours)
    return Execution(notebook, runs, time.monotonic() - start)


def _adopt_orphans():
    """Make what a notebook leaves behind a child of this process, however it hides; only Linux knows how."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _children():
    """Return the ids of this process's children; empty where there is no /proc."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(entry.read_text(errors="replace").rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(entry.parent.name))
    return found


def _kill_children(spared):
    """Kill the children that are not in `spared`, and theirs, who become ours when their parents die."""
    for _ in range(200):
        doomed = _children() - spared
        if not doomed:
            return
        for pid in doomed:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.005)


def environment(private):
    """Return the kernel's environment: this one's without anybody's Jupyter or IPython settings, one thread."""
    env = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONSTARTUP", "PYTHONINSPECT", "IPYTHON", "JUPYTER_PATH")
    }
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        path = private / name.lower()
        path.mkdir(exist_ok=True)
        env[name] = str(path)
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return (
        env | one | {"NBGRADER_EXECUTION": "autograde", "PYTHONNOUSERSITE": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    )


class _UnresponsiveError(Exception):
    """A cell ran too long and the kernel does not obey an interrupt."""


class _Client(NotebookClient):
    """nbclient's way of turning messages into outputs, with one plain loop a cell and a limit on what it may print."""

    output_bytes = 0

    async def run_cell(self, cell, index, seconds):
        """Run one cell; return whether it ended by itself. Raises _UnresponsiveError or DeadKernelError."""
        self._spent, in_time = 0, True
        cell.outputs = []
        self.clear_before_next_output = False
        message_id = self.kc.execute(cell.source, store_history=True, allow_stdin=False, stop_on_error=False)
        deadline = time.monotonic() + seconds
        while True:
            try:
                message = await self.kc.get_iopub_msg(timeout=max(0.01, min(1.0, deadline - time.monotonic())))
            except Empty:
                if not await self.km.is_alive():
                    raise DeadKernelError("Kernel died") from None
            else:
                if message["parent_header"].get("msg_id") == message_id:
                    try:
                        self.process_message(message, cell, index)
                    except CellExecutionComplete:
                        await self.believe_reply(cell, message_id)
                        break
            if time.monotonic() > deadline:
                if not in_time:
                    raise _UnresponsiveError
                in_time, deadline = False, time.monotonic() + OBEY_SECONDS
                await self.km.interrupt_kernel()
        _join_streams(cell)
        return in_time

    async def believe_reply(self, cell, message_id):
        """Add the error that the kernel's reply tells of when it is not among the outputs.

        An error whose text cannot be sent (a lone surrogate in it) comes in no message at all: no reply is one too.
        """
        name, value, deadline = "UnknownError", "lỗi không gửi được nội dung", time.monotonic() + REPLY_SECONDS
        while time.monotonic() < deadline:
            try:
                reply = await self.kc.get_shell_msg(timeout=0.5)
            except Empty:
                if not await self.km.is_alive():
                    raise DeadKernelError("Kernel died") from None
                continue
            if reply["parent_header"].get("msg_id") == message_id:
                content = reply["content"]
                if content.get("status") == "ok":
                    return
                name, value = str(content.get("ename", name)), str(content.get("evalue", value))
                break
        if not any(output.output_type == "error" for output in cell.outputs):
            cell.outputs.append(nbformat.v4.new_output("error", ename=name, evalue=value, traceback=[]))

    def process_message(self, msg, cell, cell_index):
        """Do what nbclient does, but drop output beyond the limit."""
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data"):
            before = self._spent
            self._spent += len(msg["content"]["text"]) if "text" in msg["content"] else len(str(msg["content"]))
            if self._spent > self.output_bytes:
                if before <= self.output_bytes:
                    text = "\n… phần sau bị cắt vì quá dài …\n"
                    cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=text))
                if not (msg["msg_type"] == "stream" and msg["content"]["name"] == "stderr"):
                    return None
                msg["content"]["text"] = msg["content"]["text"][:200]  # nbgrader's rule needs to know of it
        return super().process_message(msg, cell, cell_index)


def _join_streams(cell):
    """Make one output of consecutive pieces of the same stream."""
    joined = []
    for output in cell.outputs:
        if joined and output.output_type == "stream" == joined[-1].output_type and output.name == joined[-1].name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    cell.outputs = joined


class _OneKernel(KernelSpecManager):
    """Knows this Python's ipykernel, or a kernel that was looked up before."""

    def __init__(self, spec, **options):
        super().__init__(**options)
        self._only = spec

    def get_kernel_spec(self, kernel_name):
        """Return the one; see KernelSpecManager."""
        return super().get_kernel_spec(kernel_name) if self._only is None else KernelSpec(**self._only)


class _Session:
    """One notebook's way through one kernel, or several."""

    def __init__(self, notebook, folder, limits, private, spec=None, tell=None):
        self.notebook, self.folder, self.limits, self.private = notebook, folder, limits, private
        self.spec, self.tell = spec, tell
        self.client = self.group = None
        self.kernels = 0
        self.counts = {}  # execution count -> index of the cell, in the present kernel
        self.harmful = set()  # cells not to run again in a new kernel
        self.disturbed = Counter()  # how often a cell ran again as somebody killed the kernel: memory is short, say
        self.slow = set()  # tasks a test of which ran too long
        marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
        self.solutions = [mark["grade_id"] for mark in marks if mark.get("solution") and "grade_id" in mark]

    async def run(self):
        deadline = time.monotonic() + self.limits.total_seconds
        runs, gone = [], ""
        try:
            await self.start()
            for index, cell in enumerate(self.notebook.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    runs.append(None)
                elif gone or time.monotonic() > deadline:
                    runs.append(self.skip(cell, gone or "bài nộp đã dùng hết thời gian chạy"))
                else:
                    runs.append(await self.cell(index))
                    if runs[-1].status == DEAD or self.client is None:
                        gone = await self.revive(index)
                if runs[-1] is not None and self.tell is not None:
                    self.tell(index, cell, runs[-1])
        finally:
            await self.stop()
        return tuple(runs)

    async def cell(self, index):
        """Run one cell; the kernel is gone afterwards (`client` is None) when it died or had to be killed."""
        cell = self.notebook.cells[index]
        try:
            seconds = self.seconds(cell)
            in_time = await self.client.run_cell(cell, index, seconds)
        except _UnresponsiveError:
            in_time = False
            await self.stop()
        except (DeadKernelError, RuntimeError):
            if self.disturbed[index] < TRIES - 1 and await self.was_killed():
                self.disturbed[index] += 1
                await self.stop()
                if not await self.revive(index):
                    return await self.cell(index)
            self.harmful.add(index)
            await self.stop()
            return self.fail(cell, DEAD, "DeadKernelError", "tiến trình Python đã dừng")
        if not in_time:
            self.harmful.add(index)
            self.slow.add(self.task(cell))
            return self.fail(cell, TIMEOUT, "CellTimeoutError", f"chạy quá {seconds:g} giây")
        if cell.execution_count is not None:
            self.counts[cell.execution_count] = index
        error = next((o for o in reversed(cell.outputs) if o.output_type == "error"), None)
        return Run(OK) if error is None else Run(FAILED, error.ename, strip_ansi(error.evalue), self.frames(error))

    async def was_killed(self):
        """Whether the kernel ended by a SIGKILL; none comes from here while a cell runs."""
        provisioner = getattr(self.client and self.client.km, "provisioner", None)
        return provisioner is not None and await provisioner.poll() == -getattr(signal, "SIGKILL", 0)

    def task(self, cell):
        mark = cell.metadata.get("nbgrader", {})
        return task_of(mark.get("grade_id", ""), self.solutions) if mark.get("grade") else None

    def seconds(self, cell):
        """Return the limit of a cell: an answer that ran too long in one test gets less time in its others."""
        if self.task(cell) is not None and self.task(cell) in self.slow:
            return min(self.limits.cell_seconds, self.limits.second_chance_seconds)
        return self.limits.cell_seconds

    def frames(self, error):
        pairs = _FRAME.findall(strip_ansi("\n".join(error.traceback)))
        return tuple((self.counts[int(n)], int(line)) for n, line in pairs if int(n) in self.counts)

    def fail(self, cell, status, name, message):
        """Record a failure that the kernel itself could not report."""
        cell.outputs = [o for o in cell.outputs if o.output_type != "error"]
        cell.outputs.append(
            nbformat.v4.new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])
        )
        return Run(status, name, message)

    def skip(self, cell, why):
        return self.fail(cell, SKIPPED, "CellNotRun", f"ô không được chạy: {why}")

    async def revive(self, index):
        """Bring a new kernel to where the old one was; return why not, or an empty string."""
        if self.kernels - self.disturbed.total() > self.limits.restarts:
            return "tiến trình Python đã dừng quá nhiều lần"
        await self.start()
        for earlier, original in enumerate(self.notebook.cells[:index]):
            cell = copy.deepcopy(original)
            if cell.cell_type != "code" or earlier in self.harmful or cell.metadata.get("nbgrader", {}).get("grade"):
                continue
            try:
                await self.client.run_cell(cell, earlier, self.limits.cell_seconds)
            except (_UnresponsiveError, DeadKernelError, RuntimeError):
                await self.stop()
                return "không chạy lại được các ô đứng trước sau khi tiến trình Python dừng"
            if cell.get("execution_count") is not None:
                self.counts[cell.execution_count] = earlier
        return ""

    async def start(self):
        for attempt in range(3):
            try:
                await self.start_once(attempt)
                return
            except (RuntimeError, OSError) as error:
                await self.stop()
                problem = error
        raise EngineFailed(f"Không khởi động được tiến trình Python để chạy sổ tay: {problem}")

    async def start_once(self, attempt):
        self.kernels += 1
        folder = self.private / f"k{self.kernels}-{attempt}"
        folder.mkdir()
        where = {"transport": "ipc", "ip": str(folder / "s")} if os.name == "posix" and len(str(folder)) < 80 else {}
        manager = AsyncKernelManager(
            kernel_name="python3" if self.spec is None else "other",
            # no folder to look in: what is left is ipykernel of the Python that runs this
            kernel_spec_manager=_OneKernel(self.spec, kernel_dirs=[], ensure_native_kernel=True, log=_quiet),
            connection_file=str(folder / "kernel.json"),
            shutdown_wait_time=1.0,
            log=_quiet,
            **where,
        )
        if self.spec is None:
            # not from the notebook's folder, where a file may be called ipykernel_launcher.py
            manager.kernel_spec.argv.insert(1, "-P")
        self.client = _Client(self.notebook, km=manager, log=_quiet)
        self.client.record_timing = False
        self.client.output_bytes, self.client.startup_timeout = self.limits.output_bytes, START_SECONDS
        self.client.extra_arguments = [] if self.spec else _OPTIONS
        self.counts = {}
        await self.client.async_start_new_kernel(
            cwd=str(self.folder), env=environment(self.private), stdout=DEVNULL, stderr=DEVNULL
        )
        pid = getattr(manager.provisioner, "pid", None)
        if pid:
            self.group = pid
        await self.client.async_start_new_kernel_client()

    async def stop(self):
        """Kill the kernel and all it started in its process group."""
        if self.group is not None:
            with contextlib.suppress(OSError):
                os.killpg(self.group, signal.SIGKILL)
            self.group = None
        if self.client is not None:
            client, self.client = self.client, None
            with contextlib.suppress(Exception):
                await client._async_cleanup_kernel()
        for leftover in self.private.glob("k*"):
            discard_folder(leftover)


_quiet = logging.getLogger("autograder.kernel")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False
_quiet.setLevel(logging.CRITICAL)
