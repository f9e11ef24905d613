"""Code in colours, quickly and in few words: a chapter holds some twenty blocks of it."""

import re
from html import unescape
from typing import ClassVar

from pygments.formatters import HtmlFormatter
from pygments.lexer import inherit
from pygments.lexers.python import PythonLexer
from pygments.token import Name, Operator, Punctuation, Text
from sphinx.highlighting import PygmentsBridge

__all__ = ["LightCode", "QuickPython"]

#: The kinds of token that part 5 of course.css colours
COLOURED = re.compile(r"k[cdnrt]?|ow|s[12abcdehirsx]?|m[bfhio]?|il|c[1hmp]?|n[fcdbe]|fm|bp|g[prt]|err")
NARROW = 28  # so many letters of code fit on any phone
FOR_FORMATTER = re.compile(r'\s*<span class="c1"># fmt: \w+</span>')


class QuickPython(PythonLexer):
    """Pygments' lexer for Python: the same tokens in two thirds of the time.

    It tries its rules in order, some fifty of them; what most tokens are, only the last ones know. Here they are asked
    first, where no other rule could mean the same letters.
    """

    tokens: ClassVar = {
        "root": [
            (r"(?<=\S)[^\S\n]+", Text),  # not at a line's beginning: a docstring's rule begins there
            (r"[()\[\]{},;]|:(?!=)", Punctuation),
            (r"[=.](?![=\d])", Operator),
            (r"(?<=\.)[A-Za-z][A-Za-z0-9_]*(?![\w\"'])", Name),
            inherit,
        ]
    }


class LightCode(HtmlFormatter):
    """Pygments' HTML without a span for every name and comma: only what the style sheet colours is marked."""

    sheets: ClassVar = {}

    def _create_stylesheet(self):
        """Work out a style once, not for every block of code: Sphinx makes a formatter for each."""
        key = self.style, self.classprefix
        if key not in self.sheets:
            super()._create_stylesheet()
            self.sheets[key] = self.ttype2class, self.class2style
        self.ttype2class, self.class2style = self.sheets[key]

    def _get_css_classes(self, ttype):
        names = super()._get_css_classes(ttype)
        return names if any(COLOURED.fullmatch(name) for name in names.split()) else ""

    def _wrap_pre(self, inner):
        """Let the keyboard reach code that is wider than a phone; course.js takes that away where all is seen.

        What is said to the formatter alone is left out.
        """
        lines = [(number, FOR_FORMATTER.sub("", line)) for number, line in super()._wrap_pre(inner)]
        widest = max((len(unescape(re.sub(r"<[^>]*>", "", line)).rstrip()) for _, line in lines), default=0)
        for number, line in lines:
            yield number, line.replace("<pre", '<pre tabindex="0"', 1) if widest > NARROW else line


def setup(app):
    """Put both in the place of Pygments' own."""
    app.add_lexer("python", QuickPython)
    PygmentsBridge.html_formatter = LightCode
