"""Engines on disk: one made for another GPU or version, or damaged, is refused in plain words."""

import pytest
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
