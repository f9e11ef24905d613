"""From a source notebook to an :class:`Assignment`, with nbgrader's own preprocessors, in memory.

Nothing is ever written to the course from here.
"""

import contextlib
import copy
import hashlib
import json
import re

from autograder.assignment import BEGIN_HIDDEN, Assignment, Cell, data_files, kind_of, task_of
from autograder.errors import AssignmentBroken
from autograder.text import one_line

CODE_STUB = "# Viết mã của bạn ở đây\nraise NotImplementedError()"
TEXT_STUB = "*Viết câu trả lời của bạn ở đây.*"


def nbgrader_config():
    """Return the settings that every use of nbgrader on this project's own assignments shares."""
    from traitlets.config import Config

    config = Config()
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    return config


def stable_ids(notebook):
    """Give every cell a valid, unique id that never changes: its own, its grade_id, or its position."""
    seen = set()
    for position, cell in enumerate(notebook.cells):
        wishes = [
            str(cell.get("id", "")),
            str(cell.metadata.get("nbgrader", {}).get("grade_id", "")),
            f"cell-{position}",
        ]
        fitting = (wish for wish in wishes if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wish) and wish not in seen)
        cell["id"] = next(fitting, f"cell-{position}-{len(seen)}")
        seen.add(cell["id"])


def read_source(path, slug=None):
    """Return a source notebook with stable cell ids; raises AssignmentBroken when it is none."""
    from autograder.jupyter import nbformat

    slug = slug or path.parent.name
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
        ids = [cell.get("id", "") for cell in raw["cells"]] if "cells" in raw else []
        notebook = nbformat.reads(json.dumps(raw), as_version=4)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, nbformat.ValidationError) as error:
        raise AssignmentBroken(slug, [f"{path.name} không đọc được ({one_line(error, 200)})."]) from None
    for cell, identity in zip(notebook.cells, ids, strict=False):
        cell["id"] = identity  # nbformat would have made up a random one
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    stable_ids(notebook)
    return notebook


def load(layout, slug, path):
    """Return the :class:`Assignment` of one source notebook; raises AssignmentBroken."""
    from autograder.jupyter import KERNEL, NotebookNode  # first: it makes the imports below cheap

    notebook = read_source(path, slug)
    make = _house if layout.house else _configured
    try:
        graded, released = make(layout, slug, path, notebook)
    except AssignmentBroken:
        raise
    except Exception as error:  # its configuration may name any preprocessor, also some of its own
        told = one_line(f"{type(error).__name__}: {error}", 300)
        raise AssignmentBroken(slug, [f"nbgrader không nhận {path.name}: {told}"]) from None
    stable_ids(graded)
    if len(graded.cells) != len(released.cells):
        raise AssignmentBroken(slug, [f"{path.name}: bản phát ra có số ô khác bản gốc."])

    solutions, cells, problems = [], [], []
    names = [c.metadata.nbgrader.grade_id for c in graded.cells if kind_of(c) == "solution"]
    for cell, shown in zip(graded.cells, released.cells, strict=True):
        kind = kind_of(cell)
        if kind is None:
            continue
        mark = cell.metadata.nbgrader
        name = mark.grade_id
        if kind == "solution":
            solutions.append(name)
        task = "" if kind == "locked" else name
        if kind == "test":
            # a name that says nothing: the solution nearest above is what people mean
            task = task_of(name, names if layout.house else solutions)
            task = task or (name.removeprefix("test_") if layout.house or not solutions else solutions[-1])
        if any(known.grade_id == name for known in cells):
            problems.append(f"mã ô «{name}» bị trùng.")
        metadata = {k: v for k, v in cell.metadata.items() if k in ("nbgrader", "editable", "deletable", "tags")}
        cells.append(
            Cell(
                grade_id=name,
                kind=kind,
                cell_type=cell.cell_type,
                source=cell.source,
                released=shown.source,
                points=float(mark.get("points", 0)) if kind in ("test", "answer", "task") else 0.0,
                task=task,
                hidden=cell.source != shown.source if kind == "test" else BEGIN_HIDDEN in cell.source,
                cell_id=cell.id,
                metadata=NotebookNode(metadata),
            )
        )
    if layout.house and not any(cell.is_graded for cell in cells):
        problems.append("không có ô nào được tính điểm.")
    if problems:
        raise AssignmentBroken(slug, problems)
    files = _files(layout, slug, path)
    return Assignment(
        slug=slug,
        title=_title(released, path.stem),
        folder=path.parent,
        cells=tuple(cells),
        files=files,
        digest=_digest(layout, path, files, cells),
        notebook=path.stem,
        kernelspec=dict(KERNEL["kernelspec"] if layout.house else notebook.metadata.get("kernelspec", {})),
    )


def model(layout, slug, path):
    """Return the notebook with the model solution in it and all tests, as it would be graded.

    Raises AssignmentBroken.
    """
    notebook = read_source(path, slug)
    try:
        if layout.house:
            notebook = _run(notebook, ("LockCells", "ClearOutput"))
        else:
            notebook, _ = _configured(layout, slug, path, notebook, without=("ClearSolutions",))
    except Exception as error:
        told = one_line(f"{type(error).__name__}: {error}", 300)
        raise AssignmentBroken(slug, [f"nbgrader không nhận {path.name}: {told}"]) from None
    stable_ids(notebook)
    return notebook


def _house(_layout, _slug, _path, notebook):
    """Return (graded, released) by this project's own rules."""
    graded = _run(notebook, ("LockCells", "ClearSolutions", "ClearOutput", "ComputeChecksums"))
    return graded, _run(graded, ("ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums"))


def _run(notebook, names):
    import nbgrader.preprocessors

    notebook, config = copy.deepcopy(notebook), nbgrader_config()
    for name in names:
        notebook, _ = getattr(nbgrader.preprocessors, name)(config=config).preprocess(notebook, {})
    return notebook


def _configured(layout, slug, path, notebook, without=()):
    """Return (graded, released) by what the course's configuration makes of ``nbgrader generate_assignment``.

    The preprocessors whose class has one of the names `without` do not run.

    Metadata of older schemas are brought up to date first; nbgrader itself asks for ``nbgrader update``.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.nbgraderformat import MetadataValidator
    from nbgrader.preprocessors import SaveCells
    from traitlets.config import Config

    notebook = MetadataValidator().upgrade_notebook_metadata(notebook)
    config = copy.deepcopy(layout.config) if layout.config is not None else Config()
    config.CourseDirectory.root = str(layout.root)
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    exporter = converter.exporter_class(parent=converter, config=converter.config)
    for preprocessor in converter.preprocessors:
        exporter.register_preprocessor(preprocessor)
    resources = exporter._init_resources({"metadata": {"name": path.stem, "path": str(path.parent)}})
    names = {"student": ".", "assignment": slug, "notebook": path.stem, "db_url": converter.coursedir.db_url}
    resources |= {"unique_key": path.stem, "nbgrader": names}
    graded = None
    with contextlib.chdir(layout.root):  # what the configuration names is relative to it, as for nbgrader itself
        for preprocessor in exporter._preprocessors:
            if type(preprocessor).__name__ in without:
                continue
            if isinstance(preprocessor, SaveCells):  # what is graded is what nbgrader would now put into the gradebook
                graded = copy.deepcopy(notebook)
            else:
                notebook, resources = preprocessor(notebook, resources)
    return graded if graded is not None else copy.deepcopy(notebook), notebook


def _files(layout, slug, path):
    """Return the data files that are put over what a student handed in beside the notebook."""
    if layout.house:
        return data_files(path.parent, path)
    kept = set()
    if layout.config is not None:
        kept = set(layout.config.Autograde.get("exclude_overwriting", {}).get(slug, ()))
    found = data_files(path.parent, ignore=(*layout.ignore, "*.ipynb"), links=True)
    return tuple(file for file in found if file.as_posix() not in kept)


def _title(notebook, name):
    for cell in notebook.cells:
        found = re.search(r"^# +(.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if found:
            return found.group(1).removeprefix("Bài tập:").strip()
    return name


def helpers(layout):
    """Return the files of this project's own helper package, its tables too; none for other courses."""
    folder = layout.root / "book" / "course"
    return [folder / name for name in data_files(folder)] if layout.house else []


def _digest(layout, path, files, cells):
    """Hash all that decides a grade besides the submission: source, cells, data files, this course's helper package."""
    digest = hashlib.sha256()
    for file in (path, *(path.parent / name for name in files), *helpers(layout)):
        digest.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    for cell in () if layout.house else cells:  # where they also depend on the configuration
        digest.update(json.dumps([cell.source, cell.released, cell.points, cell.metadata], sort_keys=True).encode())
    return digest.hexdigest()
