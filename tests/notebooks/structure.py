"""Checks of how chapters are made (the parts every chapter has) and of what is stored in their notebooks.

Each check takes a Document and yields Problems.
"""

import ast
import functools
import importlib.util
import re
from urllib.parse import unquote, urlsplit

import nbformat
from pybtex.database import parse_string

from tests.notebooks.approximate import PREFIX
from tests.notebooks.reading import BOOK, VAGUE_HEADINGS, directives, headings, pages, without_code_blocks

SECTIONS = ("Lỗi hay gặp", "Câu hỏi nhanh", "Điều cần nhớ", "Bài tập", "Đọc thêm")
CITATION = re.compile(r"\{cite(?::[\w*]+)?\}`([^`]+)`")
LONGEST_CELL = 25
SHORTEST_ALT = 15


# --- the parts of a chapter -------------------------------------------------------------------------------------


def title(document):
    """One H1, at the top, and a sentence on why the chapter matters right after it."""
    tops = [h for h in headings(document) if h[0] == 1]
    if len(tops) != 1:
        yield document.problem(tops[1][2] if tops else 0, f"có {len(tops)} tiêu đề cấp 1 (#), cần đúng một.")
        return
    if tops[0][2:] != (0, 0):
        yield document.problem(tops[0][2], "tiêu đề cấp 1 phải là dòng đầu của ô đầu.")
        return
    text = document.cells[0].source.partition("\n")[2].strip()
    paragraph = text.split("\n\n")[0].strip()
    if not re.match(r"[^\W\d_«*`]|[«*`$\d]", paragraph) or not re.search(r"[.?…]\W*$", paragraph):
        yield document.problem(0, "sau tiêu đề cần một câu nói vì sao chương này đáng đọc, rồi mới tới các hộp.")


def vague_headings(document):
    """A heading says something; «Giới thiệu» alone does not."""
    for _, text, cell, _ in headings(document):
        if text.strip(" .:").lower() in VAGUE_HEADINGS:
            yield document.problem(cell, f"tiêu đề «{text}» không nói gì: đặt một câu hay một danh từ của bài.")


def chapter_header(document):
    """The box with Mục tiêu (3–5), Cần biết trước, Thời gian."""
    boxes = _named(document, "chapter-header")
    if len(boxes) != 1 or boxes[0].cell != 0:
        yield document.problem(0, "ô đầu cần đúng một hộp :::{chapter-header}.")
        return
    body = boxes[0].body
    parts = re.split(r"\*\*(Mục tiêu|Cần biết trước|Thời gian)\.\*\*", body)
    if parts[1::2] != ["Mục tiêu", "Cần biết trước", "Thời gian"]:
        yield document.problem(
            0, "chapter-header cần **Mục tiêu.**, **Cần biết trước.**, **Thời gian.** theo thứ tự ấy."
        )
        return
    goals = len(re.findall(r"^\s*[-*]\s+\S", parts[2], flags=re.MULTILINE))
    if not 3 <= goals <= 5:
        yield document.problem(0, f"Mục tiêu có {goals} gạch đầu dòng, cần 3 đến 5.")
    if len(parts[4].split()) < 2:
        yield document.problem(0, "Cần biết trước còn trống: liên kết tới các chương, hoặc nói không cần gì.")
    if not re.search(r"\d+ phút", parts[6]):
        yield document.problem(0, "Thời gian phải nói bao nhiêu phút.")


def predictions(document):
    """At least two «Dự đoán», each at the end of its cell, then code, then an explanation."""
    boxes = _named(document, "predict")
    if len(boxes) < 2:
        yield document.problem(None, f"có {len(boxes)} hộp predict, cần ít nhất 2.")
    for box in boxes:
        if not box.title:
            yield document.problem(box.cell, "predict thiếu câu hỏi sau tên hộp.")
        following = document.cells[box.cell + 1 :]
        if not box.is_last or not following or following[0].kind != "code":
            yield document.problem(box.cell, "predict phải đứng cuối ô, ngay sau nó là ô mã để chạy.")
            continue
        answer = next((cell for cell in following if cell.kind == "markdown"), None)
        if answer is None or not re.match(r"\s*:{3,}\{explain\}", answer.source):
            yield document.problem(box.cell, "sau ô mã của predict cần một ô mở đầu bằng :::{explain}.")
    for box in _named(document, "explain"):
        if len(box.body.split()) < 5:
            yield document.problem(box.cell, "explain gần như trống.")
    if len(_named(document, "explain")) < len(boxes):
        yield document.problem(None, "số hộp explain ít hơn số hộp predict.")


def misconceptions(document):
    """At least one «Hiểu lầm thường gặp», with title and refutation."""
    boxes = _named(document, "misconception")
    if not boxes:
        yield document.problem(None, "cần ít nhất một hộp misconception.")
    for box in boxes:
        if not box.title or len(box.body.split()) < 8:
            yield document.problem(box.cell, "misconception cần câu hiểu lầm ở tiêu đề và lời bác bỏ trong thân.")


def closing_sections(document):
    """The five closing sections, in order, each with what belongs there."""
    tops = [(text, cell, line) for level, text, cell, line in headings(document) if level == 2]
    found = [text for text, *_ in tops if text in SECTIONS]
    if found != list(SECTIONS):
        missing = [name for name in SECTIONS if name not in found]
        what = (
            f"thiếu mục «## {'», «## '.join(missing)}»" if missing else f"các mục cuối sai thứ tự: {', '.join(found)}"
        )
        yield document.problem(None, f"{what} (cần lần lượt: {', '.join(SECTIONS)}).")
        return
    sections = {name: _section(document, tops, name) for name in SECTIONS}
    place = {name: cell for name, cell, _ in tops}

    def inside(name, kind):
        return [d for d in sections[name][1] if d.name == kind]

    pitfalls = inside("Lỗi hay gặp", "pitfall")
    if len(pitfalls) < 3:
        yield document.problem(place["Lỗi hay gặp"], f"«Lỗi hay gặp» có {len(pitfalls)} hộp pitfall, cần ít nhất 3.")
    for box in pitfalls:
        if not box.title or len(box.body.split()) < 5:
            yield document.problem(box.cell, "pitfall cần thông báo lỗi ở tiêu đề và cách chữa trong thân.")
    quizzes = inside("Câu hỏi nhanh", "quiz")
    if not 3 <= len(quizzes) <= 6:
        yield document.problem(place["Câu hỏi nhanh"], f"«Câu hỏi nhanh» có {len(quizzes)} câu, cần 3 đến 6.")
    boxes = inside("Điều cần nhớ", "takeaways")
    if len(boxes) != 1 or len(re.findall(r"^\s*[-*]\s+\S", boxes[0].body, flags=re.MULTILINE)) < 3:
        yield document.problem(
            place["Điều cần nhớ"], "«Điều cần nhớ» cần một hộp takeaways với ít nhất 3 gạch đầu dòng."
        )
    boxes = inside("Bài tập", "assignment")
    if [box.title for box in boxes] != [document.path.stem]:
        yield document.problem(place["Bài tập"], f"«Bài tập» cần đúng một hộp :::{{assignment}} {document.path.stem}.")
    elif len(boxes[0].body.split()) < 5:
        yield document.problem(place["Bài tập"], "assignment cần một hai câu nói bài tập luyện gì.")
    if not CITATION.search(sections["Đọc thêm"][0]):
        yield document.problem(place["Đọc thêm"], "«Đọc thêm» cần ít nhất một {cite}`…`.")


def _section(document, tops, name):
    """Return (markdown, directives) from the heading `name` to the next H2."""
    number = next(i for i, (text, *_) in enumerate(tops) if text == name)
    begin = tops[number][1:]
    end = tops[number + 1][1:] if number + 1 < len(tops) else (len(document.cells), 0)
    text = []
    for cell in document.markdown():
        lines = cell.source.split("\n")
        text += [line for i, line in enumerate(lines) if begin <= (cell.index, i) < end]
    return "\n".join(text), [d for d in directives(document) if begin <= (d.cell, d.line) < end]


def quizzes(document):
    """Every quiz: options of one kind, the right number of right ones, feedback for each."""
    for box in _named(document, "quiz"):
        for text in _quiz_problems(box):
            yield document.problem(box.cell, f"câu hỏi «{box.title[:50]}»: {text}")


def _quiz_problems(box):
    if not box.title:
        yield "thiếu câu hỏi sau tên hộp."
    options, feedback = [], []
    for line in box.body.split("\n"):
        option = re.match(r"^[-*] (\([ x]\)|\[[ x]\]|\(=[!*]?\))\s*(.*)$", line)
        if option:
            options.append(option.groups())
            feedback.append("")
        elif reply := re.match(r"^\s{2,}[-*]\s+(.*)$", line):
            if options:
                feedback[-1] += reply.group(1)
        elif re.match(r"^[-*] ", line):
            yield f"phương án không có dấu ( ), (x), [ ], [x] hay (=): «{line}»."
    marks = [mark for mark, _ in options]
    kinds = {"number" if "=" in mark else mark[0] for mark in marks}
    if len(options) < 2 or len(kinds) != 1:
        yield f"có {len(options)} phương án thuộc {len(kinds)} loại, cần ít nhất 2 phương án cùng loại."
        return
    for (_, text), reply in zip(options, feedback, strict=True):
        if len(reply.split()) < 2:
            yield f"phương án «{text or '(=*)'}» thiếu phản hồi."
    if kinds == {"("} and marks.count("(x)") != 1:
        yield f"câu một đáp án có {marks.count('(x)')} đáp án (x)."
    if kinds == {"["} and not 1 <= marks.count("[x]") < len(marks):
        yield "câu nhiều đáp án cần ít nhất một [x] và một [ ]."
    if kinds == {"number"}:
        if marks.count("(=)") != 1 or marks.count("(=*)") != 1:
            yield "câu hỏi số cần đúng một (=) và một (=*) cho mọi số khác."
        for mark, text in options:
            if mark != "(=*)" and not re.fullmatch(
                r"[-−]?\d+(\.\d+)?([eE]-?\d+)?(\s*±\s*\d+(\.\d+)?([eE]-?\d+)?)?", text
            ):
                yield f"«{text}» không phải một số (± dung sai)."
    texts = [text for _, text in options]
    if len(set(texts)) != len(texts):
        yield "có hai phương án giống hệt nhau."


# --- pictures, code, stored outputs -----------------------------------------------------------------------------


def pictures(document):
    """Every picture has an alternative text that says what it shows."""
    for cell in document.code():
        shows = any(mime.startswith("image/") for output in cell.outputs for mime in output.get("data", {}))
        if shows and len(cell.alt) < SHORTEST_ALT:
            where = '"mystnb": {"image": {"alt": "…"}}'
            yield document.problem(
                cell, f"hình do ô này vẽ thiếu mô tả: thêm metadata {where}, {SHORTEST_ALT} chữ trở lên."
            )
    for cell in document.markdown():
        text = without_code_blocks(cell.source)
        alts = re.findall(r"!\[([^\]]*)\]\(", text)
        for tag in re.findall(r"<img\b[^>]*>", text):
            alts.append((re.search(r'alt="([^"]*)"', tag) or [None, ""])[1])
        for box in directives(document):
            if box.cell == cell.index and box.name in ("figure", "image"):
                alts.append((re.search(r"^\s*:alt:\s*(.*)$", box.body, flags=re.MULTILINE) or [None, ""])[1])
        for alt in alts:
            if len(alt.strip()) < SHORTEST_ALT:
                yield document.problem(cell, f"hình thiếu mô tả (alt): «{alt}» ngắn hơn {SHORTEST_ALT} chữ.")


def cell_length(document):
    """No code cell over 25 lines, unless a tag says why."""
    for cell in document.code():
        lines = cell.source.rstrip("\n").count("\n") + 1
        if lines > LONGEST_CELL and not _reason(cell, "long-cell:"):
            yield document.problem(
                cell, f"ô mã dài {lines} dòng (tối đa {LONGEST_CELL}): tách ra, hoặc gắn thẻ long-cell:<lý do>."
            )


def nbval_marks(document):
    """What nbval does not compare says why."""
    for cell in document.code():
        exempt = [tag for tag in cell.tags if tag in ("nbval-ignore-output", "nbval-skip") or tag.startswith(PREFIX)]
        if exempt and not _reason(cell, "why:"):
            yield document.problem(cell, f"thẻ {exempt[0]} cần đi cùng thẻ why:<lý do>.")
        if re.search(r"^\s*#+\s*(NBVAL_|PYTEST_VALIDATE)", cell.source, flags=re.MULTILINE):
            yield document.problem(cell, "dùng thẻ (tags) của ô thay cho chú thích NBVAL_….")


def stored_outputs(document):
    """The notebook was run from top to bottom, without an error, without a warning."""
    for number, cell in enumerate(document.code(), 1):
        if not cell.source.strip():
            yield document.problem(cell, "ô mã trống: bỏ đi.")
        if cell.execution_count != number:
            yield document.problem(cell, f"số thứ tự chạy là {cell.execution_count}, cần {number}: {RUN_AGAIN}")
        for output in cell.outputs:
            text = str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
            if output.get("output_type") == "error" and "raises-exception" not in cell.tags:
                yield document.problem(
                    cell, f"kết quả lưu lại là lỗi {output.get('ename')}: sửa mã, hoặc gắn thẻ raises-exception."
                )
            if output.get("name") == "stderr":
                yield document.problem(cell, f"mã ghi ra stderr: «{text.strip()[:100]}»: chữa tận gốc, đừng giấu.")
            elif re.search(r"Glyph \d+ .*missing from|findfont:", text):
                yield document.problem(cell, "phông chữ thiếu ký tự: dùng plots.use().")


RUN_AGAIN = "chạy lại bằng book/_tools/notebooks.py run."


def style(document):
    """A chapter that draws calls plots.use() in its first code cell."""
    code = document.code()
    draws = any(re.search(r"\bmatplotlib\b|\bplots\b", cell.source) for cell in code)
    if draws and "plots.use()" not in code[0].source:
        yield document.problem(code[0], "ô mã đầu tiên cần gọi plots.use().")


def normal_metadata(document):
    """Metadata is as book/_tools/notebooks.py leaves it."""
    text = document.path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    if nbformat.writes(_tool().normalize(notebook), version=4).rstrip("\n") + "\n" != text:
        yield document.problem(None, "metadata chưa chuẩn: chạy book/_tools/notebooks.py normalize.")


@functools.cache
def _tool():
    spec = importlib.util.spec_from_file_location("course_notebooks_tool", BOOK / "_tools/notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- code for a GPU ---------------------------------------------------------------------------------------------


def gpu_marks(document):
    """Code that only a GPU runs stands behind the box :::{not-run}; what a CPU runs as well says so with a tag."""
    for cell in document.code():
        what = _gpu_only(cell.source)
        if not what or _reason(cell, "cpu-too:"):
            continue
        above = next((c for c in reversed(document.cells[: cell.index]) if c.kind == "markdown"), None)
        boxes = [d for d in directives(document) if above and d.cell == above.index and d.name == "not-run"]
        if not any(box.is_last for box in boxes):
            yield document.problem(
                cell,
                f"«{what}» chỉ chạy trên GPU: ô chữ ngay trước phải kết thúc bằng hộp :::{{not-run}}; "
                "nếu CPU cũng chạy ô này thì gắn thẻ cpu-too:<lý do>.",
            )


def _gpu_only(source):
    """Return the first piece of the code that asks for CUDA or TensorRT, or None; `.to(device)` alone asks for none."""
    plain = re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE)  # Jupyter's own commands are not Python
    for node in ast.walk(ast.parse(plain)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Attribute):
            path = ast.unparse(node)
            if path.startswith("torch.cuda.") and path.count(".") == 2 and node.attr != "is_available":
                return path
            if node.attr == "cuda" and path != "torch.cuda":
                return f"{path}()"
        elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
            test = ast.unparse(node.test)
            if re.search(r"\b(has_)?cuda\b", test):
                return f"if {test}"
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"cuda(:\d+)?", node.value)
        ):
            return repr(node.value)
        if any(name.split(".")[0] in ("tensorrt", "tensorrt_bindings") for name in names):
            return f"import {names[0]}"
    return None


# --- references -------------------------------------------------------------------------------------------------


def citations(document, keys=None):
    """Every citation is in book/references.bib."""
    keys = bibliography().keys() if keys is None else keys
    for cell in document.markdown():
        text = re.sub(r"(?<!`)(``+)(?!`).+?(?<!`)\1(?!`)", "", without_code_blocks(cell.source))
        for group in CITATION.findall(text):
            for key in group.split(","):
                if key.strip() not in keys:
                    yield document.problem(cell, f"trích dẫn «{key.strip()}» không có trong book/references.bib.")


@functools.cache
def bibliography():
    """Return {key: entry} of book/references.bib."""
    return dict(parse_string((BOOK / "references.bib").read_text(encoding="utf-8"), "bibtex").entries)


def bibliography_problems(entries):
    """Yield what each entry lacks; `entries` as from pybtex."""
    for key, entry in entries.items():
        lacking = [name for name in ("title", "year") if not entry.fields.get(name)]
        if not (entry.persons.get("author") or entry.persons.get("editor")):
            lacking.append("author")
        if not (entry.fields.get("doi") or entry.fields.get("url") or entry.fields.get("isbn")):
            lacking.append("doi hoặc url (sách: isbn)")
        if lacking:
            yield f"book/references.bib: mục «{key}» thiếu {', '.join(lacking)}."
        if entry.fields.get("doi", "").startswith("http"):
            yield f"book/references.bib: mục «{key}»: doi không kèm https://doi.org/."


LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^()\s>]*(?:\([^()]*\)[^()\s]*)*)>?(?:\s+\"[^\"]*\")?\)")


def links(document, built=None):
    """Links inside the book lead to pages that are built; other relative links to files that exist."""
    built = {path.resolve() for path in pages()} if built is None else built
    for cell in document.markdown():
        text = re.sub(r"(`+).+?\1", "", without_code_blocks(cell.source))
        for target in LINK.findall(text):
            url = urlsplit(target)
            if url.scheme in ("http", "https", "mailto") or target.startswith("#"):
                continue
            if url.scheme or target.startswith("/"):
                yield document.problem(cell, f"liên kết «{target}»: dùng đường dẫn tương đối hoặc https.")
                continue
            path = (document.path.parent / unquote(url.path)).resolve()
            if not path.exists():
                yield document.problem(cell, f"liên kết «{target}» trỏ tới tệp không có.")
            elif path.is_relative_to(BOOK) and path.suffix in (".md", ".ipynb") and path not in built:
                yield document.problem(cell, f"liên kết «{target}» trỏ tới trang không có trong _toc.yml.")


def formulas(document):
    """KaTeX knows `aligned` inside $$…$$, not a bare `align`."""
    for cell in document.markdown():
        for name in re.findall(r"\\begin\{(align\*?|eqnarray\*?|multline\*?)\}", without_code_blocks(cell.source)):
            yield document.problem(cell, f"\\begin{{{name}}}: dùng \\begin{{aligned}} trong $$…$$.")
        text = re.sub(r"(`+).+?\1", "", without_code_blocks(cell.source), flags=re.DOTALL)
        if text.count("$$") % 2:
            yield document.problem(cell, "số dấu $$ là số lẻ.")


def _named(document, name):
    return [d for d in directives(document) if d.name == name]


def _reason(cell, prefix):
    return any(tag.startswith(prefix) and len(tag) > len(prefix) for tag in cell.tags)


CHAPTER = (title, vague_headings, chapter_header, predictions, misconceptions, closing_sections, quizzes)
CHAPTER += (pictures, cell_length, nbval_marks, stored_outputs, style, normal_metadata, gpu_marks)
PAGE = (vague_headings, pictures, citations, links, formulas)
