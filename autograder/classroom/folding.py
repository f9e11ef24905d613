"""Names as people and programs write them, made comparable: accents, case, order of the words."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[\u0300-\u036f]+")


def plain(text):
    """Return text in lower case without Vietnamese marks: ``Đặng Thị Ánh`` is ``dang thi anh``."""
    text = _MARKS.sub("", unicodedata.normalize("NFD", text)).casefold()
    return unicodedata.normalize("NFC", text.replace("đ", "d"))


def accented(text):
    """Return text in lower case in the composed form, whatever form it came in."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def words(text):
    """Return the words of a text, which has been made `plain` or `accented`."""
    return _WORD.findall(text)


def turns(names):
    """Return all that a name can be when its words are rotated and written together.

    Moodle may put the given name first, Canvas sorts by it: Nguyễn Văn An is also An Nguyễn Văn, Văn An Nguyễn and
    annguyễnvăn.
    """
    return {"".join(names[start:] + names[:start]) for start in range(len(names))}


def key(text):
    """Return a text as a key for heads and titles: its plain letters and digits only."""
    return "".join(words(plain(text)))
