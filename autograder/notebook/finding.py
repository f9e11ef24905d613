"""Which file of a submission's folder is the notebook."""

from autograder.errors import NotebookMissing, NotebookUnreadable
from autograder.notebook.matching import likeness
from autograder.notebook.notes import Note
from autograder.notebook.reading import load
from autograder.text import one_line


def find(folder, slug, assignment=None):
    """Return (path, notes): the notebook handed in for `slug` in a submission's folder.

    A single notebook of another name is taken, with a note; of several, the one most like the `assignment`.
    Raises NotebookMissing or NotebookUnreadable.
    """
    if folder.is_symlink():
        raise NotebookUnreadable("Thư mục bài nộp là một liên kết (symlink), không phải thư mục thật.")
    wanted = folder / f"{slug}.ipynb"
    others = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".ipynb" and p.is_file() and not p.is_symlink())
    if wanted.is_file() and not wanted.is_symlink():
        spare = [p.name for p in others if assignment and p.name != wanted.name]
        text = f"Thư mục còn sổ tay khác, không được chấm: {one_line(', '.join(spare), 80)}."
        return wanted, ((Note("name", text, serious=False),) if spare else ())
    if wanted.is_symlink():
        raise NotebookUnreadable(f"{wanted.name} là một liên kết (symlink), không phải tệp thật.")
    if wanted.exists():
        what = "một thư mục" if wanted.is_dir() else "một tệp đặc biệt"
        raise NotebookUnreadable(f"{wanted.name} là {what}, không phải sổ tay.")
    if not others:
        raise NotebookMissing(_nothing(folder, slug))
    chosen = others[0] if len(others) == 1 else _most_like(others, assignment)
    if chosen is None:
        shown = one_line(", ".join(p.name for p in others), 80)
        raise NotebookMissing(f"Không có tệp {slug}.ipynb mà có {len(others)} sổ tay khác: {shown}.")
    text = f"Tên tệp là {one_line(chosen.name, 60)}, cần {slug}.ipynb."
    if len(others) > 1:
        text += f" Các sổ tay khác không được chấm: {one_line(', '.join(p.name for p in others if p != chosen), 80)}."
    return chosen, (Note("name", text, serious=True),)


def _nothing(folder, slug):
    inside = sorted(p for p in folder.glob("*/*.ipynb") if not p.parent.name.startswith("."))
    if inside:
        where = one_line(inside[0].relative_to(folder), 80)
        return f"Không có tệp {slug}.ipynb (có {where}: hãy đặt nó ngay trong thư mục bài nộp)."
    files = [p.name for p in folder.iterdir() if not p.name.startswith(".")]
    found = f"chỉ có {one_line(', '.join(sorted(files)), 80)}" if files else "thư mục trống"
    return f"Không có tệp {slug}.ipynb ({found})."


def _most_like(paths, assignment):
    """Return the notebook with most of the assignment's work in it, the last by name of equal ones, or None."""
    best, chosen = (0.0, 0.0), None
    for path in paths if assignment else ():
        try:
            measured = likeness(load(path)[0], assignment)
        except NotebookUnreadable:
            continue
        if measured[0] >= 0.5 and measured >= best:
            best, chosen = measured, path
    return chosen
