"""Answers to the assignment `autoencoders`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- reconstruct --------------------------------------------------------------------------------------------------

BOTH_RECONSTRUCT = ("test_reconstruct", "test_reconstruct_hidden")
RECONSTRUCT = [
    wrong("reconstruct", "encoder_bias_forgotten", ("X @ W1.T + b1", "X @ W1.T"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "decoder_bias_forgotten", ("Z @ W2.T + b2", "Z @ W2.T"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "mean_over_features", ("np.sum((rebuilt - X)", "np.mean((rebuilt - X)"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "not_squared", ("np.sum((rebuilt - X) ** 2, axis=1)", "np.linalg.norm(rebuilt - X, axis=1)"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "over_the_samples", ("axis=1", "axis=0"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "one_number_for_all", ("** 2, axis=1)", "** 2) + np.zeros(len(X))"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "tied_weights", ("Z @ W2.T", "Z @ W1"), loses=BOTH_RECONSTRUCT),
    wrong("reconstruct", "relu_on_the_code", ("X @ W1.T + b1", "np.maximum(X @ W1.T + b1, 0)"), loses="test_reconstruct_hidden"),
    right(
        "reconstruct",
        "sample_by_sample",
        code='''
def reconstruct(X, W1, b1, W2, b2):
    X, W1, b1, W2, b2 = (np.asarray(a, float) for a in (X, W1, b1, W2, b2))
    Z = np.array([W1 @ x + b1 for x in X])
    rebuilt = np.array([W2 @ z + b2 for z in Z])
    return Z, rebuilt, np.array([(x - r) @ (x - r) for x, r in zip(X, rebuilt)])
''',
    ),
]  # fmt: skip

# --- gradients ----------------------------------------------------------------------------------------------------

VISIBLE_GRADIENTS, HIDDEN_GRADIENTS = "test_gradients", "test_gradients_hidden"
BOTH_GRADIENTS = (VISIBLE_GRADIENTS, HIDDEN_GRADIENTS)
GRADIENTS = [
    wrong("gradients", "factor_two_forgotten", ("G = 2 * (", "G = ("), loses=BOTH_GRADIENTS),
    wrong("gradients", "not_divided_by_n", (" / len(X)", ""), loses=BOTH_GRADIENTS),
    wrong("gradients", "divided_by_all_numbers", ("/ len(X)", "/ X.size"), loses=BOTH_GRADIENTS),
    wrong("gradients", "residual_reversed", ("(Z @ W2.T + b2 - Y)", "(Y - Z @ W2.T - b2)"), loses=BOTH_GRADIENTS),
    wrong("gradients", "target_is_the_input", ("b2 - Y)", "b2 - X)"), loses=BOTH_GRADIENTS),
    wrong("gradients", "encoder_bias_forgotten", ("Z = X @ W1.T + b1", "Z = X @ W1.T"), loses=BOTH_GRADIENTS),
    wrong("gradients", "decoder_skipped_on_the_way_back", ("G_code = G @ W2", "G_code = G @ W1.T"), loses=BOTH_GRADIENTS),
    wrong("gradients", "target_times_the_code_gradient", ("G_code.T @ X", "G_code.T @ Y"), loses=BOTH_GRADIENTS),
    wrong("gradients", "bias_gradient_averaged", ("G.sum(axis=0)\n", "G.mean(axis=0)\n"), loses=BOTH_GRADIENTS),
    wrong("gradients", "order_swapped", ("return G_code.T @ X, G_code.sum(axis=0), G.T @ Z, G.sum(axis=0)",
                                         "return G.T @ Z, G.sum(axis=0), G_code.T @ X, G_code.sum(axis=0)"), loses=BOTH_GRADIENTS),
    wrong("gradients", "transposed", ("G.T @ Z", "Z.T @ G"), loses=BOTH_GRADIENTS),
    wrong("gradients", "integers_kept", ("(np.array(a, dtype=np.float64) for a in (X, Y, W1, b1, W2, b2))", "(np.array(a) for a in (X, Y, W1, b1, W2, b2))"),
          loses="test_gradients_types_hidden"),
    right(
        "gradients",
        "sum_of_outer_products",
        code='''
def gradients(X, Y, W1, b1, W2, b2):
    X, Y, W1, b1, W2, b2 = [np.asarray(a).astype(float) for a in (X, Y, W1, b1, W2, b2)]
    out = [np.zeros(p.shape) for p in (W1, b1, W2, b2)]
    for x, y in zip(X, Y):
        z = W1 @ x + b1
        r = W2 @ z + b2 - y
        back = W2.T @ r
        for total, part in zip(out, (np.outer(back, x), back, np.outer(r, z), r)):
            total += 2 / len(X) * part
    return tuple(out)
''',
    ),
    right(
        "gradients",
        "by_torch",
        code='''
def gradients(X, Y, W1, b1, W2, b2):
    import torch
    X, Y = (torch.tensor(np.array(a, dtype=np.float64)) for a in (X, Y))
    leaves = [torch.tensor(np.array(p, dtype=np.float64), requires_grad=True) for p in (W1, b1, W2, b2)]
    out = (X @ leaves[0].T + leaves[1]) @ leaves[2].T + leaves[3]
    ((out - Y) ** 2).sum(dim=1).mean().backward()
    return [p.grad.numpy() for p in leaves]
''',
    ),
]  # fmt: skip

# --- fit ----------------------------------------------------------------------------------------------------------

BOTH_FIT = ("test_fit", "test_fit_hidden")
FIT = [
    wrong("fit", "decoder_updated_first", ("        G_code = G @ W2\n        W2 = W2 - rate * G.T @ Z\n", "        W2 = W2 - rate * G.T @ Z\n        G_code = G @ W2\n"), loses=BOTH_FIT),
    wrong("fit", "uphill", ("b2 = b2 - rate", "b2 = b2 + rate"), loses=BOTH_FIT),
    wrong("fit", "no_loss_before_the_first_step", ("return (W1, b1, W2, b2), np.array(losses)", "return (W1, b1, W2, b2), np.array(losses[1:])"), loses=BOTH_FIT),
    wrong("fit", "one_step_too_many", ("        if step == steps:\n            break\n", ""), loses=BOTH_FIT),
    wrong("fit", "mean_over_all_numbers", ("np.sum(R**2) / len(X)", "np.mean(R**2)"), ("G = 2 * R / len(X)", "G = 2 * R / R.size"), loses=BOTH_FIT),
    wrong("fit", "only_the_loss_is_averaged_over_features", ("np.sum(R**2) / len(X)", "np.mean(R**2)"), loses=BOTH_FIT),
    wrong("fit", "only_the_loss_is_summed", ("np.sum(R**2) / len(X)", "np.sum(R**2)"), loses=BOTH_FIT),
    wrong("fit", "one_sample_a_step", ("        G = 2 * R / len(X)\n", "        G = np.zeros_like(R)\n        G[step % len(X)] = 2 * R[step % len(X)]\n"), loses=BOTH_FIT),
    wrong("fit", "gradient_summed", ("G = 2 * R / len(X)", "G = 2 * R"), loses=BOTH_FIT),
    wrong("fit", "target_is_the_input", ("b2 - Y", "b2 - X"), loses=BOTH_FIT),
    wrong("fit", "factor_two_forgotten", ("G = 2 * R", "G = R"), loses=BOTH_FIT),
    wrong("fit", "rate_not_checked", ("if rate <= 0 or steps < 0:", "if steps < 0:"), loses=BOTH_FIT),
    wrong("fit", "steps_not_checked", ("if rate <= 0 or steps < 0:", "if rate <= 0:"), loses="test_fit_hidden"),
    wrong("fit", "no_step_refused", ("steps < 0:", "steps <= 0:"), loses=BOTH_FIT),
    wrong("fit", "changes_the_callers_arrays",
          ("X, Y, W1, b1, W2, b2 = (np.array(a, dtype=np.float64) for a in (X, Y, W1, b1, W2, b2))", "X, Y, W1, b1, W2, b2 = (np.asarray(a, dtype=np.float64) for a in (X, Y, W1, b1, W2, b2))"),
          ("W2 = W2 - rate * G.T @ Z", "W2 -= rate * G.T @ Z"), loses=BOTH_FIT),
    right(
        "fit",
        "one_vector_of_parameters",
        code='''
def fit(X, Y, W1, b1, W2, b2, rate, steps):
    if not rate > 0:
        raise ValueError("rate")
    if steps < 0:
        raise ValueError("steps")
    X, Y = np.array(X, float), np.array(Y, float)
    theta = [np.array(p, float) for p in (W1, b1, W2, b2)]
    def loss():
        out = (X @ theta[0].T + theta[1]) @ theta[2].T + theta[3]
        return ((out - Y) ** 2).sum(axis=1).mean()
    losses = [loss()]
    for _ in range(steps):
        Z = X @ theta[0].T + theta[1]
        G = 2 / len(X) * (Z @ theta[2].T + theta[3] - Y)
        H = G @ theta[2]
        slopes = [H.T @ X, H.sum(0), G.T @ Z, G.sum(0)]
        theta = [p - rate * g for p, g in zip(theta, slopes)]
        losses.append(loss())
    return tuple(theta), np.array(losses)
''',
    ),
]  # fmt: skip

# --- principal_angles ---------------------------------------------------------------------------------------------

BOTH_ANGLES = ("test_principal_angles", "test_principal_angles_hidden")
ANGLES = [
    wrong("principal_angles", "radians", ("np.degrees(np.arccos(np.clip(cosines, 0, 1)))", "np.arccos(np.clip(cosines, 0, 1))"), loses=BOTH_ANGLES),
    wrong("principal_angles", "columns_not_orthonormal", ("np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0]", "A.T @ B"), loses=BOTH_ANGLES),
    wrong("principal_angles", "columns_only_scaled", ("np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0]", "(A / np.linalg.norm(A, axis=0)).T @ (B / np.linalg.norm(B, axis=0))"), loses=BOTH_ANGLES),
    wrong("principal_angles", "not_clipped", ("np.clip(cosines, 0, 1)", "cosines"), loses="test_principal_angles_hidden"),
    wrong("principal_angles", "cosines_returned", ("np.degrees(np.arccos(np.clip(cosines, 0, 1)))", "cosines"), loses=BOTH_ANGLES),
    wrong("principal_angles", "descending", ("np.clip(cosines, 0, 1)))", "np.clip(cosines, 0, 1)))[::-1]"), loses=BOTH_ANGLES),
    wrong("principal_angles", "sines", ("np.arccos", "np.arcsin"), loses=BOTH_ANGLES),
    wrong("principal_angles", "largest_only", ("np.clip(cosines, 0, 1)))", "np.clip(cosines, 0, 1)))[-1:]"), loses=BOTH_ANGLES),
    wrong("principal_angles", "pairs_of_columns", ("np.linalg.svd(np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0], compute_uv=False)", "np.abs(np.diag(np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0]))"),
          loses="test_principal_angles_hidden"),
    wrong("principal_angles", "eigenvalues_of_the_product", ("np.linalg.svd(np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0], compute_uv=False)", "np.linalg.eigvals(np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0]).real"), loses=BOTH_ANGLES),
    wrong("principal_angles", "same_shape_asked_for", ("if len(A) != len(B):", "if A.shape != B.shape:"), loses=BOTH_ANGLES),
    wrong("principal_angles", "row_space", ("np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0]", "np.linalg.qr(A.T)[0].T @ np.linalg.qr(B.T)[0]"), loses=BOTH_ANGLES),
    wrong("principal_angles", "rows_not_compared", ("    if len(A) != len(B):\n        raise ValueError(\"A và B phải cùng số hàng\")\n", "    r = min(len(A), len(B))\n    A, B = A[:r], B[:r]\n"), loses=BOTH_ANGLES),
    right(
        "principal_angles",
        "by_the_library",
        code='''
def principal_angles(A, B):
    from scipy import linalg
    A, B = np.array(A, dtype=float), np.array(B, dtype=float)
    if A.shape[0] != B.shape[0]:
        raise ValueError("rows")
    return np.sort(np.degrees(linalg.subspace_angles(A, B)))
''',
    ),
    right(
        "principal_angles",
        "through_projections",
        code='''
def principal_angles(A, B):
    A, B = np.array(A, dtype=float), np.array(B, dtype=float)
    if A.shape[0] != B.shape[0]:
        raise ValueError("rows")
    U, V = np.linalg.svd(A, full_matrices=False)[0], np.linalg.svd(B, full_matrices=False)[0]
    if U.shape[1] > V.shape[1]:
        U, V = V, U
    sines = np.linalg.svd(U - V @ (V.T @ U), compute_uv=False)
    cosines = np.linalg.svd(V.T @ U, compute_uv=False)
    return np.degrees(np.arctan2(sines[::-1], cosines))
''',
    ),
]  # fmt: skip

# --- best_denoiser ------------------------------------------------------------------------------------------------

BOTH_DENOISER = ("test_best_denoiser", "test_best_denoiser_hidden")
DENOISER = [
    wrong("best_denoiser", "not_centred", ("S = (X - center).T @ (X - center) / len(X)", "S = X.T @ X / len(X)"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "divided_by_n_minus_one", ("/ len(X)", "/ max(len(X) - 1, 1)"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "noise_not_squared", ("S + noise**2 * np.eye", "S + noise * np.eye"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "mean_not_restored", ("center - W @ center", "np.zeros(len(center))"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "mean_added_to_the_input", ("center - W @ center", "center"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "noise_returned", ("return W, center", "W = np.eye(len(S)) - W\n    return W, center"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "covariance_inverted", ("np.linalg.solve(S + noise**2 * np.eye(len(S)), S)", "np.linalg.inv(np.eye(len(S)) + noise**2 * np.linalg.inv(S))"), loses="test_best_denoiser_hidden"),
    wrong("best_denoiser", "loss_of_the_signal_only", ("float(noise**2 * np.trace(W))", "float(np.trace((np.eye(len(S)) - W) @ S @ (np.eye(len(S)) - W)))"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "loss_averaged", ("float(noise**2 * np.trace(W))", "float(noise**2 * np.trace(W)) / len(S)"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "changes_the_callers_array", ("X = np.array(X, dtype=np.float64)\n    center = X.mean(axis=0)\n    S = (X - center).T @ (X - center)", "X = np.asarray(X, dtype=np.float64)\n    center = X.mean(axis=0)\n    X -= center\n    S = X.T @ X"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "noise_not_checked", ("if noise <= 0:", "if False:"), loses=BOTH_DENOISER),
    wrong("best_denoiser", "integers_kept", ("np.array(X, dtype=np.float64)", "np.array(X)"), ("center = X.mean(axis=0)", "center = X.mean(axis=0).astype(X.dtype)"), loses="test_best_denoiser_hidden"),
    right(
        "best_denoiser",
        "by_eigenvalues",
        code='''
def best_denoiser(X, noise):
    if not noise > 0:
        raise ValueError("noise")
    X = np.asarray(X).astype(np.float64)
    mean = X.mean(0)
    values, Q = np.linalg.eigh(np.cov(X.T, bias=True).reshape(X.shape[1], -1))
    values = np.maximum(values, 0)
    keep = values / (values + noise**2)
    W = Q * keep @ Q.T
    return W, mean - W @ mean, float(np.sum(values * noise**2 / (values + noise**2)))
''',
    ),
    right("best_denoiser", "explicit_inverse", ("np.linalg.solve(S + noise**2 * np.eye(len(S)), S)", "S @ np.linalg.inv(S + noise**2 * np.eye(len(S)))")),
]  # fmt: skip

# --- principal_axes -----------------------------------------------------------------------------------------------

VISIBLE_AXES, HIDDEN_AXES, TYPES_AXES = (
    "test_principal_axes",
    "test_principal_axes_hidden",
    "test_principal_axes_types_hidden",
)
ALL_AXES = (VISIBLE_AXES, HIDDEN_AXES, TYPES_AXES)
AXES = [
    wrong("principal_axes", "columns_scaled_only", ("np.linalg.qr(W2)[0]", "W2 / np.linalg.norm(W2, axis=0)"), loses=ALL_AXES),
    wrong("principal_axes", "not_turned", ("(basis @ turn).T[::-1]", "basis.T[::-1]"), loses=ALL_AXES),
    wrong("principal_axes", "turned_the_other_way", ("(basis @ turn)", "(basis @ turn.T)"), loses=(HIDDEN_AXES, TYPES_AXES)),
    wrong("principal_axes", "not_centred", ("(X - X.mean(axis=0)) @ basis", "X @ basis"), loses=ALL_AXES),
    wrong("principal_axes", "divided_by_n_minus_one", ("/ len(X))", "/ (len(X) - 1))"), loses=ALL_AXES),
    wrong("principal_axes", "ascending", ("(basis @ turn).T[::-1]", "(basis @ turn).T"), ("variances[::-1].copy()", "variances"), loses=(VISIBLE_AXES, HIDDEN_AXES)),
    wrong("principal_axes", "signs_left", ("Q * np.sign(largest)[:, None]", "Q"), loses=HIDDEN_AXES),
    wrong("principal_axes", "sign_of_the_first_entry", ("np.abs(Q).argmax(axis=1)", "0"), loses=ALL_AXES[:2]),
    wrong("principal_axes", "standard_deviations", ("variances[::-1].copy()", "np.sqrt(variances[::-1])"), loses=ALL_AXES[:2]),
    wrong("principal_axes", "rows_not_compared", ("if len(W2) != X.shape[1]:", "if False:"), ("W2 = np.array(X, dtype=np.float64), np.array(W2, dtype=np.float64)", "W2 = np.array(X, dtype=np.float64), np.resize(np.array(W2, dtype=np.float64), (np.shape(X)[1], np.shape(W2)[1]))"), loses=TYPES_AXES),
    wrong(
        "principal_axes",
        "pca_of_all_the_data",
        code='''
def principal_axes(X, W2):
    X, W2 = np.array(X, dtype=np.float64), np.array(W2, dtype=np.float64)
    if len(W2) != X.shape[1]:
        raise ValueError("W2")
    d = W2.shape[1]
    _, sizes, Q = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    Q = Q[:d]
    return Q * np.sign(Q[np.arange(len(Q)), np.abs(Q).argmax(axis=1)])[:, None], sizes[:d] ** 2 / len(X)
''',
        loses=(VISIBLE_AXES, HIDDEN_AXES),
    ),
    wrong(
        "principal_axes",
        "codes_of_the_transpose",
        code='''
def principal_axes(X, W2):
    X, W2 = np.array(X, dtype=np.float64), np.array(W2, dtype=np.float64)
    if len(W2) != X.shape[1]:
        raise ValueError("W2")
    Z = (X - X.mean(axis=0)) @ W2
    variances, turn = np.linalg.eigh(Z.T @ Z / len(X))
    Q = (W2 @ turn).T[::-1]
    Q = Q / np.linalg.norm(Q, axis=1, keepdims=True)
    return Q * np.sign(Q[np.arange(len(Q)), np.abs(Q).argmax(axis=1)])[:, None], variances[::-1].copy()
''',
        loses=ALL_AXES,
    ),
    right(
        "principal_axes",
        "by_projecting_the_data",
        code='''
def principal_axes(X, W2):
    X, W2 = np.array(X, dtype=np.float64), np.array(W2, dtype=np.float64)
    if W2.shape[0] != X.shape[1]:
        raise ValueError("W2")
    d = W2.shape[1]
    U = np.linalg.svd(W2, full_matrices=False)[0]
    Y = (X - X.mean(axis=0)) @ U
    _, sizes, V = np.linalg.svd(Y, full_matrices=True)
    values = np.zeros(d)
    values[:len(sizes)] = sizes**2 / len(X)
    Q = V @ U.T
    Q = np.array([q if max(q, key=abs) > 0 else -q for q in Q])
    return Q, values
''',
    ),
]  # fmt: skip

ANSWERS = RECONSTRUCT + GRADIENTS + FIT + ANGLES + DENOISER + AXES
EQUIVALENT = [
    Equivalent(task, mutant, why)
    for task, mutant, why in (
        ("reconstruct", "errors = np.sum((rebuilt - X) ** 2, axis=1) -> errors = np.sum((X - rebuilt) ** 2, axis=1)", "the difference is squared"),
        ("fit", "for step in range(steps + 1): -> for step in range(steps + 1 + 1):", "the loop is left at the last step"),
        ("fit", "for step in range(steps + 1): -> for step in range(steps + 2):", "the loop is left at the last step"),
        ("fit", "break -> continue", "it is the last round of the loop"),
        ("principal_angles", "if len(A) != len(B): -> if False:", "the product of unequal shapes raises ValueError as well"),
        ("principal_angles", 'raise ValueError("A và B phải cùng số hàng") -> pass', "the product of unequal shapes raises ValueError as well"),
        ("principal_angles", "A, B = np.array(A, dtype=np.float64), np.array(B, dtype=np.float64) -> A, B = np.array(B, dtype=np.float64), np.array(A, dtype=np.float64)", "the angles are symmetric"),
        ("principal_angles", "return np.degrees(np.arccos(np.clip(cosines, 0, 1))) -> return np.degrees(np.arccos(np.clip(0, cosines, 1)))", "the same maximum and minimum"),
        ("principal_angles", "return np.degrees(np.arccos(np.clip(cosines, 0, 1))) -> return np.degrees(np.arccos(np.clip(cosines, -1, 1)))", "singular values are not negative"),
        ("best_denoiser", "S = (X - center).T @ (X - center) / len(X) -> S = (X + center).T @ (X - center) / len(X)", "the centred rows sum to zero"),
        ("best_denoiser", "S = (X - center).T @ (X - center) / len(X) -> S = (X).T @ (X - center) / len(X)", "the centred rows sum to zero"),
        ("best_denoiser", "S = (X - center).T @ (X - center) / len(X) -> S = (X - center).T @ (X + center) / len(X)", "the centred rows sum to zero"),
        ("best_denoiser", "S = (X - center).T @ (X - center) / len(X) -> S = (X - center).T @ (X) / len(X)", "the centred rows sum to zero"),
        ("best_denoiser", "return W, center - W @ center, float(noise**2 * np.trace(W)) -> return W, center - center @ W, float(noise**2 * np.trace(W))", "W is symmetric"),
        ("best_denoiser", "return W, center - W @ center, float(noise**2 * np.trace(W)) -> return W, center - W @ center, noise**2 * np.trace(W)", "a NumPy float is a float"),
        ("principal_axes", "if len(W2) != X.shape[1]: -> if False:", "the product of unequal shapes raises ValueError as well"),
        ("principal_axes", 'raise ValueError("W2 phải có m hàng") -> pass', "the product of unequal shapes raises ValueError as well"),
        ("principal_axes", "inside = (X - X.mean(axis=0)) @ basis -> inside = (X.mean(axis=0) - X) @ basis", "used twice: the sign cancels"),
        ("principal_axes", "return Q * np.sign(largest)[:, None], variances[::-1].copy() -> return Q / np.sign(largest)[:, None], variances[::-1].copy()", "dividing by a sign is multiplying by it"),
        ("principal_axes", "return Q * np.sign(largest)[:, None], variances[::-1].copy() -> return Q * np.sign(largest)[:, None], variances[::-1]", "a view has the same values"),
    )
]  # fmt: skip
