"""Text of strangers, made fit to be looked at. What comes out still has to be escaped for HTML."""

import re
import unicodedata

from autograder.text import one_line, strip_ansi

# a letter may carry two or three marks; hundreds of them would cover the lines above and below
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARKS = re.compile(f"({_MARK}{{3}}){_MARK}+")
_UNUSUAL = re.compile(r"[^\n\t -~]")


def visible(text):
    """Return text of several lines in which nothing is hidden.

    Terminal colours are dropped; characters that cannot be seen, or turn the reading direction around, are spelled out.
    """
    text = strip_ansi(str(text)).replace("\r\n", "\n")
    return _MARKS.sub(r"\1", _UNUSUAL.sub(lambda found: _shown(found[0]), text))


def name(text):
    """Return a name as one short line."""
    return _MARKS.sub(r"\1", one_line(text, 120))


def _shown(character):
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
    return f"‹U+{ord(character):04X}›" if hidden else character
