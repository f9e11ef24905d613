"""Answers to the assignment `activations`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- activate -----------------------------------------------------------------------------------------------------

STABLE_SIGMOID = "np.exp(z.clip(max=0)) / (1 + np.exp(-np.abs(z)))"

ACTIVATE = [
    wrong("activate", "naive_sigmoid", (STABLE_SIGMOID, "1 / (1 + np.exp(-z))"), loses="test_activate_stable_hidden"),
    wrong(
        "activate",
        "both_branches_of_where_are_computed",
        (STABLE_SIGMOID, "np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))"),
        loses="test_activate_stable_hidden",
    ),
    wrong(
        "activate",
        "sigmoid_through_tanh_loses_the_tail",
        (STABLE_SIGMOID, "0.5 * (1 + np.tanh(z / 2))"),
        loses="test_activate_stable_hidden",
    ),
    wrong(
        "activate",
        "tanh_by_its_definition",
        ("np.tanh(z)", "(np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))"),
        loses="test_activate_stable_hidden",
    ),
    wrong(
        "activate",
        "tanh_is_the_sigmoid_of_twice",
        ("np.tanh(z)", "1 / (1 + np.exp(-2 * z))"),
        loses=("test_activate", "test_activate_hidden"),
    ),
    wrong(
        "activate",
        "tanh_through_sigmoid_loses_digits_near_zero",
        ("np.tanh(z)", "2 * np.exp((2 * z).clip(max=0)) / (1 + np.exp(-2 * np.abs(z))) - 1"),
        loses="test_activate_stable_hidden",
    ),
    wrong(
        "activate",
        "sigmoid_of_the_absolute_value",
        (STABLE_SIGMOID, "1 / (1 + np.exp(-np.abs(z)))"),
        loses=("test_activate", "test_activate_hidden"),
    ),
    wrong(
        "activate",
        "relu_in_place",
        ("a = z.clip(0)\n", "z[z < 0] = 0\n        a = z\n"),
        loses=("test_activate", "test_activate_hidden"),
    ),
    wrong("activate", "relu_is_the_absolute_value", ("a = z.clip(0)\n", "a = np.abs(z)\n"), loses="test_activate"),
    wrong(
        "activate",
        "slope_always_0_01",
        ("slope * z.clip(max=0)", "0.01 * z.clip(max=0)"),
        loses=("test_activate", "test_activate_hidden"),
    ),
    wrong(
        "activate",
        "slope_on_the_right",
        ("z.clip(0) + slope * z.clip(max=0)", "slope * z.clip(0) + z.clip(max=0)"),
        loses="test_activate",
    ),
    wrong(
        "activate",
        "unknown_name_is_the_identity",
        ('raise ValueError("không có hàm kích hoạt ấy")', "a = z"),
        loses="test_activate_hidden",
    ),
    right(
        "activate",
        "table_of_functions",
        code="""
def activate(name, z, slope=0.01):
    z = np.array(z, dtype=float)
    table = {
        "sigmoid": lambda: np.exp(-np.logaddexp(0, -z)),
        "tanh": lambda: np.tanh(z),
        "relu": lambda: np.maximum(0, z),
        "leaky_relu": lambda: np.where(z > 0, z, slope * z),
    }
    if name not in table:
        raise ValueError(name)
    return table[name]()
""",
    ),
    right(
        "activate",
        "by_masks",
        code="""
def activate(name, z, slope=0.01):
    z = np.asarray(z, dtype=np.float64)
    out, negative = z.copy(), z < 0
    if name == "relu":
        out[negative] = 0
    elif name == "leaky_relu":
        out[negative] *= slope
    elif name == "sigmoid":
        out[~negative] = 1 / (1 + np.exp(-z[~negative]))
        out[negative] = np.exp(z[negative]) / (1 + np.exp(z[negative]))
    elif name == "tanh":
        u = np.expm1(-2 * np.abs(z))
        out = -np.sign(z) * u / (2 + u)
    else:
        raise ValueError
    return out
""",
    ),
]

# --- derivative ---------------------------------------------------------------------------------------------------

DERIVATIVE = [
    wrong(
        "derivative",
        "sigmoid_loses_the_tail",
        ("        u = np.exp(-np.abs(z))\n", "        u = np.exp(-np.abs(z))\n        a = 1 / (1 + u)\n"),
        ("d = u / (1 + u) ** 2\n    elif", "d = a * (1 - a)\n    elif"),
        loses="test_derivative_stable_hidden",
    ),
    wrong(
        "derivative",
        "tanh_loses_the_tail",
        ("d = 4 * u / (1 + u) ** 2", "d = 1 - np.tanh(z) ** 2"),
        loses="test_derivative_stable_hidden",
    ),
    wrong(
        "derivative",
        "tanh_by_cosh_overflows",
        ("d = 4 * u / (1 + u) ** 2", "d = 1 / np.cosh(z) ** 2"),
        loses="test_derivative_stable_hidden",
    ),
    wrong(
        "derivative",
        "chain_rule_forgotten_in_tanh",
        ("d = 4 * u", "d = 2 * u"),
        loses=("test_derivative", "test_derivative_hidden", "test_derivative_stable_hidden"),
    ),
    wrong(
        "derivative",
        "argument_not_doubled_in_tanh",
        ("u = np.exp(-2 * np.abs(z))", "u = np.exp(-np.abs(z))"),
        loses=("test_derivative", "test_derivative_hidden", "test_derivative_stable_hidden"),
    ),
    wrong(
        "derivative",
        "square_forgotten_in_sigmoid",
        ("d = u / (1 + u) ** 2\n    elif", "d = u / (1 + u)\n    elif"),
        loses=("test_derivative", "test_derivative_hidden", "test_derivative_stable_hidden"),
    ),
    wrong(
        "derivative",
        "relu_from_the_right",
        ("d = (z > 0).astype", "d = (z >= 0).astype"),
        loses=("test_derivative", "test_derivative_hidden"),
    ),
    wrong(
        "derivative",
        "relu_slope_one_half_at_zero",
        ("d = (z > 0).astype(np.float64)", "d = np.heaviside(z, 0.5)"),
        loses="test_derivative",
    ),
    wrong(
        "derivative",
        "relu_as_booleans",
        ("d = (z > 0).astype(np.float64)", "d = z > 0"),
        loses=("test_derivative", "test_derivative_hidden"),
    ),
    wrong(
        "derivative",
        "leaky_from_the_right",
        ("d = np.where(z > 0, 1.0, slope)", "d = np.where(z >= 0, 1.0, slope)"),
        loses=("test_derivative", "test_derivative_hidden"),
    ),
    wrong(
        "derivative",
        "leaky_times_z",
        ("d = np.where(z > 0, 1.0, slope)", "d = np.where(z > 0, 1.0, slope * z)"),
        loses="test_derivative",
    ),
    wrong(
        "derivative",
        "unknown_name_gives_ones",
        ('raise ValueError("không có hàm kích hoạt ấy")', "d = np.ones_like(z)"),
        loses="test_derivative_hidden",
    ),
    right(
        "derivative",
        "product_of_two_sigmoids",
        code="""
def derivative(name, z, slope=0.01):
    z = np.asarray(z, dtype=np.float64)

    def sigmoid(t):
        return np.exp(-np.logaddexp(0, -t))

    if name == "sigmoid":
        return sigmoid(z) * sigmoid(-z)
    if name == "tanh":
        return 4 * sigmoid(2 * z) * sigmoid(-2 * z)
    if name in ("relu", "leaky_relu"):
        left = 0.0 if name == "relu" else float(slope)
        out = np.full(z.shape, left)
        out[z > 0] = 1
        return out
    raise ValueError(name)
""",
    ),
    right(
        "derivative",
        "hyperbolic_cosine_clipped",
        code="""
def derivative(name, z, slope=0.01):
    z = np.asarray(z, dtype=np.float64)
    if name == "sigmoid":
        return 0.25 / np.cosh(np.clip(z / 2, -340, 340)) ** 2
    if name == "tanh":
        return np.cosh(np.clip(z, -340, 340)) ** -2.0
    if name == "relu":
        return (z > 0).astype(np.float64)
    if name == "leaky_relu":
        return slope + (1 - slope) * (z > 0)
    raise ValueError("x")
""",
    ),
]

# --- collapse -----------------------------------------------------------------------------------------------------

COLLAPSE = [
    wrong(
        "collapse",
        "weights_in_the_wrong_order",
        ("return W2 @ W1, ", "return W1.T @ W2.T, "),
        loses=("test_collapse", "test_collapse_hidden"),
    ),
    wrong(
        "collapse",
        "biases_only_added",
        ("W2 @ b1 + b2", "b1[: len(b2)] + b2"),
        loses=("test_collapse", "test_collapse_hidden"),
    ),
    wrong(
        "collapse",
        "bias_added_before_the_weights",
        ("W2 @ b1 + b2", "W2 @ (b1[: len(b2)] + b2)"),
        loses="test_collapse",
    ),
    wrong("collapse", "second_bias_alone", ("W2 @ b1 + b2", "b2"), loses=("test_collapse", "test_collapse_hidden")),
    wrong("collapse", "second_bias_forgotten", ("W2 @ b1 + b2", "W2 @ b1"), loses="test_collapse"),
    wrong(
        "collapse",
        "shapes_not_checked",
        ("W1.ndim != 2 or W2.ndim != 2 or b1.shape != W1.shape[:1] or b2.shape != W2.shape[:1]", "False"),
        loses="test_collapse_errors_hidden",
    ),
    wrong(
        "collapse",
        "wraps_around_in_uint8",
        ("W2 = np.asarray(W2, dtype=np.float64)", "pass"),
        ("return W2 @ W1, W2 @ b1 + b2", "return (W2 @ W1).astype(float), (W2 @ b1 + b2).astype(float)"),
        loses="test_collapse_hidden",
    ),
    right(
        "collapse",
        "read_off_from_the_map",
        code="""
def collapse(W1, b1, W2, b2):
    W1, b1, W2, b2 = (np.array(a, dtype=float) for a in (W1, b1, W2, b2))
    if [W1.ndim, b1.ndim, W2.ndim, b2.ndim] != [2, 1, 2, 1]:
        raise ValueError("x")
    if len(b1) != len(W1) or len(b2) != len(W2) or W2.shape[1] != len(W1):
        raise ValueError("x")

    def network(x):
        return W2 @ (W1 @ x + b1) + b2

    b = network(np.zeros(W1.shape[1]))
    W = np.array([network(e) - b for e in np.eye(W1.shape[1])]).T
    return W, b
""",
    ),
    right(
        "collapse",
        "ones_column",
        code="""
def collapse(W1, b1, W2, b2):
    W1, b1, W2, b2 = [np.asarray(a, dtype=np.float64) for a in (W1, b1, W2, b2)]
    k, m = W1.shape
    C, k2 = W2.shape
    if k != k2 or b1.shape != (k,) or b2.shape != (C,):
        raise ValueError
    joined = W2 @ np.column_stack([W1, b1])
    return joined[:, :m], joined[:, m] + b2
""",
    ),
]

# --- jacobian_norms -----------------------------------------------------------------------------------------------

JACOBIAN_NORMS = [
    wrong(
        "jacobian_norms",
        "one_nudge_along_x",
        ("np.eye(len(h)), []", "h[:, None], []"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "derivative_forgotten",
        ("slope[:, None] * (W @ J)", "W @ J"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "value_taken_for_derivative",
        ("slope[:, None] * (W @ J)", "h[:, None] * (W @ J)"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "derivative_scales_columns",
        ("slope[:, None] * (W @ J)", "(W * slope[0]) @ J"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "bias_forgotten",
        ("z = W @ h + b", "z = W @ h"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "spectral_norm",
        ("np.linalg.norm(J)", "np.linalg.norm(J, 2)"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "each_layer_alone",
        ("J = slope[:, None] * (W @ J)", "J = slope[:, None] * W"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "finite_differences",
        code="""
def jacobian_norms(layers, x, activation):
    table = {"identity": lambda z: z, "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}
    if activation not in table:
        raise ValueError("x")
    g, x = table[activation], np.asarray(x, dtype=np.float64)
    step = 1e-6 * np.eye(len(x))
    up, down, norms = x + step, x - step, []
    for W, b in layers:
        up, down = g(up @ W.T + b), g(down @ W.T + b)
        norms.append(np.linalg.norm(up - down) / 2e-6)
    return np.array(norms)
""",
        loses=("test_jacobian_norms", "test_jacobian_norms_deep_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "relu_slope_one_at_zero",
        ("z.clip(0), z > 0", "z.clip(0), z >= 0"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "derivative_along_the_wrong_axis",
        ("slope[:, None] * (W @ J)", "slope * (W @ J)"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "weights_on_the_right_of_the_jacobian",
        ("slope[:, None] * (W @ J)", "slope[:, None] * (J @ W)"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "derivative_before_the_weights",
        ("slope[:, None] * (W @ J)", "W @ (slope[:, None] * J)"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "one_nudge_of_ones",
        ("np.eye(len(h)), []", "np.ones((len(h), 1)), []"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    wrong(
        "jacobian_norms",
        "slope_at_the_output",
        ("1 - np.tanh(z) ** 2", "1 - np.tanh(np.tanh(z)) ** 2"),
        loses=("test_jacobian_norms", "test_jacobian_norms_hidden"),
    ),
    right(
        "jacobian_norms",
        "nudges_as_rows",
        code="""
def jacobian_norms(layers, x, activation):
    x = np.array(x, dtype=float)
    nudges, out = np.identity(x.size), np.zeros(len(layers))
    for i, (W, b) in enumerate(layers):
        W = np.asarray(W, dtype=float)
        z = x @ W.T + b
        if activation == "tanh":
            x = np.tanh(z)
            d = (1 - x) * (1 + x)
        elif activation == "relu":
            x, d = np.maximum(z, 0), np.heaviside(z, 0)
        elif activation == "identity":
            x, d = z, 1.0
        else:
            raise ValueError(activation)
        nudges = (nudges @ W.T) * d
        out[i] = np.sqrt((nudges**2).sum())
    return out
""",
    ),
    right(
        "jacobian_norms",
        "diagonal_matrices",
        code="""
def jacobian_norms(layers, x, activation):
    slopes = {
        "identity": lambda z: np.diag(np.ones(len(z))),
        "tanh": lambda z: np.diag(1 / np.cosh(z) ** 2),
        "relu": lambda z: np.diag((z > 0) * 1.0),
    }
    if activation not in slopes:
        raise ValueError("x")
    values = {"identity": lambda z: z, "tanh": np.tanh, "relu": lambda z: np.where(z > 0, z, 0)}
    h, J, norms = np.asarray(x, float), None, []
    for W, b in layers:
        z = W @ h + b
        factor = slopes[activation](z) @ W
        J = factor if J is None else factor @ J
        norms.append(float(np.linalg.norm(J, "fro")))
        h = values[activation](z)
    return np.array(norms)
""",
    ),
]

# --- softmax_nudge ------------------------------------------------------------------------------------------------

SOFTMAX_NUDGE = [
    wrong(
        "softmax_nudge",
        "diagonal_only",
        ("P * (dS - (P * dS).sum(axis=1, keepdims=True))", "P * (1 - P) * dS"),
        loses=("test_softmax_nudge", "test_softmax_nudge_hidden"),
    ),
    wrong(
        "softmax_nudge",
        "common_part_forgotten",
        ("P * (dS - (P * dS).sum(axis=1, keepdims=True))", "P * dS"),
        loses=("test_softmax_nudge", "test_softmax_nudge_hidden"),
    ),
    wrong(
        "softmax_nudge",
        "plain_mean_taken_away",
        ("(P * dS).sum(axis=1, keepdims=True)", "dS.mean(axis=1, keepdims=True)"),
        loses=("test_softmax_nudge", "test_softmax_nudge_hidden"),
    ),
    wrong(
        "softmax_nudge",
        "one_sum_for_all_samples",
        ("(P * dS).sum(axis=1, keepdims=True)", "(P * dS).sum()"),
        loses=("test_softmax_nudge", "test_softmax_nudge_hidden"),
    ),
    wrong(
        "softmax_nudge",
        "keepdims_forgotten",
        ("(P * dS).sum(axis=1, keepdims=True)", "(P * dS).sum(axis=1)"),
        loses=("test_softmax_nudge", "test_softmax_nudge_hidden"),
    ),
    wrong(
        "softmax_nudge",
        "matrix_product_of_samples",
        ("(P * dS).sum(axis=1, keepdims=True)", "P @ dS"),
        loses=("test_softmax_nudge", "test_softmax_nudge_hidden"),
    ),
    wrong(
        "softmax_nudge",
        "outer_factor_forgotten",
        ("return P * (dS -", "return (dS -"),
        loses=("test_softmax_nudge", "test_softmax_nudge_hidden"),
    ),
    wrong(
        "softmax_nudge",
        "naive_exponentials",
        ("np.exp(S - S.max(axis=1, keepdims=True))", "np.exp(S)"),
        loses="test_softmax_nudge_stable_hidden",
    ),
    wrong(
        "softmax_nudge",
        "one_maximum_for_all_samples",
        ("S.max(axis=1, keepdims=True)", "S.max()"),
        loses="test_softmax_nudge_stable_hidden",
    ),
    wrong(
        "softmax_nudge",
        "softmax_over_the_samples",
        ("S.max(axis=1, keepdims=True)", "S.max(axis=0, keepdims=True)"),
        ("E.sum(axis=1, keepdims=True)", "E.sum(axis=0, keepdims=True)"),
        loses=("test_softmax_nudge", "test_softmax_nudge_hidden"),
    ),
    wrong(
        "softmax_nudge",
        "shapes_broadcast",
        ("if S.ndim != 2 or dS.shape != S.shape:", "if S.ndim != 2:"),
        loses="test_softmax_nudge_hidden",
    ),
    right(
        "softmax_nudge",
        "jacobian_of_each_sample",
        code="""
def softmax_nudge(S, dS):
    S, dS = np.array(S, dtype=float), np.array(dS, dtype=float)
    if S.ndim != 2 or S.shape != dS.shape:
        raise ValueError("x")
    out = np.zeros_like(S)
    for i in range(len(S)):
        e = np.exp(S[i] - max(S[i]))
        p = e / sum(e)
        out[i] = (np.diag(p) - np.outer(p, p)) @ dS[i]
    return out
""",
    ),
    right(
        "softmax_nudge",
        "einsum_and_log_sum_exp",
        code="""
def softmax_nudge(S, dS):
    S, dS = np.asarray(S, np.float64), np.asarray(dS, np.float64)
    if S.ndim != 2 or dS.ndim != 2 or S.shape != dS.shape:
        raise ValueError("x")
    P = np.exp(S - np.logaddexp.reduce(S, axis=1)[:, None])
    return P * dS - P * np.einsum("ij,ij->i", P, dS)[:, None]
""",
    ),
]

# --- diagnose -----------------------------------------------------------------------------------------------------

DIAGNOSE = [
    wrong(
        "diagnose",
        "dead_on_the_data",
        ('if top[j] <= 0:\n                states.append("dead")\n            elif', "if"),
        ('states.append("silent")', 'states.append("dead")'),
        loses=("test_diagnose", "test_diagnose_hidden"),
    ),
    wrong(
        "diagnose",
        "silent_asked_before_dead",
        ("if top[j] <= 0:", "if top[j] <= 0 and (Z[:, j] > 0).any():"),
        loses=("test_diagnose", "test_diagnose_hidden"),
    ),
    wrong(
        "diagnose",
        "zero_counts_as_on",
        ("(Z[:, j] <= 0)", "(Z[:, j] < 0)"),
        loses=("test_diagnose", "test_diagnose_hidden"),
    ),
    wrong(
        "diagnose",
        "bound_by_the_upper_corner",
        ("plus @ upper + minus @ lower + b", "W @ upper + b"),
        loses=("test_diagnose", "test_diagnose_hidden", "test_diagnose_box_hidden"),
    ),
    wrong(
        "diagnose",
        "bound_of_the_unit_box",
        ("plus @ upper + minus @ lower + b", "plus.sum(axis=1) + b"),
        loses=("test_diagnose", "test_diagnose_hidden", "test_diagnose_box_hidden"),
    ),
    wrong(
        "diagnose",
        "zero_counts_as_always_on",
        ("(Z[:, j] > 0).all()", "(Z[:, j] >= 0).all()"),
        loses=("test_diagnose", "test_diagnose_hidden"),
    ),
    wrong(
        "diagnose",
        "always_by_the_lower_bound",
        ("(Z[:, j] > 0).all()", "bottom[j] > 0"),
        loses=("test_diagnose", "test_diagnose_hidden"),
    ),
    wrong(
        "diagnose",
        "bounds_from_the_samples",
        ("np.full(H.shape[1], low), np.full(H.shape[1], high)", "H.min(axis=0), H.max(axis=0)"),
        loses=("test_diagnose", "test_diagnose_hidden"),
    ),
    wrong(
        "diagnose",
        "relu_forgotten_between_layers",
        ("H, lower, upper = Z.clip(0), ", "H, lower, upper = Z, "),
        loses=("test_diagnose", "test_diagnose_hidden"),
    ),
    wrong(
        "diagnose",
        "bounds_not_cut_by_relu",
        ("bottom.clip(0), top.clip(0)", "bottom, top"),
        loses=("test_diagnose", "test_diagnose_hidden"),
    ),
    wrong(
        "diagnose",
        "lower_bound_of_hidden_units_is_zero",
        ("bottom.clip(0), top.clip(0)", "0 * bottom, top.clip(0)"),
        loses=("test_diagnose", "test_diagnose_box_hidden"),
    ),
    wrong(
        "diagnose",
        "same_box_for_every_layer",
        ("bottom.clip(0), top.clip(0)", "np.full(len(b), float(low)), np.full(len(b), float(high))"),
        loses=("test_diagnose", "test_diagnose_hidden"),
    ),
    wrong(
        "diagnose", "box_not_checked", ("H.min() < low or H.max() > high", "False"), loses="test_diagnose_box_hidden"
    ),
    right(
        "diagnose",
        "centre_and_radius",
        code="""
def diagnose(X, layers, low, high):
    A = np.array(X, dtype=float)
    if not np.all((A >= low) & (A <= high)):
        raise ValueError("x")
    centre = np.full(A.shape[1], (low + high) / 2)
    radius = np.full(A.shape[1], (high - low) / 2)
    result = []
    for W, b in layers:
        W, b = np.array(W, dtype=float), np.array(b, dtype=float)
        Z = A @ W.T + b
        middle, reach = W @ centre + b, np.abs(W) @ radius
        on = (Z > 0).mean(axis=0)
        names = np.where(on == 0, "silent", np.where(on == 1, "always", "active"))
        names = np.where(middle + reach <= 0, "dead", names)
        result.append([str(name) for name in names])
        low_h, high_h = np.maximum(middle - reach, 0), np.maximum(middle + reach, 0)
        centre, radius = (low_h + high_h) / 2, (high_h - low_h) / 2
        A = np.maximum(Z, 0)
    return result
""",
    ),
    right(
        "diagnose",
        "plain_loops",
        code="""
def diagnose(X, layers, low, high):
    rows = [[float(v) for v in row] for row in X]
    if any(v < low or v > high for row in rows for v in row):
        raise ValueError("x")
    box = [(low, high)] * len(rows[0])
    answer = []
    for W, b in layers:
        names, new_box, new_rows = [], [], [[] for _ in rows]
        for j in range(len(b)):
            w = [float(v) for v in W[j]]
            top = bottom = float(b[j])
            for v, (a, c) in zip(w, box):
                top += v * (c if v > 0 else a)
                bottom += v * (a if v > 0 else c)
            z = [float(b[j]) + sum(v * h for v, h in zip(w, row)) for row in rows]
            if top <= 0:
                names.append("dead")
            elif max(z) <= 0:
                names.append("silent")
            elif min(z) > 0:
                names.append("always")
            else:
                names.append("active")
            new_box.append((max(0, bottom), max(0, top)))
            for row, v in zip(new_rows, z):
                row.append(max(0, v))
        rows, box = new_rows, new_box
        answer.append(names)
    return answer
""",
    ),
]

ANSWERS = [*ACTIVATE, *DERIVATIVE, *COLLAPSE, *JACOBIAN_NORMS, *SOFTMAX_NUDGE, *DIAGNOSE]

EQUIVALENT = [
    Equivalent(
        "jacobian_norms",
        "h, slope = np.tanh(z), 1 - np.tanh(z) ** 2 -> h, slope = np.tanh(z), (np.tanh(z) ** 2) - 1",
        "turns the sign of the whole matrix, which no norm shows",
    ),
]
