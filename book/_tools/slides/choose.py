"""The rule: which parts of a chapter become slides, and what stands on each.

Always: the title, the goals, a question, what to remember, the assignment. Between them every section can open with one
slide (its first sentences and its first figure; without one a formula, a table or a short piece of code); predictions
and misconceptions are slides of their own (:mod:`.sections`).
"""

import re

from .chapter import read_options
from .sections import Sections
from .slide import LIST, WORDS, Slide, short_list, text_words, words_of
from .words import choose_sentences, clean, count, sentences, shorten

__all__ = ["FEWEST", "MOST", "choose"]

FEWEST, MOST = 8, 20  # slides of a chapter
ROOM = 18  # slides the rule fills; metadata may add up to MOST
SHORT_QUIZ = 50  # words; shorter questions first
PITFALLS, SECOND_QUIZ = 17, 19  # their ranks among the sections' slides


def items_of(text):
    """Return the items of a list written with hyphens, one line each."""
    lines = re.sub(r"\n[ \t]+(?!- )", " ", text.strip()).split("\n")
    return [clean(line[2:]).rstrip(";") for line in lines if line.startswith("- ")]


def cover(chapter, part_title):
    """Return the title's slide."""
    lead = next((p for p in chapter.lead.parts if p.kind == "paragraph"), None)
    points = []
    for sentence in sentences(clean(lead.text)) if lead else []:
        room = 45 - words_of(points)
        short = sentence if count(sentence) <= room else None if points else shorten(sentence, room)
        if short is None:
            break
        points.append(short)
    return Slide("cover", chapter.title, part_title, [" ".join(points)] if points else [], place=(-2, 0))


def chapter_goals(chapter):
    """Return the slide of the goals, from the chapter's header."""
    header = next(iter(chapter.boxes("chapter-header")), None)
    if header is None:
        return []
    first = re.split(r"\n\s*\n(?=\*\*)", header.text)[0]
    goals = short_list(items_of(first), LIST, partly=True)
    return [Slide("goals", "Sau chương này, bạn", points=goals, notes=[header.text])] if goals else []


def quizzes(chapter):
    """Return the questions that fit on a slide, the best first: with answers to choose from, short."""
    found = []
    for order, box in enumerate(chapter.boxes("quiz")):
        options = read_options(box.text)
        if box.slide_type in ("skip", "notes") or not options:
            continue
        right = [option for option in options if option.correct]
        numeric = options[0].marker.startswith("(=")
        slide = Slide("quiz", box.title, "Câu hỏi nhanh", notes=[box.text])
        if numeric:
            number = right[0].text.split("±")[0].strip() if right else ""
            slide.answer = [f"**{number}**"] if number else []
        else:
            slide.options = [option.text for option in options]
            slide.right = [number for number, option in enumerate(options) if option.correct]
        room = WORDS - text_words(slide)
        slide.answer += (
            choose_sentences(right[0].feedback, room, 2, terse=True) if len(right) == 1 and room >= 5 else []
        )
        if text_words(slide) <= WORDS and (slide.answer or not numeric):
            found.append(((numeric, text_words(slide) > SHORT_QUIZ, order), slide))
    return [slide for _, slide in sorted(found, key=lambda pair: pair[0])]


def pitfalls(chapter):
    """Return the slide of the mistakes people make, if their messages are short."""
    boxes = [box for box in chapter.boxes("pitfall") if box.slide_type not in ("skip", "notes")][:4]
    if not boxes:
        return []
    titles = [box.title for box in boxes]
    room = (WORDS - words_of(titles) - 3) // len(boxes)
    remedies = [choose_sentences(box.text, room, 1, terse=True) if room >= 6 else [] for box in boxes]
    titles = [title + "".join(f"\\\n  {text}" for text in told) for title, told in zip(titles, remedies, strict=True)]
    texts = [f"**{box.title}**\n\n{box.text}" for box in chapter.boxes("pitfall")]
    return [Slide("pitfalls", "Lỗi hay gặp", points=titles, notes=texts)]


def takeaways(chapter):
    """Return one slide or two of what to remember."""
    box = next(iter(chapter.boxes("takeaways")), None)
    if box is None:
        return []
    items = [shorten(item, 30) or shorten(next(iter(sentences(item)), item), 30) for item in items_of(box.text)]
    items = [item for item in items if item]
    room, pages = LIST, [[]]
    for item in items:
        if pages[-1] and words_of(pages[-1]) + count(item) > room:
            pages.append([])
        pages[-1].append(item)
    if len(pages) == 2:  # as long as one another, if they can be
        cuts = [at for at in range(1, len(items)) if max(words_of(items[:at]), words_of(items[at:])) <= room]
        at = min(cuts, key=lambda at: abs(words_of(items[:at]) - words_of(items[at:])))
        pages = [items[:at], items[at:]]
    pages = pages[:2]
    return [Slide("takeaways", "Điều cần nhớ", points=page, notes=[box.text]) for page in pages if page]


def assignment(chapter):
    """Return the slide of the assignment."""
    box = next(iter(chapter.boxes("assignment")), None)
    if box is None:
        return []
    texts = [shorten(text, 40) or text for text in sentences(clean(box.text))]
    points = [text for n, text in enumerate(texts) if words_of(texts[: n + 1]) <= 40]
    command = f".venv/bin/autograder check exercises/{box.title}/{box.title}.ipynb"
    return [Slide("assignment", "Bài tập", points=points, options=[f"`{command}`"], notes=[box.text])]


def choose(chapter, part_title=""):
    """Return the slides of a chapter, in order."""
    beginning = [cover(chapter, part_title), *chapter_goals(chapter)]
    questions, summary = quizzes(chapter), takeaways(chapter)
    ending = [*questions[:1], *summary, *assignment(chapter)]
    candidates = Sections(chapter).found
    mistakes = pitfalls(chapter)
    optional = [(PITFALLS, slide) for slide in mistakes] + [(SECOND_QUIZ, slide) for slide in questions[1:2]]
    middle = [(s.rank, s.place, s) for s in candidates]
    pool = sorted(middle + [(rank, (99, 0), s) for rank, s in optional], key=lambda entry: entry[:2])
    room = max(ROOM - len(beginning) - len(ending), sum(s.rank < 0 for s in candidates))
    chosen = [slide for _, _, slide in pool[:room]]
    kept = [
        *sorted((s for s in candidates if s in chosen), key=lambda s: s.place),
        *(s for s in mistakes if s in chosen),
    ]
    return [
        *beginning,
        *kept,
        *questions[:1],
        *(s for s in questions[1:2] if s in chosen),
        *ending[len(questions[:1]) :],
    ]
