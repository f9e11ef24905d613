"""Checks of the Vietnamese: Unicode form, spelling, place of the tone mark, terms, tone of voice.

Each check takes a Document and yields Problems.
"""

import functools
import re
import sys
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from spylls.hunspell import Dictionary

from tests.notebooks.reading import BOOK, code_texts, identifiers, prose

HERE = Path(__file__).parent
DICTIONARY = Path(sys.prefix) / "npm/node_modules/dictionary-vi/index"
ALLOWLIST = HERE / "allowlist.txt"
TERMS = HERE / "terms.toml"

VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
# whole words of Latin letters, also with hyphens; what has digits or underscores is a name from code
WORD = re.compile(rf"(?<![\w'’#.@/\\])[{LETTER}]+(?:[-'’][{LETTER}]+)*(?![\w(])")

# «hóa», not «hoá»: in an open syllable the tone stands on the first of oa, oe, uy
_OLD = {
    "òa": "oà",
    "óa": "oá",
    "ỏa": "oả",
    "õa": "oã",
    "ọa": "oạ",
    "òe": "oè",
    "óe": "oé",
    "ỏe": "oẻ",
    "õe": "oẽ",
    "ọe": "oẹ",
}
_OLD |= {"ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ"}
_NEW = {new: old for old, new in _OLD.items()}
_OLD_PLACE = re.compile(rf"({'|'.join(_OLD)})(?!\w)")
_NEW_PLACE = re.compile(rf"(?<![qQ])({'|'.join(_NEW)})(?!\w)", re.IGNORECASE)

# pictographs; the signs the course uses (★ ✓ ✗ → ×) are not among them
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u2604\u2606-\u26ff\u2705\u2728\u274c\u274e\u2753-\u2757\u2764\u27a1\ufe0f]"
)


def pieces(document):
    """Yield (cell, prose, what) for all that a reader reads.

    `what` is "văn bản" (markdown), "mô tả ảnh" (alternative text) or "mã" (Vietnamese strings and comments).
    """
    for cell in document.cells:
        if cell.kind == "markdown":
            text = prose(cell.source)
            if document.is_notebook:
                yield cell, text, "văn bản"
            else:
                yield from _blocks(document, cell, text)
        elif cell.kind == "code":
            if cell.alt:
                yield cell, cell.alt, "mô tả ảnh"
            texts = (
                re.sub(r"`[^`]*`|\{[^}]*\}|<[^>]*>|https?://\S+", " ", text) for text, _ in code_texts(cell.source)
            )
            yield cell, "\n".join(text for text in texts if VIETNAMESE.search(text)), "mã"


def _blocks(document, cell, text):
    """Yield a page's paragraphs with their lines; outside the book, where parts are in English, the Vietnamese ones."""
    start = 0
    for found in re.finditer(r"\n\s*\n|\Z", text):
        block = text[start : found.start()]
        line = text.count("\n", 0, start + len(block) - len(block.lstrip())) + 1
        if block.strip() and (BOOK in document.path.parents or VIETNAMESE.search(block)):
            yield replace(cell, index=line), block, "văn bản"
        start = found.end()


def unicode_form(document):
    """NFC everywhere, sources of code included: the same letter is always the same bytes."""
    for cell in document.cells:
        if unicodedata.is_normalized("NFC", cell.source):
            continue
        for number, line in enumerate(cell.source.split("\n"), 1):
            if not unicodedata.is_normalized("NFC", line):
                yield document.problem(
                    cell, f"dòng {number} chưa ở dạng NFC («{line.strip()[:60]}»): lưu lại bằng NFC."
                )


def tone_place(document):
    """«hóa, thủy», not «hoá, thuỷ»."""
    for cell, text, _ in pieces(document):
        for word in dict.fromkeys(WORD.findall(text)):
            if _NEW_PLACE.search(word):
                yield document.problem(cell, f"«{word}»: đặt dấu kiểu cũ, viết «{old_style(word)}».")


def old_style(word):
    """Move the tone mark of an open syllable to where the course puts it (hoá → hóa)."""
    return _NEW_PLACE.sub(lambda m: _match_case(_NEW[m.group().lower()], m.group()), word)


def new_style(word):
    """Move the tone mark of an open syllable to where the dictionary has it (hóa → hoá)."""
    return _OLD_PLACE.sub(lambda m: _OLD[m.group()], word)


def _match_case(text, like):
    return "".join(t.upper() if model.isupper() else t for t, model in zip(text, like, strict=True))


@functools.cache
def dictionary():
    """Return the Hunspell dictionary."""
    return Dictionary.from_files(str(DICTIONARY))


@functools.cache
def allowed_words():
    """Return the allowlist, plus the names of authors in the bibliography."""
    words = {line.strip() for line in ALLOWLIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
    bibliography = BOOK / "references.bib"
    if bibliography.is_file():
        text = bibliography.read_text(encoding="utf-8")
        for people in re.findall(r"^\s*(?:author|editor)\s*=\s*\{(.*)\},?\s*$", text, flags=re.MULTILINE):
            words.update(WORD.findall(people))
    return frozenset(words)


@functools.cache
def is_word(word):
    """Tell whether a word is Vietnamese by the dictionary, or allowed as it is or in lower case."""
    if word in allowed_words() or word.lower() in allowed_words():
        return True
    lowered = new_style(unicodedata.normalize("NFC", word).lower())
    return dictionary().lookup(lowered) or dictionary().lookup(word)


def spelling(document):
    """Every word is in the Vietnamese dictionary or on the allowlist; capitals of two to five letters pass."""
    known = set()
    for cell in document.code():
        known |= identifiers(cell.source)
    for cell, text, what in pieces(document):
        for word in dict.fromkeys(WORD.findall(text)):
            if is_word(word):
                continue
            parts = [part for part in re.split(r"[-'’]", word) if not _passes(part)]
            if what == "mã":  # strings and comments mention names of the code
                parts = [part for part in parts if part not in known]
            for part in parts:
                advice = "không có trong từ điển: sửa chính tả, hoặc thêm vào allowlist.txt"
                yield document.problem(cell, f"«{part}» ({what}) {advice}.")


def _passes(word):
    return len(word) <= 1 or re.fullmatch(r"[A-Z]{2,5}s?", word) or is_word(word) or is_word(old_style(word))


@dataclass(frozen=True)
class Term:
    """A forbidden wording and its replacement."""

    wrong: re.Pattern
    right: str
    unless: re.Pattern | None


@functools.cache
def terms():
    """Return the table of forbidden wordings."""
    entries = tomllib.loads(TERMS.read_text(encoding="utf-8"))["term"]
    compile_ = functools.partial(re.compile, flags=re.IGNORECASE)
    return tuple(
        Term(compile_(rf"(?<!\w)(?:{e['wrong']})(?!\w)"), e["right"], compile_(e["unless"]) if "unless" in e else None)
        for e in entries
    )


def forbidden_terms(document):
    """Terms and phrases of terms.toml; text in «…» is quoted and passes."""
    known = {name.lower() for cell in document.code() for name in identifiers(cell.source)}
    for cell, text, what in pieces(document):
        for sentence in sentences(text):
            for term in terms():
                found = term.wrong.search(sentence)
                if found and what == "mã" and found.group().lower() in known:
                    continue
                if found and not (term.unless and term.unless.search(sentence)):
                    yield document.problem(
                        cell, f"«{found.group()}» → {term.right} (trong: «{_around(sentence, found)}»)."
                    )


def sentences(text):
    """Split prose into sentences, quotations taken out, line ends within a paragraph joined."""
    for block in re.split(r"\n\s*\n|\n\s*(?:[-*#>]|\d+\.)\s", text):
        block = re.sub(r"«[^»]*»", " «» ", block)
        yield from (s for s in re.split(r"(?<=[.?:;…])\s+", " ".join(block.split())) if s)


def _around(sentence, found, reach=25):
    return sentence[max(0, found.start() - reach) : found.end() + reach].strip()


def voice(document):
    """No exclamation marks in prose, no emoji anywhere."""
    for cell, text, what in pieces(document):
        if found := EMOJI.search(text):
            yield document.problem(cell, f"có biểu tượng cảm xúc {found.group()!r}: bỏ đi.")
        if what == "văn bản":
            for found in re.finditer(r"(?<=[\w»)\"”])\s?!(?!=)", re.sub(r"«[^»]*»", "«»", text)):
                yield document.problem(
                    cell, f"có dấu chấm than («{text[max(0, found.start() - 20) : found.end()].strip()}»): viết lại."
                )


CHECKS = (unicode_form, tone_place, spelling, forbidden_terms, voice)
