"""Which assignment a notebook answers, and which of the course's notebooks it is."""

import json
import re
from dataclasses import dataclass

from autograder import notebook
from autograder.classroom.folding import plain, words
from autograder.errors import AssignmentBroken, NotebookUnreadable

MAX_BYTES = 50_000_000
LEAST = 0.5  # of an assignment's graded cells
_NOTEBOOK = re.compile(r"(?i).+\.ipynb(\.txt|\.json)?")  # browsers add the second one


def is_notebook(name):
    """Whether a file is called as a notebook is."""
    return bool(_NOTEBOOK.fullmatch(name))


@dataclass(frozen=True)
class Choice:
    """What a notebook is."""

    slug: str
    sheet: str  # the notebook's name in the course, without .ipynb
    by: str = "content"  # "content", "name" (its own) or "place" (a folder's or a zip's)


class Chooser:
    """Knows the assignments of a course.

    Parameters
    ----------
    course : Course
    slugs : sequence of str
    wanted : str, optional
        The one that must not be broken; raises AssignmentBroken. Of others only the names are known then (`broken`).
    """

    def __init__(self, course, slugs, wanted=None):
        self.sheets, self.broken = [], []
        for slug in slugs:
            try:
                self.sheets += course.sheets(slug)
            except AssignmentBroken as error:
                if slug == wanted:
                    raise
                self.broken.append((slug, str(error)))
        self.ids = {(s.slug, s.notebook): {cell.grade_id for cell in s.graded} for s in self.sheets}
        self.names = {(s.slug, s.notebook): words(plain(s.notebook)) for s in self.sheets}
        self.names |= {(slug, slug): words(plain(slug)) for slug, _ in self.broken}
        self.count = {slug: sum(s.slug == slug for s in self.sheets) for slug in slugs}

    def of(self, piece, inner):
        """Return the :class:`Choice` for a notebook, None when it cannot be told; `inner` is its path as handed in."""
        found = self._by_content(piece)
        if found:
            return Choice(*found)
        found = self._by_name(inner[-1])
        if found:
            return Choice(*found, by="name")
        for text in (*reversed(piece.path[:-1]), piece.label):
            found = self._by_name(text)
            if found:
                return Choice(*found, by="place")
        return None

    def _by_content(self, piece):
        if piece.size > MAX_BYTES:
            return None
        try:
            claims = _claims(json.loads(piece.file.read_bytes()))
        except (OSError, ValueError, RecursionError):
            claims = set()
        if claims:
            shares = {key: len(ids & claims) / len(ids) for key, ids in self.ids.items() if ids}
            return _best(shares)
        try:
            loaded = notebook.read(piece.file)
        except NotebookUnreadable:
            return None
        # without ids: told by what the cells define
        return _best({(s.slug, s.notebook): notebook.likeness(loaded, s)[0] for s in self.sheets})

    def _by_name(self, text):
        """Return the sheet whose name stands in a text, the longest one; None where two are as long."""
        found = words(plain(text))
        fits = {key: len("".join(name)) for key, name in self.names.items() if name and _within(name, found)}
        best = max(fits.values(), default=0)
        longest = [key for key, size in fits.items() if size == best]
        return longest[0] if len(longest) == 1 else None


def _claims(data):
    """Return the grade_ids in a notebook."""
    cells = data.get("cells") if isinstance(data, dict) else None
    found = set()
    for cell in cells if isinstance(cells, list) else ():
        mark = cell.get("metadata") if isinstance(cell, dict) else None
        mark = mark.get("nbgrader") if isinstance(mark, dict) else None
        name = mark.get("grade_id") if isinstance(mark, dict) else None
        if isinstance(name, str):
            found.add(name)
    return found


def _best(shares):
    """Return the key with the highest share, None when that is low or another is as high."""
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < LEAST or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    return ranked[0][0]


def _within(name, found):
    size = len(name)
    return any(found[start : start + size] == name for start in range(len(found) - size + 1))
