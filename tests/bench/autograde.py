"""Time grading: stock `nbgrader autograde`, our `autograder grade`, and the floor (the cells alone, in a warm process).

    python -m tests.bench.autograde [--submissions 40,200] [--assignments numpy,torch] [--workers 1,2] [--rounds 3]
                                    [--systems nbgrader,autograder,floor] [--full] [--flat]

The systems take turns within one run, on the same submissions; of several rounds the median counts. nbgrader grades
no more than 40 submissions unless `--full` is given: its time for more is then worked out from its times for 1 and 40
(`extrapolated_from` says so). All grades are compared cell by cell, and the run fails where two differ. `--flat`
also grades 200 and 2,000 submissions of a tiny assignment, for the memory in use.

One JSON line for each row is printed and written to `_build/bench/autograde.jsonl`, a table to `autograde.txt` beside
it. Only the ratios travel to another machine.
"""

import argparse
import contextlib
import json
import os
import sqlite3
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench import courses, measure
from tests.bench.table import table

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "_build/bench/autograde.jsonl"
STOCK_MOST = 40
FLAT = (200, 2000)
MEASURED = ("wall_s", "cpu_s", "peak_mb")
_GRADES = """
select submitted_assignment.student_id, base_cell.name, grade.auto_score, grade.needs_manual_grade
from grade
join base_cell on grade.cell_id = base_cell.id
join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
"""


def grades(course):
    """Return {(student, cell): (score, whether a person must mark it)} of a course's gradebook."""
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as book:
        return {(student, cell): (score, bool(manual)) for student, cell, score, manual in book.execute(_GRADES)}


def stock(slug, count):
    """Run `nbgrader autograde` on a course of its own; return (what was measured, the grades)."""
    with tempfile.TemporaryDirectory() as name:
        course = Path(name)
        courses.write(course, slug, count)
        nbgrader = [sys.executable, "-m", "nbgrader"]
        measure.command([*nbgrader, "generate_assignment", slug, "--log-level=ERROR"], course)
        found = measure.command([*nbgrader, "autograde", slug, "--create", "--log-level=ERROR"], course)
        return found, grades(course)


def ours(slug, count, workers):
    """Run `autograder grade` on a course of its own; return (what was measured, the grades)."""
    with tempfile.TemporaryDirectory() as name:
        course = Path(name)
        courses.write(course, slug, count)
        program = [sys.executable, "-m", "autograder", "grade", course, "--course", course]
        found = measure.command([*program, "--assignment", slug, "--workers", str(workers)], ROOT)
        return found, grades(course)


def floor(slug, count):
    """Run the cells alone in one warm process; return what was measured."""
    return json.loads(measure.command([sys.executable, "-m", "tests.bench.floor", slug, str(count)], ROOT)["told"])


class Bench:
    """One run of everything."""

    def __init__(self, options):
        self.options = options
        self.rows = {}  # (assignment, submissions, system, workers) -> [measured]
        self.grades = {}  # assignment -> {(student, cell): grade}

    def run(self):
        """Measure; return the rows as the JSON lines have them. Raises SystemExit where two grades differ."""
        cases = [(slug, count) for slug in self.options.assignments for count in self.options.submissions]
        for number in range(self.options.rounds):
            for slug, count in cases:
                self._round(slug, count, turned=number % 2 == 1)
        for count in FLAT if self.options.flat else ():
            self._ours("tiny", count, max(self.options.workers))
        return [self._line(key, found) for key, found in self.rows.items()]

    def _round(self, slug, count, turned):
        steps = []
        if "nbgrader" in self.options.systems:
            steps.append(lambda: self._stock(slug, count))
        if "autograder" in self.options.systems:
            steps += [lambda workers=workers: self._ours(slug, count, workers) for workers in self.options.workers]
        if "floor" in self.options.systems:
            steps.append(lambda: self._floor(slug, count))
        for step in reversed(steps) if turned else steps:
            step()

    def _stock(self, slug, count):
        most = count if self.options.full else min(count, STOCK_MOST)
        if most == count:
            self._keep((slug, count, "nbgrader", 1), *stock(slug, count), slug)
            return
        one, _ = stock(slug, 1)
        many, found = stock(slug, most)
        told = {"peak_mb": many["peak_mb"], "extrapolated_from": most}
        for name in ("wall_s", "cpu_s"):
            told[name] = one[name] + (many[name] - one[name]) / (most - 1) * (count - 1)
        self._keep((slug, count, "nbgrader", 1), told, found, slug)

    def _ours(self, slug, count, workers):
        self._keep((slug, count, "autograder", workers), *ours(slug, count, workers), slug)

    def _floor(self, slug, count):
        found = floor(slug, count)
        for workers in self.options.workers:
            told = found | {"wall_s": found["wall_s"] / workers, "peak_mb": found["peak_mb"] * workers}
            self._keep((slug, count, "floor", workers), told, {}, slug)

    def _keep(self, key, measured, found, slug):
        self.rows.setdefault(key, []).append(measured)
        known = self.grades.setdefault(slug, {})
        different = [place for place in found.keys() & known.keys() if found[place] != known[place]]
        students = {student for student, _ in known} & {student for student, _ in found}
        different += [p for p in found.keys() ^ known.keys() if p[0] in students]
        if different:
            lines = [f"{place}: {known.get(place)} and {found.get(place)} ({key[2]})" for place in sorted(different)]
            raise SystemExit("grades differ:\n" + "\n".join(lines[:20]))
        known.update(found)
        print(f"  {' '.join(map(str, key))}: {measured['wall_s']:.2f} s", file=sys.stderr, flush=True)

    def _line(self, key, found):
        slug, count, system, workers = key
        line = {"bench": "autograde", "system": system, "assignment": slug, "submissions": count, "workers": workers}
        line |= {name: round(statistics.median(row[name] for row in found), 3) for name in MEASURED}
        more = found[0].get("extrapolated_from")
        return line | ({"extrapolated_from": more} if more else {})


def main(argv=None):
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words = lambda text: text.split(",")  # noqa: E731
    numbers = lambda text: [int(part) for part in text.split(",")]  # noqa: E731
    parser.add_argument("--submissions", type=numbers, default=[40, 200])
    parser.add_argument("--assignments", type=words, default=["numpy", "torch"])
    parser.add_argument("--workers", type=numbers, default=[1, 2])
    parser.add_argument("--systems", type=words, default=["nbgrader", "autograder", "floor"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="let nbgrader grade all submissions")
    parser.add_argument("--flat", action="store_true", help="also grade 200 and 2,000 submissions of a tiny assignment")
    bench = Bench(parser.parse_args(argv))
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    lines = bench.run()
    text = table(lines, {slug: len(found) for slug, found in bench.grades.items()})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    OUT.with_suffix(".txt").write_text(text, encoding="utf-8")
    for line in lines:
        print(json.dumps(line))
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
