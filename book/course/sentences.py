"""The Vietnamese sentences of the course: who made them, by which grammar, and what is true in them.

The sentences are invented. They are drawn by :func:`draw` from the templates below, so that a reader knows what no
real text can tell: which words have the same contexts, because the grammar lets them fill the same blanks.
``tables/sentences.txt`` holds the draw with :data:`SEED`; ``python -m course.sentences`` writes it again.

The model, for one sentence:

1. a template of :data:`TEMPLATES` is chosen, each with its own weight;
2. every blank, written ``a|b|c``, is filled with one of its words, each as likely as the others;
3. with probability :data:`OPENED` a word of :data:`OPENINGS` is put before the sentence and, independently, with
   probability :data:`CLOSED` a word of :data:`CLOSINGS` after it.

A word of several syllables is written with underscores (``sinh_viên``), so that the true segmentation is known.
Nothing here is a statistic of Vietnamese, nor a fact about any country, animal or trade.
"""

from itertools import chain
from pathlib import Path

import numpy as np

__all__ = ["ANTONYMS", "FAMILIES", "FILE", "SEED", "SIZE", "TEMPLATES", "blanks", "draw", "read", "similarity"]

SEED = 2026
SIZE = 6000
FILE = Path(__file__).parent / "tables" / "sentences.txt"
OPENED, CLOSED = 0.4, 0.4
OPENINGS = ("hôm_nay", "sáng_nay", "bây_giờ", "thế_là")
CLOSINGS = ("rồi", "mà", "đấy", "nhỉ")

#: country, capital, dish, language: the first two share the contexts of their nation
NATIONS = (
    ("Việt_Nam", "Hà_Nội", "phở", "tiếng_Việt"),
    ("Nhật_Bản", "Tô-ki-ô", "sushi", "tiếng_Nhật"),
    ("Pháp", "Pa-ri", "bánh_sừng_bò", "tiếng_Pháp"),
    ("Ý", "Rô-ma", "mì_ống", "tiếng_Ý"),
    ("Hàn_Quốc", "Xơ-un", "kim_chi", "tiếng_Hàn"),
    ("Thái_Lan", "Băng_Cốc", "xôi_xoài", "tiếng_Thái"),
)
#: animal, its young, what both do: the first two share the contexts of their species
ANIMALS = (
    ("bò", "bê", "nhai", "rơm"),
    ("trâu", "nghé", "đằm", "bùn"),
    ("chó", "cún", "gặm", "xương"),
    ("mèo", "mèo_con", "vờn", "cuộn_len"),
    ("ngựa", "ngựa_con", "gõ", "móng"),
    ("lợn", "lợn_con", "ủi", "đất"),
)
#: name of a relation -> pairs of words that stand in it
FAMILIES = {
    "nước – thủ đô": tuple(row[:2] for row in NATIONS),
    "con vật – con non": tuple(row[:2] for row in ANIMALS),
}
ANTONYMS = (("nóng", "lạnh"), ("đắt", "rẻ"), ("nhanh", "chậm"), ("đông", "vắng"))

_LISTS = {
    "country": "|".join(row[0] for row in NATIONS),
    "capital": "|".join(row[1] for row in NATIONS),
    "adult": "|".join(row[0] for row in ANIMALS),
    "young": "|".join(row[1] for row in ANIMALS),
    "science": "sinh_học|hóa_học|vật_lý",
    "humanity": "lịch_sử|địa_lý|văn_học",
    "subject": "sinh_học|hóa_học|vật_lý|lịch_sử|địa_lý|văn_học",
    "learner": "học_sinh|sinh_viên",
    "teacher": "giáo_viên|giảng_viên",
    "carer": "bác_sĩ|y_tá",
    "person": "học_sinh|sinh_viên|giáo_viên|giảng_viên|bác_sĩ|y_tá|bệnh_nhân",
    "drink": "trà|cà_phê|sữa|nước_cam",
    "fruit": "cam|xoài|chuối|táo|nho",
    "small": "xe_đạp|xe_máy",
    "large": "ô_tô|xe_buýt",
    "vehicle": "xe_đạp|xe_máy|ô_tô|xe_buýt",
    "dear": "đắt|rẻ",
    "fast": "nhanh|chậm",
    "warm": "nóng|lạnh",
    "busy": "đông|vắng",
    "time": "sáng|trưa|chiều|tối",
}

_BY_ROW = [
    *((1.0, f"ở {country}|{city} người_ta hay ăn {dish}") for country, city, dish, _ in NATIONS),
    *((1.0, f"khách đến {country}|{city} học nói {language}") for country, city, _, language in NATIONS),
    *((1.0, f"con {adult}|{young} đang {verb} {thing} ngoài sân") for adult, young, verb, thing in ANIMALS),
    *((1.0, f"{thing} bị {adult}|{young} {verb} từ {_LISTS['time']}") for adult, young, verb, thing in ANIMALS),
]
_COMMON = [
    (3, "đội_tuyển {country} thắng|thua trận_đấu"),
    (3, "quốc_ca của {country} vang lên"),
    (3, "tàu_điện ở {capital} rất {busy}"),
    (3, "ngoại_ô {capital} có nhiều hồ|vườn"),
    (3, "con {adult} đã già và khỏe|yếu"),
    (3, "bác nông_dân bán {adult} trưởng_thành"),
    (3, "con {young} mới sinh còn bú mẹ"),
    (3, "con {young} non chạy theo mẹ"),
    (4, "{learner} học {subject} ở trường"),
    (3, "{learner} ôn {subject} để thi"),
    (3, "môn {subject} {learner} nào cũng thích"),
    (3, "{teacher} dạy {subject} cho {learner}"),
    (3, "{science} có bài thí_nghiệm dài|ngắn"),
    (3, "{humanity} có bài đọc dài|ngắn"),
    (3, "{learner} đọc sách ở thư_viện buổi {time}"),
    (3, "{teacher} chấm bài buổi {time}"),
    (3, "{carer} khám cho bệnh_nhân buổi {time}"),
    (3, "{carer} đưa thuốc cho bệnh_nhân"),
    (2, "bệnh_nhân nằm nghỉ ở bệnh_viện"),
    (4, "{person} đi {vehicle} đến trường|bệnh_viện|chợ"),
    (4, "{person} uống {drink} {warm} buổi {time}"),
    (4, "cốc {drink} này rất {warm}"),
    (3, "cho đường|đá|chanh vào cốc {drink}"),
    (3, "{drink} thêm đường thì rất ngọt"),
    (3, "mua|bán {fruit} ở chợ buổi {time}"),
    (3, "{fruit} chín thì rất ngọt|thơm"),
    (4, "giá {fruit} rất {dear}"),
    (3, "giá {vehicle} rất {dear}"),
    (4, "{vehicle} chạy rất {fast} trên đường|phố"),
    (3, "khóa {small} ở bãi|cổng"),
    (3, "{large} chở nhiều khách buổi {time}"),
    (4, "đường|phố rất {busy} buổi {time}"),
    (4, "trời rất {warm} buổi {time}"),
]
#: (weight, template); a template is words and blanks, a blank is its words with bars between them
TEMPLATES = tuple(_BY_ROW + [(float(weight), text.format(**_LISTS)) for weight, text in _COMMON])


def draw(size=SIZE, seed=SEED):
    """Draw sentences from the grammar.

    Parameters
    ----------
    size, seed : int

    Returns
    -------
    list of list of str
        `size` sentences, each a list of words.
    """
    rng = np.random.default_rng(seed)
    weights = np.array([weight for weight, _ in TEMPLATES])
    sentences = []
    for number in rng.choice(len(TEMPLATES), size=size, p=weights / weights.sum()):
        options = [blank.split("|") for blank in TEMPLATES[number][1].split()]
        if rng.random() < OPENED:
            options.insert(0, OPENINGS)
        if rng.random() < CLOSED:
            options.append(CLOSINGS)
        sentences.append([words[rng.integers(len(words))] for words in options])
    return sentences


def blanks():
    """Return, for every word of the templates, the set of blanks it fills: pairs (template, place)."""
    places = {}
    for number, (_, text) in enumerate(TEMPLATES):
        for place, blank in enumerate(text.split()):
            for word in blank.split("|"):
                places.setdefault(word, set()).add((number, place))
    return places


def similarity(first, second):
    """Return the planted similarity of two words: the Jaccard index of the sets of blanks they fill, 0 to 1."""
    places = blanks()
    one, other = places[first], places[second]
    return len(one & other) / len(one | other)


def read(path=FILE):
    """Read the table: a list of sentences, each a list of words."""
    return [line.split() for line in path.read_text(encoding="utf-8").splitlines()]


def write(path=FILE):
    """Write the draw with :data:`SEED`, one sentence a line."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(chain((" ".join(sentence) for sentence in draw()), [""])), encoding="utf-8")


if __name__ == "__main__":
    write()
