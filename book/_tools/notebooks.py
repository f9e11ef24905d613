"""Run chapter notebooks in place and keep every notebook's metadata normal.

    python book/_tools/notebooks.py run book/images/pixels.ipynb …     re-execute, store the outputs
    python book/_tools/notebooks.py normalize [--check] FILE …         also the pre-commit hook
"""

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
CELL_METADATA = {"tags", "mystnb", "nbgrader", "editable", "deletable", "scrolled", "slideshow"}


def normalize(notebook):
    """Drop what changes from run to run or machine to machine: timings, versions, widget state; return the notebook."""
    notebook.metadata = nbformat.from_dict(KERNEL | {k: v for k, v in notebook.metadata.items() if k in ("celltoolbar",)})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in CELL_METADATA})
        for output in cell.get("outputs", []):
            if "metadata" in output:
                keep = {mime: v for mime, v in output.metadata.items() if mime.startswith("image/")}
                output.metadata = nbformat.from_dict(keep)
    return notebook


def write(notebook, path):
    """Write the notebook the way Jupyter does (one space of indentation, one newline at the end)."""
    path.write_text(nbformat.writes(notebook, version=4).rstrip("\n") + "\n", encoding="utf-8")


def run(path, timeout=300):
    """Execute a notebook in its own folder and store the outputs; return the seconds it took.

    Raises nbclient's CellExecutionError, leaving the file as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    client = NotebookClient(notebook, timeout=timeout, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    seconds = time.perf_counter() - start
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
