"""An assignment as the grader tests see it: the cells of `solutions/<slug>/<slug>.ipynb` and its bank of answers."""

import functools
import json
import re
import runpy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import CODE_STUB, TEXT_STUB
from tests.graders.bank import Answer, Equivalent

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = ROOT / "solutions"
EXERCISES = ROOT / "exercises"


class AssignmentError(ValueError):
    """The notebook breaks the form every assignment has; the message says where."""


@dataclass(frozen=True)
class Cell:
    """One cell of the source notebook."""

    index: int
    name: str  # its grade_id, or "cell-<index>" for cells nbgrader does not know
    is_code: bool
    source: str
    role: str  # "solution", "test", "manual" (graded by hand) or "other" (set-up, text)
    points: float = 0.0
    task: str | None = None  # of a solution or test cell: the grade_id of the solution cell

    @property
    def released(self) -> str:
        """The source as the student gets it: solutions replaced by the stub, hidden tests removed."""
        if self.role in ("solution", "manual"):
            return clear_solution(self.source, is_code=self.is_code)
        return clear_region(self.source, "HIDDEN TESTS") if self.role == "test" else self.source

    @property
    def hidden(self) -> tuple[str, ...]:
        """The lines that students must not see."""
        if self.role == "test":
            return region(self.source, "HIDDEN TESTS")
        if self.role in ("solution", "manual"):
            return region(self.source, "SOLUTION") or tuple(self.source.split("\n"))
        return ()

    @property
    def is_visible_test(self) -> bool:
        """Whether the student can run this test."""
        return self.role == "test" and not self.hidden


@dataclass(frozen=True)
class Assignment:
    """A source notebook, its cells in order."""

    slug: str
    path: Path
    cells: tuple[Cell, ...]

    @property
    def code(self) -> tuple[Cell, ...]:
        """All code cells, in order."""
        return tuple(cell for cell in self.cells if cell.is_code)

    @property
    def solutions(self) -> dict[str, Cell]:
        """The autograded solution cells by task, in order."""
        return {cell.name: cell for cell in self.cells if cell.role == "solution"}

    @property
    def tests(self) -> dict[str, Cell]:
        """The test cells by grade_id, in order."""
        return {cell.name: cell for cell in self.cells if cell.role == "test"}

    @property
    def points(self) -> float:
        """What the whole assignment is worth, parts marked by hand included."""
        return sum(cell.points for cell in self.cells)

    def tests_of(self, task: str) -> tuple[Cell, ...]:
        """Return the test cells of one task."""
        return tuple(cell for cell in self.tests.values() if cell.task == task)

    @property
    def files(self) -> tuple[Path, ...]:
        """The data files that lie beside the notebook."""
        found = (path for path in self.path.parent.rglob("*") if path.is_file() and path != self.path)
        return tuple(sorted(path for path in found if ".ipynb_checkpoints" not in path.parts))


def slugs() -> list[str]:
    """Return the slugs of all assignments, in alphabetical order."""
    return sorted(path.stem for path in SOLUTIONS.glob("*/*.ipynb") if path.stem == path.parent.name)


def load(slug: str) -> Assignment:
    """Read an assignment of the course. Raises AssignmentError."""
    return read(SOLUTIONS / slug / f"{slug}.ipynb")


def read(path: Path) -> Assignment:
    """Read a source notebook. Raises AssignmentError when it breaks the form."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssignmentError(f"{path}: not a notebook ({error})") from error
    plain = [_cell(index, cell) for index, cell in enumerate(raw)]
    tasks = [cell.name for cell in plain if cell.role == "solution"]
    cells, current = [], None
    for cell in plain:
        task = None
        if cell.role == "solution":
            task = current = cell.name
        elif cell.role == "test":
            task = _task_of(cell.name, tasks) or current
            if task is None:
                raise AssignmentError(f"{path.name}: test cell {cell.name} belongs to no task")
            if current is None or task not in tasks[: tasks.index(current) + 1]:
                raise AssignmentError(f"{path.name}: test cell {cell.name} stands before the solution cell {task}")
        cells.append(Cell(**(cell.__dict__ | {"task": task})))
    names = [cell.name for cell in cells]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise AssignmentError(f"{path.name}: repeated grade_id {', '.join(sorted(repeated))}")
    return Assignment(path.stem, path, tuple(cells))


def source_of(cell: dict) -> str:
    """Return the source of a notebook cell read as plain JSON."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _cell(index, cell):
    about = cell.get("metadata", {}).get("nbgrader") or {}
    graded, solution = bool(about.get("grade")), bool(about.get("solution"))
    is_code = cell["cell_type"] == "code"
    role = "other"
    if solution:
        role = "manual" if graded or not is_code else "solution"
    elif graded:
        role = "test" if is_code else "manual"
    name = about.get("grade_id") or f"cell-{index}"
    return Cell(index, name, is_code, source_of(cell), role, float(about.get("points") or 0) if graded else 0.0)


def _task_of(name, tasks):
    fitting = [task for task in tasks if name == f"test_{task}" or name.startswith(f"test_{task}_")]
    return max(fitting, key=len, default=None)


# --- regions, as nbgrader's ClearSolutions and ClearHiddenTests understand them -----------------------------------


def clear_solution(source: str, *, is_code: bool = True) -> str:
    """Replace the solution regions (or, without any, everything) by the stub."""
    stub = (CODE_STUB if is_code else TEXT_STUB).split("\n")
    if "BEGIN SOLUTION" not in source:
        return "\n".join(stub)
    return clear_region(source, "SOLUTION", stub)


def clear_region(source: str, marker: str, stub: Sequence[str] = ()) -> str:
    """Replace what stands from `BEGIN <marker>` to `END <marker>` by the stub, indented as the BEGIN line is."""
    lines, inside = [], False
    for line in source.split("\n"):
        if f"BEGIN {marker}" in line:
            inside = True
            indent = re.match(r"\s*", line).group(0)
            lines += [indent + text for text in stub]
        elif f"END {marker}" in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def region(source: str, marker: str) -> tuple[str, ...]:
    """Return the lines between `BEGIN <marker>` and `END <marker>`."""
    return tuple(line for _, line in numbered_region(source, marker))


def numbered_region(source: str, marker: str) -> list[tuple[int, str]]:
    """Return (line number from 1, line) for the lines between `BEGIN <marker>` and `END <marker>`."""
    lines, inside = [], False
    for number, line in enumerate(source.split("\n"), start=1):
        if f"BEGIN {marker}" in line:
            inside = True
        elif f"END {marker}" in line:
            inside = False
        elif inside:
            lines.append((number, line))
    return lines


# --- the bank -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bank:
    """What `tests/graders/answers/<slug>.py` says."""

    answers: tuple[Answer, ...] = ()
    equivalent: tuple[Equivalent, ...] = ()
    problem: str = ""  # why the bank could not be read; a bank that cannot be read must fail a test, not the collection


@functools.lru_cache
def bank(slug: str) -> Bank:
    """Return the bank of an assignment; `problem` says why when there is none."""
    path = ROOT / "tests/graders/answers" / f"{slug}.py"  # by path: a slug may have hyphens
    name = path.relative_to(ROOT)
    try:
        module = runpy.run_path(str(path))
        return Bank(tuple(module["ANSWERS"]), tuple(module.get("EQUIVALENT", ())))
    except Exception as error:  # whatever is wrong with the bank is reported as a failed test
        return Bank(problem=f"{name}: {type(error).__name__}: {error}")
