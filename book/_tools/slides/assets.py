"""What the decks share: reveal.js in Vietnamese, the site's fonts, the style sheets of slides and formulas."""

import shutil
from pathlib import Path

from course_site.assets import minify, shrink_katex, shrink_text_fonts
from course_site.katex import REMEDY, npm_folder

__all__ = ["ENGLISH", "translate", "write_assets"]

HERE = Path(__file__).parent
LOGO = HERE.parents[1] / "_ext" / "course_site" / "theme" / "static" / "logo.svg"

#: What a reader meets of reveal.js and of its speaker's window: file → {as it stands there: in Vietnamese}
ENGLISH = {
    "dist/reveal.js": {
        '"Next slide"': '"Trang sau"',
        '"Previous slide"': '"Trang trước"',
        '"Navigate without fragments"': '"Sang trang, bỏ qua các bước"',
        '"Jump to first/last slide"': '"Về trang đầu, tới trang cuối"',
        '"Navigate left"': '"Sang trái"',
        '"Navigate right"': '"Sang phải"',
        '"Navigate up"': '"Lên trên"',
        '"Navigate down"': '"Xuống dưới"',
        '="Pause"': '="Tạm che màn hình"',
        '="Fullscreen"': '="Toàn màn hình"',
        '="Jump to slide"': '="Tới trang số"',
        '="Slide overview"': '="Xem mọi trang"',
        ">Keyboard Shortcuts<": ">Phím tắt<",
        ">Resume presentation<": ">Trình chiếu tiếp<",
        "<th>KEY</th><th>ACTION</th>": "<th>Phím</th><th>Việc</th>",
        "No notes on this slide.": "Trang này không có ghi chú.",
        '"next slide"': '"trang sau"',
        '"previous slide"': '"trang trước"',
        '"above slide"': '"trang trên"',
        '"below slide"': '"trang dưới"',
    },
    "plugin/notes/notes.js": {
        '<html lang=\\"en\\">': '<html lang=\\"vi\\">',
        "reveal.js - Speaker View": "Màn hình người nói",
        "Loading speaker view...": "Đang mở màn hình người nói…",
        ">Upcoming<": ">Tiếp theo<",
        ">Time <": ">Thời gian <",
        "Click to Reset": "bấm để tính lại từ đầu",
        "Pacing – Time to finish current slide": "Nhịp độ: thời gian còn lại của trang này",
        ">Notes<": ">Ghi chú<",
        "'Default'": "'Bình thường'",
        "'Wide'": "'Rộng'",
        "'Tall'": "'Cao'",
        "'Notes only'": "'Chỉ ghi chú'",
        "'Layout'": "'Bố cục'",
        "'en-US', { hour12: true,": "'vi-VN', { hour12: false,",
        "Cross origin error.<br>The speaker window can only be opened from the same origin.": (
            "Màn hình người nói chỉ mở được từ chính trang trình chiếu."
        ),
        "Error connecting to main window.<br>Please try closing and reopening the speaker view.": (
            "Không nối được với trang trình chiếu.<br>Hãy đóng cửa sổ này rồi mở lại."
        ),
        "Speaker view popup failed to open. Please make sure popups are allowed and reopen the speaker view.": (
            "Trình duyệt chặn cửa sổ mới. Hãy cho phép cửa sổ bật lên rồi bấm S lần nữa."
        ),
        '"Speaker notes view"': '"Màn hình người nói"',
    },
}


def translate(name):
    """Return a script of reveal.js with its words in Vietnamese.

    Raises ValueError if a word is not there any more: another version has other words, which must be looked through.
    """
    text = (reveal_folder() / name).read_text("utf-8")
    for english, vietnamese in ENGLISH[name].items():
        if english not in text:
            raise ValueError(f"reveal.js: không còn «{english}» trong {name}; hãy xem lại các chữ của bản mới")
        text = text.replace(english, vietnamese)
    return text


def reveal_folder():
    """Return reveal.js's folder inside the virtual environment."""
    folder = npm_folder() / "reveal.js"
    if not (folder / "package.json").is_file():
        raise FileNotFoundError(f"không thấy reveal.js ở {folder}: {REMEDY}")
    return folder


def write_assets(root, cache, formulas):
    """Write everything the decks in ``root`` share into its folder ``_static``, after the decks themselves."""
    static = Path(root, "_static")
    static.mkdir(parents=True, exist_ok=True)
    (static / "reveal.js").write_text(translate("dist/reveal.js"), "utf-8")
    (static / "notes.js").write_text(translate("plugin/notes/notes.js"), "utf-8")
    shutil.copy(reveal_folder() / "dist" / "reveal.css", static)
    shutil.copy(reveal_folder() / "LICENSE", static / "reveal-license.txt")
    shutil.copy(LOGO, static)
    shutil.copy(HERE / "theme" / "slides.js", static)
    (static / "slides.css").write_text(minify((HERE / "theme" / "slides.css").read_text("utf-8")), "utf-8")
    shrink_text_fonts(Path(root), Path(cache))
    shrink_katex(Path(root), Path(cache), {Path(root): formulas})  # as if all were one page
