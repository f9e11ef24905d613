"""Rows for other programs."""

import csv
import io

import pytest

from autograder.report import Row, to_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1"])
def test_no_cell_of_text_is_a_formula(text):
    row = Row(text, "a", "t", "c", -1.5, 2.0, "đạt", text)
    (_, read) = csv.reader(io.StringIO(to_csv([row])))
    assert read[0] == read[-1] == f"'{text.strip()}"
    assert read[4:6] == ["-1.5", "2.0"]  # numbers stay numbers


def test_ordinary_text_is_left_alone():
    row = Row("sv01", "a", "t", "c", None, 2.0, "chờ chấm tay", 'Kích thước (3,), cần (5,); xem «Lỗi», "x"')
    (head, read) = csv.reader(io.StringIO(to_csv([row])))
    assert head == ["student", "assignment", "task", "cell", "score", "max", "state", "reason"]
    assert read == ["sv01", "a", "t", "c", "", "2.0", "chờ chấm tay", 'Kích thước (3,), cần (5,); xem «Lỗi», "x"']
