"""nbgrader's formgrader on one class folder, and nothing else: no kernels, no terminals, no other files.

What students wrote is shown with the teacher's rights, in a page that may change grades. So whatever HTML there is in
it is cleaned, the files beside a notebook are shown as if they came from nowhere, and those of formgrader's buttons
that run students' code outside the sandbox (autograde, generate, release, collect) are not there: `autograder` does
that. Settings of this machine's Jupyter are not read.
"""

import copy
import errno
import json
import os
import re
import secrets
import signal
import socket
from pathlib import PurePosixPath

import bleach
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, pass_context
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from nbconvert.exporters import HTMLExporter
from nbformat import from_dict
from nbgrader.server_extensions.formgrader import apihandlers, handlers
from nbgrader.server_extensions.formgrader.base import BaseApiHandler, check_xsrf
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from tornado import web
from tornado.log import access_log, app_log, gen_log
from traitlets.config import Config

from autograder.errors import PortTaken
from autograder.text import fault

HOST = "127.0.0.1"
START = "/formgrader/gradebook"
#: what marking by hand needs of formgrader's pages and of its API
_PAGES = {
    "GradebookAssignmentsHandler",
    "GradebookNotebooksHandler",
    "GradebookNotebookSubmissionsHandler",
    "SubmissionHandler",
    "SubmissionNavigationHandler",
    "StaticFileHandler",
}
_API = {
    *("NotebookCollectionHandler", "SubmittedNotebookCollectionHandler"),
    *("GradeCollectionHandler", "GradeHandler", "CommentCollectionHandler", "CommentHandler"),
    *("FlagSubmissionHandler", "StatusHandler"),
}
_SIDEBAR = """\
{%- extends 'base.tpl' -%}
{%- block title -%}Manual Grading{%- endblock -%}
{%- block sidebar -%}
<li role="presentation" class="active"><a href="{{ base_url }}/formgrader/gradebook">Manual Grading</a></li>
{%- endblock -%}
"""
#: of the HTML that Markdown becomes
_TAGS = frozenset(
    {"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "a", "img", "div", "span"}
    | {"strong", "em", "b", "i", "u", "s", "del", "sub", "sup", "code", "pre", "kbd"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
_NAME = re.compile(r"[\w.:+#-]{1,128}")
_OUTPUTS = ("text/plain", "image/png", "image/jpeg")
_PROTOCOLS = frozenset({"http", "https", "mailto", "data"})
# MathJax would come from elsewhere; formgrader waits until it says that it is done
_NO_MATHJAX = """{%- macro mathjax(url="", config="") -%}
<script>
window.MathJax = {Hub: {Startup: {signal: {Interest: (tell) => setTimeout(() => tell("End"))}}}};
</script>
{%- endmacro %}"""
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
)


class Server(ServerApp):
    """Jupyter's server, for its doors only: the token, the cookies, the port, the browser."""

    name = "autograder-formgrade"
    default_services = ("auth", "security")

    def load_config_file(self, *_, **__):
        """Read nobody's settings."""

    def serve(self, tell):
        """Serve until Ctrl-C; `tell` is called with the address as soon as the page can be opened."""
        self.io_loop.add_callback(tell, self.address)  # after the one that listens
        self.start()

    def init_signal(self):
        """Ctrl-C ends it, without a question; so does a polite kill."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)


class NoFiles(LargeFileManager):
    """The files of the folder, of which none is to be had."""

    def get_extra_handlers(self):
        """Serve nothing below ``/files``."""
        return []


class Formgrader(FormgradeExtension):
    """formgrader, as far as it is for marking by hand."""

    def load_config_file(self, *_, **__):
        """Read nobody's settings: those of the course are in the configuration already."""

    def load_config(self):
        """Return the configuration, which formgrader would read from files."""
        return self.config

    def init_tornado_settings(self, webapp):
        """Make the pages out of clean notebooks, without a way to the other pages."""
        super().init_tornado_settings(webapp)
        own = DictLoader({"gradebook_base.tpl": _SIDEBAR})
        loader = ChoiceLoader([own, FileSystemLoader([handlers.template_path])])
        webapp.settings["nbgrader_jinja2_env"] = Environment(loader=loader)
        webapp.settings["nbgrader_exporter"] = Exporter(config=self.config)

    def init_handlers(self, webapp):
        """Add the pages and calls that are wanted, and nothing for the others."""
        wanted = [
            *_chosen(handlers.default_handlers, _PAGES),
            *_chosen(apihandlers.default_handlers, _API),
            (r"/formgrader/api/assignments", Assignments),
            (r"/formgrader/submissions/(.*)", Files),
            (r"/formgrader/static/(.*)", web.StaticFileHandler, {"path": handlers.static_path}),
            (r"/formgrader/?", web.RedirectHandler, {"url": START, "permanent": False}),
            (r"/formgrader/.*", handlers.Template404),
        ]
        webapp.add_handlers(".*$", wanted)


class Exporter(HTMLExporter):
    """A notebook as HTML in which nothing of a student's is more than text and pictures."""

    def __init__(self, config=None, **options):
        super().__init__(config=config, extra_loaders=[DictLoader({"mathjax.html.j2": _NO_MATHJAX})], **options)
        self.sanitize_html = self.exclude_anchor_links = True

    def from_notebook_node(self, nb, resources=None, **options):
        """Make the page of what is left of a notebook."""
        return super().from_notebook_node(_plain(nb), resources, **options)

    @pass_context
    def markdown2html(self, context, source):
        """Turn Markdown into clean HTML; nbgrader's template does not clean it."""
        text = super().markdown2html(context, source)
        return bleach.clean(text, tags=_TAGS, attributes=_allowed, protocols=_PROTOCOLS, strip_comments=True)


class Assignments(BaseApiHandler):
    """The assignments that have grades; formgrader itself lists those with a folder of sources."""

    @web.authenticated
    @check_xsrf
    def get(self):
        """Answer with what the table shows."""
        found = []
        for one in self.gradebook.assignments:
            scores = {
                "average_score": self.gradebook.average_assignment_score(one.name),
                "num_submissions": len(one.submissions),
                "display_duedate": f"{one.duedate:%Y-%m-%d %H:%M} UTC" if one.duedate else None,
            }
            found.append(one.to_dict() | scores)
        self.write(json.dumps(found))


class Files(handlers.SubmissionFilesHandler):
    """The files beside a graded notebook: pictures may be shown, a page may do nothing."""

    def parse_url_path(self, url_path):
        """Return the file's path; nothing outside of the submission's own folder has one."""
        if ".." in PurePosixPath(url_path.replace("\\", "/")).parts:
            raise web.HTTPError(404)
        return super().parse_url_path(url_path)

    def set_extra_headers(self, path):
        """Say so to the browser."""
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'; img-src 'self' data:")
        self.set_header("X-Content-Type-Options", "nosniff")


def make(folder, layout, place, *, port=None, browser=True):
    """Return a :class:`Server`; ``address`` is where its page will be.

    Parameters
    ----------
    folder : Path
        The class folder.
    layout : Layout
        What its folders are called.
    place : Place
        The gradebook.
    port : int, optional
        Any free one when it is not given.
    browser : bool
        Whether to open the page.

    Raises
    ------
    PortTaken
    """
    config, token = Config(), secrets.token_urlsafe(24)
    level = "INFO" if os.environ.get("AUTOGRADER_DEBUG") else "CRITICAL"
    number = _free(port)
    config.ServerApp.update(
        ip=HOST, port=number, port_retries=0, allow_root=True, open_browser=browser, default_url=START,
        root_dir=str(folder), log_level=level, disable_check_xsrf=False, allow_remote_access=False,
        contents_manager_class=NoFiles, terminals_enabled=False, jpserver_extensions={},
        no_browser_open_file=not browser,
    )  # fmt: skip
    config.IdentityProvider.token = token
    # formgrader's pages have an empty base_url, and a cookie without a path would hold below the first page only
    config.IdentityProvider.cookie_options = {"path": "/", "samesite": "Strict"}
    config.ServerApp.tornado_settings = {"headers": {"Content-Security-Policy": _POLICY}}
    config.CourseDirectory.update(
        root=str(folder), db_url=place.url.render_as_string(hide_password=False), course_id=layout.course_id,
        directory_structure=layout.structure, autograded_directory=layout.autograded,
        submitted_directory=layout.submitted, feedback_directory=layout.feedback,
    )  # fmt: skip
    server = Server(config=config)
    server.initialize([], find_extensions=False)
    for log in (access_log, app_log, gen_log):
        log.setLevel(level)
    formgrader = Formgrader(parent=server)
    formgrader.load_cwd_config, formgrader.root_dir, formgrader.log = False, str(folder), server.log
    formgrader.initialize([])
    formgrader.init_tornado_settings(server.web_app)
    formgrader.init_handlers(server.web_app)
    server.address = f"http://{HOST}:{server.port}{START}?token={token}"
    return server


def _plain(notebook):
    """Return a notebook in which there is no metadata but nbgrader's, and of what was put out text and pictures only.

    The templates write some metadata into the page as they are: the language, a picture's width, the name of a cell.
    """
    nb = copy.deepcopy(notebook)
    language = str(nb.metadata.get("language_info", {}).get("name", "python"))
    nb.metadata = from_dict({"language_info": {"name": language if _NAME.fullmatch(language) else "python"}})
    for cell in nb.cells:
        mark = cell.metadata.get("nbgrader", {})
        known = isinstance(mark, dict) and _NAME.fullmatch(str(mark.get("grade_id", "")))
        cell.metadata = from_dict({"nbgrader": mark} if known else {})
        for part in (cell, *cell.get("outputs", ())):
            if "execution_count" in part and not isinstance(part.execution_count, int):
                part.execution_count = None
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data = from_dict({kind: data for kind, data in output.data.items() if kind in _OUTPUTS})
                output.metadata = from_dict({})
    return nb


def _allowed(tag, name, value):
    """Whether an attribute may stay: none that runs or covers anything."""
    if name == "class":  # of highlighted code, and nothing of the page's own styles
        return tag in ("span", "div", "pre") and re.fullmatch(r"highlight|[a-z]{1,2}[a-z0-9]?", value) is not None
    if tag == "a":
        return name == "title" or (name == "href" and not value.strip().lower().startswith("data:"))
    if tag == "img":
        return name == "alt" or (name == "src" and not re.match(r"(?i)\s*([a-z+.-]+:)?//", value))
    return tag in ("td", "th") and name in ("colspan", "align")


def _chosen(known, names):
    return [one for one in known if one[1].__name__ in names and "submissions/(.*)" not in one[0]]


def _free(port):
    """Return a port that can be listened at; raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port or 0))
        except OSError as error:
            why = "đang có chương trình khác dùng" if error.errno == errno.EADDRINUSE else fault(error)
            raise PortTaken(f"Cổng {port}: {why}; hãy chọn --port khác, hoặc bỏ --port.") from None
        return probe.getsockname()[1]
