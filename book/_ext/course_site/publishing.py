"""What makes a folder of pages a site that others find: its address, descriptions, cards, site map, page 404.

The address is ``html.baseurl`` in ``_config.yml``; if that is empty, the environment variable ``SITE_URL``, which the
deploy workflows set from what the host tells them. Canonical links, Open Graph and the site map need it; without it
they are left out. The page 404 is shown for any missing address at any depth, so its links start at the host's root:
at ``/`` or, on the project pages of GitHub and GitLab, at the address's folder.
"""

import os
import posixpath
import re
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.errors import ConfigError

from .search_index import collect, tidy

__all__ = ["base_path", "describe", "robots", "shorten", "site_map"]

PICTURE = "_static/card.png"
LONGEST = 160  # characters of a description that search engines show
SHORTEST = 50
NOT_FOUND = "404"


def base_path(address):
    """Return the folder of the host in which the site stands: ``https://a.example/b/`` → ``/b/``."""
    return posixpath.join("/", urlsplit(address).path, "") if address else "/"


def read_address(app, config):
    """Take the site's address from the environment if ``_config.yml`` has none."""
    address = (config.html_baseurl or os.environ.get("SITE_URL", "")).strip()
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise ConfigError(f"địa chỉ của trang web phải bắt đầu bằng https://, đây là: {address}")
    config.html_baseurl = posixpath.join(address, "") if address else ""


def shorten(text, longest=LONGEST):
    """Cut a text at the end of a sentence, else of a word, so that it has at most ``longest`` characters."""
    if len(text) <= longest:
        return text
    sentences = re.match(rf"(.{{{SHORTEST},{longest}}}[.?…»)])\s", text)
    return sentences[1] if sentences else text[: longest - 1].rpartition(" ")[0].rstrip(" ,;:") + "…"


def describe(doctree):
    """Return a page's first paragraph that says something, as plain text."""
    for section in doctree.findall(nodes.section):
        for node in section.children:
            if isinstance(node, nodes.paragraph):
                words = []
                collect(node, words, [])
                text = tidy(words)
                if len(text) >= SHORTEST:
                    return shorten(text)
    return ""


def page_context(app, pagename, templatename, context, doctree):
    """Give the templates a page's description and its card; start the links of page 404 at the host's root."""
    context["description"] = describe(doctree) if doctree is not None else ""
    address = app.config.html_baseurl
    if doctree is None:
        context["pageurl"] = None
    elif address:
        context["picture"] = posixpath.join(address, PICTURE)
    if pagename == NOT_FOUND:
        root, pathto = base_path(address), context["pathto"]

        def from_root(target, *args, **options):
            return posixpath.join(root, pathto(target, *args, **options))

        context.update(pathto=from_root, content_root=root)


def site_map(addresses):
    """Return the site map of some pages as XML."""
    lines = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    )


def robots(address):
    """Return robots.txt: everything may be read."""
    return "User-agent: *\nAllow: /\n" + (f"\nSitemap: {posixpath.join(address, 'sitemap.xml')}\n" if address else "")


def write_files(app, exception):
    """Write the site map, if the address is known, and robots.txt; GitHub Pages is told to take files as they are."""
    if exception is not None or app.builder.name != "html":
        return
    out, address = Path(app.outdir), app.config.html_baseurl
    pages = [posixpath.join(address, app.builder.get_target_uri(page)) for page in sorted(app.env.found_docs)]
    (out / "robots.txt").write_text(robots(address), "utf-8")
    (out / ".nojekyll").touch()
    if address:
        (out / "sitemap.xml").write_text(site_map(pages), "utf-8")
    else:
        (out / "sitemap.xml").unlink(missing_ok=True)


def pages(app):
    """Have page 404 written."""
    return [(NOT_FOUND, {}, "404.html")] if app.builder.name == "html" else []


def setup(app):
    """Register the steps; the theme's own context comes first."""
    app.connect("config-inited", read_address, priority=100)
    app.connect("html-page-context", page_context, priority=600)
    app.connect("html-collect-pages", pages)
    app.connect("build-finished", write_files)
