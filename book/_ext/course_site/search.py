"""Search for how Vietnamese is typed: the index, made at build time and read by :file:`theme/static/search.js`.

The index is one script, :file:`searchindex.js` (a script, so that it also opens from a folder on disk). It holds the
text of every section, page by page in the order of the book, and the synonyms of :file:`synonyms.toml`; taking off
diacritics and ranking is the browser's work. Nothing is fetched before a reader searches. Sphinx's own search is off.
"""

import json
import re
import tomllib
import unicodedata
from pathlib import Path

from docutils import nodes

from .builder import page_path

__all__ = ["INDEX", "SCRIPT", "SYNONYMS", "fold", "read_synonyms", "sections", "slim"]

INDEX = "searchindex.js"
SYNONYMS = Path(__file__).with_name("synonyms.toml")
SCRIPT = Path(__file__).parent / "theme" / "static" / "search.js"
#: Not text of the page: what a notebook printed, raw HTML, names of anchors.
SKIPPED = (nodes.raw, nodes.comment, nodes.system_message, nodes.image, nodes.target, nodes.substitution_definition)
SKIPPED_TAGS = {"button", "script", "template", "noscript"}
MATH = "…"


def fold(text):
    """Without diacritics: «Đường cong» → «duong cong»."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("đ", "d")


def read_synonyms(path=SYNONYMS):
    """Return the synonyms: list of [what is typed, what the book calls it, …], all NFC."""
    groups = tomllib.loads(unicodedata.normalize("NFC", path.read_text("utf-8")))
    return [[typed, *([said] if isinstance(said, str) else said)] for g in groups.values() for typed, said in g.items()]


def is_output(node):
    """Whether a node holds what a notebook cell printed or drew."""
    return isinstance(node, nodes.container) and (
        "cell_output" in node.get("classes", ()) or node.get("nb_element") in {"cell_code_output", "mime_bundle"}
    )


def collect(node, prose, code):
    """Append a node's words to ``prose`` (pieces of text) and its code to ``code``; sections inside are left out."""
    if isinstance(node, nodes.Text):
        prose.append(str(node))
    elif isinstance(node, nodes.math | nodes.math_block):
        prose.append(MATH)
    elif isinstance(node, nodes.literal_block):
        code.append(node.astext())
    elif isinstance(node, SKIPPED) or is_output(node) or node.get("tag") in SKIPPED_TAGS:
        return
    else:
        for child in node.children:
            if not isinstance(child, nodes.section):
                collect(child, prose, code)
    if isinstance(node, nodes.Element) and not isinstance(node, nodes.Inline | nodes.math):
        prose.append("\n")  # the next block does not stick to this one


def tidy(pieces):
    """Join pieces of text: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", "".join(pieces)).split())


def code_words(code, prose):
    """Return the words of the code that the prose does not have, each once."""
    known = set(re.findall(r"\w+", prose))
    words = dict.fromkeys(re.findall(r"[^\W\d]\w+", tidy(code)))
    return " ".join(word for word in words if word not in known)


def sections(doctree):
    """Return the sections of a page in order: list of [anchor, heading, text, words of the code].

    The first one is the page itself, with an empty anchor and the page's title.
    """
    found = []
    for section in doctree.findall(nodes.section):
        heading, prose, code = [], [], []
        for child in section.children:
            if isinstance(child, nodes.title):
                collect(child, heading, [])
            elif not isinstance(child, nodes.section):
                collect(child, prose, code)
                code.append("\n")
        text = tidy(prose)
        found.append([section["ids"][0] if found else "", tidy(heading), text, code_words(code, text)])
    return found


def note(app, docname):
    """Return the file in which a page's sections are kept between builds."""
    return Path(app.doctreedir, "search", f"{docname}.json")


def write_compact(path, data, before="", after=""):
    """Write JSON with its letters as they are: six characters for each Vietnamese letter would triple it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before + json.dumps(data, ensure_ascii=False, separators=(",", ":")) + after, "utf-8")


def keep_sections(app, pagename, templatename, context, doctree):
    """Keep the sections of a page just written."""
    if doctree is not None and app.builder.name == "html":
        write_compact(note(app, pagename), sections(doctree))


def reading_order(env):
    """Return the pages in the order of the book; pages outside the contents come last."""
    ordered, waiting = [], [env.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        if page in env.all_docs and page not in ordered:
            ordered.append(page)
            waiting = [*env.toctree_includes.get(page, ()), *waiting]
    return [*ordered, *sorted(set(env.all_docs) - set(ordered))]


def write_index(app, exception):
    """Write the index of all pages, those of earlier builds included."""
    if exception is not None or app.builder.name != "html":
        return
    pages = []
    for docname in reading_order(app.env):
        if not note(app, docname).is_file():
            write_compact(note(app, docname), sections(app.env.get_doctree(docname)))
        found = json.loads(note(app, docname).read_text("utf-8"))
        if found:
            pages.append({"page": page_path(docname), "sections": found})
    write_compact(Path(app.outdir, INDEX), {"pages": pages, "synonyms": read_synonyms()}, "courseSearchIndex(", ");\n")


def slim(script):
    """Return a script without indentation and without the comments that have their own lines."""
    script = re.sub(r"^\s*(/\*.*?\*/|//[^\n]*)$", "", script, flags=re.S | re.M)
    return re.sub(r"\n\s*", "\n", script).lstrip()


def write_script(app, exception):
    """Put the slim script into the site."""
    target = Path(app.outdir, "_static", SCRIPT.name)
    if exception is None and app.builder.name == "html" and app.config.html_theme == "course":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(slim(SCRIPT.read_text("utf-8")), "utf-8")


def replace_sphinx_search(app):
    """Switch off Sphinx's search index; the page is ours."""
    if app.builder.name == "html":
        app.builder.search = False


def search_page(app):
    """Have the search page written."""
    return [("search", {}, "search.html")] if app.builder.name == "html" else []


def setup(app):
    """Register the steps."""
    app.connect("builder-inited", replace_sphinx_search)
    app.connect("html-page-context", keep_sections)
    app.connect("html-collect-pages", search_page)
    app.connect("build-finished", write_index, priority=400)  # before the fonts are cut to what the site writes
    app.connect("build-finished", write_script, priority=400)
