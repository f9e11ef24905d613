"""nbconvert's slide exporter with the course's template; formulas are drawn at build time, as on the site."""

import base64
import re
from html import escape
from pathlib import Path

from course_site.content import tidy_data_frame
from nbconvert.exporters import HTMLExporter, SlidesExporter
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from .chapter import markdown_parser

__all__ = ["DeckExporter", "Renderer", "formulas_of"]

HERE = Path(__file__).parent
FORMULAS = {"math_inline": False, "math_inline_double": True, "math_block": True, "math_block_label": True}

SHORT = 60  # signs of TeX that are kept on one line, with the mark behind them


def aligned(tex):
    """Return TeX of several lines without an environment as the site does: aligned at ``&``."""
    tex = tex.strip()
    return f"\\begin{{aligned}}{tex}\\end{{aligned}}" if "\\\\" in tex and "\\begin" not in tex else tex


def formulas_of(notebook):
    """Yield (TeX, on a line of its own) for all formulas of a deck."""
    parser = markdown_parser()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            tokens = [t for token in parser.parse(cell.source) for t in (token, *(token.children or ()))]
            for token in tokens:
                if token.type in FORMULAS:
                    display = FORMULAS[token.type]
                    yield (aligned(token.content) if display else token.content), display


class Renderer:
    """Markdown and pictures of the decks as HTML.

    ``formulas`` is the site's :class:`course_site.katex.Formulas`, ``pictures`` :class:`.pictures.Pictures`; ``source``
    must be set to the notebook's path before a deck is rendered.
    """

    def __init__(self, formulas, pictures):
        self.formulas, self.pictures, self.errors, self.source = formulas, pictures, [], None
        self.parser = markdown_parser()
        for kind, display in FORMULAS.items():
            self.parser.add_render_rule(kind, self.rule(display))
        self.parser.add_render_rule("image", self.image)

    def rule(self, display):
        """Return a rendering rule for formulas; it gets the parser's renderer as its first argument."""

        def draw(renderer, tokens, index, options, env):
            tex = aligned(tokens[index].content) if display else tokens[index].content
            result = self.formulas.get(tex, display)
            if "error" in result:
                self.errors.append(f"{tex}: {result['error']}")
                return f"<code>{escape(tex)}</code>"
            if env.get("notes"):  # the speaker's window has no style sheet for formulas: its browser draws MathML
                return re.search(r"<math\b.*?</math>", result["html"], re.S)[0]
            if display:
                return f'<div class="math">{result["html"]}</div>'
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            mark = re.match(r"[)\]»”.,;:?!…%]+", after.content) if after is not None and after.type == "text" else None
            if mark:  # no line begins with the comma after a formula
                after.content = after.content[mark.end() :]
            if len(tex) > SHORT:
                return f"{result['html']}{mark[0] if mark else ''}"
            return f'<span class="marks">{result["html"]}{mark[0] if mark else ""}</span>'

        return draw

    def image(self, renderer, tokens, index, options, env):
        """Copy a picture that lies beside the notebook."""
        path = (self.source.parent / tokens[index].attrs["src"]).resolve()
        return self.pictures.element(path.read_bytes(), path.suffix.lower(), tokens[index].content)

    def markdown(self, text, notes=False):
        """Return HTML of a Markdown text."""
        # what the speaker reads holds whole boxes; a role says its text
        text = re.sub(r"\s*\{cite(?::\w+)?\}`[^`]*`", "", text)
        text = re.sub(r"\{[\w:-]+\}(?=`)", "", text)
        return re.sub(r"<a [^>]*>(.*?)</a>", r"\1", self.parser.render(text, {"notes": notes}), flags=re.S)

    def code(self, text):
        """Return highlighted Python."""
        return highlight(text, PythonLexer(), HtmlFormatter(cssclass="highlight"))

    def picture(self, output, cell):
        """Return the element of a figure that a cell drew."""
        alt = cell.metadata.deck.get("alt", "")
        data = output.data
        if "image/png" in data:
            return self.pictures.element(base64.b64decode(data["image/png"]), ".png", alt)
        return self.pictures.element("".join(data["image/svg+xml"]).encode(), ".svg", alt)


def in_html(html):
    """Return a table, or drawings, as they stand on a slide."""
    if "<svg" not in html:
        return tidy_data_frame(html)
    drawings = re.findall(r"<svg\b.*?</svg>", html, re.S)
    return (
        '<div class="drawings">'
        + "".join(re.sub(r' style="flex[^"]*"', "", svg, count=1) for svg in drawings)
        + "</div>"
    )


class DeckExporter(SlidesExporter):
    """Jupyter's slides, with the template beside this module; ``renderer`` must be set."""

    template_name = "template"
    extra_template_basedirs = [str(HERE)]  # noqa: RUF012 - a traitlets setting
    renderer = None

    def default_filters(self):
        """Add the course's filters."""
        yield from super().default_filters()
        yield from {
            "slide_markdown": self.renderer.markdown,
            "slide_notes": lambda text: self.renderer.markdown(text, notes=True),
            "slide_code": self.renderer.code,
            "slide_picture": self.renderer.picture,
            "slide_html": in_html,
        }.items()

    def deck(self, notebook, **resources):
        """Return the HTML of a deck."""
        # not HTMLExporter's own, which reads the page again to add what this template has already
        html, _ = super(HTMLExporter, self).from_notebook_node(notebook, self._init_resources(resources))
        return html
