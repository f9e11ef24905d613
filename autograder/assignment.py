"""What an assignment is made of: one notebook's nbgrader cells, and the files beside it."""

import fnmatch
import os
from dataclasses import dataclass, field
from pathlib import Path

MAX_DEPTH = 40  # folders in each other; what lies deeper is not looked at
BEGIN_SOLUTION, END_SOLUTION = "BEGIN SOLUTION", "END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"

# never part of an assignment or of a submission
IGNORED = (".ipynb_checkpoints", "__pycache__", ".DS_Store", "Thumbs.db", ".git", ".gitkeep")


@dataclass(frozen=True)
class Cell:
    """One cell of an assignment that nbgrader knows by its `grade_id`."""

    grade_id: str
    kind: str  # "solution", "test", "answer" (written, marked by hand), "task" (marked by hand), "locked"
    cell_type: str  # "code" or "markdown"
    source: str  # as it is graded: with the hidden tests; of a solution cell, the stub
    released: str  # as the student gets it
    points: float  # 0 for cells that carry none
    task: str  # grade_id of the solution cell it belongs to; "" for locked cells
    hidden: bool  # has hidden tests
    cell_id: str  # nbformat's id in the released notebook
    metadata: dict  # the cell's whole metadata, nbgrader's checksum included, as graded

    @property
    def is_graded(self):
        """Whether the cell carries points."""
        return self.kind in ("test", "answer", "task")

    @property
    def is_manual(self):
        """Whether a person must mark it."""
        return self.kind in ("answer", "task") or (self.kind == "test" and self.cell_type != "code")

    @property
    def is_locked(self):
        """Whether its source is the course's whatever a student made of it, as nbgrader sees it."""
        return self.kind == "test" or (
            self.kind in ("locked", "task") and bool(self.metadata["nbgrader"].get("locked", False))
        )


@dataclass(frozen=True)
class Assignment:
    """One notebook of an assignment: its nbgrader cells in order, the data files, and the digest of all that matters.

    Most assignments have one notebook, of the same name; nbgrader allows several.
    """

    slug: str  # the assignment's name
    title: str
    folder: Path
    cells: tuple[Cell, ...]
    files: tuple[Path, ...]  # relative to `folder`, the notebook not among them
    digest: str  # of all that decides a grade besides the submission
    notebook: str = ""  # the notebook's name, without .ipynb
    kernelspec: dict = field(default_factory=dict)  # as in the notebook's metadata
    inprocess: tuple[str, ...] = ()  # test cells that run in the student's process: see engine.fitness
    # sources of the model solution's cells, where its notebook is not in `folder`: see engine.testcode
    model: tuple[str, ...] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self):
        if not self.notebook:
            object.__setattr__(self, "notebook", self.slug)

    @property
    def language(self):
        """The programming language of the notebook, lower case."""
        return str(self.kernelspec.get("language") or "python").lower()

    @property
    def graded(self):
        """The cells that carry points, in order."""
        return tuple(cell for cell in self.cells if cell.is_graded)

    @property
    def tasks(self):
        """The grade_ids of the tasks, in order."""
        return tuple(dict.fromkeys(cell.task for cell in self.graded))

    @property
    def points(self):
        """The points of the whole notebook."""
        return sum(cell.points for cell in self.graded)

    def cell(self, grade_id):
        """Return the cell of this id, or None."""
        return next((cell for cell in self.cells if cell.grade_id == grade_id), None)

    def cells_of(self, task):
        """Return the graded cells of one task, in order."""
        return tuple(cell for cell in self.graded if cell.task == task)


def kind_of(cell):
    """Return what a notebook cell is to nbgrader (see :class:`Cell`), or None when it is nothing."""
    mark = cell.metadata.get("nbgrader", {})
    if mark.get("task"):
        return "task"
    if mark.get("grade"):
        return "answer" if mark.get("solution") else "test"
    if mark.get("solution"):
        return "solution"
    return "locked" if mark.get("locked") else None


def task_of(test_id, solutions):
    """Return the task a test cell examines: the longest solution id that matches what follows ``test_``, or None."""
    rest = test_id.removeprefix("test_")
    if rest == test_id:
        return None
    fitting = [s for s in solutions if rest == s or rest.startswith(f"{s}_")]
    return max(fitting, key=len, default=None)


def data_files(folder, notebook=None, *, ignore=(), links=False):
    """Return the files under `folder`, relative and sorted, without `notebook` and the ones in `IGNORED`.

    Names that match one of the patterns in `ignore` are left out, and links unless `links` is set (to folders, always).
    """

    def unwanted(name):
        return name in IGNORED or any(fnmatch.fnmatch(name, pattern) for pattern in ignore)

    found, waiting = [], [(Path(folder), 0)]
    while waiting:  # os.walk may recurse, and a submission may be deeper than Python can
        where, depth = waiting.pop()
        try:
            with os.scandir(where) as entries:
                entries = [entry for entry in entries if not unwanted(entry.name)]
        except OSError:
            continue
        for entry in entries:
            path = where / entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting += [(path, depth + 1)] if depth < MAX_DEPTH else []
            elif (links or not entry.is_symlink()) and path.is_file() and path != notebook:
                found.append(path.relative_to(folder))
    return tuple(sorted(found))
