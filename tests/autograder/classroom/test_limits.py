"""Limits of a class: who wins, what grading does with them, and that a mistake in the file is told in one line."""

import io
import json
import zipfile

import pytest

from autograder import batch, settings
from autograder.classroom import config
from autograder.course import Course
from tests.autograder.classroom.books import SLUG, WORDS
from tests.autograder.classroom.lms import notebook
from tests.autograder.classroom.test_bundle import opened
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


def bundled(invoke, tmp_path, course, *arguments):
    """Return the zips that the command writes, by name."""
    code, _, err = invoke("bundle", *arguments, "-o", tmp_path / "phat", "--course", course)
    assert code == 0, err
    return {path.name: path.read_bytes() for path in (tmp_path / "phat").iterdir()}


def test_students_get_those_of_their_class(classroom, released_course, invoke, tmp_path):
    """Each zip holds what counts for its assignment, and nothing where the class asks for nothing."""
    plain = bundled(invoke, tmp_path, released_course)
    write(classroom, "")
    assert bundled(invoke, tmp_path, released_course, "--class", classroom) == plain
    write(classroom, f"[limits]\nseconds = 6\nmemory_mb = 900\n[assignments.{SLUG}]\nlimits.seconds = 0.5\n")
    zips = bundled(invoke, tmp_path, released_course, "--class", classroom)
    told = {name: opened(data)[f"{name.removesuffix('.zip')}/autograder.toml"].decode() for name, data in zips.items()}
    assert "seconds = 0.5  # 0.5 giây mỗi ô\nmemory_mb = 900" in told[f"{SLUG}.zip"]
    assert "seconds = 6  #" in told[f"{WORDS}.zip"] and told.keys() == {f"{SLUG}.zip", f"{WORDS}.zip"}
    together = opened(bundled(invoke, tmp_path, released_course, "--class", classroom, "--together")["bai-tap.zip"])
    assert together[f"bai-tap/{SLUG}/autograder.toml"].decode() == told[f"{SLUG}.zip"]
    assert "autograder.toml" in together[f"bai-tap/{SLUG}/BẮT-ĐẦU.txt"].decode()


def test_check_runs_with_those_of_the_class(classroom, released_course, invoke, tmp_path):
    """An endless answer ends after the seconds that came with the zip; the command line wins over them."""
    write(classroom, f"[assignments.{SLUG}]\nlimits.seconds = 0.7\n")
    data = bundled(invoke, tmp_path, released_course, SLUG, "--class", classroom)[f"{SLUG}.zip"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path / "nha")
    place = tmp_path / "nha" / SLUG / f"{SLUG}.ipynb"
    place.write_bytes(notebook(released_course, SLUG, ENDLESS))

    def check(*arguments):
        code, out, err = invoke("check", place, "--course", released_course, *arguments)
        assert (code, err) == (1, "")
        return " ".join(out.split())

    told = check()
    assert "Giới hạn của lớp: 0.7 giây mỗi ô." in told and "chạy quá 0.7 giây" in told and "có thể đặt khác" not in told
    assert "chạy quá 0.9 giây" in check("--limit-seconds", "0.9")
    (place.parent / "autograder.toml").unlink()
    told = check("--limit-seconds", "0.8")
    assert "Có ô chạm giới hạn (0.8 giây mỗi ô, 2048 MB mỗi tiến trình). Lớp của bạn có thể đặt khác." in told
    place.write_bytes(notebook(released_course, SLUG, {}))
    assert "giới hạn" not in check()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[limits]\nsecnds = 3", "autograder.toml: không biết «secnds» trong [limits]; có seconds"),
        ("[limits]\nseconds = 0", "autograder.toml: limits.seconds cần là một số từ 0.1"),
        ("[assignments.x]\nseconds = 3", "autograder.toml: không biết «assignments» trong tệp; có limits"),
        ("[limits", "autograder.toml không đọc được"),
    ],
)
def test_a_broken_file_beside_the_notebook(released_course, invoke, tmp_path, text, message):
    place = tmp_path / f"{SLUG}.ipynb"
    place.write_bytes(notebook(released_course, SLUG, {}))
    (tmp_path / "autograder.toml").write_text(text, encoding="utf-8")
    code, out, err = invoke("check", place, "--course", released_course)
    assert (code, out) == (4, "") and message in err and err.count("\n") == 1, err
