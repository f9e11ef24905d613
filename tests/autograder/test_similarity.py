"""Similarity: disguised copies are found, honest answers are not, and nobody is accused."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from autograder.similarity import export, to_data, to_html
from autograder.similarity.compare import THRESHOLD, Answers, compare
from autograder.similarity.prints import fingerprint, grams, reduce
from tests.autograder import likeness
from tests.autograder.test_feedback import browser, visit  # noqa: F401

pytest.importorskip("copydetect")

STUB = '''
def resize(image, height, width):
    """Resize an image."""
    # Viết mã của bạn ở đây
    raise NotImplementedError()
'''
MODEL = '''
def resize(image, height, width):
    """Resize an image."""
    rows = np.linspace(0, image.shape[0] - 1, height)
    columns = np.linspace(0, image.shape[1] - 1, width)
    if image.ndim not in (2, 3) or min(height, width) < 1:
        raise ValueError("image, height, width")
    picked = image[np.clip(rows.round().astype(int), 0, None)]
    return picked[:, np.clip(columns.round().astype(int), 0, None)]
'''
ONE = '''
def resize(image, height, width):
    """Resize an image."""
    result = np.zeros((height, width), dtype=image.dtype)
    for i in range(height):
        for j in range(width):
            y = min(int(i * image.shape[0] / height), image.shape[0] - 1)
            x = min(int(j * image.shape[1] / width), image.shape[1] - 1)
            if y < 0 or x < 0:
                raise ValueError("ra ngoài ảnh")
            result[i, j] = image[y, x]
    return result
'''
COPY = '''
# Bài của tôi, tự làm
def resize(anh, cao, rong):
    """Một lời giải thích hoàn toàn khác."""
    kq = np.zeros( (cao, rong), dtype = anh.dtype )   # mảng kết quả

    for dong in range(cao):
        # duyệt từng dòng
        for cot in range(rong):
            a = min(int(dong * anh.shape[0] / cao),
                    anh.shape[0] - 1)
            b = min(int(cot * anh.shape[1] / rong), anh.shape[1] - 1)
            if a < 0 or b < 0:
                raise ValueError('sai')
            kq[dong, cot] = anh[a, b]
    return kq
'''
OTHER = '''
def resize(image, height, width):
    """Resize an image."""
    ys = [k * image.shape[0] // height for k in range(height)]
    picked = np.take(image, ys, axis=0)
    xs = (np.arange(width) * (image.shape[1] / width)).astype(np.int64)
    return np.stack([picked[:, column] for column in xs], axis=1)
'''
EVIL = "</code></pre><script>window.ran = 1</script><img src=x onerror='ran=1'>\u202e"


def found(*sources, **options):
    answers = [Answers(f"sv{i}", {"resize": source}) for i, source in enumerate(sources, start=1)]
    return compare("bai", answers, {"resize": STUB}, {"resize": MODEL}, **options)


def test_a_disguised_copy_is_found():
    result = found(ONE, OTHER, COPY)
    (pair,) = result.pairs
    assert (pair.one.student, pair.other.student, pair.alike) == ("sv1", "sv3", ("resize",))
    assert pair.share > 0.97 and result.highest == pair.likeness.share_beyond


def test_half_a_copy_is_found_and_a_line_is_not():
    lines = ONE.strip().split("\n")
    half = "\n".join(
        [*lines[:8], "            result[i, j] = np.median(image[y : y + 2, x : x + 2])", "    return result"]
    )
    assert found(half, COPY).pairs
    assert not found("\n".join([*OTHER.strip().split("\n")[:3], *lines[-2:]]), COPY).pairs


def test_names_comments_and_layout_do_not_count_but_what_is_done_does():
    assert reduce(ONE)[0].replace("S", "") == reduce(COPY)[0].replace("S", "")
    assert reduce("x = a + b")[0] != reduce("x = a - b")[0]
    assert reduce("x = sum(a)")[0] != reduce("x = max(a)")[0]
    reduced, spans = reduce('y = f"a{b}c" + "đ"  # chú thích\n')
    assert reduced == "V=SVS+S" and len(spans) == len(reduced)


def test_the_task_itself_does_not_count():
    assert not fingerprint(STUB, grams(STUB)).places
    long = STUB.replace("raise NotImplementedError()", "x = [image[0], image[1], height * width, image.shape]\n" * 6)
    assert (
        not found(STUB, STUB).pairs
        and not compare("bai", [Answers("a", {"t": long}), Answers("b", {"t": long})], {"t": long}, {}).pairs
    )


def test_who_takes_the_public_solution_is_not_paired():
    result = found(MODEL, MODEL.replace("rows", "r"), ONE)
    assert not result.pairs and [student for student, _, _ in result.public] == ["sv1", "sv2"]


def test_other_classes_and_thresholds():
    earlier = [Answers("cũ", {"resize": COPY}, "lop-2025"), Answers("cũ 2", {"resize": COPY}, "lop-2025")]
    (one, two) = found(ONE, OTHER, earlier=earlier).pairs  # not those of the earlier class with each other
    assert {one.other.group, two.other.group} == {"lop-2025"}
    assert len(found(ONE, OTHER, threshold=0.0).pairs) <= 1


def test_honest_answers_stay_below_the_threshold():
    """The page tells these numbers; `python -m tests.autograder.likeness` prints them."""
    pairs = list(likeness.pairs())
    assert not [two for two in pairs if two.is_reported]
    shares = sorted(two.share for two in pairs if two.is_long)
    assert len(shares) >= 95 and len({two.task for two in pairs if two.is_long}) >= 70
    assert shares[len(shares) // 2] < 0.005
    assert shares[int(0.95 * (len(shares) - 1))] < 0.245 and shares[-1] < 0.475
    page = to_html("lop", [found(ONE, COPY)])
    assert "95 % số cặp giống nhau không quá 24 %" in page and "cặp giống nhất tới 47 %" in page


def test_classes_of_honest_students_have_no_pairs():
    by_slug = {}
    for name, stub, model, sources in likeness.honest():
        slug, task = name.split("/")
        by_slug.setdefault(slug, {})[task] = (stub, model, [*sources.values()] or [model])
    several = 0
    for slug, tasks in by_slug.items():
        most = max(len(rights) for _, _, rights in tasks.values())
        answers = [
            Answers(f"sv{i}", {t: rights[i] for t, (_, _, rights) in tasks.items() if i < len(rights)})
            for i in range(most)
        ]
        stubs, models = ({t: parts[k] for t, parts in tasks.items()} for k in (0, 1))
        result = compare(slug, answers, stubs, models)
        assert not result.pairs and result.highest < THRESHOLD, slug
        several += len(answers) > 1
    assert several >= 22


def test_the_same_in_every_process():
    code = "from autograder.similarity.prints import *; print(sorted(fingerprint(input()).places))"
    told = {
        subprocess.check_output(
            [sys.executable, "-c", code],
            input="a = sum(b) / len(c) + d[e] * 3\n",
            env=os.environ | {"PYTHONHASHSEED": s},
            text=True,
        )
        for s in ("1", "2")
    }
    assert len(told) == 1 and "[]\n" not in told


@pytest.mark.parametrize(
    "source", ["", "x", "(" * 60_000, "'" * 60_000, "\0", "\ud800", EVIL, "\u202e" * 99, "def f(\n  " * 999]
)
def test_any_text_has_fingerprints(source):
    one = fingerprint(source)
    assert len(one.spans) == one.length
    assert len(one.pieces(one.covered())) <= one.length
    assert found(source, source, ONE).slug == "bai"
    to_html("lop", [found(source + ONE, source + ONE)])


def test_without_the_library(monkeypatch, group, invoke, released_course):
    monkeypatch.setitem(sys.modules, "copydetect", None)
    group.submit("an", {"double": ONE})
    code, out, err = invoke("similarity", group.folder, "--course", released_course)
    assert (code, out) == (2, "") and err.count("\n") == 1 and "[similarity]" in err


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_a_browser(browser, tmp_path, scheme):  # noqa: F811
    bad = f"#{EVIL}\n'''{EVIL}'''\n"
    pair = [Answers(f"{name}{EVIL}", {"resize": bad + source}, group) for name, source, group in
            (("a", ONE, ""), ("b", COPY, EVIL))]  # fmt: skip
    result = compare(f"bai{EVIL}", pair, {"resize": STUB}, {"resize": MODEL})
    path = tmp_path / "similarity.html"
    path.write_text(to_html(f"lop{EVIL}", [result]), encoding="utf-8")
    page, asked = visit(browser, path, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    assert asked == [] and page.evaluate("window.ran") is None and page.locator("script, img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "không kết luận ai chép bài của ai" in page.locator("main").inner_text()
    marked = page.locator(".pair mark").all_inner_texts()
    assert any("min(int(i * image.shape[0] / height)" in text for text in marked)
    assert not any("Bài của tôi" in text for text in marked)


@pytest.fixture
def alike(group):
    """A class: two with the same answer under other names, one with an honest one, and what cannot be compared."""
    for student, source in (("an", ONE), ("binh", COPY), ("chi", OTHER)):
        group.submit(student, {"double": source})
    group.submit("dung")
    group.submit_text("em", "{")
    outside = group.folder.parent / "elsewhere"
    shutil.copytree(group.folder / "submitted" / "an", outside)
    (group.folder / "submitted" / "giang").symlink_to(outside)
    return group


def test_the_command(alike, invoke, released_course, tmp_path):
    folder = alike.folder
    code, out, err = invoke("similarity", folder, "--course", released_course)
    assert code == 0 and "an" in out and "binh" in out and "chi" not in out.split("Giống nhau không phải")[0]
    assert "giang" not in out and "Không so sánh 1 bài không đọc được." in out
    assert "Giống nhau không phải là chép bài" in out and "reports/similarity.html" in err
    assert (folder / "reports" / "similarity.html").is_file()
    code, out, err = invoke("similarity", folder, "--course", released_course, "--json", "-")
    (told,) = json.loads(out)["assignments"]
    assert [pair["students"] for pair in told["pairs"]] == [["an", "binh"]] and told["pairs"][0]["share"] > 0.95
    shutil.copytree(folder / "submitted" / "an", tmp_path / "lop-cu" / "submitted" / "phuc")
    code, out, _ = invoke("similarity", folder, "--course", released_course, "--against", tmp_path / "lop-cu")
    assert code == 0 and "phuc (lop-cu)" in out
    for arguments, message in (
        (["--against", tmp_path / "khong"], "không phải thư mục lớp"),
        (["--assignment", "so-va-ton"], "ý bạn là «so-va-tong»?"),
        (["--assignment", "loi-chao"], "không có bài nộp nào để so sánh"),
        (["--threshold", "101"], "--threshold không hợp lệ"),
    ):
        code, out, err = invoke("similarity", folder, "--course", released_course, *arguments)
        assert (code, out) == (2, "") and err.count("\n") == 1 and message in err, err


def test_data_has_no_code(tmp_path):
    result = found(ONE, COPY)
    data = to_data("lop", [result])
    assert "image" not in json.dumps(data) and data["assignments"][0]["pairs"][0]["alike"] == ["resize"]
    (path,) = export("lop", [result], {"json": tmp_path / "a.json", "html": None}, None)
    assert json.loads(path.read_text(encoding="utf-8")) == data


def test_every_pair_is_compared_once():
    result = found(ONE, COPY, ONE, threshold=0.9)
    assert {(p.one.student, p.other.student) for p in result.pairs} == {("sv1", "sv2"), ("sv1", "sv3"), ("sv2", "sv3")}
