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
]

# --- boundary -----------------------------------------------------------------------------------------------------

BOUNDARY = [
    wrong(
        "boundary",
        "probability_taken_for_the_score",
        ("z = np.log(p / (1 - p))", "z = p"),
        loses=("test_boundary", "test_boundary_hidden"),
    ),
    wrong("boundary", "level_ignored", ("z = np.log(p / (1 - p))", "z = 0.0"), loses="test_boundary_hidden"),
    wrong(
        "boundary",
        "odds_upside_down",
        ("np.log(p / (1 - p))", "np.log((1 - p) / p)"),
        loses="test_boundary_hidden",
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
]

ANSWERS = [*SIGMOID, *LOG_LOSS, *PARTIAL, *GRADIENT, *TRAIN, *BOUNDARY, *NEWTON]

EQUIVALENT: list[Equivalent] = []
