"""axe-core on every page: WCAG 2.2 AA and best practice, light and dark, desktop and phone, with everything opened."""

import pytest

from .test_browser import DESKTOP, PHONE, Visit
from .tools import REMEDY, node_package

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """(tags) => axe.run({ runOnly: tags, resultTypes: ["violations"] }).then(({ violations }) => violations.flatMap(
    ({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.html.slice(0, 120)}`)))"""
OPEN = """() => {
    document.documentElement.dataset.whole = ""; // far parts laid out, too
    for (const box of document.querySelectorAll("details")) box.open = true;
}"""


@pytest.fixture(scope="module")
def axe():
    """The script axe.min.js."""
    folder = node_package("axe-core")
    if folder is None:
        pytest.skip(f"chưa cài axe-core: {REMEDY}")
    return (folder / "axe.min.js").read_text("utf-8")


def violations(page, axe):
    """What axe finds on a page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    return page.evaluate(RUN, TAGS)


@pytest.fixture(params=[("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE), ("dark", PHONE)], ids=str)
def window(request, browser, address):
    """A window of each kind; nothing moves, so that no colour is measured halfway."""
    mode, size = request.param
    visit = Visit(browser, address, viewport=size, color_scheme=mode, reduced_motion="reduce")
    yield visit
    visit.context.close()


def test_every_page(window, pages, axe):
    found = {}
    for name in pages:
        page = window.open(name)
        page.evaluate(OPEN)
        found[name] = violations(page, axe)
    assert {name: problems for name, problems in found.items() if problems} == {}


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
