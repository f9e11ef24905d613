"""The pictures that cells draw: their size, and their files beside the decks."""

import base64
import hashlib
import io
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

__all__ = ["WIDE", "Pictures", "picture_size"]

WIDE = 1.8  # a picture so many times as wide as high stands under the text, others beside it


def picture_size(data):
    """Return width and height of a PNG (base64 text)."""
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        return image.size


def svg_size(data):
    """Return width and height of an SVG, large: it stays sharp."""
    box = ElementTree.fromstring(data).get("viewBox", "").split()
    return (1200, round(1200 * float(box[3]) / float(box[2]))) if len(box) == 4 else None


class Pictures:
    """Writes pictures into ``root/_static/pictures``, PNG as lossless WebP, kept in ``cache`` from build to build."""

    def __init__(self, root, cache):
        self.folder, self.cache = Path(root, "_static", "pictures"), Path(cache, "webp")
        for folder in (self.folder, self.cache):
            folder.mkdir(parents=True, exist_ok=True)

    def lighter(self, png):
        """Return a PNG as WebP with the same pixels; nothing if that is larger."""
        from course_site.content import lossless_webp

        kept = self.cache / f"{hashlib.sha256(png).hexdigest()[:24]}.webp"
        if not kept.is_file():
            draft = kept.with_suffix(".tmp")
            draft.write_bytes(lossless_webp(png) or b"")
            draft.replace(kept)
        return kept.read_bytes()

    def element(self, data, suffix, alt):
        """Write a picture under a name made from its bytes; return its HTML element."""
        size = svg_size(data) if suffix == ".svg" else None
        if suffix != ".svg":
            with Image.open(io.BytesIO(data)) as image:
                size = image.size
        if suffix == ".png" and (lighter := self.lighter(data)):
            data, suffix = lighter, ".webp"
        target = self.folder / f"{hashlib.sha256(data).hexdigest()[:20]}{suffix}"
        if not target.is_file():
            target.write_bytes(data)
        room = f' width="{size[0]}" height="{size[1]}" style="--w:{size[0]}"' if size else ""
        return f'<img src="_static/pictures/{target.name}" alt="{escape(alt)}"{room}>'
