"""What a full run on a GPU must hold about inference, so that nothing missing passes unseen (see ``test_gpu.py``)."""

import os

LARGE = 1024
#: routes that a full run must have measured, and the variable that excuses a machine without one: its value says why
REQUIRED = {
    "TensorRT": (("tensorrt-", "tensorrt86-"), "GPU_WITHOUT_TENSORRT"),
    "ONNX Runtime CUDA": (("onnxruntime-cuda-",), "GPU_WITHOUT_ONNXRUNTIME"),
}


def rate(entry, batch=LARGE):
    """Return the median images per second at this batch, or None if it was not measured."""
    return next((row["images_per_s"]["p50"] for row in entry["rows"] if row["batch"] == batch), None)


def inference_problems(entries, environment=os.environ):
    """Return what is missing or in the wrong order among the backends of one network, as sentences.

    Parameters
    ----------
    entries : dict
        ``backends`` of a section ``inference-*``.
    environment : mapping
        Where the excuses are looked up.
    """
    found = [f"{key}: {entry['message']}" for key, entry in entries.items() if entry["status"] == "failed"]
    done = {key: entry for key, entry in entries.items() if entry["status"] == "done" and entry["rows"]}
    found += [
        f"{key}: không đo được"
        for key in ("torch-eager-fp16", "torch-eager-fp32", "torch-graph-fp16", "torch-graph-fp32")
        if key not in done
    ]
    for title, (beginnings, excuse) in REQUIRED.items():
        if not any(key.startswith(beginnings) for key in done) and not environment.get(excuse, "").strip():
            reasons = {e.get("reason", e["status"]) for key, e in entries.items() if key.startswith(beginnings)}
            found.append(f"không có số đo nào của {title} ({', '.join(sorted(reasons))}); {excuse}=lý do để bỏ qua")
    for route in ("tensorrt", "tensorrt86"):
        half, full = f"{route}-fp16", f"{route}-fp32"
        if not any(key.startswith(f"{route}-") for key in done):
            continue
        rates = [rate(done[key]) if key in done else None for key in (half, full)]
        if None in rates:
            found.append(f"{half}, {full}: không có đủ số đo ở batch {LARGE}")
        elif rates[0] < rates[1]:
            found.append(f"{half} chậm hơn {full} ở batch {LARGE}: {rates[0]:.0f} < {rates[1]:.0f} ảnh/s")
    return found
