"""Where things are, and what an assignment is made of."""

from pathlib import Path

import pytest

from autograder.course import Course, find_course, task_of
from autograder.errors import AssignmentBroken, AssignmentUnknown, CourseNotFound
from tests.autograder.course_builder import exam, numbers_cells, write_source


def test_find_course_by_option_variable_and_from_below(released_course, monkeypatch, tmp_path):
    monkeypatch.delenv("AUTOGRADER_COURSE", raising=False)
    below = released_course / "exercises" / "so-va-tong"
    assert find_course(start=below).root == released_course
    assert find_course(str(released_course), start=tmp_path).root == released_course
    monkeypatch.setenv("AUTOGRADER_COURSE", str(released_course))
    assert find_course(start=tmp_path).root == released_course
    with pytest.raises(CourseNotFound, match="--course"):
        find_course(str(tmp_path))


def test_find_course_falls_back_to_the_checkout(monkeypatch, tmp_path):
    monkeypatch.delenv("AUTOGRADER_COURSE", raising=False)
    assert (find_course(start=tmp_path).root / "autograder" / "cli").is_dir()


@pytest.mark.parametrize(
    ("test_id", "task"),
    [
        ("test_gray", "gray"),
        ("test_gray_hidden", "gray"),
        ("test_gray_scale_shape_hidden", "gray_scale"),
        ("test_gray_shape_hidden", "gray"),
        ("gray", None),
        ("test_grayish", None),
    ],
)
def test_a_test_belongs_to_the_longest_fitting_task(test_id, task):
    assert task_of(test_id, ["gray", "gray_scale"]) == task


def test_load(released_course):
    assignment = Course(released_course).load("so-va-tong")
    assert assignment.title == "Số và tổng"
    assert assignment.tasks == ("double", "total")
    assert assignment.points == 4
    hidden = assignment.cell("test_total_error_hidden")
    assert hidden.hidden and hidden.task == "total" and hidden.points == 0.5
    assert "check.raises" in hidden.source and "check.raises" not in hidden.released
    assert "secret_accumulator" not in assignment.cell("total").source
    assert [str(f) for f in assignment.files] == ["numbers.txt"]
    manual = Course(released_course).load("loi-chao").cell("explain")
    assert manual.is_manual and manual.kind == "answer"


def test_cells_are_those_nbgrader_stores(released_course, tmp_path):
    """The cells made in memory are the ones nbgrader's own converter puts into its gradebook."""
    from nbgrader.api import Gradebook

    from autograder.release import convert

    course = Course(released_course)
    convert(course.source("so-va-tong"), tmp_path)
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        notebook = book.find_notebook("so-va-tong", "so-va-tong")
        theirs = {c.name: (c.source, c.checksum, c.locked, c.cell_type) for c in notebook.source_cells}
        points = {c.name: c.max_score for c in notebook.grade_cells}
    assignment = course.load("so-va-tong")
    ours = {
        c.grade_id: (c.source, c.metadata.nbgrader.checksum, c.kind != "solution", c.cell_type)
        for c in assignment.cells
    }
    assert ours == theirs
    assert points == {c.grade_id: c.points for c in assignment.graded}


def test_this_course_is_one_layout_among_others(released_course):
    course = Course(released_course)
    assert course.is_house and course.course_id == "default_course" and course.late_penalty is None
    assert (course.solutions, course.exercises) == (released_course / "solutions", released_course / "exercises")
    (sheet,) = course.sheets("so-va-tong")
    assert (sheet, sheet.notebook, sheet.language) == (course.load("so-va-tong"), "so-va-tong", "python")
    assert sheet.kernelspec["name"] == "python3"  # whatever the source says
    assert course.layout.path("submitted", "so-va-tong", "an", Path("lop")) == Path("lop/submitted/an/so-va-tong")


def test_the_digest_follows_everything_a_grade_depends_on(course):
    def digest():
        return Course(course).load("so-va-tong").digest

    first = digest()
    assert digest() == first
    (course / "solutions" / "so-va-tong" / "numbers.txt").write_text("9")
    second = digest()
    (course / "book" / "course").mkdir(parents=True)
    (course / "book" / "course" / "check.py").write_text("# changed")
    third = digest()
    (course / "book" / "course" / "tables").mkdir()
    (course / "book" / "course" / "tables" / "baskets.csv").write_text("1")
    fourth = digest()
    (course / "book" / "course" / "__pycache__").mkdir()
    (course / "book" / "course" / "__pycache__" / "check.pyc").write_text("1")
    assert len({first, second, third, fourth}) == 4 and digest() == fourth


def test_unknown_and_broken(course):
    with pytest.raises(AssignmentUnknown, match="ý bạn là «so-va-tong»"):
        Course(course).load("so-va-ton")
    with pytest.raises(AssignmentUnknown):
        Course(course).load("../so-va-tong")
    write_source(course, "trung", [*numbers_cells(), exam("test_total", 1, "pass")])
    with pytest.raises(AssignmentBroken, match="trùng"):
        Course(course).load("trung")
