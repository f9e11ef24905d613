"""Answers to the assignment `gpu-training`: plausible wrong ones and different right ones."""

from tests.graders.bank import right, wrong

# --- speedup ------------------------------------------------------------------------------------------------------

BOTH_SPEEDUP = ("test_speedup", "test_speedup_hidden")
LEFT = "left = 1 - sum(shares) + sum(p / s for p, s in zip(shares, gains, strict=True))"
SPEEDUP = [
    wrong("speedup", "the_rest_forgotten", ("1 - sum(shares) + ", ""), loses=BOTH_SPEEDUP),
    wrong("speedup", "gains_multiplied", (LEFT, "left = 1 / np.prod(gains)"), loses=BOTH_SPEEDUP),
    wrong("speedup", "speeds_averaged", (LEFT, "left = 1 / (1 - sum(shares) + sum(p * s for p, s in zip(shares, gains, strict=True)))"),
          loses=BOTH_SPEEDUP),
    wrong("speedup", "shares_multiplied_by_gains", ("p / s for", "p * s for"), loses=BOTH_SPEEDUP),
    wrong("speedup", "parts_applied_one_after_another",
          (LEFT, "left = np.prod([1 - p + p / s for p, s in zip(shares, gains, strict=True)])"), loses=BOTH_SPEEDUP),
    wrong("speedup", "new_time_returned", ("return float(1 / left)", "return float(left)"), loses=BOTH_SPEEDUP),
    wrong("speedup", "sum_not_checked", (" or sum(shares) > 1 + 1e-9", ""), loses=BOTH_SPEEDUP),
    wrong("speedup", "no_room_for_rounding", ("1 + 1e-9", "1 - 1e-9"), loses="test_speedup_hidden"),
    wrong("speedup", "gains_not_checked", (" or any(s <= 0 for s in gains)", ""), loses="test_speedup_hidden"),
    wrong("speedup", "slower_parts_refused", ("any(s <= 0 for s in gains)", "any(s < 1 for s in gains)"), loses="test_speedup_hidden"),
    right(
        "speedup",
        "with_arrays",
        code='''
def speedup(shares, gains):
    if len(shares) != len(gains):
        raise ValueError("dài")
    p = np.array(shares, dtype=np.float64)
    s = np.array(gains, dtype=np.float64)
    if (p < 0).any() or p.sum() > 1 + 1e-9 or (s <= 0).any():
        raise ValueError("dữ liệu")
    old = 1.0
    for share, gain in zip(p, s):
        old -= share * (1 - 1 / gain)
    return 1 / float(old)
''',
    ),
]  # fmt: skip

# --- durations ----------------------------------------------------------------------------------------------------

ALL_DURATIONS = ("test_durations", "test_durations_hidden", "test_durations_errors_hidden")
TIMED = ALL_DURATIONS[:2]
DURATIONS = [
    wrong("durations", "not_waited_at_the_end", ("        call()\n        synchronize()\n", "        call()\n"), loses=TIMED),
    wrong("durations", "not_waited_before", ("        synchronize()\n        start = now()", "        start = now()"), loses=TIMED),
    wrong("durations", "waited_before_after_the_clock", ("        synchronize()\n        start = now()", "        start = now()\n        synchronize()"),
          loses=TIMED),
    wrong("durations", "warm_up_forgotten", ("    for _ in range(warmup):\n        call()\n", ""), loses=TIMED),
    wrong("durations", "warm_up_measured_and_dropped_from_the_wrong_end",
          ("    for _ in range(warmup):\n        call()\n", ""), ("for _ in range(repeats):", "for _ in range(warmup + repeats):"),
          ("return taken", "return taken[:repeats]"), loses=TIMED),
    wrong("durations", "one_average", ("return taken", "return [sum(taken) / len(taken)] * len(taken)"), loses="test_durations_hidden"),
    wrong("durations", "sorted", ("return taken", "return sorted(taken)"), loses="test_durations_hidden"),
    wrong("durations", "one_call_to_try", ("    taken = []\n", "    taken = []\n    call()\n"), loses=TIMED),
    wrong("durations", "checked_too_late",
          ('    if warmup < 0 or repeats < 1:\n        raise ValueError("cần warmup >= 0 và repeats >= 1")\n', ""),
          ("    taken = []\n", '    if warmup < 0 or repeats < 1:\n        raise ValueError("cần warmup >= 0 và repeats >= 1")\n    taken = []\n'),
          loses="test_durations_errors_hidden"),
    right(
        "durations",
        "each_end_is_the_next_start",
        code='''
def durations(call, synchronize, now, warmup, repeats):
    if repeats < 1 or warmup < 0:
        raise ValueError("số lần")
    for _ in range(warmup):
        call()
    synchronize()
    marks = [now()]
    for _ in range(repeats):
        call()
        synchronize()
        marks.append(now())
    return [float(b - a) for a, b in zip(marks[:-1], marks[1:])]
''',
    ),
    right(
        "durations",
        "waits_after_every_call",
        code='''
def durations(call, synchronize, now, warmup, repeats):
    if repeats < 1 or warmup < 0:
        raise ValueError("số lần")
    answer = []
    for number in range(-warmup, repeats):
        synchronize()
        before = float(now())
        call()
        synchronize()
        if number >= 0:
            answer.append(float(now()) - before)
    return answer
''',
    ),
]  # fmt: skip

# --- report -------------------------------------------------------------------------------------------------------

BOTH_REPORT = ("test_report", "test_report_hidden")
REPORT = [
    wrong("report", "mean_for_median", ('"p50": float(middle)', '"p50": float(np.mean(end - begin))'), loses=BOTH_REPORT),
    wrong("report", "largest_for_p99", ('"p99": float(far)', '"p99": float(np.max(end - begin))'), loses=BOTH_REPORT),
    wrong("report", "half_the_range", ('float(high - low)', 'float(high - low) / 2'), loses=BOTH_REPORT),
    wrong("report", "milliseconds_as_seconds", ("images / middle * 1000", "images / middle"), loses=BOTH_REPORT),
    wrong("report", "rate_from_the_mean", ("images / middle * 1000", "images / np.mean(end - begin) * 1000"), loses=BOTH_REPORT),
    wrong("report", "rate_over_the_whole_span", ("images / middle * 1000", "images * begin.size / (end[-1] - begin[0]) * 1000"), loses=BOTH_REPORT),
    wrong("report", "subtracted_in_their_own_type",
          ("np.asarray(begin, dtype=np.float64), np.asarray(end, dtype=np.float64)", "np.asarray(begin), np.asarray(end)"),
          loses="test_report_hidden"),
    wrong("report", "order_not_checked", (" or np.any(end <= begin)", ""), loses="test_report_hidden"),
    wrong("report", "equal_times_accepted", ("np.any(end <= begin)", "np.any(end < begin)"), loses="test_report_hidden"),
    wrong("report", "empty_not_checked", (" or begin.size == 0", ""), loses="test_report_hidden"),
    wrong("report", "numpy_floats_returned", ('"p50": float(middle)', '"p50": middle'), loses=BOTH_REPORT),
    right(
        "report",
        "sorted_by_hand",
        code='''
def report(begin, end, images):
    if len(begin) != len(end) or len(begin) == 0 or images <= 0:
        raise ValueError("dài")
    took = sorted(float(b) - float(a) for a, b in zip(begin, end))
    if took[0] <= 0:
        raise ValueError("thứ tự")

    def at(q):
        place = q * (len(took) - 1)
        k = min(int(place), len(took) - 2) if len(took) > 1 else 0
        return took[k] if len(took) == 1 else took[k] + (place - k) * (took[k + 1] - took[k])

    return {"iqr": at(0.75) - at(0.25), "p99": at(0.99), "p50": at(0.5), "images_per_s": 1000 * images / at(0.5)}
''',
    ),
]  # fmt: skip

# --- scaled_step --------------------------------------------------------------------------------------------------

BOTH_STEP = ("test_scaled_step", "test_scaled_step_hidden")
ALL_STEP = (*BOTH_STEP, "test_scaled_step_half_hidden")
STEP = [
    wrong("scaled_step", "not_divided", ("lr * (g / scale)", "lr * g"), loses=ALL_STEP),
    wrong("scaled_step", "multiplied", ("lr * (g / scale)", "lr * (g * scale)"), loses=ALL_STEP),
    wrong("scaled_step", "divided_in_half_precision",
          ("w, g = np.array(w, dtype=np.float64), np.asarray(g, dtype=np.float64)", "w, g = np.array(w, dtype=np.float64), np.asarray(g)"),
          ("lr * (g / scale)", "lr * (g / g.dtype.type(scale)).astype(np.float64)"), loses="test_scaled_step_half_hidden"),
    wrong("scaled_step", "bad_entries_set_to_zero",
          ("return w, float(scale / 2), 0", "return w - lr * np.nan_to_num(g, nan=0, posinf=0, neginf=0) / scale, float(scale / 2), 0"),
          loses=BOTH_STEP),
    wrong("scaled_step", "nan_not_seen", ("not np.isfinite(g).all()", "np.isinf(g).any()"), loses="test_scaled_step_hidden"),
    wrong("scaled_step", "minus_infinity_not_seen", ("not np.isfinite(g).all()", "np.isposinf(g).any() or np.isnan(g).any()"),
          loses="test_scaled_step_hidden"),
    wrong("scaled_step", "calm_not_reset_after_growth", ("return w, float(scale * 2), 0", "return w, float(scale * 2), calm"), loses=BOTH_STEP),
    wrong("scaled_step", "calm_not_reset_after_overflow", ("return w, float(scale / 2), 0", "return w, float(scale / 2), calm"), loses=BOTH_STEP),
    wrong("scaled_step", "grows_one_step_late", ("if calm == interval:", "if calm > interval:"), loses=BOTH_STEP),
    wrong("scaled_step", "new_scale_used_at_once",
          ("    w = w - lr * (g / scale)\n    calm += 1\n    if calm == interval:\n        return w, float(scale * 2), 0\n    return w, float(scale), calm",
           "    calm += 1\n    if calm == interval:\n        scale, calm = scale * 2, 0\n    w = w - lr * (g / scale)\n    return w, float(scale), calm"),
          loses=ALL_STEP[:2]),
    wrong("scaled_step", "input_returned", ("w, g = np.array(w, dtype=np.float64), ", "w, g = np.asarray(w), "), loses="test_scaled_step_half_hidden"),
    wrong("scaled_step", "whole_scale_stays_whole", ("float(scale * 2)", "scale * 2"), loses=(ALL_STEP[0], ALL_STEP[2])),
    wrong("scaled_step", "shape_not_checked", ("w.shape != g.shape or ", ""), loses="test_scaled_step_hidden"),
    right(
        "scaled_step",
        "one_exit",
        code='''
def scaled_step(w, g, lr, scale, calm, interval):
    if np.shape(w) != np.shape(g) or not scale > 0 or interval < 1:
        raise ValueError("dữ liệu")
    new = np.array(w).astype(np.float64)
    g = np.array(g).astype(np.float64)
    if np.isnan(g).any() or np.isinf(g).any():
        factor, calm = 0.5, 0
    else:
        new -= g * (lr / scale)
        grow = (calm + 1) % interval == 0
        factor, calm = (2.0, 0) if grow else (1.0, calm + 1)
    return new, scale * factor, calm
''',
    ),
]  # fmt: skip

# --- roofline -----------------------------------------------------------------------------------------------------

BOTH_ROOF = ("test_roofline", "test_roofline_hidden")
ROOF = [
    wrong("roofline", "multiply_add_counted_once", ("flop.append(2 * batch", "flop.append(batch"), loses=BOTH_ROOF),
    wrong("roofline", "batch_forgotten_in_flop", ("flop.append(2 * batch", "flop.append(2"), loses=BOTH_ROOF),
    wrong("roofline", "input_side", ("weights * side_out**2)", "weights * side_in**2)"), loses=BOTH_ROOF),
    wrong("roofline", "kernel_not_squared", ("outputs * inputs * kernel**2", "outputs * inputs * kernel"), loses=BOTH_ROOF),
    wrong("roofline", "weights_read_for_every_image", ("inputs * side_in**2 + weights +", "inputs * side_in**2 + batch * weights +"), loses=BOTH_ROOF),
    wrong("roofline", "weights_forgotten", ("inputs * side_in**2 + weights +", "inputs * side_in**2 +"), loses=BOTH_ROOF),
    wrong("roofline", "size_forgotten", ("moved.append(size * ", "moved.append("), loses=BOTH_ROOF),
    wrong("roofline", "times_added", ("np.maximum(compute, transfer)", "compute + transfer"), loses=BOTH_ROOF),
    wrong("roofline", "the_shorter_time", ("np.maximum(compute, transfer)", "np.minimum(compute, transfer)"), loses=BOTH_ROOF),
    wrong("roofline", "compute_bound_returned", ("transfer > compute", "transfer < compute"), loses=BOTH_ROOF),
    wrong("roofline", "equal_times_count_as_memory", ("transfer > compute", "transfer >= compute"), loses="test_roofline_hidden"),
    wrong("roofline", "counted_in_32_bits", ("np.array(flop, dtype=np.int64)", "np.array(flop, dtype=np.float32).astype(np.int64)"),
          loses="test_roofline_hidden"),
    wrong("roofline", "nothing_checked", ("if min(batch, size, peak, bandwidth) <= 0:", "if False:"), loses="test_roofline_hidden"),
    right(
        "roofline",
        "with_columns",
        code='''
def roofline(layers, batch, size, peak, bandwidth):
    if batch <= 0 or size <= 0 or peak <= 0 or bandwidth <= 0:
        raise ValueError("dương")
    a, b, k, before, after = np.array(layers, dtype=np.int64).T
    filters = a * b * k * k
    positions = after * after * batch
    flop = filters * positions * 2
    moved = (a * before * before * batch + filters + b * positions) * size
    speed = np.minimum(peak, bandwidth * (flop / moved))
    return flop, moved, flop / speed, flop / peak < moved / bandwidth
''',
    ),
]  # fmt: skip

# --- rates --------------------------------------------------------------------------------------------------------

BOTH_RATES = ("test_rates", "test_rates_hidden")
RATES = [
    wrong("rates", "not_scaled", ("peak = base_lr * batch / base_batch", "peak = base_lr"), loses=BOTH_RATES),
    wrong("rates", "ratio_turned_round", ("base_lr * batch / base_batch", "base_lr * base_batch / batch"), loses=BOTH_RATES),
    wrong("rates", "square_root_rule", ("base_lr * batch / base_batch", "base_lr * np.sqrt(batch / base_batch)"), loses=BOTH_RATES),
    wrong("rates", "rises_from_zero", ("up = base_lr + (peak - base_lr) * ", "up = peak * "), loses=BOTH_RATES),
    wrong("rates", "rise_one_step_late", ("np.arange(1, rise + 1)", "np.arange(rise)"), loses=BOTH_RATES),
    wrong("rates", "ends_at_zero", ("(steps - np.arange(rise, steps))", "(steps - 1 - np.arange(rise, steps))"), loses=BOTH_RATES),
    wrong("rates", "falls_over_all_the_steps", ("/ (steps - rise)", "/ steps"), loses=BOTH_RATES),
    wrong("rates", "rise_without_fall_accepted", ("not 0 <= rise < steps", "not 0 <= rise <= steps"), loses="test_rates_hidden"),
    wrong("rates", "batch_not_checked", ("min(batch, base_batch, base_lr) <= 0 or ", ""), loses="test_rates_hidden"),
    right(
        "rates",
        "step_by_step",
        code='''
def rates(steps, rise, batch, base_lr, base_batch):
    if batch <= 0 or base_batch <= 0 or base_lr <= 0 or rise < 0 or rise > steps - 1:
        raise ValueError("dữ liệu")
    factor = batch / base_batch
    answer = np.empty(steps)
    for t in range(steps):
        if t < rise:
            answer[t] = base_lr * (1 + (factor - 1) * (t + 1) / rise)
        else:
            answer[t] = base_lr * factor * (1 - (t - rise) / (steps - rise))
    return answer
''',
    ),
]  # fmt: skip

# --- plan ---------------------------------------------------------------------------------------------------------

BOTH_PLAN = ("test_plan", "test_plan_hidden")
PLAN = [
    wrong("plan", "first_that_fits", ("and saved > best:", "and saved > best and chosen is None:"), loses=BOTH_PLAN),
    wrong("plan", "largest_gain_instead_of_most_seconds",
          ("saved = parts[option[1]] - parts[option[1]] / option[2]", "saved = option[2] - 1"), loses=BOTH_PLAN),
    wrong("plan", "savings_not_computed_anew", ("        parts[chosen[1]] /= chosen[2]\n", ""), loses=BOTH_PLAN),
    wrong("plan", "used_again_and_again", ("        left.remove(chosen)\n", "        left = left if memory < 0 else [o for o in left if o[1] != chosen[1]]\n"),
          loses=BOTH_PLAN),
    wrong("plan", "stops_when_the_best_does_not_fit",
          ("if option[3] <= memory and saved > best:", "if saved > best:"),
          ("if chosen is None or best < least * total:", "if chosen is None or best < least * total or chosen[3] > memory:"), loses=BOTH_PLAN),
    wrong("plan", "memory_not_spent", ("        memory -= chosen[3]\n", ""), loses="test_plan_hidden"),
    wrong("plan", "exact_fit_refused", ("option[3] <= memory", "option[3] < memory"), loses=BOTH_PLAN),
    wrong("plan", "least_forgotten", (" or best < least * total", ""), loses=BOTH_PLAN),
    wrong("plan", "least_of_the_first_total", ("    while True:\n        total = sum(parts.values())\n", "    first = sum(parts.values())\n    while True:\n        total = sum(parts.values())\n"),
          ("best < least * total", "best < least * first"), loses="test_plan_hidden"),
    wrong("plan", "later_of_two_equal", ("saved > best:", "saved >= best and saved > 0:"), loses="test_plan_hidden"),
    wrong("plan", "exactly_least_refused", ("best < least * total", "best <= least * total"), loses="test_plan_hidden"),
    wrong("plan", "callers_dictionary_changed", ("dict(parts), list(options), []", "parts, list(options), []"), loses=BOTH_PLAN),
    right(
        "plan",
        "with_indices_and_max",
        code='''
def plan(parts, options, memory, least):
    if memory < 0 or {o[1] for o in options} - set(parts):
        raise ValueError("dữ liệu")
    seconds, names, free = dict(parts), [], list(range(len(options)))
    while True:
        fits = [i for i in free if options[i][3] <= memory]
        gain = {i: seconds[options[i][1]] * (1 - 1 / options[i][2]) for i in fits}
        total = float(sum(seconds.values()))
        best = max(fits, key=lambda i: gain[i], default=None)
        if best is None or gain[best] <= 0 or gain[best] < least * total:
            return names, total
        name, part, factor, extra = options[best]
        seconds[part] = seconds[part] / factor
        memory = memory - extra
        free.remove(best)
        names.append(name)
''',
    ),
]  # fmt: skip

ANSWERS = [*SPEEDUP, *DURATIONS, *REPORT, *STEP, *ROOF, *RATES, *PLAN]
EQUIVALENT = []
