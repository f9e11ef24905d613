"""Answers to the assignment `neurons`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- neuron -------------------------------------------------------------------------------------------------------

NEURON = [
    wrong("neuron", "bias_forgotten", ("z = X @ w + b", "z = X @ w"), loses=("test_neuron", "test_neuron_hidden")),
    wrong("neuron", "step_fires_at_zero", ("np.where(z > 0,", "np.where(z >= 0,"), loses="test_neuron"),
    wrong(
        "neuron",
        "step_of_booleans",
        ("np.where(z > 0, 1.0, 0.0)", "z > 0"),
        loses=("test_neuron", "test_neuron_hidden"),
    ),
    wrong(
        "neuron",
        "naive_sigmoid",
        ("small = np.exp(-np.abs(z))", "pass"),
        ("np.where(z >= 0, 1, small) / (1 + small)", "1 / (1 + np.exp(-z))"),
        loses="test_neuron_hidden",
    ),
    wrong("neuron", "relu_is_the_absolute_value", ("np.maximum(z, 0)", "np.abs(z)"), loses="test_neuron"),
    wrong(
        "neuron",
        "unknown_activation_is_the_identity",
        ('elif activation == "identity":\n        a = z\n    else:\n', "else:\n        return z\n    if False:\n"),
        loses="test_neuron_hidden",
    ),
    right(
        "neuron",
        "table_of_functions",
        code="""
def neuron(X, w, b, activation):
    X, w = np.array(X, dtype=float), np.array(w, dtype=float)
    if X.ndim != 2 or w.ndim != 1 or len(w) != X.shape[1]:
        raise ValueError("shapes")
    table = {
        "step": lambda z: np.where(z > 0, 1.0, 0.0),
        "sigmoid": lambda z: np.exp(-np.logaddexp(0, -z)),
        "relu": lambda z: np.where(z > 0, z, 0.0),
        "identity": lambda z: z,
    }
    if activation not in table:
        raise ValueError(activation)
    return table[activation](np.einsum("ij,j->i", X, w) + b)
""",
    ),
    right(
        "neuron",
        "one_sample_at_a_time",
        code="""
def neuron(X, w, b, activation):
    X, w = np.asarray(X, dtype=np.float64), np.asarray(w, dtype=np.float64)
    if X.ndim != 2 or w.shape != X.shape[1:]:
        raise ValueError("x")
    out = []
    for x in X:
        z = float(np.dot(x, w)) + b
        if activation == "step":
            out.append(1.0 if z > 0 else 0.0)
        elif activation == "sigmoid":
            out.append(1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z)))
        elif activation == "relu":
            out.append(max(0.0, z))
        elif activation == "identity":
            out.append(float(z))
        else:
            raise ValueError("x")
    return np.array(out, dtype=np.float64)
""",
    ),
]

# --- gate ---------------------------------------------------------------------------------------------------------

GATE = [
    wrong("gate", "and_for_two_inputs_only", ("0.5 - m", "-1.5"), loses=("test_gate", "test_gate_hidden")),
    wrong("gate", "and_without_room_for_noise", ("0.5 - m", "1 - m"), loses=("test_gate", "test_gate_hidden")),
    wrong(
        "gate", "or_without_bias", ("return ones, -0.5", "return ones, 0.0"), loses=("test_gate", "test_gate_hidden")
    ),
    wrong("gate", "nand_with_the_sign_of_and", ("return -ones, m - 0.5", "return -ones, 0.5 - m"), loses="test_gate"),
    wrong("gate", "nor_taken_for_nand", ("return -ones, 0.5", "return -ones, m - 0.5"), loses="test_gate"),
    wrong(
        "gate",
        "even_majority_not_refused",
        (" and m % 2 == 1", ""),
        loses="test_gate_hidden",
    ),
    wrong(
        "gate", "unknown_gate_answers_none", ('raise ValueError("không có cổng ấy")', "pass"), loses="test_gate_hidden"
    ),
    wrong("gate", "majority_of_one_more", ("-m / 2", "-(m + 1) / 2"), loses=("test_gate", "test_gate_hidden")),
    right(
        "gate",
        "scaled_and_negated",
        code="""
def gate(name, m):
    if name in ("NAND", "NOR"):
        w, b = gate("AND" if name == "NAND" else "OR", m)
        return -w, -b
    if name not in ("AND", "OR", "MAJORITY") or (name == "MAJORITY" and m % 2 == 0):
        raise ValueError(name)
    least = {"AND": m, "OR": 1, "MAJORITY": (m + 1) // 2}[name]
    return np.full(m, 20), -20 * least + 10
""",
    ),
    right(
        "gate",
        "uneven_weights",
        code="""
def gate(name, m):
    thresholds = {"AND": m - 0.5, "OR": 0.5, "NAND": m - 0.5, "NOR": 0.5, "MAJORITY": m / 2}
    if name not in thresholds or (name == "MAJORITY" and m % 2 == 0):
        raise ValueError("x")
    w = np.linspace(1, 1.01, m)
    b = -thresholds[name] * np.float64(1.005 if m > 1 else 1)
    if name in ("NAND", "NOR"):
        w, b = -w, -b
    return w, b
""",
    ),
]

# --- train_perceptron ---------------------------------------------------------------------------------------------

TRAIN_PERCEPTRON = [
    wrong(
        "train_perceptron",
        "zero_counts_as_right",
        ("<= 0", "< 0"),
        loses=("test_train_perceptron", "test_train_perceptron_hidden", "test_train_perceptron_types_hidden"),
    ),
    wrong(
        "train_perceptron",
        "answer_compared_with_the_label",
        ("if t[i] * (w @ X[i] + b) <= 0:", "if (w @ X[i] + b > 0) != (t[i] > 0):"),
        loses=("test_train_perceptron", "test_train_perceptron_hidden"),
    ),
    wrong(
        "train_perceptron",
        "order_ignored",
        ("for i in order", "for i in range(len(X))"),
        loses=("test_train_perceptron", "test_train_perceptron_hidden"),
    ),
    wrong(
        "train_perceptron",
        "labels_used_as_signs",
        ("2 * np.asarray(y, dtype=np.float64) - 1", "np.asarray(y, dtype=np.float64)"),
        loses=("test_train_perceptron", "test_train_perceptron_hidden"),
    ),
    wrong(
        "train_perceptron",
        "bias_not_learned",
        ("                b = b + t[i]\n", ""),
        loses=("test_train_perceptron", "test_train_perceptron_hidden"),
    ),
    wrong(
        "train_perceptron",
        "goes_on_after_a_clean_epoch",
        ("        if wrong == 0:\n            break\n", ""),
        loses=("test_train_perceptron", "test_train_perceptron_hidden"),
    ),
    wrong(
        "train_perceptron",
        "last_epoch_not_recorded",
        (
            "        mistakes.append(wrong)\n        if wrong == 0:\n            break\n",
            "        if wrong == 0:\n            break\n        mistakes.append(wrong)\n",
        ),
        loses=("test_train_perceptron", "test_train_perceptron_hidden"),
    ),
    wrong(
        "train_perceptron",
        "all_mistakes_of_an_epoch_at_once",
        code="""
def train_perceptron(X, y, order, max_epochs):
    X = np.asarray(X, dtype=float)[order]
    t = 2 * np.asarray(y, dtype=float)[order] - 1
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        bad = t * (X @ w + b) <= 0
        w, b = w + t[bad] @ X[bad], b + t[bad].sum()
        mistakes.append(int(bad.sum()))
        if not bad.any():
            break
    return w, b, mistakes
""",
        loses=("test_train_perceptron", "test_train_perceptron_hidden"),
    ),
    wrong(
        "train_perceptron",
        "integers_of_the_caller",
        ("t = 2 * np.asarray(y, dtype=np.float64) - 1", "t = 2 * y - 1"),
        loses="test_train_perceptron_types_hidden",
    ),
    right(
        "train_perceptron",
        "augmented_vector",
        code="""
def train_perceptron(X, y, order, max_epochs):
    rows = np.hstack([np.ones((len(X), 1)), np.array(X, dtype=float)])
    theta, mistakes = np.zeros(rows.shape[1]), []
    while len(mistakes) < max_epochs:
        mistakes.append(0)
        for i in order:
            sign = 1 if y[i] == 1 else -1
            if sign * rows[i].dot(theta) > 0:
                continue
            theta += sign * rows[i]
            mistakes[-1] += 1
        if not mistakes[-1]:
            break
    return theta[1:], float(theta[0]), mistakes
""",
    ),
    right(
        "train_perceptron",
        "half_steps_doubled_at_the_end",
        code="""
def train_perceptron(X, y, order, max_epochs):
    X = np.array(X, dtype=np.float64)
    y = np.array(y).astype(int)
    w, b, counts = np.zeros(X.shape[1]), 0.0, []
    done = False
    while not done and len(counts) < max_epochs:
        c = 0
        for i in order:
            z = float(np.sum(w * X[i])) + b
            if (y[i] == 1 and z <= 0) or (y[i] == 0 and z >= 0):
                s = 0.5 if y[i] == 1 else -0.5
                w, b, c = w + s * X[i], b + s, c + 1
        counts.append(c)
        done = c == 0
    return [2 * w, 2 * b, counts]
""",
    ),
]

# --- layer --------------------------------------------------------------------------------------------------------

LAYER = [
    wrong("layer", "weights_not_transposed", ("X @ W.T", "X @ W"), loses=("test_layer", "test_layer_hidden")),
    wrong(
        "layer",
        "transposed_by_shape",
        ("X @ W.T + b", "(X @ W if W.shape[0] == X.shape[1] else X @ W.T) + b"),
        loses="test_layer_hidden",
    ),
    wrong("layer", "bias_forgotten", ("X @ W.T + b", "X @ W.T"), loses=("test_layer", "test_layer_hidden")),
    wrong("layer", "fires_at_zero", ("Z > 0", "Z >= 0"), loses="test_layer"),
    wrong(
        "layer",
        "output_before_the_bias",
        ("(Z > 0)", "(X @ W.T > 0)"),
        loses=("test_layer", "test_layer_hidden"),
    ),
    wrong("layer", "samples_in_columns", ("return Z, A", "return Z.T, A.T"), loses=("test_layer", "test_layer_hidden")),
    wrong(
        "layer",
        "bias_down_the_columns",
        ("X @ W.T + b", "(X @ W.T + b[:, None] if len(b) == len(X) else X @ W.T + b)"),
        loses="test_layer_hidden",
    ),
    wrong("layer", "booleans", ("(Z > 0).astype(np.float64)", "Z > 0"), loses=("test_layer", "test_layer_hidden")),
    right(
        "layer",
        "columns_then_transposed",
        code="""
def layer(X, W, b):
    X, W, b = np.array(X, float), np.array(W, float), np.array(b, float)
    if X.ndim != 2 or W.ndim != 2 or b.ndim != 1 or X.shape[1] != W.shape[1] or len(b) != len(W):
        raise ValueError("shapes")
    Z = (W @ X.T + b[:, None]).T
    return Z, np.where(Z > 0, 1.0, 0.0)
""",
    ),
    right("layer", "einsum", ("X @ W.T + b", 'np.einsum("im,cm->ic", X, W) + b[None, :]')),
]

# --- xnor_network -------------------------------------------------------------------------------------------------

XNOR = [
    wrong(
        "xnor_network",
        "that_is_xor",
        ("b = np.array([-1.5, 0.5])", "b = np.array([-0.5, 1.5])"),
        ("c = -0.5", "c = -1.5"),
        loses=("test_xnor_network", "test_xnor_network_hidden"),
    ),
    wrong("xnor_network", "threshold_on_the_corner", ("0.5])", "1.0])"), loses="test_xnor_network_hidden"),
    wrong("xnor_network", "last_bias_zero", ("c = -0.5", "c = 0.0"), loses="test_xnor_network_hidden"),
    wrong(
        "xnor_network",
        "hidden_pair_and_or",
        ("[-1.0, -1.0]", "[1.0, 1.0]"),
        ("-1.5, 0.5", "-1.5, -0.5"),
        loses=("test_xnor_network", "test_xnor_network_hidden"),
    ),
    wrong(
        "xnor_network",
        "last_neuron_is_and",
        ("c = -0.5", "c = -1.5"),
        loses=("test_xnor_network", "test_xnor_network_hidden"),
    ),
    right(
        "xnor_network",
        "not_of_xor",
        code="""
def xnor_network():
    W = np.array([[1, 1], [-1, -1]])
    b = np.array([-0.5, 1.5])
    return W, b, np.array([-1, -1]), 1.5
""",
    ),
    right(
        "xnor_network",
        "strips_between_two_lines",
        code="""
def xnor_network():
    return np.array([[10.0, 10.0], [10.0, 10.0]]), np.array([-5.0, -15.0]), np.array([-4.0, 4.0]), 2.0
""",
    ),
    right(
        "xnor_network",
        "each_one_without_the_other",
        code="""
def xnor_network():
    W = np.array([[3, -3], [-3, 3]])
    b = np.full(2, -1.5)
    v = np.array([-2, -2])
    return [W, b, v, 1]
""",
    ),
]

# --- novikoff_bound -----------------------------------------------------------------------------------------------

NOVIKOFF = [
    wrong(
        "novikoff_bound",
        "one_of_the_bias_forgotten_in_r",
        ("1 + np.max", "np.max"),
        loses=("test_novikoff_bound", "test_novikoff_bound_hidden"),
    ),
    wrong(
        "novikoff_bound",
        "margin_not_normalised",
        (" * (w @ w + b * b)", ""),
        loses=("test_novikoff_bound", "test_novikoff_bound_hidden"),
    ),
    wrong(
        "novikoff_bound",
        "bias_left_out_of_the_length",
        ("(w @ w + b * b)", "(w @ w)"),
        loses=("test_novikoff_bound", "test_novikoff_bound_hidden"),
    ),
    wrong(
        "novikoff_bound",
        "length_of_columns",
        ("axis=1", "axis=0"),
        loses=("test_novikoff_bound", "test_novikoff_bound_hidden"),
    ),
    wrong("novikoff_bound", "mean_radius", ("np.max(np.sum", "np.mean(np.sum"), loses="test_novikoff_bound"),
    wrong(
        "novikoff_bound",
        "not_squared",
        ("return float(radius", "return float(np.sqrt(radius"),
        ("scores.min() ** 2)", "scores.min() ** 2))"),
        loses=("test_novikoff_bound", "test_novikoff_bound_hidden"),
    ),
    wrong(
        "novikoff_bound",
        "boundary_accepted",
        (".min() <= 0", ".min() < 0"),
        loses="test_novikoff_bound_hidden",
    ),
    wrong(
        "novikoff_bound",
        "unsigned_margin",
        ("scores = t * (X @ w + b)", "scores = np.abs(X @ w + b)"),
        loses=("test_novikoff_bound", "test_novikoff_bound_hidden"),
    ),
    right(
        "novikoff_bound",
        "by_the_definition",
        code="""
def novikoff_bound(X, y, w, b):
    rows = np.column_stack([np.ones(len(X)), np.array(X, dtype=float)])
    theta = np.concatenate([[b], np.array(w, dtype=float)])
    sign = np.where(np.asarray(y) == 1, 1.0, -1.0)
    if np.any(sign * (rows @ theta) <= 0):
        raise ValueError("not separated")
    gamma = min(sign * (rows @ theta)) / np.linalg.norm(theta)
    return (np.linalg.norm(rows, axis=1).max() / gamma) ** 2
""",
    ),
    right(
        "novikoff_bound",
        "sample_by_sample",
        code="""
def novikoff_bound(X, y, w, b):
    w = [float(v) for v in w]
    size = (sum(v * v for v in w) + float(b) ** 2) ** 0.5
    R, gamma = 0.0, float("inf")
    for x, label in zip(np.asarray(X, dtype=float).tolist(), np.asarray(y).tolist()):
        R = max(R, (1 + sum(v * v for v in x)) ** 0.5)
        z = sum(p * q for p, q in zip(w, x)) + float(b)
        s = z if label == 1 else -z
        if s <= 0:
            raise ValueError("x")
        gamma = min(gamma, s / size)
    return R * R / gamma / gamma
""",
    ),
]

# --- network_for --------------------------------------------------------------------------------------------------

NETWORK_FOR = [
    wrong(
        "network_for",
        "weights_zero_where_the_row_is_zero",
        ("2 * chosen - 1", "1 * chosen"),
        loses=("test_network_for", "test_network_for_hidden"),
    ),
    wrong(
        "network_for",
        "threshold_on_the_row",
        ("0.5 - chosen", "1 - chosen"),
        loses=("test_network_for", "test_network_for_hidden"),
    ),
    wrong(
        "network_for",
        "digits_reversed",
        ("W = 2 * chosen - 1", "chosen = chosen[:, ::-1]\n    W = 2 * chosen - 1"),
        loses=("test_network_for", "test_network_for_hidden"),
    ),
    wrong(
        "network_for",
        "last_neuron_undecided",
        ("return W, b, v, -0.5", "return W, b, v, 0.0"),
        loses=("test_network_for", "test_network_for_hidden"),
    ),
    wrong(
        "network_for",
        "last_neuron_is_and",
        ("return W, b, v, -0.5", "return W, b, v, 0.5 - len(v)"),
        loses=("test_network_for", "test_network_for_hidden"),
    ),
    wrong(
        "network_for",
        "empty_hidden_layer",
        ("rows[table == 1] if table.any() else rows[:1]", "rows[table == 1]"),
        loses="test_network_for_size_hidden",
    ),
    wrong(
        "network_for",
        "a_neuron_for_every_row",
        ("rows[table == 1] if table.any() else rows[:1]", "rows"),
        ("table.any() * np.ones(len(chosen))", "1.0 * table"),
        loses="test_network_for_size_hidden",
    ),
    wrong(
        "network_for",
        "length_not_checked",
        (" or table.size != 2**m", ""),
        loses="test_network_for_size_hidden",
    ),
    wrong(
        "network_for",
        "values_not_checked",
        (" or not np.isin(table, (0, 1)).all()", ""),
        loses="test_network_for_size_hidden",
    ),
    right(
        "network_for",
        "row_by_row",
        code="""
def network_for(table):
    table = np.array(table)
    n = len(table) if table.ndim == 1 else 0
    if n < 2 or n & (n - 1) or any(t not in (0, 1) for t in table.tolist()):
        raise ValueError("table")
    m = int(round(np.log2(n)))
    W, b = [], []
    for i in range(n):
        if table[i] == 1:
            digits = [(i >> (m - 1 - k)) & 1 for k in range(m)]
            W.append([3.0 if d else -3.0 for d in digits])
            b.append(1.0 - 3.0 * sum(digits))
    if not W:
        return np.zeros((1, m)), np.array([-1.0]), np.array([1.0]), -1.0
    return np.array(W), np.array(b), np.full(len(W), 2.0), -1.0
""",
    ),
    right(
        "network_for",
        "constant_table_with_one_neuron",
        code="""
def network_for(table):
    table = np.asarray(table)
    if table.ndim != 1:
        raise ValueError("x")
    sizes = {2**m: m for m in range(1, 20)}
    if table.size not in sizes or not all(v == 0 or v == 1 for v in table):
        raise ValueError("x")
    m = sizes[table.size]
    if table.min() == table.max():
        sign = 1.0 if table[0] == 1 else -1.0
        return np.zeros((1, m)), np.ones(1), np.array([sign]), 0.5 * sign
    rows = np.array(list(product([0, 1], repeat=m)))[table == 1]
    return 2.0 * rows - 1.0, 0.5 - rows.sum(axis=1), np.ones(len(rows)), -0.5
""",
    ),
]

ANSWERS = [*NEURON, *GATE, *TRAIN_PERCEPTRON, *LAYER, *XNOR, *NOVIKOFF, *NETWORK_FOR]

EQUIVALENT: list[Equivalent] = []
