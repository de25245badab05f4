"""Searches a file for a pattern, without all of it in memory."""

from collections.abc import Iterator
from typing import IO

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
