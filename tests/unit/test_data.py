"""course.data: where data is looked for, what is verified, what the messages say, what stays in the cache.

Most tests use small data sets of their own and a local web server; the last ones load the real sets if they are here.
"""

import contextlib
import functools
import gzip
import hashlib
import http.server
import io
import threading
import zipfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course import data

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
LABELS = np.array([5, 0, 4], np.uint8)
CONTENT = {  # the unpacked files of a tiny MNIST
    "train-images-idx3-ubyte": bytes(16) + IMAGES.tobytes(),
    "train-labels-idx1-ubyte": bytes(8) + LABELS.tobytes(),
}


class Handler(http.server.SimpleHTTPRequestHandler):
    asked = None

    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def serve(tmp_path):
    """Return a function that serves a new folder: ``folder, address, asked``."""
    with contextlib.ExitStack() as stack:

        def start():
            folder = tmp_path / f"server{len(list(tmp_path.glob('server*')))}"
            folder.mkdir()
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
            server.asked = []
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return folder, f"http://127.0.0.1:{server.server_port}/", server.asked

        yield start


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, no offline folder, no proxy; returns the cache folder."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("COURSE_CACHE", str(folder))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("COURSE_DATA", raising=False)
    return folder


@pytest.fixture
def tiny_mnist(cache, monkeypatch):
    """Replace MNIST by the tiny one; returns a function that sets its mirrors."""
    hashes = {name: f"md5:{hashlib.md5(content).hexdigest()}" for name, content in CONTENT.items()}

    def set_mirrors(*mirrors):
        card = replace(data.card("mnist"), files=hashes, mirrors=mirrors)
        monkeypatch.setitem(data.REGISTRY, "mnist", card)

    set_mirrors()
    return set_mirrors


def fill(folder, content=CONTENT, pack=gzip.compress):
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in content.items():
        (folder / f"{name}.gz").write_bytes(pack(raw))


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def check_tiny():
    images, labels = data.mnist("train")
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, LABELS)
    images[:], labels[:] = 0, 0  # ours to change


# --- the offline folder -----------------------------------------------------------------------------------------


def test_offline_folder_packed_or_not(tiny_mnist, cache, tmp_path, monkeypatch):
    fill(tmp_path / "here" / "mnist")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "here"))
    check_tiny()
    check_tiny()  # what was returned before was not shared
    for name, raw in CONTENT.items():
        (tmp_path / "here" / "mnist" / f"{name}.gz").unlink()
        (tmp_path / "here" / "mnist" / name).write_bytes(raw)
    check_tiny()
    assert not cache.exists()


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda raw: gzip.compress(raw)[:-20], "không giải nén được"),
        (lambda raw: gzip.compress(raw)[:12], "không giải nén được"),
        (lambda raw: gzip.compress(raw)[:-9] + b"x" + gzip.compress(raw)[-8:], "bị hỏng"),
        (lambda raw: gzip.compress(raw[:-1]), "nội dung không khớp mã md5:"),
        (lambda raw: gzip.compress(raw[:-1] + bytes([raw[-1] ^ 1])), "nội dung không khớp mã md5:"),
        (lambda raw: b"", "nội dung không khớp"),
        (lambda raw: b"<html>404</html>", "nội dung không khớp"),
    ],
)
def test_a_spoiled_file_in_the_offline_folder_is_an_error(tiny_mnist, cache, tmp_path, monkeypatch, spoil, text):
    fill(tmp_path / "here" / "mnist", pack=spoil)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "here"))
    with pytest.raises(data.DatasetError, match=text) as caught:
        data.mnist("train")
    assert "train-images-idx3-ubyte.gz" in str(caught.value)
    assert not cache.exists()


def test_a_wrong_course_data_is_said(cache, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", "khong/co")
    for load in (lambda: data.mnist("train"), lambda: data.clothing("test")):
        with pytest.raises(data.DatasetError, match=r"không phải một thư mục có thật.*đường dẫn tuyệt đối"):
            load()


# --- downloading ------------------------------------------------------------------------------------------------


def test_download_once_then_from_the_cache(tiny_mnist, serve, cache, tmp_path, capsys):
    folder, address, asked = serve()
    fill(folder)
    tiny_mnist(address)
    check_tiny()
    assert "Đang tải train-images-idx3-ubyte" in capsys.readouterr().err
    assert asked == ["/train-images-idx3-ubyte.gz", "/train-labels-idx1-ubyte.gz"]
    check_tiny()
    assert len(asked) == 2
    assert "Đang tải" not in capsys.readouterr().err
    assert files_in(cache) == [f"mnist/{name}" for name in sorted(CONTENT)]
    assert not list(tmp_path.glob("tmp*"))


@pytest.mark.parametrize(
    "pack", [lambda raw: gzip.compress(raw)[:-20], lambda raw: gzip.compress(raw[:-1]), lambda raw: b"hi"]
)
def test_a_dead_or_spoiled_mirror_is_passed_over(tiny_mnist, serve, cache, pack):
    bad, bad_address, bad_asked = serve()
    good, good_address, _ = serve()
    fill(bad, pack=pack)
    fill(good)
    tiny_mnist("http://127.0.0.1:9/", bad_address + "no-such-folder/", bad_address, good_address)
    check_tiny()
    assert len(bad_asked) == 4
    assert files_in(cache) == [f"mnist/{name}" for name in sorted(CONTENT)]


def test_no_good_mirror_says_why_and_what_to_do_and_leaves_nothing(tiny_mnist, serve, cache, tmp_path):
    folder, address, _ = serve()
    fill(folder, pack=lambda raw: gzip.compress(raw)[:-20])
    tiny_mnist("http://127.0.0.1:9/", address + "missing/", address)
    with pytest.raises(data.DatasetError) as caught:
        data.mnist("train")
    text = str(caught.value)
    for part in (
        "Không tải được MNIST",
        "http://127.0.0.1:9/train-images-idx3-ubyte.gz: không kết nối được",
        "máy chủ trả lời 404",
        "không giải nén được",
        "Khi không có mạng",
        "<thư mục>/mnist/",
        "COURSE_DATA",
    ):
        assert part in text
    assert files_in(cache) == []
    assert not list(tmp_path.glob("tmp*"))


def test_a_file_damaged_in_the_cache_is_replaced(tiny_mnist, serve, cache):
    folder, address, asked = serve()
    fill(folder)
    tiny_mnist(address)
    check_tiny()
    (cache / "mnist" / "train-images-idx3-ubyte").write_bytes(b"damaged")
    check_tiny()
    assert len(asked) == 3
    tiny_mnist("http://127.0.0.1:9/")
    (cache / "mnist" / "train-labels-idx1-ubyte").write_bytes(b"")
    with pytest.raises(data.DatasetError, match="không kết nối được"):
        data.mnist("train")
    assert files_in(cache) == ["mnist/train-images-idx3-ubyte"]


def test_loaders_at_the_same_time(tiny_mnist, serve, cache):
    folder, address, _ = serve()
    fill(folder)
    tiny_mnist(address)
    with ThreadPoolExecutor(8) as pool:
        for images, _ in pool.map(lambda _: data.mnist("train"), range(16)):
            np.testing.assert_array_equal(images, IMAGES)
    assert files_in(cache) == [f"mnist/{name}" for name in sorted(CONTENT)]


def _store(path, byte):
    data._store(path, bytes([byte]) * 1_000_000)


def test_writers_at_the_same_time_never_mix(tmp_path):
    path = tmp_path / "file"
    with ProcessPoolExecutor(2) as pool:
        for job in [pool.submit(_store, path, byte) for byte in range(20)]:
            job.result()
    assert len(set(path.read_bytes())) == 1
    assert files_in(tmp_path) == ["file"]


# --- clothing ---------------------------------------------------------------------------------------------------

TINY_PHOTOS = {"train": ("dress", "t-shirt", "t-shirt"), "validation": ("hat",), "test": ("shoes", "dress")}


def make_archive(size, *, comment="", prefix="clothing-dataset-small", spoil=None):
    """Return a zip like the real ones; the photo number i has a square of brightness 20·i in its centre."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{prefix}/README.md", "photos")
        number = 0
        for split, classes in TINY_PHOTOS.items():
            for name in classes:
                number += 1
                pixels = np.zeros((size[1], size[0], 3), np.uint8)
                side = min(size)
                top, left = (size[1] - side) // 2, (size[0] - side) // 2
                pixels[top : top + side, left : left + side] = 20 * number
                photo = io.BytesIO()
                Image.fromarray(pixels).save(photo, "JPEG", quality=95)
                content = b"no photo" if spoil == number else photo.getvalue()
                archive.writestr(f"{prefix}/{split}/{name}/{number}.jpg", content)
        archive.comment = comment.encode()
    return buffer.getvalue()


def digests(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        photos = {n.partition("/")[2]: archive.read(n) for n in archive.namelist() if n.endswith(".jpg")}
    names = "".join(f"{name}\n" for name in sorted(photos))
    both = "".join(f"{name}\0{hashlib.sha256(photos[name]).hexdigest()}\n" for name in sorted(photos))
    return tuple(hashlib.sha256(text.encode()).hexdigest() for text in (names, both))


@pytest.fixture
def tiny_clothing(cache, monkeypatch):
    """Replace the clothing photos by six; returns a function that sets the mirrors."""
    names, crops = digests(make_archive((96, 96)))
    monkeypatch.setattr(data, "_CLOTHING_NAMES", names)
    monkeypatch.setattr(data, "CLOTHING_CROPS", crops)

    def set_mirrors(*mirrors):
        monkeypatch.setitem(data.REGISTRY, "clothing", replace(data.card("clothing"), mirrors=mirrors))

    set_mirrors()
    return set_mirrors


def check_tiny_clothing():
    number = 0
    for split, classes in TINY_PHOTOS.items():
        images, labels = data.clothing(split)
        assert (images.shape, images.dtype) == ((len(classes), 96, 96, 3), np.uint8)
        assert labels.dtype == np.int64
        names = list(data.CLOTHING_CLASSES)
        brightness = {}
        for name in classes:
            number += 1
            brightness.setdefault(name, []).append(20 * number)
        expected = [(name, value) for name in sorted(brightness) for value in brightness[name]]
        assert [names[label] for label in labels] == [name for name, _ in expected]
        np.testing.assert_allclose(images.reshape(len(classes), -1).mean(1), [value for _, value in expected], atol=3)
        assert images.reshape(len(classes), -1).std(1).max() < 3  # nothing of the black border
        images[:], labels[:] = 0, 0


def test_clothing_from_the_archive_of_crops_then_from_the_cache(tiny_clothing, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    archive = tmp_path / "clothing-dataset-small-96.zip"
    archive.write_bytes(make_archive((96, 96)))
    check_tiny_clothing()
    assert [name.split("-")[0] for name in files_in(cache)] == [
        "clothing/test",
        "clothing/train",
        "clothing/validation",
    ]
    monkeypatch.setattr(data, "_decode", lambda *_: pytest.fail("decoded again"))
    check_tiny_clothing()
    monkeypatch.delenv("COURSE_DATA")
    check_tiny_clothing()


def test_clothing_original_is_downloaded_and_cropped(tiny_clothing, serve, cache, tmp_path):
    folder, address, asked = serve()
    tiny_clothing("http://127.0.0.1:9/x.zip", f"{address}original.zip")
    prefix = f"clothing-dataset-small-{data.CLOTHING_COMMIT}"
    (folder / "original.zip").write_bytes(make_archive((400, 533), comment=data.CLOTHING_COMMIT, prefix=prefix))
    check_tiny_clothing()
    check_tiny_clothing()
    assert asked == ["/original.zip"]
    assert all(name.endswith(".npz") for name in files_in(cache))  # the big archive is not kept
    assert not list(tmp_path.glob("tmp*"))


def test_clothing_original_lying_in_the_offline_folder(tiny_clothing, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    name = f"clothing-dataset-small-{data.CLOTHING_COMMIT}"
    (tmp_path / f"{name}.zip").write_bytes(make_archive((533, 400), comment=data.CLOTHING_COMMIT, prefix=name))
    check_tiny_clothing()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (lambda: make_archive((96, 96))[:-30], "không giải nén được"),
        (lambda: b"no zip", "không giải nén được"),
        (
            lambda: make_archive((96, 96)).replace(b"train/dress/1.jpg", b"train/dress/7.jpg"),
            "danh sách ảnh không khớp",
        ),
        (lambda: make_archive((97, 97)), "nội dung ảnh không khớp mã SHA-256"),
        (lambda: make_archive((96, 96), spoil=4), "nội dung ảnh không khớp mã SHA-256"),
        (lambda: _flip(make_archive((96, 96)), 400), "không giải nén được"),
    ],
)
def test_a_spoiled_archive_of_crops(tiny_clothing, cache, tmp_path, monkeypatch, content, text):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    (tmp_path / "clothing-dataset-small-96.zip").write_bytes(content())
    with pytest.raises(data.DatasetError, match=text):
        data.clothing("train")
    assert files_in(cache) == []


def _flip(content, position):
    return content[:position] + bytes([content[position] ^ 255]) + content[position + 1 :]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"comment": "0" * 40}, "không phải bản lưu của commit"),
        ({"comment": data.CLOTHING_COMMIT, "spoil": 6}, "ảnh không đọc được"),
    ],
)
def test_a_spoiled_original(tiny_clothing, serve, cache, options, text):
    folder, address, _ = serve()
    tiny_clothing(f"{address}original.zip")
    (folder / "original.zip").write_bytes(make_archive((400, 533), **options))
    with pytest.raises(data.DatasetError, match="Khi không có mạng") as caught:
        data.clothing("validation")
    assert text in str(caught.value)
    # the photos of the first parts may have been good, but an archive counts as a whole
    assert files_in(cache) == []


def test_damaged_arrays_in_the_cache_are_made_again(tiny_clothing, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    (tmp_path / "clothing-dataset-small-96.zip").write_bytes(make_archive((96, 96)))
    check_tiny_clothing()
    for name in files_in(cache):
        path = cache / name
        path.write_bytes(_flip(path.read_bytes(), 5000))
    check_tiny_clothing()
    for name in files_in(cache):
        (cache / name).write_bytes(b"PK")
    check_tiny_clothing()


def test_a_cache_that_cannot_be_written_costs_only_time(tiny_clothing, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    (tmp_path / "clothing-dataset-small-96.zip").write_bytes(make_archive((96, 96)))
    check_tiny_clothing()


# --- what lies in packages, cards, wrong arguments --------------------------------------------------------------


@pytest.mark.parametrize("name", [card.name for card in data.cards() if card.kind == "ảnh"])
def test_every_photo(name):
    image = data.photo(name)
    assert type(image) is np.ndarray
    assert image.dtype == np.uint8
    assert image.ndim == 2 or image.shape[2] == 3
    assert image.std() > 10
    image[:] = 0
    assert data.photo(name).any()


def test_photos_are_those_of_the_packages():
    from sklearn.datasets import load_sample_image

    np.testing.assert_array_equal(data.photo("china"), load_sample_image("china.jpg"))
    import skimage.data

    np.testing.assert_array_equal(data.photo("chelsea"), skimage.data.chelsea())


@pytest.mark.parametrize(
    ("name", "shape", "classes"),
    [
        ("diabetes", (442, 10), None),
        ("iris", (150, 4), 3),
        ("wine", (178, 13), 3),
        ("breast_cancer", (569, 30), 2),
        ("digits", (1797, 64), 10),
    ],
)
def test_every_table(name, shape, classes):
    X, y, features, targets = table = data.table(name)
    assert (X.shape, X.dtype, y.shape) == (shape, np.float64, shape[:1])
    assert len(features) == shape[1]
    assert (targets is None and classes is None) or len(targets) == classes
    X[:], y[:] = -1, -1
    assert (data.table(name).X != -1).any()
    assert table.X is X


def test_diabetes_in_its_own_units():
    scaled, raw = data.table("diabetes"), data.table("diabetes", scaled=False)
    np.testing.assert_allclose((scaled.X**2).sum(0), 1)
    assert 18 < raw.X[:, raw.feature_names.index("bmi")].mean() < 40
    np.testing.assert_array_equal(scaled.y, raw.y)


def test_the_baskets_are_the_draw_that_their_card_describes():
    from course import baskets as shop

    baskets, hot = data.baskets()
    X, hot_drawn = shop.draw()
    names = list(shop.ARTICLES)
    assert baskets == [frozenset(name for name, inside in zip(names, row, strict=True) if inside) for row in X]
    assert hot == hot_drawn.tolist()
    assert len(baskets) == 1600
    assert all(baskets)
    assert str(shop.SEED) in data.card("baskets").citation


def test_the_planted_pairs_of_the_baskets_are_those_of_the_model():
    from course import baskets as shop

    dish, day = shop.same_dish(), shop.same_day()
    assert (len(dish), len(day)) == (28, 3)
    assert not dish & day
    assert frozenset({"bún", "tôm"}) in dish
    assert frozenset({"kem", "bia"}) in day
    assert all(article in shop.ARTICLES for pair in dish | day for article in pair)
    X, _ = shop.draw(20_000, 5)
    names = list(shop.ARTICLES)
    share = X.mean(axis=0)
    for pair in ({"mắm tôm", "bún"}, {"kem", "bia"}, {"mì gói", "xúc xích"}):
        a, b = (names.index(name) for name in pair)
        assert (X[:, a] & X[:, b]).mean() > 1.3 * share[a] * share[b]


def test_the_sentences_are_the_draw_that_their_card_describes():
    from course import sentences as grammar

    sentences = data.sentences()
    assert sentences == grammar.draw()
    assert len(sentences) == grammar.SIZE == 6000
    citation = data.card("sentences").citation
    assert str(grammar.SEED) in citation
    assert f"{len(grammar.TEMPLATES)} câu mẫu" in citation
    vocabulary = {word for sentence in sentences for word in sentence}
    assert f"{len(vocabulary)} từ" in data.card("sentences").title
    assert vocabulary == set(grammar.blanks()) | set(grammar.OPENINGS) | set(grammar.CLOSINGS)


def test_the_planted_similarity_of_the_sentences_is_that_of_the_blanks():
    from course import sentences as grammar

    assert grammar.similarity("nóng", "lạnh") == 1
    assert grammar.similarity("bò", "bò") == 1
    assert grammar.similarity("phở", "bò") == 0
    assert 0 < grammar.similarity("bò", "trâu") < 1
    assert grammar.similarity("bò", "bê") == grammar.similarity("bê", "bò") > 0
    words = {word for pairs in (*grammar.FAMILIES.values(), grammar.ANTONYMS) for pair in pairs for word in pair}
    assert words <= set(grammar.blanks())
    assert all(sentence for sentence in grammar.draw(200, 1))
    assert grammar.draw(50, 1) != grammar.draw(50, 2)


def test_cards_say_where_everything_comes_from():
    names = [card.name for card in data.cards()]
    assert len(set(names)) == len(names)
    for card in data.cards():
        assert card is data.card(card.name)
        assert card.kind in ("tải về", "ảnh", "bảng", "tự soạn")
        assert all((card.title, card.licence, card.citation))
        assert card.homepage.startswith("http") or card.kind == "tự soạn"
        if card.kind == "ảnh":
            assert card.credit
        if card.kind == "tải về":
            assert len(card.mirrors) >= 2
            assert card.files
    with pytest.raises(AttributeError):
        data.card("mnist").licence = "?"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: data.mnist("dev"), "Không có phần của MNIST 'dev'; hãy chọn một trong: train, test."),
        (lambda: data.mnist(None), "None; hãy chọn một trong"),
        (lambda: data.mnist(["train"]), "hãy chọn một trong"),
        (lambda: data.clothing("valid"), "'valid'; hãy chọn một trong: train, validation, test."),
        (lambda: data.photo("cat"), "Không có ảnh 'cat'; hãy chọn một trong: china, flower,"),
        (lambda: data.photo("../x"), "Không có ảnh"),
        (lambda: data.photo("iris"), "Không có ảnh 'iris'"),
        (lambda: data.table("boston"), "hãy chọn một trong: diabetes, iris, wine, breast_cancer, digits."),
        (lambda: data.card("?"), "Không có bộ dữ liệu"),
    ],
)
def test_a_wrong_name_lists_the_right_ones(call, text):
    with pytest.raises(ValueError) as caught:
        call()
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


# --- the real sets ----------------------------------------------------------------------------------------------


def real(load):
    try:
        return load()
    except data.DatasetError:
        pytest.skip("thiếu dữ liệu thật: đặt COURSE_DATA=<thư mục dữ liệu> hoặc chạy khi có mạng")


def test_real_mnist():
    images, labels = real(lambda: data.mnist("train"))
    assert (images.shape, images.dtype, labels.shape, labels.dtype) == ((60000, 28, 28), np.uint8, (60000,), np.uint8)
    assert np.bincount(labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert images.mean() == pytest.approx(33.318, abs=0.001)
    images, labels = real(lambda: data.mnist("test"))
    assert images.shape == (10000, 28, 28)
    assert np.bincount(labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_real_clothing():
    sizes = {"train": 3068, "validation": 341, "test": 372}
    for split, size in sizes.items():
        images, labels = real(lambda split=split: data.clothing(split))
        assert images.shape == (size, 96, 96, 3)
        assert (np.diff(labels) >= 0).all()
        assert set(labels.tolist()) == set(range(10))
        if split == "test":
            assert np.bincount(labels).tolist() == [15, 12, 72, 38, 42, 26, 73, 30, 12, 52]
