"""An assignment that is this class's own: other constants, other random test data, the same points.

``LỚP/varied/`` is a course like the one it was made from, which is never changed; every command that is given the class
folder uses it (:func:`autograder.course.find_course`). What is picked follows from the class's secret, so that it can
be made again. Nothing is put in place before the model solution gets all points of it, the stub none, and, where
constants were changed, the answers to the original lose some.

::

    LỚP/vary.secret                     what the picks follow from; never leaves the folder
    LỚP/varied/{solutions,exercises}/   the assignments
    LỚP/varied/vary.json                what was picked, and from what
"""

import copy
import glob
import hashlib
import hmac
import json
import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from autograder import release, settings
from autograder.assignment import BEGIN_HIDDEN, END_HIDDEN, data_files
from autograder.batch.run import lock
from autograder.classroom import config, constants
from autograder.classroom.proving import Prover
from autograder.course import VARIED, VARIED_RECORD, Course, read_source, varied
from autograder.engine import fitness
from autograder.errors import AssignmentBroken, ClassBroken, CourseNotFound, OutputUnwritable, VariationFailed
from autograder.jupyter import dump, nbformat
from autograder.paths import replace_folder, write_text
from autograder.source import helpers
from autograder.text import fault, one_line

SECRET = "vary.secret"
TRIES = 4  # other seeds for a test cell in which the model solution fails with the first ones
SKIPPED = ("__pycache__", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Varied:
    """What became of one assignment."""

    slug: str
    constants: dict  # name -> (value in the source, value of the class)
    seeds: int  # how many were changed
    is_same: bool  # as the class had it before
    overtaken: int = 0  # submissions there are already, to what students see no more


@dataclass
class _Draft:
    """One assignment on its way."""

    slug: str
    source: object  # the notebook in the course
    declared: constants.Declared
    values: dict
    tries: dict = field(default_factory=dict)  # grade_id -> how often its seeds were picked anew
    seeds: int = 0
    is_proven: bool = False  # the class has it already, byte for byte


def vary(course, folder, slugs=(), *, unlike=()):
    """Make the class's own assignments; return a :class:`Varied` for each that is not as in the course.

    Parameters
    ----------
    course : Course
        Where they come from; only read.
    folder : Path
        The class folder.
    slugs : sequence of str
        Those to vary, besides what was varied before; none means all.
    unlike : sequence of Path
        Other classes, whose constants this one is not to have.

    Raises
    ------
    CourseNotFound, ClassBroken, AssignmentUnknown, AssignmentBroken, VariationFailed, EngineFailed, GradingInProgress,
    OutputUnwritable
    """
    if not course.is_house:
        raise CourseNotFound(f"{course.root} là khóa học nbgrader; vary chỉ dùng cho khóa học có solutions/.")
    if (course.root / VARIED_RECORD).is_file():
        raise CourseNotFound(f"{course.root} đã là đề riêng của một lớp; hãy thêm --course KHÓA_HỌC_GỐC.")
    for slug in slugs:
        course.source(slug)  # raises AssignmentUnknown
    known = _record(folder / VARIED)
    known["avoid"] = _avoid(known.get("avoid", {}), unlike)
    (folder / "reports").mkdir(exist_ok=True)
    try:
        with lock(folder / "reports"):
            run = _Run(course, folder, known, _secret(folder), set(slugs or course.slugs()))
            with tempfile.TemporaryDirectory(prefix=".vary-", dir=folder) as work:
                made = run.go(Path(work) / VARIED)
                replace_folder(Path(work) / VARIED, folder / VARIED)
            return made
    except OSError as error:
        raise OutputUnwritable(f"Không ghi được {error.filename or folder}: {fault(error)}.") from None


def stale(folder):
    """Return the slugs of a class's own assignments whose original has changed since, as far as it can be seen."""
    known = _record(folder / VARIED)
    origin = Course(Path(known.get("origin", "")))
    if not known or not origin.solutions.is_dir():
        return ()
    there = origin.slugs()
    old = {slug: entry["origin"] for slug, entry in known["assignments"].items()}
    return tuple(s for s in sorted({*there, *old}) if s not in there or old.get(s) != _digest(origin, s))


class _Run:
    """One run."""

    def __init__(self, course, folder, known, secret, wanted):
        self.course, self.folder, self.known, self.secret, self.wanted = course, folder, known, secret, wanted
        self.entries = known.get("assignments", {})

    def go(self, place):
        """Make the whole course in `place`; return what became of the assignments."""
        _copy(self.course.root / "book" / "course", place / "book" / "course")
        if (self.course.root / settings.FILE).is_file():
            shutil.copyfile(self.course.root / settings.FILE, place / settings.FILE)
        (place / "exercises").mkdir(parents=True)
        mine, drafts, record = Course(place), [], {}
        for slug in self.course.slugs():
            origin, entry = _digest(self.course, slug), self.entries.get(slug, {})
            source = self.copy(mine, slug)
            is_varied = slug in self.wanted or entry.get("varied", False)
            record[slug] = {"origin": origin, "varied": is_varied}
            if not is_varied:
                shutil.copyfile(source, mine.solutions / slug / source.name)
                _copy(self.course.exercises / slug, mine.exercises / slug)
                continue
            draft = self.draft(slug, source, entry)
            self.write(mine, draft)
            was = self.folder / VARIED / "solutions" / slug / source.name
            same = was.is_file() and was.read_bytes() == mine.source(slug).read_bytes()
            draft.is_proven = same and entry.get("origin") == origin
            self.settle(mine, draft)
            drafts.append(draft)
            record[slug] |= {"constants": draft.values, "tries": draft.tries}
        release.release(mine, [draft.slug for draft in drafts])
        with Prover() as prover:
            for draft in drafts:
                if not draft.is_proven:
                    self.prove(mine, draft, prover)
        text = {"schema": 1, "origin": str(self.course.root), "avoid": self.known["avoid"], "assignments": record}
        write_text(place / VARIED_RECORD, json.dumps(text, ensure_ascii=False, indent=1) + "\n")
        return tuple(self.told(mine, draft) for draft in drafts)

    def told(self, mine, draft):
        """Return what became of an assignment, as :class:`Varied`."""
        slug, old = draft.slug, varied(self.folder) or self.course
        found = {name: (value, draft.values[name]) for name, value in draft.declared.values.items()}
        seen = [place.exercises / slug / f"{slug}.ipynb" for place in (old, mine)]
        late = 0
        if seen[0].is_file() and seen[0].read_bytes() != seen[1].read_bytes():
            late = sum(1 for place in (self.folder / "submitted").glob("*/" + glob.escape(slug)) if place.is_dir())
        return Varied(slug, found, draft.seeds, draft.is_proven, late)

    def copy(self, mine, slug):
        """Copy the data files of an assignment; return the path of its source notebook in the course."""
        source, target = self.course.source(slug), mine.solutions / slug
        target.mkdir(parents=True)
        for name in data_files(source.parent, source):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source.parent / name, target / name)
        return source

    def draft(self, slug, source, entry):
        """Pick the constants; what the class has already stays, as long as it may."""
        notebook = read_source(source, slug)
        declared = constants.declared(notebook)
        if declared.problems:
            raise AssignmentBroken(slug, declared.problems)
        values, before = {}, entry.get("constants", {})
        for constant in declared.constants:
            avoid = self.known["avoid"].get(slug, {}).get(constant.name, [])
            free = [other for other in constant.others if other not in avoid]
            if not free:
                told = ", ".join(map(str, avoid))
                raise VariationFailed(f"Bài «{slug}»: hằng số {constant.name} không còn giá trị nào khác {told}.")
            kept = before.get(constant.name)
            place = picked(self.secret, slug, constant.name, len(free))
            values[constant.name] = kept if constant.allows(kept) and kept in free else free[place]
        return _Draft(slug, notebook, declared, values, dict(entry.get("tries", {})))

    def write(self, mine, draft):
        """Write the source of an assignment as the class has it."""
        notebook, draft.seeds = copy.deepcopy(draft.source), 0
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            cell.source = constants.substituted(cell.source, draft.declared, draft.values)
            tries = draft.tries.get(name, 0)
            renew = lambda seed, name=name, tries=tries: picked(  # noqa: E731
                self.secret, draft.slug, name, seed, tries, constants.MAX_SEED
            )
            cell.source, count = constants.seeded(cell.source, renew)
            draft.seeds += count
        (mine.solutions / draft.slug / f"{draft.slug}.ipynb").write_text(dump(notebook), encoding="utf-8")

    def settle(self, mine, draft):
        """Run the model solution; a cell in which it fails gets other seeds some times. Raises VariationFailed."""
        slug = draft.slug
        for _ in range(TRIES):
            problems = release.validate(mine.source(slug))
            if problems:
                raise AssignmentBroken(slug, problems)
            sheet = mine.load(slug)
            failing = fitness.of(sheet, lambda: mine.model(sheet), self.limits(mine, slug)).failing  # noqa: B023
            if not failing or not all(_has_seeds(draft.source, name) for name in failing):
                break
            draft.tries |= {name: draft.tries.get(name, 0) + 1 for name in failing}
            self.write(mine, draft)
        if failing:
            told = ", ".join(f"`{name}`" for name in failing)
            advice = f"Hãy khai cả những chỗ phụ thuộc vào hằng số, mỗi chỗ một dòng «{constants.MARK} at …»."
            if all(_has_seeds(draft.source, name) for name in failing):
                advice = f"Hãy sửa ô ấy, hoặc ghi «{constants.MARK} keep» ở cuối dòng hạt giống để giữ nó."
            raise VariationFailed(
                f"Bài «{slug}»: với {_values(draft)}, lời giải mẫu không được trọn điểm ở ô {told}; chưa gì được ghi. "
                f"{advice}"
            )

    def limits(self, mine, slug):
        """Return the limits with which the class's answers will be graded."""
        return config.limited(settings.read(mine), self.folder).limits(slug)

    def prove(self, mine, draft, prover):
        """Raise VariationFailed unless the stub gets nothing, and the original's answers do not get everything."""
        slug, limits = draft.slug, self.limits(mine, draft.slug)
        sheet = mine.load(slug)
        released = nbformat.read(mine.exercises / slug / f"{slug}.ipynb", as_version=4)
        free = {name: score for name, score in prover.scores(sheet, released, {}, limits).items() if score}
        if free:
            told = ", ".join(f"`{name}`" for name in free)
            raise VariationFailed(f"Bài «{slug}»: bài chưa làm gì mà vẫn có điểm ở ô {told}; chưa gì được ghi.")
        if not draft.declared.constants:
            return
        new, old = _answers(mine.model(sheet)), _answers(self.course.model(self.course.load(slug)))
        changed = {name: source for name, source in old.items() if new.get(name) != source}
        if _shown(mine, slug) == _shown(self.course, slug):
            raise VariationFailed(f"Bài «{slug}»: với {_values(draft)}, đề và ô cho sẵn không đổi một chữ nào.")
        if not changed:
            raise VariationFailed(f"Bài «{slug}»: với {_values(draft)}, lời giải mẫu không đổi một chữ nào.")
        given = prover.scores(sheet, released, new | changed, limits)
        for task in changed:
            if all(given[cell.grade_id] == cell.points for cell in sheet.cells_of(task)):
                raise VariationFailed(
                    f"Bài «{slug}»: với {_values(draft)}, lời giải cũ của `{task}` vẫn được trọn điểm; chưa gì được "
                    "ghi. Cần một ô kiểm tra phụ thuộc vào hằng số ấy."
                )


def picked(secret, *names):
    """Return a number below the last of the names; it follows from the others and the secret (bytes)."""
    *names, count = names
    told = hmac.digest(secret, "\0".join(map(str, names)).encode(), "sha256")
    return int.from_bytes(told[:8], "big") % count


# --- small things -------------------------------------------------------------------------------------------------


def _answers(model):
    """Return the solution cells of a model notebook: {grade_id: source}."""
    marks = ((cell, cell.metadata.get("nbgrader", {})) for cell in model.cells)
    return {
        mark["grade_id"]: "\n".join(
            line for line in cell.source.split("\n") if "BEGIN SOLUTION" not in line and "END SOLUTION" not in line
        )
        for cell, mark in marks
        if mark.get("solution") and not mark.get("grade")
    }


def _shown(course, slug):
    """Return what students see of an assignment, one text for each cell."""
    given = {cell.grade_id: cell.released for cell in course.load(slug).cells}
    cells = read_source(course.source(slug), slug).cells
    return [given.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source) for cell in cells]


def _has_seeds(notebook, name):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name and BEGIN_HIDDEN in cell.source:
            return END_HIDDEN in cell.source and constants.seeded(cell.source, lambda seed: seed)[1] > 0
    return False


def _values(draft):
    told = ", ".join(f"{name} = {value}" for name, value in draft.values.items())
    return one_line(told, 80) if told else "hạt giống mới"


def _secret(folder):
    path = folder / SECRET
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if len(text) < 16:
        raise ClassBroken(f"{path} quá ngắn; hãy xóa tệp ấy để có bí mật mới (khi lớp chưa nhận đề).")
    return text.encode()


def _record(place):
    """Return what ``vary.json`` in a folder says, an empty dict where there is none; raises ClassBroken."""
    path = place / VARIED_RECORD
    if not path.is_file():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        data = None
    if not isinstance(data, dict) or data.get("schema") != 1:
        raise ClassBroken(f"{path} không đọc được, hoặc của một phiên bản autograder khác.")
    return data


def _avoid(known, classes):
    """Return {slug: {constant: [values]}} that are not to be picked."""
    found = {slug: {name: list(values) for name, values in table.items()} for slug, table in known.items()}
    for folder in classes:
        record = _record(Path(folder) / VARIED)
        if not record:
            raise ClassBroken(f"Lớp «{folder}» không có đề riêng ({VARIED}/{VARIED_RECORD}).")
        for slug, entry in record["assignments"].items():
            for name, value in entry.get("constants", {}).items():
                values = found.setdefault(slug, {}).setdefault(name, [])
                values += [value] if value not in values else []
    return found


def _digest(course, slug):
    """Hash an assignment's source, with its files and the helper package."""
    source = course.source(slug)
    folder, digest = source.parent, hashlib.sha256()
    for path in (source, *(folder / name for name in data_files(folder, source)), *helpers(course.layout)):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _copy(source, target):
    target.mkdir(parents=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*SKIPPED))
