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
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from autograder import __version__, feedback, gradebook, marks, notebook
from autograder.course import Assignment, data_files
from autograder.engine import Limits, kernel
from autograder.errors import (
    AutograderError,
    ClassNotFound,
    EngineFailed,
    GradingInProgress,
    NoSubmissions,
    NotebookUnreadable,
    OutputUnwritable,
    StudentUnknown,
)
from autograder.jupyter import dump
from autograder.paths import remove_folder, replace_folder, write_text
from autograder.text import composed, fault, one_line

GRADED, REPAIRED, UNREADABLE, BROKEN = "graded", "repaired", "unreadable", "broken"
SCHEMA = 1  # of the records; part of every digest
MAX_NAME = 240  # bytes of a student's name: a file system allows 255, and it becomes the name of files
_RECORD = {"student", "assignment", "status", "reason", "notes", "score", "max", "marks", "digest"}
_MARK = {"cell", "task", "points", "score", "state", "reason"}
MAX_FILES, MAX_BYTES = 2000, 200_000_000  # of what is handed in beside a notebook


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
    try:
        there = folder.is_dir()
    except OSError as error:
        raise ClassNotFound(f"Thư mục lớp «{one_line(path, 100)}» không mở được: {fault(error)}.") from None
    if not there:
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
    students = {composed(student): student for student in students}
    for name, student in students.items():
        if name not in map(composed, present):
            raise StudentUnknown(
                f"Không có sinh viên «{one_line(student, 60)}» trong {submitted.parent.name}/submitted/."
            )
    wanted = [
        (student, slug)
        for student, slug in found
        if (not assignments or slug in assignments) and (not students or composed(student) in students)
    ]
    if not wanted:
        where = " ".join([*(f"của «{s}»" for s in students.values()), *(f"cho bài «{a}»" for a in assignments)])
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
            raise OutputUnwritable(f"Không ghi được {where}: {fault(error)}.") from None
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
    fits = isinstance(record, dict) and record.get("schema") == SCHEMA and record.keys() >= _RECORD
    fits = fits and (record["student"], record["assignment"]) == (student, slug)
    lists = fits and all(isinstance(record[name], list) for name in ("marks", "notes"))
    whole = lists and all(isinstance(mark, dict) and mark.keys() >= _MARK for mark in record["marks"])
    return record if whole else None


# --- planning ---------------------------------------------------------------------------------------------------


def _submissions(submitted, known):
    """Return ([(student, slug)], [what lies around]), both sorted."""
    found, strays = [], []
    for student in sorted(submitted.iterdir()):
        if student.name.startswith("."):
            continue
        try:
            why = _unfit(student)
            items = [] if why else sorted(student.iterdir())
            folders = {item for item in items if item.is_symlink() or item.is_dir()}
        except OSError as error:
            why, items = f"không đọc được ({fault(error)})", []
        if why:
            strays.append(f"{one_line(student.name, 80)}: {why}")
        for item in items:
            if item.name.startswith("."):
                continue
            place = one_line(f"{student.name}/{item.name}", 120)
            if item.name in known and item in folders:
                found.append((student.name, item.name))
            elif item in folders:
                strays.append(f"{place}: khóa học không có bài này")
            else:
                strays.append(f"{place}: cần nằm trong submitted/<sinh viên>/<bài tập>/")
    return found, strays


def _unfit(student):
    """Say why something in submitted/ cannot be a student's folder, or return an empty string."""
    if student.is_symlink():
        return "là một liên kết (symlink), không phải thư mục thật"
    if not student.is_dir():
        return "cần nằm trong submitted/<sinh viên>/<bài tập>/"
    try:
        size = len(student.name.encode())
    except UnicodeEncodeError:
        return "tên thư mục không phải UTF-8, hãy đổi tên"
    return f"tên thư mục quá dài ({size} byte, giới hạn {MAX_NAME})" if size > MAX_NAME else ""


def _digest(place, assignment, limits):
    """Hash everything the grade of a submission depends on."""
    digest = hashlib.sha256(f"{SCHEMA}\0{__version__}\0{sys.version}\0{limits}\0{assignment.digest}\0".encode())
    used, notes = ((), ()) if place.is_symlink() else _attachments(place)
    # of what cannot be read or is not used, the note says enough
    for name in [*_notebooks(place), *used, *(note.text for note in notes)]:
        digest.update(f"{name}\0".encode("utf-8", "surrogateescape"))
        with contextlib.suppress(OSError), (place / name).open("rb") as file:
            digest.update(f"{os.fstat(file.fileno()).st_size}\0".encode())
            while data := file.read(1 << 20):
                digest.update(data)
    return digest.hexdigest()


def _notebooks(place):
    """Return the names of the regular files in a submission's folder that could be its notebook, sorted."""
    with contextlib.suppress(OSError):
        found = (p for p in place.iterdir() if p.suffix.lower() == ".ipynb" and not p.is_symlink() and p.is_file())
        return () if place.is_symlink() else tuple(sorted(p.name for p in found if p.stat().st_size <= MAX_BYTES))
    return ()


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
    notes, attachments, undone, status, reason = (), (), set(), GRADED, ""
    try:
        submission, attachments = _read(job)
        try:
            execution = _execute_submission(job, submission, attachments)
        except EngineFailed:
            if not attachments:
                raise
            # one of these files is in the way of Python's own; without them nobody else is held up
            text = "Tệp kèm theo không được dùng: có chúng thì Python không khởi động được."
            submission = replace(submission, notes=(*submission.notes, notebook.Note("files", text, serious=True)))
            attachments = ()
            execution = _execute_submission(job, submission, attachments)
        given = marks.mark(assignment, submission, execution)
        finished, notes = execution.notebook, submission.notes
        undone = set(submission.untouched | submission.absent)
        status = REPAIRED if any(note.serious for note in notes) else GRADED
        answers = {
            c.metadata.nbgrader.grade_id: c.source
            for c in finished.cells
            if c.metadata.get("nbgrader", {}).get("solution")
        }
    except NotebookUnreadable as error:
        status, reason = UNREADABLE, str(error)
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
    _stage(job, finished, feedback.render(record, assignment, answers), attachments)
    return json.dumps(record, ensure_ascii=False)


def _read(job):
    """Return the repaired notebook and the attachments to use; raises NotebookUnreadable."""
    try:
        path, notes = notebook.find(job.folder, job.assignment.slug)
        attachments, more = _attachments(job.folder)
        return notebook.submission(path, job.assignment, notes=(*notes, *more)), attachments
    except OSError as error:
        raise NotebookUnreadable(f"Không đọc được bài nộp: {fault(error)}.") from None


def _execute_submission(job, submission, attachments):
    # a notebook may leave behind what cannot be removed; its score is not lost for that
    with tempfile.TemporaryDirectory(prefix="autograder-run-", ignore_cleanup_errors=True) as folder:
        for source, names in ((job.folder, attachments), (job.assignment.folder, job.assignment.files)):
            _copy(source, names, Path(folder))
        return kernel.execute(submission.notebook, folder, job.limits)


def _attachments(folder):
    """Return (the files handed in beside the notebook that are used, notes about those that are not)."""
    try:
        names = [name for name in data_files(folder) if name.suffix.lower() != ".ipynb"]
        size = sum((folder / name).stat().st_size for name in names)
    except OSError as error:
        text = f"Tệp kèm theo không được dùng: có tệp không đọc được ({fault(error)})."
        return (), (notebook.Note("files", text, serious=True),)
    if len(names) > MAX_FILES or size > MAX_BYTES:
        text = (
            f"Tệp kèm theo không được dùng: {len(names)} tệp, {size / 1e6:.0f} MB "
            f"(giới hạn là {MAX_FILES} tệp, {MAX_BYTES / 1e6:.0f} MB)."
        )
        return (), (notebook.Note("files", text, serious=True),)
    unread = [str(name) for name in names if not os.access(folder / name, os.R_OK)]
    text = f"Tệp kèm theo không đọc được, không được dùng: {one_line(', '.join(unread), 80)}."
    notes = (notebook.Note("files", text, serious=True),) if unread else ()
    return tuple(name for name in names if str(name) not in unread), notes


def _copy(source, names, target):
    """Copy files into `target`; where a file and a folder want the same place, the later one gets it."""
    for name in names:
        for part in (name, *name.parents[:-1]):
            if part == name and (target / part).is_dir():
                remove_folder(target / part)
            elif part != name and (target / part).is_file():
                (target / part).unlink()
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)


def _stage(job, finished, page, attachments=()):
    slug = job.assignment.slug
    remove_folder(job.staging)
    graded, told = job.staging / "autograded", job.staging / "feedback"
    graded.mkdir(parents=True)
    told.mkdir()
    _copy(job.folder, [name for name in attachments if name.parts[0] != f"{slug}.ipynb"], graded)
    _copy(job.assignment.folder, job.assignment.files, graded)
    for path, text in ((graded / f"{slug}.ipynb", dump(finished)), (told / f"{slug}.html", page)):
        path.write_text(text, encoding="utf-8", errors="replace")  # lone surrogates, from what a notebook printed
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
    from nbgrader.utils import parse_utc

    path = folder / "timestamp.txt"
    with contextlib.suppress(Exception):  # a date's parser meets what a student wrote: it may raise anything
        if not path.is_symlink() and path.is_file() and path.stat().st_size < 200:
            text = path.read_text(encoding="utf-8").strip()
            parse_utc(text)
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
