"""Pictures that a notebook writes into its HTML as data: served as files, sized and fetched when scrolled to."""

import base64
import binascii
import hashlib
import io
import re
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx.transforms.post_transforms import SphinxPostTransform

from .builder import page_path

__all__ = ["EmbeddedPictures", "svg_size", "take_out"]

IMAGE = re.compile(r'<img\b([^>]*?)\bsrc="data:image/(svg\+xml|png|jpeg|gif|webp);base64,([^"]+)"([^>]*)>', re.S)
SUFFIXES = {"svg+xml": "svg", "jpeg": "jpg"}


def svg_size(svg):
    """Return an SVG's (width, height) in pixels as whole numbers, or None if it has none."""
    tag = re.search(r"<svg\b[^>]*>", svg, re.S)
    if not tag:
        return None
    found = [re.search(rf'\b{name}="([\d.]+)(?:px)?"', tag[0]) for name in ("width", "height")]
    if not all(found):
        box = re.search(r'\bviewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)\s*"', tag[0])
        return box and (round(float(box[1])), round(float(box[2])))
    return tuple(round(float(match[1])) for match in found)


def size_of(kind, data):
    """Return a picture's (width, height), or None if it cannot be told."""
    if kind == "svg+xml":
        return svg_size(data.decode("utf-8", "replace"))
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except OSError:
        return None


def take_out(html, save):
    """Return HTML with the pictures' data replaced by addresses.

    ``save(name, data)`` puts a file into the site and returns its address as seen from the page.
    """

    def replace(match):
        before, kind, data, after = match.groups()
        try:
            data = base64.b64decode(data, validate=True)
        except binascii.Error:
            return match[0]
        name = f"{hashlib.sha256(data).hexdigest()[:24]}.{SUFFIXES.get(kind, kind)}"
        size = size_of(kind, data)
        sized = re.search(r"\b(width|height)\b", before + after)
        room = f' width="{size[0]}" height="{size[1]}"' if size and not sized else ""
        return f'<img{before}src="{save(name, data)}"{room} loading="lazy" decoding="async"{after}>'

    return IMAGE.sub(replace, html)


class EmbeddedPictures(SphinxPostTransform):
    """Apply :func:`take_out` to what the page's notebook wrote."""

    default_priority = 710
    formats = ("html",)

    def run(self, **kwargs):
        """Replace the raw HTML."""
        up = "../" * page_path(self.env.docname).count("/")

        def save(name, data):
            path = Path(self.app.outdir, "_images", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return f"{up}_images/{name}"

        for node in list(self.document.findall(nodes.raw)):
            if "data:image/" in node.astext():
                html = take_out(node.astext(), save)
                node.replace_self(nodes.raw(html, html, format="html", classes=node["classes"]))


def setup(app):
    """Register the transform."""
    app.add_post_transform(EmbeddedPictures)
