"""Run chapter notebooks in place and keep every notebook's metadata normal.

python book/_tools/notebooks.py run book/images/pixels.ipynb …     re-execute, store the outputs
python book/_tools/notebooks.py normalize [--check] FILE …         also the pre-commit hook
"""

import argparse
import base64
import io
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = {"tags", "mystnb", "nbgrader", "editable", "deletable", "scrolled", "slideshow"}


def normalize(notebook):
    """Drop what changes from run to run or machine to machine: timings, versions, widget state. Return the notebook."""
    kept = {k: v for k, v in notebook.metadata.items() if k == "celltoolbar"}
    notebook.metadata = nbformat.from_dict(KERNEL | kept)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in CELL_METADATA})
        for output in cell.get("outputs", []):
            if "metadata" in output:
                keep = {mime: v for mime, v in output.metadata.items() if mime.startswith("image/")}
                output.metadata = nbformat.from_dict(keep)
    return notebook


def join_streams(notebook):
    """Join consecutive outputs of one stream: how they are cut depends on timing."""
    for cell in notebook.cells:
        joined = []
        for output in cell.get("outputs", []):
            last = joined[-1] if joined else {}
            if output.output_type == "stream" == last.get("output_type") and output.name == last.name:
                last.text += output.text
            else:
                joined.append(output)
        if "outputs" in cell:
            cell.outputs = joined


def compress_figures(notebook):
    """Store PNG outputs with a palette of 256 colours where that is smaller: a third of the size, no visible change."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = _with_palette(output.data["image/png"])


def _with_palette(text):
    png = base64.b64decode(text)
    with Image.open(io.BytesIO(png)) as image:
        if image.mode == "P" or (image.mode == "RGBA" and image.getextrema()[3][0] < 255):
            return text
        image = image.convert("RGB")
        # dithering hides the steps in a photo, but would only add noise to a line plot
        is_photo = image.getcolors(maxcolors=4096) is None
        dither = Image.Dither.FLOYDSTEINBERG if is_photo else Image.Dither.NONE
        smaller = io.BytesIO()
        image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=dither).save(smaller, "PNG", optimize=True)
    return base64.b64encode(smaller.getvalue()).decode() if len(smaller.getvalue()) < len(png) else text


def write(notebook, path):
    """Write the notebook the way Jupyter does (one space of indentation, one newline at the end)."""
    path.write_text(nbformat.writes(notebook, version=4).rstrip("\n") + "\n", encoding="utf-8")


def run(path, timeout=300):
    """Execute a notebook in its own folder and store the outputs; return the seconds it took.

    Raises nbclient's CellExecutionError, leaving the file as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=timeout, kernel_name="python3", resources=resources)
    client.execute()
    seconds = time.perf_counter() - start
    join_streams(notebook)
    compress_figures(notebook)
    write(normalize(notebook), path)
    return seconds


def warnings_in(notebook):
    """Yield (cell number, text) for everything the code wrote to stderr."""
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                yield number, output.text.strip()


def main(argv=None):
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["run", "normalize"])
    parser.add_argument("--check", action="store_true", help="chỉ báo, không sửa")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args(argv)
    failed = False
    for path in options.files:
        if options.action == "run":
            seconds = run(path)
            print(f"{path}: {seconds:.1f} s")
            for number, text in warnings_in(nbformat.read(path, as_version=4)):
                print(f"  ô {number} ghi ra stderr: {text[:300]}")
        else:
            before = path.read_text(encoding="utf-8")
            notebook = normalize(nbformat.reads(before, as_version=4))
            if nbformat.writes(notebook, version=4).rstrip("\n") + "\n" != before:
                failed = True
                print(f"{path}: metadata chưa chuẩn" + ("" if options.check else ", đã sửa"))
                if not options.check:
                    write(notebook, path)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
