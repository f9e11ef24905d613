"""Answers to the assignment `tensorrt`: plausible wrong ones and different right ones."""

from tests.graders.bank import Equivalent, right, wrong

# --- fold_batch_norm ----------------------------------------------------------------------------------------------

BOTH_FOLD = ("test_fold_batch_norm", "test_fold_batch_norm_hidden")
FOLD_BATCH_NORM = [
    wrong("fold_batch_norm", "divided_by_the_variance", ("np.sqrt(var + eps)", "(var + eps)"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "epsilon_after_the_root", ("np.sqrt(var + eps)", "(np.sqrt(var) + eps)"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "epsilon_forgotten", ("np.sqrt(var + eps)", "np.sqrt(np.maximum(var, 1e-12))"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "gamma_forgotten", ("a = gamma /", "a = 1 /"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "bias_of_the_convolution_forgotten", ("a * (b - mean)", "a * (0 - mean)"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "bias_not_scaled", ("beta + a * (b - mean)", "beta + b - a * mean"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "mean_forgotten", ("a * (b - mean)", "a * b"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "mean_added", ("a * (b - mean)", "a * (b + mean)"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "beta_scaled", ("b = beta + a * (b - mean)", "b = a * (beta + b - mean)"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "beta_forgotten", ("b = beta + a", "b = a"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "last_axis_scaled", ("a.reshape(-1, *[1] * (W.ndim - 1))", "np.resize(a, W.shape[-1])"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "four_axes_only", ("a.reshape(-1, *[1] * (W.ndim - 1))", "a[:, None, None, None]"), loses=BOTH_FOLD),
    wrong("fold_batch_norm", "variance_not_checked", ("if np.any(var < 0):", "if False:"), loses="test_fold_batch_norm_hidden"),
    right("fold_batch_norm", "channel_by_channel", code='''
def fold_batch_norm(W, b, gamma, beta, mean, var, eps):
    W = np.array(W, dtype=np.float64)
    b = np.zeros(len(W)) if b is None else np.array(b, dtype=np.float64)
    for k in range(len(W)):
        if float(var[k]) < 0:
            raise ValueError("var")
        a = float(gamma[k]) * (float(var[k]) + eps) ** -0.5
        W[k] *= a
        b[k] = float(beta[k]) + a * (b[k] - float(mean[k]))
    return W, b
'''),
]  # fmt: skip

# --- round_mantissa -----------------------------------------------------------------------------------------------

ALL_ROUND = ("test_round_mantissa", "test_round_mantissa_hidden", "test_round_mantissa_special_hidden")
SPECIAL = "test_round_mantissa_special_hidden"
ROUND_MANTISSA = [
    wrong("round_mantissa", "truncated", ("(1 << (drop - 1)) - 1 + (raw >> drop) % 2", "0"), loses=ALL_ROUND),
    wrong("round_mantissa", "ties_away_from_zero", ("(1 << (drop - 1)) - 1 + (raw >> drop) % 2", "1 << (drop - 1)"),
          loses=("test_round_mantissa", SPECIAL)),
    wrong("round_mantissa", "ties_to_zero", ("(1 << (drop - 1)) - 1 + (raw >> drop) % 2", "(1 << (drop - 1)) - 1"),
          loses=("test_round_mantissa", SPECIAL)),
    wrong("round_mantissa", "ties_to_odd", ("(raw >> drop) % 2", "1 - (raw >> drop) % 2"), loses=("test_round_mantissa", SPECIAL)),
    wrong("round_mantissa", "one_bit_too_few", ("drop = 23 - bits", "drop = 24 - bits"), loses=ALL_ROUND[:2]),
    wrong("round_mantissa", "one_bit_too_many", ("drop = 23 - bits", "drop = 22 - bits"), loses=ALL_ROUND),
    wrong("round_mantissa", "rounded_decimals", code='''
def round_mantissa(x, bits):
    if not 1 <= bits <= 22:
        raise ValueError("bits")
    return (np.round(np.array(x, dtype=np.float32) * 2**bits) / 2**bits).astype(np.float32)
''', loses=ALL_ROUND),
    wrong("round_mantissa", "values_cast_to_integers", ("x.view(np.uint32).astype(np.uint64)", "x.astype(np.int64).astype(np.uint64)"), loses=ALL_ROUND),
    wrong("round_mantissa", "nan_not_kept", ("np.where(np.isfinite(x), kept, x)", "kept"), loses=SPECIAL),
    wrong("round_mantissa", "double_precision", ("np.where(np.isfinite(x), kept, x)", "np.where(np.isfinite(x), kept, x).astype(float)"),
          loses=ALL_ROUND[:2]),
    wrong("round_mantissa", "flattened", ("kept, x)", "kept, x).ravel()"), loses="test_round_mantissa_hidden"),
    wrong("round_mantissa", "bits_not_checked", ("if not 1 <= bits <= 22:", "if bits > 23:"), loses="test_round_mantissa_hidden"),
    wrong("round_mantissa", "sign_of_zero_lost", code='''
def round_mantissa(x, bits):
    if not 1 <= bits <= 22:
        raise ValueError("bits")
    x = np.array(x, dtype=np.float32)
    m, e = np.frexp(np.abs(x).astype(float))
    with np.errstate(over="ignore"):
        out = (np.sign(x) * np.ldexp(np.rint(np.ldexp(m, bits + 1)), e - bits - 1)).astype(np.float32)
    return np.where(np.isfinite(x) & (x != 0), out, x * 1 + 0).reshape(x.shape)
''', loses=SPECIAL),
    right("round_mantissa", "by_frexp", code='''
def round_mantissa(x, bits):
    if bits < 1 or bits > 22:
        raise ValueError("bits")
    x = np.array(x, dtype=np.float32)
    m, e = np.frexp(x.astype(np.float64))
    with np.errstate(over="ignore"):
        out = np.ldexp(np.rint(np.ldexp(m, bits + 1)), e - bits - 1).astype(np.float32)
    return np.where(np.isfinite(x), out, x)
'''),
    right("round_mantissa", "by_remainder", code='''
def round_mantissa(x, bits):
    if bits not in range(1, 23):
        raise ValueError("bits")
    x = np.array(x, dtype=np.float32, order="C")
    raw = np.atleast_1d(x).view(np.uint32).astype(np.int64)
    unit = 2 ** (23 - bits)
    rest = raw % unit
    raw = raw - rest
    up = (2 * rest > unit) | ((2 * rest == unit) & (raw // unit % 2 == 1))
    out = (raw + unit * up).astype(np.uint32).view(np.float32).reshape(x.shape)
    return np.where(np.isfinite(x), out, x)
'''),
]  # fmt: skip

# --- latency_report -----------------------------------------------------------------------------------------------

BOTH_LATENCY = ("test_latency_report", "test_latency_report_hidden")
LATENCY_REPORT = [
    wrong("latency_report", "warm_up_kept", ("[warmup:]", "[0:]"), loses=BOTH_LATENCY),
    wrong("latency_report", "last_ones_dropped", ("[warmup:]", "[: len(times) - warmup]"), loses=BOTH_LATENCY),
    wrong("latency_report", "sorted_before_dropping",
          ("np.array(times, dtype=np.float64)[warm", "np.sort(np.array(times, dtype=np.float64))[warm"), loses=BOTH_LATENCY),
    wrong("latency_report", "seconds", ("np.percentile(kept, (50, 99)) * 1000", "np.percentile(kept, (50, 99))"), loses=BOTH_LATENCY),
    wrong("latency_report", "mean_in_seconds", ("kept.mean() * 1000", "kept.mean()"), loses=BOTH_LATENCY),
    wrong("latency_report", "maximum_for_p99", ('"p99": float(p99)', '"p99": float(kept.max() * 1000)'), loses=BOTH_LATENCY),
    wrong("latency_report", "nearest_rank", ("np.percentile(kept, (50, 99))", 'np.percentile(kept, (50, 99), method="inverted_cdf")'),
          loses=BOTH_LATENCY),
    wrong("latency_report", "p95", ("(50, 99)", "(50, 95)"), loses=BOTH_LATENCY),
    wrong("latency_report", "batch_forgotten", ("batch * len(kept) / kept.sum()", "len(kept) / kept.sum()"), loses=BOTH_LATENCY),
    wrong("latency_report", "rate_from_the_median", ("batch * len(kept) / kept.sum()", "1000 * batch / p50"), loses=BOTH_LATENCY),
    wrong("latency_report", "mean_of_the_rates", ("batch * len(kept) / kept.sum()", "np.mean(batch / kept)"), loses=BOTH_LATENCY),
    wrong("latency_report", "single_precision", ("dtype=np.float64", "dtype=np.float32"), loses=BOTH_LATENCY),
    wrong("latency_report", "numpy_numbers", ('"mean": float(kept.mean() * 1000)', '"mean": kept.mean() * 1000'),
          loses=BOTH_LATENCY),
    wrong("latency_report", "rate_in_single_precision",
          ("len(kept) / kept.sum()", "len(kept) / np.array(times[warmup:], dtype=np.float32).sum()"),
          loses="test_latency_report_hidden"),
    wrong("latency_report", "negative_warm_up", ("warmup < 0 or batch < 1", "batch < 1"), loses="test_latency_report_hidden"),
    right("latency_report", "by_hand", code='''
def latency_report(times, batch, warmup):
    kept = [float(t) for t in times]
    if warmup < 0 or batch <= 0 or warmup >= len(kept):
        raise ValueError("times, batch, warmup")
    kept = sorted(kept[warmup:])
    report = {}
    for q in (50, 99):
        place = (len(kept) - 1) * q / 100
        low = int(place)
        high = min(low + 1, len(kept) - 1)
        report[f"p{q}"] = 1e3 * (kept[low] * (1 - place + low) + kept[high] * (place - low))
    report["mean"] = 1e3 * sum(kept) / len(kept)
    report["images_per_s"] = 1e3 * batch / report["mean"]
    return report
'''),
]  # fmt: skip

# --- check_profile ------------------------------------------------------------------------------------------------

BOTH_PROFILE = ("test_check_profile", "test_check_profile_hidden")
CHECK_PROFILE = [
    wrong("check_profile", "upper_end_excluded", ("<= size <= high[k]", "<= size < high[k]"), loses=BOTH_PROFILE),
    wrong("check_profile", "lower_end_excluded", ("not low[k] <= size", "not low[k] < size"), loses="test_check_profile_hidden"),
    wrong("check_profile", "only_the_upper_end", ("if not low[k] <= size <= high[k]", "if size > high[k]"), loses=BOTH_PROFILE),
    wrong("check_profile", "only_the_batch_axis", ("return [k for k, size in enumerate(shape) if", "return [k for k, size in enumerate(shape[:1]) if"),
          loses=BOTH_PROFILE),
    wrong("check_profile", "best_is_the_limit", ("<= size <= high[k]", "<= size <= best[k]"), loses=BOTH_PROFILE),
    wrong("check_profile", "axes_inside", ("if not low[k] <= size", "if low[k] <= size"), loses=BOTH_PROFILE),
    wrong("check_profile", "profile_not_checked", ("if not all(1 <= a <= b <= c", "if not all(True or 1 <= a <= b <= c"), loses=BOTH_PROFILE),
    wrong("check_profile", "zero_accepted", ("all(1 <= a", "all(0 <= a"), loses="test_check_profile_hidden"),
    wrong("check_profile", "empty_profile_accepted", (" or len(low) == 0:", ":"), loses="test_check_profile_hidden"),
    wrong("check_profile", "first_axis_only_reported", ("if not low[k] <= size <= high[k]]", "if not low[k] <= size <= high[k]][:1]"),
          loses=BOTH_PROFILE),
    right("check_profile", "step_by_step", code='''
def check_profile(shape, low, best, high):
    if len({len(shape), len(low), len(best), len(high)}) != 1 or not low:
        raise ValueError("axes")
    outside = []
    for k in range(len(shape)):
        if low[k] < 1 or best[k] < low[k] or high[k] < best[k]:
            raise ValueError("profile")
        if shape[k] < low[k] or shape[k] > high[k]:
            outside.append(k)
    return outside
'''),
]  # fmt: skip

# --- unpack_engine ------------------------------------------------------------------------------------------------

ALL_UNPACK = ("test_unpack_engine", "test_unpack_engine_hidden", "test_unpack_engine_damage_hidden")
DAMAGE = "test_unpack_engine_damage_hidden"
UNPACK_ENGINE = [
    wrong("unpack_engine", "big_endian", ('"<I"', '">I"'), loses=ALL_UNPACK),
    wrong("unpack_engine", "length_field_left_in", ("end = 20 + struct", "end = 16 + struct"), loses=ALL_UNPACK),
    wrong("unpack_engine", "one_byte_length", ('struct.unpack("<I", content[16:20])[0]', "content[16]"), loses="test_unpack_engine_hidden"),
    wrong("unpack_engine", "checksum_ignored", ('if header.get("sha256") != hashlib.sha256(plan).hexdigest():', "if False:"),
          loses=("test_unpack_engine", DAMAGE)),
    wrong("unpack_engine", "checksum_of_the_file", ("hashlib.sha256(plan)", "hashlib.sha256(content)"), loses=ALL_UNPACK),
    wrong("unpack_engine", "missing_checksum_accepted", ('if header.get("sha256") != hashlib', 'if "sha256" in header and header["sha256"] != hashlib'),
          loses=("test_unpack_engine", DAMAGE)),
    wrong("unpack_engine", "checksum_key_error_escapes", ('header.get("sha256")', 'header["sha256"]'),
          loses=("test_unpack_engine", DAMAGE)),
    wrong("unpack_engine", "checksum_digest_in_bytes", ("hashlib.sha256(plan).hexdigest()", "hashlib.sha256(plan).digest()"),
          loses=ALL_UNPACK),
    wrong("unpack_engine", "header_read_as_ascii", ("json.loads(content[20:end])", 'json.loads(content[20:end].decode("ascii"))'),
          loses="test_unpack_engine_hidden"),
    wrong("unpack_engine", "capability_ignored", ('("device", "capability", "tensorrt")', '("device", "tensorrt")'), loses=("test_unpack_engine", "test_unpack_engine_hidden", DAMAGE)),
    wrong("unpack_engine", "version_ignored", ('("device", "capability", "tensorrt")', '("device", "capability")'), loses=("test_unpack_engine", "test_unpack_engine_hidden", DAMAGE)),
    wrong("unpack_engine", "prefix_is_enough", ("header[key] != here[key]", "not header[key].startswith(here[key])"),
          loses="test_unpack_engine_hidden"),
    wrong("unpack_engine", "key_error_escapes", ("key not in header or header[key]", "header[key]"), loses=DAMAGE),
    wrong("unpack_engine", "struct_error_escapes", (" or len(content) < 20:", ":"), loses=DAMAGE),
    wrong("unpack_engine", "not_an_object", ("if not isinstance(header, dict):", "if False:"), loses=DAMAGE),
    wrong("unpack_engine", "length_trusted", ("if len(content) < end:", "if False:"), loses=DAMAGE),
    wrong("unpack_engine", "magic_not_checked", ("content[:16] != magic or ", ""), loses=("test_unpack_engine", DAMAGE)),
    wrong("unpack_engine", "magic_in_part", ("content[:16] != magic", "content[:14] != magic[:14]"), loses=DAMAGE),
    wrong("unpack_engine", "extra_keys_refused", ("if not isinstance(header, dict):", "if not isinstance(header, dict) or len(header) != 4:"),
          loses="test_unpack_engine_hidden"),
    right("unpack_engine", "caught_at_the_end", code='''
def unpack_engine(content, here):
    try:
        if not content.startswith(b"COURSE-ENGINE-1\\n"):
            raise ValueError("magic")
        (length,) = struct.unpack_from("<I", content, 16)
        header, plan = content[20 : 20 + length], content[20 + length :]
        if len(header) != length:
            raise ValueError("cut")
        header = dict(json.loads(header.decode("utf-8")))
        same = all(header[name] == here[name] for name in ("tensorrt", "capability", "device"))
        if not same or header["sha256"] != hashlib.sha256(plan).hexdigest():
            raise ValueError("other machine or damaged")
        return plan
    except (KeyError, TypeError, struct.error) as error:
        raise ValueError(str(error)) from None
'''),
]  # fmt: skip

# --- choose_engine ------------------------------------------------------------------------------------------------

ALL_CHOOSE = ("test_choose_engine", "test_choose_engine_hidden", "test_choose_engine_ties_hidden")
VISIBLE, RANDOM, TIES = ALL_CHOOSE
CHOOSE_ENGINE = [
    wrong("choose_engine", "waiting_for_the_batch_forgotten", ('1000 * (row["batch"] - 1) / arrival + row["p99_ms"]', 'row["p99_ms"]'), loses=ALL_CHOOSE),
    wrong("choose_engine", "waiting_in_seconds", ('1000 * (row["batch"] - 1)', '(row["batch"] - 1)'), loses=ALL_CHOOSE),
    wrong("choose_engine", "whole_batch_waited_for", ('(row["batch"] - 1)', 'row["batch"]'), loses=(VISIBLE, RANDOM)),
    wrong("choose_engine", "acceptance_ignored", ('if not row["accepted"]:', "if False:"), loses=(VISIBLE, RANDOM)),
    wrong("choose_engine", "accuracy_ignored", ('row["accuracy"] >= min_accuracy and ', ""), loses=(VISIBLE, RANDOM)),
    wrong("choose_engine", "memory_ignored", (' and row["bytes"] <= max_bytes', ""), loses=ALL_CHOOSE),
    wrong("choose_engine", "rate_below_the_arrivals", (' and row["images_per_s"] >= arrival', ""), loses=(VISIBLE, RANDOM)),
    wrong("choose_engine", "limits_excluded", ("total <= max_ms", "total < max_ms"), loses=(VISIBLE, RANDOM)),
    wrong("choose_engine", "slowest_chosen", ('(-row["images_per_s"], total', '(row["images_per_s"], total'), loses=ALL_CHOOSE),
    wrong("choose_engine", "smallest_latency_chosen", ('(-row["images_per_s"], total, row["bytes"], k)', '(total, -row["images_per_s"], row["bytes"], k)'),
          loses=ALL_CHOOSE),
    wrong("choose_engine", "ties_by_the_call_alone", ('(-row["images_per_s"], total, row', '(-row["images_per_s"], row["p99_ms"], row'), loses=TIES),
    wrong("choose_engine", "ties_by_memory_first", ('total, row["bytes"], k)', 'row["bytes"], total, k)'), loses=TIES),
    wrong("choose_engine", "last_of_equals", ('row["bytes"], k))', 'row["bytes"], -k))'), ("min(found)[-1]", "-min(found)[-1]"), loses=TIES),
    wrong("choose_engine", "row_returned", ("min(found)[-1] if found", "rows[min(found)[-1]] if found"), loses=ALL_CHOOSE),
    wrong("choose_engine", "nothing_found_is_an_error", (" if found else None", ""), loses=(VISIBLE, RANDOM)),
    wrong("choose_engine", "arrival_not_checked", ("if arrival <= 0:", "if False:"), loses=(VISIBLE, RANDOM)),
    right("choose_engine", "one_pass", code='''
def choose_engine(rows, *, arrival, max_ms, min_accuracy, max_bytes):
    if not arrival > 0:
        raise ValueError("arrival")
    best = None
    for k, row in enumerate(rows):
        if not row["accepted"] or row["accuracy"] < min_accuracy:
            continue
        if row["bytes"] > max_bytes or row["images_per_s"] < arrival:
            continue
        total = (row["batch"] - 1) / arrival * 1000 + row["p99_ms"]
        if total > max_ms:
            continue
        score = (row["images_per_s"], -total, -row["bytes"])
        if best is None or score > best[0]:
            best = (score, k)
    return None if best is None else best[1]
'''),
]  # fmt: skip

ANSWERS = FOLD_BATCH_NORM + ROUND_MANTISSA + LATENCY_REPORT + CHECK_PROFILE + UNPACK_ENGINE + CHOOSE_ENGINE

EQUIVALENT: list[Equivalent] = []
