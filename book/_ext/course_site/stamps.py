"""Every page asks for the style sheets, scripts and fonts of this build, never for older ones a browser kept.

Fonts carry the hash of their content in their names, style sheets and scripts in their addresses (``course.css?v=…``).
This runs after everything else is in place, on all pages of the site: an incremental build writes only some pages, yet
all of them must name the files that are there now. Doing it again changes nothing.
"""

import hashlib
import re
from pathlib import Path

__all__ = ["digest", "stamp_fonts", "stamp_pages"]

ASSET = re.compile(r'((?:href|src)="(?:[^":?]*/)?)(_static/[\w./-]+?\.(?:css|js))(?:\?v=[0-9a-f]*)?"')
FONT = re.compile(r"((?:[\w.-]+/)*)([\w-]+?)(?:\.[0-9a-f]{10})?\.woff2")


def digest(path):
    """Return ten hexadecimal digits of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def write_changed(path, before, after):
    """Write a text if it differs."""
    if after != before:
        path.write_text(after, "utf-8")


def stamp_fonts(root):
    """Put the hash into the names of all fonts, and the names into the style sheets; return old name → new name."""
    names = {}
    for folder in (root / "_static" / "fonts", root / "_static" / "katex" / "fonts"):
        plain = {path.name: path for path in sorted(folder.glob("*.woff2"))}
        for name, path in plain.items():
            names[name] = f"{path.stem}.{digest(path)}.woff2"
            path.rename(folder / names[name])
    return names


def named(text, names):
    """Return a page or a style sheet with the fonts' present names."""

    def replace(match):
        return match[1] + names.get(f"{match[2]}.woff2", match[0].removeprefix(match[1]))

    return FONT.sub(replace, text)


def stamp_pages(root, names):
    """Put the fonts' names and the versions of style sheets and scripts into all pages."""
    versions = {}

    def version(name):
        if name not in versions:
            path = root / name
            versions[name] = f"?v={digest(path)}" if path.is_file() else ""
        return versions[name]

    for page in sorted(root.rglob("*.html")):
        if "_static" not in page.parts:
            text = page.read_text("utf-8")
            head, end, rest = text.partition("</head>")
            whole = named(head, names) + end + rest
            write_changed(page, text, ASSET.sub(lambda match: f'{match[1]}{match[2]}{version(match[2])}"', whole))


def stamp(app, exception):
    """Do it at the very end of the build."""
    if exception is None and app.builder.name == "html" and app.config.html_theme == "course":
        root = Path(app.outdir)
        names = stamp_fonts(root)
        for sheet in (root / "_static" / "course.css", root / "_static" / "katex" / "katex.min.css"):
            text = sheet.read_text("utf-8")
            write_changed(sheet, text, named(text, names))
        stamp_pages(root, names)


def setup(app):
    """Register the step, after all that write files."""
    app.connect("build-finished", stamp, priority=900)
