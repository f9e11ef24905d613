"""The one place that imports Jupyter's libraries, all of them slow to import, as cheaply as can be.

``import nbformat`` spends three quarters of its time building the grammar of internationalised URLs for a format check
that notebooks never use (jsonschema does without it when it is not installed). ``import nbgrader`` loads its extensions
of the Jupyter server; here the package is there without them, and its modules are imported one by one, as needed.
"""

import sys
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec

_blocked = "rfc3987_syntax" not in sys.modules
if _blocked:
    sys.modules["rfc3987_syntax"] = None
try:
    import nbformat
    from nbformat import NotebookNode
finally:
    if _blocked:
        del sys.modules["rfc3987_syntax"]

if "nbgrader" not in sys.modules:
    sys.modules["nbgrader"] = module_from_spec(find_spec("nbgrader"))
    sys.modules["nbgrader"].__version__ = version("nbgrader")

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = frozenset({"tags", "mystnb", "nbgrader", "editable", "deletable", "scrolled", "slideshow"})

__all__ = ["CELL_METADATA", "KERNEL", "NotebookNode", "checksum", "dump", "nbformat"]


def dump(notebook):
    """Return the notebook's text the way Jupyter writes it (one space of indentation, one newline at the end)."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def checksum(cell):
    """Return nbgrader's checksum of a cell (NotebookNode)."""
    from nbgrader.utils import compute_checksum

    return compute_checksum(cell)
