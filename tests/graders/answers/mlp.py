"""Answers to the assignment `mlp`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- parameter_counts ---------------------------------------------------------------------------------------------

PARAMETER_COUNTS = [
    wrong(
        "parameter_counts",
        "biases_forgotten",
        ("k * (m + 1)", "k * m"),
        loses=("test_parameter_counts", "test_parameter_counts_hidden"),
    ),
    wrong(
        "parameter_counts",
        "a_bias_for_every_input",
        ("k * (m + 1)", "m * (k + 1)"),
        loses=("test_parameter_counts", "test_parameter_counts_hidden"),
    ),
    wrong("parameter_counts", "one_bias_a_layer", ("k * (m + 1)", "k * m + 1"), loses="test_parameter_counts"),
    wrong("parameter_counts", "units_added", ("k * (m + 1)", "k + m"), loses="test_parameter_counts"),
    wrong(
        "parameter_counts",
        "total_instead_of_a_list",
        code="""
def parameter_counts(sizes):
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError("x")
    return sum(k * (m + 1) for m, k in zip(sizes[:-1], sizes[1:]))
""",
        loses=("test_parameter_counts", "test_parameter_counts_hidden"),
    ),
    right(
        "parameter_counts",
        "by_index",
        code="""
def parameter_counts(sizes):
    if len(sizes) < 2 or any(k < 1 for k in sizes):
        raise ValueError("x")
    return [sizes[i] * sizes[i - 1] + sizes[i] for i in range(1, len(sizes))]
""",
    ),
    right(
        "parameter_counts",
        "counted_by_torch",
        code="""
def parameter_counts(sizes):
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError("x")
    pairs = zip(sizes, sizes[1:])
    return [torch.nn.Linear(m, k).weight.numel() + k for m, k in pairs]
""",
    ),
]

# --- forward ------------------------------------------------------------------------------------------------------

FORWARD = [
    wrong("forward", "bias_forgotten", ("H @ W.T + b", "H @ W.T"), loses=("test_forward", "test_forward_hidden")),
    wrong(
        "forward",
        "relu_after_the_last_layer",
        ("        if number < len(weights):\n            H = np.maximum(H, 0)\n", "        H = np.maximum(H, 0)\n"),
        loses=("test_forward", "test_forward_hidden"),
    ),
    wrong(
        "forward",
        "no_relu",
        ("        if number < len(weights):\n            H = np.maximum(H, 0)\n", ""),
        loses=("test_forward", "test_forward_hidden"),
    ),
    wrong("forward", "not_transposed", ("W.T", "W"), loses=("test_forward", "test_forward_hidden")),
    wrong(
        "forward",
        "relu_before_the_bias",
        (
            "        H = H @ W.T + b\n        if number < len(weights):\n            H = np.maximum(H, 0)\n",
            "        H = H @ W.T\n        if number < len(weights):\n            H = np.maximum(H, 0)\n        H = H + b\n",
        ),
        loses=("test_forward", "test_forward_hidden"),
    ),
    wrong(
        "forward",
        "every_layer_sees_the_input",
        ("H = H @ W.T + b", "H = X @ W.T + b"),
        loses="test_forward_hidden",
    ),
    wrong("forward", "relu_as_the_absolute_value", ("np.maximum(H, 0)", "np.abs(H)"), loses="test_forward"),
    right(
        "forward",
        "one_sample_at_a_time",
        code="""
def forward(X, weights, biases):
    rows = []
    for x in X:
        h = np.array(x, dtype=np.float64)
        layers = []
        for l in range(len(weights)):
            z = np.array([np.dot(w, h) for w in weights[l]]) + biases[l]
            h = z if l == len(weights) - 1 else z * (z > 0)
            layers.append(h)
        rows.append(layers)
    return [np.array([row[l] for row in rows], dtype=np.float64) for l in range(len(weights))]
""",
    ),
    right(
        "forward",
        "by_torch",
        code="""
def forward(X, weights, biases):
    h = torch.tensor(np.array(X), dtype=torch.float64)
    out = []
    for i, (W, b) in enumerate(zip(weights, biases)):
        W, b = (torch.tensor(np.array(a), dtype=torch.float64) for a in (W, b))
        h = torch.nn.functional.linear(h, W, b)
        if i + 1 < len(weights):
            h = torch.relu(h)
        out.append(h.numpy())
    return out
""",
    ),
]

# --- initialize ---------------------------------------------------------------------------------------------------

INITIALIZE = [
    wrong(
        "initialize",
        "variance_used_as_deviation",
        ("np.sqrt(gain / m)", "gain / m"),
        loses=("test_initialize", "test_initialize_hidden"),
    ),
    wrong(
        "initialize",
        "outputs_counted",
        ("np.sqrt(gain / m)", "np.sqrt(gain / k)"),
        loses=("test_initialize", "test_initialize_hidden"),
    ),
    wrong(
        "initialize",
        "gain_forgotten",
        ("np.sqrt(gain / m)", "np.sqrt(1 / m)"),
        loses=("test_initialize", "test_initialize_hidden"),
    ),
    wrong(
        "initialize",
        "gain_outside_the_root",
        ("np.sqrt(gain / m)", "gain / np.sqrt(m)"),
        loses=("test_initialize", "test_initialize_hidden"),
    ),
    wrong(
        "initialize",
        "inputs_and_outputs_counted",
        ("np.sqrt(gain / m)", "np.sqrt(gain / (m + k))"),
        loses=("test_initialize", "test_initialize_hidden"),
    ),
    wrong("initialize", "always_he", ("gain / m)", "2 / m)"), loses="test_initialize_hidden"),
    wrong("initialize", "transposed", ("(k, m)", "(m, k)"), loses=("test_initialize", "test_initialize_hidden")),
    wrong("initialize", "seed_ignored", ("default_rng(seed)", "default_rng(0)"), loses="test_initialize_hidden"),
    wrong(
        "initialize",
        "not_reproducible",
        ("default_rng(seed)", "default_rng()"),
        loses=("test_initialize", "test_initialize_hidden"),
    ),
    wrong(
        "initialize",
        "same_seed_for_every_layer",
        ("weights.append(rng.normal", "weights.append(np.random.default_rng(seed).normal"),
        loses="test_initialize_hidden",
    ),
    wrong(
        "initialize",
        "uniform",
        ("rng.normal(0, np.sqrt(gain / m), (k, m))", "np.sqrt(3 * gain / m) * rng.uniform(-1, 1, (k, m))"),
        loses="test_initialize_hidden",
    ),
    wrong(
        "initialize",
        "one_row_for_all_units",
        ("rng.normal(0, np.sqrt(gain / m), (k, m))", "np.tile(rng.normal(0, np.sqrt(gain / m), m), (k, 1))"),
        loses="test_initialize_hidden",
    ),
    wrong(
        "initialize",
        "random_biases",
        ("np.zeros(k)", "rng.normal(0, 0.01, k)"),
        loses=("test_initialize", "test_initialize_hidden"),
    ),
    right(
        "initialize",
        "standard_normal_backwards",
        code="""
def initialize(sizes, gain, seed):
    rng = np.random.default_rng(seed)
    weights = []
    for l in reversed(range(1, len(sizes))):
        W = rng.standard_normal((sizes[l - 1], sizes[l])).T * (gain / sizes[l - 1]) ** 0.5
        weights.insert(0, np.ascontiguousarray(W))
    return weights, [0.0 * W[:, 0] for W in weights]
""",
    ),
    right(
        "initialize",
        "by_torch",
        code="""
def initialize(sizes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    weights, biases = [], []
    for m, k in zip(sizes[:-1], sizes[1:]):
        W = torch.randn(k, m, generator=generator, dtype=torch.float64)
        weights.append((W * (gain / m) ** 0.5).numpy())
        biases.append(np.zeros(k))
    return weights, biases
""",
    ),
]

# --- signal -------------------------------------------------------------------------------------------------------

SIGNAL = [
    wrong(
        "signal",
        "root_forgotten",
        ("np.sqrt(np.mean(H**2))", "np.mean(H**2)"),
        loses=("test_signal", "test_signal_hidden"),
    ),
    wrong(
        "signal",
        "deviation_for_size",
        ("np.sqrt(np.mean(H**2))", "H.std()"),
        loses=("test_signal", "test_signal_hidden"),
    ),
    wrong("signal", "mean_of_absolute_values", ("np.sqrt(np.mean(H**2))", "np.mean(np.abs(H))"), loses="test_signal"),
    wrong(
        "signal", "spread_between_units", ("std(axis=0)", "std(axis=1)"), loses=("test_signal", "test_signal_hidden")
    ),
    wrong(
        "signal",
        "spread_of_everything",
        ("H.std(axis=0).mean()", "H.std()"),
        loses=("test_signal", "test_signal_hidden"),
    ),
    wrong("signal", "divided_by_n_minus_one", ("std(axis=0)", "std(axis=0, ddof=1)"), loses="test_signal"),
    wrong(
        "signal", "variance_for_deviation", ("std(axis=0)", "var(axis=0)"), loses=("test_signal", "test_signal_hidden")
    ),
    wrong(
        "signal",
        "root_of_the_mean_variance",
        ("H.std(axis=0).mean()", "np.sqrt(H.var(axis=0).mean())"),
        loses=("test_signal", "test_signal_hidden"),
    ),
    wrong(
        "signal",
        "squares_in_uint8",
        ("np.asarray(H, dtype=np.float64)", "np.asarray(H)"),
        loses="test_signal_hidden",
    ),
    right(
        "signal",
        "by_norms",
        code="""
def signal(outputs):
    size, spread = [], []
    for H in outputs:
        H = np.array(H, dtype=float)
        size.append(np.linalg.norm(H) / np.sqrt(H.size))
        centred = H - H.mean(axis=0, keepdims=True)
        spread.append(np.mean(np.sqrt(np.mean(centred**2, axis=0))))
    return np.array(size), np.array(spread)
""",
    ),
    right(
        "signal",
        "by_torch",
        code="""
def signal(outputs):
    tensors = [torch.tensor(np.array(H), dtype=torch.float64) for H in outputs]
    size = np.array([h.square().mean().sqrt().item() for h in tensors])
    spread = np.array([h.std(dim=0, correction=0).mean().item() for h in tensors])
    return size, spread
""",
    ),
]

# --- forward_from_state -------------------------------------------------------------------------------------------

FORWARD_FROM_STATE = [
    wrong(
        "forward_from_state",
        "order_of_the_dictionary",
        (
            'sorted({int(name.split(".")[0]) for name in state})',
            'list(dict.fromkeys(int(name.split(".")[0]) for name in state))',
        ),
        loses=("test_forward_from_state", "test_forward_from_state_hidden"),
    ),
    wrong(
        "forward_from_state",
        "alphabetical_order",
        ('sorted({int(name.split(".")[0]) for name in state})', 'sorted({name.split(".")[0] for name in state})'),
        loses="test_forward_from_state_hidden",
    ),
    wrong(
        "forward_from_state",
        "relu_after_the_last_layer",
        ("        if place != places[-1]:\n            H = np.maximum(H, 0)\n", "        H = np.maximum(H, 0)\n"),
        loses=("test_forward_from_state", "test_forward_from_state_hidden"),
    ),
    wrong(
        "forward_from_state",
        "no_relu",
        ("        if place != places[-1]:\n            H = np.maximum(H, 0)\n", ""),
        loses=("test_forward_from_state", "test_forward_from_state_hidden"),
    ),
    wrong(
        "forward_from_state",
        "float32_throughout",
        ("np.asarray(images, dtype=np.float64)", "np.asarray(images, dtype=np.float32)"),
        loses=("test_forward_from_state", "test_forward_from_state_hidden"),
    ),
    wrong(
        "forward_from_state",
        "images_not_flattened",
        (".reshape(len(images), -1)", ""),
        loses=("test_forward_from_state", "test_forward_from_state_hidden"),
    ),
    wrong(
        "forward_from_state",
        "first_place_taken_for_zero",
        (
            'places = sorted({int(name.split(".")[0]) for name in state})',
            "places = list(range(0, len(state), 2))",
        ),
        loses="test_forward_from_state_hidden",
    ),
    right(
        "forward_from_state",
        "as_tensors",
        code="""
def forward_from_state(images, state):
    h = torch.tensor(np.array(images)).double().flatten(1)
    places = sorted((int(name[: -len(".weight")]) for name in state if name.endswith(".weight")))
    for i, place in enumerate(places):
        if i:
            h = h.clamp(min=0)
        h = torch.nn.functional.linear(h, state[f"{place}.weight"].double(), state[f"{place}.bias"].double())
    return h.numpy()
""",
    ),
    right(
        "forward_from_state",
        "keys_sorted_by_number",
        code="""
def forward_from_state(images, state):
    H = np.array(images, dtype=np.float64)
    H = H.reshape(H.shape[0], -1)
    keys = sorted(state, key=lambda name: (int(name.partition(".")[0]), name.endswith("bias")))
    for i in range(0, len(keys), 2):
        W, b = (state[key].double().numpy() for key in keys[i : i + 2])
        H = (W @ H.T).T + b
        if i + 2 < len(keys):
            H[H < 0] = 0
    return H
""",
    ),
]

# --- train_network ------------------------------------------------------------------------------------------------

TRAIN_NETWORK = [
    wrong(
        "train_network",
        "uphill",
        ("p -= alpha", "p += alpha"),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "biases_not_trained",
        ("enumerate(W + b)", "enumerate(W)"),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "gradients_pile_up",
        (
            "gradients = torch.autograd.grad(loss, W + b)",
            "loss.backward()\n        gradients = [p.grad for p in W + b]",
        ),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "one_loss_too_few",
        ("losses = [loss.item()]", "losses = []"),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "one_step_too_many",
        ("range(steps)", "range(steps + 1)"),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "loss_summed",
        ("cross_entropy(h, y)", 'cross_entropy(h, y, reduction="sum")'),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "softmax_twice",
        ("cross_entropy(h, y)", "cross_entropy(h.softmax(dim=1), y)"),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "relu_on_the_scores",
        ("            if number < len(W) - 1:\n                h = h.relu()\n", "            h = h.relu()\n"),
        loses="test_train_network_hidden",
    ),
    wrong(
        "train_network",
        "no_relu",
        ("            if number < len(W) - 1:\n                h = h.relu()\n", ""),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "starting_network_overwritten",
        ("torch.tensor(w, dtype=torch.float64, requires_grad=True)", "torch.from_numpy(w).requires_grad_()"),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "float32",
        ("X, y = torch.tensor(X, dtype=torch.float64)", "X, y = torch.tensor(X, dtype=torch.float32)"),
        ("torch.tensor(w, dtype=torch.float64,", "torch.tensor(w, dtype=torch.float32,"),
        ("torch.tensor(c, dtype=torch.float64,", "torch.tensor(c, dtype=torch.float32,"),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    wrong(
        "train_network",
        "labels_as_given",
        ("torch.tensor(y).long()", "torch.tensor(y)"),
        loses=("test_train_network", "test_train_network_hidden"),
    ),
    right(
        "train_network",
        "the_loop_of_the_chapter",
        code="""
def train_network(X, y, weights, biases, alpha, steps):
    nn, layers = torch.nn, []
    for W, b in zip(weights, biases):
        layer = nn.Linear(W.shape[1], W.shape[0]).double()
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(W))
            layer.bias.copy_(torch.from_numpy(b))
        layers += [layer, nn.ReLU()]
    net = nn.Sequential(*layers[:-1])
    X, y = torch.from_numpy(X).double(), torch.from_numpy(y).long()
    losses = [nn.functional.cross_entropy(net(X), y).item()]
    for _ in range(steps):
        loss = nn.functional.cross_entropy(net(X), y)
        net.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= alpha * p.grad
        losses.append(nn.functional.cross_entropy(net(X), y).item())
    layers = layers[::2]
    return [p.weight.detach().numpy() for p in layers], [p.bias.detach().numpy() for p in layers], losses
""",
    ),
    right(
        "train_network",
        "a_module_and_sgd",
        code="""
def train_network(X, y, weights, biases, alpha, steps):
    parts = []
    for W, b in zip(weights, biases):
        layer = torch.nn.Linear(W.shape[1], W.shape[0]).double()
        layer.weight.data = torch.tensor(W).double()
        layer.bias.data = torch.tensor(b).double()
        parts += [layer, torch.nn.ReLU()]
    net = torch.nn.Sequential(*parts[:-1])
    optimizer = torch.optim.SGD(net.parameters(), lr=alpha)
    X, y = torch.tensor(X).double(), torch.tensor(y).long()
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.nn.CrossEntropyLoss()(net(X), y)
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    losses.append(torch.nn.CrossEntropyLoss()(net(X), y).item())
    layers = [part for part in net if isinstance(part, torch.nn.Linear)]
    return [p.weight.detach().numpy() for p in layers], [p.bias.detach().numpy() for p in layers], losses
""",
    ),
    right(
        "train_network",
        "log_softmax_by_hand",
        code="""
def train_network(X, y, weights, biases, alpha, steps):
    X, y = torch.tensor(X).double(), torch.tensor(y).long()
    P = [torch.tensor(p).double() for pair in zip(weights, biases) for p in pair]

    def loss_of(P):
        h = X
        for i in range(0, len(P), 2):
            h = (torch.clamp(h, min=0) if i else h) @ P[i].T + P[i + 1]
        return (torch.logsumexp(h, dim=1) - h[torch.arange(len(y)), y]).mean()

    losses = [loss_of(P).item()]
    for _ in range(steps):
        P = [p.detach().requires_grad_() for p in P]
        loss_of(P).backward()
        P = [(p - alpha * p.grad).detach() for p in P]
        losses.append(loss_of(P).item())
    return [p.numpy() for p in P[::2]], [p.numpy() for p in P[1::2]], losses
""",
    ),
]

# --- interpolator -------------------------------------------------------------------------------------------------

INTERPOLATOR = [
    wrong(
        "interpolator",
        "slopes_instead_of_bends",
        ("np.diff(slopes, prepend=0)", "slopes"),
        loses=("test_interpolator", "test_interpolator_hidden"),
    ),
    wrong(
        "interpolator",
        "start_forgotten",
        ("y[:1]", "np.zeros(1)"),
        loses=("test_interpolator", "test_interpolator_hidden"),
    ),
    wrong(
        "interpolator",
        "bends_at_the_right_ends",
        ("-x[:-1]", "-x[1:]"),
        loses=("test_interpolator", "test_interpolator_hidden"),
    ),
    wrong("interpolator", "bends_with_the_wrong_sign", ("-x[:-1]", "x[:-1]"), loses="test_interpolator"),
    wrong(
        "interpolator",
        "rises_instead_of_slopes",
        ("np.diff(y) / np.diff(x)", "np.diff(y)"),
        loses=("test_interpolator", "test_interpolator_hidden"),
    ),
    wrong(
        "interpolator",
        "left_part_goes_on",
        ("return weights, [-x[:-1], y[:1]]", "return weights, [-x[:-1] + np.eye(len(bends))[0], y[:1] - bends[0]]"),
        loses=("test_interpolator", "test_interpolator_hidden"),
    ),
    wrong(
        "interpolator",
        "equal_points_accepted",
        ("np.diff(x) > 0", "np.diff(x) >= 0"),
        loses=("test_interpolator", "test_interpolator_errors_hidden"),
    ),
    wrong(
        "interpolator",
        "lengths_not_compared",
        ("x.ndim != 1 or x.shape != y.shape or len(x) < 2", "x.ndim != 1 or len(x) < 2"),
        loses="test_interpolator_errors_hidden",
    ),
    wrong(
        "interpolator",
        "unsigned_differences",
        ("x, y = x.astype(np.float64), y.astype(np.float64)", "pass"),
        loses="test_interpolator_hidden",
    ),
    right(
        "interpolator",
        "scaled_units",
        code="""
def interpolator(x, y):
    if x.ndim != 1 or y.ndim != 1 or len(x) != len(y) or len(x) < 2:
        raise ValueError("x")
    x, y = x.astype(float), y.astype(float)
    if (x[1:] <= x[:-1]).any():
        raise ValueError("x")
    v, slope = [], 0.0
    for i in range(len(x) - 1):
        new = (y[i + 1] - y[i]) / (x[i + 1] - x[i])
        v.append(new - slope)
        slope = new
    W1 = np.full((len(v), 1), 4.0)
    return [W1, np.array([v]) / 4], [-4 * x[:-1], np.array([y[0]])]
""",
    ),
    right(
        "interpolator",
        "triangular_system",
        code="""
def interpolator(x, y):
    if not (x.ndim == y.ndim == 1 and x.size == y.size and x.size >= 2):
        raise ValueError("x")
    x, y = np.array(x, dtype=float), np.array(y, dtype=float)
    if np.any(x[1:] - x[:-1] <= 0):
        raise ValueError("x")
    A = np.maximum(x[1:, None] - x[None, :-1], 0)
    v = np.linalg.solve(A, y[1:] - y[0])
    return [np.ones((len(v), 1)), v.reshape(1, -1)], [-x[:-1], np.array([y[0]])]
""",
    ),
]

ANSWERS = [*PARAMETER_COUNTS, *FORWARD, *INITIALIZE, *SIGNAL, *FORWARD_FROM_STATE, *TRAIN_NETWORK, *INTERPOLATOR]

EQUIVALENT = [
    Equivalent("forward", "H = np.maximum(H, 0) -> H = np.maximum(0, H)", "the maximum is symmetric"),
    Equivalent("forward_from_state", "H = np.maximum(H, 0) -> H = np.maximum(0, H)", "the maximum is symmetric"),
    Equivalent(
        "forward_from_state",
        'places = sorted({int(name.split(".")[0]) for name in state}) -> '
        'places = sorted({int(name.split(".")[0]) for name in list(state)[1:]})',
        "every place has two names",
    ),
    Equivalent(
        "forward_from_state",
        'places = sorted({int(name.split(".")[0]) for name in state}) -> '
        'places = sorted({int(name.split(".")[0]) for name in list(state)[:-1]})',
        "every place has two names",
    ),
]
