"""Two thousand spoilt notebooks: whatever is handed in, every graded cell ends with a number or a stated reason.

The same examples on every run (derandomized). Between reading and marking stands an engine that only pretends to run
the cells, so that a thousand take seconds; `test_spoilt_notebooks_are_run` has a sample run for real.
"""

import contextlib
import copy
import itertools
import json
import os
import random
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder import batch
from autograder.batch import worker
from autograder.course import Course
from autograder.engine import FAILED, OK, Execution, Limits, Run
from autograder.errors import NotebookUnreadable
from autograder.jupyter import nbformat
from autograder.notebook import code, lenient, submission
from tests.autograder import mutations
from tests.autograder.course_builder import RIGHT, Class, answered

SLUGS = ("so-va-tong", "loi-chao")
FUZZ = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


class Pretending:
    """An engine that runs nothing: cells fail or not by what their text hashes to."""

    def execute(self, assignment, notebook, folder, limits):
        runs = []
        for cell in notebook.cells:
            if cell.cell_type != "code" or not cell.source.strip():
                runs.append(None)
                continue
            failed = sum(cell.source.encode()) % 3 == 0
            error = nbformat.v4.new_output("error", ename="NameError", evalue="name", traceback=[])
            cell.outputs, cell.execution_count = ([error] if failed else []), 1
            runs.append(Run(FAILED, "NameError", "name", ((len(runs), 1),)) if failed else Run(OK))
        return Execution(notebook, tuple(runs))

    def close(self):
        pass


def pairs(options, most):
    """Return a strategy for lists of (mutation, seed)."""
    return st.lists(st.tuples(st.sampled_from(options), st.integers(0, 2**32 - 1)), max_size=most)


def seeded(chosen):
    return [(mutation, random.Random(seed)) for mutation, seed in chosen]


@pytest.fixture(scope="module")
def desk(released_course, tmp_path_factory):
    """Return a function that grades the bytes of a file as a worker would, and checks what comes back."""
    group = Class(tmp_path_factory.mktemp("fuzz") / "lop", released_course)
    for slug in SLUGS:
        group.submit_text("sv", "", slug)
    plan = batch.plan(Course(released_course), group.folder)
    jobs = {job.slug: job for job in plan.jobs}
    base = {slug: [group.released(slug), answered(group.released(slug), RIGHT)] for slug in SLUGS}
    for nb in itertools.chain(*base.values()):
        for cell in nb["cells"]:
            cell["source"] = "".join(cell["source"])

    def grade(slug, data):
        job = jobs[slug]
        (job.folder / f"{slug}.ipynb").write_bytes(data)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(worker, "_engines", _Always())
            reply = json.loads(worker.grade_one(job, plan.bundles[job.bundle]))
        record = reply["record"]
        assert record["status"] != "broken", record["reason"]
        judge(record, plan.bundles[job.bundle].sheets[0])
        (text,) = [text for name, text in reply["files"].items() if name.startswith("autograded/")]
        cells = json.loads(text)["cells"]
        ids = [cell["id"] for cell in cells]
        assert len(ids) == len(set(ids))
        nbformat.validate(nbformat.reads(text, as_version=4))
        return record

    grade.base, grade.assignments = base, {s: plan.bundles[j.bundle].sheets[0] for s, j in jobs.items()}
    return grade


class _Always(dict):
    def __contains__(self, key):
        return True

    def __getitem__(self, key):
        return Pretending()


def judge(record, assignment):
    """A number or a stated reason for every graded cell; what is told is one line of whole characters."""
    marks = {mark["cell"]: mark for mark in record["marks"]}
    assert list(marks) == [cell.grade_id for cell in assignment.graded]
    for cell in assignment.graded:
        mark = marks[cell.grade_id]
        if mark["score"] is None:
            assert cell.is_manual and mark["reason"]
        else:
            assert 0 <= mark["score"] <= cell.points
            assert mark["score"] == cell.points or mark["reason"], mark
    texts = [record["reason"], *record["notes"], *(mark["reason"] for mark in record["marks"])]
    for text in texts:
        assert len(text) < 1500 and "Traceback" not in text
        assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in text), text


def spoilt(base, of_json, of_text, of_bytes, encoding):
    nb = copy.deepcopy(base)
    for mutation, rng in seeded(of_json):
        mutation(nb, rng)
    return mutations.as_file(nb, seeded(of_text), seeded(of_bytes), encoding)


@given(st.sampled_from(SLUGS), st.booleans(), pairs(mutations.OF_JSON, 8))
@settings(FUZZ, max_examples=1000)
def test_spoilt_cells(desk, slug, done, of_json):
    desk(slug, spoilt(desk.base[slug][done], of_json, (), (), "utf-8"))


@given(st.booleans(), pairs(mutations.OF_JSON, 1), pairs(mutations.OF_TEXT, 4))
@settings(FUZZ, max_examples=700)
def test_spoilt_texts(desk, done, of_json, of_text):
    desk(SLUGS[0], spoilt(desk.base[SLUGS[0]][done], of_json, of_text, (), "utf-8"))


@given(
    pairs(mutations.OF_JSON, 2),
    pairs(mutations.OF_TEXT, 1),
    pairs(mutations.OF_BYTES, 3),
    st.sampled_from(mutations.ENCODINGS),
)
@settings(FUZZ, max_examples=500)
def test_spoilt_bytes(desk, of_json, of_text, of_bytes, encoding):
    desk(SLUGS[0], spoilt(desk.base[SLUGS[0]][1], of_json, of_text, of_bytes, encoding))


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
@settings(FUZZ, max_examples=200)
@example(b'{"cells": [' + b'{"metadata": {"a": ' * 2000)
@example(b'{"cells": [' + b'{"metadata": {"a": ' * 300)
@example(b"[" * 200_000)
@example(b'{"cells": [' + b'{"cell_type": "code", "source": "x"}' * 20_000)
@example(b'{"cells": [' + b'{"cell_type": "code", "source": "x"},' * 20_000 + b"]}")
def test_anything_at_all(desk, data):
    desk(SLUGS[0], data)


@given(pairs(mutations.OF_JSON, 6))
@settings(FUZZ, max_examples=200)
def test_every_test_is_the_courses_own_and_after_its_answer(desk, of_json):
    """However cells are spoilt, no student's text gets into a test cell, and each comes once."""
    assignment = desk.assignments[SLUGS[0]]
    path = assignment.folder.parents[1] / "fuzz.ipynb"
    path = path.with_name(f"fuzz-{os.getpid()}.ipynb")
    path.write_bytes(spoilt(desk.base[SLUGS[0]][1], of_json, (), (), "utf-8"))
    try:
        done = submission(path, assignment)
    except NotebookUnreadable:
        return
    finally:
        path.unlink()
    places = {}
    for position, cell in enumerate(done.notebook.cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        assert name is None or name not in places
        places[name] = position
    for cell in assignment.graded:
        found = done.notebook.cells[places[cell.grade_id]]
        assert (found.source, found.cell_type, found.metadata) == (cell.source, cell.cell_type, cell.metadata)
        assert places[cell.grade_id] > places[cell.task]


@given(st.lists(st.sampled_from(mutations.FRAGMENTS) | st.text(max_size=20), max_size=12).map("".join), st.booleans())
@settings(FUZZ, max_examples=500)
@example("x = (" * 500, True)
@example("1" + "+1" * 20_000, False)
@example("if 1:\n" + " !pip install x\\", True)
def test_any_source_keeps_its_lines(source, is_solution):
    source = source.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    after, findings = code.neutralised(source, solution=is_solution)
    assert after.count("\n") == source.count("\n")
    assert all(1 <= finding.line <= source.count("\n") + 1 for finding in findings)
    assert after == source or findings
    again, _ = code.neutralised(after, solution=is_solution)
    assert again == after
    assert code.functions(source) <= code.defined(source)
    assert code.paths(source) is not None and code.shadowed(source) is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
@settings(FUZZ, max_examples=300)
def test_what_is_json_is_read_as_json_reads_it(value):
    assert lenient.parse(json.dumps(value)) == (value, False)
    assert lenient.parse(json.dumps(value, ensure_ascii=False, indent=1)) == (value, False)


@given(JSON, st.integers(0, 2**32), st.sampled_from(mutations.OF_TEXT))
@settings(FUZZ, max_examples=300)
def test_what_is_no_json_is_read_or_refused(value, seed, mutation):
    text = mutation(json.dumps(value), random.Random(seed))
    with contextlib.suppress(lenient.BrokenError):
        lenient.parse(text)
    lenient.cells(text)
    lenient.sides(text)


@pytest.mark.slow
def test_spoilt_notebooks_are_run(released_course, tmp_path):
    """The whole way, real engine included, for a sample; a good notebook among them gets what it deserves."""
    group = Class(tmp_path / "lop", released_course)
    base = answered(group.released(), RIGHT)
    for seed in range(50):
        rng = random.Random(seed)
        of_json = [(rng.choice(mutations.OF_JSON), rng.randrange(2**32)) for _ in range(rng.randrange(1, 6))]
        of_text = [(rng.choice(mutations.OF_TEXT), rng.randrange(2**32)) for _ in range(seed % 5 == 0)]
        group.submit_text(f"sv{seed:02d}", spoilt(base, of_json, of_text, (), "utf-8"))
    group.submit("tot", RIGHT)
    course = Course(released_course)
    plan = batch.plan(course, group.folder, limits=Limits(cell_seconds=10))
    records = {record["student"]: record for record in batch.run(plan, workers=2).graded}
    assert len(records) == 51 and {record["status"] for record in records.values()} <= {
        "graded",
        "repaired",
        "unreadable",
    }
    for record in records.values():
        judge(record, course.load(SLUGS[0]))
    assert records["tot"]["score"] == 4 and records["tot"]["notes"] == []
