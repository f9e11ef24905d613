"""The training script and the ladder, a few steps on the CPU."""

import re
import sys
from dataclasses import replace

import pytest
import torch
import train
from measure import cost, trace, training
from measure.context import Context

from tests.measure.conftest import digits

TINY = train.Recipe(1, (8, 16), epochs=3, batch=50, lr=0.1)


def test_it_learns(net):
    images = digits("mnist", "test")
    assert train.accuracy(net, images, "cpu") > 0.85


def test_one_cycle_rises_and_falls():
    rates = [train.one_cycle(step, 50, 0.4) for step in range(50)]
    assert max(rates) == pytest.approx(0.4)
    assert rates.index(max(rates)) == pytest.approx(10, abs=1)
    assert 0 < rates[-1] < 0.02
    assert rates[0] > 0


def test_augmentation_changes_every_image_and_keeps_its_shape():
    torch.manual_seed(0)
    recipe = train.RECIPES["clothing"]
    x = train.pixels(digits("clothing", "train").x[:16])
    moved = train.augment(x, recipe)
    assert moved.shape == x.shape
    assert moved.dtype == torch.float32
    assert moved.min() >= 0 and moved.max() <= 1
    assert (moved - x).abs().flatten(1).amax(1).min() > 0.1
    same = torch.cat([x[:1]] * 16)
    assert train.augment(same, recipe).flatten(1).unique(dim=0).shape[0] == 16, "each image its own draw"
    assert train.augment(x, replace(recipe, shift=0, turn=0, zoom=0, flip=False, light=0, erase=0)) is x


def test_augmentation_without_reach_gives_the_image_or_its_mirror():
    x = torch.rand(32, 3, 12, 12)
    moved = train.augment(x, train.Recipe(3, (8,), flip=True))
    kept = [torch.allclose(a, b, atol=1e-5) for a, b in zip(moved, x, strict=True)]
    mirrored = [torch.allclose(a, b.flip(-1), atol=1e-5) for a, b in zip(moved, x, strict=True)]
    assert all(a or b for a, b in zip(kept, mirrored, strict=True))
    assert any(kept) and any(mirrored)


def test_rehearsal_leaves_no_trace():
    images = digits("mnist", "train")
    trainer = train.Trainer(TINY, train.Speed())
    before = {key: value.clone() for key, value in trainer.net.state_dict().items()}
    trainer.set_lr(0.1)
    trainer.rehearse(lambda: trainer.batch(images, torch.arange(50)), times=2)
    assert all(torch.equal(value, before[key]) for key, value in trainer.net.state_dict().items())
    assert all(not state["momentum_buffer"].any() for state in trainer.optimizer.state.values())


def test_a_speed_up_that_breaks_is_given_up(monkeypatch):
    def breaks(self, data):
        raise RuntimeError("capture failed")

    monkeypatch.setattr(train.Trainer, "capture", breaks)
    wanted = train.Speed(data_on_device=True, graph=True)
    trainer, given_up = training.prepared(Context("cpu"), TINY, digits("mnist", "train"), 0, wanted)
    assert not trainer.speed.graph
    assert given_up == ["compile=False, graph=True: RuntimeError: capture failed"]


def test_loss_scaling_changes_nothing_but_the_range():
    images = digits("mnist", "train")
    plain, scaled = (train.Trainer(TINY, train.Speed()) for _ in range(2))
    scaled.scale = 1024.0
    for trainer in (plain, scaled):
        trainer.set_lr(0.1)
        trainer.batch(images, torch.arange(50))
    for a, b in zip(plain.net.parameters(), scaled.net.parameters(), strict=True):
        assert torch.allclose(a, b, atol=1e-6)


def test_without_a_gpu_its_rungs_are_left_out():
    found = {rung.key: speed for rung, speed in training.speeds(Context("cpu"))}
    assert [key for key, speed in found.items() if speed is None] == [
        "autocast",
        "channels_last",
        "compile",
        "cuda_graph",
    ]
    assert not found["naive"].data_on_device and found["data_on_device"].data_on_device
    assert train.half_type("cpu") is None


@pytest.mark.parametrize("loader", [True, False])
def test_a_loop_shows_every_image_once_an_epoch(loader):
    images = digits("mnist", "train").first(60)
    seen = []
    trainer = train.Trainer(replace(TINY, batch=20), train.Speed())
    trainer.learn = lambda x, y: seen.append(x.flatten(1).sum(1)) or torch.zeros(())
    loop = training.Loop(training.Rung("x", {}, loader=loader), trainer, images)
    for _ in range(3):
        loop.step()
    wanted = train.pixels(images.x).flatten(1).sum(1)
    assert torch.allclose(torch.cat(seen).sort().values, wanted.sort().values)


def test_operations_are_counted():
    found = cost.of(train.Net(1, (4,), depth=0, stem=1), (1, 6, 6), 10)
    # convolution 36 places × 4 filters × 9 weights, then a linear layer 4 → 10; two operations a multiply-add
    assert found["forward_flop"] == 2 * (36 * 4 * 9 + 4 * 10)
    assert found["parameters"] == 36 + 8 + 50


@pytest.mark.parametrize("name", ["mnist", "clothing"])
def test_the_recipes_networks_fit_their_images(name):
    channels, side = (1, 28) if name == "mnist" else (3, 96)
    for recipe in (train.RECIPES[name], train.CPU_RECIPES[name]):
        assert recipe.net().eval()(torch.rand(1, channels, side, side)).shape == (1, 10)
    assert sum(p.numel() for p in train.CPU_RECIPES["mnist"].net().parameters()) < 120_000


@pytest.mark.parametrize("words", [["mnist"], ["mnist", "--plain"], ["clothing", "--seed", "3"]], ids=" ".join)
def test_the_script_trains_and_reports(words, monkeypatch, capsys):
    few = {"train": 192, "test": 100}
    monkeypatch.setattr(train, "load", lambda name, split: digits(name, split).first(few[split]))
    monkeypatch.setattr(sys, "argv", ["train.py", *words, "--epochs", "1", "--device", "cpu"])
    train.main()
    said = capsys.readouterr().out
    parameters = sum(p.numel() for p in train.CPU_RECIPES[words[0]].net().parameters())
    (epoch,) = re.findall(r"epoch +(\d+): mất mát (\d+\.\d+)", said)
    assert epoch[0] == "1" and 0 < float(epoch[1]) < 10
    assert f"{parameters} tham số" in said
    assert float(re.search(r"([\d.]+) ảnh/s", said)[1]) > 0
    assert 0 <= float(re.search(r"kiểm tra: ([\d.]+)%", said)[1]) <= 100


def test_the_trace_on_a_cpu(small_images, monkeypatch):
    allowed, look = [], trace.look

    def watched(*given):
        allowed.append((torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32))
        return look(*given)

    monkeypatch.setattr(trace, "look", watched)
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", True)
    kept = []
    context = Context("cpu", quick=True, partial=lambda found: kept.append(len(found["profiles"])))
    found = trace.run(context)
    assert allowed == [(False, False)] * 2, "float32 means float32, as on the ladder"
    assert torch.backends.cudnn.allow_tf32
    assert kept == [1, 2]
    assert [row["rung"] for row in found["profiles"]] == ["naive", "data_on_device"]
    for row in found["profiles"]:
        assert row["wall_ms_per_step"] > 0
        assert 0.1 < row["busy_share"] < 1.5
        spent = [item["ms_per_step"] for item in row["top"]]
        assert spent == sorted(spent, reverse=True) and 0 < len(spent) <= trace.TOP
        assert any("conv" in item["name"] for item in row["top"])
        steps = [item["calls_per_step"] for item in row["top"] if item["name"] == "aten::convolution_backward"]
        assert steps == [len([m for m in train.CPU_RECIPES["mnist"].net().modules() if isinstance(m, torch.nn.Conv2d)])]
    slow, fast = (row["calls_per_step"] for row in found["profiles"])
    assert slow > fast, "images one by one take more operators"
