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
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "mount": 40, "umount2": 39,
        "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268, "add_key": 217, "request_key": 218,
        "keyctl": 219, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "kexec_load": 104, "init_module": 105,
        "finit_module": 273, "delete_module": 106, "swapon": 224, "swapoff": 225, "reboot": 142, "acct": 89,
        "quotactl": 60, "open_by_handle_at": 265, "name_to_handle_at": 264, "memfd_create": 279, "shmget": 194,
        "msgget": 186, "semget": 190, "personality": 92, "syslog": 116, "vhangup": 58, "lookup_dcookie": 18,
        "kcmp": 272, "mbind": 235, "move_pages": 239, "fanotify_init": 262, "settimeofday": 170,
        "clock_settime": 112, "adjtimex": 171, "vmsplice": 75,
    },
}  # fmt: skip
_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "mount_setattr": 442,
    "quotactl_fd": 443, "memfd_secret": 447, "process_madvise": 440,
}  # fmt: skip
_ABSENT = {"memfd_create", "memfd_secret", "io_uring_setup"}  # told to be unknown, so that libraries do without them
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3, _NAMESPACES = 435, 0x7E020080  # the flags of clone that make namespaces
_UNIX = 1
_X32 = 0x40000000
_LOAD, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


def available():
    """Return whether the filter is known for this machine."""
    return MACHINE in _CALLS


def program(network=False):
    """Return the filter as classic BPF.

    Parameters
    ----------
    network : bool
        Leave sockets other than unix ones alone: a network namespace keeps them in.
    """
    denied = _CALLS[MACHINE] | _EVERYWHERE
    code = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_JEQ, 1, 0, _ARCHITECTURE[MACHINE]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the number of the call
    ]
    if MACHINE == "x86_64":
        code += [(_JGE, 0, 1, _X32), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    for name, number in sorted(denied.items(), key=lambda pair: pair[1]):
        code += [(_JEQ, 0, 1, number), (_RETURN, 0, 0, _ERRNO | (errno.ENOSYS if name in _ABSENT else errno.EPERM))]
    # what glibc falls back from: clone3 keeps its flags in memory, where no filter can look
    code += [(_JEQ, 0, 1, _CLONE3), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    code += [(_JEQ, 0, 4, _CLONE[MACHINE]), (_LOAD, 0, 0, 16), (_JSET, 0, 1, _NAMESPACES)]
    code += [(_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    if not network:
        code += [(_JEQ, 0, 4, _SOCKET[MACHINE]), (_LOAD, 0, 0, 16), (_JEQ, 1, 0, _UNIX)]
        code += [(_RETURN, 0, 0, _ERRNO | errno.EACCES), (_RETURN, 0, 0, _ALLOW)]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in code)


def restrict(network=False):
    """Put the filter on this process and all it starts; does nothing on a machine that it is not known for."""
    if not available():
        return
    lines = program(network)

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]

    no_new_privileges()
    whole = Program(len(lines) // 8, lines)
    check(libc.prctl(22, ctypes.c_ulong(2), ctypes.byref(whole), 0, 0), "seccomp")
