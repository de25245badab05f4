"""Finds the directory of an archive. Programs look for it in several ways, and an archive in which they would find
different ones counts as damaged.

Source: ZIP (APPNOTE 6.3.10), 4.3.14 to 4.3.16.
"""

import re
from struct import unpack_from
from typing import IO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

_END = re.compile(rb"PK\x05\x06")
# the sizes of the record at the end, and of the two before it in a large archive (ZIP64)
_RECORD, _LOCATOR, _LARGE = 22, 20, 56
# Where the fields of the record at the end are these, those of the large archive's record count.
_MASKS = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)


def directory_size(file: IO[bytes]) -> int:
    """Returns the size in bytes. Raises BadZipFile or struct.error."""
    start = max(0, file.seek(0, 2) - 66_000)
    file.seek(start)
    tail = file.read()
    *others, at = (found.start() for found in _END.finditer(tail))
    if any(other + _RECORD + unpack_from("<H", tail, other + 20)[0] > at for other in others):
        raise BadZipFile("a record at the end within the comment of another")
    fields = unpack_from("<HHII", tail, at + 8)
    if tail[max(0, at - _LOCATOR) : at].startswith(b"PK\x06\x07"):
        (place,) = unpack_from("<Q", tail, at - _LOCATOR + 8)
        at -= _LOCATOR + _LARGE
        fields = _of_large_archive(tail, at, fields)
        if place != start + at:
            raise BadZipFile("a record of ZIP64 at another place")
    size, place = fields[2:]
    if place + size != start + at:
        raise BadZipFile("a directory at another place")
    return int(size)


def _of_large_archive(tail: bytes, at: int, small: tuple[int, ...]) -> tuple[int, ...]:
    mark, *large = unpack_from("<4s20x4Q", tail, at)
    if mark != b"PK\x06\x06" or any(
        one not in (mask, other) for one, mask, other in zip(small, _MASKS, large, strict=True)
    ):
        raise BadZipFile("two directories")
    return tuple(large)


def is_packed_alike(archive: ZipFile, member: ZipInfo) -> bool:
    """Tells whether the record before the member says the same about how it is packed as the directory."""
    file = cast(IO[bytes], archive.fp)
    file.seek(member.header_offset)
    return bool(unpack_from("<H", file.read(10), 8)[0] == member.compress_type)
