"""Letters that few pages' formulas show come with these pages, so that the fonts of all pages stay small.

KaTeX's two large fonts are cut to the letters that many pages show. What a page shows besides is one more small font of
its own, named in the head of the page. A page written by an earlier build gets the present names, too.
"""

import hashlib
import re
from collections import Counter

from .katex_fonts import DISPLAY, font_files

__all__ = ["LARGE", "file_name", "put_into", "split"]

LARGE = ("KaTeX_Main-Regular.woff2", "KaTeX_Math-Italic.woff2")  # layout.html preloads them on pages with formulas
FEW = 5  # a letter is rare when fewer than one page in so many shows it
OURS = re.compile(r"<link [^>]* data-letters>|<style data-letters>[^<]*</style>")
KATEX = re.compile(r'<link rel="stylesheet" href="([^"]*/|)katex/katex\.min\.css[^"]*">')


def split(pages):
    """Return (font → letters for all pages, page → font → its rare letters).

    Parameters
    ----------
    pages : dict
        Page → font file → set of letters.
    """
    common, rare = {name: {"x"} for name in LARGE}, {}
    shown = Counter((font, letter) for fonts in pages.values() for font, letters in fonts.items() for letter in letters)
    for page, fonts in pages.items():
        for font, letters in fonts.items():
            few = {letter for letter in letters if FEW * shown[font, letter] < len(pages)} if font in LARGE else set()
            common.setdefault(font, set()).update(letters - few)
            if few - {"x"}:
                rare.setdefault(page, {})[font] = few - {"x"}
    return common, rare


def file_name(font, letters):
    """Return the name of a font with rare letters; pages with the same ones share it."""
    key = hashlib.sha256("".join(sorted(letters)).encode()).hexdigest()[:8]
    return f"{font.removesuffix('.woff2')}-{key}.woff2"


def put_into(html, rare):
    """Return a page that asks for the fonts of its rare letters (font → letters), and for no others."""
    html = OURS.sub("", html)
    sheet = KATEX.search(html)
    if not rare or sheet is None:
        return html
    links, rules = "", ""
    for font, letters in sorted(rare.items()):
        family, bold, italic = next(key for key, name in font_files().items() if name == font)
        place = f"{sheet[1]}katex/fonts/{file_name(font, letters)}"
        codes = ",".join(f"U+{ord(letter):X}" for letter in sorted(letters))
        links += f'<link rel="preload" href="{place}" as="font" type="font/woff2" crossorigin data-letters>'
        rules += f"@font-face{{{DISPLAY};font-family:{family};font-style:{'italic' if italic else 'normal'};"
        rules += f'font-weight:{700 if bold else 400};src:url({place}) format("woff2");unicode-range:{codes}}}'
    return html[: sheet.end()] + f"{links}<style data-letters>{rules}</style>" + html[sheet.end() :]
