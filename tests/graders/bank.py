"""The form of a bank of answers (`tests/graders/answers/<slug>.py`).

A bank is a module with `ANSWERS`, a list of :func:`wrong` and :func:`right` answers, and optionally
`EQUIVALENT`, the mutants of the model solution that no test can tell from it, each with the reason.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One answer to one task: the model solution's cell with another source."""

    name: str  # snake_case, says what is special: "axis_swapped"
    task: str  # grade_id of the solution cell it replaces
    code: str | None  # the whole cell …
    edits: tuple[tuple[str, str], ...]  # … or replacements in the model solution's cell
    loses: tuple[str, ...]  # test cells (grade_id) that must lose points; none for a right answer

    @property
    def is_right(self) -> bool:
        """Whether the answer must keep all its points."""
        return not self.loses

    def source(self, solution: str) -> str:
        """Return the cell's source, given the model solution's.

        Raises ValueError when an edit does not apply exactly once, so that a bank cannot rot silently.
        """
        if self.code is not None:
            return self.code.strip("\n")
        for old, new in self.edits:
            if solution.count(old) != 1:
                raise ValueError(f"{self.task}/{self.name}: «{old}» occurs {solution.count(old)} times, not once")
            solution = solution.replace(old, new)
        return solution


@dataclass(frozen=True)
class Equivalent:
    """Mutants of one solution cell that behave like the solution as far as its contract goes."""

    task: str  # grade_id of the solution cell
    mutant: str  # "original line -> mutated line", stripped, as the mutation test prints it
    why: str


def wrong(
    task: str, name: str, *edits: tuple[str, str], code: str | None = None, loses: str | tuple[str, ...]
) -> Answer:
    """Return a plausible wrong answer that must lose points in the test cells `loses`."""
    return Answer(name, task, code, edits, (loses,) if isinstance(loses, str) else tuple(loses))


def right(task: str, name: str, *edits: tuple[str, str], code: str | None = None) -> Answer:
    """Return a different, correct answer that must keep every point."""
    return Answer(name, task, code, edits, ())
