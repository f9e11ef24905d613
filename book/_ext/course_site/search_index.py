"""The parts of the search index: what a page's sections say, and where each word stands."""

import functools
import re
import unicodedata

from docutils import nodes

__all__ = ["collect", "fold", "places", "sections", "shard_of", "tidy", "words"]

#: Not text of the page: what a notebook printed, raw HTML, names of anchors.
SKIPPED = (nodes.raw, nodes.comment, nodes.system_message, nodes.image, nodes.target, nodes.substitution_definition)
SKIPPED_TAGS = {"button", "script", "template", "noscript"}
MATH = "…"
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def fold(text):
    """Without diacritics: «Đường cong» → «duong cong»."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("đ", "d")


def is_output(node):
    """Whether a node holds what a notebook cell printed or drew."""
    return isinstance(node, nodes.container) and (
        "cell_output" in node.get("classes", ()) or node.get("nb_element") in {"cell_code_output", "mime_bundle"}
    )


def says_again(node):
    """Whether a node only lists what the glossary's entries say."""
    return "glossary-index" in node.get("classes", ())


def collect(node, prose, code):
    """Append a node's words to ``prose`` (pieces of text) and its code to ``code``; sections inside are left out."""
    if isinstance(node, nodes.Text):
        prose.append(str(node))
    elif isinstance(node, nodes.math | nodes.math_block):
        prose.append(MATH)
    elif isinstance(node, nodes.literal_block):
        code.append(node.astext())
    elif isinstance(node, SKIPPED) or is_output(node) or node.get("tag") in SKIPPED_TAGS or says_again(node):
        return
    else:
        for child in node.children:
            if not isinstance(child, nodes.section):
                collect(child, prose, code)
    if isinstance(node, nodes.Element) and not isinstance(node, nodes.Inline | nodes.math):
        prose.append("\n")  # the next block does not stick to this one


def tidy(pieces):
    """Join pieces of text: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", "".join(pieces)).split())


def code_words(code, prose):
    """Return the words of the code that the prose does not have, each once."""
    known = set(re.findall(r"\w+", prose))
    words = dict.fromkeys(re.findall(r"[^\W\d]\w+", tidy(code)))
    return " ".join(word for word in words if word not in known)


def sections(doctree):
    """Return the sections of a page in order: list of [anchor, heading, text, words of the code].

    The first one is the page itself, with an empty anchor and the page's title. Each entry of a glossary
    (:func:`entries`) counts as a section of its own, after the one it stands in.
    """
    found = []
    for section in doctree.findall(nodes.section):
        heading, prose, code, inner = [], [], [], []
        for child in section.children:
            if isinstance(child, nodes.title):
                collect(child, heading, [])
            elif "glossary" in child.get("classes", ()):
                inner += entries(child)
            elif not isinstance(child, nodes.section):
                collect(child, prose, code)
                code.append("\n")
        text = tidy(prose)
        found.append([section["ids"][0] if found else "", tidy(heading), text, code_words(code, text)])
        found += inner
    return found


def entries(block):
    """Return a glossary's entries as sections: the term is the heading, its definition the text."""
    found = []
    for term, definition in zip(block.children[::2], block.children[1::2], strict=True):
        heading, prose = [], []
        collect(term, heading, [])
        collect(definition, prose, [])
        found.append([term["ids"][0], tidy(heading), tidy(prose), ""])
    return found


def words(text):
    """Return the words of a text as search.js sees them: runs of letters, marks and digits, in lower case."""
    text = text.lower()
    marks = {char for char in set(text) if not char.isalnum() and unicodedata.category(char)[0] == "M"}
    return _runs("".join(sorted(marks))).findall(text)


@functools.cache
def _runs(marks):
    """Return the pattern of a word in which these marks may stand too; compiling one takes longer than using it."""
    return re.compile(f"(?:[^\\W_]|[{re.escape(marks)}])+" if marks else r"[^\W_]+")


def shard_of(word):
    """Return the name of the file that holds a word's places: its first letter without marks, ``0`` for a digit."""
    first = fold(word)[:1]
    return first if first in LETTERS else "0" if first.isdigit() else "_"


def places(parts):
    """Return where each word stands: shard → word → flat list of numbers.

    ``parts`` is the list of all sections, as :func:`sections` returns them. The numbers are groups of: the slot (twice
    the section's number, one more for its code) less the slot before; how many; so many positions, each less the one
    before.
    """
    found = {}
    for number, (_, _, text, code) in enumerate(parts):
        for slot, content in ((2 * number, text), (2 * number + 1, code)):
            for position, word in numbered(content, apart=slot % 2 == 1):
                found.setdefault(word, {}).setdefault(slot, []).append(position)
    shards = {}
    for word, slots in sorted(found.items()):
        numbers, last = [], 0
        for slot, positions in slots.items():
            numbers += [slot - last, len(positions), *steps(positions)]
            last = slot
        shards.setdefault(shard_of(word), {})[word] = numbers
    return shards


def numbered(text, apart=False):
    """Yield (position, word); ``apart``: of words that do not follow each other, only an identifier's parts do."""
    position = 0
    for piece in text.split() if apart else [text]:
        for word in words(piece):
            yield position, word
            position += 1
        position += 1


def steps(numbers):
    """Return a rising list as its first number and the differences: ``[3, 5, 9]`` → ``[3, 2, 4]``."""
    return [number - before for number, before in zip(numbers, [0, *numbers], strict=False)]
