"""Walls around the process that runs a student's cells.

A :class:`Cage` is made in the zygote (see :mod:`autograder.engine.zygote`) and makes one student's process after the
other. There are four, from thick walls to none; :func:`choose` takes the first that this machine allows:

``namespaces``
    Each student's process is the first of a process namespace of its own, with its own users, mounts, network and
    IPC: it sees the system's files and this Python's, read-only, and a private folder in memory; no network; what it
    started ends with it. Landlock, a filter of system calls and resource limits come on top.
``bubblewrap``
    The same walls around all of a worker's students together, made by ``bwrap``, for systems that allow it what they
    do not allow every program (Ubuntu's AppArmor); between one student and the next everything is killed and wiped.
    Where not all is gone at once, the namespace is ended with its first process, and new walls are made.
``landlock``
    For containers that allow no namespaces: files by Landlock, network by the filter of system calls; what a student
    started is found and killed as a descendant.
``none``
    Resource limits only.
"""

from autograder.engine.sandbox.cages import CAGES, Bubblewrap, Cage, Landlock, Namespaces, Open, choose, probe
from autograder.engine.sandbox.examining import confine as confine_examiner
from autograder.engine.sandbox.examining import readable as readable_by_examiner
from autograder.engine.sandbox.root import is_public

SEPARATE = frozenset(["namespaces", "bubblewrap"])  # nothing that one process wrote is found by the next

__all__ = [
    "CAGES",
    "SEPARATE",
    "Bubblewrap",
    "Cage",
    "Landlock",
    "Namespaces",
    "Open",
    "choose",
    "confine_examiner",
    "is_public",
    "probe",
    "readable_by_examiner",
]
