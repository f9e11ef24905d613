"""Running the cells of one notebook.

A new way to do it is a new module here with the same function, ``execute(notebook, folder, limits) -> Execution``.
Now: :mod:`autograder.engine.kernel`, a real Jupyter kernel per notebook. There are no walls around it yet: what a
notebook does, it does with the rights of the person who runs the command.
"""

from dataclasses import dataclass

OK, FAILED, TIMEOUT, DEAD, SKIPPED = "ok", "failed", "timeout", "dead", "skipped"


@dataclass(frozen=True)
class Limits:
    """What one notebook may use."""

    cell_seconds: float = 30.0
    second_chance_seconds: float = 5.0  # for a test cell of a task another test cell of which ran too long
    restarts: int = 3  # kernels that may die before the rest of the notebook is given up
    output_bytes: int = 1_000_000  # kept of the output of one cell

    @property
    def total_seconds(self):
        """Wall time of the whole notebook, kernel starts included."""
        return 60.0 + 12 * self.cell_seconds


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
