"""Grading on a Dask cluster: a real scheduler and real worker processes, on this machine."""

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from autograder import batch
from autograder.course import Course
from autograder.engine import Limits
from autograder.errors import ClusterUnusable
from tests.autograder.course_builder import HALF, RIGHT, exam, notebook, solution
from tests.autograder.test_batch import bags, everything
from tests.bench.dask_cluster import DaskCluster

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")
SLUG = "so-va-tong"


@pytest.fixture
def dask(tmp_path):
    (tmp_path / "dask").mkdir()
    with DaskCluster(tmp_path / "dask") as made:
        yield made


class Killer(batch.Silent):
    """Kills a process when the first submission is done and more are under way."""

    def __init__(self, process):
        self.process, self.killed = process, False

    def step(self, record):
        if not self.killed:
            self.killed = True
            os.kill(self.process.pid, signal.SIGKILL)


def submit_class(group):
    for i in range(10):
        file = group.submit(f"sv{i}", RIGHT if i % 2 else HALF).with_name("kem.txt")
        file.write_text(f"tệp của sv{i}")
    group.submit_text("hong", '{"cells": [')
    group.place("trong")
    (group.folder / "submitted" / "lien-ket").mkdir()
    (group.folder / "submitted" / "lien-ket" / SLUG).symlink_to(group.folder)


def files(folder):
    found = {}
    for path in sorted((folder / "autograded").rglob("*")):
        if path.is_file():
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def reasons(folder, outcome):
    return {r["student"]: (r["status"], r["score"], r["reason"]) for r in outcome.graded}


def test_a_worker_killed_in_the_middle_loses_nothing(group, released_course, dask, tmp_path):
    submit_class(group)
    dask.worker("--no-nanny")
    doomed = dask.worker("--no-nanny")
    place = Course(released_course)
    killer = Killer(doomed)
    on_cluster = batch.run(batch.plan(place, group.folder), cluster=dask.address, progress=killer)
    assert killer.killed and doomed.wait() == -signal.SIGKILL
    assert len(on_cluster.graded) == 13
    assert not batch.plan(place, group.folder).jobs

    (tmp_path / "here").mkdir()
    (group.folder / "submitted").rename(tmp_path / "here" / "submitted")
    here = batch.run(batch.plan(place, tmp_path / "here"), workers=2)
    assert reasons(group.folder, on_cluster) == reasons(tmp_path / "here", here)
    assert everything(group.folder) == everything(tmp_path / "here")
    made = files(group.folder)
    assert made == files(tmp_path / "here")
    assert sum(name.endswith("kem.txt") for name in made) == 10 and "autograded/lien-ket/so-va-tong/kem.txt" not in made
    assert on_cluster.graded[0]["score"] == 0 and sum(r["score"] for r in on_cluster.graded) > 20


def test_a_machine_without_the_course_examines_as_this_one(dask, tmp_path):
    """What only the model solution defines is known there too: a fit test cell is one for everybody."""
    course, lop = bags(tmp_path / "course", tmp_path / "lop"), tmp_path / "lop"
    dask.worker("--no-nanny")
    on_cluster = batch.run(batch.plan(course, lop), cluster=dask.address)
    here = batch.run(batch.plan(course, lop, force=True), workers=1)
    assert reasons(lop, on_cluster) == reasons(lop, here)
    assert {r["student"]: r["score"] for r in on_cluster.graded} == {"dung": 2, "sai": 0}


def test_the_scheduler_is_gone_in_the_middle(group, released_course, dask, invoke):
    submit_class(group)
    dask.worker("--no-nanny")
    place = Course(released_course)
    with pytest.raises(ClusterUnusable, match="Mất kết nối"):
        batch.run(batch.plan(place, group.folder), cluster=str(dask.file), progress=Killer(dask.processes[0]))
    left = len(batch.plan(place, group.folder).jobs)
    assert 0 < left < 13
    outcome = batch.run(batch.plan(place, group.folder), workers=2)
    assert len(outcome.graded) == left and len(outcome.skipped) == 13 - left


def test_a_machine_that_would_grade_otherwise_is_refused(group, released_course, dask):
    group.submit_text("sv1", "")
    dask.worker("--no-nanny")
    plan = batch.plan(Course(released_course), group.folder)
    ((digest, bundle),) = plan.bundles.items()
    bundle.environment["numpy"] = "1.0"  # what this machine says it has
    with pytest.raises(ClusterUnusable, match=r"numpy .* \(cần 1\.0\)"):
        batch.run(plan, cluster=dask.address)
    assert digest == bundle.digest and not (group.folder / "reports" / SLUG).exists()


def helped(root, lop):
    """Make a course whose test imports the package `course`, and one who handed something in."""
    cells = [solution("double", RIGHT["double"]), exam("test_double", 1, "from course import check\nassert check")]
    for folder in (root / "source" / "ps1", lop / "submitted" / "an" / "ps1"):
        folder.mkdir(parents=True)
        (folder / "ps1.ipynb").write_text(json.dumps(notebook(cells)))
    return Course(root)


def test_a_machine_whose_package_of_checks_differs_is_refused(dask, tmp_path):
    """A check there, or a table that it reads, may not be the one here."""
    import course as package

    other = tmp_path / "other" / "course"
    shutil.copytree(Path(package.__file__).parent, other)
    with (other / "tables" / "sentences.txt").open("a", encoding="utf-8") as file:
        file.write("một câu nữa\n")
    made, lop = helped(tmp_path / "course", tmp_path / "lop"), tmp_path / "lop"
    dask.worker("--no-nanny", path=[other.parent])
    with pytest.raises(ClusterUnusable, match="gói course có nội dung khác; hãy cài cùng phiên bản"):
        batch.run(batch.plan(made, lop), cluster=dask.address)
    assert not (lop / "reports" / "ps1").exists()
    free = bags(tmp_path / "free", tmp_path / "free-lop")  # nothing there imports it
    assert len(batch.run(batch.plan(free, tmp_path / "free-lop"), cluster=dask.address).graded) == 2


def test_a_machine_with_the_same_package_of_checks_elsewhere(dask, tmp_path):
    import course as package

    shutil.copytree(Path(package.__file__).parent, tmp_path / "other" / "course")
    made, lop = helped(tmp_path / "course", tmp_path / "lop"), tmp_path / "lop"
    dask.worker("--no-nanny", path=[tmp_path / "other"])
    outcome = batch.run(batch.plan(made, lop), cluster=dask.address)
    assert [record["score"] for record in outcome.graded] == [1]


@pytest.mark.parametrize(("address", "told"), [("tcp://127.0.0.1:9", "127.0.0.1:9"), ("khong phai dia chi", "địa")])
def test_no_cluster_there(group, released_course, invoke, address, told, monkeypatch):
    monkeypatch.setattr("autograder.batch.cluster.CONNECT_SECONDS", 1)
    group.submit_text("sv1", "")
    code, out, err = invoke("grade", group.folder, "--course", released_course, "--cluster", address)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "Không kết nối được với cụm Dask" in err and (told in err or "dia chi" in err)


def test_without_dask_installed(group, released_course, invoke, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    group.submit_text("sv1", "")
    code, out, err = invoke("grade", group.folder, "--course", released_course, "--cluster", "tcp://x:1")
    assert (code, out, err.count("\n")) == (2, "", 1) and "pip install" in err


def test_limits_travel(group, released_course):
    group.submit_text("sv1", "")
    plan = batch.plan(Course(released_course), group.folder, limits=Limits(cell_seconds=7))
    ((_, bundle),) = plan.bundles.items()
    assert bundle.packed().limits.cell_seconds == 7 and bundle.packed().digest == bundle.digest
