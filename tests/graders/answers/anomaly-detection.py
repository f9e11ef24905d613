"""Answers to the assignment `anomaly-detection`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- robust_score -------------------------------------------------------------------------------------------------

BOTH_ROBUST = ("test_robust_score", "test_robust_score_hidden")
ROBUST_SCORE = [
    wrong("robust_score", "factor_forgotten", ("(1.4826 * mad)", "mad"), loses=BOTH_ROBUST),
    wrong("robust_score", "factor_on_the_wrong_side", ("np.abs(x - middle) / (1.4826 * mad)", "1.4826 * np.abs(x - middle) / mad"),
          loses=BOTH_ROBUST),
    wrong("robust_score", "signed", ("np.abs(x - middle)", "(x - middle)"), loses=BOTH_ROBUST),
    wrong("robust_score", "mean_of_deviations", ("np.median(np.abs(reference - middle))", "np.mean(np.abs(reference - middle))"),
          loses=BOTH_ROBUST),
    wrong("robust_score", "centred_on_the_mean", ("middle = np.median(reference)", "middle = np.mean(reference)"), loses=BOTH_ROBUST),
    wrong("robust_score", "z_score", ("middle = np.median(reference)", "middle = np.mean(reference)"),
          ("(1.4826 * mad)", "np.std(reference)"), loses=BOTH_ROBUST),
    wrong("robust_score", "reference_ignored", ("middle = np.median(reference)", "middle = np.median(x)"), loses=BOTH_ROBUST),
    wrong("robust_score", "zero_hidden_by_a_small_number",
          ("    if mad == 0:\n        raise ValueError(\"MAD bằng 0\")\n", "    mad = mad + 1e-12\n"), loses=BOTH_ROBUST),
    wrong("robust_score", "zero_mad_gives_zeros",
          ("        raise ValueError(\"MAD bằng 0\")", "        return np.zeros(len(x))"), loses=BOTH_ROBUST),
    wrong("robust_score", "brackets_forgotten", ("/ (1.4826 * mad)", "/ 1.4826 * mad"), loses=BOTH_ROBUST),
    right(
        "robust_score",
        "sorted_by_hand",
        code='''
def robust_score(x, reference):
    def median(v):
        v = sorted(v)
        half = len(v) // 2
        return v[half] if len(v) % 2 else (v[half - 1] + v[half]) / 2

    r = [float(v) for v in reference]
    middle = median(r)
    mad = median([abs(v - middle) for v in r])
    if not mad > 0:
        raise ValueError("MAD")
    return np.array([abs(float(v) - middle) / 1.4826 / mad for v in x], dtype=np.float64)
''',
    ),
]  # fmt: skip

# --- mahalanobis_score --------------------------------------------------------------------------------------------

BOTH_MAHALANOBIS = ("test_mahalanobis_score", "test_mahalanobis_score_hidden")
ALL_MAHALANOBIS = (*BOTH_MAHALANOBIS, "test_mahalanobis_score_units_hidden")
MAHALANOBIS_SCORE = [
    wrong("mahalanobis_score", "not_rooted", ("np.sqrt(np.sum(D * np.linalg.solve(S, D.T).T, axis=1))", "np.sum(D * np.linalg.solve(S, D.T).T, axis=1)"),
          loses=ALL_MAHALANOBIS),
    wrong("mahalanobis_score", "one_less_than_n", ("/ len(reference)", "/ (len(reference) - 1)"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis_score", "not_divided", (" / len(reference)", ""), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis_score", "not_inverted", ("np.linalg.solve(S, D.T).T", "(D @ S)"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis_score", "diagonal_only", ("np.linalg.solve(S, D.T).T", "(D / np.diag(S))"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis_score", "not_centred", ("reference - center, X - center", "reference, X - center"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis_score", "samples_not_centred", ("reference - center, X - center", "reference - center, X"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis_score", "euclidean", ("np.linalg.solve(S, D.T).T", "D"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis_score", "small_ridge_added", ("R.T @ R / len(reference)", "R.T @ R / len(reference) + 1e-6 * np.eye(R.shape[1])"),
          loses="test_mahalanobis_score_units_hidden"),
    wrong("mahalanobis_score", "covariance_of_one_feature_is_a_number", ("S = R.T @ R / len(reference)", "S = np.cov(reference.T, bias=True)"),
          loses="test_mahalanobis_score_units_hidden"),
    wrong("mahalanobis_score", "every_pair_of_rows", ("np.sum(D * np.linalg.solve(S, D.T).T, axis=1)", "np.abs(D @ np.linalg.solve(S, D.T))"),
          loses=BOTH_MAHALANOBIS),
    right(
        "mahalanobis_score",
        "pseudoinverse_without_rescaling",
        code='''
def mahalanobis_score(X, reference):
    D = X - reference.mean(axis=0)
    S = np.atleast_2d(np.cov(reference.T, bias=True))
    return np.sqrt(np.einsum("ij,jk,ik->i", D, np.linalg.pinv(S), D))
''',
    ),
    right(
        "mahalanobis_score",
        "whitening",
        code='''
def mahalanobis_score(X, reference):
    center = reference.mean(axis=0)
    scale = np.sqrt(np.mean((reference - center) ** 2, axis=0))
    R, D = (reference - center) / scale, (X - center) / scale
    values, U = np.linalg.eigh(R.T @ R / len(R))
    return np.linalg.norm(D @ U / np.sqrt(values), axis=1)
''',
    ),
    right(
        "mahalanobis_score",
        "covariance_of_numpy",
        code='''
def mahalanobis_score(X, reference):
    S = np.atleast_2d(np.cov(reference, rowvar=False, ddof=0))
    inverse = np.linalg.inv(S)
    return np.array([np.sqrt(d @ inverse @ d) for d in X - reference.mean(axis=0)])
''',
    ),
]  # fmt: skip

# --- knn_score ----------------------------------------------------------------------------------------------------

BOTH_KNN = ("test_knn_score", "test_knn_score_hidden")
KNN_SCORE = [
    wrong("knn_score", "itself_counted", ("np.sort(distance, axis=1)[:, k]", "np.sort(distance, axis=1)[:, k - 1]"), loses=BOTH_KNN),
    wrong("knn_score", "one_too_far", ("np.sort(distance, axis=1)[:, k]", "np.sort(distance, axis=1)[:, min(k + 1, len(X) - 1)]"), loses=BOTH_KNN),
    wrong("knn_score", "squared", ("np.sqrt(np.sum(difference**2, axis=2))", "np.sum(difference**2, axis=2)"), loses=BOTH_KNN),
    wrong("knn_score", "city_block", ("np.sqrt(np.sum(difference**2, axis=2))", "np.sum(np.abs(difference), axis=2)"), loses=BOTH_KNN),
    wrong("knn_score", "mean_of_neighbours", ("np.sort(distance, axis=1)[:, k]", "np.sort(distance, axis=1)[:, 1 : k + 1].mean(axis=1)"),
          loses=BOTH_KNN),
    wrong("knn_score", "duplicates_skipped", ("    score = np.sort", "    distance[distance == 0] = 1e9\n    score = np.sort"),
          ("[:, k]", "[:, k - 1]"), loses=BOTH_KNN),
    wrong("knn_score", "not_sorted", ("np.sort(distance, axis=1)[:, k]", "distance[:, k]"), loses=BOTH_KNN),
    wrong("knn_score", "expanded_square",
          ("np.sqrt(np.sum(difference**2, axis=2))", "np.sqrt(np.maximum(np.sum(X**2, 1)[:, None] + np.sum(X**2, 1) - 2 * X @ X.T, 0))"),
          loses="test_knn_score_hidden"),
    wrong("knn_score", "itself_at_a_million", ("    score = np.sort", "    np.fill_diagonal(distance, 1e6)\n    score = np.sort"),
          ("[:, k]", "[:, k - 1]"), loses="test_knn_score_hidden"),
    right(
        "knn_score",
        "itself_at_infinity",
        code='''
def knn_score(X, k):
    if k < 1 or k >= len(X):
        raise ValueError("k")
    score = np.empty(len(X))
    for i, x in enumerate(X):
        far = np.linalg.norm(X - x, axis=1)
        far[i] = np.inf
        score[i] = np.partition(far, k - 1)[k - 1]
    return score
''',
    ),
]  # fmt: skip

# --- reconstruction_score -----------------------------------------------------------------------------------------

BOTH_RECONSTRUCTION = ("test_reconstruction_score", "test_reconstruction_score_hidden")
EDGES = "test_reconstruction_score_edges_hidden"
ALL_RECONSTRUCTION = (*BOTH_RECONSTRUCTION, EDGES)
RECONSTRUCTION_SCORE = [
    wrong("reconstruction_score", "sum_instead_of_mean", ("np.mean(rest**2, axis=1)", "np.sum(rest**2, axis=1)"), loses=ALL_RECONSTRUCTION),
    wrong("reconstruction_score", "rooted", ("np.mean(rest**2, axis=1)", "np.sqrt(np.mean(rest**2, axis=1))"), loses=ALL_RECONSTRUCTION),
    wrong("reconstruction_score", "smallest_kept",
          ("np.linalg.svd(reference - center, full_matrices=False)[2][:q]", "np.linalg.svd(reference - center, full_matrices=False)[2][::-1][:q]"),
          loses=ALL_RECONSTRUCTION),
    wrong("reconstruction_score", "columns_for_rows",
          ("np.linalg.svd(reference - center, full_matrices=False)[2][:q]", "np.linalg.svd(reference - center, full_matrices=False)[2].T[:q]"),
          loses=BOTH_RECONSTRUCTION),
    wrong("reconstruction_score", "kept_part", ("rest = D - D @ directions.T @ directions", "rest = D @ directions.T @ directions"),
          loses=ALL_RECONSTRUCTION),
    wrong("reconstruction_score", "reference_not_centred", ("np.linalg.svd(reference - center,", "np.linalg.svd(reference,"), loses=ALL_RECONSTRUCTION),
    wrong("reconstruction_score", "samples_not_centred", ("D = X - center", "D = X"), loses=BOTH_RECONSTRUCTION),
    wrong("reconstruction_score", "centred_on_the_samples", ("D = X - center", "D = X - X.mean(axis=0)"), loses=BOTH_RECONSTRUCTION),
    wrong("reconstruction_score", "one_direction_more", ("[2][:q]", "[2][: q + 1]"), loses=ALL_RECONSTRUCTION),
    wrong("reconstruction_score", "difference_of_squares", ("np.mean(rest**2, axis=1)", "(np.sum(D**2, axis=1) - np.sum((D @ directions.T) ** 2, axis=1)) / D.shape[1]"),
          loses=EDGES),
    wrong("reconstruction_score", "standardised", ("np.linalg.svd(reference - center,", "np.linalg.svd((reference - center) / reference.std(axis=0),"),
          loses=("test_reconstruction_score_hidden",)),
    wrong("reconstruction_score", "covariance_of_one_feature_is_a_number",
          ("np.linalg.svd(reference - center, full_matrices=False)[2][:q]", "np.linalg.eigh(np.cov(reference.T))[1][:, ::-1].T[:q]"), loses=EDGES),
    wrong("reconstruction_score", "kept_part_taken_from_x", ("rest = D - D @", "rest = X - D @"), loses=BOTH_RECONSTRUCTION),
    wrong("reconstruction_score", "slice_from_the_end", ("np.linalg.svd(reference - center, full_matrices=False)[2][:q]", "np.linalg.svd(reference - center, full_matrices=False)[2][::-1][-q:]"),
          loses=BOTH_RECONSTRUCTION),
    wrong("reconstruction_score", "nothing_checked", ("if not 0 <= q <= X.shape[1]:", "if False:"), loses=EDGES),
    right(
        "reconstruction_score",
        "by_the_covariance",
        code='''
def reconstruction_score(X, reference, q):
    m = X.shape[1]
    if q < 0 or q > m:
        raise ValueError("q")
    center = reference.mean(axis=0)
    R = reference - center
    values, U = np.linalg.eigh(R.T @ R)
    thrown = U[:, : m - q]
    return np.sum(((X - center) @ thrown) ** 2, axis=1) / m
''',
    ),
    right(
        "reconstruction_score",
        "rebuilt_sample_by_sample",
        code='''
def reconstruction_score(X, reference, q):
    if not 0 <= q <= X.shape[1]:
        raise ValueError("q")
    center = reference.mean(axis=0)
    values, U = np.linalg.eigh(np.atleast_2d(np.cov(reference, rowvar=False)))
    best = U[:, np.argsort(values)[::-1][:q]]
    out = []
    for x in X:
        back = center.copy()
        for u in best.T:
            back = back + (u @ (x - center)) * u
        out.append(np.mean((x - back) ** 2))
    return np.array(out)
''',
    ),
]  # fmt: skip

# --- heat_map -----------------------------------------------------------------------------------------------------

ALL_HEAT = ("test_heat_map", "test_heat_map_hidden", "test_heat_map_edges_hidden")
HEAT_MAP = [
    wrong("heat_map", "sum_not_mean", ("total / count", "total"), loses=ALL_HEAT),
    wrong("heat_map", "divided_by_the_patch", ("total / count", "total / side**2"), loses=ALL_HEAT),
    wrong("heat_map", "largest_instead_of_mean", ("total[i : i + a, j : j + b] += E", "total[i : i + a, j : j + b] = np.maximum(total[i : i + a, j : j + b], E)"),
          ("total / count", "total"), loses=ALL_HEAT),
    wrong("heat_map", "last_offset_missing", ("for i in range(side):", "for i in range(max(side - 1, 1)):"), ("total / count", "total / np.maximum(count, 1)"),
          loses=ALL_HEAT),
    wrong("heat_map", "overwritten", ("total[i : i + a, j : j + b] += E", "total[i : i + a, j : j + b] = E"), loses=ALL_HEAT),
    wrong("heat_map", "size_off_by_one", ("total = np.zeros((a + side - 1, b + side - 1))", "total = np.zeros((a + side, b + side))"),
          ("count = np.zeros((a + side - 1, b + side - 1))", "count = np.ones((a + side, b + side))"), loses=ALL_HEAT),
    wrong("heat_map", "axes_swapped", ("a, b = E.shape", "E = E.T\n    a, b = E.shape"), loses=ALL_HEAT),
    right(
        "heat_map",
        "pixel_by_pixel",
        code='''
def heat_map(E, side):
    a, b = E.shape
    out = np.empty((a + side - 1, b + side - 1))
    for r in range(out.shape[0]):
        for c in range(out.shape[1]):
            out[r, c] = E[max(r - side + 1, 0) : r + 1, max(c - side + 1, 0) : c + 1].mean()
    return out
''',
    ),
    right(
        "heat_map",
        "patch_by_patch",
        code='''
def heat_map(E, side):
    total = np.zeros((E.shape[0] + side - 1, E.shape[1] + side - 1))
    count = total.copy()
    for (i, j), e in np.ndenumerate(E):
        total[i : i + side, j : j + side] += e
        count[i : i + side, j : j + side] += 1
    return total / count
''',
    ),
]  # fmt: skip

# --- alarm_threshold ----------------------------------------------------------------------------------------------

BOTH_ALARM = ("test_alarm_threshold", "test_alarm_threshold_hidden")
ALARM_THRESHOLD = [
    wrong("alarm_threshold", "n_instead_of_n_plus_one", ("(len(scores) + 1) * alarms", "len(scores) * alarms"), loses=BOTH_ALARM),
    wrong("alarm_threshold", "one_place_too_low", ("np.sort(scores)[-k]", "np.sort(scores)[::-1][min(k, len(scores) - 1)]"), loses=BOTH_ALARM),
    wrong("alarm_threshold", "smallest", ("np.sort(scores)[-k]", "np.sort(scores)[k - 1]"), loses=BOTH_ALARM),
    wrong("alarm_threshold", "not_sorted", ("np.sort(scores)[-k]", "scores[-k]"), loses=BOTH_ALARM),
    wrong("alarm_threshold", "quantile", ("np.sort(scores)[-k]", "np.quantile(scores, 1 - alarms / per)"), loses=BOTH_ALARM),
    wrong("alarm_threshold", "rounded_up", ("(len(scores) + 1) * alarms // per", "-(-(len(scores) + 1) * alarms // per)"), loses=BOTH_ALARM),
    wrong("alarm_threshold", "float_rate", ("(len(scores) + 1) * alarms // per", "int((len(scores) + 1) * (alarms / per))"),
          loses="test_alarm_threshold_hidden"),
    wrong("alarm_threshold", "duplicates_dropped", ("np.sort(scores)[-k]", "np.unique(scores)[-min(k, len(np.unique(scores)))]"), loses="test_alarm_threshold_hidden"),
    wrong("alarm_threshold", "largest_when_too_few", ("        raise ValueError(\"quá ít mẫu sạch\")", "        k = 1"), loses=BOTH_ALARM),
    wrong("alarm_threshold", "sorted_in_place", ("    return np.sort(scores)[-k]", "    scores.sort()\n    return scores[-k]"), loses=BOTH_ALARM),
    right(
        "alarm_threshold",
        "by_fractions",
        code='''
def alarm_threshold(scores, alarms, per):
    from fractions import Fraction
    from math import floor

    k = floor(Fraction(alarms, per) * (len(scores) + 1))
    if k < 1:
        raise ValueError("k")
    return sorted(float(s) for s in scores)[len(scores) - k]
''',
    ),
]  # fmt: skip

# --- isolation_score ----------------------------------------------------------------------------------------------

ALL_ISOLATION = ("test_isolation_score", "test_isolation_score_hidden", "test_isolation_score_edges_hidden")
BOTH_ISOLATION = ALL_ISOLATION[:2]
ISOLATION_SCORE = [
    wrong("isolation_score", "leaf_ignored", ("return h + c(tree)", "return h"), loses=ALL_ISOLATION),
    wrong("isolation_score", "lists_not_counted", ("return h + c(tree)", "return c(tree)"), loses=ALL_ISOLATION),
    wrong("isolation_score", "leaf_size_added", ("return h + c(tree)", "return h + tree"), loses=ALL_ISOLATION),
    wrong("isolation_score", "strictly_below", ("x[k] <= cut", "x[k] < cut"), loses=ALL_ISOLATION),
    wrong("isolation_score", "sides_swapped", ("left if x[k] <= cut else right", "right if x[k] <= cut else left"), loses=ALL_ISOLATION),
    wrong("isolation_score", "sign_of_the_exponent", ("2 ** (-mean / c(part))", "2 ** (mean / c(part))"), loses=ALL_ISOLATION),
    wrong("isolation_score", "natural_base", ("2 ** (-mean / c(part))", "np.exp(-mean / c(part))"), loses=ALL_ISOLATION),
    wrong("isolation_score", "divided_by_the_part", ("/ c(part)", "/ part"), loses=ALL_ISOLATION),
    wrong("isolation_score", "mean_of_scores", ("np.mean([steps(x, tree) for tree in trees]) for x in X])", "np.mean([2 ** (-steps(x, tree) / c(part)) for tree in trees]) for x in X])"),
          ("2 ** (-mean / c(part))", "mean"), loses=BOTH_ISOLATION),
    wrong("isolation_score", "logarithm_for_the_sum", ("np.sum(2 / np.arange(2, n + 1))", "2 * (np.log(n - 1) + 0.5772156649) - 2 * (n - 1) / n if n > 2 else float(n - 1)"),
          loses=BOTH_ISOLATION),
    wrong("isolation_score", "one_term_short", ("np.arange(2, n + 1)", "np.arange(2, n + 1)[: max(n - 2, 1)]"), loses=BOTH_ISOLATION),
    wrong("isolation_score", "first_tree_only", ("for tree in trees]", "for tree in trees[:1]]"), loses=BOTH_ISOLATION),
    right(
        "isolation_score",
        "recursive",
        code='''
def isolation_score(X, trees, part):
    c = [0.0, 0.0]

    def level(n):
        while len(c) <= n:
            c.append(c[-1] + 2 / len(c))
        return c[n]

    def walk(tree, rows, h, out):
        if isinstance(tree, int):
            out[rows] += h + level(tree)
            return
        k, cut, left, right = tree
        low = X[rows, k] <= cut
        walk(left, rows[low], h + 1, out)
        walk(right, rows[~low], h + 1, out)

    total = np.zeros(len(X))
    for tree in trees:
        walk(tree, np.arange(len(X)), 0, total)
    return np.exp2(-total / len(trees) / level(part))
''',
    ),
]  # fmt: skip

ANSWERS = [
    *ROBUST_SCORE,
    *MAHALANOBIS_SCORE,
    *KNN_SCORE,
    *RECONSTRUCTION_SCORE,
    *HEAT_MAP,
    *ALARM_THRESHOLD,
    *ISOLATION_SCORE,
]

EQUIVALENT: list[Equivalent] = []
