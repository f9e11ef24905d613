"""This course's own assignments, varied for a class: what last year's answers, and those of the banks, are worth there.

One class, whose constants all differ from the original's. For each assignment that declares constants:

- the original's solutions lose points, pasted as they are, and also when only the bodies of the functions are pasted
  into what the class was given; how many is what the instructor's guide says;
- of every task that a constant changes (its solution cell or a test) all answers of the bank are run: a wrong one loses
  what the bank states, a right one nothing, unless it holds an old constant;
- of the other tasks, where only the seeds of the random data are others, the right answers are run and lose nothing.

An answer runs with the tests of its own task.
"""

import dataclasses
import json
import re
import shutil

import pytest

from autograder.classroom import constants, varying
from autograder.course import Course, read_source
from tests.graders.assignment import ROOT, SOLUTIONS, bank, read, region, slugs
from tests.graders.runner import Variant, findings_of, variant_of

LEAST = 14  # assignments that declare constants
PARTS = ("images", "models", "networks", "evaluation", "representations", "deep-vision")
DECLARES = re.compile(r"(?m)^\s*# vary: \w+ = ")
GUIDE = re.compile(r"mất từ ([\d.]+) đến ([\d.]+) điểm trên 10 ở mười bốn bài")


def _declares(slug):
    cells = json.loads((SOLUTIONS / slug / f"{slug}.ipynb").read_text(encoding="utf-8"))["cells"]
    return any(DECLARES.search("".join(cell["source"])) for cell in cells)


DECLARING = [slug for slug in slugs() if _declares(slug)]


def test_some_declare_constants_that_can_be_used():
    assert len(DECLARING) >= LEAST
    for part in PARTS:
        assert any((ROOT / "book" / part / f"{slug}.ipynb").is_file() for slug in DECLARING), f"none in book/{part}"
    course = Course(ROOT)
    for slug in slugs():
        told = constants.declared(read_source(course.source(slug), slug))
        assert told.problems == () and bool(told.constants) == (slug in DECLARING)


def varied(slug, folder):
    """Vary one assignment, in a course that has no other; return it as the class has it, and the values of it."""
    course, group = folder / "course", folder / "lop"
    shutil.copytree(SOLUTIONS / slug, course / "solutions" / slug)
    shutil.copytree(ROOT / "book" / "course", course / "book" / "course")
    (group / "submitted").mkdir(parents=True)
    (group / varying.SECRET).write_text("một bí mật để thử, không của lớp nào\n", encoding="utf-8")
    (made,) = varying.vary(Course(course), group)
    values = {name: new for name, (_, new) in made.constants.items()}
    assert values and all(old != new for old, new in made.constants.values())
    return read(group / "varied" / "solutions" / slug / f"{slug}.ipynb"), values


def pasted(old, new):
    """Return a solution cell with the bodies of the old one in the frame of the new one."""
    bodies = [match[1] for match in re.finditer(r"(?s)### BEGIN SOLUTION\n(.*?)[ ]*### END SOLUTION", old)]
    parts = re.split(r"(?s)(?<=### BEGIN SOLUTION\n).*?(?=[ ]*### END SOLUTION)", new)
    assert len(parts) == len(bodies) + 1 and region(old, "SOLUTION")
    return "".join(part + body for part, body in zip(parts, [*bodies, ""], strict=True))


def holds(source, told, values):
    """Whether a source holds an old constant: at one of the places, or written in another way."""
    olds = (f'"{old}"' if isinstance(old, str) and len(old) < 3 else str(old) for old in told.values.values())
    return constants.substituted(source, told, values) != source or any(old in source for old in olds)


@pytest.mark.slow
@pytest.mark.parametrize("slug", DECLARING)
def test_old_answers_and_those_of_the_bank(slug, runner, tmp_path):
    assignment, values = varied(slug, tmp_path)
    original, told = read(SOLUTIONS / slug / f"{slug}.ipynb"), constants.declared(read_source(_source(slug), slug))
    anew = lambda source: constants.substituted(source, told, values)  # noqa: E731
    plain = lambda source: constants.substituted(source, told, told.values)  # noqa: E731
    changed = {task: cell for task, cell in original.solutions.items() if anew(cell.source) != cell.source}
    touched = {cell.task for cell in original.tests.values() if anew(cell.source) != plain(cell.source)} | {*changed}

    def lost(sources):
        result = runner.run(assignment, Variant(sources))
        return sum(cell.points - result.points(name) for name, cell in assignment.tests.items())

    whole = lost({task: cell.source for task, cell in changed.items()})
    bodies = lost({task: pasted(cell.source, assignment.solutions[task].source) for task, cell in changed.items()})
    guide = (ROOT / "book" / "appendix" / "instructor-guide.md").read_text(encoding="utf-8")
    least, most = map(float, GUIDE.search(guide).groups())
    print(f"{slug}: {values}, old cells lose {whole:g} points, old bodies {bodies:g}")
    assert least <= bodies <= whole <= most

    problems, losing, kept = [], [], []
    for answer in bank(slug).answers:
        if not answer.is_right and answer.task not in touched:
            continue
        mine = lambda cell: cell.role != "test" or cell.task == answer.task or cell.name in answer.loses  # noqa: B023, E731
        alone = dataclasses.replace(assignment, cells=tuple(filter(mine, assignment.cells)))
        try:
            variant = variant_of(alone, answer)
        except ValueError:  # its edit names the old constant
            assert not answer.is_right
            continue
        result = runner.run(alone, variant)
        gone = any(result.points(name) < cell.points for name, cell in alone.tests.items())
        source = answer.source(original.solutions[answer.task].source)
        if answer.is_right and gone and answer.task in touched and holds(source, told, values):
            losing.append(answer.name)
            continue
        kept += [answer.name] if answer.is_right else []
        problems += [f"{answer.task}/{answer.name}: {text}" for text in findings_of(alone, answer, result)]
    assert not problems, "\n".join(problems)
    assert losing and kept


def _source(slug):
    return SOLUTIONS / slug / f"{slug}.ipynb"
