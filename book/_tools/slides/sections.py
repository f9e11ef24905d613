"""The slides that a chapter's sections can give: openings, predictions, misconceptions, further figures and formulas.

Each has a rank: where there are more than fit, those with the larger numbers are left out.
"""

import re

from .chapter import Part
from .slide import WORDS, Slide, short_list, trim, words_of
from .visuals import Visual, result_of, visual_of
from .words import choose_sentences, count, shorten

__all__ = ["Sections", "list_of"]

CLOSING = {"Lỗi hay gặp", "Câu hỏi nhanh", "Điều cần nhớ", "Bài tập", "Đọc thêm"}
#: Rank of a section's opening, by what is looked at on it
OPENINGS = {"figure": 10, "formula": 12, "table": 13, "list": 13, "code": 14, "html": 14, "output": 16, "": 30}
ONE_LINE = 26  # an opening that shows one line of output
PREDICTIONS, MISCONCEPTIONS = (9, 11, 15, 21), (11, 16, 22)  # the first, the second, …, all others
EARLY = 12  # a prediction that a section begins with
LONG = 20  # words of a question that leaves little room below
MORE_FIGURES, MORE_FORMULAS = 18, 20


def notes(parts):
    """Return the text of parts, for the speaker."""
    texts = []
    for part in parts:
        if part.kind in ("paragraph", "list", "table"):
            texts.append(part.text)
        elif part.kind == "formula":
            texts.append(f"$$\n{part.text}\n$$")
        elif part.name == "explain":
            texts.append(part.text)
    return texts


def around(parts, at):
    """Return the paragraph before and the paragraph after a part."""
    before = parts[at - 1] if at and parts[at - 1].kind == "paragraph" else None
    after = parts[at + 1] if at + 1 < len(parts) and parts[at + 1].kind == "paragraph" else None
    return before, after


def said(part, limit, most=3, **options):
    """Return what a paragraph (or nothing) says in no more than ``limit`` words."""
    if part is None or limit < 5 or part.slide_type in ("skip", "notes"):
        return []
    return choose_sentences(part.text, limit, most, **options)


def where(told):
    """Return what is said after a formula, as sentences: «với … là» goes on below it on the page, not on the slide."""
    return [re.sub(r"^với\b", "Ở đây", text) for text in told if text.startswith("với $") or not text[0].islower()]


def distinct(*groups):
    """Join lists of sentences without repetitions."""
    found = []
    for sentence in (sentence for group in groups for sentence in group):
        if not any(sentence[:25] == other[:25] for other in found):
            found.append(sentence)
    return found


def list_of(text):
    """Return the points of a text in the metadata: a list of lines, or one text with a point a line."""
    lines = text if isinstance(text, list) else str(text).split("\n")
    return [line.strip().removeprefix("- ") for line in lines if line.strip()]


class Sections:
    """The slides that the sections between the goals and the closing can give."""

    def __init__(self, chapter):
        self.found, self.shown, self.told, self.predictions, self.misconceptions = [], set(), set(), 0, 0
        # a cell that closes one section and opens the next belongs to the next: its metadata speaks of that
        self.owners = {part.cell: section for section in chapter.sections for part in section.parts}
        for number, section in enumerate(s for s in chapter.sections if s.title not in CLOSING):
            self.number, self.section, self.taken = number, section, set()
            self.boxes()
            self.opening()
            self.more()
            self.forced()

    def add(self, slide, at, rank, part=None):
        """Note a slide of the present section; ``part`` is what it is made of, and ``at`` where it stands."""
        slide.place, slide.rank = (self.number, at), rank
        self.shown.add(id(part))
        told = part is not None and part.slide_type in ("slide", "subslide") and part.cell not in self.told
        if told and self.owners[part.cell] is self.section:
            self.told.add(part.cell)
            slide.rank = -1
            slide.headline = part.slideshow.get("title", slide.headline)
            if "text" in part.slideshow:
                slide.points = list_of(part.slideshow["text"])
        self.found.append(slide)

    def boxes(self):
        """Predictions, each with the cell that answers it, and misconceptions, each with the cell that refutes it."""
        parts = self.section.parts
        for at, part in enumerate(parts):
            if part.name not in ("predict", "misconception") or part.slide_type in ("skip", "notes"):
                continue
            following = next((i for i in range(at + 1, min(at + 3, len(parts))) if parts[i].kind == "code"), None)
            if part.name == "predict":
                self.prediction(at, part, following)
            else:
                self.misconception(at, part, following)

    def prediction(self, at, part, following):
        """Note a prediction: the question; then, with the next key, what comes out and why."""
        parts = self.section.parts
        visual = result_of(parts[following]) if following else None
        explain = next((p for p in parts[at + 1 : at + 5] if p.name == "explain"), None)
        if following:
            self.taken.add(following)
        question = shorten(part.title, 40) or part.title
        if visual and visual.kind == "output" and count(question) > LONG and visual.output.count("\n") > 3:
            visual = None  # its letters would be too small
        points = choose_sentences(re.sub(r"(?s)\$\$.*", "", part.text), max(5, 34 - count(question)), 2)
        room = WORDS - count(question) - words_of(points)
        answer = []
        if explain is not None:
            first = re.split(r"\n\s*\n|\$\$", explain.text.strip())
            most = 26 if visual and visual.kind == "figure" else 34
            options = (choose_sentences(text, min(room, most), 2, terse=True) for text in first)
            answer = next(filter(None, options), [])
        if visual is None and not answer:
            return
        shown = {"label": "Dự đoán", "points": points, "answer": answer, "answer_visual": visual}
        self.add(
            Slide("predict", question, notes=[part.text, *([explain.text] if explain else [])], **shown),
            at,
            PREDICTIONS[min(self.predictions, 3)] if at > 2 else min(PREDICTIONS[min(self.predictions, 3)], EARLY),
            part,
        )
        self.predictions += 1

    def misconception(self, at, part, following):
        """Note a misconception: the claim; then, with the next key, why it is wrong."""
        visual = result_of(self.section.parts[following]) if following and following not in self.taken else None
        if visual:
            self.taken.add(following)
        claim = part.title
        room = min(WORDS - count(claim), 30 if visual and visual.kind == "figure" else 40)
        answer = []
        for text in re.split(r"\n\s*\n|\$\$.+?\$\$", part.text.strip()):
            if len(answer) < 3:
                answer += choose_sentences(text, room - words_of(answer), 3 - len(answer), terse=True)
        if answer:
            rank = MISCONCEPTIONS[min(self.misconceptions, 2)]
            shown = {"label": "Hiểu lầm thường gặp", "answer": answer, "answer_visual": visual}
            self.add(Slide("misconception", claim, notes=[part.text], **shown), at, rank, part)
            self.misconceptions += 1

    def free(self, *kinds):
        """Yield (index, visual) of parts that can be looked at and are not on a slide yet."""
        for at, part in enumerate(self.section.parts):
            visual = visual_of(part) if at not in self.taken and part.slide_type != "fragment" else None
            if visual and visual.kind in kinds:
                yield at, visual

    def opening(self):
        """Note the slide a section opens with."""
        parts = self.section.parts
        first = next((p for p in parts if p.kind == "paragraph"), None)
        end = self.before_boxes()
        figure = next((found for found in self.free("figure") if found[0] < end), None)
        kinds = ("formula", "table", "list", "code", "output", "html")
        other = next((found for found in self.free(*kinds) if found[0] < end), None)
        at, visual = figure or other or (None, None)
        before, after = around(parts, at) if at is not None else (None, None)
        points = said(first, 28, 2, colon=False)
        if visual and visual.kind == "formula":
            lead = said(before, 24, 2, colon=True)
            points = distinct(points, lead, where(said(after, 20, 1, going_on=True)))
        elif visual:
            points = distinct(points, said(after, 30, 2))
            if not points:
                points = said(before, 30, 2)
        if not points:
            runs = (said(p, 40) for p in parts if p.kind == "paragraph")
            points = next(filter(None, runs), [])
        slide = Slide("section", self.section.title, points=points, visual=visual, notes=notes(parts))
        if visual and visual.kind == "list":
            items = short_list(visual.part.items, WORDS - count(slide.headline) - words_of(points[:1]))
            if items is None:
                slide.visual = visual = None
            else:
                slide.points = points[:1]
                slide.visual = Visual("list", Part("list", "", at, {}, items=items, ordered=visual.part.ordered))
        if visual is None and not points:
            return
        if visual is not None:
            self.taken.add(at)
        trim(slide)
        rank = OPENINGS[visual.kind if visual else ""]
        if visual and visual.kind == "output" and "\n" not in visual.output:
            rank = ONE_LINE
        self.add(slide, -1, rank, None if at is None else parts[at])

    def before_boxes(self):
        """Return the index of the first box with a slide of its own: what a section opens with stands before it."""
        names = [p.name for p in self.section.parts]
        return min((names.index(n) for n in ("predict", "misconception") if n in names), default=len(names))

    def more(self):
        """Note further figures and formulas of the section."""
        for kind, rank in (("figure", MORE_FIGURES), ("formula", MORE_FORMULAS)):
            for order, (at, visual) in enumerate(list(self.free(kind))):
                part = self.section.parts[at]
                before, after = around(self.section.parts, at)
                told = distinct(said(before, 24, 2), said(after, 28, 2))
                headline = part.heading or next((s for s in told if 4 <= count(s) <= 13), "")
                if not told or not headline or headline == self.section.title:
                    continue
                told = [s for s in told if s != headline]
                slide = Slide("section", headline.rstrip("."), self.section.title, told, visual=visual)
                slide.notes = notes(self.section.parts[max(0, at - 2) : at + 3])
                trim(slide)
                self.taken.add(at)
                self.add(slide, at, rank + 0.1 * order, part)

    def forced(self):
        """Note what the metadata asks for and no slide shows yet; hang fragments on the slide before them."""
        parts = self.section.parts
        present = {at for at, part in enumerate(parts) if id(part) in self.shown}
        cells = {}
        for at, part in enumerate(parts):
            if self.owners[part.cell] is self.section:
                cells.setdefault(part.cell, []).append(at)
        for places in cells.values():
            kind = parts[places[0]].slide_type
            if kind in ("slide", "subslide") and not present & set(places):
                self.from_metadata(places)
        for places in cells.values():
            if parts[places[0]].slide_type == "fragment":
                earlier = [s for s in self.found if s.place[0] == self.number and s.place[1] < places[0]]
                visual = next(filter(None, (visual_of(parts[at]) for at in places)), None)
                if earlier and visual:
                    max(earlier, key=lambda s: s.place).fragments.append(visual)

    def from_metadata(self, places):
        """Note the slide of a cell that says it is one."""
        parts = self.section.parts
        shown = [(at, visual_of(parts[at])) for at in places]
        at, visual = next(((at, v) for at, v in shown if v), (places[0], None))
        told = distinct(*(said(parts[i], 40) for i in places if parts[i].kind == "paragraph"))
        if visual and visual.kind == "list":
            visual = None
            told = parts[at].items
        slide = Slide("section", parts[at].heading or self.section.title, points=told, visual=visual)
        slide.notes = notes(parts[max(0, places[0] - 2) : places[-1] + 2])
        trim(slide)
        self.add(slide, at, -1, parts[at])
