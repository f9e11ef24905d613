"""The floor under any grader: the cells of submissions run one after the other in one warm process.

    python -m tests.bench.floor SLUG COUNT

Prints JSON: the wall and CPU seconds of the cells alone, imports and a first submission left out.
"""

import contextlib
import io
import json
import resource
import sys
import time

from tests.bench.courses import graded_cells


def run(cells):
    """Run the cells of one submission in a namespace of their own, going on after errors."""
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for number, cell in enumerate(cells):
            with contextlib.suppress(Exception):
                exec(compile(cell, f"<cell {number}>", "exec"), names)


def main(slug, count):
    """Measure and print."""
    run(graded_cells(slug, 0))
    wall = cpu = 0.0
    for number in range(count):
        cells = graded_cells(slug, number)
        start, before = time.perf_counter(), time.process_time()
        run(cells)
        wall, cpu = wall + time.perf_counter() - start, cpu + time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall_s": wall, "cpu_s": cpu, "peak_mb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
