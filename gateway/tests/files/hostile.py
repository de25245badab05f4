"""Files that cost a reader much more than their size."""

import bz2
import io
import struct
import zipfile
import zlib

from .made import TYPES, compound, letter, package

METHODS = {"bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}


def packed_by(method: int, size: int, parts: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", TYPES)
        for number in range(parts):
            made.writestr(zipfile.ZipInfo(f"word/{number}.xml"), bytes(size), method)
    return out.getvalue()


def one_block_of_bzip2(size: int) -> bytes:
    """Returns a document of 1 kB whose one part unpacks to so many bytes at once."""
    packer, whole, checksum = bz2.BZ2Compressor(), bytearray(), 0
    for _ in range(size // 10_000_000):
        whole += packer.compress(bytes(10_000_000))
        checksum = zlib.crc32(bytes(10_000_000), checksum)
    whole += packer.flush()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", bytes(whole))
        made.writestr("[Content_Types].xml", TYPES)
    made_bytes = bytearray(out.getvalue())
    directory = made_bytes.rfind(b"PK\x01\x02", 0, made_bytes.rfind(b"PK\x01\x02"))
    for at, method, sizes in ((0, 8, 14), (directory, 10, 16)):
        struct.pack_into("<H", made_bytes, at + method, zipfile.ZIP_BZIP2)
        struct.pack_into("<III", made_bytes, at + sizes, checksum, len(whole), size)
    return bytes(made_bytes)


def long_chain(streams: int, sectors: int, is_small: bool = True) -> bytes:
    """Returns an OLE file in which each of many streams of one byte begins at the same long chain."""
    per = 128
    directory, chain = -(-(streams + 1) // 4), -(-sectors // per) if is_small else sectors
    tables = 1
    while tables * per < directory + chain + tables:
        tables += 1
    assert tables <= 109
    follow = [i + 1 for i in range(tables * per)]
    follow[tables + directory - 1] = follow[tables + directory + chain - 1] = 0xFFFFFFFE
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    first = tables + directory
    mini = (first, chain) if is_small else (0xFFFFFFFE, 0)
    cutoff = 4096 if is_small else 0
    header += struct.pack("<9I", 0, tables, tables, 0, cutoff, *mini, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    start = 0 if is_small else first
    rows = _row("Root Entry", 5, 0xFFFFFFFE, 0) + _row("a", 2, start, 1) * streams
    small = struct.pack(f"<{chain * per}I", *range(1, chain * per), 0xFFFFFFFE) if is_small else bytes(512 * chain)
    whole = struct.pack(f"<{len(follow)}I", *follow) + rows.ljust(directory * 512, b"\0") + small
    return header + whole


def _row(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHB", text, len(text), kind) + bytes(49) + struct.pack("<IQ", start, size)


def many_parts_in_one_another() -> bytes:
    """Returns a document of 100 packaged documents, each of which unpacks to 5 MB."""
    inner = letter({"word/media/a.bin": bytes(5_000_000)})
    objects = compound({"\x01Ole10Native": package("a.docx", inner)})
    return letter({f"word/embeddings/oleObject{number}.bin": objects for number in range(100)})
