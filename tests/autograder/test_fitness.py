"""Which test cells can be examined: the model solution tells, a submission never does."""

import json
import sys

import pytest

from autograder import console
from autograder.course import Course
from autograder.engine import fitness
from autograder.errors import AssignmentBroken
from autograder.release import release
from tests.autograder.course_builder import cell_of, exam, solution, write_source
from tests.autograder.test_foreign_course import foreign, quickstart  # noqa: F401  (fixtures)

pytestmark = pytest.mark.skipif(not sys.platform.startswith(("linux", "darwin")), reason="needs fork")
USES = """\
kept = one
del one
try:
    two()
except NameError:
    pass
else:
    raise AssertionError
finally:
    one = kept"""


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def found(course, slug, notebook=None, **options):
    sheet = course.load(slug, notebook)
    return fitness.of(sheet, lambda: course.model(sheet), **options)


def write(course, slug, tests):
    cells = [solution("one", "def one():\n    return 1"), solution("two", "def two():\n    return one() + 1")]
    write_source(course, slug, [*cells, *(exam(name, 1, source) for name, source in tests.items())])
    return Course(course)


def test_nbgraders_example(foreign):  # noqa: F811
    course = Course(foreign)
    assert found(course, "ps1", "problem1").inprocess == ("sum_of_squares_uses_squares",)
    assert found(course, "ps1", "problem2") == fitness.Fitness()  # nothing in it is run


def test_a_test_that_needs_what_another_left_behind(course):
    tests = {
        "test_one": "assert one() == 1",
        "test_one_hidden": "kept = [one]\nassert kept",
        "test_two": USES.replace("kept", "other"),
        "test_two_hidden": "assert other() == 1 and kept",
    }
    verdict = found(write(course, "bai", tests), "bai")
    assert verdict.inprocess == tuple(tests) and verdict.failing == () and verdict.engine is None
    tests["test_two_hidden"] = "assert other() == 1"
    assert found(write(course, "bai", tests), "bai").inprocess == ("test_two", "test_two_hidden")


def test_a_model_that_needs_a_kernel(course):
    asks = "assert type(get_ipython()).__name__ == 'ZMQInteractiveShell'"
    tests = {"test_one": asks, "test_two": "assert two() == 2"}
    verdict = found(write(course, "bai", tests), "bai")
    assert verdict == fitness.Fitness(engine="kernel")


def test_a_model_that_fails_whatever_runs_it(course):
    verdict = found(write(course, "bai", {"test_one": "assert one() == 2", "test_two": "0.5"}), "bai")
    assert verdict == fitness.Fitness(failing=("test_one", "test_two"))


def test_what_this_process_has_imported_says_nothing(course):
    import torch  # noqa: F401  (the examiner, forked from here, has it; the students' processes do not)

    tests = {"test_one": "import numpy as np\nnp.random.seed(0)\nassert one() == 1", "test_two": "assert two() == 2"}
    assert found(write(course, "bai", tests), "bai") == fitness.Fitness()


def test_it_is_found_out_once(course, tmp_path, monkeypatch):
    place = write(course, "bai", {"test_one": "assert one() == 1", "test_two": USES})
    asked = []
    monkeypatch.setattr(fitness, "_apart", lambda *_: asked.append(1) or fitness.Fitness(("test_two",)))
    for _ in range(2):
        assert found(place, "bai", folder=tmp_path / "reports").inprocess == ("test_two",)
    (tmp_path / "cache").rename(tmp_path / "gone")
    assert found(place, "bai", folder=tmp_path / "reports").inprocess == ("test_two",) and asked == [1]
    write(course, "bai", {"test_one": "assert one() == 1 ", "test_two": USES})
    found(Course(course), "bai", folder=tmp_path / "reports")
    assert asked == [1, 1]
    (tmp_path / "reports" / fitness.CACHE).write_text("[]")
    found(Course(course), "bai", folder=tmp_path / "reports")  # the other place knows
    assert asked == [1, 1]


def test_an_assignment_of_this_course_that_cannot_be_examined_is_not_released(course, capsys):
    write(course, "bai", {"test_one": "assert one() == 1", "test_two": USES})
    with pytest.raises(AssignmentBroken, match="`test_two` không chạy tách khỏi"):
        release(Course(course), ["bai"])
    assert not (course / "exercises" / "bai").exists()
    write(course, "bai", {"test_one": "assert one() == 2", "test_two": "assert two() == 2"})
    results = release(Course(course), ["bai"])
    assert results[0].failing == ("test_one",)
    console.released(results, False)
    assert "lời giải mẫu không được trọn điểm ở ô `test_one`" in " ".join(capsys.readouterr().err.split())


def test_grading_says_what_is_special_and_flags_tampering(foreign, invoke):  # noqa: F811
    dropper = "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])"
    for student in ("an", "binh"):
        target = foreign / "submitted" / student / "ps1"
        target.mkdir(parents=True)
        for path in (foreign / "release" / "ps1").glob("*.ipynb"):
            nb = json.loads(path.read_text(encoding="utf-8"))
            if path.stem == "problem1" and student == "binh":
                cell_of(nb, "squares")["source"] = f"{dropper}\ndef squares(n):\n    return [1]"
            (target / path.name).write_text(json.dumps(nb))
    code, out, err = invoke("grade", foreign, "--json", "-j", "1")
    assert code == 0, err
    assert "`sum_of_squares_uses_squares` không tách được khỏi mã của sinh viên" in " ".join(err.split())
    records = {record["student"]: record for record in json.loads(out)["submissions"]}
    assert records["an"]["tampered"] == ""
    assert "can thiệp vào việc chấm" in records["binh"]["tampered"] and records["binh"]["score"] == 0
