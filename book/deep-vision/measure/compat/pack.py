"""Cut TensorRT 8.6 and its interpreter, or any files, into pieces for a GPU machine without a network.

    python pack.py OUT                        TensorRT 8.6.0, CPython 3.10, stand-ins for cuBLAS and cuDNN
    python pack.py OUT --files A.whl B.whl    these files instead

leaves ``OUT/00``, ``OUT/01``, … each with one piece of at most ``--size`` MiB of one zstd stream; ``unpack.py`` over
there joins them. Needs pip, gcc, readelf, ``zstandard`` and, for TensorRT, a relocatable CPython 3.10 (``--python310``
is its prefix). TensorRT 8.6.0 is the newest builder whose whole wheel lies on PyPI. NVIDIA's binaries stay NVIDIA's:
OUT must not be committed.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

WHEEL = "tensorrt==8.6.0"
PLATFORMS = ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64", "linux_x86_64")
LINKED = {"libcublas.so.12": "cublas", "libcublasLt.so.12": "cublasLt", "libcudnn.so.8": "cudnn"}
NOT_NEEDED = {"__pycache__", "test", "tests", "idlelib", "site-packages", "ensurepip", "include", "share"}


def stand_ins(tensorrt, out):
    """Write small libraries in place of cuBLAS and cuDNN, which the plugin library links but this course never calls.

    Every function returns 1, an error status, so that a call would fail aloud rather than compute nonsense.
    """
    out.mkdir(parents=True)
    versioned, bare = {name: set() for name in LINKED}, set()
    for library in sorted([*tensorrt.glob("*.so.*"), *tensorrt.glob("*.so")]):
        if "builder_resource" in library.name:
            continue
        table = subprocess.run(["readelf", "-W", "--dyn-syms", library], capture_output=True, text=True, check=True)
        for symbol, version in re.findall(r"UND (\w+)(?:@+(lib\S+))?", table.stdout):
            if version in versioned:
                versioned[version].add(symbol)
            elif symbol.startswith(("cublas", "cudnn")):
                bare.add(symbol)
    for name, prefix in LINKED.items():
        wanted = versioned[name] | {symbol for symbol in bare if symbol.startswith(prefix)}
        if prefix == "cublas":
            wanted = {symbol for symbol in wanted if not symbol.startswith("cublasLt")}
        code, script = out / "stub.c", out / "stub.map"
        body = "".join(f"int {symbol}(void) {{ return 1; }}\n" for symbol in sorted(wanted))
        code.write_text(f"{body}void pad_{prefix}(void) {{}}\n")
        script.write_text(f"{name} {{ global: *; }};\n")
        link = [f"-Wl,-soname,{name}", *([f"-Wl,--version-script={script}"] if versioned[name] else [])]
        subprocess.run(["gcc", "-shared", "-fPIC", "-w", *link, "-o", out / name, code], check=True)
    (out / "stub.c").unlink()
    (out / "stub.map").unlink()


def needed(entry):
    """Leave out of the interpreter what an engine never imports (a filter for tarfile)."""
    parts = pathlib.PurePath(entry.name).parts
    return None if NOT_NEEDED & set(parts) or any(part.startswith("config-3") for part in parts) else entry


def compress(target, members, level):
    """Write one zstd stream of one tar with ``members``: (path, name inside, filter)."""
    import zstandard

    settings = zstandard.ZstdCompressionParameters.from_level(level, window_log=31, enable_ldm=True, threads=2)
    with (
        target.open("wb") as file,
        zstandard.ZstdCompressor(compression_params=settings).stream_writer(file) as stream,
        tarfile.open(fileobj=stream, mode="w|") as archive,
    ):
        for path, name, chosen in members:
            archive.add(path, name, filter=chosen)


def cut(source, out, size):
    """Cut a file into ``OUT/NN/piece.NN``; return how many pieces."""
    number = 0
    with source.open("rb") as file:
        while piece := file.read(size):
            folder = out / f"{number:02}"
            folder.mkdir(parents=True)
            (folder / f"piece.{number:02}").write_bytes(piece)
            number += 1
    return number


def tensorrt_members(work, python310):
    """Fetch TensorRT's wheel, make its stand-ins; return the members of the archive."""
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    fetch += ["--python-version=3.10", "--implementation=cp", *(f"--platform={name}" for name in PLATFORMS)]
    subprocess.run([*fetch, "--dest", str(work), WHEEL], check=True)
    with zipfile.ZipFile(next(work.glob("tensorrt-*.whl"))) as wheel:
        wheel.extractall(work / "wheel")
    stand_ins(work / "wheel" / "tensorrt", work / "stubs")
    return [
        (work / "wheel" / "tensorrt", "site/tensorrt", None),
        (work / "stubs", "stubs", None),
        (python310, "py310", needed),
    ]


def main():
    """Pack."""
    parser = argparse.ArgumentParser(description="Đóng gói TensorRT 8.6 (hoặc các tệp) thành nhiều mảnh nhỏ.")
    parser.add_argument("out", type=pathlib.Path, help="thư mục mới cho các mảnh; đừng commit nó")
    parser.add_argument("--files", nargs="+", type=pathlib.Path, help="đóng gói các tệp này thay cho TensorRT")
    parser.add_argument("--python310", type=pathlib.Path, help="prefix của một CPython 3.10")
    parser.add_argument("--size", type=int, default=48, metavar="MiB", help="cỡ lớn nhất của một mảnh")
    parser.add_argument("--level", type=int, default=12, help="mức nén zstd")
    options = parser.parse_args()
    if not options.files and not options.python310:
        parser.error("cần --python310 (ví dụ: thư mục mà `pyenv prefix 3.10` in ra) hoặc --files")
    shutil.rmtree(options.out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        if options.files:
            members = [(path, path.name, None) for path in options.files]
        else:
            members = tensorrt_members(work, options.python310)
        compress(work / "all.zst", members, options.level)
        count = cut(work / "all.zst", options.out, options.size << 20)
        print(f"{count} mảnh, {(work / 'all.zst').stat().st_size / 2**20:.0f} MiB, trong {options.out}")


if __name__ == "__main__":
    main()
