"""What lies in a submitted folder, and what it is called, harms nobody: through the whole batch, as a class does it."""

import json
import os
import socket
import sys
from pathlib import Path

import pytest

from autograder import batch
from autograder.course import Course
from autograder.engine import sandbox
from tests.autograder.course_builder import RIGHT, cell_of, code

SLUG = "so-va-tong"
FULL = (0.5, 1.5, 0.5, 1, 0.5)
SECRET = "bi-mat-cua-ban-khac"
NAMES = (
    "x\u2215..\u2215y", "%2f..%2fx", "-rf", "a\nb", "a\x1b[2Jb", "\u202egnp.exe", "=HYPERLINK(1)", "@SUM(1)",
    "<script>alert(1)<", "a'; drop table grade; --", "{{7*7}}", "%(x)s", "~root", "$(touch x)", "a" * 60, "CON", "sv​1",
)  # fmt: skip


def deep(folder):
    """Make more folders in each other than Python can recurse into."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def remove_deep(folder):
    """Remove what :func:`deep` made."""
    here, opened = os.open(folder, os.O_RDONLY), []
    for _ in range(1500):
        opened.append(here)
        here = os.open("d", os.O_RDONLY, dir_fd=here)
        if len(opened) > 500:  # not too many at a time
            os.close(opened.pop(0))
    os.close(here)
    for number in opened:
        os.close(number)
    import subprocess

    subprocess.run(["rm", "-rf", str(Path(folder) / "d")], check=True)


def metadata(nb):
    nb["metadata"]["kernelspec"] = {"name": "../../../bin/sh", "display_name": "<script>", "language": "python"}
    nb["metadata"]["papermill"] = {"exec": "x"}
    for number, cell in enumerate(nb["cells"]):
        cell["id"] = f"../{number}/<b>"[:64]
        cell["metadata"]["tags"] = {"a": 1}
        cell["metadata"]["mystnb"] = {"image": {"alt": "<script>"}}
    nb["cells"].append(code("1", grade_id="test_total_hidden", grade=True, solution=False, locked=True, points=99))
    nb["cells"].append(code("1", grade_id="../x", grade=True, solution=False, locked=True, points=99))
    nb["cells"][0]["metadata"]["nbgrader"] = ["x"]


def collide(nb):
    for name in ("test_double", "test_double_hidden", "test_total", "test_total_hidden"):
        cell_of(nb, name)["metadata"]["nbgrader"]["grade_id"] = "double"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory, released_course):
    """A class with all of these, graded: (folder, records by student, the bytes of what nobody may change)."""
    from tests.autograder.course_builder import Class

    if sys.platform != "linux" or sandbox.probe() == "none":
        pytest.skip("no walls work here")
    folder = tmp_path_factory.mktemp("submitted")
    group = Class(folder / "lop", released_course)
    outside = folder / "ngoai"
    outside.mkdir()
    (outside / "bi-mat.txt").write_text(SECRET)
    (group.folder / "bi-mat.txt").write_text(SECRET)
    group.submit("an-dung", RIGHT)
    show = """
import glob
for p in glob.glob('**', recursive=True):
    try: print(p, open(p).read())
    except Exception: pass
"""
    places = {}
    for student in ("lien-ket", "ong", "sau", "nhan", "trung", "so-tay-la-ong", "so-tay-la-lien-ket", "cham-nguoc"):
        change = {"nhan": metadata, "trung": collide}.get(student)
        path = group.submit(student, RIGHT | {"double": show + RIGHT["double"]}, change=change)
        places[student] = path.parent
    place = places["lien-ket"]
    (place / "a.txt").symlink_to(outside / "bi-mat.txt")
    (place / "b").symlink_to(outside)
    (place / "c").symlink_to("/proc/self/fd")
    (place / "d.txt").symlink_to("../../../bi-mat.txt")
    (place / "numbers.txt").symlink_to(outside / "bi-mat.txt")
    (place / "timestamp.txt").symlink_to(outside / "bi-mat.txt")
    os.mkfifo(places["ong"] / "ong.txt")
    with socket.socket(socket.AF_UNIX) as one:
        os.chdir(places["ong"])
        one.bind("o.sock")
        os.chdir("/")
    deep(places["sau"])
    for student, make in (
        ("so-tay-la-ong", os.mkfifo),
        ("so-tay-la-lien-ket", lambda p: p.symlink_to(outside / "bi-mat.txt")),
    ):
        path = places[student] / f"{SLUG}.ipynb"
        path.unlink()
        make(path)
    (places["cham-nguoc"] / "numbers.txt").write_text("9 9 9")
    for name in NAMES:
        group.submit(name, RIGHT)
    before = {path: path.read_bytes() for path in (outside / "bi-mat.txt", group.folder / "bi-mat.txt")}
    try:
        run = batch.run(batch.plan(Course(released_course), group.folder), workers=1)
        yield folder, {record["student"]: record for record in run.graded}, before
    finally:
        remove_deep(places["sau"])


def scores(record):
    return tuple(mark["score"] for mark in record["marks"])


def test_everybody_gets_what_is_theirs(outcome):
    _, records, _ = outcome
    for student in ("an-dung", "lien-ket", "ong", "sau", "nhan", "trung", "cham-nguoc", *NAMES):
        assert scores(records[student]) == FULL, student
    for student in ("so-tay-la-ong", "so-tay-la-lien-ket"):
        assert student not in records or sum(scores(records[student])) == 0


def test_nothing_of_others_is_read_or_changed(outcome):
    folder, _, before = outcome
    assert all(path.read_bytes() == data for path, data in before.items())
    assert sorted(p.name for p in folder.iterdir()) == ["lop", "ngoai"]
    for part in ("autograded", "feedback", "reports"):
        for path in (folder / "lop" / part).rglob("*"):
            assert not path.is_symlink(), path
            if path.is_file():
                assert SECRET.encode() not in path.read_bytes(), path


def test_names_stay_names(outcome):
    folder, records, _ = outcome
    made = {path.name for path in (folder / "lop" / "autograded").iterdir()}
    assert made <= {path.name for path in (folder / "lop" / "submitted").iterdir()}
    for name in NAMES:
        for path in (folder / "lop" / "feedback" / name).rglob("*.html"):
            page = path.read_text(encoding="utf-8")
            assert "<script>alert" not in page and "\u202e" not in page and "\x1b" not in page
    json.dumps(list(records))
