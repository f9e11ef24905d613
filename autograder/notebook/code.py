"""What can be told of a code cell without running it, however wrong its syntax.

The names it defines, and the lines that cannot run when graded. Nothing here fails: what is not understood is left
alone.
"""

import ast
import re
from dataclasses import dataclass

MAX_SOURCE = 200_000  # characters; longer cells are not looked into

_PIECE = re.compile(
    r'#[^\n]*|"""(?:\\.|(?!""").)*+(?:"""|\Z)|\'\'\'(?:\\.|(?!\'\'\').)*+(?:\'\'\'|\Z)'
    r"|\"(?:\\.|[^\"\\\n])*+\"?|'(?:\\.|[^'\\\n])*+'?|[\[({]|[\])}]|\\\n|\n",
    re.DOTALL,
)
_COMMAND = re.compile(r"[ \t]*+(?:[\w.,\[\] \t]++=[ \t]*+)?[!%](?:[^\n\\]|\\.)*+", re.DOTALL)
_AUTOMAGIC = re.compile(r"[ \t]*(?:python3? -m )?(?:pip3?|conda|mamba|apt|apt-get)[ \t]+(?:install|uninstall)\b[^\n]*")
_INSTALLER = re.compile(
    r"[!%]*\s*(?:sudo\s+)?(?:(?:\{sys\.executable\}|python3?|/\S*/python3?)\s+-m\s+)?"
    r"(?:pip3?|conda|mamba|uv|apt|apt-get|yum|brew|npm|wget|curl|git|gdown|kaggle|unzip)\b"
)
_COLAB_MAGIC = re.compile(
    r"%\s*(?:tensorflow_version|tensorboard|load_ext\s+(?:google\.colab\S*|tensorboard|autotime))\b"
)
_NOT_PYTHON = re.compile(r"\s*%%(?:writefile|file|timeit|bash|sh|script|html|markdown|latex|javascript|cmd)\b[^\n]*")
_DEFINES = re.compile(
    r"^(?:async[ \t]+)?def[ \t]+(\w+)|^class[ \t]+(\w+)|^([^\W\d]\w*)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE
)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ELSEWHERE = ("google.colab", "kaggle_secrets", "kaggle_datasets", "kaggle_web_client")
_SPECIAL = ("input", "google", "kaggle")  # without one of these words every statement can run
_PATH = re.compile(
    r"""(["'])((?:/content|/kaggle|/home|/Users|/mnt|/root|/media|~)/[^"'\n]*|[C-Z]:(?:\\\\|/|\\(?=[A-Z]))[^"'\n]*)\1"""
)
_BUILTINS = re.compile(
    r"^(abs|all|any|bool|dict|enumerate|filter|float|input|int|len|list|map|max|min|open|print|range|round|set"
    r"|sorted|str|sum|tuple|type|zip)[ \t]*=(?!=)",
    re.MULTILINE,
)

INSTALL, ASK, ELSEWHERE, SHELL, MAGIC = "install", "ask", "elsewhere", "shell", "magic"


@dataclass(frozen=True)
class Finding:
    """A line (from 1) of a cell that is special, and why."""

    line: int
    kind: str  # INSTALL, ASK, ELSEWHERE, SHELL, MAGIC
    text: str


def functions(source):
    """Return the names that `def` and `class` define at the top level of a cell."""
    return frozenset(f or c for f, c, _ in _DEFINES.findall(source[:MAX_SOURCE]) if f or c)


def defined(source):
    """Return all names that a cell defines at its top level: functions, classes and variables."""
    return frozenset(name for found in _DEFINES.findall(source[:MAX_SOURCE]) for name in found if name)


def neutralised(source, *, solution=False):
    """Return (source, findings): the same lines, with those that cannot run when graded turned into comments.

    Installing and downloading, asking the user, what only Colab or Kaggle has, and all that depends on it; in a
    solution cell also a first line that makes something else than Python of it. Other shell commands are only found.
    """
    if len(source) > MAX_SOURCE or (not solution and _NOT_PYTHON.match(source)):
        return source, ()
    lines, findings, masked = source.split("\n"), [], source.split("\n")
    for first, last in _commands(source):
        text = "\n".join(lines[first : last + 1])
        command = re.sub(r"^[\w.,\[\] \t]+=[ \t]*(?=[!%])", "", text.strip())
        kind = INSTALL if _INSTALLER.match(command) else ELSEWHERE if _COLAB_MAGIC.match(command) else None
        if kind is None and command.startswith("!"):
            kind = SHELL
        if kind is None and first == 0 and solution and functions(source) and _NOT_PYTHON.match(text):
            kind = MAGIC
        if kind:
            findings.append(Finding(first + 1, kind, text))
        _blank(masked, first, last)
        if kind in (INSTALL, ELSEWHERE, MAGIC):
            _blank(lines, first, last)
    blanked = set()
    for first, last, kind in _statements("\n".join(masked)):
        fresh = [number for number in range(first, last + 1) if number not in blanked]  # many may stand on one line
        if fresh:
            findings.append(Finding(first + 1, kind, "\n".join(lines[first : last + 1])))
            _blank(lines, first, last, fresh)
            blanked.update(fresh)
    return "\n".join(lines), tuple(sorted(findings, key=lambda finding: finding.line))


def paths(source):
    """Return [(line, path)]: texts that look like places on one machine only."""
    if len(source) > MAX_SOURCE:
        return []
    found = []
    for number, line in enumerate(source.split("\n"), start=1):
        if not line.lstrip().startswith("#"):
            found += [(number, match.group(2)) for match in _PATH.finditer(line)]
    return found


def shadowed(source):
    """Return [(line, name)]: built-in names that a cell makes a variable of."""
    source, found, line, position = source[:MAX_SOURCE], [], 1, 0
    for match in _BUILTINS.finditer(source):
        line += source.count("\n", position, match.start())
        position = match.start()
        found.append((line, match.group(1)))
    return found


def _blank(lines, first, last, only=None):
    """Make a comment of some lines, with a statement where there must be one; their number stays."""
    for number in range(first, last + 1) if only is None else only:
        line = lines[number].strip()
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        if number > first:
            lines[number] = f"{indent}# {line}"
            continue
        target = re.match(r"([^\W\d]\w*)[ \t]*=[ \t]*[!%]", line)
        lines[number] = f"{indent}{f'{target.group(1)} = []' if target else 'pass'}  # không chạy khi chấm: {line}"


def _commands(source):
    """Return [(first, last)]: the lines, from 0, of IPython's commands (not those inside texts or brackets)."""
    found, position, depth, fresh, line, counted = [], 0, 0, True, 0, 0
    while position < len(source):
        match = fresh and depth == 0 and (_COMMAND.match(source, position) or _AUTOMAGIC.match(source, position))
        if match:
            line += source.count("\n", counted, position)
            counted = position
            found.append((line, line + match.group(0).count("\n")))
            position = match.end()
        piece = _PIECE.search(source, position)
        if not piece:
            break
        text = piece.group(0)
        depth = max(0, depth + (text in ("(", "[", "{")) - (text in (")", "]", "}")))
        fresh = text == "\n"
        position = piece.end()
    return found


def _statements(source):
    """Return [(first, last, kind)]: top-level statements that cannot run when graded, or need one that cannot."""
    if not any(word in source for word in _SPECIAL):
        return []
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    parts = [list(ast.walk(node)) for node in body]
    bound = [_bound(node, inside) for node, inside in zip(body, parts, strict=True)]
    stored = frozenset().union(*bound)
    found, lost = [], {}
    for node, inside, names in zip(body, parts, bound, strict=True):
        if any(isinstance(part, _DEFINITIONS) for part in inside):
            continue
        kind = _cannot_run(node, inside, stored)
        if kind is None and lost:
            kind = next((lost[name] for name in _used(inside) if name in lost), None)
        for name in names:
            if kind:
                lost[name] = kind
            else:
                lost.pop(name, None)
        if kind:
            found.append((node.lineno - 1, node.end_lineno - 1, kind))
    shared = {line for n in body if isinstance(n, _DEFINITIONS) for line in (n.lineno - 1, n.end_lineno - 1)}
    return [(first, last, kind) for first, last, kind in found if not {first, last} & shared]  # after a semicolon


def _cannot_run(node, inside, stored):
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_ELSEWHERE):
        return ELSEWHERE
    if isinstance(node, ast.Import) and any(alias.name.startswith(_ELSEWHERE) for alias in node.names):
        return ELSEWHERE
    if "input" in stored or not any(map(_asks, inside)):
        return None
    return ASK if any(map(_asks, _outside_functions(node))) else None


def _asks(part):
    return isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "input"


def _outside_functions(node):
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.Lambda)]


def _bound(node, inside):
    if isinstance(node, _DEFINITIONS):
        return {node.name}
    found = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    aliases = [a for n in inside if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names]
    return found | {(a.asname or a.name).partition(".")[0] for a in aliases}


def _used(inside):
    return [n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
