"""Short addresses: the page ``book/images/pixels`` is written to ``images/pixels.html``, the cover to ``index.html``.

The source root is the repository, so every page's name starts with ``book/``; readers need not see that.
"""

import posixpath
from pathlib import Path

from sphinx.builders.html import StandaloneHTMLBuilder

__all__ = ["FOLDER", "CourseHTMLBuilder", "page_path"]

FOLDER = "book/"


def page_path(docname):
    """Return a page's place on the site, without suffix: ``book/images/pixels`` → ``images/pixels``."""
    return docname.removeprefix(FOLDER)


class CourseHTMLBuilder(StandaloneHTMLBuilder):
    """The standard builder with short addresses."""

    def get_outfilename(self, pagename):
        """Where a page is written."""
        return super().get_outfilename(page_path(pagename))

    def get_target_uri(self, docname, typ=None):
        """Return a page's address, seen from the site's root."""
        return super().get_target_uri(page_path(docname), typ)

    def handle_page(self, pagename, addctx, templatename="page.html", outfilename=None, event_arg=None):
        """Write one page; its canonical address is the short one as well."""
        if self.config.html_baseurl:
            addctx = {**addctx, "pageurl": posixpath.join(self.config.html_baseurl, self.get_target_uri(pagename))}
        super().handle_page(pagename, addctx, templatename, outfilename, event_arg)


def forget_failed_build(app, exception):
    """After warnings, have the next build read every page again: otherwise it would not see them and succeed."""
    if exception is None and app.keep_going and app._warncount:
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)


def setup(app):
    """Replace the ``html`` builder."""
    app.add_builder(CourseHTMLBuilder, override=True)
    app.connect("build-finished", forget_failed_build, priority=999)
