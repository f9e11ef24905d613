"""Words for the search: the same in the index (Python) and in the reader's browser (JavaScript)."""

import json
import subprocess
import unicodedata

import pytest
from course_site.katex import find_node
from course_site.search import Vietnamese, fold, normal

SEARCH_WORDS = """
const fs = require("fs");
(0, eval)(fs.readFileSync(process.argv[1], "utf8"));
const texts = JSON.parse(fs.readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map((text) => [splitQuery(text), foldVietnamese(text)])));
"""
TEXTS = [
    "Hoá học và hoà bình",
    "thuý kiều, quý vị, toán, khoẻ, loè loẹt, hoạt hoá",
    "Đường cong ROC: 0.95 độ nhạy",
    "lan truyền ngược (backpropagation) x_1",
    "tỉ lệ 3×3 — «tầng tích chập»",
    "quỳ, quỹ, huỷ, uỷ ban",
    "QUÁ KHỚP",
    "",
]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("hoá", "hóa"),
        ("HOÀ", "hòa"),
        ("thuý", "thúy"),
        ("khoẻ", "khỏe"),
        ("huỷ", "hủy"),
        ("xoè", "xòe"),
        ("chuẩn hoá", "chuẩn hóa"),
    ],
)
def test_both_places_of_the_tone_mark(typed, written):
    assert normal(typed) == normal(written) == written


@pytest.mark.parametrize("word", ["quý", "quỳ", "toán", "hoạt", "khoảng", "huỳnh", "thuyết", "xoài"])
def test_other_words_stay(word):
    assert normal(word) == word


def test_every_unicode_form_is_one():
    assert normal(unicodedata.normalize("NFD", "Điểm ảnh chuẩn hóa")) == "điểm ảnh chuẩn hóa"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường", "duong"),
        ("tích chập", "tich chap"),
        ("ƯỚC LƯỢNG", "uoc luong"),
        ("nghiệm", "nghiem"),
        ("ReLU", "relu"),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


def test_the_index_knows_a_word_with_and_without_marks():
    assert Vietnamese({}).split("Tầng tích chập 3 CNN") == ["tầng", "tang", "tích", "tich", "chập", "chap", "3", "cnn"]


def test_no_word_is_left_out():
    assert all(Vietnamese({}).word_filter(word) for word in ("a", "và", "3"))


def test_the_browser_splits_and_folds_like_the_index():
    from course_site import search

    path = search.__file__.replace("search.py", "search_words.js")
    command = [str(find_node()), "-e", SEARCH_WORDS, path]
    texts = TEXTS + [unicodedata.normalize("NFD", text) for text in TEXTS]
    run = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, timeout=60, check=True)
    for text, (words, folded) in zip(texts, json.loads(run.stdout), strict=True):
        assert words == search.WORD.findall(normal(text)), text
        assert folded == fold(text), text


def test_every_message_of_the_search_script_is_translated():
    import re
    from pathlib import Path

    import sphinx
    from course_site import theme

    scripts = Path(sphinx.__file__).parent / "themes" / "basic" / "static"
    text = "".join((scripts / name).read_text("utf-8") for name in ("searchtools.js", "sphinx_highlight.js"))
    messages = re.findall(r'(?:\b_|gettext)\(\s*"((?:[^"\\]|\\.)*)"', text)
    assert len(messages) >= 6
    ours = (Path(theme.__file__).parent / "static" / "search_page.js").read_text("utf-8")
    assert [message for message in messages if f'"{message}":' not in ours] == []
