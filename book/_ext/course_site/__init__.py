"""The course's website: everything Jupyter Book needs beyond plain Sphinx, in one local extension.

Each module does one thing and has its own ``setup``:

===================  ==============================================================================
``language``         the interface in Vietnamese
``search``           an index of every section, with the words Vietnamese readers type
``bibliography``     citations and reference list in Vietnamese
``elements``         two document nodes that become an HTML element
``directives``       chapter header, predict, explain, misconception, pitfall, takeaways, assignment
``quiz``             questions with feedback for every answer
``progress``         which pages are chapters and how many questions they ask
``katex``            formulas, drawn at build time
``content``          figures, tables and data frames that fit the page
``builder``          short addresses: ``book/images/pixels`` is served as ``images/pixels.html``
``assets``           fonts and style sheets, served from the site itself (``fonts``, ``katex_fonts`` cut them down)
``theme``            the templates, the style sheet and the script
===================  ==============================================================================
"""

from . import (
    assets,
    bibliography,
    builder,
    content,
    directives,
    elements,
    katex,
    language,
    progress,
    quiz,
    search,
    theme,
)

__all__ = ["setup"]

PARTS = (language, search, bibliography, elements, directives, quiz, progress, katex, content, builder, assets, theme)

#: Jupyter Book passes these on to extensions that the course does not load.
UNUSED_SETTINGS = ("comments_config",)


def setup(app):
    """Register every part with Sphinx."""
    for part in PARTS:
        part.setup(app)
    for name in UNUSED_SETTINGS:
        if name not in app.config:
            app.add_config_value(name, None, "")
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
