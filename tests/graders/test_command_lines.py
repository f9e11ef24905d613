"""The two tables for authors say what is wrong and exit accordingly."""

import pytest

from tests.graders import fixture, mutation
from tests.graders import runner as table
from tests.graders.assignment import Bank
from tests.graders.bank import Equivalent, right, wrong

GOOD = (
    wrong("scale", "forgotten", (" * factor", ""), loses=("test_scale", "test_scale_hidden")),
    right("scale", "no_copy", (".copy()", "")),
)
COPY = "return np.asarray(values, dtype=np.float64).copy() * factor"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A function that puts an assignment and a bank in the place of the course's."""

    def put(answers, equivalent=(), **parts):
        assignment = fixture.assignment(tmp_path, **parts)
        for module in (table, mutation):
            monkeypatch.setattr(module, "load", lambda slug: assignment)
            monkeypatch.setattr(module, "bank", lambda slug: Bank(tuple(answers), tuple(equivalent)))

    return put


def test_table_of_a_good_bank(course, capsys):
    course(GOOD)
    assert table.main(["mau"]) == 0
    rows = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert rows["solution"][:5] == ["1", "2", "0.5", "1.5", "5"]
    assert rows["stub"][:5] == ["0", "0", "0", "0", "0"]
    assert rows["scale/forgotten"][:5] == ["(0)", "(0)", "0.5", "1.5", "2"]
    assert rows["scale/no_copy"][:5] == ["1", "2", "0.5", "1.5", "5"]


@pytest.mark.parametrize(
    ("answers", "parts", "finding"),
    [
        ([wrong("scale", "same", (".copy()", ""), loses="test_scale")], {}, "scale/same: loses nothing in test_scale"),
        ([wrong("scale", "typo", ("nothing", ""), loses="test_scale")], {}, "«nothing» occurs 0 times"),
        ([wrong("scales", "x", code="pass", loses="test_scale")], {}, "KeyError"),
        (
            GOOD,
            {"scale_hidden": "# …\n### BEGIN HIDDEN TESTS\nassert False\n### END HIDDEN TESTS"},
            "solution: test_scale_hidden",
        ),
        (GOOD, {"scale_hidden": "# …\n### BEGIN HIDDEN TESTS\nscale\n### END HIDDEN TESTS"}, "the stub earns points"),
    ],
)
def test_table_tells_what_is_wrong(course, capsys, answers, parts, finding):
    course(answers, **parts)
    assert table.main(["mau"]) == 1
    assert finding in capsys.readouterr().out


def test_mutation_prints_survivors(course, capsys):
    course(GOOD)
    assert mutation.main(["mau", "--task", "scale"]) == 1  # 1 of 16 survives: under the bar
    assert f"survived  scale:6  {COPY} -> " in capsys.readouterr().out
    course(GOOD, [Equivalent("scale", f"{COPY} -> {COPY.replace('.copy()', '')}", "a new array anyway")])
    assert mutation.main(["mau", "--task", "scale"]) == 0
    course(GOOD, [Equivalent("count_positive", "x -> y", "no such mutant")])
    assert mutation.main(["mau"]) == 1
    assert "stale EQUIVALENT  count_positive  x -> y" in capsys.readouterr().out


def test_mutation_of_an_unknown_task(course, capsys):
    course(GOOD)
    with pytest.raises(SystemExit):
        mutation.main(["mau", "--task", "không-có"])
    assert "scale, count_positive" in capsys.readouterr().err
