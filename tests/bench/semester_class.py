"""The students of a simulated semester, and what each hands in: all of it follows from the numbers asked for.

A submission answers every task with the model solution, another right answer, a wrong one of the bank, or nothing.
What it is worth follows from the losses that the bank states; answers that lose more than is stated, or that take
long, are left out (`usable`). On top come what happens to files: late, renamed, in a zip, handed in twice, cut off,
missing.
"""

import ast
import functools
import io
import itertools
import json
import random
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.graders.assignment import EXERCISES, bank, load
from tests.graders.runner import variant_of


def words(text):
    return text.split()


FAMILIES = words("Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trương Mai Đoàn Lâm Tạ Châu")
MIDDLES = words("Văn Thị Hữu Đức Minh Thanh Ngọc Quốc Gia Hải Thùy Xuân")
GIVEN = words(
    "An Bình Cường Dũng Giang Hà Hiếu Hòa Hùng Khánh Lan Linh Long Mạnh My Nam Nga Nhung Phong Phúc Quân Quỳnh Sơn "
    "Thảo Thịnh Thu Tiến Trang Trí Tú Tuấn Uyên Vân Việt Vinh Vy Yến Ánh Ân Đạt"
)
FIRST_DEADLINE = datetime(2026, 9, 6, 23, 59)
ROUND = 20  # of so many submissions, these are odd
MISSING, BROKEN = "missing", "broken"
ODD = {0: MISSING, 3: "renamed", 5: "zip", 8: BROKEN, 10: "twice", 14: MISSING}
# … and these are late: by how much, and the days that are counted (of 15 minutes none)
LATE = {1: (timedelta(minutes=10), 0), 5: (timedelta(hours=20), 1), 10: (timedelta(hours=30), 2)}
LATE |= {16: (timedelta(days=8, hours=4), 9)}
PERCENT, MOST_PERCENT = 10, 50
SLOW = 2.0  # CPU seconds in the warm runner; the answer is left out


@dataclass(frozen=True)
class Student:
    """One of the class."""

    id: str
    name: str
    number: int  # of an LMS's own

    @property
    def email(self):
        return f"{self.id}@truong.edu.vn"

    @property
    def sortable(self):
        """The name as Canvas writes it into the names of files."""
        *first, last = self.name.split()
        return "".join([last, *first]).lower()


@dataclass(frozen=True)
class Handed:
    """What a student hands in for one assignment."""

    kind: str  # "plain", "renamed", "zip", "twice", MISSING or BROKEN
    sources: dict = field(default_factory=dict)  # of solution cells
    cells: dict = field(default_factory=dict)  # predicted points by test cell
    late: timedelta = timedelta(0)
    days: int = 0  # that cost something

    @property
    def score(self):
        return round(sum(self.cells.values()), 6)

    @property
    def penalty(self):
        return round(self.score * min(self.days * PERCENT, MOST_PERCENT) / 100, 6)


def students(count):
    """Return so many students; no two names are alike even without accents and in any order of their words."""
    from autograder.classroom.folding import plain, turns

    names = itertools.product(FAMILIES, MIDDLES, GIVEN)
    order = random.Random("tên").sample(list(names), k=len(FAMILIES) * len(MIDDLES) * len(GIVEN))
    seen, found = set(), []
    for parts in order:
        keys = turns([plain(part) for part in parts])
        if not keys & seen:
            seen |= keys
            found.append(Student(f"2652{len(found):04d}", " ".join(parts), 70_000 + len(found)))
        if len(found) == count:
            return found
    raise SystemExit(f"there are names for {len(found)} students only")


# --- answers and what they are worth ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One answer to one task."""

    name: str
    source: str | None  # None: the stub
    points: dict  # by test cell of the task
    needs: frozenset = frozenset()  # other tasks whose functions it calls


class Answers:
    """What can be answered to the tasks of an assignment; `left_out` counts what is not predicted or slow."""

    def __init__(self, slug, runner):
        self.assignment = load(slug)
        self.right, self.wrong, self.stub, self.left_out = {}, {}, {}, 0
        cells = {task: self.assignment.tests_of(task) for task in self.assignment.solutions}
        defined = {task: _names(cell.source)[0] for task, cell in self.assignment.solutions.items()}
        for task, cell in self.assignment.solutions.items():
            full = {test.name: test.points for test in cells[task]}
            self.right[task] = [Choice("model", _bare(cell.source), full, _needs(task, cell.source, defined))]
            self.wrong[task] = []
            self.stub[task] = Choice("stub", None, dict.fromkeys(full, 0.0))
        answers = bank(slug).answers
        results = runner.run_many(self.assignment, [variant_of(self.assignment, answer) for answer in answers])
        for answer, result in zip(answers, results, strict=True):
            stated = {t.name: 0.0 if t.name in answer.loses else t.points for t in cells[answer.task]}
            if not usable(self.assignment, answer.task, stated, result):
                self.left_out += 1
                continue
            source = _bare(answer.source(self.assignment.solutions[answer.task].source))
            where = self.right if answer.is_right else self.wrong
            needs = _needs(answer.task, source, defined)
            where[answer.task].append(Choice(answer.name, source, stated, needs))

    @property
    def released(self):
        """The student's notebook, as JSON."""
        return json.loads(_released(self.assignment.slug))


@functools.lru_cache(maxsize=2)
def _released(slug):
    return (EXERCISES / slug / f"{slug}.ipynb").read_text(encoding="utf-8")


def usable(assignment, task, stated, result):
    """Whether an answer loses what is stated and nothing else, in any task's tests, and is quick."""
    others = {t.name: t.points for t in assignment.tests.values() if t.name not in stated}
    same = all(result.points(name) == points for name, points in (stated | others).items())
    return same and not result.problem and result.seconds < SLOW


def hand_in(student, answers, number):
    """Return what a student hands in for an assignment, the `number`-th of the semester."""
    slug = answers.assignment.slug
    dice = random.Random(f"{slug}/{student.id}")
    turn = (student.number + 7 * number) % ROUND  # so that also a small class has all of it
    kind = ODD.get(turn, "plain")
    if kind == MISSING:
        return Handed(MISSING)
    worth = dice.choices(("right", "one", "mixed", "part"), (40, 30, 15, 15))[0]
    tasks = list(answers.right)
    unlucky = dice.choice(tasks)
    chosen = {}
    for task in tasks:
        wanted = answers.right[task]
        if (worth == "one" and task == unlucky) or (worth == "mixed" and dice.random() < 0.4):
            wanted = answers.wrong[task] or wanted
        if worth == "part" and dice.random() < 0.4:
            wanted = [answers.stub[task]]
        chosen[task] = dice.choice(wanted)
    _settle(chosen, answers)
    cells = {name: points for choice in chosen.values() for name, points in choice.points.items()}
    sources = {t: f"# {student.id}\n{choice.source}" for t, choice in chosen.items() if choice.source is not None}
    late, days = timedelta(0), 0
    if number % 2 == 0 and turn in LATE:  # Canvas does not tell when something was handed in
        late, days = LATE[turn]
    return Handed(kind, sources, dict.fromkeys(cells, 0.0) if kind == BROKEN else cells, late, days)


def _settle(chosen, answers):
    """See to it that what an answer calls is right: else it is worth what nobody has stated."""
    waiting = list(chosen)
    while waiting:
        for task in chosen[waiting.pop()].needs:
            if chosen[task] not in answers.right[task]:
                chosen[task] = answers.right[task][0]
                waiting.append(task)


def _names(source):
    """Return (the names that Python code defines, the names it uses); none of code that is none."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set(), set()
    made = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return made, {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _needs(task, source, defined):
    made, used = _names(source)
    return frozenset(other for other, names in defined.items() if other != task and (names - made) & used)


def _bare(source):
    return "\n".join(line for line in source.split("\n") if "BEGIN SOLUTION" not in line and "END SOLUTION" not in line)


# --- files --------------------------------------------------------------------------------------------------------


def notebook(released, handed):
    """Return the bytes of the notebook a student hands in; `released` is changed."""
    for cell in released["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("solution") and mark["grade_id"] in handed.sources:
            cell["source"] = handed.sources[mark["grade_id"]]
    text = json.dumps(released, ensure_ascii=False, indent=1)
    return (text[: text.index('"source"')] if handed.kind == BROKEN else text).encode()


def files(slug, answers, handed):
    """Return [(name, bytes, minutes before the last version)] as the student calls them."""
    data = notebook(answers.released, handed)
    if handed.kind == "renamed":
        return [(f"bài làm {slug} cuối cùng.ipynb", data, 0)]
    if handed.kind == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"bai-lam/{slug}.ipynb", data)
        return [("bai-lam.zip", packed.getvalue(), 0)]
    if handed.kind == "twice":
        return [(f"{slug}.ipynb", notebook(answers.released, Handed("plain")), 60), (f"{slug} (1).ipynb", data, 0)]
    return [(f"{slug}.ipynb", data, 0)]


def deadline(number):
    """Return when the `number`-th assignment is due."""
    return FIRST_DEADLINE + timedelta(weeks=number)


def pack(folder, slug, number, answers, everybody):
    """Write the download of one assignment, from Moodle and Canvas in turn; return {student id: Handed}."""
    folder.mkdir(parents=True, exist_ok=True)
    is_moodle, due = number % 2 == 0, deadline(number)
    made, handed_in = due + timedelta(days=10), {}
    lines, attachment = ["Identifier,Full name,Last modified (submission)"], 500_000 + 100_000 * number
    with zipfile.ZipFile(folder / f"{slug}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for student in everybody:
            handed = handed_in[student.id] = hand_in(student, answers, number)
            when = "-"
            if handed.kind != MISSING:
                when = f"{due + (handed.late or timedelta(hours=-30)):%A, %d %B %Y, %I:%M %p}"
                for name, data, before in files(slug, answers, handed):
                    attachment += 1
                    place = f"{student.name}_{student.number}_assignsubmission_file/{name}"
                    place = place if is_moodle else f"{student.sortable}_{student.number}_{attachment}_{name}"
                    info = zipfile.ZipInfo(place, (made - timedelta(minutes=before)).timetuple()[:6])
                    info.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(info, data)
            lines.append(f'Participant {student.number},{student.name},"{when}"')
    if is_moodle:
        (folder / f"Grades-{slug}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return handed_in
