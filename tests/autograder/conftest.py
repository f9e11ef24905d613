"""The course is built and released once, the big class graded once, however many processes run the tests."""

import contextlib
import os
import shutil
import subprocess
import sys

import pytest

from tests.autograder.course_builder import Class, build_course


def run(*args, cwd=None, env=None, timeout=120):
    """Run the command as a user would; return the finished process with its text output."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, args)],
        cwd=cwd,
        env=environment() | (env or {}),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def environment():
    hide = ("AUTOGRADER_COURSE", "AUTOGRADER_DEBUG", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS")
    return {k: v for k, v in os.environ.items() if k not in hide} | {"COLUMNS": "100", "NO_COLOR": "1"}


def shared(tmp_path_factory, name, make):
    """Return the folder that `make` fills, once for all processes of this test run."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / name
    with (root / f"{name}.lock").open("w") as lock:
        with contextlib.suppress(ImportError):
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / f"{name}.done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (root / f"{name}.done").touch()
    return folder


def stock_gradebook(folder):
    """Return nbgrader's own gradebook of a class; use it in a ``with``."""
    from nbgrader.api import Gradebook
    from sqlalchemy import URL

    return Gradebook(URL.create("sqlite", database=str(folder / "gradebook.db")))


@pytest.fixture(scope="session")
def released_course(tmp_path_factory):
    """A course with its exercises released; not to be changed."""

    def make(root):
        build_course(root)
        done = run("release", "--course", root)
        assert done.returncode == 0, done.stderr

    return shared(tmp_path_factory, "course", make)


@pytest.fixture
def course(released_course, tmp_path):
    """A copy of the released course, to be changed at will."""
    shutil.copytree(released_course, tmp_path / "course")
    return tmp_path / "course"


@pytest.fixture
def group(released_course, tmp_path):
    """An empty class over the shared course."""
    return Class(tmp_path / "lop", released_course)


@pytest.fixture
def invoke(monkeypatch, capsys):
    """Run the command line in this process (fast): returns (exit code, stdout, stderr)."""
    from autograder import cli, console, messages

    def call(*args):
        for out in (console.out, messages.err):  # as wide as this whatever the terminal
            monkeypatch.setattr(out, "_width", 100)
            monkeypatch.setattr(out, "_height", 25)
        for name, value in {"COLUMNS": "100", "NO_COLOR": "1"}.items():
            monkeypatch.setenv(name, value)
        for name in ("AUTOGRADER_COURSE", "FORCE_COLOR"):  # ipykernel, once imported, forces colours on
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, args)])
        capsys.readouterr()
        code = cli._run()
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
