"""The pairs side by side, as one page of HTML and as plain data."""

from markupsafe import Markup, escape

from autograder import pages
from autograder.pages.safe import visible
from autograder.similarity.compare import LEAST, PUBLIC, TASK_LEAST

CODE_BYTES = 4_000_000  # of HTML, all pairs together
PAIRS = 300  # that are listed
MAX_CHARACTERS = 20_000  # of one cell


def to_html(name, findings):
    """Return the page about a class."""
    left = CODE_BYTES
    sections = []
    for place, found in enumerate(findings, start=1):
        pairs = []
        for number, pair in enumerate(found.pairs[:PAIRS], start=1):
            shown = _side_by_side(found, pair) if left > 0 else []
            left -= sum(len(task["one"]) + len(task["other"]) for task in shown)
            pairs.append({"place": f"cap-{place}-{number}", "data": pair, "tasks": shown})
        sections.append({"data": found, "pairs": pairs, "more": max(len(found.pairs) - PAIRS, 0)})
    limits = {"least": LEAST, "task_least": TASK_LEAST, "public": PUBLIC}
    return pages.render("similarity.html", name=name, sections=sections, **limits)


def to_data(name, findings):
    """Return the findings as plain data for JSON, without code."""
    return {
        "schema": 1,
        "class": name,
        "assignments": [
            {
                "assignment": found.slug,
                "submissions": found.count,
                "threshold": found.threshold,
                "highest": round(found.highest, 4),
                "left_out": list(found.left_out),
                "like_public_solution": [{"student": s, "share": round(share, 4)} for s, share, _ in found.public],
                "pairs": [_pair(pair) for pair in found.pairs],
            }
            for found in findings
        ],
    }


def _pair(pair):
    return {
        "students": [pair.one.student, pair.other.student],
        "classes": [pair.one.group, pair.other.group],
        "share": round(pair.share, 4),
        "share_of_assignment": round(pair.likeness.share_beyond, 4),
        "share_with_public_solution": round(pair.likeness.share, 4),
        "alike": list(pair.alike),
        "tasks": {task: round(part.share_beyond, 4) for task, part in pair.tasks.items()},
    }


def _side_by_side(found, pair):
    tasks = []
    for task, part in sorted(pair.tasks.items(), key=lambda item: -item[1].beyond):
        if task not in pair.alike and part.beyond < TASK_LEAST:
            continue
        one, other = (found.prints[side.group, side.student, task] for side in (pair.one, pair.other))
        common, public = one.hashes & other.hashes, found.models.get(task, frozenset())
        sides = [_marked(side, common, public) for side in (one, other)]
        tasks.append({"name": task, "likeness": part, "one": sides[0], "other": sides[1]})
    return tasks


def _marked(side, common, public):
    """Return the source with what is common marked, and underlined where it is in the public solution too."""
    known = side.covered(side.hashes & public)
    together = side.covered(common)
    pieces = [(*piece, "") for piece in side.pieces(together & ~known)]
    pieces += [(*piece, ' class="public"') for piece in side.pieces(together & known)]
    out, cursor, source = [], 0, side.source[:MAX_CHARACTERS]
    for start, end, kind in sorted(pieces):
        start, end = max(start, cursor), min(end, len(source))
        if start < end:
            out.append(f"{_safe(source[cursor:start])}<mark{kind}>{_safe(source[start:end])}</mark>")
            cursor = end
    return Markup("".join([*out, _safe(source[cursor:])]))


def _safe(text):
    return str(escape(visible(text)))
