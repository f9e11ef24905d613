"""The report as one page of HTML with plots."""

from autograder import pages
from autograder.marks import PASSED, PENDING, UNDONE
from autograder.report import plots
from autograder.report.statistics import FEW, SOME, difficulty
from autograder.text import one_line

_LOOKS = {PASSED: "passed", UNDONE: "undone", PENDING: "pending"}
MAX_FLAGS = 500
REMARK = 160  # characters; all of it stands among the flagged submissions


def to_html(report):
    """Return the page."""
    return pages.render(
        "report.html",
        name=report.name,
        sections=[_section(section, place) for place, section in enumerate(report.sections, start=1)],
        flags=report.told[:MAX_FLAGS],
        more_flags=max(len(report.told) - MAX_FLAGS, 0),
        few=FEW,
        some=SOME,
    )


def _section(section, place):
    tasks = list(dict.fromkeys(task for result in section.results for task in result.tasks))
    return {
        "place": f"bai-{place}",
        "data": section,
        "histogram": plots.histogram(section.spread),
        "items": [
            {"data": item, "bar": plots.bar(item.share), "dot": plots.dot(item.discrimination),
             "difficulty": difficulty(item.share)}
            for item in section.items
        ],
        "tasks": tasks,
        "late": any(r.penalty for r in section.results),
        "students": [
            {"name": r.student, "penalty": r.penalty, "final": r.final, "remark": one_line(r.remark, REMARK),
             "cells": [_part(r.tasks.get(t)) for t in tasks]}
            for r in section.results
        ],
    }  # fmt: skip


def _part(part):
    if part is None:
        return {"text": "–", "kind": "soft"}
    score, _, state = part
    return {"text": "…" if state == PENDING else pages.decimal(score), "kind": _LOOKS.get(state, "failed")}
