"""What a reader's progress is measured against: which pages are chapters, and how many questions each asks.

The templates write both into the sidebar's links (``data-chapter``, ``data-questions``); :file:`learning.js` compares
them with what this browser remembers. Nothing is sent anywhere.
"""

from .builder import page_path
from .elements import Block

__all__ = ["chapters", "count_questions"]

KEY = "course_questions"


def count_questions(doctree):
    """Return how many questions a page asks; None if it is no chapter: those all ask some."""
    return sum("data-quiz" in node["html"] for node in doctree.findall(Block)) or None


def note_questions(app, doctree):
    """Keep the number with the page's metadata, which Sphinx stores, merges and forgets together with the page."""
    questions = count_questions(doctree)
    if questions is not None:
        app.env.metadata[app.env.docname][KEY] = questions


def chapters(env):
    """Return the chapters: page → (its place on the site, its number of questions)."""
    return {page: (page_path(page), data[KEY]) for page, data in sorted(env.metadata.items()) if KEY in data}


def sidebar(env):
    """Return what the sidebar says of the pages: the chapters, and every page's title with its markup."""
    return chapters(env), {page: title.pformat() for page, title in sorted(env.titles.items())}


def outdated_pages(app, env):
    """Have every page written again when the sidebar changed: all of them carry it."""
    before, now = getattr(env, "course_sidebar", None), sidebar(env)
    env.course_sidebar = now
    return sorted(env.found_docs) if now != before else []


def page_context(app, pagename, templatename, context, doctree):
    """Give the templates the chapters and this page's own place."""
    context.update(chapters=chapters(app.env), page_path=page_path(pagename))


def setup(app):
    """Count while reading, tell while writing."""
    app.connect("doctree-read", note_questions)
    app.connect("env-updated", outdated_pages)
    app.connect("html-page-context", page_context)
