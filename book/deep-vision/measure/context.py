"""What every section is handed, and how it says that it cannot be measured here."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch

from measure import machine, timing


class Absent(Exception):  # noqa: N818
    """A section cannot be measured on this machine; the Vietnamese message says why."""


@dataclass
class Context:
    """Device, limits and the place for partial results.

    ``quick`` asks for the smallest run that still exercises everything: its numbers are not worth reporting.
    """

    device: str = "cpu"
    quick: bool = True
    seed: int = 0
    deadline: timing.Deadline = field(default_factory=timing.Deadline)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="measure-")))
    backends: tuple = ()  # beginnings of the names of the backends to measure; empty for all
    earlier: dict = field(default_factory=dict)  # results of this section in a merged file
    partial: Callable = lambda results: None
    say: Callable = lambda line: None

    @property
    def cuda(self):
        """Whether the device is a CUDA GPU."""
        return torch.device(self.device).type == "cuda"

    @property
    def synchronize(self):
        """A function that waits for the device."""
        return machine.synchronizer(self.device)

    def choose(self, full, quick):
        """Return one of the two, by the size of the run."""
        return quick if self.quick else full

    def needs_cuda(self):
        """Raise :class:`Absent` on a machine without a CUDA GPU."""
        if not self.cuda:
            raise Absent("không có GPU CUDA")
