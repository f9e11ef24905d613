"""Fonts, style sheets and weight: everything a page shows is there, and little else is sent."""

import hashlib
import io
import re
import shutil
import unicodedata
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from course_site.assets import STYLE_SHEET, minify
from course_site.fonts import FACES, merged
from course_site.katex_fonts import style_sheet, trim
from fontTools.ttLib import TTFont
from PIL import Image

from .conftest import build_book, notebook
from .serving import serve
from .test_content import figure

FIRST_VIEW = 120 * 1024  # bytes on the line before the reader scrolls, headers included
LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
TYPED = set(LETTERS + LETTERS.upper() + "fjwzFJWZ0123456789 .,;:?!()[]{}+-*/=<>_#%&@'\"")
#: Symbols that the files of our fonts do not hold: a reader's system draws them, each in whatever font it has. Before
#: one is added here, think of a phone without it, and of a word or a formula instead.
SYSTEM = {"text": set("Σαθσχ₀₁↑→↓≤★✓✗"), "code": set("‖⁴⁻₀₁₂ℓ→√≠≤≥⋮─│└├●")}
FORMULAS = "# Toán\n\nSố $x^2 + \\mathbf{w}$.\n\n```python\nx = 1  # giá trị\n```\n"
LIBERATION = Path("/usr/share/fonts/truetype/liberation")

#: In the page: every letter of every formula with the font file it asks for
ASKED = """() => [...document.querySelectorAll(".katex-html")].flatMap((formula) => {
    const walk = document.createTreeWalker(formula, NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) {
        const style = getComputedStyle(walk.currentNode.parentElement);
        const family = style.fontFamily.split(",")[0].replaceAll('"', "");
        found.push([family, style.fontWeight === "700", style.fontStyle === "italic", walk.currentNode.data]);
    }
    return found;
})"""


def letters_of(path):
    """The characters a font file holds."""
    return {chr(code) for code in TTFont(path).getBestCmap()}


def font_file(folder, name):
    """A font of the built site; its file's name carries a hash of its content."""
    (path,) = folder.glob(f"{name.removesuffix('.woff2')}.*.woff2")
    return path


@lru_cache  # three fonts are compared with the same pages
def written(page):
    """What a page shows outside formulas: (text, code in sentences, all code)."""
    soup = BeautifulSoup(page, "html.parser")
    for part in soup.select(".katex, script, style"):
        part.decompose()
    inline = "".join(tag.get_text() for tag in soup.select("code, kbd, samp") if not tag.find_parent("pre"))
    blocks = "".join(tag.get_text() for tag in soup.select("pre"))
    for part in soup.select("code, kbd, samp, pre"):
        part.decompose()
    attributes = "".join(str(tag.get("alt", "")) + tag.get("placeholder", "") for tag in soup.find_all(True))
    return {"text": set(soup.get_text() + attributes), "code": set(inline + blocks)}


def digests(root):
    """Path → digest of everything the site serves besides pages."""
    files = [path for part in ("_static", "_images") for path in (root / part).rglob("*") if path.is_file()]
    kept = [
        path
        for path in files
        if path.suffix in (".woff2", ".webp", ".png") or path.name.startswith(("katex", "course."))
    ]
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_fonts_cover_every_page(site, pages, face):
    known = letters_of(font_file(site / "_static" / "fonts", face.name)) | SYSTEM[face.role] | {"\n"}
    missing = {name: written((site / name).read_text("utf-8"))[face.role] - known for name in pages}
    assert {name: sorted(letters) for name, letters in missing.items() if letters} == {}


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_the_systems_symbols_are_in_none_of_our_fonts(face):
    """What the files of the npm packages hold must come from them."""
    assert SYSTEM[face.role] & set(map(chr, merged(face.sources).getBestCmap())) == set()


def test_greek_in_code_is_as_wide_as_the_rest(site, pages):
    """A name such as θ in a printed table comes from the code's own font, so the columns stay straight."""
    ours = letters_of(font_file(site / "_static" / "fonts", "jetbrains-mono-400.woff2"))
    greek = {name: {c for c in written((site / name).read_text("utf-8"))["code"] if "Ͱ" <= c <= "Ͽ"} for name in pages}
    assert any(greek.values())
    assert {name: letters - ours for name, letters in greek.items() if letters - ours} == {}


@pytest.mark.parametrize("face", FACES[:2], ids=lambda face: face.name)
def test_whatever_a_reader_types_has_its_letters(site, face):
    assert TYPED - letters_of(font_file(site / "_static" / "fonts", face.name)) == set()


def held(folder, sheets):
    """What the KaTeX fonts named in these style sheets hold: (family, bold, italic) → characters."""
    found = {}
    for rule in re.findall(r"@font-face\{[^}]*KaTeX[^}]*\}", "".join(sheets)):
        family, _, style = re.search(r"(KaTeX_\w+-\w+)[\w.-]*\.woff2", rule)[1].partition("-")
        path = folder / re.search(r"[\w.-]+\.woff2", rule)[0]
        found.setdefault((family, "Bold" in style, "Italic" in style), set()).update(letters_of(path))
    return found


@pytest.mark.browser
def test_formulas_have_their_glyphs(browser, address, site, pages):
    katex = site / "_static" / "katex"
    context = browser.new_context()
    page, missing, seen, own = context.new_page(), set(), 0, 0
    for name in (name for name in pages if 'class="katex"' in (site / name).read_text("utf-8")):
        head = (site / name).read_text("utf-8").partition("</head>")[0]
        own += "data-letters" in head
        fonts = held(katex / "fonts", [(katex / "katex.min.css").read_text("utf-8"), head])
        page.goto(address + name)
        for family, bold, italic, text in page.evaluate(ASKED):
            if not family.startswith("KaTeX"):
                continue
            seen += 1
            letters = fonts.get((family, bold, italic), set())
            missing |= {(name, family, bold, italic, char) for char in set(text) - letters - {"\u200b"}}
    context.close()
    assert seen > 100
    assert own > 2
    assert missing == set()


def test_a_page_brings_the_letters_few_pages_show(make_book):
    def formula(tex):
        return f"# Trang\n\nSố $x = {tex}$.\n"

    files = {f"book/p{i}.md": formula(r"\Lambda + \theta" if i < 3 else "y") for i in range(12)}
    files |= {"book/p0.md": formula(r"\Lambda + \Pi"), "book/p9.md": formula(r"\Pi + \mu")}
    book = make_book(files)
    root = book.root / "_build" / "html"
    folder = root / "_static" / "katex" / "fonts"

    def letters(page):
        head = (root / f"{page}.html").read_text("utf-8").partition("</head>")[0]
        links = re.findall(r'<link [^>]*href="[^"]*katex/fonts/([^"]+)"[^>]* data-letters>', head)
        assert sorted(links) == sorted(re.findall(r"@font-face\{[^}]*?([\w.-]+\.woff2)", head))
        return {font.partition(".")[0].rpartition("-")[0]: letters_of(folder / font) for font in links}, head

    assert letters("p9")[0] == {"KaTeX_Main-Regular": {"Π"}, "KaTeX_Math-Italic": {"μ"}}
    assert "unicode-range:U+3A0}" in letters("p9")[1]
    assert letters("p0")[0] == {"KaTeX_Main-Regular": {"Π"}}  # three pages show Λ
    assert letters("p4")[0] == {}
    assert {"Λ", "=", "+"} <= letters_of(font_file(folder, "KaTeX_Main-Regular"))
    assert "Π" not in letters_of(font_file(folder, "KaTeX_Main-Regular"))
    (book.root / "book" / "p4.md").write_text(formula(r"\Pi"), "utf-8")  # the third: p0 is not written again
    build_book(book.root)
    assert letters("p0")[0] == {}
    assert letters("p9")[0] == {"KaTeX_Math-Italic": {"μ"}}
    assert "Π" in letters_of(font_file(folder, "KaTeX_Main-Regular"))


def weigh(browser, address):
    """Open a page on a phone without scrolling; return what came over the network: path → bytes, headers included."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page, urls, sizes = context.new_page(), {}, {}
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    line.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    context.close()
    return {f"{urlsplit(urls[key]).path} {key}": size for key, size in sizes.items()}


@pytest.mark.browser
def test_a_page_is_light_before_it_is_scrolled(browser, site, pages):
    """Everything counts that Chromium asks for, near pictures as well."""
    weights = {}
    with serve(site) as server:
        for name in pages:
            found = weigh(browser, server.address + name)
            assert len(found) > 4, name
            weights[name] = sum(found.values())
    assert {name: size for name, size in weights.items() if size > FIRST_VIEW} == {}


@pytest.mark.browser
def test_the_weight_counts_a_picture_in_the_first_view(browser, site, tmp_path):
    """The scales themselves: a picture at the top is weighed, one far below is not."""
    shutil.copytree(site / "_static", tmp_path / "_static")
    Image.effect_noise((300, 300), 90).save(tmp_path / "a.png")
    shutil.copy(tmp_path / "a.png", tmp_path / "b.png")
    picture = '<img src="{}.png" width="300" height="300" loading="lazy">'
    page = (site / "search.html").read_text("utf-8")
    far = f'<p style="height:9000px"></p>{picture.format("b")}</article>'
    page = page.replace("<article>", f"<article>{picture.format('a')}").replace("</article>", far)
    (tmp_path / "trang.html").write_text(page, "utf-8")
    with serve(tmp_path) as server:
        found = weigh(browser, server.address + "trang.html")
    seen = {path.split(" ")[0]: size for path, size in found.items()}
    assert seen["/a.png"] > (tmp_path / "a.png").stat().st_size
    assert "/b.png" not in seen


def test_figures_are_webp_unless_png_is_smaller(site, pages):
    for name in pages:
        for image in BeautifulSoup((site / name).read_text("utf-8"), "html.parser").article.select("img[src*=_images]"):
            path = (site / name).parent / image["src"]
            assert image["loading"] == "lazy"
            assert image["width"].isdigit()
            assert image["height"].isdigit()
            if path.suffix == ".png":
                light = io.BytesIO()
                with Image.open(path) as picture:
                    picture.save(light, "WEBP", lossless=True, quality=100, method=3)
                assert light.tell() >= path.stat().st_size, (name, path)
            else:
                assert path.suffix in (".webp", ".jpg", ".svg", ".gif"), (name, path)


def test_a_second_build_gives_the_same_files(make_book):
    book = make_book({"book/mot.md": FORMULAS, "book/hinh.ipynb": notebook("# Hình", figure(200, 100))})
    assert (book.status, book.warnings) == (0, "")
    root = book.root / "_build" / "html"
    first = digests(root)
    assert any(name.endswith(".webp") for name in first)
    assert any("KaTeX_Main-Bold" in name for name in first)
    build_book(book.root)
    assert digests(root) == first
    build_book(book.root, fresh=True)
    assert digests(root) == first


def test_an_incremental_build_equals_a_full_one(make_book):
    files = {"book/mot.md": FORMULAS, "book/hai.md": "# Hai\n\nChữ.\n"}
    book = make_book(files)
    static = book.root / "_build" / "html" / "_static"

    def greek():
        return letters_of(font_file(static / "katex" / "fonts", "KaTeX_Math-Italic"))

    def mono():
        return letters_of(font_file(static / "fonts", "jetbrains-mono-400"))

    assert "θ" not in greek()
    assert "ỹ" not in mono()
    text = "# Hai\n\nGóc $\\theta$ và $\\mathcal{L}$.\n\n```python\n# kỹ\n```\n"
    (book.root / "book" / "hai.md").write_text(text, "utf-8")
    build_book(book.root)
    assert "θ" in greek()
    assert "ỹ" in mono()
    full = make_book(files | {"book/hai.md": text})
    assert digests(book.root / "_build" / "html") == digests(full.root / "_build" / "html")
    (book.root / "book" / "hai.md").write_text(files["book/hai.md"], "utf-8")
    build_book(book.root)
    assert "θ" not in greek()
    assert not list((static / "katex" / "fonts").glob("KaTeX_Caligraphic-Regular.*"))


def test_the_style_sheet_keeps_its_strings():
    css = 'a::before { content: "a;  /* b */ {"; } /* gone */\n.b > .c:hover ,\n d { color: #fff; margin: 0 -1px; }\n'
    assert minify(css) == 'a::before{content:"a;  /* b */ {"}.b > .c:hover,d{color:#fff;margin:0 -1px}\n'


@pytest.mark.browser
def test_a_browser_reads_the_same_rules(browser):
    context = browser.new_context()
    page = context.new_page()
    rules = """(css) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        return [...sheet.cssRules].map((rule) => rule.cssText);
    }"""
    css = STYLE_SHEET.read_text("utf-8")
    before, after = page.evaluate(rules, css), page.evaluate(rules, minify(css))
    context.close()
    assert len(before) > 100
    assert after == before


def test_katex_rules_are_trimmed_by_class():
    css = trim(style_sheet(), {"mathnormal", "base"}, {"KaTeX_Math-Italic.woff2"})
    assert ".katex .mathnormal{" in css
    assert "KaTeX_Math-Italic" in css
    assert "KaTeX_Fraktur" not in css
    assert ".mathcal" not in css
    assert "katex-version" in css


@pytest.mark.parametrize(("weight", "file"), [(400, "LiberationSans-Regular.ttf"), (700, "LiberationSans-Bold.ttf")])
def test_the_stand_in_takes_the_same_room(site, pages, weight, file):
    """Liberation Sans has Arial's widths; its Vietnamese letters are as wide as those without marks."""
    if not (LIBERATION / file).is_file():
        pytest.skip("không có Liberation Sans (gói fonts-liberation)")
    css = STYLE_SHEET.read_text("utf-8")
    rule = re.search(rf'"Arial Stand-in"; font-weight: {weight};([^}}]*)', css)[1]
    adjust, ascent, descent = (
        float(re.search(rf"{key}: ([\d.]+)%", rule)[1]) / 100
        for key in ("size-adjust", "ascent-override", "descent-override")
    )
    text = ""
    for name in pages:
        article = BeautifulSoup((site / name).read_text("utf-8"), "html.parser").article
        for part in article.select("pre, code, .katex"):
            part.decompose()
        text += " ".join(article.get_text().split())

    def mean(font):
        cmap, advance = font.getBestCmap(), font["hmtx"]
        plain = [char if ord(char) in cmap else unicodedata.normalize("NFD", char)[0] for char in text]
        widths = [advance[cmap[ord(char)]][0] for char in plain if ord(char) in cmap]
        return sum(widths) / len(widths) / font["head"].unitsPerEm

    ours = merged(next(face.sources for face in FACES if face.weight == weight))
    em, height = ours["head"].unitsPerEm, ours["hhea"]
    assert adjust == pytest.approx(mean(ours) / mean(TTFont(LIBERATION / file)), abs=0.01)
    assert ascent * adjust == pytest.approx(height.ascent / em, abs=0.003)
    assert descent * adjust == pytest.approx(-height.descent / em, abs=0.003)
