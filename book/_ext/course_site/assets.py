"""Fonts and style sheets of the built site, no larger than this book needs; the site asks no other host for anything.

Everything here happens after the pages are written, from untouched sources and from *all* pages and formulas (not only
the ones this build wrote), so an incremental build leaves the same files as a full one.
"""

import re
from pathlib import Path

from .fonts import ASCII, FACES, VIETNAMESE, characters, cut_cached
from .katex import find_katex, formulas_by_page
from .katex_fonts import style_sheet, trim
from .page_letters import file_name, put_into, split
from .search import slim

__all__ = ["minify", "shrink_katex", "shrink_style_sheet", "shrink_text_fonts"]

UNUSED = (
    *(
        "basic.css",
        "pygments.css",
        "mystnb.*.css",
        "file.png",
        "minus.png",
        "plus.png",
        "doctools.js",
        "translations.js",
    ),
    *("documentation_options.js", "language_data.js", "searchtools.js", "sphinx_highlight.js", "search_page.js"),
)
STYLE_SHEET = Path(__file__).parent / "theme" / "static" / "course.css"


def minify(css):
    """Return a style sheet without comments and needless white space; strings stay as they are."""
    parts = re.split(r"""("[^"]*"|'[^']*'|/\*.*?\*/)""", css, flags=re.S)
    texts = []
    for part in parts:
        if part.startswith("/*"):
            texts.append(" ")
        elif part[:1] in ('"', "'"):
            texts.append(part)
        else:
            texts.append(re.sub(r"\s+", " ", part))
    css = "".join(texts)
    pieces = re.split(r"""("[^"]*"|'[^']*')""", css)
    for index in range(0, len(pieces), 2):
        piece = re.sub(r" *([{};,]) *", r"\1", re.sub(r" +", " ", pieces[index]))
        pieces[index] = re.sub(r";+}", "}", re.sub(r"(?<=[a-z]): +", ":", piece))
    return "".join(pieces).strip() + "\n"


def write_new(path, data):
    """Write a file unless it already holds these bytes."""
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def keep_only(folder, names):
    """Delete fonts that earlier builds left."""
    for path in folder.glob("*.woff2"):
        if path.name not in names:
            path.unlink()


def site_characters(root):
    """Return what the whole site writes, as :func:`.fonts.characters` does; scripts write on pages, too."""
    found = {"text": set(ASCII | VIETNAMESE), "code": set(ASCII)}
    for page in sorted(root.rglob("*.html")):
        if "_static" not in page.parts:
            for role, chars in characters(page.read_text("utf-8")).items():
                found[role] |= chars
    for script in sorted([*root.glob("*.js"), *(root / "_static").glob("*.js")]):
        found["text"] |= set(script.read_text("utf-8"))
    return found


def shrink_text_fonts(root, cache):
    """Write the text fonts, cut to the site's characters, to ``_static/fonts``."""
    found, folder = site_characters(root), root / "_static" / "fonts"
    fonts = cut_cached(cache, [(face.sources, found[face.role], face.features) for face in FACES])
    for face, font in zip(FACES, fonts, strict=True):
        write_new(folder / face.name, font.read_bytes())
    keep_only(folder, {face.name for face in FACES})


def shrink_katex(root, cache, pages):
    """Write KaTeX's style sheet and fonts, cut to the formulas of the book, to ``_static/katex``.

    Parameters
    ----------
    pages : dict
        Path of a page's HTML → its formulas as drawn.
    """
    letters, names, folder = {}, set(), root / "_static" / "katex"
    for page, formulas in pages.items():
        letters[page] = {}
        for formula in formulas:
            names |= set(formula.get("classes", ()))
            for font, chars in formula.get("glyphs", {}).items():
                letters[page].setdefault(font, set()).update(chars)
    common, rare = split(letters)
    wanted = {font: (font, chars) for font, chars in common.items()}
    wanted |= {file_name(font, chars): (font, chars) for fonts in rare.values() for font, chars in fonts.items()}
    sources = find_katex() / "dist" / "fonts"  # the same fonts as TTF need not be unpacked for every page
    orders = [([sources / Path(font).with_suffix(".ttf")], chars, ["*"]) for font, chars in wanted.values()]
    fonts = cut_cached(cache, orders)
    for name, font in zip(wanted, fonts, strict=True):
        write_new(folder / "fonts" / name, font.read_bytes())
    keep_only(folder / "fonts", wanted)
    write_new(folder / "katex.min.css", trim(style_sheet(), names, common).encode())
    for page in pages:
        if page.is_file():
            write_new(page, put_into(page.read_text("utf-8"), rare.get(page, {})).encode())


def shrink_style_sheet(root):
    """Write the course's style sheet, without comments, to ``_static``."""
    write_new(root / "_static" / "course.css", minify(STYLE_SHEET.read_text("utf-8")).encode())


def shrink_scripts(root):
    """Write the theme's own scripts, without comments and indentation, to ``_static``."""
    for script in sorted(STYLE_SHEET.parent.glob("*.js")):
        write_new(root / "_static" / script.name, slim(script.read_text("utf-8")).encode())


def remove_unused(root):
    """Delete what Sphinx and MyST-NB put into ``_static`` and no page of this theme asks for."""
    for pattern in UNUSED:
        for path in (root / "_static").glob(pattern):
            path.unlink()


def shrink_all(app, exception):
    """Put everything into the built site."""
    if exception is None and app.builder.format == "html":
        root, cache = Path(app.outdir), Path(app.doctreedir, "fonts")
        shrink_text_fonts(root, cache)
        pages = {Path(app.builder.get_outfilename(page)): found for page, found in formulas_by_page(app).items()}
        shrink_katex(root, cache, pages)
        shrink_style_sheet(root)
        if app.config.html_theme == "course":
            shrink_scripts(root)
            remove_unused(root)


def setup(app):
    """Run at the end of the build."""
    app.connect("build-finished", shrink_all)
