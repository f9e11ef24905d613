"""Which submissions look alike: something to look at, never a verdict."""

import json

from autograder.report.files import write_to
from autograder.similarity.collect import examine
from autograder.similarity.page import to_data, to_html
from autograder.similarity.show import show

__all__ = ["examine", "export", "show", "to_data", "to_html"]


def export(name, findings, targets, write):
    """Write JSON and HTML where asked, see :func:`autograder.report.files.write_to`; return the paths written."""
    kinds = {
        "json": lambda: (json.dumps(to_data(name, findings), ensure_ascii=False, indent=1) + "\n").encode(),
        "html": lambda: to_html(name, findings).encode("utf-8", "replace"),
    }
    return write_to(targets, kinds, "similarity", write)
