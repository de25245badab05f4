"""Reads a file that somebody dragged into an Office document: the stream \\x01Ole10Native of the Packager."""

import struct
from typing import NamedTuple

from gateway.judge.budget import BEGINNING, Budget

_HEAD = 8192
_LONGEST_NAME = 1000


class Package(NamedTuple):
    names: list[str]
    content: bytes


def unpack(stream: bytes) -> Package:
    """Returns a package without names and content if there is no packed file."""
    try:
        return _unpack(stream)
    except (struct.error, ValueError):
        return Package([], b"")


def _unpack(stream: bytes) -> Package:
    """Raises struct.error or ValueError if there is no packed file."""
    label, at = _read_text(stream, 6)
    path, at = _read_text(stream, at)
    (length,) = struct.unpack_from("<I", stream, at + 4)
    at += 8
    temporary = stream[at : at + min(length, _LONGEST_NAME)].rstrip(b"\0")
    at += length
    (size,) = struct.unpack_from("<I", stream, at)
    content, at = stream[at + 4 : at + 4 + size], at + 4 + size
    names = [name.decode("latin-1") for name in (label, path, temporary)]
    # The same names follow in UTF-16, and programs of today take those.
    for _ in range(3):
        if len(stream) < at + 4:
            break
        (length,) = struct.unpack_from("<I", stream, at)
        names.append(stream[at + 4 : at + 4 + min(2 * length, _LONGEST_NAME)].decode("utf-16-le", "replace"))
        at += 4 + 2 * length
    return Package([name.rstrip("\0") for name in names], content)


def _read_text(stream: bytes, at: int) -> tuple[bytes, int]:
    end = stream.index(b"\0", at, at + _LONGEST_NAME)
    return stream[at:end], end + 1


def has_windows_program(stream: bytes, budget: Budget) -> bool:
    """Looks for the header of a program near the beginning, whatever stands before it. Raises TooCostly."""
    budget.spend(BEGINNING * stream.count(b"MZ", 0, _HEAD))
    at = stream.find(b"MZ", 0, _HEAD)
    while at >= 0:
        header = int.from_bytes(stream[at + 60 : at + 64], "little")
        if stream[at + header : at + header + 4] == b"PE\0\0":
            return True
        at = stream.find(b"MZ", at + 1, _HEAD)
    return False
