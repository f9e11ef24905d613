"""Grades on their way out of the class: into Moodle, Canvas, or a table."""

from dataclasses import dataclass
from pathlib import Path

from autograder.classroom import canvas, config, dues, grades, moodle, roster, sheets
from autograder.errors import ExportImpossible, OutputUnwritable
from autograder.paths import write_bytes
from autograder.text import fault

KINDS = {"moodle": "csv", "canvas": "csv", "csv": "csv", "xlsx": "xlsx"}  # and their suffixes


@dataclass(frozen=True)
class Export:
    """What was written."""

    path: Path
    kind: str
    grades: grades.Grades
    students: int  # of the roster
    absent: tuple[str, ...] = ()  # with a grade, but not in Canvas's file
    kept: tuple[tuple[str, str], ...] = ()  # excused in Canvas
    gaps: tuple[tuple[str, str], ...] = ()  # where Moodle takes away the grade that it has


def export(folder, kind, *, where=None, assignments=(), target=None, template=None):
    """Write the grades of a class into a file; return the :class:`Export`.

    Parameters
    ----------
    folder : Path
        The class folder.
    kind : str
        A key of `KINDS`.
    where : Place or str, optional
        The gradebook, if it is not the class folder's own.
    assignments : sequence of str
        Only these.
    target : Path, optional
        The file; ``reports/export-<kind>.<suffix>`` when it is not given.
    template : Path, optional
        Canvas's export of its gradebook, which `kind` ``canvas`` needs.

    Raises
    ------
    ClassBroken, RosterBroken, AssignmentUnknown, NoSubmissions, GradebookUnusable, ExportImpossible, OutputUnwritable
    """
    wishes = config.read(folder)
    students = roster.read(wishes.roster)
    dues.refresh(folder, where or folder)
    found = grades.read(folder, students, where or folder, assignments)
    absent = kept = gaps = ()
    if kind == "canvas":
        if template is None:
            raise ExportImpossible("Canvas cần bảng điểm mà nó đã xuất: thêm --template TỆP_CSV (Grades → Export).")
        filled = canvas.fill(wishes, students, found, template)
        data, absent, kept = filled.data, filled.absent, filled.kept
    elif kind == "moodle":
        data, gaps = moodle.to_csv(wishes, students, found), moodle.gaps(students, found)
    elif kind == "csv":
        data = sheets.to_csv(students, found)
    else:
        data = sheets.to_xlsx(students, found)
    path = Path(target).expanduser() if target else folder / "reports" / f"export-{kind}.{KINDS[kind]}"
    if template is not None and path.resolve() == Path(template).resolve():
        raise ExportImpossible(f"{path} là tệp mẫu của Canvas; hãy ghi vào một tệp khác.")
    try:
        write_bytes(path, data)
    except OSError as error:
        raise OutputUnwritable(f"Không ghi được {path}: {fault(error)}.") from None
    return Export(path, kind, found, len(students), absent, kept, gaps)
