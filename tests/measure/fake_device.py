"""A device that works later than it is asked to, in time that only this file moves."""


class FakeDevice:
    """Each call costs the host `launch` seconds and queues `work` seconds; the first `slow` calls also compile."""

    def __init__(self, launch=1e-5, work=1e-3, slow=0, compile_s=1.0):
        self.launch, self.work, self.slow, self.compile_s = launch, work, slow, compile_s
        self.host = self.free = 0.0
        self.calls = 0

    def now(self):
        return self.host

    def call(self):
        self.host += self.launch + (self.compile_s if self.calls < self.slow else 0)
        self.free = max(self.free, self.host) + self.work
        self.calls += 1

    def synchronize(self):
        self.host = max(self.host, self.free)

    def event(self):
        return FakeEvent(self)


class FakeEvent:
    """Like torch.cuda.Event: takes the device's time when the device gets there."""

    def __init__(self, device):
        self.device, self.at = device, None

    def record(self):
        self.at = max(self.device.free, self.device.host)

    def elapsed_time(self, other):
        if self.device.host < other.at:
            raise RuntimeError("not ready: synchronize first")
        return (other.at - self.at) * 1000
