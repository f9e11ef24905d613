"""The site in a real browser with every other host cut off: it must be whole, usable on a phone and without scripts."""

import io
import re

import pytest
from PIL import Image

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1366, "height": 850}


class Visit:
    """A browser window that lets nothing out and notes everything that goes wrong."""

    def __init__(self, browser, address, **options):
        self.address = address
        self.troubles = []
        self.context = browser.new_context(**options)
        self.context.route("**/*", self.gate)
        self.page = self.context.new_page()
        self.page.on("console", self.listen)
        self.page.on("pageerror", lambda error: self.troubles.append(f"lỗi script: {error}"))
        self.page.on("response", self.check)

    def gate(self, route):
        """Let only this site's addresses through."""
        url = route.request.url
        if url.startswith((self.address, "data:")):
            route.continue_()
        else:
            self.troubles.append(f"hỏi nơi khác: {url}")
            route.abort()

    def listen(self, message):
        """Note warnings and errors of the console."""
        if message.type in ("error", "warning"):
            self.troubles.append(f"console: {message.text}")

    def check(self, response):
        """Note what is missing."""
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.url}")

    def open(self, name, path_query=""):
        """Open a page and wait until everything has arrived."""
        self.page.goto(self.address + name + path_query, wait_until="load")
        self.page.evaluate("document.fonts.ready.then(() => true)")
        self.page.mouse.move(1, 1)  # a reader is there: far parts of the page come to life
        return self.page


@pytest.fixture
def visit(browser, address):
    """A function that opens windows; closes them at the end."""
    open_windows = []

    def make(**options):
        window = Visit(browser, address, **options)
        open_windows.append(window)
        return window

    yield make
    for window in open_windows:
        window.context.close()


def scroll_through(page):
    """Unfold all and scroll to the end, so that lazy pictures arrive; return those that did not in half a minute."""
    return page.evaluate(
        """async () => {
            const pause = (time) => new Promise((done) => setTimeout(done, time));
            for (const box of document.querySelectorAll("details")) box.open = true;
            for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
                scrollTo({ top: y, behavior: "instant" });
                await pause(20);
            }
            const images = [...document.images];
            await Promise.race([pause(30000), Promise.all(images.map((image) => image.decode().catch(() => {})))]);
            return images.filter((image) => !image.naturalWidth).map((image) => image.src);
        }"""
    )


@pytest.mark.parametrize(("size", "mode"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_every_page_opens_whole(visit, pages, size, mode):
    window = visit(viewport=size, color_scheme=mode)
    for name in pages:
        page = window.open(name)
        broken = scroll_through(page)
        assert broken == [], name
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{name} rộng {width} điểm ảnh, tràn khỏi màn hình"
        assert window.troubles == [], name


def test_our_fonts_are_used(visit):
    page = visit(viewport=DESKTOP).open("index.html")
    assert page.evaluate("document.fonts.check('400 16px \"Be Vietnam Pro\"', 'Học sâu')")
    loaded = page.evaluate("[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)")
    assert any("Be Vietnam Pro" in family for family in loaded)


def test_phone_menu(visit):
    window = visit(viewport=PHONE, has_touch=True)
    page = window.open("index.html")
    menu = page.locator("#muc-luc")
    assert not menu.is_visible()
    page.get_by_role("button", name="Mục lục sách").click()
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    page.get_by_role("button", name="Mục lục sách").click()
    link = menu.get_by_role("link").last
    title = link.inner_text()
    link.click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text().startswith(title)
    assert not page.locator("#muc-luc").is_visible()
    assert window.troubles == []


def test_contents_of_the_page_on_a_phone(visit, site, pages):
    name = next((n for n in pages if 'id="trong-trang"' in (site / n).read_text("utf-8")), None)
    if name is None:
        pytest.skip("chưa có trang nào đủ dài để có mục lục riêng")
    page = visit(viewport=PHONE).open(name)
    page.get_by_role("button", name="Trong trang này").click()
    contents = page.locator("#trong-trang")
    assert contents.is_visible()
    contents.get_by_role("link").last.click()
    assert not contents.is_visible()
    assert "#" in page.url


def test_desktop_shows_all_chapters_and_marks_this_one(visit, pages):
    page = visit(viewport=DESKTOP).open("index.html")
    menu = page.locator("#muc-luc")
    assert menu.is_visible()
    assert menu.get_by_role("link").count() == len([name for name in pages if name not in ("search.html", "404.html")])
    assert menu.locator("[aria-current=page]").inner_text() == "Trang bìa"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_contents_show_where_the_reader_is(visit, site, pages, size):
    """Thirty chapters are longer than a screen: the list must not begin at the first one."""
    last = visit().open("index.html").locator("#muc-luc a").last.get_attribute("href")
    page = visit(viewport=size, has_touch=size is PHONE).open(last)
    here = page.locator("#muc-luc [aria-current=page]")
    if size is PHONE:
        page.get_by_role("button", name="Mục lục sách").click()
    assert here.evaluate("(link) => link.closest('nav').scrollHeight > 1.2 * link.closest('nav').clientHeight")
    page.wait_for_function("document.getElementById('muc-luc').scrollTop > 0", timeout=5000)
    box = here.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size["height"]
    if size is PHONE:  # opened again after the reader has moved it, it begins there again
        page.locator("#muc-luc").evaluate("(menu) => (menu.scrollTop = 0)")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Mục lục sách").click()
        page.wait_for_function("document.getElementById('muc-luc').scrollTop > 0", timeout=5000)
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_stands_beside_the_text_is_not_cut_off(visit, size):
    """Before the first move far parts of a page are painted apart; a list's numbers stand outside of their part."""
    window = visit(viewport=size, reduced_motion="reduce")
    page = window.page
    page.goto(f"{window.address}index.html", wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
    numbers = page.locator("main ol[start]").last
    numbers.evaluate("(list) => scrollTo(0, list.getBoundingClientRect().top + scrollY - 200)")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.dataset.whole") is None
    box = numbers.bounding_box()
    beside = {"x": box["x"] - 16, "y": box["y"], "width": 16, "height": box["height"]}

    def ink():
        picture = Image.open(io.BytesIO(page.screenshot(clip=beside))).convert("L")
        return sum(picture.point(lambda grey: 255 - grey).histogram()[128:])

    apart = ink()
    page.evaluate("document.documentElement.dataset.whole = ''")
    page.wait_for_timeout(300)
    assert numbers.bounding_box() == box
    assert ink() > 10
    assert apart > 0.5 * ink()


def test_tables_leave_names_and_formulas_whole(visit, site, pages):
    """In a narrow column a table scrolls sooner than that it takes a name to pieces."""
    names = [n for n in pages if re.search("<td[^>]*>(?:<p>)?<code", (site / n).read_text("utf-8"))]
    if not names:
        pytest.skip("chưa có trang nào có bảng chứa mã")
    page = visit(viewport=PHONE).page
    for name in names:
        page.goto(f"{visit().address}{name}", wait_until="load")
        broken = page.evaluate("""() => {
            document.documentElement.dataset.whole = "";
            const found = [];
            for (const code of document.querySelectorAll("td code")) {
                const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
                for (let node; (node = walker.nextNode()); ) {
                    for (const word of node.data.matchAll(/\\w+/g)) {
                        const range = new Range();
                        range.setStart(node, word.index);
                        range.setEnd(node, word.index + word[0].length);
                        if (range.getClientRects().length > 1) found.push(word[0]);
                    }
                }
            }
            for (const formula of document.querySelectorAll("td .katex-html")) {
                if (formula.closest(".math-marks")) continue; // with its comma, a formula may break elsewhere
                const [first, ...rest] = formula.querySelectorAll(":scope > .base");
                const below = (part) => part.getBoundingClientRect().top >= first.getBoundingClientRect().bottom;
                if (rest.some(below)) found.push(formula.textContent);
            }
            return found;
        }""")
        assert broken == [], name


def background(page):
    """The page's background colour."""
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_colour_mode(visit):
    window = visit(viewport=DESKTOP, color_scheme="light")
    page = window.open("index.html")
    button = page.locator("#doi-mau")
    assert button.get_attribute("aria-label") == "Màu trang: theo máy"
    light = background(page)
    button.click()
    assert button.get_attribute("aria-label") == "Màu trang: sáng"
    assert background(page) == light
    button.click()
    assert button.get_attribute("aria-label") == "Màu trang: tối"
    dark = background(page)
    assert dark != light
    page.reload()
    assert background(page) == dark  # kept
    page.locator("#doi-mau").click()
    assert background(page) == light
    assert page.evaluate("localStorage.getItem('course-mode')") is None
    assert window.troubles == []


def test_the_systems_dark_mode(visit):
    dark = background(visit(viewport=DESKTOP, color_scheme="dark").open("index.html"))
    light = background(visit(viewport=DESKTOP, color_scheme="light").open("index.html"))
    assert dark != light


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_paper_is_always_light(visit, mode):
    page = visit(viewport=DESKTOP, color_scheme=mode).open("index.html")
    page.evaluate("document.documentElement.dataset.mode = 'dark'")
    page.emulate_media(media="print")
    assert background(page) == "rgb(255, 255, 255)"
    assert not page.locator("#muc-luc").is_visible()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_without_scripts(visit, site, pages, size):
    window = visit(viewport=size, java_script_enabled=False)
    window.page.goto(window.address + "index.html")
    if size is PHONE:
        window.page.get_by_role("button", name="Mục lục sách").click()
    assert window.page.locator("#muc-luc").is_visible()
    name = next((n for n in pages if 'data-quiz="' in (site / n).read_text("utf-8")), None)
    if name:
        window.page.goto(window.address + name)
        feedback = window.page.locator(".quiz details").first
        assert not feedback.locator(".quiz-verdict").is_visible()
        feedback.locator("summary").click()
        assert feedback.locator(".quiz-verdict").is_visible()
    assert window.troubles == []


def test_keyboard_reaches_the_text_first(visit):
    page = visit(viewport=DESKTOP).open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Chuyển đến nội dung chính"
    page.keyboard.press("Enter")
    assert page.url.endswith("#noi-dung")


def stable(page, script):
    """Return what the script returns once it says the same three times in a row."""
    seen = []
    while len(seen) < 60 and not (len(seen) > 2 and seen[-3] == seen[-2] == seen[-1]):
        seen.append(page.evaluate(script))
        page.wait_for_timeout(200)
    return seen[-1]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_tab_walks_through_a_whole_chapter(visit, site, pages, size):
    """Everything that can be used is reached once, in the order of the page, is seen and says that it has the focus."""
    texts = {n: (site / n).read_text("utf-8") for n in pages}
    name = next(n for n, text in texts.items() if "interactive" in text and 'class="quiz' in text)
    window = visit(viewport=size, reduced_motion="reduce")  # no smooth scrolling
    page = window.open(name)
    page.evaluate("""async () => {  // a question gets its fields and its button when a reader comes near
        for (const quiz of document.querySelectorAll(".quiz")) {
            quiz.scrollIntoView();
            await new Promise((done) => setTimeout(done, 100));
        }
        scrollTo(0, 0);
        await document.fonts.ready;  // what scrolls with one font need not with another
    }""")
    page.wait_for_function("[...document.querySelectorAll('.quiz')].every((quiz) => quiz.querySelector('button'))")
    wanted = stable(
        page,
        """() => [...document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((e) =>
            e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0
            && !(e.type === "radio" && e !== document.querySelector(`[name="${e.name}"]`))).length""",
    )
    place = """() => {
        const e = document.activeElement;
        if (e === document.body) return null;
        window.walked ??= [];
        const again = window.walked.includes(e);
        window.walked.push(e);
        const after = window.walked.at(-2);
        const box = e.getBoundingClientRect(), style = getComputedStyle(e);
        const told = e.textContent.trim() || e.ariaLabel || e.name || e.tagName;
        return { told: told.slice(0, 50), again, seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
            forward: !after || Boolean(after.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING),
            marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
    }"""
    walked = []
    for _ in range(wanted + 20):
        page.keyboard.press("Tab")
        found = page.evaluate(place)
        if found is None or found["again"]:
            break
        walked.append(found)
    assert len(walked) >= 0.95 * wanted, (len(walked), wanted, walked[-1])
    assert [step for step in walked if not step["seen"]] == []
    assert [step for step in walked if not step["forward"]] == []
    assert [step for step in walked if not step["marked"]] == []
    assert window.troubles == []


def test_nothing_moves_by_itself_when_the_reader_asks_for_calm(visit, site, pages):
    moving = """() => document.getAnimations().length + [...document.querySelectorAll("*")].filter((e) => {
        const style = getComputedStyle(e);
        const times = `${style.transitionDuration},${style.animationDuration}`.split(",");
        return times.some((time) => parseFloat(time) > 0.01);
    }).length"""
    for motion in ("reduce", "no-preference"):
        window = visit(viewport=DESKTOP, reduced_motion=motion)
        page = window.open(next(n for n in pages if "interactive" in (site / n).read_text("utf-8")))
        assert page.evaluate(moving) == 0
        smooth = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
        assert smooth == ("auto" if motion == "reduce" else "smooth")
        assert window.troubles == []


def fold(text):
    """Without diacritics."""
    from course_site.search import fold

    return fold(text)


@pytest.mark.parametrize("marks", [True, False], ids=["with", "without"])
def test_search_finds_a_title(visit, pages, site, marks):
    name = next(n for n in pages if n not in ("index.html", "search.html", "404.html"))
    title = re.search(r"<h1>(.*?)<", (site / name).read_text("utf-8"))[1].strip()
    window = visit(viewport=DESKTOP)
    page = window.open("index.html")
    page.locator(".header-search input").fill(title if marks else fold(title))
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results h2")
    page.wait_for_function("document.querySelector('#search-results p')?.textContent.includes('Tìm thấy')")
    links = page.locator("#search-results li a").evaluate_all("links => links.map((a) => a.getAttribute('href'))")
    assert any(link.split("#")[0] == name for link in links)
    page.locator(f"#search-results li a[href^='{name}']").first.click()
    page.wait_for_load_state()
    assert name in page.url
    assert window.troubles == []


def test_search_without_a_result_says_so(visit):
    window = visit(viewport=PHONE)
    page = window.open("search.html", "?q=xyzzyx")
    page.wait_for_function("document.querySelector('#search-results p')?.textContent.includes('Không trang nào')")
    assert window.troubles == []


def test_copy_button(visit, site, pages):
    name = next((n for n in pages if "cell_input" in (site / n).read_text("utf-8")), None)
    if name is None:
        pytest.skip("chưa có chương nào có ô mã")
    window = visit(viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    page = window.open(name)
    cell = page.locator(".cell_input .highlight").first
    code = cell.locator("pre").inner_text()
    cell.hover()
    cell.get_by_role("button", name="Chép").click()
    assert page.evaluate("navigator.clipboard.readText()").strip() == code.strip()
    assert window.troubles == []


@pytest.mark.parametrize("heading", ["h2", "h3"])
def test_on_paper_a_heading_holds_its_accents(visit, heading):
    """What stands out above a heading that begins a sheet would be printed at the foot of the sheet before."""
    page = visit(viewport=DESKTOP).open("index.html")
    page.emulate_media(media="print")
    over = page.locator(heading).first.evaluate("""(heading) => {
        const base = document.createElement("span");
        base.style.cssText = "display: inline-block; width: 0; height: 0";
        heading.prepend(base);
        const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(heading);
        pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        const room = base.getBoundingClientRect().bottom - heading.getBoundingClientRect().top;
        return pen.measureText("ẢẲỂỖỜỨ").actualBoundingBoxAscent - room;
    }""")
    assert over < 0


def test_on_paper_long_code_may_part_and_leave_its_picture(visit):
    """What moves to the next sheet as a whole leaves most of a sheet empty; short code stays in one piece."""
    pypdf = pytest.importorskip("pypdf", reason="thiếu pypdf: chạy make để cài các gói kiểm thử")
    page = visit(viewport=DESKTOP).open("images/pixels.html")
    page.emulate_media(media="print")
    whole = """(boxes) => boxes.map((box) => getComputedStyle(box).breakInside === "avoid")"""
    assert not any(page.locator("article :has(pre):has(img), .cell_input .highlight, pre").evaluate_all(whole))
    sheets = []
    for lines, above in ((11, 215), (40, 150)):
        page.evaluate(
            """([lines, above]) => {
                const code = Array.from({ length: lines }, (_, i) => `<span></span>dòng ${i}.`).join("\\n");
                const cell = `<div class="cell_input"><div class="highlight"><pre>${code}</pre></div></div>`;
                document.querySelector("article").innerHTML = `<p style="height: ${above}mm">Trước.</p>${cell}`;
            }""",
            [lines, above],
        )
        printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom"), "20mm"))
        sheets.append([sheet.extract_text().count("dòng") for sheet in pypdf.PdfReader(io.BytesIO(printed)).pages])
    assert sheets[0] == [0, 11]
    assert sheets[1][0] >= 12
    assert sum(sheets[1]) == 40


def test_what_moves_is_not_on_paper(visit, site, pages):
    moves = re.compile("<details><summary>[^<]*</summary><picture")
    name = next((n for n in pages if moves.search((site / n).read_text("utf-8"))), None)
    if name is None:
        pytest.skip("chưa có trang nào có hình chuyển động")
    page = visit(viewport=DESKTOP).open(name)
    moving = page.locator("details:has(> picture)").first
    assert moving.is_visible()
    page.emulate_media(media="print")
    assert not moving.is_visible()


def test_everything_unfolds_on_paper(visit, site, pages):
    name = next((n for n in pages if "<details" in (site / n).read_text("utf-8")), None)
    if name is None:
        pytest.skip("chưa có trang nào có phần gấp lại")
    page = visit(viewport=DESKTOP).open(name)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
