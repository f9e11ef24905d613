"""Where a training step spends its time, as torch's profiler sees it: the plain loop beside the fastest one."""

import time

import torch
import train
from torch.profiler import ProfilerActivity, profile

from measure import ceilings, training

STEPS = 20
TOP = 12


def look(context, rung, speed, recipe, images):
    """Return the busiest kernels (on a CPU: operators) of one rung and the share of the time the device was busy."""
    trainer = train.Trainer(recipe, speed, context.seed)
    loop = training.Loop(rung, trainer, images)
    if speed.graph:
        trainer.capture(loop.images)
    for _ in range(3):
        loop.step()
    context.synchronize()
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if context.cuda else [])]
    with profile(activities=activities) as trace:
        start = time.perf_counter()
        for _ in range(STEPS):
            loop.step()
        context.synchronize()
        wall = time.perf_counter() - start
    kind = torch.autograd.DeviceType.CUDA if context.cuda else torch.autograd.DeviceType.CPU
    rows = []
    for event in trace.key_averages():
        spent = event.self_device_time_total if context.cuda else event.self_cpu_time_total
        if event.device_type == kind and spent > 0:
            rows.append((spent * 1e-6, event.count, event.key))
    rows.sort(reverse=True)
    busy = sum(row[0] for row in rows)
    return {
        "rung": rung.key,
        "wall_ms_per_step": wall / STEPS * 1e3,
        "busy_share": busy / wall,
        "calls_per_step": sum(row[1] for row in rows) / STEPS,
        "top": [
            {"name": name[:120], "ms_per_step": seconds / STEPS * 1e3, "calls_per_step": count / STEPS}
            for seconds, count, name in rows[:TOP]
        ],
    }


def run(context, name="mnist"):
    """Profile the first rung and the last one before the batch grows."""
    recipe = training.recipe_for(context, name)
    images = training.images_for(context, name, "train")
    taken = [(rung, speed) for rung, speed in training.speeds(context) if speed is not None and rung.larger == 1]
    results = {"data": name, "batch": recipe.batch, "steps": STEPS, "profiles": []}
    with ceilings.tf32(False):  # as on the ladder
        for rung, speed in (taken[0], taken[-1]):
            results["profiles"].append(look(context, rung, speed, recipe, images))
            context.partial(results)
    return results
