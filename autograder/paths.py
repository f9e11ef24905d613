"""Writing files so that nothing half-written is ever taken for done."""

import contextlib
import errno
import os
import secrets
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


def discard_folder(path):
    """Remove a folder and what lies in it, as far as can be done."""
    try:
        shutil.rmtree(path, ignore_errors=True)
    except RecursionError:
        clear_folder(path)
        with contextlib.suppress(OSError):
            path.rmdir()


def clear_folder(path):
    """Remove what lies in a folder, as far as can be done; a link goes, and what it leads to is left alone.

    Code that is not trusted may have made it: folders without rights, or nested deeper than a path can be long. So
    they are moved up here one by one, and nothing recurses.
    """
    mark, number = secrets.token_hex(8), 0
    with _opened(path) as top:
        waiting = _cleared(top)
        while waiting:
            name = waiting.pop()
            with contextlib.suppress(OSError), _opened(name, top) as folder:
                for inner in _cleared(folder):
                    number += 1
                    with contextlib.suppress(OSError):
                        os.rename(inner, f"{mark}{number}", src_dir_fd=folder, dst_dir_fd=top)
                        waiting.append(f"{mark}{number}")
            with contextlib.suppress(OSError):
                os.rmdir(name, dir_fd=top)


@contextlib.contextmanager
def _opened(path, within=None):
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=within)
    try:
        yield number
    finally:
        os.close(number)


def _cleared(folder):
    """Remove the files in an open folder; return the names of the folders in it, which may be changed then."""
    with os.scandir(folder) as entries:
        found = list(entries)
    for entry in found:
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.name, stat.S_IRWXU, dir_fd=folder)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return [entry.name for entry in found if entry.is_dir(follow_symlinks=False)]
