"""Are two sets of logits the same, and the same answers? Asked before any time is taken."""

import numpy as np

#: largest |Δ| allowed, as a fraction of the largest |logit| of the reference, and smallest agreement of the answers
TOLERANCE = {
    "fp32": (1e-4, 0.999),
    "tf32": (2e-2, 0.995),
    "fp16": (2e-2, 0.995),
    "bf16": (5e-2, 0.99),
    "int8": (5e-1, 0.97),
}


def compare(logits, reference, labels, precision):
    """Return how far `logits` are from `reference` (float64), both (N, classes), and whether that is acceptable.

    NaN anywhere, another shape, a difference over the precision's tolerance: ``accepted`` is False.
    """
    logits, reference = np.asarray(logits, np.float64), np.asarray(reference, np.float64)
    if logits.shape != reference.shape:
        raise ValueError(f"logits có kích thước {logits.shape}, cần {reference.shape}")
    labels = np.asarray(labels)
    difference = np.abs(logits - reference)
    answers, wanted = logits.argmax(1), reference.argmax(1)
    share, agreement = TOLERANCE[precision]
    scale = float(np.abs(reference).max())
    finite = bool(np.isfinite(logits).all())
    found = {
        "images": len(reference),
        "max_abs": float(difference.max()) if finite else None,
        "mean_abs": float(difference.mean()) if finite else None,
        "max_relative": float(difference.max() / scale) if finite else None,
        "disagreements": int((answers != wanted).sum()),
        "top1_agreement": float((answers == wanted).mean()),
        "accuracy": float((answers == labels).mean()),
        "reference_accuracy": float((wanted == labels).mean()),
        "allowed_relative": share,
        "allowed_agreement": agreement,
    }
    found["accepted"] = finite and found["max_relative"] <= share and found["top1_agreement"] >= agreement
    return found
