"""A newcomer with nothing but the zip does to the letter what BẮT-ĐẦU.txt says, in a folder with blanks and accents.

The packages come from wherever pip gets them; the project's own environment is out of sight.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile

import pytest

from tests.autograder.classroom import lms
from tests.autograder.course_builder import answered
from tests.conftest import ROOT
from tests.graders.assignment import bank, load

SLUG, AN = "hello", "23520001"
GUIDE = "BẮT-ĐẦU.txt"
PLACE = "Máy của tôi/học kỳ 1 (năm 2026)"
#: what of this process's environment a newcomer's shell has, too
KEPT = re.compile(r"PATH|HOME|LANG|LC_ALL|TMPDIR|TMP|TEMP|PIP_\w+|SSL_\w+|REQUESTS_\w+|\w+_PROXY", re.IGNORECASE)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="các dòng lệnh của Linux và macOS")]


def shell(command, folder):
    own = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if not p.startswith(sys.prefix))
    env = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)} | {"PATH": own}
    done = subprocess.run(command, cwd=folder, env=env, shell=True, capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout + done.stderr


def commands(guide):
    """What the guide has one type on Linux and macOS, line by line."""
    return [line.strip() for line in guide.split("\n") if re.match(r" {5}(python3|\.venv/bin/)", line)]


@pytest.fixture(scope="module")
def right():
    sources = {name: cell.source for name, cell in load(SLUG).solutions.items()}
    return {one.task: one.source(sources[one.task]) for one in bank(SLUG).answers if one.is_right}


@pytest.fixture
def unpacked(tmp_path, invoke):
    """Return a function that hands out a zip and unpacks it; it returns the folder in which the guide lies."""

    def make(*arguments):
        code, _, err = invoke("bundle", *arguments, "-o", tmp_path / "phat", "--course", ROOT)
        assert code == 0, err
        (path,) = (tmp_path / "phat").iterdir()
        home = tmp_path / PLACE
        home.mkdir(parents=True)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(home)
        (folder,) = home.iterdir()  # nothing lies about beside it
        assert unicodedata.normalize("NFC", GUIDE) in {path.name for path in folder.iterdir()}
        return folder

    return make


def install(home, line):
    """Follow the two lines that install; without any package to be had there is nothing to follow."""
    if shutil.which("python3") is None:
        pytest.skip("máy không có lệnh python3")
    code, told = shell("python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'", home)
    if code:
        pytest.skip("lệnh python3 của máy cũ hơn 3.11")
    code, told = shell("python3 -m venv .venv", home)
    if code and "ensurepip" in told:
        pytest.skip("máy thiếu gói python3-venv")
    assert code == 0, told
    if shell(".venv/bin/pip download --quiet --no-deps --dest thu-mang jupyterlab", home)[0]:
        pytest.skip("pip không tải được gói nào ở máy này")
    shutil.rmtree(home / "thu-mang")
    code, told = shell(line, home)
    assert code == 0, told


def test_from_the_zip_to_the_grade(unpacked, invoke, tmp_path, right):
    home = unpacked(SLUG)
    told = (home / GUIDE).read_text("utf-8")
    assert f"thư mục {SLUG}" in told and "pytorch" not in told  # nothing heavy for this one
    venv, pip, lab = commands(told)
    assert (venv, lab) == ("python3 -m venv .venv", f".venv/bin/jupyter lab {SLUG}.ipynb")
    install(home, pip)

    # the page opens (it is not looked at here), and what it runs is what `jupyter execute` runs, with nbclient
    code, out = shell(f"{lab} --version", home)
    assert code == 0, out
    run = f".venv/bin/jupyter execute --inplace {SLUG}.ipynb"
    code, out = shell(run, home)
    assert code != 0 and "NotImplementedError" in out  # as the notebook says of what is not done yet
    notebook = home / f"{SLUG}.ipynb"
    given = json.loads(notebook.read_text("utf-8"))
    notebook.write_text(json.dumps(answered(given, right), ensure_ascii=False), encoding="utf-8")
    code, out = shell(run, home)
    assert code == 0, out
    done = json.loads(notebook.read_text("utf-8"))
    said = [output for cell in done["cells"] for output in cell.get("outputs", ())]
    assert len(said) == len(right) and all("đạt" in "".join(output["text"]) for output in said)

    # handed in as it lies there
    assert f"Nộp tệp {notebook.name}" in told
    folder = tmp_path / "lop"
    (tmp_path / "ds.csv").write_text(lms.STUDENTS, encoding="utf-8")
    assert invoke("new", folder, "--roster", tmp_path / "ds.csv", "--course", ROOT)[0] == 0
    data = {lms.moodle_file("Nguyễn Văn An", 101, notebook.name): notebook.read_bytes()}
    assert invoke("collect", folder, lms.pack(tmp_path / "moodle.zip", data), "--course", ROOT)[0] == 0
    code, _, err = invoke("grade", folder, "--course", ROOT)
    assert code == 0, err
    record = json.loads((folder / "reports" / SLUG / f"{AN}.json").read_text("utf-8"))
    assert (record["score"], record["max"], record["notes"]) == (10, 10, [])


def test_the_zip_of_all_says_how_to_open_one(unpacked):
    home = unpacked("--together", SLUG, "mlp")
    venv, pip, lab = commands((home / GUIDE).read_text("utf-8"))
    assert (venv, pip, lab) == (
        "python3 -m venv .venv",
        ".venv/bin/pip install -r requirements.txt",
        ".venv/bin/jupyter lab",
    )
    assert "torch" in (home / "requirements.txt").read_text("utf-8").split()
    told = (home / "mlp" / GUIDE).read_text("utf-8")
    assert "đọc hết mục 2 rồi hãy gõ" in told  # torch: what is lighter is told before anything is typed
    assert commands(told)[2].endswith("/whl/cpu")
