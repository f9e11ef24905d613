"""The theme ``course``: the frame of every page, two pages that fill it, style sheets and scripts, on ``basic``.

The templates write out every script and style sheet they want, so nothing that an extension adds reaches a page by
itself. A page needs no script at all; :file:`course.js` adds the colour mode, copy buttons and the like.
"""

from pathlib import Path

from docutils import nodes
from markupsafe import Markup
from sphinx import addnodes

__all__ = ["NAME", "book_parts"]

NAME = "course"
HERE = Path(__file__).parent


def book_parts(env, titles):
    """Return the book's parts in order: list of (caption, list of (page, title as HTML)).

    ``titles`` is a function from a page's name to its title.
    """
    return [
        (toctree.get("caption") or "", [(page, titles(page)) for _, page in toctree["entries"]])
        for toctree in env.get_doctree(env.config.root_doc).findall(addnodes.toctree)
    ]


def read_parts(app):
    """Return the parts, read once per build."""
    if not hasattr(app, "course_parts"):

        def title(page):
            return Markup(app.builder.render_partial(app.env.titles[page])["title"])

        app.course_parts = book_parts(app.env, title)
    return app.course_parts


def has_math(doctree):
    """Whether a page shows a formula."""
    return doctree is not None and any(
        True for _ in doctree.findall(lambda n: isinstance(n, nodes.math | nodes.math_block))
    )


def page_context(app, pagename, templatename, context, doctree):
    """Give the templates what they draw."""
    if app.config.html_theme != NAME:
        return
    contents = context.get("toc") or "" if doctree is not None else ""
    context.update(
        author=app.config.author,
        parts=read_parts(app),
        has_math=has_math(doctree),
        page_contents=Markup(contents) if contents.count("<li>") > 2 else "",
    )


def setup(app):
    """Register the theme."""
    app.add_html_theme(NAME, str(HERE))
    app.connect("html-page-context", page_context)
