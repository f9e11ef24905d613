"""Python source as coloured HTML of limited size."""

import functools

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.pages.safe import visible

MAX_CHARACTERS = 20_000  # of one cell
MAX_LINE = 1_000
CUT = "… (phần sau không in lại)"


class Budget:
    """How many bytes of HTML are left for code on one page."""

    def __init__(self, size):
        self.left = size

    def code(self, source):
        """Return a cell's source as HTML; shorter where it is too long, plain where colours would cost too much."""
        lines, cut = _lines(source)
        coloured = _coloured("\n".join(lines) + "\n")
        if len(coloured.encode()) <= self.left:
            return self._spent(Markup(coloured), cut)
        return self._plain(lines, cut)

    def text(self, text):
        """Return what a cell printed, or other plain text, as HTML."""
        return self._plain(*_lines(text))

    def _plain(self, lines, cut):
        kept, size = [], 0
        for line in lines:
            safe = escape(line)
            size += len(safe.encode()) + 1
            if size > self.left:
                cut = True
                break
            kept.append(safe)
        return self._spent(Markup("\n").join(kept), cut)

    def _spent(self, html, cut):
        self.left -= len(html.encode())
        return html + Markup(f'\n<span class="cut">{CUT}</span>') if cut else html


def _lines(source):
    """Return (the first lines, nothing hidden in them, whether anything was left out)."""
    source = source.strip("\n")
    text = visible(source[:MAX_CHARACTERS])
    lines = [line if len(line) <= MAX_LINE else line[:MAX_LINE] + " …" for line in text.split("\n")]
    return lines, len(source) > MAX_CHARACTERS or any(line.endswith(" …") and len(line) > MAX_LINE for line in lines)


@functools.lru_cache(maxsize=512)  # the cells that all students have alike
def _coloured(text):
    return highlight(text, PythonLexer(stripnl=False), _FORMATTER).rstrip("\n")


_FORMATTER = HtmlFormatter(nowrap=True)
