"""Marking by hand in nbgrader's formgrader: what waits for it, the page while it is open, and what came of it."""

from dataclasses import dataclass

from autograder import history
from autograder.classroom import dues
from autograder.errors import NoSubmissions
from autograder.feedback.again import regenerate
from autograder.feedback.comments import comments
from autograder.gradebook import entries


@dataclass(frozen=True)
class Waiting:
    """What a person has still to mark of one assignment."""

    slug: str
    submissions: int  # with something to mark
    cells: int


@dataclass(frozen=True)
class Marked:
    """What a person did."""

    submissions: tuple[tuple[str, str], ...]  # (student, slug) with other points or comments, or points confirmed
    pages: int  # of feedback, written again


def check(folder, where):
    """Raise NoSubmissions where there is nothing yet that could be marked."""
    if not entries(where):
        raise NoSubmissions(f"Lớp «{folder.name}» chưa có bài nào được chấm; hãy chạy autograder grade trước.")


def waiting(where):
    """Return what waits in a gradebook, a :class:`Waiting` for each assignment. Raises GradebookUnusable."""
    found = {}
    for entry in entries(where):
        if entry.is_waiting:
            found.setdefault(entry.assignment, []).append(entry.student)
    return tuple(Waiting(slug, len(set(who)), len(who)) for slug, who in sorted(found.items()))


class Session:
    """From opening the page to what has changed when it is closed."""

    def __init__(self, course, folder, where):
        """Keep the grades as they are now. Raises GradebookUnusable or OutputUnwritable."""
        self.course, self.folder, self.where = course, folder, where
        history.keep(folder, where, None, unfinished=False)
        self._before = self._now()

    def finish(self):
        """Bring penalties and pages of feedback up to date; return what was :class:`Marked`.

        Raises ClassBroken, GradebookUnusable, AssignmentBroken or OutputUnwritable.
        """
        late = set(dues.refresh(self.folder, self.where))
        now = self._now()
        changed = sorted(key for key in now.keys() | self._before.keys() if now.get(key) != self._before.get(key))
        pages = set()
        for slug in dict.fromkeys(slug for _, slug in {*changed, *late}):
            students = [student for student, of in {*changed, *late} if of == slug]
            pages.update(regenerate(self.course, self.folder, [slug], students, self.where))
        return Marked(tuple(changed), len(pages))

    def _now(self):
        """Return {submission: what a person had a hand in}."""
        found = {}
        for entry in entries(self.where):
            key = entry.student, entry.assignment
            given = entry.notebook, entry.cell, entry.manual_score, entry.extra_credit or None, entry.is_waiting
            found.setdefault(key, set()).add(given)
        for one in comments(self.where):
            found.setdefault((one.student, one.assignment), set()).add((one.notebook, one.cell, one.text))
        return found
