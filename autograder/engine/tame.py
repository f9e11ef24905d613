"""Output in the languages of browsers: only what shows something, runs nothing and fetches nothing.

It is looked at in the worker, where no limit of time holds: every pattern takes time in proportion to the text.
"""

import html
import re
from html.parser import HTMLParser

_RUNS = re.compile(
    r"<[\s/]*(?:script|iframe|object|embed|form|meta|link|base|applet|frame|style|foreignObject|animate|set|use)\b"
    r"|\bon\w+\s*=|javascript\s*:|data\s*:\s*text/html|<!\[CDATA\[|\bsrc(?:set|doc)?\s*=|\burl\s*\(|@import|<!ENTITY",
    re.IGNORECASE,
)
_DOES = {  # what fetches or runs something, besides
    "text/html": re.compile(r"<!"),
    "image/svg+xml": re.compile(r"<!(?!DOCTYPE|--)"),
    "text/markdown": re.compile(r"<[/!?a-zA-Z]|\]\s*[(:\[]|\w://"),
    "text/latex": re.compile(
        r"\\(?:href|url|html\w*|class|style|cssId|require|data|include\w*|input|def|let)\b|<[/!?a-zA-Z]"
    ),
}
_STYLE = re.compile(r"<style scoped>[^<]*</style>")
_TAGS = frozenset(
    """
    table thead tbody tfoot tr th td caption div span p b i em strong u s small sub sup code pre kbd br hr ul ol li dl
    dt dd h1 h2 h3 h4 h5 h6 blockquote details summary progress
    """.split()  # noqa: SIM905
)
_ATTRIBUTES = frozenset(
    "border class colspan rowspan scope align valign halign style title value max width height".split()  # noqa: SIM905
)


def tamed(mime, value, limit):
    """Return a text in a language of browsers where it is whole and does nothing there, else None."""
    is_markup = mime in ("text/html", "image/svg+xml")
    if len(value) > limit or (is_markup and value.rfind("<") > value.rfind(">")):
        return None
    if mime == "text/html":
        value = _STYLE.sub("", value)  # pandas has one before each table
    try:
        if _RUNS.search(value) or _RUNS.search(html.unescape(value)) or _DOES[mime].search(value):
            return None
        return value if not is_markup or _Reader.allows(value, mime) else None
    except ValueError:  # a number of a character with thousands of digits
        return None


class _Reader(HTMLParser):
    """Looks whether a text has only tags and attributes that show something and fetch nothing."""

    def __init__(self, mime):
        super().__init__()
        self.is_svg, self.fine = mime == "image/svg+xml", True

    @classmethod
    def allows(cls, value, mime):
        reader = cls(mime)
        reader.feed(value)
        reader.close()
        return reader.fine and not reader.rawdata

    def handle_starttag(self, tag, attributes):
        """Look at a tag."""
        if self.is_svg:
            self.fine &= tag not in ("image", "feimage", "a", "handler", "listener", "mpath", "tref")
        else:
            self.fine &= tag in _TAGS
        for name, value in attributes:
            text = value or ""
            if name.endswith("href"):
                self.fine &= self.is_svg and text.startswith("#")
            elif not self.is_svg:
                self.fine &= name in _ATTRIBUTES
            self.fine &= not name.startswith("on") and not _RUNS.search(text) and "\\" not in text

    def unknown_decl(self, data):
        """Refuse it."""
        self.fine = False

    def handle_comment(self, data):
        """Refuse it: one without an end would swallow what follows."""
        self.fine &= self.is_svg

    def handle_decl(self, decl):
        """Refuse it, but for the kind of an SVG file."""
        self.fine &= self.is_svg and "[" not in decl

    def handle_pi(self, data):
        """Refuse it, but for the head of an XML file."""
        self.fine &= self.is_svg and data.startswith("xml ") and "stylesheet" not in data
