"""Answers to the assignment `optimizers`: plausible wrong ones and different right ones."""

from tests.graders.bank import right, wrong

# --- momentum_path ------------------------------------------------------------------------------------------------

BOTH_MOMENTUM = ("test_momentum_path", "test_momentum_path_hidden")
MOMENTUM_PATH = [
    wrong("momentum_path", "average_instead_of_sum", ("beta * v + g\n", "beta * v + (1 - beta) * g\n"), loses=BOTH_MOMENTUM),
    wrong(
        "momentum_path",
        "moved_before_the_velocity",
        (
            "        v = beta * v + g\n        path.append(path[-1] - rate * (g + beta * v if nesterov else v))",
            "        path.append(path[-1] - rate * (g + beta * v if nesterov else v + 0 * g))\n        v = beta * v + g",
        ),
        loses=BOTH_MOMENTUM,
    ),
    wrong("momentum_path", "nesterov_ignored", ("(g + beta * v if nesterov else v)", "v"), loses=BOTH_MOMENTUM),
    wrong("momentum_path", "nesterov_doubles_the_velocity", ("g + beta * v if", "v + beta * v if"), loses=BOTH_MOMENTUM),
    wrong("momentum_path", "rate_inside_the_velocity_twice", ("beta * v + g\n", "beta * v + rate * g\n"),
          loses="test_momentum_path_hidden"),
    wrong("momentum_path", "start_left_out", ("path, v = [theta], 0.0", "path, v = [theta], 0.0 * theta"),
          ("    for g in gradients:", "    path = []\n    for g in gradients:"),
          ("path[-1] - rate", "(path[-1] if path else theta) - rate"), loses=BOTH_MOMENTUM),
    wrong("momentum_path", "velocity_shared_and_changed_in_place", ("v = [theta], 0.0", "v = [theta], theta * 0"),
          ("path.append(path[-1] - rate * (g + beta * v if nesterov else v))",
           "theta -= rate * (g + beta * v if nesterov else v)\n        path.append(theta)"), loses=BOTH_MOMENTUM),
    wrong("momentum_path", "any_beta", ("if not 0 <= beta < 1:", "if False:"), loses="test_momentum_path_hidden"),
    right(
        "momentum_path",
        "look_ahead_point",
        code='''
def momentum_path(theta, gradients, rate, beta=0.9, nesterov=False):
    if beta < 0 or beta >= 1:
        raise ValueError("beta")
    position = np.array(theta, dtype=np.float64)
    gradients = np.asarray(gradients, dtype=np.float64)
    v = np.zeros(position.shape)
    path = np.empty((len(gradients) + 1, *position.shape))
    path[0] = position
    for t in range(len(gradients)):
        v = beta * v + gradients[t]
        position = position - rate * v
        path[t + 1] = position - rate * beta * v if nesterov else position
    return path
''',
    ),
    right(
        "momentum_path",
        "weights_of_the_past",
        code='''
def momentum_path(theta, gradients, rate, beta=0.9, nesterov=False):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    theta = np.array(theta, dtype=np.float64)
    path = [theta]
    for t in range(len(gradients)):
        v = sum(beta ** (t - i) * np.asarray(gradients[i], dtype=np.float64) for i in range(t + 1))
        path.append(path[-1] - rate * (gradients[t] + beta * v) if nesterov else path[-1] - rate * v)
    return np.array(path)
''',
    ),
]  # fmt: skip

# --- scaled_step --------------------------------------------------------------------------------------------------

BOTH_SCALED = ("test_scaled_step", "test_scaled_step_hidden")
SCALED_STEP = [
    wrong("scaled_step", "old_scale_in_the_step",
          ("    s = s + g**2 if rho is None else rho * s + (1 - rho) * g**2\n    return theta - rate * g / (np.sqrt(s) + eps), s",
           "    new = s + g**2 if rho is None else rho * s + (1 - rho) * g**2\n    return theta - rate * g / (np.sqrt(s) + eps), new"),
          loses=BOTH_SCALED),
    wrong("scaled_step", "root_forgotten", ("(np.sqrt(s) + eps)", "(s + eps)"), loses=BOTH_SCALED),
    wrong("scaled_step", "eps_inside_the_root", ("(np.sqrt(s) + eps)", "np.sqrt(s + eps)"), loses="test_scaled_step_hidden"),
    wrong("scaled_step", "average_without_its_factor", ("(1 - rho) * g**2", "g**2"), loses=BOTH_SCALED),
    wrong("scaled_step", "factors_swapped", ("rho * s + (1 - rho) * g**2", "(1 - rho) * s + rho * g**2"), loses=BOTH_SCALED),
    wrong("scaled_step", "answers_in_the_wrong_order",
          ("    return theta - rate * g / (np.sqrt(s) + eps), s", "    return s, theta - rate * g / (np.sqrt(s) + eps)"),
          loses=BOTH_SCALED),
    wrong("scaled_step", "zero_taken_for_none", ("if rho is None else", "if not rho else"), loses="test_scaled_step_hidden"),
    wrong("scaled_step", "one_scale_for_all", ("np.sqrt(s) + eps", "np.sqrt(s.sum()) + eps"), loses=BOTH_SCALED),
    wrong("scaled_step", "gradient_not_squared", ("s + g**2 if", "s + np.abs(g) if"), loses=BOTH_SCALED),
    wrong("scaled_step", "broadcast_accepted", ("if not theta.shape == g.shape == s.shape:", "if False:"),
          loses="test_scaled_step_hidden"),
    wrong("scaled_step", "state_changed_in_place",
          ("(np.asarray(a, dtype=np.float64) for a in (theta, g, s))", "(np.asarray(a) for a in (theta, g, s))"),
          ("    s = s + g**2 if rho is None else rho * s + (1 - rho) * g**2\n",
           "    if rho is None:\n        s += (g**2).astype(s.dtype)\n    else:\n        s *= rho\n        s += (1 - rho) * g**2\n"),
          loses=BOTH_SCALED),
    right(
        "scaled_step",
        "element_by_element",
        code='''
def scaled_step(theta, g, s, rate, rho=None, eps=1e-10):
    if np.shape(theta) != np.shape(g) or np.shape(g) != np.shape(s):
        raise ValueError("shape")
    new, scale = np.array(theta, dtype=np.float64), np.array(s, dtype=np.float64)
    for i in np.ndindex(new.shape):
        square = float(g[i]) ** 2
        scale[i] = scale[i] + square if rho is None else scale[i] + (1 - rho) * (square - scale[i])
        new[i] -= rate * g[i] / (scale[i] ** 0.5 + eps)
    return new, scale
''',
    ),
]  # fmt: skip

# --- adam_step ----------------------------------------------------------------------------------------------------

ADAM_PLAIN = ("test_adam_step", "test_adam_step_hidden", "test_adam_step_decay_hidden")
ADAM_STEP = [
    wrong("adam_step", "no_correction",
          ("m / (1 - betas[0] ** t), s / (1 - betas[1] ** t)", "m, s"), loses=ADAM_PLAIN),
    wrong("adam_step", "correction_kept_in_the_state", ('{"t": t, "m": m, "s": s}', '{"t": t, "m": m_hat, "s": s_hat}'),
          loses=ADAM_PLAIN),
    wrong("adam_step", "steps_counted_from_zero", ('"t": t,', '"t": t - 1,'), loses=ADAM_PLAIN),
    wrong("adam_step", "corrected_as_at_the_first_step",
          ("m / (1 - betas[0] ** t), s / (1 - betas[1] ** t)", "m / (1 - betas[0]), s / (1 - betas[1])"),
          loses=ADAM_PLAIN),
    wrong("adam_step", "eps_inside_the_root", ("(np.sqrt(s_hat) + eps)", "np.sqrt(s_hat + eps)"), loses="test_adam_step_hidden"),
    wrong("adam_step", "l2_whatever_is_asked",
          ("    if decoupled:\n        theta = theta * (1 - rate * decay)\n    else:\n        g = g + decay * theta", "    g = g + decay * theta"),
          loses=("test_adam_step", "test_adam_step_decay_hidden")),
    wrong("adam_step", "decoupled_whatever_is_asked", ("    if decoupled:\n", "    if True:\n"),
          loses=("test_adam_step", "test_adam_step_decay_hidden")),
    wrong("adam_step", "decay_without_the_rate", ("(1 - rate * decay)", "(1 - decay)"),
          loses=("test_adam_step", "test_adam_step_decay_hidden")),
    wrong("adam_step", "decayed_after_the_step",
          ("        theta = theta * (1 - rate * decay)\n", "        shrink = 1 - rate * decay\n"),
          ("    else:\n        g = g + decay * theta\n", "    else:\n        shrink = 1\n        g = g + decay * theta\n"),
          ("return theta - rate * m_hat / (np.sqrt(s_hat) + eps), {", "return shrink * (theta - rate * m_hat / (np.sqrt(s_hat) + eps)), {"),
          loses=("test_adam_step", "test_adam_step_decay_hidden")),
    wrong("adam_step", "state_changed_in_place",
          ('    return theta - rate * m_hat / (np.sqrt(s_hat) + eps), {"t": t, "m": m, "s": s}',
           '    state.update(t=t, m=m, s=s)\n    return theta - rate * m_hat / (np.sqrt(s_hat) + eps), state'),
          loses=ADAM_PLAIN),
    wrong("adam_step", "negative_decay_accepted", ("if decay < 0:", "if False:"), loses="test_adam_step_decay_hidden"),
    right(
        "adam_step",
        "rate_corrected_instead",
        code='''
def adam_step(theta, g, state, rate, betas=(0.9, 0.999), eps=1e-8, decay=0.0, decoupled=False):
    if decay < 0:
        raise ValueError("decay")
    theta = np.array(theta, dtype=np.float64)
    g = np.array(g, dtype=np.float64)
    if not decoupled:
        g += decay * theta
    if state:
        t, m, s = state["t"] + 1, state["m"], state["s"]
    else:
        t, m, s = 1, np.zeros_like(theta), np.zeros_like(theta)
    b1, b2 = betas
    m = m + (1 - b1) * (g - m)
    s = s + (1 - b2) * (g * g - s)
    root = np.sqrt(1 - b2**t)
    move = rate * root / (1 - b1**t) * m / (np.sqrt(s) + root * eps)
    if decoupled:
        move = move + rate * decay * theta
    return theta - move, {"m": m, "s": s, "t": t}
''',
    ),
]  # fmt: skip

# --- schedule -----------------------------------------------------------------------------------------------------

BOTH_SCHEDULE = ("test_schedule", "test_schedule_hidden")
SCHEDULE = [
    wrong("schedule", "rises_from_zero", ("(np.arange(warmup) + 1)", "np.arange(warmup)"), loses=BOTH_SCHEDULE),
    wrong("schedule", "cosine_over_all_steps",
          ("done = np.arange(total - warmup) / (total - warmup)", "done = np.arange(warmup, total) / total"), loses=BOTH_SCHEDULE),
    wrong("schedule", "last_step_at_the_floor", ("/ (total - warmup)", "/ max(total - warmup - 1, 1)"), loses=BOTH_SCHEDULE),
    wrong("schedule", "floor_added_on_top", ("floor + (peak - floor) / 2", "floor + peak / 2"), loses=BOTH_SCHEDULE),
    wrong("schedule", "warmup_forgets_the_peak", ("peak * (np.arange", "(np.arange"), loses=BOTH_SCHEDULE),
    wrong("schedule", "warmup_from_the_floor", ("rising = peak *", "rising = floor + (peak - floor) *"), loses=BOTH_SCHEDULE),
    wrong("schedule", "straight_line", ("(1 + np.cos(np.pi * done))", "(2 - 2 * done)"), loses=BOTH_SCHEDULE),
    wrong("schedule", "whole_period", ("np.pi * done", "2 * np.pi * done"), loses=BOTH_SCHEDULE),
    wrong("schedule", "warmup_not_checked", ("if not 0 <= warmup < total:", "if False:"), loses="test_schedule_hidden"),
    right(
        "schedule",
        "step_by_step",
        code='''
def schedule(total, peak, warmup=0, floor=0.0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    rates = []
    for t in range(total):
        if t < warmup:
            rates.append(peak * (t + 1) / warmup)
        else:
            share = np.cos(np.pi * (t - warmup) / (total - warmup) / 2) ** 2
            rates.append(share * peak + (1 - share) * floor)
    return np.array(rates, dtype=np.float64)
''',
    ),
]  # fmt: skip

# --- clip_gradients -----------------------------------------------------------------------------------------------

BOTH_CLIP = ("test_clip_gradients", "test_clip_gradients_hidden")
CLIP_GRADIENTS = [
    wrong(
        "clip_gradients",
        "each_array_by_itself",
        code='''
def clip_gradients(gradients, limit):
    if limit <= 0:
        raise ValueError("limit")
    arrays = [np.array(g, dtype=np.float64) for g in gradients]
    norm = float(np.sqrt(sum(np.sum(g**2) for g in arrays)))
    return [g * min(1, limit / max(np.linalg.norm(g), 1e-300)) for g in arrays], norm
''',
        loses=BOTH_CLIP,
    ),
    wrong("clip_gradients", "always_scaled", ("if norm > limit:", "if norm > 0:"), loses=BOTH_CLIP),
    wrong("clip_gradients", "divided_by_zero",
          ("    if norm > limit:\n        arrays = [g * (limit / norm) for g in arrays]",
           "    arrays = [g * np.minimum(1, limit / np.float64(norm)) for g in arrays]"), loses="test_clip_gradients_hidden"),
    wrong("clip_gradients", "square_of_the_norm", ("np.sqrt(sum(np.sum(g**2) for g in arrays))", "sum(np.sum(g**2) for g in arrays)"),
          loses=BOTH_CLIP),
    wrong("clip_gradients", "sum_of_the_norms", ("np.sqrt(sum(np.sum(g**2) for g in arrays))", "sum(np.linalg.norm(g) for g in arrays)"),
          loses=BOTH_CLIP),
    wrong("clip_gradients", "scaled_to_length_one", ("(limit / norm)", "(1 / norm)"), loses=BOTH_CLIP),
    wrong("clip_gradients", "elements_clipped", ("g * (limit / norm) for g", "np.clip(g, -limit, limit) for g"), loses=BOTH_CLIP),
    wrong("clip_gradients", "norm_after_clipping", ("    return arrays, norm", "    return arrays, min(norm, float(limit))"), loses=BOTH_CLIP),
    wrong("clip_gradients", "limit_not_checked", ("if limit <= 0:", "if False:"), loses="test_clip_gradients_hidden"),
    right(
        "clip_gradients",
        "one_long_vector",
        code='''
def clip_gradients(gradients, limit):
    if not limit > 0:
        raise ValueError("limit")
    everything = np.concatenate([np.ravel(np.asarray(g, dtype=np.float64)) for g in gradients])
    norm = np.linalg.norm(everything)
    factor = 1.0 if norm <= limit else limit / norm
    return [np.asarray(g, dtype=np.float64) * factor for g in gradients], norm
''',
    ),
]  # fmt: skip

# --- best_momentum ------------------------------------------------------------------------------------------------

BEST = ("test_best_momentum", "test_best_momentum_hidden")
RADIUS = ("test_best_momentum", "test_best_momentum_contraction_hidden")
BEST_MOMENTUM = [
    wrong("best_momentum", "rate_of_gradient_descent", ("4 / (low + high) ** 2", "2 / (low**2 + high**2)"), loses=BEST),
    wrong("best_momentum", "no_root_of_the_condition", ("np.sqrt(eigenvalues[[0, -1]])", "eigenvalues[[0, -1]]"), loses=BEST),
    wrong("best_momentum", "beta_not_squared", ("((high - low) / (high + low)) ** 2", "(high - low) / (high + low)"), loses=BEST),
    wrong("best_momentum", "largest_eigenvalue_only", (".max() for x in eigenvalues)", ".max() for x in eigenvalues[-1:])"), loses=RADIUS),
    wrong("best_momentum", "smallest_eigenvalue_only", (".max() for x in eigenvalues)", ".max() for x in eigenvalues[:1])"), loses=RADIUS),
    wrong("best_momentum", "beta_before_the_rate",
          ("return 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2",
           "return ((high - low) / (high + low)) ** 2, 4 / (low + high) ** 2"), loses=BEST),
    wrong("best_momentum", "smaller_root", ("beta])).max()", "beta])).min()"), loses="test_best_momentum_contraction_hidden"),
    wrong("best_momentum", "real_part_of_the_roots", ("np.abs(np.roots([1, rate * x - 1 - beta, beta]))",
          "np.abs(np.real(np.roots([1, rate * x - 1 - beta, beta])))"), loses=RADIUS),
    wrong("best_momentum", "root_of_beta_everywhere",
          ("max(np.abs(np.roots([1, rate * x - 1 - beta, beta])).max() for x in eigenvalues)", "np.sqrt(beta) if beta else max(abs(1 - rate * eigenvalues))"),
          loses="test_best_momentum_contraction_hidden"),
    wrong("best_momentum", "symmetry_not_checked", ("if not np.allclose(A, A.T):", "if A.shape[0] != A.shape[1]:"),
          loses="test_best_momentum_contraction_hidden"),
    wrong("best_momentum", "zero_eigenvalue_accepted", ("if eigenvalues[0] <= 0:", "if eigenvalues[0] < -1e-9:"),
          loses="test_best_momentum_contraction_hidden"),
    right(
        "best_momentum",
        "by_the_discriminant",
        code='''
def spectrum(A):
    A = np.array(A, dtype=np.float64)
    if A.ndim != 2 or A.shape[0] != A.shape[1] or not np.allclose(A, A.T):
        raise ValueError("A")
    values = np.linalg.eigh(A)[0]
    if values.min() <= 0:
        raise ValueError("A")
    return values


def contraction(A, rate, beta):
    b = 1 + beta - rate * spectrum(A)
    gap = b**2 - 4 * beta
    size = np.where(gap < 0, np.sqrt(beta), (np.abs(b) + np.sqrt(np.maximum(gap, 0))) / 2)
    return size.max()


def best_momentum(A):
    values = spectrum(A)
    kappa = np.sqrt(values.max() / values.min())
    root = (kappa - 1) / (kappa + 1)
    return (1 + root) ** 2 / values.max(), root**2
''',
    ),
]  # fmt: skip

ANSWERS = MOMENTUM_PATH + SCALED_STEP + ADAM_STEP + SCHEDULE + CLIP_GRADIENTS + BEST_MOMENTUM

EQUIVALENT = []
