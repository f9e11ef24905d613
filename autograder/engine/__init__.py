"""Running the cells of one notebook.

A new way to do it is a new module here with a class that has the two methods of :class:`Engine`. There are two:
:mod:`autograder.engine.examined` runs the student's cells and the tests in two processes that share nothing but
values; :mod:`autograder.engine.kernels` runs all of them in a real Jupyter kernel.
"""

import contextlib
import os
from dataclasses import dataclass
from typing import Protocol

OK, FAILED, TIMEOUT, DEAD, SKIPPED = "ok", "failed", "timeout", "dead", "skipped"
KINDS = ("examined", "kernel")
TRIES = 4  # at what somebody else ended from outside; the last one counts

MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one notebook may use; the numbers of bytes and processes are kept by the sandbox, where there is one."""

    cell_seconds: float = 30.0
    second_chance_seconds: float = 5.0  # for a test cell of a task another test cell of which ran too long
    restarts: int = 3  # processes that may die before the rest of the notebook is given up
    output_bytes: int = 1_000_000  # kept of the output of one cell
    memory_bytes: int = 2048 * MB  # that one process may allocate
    processes: int = 64  # and threads, at the same time
    file_bytes: int = 32 * MB  # the largest file that may be written
    scratch_bytes: int = 64 * MB  # all files together, besides those of the assignment
    notebook_seconds: float = 0.0  # see `total_seconds`; 0: as many as follow from those of one cell

    @property
    def total_seconds(self):
        """Wall time of the whole notebook, starts of processes included; and CPU time of each of its processes."""
        return self.notebook_seconds or 60.0 + 12 * self.cell_seconds


@dataclass(frozen=True)
class Run:
    """What became of one code cell."""

    status: str  # OK, FAILED, TIMEOUT, DEAD or SKIPPED
    error: str = ""  # name of the exception
    message: str = ""  # its text
    frames: tuple[tuple[int, int], ...] = ()  # (index of a cell, line from 1), outermost first


@dataclass(frozen=True)
class Execution:
    """A notebook with its outputs, and one :class:`Run` per cell (None where nothing ran: text, empty cells)."""

    notebook: object
    runs: tuple[Run | None, ...]
    seconds: float = 0.0
    tampered: str = ""  # how the grading itself was tampered with, as a Vietnamese sentence


class Engine(Protocol):
    """A way to run notebooks; one for each worker process, used for one notebook after the other."""

    def execute(self, assignment, notebook, folder, limits) -> Execution:
        """Run the code cells of `notebook`, in order, in a copy of or in `folder`; whatever fails, go on.

        `assignment` is the :class:`~autograder.course.Assignment` the notebook was repaired for, `notebook` is changed
        in place: it gets the outputs. Raises EngineFailed or SandboxUnavailable.
        """

    def close(self):
        """End every process this engine started; it may be called twice."""


def begin(*, sandbox=True):
    """Start early what the usual engine needs; return it for `sharing`, None where there is nothing to share."""
    if not hasattr(os, "fork"):
        return None
    from autograder.engine import examined

    return examined.begin(sandbox)


def sharing(begun, assignment):
    """Return a context in which processes may be forked whose engines share what `begin` returned."""
    if begun is None:
        return contextlib.nullcontext()
    from autograder.engine import examined

    return examined.sharing(begun, assignment)


def start(kind="examined", *, sandbox=True):
    """Return an :class:`Engine` for this process; its own processes are started when they are needed.

    `sandbox` False lets the student's cells run with the rights of the caller.
    """
    if kind == "kernel":
        from autograder.engine.kernels import Kernel

        return Kernel(sandbox=sandbox)
    if kind == "examined":
        from autograder.engine.examined import Examined

        return Examined(sandbox=sandbox)
    raise ValueError(f"unknown engine {kind!r}; known: {', '.join(KINDS)}")
