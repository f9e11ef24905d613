"""Submissions of the small course, run by the engine with two processes."""

import copy
import sys

import pytest

from autograder import engine, marks, notebook
from autograder.course import Course
from autograder.engine import Limits, sandbox
from tests.autograder.course_builder import Class

SLUG = "so-va-tong"


class Bench:
    """One assignment and one engine."""

    def __init__(self, course, folder, **options):
        self.group = Class(folder / "lop", course)
        self.sheet = Course(course).load(SLUG)
        self.runner = engine.start("examined", **options)
        self.folder = folder

    def run(self, answers, change=None, files=None, student="sv", **limits):
        """Hand in `answers` and run them; return (scores by cell, Execution, Marks)."""
        path = self.group.submit(student, answers, change=change)
        submission = notebook.submission(path, self.sheet)
        place = self.folder / "run" / student
        place.mkdir(parents=True, exist_ok=True)
        for name, text in ({"numbers.txt": "1 2 3"} | (files or {})).items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
        limits = {"cell_seconds": 5, "second_chance_seconds": 1} | limits
        execution = self.runner.execute(self.sheet, copy.deepcopy(submission.notebook), place, Limits(**limits))
        given = marks.mark(self.sheet, submission, execution)
        return {mark.cell: mark.score for mark in given}, execution, given


@pytest.fixture(scope="package")
def bench(released_course, tmp_path_factory):
    """One engine for all tests here."""
    if sys.platform != "linux" or sandbox.probe() == "none":
        pytest.skip("no walls work here")
    made = Bench(released_course, tmp_path_factory.mktemp("bench"))
    yield made
    made.runner.close()
