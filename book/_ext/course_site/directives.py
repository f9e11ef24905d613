"""The recurring parts of a chapter, as MyST directives.

::

    :::{chapter-header}            goals, what to know before, time
    :::{predict} QUESTION          guess first, then run the next cell
    :::{explain}                   what happened, behind «Giải thích»
    :::{misconception} CLAIM       what people believe and why it is wrong
    :::{pitfall} MESSAGE           a mistake people make, with the message they see
    :::{not-run}                   the code below has never run on a GPU
    :::{takeaways}                 what to remember
    :::{assignment} SLUG           where the exercise is and how to check it

The body is ordinary Markdown, so a chapter opened in Jupyter reads well without this extension.
(:mod:`.quiz` has ``quiz``.) On the page everything works without JavaScript.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .builder import page_path
from .elements import Block, Line

__all__ = ["BoxDirective", "exercise_path", "zip_path"]

LOG = logging.getLogger(__name__)
CELL = 10_000  # MyST-NB numbers line 3 of cell 2 as 20004


def zip_path(slug):
    """Return the place on the site of an assignment's zip (:mod:`.downloads` makes it)."""
    return f"exercises/{slug}.zip"


def exercise_path(slug):
    """Return the path of an assignment's student notebook from the repository's root."""
    return f"exercises/{slug}/{slug}.ipynb"


class BoxDirective(SphinxDirective):
    """What the course's directives share: titles, bodies, warnings with the line."""

    has_content = True
    final_argument_whitespace = True

    def warn(self, message, line=None):
        """Emit a warning at a line of the page (with ``-W`` the build fails); in a notebook, say which cell."""
        line = line or self.lineno
        if self.env.doc2path(self.env.docname).endswith(".ipynb") and line >= CELL:
            message = f"{message} [ô {line // CELL}, dòng {line % CELL - 1}]"
        LOG.warning("%s: %s", self.name, message, location=(self.env.docname, line), type="course", subtype=self.name)

    def title(self):
        """Return the directive's argument as text nodes (code and formulas allowed)."""
        text = self.arguments[0] if self.arguments else ""
        children, messages = self.state.inline_text(text, self.lineno)
        return [*children, *messages]

    def body(self):
        """Return the directive's content as nodes."""
        holder = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, holder)
        return holder.children

    def identifier(self, kind):
        """Return an id for this box: kind and number on the page, the same in every build."""
        return f"{kind}-{self.env.new_serialno('course-' + kind) + 1}"

    def box(self, kind, label, title, *children, **attributes):
        """Return a labelled group: one line with a label and a title, then the content."""
        number = self.identifier(kind)
        head = Line.make("p", classes=["box-title"], ids=[f"{number}-title"])
        if label:
            head += Line.make("span", label, classes=["box-label"])
        if label and title:
            head += nodes.Text(" ")
        head += title
        group = Block.make(
            "div",
            head,
            *children,
            classes=["box", kind],
            ids=[number],
            role="group",
            aria_labelledby=f"{number}-title",
            **attributes,
        )
        group.source, group.line = self.get_source_info()
        return group


class ChapterHeader(BoxDirective):
    """Goals, what to know before, time."""

    def run(self):
        """Return a box without a title line: its paragraphs begin with their own."""
        if not self.content:
            self.warn("khung mở đầu chương đang trống")
        return [Block.make("div", *self.body(), classes=["chapter-header"], role="group", aria_label="Về chương này")]


class Titled(BoxDirective):
    """A box whose title is the directive's argument."""

    required_arguments = 1
    label = ""
    needs_body = True

    def run(self):
        """Return the labelled box."""
        if self.needs_body and not self.content:
            self.warn("thiếu phần nội dung")
        return [self.box(self.name, self.label, self.title(), *self.body())]


class Predict(Titled):
    """A question to answer before running the next cell."""

    label = "Dự đoán trước khi chạy"
    needs_body = False


class Misconception(Titled):
    """A wrong belief."""

    label = "Hiểu lầm thường gặp"


class Pitfall(Titled):
    """A mistake, with the message one sees."""


class NotRun(BoxDirective):
    """The mark above code that has never run on a GPU; the body says what the code would do."""

    label = "Chưa chạy trên GPU"

    def run(self):
        """Return a labelled box; without a sentence it warns."""
        if not self.content:
            self.warn("thiếu câu nói ô mã bên dưới sẽ làm gì")
        return [self.box(self.name, self.label, [], *self.body())]


class Explain(BoxDirective):
    """The explanation after a prediction, closed until asked for."""

    def run(self):
        """Return a native disclosure box."""
        if not self.content:
            self.warn("thiếu lời giải thích")
        inside = Block.make("div", *self.body(), classes=["explain-body"])
        return [Block.make("details", Line.make("summary", "Giải thích"), inside, classes=["explain"])]


class Takeaways(BoxDirective):
    """What to remember."""

    def run(self):
        """Return a plain box; the heading stands in the chapter."""
        if not self.content:
            self.warn("chưa có điều nào để nhớ")
        return [Block.make("div", *self.body(), classes=["takeaways"])]


class Assignment(BoxDirective):
    """Link to an assignment's student notebook, and how to check the work."""

    required_arguments = 1
    final_argument_whitespace = False

    def run(self):
        """Return a box with the download and the two commands."""
        slug = self.arguments[0]
        root = Path(self.env.srcdir)
        source, student = root / "solutions" / slug, root / exercise_path(slug)
        if not source.is_dir():
            self.warn(f"không có bài tập «{slug}»: thiếu thư mục solutions/{slug}")
            return []
        if not student.is_file():
            self.warn(f"thiếu {exercise_path(slug)}: hãy chạy «autograder release {slug}»")
            return []
        self.env.note_dependency(str(student))
        up = "../" * page_path(self.env.docname).count("/")
        link = Line.make("a", nodes.literal("", f"{slug}.zip"), href=up + zip_path(slug), download=True)
        check = f".venv/bin/autograder check {exercise_path(slug)}"
        steps = Block.make(
            "ol",
            self.step(
                "Tải ", link, " rồi làm theo tệp BẮT-ĐẦU.txt, hoặc mở thư mục khóa học đã cài:", command="make lab"
            ),
            self.step(
                "Ngay dưới mỗi bài có ô kiểm tra. Nếu đã cài khóa học, trước khi nộp hãy soát lại cả sổ tay:",
                command=check,
            ),
            classes=["assignment-steps"],
        )
        title = [nodes.Text(notebook_title(student) or slug)]
        return [self.box("assignment", "Bài tập", title, *self.body(), steps, data_assignment=slug)]

    @staticmethod
    def step(*text, command):
        """Return one step: a sentence and the command to type."""
        code = nodes.literal_block(command, command, language="console")
        return Block.make("li", Line.make("p", *text), code)


def notebook_title(path):
    """Return the first heading of a notebook without «Bài tập:», or None if the file cannot be read."""
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    except (ValueError, KeyError, TypeError):
        return None
    heading = next((line[2:].strip() for text in texts for line in text.split("\n") if line.startswith("# ")), None)
    return heading and heading.removeprefix("Bài tập:").strip()


def setup(app):
    """Register the directives."""
    for name, directive in {
        "chapter-header": ChapterHeader,
        "predict": Predict,
        "explain": Explain,
        "misconception": Misconception,
        "pitfall": Pitfall,
        "not-run": NotRun,
        "takeaways": Takeaways,
        "assignment": Assignment,
    }.items():
        app.add_directive(name, directive)
