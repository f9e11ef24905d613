"""Any nbgrader course: what nbgrader makes of it is what we make of it."""

import json
import shutil

import pytest

from autograder import gradebook
from autograder.course import Course, find_course
from autograder.database import engine, place
from autograder.errors import AssignmentBroken, AssignmentUnknown, CourseBroken, CourseNotFound
from autograder.release import release
from tests.autograder import stock
from tests.autograder.conftest import run, shared
from tests.autograder.tables import differences, everything

SQUARES = """\
def squares(n):
    if n < 1:
        raise ValueError("n must be positive")
    return [i ** 2 for i in range(1, n + 1)]"""
SUM = "def sum_of_squares(n):\n    return sum(squares(n))"
GOOD = {
    "problem1": {
        "squares": SQUARES,
        "sum_of_squares": SUM,
        "sum_of_squares_equation": "$x$",
        "sum_of_squares_application": "print(sum_of_squares(10))",
    },
    "problem2": {"part-a": "a", "part-b": "b"},
}
PARTLY = {"problem1": {"squares": SQUARES.replace("if n < 1", "if False")}, "problem2": {"part-b": "b"}}


@pytest.fixture(scope="session")
def quickstart(tmp_path_factory):
    """nbgrader's own example course, its ps1 released by nbgrader; not to be changed."""

    def make(folder):
        course = stock.quickstart(folder / "vidu")
        stock.generate_assignment(course, "ps1")

    return shared(tmp_path_factory, "quickstart", make) / "vidu"


@pytest.fixture
def foreign(quickstart, tmp_path):
    """A copy of it, to be changed at will, without a gradebook."""
    shutil.copytree(quickstart, tmp_path / "vidu")
    (tmp_path / "vidu" / "gradebook.db").unlink()
    return tmp_path / "vidu"


def tables(folder):
    return everything(engine(place(folder)))


def configure(course, *lines):
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\n".join(["", *lines, ""]))


def test_notebooks_and_cells_are_those_of_nbgraders_gradebook(quickstart, foreign):
    course = find_course(str(foreign))
    assert course.slugs() == ["ps1"] and course.course_id == "vidu"
    sheets = course.sheets("ps1")
    assert [(s.slug, s.notebook, s.points) for s in sheets] == [("ps1", "problem1", 10), ("ps1", "problem2", 3)]
    with gradebook.open_gradebook(foreign, course_id=course.course_id) as writer:
        writer.prepare(sheets)
    assert differences(tables(foreign), tables(quickstart)) == []
    kinds = {cell.grade_id: cell.kind for sheet in sheets for cell in sheet.cells}
    assert kinds["cell-938593c4a215c6cc"] == "task" and kinds["part-a"] == "answer"
    assert kinds["correct_squares"] == "test" and sheets[0].cell("squares_invalid_input").task == "squares"
    assert [str(file) for file in sheets[0].files] == ["jupyter.png"]


def test_what_students_get_is_what_nbgrader_releases(quickstart):
    for sheet in Course(quickstart).sheets("ps1"):
        released = json.loads((quickstart / "release" / "ps1" / f"{sheet.notebook}.ipynb").read_text(encoding="utf-8"))
        marked = {c["metadata"]["nbgrader"]["grade_id"]: c for c in released["cells"] if "nbgrader" in c["metadata"]}
        assert {name: "".join(cell["source"]) for name, cell in marked.items()} == {
            cell.grade_id: cell.released for cell in sheet.cells
        }


def test_the_configuration_is_obeyed(foreign):
    """Other folders, stubs of another language, other marks of solutions, files left out, a name for the course."""
    configure(
        foreign,
        "import os",
        "c.CourseDirectory.source_directory = 'goc'",
        "c.CourseDirectory.directory_structure = os.path.join('{nbgrader_step}', '{assignment_id}', '{student_id}')",
        "c.CourseDirectory.ignore.append('*.tmp')",
        "c.CourseDirectory.db_url = 'sqlite:///diem/so.db'",
        "c.ClearSolutions.code_stub = {'R': '# ghi vào đây'}",
        "c.ClearSolutions.begin_solution_delimeter = 'BAT DAU'",
        "c.ClearSolutions.end_solution_delimeter = 'KET THUC'",
        "c.IncludeHeaderFooter.header = ''",
        "c.Autograde.exclude_overwriting = {'bai': ['cua_toi.R']}",
        "c.LateSubmissionPlugin.penalty_method = 'zero'",
    )
    folder = foreign / "goc" / "bai"
    folder.mkdir(parents=True)
    mark = {"schema_version": 3, "grade": False, "solution": True, "locked": False, "task": False, "grade_id": "f"}
    source = "f <- function(x) {\n  # BAT DAU\n  2 * x\n  # KET THUC\n}"
    exam = mark | {"grade": True, "solution": False, "points": 2, "grade_id": "kiem-tra-f"}
    cells = [
        {"cell_type": "code", "metadata": {"nbgrader": m}, "source": s, "outputs": [], "execution_count": None}
        for m, s in ((mark, source), (exam, "stopifnot(f(2) == 4)"))
    ]
    kernel = {"name": "ir", "language": "R", "display_name": "R"}
    nb = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 2}
    (folder / "mot.ipynb").write_text(json.dumps(nb))
    for name in ("a.csv", "b.tmp", "cua_toi.R"):
        (folder / name).write_text("1")
    (folder / "lien-ket.csv").symlink_to(folder / "a.csv")  # big data are kept elsewhere
    course = Course(foreign)
    sheet = course.load("bai")
    assert (sheet.slug, sheet.notebook, sheet.kernelspec, sheet.language) == ("bai", "mot", kernel, "r")
    assert sheet.cell("f").source == "f <- function(x) {\n  # ghi vào đây\n}"
    assert sheet.cell("kiem-tra-f").task == "f"
    assert [str(file) for file in sheet.files] == ["a.csv", "lien-ket.csv"]
    assert course.layout.path("nop", "bai", "sv1") == foreign / "nop" / "bai" / "sv1"
    (foreign / "nop" / "bai" / "sv1").mkdir(parents=True)
    assert course.layout.find("nop") == [("sv1", "bai", foreign / "nop" / "bai" / "sv1")]
    assert place(course.layout.db_url, foreign).path == foreign / "diem" / "so.db"
    assert course.late_penalty("sv1", 1.5, 60) == 1.5


def test_metadata_of_older_schemas(foreign):
    """What nbgrader would ask ``nbgrader update`` for is understood as that would write it."""
    before = Course(foreign).load("ps1", "problem1")
    path = foreign / "source" / "ps1" / "problem1.ipynb"
    nb = json.loads(path.read_text(encoding="utf-8"))
    for number, cell in enumerate(c for c in nb["cells"] if "nbgrader" in c["metadata"]):
        mark = cell["metadata"]["nbgrader"]
        if mark.get("task"):
            continue  # the newest schema is the first that has them
        mark["schema_version"] = number % 3
        if number % 3 == 0:
            del mark["schema_version"]
            mark["points"] = str(mark.get("points", ""))
    path.write_text(json.dumps(nb), encoding="utf-8")
    after = Course(foreign).load("ps1", "problem1")
    assert [(c.grade_id, c.kind, c.points, c.source) for c in after.cells] == [
        (c.grade_id, c.kind, c.points, c.source) for c in before.cells
    ]
    nb["cells"][0]["metadata"]["nbgrader"]["schema_version"] = 99
    path.write_text(json.dumps(nb), encoding="utf-8")
    with pytest.raises(AssignmentBroken, match="SchemaTooNew"):
        Course(foreign).sheets("ps1")


def test_the_digest_follows_the_configuration_where_a_grade_depends_on_it(foreign):
    first = [sheet.digest for sheet in Course(foreign).sheets("ps1")]
    configure(foreign, "c.CourseDirectory.db_url = 'postgresql://u:secret@h/d'")
    assert [sheet.digest for sheet in Course(foreign).sheets("ps1")] == first
    configure(foreign, "c.ClearSolutions.code_stub = {'python': 'raise SystemExit'}")
    second = [sheet.digest for sheet in Course(foreign).sheets("ps1")]
    assert second[0] != first[0]


def test_a_class_that_is_its_own_course(foreign, tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_COURSE", raising=False)
    assert find_course(folder=foreign, start=tmp_path).root == foreign
    assert find_course(start=foreign / "source" / "ps1").root == foreign
    assert find_course(folder=tmp_path).is_house  # no course of its own
    with pytest.raises(CourseNotFound, match=r"nbgrader_config\.py"):
        find_course(str(tmp_path))


def test_what_cannot_be_used_is_said_in_one_line(foreign):
    course = Course(foreign)
    with pytest.raises(CourseNotFound, match="nbgrader generate_assignment"):
        release(course)
    with pytest.raises(AssignmentBroken, match="2 sổ tay"):
        course.load("ps1")
    with pytest.raises(AssignmentUnknown, match="problem2"):
        course.load("ps1", "problem3")
    with pytest.raises(AssignmentUnknown):
        course.sheets("../source/ps1")
    configure(foreign, "c.IncludeHeaderFooter.header = 'khong-co.ipynb'")
    with pytest.raises(AssignmentBroken, match=r"FileNotFoundError.*khong-co"):
        Course(foreign).sheets("ps1")
    configure(foreign, "raise ValueError('hỏng\\nrồi')")
    with pytest.raises(CourseBroken, match="ValueError: hỏng rồi") as caught:
        Course(foreign).slugs()
    assert "\n" not in str(caught.value)


# --- grading it -------------------------------------------------------------------------------------------------


def hand_in(course):
    stock.hand_in(course, "an", "ps1", GOOD)
    stock.hand_in(course, "binh", "ps1", PARTLY)
    stock.hand_in(course, "chi", "ps1", {}, leave_out=("problem2",))
    (course / "submitted" / "an" / "ps1" / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")


@pytest.fixture(scope="session")
def graded(tmp_path_factory, quickstart):
    """(graded by nbgrader, graded by us): the same submissions; not to be changed."""

    def make(folder):
        for name in ("nbgrader", "autograder"):
            shutil.copytree(quickstart, folder / name)
            hand_in(folder / name)
        stock.autograde(folder / "nbgrader", "ps1")
        (folder / "autograder" / "gradebook.db").unlink()
        done = run("grade", folder / "autograder", "--json")
        assert done.returncode in (0, 3), done.stderr

    folder = shared(tmp_path_factory, "graded-quickstart", make)
    return folder / "nbgrader", folder / "autograder"


def test_the_grades_are_those_nbgrader_gives(graded):
    """Every row of every table, but for the words of the comment on cells without an answer."""
    theirs, ours = map(tables, graded)
    theirs["comment"] = [row.replace("No response.", gradebook.UNDONE_COMMENT) for row in theirs["comment"]]
    assert len(theirs["grade"]) == 3 * 9 and len(theirs["comment"]) == 3 * 7
    assert differences(ours, theirs) == []


def test_nbgraders_feedback_and_export_work_on_what_was_graded(graded, tmp_path):
    course = tmp_path / "vidu"
    shutil.copytree(graded[1], course)
    stock.generate_feedback(course, "ps1")
    assert len(list((course / "feedback").rglob("problem1.html"))) == 3
    page = (course / "feedback" / "an" / "ps1" / "problem1.html").read_text(encoding="utf-8")
    assert "Score: 3.0 / 10.0" in page
    rows = {row["student_id"]: row for row in stock.export(course, tmp_path / "diem.csv")}
    assert {student: (row["score"], row["max_score"]) for student, row in rows.items()} == {
        "an": ("3.0", "13.0"),
        "binh": ("1.0", "13.0"),
        "chi": ("0.0", "13.0"),
    }
    assert rows["an"]["timestamp"].startswith("2026-01-02 03:04:05")


def test_nothing_is_graded_twice(graded, tmp_path):
    course = tmp_path / "vidu"
    shutil.copytree(graded[1], course)
    done = run("grade", course, "--json")
    assert json.loads(done.stdout)["skipped"] == 3, done.stderr
