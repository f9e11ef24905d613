"""What can be looked at on a slide: a figure, a formula, a table, a list, a few lines of code or of what they print."""

import re
from dataclasses import dataclass

from .chapter import Part
from .pictures import picture_size
from .words import count

__all__ = ["Visual", "drawing", "result_of", "visual_of"]

CODE_LINES, CODE_WIDTH = 11, 72
OUTPUT_LINES, OUTPUT_WIDTH = 8, 72
BOTH = 10  # lines of code and output together
ANSWER = 6, 66  # lines, width of what is printed below an answer
BESIDE = 4, 44  # lines, width of what is printed below a figure
FORMULA_HEIGHT = 8.5  # lines of text
TALL = re.compile(r"\\(?:frac|dfrac|sum|prod|int|underbrace|begin\{[pb]matrix)")


@dataclass
class Visual:
    """What is looked at on a slide: ``kind`` is figure, formula, table, list, code, output or html."""

    kind: str
    part: Part
    code: str = ""
    output: str = ""


def output_text(part):
    """Return what a code cell prints."""
    texts = []
    for output in part.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            texts.append(output.text)
        elif output.output_type == "execute_result" and set(output.data) == {"text/plain"}:
            texts.append(output.data["text/plain"] + "\n")
    return "".join(texts).rstrip()


def fits(text, lines, width):
    """Whether a text is small enough for a slide."""
    rows = text.split("\n")
    return bool(text.strip()) and len(rows) <= lines and max(map(len, rows)) <= width


def drawing(output):
    """Whether an output is a picture written as HTML: SVG and nothing to be fetched."""
    html = output.get("data", {}).get("text/html", "")
    return "<svg" in html and "<img" not in html


def has_figure(part):
    """Whether a code cell draws."""
    return any({"image/png", "image/svg+xml"} & set(o.get("data", {})) or drawing(o) for o in part.outputs)


def formula_height(tex):
    """Return about how many lines of text a formula is high."""
    return sum(1.9 if TALL.search(row) else 1.2 for row in tex.split("\\\\"))


def landscape(part):
    """Whether a cell's figure leaves room for a few lines below it when it stands beside the text."""
    data = [o.data["image/png"] for o in part.outputs if "image/png" in o.get("data", {})]
    if not data:
        return False
    width, height = picture_size(data[-1])
    return 1.15 * height <= width < 1.5 * height


def visual_of(part):
    """Return how a part can be looked at on a slide, or None."""
    if part is None or part.slide_type in ("skip", "notes"):
        return None
    if part.kind == "code":
        printed = output_text(part)
        if has_figure(part):
            return Visual("figure", part, output=printed if fits(printed, *BESIDE) and landscape(part) else "")
        if any("text/html" in o.get("data", {}) and "<table" in o.data["text/html"] for o in part.outputs):
            return Visual("html", part)
        shown = fits(printed, OUTPUT_LINES, OUTPUT_WIDTH)
        hidden = "hide-input" in part.tags or "remove-input" in part.tags
        if fits(part.text, CODE_LINES, CODE_WIDTH) and (shown or not printed) and not hidden:
            code = part.text if part.text.count("\n") + printed.count("\n") < BOTH - 1 else ""
            dull = re.match(r"import |from ", code) or re.search(r"\bdata\.\w+\(", code) or not printed
            if code and (not dull or re.match(r"(?:@.*\n)?(?:def|class) ", code)):
                return Visual("code", part, code=code, output=printed)
        told = re.search(r"[^\W\d_]{3}", printed)  # only shapes and numbers say nothing by themselves
        return Visual("output", part, output=printed) if shown and told else None
    if part.kind == "picture":
        return Visual("figure", part)
    if part.kind == "formula" and formula_height(part.text) <= FORMULA_HEIGHT and len(part.text) < 700:
        return Visual("formula", part)
    if (
        part.kind == "table"
        and part.text.count("\n") <= (5 if TALL.search(part.text) else 7)
        and count(part.text) <= 50
    ):
        return Visual("table", part)
    if part.kind == "list" and 2 <= len(part.items) <= 6:
        return Visual("list", part)
    return None


def result_of(part):
    """Return what comes out of a cell, without its code, as the answer to a question."""
    visual = visual_of(part)
    if visual and visual.kind in ("code", "output"):
        return Visual("output", part, output=visual.output) if fits(visual.output, *ANSWER) else None
    return visual
