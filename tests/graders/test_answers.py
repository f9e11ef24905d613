"""Every graded cell of every assignment tells right answers from wrong ones, and students are given no answer."""

import ast
import collections
import functools
import json
import os
import subprocess
import sys

import pytest

from tests.graders import fixture
from tests.graders.assignment import EXERCISES, ROOT, bank, load, slugs
from tests.graders.bank import right, wrong
from tests.graders.leaks import leaks, secrets, visible_text
from tests.graders.runner import findings_of, stub, variant_of

CPU_LIMIT = 10.0  # seconds for one submission
HAND_MARKED = 2.0  # points at most

cached_load = functools.cache(load)


def _functions(source):
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def answers():
    for slug in slugs():
        for number, answer in enumerate(bank(slug).answers):
            kind = "right" if answer.is_right else "wrong"
            yield pytest.param(slug, number, id=f"{slug}-{answer.task}-{kind}-{answer.name}")


@pytest.mark.parametrize("slug", slugs())
class TestForm:
    def test_the_bank_is_complete(self, slug):
        """At least three wrong and one right answer to every task, each with a name of its own."""
        tasks, of = cached_load(slug).solutions, bank(slug)
        assert not of.problem
        problems = []
        names = collections.Counter((answer.task, answer.name) for answer in of.answers)
        problems += [f"{task}/{name} stands {n} times in the bank" for (task, name), n in names.items() if n > 1]
        problems += [f"{answer.name}: no task {answer.task}" for answer in of.answers if answer.task not in tasks]
        problems += [f"EQUIVALENT: no task {e.task}" for e in of.equivalent if e.task not in tasks]
        problems += [f"EQUIVALENT without a reason: {e.mutant}" for e in of.equivalent if not e.why.strip()]
        for task in tasks:
            wrongs = [answer for answer in of.answers if answer.task == task and not answer.is_right]
            rights = [answer for answer in of.answers if answer.task == task and answer.is_right]
            if len(wrongs) < 3 or not rights:
                problems.append(f"{task}: {len(wrongs)} wrong and {len(rights)} right answers, needs 3 and 1")
        sources = collections.defaultdict(list)
        for answer in of.answers:
            if answer.task in tasks:
                sources[answer.source(tasks[answer.task].source)].append(f"{answer.task}/{answer.name}")
        problems += [f"the same answer twice: {', '.join(same)}" for same in sources.values() if len(same) > 1]
        assert not problems, "\n".join(problems)

    def test_the_points_add_up(self, slug):
        assignment = cached_load(slug)
        assert assignment.points == 10
        assert 4 <= len(assignment.solutions) + sum(cell.role == "manual" for cell in assignment.cells) <= 7
        assert sum(cell.points for cell in assignment.cells if cell.role == "manual") <= HAND_MARKED
        for name, cell in assignment.tests.items():
            assert cell.points > 0 and cell.points % 0.25 == 0, f"{name} is worth {cell.points}"

    def test_every_task_has_a_visible_and_a_hidden_test(self, slug):
        assignment = cached_load(slug)
        for task in assignment.solutions:
            kinds = {cell.is_visible_test for cell in assignment.tests_of(task)}
            assert kinds == {True, False}, f"{task} has no {'hidden' if True in kinds else 'visible'} test"

    def test_hidden_cells_say_what_they_examine(self, slug):
        """What a student sees of a hidden test is a comment and perhaps its imports."""
        for name, cell in cached_load(slug).tests.items():
            if not cell.is_visible_test:
                lines = [line for line in cell.released.split("\n") if line.strip()]
                assert any(line.startswith("# ") for line in lines), f"{name} says nothing to the student"
                code = [line for line in lines if not line.startswith(("#", "import ", "from "))]
                assert not code, f"{name} shows code of a hidden test: {code}"


@pytest.mark.parametrize("slug", slugs())
class TestGrades:
    def test_the_solution_gets_everything(self, slug, runner):
        assignment = cached_load(slug)
        result = runner.run(assignment)
        lost = [f"{name}: {result.why(name)}" for name, c in assignment.tests.items() if result.points(name) < c.points]
        noise = [f"{name}: {cell.error}: {cell.message}" for name, cell in result.cells.items() if cell.error]
        assert not lost and not noise, "\n".join(lost + noise)
        assert result.seconds < CPU_LIMIT

    def test_the_stub_gets_nothing(self, slug, runner):
        assignment = cached_load(slug)
        result = runner.run(assignment, stub(assignment))
        given = [name for name in assignment.tests if result.points(name) > 0]
        assert not given and not result.problem, f"the stub earns points in {', '.join(given)}"

    def test_a_task_is_examined_by_itself(self, slug):
        """A test calls only the functions of its own task (which may call those of earlier ones)."""
        assignment = cached_load(slug)
        defined = {task: _functions(cell.source) for task, cell in assignment.solutions.items()}
        problems = []
        for name, cell in assignment.tests.items():
            others = set().union(*(names for task, names in defined.items() if task != cell.task)) - defined[cell.task]
            if used := others & {node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}:
                problems.append(f"{name} uses {', '.join(sorted(used))}")
        assert not problems, "\n".join(problems)

    def test_students_get_the_stub(self, slug):
        """The notebook in exercises/ holds exactly the released cells and no outputs."""
        path = EXERCISES / slug / f"{slug}.ipynb"
        assert path.exists(), f"{path.relative_to(ROOT)} is missing: run `autograder release`"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
        wanted = {
            cell.name: cell.released for cell in cached_load(slug).cells if cell.role in ("solution", "test", "manual")
        }
        got = {}
        for cell in cells:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in wanted:
                got[name] = "".join(cell["source"])
        assert got == wanted


@pytest.mark.parametrize(("slug", "number"), list(answers()))
def test_answer(slug, number, runner):
    """A right answer keeps all points; a wrong one loses some where it should, and visible tests say why."""
    assignment, answer = cached_load(slug), bank(slug).answers[number]
    result = runner.run(assignment, variant_of(assignment, answer))
    problems = findings_of(assignment, answer, result)
    assert not problems, "\n".join(problems)


def test_exercises_are_what_release_makes():
    if not slugs():
        pytest.skip("no assignments yet")
    command = [sys.executable, "-m", "autograder", "release", "--check"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, env=os.environ | {"COLUMNS": "120"}
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_exercises_hold_no_answers():
    found = leaks([load(slug) for slug in slugs()], EXERCISES)
    assert not found, "\n".join(found)


def test_only_assignments_lie_in_exercises():
    there = {path.name for path in EXERCISES.iterdir()} if EXERCISES.exists() else set()
    extra = there - set(slugs()) - {".gitkeep", "README.md"}
    assert not extra, f"exercises/ holds {', '.join(sorted(extra))}, which no solution makes"


# --- the checks themselves can fail -------------------------------------------------------------------------------


def test_a_leaked_line_is_found(tmp_path):
    assignment = fixture.assignment(tmp_path / "solutions")
    given = tmp_path / "exercises"
    given.mkdir()
    assert 'check.array(scale(values, 1.0), [0.5, -1.5], name="scale")' in secrets(
        assignment, visible_text([assignment])
    )
    cells = [fixture.code_cell(cell.released, cell.name) for cell in assignment.cells]
    (given / "mau.ipynb").write_text(json.dumps(fixture.notebook(cells), ensure_ascii=False))
    assert leaks([assignment], given) == []
    cells[1]["outputs"] = [
        {"text": ["return np.asarray(values, ", "dtype=np.float64).copy() * factor\n"], "output_type": "stream"}
    ]
    (given / "mau.ipynb").write_text(json.dumps(fixture.notebook(cells)))
    (given / "ghi-chu.md").write_text("… if sum(row) > 0: …")
    assert leaks([assignment], given) == [
        "ghi-chu.md: mau: if sum(row) > 0:",
        "mau.ipynb: mau: return np.asarray(values, dtype=np.float64).copy() * factor",
    ]


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (wrong("scale", "no_check", ("factor <= 0", "False"), loses="test_scale"), "loses nothing in test_scale"),
        (wrong("scale", "x", ("factor <= 0", "False"), loses="test_scales"), "test_scales, which is no test cell"),
        (right("scale", "no_check", ("factor <= 0", "False")), "loses points in test_scale_hidden: CheckFailed"),
        (wrong("scale", "gone", code="pass", loses="test_scale"), "fails with NameError instead of a diagnosis"),
        (wrong("scale", "dead", code="import os; os._exit(0)", loses="test_scale"), "did not come to its end"),
    ],
)
def test_a_bad_entry_of_a_bank_is_found(tmp_path, runner, answer, finding):
    assignment = fixture.assignment(tmp_path)
    result = runner.run(assignment, variant_of(assignment, answer))
    assert any(finding in line for line in findings_of(assignment, answer, result))


def test_a_good_entry_of_a_bank_has_no_findings(tmp_path, runner):
    assignment = fixture.assignment(tmp_path)
    for answer in (
        wrong("scale", "no_check", ("factor <= 0", "False"), loses="test_scale_hidden"),
        wrong("scale", "forgotten", (" * factor", ""), loses=("test_scale", "test_scale_hidden")),
        right("scale", "no_copy", (".copy()", "")),
    ):
        result = runner.run(assignment, variant_of(assignment, answer))
        assert findings_of(assignment, answer, result) == []


def test_an_edit_that_does_not_apply_is_refused():
    with pytest.raises(ValueError, match="occurs 0 times"):
        wrong("scale", "x", ("nothing", ""), loses="test_scale").source(fixture.SCALE)
