"""Write the pages of feedback anew, from what is stored: nothing is run.

Scores and comments that a person gave in formgrader are in the gradebook; they count.
"""

import json

from autograder.batch import read_record
from autograder.errors import OutputUnwritable
from autograder.feedback.comments import comments
from autograder.feedback.page import render
from autograder.paths import write_text
from autograder.scores import rows
from autograder.text import fault


def regenerate(course, folder, assignments=(), students=(), where=None):
    """Write the page of every notebook that has scores; return their paths.

    `where` is the gradebook, if it is not the class folder's own. Raises AssignmentUnknown, AssignmentBroken,
    StudentUnknown, NoSubmissions, GradebookUnusable or OutputUnwritable.
    """
    where = where or folder
    groups, notes, sheets, written = {}, {}, {}, []
    for row in rows(folder, assignments, students, where):
        groups.setdefault((row.student, row.assignment, row.notebook), []).append(row)
    for comment in comments(where):
        notes.setdefault((comment.student, comment.assignment, comment.notebook), {})[comment.cell] = comment.text
    for key, group in groups.items():
        student, slug, name = key
        if (slug, name) not in sheets:
            sheets[slug, name] = course.load(slug, name)
        record = read_record(folder, student, slug) or {"student": student, "reason": "", "notes": []}
        notebook = _notebook(folder / "autograded" / student / slug / f"{name}.ipynb")
        page = render(record, sheets[slug, name], notebook, [_cell(row) for row in group], notes.get(key))
        path = folder / "feedback" / student / slug / f"{name}.html"
        try:
            write_text(path, page, errors="replace")
        except OSError as error:
            raise OutputUnwritable(f"Không ghi được {path}: {fault(error)}.") from None
        written.append(path)
    return tuple(written)


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
