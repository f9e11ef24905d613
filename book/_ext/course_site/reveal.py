"""What comes out of the cells after a prediction, closed until the reader has guessed and asks for it."""

from docutils import nodes

from .elements import Block, Line

__all__ = ["close_outputs"]


def close_outputs(app, doctree):
    """Put the outputs between a prediction and its explanation, or of the next cell, behind «Xem kết quả»."""
    for predict in [box for box in doctree.findall(Block) if has_class(box, "predict")]:
        after = predict.parent.children[predict.parent.index(predict) + 1 :]
        ends = [place for place, node in enumerate(after) if has_class(node, "explain")]
        again = [place for place, node in enumerate(after) if has_class(node, "predict")]
        cells = [(place, node) for place, node in enumerate(after) if has_class(node, "cell")]
        end = ends[0] if ends and not (again and again[0] < ends[0]) else (cells[0][0] + 1 if cells else 0)
        for _, cell in (pair for pair in cells if pair[0] < end):
            for output in [child for child in cell.children if has_class(child, "cell_output")]:
                closed = Block.make("details", Line.make("summary", "Xem kết quả"), classes=["foretold"])
                cell.replace(output, closed)
                closed += output


def has_class(node, name):
    """Whether a node is an element of this class."""
    return isinstance(node, nodes.Element) and name in node.get("classes", ())


def setup(app):
    """Register the step; before the search index and the formulas look at a page."""
    app.connect("doctree-read", close_outputs, priority=400)
