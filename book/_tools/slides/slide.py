"""One slide as data, and how much it may hold."""

from dataclasses import dataclass, field

from .visuals import Visual
from .words import count, sentences, shorten

__all__ = ["LIST", "WORDS", "Slide", "short_list", "text_words", "trim", "words_of"]

WORDS = 60  # on a slide, formulas and code not counted
LIST = 70  # in the goals and in what to remember, which are read through quickly
POINTS = 3  # beside something to look at


@dataclass
class Slide:
    """One slide.

    ``points`` stand there from the beginning; ``answer`` and ``answer_visual`` come with the next key. All
    texts are Markdown.
    """

    kind: str
    headline: str
    label: str = ""
    points: list = field(default_factory=list)
    options: list = field(default_factory=list)
    right: list = field(default_factory=list)  # which of the options
    visual: Visual | None = None
    answer: list = field(default_factory=list)
    answer_visual: Visual | None = None
    fragments: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    place: tuple = (0, 0)
    rank: float = 0


def words_of(points):
    """Return how many words there are in sentences."""
    return sum(map(count, points))


def text_words(slide):
    """Return the number of words on a slide, with what appears later."""
    parts = [slide.headline, *slide.points, *slide.answer, *slide.options]
    if slide.visual and slide.visual.kind == "list":
        parts += slide.visual.part.items
    return sum(count(text) for text in parts)


def trim(slide):
    """Take away the last points until the slide holds few of them, and no more than :data:`WORDS` words."""
    most = POINTS if slide.visual else POINTS + 1
    while slide.points and (text_words(slide) > WORDS or len(slide.points) > most):
        slide.points.pop()
    if len(slide.points) > 1 and slide.points[-1].endswith("?"):
        slide.points.pop()


def short_list(items, room, *, partly=False):
    """Return items shortened until all together hold no more than ``room`` words.

    Where that is not possible: None, or with ``partly`` those that fit.
    """
    for each in (30, 18, 14, 12, 10, 8):
        found = [(shorten(item, each) or shorten(next(iter(sentences(item)), item), each) or item) for item in items]
        if words_of(found) <= room:
            return [item.rstrip(";.,:") for item in found]
    if not partly:
        return None
    kept = []
    for item in found:
        if words_of(kept) + count(item) <= room:
            kept.append(item.rstrip(";.,:"))
    return kept
