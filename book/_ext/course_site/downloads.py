"""What a reader takes home: the notebook of a chapter, and its exercise as a zip that works outside the course.

``images/pixels.ipynb`` lies beside ``images/pixels.html``. ``exercises/pixels.zip`` holds the student's notebook with
its data, the package ``course`` that the notebook imports, and how to start: :mod:`autograder.classroom.bundle` makes
it, for the site as for a class, without solutions and hidden tests. A book without exercises needs no autograder.
"""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

from sphinx.errors import ExtensionError

from .builder import FOLDER, page_path
from .directives import exercise_path, zip_path
from .elements import Block

__all__ = ["exercise_files"]

KEY = "course_assignments"


def assignments(doctree):
    """Return the slugs of the assignments a page names, in order."""
    boxes = [node["html"] for node in doctree.findall(Block)]
    return [html["data-assignment"] for html in boxes if "data-assignment" in html]


def note_assignments(app, doctree):
    """Keep them with the page's metadata."""
    found = assignments(doctree)
    if found:
        app.env.metadata[app.env.docname][KEY] = found


def exercise_files(root, slug):
    """Return what an exercise's zip holds: name in the zip → bytes."""
    from autograder.classroom.bundle import files
    from autograder.course import Course
    from autograder.errors import AutograderError

    try:
        return files(Course(Path(root)), slug)
    except AutograderError as error:
        raise ExtensionError(str(error)) from None


def folder_digest(*places):
    """Return the digest of all files in some folders, names included."""
    found = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path.relative_to(place).as_posix()} {file_digest(path)}\n".encode())
    return found.hexdigest()


def shared_digest(root):
    """Return the digest of what every zip is made from: the package ``course``, and the code that makes zips."""
    maker = find_spec("autograder")
    return folder_digest(Path(root, FOLDER, "course"), *map(Path, (maker and maker.submodule_search_locations) or ()))


def file_digest(path):
    """Return the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_zips(app):
    """Write the zips whose content changed, or that are not as this wrote them; return the paths of all."""
    notes, out = Path(app.doctreedir, "zips.json"), Path(app.outdir)
    try:
        known = json.loads(notes.read_text("utf-8"))
    except (OSError, ValueError):
        known = {}
    made, shared = {}, shared_digest(app.srcdir)
    for slug in sorted({slug for data in app.env.metadata.values() for slug in data.get(KEY, ())}):
        if not Path(app.srcdir, exercise_path(slug)).is_file():
            continue
        path = out / zip_path(slug)
        made_from = shared + folder_digest(*(Path(app.srcdir, part, slug) for part in ("exercises", "solutions")))
        if not (path.is_file() and known.get(slug) == [made_from, file_digest(path)]):
            from autograder.classroom.bundle import pack

            pack(exercise_files(app.srcdir, slug), path)
        made[slug] = [made_from, file_digest(path)]
    notes.write_text(json.dumps(made), "utf-8")
    return {out / zip_path(slug) for slug in made}


# The steps


def write_downloads(app, exception):
    """Put the notebooks and the zips of the whole book into the site."""
    if exception is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for page in app.env.found_docs:
        source = Path(app.env.doc2path(page))
        if source.suffix == ".ipynb":
            target = out / f"{page_path(page)}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    kept = write_zips(app)
    for path in (out / zip_path("x")).parent.glob("*.zip"):
        if path not in kept:
            path.unlink()


def page_context(app, pagename, templatename, context, doctree):
    """Tell the templates what a page offers, as paths from the site's root."""
    if doctree is not None:
        if app.env.doc2path(pagename).endswith(".ipynb"):
            context["notebook"] = f"{page_path(pagename)}.ipynb"
        context["exercises"] = [zip_path(slug) for slug in app.env.metadata[pagename].get(KEY, ())]


def setup(app):
    """Register the steps."""
    app.connect("doctree-read", note_assignments)
    app.connect("html-page-context", page_context)
    app.connect("build-finished", write_downloads, priority=300)
