"""Inference, parity first: no backend is timed before its logits agree with float64 torch on the whole test set."""

import copy
import hashlib

import torch
import train

from measure import backends, ceilings, cost, models, parity, timing, training
from measure.context import Absent

BATCHES = {"mnist": tuple(2**k for k in range(11)), "clothing": tuple(4**k for k in range(6))}  # 1 … 1024
LARGEST_ON_CPU = 64  # beside a GPU, seconds are better spent elsewhere


@torch.no_grad()
def reference(net, images):
    """Return float64 logits of all images, computed on the CPU by the plain torch network: NumPy (N, classes)."""
    net = copy.deepcopy(net).double().eval()
    return torch.cat([net(part.double()) for part in images.split(500)]).numpy()


def weights_digest(net):
    """Return a short name for the weights: the same network gives the same name."""
    digest = hashlib.sha256()
    for key, value in net.state_dict().items():
        digest.update(key.encode() + value.numpy().tobytes())
    return digest.hexdigest()[:12]


def logits_of(backend, images, chunk):
    """Return the backend's float32 logits of all images, chunk by chunk: NumPy (N, classes)."""
    parts = []
    for part in images.split(chunk):
        result = backend.runner(part.to(backend.device))()
        backend.wait()
        parts.append(result.float().cpu().clone())
    return torch.cat(parts).numpy()


def batch_of(images, size):
    """Return `size` images, repeating the set when it is smaller."""
    return images.repeat(-(-size // len(images)), 1, 1, 1)[:size].contiguous()


def row_of(batch, single, queued):
    """Return one line of the table from raw seconds of single calls and of queued calls."""
    return {
        "batch": batch,
        "latency": timing.summary(single, "ms", 1e3),
        "images_per_s": timing.summary([batch / seconds for seconds in queued], "images/s"),
    }


def timings(backend, images, batches, repeats, limit, deadline):
    """Return a row for every batch size: latency of single calls, images per second of queued calls."""
    rows = []
    for batch in batches:
        if deadline.passed():
            break
        call = backend.runner(batch_of(images, batch).to(backend.device))
        single = timing.latencies(call, backend.wait, repeats=repeats, limit=limit)
        calls = timing.calls_for(limit / 8, call, backend.wait)
        rows.append(row_of(batch, single, timing.sustained(call, backend.wait, calls=calls, limit=limit)))
    return rows


@torch.inference_mode()
def one(context, backend, precision, images, labels, wanted, batches):
    """Return what one open backend gives: its parity and, only if that is accepted, its timings."""
    if context.cuda and backend.device == "cpu":
        batches = [batch for batch in batches if batch <= LARGEST_ON_CPU]
    repeats, limit = context.choose((300, 0.3), (20, 0.2))
    if isinstance(backend, backends.TensorRT86):
        answer = backend.ask(images, batches, repeats, limit)
        found = parity.compare(answer["logits"], wanted, labels, precision)
        rows = [row_of(row["batch"], row["latencies"], row["sustained"]) for row in answer["rows"]]
        backend.details |= {key: answer[key] for key in ("version", "build_s", "plan_bytes")}
    else:
        found = parity.compare(logits_of(backend, images, min(1000, len(images))), wanted, labels, precision)
        rows = None
    if not found["accepted"]:
        return {"status": "failed", "message": "kết quả lệch quá mức cho phép nên không đo tốc độ", "parity": found}
    if rows is None:
        rows = timings(backend, images, batches, repeats, limit, context.deadline)
    return {"status": "done", "parity": found, "details": backend.details, "rows": rows}


def run(context, name):
    """Measure every backend on one trained network."""
    net = models.trained(context, name)
    test = training.images_for(context, name, "test")
    images, labels = train.pixels(test.x), test.y.numpy()
    wanted = reference(net, images)
    folder = context.folder / name
    folder.mkdir(exist_ok=True)
    calibration = train.pixels(training.images_for(context, name, "train").first(context.choose(512, 64)).x)
    files = backends.Files(net, tuple(images.shape[1:]), calibration, folder)
    batches = context.choose(BATCHES[name], (1, 8))
    digest = weights_digest(net)
    # what an earlier file holds for backends that are not asked for now is kept, with the weights it was measured on
    kept = context.earlier.get("backends", {}) if context.backends else {}
    results = {"data": name, "images": len(images), "batches": list(batches), "backends": dict(kept)}
    results["cost"] = cost.of(net, images.shape[1:], 1)
    for key, precision, how in backends.ALL:
        if context.backends and not key.startswith(tuple(context.backends)):
            continue
        if context.deadline.passed():
            entry = {"status": "absent", "reason": "hết thời gian cho phép"}
        else:
            entry = _guarded(context, files, precision, how, (images, labels, wanted, batches))
        results["backends"][key] = {"precision": precision, "weights": digest, **entry}
        context.say(f"  {key:28} {_line(entry)}")
        context.partial(results)
    return results


def _guarded(context, files, precision, how, given):
    try:
        backend = backends.open_backend(context, files, precision, how)
        with ceilings.tf32(precision == "tf32"):
            return one(context, backend, precision, *given)
    except Absent as reason:
        return {"status": "absent", "reason": str(reason)}
    except Exception as error:  # one broken backend must not cost the others
        return {"status": "failed", "message": f"{type(error).__name__}: {error}"[:800]}
    finally:
        torch.compiler.reset()
        if context.cuda:
            torch.cuda.empty_cache()


def _line(entry):
    if entry["status"] != "done" or not entry["rows"]:
        return f"{entry['status']}: {entry.get('reason') or entry.get('message') or 'hết thời gian cho phép'}"
    first, last, found = entry["rows"][0], entry["rows"][-1], entry["parity"]
    return (
        f"|Δ| {found['max_abs']:.1e}, cùng đáp án {found['top1_agreement']:.2%}; batch {first['batch']}: "
        f"p50 {first['latency']['p50']:.3f} ms; batch {last['batch']}: {last['images_per_s']['p50']:.0f} ảnh/s"
    )
