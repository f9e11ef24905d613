"""Questions with feedback for every answer.

::

    :::{quiz} One answer?            :::{quiz} Several answers?     :::{quiz} A number?
    - ( ) Wrong                      - [ ] Wrong                    - (=) 4 ± 0.1
      - Feedback.                      - Feedback.                    - Feedback when right.
    - (x) Right                      - [x] Right                    - (=!) 260
      - Feedback.                      - Feedback.                    - Feedback for this mistake.
    :::                              :::                            - (=*)
                                                                      - Feedback for any other number.
                                                                    :::

The page shows every option with its feedback in a native ``<details>``; what is right is said only inside. The
``data-*`` attributes carry what a script needs to make the question interactive: on the group ``data-quiz`` (page and
number, the same in every build) and ``data-quiz-type`` (``single``, ``multiple``, ``numeric``); on each feedback
``data-correct``, and for numbers ``data-value`` and ``data-tolerance`` (no ``data-value`` means any other number).
"""

import re
from dataclasses import dataclass, field

from docutils import nodes

from .builder import page_path
from .directives import BoxDirective
from .elements import Block, Line

__all__ = ["Option", "Problem", "Quiz", "find_options", "parse_number", "problems"]

#: How an option begins → (type of question, is it right?)
MARKERS = {
    "( )": ("single", False),
    "(x)": ("single", True),
    "[ ]": ("multiple", False),
    "[x]": ("multiple", True),
    "(=)": ("numeric", True),
    "(=!)": ("numeric", False),
    "(=*)": ("numeric", False),
}
MARKER = re.compile(r"[(\[][^)\]\s]{0,3}\s?[)\]]")
SIZE = r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
NUMBER = re.compile(rf"(?P<value>[-+−]?{SIZE})(?:\s*±\s*(?P<tolerance>{SIZE}))?")


@dataclass
class Option:
    """One answer: its marker, its text (inline nodes), its feedback (blocks) and the line it stands on."""

    marker: str
    text: list = field(default_factory=list)
    feedback: list = field(default_factory=list)
    line: int | None = None

    @property
    def plain(self):
        """The text without markup."""
        return "".join(node.astext() for node in self.text).strip()

    @property
    def correct(self):
        """Whether this answer is right."""
        return MARKERS[self.marker][1]


@dataclass
class Problem:
    """A mistake in the markup and where it is."""

    message: str
    line: int | None = None


def parse_number(text):
    """``"4 ± 0.1"`` → (4.0, 0.1); without ``±`` the tolerance is 0; None if it is not such a text."""
    match = NUMBER.fullmatch(text.strip())
    if not match:
        return None
    return float(match["value"].replace("−", "-")), float(match["tolerance"] or 0)


def find_options(items):
    """Read the list items of a question; return the options and the problems of single items."""
    options, found = [], []
    for item in items:
        line = item.line or next((child.line for child in item.findall() if child.line), None)
        first = item.children[0] if item.children else None
        leading = first.children[0] if isinstance(first, nodes.paragraph) and first.children else None
        match = MARKER.match(leading.astext()) if isinstance(leading, nodes.Text) else None
        marker = match[0] if match else None
        if marker not in MARKERS:
            shown = marker or item.astext().split("\n")[0][:30]
            found.append(
                Problem(f"không hiểu dấu đầu phương án «{shown}»; các dấu có nghĩa: {'  '.join(MARKERS)}", line)
            )
            continue
        rest = leading.astext()[match.end() :].lstrip()
        text = [nodes.Text(rest), *first.children[1:]]
        feedback = []
        for child in item.children[1:]:
            if isinstance(child, nodes.bullet_list):
                for entry in child.children:
                    feedback += entry.children
            else:
                found.append(Problem("phản hồi phải là gạch đầu dòng thụt vào dưới phương án", child.line or line))
        options.append(Option(marker, text, feedback, line))
    return options, found


def problems(options):
    """Yield what is wrong with a question's options as a whole."""
    kinds = {MARKERS[option.marker][0] for option in options}
    if len(kinds) > 1:
        yield Problem("một câu hỏi chỉ dùng một kiểu phương án: ( ) một đáp án, [ ] nhiều đáp án hoặc (=) số")
        return
    kind = next(iter(kinds), None)
    for option in options:
        if not option.feedback:
            yield Problem(f"phương án «{option.plain or option.marker}» chưa có phản hồi", option.line)
        if kind != "numeric" and not option.plain:
            yield Problem("phương án không có chữ nào", option.line)
    right = sum(option.correct for option in options)
    if kind is None or (kind != "numeric" and len(options) < 2):
        yield Problem("câu hỏi cần ít nhất hai phương án")
    if kind == "single" and right != 1:
        yield Problem(f"câu hỏi một đáp án cần đúng một phương án (x), đang có {right}")
    if kind == "multiple" and right == 0:
        yield Problem("câu hỏi nhiều đáp án chưa có phương án đúng [x]")
    if kind == "numeric":
        if right != 1:
            yield Problem(f"câu hỏi số cần đúng một đáp số (=), đang có {right}")
        if sum(option.marker == "(=*)" for option in options) != 1:
            yield Problem("câu hỏi số cần đúng một mục (=*) cho mọi số khác")
        for option in options:
            if option.marker == "(=*)" and option.plain:
                yield Problem("mục (=*) không kèm số", option.line)
            if option.marker != "(=*)" and parse_number(option.plain) is None:
                yield Problem(f"không đọc được số «{option.plain}»; viết như «4 ± 0.1»", option.line)


class Quiz(BoxDirective):
    """A question."""

    required_arguments = 1

    def run(self):
        """Return the labelled group, or nothing after a mistake in the markup."""
        body = self.body()
        lists = [node for node in body if isinstance(node, nodes.bullet_list)]
        if not lists:
            self.warn("câu hỏi không có phương án nào")
            return []
        options, found = find_options([item for node in lists for item in node.children])
        found += [] if found else problems(options)
        for problem in found:
            self.warn(problem.message, problem.line)
        if found:
            return []
        kind = MARKERS[options[0].marker][0]
        intro = [node for node in body if node not in lists]
        answers = self.numbers(options) if kind == "numeric" else self.choices(options)
        box = self.box("quiz", "", self.title(), *intro, answers, data_quiz_type=kind)
        box["html"]["data-quiz"] = f"{page_path(self.env.docname)}#{box['ids'][0]}"
        return [box]

    def choices(self, options):
        """Return lettered options, each with its feedback below."""
        rows = Block.make("ol", classes=["quiz-options"], type="A")
        for letter, option in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", options, strict=False):
            hidden = Line.make("span", f" cho phương án {letter}", classes=["visually-hidden"])
            summary = Line.make("summary", "Xem phản hồi", hidden)
            text = Line.make("div", *option.text, classes=["quiz-answer"])
            rows += Block.make("li", text, self.feedback(option, summary))
        return rows

    def numbers(self, options):
        """Return, for a number, the answer, the foreseen mistakes and everything else, all closed."""
        rows = Block.make("div", classes=["quiz-options"])
        for option in options:
            if option.marker == "(=*)":
                rows += self.feedback(option, Line.make("summary", "Bạn ra một số khác"))
                continue
            value, tolerance = parse_number(option.plain)
            if option.correct:
                margin = f" (sai số cho phép {tolerance:g})" if tolerance else ""
                answer = Line.make("span", f"Đáp số: {option.plain.split('±')[0].strip()}{margin}.")
                rows += self.feedback(
                    option, Line.make("summary", "Xem đáp số"), answer, value=value, tolerance=tolerance
                )
            else:
                rows += self.feedback(
                    option, Line.make("summary", f"Bạn ra {option.plain}"), value=value, tolerance=tolerance
                )
        return rows

    @staticmethod
    def feedback(option, summary, answer=None, value=None, tolerance=None):
        """Return the feedback box of one option: verdict first."""
        verdict = Line.make("strong", "Đúng." if option.correct else "Chưa đúng.")
        head = Line.make("p", verdict, *([nodes.Text(" "), answer] if answer else []), classes=["quiz-verdict"])
        return Block.make(
            "details",
            summary,
            Block.make("div", head, *option.feedback, classes=["quiz-feedback"]),
            data_correct=str(option.correct).lower(),
            data_value=value if value is None else repr(value),
            data_tolerance=tolerance if tolerance is None else repr(tolerance),
        )


def setup(app):
    """Register the directive."""
    app.add_directive("quiz", Quiz)
