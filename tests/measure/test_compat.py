"""The branch for TensorRT 8.6, without TensorRT: pieces cut and joined, files packed and unpacked, a request answered.

What stands in for the GPU, for TensorRT and for its interpreter is made up here: none of this says that 8.6 works.
"""

import array
import contextlib
import json
import math
import sys
import tarfile
import types
import zlib

import numpy as np
import pytest
from measure.compat import client, pack, unpack

# --- pieces ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "size", "count"), [(1000, 300, 4), (900, 300, 3), (5, 300, 1), (130, 1, 130)])
def test_pieces_join_to_what_was_cut(tmp_path, length, size, count):
    content = np.random.default_rng(0).bytes(length)
    (tmp_path / "whole").write_bytes(content)
    assert pack.cut(tmp_path / "whole", tmp_path / "out", size) == count
    pieces = unpack.pieces_in(tmp_path / "out")
    assert len(pieces) == count
    assert max(path.stat().st_size for path in pieces) <= size
    for step in (1, 7, 299, 300, 301, 5000):
        joined, parts = unpack.Joined(pieces), []
        while part := joined.read(step):
            assert len(part) <= step
            parts.append(part)
        assert b"".join(parts) == content
        assert joined.read(step) == b""


@pytest.mark.parametrize("lost", [0, 2])  # without the last one the stream breaks off: further down
def test_a_missing_piece_is_noticed(tmp_path, lost):
    (tmp_path / "whole").write_bytes(bytes(1000))
    pack.cut(tmp_path / "whole", tmp_path / "out", 300)
    (tmp_path / "out" / f"{lost:02}" / f"piece.{lost:02}").unlink()
    for folder in (tmp_path / "out", tmp_path / "nothing"):
        with pytest.raises(ValueError, match="thiếu mảnh"):
            unpack.pieces_in(folder)


# --- files, there and back ------------------------------------------------------------------------------------------


class Writer:
    """Like the stream_writer of zstandard, with zlib."""

    def __init__(self, file):
        self.file, self.engine = file, zlib.compressobj()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.write(self.engine.flush())

    def write(self, content):
        self.file.write(self.engine.compress(content))
        return len(content)


class Reader:
    """Like the stream_reader of zstandard, with zlib; takes small sips, as a network would give."""

    def __init__(self, source):
        self.source, self.engine, self.rest = source, zlib.decompressobj(), b""

    def read(self, size):
        while len(self.rest) < size and (sip := self.source.read(1000)):
            self.rest += self.engine.decompress(sip)
        found, self.rest = self.rest[:size], self.rest[size:]
        return found


@pytest.fixture
def zstandard(monkeypatch):
    """The real package, or zlib in its place: what is tried here is the course's code around it."""
    with contextlib.suppress(ImportError):
        import zstandard

        return zstandard
    module = types.ModuleType("zstandard")
    parameters = types.SimpleNamespace(from_level=lambda level, **options: None)
    module.ZstdCompressionParameters = parameters
    module.ZstdCompressor = lambda compression_params: types.SimpleNamespace(stream_writer=Writer)
    module.ZstdDecompressor = lambda max_window_size: types.SimpleNamespace(stream_reader=Reader)
    monkeypatch.setitem(sys.modules, "zstandard", module)
    monkeypatch.setitem(sys.modules, "compression", None)  # Python 3.14 would bring a real zstd to read with
    return module


def test_files_there_and_back(tmp_path, monkeypatch, capsys, zstandard):
    given = tmp_path / "given"
    given.mkdir()
    content = {"a.whl": np.random.default_rng(1).bytes(2_500_000), "b.txt": "chữ có dấu".encode(), "c": b""}
    for name, part in content.items():
        (given / name).write_bytes(part)
    (tmp_path / "pieces").mkdir()
    (tmp_path / "pieces" / "old").write_bytes(b"from an earlier run")
    words = [str(tmp_path / "pieces"), "--files", *(str(given / name) for name in content), "--size", "1"]
    monkeypatch.setattr(sys, "argv", ["pack.py", *words])
    pack.main()
    assert "3 mảnh" in capsys.readouterr().out
    pieces = unpack.pieces_in(tmp_path / "pieces")
    assert [path.stat().st_size <= 1 << 20 for path in pieces] == [True] * 3
    assert not (tmp_path / "pieces" / "old").exists()
    unpack.unpack(tmp_path / "pieces", tmp_path / "back")
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").iterdir()} == content


def test_a_stream_that_breaks_off_is_refused(tmp_path, monkeypatch, zstandard):
    (tmp_path / "a").write_bytes(np.random.default_rng(2).bytes(2_500_000))
    monkeypatch.setattr(
        sys, "argv", ["pack.py", str(tmp_path / "pieces"), "--files", str(tmp_path / "a"), "--size", "1"]
    )
    pack.main()
    (tmp_path / "pieces" / "02" / "piece.02").unlink()
    with pytest.raises((tarfile.TarError, EOFError, OSError, ValueError)):
        unpack.unpack(tmp_path / "pieces", tmp_path / "back")


def test_something_to_pack_must_be_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["pack.py", str(tmp_path / "pieces")])
    with pytest.raises(SystemExit):
        pack.main()
    assert "--python310" in capsys.readouterr().err


def test_what_the_interpreter_never_needs_stays_behind():
    kept = ["py310/bin/python3.10", "py310/lib/python3.10/json/__init__.py"]
    left = ["py310/include/Python.h", "py310/lib/python3.10/test/x.py", "py310/lib/config-3.10-x/libpython3.10.a"]
    assert [name for name in [*kept, *left] if pack.needed(tarfile.TarInfo(name))] == kept


# --- a request, to a made-up interpreter ----------------------------------------------------------------------------

INTERPRETER = """
import array, json, os, sys
if sys.argv[1] == "-c":
    print("8.6.0")
    sys.exit()
runner, asked, answered = sys.argv[1:]
request = json.load(open(asked))
if request["precision"] == "fp16":
    print("one\\ntwo", file=sys.stderr)
    sys.exit(3)
if request["precision"] == "int8":
    sys.exit()  # as if all were well, but no answer
pixels = array.array("f", open(request["images"], "rb").read())
count, size = request["shape"][0], len(pixels) // request["shape"][0]
sums = [sum(pixels[k * size : (k + 1) * size]) for k in range(count)]
array.array("f", [value for s in sums for value in (s, -s)]).tofile(open(request["logits"], "wb"))
rows = [{"batch": b, "latencies": [0.5], "sustained": [0.25]} for b in request["batches"]]
seen = {"runner": runner, "home": os.environ["SEEN_HOME"], "path": os.environ["SEEN_PATH"]}
json.dump({"version": "8.6.0", "build_s": 1.0, "plan_bytes": 9, "rows": rows, "seen": seen}, open(answered, "w"))
"""


@pytest.fixture
def unpacked(tmp_path, monkeypatch):
    """A folder as unpack.py leaves it, whose interpreter is a script of ours."""
    if sys.platform == "win32":
        pytest.skip("trình thông dịch giả là một tệp lệnh của sh")
    place = tmp_path / "tensorrt86"
    for name in ("py310/bin", "site/tensorrt", "stubs"):
        (place / name).mkdir(parents=True)
    (place / "answer.py").write_text(INTERPRETER, encoding="utf-8")
    interpreter = place / "py310" / "bin" / "python3.10"
    interpreter.write_text(
        "#!/bin/sh\n"
        'export SEEN_HOME="$PYTHONHOME" SEEN_PATH="$PYTHONPATH"\n'
        "unset PYTHONHOME PYTHONPATH LD_LIBRARY_PATH\n"
        f'exec "{sys.executable}" "{place / "answer.py"}" "$@"\n',
        encoding="utf-8",
    )
    interpreter.chmod(0o755)
    monkeypatch.setenv("TENSORRT86", str(place))
    client.version.cache_clear()
    yield place
    client.version.cache_clear()


def test_the_client_asks_and_reads(unpacked, tmp_path):
    assert client.folder() == unpacked
    assert client.version() == "8.6.0"
    images = np.arange(24, dtype=np.float64).reshape(3, 1, 2, 4)[:, :, :, ::-1]  # neither float32 nor contiguous
    answer = client.ask({"precision": "fp32", "batches": [1, 8]}, images, tmp_path)
    sums = images.sum(axis=(1, 2, 3))
    assert answer["logits"].dtype == np.float32
    assert np.array_equal(answer["logits"], np.stack([sums, -sums], axis=1))
    assert [row["batch"] for row in answer["rows"]] == [1, 8]
    assert answer["seen"] == {
        "runner": str(client.RUNNER), "home": str(unpacked / "py310"), "path": str(unpacked / "site")
    }  # fmt: skip


def test_what_goes_wrong_over_there_is_told(unpacked, tmp_path):
    images = np.zeros((1, 1, 2, 2), np.float32)
    with pytest.raises(RuntimeError, match="dừng với mã 3: one / two"):
        client.ask({"precision": "fp16", "batches": []}, images, tmp_path)
    client.ask({"precision": "fp32", "batches": []}, images, tmp_path)
    with pytest.raises(RuntimeError, match="dừng với mã 0"):  # the answer of the earlier request must not be read
        client.ask({"precision": "int8", "batches": []}, images, tmp_path)


def test_without_the_folder_there_is_no_version(monkeypatch, tmp_path):
    client.version.cache_clear()
    monkeypatch.setenv("TENSORRT86", str(tmp_path))
    assert client.folder() is None
    assert client.version() is None
    client.version.cache_clear()


# --- the other side, on a made-up TensorRT and CUDA driver ----------------------------------------------------------


class Device:
    """Memory of a made-up GPU, with the methods of tensorrt86.Driver."""

    def __init__(self):
        self.blocks = {}

    def memory(self, size):
        self.blocks[len(self.blocks) + 1] = bytearray(size)
        return len(self.blocks)

    def upload(self, address, content):
        assert len(content) <= len(self.blocks[address]), "more than was allocated"
        self.blocks[address][: len(content)] = content

    def download(self, address, size):
        return bytes(self.blocks[address][:size])

    def stream(self):
        return types.SimpleNamespace(value=7)

    def wait(self, stream):
        assert stream.value == 7


class Execution:
    """A made-up engine and its context: the logits of an image are its sum and minus its sum; batch 1 to `most`."""

    def __init__(self, device, most=1024):
        self.device, self.most, self.places, self.batch = device, most, {}, 0

    def create_execution_context(self):
        return self

    def get_tensor_name(self, number):
        return ("images", "logits")[number]

    def get_tensor_shape(self, name):
        return (-1, 2)

    def set_tensor_address(self, name, address):
        self.places[name] = address

    def set_input_shape(self, name, shape):
        if name != "images" or not 1 <= shape[0] <= self.most:
            return False
        self.batch, self.size = shape[0], math.prod(shape[1:])
        return True

    def execute_async_v3(self, stream):
        pixels = array.array("f", self.device.download(self.places["images"], 4 * self.batch * self.size))
        sums = [sum(pixels[k * self.size : (k + 1) * self.size]) for k in range(self.batch)]
        self.device.upload(self.places["logits"], array.array("f", [v for s in sums for v in (s, -s)]).tobytes())
        return stream == 7


@pytest.fixture
def other_side(monkeypatch):
    """tensorrt86.py with everything around it made up; returns (the module, what it runs on)."""
    monkeypatch.setattr(sys, "path", list(sys.path))  # the file adds to it, for its own interpreter
    from measure.compat import tensorrt86

    device = Device()
    execution = Execution(device)
    module = types.ModuleType("tensorrt")
    module.__version__ = "8.6.0"
    module.Logger = type("Logger", (), {"ERROR": 1, "__init__": lambda self, level: None})
    module.Runtime = lambda logger: types.SimpleNamespace(deserialize_cuda_engine=lambda plan: execution)
    monkeypatch.setitem(sys.modules, "tensorrt", module)
    monkeypatch.setattr(tensorrt86, "Driver", lambda: device)
    monkeypatch.setattr(tensorrt86, "build", lambda trt, request, logger: b"plan")
    return tensorrt86, execution


def request_for(tmp_path, images, **extra):
    files = {name: str(tmp_path / name) for name in ("onnx", "plan", "images", "logits")}
    images.tofile(files["images"])
    request = {"precision": "fp32", "chunk": 2, "repeats": 6, "limit": 0.01, "batches": [1, 12]}
    return files | request | {"shape": list(images.shape)} | extra


def test_the_other_side_answers(other_side, tmp_path):
    module, _ = other_side
    images = np.arange(40, dtype=np.float32).reshape(5, 1, 2, 4)
    request = request_for(tmp_path, images)
    answer = json.loads(json.dumps(module.run(request)))
    logits = np.fromfile(request["logits"], np.float32).reshape(5, 2)
    sums = images.sum(axis=(1, 2, 3))
    assert np.array_equal(logits, np.stack([sums, -sums], axis=1)), "three chunks, the last one smaller"
    assert (answer["version"], answer["plan_bytes"]) == ("8.6.0", 4)
    assert [row["batch"] for row in answer["rows"]] == [1, 12], "a batch larger than the set repeats it"
    assert all(seconds > 0 for row in answer["rows"] for seconds in (*row["latencies"], *row["sustained"]))


@pytest.mark.parametrize("extra", [{"chunk": 4}, {"batches": [1, 4]}], ids=["logits", "timings"])
def test_the_other_side_refuses_a_shape_outside_the_profile(other_side, tmp_path, extra):
    module, execution = other_side
    execution.most = 3
    with pytest.raises(RuntimeError, match="ngoài hồ sơ"):
        module.run(request_for(tmp_path, np.zeros((5, 1, 2, 4), np.float32), **extra))


def test_what_is_not_written_stays_nan(other_side, tmp_path):
    module, execution = other_side
    execution.execute_async_v3 = lambda stream: True
    request = request_for(tmp_path, np.zeros((3, 1, 2, 2), np.float32), batches=[])
    module.run(request)
    assert np.isnan(np.fromfile(request["logits"], np.float32)).all()
