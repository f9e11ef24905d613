"""What a chapter defines, for use elsewhere: only what the names asked for need is run, no other part of the chapter.

bias = define("evaluation/bias-variance", "truth", "polynomial")
bias.polynomial(3)
"""

import ast
import builtins
import json
import symtable
from pathlib import Path
from types import SimpleNamespace

BOOK = Path(__file__).parents[1]
#: What counts as a definition: a name that a loop or a condition gives is not meant to be used elsewhere
DEFINITIONS = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.Import | ast.ImportFrom


def names_in(text):
    """Return the names a statement gives a meaning, and the global names it uses, inside of functions as well."""
    table = symtable.symtable(text, "cell", "exec")
    given = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    inner = table.get_children()
    while inner:
        scope = inner.pop()
        used |= {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global()}
        inner += scope.get_children()
    return given, used


def definitions(chapter):
    """Yield the text of each definition in a chapter's code cells, in order."""
    cells = json.loads((BOOK / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            for statement in ast.parse("".join(cell["source"])).body:
                if isinstance(statement, DEFINITIONS):
                    yield ast.unparse(statement)


def define(chapter, *names, **instead):
    """Return a namespace with names that a chapter defines; ``instead`` takes the place of its own names, such as data.

    Raises LookupError where the chapter defines a name that is needed nowhere, or in more than one place.
    """
    texts = list(definitions(chapter))
    parts = [names_in(text) for text in texts]
    wanted, needed = list(names), set()
    while wanted:
        name = wanted.pop()
        places = [i for i, (given, _) in enumerate(parts) if name in given]
        if name in instead or (not places and hasattr(builtins, name)):
            continue
        if len(places) != 1:
            raise LookupError(f"{chapter}: {len(places)} definitions of {name}, not one")
        if places[0] not in needed:
            needed.update(places)
            wanted += parts[places[0]][1]
    space = dict(instead)
    for i in sorted(needed):
        exec(compile(texts[i], f"{chapter}.ipynb", "exec"), space)
    return SimpleNamespace(**{name: space[name] for name in names})
