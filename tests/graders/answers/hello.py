"""Answers to the assignment `hello`."""

from tests.graders.bank import right, wrong

ANSWERS = [
    # --- greet ----------------------------------------------------------------------------------------------------
    wrong("greet", "prints_instead", ("return f", "print(f"), ('."', '.")'), loses=("test_greet", "test_greet_hidden")),
    wrong("greet", "no_f", ('f"Xin', '"Xin'), loses=("test_greet", "test_greet_hidden")),
    wrong("greet", "no_full_stop", ('{name}."', '{name}"'), loses=("test_greet", "test_greet_hidden")),
    wrong("greet", "only_the_example", ("{name}", "An"), loses="test_greet_hidden"),
    wrong("greet", "first_name_only", ("{name}", "{name.split()[-1]}"), loses="test_greet_hidden"),
    right("greet", "put_together", code='def greet(name):\n    return "Xin chào, " + name + "."'),
    # --- mean -----------------------------------------------------------------------------------------------------
    wrong("mean", "the_sum", (" / len(values)", ""), loses=("test_mean", "test_mean_hidden")),
    wrong("mean", "whole_numbers", (" / ", " // "), loses=("test_mean", "test_mean_hidden")),
    wrong("mean", "always_three", ("len(values)", "3"), loses=("test_mean", "test_mean_hidden")),
    wrong(
        "mean",
        "middle_of_the_extremes",
        ("total / len(values)", "(min(values) + max(values)) / 2"),
        loses="test_mean_hidden",
    ),
    right("mean", "numpy", code="import numpy as np\n\n\ndef mean(values):\n    return np.mean(values)"),
    # --- number_count ---------------------------------------------------------------------------------------------
    wrong("number_count", "pixels_only", (" * 3", ""), loses=("test_number_count", "test_number_count_hidden")),
    wrong("number_count", "only_the_example", ("height * width * 3", "18"), loses="test_number_count_hidden"),
    wrong(
        "number_count",
        "adds",
        ("height * width", "(height + width)"),
        loses=("test_number_count", "test_number_count_hidden"),
    ),
    wrong(
        "number_count",
        "from_another_cell",
        code="height, width = 2, 3\n\n\ndef number_count(h, w):\n    return height * width * 3",
        loses="test_number_count_hidden",
    ),
    right(
        "number_count",
        "counted",
        code="def number_count(height, width):\n    return sum(3 for _ in range(height) for _ in range(width))",
    ),
    # --- todo -----------------------------------------------------------------------------------------------------
    wrong("todo", "those_done", ("!=", "=="), loses=("test_todo", "test_todo_hidden")),
    wrong("todo", "only_undone", ('state != "đạt"', 'state == "chưa làm"'), loses=("test_todo", "test_todo_hidden")),
    wrong("todo", "states", ("[task for", "[state for"), loses=("test_todo", "test_todo_hidden")),
    wrong("todo", "sorted_by_name", ("[task for", "sorted(task for"), ('"đạt"]', '"đạt")'), loses="test_todo_hidden"),
    wrong(
        "todo", "none_where_all_is_done", ('if state != "đạt"]', 'if state != "đạt"] or None'), loses="test_todo_hidden"
    ),
    right(
        "todo",
        "loop",
        code="""
def todo(states):
    left = []
    for task in states:
        if states[task] in ("chưa đạt", "chưa làm"):
            left.append(task)
    return left
""",
    ),
]
