"""From what came out of a submission's processes to a notebook with outputs and a :class:`Run` for every cell.

What the student's process says is rebuilt field by field: only what a notebook may hold, of limited size, and nothing
that would run in the browser of somebody who opens it. After the first hidden test was run, the student's code knows
what it was called with; what it shows from then on is left out, and of what fails only what
:mod:`autograder.engine.telling` lets through is told. Even that is too much for cells that somebody added: each could
tell a little, and there may be thousands. What those show comes from a run that heard of no hidden test, or not at all.
"""

import json
import re

from autograder.engine import DEAD, FAILED, OK, SKIPPED, TIMEOUT, Execution, Run, tame, telling
from autograder.jupyter import nbformat

WITHHELD = "(không hiện: được tạo ra sau khi kiểm tra ẩn đã chạy)"
NOTHING = ({"output_type": "stream", "name": "stdout", "text": f"{WITHHELD}\n"},)
_STATES = (OK, FAILED, TIMEOUT, DEAD, SKIPPED)
_TEXT = {"text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml"}
_IMAGES = {"image/png", "image/jpeg", "image/gif", "application/pdf"}
_OF_SYNTAX = {"SyntaxError", "IndentationError", "TabError"}  # the same whatever ran before
_TOO_LONG = re.compile(r"chạy quá [\d.]{1,8} giây")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def execution(notebook, places, tests, names, outcome, limits, seconds=0.0):
    """Put what came out into the notebook, which is changed in place; return the Execution.

    Parameters
    ----------
    notebook : NotebookNode
    places : list of int
        The place in the notebook of the student's cell number k.
    tests : dict
        ``grade_id -> (place, hidden)`` of the test cells.
    names : iterable of str
        The grade_ids of the assignment's cells.
    outcome : Outcome
    limits : Limits
    """
    words, first = _words(notebook, places), _first_hidden(notebook, tests)
    runs, added = [None] * len(notebook.cells), _added(notebook, places, names)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for number, place in enumerate(places):
        cell, count = notebook.cells[place], number + 1
        cell.execution_count = count
        outputs, run = outcome.outputs.get(number, ([], None))
        run = _run(run, len(places), places)
        late = place > first or number in outcome.late
        # what never came may have been held back, for the hole to tell something
        if place in added and (late or (run is None and first < len(notebook.cells))):
            cell.outputs, runs[place] = _of_added(outcome, number, limits, places)
            continue
        if run is None:
            run = Run(SKIPPED, "CellNotRun", f"ô không được chạy: {outcome.why}")
            outputs = [{"output_type": "error", "ename": run.error, "evalue": run.message}]
        if late:
            told = _told_openly(outcome, number, run, places)
            outputs, run = told or _withheld(outputs, run, words)
        cell.outputs = _outputs(outputs, limits.output_bytes, count)
        runs[place] = run
    for name, (place, hidden) in tests.items():
        report = outcome.reports.get(name, {})
        late = hidden or bool(report.get("late", place > first))
        again = outcome.open.reports.get(name, {}) if outcome.open and late and not hidden else {}
        if again.get("status") == report.get("status") == FAILED:
            report, late = again, False
        runs[place] = _test(notebook.cells[place], report, hidden, late, words, places)
    return Execution(notebook, tuple(runs), seconds)


def to_ask_openly(notebook, tests, places, outcome):
    """Return the names of the tests that a run without hidden ones has to ask, None when it is not worth its time.

    After the first hidden test little may be told of what the student's code said; it is worth it where something
    failed, or a person will look. The arguments are those of :func:`execution`.
    """
    words, first = _words(notebook, places), _first_hidden(notebook, tests)
    reports = {name: outcome.reports.get(name, {}) for name, (_, hidden) in tests.items() if not hidden}
    lacking = {n for n, report in reports.items() if tests[n][0] > first and _lacks_something(report, words)}
    own = [_run(outcome.outputs.get(number, ([], None))[1], len(places), places) for number, place in enumerate(places)
           if place > first]  # fmt: skip
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells[first + 1 :]]
    errors = {run.error for run in own if run and run.error}
    if errors - _OF_SYNTAX or any(mark.get("solution") and mark.get("grade") for mark in marks):
        return {name for name, report in reports.items() if report.get("status") in (OK, FAILED)}  # as it was for them
    return lacking if lacking or errors else None


def _added(notebook, places, names):
    """Return the places of the cells that are none of the assignment's, as far as can be told: by their grade_id."""
    found, left = set(), set(names)
    for place in places:
        name = notebook.cells[place].metadata.get("nbgrader", {}).get("grade_id")
        if name not in left:
            found.add(place)
        left.discard(name)
    return found


def _of_added(outcome, number, limits, places):
    """Return (outputs, Run) of an added cell in a run without hidden tests; always the same where there was none."""
    outputs, run = outcome.open.outputs.get(number, ([], None)) if outcome.open else ([], None)
    run = _run(run, len(places), places)
    if run is None:
        outputs, run = NOTHING, Run(OK)
    return _outputs(outputs, limits.output_bytes, number + 1), run


def _words(notebook, places):
    """Return the words that stand in the student's cells."""
    return telling.words_of(notebook.cells[place].source for place in places)


def _first_hidden(notebook, tests):
    """Return the place of the first hidden test, the end of the notebook when there is none."""
    return min((place for place, hidden in tests.values() if hidden), default=len(notebook.cells))


def _lacks_something(report, words):
    """Return whether the report of a failed test may not be told as it is, or was made without something."""
    if report.get("status") != FAILED:
        return False
    error, message = _text(report.get("error"), 200), _text(report.get("message"), 4000)
    return report.get("whole") is not True or _told(report.get("by"), error, message, words) != (error, message)


def _told_openly(outcome, number, run, places):
    """Return (outputs, run) of a student's cell as it came in the run without hidden tests, None if it was another."""
    outputs, again = outcome.open.outputs.get(number, ([], None)) if outcome.open else ([], None)
    again = _run(again, len(places), places)
    return (outputs, again) if again is not None and (again.status, again.error) == (run.status, run.error) else None


def _withheld(outputs, run, words):
    """Return (outputs, run) without what the student's code could have written of a hidden test's arguments."""
    if run.status in (TIMEOUT, SKIPPED):
        error, message = telling.name_of(run.error), _ours(run.message)
    else:
        error, message = (telling.name_of(run.error) if run.error else ""), telling.told(run.message, words)
    kept = []
    if run.status != OK:
        kept = [{"output_type": "error", "ename": error, "evalue": message or WITHHELD}]
    elif outputs:
        kept = NOTHING
    return kept, Run(run.status, error, message or (WITHHELD if run.status != OK else ""), run.frames)


def _ours(message):
    """Return a message of this package's own, which a student's process may have forged: "" when it is none."""
    return message if message.startswith("ô không được chạy: ") or re.fullmatch(_TOO_LONG, message) else ""


# --- cells of the student ---------------------------------------------------------------------------------------


def _text(value, limit):
    return value[:limit].encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _run(raw, cells, places):
    if not isinstance(raw, dict) or raw.get("status") not in _STATES:
        return None
    error = _text(raw.get("error"), 100)
    return Run(raw["status"], error, _text(raw.get("message"), 2000), _frames(raw.get("frames"), places))


def _frames(raw, places):
    """Return the lines of cells that are given by the numbers of the student's cells."""
    found = []
    for pair in raw[:50] if isinstance(raw, list) else ():
        if isinstance(pair, list) and len(pair) == 2 and all(type(n) is int for n in pair):
            number, line = pair
            if 0 <= number < len(places) and 0 < line < 1_000_000:
                found.append((places[number], line))
    return tuple(found)


def _outputs(raw, limit, count):
    """Return the outputs that are outputs, rebuilt."""
    made, left = [], limit + 20_000
    for output in raw if isinstance(raw, list | tuple) else ():
        built = _output(output, max(left, 1000), count) if isinstance(output, dict) else None
        if built is not None and left > 0:
            left -= len(json.dumps(built))
            made.append(nbformat.from_dict(built))
        elif built is not None and built["output_type"] == "error":
            made.append(nbformat.from_dict(built))
        if len(made) >= 500:
            break
    return made


def _output(raw, limit, count):
    kind = raw.get("output_type")
    if kind == "stream":
        name = "stderr" if raw.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _text(raw.get("text"), limit)}
    if kind == "error":
        name, value = _text(raw.get("ename"), 200) or "Error", _text(raw.get("evalue"), 10_000)
        lines = raw.get("traceback") if isinstance(raw.get("traceback"), list) else []
        lines = [_text(line, 10_000) for line in lines[:60] if isinstance(line, str)]
        return {"output_type": kind, "ename": name, "evalue": value, "traceback": lines or [f"{name}: {value}"]}
    if kind in ("display_data", "execute_result"):
        data = _data(raw.get("data"), limit)
        built = {"output_type": kind, "data": data, "metadata": _metadata(raw.get("metadata"))}
        if kind == "execute_result":
            built["execution_count"] = count
        return built if data else None
    return None


def _data(raw, limit):
    data = {}
    for mime, value in list(raw.items())[:20] if isinstance(raw, dict) else ():
        if mime in _TEXT and isinstance(value, str):
            fit = value if mime == "text/plain" else tame.tamed(mime, value, limit)
            if fit is not None:
                data[mime] = _text(fit, limit)
        elif mime in _IMAGES and isinstance(value, str) and len(value) <= limit and _BASE64.fullmatch(value):
            data[mime] = value
    return data


def _metadata(raw):
    """Return what figures say of themselves, and nothing else."""
    kept = {}
    if isinstance(raw, dict):
        if raw.get("needs_background") in ("light", "dark"):
            kept["needs_background"] = raw["needs_background"]
        for mime in _IMAGES & {name for name in raw if isinstance(name, str)}:
            sizes = raw[mime] if isinstance(raw[mime], dict) else {}
            kept[mime] = {k: v for k, v in sizes.items() if k in ("width", "height") and _is_size(v)}
    return kept


def _is_size(value):
    return type(value) in (int, float) and 0 <= value < 1e6  # and no NaN, which is no JSON


# --- test cells -------------------------------------------------------------------------------------------------


def _test(cell, report, hidden, late, words, places):
    """Put into a test cell what the examiner says of it; return its Run."""
    status = report.get("status") if report.get("status") in _STATES else SKIPPED
    error, message = _text(report.get("error"), 200), _text(report.get("message"), 4000)
    if status == SKIPPED and not error:
        error, message = "CellNotRun", "ô không được chạy"
    if late and status == FAILED:
        error, message = _told(report.get("by"), error, message, words)
    outputs = []
    for name in ("stdout", "stderr"):
        text = _text(report.get(name), 10_000)
        if text and late:  # of stderr it counts that there was something
            text = (telling.warnings_told(text, words) or WITHHELD) if name == "stderr" else ""
        if text:
            outputs.append({"output_type": "stream", "name": name, "text": text})
    value = report.get("value")
    if status == OK and value is not None:
        shown = _text(value, 1000) if isinstance(value, str) else repr(value)[:1000]
        data = {"text/plain": shown if not late or _is_number(shown) else "…"}
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None})
    if status != OK:
        line = report.get("line")
        where = [f"dòng {line} của ô kiểm tra"] if not hidden and type(line) is int and line > 0 else []
        lines = [*where, f"{error}: {message}"]
        outputs.append({"output_type": "error", "ename": error, "evalue": message, "traceback": lines})
    cell.outputs = nbformat.from_dict(outputs)
    return Run(
        status, error if status != OK else "", message if status != OK else "", _frames(report.get("frames"), places)
    )


def _told(by, error, message, words):
    """Return (name, message) of a failure as far as they may be told, by who wrote the message."""
    if by == "instructor":
        return error, message
    if by == "student":
        return telling.name_of(error), telling.told(message, words)
    if error in ("NotExaminableError", "TamperedError"):  # what the engine itself says
        return error, message
    return telling.name_of(error), telling.told(message, words)


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
