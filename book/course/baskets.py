"""The grocery baskets of the course: who made them, by which rules, and what is true in them.

The receipts are invented. They are drawn by :func:`draw` from a model that is written out below, so that a reader
knows what no real shop can tell: which articles belong together and which do not. ``tables/baskets.csv`` holds the
draw with :data:`SEED`; ``python -m course.baskets`` writes it again.

The model, for one basket:

1. the day is hot with probability :data:`HOT_SHARE`;
2. every article enters on its own with its probability in :data:`ARTICLES` (two numbers: on cool and on hot days);
3. for every dish of :data:`DISHES`, independently, the customer wants to cook it with the dish's probability; then
   each of its articles enters with probability :data:`KEPT` (the rest is already at home).

Two articles are therefore dependent exactly when they share a dish (:func:`same_dish`) or when both depend on the day
(:func:`same_day`): in the first case because they are used together, in the second only because of the weather.
Both kinds are positive. Every other pair is independent. An empty basket is drawn again, which disturbs this by far
less than the data can show.
"""

from itertools import combinations
from pathlib import Path

import numpy as np

__all__ = ["ARTICLES", "DISHES", "FILE", "HOT_SHARE", "KEPT", "SEED", "draw", "read", "same_day", "same_dish"]

SEED = 2026
SIZE = 1600
FILE = Path(__file__).parent / "tables" / "baskets.csv"
HOT_SHARE = 0.4
KEPT = 0.85

#: article -> probability of entering a basket on its own: (on a cool day, on a hot day)
ARTICLES = {
    "hành lá": (0.55, 0.55),
    "gạo": (0.30, 0.30),
    "nước mắm": (0.25, 0.25),
    "trứng": (0.25, 0.25),
    "thịt lợn": (0.22, 0.22),
    "rau muống": (0.20, 0.20),
    "mì gói": (0.16, 0.16),
    "chuối": (0.14, 0.14),
    "sữa tươi": (0.12, 0.12),
    "cà chua": (0.10, 0.10),
    "đậu phụ": (0.09, 0.09),
    "bánh mì": (0.09, 0.09),
    "tỏi": (0.09, 0.09),
    "dưa leo": (0.07, 0.07),
    "đường": (0.07, 0.07),
    "cà phê": (0.06, 0.06),
    "bún": (0.05, 0.05),
    "thịt bò": (0.05, 0.05),
    "tôm": (0.05, 0.05),
    "xúc xích": (0.05, 0.05),
    "sữa chua": (0.05, 0.05),
    "kem": (0.03, 0.28),
    "bia": (0.05, 0.26),
    "nước đá": (0.02, 0.18),
    "cá lóc": (0.03, 0.03),
    "giá đỗ": (0.03, 0.03),
    "dứa": (0.03, 0.03),
    "bánh tráng": (0.03, 0.03),
    "đậu xanh": (0.02, 0.02),
    "bánh phở": (0.02, 0.02),
    "sữa đặc": (0.02, 0.02),
    "pa tê": (0.02, 0.02),
    "mắm tôm": (0.015, 0.015),
    "nước cốt dừa": (0.01, 0.01),
    "hoa hồi": (0.008, 0.008),
    "giấm": (0.008, 0.008),
    "nến": (0.006, 0.006),
    "pin": (0.006, 0.006),
    "bật lửa": (0.005, 0.005),
    "kim chỉ": (0.004, 0.004),
}

#: dish -> (probability that a customer wants to cook it, its articles)
DISHES = {
    "bún đậu mắm tôm": (0.05, ("bún", "đậu phụ", "mắm tôm")),
    "cà phê sữa": (0.05, ("cà phê", "sữa đặc")),
    "bánh mì pa tê": (0.04, ("bánh mì", "pa tê", "dưa leo")),
    "canh chua": (0.04, ("cá lóc", "dứa", "giá đỗ", "cà chua")),
    "phở bò": (0.03, ("bánh phở", "thịt bò", "hoa hồi")),
    "gỏi cuốn": (0.025, ("bánh tráng", "tôm", "bún")),
    "chè đậu xanh": (0.02, ("đậu xanh", "đường", "nước cốt dừa")),
    "mì xào": (0.02, ("mì gói", "xúc xích")),
    "rau muống xào tỏi": (0.03, ("rau muống", "tỏi")),
    "thịt kho trứng": (0.04, ("thịt lợn", "trứng")),
    "sinh tố chuối": (0.015, ("chuối", "sữa tươi", "sữa chua")),
}


def draw(size=SIZE, seed=SEED):
    """Draw baskets from the model.

    Parameters
    ----------
    size, seed : int

    Returns
    -------
    X : numpy.ndarray
        bool, (size, 40): ``X[i, j]`` says whether basket i holds the j-th article of :data:`ARTICLES`.
    hot : numpy.ndarray
        bool, (size,): whether the day of the basket was hot.
    """
    rng = np.random.default_rng(seed)
    names = list(ARTICLES)
    chances = np.array(list(ARTICLES.values()))  # (articles, cool and hot)
    X, hot = np.zeros((size, len(names)), dtype=bool), np.zeros(size, dtype=bool)
    for i in range(size):
        while not X[i].any():
            hot[i] = rng.random() < HOT_SHARE
            X[i] = rng.random(len(names)) < chances[:, int(hot[i])]
            for wanted, parts in DISHES.values():
                if rng.random() < wanted:
                    for part in parts:
                        X[i, names.index(part)] |= rng.random() < KEPT
    return X, hot


def same_dish():
    """Return the planted pairs, as a set of frozensets of two articles: those that share a dish."""
    return {frozenset(pair) for _, parts in DISHES.values() for pair in combinations(parts, 2)}


def same_day():
    """Return the pairs that go together only because both depend on the weather."""
    weathered = [name for name, (cool, warm) in ARTICLES.items() if cool != warm]
    return {frozenset(pair) for pair in combinations(weathered, 2)}


def read(path=FILE):
    """Read the table: a list of sets of articles, and a list saying whether the day was hot."""
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    days, baskets = zip(*(row.split(",", 1) for row in rows), strict=True)
    return [frozenset(basket.split(";")) for basket in baskets], [day == "nóng" for day in days]


def write(path=FILE):
    """Write the draw with :data:`SEED` as a table of two columns, the day and the articles, most common first."""
    X, hot = draw()
    names = np.array(list(ARTICLES))
    rows = [f"{'nóng' if h else 'mát'},{';'.join(names[row])}" for row, h in zip(X, hot, strict=True)]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["ngày,giỏ", *rows, ""]), encoding="utf-8")


if __name__ == "__main__":
    write()
