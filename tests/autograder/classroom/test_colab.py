"""In Colab: both cells that a reader is told to run first are run in a real kernel, from an empty folder.

Only ``google.colab`` is a stand-in, for nobody can install it: its ``upload`` puts a file where Colab does and calls it
what a browser calls a second download. GitHub is a bare repository on this disk, which git is told to take for it.
"""

import json
import os
import shutil
import subprocess

import nbformat
import pytest
from nbclient import NotebookClient

from tests.autograder.classroom import lms
from tests.autograder.course_builder import RIGHT, answered
from tests.conftest import ROOT
from tests.graders.assignment import bank, load

UPLOAD = """\
import os
import shutil
from pathlib import Path


def upload():
    source = Path(os.environ["CHOSEN"])
    name = f"{source.stem} (1).zip"
    assert not Path(name).exists(), "chosen before"
    shutil.copyfile(source, name)
    return {name: Path(name).read_bytes()}
"""
HUB = "https://github.com/nhom/sach"
WHERE = "import course\n\nprint(course.__file__)"


@pytest.fixture
def colab(tmp_path, monkeypatch):
    """Return a function that runs cells in the folder that Colab opens, and returns their outputs as text."""
    (tmp_path / "stub" / "google" / "colab").mkdir(parents=True)
    (tmp_path / "stub" / "google" / "colab" / "files.py").write_text(UPLOAD, encoding="utf-8")
    (tmp_path / "content").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "stub"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # all is here already, or the cell asks for what the course does not have

    def run(cells, metadata=None):
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata or {})
        place = {"metadata": {"path": str(tmp_path / "content")}}
        done = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=place).execute()
        return ["".join(o.get("text", "") for o in cell.outputs) for cell in done.cells if cell.cell_type == "code"]

    return run


def code(source):
    return nbformat.v4.new_code_cell(source)


def work(path, solved, first):
    """Return the cells of a student's notebook, with Colab's cell before and the question where `course` is behind."""
    given = nbformat.reads(json.dumps(answered(json.loads(path.read_text("utf-8")), solved)), as_version=4)
    return [code(first), *given.cells, code(WHERE)]


@pytest.mark.skipif(shutil.which("unzip") is None, reason="máy không có lệnh unzip, mà Colab có")
def test_the_first_assignment(colab, invoke, tmp_path, monkeypatch):
    assert invoke("bundle", "hello", "-o", tmp_path, "--course", ROOT)[0] == 0
    monkeypatch.setenv("CHOSEN", str(tmp_path / "hello.zip"))
    sources = {name: cell.source for name, cell in load("hello").solutions.items()}
    right = {one.task: one.source(sources[one.task]) for one in bank("hello").answers if one.is_right}
    cells = work(ROOT / "exercises" / "hello" / "hello.ipynb", right, lms.colab_cell())
    for _ in range(2):  # a session begun again has the folder still, and nothing is to be chosen
        said = colab(cells)
        assert said[-1].strip() == str(tmp_path / "content" / "hello" / "course" / "__init__.py")
        assert sum("đạt" in text for text in said) == len(right)


@pytest.mark.skipif(shutil.which("unzip") is None, reason="máy không có lệnh unzip, mà Colab có")
def test_an_assignment_with_data(colab, course, invoke, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "book" / "course", course / "book" / "course")
    assert invoke("bundle", "so-va-tong", "-o", tmp_path, "--course", course)[0] == 0
    monkeypatch.setenv("CHOSEN", str(tmp_path / "so-va-tong.zip"))
    path = course / "exercises" / "so-va-tong" / "so-va-tong.ipynb"
    cells = work(path, RIGHT, lms.colab_cell("so-va-tong"))
    said = colab([*cells, code("print(NUMBERS)")])
    assert said[-1].strip() == "1 2 3" and "so-va-tong/course/" in said[-2]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="máy không có lệnh git")
def test_a_chapter(colab, tmp_path, monkeypatch):
    """The cell of the panel «Mở trong Colab», then the whole chapter."""
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    from course_site.repository import colab_setup, packages_of

    name = "book/images/pixels.ipynb"
    for folder in ("book/course", "book/images"):
        shutil.copytree(ROOT / folder, tmp_path / "goc" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "a"]):
        subprocess.run([*git, *command], cwd=tmp_path / "goc", check=True)
    subprocess.run([*git, "clone", "--quiet", "--bare", tmp_path / "goc", tmp_path / "kho.git"], check=True)
    for key, value in (
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", f"url.{(tmp_path / 'kho.git').as_uri()}.insteadOf"),
        ("GIT_CONFIG_VALUE_0", HUB),
    ):
        monkeypatch.setenv(key, value)
    first = colab_setup(HUB, "main", name, packages_of(ROOT / name, ROOT / "book" / "course"))
    assert HUB in first and "/content/sach" in first
    first = first.replace("/content/", f"{tmp_path / 'content'}{os.sep}")
    chapter = nbformat.read(ROOT / name, as_version=4)
    said = colab([code(first), *chapter.cells, code(WHERE)], chapter.metadata)
    assert said[-1].strip() == str(tmp_path / "content" / "sach" / "book" / "course" / "__init__.py")
    assert "fatal" not in said[0] and "ERROR" not in said[0]
