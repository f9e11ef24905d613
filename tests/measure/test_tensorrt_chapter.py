"""The TensorRT code in the chapter: its names exist in TensorRT 11; what 11 dropped stands only in the branch for 8.6.

None of that code can run here. A machine without a GPU can check the names, and the course's own steps around made-up
engines: build, store, reload, compare, and only then take the time.
"""

import ast
import datetime
import json
import types

import numpy as np
import pytest
import torch

from tests.measure.conftest import HERE
from tests.measure.test_tensorrt_names import ask, bindings, names

__all__ = ["bindings"]  # the fixture
CHAPTER = HERE / "tensorrt.ipynb"
OLD = "build_86"  # the branch for TensorRT 8.6


@pytest.fixture(scope="module")
def used():
    """The names in the code for TensorRT 10 and 11, and those in the branch for 8.6."""
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    body = [node for cell in cells if cell["cell_type"] == "code" for node in ast.parse("".join(cell["source"])).body]
    old = [node for node in body if getattr(node, "name", "") == OLD]
    assert len(old) == 1, f"{OLD} is no longer in the chapter"

    def of(nodes, functions):
        return names(ast.unparse(ast.Module(list(nodes), [])), functions)

    return of((node for node in body if node is not old[0]), ("build", "Engine")), of(old, (OLD,))


def test_names_are_found_in_the_chapter(used):
    new, old = used
    assert {
        "NetworkDefinitionCreationFlag.STRONGLY_TYPED",
        "BuilderFlag.TF32",
        "OnnxParser.get_error",
        "ParserError.desc",
    } <= new
    assert {"IExecutionContext.set_input_shape", "Runtime.deserialize_cuda_engine", "TensorIOMode.INPUT"} <= new
    assert len(new) > 20
    assert {"NetworkDefinitionCreationFlag.EXPLICIT_BATCH", "BuilderFlag.FP16", "BuilderFlag.INT8"} <= old


def test_every_name_exists_in_tensorrt_11(bindings, used):
    version, missing = ask(bindings, used[0])
    assert version.startswith("11.")
    assert missing == []


def test_what_11_dropped_is_only_in_the_old_branch(bindings, used):
    dropped = set(ask(bindings, used[1])[1])
    assert dropped == {"NetworkDefinitionCreationFlag.EXPLICIT_BATCH", "BuilderFlag.FP16", "BuilderFlag.INT8"}


@pytest.mark.parametrize("wrong", [(), ("fp16",)])
def test_the_chapter_takes_no_time_of_a_wrong_engine(wrong, tmp_path, monkeypatch, capsys):
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    (source,) = ["".join(c["source"]) for c in cells if "here = engine.identity(" in "".join(c["source"])]
    monkeypatch.setattr(torch.Tensor, "cuda", lambda self: self)
    timed, plans = [], []

    class Engine:
        def __init__(self, plan):
            self.name = plan.decode()

        def __call__(self, images):
            assert len(images) <= 1024, "outside the profile"
            return images.flatten(1)[:, :10] + (self.name in wrong)

    def durations(call, repeats):
        timed.append((call().shape[0], repeats))
        return [0.001] * repeats

    def verdict(title, logits, precision):
        return bool(np.array_equal(logits, images.flatten(1)[:, :10].numpy()))

    images = torch.rand(3000, 1, 28, 28)
    here = {"device": "GPU Bịa", "capability": "9.0", "tensorrt": "11.0"}
    given = {
        "has_cuda": True,
        "machine": types.SimpleNamespace(version=lambda name: "11.0"),
        "engine": types.SimpleNamespace(identity=lambda trt: here, tensorrt=lambda: None),
        "precisions": ("fp32", "fp16", "int8"),
        "folder": tmp_path,
        "build": lambda path: path.stem.encode(),
        "pack": lambda plan, owner: plans.append(plan) or b"head" + plan,
        "unpack": lambda content, owner: content[4:],
        "Engine": Engine,
        "X_test": images,
        "torch": torch,
        "np": np,
        "datetime": datetime,
        "durations": durations,
        "verdict": verdict,
    }
    exec(source, given)
    assert plans == [b"fp32", b"fp16", b"int8"]
    assert [size for size, _ in timed] == [1, 64, 1024] * (3 - len(wrong))
    assert capsys.readouterr().out.count("p50 1.000, p99 1.000 ms") == 3 * (3 - len(wrong))
