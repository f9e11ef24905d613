"""Answers to the assignment `losses`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- regression_loss ----------------------------------------------------------------------------------------------

BOTH_REGRESSION = ("test_regression_loss", "test_regression_loss_hidden")
REGRESSION_LOSS = [
    wrong("regression_loss", "sum_instead_of_mean", ("each.mean(), slope / r.size", "each.sum(), slope"), loses=BOTH_REGRESSION),
    wrong("regression_loss", "gradient_not_averaged", ("slope / r.size", "slope"), loses=BOTH_REGRESSION),
    wrong("regression_loss", "half_of_the_square", ("each, slope = r**2, 2 * r", "each, slope = r**2 / 2, r"), loses=BOTH_REGRESSION),
    wrong("regression_loss", "divided_by_the_rows", ("slope / r.size", "slope / len(np.atleast_1d(r))"), loses="test_regression_loss_hidden"),
    wrong("regression_loss", "kink_counts_as_plus_one", ("np.sign(r)", "np.where(r >= 0, 1.0, -1.0)"), loses="test_regression_loss"),
    wrong("regression_loss", "huber_pieces_do_not_meet",
          ("each = slope * (r - slope / 2)", "each = np.where(np.abs(r) <= delta, r**2 / 2, delta * np.abs(r))"), loses=BOTH_REGRESSION),
    wrong("regression_loss", "huber_as_smooth_l1",
          ("        each = slope * (r - slope / 2)\n", "        each = slope * (r - slope / 2) / delta\n        slope = slope / delta\n"),
          loses=BOTH_REGRESSION),
    wrong("regression_loss", "clipped_at_one", ("np.clip(r, -delta, delta)", "np.clip(r, -1, 1)"), loses=BOTH_REGRESSION),
    wrong("regression_loss", "negative_side_clipped_at_plus_delta",
          ("        each = slope * (r - slope / 2)\n",
           "        each = slope * (r - slope / 2)\n        slope = np.where(np.abs(r) <= delta, r, delta)\n"), loses=BOTH_REGRESSION),
    wrong("regression_loss", "sign_of_the_residual", ("each.mean(), slope / r.size", "each.mean(), -slope / r.size"), loses=BOTH_REGRESSION),
    wrong("regression_loss", "any_name_is_huber", ('elif kind == "huber":', "else:"),
          ('    else:\n        raise ValueError("kind phải là mse, mae hoặc huber")\n', ""), loses=BOTH_REGRESSION),
    wrong("regression_loss", "delta_checked_for_huber_only", ("if delta <= 0:", 'if kind == "huber" and delta <= 0:'),
          loses="test_regression_loss_hidden"),
    wrong("regression_loss", "zero_delta_accepted", ("if delta <= 0:", "if delta < 0:"), loses="test_regression_loss_hidden"),
    right(
        "regression_loss",
        "piece_by_piece",
        code='''
def regression_loss(y_hat, y, kind, delta=1.0):
    y_hat, y = np.array(y_hat, dtype=float), np.array(y, dtype=float)
    if y_hat.shape != y.shape or y.size == 0 or kind not in ("mse", "mae", "huber") or not delta > 0:
        raise ValueError("bad input")
    total, grad = 0.0, np.zeros(y.shape)
    for i in np.ndindex(y.shape):
        r = y_hat[i] - y[i]
        if kind == "mse":
            total, grad[i] = total + r * r, 2 * r
        elif kind == "mae":
            total, grad[i] = total + abs(r), (r > 0) * 1.0 - (r < 0) * 1.0
        elif abs(r) < delta:
            total, grad[i] = total + r * r / 2, r
        else:
            total, grad[i] = total + delta * abs(r) - delta**2 / 2, delta if r > 0 else -delta
    return total / y.size, grad / y.size
''',
    ),
]  # fmt: skip

# --- huber_center -------------------------------------------------------------------------------------------------

BOTH_CENTER = ("test_huber_center", "test_huber_center_hidden")
HUBER_CENTER = [
    wrong("huber_center", "wrong_half_kept",
          (".sum() > 0:", ".sum() < 0:"), loses=BOTH_CENTER),
    wrong("huber_center", "mean", ("np.clip(middle - v, -delta, delta)", "(middle - v)"), loses=BOTH_CENTER),
    wrong("huber_center", "median", ("np.clip(middle - v, -delta, delta)", "np.sign(middle - v)"), loses=BOTH_CENTER),
    wrong("huber_center", "far_values_thrown_away",
          ("np.clip(middle - v, -delta, delta).sum()", "((middle - v) * (np.abs(middle - v) <= delta)).sum()"), loses=BOTH_CENTER),
    wrong("huber_center", "sum_clipped_instead_of_terms",
          ("np.clip(middle - v, -delta, delta).sum()", "np.clip((middle - v).sum(), -delta, delta)"), loses=BOTH_CENTER),
    wrong("huber_center", "integers_only", ("middle = (low + high) / 2", "middle = (low + high) // 2"), loses=BOTH_CENTER),
    wrong("huber_center", "clipped_on_one_side", ("np.clip(middle - v, -delta, delta)", "np.minimum(middle - v, delta)"), loses=BOTH_CENTER),
    wrong("huber_center", "best_of_the_values",
          ("    return float(low)", "    return float(v[np.argmin([np.abs(np.clip(c - v, -delta, delta).sum()) for c in v])])"),
          loses=BOTH_CENTER),
    right(
        "huber_center",
        "reweighted_means",
        code='''
def huber_center(v, delta):
    v = np.asarray(v, dtype=np.float64)
    if v.ndim != 1 or len(v) == 0 or delta <= 0:
        raise ValueError("v")
    edges = np.unique(np.concatenate([v - delta, v + delta]))
    slope = np.array([np.clip(e - v, -delta, delta).sum() for e in edges])
    k = int(np.argmax(slope >= 0))
    if k == 0 or slope[k] == 0:
        return float(edges[k])
    share = -slope[k - 1] / (slope[k] - slope[k - 1])
    return float(edges[k - 1] + share * (edges[k] - edges[k - 1]))
''',
    ),
    right("huber_center", "other_end_of_a_flat_bottom", (".sum() > 0:", ".sum() >= 0:")),
]  # fmt: skip

# --- multilabel_loss ----------------------------------------------------------------------------------------------

BOTH_MULTI = ("test_multilabel_loss", "test_multilabel_loss_hidden")
ALL_MULTI = (*BOTH_MULTI, "test_multilabel_loss_stable_hidden")
MULTILABEL_LOSS = [
    wrong("multilabel_loss", "mean_over_everything",
          ("each.sum() / len(Z)", "each.mean()"), ("- Y) / len(Z)", "- Y) / Z.size"), loses=ALL_MULTI),
    wrong("multilabel_loss", "not_averaged", ("each.sum() / len(Z)", "each.sum()"), ("- Y) / len(Z)", "- Y)"), loses=ALL_MULTI),
    wrong("multilabel_loss", "divided_by_the_labels",
          ("each.sum() / len(Z)", "each.sum() / Z.shape[1]"), ("- Y) / len(Z)", "- Y) / Z.shape[1]"), loses=BOTH_MULTI),
    wrong("multilabel_loss", "by_probabilities",
          ("    each = np.maximum(Z, 0) - Y * Z + np.log1p(small)\n",
           "    P = np.where(Z >= 0, 1, small) / (1 + small)\n    P = np.clip(P, 1e-12, 1 - 1e-12)\n"
           "    each = -(Y * np.log(P) + (1 - Y) * np.log(1 - P))\n"),
          loses=("test_multilabel_loss", "test_multilabel_loss_stable_hidden")),
    wrong("multilabel_loss", "small_tail_lost", ("np.log1p(small)", "np.log(1 + small)"),
          loses=("test_multilabel_loss", "test_multilabel_loss_stable_hidden")),
    wrong("multilabel_loss", "tail_added_before_the_difference",
          ("np.maximum(Z, 0) - Y * Z + np.log1p(small)", "np.maximum(Z, 0) + np.log1p(small) - Y * Z"),
          loses=("test_multilabel_loss", "test_multilabel_loss_stable_hidden")),
    wrong("multilabel_loss", "bracket_forgotten",
          ("np.maximum(Z, 0) - Y * Z + np.log1p(small)",
           "Y * (np.maximum(-Z, 0) + np.log1p(small)) - (1 - Y) * (np.maximum(Z, 0) + np.log1p(small))"), loses=ALL_MULTI),
    wrong("multilabel_loss", "positive_labels_only",
          ("np.maximum(Z, 0) - Y * Z + np.log1p(small)", "Y * (np.maximum(-Z, 0) + np.log1p(small))"), loses=ALL_MULTI),
    wrong("multilabel_loss", "extra_slope_of_the_sigmoid",
          ("(1 + small) - Y) / len(Z)", "(1 + small) - Y) * small / (1 + small) ** 2 / len(Z)"), loses=ALL_MULTI),
    wrong("multilabel_loss", "softmax_gradient",
          ("(np.where(Z >= 0, 1, small) / (1 + small) - Y)",
           "(np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True) - Y)"),
          loses=ALL_MULTI),
    wrong("multilabel_loss", "labels_must_be_whole", ("if Y.min() < 0 or Y.max() > 1:", "if not np.isin(Y, (0, 1)).all():"),
          loses=("test_multilabel_loss_hidden", "test_multilabel_loss_stable_hidden")),
    wrong("multilabel_loss", "labels_not_checked", ("if Y.min() < 0 or Y.max() > 1:", "if False:"), loses="test_multilabel_loss_hidden"),
    right(
        "multilabel_loss",
        "logaddexp",
        code='''
def multilabel_loss(Z, Y):
    Z, Y = np.array(Z, dtype=float), np.array(Y, dtype=float)
    if Z.ndim != 2 or Z.shape != Y.shape or Z.size == 0 or ((Y < 0) | (Y > 1)).any():
        raise ValueError("bad input")
    off = np.logaddexp(0, Z)
    on = np.logaddexp(0, -Z)
    loss = np.sum(Y * on + (1 - Y) * off, axis=1).mean()
    return loss, (np.exp(-on) - Y) / Z.shape[0]
''',
    ),
]  # fmt: skip

# --- hinge_loss ---------------------------------------------------------------------------------------------------

BOTH_HINGE = ("test_hinge_loss", "test_hinge_loss_hidden")
SLOPE_HINGE = ("test_hinge_loss", "test_hinge_loss_gradient_hidden")
ALL_HINGE = (*BOTH_HINGE, "test_hinge_loss_gradient_hidden")
HINGE_LOSS = [
    wrong("hinge_loss", "right_class_not_left_out", ("    gap[rows, y] = 0\n", ""), loses=BOTH_HINGE),
    wrong("hinge_loss", "sign_of_the_gap", ("S - S[rows, y][:, None] + margin", "S[rows, y][:, None] - S + margin"), loses=ALL_HINGE),
    wrong("hinge_loss", "margin_ignored", ("[:, None] + margin", "[:, None] + 1.0"), loses=ALL_HINGE),
    wrong("hinge_loss", "no_margin", ("[:, None] + margin", "[:, None]"), loses=ALL_HINGE),
    wrong("hinge_loss", "worst_class_only", ("np.maximum(gap, 0).sum()", "np.maximum(gap, 0).max(axis=1).sum()"), loses=BOTH_HINGE),
    wrong("hinge_loss", "sum_over_samples", (".sum() / len(y), grad / len(y)", ".sum(), grad"), loses=ALL_HINGE),
    wrong("hinge_loss", "divided_by_the_classes_too", (".sum() / len(y), grad / len(y)", ".sum() / S.size, grad / S.size"), loses=ALL_HINGE),
    wrong("hinge_loss", "right_class_pulled_by_one", ("grad[rows, y] = -grad.sum(axis=1)", "grad[rows, y] = -1"), loses=SLOPE_HINGE),
    wrong("hinge_loss", "right_class_not_pulled", ("    grad[rows, y] = -grad.sum(axis=1)\n", ""), loses=SLOPE_HINGE),
    wrong("hinge_loss", "kink_counts", ("(gap > 0)", "(gap >= 0)"), loses="test_hinge_loss_gradient_hidden"),
    wrong("hinge_loss", "weighted_by_the_gap", ("(gap > 0).astype(np.float64)", "np.maximum(gap, 0)"), loses=SLOPE_HINGE),
    wrong("hinge_loss", "every_row_every_label", ("S - S[rows, y][:, None] + margin", "S - S[:, y[0]][:, None] + margin"), loses=ALL_HINGE),
    right(
        "hinge_loss",
        "mask_of_the_others",
        code='''
def hinge_loss(S, y, margin=1.0):
    S, y = np.array(S, dtype=float), np.array(y, dtype=int)
    if S.ndim != 2 or S.size == 0 or y.shape != (S.shape[0],) or ((y < 0) | (y >= S.shape[1])).any():
        raise ValueError("bad input")
    own = np.eye(S.shape[1])[y]
    gap = (S - (S * own).sum(axis=1, keepdims=True) + margin) * (1 - own)
    hit = np.where(gap > 0, 1.0, 0.0)
    return np.sum(gap * hit) / len(S), (hit - own * hit.sum(axis=1, keepdims=True)) / len(S)
''',
    ),
]  # fmt: skip

# --- start_losses -------------------------------------------------------------------------------------------------

BOTH_START = ("test_start_losses", "test_start_losses_hidden")
START_LOSSES = [
    wrong("start_losses", "classes_that_were_seen", ("np.log(C)", "np.log(len(q))"), loses=BOTH_START),
    wrong("start_losses", "probability_instead_of_loss", ("np.log(C)", "1 / C"), loses=BOTH_START),
    wrong("start_losses", "right_class_in_the_hinge", ("margin * (C - 1)", "margin * C"), loses=BOTH_START),
    wrong("start_losses", "logarithm_of_the_samples", ("-np.sum(q * np.log(q))", "np.log(len(y))"), loses=BOTH_START),
    wrong("start_losses", "largest_class_only", ("-np.sum(q * np.log(q))", "-np.log(q.max())"), loses=BOTH_START),
    wrong("start_losses", "shares_forgotten", ("q * np.log(q)", "np.log(q)"), loses=BOTH_START),
    wrong("start_losses", "logarithm_of_zero", ("np.bincount(y)", "np.bincount(y, minlength=C)"), ("    q = q[q > 0]\n", ""), loses=BOTH_START),
    wrong("start_losses", "bits", ("q * np.log(q)", "q * np.log2(q)"), loses=BOTH_START),
    right(
        "start_losses",
        "counted_by_hand",
        code='''
def start_losses(y, C):
    labels = [int(c) for c in y]
    if not labels or min(labels) < 0 or max(labels) > C - 1:
        raise ValueError("labels")
    prior = 0.0
    for c in set(labels):
        k = labels.count(c)
        prior += k * (np.log(len(labels)) - np.log(k)) / len(labels)
    return {"prior": prior, "cross_entropy": -np.log(1 / C), "hinge": C - 1}
''',
    ),
]  # fmt: skip

# --- gaussian_nll -------------------------------------------------------------------------------------------------

BOTH_NLL = ("test_gaussian_nll", "test_gaussian_nll_hidden")
GAUSSIAN_NLL = [
    wrong("gaussian_nll", "standard_deviation_instead_of_variance", ("np.exp(-u)", "np.exp(-2 * u)"), loses=BOTH_NLL),
    wrong("gaussian_nll", "multiplied_by_the_variance", ("np.exp(-u)", "np.exp(u)"), loses=BOTH_NLL),
    wrong("gaussian_nll", "penalty_forgotten", ("np.mean(u + r**2 * precision)", "np.mean(r**2 * precision)"), loses=BOTH_NLL),
    wrong("gaussian_nll", "half_forgotten", ("precision) / 2\n", "precision)\n"), loses=BOTH_NLL),
    wrong("gaussian_nll", "sign_of_the_exponent", ("(1 - r**2 * precision)", "(1 + r**2 * precision)"), loses=BOTH_NLL),
    wrong("gaussian_nll", "variance_left_out_of_the_slope", ("grad_y_hat = r * precision", "grad_y_hat = r"), loses=BOTH_NLL),
    wrong("gaussian_nll", "logarithm_of_the_standard_deviation", ("np.exp(-u)", "np.exp(-2 * u)"),
          ("np.mean(u + r**2 * precision) / 2", "np.mean(u + r**2 * precision / 2)"), loses=BOTH_NLL),
    wrong("gaussian_nll", "slope_in_the_variance", ("(1 - r**2 * precision)", "precision * (1 - r**2 * precision)"), loses=BOTH_NLL),
    wrong("gaussian_nll", "slopes_not_averaged", ("r * precision / len(y)", "r * precision"), ("(2 * len(y))", "2"), loses=BOTH_NLL),
    wrong("gaussian_nll", "residual_the_other_way", ("grad_y_hat = r *", "grad_y_hat = -r *"), loses=BOTH_NLL),
    wrong("gaussian_nll", "gradients_swapped", ("return float(loss), grad_y_hat, grad_u", "return float(loss), grad_u, grad_y_hat"),
          loses=BOTH_NLL),
    right(
        "gaussian_nll",
        "by_standard_deviation",
        code='''
def gaussian_nll(y_hat, u, y):
    y_hat, u, y = (np.array(part, dtype=float) for part in (y_hat, u, y))
    if y.ndim != 1 or not len(y) or not y_hat.shape == u.shape == y.shape:
        raise ValueError("shape")
    sigma = np.exp(u / 2)
    z = (y_hat - y) / sigma
    n = len(y)
    return np.sum(np.log(sigma) + z * z / 2) / n, z / sigma / n, (0.5 - 0.5 * z * z) / n
''',
    ),
]  # fmt: skip

# --- robust_line --------------------------------------------------------------------------------------------------

BOTH_LINE = ("test_robust_line", "test_robust_line_hidden")
ROBUST_LINE = [
    wrong("robust_line", "least_squares", ("range(500)", "range(1)"), loses=BOTH_LINE),
    wrong("robust_line", "five_rounds", ("range(500)", "range(5)"), loses=BOTH_LINE),
    wrong("robust_line", "slope_first", ("[np.ones(len(x)), x]", "[x, np.ones(len(x))]"), loses=BOTH_LINE),
    wrong("robust_line", "no_intercept", ("[np.ones(len(x)), x]", "[np.zeros(len(x)), x]"), loses=BOTH_LINE),
    wrong("robust_line", "root_of_the_weights_forgotten", ("root = np.sqrt(delta / np.maximum(np.abs(A @ theta - y), delta))", "root = delta / np.maximum(np.abs(A @ theta - y), delta)"),
          loses=BOTH_LINE),
    wrong("robust_line", "far_points_thrown_away",
          ("root = np.sqrt(delta / np.maximum(np.abs(A @ theta - y), delta))", "root = (np.abs(A @ theta - y) <= np.median(np.abs(A @ theta - y)) + delta) * 1.0"), loses=BOTH_LINE),
    wrong("robust_line", "absolute_values", ("root = np.sqrt(delta / np.maximum(np.abs(A @ theta - y), delta))", "root = 1 / np.sqrt(np.maximum(np.abs(A @ theta - y), 1e-9))"), loses=BOTH_LINE),
    wrong(
        "robust_line",
        "few_steps_of_descent",
        code='''
def robust_line(x, y, delta):
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or delta <= 0 or np.ptp(x) == 0:
        raise ValueError("x, y")
    z = (x - x.mean()) / x.std()
    a = b = 0.0
    for _ in range(100):
        d = np.clip(a + b * z - y, -delta, delta)
        a, b = a - 0.1 * d.mean(), b - 0.1 * (d * z).mean()
    return np.array([a - b * x.mean() / x.std(), b / x.std()])
''',
        loses=BOTH_LINE,
    ),
    wrong("robust_line", "parameters_left_standardized",
          ("[np.ones(len(x)), x]", "[np.ones(len(x)), (x - x.mean()) / x.std()]"), loses=BOTH_LINE),
    right(
        "robust_line",
        "plain_descent",
        code='''
def robust_line(x, y, delta):
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or delta <= 0 or np.ptp(x) == 0:
        raise ValueError("x, y")
    center, scale = x.mean(), x.std()
    z = (x - center) / scale
    a = b = 0.0
    for _ in range(20000):
        d = np.clip(a + b * z - y, -delta, delta)
        a, b = a - 0.1 * d.mean(), b - 0.1 * (d * z).mean()
    return np.array([a - b * center / scale, b / scale])
''',
    ),
    right(
        "robust_line",
        "accelerated_descent",
        code='''
def robust_line(x, y, delta):
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or delta <= 0 or np.ptp(x) == 0:
        raise ValueError("x, y")
    center, scale = x.mean(), x.std()
    A = np.column_stack([np.ones(len(x)), (x - center) / scale])
    theta = np.linalg.lstsq(A, y, rcond=None)[0]
    velocity = np.zeros(2)
    for _ in range(6000):
        d = np.clip(A @ (theta + 0.9 * velocity) - y, -delta, delta)
        velocity = 0.9 * velocity - 0.9 * (A.T @ d) / len(x)
        theta = theta + velocity
    return np.array([theta[0] - theta[1] * center / scale, theta[1] / scale])
''',
    ),
]  # fmt: skip

ANSWERS = REGRESSION_LOSS + HUBER_CENTER + MULTILABEL_LOSS + HINGE_LOSS + START_LOSSES + GAUSSIAN_NLL + ROBUST_LINE

EQUIVALENT: list[Equivalent] = [
    Equivalent("regression_loss", "slope = np.clip(r, -delta, delta) -> slope = np.clip(-delta, r, delta)",
               "min(max(-δ, r), δ) is the same number whichever of the two is called the bound"),
    Equivalent("huber_center", "if np.clip(middle - v, -delta, delta).sum() > 0: -> if np.clip(middle - v, -delta, delta).sum() >= 0:",
               "the other end of a flat bottom, which the task allows"),
    Equivalent("huber_center", "if np.clip(middle - v, -delta, delta).sum() > 0: -> if np.clip(middle - v, -delta, delta).mean() > 0:",
               "a mean has the sign of the sum"),
    Equivalent("huber_center", "if np.clip(middle - v, -delta, delta).sum() > 0: -> if np.clip(-delta, middle - v, delta).sum() > 0:",
               "min(max(-δ, r), δ) is the same number whichever of the two is called the bound"),
    Equivalent("multilabel_loss", "each = np.maximum(Z, 0) - Y * Z + np.log1p(small) -> each = np.maximum(0, Z) - Y * Z + np.log1p(small)",
               "a maximum does not depend on the order"),
    Equivalent("multilabel_loss", "grad = (np.where(Z >= 0, 1, small) / (1 + small) - Y) / len(Z) -> grad = (np.where(Z > 0, 1, small) / (1 + small) - Y) / len(Z)",
               "at z = 0 both forms of the sigmoid are 1/2"),
    Equivalent("start_losses", 'answer = {"cross_entropy": np.log(C), "hinge": margin * (C - 1), "prior": -np.sum(q * np.log(q))} -> '
               'answer = {"cross_entropy": np.log(C), "hinge": C - 1, "prior": -np.sum(q * np.log(q))}',
               "the margin is 1 in the original; where a class has another one, the old number loses"),
    Equivalent("hinge_loss", "gap[rows, y] = 0 -> gap[rows, y] = -1",
               "any number that is not positive leaves the right class out"),
    Equivalent("hinge_loss", "loss, grad = np.maximum(gap, 0).sum() / len(y), grad / len(y) -> loss, grad = np.maximum(0, gap).sum() / len(y), grad / len(y)",
               "a maximum does not depend on the order"),
    Equivalent("robust_line", "A, root = np.column_stack([np.ones(len(x)), x]), np.ones(len(x)) -> A, root = np.column_stack([np.ones(len(x)), x]), np.zeros(len(x))",
               "the iteration starts at the line 0 and ends at the same minimum"),
    Equivalent("robust_line", "for _ in range(500): -> for _ in range(1, 500):",
               "one round fewer, long after convergence"),
    Equivalent("robust_line", "for _ in range(500): -> for _ in range(501):",
               "one round more, long after convergence"),
    Equivalent("robust_line", "for _ in range(500): -> for _ in range(499):",
               "one round fewer, long after convergence"),
    Equivalent("robust_line", "theta = np.linalg.lstsq(A * root[:, None], y * root, rcond=None)[0] -> theta = np.linalg.lstsq(A * root[:, None], y * root)[0]",
               "rcond=None is the default"),
    Equivalent("robust_line", "root = np.sqrt(delta / np.maximum(np.abs(A @ theta - y), delta)) -> root = np.sqrt(delta / np.maximum(delta, np.abs(A @ theta - y)))",
               "a maximum does not depend on the order"),
    Equivalent("robust_line", "root = np.sqrt(delta / np.maximum(np.abs(A @ theta - y), delta)) -> root = np.sqrt(delta / np.maximum(np.abs(y - (A @ theta)), delta))",
               "the absolute value of a difference does not depend on the order"),
]  # fmt: skip
