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
    for first, last, kind in _statements("\n".join(masked)):
        findings.append(Finding(first + 1, kind, "\n".join(lines[first : last + 1])))
        _blank(lines, first, last)
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
    source = source[:MAX_SOURCE]
    return [(source.count("\n", 0, match.start()) + 1, match.group(1)) for match in _BUILTINS.finditer(source)]


def _blank(lines, first, last):
    """Make a comment of some lines, with a statement where there must be one; their number stays."""
    for number in range(first, last + 1):
        line = lines[number].strip()
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        if number > first:
            lines[number] = f"{indent}# {line}"
            continue
        target = re.match(r"([^\W\d]\w*)[ \t]*=[ \t]*[!%]", line)
        lines[number] = f"{indent}{f'{target.group(1)} = []' if target else 'pass'}  # không chạy khi chấm: {line}"


def _commands(source):
    """Return [(first, last)]: the lines, from 0, of IPython's commands (not those inside texts or brackets)."""
    found, position, depth, fresh = [], 0, 0, True
    while position < len(source):
        match = fresh and depth == 0 and (_COMMAND.match(source, position) or _AUTOMAGIC.match(source, position))
        if match:
            first = source.count("\n", 0, position)
            found.append((first, first + match.group(0).count("\n")))
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
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    stored = {name for node in body for name in _bound(node)}
    found, lost = [], {}
    for node in body:
        if isinstance(node, _DEFINITIONS) or any(isinstance(part, _DEFINITIONS) for part in ast.walk(node)):
            continue
        kind = _cannot_run(node, stored)
        if kind is None:
            kind = next((lost[name] for name in _used(node) if name in lost), None)
        for name in _bound(node):
            if kind:
                lost[name] = kind
            else:
                lost.pop(name, None)
        if kind:
            found.append((node.lineno - 1, node.end_lineno - 1, kind))
    return [(first, last, kind) for first, last, kind in found if _alone(body, first, last)]


def _alone(body, first, last):
    """Whether no definition stands on these lines too (after a semicolon)."""
    return not any(isinstance(n, _DEFINITIONS) and n.lineno - 1 <= last and n.end_lineno - 1 >= first for n in body)


def _cannot_run(node, stored):
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_ELSEWHERE):
        return ELSEWHERE
    if isinstance(node, ast.Import) and any(alias.name.startswith(_ELSEWHERE) for alias in node.names):
        return ELSEWHERE
    calls = (part.func for part in _outside_functions(node) if isinstance(part, ast.Call))
    asks = any(isinstance(called, ast.Name) and called.id == "input" for called in calls)
    return ASK if asks and "input" not in stored else None


def _outside_functions(node):
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.Lambda)]


def _bound(node):
    if isinstance(node, _DEFINITIONS):
        return {node.name}
    found = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    aliases = [a for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names]
    return found | {(a.asname or a.name).partition(".")[0] for a in aliases}


def _used(node):
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
