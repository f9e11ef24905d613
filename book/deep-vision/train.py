"""Train a small convolutional network, first plainly, then as fast as the machine can.

    python book/deep-vision/train.py mnist                    # on the GPU if there is one, otherwise a smaller run
    python book/deep-vision/train.py clothing --epochs 20
    python book/deep-vision/train.py mnist --plain            # every speed-up off

Every speed-up is one field of :class:`Speed`, so that its gain can be measured alone.
"""

import argparse
import copy
import time
from dataclasses import dataclass, replace

import torch
from measure.data import load
from torch import nn
from torch.nn import functional as F  # noqa: N812

# --- the network ----------------------------------------------------------------------------------------------------


def conv(inputs, outputs, stride=1):
    """Return convolution 3×3 → batch normalisation → ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    """x + body(x)."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        """Add what the body makes of x to x: (N, C, H, W) → the same shape."""
        return x + self.body(x)


class Net(nn.Module):
    """Pixels in [0, 1], (N, C, H, W) → logits (N, classes). Each stage halves the image, then refines it."""

    def __init__(self, channels, widths, depth=1, dropout=0.0, classes=10, stem=1):
        super().__init__()
        self.register_buffer("mean", torch.full((1, channels, 1, 1), 0.5))  # preprocessing travels with the network
        self.register_buffer("std", torch.full((1, channels, 1, 1), 0.25))
        stages, inputs = [], channels
        for number, width in enumerate(widths):
            stages += [conv(inputs, width, stride=stem if number == 0 else 2)]
            stages += [Residual(conv(width, width)) for _ in range(depth if number else min(depth, 1))]
            inputs = width
        self.features = nn.Sequential(*stages)
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(inputs, classes)
        )

    def forward(self, x):
        """Return the logits."""
        return self.head(self.features((x - self.mean) / self.std))


# --- what to learn, and how fast ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recipe:
    """What decides the accuracy: the network, the optimiser and the augmentation."""

    channels: int
    widths: tuple
    depth: int = 1
    stem: int = 2  # stride of the first convolution
    dropout: float = 0.0
    epochs: int = 10
    batch: int = 256
    lr: float = 0.1  # peak of the one-cycle schedule
    momentum: float = 0.9
    weight_decay: float = 5e-4
    smoothing: float = 0.0  # label smoothing
    shift: float = 0.0  # fraction of the side
    turn: float = 0.0  # radians
    zoom: float = 0.0
    flip: bool = False
    light: float = 0.0  # brightness and contrast
    erase: float = 0.0  # side of the square wiped out, fraction of the image's side

    def net(self):
        """Return a fresh network."""
        return Net(self.channels, self.widths, self.depth, self.dropout, stem=self.stem)


@dataclass(frozen=True)
class Speed:
    """What decides the speed and must leave the accuracy alone."""

    device: str = "cpu"
    data_on_device: bool = False
    amp: str | None = None  # "bfloat16" or "float16"
    channels_last: bool = False
    compile: bool = False
    graph: bool = False


RECIPES = {
    "mnist": Recipe(1, (32, 64, 128), epochs=16, batch=256, lr=0.2, shift=0.08, turn=0.15, zoom=0.1),
    "clothing": Recipe(
        3,
        (64, 128, 256, 512),
        depth=2,
        dropout=0.2,
        epochs=150,
        batch=128,
        lr=0.1,
        smoothing=0.1,
        shift=0.1,
        turn=0.15,
        zoom=0.25,
        flip=True,
        light=0.3,
        erase=0.3,
    ),
}
CPU_RECIPES = {
    "mnist": Recipe(1, (16, 32, 64), epochs=2, batch=64, lr=0.1, shift=0.05),
    "clothing": Recipe(
        3, (16, 32, 64, 128), epochs=12, batch=64, lr=0.1, smoothing=0.1, shift=0.08, turn=0.1, zoom=0.15,
        flip=True, light=0.2,
    ),
}  # fmt: skip


def half_type(device):
    """Return the 16-bit type the device is fast at: bfloat16 from capability 8.0 on, float16 before, None on a CPU."""
    if torch.device(device).type != "cuda":
        return None
    return "bfloat16" if torch.cuda.get_device_capability(device) >= (8, 0) else "float16"


def everything(device):
    """Return :class:`Speed` with every speed-up that this device has."""
    cuda = torch.device(device).type == "cuda"
    return Speed(device, True, half_type(device), channels_last=cuda, compile=cuda, graph=cuda)


# --- one step -------------------------------------------------------------------------------------------------------


def augment(x, recipe):
    """Move, turn, zoom, mirror, light and partly erase every image differently; all of it on the images' own device."""
    count, device = len(x), x.device
    if not any((recipe.shift, recipe.turn, recipe.zoom, recipe.flip, recipe.light, recipe.erase)):
        return x

    def draw(reach):
        return (torch.rand(count, device=device) * 2 - 1) * reach

    scale, angle = 1 + draw(recipe.zoom), draw(recipe.turn)
    sign = torch.sign(draw(1.0)) if recipe.flip else 1.0
    rows = [scale * angle.cos() * sign, -scale * angle.sin(), draw(2 * recipe.shift)]
    rows += [scale * angle.sin() * sign, scale * angle.cos(), draw(2 * recipe.shift)]
    grid = F.affine_grid(torch.stack(rows, 1).view(count, 2, 3), list(x.shape), align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    if recipe.light:
        contrast, brightness = 1 + draw(recipe.light), draw(recipe.light)
        x = ((x - 0.5) * contrast.view(-1, 1, 1, 1) + 0.5 + brightness.view(-1, 1, 1, 1)).clamp(0, 1)
    if recipe.erase:
        row = torch.linspace(0, 1, x.shape[-1], device=device)
        near = [(row - torch.rand(count, 1, device=device)).abs() < recipe.erase / 2 for _ in range(2)]
        x = x.masked_fill((near[0][:, :, None] & near[1][:, None, :])[:, None], 0.5)
    return x


def pixels(x):
    """Return bytes as float32 in [0, 1]."""
    return x.float() / 255


def one_cycle(step, steps, peak):
    """Return the learning rate: up in a straight line for a fifth of the steps, then down to zero."""
    rise = max(1, steps // 5)
    return peak * min((step + 1) / rise, (steps - step) / max(1, steps - rise))


class Trainer:
    """Network, optimiser and step for one recipe and one choice of speed."""

    def __init__(self, recipe, speed, seed=0):
        torch.manual_seed(seed)
        self.recipe, self.speed = recipe, speed
        self.device = torch.device(speed.device)
        self.net = recipe.net().to(self.device)
        if speed.channels_last:
            self.net = self.net.to(memory_format=torch.channels_last)
        self.forward = torch.compile(self.net) if speed.compile else self.net
        cuda = self.device.type == "cuda"
        # a captured graph can only follow a learning rate that lies in memory
        self.lr = torch.zeros((), device=self.device) if speed.graph else 0.0
        self.optimizer = torch.optim.SGD(
            self.net.parameters(), self.lr, recipe.momentum, nesterov=True, weight_decay=recipe.weight_decay, fused=cuda
        )
        self.dtype = getattr(torch, speed.amp) if speed.amp else None
        self.scale = 1024.0 if speed.amp == "float16" else 1.0  # small float16 gradients would become zero
        self.graph = None

    def prepare(self, x):
        """Return augmented pixels of images given as bytes, on the device they are on."""
        x = augment(pixels(x), self.recipe)
        return x.contiguous(memory_format=torch.channels_last) if self.speed.channels_last else x

    def learn(self, x, y):
        """Take one step on prepared pixels; return the loss, still on the device."""
        with torch.autocast(self.device.type, self.dtype, enabled=self.dtype is not None):
            loss = F.cross_entropy(self.forward(x), y, label_smoothing=self.recipe.smoothing)
        self.optimizer.zero_grad(set_to_none=True)
        (loss * self.scale).backward()
        if self.scale != 1:
            torch._foreach_div_([p.grad for p in self.net.parameters()], self.scale)
        self.optimizer.step()
        return loss.detach()

    def set_lr(self, value):
        """Set the learning rate of the next step."""
        if self.speed.graph:
            self.lr.fill_(value)
        else:
            self.optimizer.param_groups[0]["lr"] = value

    def rehearse(self, step, times=5):
        """Call `step` a few times (it compiles, picks algorithms, allocates the momentum), then undo what it learnt."""
        saved = copy.deepcopy(self.net.state_dict())
        for _ in range(times):
            step()
        self.net.load_state_dict(saved)
        for state in self.optimizer.state.values():
            state["momentum_buffer"].zero_()

    def capture(self, data):
        """Record one whole step as a CUDA graph, to be replayed for every batch. Needs the data on the device."""
        self.index = torch.arange(self.recipe.batch, device=self.device) % len(data.y)

        def step():
            return self.learn(self.prepare(data.x[self.index]), data.y[self.index])

        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            self.rehearse(step)
        torch.cuda.current_stream().wait_stream(side)
        self.optimizer.zero_grad(set_to_none=True)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):  # nothing is computed now: the kernels are only written down
            self.graph_loss = step()
        self.graph = graph

    def batch(self, data, index):
        """Take one step on the images at `index` (on the data's device); return the loss on the device."""
        if self.graph is not None:
            self.index.copy_(index)
            self.graph.replay()
            return self.graph_loss
        x, y = data.x[index], data.y[index]
        return self.learn(self.prepare(x).to(self.device), y.to(self.device))


def fit(trainer, data, epochs=None, each_epoch=None):
    """Train on data that lies where ``speed.data_on_device`` says; ``each_epoch(number, loss)`` may report."""
    recipe = trainer.recipe
    steps = len(data.y) // recipe.batch
    epochs = epochs or recipe.epochs
    trainer.net.train()
    for epoch in range(epochs):
        order = torch.randperm(len(data.y), device=data.y.device)
        for number in range(steps):
            trainer.set_lr(one_cycle(epoch * steps + number, epochs * steps, recipe.lr))
            loss = trainer.batch(data, order[number * recipe.batch : (number + 1) * recipe.batch])
        if each_epoch:
            each_epoch(epoch + 1, loss)


@torch.no_grad()
def logits(net, x, device, batch=1000, mirror=False):
    """Return the logits (N, classes) of images given as bytes; with `mirror`, averaged over both ways round."""
    net.eval()
    parts = []
    for start in range(0, len(x), batch):
        images = pixels(x[start : start + batch].to(device))
        parts.append((net(images) + net(images.flip(-1))) / 2 if mirror else net(images))
    return torch.cat(parts)


def accuracy(net, data, device, mirror=False):
    """Return the fraction of images classified correctly, in float32."""
    return (logits(net, data.x, device, mirror=mirror).argmax(1) == data.y.to(device)).double().mean().item()


def main():
    """Train once and say how long it took and how good the network is."""
    parser = argparse.ArgumentParser(description="Huấn luyện một mạng tích chập nhỏ.")
    parser.add_argument("data", choices=sorted(RECIPES), help="tập ảnh")
    parser.add_argument("--epochs", type=int, help="số epoch")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="cuda hoặc cpu")
    parser.add_argument("--plain", action="store_true", help="tắt mọi cách tăng tốc")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    recipe = (RECIPES if options.device.startswith("cuda") else CPU_RECIPES)[options.data]
    recipe = replace(recipe, epochs=options.epochs or recipe.epochs)
    speed = Speed(options.device) if options.plain else everything(options.device)
    train, test = load(options.data, "train"), load(options.data, "test")
    if speed.data_on_device:
        train = train.to(speed.device)
    trainer = Trainer(recipe, speed, options.seed)
    if speed.graph:
        trainer.capture(train)
    start = time.perf_counter()
    fit(trainer, train, each_epoch=lambda epoch, loss: print(f"epoch {epoch:3}: mất mát {loss.item():.3f}"))
    seconds = time.perf_counter() - start  # honest: the last .item() waited for the device
    parameters = sum(p.numel() for p in trainer.net.parameters())
    print(f"{parameters} tham số, {len(train.y) * recipe.epochs / seconds:.0f} ảnh/s, huấn luyện {seconds:.1f} s")
    print(f"độ chính xác trên tập kiểm tra: {accuracy(trainer.net, test, speed.device):.2%}")


if __name__ == "__main__":
    main()
