"""Look at a class folder and say what has to be run."""

from dataclasses import dataclass
from pathlib import Path

from autograder import database, gradebook
from autograder.batch import digest, settings
from autograder.batch.parcel import Bundle, Job
from autograder.batch.record import Records, is_whole, read_record
from autograder.batch.submitted import submissions
from autograder.course import Course
from autograder.errors import ClassNotFound, NoSubmissions, StudentUnknown
from autograder.text import composed, fault, one_line


@dataclass(frozen=True)
class Plan:
    """What a run will do."""

    folder: Path
    course: Course
    gradebook: database.Place
    jobs: tuple[Job, ...]
    bundles: dict  # digest -> Bundle
    done: Records  # of submissions graded before, unchanged since
    strays: tuple[str, ...]  # what lies in submitted/ and is no submission


def class_folder(path, course=None):
    """Return the resolved class folder; raises ClassNotFound."""
    folder = Path(path).expanduser()
    try:
        there = folder.is_dir()
    except OSError as error:
        raise ClassNotFound(f"Thư mục lớp «{one_line(path, 100)}» không mở được: {fault(error)}.") from None
    if not there:
        what = "không phải một thư mục" if folder.exists() else "không tồn tại"
        raise ClassNotFound(f"Thư mục lớp «{path}» {what}.")
    folder = folder.resolve()
    if course and (
        (course.is_house and folder == course.root)
        or any(folder.is_relative_to(p) for p in (course.solutions, course.exercises))
    ):
        raise ClassNotFound(f"«{path}» thuộc về khóa học; hãy để lớp ở một thư mục riêng, ví dụ lop/submitted/…")
    return folder


def plan(
    course, folder, *, assignments=(), students=(), force=False, limits=None, asked=None, kernel=False, sandbox=True,
    db=None,
):  # fmt: skip
    """Look at the class folder and say what has to be run.

    Parameters
    ----------
    course : Course
    folder : Path
        The class folder.
    assignments, students : sequence of str
        Only these; all when empty.
    force : bool
        Also what was graded before and has not changed.
    limits : Limits, optional
        For all assignments; the course's own (:mod:`~autograder.batch.settings`) when it is not given.
    asked : dict, optional
        Limits that win over the course's own, by their names there.
    kernel : bool
        Run everything in a real kernel; else what the course says, and notebooks of other languages.
    sandbox : bool
        Whether students' code is to be contained.
    db : str, optional
        URL of the gradebook; the course's or the class folder's own when it is not given.

    Raises
    ------
    ClassNotFound, CourseBroken, AssignmentUnknown, AssignmentBroken, StudentUnknown, NoSubmissions, GradebookUnusable
    """
    layout, wishes = course.layout, settings.read(course.root)
    known = course.slugs()
    for slug in assignments:
        course.source(slug)  # raises AssignmentUnknown
    found, strays = submissions(folder, layout, known)
    wanted = _wanted(folder, layout.submitted, found, assignments, students)
    bundles = {}
    for slug in dict.fromkeys(slug for _, slug in wanted):
        sheets = course.sheets(slug)
        # of a foreign course nothing says which test cells may run in a process apart from the student's
        foreign = not course.is_house or any(sheet.language != "python" for sheet in sheets)
        engine = "kernel" if kernel or foreign or wishes.wants_kernel(slug) else None
        bounds = limits or wishes.limits(slug, asked)
        bundles[slug] = Bundle(slug, sheets, bounds, engine, sandbox, digest.environment(sheets))
    where = gradebook_of(course, folder, db)
    scores = _scores(where)
    jobs, done = [], []
    for (student, slug), place in wanted.items():
        bundle = bundles[slug].digest
        job = Job(student, slug, place, digest.of_submission(place, bundle), bundle)
        record = None if force else read_record(folder, student, slug)
        same = record and record["digest"] == job.digest
        if same and is_whole(folder, layout, record, scores.get((student, slug))):
            done.append((student, slug))
        else:
            jobs.append(job)
    by_digest = {bundle.digest: bundle for bundle in bundles.values()}
    return Plan(folder, course, where, tuple(jobs), by_digest, Records(folder, done), tuple(strays))


def gradebook_of(course, folder, db=None):
    """Return where the scores of a class go: where is asked for, where the course says, or the class folder."""
    if db:
        return database.place(db)
    if course.layout.db_url:
        return database.place(course.layout.db_url, course.layout.root)
    return database.place(folder)


def _scores(where):
    found = {}
    for entry in gradebook.entries(where):
        found.setdefault((entry.student, entry.assignment), {})[entry.notebook, entry.cell] = entry.auto_score
    return found


def _wanted(folder, submitted, found, assignments, students):
    """Return the submissions that are asked for; raises StudentUnknown or NoSubmissions."""
    students = {composed(student): student for student in students}
    present = {composed(student) for student, _ in found}
    wanted = {
        (student, slug): place
        for (student, slug), place in found.items()
        if (not assignments or slug in assignments) and (not students or composed(student) in students)
    }
    for name, student in students.items():
        if name not in present:
            where = f"{folder.name}/{submitted}/"
            raise StudentUnknown(f"Không có sinh viên «{one_line(student, 60)}» trong {where}.")
    if not wanted:
        where = " ".join([*(f"của «{s}»" for s in students.values()), *(f"cho bài «{a}»" for a in assignments)])
        raise NoSubmissions(f"Không có bài nộp nào {where or f'trong {submitted}/'}".rstrip() + ".")
    return wanted
