"""The timer, on a device whose true durations are known."""

import numpy as np
import pytest
from measure import timing

from tests.measure.fake_device import FakeDevice


def test_latency_is_the_devices_time_and_not_the_launch():
    device = FakeDevice(launch=1e-5, work=1e-3)
    taken = timing.latencies(device.call, device.synchronize, warmup=3, repeats=20, now=device.now)
    assert len(taken) == 20
    assert taken == pytest.approx([1.01e-3] * 20)


def test_warm_up_keeps_compilation_out():
    device = FakeDevice(slow=3, compile_s=0.1)
    taken = timing.latencies(device.call, device.synchronize, warmup=3, repeats=5, limit=10, now=device.now)
    assert max(taken) < 2e-3


def test_limit_ends_the_repeats_but_not_before_the_fewest():
    device = FakeDevice(work=1.0)
    taken = timing.latencies(device.call, device.synchronize, warmup=1, repeats=100, limit=2, fewest=5, now=device.now)
    assert len(taken) == 5


@pytest.mark.parametrize(("launch", "work", "expected"), [(1e-5, 1e-3, 1e-3), (1e-3, 1e-5, 1e-3)])
def test_queued_calls_take_what_the_slower_of_host_and_device_takes(launch, work, expected):
    device = FakeDevice(launch=launch, work=work)
    taken = timing.sustained(device.call, device.synchronize, calls=200, repeats=5, limit=100, now=device.now)
    assert len(taken) == 5
    assert taken == pytest.approx([expected] * 5, rel=0.02)


def test_not_waiting_gives_the_launch_time():
    device = FakeDevice(launch=1e-5, work=1e-3)
    wrong, right = timing.unsynchronized(device.call, device.synchronize, calls=50, now=device.now)
    assert wrong == pytest.approx(1e-5)
    assert right == pytest.approx(1e-3, rel=0.02)


def test_events_read_the_devices_clock():
    device = FakeDevice(launch=1e-5, work=1e-3)
    taken = timing.device_durations(device.call, device.event, device.synchronize, repeats=10)
    assert taken == pytest.approx([1e-3] * 10, rel=0.02)


def test_calls_for_fills_the_time():
    device = FakeDevice(launch=0, work=1e-3)
    assert timing.calls_for(0.1, device.call, device.synchronize, now=device.now) in (99, 100)
    assert timing.calls_for(1e-9, device.call, device.synchronize, now=device.now) == 1


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_percentiles_are_numpys(count):
    values = np.random.default_rng(count).random(count)
    for q in (0, 25, 50, 75, 99, 100):
        assert timing.percentile(list(values), q) == pytest.approx(np.percentile(values, q))
    found = timing.summary(list(values), "ms", 1e3)
    assert found["iqr"] == pytest.approx(1e3 * (np.percentile(values, 75) - np.percentile(values, 25)))
    assert found["repeats"] == count


def test_percentile_refuses_nothing():
    with pytest.raises(ValueError, match="at least one"):
        timing.percentile([], 50)


def test_deadline():
    device = FakeDevice(work=1.0)
    deadline = timing.Deadline(1.5, now=device.now)
    assert not deadline.passed()
    device.call()
    device.synchronize()
    assert deadline.left() == pytest.approx(0.5, abs=1e-4)
    device.call()
    device.synchronize()
    assert deadline.passed()
    assert not timing.Deadline(None).passed()
