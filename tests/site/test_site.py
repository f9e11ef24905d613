"""The built site as files: its language, its links, its pictures, its formulas."""

import json
import re
from functools import lru_cache
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup

from .serving import base_path

#: Words of the interface that Sphinx, docutils or MyST-NB would write in English
ENGLISH = re.compile(
    r"Link to this|Permalink|Skip to|Toggle|Created using|Show Source|On this page|Table of Contents|Quick search"
    r"|Search Results|Previous|\bNext\b|\bCopy\b|Copied|Copyright|Last updated|Navigation|Edit this|Back to top"
    r"|Show code|Hide code|et al\b|\beditors?\b|rows ×",
    re.IGNORECASE,
)
WORDED_ATTRIBUTES = ("title", "aria-label", "aria-description", "aria-roledescription", "alt", "placeholder", "content")
QUOTED = re.compile(r'"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`')
#: What the scripts write with a capital letter and without an accent: keys of the keyboard, names of functions
NOT_WORDS = {"Control+K /", "Ctrl+K", "Enter", "Escape", "NFC", "NFD", "Sigmoid", "Tanh", "ReLU", "Leaky ReLU"}
ENGLISH_TITLES = {"Note", "Warning", "Tip", "Hint", "Important", "Caution", "Danger", "Error", "Attention", "See also"}


@lru_cache
def parsed(path):
    """A page, parsed once."""
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def own_words(page):
    """The text of a page without code and formulas, whose language is not ours."""
    copy = BeautifulSoup(str(page), "html.parser")
    for foreign in copy.select("code, pre, script, style, .katex, .citation, [lang=en]"):
        foreign.decompose()
    return copy.get_text(" ")


def test_the_cover_is_the_first_page(site):
    cover = parsed(site / "index.html")
    assert cover.h1
    assert not cover.select_one("meta[http-equiv]")  # a page, not a redirection


def test_pages_declare_vietnamese(site, pages):
    assert [name for name in pages if parsed(site / name).html.get("lang") != "vi"] == []


def test_no_english_interface(site, pages):
    found = []
    for name in pages:
        page = parsed(site / name)
        found += [(name, hit[0]) for hit in ENGLISH.finditer(own_words(page))]
        for attribute in WORDED_ATTRIBUTES:
            texts = [tag[attribute] for tag in page.find_all(attrs={attribute: True})]
            found += [(name, text) for text in texts if ENGLISH.search(text)]
        found += [(name, t.get_text()) for t in page.select(".admonition-title") if t.get_text() in ENGLISH_TITLES]
    assert found == []


def test_scripts_write_no_english(site):
    texts = []
    for path in (site / "_static").rglob("*.js"):
        if not path.stem.endswith("-data"):
            code = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
            texts += [next(filter(None, quoted.groups()), "") for quoted in QUOTED.finditer(code)]
    assert any("Đóng" in text or "Tìm" in text for text in texts)  # their words are met at all
    texts = [re.sub(r"\$\{[^}]*\}|<[^>]*>", "", text).strip() for text in texts]
    assert {text for text in texts if re.match(r"[A-Z][A-Za-z]", text) and text.isascii()} <= NOT_WORDS


def test_every_part_of_the_interface_is_named(site, pages):
    for name in pages:
        for control in parsed(site / name).select("button, summary, a[href], input, nav, [role=group]"):
            label = control.get_text(strip=True) or control.get("aria-label") or control.get("aria-labelledby")
            later = control.get("id") == "doi-mau"  # named by the script that shows it
            assert label or later, (name, str(control)[:120])


def goes_nowhere(tag):
    """Whether an address only names something: a browser asks for it when a reader says so, or never."""
    return tag.name == "a" or (tag.name == "link" and tag.get("rel") == ["canonical"])


def broken_links(site, pages):
    """Return (page, target) of every link of a built site that leads nowhere; what it loads must be its own."""
    broken = []
    for name in pages:
        page = parsed(site / name)
        targets = [(tag, tag[key]) for key in ("href", "src") for tag in page.find_all(attrs={key: True})]
        for tag, target in targets:
            if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
                assert goes_nowhere(tag) or target.startswith("data:image/"), f"{name} nạp {target} từ nơi khác"
                continue
            address, anchor = urldefrag(target)
            address = unquote(address.partition("?")[0])
            if address.startswith("/"):  # page 404, shown at any depth
                assert name == "404.html"
                assert address.startswith(base_path(site)), (name, target)
                path = site / address.removeprefix(base_path(site))
            else:
                path = ((site / name).parent / address).resolve() if address else (site / name).resolve()
            path = path / "index.html" if path.is_dir() else path
            if not path.is_file() or (anchor and path.suffix == ".html" and not parsed(path).find(id=unquote(anchor))):
                broken.append((name, target))
    return broken


def test_internal_links_resolve(site, pages):
    assert broken_links(site, pages) == []


def test_internal_links_resolve_on_a_published_site(published):
    """The deploy workflows give the site its address before they check it."""
    assert published.soup("mot/hai").select_one("link[rel=canonical]")
    assert broken_links(published.site, published.pages()) == []


def test_what_is_loaded_from_elsewhere_is_found(published, tmp_path):
    """The examiner itself: a style sheet of another host does not pass, whatever the page's own address."""
    page = published.page("mot/hai")
    (tmp_path / "hai.html").write_text(page.replace('rel="canonical"', 'rel="stylesheet"'), "utf-8")
    with pytest.raises(AssertionError, match="từ nơi khác"):
        broken_links(tmp_path, ["hai.html"])


def test_ids_are_unique(site, pages):
    for name in pages:
        ids = [tag["id"] for tag in parsed(site / name).find_all(id=True)]
        assert sorted(ids) == sorted(set(ids)), name


def test_every_image_has_alt_text(site, pages):
    missing = []
    for name in pages:
        article = parsed(site / name).article
        missing += [(name, image.get("src")) for image in article.find_all("img") if not image.get("alt", "").strip()]
    assert missing == []


def test_figures_have_their_size(site, pages):
    for name in pages:
        for image in parsed(site / name).article.find_all("img"):
            if image["src"].endswith((".png", ".jpg", ".jpeg", ".webp")):
                assert image.get("width", "").isdigit(), (name, image)
                assert image.get("height", "").isdigit(), (name, image)


def test_formulas_are_drawn(site, pages):
    with_math = [name for name in pages if parsed(site / name).select_one(".math")]
    if not with_math:
        pytest.skip("chưa có trang nào có công thức")
    for name in pages:
        page = parsed(site / name)
        assert not page.select(".math-error, .katex-error"), name
        assert all(math.select_one(".katex-html") for math in page.select(".math")), name
        assert bool(page.select_one("link[href*='katex.min.css']")) == (name in with_math), name


def test_no_raw_markup_is_left(site, pages):
    """A directive or role that was not understood stays as text."""
    for name in pages:
        text = own_words(parsed(site / name).article)
        assert not re.search(r":::|\{[a-z]+\}`|\$\$|\\begin", text), name


def test_fonts_and_katex_are_served_by_the_site(site):
    static = site / "_static"
    for sheet in (static / "course.css", static / "katex" / "katex.min.css"):
        css = sheet.read_text("utf-8")
        urls = re.findall(r"url\(([^)]+)\)", css)
        assert urls
        for url in urls:
            assert (sheet.parent / url.strip("'\"")).is_file(), (sheet.name, url)


def test_the_style_sheet_is_of_the_katex_that_drew_the_formulas(site):
    from course_site.katex import find_katex

    version = json.loads((find_katex() / "package.json").read_text("utf-8"))["version"]
    assert f'content:"{version}"' in (site / "_static" / "katex" / "katex.min.css").read_text("utf-8")
