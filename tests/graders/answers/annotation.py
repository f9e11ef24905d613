"""Answers to the assignment `annotation`: plausible wrong ones and different right ones."""

from tests.graders.bank import right, wrong

# --- read_cvat ----------------------------------------------------------------------------------------------------

READ_CVAT = [
    wrong(
        "read_cvat",
        "x_and_y_swapped",
        ("[[float(x), float(y)] for x, y in pairs]", "[[float(y), float(x)] for x, y in pairs]"),
        loses=("test_read_cvat", "test_read_cvat_hidden"),
    ),
    wrong(
        "read_cvat",
        "polygons_forgotten",
        ('elif tag == "polygon":', 'elif tag == "poly":'),
        loses=("test_read_cvat", "test_read_cvat_hidden"),
    ),
    wrong(
        "read_cvat",
        "size_left_as_text",
        ("int(attributes[key])", "attributes[key]"),
        loses=("test_read_cvat", "test_read_cvat_hidden"),
    ),
    wrong(
        "read_cvat",
        "every_shape_in_the_first_image",
        ('images[-1]["shapes"].append(shape)', 'images[0]["shapes"].append(shape)'),
        loses=("test_read_cvat", "test_read_cvat_hidden"),
    ),
    wrong(
        "read_cvat",
        "document_type_let_through",
        (
            'raise ValueError(f"dòng {parser.CurrentLineNumber}: tệp nhãn không được có DOCTYPE")',
            "pass",
        ),
        loses=("test_read_cvat", "test_read_cvat_errors_hidden"),
    ),
    wrong(
        "read_cvat",
        "missing_label_becomes_none",
        ('attributes["label"]', 'attributes.get("label")'),
        loses="test_read_cvat_errors_hidden",
    ),
    wrong(
        "read_cvat",
        "vertex_of_one_number_kept",
        ("[[float(x), float(y)] for x, y in pairs]", "[[float(v) for v in pair] for pair in pairs]"),
        loses="test_read_cvat_errors_hidden",
    ),
    wrong(
        "read_cvat",
        "missing_attribute_becomes_zero",
        ('(attributes["xbr"], attributes["ybr"])', '(attributes.get("xbr", 0), attributes["ybr"])'),
        loses="test_read_cvat_errors_hidden",
    ),
    wrong(
        "read_cvat",
        "order_of_the_attributes_trusted",
        code="""
def read_cvat(text):
    import re
    images = []
    for number, line in enumerate(text.splitlines(), 1):
        values = re.findall(r'="([^"]*)"', line)
        if "<image " in line:
            images.append({"name": values[1], "width": int(values[2]), "height": int(values[3]), "shapes": []})
        if "<box " in line:
            a, b, c, d = map(float, values[2:6])
            images[-1]["shapes"].append({"type": "box", "label": values[0], "points": [[a, b], [c, d]], "line": number})
        if "<polygon " in line:
            points = [[float(v) for v in p.split(",")] for p in values[2].split(";")]
            images[-1]["shapes"].append({"type": "polygon", "label": values[0], "points": points, "line": number})
    return images
""",
        loses=("test_read_cvat", "test_read_cvat_hidden", "test_read_cvat_errors_hidden"),
    ),
    right(
        "read_cvat",
        "element_tree_with_lines",
        code="""
def read_cvat(text):
    import xml.etree.ElementTree as ET

    class Builder(ET.TreeBuilder):
        def start(self, tag, attributes):
            element = super().start(tag, attributes)
            element.line = None
            return element

    class Parser(ET.XMLParser):
        pass

    lines = []
    events = []
    parser = expat.ParserCreate()

    def start(tag, attributes):
        events.append((tag, dict(attributes), parser.CurrentLineNumber))

    def no(*args):
        raise ValueError("DOCTYPE")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = no
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as e:
        raise ValueError(str(e))
    out = []
    for tag, a, line in events:
        try:
            if tag == "image":
                out.append(dict(name=a["name"], width=int(a["width"]), height=int(a["height"]), shapes=[]))
            if tag in ("box", "polygon"):
                if tag == "box":
                    pts = [[float(a["xtl"]), float(a["ytl"])], [float(a["xbr"]), float(a["ybr"])]]
                else:
                    pts = []
                    for p in a["points"].split(";"):
                        x, y = p.split(",")
                        pts.append([float(x), float(y)])
                out[-1]["shapes"].append(dict(type=tag, label=a["label"], points=pts, line=line))
        except KeyError as e:
            raise ValueError(f"thiếu {e}")
    return out
""",
    ),
    right(
        "read_cvat",
        "shapes_built_by_kind",
        (
            'pairs = [(attributes["xtl"], attributes["ytl"]), (attributes["xbr"], attributes["ybr"])]',
            'numbers = [attributes[k] for k in ("xtl", "ytl", "xbr", "ybr")]\n            pairs = [numbers[:2], numbers[2:]]',
        ),
    ),
]

# --- find_problems ------------------------------------------------------------------------------------------------

FIND_PROBLEMS = [
    wrong(
        "find_problems",
        "stops_at_the_first_fault_of_a_shape",
        ("for code in codes]", "for code in codes[:1]]"),
        loses=("test_find_problems", "test_find_problems_hidden"),
    ),
    wrong(
        "find_problems",
        "edge_of_the_image_refused",
        ('0 <= v <= image["width"] for v in x', '0 <= v < image["width"] for v in x'),
        loses=("test_find_problems", "test_find_problems_hidden"),
    ),
    wrong(
        "find_problems",
        "both_axes_against_the_width",
        ('image["height"] for v in y', 'image["width"] for v in y'),
        loses=("test_find_problems", "test_find_problems_hidden"),
    ),
    wrong(
        "find_problems",
        "width_and_height_exchanged",
        ('image["width"] for v in x', 'image["height"] for v in x'),
        ('image["height"] for v in y', 'image["width"] for v in y'),
        loses=("test_find_problems", "test_find_problems_hidden"),
    ),
    wrong(
        "find_problems",
        "shapes_counted_from_one",
        ('enumerate(image["shapes"])', 'enumerate(image["shapes"], 1)'),
        loses=("test_find_problems", "test_find_problems_hidden"),
    ),
    wrong(
        "find_problems",
        "left_edge_not_looked_at",
        ('0 <= v <= image["width"] for v in x', 'v <= image["width"] for v in x'),
        loses="test_find_problems_hidden",
    ),
    wrong(
        "find_problems",
        "all_lost_after_the_first_fault",
        ("if not codes:", "if not problems:"),
        loses=("test_find_problems", "test_find_problems_hidden"),
    ),
    wrong(
        "find_problems",
        "signed_area_of_a_polygon",
        ("for i in range(len(x))) == 0", "for i in range(len(x))) <= 0"),
        loses="test_find_problems_hidden",
    ),
    wrong(
        "find_problems",
        "swapped_corners_accepted",
        ("x[1] <= x[0] or y[1] <= y[0]", "x[1] == x[0] or y[1] == y[0]"),
        loses="test_find_problems_hidden",
    ),
    wrong(
        "find_problems",
        "nan_slips_through",
        (
            'if not all(0 <= v <= image["width"] for v in x) or not all(0 <= v <= image["height"] for v in y):',
            'if any(v < 0 or v > image["width"] for v in x) or any(v < 0 or v > image["height"] for v in y):',
        ),
        loses="test_find_problems_hidden",
    ),
    right(
        "find_problems",
        "sets_of_codes",
        code="""
def find_problems(image, labels):
    known = set(labels)
    problems, good = [], []
    W, H = image["width"], image["height"]
    for k, shape in enumerate(image["shapes"]):
        points = shape["points"]
        found = []
        if shape["label"] not in known:
            found.append("unknown label")
        if shape["type"] == "polygon" and len(points) < 3:
            found.append("too few points")
        elif shape["type"] == "polygon":
            p = np.array(points, dtype=float)
            q = np.roll(p, -1, axis=0)
            with np.errstate(all="ignore"):
                if np.sum(p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]) == 0:
                    found.append("zero area")
        else:
            (x1, y1), (x2, y2) = points
            if not (x1 < x2 and y1 < y2):
                found.append("zero area")
        for x, y in points:
            if not (0 <= x <= W and 0 <= y <= H):
                found.append("outside")
                break
        for code in found:
            problems.append((shape["line"], k, code))
        if len(found) == 0:
            good.append(dict(shape))
    return problems, good
""",
    ),
    right(
        "find_problems",
        "index_loop",
        (
            'for number, shape in enumerate(image["shapes"]):',
            'for number in range(len(image["shapes"])):\n        shape = image["shapes"][number]',
        ),
    ),
]

# --- cvat_to_coco -------------------------------------------------------------------------------------------------

CVAT_TO_COCO = [
    wrong(
        "cvat_to_coco",
        "two_corners_instead_of_a_size",
        ('"bbox": [left, top, width, height]', '"bbox": [left, top, left + width, top + height]'),
        loses=("test_cvat_to_coco", "test_cvat_to_coco_hidden"),
    ),
    wrong(
        "cvat_to_coco",
        "area_of_the_box_for_a_polygon",
        ("area = float(abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2)", "pass"),
        loses=("test_cvat_to_coco", "test_cvat_to_coco_hidden"),
    ),
    wrong(
        "cvat_to_coco",
        "classes_from_zero",
        ("for number, name in enumerate(labels, 1)}", "for number, name in enumerate(labels)}"),
        loses=("test_cvat_to_coco", "test_cvat_to_coco_hidden"),
    ),
    wrong(
        "cvat_to_coco",
        "classes_sorted_by_name",
        ("for number, name in enumerate(labels, 1)}", "for number, name in enumerate(sorted(labels), 1)}"),
        loses="test_cvat_to_coco_hidden",
    ),
    wrong(
        "cvat_to_coco",
        "first_two_points_as_the_box",
        (
            "left, top, width, height = float(x.min()), float(y.min()), float(np.ptp(x)), float(np.ptp(y))",
            "left, top, width, height = float(x[0]), float(y[0]), float(x[1] - x[0]), float(y[1] - y[0])",
        ),
        loses=("test_cvat_to_coco", "test_cvat_to_coco_hidden"),
    ),
    wrong(
        "cvat_to_coco",
        "sign_of_the_area_kept",
        (
            "area = float(abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2)",
            "area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)",
        ),
        loses="test_cvat_to_coco_hidden",
    ),
    wrong(
        "cvat_to_coco",
        "images_without_labels_dropped",
        (
            'size = {"width": image["width"], "height": image["height"]}',
            'if not image["shapes"]:\n            continue\n        size = {"width": image["width"], "height": image["height"]}',
        ),
        loses="test_cvat_to_coco_hidden",
    ),
    wrong(
        "cvat_to_coco",
        "unknown_class_skipped",
        (
            "raise ValueError(f\"dòng {shape['line']}: lớp «{shape['label']}» không có trong danh sách\")",
            "continue",
        ),
        loses="test_cvat_to_coco_hidden",
    ),
    right(
        "cvat_to_coco",
        "plain_python",
        code="""
def cvat_to_coco(images, labels):
    result = {"categories": [], "images": [], "annotations": []}
    for k in range(len(labels)):
        result["categories"].append({"name": labels[k], "id": k + 1})
    next_id = 1
    for k in range(len(images)):
        im = images[k]
        result["images"].append({"id": k + 1, "width": im["width"], "height": im["height"], "file_name": im["name"]})
        for s in im["shapes"]:
            if s["label"] not in labels:
                raise ValueError("lớp lạ: " + str(s["label"]))
            xs = [p[0] for p in s["points"]]
            ys = [p[1] for p in s["points"]]
            box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
            if s["type"] == "box":
                area, seg = box[2] * box[3], []
            else:
                total = 0
                for i in range(len(xs)):
                    total += xs[i - 1] * ys[i] - xs[i] * ys[i - 1]
                area = abs(total) / 2
                seg = [[v for p in s["points"] for v in p]]
            a = {"id": next_id, "image_id": k + 1, "category_id": labels.index(s["label"]) + 1}
            a.update(bbox=box, area=area, segmentation=seg, iscrowd=0)
            result["annotations"].append(a)
            next_id += 1
    return result
""",
    ),
    right(
        "cvat_to_coco",
        "trapezoids",
        (
            "np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)",
            "np.sum((np.roll(x, -1) - x) * (np.roll(y, -1) + y))",
        ),
    ),
]

# --- coco_to_yolo -------------------------------------------------------------------------------------------------

COCO_TO_YOLO = [
    wrong(
        "coco_to_yolo",
        "corner_instead_of_centre",
        ("((x + w / 2) / W, (y + h / 2) / H, w / W, h / H)", "(x / W, y / H, w / W, h / H)"),
        loses=("test_coco_to_yolo", "test_coco_to_yolo_hidden"),
    ),
    wrong(
        "coco_to_yolo",
        "category_id_minus_one",
        ("{classes[entry['category_id']]} {values}", "{entry['category_id'] - 1} {values}"),
        loses="test_coco_to_yolo_hidden",
    ),
    wrong(
        "coco_to_yolo",
        "everything_over_the_width",
        ("(y + h / 2) / H, w / W, h / H)", "(y + h / 2) / W, w / W, h / W)"),
        loses=("test_coco_to_yolo", "test_coco_to_yolo_hidden"),
    ),
    wrong(
        "coco_to_yolo",
        "images_without_labels_missing",
        ('rows = {image["file_name"]: [] for image in coco["images"]}', "rows = {}"),
        ('rows[image["file_name"]].append(', 'rows.setdefault(image["file_name"], []).append('),
        loses="test_coco_to_yolo_hidden",
    ),
    wrong(
        "coco_to_yolo",
        "boxes_clipped_in_silence",
        (
            "raise ValueError(f\"nhãn {entry['id']}: khung {entry['bbox']} không nằm trong ảnh {W}×{H}\")",
            "continue",
        ),
        loses="test_coco_to_yolo_hidden",
    ),
    wrong(
        "coco_to_yolo",
        "box_that_fills_the_image_refused",
        ("x + w > W or y + h > H", "x + w >= W or y + h >= H"),
        loses=("test_coco_to_yolo", "test_coco_to_yolo_hidden"),
    ),
    wrong(
        "coco_to_yolo",
        "image_id_as_a_position",
        ('image = images[entry["image_id"]]', 'image = coco["images"][entry["image_id"] - 1]'),
        loses="test_coco_to_yolo_hidden",
    ),
    wrong(
        "coco_to_yolo",
        "missing_image_is_a_key_error",
        ('if entry["image_id"] not in images or entry["category_id"] not in classes:', "if False:"),
        loses="test_coco_to_yolo_hidden",
    ),
    right(
        "coco_to_yolo",
        "searching_the_lists",
        code="""
def coco_to_yolo(coco):
    out = {}
    ids = [c["id"] for c in coco["categories"]]
    for im in coco["images"]:
        out[im["file_name"]] = []
    for ann in coco["annotations"]:
        found = [im for im in coco["images"] if im["id"] == ann["image_id"]]
        if len(found) != 1 or ann["category_id"] not in ids:
            raise ValueError("nhãn mồ côi")
        im = found[0]
        x1, y1, w, h = ann["bbox"]
        x2, y2 = x1 + w, y1 + h
        if not (0 <= x1 < x2 <= im["width"] and 0 <= y1 < y2 <= im["height"]):
            raise ValueError("khung hỏng")
        cx, cy = (x1 + x2) / 2 / im["width"], (y1 + y2) / 2 / im["height"]
        row = "%d %.6f %.6f %.6f %.6f" % (ids.index(ann["category_id"]), cx, cy, w / im["width"], h / im["height"])
        out[im["file_name"]].append(row)
    return out
""",
    ),
    right(
        "coco_to_yolo",
        "centres_from_both_edges",
        ("(x + w / 2) / W, (y + h / 2) / H, w / W", "(2 * x + w) / (2 * W), (2 * y + h) / (2 * H), w / W"),
    ),
]

# --- polygon_area -------------------------------------------------------------------------------------------------

POLYGON_AREA = [
    wrong(
        "polygon_area",
        "half_forgotten",
        (" * y)) / 2", " * y))"),
        loses=("test_polygon_area", "test_polygon_area_hidden"),
    ),
    wrong(
        "polygon_area",
        "sign_kept",
        (
            "abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2",
            "np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2",
        ),
        loses=("test_polygon_area", "test_polygon_area_hidden"),
    ),
    wrong(
        "polygon_area",
        "last_edge_forgotten",
        ("np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)", "np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])"),
        loses="test_polygon_area_hidden",
    ),
    wrong(
        "polygon_area",
        "each_term_made_positive",
        (
            "abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2",
            "np.sum(abs(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2",
        ),
        loses="test_polygon_area_hidden",
    ),
    wrong(
        "polygon_area",
        "bounding_box",
        ("abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2", "np.ptp(x) * np.ptp(y)"),
        loses=("test_polygon_area", "test_polygon_area_hidden"),
    ),
    right(
        "polygon_area",
        "fan_of_triangles",
        code="""
def polygon_area(points):
    if len(points) < 3:
        raise ValueError("ít hơn ba đỉnh")
    x0, y0 = points[0]
    total = 0.0
    for (x1, y1), (x2, y2) in zip(points[1:], points[2:]):
        total += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    return abs(total) / 2
""",
    ),
    right(
        "polygon_area",
        "dot_products",
        (
            "abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2",
            "0.5 * abs(x @ np.roll(y, 1) - y @ np.roll(x, 1))",
        ),
    ),
]

# --- rasterize ----------------------------------------------------------------------------------------------------

RASTERIZE = [
    wrong(
        "rasterize",
        "corner_instead_of_centre",
        ("np.mgrid[:height, :width] + 0.5", "np.mgrid[:height, :width] + 0.0"),
        loses=("test_rasterize", "test_rasterize_hidden"),
    ),
    wrong(
        "rasterize",
        "axes_swapped",
        ("y, x = np.mgrid[:height, :width] + 0.5", "x, y = np.mgrid[:height, :width] + 0.5"),
        loses=("test_rasterize", "test_rasterize_hidden"),
    ),
    wrong(
        "rasterize",
        "any_crossing_counts",
        ("inside ^= ", "inside |= "),
        loses=("test_rasterize", "test_rasterize_hidden"),
    ),
    wrong(
        "rasterize",
        "last_edge_forgotten",
        ("for k in range(len(points)):", "for k in range(1, len(points)):"),
        loses=("test_rasterize", "test_rasterize_hidden"),
    ),
    wrong(
        "rasterize",
        "vertices_counted_twice",
        (
            "((y1 > y) != (y2 > y))",
            "((min(y1, y2) <= y) & (y <= max(y1, y2)))",
        ),
        loses="test_rasterize_hidden",
    ),
    wrong(
        "rasterize",
        "winding_number_instead_of_parity",
        code="""
def rasterize(points, height, width):
    if len(points) < 3 or height <= 0 or width <= 0:
        raise ValueError("đầu vào hỏng")
    y, x = np.mgrid[:height, :width] + 0.5
    turns = np.zeros((height, width), dtype=int)
    for k in range(len(points)):
        (x1, y1), (x2, y2) = points[k - 1], points[k]
        if y1 == y2:
            continue
        hit = ((y1 > y) != (y2 > y)) & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
        turns += np.where(hit, 1 if y2 > y1 else -1, 0)
    return turns != 0
""",
        loses="test_rasterize_hidden",
    ),
    wrong(
        "rasterize",
        "zeros_and_ones",
        ("return inside", "return inside.astype(np.uint8)"),
        loses=("test_rasterize", "test_rasterize_hidden"),
    ),
    right(
        "rasterize",
        "matplotlib_row_by_row",
        code="""
def rasterize(points, height, width):
    if len(points) < 3 or height < 1 or width < 1:
        raise ValueError("đầu vào hỏng")
    mask = np.zeros((height, width), dtype=bool)
    n = len(points)
    for r in range(height):
        y = r + 0.5
        cuts = []
        for k in range(n):
            (x1, y1), (x2, y2) = points[k], points[(k + 1) % n]
            if (y1 <= y) != (y2 <= y):
                cuts.append(x1 + (y - y1) / (y2 - y1) * (x2 - x1))
        cuts.sort()
        for left, right in zip(cuts[::2], cuts[1::2]):
            for c in range(width):
                if left < c + 0.5 < right:
                    mask[r, c] = not mask[r, c]
    return mask
""",
    ),
    right(
        "rasterize",
        "crossings_counted",
        code="""
def rasterize(points, height, width):
    if len(points) < 3 or min(height, width) <= 0:
        raise ValueError("đầu vào hỏng")
    x = np.arange(width)[None, :] + 0.5
    y = np.arange(height)[:, None] + 0.5
    count = np.zeros((height, width), dtype=int)
    previous = points[-1]
    for current in points:
        (x1, y1), (x2, y2) = previous, current
        between = (y1 > y) != (y2 > y)
        if y1 != y2:
            count += between & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
        previous = current
    return count % 2 == 1
""",
    ),
]

# --- agreement ----------------------------------------------------------------------------------------------------

AGREEMENT = [
    wrong(
        "agreement",
        "only_equal_classes_matched",
        (
            "if -score >= threshold and i not in partner",
            "if -score >= threshold and first[i][0] == second[j][0] and i not in partner",
        ),
        loses=("test_agreement", "test_agreement_kappa_hidden"),
    ),
    wrong(
        "agreement",
        "raw_agreement_instead_of_kappa",
        ("kappa = (same / n - chance / n**2) / (1 - chance / n**2)", "kappa = same / n"),
        loses=("test_agreement", "test_agreement_kappa_hidden"),
    ),
    wrong(
        "agreement",
        "chance_of_one_over_the_number_of_classes",
        ("chance = sum(a.count(name) * b.count(name) for name in set(a))", "chance = n * n / max(2, len(set(a + b)))"),
        loses="test_agreement_kappa_hidden",
    ),
    wrong(
        "agreement",
        "matched_in_the_order_of_the_lists",
        ("sorted(scores)", "scores"),
        loses="test_agreement_pairs_hidden",
    ),
    wrong(
        "agreement",
        "a_box_matched_twice",
        (" and j not in taken", ""),
        loses="test_agreement_pairs_hidden",
    ),
    wrong(
        "agreement",
        "threshold_excluded",
        ("-score >= threshold", "-score > threshold"),
        loses="test_agreement_pairs_hidden",
    ),
    wrong(
        "agreement",
        "intersection_counted_twice",
        ("(b[2] - b[0]) * (b[3] - b[1]) - inter)", "(b[2] - b[0]) * (b[3] - b[1]))"),
        loses="test_agreement_pairs_hidden",
    ),
    wrong(
        "agreement",
        "negative_sides_multiplied",
        ("inter = max(width, 0) * max(height, 0)", "inter = width * height"),
        loses="test_agreement_pairs_hidden",
    ),
    wrong(
        "agreement",
        "extra_boxes_of_the_second_overlooked",
        ('suspects += [f"second {j}" for j in range(len(second)) if j not in taken]', "pass"),
        loses=("test_agreement", "test_agreement_pairs_hidden", "test_agreement_kappa_hidden"),
    ),
    wrong(
        "agreement",
        "different_classes_not_suspected",
        (" or first[i][0] != second[partner[i]][0]", ""),
        loses=("test_agreement", "test_agreement_kappa_hidden"),
    ),
    wrong(
        "agreement",
        "kappa_never_computed",
        ("if chance != n * n:", "if False:"),
        loses=("test_agreement", "test_agreement_kappa_hidden"),
    ),
    wrong(
        "agreement",
        "threshold_nan_let_through",
        ("if not 0 < threshold <= 1:", "if threshold <= 0 or threshold > 1:"),
        loses="test_agreement_pairs_hidden",
    ),
    wrong(
        "agreement",
        "one_class_divides_by_zero",
        ("if chance != n * n:", "if True:"),
        loses=("test_agreement_pairs_hidden", "test_agreement_kappa_hidden"),
    ),
    right(
        "agreement",
        "matrix_of_iou",
        code="""
def agreement(first, second, threshold):
    if not (threshold > 0 and threshold <= 1):
        raise ValueError("ngưỡng")
    n, m = len(first), len(second)
    M = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            a, b = first[i][1], second[j][1]
            w = min(a[2], b[2]) - max(a[0], b[0])
            h = min(a[3], b[3]) - max(a[1], b[1])
            if w > 0 and h > 0:
                M[i, j] = w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)
    pairs = []
    while n and m and M.max() >= threshold:
        i, j = (int(v) for v in np.unravel_index(np.argmax(M), M.shape))
        pairs.append((i, j))
        M[i, :] = -1
        M[:, j] = -1
    pairs.sort()
    match = dict(pairs)
    kappa = None
    if pairs:
        x = np.array([first[i][0] for i, j in pairs])
        y = np.array([second[j][0] for i, j in pairs])
        po = np.mean(x == y)
        pe = sum(np.mean(x == c) * np.mean(y == c) for c in np.unique(np.concatenate([x, y])))
        if len(np.unique(np.concatenate([x, y]))) > 1:
            kappa = float((po - pe) / (1 - pe))
    suspects = []
    for i in range(n):
        if i not in match:
            suspects.append("first %d" % i)
        elif first[i][0] != second[match[i]][0]:
            suspects.append("first %d" % i)
    used = set(match.values())
    for j in range(m):
        if j not in used:
            suspects.append("second %d" % j)
    return {"pairs": pairs, "kappa": kappa, "suspects": suspects}
""",
    ),
    right(
        "agreement",
        "kappa_from_counts",
        (
            "kappa = (same / n - chance / n**2) / (1 - chance / n**2)",
            "kappa = (n * same - chance) / (n * n - chance)",
        ),
    ),
]

ANSWERS = [*READ_CVAT, *FIND_PROBLEMS, *CVAT_TO_COCO, *COCO_TO_YOLO, *POLYGON_AREA, *RASTERIZE, *AGREEMENT]
