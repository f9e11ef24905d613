"""Answers to the assignment `onnx`: plausible wrong ones and different right ones."""

from tests.graders.bank import right, wrong

# --- latency_report -----------------------------------------------------------------------------------------------

BOTH_LATENCY = ("test_latency_report", "test_latency_report_hidden")
LATENCY = [
    wrong("latency_report", "in_seconds", ("1000 * seconds[warmup:]", "seconds[warmup:]"), loses=BOTH_LATENCY),
    wrong("latency_report", "warmup_kept", ("1000 * seconds[warmup:]", "1000 * seconds"), loses=BOTH_LATENCY),
    wrong("latency_report", "sorted_before_dropping", ("1000 * seconds[warmup:]", "1000 * np.sort(seconds)[warmup:]"),
          loses=BOTH_LATENCY),
    wrong("latency_report", "last_ones_dropped", ("seconds[warmup:]", "seconds[: len(seconds) - warmup]"), loses=BOTH_LATENCY),
    wrong("latency_report", "mean_for_median", ("speed = 1000", "median = kept.mean()\n    speed = 1000"), loses=BOTH_LATENCY),
    wrong("latency_report", "maximum_for_p99", ("[25, 50, 75, 99]", "[25, 50, 75, 100]"), loses=BOTH_LATENCY),
    wrong("latency_report", "range_for_iqr", ("[25, 50, 75, 99]", "[0, 50, 100, 99]"), loses=BOTH_LATENCY),
    wrong("latency_report", "batch_forgotten", ("1000 * batch / median", "1000 / median"), loses=BOTH_LATENCY),
    wrong("latency_report", "speed_per_millisecond", ("1000 * batch / median", "batch / median"), loses=BOTH_LATENCY),
    wrong("latency_report", "nearest_rank", ("np.percentile(kept, [25, 50, 75, 99])", "np.percentile(kept, [25, 50, 75, 99], method='nearest')"),
          loses=BOTH_LATENCY),
    wrong("latency_report", "nothing_checked", ("warmup < 0 or batch < 1 or warmup >= len(seconds)", "False"), loses="test_latency_report_hidden"),
    wrong("latency_report", "only_emptiness_checked", ("warmup < 0 or batch < 1 or ", ""),
          loses="test_latency_report_hidden"),
    right(
        "latency_report",
        "by_quantile",
        code='''
def latency_report(seconds, warmup, batch):
    if warmup < 0 or batch < 1 or warmup >= len(seconds):
        raise ValueError("warmup, batch")
    kept = np.array([float(s) for s in seconds][warmup:])
    median = float(np.median(kept))
    return {
        "images_per_second": batch / median,
        "iqr": float(np.quantile(kept, 0.75) - np.quantile(kept, 0.25)) * 1e3,
        "p99": float(np.quantile(kept, 0.99)) * 1e3,
        "median": median * 1e3,
        "count": len(kept),
    }
''',
    ),
]  # fmt: skip

# --- parity -------------------------------------------------------------------------------------------------------

BOTH_PARITY = ("test_parity", "test_parity_hidden")
PARITY = [
    wrong("parity", "mean_difference", ("np.abs(logits - reference).max()", "np.abs(logits - reference).mean()"), loses=BOTH_PARITY),
    wrong("parity", "signed_difference", ("np.abs(logits - reference).max()", "(logits - reference).max()"), loses=BOTH_PARITY),
    wrong("parity", "margin_not_doubled", ("> 2 * gap", "> gap"), loses=BOTH_PARITY),
    wrong("parity", "equality_is_sure", ("> 2 * gap", ">= 2 * gap"), loses=BOTH_PARITY),
    wrong("parity", "margin_of_the_export", ("top = np.sort(reference, axis=1)", "top = np.sort(logits, axis=1)"), loses=BOTH_PARITY),
    wrong("parity", "margin_to_the_last", ("top[:, -1] - top[:, -2]", "top[:, -1] - top[:, 0]"), loses=BOTH_PARITY),
    wrong("parity", "unsure_counted", ("> 2 * gap", "<= 2 * gap"), loses=BOTH_PARITY),
    wrong("parity", "gap_of_each_image", ("> 2 * gap", "> 2 * np.abs(logits - reference).max(axis=1)"), loses=BOTH_PARITY),
    wrong("parity", "three_values", ('{"max_abs": gap, "changed": changed.tolist(), "sure": int(sure)}', "gap, changed.tolist(), int(sure)"),
          loses=(*BOTH_PARITY, "test_parity_errors_hidden")),
    wrong("parity", "unchanged_listed", ("!= reference.argmax(axis=1)", "== reference.argmax(axis=1)"), loses=BOTH_PARITY),
    wrong("parity", "changed_as_a_mask", ("np.flatnonzero(logits.argmax(axis=1) != reference.argmax(axis=1))", "logits.argmax(axis=1) != reference.argmax(axis=1)"),
          loses=BOTH_PARITY),
    wrong("parity", "changed_logits_listed", ("logits.argmax(axis=1) != reference.argmax(axis=1)", "np.abs(logits - reference).max(axis=1) > 0"),
          loses=BOTH_PARITY),
    wrong("parity", "integers_wrap", ("np.asarray(table, dtype=np.float64)", "np.asarray(table)"),
          loses="test_parity_hidden"),
    wrong("parity", "shapes_not_compared", ("if logits.shape != reference.shape:", "if False:"), loses="test_parity_errors_hidden"),
    wrong("parity", "only_rows_compared", ("if logits.shape != reference.shape:", "if len(logits) != len(reference):"), loses="test_parity_errors_hidden"),
    wrong("parity", "reference_may_be_nan", (" or not np.isfinite(reference).all()", ""), loses="test_parity_errors_hidden"),
    wrong("parity", "only_nan_refused", ("not np.isfinite(logits).all() or not np.isfinite(reference).all()", "np.isnan(logits).any() or np.isnan(reference).any()"),
          loses="test_parity_errors_hidden"),
    right(
        "parity",
        "row_by_row",
        code='''
def parity(logits, reference):
    a, b = np.array(logits, dtype=np.float64), np.array(reference, dtype=np.float64)
    if a.shape != b.shape or not np.isfinite(np.concatenate([a, b])).all():
        raise ValueError("shape or values")
    gap = max(float(np.max(np.abs(x - y))) for x, y in zip(a, b))
    changed, sure = [], 0
    for i, (x, y) in enumerate(zip(a, b)):
        if int(np.argmax(x)) != int(np.argmax(y)):
            changed.append(i)
        best = int(np.argmax(y))
        sure += bool(y[best] - np.delete(y, best).max() > 2 * gap)
    return {"max_abs": gap, "changed": changed, "sure": sure}
''',
    ),
]  # fmt: skip

# --- affine -------------------------------------------------------------------------------------------------------

BOTH_AFFINE = ("test_affine", "test_affine_hidden")
AFFINE = [
    wrong("affine", "zero_not_in_the_range", ("low, high = min(float(low), 0.0), max(float(high), 0.0)", "low, high = float(low), float(high)"), loses=BOTH_AFFINE),
    wrong("affine", "divided_by_256", ("(most - least)", "(most - least + 1)"), loses=BOTH_AFFINE),
    wrong("affine", "sign_of_the_offset", ("least - low / scale", "least + low / scale"), loses=BOTH_AFFINE),
    wrong("affine", "lowest_integer_forgotten", ("least - low / scale", "-low / scale"), loses=BOTH_AFFINE),
    wrong("affine", "symmetric_by_the_upper_end", ("high = max(-low, high)", "high = max(high, 0.0)"), loses=BOTH_AFFINE),
    wrong("affine", "symmetric_with_128", ('"symmetric": (-127, 127)', '"symmetric": (-128, 127)'), loses=BOTH_AFFINE),
    wrong("affine", "symmetric_not_symmetrised", ('if kind == "symmetric":', "if False:"), loses=BOTH_AFFINE),
    wrong("affine", "truncated", ("int(np.rint(least - low / scale))", "int(least - low / scale)"), loses=BOTH_AFFINE),
    wrong("affine", "symmetric_by_the_half", ("scale = (high - low) / (most - least)", "scale = (high - low) / (most - least) / (1 + (kind == 'symmetric'))"), loses=BOTH_AFFINE),
    wrong("affine", "half_up", ("int(np.rint(least - low / scale))", "int(np.floor(least - low / scale + 0.5))"), loses="test_affine_hidden"),
    wrong("affine", "division_by_zero", ("if low == high:\n        return 1.0, 0\n    ", ""), loses="test_affine_hidden"),
    wrong("affine", "lowest_integer_for_zeros", ("return 1.0, 0", "return 1.0, least"), loses="test_affine_hidden"),
    wrong("affine", "ends_not_compared", (" or low > high", ""), loses="test_affine_hidden"),
    wrong("affine", "infinite_accepted", (" or not np.isfinite([low, high]).all()", ""), loses="test_affine_hidden"),
    right(
        "affine",
        "case_by_case",
        code='''
def affine(low, high, kind):
    low, high = float(low), float(high)
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise ValueError("range")
    if kind == "symmetric":
        top = max(abs(low), abs(high))
        return (top / 127 if top > 0 else 1.0), 0
    if kind not in ("uint8", "int8"):
        raise ValueError("kind")
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low == 0:
        return 1.0, 0
    s = (high - low) / 255
    return s, round(-low / s) - (128 if kind == "int8" else 0)
''',
    ),
]  # fmt: skip

# --- integer_layer ------------------------------------------------------------------------------------------------

WEIGHTS = ("test_integer_layer", "test_integer_layer_weights_hidden")
OUTPUT = ("test_integer_layer", "test_integer_layer_hidden")
ALL_INTEGER = ("test_integer_layer", "test_integer_layer_weights_hidden", "test_integer_layer_hidden")
INTEGER = [
    wrong("integer_layer", "one_scale_for_all", ("np.abs(W).max(axis=1) / 127", "np.full(len(W), np.abs(W).max() / 127)"), loses=ALL_INTEGER),
    wrong("integer_layer", "scale_without_sign", ("np.abs(W).max(axis=1)", "W.max(axis=1)"), loses=("test_integer_layer_weights_hidden", "test_integer_layer_hidden")),
    wrong("integer_layer", "divided_by_128", ("/ 127", "/ 128"), loses=ALL_INTEGER),
    wrong("integer_layer", "bias_without_the_input_scale", ("np.rint(b / (sx * scale))", "np.rint(b / scale)"), loses=ALL_INTEGER),
    wrong("integer_layer", "bias_not_quantised", ("np.rint(b / (sx * scale))", "np.rint(b)"), loses=ALL_INTEGER),
    wrong("integer_layer", "zero_point_forgotten", ("q.astype(int) - zx", "q.astype(int)"), loses=OUTPUT),
    wrong("integer_layer", "wraps_when_subtracting", ("q.astype(int) - zx", "(q - np.uint8(zx)).astype(int)"), loses=OUTPUT),
    wrong("integer_layer", "bias_left_out", ("@ P.T + beta", "@ P.T"), loses=OUTPUT),
    wrong("integer_layer", "wraps_instead_of_clipping", ("(np.rint(total * (sx * scale / sy)) + zy).clip(0, 255)", "np.mod(np.rint(total * (sx * scale / sy)) + zy, 256)"),
          loses=OUTPUT),
    wrong("integer_layer", "output_zero_point_forgotten", (" + zy)", ")"), loses=OUTPUT),
    wrong("integer_layer", "clipped_before_the_zero_point", ("(np.rint(total * (sx * scale / sy)) + zy).clip(0, 255)", "np.rint(total * (sx * scale / sy)).clip(0, 255) + zy"),
          loses=OUTPUT),
    wrong("integer_layer", "output_scale_multiplied", ("sx * scale / sy", "sx * scale * sy"), loses=OUTPUT),
    wrong("integer_layer", "truncated_output", ("np.rint(total * (sx * scale / sy))", "np.floor(total * (sx * scale / sy))"), loses=OUTPUT),
    wrong("integer_layer", "truncated_weights", ("P = np.rint(W / scale[:, None])", "P = np.trunc(W / scale[:, None])"), loses=ALL_INTEGER),
    wrong("integer_layer", "truncated_bias", ("np.rint(b / (sx * scale))", "np.trunc(b / (sx * scale))"), loses=ALL_INTEGER),
    wrong("integer_layer", "sum_of_real_weights", ("@ P.T + beta", "@ (W / scale[:, None]).T + beta"), loses=OUTPUT),
    wrong("integer_layer", "only_the_output", ("return P.astype(np.int8), beta.astype(np.int32), out.astype(np.uint8)", "return out.astype(np.uint8)"), loses=ALL_INTEGER),
    wrong("integer_layer", "zero_row_divides", ("    scale[scale == 0] = 1\n", ""), loses="test_integer_layer_weights_hidden"),
    wrong("integer_layer", "kind_not_checked", (" or q.dtype != np.uint8", ""), loses="test_integer_layer_hidden"),
    wrong("integer_layer", "output_left_as_float", ("out.astype(np.uint8)", "out"), loses=ALL_INTEGER),
    right(
        "integer_layer",
        "with_whole_numbers",
        code='''
def integer_layer(q, sx, zx, W, b, sy, zy):
    if not sx > 0 or not sy > 0:
        raise ValueError("scale")
    if q.dtype != np.uint8:
        raise ValueError("dtype")
    W = np.array(W, dtype=np.float64)
    P = np.zeros(W.shape, dtype=np.int64)
    beta = np.zeros(len(W), dtype=np.int64)
    out = np.zeros((len(q), len(W)))
    for j, row in enumerate(W):
        s = max(np.max(row), -np.min(row)) / 127
        if s == 0:
            s = 1.0
        P[j] = np.round(row / s)
        beta[j] = np.round(float(b[j]) / (sx * s))
        total = (q.astype(np.int64) - int(zx)) @ P[j] + beta[j]
        out[:, j] = np.minimum(np.maximum(np.round(total * sx * s / sy) + zy, 0), 255)
    return P.astype(np.int8), beta.astype(np.int32), out.astype(np.uint8)
''',
    ),
]  # fmt: skip

# --- read_graph ---------------------------------------------------------------------------------------------------

BOTH_GRAPH = ("test_read_graph", "test_read_graph_hidden")
GRAPH = [
    wrong("read_graph", "grammar_version", ('opsets["ai.onnx"]', "model.ir_version"),
          loses=BOTH_GRAPH),
    wrong("read_graph", "first_domain", ('opsets["ai.onnx"]', "model.opset_import[0].version"),
          loses=BOTH_GRAPH),
    wrong("read_graph", "empty_domain_only", ('entry.domain or "ai.onnx"', "entry.domain"), ('opsets["ai.onnx"]', 'opsets[""]'), loses="test_read_graph_hidden"),
    wrong("read_graph", "weights_are_inputs", ("if info.name not in stored:", "if True:"), loses=BOTH_GRAPH),
    wrong("read_graph", "names_of_axes_lost", ('getattr(axis, axis.WhichOneof("value") or "none", None)', "axis.dim_value"), loses=BOTH_GRAPH),
    wrong("read_graph", "unnamed_axis_is_zero", ('getattr(axis, axis.WhichOneof("value") or "none", None)', "axis.dim_param or axis.dim_value"),
          loses=BOTH_GRAPH),
    wrong("read_graph", "empty_axis_is_unknown", ('getattr(axis, axis.WhichOneof("value") or "none", None)', "axis.dim_param or axis.dim_value or None"),
          loses="test_read_graph_hidden"),
    wrong("read_graph", "kinds_not_counted", ("operators.get(node.op_type, 0) + 1", "1"), loses=BOTH_GRAPH),
    wrong("read_graph", "every_array_counted", ("if tensor.data_type == onnx.TensorProto.FLOAT]", "]"), loses=BOTH_GRAPH),
    wrong("read_graph", "arrays_instead_of_elements", ("sum(onnx.numpy_helper.to_array(tensor).size for tensor in reals)", "len(reals)"), loses=BOTH_GRAPH),
    wrong("read_graph", "scalar_has_no_element", (".size for", ".size * (len(tensor.dims) > 0) for"),
          loses="test_read_graph_hidden"),
    wrong("read_graph", "not_checked", ("        onnx.checker.check_model(model)\n", ""), loses=BOTH_GRAPH),
    wrong("read_graph", "the_librarys_error", ('raise ValueError("không phải một tệp ONNX hợp lệ") from error', 'raise RuntimeError("ONNX") from error'),
          loses=BOTH_GRAPH),
    right(
        "read_graph",
        "with_a_counter",
        code='''
def read_graph(content):
    import collections

    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
        onnx.checker.check_model(model)
    except Exception:
        raise ValueError("not ONNX") from None
    arrays = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
    inputs = {}
    for info in model.graph.input:
        if info.name in arrays:
            continue
        inputs[info.name] = []
        for d in info.type.tensor_type.shape.dim:
            size = d.dim_value if d.HasField("dim_value") else d.dim_param if d.HasField("dim_param") else None
            inputs[info.name].append(size)
    opsets = {o.domain: o.version for o in model.opset_import}
    return {
        "parameters": sum(a.size for a in arrays.values() if a.dtype == np.float32),
        "operators": dict(collections.Counter(n.op_type for n in model.graph.node)),
        "inputs": inputs,
        "opset": opsets[""] if "" in opsets else opsets["ai.onnx"],
    }
''',
    ),
]  # fmt: skip

# --- export_classifier --------------------------------------------------------------------------------------------

ALL_EXPORT = ("test_export_classifier", "test_export_classifier_hidden", "test_export_classifier_single_hidden")
SINGLE = ("test_export_classifier", "test_export_classifier_single_hidden")
EXPORT = [
    wrong("export_classifier", "batch_of_two", ('["batch", layers[0][0].shape[1]]', "[2, layers[0][0].shape[1]]"), loses=SINGLE),
    wrong("export_classifier", "unnamed_batch", ('["batch", layers[0][0].shape[1]]', "[None, layers[0][0].shape[1]]"), loses=SINGLE),
    wrong("export_classifier", "float_input", ("onnx.TensorProto.UINT8", "onnx.TensorProto.FLOAT"), loses=SINGLE),
    wrong("export_classifier", "not_divided_by_255", ('"top": 255', '"top": 1'), loses=ALL_EXPORT),
    wrong("export_classifier", "divided_by_256", ('"top": 255', '"top": 256'), loses=ALL_EXPORT),
    wrong("export_classifier", "mean_forgotten", ('"mean": mean', '"mean": 0'), loses=("test_export_classifier", "test_export_classifier_hidden")),
    wrong("export_classifier", "std_forgotten", ('"std": std', '"std": 1'), loses=("test_export_classifier", "test_export_classifier_hidden")),
    wrong("export_classifier", "relu_at_the_end", ('node("Identity", [h], ["logits"])', 'node("Relu", [h], ["logits"])'), loses=ALL_EXPORT),
    wrong("export_classifier", "no_relu", ('node("Relu", [h]', 'node("Identity", [h]'), loses=("test_export_classifier", "test_export_classifier_hidden")),
    wrong("export_classifier", "weights_not_transposed", ("np.ascontiguousarray(W.T)", "W"), loses=ALL_EXPORT),
    wrong("export_classifier", "newer_opset", ('make_opsetid("", 18)', 'make_opsetid("", 20)'), loses=SINGLE),
    wrong("export_classifier", "other_names", ('[h], ["logits"]', '[h], ["output"]'), ('info("logits"', 'info("output"'), loses=ALL_EXPORT),
    wrong("export_classifier", "no_metadata", ('    onnx.helper.set_model_props(model, {"classes": ",".join(classes)})\n', ""), loses=SINGLE),
    wrong("export_classifier", "metadata_with_spaces", ('",".join(classes)', '", ".join(classes)'), loses=SINGLE),
    wrong("export_classifier", "classes_not_counted", (" or len(classes) != layers[-1][0].shape[0]", ""), loses="test_export_classifier_hidden"),
    wrong("export_classifier", "std_not_checked", ("std <= 0 or ", ""), loses="test_export_classifier_hidden"),
    right(
        "export_classifier",
        "by_torch",
        code="""
def export_classifier(layers, mean, std, classes):
    if not std > 0 or len(classes) != layers[-1][0].shape[0]:
        raise ValueError("std, classes")
    net = torch.nn.Sequential()
    for W, b in layers:
        step = torch.nn.Linear(W.shape[1], W.shape[0])
        step.weight.data, step.bias.data = torch.tensor(W), torch.tensor(b)
        net.extend([step, torch.nn.ReLU()])

    class Whole(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net[:-1]

        def forward(self, images):
            return self.net((images.float() / 255 - mean) / std)

    program = torch.onnx.export(
        Whole().eval(),
        (torch.zeros(2, layers[0][0].shape[1], dtype=torch.uint8),),
        dynamo=True,
        verbose=False,
        input_names=["images"],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        opset_version=18,
    )
    model = program.model_proto
    entry = model.metadata_props.add()
    entry.key, entry.value = "classes", ",".join(classes)
    return model.SerializeToString()
""",
    ),
]  # fmt: skip

ANSWERS = LATENCY + PARITY + AFFINE + INTEGER + GRAPH + EXPORT

EQUIVALENT = []
