"""The sample class is the same every time and holds every kind of submission; the autograder gives what is expected."""

import dataclasses
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import pytest

from autograder.gradebook import entries
from tests.autograder import stock
from tests.graders import fixture
from tests.graders.assignment import ROOT, AssignmentError, Bank, load, slugs
from tests.graders.bank import right, wrong
from tests.graders.sample_class import INPUTS, STUDENTS, generate, inputs_digest

BANK = Bank(
    (
        wrong("scale", "no_check", ("factor <= 0", "False"), loses="test_scale_hidden"),
        wrong("scale", "forgotten", (" * factor", ""), loses="test_scale"),
        wrong("scale", "added", (" * factor", " + factor"), loses="test_scale"),
        right("scale", "no_copy", (".copy()", "")),
        wrong("count_positive", "zero_counts", ("> 0", ">= 0"), loses="test_count_positive"),
        wrong("count_positive", "negative", ("> 0", "< 0"), loses="test_count_positive"),
        wrong("count_positive", "first", ("return total", "return 1"), loses="test_count_positive_hidden"),
        right("count_positive", "sum", code="def count_positive(rows):\n    return sum(sum(row) > 0 for row in rows)"),
    )
)
MADE_BY_MAKE = ROOT / "_build" / "sample-class"
MISBEHAVED = ("endless_loop", "broken_json")  # which stock nbgrader gives no grades, or only after its own time limit
BROKEN_FILES = 3  # exit code of `autograder grade` when some submissions could not be graded


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The fixture's assignment and the folder of its released notebook."""
    root = tmp_path_factory.mktemp("course")
    assignment = fixture.assignment(root / "solutions")
    (root / "solutions" / "mau" / "du_lieu.txt").write_text("1 2 3\n")
    cells = []
    for cell in assignment.cells:
        about = {"solution": cell.role == "solution", "points": cell.points if cell.role == "test" else None}
        cells.append(
            fixture.code_cell(cell.released, cell.name, **about) if cell.is_code else fixture.text_cell(cell.source)
        )
    (root / "exercises" / "mau").mkdir(parents=True)
    (root / "exercises" / "mau" / "mau.ipynb").write_text(json.dumps(fixture.notebook(cells)))
    return assignment, root / "exercises"


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def make(small, out, runner):
    assignment, exercises = small
    return generate(out, [assignment], runner, exercises=exercises, banks=lambda slug: BANK)


def test_twice_the_same(small, tmp_path, runner):
    make(small, tmp_path / "a", runner)
    make(small, tmp_path / "b", runner)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_made_again_in_place_it_leaves_what_is_right_and_removes_what_is_not(small, tmp_path, runner):
    make(small, tmp_path, runner)
    before = tree(tmp_path)
    kept = tmp_path / "submitted" / STUDENTS[0] / "mau" / "mau.ipynb"
    os.utime(kept, (1, 1))
    (tmp_path / "submitted" / STUDENTS[1] / "mau" / "mau.ipynb").write_text("{}")
    (tmp_path / "submitted" / "ai-do" / "mau").mkdir(parents=True)
    (tmp_path / "submitted" / "ai-do" / "mau" / "mau.ipynb").write_text("{}")
    make(small, tmp_path, runner)
    assert tree(tmp_path) == before
    assert kept.stat().st_mtime == 1
    assert not (tmp_path / "submitted" / "ai-do").exists()


def test_every_kind_with_the_points_it_must_get(small, tmp_path, runner):
    expected = make(small, tmp_path, runner)
    records = [of["mau"] for of in expected["students"].values()]
    full = expected["assignments"]["mau"]
    assert len(records) >= 12
    kinds = {
        kind: [record["cells"] for record in records if record["kind"] == kind] for kind in {r["kind"] for r in records}
    }
    assert kinds.keys() == {
        "model", "other_right", "partial", "one_wrong", "all_wrong", "mixed", "stub", "syntax_error", "endless_loop",
        "broken_json", "scratch",
    }  # fmt: skip
    for kind in ("model", "other_right", "scratch"):
        assert all(cells == full for cells in kinds[kind])
    for kind in ("stub", "broken_json"):
        assert kinds[kind] == [dict.fromkeys(full, 0)]
    for kind in ("partial", "one_wrong", "mixed", "all_wrong"):
        assert all(0 < sum(cells.values()) < sum(full.values()) for cells in kinds[kind])
    for kind in ("syntax_error", "endless_loop"):
        assert kinds[kind] == [full | {"test_count_positive": 0, "test_count_positive_hidden": 0}]
    assert json.loads((tmp_path / "expected.json").read_text(encoding="utf-8")) == expected


def test_the_files_are_as_students_hand_them_in(small, tmp_path, runner):
    expected = make(small, tmp_path, runner)
    for student, of in expected["students"].items():
        folder = tmp_path / "submitted" / student / "mau"
        text = (folder / "mau.ipynb").read_text(encoding="utf-8")
        assert "SOLUTION" not in text and "HIDDEN TESTS" not in text
        assert (folder / "du_lieu.txt").read_text() == "1 2 3\n"
        if of["mau"]["kind"] == "broken_json":
            with pytest.raises(ValueError):
                json.loads(text)
            continue
        sources = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
        loops = [source for source in sources if "while i < 10" in source]
        assert len(loops) == (of["mau"]["kind"] == "endless_loop")


def test_without_a_released_notebook_there_is_no_class(small, tmp_path, runner):
    with pytest.raises(AssignmentError, match="not released"):
        generate(tmp_path, [small[0]], runner, exercises=tmp_path, banks=lambda slug: BANK)
    with pytest.raises(AssignmentError, match="no such bank"):
        generate(tmp_path, [small[0]], runner, banks=lambda slug: dataclasses.replace(BANK, problem="no such bank"))


# --- the autograder on the sample class of the course -------------------------------------------------------------


@pytest.mark.slow
def test_the_class_of_the_course(tmp_path, runner):
    if not slugs():
        pytest.skip("no assignments yet")
    expected = generate(tmp_path, [load(slug) for slug in slugs()], runner)
    for slug in slugs():
        scores = [of[slug]["score"] for of in expected["students"].values()]
        full = sum(expected["assignments"][slug].values())
        assert len(scores) >= 12 and max(scores) == full and min(scores) == 0
        assert sum(0 < score < full for score in scores) >= 6, f"{slug}: {sorted(scores)}"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A graded class: the one `make` left, when nothing it depends on has changed since, or a new one."""
    stamp, done = MADE_BY_MAKE / INPUTS, MADE_BY_MAKE / ".graded"
    if done.is_file() and stamp.is_file() and stamp.read_text().strip() == inputs_digest():
        return MADE_BY_MAKE
    out = tmp_path_factory.mktemp("sample") / "class"
    for command, allowed in (
        (["tests.graders.sample_class", str(out)], {0}),
        (["autograder", "grade", str(out), "--limit-seconds", "8"], {0, BROKEN_FILES}),
    ):
        run = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=1700)
        assert run.returncode in allowed, run.stdout + run.stderr
    return out


def scores_in(gradebook):
    """Return {(student, assignment, test cell): points} of an nbgrader gradebook."""
    with sqlite3.connect(f"file:{gradebook}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            """
            SELECT submitted_assignment.student_id, assignment.name, base_cell.name, grade.auto_score
            FROM grade
            JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
            JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
            JOIN assignment ON assignment.id = submitted_assignment.assignment_id
            JOIN base_cell ON base_cell.id = grade.cell_id
            """
        )
        return {(student, slug, cell): score for student, slug, cell, score in rows}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_autograder_gives_every_expected_score(graded, tmp_path):
    if not slugs():
        pytest.skip("no assignments yet")
    expected = json.loads((graded / "expected.json").read_text(encoding="utf-8"))
    copy = tmp_path / "gradebook.db"
    shutil.copyfile(graded / "gradebook.db", copy)
    got = scores_in(copy)
    problems, compared = [], 0
    for student, of in expected["students"].items():
        for slug, record in of.items():
            for cell, points in record["cells"].items():
                score = got.get((student, slug, cell))
                compared += 1
                if record["kind"] == "broken_json" and score is None:
                    continue  # a file that could not be read has no grades at all
                if score is None or abs(score - points) > 1e-9:
                    problems.append(
                        f"{student} {slug} {cell}: {score}, expected {points} ({record['kind']}: {record['note']})"
                    )
    assert not problems, "\n".join(problems)
    assert compared == sum(len(STUDENTS) * len(cells) for cells in expected["assignments"].values())


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("slug", slugs())
def test_every_grade_is_the_one_stock_nbgrader_gives(graded, tmp_path, slug):
    """Every row of the table of grades, of every submission that runs to its end.

    Stock nbgrader takes seconds for each: three of every assignment are compared, others in each, and with
    ``STOCK=all`` (``make compare``) the whole class.
    """
    students = json.loads((graded / "expected.json").read_text(encoding="utf-8"))["students"]
    whole = sorted(name for name, of in students.items() if of[slug]["kind"] not in MISBEHAVED)
    assert len(whole) == len(STUDENTS) - len(MISBEHAVED)
    first = 3 * slugs().index(slug)
    chosen = set(whole if os.environ.get("STOCK") == "all" else [whole[(first + k) % len(whole)] for k in range(3)])
    shutil.copytree(ROOT / "solutions" / slug, tmp_path / "source" / slug)
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    for student in chosen:
        shutil.copytree(graded / "submitted" / student / slug, tmp_path / "submitted" / student / slug)
    stock.generate_assignment(tmp_path, slug)
    stock.autograde(tmp_path, slug)
    theirs, ours = (
        {(e.student, e.cell): e for e in entries(folder) if e.assignment == slug and e.student in chosen}
        for folder in (tmp_path, graded)
    )
    assert len(ours) == len(chosen) * len(load(slug).tests)
    assert ours == theirs
