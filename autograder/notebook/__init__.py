"""One submitted notebook: find it, read it whatever state it is in, say what is wrong, repair what can be repaired.

`finding` looks for the file, `reading` makes cells of its bytes, `repairing` makes the assignment's notebook of them;
`matching` and `code` know Python cells, `lenient` broken JSON, `remarks` and `notes` what is said.
"""

from autograder.errors import NotebookUnreadable
from autograder.jupyter import nbformat
from autograder.notebook.finding import find
from autograder.notebook.matching import likeness
from autograder.notebook.notes import Note, advice
from autograder.notebook.reading import load, make
from autograder.notebook.repairing import Submission, reference_cell, repair

__all__ = ["Note", "Submission", "advice", "blank", "find", "guess_assignment", "load", "read", "submission"]


def read(path):
    """Return the notebook in `path` as a clean nbformat 4.5 notebook without outputs; raises NotebookUnreadable."""
    return load(path)[0]


def submission(path, assignment, *, released=False, notes=()):
    """Read and repair one notebook.

    Parameters
    ----------
    path : Path
        The notebook.
    assignment : Assignment
        What it should look like.
    released : bool
        Put the student's version of the tests into the test cells (for ``autograder check``) instead of the graded one.
    notes : tuple of Note
        What is known already, such as a wrong file name.

    Raises
    ------
    NotebookUnreadable
        With the reason, when there is no notebook to repair.
    """
    notebook, found = load(path)
    return repair(path, notebook, assignment, released=released, notes=(*notes, *found))


def blank(assignment, reason):
    """Return the notebook that stands for an unreadable submission: the reason, then the assignment's own cells."""
    head = nbformat.v4.new_markdown_cell(f"**Không chấm được bài nộp.** {reason}", id="autograder-reason")
    return make([head, *(reference_cell(cell, released=False) for cell in assignment.cells)])


def guess_assignment(path, assignments):
    """Return the slug of the assignment that the notebook is most like, or None; never raises."""
    try:
        notebook = read(path)
    except NotebookUnreadable:
        return None
    likely = {a.slug: likeness(notebook, a) for a in assignments}
    best = max(likely, key=likely.get, default=None)
    return best if best is not None and likely[best][0] >= 0.5 else None
