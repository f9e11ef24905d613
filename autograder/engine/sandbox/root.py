"""The files a student's process sees: the system and this Python, read-only, and an empty folder of its own."""

import contextlib
import importlib.util
import os
import site
import stat
import sys
import sysconfig
import tempfile
from pathlib import Path

from autograder.engine.sandbox import system
from autograder.engine.sandbox.system import MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_PRIVATE, MS_REC

HOME = "/home/student"
TEMPORARY = f"{HOME}/.tmp"
USER, UID = "student", 65534

_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store",
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime",
    "/etc/mime.types", "/etc/ssl/openssl.cnf",
)  # fmt: skip
_OF_PREFIX = ("bin", "lib", "lib64", "libexec", "include", "share", "etc", "ssl", "pyvenv.cfg")
DATA = ("COURSE_DATA", "COURSE_CACHE")
DEVICES = ("null", "zero", "full", "random", "urandom")
_WRITTEN = {
    "/etc/passwd": f"{USER}:x:{UID}:{UID}::{HOME}:/bin/sh\n",
    "/etc/group": f"{USER}:x:{UID}:\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
_LINKS = {
    "/tmp": TEMPORARY,
    "/var/tmp": TEMPORARY,
    "/dev/shm": TEMPORARY,
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
}


def environment():
    """Return the variables that the cells see; there are no others."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    return dict.fromkeys(threads, "1") | {
        "HOME": HOME,
        "USER": USER,
        "LOGNAME": USER,
        "PATH": f"{Path(sys.prefix, 'bin')}:/usr/local/bin:/usr/bin:/bin",
        "TMPDIR": TEMPORARY,
        "LANG": "C.UTF-8",
        "MPLCONFIGDIR": f"{HOME}/.config",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "NBGRADER_EXECUTION": "autograde",
    }


def data():
    """Return the folders of data that the instructor's environment names, as the variables that name them.

    They may be read by the cells, never written to. A folder that holds somebody's home, or this one, is not taken.
    """
    found = {}
    for name in DATA:
        place = os.environ.get(name, "")
        if place.startswith("/") and Path(place).is_dir():
            real = os.path.realpath(place)
            if not any(_inside(os.path.realpath(one), {real.rstrip("/")}) for one in ("/", Path.home(), os.curdir)):
                found[name] = real
    return found


def visible(modules=(), hidden=("autograder",)):
    """Return the paths a student's process may read: the system's, this Python's, and those of these packages.

    A folder is not among them only because it is on ``sys.path``, or because a virtual environment was made in it:
    a course may lie there.
    """
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    paths = {f"{prefix}/{part}" for prefix in prefixes for part in _OF_PREFIX if Path(prefix, part).exists()}
    paths |= set(data().values())
    paths |= {folder for name, folder in sysconfig.get_paths().items() if name.endswith("lib")}
    paths |= set(site.getsitepackages())
    paths |= {os.path.realpath(path) for path in paths}
    for name in {name.partition(".")[0] for name in modules} - {"__main__", *hidden}:
        place = _place(name)
        if place and not _inside(place, {*paths, *_SYSTEM}):
            paths.add(place)
    paths = {path for path in paths if path.strip("/")}
    return (*_SYSTEM, *sorted(p for p in paths if not _inside(p, (paths | {*_SYSTEM}) - {p})))


def is_public(name):
    """Whether a module lies where a student's process may read anyway, or nowhere."""
    place = _place(name.partition(".")[0])
    return place is None or _inside(place, visible())


def _place(name):
    """Return a package's folder or a module's file, or None."""
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)
    with contextlib.suppress(ImportError, ValueError, AttributeError):
        spec = spec or importlib.util.find_spec(name)
    place = next(iter(getattr(spec, "submodule_search_locations", None) or ()), getattr(spec, "origin", None))
    return os.path.realpath(place) if isinstance(place, str) and place.startswith("/") else None


def _inside(path, folders):
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def enter(paths):
    """Give this process, which must be alone in its mount namespace, a root with nothing but `paths` in it.

    ``/proc`` is the old one still: a student's process puts its own there. Raises OSError.
    """
    system.mount("none", "/", flags=MS_REC | MS_PRIVATE)
    wanted = [*paths, "/proc", *(f"/dev/{name}" for name in DEVICES)]
    opened = {path: _open(path) for path in wanted if not Path(path).is_symlink() and Path(path).exists()}
    links = {path: str(Path(path).readlink()) for path in wanted if Path(path).is_symlink()}
    new = os.path.realpath(tempfile.gettempdir())
    system.mount("tmpfs", new, "tmpfs", MS_NOSUID | MS_NODEV, "size=4m,mode=755")
    for folder in (HOME, "/proc", "/dev", "/etc", "/var"):
        Path(new + folder).mkdir(parents=True, exist_ok=True)
    for path, text in _WRITTEN.items():
        Path(new + path).write_text(text)
    _link(new, links)
    # a device behind a read-only mount works, and keeps no times for the next process to read
    for path in sorted(opened.keys() - {"/proc"}):
        _bind(opened[path], new + path)
    if "/proc" in opened:  # it must stay as it is to be mounted anew
        _bind(opened["/proc"], new + "/proc", only_prepare=True)
    _link(new, {name: target for name, target in _LINKS.items() if not Path(new + name).exists()})
    system.make_read_only(new)
    if "/proc" in opened:
        _bind(opened["/proc"], new + "/proc")
    for file in opened.values():
        os.close(file)
    system.pivot_root(new)


def _link(new, links):
    for path, target in links.items():
        Path(new + path).parent.mkdir(parents=True, exist_ok=True)
        Path(new + path).symlink_to(target)


def _open(path):
    return os.open(path, os.O_PATH | os.O_CLOEXEC)


def _bind(file, target, only_prepare=False):
    place = Path(target)
    try:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            place.mkdir(parents=True, exist_ok=True)
        elif not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
    except OSError:
        if not place.exists():  # below a folder that was bound read-only, where it must be by itself
            return
    if not only_prepare:
        system.mount(f"/proc/self/fd/{file}", target, flags=MS_BIND | MS_REC)


def own_files(size):
    """Mount, in a student's own namespace, its /proc and the folder it may write to; return what is writable."""
    try:
        system.mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    except OSError:  # in a container whose /proc is covered in part
        system.mount("none", "/proc", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,mode=555")
    with contextlib.suppress(OSError):
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
    system.mount("none", HOME, "tmpfs", MS_NOSUID | MS_NODEV, f"size={size},nr_inodes=20000,mode=700")
    Path(TEMPORARY).mkdir()
    os.chdir(HOME)
