"""Where things are: the course and its assignments; this one, or any nbgrader course."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder import layout as layouts
from autograder import source as sources
from autograder.assignment import (
    BEGIN_HIDDEN,
    BEGIN_SOLUTION,
    END_HIDDEN,
    END_SOLUTION,
    IGNORED,
    Assignment,
    Cell,
    data_files,
    kind_of,
    task_of,
)
from autograder.errors import AssignmentBroken, AssignmentUnknown, CourseNotFound
from autograder.source import CODE_STUB, TEXT_STUB, nbgrader_config, read_source, stable_ids

__all__ = [
    "BEGIN_HIDDEN",
    "BEGIN_SOLUTION",
    "CODE_STUB",
    "END_HIDDEN",
    "END_SOLUTION",
    "IGNORED",
    "TEXT_STUB",
    "VARIED",
    "VARIED_RECORD",
    "Assignment",
    "Cell",
    "Course",
    "data_files",
    "find_course",
    "kind_of",
    "nbgrader_config",
    "read_source",
    "stable_ids",
    "task_of",
    "varied",
]

VARIED, VARIED_RECORD = "varied", "vary.json"  # a class's own assignments: the folder, and what makes it one


@dataclass(frozen=True)
class Course:
    """The folder that holds the sources: ``solutions/`` and ``exercises/``, or what ``nbgrader_config.py`` says."""

    root: Path

    @cached_property
    def layout(self):
        """The names of the folders (see :class:`autograder.layout.Layout`); raises CourseBroken."""
        return layouts.read(self.root)

    @property
    def is_house(self):
        """Whether it is laid out as this project's own course, by whose rules assignments are released."""
        return self.layout.house

    @property
    def solutions(self):
        """Folder of the sources."""
        return self.layout.root / self.layout.source

    @property
    def exercises(self):
        """Folder of the generated student versions."""
        return self.layout.root / self.layout.release

    @property
    def course_id(self):
        """What nbgrader's gradebook calls the course."""
        return self.layout.course_id

    @cached_property
    def late_penalty(self):
        """What nbgrader's plugin for late submissions computes, as ``f(student, score, seconds)``, or None."""
        config = self.layout.config
        if config is None or not ("AssignLatePenalties" in config or "LateSubmissionPlugin" in config):
            return None  # nbgrader's default takes nothing off
        from nbgrader.preprocessors import AssignLatePenalties

        assigned = AssignLatePenalties(config=config)
        assigned.init_plugin()
        return assigned.plugin_inst.late_submission_penalty if assigned.enabled else None

    def slugs(self):
        """Return the names of the assignments, sorted."""
        return sorted(self._folders)

    def sources(self, slug):
        """Return the paths of an assignment's source notebooks, by name; raises AssignmentUnknown."""
        folder = self._folders.get(slug)
        if folder is None:
            raise AssignmentUnknown(slug, self.slugs())
        return (folder / f"{slug}.ipynb",) if self.is_house else _notebooks(folder)

    def source(self, slug):
        """Return the path of an assignment's (first) source notebook; raises AssignmentUnknown."""
        return self.sources(slug)[0]

    def sheets(self, slug):
        """Return the assignment's notebooks (:class:`Assignment` objects), by name.

        Raises AssignmentUnknown or AssignmentBroken.
        """
        return tuple(sources.load(self.layout, slug, path) for path in self.sources(slug))

    def load(self, slug, notebook=None):
        """Return the :class:`Assignment` of one notebook, which need not be named where there is but one.

        Raises AssignmentUnknown or AssignmentBroken.
        """
        paths = {path.stem: path for path in self.sources(slug)}
        if notebook is None and len(paths) > 1:
            raise AssignmentBroken(slug, [f"có {len(paths)} sổ tay ({', '.join(paths)}), cần nói rõ sổ tay nào."])
        path = paths.get(notebook) if notebook is not None else next(iter(paths.values()))
        if path is None:
            raise AssignmentUnknown(notebook, list(paths))
        return sources.load(self.layout, slug, path)

    def model(self, sheet):
        """Return the notebook with the model solution of one of the assignments; raises AssignmentBroken."""
        return sources.model(self.layout, sheet.slug, sheet.folder / f"{sheet.notebook}.ipynb")

    @property
    def _folders(self):
        """{slug: folder} of the sources there are now."""
        if not self.is_house:
            found = self.layout.find(self.layout.source, students=False)
            return {slug: folder for _, slug, folder in found if _notebooks(folder)}
        folders = (p for p in self.solutions.iterdir() if not p.name.startswith("."))
        return {p.name: p for p in folders if (p / f"{p.name}.ipynb").is_file()}


def find_course(option=None, start=None, folder=None):
    """Return the course; raises CourseNotFound or CourseBroken.

    The class folder's own assignments, made by ``autograder vary``, are what its students have: they come before all
    else. Then from `option`, ``$AUTOGRADER_COURSE``, the class folder `folder` when that is itself an nbgrader course,
    upwards from `start` (the current folder), or the package's checkout.
    """
    own = varied(folder) if folder is not None else None
    if own is not None:
        return own
    named = option or os.environ.get("AUTOGRADER_COURSE")
    if named:
        course = Course(Path(named).expanduser().resolve())
        if not course.root.is_dir() or not course.solutions.is_dir():
            where = "--course" if option else "biến AUTOGRADER_COURSE"
            raise CourseNotFound(
                f"Không thấy khóa học ở «{named}» ({where}): cần một thư mục có solutions/, "
                "hoặc một khóa học nbgrader (nbgrader_config.py và source/)."
            )
        return course
    if folder is not None and layouts.is_nbgrader_course(folder) and Course(Path(folder).resolve()).solutions.is_dir():
        return Course(Path(folder).resolve())
    start = Path(start or Path.cwd()).resolve()
    for place in (start, *start.parents, Path(__file__).resolve().parents[1]):
        own = varied(place)
        if own is not None:
            return own
        if (place / "solutions").is_dir() and ((place / "exercises").is_dir() or (place / "book").is_dir()):
            return Course(place)
        if layouts.is_nbgrader_course(place) and Course(place).solutions.is_dir():
            return Course(place)
    raise CourseNotFound("Không thấy khóa học: hãy chạy trong thư mục của nó hoặc thêm --course THƯ_MỤC.")


def varied(folder):
    """Return the course of the assignments that a class folder has of its own, or None."""
    place = Path(folder) / VARIED
    return Course(place.resolve()) if (place / VARIED_RECORD).is_file() and (place / "solutions").is_dir() else None


def _notebooks(folder):
    return tuple(sorted(p for p in folder.glob("*.ipynb") if p.is_file() and not p.name.startswith(".")))
