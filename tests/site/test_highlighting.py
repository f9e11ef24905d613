"""Code in colours: our quicker lexer says what Pygments' own says, letter by letter."""

import argparse
import dataclasses
import json
import statistics
import typing
from pathlib import Path

import pytest
from course_site.highlighting import QuickPython
from pygments.lexers.python import PythonLexer

from .conftest import ROOT

CHAPTERS = sorted(ROOT.glob("book/*/*.ipynb"))
MODULES = [Path(module.__file__) for module in (argparse, dataclasses, statistics, typing)]
#: Where a rule asked too early would take what another one means
HARD = '''\
x = 1. ; y = .5e3; z = 1.real if 2.5.is_integer() else x. real
a: int = (b := 3) ; c = {1: 2, **{}}[1:2, ..., ::-1]
    """Đoạn mô tả."""
\t\'\'\'khác\'\'\'
match = f"{x!r:>{width}} {y:.3f}" rb'\\x00' u"é" . join
match case:
    case [int(), *_] if not x: pass
super().__init__(); obj.print.match.r("a"); đối_tượng.tên²; x.r"a"
from .a.b import (c, d as e)
@ham.trang_tri  # x = [1]
async def f(*, a=1, /) -> None: return lambda v=0: v == 1 != 2 <= 3 is not None
'''


def tokens(lexer, text):
    """Return (place, kind, letters) of all tokens."""
    return list(lexer.get_tokens_unprocessed(text))


@pytest.mark.parametrize("path", [*CHAPTERS, *MODULES], ids=lambda path: path.stem)
def test_the_same_tokens(path):
    """Of the chapters, and of large modules of Python itself."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
    assert tokens(QuickPython(), text) == tokens(PythonLexer(), text)


@pytest.mark.parametrize("line", HARD.splitlines(keepends=True))
def test_the_same_tokens_where_it_is_hard(line):
    """Line by line, also what Python would refuse."""
    assert tokens(QuickPython(), line) == tokens(PythonLexer(), line)
    assert tokens(QuickPython(), HARD) == tokens(PythonLexer(), HARD)
