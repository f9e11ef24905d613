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
    wrong(
        "numerical_gradient",
        "parentheses_forgotten",
        ("/ (2 * h)", "/ 2 * h"),
        loses=("test_numerical_gradient", "test_numerical_gradient_hidden"),
    ),
    right(
        "numerical_gradient",
        "moved_back_and_forth",
        code="""
def numerical_gradient(f, x, h=1e-5):
    point = np.array(x, dtype=np.float64)
    slope = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        point[index] += h
        up = f(point)
        point[index] -= 2 * h
        down = f(point)
        point[index] += h
        slope[index] = (up - down) / (2 * h)
    return slope
""",
    ),
    right(
        "numerical_gradient",
        "two_copies_and_the_step_really_taken",
        code="""
def numerical_gradient(f, x, h=1e-5):
    point = np.array(x, dtype=np.float64)
    slope = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        right, left = point.copy(), point.copy()
        right[index] = point[index] + h
        left[index] = point[index] - h
        slope[index] = (float(f(right)) - float(f(left))) / (right[index] - left[index])
    return slope
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
    wrong(
        "simultaneous_step",
        "name_taken_for_a_copy",
        (
            "slopes = np.array([partial(theta) for partial in partials])",
            "new = theta",
        ),
        (
            "new = theta - rate * slopes",
            "for k, partial in enumerate(partials):\n        new[k] = theta[k] - rate * partial(theta)",
        ),
        loses=("test_simultaneous_step", "test_simultaneous_step_hidden"),
    ),
    wrong(
        "simultaneous_step",
        "last_parameter_first",
        (
            "slopes = np.array([partial(theta) for partial in partials])",
            "new = theta",
        ),
        (
            "new = theta - rate * slopes",
            "for k in reversed(range(len(new))):\n        new[k] -= rate * partials[k](new.copy())",
        ),
        loses=("test_simultaneous_step", "test_simultaneous_step_hidden"),
    ),
    right(
        "simultaneous_step",
        "list_of_numbers",
        code="""
def simultaneous_step(partials, theta, rate):
    theta = np.array(theta, dtype=np.float64)
    if theta.ndim != 1 or len(partials) != len(theta):
        raise ValueError("m")
    new = []
    for t, partial in zip(theta, partials):
        new.append(t - rate * partial(theta))
    return np.array(new)
""",
    ),
    right(
        "simultaneous_step",
        "own_copy_updated_in_place",
        code="""
def simultaneous_step(partials, theta, rate):
    theta = np.array(theta, dtype=np.float64)
    if theta.ndim != 1 or len(partials) != len(theta):
        raise ValueError("m")
    slopes = np.zeros(len(theta))
    for k in range(len(theta)):
        slopes[k] = partials[k](theta)
    theta -= rate * slopes
    return theta
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
    wrong(
        "gradient_descent",
        "one_array_kept_many_times",
        ("path.append(theta - rate * g)", "theta -= rate * g\n            path.append(theta)"),
        loses=("test_gradient_descent", "test_gradient_descent_hidden"),
    ),
    wrong(
        "gradient_descent",
        "reason_not_returned",
        ("return np.array(path), reason", "return np.array(path)"),
        loses=("test_gradient_descent", "test_gradient_descent_hidden"),
    ),
    wrong(
        "gradient_descent",
        "steps_asked_first",
        code="""
def gradient_descent(gradient, start, rate, epsilon, max_steps):
    if rate <= 0 or epsilon < 0 or max_steps < 0:
        raise ValueError("rate")
    theta = np.array(start, dtype=np.float64)
    path = [theta]
    with np.errstate(all="ignore"):
        while True:
            g = gradient(theta)
            if not (np.isfinite(g).all() and np.isfinite(theta).all()):
                return np.array(path), "diverged"
            if len(path) > max_steps:
                return np.array(path), "max_steps"
            if np.linalg.norm(g) < epsilon:
                return np.array(path), "gradient"
            theta = theta - rate * g
            path.append(theta)
""",
        loses="test_gradient_descent_hidden",
    ),
    right(
        "gradient_descent",
        "rows_of_an_array_made_beforehand",
        code="""
def gradient_descent(gradient, start, rate, epsilon, max_steps):
    if not rate > 0 or epsilon < 0 or max_steps < 0:
        raise ValueError("bad argument")
    start = np.asarray(start, dtype=float)
    path = np.empty((max_steps + 1, start.size))
    path[0] = start
    with np.errstate(all="ignore"):
        for k in range(max_steps + 1):
            theta = path[k]
            g = gradient(theta)
            if any(not np.isfinite(v) for v in list(g) + list(theta)):
                return path[: k + 1], "diverged"
            if np.linalg.norm(g) < epsilon:
                return path[: k + 1], "gradient"
            if k == max_steps:
                return path, "max_steps"
            path[k + 1] = theta - rate * g
""",
    ),
    right(
        "gradient_descent",
        "copies_of_one_array",
        code="""
def gradient_descent(gradient, start, rate, epsilon, max_steps):
    if rate <= 0 or epsilon < 0 or max_steps < 0:
        raise ValueError("bad argument")
    theta, path, k = np.array(start, dtype=np.float64), [], 0
    with np.errstate(all="ignore"):
        while True:
            path.append(theta.copy())
            g = np.asarray(gradient(theta.copy()), dtype=np.float64)
            if np.any(~np.isfinite(g)) or np.any(~np.isfinite(theta)):
                reason = "diverged"
                break
            if (g @ g) ** 0.5 < epsilon:
                reason = "gradient"
                break
            if k >= max_steps:
                reason = "max_steps"
                break
            theta -= rate * g
            k += 1
    return np.vstack(path), reason
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
    wrong(
        "critical_rate",
        "contraction_checks_nothing",
        ("    critical_rate(A)  # chỉ để kiểm tra A\n", ""),
        loses="test_critical_rate_contraction_hidden",
    ),
    right(
        "critical_rate",
        "cholesky_asks_for_positive_definite",
        code="""
def validate(A):
    A = np.array(A, dtype=float)
    if A.ndim != 2 or A.shape[0] != A.shape[1] or not np.allclose(A, A.T):
        raise ValueError("A")
    try:
        np.linalg.cholesky(A)
    except np.linalg.LinAlgError:
        raise ValueError("A")
    return np.linalg.eigvals(A).real


def critical_rate(A):
    return 2 / max(validate(A))


def contraction(A, rate):
    return max(abs(1 - rate * value) for value in validate(A))
""",
    ),
    right(
        "critical_rate",
        "both_ends_of_the_spectrum",
        code="""
def spectrum(A):
    A = A.astype(np.float64)
    n, m = A.shape
    if n != m:
        raise ValueError
    if not np.allclose(A, A.T):
        raise ValueError
    values, _ = np.linalg.eigh(A)
    if min(values) <= 0:
        raise ValueError
    return values


def critical_rate(A):
    return 2 / spectrum(A)[-1]


def contraction(A, rate):
    values = spectrum(A)
    return max(abs(1 - rate * values[0]), abs(1 - rate * values[-1]))
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
    wrong(
        "check_gradient",
        "mask_instead_of_indices",
        ("    return wrong\n", "    return [j in wrong for j in range(len(theta))]\n"),
        loses=("test_check_gradient", "test_check_gradient_hidden"),
    ),
    wrong(
        "check_gradient",
        "floor_without_the_largest_slope",
        ("1e-3 * max(1.0, np.max(np.abs(numeric)))", "1e-3"),
        loses="test_check_gradient_robust_hidden",
    ),
    right(
        "check_gradient",
        "uses_the_first_task",
        code="""
def check_gradient(f, gradient, theta, tolerance=1e-6):
    base = np.array(theta, dtype=np.float64)
    b = numerical_gradient(f, base)
    a = np.asarray(gradient(base.copy()))
    if a.ndim != 1 or len(a) != len(base):
        raise ValueError("shape")
    scale = 1e-3 * np.max([1.0, np.max(np.abs(b))])
    wrong = set()
    for j in range(len(base)):
        if np.isnan(a[j]) or np.isinf(a[j]):
            wrong.add(j)
        elif abs(a[j] - b[j]) > tolerance * max(abs(a[j]) + abs(b[j]), scale):
            wrong.add(j)
    return sorted(wrong)
""",
    ),
    right(
        "check_gradient",
        "indices_are_numpy_integers",
        code="""
def check_gradient(f, gradient, theta, tolerance=1e-6):
    theta = np.array(theta, dtype=np.float64)
    a = np.array(gradient(np.array(theta)))
    if a.shape != (len(theta),):
        raise ValueError("shape")
    b, h = np.empty(len(theta)), 1e-5
    for j in range(len(theta)):
        e = np.zeros(len(theta))
        e[j] = h
        b[j] = (f(theta + e) - f(theta - e)) / (2 * h)
    s = 1e-3 * max(1, np.max(np.abs(b)))
    error = [
        np.inf if not np.isfinite(p) else abs(p - q) / max(abs(p) + abs(q), s) for p, q in zip(a, b, strict=True)
    ]
    return list(np.where(np.array(error) > tolerance)[0])
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
