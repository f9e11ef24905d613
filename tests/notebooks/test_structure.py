"""How chapters and pages are built; and that each check can fail: a good chapter, spoiled in one place at a time."""

import copy
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pybtex.database import parse_string

from tests.notebooks import structure
from tests.notebooks.reading import BOOK, ROOT, chapters, directives, from_notebook, pages, prose, read

CHAPTERS = chapters()
PAGES = pages()


def test_every_page_of_the_contents_exists():
    assert [path.relative_to(ROOT).as_posix() for path in PAGES if not path.is_file()] == []
    assert len(set(PAGES)) == len(PAGES)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
@pytest.mark.parametrize("check", structure.CHAPTER, ids=lambda c: c.__name__)
def test_chapter(path, check):
    problems = [str(problem) for problem in check(read(path))]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
@pytest.mark.parametrize("check", structure.PAGE, ids=lambda c: c.__name__)
def test_page(path, check):
    problems = [str(problem) for problem in check(read(path))]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize(
    "path",
    [p for name in ("README.md", "CONTRIBUTING.md", "exercises/README.md") if (p := ROOT / name).is_file()],
    ids=lambda p: p.relative_to(ROOT).as_posix(),
)
def test_links_of_the_repositorys_own_pages(path):
    problems = [str(problem) for problem in structure.links(read(path))]
    assert not problems, "\n" + "\n".join(problems)


def test_bibliography():
    problems = list(structure.bibliography_problems(structure.bibliography()))
    assert not problems, "\n" + "\n".join(problems)


def test_notebooks_in_the_book_are_in_the_contents():
    stored = {p for p in BOOK.glob("*/*.ipynb") if not p.name.startswith(".")}
    assert sorted(p.relative_to(ROOT).as_posix() for p in stored - set(CHAPTERS)) == []


# --- a good chapter ---------------------------------------------------------------------------------------------

HEADER = """# Ảnh là mảng số

Sai một chi tiết của mảng thì chương trình vẫn chạy.

:::{chapter-header}
**Mục tiêu.** Sau chương này, bạn

- tính được một
- đọc được hai
- phân biệt được ba

**Cần biết trước.** Không cần gì ngoài Python.

**Thời gian.** Khoảng 60 phút đọc và chạy.
:::"""

PREDICT = """Một đoạn văn.

:::{predict} Bầu trời sẽ trông thế nào?
Viết xuống đã.
:::"""

EXPLAIN = """:::{explain}
Kiểu uint8 quay vòng về không, vì thế chỗ sáng thành gần đen.
:::

:::{misconception} «Ảnh xám chỉ có hai giá trị.»
Ảnh xám có tới 256 mức; ô trên đã đếm cho bạn thấy.
:::"""

PITFALLS = """## Lỗi hay gặp

:::{pitfall} `ValueError: một`
Kích thước không khớp, hãy thêm một trục.
:::

:::{pitfall} `TypeError: hai`
Kích thước không khớp, hãy thêm một trục.
:::

:::{pitfall} Ảnh đen thui
Kích thước không khớp, hãy thêm một trục.
:::"""

QUIZZES = """## Câu hỏi nhanh

:::{quiz} Một?
- ( ) Sai
  - Chưa đúng.
- (x) Đúng
  - Đúng rồi.
:::

:::{quiz} Hai?
- [ ] Sai
  - Chưa đúng.
- [x] Đúng
  - Đúng rồi.
- [x] Cũng đúng
  - Đúng rồi.
:::

:::{quiz} Bao nhiêu?
- (=) 4 ± 0.5
  - Đúng rồi.
- (=!) −260
  - Quên quay vòng.
- (=*)
  - Tính lại đi.
:::"""

END = """## Điều cần nhớ

:::{takeaways}
- Một.
- Hai.
- Ba.
:::

## Bài tập

:::{assignment} pixels
Bốn bài về ảnh và mảng số.
:::

## Đọc thêm

Bài báo về NumPy {cite}`harris2020numpy`, trang [cài đặt](setup.md), và ![Ảnh chụp một ngọn tháp bên hồ](x.png).
$$\\begin{aligned} a &= b \\end{aligned}$$"""


def good():
    """Return a small chapter in which nothing is wrong."""
    figure = new_output("display_data", {"image/png": "AAAA", "text/plain": "<Figure>"})
    cells = [new_markdown_cell(HEADER), new_code_cell("from course import plots\nplots.use()")]
    for _ in range(2):
        drawing = new_code_cell("plt.plot()", outputs=[figure])
        drawing.metadata.mystnb = {"image": {"alt": "Đồ thị một đường thẳng đi lên."}}
        cells += [new_markdown_cell(PREDICT), drawing, new_markdown_cell(EXPLAIN)]
    cells += [new_markdown_cell(text) for text in (PITFALLS, QUIZZES, END)]
    for number, cell in enumerate((c for c in cells if c.cell_type == "code"), 1):
        cell.execution_count = number
    return structure._tool().normalize(new_notebook(cells=cells))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "setup.md").write_text("# Cài đặt\n")
    return tmp_path


def problems_of(notebook, folder):
    """Run all checks as on a chapter called pixels; returns {check: [messages]}, empty ones left out."""
    path = folder / "pixels.ipynb"
    path.write_text(nbformat.writes(notebook, version=4).rstrip("\n") + "\n", encoding="utf-8")
    document = from_notebook(path, notebook)
    found = {check.__name__: list(check(document)) for check in structure.CHAPTER + structure.PAGE}
    return {name: [problem.text for problem in problems] for name, problems in found.items() if problems}


def test_the_good_chapter_is_good(folder):
    assert problems_of(good(), folder) == {}


def replace(number, old, new=""):
    """Return an edit of the cell `number`'s source."""

    def edit(notebook):
        assert old in notebook.cells[number].source
        notebook.cells[number].source = notebook.cells[number].source.replace(old, new)

    return edit


def append(number, text):
    return lambda notebook: setattr(notebook.cells[number], "source", notebook.cells[number].source + text)


def put(number, **values):
    return lambda notebook: [setattr(notebook.cells[number], name, value) for name, value in values.items()]


def tag(number, *tags):
    return lambda notebook: notebook.cells[number].metadata.update(tags=list(tags))


def output(number, kind, **values):
    return lambda notebook: notebook.cells[number].outputs.append(new_output(kind, **values))


def both(*edits):
    return lambda notebook: [edit(notebook) for edit in edits]


LONG = "\n".join(f"x{i} = {i}" for i in range(26))
NOT_RUN = "\n\n:::{not-run}\nÔ dưới cần GPU.\n:::"
IN_END, IN_QUIZ, IN_PITFALLS = -1, -2, -3


def gpu_cell():
    """Code that only a GPU runs."""
    return new_code_cell("if cuda:\n    print(torch.cuda.get_device_name())")


BAD = [
    ("title", append(4, "\n# Thêm một"), "2 tiêu đề cấp 1"),
    ("title", replace(0, "# Ảnh", "## Ảnh"), "0 tiêu đề cấp 1"),
    ("title", replace(0, "Sai một chi tiết của mảng thì chương trình vẫn chạy.\n\n"), "cần một câu"),
    ("title", lambda nb: nb.cells.insert(0, new_markdown_cell("Lời tựa.")), "dòng đầu của ô đầu"),
    ("vague_headings", append(4, "\n## Giới thiệu"), "«Giới thiệu» không nói gì"),
    ("chapter_header", replace(0, "{chapter-header}", "{note}"), "đúng một hộp"),
    ("chapter_header", replace(0, "- đọc được hai\n- phân biệt được ba\n"), "1 gạch đầu dòng"),
    ("chapter_header", replace(0, "- đọc", "- a\n- b\n- c\n- đọc"), "6 gạch đầu dòng"),
    ("chapter_header", replace(0, "**Thời gian.**", "Thời gian"), "theo thứ tự"),
    ("chapter_header", replace(0, "60 phút", "một lúc"), "bao nhiêu phút"),
    ("chapter_header", replace(0, "Không cần gì ngoài Python."), "còn trống"),
    ("predictions", replace(2, "{predict}", "{note}"), "có 1 hộp predict"),
    ("predictions", replace(2, " Bầu trời sẽ trông thế nào?"), "thiếu câu hỏi"),
    ("predictions", append(2, "\n\nThêm một đoạn."), "đứng cuối ô"),
    ("predictions", lambda nb: nb.cells.insert(3, new_markdown_cell("Xen vào.")), "ngay sau nó là ô mã"),
    ("predictions", replace(4, "{explain}", "{note}"), "mở đầu bằng :::{explain}"),
    (
        "predictions",
        replace(4, "Kiểu uint8 quay vòng về không, vì thế chỗ sáng thành gần đen.", "Thế."),
        "gần như trống",
    ),
    (
        "misconceptions",
        both(replace(4, "{misconception}", "{note}"), replace(7, "{misconception}", "{note}")),
        "ít nhất một",
    ),
    ("misconceptions", replace(4, "Ảnh xám có tới 256 mức; ô trên đã đếm cho bạn thấy.", "Sai."), "lời bác bỏ"),
    ("closing_sections", replace(IN_PITFALLS, "## Lỗi hay gặp"), "thiếu mục «## Lỗi hay gặp»"),
    ("closing_sections", replace(IN_END, "## Bài tập"), "thiếu mục «## Bài tập»"),
    ("closing_sections", replace(IN_END, "## Đọc thêm", "### Đọc thêm"), "thiếu mục «## Đọc thêm»"),
    ("closing_sections", lambda nb: nb.cells.insert(-2, nb.cells.pop()), "sai thứ tự"),
    ("closing_sections", replace(IN_PITFALLS, "{pitfall} Ảnh", "{note} Ảnh"), "2 hộp pitfall"),
    ("closing_sections", replace(IN_PITFALLS, "{pitfall} Ảnh đen thui", "{pitfall}"), "thông báo lỗi ở tiêu đề"),
    ("closing_sections", replace(IN_QUIZ, "{quiz} Hai?", "{note}"), "có 2 câu"),
    ("closing_sections", append(IN_QUIZ, ("\n" + QUIZZES.partition("\n")[2]) * 2), "có 9 câu"),
    ("closing_sections", replace(IN_END, "- Ba.\n"), "ít nhất 3"),
    ("closing_sections", replace(IN_END, "{assignment} pixels", "{assignment} pixel"), "{assignment} pixels"),
    ("closing_sections", replace(IN_END, "Bốn bài về ảnh và mảng số.\n"), "luyện gì"),
    ("closing_sections", replace(IN_END, "{cite}`harris2020numpy`"), "ít nhất một {cite}"),
    ("quizzes", replace(IN_QUIZ, "- (x) Đúng\n", "- ( ) Đúng\n"), "có 0 đáp án (x)"),
    ("quizzes", replace(IN_QUIZ, "- ( ) Sai\n", "- (x) Sai\n"), "có 2 đáp án (x)"),
    ("quizzes", replace(IN_QUIZ, "- ( ) Sai\n  - Chưa đúng.\n", "- ( ) Sai\n"), "«Sai» thiếu phản hồi"),
    ("quizzes", replace(IN_QUIZ, "- [ ] Sai", "- [x] Sai"), "ít nhất một [x] và một [ ]"),
    ("quizzes", replace(IN_QUIZ, "- [ ] Sai", "- ( ) Sai"), "2 loại"),
    ("quizzes", replace(IN_QUIZ, "- [ ] Sai", "- Sai"), "không có dấu"),
    ("quizzes", replace(IN_QUIZ, "- (=*)\n  - Tính lại đi.\n"), "đúng một (=)"),
    ("quizzes", replace(IN_QUIZ, "4 ± 0.5", "bốn"), "không phải một số"),
    ("quizzes", replace(IN_QUIZ, "Cũng đúng", "Đúng"), "giống hệt nhau"),
    ("quizzes", replace(IN_QUIZ, "{quiz} Một?", "{quiz}"), "thiếu câu hỏi"),
    ("pictures", lambda nb: nb.cells[3].metadata.pop("mystnb"), "thiếu mô tả"),
    ("pictures", put(3, metadata={"mystnb": {"image": {"alt": "Đồ thị."}}}), "thiếu mô tả"),
    ("pictures", replace(IN_END, "![Ảnh chụp một ngọn tháp bên hồ]", "![]"), "alt"),
    ("pictures", append(4, '\n\n<img src="x.png">'), "alt"),
    ("pictures", append(4, "\n\n:::{figure} x.png\n:width: 3\nHình.\n:::"), "alt"),
    ("cell_length", replace(1, "plots.use()", "plots.use()\n" + LONG), "dài 28 dòng"),
    ("cell_length", both(replace(1, "plots.use()", "plots.use()\n" + LONG), tag(1, "long-cell:")), "dài 28 dòng"),
    ("nbval_marks", tag(3, "nbval-ignore-output"), "why:"),
    ("nbval_marks", tag(3, "nbval-skip", "why:"), "why:"),
    ("nbval_marks", tag(3, "approximate:0.1"), "why:"),
    ("nbval_marks", append(3, "\n# NBVAL_IGNORE_OUTPUT"), "chú thích NBVAL_"),
    ("stored_outputs", put(3, execution_count=None), "số thứ tự chạy là None, cần 2"),
    ("stored_outputs", put(1, execution_count=7), "số thứ tự chạy là 7, cần 1"),
    ("stored_outputs", put(3, source=" "), "trống"),
    ("stored_outputs", output(3, "error", ename="ValueError", evalue="", traceback=[]), "lỗi ValueError"),
    ("stored_outputs", output(3, "stream", name="stderr", text="UserWarning: x"), "stderr: «UserWarning: x»"),
    ("stored_outputs", output(3, "stream", text="Glyph 28145 (x) missing from font(s) DejaVu"), "thiếu ký tự"),
    ("style", replace(1, "plots.use()", "plots"), "plots.use()"),
    ("normal_metadata", lambda nb: nb.metadata.update(widgets={}), "chưa chuẩn"),
    ("normal_metadata", lambda nb: nb.cells[1].metadata.update(execution={}), "chưa chuẩn"),
    ("gpu_marks", append(1, "\nif has_cuda:\n    print(1)"), "«if has_cuda»"),
    ("gpu_marks", append(3, "\nif cuda and x:\n    print(1)"), "«if cuda and x»"),
    ("gpu_marks", append(3, "\nwait = torch.cuda.synchronize if cuda else None"), "kết thúc bằng hộp :::{not-run}"),
    ("gpu_marks", append(3, "\ndef build():\n    import tensorrt as trt"), "«import tensorrt»"),
    ("gpu_marks", append(3, "\nx = x.cuda()"), "«x.cuda()»"),
    ("gpu_marks", append(3, '\nx = torch.ones(3, device="cuda")'), "«'cuda'»"),
    ("gpu_marks", append(3, "\ntorch.cuda.synchronize()"), "«torch.cuda.synchronize»"),
    (
        "gpu_marks",  # a box that something else follows is not a mark of the cell below
        both(append(4, NOT_RUN + "\n\nThêm một đoạn."), lambda nb: nb.cells.insert(5, gpu_cell())),
        "«if cuda»",
    ),
    ("gpu_marks", both(append(1, "\nif cuda:\n    print(1)"), tag(1, "cpu-too:")), "«if cuda»"),
    ("citations", replace(IN_END, "harris2020numpy", "harris2020numpy,nobody1900"), "«nobody1900»"),
    ("links", append(4, "\n\n[kia](missing.ipynb)"), "tệp không có"),
    ("links", append(4, "\n\n[kia](/setup.md)"), "đường dẫn tương đối"),
    ("links", append(4, "\n\n[kia](file:///etc/passwd)"), "đường dẫn tương đối"),
    ("formulas", replace(IN_END, "aligned", "align*"), "dùng \\begin{aligned}"),
    ("formulas", append(4, "\n\n$$x"), "số lẻ"),
]


@pytest.mark.parametrize(("check", "spoil", "message"), BAD)
def test_a_spoiled_chapter_is_found(folder, check, spoil, message):
    notebook = good()
    spoil(notebook)
    problems = problems_of(notebook, folder)
    assert check in problems, problems
    assert any(message in text for text in problems[check]), problems[check]


def test_every_check_is_shown_to_fail():
    assert {check.__name__ for check in structure.CHAPTER + structure.PAGE} == {name for name, *_ in BAD}


def test_what_is_allowed(folder):
    notebook = good()
    both(
        replace(1, "plots.use()", "plots.use()\n" + LONG),
        tag(1, "long-cell:bảng số"),
        tag(3, "nbval-ignore-output", "why:đo giờ"),
    )(notebook)
    error = new_output("error", ename="ValueError", evalue="", traceback=[])
    notebook.cells[6].outputs.append(error)
    tag(6, "raises-exception")(notebook)
    code = "\n\n```python\n# không phải tiêu đề\n[a](b.c) :::{quiz}\n```\nvà `[x](y)`, ``{cite}`k` ``"
    append(4, code)(notebook)
    append(4, "\n\n[trong trang](#dau) và [ngoài](https://example.org/a_(b)).")(notebook)
    assert problems_of(notebook, folder) == {}


def test_code_for_a_gpu_stands_behind_its_mark(folder):
    notebook = good()
    append(4, NOT_RUN)(notebook)
    notebook.cells[5:5] = [gpu_cell(), new_code_cell("import tensorrt")]  # one box marks all cells up to the next text
    tag(1, "cpu-too:chọn thiết bị")(notebook)
    append(1, '\ncuda = torch.cuda.is_available()\ndevice = "cuda" if cuda else "cpu"')(notebook)
    append(3, "\nx = x.to(device)  # if cuda\nkeys = ['onnxruntime-cuda-fp16']")(notebook)
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = number
    assert problems_of(structure._tool().normalize(notebook), folder).keys() <= {"predictions"}


def test_a_link_to_a_page_that_is_not_built():
    document = read(CHAPTERS[0]) if CHAPTERS else pytest.skip("chưa có chương nào")
    document = copy.deepcopy(document)
    document.cells[0].source += "\n\n[tự trỏ](" + document.path.name + ")"
    assert list(structure.links(document, built={document.path.resolve(), *(p.resolve() for p in PAGES)})) == []
    assert any("_toc.yml" in str(problem) for problem in structure.links(document, built=set()))


def test_bibliography_entries_must_be_complete():
    text = "@article{a, title={T}, year={2000}, author={A, B}, doi={10.1/x}}\n"
    text += "@book{b, title={T}, author={A, B}, isbn={1}, year={1}}"
    assert list(structure.bibliography_problems(parse_string(text, "bibtex").entries)) == []
    for field in ("title", "year", "author", "doi"):
        bad = re.sub(rf"{field}=\{{[^}}]*\}},? ?", "", text.partition("\n")[0])
        assert len(list(structure.bibliography_problems(parse_string(bad, "bibtex").entries))) == 1, bad
    full = text.replace("10.1/x", "https://doi.org/10.1/x")
    assert "không kèm" in next(structure.bibliography_problems(parse_string(full, "bibtex").entries))


def test_nested_directives_are_read():
    source = "::::{explain}\nMột.\n\n:::{pitfall} Hai\nBa.\n:::\n\n```\n:::{quiz}\n```\n::::\n\n:::{quiz} Bốn?\n:::"
    document = from_notebook(BOOK / "x.ipynb", new_notebook(cells=[new_markdown_cell(source)]))
    assert [(d.name, d.title, d.line, d.is_last) for d in directives(document)] == [
        ("explain", "", 0, False),
        ("pitfall", "Hai", 3, False),
        ("quiz", "Bốn?", 12, True),
    ]
    assert "pitfall" not in prose(source)
