"""The terms of the course: reads :file:`book/appendix/glossary.toml` and finds its terms in running text.

:mod:`.glossary` makes the page and the links from them, :mod:`.search` the synonyms.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["GLOSSARY", "PAGE", "Entry", "Matcher", "glossary_page", "matcher", "read_entries", "vietnamese_order"]

GLOSSARY = Path(__file__).parents[2] / "appendix" / "glossary.toml"
PAGE = "course_glossary"  # marks the glossary's page in Sphinx's metadata
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
FIELDS = {"vi", "chapter", "definition", "short", "also", "forms", "marked", "except", "elsewhere"}


@dataclass(frozen=True)
class Entry:
    """One term; the fields are those of the file."""

    key: str
    vi: str
    chapter: str
    definition: str
    short: tuple = ()
    also: tuple = ()
    forms: tuple = ()
    marked: bool = False
    unless: tuple = ()
    elsewhere: tuple = ()

    @property
    def en(self):
        """The English term without the remark in brackets."""
        return re.sub(r" \(.*\)$", "", self.key)

    @property
    def anchor(self):
        """The entry's id on the page: ``bias (parameter)`` → ``bias-parameter``, ``C++`` → ``c-plus-plus``."""
        return re.sub(r"[^a-z0-9]+", "-", self.key.lower().replace("+", "-plus")).strip("-")


@cache
def read_entries(path=GLOSSARY):
    """Return the entries in the order of the file, none without it; ValueError says which one is not well formed."""
    if not path.is_file():
        return ()
    data = tomllib.loads(unicodedata.normalize("NFC", path.read_text("utf-8")))
    entries = []
    for key, given in data.items():
        if missing := {"vi", "chapter", "definition"} - set(given):
            raise ValueError(f"{path.name}: «{key}» thiếu {', '.join(sorted(missing))}")
        if unknown := set(given) - FIELDS:
            raise ValueError(f"{path.name}: «{key}» có mục lạ: {', '.join(sorted(unknown))}")
        lists = {"unless" if k == "except" else k: tuple(v) for k, v in given.items() if isinstance(v, list)}
        plain = {k: v for k, v in given.items() if not isinstance(v, list)}
        entries.append(Entry(key, **plain, **lists))
    return tuple(entries)


def glossary_page(env):
    """Return the name of the page with the entries, or None."""
    return next((page for page, data in sorted(env.metadata.items()) if PAGE in data), None)


def vietnamese_order(text):
    """Return a key for sorting as a Vietnamese dictionary does: syllable by syllable, by letter, then by tone."""
    key = []
    for syllable in text.lower().split():
        letters, tones = [], []
        for char in unicodedata.normalize("NFD", syllable):
            if char in TONES:
                tones[-1:] = [TONES.index(char) + 1]
            elif unicodedata.combining(char) and letters:
                letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
            else:
                letters.append(char)
                tones.append(0)
        key.append(([(LETTERS.find(letter), letter) for letter in letters], tones))
    return key


class Matcher:
    """Finds terms in running text: the longest first, whole words only, any case, over line ends."""

    def __init__(self, entries):
        self.english = {}
        for entry in entries:
            self.english.setdefault(entry.en.lower(), []).append(entry)
        self.names = {}
        for entry in entries:
            for phrase in entry.unless:
                self.names[phrase.lower()] = None
            for name in () if entry.marked else (entry.vi, *entry.forms):
                self.names.setdefault(name.lower(), entry)
        self.pattern = re.compile(rf"(?<![\w-])(?:{self.choices()})(?![\w-])", re.IGNORECASE)

    def choices(self):
        """Return what the pattern chooses from: many names begin with the same word, which is looked at once."""
        rest = {}
        for name in sorted(self.names, key=len, reverse=True):
            first, *others = map(re.escape, name.split())
            rest.setdefault(first, []).append("".join(rf"\s+{word}" for word in others))
        return "|".join(f"{first}(?:{'|'.join(rest[first])})" for first in sorted(rest, key=len, reverse=True))

    def find(self, text):
        """Yield (start, end, entry) of every term in a text, in order."""
        for found in self.pattern.finditer(text):
            entry = self.names[" ".join(found[0].lower().split())]
            if entry is not None:
                yield found.start(), found.end(), entry

    def translate(self, text, before):
        """Return the entry of an English term set in italics, or None.

        ``before`` is the text in front of it, which decides between homonyms: «hạt nhân (» *kernel*.
        """
        term = " ".join(text.lower().split())
        candidates = self.english.get(term) or self.english.get(term.removesuffix("s"), [])
        said = re.sub(r"[\s(]+$", "", before.lower())
        fitting = [entry for entry in candidates if said.endswith(entry.vi.lower())]
        if fitting:
            return fitting[0]
        return candidates[0] if len(candidates) == 1 else None


@cache
def matcher():
    """Return the :class:`Matcher` of all entries; to make one takes longer than to use it."""
    return Matcher(read_entries())
