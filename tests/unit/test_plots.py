"""course.plots: every Vietnamese letter has a glyph, a missing one is an error, colours stay apart."""

import itertools
import unicodedata
import warnings

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import font_manager

from course import plots

VOWELS = "aăâeêioôơuưy"
TONES = ["", "\N{COMBINING GRAVE ACCENT}", "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING HOOK ABOVE}"]
TONES += ["\N{COMBINING TILDE}", "\N{COMBINING DOT BELOW}"]
LETTERS = (
    "".join(unicodedata.normalize("NFC", v + t) for v, t in itertools.product(VOWELS, TONES)) + "đbcdghklmnpqrstvx"
)
LETTERS += LETTERS.upper()
SIGNS = "«»“”‘’–—…·×−±≤≥≈→°²³½∂∇θσμλ%"


@pytest.fixture(autouse=True)
def clean():
    with mpl.rc_context(), warnings.catch_warnings():
        plots.use()
        yield
        plt.close("all")


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("style", ["normal", "italic"])
def test_the_font_has_every_vietnamese_letter(weight, style):
    family = mpl.rcParams["font.family"]
    path = font_manager.findfont(
        font_manager.FontProperties(family=family, weight=weight, style=style), fallback_to_default=False
    )
    glyphs = font_manager.get_font(path).get_charmap()
    assert [c for c in LETTERS + SIGNS if ord(c) not in glyphs] == []
    assert len(set(LETTERS)) == 2 * (12 * 6 + 17)


def draw(title):
    figure, ax = plt.subplots()
    ax.set_title(title)
    figure.canvas.draw()


def test_a_missing_glyph_is_an_error():
    draw(LETTERS + SIGNS)
    with pytest.raises(UserWarning, match="missing from"):
        draw("深層学習")


def test_use_starts_from_the_defaults_and_keeps_the_backend():
    mpl.rcParams["lines.linewidth"] = 99
    mpl.rcParams["legend.fontsize"] = 3
    backend = mpl.get_backend()
    plots.use()
    assert mpl.rcParams["lines.linewidth"] == 2
    assert mpl.rcParams["legend.fontsize"] == mpl.rcParamsDefault["legend.fontsize"]
    assert mpl.get_backend() == backend
    assert mpl.rcParams["axes.prop_cycle"].by_key()["color"][0] == plots.COLORS["blue"]
    for name in (plots.SEQUENTIAL, plots.DIVERGING):
        assert name in mpl.colormaps


# simulation of colour blindness, Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB
DEFICIENCIES = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_colours_stay_apart(deficiency):
    from skimage.color import deltaE_ciede2000, rgb2lab

    rgb = np.array([mpl.colors.to_rgb(c) for c in plots.COLORS.values()])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(DEFICIENCIES[deficiency]).T, 0, 1)
    lab = rgb2lab(np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055))
    close = [
        (a, b, round(float(distance), 1))
        for (a, x), (b, y) in itertools.combinations(zip(plots.COLORS, lab, strict=True), 2)
        if (distance := deltaE_ciede2000(x, y)) < 8
    ]
    assert close == []


def test_show_images():
    grey = np.full((4, 6), 100, np.uint8)
    color = np.zeros((4, 6, 3), np.uint8)
    axes = plots.show_images([grey, color, grey / 255], ["một", "hai", "ba"], columns=2)
    assert len(axes) == 3
    assert [ax.get_title() for ax in axes] == ["một", "hai", "ba"]
    assert axes[0].images[0].get_clim() == (0, 255)  # a dark image looks dark
    assert not any(ax.axison for ax in axes[0].figure.axes)
    assert plots.show_images(iter([grey]), vmin=50, vmax=60)[0].images[0].get_clim() == (50, 60)
    assert len(plots.show_images([grey] * 9)[0].figure.axes) == 16
