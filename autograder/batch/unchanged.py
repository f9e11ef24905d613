"""Which answers of a submission are the ones that were graded before: points that a person gave to them still hold.

What was graded before is known as long as its record is there. The record goes first when a submission is written, so
that after an interruption nothing is taken for unchanged.
"""

import json
import re

from autograder.record import place_of, read_record

# to a picture or a file, which may be another one: at once, or where the text says so further below
_LEADS_ELSEWHERE = re.compile(r"!\[|\]\(|<[a-zA-Z]|^[ \t>]*+\[[^\]\n]+\]:", re.MULTILINE)


def unchanged(folder, layout, job, sheets, fresh):
    """Return {notebook: names of the graded cells whose answer is what it was}, before anything is written.

    The same submission has the same answers, whatever became of the tests. Of another one only texts can be told to
    be the same: points for code stand for all that the student's code does.

    Parameters
    ----------
    folder : Path
        The class folder.
    layout : Layout
        What its folders are called.
    job : Job
        Which submission was graded.
    sheets : sequence of Assignment
        The notebooks of the assignment.
    fresh : Path
        Where the notebooks lie that were just graded.
    """
    record = read_record(folder, job.student, job.slug)
    if record is None:
        return {}
    if record.get("origins", {}).get("submission") == job.content[:12]:
        return {sheet.notebook: frozenset(cell.grade_id for cell in sheet.graded) for sheet in sheets}
    place = place_of(folder, layout, "autograded", job.student, job.slug)
    found = {}
    for sheet in sheets:
        names = [cell.grade_id for cell in sheet.graded if cell.kind == "answer" and cell.cell_type == "markdown"]
        if names:
            before, now = (_texts(at / f"{sheet.notebook}.ipynb") for at in (place, fresh))
            found[sheet.notebook] = frozenset(name for name in names if _is_same(before.get(name), now.get(name)))
    return found


def _is_same(before, now):
    return before is not None and before == now and not _LEADS_ELSEWHERE.search(now)


def _texts(path):
    """Return {grade_id: text} of a graded notebook's cells; none of a notebook that cannot be read."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = [(cell["metadata"].get("nbgrader", {}).get("grade_id"), "".join(cell["source"])) for cell in cells]
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return {}
    names = [name for name, _ in texts]
    return {name: text for name, text in texts if isinstance(name, str) and names.count(name) == 1}
