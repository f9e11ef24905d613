"""From what an LMS lets a teacher download to ``submitted/<student>/<assignment>/``.

Of several versions of one submission the latest counts: by the time of handing in where a Moodle grading worksheet
tells it; else by when the download was made, then Canvas's number of the file, then the time of the file, then the
order in which things were found.
"""

import csv
import filecmp
import io
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.batch.run import lock
from autograder.classroom import archives, config, gathering, naming, placing, roster, worksheet
from autograder.classroom.choosing import Chooser, is_notebook
from autograder.classroom.matching import NOBODY, Matcher
from autograder.errors import ClassBroken, OutputUnwritable
from autograder.paths import remove_folder, write_bytes
from autograder.report.files import harmless as harmless_text
from autograder.text import fault, one_line

RULE = (
    "Nhiều bài của một người: giữ bài nộp sau cùng, theo giờ nộp trong bảng chấm điểm Moodle; không có thì theo lần "
    "tải về, số tệp của Canvas, giờ của tệp, rồi thứ tự trong danh sách."
)


@dataclass(frozen=True)
class Outcome:
    """What was collected; lists of (where it lies, why) for what was not."""

    placed: tuple[placing.Placed, ...]
    unmatched: tuple[tuple[str, str], ...]  # nobody's, or of no assignment
    ignored: tuple[tuple[str, str], ...]  # left out, or mended
    missing: dict[str, tuple[str, ...]]  # slug -> students of the roster without any submission
    untimed: tuple[tuple[str, str], ...]  # (student, slug) that Canvas calls late without saying by how much
    reports: tuple[Path, ...] = ()


@dataclass
class _Notebook:
    piece: gathering.Piece
    tag: naming.Tag
    student: str
    choice: object
    files: dict = field(default_factory=dict)


def collect(course, folder, sources, *, slug=None, trust_times=False):
    """Collect what students handed in; return the :class:`Outcome`.

    Parameters
    ----------
    course : Course
    folder : Path
        The class folder.
    sources : sequence of Path
        Zips, folders, notebooks, and Moodle's grading worksheets (CSV).
    slug : str, optional
        The assignment all of it belongs to.
    trust_times : bool
        Take the times of files for the times of handing in.

    Raises
    ------
    ClassBroken, RosterBroken, SourceUnusable, AssignmentUnknown, AssignmentBroken, GradingInProgress, OutputUnwritable
    """
    known = course.slugs()
    if slug is not None:
        course.source(slug)  # raises AssignmentUnknown
    wishes = config.read(folder, known)
    students = roster.read(wishes.roster)
    _check_aliases(wishes, students)
    chooser = Chooser(course, known, slug)
    reports, work = folder / "reports", folder / ".collect"
    try:
        reports.mkdir(exist_ok=True)
        with lock(reports):
            remove_folder(work)
            (work / "spool").mkdir(parents=True)
            try:
                return _Run(course, folder, wishes, students, chooser, work, slug, trust_times).go(sources)
            finally:
                remove_folder(work)
    except OSError as error:
        raise OutputUnwritable(f"Không ghi được {error.filename or folder}: {fault(error)}.") from None


def _check_aliases(wishes, students):
    for name, student in wishes.aliases.items():
        if students.get(student) is None:
            shown = f"«{one_line(name, 60)}» trỏ tới «{one_line(student, 60)}»"
            raise ClassBroken(f"{config.FILE}: trong [aliases], {shown}, mà lớp không có sinh viên ấy.")


class _Run:
    """One run; a step is a method."""

    def __init__(self, course, folder, wishes, students, chooser, work, slug, trust_times):
        self.course, self.folder, self.wishes, self.students = course, folder, wishes, students
        self.chooser, self.slug, self.trust_times = chooser, slug, trust_times
        self.spool = archives.Spool(work / "spool")
        self.spool.notes += [(name, f"{why} Bài nộp của nó chỉ được nhận theo tên.") for name, why in chooser.broken]
        self.matcher = Matcher(students, wishes.aliases, chooser.count)
        self.places = placing.Places(folder, course.layout, work)
        self.unmatched, self.untimed = [], []

    def go(self, sources):
        """Do it."""
        pieces = gathering.gather(sources, self.spool, self.wishes.zone)
        pieces = self.read_worksheets(pieces)
        tagged = self.tag(pieces)
        notebooks = self.find_notebooks(tagged)
        self.attach(notebooks, tagged)
        versions = {}
        for version in self.versions(notebooks):
            versions.setdefault((version.student, version.slug), []).append(version)
        try:
            placed = [self.places.settle(group) for _, group in sorted(versions.items())]
        finally:
            self.places.close()  # also of a run that is interrupted
        outcome = Outcome(
            tuple(placed), tuple(self.unmatched), tuple(self.spool.notes), self.missing(placed), tuple(self.untimed)
        )
        return _reported(self.folder, outcome)

    def read_worksheets(self, pieces):
        """Take Moodle's grading worksheets out of the pieces."""
        self.sheet, rest = worksheet.Worksheet({}), []
        for piece in pieces:
            is_table = piece.path[-1].lower().endswith(".csv") and len(piece.path) == 1
            found = worksheet.read(piece.file, self.wishes.zone) if is_table else None
            if found is None:
                rest.append(piece)
                continue
            self.sheet |= found
            self.spool.notes += [(piece.shown, f"không hiểu giờ nộp ở {text}") for text in found.unread]
        return rest

    def tag(self, pieces):
        """Return [(piece, tag, student's id or None)]."""
        sources = {piece.source for piece in pieces}
        canvas = {s for s in sources if naming.is_canvas([p.path for p in pieces if p.source == s])}
        self.made = {}  # source -> when the download was made
        tagged, seen = [], {}
        for piece in pieces:
            tag = naming.tag(piece.path, piece.source in canvas)
            if piece.time:
                self.made[piece.source] = max(piece.time, self.made.get(piece.source, piece.time))
            key = (tag.kind, tag.owner, tag.number, tag.inner if tag.kind == naming.LOOSE else "")
            if key not in seen:
                seen[key] = self.matcher.of(tag)
            tagged.append((piece, tag, seen[key]))
        # a zip or folder that is one student's may be called after them, and nothing in it
        named = {piece.source for piece, _, match in tagged if match is not NOBODY}
        return [(p, t, m if p.source in named else self.matcher.of_source(p.label)) for p, t, m in tagged]

    def find_notebooks(self, tagged):
        """Return the notebooks that belong to somebody and to an assignment; note what does not."""
        found, lonely = [], {}
        for piece, tag, match in tagged:
            if not is_notebook(piece.path[-1]):
                if match.student is None or tag.plugin != "file":
                    why = match.why or "văn bản trực tuyến, không phải sổ tay"
                    self.spool.notes.append((piece.shown, why))
                else:
                    lonely.setdefault((match.student.id, _unit(piece, tag)), piece)
                continue
            if match.student is None:
                self.unmatched.append((piece.shown, match.why))
                continue
            choice = self.chooser.of(piece, tag.inner)
            found.append(_Notebook(piece, tag, match.student.id, choice))
        chosen = self.of_assignment(found)
        units = {(n.student, _unit(n.piece, n.tag)) for n in chosen}
        for (student, unit), piece in lonely.items():
            if (student, unit) not in units:
                self.unmatched.append((piece.shown, f"của {student}, nhưng không có sổ tay nào"))
        return chosen

    def of_assignment(self, notebooks):
        """Keep those of the wanted assignment, or of any."""
        if self.slug is None:
            for one in notebooks:
                if one.choice is None:
                    self.unmatched.append((one.piece.shown, f"của {one.student}, nhưng không rõ là bài tập nào"))
            return [one for one in notebooks if one.choice is not None]
        kept, units = [], {}
        for one in notebooks:
            units.setdefault((one.student, _unit(one.piece, one.tag)), []).append(one)
        for group in units.values():
            right = [one for one in group if one.choice and one.choice.slug == self.slug]
            for one in group:
                if one in right:
                    kept.append(one)
                elif one.choice and one.choice.by == "content":
                    self.spool.notes.append((one.piece.shown, f"là bài «{one.choice.slug}», không phải «{self.slug}»"))
                elif right or self.chooser.count[self.slug] > 1:
                    self.unmatched.append((one.piece.shown, f"của {one.student}, nhưng không giống «{self.slug}»"))
                else:
                    sheet = next(s.notebook for s in self.chooser.sheets if s.slug == self.slug)
                    one.choice = _choice(self.slug, sheet)
                    kept.append(one)
        return kept

    def attach(self, notebooks, tagged):
        """Give each notebook the files that lie beside and below it."""
        units = {}
        for piece, tag, match in tagged:
            if match.student and tag.plugin == "file" and not is_notebook(piece.path[-1]):
                units.setdefault((match.student.id, _unit(piece, tag)), []).append((piece, tag))
        for one in notebooks:
            taken = {f"{one.choice.sheet}.ipynb".casefold(), placing.TIMESTAMP}
            one.files = {(f"{one.choice.sheet}.ipynb",): one.piece.file}
            place, beside = one.tag.inner[:-1], {}
            for piece, tag in units.get((one.student, _unit(one.piece, one.tag)), ()):
                if tag.inner[: len(place)] != place:
                    continue
                path = tag.inner[len(place) :]
                if path in beside and filecmp.cmp(beside[path], piece.file, shallow=False):
                    continue  # a part of a download that is there twice
                beside[path] = piece.file
                name = placing.harmless(path, taken)
                if name != path:
                    self.spool.notes.append((piece.shown, f"được đặt tên là {'/'.join(name)}"))
                one.files[name] = piece.file

    def versions(self, notebooks):
        """Yield the versions: each notebook is one; of an assignment with several notebooks, what came together."""
        groups = {}
        for position, one in enumerate(notebooks):
            groups.setdefault((one.student, one.choice.slug), []).append((self.key(one, position), one))
        for (student, slug), group in groups.items():
            group.sort(key=lambda pair: pair[0])
            made = []  # of dict sheet -> (key, notebook), the latest last
            for key, one in group:
                last, unit = made[-1] if made else {}, _unit(one.piece, one.tag)
                together = all(_unit(other.piece, other.tag) == unit for _, other in last.values())
                if not last or one.choice.sheet in last or not together:
                    # a notebook that is not handed in again stays as it was
                    made.append(dict(last) if self.chooser.count[slug] > 1 else {})
                made[-1][one.choice.sheet] = (key, one)
            for sheets in made:
                key, last = max(sheets.values(), key=lambda pair: pair[0])
                files = {path: file for _, one in sheets.values() for path, file in one.files.items()}
                version = placing.Version(student, slug, files, key, self.time(last), last.piece.shown)
                if last.tag.late and version.time is None and (student, slug) not in self.untimed:
                    self.untimed.append((student, slug))
                yield version

    def time(self, one):
        """Return when a notebook was handed in, None when nothing tells that for sure."""
        known = self.sheet.times.get(one.tag.number) if one.tag.kind == naming.MOODLE else None
        return known or (one.piece.time if self.trust_times else None)

    def key(self, one, position):
        """Return what is higher, the later a notebook was handed in (JSON values only, for the ledger)."""
        lms = one.tag.kind != naming.LOOSE  # the times in its zip are all the download's
        stamp = self.time(one) or (self.made.get(one.piece.source) if lms else one.piece.time)
        told = [_told(stamp), one.tag.attachment, _told(one.piece.time)]
        return (*told, self.places.run, position)

    def missing(self, placed):
        """Return the students without a submission, of every assignment that was collected."""
        slugs = {self.slug} if self.slug else {one.slug for one in placed}
        layout, result = self.course.layout, {}
        for slug in sorted(slugs):
            places = {s.id: layout.path(layout.submitted, slug, s.id, root=self.folder) for s in self.students}
            result[slug] = tuple(student for student, place in places.items() if not place.is_dir())
        return result


def _choice(slug, sheet):
    from autograder.classroom.choosing import Choice

    return Choice(slug, sheet, by="option")


def _unit(piece, tag):
    """Return what came together: the files of one student in an LMS, or those in one zip or one folder of a student."""
    if tag.kind != naming.LOOSE:
        return (piece.source, tag.kind, tag.owner, tag.number)
    return (piece.source, tag.kind, piece.path[: max(piece.packed, 1)] if len(piece.path) > 1 else piece.path, "")


def _told(time):
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else ""


# --- what is left of a run --------------------------------------------------------------------------------------


def _reported(folder, outcome):
    """Write ``reports/collect-<time>.json`` and ``.csv``; return the outcome with their paths."""
    stem = folder / "reports" / f"collect-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    data = asdict(outcome) | {"rule": RULE}
    del data["reports"]
    text = json.dumps(data, ensure_ascii=False, indent=1, default=_told)
    rows = [("Kết quả", "Sinh viên", "Bài tập", "Tệp", "Ghi chú")]
    for one in outcome.placed:
        rows.append((one.state, one.student, one.slug, one.origin, _told(one.time)))
        rows += [("bài cũ hơn", one.student, one.slug, origin, place) for origin, place in one.older]
    rows += [("không rõ của ai", "", "", where, why) for where, why in outcome.unmatched]
    rows += [("bỏ qua hoặc sửa", "", "", where, why) for where, why in outcome.ignored]
    rows += [("chưa có bài", student, slug, "", "") for slug, group in outcome.missing.items() for student in group]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([harmless_text(cell) for cell in row] for row in rows)
    paths = (stem.with_suffix(".json"), stem.with_suffix(".csv"))
    write_bytes(paths[0], f"{text}\n".encode("utf-8", "replace"))
    write_bytes(paths[1], out.getvalue().encode("utf-8-sig", "replace"))
    return Outcome(**{**outcome.__dict__, "reports": paths})
