"""Frames over one socket: a head of fixed size, lengths of the buffers, a JSON tree, the buffers.

A frame holds no more than a tree of JSON and raw bytes; what they mean is decided in :mod:`autograder.engine.codec`.
"""

import contextlib
import json
import socket
import struct

MAX_FRAME = 64 << 20
MAX_TREE = 8 << 20  # a parsed tree takes some thirty times its text: big values travel as buffers
MAX_BUFFERS = 8192

_HEAD = struct.Struct("<4sIIQ")
_MAGIC = b"exm1"
_JOIN_BELOW = 1 << 17
_encoder = json.JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":"))
_decode = json.JSONDecoder().decode


def _make_encode():
    """Return what ``_encoder.encode`` is, without making its parts anew for every frame."""
    make = json.encoder.c_make_encoder
    if make is None:
        return _encoder.encode
    text = json.encoder.encode_basestring_ascii
    parts = make(None, _encoder.default, text, None, ":", ",", False, False, True)
    return lambda tree: "".join(parts(tree, 0))


_encode = _make_encode()


class WireError(Exception):
    """The peer sent something that is not a valid frame, or not valid in this place."""


class TooLargeError(ValueError):
    """A value is too large, too deep or of a kind that cannot cross."""


class Stream:
    """Frames over a connected stream socket; both ends take turns, so neither can fill the other's buffer unread."""

    def __init__(self, sock):
        self.sock, self.rest = sock, b""
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, option, 4 << 20)

    def send(self, tree, buffers=()):
        """Send one frame. Raises TooLargeError before anything is sent, OSError when the peer is gone."""
        try:
            text = _encode(tree).encode()
        except RecursionError:
            raise TooLargeError("value nested too deep to be passed on") from None
        lengths = [len(b) for b in buffers]
        total = 8 * len(lengths) + len(text) + sum(lengths)
        if total > MAX_FRAME or len(text) > MAX_TREE or len(lengths) > MAX_BUFFERS:
            raise TooLargeError(f"value too large to be passed on ({total} bytes)")
        head = _HEAD.pack(_MAGIC, len(text), len(lengths), total)
        if lengths:
            head += struct.pack(f"<{len(lengths)}Q", *lengths)
        if total < _JOIN_BELOW:
            self.sock.sendall(b"".join((head, text, *buffers)))
        else:
            self.sock.sendall(head + text)
            for buffer in buffers:
                self.sock.sendall(buffer)

    def receive(self):
        """Return (tree, buffers) of the next frame. Raises WireError, or EOFError when the peer is gone."""
        data = self.rest
        while len(data) < _HEAD.size:
            more = self.sock.recv(1 << 16)
            if not more:
                raise EOFError("the peer is gone")
            data += more
        magic, text, count, total = _HEAD.unpack_from(data)
        if magic != _MAGIC or total > MAX_FRAME or text > MAX_TREE or count > MAX_BUFFERS or 8 * count + text > total:
            raise WireError("bad frame")
        end = _HEAD.size + total
        if len(data) >= end:
            body, self.rest = data[_HEAD.size : end], data[end:]
        else:
            body, self.rest = self._rest_of(data, total), b""
        lengths = struct.unpack_from(f"<{count}Q", body) if count else ()
        start = 8 * count + text
        if start + sum(lengths) != total:
            raise WireError("lengths in the frame do not add up")
        try:
            tree = _decode(str(memoryview(body)[8 * count : start], "ascii"))
        except (ValueError, RecursionError) as error:
            raise WireError(f"not JSON: {type(error).__name__}") from None
        buffers, view = [], memoryview(body)
        for length in lengths:
            buffers.append(view[start : start + length])
            start += length
        return tree, buffers

    def _rest_of(self, data, total):
        body = bytearray(total)
        filled = len(data) - _HEAD.size
        body[:filled] = data[_HEAD.size :]
        with memoryview(body) as view:
            while filled < total:
                count = self.sock.recv_into(view[filled:])
                if not count:
                    raise EOFError("the peer is gone")
                filled += count
        return body

    def close(self):
        """Close the socket; what the peer sends from here on is never read."""
        with contextlib.suppress(OSError):
            self.sock.close()
