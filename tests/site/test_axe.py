"""axe-core on every page: WCAG 2.2 AA and best practice, light and dark, desktop and phone, with everything opened."""

from pathlib import Path

import pytest
from course_site.interactive import FIGURES

from .serving import serve
from .test_browser import DESKTOP, PHONE, Visit
from .tools import REMEDY, node_package

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8").partition("\n\n")[2]
RUN = f"""async (tags) => {{
    const found = await axe.run({{ runOnly: tags, resultTypes: ["violations", "incomplete"], elementRef: true }});
    const told = found.violations.flatMap(
        ({{ id, nodes }}) => nodes.map((node) => `${{id}}: ${{node.target}} ${{node.html.slice(0, 120)}}`));
    const undecided = found.incomplete.filter(({{ id }}) => id === "color-contrast").flatMap(({{ nodes }}) => nodes);
    return told.concat(({CONTRAST})(undecided));
}}"""
OPEN = """() => {
    document.documentElement.dataset.whole = ""; // far parts laid out, too
    for (const box of document.querySelectorAll("details")) box.open = true;
}"""

#: Again and again: what is laid out on the way may move the figure out of sight
COME_NEAR = """(figure) => {
    figure.scrollIntoView({ block: "center", behavior: "instant" });
    return "live" in figure.dataset;
}"""


@pytest.fixture(scope="module")
def axe():
    """The script axe.min.js."""
    folder = node_package("axe-core")
    if folder is None:
        pytest.skip(f"chưa cài axe-core: {REMEDY}")
    return (folder / "axe.min.js").read_text("utf-8")


def violations(page, axe):
    """What axe finds on a page as it stands, and the pale among the texts whose contrast it leaves undecided."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    return page.evaluate(RUN, TAGS)


@pytest.fixture(params=[("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE), ("dark", PHONE)], ids=str)
def look(request):
    """A window of each kind; nothing moves, so that no colour is measured halfway."""
    mode, size = request.param
    return {"viewport": size, "color_scheme": mode, "reduced_motion": "reduce"}


@pytest.fixture
def window(look, browser, address):
    """Such a window on the course's own site."""
    visit = Visit(browser, address, **look)
    yield visit
    visit.context.close()


def enliven_figures(page):
    """Come near every interactive figure, so that it takes its picture's place; return how many there are."""
    figures = page.query_selector_all("[data-interactive]")
    for figure in figures:
        page.wait_for_function(COME_NEAR, arg=figure)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")  # the header covers no control of theirs
    return len(figures)


def test_every_page(window, pages, axe):
    found, alive = {}, 0
    for name in pages:
        page = window.open(name)
        page.evaluate(OPEN)
        alive += enliven_figures(page)
        found[name] = violations(page, axe)
    assert {name: problems for name, problems in found.items() if problems} == {}
    assert alive >= len(FIGURES)


#: In a live figure: a slider without its label, a chart without its description, pale texts, in it and beside it
SPOIL = """(figure) => {
    figure.querySelector("svg text").style.fill = "#777";
    figure.querySelector("output, button").style.color = "#777";
    const input = figure.querySelector("input[type=range]");
    figure.querySelector(`label[for="${input.id}"]`).remove();
    figure.querySelector("svg[role=img]").removeAttribute("aria-label");
}"""


@pytest.mark.parametrize("name", ["models/gradient-descent.html", "networks/activations.html"])
def test_a_fault_in_a_live_figure_is_found(window, axe, name):
    page = window.open(name)
    page.evaluate(OPEN)
    enliven_figures(page)
    assert violations(page, axe) == []
    page.locator("[data-interactive][data-live]").first.evaluate(SPOIL)
    found = violations(page, axe)
    assert {problem.partition(":")[0] for problem in found} - {"color-contrast"} == {"label", "svg-img-alt", "pale"}


def answer(page, which):
    """Answer every question: ``first`` or ``last`` of its choices, or a number; return how many there are."""
    quizzes = page.locator(".quiz[data-quiz]").all()
    for quiz in quizzes:
        quiz.scroll_into_view_if_needed()
        check = quiz.get_by_role("button", name="Kiểm tra")
        check.wait_for()
        again = quiz.get_by_role("button", name="Làm lại")
        if again.is_visible():
            again.click()
        field = getattr(quiz.locator("form input"), which)
        if field.get_attribute("type") == "text":
            field.fill("1")
        else:
            field.check()
        check.click()
        quiz.locator(".quiz-result [data-correct]").first.wait_for()
    return len(quizzes)


def test_answered_questions(window, axe):
    """With the verdict and the feedback of a first choice, then of a last one: one of them is wrong somewhere."""
    page, verdicts = window.open("models/linear-regression.html"), set()
    page.evaluate(OPEN)
    for which in ("first", "last"):
        assert answer(page, which) >= 3
        page.evaluate(OPEN)
        told = page.locator(".quiz-result [data-correct]")
        verdicts |= set(told.evaluate_all("all => all.map((verdict) => verdict.dataset.correct)"))
        assert violations(page, axe) == [], which
    assert verdicts == {"true", "false"}


def test_definition_of_a_term(window, axe):
    page = window.open("models/linear-regression.html")
    page.locator("article a.term").first.hover()
    page.wait_for_selector("#term-tip:popover-open")
    assert violations(page, axe) == []
    assert page.locator("#term-tip").is_visible()


def test_published_page(look, browser, published, axe):
    """With the link to edit it, and what opens it in Colab."""
    with serve(published.site, compress=False) as server:
        visit = Visit(browser, server.address, **look)
        page = visit.open("mot/hai.html")
        assert page.locator(".edit-link a").is_visible()
        assert violations(page, axe) == []
        page.get_by_role("button", name="Mở trong Colab").click()
        assert page.locator("#mo-colab").is_visible()
        assert violations(page, axe) == []
        assert visit.troubles == []
        visit.context.close()


def test_menu_and_contents(window, axe):
    page = window.open("models/linear-regression.html")
    page.mouse.move(5, 5)  # the reader's first move: the far parts of the page are laid out now
    page.wait_for_function("'whole' in document.documentElement.dataset")
    for panel in ("muc-luc", "trong-trang"):
        page.evaluate(f"document.getElementById('{panel}').showPopover()")
        assert violations(page, axe) == [], panel
        page.keyboard.press("Escape")


def test_search(window, axe):
    page = window.open("models/linear-regression.html")
    page.keyboard.press("Control+k")
    page.locator(".search-dialog input").fill("hạ gradient")
    page.locator(".search-dialog [role=option]").first.wait_for()
    page.locator("#search-list:not([aria-busy])").wait_for()
    assert violations(page, axe) == []
    page = window.open("search.html", "?q=h%E1%BA%A1+gradient")
    page.locator(".search-pages:not([aria-busy]) a").first.wait_for()
    assert violations(page, axe) == []


def test_a_fault_is_found(window, axe):
    """The examiner itself: a picture without text and pale letters do not pass."""
    page = window.open("404.html")
    page.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend',"
                  "'<img src=data:, ><p style=\"color:#999;background:#aaa\">Chữ mờ</p>')")  # fmt: skip
    assert {problem.partition(":")[0] for problem in violations(page, axe)} == {"image-alt", "color-contrast"}
