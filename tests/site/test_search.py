"""Search as readers use it: the index as a file, then the page's own script in a browser with a set of queries."""

import gzip
import itertools
import json
import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from course_site import search
from course_site.elements import Block, Line
from course_site.search import fold, read_synonyms, slim
from course_site.search_index import places, shard_of, words
from docutils import nodes

from .conftest import build_book
from .test_browser import DESKTOP, PHONE, Visit

QUERIES = [
    (kind, unicodedata.normalize(query.pop("form", "NFC"), query["typed"]), query)
    for kind, group in tomllib.loads(Path(__file__).with_name("search_queries.toml").read_text("utf-8")).items()
    for query in group["queries"]
]
#: What one result is: [address, heading, marked words]
READ_HITS = """(links) => links.map((a) => [
    a.getAttribute("href"), (a.querySelector("strong") ?? a).textContent,
    [...a.closest("li, [role=option]").querySelectorAll("mark")].map((m) => m.textContent),
])"""


# The index


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường", "duong"),
        ("tích chập", "tich chap"),
        ("ƯỚC LƯỢNG", "uoc luong"),
        ("nghiệm", "nghiem"),
        ("ReLU", "relu"),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


def test_sections_of_a_page():
    inner = nodes.section("", nodes.title("", "Gộp"), nodes.paragraph("", "Trong mục con."), ids=["gop"])
    cell = nodes.literal_block("", "x = np.clip(y)")
    output = nodes.container("", nodes.literal_block("", "[1 2 3] ketqua"), classes=["cell_output"])
    text = nodes.paragraph("", "", nodes.Text("Một "), nodes.math("", "x^2"), nodes.Text("\n  ho\u0301a."))
    outer = nodes.section("", nodes.title("", "Tích chập"), text, cell, output, inner, ids=["tich-chap"])
    document = nodes.section("", outer)
    assert search.sections(document)[1:] == [
        ["tich-chap", "Tích chập", "Một … hóa.", "np clip"],
        ["gop", "Gộp", "Trong mục con.", ""],
    ]


def test_entries_of_a_glossary_are_sections():
    def line(tag, text, **options):
        return Line.make(tag, text, **options)

    terms = Block.make(
        *("dl", line("dt", "kênh channel", ids=["channel"]), line("dd", "Một mặt phẳng số.")),
        *(line("dt", "nhãn label", ids=["label"]), line("dd", "Câu trả lời đúng.")),
        classes=["glossary"],
    )
    again = Block.make("ul", Block.make("li", line("span", "channel → kênh")), classes=["glossary-index"])
    page = nodes.section("", nodes.title("", "Thuật ngữ"), nodes.paragraph("", "Một câu."), terms, again, ids=["a"])
    assert search.sections(page) == [
        ["", "Thuật ngữ", "Một câu.", ""],
        ["channel", "kênh channel", "Một mặt phẳng số.", ""],
        ["label", "nhãn label", "Câu trả lời đúng.", ""],
    ]


def test_an_entry_for_every_section_of_every_page(site, pages):
    from bs4 import BeautifulSoup

    index = read_index(site)
    assert index["pages"][0]["page"] == "index"
    assert {f"{part['page']}.html" for part in index["pages"]} == {
        name for name in pages if name not in ("search.html", "404.html")
    }
    for part in index["pages"]:
        page = BeautifulSoup((site / f"{part['page']}.html").read_text("utf-8"), "html.parser")
        anchors = [place["id"] for place in page.article.select("section, .glossary dt")]
        assert [anchor for anchor, *_ in part["sections"]] == ["", *anchors[1:]], part["page"]
        assert part["sections"][0][1] == own_title(page)
        assert all(heading for _, heading, _ in part["sections"]), part["page"]
        _, _, texts = read_part(site, f"text/{part['page']}")
        assert [len(words(text)) for text in texts] == [count for *_, count in part["sections"]]


def test_homes_of_terms(site):
    homes = {page: names for page, *names in read_index(site)["homes"]}
    assert {"hạ gradient", "gradient descent", "gd"} <= set(homes["models/gradient-descent"])
    assert not any(page.startswith("appendix/") for page in homes)
    assert "lan truyền ngược" not in {name for names in homes.values() for name in names} or any(
        page.endswith("/backpropagation") for page in homes
    )


def test_every_word_has_its_places(site):
    """From the places alone every section's text can be put together again."""
    index = read_index(site)
    sections = [(part["page"], i) for part in index["pages"] for i, _ in enumerate(part["sections"])]
    rebuilt = {}
    for shard in index["shards"]:
        version, name, found = read_part(site, shard)
        assert (version, name) == (index["version"], shard)
        for word, numbers in found.items():
            assert shard_of(word) == shard
            for slot, positions in slots(numbers).items():
                rebuilt.setdefault(slot, {}).update(dict.fromkeys(positions, word))
    for number, (page, i) in enumerate(sections):
        text = words(read_part(site, f"text/{page}")[2][i])
        assert [word for _, word in sorted(rebuilt.get(2 * number, {}).items())] == text, (page, i)
    assert any(slot % 2 for slot in rebuilt)  # words of code, too


def test_places():
    parts = [["", "A", "tích chập tích", "np"], ["b", "B", "", ""], ["c", "C", "3 Tích", ""]]
    assert places(parts) == {
        "t": {"tích": [0, 2, 0, 2, 4, 1, 1]},
        "c": {"chập": [0, 1, 1]},
        "n": {"np": [1, 1, 0]},
        "0": {"3": [4, 1, 0]},
    }
    assert slots([0, 2, 0, 2, 4, 1, 1]) == {0: [0, 2], 4: [1]}
    # the words of code stand apart, an identifier's parts side by side
    assert places([["", "", "", "a_b c"]]) == {"a": {"a": [1, 1, 0]}, "b": {"b": [1, 1, 1]}, "c": {"c": [1, 1, 3]}}


@pytest.mark.parametrize(("word", "shard"), [("đường", "d"), ("ảnh", "a"), ("x²", "x"), ("28", "0"), ("θ", "_")])
def test_the_file_that_holds_a_word(word, shard):
    assert shard_of(word) == shard


def test_words_are_those_the_script_sees():
    assert words("Đổi trục (H, W): x², np.clip_; ho\u0301a") == [
        "đổi",
        "trục",
        "h",
        "w",
        "x²",
        "np",
        "clip",
        "ho\u0301a",
    ]


def test_files_of_an_earlier_build_go(make_book):
    book = make_book({"book/mot.md": "# Một\n\nzebra\n"})
    folder = book.root / "_build" / "html" / search.FOLDER
    assert (folder / "z.js").is_file()
    (book.root / "book" / "mot.md").write_text("# Một\n\nngựa\n", "utf-8")
    build_book(book.root)
    assert not (folder / "z.js").exists()
    assert (folder / "n.js").is_file()


def own_title(page):
    """A page's title without the sign that links to it."""
    page.h1.select_one(".headerlink").decompose()
    return page.h1.get_text().strip()


def read_index(site):
    """The first part of the index as data."""
    text = (site / search.INDEX).read_text("utf-8")
    return json.loads(re.fullmatch(r"courseSearchIndex\((.*)\);\n", text, re.S)[1])


def read_part(site, name):
    """Another part of the index: (version, name, data)."""
    text = (site / search.FOLDER / f"{name}.js").read_text("utf-8")
    return json.loads("[" + re.fullmatch(r"courseSearchPart\((.*)\);\n", text, re.S)[1] + "]")


def slots(numbers):
    """What a flat list of places says: slot → positions."""
    found, slot = {}, 0
    while numbers:
        slot, count, *numbers = slot + numbers[0], *numbers[1:]
        found[slot] = list(itertools.accumulate(numbers[:count]))
        numbers = numbers[count:]
    return found


def test_the_index_is_composed_and_has_no_markup(site):
    text = (site / search.INDEX).read_text("utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert not re.search(r"\\\\(frac|mathcal|theta)|<div|:::", text)


def test_synonyms():
    synonyms = {typed: said for typed, *said in read_synonyms()}
    assert synonyms["overfitting"] == ["quá khớp"]
    assert synonyms["learning rate"] == ["tốc độ học"]
    assert synonyms["pixel"] == ["điểm ảnh"]
    assert len(synonyms) == len(read_synonyms())  # nothing twice
    for typed, said in synonyms.items():
        assert fold(typed) not in map(fold, said), typed
        assert typed == typed.lower()


def test_slim_leaves_the_code():
    script = (
        '/* a\n   b */\nconst x = "//"; // it\'s kept\n  // goes\n  const y = /\\/\\*/; /** z */\n  /** goes */\nf();\n'
    )
    assert slim(script) == 'const x = "//"; // it\'s kept\nconst y = /\\/\\*/; /** z */\nf();\n'
    assert slim('f(); // goes\n  g("a // b", `// c`);\n') == 'f();\ng("a // b", `// c`);\n'


def test_sizes(site):
    """The script must stay small; the index is fetched with the first search only, and grows with the book."""

    def size(path):
        return len(gzip.compress((site / path).read_bytes(), 9))

    assert size("_static/search.js") <= 7 * 1024
    index = read_index(site)
    sections = sum(len(part["sections"]) for part in index["pages"])
    assert size(search.INDEX) <= 5 * 1024 + sections * 32  # the synonyms, and a line for each heading
    tokens = sum(count for part in index["pages"] for *_, count in part["sections"])
    assert max(size(f"search/{name}.js") for name in index["shards"]) <= 1024 + tokens * 0.4


def test_nothing_of_the_search_is_fetched_before_it_is_used(site, pages):
    for name in pages:
        text = (site / name).read_text("utf-8")
        assert "searchindex.js" not in text
        assert ("search.js?v=" in text) == (name == "search.html"), name


# In the browser


@pytest.fixture(scope="module")
def window(browser, address):
    """The search page in one window for all queries."""
    visit = Visit(browser, address, viewport=DESKTOP)
    visit.open("search.html")
    yield visit
    visit.context.close()


@pytest.fixture
def visit(browser, address):
    """A function that opens windows; closes them at the end."""
    windows = []

    def make(**options):
        windows.append(Visit(browser, address, **options))
        return windows[-1]

    yield make
    for window in windows:
        window.context.close()


def settle(page, status):
    """Wait until the results are those of what stands in the field, with their excerpts."""
    page.evaluate("new Promise((done) => setTimeout(done, 0))")
    page.wait_for_function(
        """(selector) => !document.querySelector("#search-list[aria-busy], .search-pages[aria-busy]")
            && /^(Tìm thấy|Không trang nào)/.test(document.querySelector(selector).textContent)""",
        arg=status,
    )


def ask(page, typed):
    """Type into the search page's field: the results in order."""
    page.locator(".search-form input").fill(typed)
    settle(page, "#search-results [role=status]")
    return page.locator(".search-pages ul a").evaluate_all(READ_HITS)


def ask_dialog(page, typed):
    """Type into the dialog's field: the results in order."""
    page.locator(".search-dialog input").fill(typed)
    settle(page, ".search-dialog [role=status]")
    return page.locator(".search-dialog [role=option]").evaluate_all(READ_HITS)


def place(href):
    """An address of a result as (page, anchor)."""
    page, _, anchor = href.removeprefix("./").removeprefix("../").partition("#")
    return page.removesuffix(".html"), anchor


@pytest.fixture(scope="module")
def answers(window):
    """The results of every query of the set."""
    found = [(kind, typed, query, ask(window.page, typed)) for kind, typed, query in QUERIES]
    assert window.troubles == []
    return found


in_browser = pytest.mark.browser


@in_browser
def test_the_set_is_worth_its_name():
    assert len(QUERIES) >= 60
    without = [typed for _, typed, _ in QUERIES if fold(typed) == typed.lower()]
    assert len(without) >= len(QUERIES) / 2
    assert any(typed != unicodedata.normalize("NFC", typed) for _, typed, _ in QUERIES)


@in_browser
def test_the_right_page_comes_first(answers):
    first, missed = 0, []
    for kind, typed, query, hits in answers:
        pages = list(dict.fromkeys(place(href)[0] for href, *_ in hits))
        if pages[:1] == [query["page"]]:
            first += 1
        else:
            missed.append((kind, typed, pages))
        assert query["page"] in pages[:3], (kind, typed, pages)
    assert first >= 0.95 * len(answers), missed


@in_browser
def test_the_right_section_is_among_the_first_three(answers):
    wanted = [(typed, query, hits) for _, typed, query, hits in answers if "section" in query]
    missed = [
        (typed, query["section"], [heading for _, heading, _ in hits[:4]])
        for typed, query, hits in wanted
        if query["section"] not in [heading for href, heading, _ in hits[:3] if place(href)[0] == query["page"]]
    ]
    assert len(missed) <= 0.05 * len(wanted), missed


@in_browser
def test_the_glossary_answers_with_its_entry_after_the_chapters(window, answers):
    late = []
    for _, typed, query, hits in answers:
        pages = list(dict.fromkeys(place(href)[0] for href, *_ in hits))
        if query["page"] not in ("index", "appendix/glossary") and "appendix/glossary" in pages:
            late += [typed] if pages.index(query["page"]) > pages.index("appendix/glossary") else []
    assert late == []
    for typed, anchor in (("receptive field", "receptive-field"), ("phân cụm", "clustering")):
        assert ("appendix/glossary", anchor) in [place(href) for href, *_ in ask(window.page, typed)]
    assert window.troubles == []


@in_browser
@pytest.mark.parametrize(
    ("typed", "meant"),
    [("histogarm", "histogram"), ("gradiet descent", "gradient"), ("đạo hàm riêg", "riêng"), ("logisstic", "logistic")],
)
def test_a_slip_of_one_letter_is_forgiven(window, typed, meant):
    hits = ask(window.page, typed)
    assert meant in [mark.lower() for mark in hits[0][2]], hits[:3]
    assert window.troubles == []


@in_browser
def test_two_slips_are_not(window):
    assert ask(window.page, "hisstogarm") == []


@in_browser
@pytest.mark.parametrize("typed", ["hàm lồi", "ham loi", "convex function"])
def test_a_term_is_found_first_where_it_is_explained(window, typed):
    """Other chapters have it in a heading."""
    assert place(ask(window.page, typed)[0][0])[0] == "models/linear-regression"
    assert window.troubles == []


@in_browser
def test_results_are_grouped_and_each_leads_to_a_section(answers, site):
    index = {part["page"]: {anchor for anchor, *_ in part["sections"]} for part in read_index(site)["pages"]}
    for _, typed, _, hits in answers:
        places = [place(href) for href, *_ in hits]
        assert all(anchor in index[page] for page, anchor in places), typed
        assert len(set(places)) == len(places), typed
        pages = [page for page, _ in places]
        assert [p for i, p in enumerate(pages) if i == 0 or pages[i - 1] != p] == list(dict.fromkeys(pages)), typed


@in_browser
@pytest.mark.parametrize(
    ("typed", "word"),
    [("trạn số", "tràn"), ("tran so", "tràn"), ("bão hoà", "hòa"), ("do thi tinh toan", "đồ"), ("hist", "histogram")],
)
def test_words_found_are_marked(window, typed, word):
    marks = [mark.lower() for _, _, marks in ask(window.page, typed) for mark in marks]
    assert word in marks
    assert window.troubles == []


@in_browser
def test_marks_decide_when_they_are_typed(window):
    """«lồi» (convex) is not «lỗi» (error); without marks both are found."""
    convex = [mark.lower() for _, _, marks in ask(window.page, "lồi") for mark in marks]
    assert set(convex) == {"lồi"}
    either = {mark.lower() for _, _, marks in ask(window.page, "loi") for mark in marks}
    assert {"lồi", "lỗi"} <= either


@in_browser
def test_every_form_of_a_word_gives_the_same(window):
    forms = ["chuẩn tắc hóa", "chuẩn tắc hoá", "CHUẨN TẮC HÓA", unicodedata.normalize("NFD", "chuẩn tắc hóa")]
    expected, *others = [ask(window.page, typed) for typed in forms]
    assert expected
    assert all(hits == expected for hits in others)


@in_browser
def test_the_script_folds_like_the_index(window):
    words = ["Đường", "ƯỚC", "LƯỢNG", "nghiệm", "hoá", "hóa", "quý", "ễ", "ở", "ữ", "ặ", "ReLU", "x²"]
    words += [unicodedata.normalize("NFD", word) for word in words]
    assert window.page.evaluate("(words) => words.map(courseSearch.fold)", words) == [fold(word) for word in words]


@in_browser
def test_markup_in_a_query_is_text(window):
    ask(window.page, "<img src=x onerror=alert(1)> tích")
    assert window.page.locator("#search-results img").count() == 0
    assert window.troubles == []


@in_browser
def test_dialog_and_search_page_agree(visit, window):
    other = visit(viewport=DESKTOP)
    page = other.open("images/pixels.html")
    page.keyboard.press("Control+k")
    for _, typed, _ in QUERIES[::6]:
        in_dialog = [(place(href), *rest) for href, *rest in ask_dialog(page, typed)]
        assert in_dialog == [(place(href), *rest) for href, *rest in ask(window.page, typed)], typed
    assert other.troubles == []


@in_browser
def test_dialog_by_keyboard(visit):
    window = visit(viewport=DESKTOP)
    asked = []
    window.page.on("request", lambda request: asked.append(request.url.partition("?")[0].rpartition("/")[2]))
    page = window.open("models/linear-regression.html")
    assert "search.js" not in asked
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Tìm trong sách")
    dialog.wait_for()
    field = page.get_by_role("combobox", name="Tìm trong sách")
    assert field.evaluate("(field) => field === document.activeElement")
    assert field.get_attribute("aria-expanded") == "false"
    page.keyboard.type("phuong trinh")
    settle(page, ".search-dialog [role=status]")
    assert {"search.js", "searchindex.js"} <= set(asked)
    options = page.get_by_role("listbox", name="Kết quả").get_by_role("option")
    assert options.count() > 1
    assert field.get_attribute("aria-expanded") == "true"

    def chosen():
        active = field.get_attribute("aria-activedescendant")
        assert page.locator("[role=option][aria-selected=true]").evaluate_all("(all) => all.map((o) => o.id)") == [
            active
        ]
        return options.evaluate_all("(all, id) => all.findIndex((o) => o.id === id)", active)

    assert chosen() == 0
    page.keyboard.press("ArrowDown")
    assert chosen() == 1
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert chosen() == options.count() - 1  # round the corner
    page.keyboard.press("ArrowDown")
    target = options.first.get_attribute("href")
    page.keyboard.press("Enter")
    assert not dialog.is_visible()
    assert page.url.endswith(target.removeprefix("../"))
    assert page.evaluate("document.getElementById(decodeURIComponent(location.hash.slice(1))) !== null")

    page.keyboard.press("/")
    assert dialog.is_visible()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert window.troubles == []


@in_browser
def test_slash_is_only_a_letter_in_a_field(visit):
    page = visit(viewport=DESKTOP).open("index.html")
    field = page.locator(".header-search input")
    field.focus()
    page.keyboard.type("a/b")
    assert field.input_value() == "a/b"
    assert page.locator("dialog[open]").count() == 0


@in_browser
def test_dialog_on_a_phone(visit):
    window = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    page = window.open("index.html")
    page.locator(".search-link").tap()
    hits = ask_dialog(page, "toc do hoc")
    box = page.locator(".search-dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert box["y"] + box["height"] <= PHONE["height"]
    page.locator(".search-dialog [role=option]").first.tap()
    page.wait_for_url(re.compile(re.escape(hits[0][0].removeprefix("./"))))
    assert window.troubles == []


@in_browser
def test_the_address_keeps_the_query(visit):
    window = visit(viewport=DESKTOP)
    page = window.open("search.html", "?q=tr%C3%A0n+s%E1%BB%91")
    settle(page, "#search-results [role=status]")
    assert page.locator(".search-form input").input_value() == "tràn số"
    first = page.locator(".search-pages ul a").first
    heading = first.text_content()
    first.click()
    page.wait_for_url("**/images/pixels.html*")
    page.go_back()
    settle(page, "#search-results [role=status]")
    assert page.locator(".search-pages ul a").first.text_content() == heading
    assert window.troubles == []


@in_browser
@pytest.mark.parametrize("lost", ["**/searchindex.js*", "**/search/a.js*", "**/search/text/**"])
def test_a_lost_index_is_reported(visit, lost):
    window = visit(viewport=DESKTOP)
    window.context.route(lost, lambda route: route.abort())
    page = window.open("search.html", "?q=anh")
    page.get_by_text("Không mở được bảng tra cứu").wait_for(state="attached")


@in_browser
def test_a_part_of_another_version_is_refused(visit):
    """The site was published anew while the page stood open: the places would be those of other sections."""
    window = visit(viewport=DESKTOP)
    script = 'courseSearchPart("other","a",{"anh":[0,1,0]});'
    window.context.route("**/search/a.js*", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page = window.open("search.html", "?q=anh")
    page.get_by_text("Không mở được bảng tra cứu").wait_for(state="attached")


@in_browser
def test_only_what_the_words_need_is_fetched(visit):
    window = visit(viewport=DESKTOP)
    asked = []
    window.page.on("request", lambda request: asked.append(request.url.partition("?")[0].rpartition("/search/")[2]))
    ask(window.open("search.html"), "zzz")
    parts = [name for name in asked if re.fullmatch(r"[a-z0_]\.js", name)]
    assert parts in ([], ["z.js"])
    ask(window.page, "kho")
    assert [name for name in asked if re.fullmatch(r"[a-z0_]\.js", name)][len(parts) :] == ["k.js"]


@in_browser
def test_without_scripts_the_page_says_so_and_leads_to_the_contents(visit):
    window = visit(viewport=DESKTOP, java_script_enabled=False)
    page = window.page
    page.goto(window.address + "index.html")
    page.locator(".header-search input").fill("tích chập")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    page.locator("noscript p").wait_for()
    assert page.locator("noscript p").inner_text().startswith("Trang tìm kiếm cần JavaScript")
    assert not page.locator("#search-results").is_visible()
    page.locator("noscript a").click()
    page.wait_for_url("**/index.html")
    assert window.troubles == []
