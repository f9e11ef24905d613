"""Time grading: stock nbgrader, our `autograder grade`, and the floor (the cells alone, in a warm process).

    python -m tests.bench.autograde [--assignment SLUG] [--submissions 12] [--rounds 3]

The systems take turns within one run, on the same submissions (copies of the released notebook with the model
answers and the bank's other right answers). One JSON line for each system, medians over the rounds, is printed and
written to `_build/bench/autograde.jsonl`; only the ratios travel to another machine.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.graders.assignment import EXERCISES, ROOT, bank, load
from tests.graders.runner import Runner, Variant
from tests.graders.sample_class import Submission, notebook_text

OUT = ROOT / "_build/bench/autograde.jsonl"


def variants_of(assignment, number):
    """Return `number` right submissions as variants: the model solution and the other right answers in turn."""
    others = [a for a in bank(assignment.slug).answers if a.is_right]
    pool = [Variant()] + [Variant({a.task: a.source(assignment.solutions[a.task].source)}) for a in others]
    return [pool[i % len(pool)] for i in range(number)]


def write_class(folder, assignment, variants):
    """Write the submissions in nbgrader's layout."""
    released = json.loads((EXERCISES / assignment.slug / f"{assignment.slug}.ipynb").read_text(encoding="utf-8"))
    model = {task: cell.source for task, cell in assignment.solutions.items()}
    for number, variant in enumerate(variants):
        path = folder / "submitted" / f"s{number:03d}" / assignment.slug / f"{assignment.slug}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook_text(released, Submission("right", "", model | variant.sources)), encoding="utf-8")


def measure(command, cwd):
    """Run a command; return wall seconds, CPU seconds of it and its children, peak MB of the largest process."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls `alembic`
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PATH": path}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{errors[-2000:]}")
    return {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}


def stock(assignment, variants):
    """Time `nbgrader autograde` on a course of its own."""
    with tempfile.TemporaryDirectory() as name:
        course = Path(name)
        shutil.copytree(assignment.path.parent, course / "source" / assignment.slug)
        nbgrader = [sys.executable, "-m", "nbgrader"]
        measure([*nbgrader, "generate_assignment", assignment.slug, "--log-level=ERROR"], course)
        write_class(course, assignment, variants)
        command = [*nbgrader, "autograde", assignment.slug, "--create", "--log-level=ERROR"]
        return measure(command, course)


def ours(assignment, variants):
    """Time `autograder grade`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_class(folder, assignment, variants)
        return measure([sys.executable, "-m", "autograder", "grade", folder, "--course", ROOT], ROOT)


def floor(assignment, variants):
    """Time the cells alone: forked from one warm process, no notebook, no gradebook."""
    with Runner() as runner:
        runner.run(assignment)  # the imports are not part of it
        start = time.perf_counter()
        cpu = sum(result.seconds for result in runner.run_many(assignment, variants))
        return {"wall_s": time.perf_counter() - start, "cpu_s": cpu, "peak_mb": None}


SYSTEMS = {"nbgrader": stock, "autograder": ours, "floor": floor}


def main(argv=None):
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assignment", default="linear-regression")
    parser.add_argument("--submissions", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(argv)
    assignment = load(options.assignment)
    variants = variants_of(assignment, options.submissions)
    times = {system: [] for system in SYSTEMS}
    for _ in range(options.rounds):
        for system, run in SYSTEMS.items():
            times[system].append(run(assignment, variants))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    base = statistics.median(row["wall_s"] for row in times["nbgrader"])
    lines = []
    for system, rows in times.items():
        line = {"bench": "autograde", "system": system, "assignment": options.assignment}
        line["submissions"] = options.submissions
        for key in ("wall_s", "cpu_s", "peak_mb"):
            values = [row[key] for row in rows if row[key] is not None]
            line[key] = round(statistics.median(values), 3) if values else None
        line["times_faster_than_nbgrader"] = round(base / line["wall_s"], 2)
        lines.append(json.dumps(line))
        print(lines[-1], flush=True)
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
