"""What students really hand in: read it, or say why not; repair what can be repaired."""

import copy
import json

import pytest

from autograder import errors, notebook
from autograder.course import Course
from autograder.notebook import reading
from tests.autograder.course_builder import HALF, RIGHT, answered, cell_of

SLUG = "so-va-tong"
NESTED = "[" * 100_000


@pytest.fixture(scope="module")
def assignment(released_course):
    return Course(released_course).load(SLUG)


@pytest.fixture(scope="module")
def released(released_course):
    return json.loads((released_course / "exercises" / SLUG / f"{SLUG}.ipynb").read_text(encoding="utf-8"))


@pytest.fixture
def repaired(assignment, tmp_path):
    def repair(nb, **options):
        path = tmp_path / f"{SLUG}.ipynb"
        path.write_text(json.dumps(nb, ensure_ascii=False), encoding="utf-8")
        return notebook.submission(path, assignment, **options)

    return repair


def ids(submission):
    return [c.metadata["nbgrader"]["grade_id"] for c in submission.notebook.cells if "nbgrader" in c.metadata]


def source(submission, name):
    (cell,) = [c for c in submission.notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name]
    return cell.source


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (b"", errors.NotebookEmpty, "tệp rỗng"),
        (b" \n\n", errors.NotebookEmpty, "tệp rỗng"),
        (b"%PDF-1.4", errors.NotebookNotJSON, "là tệp PDF"),
        (b"PK\x03\x04\xff\xfe", errors.NotebookNotJSON, "là tệp nén ZIP"),
        (b"\x89PNG\r\n\x1a\n", errors.NotebookNotJSON, "là tệp ảnh PNG"),
        (b"<!DOCTYPE html><html><body>{}</body></html>", errors.NotebookNotJSON, "trang web"),
        (b"https://colab.research.google.com/drive/1aBc\n", errors.NotebookNotJSON, "chỉ chứa một liên kết"),
        (b"Em nop bai a", errors.NotebookNotJSON, "không phải JSON"),
        ('{"bài": }'.encode("cp1258", "replace"), errors.NotebookNotJSON, "dòng 1, cột 9"),
        (b'{"cells": [{"cell_type": "code", "sour', errors.NotebookNotJSON, "cắt cụt"),
        (b'{"cells": [,]}', errors.NotebookNotJSON, "dòng 1, cột 12"),
        (NESTED.encode(), errors.NotebookNotJSON, "JSON"),
        (b"[1, 2]", errors.NotANotebook, "không phải sổ tay"),
        (b'{"a": 1}', errors.NotANotebook, "không phải sổ tay"),
        (b'{"cells": 3}', errors.NotANotebook, "danh sách ô"),
        (b'{"worksheets": 3}', errors.NotANotebook, "không phải sổ tay"),
        (b'{"cells": []}', errors.NotebookEmpty, "không có ô nào"),
        (
            b'{"cells": [1, null, {"cell_type": "x"}, {"cell_type": "code", "source": 3}]}',
            errors.NotebookEmpty,
            "không có ô nào",
        ),
        (b'{"cells": [{"cell_type": "code", "source": "1"}]}', errors.NotANotebook, "không có ô nào của bài"),
    ],
)
def test_unreadable(tmp_path, assignment, data, kind, message):
    path = tmp_path / f"{SLUG}.ipynb"
    path.write_bytes(data)
    with pytest.raises(kind, match=message) as caught:
        notebook.submission(path, assignment)
    assert "\n" not in str(caught.value)


def test_missing_folder_and_too_large(tmp_path, assignment, monkeypatch):
    with pytest.raises(errors.NotebookMissing, match="không tồn tại"):
        notebook.read(tmp_path / "x.ipynb")
    with pytest.raises(errors.NotebookMissing, match="thư mục"):
        notebook.read(tmp_path)
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    (tmp_path / "x.ipynb").write_text("x" * 11)
    with pytest.raises(errors.NotebookTooLarge):
        notebook.read(tmp_path / "x.ipynb")


def test_find(tmp_path):
    with pytest.raises(errors.NotebookMissing, match="thư mục trống"):
        notebook.find(tmp_path, SLUG)
    (tmp_path / "bài làm.ipynb").write_text("{}")
    path, (note,) = notebook.find(tmp_path, SLUG)
    assert path.name == "bài làm.ipynb" and note.serious and note.kind == "name"
    (tmp_path / "khác.ipynb").write_text("{}")
    with pytest.raises(errors.NotebookMissing, match="2 sổ tay khác"):
        notebook.find(tmp_path, SLUG)
    (tmp_path / f"{SLUG}.ipynb").symlink_to("/etc/hostname")
    with pytest.raises(errors.NotebookUnreadable, match="symlink"):
        notebook.find(tmp_path, SLUG)


def test_a_good_notebook_needs_no_note(repaired, released, assignment):
    done = repaired(answered(released, RIGHT))
    assert done.notes == () and done.untouched == frozenset() and done.absent == frozenset()
    assert ids(done) == [c.grade_id for c in assignment.cells]
    assert "check.raises" in source(done, "test_total_error_hidden")
    assert source(done, "double") == RIGHT["double"]
    assert repaired(released).untouched == {"double", "total"}


def test_the_students_version_has_no_hidden_test(repaired, released):
    assert "check.raises" not in source(repaired(answered(released, RIGHT), released=True), "test_total_error_hidden")


def test_bom_crlf_and_foreign_metadata(tmp_path, assignment, released):
    nb = answered(released, RIGHT)
    nb["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    for cell in nb["cells"]:
        cell["metadata"] |= {"id": "abc", "vscode": {"languageId": "python"}}
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    path = tmp_path / f"{SLUG}.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(nb).encode())
    done = notebook.submission(path, assignment)
    assert [note.kind for note in done.notes] == ["kernel"] and not done.notes[0].serious  # R, which it is not
    assert source(done, "double") == RIGHT["double"] and done.notebook.metadata.kernelspec.name == "python3"


def test_edited_tests_are_restored(repaired, released):
    nb = answered(released, HALF)
    cell_of(nb, "test_double")["source"] = "pass"
    cell_of(nb, "test_total")["metadata"]["nbgrader"]["points"] = 1000
    cell_of(nb, "test_total_hidden")["metadata"]["nbgrader"]["grade"] = False
    done = repaired(nb)
    assert {n.kind for n in done.notes} == {"edited", "label"} and not any(n.serious for n in done.notes)
    assert "check.number" in source(done, "test_double")
    cell = next(c for c in done.notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "test_total")
    assert cell.metadata.nbgrader.points == 0.5


def test_missing_cells_are_added_where_they_belong(repaired, released, assignment):
    nb = answered(released, RIGHT)
    gone = ("test_double", "test_double_hidden", "test_total_error_hidden", "setup")
    nb["cells"] = [c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") not in gone]
    done = repaired(nb)
    assert ids(done) == [c.grade_id for c in assignment.cells]
    (note,) = done.notes
    assert note.kind == "missing" and all(f"`{name}`" in note.text for name in gone if name != "setup")


def test_a_missing_solution_cell_is_no_stub(repaired, released):
    nb = answered(released, RIGHT)
    nb["cells"].remove(cell_of(nb, "total"))
    done = repaired(nb)
    assert done.absent == {"total"} and done.untouched == frozenset()
    assert source(done, "total") == ""


def test_duplicates(repaired, released):
    nb = answered(released, RIGHT)
    first = cell_of(nb, "total")
    stub = copy.deepcopy(cell_of(released, "total"))
    earlier = copy.deepcopy(first) | {"source": "def total(values): return 99", "id": "x1"}
    place = nb["cells"].index(first)
    nb["cells"][place + 1 : place + 1] = [stub]
    nb["cells"][place:place] = [earlier]
    nb["cells"].append(copy.deepcopy(cell_of(nb, "test_total")))
    done = repaired(nb)
    assert source(done, "total") == RIGHT["total"]  # the last answer; the stub after it does not count
    assert any(c.source == "def total(values): return 99" for c in done.notebook.cells)  # still runs, as it stood
    assert ids(done).count("test_total") == 1
    assert sum(n.kind == "duplicate" and n.serious for n in done.notes) == 2
    cell_ids = [c.id for c in done.notebook.cells]
    assert len(cell_ids) == len(set(cell_ids))


def test_lost_labels_are_recovered_by_cell_id_and_by_text(repaired, released, assignment):
    nb = answered(released, RIGHT)
    for cell in nb["cells"]:
        cell["metadata"] = {}
    done = repaired(nb)
    assert ids(done) == [c.grade_id for c in assignment.cells] and source(done, "total") == RIGHT["total"]
    assert not any(n.serious for n in done.notes)
    for i, cell in enumerate(nb["cells"]):
        cell["id"] = f"new{i}"
    done = repaired(nb)  # now the tests can be told by their text, the answers by what they define
    assert ids(done) == [c.grade_id for c in assignment.cells] and source(done, "total") == RIGHT["total"]
    assert [n.kind for n in done.notes] == ["label"] and done.absent == frozenset()


def test_tests_before_their_solution_are_moved(repaired, released):
    nb = answered(released, RIGHT)
    nb["cells"].append(nb["cells"].pop(nb["cells"].index(cell_of(nb, "total"))))
    done = repaired(nb)
    order = ids(done)
    assert order.index("total") < order.index("test_total") < order.index("test_total_hidden")
    assert [n.kind for n in done.notes] == ["order"]


def test_changed_cell_type_and_unknown_ids(repaired, released):
    nb = answered(released, RIGHT)
    cell = cell_of(nb, "double")
    cell["cell_type"] = "markdown"
    nb["cells"].append(
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "evil", "points": 9}}, "source": "1"}
    )
    done = repaired(nb)
    assert {n.kind for n in done.notes} == {"type", "label", "unknown"} or {n.kind for n in done.notes} == {
        "type",
        "unknown",
    }
    assert "evil" not in ids(done)
    assert next(c for c in done.notebook.cells if c.source == RIGHT["double"]).cell_type == "code"


def test_strange_labels_do_no_harm(repaired, released):
    nb = answered(released, RIGHT)
    cell_of(nb, "test_double")["metadata"]["nbgrader"]["points"] = {"a": 1}
    cell_of(nb, "test_total")["metadata"]["nbgrader"]["points"] = float("nan")
    nb["cells"][0]["metadata"] = {"nbgrader": 3, "tags": "x"}
    nb["cells"][-1]["metadata"] = {"nbgrader": {"grade_id": ["x"]}}
    assert repaired(nb).untouched == frozenset()


@pytest.mark.parametrize(
    "source", [" " * 190_000, "\t" * 190_000 + "x", "a[" * 90_000, "x = " * 40_000, "\\\n" * 90_000]
)
def test_a_long_line_is_read_in_time(assignment, released, tmp_path, source):
    nb = answered(released, RIGHT)
    nb["cells"].append({"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None})
    (tmp_path / "a.ipynb").write_text(json.dumps(nb), encoding="utf-8")
    assert notebook.submission(tmp_path / "a.ipynb", assignment).notebook.cells[-1].source == source
