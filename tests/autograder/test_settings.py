"""What a course asks of its grading: ``autograder.toml``, and what nbgrader's own configuration says of time."""

import json

import pytest

from autograder import batch, settings
from autograder.course import Course
from autograder.engine import Limits
from autograder.errors import CourseBroken
from autograder.layout import UNLIMITED
from tests.autograder.course_builder import exam, notebook, solution


@pytest.fixture
def made(tmp_path):
    """Return a function that writes a course of the lines of its two files; it returns the Course."""
    folder = tmp_path / "khoa"
    (folder / "source" / "ps1").mkdir(parents=True)
    cells = [solution("one", "def one():\n    return 1"), exam("test_one", 1, "assert one() == 1")]
    (folder / "source" / "ps1" / "mot.ipynb").write_text(json.dumps(notebook(cells)))

    def make(config=None, toml=None):
        for name, text in (("nbgrader_config.py", config), ("autograder.toml", toml)):
            (folder / name).unlink(missing_ok=True)
            if text is not None:
                (folder / name).write_text(text if name.endswith("toml") else f"c = get_config()\n{text}\n")
        return Course(folder)

    return make


@pytest.mark.parametrize(
    ("config", "seconds"),
    [
        (None, 30),
        ("", 30),
        ("c.Execute.timeout = 300", 300),
        ("c.ExecutePreprocessor.timeout = 200", 200),
        ("c.ExecutePreprocessor.timeout = 200\nc.Execute.timeout = 300", 300),
        ("c.Execute.timeout = -1", UNLIMITED),
        ("c.Execute.timeout = None", UNLIMITED),
        ("c.Execute.timeout = 10 ** 9", 86400),
    ],
)
def test_the_timeout_of_nbgrader(made, config, seconds):
    limits = settings.read(made(config)).limits("ps1")
    assert limits.cell_seconds == seconds and limits.total_seconds == 60 + 12 * seconds


def test_who_wins(made):
    """The command line, then the assignment's table, then that of all, then nbgrader."""
    text = "[limits]\nseconds = 20\n[assignments.ps1]\nseconds = 10"
    config = "c.Execute.timeout = 300"
    assert settings.read(made(config, "[limits]\nmemory_mb = 500")).limits("ps1").cell_seconds == 300
    assert settings.read(made(config, "[limits]\nseconds = 20")).limits("ps1").cell_seconds == 20
    wishes = settings.read(made(config, text))
    assert (wishes.limits("ps1").cell_seconds, wishes.limits("khac").cell_seconds) == (10, 20)
    assert wishes.limits("ps1", {"seconds": 5}).cell_seconds == 5
    assert settings.read(made(config), 40).limits("ps1").cell_seconds == 40  # of nbgrader's command line
    assert settings.read(made(config, text), 40).limits("khac").cell_seconds == 20


def test_grading_obeys_it(made, tmp_path):
    (tmp_path / "lop" / "submitted" / "an" / "ps1").mkdir(parents=True)
    (bundle,) = batch.plan(made("c.Execute.timeout = 300"), tmp_path / "lop").bundles.values()
    assert bundle.limits.cell_seconds == 300


@pytest.mark.parametrize("value", ["'300'", "True", "[30]"])
def test_a_timeout_that_is_none(made, value):
    with pytest.raises(CourseBroken, match=r"Execute\.timeout .* số giây") as caught:
        settings.read(made(f"c.Execute.timeout = {value}"))
    assert "\n" not in str(caught.value)


def test_seconds_for_the_whole_notebook(made):
    assert Limits().total_seconds == 420 and Limits(cell_seconds=2).total_seconds == 84
    wishes = settings.read(
        made(None, "[limits]\nseconds = 7\ntotal_seconds = 1000\n[assignments.ps1]\ntotal_seconds = 90")
    )
    assert (wishes.limits("ps1").total_seconds, wishes.limits("khac").total_seconds) == (90, 1000)
    assert wishes.limits("ps1").cell_seconds == 7
    for value in ("0", "-1", '"x"', "nan", "1e9"):
        with pytest.raises(CourseBroken, match=r"limits\.total_seconds cần là một số từ 1 đến"):
            settings.read(made(None, f"[limits]\ntotal_seconds = {value}"))
