"""Answers to the assignment `pixels`."""

from tests.graders.bank import Equivalent, right, wrong

ANSWERS = [
    # --- color_grid -----------------------------------------------------------------------------------------------
    wrong("color_grid", "default_dtype", (", dtype=np.uint8", ""), loses=("test_color_grid", "test_color_grid_hidden")),
    wrong(
        "color_grid",
        "cyan_and_magenta_swapped",
        ("[255, 255, 0], [0, 255, 255], [255, 0, 255]", "[255, 255, 0], [255, 0, 255], [0, 255, 255]"),
        loses=("test_color_grid", "test_color_grid_hidden"),
    ),
    wrong("color_grid", "gray_is_127", ("[128, 128, 128]", "[127, 127, 127]"), loses="test_color_grid_hidden"),
    wrong(
        "color_grid",
        "rows_and_columns_swapped",
        ("np.array([row_0, row_1, row_2], dtype=np.uint8)", "np.stack([row_0, row_1, row_2], axis=1).astype(np.uint8)"),
        loses=("test_color_grid", "test_color_grid_hidden"),
    ),
    wrong(
        "color_grid",
        "float_in_unit_range",
        ("np.array([row_0, row_1, row_2], dtype=np.uint8)", "np.array([row_0, row_1, row_2]) / 255"),
        loses=("test_color_grid", "test_color_grid_hidden"),
    ),
    wrong(
        "color_grid",
        "tiled_instead_of_enlarged",
        code="""
def color_grid(cell=1):
    row_0 = [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    row_1 = [[255, 255, 0], [0, 255, 255], [255, 0, 255]]
    row_2 = [[0, 0, 0], [128, 128, 128], [255, 255, 255]]
    return np.tile(np.array([row_0, row_1, row_2], dtype=np.uint8), (cell, cell, 1))
""",
        loses="test_color_grid_hidden",
    ),
    right(
        "color_grid",
        "painted_channel_by_channel",
        code="""
def color_grid(cell=1):
    grid = np.zeros((3, 3, 3), dtype=np.uint8)
    grid[0] = 255 * np.eye(3)
    grid[1] = 255 - np.roll(grid[0], 1, axis=0)
    grid[2] = np.array([0, 128, 255])[:, None]
    return np.kron(grid, np.ones((cell, cell, 1), dtype=np.uint8))
""",
    ),
    # --- channels -------------------------------------------------------------------------------------------------
    wrong(
        "channels",
        "splits_the_first_axis",
        ("[image[..., k] for k in range(image.shape[2])]", "list(image)"),
        loses=("test_channels", "test_channels_hidden", "test_channels_errors_hidden"),
    ),
    wrong(
        "channels",
        "always_three_channels",
        ("range(image.shape[2])", "range(3)"),
        loses=("test_channels_hidden", "test_channels_errors_hidden"),
    ),
    wrong(
        "channels", "bgr", ("np.stack(channels, axis=-1)", "np.stack(channels[::-1], axis=-1)"), loses="test_channels"
    ),
    wrong("channels", "merged_as_chw", (", axis=-1)", ")"), loses=("test_channels", "test_channels_hidden")),
    wrong(
        "channels",
        "merged_with_dstack_and_no_checks",
        ("np.stack(channels, axis=-1)", "np.dstack(channels)"),
        (
            """    if any(channel.ndim != 2 for channel in channels):
        raise ValueError("mỗi kênh phải là một mảng (H, W)")
""",
            "",
        ),
        loses="test_channels_errors_hidden",
    ),
    wrong(
        "channels",
        "no_check_of_axes",
        ("if image.ndim != 3", "if False"),
        loses="test_channels_errors_hidden",
    ),
    wrong(
        "channels",
        "channels_as_float",
        ("[image[..., k] for k in range(image.shape[2])]", "[image[..., k] / 1.0 for k in range(image.shape[2])]"),
        loses=("test_channels", "test_channels_hidden"),
    ),
    wrong(
        "channels",
        "keeps_the_channel_axis",
        ("image[..., k] for", "image[..., k : k + 1] for"),
        loses=("test_channels", "test_channels_hidden", "test_channels_errors_hidden"),
    ),
    wrong(
        "channels",
        "reshaped_to_nchw",
        ("np.stack(images).transpose(0, 3, 1, 2)", "np.stack(images)"),
        ("return batch.astype", "n, h, w, c = batch.shape\n    return batch.reshape(n, c, h, w).astype"),
        loses=("test_channels_nchw", "test_channels_nchw_hidden"),
    ),
    wrong(
        "channels",
        "all_axes_reversed",
        (".transpose(0, 3, 1, 2)", ".transpose(0, 3, 2, 1)"),
        loses=("test_channels_nchw", "test_channels_nchw_hidden"),
    ),
    wrong(
        "channels",
        "not_divided",
        (".astype(np.float32) / 255", ".astype(np.float32)"),
        loses=("test_channels_nchw", "test_channels_nchw_hidden"),
    ),
    wrong(
        "channels",
        "divided_before_the_cast",
        ("batch.astype(np.float32) / 255", "(batch // 255).astype(np.float32)"),
        loses=("test_channels_nchw", "test_channels_nchw_hidden"),
    ),
    wrong(
        "channels",
        "float64",
        ("batch.astype(np.float32) / 255", "batch / 255"),
        loses=("test_channels_nchw", "test_channels_nchw_hidden"),
    ),
    wrong(
        "channels",
        "divided_by_256",
        ("/ 255", "/ 256"),
        loses=("test_channels_nchw", "test_channels_nchw_hidden"),
    ),
    right(
        "channels",
        "filled_by_hand",
        code="""
def split_channels(image):
    if len(image.shape) != 3:
        raise ValueError("cần ba trục")
    return [plane.copy() for plane in image.transpose(2, 0, 1)]


def merge_channels(channels):
    if len(channels) == 0:
        raise ValueError("danh sách rỗng")
    first = channels[0]
    if first.ndim != 2 or any(channel.shape != first.shape for channel in channels):
        raise ValueError("các kênh khác kích thước")
    image = np.empty((*first.shape, len(channels)), dtype=first.dtype)
    for k, channel in enumerate(channels):
        image[:, :, k] = channel
    return image


def to_nchw(images):
    return np.stack([np.moveaxis(image, -1, 0).astype(np.float32) / np.float32(255) for image in images])
""",
    ),
    right(
        "channels",
        "tuples_and_views",
        ("return [image[..., k] for k in range(image.shape[2])]", "return tuple(np.moveaxis(image, 2, 0))"),
        ("batch.astype(np.float32) / 255", "(batch / 255).astype(np.float32)"),
    ),
    # --- to_grayscale ---------------------------------------------------------------------------------------------
    wrong(
        "to_grayscale",
        "plain_mean",
        ("image @ np.array([0.299, 0.587, 0.114])", "image.mean(axis=2)"),
        loses=("test_to_grayscale", "test_to_grayscale_hidden"),
    ),
    wrong(
        "to_grayscale",
        "truncated",
        ("np.rint(luma)", "luma"),
        loses=("test_to_grayscale", "test_to_grayscale_hidden"),
    ),
    wrong(
        "to_grayscale",
        "bt709",
        ("0.299, 0.587, 0.114", "0.2126, 0.7152, 0.0722"),
        loses=("test_to_grayscale", "test_to_grayscale_hidden"),
    ),
    wrong(
        "to_grayscale",
        "bgr_weights",
        ("0.299, 0.587, 0.114", "0.114, 0.587, 0.299"),
        loses=("test_to_grayscale", "test_to_grayscale_hidden"),
    ),
    wrong(
        "to_grayscale",
        "rounded_weights",
        ("0.299, 0.587, 0.114", "0.3, 0.59, 0.11"),
        loses=("test_to_grayscale", "test_to_grayscale_hidden"),
    ),
    wrong(
        "to_grayscale",
        "weighted_sum_in_uint8",
        (
            "image @ np.array([0.299, 0.587, 0.114])",
            "(image[..., 0] * 30 + image[..., 1] * 59 + image[..., 2] * 11) / 100",
        ),
        loses=("test_to_grayscale", "test_to_grayscale_hidden"),
    ),
    wrong(
        "to_grayscale",
        "alpha_ignored",
        ("image.shape[2] != 3", "image.shape[2] not in (3, 4)"),
        ("image @ ", "image[..., :3] @ "),
        loses="test_to_grayscale_errors_hidden",
    ),
    wrong(
        "to_grayscale",
        "float_images_accepted",
        ("image.dtype != np.uint8 or ", ""),
        loses=("test_to_grayscale", "test_to_grayscale_errors_hidden"),
    ),
    wrong(
        "to_grayscale",
        "keeps_the_channel_axis",
        ("np.rint(luma).astype(np.uint8)", "np.rint(luma).astype(np.uint8)[..., None]"),
        loses=("test_to_grayscale", "test_to_grayscale_hidden", "test_to_grayscale_errors_hidden"),
    ),
    right(
        "to_grayscale",
        "integers_half_up",
        code="""
def to_grayscale(image):
    if image.ndim != 3 or image.shape[-1] != 3 or image.dtype != np.uint8:
        raise ValueError("cần ảnh uint8 (H, W, 3)")
    red, green, blue = np.moveaxis(image.astype(np.int32), -1, 0)
    return ((299 * red + 587 * green + 114 * blue + 500) // 1000).astype(np.uint8)
""",
    ),
    right(
        "to_grayscale",
        "einsum",
        ("image @ np.array([0.299, 0.587, 0.114])", 'np.einsum("hwc,c->hw", image / 255, [0.299, 0.587, 0.114]) * 255'),
    ),
    # --- adjust ---------------------------------------------------------------------------------------------------
    wrong(
        "adjust",
        "wraps_around",
        ("np.clip(np.rint(values), 0, 255)", "np.rint(values).astype(np.int64)"),
        loses=("test_adjust", "test_adjust_hidden"),
    ),
    wrong(
        "adjust",
        "around_zero",
        ("contrast * (image - 128.0) + 128", "contrast * (image - 0.0)"),
        loses=("test_adjust", "test_adjust_hidden", "test_adjust_shapes_hidden", "test_adjust_errors_hidden"),
    ),
    wrong("adjust", "truncated", ("np.rint(values)", "values"), loses=("test_adjust", "test_adjust_hidden")),
    wrong("adjust", "brightness_forgotten", (" + brightness", ""), loses=("test_adjust", "test_adjust_hidden")),
    wrong(
        "adjust",
        "uint8_all_the_way",
        ("contrast * (image - 128.0) + 128 + brightness", "(image - np.uint8(128)) * contrast + 128 + brightness"),
        loses=("test_adjust", "test_adjust_hidden"),
    ),
    wrong(
        "adjust",
        "clipped_before_brightness",
        (
            "contrast * (image - 128.0) + 128 + brightness",
            "np.clip(contrast * (image - 128.0) + 128, 0, 255) + brightness",
        ),
        loses=("test_adjust", "test_adjust_hidden"),
    ),
    wrong(
        "adjust",
        "brightness_scaled_too",
        ("contrast * (image - 128.0) + 128 + brightness", "contrast * (image - 128.0 + brightness) + 128"),
        loses=("test_adjust", "test_adjust_hidden"),
    ),
    wrong(
        "adjust",
        "zero_contrast_refused",
        ("contrast < 0", "contrast <= 0"),
        loses=("test_adjust_hidden", "test_adjust_shapes_hidden", "test_adjust_errors_hidden"),
    ),
    wrong("adjust", "any_dtype", ("image.dtype != np.uint8 or ", ""), loses="test_adjust_errors_hidden"),
    wrong(
        "adjust",
        "only_images",
        ("or contrast < 0", "or contrast < 0 or image.ndim not in (2, 3)"),
        loses="test_adjust_shapes_hidden",
    ),
    right(
        "adjust",
        "look_up_table",
        code="""
def adjust(image, contrast=1.0, brightness=0.0):
    if image.dtype != np.uint8:
        raise ValueError("cần uint8")
    if contrast < 0:
        raise ValueError("contrast âm")
    levels = contrast * (np.arange(256) - 128) + (128 + brightness)
    table = np.floor(np.minimum(np.maximum(levels, 0), 255) + 0.5).astype(np.uint8)
    return table[image]
""",
    ),
    right(
        "adjust",
        "float32",
        (
            "contrast * (image - 128.0) + 128 + brightness",
            "(image.astype(np.float32) - 128) * contrast + 128 + brightness",
        ),
    ),
    right(
        "adjust",
        "int16_and_a_helper",
        code="""
def saturate(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def adjust(image, contrast=1.0, brightness=0.0):
    if image.dtype != "uint8":
        raise ValueError("cần uint8")
    if contrast < 0:
        raise ValueError("contrast âm")
    wide = image.astype(np.int16)
    return saturate(contrast * (wide - 128) + 128 + brightness)
""",
    ),
    # --- equalize -------------------------------------------------------------------------------------------------
    wrong(
        "equalize",
        "minlength_forgotten",
        (", minlength=256", ""),
        loses=("test_equalize_histogram", "test_equalize_histogram_hidden"),
    ),
    wrong(
        "equalize",
        "255_bins",
        ("np.bincount(image.ravel(), minlength=256)", "np.histogram(image, bins=256)[0]"),
        loses=("test_equalize_histogram", "test_equalize_histogram_hidden"),
    ),
    wrong(
        "equalize",
        "density",
        ("np.bincount(image.ravel(), minlength=256)", "np.bincount(image.ravel(), minlength=256) / image.size"),
        loses=("test_equalize_histogram", "test_equalize_histogram_hidden"),
    ),
    wrong(
        "equalize",
        "color_images_accepted",
        (" or image.ndim != 2", ""),
        loses=("test_equalize_histogram_hidden", "test_equalize_edge_hidden"),
    ),
    wrong(
        "equalize",
        "lowest_not_subtracted",
        ("255 * (cumulative - lowest) / (image.size - lowest)", "255 * cumulative / image.size"),
        loses=("test_equalize", "test_equalize_hidden"),
    ),
    wrong(
        "equalize",
        "lowest_is_the_count_of_black",
        ("cumulative[image.min()]", "cumulative[0]"),
        loses=("test_equalize", "test_equalize_hidden"),
    ),
    wrong(
        "equalize",
        "stretched_instead",
        (
            "np.rint(255 * (cumulative - lowest) / (image.size - lowest))",
            "np.rint(255 * (np.arange(256) - image.min()) / (image.max() - image.min()))",
        ),
        loses=("test_equalize", "test_equalize_hidden"),
    ),
    wrong("equalize", "truncated", ("np.rint(", "("), loses=("test_equalize", "test_equalize_hidden")),
    wrong(
        "equalize",
        "lowest_missing_in_the_denominator",
        ("/ (image.size - lowest)", "/ image.size"),
        loses=("test_equalize", "test_equalize_hidden"),
    ),
    wrong(
        "equalize",
        "one_level_divides_by_zero",
        ("    if lowest == image.size:\n        return image.copy()\n", ""),
        loses=("test_equalize", "test_equalize_edge_hidden"),
    ),
    right(
        "equalize",
        "sorted",
        code="""
def histogram(image):
    if image.dtype != np.uint8 or len(image.shape) != 2:
        raise ValueError("cần ảnh xám uint8")
    counts = np.zeros(256, dtype=np.int64)
    np.add.at(counts, image, 1)
    return counts


def equalize(image):
    if image.dtype != np.uint8 or len(image.shape) != 2:
        raise ValueError("cần ảnh xám uint8")
    ordered = np.sort(image, axis=None)
    below = np.searchsorted(ordered, image, side="right")
    lowest = below.min()
    span = image.size - lowest
    if span == 0:
        return image.copy()
    return ((510 * (below - lowest) + span) // (2 * span)).astype(np.uint8)
""",
    ),
    right(
        "equalize",
        "histogram_with_edges",
        ("np.bincount(image.ravel(), minlength=256)", "np.histogram(image, bins=np.arange(257))[0]"),
    ),
    right(
        "equalize",
        "loops_over_the_pixels",
        code="""
def histogram(image):
    if image.ndim != 2 or image.dtype != np.uint8:
        raise ValueError("cần ảnh xám uint8")
    counts = np.zeros(256, dtype=int)
    for row in image:
        for v in row:
            counts[v] += 1
    return counts


def equalize(image):
    sums, total = [], 0
    for count in histogram(image):
        total += int(count)
        sums.append(total)
    lowest = next(c for c in sums if c > 0)
    if lowest == total:
        return image.copy()
    result = np.zeros(image.shape, dtype=np.uint8)
    for r in range(image.shape[0]):
        for c in range(image.shape[1]):
            result[r, c] = round(255 * (sums[image[r, c]] - lowest) / (total - lowest))
    return result
""",
    ),
    # --- alpha_blend ----------------------------------------------------------------------------------------------
    wrong(
        "alpha_blend",
        "front_and_back_swapped",
        ("alpha * image[..., :3] + (1 - alpha) * background", "(1 - alpha) * image[..., :3] + alpha * background"),
        loses=("test_alpha_blend", "test_alpha_blend_hidden", "test_alpha_blend_errors_hidden"),
    ),
    wrong("alpha_blend", "truncated", ("np.rint(", "("), loses=("test_alpha_blend", "test_alpha_blend_hidden")),
    wrong(
        "alpha_blend",
        "premultiplied",
        (
            "np.rint(alpha * image[..., :3] + (1 - alpha) * background)",
            "np.clip(np.rint(image[..., :3] + (1 - alpha) * background), 0, 255)",
        ),
        loses=("test_alpha_blend", "test_alpha_blend_hidden"),
    ),
    wrong(
        "alpha_blend",
        "alpha_dropped",
        ("np.rint(alpha * image[..., :3] + (1 - alpha) * background)", "image[..., :3]"),
        loses=("test_alpha_blend", "test_alpha_blend_hidden", "test_alpha_blend_errors_hidden"),
    ),
    wrong(
        "alpha_blend",
        "all_or_nothing",
        ("image[..., 3:] / 255", "(image[..., 3:] > 127)"),
        ("(1 - alpha)", "(~alpha)"),
        loses=("test_alpha_blend", "test_alpha_blend_hidden"),
    ),
    wrong(
        "alpha_blend",
        "divided_by_256",
        ("image[..., 3:] / 255", "image[..., 3:] / 256"),
        loses=("test_alpha_blend", "test_alpha_blend_hidden"),
    ),
    wrong(
        "alpha_blend",
        "alpha_kept_in_the_result",
        (
            "np.rint(alpha * image[..., :3] + (1 - alpha) * background).astype(np.uint8)",
            "np.dstack([np.rint(alpha * image[..., :3] + (1 - alpha) * background), image[..., 3]]).astype(np.uint8)",
        ),
        loses=("test_alpha_blend", "test_alpha_blend_hidden", "test_alpha_blend_errors_hidden"),
    ),
    wrong(
        "alpha_blend",
        "background_broadcast_whatever_its_shape",
        ("if background.shape not in [(3,), (height, width, 3)]", "if False"),
        loses="test_alpha_blend_errors_hidden",
    ),
    wrong(
        "alpha_blend",
        "only_arrays",
        ("background = np.asarray(background)", "pass"),
        loses=("test_alpha_blend", "test_alpha_blend_hidden"),
    ),
    wrong(
        "alpha_blend",
        "rgb_refused_by_luck_only",
        ("image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 4", "image.ndim != 3"),
        loses="test_alpha_blend_errors_hidden",
    ),
    right(
        "alpha_blend",
        "integers",
        code="""
def alpha_blend(image, background):
    back = np.array(background, dtype=np.int64)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[-1] != 4:
        raise ValueError("cần RGBA uint8")
    if back.ndim == 1:
        if len(back) != 3:
            raise ValueError("màu nền có ba số")
        back = np.broadcast_to(back, (*image.shape[:2], 3))
    if back.shape != (*image.shape[:2], 3):
        raise ValueError("nền khác kích thước")
    front, opacity = image[:, :, :3].astype(np.int64), image[:, :, 3].astype(np.int64)[:, :, np.newaxis]
    return ((2 * (opacity * front + (255 - opacity) * back) + 255) // 510).astype(np.uint8)
""",
    ),
    right(
        "alpha_blend",
        "back_plus_difference",
        (
            "alpha * image[..., :3] + (1 - alpha) * background",
            "background + alpha * (image[..., :3].astype(float) - background)",
        ),
    ),
    right(
        "alpha_blend",
        "pixel_by_pixel",
        code="""
def alpha_blend(image, background):
    if image.ndim != 3 or image.shape[2] != 4 or image.dtype != "uint8":
        raise ValueError("cần RGBA uint8")
    height, width = image.shape[:2]
    back = np.array(background)
    if back.shape == (3,):
        back = np.zeros((height, width, 3)) + back
    elif back.shape != (height, width, 3):
        raise ValueError("nền sai kích thước")
    result = np.empty((height, width, 3), dtype=np.uint8)
    for r in range(height):
        for c in range(width):
            alpha = image[r, c, 3] / 255
            result[r, c] = np.round(alpha * image[r, c, :3] + (1 - alpha) * back[r, c])
    return result
""",
    ),
    # --- resize_bilinear ------------------------------------------------------------------------------------------
    wrong(
        "resize_bilinear",
        "corners_aligned",
        ("np.maximum((np.arange(length) + 0.5) * n / length - 0.5, 0)", "np.linspace(0, n - 1, length)"),
        loses=("test_resize_bilinear", "test_resize_bilinear_hidden", "test_resize_bilinear_errors_hidden"),
    ),
    wrong(
        "resize_bilinear",
        "half_pixel_forgotten",
        ("np.maximum((np.arange(length) + 0.5) * n / length - 0.5, 0)", "np.arange(length) * n / length"),
        loses=("test_resize_bilinear", "test_resize_bilinear_hidden", "test_resize_bilinear_general_hidden"),
    ),
    wrong(
        "resize_bilinear",
        "extrapolates_at_the_border",
        ("np.maximum((np.arange(length) + 0.5) * n / length - 0.5, 0)", "(np.arange(length) + 0.5) * n / length - 0.5"),
        loses=("test_resize_bilinear", "test_resize_bilinear_hidden"),
    ),
    wrong(
        "resize_bilinear",
        "negative_index_wraps",
        ("np.maximum((np.arange(length) + 0.5) * n / length - 0.5, 0)", "(np.arange(length) + 0.5) * n / length - 0.5"),
        ("position.astype(int)", "np.floor(position).astype(int)"),
        loses=("test_resize_bilinear", "test_resize_bilinear_hidden"),
    ),
    wrong(
        "resize_bilinear",
        "nearest",
        (
            "np.maximum((np.arange(length) + 0.5) * n / length - 0.5, 0)",
            "np.floor((np.arange(length) + 0.5) * n / length)",
        ),
        loses=("test_resize_bilinear", "test_resize_bilinear_hidden"),
    ),
    wrong(
        "resize_bilinear",
        "weights_swapped",
        ("(1 - weight) * result[low] + weight * result[high]", "weight * result[low] + (1 - weight) * result[high]"),
        loses=("test_resize_bilinear", "test_resize_bilinear_hidden", "test_resize_bilinear_general_hidden"),
    ),
    wrong(
        "resize_bilinear",
        "height_and_width_swapped",
        ("(height, width)", "(width, height)"),
        loses=("test_resize_bilinear", "test_resize_bilinear_hidden"),
    ),
    wrong(
        "resize_bilinear",
        "rounded_to_the_input_type",
        ("return result", "return np.rint(result).astype(image.dtype)"),
        loses=("test_resize_bilinear", "test_resize_bilinear_general_hidden"),
    ),
    wrong(
        "resize_bilinear",
        "averages_when_shrinking",
        (
            "    result = image\n",
            """    if image.shape[0] % height == 0 and image.shape[1] % width == 0:
        parts = image.reshape(height, image.shape[0] // height, width, image.shape[1] // width, -1)
        return parts.mean(axis=(1, 3)).reshape(height, width, *image.shape[2:])
    result = image
""",
        ),
        loses="test_resize_bilinear_hidden",
    ),
    wrong(
        "resize_bilinear",
        "gray_images_only",
        ("image.ndim not in (2, 3)", "image.ndim != 2"),
        loses=("test_resize_bilinear", "test_resize_bilinear_general_hidden"),
    ),
    wrong(
        "resize_bilinear",
        "no_check_of_size",
        (" or height < 1 or width < 1", ""),
        loses="test_resize_bilinear_errors_hidden",
    ),
    wrong(
        "resize_bilinear",
        "scaled_back_to_front",
        ("* n / length", "* length / n"),
        loses=("test_resize_bilinear", "test_resize_bilinear_hidden"),
    ),
    right(
        "resize_bilinear",
        "matrices",
        code="""
def resize_bilinear(image, height, width):
    if image.ndim not in (2, 3):
        raise ValueError("cần ảnh")
    if min(height, width) < 1:
        raise ValueError("kích thước mới phải dương")

    def tent(n, m):
        x = np.clip((np.arange(m) + 0.5) * (n / m) - 0.5, 0, n - 1)
        return np.maximum(0, 1 - np.abs(x[:, None] - np.arange(n)))

    rows, columns = tent(image.shape[0], height), tent(image.shape[1], width)
    return np.einsum("hr,wc,rc...->hw...", rows, columns, image, optimize=True)
""",
    ),
    right(
        "resize_bilinear",
        "four_corners",
        code="""
def resize_bilinear(image, height, width):
    if image.ndim < 2 or image.ndim > 3 or height <= 0 or width <= 0:
        raise ValueError("đầu vào sai")
    rows, columns = image.shape[:2]
    pixels = image.reshape(rows, columns, -1).astype(float)
    y = np.clip((2 * np.arange(height) + 1) * rows / (2 * height) - 0.5, 0, rows - 1)
    x = np.clip((2 * np.arange(width) + 1) * columns / (2 * width) - 0.5, 0, columns - 1)
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    bottom, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    t, u = (y - top)[:, None, None], (x - left)[None, :, None]
    upper = (1 - u) * pixels[top[:, None], left] + u * pixels[top[:, None], right]
    lower = (1 - u) * pixels[bottom[:, None], left] + u * pixels[bottom[:, None], right]
    return ((1 - t) * upper + t * lower).reshape(height, width, *image.shape[2:])
""",
    ),
    right(
        "resize_bilinear",
        "rows_and_columns_by_np_interp",
        code="""
def resize_bilinear(image, height, width):
    if image.ndim not in (2, 3) or height < 1 or width < 1:
        raise ValueError("đầu vào sai")
    rows, columns = image.shape[:2]
    y = (np.arange(height) + 0.5) * rows / height - 0.5
    x = (np.arange(width) + 0.5) * columns / width - 0.5
    planes = image.reshape(rows, columns, -1)
    channels = range(planes.shape[2])
    tall = np.empty((height, columns, len(channels)))
    for c in range(columns):
        for k in channels:
            tall[:, c, k] = np.interp(y, np.arange(rows), planes[:, c, k])
    result = np.empty((height, width, len(channels)))
    for r in range(height):
        for k in channels:
            result[r, :, k] = np.interp(x, np.arange(columns), tall[r, :, k])
    return result.reshape(height, width, *image.shape[2:])
""",
    ),
    right(
        "resize_bilinear",
        "channel_by_channel",
        code="""
def one_axis(n, m):
    x = np.clip((np.arange(m) + 0.5) * n / m - 0.5, 0, n - 1)
    i = np.floor(x).astype(int)
    return i, np.minimum(i + 1, n - 1), x - i


def resize_bilinear(image, height, width):
    if image.ndim == 3:
        planes = [resize_bilinear(image[..., k], height, width) for k in range(image.shape[2])]
        return np.stack(planes, axis=-1)
    if image.ndim != 2 or height < 1 or width < 1:
        raise ValueError("đầu vào sai")
    low, high, t = one_axis(image.shape[0], height)
    tall = image[low] * (1 - t)[:, None] + image[high] * t[:, None]
    low, high, u = one_axis(image.shape[1], width)
    return tall[:, low] * (1 - u) + tall[:, high] * u
""",
    ),
]

STACK_CHECKS = "np.stack raises the promised ValueError when the shapes differ, so one channel speaks for all"
SYMMETRIC = "the two arguments may change places"

EQUIVALENT = [
    Equivalent(
        "channels",
        "if any(channel.ndim != 2 for channel in channels): -> if all(channel.ndim != 2 for channel in channels):",
        STACK_CHECKS,
    ),
    Equivalent(
        "channels",
        "if any(channel.ndim != 2 for channel in channels): -> "
        "if any(channel.ndim != 2 for channel in list(channels)[1:]):",
        STACK_CHECKS,
    ),
    Equivalent(
        "channels",
        "if any(channel.ndim != 2 for channel in channels): -> "
        "if any(channel.ndim != 2 for channel in list(channels)[:-1]):",
        STACK_CHECKS,
    ),
    Equivalent(
        "to_grayscale",
        "if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3: -> "
        "if ((image.dtype != np.uint8) or (image.ndim != 3)):",
        "`@` itself raises the promised ValueError when the last axis is not 3",
    ),
    Equivalent(
        "to_grayscale",
        "luma = image @ np.array([0.299, 0.587, 0.114]) -> luma = image @ [0.299, 0.587, 0.114]",
        "`@` turns the list into the same array",
    ),
    Equivalent(
        "adjust",
        "return np.clip(np.rint(values), 0, 255).astype(np.uint8) -> "
        "return np.clip(0, np.rint(values), 255).astype(np.uint8)",
        "min(max(0, v), 255) is the same number as min(max(v, 0), 255)",
    ),
    Equivalent(
        "equalize",
        "return image.copy() -> return image",
        "equal values; whether memory is shared cannot be seen from another process",
    ),
    Equivalent(
        "alpha_blend",
        "if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 4: -> "
        "if ((image.dtype != np.uint8) or (image.ndim != 3)):",
        "with another number of channels the product cannot be broadcast: the promised ValueError",
    ),
    Equivalent(
        "resize_bilinear",
        "if image.ndim not in (2, 3) or height < 1 or width < 1: -> "
        "if image.ndim not in (3, 2) or height < 1 or width < 1:",
        "membership does not depend on the order",
    ),
    Equivalent(
        "resize_bilinear",
        "position = np.maximum((np.arange(length) + 0.5) * n / length - 0.5, 0) -> "
        "position = np.maximum(0, (np.arange(length) + 0.5) * n / length - 0.5)",
        SYMMETRIC,
    ),
    Equivalent(
        "resize_bilinear",
        "high = np.minimum(low + 1, n - 1) -> high = np.minimum(n - 1, low + 1)",
        SYMMETRIC,
    ),
    Equivalent(
        "resize_bilinear",
        "result = result.swapaxes(0, 1) -> result = result.swapaxes(1, 0)",
        SYMMETRIC,
    ),
]
