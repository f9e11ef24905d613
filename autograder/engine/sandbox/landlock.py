"""Landlock: an unprivileged process gives up files, TCP ports, signals and abstract sockets for good."""

import ctypes
import os

from autograder.engine.sandbox.system import no_new_privileges, syscall

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
SCOPES = 6  # from this version on it keeps signals and abstract sockets in
TRUNCATES = 3  # from this version on files out of reach cannot be emptied either
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL  # the rest is about folders


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scoped")]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version():
    """Return the version of the interface, 0 where there is none."""
    try:
        return syscall(_CREATE, None, ctypes.c_size_t(0), 1, what="landlock")
    except OSError:
        return 0


def restrict(writable, readable):
    """Allow this process, and all it starts, only what lies beneath these paths; no TCP, no signals to others.

    Does what the kernel knows of it. Raises OSError when it knows nothing.
    """
    abi = version()
    if not abi:
        raise OSError(38, "landlock: not available")
    everything = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1
    rules = _Ruleset(everything, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = syscall(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), 0, what="landlock_create_ruleset")
    try:
        reading = _EXECUTE | _READ_FILE | _READ_DIR
        for path, access in [*((p, everything) for p in writable), *((p, reading) for p in readable)]:
            try:
                place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                access &= everything if os.path.isdir(path) else _OF_FILES  # noqa: PTH112
                rule = _Beneath(access & everything, place)
                syscall(_ADD_RULE, ruleset, 1, ctypes.byref(rule), 0, what="landlock_add_rule")
            finally:
                os.close(place)
        no_new_privileges()
        syscall(_RESTRICT, ruleset, 0, what="landlock_restrict_self")
    finally:
        os.close(ruleset)
