"""What is told of a failure after a hidden test, and what of an output a browser gets to see."""

import pytest

from autograder.engine import tame, telling

WORDS = telling.words_of(["def double(x):\n    return x.half + total"])


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("division by zero", "division by zero"),
        ("name 'total' is not defined", "name 'total' is not defined"),
        ("name 'abcdef' is not defined", ""),
        ("'int' object has no attribute 'half'", "'int' object has no attribute 'half'"),
        ("index 7 is out of bounds for axis 0 with size 3", "index … is out of bounds for axis … with size …"),
        ("shapes (2,3) and (4,) not aligned: 3 (dim 1) != 4 (dim 0)",
         "shapes (…,…) and (…,) not aligned: … (dim …) != … (dim …)"),
        ("division by zero, abc", ""),
        ("bacdef", ""),
        ("-2", ""),
        ("division by zero\n" + "x" * 5000, ""),
    ],
)  # fmt: skip
def test_messages_of_libraries(message, expected):
    assert telling.told(message, WORDS) == expected


def test_names_of_exceptions():
    assert telling.name_of("ValueError") == "ValueError"
    assert telling.name_of("LinAlgError") == "LinAlgError"
    assert telling.name_of("Ebacdef") == telling.name_of("EbacdefError") == "Exception"


def test_messages_of_checks():
    texts = ["double(số âm)", "f(3)", "Đúng 2 lần."]
    told = telling.without_answers
    assert told("`double(số âm)` cho 17, cần -4. Đúng 2 lần.", texts) == "`double(số âm)` cho …, cần -4. Đúng 2 lần."
    assert told("`f(3)` cho mảng NumPy kích thước (0, 175107), cần một số.", texts).count("…") == 2


def test_warnings():
    line = "<student>:1: RuntimeWarning: divide by zero encountered in divide\n"
    assert telling.warnings_told(line, WORDS) == "RuntimeWarning: divide by zero encountered in divide"
    assert telling.warnings_told(line + "bacdef\n", WORDS) == ""
    assert telling.warnings_told("<student>:1: UserWarning: bacdef\n", WORDS) == ""


@pytest.mark.parametrize(
    ("mime", "text", "fine"),
    [
        ("text/html", "<table border='1' class='dataframe'><tr><td>1 &lt; 2</td></tr></table>", True),
        ("text/html", "<a href='&#106;avascript:alert(1)'>x</a>", False),
        ("text/html", "<p style='background:u&#114;l(//h)'>", False),
        ("text/html", "<table background='//h'>", False),
        ("text/html", "<p/onclick=a>", False),
        ("text/html", "<p", False),
        ("text/html", "<!-- x>", False),
        ("image/svg+xml", "<svg><path d='M0 0'/></svg>", True),
        ("image/svg+xml", "<svg><image href='//h'/></svg>", False),
        ("image/svg+xml", "<svg><g xlink:href='//h'/></svg>", False),
        ("text/markdown", "**đậm** $x$", True),
        ("text/markdown", "![x](//h)", False),
        ("text/latex", "$\\frac{1}{2} < x$", True),
        ("text/latex", "$\\href{javascript:a}{x}$", False),
        ("text/html", "< / script>", False),
        ("text/html", "<b>&#" + "9" * 6000 + ";</b>", False),
        ("text/html", "<" + " " * 300_000 + "b>", True),
        ("text/markdown", "a" * 300_000 + "://h", False),
        ("text/markdown", "a" * 300_000, True),
    ],
    ids=lambda value: str(value)[:40],
)
def test_output_in_a_browser(mime, text, fine):
    assert (tame.tamed(mime, text, 1_000_000) is not None) == fine


def test_tables_of_pandas_keep_all_but_their_style():
    table = (
        "<div>\n<style scoped>\n    .dataframe tbody tr th { vertical-align: top; }\n</style>\n<table></table></div>"
    )
    assert "<table>" in tame.tamed("text/html", table, 10_000) and "style" not in tame.tamed("text/html", table, 10_000)
