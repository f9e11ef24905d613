"""Answers to the assignment `backpropagation`: what plausible students write, and what it must cost."""

from tests.graders.bank import right, wrong

# --- forward ------------------------------------------------------------------------------------------------------

FORWARD = [
    wrong("forward", "weights_not_transposed", ("X @ W1.T", "X @ W1"), loses=("test_forward", "test_forward_hidden")),
    wrong("forward", "second_layer_sees_z", ("H @ W2.T", "Z @ W2.T"), loses=("test_forward", "test_forward_hidden")),
    wrong("forward", "relu_kept_out", ("np.maximum(Z, 0)", "Z"), loses=("test_forward", "test_forward_hidden")),
    wrong(
        "forward", "relu_on_the_scores", ("H @ W2.T + b2", "np.maximum(H @ W2.T + b2, 0)"), loses="test_forward_hidden"
    ),
    wrong("forward", "bias_forgotten", ("H @ W2.T + b2", "H @ W2.T"), loses=("test_forward", "test_forward_hidden")),
    wrong(
        "forward",
        "relu_in_place",
        ("H = np.maximum(Z, 0)", "H = np.maximum(Z, 0, out=Z)"),
        loses=("test_forward", "test_forward_hidden"),
    ),
    wrong(
        "forward", "absolute_value", ("np.maximum(Z, 0)", "np.abs(Z)"), loses=("test_forward", "test_forward_hidden")
    ),
    wrong("forward", "only_the_scores", ("return Z, H, S", "return S"), loses=("test_forward", "test_forward_hidden")),
    right(
        "forward",
        "sample_by_sample",
        code="""
def forward(X, W1, b1, W2, b2):
    Z, H, S = [], [], []
    for x in X:
        Z.append(W1 @ x + b1)
        H.append(np.where(Z[-1] > 0, Z[-1], 0.0))
        S.append(W2 @ H[-1] + b2)
    return np.array(Z), np.array(H), np.array(S)
""",
    ),
]

# --- affine_backward ----------------------------------------------------------------------------------------------

AFFINE = ("test_affine_backward", "test_affine_backward_hidden")
AFFINE_BACKWARD = [
    wrong("affine_backward", "weight_gradient_transposed", ("d_S.T @ X", "X.T @ d_S"), loses=AFFINE),
    wrong("affine_backward", "weights_transposed", ("d_S @ W", "d_S @ W.T"), loses=AFFINE),
    wrong("affine_backward", "bias_summed_over_classes", ("d_S.sum(axis=0)", "d_S.sum(axis=1)"), loses=AFFINE),
    wrong("affine_backward", "bias_averaged", ("d_S.sum(axis=0)", "d_S.mean(axis=0)"), loses=AFFINE),
    wrong("affine_backward", "bias_not_summed", ("d_S.sum(axis=0)", "d_S"), loses=AFFINE),
    wrong("affine_backward", "divided_again", ("d_S.T @ X", "d_S.T @ X / len(X)"), loses=AFFINE),
    wrong("affine_backward", "no_transpose_at_all", ("d_S.T @ X", "d_S @ X"), loses=AFFINE),
    wrong("affine_backward", "other_order", ("return d_X, d_W, d_b", "return d_W, d_X, d_b"), loses=AFFINE),
    wrong("affine_backward", "product_of_elements", ("d_S @ W", "d_S * W"), loses=AFFINE),
    right(
        "affine_backward",
        "einsum",
        code="""
def affine_backward(d_S, X, W):
    d_X = np.einsum("ic,ck->ik", d_S, W)
    d_W = np.einsum("ic,ik->ck", d_S, X)
    return d_X, d_W, np.ones(len(X)) @ d_S
""",
    ),
    right(
        "affine_backward",
        "sum_of_outer_products",
        ("d_S.T @ X", "sum(np.outer(g, x) for g, x in zip(d_S, X))"),
    ),
]

# --- relu_backward ------------------------------------------------------------------------------------------------

RELU = ("test_relu_backward", "test_relu_backward_hidden")
RELU_BACKWARD = [
    wrong("relu_backward", "relu_of_the_gradient", ("d_H * (Z > 0)", "np.maximum(d_H, 0)"), loses=RELU),
    wrong("relu_backward", "times_the_output", ("(Z > 0)", "np.maximum(Z, 0)"), loses=RELU),
    wrong("relu_backward", "zero_lets_through", ("Z > 0", "Z >= 0"), loses=RELU),
    wrong("relu_backward", "only_the_mask", ("d_H * (Z > 0)", "(Z > 0) * 1.0"), loses=RELU),
    wrong(
        "relu_backward",
        "gradient_changed_in_place",
        code="""
def relu_backward(d_H, Z):
    d_Z = d_H
    d_Z[Z <= 0] = 0
    return d_Z
""",
        loses=RELU,
    ),
    right("relu_backward", "where", ("d_H * (Z > 0)", "np.where(Z > 0, d_H, 0.0)")),
    right(
        "relu_backward",
        "copy_then_zero",
        code="""
def relu_backward(d_H, Z):
    d_Z = d_H.copy()
    d_Z[Z <= 0] = 0
    return d_Z
""",
    ),
]

# --- softmax_loss -------------------------------------------------------------------------------------------------

SOFTMAX = ("test_softmax_loss", "test_softmax_loss_hidden")
STABLE = "test_softmax_loss_stable_hidden"
SOFTMAX_LOSS = [
    wrong("softmax_loss", "gradient_not_divided", ("d_S / len(y)", "d_S"), loses=(*SOFTMAX, STABLE)),
    wrong("softmax_loss", "sign_of_the_gradient", ("loss, d_S / len(y)", "loss, -d_S / len(y)"), loses=SOFTMAX),
    wrong("softmax_loss", "label_not_subtracted", ("    d_S[rows, y] -= 1\n", ""), loses=SOFTMAX),
    wrong("softmax_loss", "sum_not_mean", ("np.mean(", "np.sum("), loses=SOFTMAX),
    wrong(
        "softmax_loss",
        "every_row_with_every_label",
        ("d_S[rows, y] -= 1", "d_S[:, y] -= 1"),
        loses=SOFTMAX,
    ),
    wrong("softmax_loss", "overflow", ("S - S.max(axis=1, keepdims=True)", "S"), loses=STABLE),
    wrong("softmax_loss", "one_maximum_for_all", ("S.max(axis=1, keepdims=True)", "S.max()"), loses=STABLE),
    wrong(
        "softmax_loss",
        "logarithm_of_the_probability",
        code="""
def softmax_loss(S, y):
    rows = np.arange(len(y))
    P = np.exp(S - S.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    loss = float(-np.mean(np.log(P[rows, y])))
    P[rows, y] -= 1
    return loss, P / len(y)
""",
        loses=STABLE,
    ),
    wrong(
        "softmax_loss",
        "scores_changed_in_place",
        ("shifted = S - S.max(axis=1, keepdims=True)", "S -= S.max(axis=1, keepdims=True); shifted = S"),
        loses=SOFTMAX,
    ),
    wrong(
        "softmax_loss",
        "softmax_over_the_samples",
        code="""
def softmax_loss(S, y):
    rows = np.arange(len(y))
    E = np.exp(S - S.max(axis=0))
    P = E / E.sum(axis=0)
    loss = -np.mean(np.log(P[rows, y]))
    P[rows, y] -= 1
    return loss, P / len(y)
""",
        loses=(*SOFTMAX, STABLE),
    ),
    wrong("softmax_loss", "gradient_only", ("return loss, d_S / len(y)", "return d_S / len(y)"), loses=SOFTMAX),
    right(
        "softmax_loss",
        "one_hot",
        code="""
def softmax_loss(S, y):
    Y = np.eye(S.shape[1])[y]
    top = S.max(axis=1)[:, None]
    lse = top + np.log(np.exp(S - top).sum(axis=1))[:, None]
    loss = ((lse - S) * Y).sum() / len(S)
    return float(loss), (np.exp(S - lse) - Y) / len(S)
""",
    ),
]

# --- network_gradients --------------------------------------------------------------------------------------------

NETWORK = ("test_network_gradients", "test_network_gradients_hidden")
EDGES = "test_network_gradients_edges_hidden"
NETWORK_GRADIENTS = [
    wrong("network_gradients", "relu_ignored", ("(d_S @ W2) * (Z > 0)", "d_S @ W2"), loses=NETWORK),
    wrong("network_gradients", "mask_of_h_kept_at_zero", ("(Z > 0)", "(Z >= 0)"), loses=EDGES),
    wrong("network_gradients", "z_in_place_of_h", ("d_S.T @ H", "d_S.T @ Z"), loses=NETWORK),
    wrong("network_gradients", "divided_twice", ("d_Z.T @ X", "d_Z.T @ X / len(X)"), loses=NETWORK),
    wrong("network_gradients", "not_divided", ("    d_S /= len(y)\n", ""), loses=NETWORK),
    wrong(
        "network_gradients", "relu_of_the_gradient", ("(d_S @ W2) * (Z > 0)", "np.maximum(d_S @ W2, 0)"), loses=NETWORK
    ),
    wrong("network_gradients", "first_bias_averaged", ("d_Z.sum(axis=0)", "d_Z.mean(axis=0)"), loses=NETWORK),
    wrong("network_gradients", "weights_as_columns", ("d_Z.T @ X", "X.T @ d_Z"), loses=NETWORK),
    wrong("network_gradients", "overflow", ("    S = S - S.max(axis=1, keepdims=True)\n", ""), loses=EDGES),
    wrong("network_gradients", "relu_left_out_of_the_forward_pass", ("np.maximum(Z, 0)", "Z"), loses=NETWORK),
    wrong("network_gradients", "loss_summed", ("np.mean(", "np.sum("), loses=NETWORK),
    wrong(
        "network_gradients",
        "gradients_as_a_list",
        ("return loss, grads", "return loss, list(grads.values())"),
        loses=NETWORK,
    ),
    wrong(
        "network_gradients",
        "labels_counted_by_samples",
        ("    d_S[rows, y] -= 1\n", "    d_S = d_S - np.eye(len(y))[y]\n"),
        loses=NETWORK,
    ),
    right(
        "network_gradients",
        "sample_by_sample",
        code="""
def network_gradients(X, y, W1, b1, W2, b2):
    n, loss = len(y), 0.0
    grads = {"W1": W1 * 0, "b1": b1 * 0, "W2": W2 * 0, "b2": b2 * 0}
    for x, label in zip(X, y):
        z = W1 @ x + b1
        h = np.where(z > 0, z, 0.0)
        s = W2 @ h + b2
        s = s - s.max()
        lse = np.log(np.exp(s).sum())
        loss += (lse - s[label]) / n
        d_s = np.exp(s - lse)
        d_s[label] -= 1
        d_s = d_s / n
        d_z = np.where(z > 0, W2.T @ d_s, 0.0)
        grads["W2"] += np.outer(d_s, h)
        grads["b2"] += d_s
        grads["W1"] += np.outer(d_z, x)
        grads["b1"] += d_z
    return loss, grads
""",
    ),
]

# --- train --------------------------------------------------------------------------------------------------------

TRAIN = [
    wrong("train", "uphill", ("params[name] - rate", "params[name] + rate"), loses=("test_train", "test_train_hidden")),
    wrong(
        "train",
        "once_per_epoch",
        code="""
def train(loss_and_gradients, params, X, y, rate, epochs, batch, frozen):
    params, losses = dict(params), []
    for _ in range(epochs):
        loss, grads = loss_and_gradients(params, X, y)
        losses.append(float(loss))
        for name in params:
            if name not in frozen:
                params[name] = params[name] - rate * grads[name]
    return params, losses
""",
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "short_batch_dropped",
        ("range(0, len(y), batch)", "range(0, len(y) - batch + 1, batch)"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "frozen_ignored",
        ("if name not in frozen", "if True"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "callers_arrays_changed",
        code="""
def train(loss_and_gradients, params, X, y, rate, epochs, batch, frozen):
    losses = []
    for _ in range(epochs):
        for first in range(0, len(y), batch):
            loss, grads = loss_and_gradients(params, X[first : first + batch], y[first : first + batch])
            losses.append(float(loss))
            for name in params:
                if name not in frozen:
                    params[name] -= rate * grads[name]
    return params, losses
""",
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "gradients_of_the_start",
        ("loss_and_gradients(params, X[part]", "loss_and_gradients(start, X[part]"),
        ("    losses = []", "    start = dict(params)\n    losses = []"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "loss_after_the_update",
        code="""
def train(loss_and_gradients, params, X, y, rate, epochs, batch, frozen):
    params, losses = dict(params), []
    for _ in range(epochs):
        for first in range(0, len(y), batch):
            part = slice(first, first + batch)
            loss, grads = loss_and_gradients(params, X[part], y[part])
            for name in params:
                if name not in frozen:
                    params[name] = params[name] - rate * grads[name]
            losses.append(float(loss_and_gradients(params, X[part], y[part])[0]))
    return params, losses
""",
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "shuffled",
        ("            part = slice(first, first + batch)", "            part = np.random.permutation(len(y))[:batch]"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong("train", "rate_forgotten", ("rate * grads", "grads"), loses=("test_train", "test_train_hidden")),
    wrong(
        "train",
        "divided_by_the_batch",
        ("rate * grads[name]", "rate * grads[name] / batch"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "losses_left_out",
        ("return params, losses", "return params"),
        loses=("test_train", "test_train_hidden"),
    ),
    wrong(
        "train",
        "frozen_left_out",
        ("return params, losses", "return {k: v for k, v in params.items() if k not in frozen}, losses"),
        loses=("test_train", "test_train_hidden"),
    ),
    right(
        "train",
        "split_and_comprehension",
        code="""
def train(loss_and_gradients, params, X, y, rate, epochs, batch, frozen):
    cuts = list(range(batch, len(y), batch))
    parts = list(zip(np.split(X, cuts), np.split(y, cuts)))
    losses = []
    for part in parts * epochs:
        loss, grads = loss_and_gradients(params, *part)
        losses.append(loss)
        params = {k: v if k in frozen else v - rate * grads[k] for k, v in params.items()}
    return params, losses
""",
    ),
]

# --- autograd -----------------------------------------------------------------------------------------------------

GRADS = ("test_autograd", "test_autograd_hidden")
ORDER = "test_autograd_order_hidden"
ERRORS = "test_autograd_errors_hidden"
RECURSIVE = """
def autograd(graph, output):
    values, order, path = {}, [], set()

    def visit(name):
        if name not in graph or name in path:
            raise ValueError(name)
        if name in values:
            return values[name]
        path.add(name)
        kind, *rest = graph[name]
        v = [rest[0]] if kind == "input" else [visit(p) for p in rest]
        path.discard(name)
        if kind == "input":
            values[name] = float(v[0])
        elif kind == "add":
            values[name] = v[0] + v[1]
        elif kind == "mul":
            values[name] = v[0] * v[1]
        else:
            values[name] = max(v[0], 0.0) if kind == "relu" else float(np.exp(v[0]))
        order.append(name)
        return values[name]

    visit(output)
    grads = {name: 0.0 for name in graph}
    grads[output] = 1.0
    for name in ORDER:
        kind, *rest = graph[name]
        g = grads[name]
        if kind == "add":
            for p in rest:
                grads[p] += g
        elif kind == "mul":
            grads[rest[0]] += g * values[rest[1]]
            grads[rest[1]] += g * values[rest[0]]
        elif kind == "relu":
            grads[rest[0]] += g * (values[rest[0]] > 0)
        elif kind == "exp":
            grads[rest[0]] += g * values[name]
    return values[output], {k: float(v) for k, v in grads.items() if graph[k][0] == "input"}
"""
KAHN = """
def autograd(graph, output):
    needed, todo = set(), [output]
    while todo:
        name = todo.pop()
        if name not in graph:
            raise ValueError(f"thiếu {name}")
        if name not in needed:
            needed.add(name)
            if graph[name][0] != "input":
                todo.extend(graph[name][1:])
    waiting = {name: 0 for name in needed}
    users = {name: [] for name in needed}
    for name in needed:
        if graph[name][0] != "input":
            for parent in graph[name][1:]:
                waiting[name] += 1
                users[parent].append(name)
    order = [name for name in needed if waiting[name] == 0]
    for name in order:
        for user in users[name]:
            waiting[user] -= 1
            if waiting[user] == 0:
                order.append(user)
    if len(order) < len(needed):
        raise ValueError("có vòng")
    v = {}
    for name in order:
        op, *args = graph[name]
        if op == "input":
            v[name] = args[0]
        elif op == "add":
            v[name] = v[args[0]] + v[args[1]]
        elif op == "mul":
            v[name] = v[args[0]] * v[args[1]]
        elif op == "relu":
            v[name] = max(v[args[0]], 0)
        else:
            v[name] = np.exp(v[args[0]])
    d = {name: 0.0 for name in graph}
    d[output] = 1.0
    for name in order[::-1]:
        op, *args = graph[name]
        if op == "add":
            d[args[0]] += d[name]
            d[args[1]] += d[name]
        elif op == "mul":
            d[args[0]] += d[name] * v[args[1]]
            d[args[1]] += d[name] * v[args[0]]
        elif op == "relu":
            d[args[0]] += d[name] if v[args[0]] > 0 else 0.0
        elif op == "exp":
            d[args[0]] += d[name] * v[name]
    return v[output], {name: d[name] for name in graph if graph[name][0] == "input"}
"""
NEEDED = KAHN[KAHN.index("    needed, todo") : KAHN.index("    waiting = ")]
WHOLE_GRAPH = KAHN.replace(
    NEEDED,
    """
    needed = set(graph)
    if output not in needed or any(p not in needed for kind, *rest in graph.values() if kind != "input" for p in rest):
        raise ValueError("thiếu nút")
""",
)
AUTOGRAD = [
    wrong("autograd", "not_accumulated", ("grads[parent] += grads", "grads[parent] = grads"), loses=(*GRADS, ORDER)),
    wrong("autograd", "own_factor_in_the_product", ("a * b, [b, a]", "a * b, [a, b]"), loses=GRADS),
    wrong("autograd", "not_reversed", ("in reversed(order)", "in order"), loses=(*GRADS, ORDER)),
    wrong("autograd", "recursive", code=RECURSIVE.replace("ORDER", "reversed(order)"), loses=ORDER),
    wrong(
        "autograd",
        "order_of_the_dict",
        code=RECURSIVE.replace("ORDER", "graph"),
        loses=(*GRADS, ORDER),
    ),
    wrong(
        "autograd",
        "cycles_ignored",
        ('raise ValueError("đồ thị có vòng")', "parents = [p for p in parents if p not in state]"),
        loses=ERRORS,
    ),
    wrong(
        "autograd",
        "only_inputs_in_use",
        ('if node[0] == "input"}', 'if node[0] == "input" and name in values}'),
        loses="test_autograd_hidden",
    ),
    wrong("autograd", "relu_passes_everything", ("[float(a > 0)]", "[1.0]"), loses=GRADS),
    wrong("autograd", "relu_at_zero", ("[float(a > 0)]", "[float(a >= 0)]"), loses="test_autograd_hidden"),
    wrong("autograd", "exp_slope_at_the_input", ("[values[name]]", "[a]"), loses=GRADS),
    wrong("autograd", "whole_graph_sorted", code=WHOLE_GRAPH, loses=ERRORS),
    wrong("autograd", "value_forgotten", ("return values[output], {", "return {"), loses=(*GRADS, ORDER)),
    right("autograd", "kahn", code=KAHN),
]

ANSWERS = [*FORWARD, *AFFINE_BACKWARD, *RELU_BACKWARD, *SOFTMAX_LOSS, *NETWORK_GRADIENTS, *TRAIN, *AUTOGRAD]
EQUIVALENT = []
