"""The one that writes: graded notebooks and feedback, then the gradebook, then the record, many submissions at once.

Whenever it is stopped, a submission has its record only if all the rest is in place.
"""

import contextlib
import hashlib
import time

from autograder.assignment import data_files
from autograder.batch import digest, staging
from autograder.batch.unchanged import unchanged
from autograder.feedback.again import renew
from autograder.gradebook import Graded
from autograder.paths import replace_folder
from autograder.record import forget, place_of, scores_of, write_record

KINDS = ("autograded", "feedback")
MOST, SECONDS = 50, 1.0  # submissions to collect, and for how long, before they are written


class Committer:
    """Collects replies and writes them; the results of a run go through one of these, in the driver."""

    def __init__(self, plan, writer, work):
        self.folder, self.course, self.bundles, self.by_hand = plan.folder, plan.course, plan.bundles, plan.by_hand
        self.writer, self.work = writer, work
        self._batch = []  # (job, record, {kind: folder it is in for now})
        self._since, self._count, self._origins = 0.0, 0, {}

    def add(self, job, reply):
        """Take one reply; nothing of it is final before the next `flush`."""
        aside = {kind: self._place(kind) for kind in KINDS}
        made = self._stage(job, reply, aside)
        if not self._batch:
            self._since = time.monotonic()
        self._batch.append((job, reply["record"] | {"made": made, "origins": self._of(job)}, aside))

    @property
    def is_due(self):
        """Whether enough has been collected."""
        return len(self._batch) >= MOST or (bool(self._batch) and time.monotonic() - self._since >= SECONDS)

    def flush(self):
        """Write what was collected; return the records."""
        batch, self._batch = self._batch, []
        same = [self._unchanged(job, aside) for job, _, aside in batch]  # while there is something to compare with
        for job, _, _ in batch:
            forget(self.folder, job.student, job.slug)
        for job, _, aside in batch:
            for kind, fresh in aside.items():
                replace_folder(fresh, place_of(self.folder, self.course.layout, kind, job.student, job.slug))
        told = zip(batch, same, strict=True)
        self.writer.write([one for (job, record, _), known in told for one in _graded(job, record, known)])
        records = [record for _, record, _ in batch]
        known = [record for record in records if (record["student"], record["assignment"]) in self.by_hand]
        if known:  # what a person gave them is in the gradebook, where the workers do not look
            renew(self.course, self.folder, self.writer.place, known)
        for record in records:
            write_record(self.folder, record, self.work)
        return records

    def _of(self, job):
        """Return what the grade comes from, see :func:`autograder.batch.digest.origins`."""
        if job.bundle not in self._origins:
            self._origins[job.bundle] = digest.origins(self.bundles[job.bundle], self.course)
        return self._origins[job.bundle] | {"submission": job.content[:12]}

    def _unchanged(self, job, aside):
        sheets = self.bundles[job.bundle].sheets
        return unchanged(self.folder, self.course.layout, job, sheets, aside["autograded"])

    def _place(self, kind):
        self._count += 1
        folder = self.work / f"{kind}-{self._count}"
        folder.mkdir(parents=True)
        return folder

    def _stage(self, job, reply, aside):
        """Write the files of a reply aside; return {kind: {name: hash}}."""
        made, graded = {}, aside["autograded"]
        used = set(reply["attachments"])
        if used:
            texts = {name.partition("/")[2] for name in reply["files"]}
            names = [name for name in staging.attachments(job.folder)[0] if str(name) in used]
            with contextlib.suppress(FileNotFoundError):  # taken away meanwhile: then it is graded again next time
                staging.copy(job.folder, [name for name in names if name.parts[0] not in texts], graded)
        for sheet in self.bundles[job.bundle].sheets:
            staging.copy(sheet.folder, sheet.files, graded)
        for name, text in reply["files"].items():
            kind, _, file = name.partition("/")
            data = text.encode("utf-8", "replace")  # lone surrogates, from what a notebook printed
            (aside[kind] / file).write_bytes(data)
            made.setdefault(kind, {})[file] = hashlib.sha256(data).hexdigest()
        for file in data_files(graded):
            (graded / file).chmod(0o444)  # as nbgrader does
        return made


def _graded(job, record, unchanged):
    """Return what the gradebook has to know of a submission: one :class:`Graded` for each notebook."""
    scores, when = {}, timestamp(job.folder)
    for (name, cell), score in scores_of(record).items():
        scores.setdefault(name, {})[cell] = score
    return [
        Graded(
            job.student,
            job.slug,
            scores.get(name, {}),
            frozenset(undone),
            when,
            name,
            unchanged.get(name, frozenset()),
        )
        for name, undone in record["undone"].items()
    ]


def timestamp(folder):
    """Return the time of submission that nbgrader's collect wrote (in UTC, without a zone), or None."""
    from dateutil.parser import parse

    path = folder / "timestamp.txt"
    with contextlib.suppress(Exception):  # a date's parser meets what a student wrote: it may raise anything
        if not path.is_symlink() and path.is_file() and path.stat().st_size < 200:
            time = parse(path.read_text(encoding="utf-8").strip())
            return (time - time.utcoffset()).replace(tzinfo=None) if time.tzinfo else time
    return None
