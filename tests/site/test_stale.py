"""Nothing on the site is ever old: after a change, ``make site`` leaves the files that a build from nothing leaves."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from .conftest import ROOT, notebook
from .test_content import figure

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

TERM = '[{}]\nvi = "{}"\nchapter = "hai"\ndefinition = "{}"\n'
GLOSSARY = TERM.format("kernel", "hạt nhân", "Ma trận nhỏ.") + TERM.format("toy", "mất mát", "Một con số.")
REFERENCE = "@book{{sach, author = {{Nguyễn, An}}, title = {{{}}}, publisher = {{Nhà in}}, year = {{2020}}}}\n"
QUIZ = "\n:::{quiz} Hỏi?\n- ( ) A\n  - a\n- (x) B\n  - b\n:::\n"
HAI = (
    "# Hai\n\nMột hạt nhân {cite}`sach`, số $x$.\n" + QUIZ + "\n```{bibliography}\n:filter: docname in docnames\n```\n"
)
PAGES = {
    "_toc.yml": "format: jb-book\nroot: book/index\nparts:\n  - caption: Một phần\n    chapters:\n"
    "      - file: book/mot\n      - file: book/phan/hai\n      - file: book/appendix/glossary\n",
    "book/index.md": "# Bìa\n\nMột câu.\n",
    "book/mot.ipynb": notebook("# Một\n\nSố $\\alpha$, mất mát.\n" + QUIZ, figure(200, 100)),
    "book/phan/hai.md": HAI + "\n:::{assignment} pixels\nLàm đi.\n:::\n",
    "book/appendix/glossary.md": "# Thuật ngữ\n\n:::{glossary-vietnamese}\n:::\n\n:::{glossary-english}\n:::\n",
    "book/appendix/glossary.toml": GLOSSARY,
    "book/references.bib": REFERENCE.format("Một cuốn"),
}
THEME = "book/_ext/course_site/theme"


def replace(name, old, new):
    """Return a change: in a file, one text for another."""

    def change(root):
        text = (root / name).read_text("utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), "utf-8")

    return change


def redraw(root):
    """Another picture in the notebook."""
    (root / "book/mot.ipynb").write_text(notebook("# Một\n\nSố $\\alpha$, mất mát.\n" + QUIZ, figure(120, 80)), "utf-8")


def rewrite_exercise(root):
    """Another sentence in the student's notebook; ``make`` learns of it from the release."""
    path = root / "exercises/pixels/pixels.ipynb"
    sheet = nbformat.read(path, 4)
    sheet.cells[0].source += "\n\nThêm một câu."
    nbformat.write(sheet, path)
    (root / "book/index.md").touch()


def drop_chapter(root):
    """One chapter less."""
    replace("_toc.yml", "      - file: book/mot\n", "")(root)
    (root / "book/mot.ipynb").unlink()


CHANGES = {
    "nothing": lambda root: (root / "book/mot.ipynb").touch(),
    "words": replace("book/phan/hai.md", "Một hạt nhân", "Đây là một mất mát, một hạt nhân"),
    "definition": replace("book/appendix/glossary.toml", "Ma trận nhỏ.", "Ma trận nhỏ, ví dụ ba hàng."),
    "term": replace("book/appendix/glossary.toml", "mất mát", "số $"),
    "new term": replace("book/appendix/glossary.toml", "số $", "một câu"),
    "reference": replace("book/references.bib", "Một cuốn", "Cuốn khác"),
    "title": replace("book/phan/hai.md", "# Hai", "# Chương hai"),
    "questions": replace("book/phan/hai.md", QUIZ, QUIZ + QUIZ),
    "formula": replace("book/phan/hai.md", "$x$", "$\\mathcal{L}$"),
    "figure": redraw,
    "exercise": rewrite_exercise,
    "caption": replace("_toc.yml", "Một phần", "Phần I"),
    "order": replace("_toc.yml", "book/mot\n      - file: book/phan/hai", "book/phan/hai\n      - file: book/mot"),
    "style": replace(f"{THEME}/static/course.css", "scroll-padding-top: 4.75rem", "scroll-padding-top: 4.5rem"),
    "script": replace(f"{THEME}/static/course.js", "theo máy", "theo hệ máy"),
    "frame": replace(f"{THEME}/layout.html", "Chuyển đến nội dung chính", "Đến nội dung chính"),
    "directive": replace("book/_ext/course_site/directives.py", " rồi làm theo tệp", " rồi xem tệp"),
    "word of the interface": replace("book/_ext/course_site/language.py", "Liên kết đến mục này", "Đến mục này"),
    "setting": replace("_config.yml", 'copyright: "2026"', 'copyright: "2027"'),
    "chapter dropped": drop_chapter,
}


def run(root, *command):
    """Run a command in a book; what it says is shown when it fails."""
    path = f"{Path(sys.prefix, 'bin')}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, cwd=root, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def files(folder):
    """Path → content of a built site; the marks that `make` and Sphinx leave for themselves aside."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name not in (".built", ".buildinfo")}


def test_no_change_leaves_anything_old(tmp_path):
    root = tmp_path / "sach"
    for name in ("book/_ext", "book/_tools", "exercises/pixels", "solutions/pixels", "book/course"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "_config.yml"):
        shutil.copy(ROOT / name, root)
    for name, text in PAGES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    build = ("python", "book/_tools/build.py", "build", ".", "-W", "--keep-going", "-n", "--quiet")
    run(root, "make", "site", "-o", "_build/.released")
    old, before = {}, files(root / "_build" / "html")
    for name, change in CHANGES.items():
        change(root)
        run(root, "make", "site", "-o", "_build/.released")
        run(root, *build, "--path-output", str(tmp_path / "moi"))
        left, new = files(root / "_build" / "html"), files(tmp_path / "moi" / "_build" / "html")
        shutil.rmtree(tmp_path / "moi")
        assert (left == before) == (name == "nothing"), name
        before = left
        if differ := sorted(path for path in left.keys() | new.keys() if left.get(path) != new.get(path)):
            old[name] = differ
    assert old == {}
