"""The images that are measured on: MNIST and the clothing photos, as tensors of bytes, with NumPy and torch alone.

A GPU machine without a network has neither the course's package nor a download, only the folder ``COURSE_DATA``; it is
read here directly. Without that variable the course's own loader is asked, which downloads and checks.
"""

import gzip
import io
import os
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

CLOTHING_CLASSES = ("dress", "hat", "longsleeve", "outwear", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt")
NAMES = ("mnist", "clothing")


class Images(NamedTuple):
    """Images uint8 (N, C, H, W) and their labels int64 (N,)."""

    x: torch.Tensor
    y: torch.Tensor

    def to(self, device):
        """Return the same images on another device."""
        return Images(self.x.to(device), self.y.to(device))

    def first(self, count):
        """Return `count` images spread evenly over the set (which may be ordered by class)."""
        if count >= len(self.y):
            return self
        kept = torch.linspace(0, len(self.y) - 1, count).long()
        return Images(self.x[kept], self.y[kept])


def load(name, split):
    """Return :class:`Images` of "mnist" or "clothing" on the CPU; `split` is "train", "test" or (photos) "validation".

    Raises FileNotFoundError with a Vietnamese message when the images cannot be had.
    """
    if name not in NAMES or split not in ("train", "test", *(["validation"] if name == "clothing" else [])):
        raise ValueError(f"Không có tập ảnh {name!r}, phần {split!r}.")
    folder = os.environ.get("COURSE_DATA")
    try:
        images, labels = _from_course(name, split) if not folder else _READERS[name](Path(folder), split)
    except (OSError, RuntimeError, ImportError) as error:
        raise FileNotFoundError(
            f"Không có ảnh {name}: {error}. Hãy đặt COURSE_DATA là thư mục chứa mnist/ "
            "và clothing-dataset-small-96.zip."
        ) from error
    images = images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
    return Images(torch.from_numpy(np.ascontiguousarray(images)), torch.from_numpy(labels.astype(np.int64)))


def _from_course(name, split):
    book = str(Path(__file__).resolve().parents[2])
    if book not in sys.path:
        sys.path.append(book)
    from course import data

    return getattr(data, name)(split)


def _mnist(folder, split):
    prefix = {"train": "train", "test": "t10k"}[split]

    def content(name):
        return gzip.decompress((folder / "mnist" / f"{name}.gz").read_bytes())

    images = np.frombuffer(content(f"{prefix}-images-idx3-ubyte"), np.uint8, offset=16).reshape(-1, 28, 28).copy()
    return images, np.frombuffer(content(f"{prefix}-labels-idx1-ubyte"), np.uint8, offset=8)


def _clothing(folder, split):
    from PIL import Image

    images, labels = [], []
    with zipfile.ZipFile(folder / "clothing-dataset-small-96.zip") as archive:
        for name in sorted(archive.namelist()):
            parts = name.split("/")[1:]
            if name.endswith(".jpg") and parts[0] == split:
                images.append(np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB")))
                labels.append(CLOTHING_CLASSES.index(parts[1]))
    return np.stack(images), np.array(labels)


_READERS = {"mnist": _mnist, "clothing": _clothing}
