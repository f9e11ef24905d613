"""A class of invented students, for trying the autograder on: the same one every time.

    python -m tests.graders.sample_class OUT [--assignment SLUG]

writes `OUT/submitted/<student>/<slug>/<slug>.ipynb`, made from the released notebook in `exercises/` and the bank of
answers, and `OUT/expected.json`: the points of every student in every test cell, measured by the warm runner.
"""

import argparse
import copy
import hashlib
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.graders.assignment import EXERCISES, ROOT, Assignment, AssignmentError, Bank, bank, load, slugs
from tests.graders.runner import Runner, Variant

STUDENTS = (
    "sv01-nguyen-an", "sv02-tran-binh", "sv03-le-chau", "sv04-pham-dung", "sv05-hoang-giang", "sv06-vu-ha",
    "sv07-dang-hieu", "sv08-bui-khanh", "sv09-do-lan", "sv10-ho-minh", "sv11-ngo-nga", "sv12-duong-phuc",
    "sv13-ly-quynh", "sv14-dinh-son", "sv15-truong-thao", "sv16-mai-vy",
)  # fmt: skip
ENDLESS_LIMIT = 1.0  # CPU seconds the runner gives the endless loop
INPUTS = "inputs.sha256"  # digest of what the class and its grades depend on


@dataclass(frozen=True)
class Submission:
    """What one student hands in for one assignment."""

    kind: str
    note: str  # Vietnamese
    sources: dict[str, str]  # of the solution cells that are not the stub
    scratch: str = ""  # a cell of the student's own, put at the end
    truncated: bool = False  # the file is cut off before its first cell is whole
    limits: dict[str, float] = field(default_factory=dict)


# --- what students hand in ----------------------------------------------------------------------------------------


class _Answers:
    """Sources of one assignment's answers, as students would write them."""

    def __init__(self, assignment: Assignment, answers: Bank):
        self.tasks = list(assignment.solutions)
        self._model = {task: cell.source for task, cell in assignment.solutions.items()}
        self._bank = answers.answers

    def model(self, task):
        return _without_markers(self._model[task])

    def right(self, task, number):
        return self._pick(task, number, True) or ("model", self.model(task))

    def wrong(self, task, number):
        return self._pick(task, number, False) or ("stub", None)

    def _pick(self, task, number, is_right):
        fitting = [answer for answer in self._bank if answer.task == task and answer.is_right == is_right]
        if not fitting:
            return None
        answer = fitting[number % len(fitting)]
        return answer.name, _without_markers(answer.source(self._model[task]))

    def models(self, tasks=None):
        return {task: self.model(task) for task in (self.tasks if tasks is None else tasks)}


def _without_markers(source):
    lines = source.split("\n")
    return "\n".join(line for line in lines if "BEGIN SOLUTION" not in line and "END SOLUTION" not in line)


def _all_right(answers):
    return Submission("model", "đúng hết, như lời giải mẫu", answers.models())


def _other_right(number):
    def make(answers):
        chosen = {task: answers.right(task, number) for task in answers.tasks}
        names = ", ".join(f"{task}: {name}" for task, (name, _) in chosen.items())
        return Submission(
            "other_right", f"đúng hết, cách khác ({names})", {t: source for t, (_, source) in chosen.items()}
        )

    return make


def _partial(note, choose: Callable[[list[str]], list[str]]):
    def make(answers):
        done = choose(answers.tasks)
        return Submission("partial", f"{note}: {', '.join(done)}", answers.models(done))

    return make


def _one_wrong(place, number):
    def make(answers):
        task = answers.tasks[place % len(answers.tasks)]
        name, source = answers.wrong(task, number)
        sources = answers.models() | {task: source}
        return Submission(
            "one_wrong", f"sai một câu ({task}: {name})", {t: s for t, s in sources.items() if s is not None}
        )

    return make


def _all_wrong(answers):
    chosen = {task: answers.wrong(task, 2) for task in answers.tasks}
    names = ", ".join(f"{task}: {name}" for task, (name, _) in chosen.items())
    return Submission(
        "all_wrong", f"câu nào cũng sai ({names})", {t: s for t, (_, s) in chosen.items() if s is not None}
    )


def _mixed(answers):
    sources = {}
    for place, task in enumerate(answers.tasks):
        _, source = (answers.right(task, 1), answers.wrong(task, 1), ("stub", None))[place % 3]
        if source is not None:
            sources[task] = source
    return Submission("mixed", "lần lượt đúng, sai, bỏ trống", sources)


def _stub(answers):
    return Submission("stub", "chưa làm gì", {})


def _syntax_error(answers):
    task = answers.tasks[len(answers.tasks) // 2]
    lines = answers.model(task).split("\n")
    place = next((i for i, line in enumerate(lines) if line.startswith("def ")), 0)
    lines[place] = lines[place].rstrip(":") if lines[place].endswith(":") else lines[place] + " ("
    return Submission("syntax_error", f"lỗi cú pháp ở {task}", answers.models() | {task: "\n".join(lines)})


_LOOP = """\
# thử một vòng lặp trước khi viết hàm
i = 0
while i < 10:
    j = i + 1

"""


def _endless_loop(answers):
    task = answers.tasks[-1]
    sources = answers.models() | {task: _LOOP + answers.model(task)}
    return Submission("endless_loop", f"vòng lặp vô tận ở {task}", sources, limits={task: ENDLESS_LIMIT})


def _broken_file(answers):
    return Submission("broken_json", "tệp bị cắt cụt, không đọc được", answers.models(), truncated=True)


def _scratch(answers):
    cell = f'print("thử:", {answers.tasks[0]!r})\n1 / 0'
    return Submission("scratch", "đúng hết, thêm một ô nháp có lỗi ở cuối", answers.models(), scratch=cell)


KINDS = (
    _all_right,
    _other_right(0),
    _one_wrong(0, 0),
    _partial("làm nửa đầu", lambda tasks: tasks[: len(tasks) // 2]),
    _stub,
    _one_wrong(1, 1),
    _syntax_error,
    _mixed,
    _endless_loop,
    _partial("bỏ câu cuối", lambda tasks: tasks[:-1]),
    _one_wrong(-1, 2),
    _broken_file,
    _other_right(1),
    _partial("chỉ làm các câu lẻ", lambda tasks: tasks[::2]),
    _all_wrong,
    _scratch,
)


def submissions(assignment: Assignment, answers: Bank) -> dict[str, Submission]:
    """Return who hands in what. Which student is the good one differs between assignments."""
    order = random.Random(assignment.slug).sample(KINDS, len(KINDS))
    choice = _Answers(assignment, answers)
    return {student: kind(choice) for student, kind in zip(STUDENTS, order, strict=True)}


# --- writing ------------------------------------------------------------------------------------------------------


def notebook_text(released: dict, submission: Submission) -> str:
    """Return the file a student hands in: the released notebook with the solution cells filled in."""
    content = copy.deepcopy(released)
    for cell in content["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution") and about["grade_id"] in submission.sources:
            cell["source"] = submission.sources[about["grade_id"]].splitlines(keepends=True)
    if submission.scratch:
        cell = {"cell_type": "code", "id": "nhap", "metadata": {}, "execution_count": 1, "outputs": []}
        content["cells"].append(cell | {"source": submission.scratch.splitlines(keepends=True)})
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    # so early that the autograder finds no answer in what is left
    return text[: text.index('"source"')] if submission.truncated else text


def expected_points(runner: Runner, assignment: Assignment, handed_in: list[Submission]) -> list[dict[str, float]]:
    """Return each submission's points in each test cell."""
    stubs = {task: cell.released for task, cell in assignment.solutions.items()}
    variants = [Variant(stubs | submission.sources, limits=submission.limits) for submission in handed_in]
    return [
        {name: 0.0 if submission.truncated else result.points(name) for name in assignment.tests}
        for submission, result in zip(handed_in, runner.run_many(assignment, variants), strict=True)
    ]


def generate(
    out: Path, assignments: list[Assignment], runner: Runner, *, exercises: Path = EXERCISES, banks=bank
) -> dict:
    """Write the class to `out`, leaving alone what is there already and right; return what `expected.json` holds.

    Raises AssignmentError when a released notebook or a bank is missing.
    """
    files: dict[Path, bytes] = {}
    expected: dict = {"assignments": {}, "students": {student: {} for student in STUDENTS}}
    for assignment in assignments:
        slug = assignment.slug
        answers = banks(slug)
        if answers.problem:
            raise AssignmentError(answers.problem)
        path = exercises / slug / f"{slug}.ipynb"
        if not path.is_file():
            raise AssignmentError(f"{path}: not released yet; run `autograder release`")
        released = json.loads(path.read_text(encoding="utf-8"))
        handed_in = submissions(assignment, answers)
        scores = expected_points(runner, assignment, list(handed_in.values()))
        expected["assignments"][slug] = {name: cell.points for name, cell in assignment.tests.items()}
        for (student, submission), cells in zip(handed_in.items(), scores, strict=True):
            folder = Path("submitted", student, slug)
            files[folder / f"{slug}.ipynb"] = notebook_text(released, submission).encode()
            for data in assignment.files:  # which students were given with the notebook
                files[folder / data.relative_to(assignment.path.parent)] = data.read_bytes()
            record = {"kind": submission.kind, "note": submission.note, "score": sum(cells.values()), "cells": cells}
            expected["students"][student][slug] = record
    files[Path("expected.json")] = (json.dumps(expected, ensure_ascii=False, indent=1) + "\n").encode()
    _write(out, files)
    return expected


def _write(out, files):
    """Make `submitted/` and `expected.json` hold exactly these files; a file that is right already keeps its date."""
    for path in sorted((out / "submitted").rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and path.relative_to(out) not in files:
            path.unlink()
    for path, content in files.items():
        target = out / path
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def inputs_digest() -> str:
    """Return a digest of everything the class and its grades depend on."""
    digest = hashlib.sha256()
    folders = ("solutions", "exercises", "autograder", "book/course", "tests/graders")
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
                digest.update(
                    f"{path.relative_to(ROOT).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest()
                )
    return digest.hexdigest()


def main(argv=None):
    """Write the sample class."""
    parser = argparse.ArgumentParser(prog="python -m tests.graders.sample_class", description=main.__doc__)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--assignment", metavar="SLUG", choices=slugs(), help="only this one")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(argv)
    chosen = [options.assignment] if options.assignment else slugs()
    digest = inputs_digest()
    try:
        with Runner(workers=options.workers) as runner:
            generate(options.out, [load(slug) for slug in chosen], runner)
    except AssignmentError as error:
        print(error, file=sys.stderr)
        return 1
    (options.out / INPUTS).write_text(digest + "\n", encoding="utf-8")
    print(f"{options.out}: {len(STUDENTS)} × {len(chosen)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
