"""The machine's two ceilings, for the roofline: bytes per second and operations per second; and what a launch costs."""

import contextlib

import torch

from measure import timing


@contextlib.contextmanager
def tf32(allowed):
    """Let float32 products and convolutions use TF32 inside this block, or forbid it; restores what was set."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before


def _seconds(context, call, limit):
    calls = timing.calls_for(limit / 10, call, context.synchronize)
    return timing.sustained(call, context.synchronize, calls=calls, repeats=9, limit=limit)


def bandwidth(context):
    """Return GB/s of a copy within the device, bytes read plus bytes written, for several sizes."""
    results = []
    for mebibytes in context.choose((1, 8, 32, 128, 512, 2048), (1, 8)):
        source = torch.randn(mebibytes << 18, device=context.device)
        target = torch.empty_like(source)
        moved = 2 * source.nbytes
        taken = _seconds(context, lambda a=source, b=target: b.copy_(a), context.choose(1.0, 0.1))
        results.append({"bytes": moved, "rate": timing.summary([moved / s for s in taken], "GB/s", 1e-9)})
    return results


def transfer(context):
    """Return GB/s from the host's memory to the device, from ordinary and from page-locked memory."""
    results = []
    if context.cuda:
        for pinned in (False, True):
            source = torch.randn(64 << 18, pin_memory=pinned)
            target = torch.empty_like(source, device=context.device)
            taken = _seconds(context, lambda a=source, b=target: b.copy_(a, non_blocking=True), 1.0)
            rate = timing.summary([source.nbytes / s for s in taken], "GB/s", 1e-9)
            results.append({"pinned": pinned, "bytes": source.nbytes, "rate": rate})
    return results


def matmul(context):
    """Return TFLOP/s of square matrix products on random data (zeros run faster), by number type and size."""
    types = {"float32": (torch.float32, False)}
    if context.cuda:
        capability = torch.cuda.get_device_capability()
        if capability >= (8, 0):
            types |= {"tf32": (torch.float32, True), "bfloat16": (torch.bfloat16, False)}
        types["float16"] = (torch.float16, False)
    else:
        types["bfloat16"] = (torch.bfloat16, False)
    results = []
    for name, (dtype, allowed) in types.items():
        for side in context.choose((1024, 2048, 4096, 8192), (128, 256)):
            a, b = (torch.randn(side, side, device=context.device).to(dtype) for _ in range(2))
            out = torch.empty_like(a)
            with tf32(allowed):
                taken = _seconds(context, lambda a=a, b=b, out=out: torch.mm(a, b, out=out), context.choose(1.0, 0.1))
            rate = timing.summary([2 * side**3 / s for s in taken], "TFLOP/s", 1e-12)
            results.append({"type": name, "side": side, "rate": rate})
    return results


def launch(context):
    """Return what the smallest possible operation costs: alone until it is done, and per call when queued."""
    x = torch.ones(1, device=context.device)
    alone = timing.latencies(lambda: x.add_(0), context.synchronize, repeats=context.choose(500, 50), limit=1.0)
    queued = timing.sustained(lambda: x.add_(0), context.synchronize, calls=context.choose(1000, 100), limit=1.0)
    return {"alone": timing.summary(alone, "us", 1e6), "queued": timing.summary(queued, "us", 1e6)}


def run(context):
    """Measure all of it."""
    results = {}
    for part in (bandwidth, transfer, matmul, launch):
        results[part.__name__] = part(context)
        context.partial(results)
    results["best"] = {
        "bandwidth_gb_s": max(row["rate"]["p50"] for row in results["bandwidth"][-2:]),  # the largest: not the cache
        "tflop_s": {
            name: max(row["rate"]["p50"] for row in results["matmul"] if row["type"] == name)
            for name in dict.fromkeys(row["type"] for row in results["matmul"])
        },
    }
    return results
