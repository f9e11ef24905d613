"""Where things are: the course, its assignments, and what each assignment's cells are worth.

An :class:`Assignment` is made from ``solutions/<slug>/<slug>.ipynb`` with nbgrader's own preprocessors, in memory;
nothing is ever written to the course from here.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AssignmentBroken, AssignmentUnknown, CourseNotFound

CODE_STUB = "# Viết mã của bạn ở đây\nraise NotImplementedError()"
TEXT_STUB = "*Viết câu trả lời của bạn ở đây.*"
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


@dataclass(frozen=True)
class Assignment:
    """One assignment: its nbgrader cells in order, its data files, and the digest of all that decides a grade."""

    slug: str
    title: str
    folder: Path
    cells: tuple[Cell, ...]
    files: tuple[Path, ...]  # relative to `folder`, the notebook not among them
    digest: str

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
        """The points of the whole assignment."""
        return sum(cell.points for cell in self.graded)

    def cell(self, grade_id):
        """Return the cell of this id, or None."""
        return next((cell for cell in self.cells if cell.grade_id == grade_id), None)

    def cells_of(self, task):
        """Return the graded cells of one task, in order."""
        return tuple(cell for cell in self.graded if cell.task == task)


@dataclass(frozen=True)
class Course:
    """The folder that holds ``solutions/`` and ``exercises/``."""

    root: Path

    @property
    def solutions(self):
        """Folder of the sources."""
        return self.root / "solutions"

    @property
    def exercises(self):
        """Folder of the generated student versions."""
        return self.root / "exercises"

    def slugs(self):
        """Return the names of the assignments, sorted."""
        return sorted(
            p.name for p in self.solutions.iterdir() if (p / f"{p.name}.ipynb").is_file() and not p.name.startswith(".")
        )

    def source(self, slug):
        """Return the path of an assignment's source notebook; raises AssignmentUnknown."""
        path = self.solutions / slug / f"{slug}.ipynb"
        if not slug or Path(slug).name != slug or not path.is_file():
            raise AssignmentUnknown(slug, self.slugs())
        return path

    def load(self, slug):
        """Return the :class:`Assignment`; raises AssignmentUnknown or AssignmentBroken."""
        return _load(self, slug)


def find_course(option=None, start=None):
    """Return the course; raises CourseNotFound.

    From `option`, ``$AUTOGRADER_COURSE``, upwards from `start` (the current folder), or the package's checkout.
    """
    named = option or os.environ.get("AUTOGRADER_COURSE")
    if named:
        root = Path(named).expanduser()
        if not (root / "solutions").is_dir():
            where = "--course" if option else "biến AUTOGRADER_COURSE"
            raise CourseNotFound(f"Không thấy khóa học ở «{named}» ({where}): cần một thư mục có solutions/.")
        return Course(root.resolve())
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents, Path(__file__).resolve().parents[1]):
        if (folder / "solutions").is_dir() and ((folder / "exercises").is_dir() or (folder / "book").is_dir()):
            return Course(folder)
    raise CourseNotFound("Không thấy khóa học: hãy chạy trong thư mục của nó hoặc thêm --course THƯ_MỤC.")


def data_files(folder, notebook=None):
    """Return the files under `folder`, relative, sorted, without `notebook`, links and the ones in `IGNORED`."""
    found = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n not in IGNORED and not Path(where, n).is_symlink())
        for name in names:
            path = Path(where, name)
            if name not in IGNORED and path.is_file() and not path.is_symlink() and path != notebook:
                found.append(path.relative_to(folder))
    return tuple(sorted(found))


def task_of(test_id, solutions):
    """Return the task a test cell examines: the longest solution id that matches what follows ``test_``, or None."""
    rest = test_id.removeprefix("test_")
    if rest == test_id:
        return None
    fitting = [s for s in solutions if rest == s or rest.startswith(f"{s}_")]
    return max(fitting, key=len, default=None)


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


def nbgrader_config():
    """Return the settings that every use of nbgrader here shares."""
    from traitlets.config import Config

    config = Config()
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    return config


def stable_ids(notebook):
    """Give every cell a valid, unique id that never changes: its own, its grade_id, or its position."""
    seen = set()
    for position, cell in enumerate(notebook.cells):
        wishes = [
            str(cell.get("id", "")),
            str(cell.metadata.get("nbgrader", {}).get("grade_id", "")),
            f"cell-{position}",
        ]
        fitting = (wish for wish in wishes if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wish) and wish not in seen)
        cell["id"] = next(fitting, f"cell-{position}-{len(seen)}")
        seen.add(cell["id"])


def read_source(path):
    """Return a source notebook with stable cell ids; raises AssignmentBroken when it is none."""
    import json

    from autograder.jupyter import nbformat

    slug = path.parent.name
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
        ids = [cell.get("id", "") for cell in raw["cells"]]
        notebook = nbformat.reads(json.dumps(raw), as_version=4)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, nbformat.ValidationError) as error:
        raise AssignmentBroken(slug, [f"{path.name} không đọc được ({error})."]) from None
    for cell, identity in zip(notebook.cells, ids, strict=False):
        cell["id"] = identity  # nbformat would have made up a random one
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    stable_ids(notebook)
    return notebook


def _load(course, slug):
    from autograder.jupyter import NotebookNode  # first: it makes the imports below cheap

    path = course.source(slug)
    notebook = read_source(path)
    try:
        graded = _prepare(notebook, ("LockCells", "ClearSolutions", "ClearOutput", "ComputeChecksums"))
        sources = [(cell.source, dict(cell.metadata)) for cell in graded.cells]
        released = _prepare(graded, ("ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums"))
    except (RuntimeError, ValueError, KeyError) as error:
        raise AssignmentBroken(slug, [f"nbgrader không nhận: {error}"]) from None

    marks = [cell.metadata.get("nbgrader", {}) for cell in released.cells]
    solutions = [m.get("grade_id") for c, m in zip(released.cells, marks, strict=True) if kind_of(c) == "solution"]
    cells, problems = [], []
    for cell, mark, (source, metadata) in zip(released.cells, marks, sources, strict=True):
        kind, name = kind_of(cell), mark.get("grade_id")
        if kind is None:
            continue
        task = ""
        if kind != "locked":
            task = name if kind != "test" else (task_of(name, solutions) or name.removeprefix("test_"))
        if any(known.grade_id == name for known in cells):
            problems.append(f"mã ô «{name}» bị trùng.")
        points = float(mark.get("points", 0)) if kind in ("test", "answer", "task") else 0.0
        metadata = NotebookNode(
            {k: v for k, v in metadata.items() if k in ("nbgrader", "editable", "deletable", "tags")}
        )
        cells.append(
            Cell(
                name, kind, cell.cell_type, source, cell.source, points, task, BEGIN_HIDDEN in source, cell.id, metadata
            )
        )
    if not any(cell.is_graded for cell in cells):
        problems.append("không có ô nào được tính điểm.")
    if problems:
        raise AssignmentBroken(slug, problems)
    files = data_files(path.parent, path)
    return Assignment(slug, _title(released, slug), path.parent, tuple(cells), files, _digest(course, path, files))


def _prepare(notebook, names):
    import copy

    import nbgrader.preprocessors

    notebook, config = copy.deepcopy(notebook), nbgrader_config()
    for name in names:
        notebook, _ = getattr(nbgrader.preprocessors, name)(config=config).preprocess(notebook, {})
    return notebook


def _title(notebook, slug):
    for cell in notebook.cells:
        found = re.search(r"^# +(.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if found:
            return found.group(1).removeprefix("Bài tập:").strip()
    return slug


def _digest(course, notebook, files):
    """Hash all that decides a grade besides the submission: source, data files, the course's helper package."""
    digest = hashlib.sha256()
    helpers = sorted((course.root / "book" / "course").glob("*.py"))
    for path in (notebook, *(notebook.parent / file for file in files), *helpers):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
