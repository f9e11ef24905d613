"""A course of two small assignments, built in a temporary folder, and classes that hand something in."""

import copy
import json
from pathlib import Path

SETUP = "from pathlib import Path\n\nfrom course import check\n\nNUMBERS = Path('numbers.txt').read_text()"

DOUBLE = '''\
def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION'''

TOTAL = '''\
def total(values):
    """Return the sum of a list of numbers, 0 of an empty one; ValueError when it is None."""
    ### BEGIN SOLUTION
    if values is None:
        raise ValueError("values không được là None")
    secret_accumulator = 0
    for value in values:
        secret_accumulator += value
    return secret_accumulator
    ### END SOLUTION'''

GREET = '''\
def greet(name):
    """Return a greeting."""
    ### BEGIN SOLUTION
    return f"Chào {name}"
    ### END SOLUTION'''


def _visible(task, call, expected):
    return f"from course import check\n\ncheck.number({call}, {expected}, name={call!r})\ncheck.passed({task!r})"


def _hidden(comment, body):
    return f"# Kiểm tra ẩn: {comment}\n### BEGIN HIDDEN TESTS\nfrom course import check\n\n{body}\n### END HIDDEN TESTS"


def markdown(source, **nbgrader):
    metadata = {"nbgrader": {"schema_version": 3} | nbgrader} if nbgrader else {}
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def code(source, tags=(), **nbgrader):
    metadata = {"nbgrader": {"schema_version": 3} | nbgrader} if nbgrader else {}
    if tags:
        metadata["tags"] = list(tags)
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def solution(name, source):
    return code(source, grade_id=name, grade=False, solution=True, locked=False, task=False)


def exam(name, points, source):
    return code(source, grade_id=name, grade=True, solution=False, locked=True, task=False, points=points)


def notebook(cells):
    cells = [{"id": f"c{i:02d}", **cell} for i, cell in enumerate(cells)]
    kernel = {"display_name": "whatever", "language": "python", "name": "some-kernel"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def numbers_cells():
    return [
        markdown("# Bài tập: Số và tổng\n\nViết hai hàm."),
        code(SETUP, grade_id="setup", grade=False, solution=False, locked=True, task=False),
        markdown("## Câu 1", grade_id="story_double", grade=False, solution=False, locked=True, task=False),
        solution("double", DOUBLE),
        exam("test_double", 0.5, _visible("double", "double(3)", 6)),
        exam("test_double_hidden", 1.5, _hidden("số âm.", "check.number(double(-2), -4, name='double(-2)')")),
        solution("total", TOTAL),
        exam("test_total", 0.5, _visible("total", "total([1, 2])", 3)),
        exam("test_total_hidden", 1, _hidden("danh sách rỗng.", "check.number(total([]), 0, name='total([])')")),
        exam(
            "test_total_error_hidden",
            0.5,
            _hidden("đầu vào sai.", "check.raises(ValueError, total, None, name='total(None)')"),
        ),
        code("print('ô cuối')"),
    ]


def words_cells():
    return [
        markdown("# Bài tập: Lời chào"),
        solution("greet", GREET),
        exam("test_greet", 1, "from course import check\n\ncheck.equal(greet('An'), 'Chào An', name='greet')"),
        markdown(
            "Vì sao phải chào?\n\n### BEGIN SOLUTION\nVì lịch sự.\n### END SOLUTION",
            grade_id="explain",
            grade=True,
            solution=True,
            locked=False,
            task=False,
            points=2,
        ),
    ]


ASSIGNMENTS = {"so-va-tong": numbers_cells, "loi-chao": words_cells}


def write_source(root, slug, cells):
    folder = Path(root) / "solutions" / slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{slug}.ipynb").write_text(json.dumps(notebook(cells), ensure_ascii=False), encoding="utf-8")
    return folder


def build_course(root):
    """Write the two sources; the exercises are made by `autograder release`."""
    for slug, cells in ASSIGNMENTS.items():
        write_source(root, slug, cells())
    (Path(root) / "solutions" / "so-va-tong" / "numbers.txt").write_text("1 2 3\n")
    (Path(root) / "exercises").mkdir(exist_ok=True)


RIGHT = {
    "double": "def double(x):\n    return x + x",
    "total": "def total(values):\n    if values is None:\n        raise ValueError('None')\n    return sum(values)",
    "greet": "def greet(name):\n    return 'Chào ' + name",
}
HALF = {
    "double": "def double(x):\n    return abs(x) * 2",
    "total": "def total(values):\n    return values[0] + values[1]",
}
ENDLESS = {"double": RIGHT["double"], "total": "def total(values):\n    while True:\n        pass"}
SYNTAX = {"double": RIGHT["double"], "total": "def total(values)\n    return sum(values)"}


def answered(released, answers):
    """Return a released notebook with some solution cells answered."""
    done = copy.deepcopy(released)
    for cell in done["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = answers[name]
    return done


def cell_of(nb, name):
    return next(c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


class Class:
    """A class folder."""

    def __init__(self, folder, course):
        self.folder, self.course = Path(folder), Path(course)
        (self.folder / "submitted").mkdir(parents=True)

    def released(self, slug="so-va-tong"):
        return json.loads((self.course / "exercises" / slug / f"{slug}.ipynb").read_text(encoding="utf-8"))

    def place(self, student, slug="so-va-tong"):
        path = self.folder / "submitted" / student / slug
        path.mkdir(parents=True, exist_ok=True)
        return path / f"{slug}.ipynb"

    def submit(self, student, answers=None, slug="so-va-tong", change=None):
        """Hand in the released notebook with `answers`; `change` may edit the notebook's dict in place."""
        nb = answered(self.released(slug), answers or {})
        if change:
            change(nb)
        path = self.place(student, slug)
        path.write_text(json.dumps(nb, ensure_ascii=False), encoding="utf-8")
        return path

    def submit_text(self, student, text, slug="so-va-tong"):
        path = self.place(student, slug)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path
