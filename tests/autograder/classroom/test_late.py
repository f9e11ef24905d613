"""Late submissions: the rule, nbgrader's gradebook, and that everybody tells the same number, once."""

import json
from datetime import timedelta

import pytest

from autograder import gradebook
from autograder.classroom import dues
from autograder.classroom.late import DAY, Policy
from tests.autograder.classroom.books import SLUG, grade, write
from tests.autograder.conftest import stock_gradebook

AN, BINH, HOA, HAI = "23520001", "23520002", "23520003", "23520004"
LATE = "[late]\npercent_per_day = 10\ngrace_minutes = 15\nmax_percent = 50\n"


@pytest.mark.parametrize(
    ("seconds", "penalty"),
    [
        (-DAY, 0),
        (0, 0),
        (15 * 60, 0),
        (15 * 60 + 1, 0.4),
        (DAY, 0.4),
        (DAY + 1, 0.8),
        (4 * DAY, 1.6),
        (5 * DAY, 2),
        (90 * DAY, 2),
    ],
)
def test_the_rule(seconds, penalty):
    assert Policy(10, 15, 50).penalty(4.0, seconds) == pytest.approx(penalty)


def test_never_more_than_there_is():
    assert Policy(100, 0, 100).penalty(3.0, 30 * DAY) == 3.0
    assert Policy(10, 0, 50).penalty(-1.0, 30 * DAY) == 0.0
    assert Policy().penalty(4.0, 30 * DAY) == 0.0


def settings(classroom, deadline="2026-09-20T23:59:00", late=LATE):
    text = f'roster = "sinh-vien.csv"\n{late}[assignments.{SLUG}]\ndeadline = {deadline}\n'
    (classroom / "class.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def graded(classroom, released_course):
    """The deadline is 16:59 in UTC."""
    settings(classroom)
    write(
        classroom,
        released_course,
        grade(AN, 1, "2026-09-20 16:58:00 UTC"),
        grade(BINH, 1, "2026-09-20 17:10:00 UTC"),  # within the grace
        grade(HOA, 1.5, "2026-09-21 17:00:00 UTC"),  # the second day
        grade(HAI, 1),  # nobody knows
    )
    return classroom


def test_what_nbgrader_has(graded):
    assert dues.refresh(graded, graded) == [(HOA, SLUG)]
    assert gradebook.penalties(graded) == {(HOA, SLUG): pytest.approx(0.3)}
    with stock_gradebook(graded) as book:
        assert str(book.find_assignment(SLUG).duedate) == "2026-09-20 16:59:00"
        told = {s.student_id: s.late_submission_penalty for s in book.assignment_submissions(SLUG)}
        assert told[HOA] == pytest.approx(0.3) and not told[AN] and not told[BINH]


def test_once_is_enough_and_nothing_is_written_without_need(graded, monkeypatch):
    dues.refresh(graded, graded)
    (graded / "gradebook.db").chmod(0o400)
    before = (graded / "gradebook.db").read_bytes()
    assert dues.refresh(graded, graded) == []
    assert (graded / "gradebook.db").read_bytes() == before
    assert gradebook.penalties(graded) == {(HOA, SLUG): pytest.approx(0.3)}


def test_it_follows_deadline_extension_rule_and_points_given_by_hand(graded):
    dues.refresh(graded, graded)
    with stock_gradebook(graded) as book:
        book.find_grade("test_double", SLUG, SLUG, HOA).manual_score = 0.5
        book.db.commit()
    assert dues.refresh(graded, graded) == [(HOA, SLUG)]
    assert gradebook.penalties(graded) == {(HOA, SLUG): pytest.approx(0.4)}  # of 2 points
    settings(graded, "2026-09-20T20:00:00")
    dues.refresh(graded, graded)
    assert gradebook.penalties(graded).keys() == {(AN, SLUG), (BINH, SLUG), (HOA, SLUG)}
    with stock_gradebook(graded) as book:
        for student in (AN, BINH):
            book.find_submission(SLUG, student).extension = timedelta(days=1)
        book.db.commit()
    dues.refresh(graded, graded)
    assert gradebook.penalties(graded).keys() == {(HOA, SLUG)}
    settings(graded, late=LATE.replace("10", "0"))
    dues.refresh(graded, graded)
    assert gradebook.penalties(graded) == {}


def test_without_a_rule_the_course_decides(graded):
    settings(graded, late="")
    with stock_gradebook(graded) as book:
        book.find_submission_notebook(SLUG, SLUG, AN).late_submission_penalty = 0.25
        book.db.commit()
    assert dues.refresh(graded, graded) == []
    assert gradebook.penalties(graded) == {(AN, SLUG): 0.25}


def test_a_class_without_class_toml_is_left_alone(graded):
    (graded / "class.toml").unlink()
    before = (graded / "gradebook.db").read_bytes()
    assert dues.refresh(graded, graded) == [] and (graded / "gradebook.db").read_bytes() == before


def test_report_and_export_tell_the_same(graded, invoke, tmp_path):
    code, out, err = invoke("report", graded)
    assert code == 0, err
    line = next(line for line in out.splitlines() if HOA in line)
    assert "−0.3" in line and "1.2" in line
    told = json.loads(invoke("report", graded, "--json", "-")[1])
    final = {row["student"]: row["final"] for row in told["submissions"]}
    assert final == {AN: 1, BINH: 1, HOA: pytest.approx(1.2), HAI: 1}
    assert "nộp trễ, trừ 0.3" in invoke("report", graded, "-s", HOA)[1]
    for _ in range(2):  # the second time nothing more is taken off
        code, out, err = invoke("export", graded, "--to", "csv", "-o", tmp_path / "x.csv")
        assert code == 0 and "1.5 − 0.3 = 1.2" in out
    lines = (tmp_path / "x.csv").read_text("utf-8-sig").splitlines()
    assert lines[3].endswith("1.5,0.3,1.2") and lines[1].endswith("1.0,0.0,1.0"), lines
