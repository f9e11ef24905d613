"""Answers to the assignment `embeddings`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- skipgram_pairs -----------------------------------------------------------------------------------------------

BOTH_PAIRS = ("test_skipgram_pairs", "test_skipgram_pairs_hidden")
PAIRS = [
    wrong("skipgram_pairs", "right_side_only", ("0 < abs(i - j) <= window", "0 < j - i <= window"), loses=BOTH_PAIRS),
    wrong("skipgram_pairs", "context_first", ("(center, context)", "(context, center)"), loses=BOTH_PAIRS),
    wrong("skipgram_pairs", "same_word_skipped", ("if 0 < abs(i - j) <= window:", "if abs(i - j) <= window and context != center:"), loses=BOTH_PAIRS),
    wrong("skipgram_pairs", "itself_included", ("0 < abs(i - j)", "0 <= abs(i - j)"), loses=BOTH_PAIRS),
    wrong("skipgram_pairs", "window_one_short", ("<= window", "< window"), loses=BOTH_PAIRS),
    wrong(
        "skipgram_pairs",
        "negative_start_wraps",
        ("for j, context in enumerate(sentence):", "for j in range(i - window, min(len(sentence), i + window + 1)):\n                context = sentence[j]"),
        loses=BOTH_PAIRS,
    ),
    wrong("skipgram_pairs", "window_not_checked", ("if window < 1:", "if False:"), loses="test_skipgram_pairs_edges_hidden"),
    wrong("skipgram_pairs", "sentences_joined", ("    for sentence in sentences:", "    for sentence in [[w for s in sentences for w in s]]:"), loses=BOTH_PAIRS),
    right(
        "skipgram_pairs",
        "by_slices",
        ("            for j, context in enumerate(sentence):\n                if 0 < abs(i - j) <= window:\n                    pairs.append((center, context))",
         "            near = sentence[max(0, i - window) : i] + sentence[i + 1 : i + 1 + window]\n            pairs += [(center, context) for context in near]"),
    ),
]  # fmt: skip

# --- cooccurrence -------------------------------------------------------------------------------------------------

BOTH_COUNTS = ("test_cooccurrence", "test_cooccurrence_hidden")
COUNTS = [
    wrong("cooccurrence", "one_over_distance", ("(window + 1 - t) / window", "1 / t"), loses=BOTH_COUNTS),
    wrong("cooccurrence", "unweighted", ("(window + 1 - t) / window", "1"), loses=BOTH_COUNTS),
    wrong("cooccurrence", "not_divided", ("(window + 1 - t) / window", "window + 1 - t"), loses=BOTH_COUNTS),
    wrong("cooccurrence", "one_side", ("t = abs(i - j)", "t = j - i"), loses=BOTH_COUNTS),
    wrong("cooccurrence", "off_by_one", ("(window + 1 - t) / window", "(window - t) / window"), loses=BOTH_COUNTS),
    wrong("cooccurrence", "diagonal_once", ("if 0 < t <= window:", "if 0 < t <= window and (center != context or i < j):"), loses=BOTH_COUNTS),
    wrong("cooccurrence", "assigned_not_added", ("counts[center, context] += ", "counts[center, context] = "), loses=BOTH_COUNTS),
    wrong("cooccurrence", "window_not_checked", ("if window < 1:", "if False:"), loses="test_cooccurrence_edges_hidden"),
    wrong("cooccurrence", "far_pairs_counted", ("if 0 < t <= window:", "if 0 < t:"), loses=BOTH_COUNTS),
    wrong(
        "cooccurrence",
        "repeated_indices_added_once",
        code='''
def cooccurrence(sentences, m, window):
    if window < 1:
        raise ValueError("window")
    counts = np.zeros((m, m))
    for s in sentences:
        s = np.array(s, dtype=int)
        for t in range(1, window + 1):
            counts[s[:-t], s[t:]] += (window + 1 - t) / window
            counts[s[t:], s[:-t]] += (window + 1 - t) / window
    return counts
''',
        loses=BOTH_COUNTS,
    ),
    right(
        "cooccurrence",
        "by_every_width",
        code='''
def cooccurrence(sentences, m, window):
    if window < 1:
        raise ValueError("window")
    counts = np.zeros((m, m))
    for width in range(1, window + 1):
        for s in sentences:
            for i in range(len(s)):
                for j in range(max(0, i - width), min(len(s), i + width + 1)):
                    if i != j:
                        counts[s[i], s[j]] += 1 / window
    return counts
''',
    ),
]  # fmt: skip

# --- ppmi ---------------------------------------------------------------------------------------------------------

BOTH_PPMI, ZEROS = ("test_ppmi", "test_ppmi_hidden"), "test_ppmi_zeros_hidden"
PPMI = [
    wrong("ppmi", "no_logarithm", ("np.log(counts.sum() * counts[row, column] / expected)", "counts.sum() * counts[row, column] / expected"), loses=(*BOTH_PPMI, ZEROS)),
    wrong("ppmi", "base_two", ("np.log(", "np.log2("), loses=(*BOTH_PPMI, ZEROS)),
    wrong("ppmi", "negative_kept", ("np.clip(values, 0, None)", "values"), loses=(*BOTH_PPMI, ZEROS)),
    wrong("ppmi", "shift_forgotten", (" - shift", ""), loses=(*BOTH_PPMI, ZEROS)),
    wrong("ppmi", "shift_after_the_maximum", (") - shift", ")"), ("np.clip(values, 0, None)", "np.clip(values, 0, None) - shift"), loses=(*BOTH_PPMI, ZEROS)),
    wrong("ppmi", "rows_for_columns", ("counts.sum(axis=1)[row] * counts.sum(axis=0)[column]", "counts.sum(axis=1)[row] * counts.sum(axis=1)[row]"), loses=BOTH_PPMI),
    wrong("ppmi", "total_forgotten", ("counts.sum() * counts[row", "counts[row"), loses=(*BOTH_PPMI, ZEROS)),
    wrong("ppmi", "negative_accepted", ("if np.any(counts < 0):", "if False:"), loses=ZEROS),
    wrong("ppmi", "numbers_kept_narrow", ("np.asarray(counts, dtype=np.float64)", "np.asarray(counts)"), ("counts.sum() * counts[row, column]", "counts.sum(dtype=counts.dtype) * counts[row, column]"), loses="test_ppmi_types_hidden"),
    wrong(
        "ppmi",
        "lift_kept_above_one_before_the_shift",
        code='''
def ppmi(counts, shift=0.0):
    counts = np.asarray(counts, dtype=float)
    if np.any(counts < 0):
        raise ValueError("counts")
    n, n_a, n_c = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    lift = n * counts / np.maximum(np.outer(n_a, n_c), 1e-300)
    return np.maximum(0, np.log(np.maximum(lift, 1)) - shift)
''',
        loses=(*BOTH_PPMI, ZEROS),
    ),
    wrong(
        "ppmi",
        "nan_in_empty_rows",
        code='''
def ppmi(counts, shift=0.0):
    counts = np.asarray(counts, dtype=float)
    if np.any(counts < 0):
        raise ValueError("counts")
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log(counts.sum() * counts / np.outer(counts.sum(axis=1), counts.sum(axis=0))) - shift
    return np.maximum(values, 0)
''',
        loses=ZEROS,
    ),
    wrong(
        "ppmi",
        "empty_cells_get_minus_shift",
        code='''
def ppmi(counts, shift=0.0):
    counts = np.asarray(counts, dtype=float)
    if np.any(counts < 0):
        raise ValueError("counts")
    expected = np.maximum(np.outer(counts.sum(axis=1), counts.sum(axis=0)), 1e-300)
    lift = counts.sum() * counts / expected
    return np.maximum(np.log(np.where(lift > 0, lift, 1)) - shift, 0)
''',
        loses=ZEROS,
    ),
    right(
        "ppmi",
        "by_logarithms_of_sums",
        code='''
def ppmi(counts, shift=0.0):
    counts = np.array(counts, dtype=float)
    if counts.size and counts.min() < 0:
        raise ValueError("counts")
    def log(values):
        return np.log(np.where(values > 0, values, 1.0))
    values = log(counts) + log(counts.sum()) - log(counts.sum(axis=1, keepdims=True)) - log(counts.sum(axis=0)) - shift
    return np.where((counts > 0) & (values > 0), values, 0.0)
''',
    ),
]  # fmt: skip

# --- sgns ---------------------------------------------------------------------------------------------------------

HIDDEN_SGNS, REPEATED, STABLE = "test_sgns_hidden", "test_sgns_repeated_hidden", "test_sgns_stable_hidden"
ALL_SGNS = ("test_sgns", HIDDEN_SGNS, REPEATED, STABLE)
SGNS = [
    wrong("sgns", "negatives_as_positives", ("sign = -np.ones(targets.shape)", "sign = np.ones(targets.shape)"), loses=ALL_SGNS),
    wrong("sgns", "mean_of_the_batch", ("float(np.sum(np.logaddexp(0, -s)))", "float(np.sum(np.logaddexp(0, -s)) / len(u))"), loses=("test_sgns", HIDDEN_SGNS, REPEATED)),
    wrong("sgns", "mean_of_the_pairs", ("float(np.sum(", "float(np.mean("), loses=ALL_SGNS),
    wrong("sgns", "gradient_upwards", ("r = -sign *", "r = sign *"), loses=ALL_SGNS),
    wrong("sgns", "assigned_for_u", ("np.add.at(dU, a, np.einsum(\"nj,njd->nd\", r, v))", "dU[a] += np.einsum(\"nj,njd->nd\", r, v)"), loses=("test_sgns", REPEATED)),
    wrong("sgns", "assigned_for_v", ("np.add.at(dV, targets, r[:, :, None] * u[:, None, :])", "dV[targets] += r[:, :, None] * u[:, None, :]"), loses=("test_sgns", REPEATED)),
    wrong("sgns", "tables_exchanged", ("return float(np.sum(np.logaddexp(0, -s))), dU, dV", "return float(np.sum(np.logaddexp(0, -s))), dV, dU"), loses=("test_sgns", HIDDEN_SGNS, REPEATED)),
    wrong("sgns", "naive_sigmoid", ("np.exp(-np.logaddexp(0, s))", "np.exp(-s) / (1 + np.exp(-s))"), loses=STABLE),
    wrong("sgns", "naive_logarithm", ("np.logaddexp(0, -s)))", "np.log(1 + np.exp(-s))))"), loses=STABLE),
    wrong("sgns", "narrow_tables_kept", ("np.asarray(U, dtype=np.float64), np.asarray(V, dtype=np.float64)", "np.asarray(U), np.asarray(V)"), loses="test_sgns_types_hidden"),
    wrong("sgns", "residual_without_label", ("r = -sign * np.exp(-np.logaddexp(0, s))", "r = np.exp(-np.logaddexp(0, -sign * s))"), loses=("test_sgns", HIDDEN_SGNS, REPEATED)),
    right(
        "sgns",
        "pair_by_pair",
        code='''
def sgns(U, V, a, targets):
    U, V = np.array(U, dtype=float), np.array(V, dtype=float)
    dU, dV, loss = np.zeros_like(U), np.zeros_like(V), 0.0
    for i, row in zip(a, targets):
        for j, c in enumerate(row):
            s = U[i] @ V[c] * (1 if j == 0 else -1)
            loss += max(0.0, -s) + np.log1p(np.exp(-abs(s)))
            e = np.exp(-abs(s))
            wrong = (e if s > 0 else 1.0) / (1 + e) * (-1 if j == 0 else 1)
            dU[i] += wrong * V[c]
            dV[c] += wrong * U[i]
    return float(loss), dU, dV
''',
    ),
    right(
        "sgns",
        "by_one_hot_products",
        ("np.add.at(dU, a, np.einsum(\"nj,njd->nd\", r, v))", "dU += np.eye(len(U))[a].T @ np.einsum(\"nj,njd->nd\", r, v)"),
        ("np.add.at(dV, targets, r[:, :, None] * u[:, None, :])", "dV += np.einsum(\"njm,nj,nd->md\", np.eye(len(V))[targets], r, u)"),
    ),
]  # fmt: skip

# --- glove --------------------------------------------------------------------------------------------------------

BOTH_GLOVE = ("test_glove", "test_glove_hidden")
GLOVE = [
    wrong("glove", "weight_forgotten", ("f = np.minimum(1, (X / x_max) ** power)", "f = (X > 0) * 1.0"), loses=BOTH_GLOVE),
    wrong("glove", "weight_not_capped", ("np.minimum(1, (X / x_max) ** power)", "(X / x_max) ** power"), loses=BOTH_GLOVE),
    wrong("glove", "power_fixed", ("** power)", "** 0.75)"), loses=BOTH_GLOVE),
    wrong("glove", "power_forgotten", ("(X / x_max) ** power)", "X / x_max)"), loses=BOTH_GLOVE),
    wrong("glove", "factor_two_forgotten", ("G = 2 * f * r", "G = f * r"), loses=BOTH_GLOVE),
    wrong("glove", "half_in_the_loss", ("np.sum(f * r * r)", "np.sum(f * r * r) / 2"), loses=BOTH_GLOVE),
    wrong("glove", "biases_exchanged", ("b[:, None] + b2", "b + b2[:, None]"), loses=BOTH_GLOVE),
    wrong("glove", "v_not_transposed", ("G.T @ U", "G @ U"), loses=BOTH_GLOVE),
    wrong("glove", "bias_gradients_exchanged", ("G.sum(axis=1), G.sum(axis=0)", "G.sum(axis=0), G.sum(axis=1)"), loses=BOTH_GLOVE),
    wrong("glove", "empty_cells_counted", ("f = np.minimum(1, (X / x_max) ** power)", "f = np.where(X > 0, np.minimum(1, (X / x_max) ** power), 1)"), loses=BOTH_GLOVE),
    wrong("glove", "log_of_one_plus", ("np.log(np.where(X > 0, X, 1))", "np.log1p(X)"), loses=BOTH_GLOVE),
    wrong("glove", "nan_from_empty_cells", ("np.log(np.where(X > 0, X, 1))", "np.log(X)"), loses=BOTH_GLOVE),
    right(
        "glove",
        "cell_by_cell",
        code='''
def glove(U, V, b, b2, X, x_max=100.0, power=0.75):
    U, V, b, b2 = (np.array(z, dtype=float) for z in (U, V, b, b2))
    dU, dV, db, db2, loss = np.zeros_like(U), np.zeros_like(V), np.zeros_like(b), np.zeros_like(b2), 0.0
    for a, c in zip(*np.nonzero(X)):
        x = float(X[a, c])
        f = (x / x_max) ** power if x < x_max else 1.0
        r = U[a] @ V[c] + b[a] + b2[c] - np.log(x)
        loss += f * r**2
        dU[a] += 2 * f * r * V[c]
        dV[c] += 2 * f * r * U[a]
        db[a] += 2 * f * r
        db2[c] += 2 * f * r
    return float(loss), dU, dV, db, db2
''',
    ),
]  # fmt: skip

# --- analogy ------------------------------------------------------------------------------------------------------

BOTH_ANALOGY = ("test_analogy", "test_analogy_hidden")
ANALOGY = [
    wrong("analogy", "given_words_allowed", ("    scores[[a, b, c]] = -np.inf\n", ""), loses=BOTH_ANALOGY),
    wrong("analogy", "only_c_excluded", ("scores[[a, b, c]]", "scores[[c]]"), loses=BOTH_ANALOGY),
    wrong("analogy", "other_way_round", ("E[b] - E[a] + E[c]", "E[a] - E[b] + E[c]"), loses=BOTH_ANALOGY),
    wrong("analogy", "not_normalised", ("E = E / np.linalg.norm(E, axis=1, keepdims=True)", "E = E * 1.0"), loses=BOTH_ANALOGY),
    wrong("analogy", "normalised_afterwards", ("    E = E / np.linalg.norm(E, axis=1, keepdims=True)\n    scores = E @ (E[b] - E[a] + E[c])",
          "    scores = (E / np.linalg.norm(E, axis=1, keepdims=True)) @ (E[b] - E[a] + E[c])"), loses=BOTH_ANALOGY),
    wrong("analogy", "nearest_to_c", ("E @ (E[b] - E[a] + E[c])", "E @ E[c]"), loses=BOTH_ANALOGY),
    wrong("analogy", "integers_kept", ("np.asarray(E, dtype=np.float64)", "np.asarray(E) + np.asarray(E) * 0"), ("np.linalg.norm(E, axis=1, keepdims=True)", "np.sqrt((E * E).sum(axis=1, keepdims=True))"), loses="test_analogy_types_hidden"),
    wrong("analogy", "nobody_left_not_checked", ("if len(E) == len({a, b, c}):", "if False:"), loses="test_analogy_edges_hidden"),
    wrong("analogy", "last_of_equals", ("int(np.argmax(scores))", "int(len(scores) - 1 - np.argmax(scores[::-1]))"), loses="test_analogy_hidden"),
    right(
        "analogy",
        "by_a_sorted_list",
        code='''
def analogy(E, a, b, c):
    rows = [np.array(row, dtype=float) / np.sqrt(np.sum(np.square(np.array(row, dtype=float)))) for row in E]
    goal = rows[b] - rows[a] + rows[c]
    left = [i for i in range(len(rows)) if i not in (a, b, c)]
    if not left:
        raise ValueError("left")
    best = max(float(rows[i] @ goal) for i in left)
    return next(i for i in left if rows[i] @ goal >= best - 1e-14)
''',
    ),
]  # fmt: skip

# --- segment ------------------------------------------------------------------------------------------------------

BOTH_SEGMENT = ("test_segment", "test_segment_hidden")
ALL_SEGMENT = (*BOTH_SEGMENT, "test_segment_long_hidden")
SEGMENT = [
    wrong(
        "segment",
        "longest_matching",
        code='''
def segment(syllables, words, pairs):
    found, i = [], 0
    while i < len(syllables):
        for j in range(len(syllables), i, -1):
            word = "_".join(syllables[i:j])
            if word in words or j == i + 1:
                break
        found.append(word)
        i = j
    return found
''',
        loses=BOTH_SEGMENT,
    ),
    wrong(
        "segment",
        "words_alone",
        code='''
def segment(syllables, words, pairs):
    best = [(0.0, [])]
    for end in range(1, len(syllables) + 1):
        options = []
        for start in range(end):
            word = "_".join(syllables[start:end])
            if end - start == 1 or word in words:
                score, path = best[start]
                options.append((score + math.log((words.get(word, 0) + 1) / (sum(words.values()) + len(words))), path + [word]))
        best.append(max(options))
    return best[-1][1]
''',
        loses=BOTH_SEGMENT,
    ),
    wrong(
        "segment",
        "one_best_at_each_place",
        code='''
def segment(syllables, words, pairs):
    best = [(0.0, ["^"])]
    for end in range(1, len(syllables) + 1):
        options = []
        for start in range(end):
            word = "_".join(syllables[start:end])
            if end - start == 1 or word in words:
                score, path = best[start]
                before = path[-1]
                chance = (pairs.get(before + " " + word, 0) + 1) / (words.get(before, 0) + len(words))
                options.append((score + math.log(chance), path + [word]))
        best.append(max(options))
    return best[-1][1][1:]
''',
        loses=ALL_SEGMENT,
    ),
    wrong(
        "segment",
        "every_split_of_ten_syllables_at_a_time",
        code='''
def segment(syllables, words, pairs):
    def rest(part, before):
        if not part:
            return 0.0, []
        options = []
        for size in range(1, len(part) + 1):
            word = "_".join(part[:size])
            if size == 1 or word in words:
                score, path = rest(part[size:], word)
                chance = (pairs.get(before + " " + word, 0) + 1) / (words.get(before, 0) + len(words))
                options.append((score + math.log(chance), [word] + path))
        return max(options)
    found = []
    for start in range(0, len(syllables), 10):
        found += rest(syllables[start : start + 10], found[-1] if found else "^")[1]
    return found
''',
        loses="test_segment_long_hidden",
    ),
    wrong("segment", "no_start_mark", ('[{"^": (0.0, [])}]', '[{"": (0.0, [])}]'), loses=BOTH_SEGMENT),
    wrong("segment", "start_mark_not_counted", (" + len(words))", " + len(words) - 1)"), loses=BOTH_SEGMENT),
    wrong("segment", "two_syllables_at_most", ("if end - start > 1 and word not in words:", "if end - start > 2 or end - start > 1 and word not in words:"), loses="test_segment_hidden"),
    wrong("segment", "three_syllables_at_most", ("if end - start > 1 and word not in words:", "if end - start > 3 or end - start > 1 and word not in words:"), loses="test_segment_hidden"),
    wrong("segment", "no_smoothing_of_pairs", ("+ 1) / (", "+ 1e-9) / ("), loses="test_segment_hidden"),
    wrong("segment", "vocabulary_not_added", (" + len(words))", " + 1)"), loses=BOTH_SEGMENT),
    wrong("segment", "divided_by_the_word_itself", ("words.get(before, 0)", "words.get(word, 0)"), loses=BOTH_SEGMENT),
    wrong("segment", "unknown_syllables_refused", ("if end - start > 1 and word not in words:", "if word not in words:"), loses=BOTH_SEGMENT),
    wrong("segment", "start_mark_returned", ('[{"^": (0.0, [])}]', '[{"^": (0.0, ["^"])}]'), loses=BOTH_SEGMENT),
    wrong("segment", "worst_first", ("best[end][word] = max(options)", "best[end][word] = min(options)"), loses="test_segment_hidden"),
    right(
        "segment",
        "from_the_right_with_memory",
        code='''
def segment(syllables, words, pairs):
    from functools import lru_cache
    n, size = len(syllables), len(words)
    @lru_cache(maxsize=None)
    def rest(i, before):
        if i == n:
            return 0.0, ()
        best = None
        for j in range(i + 1, n + 1):
            word = "_".join(syllables[i:j])
            if j > i + 1 and word not in words:
                continue
            score, tail = rest(j, word)
            score += math.log(pairs.get(before + " " + word, 0) + 1) - math.log(words.get(before, 0) + size)
            if best is None or score > best[0]:
                best = score, (word,) + tail
        return best
    return list(rest(0, "^")[1])
''',
    ),
]  # fmt: skip

ANSWERS = PAIRS + COUNTS + PPMI + SGNS + GLOVE + ANALOGY + SEGMENT

EQUIVALENT = [
    Equivalent('skipgram_pairs', 'if 0 < abs(i - j) <= window: -> if 0 < abs(j - i) <= window:', 'the distance is symmetric'),
    Equivalent('cooccurrence', 't = abs(i - j) -> t = abs(j - i)', 'the distance is symmetric'),
    Equivalent('cooccurrence', 'counts[center, context] += (window + 1 - t) / window -> counts[context, center] += (window + 1 - t) / window', 'the table is symmetric and every ordered pair is visited'),
    Equivalent('ppmi', 'result[row, column] = np.clip(values, 0, None) -> result[row, column] = np.clip(0, values, None)', 'the larger of the two numbers either way'),
    Equivalent('sgns', 'U, V = np.asarray(U, dtype=np.float64), np.asarray(V, dtype=np.float64) -> U, V = U, np.asarray(V, dtype=np.float64)', 'the other table is float64, products are promoted'),
    Equivalent('sgns', 'U, V = np.asarray(U, dtype=np.float64), np.asarray(V, dtype=np.float64) -> U, V = np.asarray(U), np.asarray(V, dtype=np.float64)', 'the other table is float64, products are promoted'),
    Equivalent('sgns', 'U, V = np.asarray(U, dtype=np.float64), np.asarray(V, dtype=np.float64) -> U, V = np.asarray(U, dtype=np.float64), V', 'the other table is float64, products are promoted'),
    Equivalent('sgns', 'U, V = np.asarray(U, dtype=np.float64), np.asarray(V, dtype=np.float64) -> U, V = np.asarray(U, dtype=np.float64), np.asarray(V)', 'the other table is float64, products are promoted'),
    Equivalent('sgns', 'r = -sign * np.exp(-np.logaddexp(0, s)) -> r = -sign * np.exp(-np.logaddexp(s, 0))', 'logaddexp is symmetric'),
    Equivalent('sgns', 'dU, dV = np.zeros(U.shape), np.zeros(V.shape) -> dU, dV = np.zeros(V.shape), np.zeros(U.shape)', 'both tables have the same shape'),
    Equivalent('sgns', 'return float(np.sum(np.logaddexp(0, -s))), dU, dV -> return float(np.sum(np.logaddexp(-s, 0))), dU, dV', 'logaddexp is symmetric'),
    Equivalent('glove', 'f = np.minimum(1, (X / x_max) ** power) -> f = np.minimum((X / x_max) ** power, 1)', 'the smaller of the two numbers either way'),
    Equivalent('glove', 'r = U @ V.T + b[:, None] + b2 - np.log(np.where(X > 0, X, 1)) -> r = U @ V.T + b[:, None] + b2 - np.log(np.where(X > 0, X, 2))', "the cell's weight is 0"),
    Equivalent('segment', 'best = [{"^": (0.0, [])}]  # vị trí kết thúc -> từ cuối -> (điểm, cách tách) -> best = [{"^": (1.0, [])}]  # vị trí kết thúc -> từ cuối -> (điểm, cách tách)', 'a constant added to every score'),
    Equivalent('segment', 'for start in range(end): -> for start in range(end + 1):', 'the empty word only lowers the score'),
]  # fmt: skip
