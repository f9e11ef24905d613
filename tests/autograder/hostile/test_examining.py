"""The examiner's own walls, the data that the cells may read, and what a killed zygote leaves behind."""

import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.engine.sandbox import examining, keeping, landlock, root

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def in_a_child(work):
    """Return what `work` returns, run in a process of its own, as JSON knows it."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(theirs, json.dumps(work(theirs)).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as file:
        text = file.read()
    os.waitpid(child, 0)
    return json.loads(text)


def refused(action):
    try:
        action()
    except OSError:
        return True
    return False


@LINUX
def test_the_examiner_reaches_nothing_but_its_folder(tmp_path):
    if not landlock.version():
        pytest.skip("no Landlock here")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "a.txt").write_text("a")
    (tmp_path / "secret.txt").write_text("s")
    kept = os.open(tmp_path / "secret.txt", os.O_RDONLY)

    def work(pipe):
        import socket

        examining.keep_only(pipe)
        examining.confine(tmp_path / "run")
        with tempfile.NamedTemporaryFile() as file:
            own = Path(file.name).parent == tmp_path / "run"
        status = Path("/proc/self/status").read_text()
        return {
            "own": own and (tmp_path / "run" / "a.txt").read_text() == "a",
            "libraries": Path(os.__file__).read_bytes() != b"",
            "secret": refused((tmp_path / "secret.txt").read_text),
            "course": refused(lambda: list(Path.cwd().iterdir())),
            "outside": refused(lambda: (tmp_path / "x").write_text("")),
            "descriptor": refused(lambda: os.fstat(kept)),
            "network": refused(lambda: socket.socket(socket.AF_INET)),
            "unix": refused(lambda: socket.socket(socket.AF_UNIX)),
            "pair": not refused(socket.socketpair),
            "parent": refused(lambda: os.kill(os.getppid(), 0)),
            "rights": "CapEff:\t0000000000000000" in status,
        }

    found = in_a_child(work)
    os.close(kept)
    assert not [name for name, right in found.items() if not right]


@LINUX
def test_folders_of_data_are_readable_and_no_home_is(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COURSE_CACHE", str(Path.home().parent))
    assert root.data() == {"COURSE_DATA": str(tmp_path / "data")}
    assert str(tmp_path / "data") in root.visible()
    monkeypatch.setenv("COURSE_DATA", "relative")
    assert root.data() == {}


@LINUX
def test_a_course_in_a_virtual_environment_stays_out_of_sight(tmp_path, monkeypatch):
    for name in ("bin", "lib", "solutions"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert str(tmp_path / "lib") in root.visible() and str(tmp_path) not in root.visible()


@LINUX
def test_what_a_killed_zygote_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    living, lock = keeping.make_locked("autograder-cage-")
    dead, gone = keeping.make_locked("autograder-cage-")
    (Path(dead) / "x" / "y").mkdir(parents=True)
    os.close(gone)
    keeping.remove_stale("autograder-cage-")
    assert [str(p) for p in tmp_path.iterdir()] == [living]
    os.close(lock)
