"""A document in which programs may find different parts is refused."""

import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple

import pytest

from .made import archive, letter, with_large_directory
from .test_programs import verdict

_END = b"PK\x05\x06"


class Split(NamedTuple):
    """The parts of an archive, its directory, and one that leaves the last part out. That part has the macros."""

    parts: bytes
    full: bytes
    short: bytes


def split() -> Split:
    whole = letter({"word/vbaProject.bin": b"x"})
    size, place = struct.unpack_from("<II", whole, whole.rfind(_END) + 12)
    full = whole[place : place + size]
    return Split(whole[:place], full, full[: full.rfind(b"PK\x01\x02")])


def with_comment(directory: bytes, size: int) -> bytes:
    """The last entry says that so many bytes of a comment follow."""
    at = directory.rfind(b"PK\x01\x02") + 32
    return directory[:at] + struct.pack("<H", size) + directory[at + 2 :]


def end(count: int, size: int, place: int, comment: int = 0) -> bytes:
    return _END + struct.pack("<HHHHIIH", 0, 0, count, count, size, place, comment)


def large_end(size: int, place: int, count: int = 2) -> bytes:
    return b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, place)


def locator(place: int) -> bytes:
    return b"PK\x06\x07" + struct.pack("<IQI", 0, place, 1)


def in_a_comment_of_the_directory() -> bytes:
    """The record of ZIP64 names the short directory, and the ordinary one the full one."""
    parts, full, short = split()
    size = len(full) + len(short) + 76
    full = with_comment(full, len(short) + 76)
    place = len(parts + full)
    record = large_end(len(short), place) + locator(place + len(short))
    return parts + full + short + record + end(3, size, len(parts))


def far_from_its_locator() -> bytes:
    """The other way round, with the record of ZIP64 where only its locator leads."""
    parts, full, short = split()
    record = large_end(len(full), len(parts), 3)
    short = with_comment(short, 20)
    before = parts + full + record
    return before + short + locator(len(parts + full)) + end(2, len(short) + 20, len(before))


def in_the_comment_of_the_archive() -> bytes:
    parts, full, short = split()
    place = len(parts + full) + 22
    return parts + full + end(3, len(full), len(parts), len(short) + 22) + short + end(2, len(short), place)


def behind_the_other() -> bytes:
    """The short directory stands where it should end, and the full one where the record says that it begins."""
    parts, full, short = split()
    shift = len(full)
    moved = bytearray(full)
    for at in (found for found in range(len(full)) if full.startswith(b"PK\x01\x02", found)):
        struct.pack_into("<I", moved, at + 42, struct.unpack_from("<I", full, at + 42)[0] + shift)
    return b"PK\x03\x04".ljust(shift, b"\0") + parts + moved + short + end(2, len(short), shift + len(parts))


def packed_otherwise() -> bytes:
    """The record before the part says that it is deflated."""
    packer = zlib.compressobj(wbits=-15)
    hidden = packer.compress(b"MZ" + bytes(500)) + packer.flush()
    whole = bytearray(archive({"[Content_Types].xml": "<Types/>", "word/x.bin": hidden}))
    at = whole.rfind(b"PK\x03\x04")
    name = whole[at + 26 : at + 30]
    size = struct.pack("<III", zlib.crc32(hidden), len(hidden), len(hidden))
    entry = whole.rfind(b"PK\x01\x02")
    place = at + 30 + struct.unpack("<H", name[:2])[0]
    whole[entry + 10 : entry + 12] = b"\0\0"
    whole[entry + 16 : entry + 28] = size
    tail = whole[whole.find(b"PK\x01\x02") :]
    tail[-6:-2] = struct.pack("<I", place + len(hidden))
    return bytes(whole[:place] + hidden + tail)


HOW: list[Callable[[], bytes]] = [
    in_a_comment_of_the_directory, far_from_its_locator, in_the_comment_of_the_archive, behind_the_other,
    packed_otherwise,
]  # fmt: skip


@pytest.mark.parametrize("how", HOW)
async def test_a_document_has_one_directory(how: Callable[[], bytes]) -> None:
    for name in "a.doc a.xls a.docx a.odt a.xps".split():
        assert await verdict(how(), name) == "file_is_program", name


@pytest.mark.parametrize("field", range(4))
async def test_the_fields_of_both_records_are_the_same(field: int) -> None:
    whole = letter({})
    at = whole.rfind(_END)
    fields = list(struct.unpack_from("<HHII", whole, at + 8))
    for change, refused in ((0, ""), (1, "file_is_program")):
        fields[field] += change
        changed = with_large_directory(whole)[:-14] + struct.pack("<HHIIH", *fields, 0)
        assert await verdict(changed, "a.docx") == refused


async def test_something_behind_an_archive_hides_nothing() -> None:
    for more in (b"\n", bytes(9)):
        assert not await verdict(letter({}) + more, "a.docx")
        assert await verdict(letter({"word/vbaProject.bin": b"x"}) + more, "a.docx") == "file_is_program"


def of_two_disks() -> bytes:
    return b"PK\x03\x04" + bytes(56) + b"PK\x06\x07" + struct.pack("<IQI", 0, 0, 2) + end(0, 0, 0)


def of_huge_numbers() -> bytes:
    return b"PK\x03\x04" + large_end(0, 2**63, 0) + locator(4) + end(0, 0, 0xFFFFFFFF)


@pytest.mark.parametrize("how", [of_two_disks, of_huge_numbers])
async def test_a_damaged_archive_ends_no_judge(how: Callable[[], bytes]) -> None:
    assert await verdict(how(), "a.docx") == await verdict(how(), "a.bin") == "file_is_program"
    assert not await verdict(how(), "a.zip")
