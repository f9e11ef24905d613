"""Puts submissions where nbgrader looks for them, each at once, and remembers which versions there have been.

``collected/ledger.json`` has every version ever collected of every submission, by the hash of its files. So collecting
twice changes nothing, an older download does not replace a newer one, and whatever is replaced lies in
``collected/<student>/<assignment>/``.
"""

import hashlib
import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.assignment import data_files
from autograder.classroom.folding import accented
from autograder.classroom.roster import RESERVED
from autograder.errors import ClassBroken
from autograder.paths import remove_folder, write_text
from autograder.text import composed, fault

LEDGER = "ledger.json"
TIMESTAMP = "timestamp.txt"  # nbgrader's
NEW, REPLACED, SAME, OLDER = "mới", "thay bài cũ", "không đổi", "giữ bài đang có"
MAX_NAME = 120  # characters of a file's name
MAX_BYTES, MAX_PATH = 200, 1500  # of a file's name and of its path, which systems count in bytes
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f:*?"<>|\\/]')


@dataclass(frozen=True)
class Version:
    """One submission as it was handed in once."""

    student: str
    slug: str
    files: dict[tuple[str, ...], Path]  # path in the folder of the submission -> where the bytes are
    key: tuple  # the higher, the later
    time: datetime | None  # when it was handed in, where that is known for sure; UTC
    origin: str  # where it was found, for people
    digest: str = ""

    def __post_init__(self):
        if not self.digest:
            object.__setattr__(self, "digest", hashed(self.files))


@dataclass
class Placed:
    """What became of the versions of one submission."""

    student: str
    slug: str
    state: str
    origin: str  # of the version that counts
    time: datetime | None
    older: list[tuple[str, str]] = field(default_factory=list)  # (origin, folder where it is kept)


def remembered(folder):
    """Return the versions the ledger of a class knows: student → assignment → hash → what is known of it.

    Raises ClassBroken.
    """
    return _read(folder / "collected" / LEDGER)["versions"]


def forget(folder, student):
    """Take a student out of the ledger. Raises ClassBroken or OSError."""
    path = folder / "collected" / LEDGER
    ledger = _read(path)
    if ledger["versions"].pop(student, None) is not None:
        _write(path, ledger)


class Places:
    """The folders of a class."""

    def __init__(self, folder, layout, work):
        self.folder, self.layout, self.work = folder, layout, work
        self.path = folder / "collected" / LEDGER
        self.ledger = _read(self.path)
        self.changed = False

    @property
    def run(self):
        """The number of this run among those that brought something new."""
        return self.ledger["runs"] + 1

    def settle(self, versions):
        """Keep the latest of some versions of one submission in ``submitted/``; return :class:`Placed`.

        What lies there already counts as a version, too. The others go to ``collected/``.
        """
        student, slug = versions[0].student, versions[0].slug
        target = self.layout.path(self.layout.submitted, slug, student, root=self.folder)
        known = self.ledger["versions"].setdefault(student, {}).setdefault(slug, {})
        here = self._present(target)
        if here and here not in known:
            known[here] = {"key": _key_of(target), "from": "có sẵn trong submitted/", "time": None, "done": True}
            self.changed = True
        fresh = {}
        for version in sorted(versions, key=lambda version: version.key):
            old = known.get(version.digest)
            if old is None:
                entry = {"key": list(version.key), "from": version.origin, "time": _told(version.time), "done": False}
                known[version.digest] = entry
                fresh[version.digest] = version
                self.changed = True
            elif old["time"] is None and version.time is not None:  # the grading worksheet came later
                old["time"], old["key"] = _told(version.time), list(version.key)
                fresh[version.digest] = version
                self.changed = True
            elif not here or not old["done"]:  # somebody took it away, or the run before was interrupted
                fresh[version.digest] = version
        best = max(known if here else fresh, key=lambda digest: known[digest]["key"])
        placed = Placed(student, slug, SAME, known[best]["from"], _time(known[best]["time"]))
        if best != here and best in fresh:
            if here:
                placed.older.append((known[here]["from"], self._keep(target, student, slug, here, known[here])))
            self._put(fresh[best], target)
            known[best]["done"] = self.changed = True
            placed.state = REPLACED if here else NEW
        elif best != here and here:
            placed.state, placed.origin, placed.time = OLDER, known[here]["from"], _time(known[here]["time"])
        elif best == here and best in fresh:
            self._stamp(target, fresh[best].time)
        for digest, version in fresh.items():
            if digest not in (best, here):
                aside = self._aside(version)
                place = self._kept(student, slug, digest, known[digest])
                if not place.exists():
                    place.parent.mkdir(parents=True, exist_ok=True)
                    aside.replace(place)
                known[digest]["done"] = True
                placed.older.append((version.origin, str(place.relative_to(self.folder))))
        return placed

    def close(self):
        """Write down what there is now."""
        if self.changed:
            self.ledger["runs"] += 1
            _write(self.path, self.ledger)

    def _present(self, target):
        if not target.is_dir():
            return ""
        names = [name for name in data_files(target) if name.as_posix() != TIMESTAMP]
        return hashed({name.parts: target / name for name in names}) if names else ""

    def _kept(self, student, slug, digest, entry):
        time = _time(entry["key"][0]) if entry["key"][0] else None
        label = f"{time:%Y%m%d-%H%M%S}-{digest[:8]}" if time else digest[:8]
        return self.folder / "collected" / student / slug / label

    def _keep(self, target, student, slug, digest, entry):
        """Move what lies in ``submitted/`` to ``collected/``; return its new place."""
        place = self._kept(student, slug, digest, entry)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            remove_folder(target)  # the same bytes are there already
        else:
            target.replace(place)
        return str(place.relative_to(self.folder))

    def _aside(self, version):
        """Write a version into a folder of its own; return it."""
        aside = self.work / "aside"
        remove_folder(aside)
        for path, file in version.files.items():
            place = aside.joinpath(*path)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        self._stamp(aside, version.time)
        return aside

    def _put(self, version, target):
        aside = self._aside(version)
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_folder(target)  # empty, or there is a file in its place
        aside.replace(target)

    def _stamp(self, folder, time):
        if time is not None:
            write_text(folder / TIMESTAMP, f"{time:%Y-%m-%d %H:%M:%S} UTC\n")


def hashed(files):
    """Return the hash of some files, by their paths."""
    digest = hashlib.sha256()
    for path, file in sorted(files.items()):
        digest.update(f"{'/'.join(path)}\0{file.stat().st_size}\0".encode("utf-8", "surrogateescape"))
        with file.open("rb") as data:
            while chunk := data.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def harmless(path, taken):
    """Return a path that every system can store, with no other of `taken` like it, which it joins.

    Windows refuses some names and, as macOS does, takes ``A`` and ``a`` for one, and both forms of a Vietnamese letter.
    """
    parts = []
    for part in path:
        name = _FORBIDDEN.sub("_", composed(part)).strip().rstrip(".") or "_"
        name = f"_{name}" if RESERVED.fullmatch(name) else name
        if len(name) > MAX_NAME or len(name.encode("utf-8", "replace")) > MAX_BYTES:
            name = _shortened(name)
        parts.append(name)
    if len("/".join(parts).encode("utf-8", "replace")) > MAX_PATH:
        parts = parts[-1:]
    if any(accented("/".join(parts[:length])) in taken for length in range(1, len(parts))):  # a file is called so
        parts = [_shortened("_".join(parts))]
    result, number = tuple(parts), 2
    while {accented("/".join(result)), f"{accented('/'.join(result))}/"} & taken:
        last = Path(parts[-1])
        result = (*parts[:-1], f"{last.stem} ({number}){last.suffix}")
        number += 1
    taken.add(accented("/".join(result)))
    taken |= {accented("/".join(result[:length])) + "/" for length in range(1, len(result))}
    return result


def _shortened(name):
    """Return a name that every system can store, with the beginning of its suffix."""
    suffix = Path(name).suffix
    begin, end = name.removesuffix(suffix), suffix[:20]
    begin = begin[: MAX_NAME - len(end)]
    while len(f"{begin}{end}".encode("utf-8", "replace")) > MAX_BYTES:
        begin = begin[:-1]
    return f"{begin}{end}"


def _key_of(target):
    times = [(target / name).stat().st_mtime for name in data_files(target)]
    time = datetime.fromtimestamp(max(times, default=0), UTC)
    return [_told(time), 0, _told(time), 0, 0]


def _told(time):
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def _time(text):
    return datetime.fromisoformat(text) if text else None


def _read(path):
    if not path.exists():
        return {"schema": 1, "runs": 0, "versions": {}}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = fault(error) if isinstance(error, OSError) else "không phải JSON"
        raise ClassBroken(f"{path} không đọc được: {why}.") from None
    if not isinstance(data, dict) or data.get("schema") != 1:
        raise ClassBroken(f"{path} là của một phiên bản autograder khác.")
    return data


def _write(path, ledger):
    write_text(path, json.dumps(ledger, ensure_ascii=False, indent=1) + "\n")
