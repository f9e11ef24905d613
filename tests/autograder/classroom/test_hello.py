"""A student's first way round with the course's own first assignment: the zip, check, handing in, grade, feedback."""

import json
import zipfile

import pytest

from tests.autograder.classroom import lms
from tests.autograder.course_builder import answered
from tests.conftest import ROOT
from tests.graders.assignment import bank, load

SLUG = "hello"
AN, BINH, HOA, HAI = "23520001", "23520002", "23520003", "23520004"


@pytest.fixture(scope="module")
def answers():
    """The bank's right answers, and the wrong one that the second task asks to try first."""
    assignment, known = load(SLUG), bank(SLUG).answers
    sources = {name: cell.source for name, cell in assignment.solutions.items()}
    right = {one.task: one.source(sources[one.task]) for one in known if one.is_right}
    wrong = next(one for one in known if (one.task, one.name) == ("mean", "the_sum"))
    return right, right | {"mean": wrong.source(sources["mean"])}


def test_the_whole_way_round(tmp_path, invoke, answers):
    right, wrong = answers
    at = ("--course", ROOT)
    code, _, err = invoke("bundle", SLUG, "-o", tmp_path / "zip", *at)
    assert code == 0, err
    with zipfile.ZipFile(tmp_path / "zip" / f"{SLUG}.zip") as archive:
        archive.extractall(tmp_path / "may-cua-toi")
    home = tmp_path / "may-cua-toi" / SLUG
    given = json.loads((home / f"{SLUG}.ipynb").read_text("utf-8"))
    assert (home / "course" / "check.py").is_file() and (home / "BẮT-ĐẦU.txt").is_file()

    def work(solved, colab=False):
        done = answered(given, solved)
        if colab:
            cell = {
                "cell_type": "code",
                "metadata": {},
                "source": lms.colab_cell(),
                "outputs": [],
                "execution_count": None,
            }
            done["cells"].insert(0, cell | {"id": "colab"})
        return json.dumps(done, ensure_ascii=False).encode()

    def check():
        code, out, err = invoke("check", home / f"{SLUG}.ipynb", *at)
        assert err == ""
        return code, " ".join(out.split())

    code, out = check()
    assert code == 1 and "Chưa bài nào được làm" in out
    (home / f"{SLUG}.ipynb").write_bytes(work(wrong))
    code, out = check()
    assert code == 1 and "Bài 2 · mean `mean([3, 4, 5])`: đây là tổng; còn phải chia" in out
    assert "Cần sửa: bài 2 (mean)." in out and "2.5/2.75 điểm" in out
    (home / f"{SLUG}.ipynb").write_bytes(work(right))
    code, out = check()
    assert code == 0 and "Nộp tệp hello.ipynb" in out

    folder = tmp_path / "lop"
    (tmp_path / "ds.csv").write_text(lms.STUDENTS, encoding="utf-8")
    assert invoke("new", folder, "--roster", tmp_path / "ds.csv", *at)[0] == 0
    handed_in = {AN: work(right), BINH: work(wrong), HOA: work({"greet": right["greet"]}), HAI: work(right, colab=True)}
    names = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Đặng Hòa", "Phạm Hai")
    files = {
        lms.moodle_file(name, 100 + place, f"{SLUG}.ipynb"): data
        for place, (name, data) in enumerate(zip(names, handed_in.values(), strict=True))
    }
    code, _, err = invoke("collect", folder, lms.pack(tmp_path / "moodle.zip", files), *at)
    assert code == 0, err
    code, _, err = invoke("grade", folder, *at)
    assert code == 0, err
    report = json.loads(invoke("report", folder, "--json", "-")[1])
    assert {row["student"]: row["final"] for row in report["submissions"]} == {AN: 10, BINH: 9, HOA: 7, HAI: 10}
    pages = {who: (folder / "feedback" / who / SLUG / f"{SLUG}.html").read_text("utf-8") for who in handed_in}
    assert "đây là tổng" in pages[BINH] and "đây là tổng" not in pages[AN]
    assert "Kiểm tra ẩn" in pages[AN] and "Chưa làm" not in pages[AN]


def test_what_has_to_be_done_is_two_minutes():
    """Little more than a minute of reading, at 200 syllables a minute; one line to write, three cells to run."""
    cells = json.loads((ROOT / "exercises" / SLUG / f"{SLUG}.ipynb").read_text("utf-8"))["cells"]
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    first, rest = cells[: names.index("about_mean")], cells[names.index("about_mean") :]
    text = "\n".join("".join(cell["source"]) for cell in first if cell["cell_type"] == "markdown")
    assert len(text.split()) <= 220 and "chừng hai phút" in text and "Chỉ bài 1 là cần làm" in text
    to_run = [cell for cell in first if cell["cell_type"] == "code" and "HIDDEN" not in "".join(cell["source"])]
    assert names[: len(first)].count("greet") == 1 and len(to_run) == 4  # the last has comments only, till it is graded
    assignment = load(SLUG)
    (line,) = assignment.solutions["greet"].source.split("### BEGIN SOLUTION\n")[1].split("    ### END")[0].splitlines()
    assert len(line.strip()) < 40
    assert sum(test.points for test in assignment.tests_of("greet")) == 7
    assert "tùy chọn" in "".join(rest[0]["source"])
    for page in ("exercises/README.md", "book/setup.md", "book/appendix/instructor-guide.md"):
        assert "chừng hai phút" in (ROOT / page).read_text("utf-8"), page
