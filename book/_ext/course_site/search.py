"""Search for how Vietnamese is typed: any Unicode form, either place of the tone mark, with or without diacritics.

A word is indexed as it stands (:func:`normal`) and without its marks (:func:`fold`); what the reader types is only
normalised (:file:`search_words.js`, the same rules in JavaScript), so «tích chập» finds exactly that and «tich chap» as
well.
"""

import re
import unicodedata
from pathlib import Path

from sphinx.search import SearchLanguage

__all__ = ["Vietnamese", "fold", "normal"]

#: Old place of the tone mark → new place, at the end of a syllable: hoá → hóa, thuý → thúy (but quý, toán stay).
TONE_PLACES = {
    "oà": "òa",
    "oá": "óa",
    "oả": "ỏa",
    "oã": "õa",
    "oạ": "ọa",
    "oè": "òe",
    "oé": "óe",
    "oẻ": "ỏe",
    "oẽ": "õe",
    "oẹ": "ọe",
    "uỳ": "ùy",
    "uý": "úy",
    "uỷ": "ủy",
    "uỹ": "ũy",
    "uỵ": "ụy",
}
TONE = re.compile(rf"(?<!q)({'|'.join(TONE_PLACES)})(?!\w)")
WORD = re.compile(r"\w+")


def normal(text):
    """Lower case, NFC, the tone mark in its new place."""
    return TONE.sub(lambda match: TONE_PLACES[match[0]], unicodedata.normalize("NFC", text).lower())


def fold(text):
    """Without diacritics: «Đường cong» → «duong cong»."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("đ", "d")


class Vietnamese(SearchLanguage):
    """Vietnamese for Sphinx's search index."""

    lang = "vi"
    language_name = "Vietnamese"
    js_splitter_code = Path(__file__).with_name("search_words.js").read_text("utf-8")

    def split(self, input):
        """Return the words of a text; a word with diacritics is followed by its folded form."""
        words = []
        for word in WORD.findall(normal(input)):
            words.append(word)
            if fold(word) != word:
                words.append(fold(word))
        return words

    def stem(self, word):
        """Return the word as it is: Vietnamese words have no endings."""
        return word

    def word_filter(self, word):
        """Index every word."""
        return bool(word)


def setup(app):
    """Register the language."""
    app.add_search_language(Vietnamese)
