"""What is said about a notebook: one Vietnamese sentence a finding, the same for student and instructor."""

from dataclasses import dataclass

from autograder.text import one_line


@dataclass(frozen=True)
class Note:
    """Something about a notebook that its owner should know."""

    kind: str  # a key of ADVICE, or "files"
    text: str
    serious: bool  # False: repaired without any doubt, harmless


ADVICE = {
    "name": "Hãy đổi tên tệp trước khi nộp.",
    "damaged": "Hãy mở tệp trong Jupyter, xem còn đủ bài làm không rồi lưu lại.",
    "encoding": "Hãy mở tệp trong Jupyter rồi lưu lại: Jupyter ghi UTF-8.",
    "size": "Hãy xóa kết quả của các ô (Clear Outputs of All Cells) rồi lưu lại.",
    "kernel": "Hãy chọn nhân Python 3 rồi chạy lại sổ tay.",
    "missing": "Hãy lấy lại sổ tay gốc và chép bài làm vào.",
    "duplicate": "Hãy xóa bản thừa, chỉ giữ bản bạn muốn được chấm.",
    "order": "Hãy để ô lời giải đứng trước các ô kiểm tra của nó.",
    "type": "Hãy đổi loại ô trong Jupyter rồi chạy lại.",
    "moved": "Hãy chép lời giải vào đúng ô của nó.",
    "neutralised": "Hãy xóa hoặc chuyển những dòng ấy sang một ô riêng.",
    "path": "Hãy dùng đường dẫn tương đối, tới tệp nằm cạnh sổ tay.",
    "shadow": "Hãy đặt tên khác.",
}


def advice(note):
    """Return what the student can do about a note, or an empty string."""
    return ADVICE.get(note.kind, "")


def names(items, most=6):
    """Return names as code, separated by commas: all, or the first few and how many more."""
    items = list(items)
    shown = ", ".join(f"`{one_line(item, 40)}`" for item in items[:most])
    return shown if len(items) <= most else f"{shown} và {len(items) - most} ô nữa"


def lines(numbers, most=5):
    """Return line numbers in words: ``dòng 3``, ``dòng 3, 7``."""
    numbers = sorted(set(numbers))
    shown = ", ".join(map(str, numbers[:most]))
    return f"dòng {shown}{', …' if len(numbers) > most else ''}"
