"""What earlier builds left and this book no longer has: pages, notebooks and pictures that readers could still find."""

import json
import re
from pathlib import Path

from .builder import page_path

__all__ = ["remove_leftovers"]

PICTURE = re.compile(r"_images/([^\"'\s)?#]+)")


def remove_leftovers(root, gone):
    """Delete pages that are gone (their places, without suffix) from a built site, then the pictures no page shows."""
    for place in gone:
        for suffix in (".html", ".ipynb"):
            (root / f"{place}{suffix}").unlink(missing_ok=True)
    pages = [path.read_text("utf-8") for path in root.rglob("*.html") if "_static" not in path.parts]
    shown = {name for page in pages for name in PICTURE.findall(page)}
    for path in (root / "_images").glob("*"):
        if path.name not in shown:
            path.unlink()


def clear(app, exception):
    """Do it when all pages are written; the next build is told which ones there are."""
    if exception is not None or app.builder.name != "html":
        return
    notes, pages = Path(app.doctreedir, "pages.json"), sorted(map(page_path, app.env.found_docs))
    before = json.loads(notes.read_text("utf-8")) if notes.is_file() else []
    remove_leftovers(Path(app.outdir), set(before) - set(pages))
    notes.write_text(json.dumps(pages), "utf-8")


def setup(app):
    """Register the step."""
    app.connect("build-finished", clear, priority=200)  # before what reads all pages of the site
