"""Fonts and KaTeX's style sheet: copied from the npm packages into the site, which asks no other host for anything."""

import re
import shutil
from pathlib import Path

from sphinx.errors import ExtensionError

from .katex import REMEDY, find_katex, npm_folder

__all__ = ["FONTS", "copy_fonts", "copy_katex"]

SUBSETS = ("latin", "vietnamese")
#: npm package → weights the style sheet uses
FONTS = {"be-vietnam-pro": (400, 700), "jetbrains-mono": (400, 700)}


def font_files():
    """Yield the paths of the font files the style sheet names."""
    for family, weights in FONTS.items():
        folder = npm_folder() / "@fontsource" / family / "files"
        for weight in weights:
            for subset in SUBSETS:
                yield folder / f"{family}-{subset}-{weight}-normal.woff2"


def copy_new(source, target):
    """Copy a file unless the target already is that file."""
    if not source.is_file():
        raise ExtensionError(f"không thấy {source}: {REMEDY}")
    if not target.is_file() or target.stat().st_size != source.stat().st_size:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def copy_fonts(static):
    """Copy the text fonts to ``static/fonts``."""
    for source in font_files():
        copy_new(source, static / "fonts" / source.name)


def copy_katex(static):
    """Copy KaTeX's style sheet and its WOFF2 fonts to ``static/katex`` (every browser we serve reads WOFF2)."""
    package, target = find_katex() / "dist", static / "katex"
    css = (package / "katex.min.css").read_text("utf-8")
    css = re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)', "", css)
    for name in sorted(set(re.findall(r"url\(fonts/([^)]+)\)", css))):
        copy_new(package / "fonts" / name, target / "fonts" / name)
    target.mkdir(parents=True, exist_ok=True)
    (target / "katex.min.css").write_text(css, "utf-8")


def copy_all(app, exception):
    """Put everything into the built site."""
    if exception is None and app.builder.format == "html":
        static = Path(app.outdir, "_static")
        copy_fonts(static)
        copy_katex(static)


def setup(app):
    """Copy at the end of the build."""
    app.connect("build-finished", copy_all)
