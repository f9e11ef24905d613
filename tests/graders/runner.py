"""Run an assignment's notebook with other answers in its solution cells, quickly and safely.

A *server* process (`server.py`) imports the heavy libraries once and then forks one child for each variant:
20–100 ms instead of seconds for a Jupyter kernel. The table of an assignment, for its author:

    python -m tests.graders.runner SLUG [--task TASK] [--workers 2]
"""

import argparse
import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.graders.assignment import ROOT, Assignment, bank, load
from tests.graders.bank import Answer

CELL_SECONDS = 10.0  # CPU time of one cell
WRONG_SECONDS = 3.0  # … of an answer that is wrong anyway: some of them never end
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


@dataclass(frozen=True)
class CellResult:
    """What became of one cell. `where` the error arose: in the "student"'s code or in the "test"'s own."""

    name: str
    points: float
    seconds: float  # CPU
    error: str = ""  # type of the exception; "" when there was none
    message: str = ""
    line: int = 0
    where: str = ""


@dataclass(frozen=True)
class Result:
    """What became of one variant; cells that were not run (child dead, stopped early) are missing from `cells`."""

    cells: dict[str, CellResult] = field(default_factory=dict)
    seconds: float = 0.0  # CPU, whole child
    problem: str = ""  # why the child did not come to its end: "killed", "died"; "" when it did

    def points(self, name: str) -> float:
        """Points earned in a test cell."""
        cell = self.cells.get(name)
        return cell.points if cell else 0.0

    def why(self, name: str) -> str:
        """Return one line on why the test cell lost points."""
        cell = self.cells.get(name)
        if cell is None:
            return f"not run ({self.problem})"
        return f"{cell.error}: {cell.message}".replace("\n", " ") if cell.error else "passed"


@dataclass(frozen=True)
class Variant:
    """Sources that replace the model solution's in some solution cells."""

    sources: dict[str, str] = field(default_factory=dict)  # grade_id -> source
    first: str | None = None  # run this task's tests first …
    stop_at_loss: bool = False  # … and stop at the first test cell that loses points
    limits: dict[str, float] = field(default_factory=dict)  # CPU seconds by cell, where CELL_SECONDS does not fit


class RunnerError(RuntimeError):
    """The server itself failed; never the fault of a variant."""


class Runner:
    """A server process and what is under way in it. Use as a context manager."""

    def __init__(self, workers: int = 1):
        self.workers = workers
        self._process = None
        self._folder = None

    def __enter__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="graders-"))
        # plain `-c`: with `-m` the module would be run as __main__ and imported again under its own name
        command = [sys.executable, "-c", "from tests.graders.server import serve; serve()"]
        path = os.pathsep.join(filter(None, [str(ROOT), str(ROOT / "book"), os.environ.get("PYTHONPATH", "")]))
        environment = os.environ | ONE_THREAD | {"MPLBACKEND": "Agg", "PYTHONHASHSEED": "0", "PYTHONPATH": path}
        environment.pop("PYTHONWARNINGS", None)
        self._process = subprocess.Popen(
            command, cwd=self._folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for stream in (self._process.stdin, self._process.stdout):  # room for every request and reply under way
            with contextlib.suppress(OSError, AttributeError):
                fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, 1 << 20)
        return self

    def __exit__(self, *exc):
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, assignment: Assignment, variant: Variant | None = None) -> Result:
        """Run one variant; without one, the model solution."""
        return next(self.run_many(assignment, [variant or Variant()]))

    def run_many(self, assignment: Assignment, variants):
        """Yield the result of every variant, in order; up to `workers` of them run at a time."""
        folder = self._place(assignment)
        waiting, done, sent, returned = iter(variants), {}, 0, 0
        exhausted = False
        while True:
            while not exhausted and sent - returned - len(done) < self.workers + 1:  # one in hand, so that none waits
                variant = next(waiting, None)
                if variant is None:
                    exhausted = True
                    break
                self._send({"id": sent, "workers": self.workers, "folder": folder, **_request(assignment, variant)})
                sent += 1
            while returned in done:
                yield done.pop(returned)
                returned += 1
            if exhausted and returned == sent:
                return
            if returned not in done and sent > returned:
                reply = self._receive()
                done[reply["id"]] = Result(
                    {cell["name"]: CellResult(**cell) for cell in reply["cells"]}, reply["seconds"], reply["problem"]
                )

    def _place(self, assignment):
        """Make the working folder of this assignment's variants: its data files, nothing else; return its path."""
        folder = self._folder / assignment.slug
        folder.mkdir(exist_ok=True)
        for file in assignment.files:
            target = folder / file.relative_to(assignment.path.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        return str(folder)

    def _send(self, request):
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise RunnerError(f"the server is gone (exit code {self._process.poll()})") from error

    def _receive(self):
        line = self._process.stdout.readline()
        if not line:
            raise RunnerError(f"the server is gone (exit code {self._process.wait()})")
        reply = json.loads(line)
        if "fatal" in reply:
            raise RunnerError(reply["fatal"])
        return reply


def _request(assignment, variant):
    unknown = variant.sources.keys() - assignment.solutions.keys()
    if unknown:
        raise KeyError(f"{assignment.slug} has no solution cell {', '.join(sorted(unknown))}")
    cells = list(assignment.code)
    if variant.first is not None:
        others = [cell for cell in cells if cell.role != "test"]
        own = [cell for cell in cells if cell.role == "test" and cell.task == variant.first]
        cells = others + own + [cell for cell in cells if cell.role == "test" and cell.task != variant.first]
    cells = [
        {
            "name": cell.name,
            "role": cell.role,
            "source": variant.sources.get(cell.name, cell.source),
            "points": cell.points,
            "limit": variant.limits.get(cell.name, CELL_SECONDS),
        }
        for cell in cells
    ]
    return {"cells": cells, "stop_at_loss": variant.stop_at_loss}


def stub(assignment: Assignment) -> Variant:
    """Return the variant in which nothing was filled in."""
    return Variant({task: cell.released for task, cell in assignment.solutions.items()})


def variant_of(assignment: Assignment, answer: Answer) -> Variant:
    """Return the model solution with one answer of the bank in it.

    Raises KeyError for an unknown task and ValueError for an edit that does not apply.
    """
    sources = {answer.task: answer.source(assignment.solutions[answer.task].source)}
    limits = {} if answer.is_right else dict.fromkeys((cell.name for cell in assignment.code), WRONG_SECONDS)
    return Variant(sources, limits=limits)


def workers_here() -> int:
    """Two, or one in each process of pytest-xdist."""
    return 1 if "PYTEST_XDIST_WORKER" in os.environ else min(2, os.cpu_count() or 1)


# --- for authors --------------------------------------------------------------------------------------------------


def findings_of(assignment: Assignment, answer: Answer, result: Result) -> list[str]:
    """Return what is wrong with a bank's answer, given its result: English, one line each."""
    tests = assignment.tests
    wrong = []
    unknown = [name for name in answer.loses if name not in tests]
    wrong += [f"`loses` names {name}, which is no test cell" for name in unknown]
    if answer.is_right:
        wrong += [
            f"loses points in {name}: {result.why(name)}" for name in tests if result.points(name) < tests[name].points
        ]
    else:
        known = [name for name in answer.loses if name in tests]
        wrong += [f"loses nothing in {name}" for name in known if result.points(name) >= tests[name].points]
        wrong += foreign_messages(assignment, result)
    if result.problem:
        wrong.append(f"the process did not come to its end ({result.problem})")
    return wrong


_VIETNAMESE = re.compile(r"[ăâđêôơưàáạảãằắặẳẵầấậẩẫèéẹẻẽềếệểễìíịỉĩòóọỏõồốộổỗờớợởỡùúụủũừứựửữỳýỵỷỹ]", re.IGNORECASE)


def foreign_messages(assignment: Assignment, result: Result) -> list[str]:
    """Return the visible tests that failed without a Vietnamese diagnosis.

    An exception that the student's own code raises may pass: it points at the student's own line.
    """
    found = []
    for cell in assignment.tests.values():
        got = result.cells.get(cell.name)
        if not cell.is_visible_test or got is None or not got.error:
            continue
        if got.where == "student" or got.error == "CellTimeout":
            continue
        if got.error != "CheckFailed":
            found.append(f"{cell.name} line {got.line} fails with {got.error} instead of a diagnosis: {got.message}")
        elif not _VIETNAMESE.search(got.message):
            found.append(f"{cell.name} line {got.line}: the message is not Vietnamese: {got.message}")
    return found


def main(argv=None):
    """Print the table of one assignment: points of solution, stub and each answer in each test cell."""
    parser = argparse.ArgumentParser(prog="python -m tests.graders.runner", description=main.__doc__)
    parser.add_argument("slug")
    parser.add_argument("--task", help="only the answers to this task")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(argv)
    assignment, answers = load(options.slug), bank(options.slug)
    tests = assignment.tests
    rows = [("", "solution", Variant(), None), ("", "stub", stub(assignment), None)]
    bad = [answers.problem] if answers.problem else []
    for answer in answers.answers:
        if options.task in (None, answer.task):
            try:
                rows.append((answer.task, answer.name, variant_of(assignment, answer), answer))
            except (KeyError, ValueError) as error:
                bad.append(f"{answer.task}/{answer.name}: {type(error).__name__}: {error}")
    for number, (name, cell) in enumerate(tests.items()):
        print(f"  [{number}] {name}: {cell.points:g} point(s), {'visible' if cell.is_visible_test else 'hidden'}")
    print(f"{'':52s}" + "".join(f"{f'[{number}]':>6s}" for number in range(len(tests))) + f"{'sum':>7s}{'s':>7s}")
    with Runner(workers=options.workers) as runner:
        results = runner.run_many(assignment, [row[2] for row in rows])
        for (task, name, _, answer), result in zip(rows, results, strict=True):
            scores = [result.points(test) for test in tests]
            shown = "".join(
                f"{score:>6g}" if score or (answer is None or test not in answer.loses) else f"{'(0)':>6s}"
                for score, test in zip(scores, tests, strict=True)
            )
            label = f"{task}/{name}" if task else name
            print(f"{label[:51]:52s}{shown}{sum(scores):>7g}{result.seconds:>7.2f}")
            if answer is not None:
                problems = findings_of(assignment, answer, result)
                for test in assignment.tests_of(task):
                    if test.is_visible_test and result.points(test.name) < test.points:
                        print(f"      {test.name}: {result.why(test.name)}")
            elif name == "solution":
                problems = [f"{test}: {result.why(test)}" for test in tests if result.points(test) < tests[test].points]
            else:
                problems = [f"the stub earns points in {test}" for test in tests if result.points(test) > 0]
            bad += [f"{label}: {problem}" for problem in problems]
            for problem in problems:
                print(f"   !! {problem}")
    print(f"\n{len(rows)} variants, {len(bad)} finding(s)")
    for line in bad:
        print(f"!! {line}")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
