"""Figures, data frames, hidden cells, the interface's words and the reference list on a page of their own."""

import base64
import io

import nbformat
import pytest
from course_site.content import lossless_webp, tidy_data_frame
from PIL import Image

from .conftest import notebook

FRAME = """<div>
<style scoped>
    .dataframe tbody tr th { vertical-align: top; }
</style>
<table border="1" class="dataframe">
  <thead><tr style="text-align: right;"><th></th><th>độ nhạy</th></tr></thead>
  <tbody><tr><th>0</th><td>1.5</td></tr></tbody>
</table>
<p>60000 rows × 1 columns</p>
</div>"""
BIB = """@article{harris2020, title={Array programming with NumPy}, journal={Nature}, year={2020}, volume={585},
  pages={357--362}, author={Harris, Charles R. and Millman, K. Jarrod and van der Walt, Stéfan J.}}
@inproceedings{he2016, title={Deep Residual Learning}, booktitle={CVPR}, year={2016},
  author={He, Kaiming and Zhang, Xiangyu}}
@book{bishop2006, title={Pattern Recognition}, publisher={Springer}, year={2006},
  editor={Bishop, Christopher M.}, edition={Second}}
"""


def figure(width, height, shown=None):
    """A code cell with a PNG output of width × height pixels, shown at another size."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "PNG")
    data = {"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": "<Figure>"}
    metadata = {"image/png": {"width": shown[0], "height": shown[1]}} if shown else {}
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    cell = nbformat.v4.new_code_cell("ve()", outputs=[output])
    cell.metadata["mystnb"] = {"image": {"alt": "Đường cong đi lên."}}
    return cell


def frame():
    """A code cell with a data frame."""
    output = nbformat.v4.new_output("execute_result", {"text/html": FRAME, "text/plain": "..."}, execution_count=1)
    return nbformat.v4.new_code_cell("bang", outputs=[output])


def hidden():
    """A code cell whose source is hidden at first."""
    cell = nbformat.v4.new_code_cell("x = 1")
    cell.metadata["tags"] = ["hide-input"]
    return cell


@pytest.fixture(scope="module")
def book(make_book):
    boxes = "# Trang\n\n:::{note}\nLưu ý.\n:::\n\n:::{warning}\nCoi chừng.\n:::\n\n"
    text = boxes + "| a | b |\n|---|---|\n| 1 | 2 |\n\nChú thích.[^1]\n\n[^1]: Ở cuối.\n"
    cite = "# Trích dẫn\n\nXem {cite}`harris2020` và {cite:t}`he2016`, {cite}`bishop2006`.\n"
    built = make_book({
        "book/hinh.ipynb": notebook("# Hình", figure(1280, 720, (640, 360)), figure(300, 100), frame(), hidden()),
        "book/chu.md": text,
        "book/cite.md": cite,
        "book/tham-khao.md": "# Tài liệu tham khảo\n\n```{bibliography}\n```\n",
        "book/references.bib": BIB,
    })  # fmt: skip
    assert (built.status, built.warnings) == (0, "")
    return built


def test_retina_figures_have_their_shown_size(book):
    retina, plain = book.soup("hinh").article.select("img")
    assert (retina["width"], retina["height"]) == ("640", "360")
    assert (plain["width"], plain["height"]) == ("300", "100")
    assert retina["loading"] == "lazy"
    assert retina["alt"] == "Đường cong đi lên."
    assert not retina.has_attr("style")


def png(image):
    """The bytes of a PNG."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def noise(mode, size=(40, 30)):
    """A picture of a kind, with all sorts of values."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    values = bytes((3 * i // channels + 50 * (i % channels)) % 256 for i in range(size[0] * size[1] * channels))
    return Image.frombytes(mode, size, values)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_webp_keeps_every_pixel(mode):
    picture = noise(mode)
    light = lossless_webp(png(picture))
    assert light
    kind = "RGBA" if mode.endswith("A") else "RGB"
    with Image.open(io.BytesIO(light)) as image:
        assert image.format == "WEBP"
        assert image.convert(kind).tobytes() == picture.convert(kind).tobytes()


def test_a_png_that_webp_cannot_hold_stays():
    assert lossless_webp(png(Image.new("I;16", (20, 20), 1000))) is None


def test_a_png_smaller_than_its_webp_stays(monkeypatch):
    picture = png(Image.new("RGB", (300, 200), "white"))
    save = Image.Image.save
    assert lossless_webp(picture)

    def padded(image, file, *args, **options):
        save(image, file, *args, **options)
        file.write(bytes(len(picture)))

    monkeypatch.setattr(Image.Image, "save", padded)
    assert lossless_webp(picture) is None


def test_figures_are_webp(book):
    for image in book.soup("hinh").article.select("img"):
        assert image["src"].endswith(".webp")
        assert image["decoding"] == "async"
        assert (book.root / "_build" / "html" / image["src"]).is_file()


def test_code_marks_only_what_is_coloured(make_book):
    built = make_book({"book/ma.md": "# Mã\n\n```python\nimport numpy as np  # thư viện\nx = np.f('a<b', 1)\n```\n"})
    code = built.soup("ma").select_one(".highlight pre")
    assert code.get_text().strip() == "import numpy as np  # thư viện\nx = np.f('a<b', 1)"
    kinds = {" ".join(span["class"]) for span in code.select("span[class]")}
    assert kinds == {"kn", "k", "c1", "s1", "mi"}


def test_what_is_said_to_the_formatter_is_not_shown(make_book):
    built = make_book({"book/ma.md": "# Mã\n\n```python\nx = [1,\n     2]  # fmt: skip\ny = 3  # fmt của ảnh\n```\n"})
    assert built.soup("ma").select_one("pre").get_text().strip() == "x = [1,\n     2]\ny = 3  # fmt của ảnh"


def test_no_line_ends_inside_a_number(make_book):
    text = "# Số\n\nCòn 95 % của 60 000 ảnh, *12 500* mẫu, 3 GB và 7 ngày, 20 1000 lần; `95 % 1 000`.\n\n"
    built = make_book({"book/so.md": text + "| a |\n|---|\n| 50 % |\n"})
    article = built.soup("so").article
    kept = "Còn 95_% của 60_000 ảnh, 12_500 mẫu, 3_GB và 7 ngày, 20 1000 lần; 95 % 1 000."
    assert kept.replace("_", "\xa0") in article.get_text()
    assert article.td.get_text() == "50\xa0%"


def test_data_frames_are_plain_tables(book):
    table = book.soup("hinh").select_one("table.dataframe")
    assert not table.has_attr("border")
    assert table.find_parent(class_="table-scroll")
    assert not book.soup("hinh").article.find("style")
    assert "60000 hàng × 1 cột" in book.soup("hinh").article.get_text()


def test_a_data_frame_has_no_empty_header():
    assert "<th></th>" not in tidy_data_frame(FRAME)


def test_tables_scroll_in_their_box(book):
    assert book.soup("chu").select_one(".table-scroll > table")


def test_hidden_cells_speak_vietnamese(book):
    summary = book.soup("hinh").select_one("details.hidden-cell summary")
    assert summary.get_text(" ") == "Hiện mã Ẩn mã"
    assert not summary.has_attr("aria-label")


def test_admonitions_and_links_speak_vietnamese(book):
    page = book.soup("chu")
    assert [title.get_text() for title in page.select(".admonition-title")] == ["Ghi chú", "Cảnh báo"]
    assert page.select_one("h1 .headerlink")["title"] == "Liên kết đến mục này"


def test_citations_and_references_speak_vietnamese(book):
    text = book.soup("cite").article.get_text()
    assert "[Harris và cộng sự, 2020]" in text
    assert "He và Zhang [2016]" in text
    references = book.soup("tham-khao").article.get_text().replace("\xa0", " ")
    assert "Charles R. Harris, K. Jarrod Millman và Stéfan J. van der Walt. Array programming with NumPy." in references
    assert "Trong CVPR" in references
    assert "biên tập" in references
    assert "Springer, ấn bản 2, 2006" in references
    for word in (" and ", "In CVPR", "editor", "edition", "et al"):
        assert word not in references


def test_pages_load_only_what_the_theme_names(book):
    for name in ("index", "hinh", "chu", "search"):
        page = book.soup(name)
        links = [link["href"].partition("?")[0] for link in page.select("link[rel=stylesheet]")]
        sheets = {link.rpartition("_static/")[2] for link in links}
        assert sheets <= {"course.css", "katex/katex.min.css"}
        scripts = {script["src"].partition("?")[0].rpartition("/")[2] for script in page.select("script[src]")}
        if name != "search":
            assert scripts == {"course.js", "learning.js"}
