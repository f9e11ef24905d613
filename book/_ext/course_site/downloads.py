"""What a reader takes home: the notebook of a chapter, and its exercise as a zip that works outside the course.

``images/pixels.ipynb`` lies beside ``images/pixels.html``. ``exercises/pixels.zip`` holds the student's notebook with
its data, the package ``course`` that the notebook imports, and how to start: :mod:`autograder.classroom.bundle` makes
it, for the site as for a class, without solutions and hidden tests. A book without exercises needs no autograder.
"""

from pathlib import Path

from sphinx.errors import ExtensionError

from .builder import page_path
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


# The steps


def write_downloads(app, exception):
    """Put the notebooks and the zips of the whole book into the site."""
    if exception is not None or app.builder.name != "html":
        return
    out, kept = Path(app.outdir), set()
    for page in app.env.found_docs:
        source = Path(app.env.doc2path(page))
        if source.suffix == ".ipynb":
            target = out / f"{page_path(page)}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    for slug in sorted({slug for data in app.env.metadata.values() for slug in data.get(KEY, ())}):
        if Path(app.srcdir, exercise_path(slug)).is_file():
            from autograder.classroom.bundle import pack

            pack(exercise_files(app.srcdir, slug), out / zip_path(slug))
            kept.add(out / zip_path(slug))
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
