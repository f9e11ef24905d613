"""A real class out of a public course: what the guide tells to do, walked with git and the commands.

The private clone has solutions, hidden tests and the class; the public one has neither, in no commit; students get
zips; what they hand in is graded with the private one.
"""

import json
import shutil
import subprocess
import zipfile

import pytest

from autograder.classroom import bundle
from autograder.course import Course
from tests.autograder.classroom.test_vary import DECLARED, SLUG, answer, cells
from tests.autograder.course_builder import answered, write_source

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
PUBLIC = ("book",)


def git(*arguments, cwd):
    name = ("-c", "user.name=Giang Vien", "-c", "user.email=gv@truong.edu.vn", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *name, *map(str, arguments)], cwd=cwd, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def committed(folder, text):
    git("add", "-A", cwd=folder)
    git("commit", "-q", "-m", text, cwd=folder)


def publish(private, lop, zips, public):
    """As the guide has it: only what is named goes out, with the class's own exercises, into a history of its own."""
    packed = git("archive", "HEAD", *PUBLIC, cwd=private)
    public.mkdir()
    subprocess.run(["tar", "-x", "-C", str(public)], input=packed, check=True)
    shutil.copytree(lop / "varied" / "exercises", public / "exercises")
    shutil.copytree(zips, public / "phat-bai")
    git("init", "-q", cwd=public)


def everything_ever(folder):
    """Return all that any commit of a repository holds, as one text."""
    names = git("rev-list", "--objects", "--all", cwd=folder).decode().splitlines()
    return "\n".join(git("cat-file", "-p", name.split()[0], cwd=folder).decode("utf-8", "replace") for name in names)


@pytest.fixture
def upstream(course):
    """The public course as its authors have it, solutions and all."""
    write_source(course, SLUG, cells(declared=DECLARED))
    (course / "README.md").write_text("# Khóa học\n", encoding="utf-8")
    (course / "book" / "course").mkdir(parents=True)
    (course / "book" / "course" / "check.py").write_text("import numpy\n")
    (course / "book" / "index.md").write_text("Chương một: `secret_accumulator = 0`\n", encoding="utf-8")
    git("init", "-q", cwd=course)
    return course


def test_the_walk(upstream, invoke, tmp_path):
    assert invoke("release", "--course", upstream)[0] == 0
    committed(upstream, "khóa học")
    private, public, students = tmp_path / "rieng", tmp_path / "mo", tmp_path / "cua-sinh-vien"
    git("clone", "-q", upstream, private, cwd=tmp_path)

    # the private clone: a hidden test of one's own, a class, its own constants
    path = private / "solutions" / SLUG / f"{SLUG}.ipynb"
    path.write_text(path.read_text().replace("assert times(5)", "assert times(-11) < times(7)\\nassert times(5)"))
    committed(private, "kiểm tra riêng của trường")
    lop = tmp_path / "lop"
    assert invoke("new", lop, "--course", private)[0] == 0
    code, _, err = invoke("vary", lop, "--course", private)
    assert code == 0, err
    zips = tmp_path / "phat"
    assert invoke("bundle", "--class", lop, "-o", zips, "--course", private)[0] == 0

    # the public one
    publish(private, lop, zips, public)
    assert sorted(path.name for path in public.iterdir()) == [".git", "book", "exercises", "phat-bai"]
    code, out, err = invoke("bundle", "--inspect", public, "--course", private)
    assert code == 0 and "Không thấy dòng nào" in out, out + err
    committed(public, "phát bài")
    git("clone", "-q", public, students, cwd=tmp_path)
    told = everything_ever(students) + "".join(
        archive.read(name).decode()
        for path in (students / "phat-bai").glob("*.zip")
        for archive in [zipfile.ZipFile(path)]
        for name in archive.namelist()
    )
    chapter = (students / "book" / "index.md").read_text()
    for place in (upstream, private, lop / "varied"):
        course = Course(place)
        secret = {line for slug in course.slugs() for line in bundle.secrets(course, slug) if line not in chapter}
        assert len(secret) > 10 and not [line for line in secret if line in told]
    for word in ("HIDDEN TESTS", "BEGIN SOLUTION", "vary:", "times(-11)", (lop / "vary.secret").read_text().strip()):
        assert word not in told

    # students work in what came out of the zip, or in the clone; the answers are graded with the private course
    with zipfile.ZipFile(students / "phat-bai" / f"{SLUG}.zip") as archive:
        archive.extractall(tmp_path / "may-cua-an")
    picked = json.loads((lop / "varied" / "vary.json").read_text())["assignments"][SLUG]["constants"]
    mine = json.loads((tmp_path / "may-cua-an" / SLUG / f"{SLUG}.ipynb").read_text())
    cloned = json.loads((students / "exercises" / SLUG / f"{SLUG}.ipynb").read_text())
    right = answer(picked["k"], picked["word"])
    for student, given, said in (("an", mine, right), ("binh", mine, answer(3, "mức cao")), ("chi", cloned, right)):
        place = lop / "submitted" / student / SLUG / f"{SLUG}.ipynb"
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(answered(given, said), ensure_ascii=False), encoding="utf-8")
    code, out, err = invoke("grade", lop, "--json", "--course", private)
    assert code == 0, err
    assert {one["student"]: one["score"] for one in json.loads(out)["submissions"]} == {
        "an": 8.0,
        "binh": 4.0,
        "chi": 8.0,
    }

    # with the public one nothing can be graded, and nothing is made up
    code, _, err = invoke("grade", tmp_path / "lop", "--course", students)
    assert code == 0, err  # the class has its own assignments
    shutil.rmtree(lop / "varied")
    code, _, err = invoke("grade", lop, "--course", students)
    assert code == 4 and "cần một thư mục có solutions/" in err


@pytest.mark.parametrize(
    "leak",
    [
        lambda public, text: (public / "ghi-chu.md").write_text(f"Gợi ý:\n    {text}\n"),
        lambda public, text: zipped(public / "phat-bai.zip", "trong/mot.py", text),
        lambda public, text: (public / "b.ipynb").write_text(json.dumps({"cells": [{"source": ["# a\n", text]}]})),
    ],
    ids=["text", "zip", "notebook"],
)
def test_a_leak_is_found(upstream, invoke, tmp_path, leak):
    public = tmp_path / "mo"
    public.mkdir()
    assert invoke("bundle", "--inspect", public, "--course", upstream)[0] == 0
    leak(public, "secret_accumulator += value")
    code, out, _ = invoke("bundle", "--inspect", public, "--course", upstream)
    assert code == 1 and "so-va-tong: secret_accumulator += value" in out and "Đừng công bố" in out


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("{course}", "chứa chính bản gốc của khóa học (solutions/)"),
        ("{course}/..", "chứa chính bản gốc của khóa học (solutions/)"),
        ("{course}/solutions/so-va-tong", "chứa chính bản gốc của khóa học (solutions/)"),
        ("{tmp}/khong-co", "không tồn tại"),
        ("{tmp}/tep.txt", "không phải thư mục hay tệp zip"),
    ],
)
def test_where_nothing_is_to_be_inspected(upstream, invoke, tmp_path, place, message):
    (tmp_path / "tep.txt").write_text("x")
    place = place.format(course=upstream, tmp=tmp_path)
    code, out, err = invoke("bundle", "--inspect", place, "--course", upstream)
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1, (out, err)


def test_a_zip_is_inspected(upstream, invoke, tmp_path):
    assert invoke("bundle", "so-va-tong", "-o", tmp_path, "--course", upstream)[0] == 0
    assert invoke("bundle", "--inspect", tmp_path / "so-va-tong.zip", "--course", upstream)[0] == 0
    zipped(tmp_path / "lo.zip", "trong/mot.py", "secret_accumulator += value")
    code, out, _ = invoke("bundle", "--inspect", tmp_path / "lo.zip", "--course", upstream)
    assert code == 1 and "lo.zip/trong/mot.py · so-va-tong" in out


def zipped(path, name, text):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, text)


def test_what_cannot_be_inspected(upstream, invoke, tmp_path):
    (tmp_path / "mo").mkdir()
    (tmp_path / "mo" / "x.zip").write_bytes(b"PK nothing")
    code, _, err = invoke("bundle", "--inspect", tmp_path / "mo", "--course", upstream)
    assert code == 2 and "Không đọc được x.zip" in err
