"""How many mutants of the model solution the tests of an assignment notice.

    python -m tests.graders.mutation SLUG [--task TASK] [--workers 2]

prints the survivors. A survivor is either a gap in the tests or, when it honours the task's contract just as well as
the solution does, a line for `EQUIVALENT` in the bank. A mutant that runs out of time is noticed.
"""

import argparse
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.graders.assignment import ROOT, Assignment, bank, load
from tests.graders.bank import Equivalent
from tests.graders.mutants import Mutant, mutants
from tests.graders.runner import Runner, Variant

BAR = 0.95
SHORTEST_LIMIT = 1.0  # CPU seconds
PATIENCE = 5  # times as slow as the solution


@dataclass(frozen=True)
class Report:
    """What became of the mutants of one assignment."""

    slug: str
    killed: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]
    equivalent: tuple[Mutant, ...]  # survived and declared in the bank
    stale: tuple[Equivalent, ...]  # declared in the bank, but no such mutant survives
    seconds: float

    @property
    def total(self) -> int:
        """Mutants that count."""
        return len(self.killed) + len(self.survived)

    @property
    def share(self) -> float:
        """Killed mutants, as a share of those that are not equivalent."""
        return len(self.killed) / self.total if self.total else 1.0

    @property
    def text(self) -> str:
        """The report as people read it."""
        lines = [
            f"{self.slug}: {len(self.killed)} of {self.total} mutants noticed ({self.share:.1%}, bar {BAR:.0%}), "
            f"{len(self.equivalent)} equivalent, {self.seconds:.0f} s"
        ]
        lines += [f"  survived  {m.task}:{m.line}  {m.change}" for m in self.survived]
        lines += [f"  equivalent {m.task}:{m.line}  {m.change}" for m in self.equivalent]
        lines += [f"  stale EQUIVALENT  {e.task}  {e.mutant}" for e in self.stale]
        return "\n".join(lines)


def examine(
    runner: Runner,
    assignment: Assignment,
    equivalent: tuple[Equivalent, ...] = (),
    task: str | None = None,
    progress=None,
) -> Report:
    """Run every mutant of the assignment (or of one task) and report.

    Raises ValueError when the model solution itself does not get all points: mutants would be killed for nothing.
    """
    start = time.perf_counter()
    model = runner.run(assignment)
    failing = [name for name, cell in assignment.tests.items() if model.points(name) < cell.points]
    if failing:
        reasons = "; ".join(f"{name}: {model.why(name)}" for name in failing)
        raise ValueError(f"{assignment.slug}: the model solution fails its own tests. {reasons}")
    limits = {name: max(SHORTEST_LIMIT, PATIENCE * cell.seconds) for name, cell in model.cells.items()}
    wanted = [cell for name, cell in assignment.solutions.items() if task in (None, name)]
    candidates = [mutant for cell in wanted for mutant in mutants(cell.name, cell.source)]
    variants = (Variant({m.task: m.source}, first=m.task, stop_at_loss=True, limits=limits) for m in candidates)
    declared = {_key(entry.task, entry.mutant) for entry in equivalent}
    killed, survived, excused = [], [], []
    for mutant, result in zip(candidates, runner.run_many(assignment, variants), strict=True):
        if any(result.points(name) < cell.points for name, cell in assignment.tests.items()):
            killed.append(mutant)
        else:
            (excused if _key(mutant.task, mutant.change) in declared else survived).append(mutant)
        if progress:
            progress(len(killed) + len(survived) + len(excused), len(candidates))
    used = {_key(mutant.task, mutant.change) for mutant in excused}
    stale = [e for e in equivalent if task in (None, e.task) and _key(e.task, e.mutant) not in used]
    elapsed = time.perf_counter() - start
    return Report(assignment.slug, tuple(killed), tuple(survived), tuple(excused), tuple(stale), elapsed)


def _key(task, change):
    """Return what a mutant is recognised by: spaces and parentheses, which carry no mutation, do not matter."""
    return task, re.sub(r"[\s()]", "", change)


def write(report: Report, folder: Path = ROOT / "_build" / "reports") -> Path:
    """Write the report to `mutation-<slug>.txt` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"mutation-{report.slug}.txt"
    path.write_text(report.text + "\n", encoding="utf-8")
    return path


def main(argv=None):
    """Run the mutants of one assignment and print those that the tests do not notice."""
    parser = argparse.ArgumentParser(prog="python -m tests.graders.mutation", description=main.__doc__)
    parser.add_argument("slug")
    parser.add_argument("--task", help="only the mutants of this task")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(argv)
    assignment, answers = load(options.slug), bank(options.slug)
    if answers.problem:
        print(f"!! {answers.problem}", file=sys.stderr)
    if options.task and options.task not in assignment.solutions:
        parser.error(f"{options.slug} has the tasks {', '.join(assignment.solutions)}")

    def progress(done, total):
        if sys.stderr.isatty():
            print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    with Runner(workers=options.workers) as runner:
        report = examine(runner, assignment, answers.equivalent, options.task, progress)
    print(report.text)
    return 0 if report.share >= BAR and not report.stale else 1


if __name__ == "__main__":
    raise SystemExit(main())
