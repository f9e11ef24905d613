"""Links into the book's repository: edit a page, open a notebook in Colab.

None is made up: the repository's address stands in ``_config.yml`` (``course_repository``), and without it no such link
is shown.
"""

import json
import posixpath
from pathlib import Path
from urllib.parse import quote, urlsplit

from sphinx.errors import ConfigError

from .builder import FOLDER

__all__ = ["colab_link", "colab_setup", "edit_link", "packages_of"]

#: Import name → a package that is needed besides, though nothing imports it: ``torch.onnx.export`` asks for onnxscript
BESIDES = {"onnx": "onnxscript"}


def parts(repository):
    """Split a repository's address: (its host, ``owner/name``)."""
    address = urlsplit(repository.rstrip("/").removesuffix(".git"))
    return address.hostname or "", address.path.strip("/")


def edit_link(repository, branch, path):
    """Return where a file is edited; GitLab and GitHub (and Gitea, Codeberg) differ in one word."""
    host, name = parts(repository)
    if not name:
        return ""
    edit = "_edit" if host in ("codeberg.org", "gitea.com") else "-/edit" if "gitlab" in host else "edit"
    return f"https://{host}/{name}/{edit}/{quote(branch)}/{quote(path)}"


def colab_link(repository, branch, path):
    """Return where Colab opens a notebook; it reads from GitHub only, so "" for any other host."""
    host, name = parts(repository)
    if host != "github.com" or not path.endswith(".ipynb"):
        return ""
    return f"https://colab.research.google.com/github/{name}/blob/{quote(branch)}/{quote(path)}"


def colab_setup(repository, branch, path, packages=()):
    """Return the cell that a notebook in Colab runs first: its sources and what they import.

    The whole repository is cloned, because a chapter may import what lies beside it, besides the package ``course``.
    """
    host, name = parts(repository)
    clone = posixpath.join("/content", posixpath.basename(name))  # Colab's own folder
    places = dict.fromkeys(posixpath.join(clone, folder) for folder in (FOLDER.rstrip("/"), posixpath.dirname(path)))
    lines = [
        # run again after the session was restarted, it is there already
        f"!test -d {clone} || git clone --quiet --depth 1 --branch {branch} https://{host}/{name} {clone}",
        "import sys",
        f"sys.path[:0] = {json.dumps(list(places))}",
    ]
    if packages:
        lines.append(f"%pip install --quiet {' '.join(packages)}")
    return "\n".join(lines)


def packages_of(notebook, course):
    """Return the packages to install for a notebook (path) that may import what lies beside it and in ``course``.

    A book without the autograder, which can tell, names none: Colab has the usual ones.
    """
    try:
        from autograder.classroom.bundle import imported, packages, source_of
    except ImportError:
        return []
    cells = [cell for cell in json.loads(notebook.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    neighbours = {path.stem: [path] for path in notebook.parent.glob("*.py")}
    neighbours |= {path.parent.name: sorted(path.parent.glob("*.py")) for path in notebook.parent.glob("*/__init__.py")}
    waiting = {name.partition(".")[0] for cell in cells for name in imported(source_of(cell))}
    seen = set()
    while met := (waiting & neighbours.keys()) - seen:
        seen |= met
        for path in (path for name in met for path in neighbours[name]):
            source = path.read_text("utf-8")
            # what only some of its functions need is theirs to ask for; the course's own modules are always there
            names = imported(source, at_once=True) | {name for name in imported(source) if name.startswith("course.")}
            waiting |= {name.partition(".")[0] for name in names}
            cells.append({"cell_type": "code", "source": [f"import {name}\n" for name in sorted(names)]})
    needed = set(packages({"cells": cells}, course)) - neighbours.keys()
    return sorted(needed | {BESIDES[name] for name in needed & BESIDES.keys()})


def check_address(app, config):
    """Stop the build if the address is none."""
    address = config.course_repository
    if address and (urlsplit(address).scheme != "https" or not all(parts(address))):
        raise ConfigError(f"course_repository trong _config.yml phải là một địa chỉ https://…, đây là: {address}")


def page_context(app, pagename, templatename, context, doctree):
    """Give the templates a page's links; pages without a source have none."""
    config = app.config
    if not config.course_repository or doctree is None:
        return
    source = Path(app.env.doc2path(pagename))
    place = (config.course_repository, config.course_branch, source.relative_to(app.srcdir).as_posix())
    context["edit_link"], context["colab_link"] = edit_link(*place), colab_link(*place)
    if context["colab_link"]:
        context["colab_setup"] = colab_setup(*place, packages_of(source, Path(app.srcdir, FOLDER, "course")))


def setup(app):
    """Register the two settings."""
    app.add_config_value("course_repository", "", "html", [str])
    app.add_config_value("course_branch", "main", "html", [str])
    app.connect("config-inited", check_address)
    app.connect("html-page-context", page_context)
