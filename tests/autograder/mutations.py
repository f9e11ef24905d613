"""Ways to spoil a notebook, for the fuzz tests: of its JSON, of the text of the file, of its bytes.

Each takes what it spoils and a `random.Random`, and returns it spoilt (or changes it in place).
"""

import copy
import json
import unicodedata

JUNK = (
    *(
        None,
        True,
        0,
        -1,
        10**400,
        1e308,
        float("nan"),
        float("inf"),
        "",
        "x",
        "\ud800",
        "\0",
        "a\nb",
        "=1+1",
        "../../x",
    ),
    *(
        "ế" * 3,
        "e\u0302\u0301",
        "\u202e",
        "x" * 100_000,
        [],
        {},
        [[]],
        {"a": 1},
        [None],
        {"grade_id": 3},
        ["a", 1],
        {"": ""},
    ),
)
FRAGMENTS = (
    *(
        "!pip install x\n",
        "%pip install x\n",
        "pip install x\n",
        "!ls {x\n",
        "%%bash\n",
        "%%writefile a.py\n",
        "%time\n",
    ),
    *("n = input()\n", "print(input('?'))\n", "from google.colab import drive\n", "drive.mount('/content/drive')\n"),
    *("x = '/home/an/a'\n", "sum = 0\n", "def double(x): return 1\n", "class total: pass\n", "double = 1\n", "1/0\n"),
    *("raise NotImplementedError\n", "'''", '"""', "'", '"', "(", ")", "[", "]", "{", "}", "\\", "\\\n", "#", ";", ":"),
    *(
        "\t",
        "  ",
        "\r",
        "\r\n",
        "\x0c",
        "\0",
        "\ufeff",
        "\u2028",
        "\ud800",
        "é",
        "e\u0301",
        "ằ",
        "🙂",
        "\u202e",
        "async ",
    ),
    *(
        "```python\n",
        "\n```",
        "=",
        "%",
        "?",
        "??\n",
        "$$",
        "<script>",
        "### BEGIN SOLUTION\n",
        "lambda: ",
        "@",
        "if 1:\n",
    ),
)


def _cell(nb, rng):
    cells = nb.get("cells") if isinstance(nb, dict) else None
    fitting = [c for c in cells if isinstance(c, dict)] if isinstance(cells, list) else []
    return rng.choice(fitting) if fitting else {}


def _cells(nb):
    cells = nb.get("cells") if isinstance(nb, dict) else None
    return cells if isinstance(cells, list) else []


def delete_cell(nb, rng):
    if _cells(nb):
        _cells(nb).pop(rng.randrange(len(_cells(nb))))


def duplicate_cell(nb, rng):
    if _cells(nb):
        _cells(nb).insert(rng.randrange(len(_cells(nb)) + 1), copy.deepcopy(rng.choice(_cells(nb))))


def move_cell(nb, rng):
    if _cells(nb):
        cell = _cells(nb).pop(rng.randrange(len(_cells(nb))))
        _cells(nb).insert(rng.randrange(len(_cells(nb)) + 1), cell)


def shuffle_cells(nb, rng):
    rng.shuffle(_cells(nb))


def insert_cell(nb, rng):
    kind = rng.choice(("code", "markdown", "raw", "heading", "html", "SQL", 3))
    cell = {"cell_type": kind, "metadata": {}, "source": "".join(rng.choices(FRAGMENTS, k=rng.randrange(6)))}
    _cells(nb).insert(rng.randrange(len(_cells(nb)) + 1), rng.choice((cell, rng.choice(JUNK))))


def change_type(nb, rng):
    _cell(nb, rng)["cell_type"] = rng.choice(("code", "markdown", "raw", "heading", "Code", "", None, 3, ["code"]))


def drop_label(nb, rng):
    cell = _cell(nb, rng)
    cell["metadata"] = {}


def drop_all_labels(nb, rng):
    for cell in _cells(nb):
        if isinstance(cell, dict):
            cell["metadata"] = {}
            if rng.random() < 0.7:
                cell.pop("id", None)


def copy_label(nb, rng):
    a, b = _cell(nb, rng), _cell(nb, rng)
    a["metadata"] = copy.deepcopy(b.get("metadata"))


def swap_sources(nb, rng):
    a, b = _cell(nb, rng), _cell(nb, rng)
    a["source"], b["source"] = b.get("source", ""), a.get("source", "")


def merge_sources(nb, rng):
    a, b = _cell(nb, rng), _cell(nb, rng)
    if isinstance(a.get("source"), str) and isinstance(b.get("source"), str) and len(a["source"]) < 10_000:
        a["source"] += "\n" + b["source"]


def spoil_label(nb, rng):
    metadata = _cell(nb, rng).get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(mark, dict) and mark:
        key = rng.choice(list(mark))
        mark[key] = rng.choice((*JUNK, "double", "test_total", True, False, 99))


def spoil_id(nb, rng):
    _cell(nb, rng)["id"] = rng.choice((*JUNK, "c01", "c03", "c04"))


def edit_source(nb, rng):
    cell = _cell(nb, rng)
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if isinstance(source, str):
        for _ in range(rng.randrange(1, 5)):
            at = rng.randrange(len(source) + 1)
            gone = rng.choice((0, 0, 1, 5))
            source = source[:at] + rng.choice(FRAGMENTS) + source[at + gone :]
        cell["source"] = rng.choice((source, source.splitlines(keepends=True)))


def junk_source(nb, rng):
    _cell(nb, rng)["source"] = rng.choice(JUNK)


def worksheets(nb, rng):
    if isinstance(nb, dict) and "cells" in nb:
        sheet = {"cells": nb.pop("cells")}
        nb["worksheets"] = rng.choice(([sheet], [sheet, sheet], [sheet, 3], sheet))
        nb["nbformat"] = rng.choice((2, 3))


def huge_output(nb, rng):
    _cell(nb, rng)["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x" * 1000] * rng.randrange(300)}]


def spoil_anything(nb, rng):
    """Replace or delete a random node of the JSON tree."""
    node = nb
    for _ in range(rng.randrange(1, 7)):
        keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
        if not keys:
            return
        parent, key = node, rng.choice(keys)
        node = parent[key]
    if rng.random() < 0.3:
        del parent[key]
    else:
        parent[key] = rng.choice(JUNK)


OF_JSON = (
    *(delete_cell, duplicate_cell, move_cell, shuffle_cells, insert_cell, change_type, drop_label, drop_all_labels),
    *(
        copy_label,
        swap_sources,
        merge_sources,
        spoil_label,
        spoil_id,
        edit_source,
        edit_source,
        junk_source,
        worksheets,
    ),
    *(huge_output, spoil_anything, spoil_anything),
)


def cut(text, rng):
    return text[: rng.randrange(len(text) + 1)]


def drop_slice(text, rng):
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at + rng.choice((1, 1, 3, 30, 300)) :]


def repeat_slice(text, rng):
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at : at + rng.choice((1, 30, 3000))] + text[at:]


def insert_text(text, rng):
    at = rng.randrange(len(text) + 1)
    return (
        text[:at]
        + rng.choice((",", '"', "}", "]", "{", "[", ":", "\\", "\n", "NaN", "\0", "\ufeff", "//", "'"))
        + text[at:]
    )


def commas(text, rng):
    return text.replace("\n", ",\n", rng.randrange(1, 4))


def conflict(text, rng):
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    size = rng.randrange(1, 12)
    ours, theirs = lines[at : at + size], lines[at + rng.randrange(3) : at + size]
    lines[at : at + size] = ["<<<<<<< HEAD", *ours, "=======", *theirs, ">>>>>>> khac"][
        : rng.choice((99, 99, len(ours) + 1))
    ]
    return "\n".join(lines)


def twice(text, rng):
    return text + rng.choice(("", "\n", ",", "x")) + text[rng.choice((0, 0, 1, 50)) :]


def wrapped(text, rng):
    head, foot = rng.choice(
        (("x", ""), ("", "x"), ("<html>", "</html>"), ("[", "]"), ("# In[1]:\n", ""), ("//\n", "\n"))
    )
    return head + text + foot


def other_lines(text, rng):
    return text.replace("\n", rng.choice(("\r\n", "\r", "", "\u2028", "\n\n")))


def unescaped(text, rng):
    return text.replace("\\n", "\n", rng.choice((1, 5, -1)))


def apart(text, _):
    return unicodedata.normalize("NFD", text)


OF_TEXT = (
    *(cut, drop_slice, repeat_slice, insert_text, insert_text, commas, conflict, twice, wrapped, other_lines),
    *(unescaped, apart),
)


def flip(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 5, 50)) if data else 0):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def insert_bytes(data, rng):
    at = rng.choice((0, rng.randrange(len(data) + 1)))
    return (
        data[:at] + rng.choice((b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"\x80" * 9)) + data[at:]
    )


def cut_bytes(data, rng):
    return data[: rng.randrange(len(data) + 1)]


def zeros(data, rng):
    at = rng.randrange(len(data) + 1)
    return data[:at] + bytes(len(data) - at)


OF_BYTES = (flip, insert_bytes, cut_bytes, zeros)
ENCODINGS = (*("utf-8",) * 6, "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1258", "latin-1")


def as_file(nb, of_text, of_bytes, encoding):
    """Return the bytes of a file: `of_text` and `of_bytes` are pairs of a mutation and its random numbers."""
    text = json.dumps(nb, indent=1, ensure_ascii=False)
    for mutation, rng in of_text:
        text = mutation(text, rng)
    data = text.encode(encoding, "replace")
    for mutation, rng in of_bytes:
        data = mutation(data, rng)
    return data
