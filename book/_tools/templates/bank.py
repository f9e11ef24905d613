"""Answers to the assignment `SLUG`: plausible wrong ones and different right ones."""

from tests.graders.bank import right, wrong

ANSWERS = [
    # --- row_means ------------------------------------------------------------------------------------------------
    wrong("row_means", "columns", ("mean(axis=1)", "mean(axis=0)"), loses=("test_row_means", "test_row_means_hidden")),
    wrong("row_means", "sum", ("mean(axis=1)", "sum(axis=1)"), loses=("test_row_means", "test_row_means_hidden")),
    wrong(
        "row_means",
        "empty_rows_unnoticed",
        ("    if X.shape[1] == 0:\n", "    if False:\n"),
        ("X.mean(axis=1)", "X.sum(axis=1) / max(X.shape[1], 1)"),
        loses="test_row_means_hidden",
    ),
    right(
        "row_means",
        "loop",
        code="""
def row_means(X):
    if len(X[0]) == 0:
        raise ValueError("empty")
    return np.array([sum(float(v) for v in row) / len(row) for row in X])
""",
    ),
]
