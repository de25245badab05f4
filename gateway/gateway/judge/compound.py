"""Reads the streams of an OLE compound file, which is what Office wrote before 2007 and what objects in documents are.

Source: [MS-CFB]. A table may lead anywhere, so a chain is followed only as far as its stream reaches, and each sector
that is read costs the budget.
"""

import struct
from array import array
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from gateway.judge.budget import Budget

_HEADER, _ENTRY, _MINI = 512, 128, 64
_STREAM, _ROOT = 2, 5
# the numbers of sectors end here; the others mark the end of a chain and what is free
_LAST = 0xFFFFFFF9


class Damaged(Exception):
    """The tables of the file cannot be read."""


class Stream(NamedTuple):
    name: str
    start: int
    size: int


class Compound:
    def __init__(self, file: IO[bytes], budget: Budget) -> None:
        """Raises Damaged, and TooCostly like all that reads."""
        self._file, self._budget = file, budget
        self._most = file.seek(0, 2)
        file.seek(0)
        header = file.read(_HEADER)
        if len(header) < _HEADER or header[30:34] not in (b"\x09\0\x06\0", b"\x0c\0\x06\0"):
            raise Damaged
        self._sector = 1 << header[30]
        directory, self._cutoff, mini, extra = struct.unpack_from("<I4xI I4xI", header, 48)
        self._table = self._numbers(self._list_tables(header, extra))
        entries = list(self._list_entries(b"".join(map(self._read, self._chain(directory, self._table)))))
        self.streams = [stream for kind, stream in entries if kind == _STREAM]
        self._mini_table = self._numbers(self._chain(mini, self._table))
        roots = [stream for kind, stream in entries if kind == _ROOT]
        self._small = self._read_long(roots[0]) if roots else b""

    def read(self, stream: Stream) -> bytes:
        """Raises Damaged."""
        if stream.size >= self._cutoff:
            return self._read_long(stream)
        self._budget.spend(stream.size)
        places = self._chain(stream.start, self._mini_table, -(-stream.size // _MINI))
        return b"".join(self._small[place * _MINI : (place + 1) * _MINI] for place in places)[: stream.size]

    def _read_long(self, stream: Stream) -> bytes:
        chain = self._chain(stream.start, self._table, -(-stream.size // self._sector))
        return b"".join(map(self._read, chain))[: stream.size]

    def _read(self, number: int) -> bytes:
        self._budget.spend(self._sector)
        self._file.seek((number + 1) * self._sector)
        return self._file.read(self._sector)

    def _list_tables(self, header: bytes, extra: int) -> list[int]:
        """Returns the sectors of the allocation table: 109 in the header, and more in a chain of sectors."""
        found, last = list(struct.unpack_from("<109I", header, 76)), self._sector // 4 - 1
        while extra <= _LAST and len(found) * self._sector <= self._most:
            numbers = self._numbers([extra])
            found += numbers[:last]
            extra = numbers[last] if len(numbers) > last else _LAST + 1
        return [one for one in found if one <= _LAST][: self._most // self._sector]

    def _numbers(self, sectors: Sequence[int]) -> Sequence[int]:
        content = b"".join(map(self._read, sectors))
        return array("I", content[: len(content) // 4 * 4])

    def _chain(self, start: int, table: Sequence[int], most: int | None = None) -> list[int]:
        """A chain without a length must end."""
        found: list[int] = []
        while start < len(table) and len(found) != most:
            if len(found) > len(table):
                raise Damaged
            found.append(start)
            start = table[start]
        return found

    def _list_entries(self, directory: bytes) -> Iterator[tuple[int, Stream]]:
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<IQ", directory, at + 116)
            # With short sectors, the upper half of the size may hold anything.
            size = size if self._sector > _HEADER else size & 0xFFFFFFFF
            name = directory[at : at + min(max(length - 2, 0), 64)].decode("utf-16-le", "replace")
            yield kind, Stream(name, start, min(size, self._most))
