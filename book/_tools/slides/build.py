"""All decks: ``python book/_tools/slides`` writes ``_build/slides/<slug>.html`` for every chapter in ``_toc.yml``."""

import argparse
import shutil
import sys
from html import escape
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from course_site.katex import Formulas  # noqa: E402

from .assets import write_assets  # noqa: E402
from .chapter import read_chapter  # noqa: E402
from .choose import FEWEST, MOST, choose  # noqa: E402
from .deck import to_notebook  # noqa: E402
from .pictures import Pictures  # noqa: E402
from .render import DeckExporter, Renderer, formulas_of  # noqa: E402

__all__ = ["build", "chapters_of", "main"]

OUTPUT = ROOT / "_build" / "slides"


def chapters_of(root):
    """Return the chapters of the table of contents: list of (path of the notebook, title of its part)."""
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    found = []
    for part in contents.get("parts", [contents]):
        for entry in part.get("chapters", []):
            path = root / f"{entry['file']}.ipynb"
            if path.is_file():
                found.append((path, part.get("caption", "")))
    return found


INDEX = """<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Trình chiếu</title>
<link rel="icon" href="_static/logo.svg" type="image/svg+xml">
<link rel="stylesheet" href="_static/slides.css">
</head>
<body class="contents">
<main>
<h1>Trình chiếu</h1>
<p>Bấm → để đi tới, S để mở màn hình người nói, ? để xem các phím. Muốn có bản PDF, thêm <code>?print-pdf</code> vào sau
<code>.html</code> trong địa chỉ rồi in.</p>
{parts}
</main>
</body>
</html>
"""


def index_page(decks):
    """Return a page that names all decks, by part; ``decks`` lists (slug, title, title of the part)."""
    parts = {}
    for slug, title, part in decks:
        parts.setdefault(part, []).append(f'<li><a href="{slug}.html">{escape(title)}</a></li>')
    lists = (f"<h2>{escape(part)}</h2>\n<ol>\n" + "\n".join(items) + "\n</ol>" for part, items in parts.items())
    return INDEX.format(parts="\n".join(lists))


def build(chapters, root, cache):
    """Write the decks of chapters, a list of (notebook, title of its part), into ``root``; return slug → its slides.

    Raises ValueError if a formula cannot be drawn or a deck is too long or too short.
    """
    decks = {}
    for path, part in chapters:
        chapter = read_chapter(path)
        slides = choose(chapter, part)
        if not FEWEST <= len(slides) <= MOST:
            raise ValueError(f"{path.stem}: {len(slides)} trang trình chiếu, cần từ {FEWEST} đến {MOST}")
        decks[path] = (chapter, part, slides, to_notebook(slides, chapter.title))
    formulas = Formulas(Path(cache, "katex.json"))
    formulas.draw([formula for *_, notebook in decks.values() for formula in formulas_of(notebook)])
    if root.is_dir():
        shutil.rmtree(root)
    root.mkdir(parents=True)
    renderer = Renderer(formulas, Pictures(root, cache))
    exporter = DeckExporter()
    exporter.renderer = renderer
    for name, function in exporter.default_filters():
        exporter.register_filter(name, function)
    for path, (_, _, _, notebook) in decks.items():
        renderer.source = path
        (root / f"{path.stem}.html").write_text(exporter.deck(notebook), "utf-8")
    if renderer.errors:
        raise ValueError("công thức hỏng: " + "; ".join(renderer.errors))
    names = [(path.stem, chapter.title, part) for path, (chapter, part, _, _) in decks.items()]
    (root / "index.html").write_text(index_page(names), "utf-8")
    write_assets(root, cache, formulas.in_use())
    formulas.save()
    return {path.stem: slides for path, (_, _, slides, _) in decks.items()}


def main(argv=None):
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Dựng trang trình chiếu của các chương.", add_help=False)
    parser.add_argument("-h", "--help", action="help", help="in phần này")
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT, help="thư mục kết quả")
    parser.add_argument("chapters", nargs="*", type=Path, help="chỉ những sổ tay này, để xem thử")
    options = parser.parse_args(argv)
    chapters = [(path, "") for path in options.chapters] or chapters_of(ROOT)
    try:
        decks = build(chapters, options.output, options.output.parent / ".slides")
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(decks)} chương, {sum(map(len, decks.values()))} trang trình chiếu: {options.output}/index.html")
    return 0
