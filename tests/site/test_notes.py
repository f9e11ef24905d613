"""Margin notes, footnotes, the reference list: where they stand, and that every reader meets notes and lists."""

import pytest

from .serving import serve
from .test_browser import PHONE, Visit

WIDE = {"width": 1600, "height": 900}
PAGE = """# Trang có ghi chú

Đoạn mở đầu.

## Mục một

:::{margin} Bên lề
Một ghi chú có $x$ và `mã`.
:::

Đoạn văn mà ghi chú nói tới, đủ dài để chiếm hết chiều ngang của cột chữ trên một màn hình rộng, rồi còn xuống dòng.[^1]

:::{margin}
Ghi chú không tên.
:::

Đoạn văn thứ hai. Xem {cite}`a` và {cite}`b`.

## Mục hai

Chữ.[^2]

[^1]: Chú thích một.
[^2]: Chú thích hai.
"""
BIB = """@article{a, title={Một bài}, journal={Tạp chí}, year={2020}, author={An, Nguyễn and others}}
@book{b, title={Một quyển}, publisher={Nhà in}, year={2021}, author={Bình, Trần and Chi, Lê}}
"""


@pytest.fixture(scope="module")
def book(make_book):
    built = make_book({
        "book/trang.md": PAGE,
        "book/tham-khao.md": "# Tài liệu\n\n```{bibliography}\n```\n",
        "book/references.bib": BIB,
    })  # fmt: skip
    assert (built.status, built.warnings) == (0, "")
    return built


def test_margin_notes_are_notes(book):
    first, second = book.soup("trang").select(".margin-note")
    assert (first["role"], first["aria-label"]) == ("note", "Ghi chú bên lề")
    assert first.select_one(".box-title").get_text() == "Bên lề"
    assert first.select_one(".katex")
    assert second.get_text(strip=True) == "Ghi chú không tên."


def test_an_empty_note_is_a_mistake(make_book):
    built = make_book({"book/sai.md": "# Sai\n\n:::{margin}\n:::\n"})
    assert built.status == 1
    assert "margin: ghi chú đang trống" in built.warnings


def test_the_reference_list_is_a_list(book):
    page = book.soup("tham-khao")
    assert page.select("[role=doc-biblioentry], [role=list]") == []
    (items,) = page.select("ul.citation-list")
    assert [item.name for item in items.find_all(recursive=False)] == ["li", "li"]
    texts = [item.get_text(" ", strip=True) for item in items.select("li")]
    assert "An và cộng sự" in texts[0]
    assert not any("others" in text for text in texts)
    links = book.soup("trang").select("a[href*='tham-khao.html#']")
    assert {link["href"].rpartition("#")[2] for link in links} == {item["id"] for item in items.select("li")}


def test_footnotes_lead_there_and_back(book):
    page = book.soup("trang")
    notes = page.select("aside.footnote")
    references = page.select("a.footnote-reference")
    assert len(notes) == len(references) == 2
    for note, reference in zip(notes, references, strict=True):
        assert reference["href"] == f"#{note['id']}"
        assert note.select_one(".label a")["href"] == f"#{reference['id']}"


@pytest.mark.browser
def test_notes_stand_beside_the_text_where_there_is_room(browser, book):
    with serve(book.root / "_build" / "html") as server:
        for size in (WIDE, PHONE):
            visit = Visit(browser, server.address, viewport=size)
            page = visit.open("trang.html")
            note = page.locator(".margin-note").first.bounding_box()
            text = page.get_by_text("Đoạn văn mà ghi chú nói tới").bounding_box()
            contents = page.locator(".page-contents").bounding_box()
            if size is WIDE:
                assert note["x"] >= text["x"] + text["width"]
                assert abs(note["y"] - text["y"]) < 40
                assert note["x"] + note["width"] <= contents["x"]
                page.emulate_media(media="print")
                note = page.locator(".margin-note").first.bounding_box()
                text = page.get_by_text("Đoạn văn mà ghi chú nói tới").bounding_box()
            assert abs(note["x"] - text["x"]) < 2
            assert note["y"] + note["height"] <= text["y"]
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert visit.troubles == []
            visit.context.close()
