"""Every chapter, run again from top to bottom, gives the outputs stored in it (nbval); pictures are not compared.

One pytest with --nbval for each notebook, in a process of its own: a kernel belongs to one process, and so chapters
run side by side under xdist whatever way it deals out tests.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.notebooks.approximate import alike
from tests.notebooks.reading import ROOT, chapters, read

pytestmark = pytest.mark.slow

SANITIZE = Path(__file__).with_name("sanitize.cfg")
COMMAND = [
    str(Path(__file__).with_name("approximate.py")),
    "--nbval",
    "--nbval-current-env",
    f"--nbval-sanitize-with={SANITIZE}",
    "--nbval-cell-timeout=300",
]
COMMAND += ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:hypothesispytest", "--color=no", "-q"]
CHAPTERS = [path for path in chapters() if path.is_file()]


def rerun(path):
    """Run a notebook under nbval; return (passed, what pytest said)."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COVERAGE_"))}
    environment |= {"PYTHONHASHSEED": "0", "JUPYTER_PLATFORM_DIRS": "1", "PYTHONWARNINGS": "ignore::DeprecationWarning"}
    done = subprocess.run(
        [
            sys.executable,
            *COMMAND,
            f"--rootdir={path.parent}",
            f"--confcutdir={path.parent}",
            "-c",
            os.devnull,
            str(path),
        ],
        capture_output=True,
        text=True,
        cwd=path.parent,
        env=environment,
        timeout=900,
    )
    return done.returncode == 0, done.stdout + done.stderr


def need_data(path):
    """Skip, with the remedy, when the chapter loads a data set that is neither here nor to be had."""
    from course import data

    source = "\n".join(cell.source for cell in read(path).code())
    for name, split in re.findall(r"\bdata\.(mnist|clothing)\(\s*[\"'](\w+)[\"']", source):
        try:
            getattr(data, name)(split)
        except data.DatasetError:
            pytest.skip(f"chương {path.stem} cần bộ {name}: đặt COURSE_DATA=<thư mục dữ liệu> hoặc chạy khi có mạng")


@pytest.mark.timeout(960)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_chapter_gives_its_stored_outputs(path):
    need_data(path)
    passed, said = rerun(path)
    name = path.relative_to(ROOT).as_posix()
    assert passed, (
        f"{name} không cho lại kết quả đã lưu; nếu đổi là đúng: book/_tools/notebooks.py run {name}\n{said[-6000:]}"
    )


# --- nbval itself: what it overlooks, what it must not --------------------------------------------------------------


def stream(text, name="stdout"):
    return new_output("stream", text=text, name=name)


def result(number, **data):
    return new_output(
        "execute_result", {key.replace("_", "/"): value for key, value in data.items()}, execution_count=number
    )


def sample():
    """Return a notebook whose stored outputs differ from a fresh run only in what may differ."""
    image = "from IPython.display import Image, display\n"
    image += "display(Image(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(20), format='png'))"
    table = "class T:\n    def _repr_html_(self): return '<b>7</b>'\n    def __repr__(self): return 'T'\nT()"
    cells = [
        new_code_cell("import random\nprint('sai số', 1 / 8)", outputs=[stream("sai số 0.125\n")]),
        new_code_cell("6 * 7", outputs=[result(2, text_plain="42")]),
        new_code_cell("object()", outputs=[result(3, text_plain="<object at 0x7fffdeadbeef>")]),
        new_code_cell(
            image,
            outputs=[
                new_output("display_data", {"image/png": "AAAA", "text/plain": "<IPython.core.display.Image object>"})
            ],
        ),
        new_code_cell(
            "print(random.random())",
            outputs=[stream("0.5\n")],
            metadata={"tags": ["nbval-ignore-output", "why:ngẫu nhiên"]},
        ),
        new_code_cell(table, outputs=[result(6, text_plain="T", text_html="<b>7</b>")]),
        new_code_cell("from pathlib import Path\nprint(Path('here.txt').read_text())", outputs=[stream("đây\n")]),
    ]
    for number, cell in enumerate(cells, 1):
        cell.execution_count = number
    return new_notebook(cells=cells)


def rerun_sample(notebook, folder):
    (folder / "here.txt").write_text("đây", encoding="utf-8")
    path = folder / "sample.ipynb"
    nbformat.write(notebook, path)
    return rerun(path)


def test_pictures_addresses_and_marked_cells_may_differ(tmp_path):
    passed, said = rerun_sample(sample(), tmp_path)
    assert passed, said
    assert "7 passed" in said


@pytest.mark.parametrize(
    ("number", "outputs"),
    [
        (0, [stream("sai số 0.126\n")]),
        (0, []),
        (0, [stream("sai số 0.125\n"), stream("cảnh báo\n", "stderr")]),
        (1, [result(2, text_plain="43")]),
        (3, []),
        (5, [result(6, text_plain="T", text_html="<b>8</b>")]),
    ],
    ids=["printed number", "nothing printed", "warning gone", "result", "no picture", "table"],
)
def test_a_changed_output_is_found(tmp_path, number, outputs):
    notebook = sample()
    notebook.cells[number].outputs = outputs
    notebook.cells = notebook.cells[: number + 1]
    passed, said = rerun_sample(notebook, tmp_path)
    assert not passed, said
    assert f"Cell {number}" in said
    assert "1 failed" in said


@pytest.mark.parametrize("source", ["1 / 0", "import sys\nprint('sai số 0.125')\nprint('mới', file=sys.stderr)"])
def test_a_new_error_or_warning_is_found(tmp_path, source):
    notebook = sample()
    notebook.cells[0].source = source
    notebook.cells = notebook.cells[:1]
    passed, said = rerun_sample(notebook, tmp_path)
    assert not passed, said


@pytest.mark.parametrize(
    ("stored", "fresh", "tolerance", "expected"),
    [
        ("đúng 0.945", "đúng 0.941", 0.01, True),
        ("đúng 0.945", "đúng 0.931", 0.01, False),
        ("mất 812", "mất 808", 0.01, True),
        ("mất 812", "mất 803", 0.01, False),
        ("a   9.9\n", "a  10.0\n", 0.02, True),  # a column grows wider
        ("lợi +0.01", "lợi -0.01", 0.05, True),
        ("lợi −0.01", "lợi -0.01", 0.0, True),
        ("lợi 1.5e-05", "lợi 1.5e+05", 0.1, False),
        ("sai 2 ảnh", "sai 2 hình", 0.5, False),
        ("1 2 3", "1 2", 0.5, False),
        ("loss nan", "loss 0.1", 0.5, False),
    ],
)
def test_alike(stored, fresh, tolerance, expected):
    assert alike(stored, fresh, tolerance) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("sai số 0.13\n", True), ("sai số 0.18\n", False), ("lỗi 0.125\n", False)]
)
def test_a_cell_with_a_tolerance(tmp_path, text, expected):
    notebook = sample()
    notebook.cells = notebook.cells[:1]
    notebook.cells[0].metadata["tags"] = ["approximate:0.02", "why:làm tròn"]
    notebook.cells[0].outputs = [stream(text)]
    passed, said = rerun_sample(notebook, tmp_path)
    assert passed is expected, said


def test_one_changed_digit_of_a_real_chapter_is_found(tmp_path):
    """The first digit printed by the first chapter, changed in a copy that stops there."""
    if not CHAPTERS:
        pytest.skip("chưa có chương nào")
    need_data(CHAPTERS[0])
    notebook = nbformat.read(CHAPTERS[0], as_version=4)
    printing = [
        (number, output)
        for number, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", [])
        if re.search(r"\d", output.get("text", ""))
    ]
    assert printing, "chương đầu không in ra con số nào"
    number, output = printing[0]
    notebook.cells = notebook.cells[: number + 1]
    path = tmp_path / "copy.ipynb"
    nbformat.write(notebook, path)
    passed, said = rerun(path)
    assert passed, said
    output["text"] = re.sub(r"\d", lambda m: str((int(m.group()) + 1) % 10), output["text"], count=1)
    nbformat.write(notebook, path)
    passed, said = rerun(path)
    assert not passed, said
