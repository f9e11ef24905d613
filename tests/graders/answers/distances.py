"""Answers to the assignment `distances`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- minkowski ----------------------------------------------------------------------------------------------------

BOTH_MINKOWSKI = ("test_minkowski", "test_minkowski_hidden")
STABLE = "test_minkowski_stable_hidden"
POWER = "largest * np.sum((gap / scale[:, None]) ** p, axis=1) ** (1 / p)"
MINKOWSKI = [
    wrong("minkowski", "root_forgotten", (POWER, "np.sum(gap**p, axis=1)"), loses=(*BOTH_MINKOWSKI, STABLE)),
    wrong("minkowski", "always_euclid", (POWER, "np.sqrt(np.sum(gap**2, axis=1))"), loses=(*BOTH_MINKOWSKI, STABLE)),
    wrong("minkowski", "square_root_of_every_power", ("** (1 / p)", "** 0.5"), loses=BOTH_MINKOWSKI),
    wrong("minkowski", "axis_swapped", (POWER, "np.sum(gap**p, axis=0) ** (1 / p)"), loses=BOTH_MINKOWSKI),
    wrong("minkowski", "not_scaled", (POWER, "np.sum(gap**p, axis=1) ** (1 / p)"), loses=STABLE),
    wrong("minkowski", "scaled_by_the_whole_table", ("scale = np.where(largest > 0, largest, 1.0)", "scale = np.full(len(gap), gap.max())\n    largest = scale"),
          loses=("test_minkowski_hidden", STABLE)),
    wrong("minkowski", "zero_row_is_nan", ("np.where(largest > 0, largest, 1.0)", "largest"), loses=(*BOTH_MINKOWSKI, STABLE)),
    wrong("minkowski", "tiny_number_added_to_the_scale", ("scale = np.where(largest > 0, largest, 1.0)", "scale = largest = largest + 1e-12"), loses=STABLE),
    wrong("minkowski", "largest_not_multiplied_back", ("largest * np.sum", "np.sum"), loses=(*BOTH_MINKOWSKI, STABLE)),
    wrong("minkowski", "bad_power_accepted", ("if p < 1:", "if p <= 0:"), loses=BOTH_MINKOWSKI),
    # a share of 1 stays 1, every other becomes 0, and the root of order infinity makes the count 1
    right("minkowski", "infinity_like_every_power", ("    if np.isinf(p):\n        return largest\n", "")),
    right(
        "minkowski",
        "row_by_row",
        code='''
def minkowski(U, v, p):
    if p < 1:
        raise ValueError("p")
    out = []
    for row in np.asarray(U, dtype=np.float64):
        gap = np.abs(row - np.asarray(v, dtype=np.float64))
        a = gap.max()
        if a == 0 or p == np.inf:
            out.append(a)
        else:
            out.append(a * float(np.sum((gap / a) ** p)) ** (1 / p))
    return np.array(out)
''',
    ),
]  # fmt: skip

# --- angular ------------------------------------------------------------------------------------------------------

ALL_ANGULAR = ("test_angular", "test_angular_hidden", "test_angular_clipped_hidden")
ANGLE = "np.arccos(np.clip(cosine, -1, 1))"
ANGULAR = [
    wrong("angular", "cosine_itself", (ANGLE, "np.clip(cosine, -1, 1)"), loses=ALL_ANGULAR),
    wrong("angular", "one_minus_cosine", (ANGLE, "1 - np.clip(cosine, -1, 1)"), loses=("test_angular", "test_angular_hidden")),
    wrong("angular", "degrees", (ANGLE, "np.degrees(np.arccos(np.clip(cosine, -1, 1)))"), loses=ALL_ANGULAR),
    wrong("angular", "not_clipped", (ANGLE, "np.arccos(cosine)"), loses="test_angular_clipped_hidden"),
    wrong("angular", "sign_lost", (ANGLE, "np.arccos(np.clip(np.abs(cosine), 0, 1))"), loses=ALL_ANGULAR),
    wrong("angular", "zero_vectors_not_checked", ("if not (lengths_a.all() and lengths_b.all()):", "if False:"), loses=("test_angular", "test_angular_hidden")),
    wrong("angular", "zero_vectors_checked_in_b_only", ("if not (lengths_a.all() and lengths_b.all()):", "if not lengths_b.all():"), loses="test_angular_hidden"),
    wrong("angular", "integers_multiplied",
          code='''
def angular(A, B):
    a, b = np.sqrt((A * A).sum(axis=1)), np.sqrt((B * B).sum(axis=1))
    if not (a.all() and b.all()):
        raise ValueError("0")
    return np.arccos(np.clip(A @ B.T / np.outer(a, b), -1, 1))
''', loses="test_angular_hidden"),
    wrong("angular", "unit_columns", ("lengths_a, lengths_b = np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1)",
                                      "lengths_a, lengths_b = np.full(len(A), np.linalg.norm(A)), np.full(len(B), np.linalg.norm(B))"),
          loses=ALL_ANGULAR),
    wrong("angular", "diagonal_filled_as_for_one_set",
          (f"return {ANGLE}", f"angles = {ANGLE}\n    np.fill_diagonal(angles, 0)\n    return angles"), loses=ALL_ANGULAR[:2]),
    right(
        "angular",
        "by_chords",
        code='''
def angular(A, B):
    A, B = np.array(A, dtype=np.float64), np.array(B, dtype=np.float64)
    if np.any(np.all(A == 0, axis=1)) or np.any(np.all(B == 0, axis=1)):
        raise ValueError("0")
    A /= np.sqrt((A**2).sum(axis=1, keepdims=True))
    B /= np.sqrt((B**2).sum(axis=1, keepdims=True))
    minus = np.linalg.norm(A[:, None] - B[None], axis=2)
    plus = np.linalg.norm(A[:, None] + B[None], axis=2)
    return 2 * np.arctan2(minus, plus)
''',
    ),
]  # fmt: skip

# --- axioms -------------------------------------------------------------------------------------------------------

ALL_AXIOMS = ("test_axioms", "test_axioms_hidden", "test_axioms_metrics_hidden")
DETOUR = "np.max(D - (D[:, [k]] + D[[k]]))"
AXIOMS = [
    wrong("axioms", "smallest_gain", (DETOUR, "np.min(D - (D[:, [k]] + D[[k]]))"), loses=ALL_AXIOMS),
    wrong("axioms", "sign_reversed", (DETOUR, "np.max(D[:, [k]] + D[[k]] - D)"), loses=ALL_AXIOMS),
    wrong("axioms", "only_distinct_triples", ("excess = max(np.max(D - (D[:, [k]] + D[[k]])) for k in range(len(D)))",
          "n = len(D)\n    gains = [D[i, j] - D[i, k] - D[k, j] for i in range(n) for j in range(n) for k in range(n) if len({i, j, k}) == 3]\n"
          "    excess = float(max(gains, default=0.0))"),
          loses=("test_axioms", "test_axioms_hidden")),
    wrong("axioms", "one_step_transposed", (DETOUR, "np.max(D - (D[:, [k]] + D[:, [k]].T))"), loses="test_axioms_hidden"),
    wrong("axioms", "no_tolerance", ('"triangle": excess <= 1e-9', '"triangle": excess <= 0'), loses="test_axioms_metrics_hidden"),
    wrong("axioms", "only_the_diagonal", (" and np.all(D[apart] > 1e-9)", ""), loses=ALL_AXIOMS),
    wrong("axioms", "diagonal_forgotten", ("np.all(np.abs(D[~apart]) <= 1e-9) and ", ""), loses=("test_axioms", "test_axioms_hidden")),
    wrong("axioms", "relative_symmetry", ("np.all(D - D.T <= 1e-9)", "np.allclose(D, D.T)"), loses="test_axioms_metrics_hidden"),
    wrong("axioms", "integers_added", ("np.asarray(D, dtype=np.float64)", "np.asarray(D)"), loses="test_axioms_hidden"),
    wrong("axioms", "other_keys", ('"identity":', '"zero":'), ('"excess": excess', '"gain": excess'), loses=ALL_AXIOMS),
    wrong("axioms", "shape_not_checked", ("D.ndim != 2 or D.shape[0] != D.shape[1]", "D.ndim != 2"), loses=("test_axioms", "test_axioms_hidden")),
    right(
        "axioms",
        "one_cube",
        code='''
def axioms(D):
    D = np.array(D, dtype=float)
    if D.ndim != 2 or len(D) != D.shape[1]:
        raise ValueError("D")
    n = len(D)
    gain = (D[:, :, None] - (D[:, None, :] + D.T[None, :, :])).max()
    diagonal = np.diag(D)
    others = D + np.diag(np.full(n, np.inf))
    return {
        "triangle": gain <= 1e-9,
        "excess": gain,
        "identity": (np.abs(diagonal) <= 1e-9).all() and others.min() > 1e-9,
        "symmetry": np.abs(D - D.T).max() <= 1e-9,
    }
''',
    ),
]  # fmt: skip

# --- mahalanobis --------------------------------------------------------------------------------------------------

ALL_MAHALANOBIS = ("test_mahalanobis", "test_mahalanobis_hidden", "test_mahalanobis_invariant_hidden")
MAHALANOBIS = [
    wrong("mahalanobis", "root_forgotten", ("np.sqrt(np.sum(gap**2, axis=2))", "np.sum(gap**2, axis=2)"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis", "variance_instead_of_deviation", ("Q / np.sqrt(eigenvalues)", "Q / eigenvalues"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis", "multiplied_instead_of_divided", ("Q / np.sqrt(eigenvalues)", "Q * np.sqrt(eigenvalues)"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis", "only_the_diagonal", ("white = Q / np.sqrt(eigenvalues)", "white = np.diag(1 / np.sqrt(np.diag(S)))"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis", "rows_scaled_instead_of_columns", ("Q / np.sqrt(eigenvalues)", "Q / np.sqrt(eigenvalues)[:, None]"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis", "eigenvectors_transposed", ("white = Q / np.sqrt(eigenvalues)", "white = Q.T / np.sqrt(eigenvalues)"),
          loses=("test_mahalanobis_hidden", "test_mahalanobis_invariant_hidden")),
    wrong("mahalanobis", "only_one_side_whitened", ("(B @ white)[None, :, :]", "B[None, :, :]"), loses=ALL_MAHALANOBIS),
    wrong("mahalanobis", "expanded_and_not_cut",
          ("gap = (A @ white)[:, None, :] - (B @ white)[None, :, :]", "a, b = A @ white, B @ white\n    square = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T"),
          ("np.sum(gap**2, axis=2)", "square"), loses=ALL_MAHALANOBIS[:2]),
    wrong("mahalanobis", "symmetry_not_checked", ("if np.any(S - S.T > 1e-8):", "if False:"), loses=("test_mahalanobis", "test_mahalanobis_hidden")),
    wrong("mahalanobis", "exact_symmetry", ("> 1e-8", "> 0"), loses="test_mahalanobis_hidden"),
    wrong("mahalanobis", "zero_eigenvalue_accepted", ("if eigenvalues[0] <= 0:", "if eigenvalues[0] < 0:"), loses="test_mahalanobis_hidden"),
    wrong("mahalanobis", "determinant_checked", ("if eigenvalues[0] <= 0:", "if np.linalg.det(S) <= 0:"), loses="test_mahalanobis_hidden"),
    wrong("mahalanobis", "cholesky_transposed", ("white = Q / np.sqrt(eigenvalues)", "white = np.linalg.inv(np.linalg.cholesky(S))"), loses=ALL_MAHALANOBIS),
    right(
        "mahalanobis",
        "by_cholesky",
        code='''
def mahalanobis(A, B, S):
    A, B, S = np.array(A, dtype=np.float64), np.array(B, dtype=np.float64), np.array(S, dtype=np.float64)
    if np.abs(S - S.T).max() > 1e-8:
        raise ValueError("S")
    L = np.linalg.cholesky(S)
    a, b = np.linalg.solve(L, A.T).T, np.linalg.solve(L, B.T).T
    return np.linalg.norm(a[:, None] - b, axis=2)
''',
    ),
    right(
        "mahalanobis",
        "pair_by_pair",
        code='''
def mahalanobis(A, B, S):
    A, B, S = np.array(A, dtype=np.float64), np.array(B, dtype=np.float64), np.array(S, dtype=np.float64)
    if not np.allclose(S, S.T, rtol=0, atol=1e-8) or np.linalg.eigvalsh(S).min() <= 0:
        raise ValueError("S")
    inverse = np.linalg.inv(S)
    return np.array([[np.sqrt(max((u - v) @ inverse @ (u - v), 0.0)) for v in B] for u in A])
''',
    ),
]  # fmt: skip

# --- jaccard ------------------------------------------------------------------------------------------------------

BOTH_JACCARD = ("test_jaccard", "test_jaccard_hidden")
JACCARD = [
    wrong("jaccard", "similarity", ("return 1 - (both + empty)", "return (both + empty)"), loses=BOTH_JACCARD),
    wrong("jaccard", "both_counted_twice", (" - both\n", "\n"), loses=BOTH_JACCARD),
    wrong("jaccard", "empty_sets_apart", ("(both + empty) / (either", "both / (either"), loses=BOTH_JACCARD),
    wrong("jaccard", "empty_sets_nan", ("(both + empty) / (either + empty)", "both / either"), loses=BOTH_JACCARD),
    wrong("jaccard", "boolean_product", ("A @ B.T.astype(np.float64)", "(A @ B.T).astype(np.float64)"), loses=BOTH_JACCARD),
    wrong("jaccard", "bytes_overflow", ("A @ B.T.astype(np.float64)", "(A.astype(np.uint8) @ B.T.astype(np.uint8)).astype(np.float64)"),
          loses="test_jaccard_hidden"),
    wrong("jaccard", "greater_than_zero", ("A, B = A != 0, B != 0", "A, B = A > 0, B > 0"), loses="test_jaccard_hidden"),
    wrong("jaccard", "values_multiplied", ("A, B = A != 0, B != 0", "A, B = A.astype(np.float64), B.astype(np.float64)"), loses=BOTH_JACCARD),
    wrong("jaccard", "hamming",
          code='''
def jaccard(A, B):
    A, B = np.asarray(A) != 0, np.asarray(B) != 0
    return np.mean(A[:, None] != B[None], axis=2)
''', loses=BOTH_JACCARD),
    right(
        "jaccard",
        "by_broadcasting",
        code='''
def jaccard(A, B):
    A, B = np.asarray(A).astype(bool)[:, None], np.asarray(B).astype(bool)[None]
    both, either = (A & B).sum(axis=2), (A | B).sum(axis=2)
    out = np.zeros(both.shape)
    filled = either > 0
    out[filled] = 1 - both[filled] / either[filled]
    return out
''',
    ),
]  # fmt: skip

# --- knn_predict --------------------------------------------------------------------------------------------------

BOTH_KNN = ("test_knn_predict", "test_knn_predict_hidden")
KNN_PREDICT = [
    wrong("knn_predict", "farthest", ("np.argsort(D,", "np.argsort(-D.astype(float),"), loses=BOTH_KNN),
    wrong("knn_predict", "nearest_only", ("np.bincount(votes).argmax()", "votes[0]"), loses=BOTH_KNN),
    wrong("knn_predict", "larger_label_wins", ("np.bincount(votes).argmax()", "len(np.bincount(votes)) - 1 - np.bincount(votes)[::-1].argmax()"), loses=BOTH_KNN),
    wrong("knn_predict", "nearer_label_wins",
          ("np.array([np.bincount(votes).argmax() for votes in y[near]])", "np.array([max(votes, key=list(votes).count) for votes in y[near]])"), loses=BOTH_KNN),
    wrong("knn_predict", "positions_not_labels", ("np.array([np.bincount(votes).argmax() for votes in y[near]])", "near[:, 0]"), loses=BOTH_KNN),
    wrong("knn_predict", "larger_index_wins", ("np.argsort(D, kind=\"stable\")[:, :k]", "D.shape[1] - 1 - np.argsort(D[:, ::-1], axis=1, kind=\"stable\")[:, :k]"),
          loses=BOTH_KNN),
    wrong("knn_predict", "columns_sorted", ("np.argsort(D, kind=\"stable\")[:, :k]", "np.argsort(D, axis=0, kind=\"stable\")[:, :k]"), loses=BOTH_KNN),
    wrong("knn_predict", "one_neighbour_too_few", ("[:, :k]", "[:, : max(k - 1, 1)]"), loses="test_knn_predict_hidden"),
    wrong("knn_predict", "everything_within_the_kth_distance",
          ("np.array([np.bincount(votes).argmax() for votes in y[near]])", "np.array([np.bincount(y[row <= np.sort(row)[k - 1]]).argmax() for row in D])"),
          loses=BOTH_KNN),
    wrong("knn_predict", "ten_labels_only",
          ("np.array([np.bincount(votes).argmax() for votes in y[near]])", "np.eye(10, dtype=int)[y[near]].sum(axis=1).argmax(axis=1)"), loses=BOTH_KNN),
    wrong("knn_predict", "large_k_accepted", ("if not 1 <= k <= len(y):", "if k < 1:"), loses=BOTH_KNN),
    wrong("knn_predict", "mean_of_labels", ("np.bincount(votes).argmax()", "int(np.round(votes.mean()))"), loses=BOTH_KNN),
    right(
        "knn_predict",
        "by_unique",
        code='''
def knn_predict(D, y, k):
    n = len(y)
    if k < 1 or k > n:
        raise ValueError("k")
    answers = []
    for row in D:
        order = np.lexsort((np.arange(n), row))[:k]
        values, counts = np.unique(y[order], return_counts=True)
        answers.append(int(values[counts.argmax()]))
    return np.array(answers)
''',
    ),
]  # fmt: skip

# --- nearest ------------------------------------------------------------------------------------------------------

ALL_NEAREST = ("test_nearest", "test_nearest_hidden", "test_nearest_blocks_hidden", "test_nearest_exact_hidden")
VALUES = ("test_nearest", "test_nearest_hidden", "test_nearest_exact_hidden")
SQUARE = "np.sum((Q[:, None] - rows[None]) ** 2, axis=2)"
NEAREST = [
    wrong("nearest", "root_forgotten", ("np.sqrt(best)", "best"), loses=VALUES),
    wrong("nearest", "index_inside_the_block", ("np.arange(start, stop)", "np.arange(stop - start)"), loses=ALL_NEAREST),
    wrong("nearest", "everything_at_once", ("for start in range(0, n, block):", "for start in [0]:"), ("min(start + block, n)", "n"),
          loses=("test_nearest", "test_nearest_blocks_hidden")),
    wrong("nearest", "last_block_forgotten", ("for start in range(0, n, block):", "for start in range(0, max(n - block + 1, 1), block):"), loses=ALL_NEAREST),
    wrong("nearest", "stop_beyond_the_end", ("stop = min(start + block, n)", "stop = start + block"),
          loses=("test_nearest", "test_nearest_blocks_hidden")),
    wrong("nearest", "read_twice", ("rows = load(start, stop).astype(np.float64)", "rows = load(start, stop).astype(np.float64)\n        load(start, stop)"),
          loses=("test_nearest", "test_nearest_blocks_hidden")),
    wrong("nearest", "new_blocks_first", ("np.hstack([best, d])", "np.hstack([d, best])"),
          ("np.hstack([indices, np.broadcast_to(np.arange(start, stop), d.shape)])", "np.hstack([np.tile(np.arange(start, stop), (len(Q), 1)), indices])"),
          loses=("test_nearest", "test_nearest_exact_hidden")),
    wrong("nearest", "only_the_last_block", ("np.hstack([best, d])", "d"),
          ("np.hstack([indices, np.broadcast_to(np.arange(start, stop), d.shape)])", "np.tile(np.arange(start, stop), (len(Q), 1))"), loses=ALL_NEAREST),
    wrong("nearest", "expanded_square",
          (SQUARE, "np.maximum((Q**2).sum(axis=1)[:, None] + (rows**2).sum(axis=1) - 2 * Q @ rows.T, 0)"), loses="test_nearest_exact_hidden"),
    wrong("nearest", "float32", ("load(start, stop).astype(np.float64)", "load(start, stop).astype(np.float32)"),
          ("Q[:, None] -", "Q[:, None].astype(np.float32) -"), loses="test_nearest_exact_hidden"),
    wrong("nearest", "bytes_subtracted", ("load(start, stop).astype(np.float64)", "load(start, stop)"),
          loses="test_nearest_hidden"),
    wrong("nearest", "not_sorted", ("np.argsort(best, kind=\"stable\")[:, :k]",
          "np.sort(np.argsort(best, kind=\"stable\")[:, :k], axis=1)"), loses=ALL_NEAREST),
    wrong("nearest", "k_larger_than_n", ("1 <= k <= n or block < 1", "1 <= k or block < 1"), loses=("test_nearest", "test_nearest_hidden")),
    wrong("nearest", "block_not_checked", (" or block < 1", ""), loses="test_nearest_hidden"),
    right(
        "nearest",
        "with_a_list_per_query",
        code='''
def nearest(Q, load, n, k, block):
    if k < 1 or k > n or block < 1:
        raise ValueError("k, block")
    Q = np.array(Q, dtype=np.float64)
    best = [[] for _ in Q]
    start = 0
    while start < n:
        stop = n if start + block > n else start + block
        rows = np.array(load(start, stop), dtype=np.float64)
        for kept, u in zip(best, Q, strict=True):
            square = ((rows - u) ** 2).sum(axis=1)
            kept.extend((float(d), start + i) for i, d in enumerate(square))
            kept.sort()
            del kept[k:]
        start = stop
    indices = np.array([[i for _, i in kept] for kept in best])
    return indices, np.sqrt([[d for d, _ in kept] for kept in best])
''',
    ),
    right(
        "nearest",
        "from_the_end",
        code='''
def nearest(Q, load, n, k, block):
    if not (1 <= k <= n and block >= 1):
        raise ValueError("k, block")
    Q = np.array(Q, dtype=np.float64)
    d = np.full((len(Q), k), np.inf)
    where = np.full((len(Q), k), n)
    stop = n
    while stop > 0:
        start = max(stop - block, 0)
        rows = np.array(load(start, stop), dtype=np.float64)
        new = np.linalg.norm(Q[:, None] - rows, axis=2)
        new = np.sqrt(((Q[:, None] - rows) ** 2).sum(axis=2))
        d = np.concatenate([new, d], axis=1)
        where = np.concatenate([np.broadcast_to(np.arange(start, stop), new.shape), where], axis=1)
        order = np.lexsort((where, d), axis=1)[:, :k]
        d, where = np.take_along_axis(d, order, axis=1), np.take_along_axis(where, order, axis=1)
        stop = start
    return where, d
''',
    ),
]  # fmt: skip

ANSWERS = [*MINKOWSKI, *ANGULAR, *AXIOMS, *MAHALANOBIS, *JACCARD, *KNN_PREDICT, *NEAREST]
EQUIVALENT = [
    Equivalent("minkowski", "if np.isinf(p): -> if False:", "0**inf is 0 and 1**inf is 1, and the root of order infinity of the count is 1"),
    Equivalent("minkowski", "scale = np.where(largest > 0, largest, 1.0) -> scale = np.where(largest > 0, largest, 2.0)", "a row of zeros is zero whatever it is divided by"),
    Equivalent("mahalanobis", "if np.any(S - S.T > 1e-8): -> if np.any(S.T - S > 1e-8):", "the differences come in pairs of opposite sign"),
    Equivalent("mahalanobis", "gap = (A @ white)[:, None, :] - (B @ white)[None, :, :] -> gap = (B @ white)[None, :, :] - (A @ white)[:, None, :]",
               "squared afterwards"),
    Equivalent("jaccard", "both = A @ B.T.astype(np.float64) -> both = A @ B.T.astype(np.float32)", "counts below 2**24 are exact in float32, and the division is float64"),
    Equivalent("knn_predict", "if not 1 <= k <= len(y): -> if not 0 <= k <= len(y):", "with k = 0 the vote itself raises the ValueError"),
    Equivalent("knn_predict", 'near = np.argsort(D, kind="stable")[:, :k] -> near = np.argsort(D, kind=\'stable_\')[:, :k]', "NumPy reads the first letter"),
    Equivalent("nearest", "if not 1 <= k <= n or block < 1: -> if not 1 <= k <= n or block < 0:", "a step of 0 is refused by range with the same error"),
    Equivalent("nearest", "indices = np.zeros((len(Q), 0), dtype=np.int64) -> indices = np.ones((len(Q), 0), dtype=np.int64)", "an array without elements"),
    Equivalent("nearest", "indices = np.zeros((len(Q), 0), dtype=np.int64) -> indices = np.zeros((len(Q), 0), dtype=np.uint8)", "hstack widens it to int64"),
    Equivalent("nearest", "best = np.zeros((len(Q), 0)) -> best = np.ones((len(Q), 0))", "an array without elements"),
    Equivalent("nearest", "stop = min(start + block, n) -> stop = min(n, start + block)", "the smaller of two"),
    Equivalent("nearest", "d = np.sum((Q[:, None] - rows[None]) ** 2, axis=2) -> d = np.sum((rows[None] - Q[:, None]) ** 2, axis=2)", "squared afterwards"),
    Equivalent("nearest", 'order = np.argsort(best, kind="stable")[:, :k] -> order = np.argsort(best, kind=\'stable_\')[:, :k]', "NumPy reads the first letter"),
    Equivalent("nearest", "best = np.take_along_axis(best, order, axis=1) -> best = np.take_along_axis(best, order)", "the last axis is the default"),
    Equivalent("nearest", "indices = np.take_along_axis(indices, order, axis=1) -> indices = np.take_along_axis(indices, order)", "the last axis is the default"),
]  # fmt: skip
