"""What goes out with the pages: downloads, links to the repository, address, site map, page 404, versions."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from course_site.downloads import GUIDE, exercise_files, pack
from course_site.embedded import svg_size, take_out
from course_site.publishing import base_path, robots, shorten, site_map
from course_site.repository import colab_link, edit_link

from .conftest import CONFIG_PAGES, ROOT, build_book, notebook
from .serving import serve

SLUGS = sorted(path.name for path in (ROOT / "exercises").iterdir() if (path / f"{path.name}.ipynb").is_file())
HUB, LAB = "https://github.com/nhom/sach", "https://gitlab.com/nhom/sach"


def lines(path, *, inside):
    """The lines of a source notebook's cells between (or outside) the markers of solutions and hidden tests."""
    found, within = set(), False
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        for line in "".join(cell["source"]).split("\n"):
            if re.search("### (BEGIN|END) ", line):
                within = "BEGIN" in line
            elif within == inside:
                found.add(line.strip())
    return found


@pytest.mark.parametrize("slug", SLUGS)
def test_an_exercise_opens_outside_the_course(site, slug, tmp_path):
    if not (site / "exercises" / f"{slug}.zip").is_file():
        pytest.skip("chưa có chương nào dùng bài tập này")
    with zipfile.ZipFile(site / "exercises" / f"{slug}.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / slug
    assert {path.name for path in tmp_path.iterdir()} == {slug}
    guide = (folder / GUIDE).read_text("utf-8")
    assert f"jupyter lab {slug}.ipynb" in guide
    assert "numpy" in guide
    found = json.loads((folder / f"{slug}.ipynb").read_text("utf-8"))
    setup = next("".join(c["source"]) for c in found["cells"] if c["cell_type"] == "code")
    code = f"import sys; sys.path.insert(0, '.')\n{setup}\nimport course; print(course.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert Path(folder, done.stdout.strip().splitlines()[-1]).resolve().is_relative_to(folder)  # the zip's own package


@pytest.mark.parametrize("slug", SLUGS)
def test_an_exercise_holds_no_answers(slug):
    files = exercise_files(ROOT, slug)
    source = ROOT / "solutions" / slug / f"{slug}.ipynb"
    secret = {line for line in lines(source, inside=True) - lines(source, inside=False) if len(line) > 12}
    assert len(secret) > (20 if list(ROOT.glob(f"book/*/{slug}.ipynb")) else 10)  # «Làm quen» is short
    given = {line.strip() for line in files[f"{slug}/{slug}.ipynb"].decode().split("\n")}
    handed = {
        line.strip()
        for c in json.loads(files[f"{slug}/{slug}.ipynb"])["cells"]
        for line in "".join(c["source"]).split("\n")
    }
    assert secret & (given | handed) == set()
    assert not any(
        "solution" in name or "HIDDEN" in content.decode("utf-8", "ignore") for name, content in files.items()
    )


def test_work_found_in_the_exercises_stays_home(tmp_path):
    slug = SLUGS[0]
    for part in ("exercises", "solutions"):
        (tmp_path / part / slug).mkdir(parents=True)
        text = (ROOT / part / slug / f"{slug}.ipynb").read_text("utf-8")
        (tmp_path / part / slug / f"{slug}.ipynb").write_text(text, "utf-8")
    (tmp_path / "book" / "course").mkdir(parents=True)
    clean = exercise_files(tmp_path, slug)
    path = tmp_path / "exercises" / slug / f"{slug}.ipynb"
    found = json.loads(path.read_text("utf-8"))
    for cell in found["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = [*cell["source"], "\nbai_lam = 42\n"]
    path.write_text(json.dumps(found), "utf-8")
    (path.parent / "nhap.ipynb").write_text("{}", "utf-8")
    again = exercise_files(tmp_path, slug)
    assert b"bai_lam" not in again[f"{slug}/{slug}.ipynb"]
    assert again.keys() == clean.keys()
    assert json.loads(again[f"{slug}/{slug}.ipynb"]) == json.loads(clean[f"{slug}/{slug}.ipynb"])


def test_only_what_an_exercise_needs_is_to_be_installed():
    def guide(slug):
        return exercise_files(ROOT, slug)[f"{slug}/{GUIDE}"].decode()

    assert "install jupyterlab numpy\n" in guide("pixels")
    assert "install jupyterlab numpy sympy\n" in guide("linear-regression")


def test_a_zip_is_the_same_every_time(tmp_path):
    files = {"a/ba.txt": b"1", f"a/{GUIDE}": "ắ".encode()}
    for name in ("x.zip", "y.zip"):
        pack(files, tmp_path / name)
    assert (tmp_path / "x.zip").read_bytes() == (tmp_path / "y.zip").read_bytes()
    assert sorted(zipfile.ZipFile(tmp_path / "x.zip").namelist()) == sorted(files)


@pytest.mark.browser
def test_the_buttons(browser, address, site):
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.add_init_script("window.print = () => (window.printed = true)")
    page.goto(address + "images/pixels.html")
    for name, file in (("Tải sổ tay", "pixels.ipynb"), ("Tải bài tập", "pixels.zip")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == file
    assert "pixels/pixels.ipynb" in zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())).namelist()
    assert (site / "images" / "pixels.ipynb").read_bytes() == (ROOT / "book" / "images" / "pixels.ipynb").read_bytes()
    page.get_by_role("button", name="In trang").click()
    page.wait_for_function("window.printed", timeout=10000)  # pictures first
    context.close()


def test_repository_links():
    assert edit_link(f"{HUB}.git", "main", "book/a b.md") == f"{HUB}/edit/main/book/a%20b.md"
    assert edit_link(LAB, "main", "book/a.md") == f"{LAB}/-/edit/main/book/a.md"
    assert colab_link(HUB, "main", "book/a.ipynb").endswith("/github/nhom/sach/blob/main/book/a.ipynb")
    assert colab_link(HUB, "main", "book/a.md") == colab_link(LAB, "main", "book/a.ipynb") == ""


def test_nothing_is_made_up(site, pages):
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    if config["sphinx"]["config"]["course_repository"]:
        pytest.skip("địa chỉ kho mã đã được đặt trong _config.yml")
    for name in pages:
        assert not re.search(r"colab\.research|Sửa trang này", (site / name).read_text("utf-8")), name


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A small book with an address and a repository."""
    root = tmp_path_factory.mktemp("sach")
    config = (ROOT / "_config.yml").read_text("utf-8").replace('course_repository: ""', f'course_repository: "{HUB}"')
    text = "Đoạn mở đầu này đủ dài để nói rằng trang viết về chuyện gì, không thừa không thiếu."
    files = CONFIG_PAGES | {
        "_config.yml": config.replace('baseurl: ""', 'baseurl: "https://nhom.example/sach"'),
        "_toc.yml": "format: jb-book\nroot: book/index\nchapters:\n  - file: book/mot/hai\n",
        "book/mot/hai.ipynb": notebook(f"# Hai «và» ba\n\n{text}"),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, "utf-8")
    book = build_book(root)
    assert (book.status, book.warnings) == (0, "")
    return book


def test_with_an_address(published):
    page, root = published.soup("mot/hai"), published.root / "_build" / "html"
    meta = {tag.get("property") or tag.get("name"): tag.get("content") for tag in page.select("meta")}
    assert page.select_one("link[rel=canonical]")["href"] == meta["og:url"] == "https://nhom.example/sach/mot/hai.html"
    assert meta["og:title"] == "Hai «và» ba"
    assert meta["description"] == meta["og:description"]
    assert meta["description"].startswith("Đoạn mở đầu")
    assert (root / meta["og:image"].removeprefix("https://nhom.example/sach/")).is_file()
    assert "<loc>https://nhom.example/sach/mot/hai.html</loc>" in (root / "sitemap.xml").read_text("utf-8")
    assert "Sitemap: https://nhom.example/sach/sitemap.xml" in (root / "robots.txt").read_text("utf-8")
    assert page.select_one(".edit-link a")["href"] == f"{HUB}/edit/main/book/mot/hai.ipynb"
    assert page.select_one("#mo-colab a")["href"].startswith("https://colab.research.google.com/github/nhom/sach/")
    assert not published.soup("404").select("link[rel=canonical], .edit-link, #mo-colab")


@pytest.mark.browser
def test_page_404_works_at_any_depth(published, browser):
    with serve(published.root / "_build" / "html") as server:
        assert server.address.endswith("/sach/")
        context = browser.new_context()
        page = context.new_page()
        missing = []
        page.on("response", lambda r: missing.append(r.url) if r.status >= 400 else None)
        page.goto(server.address + "mot/khong/co.html")
        assert page.locator("h1").inner_text() == "Không có trang này"
        assert missing == [server.address + "mot/khong/co.html"]
        assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"')")
        page.locator("article").get_by_role("link", name="trang bìa").click()
        page.wait_for_url(f"{server.address}index.html")
        context.close()


def test_every_page_describes_itself(site, pages):
    for name in pages:
        text = (site / name).read_text("utf-8")
        found = re.findall(r'<meta name="description" content="([^"]+)">', text)
        assert len(found) == 1, name
        assert len(found[0]) <= 200, name
        assert '<link rel="apple-touch-icon"' in text


def test_addresses():
    assert [base_path(a) for a in ("", "https://a.vn", "https://a.vn/b/", "https://a.vn/b")] == ["/", "/", "/b/", "/b/"]
    assert "Sitemap" not in robots("")
    assert "a&amp;b" in site_map(["https://a.vn/a&b"])


def test_shorten():
    assert shorten("Ngắn.") == "Ngắn."
    assert shorten("Câu này có đúng năm mươi hai chữ cái, hoặc gần như thế. " + "x" * 200).endswith("thế.")
    long = shorten("chữ " * 80)
    assert len(long) <= 160
    assert long.endswith("chữ…")


def test_embedded_pictures_become_files():
    saved = {}

    def save(name, data):
        saved[name] = data
        return f"../_images/{name}"

    html = take_out('<p><img src="data:image/svg+xml;base64,PHN2ZyB2aWV3Qm94PSIwIDAgNiA0Ii8+" alt="Hình"></p>', save)
    (name,) = saved
    assert saved[name] == b'<svg viewBox="0 0 6 4"/>'
    expected = f'<p><img src="../_images/{name}" width="6" height="4" loading="lazy" decoding="async" alt="Hình"></p>'
    assert html == expected
    assert svg_size('<svg width="30px" height="20">') == (30, 20)
    assert svg_size("<svg>") is None


def test_pages_ask_for_the_files_of_this_build(make_book):
    """Also those pages that an incremental build does not write."""
    book = make_book({"book/mot.md": "# Một\n\nchữ\n", "book/hai.md": "# Hai\n\nchữ\n"})
    root = book.root / "_build" / "html"
    font = next((root / "_static" / "fonts").glob("be-vietnam-pro-400.*")).name
    assert font in book.page("mot")
    (book.root / "book" / "hai.md").write_text("# Hai\n\nchữ Ω, và một câu nữa ÷\n", "utf-8")
    build_book(book.root)
    names = {path.name for path in (root / "_static" / "fonts").iterdir()}
    assert font not in names
    for name in ("index", "mot", "hai"):
        assert set(re.findall(r"fonts/([\w.-]+\.woff2)", book.page(name))) <= names
    again = book.page("mot")
    build_book(book.root)
    assert book.page("mot") == again
    assert len(re.findall(r"course\.css\?v=[0-9a-f]{10}\"", again)) == 1
