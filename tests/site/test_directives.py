"""The directives: what they put on the page, and that a mistake in the markup fails the build at its line."""

import json
import re
import zipfile

import nbformat
import pytest
from sphinx.errors import ExtensionError

from .conftest import build_book, notebook

EXERCISE = notebook("# Bài tập: Điểm ảnh\n\nCách làm.")

GOOD = """# Ảnh là mảng số

Một câu mở đầu.

:::{chapter-header}
**Mục tiêu.** Sau chương này, bạn
- tính được $n^2$.

**Thời gian.** Khoảng 60 phút.
:::

:::{predict} `np.uint8(200) + np.uint8(100)` bằng $300$ hay số khác?
Viết ra giấy.
:::

:::{explain}
Vì $300 \\bmod 256 = 44$.
:::

:::{misconception} «Ảnh xám luôn có một kênh.»
Không hẳn.
:::

:::{not-run}
Trên GPU, ô dưới đo $x$ bằng `torch.cuda.Event`.
:::

## Lỗi hay gặp

:::{pitfall} `ValueError: operands could not be broadcast together`
Thêm trục.
:::

## Câu hỏi nhanh

:::{quiz} Ảnh $2 \\times 2$ có bao nhiêu điểm ảnh?
Đếm kỹ.
- ( ) `2`
  - Đó là một hàng.
- (x) $4$
  - Hai hàng, hai cột.
:::

:::{quiz} Những câu nào đúng?
- [x] Một
  - Phản hồi một.
- [ ] Hai
  - Phản hồi hai.
- [x] Ba
  - Phản hồi ba.
:::

:::{quiz} Bằng bao nhiêu?
- (=) 0.25 ± 0.01
  - Vì thế.
- (=!) −4
  - Sai dấu.
- (=*)
  - Tính lại.
:::

:::{takeaways}
- Điều thứ nhất.
:::

:::{assignment} pixels
Bạn viết vài hàm.
:::
"""


@pytest.fixture(scope="module")
def chapter(make_book):
    files = {
        "book/images/pixels.md": GOOD,
        "solutions/pixels/pixels.ipynb": EXERCISE,
        "exercises/pixels/pixels.ipynb": EXERCISE,
    }
    book = make_book(files)
    assert book.warnings == ""
    assert book.status == 0
    return book


@pytest.fixture(scope="module")
def page(chapter):
    return chapter.soup("images/pixels").article


def test_pages_have_short_addresses(chapter):
    html = chapter.root / "_build" / "html"
    assert (html / "index.html").is_file()
    assert (html / "images" / "pixels.html").is_file()
    assert not (html / "book").exists()
    index = (html / "searchindex.js").read_text("utf-8")
    assert '"images/pixels"' in index
    assert '"book/images/pixels"' not in index


def test_an_incremental_build_keeps_the_search_index(make_book):
    book = make_book({"book/a.md": "# Tích chập\n", "book/b.md": "# Gộp\n"})
    (book.root / "book" / "b.md").write_text("# Gộp cực đại\n", "utf-8")
    again = build_book(book.root)
    assert (again.status, again.warnings) == (0, "")
    index = (again.root / "_build" / "html" / "searchindex.js").read_text("utf-8")
    assert '"Tích chập"' in index
    assert '"Gộp cực đại"' in index
    assert re.findall(r'"page":"(\w+)"', index) == ["index", "a", "b"]


def test_chapter_header(page):
    header = page.select_one(".chapter-header[role=group]")
    assert header["aria-label"] == "Về chương này"
    assert header.ul.li.select_one(".katex")


@pytest.mark.parametrize(
    ("kind", "label", "title"),
    [
        ("predict", "Dự đoán trước khi chạy", "np.uint8(200) + np.uint8(100)"),
        ("misconception", "Hiểu lầm thường gặp", "«Ảnh xám luôn có một kênh.»"),
        ("pitfall", None, "ValueError: operands could not be broadcast together"),
        ("not-run", "Chưa chạy trên GPU", ""),
        ("assignment", "Bài tập", "Điểm ảnh"),
    ],
)
def test_boxes_are_labelled_groups(page, kind, label, title):
    box = page.select_one(f".box.{kind}[role=group]")
    heading = page.find(id=box["aria-labelledby"])
    assert title in heading.get_text()
    found = heading.select_one(".box-label")
    assert (found and found.get_text()) == label


def test_titles_may_hold_code_and_formulas(page):
    title = page.select_one(".predict .box-title")
    assert title.code.get_text() == "np.uint8(200) + np.uint8(100)"
    assert title.select_one(".katex")


def test_code_that_never_ran_on_a_gpu_is_marked(page):
    box = page.select_one(".box.not-run")
    assert box.select_one(".box-title").get_text().strip() == "Chưa chạy trên GPU"
    assert box.code.get_text() == "torch.cuda.Event"
    assert box.select_one(".katex")


def test_explanation_is_closed(page):
    details = page.select_one("details.explain")
    assert details.summary.get_text() == "Giải thích"
    assert not details.has_attr("open")
    assert details.select_one(".explain-body .katex")


def test_choices(page):
    single, multiple, _ = page.select(".quiz")
    assert single["data-quiz-type"] == "single"
    assert single["data-quiz"] == "images/pixels#quiz-1"
    assert single["id"] == "quiz-1"
    assert "Đếm kỹ." in single.get_text()
    options = single.select("ol.quiz-options > li")
    assert [o.select_one(".quiz-answer").get_text(strip=True)[:1] for o in options] == ["2", "4"]
    assert [o.details["data-correct"] for o in options] == ["false", "true"]
    assert multiple["data-quiz-type"] == "multiple"
    assert [d["data-correct"] for d in multiple.select("details")] == ["true", "false", "true"]


def test_what_is_right_is_said_only_inside_the_feedback(page):
    for details in page.select(".quiz details"):
        verdict = "Đúng." if details["data-correct"] == "true" else "Chưa đúng."
        assert details.select_one(".quiz-verdict").get_text().startswith(verdict)
        assert "Đúng" not in details.summary.get_text()
        assert not details.has_attr("open")
    for answer in page.select(".quiz-answer"):
        assert not re.search(r"\([x ]\)|\[[x ]\]|Đúng", answer.get_text())


def test_number(page):
    right, foreseen, other = page.select(".quiz")[2].select("details")
    assert (right["data-value"], right["data-tolerance"], right["data-correct"]) == ("0.25", "0.01", "true")
    assert "Đáp số: 0.25 (sai số cho phép 0.01)." in right.get_text()
    assert (foreseen["data-value"], foreseen["data-correct"]) == ("-4.0", "false")
    assert not other.has_attr("data-value")
    assert "0.25" not in right.summary.get_text()


def test_assignment_can_be_downloaded(chapter, page):
    box = page.select_one(".assignment")
    assert box["data-assignment"] == "pixels"
    link = box.select_one("a[download]")
    target = (chapter.root / "_build" / "html" / "images" / link["href"]).resolve()
    assert target.name == "pixels.zip"
    with zipfile.ZipFile(target) as archive:
        found = json.loads(archive.read("pixels/pixels.ipynb"))["cells"]
    assert [cell["source"] for cell in found] == [cell["source"] for cell in json.loads(EXERCISE)["cells"]]
    commands = [pre.get_text().strip() for pre in box.select("pre")]
    assert commands == ["make lab", ".venv/bin/autograder check exercises/pixels/pixels.ipynb"]


# Each mistake: (what stands in the chapter, what the warning says)
MISTAKES = {
    "không đáp án": (":::{quiz} Hỏi?\n- ( ) A\n  - a\n- ( ) B\n  - b\n:::", "cần đúng một phương án (x), đang có 0"),
    "hai đáp án": (":::{quiz} Hỏi?\n- (x) A\n  - a\n- (x) B\n  - b\n:::", "cần đúng một phương án (x), đang có 2"),
    "nhiều đáp án mà không có": (":::{quiz} Hỏi?\n- [ ] A\n  - a\n- [ ] B\n  - b\n:::", "chưa có phương án đúng [x]"),
    "thiếu phản hồi": (":::{quiz} Hỏi?\n- ( ) A\n- (x) B\n  - b\n:::", "phương án «A» chưa có phản hồi"),
    "dấu lạ": (":::{quiz} Hỏi?\n- (y) A\n  - a\n- (x) B\n  - b\n:::", "không hiểu dấu đầu phương án «(y)»"),
    "không dấu": (":::{quiz} Hỏi?\n- A\n  - a\n- (x) B\n  - b\n:::", "không hiểu dấu đầu phương án «A»"),
    "trộn kiểu": (":::{quiz} Hỏi?\n- ( ) A\n  - a\n- [x] B\n  - b\n:::", "chỉ dùng một kiểu phương án"),
    "một phương án": (":::{quiz} Hỏi?\n- (x) A\n  - a\n:::", "ít nhất hai phương án"),
    "không phương án": (":::{quiz} Hỏi?\nChữ.\n:::", "không có phương án nào"),
    "số không đọc được": (":::{quiz} Hỏi?\n- (=) bốn\n  - a\n- (=*)\n  - b\n:::", "không đọc được số «bốn»"),
    "số thiếu mục còn lại": (":::{quiz} Hỏi?\n- (=) 4\n  - a\n:::", "cần đúng một mục (=*)"),
    "hai đáp số": (
        ":::{quiz} Hỏi?\n- (=) 4\n  - a\n- (=) 5\n  - a\n- (=*)\n  - b\n:::",
        "cần đúng một đáp số (=), đang có 2",
    ),
    "bài tập không có": (":::{assignment} khong-co\nChữ.\n:::", "thiếu thư mục solutions/khong-co"),
    "bài tập chưa phát": (":::{assignment} pixels\nChữ.\n:::", "autograder release pixels"),
    "hiểu lầm trống": (":::{misconception} «Sai.»\n:::", "misconception: thiếu phần nội dung"),
    "chưa chạy trống": (":::{not-run}\n:::", "not-run: thiếu câu nói ô mã bên dưới sẽ làm gì"),
    "giải thích trống": (":::{explain}\n:::", "thiếu lời giải thích"),
}


@pytest.fixture(scope="module")
def mistakes(make_book):
    """One book with a page for each mistake, all starting at line 5."""
    files = {
        f"book/m{number:02d}.md": f"# Trang\n\nChữ.\n\n{text}\n" for number, (text, _) in enumerate(MISTAKES.values())
    }
    return make_book(files | {"solutions/pixels/pixels.ipynb": EXERCISE})


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_a_warning_at_its_line(mistakes, name):
    number = list(MISTAKES).index(name)
    lines = [line for line in mistakes.warnings.splitlines() if f"/m{number:02d}.md:" in line]
    assert len(lines) == 1, lines
    assert MISTAKES[name][1] in lines[0]
    place = int(re.search(r"\.md:(\d+)", lines[0])[1])
    assert 5 <= place <= 5 + MISTAKES[name][0].count("\n")


def test_mistakes_fail_the_build(mistakes):
    assert mistakes.status == 1


def test_warnings_name_the_exact_line(make_book):
    text = "Chữ.\n\n:::{quiz} Hỏi?\nChữ.\n\n- (x) A\n  - a\n- ( ) B\n:::\n"
    book = make_book({"book/so-tay.ipynb": notebook("# Trang\n\nChữ.", text), "book/van-ban.md": "# Trang\n\n" + text})
    first, second = sorted(book.warnings.splitlines())
    assert "phương án «B» chưa có phản hồi [ô 2, dòng 8]" in first
    assert "van-ban.md:10: " in second


def test_warnings_about_the_whole_directive_name_its_first_line(make_book):
    text = "Chữ.\n\n:::{quiz} Hỏi?\nChữ.\n:::\n"
    book = make_book({"book/so-tay.ipynb": notebook("# Trang\n\nChữ.", text), "book/van-ban.md": "# Trang\n\n" + text})
    first, second = sorted(book.warnings.splitlines())
    assert "không có phương án nào [ô 2, dòng 3]" in first
    assert "van-ban.md:5: " in second


def test_a_failed_build_fails_again(make_book):
    book = make_book({"book/chuong.md": "# Trang\n\n:::{quiz} Hỏi?\nChữ.\n:::\n"})
    again = build_book(book.root)
    assert (book.status, again.status) == (1, 1)
    assert "không có phương án nào" in again.warnings


def test_a_broken_exercise_stops_the_build_and_says_what_to_do(make_book):
    files = {"solutions/pixels/pixels.ipynb": EXERCISE, "exercises/pixels/pixels.ipynb": "{hỏng"}
    with pytest.raises(ExtensionError, match=r"pixels\.ipynb.*autograder release --force pixels"):
        make_book(files | {"book/chuong.md": "# Trang\n\n:::{assignment} pixels\nChữ.\n:::\n"})


def test_what_comes_out_after_a_prediction_is_closed(make_book):
    def cell(number):
        output = nbformat.v4.new_output("stream", name="stdout", text=f"ra {number}\n")
        return nbformat.v4.new_code_cell(f"print('ra', {number})", execution_count=number, outputs=[output])

    page = make_book({"book/so.ipynb": notebook(
        "# Sổ", cell(1),
        ":::{predict} Đoán?\n:::", cell(2), "Rồi thêm:", cell(3), ":::{explain}\nVì thế.\n:::", cell(4),
        ":::{predict} Không lời giải thích?\n:::", cell(5), cell(6),
        ":::{predict} Chỉ để nghĩ?\n:::\n\nHết.",
    )}).soup("so")  # fmt: skip
    closed = page.select("details.foretold")
    assert [[part.get_text().strip() for part in box.select(".cell_output")] for box in closed] == [
        ["ra 2"], ["ra 3"], ["ra 5"]]  # fmt: skip
    assert {box.summary.get_text() for box in closed} == {"Xem kết quả"}
    assert not any(box.has_attr("open") for box in closed)
    assert [part.get_text().strip() for part in page.select(".cell_output")] == [f"ra {n}" for n in range(1, 7)]
