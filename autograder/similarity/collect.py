"""What is compared: the solution cells that students handed in; nothing is run."""

from dataclasses import replace
from pathlib import Path

from autograder import notebook
from autograder.assignment import BEGIN_SOLUTION, END_SOLUTION
from autograder.course import read_source
from autograder.errors import ClassNotFound, NoSubmissions, NotebookUnreadable
from autograder.similarity.compare import THRESHOLD, Answers, compare
from autograder.text import one_line


def examine(course, folder, assignments=(), against=(), threshold=THRESHOLD):
    """Return the :class:`~autograder.similarity.compare.Findings` of every assignment that was handed in, by name.

    Parameters
    ----------
    course : Course
        Its stubs are left out, its model solutions are what everybody may know.
    folder : Path
        The class.
    assignments : list of str
        Only these.
    against : list of str or Path
        Folders of earlier classes, whose submissions are compared with those of this one.
    threshold : float
        Pairs are reported from this share on.

    Raises AssignmentUnknown, AssignmentBroken, ClassNotFound, NoSubmissions or LibraryMissing.
    """
    for slug in assignments:
        course.sources(slug)  # raises AssignmentUnknown
    places = _places(course, folder)
    earlier = {str(name): _places(course, _class(name)) for name in against}
    slugs = [slug for slug in course.slugs() if slug in places and (not assignments or slug in assignments)]
    if not slugs:
        raise NoSubmissions(f"Lớp «{folder.name}» không có bài nộp nào để so sánh.")
    found = []
    for slug in slugs:
        sheets = course.sheets(slug)
        answers, left_out = _answers(sheets, places[slug])
        others = [
            replace(one, group=Path(name).name or name)
            for name, where in earlier.items()
            for one in _answers(sheets, where.get(slug, ()))[0]
        ]
        templates, models = _known(course, slug, sheets)
        found.append(compare(slug, answers, templates, models, earlier=others, threshold=threshold, left_out=left_out))
    return tuple(found)


def _class(name):
    path = Path(name).expanduser()
    if not (path / "submitted").is_dir():
        raise ClassNotFound(f"«{one_line(name, 100)}» không phải thư mục lớp: không có submitted/.")
    return path.resolve()


def _places(course, folder):
    """Return {assignment: [(student, folder)]} of what was handed in; links are not followed."""
    found = {}
    for student, slug, place in course.layout.find("submitted", root=folder):
        inside = place.relative_to(folder)
        if not any((folder / part).is_symlink() for part in (inside, *inside.parents)):
            found.setdefault(slug, []).append((student, place))
    return found


def _answers(sheets, places):
    """Return (the :class:`Answers` of everybody, the students whose notebooks cannot be read)."""
    answers, left_out = [], []
    for student, place in places:
        sources = {}
        for sheet in sheets:
            try:
                path, notes = notebook.find(place, sheet.notebook)
                submission = notebook.submission(path, sheet, notes=notes)
            except (NotebookUnreadable, OSError):
                left_out.append(student)
                continue
            undone = submission.untouched | submission.absent
            for cell in submission.notebook.cells:
                task = cell.metadata.get("nbgrader", {}).get("grade_id")
                known = sheet.cell(task) if task else None
                if known and known.kind == "solution" and cell.cell_type == "code" and task not in undone:
                    sources[_name(sheets, sheet, task)] = cell.source
        if sources:
            answers.append(Answers(student, sources))
    return answers, tuple(dict.fromkeys(left_out))


def _known(course, slug, sheets):
    """Return (stubs, model solutions) by task."""
    templates, models = {}, {}
    for sheet, path in zip(sheets, course.sources(slug), strict=True):
        for cell in read_source(path).cells:
            task = cell.metadata.get("nbgrader", {}).get("grade_id")
            known = sheet.cell(task) if task else None
            if known and known.kind == "solution" and cell.cell_type == "code":
                lines = cell.source.split("\n")
                kept = [line for line in lines if BEGIN_SOLUTION not in line and END_SOLUTION not in line]
                templates[_name(sheets, sheet, task)] = known.released
                models[_name(sheets, sheet, task)] = "\n".join(kept)
    return templates, models


def _name(sheets, sheet, task):
    return task if len(sheets) == 1 else f"{sheet.notebook}/{task}"
