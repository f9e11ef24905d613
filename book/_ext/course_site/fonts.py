"""The site's fonts, cut to what the book writes: always from the untouched files of the npm packages.

A cut font is kept in a cache under a name made from its sources and its characters, so that a build whose book uses no
new character cuts nothing, and two builds of the same book give the same bytes.
"""

import hashlib
import io
import logging
import re
import string
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.metadata import version

from sphinx.errors import ExtensionError

from .katex import REMEDY, npm_folder

__all__ = ["FACES", "VIETNAMESE", "Face", "characters", "cut", "cut_cached"]

#: KaTeX's fonts count their dates from 1970; fontTools says for each one that it knows
logging.getLogger("fontTools.ttLib.tables._h_e_a_d").setLevel(logging.ERROR)

#: role → the files of the npm packages that are joined: Greek stands in code, names of other tongues in the text
SUBSETS = {"text": ("latin", "vietnamese", "latin-ext"), "code": ("latin", "vietnamese", "greek")}
RECIPE = "1"  # part of the cache's names: raise it when the cutting changes
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
#: Every letter of Vietnamese with every tone, and the combining tones that some keyboards type
VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", letter + tone)
    for vowel in "aăâeêioôơuưy"
    for tone in TONES
    for letter in (vowel, vowel.upper())
) | {"đ", "Đ", *TONES[1:]}
ASCII = frozenset(string.printable) - frozenset(string.whitespace) | {" ", "\xa0"}


@dataclass(frozen=True)
class Face:
    """One font file of the site: npm package, weight, and which characters it is for.

    ``role`` is ``"text"`` (everything, and all that a reader may type) or ``"code"`` (what stands in code).
    """

    package: str
    weight: int
    role: str
    features: tuple = ()

    @property
    def name(self):
        """The file's name on the site."""
        return f"{self.package}-{self.weight}.woff2"

    @property
    def sources(self):
        """The package's files, one for each of :data:`SUBSETS`."""
        folder = npm_folder() / "@fontsource" / self.package / "files"
        return [folder / f"{self.package}-{part}-{self.weight}-normal.woff2" for part in SUBSETS[self.role]]


#: What the style sheet names. No features to place marks: shapers compose a letter and its marks where the font has the
#: whole letter. JetBrains Mono without its ligatures; bold code is rare (headings) and drawn from the regular weight.
FACES = (
    Face("be-vietnam-pro", 400, "text", ("kern",)),
    Face("be-vietnam-pro", 700, "text"),  # headings and labels: not worth the table of kerning
    Face("jetbrains-mono", 400, "code"),
)


def characters(page):
    """Return what a page (HTML) writes: role → set of characters, generously (``text`` holds the markup, too)."""
    blocks = re.findall(r"<pre\b.*?</pre>", page, flags=re.S)
    rest = re.sub(r"<pre\b.*?</pre>", "", page, flags=re.S)
    inline = re.findall(r"<(code|kbd|samp)\b[^>]*>(.*?)</\1>", rest, flags=re.S)
    code = "".join([*blocks, *(text for _, text in inline)])
    return {"text": set(unescape(rest)), "code": set(unescape(code))}


def load(path):
    """Open a font file, keeping its dates."""
    from fontTools.ttLib import TTFont

    return TTFont(path, recalcTimestamp=False)


def unpacked(path):
    """Return a font file without its compression: several are joined from such ones, each of which is read twice."""
    font, out = load(path), io.BytesIO()
    font.flavor = None
    font.save(out)
    out.seek(0)
    return out


def merged(paths):
    """Open one font, or join several of the same family."""
    from fontTools.merge import Merger

    if len(paths) == 1:
        return load(paths[0])
    joined, dates = Merger().merge([unpacked(path) for path in paths]), load(paths[0])["head"]
    joined.recalcTimestamp = False
    joined["head"].created, joined["head"].modified = dates.created, dates.modified
    return joined


def cut(paths, chars, features):
    """Return the bytes of a WOFF2 font with the glyphs of ``chars``, unhinted.

    Parameters
    ----------
    paths : list of Path
        The untouched files, joined in this order.
    chars : iterable of str
        Characters that no file holds are skipped.
    features : list of str
        OpenType features kept; ``["*"]`` keeps all.
    """
    from fontTools import subset

    options = subset.Options(
        flavor="woff2",
        hinting=False,
        layout_features=list(features),
        name_IDs=[1, 2],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    font = merged(paths)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(char) for char in chars])
    cutter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


@cache
def recipe():
    """Return what says how fonts are cut; asking for a package's version takes as long as cutting a small font."""
    return f"{RECIPE} {version('fonttools')}"


def kept_in(folder, paths, chars, features):
    """Return where the cache keeps what :func:`cut` makes of this."""
    digest = hashlib.sha256(f"{recipe()} {sorted(features)} {''.join(sorted(chars))}".encode())
    for path in paths:
        if not path.is_file():
            raise ExtensionError(f"không thấy {path}: {REMEDY}")
        digest.update(path.read_bytes())
    return folder / f"{digest.hexdigest()[:32]}.woff2"


def cut_into(target, *order):
    """Write a font, cut as :func:`cut` is told to, to ``target`` (whole file or nothing)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".tmp")
    draft.write_bytes(cut(*order))
    draft.replace(target)


def cut_cached(folder, orders):
    """Cut what the cache does not hold yet, on all cores.

    Parameters
    ----------
    orders : list of tuple
        What :func:`cut` takes.

    Returns
    -------
    list of Path
        The kept files, in the same order.
    """
    targets = [kept_in(folder, *order) for order in orders]
    missing = {target: order for target, order in zip(targets, orders, strict=True) if not target.is_file()}
    if missing:
        from fontTools import merge, subset  # noqa: F401  (imported once for all processes)

        with ProcessPoolExecutor() as processes:
            done = [processes.submit(cut_into, target, *order) for target, order in missing.items()]
            for job in done:
                job.result()
    return targets
