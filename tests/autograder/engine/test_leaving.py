"""What one process of a submission leaves behind is not there for the next one."""

import sys

import pytest

from autograder import release
from autograder.course import find_course
from autograder.engine import sandbox, testcode
from tests.autograder.course_builder import build_course, code
from tests.autograder.engine.conftest import Bench

HIDDEN = "check.number(double(-2), -4, name='double(-2)')"
LOOK = """
from pathlib import Path
for path in Path('.').iterdir():
    if path.is_file():
        print(path.name, path.read_text())
raise ValueError
"""


@pytest.mark.skipif(sys.platform != "linux" or sandbox.probe() == "none", reason="no walls work here")
def test_files_that_a_hidden_test_writes(tmp_path):
    build_course(tmp_path)
    path = tmp_path / "solutions" / "so-va-tong" / "so-va-tong.ipynb"
    text = path.read_text()
    assert text.count(HIDDEN) == 1
    write = (
        "\\nfrom pathlib import Path\\nPath('numbers.txt').write_text('BI-MAT')\\nPath('a.txt').write_text('BI-MAT')"
    )
    path.write_text(text.replace(HIDDEN, HIDDEN + write))
    release.release(find_course(tmp_path), ())
    made = Bench(tmp_path, tmp_path)
    try:
        _, execution, _ = made.run(
            {"double": "def double(x):\n    return 2 * x"},
            lambda nb: nb["cells"].append(code(LOOK)),
            {"b.txt": "riêng"},
        )
    finally:
        made.runner.close()
    shown = str(execution.notebook.cells[-1].outputs)
    assert "numbers.txt 1 2 3" in shown and "b.txt riêng" in shown  # of the run without hidden tests
    assert "BI-MAT" not in shown and "a.txt" not in shown


def test_names_of_a_huge_cell_cost_nothing():
    assert testcode.names_bound("%time 1\nx = 1\n") == ["x"]
    assert testcode.names_bound("%time 1\n" * 500 + "x = 1\n") == []
    assert testcode.names_bound("x = 1\n" * 100_000) == []
