"""The grade of every student of the roster, as it is to be handed on."""

from dataclasses import dataclass

from autograder.errors import AssignmentUnknown
from autograder.gradebook import penalties
from autograder.scores import results, rows


@dataclass(frozen=True)
class Grade:
    """One submission's grade."""

    student: str
    slug: str
    score: float  # before anything is taken off
    penalty: float  # for being late
    most: float
    is_pending: bool = False  # a person still has to mark some of it: there is no grade yet
    is_stale: bool = False  # some of it was marked, and the answer may be another one since

    @property
    def final(self):
        """What counts, None while a person has to mark something."""
        return None if self.is_pending else round(self.score - min(self.penalty, self.score), 6)


@dataclass(frozen=True)
class Grades:
    """The grades of a class."""

    slugs: tuple[str, ...]
    most: dict[str, float]  # slug -> points
    given: dict[tuple[str, str], Grade]  # (student, slug) of students of the roster
    strangers: tuple[str, ...]  # who has grades and is not in the roster

    def final(self, student, slug):
        """Return a student's grade, None where there is none."""
        grade = self.given.get((student, slug))
        return grade.final if grade else None

    def scaled(self, student, slug, points=None):
        """Return a student's grade on the scale of an LMS that counts the assignment with so many points."""
        score = self.final(student, slug)
        return score if None in (score, points) else round(score * points / self.most[slug], 4)


def read(folder, roster, where, assignments=()):
    """Return the :class:`Grades` of a class from its gradebook.

    Raises AssignmentUnknown, NoSubmissions or GradebookUnusable.
    """
    known = {student.id for student in roster}
    lines = rows(folder, where=where)
    slugs = sorted({row.assignment for row in lines})
    for slug in assignments:
        if slug not in slugs:
            raise AssignmentUnknown(slug, slugs)
    wanted = [slug for slug in slugs if not assignments or slug in assignments]
    pending = {(row.student, row.assignment) for row in lines if row.is_waiting}
    stale = {(row.student, row.assignment) for row in lines if row.is_stale}
    given, strangers, most = {}, set(), {}
    for one in results(folder, lines, penalties(where)):
        if one.assignment not in wanted:
            continue
        most[one.assignment] = max(one.max, most.get(one.assignment, 0.0))
        key = one.student, one.assignment
        if one.student in known:
            given[key] = Grade(*key, one.score, one.penalty, one.max, key in pending, key in stale)
        else:
            strangers.add(one.student)
    return Grades(tuple(wanted), most, given, tuple(sorted(strangers)))
