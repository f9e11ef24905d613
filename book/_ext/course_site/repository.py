"""Links into the book's repository: edit a page, open a notebook in Colab.

None is made up: the repository's address stands in ``_config.yml`` (``course_repository``), and without it no such link
is shown.
"""

from pathlib import Path
from urllib.parse import quote, urlsplit

from sphinx.errors import ConfigError

__all__ = ["colab_link", "edit_link", "install_command"]


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


def install_command(repository, branch):
    """Return what a notebook in Colab runs first, to have the package ``course``."""
    host, name = parts(repository)
    return f"%pip install --quiet --no-deps git+https://{host}/{name}@{branch}"


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
    path = Path(app.env.doc2path(pagename)).relative_to(app.srcdir).as_posix()
    context["edit_link"] = edit_link(config.course_repository, config.course_branch, path)
    context["colab_link"] = colab_link(config.course_repository, config.course_branch, path)
    context["colab_install"] = install_command(config.course_repository, config.course_branch)


def setup(app):
    """Register the two settings."""
    app.add_config_value("course_repository", "", "html", [str])
    app.add_config_value("course_branch", "main", "html", [str])
    app.connect("config-inited", check_address)
    app.connect("html-page-context", page_context)
