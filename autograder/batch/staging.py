"""The files of a submission besides its notebooks: which are used, and how they are copied."""

import contextlib
import os
import shutil

from autograder.assignment import data_files
from autograder.notebook import Note
from autograder.paths import remove_folder
from autograder.text import fault, one_line

MAX_FILES, MAX_BYTES = 2000, 200_000_000  # of what is handed in beside a notebook


def notebooks(place):
    """Return the names of the regular files in a submission's folder that could be its notebooks, sorted."""
    with contextlib.suppress(OSError):
        found = (p for p in place.iterdir() if p.suffix.lower() == ".ipynb" and not p.is_symlink() and p.is_file())
        return () if place.is_symlink() else tuple(sorted(p.name for p in found if p.stat().st_size <= MAX_BYTES))
    return ()


def attachments(folder):
    """Return (the files handed in beside the notebooks that are used, notes about those that are not)."""
    if folder.is_symlink():  # to whatever a student likes
        return (), ()
    try:
        names = [name for name in data_files(folder) if name.suffix.lower() != ".ipynb"]
        size = sum((folder / name).stat().st_size for name in names)
    except OSError as error:
        text = f"Tệp kèm theo không được dùng: có tệp không đọc được ({fault(error)})."
        return (), (Note("files", text, serious=True),)
    if len(names) > MAX_FILES or size > MAX_BYTES:
        text = (
            f"Tệp kèm theo không được dùng: {len(names)} tệp, {size / 1e6:.0f} MB "
            f"(giới hạn là {MAX_FILES} tệp, {MAX_BYTES / 1e6:.0f} MB)."
        )
        return (), (Note("files", text, serious=True),)
    unread = [str(name) for name in names if not os.access(folder / name, os.R_OK)]
    text = f"Tệp kèm theo không đọc được, không được dùng: {one_line(', '.join(unread), 80)}."
    notes = (Note("files", text, serious=True),) if unread else ()
    return tuple(name for name in names if str(name) not in unread), notes


def copy(source, names, target):
    """Copy files into `target`; where a file and a folder want the same place, the later one gets it."""
    for name in names:
        for part in (name, *name.parents[:-1]):
            if part == name and (target / part).is_dir():
                remove_folder(target / part)
            elif part != name and (target / part).is_file():
                (target / part).unlink()
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
