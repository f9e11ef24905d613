"""What the chapters show of the GPU measurements: tables and figures drawn from ``measurements.json`` and nothing else.

The file is written by ``python -m measure`` on a machine with a GPU. As long as it is missing, :func:`load` returns
None and the chapters print :data:`MISSING`. Every table and figure carries :func:`label`: the machine and the date.
"""

import json
from pathlib import Path

import matplotlib.pyplot as plt
from measure import schema

__all__ = [
    "MISSING",
    "ceilings",
    "goal_text",
    "label",
    "ladder_rows",
    "ladder_text",
    "load",
    "parity_rows",
    "parity_text",
    "plot_ladder",
    "plot_speed",
    "results",
    "speed_rows",
    "speed_text",
    "trace_text",
    "why",
]

FILE = Path(__file__).with_name("measurements.json")
MISSING = "Chưa có số đo trên GPU: chưa có tệp measurements.json cạnh chương này."
#: what a rung of the ladder adds, as the figures call it
RUNGS = {
    "naive": "vòng lặp ngây thơ",
    "no_wait": "không chờ từng bước",
    "data_on_device": "dữ liệu nằm trên GPU",
    "autocast": "autocast 16 bit",
    "channels_last": "channels_last",
    "compile": "torch.compile",
    "cuda_graph": "CUDA graph",
    "larger_batch": "batch lớn hơn",
}
STYLES = ("-o", "--s", "-.^", ":D", "-v", "--P", "-.X", ":*")


def load(path=None, *, quick=False):
    """Return the document, or None if there is no file.

    Parameters
    ----------
    path : path, optional
        By default ``measurements.json`` beside this module.
    quick : bool
        Accept a ``--quick`` run or a run without CUDA, to try the figures out. Such numbers are never to be shown.

    Raises ValueError with a Vietnamese message when the file is broken or may not be shown.
    """
    path = Path(path or FILE)
    if not path.is_file():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise ValueError(f"{path.name} không phải JSON") from None
    wrong = schema.problems(document)
    if wrong:
        raise ValueError(f"{path.name} không đúng định dạng: {wrong[0]}")
    if not quick and document["parameters"].get("quick"):
        raise ValueError(f"{path.name} là một lần chạy thử (--quick): không dùng để báo cáo")
    if not quick and document["machine"]["kind"] != "cuda":
        raise ValueError(f"{path.name} không đo trên GPU: không dùng để báo cáo")
    return document


def label(document):
    """Return one line: GPU, capability, driver, CUDA, libraries, date."""
    machine = document["machine"]
    parts = [machine["device"]]
    for key, name in (("capability", "capability"), ("driver", "driver"), ("cuda", "CUDA")):
        if machine.get(key):
            parts.append(f"{name} {machine[key]}")
    names = {"torch": "torch", "onnxruntime": "onnxruntime", "onnxruntime-gpu": "onnxruntime-gpu"}
    names |= {"tensorrt": "TensorRT", "tensorrt-8.6": "TensorRT"}
    parts += [f"{name} {machine['libraries'][key]}" for key, name in names.items() if machine["libraries"].get(key)]
    day = document["created"][:10]
    trial = "" if machine["kind"] == "cuda" and not document["parameters"].get("quick") else "CHẠY THỬ · "
    return f"{trial}{' · '.join(parts)} · đo ngày {day}"


def results(document, name):
    """Return the results of a section, or None if it was not measured to the end (then ask :func:`why`)."""
    section = document["sections"].get(name, {})
    return section.get("results") if section.get("status") == "done" else None


def why(document, name):
    """Return one Vietnamese line: why a section has no results."""
    section = document["sections"].get(name)
    if section is None:
        return f"{name}: không có trong lần đo này."
    return f"{name}: không có số đo ({section.get('reason') or section.get('message') or 'không rõ vì sao'})."


# --- training -------------------------------------------------------------------------------------------------------


def ladder_rows(document, data):
    """Return the ladder of "mnist" or "clothing" as dictionaries, from the naive loop to the last rung; [] without."""
    found = results(document, f"ladder-{data}")
    rows = []
    for rung in found["rungs"] if found else ():
        rate = rung["images_per_s"]
        first = rows[0]["images_per_s"] if rows else rate["p50"]
        rows.append(
            {
                "key": rung["key"],
                "title": RUNGS.get(rung["key"], rung["key"]),
                "batch": rung["batch"],
                "images_per_s": rate["p50"],
                "iqr": rate["iqr"],
                "repeats": rate["repeats"],
                "accuracy": rung["accuracy"],
                "gain": rate["p50"] / first,
            }
        )
    return rows


def ladder_text(document, data):
    """Return the ladder as a table to print, with what was left out and why."""
    rows = ladder_rows(document, data)
    if not rows:
        return why(document, f"ladder-{data}")
    lines = [label(document), f"{'nấc':<24}{'batch':>6}{'ảnh/s':>12}{'±':>9}{'gấp':>8}{'đúng':>9}"]
    for row in rows:
        lines.append(
            f"{row['title']:<24}{row['batch']:>6}{row['images_per_s']:>12.0f}{row['iqr'] / 2:>9.0f}"
            f"{row['gain']:>8.2f}{row['accuracy']:>9.2%}"
        )
    left = results(document, f"ladder-{data}")["left_out"]
    lines += [f"bỏ qua {RUNGS.get(item['key'], item['key'])}: {item['reason']}" for item in left]
    lines.append("± là nửa khoảng tứ phân vị của các lần đo; «đúng» là trên tập kiểm tra.")
    return "\n".join(lines)


def plot_ladder(document, data):
    """Draw images per second, one bar for each rung, with the quartile range; return the figure, or None without."""
    rows = ladder_rows(document, data)
    if not rows:
        return None
    figure, ax = plt.subplots(figsize=(6.4, 0.9 + 0.38 * len(rows)))
    rates = [row["images_per_s"] for row in rows]
    ax.barh(range(len(rows)), rates, xerr=[row["iqr"] / 2 for row in rows], height=0.65, ecolor="black")
    for place, row in enumerate(rows):
        ax.text(row["images_per_s"] * 1.08, place, f"×{row['gain']:.1f}", va="center", fontsize=9)
    ax.set_yticks(range(len(rows)), [f"+ {r['title']}" if i else r["title"] for i, r in enumerate(rows)])
    ax.set(xscale="log", xlabel=f"ảnh/s khi huấn luyện ({data})", xlim=(min(rates) / 2, max(rates) * 2.5))
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    figure.suptitle(label(document), fontsize=7)
    return figure


def goal_text(document, data):
    """Return what the runs towards the goal took and reached, seed by seed, as lines to print."""
    found = results(document, f"goal-{data}")
    if not found:
        return why(document, f"goal-{data}")
    lines = [label(document)]
    for run in found["runs"]:
        lines.append(
            f"hạt giống {run['seed']}: huấn luyện {run['fit_s']:.2f} s, chuẩn bị {run['prepare_s']:.1f} s, "
            f"đúng {run['accuracy']:.2%}"
        )
    lines.append(f"trung vị: {found['fit_s']['p50']:.2f} s, đúng {found['accuracy']['p50']:.2%}")
    return "\n".join(lines)


def ceilings(document):
    """Return ``{"bandwidth_gb_s": number, "tflop_s": {type: number}}`` as measured, or None."""
    found = results(document, "ceilings")
    return found["best"] if found else None


def trace_text(document, top=6):
    """Return the busiest kernels of the profiled rungs, as lines to print."""
    found = results(document, "trace")
    if not found:
        return why(document, "trace")
    lines = [label(document)]
    for row in found["profiles"]:
        lines.append(
            f"{RUNGS.get(row['rung'], row['rung'])}: {row['wall_ms_per_step']:.3f} ms mỗi bước, "
            f"GPU bận {row['busy_share']:.0%}"
        )
        for item in row["top"][:top]:
            lines.append(f"  {item['ms_per_step']:8.4f} ms  {item['calls_per_step']:6.1f} lần  {item['name'][:60]}")
    return "\n".join(lines)


# --- inference ------------------------------------------------------------------------------------------------------


def _backends(document, data):
    found = results(document, f"inference-{data}")
    return found["backends"] if found else {}


def parity_rows(document, data):
    """Return one dictionary for every backend: how far its logits are from float64 torch, or why there are none."""
    rows = []
    for key, entry in _backends(document, data).items():
        parity = entry.get("parity", {})
        rows.append(
            {
                "backend": key,
                "precision": entry.get("precision"),
                "status": entry["status"],
                "max_abs": parity.get("max_abs"),
                "top1": parity.get("top1_agreement"),
                "accuracy": parity.get("accuracy"),
                "accepted": bool(parity.get("accepted")),
                "reason": entry.get("reason") or entry.get("message"),
            }
        )
    return rows


def speed_rows(document, data, backends=None):
    """Return one dictionary for every accepted backend and batch; `backends` keeps those whose names begin so."""
    rows = []
    for key, entry in _backends(document, data).items():
        if backends is not None and not key.startswith(tuple(backends)):
            continue
        for row in entry.get("rows", ()):
            rows.append(
                {
                    "backend": key,
                    "precision": entry.get("precision"),
                    "batch": row["batch"],
                    "p50_ms": row["latency"]["p50"],
                    "p99_ms": row["latency"]["p99"],
                    "images_per_s": row["images_per_s"]["p50"],
                    "iqr": row["images_per_s"]["iqr"],
                }
            )
    return rows


def parity_text(document, data):
    """Return the parity table to print."""
    rows = parity_rows(document, data)
    if not rows:
        return why(document, f"inference-{data}")
    lines = [label(document), f"{'cách chạy':<30}{'max |Δ|':>10}{'cùng đáp án':>13}{'đúng':>9}  nhận"]
    for row in rows:
        if row["top1"] is None:
            lines.append(f"{row['backend']:<30} không có: {row['reason']}"[:110])
            continue
        shown = "NaN" if row["max_abs"] is None else f"{row['max_abs']:.1e}"
        lines.append(
            f"{row['backend']:<30}{shown:>10}{row['top1']:>13.2%}{row['accuracy']:>9.2%}  "
            f"{'có' if row['accepted'] else 'không'}"
        )
    return "\n".join(lines)


def speed_text(document, data, batches=None, backends=None):
    """Return latency and throughput as a table to print, for all batches or for some."""
    rows = speed_rows(document, data, backends)
    if not rows:
        return why(document, f"inference-{data}")
    lines = [label(document), f"{'cách chạy':<30}{'batch':>6}{'p50 ms':>11}{'p99 ms':>11}{'ảnh/s':>13}"]
    for row in rows:
        if batches is None or row["batch"] in batches:
            lines.append(
                f"{row['backend']:<30}{row['batch']:>6}{row['p50_ms']:>11.3f}{row['p99_ms']:>11.3f}"
                f"{row['images_per_s']:>13.0f}"
            )
    return "\n".join(lines)


def plot_speed(document, data, backends=None):
    """Draw latency (p50 drawn, up to p99 shaded) and throughput over the batch; return the figure, or None without."""
    rows = speed_rows(document, data, backends)
    if not rows:
        return None
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.6))
    for number, key in enumerate(dict.fromkeys(row["backend"] for row in rows)):
        mine = [row for row in rows if row["backend"] == key]
        batch = [row["batch"] for row in mine]
        style = {"markersize": 3.5, "linewidth": 1.4}
        axes[0].plot(batch, [row["p50_ms"] for row in mine], STYLES[number % len(STYLES)], label=key, **style)
        color = axes[0].lines[-1].get_color()
        axes[0].fill_between(
            batch, [row["p50_ms"] for row in mine], [row["p99_ms"] for row in mine], alpha=0.12, color=color
        )
        axes[1].plot(batch, [row["images_per_s"] for row in mine], STYLES[number % len(STYLES)], color=color, **style)
    for ax, title in zip(axes, ("độ trễ (ms): p50, bóng tới p99", "thông lượng (ảnh/s)"), strict=True):
        ax.set(xlabel="batch", ylabel=title)
        ax.set_xscale("log", base=2)
        ax.set_yscale("log")
    figure.legend(loc="outside lower center", ncols=2, fontsize=7)
    figure.suptitle(label(document), fontsize=7)
    return figure
