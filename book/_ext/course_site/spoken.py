"""A formula in Vietnamese words, where a formula alone must give something its name.

Screen readers read MathML by themselves; but the name of an input or of a table's column is plain text, in which
a power or a fraction would be lost. ``words("<math>…</math>")`` says «x mũ 2».
"""

from xml.etree import ElementTree

__all__ = ["words"]

SYMBOLS = {
    "+": "cộng", "−": "trừ", "-": "trừ", "±": "cộng trừ", "×": "nhân", "⋅": "nhân", "⊙": "nhân từng phần tử",
    "/": "chia", "=": "bằng", "≠": "khác", "≈": "xấp xỉ", "<": "nhỏ hơn", ">": "lớn hơn", "∈": "thuộc",
    "∗": "sao", "≤": "nhỏ hơn hoặc bằng", "≥": "lớn hơn hoặc bằng", "∑": "tổng", "∏": "tích",
    "∫": "tích phân", "∞": "vô cùng", "→": "tiến tới", "←": "gán bằng", "∂": "đạo hàm riêng", "∇": "gradient",
    "∥": "chuẩn", "⊤": "chuyển vị", "\u2061": "", "\u2062": "", "\u200b": "",
}  # fmt: skip
ACCENTS = {"^": "có mũ", "ˆ": "có mũ", "ˉ": "ngang", "¯": "ngang", "~": "ngã", "˜": "ngã", "⃗": "vectơ", "→": "vectơ"}
LARGE = {"tổng", "tích", "tích phân"}
SILENT = {"mspace", "mphantom", "annotation"}


def say(node):
    """Return the words of an element."""
    tag, parts = node.tag.rpartition("}")[2], list(node)
    if tag in SILENT:
        return ""
    if not parts:
        text = " ".join((node.text or "").split())
        return SYMBOLS.get(text, text)
    said = [say(part) for part in parts]
    if said[0] in LARGE and tag in ("msubsup", "munderover"):
        return f"{said[0]} từ {said[1]} đến {said[2]}"
    match tag:
        case "msup" if said[1] in ("chuyển vị", "sao"):
            return f"{said[0]} {said[1]}"
        case "msup":
            return f"{said[0]} mũ {said[1]}"
        case "msub" | "munder":
            return f"{said[0]} chỉ số {said[1]}"
        case "msubsup" | "munderover":
            return f"{said[0]} chỉ số {said[1]} mũ {said[2]}"
        case "mfrac":
            return f"{said[0]} trên {said[1]}"
        case "msqrt":
            return f"căn của {' '.join(said)}"
        case "mover":
            return f"{said[0]} {ACCENTS.get((parts[1].text or '').strip(), said[1])}"
        case "mtr":
            return ", ".join(said)
        case "mtable":
            return "; ".join(said)
    return " ".join(said)


def words(mathml):
    """Return a formula's words on one line."""
    return " ".join(say(ElementTree.fromstring(mathml)).split())
