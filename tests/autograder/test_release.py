"""From solutions/ to exercises/: the same bytes every time, nothing secret, nobody's work lost."""

import json

import pytest

from autograder import release as releases
from autograder.course import Course
from autograder.errors import AssignmentBroken, OutputUnwritable
from tests.autograder.conftest import run
from tests.autograder.course_builder import (
    RIGHT,
    SETUP,
    answered,
    cell_of,
    code,
    exam,
    markdown,
    numbers_cells,
    solution,
    write_source,
)

SLUG = "so-va-tong"


def snapshot(folder):
    return {
        p.relative_to(folder): (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_released_notebook(released_course):
    path = released_course / "exercises" / SLUG / f"{SLUG}.ipynb"
    text = path.read_text(encoding="utf-8")
    for secret in ("BEGIN", "END", "secret_accumulator", "check.raises", "double(-2)", "some-kernel", "whatever"):
        assert secret not in text
    nb = json.loads(text)
    assert cell_of(nb, "double")["source"][-2:] == ["    # Viết mã của bạn ở đây\n", "    raise NotImplementedError()"]
    assert cell_of(nb, "test_double_hidden")["source"] == ["# Kiểm tra ẩn: số âm."]
    assert cell_of(nb, "test_double")["metadata"]["nbgrader"]["points"] == 0.5
    assert cell_of(nb, "test_double")["metadata"]["editable"] is False
    assert [c["id"] for c in nb["cells"]] == [f"c{i:02d}" for i in range(len(nb["cells"]))]
    assert nb["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert (path.parent / "numbers.txt").read_text() == "1 2 3\n"


def test_released_again_is_byte_identical_and_untouched(course, released_course, tmp_path):
    before = snapshot(course / "exercises")
    results = releases.release(Course(course))
    assert [r.state for r in results] == ["không đổi", "không đổi"]
    assert snapshot(course / "exercises") == before
    for file in (course / "exercises").rglob("*.ipynb"):
        file.unlink()
    assert [r.state for r in releases.release(Course(course))] == ["tạo mới", "tạo mới"]
    assert {k: v[0] for k, v in snapshot(course / "exercises").items()} == {k: v[0] for k, v in before.items()}


def test_outputs_ids_and_odd_metadata_do_not_matter(course):
    """A source that was executed, or saved by another editor, gives the same release."""
    wanted = (course / "exercises" / SLUG / f"{SLUG}.ipynb").read_bytes()
    source = course / "solutions" / SLUG / f"{SLUG}.ipynb"
    nb = json.loads(source.read_text())
    for cell in nb["cells"]:
        cell["metadata"]["execution"] = {"iopub.status.busy": "2020"}
        if cell["cell_type"] == "code":
            cell["execution_count"] = 7
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "secret output"}]
    nb["metadata"]["widgets"] = {"state": {}}
    source.write_text(json.dumps(nb, indent=4))
    releases.release(Course(course), [SLUG])
    assert (course / "exercises" / SLUG / f"{SLUG}.ipynb").read_bytes() == wanted

    for cell in nb["cells"]:
        del cell["id"]
    nb["nbformat_minor"] = 4
    source.write_text(json.dumps(nb))
    releases.release(Course(course), [SLUG])
    first = (course / "exercises" / SLUG / f"{SLUG}.ipynb").read_bytes()
    assert releases.release(Course(course), [SLUG])[0].state == "không đổi"
    assert b'"id": "test_double"' in first


def test_check_reports_drift_and_writes_nothing(course, invoke):
    notebook = course / "exercises" / SLUG / f"{SLUG}.ipynb"
    assert invoke("release", "--check", "--course", course)[0] == 0
    notebook.write_text(notebook.read_text().replace("Viết hai hàm", "Viết ba hàm"))
    (course / "exercises" / SLUG / "extra.txt").write_text("x")
    (course / "exercises" / SLUG / "numbers.txt").unlink()
    before = snapshot(course)
    code, out, err = invoke("release", "--check", "--course", course)
    assert code == 1
    assert "numbers.txt: thiếu" in " ".join(out.split())
    assert "lệch" in out and err.startswith("Lỗi: ") and err.count("\n") == 1
    assert snapshot(course) == before
    states = [r.changes for r in releases.release(Course(course), [SLUG], check=True)]
    assert states == [("numbers.txt: thiếu", f"{SLUG}.ipynb: khác", "extra.txt: thừa")]


def test_a_students_work_is_not_overwritten(course, invoke):
    notebook = course / "exercises" / SLUG / f"{SLUG}.ipynb"
    stub = notebook.read_bytes()
    notebook.write_text(json.dumps(answered(json.loads(stub), {"double": RIGHT["double"]})))
    work = notebook.read_bytes()
    (notebook.parent / "nhap.py").write_text("mine = 1")
    (result,) = releases.release(Course(course), [SLUG])
    assert result.state == "giữ nguyên" and notebook.read_bytes() == work
    code, _, err = invoke("release", SLUG, "--course", course)
    assert code == 0 and "--force" in err
    (result,) = releases.release(Course(course), [SLUG], force=True)
    assert result.state == "cập nhật" and notebook.read_bytes() == stub
    assert not (notebook.parent / "nhap.py").exists()


def test_an_untouched_stub_of_an_earlier_version_is_updated(course):
    cells = numbers_cells()
    cells[3]["source"] = cells[3]["source"].replace("Return twice x.", "Return 2 x.")
    write_source(course, SLUG, cells)
    (result,) = releases.release(Course(course), [SLUG])
    assert result.state == "cập nhật"
    assert "Return 2 x." in (course / "exercises" / SLUG / f"{SLUG}.ipynb").read_text()


TEST = exam("test_f", 1, "assert f() == 1")
SOLUTION = solution("f", "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([SOLUTION, TEST, TEST], "bị trùng"),
        ([solution("f", "### BEGIN SOLUTION\n1"), TEST], "thiếu «END SOLUTION»"),
        ([solution("f", "### END SOLUTION\n1"), TEST], "không có «BEGIN SOLUTION»"),
        ([solution("f", "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION"), TEST], "lồng nhau"),
        ([SOLUTION, TEST, code("### BEGIN SOLUTION\n1\n### END SOLUTION")], "không phải ô lời giải"),
        ([SOLUTION, TEST, code("### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS")], "không phải ô kiểm tra ẩn"),
        ([SOLUTION, exam("test_f", 1, "### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS")], "dòng chú thích"),
        ([SOLUTION, exam("test_f", -1, "f()")], "số điểm không hợp lệ"),
        ([SOLUTION, exam("test_f", "1", "f()")], "số điểm không hợp lệ"),
        ([SOLUTION, exam("test_f", 1, "f(")], "lỗi cú pháp ở dòng 1"),
        ([SOLUTION, exam("test_g", 1, "g()")], "không khớp ô lời giải nào"),
        ([SOLUTION, TEST, solution("g", "1")], "không có ô kiểm tra nào"),
        ([SOLUTION, exam("test f", 1, "f()")], "grade_id không hợp lệ"),
        ([markdown("# Trống")], "không có ô nào được tính điểm"),
    ],
)
def test_a_broken_source_is_refused_before_anything_is_written(course, cells, message):
    write_source(course, "hong", cells)
    before = snapshot(course)
    with pytest.raises(AssignmentBroken) as caught:
        releases.release(Course(course))
    assert any(message in problem for problem in caught.value.problems), caught.value.problems
    assert snapshot(course) == before


def test_a_broken_source_on_the_command_line(course):
    (course / "solutions" / SLUG / f"{SLUG}.ipynb").write_text("{")
    done = run("release", "--course", course)
    assert done.returncode == 4 and "Traceback" not in done.stderr
    assert done.stderr.startswith(f"Lỗi: Bài tập «{SLUG}» có lỗi ở bản gốc: {SLUG}.ipynb không đọc được")


def test_a_failure_while_writing_leaves_nothing_half_written(course, monkeypatch):
    cells = numbers_cells()
    cells[1]["source"] = SETUP + "\nMORE = 1"
    write_source(course, SLUG, cells)
    before = snapshot(course / "exercises")

    copy = releases.shutil.copyfile

    def full(source, target, **options):
        if "exercises" not in str(target):
            return copy(source, target, **options)
        target.write_bytes(source.read_bytes()[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(releases.shutil, "copyfile", full)
    with pytest.raises(OutputUnwritable, match="Không ghi được"):
        releases.release(Course(course), [SLUG])
    assert snapshot(course / "exercises") == before
