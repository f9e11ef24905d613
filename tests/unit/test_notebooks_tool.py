"""book/_tools/notebooks.py: runs a notebook in place, keeps metadata normal, leaves a failing notebook alone."""

import importlib.util

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location("course_notebooks_tool", root / "book/_tools/notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def untidy(*sources):
    notebook = new_notebook(
        metadata={"widgets": {"state": {}}, "language_info": {"name": "ipython", "version": "3.11.7"}, "colab": {}}
    )
    notebook.metadata.kernelspec = {"name": "my-env", "display_name": "My env", "language": "python"}
    for source in sources:
        cell = new_code_cell(
            source, metadata={"execution": {"iopub.execute_input": "2026"}, "tags": ["a"], "ExecuteTime": {}}
        )
        cell.metadata.mystnb = {"image": {"alt": "Mô tả"}}
        notebook.cells.append(cell)
    notebook.cells.append(
        new_markdown_cell("Lời.", metadata={"nbgrader": {"grade_id": "x"}, "jp-MarkdownHeadingCollapsed": True})
    )
    return notebook


def test_normalize_keeps_what_counts_and_drops_the_rest(tool):
    notebook = untidy("1")
    png = {"image/png": {"width": 3}, "needs_background": "light"}
    notebook.cells[0].outputs = [
        new_output("display_data", {"image/png": "…"}, metadata=png),
        new_output("stream", text="a"),
    ]
    tool.normalize(notebook)
    nbformat.validate(notebook)
    assert notebook.metadata == tool.KERNEL
    assert notebook.cells[0].metadata == {"tags": ["a"], "mystnb": {"image": {"alt": "Mô tả"}}}
    assert notebook.cells[0].outputs[0].metadata == {"image/png": {"width": 3}}
    assert notebook.cells[0].outputs[0].data == {"image/png": "…"}
    assert notebook.cells[-1].metadata == {"nbgrader": {"grade_id": "x"}}
    again = nbformat.writes(notebook)
    assert nbformat.writes(tool.normalize(notebook)) == again


def test_normalize_command(tool, tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    nbformat.write(untidy("1"), path)
    before = path.read_bytes()
    assert tool.main(["normalize", "--check", str(path)]) == 1
    assert path.read_bytes() == before
    assert "metadata chưa chuẩn" in capsys.readouterr().out
    assert tool.main(["normalize", str(path)]) == 1
    assert "đã sửa" in capsys.readouterr().out
    assert path.read_bytes() != before
    assert tool.main(["normalize", "--check", str(path)]) == 0
    assert path.read_bytes().endswith(b"}\n")
    assert "Mô tả".encode() in path.read_bytes()  # letters, not escapes


def test_run_stores_outputs_in_the_notebooks_folder(tool, tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    nbformat.write(
        untidy("from pathlib import Path\nprint(Path.cwd().name)", "import sys\nprint('x', file=sys.stderr)\n6 * 7"),
        path,
    )
    assert tool.main(["run", str(path)]) == 0
    notebook = nbformat.read(path, 4)
    first, second = notebook.cells[:2]
    assert first.outputs[0].text == f"{tmp_path.name}\n"
    assert {"text/plain": "42"} in [output.get("data") for output in second.outputs]
    assert [cell.execution_count for cell in (first, second)] == [1, 2]
    assert "execution" not in first.metadata
    assert list(tool.warnings_in(notebook)) == [(1, "x")]
    assert "ô 1 ghi ra stderr: x" in capsys.readouterr().out


def test_a_failing_run_leaves_the_file_as_it_was(tool, tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(untidy("1", "1 / 0"), path)
    before = path.read_bytes()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        tool.run(path)
    assert path.read_bytes() == before


def test_figures_are_stored_small_and_look_the_same(tool):
    import base64
    import io

    import numpy as np
    from PIL import Image

    def png(image):
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        return base64.b64encode(buffer.getvalue()).decode()

    def pixels(text):
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("RGBA")).astype(int)

    plot = np.full((60, 80, 3), 255, np.uint8)
    plot[20:40, 10:70] = np.random.default_rng(0).choice([[0, 114, 178], [213, 94, 0]], size=(20, 60))
    glass = Image.fromarray(np.full((4, 4, 4), 100, np.uint8))
    stored = [png(Image.fromarray(plot)), png(glass)]
    notebook = untidy("1")
    notebook.cells[0].outputs = [new_output("display_data", {"image/png": text}) for text in stored]
    tool.compress_figures(notebook)
    small, transparent = (output.data["image/png"] for output in notebook.cells[0].outputs)
    assert len(small) < len(stored[0])
    np.testing.assert_array_equal(pixels(small), pixels(stored[0]))
    assert transparent == stored[1]


def test_one_stream_is_one_output(tool):
    notebook = untidy("print(1)")
    out, err = (lambda text, name=name: new_output("stream", name=name, text=text) for name in ("stdout", "stderr"))
    notebook.cells[0].outputs = [out("a"), out("b"), err("c"), out("d")]
    tool.join_streams(notebook)
    assert [(o.name, o.text) for o in notebook.cells[0].outputs] == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]
