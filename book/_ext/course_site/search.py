"""Search for how Vietnamese is typed: the index, made at build time and read by :file:`theme/static/search.js`.

Nothing is fetched before a reader searches; then :file:`searchindex.js` with every heading and the synonyms (the
glossary's English terms, and what :file:`synonyms.toml` adds to them), then from :file:`search/` what the typed words
need: the places of all words with the same first letter, and the text of the pages shown. All are scripts, so that
they also open from a folder on disk; each carries the index's version. Taking off diacritics and ranking is the
browser's work. (:mod:`.search_index` has the parts of the index.) Sphinx's own search is off.
"""

import hashlib
import json
import re
import tomllib
import unicodedata
from pathlib import Path

from .builder import page_path
from .search_index import fold, places, sections, words
from .terms import glossary_page, read_entries

__all__ = ["FOLDER", "INDEX", "SCRIPT", "SYNONYMS", "fold", "index_files", "read_synonyms", "sections", "slim"]

INDEX = "searchindex.js"
FOLDER = "search"
APPENDIX = "appendix/"
SYNONYMS = Path(__file__).with_name("synonyms.toml")
SCRIPT = Path(__file__).parent / "theme" / "static" / "search.js"


def read_synonyms(path=SYNONYMS):
    """Return the synonyms: list of [what is typed, what the book calls it, …], all NFC.

    The glossary's English terms, abbreviations and other Vietnamese names come first, then those of the file.
    """
    found = {}
    for entry in read_entries():
        for typed in (entry.en, *entry.short, *entry.also):
            typed = re.sub(r"[-–]", " ", typed).lower()
            if typed not in entry.vi.lower() and entry.vi not in found.setdefault(typed, []):
                found[typed].append(entry.vi)
    groups = tomllib.loads(unicodedata.normalize("NFC", path.read_text("utf-8")))
    for group in groups.values():
        for typed, said in group.items():
            if typed in found:
                raise ValueError(f"{path.name}: «{typed}» đã có trong glossary.toml")
            found[typed] = [said] if isinstance(said, str) else said
    return [[typed, *said] for typed, said in found.items()]


def note(app, docname):
    """Return the file in which a page's sections are kept between builds."""
    return Path(app.doctreedir, "search", f"{docname}.json")


def compact(data):
    """Return JSON with its letters as they are: six characters for each Vietnamese letter would triple it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def write_compact(path, data, before="", after=""):
    """Write JSON, compact, between two pieces of script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before + compact(data) + after, "utf-8")


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


def read_pages(app):
    """Return all pages, earlier builds' too: list of (place on the site, its sections, is it the glossary)."""
    pages, glossary = [], glossary_page(app.env)
    for docname in reading_order(app.env):
        if not note(app, docname).is_file():
            write_compact(note(app, docname), sections(app.env.get_doctree(docname)))
        found = json.loads(note(app, docname).read_text("utf-8"))
        if found:
            pages.append((page_path(docname), found, docname == glossary))
    return pages


def read_homes(pages):
    """Return where terms are explained, by the pages that exist: list of [page, name of a term, …].

    A second name that without its marks is another term's first («hàm lỗi», «hàm lồi») is left to that term.
    """
    chapters = {page.rpartition("/")[2]: [page] for page, *_ in pages if not page.startswith(APPENDIX)}
    first = {fold(entry.vi) for entry in read_entries()}
    for entry in read_entries():
        if entry.chapter in chapters:
            also = (name for name in entry.also if fold(name) not in first)
            names = (entry.vi, entry.en, *entry.short, *also)
            chapters[entry.chapter] += [name.lower() for name in dict.fromkeys(names)]
    return [home for home in chapters.values() if len(home) > 1]


def index_files(pages, synonyms, homes=()):
    """Return the files of the index: path → script. ``homes`` as from :func:`read_homes`."""
    shards = places([part for _, parts, _ in pages for part in parts])
    version = hashlib.sha256(json.dumps([pages, synonyms, homes]).encode()).hexdigest()[:12]
    heads = [
        {"page": page, "sections": [[anchor, heading, len(words(text))] for anchor, heading, text, _ in parts]}
        | ({"glossary": True} if is_glossary else {})
        for page, parts, is_glossary in pages
    ]
    index = {"version": version, "pages": heads, "shards": sorted(shards), "synonyms": synonyms, "homes": homes}
    files = {INDEX: f"courseSearchIndex({compact(index)});\n"}
    for name, found in shards.items():
        files[f"{FOLDER}/{name}.js"] = f'courseSearchPart("{version}","{name}",{compact(found)});\n'
    for page, parts, _ in pages:
        texts = [text for _, _, text, _ in parts]
        files[f"{FOLDER}/text/{page}.js"] = f'courseSearchPart("{version}","text/{page}",{compact(texts)});\n'
    return files


def write_index(app, exception):
    """Write the index of all pages; delete files that earlier builds left."""
    if exception is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    pages = read_pages(app)
    files = index_files(pages, read_synonyms(), read_homes(pages))
    for name, script in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(script, "utf-8")
    for path in (out / FOLDER).rglob("*.js"):
        if path.relative_to(out).as_posix() not in files:
            path.unlink()


def slim(script):
    """Return a script without indentation and without comments, but for those behind code that have quotes in them."""
    script = re.sub(r"^\s*(/\*.*?\*/|//[^\n]*)$", "", script, flags=re.S | re.M)
    script = re.sub(r"[ \t]+// [^\n\"'`]*$", "", script, flags=re.M)
    return re.sub(r"\n\s*", "\n", script).lstrip()


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
