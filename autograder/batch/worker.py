"""One submission, in a worker process: from its folder to a record, its graded notebooks and its feedback pages.

What goes back is JSON text, one of
``{"record": …, "files": {"autograded/a.ipynb": text, …}, "attachments": [names]}``,
``{"need": digest}`` (send the bundle along, please), ``{"unfit": [differences]}`` (this is another environment) or
``{"failed": {"error": class, "message": text}}`` (nothing can be graded here).
"""

import contextlib
import json
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from autograder import engine, errors, feedback, marks, notebook
from autograder.batch import digest, staging
from autograder.errors import AutograderError, EngineFailed, NotebookMissing, NotebookUnreadable
from autograder.jupyter import dump
from autograder.paths import discard_folder
from autograder.record import BROKEN, GRADED, REPAIRED, SCHEMA, STATUSES, UNREADABLE
from autograder.text import fault, one_line

MAX_REPLY = 256_000_000  # characters of what goes back

_bundles, _engines = {}, {}


def keep(*bundles):
    """Remember bundles; the worker that is forked from here needs not be sent them."""
    _bundles.update({bundle.digest: bundle for bundle in bundles})


def close():
    """End every process that was started for grading."""
    for one in _engines.values():
        one.close()
    _engines.clear()


def grade_one(job, bundle=None):
    """Grade one submission; return JSON text, whatever the submission does."""
    try:
        if bundle is not None and bundle.digest not in _bundles:
            different = digest.unlike(bundle.environment, bundle.sheets)
            if different:
                return json.dumps({"unfit": different})
            keep(bundle.unpacked(tempfile.mkdtemp(prefix="autograder-bundle-")) if bundle.files is not None else bundle)
        mine = _bundles.get(job.bundle)
        if mine is None:
            return json.dumps({"need": job.bundle})
        with _scratch() as folder:
            reply = _grade(job.unpacked(folder) if job.tree is not None else job, mine)
    except (AutograderError, OSError) as error:
        known = isinstance(error, AutograderError)
        message = str(error) if known else f"Máy chấm không ghi được tệp tạm: {fault(error)}."
        reply = {"failed": {"error": type(error).__name__ if known else "OutputUnwritable", "message": message}}
    return json.dumps(reply)


def failure(told):
    """Return the exception that a reply's ``failed`` stands for."""
    kind = getattr(errors, told["error"], EngineFailed)
    made = EngineFailed(told["message"])
    with contextlib.suppress(TypeError):
        made = kind(told["message"])
    return made


def broken(job, bundle, reason):
    """Return the reply for a submission that kills whoever grades it."""
    start = time.monotonic()
    return _assembled(job, bundle, [_unfinished(job, sheet, BROKEN, reason, start) for sheet in bundle.sheets], ())


def _grade(job, bundle):
    start = time.monotonic()
    try:
        attachments, notes = staging.attachments(job.folder)
    except OSError:
        attachments, notes = (), ()  # the notebook cannot be read either, and its reason says why
    parts = []
    for sheet in bundle.sheets:
        part, attachments = _part(job, sheet, bundle, attachments, notes, start)
        parts.append(part)
        start = time.monotonic()
    if all(part["reason"] for part in parts):
        attachments = ()  # nothing was run that could have used them
    reply = _assembled(job, bundle, parts, attachments)
    if sum(map(len, reply["files"].values())) > MAX_REPLY:
        return broken(job, bundle, "Kết quả chạy quá lớn để lưu lại.")
    return reply


def _part(job, sheet, bundle, attachments, notes, start):
    """Grade one notebook; return (its part of the record, the attachments still in use)."""
    try:
        submission = _read(job, sheet, len(bundle.sheets) > 1, notes)
        try:
            execution = _execute(job, submission, attachments, sheet, bundle)
        except EngineFailed:
            if not attachments:
                raise
            # one of these files is in the way of Python's own; without them nobody else is held up
            text = "Tệp kèm theo không được dùng: có chúng thì Python không khởi động được."
            submission = replace(submission, notes=(*submission.notes, notebook.Note("files", text, serious=True)))
            attachments = ()
            execution = _execute(job, submission, attachments, sheet, bundle)
        given = marks.mark(sheet, submission, execution)
    except NotebookUnreadable as error:
        return _unfinished(job, sheet, UNREADABLE, str(error), start), attachments
    except (AutograderError, OSError):
        raise
    except Exception as error:  # a fault of ours: this submission is not lost for it, nor any other
        reason = f"Bộ chấm gặp lỗi nội bộ ({one_line(f'{type(error).__name__}: {error}', 200)})."
        return _unfinished(job, sheet, BROKEN, reason, start), attachments
    status = REPAIRED if any(note.serious for note in submission.notes) else GRADED
    undone, notes = submission.untouched | submission.absent, [note.text for note in submission.notes]
    part = _summed(job, sheet, status, "", notes, given, undone, start)
    told = {"ran": execution.notebook, "walls": _walls(bundle), "tampered": execution.tampered}
    return part | told, attachments


def _read(job, sheet, is_one_of_several, notes):
    """Return the repaired notebook; raises NotebookUnreadable."""
    name = sheet.notebook
    try:
        if is_one_of_several and not job.folder.is_symlink() and not (job.folder / f"{name}.ipynb").exists():
            raise NotebookMissing(f"Không có tệp {name}.ipynb.")  # and no other, which may be another one of them
        path, more = notebook.find(job.folder, name, None if is_one_of_several else sheet)
        return notebook.submission(path, sheet, notes=(*more, *notes))
    except OSError as error:
        raise NotebookUnreadable(f"Không đọc được bài nộp: {fault(error)}.") from None


def _walls(bundle):
    """Return the name of what contained the student's code; ``none`` when nothing did."""
    return getattr(_engines.get((bundle.engine, bundle.sandbox)), "walls", "none")


def _execute(job, submission, attachments, sheet, bundle):
    key = bundle.engine, bundle.sandbox
    if key not in _engines:
        kind = () if bundle.engine is None else (bundle.engine,)
        _engines[key] = engine.start(*kind, sandbox=bundle.sandbox)
    with _scratch() as folder:
        for source, names in ((job.folder, attachments), (sheet.folder, sheet.files)):
            staging.copy(source, names, folder)
        return _engines[key].execute(sheet, submission.notebook, folder, bundle.limits)


@contextlib.contextmanager
def _scratch():
    folder = tempfile.mkdtemp(prefix="run-")
    try:
        yield Path(folder)
    finally:
        # a notebook may leave behind what cannot be removed; its score is not lost for that
        discard_folder(Path(folder))


def _unfinished(job, sheet, status, reason, start):
    # what could not be read is not called undone: nbgrader leaves no comment there either
    part = _summed(job, sheet, status, reason, [], marks.zero(sheet, reason), (), start)
    return part | {"ran": notebook.blank(sheet, reason)}


def _summed(job, sheet, status, reason, notes, given, undone, start):
    """Return the part of a record that one notebook stands for."""
    return {
        "notebook": sheet.notebook,
        "student": job.student,
        "assignment": job.slug,
        "status": status,
        "reason": reason,
        "notes": notes,
        "score": round(sum(mark.score or 0.0 for mark in given), 6),
        "max": sheet.points,
        "pending": sum(mark.score is None for mark in given),
        "marks": [{"notebook": sheet.notebook} | asdict(mark) for mark in given],
        "undone": sorted(undone),
        "seconds": round(time.monotonic() - start, 2),
    }


def _assembled(job, bundle, parts, attachments):
    """Return the reply: the parts put together, and the files that belong to them."""
    files, walls, tampered = {}, None, []
    for part, sheet in zip(parts, bundle.sheets, strict=True):
        finished, walls = part.pop("ran"), part.pop("walls", walls)
        tampered += filter(None, [part.pop("tampered", "")])
        files[f"autograded/{sheet.notebook}.ipynb"] = dump(finished)
        files[f"feedback/{sheet.notebook}.html"] = feedback.render(part, sheet, finished)
    several = len(parts) > 1

    def told(part, text):
        return f"{part['notebook']}: {text}" if several else text

    record = {
        "schema": SCHEMA,
        "student": job.student,
        "assignment": job.slug,
        "status": max((part["status"] for part in parts), key=STATUSES.index),
        "reason": " ".join(told(part, part["reason"]) for part in parts if part["reason"]),
        "notes": list(dict.fromkeys(told(part, note) for part in parts for note in part["notes"])),
        "score": round(sum(part["score"] for part in parts), 6),
        "max": bundle.points,
        "pending": sum(part["pending"] for part in parts),
        "marks": [mark for part in parts for mark in part["marks"]],
        "undone": {part["notebook"]: part["undone"] for part in parts},
        "walls": walls,  # see autograder.engine.sandbox; None: no code was run
        "tampered": " ".join(dict.fromkeys(tampered)),
        "digest": job.digest,
        "seconds": round(sum(part["seconds"] for part in parts), 2),
    }
    return {"record": record, "files": files, "attachments": [str(name) for name in attachments]}
