"""What students take home: an assignment as a zip that works outside the course, or all of them in one.

A zip holds the student's notebook with its data, the package ``course`` that the notebook imports, the packages to
install, how to start, and the limits of the class where it has some. It is made from what was released, and solution
cells that somebody has worked in are set back to the stub. Before the command writes one, every line of it is compared
with what only the source has.
"""

import ast
import contextlib
import functools
import io
import json
import re
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from autograder import settings
from autograder.classroom import config
from autograder.course import read_source
from autograder.errors import AssignmentUnknown, BundleUnsafe, OutputUnwritable
from autograder.text import fault, one_line

DATE = (2000, 1, 1, 0, 0, 0)  # of every file in a zip: the same exercise gives the same bytes
GUIDE = "BẮT-ĐẦU.txt"
#: Import name → name of the package that has it, where they differ
PACKAGES = {"PIL": "pillow", "cv2": "opencv-python", "skimage": "scikit-image", "sklearn": "scikit-learn"}
SKIPPED = {"__pycache__", ".ipynb_checkpoints"}

START = """\
{title}

1. Giải nén cả tệp zip, đừng mở sổ tay ngay trong tệp zip. Trong thư mục {folder} có:
     {slug}.ipynb    sổ tay bài tập
{data}
2. Cần Python 3.11 trở lên. Mở cửa sổ dòng lệnh ở thư mục {folder}, nơi có chính tệp này, rồi tạo môi trường và cài
   gói{first}:

     python3 -m venv .venv
     .venv/bin/pip install jupyterlab {packages}

   Trên Windows, hai dòng ấy là:

     py -m venv .venv
     .venv\\Scripts\\pip install jupyterlab {packages}

   Các gói này cũng được liệt kê trong requirements.txt. Trên Ubuntu hay Debian, nếu dòng đầu báo thiếu ensurepip thì
   chạy sudo apt install python3-venv trước.
{heavy}
3. Mở sổ tay:

     .venv/bin/jupyter lab {slug}.ipynb

   Trên Windows: .venv\\Scripts\\jupyter lab {slug}.ipynb

4. Mỗi bài có một ô để bạn viết, ngay dưới là ô kiểm tra. Chạy ô kiểm tra bằng Shift+Enter: nếu sai, dòng cuối
   của thông báo nói sai chỗ nào. Khi chấm thật còn có thêm kiểm tra ẩn.

5. Làm xong, chọn Kernel → Restart Kernel and Run All Cells… để chạy lại từ đầu như khi chấm (bài nào chưa làm thì
   lượt chạy dừng ở đó), rồi lưu (Ctrl+S).

6. Nộp tệp {slug}.ipynb, giữ nguyên tên.
"""
HEAVY = """
   torch là gói nặng. Trên Linux, máy không có GPU thì gõ dòng này trước dòng pip ở trên, để có bản chỉ dùng CPU, nhẹ
   hơn nhiều:

     .venv/bin/pip install torch --index-url https://download.pytorch.org/whl/cpu
"""
REQUIREMENTS = "requirements.txt"
TELLING = 12  # characters of a line from which it says something
LONG = 20  # … that could not stand in anybody's code by chance
WHOLE = """\
Bài tập của khóa học

Mỗi thư mục là một bài tập. Trong đó, tệp {guide} chỉ cách cài và mở bài ấy.

Muốn cài một lần cho mọi bài, mở cửa sổ dòng lệnh ở thư mục này:

     python3 -m venv .venv
     .venv/bin/pip install -r requirements.txt

Trên Windows, hai dòng ấy là:

     py -m venv .venv
     .venv\\Scripts\\pip install -r requirements.txt

Rồi mở JupyterLab ở thư mục này, vào thư mục của bài và mở sổ tay:

     .venv/bin/jupyter lab

Trên Windows: .venv\\Scripts\\jupyter lab

{rows}"""


def files(course, slug, group=None):
    """Return what an assignment's zip holds: name in the zip → bytes. All lie in a folder named after the assignment.

    `group` is the folder of the class it is for. Raises AssignmentUnknown, AssignmentBroken, BundleUnsafe or
    ClassBroken.
    """
    sources = course.sources(slug)
    folder = course.layout.path(course.layout.release, slug)
    found, notebooks, data = {}, [], []
    for source in sources:
        path = folder / source.name
        if not path.is_file():
            raise BundleUnsafe(f"Bài «{slug}» chưa có sổ tay sinh viên; hãy chạy autograder release {slug}.")
        notebooks.append(clean_notebook(course, slug, path))
        found[path.name] = (json.dumps(notebooks[-1], ensure_ascii=False, indent=1) + "\n").encode()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and path.suffix != ".ipynb" and not SKIPPED & set(name.parts):
            found[name.as_posix()] = path.read_bytes()
            data.append(name.as_posix())
    helper = course.root / "book" / "course"
    for path in sorted([*helper.rglob("*.py"), *helper.glob("tables/*")]):
        found[f"course/{path.relative_to(helper).as_posix()}"] = path.read_bytes()
    needed = sorted({name for notebook in notebooks for name in packages(notebook, helper)})
    rows = [(name, "dữ liệu") for name in sorted(data)]
    if helper.is_dir():
        rows.append(("course/", "gói hỗ trợ của khóa học, sổ tay cần nó; để nguyên bên cạnh sổ tay"))
    limits = config.limits_of(group, slug) if group is not None else {}
    if limits:
        found[settings.FILE] = settings.written(limits).encode()
        rows.append((settings.FILE, "giới hạn của lớp khi chấm, cho lệnh autograder check"))
    found[REQUIREMENTS] = requirements(needed)
    found[GUIDE] = start_guide(slug, sources[0].stem, notebooks[0], needed, rows).encode()
    return {f"{slug}/{name}": content for name, content in found.items()}


def whole(course, slugs, group=None):
    """Return what the zip of several assignments holds, see :func:`files`; all lie in one folder."""
    found, needed, rows = {}, set(), []
    for slug in slugs:
        part = files(course, slug, group)
        check(course, slug, part)
        found |= part
        needed |= set(part[f"{slug}/{REQUIREMENTS}"].decode().split())
        title = part[f"{slug}/{GUIDE}"].decode().split("\n")[0]
        rows.append(f"     {slug}/    {title}\n")
    found[REQUIREMENTS] = requirements(sorted(needed - {"jupyterlab"}))
    found[GUIDE] = WHOLE.format(guide=GUIDE, rows="".join(rows)).encode()
    return {f"bai-tap/{name}": content for name, content in found.items()}


def check(course, slug, found):
    """Raise BundleUnsafe where the files of a bundle hold a line that only the source of the assignment has."""
    secret = secrets(course, slug)
    for name, content in found.items():
        if "course/" in name:  # the same for every reader of the book
            continue
        if told := secret & _lines_of(name, content):
            shown = one_line(min(told), 60)
            raise BundleUnsafe(f"{name} có dòng chỉ bản gốc mới có («{shown}»); hãy chạy autograder release {slug}.")


def secrets(course, slug):
    """Return the lines of an assignment's source that are in nothing a student gets: solutions and hidden tests."""
    cells = [cell for path in course.sources(slug) for cell in read_source(path, slug).cells]
    raw = set().union(*(_lines(cell.source) for cell in cells))
    return {line for line in raw - _released(course, slug) if len(line) > TELLING}


def _released(course, slug):
    """Return the lines that students get of an assignment."""
    released = set()
    for path, sheet in zip(course.sources(slug), course.sheets(slug), strict=True):
        given = {cell.grade_id: cell.released for cell in sheet.cells}
        for cell in read_source(path, slug).cells:
            released |= _lines(given.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source))
    return released


@dataclass(frozen=True)
class Leak:
    """A line of a source that a file of a folder holds."""

    file: Path  # below the folder
    slug: str
    line: str


def inspect(course, folder):
    """Return the :class:`Leak` list of a folder or zip that is to be public: what of the course's secrets lies in it.

    What the chapters of the course or any student's notebook say is no secret, nor a short line. Folders and zips
    within are looked into; ``.git`` is not: its history needs to be a new one. Raises AssignmentBroken or BundleUnsafe.
    """
    place = Path(folder).expanduser()
    paths = _to_inspect(course, place, folder)
    chapters = [path for path in sorted((course.root / "book").rglob("*")) if path.suffix in (".ipynb", ".md", ".py")]
    said = set().union(*(_lines_of(path.name, path.read_bytes()) for path in chapters))
    said |= set().union(*(_released(course, slug) for slug in course.slugs()))
    secret = {slug: {line for line in secrets(course, slug) - said if len(line) > LONG} for slug in course.slugs()}
    found = []
    for path in paths:
        name = path.relative_to(place if place.is_dir() else place.parent)
        if ".git" in name.parts or not path.is_file():
            continue
        for inner, data in _inside(name, path.read_bytes()):
            lines = _lines_of(inner.name, data)
            found += [Leak(inner, slug, min(told)) for slug, lines_ in secret.items() if (told := lines_ & lines)]
    return tuple(found)


def _to_inspect(course, place, shown):
    """Return the paths of the files to look into; raises BundleUnsafe."""
    if not place.exists():
        raise BundleUnsafe(f"«{shown}» không tồn tại.")
    if place.suffix.lower() == ".zip" and place.is_file():
        return [place]
    if not place.is_dir():
        raise BundleUnsafe(f"«{shown}» không phải thư mục hay tệp zip.")
    resolved, source = place.resolve(), course.solutions.resolve()
    if source.is_relative_to(resolved) or resolved.is_relative_to(source):
        raise BundleUnsafe(
            f"«{shown}» chứa chính bản gốc của khóa học ({source.name}/), đừng công bố nó; hãy chỉ thư mục sẽ công bố."
        )
    return sorted(place.rglob("*"))


def _inside(name, data):
    """Yield (path, bytes) of a file, and of what is in it when it is a zip."""
    yield name, data
    if name.suffix.lower() == ".zip":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for entry in archive.namelist():
                    yield from _inside(name / entry, archive.read(entry))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
            raise BundleUnsafe(f"Không đọc được {name} để soát.") from None


def _lines_of(name, data):
    """Return the lines of a file, those of a notebook's cells included."""
    text = data.decode("utf-8", "replace")
    lines = _lines(text)
    if name.endswith(".ipynb"):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            for cell in json.loads(text)["cells"]:
                lines |= _lines(source_of(cell))
    return lines


def _lines(text):
    return {line.strip() for line in text.split("\n")}


def requirements(needed):
    """Return the packages to install, as pip reads them."""
    return "".join(f"{name}\n" for name in ["jupyterlab", *needed]).encode()


def bundle(course, folder, slugs=(), *, together=False, group=None):
    """Write the zips of some assignments, or of all; return their paths.

    Parameters
    ----------
    course : Course
    folder : Path
        Where they go, as ``<slug>.zip``.
    slugs : sequence of str
    together : bool
        One zip with all of them, ``bai-tap.zip``.
    group : Path, optional
        The class they are for, whose limits go with them.

    Raises
    ------
    AssignmentUnknown, AssignmentBroken, BundleUnsafe, ClassBroken, OutputUnwritable
    """
    known = course.slugs()
    for slug in slugs:
        if slug not in known:
            raise AssignmentUnknown(slug, known)
    wanted = [slug for slug in known if not slugs or slug in slugs]
    place = Path(folder).expanduser()
    made = []
    try:
        if together:
            return (pack(whole(course, wanted, group), place / "bai-tap.zip"),)
        for slug in wanted:
            found = files(course, slug, group)
            check(course, slug, found)
            made.append(pack(found, place / f"{slug}.zip"))
    except OSError as error:
        raise OutputUnwritable(f"Không ghi được {error.filename or place}: {fault(error)}.") from None
    return tuple(made)


# --- one assignment -----------------------------------------------------------------------------------------------


@functools.cache
def imported(source, at_once=False):
    """Return the names (frozenset) that Python code imports; lines for IPython (``%``, ``!``) are skipped.

    ``at_once``: only what is imported when the code is run, not what its functions import when they are called.
    """
    lines = ["" if re.match(r"\s*[%!]", line) else line for line in source.split("\n")]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return frozenset()
    found = set()
    for node in tree.body if at_once else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"course.{alias.name}" for alias in node.names} if node.module == "course" else {node.module}
    return frozenset(found)


def packages(notebook, course):
    """Return the packages to install for a notebook, those of the course's modules it uses included."""
    waiting = {name for cell in notebook["cells"] if cell["cell_type"] == "code" for name in imported(source_of(cell))}
    seen, needed = set(), set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        top, _, module = name.partition(".")
        if top == "course":
            path = course / f"{module.partition('.')[0]}.py"
            if path.is_file():
                # check.py imports torch and SymPy for tests that have them themselves
                waiting |= imported(path.read_text("utf-8"), at_once=path.stem == "check") - seen
        elif top not in sys.stdlib_module_names:
            needed.add(PACKAGES.get(top, top))
    return sorted(needed)


def source_of(cell):
    """Return a cell's source as one string."""
    return "".join(cell["source"])


def is_touched(cell):
    """Whether somebody has written into a solution cell."""
    mark = cell.get("metadata", {}).get("nbgrader", {})
    if not mark.get("solution"):
        return False
    from autograder.jupyter import checksum, nbformat

    return mark.get("checksum") != checksum(nbformat.from_dict({**cell, "source": source_of(cell)}))


def clean_notebook(course, slug, path):
    """Return a student notebook as it was handed out (dict): without outputs, solution cells as stubs."""
    try:
        notebook = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        told = one_line(error, 100)
        raise BundleUnsafe(f"Không đọc được {path} ({told}); hãy chạy autograder release --force {slug}.") from None
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        if is_touched(cell):
            cell["source"] = stub(course, slug, path.stem, cell).splitlines(keepends=True)
    return notebook


def stub(course, slug, sheet, cell):
    """Return a solution cell as it was handed out, from the course's own source."""
    released = course.load(slug, sheet).cell(cell["metadata"]["nbgrader"]["grade_id"])
    return released.released if released else "raise NotImplementedError()"


def start_guide(folder, slug, notebook, needed, rows):
    """Return the text that says how to start; `rows` are (name, what it is) of what lies beside the notebook."""
    prose = "\n".join(source_of(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    title = next((line[2:].strip() for line in prose.split("\n") if line.startswith("# ")), slug)
    width = max(len(name) for name in [f"{slug}.ipynb", *(name for name, _ in rows)])
    lines = "".join(f"     {name:<{width}}    {told}\n" for name, told in rows)
    heavy, first = (HEAVY, " (đọc hết mục 2 rồi hãy gõ)") if "torch" in needed else ("", "")
    told = {"packages": " ".join(needed), "heavy": heavy, "first": first}
    return START.format(title=title, folder=folder, slug=slug, data=lines, **told)


def pack(files, target):
    """Write a zip, return its path; the same files give the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".tmp")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    draft.replace(target)
    return target
