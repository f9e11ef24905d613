"""The built site as a web host serves it: gzipped, under the folder the site was built for, with its own page 404."""

import contextlib
import functools
import gzip
import http.server
import posixpath
import re
import threading
from pathlib import Path

__all__ = ["base_path", "serve"]

TEXT = {".css", ".html", ".ipynb", ".js", ".json", ".svg", ".txt", ".xml"}


def base_path(site):
    """Return the folder of the host under which a site was built to stand: ``/``, or ``/course/`` on GitHub Pages."""
    page = site / "404.html"
    found = page.is_file() and re.search(r'data-content_root="(/[^"]*)"', page.read_text("utf-8"))
    return found[1] if found else "/"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve a folder; ``server.sent`` collects (path, bytes sent)."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args, base, compress, **options):
        self.base, self.compress = base, compress
        super().__init__(*args, **options)

    def log_message(self, *args):
        """Say nothing."""

    def file(self):
        """Return the file asked for, or None."""
        path = self.path.partition("?")[0]
        if not path.startswith(self.base):
            return None
        file = Path(self.translate_path("/" + path.removeprefix(self.base)))
        file = file / "index.html" if file.is_dir() else file
        return file if file.is_file() else None

    def do_GET(self):
        """Answer a request."""
        file, status = self.file(), 200
        if file is None:
            file, status = Path(self.directory, "404.html"), 404
        data = file.read_bytes() if file.is_file() else b""
        kind = "text/html; charset=utf-8" if file.suffix == ".html" else self.guess_type(file)
        self.send_response(status)
        if self.compress and file.suffix in TEXT:
            data = gzip.compress(data, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.server.sent.append((posixpath.join("/", self.path), len(data)))
        with contextlib.suppress(ConnectionError):
            self.wfile.write(data)


class Server(http.server.ThreadingHTTPServer):
    """A quiet server whose threads end with it."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        """A browser that hangs up is no error."""


@contextlib.contextmanager
def serve(site, *, compress=True):
    """Serve a built site on this machine; gives the server, with its ``address`` and what it has ``sent``."""
    base = base_path(site)
    handler = functools.partial(Handler, directory=str(site), base=base, compress=compress)
    server = Server(("127.0.0.1", 0), handler)
    server.sent, server.address = [], f"http://127.0.0.1:{server.server_port}{base}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
