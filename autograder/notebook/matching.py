"""Which cell answers which task, told by what it defines."""

import re
from collections import Counter

from autograder.notebook import code
from autograder.text import normalized

_FENCED = re.compile(r"\s*```[^\n`]*\n(.*?)\n?```\s*", re.DOTALL)


def likeness(notebook, assignment):
    """Return (share of the assignment's cells that are in a notebook, share of its tasks that are answered)."""
    ids = {claim(cell) for cell in notebook.cells}
    texts = {normalized(cell.source) for cell in notebook.cells}
    known = sum(c.grade_id in ids or normalized(c.released) in texts for c in assignment.graded)
    wanted, stubs = wanted_names(assignment), stubs_of(assignment)
    answered = {t for t in wanted for c in notebook.cells if covers(c.source, wanted[t]) and not is_stub(c, stubs)}
    share = len(answered) / len(wanted) if wanted else 0.0
    return max(known / max(1, len(assignment.graded)), share), share


def claim(cell):
    """Return the grade_id a cell says it has, or None."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def wanted_names(assignment):
    """Return {task: names its solution defines}, for the tasks that can be told by them."""
    found = {}
    for cell in assignment.cells:
        if cell.kind == "solution" and cell.cell_type == "code":
            found[cell.grade_id] = code.functions(cell.source) or code.defined(cell.source)
    counts = Counter(name for wanted in found.values() for name in wanted)
    return {task: wanted for task, wanted in found.items() if wanted and all(counts[name] == 1 for name in wanted)}


def stubs_of(assignment):
    """Return the texts of the solution cells as they were handed out."""
    return {normalized(cell.source) for cell in assignment.cells if cell.kind == "solution"}


def is_stub(cell, stubs):
    """Whether a cell is one of those, untouched."""
    return normalized(cell.source) in stubs


def covers(source, wanted):
    """Whether a cell of this text defines all the wanted names."""
    return bool(wanted) and wanted <= code.defined(unfenced(source))


def unfenced(source):
    """Return the code in a text cell that is nothing but one fenced block; other text as it is."""
    found = _FENCED.fullmatch(source)
    return found.group(1) if found else source
