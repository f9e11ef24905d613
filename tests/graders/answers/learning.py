"""Answers to the assignment `learning`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- class_scores -------------------------------------------------------------------------------------------------

CLASS_SCORES = [
    wrong(
        "class_scores",
        "not_scaled",
        (" / 255  # (N, m)", ""),
        loses=("test_class_scores", "test_class_scores_hidden"),
    ),
    wrong(
        "class_scores",
        "bias_forgotten",
        ("X @ W.T + b", "X @ W.T"),
        loses=("test_class_scores", "test_class_scores_hidden"),
    ),
    wrong(
        "class_scores",
        "rows_for_columns",
        ("X @ W.T + b", "X @ W.reshape(X.shape[1], -1) + b"),
        loses=("test_class_scores", "test_class_scores_hidden"),
    ),
    wrong(
        "class_scores",
        "column_order",
        ("images.reshape(n, -1)", 'images.reshape(n, -1, order="F")'),
        loses="test_class_scores_hidden",
    ),
    wrong(
        "class_scores",
        "float32",
        ("images.reshape(n, -1) / 255", "images.reshape(n, -1).astype(np.float32) / 255"),
        loses=("test_class_scores", "test_class_scores_hidden"),
    ),
    wrong(
        "class_scores",
        "rows_cut_to_fit_the_weights",
        ("images.reshape(n, -1)", "images.reshape(-1, W.shape[1])"),
        loses="test_class_scores_hidden",
    ),
    wrong(
        "class_scores",
        "floor_division",
        (" / 255  # (N, m)", " // 255"),
        loses=("test_class_scores", "test_class_scores_hidden"),
    ),
    wrong(
        "class_scores",
        "grey_images_only",
        ("images.reshape(n, -1)", "images.reshape(n, images.shape[1] * images.shape[2])"),
        loses=("test_class_scores", "test_class_scores_hidden"),
    ),
    wrong(
        "class_scores",
        "best_image_of_each_class",
        ("argmax(axis=1)", "argmax(axis=0)"),
        loses=("test_class_scores", "test_class_scores_predict_hidden"),
    ),
    wrong(
        "class_scores",
        "last_of_the_tied",
        ("scores.argmax(axis=1)", "scores.shape[1] - 1 - scores[:, ::-1].argmax(axis=1)"),
        loses=("test_class_scores", "test_class_scores_predict_hidden"),
    ),
    wrong(
        "class_scores",
        "largest_magnitude",
        ("scores.argmax(axis=1)", "np.abs(scores).argmax(axis=1)"),
        loses="test_class_scores_predict_hidden",
    ),
    right(
        "class_scores",
        "loop_over_images",
        code="""
def class_scores(images, W, b):
    return np.array([W.astype(float) @ (image.astype(float).ravel() / 255) + b for image in images])


def predict(scores):
    return np.array([list(row).index(max(row)) for row in scores])
""",
    ),
]

# --- empirical_risk -----------------------------------------------------------------------------------------------

EMPIRICAL_RISK = [
    wrong(
        "empirical_risk",
        "sum_for_mean",
        ("total / len(xs)", "total"),
        loses=("test_empirical_risk", "test_empirical_risk_hidden"),
    ),
    wrong(
        "empirical_risk",
        "model_forgotten",
        ("D(f(xs[i]), ys[i])", "D(xs[i], ys[i])"),
        loses=("test_empirical_risk", "test_empirical_risk_hidden"),
    ),
    wrong(
        "empirical_risk",
        "arguments_swapped",
        ("D(f(xs[i]), ys[i])", "D(ys[i], f(xs[i]))"),
        loses=("test_empirical_risk", "test_empirical_risk_hidden"),
    ),
    wrong(
        "empirical_risk",
        "n_minus_one",
        ("total / len(xs)", "total / max(len(xs) - 1, 1)"),
        loses=("test_empirical_risk", "test_empirical_risk_hidden"),
    ),
    wrong(
        "empirical_risk",
        "own_distance",
        ("D(f(xs[i]), ys[i])", "np.max(np.abs(f(xs[i]) - ys[i]))"),
        loses=("test_empirical_risk", "test_empirical_risk_hidden"),
    ),
    wrong(
        "empirical_risk",
        "model_called_on_the_whole_set",
        code="""
def empirical_risk(f, D, xs, ys):
    if len(xs) == 0 or len(xs) != len(ys):
        raise ValueError("n")
    return float(np.mean(D(f(np.array(xs)), np.array(ys))))


def zero_one(scores, label):
    return 0.0 if np.argmax(scores) == label else 1.0
""",
        loses=("test_empirical_risk", "test_empirical_risk_hidden"),
    ),
    wrong(
        "empirical_risk",
        "accuracy_for_loss",
        ("return 0.0 if np.argmax(scores) == label else 1.0", "return float(np.argmax(scores) == label)"),
        loses=("test_empirical_risk", "test_empirical_risk_zero_one_hidden"),
    ),
    wrong(
        "empirical_risk",
        "tied_counts_as_right",
        ("np.argmax(scores) == label", "scores[label] == np.max(scores)"),
        loses=("test_empirical_risk", "test_empirical_risk_zero_one_hidden"),
    ),
    right(
        "empirical_risk",
        "mean_of_a_list",
        code="""
def empirical_risk(f, D, xs, ys):
    if len(xs) != len(ys) or not len(xs):
        raise ValueError("n")
    return float(np.mean([D(f(xs[i]), ys[i]) for i in range(len(xs))]))


def zero_one(scores, label):
    scores = list(scores)
    return 1.0 * (scores.index(max(scores)) != label)
""",
    ),
]

# --- stratified_split ---------------------------------------------------------------------------------------------

_BOTH = ("test_stratified_split", "test_stratified_split_hidden")

STRATIFIED_SPLIT = [
    wrong(
        "stratified_split",
        "not_stratified",
        code="""
def stratified_split(labels, percent_validation, percent_test, seed):
    if min(percent_validation, percent_test) < 0 or percent_validation + percent_test >= 100:
        raise ValueError("percent")
    n = len(labels)
    order = np.random.default_rng(seed).permutation(n)
    a = n * percent_validation // 100
    b = a + n * percent_test // 100
    return np.sort(order[b:]), np.sort(order[:a]), np.sort(order[a:b])
""",
        loses=_BOTH,
    ),
    wrong(
        "stratified_split",
        "not_shuffled",
        ("rng.permutation(np.flatnonzero(labels == c))", "np.flatnonzero(labels == c)"),
        loses=("test_stratified_split", "test_stratified_split_random_hidden"),
    ),
    wrong(
        "stratified_split",
        "seed_ignored",
        ("np.random.default_rng(seed)", "np.random.default_rng()"),
        loses="test_stratified_split_random_hidden",
    ),
    wrong(
        "stratified_split",
        "same_seed_whatever_it_is",
        ("np.random.default_rng(seed)", "np.random.default_rng(0)"),
        loses=("test_stratified_split", "test_stratified_split_random_hidden"),
    ),
    wrong(
        "stratified_split",
        "test_before_validation",
        ("for part in (train, validation, test)", "for part in (train, test, validation)"),
        loses=_BOTH,
    ),
    wrong(
        "stratified_split",
        "parts_overlap",
        ("test.extend(members[first:second])", "test.extend(members[: second - first])"),
        loses=_BOTH,
    ),
    wrong(
        "stratified_split",
        "test_percent_of_what_is_left",
        ("len(members) * percent_test // 100", "(len(members) - first) * percent_test // 100"),
        loses=_BOTH,
    ),
    wrong(
        "stratified_split",
        "rounded",
        ("len(members) * percent_validation // 100", "round(len(members) * percent_validation / 100)"),
        loses=_BOTH,
    ),
    wrong(
        "stratified_split",
        "not_sorted",
        ("np.array(sorted(part), dtype=np.int64)", "np.array(part, dtype=np.int64)"),
        loses=_BOTH,
    ),
    wrong(
        "stratified_split",
        "empty_part_is_float",
        ("np.array(sorted(part), dtype=np.int64)", "np.array(sorted(part))"),
        loses="test_stratified_split_hidden",
    ),
    wrong(
        "stratified_split",
        "drawn_with_replacement",
        (
            "rng.permutation(np.flatnonzero(labels == c))",
            "rng.choice(np.flatnonzero(labels == c), np.sum(labels == c))",
        ),
        loses=_BOTH,
    ),
    right(
        "stratified_split",
        "one_order_for_all_classes",
        code="""
def stratified_split(labels, percent_validation, percent_test, seed):
    if min(percent_validation, percent_test) < 0 or percent_validation + percent_test > 99:
        raise ValueError("percent")
    labels = np.asarray(labels)
    part = np.zeros(len(labels), dtype=int)
    order = np.random.default_rng(seed).permutation(len(labels))
    for c in set(labels.tolist()):
        mine = order[labels[order] == c]
        a, b = (len(mine) * percent // 100 for percent in (percent_validation, percent_test))
        part[mine[:a]] = 1
        part[mine[len(mine) - b :]] = 2
    return [np.flatnonzero(part == k) for k in range(3)]
""",
    ),
]

# --- baselines ----------------------------------------------------------------------------------------------------

_BASE = ("test_baselines", "test_baselines_hidden")

BASELINES = [
    wrong(
        "baselines",
        "majority_of_the_measured_labels",
        ("counts.argmax())", "np.bincount(labels).argmax())"),
        loses=_BASE,
    ),
    wrong(
        "baselines",
        "measured_on_the_training_labels",
        ("np.log(p[labels])", "np.log(p[train_labels])"),
        loses=_BASE,
    ),
    wrong("baselines", "base_two", ('"uniform": np.log(classes)', '"uniform": np.log2(classes)'), loses=_BASE),
    wrong(
        "baselines",
        "no_smoothing",
        ("filled / filled.sum()", "np.maximum(counts, 1e-9) / len(train_labels)"),
        loses=_BASE,
    ),
    wrong("baselines", "does_not_sum_to_one", ("filled.sum()", "(len(train_labels) + 1)"), loses=_BASE),
    wrong("baselines", "sum_before_the_smoothing", ("filled.sum()", "counts.sum()"), loses=_BASE),
    wrong(
        "baselines",
        "entropy_of_the_training_labels",
        ("-np.mean(np.log(p[labels]))", "-np.sum(p * np.log(p))"),
        loses=_BASE,
    ),
    wrong(
        "baselines",
        "last_of_the_tied",
        ("counts.argmax())", "classes - 1 - counts[::-1].argmax())"),
        loses="test_baselines_hidden",
    ),
    right(
        "baselines",
        "plain_python",
        code="""
import math


def baselines(train_labels, labels, classes):
    train, new = [int(v) for v in train_labels], [int(v) for v in labels]
    if not all(0 <= v < classes for v in train + new):
        raise ValueError("label")
    counts = [train.count(c) for c in range(classes)]
    common = max(range(classes), key=counts.__getitem__)
    losses = [math.log(len(train) + classes) - math.log(counts[v] + 1) for v in new]
    return {
        "frequency": math.fsum(losses) / len(new),
        "majority": new.count(common) / len(new),
        "uniform": -math.log(1 / classes),
    }
""",
    ),
]

# --- choose_then_test ---------------------------------------------------------------------------------------------

_CHOOSE = ("test_choose_then_test", "test_choose_then_test_hidden")

CHOOSE_THEN_TEST = [
    wrong(
        "choose_then_test",
        "chosen_on_the_test_set",
        ("score = validate(candidate)", "score = test(candidate)"),
        loses=_CHOOSE,
    ),
    wrong(
        "choose_then_test",
        "test_set_opened_for_everyone",
        code="""
def choose_then_test(candidates, validate, test):
    results = [(c, validate(c), test(c)) for c in candidates]
    results = [r for r in results if np.isfinite(r[1])]
    if not results:
        raise ValueError("none")
    return max(results, key=lambda r: r[1])
""",
        loses=_CHOOSE,
    ),
    wrong(
        "choose_then_test",
        "validated_twice",
        code="""
def choose_then_test(candidates, validate, test):
    usable = [c for c in candidates if np.isfinite(validate(c))]
    if not usable:
        raise ValueError("none")
    best = max(usable, key=validate)
    return best, validate(best), test(best)
""",
        loses=_CHOOSE,
    ),
    wrong(
        "choose_then_test",
        "nan_is_not_skipped",
        ("np.isfinite(score) and (best is None or score > best[1])", "best is None or score > best[1]"),
        loses=("test_choose_then_test", "test_choose_then_test_hidden"),
    ),
    wrong(
        "choose_then_test",
        "infinity_wins",
        ("np.isfinite(score)", "not np.isnan(score)"),
        loses="test_choose_then_test_hidden",
    ),
    wrong(
        "choose_then_test",
        "last_of_the_tied",
        ("score > best[1]", "score >= best[1]"),
        loses="test_choose_then_test_hidden",
    ),
    wrong(
        "choose_then_test",
        "candidates_as_keys",
        code="""
def choose_then_test(candidates, validate, test):
    results = {c: validate(c) for c in candidates}
    results = {c: score for c, score in results.items() if np.isfinite(score)}
    if not results:
        raise ValueError("none")
    best = max(results, key=results.get)
    return best, results[best], test(best)
""",
        loses="test_choose_then_test_hidden",
    ),
    wrong(
        "choose_then_test",
        "starts_from_zero",
        code="""
def choose_then_test(candidates, validate, test):
    best, top = None, 0
    for candidate in candidates:
        score = validate(candidate)
        if np.isfinite(score) and score > top:
            best, top = candidate, score
    if best is None:
        raise ValueError("none")
    return best, top, test(best)
""",
        loses="test_choose_then_test_hidden",
    ),
    wrong(
        "choose_then_test",
        "validation_reported_as_test",
        ("test(best[0])", "validate(best[0])"),
        loses=_CHOOSE,
    ),
    right(
        "choose_then_test",
        "sorted_afterwards",
        code="""
def choose_then_test(candidates, validate, test):
    scores = np.array([validate(c) for c in candidates], dtype=float)
    scores[~np.isfinite(scores)] = -np.inf
    if not np.isfinite(scores).any():
        raise ValueError("none")
    k = int(np.argmax(scores))
    return candidates[k], float(scores[k]), test(candidates[k])
""",
    ),
]

# --- wilson_interval ----------------------------------------------------------------------------------------------

_WILSON = ("test_wilson_interval", "test_wilson_interval_hidden")

WILSON_INTERVAL = [
    wrong(
        "wilson_interval",
        "usual_rule",
        code="""
def wilson_interval(correct, n, z=1.96):
    if n < 1 or not 0 <= correct <= n:
        raise ValueError("n")
    p = correct / n
    half = z * np.sqrt(p * (1 - p) / n)
    return p - half, p + half
""",
        loses=_WILSON,
    ),
    wrong("wilson_interval", "not_divided", ("(middle - spread) / (1 + ratio)", "(middle - spread)"), loses=_WILSON),
    wrong(
        "wilson_interval",
        "ends_swapped",
        ("(middle - spread) / (1 + ratio), (middle + spread)", "(middle + spread) / (1 + ratio), (middle - spread)"),
        loses=_WILSON,
    ),
    wrong(
        "wilson_interval",
        "parentheses_forgotten",
        code="""
def wilson_interval(correct, n, z=1.96):
    if n < 1 or correct < 0 or correct > n:
        raise ValueError("n")
    p = correct / n
    spread = z * np.sqrt(p * (1 - p) / n + z**2 / 4 * n**2)
    middle = p + z**2 / (2 * n)
    return (middle - spread) / (1 + z**2 / n), (middle + spread) / (1 + z**2 / n)
""",
        loses=_WILSON,
    ),
    wrong("wilson_interval", "z_not_squared", ("z**2 / n", "z / n"), loses=_WILSON),
    wrong("wilson_interval", "own_z", ("p, ratio =", "z = 1.96\n    p, ratio ="), loses="test_wilson_interval_hidden"),
    wrong(
        "wilson_interval",
        "correct_may_exceed_n",
        (" or correct > n", ""),
        loses="test_wilson_interval_hidden",
    ),
    right(
        "wilson_interval",
        "quadratic_formula",
        code="""
def wilson_interval(correct, n, z=1.96):
    if not (n >= 1 and 0 <= correct <= n):
        raise ValueError("n")
    a, b, c = n + z**2, -(2 * correct + z**2), correct**2 / n
    root = np.sqrt(b * b - 4 * a * c)
    return float((-b - root) / (2 * a)), float((-b + root) / (2 * a))
""",
    ),
]

# --- expected_best ------------------------------------------------------------------------------------------------

_BEST = ("test_expected_best", "test_expected_best_hidden")

EXPECTED_BEST = [
    wrong("expected_best", "not_divided_by_n", ("np.sum(1 - below) / n", "np.sum(1 - below)"), loses=_BEST),
    wrong("expected_best", "shifted_by_one", ("np.arange(n)", "np.arange(1, n + 1)"), loses=_BEST),
    wrong("expected_best", "probability_of_at_most", ("1 - below", "below"), loses=_BEST),
    wrong("expected_best", "mass_for_distribution", ("binom.cdf", "binom.pmf"), loses=_BEST),
    wrong("expected_best", "no_choice", (" ** K ", " "), loses=_BEST),
    wrong(
        "expected_best",
        "worst_instead_of_best",
        (
            "below = stats.binom.cdf(np.arange(n), n, p) ** K",
            "below = 1 - (1 - stats.binom.cdf(np.arange(n), n, p)) ** K",
        ),
        loses=_BEST,
    ),
    wrong(
        "expected_best",
        "simulated",
        code="""
def expected_best(n, p, K):
    if n < 1 or K < 1 or p < 0 or p > 1:
        raise ValueError("n")
    rng = np.random.default_rng(0)
    return np.mean([rng.binomial(n, p, size=min(K, 1000)).max() / n for _ in range(200)])
""",
        loses=(*_BEST, "test_expected_best_large_hidden"),
    ),
    wrong(
        "expected_best",
        "normal_approximation",
        code="""
def expected_best(n, p, K):
    if n < 1 or K < 1 or p < 0 or p > 1:
        raise ValueError("n")
    return p + np.sqrt(p * (1 - p) / n) * np.sqrt(2 * np.log(K))
""",
        loses=(*_BEST, "test_expected_best_large_hidden"),
    ),
    wrong(
        "expected_best",
        "overflows_with_many_images",
        code="""
from math import comb


def expected_best(n, p, K):
    if n < 1 or K < 1 or p < 0 or p > 1:
        raise ValueError("n")
    mass = np.array([float(comb(n, j)) * p**j * (1 - p) ** (n - j) for j in range(n)])
    return float(np.sum(1 - np.cumsum(mass) ** K) / n)
""",
        loses="test_expected_best_large_hidden",
    ),
    right(
        "expected_best",
        "weights_of_the_maximum",
        code="""
def expected_best(n, p, K):
    if not (n >= 1 and K >= 1 and 0 <= p <= 1):
        raise ValueError("n")
    F = stats.binom.cdf(np.arange(-1, n + 1), n, p) ** K
    return float(np.arange(n + 1) @ np.diff(F) / n)
""",
    ),
]

ANSWERS = [
    *CLASS_SCORES,
    *EMPIRICAL_RISK,
    *STRATIFIED_SPLIT,
    *BASELINES,
    *CHOOSE_THEN_TEST,
    *WILSON_INTERVAL,
    *EXPECTED_BEST,
]

EQUIVALENT = [
    Equivalent(
        "class_scores",
        "X = images.reshape(n, -1) / 255  # (N, m) -> X = images.reshape(n, -2) / 255  # (N, m)",
        "NumPy coi mọi số âm trong reshape là kích thước cần suy ra",
    ),
    Equivalent(
        "baselines",
        '"majority": np.mean(np.array(labels) == counts.argmax()), -> "majority": np.mean(labels == counts.argmax()),',
        "so một list với một số của NumPy cũng ra một mảng",
    ),
]
