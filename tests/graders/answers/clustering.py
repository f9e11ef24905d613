"""Answers to the assignment `clustering`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- lloyd_round --------------------------------------------------------------------------------------------------

VISIBLE, RANDOM, EMPTY = "test_lloyd_round", "test_lloyd_round_hidden", "test_lloyd_round_empty_hidden"
LLOYD_ROUND = [
    wrong("lloyd_round", "tie_to_the_last", ("far.argmin(axis=1), far.min(axis=1)", "len(centers) - 1 - far[:, ::-1].argmin(axis=1), far.min(axis=1)"),
          loses=(VISIBLE, RANDOM)),
    wrong("lloyd_round", "empty_center_stays", ("X[next(spare)]", "centers[c]"), loses=(VISIBLE, EMPTY)),
    wrong("lloyd_round", "empty_center_is_nan", ("X[mine].mean(axis=0) if mine.any() else X[next(spare)]", "X[mine].sum(axis=0) / np.float64(mine.sum())"),
          loses=(VISIBLE, EMPTY)),
    wrong("lloyd_round", "empty_centers_share_a_sample", ("X[next(spare)]", "X[own.argmax()]"), loses=(VISIBLE, EMPTY)),
    wrong("lloyd_round", "far_after_the_move", ("key=lambda i: -own[i]", "key=lambda i: -np.sum((X[i] - X[labels == labels[i]].mean(axis=0)) ** 2)"),
          loses=(VISIBLE, EMPTY)),
    wrong("lloyd_round", "far_from_the_empty_center", ("X[next(spare)]", "X[far[:, c].argmax()]"), loses=(VISIBLE, EMPTY)),
    wrong("lloyd_round", "last_of_equally_far", ("sorted(range(len(X)), key=lambda i: -own[i])", "sorted(range(len(X)), key=lambda i: own[i])[::-1]"), loses=EMPTY),
    wrong("lloyd_round", "error_after_the_move", ("own.sum()", "np.sum((X - moved[labels]) ** 2)"), loses=(VISIBLE, RANDOM, EMPTY)),
    wrong("lloyd_round", "distances_not_squared", ("own.sum()", "np.sqrt(own).sum()"), loses=(VISIBLE, RANDOM, EMPTY)),
    wrong("lloyd_round", "error_averaged", ("own.sum()", "own.mean()"), loses=(VISIBLE, RANDOM, EMPTY)),
    wrong("lloyd_round", "sum_for_mean", ("X[mine].mean(axis=0)", "X[mine].sum(axis=0)"), loses=(VISIBLE, RANDOM, EMPTY)),
    wrong("lloyd_round", "mean_of_everything", ("X[mine].mean(axis=0)", "X[mine].mean()"), loses=(VISIBLE, RANDOM, EMPTY)),
    wrong("lloyd_round", "too_many_centers_accepted", ("if len(centers) > len(X):", "if False:"), loses=RANDOM),
    right(
        "lloyd_round",
        "sample_by_sample",
        code='''
def lloyd_round(X, centers):
    X = np.array(X, dtype=np.float64)
    centers = np.array(centers, dtype=np.float64)
    n, K = len(X), len(centers)
    if K > n:
        raise ValueError("K")
    labels, own = np.zeros(n, dtype=int), np.zeros(n)
    for i in range(n):
        far = [np.sum((X[i] - center) ** 2) for center in centers]
        labels[i] = int(np.argmin(far))
        own[i] = far[labels[i]]
    order = sorted(range(n), key=lambda i: (-own[i], i))
    moved = []
    for c in range(K):
        members = [X[i] for i in range(n) if labels[i] == c]
        moved.append(sum(members) / len(members) if members else X[order.pop(0)])
    return labels, np.array(moved), float(sum(own))
''',
    ),
]  # fmt: skip

# --- plus_plus ----------------------------------------------------------------------------------------------------

BOTH_PLUS = ("test_plus_plus", "test_plus_plus_hidden")
PLUS_PLUS = [
    wrong("plus_plus", "distances_not_squared", ("far = np.sum((X - X[first]) ** 2, axis=1)", "far = np.sqrt(np.sum((X - X[first]) ** 2, axis=1))"),
          ("np.minimum(far, np.sum((X - X[chosen[-1]]) ** 2, axis=1))", "np.minimum(far, np.sqrt(np.sum((X - X[chosen[-1]]) ** 2, axis=1)))"),
          loses=BOTH_PLUS),
    wrong("plus_plus", "farthest_sample", ("np.argmax(total > u * total[-1])", "np.argmax(far)"), loses="test_plus_plus_hidden"),
    wrong("plus_plus", "only_the_newest_center", ("np.minimum(far, np.sum((X - X[chosen[-1]]) ** 2, axis=1))", "np.sum((X - X[chosen[-1]]) ** 2, axis=1)"),
          loses=BOTH_PLUS),
    wrong("plus_plus", "only_the_first_center", ("far = np.minimum(far, np.sum((X - X[chosen[-1]]) ** 2, axis=1))", "pass"), loses=BOTH_PLUS),
    wrong("plus_plus", "equality_chosen", ("total > u * total[-1]", "total >= u * total[-1]"), loses=BOTH_PLUS),
    wrong("plus_plus", "every_sample_alike", ("total = np.cumsum(far)", "total = np.cumsum(far > 0) * 1.0"), loses=BOTH_PLUS),
    wrong("plus_plus", "not_cumulated", ("np.argmax(total > u * total[-1])", "np.argmax(far > u * far.sum())"), loses="test_plus_plus_hidden"),
    wrong("plus_plus", "first_forgotten", ("chosen = [first]", "chosen = [0]"), loses=BOTH_PLUS),
    wrong("plus_plus", "too_few_samples_not_noticed", ("if total[-1] == 0:", "if False:"), loses="test_plus_plus_hidden"),
    wrong("plus_plus", "integers_overflow", ("np.asarray(X, dtype=np.float64)", "np.asarray(X)"), loses="test_plus_plus_hidden"),
    right(
        "plus_plus",
        "with_searchsorted",
        code='''
def plus_plus(X, first, draws):
    X = np.array(X, dtype=np.float64)
    D = ((X[:, None, :] - X[None, :, :]) ** 2).sum(axis=2)
    chosen = [int(first)]
    for u in draws:
        share = D[:, chosen].min(axis=1).cumsum()
        if share[-1] <= 0:
            raise ValueError("X")
        chosen.append(int(np.searchsorted(share, u * share[-1], side="right")))
    return np.array(chosen, dtype=np.int64)
''',
    ),
]  # fmt: skip

# --- dbscan -------------------------------------------------------------------------------------------------------

ALL_DBSCAN = ("test_dbscan", "test_dbscan_hidden", "test_dbscan_border_hidden")
BORDER = "test_dbscan_border_hidden"
DBSCAN = [
    wrong("dbscan", "itself_not_counted", (">= min_samples\n", "> min_samples\n"), loses=ALL_DBSCAN),
    wrong("dbscan", "radius_excluded", ("<= eps\n    core", "< eps\n    core"), loses=("test_dbscan", BORDER)),
    wrong("dbscan", "distance_not_rooted", ("np.linalg.norm(X[:, None, :] - X, axis=2)", "((X[:, None, :] - X) ** 2).sum(axis=2)"),
          loses=ALL_DBSCAN),
    wrong("dbscan", "border_spreads", ("fresh[core[fresh]]", "fresh"), loses=ALL_DBSCAN),
    wrong("dbscan", "border_is_noise", ("close[queue.pop()] & (labels < 0)", "close[queue.pop()] & (labels < 0) & core"), loses=ALL_DBSCAN),
    wrong("dbscan", "border_taken_over", ("fresh = np.flatnonzero(close[queue.pop()] & (labels < 0))", "fresh = np.flatnonzero(close[queue.pop()] & (labels != current))"),
          loses=("test_dbscan", BORDER)),
    wrong("dbscan", "no_chain", ("queue.extend(fresh[core[fresh]])", "pass"), loses=ALL_DBSCAN),
    wrong("dbscan", "numbers_from_one", ("np.full(len(X), -1), 0", "np.full(len(X), -1), 1"), loses=ALL_DBSCAN),
    wrong("dbscan", "noise_is_zero", ("return labels, core", "return np.maximum(labels, 0), core"), loses=ALL_DBSCAN),
    wrong("dbscan", "every_sample_starts_a_cluster", ("for i in np.flatnonzero(core):", "for i in range(len(X)):"), loses=ALL_DBSCAN),
    wrong("dbscan", "integers_overflow", ("np.asarray(X, dtype=np.float64)", "np.asarray(X)"), loses="test_dbscan_hidden"),
    wrong("dbscan", "radius_not_checked", ("if eps <= 0 or min_samples < 1:", "if min_samples < 1:"), loses="test_dbscan_hidden"),
    right(
        "dbscan",
        "by_merging_roots",
        code='''
def dbscan(X, eps, min_samples):
    if not eps > 0 or not min_samples >= 1:
        raise ValueError("eps, min_samples")
    X = np.array(X, dtype=np.float64)
    n = len(X)
    close = np.array([[np.linalg.norm(p - q) <= eps for q in X] for p in X])
    core = np.array([row.sum() >= min_samples for row in close])
    root = list(range(n))
    for i in range(n):
        for j in range(i):
            if core[i] and core[j] and close[i, j] and root[i] != root[j]:
                old, new = max(root[i], root[j]), min(root[i], root[j])
                root = [new if r == old else r for r in root]
    order = sorted({root[i] for i in range(n) if core[i]})
    labels = np.full(n, -1)
    for i in range(n):
        reach = [order.index(root[j]) for j in range(n) if core[j] and close[i, j]]
        if core[i]:
            labels[i] = order.index(root[i])
        elif reach:
            labels[i] = min(reach)
    return labels, core
''',
    ),
]  # fmt: skip

# --- silhouette ---------------------------------------------------------------------------------------------------

SIL = ("test_silhouette", "test_silhouette_hidden")
DUNN = ("test_silhouette", "test_silhouette_dunn_hidden")
SILHOUETTE = [
    wrong("silhouette", "itself_counted", (".sum() / (size - 1)", ".sum() / size"), loses=SIL),
    wrong("silhouette", "one_for_a_single_sample", ("np.zeros(len(X))", "np.ones(len(X))"), loses=SIL),
    wrong("silhouette", "all_other_samples_together", ("min(D[i, labels == c].mean() for c in groups if c != labels[i])", "D[i, labels != labels[i]].mean()"),
          loses=SIL),
    wrong("silhouette", "nearest_sample_of_another_cluster", ("D[i, labels == c].mean() for c", "D[i, labels == c].min() for c"), loses=SIL),
    wrong("silhouette", "farthest_cluster", ("v = min(", "v = max("), loses=SIL),
    wrong("silhouette", "sign_turned", ("(v - u) / top", "(u - v) / top"), loses=SIL),
    wrong("silhouette", "divided_by_v", ("(v - u) / top if top else 0", "(v - u) / v if v else 0"), loses="test_silhouette_hidden"),
    wrong("silhouette", "zero_by_zero", ("(v - u) / top if top else 0", "np.float64(v - u) / top"), loses="test_silhouette_hidden"),
    wrong("silhouette", "one_cluster_accepted", ("if len(groups) < 2:", "if len(groups) < 1:"), ("v = min(D[i, labels == c].mean() for c in groups if c != labels[i])", "v = min((D[i, labels == c].mean() for c in groups if c != labels[i]), default=0)"),
          loses="test_silhouette_hidden"),
    wrong("silhouette", "dunn_upside_down", ("return gap / wide", "return wide / gap"), loses=DUNN),
    wrong("silhouette", "dunn_smallest_diameter", ("return gap / wide", "return gap / min(D[np.ix_(labels == c, labels == c)].max() for c in np.unique(labels))"),
          loses=DUNN),
    wrong("silhouette", "dunn_mean_diameter", ("return gap / wide", "return gap / D[same].mean()"), loses=DUNN),
    wrong("silhouette", "divided_by_the_sum", ("top = max(u, v)", "top = u + v"), loses=SIL),
    wrong("silhouette", "dunn_mean_gap", ("D[~same].min(initial=np.inf)", "D[~same].mean() if not same.all() else np.inf"), loses=DUNN),
    wrong("silhouette", "dunn_zero_diameter", ("if gap == np.inf or wide == 0:", "if gap == np.inf:"), loses="test_silhouette_dunn_hidden"),
    wrong("silhouette", "dunn_one_cluster", ("if gap == np.inf or wide == 0:", "if wide == 0:"),
          loses="test_silhouette_dunn_hidden"),
    right(
        "silhouette",
        "in_one_go",
        code='''
def silhouette(X, labels):
    X = np.array(X, dtype=np.float64)
    names, place = np.unique(labels, return_inverse=True)
    if len(names) == 1:
        raise ValueError("labels")
    D = np.array([np.linalg.norm(X - x, axis=1) for x in X])
    member = np.equal.outer(place, np.arange(len(names)))
    sums, sizes = D @ member, member.sum(axis=0)
    own = sizes[place]
    u = np.sum(sums * member, axis=1) / np.where(own > 1, own - 1, 1)
    v = np.where(member, np.inf, sums / sizes).min(axis=1)
    top = np.maximum(u, v)
    keep = (own > 1) & (top > 0)
    return np.where(keep, (v - u) / np.where(keep, top, 1), 0.0)


def dunn(X, labels):
    X = np.array(X, dtype=np.float64)
    gap, wide = np.inf, 0.0
    for i in range(len(X)):
        for j in range(i):
            far = float(np.linalg.norm(X[i] - X[j]))
            if labels[i] == labels[j]:
                wide = max(wide, far)
            else:
                gap = min(gap, far)
    if gap == np.inf or wide == 0:
        raise ValueError("labels")
    return gap / wide
''',
    ),
]  # fmt: skip

# --- rand_indices -------------------------------------------------------------------------------------------------

ALL_RAND = ("test_rand_indices", "test_rand_indices_hidden", "test_rand_indices_edge_hidden")
EDGE = "test_rand_indices_edge_hidden"
RAND_INDICES = [
    wrong("rand_indices", "accuracy", ("return (t + 2 * s - a - b) / t, ari", "return float(np.mean(np.asarray(first) == np.asarray(second))), ari"), loses=ALL_RAND),
    wrong("rand_indices", "only_pairs_together", ("(t + 2 * s - a - b) / t", "s / t"), loses=ALL_RAND),
    wrong("rand_indices", "jaccard", ("return (t + 2 * s - a - b) / t", "return s / ((a + b - s) or 1)"), loses=ALL_RAND),
    wrong("rand_indices", "samples_paired_with_themselves", ("np.triu_indices(len(first), 1)", "np.triu_indices(len(first))"), loses=ALL_RAND),
    wrong("rand_indices", "pairs_counted_twice", ("t, a, b, s = len(one), one.sum(), two.sum(), np.sum(one & two)", "t, a, b, s = len(one), 2 * one.sum(), 2 * two.sum(), 2 * np.sum(one & two)"), loses=ALL_RAND),
    wrong("rand_indices", "rand_returned_as_ari", ("(s - a * b / t) / room if room else 1.0", "(t + 2 * s - a - b) / t"), loses=ALL_RAND),
    wrong("rand_indices", "largest_is_all_pairs", ("room = (a + b) / 2 - a * b / t", "room = t - a * b / t"), loses=ALL_RAND),
    wrong("rand_indices", "chance_not_taken_from_the_largest", ("room = (a + b) / 2 - a * b / t", "room = (a + b) / 2"), loses=ALL_RAND),
    wrong("rand_indices", "largest_by_minimum", ("room = (a + b) / 2 - a * b / t", "room = min(a, b) - a * b / t"), loses=ALL_RAND),
    wrong("rand_indices", "largest_by_maximum", ("room = (a + b) / 2 - a * b / t", "room = max(a, b) - a * b / t"), loses=ALL_RAND[:2]),
    wrong("rand_indices", "zero_when_trivial", ("room if room else 1.0", "room if room else 0.0"), loses=EDGE),
    wrong("rand_indices", "nan_when_trivial", ("(s - a * b / t) / room if room else 1.0", "np.float64(s - a * b / t) / room"), loses=EDGE),
    wrong("rand_indices", "negative_cut_off", ("(s - a * b / t) / room if room else 1.0", "max((s - a * b / t) / room, 0.0) if room else 1.0"), loses=EDGE),
    wrong("rand_indices", "one_sample_accepted", ("or len(first) < 2:", "or len(first) < 1:"), ("t, a, b, s = len(one)", "t, a, b, s = len(one) or 1e-9"), loses=EDGE),
    right(
        "rand_indices",
        "by_the_table",
        code='''
def rand_indices(first, second):
    if len(first) != len(second) or len(first) <= 1:
        raise ValueError("first, second")
    count = lambda names: sum(k * (k - 1) // 2 for k in names.values())
    table, rows, columns = {}, {}, {}
    for p, q in zip([int(v) for v in first], [int(v) for v in second]):
        table[p, q] = table.get((p, q), 0) + 1
        rows[p] = rows.get(p, 0) + 1
        columns[q] = columns.get(q, 0) + 1
    n = len(first)
    t, s, a, b = n * (n - 1) // 2, count(table), count(rows), count(columns)
    rand = 1 - (a + b - 2 * s) / t
    top, bottom = s * t - a * b, (a + b) * t / 2 - a * b
    return rand, 1.0 if bottom == 0 else top / bottom
''',
    ),
]  # fmt: skip

# --- agglomerative ------------------------------------------------------------------------------------------------

ALL_AGGLOMERATIVE = ("test_agglomerative", "test_agglomerative_hidden", "test_agglomerative_ward_hidden")
DEFINED = ("test_agglomerative", "test_agglomerative_hidden")
WARD = ("test_agglomerative", "test_agglomerative_ward_hidden")
AGGLOMERATIVE = [
    wrong("agglomerative", "ward_without_the_two", ("np.sqrt(2 * a * b / (a + b))", "np.sqrt(a * b / (a + b))"), loses=WARD),
    wrong("agglomerative", "ward_by_centers_only", ("np.sqrt(2 * a * b / (a + b)) * np.linalg", "np.linalg"), loses=WARD),
    wrong("agglomerative", "ward_squared", ("heights.append(height)", "heights.append(height**2 if linkage == \"ward\" else height)"), loses=WARD),
    wrong("agglomerative", "single_and_complete_swapped", ('"single": block.min, "complete": block.max', '"single": block.max, "complete": block.min'), loses=DEFINED),
    wrong("agglomerative", "average_is_a_median", ('"average": block.mean', '"average": lambda: np.median(block)'), loses=DEFINED),
    wrong("agglomerative", "average_between_centers", ('"average": block.mean', '"average": lambda: np.linalg.norm(X[p].mean(axis=0) - X[q].mean(axis=0))'),
          loses=DEFINED),
    wrong("agglomerative", "largest_group_first", ("return np.unique(owner, return_inverse=True)[1], np",
          "return np.argsort(np.argsort(-np.unique(owner, return_counts=True)[1], kind=\"stable\"))[np.unique(owner, return_inverse=True)[1]], np"),
          loses=ALL_AGGLOMERATIVE),
    wrong("agglomerative", "average_of_averages",
          code='''
def agglomerative(X, K, linkage):
    X, n = np.asarray(X, dtype=np.float64), len(X)
    if linkage not in ("single", "complete", "average", "ward") or not 1 <= K <= n:
        raise ValueError("linkage, K")
    D = np.sqrt(((X[:, None, :] - X) ** 2).sum(axis=2))
    np.fill_diagonal(D, np.inf)
    owner, size, heights = np.arange(n), np.ones(n), []
    for _ in range(n - K):
        i, j = np.unravel_index(D.argmin(), D.shape)
        p, q, h = D[i].copy(), D[j].copy(), D[i, j]
        heights.append(h)
        if linkage == "single":
            new = np.minimum(p, q)
        elif linkage == "complete":
            new = np.maximum(p, q)
        elif linkage == "average":
            new = (p + q) / 2
        else:
            a, b, c = size[i], size[j], size
            new = np.sqrt(((a + c) * p**2 + (b + c) * q**2 - c * h**2) / (a + b + c))
        D[i] = D[:, i] = new
        D[i, i] = D[j] = D[:, j] = np.inf
        size[i] += size[j]
        owner[owner == j] = i
    return np.unique(owner, return_inverse=True)[1], np.array(heights)
''', loses=DEFINED),
    wrong("agglomerative", "one_merge_too_few", ("for _ in range(n - K):", "for _ in range(n - K - 1):"), loses=ALL_AGGLOMERATIVE),
    wrong("agglomerative", "one_merge_too_many", ("for _ in range(n - K):", "for _ in range(min(n - K + 1, n - 1)):"), loses=ALL_AGGLOMERATIVE),
    wrong("agglomerative", "farthest_pair_merged", ("height, c, e = min(", "height, c, e = max("), loses=ALL_AGGLOMERATIVE),
    wrong("agglomerative", "names_of_the_groups", ("np.unique(owner, return_inverse=True)[1]", "owner"), loses=ALL_AGGLOMERATIVE),
    wrong("agglomerative", "integers_overflow", ("np.asarray(X, dtype=np.float64)", "np.asarray(X)"), loses="test_agglomerative_hidden"),
    wrong("agglomerative", "anything_accepted", ('if linkage not in ("single", "complete", "average", "ward") or not 1 <= K <= n:', "if False:"), loses="test_agglomerative_hidden"),
    right(
        "agglomerative",
        "by_lance_williams",
        code='''
def agglomerative(X, K, linkage):
    rules = {
        "single": lambda p, q, h, a, b, c: np.minimum(p, q),
        "complete": lambda p, q, h, a, b, c: np.maximum(p, q),
        "average": lambda p, q, h, a, b, c: (a * p + b * q) / (a + b),
        "ward": lambda p, q, h, a, b, c: np.sqrt(((a + c) * p**2 + (b + c) * q**2 - c * h**2) / (a + b + c)),
    }
    X = np.array(X, dtype=np.float64)
    n = len(X)
    if linkage not in rules or K < 1 or K > n:
        raise ValueError("linkage, K")
    D = np.array([np.linalg.norm(X - x, axis=1) for x in X])
    D[np.arange(n), np.arange(n)] = np.inf
    groups, size, heights = [[i] for i in range(n)], np.ones(n), []
    for _ in range(n - K):
        i, j = divmod(int(D.argmin()), n)
        h = D[i, j]
        new = rules[linkage](D[i].copy(), D[j].copy(), h, size[i], size[j], size)
        D[i], D[:, i] = new, new
        D[j], D[:, j], D[i, i] = np.inf, np.inf, np.inf
        size[i] += size[j]
        groups[i], groups[j] = groups[i] + groups[j], []
        heights.append(h)
    labels = np.zeros(n, dtype=int)
    for c, group in enumerate(sorted((g for g in groups if g), key=min)):
        labels[group] = c
    return labels, np.array(heights, dtype=float)
''',
    ),
]  # fmt: skip

ANSWERS = LLOYD_ROUND + PLUS_PLUS + DBSCAN + SILHOUETTE + RAND_INDICES + AGGLOMERATIVE

EQUIVALENT: list[Equivalent] = []
