"""The interactive figures' numbers, by the chapters' own functions, and the pictures shown where they cannot run.

    python book/_tools/interactive_figures.py      draws the pictures again, writes RECONSTRUCTION

The figures themselves are theme/static/interactive-*.js of the extension; tests/site/test_interactive.py compares both.
What a chapter teaches is taken from its cells: a formula that changes there, here or in a script alone fails a test.
"""

import base64
import functools
import io
import json
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from chapter_code import define
from PIL import Image

from course import data, plots

SITE = Path(__file__).parents[1] / "_ext" / "course_site"
PICTURES = SITE / "pictures"
RECONSTRUCTION = SITE / "theme" / "static" / "interactive-reconstruction-data.js"

# --- gradient descent -------------------------------------------------------------------------------------------
SURFACES = {"bowl": (1.0, 1.0), "ravine": (1.0, 10.0)}
ANGLE = np.pi / 6
DESCENT = define("models/gradient-descent", "gradient_descent")


def hessian(surface):
    """Return H (2, 2) with the two curvatures of a surface; the flat direction lies at ANGLE."""
    c, s = np.cos(ANGLE), np.sin(ANGLE)
    directions = np.array([[c, -s], [s, c]])  # columns
    return directions @ np.diag(SURFACES[surface]) @ directions.T


def descend(H, start, rate, steps):
    """Return the path (steps + 1, 2) of gradient descent on ½ θᵀHθ and the losses along it (steps + 1,)."""
    path = DESCENT.gradient_descent(lambda theta: H @ theta, start, rate, 0, steps)
    return path, np.einsum("ni,ij,nj->n", path, H, path) / 2


# --- activation functions ---------------------------------------------------------------------------------------
G = define("networks/activations", "G").G
ACTIVATIONS = {"sigmoid": G["sigmoid"], "tanh": G["tanh"], "relu": G["ReLU"], "leaky": G["Leaky ReLU"]}

# --- convolution ------------------------------------------------------------------------------------------------
CONVOLUTION = define("deep-vision/cnn", "correlate", "vertical")
KERNELS = {
    "blur": np.full((3, 3), 1 / 9),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
    "vertical": CONVOLUTION.vertical,
}


def photo():
    """Return a 24×24 grey photograph: means over 10×10 pixels of a part of «camera» (Lav Varshney, CC0)."""
    part = data.photo("camera")[60:300, 150:390].astype(float)
    return np.rint(part.reshape(24, 10, 24, 10).mean(axis=(1, 3)))


# --- bias and variance ------------------------------------------------------------------------------------------
BIAS = define("evaluation/bias-variance", "NOISE", "truth", "grid", "draw", "polynomial", "split")
POINTS, SAMPLES, MOST = 15, 100, 9
NOISE, GRID = BIAS.NOISE, BIAS.grid
X, _ = BIAS.draw(POINTS, sets=1)


def uniform(seed, count):
    """Return numbers in [0, 1) of the generator mulberry32, which the script has as well."""
    state, found = seed % 2**32, []
    for _ in range(count):
        state = (state + 0x6D2B79F5) % 2**32
        t = ((state ^ state >> 15) * (state | 1)) % 2**32
        t = t ^ (t + (t ^ t >> 7) * (t | 61)) % 2**32
        found.append((t ^ t >> 14) / 2**32)
    return np.array(found)


def draws(seed):
    """Return the labels of all samples, (SAMPLES, POINTS)."""
    pairs = uniform(seed, SAMPLES * POINTS).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(1 - pairs[:, 0])), 2 * np.pi * pairs[:, 1]
    noise = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return BIAS.truth(X) + NOISE * noise.reshape(SAMPLES, POINTS)


def fit(y, degree):
    """Return least-squares fits on GRID, (n, 101), and their mean squared errors on the samples y (n, POINTS)."""
    curves, on_samples = BIAS.polynomial(degree)(X, y)
    return curves, np.mean((on_samples - y) ** 2, axis=1)


def decompose(y):
    """Return for each degree (bias², variance, error on new data, error on the training data), (MOST + 1, 4).

    Both parts as they are defined over these samples: what the chapter's split corrects for their number is put back.
    """
    rows = []
    for degree in range(MOST + 1):
        curves, errors = fit(y, degree)
        bias2, variance = BIAS.split(curves, BIAS.truth(GRID))
        scatter = variance / len(y)  # of the mean curve
        rows.append([bias2 + scatter, variance - scatter, bias2 + variance + NOISE**2, errors.mean()])
    return np.array(rows)


# --- reconstruction ---------------------------------------------------------------------------------------------
SIDE, COMPONENTS, SHOWN = 14, 40, 2000
REDUCTION = define("representations/dimensionality-reduction", "pca", "rebuild", "error")
DIGITS = {"0": 10, "1": 40, "3": 18, "4": 27, "8": 110}  # digit → its place among MNIST's test images


def halve(images):
    """Return digits (n, 28, 28) as means over 2×2 pixels, whole grey levels 0 to 255, (n, 196)."""
    return np.rint(images.reshape(-1, SIDE, 2, SIDE, 2).mean(axis=(2, 4))).reshape(-1, SIDE * SIDE)


@functools.cache
def principal():
    """Return PCA of the chapter's 2000 training digits (MNIST, LeCun et al. 1998), grey from 0 to 1.

    The mean (196,), COMPONENTS directions (40, 196) whose largest entry is positive, all 196 variances.
    """
    X = halve(data.mnist("train")[0][:SHOWN]) / 255
    center, Q, variances = REDUCTION.pca(X, X.shape[1])
    return center, Q[:COMPONENTS], variances


@functools.cache
def integers():
    """Return what the script holds.

    The mean (196,) and the digits (196,) as grey levels 0 to 255, the directions (40, 196) each in steps of 1/127 of
    its largest entry, and the mean squared error of the training digits for d = 0 to 40, (41,).
    """
    center, Q, variances = principal()
    test, labels = data.mnist("test")
    if any(str(labels[place]) != name for name, place in DIGITS.items()):
        raise ValueError("DIGITS names a wrong place")
    return {
        "mean": np.rint(center * 255).astype(np.uint8),
        "directions": np.rint(127 * Q / np.abs(Q).max(axis=1, keepdims=True)).astype(np.int8),
        "digits": {name: halve(test[[place]])[0].astype(np.uint8) for name, place in DIGITS.items()},
        "rest": [round(float(variances[d:].sum()), 3) for d in range(COMPONENTS + 1)],
    }


def rebuild(image, center, Q):
    """Return an image's coefficients (40,), its rebuilding from d = 0 to 40 components (41, 196), the errors (41,).

    The image (196,) and the rebuilding are grey from 0 to 1; an error is a sum of squares over the pixels.
    """
    sizes = range(len(Q) + 1)
    built = np.vstack([REDUCTION.rebuild(image[None], center, Q[:d]) for d in sizes])
    errors = np.array([REDUCTION.error(image[None], center, Q[:d]) for d in sizes])
    return Q @ (image - center), built, errors


def unpack(held):
    """Return mean (196,), directions of length 1 (40, 196) and digits {name: (196,)} from the integers."""
    Q = np.array(held["directions"], dtype=float)
    digits = {name: np.array(image) / 255 for name, image in held["digits"].items()}
    return np.array(held["mean"]) / 255, Q / np.linalg.norm(Q, axis=1, keepdims=True), digits


def write_integers():
    """Write the script that holds the integers."""
    held = integers()
    mean, directions = (base64.b64encode(held[name].tobytes()).decode() for name in ("mean", "directions"))
    digits = {name: base64.b64encode(image.tobytes()).decode() for name, image in held["digits"].items()}
    RECONSTRUCTION.write_text(
        "/* Written by book/_tools/interactive_figures.py from MNIST (LeCun, Bottou, Bengio, Haffner 1998), means\n"
        "   over 2×2 pixels: the mean of 2000 training digits, their first 40 principal directions (int8, each to its\n"
        "   own scale), a few test digits, and the training digits' mean squared error left after d = 0 to 40. */\n"
        f'export const MEAN = "{mean}";\nexport const DIRECTIONS = "{directions}";\n'
        f"export const DIGITS = {json.dumps(digits)};\nexport const REST = {json.dumps(held['rest'])};\n",
        "utf-8",
    )


# --- pictures ---------------------------------------------------------------------------------------------------
BLUE, RED, ORANGE = (plots.COLORS[name] for name in ("blue", "red", "orange"))


def draw_gradient_descent(axes):
    """Three rates in the ravine: the paths and the losses."""
    H = hessian("ravine")
    u, v = np.meshgrid(np.linspace(-4, 4, 201), np.linspace(-3, 3, 151))
    height = (H[0, 0] * u**2 + 2 * H[0, 1] * u * v + H[1, 1] * v**2) / 2
    axes[0].contour(u, v, height, [0.1, 0.5, 1.5, 3.5, 7, 14, 28], colors="gray", linewidths=0.7)
    for ratio, color, style in ((0.2, BLUE, "-"), (0.9, ORANGE, "-"), (1.04, RED, "--")):
        path, losses = descend(H, (-3.2, 2.2), ratio * 0.2, 25)
        axes[0].plot(*path.T, style, marker=".", color=color, linewidth=1)
        axes[1].semilogy(losses, style, color=color, label=f"α = {ratio:g}·(2/L)")
    axes[0].set(xlim=(-4, 4), ylim=(-3, 3), xlabel="θ₀", ylabel="θ₁")
    axes[1].set(xlabel="bước", ylabel="mất mát (thang log)")
    axes[1].legend()


def draw_activations(axes):
    """Four functions, and what is left of a gradient at z = 2."""
    names = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU", "leaky": "Leaky ReLU"}
    z, layers = np.linspace(-4, 4, 401), np.arange(21)
    for (name, words), style in zip(names.items(), ("-", "-", "-", "--"), strict=True):
        value, slope = ACTIVATIONS[name]
        axes[0].plot(z, value(z), style, label=words)
        axes[1].semilogy(layers, slope(np.array(2.0)) ** layers, style)
    axes[0].set(ylim=(-1.2, 2.2), xlabel="z", ylabel="g(z)")
    axes[1].set(xlabel="số tầng đi ngược qua", ylabel="gradient còn lại, z = 2")
    axes[0].legend()


def draw_convolution(axes):
    """Show the photograph and its vertical edges, a window marked in both."""
    image = photo()
    shown = np.clip(CONVOLUTION.correlate(image, KERNELS["vertical"]), 0, 255)
    for ax, picture, size, title in ((axes[0], image, 3, "ảnh vào 24×24"), (axes[1], shown, 1, "cạnh dọc, 22×22")):
        ax.imshow(picture, vmin=0, vmax=255)
        ax.add_patch(plt.Rectangle((7.5, 4.5), size, size, fill=False, color=ORANGE, linewidth=2))
        ax.set_title(title)
        ax.set_axis_off()


def draw_bias_variance(axes):
    """Fits of degree 9 to 25 samples, and the curves over all degrees."""
    y = draws(1)
    curves, _ = fit(y, MOST)
    axes[0].plot(GRID, curves[:25].T, color="gray", alpha=0.3, linewidth=0.8)
    axes[0].plot(GRID, BIAS.truth(GRID), color="black", label="đường cong thật")
    axes[0].plot(GRID, curves.mean(axis=0), "--", color=RED, label="trung bình, bậc 9")
    axes[0].set(ylim=(-2.2, 2.2), xlabel="x", ylabel="y")
    axes[0].legend(loc="upper left")
    names = ("độ chệch²", "phương sai", "sai số, dữ liệu mới", "sai số huấn luyện")
    for values, words, style in zip(decompose(y).T, names, ("--", "-", "-", ":"), strict=True):
        axes[1].plot(values, style, label=words)
    axes[1].set(ylim=(0, 0.8), xlabel="bậc của đa thức", ylabel="sai số bình phương")
    axes[1].legend()


def draw_reconstruction(axes, name="4", d=7):
    """One more component for a digit, in pictures, and its error over the number of components."""
    held = integers()
    center, Q, digits = unpack(held)
    z, built, errors = rebuild(digits[name], center, Q)
    limit = np.abs(Q[d - 1]).max()
    factor = f"{z[d - 1]:.2f}".replace("-", "−")
    signed = {"cmap": plots.DIVERGING, "vmin": -limit, "vmax": limit}
    panels = (
        (digits[name], "ảnh gốc", "", {}),
        (built[d], f"{d} thành phần", "", {}),
        (built[d - 1], f"{d - 1} thành phần", "=", {}),
        (Q[d - 1], f"{factor} × ảnh riêng {d}", "+", signed),
    )
    axes[0].set_axis_off()
    for i, (image, title, sign, how) in enumerate(panels):
        ax = axes[0].inset_axes((0.04 + 0.53 * (i % 2), 0.49 - 0.6 * (i // 2), 0.43, 0.48))
        ax.imshow(image.reshape(SIDE, SIDE), **({"vmin": 0, "vmax": 1} | how))
        ax.set_title(title, fontsize=9)
        ax.text(-0.12, 0.5, sign, transform=ax.transAxes, ha="center", va="center", fontsize=14)
        ax.set_axis_off()
    axes[1].plot(errors, color=BLUE, label=f"chữ số {name} này")
    axes[1].plot(held["rest"], "--", color=ORANGE, label="trung bình 2000 ảnh mẫu")
    axes[1].plot(d, errors[d], "o", color=BLUE)
    axes[1].set(xlabel="số thành phần d", ylabel="sai số bình phương", ylim=(0, None))
    axes[1].legend()


DRAWINGS = {
    "gradient-descent": draw_gradient_descent,
    "activations": draw_activations,
    "convolution": draw_convolution,
    "bias-variance": draw_bias_variance,
    "reconstruction": draw_reconstruction,
}
PALETTES = {"reconstruction": 128}  # colours of a stored picture for which 64 are too few


def picture(name):
    """Return a figure's picture, in the few colours it is stored with."""
    buffer = io.BytesIO()
    with mpl.rc_context():
        mpl.use("agg")
        plots.use()
        figure, axes = plt.subplots(1, 2, figsize=(6.6, 2.9))
        DRAWINGS[name](axes)
        figure.savefig(buffer, dpi=200)
        plt.close(figure)
    return Image.open(buffer).convert("RGB").quantize(PALETTES.get(name, 64), kmeans=name in PALETTES)


def main():
    """Write the integers, draw every picture."""
    write_integers()
    PICTURES.mkdir(exist_ok=True)
    for name in DRAWINGS:
        picture(name).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
