"""Questions, guesses and progress in a real browser: by keyboard, kept after a reload, whole without scripts."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from .conftest import notebook
from .serving import serve
from .test_browser import DESKTOP, PHONE, Visit

pytestmark = pytest.mark.browser

CHAPTER = """# Thử

:::{predict} Bạn đoán `3 // 2` bằng mấy?
:::

:::{explain}
Bằng 1.
:::

:::{predict} Không có lời giải thích?
:::

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
- (=) 0.5 ± 0.001
  - Vì thế.
- (=!) −4
  - Sai dấu.
- (=*)
  - Tính lại.
:::

CHO_TRONG

## Bài tập

:::{assignment} pixels
Bạn viết vài hàm.
:::
"""
FILLER = "\n\n".join(f"Đoạn {n}." for n in range(60))
NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('cấm', 'SecurityError'); } })"
)


def kept(page):
    """What the browser remembers."""
    return json.loads(page.evaluate("localStorage.getItem('course-progress')") or "{}")


@pytest.fixture(scope="module")
def site(make_book):
    """A small book: a cover, a chapter with every component, a chapter with one question, a plain page."""
    other = "# Khác\n\n:::{quiz} Một?\n- (x) Có\n  - Phải.\n- ( ) Không\n  - Sai.\n:::\n"
    built = make_book({
        "book/index.md": "# Trang bìa\n\nMột câu.\n\n## Bắt đầu\n\nĐọc.\n\n## Sau đó\n\nLàm.\n",
        "book/a-thu.md": CHAPTER.replace("CHO_TRONG", FILLER),
        "book/b-khac.md": other,
        "book/c-phu-luc.md": "# Phụ lục\n\nChữ.\n",
        "solutions/pixels/pixels.ipynb": notebook("# Bài tập: Điểm ảnh"),
        "exercises/pixels/pixels.ipynb": notebook("# Bài tập: Điểm ảnh"),
    })  # fmt: skip
    assert (built.status, built.warnings) == (0, "")
    return built.root / "_build" / "html"


@pytest.fixture(scope="module")
def address(site):
    """The small book's address."""
    with serve(site, compress=False) as server:
        yield server.address


@pytest.fixture
def window(browser, address):
    """A window that must stay without troubles."""
    visit = Visit(browser, address, viewport=DESKTOP, accept_downloads=True)
    yield visit
    visit.context.close()
    assert visit.troubles == []


def question(page, number):
    """The box of a question."""
    return page.locator(f"#quiz-{number}")


def status(box):
    """The live region of a question."""
    return box.get_by_role("status")


def answer_everything(page):
    """Answer the chapter's three questions: right, right, wrong."""
    page.get_by_role("radio", name="4").check()
    question(page, 1).get_by_role("button", name="Kiểm tra").click()
    for name in ("Một", "Ba"):
        page.get_by_role("checkbox", name=name).check()
    question(page, 2).get_by_role("button", name="Kiểm tra").click()
    page.get_by_role("textbox", name="Đáp số của bạn").fill("-4")
    question(page, 3).get_by_role("button", name="Kiểm tra").click()


def test_one_answer_by_keyboard(window):
    page = window.open("a-thu.html")
    box = question(page, 1)
    group = box.get_by_role("group")
    assert group.count() == 1
    assert "có bao nhiêu điểm ảnh?" in group.locator("legend").inner_text()
    assert box.locator("details, .quiz-feedback").count() == 0  # nothing says what is right before an answer
    box.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert status(box).inner_text().split("\n")[0] == "Chưa đúng."
    assert "Đó là một hàng." in status(box).inner_text()
    assert "Hai hàng" not in status(box).inner_text()
    page.keyboard.press("ArrowDown")
    assert status(box).inner_text() == ""  # the old verdict does not stand beside a new choice
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Kiểm tra"
    page.keyboard.press("Enter")
    assert status(box).inner_text().split("\n")[0] == "Đúng."
    assert "Hai hàng, hai cột." in status(box).inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Làm lại"
    page.keyboard.press("Enter")
    assert status(box).inner_text() == ""
    assert box.locator("input:checked").count() == 0
    assert page.evaluate("document.activeElement.type") == "radio"
    assert "course-progress" not in page.evaluate("Object.keys(localStorage)")


def test_the_other_options_are_explained_after_the_right_answer(window):
    page = window.open("a-thu.html")
    box = question(page, 1)
    box.get_by_role("radio").last.check()
    box.get_by_role("button", name="Kiểm tra").click()
    box.get_by_text("Phản hồi cho các phương án còn lại").click()
    assert "A. Chưa đúng." in box.locator(".quiz-others").inner_text()
    assert box.locator(".quiz-others").get_by_text("Đó là một hàng.").is_visible()


@pytest.mark.parametrize(
    ("chosen", "verdict", "said", "unsaid"),
    [
        (["Một", "Ba"], "Đúng, và đủ.", ["A. Đúng.", "Phản hồi một.", "C. Đúng.", "Phản hồi ba."], ["Phản hồi hai."]),
        (["Ba"], "Chưa đủ: còn phương án đúng chưa chọn.", ["Phản hồi ba."], ["Phản hồi một.", "Phản hồi hai."]),
        (["Một", "Hai", "Ba"], "Chưa đúng: có phương án không nên chọn.", ["B. Chưa đúng.", "Phản hồi hai."], []),
        (["Một", "Hai"], "và còn phương án đúng chưa chọn.", ["Phản hồi hai."], ["Phản hồi ba."]),
        ([], "Hãy chọn ít nhất một phương án.", [], ["Phản hồi"]),
    ],
)
def test_several_answers(window, chosen, verdict, said, unsaid):
    page = window.open("a-thu.html")
    box = question(page, 2)
    for name in chosen:
        box.get_by_role("checkbox", name=name).focus()
        page.keyboard.press("Space")
    box.get_by_role("button", name="Kiểm tra").press("Enter")
    text = status(box).inner_text()
    assert verdict in text
    assert [word for word in said if word not in text] == []
    assert [word for word in unsaid if word in text] == []


NUMBERS = {
    "Vì thế.": ["0.5", "0,5", " .5 ", "5e-1", "0,501"],
    "Tính lại.": ["0,5011", "4"],
    "Sai dấu.": ["-4", "−4"],
    "Hãy viết một con số": ["", "1/2", "1.000,5"],
}


@pytest.mark.parametrize("said", NUMBERS)
def test_a_number(window, said):
    page = window.open("a-thu.html")
    box = question(page, 3)
    for typed in NUMBERS[said]:
        box.get_by_role("textbox", name="Đáp số của bạn").fill(typed)
        page.keyboard.press("Enter")
        assert said in status(box).inner_text(), typed
        assert ("Đáp số: 0.5" in status(box).inner_text()) == (said == "Vì thế.")
        assert (box.locator("[aria-invalid]").count() == 1) == said.startswith("Hãy")


def test_answers_are_kept(window):
    page = window.open("a-thu.html")
    answer_everything(page)
    page.reload()
    assert page.get_by_role("radio", name="4").is_checked()
    assert "Hai hàng, hai cột." in status(question(page, 1)).inner_text()
    assert page.get_by_role("checkbox", name="Ba").is_checked()
    assert page.get_by_role("textbox", name="Đáp số của bạn").input_value() == "-4"
    assert "Sai dấu." in status(question(page, 3)).inner_text()


def test_an_answer_to_another_question_is_not_shown(window):
    page = window.open("a-thu.html")
    answer_everything(page)
    page.evaluate(
        """() => {
            const state = JSON.parse(localStorage.getItem("course-progress"));
            state.questions["a-thu#quiz-1"].text = "khac";
            localStorage.setItem("course-progress", JSON.stringify(state));
        }"""
    )
    page.reload()
    assert question(page, 1).locator("input:checked").count() == 0
    assert question(page, 2).locator("input:checked").count() == 2


DAMAGED = ["{", "null", "[]", '"x"', '{"questions": 3, "chapters": [], "guesses": {"a-thu#predict-1": 5}}',
           '{"questions": {"a-thu#quiz-1": {"answer": "x"}, "a-thu#quiz-2": null}}']  # fmt: skip


@pytest.mark.parametrize("damaged", DAMAGED)
def test_damaged_storage(window, damaged):
    page = window.open("index.html")
    page.evaluate("text => localStorage.setItem('course-progress', text)", damaged)
    window.open("index.html")
    page = window.open("a-thu.html")
    answer_everything(page)
    assert kept(page)["questions"]["a-thu#quiz-1"]["correct"] is True


def test_wrong_kinds_of_answers_are_forgotten(window):
    page = window.open("a-thu.html")
    answer_everything(page)
    for answer in ('"x"', "[7]", "[]", "null", '[{"a": 1}]'):
        page.evaluate(
            """text => {
                const state = JSON.parse(localStorage.getItem("course-progress"));
                for (const entry of Object.values(state.questions)) entry.answer = JSON.parse(text);
                localStorage.setItem("course-progress", JSON.stringify(state));
            }""",
            answer,
        )
        page.reload()
        assert page.locator("input:checked, .quiz-feedback").count() == 0, answer


def test_forbidden_storage(window):
    window.context.add_init_script(NO_STORAGE)
    window.open("index.html")
    page = window.open("a-thu.html")
    answer_everything(page)
    assert "Sai dấu." in status(question(page, 3)).inner_text()
    assert "đúng 2/3 câu hỏi" in page.locator("#muc-luc [aria-current=page]").inner_text()
    question(page, 1).get_by_role("button", name="Làm lại").click()
    assert "đúng 1/3 câu hỏi" in page.locator("#muc-luc [aria-current=page]").inner_text()


def test_a_guess_is_kept_and_shown_with_the_explanation(window):
    page = window.open("a-thu.html")
    field = page.get_by_role("group", name=re.compile("Bạn đoán")).get_by_label("Dự đoán của bạn")
    explanation = page.locator("details.explain")
    explanation.get_by_text("Xem giải thích").click()
    assert not explanation.get_by_text("Dự đoán của bạn").is_visible()
    field.press_sequentially("Bằng 2 <b>")
    page.reload()
    assert field.input_value() == "Bằng 2 <b>"
    assert page.get_by_label("Dự đoán của bạn").nth(1).input_value() == ""
    assert not explanation.get_by_text("Bằng 1.").is_visible()
    explanation.locator("summary").focus()
    page.keyboard.press("Enter")
    assert explanation.get_by_text("Bằng 1.").is_visible()
    assert "Dự đoán của bạn: Bằng 2 <b>" in explanation.inner_text()
    field.fill("")
    assert "course-progress" not in page.evaluate("Object.keys(localStorage)")


def test_reaching_the_assignment_marks_a_chapter_read(window):
    page = window.open("a-thu.html")
    here = page.locator("#muc-luc [aria-current=page]")
    assert here.inner_text() == "Thử"
    page.locator(".assignment").scroll_into_view_if_needed()
    page.get_by_text("Bạn đã đọc chương này.").wait_for()
    assert "đã đọc" in here.inner_text()
    assert here.locator("svg").count() == 1
    page.get_by_role("button", name="Bỏ đánh dấu đã đọc").press("Enter")
    assert here.inner_text() == "Thử"
    page.reload()
    page.locator("h1").scroll_into_view_if_needed()
    page.locator(".assignment").scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    assert here.inner_text() == "Thử"  # unmarked by hand stays unmarked


def test_marking_by_hand(window):
    page = window.open("b-khac.html")
    assert kept(page) == {}
    page.get_by_role("button", name="Đánh dấu đã đọc").press("Enter")
    assert page.get_by_text("Bạn đã đọc chương này.").is_visible()
    page = window.open("a-thu.html")
    link = page.locator("#muc-luc").get_by_role("link", name="Khác")
    assert "đã đọc" in link.inner_text()


def test_other_pages_are_no_chapters(window):
    for name in ("index.html", "c-phu-luc.html", "search.html"):
        page = window.open(name)
        assert page.get_by_role("button", name="Đánh dấu đã đọc").count() == 0
        assert page.locator("#muc-luc [data-chapter]").count() == 2


def test_progress_on_the_cover(window):
    page = window.open("index.html")
    cover = page.get_by_role("region", name="Tiến độ của bạn")
    assert cover.count() == 0
    answer_everything(window.open("a-thu.html"))
    window.open("b-khac.html").get_by_role("button", name="Đánh dấu đã đọc").click()
    page = window.open("index.html")
    read = len([value for value in kept(page)["chapters"].values() if value])
    assert read == 1
    assert "Bạn đã đọc 1/2 chương, trả lời đúng 2/4 câu hỏi." in cover.inner_text()
    assert page.locator("section.progress + p + section > h2").inner_text().startswith("Bắt đầu")

    with page.expect_download() as download:
        cover.get_by_role("button", name="Tải tiến độ về (JSON)").click()
    assert download.value.suggested_filename == "tien-do.json"
    with open(download.value.path(), encoding="utf-8") as file:  # noqa: PTH123
        saved = json.load(file)
    assert saved == kept(page)
    assert saved["questions"]["a-thu#quiz-3"]["answer"] == ["-4"]

    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    cover.get_by_role("button", name="Xóa tiến độ").click()
    assert asked and cover.is_visible() and kept(page) == saved
    page.once("dialog", lambda dialog: dialog.accept())
    cover.get_by_role("button", name="Xóa tiến độ").click()
    assert not cover.is_visible()
    assert kept(page) == {}
    assert page.evaluate("document.activeElement.textContent") == "Đã xóa tiến độ."
    assert page.locator(".nav-progress").count() == 0


def test_on_paper_no_answer_is_given_away(window, browser, address):
    page = window.open("a-thu.html")
    answer_everything(page)
    plain = Visit(browser, address, java_script_enabled=False)
    plain.page.goto(address + "a-thu.html")
    for paper in (page, plain.page):
        paper.emulate_media(media="print")
        if paper is page:
            paper.evaluate("dispatchEvent(new Event('beforeprint'))")
        text = " ".join(paper.locator(".quiz").all_inner_texts())
        assert "Ảnh" in text and "Ba" in text
        for word in ("Đúng", "Chưa đúng", "Phản hồi", "Vì thế", "Đáp số:", "Kiểm tra", "Làm lại", "Xem"):
            assert word not in text, word
    field = page.get_by_role("textbox", name="Đáp số của bạn")
    assert field.evaluate("input => getComputedStyle(input).color") == "rgba(0, 0, 0, 0)"
    shapes = page.locator(".quiz-choice input").evaluate_all("all => all.map((i) => getComputedStyle(i).appearance)")
    assert set(shapes) == {"none"}
    assert page.get_by_text("Bằng 1.").is_visible()
    plain.context.close()


def test_without_scripts_the_plain_version(browser, address, site):
    visit = Visit(browser, address, viewport=PHONE, java_script_enabled=False)
    page = visit.page
    page.goto(address + "a-thu.html")
    assert page.locator("form:not([role=search]), textarea, .reading, .progress, .nav-progress").count() == 0
    assert page.locator(".quiz details").count() == 2 + 3 + 3
    assert page.get_by_role("group", name=re.compile("có bao nhiêu điểm ảnh")).count() == 1
    question(page, 1).locator("summary").first.click()
    assert question(page, 1).get_by_text("Đó là một hàng.").is_visible()
    page.locator(".explain summary").get_by_text("Giải thích", exact=True).click()
    assert page.get_by_text("Bằng 1.").is_visible()
    visit.context.close()


def test_chapters_and_their_questions_stand_in_the_sidebar(site):
    for name in ("index", "a-thu", "search"):
        menu = BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser").select_one("#muc-luc")
        found = [(link["data-chapter"], link["data-questions"]) for link in menu.select("[data-chapter]")]
        assert found == [("a-thu", "3"), ("b-khac", "1")]


def test_a_new_question_is_counted_on_every_page(make_book):
    from .conftest import build_book

    quiz = "\n:::{quiz} Một?\n- (x) Có\n  - Phải.\n- ( ) Không\n  - Sai.\n:::\n"
    built = make_book({"book/chuong.md": "# Chương\n" + quiz, "book/khac.md": "# Khác\n\nChữ.\n"})
    assert 'data-questions="1"' in built.page("khac")
    (built.root / "book" / "chuong.md").write_text("# Chương\n" + quiz * 2, "utf-8")
    again = build_book(built.root)
    assert (again.status, again.warnings) == (0, "")
    assert 'data-questions="2"' in again.page("khac")
    assert 'data-questions="2"' in again.page("index")


def test_the_script_is_small(site):
    import gzip

    assert len(gzip.compress((site / "_static" / "learning.js").read_bytes())) <= 6 * 1024
