"""Answers to the assignment `cnn`: plausible wrong ones and different right ones."""

from tests.graders.bank import right, wrong

# --- output_size --------------------------------------------------------------------------------------------------

BOTH_SIZE = ("test_output_size", "test_output_size_hidden")
SIZE = [
    wrong("output_size", "one_not_added", ("// stride + 1", "// stride"), loses=BOTH_SIZE),
    wrong("output_size", "padding_on_one_side", ("2 * padding", "padding"), loses=BOTH_SIZE),
    wrong("output_size", "dilated_kernel_too_long", ("dilation * (k - 1) + 1", "dilation * k"), loses=BOTH_SIZE),
    wrong("output_size", "dilation_forgotten", ("dilation * (k - 1) + 1", "k"), loses=BOTH_SIZE),
    wrong("output_size", "stride_forgotten", ("room // stride + 1", "room + 1"), loses=BOTH_SIZE),
    wrong("output_size", "rounded_up", ("room // stride + 1", "-(-room // stride) + 1"), loses=BOTH_SIZE),
    wrong("output_size", "one_added_before_the_division", ("room // stride + 1", "(room + 1) // stride"), loses=BOTH_SIZE),
    wrong("output_size", "float_returned", ("room // stride + 1", "room / stride + 1"), loses=BOTH_SIZE),
    wrong("output_size", "fit_not_checked", ("if room < 0:", "if False:"), loses=BOTH_SIZE),
    wrong("output_size", "exact_fit_refused", ("if room < 0:", "if room <= 0:"), loses="test_output_size_hidden"),
    wrong("output_size", "result_checked_instead_of_fit", ("if room < 0:", "if room // stride + 1 < 0:"), loses=BOTH_SIZE),
    right(
        "output_size",
        "by_counting",
        code='''
def output_size(size, k, stride=1, padding=0, dilation=1):
    if min(k, stride, dilation) < 1 or padding < 0:
        raise ValueError("k")
    last = size + 2 * padding - 1 - dilation * (k - 1)
    count = len(range(0, last + 1, stride))
    if count == 0:
        raise ValueError("size")
    return count
''',
    ),
]  # fmt: skip

# --- receptive_field ----------------------------------------------------------------------------------------------

BOTH_FIELD = ("test_receptive_field", "test_receptive_field_hidden")
FIELD = [
    wrong("receptive_field", "whole_kernel_added", ("d * (k - 1) * jump", "d * k * jump"), loses=BOTH_FIELD),
    wrong("receptive_field", "stride_forgotten", ("d * (k - 1) * jump", "d * (k - 1)"), loses=BOTH_FIELD),
    wrong("receptive_field", "dilation_forgotten", ("d * (k - 1) * jump", "(k - 1) * jump"), loses=BOTH_FIELD),
    wrong("receptive_field", "from_the_output", ("in layers:", "in layers[::-1]:"), loses=BOTH_FIELD),
    wrong("receptive_field", "own_stride_counted",
          ("field += d * (k - 1) * jump\n        start -= p * jump\n        jump *= s",
           "jump *= s\n        field += d * (k - 1) * jump\n        start -= p * jump"), loses=BOTH_FIELD),
    wrong("receptive_field", "own_stride_counted_in_the_padding",
          ("start -= p * jump\n        jump *= s", "jump *= s\n        start -= p * jump"), loses=BOTH_FIELD),
    wrong("receptive_field", "starts_from_zero", ("field, jump, start = 1, 1, 0", "field, jump, start = 0, 1, 0"), loses=BOTH_FIELD),
    wrong("receptive_field", "strides_added", ("jump *= s", "jump += s - 1"), loses=BOTH_FIELD),
    wrong("receptive_field", "strides_added_from_one", ("jump *= s", "jump += s"), loses=BOTH_FIELD),
    wrong("receptive_field", "padding_forgotten", ("        start -= p * jump\n", ""), loses=BOTH_FIELD),
    wrong("receptive_field", "padding_not_in_pixels", ("start -= p * jump", "start -= p"), loses=BOTH_FIELD),
    wrong("receptive_field", "padding_dilated", ("start -= p * jump", "start -= p * d * jump"), loses=BOTH_FIELD),
    wrong("receptive_field", "padding_positive", ("start -= p * jump", "start += p * jump"), loses=BOTH_FIELD),
    wrong("receptive_field", "padding_of_the_last_layer", ("start -= p * jump", "start = -p * jump"), loses=BOTH_FIELD),
    wrong("receptive_field", "start_left_out", ("return field, jump, start", "return field, jump"), loses=BOTH_FIELD),
    wrong("receptive_field", "list_used_up", ("for k, s, p, d in layers:", "while layers:\n        k, s, p, d = layers.pop(0)"), loses=BOTH_FIELD),
    right(
        "receptive_field",
        "from_the_output_back",
        code='''
def receptive_field(layers):
    field, jump, start = 1, 1, 0
    for k, s, p, d in reversed(layers):
        field = (field - 1) * s + d * (k - 1) + 1
        start = start * s - p
        jump = jump * s
    return field, jump, start
''',
    ),
    right(
        "receptive_field",
        "by_the_pixels_of_two_nodes",
        code='''
def receptive_field(layers):
    def ends(node):
        first = last = node
        for k, s, p, d in layers[::-1]:
            first, last = s * first - p, s * last - p + d * (k - 1)
        return first, last

    first, last = ends(0)
    return [last - first + 1, ends(1)[0] - first, first]
''',
    ),
]  # fmt: skip

# --- im2col -------------------------------------------------------------------------------------------------------

BOTH_COLUMNS = ("test_im2col", "test_im2col_hidden")
COLUMNS = [
    wrong("im2col", "channel_last", ("transpose(0, 2, 3, 1, 4, 5)", "transpose(0, 2, 3, 4, 5, 1)"), loses=BOTH_COLUMNS),
    wrong("im2col", "window_read_by_columns", ("transpose(0, 2, 3, 1, 4, 5)", "transpose(0, 2, 3, 1, 5, 4)"), loses=BOTH_COLUMNS),
    wrong("im2col", "places_read_by_columns",
          (".transpose(0, 2, 3, 1, 4, 5)\n    N, rows, columns, C", ".transpose(0, 3, 2, 1, 4, 5)\n    N, rows, columns, C"), loses=BOTH_COLUMNS),
    wrong("im2col", "windows_as_columns", ("windows.reshape(N, rows * columns, C * k * k)", "windows.reshape(N, rows * columns, C * k * k).transpose(0, 2, 1)"),
          loses=BOTH_COLUMNS),
    wrong("im2col", "no_transpose", (".transpose(0, 2, 3, 1, 4, 5)\n    N, rows, columns, C = windows.shape[:4]", "\n    N, C, rows, columns = windows.shape[:4]"),
          loses=BOTH_COLUMNS),
    wrong("im2col", "stride_along_rows_only", ("::stride, ::stride]", "::stride, :]"), loses=BOTH_COLUMNS),
    wrong("im2col", "padding_forgotten", ("    X = np.pad(X, ((0, 0), (0, 0), (padding, padding), (padding, padding)))\n", ""), loses=BOTH_COLUMNS),
    wrong("im2col", "padding_before_only", ("(padding, padding), (padding, padding)", "(padding, 0), (padding, 0)"), loses=BOTH_COLUMNS),
    wrong("im2col", "padded_with_the_edge", ("(padding, padding)))", "(padding, padding)), mode='edge')"), loses=BOTH_COLUMNS),
    wrong("im2col", "integers_kept", ("np.asarray(X, dtype=np.float64)", "np.asarray(X)"), loses=BOTH_COLUMNS),
    right(
        "im2col",
        "by_loops",
        code='''
def im2col(X, k, stride, padding):
    N, C, H, W = X.shape
    big = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    big[:, :, padding : padding + H, padding : padding + W] = X
    rows = []
    for r in range(0, big.shape[2] - k + 1, stride):
        for c in range(0, big.shape[3] - k + 1, stride):
            rows.append(big[:, :, r : r + k, c : c + k].reshape(N, -1))
    return np.stack(rows, axis=1)
''',
    ),
]  # fmt: skip

# --- conv_forward -------------------------------------------------------------------------------------------------

BOTH_FORWARD = ("test_conv_forward", "test_conv_forward_hidden")
FORWARD = [
    wrong("conv_forward", "kernel_flipped", ("windows, W)", "windows, W[:, :, ::-1, ::-1])"), loses=BOTH_FORWARD),
    wrong("conv_forward", "bias_forgotten", (" + b[:, None, None]", ""), loses=BOTH_FORWARD),
    wrong("conv_forward", "bias_along_columns", ("b[:, None, None]", "b.mean()"), loses=BOTH_FORWARD),
    wrong("conv_forward", "kernel_transposed", ("ojuv->norc", "ojvu->norc"), loses=BOTH_FORWARD),
    wrong("conv_forward", "channels_not_added", ('"njrcuv,ojuv->norc", windows, W)', '"nrcuv,ouv->norc", windows[:, 0], W[:, 0])'), loses=BOTH_FORWARD),
    wrong("conv_forward", "channels_averaged", (", windows, W)", ", windows, W) / W.shape[1]"), loses=BOTH_FORWARD),
    wrong("conv_forward", "stride_along_rows_only", ("::stride, ::stride]", "::stride]"), loses=BOTH_FORWARD),
    wrong("conv_forward", "padding_forgotten", ("(padding, padding), (padding, padding)", "(0, 0), (0, 0)"), loses=BOTH_FORWARD),
    wrong("conv_forward", "integers_kept", ("(np.asarray(a, dtype=np.float64) for a in (X, W, b))", "(np.asarray(a) for a in (X, W, b))"), loses=BOTH_FORWARD),
    right(
        "conv_forward",
        "by_loops",
        code='''
def conv_forward(X, W, b, stride, padding):
    X, W, b = np.array(X, float), np.array(W, float), np.array(b, float)
    N, C, height, width = X.shape
    k = W.shape[3]
    big = np.zeros((N, C, height + 2 * padding, width + 2 * padding))
    big[:, :, padding : padding + height, padding : padding + width] = X
    rows, columns = (height + 2 * padding - k) // stride + 1, (width + 2 * padding - k) // stride + 1
    Z = np.zeros((N, len(W), rows, columns))
    for n in range(N):
        for o in range(len(W)):
            for r in range(rows):
                for c in range(columns):
                    patch = big[n, :, r * stride : r * stride + k, c * stride : c * stride + k]
                    Z[n, o, r, c] = np.sum(patch * W[o]) + b[o]
    return Z
''',
    ),
    right(
        "conv_forward",
        "by_shifts",
        code='''
def conv_forward(X, W, b, stride, padding):
    X = np.pad(np.array(X, float), ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
    k = W.shape[2]
    H, width = X.shape[2] - k + 1, X.shape[3] - k + 1
    Z = 0
    for u in range(k):
        for v in range(k):
            Z = Z + np.tensordot(X[:, :, u : u + H : stride, v : v + width : stride], W[:, :, u, v].astype(float), axes=(1, 1))
    return np.ascontiguousarray(np.moveaxis(Z + b, -1, 1))
''',
    ),
]  # fmt: skip

# --- conv_backward ------------------------------------------------------------------------------------------------

VISIBLE_BACK, PLAIN_BACK, STRIDE_BACK = (
    "test_conv_backward",
    "test_conv_backward_hidden",
    "test_conv_backward_stride_hidden",
)
ALL_BACK = (VISIBLE_BACK, PLAIN_BACK, STRIDE_BACK)
BACKWARD = [
    wrong("conv_backward", "kernel_flipped", ("oj->njrc\", G, W[:, :, u, v])", "oj->njrc\", G, W[:, :, k - 1 - u, k - 1 - v])"), loses=ALL_BACK),
    wrong("conv_backward", "overwritten", ("right] += np", "right] = np"), loses=ALL_BACK),
    wrong("conv_backward", "divided_by_the_images", ("return dX.copy(), dW, G.sum(axis=(0, 2, 3))", "return dX.copy(), dW / len(X), G.sum(axis=(0, 2, 3)) / len(X)"),
          loses=ALL_BACK),
    wrong("conv_backward", "bias_not_over_images", ("G.sum(axis=(0, 2, 3))", "G[0].sum(axis=(1, 2))"), loses=ALL_BACK),
    wrong("conv_backward", "bias_averaged", ("G.sum(axis=(0, 2, 3))", "G.mean(axis=(0, 2, 3))"), loses=ALL_BACK),
    wrong("conv_backward", "stride_of_one", ("slice(v, v + stride * columns, stride)", "slice(v, v + columns)"), loses=(VISIBLE_BACK, STRIDE_BACK)),
    wrong("conv_backward", "padding_kept", ("d_padded[:, :, padding : padding + height, padding : padding + width]", "d_padded"), loses=(VISIBLE_BACK, STRIDE_BACK)),
    wrong("conv_backward", "cut_at_the_corner", ("d_padded[:, :, padding : padding + height, padding : padding + width]", "d_padded[:, :, :height, :width]"),
          loses=STRIDE_BACK),
    wrong("conv_backward", "integers_kept", ("(np.asarray(a, dtype=np.float64) for a in (X, W, G))", "(np.asarray(a) for a in (X, W, G))"),
          loses=(VISIBLE_BACK, STRIDE_BACK)),
    wrong("conv_backward", "other_order", ("return dX.copy(), dW, G.sum", "return dW, dX.copy(), G.sum"), loses=ALL_BACK),
    right(
        "conv_backward",
        "window_by_window",
        code='''
def conv_backward(X, W, G, stride, padding):
    X, W, G = np.array(X, float), np.array(W, float), np.array(G, float)
    big = np.pad(X, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
    d_big, dW, k = np.zeros(big.shape), np.zeros(W.shape), W.shape[2]
    for n, o, r, c in np.ndindex(*G.shape):
        place = (n, slice(None), slice(stride * r, stride * r + k), slice(stride * c, stride * c + k))
        d_big[place] += G[n, o, r, c] * W[o]
        dW[o] += G[n, o, r, c] * big[place]
    H, width = X.shape[2:]
    return d_big[:, :, padding : H + padding, padding : width + padding].copy(), dW, np.einsum("norc->o", G)
''',
    ),
]  # fmt: skip

# --- max_pool_backward --------------------------------------------------------------------------------------------

BOTH_POOL = ("test_max_pool_backward", "test_max_pool_backward_hidden")
POOL = [
    wrong("max_pool_backward", "overwritten", ("] += G", "] = G"), loses=BOTH_POOL),
    wrong("max_pool_backward", "all_the_largest", (
        "        u, v = np.unravel_index(window.argmax(), window.shape)\n        dX[n, j, top + u, left + v] += G[n, j, r, c]",
        "        dX[n, j, top : top + k, left : left + k] += (window == window.max()) * G[n, j, r, c]"), loses=BOTH_POOL),
    wrong("max_pool_backward", "shared_among_the_largest", (
        "        u, v = np.unravel_index(window.argmax(), window.shape)\n        dX[n, j, top + u, left + v] += G[n, j, r, c]",
        "        best = window == window.max()\n        dX[n, j, top : top + k, left : left + k] += best / best.sum() * G[n, j, r, c]"), loses=BOTH_POOL),
    wrong("max_pool_backward", "last_of_the_largest", ("np.unravel_index(window.argmax(), window.shape)",
          "np.unravel_index(window.size - 1 - window.ravel()[::-1].argmax(), window.shape)"), loses=BOTH_POOL),
    wrong("max_pool_backward", "first_by_columns", ("np.unravel_index(window.argmax(), window.shape)",
          "np.unravel_index(window.T.argmax(), window.shape)[::-1]"), loses=BOTH_POOL),
    wrong("max_pool_backward", "stride_taken_for_k", ("top, left = r * stride, c * stride", "top, left = r * k, c * k"), loses=BOTH_POOL),
    wrong("max_pool_backward", "largest_absolute_value", ("window.argmax()", "np.abs(window.astype(float)).argmax()"), loses=BOTH_POOL),
    wrong("max_pool_backward", "average", (
        "        u, v = np.unravel_index(window.argmax(), window.shape)\n        dX[n, j, top + u, left + v] += G[n, j, r, c]",
        "        dX[n, j, top : top + k, left : left + k] += G[n, j, r, c] / k**2"), loses=BOTH_POOL),
    wrong("max_pool_backward", "type_of_the_image", ("np.zeros(X.shape)", "np.zeros_like(X)"), loses=BOTH_POOL),
    right(
        "max_pool_backward",
        "by_counting_beaten_places",
        code='''
def max_pool_backward(X, G, k, stride):
    windows = np.lib.stride_tricks.sliding_window_view(X, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]
    flat = windows.reshape(*windows.shape[:4], k * k)
    u, v = np.divmod(flat.argmax(axis=-1), k)
    n, j, r, c = np.indices(G.shape)
    dX = np.zeros(X.shape)
    np.add.at(dX, (n, j, r * stride + u, c * stride + v), G.astype(float))
    return dX
''',
    ),
]  # fmt: skip

# --- occlusion_map ------------------------------------------------------------------------------------------------

BOTH_MAP = ("test_occlusion_map", "test_occlusion_map_hidden")
MAP = [
    wrong("occlusion_map", "sign_turned", ("whole - score(covered)", "score(covered) - whole"), loses=BOTH_MAP),
    wrong("occlusion_map", "score_of_the_covered_image", ("whole - score(covered)", "score(covered)"), loses=BOTH_MAP),
    wrong("occlusion_map", "sum_not_mean", ("total / np.maximum(count, 1)", "total"), loses=BOTH_MAP),
    wrong("occlusion_map", "last_square_wins", ("total[place] += whole", "total[place] = whole"), loses=BOTH_MAP),
    wrong("occlusion_map", "last_place_forgotten", ("range(0, W - size + 1, stride)", "range(0, W - size, stride)"), loses=BOTH_MAP),
    wrong("occlusion_map", "fill_ignored", ("covered[place] = fill", "covered[place] = 0"), loses=BOTH_MAP),
    wrong("occlusion_map", "covers_pile_up", ("            covered = image.copy()\n", "            covered = image\n"), loses=BOTH_MAP),
    wrong("occlusion_map", "type_of_the_image", ("np.asarray(image, dtype=np.float64)", "np.asarray(image)"), loses=BOTH_MAP),
    wrong("occlusion_map", "divided_by_zero", ("total / np.maximum(count, 1)", "total / count"), loses=BOTH_MAP),
    wrong("occlusion_map", "size_not_checked", ("if size < 1 or stride < 1 or size > min(H, W):", "if False:"), loses="test_occlusion_map_hidden"),
    wrong("occlusion_map", "square_compared_with_the_longer_side", ("size > min(H, W)", "size > max(H, W)"), loses="test_occlusion_map_hidden"),
    right(
        "occlusion_map",
        "by_masks",
        code='''
def occlusion_map(score, image, size, stride=1, fill=0.0):
    image = np.array(image, float)
    H, W = image.shape
    if not 1 <= size <= H or size > W or stride < 1:
        raise ValueError("size")
    drops, masks = [], []
    base = score(image)
    for r in range(0, H - size + 1, stride):
        for c in range(0, W - size + 1, stride):
            mask = np.zeros((H, W))
            mask[r : r + size, c : c + size] = 1
            drops.append(base - score(np.where(mask == 1, fill, image)))
            masks.append(mask)
    times = np.sum(masks, axis=0)
    return np.where(times > 0, np.tensordot(drops, masks, axes=1) / np.where(times > 0, times, 1), 0.0)
''',
    ),
]  # fmt: skip

ANSWERS = SIZE + FIELD + COLUMNS + FORWARD + BACKWARD + POOL + MAP

EQUIVALENT = []
