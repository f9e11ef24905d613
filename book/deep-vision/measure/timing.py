"""An honest timer for work that a device does later than it is asked to. Standard library only.

A call that starts work on a GPU returns before the work is done. Three rules follow, and every function here keeps
them: warm up first (the first calls compile, allocate and choose algorithms), wait for the device before reading a
clock, repeat and give the median with its spread. All durations are seconds.
"""

import time


def percentile(values, q):
    """Return the q-th percentile, 0 ≤ q ≤ 100, linear between neighbours (NumPy's default)."""
    ordered = sorted(values)
    if not ordered or not 0 <= q <= 100:
        raise ValueError("percentile needs at least one value and 0 <= q <= 100")
    place = (len(ordered) - 1) * q / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def summary(values, unit, scale=1.0):
    """Return ``{unit, p50, p99, iqr, min, max, repeats}`` of the values, each multiplied by `scale`."""
    values = [value * scale for value in values]
    return {
        "unit": unit,
        "p50": percentile(values, 50),
        "p99": percentile(values, 99),
        "iqr": percentile(values, 75) - percentile(values, 25),
        "min": min(values),
        "max": max(values),
        "repeats": len(values),
    }


class Deadline:
    """A moment after which no new work is begun; None means never."""

    def __init__(self, seconds=None, now=time.perf_counter):
        self.now = now
        self.end = None if seconds is None else now() + seconds

    def left(self):
        """Return the seconds left, infinite without a limit, never negative."""
        return float("inf") if self.end is None else max(0.0, self.end - self.now())

    def passed(self):
        """Say whether the moment has passed."""
        return self.left() == 0


def latencies(call, synchronize, *, warmup=10, repeats=100, limit=2.0, fewest=5, now=time.perf_counter):
    """Return how long each single call took until the device was done with it.

    Parameters
    ----------
    call : callable
        Starts the work; may return before it is done.
    synchronize : callable
        Waits until the device is idle.
    warmup, repeats : int
        Calls before the first measurement, and measurements.
    limit : float
        Stop after this many seconds (a third of it for the warm-up), but not before `fewest` measurements.
    """
    start = now()
    for number in range(max(1, warmup)):
        call()
        synchronize()
        if number and now() - start > limit / 3:
            break
    taken, start = [], now()
    for number in range(repeats):
        if number >= fewest and now() - start > limit:
            break
        before = now()
        call()
        synchronize()
        taken.append(now() - before)
    return taken


def sustained(call, synchronize, *, calls=20, repeats=7, warmup=2, limit=4.0, fewest=3, now=time.perf_counter):
    """Return seconds per call when `calls` of them are queued without waiting: what decides the throughput."""
    for _ in range(max(1, warmup)):
        call()
    synchronize()
    taken, start = [], now()
    for number in range(repeats):
        if number >= fewest and now() - start > limit:
            break
        before = now()
        for _ in range(calls):
            call()
        synchronize()
        taken.append((now() - before) / calls)
    return taken


def unsynchronized(call, synchronize, *, calls=20, warmup=2, now=time.perf_counter):
    """Return the two answers for the same calls, (not waiting, waiting), seconds per call: the first one is wrong."""
    for _ in range(max(1, warmup)):
        call()
    synchronize()
    before = now()
    for _ in range(calls):
        call()
    asked = now()
    synchronize()
    return (asked - before) / calls, (now() - before) / calls


def device_durations(call, event, synchronize, *, warmup=5, repeats=20):
    """Return durations read from the device's own clock: events recorded around each call, read after one wait.

    ``event()`` returns an object like ``torch.cuda.Event(enable_timing=True)``: ``record()``, ``elapsed_time`` in ms.
    """
    for _ in range(max(1, warmup)):
        call()
    pairs = []
    for _ in range(repeats):
        begin, end = event(), event()
        begin.record()
        call()
        end.record()
        pairs.append((begin, end))
    synchronize()
    return [begin.elapsed_time(end) / 1000 for begin, end in pairs]


def calls_for(seconds, call, synchronize, *, most=1000, now=time.perf_counter):
    """Return how many calls fill about this many seconds, at least 1 (two calls are spent to find out)."""
    call()
    synchronize()
    before = now()
    call()
    synchronize()
    return max(1, min(most, int(seconds / max(now() - before, 1e-7))))
