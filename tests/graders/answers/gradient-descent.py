"""Answers to the assignment `gradient-descent`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- numerical_gradient -------------------------------------------------------------------------------------------

NUMERICAL_GRADIENT = [
    wrong(
        "numerical_gradient",
        "forward_difference",
        ("point[index] = value - h", "point[index] = value"),
        ("/ (2 * h)", "/ h"),
        loses="test_numerical_gradient_hidden",
    ),
    wrong(
        "numerical_gradient",
        "divided_by_h",
        ("/ (2 * h)", "/ h"),
        loses=("test_numerical_gradient", "test_numerical_gradient_hidden"),
    ),
    wrong(
        "numerical_gradient",
        "never_moved_back",
        ("        point[index] = value\n        slope", "        slope"),
        loses="test_numerical_gradient_hidden",
    ),
    wrong(
        "numerical_gradient",
        "whole_array_moved",
        code="""
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    return np.full_like(x, (f(x + h) - f(x - h)) / (2 * h))
""",
        loses=("test_numerical_gradient", "test_numerical_gradient_hidden"),
    ),
    wrong(
        "numerical_gradient",
        "step_of_its_own",
        ("    slope = np.zeros_like(point)", "    slope = np.zeros_like(point)\n    h = 1e-5"),
        loses="test_numerical_gradient_hidden",
    ),
    wrong(
        "numerical_gradient",
        "integers_kept",
        ("np.array(x, dtype=np.float64)", "np.array(x)"),
        loses=("test_numerical_gradient", "test_numerical_gradient_hidden"),
    ),
    right(
        "numerical_gradient",
        "unit_vectors",
        code="""
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=np.float64)
    slopes = []
    for unit in np.eye(x.size).reshape(x.size, *x.shape):
        slopes.append((f(x + h * unit) - f(x - h * unit)) / (2 * h))
    return np.array(slopes).reshape(x.shape)
""",
    ),
]

# --- simultaneous_step --------------------------------------------------------------------------------------------

SIMULTANEOUS_STEP = [
    wrong(
        "simultaneous_step",
        "one_by_one",
        (
            "slopes = np.array([partial(theta) for partial in partials])",
            "new = theta",
        ),
        (
            "new = theta - rate * slopes",
            "for k, partial in enumerate(partials):\n        new[k] = new[k] - rate * partial(new.copy())",
        ),
        loses=("test_simultaneous_step", "test_simultaneous_step_hidden"),
    ),
    wrong(
        "simultaneous_step",
        "uphill",
        ("theta - rate * slopes", "theta + rate * slopes"),
        loses=("test_simultaneous_step", "test_simultaneous_step_hidden"),
    ),
    wrong(
        "simultaneous_step",
        "rate_forgotten",
        ("theta - rate * slopes", "theta - slopes"),
        loses=("test_simultaneous_step", "test_simultaneous_step_hidden"),
    ),
    wrong(
        "simultaneous_step",
        "two_parameters_only",
        code="""
def simultaneous_step(partials, theta, rate):
    theta = np.array(theta, dtype=np.float64)
    if len(partials) != len(theta):
        raise ValueError("m")
    d0, d1 = partials[0](theta), partials[1](theta)
    return np.array([theta[0] - rate * d0, theta[1] - rate * d1])
""",
        loses="test_simultaneous_step_hidden",
    ),
    wrong(
        "simultaneous_step",
        "slopes_taken_from_a_moved_point",
        ("partial(theta)", "partial(theta - rate)"),
        loses=("test_simultaneous_step", "test_simultaneous_step_hidden"),
    ),
    right(
        "simultaneous_step",
        "loop_into_a_new_array",
        code="""
def simultaneous_step(partials, theta, rate):
    if len(partials) != len(theta):
        raise ValueError("m")
    old = np.asarray(theta, dtype=np.float64)
    new = np.empty_like(old)
    for k in range(len(old)):
        new[k] = old[k] - rate * partials[k](old.copy())
    return new
""",
    ),
]

# --- gradient_descent ---------------------------------------------------------------------------------------------

GRADIENT_DESCENT = [
    wrong(
        "gradient_descent",
        "largest_component",
        ("np.linalg.norm(g) < epsilon", "np.max(np.abs(g)) < epsilon"),
        loses="test_gradient_descent_hidden",
    ),
    wrong(
        "gradient_descent",
        "one_step_too_many",
        ("if len(path) > max_steps:", "if len(path) > max_steps + 1:"),
        loses=("test_gradient_descent", "test_gradient_descent_hidden"),
    ),
    wrong(
        "gradient_descent",
        "steps_asked_before_the_gradient",
        code="""
def gradient_descent(gradient, start, rate, epsilon, max_steps):
    if not rate > 0 or epsilon < 0 or max_steps < 0:
        raise ValueError("rate")
    path = [np.array(start, dtype=np.float64)]
    with np.errstate(all="ignore"):
        for _ in range(max_steps):
            g = np.asarray(gradient(path[-1].copy()), dtype=np.float64)
            if not (np.isfinite(g).all() and np.isfinite(path[-1]).all()):
                return np.array(path), "diverged"
            if np.linalg.norm(g) < epsilon:
                return np.array(path), "gradient"
            path.append(path[-1] - rate * g)
    return np.array(path), "max_steps"
""",
        loses="test_gradient_descent_hidden",
    ),
    wrong(
        "gradient_descent",
        "start_left_out",
        ("return np.array(path), reason", "return np.array(path[1:]), reason"),
        loses=("test_gradient_descent", "test_gradient_descent_hidden"),
    ),
    wrong(
        "gradient_descent",
        "divergence_never_noticed",
        ("if not (np.isfinite(g).all() and np.isfinite(theta).all()):", "if False:"),
        loses="test_gradient_descent_diverged_hidden",
    ),
    wrong(
        "gradient_descent",
        "warns_when_it_overflows",
        ('with np.errstate(all="ignore"):', "if True:"),
        loses="test_gradient_descent_diverged_hidden",
    ),
    wrong(
        "gradient_descent",
        "uphill",
        ("theta - rate * g)", "theta + rate * g)"),
        loses=("test_gradient_descent", "test_gradient_descent_hidden"),
    ),
    wrong(
        "gradient_descent",
        "at_the_threshold_too",
        ("np.linalg.norm(g) < epsilon", "np.linalg.norm(g) <= epsilon"),
        loses="test_gradient_descent_hidden",
    ),
    right(
        "gradient_descent",
        "for_loop_with_the_last_question_after_it",
        code="""
def gradient_descent(gradient, start, rate, epsilon, max_steps):
    if rate <= 0 or epsilon < 0 or max_steps < 0:
        raise ValueError("bad argument")
    theta, points = np.array(start, dtype=float), []
    for step in range(max_steps + 1):
        points.append(theta)
        g = np.array(gradient(theta.copy()), dtype=float)
        if not np.all(np.isfinite(np.concatenate([g, theta]))):
            return np.stack(points), "diverged"
        with np.errstate(all="ignore"):
            if np.sqrt(np.sum(g**2)) < epsilon:
                return np.stack(points), "gradient"
            if step < max_steps:
                theta = theta - rate * g
    return np.stack(points), "max_steps"
""",
    ),
]

# --- critical_rate, contraction -----------------------------------------------------------------------------------

CRITICAL_RATE = [
    wrong(
        "critical_rate",
        "smallest_eigenvalue",
        ("2 / eigenvalues[-1]", "2 / eigenvalues[0]"),
        loses=("test_critical_rate", "test_critical_rate_hidden"),
    ),
    wrong(
        "critical_rate",
        "safe_rate",
        ("2 / eigenvalues[-1]", "1 / eigenvalues[-1]"),
        loses=("test_critical_rate", "test_critical_rate_hidden"),
    ),
    wrong(
        "critical_rate",
        "diagonal_taken_for_eigenvalues",
        ("eigenvalues = np.linalg.eigvalsh(A)\n    if", "eigenvalues = np.sort(np.diag(A))\n    if"),
        loses=("test_critical_rate", "test_critical_rate_hidden"),
    ),
    wrong(
        "critical_rate",
        "trace_bound",
        ("2 / eigenvalues[-1]", "2 / np.trace(A)"),
        loses=("test_critical_rate", "test_critical_rate_hidden"),
    ),
    wrong(
        "critical_rate",
        "signed_factor",
        ("np.max(np.abs(1 - rate * eigenvalues))", "np.max(1 - rate * eigenvalues)"),
        loses=("test_critical_rate", "test_critical_rate_contraction_hidden"),
    ),
    wrong(
        "critical_rate",
        "most_curved_direction_only",
        ("np.max(np.abs(1 - rate * eigenvalues))", "abs(1 - rate * eigenvalues[-1])"),
        loses="test_critical_rate_contraction_hidden",
    ),
    wrong(
        "critical_rate",
        "semidefinite_let_through",
        ("eigenvalues[0] <= 0", "eigenvalues[0] < 0"),
        loses="test_critical_rate_contraction_hidden",
    ),
    wrong(
        "critical_rate",
        "symmetry_not_checked",
        ("not np.allclose(A, A.T)", "A.shape != A.T.shape"),
        loses="test_critical_rate_contraction_hidden",
    ),
    right(
        "critical_rate",
        "norms_of_matrices",
        code="""
def _checked(A):
    A = np.array(A, dtype=float)
    if A.ndim != 2 or len(set(A.shape)) != 1 or np.abs(A - A.T).max() > 1e-8 * np.abs(A).max():
        raise ValueError("A")
    if np.linalg.eigvalsh(A).min() <= 0:
        raise ValueError("A")
    return A


def critical_rate(A):
    return 2 / float(np.linalg.svd(_checked(A), compute_uv=False)[0])


def contraction(A, rate):
    A = _checked(A)
    return float(np.linalg.norm(np.eye(len(A)) - rate * A, ord=2))
""",
    ),
]

# --- check_gradient -----------------------------------------------------------------------------------------------

CHECK_GRADIENT = [
    wrong(
        "check_gradient",
        "gradient_may_spoil_theta",
        ("gradient(np.array(theta, dtype=np.float64))", "gradient(theta)"),
        loses="test_check_gradient_robust_hidden",
    ),
    wrong(
        "check_gradient",
        "forward_difference",
        ("(f(theta + step) - f(theta - step)) / (2 * h)", "(f(theta + step) - f(theta)) / h"),
        loses="test_check_gradient_hidden",
    ),
    wrong(
        "check_gradient",
        "absolute_error",
        ("abs(a - b) / max(abs(a) + abs(b), floor) > tolerance", "abs(a - b) > tolerance"),
        loses="test_check_gradient_hidden",
    ),
    wrong(
        "check_gradient",
        "no_floor",
        ("max(abs(a) + abs(b), floor)", "(abs(a) + abs(b) + 1e-300)"),
        loses="test_check_gradient_robust_hidden",
    ),
    wrong(
        "check_gradient",
        "nan_passes",
        ("not np.isfinite(a) or ", ""),
        loses="test_check_gradient_hidden",
    ),
    wrong(
        "check_gradient",
        "shape_not_checked",
        ("by_hand.shape != theta.shape", "False"),
        loses="test_check_gradient_robust_hidden",
    ),
    wrong(
        "check_gradient",
        "tolerance_of_its_own",
        ("floor) > tolerance", "floor) > 1e-6"),
        loses="test_check_gradient_hidden",
    ),
    right(
        "check_gradient",
        "vectorised",
        code="""
def check_gradient(f, gradient, theta, tolerance=1e-6):
    theta = np.array(theta, dtype=float)
    a = np.array(gradient(theta.copy()), dtype=float)
    if a.shape != theta.shape:
        raise ValueError("shape")
    h = 1e-5
    b = np.array([(f(theta + h * e) - f(theta - h * e)) / (2 * h) for e in np.eye(len(theta))])
    s = 1e-3 * max(1.0, float(np.abs(b).max()))
    finite = np.isfinite(a)
    a = np.where(finite, a, 0.0)
    bad = ~finite | (np.abs(a - b) > tolerance * np.maximum(np.abs(a) + np.abs(b), s))
    return np.flatnonzero(bad).tolist()
""",
    ),
]

ANSWERS = [*NUMERICAL_GRADIENT, *SIMULTANEOUS_STEP, *GRADIENT_DESCENT, *CRITICAL_RATE, *CHECK_GRADIENT]

_FLOAT = "np.float64 là một float của Python"
_ORDER = "giá trị không đổi khi đổi chỗ hai vế"

EQUIVALENT = [
    Equivalent(
        "gradient_descent",
        "path = [np.array(start, dtype=np.float64)] -> path = [np.array(start)]",
        "điểm đầu nguyên thành thực khi mảng các điểm được ghép lại",
    ),
    Equivalent("critical_rate", "return float(2 / eigenvalues[-1]) -> return 2 / eigenvalues[-1]", _FLOAT),
    Equivalent(
        "critical_rate",
        "return float(np.max(np.abs(1 - rate * eigenvalues))) -> return np.max(np.abs(1 - rate * eigenvalues))",
        _FLOAT,
    ),
    Equivalent(
        "critical_rate",
        "return float(np.max(np.abs(1 - rate * eigenvalues))) -> "
        "return float(np.max(np.abs((rate * eigenvalues) - 1)))",
        _ORDER,
    ),
    Equivalent(
        "check_gradient",
        "floor = 1e-3 * max(1.0, np.max(np.abs(numeric))) -> floor = 1e-3 * max(np.max(np.abs(numeric)), 1.0)",
        _ORDER,
    ),
    Equivalent(
        "check_gradient",
        "if not np.isfinite(a) or abs(a - b) / max(abs(a) + abs(b), floor) > tolerance: -> "
        "if not np.isfinite(a) or abs(b - a) / max(abs(a) + abs(b), floor) > tolerance:",
        _ORDER,
    ),
    Equivalent(
        "check_gradient",
        "if not np.isfinite(a) or abs(a - b) / max(abs(a) + abs(b), floor) > tolerance: -> "
        "if not np.isfinite(a) or abs(a - b) / max(floor, abs(a) + abs(b)) > tolerance:",
        _ORDER,
    ),
]
