"""Look at a class folder and say what has to be run."""

from dataclasses import dataclass, field
from pathlib import Path

from autograder import database, engine, gradebook, settings
from autograder.batch import digest
from autograder.batch.parcel import Bundle, Job
from autograder.batch.submitted import submissions
from autograder.classroom import config
from autograder.course import Course
from autograder.engine import fitness
from autograder.errors import ClassNotFound, NoSubmissions, StudentUnknown
from autograder.feedback.comments import comments
from autograder.record import Records, is_whole, read_record
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
    by_hand: frozenset = frozenset()  # (student, slug) of submissions that a person has marked or commented on
    notices: tuple[str, ...] = ()  # what the instructor should know of how the assignments are run
    begun: object = field(default=None, compare=False, repr=False)  # see :func:`autograder.engine.begin`


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
        For all assignments; those of the class and the course (:mod:`autograder.settings`) when it is not given.
    asked : dict, optional
        Limits that win over those, by their names there.
    kernel : bool
        Run everything in a real kernel; else what the course asks for, and what the model solution needs.
    sandbox : bool
        Whether students' code is to be contained.
    db : str, optional
        URL of the gradebook; the course's or the class folder's own when it is not given.

    Raises
    ------
    ClassNotFound, ClassBroken, CourseBroken, AssignmentUnknown, AssignmentBroken, StudentUnknown, NoSubmissions,
    GradebookUnusable, EngineFailed
    """
    begun = None if kernel else engine.begin(sandbox=sandbox)  # it gets ready while this goes on
    layout, wishes = course.layout, config.limited(settings.read(course), folder)
    known = course.slugs()
    for slug in assignments:
        course.source(slug)  # raises AssignmentUnknown
    found, strays = submissions(folder, layout, known)
    wanted = _wanted(folder, layout.submitted, found, assignments, students)
    bundles, notices = {}, []
    for slug in dict.fromkeys(slug for _, slug in wanted):
        sheets = course.sheets(slug)
        way, bounds = "kernel", limits or wishes.limits(slug, asked)
        if not kernel and not wishes.wants_kernel(slug):
            fitted = fitness.fit(sheets, course.model, bounds, folder / "reports")
            sheets, way = fitted.sheets, fitted.engine
            notices += fitted.notices
        bundles[slug] = Bundle(slug, sheets, bounds, way, sandbox, digest.environment(sheets))
    where = gradebook_of(course, folder, db)
    scores, by_hand = _scores(where)
    jobs, done = [], []
    # one assignment after the other: a worker keeps what it has prepared for a few of them only
    for (student, slug), place in sorted(wanted.items(), key=lambda item: item[0][::-1]):
        bundle = bundles[slug].digest
        content = digest.of_content(place)
        job = Job(student, slug, place, digest.of_submission(content, bundle), bundle, content)
        record = None if force else read_record(folder, student, slug)
        same = record and record["digest"] == job.digest
        if same and is_whole(folder, layout, record, scores.get((student, slug))):
            done.append((student, slug))
        else:
            jobs.append(job)
    by_digest = {bundle.digest: bundle for bundle in bundles.values()}
    records = Records(folder, done)
    used = begun if jobs and bundles[jobs[0].slug].engine is None else None
    return Plan(folder, course, where, tuple(jobs), by_digest, records, tuple(strays), by_hand, tuple(notices), used)


def gradebook_of(course, folder, db=None):
    """Return where the scores of a class go: where is asked for, where the course says, or the class folder."""
    if db:
        return database.place(db)
    if course.layout.db_url:
        return database.place(course.layout.db_url, course.layout.root)
    return database.place(folder)


def _scores(where):
    """Return ({submission: {cell: score}} as the gradebook has them, the submissions that a person has looked at)."""
    found, by_hand = {}, {(comment.student, comment.assignment) for comment in comments(where)}
    for entry in gradebook.entries(where):
        found.setdefault((entry.student, entry.assignment), {})[entry.notebook, entry.cell] = entry.auto_score
        if entry.by_hand:
            by_hand.add((entry.student, entry.assignment))
    return found, frozenset(by_hand)


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
