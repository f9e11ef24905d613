"""What a student gets back: one self-contained HTML page per submission."""

from autograder.feedback.page import render

__all__ = ["render"]
