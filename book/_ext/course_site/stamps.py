"""Every page asks for the style sheets, scripts and fonts of this build, never for older ones a browser kept.

Fonts carry the hash of their content in their names, style sheets and scripts in their addresses (``course.css?v=…``);
so do the files that a script asks for, so that its own hash changes with theirs.
This runs after everything else is in place, on all pages of the site: an incremental build writes only some pages, yet
all of them must name the files that are there now. Doing it again changes nothing.
"""

import hashlib
import re
from pathlib import Path

__all__ = ["Versions", "digest", "stamp_fonts", "stamp_pages"]

ASSET = re.compile(r'((?:href|src)="(?:[^":?]*/)?)(_static/[\w./-]+?\.(?:css|js))(?:\?v=[0-9a-f]*)?"')
ASKED = re.compile(r'((?:\./|_static/)?([\w-]+\.(?:js|css)))(?:\?v=[0-9a-f]*)?(?=["`])')  # in a script's strings
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


class Versions:
    """What is put behind a file's address; a script first gets the versions of the files that it asks for."""

    def __init__(self, root):
        self.root, self.found = root, {}

    def __call__(self, name):
        """Return ``?v=…`` for a file named from the site's root; nothing if there is no such file."""
        path = self.root / name
        if name not in self.found:
            self.found[name] = ""  # a script that asks for itself
            if path.suffix == ".js" and path.is_file() and path.parent.name == "_static":
                text = path.read_text("utf-8")
                write_changed(path, text, ASKED.sub(lambda match: match[1] + self.place(match[2]), text))
            self.found[name] = f"?v={digest(path)}" if path.is_file() else ""
        return self.found[name]

    def place(self, name):
        """Return the version of a file beside the scripts or at the site's root."""
        return self(f"_static/{name}") or self(name)


def stamp_pages(root, names):
    """Put the fonts' names and the versions of style sheets and scripts into all pages."""
    version = Versions(root)
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
