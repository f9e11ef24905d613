"""Every kind of test cell is examined with the right result, or refused: none passes by accident."""

import importlib

import pytest

from tests.autograder.engine.cell_kinds import KINDS
from tests.autograder.engine.pair import examined

# what these need from the student's process does not cross: they fail, also for the right answer
REFUSED = {"files written by the student": "FileNotFoundError"}
_LIBRARIES = ("torch", "sympy", "matplotlib.pyplot", "unittest.mock", "numpy.testing")


@pytest.fixture(scope="module", autouse=True)
def libraries(monkeypatch_module):
    for name in _LIBRARIES:
        importlib.import_module(name)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "Agg")
        yield patch


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_kind(kind):
    report = examined(kind.solution, kind.test, kind.setup)
    if kind.name in REFUSED:
        assert (report["status"], report["error"]) == ("failed", REFUSED[kind.name])
    else:
        assert report["status"] == "ok", report
        assert not report["stderr"]


def test_enough_kinds_are_examined():
    assert len(KINDS) == 70
    assert len(KINDS) - len(REFUSED) >= 64


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_no_kind_passes_for_a_student_without_a_solution(kind):
    if kind.name == "missing name -> NameError":
        pytest.skip("it asks for nothing of the student's")
    report = examined("", kind.test, kind.setup, known=kind.solution)
    assert report["status"] == "failed", report
