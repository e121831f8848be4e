"""A PNG written anew: its picture alone, without the words and other things it may carry."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from flask_babel import gettext as _

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 200_000
"""Bytes of a picture as it may be sent."""
SIDE = 1024
"""Pixels that a side may have."""
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""How many numbers make a pixel, by the type of colour."""
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}


PALETTE = 3
CLEAR = {0: 2, 2: 6}
"""How many bytes say which colour is transparent, by the type of colour."""


class BadPicture(ValueError):
    """A file that cannot be shown as a picture; says why."""


def written_anew(file: bytes) -> bytes:
    """Return the picture of a PNG as a file of ours; raise BadPicture for what is none.

    The numbers of its pixels are unpacked, counted and packed again, so that nothing else of the
    file remains. What is unpacked is bounded by the size that it states.
    """
    if len(file) > LARGEST:
        raise BadPicture(_("The picture is too large. Send a PNG of at most 200 KB."))
    try:
        found = dict.fromkeys((b"IHDR", b"PLTE", b"tRNS", b"IDAT"), b"")
        for name, content in chunks(file):
            if name in found:
                found[name] += content
        header = struct.unpack(">IIBBBBB", found[b"IHDR"])
        pixels = unpacked(found[b"IDAT"], header)
    except (struct.error, zlib.error, KeyError, ValueError) as error:
        if isinstance(error, BadPicture):
            raise
        raise BadPicture(_("This is not a PNG picture.")) from error
    if header[3] != PALETTE:
        found[b"PLTE"] = b""
    if not fits(header[3], len(found[b"PLTE"]), len(found[b"tRNS"])):
        raise BadPicture(_("This is not a PNG picture."))
    kept = [(b"IHDR", found[b"IHDR"])]
    kept += [(name, found[name]) for name in (b"PLTE", b"tRNS") if found[name]]
    kept += [(b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(chunk(name, content) for name, content in kept)


def fits(colour: int, palette: int, transparency: int) -> bool:
    """Say whether a palette and what is transparent are as long as the type of colour has them."""
    if colour != PALETTE:
        return transparency in {0, CLEAR.get(colour, 0)}
    return 0 < palette <= 768 and palette % 3 == 0 and 3 * transparency <= palette


def chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of every chunk whose checksum is right, up to the end."""
    at = len(SIGNATURE)
    if file[:at] != SIGNATURE:
        raise ValueError("no signature")
    while True:
        length, name = struct.unpack_from(">I4s", file, at)
        content = file[at + 8 : at + 8 + length]
        (sum_stated,) = struct.unpack_from(">I", file, at + 8 + length)
        if sum_stated != zlib.crc32(name + content):
            raise ValueError("a wrong checksum")
        if name == b"IEND":
            return
        yield name, content
        at += 12 + length


def chunk(name: bytes, content: bytes) -> bytes:
    """Return one chunk of a file."""
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def unpacked(packed: bytes, header: tuple[int, ...]) -> bytes:
    """Return the lines of a picture; raise where they are not as many and as long as it states."""
    width, height, depth, colour, compression, filtering, interlaced = header
    if not (0 < width <= SIDE and 0 < height <= SIDE):
        raise BadPicture(_("The picture is too large. Its sides may have 1,024 pixels at most."))
    if interlaced:
        raise BadPicture(_("Save the picture without interlacing, and send it again."))
    if depth not in DEPTHS[colour] or compression or filtering:
        raise ValueError("an unknown kind")
    line = 1 + (width * depth * CHANNELS[colour] + 7) // 8
    unpacking = zlib.decompressobj()
    pixels = unpacking.decompress(packed, line * height + 1)
    if len(pixels) != line * height or any(each > 4 for each in pixels[::line]):
        raise ValueError("another number of lines")
    return pixels
