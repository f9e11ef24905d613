"""The pages of feedback: what they tell, what they keep to themselves, and that nothing in them ever runs."""

import base64
import io
import json
import re
import struct
import zlib

import pytest

from autograder import feedback, pages
from autograder.course import find_course
from autograder.feedback.again import regenerate
from autograder.pages.code import CUT
from tests.autograder.course_builder import HALF, RIGHT, cell_of
from tests.browser import open_browser

SLUG = "so-va-tong"
JS = "window.ran = 1; document.title = 'ran'"
ATTACKS = (
    f"<script>{JS}</script>",
    f'<img src=x onerror="{JS}">',
    f'<svg onload="{JS}"><script>{JS}</script></svg>',
    f'</code></pre></main><iframe srcdoc="<script>parent.ran=1</script>"></iframe><a href="javascript:{JS}">x</a>',
    f'"><body onload="{JS}"><style>*{{display:none}}</style>',
    "<meta http-equiv=refresh content='0;url=https://example.org/'><link rel=stylesheet href=https://example.org/a.css>",
    f"{{{{ ''.__class__ }}}}{{% raw %}}`<b onclick={JS!r}>`",
    f"javascript:{JS}",
    "\x1b]8;;https://example.org\x07bấm\x1b]8;;\x07\x1b[31m<script>ran=1</script>\x1b[0m",
    "\u202e<script>ran=1</script>\u2066\u200b",
)


@pytest.fixture(scope="module")
def assignment(released_course):
    return find_course(str(released_course)).load(SLUG)


def png(width=40, height=30, colour=(200, 30, 30), **save):
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG", **save)
    return out.getvalue()


def text64(data):
    return base64.b64encode(data).decode()


def shows(mime, data, **more):
    return {"output_type": "display_data", "data": {mime: data} | more, "metadata": {}}


def printed(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def marked(assignment, score=0.0, state="chưa đạt", reason="Sai."):
    return [
        {"cell": c.grade_id, "task": c.task, "points": c.points, "score": score, "state": state, "reason": reason}
        for c in assignment.graded
    ]


def record(assignment, student="sv01", **change):
    return {"student": student, "reason": "", "notes": [], "marks": marked(assignment)} | change


def notebook(assignment, answers=None, outputs=(), before=(), after=()):
    """A graded notebook: `outputs` of the first answer, cells of the student's own before and after everything."""
    cells, first = list(before), True
    for cell in assignment.cells:
        new = {"cell_type": cell.cell_type, "metadata": {"nbgrader": {"grade_id": cell.grade_id}}, "outputs": []}
        new["source"] = (answers or RIGHT).get(cell.grade_id, cell.source)
        if cell.kind == "solution" and first:
            new["outputs"], first = list(outputs), False
        cells.append(new)
    return {"cells": [*cells, *after]}


def own(source, *outputs):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def hostile(assignment):
    """A page in which everything a student can choose is an attack."""
    evil = " ".join(ATTACKS)
    outputs = [printed(evil), printed(evil, "stderr"), shows("text/html", evil), shows("image/svg+xml", evil)]
    outputs += [shows("application/javascript", JS), shows("text/markdown", evil), shows("text/plain", evil)]
    outputs += [shows("image/png", text64(b"<svg onload='ran=1'>")), shows("image/png", '"><script>ran=1</script>')]
    outputs += [shows("image/png", text64(png()), **{"text/plain": evil})]
    outputs += [{"output_type": "error", "ename": evil, "evalue": evil, "traceback": [evil]}]
    answers = {cell.task: f"{evil}\ndef f():\n    pass" for cell in assignment.graded}
    marks = marked(assignment, reason=evil)
    told = record(assignment, student=f"../{evil}", notes=[evil], marks=marks)
    comments = {cell.task: evil for cell in assignment.graded}
    return feedback.render(
        told, assignment, notebook(assignment, answers, outputs, before=[own(evil, *outputs)]), comments=comments
    )


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, closed before tests that need an event loop of their own."""
    with open_browser() as running:
        yield running


def visit(browser, path, **options):
    """Open a file; return (the page, what it asked for beyond itself)."""
    context, asked = browser.new_context(**options), []
    page = context.new_page()
    page.on("dialog", lambda dialog: (asked.append("dialog"), dialog.dismiss()))
    page.on("popup", lambda _: asked.append("popup"))
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: asked.append("không bị chặn") if request.failure != "csp" else None)
    page.goto(path.as_uri())
    page.wait_for_load_state()
    asked[:] = [url for url in asked if not url.startswith("data:image/png") and url != path.as_uri()]
    return page, asked


@pytest.mark.browser
def test_nothing_a_student_wrote_runs(browser, assignment, tmp_path):
    path = tmp_path / "trang.html"
    path.write_text(hostile(assignment), encoding="utf-8", errors="replace")
    page, asked = visit(browser, path)
    elements = page.evaluate("[...document.querySelectorAll('*')].map((e) => e.localName)")
    assert not {"script", "iframe", "svg", "object", "embed", "form", "link", "base"} & set(elements)
    attributes = page.evaluate("[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())")
    assert not [name for name in attributes if name.startswith("on")]
    links = page.evaluate("[...document.links].map((a) => a.getAttribute('href'))")
    assert links and all(re.fullmatch(r"#bai-\d+", link) for link in links)
    for element in page.query_selector_all("a, img, code"):
        element.dispatch_event("click")
    page.wait_for_timeout(100)
    assert asked == [] and page.evaluate("window.ran") is None and page.title() != "ran"
    assert page.url.split("#")[0] == path.as_uri()
    assert page.evaluate("[...document.images].every((image) => image.naturalWidth === 40)")
    assert page.evaluate("document.querySelectorAll('style').length") == 1


@pytest.mark.browser
def test_the_policy_is_a_second_wall(browser, assignment, tmp_path):
    page = feedback.render(record(assignment), assignment)
    attack = (
        "".join(ATTACKS[:5]) + "<img src='https://example.org/a.png'><script src='https://example.org/a.js'></script>"
    )
    path = tmp_path / "trang.html"
    path.write_text(page.replace("<main>", f"<main>{attack}"), encoding="utf-8")
    opened, asked = visit(browser, path)
    assert opened.evaluate("window.ran") is None and "không bị chặn" not in asked


@pytest.mark.browser
def test_it_fits_a_phone_follows_the_colours_and_prints_light(browser, assignment, tmp_path):
    path = tmp_path / "trang.html"
    wide = {"double": "def double(x):\n    return " + " + ".join(["x"] * 200)}
    outputs = [printed("=" * 500), shows("image/png", text64(png(3000, 200)))]
    path.write_text(feedback.render(record(assignment), assignment, notebook(assignment, wide, outputs)), "utf-8")
    page, _ = visit(browser, path, viewport={"width": 360, "height": 740}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    back = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(back)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(back) == "rgb(255, 255, 255)" != dark
    page.emulate_media(media="screen", color_scheme="light")
    assert page.evaluate(back) == "rgb(255, 255, 255)"


def test_what_hides_is_spelled_out(assignment):
    trojan = {"double": "def double(x):\n    # \u202e x nruter \u2066\n    return\u200b x\0"}
    page = feedback.render(record(assignment, student="an\u202egnp"), assignment, notebook(assignment, trojan))
    page = re.sub("<[^>]+>", "", page)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\0\x1b]", page)
    assert "‹U+202E›" in page and "‹U+200B›" in page and "‹U+0000›" in page and "an gnp" in page
    assert pages.visible("a" + "\u0301" * 500) == "a" + "\u0301" * 3
    assert pages.visible("Tiếng Việt: ỡ, \t‘…’ 😀\n") == "Tiếng Việt: ỡ, \t‘…’ 😀\n"


def chunk(kind, body):
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def test_pictures_are_rebuilt():
    from PIL import Image, PngImagePlugin

    notes = PngImagePlugin.PngInfo()
    notes.add_text("comment", "<script>ran=1</script>")
    sound = png(pnginfo=notes)
    assert b"<script>" in sound
    rebuilt = base64.b64decode(pages.png(text64(sound + b"<script>")))
    assert b"<script>" not in rebuilt
    assert Image.open(io.BytesIO(rebuilt)).convert("RGB").getpixel((5, 5)) == (200, 30, 30)
    for mode in ("1", "L", "P", "LA", "RGBA", "I;16"):
        out = io.BytesIO()
        Image.new(mode, (7, 5)).save(out, "PNG")
        assert pages.png(text64(out.getvalue())), mode


def test_what_is_no_sound_picture_is_not_shown():
    sound = png()
    head, body = sound[:8], sound[8:]
    bomb = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    few = struct.pack(">IIBBBBB", 4_000, 4_000, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(100)))
    for bad in (
        b"", b"<svg/>", b"GIF89a", head, sound[:-5], head + chunk(b"IEND", b""), head + body[25:],
        sound.replace(b"IDAT", b"IDAX"), sound[:40] + b"\xff" + sound[41:],
        head + chunk(b"IHDR", bomb) + data + chunk(b"IEND", b""),
        head + chunk(b"IHDR", few) + data + chunk(b"IEND", b""),
    ):  # fmt: skip
        assert pages.png(text64(bad)) is None, bad[:20]
    assert pages.png("không phải base64") is None


def test_figures_are_capped(assignment):
    many = [shows("image/png", text64(png())) for _ in range(40)] + [shows("image/png", "A" * 10_000_000)]
    page = feedback.render(record(assignment), assignment, notebook(assignment, outputs=many))
    assert page.count("<img") == 12 and "29 hình không được in lại" in page
    noise = text64(png(1200, 1200, compress_level=0))
    page = feedback.render(
        record(assignment), assignment, notebook(assignment, outputs=[shows("image/png", noise)] * 5)
    )
    assert page.count("<img") < 5 and len(page) < 8_000_000


def test_under_200_kb_without_figures(assignment):
    long = {cell.task: "x = '" + "\"<&>'" * 200_000 + "\ny = 1\n" * 100_000 for cell in assignment.graded}
    crowd = [own("<" * 500_000, printed("\u202e" * 500_000)) for _ in range(50)]
    told = record(assignment, notes=["<" * 90_000] * 900, marks=marked(assignment, reason="`<`" * 90_000))
    comments = {cell.task: "<" * 90_000 for cell in assignment.graded}
    page = feedback.render(
        told, assignment, notebook(assignment, long, [printed("&" * 900_000)], crowd), comments=comments
    )
    assert len(page.encode()) < 200_000 and CUT in page
    assert "</html>" in page


def test_nothing_after_the_first_hidden_test_is_shown(assignment):
    leak = own("print(seen)", printed("đầu vào bí mật"), shows("image/png", text64(png())))
    early = own("print('thử')", printed("thử trước"))
    page = feedback.render(record(assignment), assignment, notebook(assignment, before=[early], after=[leak]))
    assert "thử trước" in page and "bí mật" not in page and "<img" not in page
    assert "sau khi kiểm tra ẩn bắt đầu không được in lại" in page
    for cell in assignment.graded:
        assert cell.source.splitlines()[-1] not in page
    assert "check." not in page


def test_a_graded_notebook_may_be_anything(assignment):
    outputs = [{"output_type": []}, {"data": {"image/png": 7}}, 3]
    cell = own(["a", 3], *outputs)
    kinds = (
        {"cells": 3},
        {"cells": [None, {"metadata": 3}, {"metadata": {"nbgrader": []}}, cell, cell | {"outputs": {}}]},
    )
    for strange in (None, [], {}, *kinds):
        assert "Không có lời giải trong bài nộp." in feedback.render(record(assignment), assignment, strange)


@pytest.fixture(scope="module")
def graded(tmp_path_factory, released_course):
    """A class of two, graded by the command."""
    from tests.autograder.conftest import run
    from tests.autograder.course_builder import Class

    group = Class(tmp_path_factory.mktemp("feedback") / "lop", released_course)
    group.submit("an", RIGHT)
    group.submit(
        "binh", HALF, change=lambda nb: cell_of(nb, "double").update(source=HALF["double"] + "\nprint('chào')")
    )
    done = run("grade", group.folder, "--course", released_course)
    assert done.returncode == 0, done.stderr
    return group.folder


def test_again_with_what_a_person_gave(graded, released_course, invoke, monkeypatch):
    from nbgrader.api import Gradebook

    from autograder import engine

    monkeypatch.setattr(engine, "start", None)  # nothing is run
    first = (graded / "feedback" / "binh" / SLUG / f"{SLUG}.html").read_text(encoding="utf-8")
    code, out, err = invoke("feedback", graded, "--course", released_course)
    assert (code, out, err) == (0, f"Đã viết 2 trang phản hồi vào {graded}/feedback/.\n", "")
    assert (graded / "feedback" / "binh" / SLUG / f"{SLUG}.html").read_text(encoding="utf-8") == first
    assert "chào" in first and "<strong>1</strong> / 4 điểm" in first
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as book:
        book.find_grade("test_total_hidden", SLUG, SLUG, "binh").manual_score = 0.75
        book.find_comment("total", SLUG, SLUG, "binh").manual_comment = "Ý đúng.\n<b>Xem</b> lại danh sách rỗng."
        book.db.commit()
    code, out, _ = invoke("feedback", graded, "--course", released_course, "--student", "binh", "-a", SLUG)
    assert code == 0 and "Đã viết 1 trang" in out
    page = (graded / "feedback" / "binh" / SLUG / f"{SLUG}.html").read_text(encoding="utf-8")
    assert "<strong>1.75</strong> / 4 điểm" in page and "Người chấm cho điểm." in page
    assert "Ý đúng.\n&lt;b&gt;Xem&lt;/b&gt; lại" in page


def test_again_without_the_stored_notebook(graded, released_course, tmp_path):
    import shutil

    shutil.copytree(graded, tmp_path / "lop")
    place = tmp_path / "lop" / "autograded" / "an" / SLUG / f"{SLUG}.ipynb"
    place.chmod(0o644)
    place.write_text("{", encoding="utf-8")
    shutil.rmtree(tmp_path / "lop" / "reports")
    (path,) = regenerate(find_course(str(released_course)), tmp_path / "lop", students=["an"])
    page = path.read_text(encoding="utf-8")
    assert "<strong>4</strong> / 4 điểm" in page and "Không có lời giải" in page
    assert json.loads((graded / "reports" / SLUG / "an.json").read_text(encoding="utf-8"))["score"] == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["khong/co"], "không tồn tại"),
        (["{lop}", "--student", "ai"], "Không có điểm của sinh viên «ai»"),
        (["{lop}", "--assignment", "so-va-ton"], "ý bạn là «so-va-tong»?"),
        (["{empty}"], "chưa có điểm nào"),
    ],
)
def test_bad_input_is_one_line(graded, released_course, invoke, tmp_path, arguments, message):
    names = {"{lop}": str(graded), "{empty}": str(tmp_path)}
    code, out, err = invoke("feedback", *(names.get(a, a) for a in arguments), "--course", released_course)
    assert (code, out) == (2, "") and err.count("\n") == 1 and message in err


def test_a_page_that_cannot_be_written(graded, released_course, invoke):
    path = graded / "feedback" / "an" / SLUG / f"{SLUG}.html"
    path.unlink()
    path.mkdir()
    try:
        code, _, err = invoke("feedback", graded, "--course", released_course)
    finally:
        path.rmdir()
    assert code == 2 and err.count("\n") == 1 and "Không ghi được" in err
