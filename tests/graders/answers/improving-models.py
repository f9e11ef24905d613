"""Answers to the assignment `improving-models`: what plausible students write, and what it must cost."""

from tests.graders.bank import right, wrong

# --- group_folds --------------------------------------------------------------------------------------------------

GROUP_FOLDS = [
    wrong(
        "group_folds",
        "groups_torn_apart",
        code="""
def group_folds(groups, k):
    if k < 2 or len(np.unique(groups)) < k:
        raise ValueError("k")
    return np.arange(len(groups)) % k
""",
        loses=("test_group_folds", "test_group_folds_hidden"),
    ),
    wrong(
        "group_folds",
        "groups_in_turn",
        ("smallest = np.argmin(sizes)", "smallest = int(np.sum(sizes > 0)) % k"),
        loses=("test_group_folds", "test_group_folds_hidden"),
    ),
    wrong(
        "group_folds",
        "order_of_codes",
        ('np.argsort(-counts, kind="stable")', "range(len(codes))"),
        loses=("test_group_folds", "test_group_folds_hidden"),
    ),
    wrong(
        "group_folds",
        "small_groups_first",
        ("np.argsort(-counts", "np.argsort(counts"),
        loses=("test_group_folds", "test_group_folds_hidden"),
    ),
    wrong(
        "group_folds",
        "counts_groups_not_photos",
        ("sizes[smallest] += counts[position]", "sizes[smallest] += 1"),
        loses=("test_group_folds", "test_group_folds_hidden"),
    ),
    wrong(
        "group_folds",
        "last_of_equal_folds",
        ("np.argmin(sizes)", "k - 1 - np.argmin(sizes[::-1])"),
        loses=("test_group_folds", "test_group_folds_hidden"),
    ),
    wrong(
        "group_folds",
        "larger_code_first_among_equals",
        ('np.argsort(-counts, kind="stable")', 'np.argsort(counts, kind="stable")[::-1]'),
        loses=("test_group_folds", "test_group_folds_hidden"),
    ),
    right(
        "group_folds",
        "with_dictionaries",
        code="""
def group_folds(groups, k):
    names = np.asarray(groups).tolist()
    members = {}
    for i, name in enumerate(names):
        members.setdefault(name, []).append(i)
    if k < 2 or len(members) < k:
        raise ValueError("k")
    load, folds = [0] * k, np.empty(len(names), dtype=int)
    for name in sorted(members, key=lambda g: (-len(members[g]), g)):
        j = load.index(min(load))
        folds[members[name]] = j
        load[j] += len(members[name])
    return folds
""",
    ),
]

# --- prepare ------------------------------------------------------------------------------------------------------

PREPARE = [
    wrong("prepare", "mean_fills", ("np.nanmedian", "np.nanmean"), loses=("test_prepare", "test_prepare_hidden")),
    wrong(
        "prepare",
        "new_table_filled_by_its_own_median",
        (
            "X_new = np.where(np.isnan(X_new), middle, X_new)",
            "X_new = np.where(np.isnan(X_new), np.nanmedian(X_new, axis=0), X_new)",
        ),
        loses=("test_prepare", "test_prepare_hidden"),
    ),
    wrong(
        "prepare",
        "new_table_standardized_by_itself",
        (
            "(X - mean) / spread, (X_new - mean) / spread",
            "(X - mean) / spread, (X_new - X_new.mean(axis=0)) / X_new.std(axis=0)",
        ),
        loses=("test_prepare", "test_prepare_hidden"),
    ),
    wrong(
        "prepare",
        "both_tables_measured_together",
        (
            "mean, spread = X.mean(axis=0), X.std(axis=0)",
            "both = np.concatenate([X, X_new])\n    mean, spread = both.mean(axis=0), both.std(axis=0)",
        ),
        loses=("test_prepare", "test_prepare_hidden"),
    ),
    wrong(
        "prepare",
        "measured_before_filling",
        (
            "mean, spread = X.mean(axis=0), X.std(axis=0)",
            "mean, spread = first",
        ),
        (
            "middle = np.nanmedian(X, axis=0)",
            "middle = np.nanmedian(X, axis=0)\n    first = np.nanmean(X, axis=0), np.nanstd(X, axis=0)",
        ),
        loses=("test_prepare", "test_prepare_hidden"),
    ),
    wrong("prepare", "divides_by_n_minus_one", ("X.std(axis=0)", "X.std(axis=0, ddof=1)"), loses=("test_prepare",)),
    wrong(
        "prepare",
        "constant_column_divides_by_zero",
        ("spread[spread == 0] = 1", "pass"),
        loses=("test_prepare", "test_prepare_hidden"),
    ),
    wrong(
        "prepare",
        "epsilon_in_the_denominator",
        ("spread[spread == 0] = 1", "spread = spread + 1e-8"),
        loses="test_prepare_hidden",
    ),
    wrong(
        "prepare",
        "median_of_the_whole_table",
        ("np.nanmedian(X, axis=0)", "np.nanmedian(X)"),
        loses=("test_prepare", "test_prepare_hidden"),
    ),
    right(
        "prepare",
        "column_by_column",
        code="""
def prepare(X, X_new):
    A, B = np.array(X, dtype=float), np.array(X_new, dtype=float)
    for j in range(A.shape[1]):
        seen = A[~np.isnan(A[:, j]), j]
        if len(seen) == 0:
            raise ValueError("empty column")
        for table in (A, B):
            table[np.isnan(table[:, j]), j] = np.median(seen)
        m, s = A[:, j].mean(), A[:, j].std()
        for table in (A, B):
            table[:, j] = (table[:, j] - m) / (s if s else 1)
    return A, B
""",
    ),
]

# --- balanced_loss ------------------------------------------------------------------------------------------------

BALANCED_LOSS = [
    wrong(
        "balanced_loss",
        "all_classes_counted",
        ("present.sum() * counts[present]", "C * counts[present]"),
        loses=("test_balanced_loss", "test_balanced_loss_weights_hidden"),
    ),
    wrong(
        "balanced_loss",
        "proportional_weights",
        ("n / (present.sum() * counts[present])", "counts[present] * present.sum() / n"),
        loses=("test_balanced_loss", "test_balanced_loss_weights_hidden", "test_balanced_loss_hidden"),
    ),
    wrong(
        "balanced_loss",
        "not_weighted",
        ("np.sum(w[y] * losses) / np.sum(w[y])", "losses.mean()"),
        loses=("test_balanced_loss", "test_balanced_loss_hidden"),
    ),
    wrong(
        "balanced_loss",
        "divided_by_the_weights_of_classes",
        ("/ np.sum(w[y])", "/ np.sum(w)"),
        loses=("test_balanced_loss", "test_balanced_loss_hidden"),
    ),
    wrong(
        "balanced_loss",
        "sum_not_mean",
        ("np.sum(w[y] * losses) / np.sum(w[y])", "np.sum(w[y] * losses)"),
        loses=("test_balanced_loss", "test_balanced_loss_hidden"),
    ),
    wrong(
        "balanced_loss",
        "absent_class_divides_by_zero",
        ("w[present] = n / (present.sum() * counts[present])", "w = n / (present.sum() * counts)"),
        loses=("test_balanced_loss", "test_balanced_loss_weights_hidden"),
    ),
    wrong(
        "balanced_loss",
        "labels_not_checked",
        ("if y.min() < 0 or y.max() >= C:", "if False:"),
        loses=("test_balanced_loss", "test_balanced_loss_weights_hidden"),
    ),
    wrong(
        "balanced_loss",
        "negative_labels_accepted",
        ("y.min() < 0 or ", ""),
        loses="test_balanced_loss_weights_hidden",
    ),
    right(
        "balanced_loss",
        "mean_of_the_means",
        code="""
def balanced_loss(P, y):
    P, y = np.asarray(P, dtype=float), np.asarray(y)
    if P.ndim != 2 or len(P) == 0 or y.shape != (len(P),) or set(y.tolist()) - set(range(P.shape[1])):
        raise ValueError("P, y")
    here = np.unique(y)
    w = np.zeros(P.shape[1])
    means = []
    for c in here:
        own = y == c
        w[c] = len(y) / len(here) / own.sum()
        means.append(np.mean(-np.log(P[own, c])))
    return w, float(np.mean(means))
""",
    ),
]

# --- smote --------------------------------------------------------------------------------------------------------

SMOTE = [
    wrong(
        "smote",
        "twins_left_out",
        ("far[np.arange(len(base)), base] = np.inf", "far[far == 0] = np.inf"),
        loses="test_smote_ties_hidden",
    ),
    wrong(
        "smote",
        "gap_along_the_features",
        ("gap[:, None] *", "np.resize(gap, X.shape[1]) *"),
        loses=("test_smote", "test_smote_hidden"),
    ),
    wrong(
        "smote",
        "itself_among_the_neighbours",
        ("far[np.arange(len(base)), base] = np.inf", "pass"),
        loses=("test_smote", "test_smote_hidden"),
    ),
    wrong(
        "smote",
        "farthest_neighbour",
        ("far[np.arange(len(base)), base] = np.inf", "far[np.arange(len(base)), base] = -np.inf\n    far = -far"),
        loses=("test_smote", "test_smote_hidden"),
    ),
    wrong(
        "smote", "gap_reversed", ("gap[:, None] *", "(1 - gap[:, None]) *"), loses=("test_smote", "test_smote_hidden")
    ),
    wrong(
        "smote",
        "first_neighbour_only",
        ("order[np.arange(len(base)), rank]", "order[:, 0]"),
        loses=("test_smote", "test_smote_hidden"),
    ),
    right(
        "smote",
        "a_twin_stands_for_itself",
        ("far[np.arange(len(base)), base] = np.inf", "pass"),
        ("order[np.arange(len(base)), rank]", "order[np.arange(len(base)), rank + 1]"),
    ),
    wrong(
        "smote",
        "manhattan_distance",
        ("((X[base][:, None] - X) ** 2)", "np.abs(X[base][:, None] - X)"),
        loses=("test_smote", "test_smote_hidden"),
    ),
    wrong(
        "smote",
        "rank_not_checked",
        ("if np.any(rank < 0) or np.any(rank > len(X) - 2):", "if False:"),
        loses=("test_smote", "test_smote_ties_hidden"),
    ),
    wrong(
        "smote",
        "another_gap_for_every_feature",
        ("gap[:, None] *", "np.linspace(1, 0.5, X.shape[1]) * gap[:, None] *"),
        loses=("test_smote", "test_smote_hidden"),
    ),
    right(
        "smote",
        "row_by_row",
        code="""
def smote(X, base, rank, gap):
    X = np.asarray(X, dtype=float)
    rows = np.empty((len(base), X.shape[1]))
    for t, (i, r, g) in enumerate(zip(base, rank, gap, strict=True)):
        if not 0 <= r <= len(X) - 2:
            raise ValueError("rank")
        others = [j for j in range(len(X)) if j != i]
        others.sort(key=lambda j: (np.sum((X[j] - X[i]) ** 2), j))
        rows[t] = (1 - g) * X[i] + g * X[others[r]]
    return rows
""",
    ),
]

# --- best_split ---------------------------------------------------------------------------------------------------

BEST_SPLIT = [
    wrong(
        "best_split",
        "sides_not_weighted",
        ("len(side) / len(y) * (1 - np.sum(q**2))", "0.5 * (1 - np.sum(q**2))"),
        loses=("test_best_split", "test_best_split_hidden"),
    ),
    wrong(
        "best_split",
        "cut_at_a_value",
        ("(values[:-1] + values[1:]) / 2", "values[:-1]"),
        loses=("test_best_split", "test_best_split_hidden"),
    ),
    wrong(
        "best_split",
        "last_of_the_ties",
        ("mixed < best[2] - 1e-12", "mixed <= best[2] + 1e-12"),
        loses=("test_best_split", "test_best_split_hidden"),
    ),
    wrong(
        "best_split",
        "only_the_first_feature",
        ("range(X.shape[1])", "range(1)"),
        loses="test_best_split_hidden",
    ),
    wrong(
        "best_split",
        "impurity_decrease_returned",
        (
            "return best\n",
            "before = 1 - np.sum((np.bincount(y) / len(y)) ** 2)\n    return best[:2] + (before - best[2],)\n",
        ),
        loses=("test_best_split", "test_best_split_hidden"),
    ),
    wrong(
        "best_split",
        "two_classes_assumed",
        ("(1 - np.sum(q**2))", "2 * np.mean(side == 1) * (1 - np.mean(side == 1))"),
        loses="test_best_split_hidden",
    ),
    wrong(
        "best_split",
        "none_without_a_split",
        ('raise ValueError("mọi hàng giống nhau")', "return (0, 0.0, 0.0)"),
        loses=("test_best_split", "test_best_split_edges_hidden"),
    ),
    wrong(
        "best_split",
        "uint8_overflows",
        ("np.asarray(X, dtype=np.float64)", "np.asarray(X)"),
        loses=("test_best_split", "test_best_split_edges_hidden"),
    ),
    wrong(
        "best_split",
        "entropy_instead_of_gini",
        ("(1 - np.sum(q**2))", "-np.sum(q[q > 0] * np.log2(q[q > 0]))"),
        loses=("test_best_split", "test_best_split_hidden"),
    ),
    right(
        "best_split",
        "running_counts",
        code="""
def best_split(X, y):
    X, y = np.array(X, dtype=float), np.array(y)
    n, C = len(y), int(np.max(y)) + 1
    options = []
    for j, x in enumerate(X.T):
        order = np.argsort(x, kind="stable")
        x, hot = x[order], np.eye(C)[y[order]]
        left = np.cumsum(hot, axis=0)
        for i in range(n - 1):
            if x[i] == x[i + 1]:
                continue
            a, b = left[i], left[-1] - left[i]
            mixed = (a.sum() - (a @ a) / a.sum() + b.sum() - (b @ b) / b.sum()) / n
            options.append((round(float(mixed), 11), j, float(x[i] + x[i + 1]) / 2, float(mixed)))
    if not options:
        raise ValueError("no split")
    _, j, cut, mixed = min(options)
    return j, cut, mixed
""",
    ),
]

# --- suggest ------------------------------------------------------------------------------------------------------

SUGGEST = [
    wrong(
        "suggest",
        "scores_not_standardized",
        ("u = u / v.std()", "pass"),
        loses=("test_suggest", "test_suggest_posterior_hidden"),
    ),
    wrong(
        "suggest",
        "scores_as_they_are",
        ("u = v - v.mean()", "u = v"),
        loses=("test_suggest", "test_suggest_posterior_hidden"),
    ),
    wrong(
        "suggest",
        "noise_forgotten",
        (" + noise * np.eye(len(P))", " + 1e-9 * np.eye(len(P))"),
        loses=("test_suggest", "test_suggest_posterior_hidden"),
    ),
    wrong(
        "suggest",
        "variance_not_deviation",
        ("np.sqrt(np.maximum(0, 1 - (r * solved).sum(axis=0)))", "np.maximum(0, 1 - (r * solved).sum(axis=0))"),
        loses=("test_suggest", "test_suggest_posterior_hidden", "test_suggest_choice_hidden"),
    ),
    wrong(
        "suggest",
        "uint8_overflows",
        ("(np.asarray(a, dtype=np.float64) for a in (P, v, Q))", "P, v, Q"),
        loses=("test_suggest", "test_suggest_posterior_hidden"),
    ),
    wrong(
        "suggest",
        "two_missing_in_the_exponent",
        ("(2 * length**2)", "(length**2)"),
        loses=("test_suggest", "test_suggest_posterior_hidden"),
    ),
    wrong(
        "suggest",
        "length_not_squared",
        ("(2 * length**2)", "(2 * length)"),
        loses=("test_suggest", "test_suggest_posterior_hidden"),
    ),
    wrong(
        "suggest",
        "best_mean_only",
        ("np.argmax(mean + kappa * spread)", "np.argmax(mean)"),
        loses=("test_suggest", "test_suggest_choice_hidden"),
    ),
    wrong(
        "suggest",
        "certain_places_preferred",
        ("mean + kappa * spread", "mean - kappa * spread"),
        loses=("test_suggest", "test_suggest_choice_hidden"),
    ),
    wrong(
        "suggest",
        "equal_scores_divide_by_zero",
        ("if v.std() > 0:", "if True:"),
        loses="test_suggest_posterior_hidden",
    ),
    wrong(
        "suggest",
        "root_of_a_negative_number",
        ("np.maximum(0, 1 - (r * solved).sum(axis=0))", "1 - (r * solved).sum(axis=0)"),
        loses="test_suggest_choice_hidden",
    ),
    right(
        "suggest",
        "through_the_inverse",
        code="""
def suggest(P, v, Q, length, noise, kappa):
    P, v, Q = np.array(P, dtype=float), np.array(v, dtype=float), np.array(Q, dtype=float)
    if not (length > 0 and noise > 0 and len(P) > 0):
        raise ValueError("length, noise, P")
    scale = np.std(v)
    u = (v - np.mean(v)) / scale if scale > 0 else np.zeros(len(v))
    K = np.array([[np.exp(-np.linalg.norm(a - b) ** 2 / 2 / length**2) for b in P] for a in P])
    inverse = np.linalg.inv(K + noise * np.identity(len(P)))
    mean, spread = np.empty(len(Q)), np.empty(len(Q))
    for t, q in enumerate(Q):
        r = np.exp(-np.linalg.norm(P - q, axis=1) ** 2 / 2 / length**2)
        mean[t] = r @ inverse @ u
        spread[t] = max(0.0, 1 - r @ inverse @ r) ** 0.5
    return int(np.argmax(mean + kappa * spread)), mean, spread
""",
    ),
]

ANSWERS = GROUP_FOLDS + PREPARE + BALANCED_LOSS + SMOTE + BEST_SPLIT + SUGGEST
