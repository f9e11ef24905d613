"""What goes out with the pages: downloads, links to the repository, address, site map, page 404, versions."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from course_site.downloads import exercise_files
from course_site.embedded import svg_size, take_out
from course_site.publishing import base_path, robots, shorten, site_map
from course_site.repository import colab_link, edit_link, packages_of

from autograder.classroom.bundle import GUIDE, pack

from .conftest import ADDRESS, CONFIG_PAGES, HUB, ROOT, Built, build_book
from .serving import serve

SLUGS = sorted(path.name for path in (ROOT / "exercises").iterdir() if (path / f"{path.name}.ipynb").is_file())
LAB = "https://gitlab.com/nhom/sach"
QUIZ = "\n:::{quiz} Hỏi?\n- ( ) A\n  - a\n- (x) B\n  - b\n:::\n"


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


def test_with_an_address(published):
    page, root = published.soup("mot/hai"), published.site
    meta = {tag.get("property") or tag.get("name"): tag.get("content") for tag in page.select("meta")}
    assert page.select_one("link[rel=canonical]")["href"] == meta["og:url"] == f"{ADDRESS}/mot/hai.html"
    assert meta["og:title"] == "Hai «và» ba"
    assert meta["description"] == meta["og:description"]
    assert meta["description"].startswith("Đoạn mở đầu")
    assert (root / meta["og:image"].removeprefix(f"{ADDRESS}/")).is_file()
    assert f"<loc>{ADDRESS}/mot/hai.html</loc>" in (root / "sitemap.xml").read_text("utf-8")
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in (root / "robots.txt").read_text("utf-8")
    assert page.select_one(".edit-link a")["href"] == f"{HUB}/edit/main/book/mot/hai.ipynb"
    assert page.select_one("#mo-colab a")["href"].startswith("https://colab.research.google.com/github/nhom/sach/")
    assert not published.soup("404").select("link[rel=canonical], .edit-link, #mo-colab")


def test_colab_gets_what_the_notebook_imports(published, tmp_path):
    """The panel's cell is run as Colab would, with the book's own files as the clone."""
    clone, *code, pip = published.soup("mot/hai").select_one("#mo-colab pre").get_text().split("\n")
    assert clone == f"!test -d /content/sach || git clone --quiet --depth 1 --branch main {HUB} /content/sach"
    needed = ["numpy", "onnx", "onnxscript", "scikit-learn", "sympy", "torch"]  # not pandas, nor tensorrt
    assert pip.split() == ["%pip", "install", "--quiet", *needed]
    (tmp_path / "torch.py").touch()  # what pip would bring
    code += ["import canh_ben, course", "print(canh_ben.__file__, course.__file__)"]
    code = "\n".join(code).replace("/content/sach", published.root.as_posix())
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    book = published.root / "book"
    assert done.stdout.split() == [str(book / "mot" / "canh_ben.py"), str(book / "course" / "__init__.py")]


def test_colab_gets_what_every_chapter_imports():
    """Whatever a chapter of the course imports is installed, lies beside it, or comes with Python."""
    course = ROOT / "book" / "course"
    found = {path.stem: packages_of(path, course) for path in ROOT.glob("book/*/*.ipynb")}
    assert len(found) > 20
    assert {"onnx", "onnxruntime", "onnxscript", "torch"} <= set(found["onnx"])
    assert {"tensorrt", "pillow", "torch"} <= set(found["tensorrt"])
    assert {"numpy", "pooch", "torch"} <= set(found["gpu-training"])
    own = {path.stem for path in ROOT.glob("book/*/*") if path.suffix in ("", ".py")}
    assert {name: own & set(packages) for name, packages in found.items() if own & set(packages)} == {}


def test_the_check_of_the_workflows_does_not_inherit_the_address():
    """It builds small books of its own, which stand nowhere."""
    hub = yaml.safe_load((ROOT / ".github" / "workflows" / "pages.yml").read_text("utf-8"))["jobs"]["build"]
    told = [step["name"] for step in hub["steps"] if "SITE_URL" in step.get("env", {})]
    assert "SITE_URL" not in hub.get("env", {})
    assert told == ["Build"]
    lab = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text("utf-8"))
    assert "SITE_URL" not in lab.get("variables", {}) | lab["pages"].get("variables", {})
    assert [line for line in lab["pages"]["script"] if "SITE_URL" in line] == ['SITE_URL="$CI_PAGES_URL" make']


@pytest.mark.browser
def test_page_404_works_at_any_depth(published, browser):
    with serve(published.site) as server:
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


def test_a_new_title_reaches_every_sidebar(make_book):
    """Also the pages that an incremental build would not write."""
    book = make_book({"book/mot.md": "# Tên cũ\n\nchữ\n", "book/hai.md": "# Hai\n\nchữ\n"})
    assert "Tên cũ" in book.page("hai")
    (book.root / "book" / "mot.md").write_text("# Tên `mới`\n\nchữ\n", "utf-8")
    build_book(book.root)
    for name in ("index", "hai", "search", "404"):
        menu = book.soup(name).select_one("#muc-luc").get_text()
        assert "Tên mới" in menu, name
        assert "Tên cũ" not in menu, name
    (book.root / "book" / "mot.md").write_text("# Tên mới\n\nchữ\n", "utf-8")  # the same letters, no code
    build_book(book.root)
    assert not book.soup("hai").select("#muc-luc code")


def test_another_book_uses_the_extension(tmp_path):
    """As README.md tells: the folder is copied; there are no exercises, no glossary and no autograder."""
    shutil.copytree(ROOT / "book" / "_ext", tmp_path / "book" / "_ext", ignore=shutil.ignore_patterns("__pycache__"))
    ours = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    readme = (ROOT / "book" / "_ext" / "README.md").read_text("utf-8")
    copied = re.findall(r"`(\w+)`", re.search(r"2\. Chép các mục (.*?) từ `_config.yml`", readme)[1])
    config = {key: ours[key] for key in copied} | {"title": "Sách khác", "author": "Người khác", "copyright": "2030"}
    config["sphinx"]["config"]["html_theme_options"] = {"licence": "Giữ mọi quyền."}
    pages = {
        "_config.yml": yaml.safe_dump(config, allow_unicode=True),
        "_toc.yml": "format: jb-book\nroot: book/index\nchapters:\n  - file: book/mot\n",
        "book/mot.md": f"# Một\n\nSố $x$, và quá khớp.\n{QUIZ}",
        "chan/autograder.py": "raise ImportError('không có')\n",
    }
    for name, text in (CONFIG_PAGES | pages).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    start = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", start, "build", ".", "-W", "--keep-going", "-n"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "chan")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    book = Built(0, "", tmp_path)
    for name in ("index", "mot", "search", "404"):
        footer = book.soup(name).footer.get_text(strip=True)
        assert footer == "© 2030 Người khác. Giữ mọi quyền.", name
    assert book.soup("mot").select_one(".quiz")
    assert book.soup("mot").select_one(".katex-html")
    assert not book.soup("mot").select("a.term")
