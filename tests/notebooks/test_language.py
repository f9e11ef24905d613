"""The Vietnamese of chapters, pages, assignments and the repository's own pages; and that each check can fail."""

import unicodedata

import pytest

from tests.notebooks import language
from tests.notebooks.reading import BOOK, ROOT, Cell, Document, assignments, pages, prose, read

OWN = ("README.md", "CONTRIBUTING.md", "exercises/README.md")
FILES = [p for p in (*pages(), *assignments(), *(ROOT / name for name in OWN)) if p.is_file()]

if not language.DICTIONARY.with_suffix(".dic").is_file():
    pytest.skip(f"thiếu từ điển {language.DICTIONARY}: chạy `make install`", allow_module_level=True)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
@pytest.mark.parametrize("check", language.CHECKS, ids=lambda c: c.__name__)
def test_language(path, check):
    problems = [str(problem) for problem in check(read(path))]
    assert not problems, "\n" + "\n".join(problems)


# --- each check must be able to fail, and must leave good text alone --------------------------------------------


def sample(markdown="", code="", alt="", name="x.ipynb"):
    cells = [Cell(0, "markdown", markdown), Cell(1, "code", code, {"mystnb": {"image": {"alt": alt}}} if alt else {})]
    return Document(BOOK / name, cells)


def found(check, *args, **kwargs):
    return [problem.text for problem in check(sample(*args, **kwargs))]


GOOD = """# Ảnh là mảng số

Mỗi ô là một điểm ảnh (*pixel*), xem {cite}`harris2020numpy` và [trang cài đặt](../setup.md "Cách cài").

:::{misconception} «Cứ thêm lớp ẩn là xong»
Câu ấy sai. Hãy hỏi: mô hình quá khớp (*overfitting, as in English*) vì đâu? Ảnh 224×224 pixel, hàm `loss_function`.
:::

$$\\text{learning rate} = 5!$$ và $n! = 1$, mã `print("Hello!")`, <https://example.org/dataset> và ~~gạch~~ <br>.

```python
optimizer = "dataset!"  # 😀 không ai đọc
```

- (=!) 260
  - Hệ thống hóa kiến thức; thủy tinh, quý giá, khóa học, hoàn toàn, khỏe, quỹ đạo.

Rồi chạy:

    autograder check exercises/x.ipynb

| cột | kích thước |
|---|---:|
| `X` | 3×3 |
"""


@pytest.mark.parametrize("check", language.CHECKS, ids=lambda c: c.__name__)
def test_good_text_passes(check):
    code = 'photo = load()  # (H, W, 3), tầng ẩn\nprint(f"kích thước: {photo.shape} của photo", "the dataset!")'
    assert found(check, GOOD, code, "Ảnh chụp một ngọn tháp.") == []


BAD = [
    (language.unicode_form, unicodedata.normalize("NFD", "Ảnh số."), "chưa ở dạng NFC"),
    (language.tone_place, "Chuẩn hoá dữ liệu.", "viết «hóa»"),
    (language.tone_place, "HOÀ và thủy.", "viết «HÒA»"),
    (language.tone_place, "Một khoẻ mạnh.", "viết «khỏe»"),
    (language.tone_place, ":::{pitfall} Lỗi khoá\nMở.\n:::", "viết «khóa»"),
    (language.tone_place, "- [ ] phương án\n  - Tuỳ bạn.", "viết «Tùy»"),
    (language.spelling, "Một bưc ảnh.", "«bưc»"),
    (language.spelling, "Một hòan toàn khác.", "«hòan»"),
    (language.spelling, "Hãy thử network này.", "«network»"),
    (language.spelling, "Mạng nơ-rôn.", "«rôn»"),
    (language.spelling, "[liên kêtt](x.md)", "«kêtt»"),
    (language.spelling, "![ảnh chụpp](x.png)", "«chụpp»"),
    (language.spelling, "| cột | hàngg |\n|---|---|\n", "«hàngg»"),
    (language.forbidden_terms, "Thêm một lớp tích chập.", "→ tầng"),
    (language.forbidden_terms, "Thêm một Lớp\nẩn.", "→ tầng"),
    (language.forbidden_terms, "Trong máy học, người ta", "→ học máy"),
    (language.forbidden_terms, "Hàm độ lỗi giảm.", "→ hàm mất mát"),
    (language.forbidden_terms, "Mạng bị overfitting.", "→ quá khớp"),
    (language.forbidden_terms, "Dùng chính quy hóa.", "→ điều chuẩn"),
    (language.forbidden_terms, "Chọn hàm tối ưu.", "→ bộ tối ưu"),
    (language.forbidden_terms, "Theo đạo hàm chuỗi.", "→ quy tắc dây chuyền"),
    (language.forbidden_terms, "Mỗi pixel là một số.", "→ điểm ảnh"),
    (language.forbidden_terms, "Như chúng ta đã biết, mạng học.", "→ bỏ đi"),
    (language.forbidden_terms, "Hãy cùng nhau tìm hiểu về ảnh.", "→ bỏ câu dẫn"),
    (language.forbidden_terms, "Thuật toán này rất mạnh mẽ.", "→ nói bằng"),
    (language.forbidden_terms, ":::{explain}\nĐánh nhãn cho ảnh.\n:::", "→ gán nhãn"),
    (language.voice, "Thật tuyệt!", "dấu chấm than"),
    (language.voice, "Xong rồi !", "dấu chấm than"),
    (language.voice, "Tốt 🎉", "biểu tượng cảm xúc"),
]


@pytest.mark.parametrize(("check", "text", "message"), BAD)
def test_bad_text_fails(check, text, message):
    problems = found(check, text)
    assert len(problems) == 1, problems
    assert message in problems[0]


def test_quotations_and_exceptions_pass():
    assert found(language.forbidden_terms, "Người ta hay gọi là «lớp tích chập» hay «máy học».") == []
    assert found(language.forbidden_terms, "Muốn cho máy học được, cần dữ liệu.") == []
    assert found(language.forbidden_terms, "Lớp chó và lớp mèo; ảnh 32 pixel; hàm `pixel`.") == []
    assert found(language.voice, "Người xưa nói: «Hay lắm!» ★ ✓") == []


def test_code_and_alternative_texts_are_read_too():
    assert "viết «hóa»" in found(language.tone_place, code='print("đã chuẩn hoá")')[0]
    assert "«đãa» (mã)" in found(language.spelling, code='print(f"{x} đãa xong")')[0]
    assert "«ảnhh» (mã)" in found(language.spelling, code="x = 1  # một ảnhh")[0]
    assert "→ tầng" in found(language.forbidden_terms, code='raise ValueError("thiếu lớp ẩn")')[0]
    assert "«tháppp» (mô tả ảnh)" in found(language.spelling, alt="Ảnh chụp một ngọn tháppp.")[0]
    assert found(language.spelling, code='features = 3\nprint("cần features là số nguyên", "plain English text")') == []
    assert found(language.forbidden_terms, code='features = 3\nprint("cần features là số nguyên")') == []


def test_pages_are_reported_by_line_and_english_sections_pass():
    text = "# Khóa học\n\nMột câu đúng.\nMột câu saii.\n\n## English\n\nTwo commands. The dataset is here.\n"
    page = Document(ROOT / "README.md", [Cell(0, "markdown", text)])
    problems = list(language.spelling(page))
    assert [(p.cell, p.text.split()[0]) for p in problems] == [(3, "«saii»")]
    assert str(problems[0]).startswith("README.md dòng 3: «saii»")
    assert not list(language.forbidden_terms(page))


def test_messages_say_where():
    problem = next(language.tone_place(sample("Chuẩn hoá.")))
    assert str(problem) == "book/x.ipynb cells[0]: «hoá»: đặt dấu kiểu cũ, viết «hóa»."


def test_tone_marks_move_both_ways():
    for old, new in [("hóa", "hoá"), ("khỏe", "khoẻ"), ("thủy", "thuỷ"), ("tùy", "tuỳ"), ("loạ", "loạ")]:
        assert language.old_style(new) == old or old == new
        assert language.new_style(old) == new
    for same in ("quý", "quỳ", "hoàn", "thuyền", "huỳnh", "ngoài", "xoáy", "khuỷu"):
        assert language.old_style(same) == same
    for same in ("của", "mùa", "ngòai"):
        assert language.new_style(same) == same


def test_prose_keeps_the_number_of_lines():
    for path in FILES:
        for cell in read(path).markdown():
            assert prose(cell.source).count("\n") == cell.source.count("\n")


def test_allowlist_is_sorted_useful_and_nfc():
    lines = language.ALLOWLIST.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]
    assert words == sorted(set(words), key=lambda w: (w.casefold(), w)), (
        "allowlist.txt phải xếp theo bảng chữ cái, không trùng."
    )
    assert all(unicodedata.is_normalized("NFC", w) and w == w.strip() and w for w in words)
    useless = [w for w in words if language.dictionary().lookup(language.new_style(w.lower()))]
    assert useless == [], "từ điển đã có những từ này"


def test_every_term_can_be_found_and_is_not_its_own_cure():
    for term in language.terms():
        assert term.right
        # what is advised must not be forbidden itself
        cure = term.right.split(" (")[0]
        assert not any(t.wrong.search(cure) for t in language.terms()), term.right


def test_replacements_agree_with_the_spelling():
    text = "\n\n".join(term.right for term in language.terms())
    assert found(language.tone_place, text) == []
    assert found(language.spelling, text.replace("class", "").replace("layer", "")) == []
