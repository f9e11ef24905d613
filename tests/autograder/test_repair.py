"""A gallery of what students really hand in, with the points each must get and the words it must be told in.

The repaired notebooks are run here by a plain `exec` of their cells, which takes no time.
"""

import contextlib
import copy
import io
import json
import time
import unicodedata

import pytest

from autograder import notebook, preflight
from autograder.course import Course
from autograder.errors import NotebookMissing, NotebookNotJSON, NotebookTooLarge
from tests.autograder import editors
from tests.autograder.course_builder import RIGHT, answered, cell_of, code

SLUG = "so-va-tong"
ALL = {"test_double", "test_double_hidden", "test_total", "test_total_hidden", "test_total_error_hidden"}
DOUBLE = {"test_double", "test_double_hidden"}
BOTH = RIGHT["double"] + "\n\n\n" + RIGHT["total"]


@pytest.fixture(scope="module")
def assignment(released_course):
    return Course(released_course).load(SLUG)


@pytest.fixture(scope="module")
def stub(released_course):
    nb = json.loads((released_course / "exercises" / SLUG / f"{SLUG}.ipynb").read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        cell["source"] = "".join(cell["source"])
    return nb


@pytest.fixture
def good(stub):
    return answered(stub, RIGHT)


@pytest.fixture
def repair(assignment, tmp_path, monkeypatch):
    """Return a function: from what is handed in (a dict, text or bytes) to the submission."""
    monkeypatch.chdir(assignment.folder)

    def call(content):
        if isinstance(content, dict):
            content = json.dumps(content, ensure_ascii=False)
        path = tmp_path / f"{SLUG}.ipynb"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return notebook.submission(path, assignment)

    return call


def passing(submission):
    """Run the cells; return the names of the test cells that end without an error."""
    space, passed = {"__name__": "__main__"}, set()
    for cell in submission.notebook.cells:
        if cell.cell_type == "code":
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                exec(compile(cell.source, "<cell>", "exec"), space)
                passed.add(cell.metadata.get("nbgrader", {}).get("grade_id"))
    return passed & ALL


def kinds(submission):
    return [note.kind for note in submission.notes]


def told(submission):
    return " ".join(note.text for note in submission.notes)


def unlabelled(nb):
    nb = copy.deepcopy(nb)
    for number, cell in enumerate(nb["cells"]):
        cell["metadata"], cell["id"] = {}, f"new{number}"
    return nb


# --- editors and versions ---------------------------------------------------------------------------------------

FILES = {
    "colab": (editors.colab, []),
    "colab without labels": (lambda nb: editors.colab(nb, labels=False), ["label"]),
    "vscode": (editors.vscode, []),
    "kaggle": (editors.kaggle, ["label"]),
    "deepnote": (editors.deepnote, ["label"]),
    "nbformat 3": (editors.nbformat3, []),
    "nbformat 2": (lambda nb: editors.nbformat3(nb, 2), []),
    "a later minor version": (lambda nb: json.dumps(nb | {"nbformat_minor": 99}), []),
    "a later version": (lambda nb: json.dumps(nb | {"nbformat": 5, "nbformat_minor": 0}), []),
    "no version": (lambda nb: json.dumps({"cells": nb["cells"]}), []),
    "a script": (editors.script, ["damaged", "label"]),
    "BOM and CRLF": (lambda nb: "\ufeff" + json.dumps(nb, indent=1).replace("\n", "\r\n"), []),
    "CR only": (lambda nb: json.dumps(nb, indent=1).replace("\n", "\r").replace("\\n", "\\r"), []),
    "UTF-16": (lambda nb: json.dumps(nb, ensure_ascii=False).encode("utf-16"), ["encoding"]),
    "UTF-16 without mark": (lambda nb: json.dumps(nb, ensure_ascii=False).encode("utf-16-le"), ["encoding"]),
    "UTF-32": (lambda nb: json.dumps(nb, ensure_ascii=False).encode("utf-32"), ["encoding"]),
    "another kernel": (
        lambda nb: json.dumps(nb | {"metadata": {"kernelspec": {"name": "moi-truong-cua-em", "language": "python"}}}),
        [],
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_whoever_wrote_the_file(repair, good, assignment, name):
    write, expected = FILES[name]
    done = repair(write(good))
    assert passing(done) == ALL
    assert kinds(done) == expected and not any(n.serious for n in done.notes if n.kind != "damaged")
    assert [c.metadata.nbgrader.grade_id for c in done.notebook.cells if "nbgrader" in c.metadata] == [
        cell.grade_id for cell in assignment.cells if name not in ("a script", "kaggle") or cell.kind != "locked"
    ] or name in ("a script", "kaggle")
    assert not (done.absent or done.untouched)


@pytest.mark.parametrize("write", [editors.colab, editors.vscode, editors.kaggle, editors.deepnote, unlabelled])
def test_an_untouched_notebook_is_untouched_whoever_wrote_it(repair, stub, write):
    done = repair(write(stub))
    assert done.untouched == {"double", "total"} and done.absent == frozenset() and passing(done) == set()


def test_text_in_another_encoding(repair, good):
    cell_of(good, "double")["source"] += '\n\n\nchào = "Xin chào, tiếng Việt"  # đã sửa'
    text = json.dumps(good, ensure_ascii=False)
    old = unicodedata.normalize("NFC", text)
    for composed, apart in (("ế", "ê\u0301"), ("ệ", "ê\u0323"), ("à", "a\u0300"), ("ã", "a\u0303"), ("ử", "ư\u0309")):
        old = old.replace(composed, apart)
    done = repair(old.encode("cp1258", "replace"))
    assert passing(done) == ALL and "encoding" in kinds(done) and "Windows-1258" in told(done)
    source = next(c.source for c in done.notebook.cells if "Xin" in c.source)
    assert 'chào = "Xin chào, tiếng Việt"' in source
    done = repair(unicodedata.normalize("NFD", text))
    assert passing(done) == ALL and kinds(done) == ["encoding"] and "NFD" in told(done)
    assert "tiếng Việt" in next(c.source for c in done.notebook.cells if "Xin" in c.source)
    done = repair(text.encode().replace("đã".encode(), b"\xff\xfe"))
    assert passing(done) == ALL and "2 ký tự hỏng" in told(done)


def test_letters_that_are_no_vietnamese_stay_as_they_are(repair, good):
    cell_of(good, "double")["source"] += "\nångström = '\u212b \u2126 e\u0308'"
    done = repair(good)
    assert done.notes == () and any("\u212b \u2126 e\u0308" in c.source for c in done.notebook.cells)


def test_huge_outputs(repair, good):
    cell_of(good, "double")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 11_000_000}]
    done = repair(good)
    assert passing(done) == ALL and kinds(done) == ["size"] and "11 MB" in told(done)
    assert not any(c.get("outputs") for c in done.notebook.cells)


# --- broken JSON ------------------------------------------------------------------------------------------------


def pretty(nb):
    return json.dumps(nb, indent=1, ensure_ascii=False)


def conflict(good, stub):
    """Return what git leaves when two branches changed the cell of `double`."""
    ours, theirs = copy.deepcopy(good), copy.deepcopy(good)
    cell_of(ours, "double")["source"] = cell_of(stub, "double")["source"]
    a, b = (pretty(nb).splitlines(keepends=True) for nb in (ours, theirs))
    start = next(i for i in range(len(a)) if a[i] != b[i])
    assert len(a) == len(b) and a[start + 1 :] == b[start + 1 :]
    return "".join([*a[:start], "<<<<<<< HEAD\n", a[start], "=======\n", b[start], ">>>>>>> 1a2b3c\n", *a[start + 1 :]])


def without_comma(text):
    return text.replace('"nbformat": 4,', '"nbformat": 4', 1)


BROKEN = {
    "a comma too many": (lambda nb, _: pretty(nb).replace("\n }", "\n },", 1).replace("\n]", ",\n]"), ALL, "cú pháp"),
    "a comma too few": (lambda nb, _: without_comma(pretty(nb)), ALL, "cú pháp"),
    "line ends in a text": (lambda nb, _: pretty(nb).replace("\\n", "\n"), ALL, "cú pháp"),
    "something after it": (lambda nb, _: pretty(nb) + "\nEm cảm ơn thầy", ALL, "nội dung thừa"),
    "a bad escape": (lambda nb, _: pretty(nb).replace("return x + x", "return x + x  # C:\\Users"), ALL, "cú pháp"),
    "cut at the end": (lambda nb, _: pretty(nb)[:-40], ALL, "cắt cụt"),
    "cut in the middle": (lambda nb, _: pretty(nb)[: pretty(nb).index("def total")], DOUBLE, "cắt cụt"),
    "cut in an escape": (lambda nb, _: pretty(nb).partition("sum(values)")[0] + "sum(values)\\", ALL, "cắt cụt"),
    "cells spoilt": (lambda nb, _: pretty(nb).replace('"source": "## Câu 1"', '"source" "": :', 1), ALL, "cú pháp"),
    "a conflict": (conflict, ALL, "xung đột"),
    "a conflict with its base": (
        lambda nb, stub: conflict(nb, stub).replace("=======", "||||||| merged\n{{{\n======="),
        ALL,
        "xung đột",
    ),
    "two notebooks": (lambda nb, stub: pretty(nb) + pretty(stub), ALL, "2 sổ tay"),
    "three notebooks": (lambda nb, stub: pretty(stub) + "\n" + pretty(nb) + pretty(stub), ALL, "3 sổ tay"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_read_as_far_as_they_go(repair, good, stub, name):
    write, expected, words = BROKEN[name]
    text = write(good, stub)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    done = repair(text)
    assert passing(done) == expected
    assert done.notes[0].kind == "damaged" and done.notes[0].serious and words in done.notes[0].text


def test_of_a_file_with_nothing_left_the_reason_is_the_damage(repair, good):
    with pytest.raises(NotebookNotJSON, match=r"cắt cụt.*không có ô nào của bài"):
        repair(pretty(good)[:150])


# --- cells ------------------------------------------------------------------------------------------------------


def paste(*sources, stubs=("double", "total"), at=None):
    """Return a change: some cells are stubs again, cells of the student's own stand at the end (or at `at`)."""

    def change(nb, stub):
        for name in stubs:
            cell_of(nb, name)["source"] = cell_of(stub, name)["source"]
        place = len(nb["cells"]) if at is None else at
        nb["cells"][place:place] = [code(source) for source in sources]

    return change


def swap(nb, _):
    one, two = cell_of(nb, "double"), cell_of(nb, "total")
    one["metadata"], two["metadata"] = two["metadata"], one["metadata"]
    one["id"], two["id"] = two["id"], one["id"]


def into_the_test(nb, stub):
    cell_of(nb, "double")["source"] = cell_of(stub, "double")["source"]
    cell_of(nb, "test_double")["source"] = RIGHT["double"] + "\n\n" + cell_of(stub, "test_double")["source"]


def into_the_story(nb, stub):
    cell_of(nb, "double")["source"] = cell_of(stub, "double")["source"]
    cell_of(nb, "story_double")["source"] = f"```python\n{RIGHT['double']}\n```"


def fenced(nb, _):
    cell_of(nb, "double").update(cell_type="markdown", source=f"```python\n{RIGHT['double']}\n```\n")


def retagged(nb, _):
    cell_of(nb, "double")["metadata"]["nbgrader"] |= {"grade": True, "solution": False, "points": 7, "locked": True}
    cell_of(nb, "test_total")["metadata"]["nbgrader"] |= {"grade": False, "solution": True, "points": 0}


def helper_in_a_copy(nb, _):
    copied = copy.deepcopy(cell_of(nb, "double")) | {"source": "def helper(x):\n    return 0"}
    nb["cells"].insert(nb["cells"].index(cell_of(nb, "double")) + 1, copied)


def answer_in_a_copy_of_a_test(nb, stub):
    cell_of(nb, "total")["source"] = cell_of(stub, "total")["source"]
    copied = copy.deepcopy(cell_of(nb, "test_total")) | {"source": RIGHT["total"]}
    nb["cells"].insert(nb["cells"].index(cell_of(nb, "test_total")) + 1, copied)


def merged_into_one(nb, _):
    cell_of(nb, "double")["source"] = BOTH
    nb["cells"].remove(cell_of(nb, "total"))


def answer_above_a_stub_without_label(nb, stub):
    place = nb["cells"].index(cell_of(nb, "total"))
    empty = copy.deepcopy(cell_of(stub, "total"))
    cell_of(nb, "total").update(metadata={}, id="x")
    nb["cells"].insert(place + 1, empty | {"metadata": {}, "id": "y"})


def setup_last(nb, _):
    nb["cells"].append(nb["cells"].pop(nb["cells"].index(cell_of(nb, "setup"))))
    cell_of(nb, "double")["source"] += "\n\nassert NUMBERS\nREADY = True"
    cell_of(nb, "total")["source"] = cell_of(nb, "total")["source"] + "\n\nassert READY"


def reversed_cells(nb, _):
    nb["cells"].reverse()


def raising(nb, _):
    nb["cells"].insert(0, code("1 / 0"))
    nb["cells"].insert(5, code("print(khong_co)"))


CELLS = {
    "the answer is pasted below": (paste(RIGHT["double"], stubs=["double"]), ALL, ["moved"]),
    "the answers are pasted below": (paste(RIGHT["double"], RIGHT["total"]), ALL, ["moved"]),
    "both in one cell below": (paste(BOTH), ALL, ["moved"]),
    "both in one cell above": (paste(BOTH, at=2), ALL, ["moved"]),
    "a draft, then the answer": (
        paste("def double(x):\n    raise NotImplementedError", RIGHT["double"], stubs=["double"]),
        ALL,
        ["moved", "redefined"],
    ),
    "a lambda": (paste("double = lambda x: 2 * x", stubs=["double"]), ALL, ["moved"]),
    "labels of two answers swapped": (swap, ALL, ["label"]),
    "the answer is in the test": (into_the_test, ALL, ["moved", "edited"]),
    "the answer is in the story": (into_the_story, ALL, ["moved"]),
    "the answer became text": (fenced, ALL, ["type"]),
    "labels changed by hand": (retagged, ALL, ["label"]),
    "a helper in a copy of the answer's cell": (helper_in_a_copy, ALL, ["duplicate"]),
    "the answer in a copy of the test's cell": (answer_in_a_copy_of_a_test, ALL, ["duplicate", "moved"]),
    "two answers in one cell": (merged_into_one, ALL, ["label"]),
    "a stub without label under the answer": (answer_above_a_stub_without_label, ALL, ["label"]),
    "the setup cell is last": (setup_last, ALL, ["order"]),
    "everything upside down": (reversed_cells, ALL, ["order", "order"]),
    "cells that raise": (raising, ALL, []),
}


@pytest.mark.parametrize("name", CELLS)
def test_answers_are_found_wherever_they_are(repair, good, stub, assignment, name):
    change, expected, notes = CELLS[name]
    before = {id(cell): cell["source"] for cell in good["cells"] if "nbgrader" not in cell["metadata"]}
    change(good, stub)
    done = repair(good)
    assert passing(done) == expected and kinds(done) == notes
    labels = [c.metadata.nbgrader.grade_id for c in done.notebook.cells if "nbgrader" in c.metadata]
    assert sorted(labels) == sorted(
        c.grade_id for c in assignment.cells if c.cell_type == "code" or c.grade_id in labels
    )
    assert not (done.absent or done.untouched)
    sources = {cell.source for cell in done.notebook.cells}
    assert sources >= set(before.values()), "a cell of the student's own was lost"


def test_a_deleted_answer_is_recognised_elsewhere(repair, good):
    good["cells"].remove(cell_of(good, "double"))
    good["cells"].append(code("# bài 1\n" + RIGHT["double"]))
    done = repair(good)
    assert passing(done) == ALL and kinds(done) == ["label"] and not done.notes[0].serious


def test_a_variable_of_the_same_name_is_no_answer(repair, good, stub):
    cell_of(good, "double")["source"] = cell_of(stub, "double")["source"]
    good["cells"].append(code("doubled = 3\nDouble = 4"))
    assert repair(good).untouched == {"double"}


def test_a_written_answer_is_recognised_by_its_place(released_course, tmp_path):
    nb = json.loads((released_course / "exercises" / "loi-chao" / "loi-chao.ipynb").read_text(encoding="utf-8"))
    cell = cell_of(nb, "explain")
    cell.update(metadata={}, id="khac", source="Vì phép lịch sự.")
    (tmp_path / "loi-chao.ipynb").write_text(json.dumps(nb))
    done = notebook.submission(tmp_path / "loi-chao.ipynb", Course(released_course).load("loi-chao"))
    assert done.untouched == {"greet"} and done.notebook.cells[-1].source == "Vì phép lịch sự."
    assert done.notebook.cells[-1].metadata.nbgrader.grade_id == "explain" and kinds(done) == ["label"]


# --- lines ------------------------------------------------------------------------------------------------------

LINES = {
    "pip": ("%pip install numpy\n{}", ["neutralised"], "dòng 1 của ô `double` (`%pip install numpy`)", False),
    "shell pip": ("!pip install -q torch \\\n    torchvision\n{}", ["neutralised"], "(`!pip install -q", False),
    "bare pip": ("pip install numpy\n{}", ["neutralised"], "pip install numpy", False),
    "sys pip": ("import sys\n!{{sys.executable}} -m pip install x\n{}", ["neutralised"], "dòng 2 của ô", False),
    "wget": ("{}\nif True:\n    !wget http://a/b.png", ["neutralised"], "!wget", False),
    "ls": ("files = !ls\n{}", ["shell"], "dòng 1 của ô `double` (`files = !ls`)", False),
    "input": ("n = int(input('n: '))\nprint(n)\n{}\nprint(double(n))", ["neutralised"], "dòng 1, 2, 5 của ô", True),
    "asking loop": ("while True:\n    s = input()\n    if s:\n        break\n{}", ["neutralised"], "`input()`", True),
    "colab drive": (
        "from google.colab import drive\ndrive.mount('/content/drive')\n{}",
        ["neutralised", "path"],
        "Colab hoặc Kaggle",
        False,
    ),
    "writefile": ("%%writefile double.py\n{}", ["neutralised"], "`%%writefile double.py`", True),
    "timeit": ("%%timeit\n{}", ["neutralised"], "không còn là mã Python", True),
    "path of Windows": (
        "P = r'C:\\Users\\An\\a.csv'\n{}",
        ["path"],
        "C:\\Users\\An\\a.csv (dòng 1 của ô `double`)",
        False,
    ),
    "path of Linux": ("{}\nP = '/home/an/a.csv'", ["path"], "/home/an/a.csv (dòng 3 của ô `double`)", False),
    "shadow": ("sum = 0\n{}", ["shadow"], "`sum` (dòng 1 của ô `double`)", False),
    "nothing": ("x = '''\n!pip install a\n'''\nurl = 'http://x/y'\nt = 7\\\n % 4\nprint('A:\\n')\n{}", [], "", False),
    "own input": ("def input(text=''):\n    return '3'\nn = input()\n{}", [], "", False),
    "input in a function": ("def ask():\n    return input()\n{}", [], "", False),
}


@pytest.mark.parametrize("name", LINES)
def test_lines_that_cannot_run(repair, good, name):
    text, expected, words, serious = LINES[name]
    source = text.format(RIGHT["double"])
    cell_of(good, "double")["source"] = source
    done = repair(good)
    (cell,) = [c for c in done.notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "double"]
    assert kinds(done) == expected and words in told(done) and any(n.serious for n in done.notes) == serious
    assert cell.source.count("\n") == source.count("\n"), "the lines keep their numbers"
    assert all(line.strip() in cell.source for line in source.split("\n")), "what was written stays to be read"
    assert (passing(done) >= DOUBLE) == ("!ls" not in source)  # IPython's own, which it runs itself
    if "neutralised" not in expected:
        assert cell.source == source


def test_a_cell_given_twice_is_told(repair, good):
    good["cells"].insert(7, code("def double(x):\n    return 0"))
    done = repair(good)
    assert kinds(done) == ["redefined"] and "`double` được định nghĩa lại ở ô thứ 8" in told(done)


# --- finding and guessing ---------------------------------------------------------------------------------------


def test_of_several_notebooks_the_one_with_the_work_counts(good, stub, assignment, tmp_path):
    files = {"Untitled.ipynb": {"cells": [code("1")]}, f"{SLUG} (1).ipynb": good, f"{SLUG} (2).ipynb": stub}
    for name, nb in files.items():
        (tmp_path / name).write_text(json.dumps(nb))
    (tmp_path / "hong.ipynb").write_text("{")
    path, (note,) = notebook.find(tmp_path, SLUG, assignment)
    assert path.name == f"{SLUG} (1).ipynb" and note.serious and "Untitled.ipynb" in note.text
    path.unlink()
    (tmp_path / f"{SLUG} (2).ipynb").unlink()
    with pytest.raises(NotebookMissing, match="2 sổ tay khác"):
        notebook.find(tmp_path, SLUG, assignment)


def test_an_assignment_is_guessed_without_labels(good, released_course, tmp_path):
    course = Course(released_course)
    known = [course.load(slug) for slug in course.slugs()]
    (tmp_path / "a.ipynb").write_text(json.dumps(unlabelled(good)))
    assert notebook.guess_assignment(tmp_path / "a.ipynb", known) == SLUG
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [code("def f(): pass")]}))
    assert notebook.guess_assignment(tmp_path / "a.ipynb", known) is None


def test_what_nobody_writes_by_hand_is_refused(good, repair):
    """Nothing limits the time that reading takes, so something limits what is read."""
    at_most = good | {"cells": [*good["cells"], *(code("x = 1\n" * 33_333) for _ in range(9))]}
    assert passing(repair(at_most)) == ALL
    picture = {"cell_type": "markdown", "metadata": {}, "source": f"![](data:image/png;base64,{'A' * 3_000_000})"}
    assert passing(repair(good | {"cells": [picture, *good["cells"]]})) == ALL
    for more, reason in (
        ([code("x = 1\n" * 33_334)], "Ô mã thứ 12 của so-va-tong.ipynb dài 200.004 ký tự, giới hạn là 200.000: hãy"),
        ([code("x = 1\n" * 33_333)] * 10 + [code("#" * 1000)], "Các ô mã của so-va-tong.ipynb dài tất cả 2.0"),
        ([picture] * 7, "Các ô văn bản của so-va-tong.ipynb dài tất cả 21.0"),
    ):
        with pytest.raises(NotebookTooLarge) as caught:
            repair(good | {"cells": [*good["cells"], *more]})
        assert reason in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "a = input()\n", "input();", "!pip install x\n", "abs = 1\n", "x = 1\n", "x;", "(", "'", "'''", "\\\n",
        "%time 1\n", "f(input)\n", "a=[1,2,3,4]+[b]\n", "x" * 50 + " ", "'/content/", "```\n",
    ],
    ids=repr,
)  # fmt: skip
def test_reading_takes_time_in_proportion_to_what_is_read(line, good, repair):
    """Of what may be in one cell, the most: some of these took minutes, or all memory."""
    cell_of(good, "double")["source"] = line * (200_000 // len(line))
    good["cells"].append(code("import google.colab\n" + line * (199_000 // len(line))))
    start = time.process_time()
    repair(good)
    assert time.process_time() - start < 8


def test_what_asks_on_one_line_is_told_once(good, repair):
    cell_of(good, "double")["source"] = "x = input(); y = input(\n    'a'); z = 1\n" + RIGHT["double"]
    done = repair(good)
    assert passing(done) == ALL and kinds(done) == ["neutralised"]
    lines = cell_of(done.notebook, "double")["source"].split("\n")
    assert lines[:2] == ["pass  # không chạy khi chấm: x = input(); y = input(", "    # 'a'); z = 1"]


def test_check_says_what_to_do(good, released_course, tmp_path):
    (tmp_path / "numbers.txt").write_text("1")
    good["cells"].append(good["cells"].pop(good["cells"].index(cell_of(good, "double"))))
    (tmp_path / f"{SLUG}.ipynb").write_text(json.dumps(good))
    checkup = preflight.check(Course(released_course), tmp_path / f"{SLUG}.ipynb")
    (note,) = checkup.notes
    assert note.text.endswith("đã xếp lại. Hãy để ô lời giải đứng trước các ô kiểm tra của nó.")
    assert not checkup.passed and {t.state for t in checkup.tasks} == {"đạt"}
