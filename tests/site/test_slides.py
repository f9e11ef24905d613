"""The slides: the rule that chooses them, what metadata overrides, and every slide of every chapter in a browser."""

import json
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from .conftest import ROOT

sys.path.append(str(ROOT / "book" / "_tools"))

from slides.assets import ENGLISH, translate
from slides.build import build, chapters_of
from slides.chapter import read_chapter
from slides.choose import FEWEST, MOST, choose
from slides.slide import LIST, WORDS, text_words
from slides.words import POINTS, choose_sentences, count, hidden, sentences, shorten

MEASURE = (Path(__file__).parent / "slides_measure.js").read_text("utf-8")
CHAPTERS = chapters_of(ROOT)
NAMES = [path.stem for path, _ in CHAPTERS]

# a PNG of 2 × 1 pixels
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAADklEQVR4nGP4z8AAQv8BD/kD/YURfXMAAAAASUVORK5CYII="


def marked(cell, **slideshow):
    """Give a cell Jupyter's metadata for slides."""
    cell.metadata["slideshow"] = slideshow
    return cell


def figure():
    """A cell that draws."""
    data = {"image/png": PNG, "text/plain": "<Figure>"}
    cell = new_code_cell("plot()", outputs=[new_output("display_data", data)])
    cell.metadata["mystnb"] = {"image": {"alt": "Hai điểm ảnh."}}
    return cell


HEADER = """# Chương thử

Câu mở đầu của chương.

:::{chapter-header}
**Mục tiêu.** Sau chương này, bạn
- tính được một tổng;
- vẽ được một hình.

**Cần biết trước.** Không cần gì.
:::"""
CLOSING = """## Câu hỏi nhanh

:::{quiz} Một cộng một?
- ( ) ba
  - Đếm lại.
- (x) hai
  - Đúng thế.
:::

## Điều cần nhớ

:::{takeaways}
- Một cộng một là hai.
:::

## Bài tập

:::{assignment} pixels
Bạn cộng hai số.
:::"""


def sections(number):
    """Some sections, each with a paragraph and a figure."""
    return [
        cell
        for n in range(number)
        for cell in (new_markdown_cell(f"## Mục {n}\n\nÝ chính của phần {n} nằm trong câu này."), figure())
    ]


def written(folder, *cells, name="thu"):
    """Write a chapter with these cells between its header and its closing; return its path."""
    cells = [new_markdown_cell(HEADER), *cells, new_markdown_cell(CLOSING)]
    path = folder / f"{name}.ipynb"
    path.write_text(nbformat.writes(new_notebook(cells=cells)), "utf-8")
    return path


def slides_of(folder, *cells):
    """The slides of a chapter with these cells."""
    return choose(read_chapter(written(folder, *cells)))


# Sentences


def test_sentences_end_where_they_end():
    text = "Số 0.5 là một nửa. Ở đây $a. B$ và `x. Y` không hết câu. «Thật à?» Đúng (xem tr. 5). Xong"
    assert sentences(text) == [
        "Số 0.5 là một nửa.",
        "Ở đây $a. B$ và `x. Y` không hết câu.",
        "«Thật à?»",
        "Đúng (xem tr. 5).",
        "Xong",
    ]


def test_what_points_elsewhere_is_not_shown():
    assert choose_sentences("Ô dưới in ba số. Ba số ấy cộng lại bằng 1.", 40) == ["Ba số ấy cộng lại bằng 1."]
    assert choose_sentences("Chạy ô dưới. Nó in ra số 1 và số 2.", 40) == []  # who is «nó»?
    assert choose_sentences("Ba số cộng lại {cite}`a2020`. Xem [chương sau](b.ipynb).", 40) == ["Ba số cộng lại."]
    assert choose_sentences("Mọi ảnh đều là mảng. Công thức của nó là:", 40) == ["Mọi ảnh đều là mảng."]


def test_a_long_sentence_is_cut_where_it_still_says_something():
    long = "Mỗi ảnh là một mảng số, và mỗi số nằm giữa 0 và 255 vì kiểu của nó chỉ có tám bit"
    assert shorten(long, 8) == "Mỗi ảnh là một mảng số."
    assert shorten("Bạn sẽ tính được một thứ gọi là: một, hai, ba, bốn, năm", 9) is None
    assert shorten("Mảng (H, W) có hai trục", 4) is None  # a shape is no aside
    assert count("Ảnh có $H \\times W$ điểm, viết `a[0]`") == 4


# The rule


@pytest.mark.parametrize("path", [path for path, _ in CHAPTERS], ids=NAMES)
def test_a_chapter_gives_good_slides(path):
    slides = choose(read_chapter(path), "Phần")
    kinds = [slide.kind for slide in slides]
    assert FEWEST <= len(slides) <= MOST
    assert kinds[:2] == ["cover", "goals"]
    assert kinds[-1] == "assignment"
    assert {"quiz", "takeaways", "predict"} <= set(kinds)
    for slide in slides:
        room = LIST + 4 if slide.kind in ("goals", "takeaways") else WORDS
        assert text_words(slide) <= room, f"{slide.headline}: {text_words(slide)} từ"
        assert slide.headline
        assert slide.points or slide.visual or slide.answer or slide.options
        for text in slide.points if slide.kind == "section" and slide.rank >= 0 else ():  # authors know
            assert not POINTS.search(hidden(text)[0]), text
    shown = [(slide.headline, *slide.points) for slide in slides]
    assert len(set(shown)) == len(shown)


def test_sections_open_with_their_figure(tmp_path):
    slides = slides_of(tmp_path, *sections(3))
    assert [slide.headline for slide in slides if slide.kind == "section"] == ["Mục 0", "Mục 1", "Mục 2"]
    assert {slide.visual.kind for slide in slides if slide.kind == "section"} == {"figure"}


def test_a_prediction_shows_its_answer_later(tmp_path):
    question = ":::{predict} Bao nhiêu phần trăm?\nĐoán bừa được một nửa số câu.\n:::"
    explain = ":::{explain}\nChín mươi phần trăm số câu.\n:::"
    cell = new_code_cell("print(90)", outputs=[new_output("stream", text="đúng 90 %\n")])
    cells = (new_markdown_cell(f"## Mục\n\nMột câu dẫn vào.\n\n{question}"), cell, new_markdown_cell(explain))
    slide = next(slide for slide in slides_of(tmp_path, *cells, *sections(3)) if slide.kind == "predict")
    assert slide.points == ["Đoán bừa được một nửa số câu."]
    assert slide.answer == ["Chín mươi phần trăm số câu."]
    assert slide.answer_visual.output == "đúng 90 %"


def test_drawings_in_html_are_figures(tmp_path):
    html = '<div><svg viewBox="0 0 9 9" style="flex: 1"><title>Một nơ-ron.</title></svg></div>'
    cell = new_code_cell("picture", outputs=[new_output("display_data", {"text/html": html, "text/plain": ""})])
    cells = [new_markdown_cell("## Mục\n\nMột câu dẫn vào hình vẽ."), cell, *sections(3)]
    assert next(s for s in slides_of(tmp_path, *cells) if s.headline == "Mục").visual.kind == "figure"
    build([(written(tmp_path, *cells), "")], tmp_path / "slides", tmp_path / "cache")
    assert '<div class="drawings"><svg viewBox="0 0 9 9">' in (tmp_path / "slides" / "thu.html").read_text("utf-8")


def test_more_than_fits_is_left_out(tmp_path):
    assert len(slides_of(tmp_path, *sections(30))) == 18


# Metadata


def test_metadata_skips(tmp_path):
    cells = sections(3)
    marked(cells[1], slide_type="skip")
    slides = slides_of(tmp_path, *cells)
    assert [slide.visual is None for slide in slides if slide.kind == "section"] == [True, False, False]


def test_metadata_gives_headline_and_text(tmp_path):
    cells = [*sections(30), new_markdown_cell("## Cuối\n\nMột đoạn."), figure()]
    marked(cells[-1], slide_type="slide", title="Tiêu đề riêng", text="Ý một.\nÝ hai.")
    slide = next(slide for slide in slides_of(tmp_path, *cells) if slide.headline == "Tiêu đề riêng")
    assert slide.points == ["Ý một.", "Ý hai."]
    assert slide.visual.kind == "figure"


def test_metadata_of_a_cell_speaks_once(tmp_path):
    """A cell may close one section and open the next: its headline is the next one's, and stands on one slide."""
    cell = new_markdown_cell(
        "Câu cuối của phần trước.\n\n## Sau\n\nMột câu dẫn vào:\n\n$$a = b$$\n\nRồi lại:\n\n$$b = c$$"
    )
    marked(cell, slide_type="slide", title="Tiêu đề riêng")
    slides = slides_of(tmp_path, *sections(2), cell, *sections(2))
    (place,) = [n for n, slide in enumerate(slides) if slide.headline == "Tiêu đề riêng"]
    assert slides[place].visual.part.text == "a = b"
    assert slides[place - 1].headline == "Mục 1"


def test_metadata_shows_what_the_rule_would_not(tmp_path):
    cells = [*sections(4), marked(new_markdown_cell("Một câu đáng giá, chỉ bằng lời."), slide_type="slide")]
    assert any(slide.points == ["Một câu đáng giá, chỉ bằng lời."] for slide in slides_of(tmp_path, *cells))


def test_metadata_hangs_a_fragment_on_the_slide_before(tmp_path):
    cells = [*sections(3), marked(figure(), slide_type="fragment")]
    slides = [slide for slide in slides_of(tmp_path, *cells) if slide.kind == "section"]
    assert [len(slide.fragments) for slide in slides] == [0, 0, 1]


def test_metadata_keeps_notes_for_the_speaker(tmp_path):
    cells = [marked(new_markdown_cell("Chỉ người nói đọc câu này."), slide_type="notes"), *sections(4)]
    slides = slides_of(tmp_path, new_markdown_cell("## Đầu\n\nMột câu đứng riêng một trang."), *cells)
    assert not any("Chỉ người nói" in text for slide in slides for text in slide.points)
    assert any("Chỉ người nói" in text for slide in slides for text in slide.notes)


# What is written


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """All chapters' decks, built."""
    if not CHAPTERS:
        pytest.skip("_toc.yml chưa có chương nào")
    root = tmp_path_factory.mktemp("slides") / "slides"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # each has files of its own
    build(CHAPTERS, root, ROOT / "_build" / f".slides{worker}")
    return root


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The deck of a small chapter."""
    folder = tmp_path_factory.mktemp("small")
    cells = [new_markdown_cell("## Một mục\n\nBình phương là $x^2$, viết ra:\n\n$$x^2 = x\\cdot x$$"), *sections(4)]
    build([(written(folder, *cells), "Phần thử")], folder / "slides", folder / "cache")
    return folder / "slides"


def test_decks_ask_nobody_for_anything(small, decks):
    for page in (*small.glob("*.html"), *decks.glob("*.html")):
        text = page.read_text("utf-8")
        for address in re.findall(r'(?:src|<link [^>]*href)="([^"]*)"', text):
            assert (page.parent / address).is_file(), f"{page.name}: {address}"
        assert '<html lang="vi">' in text
        assert all(re.search(r'alt="[^"]+"', image) for image in re.findall(r"<img [^>]*>", text))
    for sheet in decks.rglob("*.css"):
        for address in re.findall(r"url\(([^)]+)\)", sheet.read_text("utf-8")):
            assert address.startswith("data:") or (sheet.parent / address).is_file(), f"{sheet.name}: {address}"


def test_notes_carry_mathml_and_slides_drawn_formulas(small):
    soup = BeautifulSoup((small / "thu.html").read_text("utf-8"), "html.parser")
    notes = [note for note in soup.select("aside.notes") if note.find("math")]
    assert notes
    assert not any(note.select(".katex") for note in notes)
    assert soup.select("section .formula .katex-html")


def test_a_bad_formula_stops_the_build(tmp_path):
    path = written(tmp_path, new_markdown_cell("## Mục\n\nCông thức này hỏng:\n\n$$\\frac{1$$"), *sections(4))
    with pytest.raises(ValueError, match="công thức hỏng"):
        build([(path, "")], tmp_path / "slides", tmp_path / "cache")


def test_a_short_chapter_stops_the_build(tmp_path):
    with pytest.raises(ValueError, match="cần từ 8 đến 20"):
        build([(written(tmp_path), "")], tmp_path / "slides", tmp_path / "cache")


def test_reveal_speaks_vietnamese(monkeypatch):
    for name in ENGLISH:
        translate(name)
    monkeypatch.setitem(ENGLISH, "dist/reveal.js", {"no such words": ""})
    with pytest.raises(ValueError, match="no such words"):
        translate("dist/reveal.js")


def test_the_command_reads_the_table_of_contents(tmp_path):
    (tmp_path / "book").mkdir()
    written(tmp_path / "book", name="mot")
    contents = {"parts": [{"caption": "Phần", "chapters": [{"file": "book/mot"}, {"file": "book/khong-co"}]}]}
    (tmp_path / "_toc.yml").write_text(json.dumps(contents), "utf-8")
    assert chapters_of(tmp_path) == [(tmp_path / "book" / "mot.ipynb", "Phần")]


# In a browser


@pytest.fixture
def page(browser):
    """A window of 1280 × 720; what it asks for and complains about is noted."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def opened(page, path):
    """Open a deck and wait until it is ready."""
    page.goto(path.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.evaluate("document.fonts.ready.then(() => 1)")


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_every_slide_fits(page, decks):
    found = []
    for slug in NAMES:
        opened(page, decks / f"{slug}.html")
        found += [f"{slug} {problem}" for problem in page.evaluate(MEASURE)]
        assert FEWEST <= page.evaluate("Reveal.getTotalSlides()") <= MOST
    assert not found, "\n".join(found)
    assert not page.complaints
    assert all(address.startswith(("file:", "data:")) for address in page.asked)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("s.querySelector('.points').innerHTML += '<p>dài</p>'.repeat(40)", "ra ngoài khung"),
        ("s.querySelector('.head').style.marginLeft = '-80px'", "ra ngoài khung"),
        ("s.querySelector('.points li').style.fontSize = '12px'", "chữ nhỏ"),
        ("s.querySelector('.points').style.marginTop = '-60px'", "chồng lên"),
        ("s.querySelector('img').src = 'khong-co.png'", "ảnh hỏng"),
        ("s.querySelector('img').style.width = '90px'", "ảnh nhỏ"),
        ("document.querySelector('.reveal').style.fontFamily = 'serif'", "phông"),
    ],
)
def test_measuring_sees(page, decks, change, complaint):
    opened(page, decks / f"{NAMES[0]}.html")
    first = "const s = document.querySelector('section.section:has(img):has(.points)');"
    page.evaluate(f"() => {{ {first} {change} }}")
    page.wait_for_timeout(100)
    assert any(complaint in problem for problem in page.evaluate(MEASURE))


@pytest.mark.browser
def test_answers_come_with_the_next_key(page, decks):
    opened(page, decks / f"{NAMES[0]}.html")
    number = page.evaluate("[...document.querySelectorAll('.slides > section')].findIndex(s => s.matches('.predict'))")
    page.evaluate(f"Reveal.slide({number})")
    answer = page.locator("section.predict.present .answer")
    assert answer.evaluate("e => getComputedStyle(e.parentElement).opacity") == "0"
    page.keyboard.press("ArrowRight")
    assert answer.evaluate("e => getComputedStyle(e.parentElement).opacity") == "1"
    page.evaluate("Reveal.toggleHelp()")
    assert "Phím tắt" in page.locator(".r-overlay-help").inner_text()


@pytest.mark.browser
def test_the_speaker_sees_notes(page, decks):
    opened(page, decks / f"{NAMES[0]}.html")
    page.evaluate("Reveal.slide(2)")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    window = popup.value
    window.wait_for_function("document.querySelector('.speaker-controls-notes .value')?.innerText.length > 20")
    text = window.locator("#speaker-controls").text_content()
    assert "Ghi chú" in text
    assert "Upcoming" not in window.content()
    assert "bấm để tính lại" in text


@pytest.mark.browser
def test_decks_print(page, decks, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    page.goto((decks / f"{NAMES[0]}.html").as_uri() + "?print-pdf")
    page.wait_for_selector(".pdf-page >> nth=7")
    page.wait_for_timeout(300)
    (tmp_path / "deck.pdf").write_bytes(page.pdf(prefer_css_page_size=True, print_background=True))
    pages = pypdf.PdfReader(tmp_path / "deck.pdf").pages
    number = page.evaluate("document.querySelectorAll('.pdf-page').length")
    assert len(pages) == number
    assert pages[0].mediabox.width > pages[0].mediabox.height


def test_metadata_for_slides_is_all_that_changes(tmp_path):
    """`notebooks.py normalize`, the pre-commit hook, keeps a cell's place on the slides, and nothing else changes."""
    from notebooks import normalize, write

    before = nbformat.read(CHAPTERS[0][0], as_version=4)
    after = nbformat.read(CHAPTERS[0][0], as_version=4)
    wanted = {"slide_type": "slide", "title": "Tiêu đề", "text": "Một ý."}
    marked(after.cells[3], **wanted)
    write(normalize(after), tmp_path / "a.ipynb")
    again = nbformat.read(tmp_path / "a.ipynb", as_version=4)
    assert again.cells[3].metadata.pop("slideshow") == wanted
    before.cells[3].metadata.pop("slideshow", None)
    assert again == before
