"""Two document nodes that become an HTML element: a block of other nodes, or a line of text.

The directives build their boxes from these, so that what a box looks like in HTML is readable in one place
and tests can look at the nodes.
"""

from html import escape

from docutils import nodes

__all__ = ["Block", "Line"]

INLINE = {"a", "span", "strong"}


class _Element:
    """A node written as ``<tag attributes>``; children follow as usual."""

    @classmethod
    def make(cls, tag, *children, classes=(), ids=(), **attributes):
        """Return a node; ``data_quiz="x"`` becomes ``data-quiz="x"``, ``open=True`` a bare attribute."""
        html = {name.replace("_", "-"): value for name, value in attributes.items() if value is not None}
        node = cls("", tag=tag, html=html, classes=list(classes), ids=list(ids))
        node += children
        return node


class Block(_Element, nodes.General, nodes.Element):
    """An element that holds blocks: ``div``, ``details``, ``ol``, ``li``."""


class Line(_Element, nodes.General, nodes.TextElement):
    """An element that holds text: ``p``, ``summary``, ``span``."""

    @classmethod
    def make(cls, tag, *children, **attributes):
        """Like :meth:`_Element.make`; plain strings become text."""
        return super().make(tag, *(nodes.Text(c) if isinstance(c, str) else c for c in children), **attributes)


def start_tag(node):
    """Return the opening tag, with the ``id``, the classes and the attributes in a fixed order."""
    html = dict(node["html"])
    if node["ids"]:
        html = {"id": node["ids"][0], **html}
    if node["classes"]:
        html["class"] = " ".join(node["classes"])
    parts = [node["tag"]]
    for name, value in html.items():
        if value is True:
            parts.append(name)
        elif value is not False:
            parts.append(f'{name}="{escape(str(value), quote=True)}"')
    return f"<{' '.join(parts)}>"


def visit(writer, node):
    """Open the element."""
    writer.body.append(start_tag(node))


def depart(writer, node):
    """Close the element; a new line after it, unless it stands inside a sentence."""
    writer.body.append(f"</{node['tag']}>" + ("" if node["tag"] in INLINE else "\n"))


def ignore(writer, node):
    """Other output formats: only the children."""


def setup(app):
    """Register both nodes."""
    for node in (Block, Line):
        app.add_node(node, html=(visit, depart), text=(ignore, ignore), latex=(ignore, ignore))
