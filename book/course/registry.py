"""What the course's data sets are: source, licence, citation, hashes. How they are loaded stands in `data.py`."""

import functools
from dataclasses import dataclass, field

__all__ = ["CLOTHING_COMMIT", "CLOTHING_CROPS", "REGISTRY", "Card"]

#: the commit of clothing-dataset-small that is used
CLOTHING_COMMIT = "11961516512414bf9f6c150a832cfd21b54a6b54"
#: SHA-256 of the sorted lines "split/class/file.jpg\0<SHA-256 of the file>\n" of the archive of crops
CLOTHING_CROPS = "83cca7856afb7bdff95bc1135c503992898592e02ce93353dd57377505718b49"


@dataclass(frozen=True)
class Card:
    """What there is to know about a data set: where it comes from, under which licence, how to cite it.

    ``files`` maps the name of each unpacked file to its hash (``"md5:…"`` or ``"sha256:…"``); ``mirrors`` are tried in
    turn. Both are empty for what lies inside an installed package. What the course made itself has no homepage;
    ``source`` then names the module that made it.
    """

    name: str
    title: str
    kind: str  # "tải về" | "ảnh" | "bảng" | "tự soạn"
    licence: str
    citation: str
    homepage: str
    credit: str = ""
    mirrors: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    source: str = ""  # inside a package: "package:path"


_UCI = "https://archive.ics.uci.edu/dataset"
_photo = functools.partial(Card, kind="ảnh")
_table = functools.partial(Card, kind="bảng")

_CARDS = (
    Card(
        name="mnist",
        title="MNIST: chữ số viết tay",
        kind="tải về",
        licence="tác giả không nêu giấy phép; dùng cho nghiên cứu và giảng dạy, cần trích dẫn",
        citation=(
            "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner. Gradient-based learning applied to document recognition. "
            "Proceedings of the IEEE 86(11), 1998. doi:10.1109/5.726791. Dữ liệu: Y. LeCun, C. Cortes, C. J. C. Burges."
        ),
        homepage="http://yann.lecun.com/exdb/mnist/",
        credit="Yann LeCun, Corinna Cortes, Christopher J. C. Burges",
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        files={
            "train-images-idx3-ubyte": "md5:6bbc9ace898e44ae57da46a324031adb",
            "train-labels-idx1-ubyte": "md5:a25bea736e30d166cdddb491f175f624",
            "t10k-images-idx3-ubyte": "md5:2646ac647ad5339dbf082846283269ea",
            "t10k-labels-idx1-ubyte": "md5:27ae3e4e09519cfbb04c329615203637",
        },
    ),
    Card(
        name="clothing",
        title="Ảnh quần áo (clothing-dataset-small)",
        kind="tải về",
        licence="CC0 1.0",
        citation="A. Grigorev. Clothing dataset (small). GitHub, commit " + CLOTHING_COMMIT + ".",
        homepage="https://github.com/alexeygrigorev/clothing-dataset-small",
        credit="Alexey Grigorev và những người đóng góp ảnh",
        mirrors=(
            f"https://github.com/alexeygrigorev/clothing-dataset-small/archive/{CLOTHING_COMMIT}.zip",
            f"https://codeload.github.com/alexeygrigorev/clothing-dataset-small/zip/{CLOTHING_COMMIT}",
        ),
        files={"clothing-dataset-small-96.zip": f"sha256:{CLOTHING_CROPS}"},
    ),
    _photo(
        name="china",
        title="Một ngôi chùa ở Trung Quốc",
        licence="CC BY 2.0",
        citation="Ảnh china.jpg trong scikit-learn.",
        homepage="https://www.flickr.com/photos/danielbuechele/6061409035/",
        credit="danielbuechele (Flickr)",
        source="sklearn:datasets/images/china.jpg",
    ),
    _photo(
        name="flower",
        title="Một bông hoa",
        licence="CC BY 2.0",
        citation="Ảnh flower.jpg trong scikit-learn.",
        homepage="https://www.flickr.com/photos/vultilion/6056698931/",
        credit="vultilion (Flickr)",
        source="sklearn:datasets/images/flower.jpg",
    ),
    _photo(
        name="astronaut",
        title="Nhà du hành Eileen Collins",
        licence="phạm vi công cộng",
        citation="NASA Great Images; ảnh astronaut.png trong scikit-image.",
        homepage="https://flic.kr/p/r9qvLn",
        credit="NASA",
        source="skimage:data/astronaut.png",
    ),
    _photo(
        name="brick",
        title="Tường gạch (ảnh xám)",
        licence="CC0 1.0",
        citation="CC0Textures, Bricks25; ảnh brick.png trong scikit-image.",
        homepage="https://cc0textures.com/view.php?tex=Bricks25",
        credit="CC0Textures",
        source="skimage:data/brick.png",
    ),
    _photo(
        name="camera",
        title="Người quay phim (ảnh xám)",
        licence="CC0 1.0",
        citation="Ảnh camera.png trong scikit-image.",
        homepage="https://github.com/scikit-image/scikit-image/issues/3927",
        credit="Lav Varshney",
        source="skimage:data/camera.png",
    ),
    _photo(
        name="chelsea",
        title="Mèo Chelsea",
        licence="CC0 1.0",
        citation="Ảnh chelsea.png trong scikit-image.",
        homepage="https://scikit-image.org/docs/stable/api/skimage.data.html",
        credit="Stefan van der Walt",
        source="skimage:data/chelsea.png",
    ),
    _photo(
        name="clock",
        title="Đồng hồ treo tường bị nhòe do máy ảnh chuyển động (ảnh xám)",
        licence="phạm vi công cộng",
        citation="Ảnh clock_motion.png trong scikit-image.",
        homepage="https://scikit-image.org/docs/stable/api/skimage.data.html",
        credit="Stefan van der Walt",
        source="skimage:data/clock_motion.png",
    ),
    _photo(
        name="coffee",
        title="Tách cà phê",
        licence="CC0 1.0",
        citation="Ảnh coffee.png trong scikit-image.",
        homepage="https://scikit-image.org/docs/stable/api/skimage.data.html",
        credit="Rachel Michetti, Pikolo Espresso Bar",
        source="skimage:data/coffee.png",
    ),
    _photo(
        name="coins",
        title="Đồng xu Hy Lạp tìm thấy ở Pompeii (ảnh xám)",
        licence="không có hạn chế bản quyền nào được biết",
        citation="Brooklyn Museum Collection; ảnh coins.png trong scikit-image.",
        homepage="https://www.brooklynmuseum.org/opencollection/archives/image/51611",
        credit="Brooklyn Museum",
        source="skimage:data/coins.png",
    ),
    _photo(
        name="grass",
        title="Cỏ (ảnh xám)",
        licence="CC0 1.0",
        citation="DeviantArt, Grass 01; ảnh grass.png trong scikit-image.",
        homepage="https://www.deviantart.com/linolafett/art/Grass-01-434853879",
        credit="linolafett",
        source="skimage:data/grass.png",
    ),
    _photo(
        name="gravel",
        title="Sỏi (ảnh xám)",
        licence="CC0 1.0",
        citation="CC0Textures, Gravel04; ảnh gravel.png trong scikit-image.",
        homepage="https://cc0textures.com/view.php?tex=Gravel04",
        credit="CC0Textures",
        source="skimage:data/gravel.png",
    ),
    _photo(
        name="hubble",
        title="Vùng trời sâu chụp bằng kính Hubble",
        licence="phạm vi công cộng",
        citation="NASA, Hubble eXtreme Deep Field, 2012; ảnh hubble_deep_field.jpg trong scikit-image.",
        homepage="http://hubblesite.org/newscenter/archive/releases/2012/37/image/a/",
        credit="NASA",
        source="skimage:data/hubble_deep_field.jpg",
    ),
    _photo(
        name="retina",
        title="Võng mạc mắt người",
        licence="CC0 1.0",
        citation=(
            "M. Häggström. Medical gallery of Mikael Häggström 2014. WikiJournal of Medicine 1(2), 2014. "
            "doi:10.15347/wjm/2014.008."
        ),
        homepage="https://commons.wikimedia.org/wiki/File:Fundus_photograph_of_normal_left_eye.jpg",
        credit="Mikael Häggström",
        source="skimage:data/retina.jpg",
    ),
    _photo(
        name="rocket",
        title="Tên lửa Falcon 9 rời bệ phóng",
        licence="phạm vi công cộng",
        citation="SpaceX Photos; ảnh rocket.jpg trong scikit-image.",
        homepage="https://www.flickr.com/photos/spacexphotos/16511594820/",
        credit="SpaceX",
        source="skimage:data/rocket.jpg",
    ),
    _table(
        name="diabetes",
        title="Tiểu đường: 442 bệnh nhân, 10 đặc trưng",
        licence="tác giả không nêu giấy phép; phân phối cùng scikit-learn",
        citation=(
            "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani. Least angle regression. Annals of Statistics 32(2), "
            "2004. doi:10.1214/009053604000000067."
        ),
        homepage="https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html",
        source="sklearn:datasets/data",
    ),
    _table(
        name="iris",
        title="Hoa diên vĩ: 150 bông, 4 đặc trưng, 3 loài",
        licence="CC BY 4.0",
        citation="R. A. Fisher. Iris. UCI Machine Learning Repository, 1936. doi:10.24432/C56C76.",
        homepage=f"{_UCI}/53/iris",
        source="sklearn:datasets/data",
    ),
    _table(
        name="wine",
        title="Rượu vang: 178 mẫu, 13 đặc trưng, 3 giống nho",
        licence="CC BY 4.0",
        citation="S. Aeberhard, M. Forina. Wine. UCI Machine Learning Repository, 1992. doi:10.24432/C5PC7J.",
        homepage=f"{_UCI}/109/wine",
        source="sklearn:datasets/data",
    ),
    _table(
        name="breast_cancer",
        title="Ung thư vú Wisconsin: 569 ca, 30 đặc trưng, 2 lớp",
        licence="CC BY 4.0",
        citation=(
            "W. Wolberg, O. Mangasarian, N. Street, W. Street. Breast Cancer Wisconsin (Diagnostic). "
            "UCI Machine Learning Repository, 1993. doi:10.24432/C5DW2B."
        ),
        homepage=f"{_UCI}/17/breast+cancer+wisconsin+diagnostic",
        source="sklearn:datasets/data",
    ),
    _table(
        name="digits",
        title="Chữ số viết tay 8×8: 1797 ảnh",
        licence="CC BY 4.0",
        citation=(
            "E. Alpaydin, C. Kaynak. Optical Recognition of Handwritten Digits. UCI Machine Learning Repository, 1998. "
            "doi:10.24432/C50P49."
        ),
        homepage=f"{_UCI}/80/optical+recognition+of+handwritten+digits",
        source="sklearn:datasets/data",
    ),
    Card(
        name="baskets",
        title="Giỏ hàng tạp hóa: 1600 giỏ, 40 món, do khóa học tự soạn",
        kind="tự soạn",
        licence="CC BY-SA 4.0, như văn bản của khóa học",
        citation=(
            "Dữ liệu bịa, rút bằng bộ sinh ngẫu nhiên course.baskets với hạt giống 2026: mỗi món vào giỏ độc lập, "
            "trừ các món cùng một món ăn và ba món phụ thuộc thời tiết. Không phải hóa đơn của cửa hàng nào."
        ),
        homepage="",
        credit="Nhóm tác giả khóa học",
        source="course.baskets:tables/baskets.csv",
    ),
    Card(
        name="sentences",
        title="Câu tiếng Việt: 6000 câu, 188 từ, do khóa học tự soạn",
        kind="tự soạn",
        licence="CC BY-SA 4.0, như văn bản của khóa học",
        citation=(
            "Dữ liệu bịa, rút bằng bộ sinh ngẫu nhiên course.sentences với hạt giống 2026: chọn một trong 57 câu mẫu, "
            "điền từng chỗ trống. Từ nhiều âm tiết nối bằng gạch dưới. Không phải thống kê của tiếng Việt, "
            "không phải sự kiện về nước nào."
        ),
        homepage="",
        credit="Nhóm tác giả khóa học",
        source="course.sentences:tables/sentences.txt",
    ),
)

#: every card by name
REGISTRY = {entry.name: entry for entry in _CARDS}
