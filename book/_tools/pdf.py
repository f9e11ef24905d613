"""Print the whole book: ``make pdf`` writes ``_build/book.pdf`` from the built site, with the machine's Chromium.

Every page is printed by itself, in the order of the book; pypdf joins them with a cover, a table of contents, bookmarks
and page numbers, and turns links between pages of the site into links inside the file.
"""

import argparse
import io
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import unquote, urldefrag

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOREWORD = "Mở đầu"  # what the site's cover page is in a book that has a cover of its own
ORIGIN = "http://book.invalid/"  # never asked: every request is answered from the built site
MARGINS = {"top": "20mm", "bottom": "20mm", "left": "18mm", "right": "18mm"}

#: In the cover page: the book's title, its author, and the chapters by part
READ_CONTENTS = """() => ({
    title: document.querySelector(".brand span").textContent,
    author: document.querySelector(".site-footer p").textContent.replace(/^© (\\d+) ([^.]*)\\..*$/s, "$2 · $1"),
    parts: [...document.querySelectorAll("#muc-luc > ul")].map((list) => ({
        caption: list.previousElementSibling?.matches(".nav-caption") ? list.previousElementSibling.textContent : "",
        pages: [...list.querySelectorAll("a")].map((a) => [a.href, a.firstChild.textContent.trim()]),
    })),
})"""
COVER = """() => {
    const { title, author, rows } = window.coverData;
    const row = ([name, number, isPart]) => {
        const line = document.createElement("p");
        line.className = isPart ? "pdf-part" : "pdf-row";
        line.append(Object.assign(document.createElement("span"), { textContent: name }));
        if (number) line.append(Object.assign(document.createElement("span"), { textContent: number }));
        return line;
    };
    const cover = document.createElement("div"), list = document.createElement("div");
    cover.className = "pdf-cover";
    const logo = document.querySelector(".brand img").cloneNode();
    cover.append(logo, Object.assign(document.createElement("h1"), { textContent: title }),
        Object.assign(document.createElement("p"), { textContent: author }));
    list.className = "pdf-contents";
    list.append(Object.assign(document.createElement("h2"), { textContent: "Mục lục" }), ...rows.map(row));
    document.querySelector("article").replaceChildren(cover, list);
}"""
COVER_STYLE = """
.pdf-cover { height: 235mm; display: flex; flex-direction: column; justify-content: center; break-after: page; }
.pdf-cover img { width: 34mm; height: 34mm; margin-bottom: 12mm; }
.pdf-cover h1 { font-size: 34pt; } .pdf-cover p { font-size: 13pt; }
.pdf-contents h2 { margin-top: 0; } .pdf-contents p { margin: 0 0 2mm; display: flex; justify-content: space-between; }
.pdf-part { font-weight: 700; margin-top: 5mm !important; }
"""


class PrintingError(Exception):
    """The book cannot be printed; the Vietnamese message says why and what to do."""


@dataclass
class Chapter:
    """A printed page of the site: ``first`` is the number of its first sheet, counted from 0."""

    address: str
    title: str
    part: str
    data: bytes = b""
    sheets: int = 0
    first: int = 0


def print_page(page):
    """Return the PDF of an open page."""
    # without tags: joining would drop their tree, and they cost half of the time
    return page.pdf(format="A4", margin=MARGINS, print_background=True, tagged=False, outline=False)


def open_page(page, address):
    """Open a page of the site and wait for its fonts and pictures."""
    page.goto(ORIGIN + address, wait_until="load")
    page.emulate_media(media="print", color_scheme="light")
    page.add_style_tag(content=".site-footer { display: none; }")
    page.evaluate(
        """async () => {
            for (const image of document.images) image.loading = "eager";
            for (const box of document.querySelectorAll("details")) box.open = true;
            await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
            await document.fonts.ready;
        }"""
    )


def read_pdf(data):
    """Open a PDF from memory."""
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(data))


def print_book(site, target):
    """Print the built site's pages and join them; returns the number of sheets. Raises PrintingError."""
    from playwright.sync_api import Error

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise PrintingError("Cần Chromium để in sách: cài gói chromium (Debian, Ubuntu: apt-get install chromium).")
    if not (site / "index.html").is_file():
        raise PrintingError(f"Chưa có trang web ở {site}: chạy «make site» trước.")
    try:
        with _opened(program, site) as page:
            open_page(page, "index.html")
            contents = page.evaluate(READ_CONTENTS)
            chapters = [
                Chapter(address.removeprefix(ORIGIN), title, part["caption"])
                for part in contents["parts"]
                for address, title in part["pages"]
            ]
            chapters[0].title = FOREWORD
            _print_chapters(program, site, chapters)
            front = _cover(page, contents, chapters, front=2)
            sheets = len(read_pdf(front).pages)
            for _ in range(2):  # the contents' own length moves the numbers
                for chapter, before in zip(chapters, [None, *chapters], strict=False):
                    chapter.first = sheets if before is None else before.first + before.sheets
                front = _cover(page, contents, chapters)
                sheets = len(read_pdf(front).pages)
            numbers = _numbers(page, sheets, sum(chapter.sheets for chapter in chapters))
        return _join(target, contents, front, chapters, numbers)
    except Error as error:
        raise PrintingError(f"Chromium không in được: {str(error).splitlines()[0]}") from None


@contextmanager
def _opened(program, site):
    """Yield an empty page of a browser of its own, which is answered from the site."""
    from playwright.sync_api import sync_playwright

    def answer(route):
        path = site / unquote(route.request.url.removeprefix(ORIGIN).partition("?")[0].partition("#")[0])
        if route.request.url.startswith(ORIGIN) and path.is_file():
            route.fulfill(path=path)
        else:
            route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        try:
            context = browser.new_context()
            context.route("**/*", answer)
            yield context.new_page()
        finally:
            browser.close()


def _print_chapters(program, site, chapters):
    """Give every chapter its PDF and number of sheets; as many browsers as cores print side by side, four at most."""
    waiting, browsers = SimpleQueue(), min(os.cpu_count() or 1, 4)
    for chapter in [*chapters, *[None] * browsers]:
        waiting.put(chapter)

    def work():
        with _opened(program, site) as page:
            for chapter in iter(waiting.get, None):
                open_page(page, chapter.address)
                chapter.data = print_page(page)
                chapter.sheets = len(read_pdf(chapter.data).pages)

    with ThreadPoolExecutor(browsers) as pool:
        for done in [pool.submit(work) for _ in range(browsers)]:
            done.result()


def _cover(page, contents, chapters, front=None):
    """Return the PDF of the cover and the contents."""
    rows, part, first = [], None, front
    for chapter in chapters:
        if chapter.part != part and chapter.part:
            rows.append([chapter.part, "", True])
        part = chapter.part
        rows.append([chapter.title, str((chapter.first if first is None else first) + 1), False])
    open_page(page, "index.html")
    page.add_style_tag(content=COVER_STYLE)
    page.evaluate("(data) => (window.coverData = data)", contents | {"rows": rows})
    page.evaluate(COVER)
    return print_page(page)


def _numbers(page, front, count):
    """Return a PDF of empty sheets that bear the page numbers, to be laid over the book."""
    rows = "".join(f"<p>{front + i + 1}</p>" for i in range(count))
    style = "@page{size:A4;margin:0}body{margin:0}p{height:297mm;margin:0;padding-top:283mm;box-sizing:border-box;"
    style += (
        "break-after:page;text-align:center;color:#556070;font-size:9pt;overflow:hidden}p:last-child{break-after:auto}"
    )
    page.evaluate(
        """([style, rows]) => {
            document.body.innerHTML = rows;
            for (const link of document.querySelectorAll("style")) link.remove();
            document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
        }""",
        [style, rows],
    )
    return page.pdf(format="A4", print_background=False, prefer_css_page_size=True)


def _join(target, contents, front, chapters, numbers):
    """Write the file; return its number of sheets."""
    from pypdf import PdfWriter
    from pypdf.generic import NameObject

    writer = PdfWriter()
    writer.append(read_pdf(front), import_outline=False)
    start = len(writer.pages)
    places = {}
    for chapter in chapters:
        source = read_pdf(chapter.data)
        for name, place in source.named_destinations.items():
            sheet = source.get_destination_page_number(place)
            if sheet is not None:
                places[chapter.address, name.lstrip("/")] = (chapter.first + sheet, place.top)
        writer.append(source, import_outline=False)
        places[chapter.address, ""] = (chapter.first, None)
    for sheet, number in zip(writer.pages[start:], read_pdf(numbers).pages, strict=True):
        sheet.merge_page(number)
    part, parent = None, None
    writer.add_outline_item(title="Mục lục", page_number=min(1, start - 1))
    for chapter in chapters:
        if chapter.part != part:
            part = chapter.part
            parent = writer.add_outline_item(title=part, page_number=chapter.first) if part else None
        writer.add_outline_item(title=chapter.title, page_number=chapter.first, parent=parent)
    _link(writer, chapters, places)
    writer.add_metadata({"/Title": contents["title"], "/Author": contents["author"]})
    writer.root_object[NameObject("/PageMode")] = NameObject("/UseOutlines")
    writer.compress_identical_objects()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".tmp")
    writer.write(draft)
    draft.replace(target)
    return len(writer.pages)


def _link(writer, chapters, places):
    """Turn links to pages of the site into links inside the file; those that lead nowhere in it lose their target."""
    from pypdf.generic import ArrayObject, NameObject, NullObject, NumberObject

    known = {chapter.address for chapter in chapters}
    for sheet in writer.pages:
        for reference in sheet.get("/Annots", []):
            note = reference.get_object()
            action = note.get("/A", {})
            action = action.get_object() if action else {}
            address = str(action.get("/URI", ""))
            if not address.startswith(ORIGIN):
                continue
            path, anchor = urldefrag(unquote(address.removeprefix(ORIGIN)))
            del note[NameObject("/A")]
            if path in known:
                number, top = places.get((path, anchor), places[path, ""])
                height = NullObject() if top is None else NumberObject(int(top))
                note[NameObject("/Dest")] = ArrayObject(
                    [writer.pages[number].indirect_reference, NameObject("/XYZ"), NullObject(), height, NullObject()]
                )


def main():
    """Print; return the exit code."""
    parser = argparse.ArgumentParser(description="In cả sách thành một tệp PDF")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--output", type=Path, default=ROOT / "_build" / "book.pdf")
    options = parser.parse_args()
    try:
        sheets = print_book(options.site, options.output)
    except PrintingError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Đã in {sheets} trang: {options.output} ({options.output.stat().st_size / 2**20:.1f} MiB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
