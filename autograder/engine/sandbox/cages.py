"""The four kinds of walls; see the package's docstring."""

import contextlib
import ctypes
import functools
import os
import re
import shutil
import signal
import stat
import sys
import tempfile
import time
from pathlib import Path

from autograder.engine.sandbox import keeping, landlock, root, seccomp, system
from autograder.errors import SandboxUnavailable
from autograder.paths import discard_folder
from autograder.text import one_line

_ALL = system.NEWUSER | system.NEWPID | system.NEWNS | system.NEWNET | system.NEWIPC | system.NEWUTS
_DEVICES = tuple(f"/dev/{name}" for name in root.DEVICES)
_PREFIX = "autograder-cage-"
_AT_ONCE = 0.5  # seconds
_RIGHTS_TO_MOUNT = 1 << 21  # CAP_SYS_ADMIN
_PF_EXITING = 4  # of linux/sched.h, in the flags of /proc/PID/stat


class Cage:
    """What the zygote calls, in this order: `enter` once; then for each student `fork`, `confine` there, `sweep`."""

    name = ""
    contained = True  # whether it is a sandbox at all
    spent = False  # whether something of a student's may still be behind the walls, and nobody else may come there

    @staticmethod
    def command(argv, modules=(), more=(), scratch=0):
        """Return the command that starts the zygote.

        It is to import these modules and to read what is in `more`. All its students together have `scratch` bytes for
        their files, where the walls set this once for all; 0 is no limit.
        """
        return argv

    def enter(self, paths):
        """Confine the zygote itself, as far as can be done once for all; `paths` stay readable."""
        self.paths = paths

    def fork(self):
        """Return as ``os.fork`` does."""
        return os.fork()

    def confine(self, limits, fill):
        """Put up the walls around this process, a student's, for good.

        It stands in its folder then; `fill` is called when it does, while it may still do what it likes there.
        """

    def sweep(self, pid):
        """Kill the student's process and all it started; return (status, CPU seconds, peak memory in bytes).

        The status is the one with which the process had ended by itself, 0 when it had not.
        """
        gone, status, used = os.wait4(pid, os.WNOHANG)
        if not gone:
            ending = _is_ending(pid)
            os.kill(pid, signal.SIGKILL)
            _, ended, used = os.wait4(pid, 0)
            status = ended if ending else 0
        return status, used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)

    def leave(self):
        """Take away what `enter` made; the zygote ends."""


def _are_gone(seconds):
    """Whether the children of this process, to which orphans come too, end within this time."""
    deadline = time.monotonic() + seconds
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                time.sleep(0.001)
        return False
    return True


def _is_ending(pid):
    """Whether a process is on its way out: its files are closed before its parent can know."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return bool(int(fields[6]) & _PF_EXITING)
    except (OSError, ValueError, IndexError):
        return False


class Namespaces(Cage):
    """Namespaces of its own for each student's process."""

    name = "namespaces"

    def enter(self, paths):
        """Become an ordinary user with a root that holds nothing but `paths`."""
        super().enter(paths)
        if os.geteuid() == 0 and _capabilities() & _RIGHTS_TO_MOUNT:
            system.unshare(system.NEWNS)
            root.enter(paths)
            _drop_root()
        else:
            _drop_root()
            uid, gid = os.geteuid(), os.getegid()
            system.unshare(system.NEWUSER | system.NEWNS)
            _map_user(uid, gid)
            root.enter(paths)
            system.drop_capabilities()
        system.set_dumpable(True)  # or the students' /proc/self would not be theirs

    def fork(self):
        """Fork into new namespaces."""
        self._outside = os.geteuid(), os.getegid()
        return system.fork_into(_ALL)

    def confine(self, limits, fill):
        """Finish the namespaces, then give up everything that could open them."""
        _map_user(*self._outside)
        root.own_files(limits.scratch_bytes)
        with contextlib.suppress(OSError):
            system.check(system.libc.sethostname(b"student", ctypes.c_size_t(7)), "sethostname")
        fill()
        keeping.limit(limits, limits.processes)
        if landlock.version():
            landlock.restrict([root.HOME, *_DEVICES], ["/proc", "/dev", *self.paths])
        system.drop_capabilities()
        system.no_new_privileges()
        seccomp.restrict(seccomp.ANY, alone=True)


class _Shared(Cage):
    """Walls without a process namespace for each student: what a student leaves behind has to be looked for."""

    folder = None

    def enter(self, paths):
        super().enter(paths)
        if sys.platform == "linux":
            system.adopt_orphans()
            system.set_dumpable(False)  # not for the students to look into

    def _limit(self, limits):
        if sys.platform == "linux":
            system.set_dumpable(True)
        keeping.limit(limits, keeping.tasks_of_user() + limits.processes)

    def sweep(self, pid):
        result = super().sweep(pid)
        self._kill_rest()
        if self.folder:
            keeping.wipe(self.folder)
        return result

    def _kill_rest(self):
        keeping.kill_below()


class Bubblewrap(_Shared):
    """The walls that ``bwrap`` makes, around all of a worker's students."""

    name = "bubblewrap"
    folder = root.HOME

    @staticmethod
    def command(argv, modules=(), more=(), scratch=0):
        """Return the command with bwrap before it; the zygote is the first process of the namespace."""
        bwrap = shutil.which("bwrap") or "bwrap"
        options = ["--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
        paths = (*root.visible(modules, hidden=()), *more)
        for path in paths:
            if Path(path).is_symlink():
                options += ["--symlink", str(Path(path).readlink()), path]
            elif Path(path).exists():
                options += ["--ro-bind", path, path]
        size = ["--size", str(scratch)] if scratch and _knows_size(bwrap) else []
        options += ["--proc", "/proc", "--dev", "/dev", *size, "--tmpfs", root.HOME, "--dir", root.TEMPORARY]
        for link in ("/tmp", "/var/tmp"):
            if not any(path.startswith(f"{link}/") for path in paths):
                options += ["--symlink", root.TEMPORARY, link]
        for place in ("/dev/pts", "/dev", "/"):  # what students share is no place to leave anything
            options += ["--remount-ro", place]
        options += ["--chdir", "/"]
        if os.geteuid() == 0:
            options += ["--uid", str(root.UID), "--gid", str(root.UID)]
        return [bwrap, *options, "--", *argv]

    def confine(self, limits, fill):
        """Add what bwrap does not do."""
        os.chdir(self.folder)
        Path(root.TEMPORARY).mkdir(exist_ok=True)
        fill()
        self._limit(limits)
        if landlock.version():
            landlock.restrict([root.HOME, *_DEVICES], ["/proc/self", "/dev", *self.paths])
        system.no_new_privileges()
        seccomp.restrict(seccomp.UNIX, lasting=False)

    def _kill_rest(self):
        if os.getpid() != 1:
            return super()._kill_rest()
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)  # the first process of a namespace reaches all others, and not itself
        self.spent = not _are_gone(_AT_ONCE)
        return None


class Landlock(_Shared):
    """Files by Landlock, network by the filter of system calls."""

    name = "landlock"

    def enter(self, paths):
        """Make the folder for the students."""
        keeping.remove_stale(_PREFIX)
        self.folder, self._lock = keeping.make_locked(_PREFIX)
        if os.geteuid() == 0:
            os.chown(self.folder, root.UID, root.UID)
        _drop_root()
        super().enter(paths)

    def confine(self, limits, fill):
        """Give up files, network and signals."""
        os.close(self._lock)
        os.chdir(self.folder)
        os.environ.update(HOME=self.folder, TMPDIR=self.folder, MPLCONFIGDIR=f"{self.folder}/.config")
        tempfile.tempdir = None
        fill()
        self._limit(limits)
        landlock.restrict([self.folder, *_DEVICES], [f"/proc/{os.getpid()}", *self.paths])
        seccomp.restrict(seccomp.PAIRS, signals=landlock.version() >= landlock.SCOPES, lasting=False)

    def leave(self):
        """Remove the folder."""
        with contextlib.suppress(OSError):
            Path(self.folder).rmdir()


class Open(_Shared):
    """No walls: the student's cells run with the rights of whoever runs the command, in the folder they are given."""

    name = "none"
    contained = False

    def enter(self, paths):
        """Keep orphans, to kill them in time."""
        self.paths = paths
        if sys.platform == "linux":
            system.adopt_orphans()

    def confine(self, limits, fill):
        """Keep to the limits that need no walls."""
        fill()
        keeping.limit(limits, None)


CAGES = {cage.name: cage for cage in (Namespaces, Bubblewrap, Landlock, Open)}


def choose(sandbox=True):
    """Return the name of the walls to use on this machine; raises SandboxUnavailable."""
    if not sandbox:
        return Open.name
    name = probe()
    if name == Open.name:
        why = bubblewrap_fails() if sys.platform == "linux" and shutil.which("bwrap") else ""
        why = f"; bubblewrap có cài nhưng không chạy được: {why}" if why else ""
        raise SandboxUnavailable(
            f"Máy này không cho dựng hộp cát (cần Linux có user namespaces, bubblewrap hoặc Landlock{why}); "
            "thêm --no-sandbox nếu bạn tin mọi bài nộp."
        )
    return name


@functools.cache
def probe():
    """Return the name of the thickest walls this machine allows, tried for real: "none" when it allows none."""
    if sys.platform != "linux":
        return Open.name
    if _works(Namespaces):
        return Namespaces.name
    if shutil.which("bwrap") and seccomp.available() and not bubblewrap_fails():
        return Bubblewrap.name
    if landlock.version() >= landlock.TRUNCATES and seccomp.available() and _works(Landlock):
        return Landlock.name
    return Open.name


def _works(kind):
    """Whether a student's process can be made; tried in a child, since there is no way back."""
    from autograder.engine import Limits

    child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(BaseException):
            cage = kind()
            cage.enter(root.visible())
            pid = cage.fork()
            if pid == 0:
                with contextlib.suppress(BaseException):
                    cage.confine(Limits(), lambda: None)
                    Path("x").write_text("x")
                    Path(os.__file__).read_bytes()  # as nobody it may be out of reach
                    os._exit(0)
                os._exit(1)
            status = os.waitpid(pid, 0)[1]
            if kind is Landlock:
                discard_folder(Path(cage.folder))
        os._exit(1 if status else 0)
    return os.waitpid(child, 0)[1] == 0


def bubblewrap_fails():
    """Return why ``bwrap`` cannot make its walls here, "" when it can: on some systems it is there and may not."""
    import subprocess

    argv = Bubblewrap.command([sys.executable, "-I", "-c", "import autograder"], ["autograder"])
    try:
        done = subprocess.run(argv, capture_output=True, timeout=20, env={}, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return one_line(error, 120)
    return one_line(done.stderr.decode(errors="replace"), 120) or "?" if done.returncode else ""


@functools.cache
def _knows_size(bwrap):
    """Whether this bwrap can limit a tmpfs: since 0.8, and not where it is set-uid."""
    import subprocess

    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        if Path(bwrap).stat().st_mode & stat.S_ISUID:
            return False
        told = subprocess.run([bwrap, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
        version = re.search(r"(\d+)\.(\d+)", told)
        return version is not None and tuple(map(int, version.groups())) >= (0, 8)
    return False


def _drop_root():
    """Become nobody; where nobody does not exist (a user namespace of one user), what root may do there is little."""
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):
            os.setgroups([])
        with contextlib.suppress(OSError):
            os.setresgid(root.UID, root.UID, root.UID)
            os.setresuid(root.UID, root.UID, root.UID)
        system.set_dumpable(True)


def _map_user(uid, gid):
    """Be nobody in this new user namespace."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{root.UID} {uid} 1"), ("gid_map", f"{root.UID} {gid} 1")):
        Path(f"/proc/self/{name}").write_text(text)


def _capabilities():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0
