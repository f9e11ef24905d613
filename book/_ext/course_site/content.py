"""What chapters put on a page, made to fit: light, sized and lazy figures, tables that scroll, numbers in one piece."""

import hashlib
import io
import os
import re
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from threading import get_ident

from docutils import nodes
from myst_nb.sphinx_ext import HideCodeCellNode
from PIL import Image
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.transforms.post_transforms.images import BaseImageConverter

__all__ = ["LightFigures", "TidyDataFrames", "WholeNumbers", "lossless_webp", "tidy_data_frame"]

#: Kind of PNG → the kind of WebP that holds the same values; others (16 bits) stay PNG
EXACT = {"1": "RGB", "L": "RGB", "LA": "RGBA", "P": "RGBA", "PA": "RGBA", "RGB": "RGB", "RGBA": "RGBA"}
WEBP_RECIPE = "3"  # part of the cache's names: raise it when lossless_webp writes something else
EFFORTS = (25, 100)  # full effort takes twice as long and saves 4 % more: for what is otherwise no smaller than as PNG
TABLE = '<div class="table-scroll" tabindex="0">'  # course.js takes the tabindex away where all is seen
#: The spaces in «95 %», «60 000» and «3 GB», where no line may end
IN_NUMBER = re.compile(r"(?<=\d) (?=%|\d{3}(?!\d)|[KMG]B\b)")
VERBATIM = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)
BITMAPS = {".gif", ".jpeg", ".jpg", ".png", ".webp"}


def lossless_webp(png):
    """Return a PNG's bytes as WebP with the same pixels, or None if that is not smaller or not possible."""
    with Image.open(io.BytesIO(png)) as image:
        if image.mode not in EXACT or getattr(image, "is_animated", False) or "icc_profile" in image.info:
            return None
        pixels = image.convert("RGBA" if "transparency" in image.info else EXACT[image.mode])
    if pixels.mode == "RGBA" and pixels.getextrema()[3][0] == 255:
        pixels = pixels.convert("RGB")
    for effort in EFFORTS:
        out = io.BytesIO()
        pixels.save(out, "WEBP", lossless=True, quality=effort, method=3, exact=True)
        if out.tell() < len(png):
            return out.getvalue()
    return None


def lighter_file(source, folder):
    """Return the WebP file of a PNG file, made where it is not there yet; an empty one where the PNG is smaller."""
    png = source.read_bytes()
    name = hashlib.sha256(WEBP_RECIPE.encode() + png).hexdigest()[:24]
    target = folder / "webp" / f"{name}.webp"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{get_ident()}")  # two pages may show the same picture
        draft.write_bytes(lossless_webp(png) or b"")
        draft.replace(target)
    return target


def begin_converting(app, env):
    """Start to make the lighter files of all pictures, on all cores: what follows the reading needs only one."""
    app.course_pictures = []
    if app.builder.format == "html":
        sources = [Path(app.srcdir, name) for name in env.images if name.lower().endswith(".png")]
        folder = Path(env.doctreedir, "images")  # where Sphinx's converters put theirs
        threads = ThreadPoolExecutor(os.cpu_count())
        app.course_pictures += [threads.submit(lighter_file, path, folder) for path in sources if path.is_file()]
        threads.shutdown(wait=False)


def finish_converting(app, env):
    """Wait for the lighter files, before processes are forked to write pages; `LightFigures` then finds them."""
    for picture in app.course_pictures:
        picture.result()


class LightFigures(BaseImageConverter):
    """Serve the course's PNG pictures as lossless WebP; converted once, filed by content."""

    default_priority = 210  # after Sphinx has fetched and unpacked what it must

    def match(self, node):
        """Only PNG files of the book, only on the site."""
        return self.app.builder.format == "html" and node["uri"].lower().endswith(".png") and "://" not in node["uri"]

    def handle(self, node):
        """Point the node at the lighter file (``*``: the builder does not list WebP among its formats)."""
        source = Path(self.app.srcdir, node["uri"])
        if not source.is_file():
            return
        target = lighter_file(source, Path(self.imagedir))
        if target.stat().st_size:
            node["uri"] = str(target)
            node["candidates"] = {"*": str(target)}
            self.env.images.add_file(self.env.docname, str(target))


def tidy_data_frame(html):
    """Pandas' table without its style element, its fixed alignment and its empty header cells."""
    html = re.sub(r"<style scoped>.*?</style>\s*", "", html, flags=re.S)
    html = html.replace("<th></th>", "<td></td>").replace(' border="1"', "").replace(' style="text-align: right;"', "")
    html = re.sub(r"<p>(\d+) rows × (\d+) columns</p>", r"<p>\1 hàng × \2 cột</p>", html)
    return f"{TABLE}{html}</div>"


class TidyDataFrames(SphinxPostTransform):
    """Apply :func:`tidy_data_frame` to the page's data frames."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs):
        """Replace the raw HTML."""
        for node in list(self.document.findall(nodes.raw)):
            if 'class="dataframe"' in node.astext():
                html = tidy_data_frame(node.astext())
                node.replace_self(nodes.raw(html, html, format="html", classes=node["classes"]))


class WholeNumbers(SphinxPostTransform):
    """Keep a number with its thousands, its per cent sign or its unit of memory on one line."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs):
        """Make the spaces in numbers such that no line ends there."""
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, VERBATIM) and IN_NUMBER.search(text):
                text.parent.replace(text, nodes.Text(IN_NUMBER.sub("\N{NO-BREAK SPACE}", text)))


def pixels(length):
    """``"320"`` or ``"320px"`` → 320; None for anything else."""
    match = re.fullmatch(r"(\d+)(?:\.\d+)?(?:px)?", str(length or ""))
    return int(match[1]) if match else None


def visit_image(writer, node):
    """Write a bitmap with its size, so that nothing moves when it arrives; it is fetched when scrolled to.

    Matplotlib's retina figures carry half their pixels as width in the notebook's metadata, which becomes ``width``.
    """
    path = Path(writer.builder.srcdir, node["uri"])
    if path.suffix.lower() not in BITMAPS or not path.is_file() or "scale" in node:
        type(writer).visit_image(writer, node)
        return
    with Image.open(path) as image:
        natural_width, natural_height = image.size
    width, height = pixels(node.get("width")), pixels(node.get("height"))
    if width is None and height is not None:
        width = round(natural_width * height / natural_height)
    width = width or natural_width
    name = writer.builder.images.get(node["uri"])
    writer.body.append(
        writer.emptytag(
            node,
            "img",
            "",
            src=f"{writer.builder.imgpath}/{name}" if name else node["uri"],
            alt=node.get("alt", ""),
            width=str(width),
            height=str(round(natural_height * width / natural_width)),
            loading="lazy",
            decoding="async",
        )
    )


def visit_table(writer, node):
    """Let a wide table scroll in its own box."""
    writer.body.append(TABLE)
    type(writer).visit_table(writer, node)


def depart_table(writer, node):
    """Close the box."""
    type(writer).depart_table(writer, node)
    writer.body.append("</div>\n")


def visit_entry(writer, node):
    """Write an empty cell of a table's head as an ordinary cell: a heading without words is none."""
    type(writer).visit_entry(writer, node)
    if isinstance(node.parent.parent, nodes.thead) and not node.astext().strip():
        opening = next(i for i in reversed(range(len(writer.body))) if "<th" in writer.body[i])
        writer.body[opening] = writer.body[opening].replace("<th", "<td", 1)
        writer.context[-1] = writer.context[-1].replace("</th", "</td")


def visit_title(writer, node):
    """Write a caption of a table of contents as a paragraph: Sphinx makes it a heading without a level."""
    if isinstance(node.parent, addnodes.compact_paragraph) and node.parent.get("toctree"):
        writer.body.append('<p class="caption"><span class="caption-text">')
        writer.context.append("</span></p>\n")
    else:
        type(writer).visit_title(writer, node)


def depart_title(writer, node):
    """Close what was opened."""
    type(writer).depart_title(writer, node)


def visit_hidden(writer, node):
    """Write a hidden part of a notebook cell as a native disclosure box."""
    writer.body.append(
        f'<details class="hidden-cell"><summary>'
        f'<span class="when-closed">{escape(node["prompt_show"])}</span>'
        f'<span class="when-open">{escape(node["prompt_hide"])}</span></summary>\n'
    )


def depart_hidden(writer, node):
    """Close it."""
    writer.body.append("</details>\n")


def take_over_hidden_cells(app):
    """MyST-NB registers its own writer after this extension's setup."""
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden, depart_hidden))


def setup(app):
    """Register the writers and the transform."""
    app.add_post_transform(TidyDataFrames)
    app.add_post_transform(WholeNumbers)
    app.add_post_transform(LightFigures)
    app.connect("env-updated", begin_converting, priority=100)
    app.connect("env-check-consistency", finish_converting, priority=900)
    app.add_node(nodes.image, override=True, html=(visit_image, None))
    app.add_node(nodes.table, override=True, html=(visit_table, depart_table))
    app.add_node(nodes.entry, override=True, html=(visit_entry, None))
    app.add_node(nodes.title, override=True, html=(visit_title, depart_title))
    app.connect("builder-inited", take_over_hidden_cells)
