"""Let everybody reach this Python: Landlock's walls give up root, and fail where it lies in root's own home."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# in a mount namespace of its own: a folder that all may pass through takes the place of the closed one
_OPEN = """
set -e
mount --rbind "$1" /mnt
mount -t tmpfs -o mode=755 none "$1"
for inner in /mnt/* /mnt/.[!.]*; do
    if [ -d "$inner" ]; then
        mkdir "$1/${inner##*/}"
        mount --rbind "$inner" "$1/${inner##*/}"
    fi
done
shift
exec "$@"
"""
_WORKS = """
import sys
sys.path.append(sys.argv[1])
from autograder.engine.sandbox import cages
sys.exit(not cages._works(cages.Landlock))
"""


def _closed():
    """Return the folders on the way to this Python and this project that only their owner may pass through."""
    places = {Path(place).resolve() for place in (sys.base_prefix, sys.prefix, ROOT)}
    return sorted({folder for place in places for folder in place.parents if not folder.stat().st_mode & 1})


@functools.cache
def opening():
    """Return what has to stand before a command so that Landlock's walls work in it; None where nothing helps."""
    closed = [str(folder) for folder in _closed()]
    prefix = []
    if closed:
        if len(closed) > 1 or os.geteuid() != 0 or not shutil.which("unshare"):
            return None
        prefix = ["unshare", "--mount", "sh", "-c", _OPEN, "sh", *closed]
    done = subprocess.run([*prefix, sys.executable, "-I", "-c", _WORKS, str(ROOT)], capture_output=True, check=False)
    return None if done.returncode else prefix
