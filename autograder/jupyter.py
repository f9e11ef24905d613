"""The one place that imports Jupyter's libraries, all of them slow to import, as cheaply as can be.

``import nbformat`` spends three quarters of its time building the grammar of internationalised URLs for a format check
that notebooks never use (jsonschema does without it when it is not installed).
"""

import sys

_blocked = "rfc3987_syntax" not in sys.modules
if _blocked:
    sys.modules["rfc3987_syntax"] = None
try:
    import nbformat
    from nbformat import NotebookNode
finally:
    if _blocked:
        del sys.modules["rfc3987_syntax"]

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = frozenset({"tags", "mystnb", "nbgrader", "editable", "deletable", "scrolled", "slideshow"})

__all__ = ["CELL_METADATA", "KERNEL", "NotebookNode", "dump", "nbformat"]


def dump(notebook):
    """Return the notebook's text the way Jupyter writes it (one space of indentation, one newline at the end)."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"
