"""The zips for students: everything they need, nothing they must not see, the same bytes every time."""

import io
import json
import zipfile

import pytest

from autograder.classroom import bundle
from autograder.course import Course
from tests.autograder.course_builder import RIGHT, answered, notebook, numbers_cells
from tests.conftest import ROOT

SLUG, WORDS = "so-va-tong", "loi-chao"


@pytest.fixture
def made(invoke, course, tmp_path):
    """The helper package lies where the real course has it."""
    (course / "book" / "course").mkdir(parents=True)
    (course / "book" / "course" / "check.py").write_text("import numpy as np\n")

    def call(*arguments):
        code, _, err = invoke("bundle", *arguments, "-o", tmp_path / "phat", "--course", course)
        assert code == 0, err
        return {path.name: path.read_bytes() for path in (tmp_path / "phat").iterdir()}

    return call


def opened(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def between(text, what):
    return text.split(f"### BEGIN {what}")[1].split(f"### END {what}")[0]


def nothing_secret(files):
    """No line of a solution or a hidden test, looked for cell by cell in the sources the tests were built from."""
    cells = [cell["source"] for cell in numbers_cells()]
    hidden = [between(text, "HIDDEN TESTS") for text in cells if "BEGIN HIDDEN" in text]
    solved = [between(text, "SOLUTION") for text in cells if "BEGIN SOLUTION" in text]
    assert len(hidden) == 3 and len(solved) == 2
    told = [line.strip() for text in (*hidden, *solved) for line in text.split("\n") if len(line.strip()) > 12]
    told = [line for line in told if line != "from course import check"]
    assert len(told) >= 8
    for name, data in files.items():
        text = data.decode()
        if name.endswith(".ipynb"):
            text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
        assert [line for line in [*told, "BEGIN SOLUTION", "HIDDEN TESTS"] if line in text] == [], name


def test_one_zip_for_each(made):
    zips = made()
    assert zips.keys() == {f"{SLUG}.zip", f"{WORDS}.zip"}
    files = opened(zips[f"{SLUG}.zip"])
    assert files.keys() == {
        f"{SLUG}/{name}"
        for name in (f"{SLUG}.ipynb", "numbers.txt", "course/check.py", "requirements.txt", bundle.GUIDE)
    }
    assert files[f"{SLUG}/numbers.txt"] == b"1 2 3\n"
    assert files[f"{SLUG}/requirements.txt"] == b"jupyterlab\nnumpy\n"
    guide = files[f"{SLUG}/{bundle.GUIDE}"].decode()
    assert guide.startswith("Bài tập: Số và tổng") and "numbers.txt" in guide and "Nộp tệp so-va-tong.ipynb" in guide
    assert "py -m venv .venv" in guide  # on Windows there is no python3
    nothing_secret(files)
    nothing_secret(opened(zips[f"{WORDS}.zip"]))


def test_all_in_one(made):
    (data,) = made("--together").values()
    files = opened(data)
    assert {name.split("/")[0] for name in files} == {"bai-tap"}
    assert f"bai-tap/{SLUG}/{SLUG}.ipynb" in files and f"bai-tap/{WORDS}/{WORDS}.ipynb" in files
    assert files["bai-tap/requirements.txt"] == b"jupyterlab\nnumpy\n"
    guide = files[f"bai-tap/{bundle.GUIDE}"].decode()
    assert "Bài tập: Lời chào" in guide and "py -m venv .venv" in guide
    nothing_secret(files)


def test_the_same_bytes_every_time(made):
    assert made(SLUG) == made(SLUG) and made(SLUG).keys() == {f"{SLUG}.zip"}


def test_work_in_the_exercises_stays_home(made, course):
    path = course / "exercises" / SLUG / f"{SLUG}.ipynb"
    clean = made(SLUG)
    path.write_text(json.dumps(answered(json.loads(path.read_text()), RIGHT), ensure_ascii=False, indent=1))
    again = opened(made(SLUG)[f"{SLUG}.zip"])[f"{SLUG}/{SLUG}.ipynb"]
    assert json.loads(again) == json.loads(opened(clean[f"{SLUG}.zip"])[f"{SLUG}/{SLUG}.ipynb"])


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda path: path.write_text(json.dumps(notebook(numbers_cells()))), "có dòng chỉ bản gốc mới có"),
        (lambda path: (path.parent / "goi-y.txt").write_text("secret_accumulator = 0\n"), "chỉ bản gốc mới có"),
        (lambda path: path.write_text("{"), "Không đọc được"),
        (lambda path: path.unlink(), "chưa có sổ tay sinh viên"),
    ],
    ids=["source", "data", "broken", "gone"],
)
def test_nothing_is_written_when_something_is_wrong(invoke, course, tmp_path, break_it, message):
    path = course / "exercises" / SLUG / f"{SLUG}.ipynb"
    break_it(path)
    for more in ((), ("--together",)):
        code, _, err = invoke("bundle", SLUG, "-o", tmp_path / "phat", "--course", course, *more)
        assert code == 2 and message in err and err.count("\n") == 1, err
        assert not (tmp_path / "phat").exists()


def test_unknown(invoke, course, tmp_path):
    code, _, err = invoke("bundle", "so-va-ton", "-o", tmp_path / "phat", "--course", course)
    assert code == 2 and "ý bạn là «so-va-tong»?" in err


def test_a_line_that_students_have_anyway_is_no_secret(course):
    secrets = bundle.secrets(Course(course), SLUG)
    assert "secret_accumulator = 0" in secrets and "from course import check" not in secrets


def test_the_helper_package_is_whole():
    """The invented baskets are read from a table beside its modules."""
    course = Course(ROOT)
    names = {name.partition("/course/")[2] for name in bundle.files(course, "association-rules")}
    package = ROOT / "book" / "course"
    wanted = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    assert {name for name in wanted if "__pycache__" not in name} <= names
