"""A class folder to begin with."""

from autograder.assignment import IGNORED
from autograder.classroom import config, roster
from autograder.errors import ClassBroken, ClassNotFound, OutputUnwritable
from autograder.paths import write_bytes, write_text
from autograder.text import fault

ROSTER = "sinh-vien.csv"
HEAD = "Mã sinh viên,Họ và tên,Email,Lớp\n"
TEMPLATE = """\
# Lớp {name}. Mỗi dòng bắt đầu bằng # là lời chú thích; bỏ # đi thì dòng ấy có tác dụng.

roster = "{roster}"            # danh sách lớp, tệp CSV
timezone = "{zone}"       # múi giờ của các hạn nộp

[late]
percent_per_day = 10                # trừ bấy nhiêu phần trăm số điểm đạt được, cho mỗi ngày trễ đã bắt đầu
grace_minutes = 15                  # trễ không quá bấy nhiêu phút thì không trừ
max_percent = 50                    # trừ nhiều nhất bấy nhiêu phần trăm; 0 là không trừ gì

# Giới hạn khi chấm lớp này. Dòng nào không ghi thì theo khóa học (autograder.toml), rồi theo mặc định.
# Đổi một giới hạn thì lần chấm sau chấm lại những bài liên quan. Còn vài tên nữa: xem autograder/README.md.
[limits]
# seconds = 30                      # thời gian cho mỗi ô
# total_seconds = 420               # thời gian cho cả sổ tay
# memory_mb = 2048                  # bộ nhớ cho mỗi tiến trình

# Mỗi bài tập một bảng. Tên cột trong Moodle và tên bài trong Canvas chỉ cần khi chúng khác tên bài tập.
{items}
# Tên trong LMS mà không khớp với ai trong danh sách, hoặc khớp với nhiều người:
# [aliases]
# "Nguyen An" = "23520001"
"""
ITEM = """
[assignments.{slug}]
# deadline = 2026-09-20T23:59:00
# moodle = "Bài tập 1"
# canvas = "Bài tập 1"
# lms_points = 10                   # điểm tối đa của bài này trong LMS, nếu khác ở đây
# limits.seconds = 60               # giới hạn của riêng bài này, thắng bảng [limits]
"""


def new(course, folder, source=None):
    """Make a class folder; return its files.

    Parameters
    ----------
    course : Course
    folder : Path
        May be there already, without ``class.toml``; nothing in it is changed.
    source : Path, optional
        A roster to copy; without one a roster with a head only is made.

    Raises
    ------
    ClassBroken, ClassNotFound, RosterBroken, OutputUnwritable
    """
    place = folder.expanduser().absolute()
    resolved = place.resolve()
    if resolved == course.root or any(resolved.is_relative_to(p) for p in (course.solutions, course.exercises)):
        raise ClassNotFound(f"«{folder}» thuộc về khóa học; hãy để lớp ở một thư mục riêng.")
    if place.exists() and not place.is_dir():
        raise ClassNotFound(f"«{folder}» đã có và không phải một thư mục.")
    if config.exists(place):
        raise ClassBroken(f"Lớp «{folder}» đã có {config.FILE}; không gì bị ghi đè.")
    data = HEAD.encode("utf-8-sig")
    if source is not None:
        roster.read(source)
        data = source.read_bytes()
    try:
        (place / "submitted").mkdir(parents=True, exist_ok=True)
        made = []
        if source is not None and (place / ROSTER).exists() and (place / ROSTER).read_bytes() != data:
            raise ClassBroken(f"Lớp «{folder}» đã có {ROSTER} khác; không gì bị ghi đè.")
        if not (place / ROSTER).exists():
            write_bytes(place / ROSTER, data)
            made.append(place / ROSTER)
        items = "".join(ITEM.format(slug=_key(slug)) for slug in course.slugs() if slug not in IGNORED)
        text = TEMPLATE.format(name=place.name, roster=ROSTER, zone=config.ZONE, items=items)
        write_text(place / config.FILE, text)
        made.append(place / config.FILE)
    except OSError as error:
        raise OutputUnwritable(f"Không ghi được {error.filename or place}: {fault(error)}.") from None
    return tuple(made)


def _key(slug):
    """Return a name as a key in TOML."""
    bare = slug.isascii() and slug.replace("-", "").replace("_", "").isalnum()
    return slug if bare else '"' + slug.replace("\\", "\\\\").replace('"', '\\"') + '"'
