"""Fixtures: small books built on the spot, the course's built site, a server and a browser for it."""

import io
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from tests.browser import open_browser

from .serving import serve

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CONFIG_PAGES = {
    "book/index.md": "# Trang bìa\n\nMột câu.\n",
    "book/references.bib": "",
}
#: The small published book: where its sources are, where it stands, its pages
HUB, ADDRESS = "https://github.com/nhom/sach", "https://nhom.example/sach"


def pytest_collection_modifyitems(items):
    """No test of the site may hang: a browser's evaluation, for one, has no time limit of its own."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.get_closest_marker("timeout") is None:
            # what goes through the whole book takes longer with every chapter
            patient = item.get_closest_marker("slow") or "pages" in item.fixturenames
            item.add_marker(pytest.mark.timeout(400 if patient else 120))


def notebook(*cells):
    """A notebook as text; a string is a Markdown cell, a cell is itself."""
    cells = [nbformat.v4.new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL))


def pages_of(site):
    """A site's pages, as paths from its folder."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if "_static" not in path.parts)


PUBLISHED_PAGES = {
    "_toc.yml": "format: jb-book\nroot: book/index\nchapters:\n  - file: book/mot/hai\n",
    "book/mot/hai.ipynb": notebook(
        "# Hai «và» ba\n\nĐoạn mở đầu này đủ dài để nói rằng trang viết về chuyện gì, không thừa không thiếu.",
        nbformat.v4.new_code_cell(
            "import json\n\nimport numpy as np\nimport onnx\n\nimport canh_ben\nfrom course import so"
        ),
    ),
    "book/mot/canh_ben.py": "import torch\n\n\ndef doc():\n    import tensorrt\n    from course import bang\n",
    "book/mot/khac.py": "import pandas\n",
    "book/course/__init__.py": "",
    "book/course/so.py": "import sympy\n",
    "book/course/bang.py": "import sklearn\n",
}


@dataclass
class Built:
    """What a build left behind: its status, its warnings and where its pages are."""

    status: int
    warnings: str
    root: Path

    @property
    def site(self):
        """The folder of the built site."""
        return self.root / "_build" / "html"

    def pages(self):
        """The site's pages, as paths from its folder."""
        return pages_of(self.site)

    def page(self, name):
        """A page of the site as text."""
        return (self.site / f"{name}.html").read_text("utf-8")

    def soup(self, name):
        """A page of the site, parsed."""
        from bs4 import BeautifulSoup

        return BeautifulSoup(self.page(name), "html.parser")


def build_book(root, *, fresh=False):
    """Build a book the way ``jupyter-book build -W --keep-going -n`` does, in this process."""
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    overrides = {"external_toc_path": str(root / "_toc.yml"), "latex_individualpages": False, "nitpicky": True}
    config, _ = get_final_config(user_yaml=root / "_config.yml", cli_config=overrides, sourcedir=root)
    config["use_multitoc_numbering"] = False
    warnings = io.StringIO()
    with patch_docutils(None), docutils_namespace():
        app = Sphinx(
            srcdir=root,
            confdir=None,
            outdir=root / "_build" / "html",
            doctreedir=root / "_build" / ".doctrees",
            buildername="html",
            confoverrides=config,
            status=None,
            warning=warnings,
            freshenv=fresh,
            warningiserror=True,
            keep_going=True,
        )
        app.build()
    return Built(app.statuscode, warnings.getvalue(), root)


@pytest.fixture(scope="session")
def make_book(tmp_path_factory):
    """A function: files (path → text) → built book. All pages except the cover are listed in the contents."""

    def make(files):
        root = tmp_path_factory.mktemp("sach")
        shutil.copy(ROOT / "_config.yml", root)
        files = CONFIG_PAGES | files
        pages = sorted(name for name in files if name.startswith("book/") and name.endswith((".md", ".ipynb")))
        chapters = [f"  - file: {name.rpartition('.')[0]}\n" for name in pages if name != "book/index.md"]
        contents = "format: jb-book\nroot: book/index\n" + ("chapters:\n" + "".join(chapters) if chapters else "")
        for name, text in (files | {"_toc.yml": contents}).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return build_book(root)

    return make


@pytest.fixture(scope="session")
def site():
    """The folder of the built site (``COURSE_SITE`` names another one)."""
    folder = Path(os.environ.get("COURSE_SITE", ROOT / "_build" / "html"))
    if not (folder / "index.html").is_file():
        pytest.skip("chưa có _build/html: chạy make")
    return folder


@pytest.fixture(scope="session")
def pages(site):
    """The site's pages, as paths from its root."""
    return pages_of(site)


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """A small book built as the deploy workflows do: its address from the environment, its repository in the config."""
    root = tmp_path_factory.mktemp("sach")
    config = (ROOT / "_config.yml").read_text("utf-8")
    for key, value in (("course_repository", HUB), ("baseurl", "")):
        config = re.sub(rf'(?m)^( +{key}: )"[^"]*"', rf'\1"{value}"', config)
    files = CONFIG_PAGES | PUBLISHED_PAGES | {"_config.yml": config}
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", ADDRESS)
        book = build_book(root)
    assert (book.status, book.warnings) == (0, "")
    return book


@pytest.fixture(scope="session")
def address(site):
    """The site's address on this machine while the tests run."""
    with serve(site, compress=False) as server:
        yield server.address


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium of the machine's own."""
    with open_browser() as running:
        yield running
