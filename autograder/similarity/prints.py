"""Fingerprints of Python source by winnowing; copydetect does the choosing and the overlap, the tokens are ours.

Names of variables, comments, docstrings and blanks do not count; which operators, keywords, numbers and built-in
functions stand in which order does.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from pygments.lexers import PythonLexer
from pygments.token import Comment, Literal, Name, Text

from autograder.errors import LibraryMissing

K = 20  # characters of reduced source in one fingerprint: about ten tokens
WINDOW = 6  # one fingerprint is kept of so many: a common piece of K + WINDOW - 1 characters is always found
MAX_CHARACTERS = 50_000  # of one cell


@dataclass(frozen=True)
class Print:
    """The fingerprints of one cell, those of the template left out."""

    source: str
    length: int  # of the reduced source
    places: dict  # fingerprint -> its positions in the reduced source
    spans: tuple  # (start, end) in `source` of every character of the reduced source

    @property
    def hashes(self):
        """The set of fingerprints."""
        return self.places.keys()

    def covered(self, hashes=None):
        """Return which characters of the reduced source the fingerprints (all, or these) cover, as booleans."""
        cover = np.zeros(self.length, dtype=bool)
        for value in self.places if hashes is None else hashes:
            for place in self.places[value]:
                cover[place : place + K] = True
        return cover

    def pieces(self, cover):
        """Return [(start, end)] in the source of what is covered; comments and docstrings are left out."""
        found, before = [], -2
        for place in np.flatnonzero(cover).tolist():
            start, end = self.spans[place]
            if found and place == before + 1 and not self.source[found[-1][1] : start].strip():
                found[-1] = (found[-1][0], max(end, found[-1][1]))
            else:
                found.append((start, end))
            before = place
        return found


def fingerprint(source, template=frozenset()):
    """Return the :class:`Print` of a cell, without the fingerprints in `template`; raises LibraryMissing."""
    winnow = _copydetect().winnow
    reduced, spans = reduce(source[:MAX_CHARACTERS])
    every = _hashes(reduced)
    places = {}
    if len(every):
        kept, where = winnow(every, min(WINDOW, len(every)), remove_duplicates=False)
        for value, place in zip(kept.tolist(), where.tolist(), strict=True):
            if value not in template:
                places.setdefault(value, []).append(place)
    return Print(source, len(reduced), places, spans)


def grams(source):
    """Return all fingerprints that a source could have: what is to be left out of others."""
    return frozenset(_hashes(reduce(source)[0]).tolist())


def reduce(source):
    """Return (the source without names, comments, blanks and texts, where each of its characters comes from)."""
    out, spans, before = [], [], None
    for start, kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(source):
        if kind in Text or kind in Comment or kind in Literal.String.Doc or not text.strip():
            continue
        if kind in Literal.String:
            short = "" if before == "S" else "S"
        elif kind in Name.Builtin or kind in Name.Exception:
            short = text
        elif kind in Name:
            short = "F" if kind in Name.Function else "V"
        else:
            short = text.strip()
        if not short and spans:
            spans[-1] = (spans[-1][0], start + len(text))
        for place, character in enumerate(short):
            whole = len(short) != len(text)
            spans.append((start, start + len(text)) if whole else (start + place, start + place + 1))
            out.append(character)
        before = "S" if kind in Literal.String else None
    return "".join(out), tuple(spans)


def _hashes(reduced):
    """Return a hash for every K characters; the same ones in every process, unlike Python's own."""
    found = (
        hashlib.blake2b(reduced[i : i + K].encode("utf-8", "replace"), digest_size=8).digest()
        for i in range(len(reduced) - K + 1)
    )
    return np.fromiter((int.from_bytes(h, "big", signed=True) for h in found), dtype=np.int64)


def _copydetect():
    try:
        from copydetect import utils
    except ImportError:
        raise LibraryMissing(
            "So sánh bài làm cần thư viện copydetect; hãy chạy: pip install 'hoc-sau-thi-giac[similarity]'."
        ) from None
    return utils
