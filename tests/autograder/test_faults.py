"""Whatever stops a run, wherever: run again, and the class is as if nothing had happened."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import batch, database, gradebook
from autograder.course import Course
from autograder.engine import sandbox
from autograder.errors import GradebookUnusable
from tests.autograder.conftest import environment, run, shared
from tests.autograder.course_builder import HALF, RIGHT, SYNTAX, Class

SLUG = "so-va-tong"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
ANSWERS = (RIGHT, HALF, {}, SYNTAX, RIGHT | {"double": "def double(x):\n    return 1 / 0"})


def fill(group, count):
    for i in range(count):
        if i % 10 == 9:
            group.submit_text(f"sv{i:03d}", '{"cells": [')
        else:
            group.submit(f"sv{i:03d}", ANSWERS[i % len(ANSWERS)])


def picture(folder):
    """Return all that a class comes to: scores, records without times, graded notebooks, feedback."""
    scores = {(e.student, e.notebook, e.cell): (e.auto_score, e.needs_manual_grade) for e in gradebook.entries(folder)}
    records = {}
    for path in (folder / "reports" / SLUG).glob("*.json"):
        record = json.loads(path.read_text())
        records[path.name] = {k: v for k, v in record.items() if k not in ("seconds", "digest", "walls")}
    made = {}
    for kind in ("autograded", "feedback"):
        for path in (folder / kind).rglob("*.*"):
            made[str(path.relative_to(folder))] = path.read_bytes() if kind == "autograded" else path.stat().st_size > 0
    return scores, records, made


def differences(got, expected):
    """Return {name: (got, expected)} of what differs in two pictures, graded notebooks as the lines that differ."""
    found = {}
    for one, other in zip(got, expected, strict=True):
        for name in sorted(one.keys() | other.keys(), key=str):
            a, b = one.get(name), other.get(name)
            if a == b:
                continue
            if isinstance(a, bytes) and isinstance(b, bytes):
                a, b = ([line for line in a.splitlines() if line not in other] for a, other in ((a, b), (b, a)))
            found[name] = a, b
    return found


@pytest.fixture
def undisturbed(released_course, tmp_path_factory):
    """A class of so many, graded in peace; returns the folder of what was handed in and the picture of the result."""

    def make(count, *options):
        def grade(folder):
            fill(Class(folder / "lop", released_course), count)
            done = run("grade", folder / "lop", "--course", released_course, "--workers", 2, *options)
            assert done.returncode == 3, done.stderr

        folder = shared(tmp_path_factory, "-".join(["undisturbed", str(count), *options]), grade) / "lop"
        return folder / "submitted", picture(folder)

    return make


def family(pid):
    """Return {pid: (parent, command line)} of a process and all that descend from it."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            found[int(place.name)] = parent, (place / "cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            continue
    ours = {pid}
    while more := {child for child, (parent, _) in found.items() if parent in ours} - ours:
        ours |= more
    return {child: found[child] for child in ours if child in found}


KINDS = ("driver", "worker", "zygote", "examiner", "student")
ZYGOTE = b"autograder.engine.zygote"  # on the command line of a zygote, and of all that is forked from one


def kinds(driver):
    """Return {kind: [process ids]} of a driver and all its processes, told apart by who started whom.

    A worker starts examiners, and zygotes as programs of their own; a zygote's children are students. Only the zygote
    that the driver shares out has zygotes for children; so has bwrap, which stands before one.
    """
    known, found = family(driver), {kind: [] for kind in KINDS}
    for pid in known:
        line = [pid]
        while line[-1] != driver and known[line[-1]][0] in known:
            line.append(known[line[-1]][0])
        line = line[::-1][1:]  # from the driver's child down to this one
        programs = [known[one][1] for one in line]
        if not line:
            kind = "driver"
        elif ZYGOTE in programs[0]:
            kind = "zygote" if len(line) <= 2 else "student"
        elif len(line) == 1:
            kind = "worker"
        elif ZYGOTE in programs[1]:
            kind = "zygote" if len(line) <= (3 if b"bwrap" in programs[1] else 2) else "student"
        else:
            kind = "examiner"
        found[kind].append(pid)
    return found


class Victim:
    """A grading command, one of whose processes is killed now and then; `before` are the kinds of those killed yet."""

    def __init__(self, folder, course, dice, before=()):
        self.dice, self.killed, self.before, self.work = dice, [], list(before), folder / "reports" / ".work"
        command = [sys.executable, "-m", "autograder", "grade", str(folder), "--course", str(course), "--workers", "2"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, env=environment(), **quiet)

    def suffer(self, most):
        """Kill something every now and then until the command ends, at most so often; return its exit code."""
        while self.process.poll() is None and not self.work.exists():
            time.sleep(0.02)
        while self.process.poll() is None and len(self.killed) < most:
            time.sleep(self.dice.uniform(0.05, 0.9))
            there = kinds(self.process.pid)
            so_far = [*self.before, *self.killed]
            # whichever has been spared so far is the likelier; after the driver's end all has to begin anew
            weights = [(0.5 if kind == "driver" else 1) / (1 + so_far.count(kind)) for kind in KINDS]
            kind = self.dice.choices(KINDS, weights)[0]
            if there[kind] and self.process.poll() is None:
                victim = self.dice.choice(there[kind])
                try:
                    os.kill(victim, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.killed.append(kind)
        before = family(self.process.pid)
        try:
            _, err = self.process.communicate(timeout=120)
        finally:
            self.process.kill()
        assert b"Traceback" not in err
        return self.process.returncode, before


def torment(folder, course, dice, most, before=()):
    """Grade a class while processes are killed, again and again until it is done; return what was killed."""
    killed = []
    for _ in range(40):
        victim = Victim(folder, course, dice, [*before, *killed])
        code, before = victim.suffer(most - len(killed))
        killed += victim.killed
        if code == -signal.SIGKILL:
            gone(before)
        elif len(killed) >= most or code in (0, 3):
            break
    done = run("grade", folder, "--course", course, "--workers", 2)  # whatever a killed worker had three times
    assert done.returncode == 3, done.stderr
    return killed


def gone(processes):
    """Wait for the end of all processes of a driver that was killed."""
    deadline = time.monotonic() + 15
    while left := [p for p in processes if _same(p, processes[p])]:
        assert time.monotonic() < deadline, [processes[p] for p in left]
        time.sleep(0.05)


def _same(pid, known):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z" and Path(f"/proc/{pid}/cmdline").read_bytes() == known[1]
    except OSError:
        return False


def check_round(tmp_path, released_course, undisturbed, dice, count, most, before=()):
    submitted, expected = undisturbed(count)
    folder = tmp_path / "lop"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(submitted, folder / "submitted")
    killed = torment(folder, released_course, dice, most, before)
    assert not differences(picture(folder), expected)
    assert not (folder / "reports" / ".work").exists() and not list(folder.rglob(".autograder.*"))
    assert not batch.plan(Course(released_course), folder).jobs
    return killed


@LINUX
def test_every_kind_of_process_is_known(tmp_path, released_course):
    """By what they are, not by who started whom: else the fifty kills might miss a kind and nobody would notice."""
    group = Class(tmp_path / "lop", released_course)
    group.submit("an", RIGHT | {"double": "import time\ntime.sleep(8)\ndef double(x):\n    return 2 * x"})
    victim, found = Victim(group.folder, released_course, random.Random(0)), {}
    try:
        deadline = time.monotonic() + 60
        while not (found and all(found.values())):
            assert time.monotonic() < deadline and victim.process.poll() is None, found
            time.sleep(0.05)
            found = kinds(victim.process.pid)
        held = {kind: [str(Path(f"/proc/{pid}/ns/pid").readlink()) for pid in pids] for kind, pids in found.items()}
        lines = {kind: [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids] for kind, pids in found.items()}
        assert found["driver"] == [victim.process.pid] and len(found["worker"]) == 1
        assert all(b"autograder\0grade" in line for kind in ("driver", "worker", "examiner") for line in lines[kind])
        assert all(ZYGOTE in line for kind in ("zygote", "student") for line in lines[kind])
        if sandbox.probe() == "namespaces":  # where a student's process alone is in a namespace of its own
            own = held.pop("student")
            assert len({*own}) == 1 and not {*own} & {place for places in held.values() for place in places}
    finally:
        victim.process.kill()
        victim.process.communicate()


@LINUX
def test_killed_a_few_times(tmp_path, released_course, undisturbed):
    assert check_round(tmp_path, released_course, undisturbed, random.Random(4), 40, 8)


@LINUX
@pytest.mark.slow
def test_killed_fifty_times(tmp_path, released_course, undisturbed):
    dice, killed = random.Random(1), []
    while len(killed) < 50:
        killed += check_round(tmp_path, released_course, undisturbed, dice, 100, 12, killed)
    assert all(killed.count(kind) >= 3 for kind in KINDS), killed


SCRIPT = """
set -eu
mount -t tmpfs -o size={size} none {place}
cp -r {submitted} {place}/submitted
{before}
set +e
{grade} 2> {out}/first.err > /dev/null
echo $? > {out}/first.code
set -e
{after}
set +e
{grade} 2> {out}/second.err > /dev/null
echo $? > {out}/second.code
set -e
mkdir {out}/lop
cp -r {place}/. {out}/lop
"""


INSIDE = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c"]
PROBE = "from autograder.engine import sandbox; print(sandbox.probe())"


@pytest.fixture(scope="module")
def walls_on_a_disk_of_its_own(tmp_path_factory):
    """Return the name of the walls that stand in a namespace with a disk of its own.

    They are built inside those that make the disk, which not every system allows.
    """
    place = tmp_path_factory.mktemp("disk")
    script = f"mount -t tmpfs none {place} && {sys.executable} -c '{PROBE}'"
    try:
        done = subprocess.run([*INSIDE, script], env=environment(), capture_output=True, text=True, check=False)
    except OSError:
        pytest.skip("no unshare here")
    if done.returncode:
        pytest.skip("no namespaces here")
    return done.stdout.strip()


def in_namespace(tmp_path, course, submitted, size, before, after, options):
    """Grade twice on a disk of its own; return ((exit code, stderr) of both, folder with what came out)."""
    place, out = tmp_path / "disk", tmp_path / "out"
    place.mkdir()
    out.mkdir()
    grade = " ".join([f"{sys.executable} -m autograder grade {place} --course {course} --workers 2", *options])
    parts = {"place": place, "out": out, "submitted": submitted, "grade": grade, "size": size}
    script = SCRIPT.format(before=before.format(**parts), after=after.format(**parts), **parts)
    done = subprocess.run(
        [*INSIDE, script], env=environment(), capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    results = [(int((out / f"{n}.code").read_text()), (out / f"{n}.err").read_text()) for n in ("first", "second")]
    return *results, out / "lop"


def fitting(walls):
    """Return the options to grade with: in the sandbox, unless it cannot be the one that the class has elsewhere."""
    return () if walls == sandbox.probe() else ("--no-sandbox",)


def walls_of(folder):
    """Return the names of the walls in which submissions were run, as their records have them."""
    records = [json.loads(path.read_text()) for path in (folder / "reports" / SLUG).glob("*.json")]
    return {record["walls"] for record in records} - {None}


@LINUX
def test_the_disk_is_full(tmp_path, released_course, undisturbed, walls_on_a_disk_of_its_own):
    options = fitting(walls_on_a_disk_of_its_own)
    submitted, expected = undisturbed(30, *options)
    more = "mount -o remount,size=200m {place}"
    first, second, folder = in_namespace(tmp_path, released_course, submitted, "700k", "", more, options)
    assert first[0] == 2 and "hết chỗ trên đĩa" in first[1] and first[1].count("\n") == 1, first
    assert second[0] == 3, second
    assert not differences(picture(folder), expected)
    assert walls_of(folder) == ({"none"} if options else {sandbox.probe()})


@LINUX
def test_the_disk_is_read_only(tmp_path, released_course, undisturbed, walls_on_a_disk_of_its_own):
    options = fitting(walls_on_a_disk_of_its_own)
    submitted, expected = undisturbed(30, *options)
    locked, freed = "mount -o remount,ro {place}", "mount -o remount,rw {place}"
    first, second, folder = in_namespace(tmp_path, released_course, submitted, "200m", locked, freed, options)
    assert first[0] == 2 and "chỉ đọc" in first[1] and first[1].count("\n") == 1, first
    assert second[0] == 3, second
    assert not differences(picture(folder), expected)
    assert walls_of(folder) == ({"none"} if options else {sandbox.probe()})


class Locker(batch.Silent):
    """Another program that takes the gradebook when the first submissions are in it."""

    def __init__(self, folder):
        self.folder, self.connection = folder, None

    def step(self, record):
        if self.connection is None:
            self.connection = sqlite3.connect(self.folder / "gradebook.db", isolation_level=None)
            self.connection.execute("begin exclusive")


def test_the_gradebook_is_locked(tmp_path, released_course, undisturbed, monkeypatch):
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.2)
    monkeypatch.setattr("autograder.batch.commit.MOST", 5)
    submitted, expected = undisturbed(30)
    folder, course = tmp_path / "lop", Course(released_course)
    shutil.copytree(submitted, folder / "submitted")
    locker = Locker(folder)
    with pytest.raises(GradebookUnusable, match="khóa"):
        batch.run(batch.plan(course, folder), workers=2, progress=locker)
    locker.connection.close()
    plan = batch.plan(course, folder)
    assert 0 < len(plan.done) < 30  # what was written counts, what was not does not
    batch.run(plan, workers=2)
    assert not differences(picture(folder), expected)


def test_files_that_lost_their_bytes_are_not_taken_for_done(tmp_path, released_course, undisturbed):
    submitted, expected = undisturbed(30)
    folder, course = tmp_path / "lop", Course(released_course)
    shutil.copytree(submitted, folder / "submitted")
    shutil.copytree(submitted.parent, folder, dirs_exist_ok=True)
    notebook = folder / "autograded" / "sv003" / SLUG / f"{SLUG}.ipynb"
    notebook.chmod(0o644)
    notebook.write_bytes(b"\0" * notebook.stat().st_size)
    (folder / "feedback" / "sv004" / SLUG / f"{SLUG}.html").write_bytes(b"")
    (folder / "reports" / SLUG / "sv005.json").write_bytes(b"")
    plan = batch.plan(course, folder)
    assert {job.student for job in plan.jobs} == {"sv003", "sv004", "sv005"}
    batch.run(plan, workers=1)
    assert not differences(picture(folder), expected)
