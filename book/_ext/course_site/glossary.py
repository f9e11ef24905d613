"""The glossary Anh–Việt: its page, links at the first use of a term in a chapter, definitions shown beside the link.

Everything comes from :file:`book/appendix/glossary.toml`, which says what an entry holds. ::

    :::{glossary-vietnamese}    every entry with its definition, in Vietnamese order
    :::{glossary-english}       the English terms, each a link to its entry

A chapter's links are made when the page is written (:class:`LinkTerms`), so search and the other parts see the text as
it was. A link leads to the entry, and the entry to the chapter that defines it, as soon as that chapter exists. With
JavaScript, :file:`glossary.js` shows the definition on hover, focus or tap; it asks for the definitions
(:file:`glossary-data.js`) only then.
"""

import hashlib
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from .directives import BoxDirective
from .elements import Block, Line
from .progress import count_questions
from .search import slim, write_compact
from .terms import GLOSSARY, PAGE, glossary_page, matcher, read_entries, vietnamese_order

__all__ = ["LinkTerms", "chapter_pages"]

SCRIPT = Path(__file__).parent / "theme" / "static" / "glossary.js"
DATA = "glossary-data.js"
#: What no link is put into
SKIPPED = (nodes.title, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw, nodes.reference,
           nodes.footnote, nodes.citation, nodes.comment, nodes.caption, nodes.term, nodes.Invisible, Line)  # fmt: skip
SKIPPED_CLASSES = {"chapter-header", "quiz", "cell_output", "takeaways", "interactive"}


def chapter_pages(env):
    """Return slug → page, for the chapters that exist."""
    return {page.rpartition("/")[2]: page for page in env.found_docs if page.startswith("book/")}


def is_open(text):
    """Whether a link may be put into a piece of text."""
    node = text.parent
    while node is not None:
        if isinstance(node, SKIPPED) or SKIPPED_CLASSES & set(node.get("classes", ())):
            return False
        node = node.parent
    return True


class LinkTerms(SphinxPostTransform):
    """Make the first use of each term in a chapter a link to its entry."""

    default_priority = 720  # after references are resolved: a link's text is left alone
    formats = ("html",)

    def run(self, **kwargs):
        """Link on pages with questions or an assignment."""
        page = glossary_page(self.env)
        if page is None or page == self.env.docname or count_questions(self.document) is None:
            return
        self.address = self.app.builder.get_relative_uri(self.env.docname, page)
        slug = self.env.docname.rpartition("/")[2]
        self.done = {entry for entry in read_entries() if slug in entry.elsewhere}
        for text in list(self.document.findall(nodes.Text)):
            if text.parent is not None and is_open(text):
                if isinstance(text.parent, nodes.emphasis):
                    self.link_english(text)
                if text.parent is not None and is_open(text):
                    self.link_vietnamese(text)

    def link(self, entry, text):
        """Return a link to an entry."""
        self.done.add(entry)
        address = f"{self.address}#{entry.anchor}"
        return nodes.reference("", text, refuri=address, internal=True, classes=["term"])

    def link_vietnamese(self, text):
        """Replace a piece of text by pieces and links."""
        string, pieces, end = str(text), [], 0
        for start, stop, entry in matcher().find(string):
            if entry not in self.done:
                pieces += [nodes.Text(string[end:start]), self.link(entry, string[start:stop])]
                end = stop
        if pieces:
            pieces.append(nodes.Text(string[end:]))
            text.parent.replace(text, [piece for piece in pieces if piece.astext()])

    def link_english(self, text):
        """Link «*mẫu* (*sample*)»: the Vietnamese word if it stands right in front, else the English one."""
        emphasis = text.parent
        if not isinstance(emphasis.parent, nodes.Element) or len(emphasis) != 1:
            return
        siblings = emphasis.parent.children[: emphasis.parent.index(emphasis)]
        entry = matcher().translate(str(text), "".join(sibling.astext() for sibling in siblings[-2:]))
        if entry is None or entry in self.done:
            return
        said = siblings[-2] if len(siblings) > 1 and siblings[-1].astext().strip() == "(" else None
        if isinstance(said, nodes.emphasis | nodes.strong) and said.astext().lower() == entry.vi.lower():
            said.children = [self.link(entry, said.astext())]
            said[0].parent = said
            return
        before = str(siblings[-1]) if siblings and isinstance(siblings[-1], nodes.Text) else ""
        found = re.search(rf"(?<![\w-])({re.escape(entry.vi)})(\s*\()$", before, re.IGNORECASE)
        if found:
            pieces = [nodes.Text(before[: found.start()]), self.link(entry, found[1]), nodes.Text(found[2])]
            emphasis.parent.replace(siblings[-1], pieces)
        else:
            emphasis.replace(text, self.link(entry, str(text)))


class LinkChapters(SphinxPostTransform):
    """On the glossary's page: name and link the chapter that defines each term, where it exists."""

    default_priority = 710
    formats = ("html",)

    def run(self, **kwargs):
        """Fill the places that the directive left."""
        if PAGE not in self.env.metadata.get(self.env.docname, {}):
            return
        pages = chapter_pages(self.env)
        for place in [line for line in self.document.findall(Line) if "defined-in" in line["classes"]]:
            page = pages.get(place["html"].pop("data-chapter"))
            if page is None:
                place.parent.remove(place)
                continue
            address = self.app.builder.get_relative_uri(self.env.docname, page)
            link = nodes.reference("", self.env.titles[page].astext(), refuri=address, internal=True)
            place += [nodes.Text(" Chương "), link, nodes.Text(".")]


class GlossaryVietnamese(BoxDirective):
    """Every entry with its definition, grouped by first letter."""

    has_content = False

    def run(self):
        """Return a definition list for each letter."""
        self.env.note_dependency(str(GLOSSARY))
        self.env.metadata[self.env.docname][PAGE] = True
        found, letter = [], None
        for entry in sorted(read_entries(), key=lambda e: (vietnamese_order(e.vi), e.key)):
            (_, first), *_ = vietnamese_order(entry.vi)[0][0]
            if first != letter:
                letter, items = first, Block.make("dl", classes=["glossary"])
                found += [Line.make("p", letter.upper(), classes=["glossary-letter"]), items]
            items += self.entry(entry)
        return found

    @staticmethod
    def entry(entry):
        """Return the term and its definition."""
        english = Line.make("span", entry.en, lang="en", classes=["glossary-english"])
        same = entry.en.lower() == entry.vi.lower()
        short = f" ({', '.join(entry.short)})" if entry.short else ""
        also = f" Nơi khác còn gọi: {', '.join(entry.also)}." if entry.also else ""
        place = Line.make("span", classes=["defined-in"], data_chapter=entry.chapter)
        return [
            Line.make("dt", entry.vi, *(() if same else (" ", english)), short, ids=[entry.anchor]),
            Line.make("dd", entry.definition, also, place),
        ]


class GlossaryEnglish(BoxDirective):
    """The English terms in alphabetical order, each a link to its entry."""

    has_content = False

    def run(self):
        """Return one list in columns."""
        self.env.note_dependency(str(GLOSSARY))
        items = []
        for entry in sorted(read_entries(), key=lambda e: e.key.lower()):
            link = nodes.reference("", entry.vi, refid=entry.anchor, internal=True)
            english = Line.make("span", ", ".join((entry.en, *entry.short)), lang="en")
            items.append(Block.make("li", Line.make("span", english, nodes.Text(" → "), link)))
        return [Block.make("ul", *items, classes=["glossary-index"])]


def rewrite_if_changed(app, env):
    """Have every page written again when the glossary changed: any chapter may link to any entry."""
    data = GLOSSARY.read_bytes() if GLOSSARY.is_file() else b""
    before, now = getattr(env, "course_glossary_digest", None), hashlib.sha256(data).hexdigest()
    env.course_glossary_digest = now
    return sorted(env.found_docs) if now != before else []


def write_data(app, exception):
    """Write the definitions for the script, and the script without its comments."""
    if exception is not None or app.builder.name != "html" or glossary_page(app.env) is None:
        return
    folder = Path(app.outdir, "_static")
    entries = {entry.anchor: [entry.vi, entry.en, entry.definition] for entry in read_entries()}
    write_compact(folder / DATA, entries, "courseGlossary(", ");\n")
    (folder / SCRIPT.name).write_text(slim(SCRIPT.read_text("utf-8")), "utf-8")


def setup(app):
    """Register the directives, the transforms and the steps."""
    app.add_directive("glossary-vietnamese", GlossaryVietnamese)
    app.add_directive("glossary-english", GlossaryEnglish)
    app.add_post_transform(LinkTerms)
    app.add_post_transform(LinkChapters)
    app.connect("env-updated", rewrite_if_changed)
    app.connect("build-finished", write_data, priority=400)  # before the fonts are cut to what the site writes
