"""On the GPU machine, when all pieces lie in one folder: ``python unpack.py PIECES FOLDER`` joins and unpacks them.

For TensorRT then set ``TENSORRT86=FOLDER``. Needs ``zstandard`` (Python 3.14 brings its own).
"""

import pathlib
import sys
import tarfile


class Joined:
    """The pieces read one after the other, as one file."""

    def __init__(self, pieces):
        self.rest = iter(pieces)
        self.file = next(self.rest).open("rb")

    def read(self, size=-1):
        """Return up to `size` bytes; empty at the end of the last piece."""
        while self.file and not (content := self.file.read(size)):
            self.file.close()
            following = next(self.rest, None)
            self.file = following and following.open("rb")
        return content if self.file else b""


def pieces_in(folder):
    """Return the pieces in order; ValueError if one is missing."""
    found = sorted(folder.rglob("piece.*"), key=lambda path: int(path.suffix[1:]))
    numbers = [int(path.suffix[1:]) for path in found]
    if not found or numbers != list(range(len(found))):
        raise ValueError(f"thiếu mảnh trong {folder}: chỉ có {numbers}")
    return found


def unpack(folder, out):
    """Join, decompress and extract."""
    try:
        from compression import zstd

        stream = zstd.ZstdFile(Joined(pieces_in(folder)), options={zstd.DecompressionParameter.window_log_max: 31})
    except ImportError:
        import zstandard

        stream = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(Joined(pieces_in(folder)))
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        archive.extractall(out, filter="fully_trusted")  # symbolic links of the interpreter included


if __name__ == "__main__":
    unpack(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
