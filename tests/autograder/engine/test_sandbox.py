"""The walls, tried from inside."""

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.engine import sandbox
from autograder.engine.sandbox import cages, landlock, seccomp
from autograder.engine.zygote import Zygote
from autograder.errors import SandboxUnavailable
from tests.autograder import reach
from tests.autograder.course_builder import RIGHT
from tests.autograder.engine.conftest import Bench

ROOT = Path(__file__).resolve().parents[3]

# a zygote in miniature: each piece of code runs in a student's process of its own, and prints what it returns
ZYGOTE = """
import json, os, sys, time
from autograder.engine import Limits
from autograder.engine.sandbox import CAGES, root
name, codes, limits = json.load(sys.stdin)
cage = CAGES[name]()
cage.enter(root.visible(tuple(sys.modules)))
results = []
for code in codes:
    ours, theirs = os.pipe()
    pid = cage.fork()
    if pid == 0:
        try:
            cage.confine(Limits(**limits), lambda: open("data.txt", "w").write("x"))
            names = {}
            exec(code, names)
            result = names.get("result")
        except BaseException as error:
            result = f"{type(error).__name__}: {error}"
        os.write(theirs, json.dumps(result).encode() + b"\\n")
        os._exit(0)
    os.close(theirs)
    text = b""
    while piece := os.read(ours, 65536):
        text += piece
        if text.endswith(b"\\n"):
            break
    os.close(ours)
    status, cpu, memory = cage.sweep(pid)
    results.append([json.loads(text) if text else None, status])
print(json.dumps(results))
"""

OPEN = """
def opened(path, mode="r"):
    try:
        open(path, mode).close()
        return "ok"
    except OSError as error:
        return "no"
"""


def inside(name, codes, **limits):
    """Run each code in a student's process; return [(its `result`, exit status)]."""
    size = limits.get("scratch_bytes", 0)
    argv = sandbox.CAGES[name].command([sys.executable, "-I", "-c", ZYGOTE], ["autograder"], scratch=size)
    if name == "landlock":
        argv = [*reach.opening(), *argv]
    given = json.dumps([name, codes, limits])
    env = {"PATH": "/usr/bin:/bin", "SECRET": "bí mật"}
    done = subprocess.run(argv, input=given, capture_output=True, text=True, env=env, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def available(name):
    kind = sandbox.CAGES[name]
    if sys.platform != "linux":
        return False
    if name == "bubblewrap":
        return shutil.which("bwrap") is not None and not cages.bubblewrap_fails()
    if name == "landlock":
        return landlock.version() > 0 and reach.opening() is not None
    return cages._works(kind)


@pytest.fixture(params=["namespaces", "bubblewrap", "landlock"])
def walls(request):
    if not available(request.param):
        pytest.skip(f"{request.param} does not work here")
    return request.param


def test_files(walls):
    secret = ROOT / "solutions"
    code = f"""
import os
{OPEN}
def listed(path):
    try:
        return len(os.listdir(path)) > 0
    except OSError:
        return False
result = {{
    "solutions": listed({str(secret)!r}), "course": listed({str(ROOT)!r}), "home": listed({str(Path.home())!r}),
    "tmp": any(name.startswith(("pytest", "autograder")) for name in os.listdir("/tmp")) if listed("/tmp") else False,
    "passwd": opened("/etc/shadow"), "python": opened(os.__file__), "mine": opened("x.txt", "w"),
    "data": open("data.txt").read(), "system": opened("/usr/x.txt", "w"), "python-w": opened(os.__file__, "a"),
    "null": opened("/dev/null", "w"), "random": opened("/dev/urandom", "rb"),
    "class": opened({str(ROOT / "pyproject.toml")!r}), "dev": opened("/dev/vda", "rb"),
    "kmsg": opened("/dev/kmsg", "w"),
}}
"""
    ((result, _),) = inside(walls, [code])
    assert result == {
        "solutions": False, "course": False, "home": False, "tmp": False, "passwd": "no", "python": "ok",
        "mine": "ok", "data": "x", "system": "no", "python-w": "no", "null": "ok", "random": "ok", "class": "no",
        "dev": "no", "kmsg": "no",
    }  # fmt: skip


def test_one_student_finds_nothing_of_another_and_nothing_goes_on(walls):
    first = """
import os, time
open("left.txt", "w").write("của tôi")
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True: time.sleep(1)
        os._exit(0)
"""
    second = """
import os
try:
    seen = [name for name in os.listdir("/proc") if name.isdigit()]
except OSError:
    seen = []
result = os.path.exists("left.txt"), len(seen)
"""
    _, (result, _) = inside(walls, [first, second])
    assert isinstance(result, list), result
    left, processes = result
    assert not left
    assert walls == "landlock" or processes <= 2


def test_nothing_is_left_in_what_students_share(walls, tmp_path):
    """No file, and no time, right or attribute of one; what the instructor has keeps its own."""
    (tmp_path / "mine.txt").write_text("x")
    (tmp_path / "mine.txt").chmod(0o640)
    kept = (Path("/dev/null"), tmp_path / "mine.txt")
    before = [place.stat() for place in kept]
    places = ["/", "/dev", "/dev/shm", "/dev/pts", "/home", "/home/student", "/usr", "/etc", "/tmp", "/dev/null", "."]
    first = f"""
import os, shutil
for place in {places!r}:
    try:
        open(place + "/left.txt", "w").write("x")
    except OSError:
        pass
open("a.txt", "w").write("a")
shutil.copy2("a.txt", "b.txt")
result = open("b.txt").read()
for place in {[*places, str(tmp_path / "mine.txt")]!r}:
    for change in (lambda: os.utime(place, (171252, 171252)), lambda: os.chmod(place, 0o611),
                   lambda: os.setxattr(place, "user.left", b"171252")):
        try:
            change()
        except OSError:
            pass
"""
    second = f"""
import os
result = []
for place in {places!r}:
    try:
        told = os.stat(place)
        result += [place] * (os.path.exists(place + "/left.txt") or told.st_atime == 171252 or told.st_mtime == 171252)
        result += [place] * (told.st_mode & 0o777 == 0o611 or "user.left" in os.listxattr(place))
    except OSError:
        pass
"""
    try:
        (copied, _), (left, _) = inside(walls, [first, second])
        after = [place.stat() for place in kept]
    finally:  # walls that fail here must not leave this machine a /dev/null that only root may open
        for place, told in zip(kept, before, strict=True):
            with contextlib.suppress(OSError):
                place.chmod(told.st_mode & 0o7777)
                os.utime(place, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert copied == "a" and left == []
    assert [(s.st_mode, s.st_mtime_ns) for s in after] == [(s.st_mode, s.st_mtime_ns) for s in before]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
def test_what_was_started_is_dead_when_sweep_returns(walls):
    if walls == "bubblewrap":
        pytest.skip("its processes are not to be seen from here; see the test above")
    mark = f"tim-{os.getpid()}-{walls}"
    code = f"""
import os, time, subprocess
subprocess.Popen(["/bin/sh", "-c", "sleep 77; : {mark}"], start_new_session=True)
"""
    inside(walls, [code])
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert mark.encode() not in entry.read_bytes() or int(entry.parent.name) == os.getpid()
        except OSError:
            continue


def test_network_processes_and_privileges(walls):
    code = """
import ctypes, os, resource, signal, socket
libc = ctypes.CDLL(None, use_errno=True)
def refused(f):
    try:
        f()
        return False
    except OSError:
        return True
def sent():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))
def connected():
    socket.create_connection(("192.0.2.1", 80), timeout=3)
status = open("/proc/self/status").read()
result = {
    "udp": refused(sent), "tcp": refused(connected),
    "abstract": refused(lambda: socket.socket(socket.AF_UNIX).connect("\\0/tmp/.X11-unix/X0")),
    "pair": not refused(socket.socketpair),
    "user namespace": libc.unshare(0x10000000) != 0, "clone": libc.syscall(56, 0x10000011, 0, 0, 0, 0) != 0,
    "ptrace": libc.ptrace(0, 0, 0, 0) != 0, "mount": libc.mount(b"none", b"/proc", b"tmpfs", 0, None) != 0,
    "keyctl": libc.syscall(250, 0, 0) < 0, "memfd": libc.syscall(319, b"x", 0) < 0,
    "capabilities": "CapEff:\\t0000000000000000" in status, "nnp": "NoNewPrivs:\\t1" in status,
    "filter": "Seccomp:\\t2" in status, "root": os.getuid() != 0 and refused(lambda: os.setuid(0)),
    # 0 is out of sight; 1 is the first of its namespace, which the system guards from signals of those in it
    "parent": refused(lambda: os.kill(os.getppid(), 0)) or os.getppid() in (0, 1),
    "raise": refused(lambda: resource.prlimit(0, resource.RLIMIT_DATA, (1 << 40, 1 << 40))),
    "cores": refused(lambda: os.sched_setaffinity(0, range(os.cpu_count()))),
}
"""
    ((result, _),) = inside(walls, [code])
    assert isinstance(result, dict), result
    assert not [name for name, right in result.items() if not right]


def test_limits(walls):
    memory = """
try:
    x = bytearray(600 << 20)
    result = "ok"
except MemoryError:
    result = "no"
"""
    shared = "import mmap\ntry:\n    mmap.mmap(-1, 2 << 30)\n    result = 'ok'\nexcept OSError:\n    result = 'no'\n"
    file = """
try:
    with open("big", "wb") as f:
        for _ in range(100): f.write(bytes(1 << 20))
    result = "ok"
except OSError:
    result = "no"
"""
    forks = """
import os, time
n = 0
try:
    for n in range(300):
        if os.fork() == 0:
            time.sleep(60)
except OSError:
    pass
result = n
"""
    many = """
import os
n = 0
try:
    for n in range(40):
        open(f"f{n}", "wb").write(bytes(4 << 20))
except OSError:
    pass
result = n
"""
    limits = {"memory_bytes": 400 << 20, "file_bytes": 8 << 20, "processes": 16, "scratch_bytes": 32 << 20}
    done = [result for result, _ in inside(walls, [memory, shared, file, forks, many], **limits)]
    assert done[:3] == ["no", "no", "no"]
    if walls == "namespaces" or os.geteuid() != 0:  # the kernel counts no processes of the real root
        assert 5 <= done[3] <= 40
    assert not limits_files(walls) or done[4] <= 8


def limits_files(walls):
    """Whether these walls limit all files together: no disk does, and no bwrap before 0.8."""
    return walls == "namespaces" or (walls == "bubblewrap" and cages._knows_size(shutil.which("bwrap")))


def test_the_limit_on_all_files_holds_for_submissions(walls, released_course, tmp_path, monkeypatch):
    if not limits_files(walls):
        pytest.skip(f"{walls} cannot limit all files together here")
    monkeypatch.setattr(cages, "probe", lambda: walls)
    bench = Bench(released_course, tmp_path)
    much = "for n in range(8):\n    with open(f'x{n}', 'wb') as file:\n        file.write(bytes(2 << 20))\n"
    answers = RIGHT | {"double": much + RIGHT["double"]}
    try:
        assert bench.runner.walls == walls
        assert sum(bench.run(answers, scratch_bytes=32 << 20)[0].values()) == 4
        assert bench.run(answers, scratch_bytes=8 << 20)[0]["test_double"] == 0
        assert sum(bench.run(answers, scratch_bytes=32 << 20)[0].values()) == 4  # and nothing of it is left behind
    finally:
        bench.runner.close()


def test_what_may_be_told_comes_from_walls_of_its_own(released_course, tmp_path, monkeypatch):
    """Behind walls that students share even the number of a process would tell of those that heard hidden things."""
    if not available("bubblewrap"):
        pytest.skip("bubblewrap does not work here")
    monkeypatch.setattr(cages, "probe", lambda: "bubblewrap")
    bench, made = Bench(released_course, tmp_path), []
    monkeypatch.setattr(Zygote, "fork", lambda self, *given, fork=Zygote.fork: (made.append(self), fork(self, *given)))
    try:
        bench.run(RIGHT | {"double": "def double(x):\n    return 2 * abs(x)", "total": "def total(v):\n    return 1"})
        assert len(set(map(id, made))) == 2
    finally:
        bench.runner.close()


def test_walls_that_many_share_end_as_one():
    """And the next ones are made when nothing is left of them."""
    if not available("bubblewrap"):
        pytest.skip("bubblewrap does not work here")
    zygote = Zygote({"json"}, "bubblewrap")
    try:
        first = zygote.place()
        assert zygote.end() == (0, 0.0, 0) and zygote.place() == first
        zygote.kill([])
        assert zygote.end() == (0, 0.0, 0) and not Path(f"/proc/{first}").exists()
        zygote.ready()
        second = zygote.place()
        os.kill(second, signal.SIGSTOP)  # as busy as can be
        assert zygote.end() == (0, 0.0, 0) and not Path(f"/proc/{second}").exists()
        zygote.ready()
        third = zygote.place()
        assert len({first, second, third, zygote.process.pid}) == 4
    finally:
        zygote.close()
    assert not Path(f"/proc/{third}").exists() and zygote.process.returncode is not None


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
def test_a_bubblewrap_that_may_make_no_walls(tmp_path, monkeypatch):
    """It is installed, and the system does not allow it what it needs: Ubuntu, without a profile for it."""
    program(tmp_path / "bwrap", "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert "setting up uid map" in cages.bubblewrap_fails()
    monkeypatch.setattr(cages, "probe", cages.probe.__wrapped__)
    monkeypatch.setattr(cages, "_works", lambda kind: kind is cages.Landlock)
    if seccomp.available():
        monkeypatch.setattr(landlock, "version", lambda: landlock.TRUNCATES)
        assert cages.choose() == "landlock"
        monkeypatch.setattr(landlock, "version", lambda: landlock.TRUNCATES - 1)
        with pytest.raises(SandboxUnavailable):
            cages.choose()
    monkeypatch.setattr(cages, "_works", lambda kind: False)
    with pytest.raises(SandboxUnavailable, match="bubblewrap có cài nhưng không chạy được: bwrap: setting up uid map"):
        cages.choose()


SIZED = [("0.8.0", 0o755), ("0.11.1", 0o755), ("1.0", 0o755)]
UNSIZED = [("0.7.1", 0o755), ("0.9.0", 0o4755), ("", 0o755)]


@pytest.mark.parametrize(("version", "mode"), [*SIZED, *UNSIZED])
@pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
def test_only_a_bubblewrap_that_knows_sizes_is_told_one(tmp_path, monkeypatch, version, mode):
    sized = (version, mode) in SIZED
    program(tmp_path / "bwrap", f"echo bubblewrap {version}")
    (tmp_path / "bwrap").chmod(mode)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    argv = sandbox.Bubblewrap.command(["x"], ["autograder"], scratch=5 << 20)
    assert argv.count("--size") == sized and "--size" not in sandbox.Bubblewrap.command(["x"], ["autograder"])
    assert not sized or argv[argv.index("--size") + 1 :][:2] == [str(5 << 20), "--tmpfs"]


def test_environment_and_command_line(walls):
    code = """
import glob, os
result = ""
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/self/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        result += open(path, errors="replace").read()
    except OSError:
        pass
"""
    ((result, _),) = inside(walls, [code])
    if walls == "namespaces":  # this zygote was started with the secret: only its own children may read it
        assert "PATH=" in result
    assert str(ROOT / "solutions") not in result


def test_no_walls_at_all_is_said(monkeypatch):
    monkeypatch.setattr(cages, "probe", lambda: "none")
    with pytest.raises(SandboxUnavailable, match="--no-sandbox"):
        cages.choose()
    assert cages.choose(sandbox=False) == "none"


@pytest.mark.skipif(not seccomp.available(), reason="no filter for this machine")
def test_the_filter_is_well_formed():
    for given in itertools.product((seccomp.ANY, seccomp.UNIX, seccomp.PAIRS), (True, False), (True, False)):
        lines = seccomp.program(*given)
        assert len(lines) % 8 == 0 and len(lines) // 8 < 4096
