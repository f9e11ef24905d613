"""How assignments are built; and that each check can fail: a good one, spoiled in one place at a time."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.notebooks import schema
from tests.notebooks.reading import ROOT, assignments, from_notebook, read

ASSIGNMENTS = assignments()


@pytest.mark.parametrize("path", ASSIGNMENTS, ids=lambda p: p.stem)
@pytest.mark.parametrize("check", schema.ASSIGNMENT, ids=lambda c: c.__name__)
def test_assignment(path, check):
    problems = [str(problem) for problem in check(read(path))]
    assert not problems, "\n" + "\n".join(problems)


def test_solutions_holds_nothing_else_that_looks_like_an_assignment():
    strange = [p.relative_to(ROOT).as_posix() for p in (ROOT / "solutions").rglob("*.ipynb") if p not in ASSIGNMENTS]
    assert [name for name in strange if ".ipynb_checkpoints" not in name] == []


# --- a good assignment ------------------------------------------------------------------------------------------

SOLUTION = '''def {task}(x):
    """Return x, (N,) float64."""
    ### BEGIN SOLUTION
    helper = x
    return helper
    ### END SOLUTION'''

VISIBLE = """import numpy as np
from course import check

x = np.ones(3)
for value in [1, 2]:
    check.number({task}(value), value, name="{task}", hint=f"{{value}}")
total = sum(n for n in range(3))


def reference(v, *, k=1):
    return [np.abs(w) * k for w in v]


check.equal(reference(x), reference(x), name="a")
check.passed("{task}")"""

HIDDEN = """# Kiểm tra thêm: mảng rỗng.
### BEGIN HIDDEN TESTS
import numpy as np
from course import check

check.array({task}(np.zeros(0)), np.zeros(0), name="{task}")
### END HIDDEN TESTS"""


def graded(cell, name, **flags):
    cell.metadata.nbgrader = {"grade_id": name, "schema_version": 3, "cell_type": cell.cell_type, "task": False}
    cell.metadata.nbgrader |= {"grade": False, "solution": False, "locked": True} | flags
    return cell


def good():
    """Return a small assignment in which nothing is wrong: cells 0–1 opening, then four for each task."""
    intro = "# Bài tập: Ảnh\n\nChạy `autograder check`."
    cells = [graded(new_markdown_cell(intro), "intro"), graded(new_code_cell("import numpy as np"), "setup")]
    for number, task in enumerate(["one", "two", "three", "four"]):
        star = "★ " if number == 3 else ""
        cells += [
            graded(new_markdown_cell(f"## Bài {number + 1} {star}"), f"about_{task}"),
            graded(new_code_cell(SOLUTION.format(task=task)), task, solution=True, locked=False),
            graded(new_code_cell(VISIBLE.format(task=task)), f"test_{task}", grade=True, points=0.5),
            graded(new_code_cell(HIDDEN.format(task=task)), f"test_{task}_hidden", grade=True, points=2),
        ]
    return new_notebook(cells=cells)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one chapter called ảnh → slug anh, its bank and its folder."""
    (tmp_path / "tests/graders/answers").mkdir(parents=True)
    (tmp_path / "tests/graders/answers/anh.py").touch()
    (tmp_path / "_toc.yml").write_text("root: index\n")
    (tmp_path / "index.md").write_text("# A\n")
    document = from_notebook("x.ipynb", new_notebook(cells=[new_markdown_cell(":::{assignment} anh\nBài.\n:::")]))
    monkeypatch.setattr(schema, "pages", lambda root: [tmp_path / "index.md"])
    monkeypatch.setattr(schema, "read", lambda path: document)
    return tmp_path


def problems_of(notebook, root, name="anh/anh.ipynb"):
    document = from_notebook(root / "solutions" / name, notebook)
    found = {check.__name__: list(check(document)) for check in schema.ASSIGNMENT if check is not schema.belongs}
    found["belongs"] = list(schema.belongs(document, root))
    return {name: [problem.text for problem in problems] for name, problems in found.items() if problems}


def test_the_good_assignment_is_good(course):
    assert problems_of(good(), course) == {}


def replace(number, old, new=""):
    def edit(notebook):
        assert old in notebook.cells[number].source
        notebook.cells[number].source = notebook.cells[number].source.replace(old, new)

    return edit


def flag(number, **values):
    return lambda notebook: notebook.cells[number].metadata.nbgrader.update(values)


def before(number, line):
    return lambda nb: setattr(
        nb.cells[number], "source", nb.cells[number].source.replace("check.passed", f"{line}\ncheck.passed")
    )


STORY, TASK, TEST, HIDE, LAST = 2, 3, 4, 5, 14

BAD = [
    ("metadata", lambda nb: nb.cells[1].metadata.pop("nbgrader"), "không có metadata"),
    ("metadata", flag(TASK, schema_version=2), "schema_version là 2"),
    ("metadata", flag(STORY, grade_id="về"), "chữ không dấu"),
    ("metadata", flag(STORY, grade_id="setup"), "trùng với cells[1]"),
    ("metadata", flag(STORY, cell_type="code"), "cell_type"),
    ("metadata", flag(TEST, locked=False), "locked: true"),
    ("metadata", flag(TASK, locked=True), "locked: false"),
    ("points", flag(TEST, points=0.75), "tổng điểm là 10.25"),
    ("points", flag(TEST, points=0.6), "bội của 0.25"),
    ("points", flag(TEST, points="1"), "bội của 0.25"),
    ("points", flag(TEST, points=-0.5), "bội của 0.25"),
    ("points", flag(TASK, grade=True, points=2.25), "chấm tay có 2.25"),
    ("opening", replace(0, "# Bài tập: "), "# Bài tập"),
    ("opening", replace(0, "autograder check"), "autograder check"),
    ("opening", flag(1, grade_id="start"), "«setup»"),
    ("tasks", lambda nb: nb.cells.__delitem__(slice(2, 6)), "có 3 bài"),
    ("tasks", lambda nb: nb.cells.pop(STORY), "cần một ô đề bài"),
    ("tasks", replace(LAST, "★"), "dấu ★"),
    ("tasks", replace(STORY, "Bài", "Bài ★"), "dấu ★"),
    ("tasks", lambda nb: nb.cells.pop(TEST), "nhìn thấy «test_one»"),
    ("tasks", lambda nb: nb.cells.pop(HIDE), "ẩn «test_one_hidden»"),
    ("tasks", flag(TEST, grade_id="test_nothing"), "không thuộc bài nào"),
    ("tasks", lambda nb: nb.cells.insert(TASK, nb.cells.pop(TEST)), "không thuộc bài nào"),
    ("markers", replace(TASK, "    ### END SOLUTION"), "không khớp"),
    ("markers", replace(TASK, "### BEGIN SOLUTION", "### END SOLUTION"), "không khớp"),
    ("markers", replace(HIDE, "### BEGIN HIDDEN TESTS", "### BEGIN SOLUTION"), "không khớp"),
    ("markers", replace(TASK, "    ### BEGIN SOLUTION\n", "    # BEGIN SOLUTION\n"), "không khớp"),
    ("markers", replace(TASK, "### BEGIN SOLUTION", "### BEGIN SOLUTION\n    ## begin solution"), "viết sai"),
    (
        "markers",
        lambda nb: setattr(nb.cells[TASK], "source", "def one(x):\n    '''Do.'''\n"),
        "thiếu ### BEGIN SOLUTION",
    ),
    ("markers", lambda nb: setattr(nb.cells[TEST], "source", HIDDEN.format(task="one")), "không được có"),
    ("markers", replace(HIDE, "# Kiểm tra thêm: mảng rỗng."), "chú thích tiếng Việt"),
    ("markers", replace(HIDE, "# Kiểm tra thêm: mảng rỗng.", "# more"), "chú thích tiếng Việt"),
    ("stubs", replace(TASK, "def one(x):", "def one(x)"), "hợp lệ"),
    ("stubs", replace(TASK, '    """Return x, (N,) float64."""\n'), "docstring"),
    (
        "stubs",
        lambda nb: setattr(nb.cells[TASK], "source", f"### BEGIN SOLUTION\n{'x = 1'}\n### END SOLUTION"),
        "chữ ký",
    ),
    (
        "stubs",
        lambda nb: setattr(nb.cells[TASK], "source", "### BEGIN SOLUTION\ndef one(x):\n    pass\n### END SOLUTION"),
        "chữ ký",
    ),
    ("self_contained", before(TEST, "%timeit 1"), "không phải Python hợp lệ"),
    (
        "self_contained",
        replace(TEST, "import numpy as np\nfrom course import check\n\nx =", "x = 1\nimport numpy as np\nx ="),
        "mở đầu",
    ),
    ("self_contained", replace(TEST, "import numpy as np\n"), "không có trong ô: np"),
    ("self_contained", before(TEST, "print(helper)"), "không có trong ô: helper"),
    ("self_contained", before(TEST, "f = lambda a: a + b"), "không có trong ô: b"),
    ("self_contained", before(TEST, "open('x')"), "dùng open"),
    ("self_contained", before(TEST, "import time"), "dùng time"),
    ("self_contained", before(TEST, "from unittest.mock import patch"), "dùng unittest"),
    ("self_contained", before(TEST, "np.random.seed = None"), "gán vào np"),
    ("self_contained", before(TEST, "one.__code__ = None"), "gán vào one"),
    ("self_contained", before(TEST, "del np.exp"), "gán vào np"),
    ("visible_tests", before(TEST, "assert x.all()"), "assert không lời"),
    ("visible_tests", replace(TEST, 'check.passed("one")'), "kết thúc bằng"),
    ("visible_tests", replace(TEST, 'check.passed("one")', 'check.passed("uno")'), "kết thúc bằng"),
    ("visible_tests", replace(TEST, 'check.passed("one")', 'check.passed("one")\nprint(1)'), "kết thúc bằng"),
]


@pytest.mark.parametrize(("check", "spoil", "message"), BAD)
def test_a_spoiled_assignment_is_found(course, check, spoil, message):
    notebook = good()
    spoil(notebook)
    problems = problems_of(notebook, course)
    assert check in problems, problems
    assert any(message in text for text in problems[check]), problems[check]


def test_an_assignment_belongs_somewhere(course):
    assert "solutions/lac/lac.ipynb" in problems_of(good(), course, "anh/lac.ipynb")["belongs"][0]
    texts = problems_of(good(), course, "lac/lac.ipynb")["belongs"]
    assert [text.split(":")[0][:20] for text in texts] == ["không chương nào có ", "thiếu ngân hàng đáp "]


def test_every_check_is_shown_to_fail():
    assert {check.__name__ for check in schema.ASSIGNMENT} == {name for name, *_ in BAD} | {"belongs"}


def test_the_starred_task_may_start_from_nothing(course):
    notebook = good()
    cell = notebook.cells[LAST + 1]
    cell.source = "### BEGIN SOLUTION\ndef four(x):\n    return x\n\n\ndef helper():\n    pass\n### END SOLUTION"
    assert problems_of(notebook, course) == {}
    before(LAST + 2, "helper()")(notebook)
    assert "không có trong ô: helper" in problems_of(notebook, course)["self_contained"][0]


def test_free_names():
    code = """
import a.b as ab, c.d
from e import f
class K:
    size = 1
    def m(self): return self.size + outer
def g(x, *args, k=default, **kw):
    global late
    late = 1
    y = [z for z in x if z > bound]
    return y, late, len(x), ab, c, f, K
try:
    pass
except ValueError as error:
    print(error, f"{shown!r:{width}}")
with g(1) as (p, q):
    del p
m = lambda s: s + n
if (walrus := 1): pass
for i, (j, k) in []: pass
import numpy as np; np.exp(i + j + k + walrus + q)
"""
    assert schema.free_names(code) == {"outer", "default", "bound", "shown", "width", "n"}


def test_without():
    source = "a\n  ### BEGIN SOLUTION\n  b\n  ### END SOLUTION\nc"
    assert schema.without(source, "SOLUTION") == "a\nc"
    assert schema.without(source, "SOLUTION", "raise X") == "a\n  raise X\nc"
    assert schema.without(source, "HIDDEN TESTS") == source
