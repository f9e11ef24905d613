"""Gradebooks with grades in them, without anything being graded."""

from autograder.course import Course
from autograder.gradebook import Graded, open_gradebook

SLUG, WORDS = "so-va-tong", "loi-chao"
FULL = {
    "test_double": 0.5,
    "test_double_hidden": 1.5,
    "test_total": 0.5,
    "test_total_hidden": 1.0,
    "test_total_error_hidden": 0.5,
}  # 4 points


def points(score):
    """Return cells that come to so many points."""
    return dict.fromkeys(FULL, 0.0) | {"test_double_hidden": float(score)}


def write(folder, course, *graded):
    place = Course(course)
    with open_gradebook(folder) as writer:
        writer.prepare([place.load(SLUG), place.load(WORDS)])
        writer.write(graded)


def grade(student, score, when=None):
    return Graded(student, SLUG, points(score), timestamp=when)


def words(student, score, by_hand=2.0, unchanged=()):
    return Graded(student, WORDS, {"test_greet": float(score), "explain": by_hand}, unchanged=frozenset(unchanged))
