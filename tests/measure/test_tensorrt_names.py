"""Every TensorRT name that the course uses exists in the real bindings of TensorRT 11, loaded without a GPU.

The bindings' wheel (1.3 MB) is no dependency of the course. It is taken from the folder TENSORRT_BINDINGS, or fetched
by pip into ``_build``; its three big libraries are replaced by stubs whose functions are never called.
"""

import ast
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.measure.conftest import HERE

ROOT = HERE.parents[1]
LIBRARIES = ("nvinfer", "nvinfer_plugin", "nvonnxparser")
#: which class a variable of engine.py holds
CLASSES = {
    "builder": "Builder", "network": "INetworkDefinition", "parser": "OnnxParser", "config": "IBuilderConfig",
    "profile": "IOptimizationProfile", "runtime": "Runtime", "engine": "ICudaEngine", "context": "IExecutionContext",
    "source": "ITensor",
}  # fmt: skip
#: which class a method of theirs returns, where the source uses it at once: ``parser.get_error(0).desc()``
RETURNS = {"OnnxParser.get_error": "ParserError", "INetworkDefinition.get_input": "ITensor"}

OF_VARIABLE = re.compile(rf"(?:self\.)?({'|'.join(CLASSES)})\.(\w+)")


def member(node):
    """Return "OnnxParser.get_error", "ParserError.desc", … for an attribute of a known object, or None."""
    if match := OF_VARIABLE.fullmatch(ast.unparse(node)):
        return f"{CLASSES[match[1]]}.{match[2]}"
    if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        kind = RETURNS.get(member(node.value.func))
        return kind and f"{kind}.{node.attr}"
    return None


def names(source, functions=("build", "Engine")):
    """Return {"BuilderFlag.TF32", "Builder.create_network", …} used in engine.py's parts that talk to TensorRT."""
    found = set()
    for part in ast.parse(source).body:
        for node in ast.walk(part):
            if not isinstance(node, ast.Attribute):
                continue
            path = ast.unparse(node)
            if match := re.fullmatch(r"(?:self\.)?trt\.([\w.]+)", path):
                found.add(match[1])
            elif getattr(part, "name", "") in functions and (name := member(node)):
                found.add(name)
    return found


def test_names_are_found_in_the_source():
    used = names((HERE / "measure" / "engine.py").read_text(encoding="utf-8"))
    wanted = {"NetworkDefinitionCreationFlag.STRONGLY_TYPED", "BuilderFlag.TF32", "Runtime.deserialize_cuda_engine"}
    assert wanted | {"Builder.build_serialized_network", "IExecutionContext.execute_async_v3", "__version__"} <= used
    assert {"OnnxParser.get_error", "ParserError.desc"} <= used, "a method of what another method returns"
    assert len(used) > 20


@pytest.fixture(scope="module")
def bindings(tmp_path_factory):
    """A folder with the unpacked bindings and the stub libraries."""
    if sys.platform != "linux" or not (shutil.which("gcc") and shutil.which("readelf")):
        pytest.skip("cần Linux, gcc và readelf để dựng thư viện giả cho TensorRT")
    given = os.environ.get("TENSORRT_BINDINGS")
    store = Path(given) if given else ROOT / "_build" / "tensorrt-bindings"
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    pattern = f"tensorrt_cu13_bindings-11*{tag}*.whl"
    if not list(store.glob(pattern)) and not given:
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--retries=0"]
        fetch += ["--timeout=10", "--dest", str(store), "tensorrt_cu13_bindings>=11,<12"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(fetch, check=False, capture_output=True, timeout=60)
    wheels = sorted(store.glob(pattern))
    if not wheels:
        pytest.skip(f"không có wheel tensorrt_cu13_bindings 11 cho {tag}: pip download, rồi đặt TENSORRT_BINDINGS")
    folder = tmp_path_factory.mktemp("tensorrt")
    with zipfile.ZipFile(wheels[-1]) as wheel:
        wheel.extractall(folder)
    table = subprocess.run(
        ["readelf", "-W", "--dyn-syms", folder / "tensorrt_bindings" / "tensorrt.so"], capture_output=True, text=True
    ).stdout
    symbols = re.findall(r" UND (\w*(?:Nv|Infer|Plugin)\w*)$", table, re.MULTILINE)
    assert symbols, "the bindings ask their libraries for nothing?"
    (folder / "stub.c").write_text("".join(f"void *{symbol}(void) {{ return 0; }}\n" for symbol in symbols))
    for name in LIBRARIES:
        so = f"lib{name}.so.11"
        subprocess.run(
            ["gcc", "-shared", "-fPIC", f"-Wl,-soname,{so}", "-o", folder / so, folder / "stub.c"], check=True
        )
    return folder


ASK = """
import json, sys, tensorrt_bindings as trt
missing = []
for name in json.loads(sys.argv[1]):
    value = trt
    for part in name.split("."):
        value = getattr(value, part, None)
    if value is None:
        missing.append(name)
print(json.dumps([trt.__version__, missing]))
"""


def ask(folder, wanted):
    environment = os.environ | {"LD_LIBRARY_PATH": str(folder), "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", ASK, json.dumps(sorted(wanted))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_name_exists_in_tensorrt_11(bindings):
    version, missing = ask(bindings, names((HERE / "measure" / "engine.py").read_text(encoding="utf-8")))
    assert version.startswith("11.")
    assert missing == []


def test_what_tensorrt_11_dropped_would_be_found(bindings):
    dropped = {
        "BuilderFlag.FP16",
        "BuilderFlag.INT8",
        "NetworkDefinitionCreationFlag.EXPLICIT_BATCH",
        "IInt8Calibrator",
        "ParserError.description",  # never was: a misspelt method would be found too
    }
    assert set(ask(bindings, dropped)[1]) == dropped


def test_the_compatibility_branch_names_exist_in_tensorrt_86():
    from measure.compat import client

    if client.version() is None:
        pytest.skip("TENSORRT86 chưa trỏ tới TensorRT 8.6 đã giải nén (compat/pack.py, compat/unpack.py)")
    source = client.RUNNER.read_text(encoding="utf-8")
    wanted = names(source, functions=("build", "run")) | {"BuilderFlag.TF32", "BuilderFlag.FP16", "BuilderFlag.INT8"}
    arguments, environment = client.command(client.folder())
    asking = ASK.replace("tensorrt_bindings", "tensorrt")
    done = subprocess.run(
        [*arguments, "-c", asking, json.dumps(sorted(wanted))],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    version, missing = json.loads(done.stdout)
    assert version.startswith("8.6")
    assert missing == []
    assert len(wanted) > 20
