"""Limits of a class: who wins, what grading does with them, and that a mistake in the file is told in one line."""

import json

import pytest

from autograder import batch, settings
from autograder.classroom import config
from autograder.course import Course
from tests.autograder.classroom.books import SLUG, WORDS
from tests.autograder.classroom.lms import notebook
from tests.autograder.course_builder import ENDLESS, Class

AN = "23520001"


def write(folder, text):
    (folder / "class.toml").write_text(f'roster = "sinh-vien.csv"\n{text}', encoding="utf-8")


def seconds(course, folder, slug, **asked):
    bundles = batch.plan(Course(course), folder, asked=asked).bundles.values()
    return next(bundle.limits.cell_seconds for bundle in bundles if bundle.slug == slug)


def test_who_wins(course, tmp_path):
    """What wins is taken away step by step."""
    group = Class(tmp_path / "lop", course)
    for name in (SLUG, WORDS):
        group.submit_text(AN, "", slug=name)
    place = course / "autograder.toml"
    place.write_text(f"[limits]\nseconds = 4\n[assignments.{SLUG}]\nseconds = 5\nkernel = true\n")
    write(tmp_path / "lop", f"[limits]\nseconds = 6\n[assignments.{SLUG}]\nlimits.seconds = 7\n")
    told = lambda slug, **asked: seconds(course, tmp_path / "lop", slug, **asked)  # noqa: E731
    assert told(SLUG, seconds=8, memory_mb=None) == told(WORDS, seconds=8) == 8
    # an option that is not given asks for nothing
    assert told(SLUG, seconds=None, memory_mb=None) == 7 and told(WORDS, seconds=None) == 6
    assert config.limited(settings.read(Course(course)), tmp_path / "lop").wants_kernel(SLUG)
    write(tmp_path / "lop", "[limits]\nseconds = 6\n")
    assert told(SLUG) == told(WORDS) == 6
    write(tmp_path / "lop", f"[assignments.{WORDS}.limits]\nmemory_mb = 500\n")
    assert told(SLUG, seconds=None) == 5 and told(WORDS, seconds=None) == 4
    place.unlink()
    assert told(SLUG) == told(WORDS) == 30


def test_the_generated_file_says_how(classroom):
    path = classroom / "class.toml"
    text = path.read_text(encoding="utf-8")
    read = config.read(classroom)
    assert read.limits == {} and all(item.limits == {} for item in read.items.values())
    for name in ("seconds", "total_seconds", "memory_mb", "limits.seconds"):
        assert f"\n# {name} = " in text
        text = text.replace(f"\n# {name} = ", f"\n{name} = ")
    path.write_text(text, encoding="utf-8")
    read = config.read(classroom)
    assert read.limits == {"seconds": 30, "total_seconds": 420, "memory_mb": 2048}
    assert read.items[SLUG].limits == read.items[WORDS].limits == {"seconds": 60}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[limits]\nsecnds = 3", "class.toml: không biết «secnds» trong [limits]; có seconds, total_seconds"),
        ("[limits]\nseconds = 0", "class.toml: limits.seconds cần là một số từ 0.1 đến 86400."),
        ("[limits]\nmemory_mb = '2 GB'", "class.toml: limits.memory_mb cần là một số từ 64"),
        ("[limits]\nkernel = true", "không biết «kernel» trong [limits]"),
        ("limits = 3", "[limits] cần là một bảng"),
        (f"[assignments.{SLUG}]\nlimits.seconds = true", f"assignments.{SLUG}.limits.seconds cần là một số"),
        (f"[assignments.{SLUG}.limits]\ntime = 1", f"không biết «time» trong [assignments.{SLUG}.limits]"),
        (f"[assignments.{SLUG}]\nseconds = 1", f"không biết «seconds» trong [assignments.{SLUG}]; có deadline"),
        ("[limits]\nseconds = 3 giây", "(at line 3, column 13)"),
    ],
)
def test_one_line(classroom, released_course, invoke, text, message):
    write(classroom, text)
    code, out, err = invoke("grade", classroom, "--course", released_course)
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1, err


def test_grading_uses_them(classroom, released_course, invoke):
    """An endless answer ends after the class's two seconds; another limit is another grading, another deadline not."""
    place = classroom / "submitted" / AN / SLUG / f"{SLUG}.ipynb"
    place.parent.mkdir(parents=True)
    place.write_bytes(notebook(released_course, SLUG, ENDLESS))

    def grade(*arguments):
        code, out, err = invoke("grade", classroom, "--course", released_course, "--json", *arguments)
        assert code == 0, err
        told = json.loads((classroom / "reports" / SLUG / f"{AN}.json").read_text(encoding="utf-8"))
        reasons = " ".join(mark["reason"] for mark in told["marks"])
        return json.loads(out)["graded"], reasons

    write(classroom, "[limits]\nseconds = 2\n")
    graded, reasons = grade()
    assert graded == 1 and "2 giây" in reasons
    write(classroom, f"[limits]\nseconds = 2\n[assignments.{SLUG}]\ndeadline = 2030-01-01\n")
    assert grade()[0] == 0
    write(classroom, f"[limits]\nseconds = 2\n[assignments.{WORDS}]\nlimits.seconds = 9\n")
    assert grade()[0] == 0  # of another assignment
    write(classroom, f"[limits]\nseconds = 2\n[assignments.{SLUG}]\nlimits.seconds = 1\n")
    graded, reasons = grade()
    assert graded == 1 and "1 giây" in reasons and "2 giây" not in reasons
    assert grade("--limit-seconds", "3")[0] == 1
