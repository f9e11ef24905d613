"""Answers to the assignment `softmax-regression`: what plausible students write, and what it must cost."""

from tests.graders.bank import Equivalent, right, wrong

# --- softmax ------------------------------------------------------------------------------------------------------

SOFTMAX = [
    wrong(
        "softmax",
        "sums_down_the_columns",
        code="""
def softmax(S):
    S = np.asarray(S, dtype=np.float64)
    E = np.exp(S - S.max(axis=0))
    P = E / E.sum(axis=0)
    return P
""",
        loses=("test_softmax", "test_softmax_hidden"),
    ),
    wrong(
        "softmax",
        "naive_exponential",
        ("np.exp(S - S.max(axis=1, keepdims=True))", "np.exp(S)"),
        loses=("test_softmax", "test_softmax_hidden"),
    ),
    wrong(
        "softmax",
        "one_maximum_for_the_whole_table",
        ("S.max(axis=1, keepdims=True)", "S.max()"),
        loses=("test_softmax", "test_softmax_hidden"),
    ),
    wrong(
        "softmax",
        "maximum_of_the_columns",
        ("S.max(axis=1, keepdims=True)", "S.max(axis=0)"),
        loses=("test_softmax", "test_softmax_hidden"),
    ),
    wrong(
        "softmax",
        "scores_clipped",
        ("np.exp(S - S.max(axis=1, keepdims=True))", "np.exp(np.clip(S, -500, 500))"),
        loses=("test_softmax", "test_softmax_hidden"),
    ),
    wrong(
        "softmax",
        "whole_table_sums_to_one",
        ("E.sum(axis=1, keepdims=True)", "E.sum()"),
        loses=("test_softmax", "test_softmax_hidden"),
    ),
    wrong(
        "softmax",
        "not_normalised",
        ("P = E / E.sum(axis=1, keepdims=True)", "P = E"),
        loses=("test_softmax", "test_softmax_hidden"),
    ),
    wrong(
        "softmax",
        "epsilon_in_the_denominator",
        ("E.sum(axis=1, keepdims=True)", "(E.sum(axis=1, keepdims=True) + 1e-6)"),
        loses=("test_softmax", "test_softmax_hidden"),
    ),
    wrong(
        "softmax",
        "tail_lifted_by_an_epsilon",
        ("P = E / E.sum(axis=1, keepdims=True)", "P = np.maximum(E / E.sum(axis=1, keepdims=True), 1e-12)"),
        loses="test_softmax_hidden",
    ),
    wrong(
        "softmax",
        "argument_changed",
        code="""
def softmax(S):
    S = np.asarray(S, dtype=np.float64)
    S -= S.max(axis=1, keepdims=True)
    E = np.exp(S)
    return E / E.sum(axis=1, keepdims=True)
""",
        loses=("test_softmax", "test_softmax_hidden"),
    ),
    right(
        "softmax",
        "through_log_probabilities",
        code="""
def softmax(S):
    S = np.array(S, dtype=float)
    S -= S.max(axis=1)[:, None]
    return np.exp(S - np.log(np.sum(np.exp(S), axis=1))[:, None])
""",
    ),
    right(
        "softmax",
        "row_by_row",
        code="""
def softmax(S):
    rows = []
    for row in np.asarray(S, dtype=np.float64):
        e = np.exp(row - max(row))
        rows.append(e / sum(e))
    return np.array(rows)
""",
    ),
]

# --- cross_entropy ------------------------------------------------------------------------------------------------

CROSS_ENTROPY = [
    wrong(
        "cross_entropy",
        "sum_not_mean",
        ("np.mean(lse", "np.sum(lse"),
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    wrong(
        "cross_entropy",
        "sign_lost",
        ("np.mean(lse - S[np.arange(len(y)), y])", "np.mean(S[np.arange(len(y)), y] - lse)"),
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    wrong(
        "cross_entropy",
        "logarithm_of_the_softmax",
        code="""
def cross_entropy(S, y):
    S, y = np.asarray(S, dtype=np.float64), np.asarray(y)
    if S.ndim != 2 or S.size == 0 or y.shape != S.shape[:1] or y.min() < 0 or y.max() >= S.shape[1]:
        raise ValueError("S, y")
    E = np.exp(S - S.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return float(-np.mean(np.log(P[np.arange(len(y)), y])))
""",
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    wrong(
        "cross_entropy",
        "epsilon_inside_the_logarithm",
        code="""
def cross_entropy(S, y):
    S, y = np.asarray(S, dtype=np.float64), np.asarray(y)
    if S.ndim != 2 or S.size == 0 or y.shape != S.shape[:1] or y.min() < 0 or y.max() >= S.shape[1]:
        raise ValueError("S, y")
    E = np.exp(S - S.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return float(-np.mean(np.log(P[np.arange(len(y)), y] + 1e-12)))
""",
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    wrong(
        "cross_entropy",
        "naive_exponential",
        ("top = S.max(axis=1)", "top = np.zeros(len(S))"),
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    wrong(
        "cross_entropy",
        "last_label_refused",
        ("y.max() >= S.shape[1]", "y.max() >= S.shape[1] - 1"),
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    wrong("cross_entropy", "negative_label_wraps_around", ("y.min() < 0 or ", ""), loses="test_cross_entropy_hidden"),
    wrong(
        "cross_entropy",
        "label_too_large_left_to_numpy",
        (" or y.max() >= S.shape[1]", ""),
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    wrong(
        "cross_entropy",
        "mean_over_the_whole_table",
        ("loss = np.mean(lse - S[np.arange(len(y)), y])", "loss = np.mean(lse - S[np.arange(len(y)), y]) / S.shape[1]"),
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    wrong(
        "cross_entropy",
        "all_pairs_of_samples",
        ("S[np.arange(len(y)), y]", "S[:, y]"),
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    wrong(
        "cross_entropy",
        "maximum_not_added_back",
        ("lse = top + np.log", "lse = np.log"),
        loses=("test_cross_entropy", "test_cross_entropy_hidden"),
    ),
    right(
        "cross_entropy",
        "one_hot_and_log_probabilities",
        code="""
def cross_entropy(S, y):
    S, y = np.array(S, dtype=float), np.array(y)
    if S.ndim != 2 or 0 in S.shape or y.shape != (S.shape[0],):
        raise ValueError("S, y")
    n, C = S.shape
    if not set(y.tolist()) <= set(range(C)):
        raise ValueError("y")
    S = S - S.max(axis=1, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    return -float(np.sum(np.eye(C)[y] * log_p) / n)
""",
    ),
    right(
        "cross_entropy",
        "logaddexp_over_the_classes",
        code="""
def cross_entropy(S, y):
    S, y = np.asarray(S, dtype=np.float64), np.asarray(y)
    if S.ndim != 2 or S.size == 0 or y.shape != S.shape[:1] or np.any((y < 0) | (y > S.shape[1] - 1)):
        raise ValueError("S, y")
    return float(np.mean([np.logaddexp.reduce(s) - s[c] for s, c in zip(S, y)]))
""",
    ),
]

# --- softmax_partial ----------------------------------------------------------------------------------------------

JACOBIAN = [
    wrong(
        "softmax_partial",
        "denominator_taken_for_a_constant",
        ("p[c] * (int(c == k) - p[k])", "p[c] * int(c == k)"),
        loses=("test_softmax_partial", "test_softmax_partial_hidden"),
    ),
    wrong(
        "softmax_partial",
        "like_the_sigmoid",
        ("(int(c == k) - p[k])", "(1 - p[k])"),
        loses=("test_softmax_partial", "test_softmax_partial_hidden"),
    ),
    wrong(
        "softmax_partial",
        "sign_lost",
        ("(int(c == k) - p[k])", "(p[k] - int(c == k))"),
        loses=("test_softmax_partial", "test_softmax_partial_hidden"),
    ),
    wrong(
        "softmax_partial",
        "only_the_logarithm",
        ("p[c] * (int(c == k) - p[k])", "int(c == k) - p[k]"),
        loses=("test_softmax_partial", "test_softmax_partial_hidden"),
    ),
    wrong(
        "softmax_partial",
        "elementwise",
        ("p[c] * (int(c == k) - p[k])", "p[c] * (1 - p[c]) if c == k else sp.Integer(0)"),
        loses=("test_softmax_partial", "test_softmax_partial_hidden"),
    ),
    wrong(
        "softmax_partial",
        "two_classes_only",
        ("(int(c == k) - p[k])", "(1 - p[c]) * (1 if c == k else -1)"),
        loses=("test_softmax_partial", "test_softmax_partial_hidden"),
    ),
    wrong(
        "softmax_partial",
        "diagonal_everywhere",
        ("(int(c == k) - p[k])", "(1 - p[c])"),
        loses=("test_softmax_partial", "test_softmax_partial_hidden"),
    ),
    right("softmax_partial", "left_to_sympy", ("p[c] * (int(c == k) - p[k])", "sp.diff(p[c], scores[k])")),
    right(
        "softmax_partial",
        "by_cases",
        ("partial = p[c] * (int(c == k) - p[k])", "partial = p[c] - p[c] ** 2 if c == k else -p[c] * p[k]"),
    ),
    right(
        "softmax_partial",
        "quotient_rule",
        (
            "p[c] * (int(c == k) - p[k])",
            "(int(c == k) * sp.exp(scores[c]) * total - sp.exp(scores[c] + scores[k])) / total**2",
        ),
    ),
]

# --- weight_partial -----------------------------------------------------------------------------------------------

WEIGHT = [
    wrong(
        "weight_partial",
        "sign_lost",
        ("(p[c] - int(c == y))", "(int(c == y) - p[c])"),
        loses=("test_weight_partial", "test_weight_partial_hidden"),
    ),
    wrong(
        "weight_partial",
        "input_forgotten",
        (" * xs[k]", ""),
        loses=("test_weight_partial", "test_weight_partial_hidden"),
    ),
    wrong(
        "weight_partial",
        "input_of_the_class",
        ("xs[k]", "xs[c % len(xs)]"),
        loses=("test_weight_partial", "test_weight_partial_hidden"),
    ),
    wrong(
        "weight_partial",
        "label_not_subtracted",
        (" - int(c == y)", ""),
        loses=("test_weight_partial", "test_weight_partial_hidden"),
    ),
    wrong(
        "weight_partial",
        "one_subtracted_from_every_class",
        ("int(c == y)", "1"),
        loses=("test_weight_partial", "test_weight_partial_hidden"),
    ),
    wrong(
        "weight_partial",
        "probability_of_the_label",
        ("p[c] - ", "p[y] - "),
        loses=("test_weight_partial", "test_weight_partial_hidden"),
    ),
    wrong(
        "weight_partial",
        "square_error_factor_kept",
        ("(p[c] - int(c == y))", "(p[c] - int(c == y)) * p[c] * (1 - p[c])"),
        loses=("test_weight_partial", "test_weight_partial_hidden"),
    ),
    wrong(
        "weight_partial",
        "scores_without_softmax",
        ("p[c] - ", "s[c] - "),
        loses=("test_weight_partial", "test_weight_partial_hidden"),
    ),
    wrong(
        "weight_partial",
        "probability_of_the_input",
        ("p[c] - ", "p[k] - "),
        loses=("test_weight_partial", "test_weight_partial_hidden"),
    ),
    right("weight_partial", "left_to_sympy", ("(p[c] - int(c == y)) * xs[k]", "sp.diff(-sp.log(p[y]), W[c][k])")),
    right(
        "weight_partial",
        "through_log_sum_exp",
        ("(p[c] - int(c == y)) * xs[k]", "sp.diff(sp.log(total) - s[y], W[c][k])"),
    ),
    right(
        "weight_partial",
        "sum_of_the_others",
        (
            "partial = (p[c] - int(c == y)) * xs[k]",
            "partial = p[c] * xs[k] if c != y else -xs[k] * sum(p[j] for j in range(len(p)) if j != y)",
        ),
    ),
]

# --- gradient -----------------------------------------------------------------------------------------------------

BOTH = ("test_gradient", "test_gradient_hidden", "test_gradient_vectorized_hidden")

GRADIENT = [
    wrong("gradient", "not_averaged", ("    residual /= len(y)\n", ""), loses=BOTH),
    wrong("gradient", "sign_lost", ("residual /= len(y)", "residual /= -len(y)"), loses=BOTH),
    wrong("gradient", "labels_not_subtracted", ("    residual[np.arange(len(y)), y] -= 1\n", ""), loses=BOTH),
    wrong(
        "gradient",
        "one_subtracted_from_whole_columns",
        ("residual[np.arange(len(y)), y] -= 1", "residual[:, y] -= 1"),
        loses=BOTH,
    ),
    wrong("gradient", "bias_summed_over_the_classes", ("residual.sum(axis=0)", "residual.sum(axis=1)"), loses=BOTH),
    wrong("gradient", "bias_left_out_of_the_scores", ("X @ W.T + b", "X @ W.T"), loses=BOTH),
    wrong(
        "gradient", "overflows", ("np.exp(S - S.max(axis=1, keepdims=True))", "np.exp(S)"), loses="test_gradient_hidden"
    ),
    wrong(
        "gradient",
        "softmax_down_the_columns",
        ("residual.sum(axis=1, keepdims=True)", "residual.sum(axis=0)"),
        loses=BOTH,
    ),
    wrong(
        "gradient",
        "divided_by_the_classes",
        ("/= len(y)", "/= len(b)"),
        loses=BOTH,
    ),
    wrong("gradient", "transposed", ("residual.T @ X, ", "X.T @ residual, "), loses=BOTH),
    wrong(
        "gradient",
        "square_table_of_the_samples",
        ("residual /= len(y)", "residual = np.diag(np.full(len(y), 1 / len(y))) @ residual"),
        loses="test_gradient_vectorized_hidden",
    ),
    wrong("gradient", "divided_by_samples_and_classes", ("/= len(y)", "/= residual.size"), loses=BOTH),
    right(
        "gradient",
        "one_hot",
        code="""
def gradient(X, y, W, b):
    X, W, b, y = np.array(X, float), np.array(W, float), np.array(b, float), np.array(y)
    if X.ndim != 2 or W.ndim != 2 or X.shape[0] == 0 or X.shape[1] != W.shape[1]:
        raise ValueError("X, W")
    if y.shape != (X.shape[0],) or b.shape != (W.shape[0],):
        raise ValueError("y, b")
    S = X @ W.T + b
    P = np.exp(S - np.logaddexp.reduce(S, axis=1)[:, None])
    E = np.eye(len(b))[y]
    return np.einsum("nc,nm->cm", P - E, X) / len(X), (P - E).mean(axis=0)
""",
    ),
    right(
        "gradient",
        "class_by_class",
        code="""
def gradient(X, y, W, b):
    X, W, b, y = (*(np.asarray(part, dtype=np.float64) for part in (X, W, b)), np.asarray(y))
    if X.ndim != 2 or W.ndim != 2 or len(X) == 0 or X.shape[1] != W.shape[1]:
        raise ValueError("x")
    if y.shape != X.shape[:1] or b.shape != W.shape[:1]:
        raise ValueError("y")
    S = X @ W.T + b
    S -= S.max(axis=1)[:, None]
    P = np.exp(S)
    P /= P.sum(axis=1)[:, None]
    rows, slopes = [], []
    for c in range(len(b)):
        gap = P[:, c] - (y == c)
        rows.append(gap @ X / len(X))
        slopes.append(gap.mean())
    return [np.array(rows), np.array(slopes)]
""",
    ),
]

# --- train --------------------------------------------------------------------------------------------------------

TRAIN = [
    wrong(
        "train",
        "uphill",
        ("W = W - rate", "W = W + rate"),
        ("b = b - rate", "b = b + rate"),
        loses=("test_train", "test_train_hidden", "test_train_digits_hidden"),
    ),
    wrong(
        "train",
        "last_batch_dropped",
        ("range(0, len(order), batch)", "range(0, len(order) - batch + 1, batch)"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "divided_by_the_nominal_batch",
        ("X[pick] / len(pick)", "X[pick] / batch"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "divided_by_all_samples",
        ("X[pick] / len(pick)", "X[pick] / len(y)"),
        loses=("test_train", "test_train_hidden", "test_train_digits_hidden"),
    ),
    wrong(
        "train",
        "order_ignored",
        ("pick = order[start : start + batch]", "pick = np.arange(len(order))[start : start + batch]"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "own_random_order",
        (
            "pick = order[start : start + batch]",
            "pick = np.random.default_rng().permutation(order)[start : start + batch]",
        ),
        loses=("test_train", "test_train_hidden", "test_train_digits_hidden"),
    ),
    wrong(
        "train",
        "only_the_first_batch",
        ("range(0, len(order), batch)", "range(0, 1)"),
        loses=("test_train", "test_train_hidden", "test_train_digits_hidden"),
    ),
    wrong(
        "train",
        "full_batch_each_epoch",
        ("range(0, len(order), batch)", "[0]"),
        ("order[start : start + batch]", "order"),
        loses=("test_train", "test_train_hidden", "test_train_digits_hidden"),
    ),
    wrong(
        "train",
        "loss_of_the_last_batch",
        (
            "        losses.append(loss())\n",
            "        losses.append(-np.log(np.exp(S) / np.exp(S).sum(axis=1, keepdims=True))[np.arange(len(pick)), y[pick]].mean())\n",
        ),
        loses=("test_train", "test_train_hidden", "test_train_digits_hidden"),
    ),
    wrong(
        "train",
        "first_loss_missing",
        ("losses = [loss()]", "losses = []"),
        loses=("test_train", "test_train_hidden", "test_train_digits_hidden"),
    ),
    wrong(
        "train",
        "bias_not_learnt",
        ("            b = b - rate * residual.mean(axis=0)\n", ""),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "order_of_the_first_epoch_again",
        ("        for start in range", "        order = orders[0]\n        for start in range"),
        loses="test_train_hidden",
    ),
    wrong("train", "overflows", ("np.exp(S - S.max(axis=1, keepdims=True))", "np.exp(S)"), loses="test_train_hidden"),
    wrong(
        "train",
        "bias_after_the_new_weights",
        code="""
def train(X, y, classes, rate, orders, batch):
    X = np.asarray(X, dtype=np.float64)
    W, b = np.zeros((classes, X.shape[1])), np.zeros(classes)
    E = np.eye(classes)[y]
    def probabilities(A):
        S = A @ W.T + b
        T = np.exp(S - S.max(axis=1, keepdims=True))
        return T / T.sum(axis=1, keepdims=True)
    def loss():
        S = X @ W.T + b
        return np.mean(np.logaddexp.reduce(S, axis=1) - S[np.arange(len(y)), y])
    losses = [loss()]
    for order in orders:
        for start in range(0, len(order), batch):
            pick = order[start : start + batch]
            W = W - rate * (probabilities(X[pick]) - E[pick]).T @ X[pick] / len(pick)
            b = b - rate * (probabilities(X[pick]) - E[pick]).mean(axis=0)
        losses.append(loss())
    return W, b, np.array(losses)
""",
        loses=("test_train", "test_train_hidden"),
    ),
    right(
        "train",
        "one_hot_and_array_split",
        code="""
def train(X, y, classes, rate, orders, batch):
    X, y = np.array(X, dtype=float), np.array(y)
    n, m = X.shape
    W, b, E = np.zeros((classes, m)), np.zeros(classes), np.eye(classes)[y]
    def log_p(A):
        S = A @ W.T + b
        return S - np.logaddexp.reduce(S, axis=1)[:, None]
    losses = [-np.sum(E * log_p(X)) / n]
    for order in orders:
        for pick in np.split(order, range(batch, n, batch)):
            gap = np.exp(log_p(X[pick])) - E[pick]
            W -= rate * np.einsum("nc,nm->cm", gap, X[pick]) / len(pick)
            b -= rate * gap.mean(axis=0)
        losses.append(-np.sum(E * log_p(X)) / n)
    return W, b, np.array(losses)
""",
    ),
    right(
        "train",
        "bias_as_a_column_of_ones",
        code="""
def train(X, y, classes, rate, orders, batch):
    X = np.column_stack([np.asarray(X, dtype=np.float64), np.ones(len(y))])
    theta, losses = np.zeros((classes, X.shape[1])), []
    for epoch in range(len(orders) + 1):
        S = X @ theta.T
        losses.append(float(np.mean(np.logaddexp.reduce(S, axis=1) - S[np.arange(len(y)), y])))
        if epoch == len(orders):
            break
        for k in range(0, len(y), batch):
            i = orders[epoch][k : k + batch]
            S = X[i] @ theta.T
            P = np.exp(S - np.logaddexp.reduce(S, axis=1)[:, None])
            P[np.arange(len(i)), y[i]] -= 1
            theta = theta - rate / len(i) * P.T @ X[i]
    return theta[:, :-1], theta[:, -1], np.array(losses)
""",
    ),
]

# --- two_class ----------------------------------------------------------------------------------------------------

VISIBLE, LOGISTIC, SOFT = "test_two_class", "test_two_class_logistic_hidden", "test_two_class_softmax_hidden"

TWO_CLASS = [
    wrong(
        "two_class",
        "classes_exchanged",
        ("W[c] - W[d], float(b[c] - b[d])", "W[d] - W[c], float(b[d] - b[c])"),
        loses=(VISIBLE, LOGISTIC, SOFT),
    ),
    wrong(
        "two_class",
        "row_without_its_rival",
        ("W[c] - W[d], float(b[c] - b[d])", "W[c], float(b[c])"),
        loses=(VISIBLE, LOGISTIC, SOFT),
    ),
    wrong(
        "two_class",
        "always_the_first_two_rows",
        ("W[c] - W[d], float(b[c] - b[d])", "W[1] - W[0], float(b[1] - b[0])"),
        loses=(VISIBLE, LOGISTIC, SOFT),
    ),
    wrong("two_class", "same_class_not_refused", ("c == d or ", ""), loses=(VISIBLE, LOGISTIC)),
    wrong(
        "two_class",
        "negative_index_wraps_around",
        ("0 <= c < len(W) or not 0 <= d < len(W)", "c < len(W) or not d < len(W)"),
        loses=LOGISTIC,
    ),
    wrong(
        "two_class",
        "zero_row_for_class_0",
        ("np.stack([-w / 2, w / 2]), np.array([-beta / 2, beta / 2])", "np.stack([0 * w, w]), np.array([0.0, beta])"),
        loses=(VISIBLE, SOFT),
    ),
    wrong(
        "two_class",
        "bias_not_centred",
        ("np.array([-beta / 2, beta / 2])", "np.array([0.0, beta])"),
        loses=(VISIBLE, SOFT),
    ),
    wrong(
        "two_class",
        "rows_of_the_model_kept",
        ("np.stack([-w / 2, w / 2]), np.array([-beta / 2, beta / 2])", "W[[d, c]], b[[d, c]]"),
        loses=(VISIBLE, SOFT),
    ),
    wrong(
        "two_class",
        "half_forgotten",
        ("np.stack([-w / 2, w / 2]), np.array([-beta / 2, beta / 2])", "np.stack([-w, w]), np.array([-beta, beta])"),
        loses=(VISIBLE, SOFT),
    ),
    wrong(
        "two_class",
        "class_1_in_the_first_row",
        (
            "np.stack([-w / 2, w / 2]), np.array([-beta / 2, beta / 2])",
            "np.stack([w / 2, -w / 2]), np.array([beta / 2, -beta / 2])",
        ),
        loses=(VISIBLE, SOFT),
    ),
    wrong(
        "two_class",
        "mean_of_all_classes_removed",
        (
            "np.stack([-w / 2, w / 2]), np.array([-beta / 2, beta / 2])",
            "(W - W.mean(axis=0))[[d, c]], (b - b.mean())[[d, c]]",
        ),
        loses=(VISIBLE, SOFT),
    ),
    wrong(
        "two_class",
        "bytes_wrap_around",
        ("    W, b = np.asarray(W, dtype=np.float64), np.asarray(b, dtype=np.float64)\n", ""),
        loses=(LOGISTIC, SOFT),
    ),
    right(
        "two_class",
        "centred_rows",
        code="""
def two_class(W, b, c, d):
    classes = range(len(b))
    if c not in classes or d not in classes or c == d:
        raise ValueError("c, d")
    V, a = np.array(W, dtype=float)[[d, c]], np.array(b, dtype=float)[[d, c]]
    V, a = V - V.mean(axis=0), a - a.mean()
    return V[1] - V[0], a[1] - a[0], V, a
""",
    ),
    right(
        "two_class",
        "least_squares",
        code="""
def two_class(W, b, c, d):
    if not (0 <= c < len(b) and 0 <= d < len(b)) or c == d:
        raise ValueError("c, d")
    table = np.column_stack([np.asarray(W, dtype=np.float64), np.asarray(b, dtype=np.float64)])
    theta = table[c] - table[d]
    small = np.linalg.pinv(np.array([[-1.0, 1.0]])) @ theta[None]
    return [theta[:-1], float(theta[-1]), small[:, :-1], small[:, -1]]
""",
    ),
]

ANSWERS = [*SOFTMAX, *CROSS_ENTROPY, *JACOBIAN, *WEIGHT, *GRADIENT, *TRAIN, *TWO_CLASS]

EQUIVALENT: list[Equivalent] = []
