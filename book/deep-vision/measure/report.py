"""What the command prints. It only tells what the JSON holds."""

NAMES = {"done": "xong", "absent": "không đo được", "failed": "hỏng"}


def heading(document):
    """Return the first line: which machine."""
    machine = document["machine"]
    parts = [machine["device"]]
    if machine["kind"] == "cuda":
        parts += [f"capability {machine['capability']}", f"CUDA {machine['cuda']}", f"driver {machine['driver']}"]
    parts += [f"torch {machine['libraries']['torch']}", f"Python {machine['python']}"]
    quick = (
        "\nChạy thử (--quick): các con số dưới đây không dùng để báo cáo." if document["parameters"]["quick"] else ""
    )
    return " · ".join(parts) + quick


def line(name, section):
    """Return what is said when a section ends."""
    said = section.get("reason") or section.get("message") or _gist(name, section.get("results", {}))
    return f"{name}: {NAMES[section['status']]}{f': {said}' if said else ''}"


def _gist(name, results):
    kind = name.split("-")[0]
    if kind == "ceilings":
        best = results["best"]
        rates = ", ".join(f"{key} {value:.3g} TFLOP/s" for key, value in best["tflop_s"].items())
        return f"chép {best['bandwidth_gb_s']:.0f} GB/s; nhân ma trận {rates}"
    if kind == "ladder":
        return f"nấc cuối nhanh gấp {results['gain']:.1f} lần nấc đầu"
    if kind == "goal":
        return f"huấn luyện {results['fit_s']['p50']:.2f} s, độ chính xác trung vị {results['accuracy']['p50']:.2%}"
    if kind == "trace":
        return "; ".join(f"{row['rung']}: thiết bị bận {row['busy_share']:.0%}" for row in results["profiles"])
    states = [entry["status"] for entry in results["backends"].values()]
    return ", ".join(f"{states.count(key)} {NAMES[key]}" for key in NAMES if key in states)


def closing(document, path):
    """Return the summary: every section with its state and its seconds."""
    lines = ["", f"Đã ghi {path}"]
    for name, section in document["sections"].items():
        lines.append(f"  {name:20} {NAMES[section['status']]:14} {section.get('seconds', 0):7.1f} s")
    return "\n".join(lines)
