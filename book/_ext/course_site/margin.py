"""Notes in the margin: beside the text on wide screens, a box in the text on small ones and on paper.

::

    :::{margin} Optional title
    A remark that would interrupt the sentence it belongs to. It stands in front of the paragraph it is about.
    :::
"""

from .directives import BoxDirective
from .elements import Block, Line

__all__ = ["Margin"]


class Margin(BoxDirective):
    """A note beside the text."""

    optional_arguments = 1

    def run(self):
        """Return the note; a reader of the screen hears «Ghi chú bên lề»."""
        if not self.content:
            self.warn("ghi chú đang trống")
        title = self.title() if self.arguments else []
        head = [Line.make("p", *title, classes=["box-title"])] if title else []
        label = "Ghi chú bên lề"
        return [Block.make("div", *head, *self.body(), classes=["margin-note"], role="note", aria_label=label)]


def setup(app):
    """Register the directive."""
    app.add_directive("margin", Margin)
