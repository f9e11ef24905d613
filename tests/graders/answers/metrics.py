"""Answers to the assignment `metrics`: what plausible students write, and what it must cost."""

from tests.graders.bank import Equivalent, right, wrong

# --- regression_metrics -------------------------------------------------------------------------------------------

REGRESSION = [
    wrong(
        "regression_metrics",
        "r2_without_one_minus",
        ("1 - mse / np.var(y)", "mse / np.var(y)"),
        loses=("test_regression_metrics", "test_regression_metrics_hidden"),
    ),
    wrong(
        "regression_metrics",
        "not_averaged",
        ("mse = np.mean(residual**2)", "mse = np.sum(residual**2)"),
        loses=("test_regression_metrics", "test_regression_metrics_hidden"),
    ),
    wrong(
        "regression_metrics",
        "absolute_value_forgotten",
        ("np.mean(np.abs(residual))", "np.mean(residual)"),
        loses=("test_regression_metrics", "test_regression_metrics_hidden"),
    ),
    wrong(
        "regression_metrics",
        "squared_correlation",
        ("1 - mse / np.var(y)", "np.corrcoef(y, y_hat)[0, 1] ** 2"),
        loses=("test_regression_metrics", "test_regression_metrics_hidden"),
    ),
    wrong(
        "regression_metrics",
        "spread_of_the_predictions",
        ("np.var(y)", "np.var(y_hat)"),
        loses=("test_regression_metrics", "test_regression_metrics_hidden"),
    ),
    wrong(
        "regression_metrics",
        "spread_by_a_difference_of_squares",
        ("np.var(y)", "(np.mean(y**2) - np.mean(y) ** 2)"),
        loses="test_regression_metrics_hidden",
    ),
    wrong(
        "regression_metrics",
        "constant_targets_not_refused",
        ("np.ptp(y) == 0", "False"),
        loses="test_regression_metrics_hidden",
    ),
    wrong(
        "regression_metrics",
        "sample_variance",
        ("np.var(y)", "np.var(y, ddof=1)"),
        loses=("test_regression_metrics", "test_regression_metrics_hidden"),
    ),
    wrong(
        "regression_metrics",
        "constant_targets_found_by_the_rounded_spread",
        ("np.ptp(y) == 0", "np.var(y) == 0"),
        loses="test_regression_metrics_hidden",
    ),
    wrong(
        "regression_metrics",
        "standard_deviation_for_variance",
        ("np.var(y)", "np.std(y)"),
        loses=("test_regression_metrics", "test_regression_metrics_hidden"),
    ),
    wrong(
        "regression_metrics",
        "mean_of_the_predictions",
        ("np.var(y)", "np.mean((y - y_hat.mean()) ** 2)"),
        loses=("test_regression_metrics", "test_regression_metrics_hidden"),
    ),
    right(
        "regression_metrics",
        "sums_and_var",
        code="""
def regression_metrics(y, y_hat):
    y = np.array(y, dtype=float)
    y_hat = np.array(y_hat, dtype=float)
    if y.ndim != 1 or y.shape != y_hat.shape or y.size == 0:
        raise ValueError("shapes")
    n = len(y)
    if y.max() == y.min():
        raise ValueError("constant")
    ss = ((y - y_hat) ** 2).sum()
    return ss / n, np.abs(y - y_hat).sum() / n, 1 - ss / (n * np.var(y))
""",
    ),
    right(
        "regression_metrics",
        "plain_python",
        code="""
def regression_metrics(y, y_hat):
    y, y_hat = [float(v) for v in y], [float(v) for v in y_hat]
    if not y or len(y) != len(y_hat) or len(set(y)) == 1:
        raise ValueError("y")
    n = len(y)
    mean = sum(y) / n
    ss = sum((q - t) ** 2 for t, q in zip(y, y_hat))
    return ss / n, sum(abs(q - t) for t, q in zip(y, y_hat)) / n, 1 - ss / sum((t - mean) ** 2 for t in y)
""",
    ),
]

# --- confusion_matrix ---------------------------------------------------------------------------------------------

CONFUSION = [
    wrong(
        "confusion_matrix",
        "axes_swapped",
        ("(y, y_hat), 1", "(y_hat, y), 1"),
        loses=("test_confusion_matrix", "test_confusion_matrix_hidden"),
    ),
    wrong(
        "confusion_matrix",
        "repeated_places_counted_once",
        ("np.add.at(matrix, (y, y_hat), 1)", "matrix[y, y_hat] += 1"),
        loses=("test_confusion_matrix", "test_confusion_matrix_hidden"),
    ),
    wrong(
        "confusion_matrix",
        "classes_taken_from_the_labels",
        ("(classes, classes)", "(y.max() + 1, y.max() + 1)"),
        loses=("test_confusion_matrix", "test_confusion_matrix_hidden"),
    ),
    wrong(
        "confusion_matrix",
        "small_integers_overflow",
        (
            "np.add.at(matrix, (y, y_hat), 1)",
            "matrix = np.bincount(y * np.array(classes, y.dtype) + y_hat, "
            "minlength=classes**2).reshape(classes, classes)",
        ),
        loses="test_confusion_matrix_hidden",
    ),
    wrong(
        "confusion_matrix",
        "negative_labels_wrap_around",
        ("y.min() < 0 or y_hat.min() < 0 or ", ""),
        loses="test_confusion_matrix_hidden",
    ),
    wrong(
        "confusion_matrix",
        "predictions_not_checked",
        (
            "y.min() < 0 or y_hat.min() < 0 or y.max() >= classes or y_hat.max() >= classes",
            "y.min() < 0 or y.max() >= classes",
        ),
        loses="test_confusion_matrix_hidden",
    ),
    wrong(
        "confusion_matrix",
        "shares_instead_of_counts",
        ("(y, y_hat), 1)", "(y, y_hat), 1)\n    matrix = matrix / len(y)"),
        loses=("test_confusion_matrix", "test_confusion_matrix_hidden"),
    ),
    right(
        "confusion_matrix",
        "loop_over_samples",
        code="""
def confusion_matrix(y, y_hat, classes):
    if np.ndim(y) != 1 or np.shape(y) != np.shape(y_hat):
        raise ValueError("shape")
    M = np.zeros((classes, classes), dtype=np.int32)
    for a, b in zip(y, y_hat):
        if not (0 <= a < classes and 0 <= b < classes):
            raise ValueError("label")
        M[a, b] += 1
    return M
""",
    ),
    right(
        "confusion_matrix",
        "one_hot_product",
        code="""
def confusion_matrix(y, y_hat, classes):
    y, y_hat = np.asarray(y), np.asarray(y_hat)
    if y.ndim != 1 or y.shape != y_hat.shape:
        raise ValueError("shape")
    if min(y.min(), y_hat.min()) < 0 or max(y.max(), y_hat.max()) > classes - 1:
        raise ValueError("label")
    eye = np.eye(classes, dtype=int)
    return eye[y].T @ eye[y_hat]
""",
    ),
    right(
        "confusion_matrix",
        "bincount_of_pairs",
        code="""
def confusion_matrix(y, y_hat, classes):
    y, y_hat = np.asarray(y).astype(int), np.asarray(y_hat).astype(int)
    if y.ndim != 1 or y.shape != y_hat.shape:
        raise ValueError("shape")
    everything = np.concatenate([y, y_hat])
    if (everything < 0).any() or (everything >= classes).any():
        raise ValueError("label")
    return np.bincount(y * classes + y_hat, minlength=classes**2).reshape(classes, classes)
""",
    ),
]

# --- class_scores -------------------------------------------------------------------------------------------------

ALL_SCORES = ("test_class_scores", "test_class_scores_hidden", "test_class_scores_empty_hidden")
SCORES = [
    wrong(
        "class_scores",
        "rows_and_columns_exchanged",
        ("M.sum(axis=0), M.sum(axis=1)", "M.sum(axis=1), M.sum(axis=0)"),
        loses=ALL_SCORES,
    ),
    wrong(
        "class_scores",
        "diagonal_not_subtracted",
        ("tp, called, real", "called, real = M.sum(axis=0) + np.diag(M), M.sum(axis=1)\n    tp, _, _"),
        loses=ALL_SCORES,
    ),
    wrong(
        "class_scores",
        "arithmetic_mean",
        (
            "f1 = np.divide(2 * tp, real + called, out=np.zeros(len(M)), where=tp > 0)",
            "f1 = (precision + recall) / 2",
        ),
        loses=ALL_SCORES,
    ),
    wrong(
        "class_scores",
        "jaccard_instead_of_f1",
        ("2 * tp, real + called, out", "tp, real + called - tp, out"),
        loses=ALL_SCORES,
    ),
    wrong(
        "class_scores",
        "nan_for_classes_never_called",
        ("np.divide(tp, called, out=np.zeros(len(M)), where=called > 0)", "tp / called"),
        loses="test_class_scores_empty_hidden",
    ),
    wrong(
        "class_scores",
        "f1_from_precision_and_recall_with_nan",
        (
            "np.divide(2 * tp, real + called, out=np.zeros(len(M)), where=tp > 0)",
            "2 * precision * recall / (precision + recall)",
        ),
        loses="test_class_scores_empty_hidden",
    ),
    wrong(
        "class_scores",
        "small_constant_in_the_denominator",
        ("np.divide(tp, called, out=np.zeros(len(M)), where=called > 0)", "tp / (called + 1e-3)"),
        loses=ALL_SCORES,
    ),
    wrong(
        "class_scores",
        "one_for_zero_over_zero",
        ("tp, real, out=np.zeros(len(M))", "tp, real, out=np.ones(len(M))"),
        loses="test_class_scores_empty_hidden",
    ),
    wrong(
        "class_scores",
        "two_forgotten_in_f1",
        ("2 * tp, real + called", "tp, real + called"),
        loses=ALL_SCORES,
    ),
    right(
        "class_scores",
        "class_by_class",
        code="""
def class_scores(M):
    C = len(M)
    P, R, F = np.zeros(C), np.zeros(C), np.zeros(C)
    for c in range(C):
        tp = int(M[c, c])
        fp = sum(int(M[k, c]) for k in range(C)) - tp
        fn = sum(int(M[c, k]) for k in range(C)) - tp
        if tp + fp:
            P[c] = tp / (tp + fp)
        if tp + fn:
            R[c] = tp / (tp + fn)
        if P[c] + R[c] > 0:
            F[c] = 2 * P[c] * R[c] / (P[c] + R[c])
    return P, R, F
""",
    ),
    right(
        "class_scores",
        "divide_where",
        code="""
def class_scores(M):
    M = np.asarray(M, dtype=np.float64)
    tp, rows, columns = M.diagonal(), M.sum(1), M.sum(0)
    zero = np.zeros(len(M))
    precision = np.divide(tp, columns, out=zero.copy(), where=columns != 0)
    recall = np.divide(tp, rows, out=zero.copy(), where=rows != 0)
    f1 = np.divide(2 * tp, rows + columns, out=zero.copy(), where=rows + columns != 0)
    return [precision, recall, f1]
""",
    ),
    right(
        "class_scores",
        "nan_replaced_quietly",
        code="""
def class_scores(M):
    M = np.asarray(M, dtype=np.float64)
    tp = np.diag(M)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.nan_to_num(tp / M.sum(axis=0))
        recall = np.nan_to_num(tp / M.sum(axis=1))
        f1 = np.nan_to_num(2 / (1 / precision + 1 / recall))
    return precision, recall, f1
""",
    ),
]

# --- averages -----------------------------------------------------------------------------------------------------

AVERAGES = [
    wrong(
        "averages",
        "macro_over_the_present_classes",
        ("f1.mean()", "f1[present].mean()"),
        loses="test_averages_hidden",
    ),
    wrong(
        "averages",
        "absent_classes_in_the_balanced_accuracy",
        ("np.mean(tp[present] / real[present])", "np.mean(tp / np.maximum(real, 1))"),
        loses="test_averages_hidden",
    ),
    wrong(
        "averages",
        "weights_from_the_columns",
        ("weights=real", "weights=called"),
        loses=("test_averages", "test_averages_hidden"),
    ),
    wrong(
        "averages",
        "micro_for_macro",
        ("f1.mean()", "tp.sum() / M.sum()"),
        loses=("test_averages", "test_averages_hidden"),
    ),
    wrong(
        "averages",
        "mean_of_precisions",
        ("tp[present] / real[present]", "tp[present] / called[present]"),
        loses=("test_averages", "test_averages_hidden"),
    ),
    wrong(
        "averages",
        "f1_of_the_averages",
        code="""
def averages(M):
    M = np.asarray(M, dtype=np.float64)
    if M.sum() == 0:
        raise ValueError("empty")
    tp, real, called = np.diag(M), M.sum(axis=1), M.sum(axis=0)
    precision, recall = tp / np.maximum(called, 1), tp / np.maximum(real, 1)
    f1 = 2 * tp / np.maximum(real + called, 1)
    p, r = precision.mean(), recall.mean()
    return {
        "accuracy": float(tp.sum() / M.sum()),
        "macro_f1": float(2 * p * r / (p + r)),
        "weighted_f1": float(f1 @ real / M.sum()),
        "balanced_accuracy": float(recall[real > 0].mean()),
    }
""",
        loses=("test_averages", "test_averages_hidden"),
    ),
    wrong("averages", "empty_matrix_not_refused", ("if not M.any():", "if False:"), loses="test_averages_hidden"),
    wrong(
        "averages",
        "accuracy_for_balanced_accuracy",
        ("np.mean(tp[present] / real[present])", "tp.sum() / M.sum()"),
        loses=("test_averages", "test_averages_hidden"),
    ),
    right(
        "averages",
        "through_samples",
        code="""
def averages(M):
    M = np.array(M, dtype=int)
    n = int(M.sum())
    if n == 0:
        raise ValueError("M")
    C = len(M)
    f1, weighted, recalls = [], 0.0, []
    for c in range(C):
        tp, real, called = M[c, c], M[c].sum(), M[:, c].sum()
        f = 2 * tp / (real + called) if real + called > 0 else 0.0
        f1.append(f)
        weighted += f * real / n
        if real > 0:
            recalls.append(tp / real)
    return dict(
        balanced_accuracy=sum(recalls) / len(recalls),
        weighted_f1=weighted,
        macro_f1=sum(f1) / C,
        accuracy=np.trace(M) / n,
    )
""",
    ),
    right(
        "averages",
        "np_average",
        code="""
def averages(M):
    M = np.asarray(M, dtype=float)
    if not M.any():
        raise ValueError("M")
    tp, rows, columns = M.diagonal(), M.sum(1), M.sum(0)
    f1 = np.divide(2 * tp, rows + columns, out=np.zeros(len(M)), where=rows + columns > 0)
    seen = np.flatnonzero(rows)
    return {
        "accuracy": np.trace(M) / np.sum(M),
        "macro_f1": np.mean(f1),
        "weighted_f1": np.average(f1, weights=rows),
        "balanced_accuracy": np.mean(tp[seen] / rows[seen]),
    }
""",
    ),
]

# --- roc ----------------------------------------------------------------------------------------------------------

ROC = [
    wrong(
        "roc",
        "ties_taken_one_by_one",
        code="""
def roc(s, y):
    if len(set(y.tolist())) < 2:
        raise ValueError("y")
    y = y[np.argsort(-s, kind="stable")]
    tpr = np.append(0, np.cumsum(y == 1) / np.sum(y == 1))
    fpr = np.append(0, np.cumsum(y == 0) / np.sum(y == 0))
    return fpr, tpr, float(np.trapezoid(tpr, fpr))
""",
        loses=("test_roc", "test_roc_ties_hidden"),
    ),
    wrong(
        "roc",
        "lowest_score_first",
        (
            "up = np.bincount(place[positive], minlength=len(values))[::-1]",
            "up = np.bincount(place[positive], minlength=len(values))",
        ),
        (
            "right = np.bincount(place[~positive], minlength=len(values))[::-1]",
            "right = np.bincount(place[~positive], minlength=len(values))",
        ),
        loses=("test_roc", "test_roc_hidden", "test_roc_ties_hidden"),
    ),
    wrong(
        "roc",
        "left_rectangles",
        ("(tpr[1:] + tpr[:-1])) / 2", "tpr[:-1])"),
        loses=("test_roc", "test_roc_ties_hidden"),
    ),
    wrong(
        "roc",
        "right_rectangles",
        ("(tpr[1:] + tpr[:-1])) / 2", "tpr[1:])"),
        loses=("test_roc", "test_roc_ties_hidden"),
    ),
    wrong(
        "roc",
        "divided_by_all_samples",
        ("np.cumsum(right) / right.sum()", "np.cumsum(right) / len(s)"),
        loses=("test_roc", "test_roc_hidden", "test_roc_ties_hidden"),
    ),
    wrong(
        "roc",
        "origin_forgotten",
        ("np.concatenate([[0.0], np.cumsum(up) / up.sum()])", "np.cumsum(up) / up.sum()"),
        ("np.concatenate([[0.0], np.cumsum(right) / right.sum()])", "np.cumsum(right) / right.sum()"),
        loses=("test_roc", "test_roc_hidden", "test_roc_ties_hidden"),
    ),
    wrong(
        "roc",
        "axes_exchanged",
        ("return fpr, tpr, auc", "return tpr, fpr, auc"),
        loses=("test_roc", "test_roc_hidden", "test_roc_ties_hidden"),
    ),
    wrong(
        "roc",
        "one_class_not_refused",
        ("if positive.all() or not positive.any():", "if not positive.any():"),
        loses="test_roc_hidden",
    ),
    wrong(
        "roc",
        "strictly_above_the_threshold",
        (
            "return fpr, tpr, auc",
            "fpr = np.array([0.0] + [float(np.mean(s[~positive] > t)) for t in values[::-1]])\n    return fpr, tpr, auc",
        ),
        loses=("test_roc", "test_roc_hidden", "test_roc_ties_hidden"),
    ),
    right(
        "roc",
        "threshold_by_threshold",
        code="""
def roc(s, y):
    if np.all(y == 0) or np.all(y == 1):
        raise ValueError("y")
    fpr, tpr = [0.0], [0.0]
    for t in np.unique(s)[::-1]:
        called = s >= t
        fpr.append(np.mean(called[y == 0]))
        tpr.append(np.mean(called[y == 1]))
    auc = 0.0
    for k in range(1, len(fpr)):
        auc += (fpr[k] - fpr[k - 1]) * (tpr[k] + tpr[k - 1]) / 2
    return np.array(fpr), np.array(tpr), auc
""",
    ),
    right(
        "roc",
        "sorted_and_thinned",
        code="""
def roc(s, y):
    y = np.asarray(y).astype(bool)
    if y.sum() in (0, len(y)):
        raise ValueError("y")
    order = np.argsort(-s, kind="stable")
    s, y = s[order], y[order]
    keep = np.append(np.flatnonzero(s[1:] != s[:-1]), len(s) - 1)
    tps, fps = np.cumsum(y)[keep], np.cumsum(~y)[keep]
    tpr, fpr = np.r_[0, tps / tps[-1]], np.r_[0, fps / fps[-1]]
    return fpr, tpr, np.trapezoid(tpr, fpr)
""",
    ),
    right(
        "roc",
        "area_by_pairs",
        code="""
def roc(s, y):
    pos, neg = s[y == 1], s[y == 0]
    if len(pos) == 0 or len(neg) == 0:
        raise ValueError("y")
    t = np.concatenate([[np.inf], np.unique(s)[::-1]])
    tpr = np.mean(pos[None, :] >= t[:, None], axis=1)
    fpr = np.mean(neg[None, :] >= t[:, None], axis=1)
    auc = np.mean(pos[:, None] > neg) + 0.5 * np.mean(pos[:, None] == neg)
    return fpr, tpr, auc
""",
    ),
]

# --- ece ----------------------------------------------------------------------------------------------------------

ECE = [
    wrong(
        "ece",
        "one_bin_only",
        ("k = (conf * bins).astype(int).clip(max=bins - 1)", "k = np.zeros(len(y), dtype=int)"),
        loses=("test_ece", "test_ece_hidden"),
    ),
    wrong(
        "ece",
        "gap_of_every_sample",
        ("np.abs(gap).sum()", "np.abs(hit - conf).sum()"),
        loses=("test_ece", "test_ece_hidden"),
    ),
    wrong(
        "ece",
        "gaps_cancel",
        ("np.abs(gap).sum()", "abs(gap.sum())"),
        loses=("test_ece", "test_ece_hidden"),
    ),
    wrong(
        "ece",
        "probability_of_the_label",
        ("conf = P.max(axis=1)", "conf = P[np.arange(len(y)), y]"),
        loses=("test_ece", "test_ece_hidden"),
    ),
    wrong(
        "ece",
        "bins_weigh_the_same",
        code="""
def ece(P, y, bins=10):
    conf, hit = P.max(axis=1), P.argmax(axis=1) == y
    k = np.minimum((conf * bins).astype(int), bins - 1)
    return float(np.mean([abs(hit[k == j].mean() - conf[k == j].mean()) for j in np.unique(k)]))
""",
        loses=("test_ece", "test_ece_hidden"),
    ),
    wrong(
        "ece",
        "full_confidence_left_out",
        code="""
def ece(P, y, bins=10):
    conf, hit = P.max(axis=1), P.argmax(axis=1) == y
    total = 0.0
    for j in range(bins):
        inside = (conf >= j / bins) & (conf < (j + 1) / bins)
        if inside.any():
            total += inside.sum() * abs(hit[inside].mean() - conf[inside].mean())
    return total / len(y)
""",
        loses="test_ece_hidden",
    ),
    wrong(
        "ece",
        "last_of_the_equal_classes",
        ("P.argmax(axis=1) == y", "P.shape[1] - 1 - P[:, ::-1].argmax(axis=1) == y"),
        loses="test_ece_hidden",
    ),
    wrong(
        "ece",
        "rounded_to_the_nearest_bin",
        ("(conf * bins).astype(int)", "np.round(conf * bins).astype(int)"),
        loses=("test_ece", "test_ece_hidden"),
    ),
    wrong(
        "ece",
        "bins_closed_on_the_right",
        ("(conf * bins).astype(int)", "(np.ceil(conf * bins).astype(int) - 1)"),
        loses=("test_ece", "test_ece_hidden"),
    ),
    wrong(
        "ece",
        "second_column_for_the_confidence",
        ("conf = P.max(axis=1)", "conf = P[:, 1]"),
        loses=("test_ece", "test_ece_hidden"),
    ),
    wrong(
        "ece",
        "label_one_for_a_hit",
        ("hit = P.argmax(axis=1) == y", "hit = y == 1"),
        loses=("test_ece", "test_ece_hidden"),
    ),
    right(
        "ece",
        "bin_by_bin",
        code="""
def ece(P, y, bins=10):
    n = len(y)
    conf = np.max(P, axis=1)
    guess = np.argmax(P, axis=1)
    total = 0.0
    for j in range(bins):
        inside = np.minimum(np.floor(conf * bins), bins - 1) == j
        if inside.sum() > 0:
            acc = np.mean(guess[inside] == y[inside])
            total += inside.sum() / n * abs(acc - np.mean(conf[inside]))
    return total
""",
    ),
    right(
        "ece",
        "dictionary_of_sums",
        code="""
def ece(P, y, bins=10):
    gaps = {}
    for row, label in zip(P, y):
        guess = int(np.argmax(row))
        q = float(row[guess])
        k = min(int(q * bins), bins - 1)
        gaps[k] = gaps.get(k, 0.0) + (guess == label) - q
    return sum(abs(g) for g in gaps.values()) / len(P)
""",
    ),
]

# --- f1_difference ------------------------------------------------------------------------------------------------

DIFFERENCE = [
    wrong(
        "f1_difference",
        "tails_too_wide",
        ("[(1 - level) / 2, (1 + level) / 2]", "[1 - level, level]"),
        loses=("test_f1_difference", "test_f1_difference_hidden"),
    ),
    wrong(
        "f1_difference",
        "sign_reversed",
        ("f1(a, everyone) - f1(b, everyone), low", "f1(b, everyone) - f1(a, everyone), low"),
        loses=("test_f1_difference", "test_f1_difference_hidden"),
    ),
    wrong(
        "f1_difference",
        "labels_not_resampled",
        ("real, called = y[k] == 1,", "real, called = y == 1,"),
        loses=("test_f1_difference", "test_f1_difference_hidden"),
    ),
    wrong(
        "f1_difference",
        "quantiles_of_each_model",
        (
            "again = f1(a, draws) - f1(b, draws)\n    low, high = np.quantile(again, [(1 - level) / 2, (1 + level) / 2])",
            "q = [(1 - level) / 2, (1 + level) / 2]\n    low, high = np.quantile(f1(a, draws), q) - "
            "np.quantile(f1(b, draws), q)",
        ),
        loses=("test_f1_difference", "test_f1_difference_hidden"),
    ),
    wrong(
        "f1_difference",
        "accuracy_for_f1",
        ("2 * np.sum(real & called, axis=-1) / np.maximum(bottom, 1)", "np.mean(real == called, axis=-1)"),
        loses=("test_f1_difference", "test_f1_difference_hidden"),
    ),
    wrong(
        "f1_difference",
        "nan_when_nothing_is_positive",
        ("np.maximum(bottom, 1)", "bottom"),
        loses="test_f1_difference_hidden",
    ),
    wrong(
        "f1_difference",
        "ends_of_level_allowed",
        ("if not 0 < level < 1:", "if not 0 <= level <= 1:"),
        loses="test_f1_difference_hidden",
    ),
    wrong(
        "f1_difference",
        "columns_not_checked",
        ("if draws.ndim != 2 or draws.shape[1] != len(y):", "if draws.ndim != 2:"),
        loses="test_f1_difference_hidden",
    ),
    wrong(
        "f1_difference",
        "mean_of_the_draws_for_the_difference",
        ("return f1(a, everyone) - f1(b, everyone),", "return again.mean(),"),
        loses=("test_f1_difference", "test_f1_difference_hidden"),
    ),
    wrong(
        "f1_difference",
        "level_not_used",
        ("[(1 - level) / 2, (1 + level) / 2]", "[0.025, 0.975]"),
        loses=("test_f1_difference", "test_f1_difference_hidden"),
    ),
    wrong(
        "f1_difference",
        "another_default_level",
        ("level=0.95", "level=0.9"),
        loses=("test_f1_difference", "test_f1_difference_hidden"),
    ),
    right(
        "f1_difference",
        "loop_over_draws",
        code="""
def f1_difference(y, a, b, draws, level=0.95):
    if level <= 0 or level >= 1:
        raise ValueError("level")
    if np.ndim(draws) != 2 or len(draws[0]) != len(y):
        raise ValueError("draws")

    def f1(t, s):
        tp = int(np.sum(t * s > 0))
        bottom = int(np.sum(t > 0)) + int(np.sum(s > 0))
        return 2 * tp / bottom if bottom else 0.0

    values = [f1(y[k], a[k]) - f1(y[k], b[k]) for k in draws]
    tail = 100 * (1 - level) / 2
    return f1(y, a) - f1(y, b), np.percentile(values, tail), np.percentile(values, 100 - tail)
""",
    ),
    right(
        "f1_difference",
        "precision_and_recall",
        code="""
def f1_difference(y, a, b, draws, level=0.95):
    y, a, b, draws = np.array(y), np.array(a), np.array(b), np.array(draws)
    if not (level > 0 and level < 1) or draws.ndim != 2 or draws.shape[1] != y.shape[0]:
        raise ValueError("level, draws")

    def ratio(top, bottom):
        return np.divide(top, bottom, out=np.zeros(top.shape), where=bottom > 0)

    def f1(t, s):
        t, s = np.atleast_2d(t) == 1, np.atleast_2d(s) == 1
        tp = (t & s).sum(1).astype(float)
        p, r = ratio(tp, s.sum(1)), ratio(tp, t.sum(1))
        return ratio(2 * p * r, p + r)

    again = f1(y[draws], a[draws]) - f1(y[draws], b[draws])
    low = np.quantile(again, 0.5 - level / 2)
    high = np.quantile(again, 0.5 + level / 2)
    return [(f1(y, a) - f1(y, b))[0], low, high]
""",
    ),
]

ANSWERS = [*REGRESSION, *CONFUSION, *SCORES, *AVERAGES, *ROC, *ECE, *DIFFERENCE]

EQUIVALENT = [
    Equivalent(
        "regression_metrics", "residual = y_hat - y -> residual = y - y_hat", "only squared or taken in absolute value"
    ),
    Equivalent(
        "ece",
        "gap = np.bincount(k, hit - conf) -> gap = np.bincount(k, conf - hit)",
        "only its absolute value is used",
    ),
    Equivalent(
        "f1_difference",
        "return 2 * np.sum(real & called, axis=-1) / np.maximum(bottom, 1) -> "
        "return 2 * np.sum(real & called, axis=-1) / np.maximum(1, bottom)",
        "the maximum of the same two numbers",
    ),
    Equivalent(
        "f1_difference",
        "return 2 * np.sum(real & called, axis=-1) / np.maximum(bottom, 1) -> "
        "return 2 * np.sum(real & called, axis=-1) / np.maximum(bottom, 2)",
        "with a bottom of 0 or 1 the top is 0",
    ),
]
