"""`make new-chapter`: what it writes is a chapter and an assignment that pass the course's own checks."""

import importlib.util
import json
import shutil
import subprocess
import sys

import nbformat
import pytest

from tests.notebooks import schema, structure
from tests.notebooks.reading import read

SLUG, TITLE = "new-idea", 'Ý «mới» và "dấu"'


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location("course_new_chapter", root / "book/_tools/new_chapter.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def copy(root, tool, tmp_path_factory):
    """A copy of what the graders need, with a new chapter."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("tests", "autograder", "book/course", "pyproject.toml"):
        source, target = root / name, folder / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "npm"))
        else:
            shutil.copy(source, target)
    tool.create(folder, "images", SLUG, TITLE)
    return folder


def test_the_chapter_passes_the_checks_of_chapters(copy):
    document = read(copy / "book" / "images" / f"{SLUG}.ipynb")
    problems = [str(problem) for check in structure.CHAPTER for problem in check(document)]
    assert not problems
    assert document.cells[0].source.startswith(f"# {TITLE}\n")


def test_the_chapters_outputs_are_what_its_code_prints(copy, root):
    path = copy / "book" / "images" / f"{SLUG}.ipynb"
    before = path.read_text("utf-8")
    subprocess.run([sys.executable, root / "book/_tools/notebooks.py", "run", path], check=True, capture_output=True)
    assert path.read_text("utf-8") == before


def test_the_assignment_lacks_only_more_tasks(copy):
    document = read(copy / "solutions" / SLUG / f"{SLUG}.ipynb")
    problems = [problem.text for check in schema.ASSIGNMENT for problem in check(document)]
    here = [text for text in problems if SLUG not in text]  # not in this course's book, nor among its banks
    assert here == ["có 1 bài, cần 4 đến 7."]
    assert TITLE in document.cells[0].source


def test_the_bank_tells_right_from_wrong(copy):
    command = [sys.executable, "-m", "tests.graders.runner", SLUG]
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, timeout=100)
    assert run.returncode == 0, run.stdout + run.stderr
    for name in ("columns", "sum", "empty_rows_unnoticed", "loop"):
        assert name in run.stdout


def test_the_assignment_can_be_released(copy):
    command = [sys.executable, "-m", "autograder", "release", SLUG]
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, timeout=100)
    assert run.returncode == 0, run.stdout + run.stderr
    student = nbformat.read(copy / "exercises" / SLUG / f"{SLUG}.ipynb", as_version=4)
    assert "raise NotImplementedError()" in json.dumps(student)
    assert "HIDDEN" not in json.dumps(student)


def test_nothing_is_overwritten(tool, tmp_path):
    tool.create(tmp_path, "images", SLUG, TITLE)
    with pytest.raises(FileExistsError, match="đã có"):
        tool.create(tmp_path, "models", SLUG, TITLE)
    assert not (tmp_path / "book" / "models").exists()


@pytest.mark.parametrize(
    ("slug", "part"), [("Ảnh", "images"), ("../x", "images"), ("a_b", "images"), ("ok", "nowhere")]
)
def test_bad_names_are_refused(tool, tmp_path, slug, part):
    with pytest.raises(ValueError, match=r"slug|phần"):
        tool.create(tmp_path, part, slug, TITLE)
    assert not list(tmp_path.iterdir())


def test_without_a_name_it_says_how(tool, tmp_path):
    with pytest.raises(ValueError, match=r"cần một tên: make new-chapter SLUG="):
        tool.create(tmp_path, "", "", TITLE)
    assert not list(tmp_path.iterdir())
