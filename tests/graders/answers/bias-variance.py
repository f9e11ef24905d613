"""Answers to the assignment `bias-variance`: plausible wrong ones and different right ones."""

from tests.graders.bank import right, wrong

# --- fit_many -----------------------------------------------------------------------------------------------------

BOTH_FIT = ("test_fit_many", "test_fit_many_hidden")
FIT_MANY = [
    wrong("fit_many", "degree_is_the_number_of_columns",
          ("A, B = np.vander(x, degree + 1), np.vander(x_new, degree + 1)", "A, B = np.vander(x, degree), np.vander(x_new, degree)"),
          loses=BOTH_FIT),
    wrong("fit_many", "orders_of_powers_differ", ("np.vander(x_new, degree + 1)", "np.vander(x_new, degree + 1, increasing=True)"),
          loses=BOTH_FIT),
    wrong("fit_many", "all_sets_share_one_curve", ("np.linalg.lstsq(A, Y.T, rcond=None)[0]",
          "np.linalg.lstsq(A, np.tile(Y.mean(axis=0)[:, None], len(Y)), rcond=None)[0]"), loses=BOTH_FIT),
    wrong("fit_many", "no_constant_term",
          ("    theta = np", "    A, B = A[:, :-1], B[:, :-1]\n    theta = np"), loses=BOTH_FIT),
    wrong("fit_many", "too_high_a_degree_accepted", ("if not 0 <= degree < len(x):", "if degree < 0:"), loses=BOTH_FIT),
    wrong("fit_many", "negative_degree_accepted", ("if not 0 <= degree < len(x):", "if degree >= len(x):"),
          ("A, B =", "degree = max(degree, 0)\n    A, B ="), loses="test_fit_many_hidden"),
    wrong("fit_many", "one_degree_too_few_allowed", ("if not 0 <= degree < len(x):", "if not 0 <= degree < len(x) - 1:"),
          loses=BOTH_FIT),
    right(
        "fit_many",
        "one_polynomial_after_another",
        code='''
def fit_many(x, Y, degree, x_new):
    if degree < 0 or degree + 1 > len(x):
        raise ValueError("degree")
    x, x_new = np.asarray(x, dtype=float), np.asarray(x_new, dtype=float)
    curves = [np.polynomial.Polynomial.fit(x, np.asarray(y, dtype=float), degree)(x_new) for y in Y]
    return np.array(curves)
''',
    ),
    right("fit_many", "by_the_pseudo_inverse", ("np.linalg.lstsq(A, Y.T, rcond=None)[0]", "np.linalg.pinv(A) @ Y.T")),
]  # fmt: skip

# --- decompose ----------------------------------------------------------------------------------------------------

BOTH_DECOMPOSE = ("test_decompose", "test_decompose_hidden")
DECOMPOSE = [
    wrong("decompose", "weights_forgotten_in_the_mean", ("average = weights @ predictions", "average = predictions.mean(axis=0)"),
          loses=BOTH_DECOMPOSE),
    wrong("decompose", "weights_forgotten_in_the_variance", ("variance = weights @ (predictions - average) ** 2",
          "variance = predictions.var(axis=0)"), loses=BOTH_DECOMPOSE),
    wrong("decompose", "spread_about_the_truth", ("(predictions - average) ** 2", "(predictions - truth) ** 2"), loses=BOTH_DECOMPOSE),
    wrong("decompose", "bias_not_squared", ("return bias, variance, bias**2 + variance", "return bias, variance, bias + variance"),
          loses=BOTH_DECOMPOSE),
    wrong("decompose", "noise_not_squared", ("+ noise**2", "+ noise"), loses=BOTH_DECOMPOSE),
    wrong("decompose", "noise_forgotten", (" + noise**2", ""), loses=BOTH_DECOMPOSE),
    wrong("decompose", "squared_bias_returned", ("bias = average - truth", "bias = (average - truth) ** 2"),
          ("bias**2 + variance", "bias + variance"), loses=BOTH_DECOMPOSE),
    wrong("decompose", "sign_turned", ("bias = average - truth", "bias = truth - average"), loses=BOTH_DECOMPOSE),
    wrong("decompose", "bytes_kept",
          ("(np.asarray(a, dtype=np.float64) for a in (predictions, weights, truth))", "(predictions, weights, truth)"), loses=BOTH_DECOMPOSE),
    wrong("decompose", "negative_weights_accepted", ("np.any(weights < 0) or ", ""), loses="test_decompose_hidden"),
    wrong("decompose", "weights_normalised_silently",
          ("    if np.any(weights < 0) or abs(weights.sum() - 1) > 1e-9:\n        raise ValueError(\"weights phải không âm và có tổng bằng 1\")\n",
           "    weights = weights / weights.sum()\n"), loses="test_decompose_hidden"),
    right(
        "decompose",
        "mean_of_squares",
        code='''
def decompose(predictions, weights, truth, noise):
    weights = np.array(weights, dtype=np.float64)
    if weights.min() < 0 or not np.isclose(weights.sum(), 1, rtol=0, atol=1e-9):
        raise ValueError("weights")
    residuals = np.asarray(predictions, dtype=np.float64) - np.asarray(truth, dtype=np.float64)
    bias = np.average(residuals, axis=0, weights=weights)
    square = np.average(residuals**2, axis=0, weights=weights)
    return bias, square - bias**2, square + noise**2
''',
    ),
]  # fmt: skip

# --- unbiased_parts -----------------------------------------------------------------------------------------------

BOTH_UNBIASED = ("test_unbiased_parts", "test_unbiased_parts_hidden")
UNBIASED_PARTS = [
    wrong("unbiased_parts", "divided_by_all", (", ddof=1)", ")"), loses=BOTH_UNBIASED),
    wrong("unbiased_parts", "nothing_subtracted", (" - variance / sets", ""), loses=BOTH_UNBIASED),
    wrong("unbiased_parts", "whole_variance_subtracted", ("variance / sets", "variance"), loses=BOTH_UNBIASED),
    wrong("unbiased_parts", "cut_at_zero", ("return bias2.mean(),", "return np.maximum(bias2, 0).mean(),"), loses=BOTH_UNBIASED),
    wrong("unbiased_parts", "divided_by_the_points", ("variance / sets", "variance / len(truth)"), loses=BOTH_UNBIASED),
    wrong("unbiased_parts", "spread_over_everything", ("predictions.var(axis=0, ddof=1)", "predictions.var(ddof=1)"), loses=BOTH_UNBIASED),
    wrong("unbiased_parts", "bias_of_the_overall_mean",
          ("(predictions.mean(axis=0) - truth) ** 2", "(predictions.mean() - truth.mean()) ** 2"), loses=BOTH_UNBIASED),
    wrong("unbiased_parts", "half_precision_kept", ("np.asarray(predictions, dtype=np.float64)", "predictions"), loses=BOTH_UNBIASED),
    wrong("unbiased_parts", "average_cut_at_zero", ("return bias2.mean(),", "return max(bias2.mean(), 0.0),"), loses=BOTH_UNBIASED),
    wrong("unbiased_parts", "one_model_accepted", ("if sets < 2:", "if sets < 1:"), loses="test_unbiased_parts_hidden"),
    right(
        "unbiased_parts",
        "by_pairs_of_models",
        code='''
def unbiased_parts(predictions, truth):
    residuals = np.array(predictions, dtype=np.float64) - np.array(truth, dtype=np.float64)
    R = residuals.shape[0]
    if R <= 1:
        raise ValueError("R")
    total = residuals.sum(axis=0)
    products = (total**2 - (residuals**2).sum(axis=0)) / (R * (R - 1))
    return float(products.mean()), float((residuals**2).mean() - products.mean())
''',
    ),
]  # fmt: skip

# --- exact_parts --------------------------------------------------------------------------------------------------

BOTH_EXACT = ("test_exact_parts", "test_exact_parts_hidden")
EXACT_PARTS = [
    wrong("exact_parts", "noise_not_squared", ("noise**2 *", "noise *"), loses=BOTH_EXACT),
    wrong("exact_parts", "summed_before_squaring", ("np.sum(weights**2, axis=1)", "np.sum(weights, axis=1) ** 2"), loses=BOTH_EXACT),
    wrong("exact_parts", "average_variance_everywhere", ("noise**2 * np.sum(weights**2, axis=1)",
          "np.full(len(x_new), noise**2 * (degree + 1) / len(x))"), loses=BOTH_EXACT),
    wrong("exact_parts", "variance_of_a_new_label", ("return bias, noise**2 * np.sum(weights**2, axis=1)",
          "return bias, noise**2 * (1 + np.sum(weights**2, axis=1))"), loses=BOTH_EXACT),
    wrong("exact_parts", "truth_not_subtracted", (" - f_new\n", "\n"), loses=BOTH_EXACT),
    wrong("exact_parts", "bias_squared", ("bias = weights @ f - f_new", "bias = (weights @ f - f_new) ** 2"), loses=BOTH_EXACT),
    wrong("exact_parts", "sign_turned", ("bias = weights @ f - f_new", "bias = f_new - weights @ f"), loses=BOTH_EXACT),
    wrong("exact_parts", "summed_over_the_points", ("np.sum(weights**2, axis=1)", "np.sum(weights**2, axis=0)[: len(x_new)]"), loses=BOTH_EXACT),
    wrong("exact_parts", "powers_of_bytes_wrap",
          ("np.vander(x_new, degree + 1) @ np.linalg.pinv(np.vander(x, degree + 1))",
           "np.stack([x_new**k for k in range(degree + 1)], 1) @ np.linalg.pinv(np.stack([x**k for k in range(degree + 1)], 1))"), loses=BOTH_EXACT),
    wrong("exact_parts", "degree_not_checked", ("if not 0 <= degree < len(x):", "if degree < 0:"), loses="test_exact_parts_hidden"),
    wrong(
        "exact_parts",
        "a_few_drawn_sets",
        code='''
def exact_parts(x, f, degree, noise, x_new, f_new):
    if not 0 <= degree < len(x):
        raise ValueError("degree")
    rng = np.random.default_rng(0)
    curves = []
    for _ in range(500):
        labels = f + noise * rng.normal(size=len(x))
        curves.append(np.polyval(np.polyfit(x, labels, degree), x_new))
    return np.mean(curves, axis=0) - f_new, np.var(curves, axis=0)
''',
        loses=BOTH_EXACT,
    ),
    right(
        "exact_parts",
        "normal_equations",
        code='''
def exact_parts(x, f, degree, noise, x_new, f_new):
    if degree < 0 or degree >= len(x):
        raise ValueError("degree")
    center, width = np.mean(np.asarray(x, dtype=float)), np.ptp(np.asarray(x, dtype=float)) or 1.0
    columns = lambda t: np.polynomial.legendre.legvander(2 * (np.asarray(t, dtype=float) - center) / width, degree)
    A, B = columns(x), columns(x_new)
    inverse = np.linalg.inv(A.T @ A)
    bias = B @ (inverse @ (A.T @ np.asarray(f, dtype=float))) - np.asarray(f_new, dtype=float)
    return bias, noise * noise * np.einsum("ij,jk,ik->i", B, inverse, B)
''',
    ),
]  # fmt: skip

# --- learning_curve -----------------------------------------------------------------------------------------------

BOTH_CURVE = ("test_learning_curve", "test_learning_curve_hidden")
LEARNING_CURVE = [
    wrong("learning_curve", "no_intercept", ("(np.column_stack([a, np.ones(len(a))]) for a in (X, X_val))", "(X, X_val)"),
          loses=BOTH_CURVE),
    wrong("learning_curve", "training_error_on_all_rows", ("np.mean((rows[:n] @ theta - y[:n]) ** 2)", "np.mean((rows @ theta - y) ** 2)"),
          loses=BOTH_CURVE),
    wrong("learning_curve", "columns_swapped",
          ("[np.mean((rows[:n] @ theta - y[:n]) ** 2), np.mean((rows_val @ theta - y_val) ** 2)]",
           "[np.mean((rows_val @ theta - y_val) ** 2), np.mean((rows[:n] @ theta - y[:n]) ** 2)]"), loses=BOTH_CURVE),
    wrong("learning_curve", "trained_on_everything", ("np.linalg.lstsq(rows[:n], y[:n], rcond=None)", "np.linalg.lstsq(rows, y, rcond=None)"),
          loses=BOTH_CURVE),
    wrong("learning_curve", "sums_of_squares", ("np.mean((rows_val", "np.sum((rows_val"), ("np.mean((rows[:n]", "np.sum((rows[:n]"),
          loses=BOTH_CURVE),
    wrong("learning_curve", "last_rows_instead_of_first", ("np.linalg.lstsq(rows[:n], y[:n], rcond=None)", "np.linalg.lstsq(rows[-n:], y[-n:], rcond=None)"),
          loses=BOTH_CURVE),
    wrong("learning_curve", "sizes_sorted", ("for n in sizes:", "for n in sorted(sizes):"), loses=BOTH_CURVE),
    wrong("learning_curve", "validation_on_as_many_rows", ("np.mean((rows_val @ theta - y_val) ** 2)", "np.mean((rows_val[:n] @ theta - y_val[:n]) ** 2)"),
          loses=BOTH_CURVE),
    wrong("learning_curve", "half_precision_kept", ("(np.asarray(a, dtype=np.float64) for a in (X, y, X_val, y_val))", "(X, y, X_val, y_val)"),
          loses=BOTH_CURVE),
    wrong("learning_curve", "intercept_outside_the_norm",
          ("        theta = np.linalg.lstsq(rows[:n], y[:n], rcond=None)[0]\n",
           "        m, c = X[:n].mean(axis=0), y[:n].mean()\n        slope = np.linalg.lstsq(X[:n] - m, y[:n] - c, rcond=None)[0]\n"
           "        theta = np.append(slope, c - m @ slope)\n"), loses=BOTH_CURVE),
    wrong("learning_curve", "normal_equations_with_too_few_rows",
          ("np.linalg.lstsq(rows[:n], y[:n], rcond=None)[0]",
           "np.linalg.solve(rows[:n].T @ rows[:n] + 1e-3 * np.eye(rows.shape[1]), rows[:n].T @ y[:n])"), loses=BOTH_CURVE),
    wrong("learning_curve", "too_large_a_size_accepted", ("if not 1 <= n <= len(X):", "if n < 1:"), loses=BOTH_CURVE),
    wrong("learning_curve", "shuffled_first", ("    curve = []\n",
          "    order = np.random.default_rng(0).permutation(len(X))\n    rows, y = rows[order], y[order]\n    curve = []\n"), loses=BOTH_CURVE),
    right(
        "learning_curve",
        "pseudo_inverse_intercept_first",
        code='''
def learning_curve(X, y, X_val, y_val, sizes):
    X, X_val = np.insert(np.array(X, dtype=float), 0, 1.0, axis=1), np.insert(np.array(X_val, dtype=float), 0, 1.0, axis=1)
    y, y_val = np.array(y, dtype=float), np.array(y_val, dtype=float)
    if min(sizes) < 1 or max(sizes) > len(X):
        raise ValueError("sizes")
    out = np.empty((len(sizes), 2))
    for i, n in enumerate(sizes):
        theta = np.linalg.pinv(X[:n]) @ y[:n]
        out[i] = np.square(X[:n] @ theta - y[:n]).mean(), np.square(X_val @ theta - y_val).mean()
    return out
''',
    ),
]  # fmt: skip

# --- diagnose -----------------------------------------------------------------------------------------------------

BOTH_DIAGNOSE = ("test_diagnose", "test_diagnose_hidden")
DIAGNOSE = [
    wrong("diagnose", "validation_against_the_floor", ("val - train > tolerance", "val - floor > tolerance"), loses=BOTH_DIAGNOSE),
    wrong("diagnose", "floor_forgotten", ("train - floor > tolerance", "train > tolerance"), loses=BOTH_DIAGNOSE),
    wrong("diagnose", "first_row_read", ("for e in curve[-1])", "for e in curve[0])"), loses=BOTH_DIAGNOSE),
    wrong("diagnose", "more_data_whenever_variance", ("high_variance and val < float(curve[-2][1])", "high_variance"), loses=BOTH_DIAGNOSE),
    wrong("diagnose", "more_data_whenever_falling", ("high_variance and val < float", "val < float"), loses=BOTH_DIAGNOSE),
    wrong("diagnose", "equal_counts_as_above", ("train - floor > tolerance, val - train > tolerance", "train - floor >= tolerance, val - train >= tolerance"),
          loses="test_diagnose_hidden"),
    wrong("diagnose", "compared_with_the_first_row", ("curve[-2][1]", "curve[0][1]"), loses=BOTH_DIAGNOSE),
    wrong("diagnose", "differences_of_bytes_wrap", ("(float(e) for e in curve[-1])", "curve[-1]"), loses=BOTH_DIAGNOSE),
    wrong("diagnose", "distance_instead_of_excess", ("train - floor > tolerance, val - train > tolerance",
          "abs(train - floor) > tolerance, abs(val - train) > tolerance"), loses="test_diagnose_hidden"),
    wrong("diagnose", "one_row_accepted", ("    if len(curve) < 2:\n        raise ValueError(\"cần ít nhất hai hàng\")\n", "    curve = [*curve[:1], *curve]\n"),
          loses=BOTH_DIAGNOSE),
    right(
        "diagnose",
        "by_columns",
        code='''
def diagnose(curve, floor, tolerance):
    train, val = np.asarray(curve, dtype=np.float64).T
    if train.size < 2:
        raise ValueError("rows")
    gap = val[-1] - train[-1]
    high_variance = bool(gap > tolerance)
    return bool(train[-1] - floor > tolerance), high_variance, bool(high_variance and val[-2] > val[-1])
''',
    ),
]  # fmt: skip

# --- width_curve --------------------------------------------------------------------------------------------------

BOTH_WIDTH = ("test_width_curve", "test_width_curve_hidden")
WIDTH_CURVE = [
    wrong("width_curve", "all_columns_used", ("zip(features[:, :, :p], targets, features_new[:, :, :p], strict=True)",
          "zip(features, targets, features_new, strict=True)"), loses=BOTH_WIDTH),
    wrong("width_curve", "last_columns_used", ("zip(features[:, :, :p], targets, features_new[:, :, :p], strict=True)",
          "zip(features[:, :, -p:], targets, features_new[:, :, -p:], strict=True)"), loses=BOTH_WIDTH),
    wrong("width_curve", "normal_equations_with_a_little_ridge", ("np.linalg.lstsq(H, y, rcond=None)[0]",
          "np.linalg.solve(H.T @ H + 1e-3 * np.eye(p), H.T @ y)"), loses=BOTH_WIDTH),
    wrong("width_curve", "variance_over_all_models", (", axis=0, ddof=1)", ", axis=0)"), loses=BOTH_WIDTH),
    wrong("width_curve", "nothing_subtracted", (" - variance / sets", ""), loses=BOTH_WIDTH),
    wrong("width_curve", "variance_over_the_new_examples", ("np.var(predicted, axis=0, ddof=1)", "np.var(predicted, axis=1, ddof=1)"),
          ("variance / sets", "variance.mean() / sets"), loses=BOTH_WIDTH),
    wrong("width_curve", "first_set_for_all_new", ("predicted.append(new @ theta)", "predicted.append(features_new[0][:, :p] @ theta)"), loses=BOTH_WIDTH),
    wrong("width_curve", "training_error_on_the_new", ("errors.append((H @ theta - y) ** 2)", "errors.append((new @ theta - targets_new) ** 2)"), loses=BOTH_WIDTH),
    wrong("width_curve", "half_precision_kept",
          ("np.asarray(a, dtype=np.float64) for a in (features, targets, features_new, targets_new)", "a for a in (features, targets, features_new, targets_new)"),
          loses=BOTH_WIDTH),
    wrong("width_curve", "normal_equations", ("np.linalg.lstsq(H, y, rcond=None)[0]", "np.linalg.solve(H.T @ H, H.T @ y)"), loses=BOTH_WIDTH),
    wrong("width_curve", "sum_of_training_errors", ("np.mean(errors)", "np.sum(errors)"), loses=BOTH_WIDTH),
    wrong("width_curve", "widths_not_checked", (" or min(widths) < 1 or max(widths) > most", ""), loses="test_width_curve_hidden"),
    wrong("width_curve", "one_set_accepted", ("sets < 2 or ", ""), loses="test_width_curve_hidden"),
    right(
        "width_curve",
        "pseudo_inverses_of_all_sets_at_once",
        code='''
def width_curve(features, targets, features_new, targets_new, widths):
    F, G = np.array(features, dtype=float), np.array(features_new, dtype=float)
    y, z = np.array(targets, dtype=float), np.array(targets_new, dtype=float)
    R = F.shape[0]
    if R < 2 or not all(0 < p <= F.shape[2] for p in widths):
        raise ValueError("widths")
    out = []
    for p in widths:
        theta = np.linalg.pinv(F[..., :p]) @ y[..., None]
        predicted = (G[..., :p] @ theta)[..., 0]
        center = predicted.mean(axis=0)
        v = ((predicted - center) ** 2).sum(axis=0) / (R - 1)
        out.append((np.mean((center - z) ** 2 - v / R), v.mean(), np.mean(((F[..., :p] @ theta)[..., 0] - y) ** 2)))
    return np.array(out)
''',
    ),
]  # fmt: skip

ANSWERS = FIT_MANY + DECOMPOSE + UNBIASED_PARTS + EXACT_PARTS + LEARNING_CURVE + DIAGNOSE + WIDTH_CURVE

EQUIVALENT = []
