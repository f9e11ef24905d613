"""The pages that people read: one look, one set of rules about what strangers wrote.

A page is one file. It loads nothing, runs nothing (its content security policy allows neither) and every value put into
a template is escaped; what a student wrote also loses the characters that hide or turn text around.
"""

import functools
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.pages.figures import png
from autograder.pages.safe import name, visible
from autograder.text import number, one_line

__all__ = ["decimal", "name", "percent", "png", "prose", "render", "visible"]
SENTENCE = 500  # characters of a reason or a note
TEMPLATES = Path(__file__).with_name("templates")


def render(template, **values):
    """Return a page: the template of this name filled with the values."""
    return _environment().get_template(template).render(values)


def prose(text):
    """Return a sentence as HTML; what stands between backticks becomes code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(one_line(text, SENTENCE)))))


def decimal(value, digits=2):
    """Return a number with as many digits as it needs, at most `digits` behind the point; a dash for None."""
    if value is None:
        return "–"
    text = f"{float(value):.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def percent(share):
    """Return a share of 1 in percent: ``45 %``."""
    return "–" if share is None else f"{round(100 * share)}\N{NO-BREAK SPACE}%"


@functools.cache
def _environment():
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters = (prose, number, decimal, percent, visible)
    environment.filters |= {function.__name__: function for function in filters} | {"who": name}
    environment.globals["style"] = Markup((TEMPLATES / "page.css").read_text(encoding="utf-8"))
    return environment
