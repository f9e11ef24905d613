"""``nbgrader autograde`` itself, with our engine in the place of its Execute: three lines of configuration."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from autograder import nbgrader
from autograder.engine import sandbox
from tests.autograder.conftest import environment, shared
from tests.autograder.course_builder import cell_of, exam, notebook, solution
from tests.autograder.tables import differences
from tests.autograder.test_foreign_course import graded, hand_in, quickstart, tables  # noqa: F401  (fixtures)
from tests.browser import open_browser

pytestmark = pytest.mark.skipif(sys.platform != "linux" or sandbox.probe() == "none", reason="no walls work here")
LINES = """
c = get_config()
from autograder.nbgrader import preprocessors
c.Autograde.autograde_preprocessors = preprocessors()
"""
THIEF = """
def squares(n):
    for name in ({gradebook!r}, {source!r}):
        try:
            print("GOT", len(open(name, "rb").read()))
        except OSError as error:
            print("REFUSED", type(error).__name__)
    return [1] if n == 1 else []

squares(2)
"""
WRITER = "open({gradebook!r}, 'wb')\ndef squares(n):\n    return 1"


def read(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def ours(tmp_path_factory, quickstart):  # noqa: F811
    """The course graded by ``nbgrader autograde`` with our engine; with a thief among the students."""

    def make(folder):
        course = folder / "vidu"
        shutil.copytree(quickstart, course)
        with (course / "nbgrader_config.py").open("a") as file:
            file.write(LINES)
        hand_in(course)
        for student, source in (("trom", THIEF), ("viet", WRITER)):
            shutil.copytree(course / "release" / "ps1", course / "submitted" / student / "ps1")
            path = course / "submitted" / student / "ps1" / "problem1.ipynb"
            nb = read(path)
            names = {"gradebook": str(course / "gradebook.db"), "source": str(course / "source/ps1/problem1.ipynb")}
            cell_of(nb, "squares")["source"] = source.format(**names)
            path.write_text(json.dumps(nb), encoding="utf-8")
        command = [sys.executable, "-m", "nbgrader", "autograde", "ps1"]
        paths = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        done = subprocess.run(
            command, cwd=course, env=environment() | paths, capture_output=True, text=True, timeout=200, check=False
        )
        (folder / "log.txt").write_text(done.stdout + done.stderr)
        assert done.returncode == 0, done.stderr

    return shared(tmp_path_factory, "inside-nbgrader", make)


def test_the_grades_are_those_nbgrader_gives(ours, graded):  # noqa: F811
    mine, theirs = tables(ours / "vidu"), tables(graded[0])
    mine = {name: [row for row in rows if "trom" not in row and "viet" not in row] for name, rows in mine.items()}
    assert len(theirs["grade"]) == 3 * 9
    assert differences(mine, theirs) == []


def test_a_thief_gets_nothing(ours):
    log = (ours / "log.txt").read_text()
    assert "`sum_of_squares_uses_squares` không tách được" in log  # our engine it was
    cell = cell_of(read(ours / "vidu" / "autograded" / "trom" / "ps1" / "problem1.ipynb"), "squares")
    said = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    assert said.count("REFUSED FileNotFoundError") == 2 and "GOT" not in said
    assert (ours / "vidu" / "gradebook.db").stat().st_size > 10_000


# --- one process for many clicks --------------------------------------------------------------------------------


class Clicks:
    """A course, one student's notebook, and the process that formgrader asks again and again."""

    def __init__(self, root):
        self.root, self.worker = root, nbgrader._Worker()
        (root / "nbgrader_config.py").write_text("c = get_config()\n")
        (root / "source" / "ps1").mkdir(parents=True)
        (root / "nop").mkdir()

    def teach(self, **tests):
        """Write the source with these test cells."""
        model = solution("double", "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION")
        text = json.dumps(notebook([model, *(exam(name, 1, source) for name, source in tests.items())]))
        (self.root / "source" / "ps1" / "mot.ipynb").write_text(text)

    def click(self, answer="def double(x):\n    return abs(2 * x)", timeout=30, **tests):
        """Return ({name: name of the error or ""} of the tests that nbgrader has put in, notices), or what was told."""
        request = {
            "course": str(self.root), "assignment": "ps1", "notebook": "mot", "folder": str(self.root / "nop"),
            "timeout": timeout,
            "cells": notebook([solution("double", answer), *(exam(name, 1, source) for name, source in tests.items())]),
        }  # fmt: skip
        answer = self.worker.ask(request)
        if "error" in answer:
            return answer["error"]
        errors = ["".join(o.get("ename", "") for o in outputs) for outputs, _ in answer["outputs"]]
        return dict(zip(tests, errors[1:], strict=True)), answer["notices"]


@pytest.fixture
def clicks(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = Clicks(tmp_path)
    yield made
    made.worker.close()


def hidden(*lines):
    return "\n".join(["### BEGIN HIDDEN TESTS", *lines, "### END HIDDEN TESTS"])


def test_a_test_that_is_mended_between_two_clicks(clicks):
    weak, strong = hidden("assert double(3) == 6"), hidden("assert double(-3) == -6")
    clicks.teach(test_double=weak)
    assert clicks.click(test_double=weak) == ({"test_double": ""}, [])
    clicks.teach(test_double=strong)
    assert clicks.click(test_double=strong) == ({"test_double": "AssertionError"}, [])
    clicks.teach(test_double=strong, test_double_more=weak)  # one that there was not
    passed = {"test_double": "AssertionError", "test_double_more": ""}
    assert clicks.click(test_double=strong, test_double_more=weak) == (passed, [])
    assert clicks.click(test_double=strong, test_double_more=f"# Cell was missing\n{weak}") == (passed, [])
    assert clicks.worker.process.poll() is None


def test_a_source_that_the_gradebook_does_not_know_yet(clicks):
    weak, strong = hidden("assert double(3) == 6"), hidden("assert double(-3) == -6")
    clicks.teach(test_double=strong)
    found, (notice,) = clicks.click(test_double=weak)
    assert found == {"test_double": "AssertionError"}  # what a student may have written is not run for it
    assert "`test_double` đã đổi" in notice and "generate_assignment ps1" in notice
    told = clicks.click(test_double=strong, test_double_more=weak)
    assert "sổ điểm có ô `test_double_more`" in told and "generate_assignment ps1" in told and "\n" not in told
    assert clicks.click(test_double=strong) == ({"test_double": "AssertionError"}, [])


def test_a_fault_of_ours_does_not_end_the_process(clicks):
    test = hidden("assert double(3) == 6")
    clicks.teach(test_double=test)
    told = clicks.worker.ask({"course": str(clicks.root)})["error"]
    assert told.startswith("Bộ chấm gặp lỗi nội bộ (KeyError") and "\n" not in told
    assert clicks.click(test_double=test) == ({"test_double": ""}, [])


def test_whose_seconds_count(clicks):
    """nbgrader's, unless ``autograder.toml`` says something of them; both are read anew each time."""
    test = hidden("assert double(3) == 6")
    clicks.teach(test_double=test)
    endless = "def double(x):\n    while True:\n        pass"
    ended = ({"test_double": "CellTimeoutError"}, [])
    assert clicks.click(endless, timeout=1, test_double=test) == ended
    (clicks.root / "autograder.toml").write_text("[limits]\nseconds = 1\n")
    assert clicks.click(endless, timeout=3000, test_double=test) == ended
    assert clicks.click(endless, timeout=None, test_double=test) == ended
    (clicks.root / "autograder.toml").write_text("[limits]\nseconds = 'x'\n")
    assert "limits.seconds" in clicks.click(test_double=test)


@pytest.fixture
def formgrader(quickstart, tmp_path):  # noqa: F811
    """A Jupyter server with nbgrader's Formgrader on the course of one student; its address, the course's folder."""
    course = tmp_path / "vidu"
    shutil.copytree(quickstart, course)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(LINES)
    shutil.copytree(course / "release" / "ps1", course / "submitted" / "trom" / "ps1")
    path = course / "submitted" / "trom" / "ps1" / "problem1.ipynb"
    nb = read(path)
    names = {"gradebook": str(course / "gradebook.db"), "source": str(course / "source/ps1/problem1.ipynb")}
    cell_of(nb, "squares")["source"] = THIEF.format(**names)
    path.write_text(json.dumps(nb), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=chia-khoa",
        "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
    ]  # fmt: skip
    private = {"HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "IPYTHONDIR": str(tmp_path / "i")}
    paths = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with (tmp_path / "log.txt").open("w") as log:
        server = subprocess.Popen(command, cwd=course, env=environment() | paths | private, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(300):
                assert server.poll() is None, (tmp_path / "log.txt").read_text()
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield address, course
        finally:
            server.terminate()
            server.wait(20)


@pytest.mark.browser
def test_the_autograde_button(formgrader):
    address, course = formgrader
    with open_browser() as browser:
        page = browser.new_page(extra_http_headers={"Authorization": "token chia-khoa"})
        page.goto(f"{address}/formgrader/manage_submissions/ps1")
        page.locator("td.autograde a").click()
        told = page.locator(".modal-dialog:visible .modal-body")
        told.wait_for(timeout=90_000)
        assert "uccess" in page.locator(".modal-dialog:visible .modal-title").inner_text(), told.inner_text()
        assert "không tách được" in told.inner_text()  # our engine it was
    cell = cell_of(read(course / "autograded" / "trom" / "ps1" / "problem1.ipynb"), "squares")
    said = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    assert said.count("REFUSED FileNotFoundError") == 2 and "GOT" not in said
