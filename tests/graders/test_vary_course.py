"""This course's own assignments, varied: the bank's right answers keep all points unless they hold an old constant."""

import pytest

from autograder.classroom import constants, varying
from autograder.course import Course, read_source
from tests.graders.assignment import ROOT, bank, read, slugs
from tests.graders.runner import Runner, findings_of, variant_of, workers_here

LEAST = 14  # assignments that declare constants
PARTS = ("images", "models", "networks", "evaluation", "representations", "deep-vision")


def declaring():
    course = Course(ROOT)
    return [slug for slug in slugs() if constants.declared(read_source(course.source(slug), slug)).constants]


def test_some_declare_constants_that_can_be_used():
    found = declaring()
    assert len(found) >= LEAST
    for part in PARTS:
        assert any((ROOT / "book" / part / f"{slug}.ipynb").is_file() for slug in found), f"none in book/{part}"
    for slug in found:
        assert constants.declared(read_source(Course(ROOT).source(slug), slug)).problems == ()


@pytest.mark.slow
def test_the_banks_of_those_that_declare_constants(tmp_path):
    course, found = Course(ROOT), declaring()
    (tmp_path / "submitted").mkdir()
    (tmp_path / varying.SECRET).write_text("một bí mật để thử, không của lớp nào\n", encoding="utf-8")
    assert {one.slug for one in varying.vary(course, tmp_path, found) if one.constants} == set(found)
    problems, losing, kept = [], set(), 0
    with Runner(workers=workers_here()) as runner:
        for slug in found:
            assignment = read(tmp_path / "varied" / "solutions" / slug / f"{slug}.ipynb")
            told = constants.declared(read_source(course.source(slug), slug))
            original = read(course.source(slug))
            values = [str(value) for value in told.values.values()]
            tasks = assignment.solutions.items()
            changed = {task for task, cell in tasks if cell.source != original.solutions[task].source}
            assert changed, slug
            for answer in bank(slug).answers:
                try:
                    result = runner.run(assignment, variant_of(assignment, answer))
                except ValueError:  # its edit names the old constant
                    assert not answer.is_right
                    continue
                source = answer.source(original.solutions[answer.task].source)
                lost = [t.name for t in assignment.tests_of(answer.task) if result.points(t.name) < t.points]
                may_lose = answer.task in changed and any(value in source for value in values)
                if answer.is_right and lost and may_lose:
                    losing.add(slug)
                    continue
                kept += answer.is_right
                problems += [f"{slug}/{answer.name}: {text}" for text in findings_of(assignment, answer, result)]
    assert not problems, "\n".join(problems)
    assert losing == set(found) and kept >= 20
