"""A worker process: takes (function, arguments) from a pipe, gives back the text that the function returned.

Started by a fork of the driver, or as a new Python that runs `main` where the driver cannot fork. It ends when
it is told to (SIGTERM), when its pipe is closed and when its parent is gone, and takes with it what it started.
"""

import contextlib
import ctypes
import gc
import os
import pickle
import signal
import struct
import sys
import tempfile
from pathlib import Path

_HEAD = struct.Struct(">cQ")
TEXT, FAULT = b"t", b"f"
CLOSE_SECONDS = 5


def send(file, data, kind=TEXT):
    """Write one frame."""
    file.write(_HEAD.pack(kind, len(data)))
    file.write(data)
    file.flush()


def receive(file):
    """Return (kind, bytes) of the next frame; raises EOFError when there is none, or only the beginning of one."""
    kind, size = _HEAD.unpack(_exactly(file, _HEAD.size))
    return kind, _exactly(file, size)


def serve(requests, replies, parent, scratch):
    """Answer requests until there are no more; temporary files go to the folder `scratch`."""
    tempfile.tempdir = scratch
    gc.freeze()  # what the driver has imported stays
    _end_with(parent)
    with contextlib.suppress(EOFError, OSError):
        while True:
            function, arguments = pickle.loads(receive(requests)[1])  # written by the driver, never by a student
            try:
                text, kind = function(*arguments), TEXT
            except Exception as error:  # a fault of ours; the driver tells which submission it was
                text, kind = f"{type(error).__name__}: {error}", FAULT
            send(replies, text.encode("utf-8", "surrogatepass"), kind)
    _close()


def stay_on(core):
    """Let this process and all it starts run on one core only; None: on any."""
    with contextlib.suppress(OSError, AttributeError):
        if core is not None:
            os.sched_setaffinity(0, {core})


def _end_with(parent):
    """Make this process end, with all it started, when it is told to or when its parent is gone."""
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the parent
    signal.signal(signal.SIGTERM, _end)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        _end()


def _end(*_):
    if hasattr(signal, "alarm"):  # should closing hang
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(CLOSE_SECONDS)
    _close()
    os._exit(1)


def _close():
    from autograder.batch import worker

    with contextlib.suppress(Exception):
        worker.close()


def _exactly(file, size):
    data = file.read(size)
    if len(data) != size:
        raise EOFError
    return data


def main():
    """Serve the process that started this one; arguments: its id, the folder for temporary files, a core or nothing."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what anything here prints is no reply
    stay_on(int(sys.argv[3]) if sys.argv[3] else None)
    serve(requests, replies, int(sys.argv[1]), sys.argv[2])
