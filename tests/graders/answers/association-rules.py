"""Answers to the assignment `association-rules`: plausible wrong ones and different right ones."""

from tests.graders.bank import right, wrong

# --- measures -----------------------------------------------------------------------------------------------------

BOTH_MEASURES = ("test_measures", "test_measures_hidden")
MEASURES = [
    wrong("measures", "any_article_is_enough", ("X[:, A].all(axis=1), X[:, B].all(axis=1)", "X[:, A].any(axis=1), X[:, B].any(axis=1)"),
          loses=BOTH_MEASURES),
    wrong("measures", "rule_reversed", ("n_AB / n, n_AB / n_A,", "n_AB / n, n_AB / n_B,"), loses=BOTH_MEASURES),
    wrong("measures", "support_is_a_count", ("n_AB / n, n_AB / n_A", "n_AB, n_AB / n_A"), loses=BOTH_MEASURES),
    wrong("measures", "support_of_the_left_side", ("n_AB / n, n_AB / n_A", "n_A / n, n_AB / n_A"), loses=BOTH_MEASURES),
    wrong("measures", "lift_by_the_count", ("n * n_AB / (n_A * n_B)", "n_AB / (n_A * n_B)"), loses=BOTH_MEASURES),
    wrong("measures", "difference_instead_of_quotient", ("n * n_AB / (n_A * n_B)", "n_AB / n_A - n_B / n"), loses=BOTH_MEASURES),
    wrong("measures", "overlap_accepted", (" or set(A) & set(B)", ""), loses=BOTH_MEASURES),
    wrong("measures", "empty_sides_accepted", ("not A or not B or ", ""), loses="test_measures_hidden"),
    wrong("measures", "absent_right_side_not_reported", ("if n_A == 0 or n_B == 0:", "if n_A == 0:"), loses="test_measures_hidden"),
    wrong("measures", "absent_sets_get_zero",
          ('        raise ValueError("không giỏ nào chứa A, hoặc không giỏ nào chứa B")', "        return 0.0, 0.0, 0.0"), loses="test_measures_hidden"),
    right(
        "measures",
        "sets_of_columns",
        code='''
def measures(X, A, B):
    X = np.asarray(X, dtype=bool)
    A, B = set(A), set(B)
    if len(A) == 0 or len(B) == 0 or not A.isdisjoint(B):
        raise ValueError("A, B")
    bags = [set(np.flatnonzero(row).tolist()) for row in X]
    n_A = len([bag for bag in bags if bag >= A])
    n_B = len([bag for bag in bags if bag >= B])
    n_AB = len([bag for bag in bags if bag >= A | B])
    if not n_A * n_B:
        raise ValueError("0")
    return n_AB / len(bags), n_AB / n_A, (n_AB / n_A) / (n_B / len(bags))
''',
    ),
    right(
        "measures",
        "products_of_columns",
        code='''
def measures(X, A, B):
    X = np.asarray(X, dtype=np.float64)
    if min(len(A), len(B)) == 0 or len(set(A) | set(B)) < len(A) + len(B):
        raise ValueError("A, B")
    a, b = X[:, A].prod(axis=1), X[:, B].prod(axis=1)
    if a.mean() == 0 or b.mean() == 0:
        raise ValueError("0")
    support = (a * b).mean()
    return support, support / a.mean(), support / (a.mean() * b.mean())
''',
    ),
]  # fmt: skip

# --- apriori ------------------------------------------------------------------------------------------------------

ALL_APRIORI = ("test_apriori", "test_apriori_hidden", "test_apriori_work_hidden")
WORK = ("test_apriori", "test_apriori_work_hidden")
APRIORI = [
    wrong("apriori", "threshold_excluded", ("both >= least", "both > least"), loses=ALL_APRIORI),
    wrong("apriori", "nothing_pruned", ("[c for c in joined if all(part in counts for part in combinations(c, len(c) - 1))]", "joined"),
          loses=WORK),
    wrong("apriori", "frequent_sets_counted_as_work", ("work.append(len(level))", "pass"),
          ("joined = [", "work.append(len(frequent))\n        joined = ["), loses=WORK),
    wrong("apriori", "stops_at_pairs", ("while level:", "while level and len(level[0]) < 3:"), loses=ALL_APRIORI),
    wrong("apriori", "any_article_is_enough", (".all(axis=1)", ".any(axis=1)"), loses=ALL_APRIORI),
    wrong("apriori", "exactly_these_articles", ("X[:, itemset].all(axis=1).sum()", "(X[:, itemset].all(axis=1) & (X.sum(axis=1) == len(itemset))).sum()"),
          loses=ALL_APRIORI),
    wrong("apriori", "only_the_largest_sets_kept", ("        joined = [", "        counts = {c: k for c, k in counts.items() if c in frequent or not frequent}\n        joined = ["),
          loses=("test_apriori", "test_apriori_hidden")),
    wrong("apriori", "joined_from_all_candidates", ("combinations(frequent, 2)", "combinations(level, 2)"),
          ("if all(part in counts for part in combinations(c, len(c) - 1))]", "]"), loses=WORK),
    wrong("apriori", "empty_level_recorded", ("    return counts, work", "    return counts, [*work, 0]"), loses=WORK),
    wrong("apriori", "shares_returned", ("counts[itemset] = both", "counts[itemset] = both / len(X)"),
          loses=("test_apriori", "test_apriori_hidden")),
    wrong("apriori", "threshold_not_checked", ("if least < 1:", "if least < 0:"), loses="test_apriori_hidden"),
    wrong("apriori", "sums_in_uint8", ("X[:, itemset].all(axis=1).sum()", "X[:, itemset].prod(axis=1, dtype=X.dtype).sum(dtype=X.dtype)"),
          loses="test_apriori_hidden"),
    right(
        "apriori",
        "every_set_by_definition",
        code='''
def apriori(X, least):
    if not least >= 1:
        raise ValueError("least")
    bags = [frozenset(np.flatnonzero(row).tolist()) for row in np.asarray(X)]
    counts, work, width = {}, [], np.shape(X)[1]
    for size in range(1, width + 1):
        tried = 0
        for c in combinations(range(width), size):
            if size > 1 and any(c[:i] + c[i + 1:] not in counts for i in range(size)):
                continue
            tried += 1
            total = sum(bag.issuperset(c) for bag in bags)
            if total >= least:
                counts[c] = total
        if tried == 0:
            break
        work.append(tried)
    return counts, work
''',
    ),
    right(
        "apriori",
        "lists_of_baskets_intersected",
        code='''
def apriori(X, least):
    if least < 1:
        raise ValueError("least")
    X = np.array(X) != 0
    where = {(c,): set(np.flatnonzero(X[:, c]).tolist()) for c in range(X.shape[1])}
    work, counts = [], {}
    while where:
        work.append(len(where))
        where = {c: rows for c, rows in where.items() if len(rows) >= least}
        counts.update((c, len(rows)) for c, rows in where.items())
        following = {}
        for a in where:
            for b in where:
                if a[:-1] == b[:-1] and a[-1] < b[-1]:
                    c = a + b[-1:]
                    if {c[:i] + c[i + 1:] for i in range(len(c))} <= set(where):
                        following[c] = where[a] & where[b]
        where = following
    return counts, work
''',
    ),
]  # fmt: skip

# --- rules --------------------------------------------------------------------------------------------------------

BOTH_RULES = ("test_rules", "test_rules_hidden")
RULES = [
    wrong("rules", "confidence_of_the_reverse", ("confidence = both / counts[A]", "confidence = both / counts[B]"), loses=BOTH_RULES),
    wrong("rules", "support_instead_of_confidence", ("confidence = both / counts[A]", "confidence = both / n"), loses=BOTH_RULES),
    wrong("rules", "threshold_excluded", ("confidence >= least_confidence", "confidence > least_confidence"), loses=BOTH_RULES),
    wrong("rules", "one_article_on_the_left", ("range(1, len(whole))", "range(1, min(2, len(whole)))"), loses=BOTH_RULES),
    wrong("rules", "one_article_on_the_right", ("range(1, len(whole))", "range(max(1, len(whole) - 1), len(whole))"), loses=BOTH_RULES),
    wrong("rules", "lift_by_the_count", ("n * both / (counts[A] * counts[B])", "both / (counts[A] * counts[B])"), loses=BOTH_RULES),
    wrong("rules", "one_direction_for_each_split", ("for A in combinations(whole, size):", "for A in list(combinations(whole, size))[:1]:"),
          loses=BOTH_RULES),
    wrong("rules", "threshold_on_the_lift", ("if confidence >= least_confidence:", "if n * both / (counts[A] * counts[B]) >= least_confidence:"),
          loses=BOTH_RULES),
    wrong("rules", "threshold_not_checked", ("if not 0 <= least_confidence <= 1:", "if False:"), loses="test_rules_hidden"),
    wrong("rules", "percentages_accepted", ("if not 0 <= least_confidence <= 1:", "if least_confidence < 0:"), loses="test_rules_hidden"),
    right(
        "rules",
        "from_pairs_of_sets",
        code='''
def rules(counts, n, least_confidence):
    if least_confidence < 0 or least_confidence > 1:
        raise ValueError("least_confidence")
    answer = {}
    for A in counts:
        for B in counts:
            whole = tuple(sorted(set(A) | set(B)))
            if len(whole) == len(A) + len(B) and whole in counts:
                if counts[whole] >= least_confidence * counts[A]:
                    confidence = counts[whole] / counts[A]
                    answer[(A, B)] = (confidence, confidence / (counts[B] / n))
    return answer
''',
    ),
    right(
        "rules",
        "bit_masks",
        code='''
def rules(counts, n, least_confidence):
    if not (least_confidence >= 0 and least_confidence <= 1):
        raise ValueError("least_confidence")
    answer = {}
    for whole in counts:
        for mask in range(1, 2 ** len(whole) - 1):
            A = tuple(c for i, c in enumerate(whole) if mask >> i & 1)
            B = tuple(c for i, c in enumerate(whole) if not mask >> i & 1)
            if counts[whole] / counts[A] >= least_confidence:
                answer[A, B] = counts[whole] / counts[A], counts[whole] / counts[A] / counts[B] * n
    return answer
''',
    ),
]  # fmt: skip

# --- fisher -------------------------------------------------------------------------------------------------------

BOTH_FISHER = ("test_fisher", "test_fisher_hidden")
FISHER = [
    wrong("fisher", "one_term", ("range(n_AB, n_A + 1)", "range(n_AB, n_AB + 1)"), loses=BOTH_FISHER),
    wrong("fisher", "strictly_more", ("range(n_AB, ", "range(n_AB + 1, "), loses=BOTH_FISHER),
    wrong("fisher", "last_term_lost", ("n_A + 1)", "n_A)"), loses=BOTH_FISHER),
    wrong("fisher", "other_tail", ("range(n_AB, n_A + 1)", "range(0, n_AB + 1)"), loses=BOTH_FISHER),
    wrong("fisher", "one_minus_the_rest", ("range(n_AB, n_A + 1)", "range(0, n_AB)"),
          ("return ways / math.comb(n, n_A)", "return 1 - ways / math.comb(n, n_A)"), loses=BOTH_FISHER),
    wrong("fisher", "wrong_denominator", ("math.comb(n, n_A)", "math.comb(n, n_B)"), loses=BOTH_FISHER),
    wrong("fisher", "with_replacement", code='''
def fisher(n_A, n_B, n_AB, n):
    if min(n_AB, n_A - n_AB, n_B - n_AB, n - n_A - n_B + n_AB) < 0:
        raise ValueError("?")
    share = n_B / n
    return sum(math.comb(n_A, k) * share**k * (1 - share) ** (n_A - k) for k in range(n_AB, n_A + 1))
''', loses=BOTH_FISHER),
    wrong("fisher", "chi_squared", code='''
def fisher(n_A, n_B, n_AB, n):
    if min(n_AB, n_A - n_AB, n_B - n_AB, n - n_A - n_B + n_AB) < 0:
        raise ValueError("?")
    d = n_AB - n_A * n_B / n
    return math.erfc(math.sqrt(d**2 * n**3 / (2 * n_A * n_B * (n - n_A) * (n - n_B)))) / 2
''', loses=BOTH_FISHER),
    wrong("fisher", "fourth_cell_not_checked", (" or n_A + n_B - n_AB > n:", ":"), loses="test_fisher_hidden"),
    right(
        "fisher",
        "by_logarithms",
        code='''
def fisher(n_A, n_B, n_AB, n):
    cells = [n_AB, n_A - n_AB, n_B - n_AB, n - n_A - n_B + n_AB]
    if any(cell < 0 for cell in cells):
        raise ValueError("?")

    def log_choose(a, b):
        return math.lgamma(a + 1) - math.lgamma(b + 1) - math.lgamma(a - b + 1)

    total = log_choose(n, n_A)
    logs = [log_choose(n_B, k) + log_choose(n - n_B, n_A - k) - total for k in range(n_AB, min(n_A, n_B) + 1)]
    return math.fsum(math.exp(value) for value in logs)
''',
    ),
    right(
        "fisher",
        "term_by_term",
        code='''
def fisher(n_A, n_B, n_AB, n):
    if n_AB < 0 or n_AB > n_A or n_AB > n_B or n_A + n_B - n_AB > n:
        raise ValueError("?")
    term = math.comb(n_A, n_AB) * math.comb(n - n_A, n_B - n_AB) / math.comb(n, n_B)
    p = term
    for k in range(n_AB, min(n_A, n_B)):
        term *= (n_A - k) * (n_B - k) / ((k + 1) * (n - n_A - n_B + k + 1))
        p += term
    return p
''',
    ),
]  # fmt: skip

# --- discoveries --------------------------------------------------------------------------------------------------

BOTH_DISCOVERIES = ("test_discoveries", "test_discoveries_hidden")
DISCOVERIES = [
    wrong("discoveries", "not_divided", ("return p <= q / len(p), accepted", "return p <= q, accepted"), loses=BOTH_DISCOVERIES),
    wrong("discoveries", "each_against_its_own_line",
          ("accepted = p <= ranked[below[-1]]", "accepted = p <= q * (np.argsort(np.argsort(p)) + 1) / len(p)"), loses=BOTH_DISCOVERIES),
    wrong("discoveries", "stops_at_the_first_above",
          ("if len(below):", "below = below[below == np.arange(len(below))]\n    if len(below):"), loses=BOTH_DISCOVERIES),
    wrong("discoveries", "ranks_from_zero", ("np.arange(1, len(p) + 1)", "np.arange(len(p))"), loses=BOTH_DISCOVERIES),
    wrong("discoveries", "in_sorted_order", ("    return p <= q / len(p), accepted", "    return ranked <= q / len(p), np.sort(accepted)[::-1]"),
          loses=BOTH_DISCOVERIES),
    wrong("discoveries", "sorted_in_place", ("ranked = np.sort(p)", "p.sort()\n    ranked = p"), loses=BOTH_DISCOVERIES),
    wrong("discoveries", "threshold_excluded", ("return p <= q / len(p)", "return p < q / len(p)"), loses="test_discoveries_hidden"),
    wrong("discoveries", "line_excluded", ("np.flatnonzero(ranked <=", "np.flatnonzero(ranked <"), loses="test_discoveries_hidden"),
    wrong("discoveries", "last_one_lost", ("accepted = p <= ranked[below[-1]]", "accepted = p < ranked[below[-1]]"), loses=BOTH_DISCOVERIES),
    wrong("discoveries", "nothing_found_is_an_error", ("    if len(below):\n        accepted", "    accepted"), loses="test_discoveries_hidden"),
    wrong("discoveries", "pvalues_not_checked", (" or not np.all((p >= 0) & (p <= 1))", ""), loses="test_discoveries_hidden"),
    wrong("discoveries", "level_not_checked", ("not 0 < q < 1 or ", ""), loses="test_discoveries_hidden"),
    right(
        "discoveries",
        "adjusted_pvalues",
        code='''
def discoveries(p, q):
    p = np.array(p, dtype=np.float64)
    if q <= 0 or q >= 1 or p.min() < 0 or p.max() > 1:
        raise ValueError("p, q")
    M = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * M / np.arange(1, M + 1)
    smallest = np.minimum.accumulate(scaled[::-1])[::-1]
    accepted = np.empty(M, dtype=bool)
    accepted[order] = smallest <= q
    return p * M <= q, accepted
''',
    ),
    right(
        "discoveries",
        "loop_from_the_top",
        code='''
def discoveries(p, q):
    values = [float(v) for v in p]
    if not 0 < q < 1 or any(v < 0 or v > 1 for v in values):
        raise ValueError("p, q")
    M, cut = len(values), -1.0
    for r, v in zip(range(M, 0, -1), sorted(values, reverse=True)):
        if v <= q * r / M:
            cut = v
            break
    return np.array([v <= q / M for v in values]), np.array([v <= cut for v in values])
''',
    ),
]  # fmt: skip

# --- confirmed_pairs ----------------------------------------------------------------------------------------------

HIDDEN_CONFIRMED = ("test_confirmed_pairs_hidden",)
BOTH_CONFIRMED = ("test_confirmed_pairs", "test_confirmed_pairs_hidden")
CONFIRMED_PAIRS = [
    wrong("confirmed_pairs", "tested_on_the_first", ("(second.T @ second)", "(first.T @ first)"), ("n = len(second)", "n = len(first)"),
          loses=BOTH_CONFIRMED),
    wrong("confirmed_pairs", "not_corrected", ("if p <= r * q / len(tested)", "if p <= q"), loses=HIDDEN_CONFIRMED),
    wrong("confirmed_pairs", "corrected_for_all_pairs", ("if p <= r * q / len(tested)", "if p <= r * q / math.comb(len(together), 2)"),
          loses=BOTH_CONFIRMED),
    wrong("confirmed_pairs", "bonferroni", ("if p <= r * q / len(tested)", "if p <= q / len(tested)"), loses=HIDDEN_CONFIRMED),
    wrong("confirmed_pairs", "least_count_ignored", ("both < least or ", ""), loses=BOTH_CONFIRMED),
    wrong("confirmed_pairs", "lift_ignored", (" or len(first) * both < least_lift * together[j][j] * together[k][k]", ""), loses=BOTH_CONFIRMED),
    wrong("confirmed_pairs", "thresholds_excluded", ("both < least or", "both <= least or"), loses="test_confirmed_pairs_edges_hidden"),
    wrong("confirmed_pairs", "lift_threshold_excluded", ("both < least_lift *", "both <= least_lift *"), loses="test_confirmed_pairs_edges_hidden"),
    wrong("confirmed_pairs", "pairs_gone_from_the_second_not_counted",
          ("        a, b = again[j][j], again[k][k]", "        if again[j][k] == 0:\n            continue\n        a, b = again[j][j], again[k][k]"),
          loses="test_confirmed_pairs_edges_hidden"),
    wrong("confirmed_pairs", "chosen_again_on_the_second",
          ("        a, b = again[j][j], again[k][k]", "        if again[j][k] < least:\n            continue\n        a, b = again[j][j], again[k][k]"),
          loses="test_confirmed_pairs_edges_hidden"),
    wrong("confirmed_pairs", "order_of_the_pvalues", ("return sorted(pair for _, pair in tested[:kept])", "return [pair for _, pair in tested[:kept]]"),
          loses=HIDDEN_CONFIRMED),
    wrong("confirmed_pairs", "small_integers_overflow", ("np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)", "np.asarray(first), np.asarray(second)"),
          loses=HIDDEN_CONFIRMED),
    wrong("confirmed_pairs", "columns_not_checked", ("if first.shape[1] != second.shape[1]:", "if False:"), loses=HIDDEN_CONFIRMED),
    right(
        "confirmed_pairs",
        "with_small_helpers",
        code='''
def confirmed_pairs(first, second, least, least_lift, q):
    first, second = np.array(first, dtype=bool), np.array(second, dtype=bool)
    if np.shape(first)[1] != np.shape(second)[1]:
        raise ValueError("columns")

    def pvalue(x, y):
        n, a, b, both = len(x), int(x.sum()), int(y.sum()), int((x & y).sum())
        return sum(math.comb(a, s) * math.comb(n - a, b - s) for s in range(both, min(a, b) + 1)) / math.comb(n, b)

    chosen = []
    for j in range(first.shape[1]):
        for k in range(j + 1, first.shape[1]):
            x, y = first[:, j], first[:, k]
            both = (x & y).sum()
            if both >= least and both / len(x) / (x.mean() * y.mean()) >= least_lift:
                chosen.append((j, k))
    if not chosen:
        return []
    p = np.array([pvalue(second[:, j], second[:, k]) for j, k in chosen])
    below = np.flatnonzero(np.sort(p) <= q * np.arange(1, len(p) + 1) / len(p))
    cut = np.sort(p)[below[-1]] if len(below) else -1
    return [pair for pair, value in zip(chosen, p) if value <= cut]
''',
    ),
]  # fmt: skip

ANSWERS = MEASURES + APRIORI + RULES + FISHER + DISCOVERIES + CONFIRMED_PAIRS
EQUIVALENT = []
