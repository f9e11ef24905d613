"""Writing files so that nothing half-written is ever taken for done."""

import errno
import os
import shutil
import stat
from pathlib import Path


def write_text(path, text, encoding="utf-8", errors="strict"):
    """Write a text file, see :func:`write_bytes`."""
    write_bytes(path, text.encode(encoding, errors))


def write_bytes(path, data):
    """Write a file aside, then rename it into place; parent folders are made. Raises OSError."""
    if not path.name or path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".autograder.{os.getpid()}.tmp")  # as short as can be: the name itself may be very long
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def replace_folder(fresh, target):
    """Put the folder `fresh` (on the same file system) where `target` is, or is to be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_folder(target)
    fresh.replace(target)


def remove_folder(path):
    """Remove a folder with read-only files and folders in it; nothing happens when there is none."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        for where, _, _ in os.walk(path):
            Path(where).chmod(stat.S_IRWXU)
        shutil.rmtree(path)
