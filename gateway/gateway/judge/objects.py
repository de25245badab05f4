"""Lists what an OLE file holds: streams, files that somebody dragged into it, and stored objects of presentations.

Sources: [MS-OVBA], [MS-OLEDS] (packages), [MS-PPT] (ExOleObjStg).
"""

import re
import zlib
from collections.abc import Iterator
from typing import IO

from gateway.judge.budget import Budget
from gateway.judge.compound import Compound, Damaged
from gateway.judge.package import has_windows_program, unpack

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# In an OLE file: the stream that every VBA project has, and the class ids of Windows Installer packages and patches.
_MACROS = (
    "_VBA_PROJECT".encode("utf-16-le"),
    bytes.fromhex("84100c0000000000c000000000000046"),
    bytes.fromhex("86100c0000000000c000000000000046"),
)
_NATIVE = "\x01Ole10Native"
# In a presentation: a stored object, as it is or compressed, behind the length of its record.
_STORED = re.compile(rb"\0\0\x11\x10(.{4})(?=\xd0\xcf\x11\xe0)|\x10\0\x11\x10(.{4}).{4}(?=\x78)", re.DOTALL)
_CHUNK = 1_000_000
# names and content; a stream has no names
Part = tuple[list[str] | None, bytes]
# A part of which nobody knows the name, but which is a program.
NAMELESS_PROGRAM: Part = (["program.exe"], b"")


def has_macros(file: IO[bytes]) -> bool:
    return _has_any(file, _MACROS)


def list_parts(file: IO[bytes], budget: Budget) -> Iterator[Part]:
    """Of a file whose tables are damaged, the whole counts as one package without a harmless name if it has any."""
    try:
        compound = Compound(file, budget)
        for stream in compound.streams:
            content = compound.read(stream)
            if stream.name.casefold() == _NATIVE.casefold():
                yield from _list_packed(content, budget)
            else:
                yield None, content
                yield from _list_stored(content, budget)
    except Damaged:
        if _has_any(file, (_NATIVE.encode("utf-16-le"),)):
            yield NAMELESS_PROGRAM


def _list_packed(stream: bytes, budget: Budget) -> Iterator[Part]:
    package = unpack(stream)
    # An object of another kind has its bytes right behind its length.
    yield [""], stream[4:]
    yield package.names or [""], package.content
    if has_windows_program(stream, budget):
        yield NAMELESS_PROGRAM


def _list_stored(content: bytes, budget: Budget) -> Iterator[Part]:
    for found in _STORED.finditer(content):
        size = int.from_bytes(found[1] or found[2], "little")
        part = content[found.end() : found.start() + 8 + size]
        budget.spend(len(part))
        if found[2]:
            try:
                part = zlib.decompressobj().decompress(part, budget.left + 1)
            except zlib.error:
                continue
            budget.spend(len(part))
        yield None, part


def _has_any(file: IO[bytes], marks: tuple[bytes, ...]) -> bool:
    """Names in an OLE file are compared without regard to case."""
    file.seek(0)
    rest = b""
    while chunk := file.read(_CHUNK):
        block = (rest + chunk).upper()
        if any(mark.upper() in block for mark in marks):
            return True
        rest = chunk[-64:]
    return False
