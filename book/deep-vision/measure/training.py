"""The ladder: the same network trained ever faster, images per second and test accuracy at every rung.

Each rung keeps what the rungs before it gained and adds one thing. The accuracy after a fixed number of epochs is
measured at every rung, so that no gain is bought with a worse network unseen.
"""

import time
from dataclasses import dataclass, replace

import torch
import train
from torch.utils.data import DataLoader, TensorDataset

from measure import ceilings, cost, data, timing
from measure.context import Absent

#: number of epochs after which the rungs are compared, and the batch of all rungs but the last
LADDER = {"mnist": (4, 128, 0.05), "clothing": (24, 64, 0.05)}
LARGER = 8  # the last rung's batch and peak learning rate, times those of the others
SEEDS = {"mnist": 5, "clothing": 3}


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: what it adds to the rung before it."""

    key: str
    add: dict
    loader: bool = False  # images come one by one from a DataLoader on the CPU
    wait: bool = False  # read the loss after every step
    larger: int = 1
    cuda: bool = True  # only where CUDA is


RUNGS = (
    Rung("naive", {}, loader=True, wait=True, cuda=False),
    Rung("no_wait", {}, loader=True, cuda=False),
    Rung("data_on_device", {"data_on_device": True}, cuda=False),
    Rung("autocast", {"amp": "half"}),
    Rung("channels_last", {"channels_last": True}),
    Rung("compile", {"compile": True}),
    Rung("cuda_graph", {"graph": True}),
    Rung("larger_batch", {}, larger=LARGER, cuda=False),
)


def recipe_for(context, name):
    """Return the recipe of the ladder's network: the chapter's own, or its small CPU form in a quick run."""
    epochs, batch, lr = LADDER[name]
    base = train.CPU_RECIPES[name] if context.quick else train.RECIPES[name]
    return replace(base, epochs=1 if context.quick else epochs, batch=16 if context.quick else batch, lr=lr)


def images_for(context, name, split):
    """Return the images on the CPU: all of them, or a few small ones in a quick run."""
    images = data.load(name, split)
    if not context.quick:
        return images
    few = images.first(256)
    return data.Images(few.x[:, :, ::2, ::2].contiguous(), few.y) if name == "clothing" else few


def speeds(context):
    """Return ``[(rung, speed)]`` for this device; rungs it cannot take have speed None."""
    speed, found = train.Speed(context.device), []
    for rung in RUNGS:
        if rung.cuda and not context.cuda:
            found.append((rung, None))
            continue
        add = dict(rung.add)
        if add.get("amp") == "half":
            add["amp"] = train.half_type(context.device)
        speed = replace(speed, **add)
        found.append((rung, speed))
    return found


class Loop:
    """The training loop of one rung: ``steps(count)`` goes on from where it stood, for ever over the images."""

    def __init__(self, rung, trainer, images):
        self.rung, self.trainer = rung, trainer
        self.batch = trainer.recipe.batch
        self.images = images.to(trainer.device) if trainer.speed.data_on_device else images
        self.batches = self._from_loader() if rung.loader else self._from_memory()

    def _from_loader(self):
        loader = DataLoader(TensorDataset(*self.images), self.batch, shuffle=True, drop_last=True)
        while True:
            yield from loader

    def _from_memory(self):
        while True:
            order = torch.randperm(len(self.images.y), device=self.images.y.device)
            yield from (order[k : k + self.batch] for k in range(0, len(order) - self.batch + 1, self.batch))

    def step(self):
        """Take one step; return the loss, on the device."""
        batch = next(self.batches)
        if not self.rung.loader:
            return self.trainer.batch(self.images, batch)
        x, y = batch
        loss = self.trainer.learn(self.trainer.prepare(x).to(self.trainer.device), y.to(self.trainer.device))
        if self.rung.wait:
            loss.item()
        return loss

    def fit(self, epochs):
        """Train for this many epochs with the one-cycle schedule."""
        steps = epochs * (len(self.images.y) // self.batch)
        for number in range(steps):
            self.trainer.set_lr(train.one_cycle(number, steps, self.trainer.recipe.lr))
            self.step()


def climb(context, rung, speed, recipe, images, test):
    """Train at one rung, check the accuracy, then time steps; return the row."""
    recipe = replace(recipe, batch=recipe.batch * rung.larger, lr=recipe.lr * rung.larger)
    if context.cuda:
        torch.cuda.reset_peak_memory_stats()
    start = time.perf_counter()
    trainer = train.Trainer(recipe, speed, context.seed)
    loop = Loop(rung, trainer, images)
    if speed.graph:
        trainer.capture(loop.images)
    else:
        trainer.rehearse(loop.step)
    context.synchronize()
    ready = time.perf_counter() - start
    start = time.perf_counter()
    loop.fit(recipe.epochs)
    context.synchronize()
    fitted = time.perf_counter() - start
    accuracy = train.accuracy(trainer.net, test, context.device)
    trainer.net.train()
    trainer.set_lr(0.0)  # the network stays as it is while it is timed
    calls = timing.calls_for(context.choose(0.5, 0.05), loop.step, context.synchronize, most=2000)
    taken = timing.sustained(
        loop.step, context.synchronize, calls=calls, repeats=context.choose(9, 3), limit=context.choose(8.0, 1.0)
    )
    row = {
        "key": rung.key,
        "speed": vars(speed) | {"device": torch.device(speed.device).type},
        "batch": recipe.batch,
        "lr": recipe.lr,
        "images_per_s": timing.summary([recipe.batch / s for s in taken], "images/s"),
        "accuracy": accuracy,
        "epochs": recipe.epochs,
        "fit_s": fitted,
        "prepare_s": ready,
        "peak_bytes": torch.cuda.max_memory_allocated() if context.cuda else None,
    }
    if rung.key == "no_wait":
        wrong, right = timing.unsynchronized(loop.step, context.synchronize, calls=20)
        row["clock"] = {"not_waiting_images_per_s": recipe.batch / wrong, "waiting_images_per_s": recipe.batch / right}
    return row


def ladder(context, name):
    """Climb the whole ladder with one set of images."""
    recipe = recipe_for(context, name)
    images, test = images_for(context, name, "train"), images_for(context, name, "test")
    results = {"data": name, "recipe": vars(recipe) | {"widths": list(recipe.widths)}, "rungs": [], "left_out": []}
    results["cost"] = cost.of(recipe.net(), images.x.shape[1:], recipe.batch)
    with ceilings.tf32(False):  # float32 means float32 until autocast
        for rung, speed in speeds(context):
            if speed is None or context.deadline.passed():
                reason = "không có GPU CUDA" if speed is None else "hết thời gian cho phép"
                results["left_out"].append({"key": rung.key, "reason": reason})
                continue
            try:
                row = climb(context, rung, speed, recipe, images, test)
            except Exception as error:  # a rung that breaks must not take the others with it
                results["left_out"].append({"key": rung.key, "reason": f"{type(error).__name__}: {error}"[:500]})
                continue
            finally:
                torch.compiler.reset()
            results["rungs"].append(row)
            context.say(f"  {rung.key:15} {row['images_per_s']['p50']:12.0f} ảnh/s   đúng {row['accuracy']:.2%}")
            context.partial(results)
    if not results["rungs"]:
        raise Absent("hết thời gian cho phép trước nấc đầu tiên" if context.deadline.passed() else "mọi nấc đều hỏng")
    rates = [row["images_per_s"]["p50"] for row in results["rungs"]]
    results["gain"] = rates[-1] / rates[0]
    return results


def prepared(context, recipe, images, seed, speed):
    """Return a trainer ready to run, and what was given up: a speed-up that breaks here must not cost the result."""
    given_up = []
    for attempt in dict.fromkeys((speed, replace(speed, compile=False), replace(speed, compile=False, graph=False))):
        try:
            trainer = train.Trainer(recipe, attempt, seed)
            if attempt.graph:
                trainer.capture(images)
            elif attempt.compile:
                trainer.rehearse(lambda trainer=trainer: trainer.batch(images, torch.arange(recipe.batch)))
            context.synchronize()
            return trainer, given_up
        except Exception as error:
            given_up.append(f"compile={attempt.compile}, graph={attempt.graph}: {type(error).__name__}: {error}"[:300])
    raise RuntimeError("; ".join(given_up))


def goal(context, name):
    """Train with everything on, for several seeds; return seconds of training and test accuracy of each."""
    recipe = train.CPU_RECIPES[name] if context.quick else train.RECIPES[name]
    recipe = replace(recipe, epochs=1, batch=32) if context.quick else recipe
    speed = train.everything(context.device)
    images, test = images_for(context, name, "train").to(context.device), images_for(context, name, "test")
    results = {"data": name, "recipe": vars(recipe) | {"widths": list(recipe.widths)}, "runs": []}
    results["cost"] = cost.of(recipe.net(), images.x.shape[1:], recipe.batch)
    for seed in range(context.seed, context.seed + context.choose(SEEDS[name], 1)):
        if results["runs"] and context.deadline.passed():
            break
        start = time.perf_counter()
        trainer, given_up = prepared(context, recipe, images, seed, speed)
        ready = time.perf_counter() - start
        start = time.perf_counter()
        train.fit(trainer, images)
        context.synchronize()
        seconds = time.perf_counter() - start
        row = {
            "seed": seed,
            "fit_s": seconds,
            "prepare_s": ready,
            "speed": vars(trainer.speed) | {"device": torch.device(speed.device).type},
            "given_up": given_up,
            "images_per_s": recipe.epochs * (len(images.y) // recipe.batch) * recipe.batch / seconds,
            "accuracy": train.accuracy(trainer.net, test, context.device),
            "accuracy_mirrored": train.accuracy(trainer.net, test, context.device, mirror=True)
            if recipe.flip
            else None,
        }
        results["runs"].append(row)
        context.say(f"  hạt giống {seed}: {seconds:.2f} s, đúng {row['accuracy']:.2%}")
        context.partial(results)
    for key, unit in (("fit_s", "s"), ("accuracy", "fraction")):
        results[key] = timing.summary([row[key] for row in results["runs"]], unit)
    return results
