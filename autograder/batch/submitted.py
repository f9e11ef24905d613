"""What lies in a class's folder of submissions."""

from autograder.errors import ClassNotFound
from autograder.schema import NAME
from autograder.text import fault, one_line

USUAL = "{nbgrader_step}/{student_id}/{assignment_id}"  # nbgrader's CourseDirectory.directory_structure
MAX_BYTES = 240  # of a student's name: a file system allows 255, and it becomes the name of files


def submissions(folder, layout, known):
    """Return ({(student, slug): folder}, [what else lies around]), both sorted.

    `known` are the names of the course's assignments. Raises ClassNotFound when there is nothing to look into.
    """
    if layout.structure == USUAL:
        return _usual(folder, folder / layout.submitted, known)
    found, strays = {}, []
    for student, slug, place in layout.find(layout.submitted, root=folder):
        why = _unfit_name(student) or ("" if slug in known else "khóa học không có bài này")
        if why:
            strays.append(f"{one_line(place.relative_to(folder), 120)}: {why}")
        else:
            found[student, slug] = place
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
    return _unfit_name(student.name)


def _unfit_name(name):
    """Say why a name cannot be a student's, or return an empty string."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return "tên sinh viên không phải UTF-8, hãy đổi tên"
    if len(name) > NAME:
        return f"tên sinh viên quá dài ({len(name)} ký tự, giới hạn {NAME})"
    return f"tên sinh viên quá dài ({size} byte, giới hạn {MAX_BYTES})" if size > MAX_BYTES else ""
