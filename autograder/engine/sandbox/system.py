"""The few calls of the Linux kernel that Python has no name for, by ctypes; each raises OSError."""

import ctypes
import os
import platform
import signal

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 0x1000, 0x4000, 0x40000
ATTR_RDONLY, ATTR_NOSUID = 1, 2

_PDEATHSIG, _SET_DUMPABLE, _NO_NEW_PRIVS, _SUBREAPER = 1, 4, 38, 36
_CLONE = {"x86_64": 56, "aarch64": 220, "riscv64": 220, "loongarch64": 220}
_CAPSET = {"x86_64": 126, "aarch64": 91, "riscv64": 91, "loongarch64": 91, "ppc64le": 184, "s390x": 185}
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "loongarch64": 41, "ppc64le": 203, "s390x": 217}
_MOUNT_SETATTR = 442  # from here on numbers are the same everywhere

MACHINE = platform.machine()
libc = ctypes.CDLL(None, use_errno=True)
_holding_gil = ctypes.PyDLL(None, use_errno=True)


def check(result, what):
    """Return `result`, or raise OSError when it is negative."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number, *arguments, what):
    """Make a system call by its number; None is a machine whose number is not known."""
    if number is None:
        raise OSError(38, f"{what}: unknown on {MACHINE}")
    return check(libc.syscall(ctypes.c_long(number), *arguments), what)


def prctl(option, value):
    """Change something about this process."""
    check(libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), "prctl")


def die_with_parent():
    """Let this process be killed when its parent ends."""
    prctl(_PDEATHSIG, signal.SIGKILL)


def adopt_orphans():
    """Make what the children of this process leave behind its own children."""
    prctl(_SUBREAPER, 1)


def no_new_privileges():
    """Give up, for good, what set-uid programs and file capabilities would give."""
    prctl(_NO_NEW_PRIVS, 1)


def set_dumpable(value):
    """Say whether /proc/<pid> of this process belongs to its user."""
    prctl(_SET_DUMPABLE, int(value))


def unshare(flags):
    """Move this process into new namespaces."""
    check(libc.unshare(flags), "unshare")


def mount(source, target, kind=None, flags=0, options=None):
    """Mount."""
    encoded = [os.fsencode(text) if text is not None else None for text in (source, target, kind)]
    check(libc.mount(*encoded, ctypes.c_ulong(flags), options.encode() if options else None), f"mount {target}")


def make_read_only(path):
    """Make a mount and all mounts below it read-only, and set-uid programs there ordinary ones."""

    class Attributes(ctypes.Structure):
        _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns_fd")]

    wanted = Attributes(ATTR_RDONLY | ATTR_NOSUID, 0, 0, 0)
    recursive, here = 0x8000, -100
    syscall(
        _MOUNT_SETATTR,
        here,
        os.fsencode(path),
        recursive,
        ctypes.byref(wanted),
        ctypes.sizeof(wanted),
        what="read-only",
    )


def pivot_root(new):
    """Make `new` the root of the file system and let go of the old one."""
    os.chdir(new)
    syscall(_PIVOT_ROOT.get(MACHINE), b".", b".", what="pivot_root")
    check(libc.umount2(b".", 2), "umount")
    os.chdir("/")


def drop_capabilities():
    """Give up every capability."""
    head, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    syscall(_CAPSET.get(MACHINE), head, none, what="capset")


def fork_into(flags):
    """Fork a child that begins its life in new namespaces; return as ``os.fork`` does.

    With NEWPID the child is the first process there: all others end with it.
    """
    number = _CLONE.get(MACHINE)
    if number is None:
        return _fork_by_two(flags)
    api = ctypes.pythonapi
    api.PyOS_BeforeFork()
    nothing = ctypes.c_void_p(None)
    pid = _holding_gil.syscall(
        ctypes.c_long(number), ctypes.c_ulong(flags | signal.SIGCHLD), nothing, nothing, nothing, nothing
    )
    error = ctypes.get_errno()
    if pid == 0:
        api.PyOS_AfterFork_Child()
    else:
        api.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(error, f"clone: {os.strerror(error)}")
    return pid


def _fork_by_two(flags):
    """Do the same through a process in between, which waits for the child and ends as it does."""
    outer = os.fork()
    if outer:
        return outer
    try:
        die_with_parent()
        unshare(flags)
        inner = os.fork()
        if inner == 0:
            return 0
        _, status = os.waitpid(inner, 0)
        if os.WIFSIGNALED(status):
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
            os.kill(os.getpid(), os.WTERMSIG(status))
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    except OSError:
        os._exit(1)
