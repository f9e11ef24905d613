"""The instructor's cells, compiled once for all submissions of an assignment; never seen by a student's process."""

import ast
import asyncio
import builtins
import functools
import inspect
import warnings
from dataclasses import dataclass, field, replace

from autograder.errors import AutograderError

_SEEDS = frozenset(["seed", "manual_seed", "set_state", "setstate", "set_rng_state"])
_PATCHES = frozenset(["patch", "monkeypatch", "setattr", "delattr", "builtins", "__builtins__"])
_OF_TENSORS = frozenset(["grad", "requires_grad", "data"])  # ``w.grad = None`` patches no module
_NOT_FORWARDED = frozenset(
    ["__init__", "__new__", "__getattr__", "__getattribute__", "__setattr__", "__class_getitem__"]
)
_DATACLASS = frozenset(["__eq__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__"])
MAX_SOURCE = 200_000  # characters of a cell; what a longer one binds is not looked for
_MAX_WORK = 500_000  # IPython reads the whole cell again for every line of its own syntax
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Bound:
    """What the top level of a cell defines."""

    names: frozenset[str] = frozenset()
    dunders: frozenset[str] = frozenset()  # special methods of its classes
    imports: tuple[str, ...] = ()  # its import statements


def parse(source):
    """Return (tree, source as it was parsed) of a cell, IPython's own syntax included. Raises SyntaxError."""
    try:
        return ast.parse(source), source
    except SyntaxError:
        transformed = _transformed(source)
        if transformed == source:
            raise
        return ast.parse(transformed), transformed
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error)) from None


def _transformed(source):
    from IPython.core.inputtransformer2 import TransformerManager

    if len(source) * sum(any(mark in line for mark in "%!?") for line in source.splitlines()) > _MAX_WORK:
        return source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of line ends that IPython does not expect: nothing for who grades
        return TransformerManager().transform_cell(source)


def bound(source):
    """Return the :class:`Bound` of a cell; of one that is no Python, an empty one."""
    try:
        tree, _ = parse(source)
    except SyntaxError:
        return Bound()
    names, dunders, imports, waiting = set(), set(), [], list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            if isinstance(node, ast.ClassDef):
                methods = {n.name for n in ast.walk(node) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
                assigned = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
                dunders |= {n for n in methods | assigned if n[:2] == "__" == n[-2:]} - _NOT_FORWARDED
                if any(
                    "dataclass" in ast.unparse(d) or "total_ordering" in ast.unparse(d) for d in node.decorator_list
                ):
                    dunders |= _DATACLASS
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(ast.unparse(node))
        elif isinstance(node, ast.ExceptHandler):
            waiting.extend(ast.iter_child_nodes(node))
        elif not isinstance(node, _SCOPES):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            waiting.extend(ast.iter_child_nodes(node))
    return Bound(frozenset(names), frozenset(dunders), tuple(reversed(imports)))


def names_bound(source):
    """Return the names that the top level of a cell binds (imports aside), sorted."""
    return sorted(bound(source).names) if len(source) <= MAX_SOURCE else []


class Code:
    """One compiled cell of the instructor's.

    Attributes
    ----------
    lines : list of str
        Its source.
    uses, stores : frozenset of str
        Names it reads or has anywhere (attributes too); names that its top level or a ``global`` binds.
    seeds, patches, draws : bool
        Whether it may set a random state; may change what belongs to a module; uses Matplotlib's state.
    """

    def __init__(self, name, source):
        self.name, self.source, self.lines = name, source, source.splitlines()
        self.file = f"<{name}>"
        self.error = self.body = self.last = None
        self.uses = self.stores = self.used_names = frozenset()
        self.magic = self.patches = False
        try:
            tree, parsed = parse(source)
            self.magic = parsed != source
            self._look_at(tree)
            if tree.body and isinstance(tree.body[-1], ast.Expr) and not _is_silenced(source):
                last = ast.Expression(tree.body.pop().value)
                self.last = compile(last, self.file, "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            self.body = compile(tree, self.file, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError) as error:
            self.error = error
        self.seeds = bool(self.uses & _SEEDS)
        self.draws = bool(self.uses & {"pyplot", "plt", "pylab"})

    def _look_at(self, tree):
        uses, stores, used_names, self.patches = set(), set(), set(), False
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                uses.add(node.id)
                if isinstance(node.ctx, ast.Load):
                    used_names.add(node.id)
            elif isinstance(node, ast.Attribute):
                uses.add(node.attr)
                self.patches |= not isinstance(node.ctx, ast.Load) and node.attr not in _OF_TENSORS
            elif isinstance(node, ast.alias):
                uses |= set(node.name.split("."))
            elif isinstance(node, ast.Global):
                stores |= set(node.names)
        self.patches = self.patches or bool(uses & _PATCHES)
        self.uses, self.used_names = frozenset(uses), frozenset(used_names)
        self.stores = frozenset(stores) | bound(self.source).names

    def run(self, names):
        """Run it in this namespace; return the value of its last expression, or None."""
        if self.error is not None:
            raise self.error
        _finish(eval(self.body, names))
        return None if self.last is None else _finish(eval(self.last, names))


def _finish(value):
    """Await what a cell with top-level await leaves."""
    return asyncio.run(value) if inspect.iscoroutine(value) else value


def _is_silenced(source):
    import io
    import tokenize

    last = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT):
                last = token.string
    except (tokenize.TokenError, SyntaxError):
        last = source.rstrip()[-1:]
    return last == ";"


@dataclass
class Tests:
    """All that the examiner needs to know of an assignment."""

    codes: dict  # grade_id -> Code, of test and of setup cells
    tasks: dict = field(default_factory=dict)  # grade_id of a test cell -> its task
    imports: tuple = ()  # Codes of the model solution's import statements
    student_names: frozenset = frozenset()  # names that a test may ask the student's process for
    model_names: frozenset = frozenset()  # those of them that the model solution binds: a test may rebind them
    test_names: frozenset = frozenset()  # names that only test cells bind
    dunders: frozenset = frozenset()
    hidden: frozenset = frozenset()  # grade_ids of the test cells that students do not know

    @functools.cached_property
    def used_builtins(self):
        """Names of Python's own that the cells use and the student does not define."""
        used = frozenset().union(*(code.used_names for code in self.codes.values()))
        return (used & vars(builtins).keys()) - self.student_names


def compile_tests(assignment):
    """Return the :class:`Tests` of an assignment; its model solution is read for the names that it defines."""
    codes, tasks = {}, {}
    for cell in assignment.cells:
        if cell.cell_type == "code" and cell.kind in ("test", "locked"):
            codes[cell.grade_id] = Code(cell.grade_id, cell.source)
            if cell.kind == "test":
                tasks[cell.grade_id] = cell.task
    hidden = frozenset(cell.grade_id for cell in assignment.cells if cell.hidden)
    return replace(tests_of(codes, tasks, model_sources(assignment)), hidden=hidden)


def tests_of(codes, tasks, sources):
    """Return the Tests of compiled cells and the sources of the model's other code cells."""
    parts = [bound(source) for source in sources]
    model = frozenset().union(*(p.names for p in parts))
    imports = tuple(Code("import", s) for s in dict.fromkeys(s for p in parts for s in p.imports))
    own = frozenset().union(*(code.stores for code in codes.values()))
    brought = frozenset().union(*(imported(code.source) for code in codes.values()))
    used = frozenset().union(*(code.used_names for code in codes.values()))
    free = used - own - brought - vars(builtins).keys() - frozenset().union(*(imported(c.source) for c in imports))
    tests = frozenset().union(*(code.stores for name, code in codes.items() if name in tasks))
    dunders = frozenset().union(*(p.dunders for p in parts))
    return Tests(codes, tasks, imports, model | free, model, tests - model, dunders)


def imported(source):
    """Return the names that a cell's import statements bind, wherever they stand."""
    try:
        tree, _ = parse(source)
    except SyntaxError:
        return frozenset()
    aliases = (a for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)) for a in node.names)
    return frozenset((a.asname or a.name).split(".")[0] for a in aliases)


def model_sources(assignment):
    """Return the sources of the model's code cells that are neither tests nor setup."""
    from autograder.course import kind_of, read_source

    if assignment.model is not None:
        return list(assignment.model)
    path = assignment.folder / f"{assignment.notebook}.ipynb"
    try:
        cells = read_source(path).cells
    except AutograderError:
        return [c.source for c in assignment.cells if c.cell_type == "code" and c.kind in ("solution", "answer")]
    return [c.source for c in cells if c.cell_type == "code" and kind_of(c) in ("solution", "answer", None)]
