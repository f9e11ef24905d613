"""Pictures that a student's code drew: only PNG, and only the parts of it that are needed to draw."""

import base64
import binascii
import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
MAX_SIDE, MAX_PIXELS = 8_000, 20_000_000


def png(data):
    """Return the PNG in base64 text, rebuilt from its checked parts, as base64 text again; None when it is not sound.

    Text, profiles and everything behind the picture are dropped. A picture with more than `MAX_PIXELS` is not sound.
    """
    try:
        raw = base64.b64decode("".join(str(data).split()), validate=True)
        return base64.b64encode(_rebuilt(raw)).decode("ascii")
    except (binascii.Error, ValueError, struct.error, zlib.error, KeyError):
        return None


def _rebuilt(raw):
    if not raw.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    parts, place = [], len(_SIGNATURE)
    while True:
        length, kind = struct.unpack_from(">I4s", raw, place)
        body = raw[place + 8 : place + 8 + length]
        (check,) = struct.unpack_from(">I", raw, place + 8 + length)
        if check != zlib.crc32(kind + body):
            raise ValueError("damaged")
        place += 12 + length
        if kind == b"IEND":
            break
        if kind in _NEEDED:
            parts.append((kind, body))
    if not parts or parts[0][0] != b"IHDR" or [kind for kind, _ in parts].count(b"IHDR") != 1:
        raise ValueError("no header")
    _check_pixels(parts)
    chunks = (
        struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (*parts, (b"IEND", b""))
    )
    return _SIGNATURE + b"".join(chunks)


def _check_pixels(parts):
    """Raise ValueError or zlib.error unless the pixels are as many as the header says, and not too many."""
    width, height, depth, colour, packing, filtering, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise ValueError("too large")
    if depth not in (1, 2, 4, 8, 16) or (packing, filtering) != (0, 0) or interlaced not in (0, 1):
        raise ValueError("header")
    needed = height * (1 + (width * depth * _CHANNELS[colour] + 7) // 8)
    packed = b"".join(body for kind, body in parts if kind == b"IDAT")
    found = len(zlib.decompressobj().decompress(packed, 2 * needed + 100))
    if found != needed if not interlaced else not needed <= found <= 2 * needed:
        raise ValueError("pixels")
