"""The course's website: everything Jupyter Book needs beyond plain Sphinx, in one local extension.

Each module does one thing and has its own ``setup``:

===================  ==============================================================================
``language``         the interface in Vietnamese
``search``           an index of every section, with the words Vietnamese readers type (``search_index``)
``bibliography``     citations and reference list in Vietnamese
``elements``         two document nodes that become an HTML element
``directives``       chapter header, predict, explain, misconception, pitfall, not-run, takeaways, assignment
``reveal``           what comes out after a prediction, closed until asked for
``quiz``             questions with feedback for every answer
``glossary``         the glossary's page, links at a term's first use (``terms`` reads the file)
``interactive``      figures to play with, computed in the reader's browser
``margin``           notes in the margin
``progress``         which pages are chapters and how many questions they ask
``katex``            formulas, drawn at build time (``spoken`` says one in words)
``content``          figures, tables and data frames that fit the page
``highlighting``     code in colours
``embedded``         pictures that notebooks write as data, served as files
``downloads``        notebooks and exercises to take home
``repository``       links into the repository: edit, Colab
``publishing``       the site's address, descriptions, cards, site map, page 404
``leftovers``        takes away what earlier builds left and the book no longer has
``builder``          short addresses: ``book/images/pixels`` is served as ``images/pixels.html``
``assets``           fonts, style sheets, served from the site (``fonts``, ``katex_fonts``, ``page_letters`` cut them)
``stamps``           versions in the names of fonts, style sheets and scripts
``theme``            the templates, the style sheet and the script
===================  ==============================================================================
"""

from . import (
    assets,
    bibliography,
    builder,
    content,
    directives,
    downloads,
    elements,
    embedded,
    glossary,
    highlighting,
    interactive,
    katex,
    language,
    leftovers,
    margin,
    progress,
    publishing,
    quiz,
    repository,
    reveal,
    search,
    stamps,
    theme,
)

__all__ = ["setup"]

PARTS = (
    *(language, search, bibliography, elements, directives, reveal, quiz, interactive, margin, glossary, progress),
    *(katex, content, highlighting, embedded, downloads, repository, builder, leftovers, assets, theme, publishing),
    stamps,
)

#: Jupyter Book passes these on to extensions that the course does not load.
UNUSED_SETTINGS = ("comments_config",)

#: Loaded by sphinx_external_toc; it numbers headings after all pages are read, yet does not say that this is safe.
SAFE_IN_PARALLEL = ("sphinx_multitoc_numbering",)


def setup(app):
    """Register every part with Sphinx."""
    for part in PARTS:
        part.setup(app)
    for name in UNUSED_SETTINGS:
        if name not in app.config:
            app.add_config_value(name, None, "")
    for name in SAFE_IN_PARALLEL:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
