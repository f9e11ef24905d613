"""The shell against a real kernel: the same cells, the same outputs."""

import json
import re
import subprocess
import sys

import pytest

from autograder.engine import Limits, kernel
from autograder.jupyter import nbformat

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs fork")

# the cells of one notebook, run in order in both
CELLS = (
    "1 + 1",
    "print('a'); print('b'); 3",
    "import sys\nprint('ra', end='')\nprint('lỗi', file=sys.stderr)\nprint('sau')\n'x'",
    "x = [1, 2];",
    "x;",
    "_, __, Out[1], In[1]",
    "def f():\n    return 1 / 0",
    "f()",
    "g(",
    "   y = 1\n  z = 2",
    "raise ValueError('sai', 3)",
    "assert 1 == 2, 'không bằng'",
    "import warnings\nwarnings.warn('một')\nwarnings.warn('hai', DeprecationWarning)",
    "warnings.warn('một')",
    "import numpy as np\nnp.arange(3)",
    "np.array([1.0]) / 0",
    "np.array([1.0]) / 0",
    "from IPython.display import HTML, Markdown, clear_output, display\ndisplay(1, HTML('<b>h</b>'))\nMarkdown('*m*')",
    "print(1)\nclear_output()\nprint(2)",
    "print(1)\nclear_output(wait=True)\nprint(2)",
    "h = display('cũ', display_id='d')\nprint('giữa')\nh.update('mới')",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('Hình')\n7",
    "fig, ax = plt.subplots(figsize=(2, 1))\nprint('trước')\nplt.show()\nprint('sau')",
    "ax.set_title('t');",
    "fig",
    "%config InlineBackend.figure_formats\nplt.get_backend()",
    "%%time\nsum(range(10))",
    "t = %timeit -o -q -n 1 -r 1 1\ntype(t).__name__",
    "import asyncio\nasync def nap():\n    await asyncio.sleep(0)\n    return 5\nawait nap()",
    "asyncio.get_running_loop() is not None, asyncio.ensure_future(nap()) is not None",
    "c = nap()\nasyncio.run(c)",
    "c.close()",
    "input('? ')",
    "import getpass\ngetpass.getpass()",
    "raise SystemExit(3)",
    "exit()",
    "raise KeyboardInterrupt",
    "class E(Exception):\n    pass\nraise E('của tôi')",
    "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise TypeError('hai') from e",
    "%%capture kept\nprint('bắt')",
    "kept.stdout",
    "%who_ls int",
    "%nothing",
    "?len",
    "len?",
    "import os\nget_ipython().run_line_magic('pwd', '') == os.getcwd(), __name__, sys.argv[1:] == [] or True",
    "import pickle\nclass P:\n    pass\ntype(pickle.loads(pickle.dumps(P()))).__name__",
    "class R:\n    def _repr_html_(self):\n        return '<i>r</i>'\n    def __repr__(self):\n        return 'r'\nR()",
    "class B:\n    def __repr__(self):\n        raise ValueError('repr')\nB()",
    "sys.setrecursionlimit(200)\ndef r(n):\n    return r(n + 1)\nr(0)",
    "sys.setrecursionlimit(3000)\nprint('x' * 20)\nprint(*range(3), sep='\\r')",
    "sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.write('w')",
    "sys.stdout.nothing",
    "print(open('data.txt').read())",
    "from __future__ import annotations\ndef a(x: Undefined): pass\n1",
    "x == [1, 2] and 'xong'",
)  # fmt: skip

RUN = """
import json, os, sys
from autograder.engine.shell import Shell
out = os.dup(1)
shell = Shell()
import numpy, matplotlib.pyplot
shell.warm()
shell.begin()
cells, seconds = json.load(sys.stdin)
done = [shell.run(cell, seconds) for cell in cells]
with os.fdopen(out, "w") as file:
    json.dump(done, file)
"""


def in_shell(cells, folder, seconds=20.0):
    """Run cells in a shell in a process of their own; return [(outputs, run)]."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps([cells, seconds]),
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout)


def in_kernel(cells, folder):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    run = kernel.execute(notebook, folder, Limits(cell_seconds=20))
    return [cell.outputs for cell in run.notebook.cells], run.runs


def plain(outputs):
    """Return what is to be equal: without times, addresses, colours, file names and the text of tracebacks."""
    kept = []
    for output in json.loads(json.dumps(outputs)):
        output.pop("traceback", None)
        output.pop("execution_count", None)
        output.pop("transient", None)
        if output["output_type"] == "error":
            output["evalue"] = re.sub(r"\((?:<ipython-input|/tmp|\d+\.py)[^)]*\)", "(…)", output["evalue"])
            output["evalue"] = re.sub(r"\x1b\[[\d;]*m", "", output["evalue"])
        for mime in output.get("data", {}):
            if mime == "image/png":
                output["data"][mime] = "PNG"
        if "text" in output:
            text = re.sub(r"\x1b\[[\d;]*m", "", output["text"])
            text = re.sub(r"(?:/tmp/ipykernel_\S+|<ipython-input\S+|/\S+\.py):\d+", "…", text)
            output["text"] = re.sub(r"[\d.e+-]+ (?:[nμmu]?s\b|min)", "…", text)
        kept.append(output)
    return kept


@LINUX
def test_the_same_outputs_as_in_a_kernel(tmp_path):
    (tmp_path / "data.txt").write_text("dữ liệu")
    ours = in_shell(CELLS, tmp_path)
    theirs, runs = in_kernel(CELLS, tmp_path)
    different = []
    for source, (outputs, run), expected, kernel_run in zip(CELLS, ours, theirs, runs, strict=True):
        left, right = plain(outputs), plain(expected)
        if left != right:
            different.append(f"{source!r}\n  shell:  {left}\n  kernel: {right}")
        elif (run["status"], run["error"]) != (kernel_run.status, kernel_run.error):
            different.append(f"{source!r}: {run} / {kernel_run}")
        elif (
            kernel_run.frames  # a kernel tells none of exit() and of an unknown magic
            and [tuple(f) for f in run["frames"]] != list(kernel_run.frames)[: len(run["frames"])]
        ):
            different.append(f"{source!r}: frames {run['frames']} / {kernel_run.frames}")
    assert not different, "\n".join(different)


@LINUX
def test_what_takes_too_long_or_needs_another_program(tmp_path):
    cells = [
        "while True:\n    try:\n        while True: pass\n    except Exception:\n        pass",
        "import asyncio\nawait asyncio.sleep(60)",
        "await asyncio.sleep(0)\n1",
        "!echo chạy > x.txt",
        "a = !ls\na",
        "%pip install nothing",
        "!pip install nothing",
        "%%bash\ntouch x.txt",
        "import os\nos.path.exists('x.txt')",
        "print('y' * 2_000_000)\nimport sys\nprint('lỗi', file=sys.stderr)",
        "os.system('echo từ vỏ; echo sai >&2'); os.write(1, b'C');",
        "def f():\n    while True: pass\nf()",
    ]
    got = in_shell(cells, tmp_path, 0.4)
    states = [run["status"] for _, run in got]
    assert states == ["timeout", "timeout", *["ok"] * 9, "timeout"]
    assert got[0][0][-1]["ename"] == "CellTimeoutError" and got[0][1]["message"] == "chạy quá 0.4 giây"
    assert got[2][0][0]["data"] == {"text/plain": "1"}
    for number in (3, 4, 5, 6, 7):
        assert "không được chạy" in got[number][0][0]["text"], cells[number]
    assert got[8][0][0]["data"] == {"text/plain": "False"}
    (cut, error) = got[9][0]
    assert len(cut["text"]) < 100 and "bị cắt" in cut["text"] and error["text"] == "lỗi\n"
    assert [o["text"] for o in got[10][0]] == ["từ vỏ\nC", "sai\n"]
    assert got[11][1]["error"] == "CellTimeoutError"
