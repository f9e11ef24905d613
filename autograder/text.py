"""Small helpers for text that people wrote and people read."""

import errno
import re
import unicodedata

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07?")


def strip_ansi(text):
    """Remove terminal colours and other escape sequences."""
    return _ANSI.sub("", text)


def one_line(text, limit=400):
    """Return `text` as one printable line of at most `limit` characters."""
    text = strip_ansi(str(text))
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


_FAULTS = {
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.EROFS: "ổ đĩa chỉ đọc",
    errno.ENOSPC: "hết chỗ trên đĩa",
    errno.EDQUOT: "hết chỗ trên đĩa",
    errno.EISDIR: "đó là một thư mục",
    errno.ENOTDIR: "có tệp nằm ở chỗ của thư mục",
    errno.EEXIST: "có tệp nằm ở chỗ của thư mục",
    errno.ENOENT: "không có tệp hoặc thư mục đó",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.ELOOP: "liên kết vòng tròn",
}


def fault(error):
    """Say in Vietnamese what an OSError is about."""
    return _FAULTS.get(error.errno) or str(error.strerror or error)


def composed(name):
    """Return a name in NFC: macOS keeps Vietnamese letters in pieces."""
    return unicodedata.normalize("NFC", name)


def sentence(text):
    """Return `text` as one line with a capital at its start and a full stop at its end."""
    line = one_line(text)
    return f"{line[:1].upper()}{line[1:]}".removesuffix(".") + "."


def normalized(source):
    """Return source text without what editors change by themselves: blanks at ends, line ends, Unicode form."""
    lines = unicodedata.normalize("NFC", source).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def number(value):
    """Return a score as people write it: ``2``, ``0.25``."""
    return f"{round(float(value), 4):g}"
