"""How alike are right answers to one task that were written by themselves? Measured on the banks of all assignments.

    python -m tests.autograder.likeness

prints what :mod:`autograder.similarity` would tell of every two of them: the numbers on its page come from here.
"""

from dataclasses import dataclass
from itertools import combinations

from autograder.similarity import compare
from autograder.similarity.compare import TASK_LEAST, THRESHOLD
from autograder.similarity.prints import fingerprint, grams
from tests.graders.assignment import bank, load, slugs


@dataclass(frozen=True)
class Two:
    """Two right answers to a task."""

    task: str
    one: str
    other: str
    share: float
    is_long: bool  # long enough to be judged
    is_reported: bool


def honest(chosen=None):
    """Yield (slug/task, stub, model solution, {name: source of a different right answer}) of every task.

    Only answers that are written out whole: one that is given as changes to the model solution is no other answer.
    """
    for slug in chosen or slugs():
        assignment, answers = load(slug), bank(slug)
        assert not answers.problem, answers.problem
        for task, cell in assignment.solutions.items():
            model = "\n".join(line for line in cell.source.split("\n") if "### " not in line)
            sources = {
                answer.name: answer.source(cell.source)
                for answer in answers.answers
                if answer.task == task and answer.is_right and answer.code is not None
            }
            yield f"{slug}/{task}", cell.released, model, sources


def pairs(chosen=None):
    """Yield every :class:`Two`."""
    for task, stub, model, sources in honest(chosen):
        template = grams(stub)
        prints = {name: fingerprint(source, template) for name, source in sources.items()}
        for one, other in combinations(prints, 2):
            part = compare.likeness(prints[one], prints[other], grams(model) - template)
            is_reported = compare._is_alike(part, TASK_LEAST, THRESHOLD)
            yield Two(task, one, other, part.share_beyond, part.beyond_total >= 2 * TASK_LEAST, is_reported)


def main():
    """Print what was found."""
    found = sorted(pairs(), key=lambda two: -two.share)
    judged = [two for two in found if two.is_long]
    shares = [two.share for two in judged]
    tasks, places = {two.task for two in judged}, {two.task.partition("/")[0] for two in judged}
    print(f"{len(found)} pairs; long enough: {len(judged)}, of {len(tasks)} tasks in {len(places)} assignments")
    for part in (0.5, 0.9, 0.95, 0.99):
        print(f"{part:.0%} of them are alike to at most {sorted(shares)[int(part * (len(shares) - 1))]:.1%}")
    print(f"from {THRESHOLD:.0%} on: {sum(share >= THRESHOLD for share in shares)}")
    print(f"reported: {sum(two.is_reported for two in found)}")
    for two in judged[:12]:
        print(f"{two.share:6.1%}  {two.task}: {two.one}, {two.other}{'  REPORTED' if two.is_reported else ''}")


if __name__ == "__main__":
    main()
