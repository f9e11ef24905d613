"""The engine inside stock nbgrader: what runs the notebooks of ``nbgrader autograde`` and of formgrader's button.

In the course's ``nbgrader_config.py``::

    c = get_config()
    from autograder.nbgrader import preprocessors
    c.Autograde.autograde_preprocessors = preprocessors()

Everything else is nbgrader's own: what it copies, checks, logs and writes into the gradebook.
"""

import atexit
import contextlib
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from nbgrader.preprocessors import Execute as _Execute

PARTIAL = "Ô kiểm tra trả về điểm không hợp lệ: {}."
INTERNAL = "Bộ chấm gặp lỗi nội bộ ({})."
UNKNOWN = "sổ điểm có ô {} mà {}.ipynb không có; hãy chạy lại `nbgrader generate_assignment {}`."
CHANGED = (
    "«{}»: ô {} đã đổi từ lần phát bài cuối; bài được chấm bằng bản gốc hiện nay. "
    "Hãy chạy lại `nbgrader generate_assignment {}`."
)


def preprocessors():
    """Return nbgrader's own preprocessors of ``autograde``, with :class:`Execute` in the place of its Execute."""
    from nbgrader.converters import Autograde

    usual = Autograde.class_traits()["autograde_preprocessors"].default()
    return [Execute if one is _Execute else one for one in usual]


class Execute(_Execute):
    """Runs a submission in the sandbox, its tests apart from the student's code wherever they can be.

    The limits are those of ``autograder.toml`` in the course's folder; of what that does not say, nbgrader's own
    ``c.Execute.timeout`` is obeyed.
    """

    def preprocess(self, nb, resources, **_):
        """Run the notebook; see nbconvert's preprocessors."""
        coursedir = self.parent.parent.coursedir
        names = resources["nbgrader"]
        request = {
            "course": str(Path(coursedir.root).resolve()),
            "assignment": names["assignment"],
            "notebook": names["notebook"],
            "folder": str(Path(resources["metadata"]["path"]).resolve()),
            "timeout": self.timeout,
            "cells": nb,
        }
        answer = _worker().ask(request)
        for notice in answer.get("notices", ()):
            self.log.warning(notice)
        if "error" in answer:
            from nbgrader.converters.base import NbGraderException

            raise NbGraderException(answer["error"])
        if answer["tampered"]:
            self.log.warning("%s/%s: %s", names["student"], names["assignment"], answer["tampered"])
        from nbformat import from_dict

        for cell, (outputs, count) in zip(nb.cells, answer["outputs"], strict=True):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = from_dict(outputs), count
                _check_partial(cell)
        return nb, resources


def _check_partial(cell):
    """Turn a number of points that is none into an error: nbgrader would give full marks for it."""
    from autograder.jupyter import nbformat

    mark = cell.metadata.get("nbgrader", {})
    if not mark.get("grade") or mark.get("solution"):
        return
    for output in cell.outputs:
        if output.output_type == "execute_result":
            text = str(output.data.get("text/plain", ""))
            with contextlib.suppress(ValueError):
                given = float(text)
                if not (math.isfinite(given) and 0 <= given <= float(mark.get("points", 0))):
                    told = PARTIAL.format(text[:40])
                    cell.outputs = [nbformat.v4.new_output("error", ename="ValueError", evalue=told, traceback=[told])]
                    return


# --- the process beside nbgrader's ------------------------------------------------------------------------------
# Jupyter's server, in which formgrader lives, has threads and an event loop: no place to fork from.

_one = []


def _worker():
    if not _one or _one[0].process.poll() is not None:
        _one[:] = [_Worker()]
    return _one[0]


class _Worker:
    """A process that runs notebooks, one line of JSON each way; it ends with this one."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder.nbgrader"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        atexit.register(self.close)

    def ask(self, request):
        """Return the answer; a worker that died is told of as an error."""
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            self.close()
            return {"error": "Bộ chấm dừng đột ngột."}

    def close(self):
        """End the process."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def main():
    """Answer requests until nobody sends any more."""
    from autograder.errors import AutograderError
    from autograder.text import one_line

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints is no answer
    known, engines = {}, {}
    try:
        for line in sys.stdin.buffer:
            try:
                answer = _answer(json.loads(line), known, engines)
            except (AutograderError, OSError) as error:
                answer = {"error": str(error)}
            except Exception as error:  # a fault of ours: the next submission is not lost for it
                _end(engines)
                answer = {"error": INTERNAL.format(one_line(f"{type(error).__name__}: {error}", 200))}
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()
    finally:
        _end(engines)


def _end(engines):
    while engines:
        engines.popitem()[1].close()


def _answer(request, known, engines):
    """Run one notebook; `known` and `engines` are kept from one to the next.

    The course is read anew each time: whoever clicks may have mended a test since, or a limit.
    """
    from autograder import engine, layout, settings
    from autograder.course import Course
    from autograder.jupyter import nbformat

    course, slug = Course(Path(request["course"])), request["assignment"]
    sheet, wishes = course.load(slug, request["notebook"]), settings.read(course, layout.allowed(request["timeout"]))
    limits, kind, notices = wishes.limits(slug), "kernel", []
    notebook = nbformat.from_dict(request["cells"])
    if not wishes.wants_kernel(slug):
        fitted = _fitted(course, sheet, limits, known)
        (sheet,), kind, notices = fitted.sheets, fitted.engine or "examined", [*fitted.notices]
        if kind == "examined":
            notices += _unlike(sheet, notebook)
    if kind not in engines:
        engines[kind] = engine.start(kind)
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as folder:
        _copy(Path(request["folder"]), Path(folder))
        execution = engines[kind].execute(sheet, notebook, Path(folder), limits)
    outputs = [(cell.get("outputs", []), cell.get("execution_count")) for cell in execution.notebook.cells]
    return {"outputs": outputs, "tampered": execution.tampered, "notices": notices}


def _fitted(course, sheet, limits, known):
    """Return what :func:`autograder.engine.fitness.fit` says of a notebook as it is now."""
    from autograder.engine import fitness

    key, state = (course.root, sheet.slug, sheet.notebook), (sheet.digest, limits)
    if known.get(key, (None,))[0] != state:
        known[key] = state, fitness.fit([sheet], course.model, limits)
    return known[key][1]


def _unlike(sheet, notebook):
    """Yield what the instructor should know where the course's tests are not those that nbgrader has put in.

    The course's are run: nobody else's can be those of a student. Raises AssignmentBroken where it has none.
    """
    from autograder.course import kind_of
    from autograder.engine.fitness import listed
    from autograder.errors import AssignmentBroken

    changed, unknown = [], []
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.source.strip() or kind_of(cell) != "test":
            continue
        name = str(cell.metadata["nbgrader"].get("grade_id"))
        mine = sheet.cell(name)
        if mine is None or mine.kind != "test":
            unknown.append(name)
        elif not cell.source.endswith(mine.source) and cell.source != mine.released:  # one put back has a line above it
            changed.append(name)
    if unknown:
        raise AssignmentBroken(sheet.slug, [UNKNOWN.format(listed(unknown), sheet.notebook, sheet.slug)])
    if changed:
        yield CHANGED.format(f"{sheet.slug}/{sheet.notebook}", listed(changed), sheet.slug)


def _copy(source, target):
    """Copy what lies beside a notebook; notebooks are left out, for nbgrader has put the hidden tests into them."""
    for where, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not Path(where, name).is_symlink()]
        for name in names:
            path = Path(where, name)
            if path.suffix != ".ipynb" and path.is_file() and not path.is_symlink():
                place = target / path.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)


if __name__ == "__main__":
    main()
