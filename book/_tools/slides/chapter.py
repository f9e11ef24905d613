"""A chapter's notebook, read: its title, its goals, its sections of paragraphs, formulas, cells and boxes."""

import re
from dataclasses import dataclass, field

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from .words import clean

__all__ = ["Chapter", "Option", "Part", "Section", "markdown_parser", "read_chapter", "read_options"]

BOX = re.compile(r"\{([\w-]+)\}\s*(.*)")
DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.S)
MARKER = re.compile(r"([(\[][^)\]\s]{0,3}\s?[)\]])\s*")


@dataclass
class Part:
    """One piece of a section.

    ``kind`` is ``paragraph``, ``list``, ``formula``, ``table``, ``picture``, ``code`` or ``box``; ``text`` its Markdown
    (TeX of a formula, source of a code cell, content of a box), ``items`` those of a list, ``name`` and ``title`` a
    box's.
    """

    kind: str
    text: str
    cell: int
    slideshow: dict
    heading: str = ""  # the ### it stands under
    items: list = field(default_factory=list)
    ordered: bool = False
    name: str = ""
    title: str = ""
    outputs: list = field(default_factory=list)
    alt: str = ""
    tags: list = field(default_factory=list)

    @property
    def slide_type(self):
        """What Jupyter's metadata says of the cell; «» if nothing."""
        return self.slideshow.get("slide_type", "").strip("-")


@dataclass
class Section:
    """What stands under one ## heading."""

    title: str
    parts: list = field(default_factory=list)


@dataclass
class Chapter:
    """A chapter: ``lead`` is the first section, before any ##; ``sections`` the others."""

    slug: str
    title: str
    lead: Section
    sections: list

    def boxes(self, name):
        """Return all boxes of a kind, in order."""
        return [part for section in (self.lead, *self.sections) for part in section.parts if part.name == name]


@dataclass
class Option:
    """One answer of a question: its marker, its text, its feedback."""

    marker: str
    text: str
    feedback: str

    @property
    def correct(self):
        """Whether it is right."""
        return self.marker in ("(x)", "[x]", "(=)")


def markdown_parser():
    """Return a parser that knows the course's formulas, tables and boxes."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    return parser.use(dollarmath_plugin, double_inline=True).use(colon_fence_plugin)


def inside(tokens, start):
    """Return the index of the token that closes the one at ``start``."""
    level = tokens[start].level
    return next(i for i in range(start + 1, len(tokens)) if tokens[i].level == level and tokens[i].nesting == -1)


def texts(tokens):
    """Return the text of all paragraphs among tokens."""
    return [token.content for token in tokens if token.type == "inline"]


def blocks(source):
    """Yield the blocks of a Markdown text, as fields of :class:`Part`; a heading as ``{"level", "text"}``."""
    tokens, lines, at = markdown_parser().parse(source), source.split("\n"), 0
    while at < len(tokens):
        token = tokens[at]
        end = inside(tokens, at) if token.nesting == 1 else at
        within = tokens[at : end + 1]
        if token.type == "heading_open":
            yield {"level": int(token.tag[1]), "text": clean(tokens[at + 1].content)}
        elif token.type == "paragraph_open":
            yield from paragraph(tokens[at + 1].content)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            starts = [i for i in range(at + 1, end) if tokens[i].type == "list_item_open" and tokens[i].level == 1]
            nested = any(t.type.endswith("_list_open") for t in tokens[at + 1 : end])  # too much for a slide
            items = [] if nested else [clean(" ".join(texts(tokens[i : inside(tokens, i)]))) for i in starts]
            text = "\n".join(lines[slice(*token.map)])
            yield {"kind": "list", "items": items, "ordered": token.type[0] == "o", "text": text}
        elif token.type in ("math_block", "math_block_label", "amsmath"):
            yield {"kind": "formula", "text": token.content.strip()}
        elif token.type == "table_open":
            yield {"kind": "table", "text": "\n".join(lines[slice(*token.map)])}
        elif token.type in ("colon_fence", "fence") and (match := BOX.match(token.info.strip())):
            yield {"kind": "box", "name": match[1], "title": clean(match[2]), "text": token.content}
        elif token.type == "blockquote_open":
            yield from (block for text in texts(within) for block in paragraph(text))
        at = end + 1


def paragraph(text):
    """Yield a paragraph and the formulas on lines of their own inside it."""
    for number, piece in enumerate(DISPLAY.split(text)):
        if number % 2:
            yield {"kind": "formula", "text": piece.strip()}
        elif match := re.fullmatch(r"!\[([^\]]*)\]\(([^)]+)\)", piece.strip()):
            yield {"kind": "picture", "text": match[2], "alt": match[1]}
        elif piece.strip(" .,;\n"):
            yield {"kind": "paragraph", "text": piece.strip()}


def read_options(text):
    """Return the answers of a question."""
    tokens, found = markdown_parser().parse(text), []
    for at, token in enumerate(tokens):
        if token.type == "list_item_open" and token.level == 1:
            first, *rest = texts(tokens[at : inside(tokens, at)])
            if match := MARKER.match(first):
                found.append(Option(match[1], clean(first[match.end() :]), clean(" ".join(rest))))
    return found


def read_chapter(path):
    """Read a notebook file."""
    notebook = nbformat.read(path, as_version=4)
    title, heading = path.stem, ""
    lead = current = Section("")
    sections = []
    for number, cell in enumerate(notebook.cells):
        place = {"cell": number, "slideshow": dict(cell.metadata.get("slideshow", {}))}
        if cell.cell_type == "code":
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            extra = {"outputs": cell.outputs, "alt": alt, "tags": list(cell.metadata.get("tags", []))}
            current.parts.append(Part("code", cell.source, heading=heading, **extra, **place))
        elif cell.cell_type == "markdown":
            for block in blocks(cell.source):
                level = block.get("level")
                if level == 1:
                    title = block["text"]
                elif level == 2:
                    current, heading = Section(block["text"]), ""
                    sections.append(current)
                elif level:
                    heading = block["text"]
                else:
                    current.parts.append(Part(**block, heading=heading, **place))
    return Chapter(path.stem, title, lead, sections)
