"""Answers to the assignment `dimensionality-reduction`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- pca ----------------------------------------------------------------------------------------------------------

ALL_PCA = ("test_pca", "test_pca_hidden", "test_pca_sign_hidden")
BOTH_PCA = ("test_pca", "test_pca_hidden")
PCA = [
    wrong("pca", "not_centred", ("np.linalg.svd(X - center", "np.linalg.svd(X"), loses=ALL_PCA),
    wrong("pca", "divided_by_n_minus_one", ("/ len(X)", "/ (len(X) - 1)"), loses=BOTH_PCA),
    wrong("pca", "not_divided", ("singular[:d] ** 2 / len(X)", "singular[:d] ** 2"), loses=BOTH_PCA),
    wrong("pca", "singular_values_not_squared", ("singular[:d] ** 2 / len(X)", "singular[:d]"), loses=BOTH_PCA),
    wrong("pca", "signs_left", ("    Q = Q * np.sign(largest)[:, None]\n", ""), loses="test_pca_sign_hidden"),
    wrong("pca", "first_element_positive", ("np.abs(Q).argmax(axis=1)]", "0]"), loses=("test_pca", "test_pca_sign_hidden")),
    wrong("pca", "columns_of_the_third_matrix", ("Q, variances = Q[:d],", "Q, variances = Q[:, :d].T,"), loses=ALL_PCA),
    wrong("pca", "absolute_values", ("Q = Q * np.sign(largest)[:, None]", "Q = np.abs(Q)"), loses=ALL_PCA),
    wrong("pca", "largest_without_absolute_value", ("np.abs(Q).argmax", "Q.argmax"), loses="test_pca_sign_hidden"),
    wrong("pca", "directions_as_columns", ("largest)[:, None]\n", "largest)[:, None]\n    Q = Q.T\n"), loses=ALL_PCA),
    wrong("pca", "standardised", ("np.linalg.svd(X - center", "np.linalg.svd((X - center) / (X.std(axis=0) + 1e-12)"), loses=ALL_PCA),
    wrong("pca", "mean_over_everything", ("X.mean(axis=0)", "X.mean()"), loses=ALL_PCA),
    wrong("pca", "number_not_checked", ("if not 1 <= d <= min(X.shape):", "if False:"), loses="test_pca_hidden"),
    wrong("pca", "number_compared_with_features_only", ("min(X.shape)", "X.shape[1]"), loses="test_pca_hidden"),
    wrong(
        "pca",
        "smallest_first",
        code='''
def pca(X, d):
    X = np.array(X, dtype=np.float64)
    if not 1 <= d <= min(X.shape):
        raise ValueError("d")
    center = X.mean(axis=0)
    values, vectors = np.linalg.eigh((X - center).T @ (X - center) / len(X))
    Q = vectors.T[:d]
    Q = Q * np.sign(Q[np.arange(d), np.abs(Q).argmax(axis=1)])[:, None]
    return center, Q, values[:d]
''',
        loses=ALL_PCA,
    ),
    right(
        "pca",
        "by_the_covariance_matrix",
        code='''
def pca(X, d):
    X = np.array(X, dtype=np.float64)
    n, m = X.shape
    if d < 1 or d > n or d > m:
        raise ValueError("d")
    center = X.sum(axis=0) / n
    values, vectors = np.linalg.eigh((X - center).T @ (X - center) / n)
    order = np.argsort(values)[::-1][:d]
    Q = np.array([v if max(v, key=abs) > 0 else -v for v in vectors[:, order].T])
    return center, Q, values[order]
''',
    ),
]  # fmt: skip

# --- reconstruct --------------------------------------------------------------------------------------------------

BOTH_RECONSTRUCT = ("test_reconstruct", "test_reconstruct_hidden")
RECONSTRUCT = [
    wrong("reconstruct", "centre_not_taken_away", ("Z = (X - center) @ Q.T", "Z = X @ Q.T"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "centre_not_added_back", ("rebuilt = center + Z @ Q", "rebuilt = Z @ Q"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "own_mean", ("    Z = (X", "    center = X.mean(axis=0)\n    Z = (X"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "mean_of_the_squares", ("np.sum((X - rebuilt)", "np.mean((X - rebuilt)"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "not_squared", ("np.sum((X - rebuilt) ** 2, axis=1)", "np.linalg.norm(X - rebuilt, axis=1)"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "one_number_for_all", ("np.sum((X - rebuilt) ** 2, axis=1)", "np.sum((X - rebuilt) ** 2)"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "over_the_samples", ("axis=1", "axis=0"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "integers_kept", ("(np.asarray(a, dtype=np.float64) for a in (X, center, Q))", "(np.asarray(a) for a in (X, center, Q))"),
          loses=BOTH_RECONSTRUCT),
    right(
        "reconstruct",
        "sample_by_sample",
        code='''
def reconstruct(X, center, Q):
    X, center, Q = np.array(X, float), np.array(center, float), np.array(Q, float)
    Z = np.array([Q @ (x - center) for x in X])
    rebuilt = np.array([center + z @ Q for z in Z])
    return Z, rebuilt, np.array([(x - r) @ (x - r) for x, r in zip(X, rebuilt, strict=True)])
''',
    ),
    right("reconstruct", "errors_by_pythagoras",
          ("np.sum((X - rebuilt) ** 2, axis=1)", "np.einsum('ij,ij->i', X - center, X - center) - np.einsum('ij,ij->i', Z, Z)")),
]  # fmt: skip

# --- choose_components --------------------------------------------------------------------------------------------

BOTH_CHOOSE = ("test_choose_components", "test_choose_components_hidden")
CHOOSE = [
    wrong("choose_components", "index_returned", (" + 1", ""), loses=BOTH_CHOOSE),
    wrong("choose_components", "strictly_more", (">= share - 1e-12", "> share + 1e-12"), loses=BOTH_CHOOSE),
    wrong("choose_components", "rounding_forgotten", (">= share - 1e-12", ">= share"), loses="test_choose_components_hidden"),
    wrong("choose_components", "not_normalised", ("kept / kept[-1] >= share", "kept >= share"), loses=BOTH_CHOOSE),
    wrong("choose_components", "each_alone", ("np.cumsum(np.asarray(variances, dtype=np.float64))", "np.asarray(variances, dtype=np.float64)"),
          loses=BOTH_CHOOSE),
    wrong("choose_components", "tail_counted", ("np.argmax(kept / kept[-1] >= share - 1e-12)) + 1", "np.sum(kept / kept[-1] <= share + 1e-12))"),
          loses=BOTH_CHOOSE),
    wrong("choose_components", "share_not_checked", ("if not 0 < share <= 1:", "if False:"), loses="test_choose_components_hidden"),
    wrong("choose_components", "float_returned", ("return int(", "return float("), loses=BOTH_CHOOSE),
    wrong("choose_components", "one_refused", ("0 < share <= 1", "0 < share < 1"), loses="test_choose_components_hidden"),
    right(
        "choose_components",
        "by_a_loop",
        code='''
def choose_components(variances, share):
    if share <= 0 or share > 1:
        raise ValueError("share")
    variances = [float(v) for v in variances]
    kept = 0.0
    for d, v in enumerate(variances, 1):
        kept += v
        if kept / sum(variances) >= share - 1e-12:
            return d
    return len(variances)
''',
    ),
    right("choose_components", "by_a_sorted_search",
          ("int(np.argmax(kept / kept[-1] >= share - 1e-12)) + 1", "int(np.searchsorted(kept / kept[-1], share - 1e-12)) + 1")),
]  # fmt: skip

# --- neighbour_probabilities --------------------------------------------------------------------------------------

HIDDEN_NEIGHBOUR, STABLE = "test_neighbour_probabilities_hidden", "test_neighbour_probabilities_stable_hidden"
ALL_NEIGHBOUR = ("test_neighbour_probabilities", HIDDEN_NEIGHBOUR, STABLE)
NEIGHBOUR = [
    wrong("neighbour_probabilities", "entropy_in_bits", ("near * np.log(near)", "near * np.log2(near)"), loses=ALL_NEIGHBOUR),
    wrong("neighbour_probabilities", "entropy_set_to_perplexity", ("> np.log(perplexity)", "> perplexity"), loses=ALL_NEIGHBOUR),
    wrong("neighbour_probabilities", "other_way", ("> np.log(perplexity)", "< np.log(perplexity)"), loses=ALL_NEIGHBOUR),
    wrong("neighbour_probabilities", "squared_again", ("u = u - u.min()", "u = u**2"), loses=ALL_NEIGHBOUR),
    wrong("neighbour_probabilities", "not_squared", ("u = u - u.min()", "u = np.sqrt(u)"), loses=ALL_NEIGHBOUR),
    wrong("neighbour_probabilities", "smallest_not_taken_away", ("    u = u - u.min()\n", ""), loses=STABLE),
    wrong("neighbour_probabilities", "range_up_to_a_thousand", ("low, high, beta = 0.0, np.inf, 1.0", "low, high, beta = 0.0, 1000.0, 500.0"), loses=STABLE),
    wrong("neighbour_probabilities", "too_few_rounds", ("range(300)", "range(12)"), loses=(HIDDEN_NEIGHBOUR, STABLE)),
    wrong("neighbour_probabilities", "fixed_width", ("range(300)", "range(1)"), loses=ALL_NEIGHBOUR),
    wrong("neighbour_probabilities", "perplexity_not_checked", ("if not 1 < perplexity < len(u):", "if False:"), loses=HIDDEN_NEIGHBOUR),
    wrong("neighbour_probabilities", "not_normalised", ("    return p\n", "    return np.exp(-beta * u)\n"), loses=ALL_NEIGHBOUR),
    wrong("neighbour_probabilities", "zero_times_log_zero", ("near = p[p > 0]", "near = p"), loses=STABLE),
    right(
        "neighbour_probabilities",
        "bisection_of_the_logarithm",
        code='''
def neighbour_probabilities(distances, perplexity):
    u = np.array(distances, dtype=np.float64)
    if perplexity <= 1 or perplexity >= len(u):
        raise ValueError("perplexity")
    u -= u.min()
    low, high = -60.0, 60.0
    while high - low > 1e-13:
        middle = (low + high) / 2
        e = np.exp(-np.exp(middle) * u)
        # H = ln A + beta E[u]
        H = np.log(e.sum()) + np.exp(middle) * (e @ u) / e.sum()
        low, high = (middle, high) if H > np.log(perplexity) else (low, middle)
    return e / e.sum()
''',
    ),
    right(
        "neighbour_probabilities",
        "by_a_library_root",
        code='''
def neighbour_probabilities(distances, perplexity):
    from scipy import optimize, special
    u = np.asarray(distances, dtype=float)
    if not 1 < perplexity < u.size:
        raise ValueError("perplexity")
    def excess(t):
        return special.entr(special.softmax(-np.exp(t) * u)).sum() - np.log(perplexity)
    u = u - u.min()
    t = optimize.brentq(excess, -60, 60, xtol=1e-13, rtol=1e-14, maxiter=500)
    return special.softmax(-np.exp(t) * u)
''',
    ),
]  # fmt: skip

# --- tsne_gradient ------------------------------------------------------------------------------------------------

BOTH_TSNE = ("test_tsne_gradient", "test_tsne_gradient_hidden")
TSNE = [
    wrong("tsne_gradient", "diagonal_counted", ("    np.fill_diagonal(w, 0)\n", ""), loses=BOTH_TSNE),
    wrong("tsne_gradient", "factor_two", ("gradient = 4 *", "gradient = 2 *"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "heavy_tail_forgotten", ("((P - q) * w)[:, :, None]", "(P - q)[:, :, None]"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "heavy_tail_squared", ("((P - q) * w)[:, :, None]", "((P - q) * w**2)[:, :, None]"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "uphill", ("((P - q) * w)", "((q - P) * w)"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "divergence_reversed", ("P[near] * np.log(P[near] / q[near])", "q[near] * np.log(q[near] / P[near])"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "gaussian_instead_of_student", ("1 / (1 + np.sum(gaps**2, axis=2))", "np.exp(-np.sum(gaps**2, axis=2))"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "distance_not_squared", ("np.sum(gaps**2, axis=2)", "np.sqrt(np.sum(gaps**2, axis=2))"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "zero_times_log_zero", ("np.sum(P[near] * np.log(P[near] / q[near]))", "np.sum(P * np.log(P / q))"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "pairs_without_affinity_dropped", ("((P - q) * w)", "((P - q) * w * near)"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "rows_normalised", ("q = w / w.sum()", "q = w / w.sum(axis=1, keepdims=True)"), loses=BOTH_TSNE),
    wrong("tsne_gradient", "unsigned_kept", ("np.asarray(Z, dtype=np.float64)", "np.asarray(Z)"), loses="test_tsne_gradient_hidden"),
    right("tsne_gradient", "tiny_number_in_the_logarithm",
          ("np.sum(P[near] * np.log(P[near] / q[near]))", "np.sum(P * np.log((P + 1e-12) / (q + 1e-12)))")),
    right(
        "tsne_gradient",
        "matrix_products",
        code='''
def tsne_gradient(P, Z):
    P, Z = np.array(P, dtype=float), np.array(Z, dtype=float)
    n = len(Z)
    square = np.sum(Z**2, axis=1)
    w = 1 / (1 + np.maximum(square[:, None] + square - 2 * Z @ Z.T, 0)) * (1 - np.eye(n))
    q = w / w.sum()
    force = (P - q) * w
    loss = sum(P[i, j] * np.log(P[i, j] / q[i, j]) for i in range(n) for j in range(n) if P[i, j] > 0)
    return loss, 4 * (np.diag(force.sum(axis=1)) - force) @ Z
''',
    ),
]  # fmt: skip

# --- lda ----------------------------------------------------------------------------------------------------------

HIDDEN_LDA, INVARIANCE = "test_lda_hidden", "test_lda_invariance_hidden"
ALL_LDA = ("test_lda", HIDDEN_LDA, INVARIANCE)
LDA = [
    wrong("lda", "classes_not_weighted", ("between += len(rows) / n * np.outer", "between += np.outer"), loses=("test_lda", HIDDEN_LDA)),
    wrong("lda", "within_divided_by_the_class", ("inside.T @ inside / n", "inside.T @ inside / len(rows)"), loses=("test_lda", HIDDEN_LDA)),
    wrong("lda", "within_not_divided", ("inside.T @ inside / n", "inside.T @ inside"), loses=("test_lda", HIDDEN_LDA)),
    wrong("lda", "within_about_the_common_mean", ("inside = rows - rows.mean(axis=0)", "inside = rows - center"), loses=("test_lda", HIDDEN_LDA)),
    wrong("lda", "directions_of_pca", ("half @ between @ half.T", "half @ (between + within) @ half.T"), loses=("test_lda", HIDDEN_LDA)),
    wrong("lda", "within_ignored", ("    half = np.linalg.inv(np.linalg.cholesky(within))", "    half = np.eye(m)"), loses=ALL_LDA),
    wrong("lda", "not_unit_length", ("    V = V / np.linalg.norm(V, axis=1, keepdims=True)\n", ""), loses=("test_lda", HIDDEN_LDA)),
    wrong("lda", "not_brought_back", ("U.T[::-1][:d] @ half", "U.T[::-1][:d]"), loses=("test_lda", HIDDEN_LDA)),
    wrong("lda", "smallest_first", ("U.T[::-1][:d]", "U.T[:d]"), ("J[::-1][:d]", "J[:d]"), loses=ALL_LDA),
    wrong("lda", "signs_left", ("V * np.sign(largest)[:, None]", "V"), loses=HIDDEN_LDA),
    wrong("lda", "too_many_directions", ("min(m, len(classes) - 1)", "m"), loses=INVARIANCE),
    wrong("lda", "features_not_compared", ("min(m, len(classes) - 1)", "len(classes) - 1"), loses=INVARIANCE),
    wrong("lda", "labels_from_zero", ("classes = np.unique(y)", "classes = np.arange(y.max() + 1)"), loses=HIDDEN_LDA),
    wrong("lda", "not_symmetric_solver",
          ("J, U = np.linalg.eigh(half @ between @ half.T)\n    V = U.T[::-1][:d] @ half", "J, U = np.linalg.eigh(np.linalg.inv(within) @ between)\n    V = U.T[::-1][:d]"),
          loses=(HIDDEN_LDA,)),
    right(
        "lda",
        "by_the_library",
        code='''
def lda(X, y, d):
    from scipy import linalg
    X, y = np.array(X, dtype=np.float64), np.array(y)
    labels = sorted(set(y.tolist()))
    if d < 1 or d > X.shape[1] or d > len(labels) - 1:
        raise ValueError("d")
    residual = X.copy()
    for c in labels:
        residual[y == c] -= X[y == c].mean(axis=0)
    within = residual.T @ residual / len(X)
    between = np.cov(X.T, bias=True).reshape(within.shape) - within
    J, V = linalg.eigh(between, within)
    V = np.array([v / np.sqrt(v @ v) for v in V.T[::-1][:d]])
    V = np.array([v if max(v, key=abs) > 0 else -v for v in V])
    return V, J[::-1][:d].copy()
''',
    ),
    right(
        "lda",
        "general_eigenvectors",
        code='''
def lda(X, y, d):
    X, y = np.array(X, dtype=np.float64), np.array(y)
    classes, which = np.unique(y, return_inverse=True)
    if not 1 <= d <= min(X.shape[1], len(classes) - 1):
        raise ValueError("d")
    means = np.array([X[which == k].mean(axis=0) for k in range(len(classes))])
    R, G = X - means[which], means[which] - X.mean(axis=0)
    J, V = np.linalg.eig(np.linalg.solve(R.T @ R, G.T @ G))
    order = np.argsort(J.real)[::-1][:d]
    J, V = J.real[order], V.real.T[order]
    V /= np.sqrt(np.sum(V**2, axis=1))[:, None]
    V *= np.where(V.max(axis=1) > -V.min(axis=1), 1, -1)[:, None]
    return V, J
''',
    ),
]  # fmt: skip

ANSWERS = PCA + RECONSTRUCT + CHOOSE + NEIGHBOUR + TSNE + LDA
EQUIVALENT = [
    Equivalent(
        "pca",
        "_, singular, Q = np.linalg.svd(X - center, full_matrices=False) -> _, singular, Q = np.linalg.svd(center - X, full_matrices=False)",
        "the signs are set afterwards",
    ),
    Equivalent(
        "pca",
        "Q = Q * np.sign(largest)[:, None] -> Q = Q / np.sign(largest)[:, None]",
        "dividing by a sign is multiplying by it",
    ),
    Equivalent(
        "reconstruct",
        "return Z, rebuilt, np.sum((X - rebuilt) ** 2, axis=1) -> return Z, rebuilt, np.sum((rebuilt - X) ** 2, axis=1)",
        "the difference is squared",
    ),
    Equivalent(
        "lda", "gap = rows.mean(axis=0) - center -> gap = center - rows.mean(axis=0)", "the product of two signs"
    ),
    Equivalent(
        "lda", "inside = rows - rows.mean(axis=0) -> inside = rows.mean(axis=0) - rows", "the product of two signs"
    ),
    Equivalent(
        "lda",
        "if not 1 <= d <= min(m, len(classes) - 1): -> if not 1 <= d <= min(len(classes) - 1, m):",
        "the smaller of two numbers",
    ),
    *(
        Equivalent(
            "neighbour_probabilities", f"for _ in range(300): -> for _ in range({other}):", "converged far earlier"
        )
        for other in ("1, 300", "301", "299")
    ),
]
