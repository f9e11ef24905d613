"""Mutants of a model solution: its code with one small, plausible slip each.

Every operator is a function from a node to replacements of the node's source text. A replacement is spliced into the
source, so the mutated line still looks like the author's; what Python then reads must differ from the original's
compiled code and from every other mutant's.
"""

import ast
import re
import types
from dataclasses import dataclass
from itertools import pairwise

from tests.graders.assignment import numbered_region


@dataclass(frozen=True)
class Mutant:
    """One mutant of one solution cell."""

    task: str
    line: int  # in the cell, from 1
    change: str  # "original line -> mutated line", stripped
    source: str  # of the whole cell


def mutants(task: str, source: str) -> list[Mutant]:
    """Return all mutants of a solution cell, in the order of its lines.

    Only what students write is mutated: the lines between BEGIN SOLUTION and END SOLUTION, where the cell has them.
    Docstrings, annotations, printed text and error messages are left alone.
    """
    module = ast.parse(source)
    lines = {number for number, _ in numbered_region(source, "SOLUTION")}
    text = _Source(source)
    seen = {_fingerprint(compile(module, "", "exec"))}
    found = []
    for node, context in _walk(module):
        if lines and node.lineno not in lines:
            continue
        for start, end, replacement in _edits(node, context, text):
            mutated = source[:start] + replacement + source[end:]
            try:
                code = _fingerprint(compile(mutated, "", "exec"))
            except (SyntaxError, ValueError):
                continue
            if code in seen:
                continue
            seen.add(code)
            line, change = _describe(source, mutated, start, node.lineno)
            found.append(Mutant(task, line, change, mutated))
    return sorted(found, key=lambda mutant: mutant.line)


def _describe(source, mutated, start, line):
    """Return (line number, "original line -> mutated line") for the first line that differs."""
    old, new = source.split("\n"), mutated.split("\n")
    number = next((i for i, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), line - 1)
    return number + 1, f"{old[number].strip()} -> {new[number].strip()}"


def _fingerprint(code):
    """Return what the code does, without the names of files and the numbers of lines."""
    constants = tuple(
        _fingerprint(c) if isinstance(c, types.CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts
    )
    return (code.co_code, code.co_exceptiontable, constants, code.co_names, code.co_varnames, code.co_freevars)


class _Source:
    """Source text addressed by nodes; positions in characters (the AST counts UTF-8 bytes)."""

    def __init__(self, source):
        self.source = source
        self._lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def span(self, node):
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def of(self, node):
        start, end = self.span(node)
        return self.source[start:end]

    def _place(self, line, column):
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())


# --- walking ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Context:
    """What an operator knows of a node's surroundings."""

    parent: ast.AST | None = None
    field: str = ""
    function: ast.AST | None = None
    counters: frozenset = frozenset()  # names that loops and comprehensions run over integers with


def _walk(module):
    """Yield (node, context) for every node that may be mutated."""
    yield from _visit(module, _Context())


def _visit(node, context):
    if hasattr(node, "lineno") and isinstance(node, ast.expr | ast.stmt):
        yield node, context
    function, counters = context.function, context.counters
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        function, counters = node, counters | _counters(node)
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in children:
            if not isinstance(child, ast.AST) or _is_left_alone(node, name, child):
                continue
            yield from _visit(child, _Context(node, name, function, counters))


def _is_left_alone(node, name, child):
    if name in ("annotation", "returns", "decorator_list") or isinstance(
        child, ast.JoinedStr | ast.Import | ast.ImportFrom
    ):
        return True
    if isinstance(node, ast.Raise):
        return True
    if isinstance(node, ast.Assert) and name == "msg":
        return True
    if isinstance(child, ast.Expr):
        value = child.value
        if isinstance(value, ast.Constant):
            return True  # a docstring
        if isinstance(value, ast.Call) and _name_of(value.func) in ("print", "warn"):
            return True
    return False


def _counters(function):
    """Return the names that `for … in range(…)` and `enumerate` count with."""
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Call):
            called = _name_of(node.iter.func)
            if called in ("range", "ndindex"):
                names |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
            elif called == "enumerate" and isinstance(node.target, ast.Tuple):
                names |= {n.id for n in ast.walk(node.target.elts[0]) if isinstance(n, ast.Name)}
    return frozenset(names)


def _name_of(function):
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


# --- operators ----------------------------------------------------------------------------------------------------


def _edits(node, context, text):
    """Yield (start, end, replacement) for every slip in this very node."""
    for kind, operator in _OPERATORS:
        if isinstance(node, kind):
            yield from operator(node, context, text)


def _whole(node, text, replacement):
    """Replace the whole node, in parentheses where Python would read it differently without."""
    start, end = text.span(node)
    safe = f"({replacement})"
    before, after = text.source[:start], text.source[end:]
    return start, end, replacement if _parsed(before + replacement + after) == _parsed(before + safe + after) else safe


def _parsed(source):
    try:
        return ast.dump(ast.parse(source))
    except SyntaxError:
        return None


def _operand(node, text):
    """Return an operand's text that can be put beside any operator."""
    atom = isinstance(node, ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript | ast.List)
    return text.of(node) if atom else f"({text.of(node)})"


def _token(text, left, right, old, new):
    """Replace an operator that stands between two nodes."""
    start, end = text.span(left)[1], text.span(right)[0]
    gap = re.sub(r"#.*", lambda comment: " " * len(comment.group()), text.source[start:end])
    match = re.search(r"\s+".join(map(re.escape, old.split())), gap)
    if match:
        yield start + match.start(), start + match.end(), new


_ARITHMETIC = {
    ast.Add: ("+", ("-",)),
    ast.Sub: ("-", ("+",)),
    ast.Mult: ("*", ("/", "+")),
    ast.Div: ("/", ("*", "//")),
    ast.FloorDiv: ("//", ("/", "*")),
    ast.Mod: ("%", ("//",)),
    ast.Pow: ("**", ("*",)),
    ast.MatMult: ("@", ("*",)),
    ast.BitAnd: ("&", ("|",)),
    ast.BitOr: ("|", ("&",)),
    ast.BitXor: ("^", ("&",)),
    ast.LShift: ("<<", (">>",)),
    ast.RShift: (">>", ("<<",)),
}


def _binary(node, context, text):
    if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
        return  # a text put together
    old, others = _ARITHMETIC[type(node.op)]
    for new in others:
        yield from _token(text, node.left, node.right, old, new)
    left, right = text.of(node.left), text.of(node.right)
    yield _whole(node, text, left)  # a forgotten term or factor
    if isinstance(node.op, ast.Add | ast.Mult | ast.Sub | ast.MatMult | ast.BitAnd | ast.BitOr):
        yield _whole(node, text, right)
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult) and ast.dump(node.left) != ast.dump(node.right):
        yield _whole(node, text, f"{_operand(node.right, text)} {old} {_operand(node.left, text)}")


def _augmented(node, context, text):
    old, others = _ARITHMETIC[type(node.op)]
    for new in others:
        yield from _token(text, node.target, node.value, f"{old}=", f"{new}=")
    yield from _token(text, node.target, node.value, f"{old}=", "=")


_COMPARISONS = {
    ast.Lt: ("<", ("<=", ">=")),
    ast.LtE: ("<=", ("<", ">")),
    ast.Gt: (">", (">=", "<=")),
    ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: ("not in", ("in",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: ("is not", ("is",)),
}


def _compare(node, context, text):
    operands = [node.left, *node.comparators]
    for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
        old, others = _COMPARISONS[type(operator)]
        for new in others:
            yield from _token(text, left, right, old, new)


def _boolean(node, context, text):
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    for left, right in pairwise(node.values):
        yield from _token(text, left, right, old, new)
    for i in range(len(node.values)):
        rest = [value for j, value in enumerate(node.values) if j != i]
        parts = [text.of(value) for value in rest] if len(rest) == 1 else [f"({text.of(value)})" for value in rest]
        yield _whole(node, text, f" {old} ".join(parts))


def _unary(node, context, text):
    if isinstance(node.operand, ast.Constant) and isinstance(node.op, ast.USub):
        yield _whole(node, text, text.of(node.operand))  # -1 -> 1; the constant itself is mutated on its own
    elif isinstance(node.op, ast.USub | ast.Not | ast.Invert):
        yield _whole(node, text, text.of(node.operand))


def _constant(node, context, text):
    value, (start, end) = node.value, text.span(node)
    if isinstance(value, bool):
        others = [not value]
    elif isinstance(value, int):
        others = [value + 1, value - 1]
        if isinstance(context.parent, ast.UnaryOp):
            others = [n for n in others if n >= 0]
    elif isinstance(value, float):
        others = [value * 2, 0.0] if value else [1.0]
    elif isinstance(value, str) and isinstance(context.parent, ast.Compare | ast.keyword | ast.Call | ast.Subscript):
        others = [value + "_"]
    else:
        return
    for other in others:
        shown = repr(other)
        yield start, end, f"({shown})" if shown.startswith("-") and isinstance(context.parent, ast.BinOp) else shown


def _condition(node, context, text):
    for value in ("True", "False"):
        start, end = text.span(node.test)
        yield start, end, value


def _while(node, context, text):
    start, end = text.span(node.test)
    yield start, end, "False"


def _filter(node, context, text):
    for generator in node.generators:
        for test in generator.ifs:
            start, end = text.span(test)
            yield start, end, "True"


_SAME_SHAPE = {  # names easily taken for each other
    "min": "max", "max": "min", "argmin": "argmax", "argmax": "argmin", "minimum": "maximum", "maximum": "minimum",
    "mean": "sum", "sum": "mean", "floor": "ceil", "ceil": "floor", "any": "all", "all": "any", "zeros": "ones",
    "ones": "zeros", "zeros_like": "ones_like", "ones_like": "zeros_like", "sin": "cos", "cos": "sin", "std": "var",
    "var": "std", "exp": "log", "log": "exp", "hstack": "vstack", "vstack": "hstack", "append": "extend",
    "float64": "float32", "float32": "float64", "uint8": "int64", "int64": "uint8", "logical_and": "logical_or",
    "logical_or": "logical_and", "rint": "floor", "round": "floor", "median": "mean",
}  # fmt: skip


def _attribute(node, context, text):
    _, end = text.span(node)
    if node.attr in ("T", "mT"):
        yield _whole(node, text, text.of(node.value))
    elif node.attr in _SAME_SHAPE and isinstance(node.ctx, ast.Load):
        yield end - len(node.attr), end, _SAME_SHAPE[node.attr]


_NO_WRAPPER = {"range", "len", "enumerate", "zip", "isinstance", "append", "extend", "type", "super", "print"}


def _call(node, context, text):
    name, arguments = _name_of(node.func), node.args
    _, end = text.span(node)
    if isinstance(node.func, ast.Name) and name in ("min", "max", "any", "all"):
        place, stop = text.span(node.func)
        yield place, stop, _SAME_SHAPE[name]
    if name not in _NO_WRAPPER:
        if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
            yield _whole(node, text, text.of(node.func.value))  # x.copy() -> x
        elif arguments and not isinstance(arguments[0], ast.Starred):
            yield _whole(node, text, text.of(arguments[0]))  # np.clip(x, 0, 1) -> x
    for one, two in pairwise(arguments):
        yield from _swap(one, two, text)
    for keyword in node.keywords:  # axis=…, keepdims=…, ddof=…, dtype=… forgotten
        if keyword.arg is not None:
            others = [a for a in [*node.args, *node.keywords] if a is not keyword]
            place = text.span(node.func)[1]
            yield place, end, f"({', '.join(text.of(a) for a in others)})"
    if name == "range" and not node.keywords:
        stop = arguments[0] if len(arguments) == 1 else arguments[1]
        yield from _shifted(stop, text)
        if len(arguments) > 1:
            yield from _shifted(arguments[0], text)
        else:
            place, _ = text.span(stop)
            yield place, place, "1, "
        if len(arguments) == 3:
            yield text.span(arguments[1])[1], text.span(arguments[2])[1], ""


def _is_module(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in {
        "np",
        "numpy",
        "torch",
        "F",
        "nn",
        "sp",
        "sympy",
        "math",
        "plt",
        "scipy",
    }


def _swap(one, two, text):
    if ast.dump(one) != ast.dump(two) and not isinstance(one, ast.Starred) and not isinstance(two, ast.Starred):
        (start, middle), (resume, end) = text.span(one), text.span(two)
        yield start, end, text.of(two) + text.source[middle:resume] + text.of(one)


def _shifted(node, text):
    """Off by one; plain numbers are mutated as constants."""
    if not isinstance(node, ast.Constant) and not (
        isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
    ):
        _, end = text.span(node)
        yield end, end, " - 1"
        yield end, end, " + 1"


def _tuple(node, context, text):
    if isinstance(node.ctx, ast.Load):
        for one, two in pairwise(node.elts):
            yield from _swap(one, two, text)


def _subscript(node, context, text):
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for part in parts:
        if isinstance(part, ast.Slice):
            for bound in (part.lower, part.upper, part.step):
                if bound is not None:
                    yield from _shifted(bound, text)
                    start, end = text.span(bound)
                    yield start, end, ""
        elif isinstance(part, ast.Name) and part.id in context.counters:
            yield from _shifted(part, text)


def _statement(node, context, text):
    start, end = text.span(node)
    if not _only_binding(node, context.function):
        yield start, end, "pass"


def _only_binding(node, function):
    """Whether a name exists only thanks to this statement: without it the code would just stop with a NameError."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or function is None:
        return isinstance(node, ast.Assign | ast.AnnAssign)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    elsewhere = {argument.arg for argument in arguments}
    for other in ast.walk(function):
        if isinstance(other, ast.Name) and isinstance(other.ctx, ast.Store) and not _lies_in(other, node):
            elsewhere.add(other.id)
    return bool(names - elsewhere)


def _lies_in(inner, outer):
    return (outer.lineno, outer.col_offset) <= (inner.lineno, inner.col_offset) and (
        inner.end_lineno, inner.end_col_offset) <= (outer.end_lineno, outer.end_col_offset)  # fmt: skip


def _raise(node, context, text):
    if isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name) and node.exc.func.id != "RuntimeError":
        start, end = text.span(node.exc.func)
        yield start, end, "RuntimeError"


def _loop(node, context, text):
    for loop in [node] if isinstance(node, ast.For) else node.generators:
        start, end = text.span(loop.iter)
        if isinstance(node, ast.For):
            yield start, end, "()"
        if not (isinstance(loop.iter, ast.Call) and _name_of(loop.iter.func) == "range"):  # range has its own mutants
            yield start, end, f"list({text.of(loop.iter)})[1:]"
            yield start, end, f"list({text.of(loop.iter)})[:-1]"


def _return(node, context, text):
    if not isinstance(node.value, ast.Name) or context.function is None:
        return
    names = [
        n.id
        for statement in ast.walk(context.function)
        if isinstance(statement, ast.Assign) and statement.lineno < node.lineno
        for n in statement.targets
        if isinstance(n, ast.Name) and n.id != node.value.id
    ]
    arguments = [a.arg for a in context.function.args.args if a.arg != node.value.id]
    start, end = text.span(node.value)
    for name in names[-1:] + arguments[:1]:
        yield start, end, name


def _break(node, context, text):
    start, end = text.span(node)
    yield start, end, "continue" if isinstance(node, ast.Break) else "break"


_OPERATORS = (
    (ast.BinOp, _binary),
    (ast.AugAssign, _augmented),
    (ast.Compare, _compare),
    (ast.BoolOp, _boolean),
    (ast.UnaryOp, _unary),
    (ast.Constant, _constant),
    (ast.If | ast.IfExp, _condition),
    (ast.While, _while),
    (ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, _filter),
    (ast.Attribute, _attribute),
    (ast.Call, _call),
    (ast.Tuple, _tuple),
    (ast.Subscript, _subscript),
    (ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Raise | ast.Assert | ast.Delete, _statement),
    (ast.Break | ast.Continue, _statement),
    (ast.Break | ast.Continue, _break),
    (ast.Raise, _raise),
    (ast.For | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, _loop),
    (ast.Return, _return),
)
