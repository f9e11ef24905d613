"""Small helpers for text that people wrote and people read."""

import re
import unicodedata

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07?")


def strip_ansi(text):
    """Remove terminal colours and other escape sequences."""
    return _ANSI.sub("", text)


def one_line(text, limit=400):
    """Return `text` as one printable line of at most `limit` characters."""
    text = strip_ansi(str(text))
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def sentence(text):
    """Return `text` as one line with a capital at its start and a full stop at its end."""
    line = one_line(text)
    return f"{line[:1].upper()}{line[1:]}".removesuffix(".") + "."


def normalized(source):
    """Return source text without what editors change by themselves: blanks at ends, line ends, Unicode form."""
    lines = unicodedata.normalize("NFC", source).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def number(value):
    """Return a score as people write it: ``2``, ``0.25``."""
    return f"{round(float(value), 4):g}"
