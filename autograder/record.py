"""What is kept of a graded submission: ``reports/<assignment>/<student>.json``, written when all else is in place."""

import hashlib
import json
from collections.abc import Sequence

GRADED, REPAIRED, UNREADABLE, BROKEN = "graded", "repaired", "unreadable", "broken"
STATUSES = (GRADED, REPAIRED, UNREADABLE, BROKEN)  # from good to bad
SCHEMA = 3  # of the records; part of every digest
_RECORD = {
    *("student", "assignment", "status", "reason", "notes", "score", "max", "pending", "marks", "digest", "made"),
    *("walls", "tampered"),
}
_MARK = {"notebook", "cell", "task", "points", "score", "state", "reason"}


def record_path(folder, student, slug):
    """Return where the record of a submission is kept."""
    return folder / "reports" / slug / f"{student}.json"


def read_record(folder, student, slug):
    """Return the record of a submission, or None when there is none or it is no record of this version."""
    try:
        record = json.loads(record_path(folder, student, slug).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    fits = isinstance(record, dict) and record.get("schema") == SCHEMA and record.keys() >= _RECORD
    fits = fits and (record["student"], record["assignment"]) == (student, slug)
    lists = fits and all(isinstance(record[name], list) for name in ("marks", "notes"))
    whole = lists and isinstance(record["made"], dict)
    whole = whole and all(isinstance(mark, dict) and mark.keys() >= _MARK for mark in record["marks"])
    return record if whole else None


def write_record(folder, record, work):
    """Say that a submission is done; everything it stands for must be in place. It is written in `work` first.

    Nothing here waits for the disk: after a power cut `is_whole` finds out what has not arrived there.
    """
    path, aside = record_path(folder, record["student"], record["assignment"]), work / "record.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)


def forget(folder, student, slug):
    """Say that a submission is not done (any more)."""
    record_path(folder, student, slug).unlink(missing_ok=True)


def place_of(folder, layout, kind, student, slug):
    """Return the folder of what was made of a submission; `kind` is ``autograded`` or ``feedback``."""
    return layout.path(getattr(layout, kind), slug, student, root=folder)


def scores_of(record):
    """Return the scores of a record as the gradebook has them: {(notebook, cell): score}."""
    return {(mark["notebook"], mark["cell"]): mark["score"] for mark in record["marks"]}


def is_whole(folder, layout, record, scores):
    """Whether all that a record stands for is there: notebooks, feedback and the same scores in the gradebook.

    The graded notebooks are compared with their hashes: after a power cut a file may have its name but not its bytes.
    """
    if record["status"] == BROKEN or scores != scores_of(record):
        return False
    for kind, names in record["made"].items():
        place = place_of(folder, layout, kind, record["student"], record["assignment"])
        for name, digest in names.items():
            try:
                data = (place / name).read_bytes()
            except OSError:
                return False
            # feedback may be made anew by nbgrader or by `autograder feedback`
            if not data or (kind == "autograded" and hashlib.sha256(data).hexdigest() != digest):
                return False
    return True


class Records(Sequence):
    """The records of some submissions, read when they are looked at: a big class does not fit well into memory."""

    def __init__(self, folder, keys):
        self.folder, self.keys = folder, tuple(keys)

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Records(self.folder, self.keys[index])
        record = read_record(self.folder, *self.keys[index])
        if record is None:
            raise LookupError(f"the record of {self.keys[index]} is gone")
        return record
