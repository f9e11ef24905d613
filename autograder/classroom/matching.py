"""Which student of the roster a path belongs to. Nothing is guessed: one student, or the reason why none.

In a download from an LMS only what the LMS itself wrote counts, whatever a student called the file. Elsewhere a whole
folder or file name has to be the student's: by id anywhere in it, by login or email, or by the full name once what
is about the assignment has been taken away.
"""

import re
from dataclasses import dataclass

from autograder.classroom import naming
from autograder.classroom.folding import accented, plain, turns, words
from autograder.classroom.roster import Student
from autograder.text import composed, one_line

SHORT = 5  # ids with fewer characters count only when they are all of a name
NOISE = frozenset({
    *("bai", "tap", "baitap", "bt", "btvn", "nop", "nopbai", "lab", "hw", "homework", "assignment", "submission"),
    *("final", "ban", "sao", "cua", "copy", "of", "lop", "mssv", "sv", "ipynb", "zip", "file", "colab", "notebook"),
    *("so", "tay", "sotay"),
})  # fmt: skip
_DATED = re.compile(r"\d{8}T\d{6}Z")  # what Drive calls its zips; the date may well be somebody's id
_RUNS = (re.compile(r"(?:[^\W_]|[.+@-])+"), re.compile(r"[^\W_]+"), re.compile(r"\d+"))


@dataclass(frozen=True)
class Match:
    """Whom something belongs to."""

    student: Student | None
    why: str = ""  # why to nobody, a part of a Vietnamese sentence


NOBODY = Match(None, "không thấy tên ai")


class Matcher:
    """Knows the roster of a class.

    Parameters
    ----------
    roster : Roster
    aliases : dict
        Student id by a name as an LMS writes it.
    slugs : sequence of str
        The course's assignments, whose names are no part of a student's.
    """

    def __init__(self, roster, aliases=(), slugs=()):
        self.slugs = [words(plain(slug)) for slug in sorted(slugs, key=len, reverse=True)]
        by_id = {student.id: student for student in roster}
        self.aliases = {accented(name): by_id[student] for name, student in dict(aliases).items() if student in by_id}
        self.names = ({}, {})  # accented and plain: name written together -> students
        self.tokens = {}  # id, login or email, plain -> students
        self.numbers, self.participants = {}, {}
        for student in roster:
            for names, fold in zip(self.names, (accented, plain), strict=True):
                for name in turns(words(fold(student.name))):
                    names.setdefault(name, set()).add(student)
            for token in {plain(token) for token in (student.id, student.login, student.email) if token}:
                self.tokens.setdefault(token, set()).add(student)
            if student.number:
                self.numbers[student.number] = student
            if student.participant:
                self.participants[student.participant] = student

    def of(self, tag):
        """Return the :class:`Match` of a file."""
        if tag.kind == naming.LOOSE:
            return self._loose(tag.inner) or NOBODY
        alias = self.aliases.get(accented(tag.owner)) or self.aliases.get(accented(f"{tag.owner}_{tag.number}"))
        if alias:
            return Match(alias)
        known = (self.numbers if tag.kind == naming.CANVAS else self.participants).get(tag.number)
        named = self.named(tag.owner)
        if known is not None:
            if named and known not in named:
                return Match(None, f"số {tag.number} là của {known.id}, tên «{tag.owner}» là của người khác")
            return Match(known)
        found = self.identified(tag.owner) or named
        if tag.kind == naming.CANVAS:  # a student whose number in Canvas is another is another student
            found = {student for student in found if not student.number}
        return _one(found, tag.owner)

    def of_source(self, label):
        """Return the Match of everything in a zip or folder of this name, where nothing in it names anybody."""
        return NOBODY if _DATED.search(label) else self._loose((label,)) or NOBODY

    def _loose(self, path):
        """Return the Match of a path without an LMS's marks, None when there is nobody in it."""
        known = [self.aliases.get(accented(_stem(part))) for part in path]
        alias = {student for student in known if student}
        if alias:
            # what lies in another student's folder may be called as that student likes
            first = next(place for place, student in enumerate(known) if student)
            above = set().union(*(self.identified(_stem(part)) for part in path[:first]))
            return _one(alias | above, path[-1])
        ids = set().union(*(self.identified(_stem(part)) for part in path))
        named = set().union(*(self._named_loosely(_stem(part)) for part in path))
        if len(ids) == 1 and named and not ids & named:
            one, other = next(iter(ids)), sorted(named, key=lambda student: student.id)[0]
            return Match(None, f"mã là của {one.id}, tên là của {other.id}")
        found = ids or named
        return _one(found, path[-1]) if found else None

    def identified(self, text):
        """Return the students whose id, login or email stands in a text."""
        text = plain(composed(text))
        if whole := self.tokens.get(text.strip()):
            return whole
        found = set()
        for runs in _RUNS:  # emails before the ids in them, ids before the digits in them
            for run in runs.findall(text):
                students = self.tokens.get(run) or self.tokens.get(run.strip(".+@-"))
                if students and len(run) >= SHORT:
                    found |= students
                    text = text.replace(run, " ")
        return found

    def named(self, text):
        """Return the students whose full name is this text; accents count where it has any."""
        text = accented(text)
        for names, fold in zip(self.names, (accented, plain), strict=True):
            if fold is accented and plain(text) == text:
                continue
            if found := names.get("".join(words(fold(text))), set()):
                return found
        return set()

    def _named_loosely(self, text):
        """Return the students whose full name is all of a text that is not about the assignment."""
        left = [word for word in words(accented(_apart(composed(text)))) if not word.isdigit()]
        options = [left, *(_without(left, slug) for slug in self.slugs)]
        options += [[w for w in option if plain(w) not in NOISE and plain(w) not in self.tokens] for option in options]
        options = {tuple(option) for option in options if option}
        return set().union(*(self.named(" ".join(option)) for option in options))


def _one(found, shown):
    """Return the Match of the students found."""
    if len(found) == 1:
        return Match(next(iter(found)))
    if not found:
        return Match(None, f"không ai trong danh sách tên là «{one_line(shown, 60)}»")
    ids = ", ".join(sorted(student.id for student in found)[:4])
    return Match(None, f"«{one_line(shown, 60)}» ứng với nhiều người: {ids}")


def _stem(part):
    return re.sub(r"(?i)(\.(ipynb|zip|txt|json))+$", "", part)


def _apart(text):
    """Return text with blanks between words written together: NguyenVanAn."""
    return re.sub(r"(?<=[^\W\d_A-Z])(?=[A-ZĐ])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", text)


def _without(names, slug):
    """Return the words without the first occurrence of an assignment's name."""
    folded = [plain(name) for name in names]
    for start in range(len(names) - len(slug) + 1):
        if slug and folded[start : start + len(slug)] == slug:
            return names[:start] + names[start + len(slug) :]
    return names
