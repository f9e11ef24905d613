"""Interrupted, changed underneath, broken workers: the class comes out right all the same."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from nbgrader.api import Comment

from autograder import batch, engine, gradebook
from autograder.batch import executors, worker
from autograder.batch.parcel import Job
from autograder.batch.run import lock
from autograder.batch.unchanged import unchanged
from autograder.course import Course
from autograder.engine import Limits, testcode
from autograder.errors import GradebookUnusable, GradingInProgress
from autograder.feedback.again import regenerate
from autograder.record import SCHEMA, forget, place_of, record_path
from tests.autograder.conftest import environment, run, stock_gradebook
from tests.autograder.course_builder import (
    HALF,
    RIGHT,
    cell_of,
    exam,
    notebook,
    numbers_cells,
    solution,
    write_source,
)

SLUG = "so-va-tong"


def everything(folder):
    """Return what the gradebook says, without its random ids."""
    entries = sorted(gradebook.entries(folder), key=lambda e: (e.assignment, e.student, e.cell))
    with stock_gradebook(folder) as book:
        comments = sorted((c.student.id, c.name, c.auto_comment or "") for c in book.db.query(Comment).all())
        students = sorted(s.id for s in book.students)
    return entries, comments, students


def start(folder, course):
    command = [sys.executable, "-m", "autograder", "grade", str(folder), "--course", str(course), "--workers", "2"]
    return subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def children(pid):
    """Return the pids of all processes that descend from `pid`."""
    found = {}
    for line in subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout.splitlines():
        child, parent = map(int, line.split())
        found.setdefault(parent, []).append(child)
    todo, result = [pid], []
    while todo:
        for child in found.get(todo.pop(), ()):
            result.append(child)
            todo.append(child)
    return result


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_kill_9_in_the_middle_then_run_again(group, released_course, tmp_path):
    for i in range(3):
        group.submit(f"sv{i}", RIGHT if i % 2 else HALF)
    group.submit("sv3", RIGHT | {"double": f"import time\ntime.sleep(6)\n{RIGHT['double']}"})
    process = start(group.folder, released_course)
    deadline = time.monotonic() + 60
    while not list((group.folder / "reports").glob(f"{SLUG}/*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    family = children(process.pid)
    process.kill()
    process.wait()
    done = len(list((group.folder / "reports" / SLUG).glob("*.json")))
    assert 1 <= done < 4, "killed too late to be of use"
    deadline = time.monotonic() + 15
    while any(map(is_alive, family)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(is_alive, family)), "workers or kernels survived"

    again = run("grade", group.folder, "--course", released_course, "--json")
    data = json.loads(again.stdout)
    assert again.returncode == 0 and data["skipped"] == done and data["graded"] == 4 - done
    interrupted = everything(group.folder)
    (tmp_path / "undisturbed").mkdir()
    (group.folder / "submitted").rename(tmp_path / "undisturbed" / "submitted")
    batch.run(batch.plan(Course(released_course), tmp_path / "undisturbed"), workers=2)
    assert everything(tmp_path / "undisturbed") == interrupted
    assert not (group.folder / "reports" / ".work").exists()


def test_ctrl_c_says_how_to_go_on(group, released_course):
    group.submit("sv1", RIGHT | {"double": "import time\ntime.sleep(100)"})
    command = [sys.executable, "-m", "autograder", "grade", str(group.folder), "--course", str(released_course)]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while not (group.folder / "reports" / ".work").exists() and process.poll() is None:
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.strip().split("\n")[-1].startswith("Lỗi: Đã dừng giữa chừng") and "Traceback" not in err + out


def test_a_changed_hidden_test_regrades_everyone_and_keeps_what_people_entered(group, course):
    group.submit("sv1", HALF)
    place = Course(course)
    assert len(batch.run(batch.plan(place, group.folder)).graded) == 1
    with stock_gradebook(group.folder) as book:
        grade = book.find_grade("test_double_hidden", SLUG, SLUG, "sv1")
        grade.manual_score = 1.25
        book.find_comment("double", SLUG, SLUG, "sv1").manual_comment = "xem lại số âm"
        book.db.commit()
    cells = numbers_cells()
    nb = {"cells": cells}
    cells.remove(cell_of(nb, "test_total_hidden"))
    extra = json.loads(
        json.dumps(cell_of(nb, "test_double_hidden")).replace("double_hidden", "double_zero_hidden").replace("-4", "4")
    )
    extra["metadata"]["nbgrader"]["points"] = 2
    cells.insert(cells.index(cell_of(nb, "test_double_hidden")), extra)
    write_source(course, SLUG, cells)
    (record,) = batch.run(batch.plan(place, group.folder)).graded
    got = {m["cell"]: m["score"] for m in record["marks"]}
    assert got == {
        "test_double": 0.5,
        "test_double_zero_hidden": 2,
        "test_double_hidden": 0,
        "test_total": 0.5,
        "test_total_error_hidden": 0,
    }
    entries = {e.cell: e for e in gradebook.entries(group.folder)}
    assert set(entries) == set(got) and entries["test_double_zero_hidden"].points == 2
    # the answer is the one that was marked
    assert entries["test_double_hidden"].score == 1.25 and not entries["test_double_hidden"].is_waiting
    with stock_gradebook(group.folder) as book:
        assert book.find_comment("double", SLUG, SLUG, "sv1").manual_comment == "xem lại số âm"
    assert not batch.plan(place, group.folder).jobs


def test_one_assignment_after_the_other(group, released_course):
    """A worker prepares each only once, however many there are."""
    for student in ("sv1", "sv2"):
        for slug in ("so-va-tong", "loi-chao"):
            group.submit_text(student, "", slug=slug)
    jobs = batch.plan(Course(released_course), group.folder).jobs
    assert [(job.slug, job.student) for job in jobs] == [
        ("loi-chao", "sv1"), ("loi-chao", "sv2"), ("so-va-tong", "sv1"), ("so-va-tong", "sv2")]  # fmt: skip


def test_another_timeout_is_another_grade(group, released_course):
    group.submit_text("sv1", "")
    place = Course(released_course)
    batch.run(batch.plan(place, group.folder))
    assert not batch.plan(place, group.folder).jobs
    assert len(batch.plan(place, group.folder, limits=Limits(cell_seconds=7)).jobs) == 1


def test_a_run_that_fails_half_way_is_not_taken_for_done(group, released_course, monkeypatch):
    group.submit_text("sv1", "")
    place = Course(released_course)
    batch.run(batch.plan(place, group.folder))

    def locked(*_):
        raise GradebookUnusable("khóa")

    with monkeypatch.context() as patch, pytest.raises(GradebookUnusable):
        patch.setattr(gradebook.Writer, "write", locked)
        batch.run(batch.plan(place, group.folder, force=True))
    (job,) = batch.plan(place, group.folder).jobs
    assert job.student == "sv1" and not (group.folder / "reports" / ".work").exists()


def test_two_at_once_are_refused(group, released_course):
    pytest.importorskip("fcntl")
    group.submit_text("sv1", "")
    plan = batch.plan(Course(released_course), group.folder)
    (group.folder / "reports").mkdir(exist_ok=True)
    with lock(group.folder / "reports"), pytest.raises(GradingInProgress):
        batch.run(plan)
    assert len(batch.run(plan).graded) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the patched worker is reached by fork")
def test_a_worker_that_dies_takes_no_other_submission_with_it(group, released_course, monkeypatch):
    for name in ("sv1", "sv2", "sv3"):
        group.submit_text(name, "")
    real = worker.grade_one

    def deadly(job, bundle=None):
        if job.student == "sv2":
            os._exit(9)
        return real(job, bundle)

    deadly.__module__, deadly.__qualname__ = worker.__name__, "grade_one"  # it is sent by name
    monkeypatch.setattr(worker, "grade_one", deadly)
    # a new worker would not know of the patch
    monkeypatch.setattr(executors, "_exec", lambda scratch, core: executors._fork(scratch, (), core))
    place = Course(released_course)
    outcome = batch.run(batch.plan(place, group.folder), workers=2)
    assert {r["student"]: r["status"] for r in outcome.graded} == {
        "sv1": "unreadable",
        "sv2": "broken",
        "sv3": "unreadable",
    }
    assert all(e.auto_score == 0 for e in gradebook.entries(group.folder))
    monkeypatch.setattr(worker, "grade_one", real)
    assert [job.student for job in batch.plan(place, group.folder).jobs] == ["sv2"]  # not taken for done


def _cores():
    time.sleep(0.3)  # so that every worker gets one of these calls
    return json.dumps([os.getpid(), sorted(os.sched_getaffinity(0))])


@pytest.mark.skipif(sys.platform != "linux", reason="sched_setaffinity")
def test_as_many_workers_as_cores_have_one_each(tmp_path):
    cores = sorted(os.sched_getaffinity(0))
    with executors.Workers(len(cores), tmp_path) as workers:
        os.kill(json.loads(workers.submit(_cores).result())[0], signal.SIGKILL)  # the one in its place gets its core
        time.sleep(0.2)
        answers = [json.loads(call.result()) for call in [workers.submit(_cores) for _ in cores]]
    assert sorted(where for _, where in answers) == [[core] for core in cores]
    with executors.Workers(len(cores) + 1, tmp_path) as workers:
        assert json.loads(workers.submit(_cores).result())[1] == cores


def test_a_worker_that_dies_once_is_replaced(group, released_course, monkeypatch, tmp_path):
    for name in ("sv1", "sv2", "sv3"):
        group.submit_text(name, "")
    real = worker.grade_one

    def deadly(job, bundle=None):
        if job.student == "sv2" and not (tmp_path / "died").exists():
            (tmp_path / "died").touch()
            os._exit(9)
        return real(job, bundle)

    deadly.__module__, deadly.__qualname__ = worker.__name__, "grade_one"
    monkeypatch.setattr(worker, "grade_one", deadly)
    plan = batch.plan(Course(released_course), group.folder)
    outcome = batch.run(plan, workers=1)  # the second one is a new Python, which has to be sent the assignment
    assert (tmp_path / "died").exists()
    assert {r["student"]: r["reason"] for r in outcome.graded if r["status"] != "unreadable"} == {}


def test_a_fault_of_ours_is_told_and_tried_again(group, released_course, monkeypatch):
    group.submit("sv1", RIGHT)
    place = Course(released_course)
    plan = batch.plan(place, group.folder)
    (job,), (bundle,) = plan.jobs, plan.bundles.values()

    class Faulty:
        def execute(self, *_):
            return 1 / 0

        def close(self):
            pass

    monkeypatch.setattr(worker, "_engines", {})
    monkeypatch.setattr(engine, "start", lambda *_, **__: Faulty())
    record = json.loads(worker.grade_one(job, bundle))["record"]
    assert record["status"] == "broken" and "ZeroDivisionError" in record["reason"]
    assert all(m["score"] == 0 and m["reason"] for m in record["marks"])


def test_of_several_files_that_with_the_work_is_graded(group, released_course):
    path = group.submit("an", RIGHT)
    path.rename(path.with_name("bai lam (1).ipynb"))
    group.submit("an", {}).rename(path.with_name("bai lam (2).ipynb"))
    ours = path.with_name("ghi-chu.ipynb")
    ours.write_text(json.dumps(notebook([])))
    plan = batch.plan(Course(released_course), group.folder)
    (job,), (bundle,) = plan.jobs, plan.bundles.values()
    read = worker._read(job, bundle.sheets[0], False, ())
    assert not read.untouched and "bai lam (1).ipynb" in read.notes[0].text and "không được chấm" in read.notes[0].text


class Scripted:
    """An engine that says what it is told to."""

    def __init__(self, walls="namespaces", tampered=""):
        self.walls, self.tampered = walls, tampered

    def execute(self, assignment, notebook, folder, limits):
        runs = tuple(engine.Run(engine.OK) if c.cell_type == "code" else None for c in notebook.cells)
        return engine.Execution(notebook, runs, 0.1, self.tampered)

    def close(self):
        pass


@pytest.mark.parametrize("walls", ["namespaces", "none"])
def test_what_contained_the_code_is_recorded_and_reported(group, released_course, monkeypatch, invoke, walls):
    group.submit("an", RIGHT)
    monkeypatch.setattr(worker, "_engines", {(None, True): Scripted(walls)})
    assert invoke("grade", group.folder, "--course", released_course, "-j", "1")[0] == 0
    (record,) = batch.plan(Course(released_course), group.folder).done
    assert (record["walls"], record["tampered"], record["score"]) == (walls, "", 4)
    bad = walls == "none"
    reports = group.folder / "reports"
    data = json.loads((reports / "scores.json").read_text("utf-8"))
    assert [f["kind"] for f in data["flags"]] == ["no-sandbox"] * bad and data["assignments"][0]["walls"] == {walls: 1}
    told = "Mọi bài nộp đã chạy không có hộp cát, với quyền của người chấm."
    assert (told in (reports / "report.html").read_text("utf-8")) is bad
    assert (told in invoke("report", group.folder)[1].replace("\n", " ")) is bad
    again = invoke("grade", group.folder, "--course", released_course)
    assert ("1 bài nộp đã chạy không có hộp cát" in again[2]) is bad
    invoke("report", group.folder, "--xlsx", group.folder / "a.xlsx")
    sheet = openpyxl.load_workbook(group.folder / "a.xlsx")["Cần xem"]
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["chạy không có hộp cát"] * bad


def test_a_run_that_was_tampered_with_is_worth_nothing_and_flagged(group, released_course, monkeypatch, invoke):
    group.submit("an", RIGHT)
    told = "Bài nộp đã thay hàm so sánh của bộ chấm."
    monkeypatch.setattr(worker, "_engines", {(None, True): Scripted(tampered=told)})
    code, out, _ = invoke("grade", group.folder, "--course", released_course, "-j", "1")
    assert code == 0 and "thay hàm so sánh" in " ".join(out.split())
    (record,) = batch.plan(Course(released_course), group.folder).done
    assert (record["score"], record["tampered"]) == (0, told)
    assert {(mark["state"], mark["reason"]) for mark in record["marks"]} == {("chưa đạt", told)}
    assert "can thiệp vào việc chấm: " + told in " ".join(invoke("report", group.folder)[1].split())
    assert told in (group.folder / "reports" / "report.html").read_text("utf-8")


def two_notebooks(root):
    """Make a course in nbgrader's own layout with one assignment of two notebooks and no configuration."""
    folder = root / "source" / "ps1"
    folder.mkdir(parents=True)
    for name, points in (("mot", 2), ("hai", 3)):
        cells = [
            solution("double", "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"),
            exam("test_double", points, "assert double(3) == 6"),
        ]
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook(cells)))
    return root


BAG = "class Bag:\n    def __init__(self, items):\n        self.items = items\n\n    def __len__(self):\n        {}"
LENGTH = "assert len(Bag([1, 2])) == 2 and len(Bag([])) == 0"


def bags(root, lop):
    """Make a course whose notebook has not the assignment's name, and two who handed something in: right and wrong.

    That ``len`` means anything to a ``Bag`` only the model solution says.
    """
    folder = root / "source" / "ps1"
    folder.mkdir(parents=True)
    source = f"### BEGIN SOLUTION\n{BAG.format('return len(self.items)')}\n### END SOLUTION"
    (folder / "tui.ipynb").write_text(json.dumps(notebook([solution("bag", source), exam("test_bag", 2, LENGTH)])))
    for student, answer in (("dung", "return sum(1 for _ in self.items)"), ("sai", "return 2")):
        place = lop / "submitted" / student / "ps1"
        place.mkdir(parents=True)
        cells = [solution("bag", BAG.format(answer)), exam("test_bag", 2, LENGTH)]
        (place / "tui.ipynb").write_text(json.dumps(notebook(cells)))
    return Course(root)


def test_what_the_model_solution_defines_travels_out_of_sight(tmp_path):
    lop, there = tmp_path / "lop", tmp_path / "may-khac"
    plan = batch.plan(bags(tmp_path / "course", lop), lop)
    ((_, bundle),) = plan.bundles.items()
    assert bundle.sheets[0].inprocess == () and not plan.notices  # it can be examined apart
    sent, jobs = pickle.loads(pickle.dumps(bundle.packed())), [job.packed() for job in plan.jobs]
    (tmp_path / "course").rename(tmp_path / "xa")
    assert testcode.compile_tests(sent.unpacked(there).sheets[0]).dunders == {"__len__"}
    assert not [path for path in there.rglob("*") if path.is_file()]
    try:
        records = [json.loads(worker.grade_one(job, sent))["record"] for job in jobs]
    finally:
        worker.close()
    assert {r["student"]: r["score"] for r in records} == {"dung": 2, "sai": 0}


def test_an_assignment_of_two_notebooks(tmp_path):
    course, lop = two_notebooks(tmp_path / "course"), tmp_path / "lop"
    for student, names in {"ca-hai": ("mot", "hai"), "chi-mot": ("mot",), "nham": ("hai",)}.items():
        folder = lop / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        for name in names:
            cells = [solution("double", RIGHT["double"]), exam("test_double", 99, "pass")]
            (folder / f"{name}.ipynb").write_text(json.dumps(notebook(cells)))
    plan = batch.plan(Course(course), lop)
    outcome = batch.run(plan, workers=1)
    got = {r["student"]: (r["status"], r["score"], r["max"], r["reason"]) for r in outcome.graded}
    assert got == {
        "ca-hai": ("graded", 5, 5, ""),
        "chi-mot": ("unreadable", 2, 5, "hai: Không có tệp hai.ipynb."),
        "nham": ("unreadable", 3, 5, "mot: Không có tệp mot.ipynb."),
    }
    scores = {(e.student, e.notebook): e.auto_score for e in gradebook.entries(lop)}
    assert scores["chi-mot", "mot"] == 2 and scores["chi-mot", "hai"] == 0 and scores["ca-hai", "hai"] == 3
    for kind, suffix in (("autograded", "ipynb"), ("feedback", "html")):
        made = {p.name for p in (lop / kind / "chi-mot" / "ps1").iterdir()}
        assert made == {f"mot.{suffix}", f"hai.{suffix}"}
    assert not batch.plan(Course(course), lop).jobs


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[limits", "không đọc được"),
        ("[limits]\ntime = 3", "không biết «time»"),
        ("[limits]\nseconds = 'ba'", "limits.seconds cần là một số từ 0.1"),
        ("[limits]\nmemory_mb = 1", "limits.memory_mb cần là một số từ 64"),
        ("[assignments.so-va-tong]\nkernel = 1", "kernel cần là true hoặc false"),
        ("[limits]\nseconds = nan", "limits.seconds cần là một số"),
        ("[assignments.so-va-ton]\nseconds = 3", "Không có bài tập «so-va-ton»; ý bạn là «so-va-tong»?"),
        ("[assignments.so-va-tong]\nsecond = 3", "không biết «second» trong [assignments.so-va-tong]"),
        ("[bai]", "không biết «bai»"),
        ("assignments = 3", "[assignments] cần là một bảng"),
    ],
)
def test_what_is_wrong_with_the_settings_of_a_course(group, course, invoke, text, told):
    group.submit_text("sv1", "")
    (course / "autograder.toml").write_text(text)
    code, out, err = invoke("grade", group.folder, "--course", course)
    assert (code, out, err.count("\n")) == (4, "", 1) and told in err


@pytest.mark.parametrize("db", [False, True])
def test_what_a_person_gave_stays_on_the_page_of_feedback(group, released_course, tmp_path, db):
    url = f"sqlite:///{tmp_path}/so.db" if db else None
    place = Course(released_course)
    for student in ("an", "binh"):
        group.submit_text(student, "")
    batch.run(batch.plan(place, group.folder, db=url), workers=1)
    if db:
        (tmp_path / "so.db").rename(tmp_path / "gradebook.db")
    with stock_gradebook(tmp_path if db else group.folder) as book:
        book.find_grade("test_double_hidden", SLUG, SLUG, "an").manual_score = 1.25
        book.find_comment("total", SLUG, SLUG, "an").manual_comment = "Đã xem giấy của bạn."
        book.db.commit()
    if db:
        (tmp_path / "gradebook.db").rename(tmp_path / "so.db")
    for student in ("an", "binh"):
        group.submit_text(student, "{")
    assert len(batch.run(batch.plan(place, group.folder, db=url), workers=1).graded) == 2
    pages = {s: (group.folder / "feedback" / s / SLUG / f"{SLUG}.html").read_text("utf-8") for s in ("an", "binh")}
    assert "<strong>1.25</strong> / 4 điểm" in pages["an"] and "Đã xem giấy của bạn." in pages["an"]
    assert "<strong>0</strong> / 4 điểm" in pages["binh"] and "Đã xem" not in pages["binh"]
    assert not batch.plan(place, group.folder, db=url).jobs


def test_points_that_a_person_gave_wait_when_the_answer_is_another_one(group, course):
    """Of what is handed in again, a text that is the same keeps its points, all else is to be looked at once more."""
    place, words, folder = Course(course), "loi-chao", group.folder

    def hand_in(text, greet=RIGHT["greet"]):
        group.submit("an", {"greet": greet, "explain": text}, slug=words)

    def grade(force=False, interrupted=False):
        if interrupted:
            forget(folder, "an", words)
        assert len(batch.run(batch.plan(place, folder, force=force), workers=1).graded) == 1
        return {entry.cell for entry in gradebook.entries(folder) if entry.is_waiting}

    def mark():
        with stock_gradebook(folder) as book:
            for name, score in (("explain", 1.5), ("test_greet", 0.5)):
                found = book.find_grade(name, words, words, "an")
                found.manual_score, found.needs_manual_grade = score, False
            book.db.commit()

    hand_in("Vì lịch sự.")
    assert grade() == {"explain"}
    mark()
    assert grade(force=True) == set()
    source = course / "solutions" / words / f"{words}.ipynb"
    source.write_text(source.read_text("utf-8").replace("greet('An')", "greet('Anh')").replace("Chào An'", "Chào Anh'"))
    assert grade() == set()  # the tests are others, the answers are not
    hand_in("Vì lịch sự.", "def greet(name):\n    return f'Chào {name}'")
    assert grade() == {"test_greet"}
    assert grade(force=True) == {"test_greet"}
    mark()
    hand_in("Vì thế.")
    assert grade() == {"explain", "test_greet"}
    page = (folder / "feedback" / "an" / words / f"{words}.html").read_text("utf-8")
    assert page.count("Chờ chấm lại") == 2 and '<p class="note">Có phần chờ chấm lại' in page
    assert "<strong>2</strong> / 3 điểm" in page
    mark()
    assert grade(force=True, interrupted=True) == {"explain", "test_greet"}  # nobody knows what was marked
    mark()
    group.submit_text("an", "{", slug=words)
    assert grade() == {"explain", "test_greet"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Vì 3 < 4.", {"explain"}),
        ("", {"explain"}),
        ("Xem ![hình](a.png)", set()),  # the text is the same, what it leads to may be another one
        ("Xem ![hình][a]", set()),
        ("Xem [tệp](a.txt)", set()),
        ("Xem [tệp][a].\n\n[a]: a.txt", set()),
        ("Xem x[i][j], tức [1]: số.", {"explain"}),
        ("Xem <img src='a.png'>", set()),
    ],
)
def test_which_texts_are_the_same(tmp_path, released_course, text, told):
    sheet, layout = Course(released_course).load("loi-chao"), Course(released_course).layout
    job = Job("an", "loi-chao", tmp_path, "", "", content="b" * 64)
    graded = json.dumps({"cells": [{"metadata": {"nbgrader": {"grade_id": "explain"}}, "source": text}]})
    old = place_of(tmp_path, layout, "autograded", "an", "loi-chao")
    for folder, written in ((tmp_path / "new", graded), (old, graded.replace('"source": "', '"source": "khác '))):
        folder.mkdir(parents=True)
        (folder / "loi-chao.ipynb").write_text(written, "utf-8")

    def found():
        return unchanged(tmp_path, layout, job, (sheet,), tmp_path / "new").get("loi-chao", set())

    assert found() == set()  # no record
    record = dict.fromkeys(("status", "reason", "score", "max", "pending", "digest", "walls", "tampered"))
    record |= {"schema": SCHEMA, "student": "an", "assignment": "loi-chao", "notes": [], "marks": [], "made": {}}
    path = record_path(tmp_path, "an", "loi-chao")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(record | {"origins": {"submission": "a" * 12}}))
    assert found() == set()  # another text
    (old / "loi-chao.ipynb").write_text(graded, "utf-8")
    assert found() == told
    (old / "loi-chao.ipynb").write_text(graded.replace("]}", "], 1}"), "utf-8")
    assert found() == set()  # no notebook any more
    path.write_text(json.dumps(record | {"origins": {"submission": "b" * 12}}))
    assert found() == {"explain", "test_greet"}  # the very same submission


def test_feedback_goes_where_the_course_keeps_it(tmp_path):
    course, lop = two_notebooks(tmp_path / "course"), tmp_path / "lop"
    (course / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.feedback_directory = "phan-hoi"\n'
        'c.CourseDirectory.autograded_directory = "da-cham"\n'
        'c.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}/{student_id}"\n'
    )
    (lop / "submitted" / "ps1" / "an").mkdir(parents=True)
    (lop / "submitted" / "ps1" / ("x" * 129)).mkdir()
    outcome = batch.run(batch.plan(Course(course), lop), workers=1)
    assert [r["student"] for r in outcome.graded] == ["an"] and "quá dài (129 ký tự" in outcome.strays[0]
    made = {lop / "phan-hoi" / "ps1" / "an" / f"{name}.html" for name in ("mot", "hai")}
    assert all(path.is_file() for path in made)
    for path in made:
        path.unlink()
    assert set(regenerate(Course(course), lop)) == made and all("Không có tệp" in p.read_text("utf-8") for p in made)
    assert sorted(p.name for p in lop.iterdir()) == ["da-cham", "gradebook.db", "phan-hoi", "reports", "submitted"]


def test_settings_of_a_course(group, course):
    group.submit_text("sv1", "")
    text = f"[limits]\nseconds = 5\nmemory_mb = 300\n[assignments.{SLUG}]\nmemory_mb = 400\nkernel = true"
    (course / "autograder.toml").write_text(text)
    (bundle,) = batch.plan(Course(course), group.folder, asked={"seconds": 2.5}).bundles.values()
    assert (bundle.limits.cell_seconds, bundle.limits.memory_bytes >> 20, bundle.engine) == (2.5, 400, "kernel")
