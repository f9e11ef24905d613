"""The report as files: CSV, JSON, Excel, and the page."""

import csv
import functools
import io
import json
from pathlib import Path

from autograder.errors import OutputUnwritable
from autograder.paths import write_bytes
from autograder.report.model import to_data
from autograder.scores import FIELDS, values
from autograder.text import fault, one_line

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
MAX_TEXT = 2000


def to_json(report):
    """Return the report as JSON text, one line for each row of its lists, so that two of them can be compared."""
    parts = []
    for name, value in to_data(report).items():
        if isinstance(value, str | int):
            text = json.dumps(value, ensure_ascii=False)
        else:
            text = "[\n" + ",\n".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n]"
        parts.append(f"{json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def to_csv(rows):
    """Return the rows as CSV text; text that a spreadsheet would take for a formula is made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FIELDS)
    for row in rows:
        writer.writerow(map(harmless, values(row)))
    return out.getvalue()


def harmless(value):
    """Leave numbers as they are; make text one line, with an apostrophe before what could be a formula."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    line = one_line(value, MAX_TEXT)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _json(report):
    return to_json(report).encode("utf-8", "replace")


def _csv(report):
    return to_csv(report.rows).encode("utf-8-sig", "replace")  # with a mark, so that Excel reads the Vietnamese


def _xlsx(report):
    from autograder.report.workbook import to_xlsx

    return to_xlsx(report)


def _html(report):
    from autograder.report.page import to_html

    return to_html(report).encode("utf-8", "replace")


KINDS = {"json": _json, "csv": _csv, "xlsx": _xlsx, "html": _html}


def export(report, targets, write):
    """Write the report where asked, see :func:`write_to`; the kinds are those of `KINDS`. Returns the paths."""
    kinds = {kind: functools.partial(make, report) for kind, make in KINDS.items()}
    return write_to(targets, kinds, "report", write)


def write_to(targets, kinds, stem, write):
    """Write what is asked for; return the paths written.

    Parameters
    ----------
    targets : dict
        A file, a folder (an existing one, or a name that ends with a slash: then the file is called `stem`) or
        ``-`` by kind; None is passed over.
    kinds : dict
        Functions that return the bytes, by kind.
    stem : str
        What a file is called without its suffix.
    write : function
        Takes the text that is asked for on ``-``; Excel goes to files only.

    Raises OutputUnwritable.
    """
    written = []
    for kind, target in targets.items():
        if target is None:
            continue
        if str(target) == "-":
            if kind == "xlsx":
                raise OutputUnwritable("Tệp Excel không in ra màn hình được: hãy cho một tên tệp thay cho -.")
            write(kinds[kind]().decode("utf-8-sig"))
            continue
        path = Path(target).expanduser()
        if not str(target).strip():
            raise OutputUnwritable(f"--{kind} cần tên một tệp hoặc thư mục, không để trống.")
        if path.resolve() == Path(path.resolve().anchor):
            raise OutputUnwritable(f"--{kind} {target}: không ghi vào thư mục gốc của máy; hãy cho tên một tệp.")
        if path.is_dir() or str(target).endswith("/"):
            path = path / f"{stem}.{kind}"
        try:
            write_bytes(path, kinds[kind]())
        except OSError as error:
            raise OutputUnwritable(f"Không ghi được {path}: {fault(error)}.") from None
        written.append(path)
    return tuple(written)
