"""Write the pages of feedback anew, from what is stored: nothing is run.

Scores and comments that a person gave in formgrader are in the gradebook; they count.
"""

import json

from autograder.errors import OutputUnwritable
from autograder.feedback.comments import comments
from autograder.feedback.page import render
from autograder.gradebook import entries, penalties
from autograder.paths import write_text
from autograder.record import place_of, read_record
from autograder.scores import of_submission, rows
from autograder.text import fault


def regenerate(course, folder, assignments=(), students=(), where=None):
    """Write the page of every notebook that has scores; return their paths.

    `where` is the gradebook, if it is not the class folder's own. Raises AssignmentUnknown, AssignmentBroken,
    StudentUnknown, NoSubmissions, GradebookUnusable or OutputUnwritable.
    """
    where = where or folder
    writer, groups, written = _Pages(course, folder, comments(where), penalties(where)), {}, []
    for row in rows(folder, assignments, students, where):
        groups.setdefault((row.student, row.assignment), []).append(row)
    for (student, slug), group in groups.items():
        written += writer.write(group, read_record(folder, student, slug))
    return tuple(written)


def renew(course, folder, where, records):
    """Write the pages of those submissions again that a person has marked or commented on; return their paths.

    `records` are of submissions just graded, their scores already in the gradebook `where`. Raises GradebookUnusable
    or OutputUnwritable.
    """
    students, found, written = {record["student"] for record in records}, {}, []
    told = comments(where, students)
    touched = {(comment.student, comment.assignment) for comment in told}
    for entry in entries(where, students):
        found.setdefault((entry.student, entry.assignment), []).append(entry)
        if entry.by_hand:
            touched.add((entry.student, entry.assignment))
    writer = _Pages(course, folder, told, penalties(where))
    for record in records:
        key = record["student"], record["assignment"]
        if key in touched:
            written += writer.write(of_submission(found.get(key, ()), record), record)
    return tuple(written)


class _Pages:
    """Writes the pages of submissions, one after the other."""

    def __init__(self, course, folder, told, late):
        self.course, self.folder, self.late, self.sheets, self.comments = course, folder, late, {}, {}
        for comment in told:
            key = comment.student, comment.assignment, comment.notebook
            self.comments.setdefault(key, {})[comment.cell] = comment.text

    def write(self, group, record):
        """Write the pages of one submission (its rows, its record or None), one a notebook; return their paths."""
        sheets, written = {}, []
        for row in group:
            sheets.setdefault(row.notebook, []).append(row)
        for name, lines in sheets.items():
            student, slug = lines[0].student, lines[0].assignment
            page = render(
                record or {"student": student, "reason": "", "notes": []},
                self._sheet(slug, name),
                _notebook(self._place("autograded", student, slug) / f"{name}.ipynb"),
                [_cell(row) for row in lines],
                self.comments.get((student, slug, name)),
                self.late.get((student, slug), 0.0),
            )
            path = self._place("feedback", student, slug) / f"{name}.html"
            try:
                write_text(path, page, errors="replace")
            except OSError as error:
                raise OutputUnwritable(f"Không ghi được {path}: {fault(error)}.") from None
            written.append(path)
        return written

    def _place(self, kind, student, slug):
        return place_of(self.folder, self.course.layout, kind, student, slug)

    def _sheet(self, slug, name):
        if (slug, name) not in self.sheets:
            self.sheets[slug, name] = self.course.load(slug, name)
        return self.sheets[slug, name]


def _cell(row):
    return {
        "cell": row.cell,
        "task": row.task if row.notebook == row.assignment else row.task.removeprefix(f"{row.notebook}/"),
        "points": row.max,
        "score": row.score,
        "state": row.state,
        "reason": row.reason,
    }


def _notebook(path):
    """Return what is in a graded notebook, None when there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
