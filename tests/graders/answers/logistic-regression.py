"""Answers to the assignment `logistic-regression`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- sigmoid ------------------------------------------------------------------------------------------------------

SIGMOID = [
    wrong(
        "sigmoid",
        "straight_from_the_formula",
        ("small = np.exp(-np.abs(z))", "pass"),
        ("np.where(z >= 0, 1, small) / (1 + small)", "1 / (1 + np.exp(-z))"),
        loses="test_sigmoid_hidden",
    ),
    wrong(
        "sigmoid",
        "clipped",
        ("small = np.exp(-np.abs(z))", "pass"),
        ("np.where(z >= 0, 1, small) / (1 + small)", "1 / (1 + np.exp(-np.clip(z, -20, 20)))"),
        loses="test_sigmoid_hidden",
    ),
    wrong(
        "sigmoid",
        "sign_of_the_exponent",
        ("np.where(z >= 0, 1, small)", "np.where(z >= 0, small, 1)"),
        loses=("test_sigmoid", "test_sigmoid_hidden"),
    ),
    wrong(
        "sigmoid",
        "both_branches_computed",
        (
            "np.where(z >= 0, 1, small) / (1 + small)",
            "np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))",
        ),
        loses="test_sigmoid_hidden",
    ),
    wrong(
        "sigmoid",
        "through_tanh",
        ("small = np.exp(-np.abs(z))", "pass"),
        ("np.where(z >= 0, 1, small) / (1 + small)", "0.5 * (1 + np.tanh(z / 2))"),
        loses="test_sigmoid_hidden",
    ),
    right(
        "sigmoid",
        "masks",
        code="""
def sigmoid(z):
    z = np.array(z, dtype=float)
    out = np.empty(z.shape)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    out[~positive] = e / (1 + e)
    return out
""",
    ),
    right(
        "sigmoid",
        "exponent_of_log_sigmoid",
        code="""
def sigmoid(z):
    z = np.asarray(z, dtype=np.float64)
    result = np.exp(-np.logaddexp(0, -z))
    return result
""",
    ),
    right(
        "sigmoid",
        "one_score_at_a_time",
        code="""
def sigmoid(z):
    z = np.asarray(z, dtype=np.float64)
    flat = z.ravel()
    out = []
    for v in flat:
        out.append(1/(1+np.exp(-v)) if v >= 0 else np.exp(v)/(1+np.exp(v)))
    result = np.array(out).reshape(z.shape)
    return result
""",
    ),
    right(
        "sigmoid",
        "warnings_silenced",
        code="""
def sigmoid(z):
    z = np.asarray(z, dtype=np.float64)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        result = np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))
    return result
""",
    ),
]

# --- log_loss -----------------------------------------------------------------------------------------------------

LOG_LOSS = [
    wrong(
        "log_loss",
        "from_probabilities",
        ("softplus = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))", "p = 1 / (1 + np.exp(-z))"),
        ("np.mean(softplus - y * z)", "-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))"),
        loses="test_log_loss_hidden",
    ),
    wrong(
        "log_loss",
        "probabilities_clipped",
        (
            "softplus = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
            "p = np.clip(1 / (1 + np.exp(-np.clip(z, -500, 500))), 1e-15, 1 - 1e-15)",
        ),
        ("np.mean(softplus - y * z)", "-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))"),
        loses="test_log_loss_hidden",
    ),
    wrong(
        "log_loss",
        "minus_forgotten",
        ("np.mean(softplus - y * z)", "-np.mean(softplus - y * z)"),
        loses=("test_log_loss", "test_log_loss_hidden"),
    ),
    wrong(
        "log_loss",
        "sum_instead_of_mean",
        ("np.mean(softplus - y * z)", "np.sum(softplus - y * z)"),
        loses=("test_log_loss", "test_log_loss_hidden"),
    ),
    wrong(
        "log_loss",
        "small_losses_rounded_away",
        ("np.log1p(np.exp(-np.abs(z)))", "np.log(1 + np.exp(-np.abs(z)))"),
        loses="test_log_loss_hidden",
    ),
    right("log_loss", "logaddexp", ("np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))", "np.logaddexp(0, z)")),
    right(
        "log_loss",
        "signed_margins",
        code="""
def log_loss(z, y):
    z, y = np.array(z, dtype=float), np.array(y, dtype=float)
    if z.ndim != 1 or z.shape != y.shape or len(z) == 0:
        raise ValueError("z, y")
    margin = np.where(y == 1, z, -z)
    return float(np.logaddexp(0, -margin).mean())
""",
    ),
    right(
        "log_loss",
        "softplus_of_signed_scores",
        code="""
def log_loss(z, y):
    z, y = np.asarray(z, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if z.ndim != 1 or z.shape != y.shape or z.size == 0:
        raise ValueError("x")
    m = (1 - 2 * y) * z
    loss = np.mean(np.maximum(m, 0) + np.log1p(np.exp(-np.abs(m))))
    return float(loss)
""",
    ),
    right(
        "log_loss",
        "score_of_label_zero_added",
        code="""
def log_loss(z, y):
    z, y = np.asarray(z, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if z.ndim != 1 or z.shape != y.shape or z.size == 0:
        raise ValueError("x")
    loss = np.mean((1 - y) * z + np.maximum(-z, 0) + np.log1p(np.exp(-np.abs(z))))
    return float(loss)
""",
    ),
    wrong(
        "log_loss",
        "scores_above_zero_forgotten",
        ("np.maximum(z, 0) + ", ""),
        loses=("test_log_loss", "test_log_loss_hidden"),
    ),
    wrong(
        "log_loss",
        "small_loss_lost_in_a_difference",
        code="""
def log_loss(z, y):
    z, y = np.array(z, dtype=float), np.array(y, dtype=float)
    if z.ndim != 1 or z.shape != y.shape or len(z) == 0:
        raise ValueError("z, y")
    return float(np.mean((1 - y) * z + np.logaddexp(0, -z)))
""",
        loses="test_log_loss_hidden",
    ),
]

# --- sample_partial -----------------------------------------------------------------------------------------------

PARTIAL = [
    wrong(
        "sample_partial",
        "input_forgotten",
        ("(sigma - y) * xs[k]", "sigma - y"),
        loses=("test_sample_partial", "test_sample_partial_hidden"),
    ),
    wrong(
        "sample_partial",
        "sign_reversed",
        ("(sigma - y) * xs[k]", "(y - sigma) * xs[k]"),
        loses=("test_sample_partial", "test_sample_partial_hidden"),
    ),
    wrong(
        "sample_partial",
        "derivative_of_sigmoid_kept",
        ("(sigma - y) * xs[k]", "(sigma - y) * sigma * (1 - sigma) * xs[k]"),
        loses=("test_sample_partial", "test_sample_partial_hidden"),
    ),
    wrong(
        "sample_partial",
        "label_taken_for_one",
        ("(sigma - y) * xs[k]", "(sigma - 1) * xs[k]"),
        loses=("test_sample_partial", "test_sample_partial_hidden"),
    ),
    wrong(
        "sample_partial",
        "always_the_first_parameter",
        ("xs[k]", "xs[0]"),
        loses=("test_sample_partial", "test_sample_partial_hidden"),
    ),
    right(
        "sample_partial",
        "by_sympy_diff",
        code="""
def sample_partial(xs, y, thetas, k):
    z = sum(theta * x for theta, x in zip(thetas, xs))
    s = 1 / (1 + sp.exp(-z))
    return sp.diff(-(y * sp.log(s) + (1 - y) * sp.log(1 - s)), thetas[k])
""",
    ),
    right(
        "sample_partial",
        "before_cancelling",
        (
            "partial = (sigma - y) * xs[k]",
            "partial = -(y / sigma - (1 - y) / (1 - sigma)) * sigma * (1 - sigma) * xs[k]",
        ),
    ),
    right(
        "sample_partial",
        "through_tanh",
        code="""
def sample_partial(xs, y, thetas, k):
    z = sum(theta * x for theta, x in zip(thetas, xs, strict=True))
    partial = (sp.Rational(1, 2) * (1 + sp.tanh(z / 2)) - y) * xs[k]
    return partial
""",
    ),
    right(
        "sample_partial",
        "from_the_softplus",
        code="""
def sample_partial(xs, y, thetas, k):
    z = sum(theta * x for theta, x in zip(thetas, xs, strict=True))
    partial = sp.diff(sp.log(1 + sp.exp(z)) - y * z, thetas[k])
    return partial
""",
    ),
    wrong(
        "sample_partial",
        "sigmoid_forgotten",
        ("(sigma - y)", "(z - y)"),
        loses=("test_sample_partial", "test_sample_partial_hidden"),
    ),
    wrong(
        "sample_partial",
        "sign_of_the_exponent",
        ("sp.exp(-z)", "sp.exp(z)"),
        loses=("test_sample_partial", "test_sample_partial_hidden"),
    ),
]

# --- logistic_gradient --------------------------------------------------------------------------------------------

GRADIENT = [
    wrong(
        "logistic_gradient",
        "not_averaged",
        (" / len(y)", ""),
        loses=("test_logistic_gradient", "test_logistic_gradient_hidden"),
    ),
    wrong(
        "logistic_gradient",
        "linear_residual",
        ("(p - y)", "(z - y)"),
        loses=("test_logistic_gradient", "test_logistic_gradient_hidden"),
    ),
    wrong(
        "logistic_gradient",
        "overflows",
        ("p = np.where(z >= 0, 1, small) / (1 + small)", "p = 1 / (1 + np.exp(-z))"),
        loses="test_logistic_gradient_hidden",
    ),
    wrong(
        "logistic_gradient",
        "labels_as_a_column",
        ("X.T @ (p - y)", "(X.T @ (p - y[:, None])).mean(axis=1)"),
        loses=("test_logistic_gradient", "test_logistic_gradient_hidden"),
    ),
    wrong(
        "logistic_gradient",
        "divided_by_columns",
        ("/ len(y)", "/ X.shape[1]"),
        loses=("test_logistic_gradient", "test_logistic_gradient_hidden"),
    ),
    right(
        "logistic_gradient",
        "einsum",
        code="""
def logistic_gradient(X, y, theta):
    X, y, theta = np.array(X, float), np.array(y, float), np.array(theta, float)
    if X.ndim != 2 or X.shape[0] == 0 or y.shape != (X.shape[0],) or theta.shape != (X.shape[1],):
        raise ValueError("shapes")
    p = 0.5 * (1 + np.tanh(0.5 * (X @ theta)))
    return np.einsum("ij,i->j", X, p - y) / X.shape[0]
""",
    ),
    right(
        "logistic_gradient",
        "mean_of_rows",
        code="""
def logistic_gradient(X, y, theta):
    X, y, theta = (np.asarray(part, dtype=np.float64) for part in (X, y, theta))
    if X.ndim != 2 or y.shape != X.shape[:1] or theta.shape != X.shape[1:] or len(y) == 0:
        raise ValueError("x")
    p = (1 + np.tanh(X @ theta / 2)) / 2
    slope = np.mean((p - y)[:, None] * X, axis=0)
    return slope
""",
    ),
    right(
        "logistic_gradient",
        "scores_clipped_far_out",
        code="""
def logistic_gradient(X, y, theta):
    X, y, theta = (np.asarray(part, dtype=np.float64) for part in (X, y, theta))
    if X.ndim != 2 or y.shape != X.shape[:1] or theta.shape != X.shape[1:] or len(y) == 0:
        raise ValueError("x")
    p = 1 / (1 + np.exp(-np.clip(X @ theta, -700, 700)))
    slope = (p - y) @ X / X.shape[0]
    return slope
""",
    ),
    wrong(
        "logistic_gradient",
        "sign_of_the_exponent",
        ("np.where(z >= 0, 1, small)", "np.where(z >= 0, small, 1)"),
        loses=("test_logistic_gradient", "test_logistic_gradient_hidden"),
    ),
]

# --- train --------------------------------------------------------------------------------------------------------

TRAIN = [
    wrong(
        "train",
        "one_loss_short",
        ("range(steps + 1)", "range(steps)"),
        ("if step < steps:", "if True:"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "one_step_too_many",
        ("if step < steps:", "if True:"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "uphill",
        ("theta - rate * X.T", "theta + rate * X.T"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "starts_at_ones",
        ("np.zeros(X.shape[1])", "np.ones(X.shape[1])"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "overflows",
        ("p = np.where(z >= 0, 1, small) / (1 + small)", "p = 1 / (1 + np.exp(-z))"),
        loses="test_train_hidden",
    ),
    wrong(
        "train",
        "losses_after_the_steps_only",
        code="""
def train(X, y, rate, steps):
    theta, losses = np.zeros(X.shape[1]), []
    for _ in range(steps):
        p = (1 + np.tanh(X @ theta / 2)) / 2
        theta = theta - rate * (p - y) @ X / len(X)
        losses.append(float(np.mean(np.logaddexp(0, X @ theta) - y * (X @ theta))))
    return theta, np.array(losses)
""",
        loses=("test_train", "test_train_hidden"),
    ),
    right(
        "train",
        "loss_by_logaddexp",
        code="""
def train(X, y, rate, steps):
    X, y = np.array(X, float), np.array(y, float)
    theta = np.zeros(X.shape[1])

    def loss():
        return float(np.mean(np.logaddexp(0, X @ theta) - y * (X @ theta)))

    losses = [loss()]
    for _ in range(steps):
        p = (1 + np.tanh(X @ theta / 2)) / 2
        theta = theta - rate * (p - y) @ X / len(X)
        losses.append(loss())
    return theta, np.array(losses)
""",
    ),
    right(
        "train",
        "first_loss_known",
        code="""
def train(X, y, rate, steps):
    X = np.array(X, dtype=np.float64); y = np.array(y, dtype=np.float64)
    theta = np.zeros(X.shape[1])
    losses = [np.log(2.0)]
    for _ in range(steps):
        p = np.exp(-np.logaddexp(0, -(X @ theta)))
        theta -= rate * np.mean((p - y)[:, None] * X, axis=0)
        z = X @ theta
        losses.append(np.where(y == 1, np.logaddexp(0, -z), np.logaddexp(0, z)).mean())
    return [theta, np.asarray(losses)]
""",
    ),
    right(
        "train",
        "loss_after_the_loop",
        code="""
def train(X, y, rate, steps):
    X = np.asarray(X, dtype=np.float64)
    y = np.asarray(y, dtype=np.float64)
    n, m = X.shape
    theta = np.zeros(m)
    losses = []
    def sig(z):
        s = np.exp(-np.abs(z))
        return np.where(z >= 0, 1, s) / (1 + s)
    for _ in range(steps):
        z = X @ theta
        losses.append(np.mean(np.logaddexp(0, z) - y * z))
        theta = theta - rate * X.T @ (sig(z) - y) / n
    z = X @ theta
    losses.append(np.mean(np.logaddexp(0, z) - y * z))
    return theta, np.array(losses)
""",
    ),
    wrong(
        "train",
        "one_parameter_after_another",
        code="""
def train(X, y, rate, steps):
    X = np.asarray(X, dtype=float); y = np.asarray(y, dtype=float)
    theta = np.zeros(X.shape[1])
    z = X @ theta
    losses = [np.mean(np.logaddexp(0, z) - y * z)]
    for _ in range(steps):
        for j in range(len(theta)):
            z = X @ theta
            theta[j] -= rate * np.mean(((1 + np.tanh(z / 2)) / 2 - y) * X[:, j])
        z = X @ theta
        losses.append(np.mean(np.logaddexp(0, z) - y * z))
    return theta, np.array(losses)
""",
        loses="test_train_hidden",
    ),
]

# --- boundary -----------------------------------------------------------------------------------------------------

BOUNDARY = [
    wrong(
        "boundary",
        "probability_taken_for_the_score",
        ("z = np.log(p / (1 - p))", "z = p"),
        loses=("test_boundary", "test_boundary_hidden"),
    ),
    wrong(
        "boundary",
        "level_ignored",
        ("z = np.log(p / (1 - p))", "z = 0.0"),
        loses=("test_boundary", "test_boundary_hidden"),
    ),
    wrong(
        "boundary",
        "odds_upside_down",
        ("np.log(p / (1 - p))", "np.log((1 - p) / p)"),
        loses=("test_boundary", "test_boundary_hidden"),
    ),
    wrong(
        "boundary",
        "sign_lost",
        ("(z - theta[0] - theta[1]", "(z + theta[0] + theta[1]"),
        loses=("test_boundary", "test_boundary_hidden"),
    ),
    wrong("boundary", "vertical_line_not_refused", (" or theta[2] == 0", ""), loses="test_boundary_hidden"),
    right(
        "boundary",
        "difference_of_logarithms",
        code="""
def boundary(theta, x1, p=0.5):
    a, b, c = (float(t) for t in theta)
    if p <= 0 or p >= 1 or c == 0:
        raise ValueError("p, theta")
    return np.array([(np.log(p) - np.log1p(-p) - a - b * float(v)) / c for v in x1])
""",
    ),
    right(
        "boundary",
        "slope_and_intercept",
        code="""
def boundary(theta, x1, p=0.5):
    if p <= 0 or p >= 1 or theta[2] == 0:
        raise ValueError("bad")
    t0, t1, t2 = (float(t) for t in theta)
    x1 = np.array(x1, dtype=float)
    z = np.log(p) - np.log1p(-p)
    return (z - t0) / t2 - t1 / t2 * x1
""",
    ),
    wrong(
        "boundary",
        "coefficients_exchanged",
        ("theta[0] - theta[1] * x1) / theta[2]", "theta[0] - theta[2] * x1) / theta[1]"),
        loses=("test_boundary", "test_boundary_hidden"),
    ),
    wrong(
        "boundary",
        "ends_of_the_interval_allowed",
        ("not 0 < p < 1", "not 0 <= p <= 1"),
        loses="test_boundary_hidden",
    ),
    wrong(
        "boundary",
        "integers_kept",
        ("theta, x1 = np.asarray(theta, dtype=np.float64), np.asarray(x1, dtype=np.float64)", "pass"),
        loses="test_boundary_hidden",
    ),
]

# --- newton -------------------------------------------------------------------------------------------------------

NEWTON = [
    wrong(
        "newton",
        "penalty_missing_in_the_hessian",
        (" + mu * np.eye(len(theta))", ""),
        loses=("test_newton", "test_newton_hidden"),
    ),
    wrong("newton", "penalty_missing_in_the_gradient", (" + mu * theta", ""), loses="test_newton_hidden"),
    wrong(
        "newton",
        "weights_forgotten",
        ("(X * (p * (1 - p))[:, None])", "X"),
        loses=("test_newton", "test_newton_hidden"),
    ),
    wrong(
        "newton",
        "hessian_not_averaged",
        ("[:, None]) / len(y)", "[:, None])"),
        loses=("test_newton", "test_newton_hidden"),
    ),
    wrong(
        "newton",
        "uphill",
        ("theta - np.linalg.solve", "theta + np.linalg.solve"),
        loses=("test_newton", "test_newton_hidden"),
    ),
    wrong(
        "newton",
        "square_matrix_of_the_samples",
        ("X.T @ (X * (p * (1 - p))[:, None])", "X.T @ np.diag(p * (1 - p)) @ X"),
        loses="test_newton_large_hidden",
    ),
    wrong("newton", "steps_not_counted", ("        steps += 1\n", ""), loses=("test_newton", "test_newton_hidden")),
    right(
        "newton",
        "weighted_least_squares",
        code="""
def newton(X, y, mu, tolerance=1e-10, max_steps=50):
    if mu <= 0:
        raise ValueError("mu")
    X, y = np.array(X, float), np.array(y, float)
    n, m = X.shape
    theta = np.zeros(m)
    for steps in range(max_steps + 1):
        p = (1 + np.tanh(X @ theta / 2)) / 2
        g = X.T @ (p - y) / n + mu * theta
        if np.sqrt(g @ g) < tolerance or steps == max_steps:
            return theta, steps
        root = np.sqrt(p * (1 - p) / n)[:, None] * X
        theta = theta - np.linalg.lstsq(root.T @ root + mu * np.identity(m), g, rcond=None)[0]
""",
    ),
    right(
        "newton",
        "stopping_rule_in_the_loop_header",
        code="""
def newton(X, y, mu, tolerance=1e-10, max_steps=50):
    if mu <= 0:
        raise ValueError("mu")
    X = np.array(X, dtype=float); y = np.array(y, dtype=float)
    n, m = X.shape
    theta = np.zeros(m)
    def grad(t):
        p = np.exp(-np.logaddexp(0, -(X @ t)))
        return X.T @ (p - y) / n + mu * t, p
    g, p = grad(theta)
    steps = 0
    while np.linalg.norm(g) >= tolerance and steps < max_steps:
        half = X * np.sqrt(p * (1 - p) / n)[:, None]
        theta = theta - np.linalg.lstsq(half.T @ half + mu * np.identity(m), g, rcond=None)[0]
        steps += 1
        g, p = grad(theta)
    return theta, steps
""",
    ),
    right(
        "newton",
        "returns_from_a_for_loop",
        code="""
def newton(X, y, mu, tolerance=1e-10, max_steps=50):
    if not mu > 0:
        raise ValueError("mu")
    X = np.asarray(X, dtype=np.float64); y = np.asarray(y, dtype=np.float64)
    n, m = X.shape
    theta = np.zeros(m)
    for k in range(max_steps):
        p = (1 + np.tanh(X @ theta / 2)) / 2
        g = X.T @ (p - y) / n + mu * theta
        if np.sqrt(np.sum(g ** 2)) < tolerance:
            return theta, k
        H = np.einsum("ij,i,ik->jk", X, p * (1 - p), X, optimize=True) / n
        H[np.diag_indices(m)] += mu
        theta = theta + np.linalg.solve(H, -g)
    return theta, max_steps
""",
    ),
    wrong(
        "newton",
        "penalty_on_every_entry",
        ("mu * np.eye(len(theta))", "mu"),
        loses=("test_newton", "test_newton_hidden"),
    ),
    wrong(
        "newton",
        "intercept_not_penalised",
        code="""
def newton(X, y, mu, tolerance=1e-10, max_steps=50):
    if mu <= 0:
        raise ValueError("mu")
    X = np.asarray(X, dtype=np.float64); y = np.asarray(y, dtype=np.float64)
    n, m = X.shape
    theta = np.zeros(m)
    pen = mu * np.eye(m); pen[0, 0] = 0
    steps = 0
    while steps < max_steps:
        p = (1 + np.tanh(X @ theta / 2)) / 2
        g = X.T @ (p - y) / n + pen @ theta
        if np.linalg.norm(g) < tolerance:
            break
        H = X.T @ (X * (p * (1 - p))[:, None]) / n + pen
        theta = theta - np.linalg.solve(H, g)
        steps += 1
    return theta, steps
""",
        loses="test_newton_hidden",
    ),
]

ANSWERS = [*SIGMOID, *LOG_LOSS, *PARTIAL, *GRADIENT, *TRAIN, *BOUNDARY, *NEWTON]

EQUIVALENT: list[Equivalent] = []
