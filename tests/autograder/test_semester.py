"""The simulated semester, with few students: from the zips of an LMS to the grades in one, every score as predicted."""

import json
import shutil

import pytest

from tests.bench import measure, semester, semester_class, semester_table
from tests.graders.assignment import slugs

NAMES = ["hello", "gradient-descent"]
COUNT = 12
MANY = 120
GROWTH_MB = 40  # of the highest memory from COUNT to MANY students; a megabyte kept of each would be too much

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not set(slugs()) >= set(NAMES), reason="other assignments")]


@pytest.fixture(scope="module", autouse=True)
def often():
    """A small class is graded in a second or two: look at the memory often enough to see the highest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "SAMPLE_SECONDS", 0.05)
        yield


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """(folder, the lines that were told), of a run that was interrupted once."""
    folder, told = tmp_path_factory.mktemp("hoc-ky"), []
    made = semester.Semester(folder, NAMES, COUNT, 2, say=told.append)
    made.make()
    with pytest.raises(semester.Paused):
        semester.Semester(folder, NAMES, COUNT, 2, budget=1e-9, say=told.append).run()
    (folder / semester.RUNNING).write_text(json.dumps(["new", None]))  # as if it had been killed there
    semester.Semester(folder, NAMES, COUNT, 2, say=told.append).run()
    return folder, [json.loads(line) for line in told]


def test_every_score_is_as_predicted(walked):
    folder, lines = walked
    steps = [line["step"] for line in lines]
    assert steps == ["make"] * 2 + ["new"] + ["collect", "grade"] * 2 + ["feedback", "report"] + ["export"] * 3 + [
        "check"
    ]
    assert [line["step"] for line in lines if line.get("resumed")] == ["new"]
    assert semester_table.lines_of(folder) == lines
    made, last = lines[:2], lines[-1]
    handed_in = sum(line["submissions"] for line in made)
    assert last["all_as_predicted"] and last["submissions"] == handed_in >= 20 and last["cells"] > 150
    odd = set().union(*(line["odd"] for line in made))
    assert odd == {"renamed", "zip", "twice", semester_class.BROKEN, semester_class.MISSING}
    assert made[0]["late"] and not any(line["answers_left_out"] > line["answers"] for line in made)
    graded = [line for line in lines if line["step"] == "grade"]
    assert all(line["wall_s"] > 0 and line["cpu_s"] > 0 and line["peak_mb"] > 10 for line in graded)
    scores = {
        one["score"] for slug in NAMES for one in json.loads((folder / f"expected/{slug}.json").read_text()).values()
    }
    assert len(scores) > 4 and {0.0, 10.0} <= scores
    told = semester_table.table([folder])
    assert f"({handed_in})" in told and "grade" in told
    told = semester_table.guide(folder)
    assert f"{handed_in} bài nộp" in told and all(f"`{word}`" in told for word in (*semester_table.WALKED, *NAMES))


def test_memory_does_not_grow_with_the_class(walked, tmp_path):
    """The highest memory of all processes while one assignment is collected, and while it is graded."""
    few = {line["step"]: line["peak_mb"] for line in walked[1] if line.get("what") == NAMES[0] and "peak_mb" in line}
    made = semester.Semester(tmp_path / "hoc-ky", NAMES[:1], MANY, 2, say=str)
    made.make()
    made.new()
    downloads = sorted((made.folder / "downloads").iterdir(), reverse=True)
    many = {
        "collect": made.command("collect", made.lop, *downloads)["peak_mb"],
        "grade": made.command("grade", made.lop, "-j", 2)["peak_mb"],
    }
    assert len(list((made.lop / "reports" / NAMES[0]).glob("*.json"))) > 0.8 * MANY
    assert all(50 < many[step] < few[step] + GROWTH_MB for step in many), (few, many)


def test_grading_once_more_with_dask_and_without(walked, tmp_path):
    """On real workers; every score is compared after each, and a wrong one would be told."""
    pytest.importorskip("distributed")
    folder = tmp_path / "hoc-ky"
    shutil.copytree(walked[0], folder)
    told, done = [], len(walked[1])
    made = semester.Semester(folder, NAMES, COUNT, 2, say=told.append)
    made.again(["hello"])
    lines = [json.loads(line) for line in told]
    assert [line["step"] for line in lines] == ["processes", "report", "check", "dask", "report", "check"]
    assert lines[2]["all_as_predicted"] and lines[5]["all_as_predicted"]
    processes, dask = lines[0], lines[3]
    assert processes["what"] == dask["what"] == "hello" and processes["workers"] == dask["workers"] == 2
    # a scheduler, two workers and their own processes: in the sums, though the command did not start them
    assert dask["peak_mb"] > processes["peak_mb"] + 100 and dask["cpu_s"] > 1
    told = semester_table.guide(folder)
    assert "một máy, 2 tiến trình" in told and "`Dask`, 2 tiến trình trên cùng máy ấy" in told
    made.again(["hello"])
    assert len(semester_table.lines_of(folder)) == done + 6


def test_what_is_done_is_not_done_again(walked):
    told = []
    semester.Semester(walked[0], NAMES, COUNT, 2, say=told.append).run()
    assert told == []
    with pytest.raises(SystemExit, match="another semester"):
        semester.Semester(walked[0], NAMES, COUNT + 1, 2)


@pytest.mark.parametrize("what", ["cell", "penalty", "missing", "more"])
def test_a_score_that_is_not_as_predicted_is_told(walked, what):
    folder, _ = walked
    path = folder / "expected" / "hello.json"
    before = path.read_text()
    expected = json.loads(before)
    student = next(name for name, one in expected.items() if one["kind"] == "plain" and one["score"] > 0)
    one = expected[student]
    if what == "cell":
        name = next(iter(one["cells"]))
        one["cells"][name] = 0.25 if not one["cells"][name] else 0.0
    elif what == "penalty":
        one["penalty"] += 0.1
    elif what == "missing":
        del expected[student]
    else:
        absent = next(s.id for s in semester_class.students(COUNT) if s.id not in expected)
        expected[absent] = one
        student = absent
    path.write_text(json.dumps(expected))
    try:
        with pytest.raises(SystemExit, match=f"not as predicted:\n(.|\n)*{student}/hello"):
            semester.Semester(folder, NAMES, COUNT, 2).check()
    finally:
        path.write_text(before)


def test_no_two_names_are_alike():
    from autograder.classroom.folding import plain, turns

    found = semester_class.students(1000)
    keys = [frozenset(turns([plain(word) for word in student.name.split()])) for student in found]
    assert len(set(keys)) == len(found) == len({s.id for s in found})


def test_only_answers_that_lose_what_is_stated_are_used():
    from tests.graders.runner import Runner

    with Runner() as runner:
        answers = semester_class.Answers("hello", runner)
    for task, wrong in answers.wrong.items():
        full = {test.name: test.points for test in answers.assignment.tests_of(task)}
        assert wrong and all(choice.points != full and set(choice.points) == set(full) for choice in wrong)
        assert all(choice.points == full for choice in answers.right[task])


def test_an_answer_that_calls_another_task_is_right_only_where_that_is_right():
    from tests.graders.runner import Runner

    with Runner() as runner:
        answers = semester_class.Answers("gradient-descent", runner)
    calling = {c.name: c.needs for c in answers.right["check_gradient"]}
    assert calling["uses_the_first_task"] == {"numerical_gradient"} and calling["model"] == frozenset()
    met = 0
    for student in semester_class.students(400):
        sources = semester_class.hand_in(student, answers, 1).sources
        if "numerical_gradient(" in sources.get("check_gradient", ""):
            met += 1
            right = [choice.source for choice in answers.right["numerical_gradient"]]
            assert sources["numerical_gradient"].partition("\n")[2] in right
    assert met
