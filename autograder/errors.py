# ruff: noqa: N818  (an exception is named after what happened)
"""What can go wrong, named after what happened; each message is one Vietnamese line for the person at the keyboard."""

import difflib


class AutograderError(Exception):
    """Something the user can mend; ``str(error)`` says what and how. The command ends with `exit_code`."""

    exit_code = 2


class CourseFault(AutograderError):
    """Something is wrong with the course, not with the command; the base of the four below."""

    exit_code = 4


class CourseNotFound(CourseFault):
    """No folder with ``solutions/`` was found where the course should be."""


class CourseBroken(CourseFault):
    """The course's ``nbgrader_config.py`` or ``autograder.toml`` cannot be used."""


class NoAssignments(CourseFault):
    """The course has no assignments at all."""


class AssignmentUnknown(AutograderError):
    """The course has no assignment of this name."""

    def __init__(self, slug, known):
        close = difflib.get_close_matches(slug, known, n=1, cutoff=0.5)
        hint = f"ý bạn là «{close[0]}»?" if close else f"khóa học có: {', '.join(known) or 'chưa có bài nào'}."
        super().__init__(f"Không có bài tập «{slug}»; {hint}")


class AssignmentBroken(CourseFault):
    """The source of an assignment cannot be released or graded with; `problems` lists why."""

    def __init__(self, slug, problems):
        self.slug, self.problems = slug, tuple(problems)
        rest = f" (và {len(self.problems) - 1} lỗi khác)" if len(self.problems) > 1 else ""
        super().__init__(f"Bài tập «{slug}» có lỗi ở bản gốc: {self.problems[0]}{rest}")


class ClassNotFound(AutograderError):
    """The class folder does not exist or has not the layout ``CLASS/submitted/<student>/<assignment>/``."""


class StudentUnknown(AutograderError):
    """The class has no folder for this student."""


class NoSubmissions(AutograderError):
    """There is nothing to grade or to report."""


class GradingInProgress(AutograderError):
    """Another process is grading the same class folder."""


class GradebookUnusable(AutograderError):
    """``gradebook.db`` cannot be opened, is locked, or is no nbgrader gradebook."""


class OutputUnwritable(AutograderError):
    """A file or folder cannot be written."""


class NoHistory(AutograderError):
    """There are no earlier grades to compare with."""


class EngineFailed(AutograderError):
    """No Python kernel could be started to run notebooks in."""


class ClusterUnusable(AutograderError):
    """The cluster cannot be reached, is gone, or its machines would give other grades than this one."""


class SandboxUnavailable(AutograderError):
    """The machine offers nothing to contain a submission with."""


class LibraryMissing(AutograderError):
    """A command needs a library of one of the package's extras."""


class ClassBroken(AutograderError):
    """A class folder's ``class.toml`` cannot be used."""


class RosterBroken(AutograderError):
    """The list of students cannot be used; the message names the line."""


class SourceUnusable(AutograderError):
    """What is to be collected from does not exist, or is no folder, notebook or harmless zip."""


class ExportImpossible(AutograderError):
    """Grades cannot be written so that each surely reaches its own student."""


class VariationFailed(AutograderError):
    """An assignment cannot be varied for a class so that right answers get all points, and others do not."""


class PortTaken(AutograderError):
    """A page cannot be served at the port that was asked for."""


class BundleUnsafe(AutograderError):
    """What would go to students is not there, or holds what they must not see."""


class NotebookUnreadable(AutograderError):
    """A submitted file cannot be read as a notebook; the base of the reasons below."""


class NotebookMissing(NotebookUnreadable):
    """There is no notebook where one should be."""


class NotebookEmpty(NotebookUnreadable):
    """The file has no bytes, or the notebook has no cells."""


class NotebookNotJSON(NotebookUnreadable):
    """The file is not JSON: cut off, damaged, or another kind of file."""


class NotANotebook(NotebookUnreadable):
    """The file is JSON but no notebook, or a notebook of another assignment."""


class NotebookTooLarge(NotebookUnreadable):
    """The file is far larger than any notebook of the course."""
