"""Engines on disk: one made for another GPU or version, or damaged, is refused in plain words; so is a wrong shape."""

import pytest
import torch
from measure import engine

HERE = {"device": "GPU A", "capability": "9.0", "tensorrt": "11.4.0"}
PLAN = bytes(range(256)) * 40


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "x.engine"
    engine.save(path, PLAN, HERE)
    return path


def test_round_trip(stored):
    assert engine.load(stored, HERE) == PLAN


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("device", "GPU B", "dựng cho GPU GPU A, máy này có GPU B"),
        ("capability", "7.5", "compute capability 9.0, máy này có 7.5"),
        ("tensorrt", "10.9.0", "TensorRT 11.4.0, máy này có 10.9.0"),
    ],
)
def test_another_machine_is_refused(stored, key, value, said):
    with pytest.raises(engine.EngineError, match=said):
        engine.load(stored, HERE | {key: value})


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:-5] + b"x" + b[-4:], lambda b: b"no" + b, lambda b: b[:30]]
)
def test_damage_is_refused(stored, damage):
    stored.write_bytes(damage(stored.read_bytes()))
    with pytest.raises(engine.EngineError, match=r"hỏng|không phải engine"):
        engine.load(stored, HERE)


def test_without_tensorrt_it_says_so():
    pytest.importorskip("torch")
    assert engine.machine.version("tensorrt") is not None or engine.ready() == "chưa cài TensorRT"


class Profile:
    """An execution context that knows one profile, batch 1 to 1024, and notes what is asked of it."""

    def __init__(self):
        self.shape, self.addresses = None, {}

    def set_input_shape(self, name, shape):
        if not (name == "images" and 1 <= shape[0] <= 1024 and shape[1:] == (1, 28, 28)):
            return False
        self.shape = shape
        return True

    def get_tensor_shape(self, name):
        return (self.shape[0], 10)

    def set_tensor_address(self, name, address):
        self.addresses[name] = address

    def execute_async_v3(self, stream):
        return True


@pytest.fixture
def opened(monkeypatch):
    """An engine whose TensorRT and CUDA stream are made up."""

    class Stream:
        cuda_stream = 0

        def wait_stream(self, other):
            pass

    monkeypatch.setattr(torch.cuda, "current_stream", lambda: None)
    made = engine.Engine.__new__(engine.Engine)
    made.context, made.input, made.output, made.stream = Profile(), "images", "logits", Stream()
    return made


@pytest.mark.parametrize("shape", [(1025, 1, 28, 28), (8, 1, 32, 32)])
def test_a_shape_outside_the_profile_is_refused(opened, shape):
    assert opened.runner(torch.zeros(1024, 1, 28, 28))().shape == (1024, 10)
    with pytest.raises(engine.EngineError, match="ngoài hồ sơ"):
        opened.runner(torch.zeros(shape))
    assert opened.context.shape == (1024, 1, 28, 28)


def test_an_engine_that_fails_says_so(opened):
    opened.context.execute_async_v3 = lambda stream: False
    with pytest.raises(engine.EngineError, match="báo lỗi khi chạy"):
        opened.runner(torch.zeros(1, 1, 28, 28))()
