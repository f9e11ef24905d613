"""A real kernel inside the walls: the process that would run a student's cells runs a kernel and its client instead.

Whoever speaks to the kernel lives in the same sandbox as the student's code, and is believed no more than that: what
comes out is a line of JSON for each cell, rebuilt by :mod:`autograder.engine.results`.
"""

import json
import os
import signal
from pathlib import Path

from autograder.engine import kernel
from autograder.jupyter import nbformat


def serve(_shell, cells, _sock, outputs, limits):
    """Run a notebook; the arguments are those of :func:`autograder.engine.student.serve`.

    `cells` is one text, the JSON of ``{"notebook": …, "spec": …}``; a line ``[index, outputs, run]`` is written for
    each code cell, and ``{"error": text}`` when no kernel starts.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a kernel is interrupted by it
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    work = json.loads(cells[0])
    notebook = nbformat.from_dict(work["notebook"])

    def write(told):
        line = json.dumps(told).encode() + b"\n"
        while line:
            line = line[os.write(outputs, line) :]

    def tell(index, cell, run):
        told = {"status": run.status, "error": run.error, "message": run.message, "frames": run.frames}
        write([index, cell.outputs, told])

    try:
        kernel.execute(notebook, Path.cwd(), limits, work["spec"], tell)
    except Exception as error:
        write({"error": str(error)[:1000]})
