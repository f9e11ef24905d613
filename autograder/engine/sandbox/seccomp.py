"""A filter of system calls: what no notebook needs and many an escape began with is refused."""

import ctypes
import errno
import struct

from autograder.engine.sandbox.system import MACHINE, check, libc, no_new_privileges

# numbers of asm/unistd.h; from 424 on they are the same on every machine
_CALLS = {
    "x86_64": {
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "mount": 165, "umount2": 166,
        "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "add_key": 248, "request_key": 249,
        "keyctl": 250, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "kexec_load": 246, "init_module": 175,
        "finit_module": 313, "delete_module": 176, "swapon": 167, "swapoff": 168, "reboot": 169, "acct": 163,
        "quotactl": 179, "open_by_handle_at": 304, "name_to_handle_at": 303, "memfd_create": 319, "shmget": 29,
        "msgget": 68, "semget": 64, "personality": 135, "syslog": 103, "iopl": 172, "ioperm": 173, "vhangup": 153,
        "lookup_dcookie": 212, "kcmp": 312, "modify_ldt": 154, "mbind": 237, "move_pages": 279, "fanotify_init": 300,
        "settimeofday": 164, "clock_settime": 227, "adjtimex": 159, "uselib": 134, "vmsplice": 278,
        "migrate_pages": 256, "mq_open": 240, "clock_adjtime": 305, "fadvise64": 221, "preadv2": 327,
        "sched_setaffinity": 203,
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "mount": 40, "umount2": 39,
        "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268, "add_key": 217, "request_key": 218,
        "keyctl": 219, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "kexec_load": 104, "init_module": 105,
        "finit_module": 273, "delete_module": 106, "swapon": 224, "swapoff": 225, "reboot": 142, "acct": 89,
        "quotactl": 60, "open_by_handle_at": 265, "name_to_handle_at": 264, "memfd_create": 279, "shmget": 194,
        "msgget": 186, "semget": 190, "personality": 92, "syslog": 116, "vhangup": 58, "lookup_dcookie": 18,
        "kcmp": 272, "mbind": 235, "move_pages": 239, "fanotify_init": 262, "settimeofday": 170,
        "clock_settime": 112, "adjtimex": 171, "vmsplice": 75, "migrate_pages": 238, "mq_open": 180,
        "clock_adjtime": 266, "fadvise64": 223, "preadv2": 286, "sched_setaffinity": 122,
    },
}  # fmt: skip
_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "mount_setattr": 442,
    "quotactl_fd": 443, "memfd_secret": 447, "process_madvise": 440, "cachestat": 451,
}  # fmt: skip
# what reaches into another process of the same user, of which in a process namespace of one's own there is none
_REACHING = {
    "x86_64": {
        "setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144, "ioprio_set": 251, "sched_setattr": 314,
    },
    "aarch64": {
        "setpriority": 140, "sched_setparam": 118, "sched_setscheduler": 119, "ioprio_set": 30, "sched_setattr": 274,
    },
}  # fmt: skip
# times, rights and owners of files, which Landlock does not guard and the next student would find: said to be changed
_ATTRIBUTES = {
    "x86_64": {
        "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94, "utime": 132, "utimes": 235,
        "fchownat": 260, "futimesat": 261, "fchmodat": 268, "utimensat": 280, "fchmodat2": 452,
    },
    "aarch64": {"fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55, "utimensat": 88, "fchmodat2": 452},
}  # fmt: skip
_EXTENDED = {
    "x86_64": {"setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "setxattrat": 463},
    "aarch64": {"setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "setxattrat": 463},
}
_PRLIMIT = {"x86_64": 302, "aarch64": 261}
_SIGNALS = {
    "x86_64": {"kill": 62, "tkill": 200, "tgkill": 234, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297},
    "aarch64": {"kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240},
}
_OWNING = {"x86_64": ((72, (8, 15)), (16, (0x8901, 0x8902))), "aarch64": ((25, (8, 15)), (29, (0x8901, 0x8902)))}
_CONNECT = {"x86_64": 42, "aarch64": 203}
_SOCKETPAIR = {"x86_64": 53, "aarch64": 199}
# told to be unknown, so that libraries do without them
_ABSENT = {"memfd_create", "memfd_secret", "io_uring_setup", "fadvise64", "preadv2", "cachestat"}
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3, _NAMESPACES = 435, 0x7E020080  # the flags of clone that make namespaces
_PIDFD_SIGNAL = 424
_UNIX, _STREAM = 1, 1
_FAMILIES = (_UNIX, 2, 10, 16)  # IPv4, IPv6, netlink: a network namespace keeps them in, and AF_VSOCK it does not
ANY, UNIX, PAIRS = "any", "unix", "pairs"
_X32 = 0x40000000
_LOAD, _AND, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


def available():
    """Return whether the filter is known for this machine."""
    return MACHINE in _CALLS


def program(sockets=PAIRS, alone=False, signals=True, lasting=True):
    """Return the filter as classic BPF.

    Parameters
    ----------
    sockets : str
        ANY: the usual families, which a network namespace keeps in. UNIX: no others, and what they could be connected
        to is out of sight.
        PAIRS: none that could be connected to anything, only connected pairs.
    alone : bool
        Whether there is no process to be seen but those that this one starts.
    signals : bool
        Whether signals are let through: Landlock or a process namespace keeps them in.
    lasting : bool
        Whether times, rights, owners and attributes of files can be changed; if not, changing the first three seems to
        succeed, for copying a file does it.
    """
    denied = _CALLS[MACHINE] | _EVERYWHERE | ({} if alone else _REACHING[MACHINE])
    if not signals:
        denied = denied | _SIGNALS[MACHINE] | {"pidfd_send_signal": _PIDFD_SIGNAL}
    code = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_JEQ, 1, 0, _ARCHITECTURE[MACHINE]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the number of the call
    ]
    if MACHINE == "x86_64":
        code += [(_JGE, 0, 1, _X32), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    answers = {number: errno.ENOSYS if name in _ABSENT else errno.EPERM for name, number in denied.items()}
    if not lasting:
        answers |= dict.fromkeys(_ATTRIBUTES[MACHINE].values(), 0)
        answers |= dict.fromkeys(_EXTENDED[MACHINE].values(), errno.ENOTSUP)
    for number, answer in sorted(answers.items()):
        code += [(_JEQ, 0, 1, number), (_RETURN, 0, 0, _ERRNO | answer)]
    # what glibc falls back from: clone3 keeps its flags in memory, where no filter can look
    code += [(_JEQ, 0, 1, _CLONE3), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    code += [(_JEQ, 0, 4, _CLONE[MACHINE]), (_LOAD, 0, 0, 16), (_JSET, 0, 1, _NAMESPACES)]
    code += [(_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    if not alone:
        code += _unless(_PRLIMIT[MACHINE], [(_LOAD, 0, 0, 16), (_JEQ, 1, 0, 0)], errno.EPERM)  # of this process itself
    if not signals:
        for number, commands in _OWNING[MACHINE]:  # who is sent SIGIO
            code += [(_JEQ, 0, 5, number), (_LOAD, 0, 0, 24), (_JEQ, 1, 0, commands[0]), (_JEQ, 0, 1, commands[1])]
            code += [(_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    if sockets == ANY:
        family = [(_JEQ, len(_FAMILIES) - place, 0, number) for place, number in enumerate(_FAMILIES)]
        code += _unless(_SOCKET[MACHINE], [(_LOAD, 0, 0, 16), *family], errno.EAFNOSUPPORT)
    elif sockets == UNIX:
        code += _unless(_SOCKET[MACHINE], [(_LOAD, 0, 0, 16), (_JEQ, 1, 0, _UNIX)], errno.EACCES)
    elif sockets == PAIRS:  # no path and no name of a socket gets anywhere
        for number in (_SOCKET[MACHINE], _CONNECT[MACHINE]):
            code += [(_JEQ, 0, 1, number), (_RETURN, 0, 0, _ERRNO | errno.EACCES)]
        kind = [(_LOAD, 0, 0, 24), (_AND, 0, 0, 15), (_JEQ, 1, 0, _STREAM)]
        code += _unless(_SOCKETPAIR[MACHINE], kind, errno.EACCES)
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in code)


def _unless(number, test, error):
    """Return the lines that refuse a call unless the last line of `test` skips the refusal."""
    return [(_JEQ, 0, len(test) + 2, number), *test, (_RETURN, 0, 0, _ERRNO | error), (_RETURN, 0, 0, _ALLOW)]


def restrict(sockets=PAIRS, alone=False, signals=True, lasting=True):
    """Put the filter on this process and all it starts; does nothing on a machine that it is not known for."""
    if not available():
        return
    lines = program(sockets, alone, signals, lasting)

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]

    no_new_privileges()
    whole = Program(len(lines) // 8, lines)
    check(libc.prctl(22, ctypes.c_ulong(2), ctypes.byref(whole), 0, 0), "seccomp")
