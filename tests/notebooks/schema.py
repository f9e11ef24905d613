"""Checks of the assignments' solution notebooks: nbgrader's cells, points, markers, tests that stand on their own.

Each check takes a Document and yields Problems.
"""

import ast
import builtins
import re
import symtable

from tests.notebooks.language import VIETNAMESE
from tests.notebooks.reading import ROOT, directives, pages, read

BEGIN, END = "### BEGIN {}", "### END {}"
TOTAL = 10
MANUAL = 2
#: names a test must not use: files, input, patching, reaching into the session
BANNED_NAMES = {
    "open",
    "input",
    "exec",
    "eval",
    "compile",
    "globals",
    "locals",
    "vars",
    "setattr",
    "delattr",
    "__import__",
}
BANNED_NAMES |= {"In", "Out", "get_ipython", "breakpoint", "exit", "quit"}
#: modules a test must not import: clocks, files, processes, patching, frames
BANNED_MODULES = {
    "time",
    "timeit",
    "os",
    "sys",
    "pathlib",
    "io",
    "shutil",
    "subprocess",
    "threading",
    "multiprocessing",
}
BANNED_MODULES |= {
    "unittest",
    "mock",
    "inspect",
    "gc",
    "importlib",
    "builtins",
    "IPython",
    "ctypes",
    "tempfile",
    "datetime",
}


def info(cell):
    """Return nbgrader's metadata of a cell, {} if it has none."""
    return cell.metadata.get("nbgrader", {})


def solutions(document):
    """Return the cells a student fills in by code."""
    return [c for c in document.code() if info(c).get("solution") and not info(c).get("grade")]


def tests(document):
    """Return the graded test cells."""
    return [c for c in document.code() if info(c).get("grade") and not info(c).get("solution")]


def metadata(document):
    """Schema 3, a unique grade_id, known flags, locked where students must not write."""
    seen = {}
    for cell in document.cells:
        data = info(cell)
        if not data:
            if cell.kind == "code":
                yield document.problem(cell, "ô mã không có metadata nbgrader: mọi ô mã của đề phải được khai báo.")
            continue
        if data.get("schema_version") != 3:
            yield document.problem(cell, f"schema_version là {data.get('schema_version')}, cần 3.")
        name = data.get("grade_id", "")
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
            yield document.problem(cell, f"grade_id «{name}» chỉ được gồm chữ không dấu, số và _.")
        if name in seen:
            yield document.problem(cell, f"grade_id «{name}» trùng với cells[{seen[name]}].")
        seen.setdefault(name, cell.index)
        if data.get("cell_type", cell.kind) != cell.kind:
            yield document.problem(cell, f"cell_type trong metadata là {data['cell_type']}, ô lại là {cell.kind}.")
        if not data.get("solution") and not data.get("locked"):
            yield document.problem(cell, f"ô «{name}» không phải chỗ làm bài nên cần locked: true.")
        if data.get("solution") and data.get("locked"):
            yield document.problem(cell, f"ô «{name}» là chỗ làm bài nên cần locked: false.")


def points(document):
    """Points are quarters, not negative, and make ten in all; those marked by hand at most two."""
    total = manual = 0
    for cell in document.cells:
        data = info(cell)
        if not data.get("grade"):
            continue
        value = data.get("points")
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0 or (value * 4) % 1:
            yield document.problem(cell, f"điểm {value!r} phải là bội của 0.25.")
            continue
        total += value
        manual += value if data.get("solution") else 0
    if total != TOTAL:
        yield document.problem(None, f"tổng điểm là {total:g}, cần {TOTAL}.")
    if manual > MANUAL:
        yield document.problem(None, f"phần chấm tay có {manual:g} điểm, tối đa {MANUAL}.")


def opening(document):
    """The first cell says how to work, then a locked setup cell imports what is needed."""
    first = document.cells[0]
    if first.kind != "markdown" or not first.source.startswith("# Bài tập: "):
        yield document.problem(0, "ô đầu phải bắt đầu bằng «# Bài tập: <tên>».")
    elif "autograder check" not in first.source:
        yield document.problem(0, "ô đầu cần nói cách chạy `autograder check`.")
    code = document.code()
    if (
        not code
        or info(code[0]).get("grade_id") != "setup"
        or info(code[0]).get("grade")
        or info(code[0]).get("solution")
    ):
        yield document.problem(code[0] if code else None, "ô mã đầu phải là «setup»: không chấm, khóa.")


def tasks(document):
    """Four to seven tasks, each with a story, a solution cell, visible and hidden tests; the last one starred."""
    cells = {info(cell).get("grade_id"): cell for cell in document.code()}
    filled = solutions(document)
    if not 4 <= len(filled) <= 7:
        yield document.problem(None, f"có {len(filled)} bài, cần 4 đến 7.")
    for cell in filled:
        task = info(cell)["grade_id"]
        story = document.cells[cell.index - 1] if cell.index else None
        if story is None or story.kind != "markdown" or not info(story).get("locked"):
            yield document.problem(cell, f"trước ô «{task}» cần một ô đề bài (markdown, locked: true).")
        elif ("★" in story.source) != (cell is filled[-1]):
            yield document.problem(story, "bài cuối, và chỉ bài cuối, mang dấu ★ trong đề bài.")
        if f"test_{task}" not in cells:
            yield document.problem(cell, f"bài «{task}» thiếu ô kiểm tra nhìn thấy «test_{task}».")
        if not any(re.fullmatch(rf"test_{task}(_\w+)?_hidden", name or "") for name in cells):
            yield document.problem(cell, f"bài «{task}» thiếu ô kiểm tra ẩn «test_{task}_hidden».")
    for cell in tests(document):
        name = info(cell)["grade_id"]
        owners = [
            info(c)["grade_id"]
            for c in filled
            if c.index < cell.index and re.match(rf"test_{info(c)['grade_id']}(_|$)", name)
        ]
        if not owners:
            yield document.problem(cell, f"ô kiểm tra «{name}» không thuộc bài nào đứng trước nó.")


def markers(document):
    """BEGIN and END markers are balanced and stand where they belong; hidden cells say what they examine."""
    for cell in document.code():
        name = info(cell).get("grade_id", "?")
        for kind, wanted in (("SOLUTION", cell in solutions(document)), ("HIDDEN TESTS", name.endswith("_hidden"))):
            begins, ends = (_lines(cell.source, mark.format(kind)) for mark in (BEGIN, END))
            alternating = len(begins) == len(ends) and all(
                b < e for b, e in zip(begins, ends, strict=True)
            ) and all(e < b for e, b in zip(ends, begins[1:], strict=False))  # fmt: skip
            if not alternating:
                yield document.problem(cell, f"ô «{name}»: các dấu BEGIN/END {kind} không khớp nhau.")
            elif bool(begins) != wanted:
                state = "thiếu" if wanted else "không được có"
                yield document.problem(cell, f"ô «{name}» {state} ### BEGIN {kind} … ### END {kind}.")
            elif re.search(rf"#+\s*(BEGIN|END)\s+{kind}", _without_marks(cell.source, kind), re.IGNORECASE):
                yield document.problem(cell, f"ô «{name}»: dấu {kind} viết sai; đúng là «### BEGIN {kind}».")
        if name.endswith("_hidden"):
            outside = without(cell.source, "HIDDEN TESTS")
            comments = [line for line in outside.split("\n") if line.strip().startswith("#")]
            if not any(VIETNAMESE.search(line) for line in comments):
                yield document.problem(
                    cell, f"ô «{name}» cần một chú thích tiếng Việt ngoài phần ẩn, nói kiểm tra điều gì."
                )


def _lines(source, mark):
    return [i for i, line in enumerate(source.split("\n")) if line.strip() == mark]


def _without_marks(source, kind):
    marks = {BEGIN.format(kind), END.format(kind)}
    return "\n".join(line for line in source.split("\n") if line.strip() not in marks)


def without(source, kind, replacement=None):
    """Return a cell's source without what stands between the markers; `replacement` takes its place, indented alike."""
    kept, inside = [], False
    for line in source.split("\n"):
        if line.strip() == BEGIN.format(kind):
            inside = True
            if replacement is not None:
                kept.append(line[: len(line) - len(line.lstrip())] + replacement)
        elif line.strip() == END.format(kind):
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def stubs(document):
    """What students get parses, and defines the function it asks for, with a docstring.

    The starred task may leave the signature to the student; its function is then named like the cell.
    """
    filled = solutions(document)
    for cell in filled:
        name = info(cell)["grade_id"]
        try:
            tree = ast.parse(_stub(cell))
        except SyntaxError as error:
            yield document.problem(
                cell, f"bỏ lời giải đi thì ô «{name}» không còn là Python hợp lệ (dòng {error.lineno})."
            )
            continue
        if not _functions(cell) or (not _definitions(tree) and cell is not filled[-1]):
            yield document.problem(cell, f"ô «{name}»: chữ ký hàm phải nằm ngoài BEGIN/END SOLUTION.")
        for node in _definitions(tree):
            if not ast.get_docstring(node):
                yield document.problem(cell, f"hàm {node.name} thiếu docstring (kích thước, kiểu, đơn vị, lỗi).")


def _stub(cell):
    return without(cell.source, "SOLUTION", "raise NotImplementedError()")


def _definitions(tree):
    return [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def _functions(cell):
    """Return the names a solution cell asks students to define."""
    try:
        named = {node.name for node in _definitions(ast.parse(_stub(cell)))}
        return named or {n.name for n in _definitions(ast.parse(cell.source))} & {info(cell)["grade_id"]}
    except SyntaxError:
        return set()


def task_functions(document):
    """Return the names that students are asked to define."""
    return {name for cell in solutions(document) for name in _functions(cell)}


def self_contained(document):
    """A test cell imports what it uses and needs nothing but the students' functions; no files, clocks, patches."""
    functions = task_functions(document)
    for cell in tests(document):
        name = info(cell).get("grade_id", "?")
        try:
            tree = ast.parse(cell.source)
        except SyntaxError as error:
            yield document.problem(
                cell, f"ô «{name}» không phải Python hợp lệ (dòng {error.lineno}); lệnh % và ! cũng không được."
            )
            continue
        if not tree.body or not isinstance(tree.body[0], ast.Import | ast.ImportFrom):
            yield document.problem(cell, f"ô «{name}» phải mở đầu bằng các lệnh import của chính nó.")
        strange = free_names(cell.source) - functions
        if strange:
            names = ", ".join(sorted(strange))
            yield document.problem(
                cell, f"ô «{name}» dùng tên không có trong ô: {names} (hàm phụ? ô khác? thiếu import?)."
            )
        used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} & BANNED_NAMES
        modules = {
            module.split(".")[0]
            for node in ast.walk(tree)
            for module in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )
        }  # fmt: skip
        for word in sorted(used | (modules & BANNED_MODULES)):
            yield document.problem(
                cell, f"ô «{name}» dùng {word}: kiểm tra không đụng tới tệp, đồng hồ, tiến trình hay phiên Jupyter."
            )
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
                root = node
                while isinstance(root, ast.Attribute | ast.Subscript):
                    root = root.value
                imported = {
                    alias.asname or alias.name.split(".")[0]
                    for n in tree.body
                    if isinstance(n, ast.Import | ast.ImportFrom)
                    for alias in n.names
                }
                if isinstance(root, ast.Name) and root.id in imported | functions:
                    yield document.problem(
                        cell, f"ô «{name}» gán vào {root.id}: không vá thư viện hay hàm của sinh viên."
                    )


def free_names(source):
    """Return the names a piece of code needs from outside: not built in, not defined or imported in it."""
    top = symtable.symtable(source, "cell", "exec")
    defined = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    free, tables = set(), [top]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            if table is not top and symbol.is_declared_global() and symbol.is_assigned():
                defined.add(symbol.get_name())
            if (table is top or symbol.is_global()) and symbol.is_referenced():
                free.add(symbol.get_name())
    return {name for name in free - defined if not hasattr(builtins, name)}


def visible_tests(document):
    """A visible test diagnoses: no bare assert, and check.passed at its end."""
    known = task_functions(document) | {info(cell)["grade_id"] for cell in solutions(document)}
    for cell in tests(document):
        name = info(cell).get("grade_id", "?")
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert) and node.msg is None:
                yield document.problem(
                    cell, f"ô «{name}» dòng {node.lineno}: assert không lời; dùng course.check hoặc kèm thông báo."
                )
        if name.endswith("_hidden"):
            continue
        last = ast.unparse(tree.body[-1]) if tree.body else ""
        passed = re.fullmatch(r"check\.passed\('(\w+)(: [^']+)?'\)", last)
        if not passed or passed.group(1) not in known:
            yield document.problem(cell, f'ô «{name}» phải kết thúc bằng check.passed("<tên bài hoặc tên hàm>").')


def belongs(document, root=ROOT):
    """The assignment has its folder, its chapter (or another page) and its bank of answers."""
    slug = document.path.stem
    if document.path.parent.name != slug:
        yield document.problem(None, f"phải nằm ở solutions/{slug}/{slug}.ipynb.")
    mentioned = [
        d.title for path in pages(root) if path.is_file() for d in directives(read(path)) if d.name == "assignment"
    ]
    if slug not in mentioned:
        yield document.problem(None, f"không chương nào có :::{{assignment}} {slug}.")
    if not (root / f"tests/graders/answers/{slug}.py").is_file():
        yield document.problem(None, f"thiếu ngân hàng đáp án tests/graders/answers/{slug}.py.")


ASSIGNMENT = (metadata, points, opening, tasks, markers, stubs, self_contained, visible_tests, belongs)
