"""One submission's page: score and reason of every test cell, the student's code, the pictures it drew.

It shows no source of tests, and nothing that a cell put out once a hidden test had run: the code may have kept what it
was called with.
"""

from autograder import marks, pages
from autograder.feedback.notebook import parts
from autograder.pages.code import Budget

CODE_BYTES = 120_000  # of HTML, all cells together
PRINTED_BYTES = 20_000
FIGURE_BYTES = 3_000_000  # of base64 text
FIGURES = 12
COMMENT_BYTES = 30_000
NOTES, EXTRA = 12, 20  # remarks on the structure, cells of the student's own
_SIGNS = {marks.PASSED: ("✓", "passed"), marks.UNDONE: ("○", "undone"), marks.PENDING: ("…", "pending")}
_BAD = ("✗", "failed")


def render(record, assignment, notebook=None, rows=None, comments=None, penalty=0.0):
    """Return the page.

    Parameters
    ----------
    record : dict
        What the grading recorded of the submission.
    assignment : Assignment
        Which assignment it is.
    notebook : dict, optional
        The notebook as it was run, with its outputs.
    rows : list of dict, optional
        ``cell``, ``task``, ``points``, ``score``, ``state`` and ``reason`` of every test cell, where they are not those
        of the record: a person may have marked some.
    comments : dict, optional
        What a person wrote, by grade_id.
    penalty : float
        Points taken off the whole submission for being late.
    """
    rows = record["marks"] if rows is None else rows
    comments = comments or {}
    found = parts(notebook, assignment)
    code, printed, told = Budget(CODE_BYTES), Budget(PRINTED_BYTES), Budget(COMMENT_BYTES)
    drawn = _Figures()
    groups = {task: [row for row in rows if row["task"] == task] for task in assignment.tasks}
    groups |= {task: [row for row in rows if row["task"] == task] for task in dict.fromkeys(r["task"] for r in rows)}
    tasks = []
    for task, group in groups.items():
        part = None if record["reason"] else found.tasks.get(task)
        tasks.append(
            {
                "name": pages.name(task),
                "place": f"bai-{len(tasks) + 1}",
                "total": _total(group),
                "rows": [_row(row, assignment) for row in group],
                "code": code.code(part.source) if part and part.source.strip() else "",
                "prose": bool(part and part.is_text),
                **_output(part, printed, drawn),
                "comments": [told.text(comments[name].strip()) for name in _about(task, group) if name in comments],
            }
        )
    extra = [
        {"code": code.code(part.source), **_output(part, printed, drawn)}
        for part in found.extra
        if not record["reason"]
    ]
    return pages.render(
        "feedback.html",
        title=assignment.title,
        slug=assignment.slug,
        student=record["student"],
        reason=record["reason"],
        notes=record["notes"][:NOTES],
        pending=any(row["score"] is None for row in rows),
        again=any(_is_stale(row) for row in rows),
        score=sum(row["score"] or 0.0 for row in rows),
        most=sum(row["points"] for row in rows),
        tasks=tasks,
        extra=extra,
        penalty=penalty,
        late=found.late and not record["reason"],
        left_out=drawn.left_out,
    )


class _Figures:
    """The pictures of one page, as many as fit."""

    def __init__(self):
        self.count, self.left, self.left_out = 0, FIGURE_BYTES, 0

    def take(self, data):
        """Return the picture as base64 text, or None where it is not shown."""
        text = pages.png(data) if self.count < FIGURES and len(data) <= self.left else None
        if text is None:
            self.left_out += 1
            return None
        self.count += 1
        self.left -= len(text)
        return text


def _output(part, printed, drawn):
    if part is None:
        return {"printed": "", "figures": []}
    figures = [(picture, alt) for picture, alt in ((drawn.take(data), alt) for data, alt in part.figures) if picture]
    return {"printed": printed.text(part.printed) if part.printed.strip() else "", "figures": figures}


def _about(task, group):
    return dict.fromkeys((task, *(row["cell"] for row in group)))


def _total(group):
    state = marks.combine(row["state"] for row in group)
    return _scored(group) | _looks(state)


def _row(row, assignment):
    cell = assignment.cell(row["cell"])
    if cell is None or cell.is_manual:
        head = "Người chấm xem"
    else:
        head = "Kiểm tra ẩn" if cell.hidden else "Kiểm tra nhìn thấy"
    told = row["reason"] if row["state"] not in (marks.UNDONE, marks.PENDING) or _is_stale(row) else ""
    return {"head": head, "reason": told} | _scored([row]) | _looks(row["state"])


def _is_stale(row):
    """Whether a person gave it points, and has to say if they hold."""
    return row["state"] == marks.PENDING and row["score"] is not None


def _scored(group):
    return {"score": sum(row["score"] or 0.0 for row in group), "most": sum(row["points"] for row in group)}


def _looks(state):
    sign, kind = _SIGNS.get(state, _BAD)
    return {"state": state, "sign": sign, "kind": kind}
