"""What the checks read: which files there are, their cells, the directives and headings in markdown, the prose."""

import ast
import io
import re
import tokenize
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
VAGUE_HEADINGS = {
    "giới thiệu",
    "mở đầu",
    "tổng quan",
    "kết luận",
    "lời mở đầu",
    "nội dung",
    "tóm tắt",
    "lý thuyết",
    "thực hành",
}


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend: where it is and what to do."""

    file: str
    cell: int | None  # index in the notebook's list of cells; the line's number in a .md file
    text: str

    def __str__(self):
        if self.cell is None:
            return f"{self.file}: {self.text}"
        place = f"cells[{self.cell}]" if self.file.endswith(".ipynb") else f"dòng {self.cell}"
        return f"{self.file} {place}: {self.text}"


@dataclass
class Cell:
    """A cell of a notebook; a page in markdown is one markdown cell."""

    index: int
    kind: str
    source: str
    metadata: dict = field(default_factory=dict)
    outputs: list = field(default_factory=list)
    execution_count: int | None = None

    @property
    def tags(self):
        """The cell's tags."""
        return list(self.metadata.get("tags", []))

    @property
    def alt(self):
        """The alternative text of the images this cell puts out, "" if there is none."""
        return str(self.metadata.get("mystnb", {}).get("image", {}).get("alt", "")).strip()


@dataclass
class Document:
    """A notebook or a page, as cells."""

    path: Path
    cells: list[Cell]

    @property
    def name(self):
        """The path as it is shown in messages."""
        return self.path.relative_to(ROOT).as_posix() if self.path.is_relative_to(ROOT) else self.path.name

    @property
    def is_notebook(self):
        """Whether this is an .ipynb."""
        return self.path.suffix == ".ipynb"

    def problem(self, cell, text):
        """Return a Problem in this document; `cell` is a Cell, a number or None."""
        return Problem(self.name, cell.index if isinstance(cell, Cell) else cell, text)

    def markdown(self):
        """Return the markdown cells."""
        return [cell for cell in self.cells if cell.kind == "markdown"]

    def code(self):
        """Return the code cells."""
        return [cell for cell in self.cells if cell.kind == "code"]


def read(path):
    """Read a notebook or a markdown page."""
    path = Path(path)
    if path.suffix != ".ipynb":
        return Document(path, [Cell(0, "markdown", path.read_text(encoding="utf-8"))])
    return from_notebook(path, nbformat.read(path, as_version=4))


def from_notebook(path, notebook):
    """Turn an nbformat notebook into a Document."""
    cells = [
        Cell(i, c.cell_type, c.source, c.metadata, c.get("outputs", []), c.get("execution_count"))
        for i, c in enumerate(notebook.cells)
    ]
    return Document(Path(path), cells)


def pages(root=ROOT):
    """Return the paths of all pages in _toc.yml, in its order."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    names = []

    def walk(node):
        if isinstance(node, dict):
            names.extend(node[key] for key in ("root", "file") if key in node)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(toc)
    return [next((p for s in (".ipynb", ".md") if (p := root / f"{name}{s}").is_file()), root / name) for name in names]


def chapters(root=ROOT):
    """Return the paths of the chapters: the notebooks of _toc.yml, in its order."""
    return [path for path in pages(root) if path.suffix == ".ipynb"]


def assignments(root=ROOT):
    """Return the paths of the assignments' solution notebooks."""
    return sorted(p for p in (root / "solutions").glob("*/*.ipynb") if p.parent.name == p.stem)


# --- markdown ---------------------------------------------------------------------------------------------------

OPENING = re.compile(r"^\s*(:{3,}|`{3,}|~{3,})\s*\{([\w:-]+)\}\s*(.*?)\s*$")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")


@dataclass
class Directive:
    """A MyST directive: name, title (the text after the braces), body, and where it starts."""

    name: str
    title: str
    body: str
    cell: int
    line: int
    is_last: bool  # nothing but blank lines follow it in its cell


def directives(document):
    """Return the directives of a document, outer and inner ones, in reading order."""
    return [d for cell in document.markdown() for d in _directives_in(cell.source, cell.index)]


def _directives_in(source, cell, offset=0):
    lines, found, i = source.split("\n"), [], 0
    while i < len(lines):
        opening, fence = OPENING.match(lines[i]), FENCE.match(lines[i])
        mark = opening.group(1) if opening else fence.group(1) if fence else None
        if mark is None:
            i += 1
            continue
        end = next((j for j in range(i + 1, len(lines)) if _closes(lines[j], mark)), len(lines))
        if opening:
            body = "\n".join(lines[i + 1 : end])
            is_last = not "".join(lines[end + 1 :]).strip()
            found.append(Directive(opening.group(2), opening.group(3), body, cell, offset + i, is_last))
            if mark[0] == ":":
                found += _directives_in(body, cell, offset + i + 1)
        i = end + 1
    return found


def _closes(line, mark):
    line = line.strip()
    return len(line) >= len(mark) and set(line) == {mark[0]}


def headings(document):
    """Return (level, text, cell index, line) of every ATX heading outside fenced code."""
    found = []
    for cell in document.markdown():
        for number, line in enumerate(without_code_blocks(cell.source).split("\n")):
            match = re.match(r"^(#{1,6})\s+(.*?)\s*#*$", line)
            if match:
                found.append((len(match.group(1)), match.group(2), cell.index, number))
    return found


def without_code_blocks(source):
    """Blank out fenced code (keeping the number of lines), but not the bodies of directives."""
    lines, mark = source.split("\n"), None
    for i, line in enumerate(lines):
        if mark:
            if _closes(line, mark):
                mark = None
            lines[i] = ""
        elif (fence := FENCE.match(line)) and not re.match(r"^\s*[`~]{3,}\s*\{(?!code|math|mermaid)", line):
            mark = fence.group(1)
            lines[i] = ""
    return "\n".join(lines)


def _without_indented_code(source):
    """Blank out paragraphs indented by four spaces, except inside lists."""
    lines, listed, previous = source.split("\n"), False, ""
    code = False
    for i, line in enumerate(lines):
        indented = line.startswith("    ")
        if line.strip():
            if not indented:
                listed, code = bool(re.match(r"\s*([-*+]|\d+[.)])\s", line)), False
            elif not listed and (code or not previous.strip()):
                code, lines[i] = True, ""
        previous = line
    return "\n".join(lines)


def _blank(match):
    """Replace by as many line ends as were there, so that numbers of lines stay right."""
    return " " + "\n" * match.group().count("\n")


def _keep(match):
    return match.group(1) + "\n" * (match.group().count("\n") - match.group(1).count("\n"))


def prose(source):
    """Return the prose of a piece of markdown: no code, math, addresses, names of directives, citations.

    Titles and bodies of directives, link texts and image descriptions stay. A span in italics or parentheses that is
    plain ASCII (the English term at first use) goes. The number of lines does not change.
    """
    text = without_code_blocks(source)
    if text.startswith("---\n"):
        text = re.sub(r"\A---\n.*?\n---\n", _blank, text, flags=re.DOTALL)
    text = _without_indented_code(text)
    text = re.sub(r"<!--.*?-->", _blank, text, flags=re.DOTALL)
    text = re.sub(r"^%.*$", "", text, flags=re.MULTILINE)  # MyST comments
    text = re.sub(
        r"^[ \t]*[:`~]{3,}[ \t]*\{(assignment|bibliography|interactive|tableofcontents|math|code|figure|image)[\w-]*\}"
        r".*$",
        "",
        text,
        flags=re.M,
    )
    text = re.sub(r"^[ \t]*(:{3,}|`{3,}|~{3,})[ \t]*(\{[\w:-]+\})?", "", text, flags=re.MULTILINE)
    text = re.sub(r"^[ \t]*:(?!alt)[\w-]+:.*$", "", text, flags=re.MULTILINE)  # options of directives
    text = re.sub(r"^[ \t]*:alt:", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\(([\w-]+)\)=[ \t]*$", "", text, flags=re.MULTILINE)  # targets
    text = re.sub(r"(?<!\\)\$\$.*?(?<!\\)\$\$", _blank, text, flags=re.DOTALL)
    text = re.sub(r"\{[\w:-]+\}(`+)[^`].*?\1", _blank, text, flags=re.DOTALL)  # roles
    text = re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", _blank, text, flags=re.DOTALL)
    text = re.sub(r"(?<![\\$])\$(?!\$)(?:\\.|[^$\\])+?\$", _blank, text)
    text = re.sub(r"!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)", _keep, text)
    text = re.sub(r"<https?://[^>]*>|https?://[^\s)»]+", _blank, text)
    text = re.sub(r"</?[a-zA-Z][^>]*>", _blank, text)
    text = re.sub(
        r"^([ \t]*[-*][ \t]+)(\([ x]\)|\[[ x]\]|\(=[!*]?\)[ \t]*[-−\d.,± \t/]*)", r"\1", text, flags=re.MULTILINE
    )
    text = re.sub(r"(?<![\w*])(\*{1,3}|_{1,3})([!-)+-^`-~][ -)+-^`-~→]*?)\1(?![\w*])", _blank, text)  # *English term*
    text = re.sub(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}", "", text)
    return re.sub(r"^[ \t]*\|?[ \t:|-]+\|[ \t]*$|\|", " ", text, flags=re.MULTILINE)


# --- code -------------------------------------------------------------------------------------------------------


def without_magics(source):
    """Blank out IPython's magics and shell lines, so that the rest parses."""
    if source.startswith("%%"):
        return ""
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)


def code_texts(source):
    """Return (text, line) of each string and each comment of a code cell; the fixed parts of f-strings as one text.

    What an assignment declares to `autograder vary` is no text.
    """
    source = without_magics(source)
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    texts, inside = [], set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [p for p in node.values if isinstance(p, ast.Constant)]
            inside.update(id(part) for part in parts)
            texts.append((" … ".join(str(part.value) for part in parts), node.lineno))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            texts.append((node.value, node.lineno))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith("# vary:"):
            texts.append((token.string.lstrip("#").strip(), token.start[0]))
    return texts


def identifiers(source):
    """Return every name a code cell uses: they may be mentioned in strings and comments."""
    return set(re.findall(r"[^\W\d]\w*", re.sub(r"#.*|\"[^\"]*\"|'[^']*'", " ", source)))
