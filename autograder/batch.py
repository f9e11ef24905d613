"""Grade a class folder: plan what has to be run, run it in worker processes, let one writer record it.

``CLASS/submitted/<student>/<assignment>/`` is read; ``autograded/``, ``feedback/``, ``gradebook.db`` and ``reports/``
beside it are written. A submission is done when its record in ``reports/`` is: that is written last, and names the
digest of everything the grade depends on.
"""

import contextlib
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder import __version__, feedback, gradebook, marks, notebook
from autograder.course import Assignment, data_files
from autograder.engine import Limits, kernel
from autograder.errors import (
    AutograderError,
    ClassNotFound,
    GradingInProgress,
    NoSubmissions,
    NotebookUnreadable,
    OutputUnwritable,
    StudentUnknown,
)
from autograder.jupyter import dump
from autograder.paths import remove_folder, replace_folder, write_text
from autograder.text import one_line

GRADED, REPAIRED, UNREADABLE, BROKEN = "graded", "repaired", "unreadable", "broken"
SCHEMA = 1  # of the records; part of every digest


@dataclass(frozen=True)
class Job:
    """One submission to grade."""

    student: str
    assignment: Assignment
    folder: Path  # CLASS/submitted/<student>/<assignment>
    digest: str
    limits: Limits
    staging: Path  # where the worker leaves what it made


@dataclass(frozen=True)
class Plan:
    """What a run will do."""

    folder: Path
    jobs: tuple[Job, ...]
    done: tuple[dict, ...]  # records of submissions graded before, unchanged since
    strays: tuple[str, ...]  # what lies in submitted/ and is no submission


@dataclass(frozen=True)
class Outcome:
    """What a run did: the records of what it graded and of what it left alone."""

    graded: tuple[dict, ...]
    skipped: tuple[dict, ...]
    strays: tuple[str, ...]

    @property
    def ungradable(self):
        """The records, old and new, of submissions that could not be graded as submitted."""
        return tuple(r for r in (*self.graded, *self.skipped) if r["status"] in (UNREADABLE, BROKEN))


def _nothing(*_):
    pass


def class_folder(path, course=None):
    """Return the resolved class folder; raises ClassNotFound."""
    folder = Path(path).expanduser()
    if not folder.is_dir():
        what = "không phải một thư mục" if folder.exists() else "không tồn tại"
        raise ClassNotFound(f"Thư mục lớp «{path}» {what}.")
    folder = folder.resolve()
    if course and (
        folder == course.root or any(folder.is_relative_to(p) for p in (course.solutions, course.exercises))
    ):
        raise ClassNotFound(f"«{path}» thuộc về khóa học; hãy để lớp ở một thư mục riêng, ví dụ lop/submitted/…")
    return folder


def plan(course, folder, *, assignments=(), students=(), force=False, limits=None):
    """Look at the class folder and say what has to be run.

    Raises ClassNotFound, AssignmentUnknown, AssignmentBroken, StudentUnknown, NoSubmissions or GradebookUnusable.
    """
    limits = limits or Limits()
    submitted = folder / "submitted"
    if not submitted.is_dir():
        raise ClassNotFound(f"«{folder.name}» không có thư mục submitted/ (cần submitted/<sinh viên>/<bài tập>/).")
    known = course.slugs()
    for slug in assignments:
        course.source(slug)  # raises AssignmentUnknown
    found, strays = _submissions(submitted, known)
    present = {p.name for p in submitted.iterdir() if p.is_dir()}
    for student in students:
        if student not in present:
            raise StudentUnknown(
                f"Không có sinh viên «{one_line(student, 60)}» trong {submitted.parent.name}/submitted/."
            )
    wanted = [
        (student, slug)
        for student, slug in found
        if (not assignments or slug in assignments) and (not students or student in students)
    ]
    if not wanted:
        where = " ".join([*(f"của «{s}»" for s in students), *(f"cho bài «{a}»" for a in assignments)])
        raise NoSubmissions(f"Không có bài nộp nào {where or 'trong submitted/'}".rstrip() + ".")
    loaded = {slug: course.load(slug) for slug in dict.fromkeys(slug for _, slug in wanted)}
    scores = {}
    for entry in gradebook.entries(folder):
        scores.setdefault((entry.student, entry.assignment), {})[entry.cell] = entry.auto_score
    jobs, done = [], []
    work = folder / "reports" / ".work" / str(os.getpid())
    for number, (student, slug) in enumerate(wanted):
        assignment, place = loaded[slug], submitted / student / slug
        digest = _digest(place, assignment, limits)
        record = read_record(folder, student, slug)
        if (
            not force
            and record
            and record["digest"] == digest
            and _is_whole(folder, record, scores.get((student, slug)))
        ):
            done.append(record)
        else:
            jobs.append(Job(student, assignment, place, digest, limits, work / str(number)))
    return Plan(folder, tuple(jobs), tuple(done), tuple(strays))


def run(plan, *, workers=None, started=_nothing, on_result=_nothing, finished=_nothing):
    """Do what the plan says; return the :class:`Outcome`.

    `started` is called when the workers are there (threads may be started from then on), `on_result` with every record
    as it is written, `finished` at the end, whatever happened. Raises GradingInProgress, GradebookUnusable,
    OutputUnwritable or EngineFailed; what was recorded until then stays.
    """
    graded = []
    if plan.jobs:
        reports = plan.folder / "reports"
        try:
            reports.mkdir(exist_ok=True)
            with _lock(reports) as lock, _workspace(reports / ".work"), gradebook.open_gradebook(plan.folder) as writer:
                for assignment in {job.assignment.slug: job.assignment for job in plan.jobs}.values():
                    writer.prepare(assignment)
                for job, record in _execute(plan.jobs, workers or default_workers(), lock, started):
                    _record(plan.folder, job, record, writer)
                    graded.append(record)
                    on_result(record)
        except OSError as error:
            where = error.filename or plan.folder
            raise OutputUnwritable(f"Không ghi được {where}: {error.strerror or error}.") from None
        finally:
            finished()
    order = [(job.student, job.assignment.slug) for job in plan.jobs]
    graded.sort(key=lambda r: order.index((r["student"], r["assignment"])))
    return Outcome(tuple(graded), plan.done, plan.strays)


def summary(outcome):
    """Return what ``autograder grade --json`` prints."""
    return {
        "graded": len(outcome.graded),
        "skipped": len(outcome.skipped),
        "ungradable": len(outcome.ungradable),
        "ignored": list(outcome.strays),
        "submissions": [*outcome.graded, *outcome.skipped],
    }


def default_workers():
    """Return the number of CPUs this process may use, at most 8."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(count or 1, 8))


def record_path(folder, student, slug):
    """Return where the record of a submission is kept."""
    return folder / "reports" / slug / f"{student}.json"


def read_record(folder, student, slug):
    """Return the record of a submission, or None when there is none or it is no record of this version."""
    try:
        record = json.loads(record_path(folder, student, slug).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    fits = isinstance(record, dict) and record.get("schema") == SCHEMA and record.get("student") == student
    return record if fits and record.get("assignment") == slug else None


# --- planning ---------------------------------------------------------------------------------------------------


def _submissions(submitted, known):
    """Return ([(student, slug)], [what lies around]), both sorted."""
    found, strays = [], []
    for student in sorted(submitted.iterdir()):
        if student.name.startswith("."):
            continue
        if not student.is_dir():
            strays.append(f"{student.name}: cần nằm trong submitted/<sinh viên>/<bài tập>/")
            continue
        for item in sorted(student.iterdir()):
            if item.name.startswith("."):
                continue
            if item.name in known and (item.is_dir() or item.is_symlink()):
                found.append((student.name, item.name))
            elif item.is_dir():
                strays.append(f"{student.name}/{item.name}: khóa học không có bài này")
            else:
                strays.append(f"{student.name}/{item.name}: cần nằm trong submitted/<sinh viên>/<bài tập>/")
    return found, strays


def _digest(place, assignment, limits):
    """Hash everything the grade of a submission depends on."""
    digest = hashlib.sha256(f"{SCHEMA}\0{__version__}\0{sys.version}\0{limits}\0{assignment.digest}\0".encode())
    files = () if place.is_symlink() else data_files(place)
    for name in files:
        data = (place / name).read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return digest.hexdigest()


def _is_whole(folder, record, scores):
    """Whether all that a record stands for is there: notebook, feedback and the same scores in the gradebook."""
    student, slug = record["student"], record["assignment"]
    made = (
        folder / "autograded" / student / slug / f"{slug}.ipynb",
        folder / "feedback" / student / slug / f"{slug}.html",
    )
    return (
        record["status"] != BROKEN
        and all(path.is_file() for path in made)
        and scores == {mark["cell"]: mark["score"] for mark in record["marks"]}
    )


# --- one submission, in a worker --------------------------------------------------------------------------------


def grade_one(job):
    """Grade one submission, leave notebook and feedback in the job's staging folder, return its record as JSON text.

    Raises EngineFailed; everything else a submission can do ends in the record.
    """
    start = time.monotonic()
    assignment, slug = job.assignment, job.assignment.slug
    notes, undone, status, reason = (), set(), GRADED, ""
    try:
        path, notes = notebook.find(job.folder, slug)
        submission = notebook.submission(path, assignment, notes=notes)
        execution = _execute_submission(job, submission)
        given = marks.mark(assignment, submission, execution)
        finished, notes = execution.notebook, submission.notes
        undone = set(submission.untouched | submission.absent)
        status = REPAIRED if any(note.serious for note in notes) else GRADED
        answers = {
            c.metadata.nbgrader.grade_id: c.source
            for c in finished.cells
            if c.metadata.get("nbgrader", {}).get("solution")
        }
    except (NotebookUnreadable, OSError) as error:
        status = UNREADABLE
        reason = str(error) if isinstance(error, NotebookUnreadable) else f"Không đọc được bài nộp: {error.strerror}."
    except AutograderError:
        raise
    except Exception as error:  # a fault of ours: this submission is not lost for it, nor any other
        status, reason = BROKEN, f"Bộ chấm gặp lỗi nội bộ ({one_line(f'{type(error).__name__}: {error}', 200)})."
    if reason:
        given, finished, answers = marks.zero(assignment, reason), notebook.blank(assignment, reason), {}
        undone = {cell.grade_id for cell in assignment.cells if cell.kind in ("solution", "answer")}
    record = {
        "schema": SCHEMA,
        "student": job.student,
        "assignment": slug,
        "status": status,
        "reason": reason,
        "notes": [note.text for note in notes],
        "score": round(sum(mark.score or 0.0 for mark in given), 6),
        "max": assignment.points,
        "pending": sum(mark.score is None for mark in given),
        "marks": [asdict(mark) for mark in given],
        "undone": sorted(undone),
        "digest": job.digest,
        "seconds": round(time.monotonic() - start, 2),
    }
    _stage(job, finished, feedback.render(record, assignment, answers))
    return json.dumps(record, ensure_ascii=False)


def _execute_submission(job, submission):
    with tempfile.TemporaryDirectory(prefix="autograder-run-") as folder:
        for source, names in ((job.folder, _attachments(job.folder)), (job.assignment.folder, job.assignment.files)):
            _copy(source, names, Path(folder))
        return kernel.execute(submission.notebook, folder, job.limits)


def _attachments(folder):
    """Return the files handed in beside the notebook."""
    return [name for name in data_files(folder) if name.suffix.lower() != ".ipynb"]


def _copy(source, names, target):
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)


def _stage(job, finished, page):
    slug = job.assignment.slug
    remove_folder(job.staging)
    graded, told = job.staging / "autograded", job.staging / "feedback"
    graded.mkdir(parents=True)
    told.mkdir()
    if job.folder.is_dir() and not job.folder.is_symlink():
        _copy(job.folder, _attachments(job.folder), graded)
    _copy(job.assignment.folder, job.assignment.files, graded)
    (graded / f"{slug}.ipynb").write_text(dump(finished), encoding="utf-8")
    (told / f"{slug}.html").write_text(page, encoding="utf-8")
    for file in data_files(graded):
        (graded / file).chmod(0o444)  # as nbgrader does


# --- many submissions -------------------------------------------------------------------------------------------


def _execute(jobs, workers, lock, started):
    """Yield (job, record) as they are finished; a worker that dies takes no other submission with it."""
    for _attempt in (1, 2):
        lost = []
        if jobs:
            with _pool(min(workers, len(jobs)), lock) as pool:
                futures = {pool.submit(grade_one, job): job for job in jobs}
                started()
                for future in as_completed(futures):
                    try:
                        yield futures[future], json.loads(future.result())
                    except BrokenProcessPool:
                        lost.append(futures[future])
        jobs = lost
    for job in jobs:  # one of these kills its worker: each gets one of its own
        with _pool(1, lock) as pool:
            try:
                yield job, json.loads(pool.submit(grade_one, job).result())
            except BrokenProcessPool:
                yield job, _died(job)


def _died(job):
    reason = "Tiến trình chấm bị dừng đột ngột, có thể vì hết bộ nhớ."
    given = marks.zero(job.assignment, reason)
    record = {
        "schema": SCHEMA,
        "student": job.student,
        "assignment": job.assignment.slug,
        "status": BROKEN,
        "reason": reason,
        "notes": [],
        "score": 0.0,
        "max": job.assignment.points,
        "pending": 0,
        "marks": [asdict(mark) for mark in given],
        "undone": [],
        "digest": job.digest,
        "seconds": 0.0,
    }
    _stage(job, notebook.blank(job.assignment, reason), feedback.render(record, job.assignment, {}))
    return record


@contextlib.contextmanager
def _pool(size, lock):
    # forked from this process while it has one thread: the workers need not import Jupyter again
    method = "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"
    context = multiprocessing.get_context(method)
    inherited = lock if method == "fork" else None
    pool = ProcessPoolExecutor(size, mp_context=context, initializer=_start_worker, initargs=(os.getpid(), inherited))
    try:
        yield pool
    except BaseException:
        with _silent_stderr():  # the pool's own threads complain when their workers are gone
            for process in list((pool._processes or {}).values()):
                process.terminate()
            pool.shutdown(cancel_futures=True)
        raise
    else:
        pool.shutdown()


@contextlib.contextmanager
def _silent_stderr():
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _start_worker(parent, lock):
    """Make a worker end, with the kernels it started, when it is told to or when its parent is gone."""
    if lock is not None:
        os.close(lock)

    def end(*_):
        kernel.kill_all()
        os._exit(1)

    def watch():
        while os.getppid() == parent:
            time.sleep(0.2)
        end()

    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the parent
    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=watch, daemon=True).start()


# --- writing ----------------------------------------------------------------------------------------------------


def _record(folder, job, record, writer):
    """Put what a worker made in place; the record comes last."""
    student, slug = job.student, job.assignment.slug
    record_path(folder, student, slug).unlink(missing_ok=True)
    replace_folder(job.staging / "autograded", folder / "autograded" / student / slug)
    replace_folder(job.staging / "feedback", folder / "feedback" / student / slug)
    scores = {mark["cell"]: mark["score"] for mark in record["marks"]}
    writer.write(student, slug, scores, set(record["undone"]), _timestamp(job.folder))
    write_text(record_path(folder, student, slug), json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    remove_folder(job.staging)


def _timestamp(folder):
    """Return the time of submission that nbgrader's collect wrote, or None."""
    from dateutil.parser import ParserError, parse

    with contextlib.suppress(OSError, ParserError, OverflowError, UnicodeDecodeError):
        text = (folder / "timestamp.txt").read_text(encoding="utf-8").strip()
        parse(text)
        return text
    return None


@contextlib.contextmanager
def _workspace(path):
    remove_folder(path)  # what an interrupted run left
    path.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _lock(reports):
    """Hold the class for this process; yields the file descriptor. Raises GradingInProgress."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield None
        return
    descriptor = os.open(reports / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GradingInProgress("Một lệnh autograder grade khác đang chấm lớp này; hãy đợi nó xong.") from None
        yield descriptor
    finally:
        os.close(descriptor)
