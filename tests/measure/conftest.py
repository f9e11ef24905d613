"""The measuring package lies beside the chapters, not in the environment; its images here are scikit-learn's digits."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2] / "book" / "deep-vision"
sys.path.insert(0, str(HERE))


def digits(name, split):
    """Real handwritten digits that need no download, in the sizes of MNIST (28) and of the photos (96, in colour)."""
    import torch
    from measure import data
    from sklearn.datasets import load_digits

    bunch = load_digits()
    x = torch.from_numpy(bunch.images * 15.9).to(torch.uint8)[:, None]
    x, y = (x[:1400], torch.from_numpy(bunch.target)[:1400]) if split == "train" else (x[1400:], bunch.target[1400:])
    side, channels = (24, 1) if name == "mnist" else (96, 3)
    x = x.repeat_interleave(side // 8, 2).repeat_interleave(side // 8, 3).repeat(1, channels, 1, 1)
    if name == "mnist":
        x = torch.nn.functional.pad(x, (2, 2, 2, 2))
    return data.Images(x, torch.as_tensor(y).long())


@pytest.fixture
def small_images(monkeypatch):
    """Put the digits in place of MNIST and of the photos."""
    from measure import data

    monkeypatch.setattr(data, "load", digits)


@pytest.fixture(scope="session")
def net():
    """A small network trained for a few steps on digits, on the CPU."""
    import train

    images = digits("mnist", "train")
    trainer = train.Trainer(train.Recipe(1, (16, 32), epochs=6, batch=50, lr=0.1), train.Speed())
    train.fit(trainer, images)
    return trainer.net.eval()
