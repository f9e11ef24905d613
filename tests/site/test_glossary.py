"""The glossary: its entries, the words it finds and leaves alone, its page, the links and their definitions."""

import time
import tomllib
import unicodedata

import pytest
from course_site.glossary import GLOSSARY
from course_site.search import SYNONYMS, read_synonyms
from course_site.terms import Entry, Matcher, read_entries, vietnamese_order

from .conftest import ROOT
from .serving import serve
from .test_browser import DESKTOP, PHONE, Visit

ENTRIES = read_entries()
QUIZ = "\n:::{quiz} Chọn tốc độ học nào?\n- ( ) Tốc độ học lớn\n  - Quá khớp.\n- (x) Nhỏ\n  - Dừng sớm.\n:::\n"


# --- the entries ------------------------------------------------------------------------------------------------


def test_entries_are_whole():
    text = GLOSSARY.read_text("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert len(ENTRIES) > 100
    assert len({entry.anchor for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.vi for entry in ENTRIES}) == len(ENTRIES)
    for entry in ENTRIES:
        assert entry.definition.endswith("."), entry.key
        assert entry.definition[0].isupper(), entry.key
        assert 20 < len(entry.definition) < 200, entry.key
        assert ". " not in entry.definition, f"{entry.key}: một câu thôi"


def test_a_badly_formed_entry_is_named(tmp_path):
    for text, message in {
        '["a"]\nvi = "a"\nchapter = "b"\n': "«a» thiếu definition",
        '["a"]\nvi = "a"\nchapter = "b"\ndefinition = "C."\nmau = 1\n': "«a» có mục lạ: mau",
    }.items():
        path = tmp_path / f"{len(message)}.toml"
        path.write_text(text, "utf-8")
        with pytest.raises(ValueError, match=message):
            read_entries(path)


def test_definitions_are_good_vietnamese():
    language = pytest.importorskip("tests.notebooks.language")
    if not language.DICTIONARY.with_suffix(".dic").is_file():
        pytest.skip(f"thiếu từ điển {language.DICTIONARY}: chạy `make install`")
    from tests.notebooks.reading import Cell, Document

    text = "\n\n".join(f"{entry.vi}: {entry.definition}" for entry in ENTRIES)
    page = Document(ROOT / "book" / "thuat-ngu.md", [Cell(0, "markdown", text)])
    assert [str(problem) for check in language.CHECKS for problem in check(page)] == []


def test_terms_agree_with_the_forbidden_words():
    """No term of the glossary is forbidden; no other name it mentions is one that the course writes."""
    terms = tomllib.loads((ROOT / "tests" / "notebooks" / "terms.toml").read_text("utf-8"))["term"]
    advice = " ".join(term["right"].lower() for term in terms)
    written = {name.lower() for entry in ENTRIES for name in (entry.vi, *entry.forms)}
    for entry in ENTRIES:
        assert not written & {name.lower() for name in entry.also}, entry.key
    missing = [word for word in ("quá khớp", "hạ gradient", "khung chứa", "điều chuẩn") if word not in advice]
    assert missing == []
    assert {"quá khớp", "hạ gradient", "khung chứa", "điều chuẩn", "tốc độ học"} <= written


def test_search_knows_every_english_term():
    synonyms = {typed: said for typed, *said in read_synonyms()}
    for entry in ENTRIES:
        for typed in (entry.en, *entry.short, *entry.also):
            name = typed.replace("-", " ").replace("–", " ").lower()
            assert name in entry.vi.lower() or entry.vi in synonyms[name]
    assert set(synonyms["bias"]) == {"hệ số điều chỉnh", "độ chệch", "thiên kiến"}
    assert synonyms["sgd"] == ["hạ gradient ngẫu nhiên"]


def test_a_synonym_stands_in_one_place(tmp_path):
    double = tmp_path / "synonyms.toml"
    double.write_text('["A"]\n"overfitting" = "quá khớp"\n', "utf-8")
    assert read_synonyms(SYNONYMS)
    with pytest.raises(ValueError, match="«overfitting» đã có trong glossary"):
        read_synonyms(double)


def test_vietnamese_order():
    words = ["đạo hàm", "ánh xạ", "ảnh xám", "dữ liệu", "ảnh màu", "bão hòa", "ăn", "an", "ân"]
    wanted = ["an", "ảnh màu", "ảnh xám", "ánh xạ", "ăn", "ân", "bão hòa", "dữ liệu", "đạo hàm"]
    assert sorted(words, key=vietnamese_order) == wanted


# --- finding terms ----------------------------------------------------------------------------------------------


def found(text):
    return [(text[start:end], entry.en) for start, end, entry in Matcher(ENTRIES).find(text)]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Siêu tham số và tham số.", [("Siêu tham số", "hyperparameter"), ("tham số", "parameter")]),
        ("hạ gradient ngẫu nhiên", [("hạ gradient ngẫu nhiên", "stochastic gradient descent")]),
        ("trung bình bình phương sai số", [("trung bình bình phương sai số", "mean squared error")]),
        ("mạng nơ-ron\ntích chập", [("mạng nơ-ron\ntích chập", "convolutional neural network")]),
        ("bình phương sai số nhỏ", []),
        ("khoa học máy tính", []),
        ("điều quan trọng số một", []),
        ("tiêu chuẩn hóa", []),
        ("bài tập kiểm tra", []),
        ("hiểu học sâu sắc hơn", []),
        ("lớp học có nhiều mẫu mã, tầng tháp, gộp lại", []),  # everyday words need their English beside them
        ("siêu-tham số, tham sốs", []),
        ("đạo hàm", [("đạo hàm", "derivative")]),
    ],
)
def test_longest_whole_words(text, terms):
    assert found(text) == terms


@pytest.mark.parametrize(
    ("english", "before", "key"),
    [
        ("sample", "một mẫu (", "sample"),
        ("samples", "các mẫu (", "sample"),
        ("kernel", "một hạt nhân (", "kernel (convolution)"),
        ("kernel", "một hàm nhân (", "kernel (SVM)"),
        ("kernel", "một ", None),
        ("bias", "hệ số điều chỉnh (", "bias (parameter)"),
        ("banana", "quả chuối (", None),
    ],
)
def test_english_terms(english, before, key):
    entry = Matcher(ENTRIES).translate(english, before)
    assert (entry and entry.key) == key


def test_a_short_glossary():
    matcher = Matcher([Entry("a b", "một hai", "x", "Đ."), Entry("c", "hai", "x", "Đ.", unless=("hai mươi",))])
    assert [entry.key for *_, entry in matcher.find("Một  hai, hai mươi, hai.")] == ["a b", "c"]


# --- on a page --------------------------------------------------------------------------------------------------

CHAPTER = f"""# Hạ gradient từng bước

:::{{chapter-header}}
**Mục tiêu.** Chọn được tốc độ học.
:::

## Tốc độ học lớn

Mỗi *mẫu* (*sample*) có `tốc độ học` riêng, $x$. Với **Tốc độ học** nhỏ thì chậm; tốc độ học lớn thì văng ra.
Xem [tham số](khac.md), lớp (*class*) và hạt nhân (*kernel*), rồi tham số.
{QUIZ}"""


@pytest.fixture(scope="module")
def book(make_book):
    page = (ROOT / "book" / "appendix" / "glossary.md").read_text("utf-8")
    built = make_book({
        "book/models/gradient-descent.md": CHAPTER,
        "book/models/khac.md": "# Trang khác\n\nTham số, không có câu hỏi nào.\n",
        "book/appendix/glossary.md": page,
    })  # fmt: skip
    assert (built.status, built.warnings) == (0, "")
    return built


def test_first_uses_are_linked(book):
    links = book.soup("models/gradient-descent").select("a.term")
    assert [(a.get_text(), a["href"].rpartition("#")[2]) for a in links] == [
        ("mẫu", "sample"),
        ("Tốc độ học", "learning-rate"),
        ("lớp", "class"),
        ("hạt nhân", "kernel-convolution"),
        ("tham số", "parameter"),
    ]
    page = book.soup("appendix/glossary")
    for link in links:
        assert link["href"].startswith("../appendix/glossary.html#")
        assert page.find(id=link["href"].rpartition("#")[2]).name == "dt"


def test_nothing_is_linked_where_a_link_would_disturb(book):
    page = book.soup("models/gradient-descent")
    assert page.select(":is(h1, h2, code, .quiz, .chapter-header, nav) a.term") == []
    assert book.soup("models/khac").select("a.term") == []  # no chapter
    assert book.soup("appendix/glossary").select("a.term") == []


@pytest.mark.browser
@pytest.mark.parametrize(("page", "asked"), [("models/gradient-descent", 1), ("models/khac", 0)])
def test_the_script_comes_at_the_first_move_to_pages_with_links(browser, address, page, asked):
    visit = Visit(browser, address)
    found = []
    visit.page.on("request", lambda request: found.append(request.url) if "glossary.js?v=" in request.url else None)
    visit.page.goto(f"{address}{page}.html", wait_until="networkidle")
    assert found == []
    visit.page.mouse.move(5, 5)
    visit.page.mouse.wheel(0, 300)
    visit.page.wait_for_load_state("networkidle")
    visit.page.wait_for_timeout(300)
    assert len(found) == asked
    visit.context.close()


def test_the_page_has_both_directions(book):
    page = book.soup("appendix/glossary")
    terms = page.select("dl.glossary > dt")
    assert len(terms) == len(page.select("dl.glossary > dd")) == len(ENTRIES)
    index = page.select(".glossary-index a")
    assert len(index) == len(ENTRIES)
    assert all(page.find(id=link["href"].removeprefix("#")).name == "dt" for link in index)
    assert [word.get_text() for word in page.select("dt [lang=en], .glossary-index [lang=en]")].count(
        "overfitting"
    ) == 2


def test_entries_lead_to_the_chapters_that_exist(book):
    page = book.soup("appendix/glossary")
    rate = page.find(id="learning-rate").find_next_sibling("dd")
    assert rate.a["href"] == "../models/gradient-descent.html"
    assert rate.get_text(strip=True).endswith("ChươngHạ gradient từng bước.")
    assert page.find(id="dropout").find_next_sibling("dd").a is None


@pytest.fixture(scope="module")
def address(book):
    with serve(book.root / "_build" / "html") as server:
        yield server.address


@pytest.mark.browser
def test_definition_on_hover_and_focus(browser, address):
    visit = Visit(browser, address, viewport=DESKTOP)
    page = visit.open("models/gradient-descent.html")
    link, tip = page.locator("a.term").nth(1), page.locator("#term-tip")
    assert not tip.is_visible()
    link.hover()
    page.wait_for_selector("#term-tip:popover-open")
    assert tip.text_content().startswith("tốc độ học learning rate: Hệ số nhân với gradient")
    assert page.evaluate("document.querySelector('[aria-describedby=term-tip]').textContent") == "Tốc độ học"
    box = tip.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20, steps=8)  # onto the definition: it stays
    page.wait_for_timeout(500)
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.mouse.move(0, 0)
    page.keyboard.press("Tab")
    link.focus()
    page.wait_for_selector("#term-tip:popover-open")
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    assert link.get_attribute("aria-describedby") is None
    page.keyboard.press("Enter")
    page.wait_for_url("**/appendix/glossary.html#learning-rate")
    assert visit.troubles == []
    visit.context.close()


@pytest.mark.browser
def test_definition_on_tap(browser, address):
    visit = Visit(browser, address, viewport=PHONE, has_touch=True)
    page = visit.open("models/gradient-descent.html")
    link = page.locator("a.term").nth(1)
    link.tap()
    page.wait_for_selector("#term-tip:popover-open")
    assert "Chạm lần nữa" in page.locator("#term-tip").text_content()
    box = page.locator("#term-tip").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    page.locator("h1").tap()
    assert not page.locator("#term-tip").is_visible()
    link.tap()
    link.tap()
    page.wait_for_url("**/appendix/glossary.html#learning-rate")
    assert visit.troubles == []
    visit.context.close()


ENTRY = "**/appendix/glossary.html#sample"


@pytest.fixture
def untouched(browser, address):
    """A phone's window whose reader has not moved yet; ``answer`` says what happens when glossary.js is asked for."""
    visit = Visit(browser, address, viewport=PHONE, has_touch=True, is_mobile=True)

    def make(answer):
        visit.context.route("**/glossary.js*", answer)
        visit.page.goto(f"{address}models/gradient-descent.html", wait_until="networkidle")
        assert not visit.page.evaluate("'courseGlossary' in window")
        box = visit.page.locator("a.term").first.bounding_box()
        assert 0 < box["y"] < PHONE["height"]  # no scroll is needed, which would fetch the script
        return visit.page, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    yield make
    visit.context.close()


def slowly(route):
    """Answer after most of a second."""
    time.sleep(0.7)
    route.continue_()


@pytest.mark.browser
def test_a_first_tap_waits_for_the_script(untouched):
    page, place = untouched(slowly)
    page.touchscreen.tap(*place)
    page.wait_for_selector("#term-tip:popover-open")
    assert "mẫu" in page.locator("#term-tip").text_content()
    assert page.url.endswith("gradient-descent.html")
    page.touchscreen.tap(*place)
    page.wait_for_url(ENTRY)


@pytest.mark.browser
def test_the_script_may_come_while_the_finger_is_down(untouched):
    page, (x, y) = untouched(lambda route: route.continue_())
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    page.wait_for_function("'courseGlossary' in window")
    assert not page.locator("#term-tip").is_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_selector("#term-tip:popover-open")
    assert page.url.endswith("gradient-descent.html")
    page.touchscreen.tap(x, y)
    page.wait_for_url(ENTRY)


@pytest.mark.browser
def test_a_reader_in_a_hurry_taps_twice(untouched):
    asked = []
    page, place = untouched(lambda route: asked.append(route))  # never answered
    page.touchscreen.tap(*place)
    page.wait_for_timeout(300)
    assert page.url.endswith("gradient-descent.html")
    page.touchscreen.tap(*place)
    page.wait_for_url(ENTRY)
    assert len(asked) == 1


@pytest.mark.browser
def test_a_tap_without_the_script_follows_the_link(untouched):
    page, place = untouched(lambda route: route.abort())
    page.touchscreen.tap(*place)
    page.wait_for_url(ENTRY)


@pytest.mark.browser
def test_without_scripts_the_link_leads_to_the_entry(browser, address):
    visit = Visit(browser, address, viewport=DESKTOP, java_script_enabled=False)
    page = visit.context.new_page()
    page.goto(address + "models/gradient-descent.html")
    page.locator("a.term").nth(1).click()
    page.wait_for_url("**/appendix/glossary.html#learning-rate")
    visit.context.close()


# --- the course's own site --------------------------------------------------------------------------------------


def test_every_term_is_used_in_the_chapter_that_defines_it(site, pages):
    from .test_site import parsed

    chapters = {name.removesuffix(".html").rpartition("/")[2]: name for name in pages}
    unused = []
    for entry in ENTRIES:
        name = chapters.get(entry.chapter)
        if name is None:
            continue
        links = {link["href"].rpartition("#")[2] for link in parsed(site / name).select("a.term")}
        if entry.anchor not in links:
            unused.append(f"{entry.key}: chương {entry.chapter} không dùng «{entry.vi}»")
    assert unused == []
