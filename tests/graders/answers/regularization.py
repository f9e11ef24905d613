"""Answers to the assignment `regularization`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- penalty ------------------------------------------------------------------------------------------------------

BOTH_PENALTY = ("test_penalty", "test_penalty_hidden")
PENALTY = [
    wrong("penalty", "half_forgotten", ("(1 - rho) / 2 * np.sum(w**2)", "(1 - rho) * np.sum(w**2)"), loses=BOTH_PENALTY),
    wrong("penalty", "two_in_the_gradient", ("(1 - rho) * w)", "2 * (1 - rho) * w)"), loses=BOTH_PENALTY),
    wrong("penalty", "shares_swapped",
          ("(rho * np.sum(np.abs(w)) + (1 - rho) / 2 * np.sum(w**2))", "((1 - rho) * np.sum(np.abs(w)) + rho / 2 * np.sum(w**2))"),
          ("(rho * np.sign(w) + (1 - rho) * w)", "((1 - rho) * np.sign(w) + rho * w)"), loses=BOTH_PENALTY),
    wrong("penalty", "signed_sum", ("np.sum(np.abs(w))", "np.sum(w)"), loses=BOTH_PENALTY),
    wrong("penalty", "one_at_zero", ("rho * np.sign(w)", "rho * np.where(w >= 0, 1, -1)"), loses=BOTH_PENALTY),
    wrong("penalty", "division_by_the_absolute_value", ("rho * np.sign(w)", "rho * w / (np.abs(w) + 1e-3)"), loses=BOTH_PENALTY),
    wrong("penalty", "euclidean_norm", ("np.sum(w**2)", "np.sqrt(np.sum(w**2))"), loses=BOTH_PENALTY),
    wrong("penalty", "strength_only_on_l1",
          ("mu * (rho * np.sum(np.abs(w)) + (1 - rho) / 2 * np.sum(w**2))", "mu * rho * np.sum(np.abs(w)) + (1 - rho) / 2 * np.sum(w**2)"),
          loses=BOTH_PENALTY),
    wrong("penalty", "one_number_for_the_gradient", ("mu * (rho * np.sign(w) + (1 - rho) * w)", "np.sum(mu * (rho * np.sign(w) + (1 - rho) * w))"),
          loses=BOTH_PENALTY),
    wrong("penalty", "share_not_checked", ("if mu < 0 or not 0 <= rho <= 1:", "if mu < 0:"), loses="test_penalty_hidden"),
    wrong("penalty", "strength_not_checked", ("if mu < 0 or not 0 <= rho <= 1:", "if not 0 <= rho <= 1:"), loses="test_penalty_hidden"),
    right(
        "penalty",
        "element_by_element",
        code='''
def penalty(w, mu, rho):
    w = np.array(w, dtype=np.float64)
    if mu < 0 or rho < 0 or rho > 1:
        raise ValueError("mu, rho")
    value, slope = 0.0, np.zeros_like(w)
    for i in np.ndindex(w.shape):
        value += mu * rho * abs(w[i]) + mu * (1 - rho) * w[i] ** 2 / 2
        side = 0 if w[i] == 0 else w[i] / abs(w[i])
        slope[i] = mu * rho * side + mu * (1 - rho) * w[i]
    return value, slope
''',
    ),
]  # fmt: skip

# --- ridge --------------------------------------------------------------------------------------------------------

ALL_RIDGE = ("test_ridge", "test_ridge_hidden", "test_ridge_intercept_hidden")
RIDGE = [
    wrong("ridge", "not_divided_by_n", ("A.T @ A / n + mu * np.eye(m), A.T @ y / n", "A.T @ A + mu * np.eye(m), A.T @ y"),
          loses=ALL_RIDGE),
    wrong(
        "ridge",
        "intercept_penalised",
        code='''
def ridge(X, y, mu):
    if mu <= 0:
        raise ValueError("mu")
    n, m = np.shape(X)
    one = np.column_stack([np.asarray(X, dtype=np.float64), np.ones(n)])
    theta = np.linalg.solve(one.T @ one / n + mu * np.eye(m + 1), one.T @ np.asarray(y, dtype=np.float64) / n)
    return theta[:-1], float(theta[-1])
''',
        loses=ALL_RIDGE,
    ),
    wrong("ridge", "columns_not_centred", ("A.T @ y / n", "A.T @ (y - y.mean()) / n"), ("A = X - X.mean(axis=0)", "A = X"), loses=ALL_RIDGE),
    wrong("ridge", "nothing_centred", ("A = X - X.mean(axis=0)", "A = X"), loses=ALL_RIDGE),
    wrong("ridge", "intercept_is_the_mean", ("np.mean(y - X @ w)", "np.mean(y)"), loses=ALL_RIDGE),
    wrong("ridge", "strength_doubled", ("mu * np.eye(m)", "2 * mu * np.eye(m)"), loses=ALL_RIDGE),
    wrong("ridge", "strength_added_everywhere", ("mu * np.eye(m)", "mu"), loses=("test_ridge_hidden", "test_ridge_intercept_hidden")),
    wrong("ridge", "strength_forgotten", ("np.linalg.solve(A.T @ A / n + mu * np.eye(m), A.T @ y / n)", "np.linalg.lstsq(A, y - y.mean(), rcond=None)[0]"),
          loses=ALL_RIDGE),
    wrong("ridge", "zero_strength_accepted", ("if mu <= 0:", "if mu < 0:"), loses="test_ridge_hidden"),
    wrong("ridge", "standardised_and_not_undone", ("A = X - X.mean(axis=0)", "A = (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-12)"),
          loses=("test_ridge_hidden", "test_ridge_intercept_hidden")),
    right(
        "ridge",
        "with_a_row_of_samples",
        code='''
def ridge(X, y, mu):
    if not mu > 0:
        raise ValueError("mu")
    X = np.array(X, dtype=np.float64)
    y = np.array(y, dtype=np.float64)
    A = X - X.mean(axis=0)
    n = len(y)
    dual = np.linalg.solve(A @ A.T + n * mu * np.eye(n), y - y.mean())
    w = A.T @ dual
    return w, np.mean(y - X @ w)
''',
    ),
    right(
        "ridge",
        "penalty_matrix_with_a_hole",
        code='''
def ridge(X, y, mu):
    if mu <= 0:
        raise ValueError("mu")
    n, m = np.shape(X)
    one = np.column_stack([np.asarray(X, dtype=np.float64), np.ones(n)])
    hole = n * mu * np.eye(m + 1)
    hole[-1, -1] = 0
    theta = np.linalg.solve(one.T @ one + hole, one.T @ np.asarray(y, dtype=np.float64))
    return theta[:-1], theta[-1]
''',
    ),
]  # fmt: skip

# --- soft_threshold -----------------------------------------------------------------------------------------------

BOTH_SOFT = ("test_soft_threshold", "test_soft_threshold_hidden")
SOFT_THRESHOLD = [
    wrong("soft_threshold", "hard_threshold", ("np.sign(c) * np.maximum(np.abs(c) - mu, 0) / a", "np.where(np.abs(c) > mu, c, 0) / a"),
          loses=BOTH_SOFT),
    wrong("soft_threshold", "shrunk_as_by_l2", ("np.sign(c) * np.maximum(np.abs(c) - mu, 0) / a", "c / (a + mu)"), loses=BOTH_SOFT),
    wrong("soft_threshold", "sign_lost", ("np.sign(c) * np.maximum", "np.maximum"), loses=BOTH_SOFT),
    wrong("soft_threshold", "negative_side_cut", ("np.sign(c) * np.maximum(np.abs(c) - mu, 0)", "np.maximum(c - mu, 0)"), loses=BOTH_SOFT),
    wrong("soft_threshold", "not_cut_at_zero", ("np.maximum(np.abs(c) - mu, 0)", "(np.abs(c) - mu)"), loses=BOTH_SOFT),
    wrong("soft_threshold", "divided_before", ("np.maximum(np.abs(c) - mu, 0) / a", "np.maximum(np.abs(c) / a - mu, 0)"), loses=BOTH_SOFT),
    wrong("soft_threshold", "integers_kept", ("np.asarray(c, dtype=np.float64)", "np.asarray(c)"), loses="test_soft_threshold_hidden"),
    wrong("soft_threshold", "nothing_checked", ("if mu < 0 or a <= 0:", "if False:"), loses="test_soft_threshold_hidden"),
    right(
        "soft_threshold",
        "by_two_sides",
        code='''
def soft_threshold(c, mu, a=1.0):
    if a <= 0 or mu < 0:
        raise ValueError("a, mu")
    c = np.array(c, dtype=np.float64)
    return (np.maximum(c - mu, 0) - np.maximum(-c - mu, 0)) / a
''',
    ),
    right(
        "soft_threshold",
        "by_clipping",
        code='''
def soft_threshold(c, mu, a=1.0):
    if a <= 0 or mu < 0:
        raise ValueError("a, mu")
    c = np.array(c, dtype=np.float64)
    return (c - np.clip(c, -mu, mu)) / a
''',
    ),
]  # fmt: skip

# --- lasso --------------------------------------------------------------------------------------------------------

ALL_LASSO = ("test_lasso", "test_lasso_hidden", "test_lasso_steps_hidden")
STEPS = "test_lasso_steps_hidden"
LASSO = [
    wrong("lasso", "residual_of_the_last_round",
          ("        for k in np.flatnonzero(np.ptp(X, axis=0)):\n", "        old = r\n        for k in np.flatnonzero(np.ptp(X, axis=0)):\n"), ("A[:, k] @ r / n", "A[:, k] @ old / n"),
          loses=ALL_LASSO),
    wrong("lasso", "own_share_forgotten", ("c = size[k] * w[k] - A[:, k] @ r / n", "c = -A[:, k] @ r / n"), loses=ALL_LASSO),
    wrong("lasso", "not_divided_by_the_column", ("max(abs(c) - mu, 0) / size[k]", "max(abs(c) - mu, 0)"), loses=ALL_LASSO),
    wrong("lasso", "columns_not_centred", ("A = X - X.mean(axis=0)", "A = X"), ("np.zeros(m), -y", "np.zeros(m), y.mean() - y"),
          loses=("test_lasso", "test_lasso_hidden")),
    wrong("lasso", "nothing_centred", ("A = X - X.mean(axis=0)", "A = X"), loses=("test_lasso", "test_lasso_hidden")),
    wrong("lasso", "intercept_is_the_mean", ("np.mean(y - X @ w)", "np.mean(y)"), loses=("test_lasso", "test_lasso_hidden")),
    wrong("lasso", "threshold_without_n", ("max(abs(c) - mu, 0)", "max(abs(c) - mu / n, 0)"), loses=ALL_LASSO),
    wrong("lasso", "shrunk_as_by_l2", ("np.sign(c) * max(abs(c) - mu, 0) / size[k]", "c / (size[k] + mu)"), loses=ALL_LASSO),
    wrong("lasso", "one_round_only", ("for _ in range(rounds):", "for _ in range(min(rounds, 1)):"), loses=ALL_LASSO),
    wrong("lasso", "stops_on_the_last_weight", ("moved = max(moved, abs(new - w[k]))", "moved = abs(new - w[k])"), loses=STEPS),
    wrong("lasso", "stops_at_equality", ("if moved < tolerance:", "if moved <= tolerance:"), loses=STEPS),
    wrong("lasso", "tolerance_ignored", ("if moved < tolerance:", "if moved < 1e-10:"), loses=STEPS),
    wrong("lasso", "division_by_zero", ("np.flatnonzero(np.ptp(X, axis=0))", "range(m)"), loses=("test_lasso", "test_lasso_hidden")),
    wrong("lasso", "constant_columns_by_their_size", ("np.flatnonzero(np.ptp(X, axis=0))", "np.flatnonzero(size)"), loses=("test_lasso", "test_lasso_hidden")),
    wrong("lasso", "backwards", ("np.flatnonzero(np.ptp(X, axis=0))", "reversed(range(m))"), loses=("test_lasso", STEPS)),
    wrong("lasso", "negative_strength_accepted", ("if mu < 0:", "if False:"), loses="test_lasso_hidden"),
    right(
        "lasso",
        "with_the_gram_matrix",
        code='''
def lasso(X, y, mu, tolerance=1e-10, rounds=10_000):
    if mu < 0:
        raise ValueError("mu")
    X = np.array(X, dtype=np.float64)
    y = np.array(y, dtype=np.float64)
    xm, ym = X.mean(axis=0), y.mean()
    moving = X.min(axis=0) < X.max(axis=0)
    X, y = X - xm, y - ym
    G, v = X.T @ X / len(y), X.T @ y / len(y)
    w = np.zeros(len(v))
    for _ in range(rounds):
        before = w.copy()
        for k in range(len(v)):
            if moving[k]:
                c = v[k] - G[k] @ w + G[k, k] * w[k]
                w[k] = (c - np.clip(c, -mu, mu)) / G[k, k]
        if np.abs(w - before).max() < tolerance:
            break
    return w, ym - xm @ w
''',
    ),
]  # fmt: skip

# --- dropout ------------------------------------------------------------------------------------------------------

FORWARD = ("test_dropout", "test_dropout_hidden")
RISK = ("test_dropout", "test_dropout_expected_loss_hidden")
DROPOUT = [
    wrong("dropout", "not_rescaled", ("(noise >= p) / (1 - p)", "(noise >= p) * 1.0"), loses=FORWARD),
    wrong("dropout", "divided_by_p", ("(noise >= p) / (1 - p)", "(noise >= p) / max(p, 1e-9)"), loses=FORWARD),
    wrong("dropout", "keeps_with_probability_p", ("noise >= p", "noise < p"), loses=FORWARD),
    wrong("dropout", "dead_at_equality", ("noise >= p", "noise > p"), loses="test_dropout_hidden"),
    wrong("dropout", "rescaled_when_predicting", ("else np.ones(h.shape)", "else np.full(h.shape, 1 - p)"), loses=FORWARD),
    wrong("dropout", "active_when_predicting", ("/ (1 - p) if training else np.ones(h.shape)", "/ (1 - p)"), loses=FORWARD),
    wrong("dropout", "mask_without_the_factor", ("return h * mask, mask", "return h * mask, (mask > 0) * 1.0"), loses=FORWARD),
    wrong("dropout", "variance_forgotten", ("+ spread) / (2 * n)", ") / (2 * n)"), loses=RISK),
    wrong("dropout", "variance_without_rescaling", ("spread = p / (1 - p) *", "spread = p * (1 - p) *"), loses=RISK),
    wrong("dropout", "square_of_the_sum", ("np.sum((X * w) ** 2)", "np.sum((X @ w) ** 2)"), loses=RISK),
    wrong("dropout", "mean_instead_of_half", ("/ (2 * n)", "/ n"), loses=RISK),
    wrong("dropout", "variance_not_averaged", ("(np.sum((X @ w - y) ** 2) + spread) / (2 * n)", "np.sum((X @ w - y) ** 2) / (2 * n) + spread / 2"),
          loses=RISK),
    wrong("dropout", "mean_shrunk", ("(X @ w - y) ** 2", "((1 - p) * X @ w - y) ** 2"), loses=RISK),
    right(
        "dropout",
        "by_hand",
        code='''
def dropout(h, noise, p, training=True):
    if p < 0 or p >= 1:
        raise ValueError("p")
    mask = np.ones(np.shape(h))
    if training:
        mask = np.where(np.asarray(noise) < p, 0.0, 1 / (1 - p))
    return np.asarray(h, dtype=np.float64) * mask, mask


def expected_loss(X, y, w, p):
    if p < 0 or p >= 1:
        raise ValueError("p")
    total = 0.0
    for x, target in zip(np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)):
        parts = x * w
        total += (parts.sum() - target) ** 2 + np.sum(parts**2) * (1 / (1 - p) - 1)
    return total / len(y) / 2
''',
    ),
]  # fmt: skip

# --- elastic_net_path ---------------------------------------------------------------------------------------------

GRID = ("test_elastic_net_path", "test_elastic_net_path_grid_hidden")
SOLUTION = ("test_elastic_net_path", "test_elastic_net_path_hidden")
ALL_PATH = ("test_elastic_net_path", "test_elastic_net_path_grid_hidden", "test_elastic_net_path_hidden")
ELASTIC_NET_PATH = [
    wrong("elastic_net_path", "top_without_rho", ("/ (n * rho)", "/ n"), loses=GRID),
    wrong("elastic_net_path", "top_without_n", ("/ (n * rho)", "/ rho"), loses=GRID),
    wrong("elastic_net_path", "arithmetic_grid", ("np.geomspace(top, top * ratio, count)", "np.linspace(top, top * ratio, count)"), loses=GRID),
    wrong("elastic_net_path", "rising_grid", ("np.geomspace(top, top * ratio, count)", "np.geomspace(top * ratio, top, count)"), loses=GRID),
    wrong("elastic_net_path", "l2_left_out", ("(size[k] + mu * (1 - rho))", "size[k]"), loses=SOLUTION),
    wrong("elastic_net_path", "whole_threshold", ("abs(c) - mu * rho", "abs(c) - mu"), loses=ALL_PATH),
    wrong("elastic_net_path", "shares_swapped", ("abs(c) - mu * rho", "abs(c) - mu * (1 - rho)"), ("mu * (1 - rho))", "mu * rho)"),
          loses="test_elastic_net_path_hidden"),
    wrong("elastic_net_path", "l2_doubled", ("mu * (1 - rho))", "2 * mu * (1 - rho))"), loses=SOLUTION),
    wrong("elastic_net_path", "one_round_each", ("for _ in range(10_000):", "for _ in range(1):"), loses="test_elastic_net_path_hidden"),
    wrong("elastic_net_path", "rows_are_one_array", ("W.append(w.copy())", "W.append(w)"), loses=ALL_PATH),
    wrong("elastic_net_path", "intercept_is_the_mean", ("np.mean(y - W @ X.T, axis=1)", "np.full(count, y.mean())"), loses=SOLUTION),
    wrong("elastic_net_path", "columns_not_centred", ("A = X - X.mean(axis=0)", "A = X"), ("np.zeros(m), -y", "np.zeros(m), y.mean() - y"),
          loses=SOLUTION),
    wrong("elastic_net_path", "weights_in_columns", ("return mus, W, np.mean", "return mus, W.T, np.mean"), loses=ALL_PATH),
    wrong("elastic_net_path", "share_zero_accepted", ("not 0 < rho <= 1 or", "not 0 <= rho <= 1 or"), loses="test_elastic_net_path_grid_hidden"),
    wrong("elastic_net_path", "one_strength_accepted", ("count < 2", "count < 1"), loses="test_elastic_net_path_grid_hidden"),
    right(
        "elastic_net_path",
        "cold_start_with_the_gram_matrix",
        code='''
def elastic_net_path(X, y, rho, count, ratio=1e-3):
    if rho <= 0 or rho > 1 or count < 2 or ratio <= 0 or ratio >= 1:
        raise ValueError("rho, count, ratio")
    X = np.array(X, dtype=np.float64)
    y = np.array(y, dtype=np.float64)
    xm, ym, n = X.mean(axis=0), y.mean(), len(y)
    G = (X - xm).T @ (X - xm) / n
    v = (X - xm).T @ (y - ym) / n
    mus = np.max(np.abs(v)) / rho * ratio ** (np.arange(count) / (count - 1))
    W = np.zeros((count, len(v)))
    for i, mu in enumerate(mus):
        w = W[i]
        for _ in range(10_000):
            before = w.copy()
            for k in range(len(v)):
                if G[k, k] > 0:
                    c = v[k] - G[k] @ w + G[k, k] * w[k]
                    w[k] = (c - np.clip(c, -mu * rho, mu * rho)) / (G[k, k] + mu - mu * rho)
            if np.abs(w - before).max() < 1e-10:
                break
    return mus, W, ym - W @ xm
''',
    ),
]  # fmt: skip

ANSWERS = PENALTY + RIDGE + SOFT_THRESHOLD + LASSO + DROPOUT + ELASTIC_NET_PATH

EQUIVALENT = [
    Equivalent(
        "elastic_net_path",
        "if not 0 < rho <= 1 or count < 2 or not 0 < ratio < 1: -> if not 0 < rho <= 1 or count < 2 or not 0 <= ratio < 1:",
        "np.geomspace itself raises ValueError when its end is 0",
    ),
    *(
        Equivalent(
            "elastic_net_path", f"for _ in range(10_000): -> for _ in range({other}):", "the rounds end far earlier"
        )
        for other in ("1, 10_000", "10001", "9999")
    ),
]
