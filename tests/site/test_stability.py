"""Nothing moves under the reader's eyes while a page arrives over a slow line for the first time."""

import pytest

from .serving import serve

pytestmark = pytest.mark.browser

LIMIT = 0.02  # cumulative layout shift
#: Slow 3G, where the letters of formulas come after the first paint: ms, bytes each second
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400e3 / 8, "uploadThroughput": 400e3 / 8}
HEIGHTS = {360: 740, 768: 1024, 1366: 850}
PAGES = ("index.html", "models/gradient-descent.html", "networks/backpropagation.html")
OBSERVE = """
window.shifts = [];
new PerformanceObserver((list) => {
    for (const { value, startTime, hadRecentInput, sources } of list.getEntries())
        if (!hadRecentInput) shifts.push([value, Math.round(startTime), sources.map(({ node }) =>
            (node?.outerHTML ?? node?.parentNode?.outerHTML ?? node?.nodeName ?? "").slice(0, 80))]);
}).observe({ type: "layout-shift", buffered: true });
"""
SCROLL = """async () => {
    const pause = (time) => new Promise((done) => setTimeout(done, time));
    for (let y = 0; y < 8 * innerHeight; y += innerHeight / 2) {
        scrollTo({ top: y, behavior: "instant" });
        await pause(150);
    }
    await pause(1000);
}"""


def visit(browser, address, width):
    """Open a page with an empty cache over a slow line and read on a little.

    Returns the shifts (value, ms, what), and how the fonts of formulas arrive (``font-display``, each once).
    """
    context = browser.new_context(viewport={"width": width, "height": HEIGHTS[width]})
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    page.add_init_script(OBSERVE)
    page.goto(address, wait_until="load", timeout=60000)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(SCROLL)
    shifts, fonts = page.evaluate("[shifts, [...document.fonts].filter((font) => font.family.includes('KaTeX'))"
                                  ".map((font) => font.display)]")  # fmt: skip
    context.close()
    return shifts, set(fonts)


@pytest.mark.parametrize("width", HEIGHTS)
def test_nothing_moves_on_a_slow_line(browser, site, width):
    """All shifts together, which is more than the largest burst that browsers report; formulas do not go without."""
    found, fonts = {}, set()
    with serve(site) as server:
        for name in PAGES:
            found[name], displays = visit(browser, server.address + name, width)
            fonts |= displays
    assert fonts == {"block"}
    moved = {name: round(sum(value for value, *_ in shifts), 4) for name, shifts in found.items()}
    assert max(moved.values()) < LIMIT, (moved, {name: sorted(shifts)[-3:] for name, shifts in found.items()})


#: Where everything stands that is in sight
IN_SIGHT = """() => [...document.querySelectorAll("article :is(h1, h2, h3, p, li, pre, a.term, summary)")]
    .map((part) => [part, part.getBoundingClientRect()])
    .filter(([, box]) => box.height && box.top < innerHeight && box.bottom > 0)
    .map(([part, box]) => `${part.tagName} ${part.textContent.slice(0, 30)}: ${Math.round(box.top)}`)"""


@pytest.mark.parametrize("width", HEIGHTS)
def test_nothing_moves_at_the_first_touch(browser, address, width):
    """The far parts of a page are laid out then, and what a finger is on stays under it."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHTS[width]}, reduced_motion="reduce")
    page = context.new_page()
    for name in PAGES[1:]:
        page.goto(address + name, wait_until="networkidle")
        for _ in range(3):  # parts that come near are laid out on the way, as for a reader
            page.evaluate("scrollBy({ top: 500, behavior: 'instant' })")
            page.wait_for_timeout(150)
        before = page.evaluate(IN_SIGHT)
        assert len(before) > 3
        page.mouse.move(5, 5)
        page.wait_for_function("'whole' in document.documentElement.dataset")
        assert page.evaluate(IN_SIGHT) == before, name
    context.close()
