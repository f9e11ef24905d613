"""What of a graded notebook goes back to its student."""

from dataclasses import dataclass, field

from autograder.text import strip_ansi

_PRINTED = 4_000  # characters of one cell


@dataclass
class Part:
    """One cell of the student's."""

    source: str
    is_text: bool  # a written answer
    printed: str = ""
    figures: list = field(default_factory=list)  # (PNG in base64, what it shows)


@dataclass
class Parts:
    """What the student wrote."""

    tasks: dict = field(default_factory=dict)  # grade_id of a task -> Part
    extra: list = field(default_factory=list)  # cells of the student's own that put something out
    late: bool = False  # whether something is left out because a hidden test had run before


def parts(notebook, assignment):
    """Return the :class:`Parts` of a notebook of the assignment; whatever in it has not the right form is passed over.

    Outputs count only up to the first hidden test. In a cell of the student's own nothing else is of interest.
    """
    result, met = Parts(), False
    for cell in _items(notebook, "cells"):
        source, name = _text(cell.get("source")), _grade_id(cell)
        known = assignment.cell(name) if name else None
        if known and known.kind == "test":
            met = met or known.hidden
            continue
        if known and known.kind not in ("solution", "answer"):
            continue
        part = Part(source, cell.get("cell_type") != "code")
        shown = _fill(part, cell)
        if met and shown:
            part.printed, part.figures, result.late = "", [], True
        if known:
            result.tasks[known.task] = part
        elif part.printed or part.figures:
            result.extra.append(part)
    return result


def _fill(part, cell):
    """Put a cell's outputs into the part; return whether there are any."""
    printed = []
    for output in _items(cell, "outputs"):
        kind, data = output.get("output_type"), output.get("data")
        if kind == "stream":
            printed.append(_text(output.get("text")))
        elif kind == "error":
            printed.append(f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}\n")
        elif isinstance(data, dict) and isinstance(data.get("image/png"), str | list):
            part.figures.append((_text(data["image/png"]), _text(data.get("text/plain"))))
        elif isinstance(data, dict) and data.get("text/plain"):
            printed.append(_text(data["text/plain"]) + "\n")
    text = strip_ansi("".join(printed))
    part.printed = text if len(text) <= _PRINTED else text[:_PRINTED] + "\n…"
    return bool(part.printed or part.figures)


def _grade_id(cell):
    metadata = cell.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = mark.get("grade_id") if isinstance(mark, dict) else None
    return name if isinstance(name, str) else ""


def _items(thing, name):
    found = thing.get(name) if isinstance(thing, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _text(value):
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""
