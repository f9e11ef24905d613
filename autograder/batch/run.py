"""Do what a plan says: hand the submissions out, take the results in, write them."""

import contextlib
import functools
import json
import os
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder import engine, gradebook, history
from autograder.batch import worker
from autograder.batch.commit import Committer
from autograder.batch.executors import WorkerDiedError, WorkerFaultError, Workers
from autograder.errors import ClusterUnusable, GradingInProgress, OutputUnwritable
from autograder.paths import discard_folder, remove_folder
from autograder.record import BROKEN, UNREADABLE, Records
from autograder.text import fault, one_line

TRIES = 3  # workers that may die of a submission, or fail at it
TICK_SECONDS = 0.25
DIED = "Tiến trình chấm bị dừng đột ngột, có thể vì hết bộ nhớ."


@dataclass(frozen=True)
class Outcome:
    """What a run did: the records of what it graded and of what it left alone."""

    graded: Records
    skipped: Records
    strays: tuple[str, ...]
    before: Path | None = None  # the snapshot of grades that may have changed, see :mod:`autograder.history`

    def __iter__(self):
        """Go through the records, new and old, one at a time."""
        yield from self.graded
        yield from self.skipped

    @cached_property
    def ungradable(self):
        """How many of the submissions could not be graded as submitted."""
        return sum(record["status"] in (UNREADABLE, BROKEN) for record in self)


class Silent:
    """What a run tells of its progress, made nothing of."""

    def start(self):
        """Show that the workers are there."""

    def step(self, record):
        """Count one more submission that is graded and written."""

    def tick(self):
        """Show that time goes by."""

    def stop(self):
        """Show nothing any more: the run has ended, whatever happened."""


def run(plan, *, workers=None, cluster=None, progress=None):
    """Do what the plan says; return the :class:`Outcome`.

    Parameters
    ----------
    plan : Plan
    workers : int, optional
        How many processes grade at the same time on this machine; one for each CPU when it is not given.
    cluster : str, optional
        Address of a Dask scheduler whose workers do the grading instead.
    progress : Silent, optional
        What is told of the progress.

    Raises
    ------
    GradingInProgress, GradebookUnusable, OutputUnwritable, EngineFailed or ClusterUnusable
        What was recorded until then stays.
    """
    graded, before, progress = set(), None, progress or Silent()
    if plan.jobs:
        reports = plan.folder / "reports"
        try:
            reports.mkdir(exist_ok=True)
            with lock(reports) as held, _workspace(reports / ".work") as work, contextlib.ExitStack() as stack:
                # forked before the gradebook is opened and before anything starts a thread
                executor = stack.enter_context(_executor(plan, workers, cluster, work, held))
                keys = {(job.student, job.slug) for job in plan.jobs}
                before = history.keep(plan.folder, plan.gradebook, keys)
                writer = stack.enter_context(_open(plan))
                writer.prepare([sheet for bundle in plan.bundles.values() for sheet in bundle.sheets])
                committer = Committer(plan, writer, work)
                progress.start()
                for record in _graded(plan, executor, committer, progress):
                    graded.add((record["student"], record["assignment"]))
                    progress.step(record)
                history.close(plan.folder)
        except OSError as error:
            where = error.filename or plan.folder
            raise OutputUnwritable(f"Không ghi được {where}: {fault(error)}.") from None
        finally:
            progress.stop()
    keys = [(job.student, job.slug) for job in plan.jobs if (job.student, job.slug) in graded]
    return Outcome(Records(plan.folder, keys), plan.done, plan.strays, before)


def summary(outcome):
    """Yield what ``autograder grade --json`` prints: JSON text, a piece for each submission."""
    head = {
        "graded": len(outcome.graded),
        "skipped": len(outcome.skipped),
        "ungradable": outcome.ungradable,
        "ignored": list(outcome.strays),
    }
    yield f'{json.dumps(head, ensure_ascii=False, indent=1)[:-2]},\n "submissions": ['
    for place, record in enumerate(outcome):
        yield f"{',' if place else ''}\n{json.dumps(record, ensure_ascii=False)}"
    yield "\n]}\n"


def default_workers():
    """Return the number of CPUs this process may use, at most 8."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(count or 1, 8))


def _open(plan):
    course = plan.course
    return gradebook.open_gradebook(plan.gradebook, course_id=course.course_id, late=course.late_penalty)


@contextlib.contextmanager
def _executor(plan, workers, cluster, work, held):
    with contextlib.ExitStack() as stack:
        if cluster:
            from autograder.batch.cluster import Cluster

            if plan.begun:
                plan.begun.close()
            executor = Cluster(cluster)
        else:
            worker.keep(*plan.bundles.values())
            count = min(workers or default_workers(), len(plan.jobs))
            sheets = plan.bundles[plan.jobs[0].bundle].sheets
            stack.enter_context(engine.sharing(plan.begun, sheets[0]))
            executor = Workers(count, work / "tmp", () if held is None else (held,))
        try:
            yield executor
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise
        executor.shutdown()


def _graded(plan, executor, committer, progress):
    """Yield every record when it is written; what was graded is written even when something stops the run."""
    try:
        for job, reply in _replies(plan, executor, progress.tick):
            if job is not None:
                committer.add(job, reply)
            if committer.is_due:
                yield from committer.flush()
        yield from committer.flush()
    except KeyboardInterrupt:
        committer.flush()
        raise


def _replies(plan, executor, tick):
    """Yield (job, reply) as they come, and (None, None) every now and then.

    A submission whose worker dies is tried again, and is broken when that goes on; the others do not notice.
    """
    waiting, flying, desk = deque(plan.jobs), {}, _Desk(plan.bundles)
    while waiting or flying:
        while waiting and len(flying) < executor.window():
            job = waiting.popleft()
            flying[executor.submit(worker.grade_one, *executor.parcel(job, desk.bundle_for(job)))] = job
        done, _ = wait(flying, TICK_SECONDS, FIRST_COMPLETED)
        tick()
        executor.check()
        for future in done:
            job = flying.pop(future)
            reply = desk.answer(job, functools.partial(executor.text, future))
            if reply is None:
                waiting.appendleft(job)
            else:
                yield job, reply
        yield None, None


class _Desk:
    """Judges what comes back from a worker."""

    def __init__(self, bundles):
        self.bundles = bundles
        self.asked = set()  # jobs whose worker did not know their assignment
        self.tries = Counter()
        self.proven = False  # whether any submission could be graded at all

    def bundle_for(self, job):
        """Return the bundle that has to travel with the job, or None."""
        return self.bundles[job.bundle] if job in self.asked else None

    def answer(self, job, text):
        """Return the reply, or None when the job has to be sent again.

        Raises what makes grading impossible: AutograderError.
        """
        try:
            reply = json.loads(text())
        except WorkerDiedError:
            return self._again(job, DIED)
        except WorkerFaultError as fault_of_ours:
            return self._again(job, f"Bộ chấm gặp lỗi nội bộ ({one_line(fault_of_ours, 200)}).")
        if "need" in reply:
            self.asked.add(job)
            return None
        if "unfit" in reply:
            different = one_line("; ".join(reply["unfit"]), 200)
            raise ClusterUnusable(
                f"Một tiến trình chấm có môi trường khác ở đây: {different}; hãy cài cùng phiên bản ở mọi máy."
            )
        if "failed" in reply:
            failure = worker.failure(reply["failed"])
            return self._again(job, str(failure), None if self.proven else failure)
        self.proven = True
        return reply

    def _again(self, job, reason, failure=None):
        self.tries[job] += 1
        if self.tries[job] < TRIES:
            return None
        if failure is not None:
            raise failure
        return worker.broken(job, self.bundles[job.bundle], reason)


@contextlib.contextmanager
def _workspace(path):
    remove_folder(path)  # what an interrupted run left
    for left in (*path.parent.glob(".autograder.*.tmp"), *path.parent.parent.glob(".gradebook.*.tmp")):
        left.unlink(missing_ok=True)
    (path / "tmp").mkdir(parents=True)
    try:
        yield path
    finally:
        discard_folder(path)


@contextlib.contextmanager
def lock(reports):
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
