"""Answers to the assignment `kernels`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- quadratic_features -------------------------------------------------------------------------------------------

BOTH_QUADRATIC = ("test_quadratic_features", "test_quadratic_features_hidden")
QUADRATIC = [
    wrong("quadratic_features", "pairs_without_root", ("pairs = np.sqrt(2) * X", "pairs = X"), loses=BOTH_QUADRATIC),
    wrong("quadratic_features", "linear_without_root", ("np.sqrt(2 * shift) * X", "X"), loses=BOTH_QUADRATIC),
    wrong("quadratic_features", "two_instead_of_root", ("pairs = np.sqrt(2) * X", "pairs = 2 * X"), loses=BOTH_QUADRATIC),
    wrong("quadratic_features", "constant_forgotten", (", np.full(n, shift)]", "]"), loses=BOTH_QUADRATIC),
    wrong("quadratic_features", "squares_scaled_too", ("[X**2,", "[np.sqrt(2) * X**2,"), loses=BOTH_QUADRATIC),
    wrong("quadratic_features", "squares_forgotten", ("[X**2, pairs,", "[X, pairs,"), loses=BOTH_QUADRATIC),
    wrong("quadratic_features", "linear_forgotten", (", np.sqrt(2 * shift) * X", ""), loses=BOTH_QUADRATIC),
    wrong("quadratic_features", "all_products_twice", ("columns = [X**2, pairs,", "columns = [X**2, pairs, pairs,"), loses=BOTH_QUADRATIC),
    right(
        "quadratic_features",
        "column_by_column",
        code='''
def quadratic_features(X):
    X = np.array(X, dtype=np.float64)
    n, m = X.shape
    columns = [np.full(n, 1.0)]
    for a in range(m):
        columns += [X[:, a] * 2**0.5, X[:, a] ** 2]
        columns += [2**0.5 * X[:, a] * X[:, b] for b in range(a)]
    return np.column_stack(columns)
''',
    ),
    right("quadratic_features", "an_article_that_is_always_the_same",
          ("    pairs =", "    X = np.column_stack([X, np.full(n, np.sqrt(shift))])\n    first, second = np.triu_indices(m + 1, k=1)\n    pairs ="),
          ("[X**2, pairs, np.sqrt(2 * shift) * X, np.full(n, shift)]", "[X**2, pairs]")),
]  # fmt: skip

# --- rbf_kernel ---------------------------------------------------------------------------------------------------

STABLE = "test_rbf_kernel_stable_hidden"
TWO_RBF = ("test_rbf_kernel", "test_rbf_kernel_hidden")
RBF = [
    wrong("rbf_kernel", "not_squared", ("np.maximum(squares, 0)", "np.sqrt(np.maximum(squares, 0))"), loses=TWO_RBF),
    wrong("rbf_kernel", "by_sigma", ("-gamma * np.maximum(squares, 0)", "-np.maximum(squares, 0) / (2 * gamma**2)"), loses=TWO_RBF),
    wrong("rbf_kernel", "divided_by_gamma", ("-gamma * np.maximum(squares, 0)", "-np.maximum(squares, 0) / gamma"), loses=TWO_RBF),
    wrong("rbf_kernel", "product_not_doubled", ("- 2 * X @ Z.T", "- X @ Z.T"), loses=TWO_RBF),
    wrong("rbf_kernel", "not_clamped", ("np.maximum(squares, 0)", "squares"), loses=STABLE),
    wrong("rbf_kernel", "transposed", ("np.maximum(squares, 0))", "np.maximum(squares, 0)).T"), loses=TWO_RBF),
    wrong("rbf_kernel", "integers_kept", ("X, Z = np.array(X, dtype=np.float64), np.array(Z, dtype=np.float64)", "X, Z = np.array(X), np.array(Z)"), loses=TWO_RBF),
    wrong("rbf_kernel", "gamma_not_checked", ("if gamma <= 0:", "if False:"), loses=TWO_RBF),
    wrong("rbf_kernel", "zero_accepted", ("if gamma <= 0:", "if gamma < 0:"), loses=TWO_RBF),
    wrong("rbf_kernel", "absolute_value_for_clamp", ("np.exp(-gamma * np.maximum(squares, 0))", "np.exp(-gamma * squares).clip(0, None)"), loses=STABLE),
    right(
        "rbf_kernel",
        "row_by_row",
        code='''
def rbf_kernel(X, Z, gamma):
    if not gamma > 0:
        raise ValueError("gamma")
    X, Z = np.asarray(X, float), np.asarray(Z, float)
    return np.array([np.exp(-gamma * np.sum((Z - x) ** 2, axis=1)) for x in X])
''',
    ),
    right("rbf_kernel", "result_clipped", ("np.exp(-gamma * np.maximum(squares, 0))", "np.minimum(np.exp(-gamma * squares), 1.0)")),
]  # fmt: skip

# --- can_be_gram --------------------------------------------------------------------------------------------------

BOTH_GRAM = ("test_can_be_gram", "test_can_be_gram_hidden")
GRAM = [
    wrong("can_be_gram", "entries_not_negative", ("values = np.linalg.eigvalsh(K)", "values = K"), loses=BOTH_GRAM),
    wrong("can_be_gram", "without_tolerance", ("values.min() >= -tol * np.abs(values).max()", "values.min() >= 0"), loses="test_can_be_gram_hidden"),
    wrong("can_be_gram", "absolute_tolerance", ("-tol * np.abs(values).max()", "-tol"), loses="test_can_be_gram_hidden"),
    wrong("can_be_gram", "strictly_positive", (">= -tol * np.abs(values).max()", "> tol * np.abs(values).max()"), loses=BOTH_GRAM),
    wrong("can_be_gram", "symmetry_not_tested", ("if np.abs(K - K.T).max() > tol * np.abs(K).max():", "if False:"), loses=BOTH_GRAM),
    wrong("can_be_gram", "symmetry_exact", ("> tol * np.abs(K).max()", "> 0"), loses="test_can_be_gram_hidden"),
    wrong("can_be_gram", "symmetry_absolute", ("> tol * np.abs(K).max()", "> tol"), loses="test_can_be_gram_hidden"),
    wrong("can_be_gram", "positive_determinant", ("values = np.linalg.eigvalsh(K)", "values = np.linalg.det(K) * np.ones(1)"), loses="test_can_be_gram_hidden"),
    wrong("can_be_gram", "largest_value_of_all", ("values.min() >=", "values.max() >="), loses=BOTH_GRAM),
    wrong("can_be_gram", "numpy_bool", ("bool(values", "(values"), loses=BOTH_GRAM),
    wrong("can_be_gram", "shape_not_checked", ("if K.ndim != 2 or K.shape[0] != K.shape[1]:", "if False:"), loses="test_can_be_gram_hidden"),
    right(
        "can_be_gram",
        "by_hand",
        code='''
def can_be_gram(K, tol=1e-10):
    K = np.asarray(K, float)
    if K.ndim != 2 or len(K) != len(K.T):
        raise ValueError("K")
    gap = max(abs(K[i, j] - K[j, i]) for i in range(len(K)) for j in range(len(K)))
    values = np.linalg.eigvalsh((K + K.T) / 2)
    return bool(gap <= tol * np.abs(K).max() and values[0] + tol * max(abs(values[0]), abs(values[-1])) >= 0)
''',
    ),
]  # fmt: skip

# --- kernel_ridge -------------------------------------------------------------------------------------------------

BOTH_RIDGE = ("test_kernel_ridge", "test_kernel_ridge_hidden")
RIDGE = [
    wrong("kernel_ridge", "n_forgotten", ("n * mu * np.eye(n)", "mu * np.eye(n)"), loses=BOTH_RIDGE),
    wrong("kernel_ridge", "not_centred", ("y - level)", "y)"), loses=BOTH_RIDGE),
    wrong("kernel_ridge", "mean_not_added", ("return level + K_new", "return K_new"), loses=BOTH_RIDGE),
    wrong("kernel_ridge", "no_mean_at_all", ("n, level = len(y), y.mean()", "n, level = len(y), 0.0"), loses=BOTH_RIDGE),
    wrong("kernel_ridge", "without_penalty", ("K + n * mu * np.eye(n)", "K + 1e-12 * np.eye(n)"), loses=BOTH_RIDGE),
    wrong("kernel_ridge", "added_everywhere", ("n * mu * np.eye(n)", "n * mu"), loses=BOTH_RIDGE),
    wrong("kernel_ridge", "mu_not_checked", ("if mu <= 0:", "if False:"), loses=BOTH_RIDGE),
    wrong("kernel_ridge", "zero_accepted", ("if mu <= 0:", "if mu < 0:"), loses=BOTH_RIDGE),
    wrong("kernel_ridge", "mean_in_float16", ("K, y, K_new = (np.array(a, dtype=np.float64) for a in (K, y, K_new))", "K, y, K_new = np.array(K, float), np.array(y), np.array(K_new, float)"),
          ("n, level = len(y), y.mean()", "n, level = len(y), y.sum() / y.dtype.type(len(y))"), loses="test_kernel_ridge_hidden"),
    right(
        "kernel_ridge",
        "by_the_inverse",
        code='''
def kernel_ridge(K, y, K_new, mu):
    if not mu > 0:
        raise ValueError("mu")
    K, y, K_new = np.asarray(K, float), np.asarray(y, float), np.asarray(K_new, float)
    level = np.mean(y)
    values, Q = np.linalg.eigh(K)
    alpha = Q @ ((Q.T @ (y - level)) / (values + len(y) * mu))
    return K_new @ alpha + level
''',
    ),
]  # fmt: skip

# --- primal_dual --------------------------------------------------------------------------------------------------

BOTH_DUAL = ("test_primal_dual", "test_primal_dual_hidden")
DUAL = [
    wrong("primal_dual", "labels_forgotten", ("v = alpha * y", "v = alpha"), loses=BOTH_DUAL),
    wrong("primal_dual", "bias_forgotten", ("K @ v + b", "K @ v"), loses=BOTH_DUAL),
    wrong("primal_dual", "bias_subtracted", ("K @ v + b", "K @ v - b"), loses=BOTH_DUAL),
    wrong("primal_dual", "half_forgotten", ("v @ K @ v / 2", "v @ K @ v"), loses=BOTH_DUAL),
    wrong("primal_dual", "mean_of_hinge", ("C @ hinge", "C @ hinge / len(y)"), loses=BOTH_DUAL),
    wrong("primal_dual", "price_forgotten", ("C @ hinge", "hinge.sum()"), loses=BOTH_DUAL),
    wrong("primal_dual", "one_price_for_all", ("C @ hinge", "C[0] * hinge.sum()"), loses=BOTH_DUAL),
    wrong("primal_dual", "prices_summed", ("C @ hinge", "C.sum() * hinge.sum()"), loses=BOTH_DUAL),
    wrong("primal_dual", "hinge_not_clipped", ("np.maximum(0, 1 - y * (K @ v + b))", "1 - y * (K @ v + b)"), loses=BOTH_DUAL),
    wrong("primal_dual", "dual_plus", ("alpha.sum() - half", "alpha.sum() + half"), loses=BOTH_DUAL),
    wrong("primal_dual", "squared_hinge", ("np.maximum(0, 1 - y * (K @ v + b))", "np.maximum(0, 1 - y * (K @ v + b)) ** 2"), loses=BOTH_DUAL),
    wrong("primal_dual", "order_swapped", ("return half + C @ hinge, alpha.sum() - half", "return alpha.sum() - half, half + C @ hinge"), loses=BOTH_DUAL),
    right(
        "primal_dual",
        "by_loops",
        code='''
def primal_dual(K, y, C, alpha, b):
    n = len(y)
    v = [float(alpha[i]) * float(y[i]) for i in range(n)]
    s = [sum(float(K[i, j]) * v[j] for j in range(n)) for i in range(n)]
    half = sum(v[i] * s[i] for i in range(n)) / 2
    loss = sum(float(C[i]) * max(0.0, 1 - float(y[i]) * (s[i] + b)) for i in range(n))
    return half + loss, sum(float(a) for a in alpha) - half
''',
    ),
]  # fmt: skip

# --- svm ----------------------------------------------------------------------------------------------------------

EDGE = "test_svm_edge_hidden"
TWO_SVM = ("test_svm", "test_svm_hidden")
SVM = [
    wrong("svm", "bias_sign", ("(e[i] + e[j]) / 2", "-(e[i] + e[j]) / 2"), loses=TWO_SVM),
    wrong("svm", "bias_zero", ("(e[i] + e[j]) / 2", "0.0"), loses=TWO_SVM),
    wrong("svm", "box_forgotten", ("t = min((e[i] - e[j]) / curve, more[i], less[j])", "t = (e[i] - e[j]) / curve"), ("range(200_000)", "range(2000)"), loses=TWO_SVM),
    wrong("svm", "each_clipped_alone", ("t = min((e[i] - e[j]) / curve, more[i], less[j])", "t = (e[i] - e[j]) / curve"), ("range(200_000)", "range(2000)"),
          ("alpha[i] += y[i] * t", "alpha[i] = np.clip(alpha[i] + y[i] * t, 0, C[i])"), ("alpha[j] -= y[j] * t", "alpha[j] = np.clip(alpha[j] - y[j] * t, 0, C[j])"), loses=TWO_SVM),
    wrong("svm", "stopped_early", ("e[i] - e[j] < 1e-8", "e[i] - e[j] < 0.1"), loses=TWO_SVM),
    wrong("svm", "one_step", ("range(200_000)", "range(1)"), loses=TWO_SVM),
    wrong("svm", "flat_pair_divided", ("max(K[i, i] + K[j, j] - 2 * K[i, j], 1e-12)", "K[i, i] + K[j, j] - 2 * K[i, j] + (i == j)"), ("range(200_000)", "range(2000)"),
          ("K, C = np.array", "np.seterr(all='raise')\n    K, C = np.array"), loses=("test_svm", EDGE)),
    wrong("svm", "returns_alpha_times_label", ("return alpha, (e", "return alpha * y, (e"), loses=TWO_SVM),
    wrong("svm", "price_not_checked", ("C.min() <= 0 or len(set(y)) < 2", "len(set(y)) < 2"), loses=("test_svm", EDGE)),
    wrong("svm", "every_price_must_be_bad", ("C.min() <= 0", "C.max() <= 0"), loses=("test_svm", EDGE)),
    wrong("svm", "price_of_the_first", ("alpha, e = np.zeros(len(y)), y", "alpha, e, C = np.zeros(len(y)), y, C[0]"), loses=(*TWO_SVM, EDGE)),
    wrong("svm", "smallest_price_for_all", ("alpha, e = np.zeros(len(y)), y", "alpha, e, C = np.zeros(len(y)), y, C.min()"), loses=(*TWO_SVM, EDGE)),
    wrong("svm", "price_of_the_wrong_one", ("more[i], less[j])", "more[j], less[i])"), ("range(200_000)", "range(2000)"), loses=TWO_SVM),
    wrong("svm", "one_class_accepted", ("C.min() <= 0 or len(set(y)) < 2", "C.min() <= 0"), ("range(200_000)", "range(200)"), loses=EDGE),
    wrong(
        "svm",
        "no_constraint",
        code='''
def svm(K, y, C):
    K, y = np.array(K, float) + 1, np.array(y, float)
    if np.min(C) <= 0 or len(set(y)) < 2:
        raise ValueError("C")
    alpha, s = np.zeros(len(y)), np.zeros(len(y))
    for _ in range(300):
        for i in range(len(y)):
            new = min(max(alpha[i] + (1 - y[i] * s[i]) / K[i, i], 0), C[i])
            s += K[i] * y[i] * (new - alpha[i])
            alpha[i] = new
    return alpha, float(alpha @ y)
''',
        loses=TWO_SVM,
    ),
    wrong(
        "svm",
        "bias_from_any_support_vector",
        ("return alpha, (e[i] + e[j]) / 2", "return alpha, e[np.argmax(alpha)]"),
        loses="test_svm_hidden",
    ),
    right(
        "svm",
        "second_order_pairs",
        code='''
def svm(K, y, C):
    K, y, C = np.asarray(K, float), np.asarray(y, float), np.asarray(C, float)
    if not np.all(C > 0) or np.all(y == y[0]):
        raise ValueError("C")
    n = len(y)
    alpha, grad = np.zeros(n), -np.ones(n)
    Q = K * np.outer(y, y)
    for _ in range(100_000):
        up = ((y > 0) & (alpha < C)) | ((y < 0) & (alpha > 0))
        down = ((y > 0) & (alpha > 0)) | ((y < 0) & (alpha < C))
        e = -y * grad
        i = max(np.flatnonzero(up), key=lambda r: e[r])
        low = np.flatnonzero(down & (e < e[i]))
        if e[i] - e[down].min() < 1e-7:
            break
        curves = np.maximum(K[i, i] + K[low, low] - 2 * K[i, low], 1e-10)
        j = low[np.argmax((e[i] - e[low]) ** 2 / curves)]
        t = (e[i] - e[j]) / max(K[i, i] + K[j, j] - 2 * K[i, j], 1e-10)
        t = min(t, C[i] - alpha[i] if y[i] > 0 else alpha[i], alpha[j] if y[j] > 0 else C[j] - alpha[j])
        old_i, old_j = alpha[i], alpha[j]
        alpha[i] = min(max(old_i + y[i] * t, 0.0), C[i])
        alpha[j] = min(max(old_j - y[j] * t, 0.0), C[j])
        grad = grad + Q[:, i] * (alpha[i] - old_i) + Q[:, j] * (alpha[j] - old_j)
    free = (alpha > 0) & (alpha < C)
    b = e[free].mean() if free.any() else (e[up].max() + e[down].min()) / 2
    return alpha, float(b)
''',
    ),
]  # fmt: skip

ANSWERS = QUADRATIC + RBF + GRAM + RIDGE + DUAL + SVM

_LABELS = "labels are −1 and 1"
_SVM_CURVE = "curve = max(K[i, i] + K[j, j] - 2 * K[i, j], 1e-12)"
_CHANGES = [
    *(("quadratic_features", "columns = [X**2, pairs, np.sqrt(2 * shift) * X, np.full(n, shift)]", f"columns = [X**2, pairs, {other} * X, np.full(n, shift)]",
       "the constant is 1 in the original; where a class has another one, these lose") for other in ("np.sqrt(2 / shift)", "np.sqrt(2)")),
    ("rbf_kernel", "return np.exp(-gamma * np.maximum(squares, 0))", "return np.exp(-gamma * np.maximum(0, squares))", "the larger of two numbers"),
    ("can_be_gram", "if np.abs(K - K.T).max() > tol * np.abs(K).max():", "if (K - K.T).max() > tol * np.abs(K).max():", "K - K.T holds each difference with both signs"),
    ("can_be_gram", "if np.abs(K - K.T).max() > tol * np.abs(K).max():", "if np.abs(K.T - K).max() > tol * np.abs(K).max():", "an absolute value"),
    ("primal_dual", "v = alpha * y", "v = alpha / y", _LABELS),
    ("primal_dual", "half = v @ K @ v / 2", "half = v @ (v @ K) / 2", "K is symmetric"),
    ("primal_dual", "half = v @ K @ v / 2", "half = K @ v @ v / 2", "K is symmetric"),
    ("primal_dual", "hinge = np.maximum(0, 1 - y * (K @ v + b))", "hinge = np.maximum(0, 1 - y * (v @ K + b))", "K is symmetric"),
    ("primal_dual", "hinge = np.maximum(0, 1 - y * (K @ v + b))", "hinge = np.maximum(1 - y * (K @ v + b), 0)", "the larger of two numbers"),
    ("primal_dual", "return half + C @ hinge, alpha.sum() - half", "return half + hinge @ C, alpha.sum() - half", "the same sum"),
    *(("svm", "K, C = np.array(K, dtype=np.float64), np.array(C, dtype=np.float64)", f"K, C = np.array(K, dtype=np.float64), {other}", "C is only compared with 0 and used in C - alpha, which is float64") for other in ("C", "np.array(C)")),
    *(("svm", "for _ in range(200_000):", f"for _ in range({other}):", "converged far earlier") for other in ("1, 200_000", "200001", "199999")),
    *(("svm", f"{name} = np.where(y > 0, {values})", f"{name} = np.where(y {test}, {values})", _LABELS)
      for name, values in (("more", "C - alpha, alpha"), ("less", "alpha, C - alpha")) for test in (">= 0", "> -1")),
    *(("svm", "if e[i] - e[j] < 1e-8:", f"if e[i] - e[j] {test}:", "the tolerance is the author's choice") for test in ("<= 1e-8", "< 2e-08")),
    ("svm", _SVM_CURVE, "curve = max(1e-12, K[i, i] + K[j, j] - 2 * K[i, j])", "the larger of two numbers"),
    ("svm", _SVM_CURVE, "curve = max(K[i, i] + K[j, j] - 2 * K[j, i], 1e-12)", "K is symmetric"),
    ("svm", _SVM_CURVE, "curve = max(K[i, i] + K[j, j] - 2 * K[i, j], 2e-12)", "any tiny positive number does"),
    ("svm", "t = min((e[i] - e[j]) / curve, more[i], less[j])", "t = min(more[i], (e[i] - e[j]) / curve, less[j])", "the smallest of three numbers"),
    ("svm", "t = min((e[i] - e[j]) / curve, more[i], less[j])", "t = min((e[i] - e[j]) / curve, less[j], more[i])", "the smallest of three numbers"),
]  # fmt: skip
EQUIVALENT = [Equivalent(task, f"{old} -> {new}", why) for task, old, new, why in _CHANGES]
