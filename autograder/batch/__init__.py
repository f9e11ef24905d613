"""Grade a class folder: plan what has to be run, run it in other processes, let one writer record it.

``CLASS/submitted/<student>/<assignment>/`` is read; ``autograded/``, ``feedback/``, the gradebook and ``reports/`` are
written. A submission is done when its record in ``reports/`` is: that is written last, and names the digest of
everything the grade depends on.

The rooms, in the order a submission passes them: :mod:`~autograder.batch.plan` (what has to be run),
:mod:`~autograder.batch.run` (the loop), :mod:`~autograder.batch.executors` or :mod:`~autograder.batch.cluster` (who
runs it), :mod:`~autograder.batch.worker` (one submission), :mod:`~autograder.batch.commit` (the one writer).
"""

from autograder.batch.plan import Plan, class_folder, plan
from autograder.batch.run import Outcome, Silent, default_workers, run, summary
from autograder.record import BROKEN, GRADED, REPAIRED, UNREADABLE, read_record, record_path

__all__ = [
    "BROKEN",
    "GRADED",
    "REPAIRED",
    "UNREADABLE",
    "Outcome",
    "Plan",
    "Silent",
    "class_folder",
    "default_workers",
    "plan",
    "read_record",
    "record_path",
    "run",
    "summary",
]
