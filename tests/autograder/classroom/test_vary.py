"""A class's own assignments: what changes, what must not, and what is refused."""

import json
import shutil
import stat
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.classroom import bundle, constants, varying
from autograder.course import Course, find_course, varied
from tests.autograder.classroom.test_bundle import opened
from tests.autograder.conftest import run, shared
from tests.autograder.course_builder import (
    answered,
    build_course,
    code,
    exam,
    markdown,
    notebook,
    solution,
    write_source,
)

SLUG = "gap-va-dem"
TIMES = (
    'def times(x):\n    """Return x, {0} times."""\n    ### BEGIN SOLUTION\n    return x * {0}\n    ### END SOLUTION'
)
LABEL = "def label(x):\n    ### BEGIN SOLUTION\n    return 'mức cao' if x > 0 else 'không'\n    ### END SOLUTION"
COUNT = "def count(values):\n    ### BEGIN SOLUTION\n    return len(values)\n    ### END SOLUTION"
DECLARED = """\
# vary: k = 3 or 4, 5, 6, 7
# vary: word = "mức cao" or "rất nhiều", "quá nhiều", "đầy"
# vary: at gấp {k} lần
# vary: at {k} times
# vary: at x * {k}
# vary: at 2) == {2 * k}
# vary: at 5 * {k}
# vary: at '{word}'
# vary: at «{word}»
"""
HIDDEN = """\
# Kiểm tra ẩn: số khác.
### BEGIN HIDDEN TESTS
{declared}assert times(5) == 5 * {k}
assert label(1) == '{word}'
### END HIDDEN TESTS"""
RANDOM = """\
# Kiểm tra ẩn: dài ngắn ngẫu nhiên.
### BEGIN HIDDEN TESTS
import numpy as np

sizes = np.random.default_rng(3).integers(1, 9, 5)
again = np.random.default_rng(3).integers(1, 9, 5)
fixed = np.random.default_rng(4).integers(0, 100)  # vary: keep
assert (sizes == again).all()
for size in sizes:
    assert count([0] * int(size)) == size
### END HIDDEN TESTS"""


def cells(declared=DECLARED, random=RANDOM, hidden=HIDDEN, times=None, visible="assert times(2) == 6"):
    return [
        markdown("# Bài tập: Gấp và đếm\n\n`times(x)` cho x gấp 3 lần; `label` cho «mức cao» khi x dương."),
        solution("times", times or TIMES.format(3)),
        exam("test_times", 1, visible),
        solution("label", LABEL),
        exam("test_label", 1, "assert label(1) == 'mức cao'"),
        exam("test_times_hidden", 2, hidden.format(declared=declared, k=3, word="mức cao")),
        solution("count", COUNT),
        exam("test_count", 1, "assert count([]) == 0"),
        exam("test_count_hidden", 3, random),
        code("print('3 và mức cao ở đây không đổi')"),
    ]


def snapshot(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def sources(path):
    found = nbformat.read(path, as_version=4)
    return {c.metadata.get("nbgrader", {}).get("grade_id", n): c.source for n, c in enumerate(found.cells)}


@pytest.fixture
def own(course):
    """The course with the assignment that declares something."""
    write_source(course, SLUG, cells())
    return course


@pytest.fixture
def vary(invoke, classroom, own):
    """Run `autograder vary`; the secret is always the same."""
    (classroom / varying.SECRET).write_text("bí mật để thử, lúc nào cũng như nhau\n", encoding="utf-8")

    def call(*arguments, at=own, code=0):
        done, out, err = invoke("vary", classroom, *arguments, "--course", at)
        assert done in (code if isinstance(code, tuple) else (code,)), err
        return out + err

    return call


@pytest.fixture(scope="session")
def varied_once(tmp_path_factory):
    """A course and a class that has its own assignment, made once; what was said is in ``told``."""

    def make(root):
        build_course(root / "course")
        write_source(root / "course", SLUG, cells())
        assert run("release", "--course", root / "course").returncode == 0
        before = snapshot(root / "course")
        (root / "lop" / "submitted").mkdir(parents=True)
        (root / "lop" / varying.SECRET).write_text("bí mật để thử, lúc nào cũng như nhau\n", encoding="utf-8")
        done = run("vary", root / "lop", SLUG, "--course", root / "course")
        assert done.returncode == 0, done.stderr
        (root / "told").write_text(done.stdout)
        assert snapshot(root / "course") == before

    return shared(tmp_path_factory, "varied", make)


@pytest.fixture
def both(varied_once, tmp_path):
    """(course, class, the class's constants), to be changed at will."""
    shutil.copytree(varied_once, tmp_path / "both")
    course, classroom = tmp_path / "both" / "course", tmp_path / "both" / "lop"
    record = classroom / "varied" / "vary.json"
    record.write_text(record.read_text().replace(str(varied_once / "course"), str(course)))
    return course, classroom, json.loads(record.read_text())["assignments"][SLUG]["constants"]


def test_the_classes_own(varied_once):
    classroom, out = varied_once / "lop", (varied_once / "told").read_text()
    assert f"{SLUG}: 2 hạt giống, k 3 → " in out and "word «mức cao» → «" in out
    record = json.loads((classroom / "varied" / "vary.json").read_text())["assignments"][SLUG]
    k, word = record["constants"]["k"], record["constants"]["word"]
    assert k in (4, 5, 6, 7) and word in ("rất nhiều", "quá nhiều", "đầy")

    new = sources(classroom / "varied" / "solutions" / SLUG / f"{SLUG}.ipynb")
    assert f"gấp {k} lần" in new[0] and f"«{word}»" in new[0]
    assert f"x * {k}" in new["times"] and f"{k} times" in new["times"] and f"'{word}'" in new["label"]
    assert new["test_times"] == f"assert times(2) == {2 * k}" and f"5 * {k}" in new["test_times_hidden"]
    assert "vary:" not in "".join(new.values()) and new[9] == "print('3 và mức cao ở đây không đổi')"
    first, second, kept = (line for line in new["test_count_hidden"].split("\n") if "default_rng" in line)
    seed = first.split("(")[1].split(")")[0]
    assert seed != "3" and f"default_rng({seed})" in second and kept.endswith("default_rng(4).integers(0, 100)")

    shown = sources(classroom / "varied" / "exercises" / SLUG / f"{SLUG}.ipynb")
    assert f"gấp {k} lần" in shown[0] and "BEGIN" not in "".join(shown.values()) and seed not in "".join(shown.values())


@pytest.mark.slow
def test_the_same_again(both, invoke):
    course, classroom, _ = both
    before = snapshot(classroom / "varied")
    assert "(như cũ)" in invoke("vary", classroom, "--course", course)[1]
    del before[Path("vary.json")]  # now all three are varied
    after = snapshot(classroom / "varied")
    assert {name: data for name, data in after.items() if SLUG in str(name)} == {
        name: data for name, data in before.items() if SLUG in str(name)
    }
    record = json.loads((classroom / "varied" / "vary.json").read_text())["assignments"]
    assert {slug: entry["varied"] for slug, entry in record.items()} == dict.fromkeys(record, True) and len(record) == 3
    again = snapshot(classroom)
    shutil.rmtree(classroom / "varied")
    assert invoke("vary", classroom, "--course", course)[0] == 0
    assert snapshot(classroom) == again  # out of nothing but the course and the secret
    (classroom / varying.SECRET).write_text("một bí mật khác hẳn, của lớp khác\n", encoding="utf-8")
    shutil.rmtree(classroom / "varied")
    assert invoke("vary", classroom, SLUG, "--course", course)[0] == 0
    name = f"varied/solutions/{SLUG}/{SLUG}.ipynb"
    assert (classroom / name).read_bytes() != again[Path(name)]


def test_a_secret_is_made_and_is_the_owners_alone(invoke, own, classroom):
    assert invoke("vary", classroom, "so-va-tong", "--course", own)[0] == 0
    path = classroom / varying.SECRET
    assert len(path.read_text().strip()) == 64 and stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text().strip()
    assert not any(text.encode() in data for data in snapshot(classroom / "varied").values())
    path.write_text("ngắn")
    code, _, err = invoke("vary", classroom, "--course", own)
    assert code == 2 and "quá ngắn" in err


def test_what_is_not_asked_for_is_as_in_the_course(varied_once, vary):
    for name in ("solutions/so-va-tong/so-va-tong.ipynb", "exercises/loi-chao/loi-chao.ipynb"):
        there, here = (sources(varied_once / place / name) for place in ("course", "lop/varied"))
        assert there == here
    assert (varied_once / "lop/varied/solutions/so-va-tong/numbers.txt").read_bytes() == b"1 2 3\n"
    assert "ý bạn là" in vary("so-va-ton", code=2)


def hand_in(classroom, student, released, answers):
    place = classroom / "submitted" / student / SLUG
    place.mkdir(parents=True)
    text = json.dumps(answered(json.loads(released.read_text()), answers), ensure_ascii=False)
    (place / f"{SLUG}.ipynb").write_text(text, encoding="utf-8")


def answer(k, word):
    return {
        "times": f"def times(x):\n    return sum([x] * {k})",
        "label": f"def label(x):\n    return '{word}' if x > 0 else 'không'",
        "count": "def count(values):\n    return sum(1 for _ in values)",
    }


def test_last_years_answers_lose_and_this_years_do_not(both, invoke):
    course, classroom, picked = both
    mine = classroom / "varied" / "exercises" / SLUG / f"{SLUG}.ipynb"
    hand_in(classroom, "nay", mine, answer(picked["k"], picked["word"]))
    hand_in(classroom, "truoc", course / "exercises" / SLUG / f"{SLUG}.ipynb", answer(3, "mức cao"))
    hand_in(classroom, "chua-lam", mine, {})
    code, out, err = invoke("grade", classroom, "--json", "--course", course)  # the class's own come first all the same
    assert code == 0, err
    scores = {one["student"]: one["score"] for one in json.loads(out)["submissions"]}
    assert scores == {"nay": 8.0, "truoc": 4.0, "chua-lam": 0.0}
    assert json.loads(invoke("report", classroom, "--json", "-")[1])["submissions"]
    code, out, err = invoke("check", classroom / "submitted" / "nay" / SLUG / f"{SLUG}.ipynb")
    assert code == 0, out + err
    assert invoke("check", classroom / "submitted" / "truoc" / SLUG / f"{SLUG}.ipynb")[0] == 1


def test_the_bundle_of_the_class(both, invoke, tmp_path):
    course, classroom, picked = both
    code, _, err = invoke("bundle", SLUG, "--class", classroom, "-o", tmp_path / "phat", "--course", course)
    assert code == 0, err
    files = opened((tmp_path / "phat" / f"{SLUG}.zip").read_bytes())
    assert f"gấp {picked['k']} lần" in files[f"{SLUG}/{SLUG}.ipynb"].decode()
    secret = (classroom / varying.SECRET).read_text().strip()
    for name, data in files.items():
        told = data.decode()
        assert not [s for s in (secret, "vary", "default_rng", "BEGIN", f"x * {picked['k']}") if s in told], name
    assert bundle.secrets(Course(classroom / "varied"), SLUG)


def test_find_course(both, vary):
    course, classroom, _ = both
    mine = (classroom / "varied").resolve()
    assert find_course(course, folder=classroom).root == mine
    assert find_course(start=classroom / "submitted").root == mine
    assert find_course(course).root == course.resolve() and varied(course) is None
    assert "đã là đề riêng của một lớp" in vary(at=classroom / "varied", code=4)


@pytest.mark.slow
def test_another_class_has_other_constants(both, invoke, tmp_path):
    course, old, picked = both
    write_source(course, SLUG, cells(declared=DECLARED.replace("or 4, 5, 6, 7", f"or {picked['k']}, 9")))
    new = tmp_path / "moi"
    assert invoke("new", new, "--course", course)[0] == 0
    shutil.copyfile(old / varying.SECRET, new / varying.SECRET)
    code, _, err = invoke("vary", new, SLUG, "--unlike", old, "--course", course)
    assert code == 0, err
    record = json.loads((new / "varied" / "vary.json").read_text())
    mine = record["assignments"][SLUG]["constants"]
    assert mine["k"] == 9 and mine["word"] != picked["word"] and record["avoid"][SLUG]["k"] == [picked["k"]]
    third = tmp_path / "ba"
    assert invoke("new", third, "--course", course)[0] == 0
    code, _, err = invoke("vary", third, SLUG, f"--unlike={old}", f"--unlike={new}", "--course", course)
    assert code == 2 and f"hằng số k không còn giá trị nào khác {picked['k']}, 9" in err
    code, _, err = invoke("vary", new, "--unlike", third, "--course", course)
    assert code == 2 and "không có đề riêng" in err


@pytest.mark.slow
def test_a_mended_original_is_told_and_followed(both, invoke):
    course, classroom, picked = both
    hand_in(classroom, "an", classroom / "varied" / "exercises" / SLUG / f"{SLUG}.ipynb", {})
    assert "Bản gốc" not in invoke("grade", classroom)[2]
    changed = cells(declared=DECLARED.replace("or 4, 5", "or 4, 9, 5"))
    changed[0]["source"] += " Thêm một câu."
    write_source(course, SLUG, changed)
    assert f"Bản gốc của {SLUG} đã đổi" in invoke("grade", classroom)[2]
    code, out, err = invoke("vary", classroom, "--course", course)
    assert code == 0 and f"k 3 → {picked['k']}" in out  # what is given out stays
    assert f"1 bài nộp của {SLUG} đã có trước khi đề đổi" in err
    assert "Thêm một câu." in sources(classroom / f"varied/exercises/{SLUG}/{SLUG}.ipynb")[0]
    assert "Bản gốc" not in invoke("grade", classroom)[2]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"times": TIMES.format(3).replace("x * 3", "x + x + x")}, "không có chỗ nào ghi «x * 3»"),
        ({"declared": "# vary: k = 3 or 4\n# vary: at gấp {k} lần\n"}, "lời giải mẫu không đổi một chữ nào"),
        (
            {
                "declared": "# vary: k = 3 or 4\n# vary: at x * {k}\n",
                "visible": "assert times(0) == 0",
                "hidden": "# ẩn\n### BEGIN HIDDEN TESTS\n{declared}assert times(0) == 0\n### END HIDDEN TESTS",
            },
            "đề và ô cho sẵn không đổi một chữ nào",
        ),
        (
            {"declared": "# vary: k = 3 or 4\n# vary: at x * {k}\n# vary: at gấp {k} lần\n"},
            "không được trọn điểm ở ô `test_times`, `test_times_hidden`",
        ),
        (
            {
                "declared": "# vary: k = 3 or 4\n# vary: at x * {k}\n# vary: at gấp {k} lần\n",
                "visible": "assert times(0) == 0",
                "hidden": "# ẩn\n### BEGIN HIDDEN TESTS\n{declared}assert times(0) == 0\n### END HIDDEN TESTS",
            },
            "lời giải cũ của `times` vẫn được trọn điểm",
        ),
        ({"visible": "assert 'times(2) == 6'"}, "bài chưa làm gì mà vẫn có điểm ở ô `test_times`"),
        ({"declared": "# vary: k = 3\n"}, "cần «tên = giá trị or"),
        ({"declared": "# vary: k = 3 or 3\n"}, "không có giá trị nào khác"),
        ({"declared": "# vary: k = 3 or 4.0\n"}, "phải cùng kiểu"),
        ({"declared": "# vary: k = 3 or open('x')\n"}, "không phải số hay chuỗi"),
        ({"declared": "# vary: k = 3 or 4\n"}, "mà không có dòng «# vary: at» nào dùng"),
        ({"declared": DECLARED + "# vary: k = 3 or 5\n"}, "đã khai ở trên"),
        ({"declared": DECLARED + "# vary: at {m}\n"}, "không hiểu {m}"),
        ({"declared": DECLARED + "# vary: at {k.real}\n"}, "không hiểu {k.real}"),
        ({"declared": DECLARED + "# vary: at {k\n"}, "dấu ngoặc nhọn không khớp"),
        ({"declared": DECLARED + "# vary: at {1 / (k - 3)}\n"}, "không tính được"),
        ({"visible": "# vary: k = 3 or 4\nassert times(2) == 6"}, "nằm ngoài vùng kiểm tra ẩn"),
        (
            {"random": RANDOM.replace("assert (sizes", "assert sizes.sum() == 32\nassert (sizes")},
            "lời giải mẫu không được trọn điểm ở ô `test_count_hidden`",
        ),
    ],
)
def test_refused(vary, own, classroom, changes, told):
    write_source(own, SLUG, cells(**changes))
    out = vary(SLUG, code=(2, 4))  # 4 where the source itself is at fault
    assert told in out and out.startswith("Lỗi: "), out
    assert {path.name for path in classroom.iterdir()} == {
        *("class.toml", "sinh-vien.csv", "submitted", "reports", varying.SECRET)
    }


def test_what_is_declared_wrongly_is_not_released_either(own, invoke):
    write_source(own, SLUG, cells(declared="# vary: k = 3 or 3\n"))
    code, _, err = invoke("release", SLUG, "--course", own)
    assert code == 4 and "không có giá trị nào khác" in err


@pytest.mark.slow
def test_another_seed_is_tried_where_the_first_one_does_not_do(vary, own, classroom):
    few = "assert int(sizes[0]) % 3 == 1  # chỉ vài hạt giống cho số ấy\nassert (sizes"
    write_source(own, SLUG, cells(random=RANDOM.replace("assert (sizes", few)))

    def does(secret, tries):
        seed = varying.picked(secret.encode(), SLUG, "test_count_hidden", 3, tries, constants.MAX_SEED)
        return np.random.default_rng(seed).integers(1, 9, 5)[0] % 3 == 1

    secrets = (f"bí mật thứ {number} để thử nhiều lần" for number in range(100))
    secret = next(s for s in secrets if not does(s, 0) and not does(s, 1) and does(s, 2))
    (classroom / varying.SECRET).write_text(secret, encoding="utf-8")
    vary(SLUG)
    record = json.loads((classroom / "varied" / "vary.json").read_text())["assignments"][SLUG]
    assert record["tries"] == {"test_count_hidden": 2}
    assert "(như cũ)" in vary(SLUG)


@pytest.mark.parametrize(
    ("place", "values", "expected"),
    [
        ("{k}", {"k": 3}, "3"),
        ("a{{b}} {k + 1:03d}", {"k": 3}, "a{b} 004"),
        ("{20 / (20 + z**2):.4f}", {"z": 1.96}, "0.8389"),
        ("{50 * (1 - level):g}", {"level": 0.95}, "2.5"),
        ("{max(k, -k) // 2}{sqrt(k):g}", {"k": -4}, None),
        ("{'x' * k}", {"k": 2}, "xx"),
        ("{10 ** 10 ** 10}", {}, None),
        ("{__import__('os')}", {}, None),
        ("{k.__class__}", {"k": 1}, None),
        ("{[k]}", {"k": 1}, None),
        ("{k:d}", {"k": "a"}, None),
    ],
)
def test_places(place, values, expected):
    if expected is None:
        with pytest.raises(constants.Wrong):
            constants.rendered(place, values)
    else:
        assert constants.rendered(place, values) == expected


def test_all_places_change_at_once():
    declared = constants.declared(
        nbformat.from_dict(
            notebook([exam("t", 1, "# x\n### BEGIN HIDDEN TESTS\n# vary: a = 1 or 2\n# vary: b = 2 or 3\n"
                           "# vary: at <{a}>\n# vary: at <{b}>\n# vary: at <{a}><{b}>!\n<1> <2> <1><2>!\n"
                           "### END HIDDEN TESTS")])
        )
    )  # fmt: skip
    assert declared.problems == ()
    assert constants.substituted("<1> <2> <1><2>! <3>", declared, {"a": 2, "b": 3}) == "<2> <3> <2><3>! <3>"


def test_ranges():
    made = constants.declared(
        nbformat.from_dict(
            notebook([exam("t", 1, "# x\n### BEGIN HIDDEN TESTS\n# vary: a = 6 or 2..10 step 2\n# vary: at n{a}\nn6\n"
                           "### END HIDDEN TESTS")])
        )
    )  # fmt: skip
    assert made.problems == () and made.constants[0].others == (2, 4, 8, 10)
