"""From ``solutions/<slug>/`` to ``exercises/<slug>/``: validate, convert with nbgrader, put in place.

nbgrader's GenerateAssignment runs in a temporary course with a temporary gradebook; the result depends on the source
only: the same source gives the same bytes. A student may be working in ``exercises/``: work found there is kept.
"""

import contextlib
import filecmp
import logging
import os
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import settings
from autograder.classroom import constants
from autograder.course import (
    BEGIN_HIDDEN,
    BEGIN_SOLUTION,
    END_HIDDEN,
    END_SOLUTION,
    data_files,
    kind_of,
    nbgrader_config,
    read_source,
    stable_ids,
    task_of,
)
from autograder.engine import fitness
from autograder.errors import AssignmentBroken, CourseNotFound, NoAssignments, OutputUnwritable
from autograder.jupyter import CELL_METADATA, KERNEL, dump, nbformat
from autograder.text import fault, normalized, one_line

CREATED, UPDATED, SAME, KEPT, DRIFTED = "tạo mới", "cập nhật", "không đổi", "giữ nguyên", "lệch"


@dataclass(frozen=True)
class Released:
    """What happened to one assignment."""

    assignment: object
    state: str  # CREATED, UPDATED, SAME, KEPT, or with `check` DRIFTED or SAME
    changes: tuple[str, ...]  # files that differ, are missing or should not be there, with the reason
    extra: tuple[str, ...] = ()  # files in exercises/<slug>/ that the source does not have
    failing: tuple[str, ...] = ()  # test cells in which the model solution does not get full marks


def release(course, slugs=(), *, check=False, force=False):
    """Generate the student versions of the named assignments, or of all; or, with `check`, only compare.

    Every source is validated before anything is written.

    Parameters
    ----------
    course : Course
        Where to read and write.
    slugs : sequence of str
        Names of assignments; none means all.
    check : bool
        Write nothing; the state is DRIFTED where ``exercises/`` is not what the source gives.
    force : bool
        Overwrite a notebook that has a student's work in it, and remove files the source does not have.

    Raises
    ------
    CourseNotFound, CourseBroken, NoAssignments, AssignmentUnknown, AssignmentBroken, EngineFailed, OutputUnwritable
    """
    if not course.is_house:
        raise CourseNotFound(
            f"{course.root} là khóa học nbgrader; hãy phát bài của nó bằng nbgrader generate_assignment."
        )
    slugs = list(dict.fromkeys(slugs)) or course.slugs()
    if not slugs:
        raise NoAssignments(f"Chưa có bài tập nào trong {course.solutions}.")
    for slug in slugs:
        problems = validate(course.source(slug))
        if problems:
            raise AssignmentBroken(slug, problems)
    failing = {slug: _examinable(course, slug) for slug in slugs}
    with tempfile.TemporaryDirectory(prefix="autograder-release-") as temporary:  # one gradebook for all
        fresh = {slug: convert(course.source(slug), Path(temporary)) for slug in slugs}
        settled = [_settle(course, slug, folder, check, force) for slug, folder in fresh.items()]
    return tuple(replace(one, failing=failing[one.assignment.slug]) for one in settled)


def _examinable(course, slug):
    """Run the model solution as submissions will be run; return the test cells it does not get full marks in.

    Raises AssignmentBroken when a test cell cannot run apart from the student's code, or EngineFailed.
    """
    if not hasattr(os, "fork"):  # nothing is examined on such a machine
        return ()
    sheet = course.load(slug)
    found = fitness.of(sheet, lambda: course.model(sheet), settings.read(course).limits(slug))
    if found.engine == fitness.KERNEL:
        raise AssignmentBroken(slug, ["lời giải mẫu chỉ chạy đúng trong kernel Jupyter thật."])
    problems = [
        f"ô `{name}` không chạy tách khỏi mã của sinh viên được" + (f" ({why})." if why else ".")
        for name, why in zip(found.inprocess, found.why, strict=True)
    ]
    if problems:
        raise AssignmentBroken(slug, problems)
    return found.failing


def _settle(course, slug, fresh, check, force):
    """Compare what was generated with what is there, and put it in place if it should be."""
    assignment, target = course.load(slug), course.exercises / slug
    changes, extra = compare(fresh, target)
    if check:
        lines = (*changes, *(f"{name}: thừa" for name in extra))
        return Released(assignment, DRIFTED if lines else SAME, lines, extra)
    if not changes and not (extra and force):
        return Released(assignment, SAME, (), extra)
    notebook = target / f"{slug}.ipynb"
    if not force and f"{notebook.name}: khác" in changes and has_work(notebook, assignment):
        return Released(assignment, KEPT, changes, extra)
    state = UPDATED if notebook.exists() else CREATED
    _install(fresh, target, extra if force else ())
    return Released(assignment, state, changes, () if force else extra)


def validate(path):
    """Return the problems of a source notebook, Vietnamese sentences; an empty list when it can be released.

    Raises AssignmentBroken when it cannot even be read.
    """
    notebook = read_source(path)
    problems, seen, solutions, tests = [], set(), [], []
    if notebook.metadata.get("kernelspec", {}).get("language", "python") != "python":
        problems.append("sổ tay không dùng Python.")
    for position, cell in enumerate(notebook.cells, start=1):
        mark, kind = cell.metadata.get("nbgrader"), kind_of(cell)
        name = (mark or {}).get("grade_id", "")
        where = f"ô {position}" + (f" (`{name}`)" if name else "")
        problems += [f"{where}: {text}" for text in _marker_problems(cell, kind)]
        if kind is None:
            continue
        if mark.get("schema_version") != 3:
            problems.append(f"{where}: schema_version là {mark.get('schema_version')}, cần 3.")
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
            problems.append(f"{where}: grade_id không hợp lệ «{one_line(name, 40)}».")
        elif name in seen:
            problems.append(f"{where}: grade_id bị trùng.")
        seen.add(name)
        points = mark.get("points")
        if kind in ("test", "answer", "task") and not (
            isinstance(points, int | float) and not isinstance(points, bool) and 0 <= points < 1000
        ):
            problems.append(f"{where}: số điểm không hợp lệ ({points!r}).")
        if kind == "solution":
            solutions.append((where, name))
        if kind == "test" and cell.cell_type == "code":
            tests.append((where, name))
            problems += [f"{where}: {text}" for text in _test_problems(cell)]
    problems += _pairing_problems(solutions, tests)
    problems += constants.declared(notebook).problems
    if not problems and not any(kind_of(c) in ("test", "answer", "task") for c in notebook.cells):
        problems.append("không có ô nào được tính điểm.")
    return problems


def convert(source, temporary):
    """Run nbgrader's GenerateAssignment on the source's folder, in `temporary`; return the folder it made."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    from autograder import gradebook

    slug = source.parent.name
    inside = temporary / "source" / slug
    inside.mkdir(parents=True)
    for file in data_files(source.parent, source):
        (inside / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.parent / file, inside / file)
    notebook = read_source(source)
    notebook.metadata = nbformat.from_dict(KERNEL)
    (inside / source.name).write_text(dump(notebook), encoding="utf-8")

    config = nbgrader_config()
    course = CourseDirectory(root=str(temporary), assignment_id=slug, config=config)
    if not (temporary / "gradebook.db").exists():
        gradebook.create(temporary / "gradebook.db")
    with _log_lines() as log:
        converter = GenerateAssignment(coursedir=course, config=config)
        converter.log = log.logger
        try:
            converter.start()
        except (NbGraderException, SystemExit):
            raise AssignmentBroken(slug, [f"nbgrader báo: {one_line(log.last, 200)}"]) from None
    made = temporary / "release" / slug
    _normalize(made / source.name, [cell.id for cell in notebook.cells])
    return made


def compare(fresh, target):
    """Return (changes, extra): what in `target` differs from or is missing of `fresh`, and what only `target` has."""
    names = data_files(fresh)
    present = data_files(target) if target.is_dir() else ()
    changes = []
    for name in names:
        if name not in present:
            changes.append(f"{name}: thiếu")
        elif not filecmp.cmp(fresh / name, target / name, shallow=False):
            changes.append(f"{name}: khác")
    return tuple(changes), tuple(str(name) for name in present if name not in names)


def has_work(path, assignment):
    """Whether somebody has written into the solution cells of a student notebook (or it cannot be read)."""
    from autograder.errors import NotebookUnreadable
    from autograder.jupyter import checksum
    from autograder.notebook import read

    try:
        notebook = read(path)
    except NotebookUnreadable:
        return path.stat().st_size > 0
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if kind_of(cell) not in ("solution", "answer"):
            continue
        reference = assignment.cell(mark["grade_id"])
        if reference is not None and normalized(cell.source) == normalized(reference.released):
            continue
        if mark.get("checksum") != checksum(cell):  # not the stub of an earlier version either
            return True
    return False


# --- validating -------------------------------------------------------------------------------------------------


def _marker_problems(cell, kind):
    regions = (
        (BEGIN_SOLUTION, END_SOLUTION, ("solution", "answer"), "lời giải"),
        (BEGIN_HIDDEN, END_HIDDEN, ("test",), "kiểm tra ẩn"),
    )
    for begin, end, kinds, what in regions:
        inside = False
        for number, line in enumerate(cell.source.split("\n"), start=1):
            if begin in line:
                if inside:
                    yield f"dòng {number}: vùng {what} lồng nhau."
                inside = True
            elif end in line:
                if not inside:
                    yield f"dòng {number}: «{end}» không có «{begin}»."
                inside = False
        if inside:
            yield f"vùng {what} thiếu «{end}»."
        if begin in cell.source and kind not in kinds:
            yield f"vùng {what} nằm trong ô không phải ô {what}."


def _test_problems(cell):
    visible = re.sub(rf"(?ms)^[^\n]*{BEGIN_HIDDEN}.*?{END_HIDDEN}[^\n]*$", "", cell.source)
    if not visible.strip():
        yield "ô kiểm tra ẩn cần một dòng chú thích nằm ngoài vùng ẩn, để sinh viên biết nó kiểm tra gì."
    if not re.search(r"(?m)^\s*[%!]", cell.source):
        try:
            compile(cell.source, "<cell>", "exec", dont_inherit=True)
        except SyntaxError as error:
            yield f"lỗi cú pháp ở dòng {error.lineno} ({error.msg})."


def _pairing_problems(solutions, tests):
    names = [name for _, name in solutions]
    for where, name in tests:
        if task_of(name, names) is None:
            yield f"{where}: không khớp ô lời giải nào (cần tên test_<bài> hoặc test_<bài>_hidden)."
    examined = {task_of(name, names) for _, name in tests}
    for where, name in solutions:
        if name not in examined:
            yield f"{where}: ô lời giải không có ô kiểm tra nào."


# --- converting -------------------------------------------------------------------------------------------------


def _normalize(path, ids):
    """Make the converted notebook depend on nothing but its source, in the form the repository keeps notebooks in."""
    path.chmod(0o644)
    notebook = nbformat.read(path, as_version=4)
    for cell, identity in zip(notebook.cells, ids, strict=True):
        cell["id"] = identity
        cell.metadata = nbformat.from_dict({k: v for k, v in sorted(cell.metadata.items()) if k in CELL_METADATA})
        cell.source = cell.source.rstrip("\n")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    stable_ids(notebook)
    notebook.metadata = nbformat.from_dict(KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    text = dump(notebook)
    for marker in (BEGIN_SOLUTION, END_SOLUTION, BEGIN_HIDDEN, END_HIDDEN):
        if marker in text:
            raise AssignmentBroken(path.parent.name, [f"bản cho sinh viên vẫn còn «{marker}»."])
    path.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def _log_lines():
    """Catch what nbgrader logs; `last` is its last warning or error."""
    logger = logging.getLogger("autograder.nbgrader")
    logger.propagate, logger.handlers = False, []
    logger.setLevel(logging.WARNING)

    class Keep(logging.Handler):
        last = "không rõ lỗi"
        logger = None

        def emit(self, record):
            text = record.getMessage().strip().splitlines()
            noise = ("error processing assignment", "Please see the", "Removing failed assignment")
            if text and not any(part in text[-1] for part in noise):
                self.last = text[-1]

    handler = Keep()
    handler.logger = logger
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)


def _install(fresh, target, stale):
    """Put every file in place, each written aside and renamed; then remove the stale ones."""
    try:
        for name in data_files(fresh):
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            aside = place.with_name(f".{place.name}.{os.getpid()}.tmp")
            try:
                shutil.copyfile(fresh / name, aside)
                aside.replace(place)
            finally:
                aside.unlink(missing_ok=True)
        for name in stale:
            (target / name).unlink()
    except OSError as error:
        raise OutputUnwritable(f"Không ghi được {target}: {fault(error)}.") from None
