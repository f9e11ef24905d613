"""The tests of every assignment notice at least 95 % of the slips one can make in its model solution."""

import dataclasses

import pytest

from tests.graders import fixture
from tests.graders.assignment import bank, load, slugs
from tests.graders.bank import Equivalent
from tests.graders.mutation import BAR, examine, write

NO_COPY = Equivalent(
    "scale",
    "return np.asarray(values, dtype=np.float64).copy() * factor"
    " -> return np.asarray(values, dtype=np.float64) * factor",
    "the product is a new array anyway",
)
TOOTHLESS = "# Kiểm tra thêm.\n### BEGIN HIDDEN TESTS\nassert scale([1.0]) is not None\n### END HIDDEN TESTS"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("slug", slugs())
def test_tests_notice_mutants(slug, runner):
    answers = bank(slug)
    assert not answers.problem
    report = examine(runner, load(slug), answers.equivalent)
    path = write(report)
    assert report.share >= BAR and not report.stale, f"\n{report.text}\n(also in {path})"
    assert report.total, f"{slug}: nothing to mutate"


def test_good_tests_pass_the_bar(tmp_path, runner):
    report = examine(runner, fixture.assignment(tmp_path), (NO_COPY,))
    assert report.share == 1 and report.total > 30
    assert [mutant.change for mutant in report.equivalent] == [NO_COPY.mutant]
    assert not report.stale and not report.survived
    spaced = dataclasses.replace(NO_COPY, mutant=NO_COPY.mutant.replace("values, dtype", "(values),dtype"))
    assert len(examine(runner, fixture.assignment(tmp_path), (spaced,), "scale").equivalent) == 1


def test_a_weak_test_fails_the_bar_and_survivors_are_named(tmp_path, runner):
    report = examine(runner, fixture.assignment(tmp_path, scale_hidden=TOOTHLESS), (NO_COPY,))
    assert report.share < BAR
    assert {mutant.task for mutant in report.survived} == {"scale"}
    survivors = [line.strip() for line in report.text.splitlines() if line.strip().startswith("survived")]
    assert "survived  scale:4  if factor <= 0: -> if False:" in survivors
    assert write(report, tmp_path).read_text(encoding="utf-8") == report.text + "\n"


def test_equivalents_must_survive(tmp_path, runner):
    noticed = Equivalent("scale", "if factor <= 0: -> if False:", "wrong: this one is noticed")
    gone = Equivalent("scale", "x = 1 -> x = 2", "no such line")
    report = examine(runner, fixture.assignment(tmp_path), (NO_COPY, noticed, gone))
    assert report.stale == (noticed, gone)


def test_a_mutant_that_never_ends_is_noticed(tmp_path, runner):
    count = fixture.COUNT.replace("for row in rows:", "i = 0\n    while i < len(rows):\n        row = rows[i]; i += 1")
    report = examine(runner, fixture.assignment(tmp_path, count=count), task="count_positive")
    assert "row = rows[i]; i += 1 -> row = rows[i]; pass" in [mutant.change for mutant in report.killed]


def test_a_broken_solution_is_not_examined(tmp_path, runner):
    broken = fixture.COUNT.replace("> 0", "> 1")
    with pytest.raises(ValueError, match="fails its own tests"):
        examine(runner, fixture.assignment(tmp_path, count=broken))
