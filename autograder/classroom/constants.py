"""What an assignment lets a class vary: constants and the seeds of its random test data.

Both are told in the hidden tests of the source notebook, so that no student ever reads them::

    ### BEGIN HIDDEN TESTS
    # vary: gray = 128 or 96, 112, 144, 160
    # vary: at xám, mức {gray}
    # vary: at [{gray}, {gray}, {gray}]
    rng = np.random.default_rng(3)
    fixed = np.random.default_rng(4)  # vary: keep

A constant has a name, the value it has in the source, and others it may have: literals, ``2..9``, ``10..90 step 5``.
Then come the places: whatever stands in the notebook as the source's value makes it read, in every cell, reads as the
class's value makes it. Between braces there may be arithmetic (``{20 / (20 + z**2):.4f}``); a brace itself is doubled.
Seeds that are written as numbers in hidden tests need no telling.
"""

import ast
import math
import operator
import re
import string
from dataclasses import dataclass

from autograder.assignment import BEGIN_HIDDEN, END_HIDDEN
from autograder.text import one_line

MARK = "# vary:"
_LINE = re.compile(r"^\s*#\s*vary:(.*)$")
_KEEP = re.compile(r"#\s*vary:\s*keep\b")
_CONSTANT = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<value>.+?)\s+or\s+(?P<others>.+)")
_RANGE = re.compile(r"(-?\d+)\s*\.\.\s*(-?\d+)(?:\s+step\s+(\d+))?")
_SEED = re.compile(r"\b(default_rng|RandomState|manual_seed|random\.seed|Random)\((\d+)\)")
MOST = 10_000  # values of a range
MAX_SEED = 1_000_000


class Wrong(ValueError):  # noqa: N818
    """A declaration that cannot be used; ``str(error)`` is a part of a Vietnamese sentence."""


@dataclass(frozen=True)
class Constant:
    """One thing that may be varied."""

    name: str
    value: object  # in the source
    others: tuple  # what a class may have instead

    def allows(self, value):
        """Whether a class may have a value (1 is not 1.0 here: it reads differently)."""
        return any(type(value) is type(other) and value == other for other in self.others)


@dataclass(frozen=True)
class Declared:
    """What the hidden tests of a notebook tell."""

    constants: tuple[Constant, ...] = ()
    places: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()  # Vietnamese, one line each

    @property
    def values(self):
        """The constants' values in the source, by name."""
        return {constant.name: constant.value for constant in self.constants}


def declared(notebook):
    """Return what a source notebook declares; its problems are those of the declarations, and of what they find."""
    constants, places, problems = {}, [], []
    for number, cell in enumerate(notebook.cells, start=1):
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or f"{number}"
        for text, hidden in _told(cell.source):
            try:
                if not hidden:
                    raise Wrong("nằm ngoài vùng kiểm tra ẩn, sinh viên sẽ đọc được")
                if text.startswith("at "):
                    places.append((name, text[3:].strip()))
                    continue
                constant = _constant(text)
                if constant.name in constants:
                    raise Wrong(f"hằng số {constant.name} đã khai ở trên")
                constants[constant.name] = constant
            except Wrong as wrong:
                problems.append(f"ô `{name}`, khai báo «{MARK} {one_line(text, 60)}»: {wrong}.")
    values = {constant.name: constant.value for constant in constants.values()}
    everything = [_untold(cell.source) for cell in notebook.cells]
    used = set()
    for name, place in places:
        try:
            used |= names_in(place)
            text = rendered(place, values)
            if not any(text in source for source in everything):
                raise Wrong(f"sổ tay không có chỗ nào ghi «{one_line(text, 60)}»")
        except Wrong as wrong:
            problems.append(f"ô `{name}`, khai báo «{MARK} at {one_line(place, 60)}»: {wrong}.")
    problems += [f"hằng số {name} được khai mà không có dòng «{MARK} at» nào dùng." for name in constants.keys() - used]
    return Declared(tuple(constants.values()), tuple(place for _, place in places), tuple(problems))


def substituted(source, declared, values):
    """Return a cell's source with the constants' `values` in all places, and without the declarations."""
    old, pairs = declared.values, {}
    for place in declared.places:
        pairs.setdefault(rendered(place, old), rendered(place, old | values))
    source = _untold(source)
    if not pairs:
        return source
    # all at once, the longest first: what one place has become is not taken for another
    pattern = "|".join(re.escape(text) for text in sorted(pairs, key=len, reverse=True))
    return re.sub(pattern, lambda match: pairs[match[0]], source)


def seeded(source, renew):
    """Return (a cell's source with other seeds in its hidden tests, how many were changed).

    ``renew(seed)`` gives the new one; a line that ends with ``# vary: keep`` keeps its own, without the comment.
    """
    lines, inside, count = [], False, 0
    for line in source.split("\n"):
        inside = (inside or BEGIN_HIDDEN in line) and END_HIDDEN not in line
        if inside and not _KEEP.search(line):
            line, found = _SEED.subn(lambda match: f"{match[1]}({renew(int(match[2]))})", line)
            count += found
        lines.append(_KEEP.split(line)[0].rstrip() if _KEEP.search(line) else line)
    return "\n".join(lines), count


def names_in(place):
    """Return the names that a place uses; raises Wrong."""
    return {node.id for field in _fields(place) for node in ast.walk(_parsed(field)) if isinstance(node, ast.Name)} - {
        *_FUNCTIONS
    }


def rendered(place, values):
    """Return what a place reads with some values; raises Wrong."""
    parts = []
    for text, field, spec, _ in _pieces(place):
        parts.append(text)
        if field is not None:
            value = _computed(_parsed(field).body, values)
            try:
                parts.append(format(value, spec) if spec else str(value))
            except (ValueError, TypeError):
                raise Wrong(f"không viết được {field} theo «{spec}»") from None
    return "".join(parts)


# --- reading ------------------------------------------------------------------------------------------------------


def _told(source):
    """Yield (text, whether it stands in a hidden region) of the declarations in a cell."""
    inside = False
    for line in source.split("\n"):
        inside = (inside or BEGIN_HIDDEN in line) and END_HIDDEN not in line
        found = _LINE.match(line)
        if found:
            yield found[1].strip(), inside


def _untold(source):
    return "\n".join(line for line in source.split("\n") if not _LINE.match(line))


def _constant(text):
    match = _CONSTANT.fullmatch(text)
    if not match:
        raise Wrong("không hiểu; cần «tên = giá trị or giá trị, giá trị» hoặc «at …»")
    value, others = _literal(match["value"]), _others(match["others"])
    if isinstance(value, tuple):
        raise Wrong("giá trị gốc cần là một số hoặc một chuỗi")
    others = tuple(other for other in others if not (type(other) is type(value) and other == value))
    if not others:
        raise Wrong("không có giá trị nào khác giá trị gốc")
    if any(type(other) is not type(value) for other in others):
        raise Wrong("các giá trị phải cùng kiểu với giá trị gốc")
    return Constant(match["name"], value, others)


def _others(text):
    match = _RANGE.fullmatch(text)
    if not match:
        found = _literal(f"({text},)")
        return tuple(dict.fromkeys(found))
    numbers = range(int(match[1]), int(match[2]) + 1, int(match[3] or 1) or 1)
    if not 0 < len(numbers) <= MOST:
        raise Wrong(f"khoảng cần có từ 1 đến {MOST} số")
    return tuple(numbers)


def _literal(text):
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise Wrong(f"«{one_line(text, 40)}» không phải số hay chuỗi") from None
    values = found if isinstance(found, tuple) else (found,)
    for value in values:
        if type(value) not in (int, float, str) or value == "":
            raise Wrong("giá trị cần là số hoặc chuỗi")
        if isinstance(value, float) and not math.isfinite(value):
            raise Wrong("giá trị cần hữu hạn")
    return found


def _pieces(place):
    try:
        return list(string.Formatter().parse(place))
    except ValueError:
        raise Wrong("dấu ngoặc nhọn không khớp; dấu ngoặc nhọn thường viết hai lần: {{ }}") from None


def _fields(place):
    return [field for _, field, _, _ in _pieces(place) if field is not None]


def _parsed(field):
    try:
        return ast.parse(field.strip(), mode="eval")
    except (SyntaxError, ValueError):
        raise Wrong(f"không hiểu phép tính {{{one_line(field, 40)}}}") from None


_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_FUNCTIONS = {
    "round": round,
    "abs": abs,
    "min": min,
    "max": max,
    "int": int,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
}


def _computed(node, values):
    """Return the value of an expression of numbers, names and arithmetic; raises Wrong."""
    match node:
        case ast.Constant(value=int() | float() | str() as value):
            return value
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.BinOp() | ast.UnaryOp() if type(node.op) in _OPERATORS:
            parts = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.operand,)
            function, arguments = _OPERATORS[type(node.op)], [_computed(part, values) for part in parts]
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in _FUNCTIONS:
            function, arguments = _FUNCTIONS[name], [_computed(part, values) for part in node.args]
        case _:
            raise Wrong(f"không hiểu {{{one_line(ast.unparse(node), 40)}}}: chỉ có hằng số đã khai và phép tính")
    if function is operator.pow and abs(arguments[1]) > 1000:
        raise Wrong("số mũ quá lớn")
    try:
        return function(*arguments)
    except (ArithmeticError, TypeError, ValueError):
        raise Wrong(f"không tính được {{{one_line(ast.unparse(node), 40)}}}") from None
