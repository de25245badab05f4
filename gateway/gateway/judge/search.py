"""Searches a file for a pattern, without all of it in memory."""

from collections.abc import Iterator
from typing import IO

# A letter, a digit or one of ./:;@ as a reference, which hides a word from a search.
REFERENCE = rb"&#(?:x0*(?:2[ef]|3[0-9ab]|[4-7][0-9a-f])|0*(?:4[6-9]|5[0-9]|6[4-9]|[7-9]\d|1[01]\d|12[0-6]));"
# the longest text that a pattern finds
_OVERLAP = 4096
_CHUNK = 1_000_000


def overlapping(file: IO[bytes]) -> Iterator[bytes]:
    """Yields blocks that overlap. Without zero bytes, a text in UTF-16 is searched like one in UTF-8."""
    file.seek(0)
    rest = b""
    while chunk := file.read(_CHUNK):
        block = rest + chunk.replace(b"\0", b"")
        yield block
        rest = block[-_OVERLAP:]
