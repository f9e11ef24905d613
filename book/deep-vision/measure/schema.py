"""What the JSON holds, and a check of it.

::

    {"schema": 1,
     "created": "2026-01-31T12:00:00+00:00",            UTC, when the run began
     "source": {"hash": "sha256:…", "files": […]},      the measuring source (measure.source)
     "machine": {"device", "kind": "cuda|cpu", "driver", "cuda", "capability", "libraries": {…}, …},
     "parameters": {"quick": false, "seed": 0, "budget_s": null},
     "sections": {NAME: SECTION, …}}

A section is ``{"status", "seconds", "finished", …}`` and, by its status,

- ``done``: ``results``;
- ``absent``: ``reason`` (this machine cannot, or the time was up), never ``results``;
- ``failed``: ``message``, and ``results`` if part of the work was done.

A *spread* is ``{"unit", "p50", "p99", "iqr", "min", "max", "repeats"}``: every measured time or rate is one.
In ``results``, by section:

- ``ceilings``: ``bandwidth`` [{bytes, rate}], ``transfer`` [{pinned, bytes, rate}], ``matmul`` [{type, side, rate}],
  ``launch`` {alone, queued}, ``best`` {bandwidth_gb_s, tflop_s {type: number}};
- ``ladder-*``: ``rungs`` [{key, speed, batch, lr, images_per_s, accuracy, epochs, fit_s, prepare_s, peak_bytes}],
  ``left_out`` [{key, reason}], ``gain`` (last rung over first), ``cost``, ``recipe``;
- ``goal-*``: ``runs`` [{seed, fit_s, prepare_s, speed, given_up, images_per_s, accuracy, …}], spreads ``fit_s``
  and ``accuracy``;
  ``fit_s`` is training alone: data on the device already, compilation and capture are in ``prepare_s``;
- ``trace``: ``profiles`` [{rung, wall_ms_per_step, busy_share, calls_per_step, top […]}];
- ``inference-*``: ``backends`` {KEY: {precision, weights, status, parity, details, rows}}, where ``rows`` is
  [{batch, latency, images_per_s}] and exists only if ``parity.accepted``.
"""

import datetime
import itertools
import math

VERSION = 1
STATUSES = ("done", "absent", "failed")
SPREAD = {"unit": str, "p50": float, "p99": float, "iqr": float, "min": float, "max": float, "repeats": int}
TOP = {"schema": int, "created": str, "source": dict, "machine": dict, "parameters": dict, "sections": dict}
MACHINE = {"device": str, "kind": str, "python": str, "libraries": dict, "platform": str, "cores": int}
RUNG = {"key": str, "speed": dict, "batch": int, "images_per_s": SPREAD, "accuracy": float, "epochs": int}
RUN = {"seed": int, "fit_s": float, "prepare_s": float, "images_per_s": float, "accuracy": float}
PROFILE = {"rung": str, "wall_ms_per_step": float, "busy_share": float, "top": list}
PARITY = {"images": int, "top1_agreement": float, "accuracy": float, "accepted": bool}
ROW = {"batch": int, "latency": SPREAD, "images_per_s": SPREAD}
RESULTS = {
    "ceilings": {
        "bandwidth": [{"bytes": int, "rate": SPREAD}],
        "transfer": [{"pinned": bool, "bytes": int, "rate": SPREAD}],
        "matmul": [{"type": str, "side": int, "rate": SPREAD}],
        "launch": {"alone": SPREAD, "queued": SPREAD},
        "best": {"bandwidth_gb_s": float, "tflop_s": dict},
    },
    "ladder": {"data": str, "recipe": dict, "cost": dict, "rungs": [RUNG], "left_out": [{"key": str, "reason": str}],
               "gain": float},
    "goal": {"data": str, "recipe": dict, "cost": dict, "runs": [RUN], "fit_s": SPREAD, "accuracy": SPREAD},
    "trace": {"data": str, "profiles": [PROFILE]},
    "inference": {"data": str, "images": int, "batches": list, "backends": dict},
}  # fmt: skip


def problems(document):
    """Return what is wrong with a document, as a list of sentences; empty when it is in order."""
    found = list(_check(document, TOP, "JSON"))
    if found:
        return found
    if document["schema"] != VERSION:
        return [f"JSON: schema {document['schema']}, cần {VERSION}"]
    found += _check(document["machine"], MACHINE, "machine")
    found += _check(document["source"], {"hash": str, "files": list}, "source")
    if not _is_date(document["created"]):
        found.append(f"created: {document['created']!r} không phải ngày giờ có múi giờ")
    for name, section in document["sections"].items():
        found += _section(name, section)
    return found


def _section(name, section):
    yield from _status(section, name)
    if isinstance(section, dict) and section.get("status") == "done":
        kind = name.split("-")[0]
        if kind not in RESULTS:
            yield f"{name}: không có trong tài liệu"
            return
        results = section.get("results")
        wrong = list(_check(results, RESULTS[kind], name))
        yield from wrong
        if kind == "inference" and not wrong:
            for key, entry in results["backends"].items():
                yield from _backend(f"{name}.{key}", entry)


def _status(entry, where, given="results"):
    if not isinstance(entry, dict) or entry.get("status") not in STATUSES:
        yield f"{where}: thiếu status, hoặc không phải một trong {', '.join(STATUSES)}"
        return
    needed = {"done": given, "absent": "reason", "failed": "message"}[entry["status"]]
    if not entry.get(needed):
        yield f"{where}: {entry['status']} mà không có {needed}"
    if entry["status"] == "absent" and given in entry:
        yield f"{where}: absent mà lại có {given}"


def _backend(where, entry):
    yield from _status(entry, where, "parity")
    if "parity" in entry:
        yield from _check(entry["parity"], PARITY, f"{where}.parity")
    if "rows" in entry:
        yield from _check(entry["rows"], [ROW], f"{where}.rows")
        if not entry.get("parity", {}).get("accepted"):
            yield f"{where}: có tốc độ mà kết quả chưa được chấp nhận"


def _check(value, wanted, where):
    """Yield where `value` is not shaped as `wanted`: a type, {key: wanted}, or [wanted]."""
    if isinstance(wanted, dict):
        if not isinstance(value, dict):
            yield f"{where}: cần một bảng khóa–giá trị"
            return
        for key, kind in wanted.items():
            if key not in value:
                yield f"{where}: thiếu {key}"
            else:
                yield from _check(value[key], kind, f"{where}.{key}")
        if wanted is SPREAD and not value.keys() - SPREAD.keys() and not _ordered(value):
            yield f"{where}: các phân vị không theo thứ tự"
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            yield f"{where}: cần một danh sách"
            return
        for number, item in enumerate(value):
            yield from _check(item, wanted[0], f"{where}[{number}]")
    elif wanted is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            yield f"{where}: {value!r} không phải một số hữu hạn"
    elif not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        yield f"{where}: {value!r} không phải {wanted.__name__}"


def _ordered(spread):
    numbers = [spread.get(key) for key in ("min", "p50", "p99", "max")]
    if not all(isinstance(number, (int, float)) for number in numbers):
        return True  # reported already
    slack = 1e-9 * max(abs(number) for number in numbers)
    return all(a <= b + slack for a, b in itertools.pairwise(numbers)) and spread["repeats"] > 0


def _is_date(text):
    try:
        return datetime.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
