"""Answers to the assignment `linear-regression`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- partials -----------------------------------------------------------------------------------------------------

PARTIALS_HEAD = """
def partials(xs, ys, theta0, theta1):
    n = len(xs)
    residuals = [theta1 * x + theta0 - y for x, y in zip(xs, ys, strict=True)]
"""

PARTIALS = [
    wrong(
        "partials",
        "one_over_n_forgotten",
        ("sum(residuals) / n", "sum(residuals)"),
        loses=("test_partials", "test_partials_hidden"),
    ),
    wrong(
        "partials",
        "half_kept",
        ("for i in range(n)) / n", "for i in range(n)) / (2 * n)"),
        loses=("test_partials", "test_partials_hidden"),
    ),
    wrong(
        "partials",
        "inner_derivative_forgotten",
        ("residuals[i] * xs[i] for", "residuals[i] for"),
        loses=("test_partials", "test_partials_hidden"),
    ),
    wrong(
        "partials",
        "sign_reversed",
        ("d_theta0 = sum(residuals) / n", "d_theta0 = -sum(residuals) / n"),
        loses=("test_partials", "test_partials_hidden"),
    ),
    wrong(
        "partials",
        "divided_by_the_three_of_the_example",
        ("sum(residuals) / n", "sum(residuals) / 3"),
        loses="test_partials_hidden",
    ),
    wrong(
        "partials",
        "swapped",
        ("residuals[i] * xs[i] for", "residuals[i] for"),
        ("sum(residuals) / n", "sum(r * x for r, x in zip(residuals, xs, strict=True)) / n"),
        loses="test_partials",
    ),
    wrong(
        "partials",
        "labels_taken_for_numbers",
        code=PARTIALS_HEAD
        + """
    loss = sum(r**2 for r in residuals) / (2 * n)
    return loss.diff(theta0), loss.diff(theta1).subs(ys[0], 0)
""",
        loses="test_partials",
    ),
    wrong(
        "partials",
        "factor_two_kept",
        ("sum(residuals) / n", "2 * sum(residuals) / n"),
        loses=("test_partials", "test_partials_hidden"),
    ),
    wrong(
        "partials",
        "product_of_sums",
        ("sum(residuals[i] * xs[i] for i in range(n)) / n", "sum(residuals) * sum(xs) / n"),
        loses=("test_partials", "test_partials_hidden"),
    ),
    right(
        "partials",
        "by_sympy_diff",
        code=PARTIALS_HEAD
        + """
    loss = sum(r**2 for r in residuals) / (2 * n)
    return sp.diff(loss, theta0), sp.diff(loss, theta1)
""",
    ),
    right(
        "partials",
        "moments_expanded",
        code="""
def partials(xs, ys, theta0, theta1):
    n = sp.Integer(len(xs))
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    mean_xx = sum(x**2 for x in xs) / n
    mean_xy = sum(x * y for x, y in zip(xs, ys)) / n
    return theta1 * mean_x + theta0 - mean_y, sp.expand(theta1 * mean_xx + theta0 * mean_x - mean_xy)
""",
    ),
    right(
        "partials",
        "left_unevaluated",
        code=PARTIALS_HEAD
        + """
    loss = sum(r**2 for r in residuals) / (2 * n)
    return [sp.Derivative(loss, theta0), sp.Derivative(loss, theta1)]
""",
    ),
    right(
        "partials",
        "factor_one_over_n_as_float",
        code=PARTIALS_HEAD
        + """
    return 1 / n * sum(residuals), 1 / n * sum(r * x for r, x in zip(residuals, xs))
""",
    ),
]

# --- line_gradient ------------------------------------------------------------------------------------------------

BOTH_LINE = ("test_line_gradient", "test_line_gradient_hidden")
LINE_GRADIENT = [
    wrong("line_gradient", "sum_instead_of_mean", ("np.mean(residual)", "np.sum(residual)"), loses=BOTH_LINE),
    wrong("line_gradient", "two_n", ("np.mean(residual * x)", "np.mean(residual * x) / 2"), loses=BOTH_LINE),
    wrong("line_gradient", "input_forgotten", ("np.mean(residual * x)", "np.mean(residual)"), loses=BOTH_LINE),
    wrong(
        "line_gradient",
        "product_of_means",
        ("np.mean(residual * x)", "np.mean(residual) * np.mean(x)"),
        loses=BOTH_LINE,
    ),
    wrong(
        "line_gradient",
        "label_minus_prediction",
        ("theta1 * x + theta0 - y", "y - theta1 * x - theta0"),
        loses=BOTH_LINE,
    ),
    wrong(
        "line_gradient", "parameters_swapped", ("theta1 * x + theta0 - y", "theta0 * x + theta1 - y"), loses=BOTH_LINE
    ),
    wrong(
        "line_gradient",
        "loop_starts_at_one",
        code="""
def line_gradient(x, y, theta0, theta1):
    if len(x) != len(y) or len(x) == 0:
        raise ValueError
    d0 = d1 = 0.0
    for i in range(1, len(x)):
        r = theta1 * float(x[i]) + theta0 - float(y[i])
        d0 += r / len(x)
        d1 += r * float(x[i]) / len(x)
    return d0, d1
""",
        loses=BOTH_LINE,
    ),
    wrong(
        "line_gradient",
        "works_in_uint8",
        code="""
def line_gradient(x, y, theta0, theta1):
    if x.ndim != 1 or x.shape != y.shape or x.size == 0:
        raise ValueError
    residual = theta1 * x + theta0 - y
    return float(np.mean(residual)), float(np.mean(residual * x))
""",
        loses="test_line_gradient_hidden",
    ),
    wrong(
        "line_gradient",
        "input_shifted_in_place",
        code="""
def line_gradient(x, y, theta0, theta1):
    if x.ndim != 1 or x.shape != y.shape or x.size == 0:
        raise ValueError
    y -= (theta1 * x + theta0).astype(y.dtype)
    return float(-np.mean(y)), float(-np.mean(y * x))
""",
        loses=BOTH_LINE,
    ),
    right(
        "line_gradient",
        "by_a_loop",
        code="""
def line_gradient(x, y, theta0, theta1):
    if np.ndim(x) != 1 or np.shape(x) != np.shape(y) or len(x) == 0:
        raise ValueError("x, y")
    n, d0, d1 = len(x), 0.0, 0.0
    for xi, yi in zip(x.tolist(), y.tolist()):
        r = theta1 * xi + theta0 - yi
        d0, d1 = d0 + r, d1 + r * xi
    return d0 / n, d1 / n
""",
    ),
    right(
        "line_gradient",
        "by_dot_products",
        ("np.mean(residual * x)", "x @ residual / len(x)"),
        ("np.mean(residual)\n", "residual.sum() / x.size\n"),
    ),
]

# --- matrix_gradient ----------------------------------------------------------------------------------------------

MATRIX_VALUES = ("test_matrix_gradient", "test_matrix_gradient_hidden")
MATRIX_GRADIENT = [
    wrong("matrix_gradient", "one_over_n_forgotten", (" / X.shape[1]\n", "\n"), loses=MATRIX_VALUES),
    wrong(
        "matrix_gradient",
        "divided_by_rows",
        ("X @ (theta.T @ X - Y).T / X.shape[1]", "X @ (theta.T @ X - Y).T / X.shape[0]"),
        loses=MATRIX_VALUES,
    ),
    wrong(
        "matrix_gradient",
        "divided_by_two_n",
        ("X @ (theta.T @ X - Y).T / X.shape[1]", "X @ (theta.T @ X - Y).T / (2 * X.shape[1])"),
        loses=MATRIX_VALUES,
    ),
    wrong("matrix_gradient", "sign_reversed", ("(theta.T @ X - Y)", "(Y - theta.T @ X)"), loses=MATRIX_VALUES),
    wrong(
        "matrix_gradient",
        "samples_in_rows",
        ("X @ (theta.T @ X - Y).T / X.shape[1]", "X.T @ (X @ theta - Y.T) / len(X)"),
        loses=MATRIX_VALUES,
    ),
    wrong("matrix_gradient", "flat_result", (" / X.shape[1]\n", " .ravel() / X.shape[1]\n"), loses=MATRIX_VALUES),
    wrong(
        "matrix_gradient",
        "bias_row_left_out",
        (
            "return X @ (theta.T @ X - Y).T / X.shape[1]",
            "return np.vstack([[[0.0]], X[1:] @ (theta.T @ X - Y).T / X.shape[1]])",
        ),
        loses=MATRIX_VALUES,
    ),
    wrong(
        "matrix_gradient",
        "shapes_unchecked",
        ("X.ndim != 2 or Y.shape != (1, X.shape[1]) or theta.shape != (X.shape[0], 1)", "False"),
        loses="test_matrix_gradient_bad_input_hidden",
    ),
    wrong(
        "matrix_gradient",
        "dtype_kept",
        ("np.asarray(array, dtype=np.float64)", "np.asarray(array)"),
        loses="test_matrix_gradient_bad_input_hidden",
    ),
    wrong(
        "matrix_gradient",
        "float32",
        ("dtype=np.float64", "dtype=np.float32"),
        loses=("test_matrix_gradient", "test_matrix_gradient_bad_input_hidden"),
    ),
    wrong(
        "matrix_gradient",
        "assert_instead_of_error",
        ("if X.ndim", "assert X.ndim == 2\n    if X.ndim"),
        loses="test_matrix_gradient_bad_input_hidden",
    ),
    wrong(
        "matrix_gradient",
        "shapes_never_looked_at",
        code="""
def matrix_gradient(X, Y, theta):
    return X @ (theta.T @ X - Y).T / X.shape[1]
""",
        loses=("test_matrix_gradient_shapes", "test_matrix_gradient_bad_input_hidden"),
    ),
    right(
        "matrix_gradient",
        "through_rows",
        code="""
def matrix_gradient(X, Y, theta):
    if np.ndim(X) != 2 or np.shape(Y) != (1, np.shape(X)[1]) or np.shape(theta) != (np.shape(X)[0], 1):
        raise ValueError("shapes")
    rows = X.astype(float).T
    residual = rows @ theta.astype(float)[:, 0] - Y.astype(float)[0]
    return ((rows * residual[:, None]).sum(axis=0) / len(rows))[:, None]
""",
    ),
    right(
        "matrix_gradient",
        "by_two_loops",
        code="""
def matrix_gradient(X, Y, theta):
    if X.ndim != 2 or Y.ndim != 2 or theta.ndim != 2:
        raise ValueError("ndim")
    if Y.shape != (1, X.shape[1]) or theta.shape != (X.shape[0], 1):
        raise ValueError("shape")
    p, n = X.shape
    result = np.zeros((p, 1))
    for i in range(n):
        r = sum(float(theta[k, 0]) * float(X[k, i]) for k in range(p)) - float(Y[0, i])
        for k in range(p):
            result[k, 0] += r * float(X[k, i]) / n
    return result
""",
    ),
]

# --- fit ----------------------------------------------------------------------------------------------------------

FIT_VALUES = ("test_fit", "test_fit_hidden")
FIT = [
    wrong("fit", "minus_sign_forgotten", ("theta - alpha * slope", "theta + alpha * slope"), loses=FIT_VALUES),
    wrong(
        "fit",
        "one_parameter_after_the_other",
        (
            "        theta = theta - alpha * slope\n",
            "        theta = theta.copy()\n"
            "        for k in range(len(theta)):\n"
            "            theta[k] -= alpha * matrix_gradient(X, Y, theta)[k]\n",
        ),
        loses=FIT_VALUES,
    ),
    wrong("fit", "any_instead_of_all", ("np.all(", "np.any("), loses=("test_fit", "test_fit_stopping_hidden")),
    wrong(
        "fit", "absolute_value_forgotten", ("np.abs(slope)", "slope"), loses=("test_fit", "test_fit_stopping_hidden")
    ),
    wrong(
        "fit",
        "mean_of_the_gradient",
        ("np.all(np.abs(slope) < epsilon)", "abs(slope.mean()) < epsilon"),
        loses="test_fit_stopping_hidden",
    ),
    wrong(
        "fit",
        "euclidean_norm",
        ("np.all(np.abs(slope) < epsilon)", "np.linalg.norm(slope) < epsilon"),
        loses=("test_fit", "test_fit_stopping_hidden"),
    ),
    wrong(
        "fit",
        "stops_at_equality",
        ("np.abs(slope) < epsilon", "np.abs(slope) <= epsilon"),
        loses="test_fit_stopping_hidden",
    ),
    wrong("fit", "no_step_limit", ("steps == max_steps or ", ""), loses="test_fit"),
    wrong(
        "fit",
        "updates_once_too_often",
        code="""
def fit(X, Y, alpha, epsilon, max_steps):
    if alpha <= 0 or epsilon <= 0 or max_steps < 0:
        raise ValueError("arguments")
    theta, steps = np.zeros((len(X), 1)), 0
    while True:
        slope = matrix_gradient(X, Y, theta)
        theta = theta - alpha * slope
        steps += 1
        if steps >= max_steps or np.all(np.abs(slope) < epsilon):
            return theta, steps
""",
        loses="test_fit_stopping_hidden",
    ),
    wrong(
        "fit",
        "random_start",
        ("np.zeros((len(X), 1))", "np.random.default_rng(0).normal(size=(len(X), 1))"),
        loses=FIT_VALUES,
    ),
    wrong(
        "fit",
        "closed_form_instead_of_steps",
        ("    while True:\n", "    return np.linalg.pinv(X.T) @ Y.T, max_steps\n    while True:\n"),
        loses=FIT_VALUES,
    ),
    wrong(
        "fit",
        "arguments_unchecked",
        ("if alpha <= 0 or epsilon <= 0 or max_steps < 0:", "if False:"),
        loses="test_fit_stopping_hidden",
    ),
    right(
        "fit",
        "for_loop_and_own_gradient",
        code="""
def fit(X, Y, alpha, epsilon, max_steps):
    if not alpha > 0 or not epsilon > 0 or max_steps < 0:
        raise ValueError("bad")
    rows, y = X.T.astype(float), Y[0].astype(float)
    theta = np.zeros(rows.shape[1])
    for step in range(max_steps):
        g = rows.T @ (rows @ theta - y) / len(y)
        if np.max(np.abs(g)) < epsilon:
            return theta[:, np.newaxis], step
        theta -= alpha * g
    return theta[:, np.newaxis], max_steps
""",
    ),
    right(
        "fit",
        "infinity_norm",
        ("np.all(np.abs(slope) < epsilon)", "np.linalg.norm(slope[:, 0], np.inf) < epsilon"),
    ),
]

# --- least_squares ------------------------------------------------------------------------------------------------

GOOD_CASES = ("test_least_squares", "test_least_squares_hidden")
LEAST_SQUARES = [
    wrong(
        "least_squares",
        "normal_equation",
        ("np.linalg.lstsq(X.astype(np.float64), y)[0]", "np.linalg.solve(X.T @ X, X.T @ y)"),
        loses="test_least_squares_deficient_hidden",
    ),
    wrong(
        "least_squares",
        "pseudo_inverse_of_the_gram_matrix",
        ("np.linalg.lstsq(X.astype(np.float64), y)[0]", "np.linalg.pinv(X.T @ X) @ X.T @ y"),
        loses="test_least_squares_deficient_hidden",
    ),
    wrong(
        "least_squares",
        "a_little_ridge",
        (
            "np.linalg.lstsq(X.astype(np.float64), y)[0]",
            "np.linalg.solve(X.T @ X + 1e-6 * np.eye(X.shape[1]), X.T @ y)",
        ),
        loses="test_least_squares_deficient_hidden",
    ),
    wrong(
        "least_squares",
        "cuts_small_directions",
        ("(X.astype(np.float64), y)", "(X.astype(np.float64), y, rcond=1e-3)"),
        loses="test_least_squares_deficient_hidden",
    ),
    wrong(
        "least_squares",
        "qr_needs_independent_columns",
        (
            "return np.linalg.lstsq(X.astype(np.float64), y)[0]",
            "q, r = np.linalg.qr(X)\n    return np.linalg.solve(r, q.T @ y)",
        ),
        loses="test_least_squares_deficient_hidden",
    ),
    wrong(
        "least_squares",
        "samples_in_columns",
        ("np.linalg.lstsq(X.astype(np.float64), y)[0]", "np.linalg.lstsq(X @ X.T, X @ X.T @ y, rcond=None)[0]"),
        loses=GOOD_CASES,
    ),
    wrong("least_squares", "whole_tuple", ("y)[0]", "y)"), loses=GOOD_CASES),
    wrong(
        "least_squares",
        "adds_a_bias_column",
        (
            "return np.linalg.lstsq(X.astype(np.float64), y",
            "X = np.column_stack([np.ones(len(X)), X])\n    return np.linalg.lstsq(X.astype(np.float64), y",
        ),
        loses=GOOD_CASES,
    ),
    wrong(
        "least_squares",
        "shapes_unchecked",
        ("X.ndim != 2 or y.shape != (len(X),)", "False"),
        loses="test_least_squares_hidden",
    ),
    wrong(
        "least_squares",
        "column_label_accepted",
        ("y.shape != (len(X),)", "len(y) != len(X)"),
        loses="test_least_squares_hidden",
    ),
    right(
        "least_squares",
        "by_pinv",
        ("np.linalg.lstsq(X.astype(np.float64), y)[0]", "np.linalg.pinv(X.astype(float)) @ y"),
    ),
    right(
        "least_squares",
        "by_svd",
        (
            "return np.linalg.lstsq(X.astype(np.float64), y)[0]",
            "u, s, vt = np.linalg.svd(X.astype(float), full_matrices=False)\n"
            "    keep = s > s[0] * 1e-13\n"
            "    return vt[keep].T @ ((u[:, keep].T @ y) / s[keep])",
        ),
    ),
]

# --- to_original_units --------------------------------------------------------------------------------------------

UNITS = ("test_to_original_units", "test_to_original_units_hidden")
TO_ORIGINAL_UNITS = [
    wrong("to_original_units", "bias_left_alone", ("phi[0] - weights @ means", "phi[0]"), loses=UNITS),
    wrong("to_original_units", "multiplied_by_scales", ("phi[1:] / scales", "phi[1:] * scales"), loses=UNITS),
    wrong("to_original_units", "means_added", ("phi[0] - weights @ means", "phi[0] + weights @ means"), loses=UNITS),
    wrong(
        "to_original_units",
        "standardised_weights_in_the_bias",
        ("phi[0] - weights @ means", "phi[0] - phi[1:] @ means"),
        loses=UNITS,
    ),
    wrong(
        "to_original_units",
        "bias_scaled_too",
        ("phi[0] - weights @ means", "(phi[0] - weights @ means) / scales[0]"),
        loses=UNITS,
    ),
    wrong(
        "to_original_units",
        "keeps_the_integer_dtype",
        code="""
def to_original_units(phi, means, scales):
    theta = phi.copy()
    theta[1:] = phi[1:] / scales
    theta[0] = phi[0] - np.sum(phi[1:] * means / scales)
    return theta
""",
        loses="test_to_original_units_hidden",
    ),
    wrong(
        "to_original_units",
        "only_one_feature",
        ("phi[0] - weights @ means", "phi[0] - weights[0] * means[0]"),
        loses=UNITS,
    ),
    wrong(
        "to_original_units",
        "bias_last",
        ("[[phi[0] - weights @ means], weights]", "[weights, [phi[0] - weights @ means]]"),
        loses=UNITS,
    ),
    right(
        "to_original_units",
        "by_a_loop_on_a_copy",
        code="""
def to_original_units(phi, means, scales):
    theta = np.array(phi, dtype=float)
    for k in range(len(means)):
        theta[k + 1] = phi[k + 1] / scales[k]
        theta[0] -= theta[k + 1] * means[k]
    return theta
""",
    ),
    right("to_original_units", "shift_computed_first", ("weights @ means", "np.sum(phi[1:] * means / scales)")),
]

# --- fit_original_units -------------------------------------------------------------------------------------------

STAR = ("test_fit_original_units", "test_fit_original_units_hidden")
FIT_ORIGINAL_UNITS = [
    wrong(
        "fit_original_units",
        "left_in_standard_units",
        ("to_original_units(phi.ravel(), means, scales)", "phi.ravel()"),
        loses=STAR,
    ),
    wrong(
        "fit_original_units",
        "sample_standard_deviation",
        ("features.std(axis=0)", "features.std(axis=0, ddof=1 if len(y) > 1 else 0)"),
        loses=STAR,
    ),
    wrong("fit_original_units", "not_centred", ("(features - means) / scales", "features / scales"), loses=STAR),
    wrong(
        "fit_original_units",
        "one_mean_for_all_columns",
        ("features.mean(axis=0)", "np.full(features.shape[1], features.mean())"),
        loses=STAR,
    ),
    wrong(
        "fit_original_units",
        "min_max_instead_of_standardising",
        ("features.std(axis=0)", "np.ptp(features, axis=0)"),
        loses="test_fit_original_units_hidden",
    ),
    wrong(
        "fit_original_units",
        "variance_instead_of_deviation",
        ("features.std(axis=0)", "features.var(axis=0)"),
        loses=STAR,
    ),
    wrong(
        "fit_original_units",
        "straight_least_squares",
        (
            "phi, _ = fit(X, y[None, :], alpha, epsilon, max_steps)",
            "fit(X, y[None, :], alpha, epsilon, 0)\n    phi = least_squares(X.T, y)[:, None]",
        ),
        loses="test_fit_original_units_hidden",
    ),
    wrong(
        "fit_original_units",
        "label_standardised_too",
        ("X = np.vstack", "y = (y - y.mean()) / (y.std() + 1e-12)\n    X = np.vstack"),
        loses=STAR,
    ),
    wrong(
        "fit_original_units",
        "constant_column_divides_by_zero",
        ("np.where(constant, 1.0, features.std(axis=0))", "features.std(axis=0)"),
        loses="test_fit_original_units_edges_hidden",
    ),
    wrong(
        "fit_original_units",
        "constant_column_by_zero_deviation",
        ("constant = np.all(features == features[0], axis=0)", "constant = features.std(axis=0) == 0"),
        loses="test_fit_original_units_edges_hidden",
    ),
    wrong(
        "fit_original_units",
        "input_standardised_in_place",
        (
            "features = np.asarray(features, dtype=np.float64)",
            "original = features\n    features = np.asarray(features, dtype=np.float64)",
        ),
        ("    X = np.vstack", "    original[:] = standardized\n    X = np.vstack"),
        loses=STAR,
    ),
    right(
        "fit_original_units",
        "own_loop_in_rows",
        code="""
def fit_original_units(features, y, alpha, epsilon, max_steps):
    if np.ndim(features) != 2 or np.shape(y) != (np.shape(features)[0],):
        raise ValueError("shapes")
    if alpha <= 0 or epsilon <= 0 or max_steps < 0:
        raise ValueError("arguments")
    F = features.astype(float)
    mu, sigma = F.mean(0), F.std(0)
    useful = F.max(0) > F.min(0)
    Z = np.zeros(F.shape)
    Z[:, useful] = (F[:, useful] - mu[useful]) / sigma[useful]
    bias, weights = 0.0, np.zeros(F.shape[1])
    for _ in range(max_steps):
        r = Z @ weights + bias - y
        g0, g = r.mean(), Z.T @ r / len(r)
        if abs(g0) < epsilon and np.all(np.abs(g) < epsilon):
            break
        bias, weights = bias - alpha * g0, weights - alpha * g
    weights[useful] /= sigma[useful]
    weights[~useful] = 0.0
    return np.array([bias - weights @ mu, *weights])
""",
    ),
    right(
        "fit_original_units",
        "constant_column_by_relative_deviation",
        (
            "constant = np.all(features == features[0], axis=0)",
            "constant = features.std(axis=0) <= 1e-12 * np.abs(features).max(axis=0)",
        ),
    ),
    right(
        "fit_original_units",
        "constant_columns_left_out_and_put_back",
        code="""
def fit_original_units(features, y, alpha, epsilon, max_steps):
    features, y = np.asarray(features, float), np.asarray(y, float)
    if features.ndim != 2 or y.ndim != 1 or len(y) != len(features):
        raise ValueError("shapes")
    keep = np.ptp(features, axis=0) > 0
    kept = features[:, keep]
    means, scales = kept.mean(axis=0), kept.std(axis=0)
    X = np.column_stack([np.ones(len(y)), (kept - means) / scales]).T
    phi = fit(X, y.reshape(1, -1), alpha, epsilon, max_steps)[0].ravel()
    theta = np.zeros(features.shape[1] + 1)
    theta[np.concatenate([[True], keep])] = to_original_units(phi, means, scales)
    return theta
""",
    ),
]

ANSWERS = PARTIALS + LINE_GRADIENT + MATRIX_GRADIENT + FIT + LEAST_SQUARES + TO_ORIGINAL_UNITS + FIT_ORIGINAL_UNITS

STAR_SHAPES = (
    "every wrong shape raises ValueError further down: in vstack, in matmul or in the shape check of the task before"
)
STAR_CHECK = "if features.ndim != 2 or y.shape != (len(features),):"

EQUIVALENT = [
    Equivalent(
        "least_squares",
        "if X.ndim != 2 or y.shape != (len(X),): -> if y.shape != (len(X),):",
        "lstsq itself raises LinAlgError, a ValueError, for an array that is not two-dimensional",
    ),
    Equivalent(
        "to_original_units",
        "return np.concatenate([[phi[0] - weights @ means], weights]) -> "
        "return np.concatenate([[phi[0] - means @ weights], weights])",
        "a dot product does not depend on the order of its vectors",
    ),
    Equivalent("fit_original_units", f"{STAR_CHECK} -> if False:", STAR_SHAPES),
    Equivalent(
        "fit_original_units", f"{STAR_CHECK} -> if features.ndim != 2 and y.shape != (len(features),):", STAR_SHAPES
    ),
    Equivalent("fit_original_units", f"{STAR_CHECK} -> if y.shape != (len(features),):", STAR_SHAPES),
    Equivalent("fit_original_units", f"{STAR_CHECK} -> if features.ndim != 2:", STAR_SHAPES),
    Equivalent(
        "fit_original_units",
        'raise ValueError(f"cần features (n, m) và y (n,); có {features.shape} và {y.shape}") -> pass',
        STAR_SHAPES,
    ),
    Equivalent(
        "fit_original_units",
        "constant = np.all(features == features[0], axis=0) -> constant = np.all(features == features[-1], axis=0)",
        "all values of a column equal the first exactly when all equal the last",
    ),
    Equivalent(
        "fit_original_units",
        "means, scales = features.mean(axis=0), np.where(constant, 1.0, features.std(axis=0)) -> "
        "means, scales = features.mean(axis=0), np.where(constant, 2.0, features.std(axis=0))",
        "a centred constant column is zero whatever positive number it is divided by",
    ),
]
