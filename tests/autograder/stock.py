"""nbgrader itself, in this process: its example course, ``generate_assignment`` and ``autograde``."""

import contextlib
import csv
import json
import logging
import os
import shutil
import warnings
from pathlib import Path
from unittest import mock

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin

from autograder import database, layout


def quickstart(folder):
    """Make the course that ``nbgrader quickstart`` makes.

    Its own commands, run for it in five processes, take 20 seconds and add a configuration that is all comments.
    """
    from nbgrader.apps.quickstartapp import QuickStartApp

    def call(command, **_):
        if "generate_config" in command:
            Path("nbgrader_config.py").write_text("c = get_config()\n")

    # it calls itself after its course
    with contextlib.chdir(folder.parent), mock.patch("nbgrader.apps.quickstartapp.subprocess.call", call):
        app = QuickStartApp()
        app.extra_args = [folder.name]
        app.log.setLevel(logging.CRITICAL)
        app.start()
    return folder


def hand_in(course, student, slug, answers=None, leave_out=(), release="release"):
    """Copy the released assignment to submitted/, with {notebook: {grade_id: source}} answered."""
    target = course / "submitted" / student / slug
    shutil.copytree(course / release / slug, target)
    for path in sorted(target.glob("*.ipynb")):
        if path.stem in leave_out:
            path.unlink()
            continue
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in (answers or {}).get(path.stem, {}):
                cell["source"] = answers[path.stem][name]
        path.write_text(json.dumps(notebook), encoding="utf-8")
    return target


def generate_assignment(course, slug):
    """Run ``nbgrader generate_assignment``."""
    _convert(GenerateAssignment, course, slug)


def autograde(course, slug):
    """Run ``nbgrader autograde`` on all who handed something in."""
    _convert(Autograde, course, slug)


def generate_feedback(course, slug):
    """Run ``nbgrader generate_feedback`` on what was graded, over what may be there."""
    _convert(GenerateFeedback, course, slug, force=True)


def export(course, target):
    """Run ``nbgrader export``; return the rows of its CSV file."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        CsvExportPlugin(to=str(target)).export(book)
    with target.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _convert(kind, course, slug, **options):
    if not (course / "gradebook.db").exists():
        database.create(course / "gradebook.db")  # nbgrader would start alembic, which need not be on the PATH
    config = layout.read(course).config
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = slug
    with contextlib.chdir(course), mock.patch.dict(os.environ), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of nbgrader's own use of SQLAlchemy
        converter = kind(coursedir=CourseDirectory(config=config), config=config, **options)
        converter.log.setLevel(logging.CRITICAL)
        converter.start()
