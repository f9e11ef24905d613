"""Sentences of a chapter's Markdown: cut apart, counted, cleaned of what only makes sense on a page."""

import re

__all__ = ["choose_sentences", "clean", "count", "sentences", "shorten"]

#: Formulas and code, whose full stops end no sentence and whose words nobody counts
VERBATIM = re.compile(r"\$\$.+?\$\$|(?<!\\)\$[^$]+\$|`[^`]+`", re.S)
ROLE = re.compile(r"\s*\{cite(?::\w+)?\}`[^`]*`|\{[\w:-]+\}(?=`)")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
END = re.compile(r"(?<=[.?!…])[»)*]*\s+")
ABBREVIATED = re.compile(r"\b(?:tr|v\.v|vd|TP)\.$")
#: Sentences that point at another place of the page, or ask for something that is done there
POINTS = re.compile(
    "|".join(
        (
            r"\bô (?:mã )?(?:dưới|trên|này|kế|tiếp|sau|cuối|đầu)",
            r"\b(?:hình|bảng|dòng|đoạn|công thức|hàm|khung) (?:ngay )?(?:dưới|trên)\b",
            r"\bdưới đây\b|\bphía (?:trên|dưới)\b|\bở (?:trên|dưới)\b",
            r"chạy ô|vừa (?:in|rồi|nói)|dòng in|\bchương\b|\bbài (?:tập|★)|đã hứa",
            r"\bmục (?:trước|sau|này|«|cuối|tới|(?-i:[A-ZĐ]))|\bdòng (?:đầu|cuối|thứ|sau|trước|kia)\b|\bdòng \(\d",
            r"công thức sau|mục nữa|hình (?:cuối|đầu|thứ)|đáng (?:dừng|nhớ|chú ý)",
            r"viết (?:xuống|con số|hai|câu trả lời|lựa chọn)|ghi (?:con )?số|dự đoán (?:hơi|của bạn)",
            r"^(?:Giờ|Bây giờ|Quay lại|Hãy|Khoan|Lấy|Nhìn lại|Thử|Đây là|Để trả lời|Bỏ màu|Nhắc lại) ",
        )
    ),
    re.I,
)
#: Openings that lean on the sentence before
LEANS = re.compile(
    r"^(?:Nó|Đó|Điều (?:ấy|đó|này)|Vì (?:thế|vậy)|Khi (?:đó|ấy)|Cách (?:ấy|này|đó)|Chỗ (?:ấy|này)|Lúc ấy|Nhưng|Còn|Thế"
    r"|Ngược lại|Nhờ (?:đó|thế|vậy)|Do đó|Hai (?:số|dòng) (?:ấy|kia)|Trong khi (?:đó|ấy)|Vậy|Cả (?:hai|ba)|Ở đây|Cũng"
    r"|Kết quả ấy|Riêng|Và|Khoan|Là)\b"
)
#: Asides; «(H, W)» is none
PARENTHESES = re.compile(r"\s*\((?=[^()]*[a-zà-ỹđ]{2,}[ ,][^()]*[a-zà-ỹđ]{2,})(?:[^()]|\([^()]*\))*\)")
#: A sentence must not be cut behind these
OPEN_WORDS = {"là", "được", "gồm", "có", "khi", "với", "cho", "như", "sau", "bằng", "của", "ấy", "rồi", "thì", "không"}


def hidden(text):
    """Replace formulas and code by private characters; return the text and what they stand for."""
    kept = []

    def keep(match):
        kept.append(match[0])
        return "\ue000" + chr(0xE100 + len(kept) - 1) + "\ue001"

    return VERBATIM.sub(keep, text), kept


def shown(text, kept):
    """Undo :func:`hidden`."""
    return re.sub("\ue000(.)\ue001", lambda match: kept[ord(match[1]) - 0xE100], text)


def clean(text):
    """Return a paragraph's Markdown on one line, without citations and links."""
    text, kept = hidden(ROLE.sub("", text.replace("\\\n", " ")))
    text = LINK.sub(lambda match: match[1], text)
    return shown(re.sub(r"\s+", " ", text).strip(), kept)


def count(text):
    """Return the number of words, not counting formulas and code."""
    return len(re.findall(r"\w+", hidden(text)[0].replace("\ue000", " ")))


def sentences(text):
    """Return the sentences of a cleaned text."""
    text, kept = hidden(text)
    pieces, start = [], 0
    for found in END.finditer(text):
        following = text[found.end() :].lstrip('«(*"')[:1]
        if following and not following.islower() and not ABBREVIATED.search(text[: found.start()]):
            pieces.append(text[start : found.end()])
            start = found.end()
    return [shown(piece, kept).strip() for piece in (*pieces, text[start:]) if piece.strip()]


def shorten(text, limit):
    """Return a sentence without its asides, and without its tail if still too long; None if nothing good is left."""
    if count(text) <= limit:
        return text
    text, kept = hidden(text)
    text = PARENTHESES.sub("", text)
    if count(text) > limit:
        cuts = [m.start() for m in re.finditer(r"(?:[;:]|, (?:và|nên|còn|trong khi|chứ|nhưng|để|vì|rồi) )", text)]
        cuts = [at for at in cuts if 5 <= count(text[:at]) <= limit and text[:at].split()[-1] not in OPEN_WORDS]
        if not cuts:
            return None
        text = text[: cuts[-1]].rstrip(" ,") + "."
    return shown(text, kept)


def choose_sentences(text, limit, most=3, *, colon=False, terse=False, going_on=False):
    """Return the first sentences of a paragraph that can stand alone, no more than ``limit`` words in all.

    A sentence that points elsewhere («ô dưới») ends the run, or is passed over at the beginning; ``colon`` allows one
    that ends with a colon (something follows it on the slide), ``terse`` one of few words at the beginning,
    ``going_on`` one that goes on after a formula.
    """
    found, room, skipped = [], limit, False
    for sentence in sentences(clean(text)):
        bare = hidden(sentence)[0]
        usable = (
            not POINTS.search(bare)
            and bare.count("(") == bare.count(")")
            and not (skipped and not found and LEANS.match(sentence))
        )
        if usable and sentence.startswith("(") and sentence.rstrip(".").endswith(")"):
            continue  # an aside
        if usable and sentence[0].islower() and not going_on:
            usable = False
        if usable and sentence[-1] in ":," and not colon:
            usable = False
        if usable and re.search(r"[\w$`*,]$", sentence):  # what it leads to stands behind it
            usable, sentence = colon, sentence.rstrip(",") + ":"
        if usable and len(sentence.split()) < 4 and not (found or terse):
            usable = False  # «Lấy giấy bút ra.»
        short = shorten(sentence, min(room, 30)) if usable else None
        if short is None:
            if found:
                break
            skipped = True
            continue
        found.append(short)
        room -= count(short)
        if len(found) == most or room < 5:
            break
    return found
