"""One look for every figure of the course: colour-blind-safe, sharp, with Vietnamese glyphs.

Call :func:`use` once at the top of a notebook. Colours are the eight of Okabe and Ito (2008).
"""

import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

__all__ = ["COLORS", "DIVERGING", "SEQUENTIAL", "show_images", "use"]

#: Okabe–Ito colours by role; they stay apart for every common kind of colour blindness and in grey.
COLORS = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "black": "#000000",
}
SEQUENTIAL = "cividis"
DIVERGING = "RdBu_r"

_STYLE = {
    "axes.prop_cycle": mpl.cycler(
        color=[COLORS[c] for c in ("blue", "red", "green", "orange", "purple", "sky", "black")]
    ),
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.figsize": (6.4, 3.6),
    "font.family": "DejaVu Sans",  # ships with Matplotlib, has every Vietnamese letter
    "font.size": 10,
    "grid.alpha": 0.25,
    "image.cmap": "gray",
    "image.interpolation": "auto",  # sharp squares when enlarged, averaged when shrunk: no aliasing in photos
    "legend.frameon": False,
    "lines.linewidth": 2,
    "mathtext.fontset": "dejavusans",
    "savefig.facecolor": "white",
}


def use():
    """Apply the course's style to this notebook: retina PNG figures, and an error for a glyph no font has."""
    mpl.rcParams.update(mpl.rcParamsDefault | {"backend": mpl.rcParams["backend"]})
    mpl.rcParams.update(_STYLE)
    warnings.filterwarnings("error", message=r"Glyph .* missing from", category=UserWarning)
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # plain Python: nothing to configure
        return
    if get_ipython() is not None:
        set_matplotlib_formats("retina")


def show_images(images, titles=None, *, columns=None, size=1.6, **imshow):
    """Draw images in a grid, without axes; enlarged pixels are sharp squares, shrunk photos are averaged.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        Each (H, W), (H, W, 3) or (H, W, 4). Grey uint8 images are drawn on the full scale 0–255,
        so that a dark image looks dark.
    titles : sequence of str, optional
    columns : int, optional
        Images in a row; by default at most 8.
    size : float
        Height of one image in inches.
    **imshow
        Passed on to ``Axes.imshow``.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        One for each image, flat.
    """
    images = list(images)
    columns = columns or min(len(images), 8)
    rows = -(-len(images) // columns)
    ratio = max(np.shape(image)[1] / np.shape(image)[0] for image in images)
    head = 0.3 if titles is not None else 0.05
    _, axes = plt.subplots(rows, columns, figsize=(columns * size * ratio, rows * (size + head)), squeeze=False)
    axes = axes.ravel()
    for ax in axes:
        ax.axis("off")
    for ax, image in zip(axes, images, strict=False):
        image = np.asarray(image)
        full_scale = (
            {"vmin": 0, "vmax": 255} if image.ndim == 2 and image.dtype == np.uint8 and "norm" not in imshow else {}
        )
        ax.imshow(image, **(full_scale | imshow))
    for ax, title in zip(axes, titles or [], strict=False):
        ax.set_title(title, fontsize=9)
    return axes[: len(images)]
