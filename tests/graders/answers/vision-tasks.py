"""Answers to the assignment `vision-tasks`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- convert_boxes ------------------------------------------------------------------------------------------------

CONVERT = [
    wrong(
        "convert_boxes",
        "plus_one",
        ("np.hstack([(low + high) / 2, high - low])", "np.hstack([(low + high) / 2, high - low + 1])"),
        ("result = np.hstack([low, high - low])", "result = np.hstack([low, high - low + 1])"),
        loses=("test_convert_boxes", "test_convert_boxes_hidden"),
    ),
    wrong(
        "convert_boxes",
        "corner_for_centre",
        ("np.hstack([(low + high) / 2, high - low])", "np.hstack([low, high - low])"),
        loses=("test_convert_boxes", "test_convert_boxes_hidden"),
    ),
    wrong(
        "convert_boxes",
        "whole_size_from_the_centre",
        ("low, high = first - second / 2, first + second / 2", "low, high = first - second, first + second"),
        loses="test_convert_boxes_hidden",
    ),
    wrong(
        "convert_boxes",
        "in_place",
        code="""
def convert_boxes(boxes, source, target):
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError("shape")
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError("name")
    if source == "xywh":
        boxes[:, 2:] += boxes[:, :2]
    elif source == "cxcywh":
        boxes[:, :2] -= boxes[:, 2:] / 2
        boxes[:, 2:] += boxes[:, :2]
    if target == "xywh":
        boxes[:, 2:] -= boxes[:, :2]
    elif target == "cxcywh":
        boxes = np.hstack([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]])
    return boxes.astype(float)
""",
        loses="test_convert_boxes_hidden",
    ),
    wrong(
        "convert_boxes",
        "integers_kept",
        ("np.array(boxes, dtype=np.float64)  # bản sao", "np.array(boxes)"),
        loses="test_convert_boxes_hidden",
    ),
    wrong(
        "convert_boxes",
        "floor_division",
        ("(low + high) / 2", "(low + high) // 2"),
        loses=("test_convert_boxes", "test_convert_boxes_hidden"),
    ),
    wrong(
        "convert_boxes",
        "sum_of_the_edges_as_centre",
        ("(low + high) / 2", "low + high"),
        loses=("test_convert_boxes", "test_convert_boxes_hidden"),
    ),
    right(
        "convert_boxes",
        "column_by_column",
        code="""
def convert_boxes(boxes, source, target):
    boxes = np.array(boxes, dtype=float)
    names = {"xyxy", "xywh", "cxcywh"}
    if boxes.ndim != 2 or boxes.shape[-1] != 4 or not {source, target} <= names:
        raise ValueError("bad")
    a, b, c, d = (boxes[:, k].copy() for k in range(4))
    if source == "xyxy":
        c, d = c - a, d - b
    if source == "cxcywh":
        a, b = a - 0.5 * c, b - 0.5 * d
    if target == "xyxy":
        c, d = a + c, b + d
    if target == "cxcywh":
        a, b = a + 0.5 * c, b + 0.5 * d
    return np.column_stack([a, b, c, d])
""",
    ),
    right(
        "convert_boxes",
        "matrices",
        code="""
def convert_boxes(boxes, source, target):
    to_corners = {
        "xyxy": np.eye(4),
        "xywh": np.array([[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1.0]]),
        "cxcywh": np.array([[1, 0, 1, 0], [0, 1, 0, 1], [-0.5, 0, 0.5, 0], [0, -0.5, 0, 0.5]]),
    }
    boxes = np.array(boxes, dtype=np.float64)
    if boxes.ndim != 2 or boxes.shape[1] != 4 or source not in to_corners or target not in to_corners:
        raise ValueError("bad")
    return boxes @ to_corners[source] @ np.linalg.inv(to_corners[target])
""",
    ),
]

# --- box_iou ------------------------------------------------------------------------------------------------------

BOTH = ("test_box_iou", "test_box_iou_hidden", "test_box_iou_edges_hidden")
IOU = [
    wrong(
        "box_iou",
        "plus_one",
        ("(high - low).clip(0)", "(high - low + 1).clip(0)"),
        ("(a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])", "(a[:, 2] - a[:, 0] + 1) * (a[:, 3] - a[:, 1] + 1)"),
        ("(b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])", "(b[:, 2] - b[:, 0] + 1) * (b[:, 3] - b[:, 1] + 1)"),
        loses=BOTH,
    ),
    wrong("box_iou", "not_clipped", (".clip(0)", ""), loses=BOTH),
    wrong(
        "box_iou",
        "clipped_after_the_product",
        (".clip(0)", ""),
        ("size[..., 0] * size[..., 1]", "(size[..., 0] * size[..., 1]).clip(0)"),
        loses=BOTH,
    ),
    wrong("box_iou", "overlap_counted_twice", (" + area_b[None, :] - overlap", " + area_b[None, :]"), loses=BOTH),
    wrong(
        "box_iou",
        "smaller_area",
        ("area_a[:, None] + area_b[None, :] - overlap", "np.minimum(area_a[:, None], area_b[None, :])"),
        loses=BOTH,
    ),
    wrong(
        "box_iou",
        "absolute_differences",
        ("(high - low).clip(0)", "np.abs(high - low)"),
        loses=BOTH,
    ),
    wrong(
        "box_iou",
        "pairs_of_equal_number_only",
        ("a[:, None, :2], b[None, :, :2]", "a[:, :2], b[:, :2]"),
        ("a[:, None, 2:], b[None, :, 2:]", "a[:, 2:], b[:, 2:]"),
        ("area_a[:, None] + area_b[None, :]", "area_a + area_b"),
        loses=BOTH,
    ),
    wrong(
        "box_iou",
        "small_integers_overflow",
        ("a = np.asarray(a, dtype=np.float64)", "a = np.asarray(a)"),
        ("b = np.asarray(b, dtype=np.float64)", "b = np.asarray(b)"),
        (
            "np.divide(overlap, union, out=np.zeros_like(overlap), where=union > 0)",
            "np.divide(overlap, union, out=np.zeros(overlap.shape), where=union > 0)",
        ),
        loses="test_box_iou_edges_hidden",
    ),
    wrong(
        "box_iou",
        "empty_boxes_divide_by_zero",
        ("np.divide(overlap, union, out=np.zeros_like(overlap), where=union > 0)", "overlap / union"),
        loses="test_box_iou_edges_hidden",
    ),
    wrong(
        "box_iou",
        "enclosing_box_as_union",
        (
            "union = area_a[:, None] + area_b[None, :] - overlap",
            "union = (np.maximum(a[:, None, 2:], b[None, :, 2:]) - np.minimum(a[:, None, :2], b[None, :, :2])).prod(-1)",
        ),
        loses=("test_box_iou", "test_box_iou_hidden"),
    ),
    right(
        "box_iou",
        "widths_and_heights_apart",
        code="""
def box_iou(a, b):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    w = np.maximum(0, np.minimum.outer(a[:, 2], b[:, 2]) - np.maximum.outer(a[:, 0], b[:, 0]))
    h = np.maximum(0, np.minimum.outer(a[:, 3], b[:, 3]) - np.maximum.outer(a[:, 1], b[:, 1]))
    both = w * h
    sizes = [(p[:, 2] - p[:, 0]) * (p[:, 3] - p[:, 1]) for p in (a, b)]
    either = np.add.outer(*sizes) - both
    return np.where(either > 0, both / np.where(either > 0, either, 1.0), 0.0)
""",
    ),
    right(
        "box_iou",
        "loops",
        code="""
def box_iou(a, b):
    a = np.asarray(a, dtype=np.float64)
    b = np.asarray(b, dtype=np.float64)
    result = np.zeros((len(a), len(b)))
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            w = min(p[2], q[2]) - max(p[0], q[0])
            h = min(p[3], q[3]) - max(p[1], q[1])
            both = w * h if w > 0 and h > 0 else 0.0
            either = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - both
            result[i, j] = both / either if either else 0.0
    return result
""",
    ),
]

# --- nms ----------------------------------------------------------------------------------------------------------

NMS = [
    wrong(
        "nms",
        "lowest_first",
        ("np.argsort(-np.asarray(scores, dtype=np.float64)", "np.argsort(np.asarray(scores, dtype=np.float64)"),
        loses=("test_nms", "test_nms_hidden", "test_nms_edges_hidden"),
    ),
    wrong(
        "nms",
        "equal_is_suppressed_too",
        ("iou <= threshold", "iou < threshold"),
        loses=("test_nms_hidden", "test_nms_edges_hidden"),
    ),
    wrong(
        "nms", "keeps_the_overlapping", ("iou <= threshold", "iou >= threshold"), loses=("test_nms", "test_nms_hidden")
    ),
    wrong(
        "nms",
        "sorted_by_index",
        ("np.array(kept, dtype=np.int64)", "np.array(sorted(kept), dtype=np.int64)"),
        loses=("test_nms", "test_nms_hidden"),
    ),
    wrong(
        "nms",
        "places_in_the_sorted_list",
        ("kept.append(best)", "kept.append(int(np.flatnonzero(ranks == best)[0]))"),
        ("    kept = []\n", "    ranks = order\n    kept = []\n"),
        loses=("test_nms", "test_nms_hidden", "test_nms_edges_hidden"),
    ),
    wrong(
        "nms",
        "suppressed_boxes_suppress",
        code="""
def nms(boxes, scores, threshold):
    boxes = np.asarray(boxes, dtype=np.float64)
    scores = np.asarray(scores, dtype=np.float64)
    order = np.argsort(-scores, kind="stable")
    boxes = boxes[order]
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(axis=-1)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(axis=-1)
    iou = both / (area[:, None] + area - both)
    return order[~np.tril(iou > threshold, -1).any(axis=1)]
""",
        loses=("test_nms", "test_nms_hidden"),
    ),
    wrong(
        "nms",
        "unstable_order_of_ties",
        (
            'np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")',
            'np.argsort(np.asarray(scores, dtype=np.float64), kind="stable")[::-1]',
        ),
        loses="test_nms_edges_hidden",
    ),
    wrong(
        "nms",
        "integers_overflow",
        ("boxes = np.asarray(boxes, dtype=np.float64)", "boxes = np.asarray(boxes)"),
        loses="test_nms_edges_hidden",
    ),
    wrong(
        "nms",
        "list_returned",
        ("np.array(kept, dtype=np.int64)", "kept"),
        loses=("test_nms", "test_nms_hidden", "test_nms_edges_hidden"),
    ),
    wrong(
        "nms",
        "not_clipped",
        (".clip(0)", ""),
        loses="test_nms_edges_hidden",
    ),
    right(
        "nms",
        "alive_flags",
        code="""
def nms(boxes, scores, threshold):
    b = np.array(boxes, dtype=float)
    n = len(b)
    if n == 0:
        return np.zeros(0, dtype=int)
    w = np.clip(np.minimum.outer(b[:, 2], b[:, 2]) - np.maximum.outer(b[:, 0], b[:, 0]), 0, None)
    h = np.clip(np.minimum.outer(b[:, 3], b[:, 3]) - np.maximum.outer(b[:, 1], b[:, 1]), 0, None)
    area = np.diag(w) * np.diag(h)
    iou = w * h / (np.add.outer(area, area) - w * h)
    alive = np.ones(n, dtype=bool)
    kept = []
    for i in np.argsort(-np.asarray(scores, dtype=float), kind="stable"):
        if alive[i]:
            kept.append(int(i))
            alive &= ~(iou[i] > threshold)
    return np.array(kept)
""",
    ),
    right(
        "nms",
        "definition",
        code="""
def nms(boxes, scores, threshold):
    boxes = [[float(v) for v in box] for box in boxes]

    def iou(p, q):
        both = max(0.0, min(p[2], q[2]) - max(p[0], q[0])) * max(0.0, min(p[3], q[3]) - max(p[1], q[1]))
        return both / ((p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - both)

    kept = []
    for i in sorted(range(len(boxes)), key=lambda k: (-float(scores[k]), k)):
        if all(iou(boxes[i], boxes[j]) <= threshold for j in kept):
            kept.append(i)
    return np.array(kept, dtype=int)
""",
    ),
]

# --- mask_scores --------------------------------------------------------------------------------------------------

MASKS = [
    wrong(
        "mask_scores",
        "values_multiplied",
        code="""
def mask_scores(predicted, true):
    if predicted.shape != true.shape:
        raise ValueError("shape")
    both = (predicted * true).sum()
    total = predicted.sum() + true.sum()
    if total == 0:
        return 1.0, 1.0
    return both / (total - both), 2 * both / total
""",
        loses=("test_mask_scores", "test_mask_scores_hidden"),
    ),
    wrong(
        "mask_scores",
        "dice_without_the_two",
        ("2 * both / (both + either)", "both / (both + either)"),
        loses=("test_mask_scores", "test_mask_scores_hidden"),
    ),
    wrong(
        "mask_scores",
        "exchanged",
        ("return both / either, 2 * both / (both + either)", "return 2 * both / (both + either), both / either"),
        loses=("test_mask_scores", "test_mask_scores_hidden"),
    ),
    wrong(
        "mask_scores",
        "accuracy",
        ("both / either, 2", "float(np.mean(predicted == true)), 2"),
        loses=("test_mask_scores", "test_mask_scores_hidden"),
    ),
    wrong(
        "mask_scores",
        "two_empty_masks_score_zero",
        ("return 1.0, 1.0", "return 0.0, 0.0"),
        loses="test_mask_scores_edges_hidden",
    ),
    wrong(
        "mask_scores",
        "two_empty_masks_divide_by_zero",
        ("    if either == 0:\n        return 1.0, 1.0\n", ""),
        loses="test_mask_scores_edges_hidden",
    ),
    wrong(
        "mask_scores",
        "broadcast_allowed",
        ("if predicted.shape != true.shape:", "if predicted.shape[-1] != true.shape[-1]:"),
        loses="test_mask_scores_edges_hidden",
    ),
    wrong(
        "mask_scores",
        "bitwise_and_of_the_values",
        ("predicted != 0, true != 0", "predicted.astype(np.uint8), true.astype(np.uint8)"),
        loses="test_mask_scores_hidden",
    ),
    wrong(
        "mask_scores",
        "only_ones_count",
        ("predicted != 0, true != 0", "predicted == 1, true == 1"),
        loses=("test_mask_scores", "test_mask_scores_hidden"),
    ),
    right(
        "mask_scores",
        "through_the_iou",
        code="""
def mask_scores(predicted, true):
    if np.shape(predicted) != np.shape(true):
        raise ValueError("shape")
    a = np.asarray(predicted).astype(bool).ravel().astype(float)
    b = np.asarray(true).astype(bool).ravel().astype(float)
    either = np.maximum(a, b).sum()
    j = float(a @ b / either) if either else 1.0
    return j, 2 * j / (1 + j)
""",
    ),
    right(
        "mask_scores",
        "sets",
        code="""
def mask_scores(predicted, true):
    if predicted.shape != true.shape:
        raise ValueError("shape")
    a = set(np.flatnonzero(predicted).tolist())
    b = set(np.flatnonzero(true).tolist())
    if not a | b:
        return (1.0, 1.0)
    return len(a & b) / len(a | b), 2 * len(a & b) / (len(a) + len(b))
""",
    ),
]

# --- segmentation_scores ------------------------------------------------------------------------------------------

SEGMENTATION = [
    wrong(
        "segmentation_scores",
        "rows_and_columns_exchanged",
        ("    return table, ious", "    return table.T, ious"),
        loses=("test_segmentation_scores", "test_segmentation_scores_hidden"),
    ),
    wrong(
        "segmentation_scores",
        "recall",
        ("table.sum(axis=0) + table.sum(axis=1) - both", "table.sum(axis=1)"),
        loses=("test_segmentation_scores", "test_segmentation_scores_hidden"),
    ),
    wrong(
        "segmentation_scores",
        "overlap_counted_twice",
        ("table.sum(axis=1) - both", "table.sum(axis=1)"),
        loses=("test_segmentation_scores", "test_segmentation_scores_hidden"),
    ),
    wrong(
        "segmentation_scores", "absent_class_is_zero", ("np.nan", "0.0"), loses="test_segmentation_scores_edges_hidden"
    ),
    wrong(
        "segmentation_scores",
        "absent_class_divides_by_zero",
        ("np.divide(both, either, out=np.full(n_classes, np.nan), where=either > 0)", "both / either"),
        loses="test_segmentation_scores_edges_hidden",
    ),
    wrong(
        "segmentation_scores",
        "pair_code_overflows",
        ("true.ravel().astype(np.int64) * n_classes", "true.ravel() * n_classes"),
        loses="test_segmentation_scores_edges_hidden",
    ),
    wrong(
        "segmentation_scores",
        "table_cut_short",
        (", minlength=n_classes**2", ""),
        loses=("test_segmentation_scores", "test_segmentation_scores_edges_hidden"),
    ),
    wrong(
        "segmentation_scores",
        "repeated_pairs_counted_once",
        (
            "np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)",
            "np.isin(np.arange(n_classes**2), pairs).astype(int).reshape(n_classes, n_classes)",
        ),
        loses=("test_segmentation_scores", "test_segmentation_scores_hidden", "test_segmentation_scores_edges_hidden"),
    ),
    wrong(
        "segmentation_scores",
        "normalised_table",
        ("    return table, ious", "    return table / true.size, ious"),
        loses=("test_segmentation_scores", "test_segmentation_scores_hidden"),
    ),
    right(
        "segmentation_scores",
        "add_at",
        code="""
def segmentation_scores(true, predicted, n_classes):
    if true.shape != predicted.shape:
        raise ValueError("shape")
    both = np.concatenate([true.ravel(), predicted.ravel()]).astype(int)
    if both.size and (both.min() < 0 or both.max() >= n_classes):
        raise ValueError("class")
    table = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(table, (true.ravel().astype(int), predicted.ravel().astype(int)), 1)
    ious = np.full(n_classes, np.nan)
    either = table.sum(0) + table.sum(1) - np.diag(table)
    seen = either > 0
    ious[seen] = np.diag(table)[seen] / either[seen]
    return table, ious
""",
    ),
    right(
        "segmentation_scores",
        "one_hot",
        code="""
def segmentation_scores(true, predicted, n_classes):
    true, predicted = np.asarray(true), np.asarray(predicted)
    if true.shape != predicted.shape:
        raise ValueError("shape")
    classes = np.arange(n_classes)
    a = (true.ravel()[:, None] == classes).astype(int)
    b = (predicted.ravel()[:, None] == classes).astype(int)
    if not (a.sum(axis=1) == 1).all() or not (b.sum(axis=1) == 1).all():
        raise ValueError("class")
    table = a.T @ b
    ious = []
    for c in range(n_classes):
        either = int(np.maximum(a[:, c], b[:, c]).sum())
        ious.append(table[c, c] / either if either else float("nan"))
    return table, np.array(ious, dtype=float)
""",
    ),
]

# --- match_detections ---------------------------------------------------------------------------------------------

MATCH = [
    wrong(
        "match_detections",
        "truth_taken_many_times",
        ("            iou[:, j] = -np.inf\n", ""),
        loses=("test_match_detections", "test_match_detections_hidden"),
    ),
    wrong(
        "match_detections",
        "in_place",
        ("iou = iou.copy()", "iou = np.asarray(iou)"),
        loses=("test_match_detections", "test_match_detections_hidden"),
    ),
    wrong(
        "match_detections",
        "lowest_first",
        ("np.argsort(-np.asarray(scores, dtype=np.float64)", "np.argsort(np.asarray(scores, dtype=np.float64)"),
        loses=("test_match_detections", "test_match_detections_hidden"),
    ),
    wrong(
        "match_detections",
        "equal_is_not_enough",
        ("iou[i, j] >= threshold", "iou[i, j] > threshold"),
        loses="test_match_detections_edges_hidden",
    ),
    wrong(
        "match_detections",
        "second_best_not_tried",
        code="""
def match_detections(iou, scores, threshold):
    hits, used = np.zeros(len(iou), dtype=bool), set()
    if iou.shape[1] == 0:
        return hits
    for i in np.argsort(-scores, kind="stable"):
        j = int(np.argmax(iou[i]))
        if iou[i, j] >= threshold and j not in used:
            used.add(j)
            hits[i] = True
    return hits
""",
        loses=("test_match_detections", "test_match_detections_hidden"),
    ),
    wrong(
        "match_detections",
        "ranked_order_returned",
        (
            "        return hits\n    for i",
            '        return hits\n    order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")\n    for i',
        ),
        ("    return hits\n    ### END", "    return hits[order]\n    ### END"),
        loses=("test_match_detections", "test_match_detections_hidden"),
    ),
    wrong(
        "match_detections",
        "unstable_order_of_ties",
        (
            'np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")',
            'np.argsort(np.asarray(scores, dtype=np.float64), kind="stable")[::-1]',
        ),
        loses="test_match_detections_edges_hidden",
    ),
    wrong(
        "match_detections",
        "no_truth_not_thought_of",
        ("    if iou.shape[1] == 0:\n        return hits\n", ""),
        loses="test_match_detections_edges_hidden",
    ),
    wrong(
        "match_detections",
        "input_order",
        ('np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")', "range(len(iou))"),
        loses=("test_match_detections", "test_match_detections_hidden", "test_match_detections_edges_hidden"),
    ),
    wrong(
        "match_detections",
        "first_truth_over_the_threshold",
        ("j = np.argmax(iou[i])", "j = np.argmax(iou[i] >= threshold)"),
        loses=("test_match_detections", "test_match_detections_hidden"),
    ),
    wrong(
        "match_detections",
        "best_prediction_of_every_truth",
        code="""
def match_detections(iou, scores, threshold):
    hits = np.zeros(len(iou), dtype=bool)
    for column in iou.T if len(iou) else []:
        if column.max() >= threshold:
            hits[np.argmax(column)] = True
    return hits
""",
        loses=("test_match_detections", "test_match_detections_hidden"),
    ),
    right(
        "match_detections",
        "free_columns",
        code="""
def match_detections(iou, scores, threshold):
    n, m = iou.shape
    free, hits = list(range(m)), [False] * n
    for i in sorted(range(n), key=lambda k: (-float(scores[k]), k)):
        if not free:
            break
        j = max(free, key=lambda c: iou[i, c])
        if iou[i, j] >= threshold:
            free.remove(j)
            hits[i] = True
    return np.array(hits, dtype=bool)
""",
    ),
    right(
        "match_detections",
        "masked_rows",
        code="""
def match_detections(iou, scores, threshold):
    taken = np.zeros(iou.shape[1], dtype=bool)
    hits = np.zeros(iou.shape[0], dtype=bool)
    for i in np.argsort(-np.asarray(scores, dtype=float), kind="stable"):
        possible = np.flatnonzero(~taken & (iou[i] >= threshold))
        if possible.size:
            taken[possible[np.argmax(iou[i, possible])]] = True
            hits[i] = True
    return hits
""",
    ),
]

# --- average_precision --------------------------------------------------------------------------------------------

AP = [
    wrong(
        "average_precision",
        "divided_by_the_hits",
        ("best[right].sum() / n_truth", "best[right].sum() / max(right.sum(), 1)"),
        loses=("test_average_precision", "test_average_precision_hidden"),
    ),
    wrong(
        "average_precision",
        "no_envelope",
        ("best[right]", "precision[right]"),
        loses=("test_average_precision", "test_average_precision_hidden"),
    ),
    wrong(
        "average_precision",
        "not_sorted",
        ('    right = right[np.argsort(-ranked, kind="stable")]\n', ""),
        loses=("test_average_precision", "test_average_precision_hidden"),
    ),
    wrong(
        "average_precision",
        "sorted_upwards",
        ('np.argsort(-ranked, kind="stable")', 'np.argsort(ranked, kind="stable")'),
        loses=("test_average_precision", "test_average_precision_hidden"),
    ),
    wrong(
        "average_precision",
        "envelope_from_the_left",
        ("np.maximum.accumulate(precision[::-1])[::-1]", "np.maximum.accumulate(precision)"),
        loses=("test_average_precision", "test_average_precision_hidden"),
    ),
    wrong(
        "average_precision",
        "mean_over_the_images",
        code="""
def average_precision(scores, hits, n_truth):
    values = []
    for marks, flags in zip(scores, hits):
        flags = flags[np.argsort(-marks, kind="stable")]
        precision = np.cumsum(flags) / np.arange(1, len(flags) + 1)
        best = np.maximum.accumulate(precision[::-1])[::-1]
        values.append(best[flags].sum() / n_truth)
    return float(np.sum(values))
""",
        loses=("test_average_precision", "test_average_precision_hidden", "test_average_precision_edges_hidden"),
    ),
    wrong(
        "average_precision",
        "envelope_summed_over_every_box",
        ("best[right].sum()", "best.sum()"),
        loses=("test_average_precision", "test_average_precision_hidden", "test_average_precision_edges_hidden"),
    ),
    wrong(
        "average_precision",
        "ties_from_the_end",
        ('np.argsort(-ranked, kind="stable")', 'np.argsort(ranked, kind="stable")[::-1]'),
        loses="test_average_precision_edges_hidden",
    ),
    wrong(
        "average_precision",
        "eleven_points",
        code="""
def average_precision(scores, hits, n_truth):
    marks = np.concatenate([np.zeros(0), *scores])
    flags = np.concatenate([np.zeros(0, dtype=bool), *hits])[np.argsort(-marks, kind="stable")]
    found = np.cumsum(flags)
    precision, recall = found / np.arange(1, len(flags) + 1), found / n_truth
    return float(np.mean([max(precision[recall >= r], default=0.0) for r in np.linspace(0, 1, 11)]))
""",
        loses=("test_average_precision", "test_average_precision_hidden"),
    ),
    wrong(
        "average_precision",
        "too_many_hits_accepted",
        ("if right.sum() > n_truth:", "if False:"),
        loses="test_average_precision_edges_hidden",
    ),
    wrong(
        "average_precision",
        "no_predictions_not_thought_of",
        ("    if len(scores) == 0:\n        return 0.0\n", ""),
        loses="test_average_precision_edges_hidden",
    ),
    right(
        "average_precision",
        "area_of_rectangles",
        code="""
def average_precision(scores, hits, n_truth):
    if n_truth <= 0 or len(scores) != len(hits):
        raise ValueError("bad")
    pairs = []
    for marks, flags in zip(scores, hits):
        if len(marks) != len(flags):
            raise ValueError("bad")
        pairs += [(float(s), bool(h)) for s, h in zip(marks, flags)]
    if sum(h for _, h in pairs) > n_truth:
        raise ValueError("bad")
    pairs.sort(key=lambda pair: -pair[0])
    found, precision, recall = 0, [], [0.0]
    for k, (_, h) in enumerate(pairs, start=1):
        found += h
        precision.append(found / k)
        recall.append(found / n_truth)
    return sum((recall[k + 1] - recall[k]) * max(precision[k:]) for k in range(len(pairs)))
""",
    ),
    right(
        "average_precision",
        "from_the_end",
        code="""
def average_precision(scores, hits, n_truth):
    if n_truth < 1:
        raise ValueError("n_truth")
    if [len(s) for s in scores] != [len(h) for h in hits]:
        raise ValueError("lengths")
    marks = np.array([float(v) for part in scores for v in part])
    flags = np.array([bool(v) for part in hits for v in part], dtype=bool)
    if flags.sum() > n_truth:
        raise ValueError("hits")
    flags = flags[np.argsort(-marks, kind="stable")]
    found, best, total = int(flags.sum()), 0.0, 0.0
    for k in range(len(flags), 0, -1):
        best = max(best, found / k)
        if flags[k - 1]:
            total += best
            found -= 1
    return total / n_truth
""",
    ),
]

ANSWERS = [*CONVERT, *IOU, *NMS, *MASKS, *SEGMENTATION, *MATCH, *AP]

EQUIVALENT: list[Equivalent] = []
