"""What lies in a class's folder of submissions."""

from autograder.errors import ClassNotFound
from autograder.text import fault, one_line

USUAL = "{nbgrader_step}/{student_id}/{assignment_id}"  # nbgrader's CourseDirectory.directory_structure
MAX_NAME = 240  # bytes of a student's name: a file system allows 255, and it becomes the name of files


def submissions(folder, layout, known):
    """Return ({(student, slug): folder}, [what else lies around]), both sorted.

    `known` are the names of the course's assignments. Raises ClassNotFound when there is nothing to look into.
    """
    if layout.structure == USUAL:
        return _usual(folder, folder / layout.submitted, known)
    found, strays = {}, []
    for student, slug, place in layout.find(layout.submitted, root=folder):
        if slug in known:
            found[student, slug] = place
        else:
            strays.append(f"{one_line(place.relative_to(folder), 120)}: khóa học không có bài này")
    return found, strays


def _usual(folder, submitted, known):
    if not submitted.is_dir():
        name = submitted.name
        raise ClassNotFound(f"«{folder.name}» không có thư mục {name}/ (cần {name}/<sinh viên>/<bài tập>/).")
    found, strays = {}, []
    for student in sorted(submitted.iterdir()):
        if student.name.startswith("."):
            continue
        try:
            why = _unfit(student, submitted)
            items = [] if why else sorted(student.iterdir())
            folders = {item for item in items if item.is_symlink() or item.is_dir()}
        except OSError as error:
            why, items = f"không đọc được ({fault(error)})", []
        if why:
            strays.append(f"{submitted.name}/{one_line(student.name, 80)}: {why}")
        for item in items:
            if item.name.startswith("."):
                continue
            place = f"{submitted.name}/{one_line(f'{student.name}/{item.name}', 120)}"
            if item.name in known and item in folders:
                found[student.name, item.name] = item
            elif item in folders:
                strays.append(f"{place}: khóa học không có bài này")
            else:
                strays.append(f"{place}: cần nằm trong {submitted.name}/<sinh viên>/<bài tập>/")
    return found, strays


def _unfit(student, submitted):
    """Say why something among the submissions cannot be a student's folder, or return an empty string."""
    if student.is_symlink():
        return "là một liên kết (symlink), không phải thư mục thật"
    if not student.is_dir():
        return f"cần nằm trong {submitted.name}/<sinh viên>/<bài tập>/"
    try:
        size = len(student.name.encode())
    except UnicodeEncodeError:
        return "tên thư mục không phải UTF-8, hãy đổi tên"
    return f"tên thư mục quá dài ({size} byte, giới hạn {MAX_NAME})" if size > MAX_NAME else ""
