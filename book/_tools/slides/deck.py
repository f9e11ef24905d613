"""The slides as a notebook: every cell says with Jupyter's own ``slideshow.slide_type`` where it belongs.

What the template must know beyond that stands in the cells' metadata under ``deck``: the cell's role on the slide, and
on the first cell of a slide its kind, label and layout.
"""

import nbformat

from .pictures import WIDE, picture_size
from .visuals import drawing

__all__ = ["to_notebook"]

TICK = ' <span class="fragment tick" data-fragment-index="0">✓</span>'


def figures(part):
    """Return the outputs of a code cell that are pictures."""
    return [o for o in part.outputs if {"image/png", "image/svg+xml"} & set(o.get("data", {})) or drawing(o)]


def layout(slide):
    """Return where the text stands relative to what is looked at: ``side``, ``stacked`` or ``text``."""
    visual = slide.visual or slide.answer_visual
    if visual is None:
        return "text"
    if visual.kind != "figure":
        return "stacked"
    if visual.part.kind == "picture" or not figures(visual.part):
        return "side"
    data = figures(visual.part)[-1].data
    if "image/png" not in data:
        return "stacked" if "text/html" in data else "side"
    width, height = picture_size(data["image/png"])
    return "stacked" if width >= height * (1.5 if len(slide.points) < 3 else WIDE) else "side"


def bullets(texts, mark="-"):
    """Return Markdown of a list."""
    return "\n".join(f"{mark} {text}" for text in texts)


class Writer:
    """Collects the cells of one deck."""

    def __init__(self):
        self.cells = []

    def add(self, cell, role, slide_type="-", **more):
        """Append a cell."""
        slideshow = {"slide_type": slide_type}
        if role == "answer":  # together with the tick beside the right option
            slideshow["data"] = {"fragment_index": 0}
        cell.metadata = nbformat.from_dict({"slideshow": slideshow, "deck": {"role": role, **more}})
        cell["id"] = f"cell-{len(self.cells)}"
        self.cells.append(cell)

    def text(self, role, source, slide_type="-", **more):
        """Append Markdown."""
        self.add(nbformat.v4.new_markdown_cell(source), role, slide_type, **more)

    def look(self, visual, slide_type="-"):
        """Append what is looked at."""
        part, role = visual.part, f"visual {visual.kind}"
        if visual.kind == "formula":
            self.text(role, f"$$\n{part.text}\n$$", slide_type)
        elif visual.kind == "list":
            self.text(role, bullets(part.items, "1." if part.ordered else "-"), slide_type)
        elif visual.kind == "table":
            self.text(role, part.text, slide_type)
        elif part.kind == "picture":
            self.text(role, f"![{part.alt}]({part.text})", slide_type)
        else:
            outputs = figures(part)[-1:] if visual.kind == "figure" else []
            if visual.kind == "html":
                outputs = [o for o in part.outputs if "text/html" in o.get("data", {})][:1]
            if visual.output:
                outputs = [*outputs, nbformat.v4.new_output("stream", name="stdout", text=visual.output)]
            self.add(nbformat.v4.new_code_cell(visual.code, outputs=outputs), role, slide_type, alt=part.alt)

    def slide(self, slide):
        """Append all cells of a slide."""
        head = ("# " if slide.kind == "cover" else "## ") + slide.headline
        place = "cover" if slide.kind == "cover" else layout(slide)
        self.text("head", head, "slide", kind=slide.kind, label=slide.label, layout=place)
        if slide.points:
            one = slide.kind == "cover" or (slide.kind == "predict" and len(slide.points) == 1)
            self.text("points", slide.points[0] if one else bullets(slide.points))
        if slide.options:
            marked = [text + (TICK if n in slide.right else "") for n, text in enumerate(slide.options)]
            self.text("options", bullets(marked, "1." if slide.kind == "quiz" else "-"))
        if slide.visual:
            self.look(slide.visual)
        if slide.answer:
            self.text("answer", bullets(slide.answer), "fragment")
        if slide.answer_visual:
            self.look(slide.answer_visual, "-" if slide.answer else "fragment")
        for visual in slide.fragments:
            self.look(visual, "fragment")
        if slide.notes:
            self.text("notes", "\n\n".join(slide.notes), "notes")


def to_notebook(slides, title):
    """Return the deck's notebook."""
    writer = Writer()
    for slide in slides:
        writer.slide(slide)
    notebook = nbformat.v4.new_notebook(cells=writer.cells)
    notebook.metadata["title"] = title
    return notebook
