"""The whole book as a PDF: every chapter with its bookmark, numbers, fonts inside, nothing cut off."""

import subprocess
import sys

import pytest

from tests.browser import chromium

from .conftest import ROOT

pypdf = pytest.importorskip("pypdf", reason="thiếu pypdf: chạy make để cài các gói kiểm thử")
SCRIPT = ROOT / "book" / "_tools" / "pdf.py"


@pytest.fixture(scope="module")
def book(site, tmp_path_factory):
    """The printed book."""
    if chromium() is None:
        pytest.skip("không tìm thấy Chromium: cài gói chromium")
    target = tmp_path_factory.mktemp("pdf") / "book.pdf"
    command = [sys.executable, SCRIPT, "--site", site, "--output", target]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    return pypdf.PdfReader(target)


def bookmarks(outline):
    """All bookmarks, flat."""
    return [entry for part in outline for entry in (bookmarks(part) if isinstance(part, list) else [part])]


def fonts_of(sheet):
    """The fonts a sheet names: (name, whether the font is inside the file)."""
    for reference in sheet["/Resources"].get("/Font", {}).values():
        font = reference.get_object()
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = inner.get("/FontDescriptor", {})
        yield font.get("/BaseFont", ""), font["/Subtype"] == "/Type3" or any("FontFile" in key for key in descriptor)


@pytest.mark.slow
@pytest.mark.browser
def test_the_book(book, site):
    from bs4 import BeautifulSoup

    menu = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser").select("#muc-luc a")
    texts = [sheet.extract_text() for sheet in book.pages]
    titles = ["Mở đầu"] + [link.get_text().strip() for link in menu][1:]
    marks = {entry.title: book.get_destination_page_number(entry) for entry in bookmarks(book.outline)}
    assert [title for title in marks if title in titles] == titles
    assert sorted(marks[title] for title in titles) == [marks[title] for title in titles]
    for link, title in list(zip(menu, titles, strict=True))[1:]:
        heading = BeautifulSoup((site / link["href"]).read_text("utf-8"), "html.parser").h1
        heading.select_one(".headerlink").decompose()
        assert "".join(heading.get_text().split()) in "".join(texts[marks[title]].split()), title
    first = marks[titles[0]]
    for number, words in enumerate((text.split() for text in texts[first:]), start=first + 1):
        assert str(number) in words[-3:] + words[:3], number
    assert [name for sheet in book.pages for name, inside in fonts_of(sheet) if not inside] == []
    assert len({name for sheet in book.pages for name, _ in fonts_of(sheet)}) > 4  # text, bold, code, formulas
    text = "".join("".join(text.split()) for text in texts)
    for page in ("models/linear-regression", "images/pixels"):  # long lines of code are wrapped, not cut
        code = BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser").select(".cell_input pre")
        longest = sorted({line for block in code for line in block.get_text().split("\n")}, key=len)[-5:]
        assert len(longest[0]) > 60
        for line in longest:
            assert "".join(line.split()) in text, line
    inside = [n.get_object() for sheet in book.pages for n in sheet.get("/Annots", [])]
    assert sum("/Dest" in note for note in inside) > 20
    assert not [n for n in inside if "book.invalid" in str(n.get("/A", ""))]


def test_without_chromium_it_says_so(site, tmp_path):
    command = [sys.executable, SCRIPT, "--site", site, "--output", tmp_path / "book.pdf"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"PATH": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr.startswith("Cần Chromium để in sách")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "book.pdf").exists()


def test_without_a_site_it_says_so(tmp_path):
    if chromium() is None:
        pytest.skip("không tìm thấy Chromium: cài gói chromium")
    command = [sys.executable, SCRIPT, "--site", tmp_path, "--output", tmp_path / "book.pdf"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "chạy «make site» trước" in done.stderr
