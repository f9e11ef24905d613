"""Which submissions look alike: every two of them, task by task, and each with the public solution."""

from dataclasses import dataclass, field
from itertools import combinations, product

from autograder.similarity.prints import fingerprint, grams

# Measured on the banks of all assignments by `python -m tests.autograder.likeness`: of a hundred pairs of right
# answers that are long enough to be judged, half have nothing in common beyond the public solution and 95 % at most
# 24 %, but one has 47 %. No pair is reported, by a narrow margin, and those answers were written to be different, as a
# class's are not. A copy with other names, comments and layout comes to 100 %.
THRESHOLD = 0.5
LEAST = 120  # characters of reduced source, on each side and beyond the public solution, that must be alike
TASK_LEAST = 80  # the same for one task, to be reported by itself
PUBLIC = 0.8  # share from which a submission looks like the public solution


@dataclass(frozen=True)
class Likeness:
    """How much two cells, or two submissions, have in common."""

    shared: int  # characters of reduced source, both sides together, that lie in common pieces
    total: int  # characters that could be in common
    beyond: int  # of `shared`: not in the public solution
    beyond_total: int  # of `total`: not in the public solution

    @property
    def share(self):
        """Of 1: how much is common."""
        return self.shared / self.total if self.total else 0.0

    @property
    def share_beyond(self):
        """Of 1: how much is common of what is not in the public solution."""
        return self.beyond / self.beyond_total if self.beyond_total else 0.0

    def __add__(self, other):
        return Likeness(
            self.shared + other.shared,
            self.total + other.total,
            self.beyond + other.beyond,
            self.beyond_total + other.beyond_total,
        )


NOTHING = Likeness(0, 0, 0, 0)


@dataclass(frozen=True)
class Answers:
    """What one student handed in: the source of the solution cells with an answer, by task."""

    student: str
    sources: dict
    group: str = ""  # the earlier class it comes from; "" for this one


@dataclass(frozen=True)
class Pair:
    """Two submissions that look alike."""

    one: Answers
    other: Answers
    likeness: Likeness
    tasks: dict  # task -> Likeness
    alike: tuple[str, ...]  # tasks that are alike by themselves

    @property
    def share(self):
        """Of 1: how much is common in the tasks that are alike; in the whole assignment where none is by itself."""
        return sum((self.tasks[task] for task in self.alike), NOTHING).share_beyond or self.likeness.share_beyond


@dataclass(frozen=True)
class Findings:
    """What came out of one assignment."""

    slug: str
    count: int  # submissions of this class
    pairs: tuple[Pair, ...]  # more alike than the threshold, the most alike first
    public: tuple[tuple[str, float, int], ...]  # (student, share, characters) of those that look like the solution
    threshold: float
    highest: float  # of all pairs that are long enough, reported or not
    left_out: tuple[str, ...] = ()  # students whose notebook cannot be read
    prints: dict = field(default_factory=dict, repr=False, compare=False)  # (group, student, task) -> Print
    models: dict = field(default_factory=dict, repr=False, compare=False)  # task -> fingerprints of the solution


def compare(slug, answers, templates, models, *, earlier=(), threshold=THRESHOLD, left_out=()):
    """Return the :class:`Findings`.

    Parameters
    ----------
    slug : str
        The assignment.
    answers, earlier : list of Answers
        Of this class, compared with each other and with those of earlier classes.
    templates, models : dict
        Source of the stub and of the public solution, by task.
    threshold : float
        In [0, 1]: two submissions are reported from this share on.

    Raises LibraryMissing.
    """
    given = {task: grams(source) for task, source in templates.items()}
    public = {task: grams(source) - given.get(task, frozenset()) for task, source in models.items()}
    prints = {
        (one.group, one.student, task): fingerprint(source, given.get(task, frozenset()))
        for one in (*answers, *earlier)
        for task, source in one.sources.items()
    }
    pairs, highest = [], 0.0
    for one, other in (*combinations(answers, 2), *product(answers, earlier)):
        tasks = {
            task: likeness(prints[_key(one, task)], prints[_key(other, task)], public.get(task, frozenset()))
            for task in one.sources
            if task in other.sources
        }
        total = sum(tasks.values(), NOTHING)
        if total.beyond_total >= LEAST:
            highest = max(highest, total.share_beyond)
        alike = tuple(task for task, part in tasks.items() if _is_alike(part, TASK_LEAST, threshold))
        if alike or _is_alike(total, LEAST, threshold):
            pairs.append(Pair(one, other, total, tasks, alike))
    pairs.sort(key=lambda pair: (-pair.likeness.beyond, pair.one.student, pair.other.student))
    like = _like_the_solution(answers, prints, public)
    return Findings(slug, len(answers), tuple(pairs), like, threshold, highest, tuple(left_out), prints, public)


def likeness(one, other, public=frozenset()):
    """Return the :class:`Likeness` of two fingerprinted cells."""
    common = one.hashes & other.hashes
    shared = total = beyond = beyond_total = 0
    for side in (one, other):
        everything = side.covered()
        known = side.covered(side.hashes & public)
        together = side.covered(common)
        shared += int(together.sum())
        total += int(everything.sum())
        beyond += int((together & ~known).sum())
        beyond_total += int((everything & ~known).sum())
    return Likeness(shared, total, beyond, beyond_total)


def _is_alike(part, least, threshold):
    return part.beyond >= 2 * least and part.share_beyond >= threshold


def _key(answers, task):
    return answers.group, answers.student, task


def _like_the_solution(answers, prints, public):
    found = []
    for one in answers:
        total = known = 0
        for task in one.sources:
            side = prints[_key(one, task)]
            total += int(side.covered().sum())
            known += int(side.covered(side.hashes & public.get(task, frozenset())).sum())
        if total >= LEAST and known / total >= PUBLIC:
            found.append((one.student, known / total, total))
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))
