"""Reading JSON that somebody or something broke: as much of it as is still there.

For files that ``json`` refuses: cut off, with a comma too many or too few, with bare line ends in a text.
"""

import json
import re

MAX_DEPTH = 100
_BLANK = re.compile(r"[\s,\ufeff]*")
_STRING = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)("?)', re.DOTALL)
_SCALAR = re.compile(r"-?Infinity|-?\d[\d.eE+-]*|[A-Za-z]+")
_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
_CELL = re.compile(r'\{\s*"(?:cell_type|metadata|id|source)"\s*:')
_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$", re.MULTILINE)


class BrokenError(ValueError):
    """The text cannot be understood from here on."""


def parse(text):
    """Return (value, whether the text was cut off); raises BrokenError."""
    parser = _Parser(text)
    return parser.value(0), parser.cut


def cells(text):
    """Return the cells (dicts with a ``cell_type``) that can be read out of a broken notebook, in order."""
    found, position, work = [], 0, 10 * len(text)
    while work > 0 and (match := _CELL.search(text, position)):
        parser = _Parser(text, match.start())
        position = match.start() + 1
        try:
            value = parser.value(0)
        except BrokenError:
            continue
        finally:
            work -= parser.position - match.start()
        if isinstance(value, dict) and "cell_type" in value:
            found.append(value)
            position = parser.position
    return found


def sides(text):
    """Return the two texts that a git merge conflict left in one, or None when there is no conflict."""
    if not _CONFLICT.search(text):
        return None
    ours, theirs, where = [], [], "both"
    for line in text.splitlines(keepends=True):
        mark = _CONFLICT.match(line.rstrip("\n"))
        if mark:
            where = {"<": "ours", "|": "base", "=": "theirs", ">": "both"}[mark.group(1)[0]]
            continue
        if where in ("both", "ours"):
            ours.append(line)
        if where in ("both", "theirs"):
            theirs.append(line)
    return "".join(ours), "".join(theirs)


class _Parser:
    """A parser that forgives what people do to files; `cut` says whether the text ended too early."""

    def __init__(self, text, position=0):
        self.text, self.position, self.cut = text, position, False

    def value(self, depth):
        if depth > MAX_DEPTH:
            raise BrokenError("too deep")
        first = self.peek()
        if first == "{":
            return self.object(depth)
        if first == "[":
            return self.array(depth)
        if first == '"':
            return self.string()
        return self.scalar()

    def peek(self):
        """Return the next character that is no blank and no comma; an empty string (and `cut`) at the end."""
        self.position = _BLANK.match(self.text, self.position).end()
        self.cut = self.cut or self.position >= len(self.text)
        return self.text[self.position : self.position + 1]

    def object(self, depth):
        self.position += 1
        found = {}
        while (first := self.peek()) != "}" and first:
            if first != '"':
                raise BrokenError("no key")
            key = self.string()
            after = self.peek()
            if not after:
                break
            if after != ":":
                raise BrokenError("no colon")
            self.position += 1
            if not self.peek():
                break
            found[key] = self.value(depth + 1)
        self.position += 1
        return found

    def array(self, depth):
        self.position += 1
        found = []
        while (first := self.peek()) != "]" and first:
            found.append(self.value(depth + 1))
        self.position += 1
        return found

    def string(self):
        match = _STRING.match(self.text, self.position)
        self.position = match.end()
        body = match.group(1)
        if not match.group(2):
            self.cut, self.position = True, len(self.text)
            body = re.sub(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?$", r"\1", body)
        body = re.sub(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)', lambda m: m.group(0) if m.group(1) else r"\\", body)
        return json.loads(f'"{body}"', strict=False)

    def scalar(self):
        match = _SCALAR.match(self.text, self.position)
        if not match:
            raise BrokenError("no value")
        self.position = match.end()
        word = match.group(0)
        if word in _WORDS:
            return _WORDS[word]
        try:
            return json.loads(word)
        except ValueError:
            if self.position >= len(self.text):  # a number or a word that was cut
                return None
            raise BrokenError("no value") from None
