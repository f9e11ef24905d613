"""What came out of a class, for people and for other programs.

:func:`~autograder.report.model.build` makes a :class:`~autograder.report.model.Report`; a new kind of file is one
function in :mod:`autograder.report.files`, a new look one template in :mod:`autograder.pages`.
"""

from autograder.gradebook import penalties
from autograder.report.files import export, to_csv, to_json
from autograder.report.model import Report, build
from autograder.scores import Result, Row, results, rows

__all__ = ["Report", "Result", "Row", "build", "export", "results", "rows", "save", "to_csv", "to_json"]


def save(folder, where=None):
    """Leave the report of the whole class in ``reports/``: ``scores.csv``, ``scores.json`` and ``report.html``.

    `where` is the gradebook, if it is not the class folder's own.
    """
    report, place = build(folder, rows(folder, where=where), penalties(where or folder)), folder / "reports"
    targets = {"json": place / "scores.json", "csv": place / "scores.csv", "html": place / "report.html"}
    export(report, targets, None)
