"""What a reader takes home: the notebook of a chapter, and its exercise as a zip that works outside the course.

``images/pixels.ipynb`` lies beside ``images/pixels.html``. ``exercises/pixels.zip`` holds the student's notebook with
its data, the package ``course`` that the notebook imports, and how to start. Solutions and hidden tests never get in:
the zip is made from ``exercises/``, and solution cells that somebody has worked in are set back to the stub.
"""

import ast
import json
import re
import sys
import zipfile
from pathlib import Path

from sphinx.errors import ExtensionError

from .builder import page_path
from .directives import exercise_path, zip_path
from .elements import Block

__all__ = ["exercise_files", "imported", "pack", "start_guide"]

KEY = "course_assignments"
DATE = (2000, 1, 1, 0, 0, 0)  # of every file in a zip: the same exercise gives the same bytes
GUIDE = "BẮT-ĐẦU.txt"
#: Import name → name of the package that has it, where they differ
PACKAGES = {"PIL": "pillow", "cv2": "opencv-python", "skimage": "scikit-image", "sklearn": "scikit-learn"}
SKIPPED = {"__pycache__", ".ipynb_checkpoints"}

START = """\
{title}

1. Giải nén tệp zip này vào một thư mục. Bên trong có:
     {slug}.ipynb    sổ tay bài tập
{data}     course/{pad}gói hỗ trợ của khóa học, sổ tay cần nó; để nguyên bên cạnh sổ tay

2. Cần Python 3.11 trở lên. Mở cửa sổ dòng lệnh ở thư mục vừa giải nén, tạo môi trường và cài gói:

     python3 -m venv .venv
     .venv/bin/pip install jupyterlab {packages}

   Trên Windows, dòng thứ hai là:

     .venv\\Scripts\\pip install jupyterlab {packages}

3. Mở sổ tay:

     .venv/bin/jupyter lab {slug}.ipynb

   Trên Windows: .venv\\Scripts\\jupyter lab {slug}.ipynb

4. Mỗi bài có một ô để bạn viết, ngay dưới là ô kiểm tra. Chạy ô kiểm tra bằng Shift+Enter: nếu sai, dòng cuối
   của thông báo nói sai chỗ nào. Khi chấm thật còn có thêm kiểm tra ẩn.

5. Nộp tệp {slug}.ipynb, giữ nguyên tên.
"""


def assignments(doctree):
    """Return the slugs of the assignments a page names, in order."""
    boxes = [node["html"] for node in doctree.findall(Block)]
    return [html["data-assignment"] for html in boxes if "data-assignment" in html]


def note_assignments(app, doctree):
    """Keep them with the page's metadata."""
    found = assignments(doctree)
    if found:
        app.env.metadata[app.env.docname][KEY] = found


# The zip


def imported(source, at_once=False):
    """Return the names that Python code imports; lines for IPython (``%``, ``!``) are skipped.

    ``at_once``: only what is imported when the code is run, not what its functions import when they are called.
    """
    lines = ["" if re.match(r"\s*[%!]", line) else line for line in source.split("\n")]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return set()
    found = set()
    for node in tree.body if at_once else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"course.{alias.name}" for alias in node.names} if node.module == "course" else {node.module}
    return found


def packages(notebook, course):
    """Return the packages to install for a notebook, those of the course's modules it uses included."""
    waiting = {name for cell in notebook["cells"] if cell["cell_type"] == "code" for name in imported(text(cell))}
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


def text(cell):
    """Return a cell's source as one string."""
    return "".join(cell["source"])


def stub(root, slug, cell):
    """Return a solution cell as it was handed out, from the course's own source."""
    from autograder.course import Course

    released = Course(Path(root)).load(slug).cell(cell["metadata"]["nbgrader"]["grade_id"])
    return released.released if released else "raise NotImplementedError()"


def is_touched(cell):
    """Whether somebody has written into a solution cell."""
    mark = cell.get("metadata", {}).get("nbgrader", {})
    if not mark.get("solution"):
        return False
    import nbformat
    from nbgrader.utils import compute_checksum

    return mark.get("checksum") != compute_checksum(nbformat.from_dict({**cell, "source": text(cell)}))


def clean_notebook(root, slug, path):
    """Return a student notebook as it was handed out (dict): without outputs, solution cells as stubs."""
    try:
        notebook = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        remedy = f"sinh lại bằng «autograder release --force {slug}»"
        raise ExtensionError(f"không đọc được {path} ({error}): {remedy}") from None
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        if is_touched(cell):
            cell["source"] = stub(root, slug, cell).splitlines(keepends=True)
    return notebook


def start_guide(slug, notebook, needed, data):
    """Return the text that says how to start."""
    prose = "\n".join(text(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    title = next((line[2:].strip() for line in prose.split("\n") if line.startswith("# ")), slug)
    width = max(len(name) for name in [f"{slug}.ipynb", "course/", *data])
    rows = "".join(f"     {name:<{width}}    dữ liệu\n" for name in data)
    return START.format(
        title=title, slug=slug, data=rows, pad=" " * (width - len("course/") + 4), packages=" ".join(needed)
    )


def exercise_files(root, slug):
    """Return what an exercise's zip holds: name in the zip → bytes. All lie in a folder named after the exercise."""
    path, course = Path(root, exercise_path(slug)), Path(root, "book", "course")
    folder, notebook = path.parent, clean_notebook(root, slug, path)
    files = {f"{slug}.ipynb": (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and path.suffix != ".ipynb" and not SKIPPED & set(name.parts):
            files[name.as_posix()] = path.read_bytes()
    data = sorted(set(files) - {f"{slug}.ipynb"})
    for path in sorted(course.rglob("*.py")):
        files[f"course/{path.relative_to(course).as_posix()}"] = path.read_bytes()
    files[GUIDE] = start_guide(slug, notebook, packages(notebook, course), data).encode()
    return {f"{slug}/{name}": content for name, content in files.items()}


def pack(files, target):
    """Write a zip; the same files give the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".tmp")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    draft.replace(target)


# The steps


def write_downloads(app, exception):
    """Put the notebooks and the zips of the whole book into the site."""
    if exception is not None or app.builder.name != "html":
        return
    out, kept = Path(app.outdir), set()
    for page in app.env.found_docs:
        source = Path(app.env.doc2path(page))
        if source.suffix == ".ipynb":
            target = out / f"{page_path(page)}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    for slug in sorted({slug for data in app.env.metadata.values() for slug in data.get(KEY, ())}):
        if Path(app.srcdir, exercise_path(slug)).is_file():
            pack(exercise_files(app.srcdir, slug), out / zip_path(slug))
            kept.add(out / zip_path(slug))
    for path in (out / zip_path("x")).parent.glob("*.zip"):
        if path not in kept:
            path.unlink()


def page_context(app, pagename, templatename, context, doctree):
    """Tell the templates what a page offers, as paths from the site's root."""
    if doctree is not None:
        if app.env.doc2path(pagename).endswith(".ipynb"):
            context["notebook"] = f"{page_path(pagename)}.ipynb"
        context["exercises"] = [zip_path(slug) for slug in app.env.metadata[pagename].get(KEY, ())]


def setup(app):
    """Register the steps."""
    app.connect("doctree-read", note_assignments)
    app.connect("html-page-context", page_context)
    app.connect("build-finished", write_downloads, priority=300)
