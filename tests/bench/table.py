"""The rows of a bench as a table to read."""

_HEADS = (
    "assignment",
    "submissions",
    "system",
    "workers",
    "wall s",
    "CPU ms/sub",
    "peak MB",
    "x nbgrader",
    "CPU/floor",
)


def table(lines, compared):
    """Return the text of a table with the ratios that matter; `compared` tells how many grades were compared."""
    by_key = {(row["assignment"], row["submissions"], row["system"], row["workers"]): row for row in lines}
    shown = [_HEADS]
    for (slug, count, system, workers), row in by_key.items():
        stock, floor = by_key.get((slug, count, "nbgrader", 1)), by_key.get((slug, count, "floor", 1))
        star = "*" if "extrapolated_from" in row else ""
        shown.append(
            (
                slug,
                str(count),
                system,
                str(workers),
                f"{row['wall_s']:.2f}{star}",
                f"{1000 * row['cpu_s'] / count:.1f}",
                f"{row['peak_mb']:.0f}",
                f"{stock['wall_s'] / row['wall_s']:.1f}" if stock and system == "autograder" else "",
                f"{row['cpu_s'] / floor['cpu_s']:.2f}" if floor and system != "floor" else "",
            )
        )
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    text = "".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) + "\n" for row in shown)
    for slug, count in sorted({key[:2] for key in by_key}):
        one, two = (by_key.get((slug, count, "autograder", workers)) for workers in (1, 2))
        if one and two:
            text += f"{slug}, {count}: 2 workers are {one['wall_s'] / two['wall_s']:.2f} times as fast as 1\n"
    if any("extrapolated_from" in row for row in lines):
        text += "* worked out from fewer submissions\n"
    text += "".join(f"{slug}: {number} grades compared, none differs\n" for slug, number in compared.items())
    return text
