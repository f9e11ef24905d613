"""A small assignment of two tasks, built in a temporary folder: what the tests of the machinery run on."""

import json
from pathlib import Path

from tests.graders.assignment import Assignment, read

SETUP = "import numpy as np\nfrom course import check"

SCALE = '''\
def scale(values, factor=2.0):
    """Return values · factor, a new float64 array; factor must be positive, else ValueError."""
    ### BEGIN SOLUTION
    if factor <= 0:
        raise ValueError("factor phải dương")
    return np.asarray(values, dtype=np.float64).copy() * factor
    ### END SOLUTION'''

SCALE_TEST = """\
import numpy as np
from course import check

check.array(scale(np.array([1.0, -2.0, 3.0])), [2.0, -4.0, 6.0], name="scale([1, -2, 3])")
check.passed("scale")"""

SCALE_HIDDEN = """\
# Kiểm tra thêm: hệ số khác, hệ số không dương.
### BEGIN HIDDEN TESTS
import numpy as np
from course import check

values = np.array([0.5, -1.5], dtype=np.float32)
check.array(check.keeps_inputs(scale, values, 0.25, name="scale"), [0.125, -0.375], name="scale", dtype="float64")
for factor in (0, -1):
    check.raises(ValueError, scale, values, factor, name="scale(values, 0)")
check.array(scale(values, 1.0), [0.5, -1.5], name="scale")
### END HIDDEN TESTS"""

COUNT = '''\
def count_positive(rows):
    """Return how many rows have a positive sum."""
    ### BEGIN SOLUTION
    total = 0
    for row in rows:
        if sum(row) > 0:
            total += 1
    return total
    ### END SOLUTION'''

COUNT_TEST = """\
from course import check

check.number(count_positive([[1, 2], [-1, -2], [3, -3]]), 1, name="count_positive", integer=True)
check.passed("count_positive")"""

COUNT_HIDDEN = """\
# Kiểm tra thêm: nhiều hàng.
### BEGIN HIDDEN TESTS
from course import check

check.number(count_positive([[1], [0], [-1], [2]]), 2, name="count_positive", integer=True)
check.number(count_positive([]), 0, name="count_positive([])", integer=True)
### END HIDDEN TESTS"""


def text_cell(source):
    """Return a markdown cell."""
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": source}


def code_cell(source, grade_id, *, solution=False, points=None):
    """Return a code cell with nbgrader's metadata."""
    about = {"grade_id": grade_id, "locked": not solution, "solution": solution, "grade": points is not None}
    about |= {"schema_version": 3, "task": False} | ({} if points is None else {"points": points})
    return {
        "cell_type": "code",
        "id": "",
        "metadata": {"nbgrader": about},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def notebook(cells) -> dict:
    """Return a notebook as plain JSON."""
    cells = [cell | {"id": f"cell-{number}"} for number, cell in enumerate(cells)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def assignment(
    folder: Path,
    slug="mau",
    *,
    scale_hidden=SCALE_HIDDEN,
    count_hidden=COUNT_HIDDEN,
    scale=SCALE,
    count=COUNT,
    extra=(),
) -> Assignment:
    """Write the assignment to `folder`/<slug>/<slug>.ipynb and read it."""
    cells = [
        text_cell("# Bài tập: mẫu"),
        code_cell(SETUP, "setup"),
        code_cell(scale, "scale", solution=True),
        code_cell(SCALE_TEST, "test_scale", points=1),
        code_cell(scale_hidden, "test_scale_hidden", points=2),
        code_cell(count, "count_positive", solution=True),
        code_cell(COUNT_TEST, "test_count_positive", points=0.5),
        code_cell(count_hidden, "test_count_positive_hidden", points=1.5),
        *extra,
    ]
    path = folder / slug / f"{slug}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook(cells), ensure_ascii=False), encoding="utf-8")
    return read(path)
