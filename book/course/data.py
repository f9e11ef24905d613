"""Data sets of the course: one call each, checked, cached, usable without a network.

    images, labels = data.mnist("train")            # uint8 (60000, 28, 28), uint8 (60000,)
    images, labels = data.clothing("test")          # uint8 (372, 96, 96, 3), int64 (372,)
    photo = data.photo("china")                     # uint8 (427, 640, 3)
    X, y, feature_names, target_names = data.table("iris")
    baskets, hot = data.baskets()                   # 1600 sets of articles, 1600 booleans
    sentences = data.sentences()                    # 6000 lists of words

Photos and tables lie inside installed packages, the baskets and the sentences inside this one. MNIST and the clothing
photos are looked for in the folder ``COURSE_DATA`` (if that environment variable is set), then in the cache
(``COURSE_CACHE``, by default the system's cache folder), and are downloaded otherwise. What is checked is the
*unpacked* content, before anything is stored, so a corrupt or truncated file never stays in the cache. Every array
returned is fresh and writable.
"""

import contextlib
import gzip
import hashlib
import importlib.util
import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from course.registry import CLOTHING_COMMIT, CLOTHING_CROPS, REGISTRY, Card

__all__ = ["CLOTHING_CLASSES", "Card", "DatasetError", "Table"]
__all__ += ["baskets", "card", "cards", "clothing", "mnist", "photo", "sentences", "table"]

#: The ten classes of :func:`clothing`; a label is the position of its class in this dict.
CLOTHING_CLASSES = {
    "dress": "váy liền",
    "hat": "mũ",
    "longsleeve": "áo dài tay",
    "outwear": "áo khoác",
    "pants": "quần dài",
    "shirt": "áo sơ mi",
    "shoes": "giày",
    "shorts": "quần soóc",
    "skirt": "chân váy",
    "t-shirt": "áo thun",
}


class DatasetError(RuntimeError):
    """A data set cannot be had; the Vietnamese message says why and what to do, also without a network."""


class Table(NamedTuple):
    """A table of numbers: ``X`` (N, D) float64, ``y`` (N,), the names of the columns and of the classes (or None)."""

    X: np.ndarray
    y: np.ndarray
    feature_names: list[str]
    target_names: list[str] | None


# --- the loaders ------------------------------------------------------------------------------------------------


def mnist(split):
    """Return MNIST, handwritten digits, in the published order.

    Parameters
    ----------
    split : {"train", "test"}

    Returns
    -------
    images : numpy.ndarray
        uint8, (60000, 28, 28) or (10000, 28, 28); 0 is paper, 255 is ink.
    labels : numpy.ndarray
        uint8, (60000,) or (10000,); 0 to 9.

    Raises
    ------
    ValueError
        Unknown `split`.
    DatasetError
        No valid copy is at hand and none can be downloaded.
    """
    prefix = {"train": "train", "test": "t10k"}[_one_of(split, ("train", "test"), "phần của MNIST")]
    images = _idx_content(f"{prefix}-images-idx3-ubyte")
    labels = _idx_content(f"{prefix}-labels-idx1-ubyte")
    # copies: frombuffer gives read-only views of the bytes
    return np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28).copy(), np.frombuffer(
        labels, np.uint8, offset=8
    ).copy()


def clothing(split):
    """Return the clothing photos, centre crops of 96×96, ordered by class and file name.

    Parameters
    ----------
    split : {"train", "validation", "test"}
        3,068, 341 or 372 photos.

    Returns
    -------
    images : numpy.ndarray
        uint8, (N, 96, 96, 3), RGB.
    labels : numpy.ndarray
        int64, (N,); positions in :data:`CLOTHING_CLASSES`.

    Raises
    ------
    ValueError
        Unknown `split`.
    DatasetError
        No valid copy is at hand and none can be downloaded.

    Notes
    -----
    Two sources give the same photos in the same order. The archive of crops, ``clothing-dataset-small-96.zip``, is
    checked photo by photo against a SHA-256. The original on GitHub (106 MB) is identified by the commit that GitHub
    writes into the archive and by the exact list of 3,781 file names, every photo must pass its CRC and decode; its
    bytes have no published hash. It is cropped and compressed here as the archive of crops was, so single pixels may
    differ by a few levels between the two.
    """
    _one_of(split, _CLOTHING_SPLITS, "phần của bộ ảnh quần áo")
    folder = _offline_folder()
    here = {key: None if folder is None else _existing(folder, names) for key, names in _CLOTHING_ARCHIVES.items()}
    for key, archive in here.items():
        if archive is not None:
            return _cached_clothing(split, key) or _build_clothing(split, key, archive.read_bytes(), archive)
    for key in _CLOTHING_ARCHIVES:
        cached = _cached_clothing(split, key)
        if cached:
            return cached

    def build(content, url):
        return _build_clothing(split, "original", content, url)

    return _download(REGISTRY["clothing"], REGISTRY["clothing"].mirrors, build, "clothing-dataset-small")


def photo(name):
    """Return a photo that lies inside scikit-learn or scikit-image, as stored: uint8, (H, W, 3) or (H, W).

    Raises ValueError for an unknown name; :func:`cards` lists the names, :func:`card` gives credit and licence.
    """
    _one_of(name, [c.name for c in REGISTRY.values() if c.kind == "ảnh"], "ảnh")
    from PIL import Image

    package, _, path = REGISTRY[name].source.partition(":")
    place = Path(importlib.util.find_spec(package).origin).parent / path
    try:
        with Image.open(place) as image:
            return np.array(image)
    except OSError as error:
        raise DatasetError(f"Không đọc được ảnh «{name}» trong gói {package} ({error}). Hãy cài lại gói này.") from None


def table(name, *, scaled=True):
    """Return one of scikit-learn's tables: ``X, y, feature_names, target_names``.

    Parameters
    ----------
    name : {"diabetes", "iris", "wine", "breast_cancer", "digits"}
    scaled : bool
        For "diabetes" only: True gives scikit-learn's centred and scaled columns (sum of squares 1), False the
        original units. The other tables are always in their original units.

    Returns
    -------
    Table
        ``target_names`` is None for "diabetes", whose target is a number.
    """
    _one_of(name, [c.name for c in REGISTRY.values() if c.kind == "bảng"], "bảng dữ liệu")
    from sklearn import datasets

    options = {"scaled": scaled} if name == "diabetes" else {}
    bunch = getattr(datasets, f"load_{name}")(**options)
    classes = bunch.get("target_names")
    return Table(
        np.array(bunch.data, dtype=np.float64),
        np.array(bunch.target),
        [str(feature) for feature in bunch.feature_names],
        None if classes is None else [str(c) for c in classes],
    )


def baskets():
    """Return the invented grocery baskets: a list of 1600 frozensets of articles, and whether each day was hot.

    How they were drawn, and which articles truly belong together, stands in :mod:`course.baskets`.
    """
    from course import baskets as shop

    return shop.read()


def sentences():
    """Return the invented Vietnamese sentences: 6000 lists of words, a word of several syllables with underscores.

    How they were drawn, and which words truly share their contexts, stands in :mod:`course.sentences`.
    """
    from course import sentences as grammar

    return grammar.read()


def card(name):
    """Return the :class:`Card` of a data set, photo or table; ValueError for an unknown name."""
    return REGISTRY[_one_of(name, REGISTRY, "bộ dữ liệu")]


def cards():
    """Return every :class:`Card`, in the order of the registry."""
    return tuple(REGISTRY.values())


# --- where files are looked for ---------------------------------------------------------------------------------


def cache_folder():
    """Return the folder downloaded data is kept in: ``COURSE_CACHE``, or the system's cache folder."""
    import pooch

    return Path(os.environ.get("COURSE_CACHE") or pooch.os_cache("hoc-sau-thi-giac"))


def _offline_folder():
    """Return ``COURSE_DATA`` as a path or None; a wrong value is an error, not a reason to download."""
    value = os.environ.get("COURSE_DATA")
    if not value:
        return None
    folder = Path(value).expanduser()
    if not folder.is_dir():
        raise DatasetError(
            f"COURSE_DATA trỏ tới «{value}», không phải một thư mục có thật"
            f"{'' if folder.is_absolute() else f' (tính từ {Path.cwd()}; nên dùng đường dẫn tuyệt đối)'}."
        )
    return folder


def _existing(folder, names):
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _one_of(value, allowed, what):
    """Return `value` if it is one of the allowed names, otherwise raise a ValueError that lists them."""
    if isinstance(value, str) and value in allowed:
        return value
    raise ValueError(f"Không có {what} {value!r}; hãy chọn một trong: {', '.join(allowed)}.")


# --- MNIST ------------------------------------------------------------------------------------------------------


def _idx_content(name):
    """Return the verified bytes of one unpacked MNIST file."""
    dataset = REGISTRY["mnist"]
    wanted = dataset.files[name]
    folder = _offline_folder()
    offline = None if folder is None else _existing(folder, [f"mnist/{name}.gz", f"mnist/{name}"])
    if offline is not None:
        content = _unpacked(offline.read_bytes(), offline)
        return _verified(content, wanted, offline, "Hãy thay tệp ấy bằng một bản nguyên vẹn.")
    cached = cache_folder() / "mnist" / name
    if cached.is_file():
        content = cached.read_bytes()
        if _hash_fits(content, wanted):
            return content
        cached.unlink(missing_ok=True)  # damaged after it was stored: forget it and download again

    def keep(packed, url):
        content = _verified(_unpacked(packed, url), wanted, url)
        _store(cached, content)
        return content

    return _download(dataset, [f"{mirror}{name}.gz" for mirror in dataset.mirrors], keep, name)


def _unpacked(content, origin):
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, gzip.zlib.error):
        raise DatasetError(f"Tệp {origin} bị hỏng hoặc bị cắt cụt: không giải nén được.") from None


def _verified(content, wanted, origin, advice=""):
    if not _hash_fits(content, wanted):
        raise DatasetError(f"Tệp {origin} bị hỏng hoặc bị cắt cụt: nội dung không khớp mã {wanted}. {advice}".rstrip())
    return content


def _hash_fits(content, wanted):
    algorithm, _, digest = wanted.partition(":")
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest() == digest


# --- clothing ---------------------------------------------------------------------------------------------------

_CLOTHING_SPLITS = ("train", "validation", "test")
#: SHA-256 of the sorted lines "split/class/file.jpg\n"; the same for both sources
_CLOTHING_NAMES = "bf2c157944551dad9061448d2711ff6033420d8bfd9a321a4dc45e5f1c7372cb"
#: names an archive may have in COURSE_DATA, by kind of source; the first kind found is used
_CLOTHING_ARCHIVES = {
    "crops": ("clothing-dataset-small-96.zip",),
    "original": (f"clothing-dataset-small-{CLOTHING_COMMIT}.zip",),
}
#: what the arrays in the cache were made from
_CLOTHING_KEYS = {"crops": CLOTHING_CROPS[:12], "original": CLOTHING_COMMIT[:12]}


def _build_clothing(split, key, content, origin):
    """Check an archive, decode all its photos, cache them as arrays; return those of `split`."""
    members = _clothing_members(key, content, origin)
    positions = {name: label for label, name in enumerate(CLOTHING_CLASSES)}
    parts = {}
    for part in _CLOTHING_SPLITS:
        names = [name for name in members if name.startswith(f"{part}/")]
        images = np.stack([_decode(members[name], key == "original", origin) for name in names])
        parts[part] = images, np.array([positions[name.split("/")[1]] for name in names], dtype=np.int64)
    with contextlib.suppress(OSError):  # a full or read-only disk costs the cache, not the lesson
        for part, (images, labels) in parts.items():
            buffer = io.BytesIO()
            np.savez(buffer, images=images, labels=labels)
            _store(_clothing_cache(part, key), buffer.getbuffer())
    return parts[split]


def _clothing_members(key, content, origin):
    """Return {"split/class/file.jpg": bytes}, sorted, of a verified archive."""
    broken = f"Tệp {origin} bị hỏng hoặc bị cắt cụt"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            comment = archive.comment.decode("ascii", "replace")
            names = {name.partition("/")[2]: name for name in archive.namelist() if name.endswith(".jpg")}
            members = {name: archive.read(names[name]) for name in sorted(names)}  # read() checks the CRC
    except (zipfile.BadZipFile, OSError, EOFError, zipfile.zlib.error, NotImplementedError):
        raise DatasetError(f"{broken}: không giải nén được.") from None
    if key == "original" and comment != CLOTHING_COMMIT:
        raise DatasetError(f"Tệp {origin} không phải bản lưu của commit {CLOTHING_COMMIT}.")
    if _digest(f"{name}\n" for name in members) != _CLOTHING_NAMES:
        raise DatasetError(f"{broken}: danh sách ảnh không khớp.")
    if key == "crops":
        lines = (f"{name}\0{hashlib.sha256(photo).hexdigest()}\n" for name, photo in members.items())
        if _digest(lines) != CLOTHING_CROPS:
            raise DatasetError(f"{broken}: nội dung ảnh không khớp mã SHA-256.")
    return members


def _digest(lines):
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _decode(content, crop, origin):
    """Return one photo as uint8 (96, 96, 3); with `crop`, its centre square, treated as in the archive of crops."""
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(content)).convert("RGB")
        if crop:
            side = min(image.size)
            left, top = (image.width - side) // 2, (image.height - side) // 2
            image = image.resize((96, 96), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side))
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=88)
            image = Image.open(buffer).convert("RGB")
        pixels = np.asarray(image)
    except (OSError, ValueError, SyntaxError):  # Pillow raises all three for broken photos
        raise DatasetError(f"Tệp {origin} có ảnh không đọc được.") from None
    if pixels.shape != (96, 96, 3):
        raise DatasetError(f"Tệp {origin} có ảnh kích thước {pixels.shape}, cần (96, 96, 3).")
    return pixels


def _clothing_cache(split, key):
    return cache_folder() / "clothing" / f"{split}-{_CLOTHING_KEYS[key]}.npz"


def _cached_clothing(split, key):
    """Return the arrays stored for this source, or None; a damaged file is removed."""
    path = _clothing_cache(split, key)
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            return stored["images"], stored["labels"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        path.unlink(missing_ok=True)
        return None


# --- downloading ------------------------------------------------------------------------------------------------


class _ProgressBar(tqdm):
    """A bar that pooch can use: it asks the bar's truth value, which tqdm lacks while the size is unknown."""

    def __bool__(self):
        return True


def _download(dataset, urls, use, what):
    """Return ``use(content, url)`` for the first address whose content it accepts.

    The download goes to a temporary folder; `use` verifies it and stores what is worth keeping.
    """
    import pooch
    import requests

    problems = []
    for url in urls:
        with (
            tempfile.TemporaryDirectory() as folder,
            _ProgressBar(desc=f"Đang tải {what}", unit="B", unit_scale=True, leave=False) as bar,
        ):
            place = Path(folder) / "download"
            try:
                pooch.HTTPDownloader(progressbar=bar, timeout=30)(url, str(place), None)
                return use(place.read_bytes(), url)
            except (requests.RequestException, DatasetError, OSError, ValueError) as error:
                problems.append(f"- {url}: {_reason(error)}")
    raise DatasetError(
        f"Không tải được {dataset.title} ({what}). Đã thử:\n"
        + "\n".join(problems)
        + f"\nKhi không có mạng: {_OFFLINE[dataset.name]} "
        "Sau đó đặt biến môi trường COURSE_DATA là đường dẫn tuyệt đối của <thư mục> rồi khởi động lại kernel."
    )


_OFFLINE = {
    "mnist": (
        "trên một máy có mạng, tải bốn tệp train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
        "t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz từ một địa chỉ ở trên rồi chép vào <thư mục>/mnist/."
    ),
    "clothing": (
        "trên một máy có mạng, tải tệp zip từ một địa chỉ ở trên rồi chép vào "
        f"<thư mục>/clothing-dataset-small-{CLOTHING_COMMIT}.zip "
        "(hoặc chép bản ảnh cắt sẵn của khóa học vào <thư mục>/clothing-dataset-small-96.zip)."
    ),
}


def _reason(error):
    """Say in a few Vietnamese words why an address failed."""
    import requests

    if isinstance(error, DatasetError):
        return str(error).partition(": ")[2] or str(error)
    if isinstance(error, requests.HTTPError):
        return f"máy chủ trả lời {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "quá thời gian chờ"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "đứt giữa chừng"
    if isinstance(error, requests.ConnectionError):
        return "không kết nối được"
    return f"{type(error).__name__}: {error}"


def _store(path, content):
    """Write a file so that other processes see either nothing or all of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
