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
    count = -(-sectors // 128) * 128
    small = struct.pack(f"<{count}I", *range(1, count), 0xFFFFFFFE)
    return _repeated("a", 1, streams, small if is_small else bytes(512 * sectors), is_small)


def shared_sectors(streams: int, content: bytes) -> bytes:
    """Returns an OLE file in which each of many packages is the same content."""
    return _repeated("\x01Ole10Native", len(content), streams, content, is_small=False)


def _repeated(name: str, size: int, streams: int, content: bytes, is_small: bool) -> bytes:
    """If `is_small`, the content is the table of the small sectors."""
    per = 128
    directory, chain = -(-(streams + 1) // 4), -(-len(content) // 512)
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
    rows = _row("Root Entry", 5, 0xFFFFFFFE, 0) + _row(name, 2, start, size) * streams
    whole = struct.pack(f"<{len(follow)}I", *follow) + rows.ljust(directory * 512, b"\0") + content
    return header + whole.ljust(512 * (tables + directory + chain), b"\0")


def _row(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHB", text, len(text), kind) + bytes(49) + struct.pack("<IQ", start, size)


def many_parts_in_one_another() -> bytes:
    """Returns a document of 100 packaged documents, each of which unpacks to 5 MB."""
    inner = letter({"word/media/a.bin": bytes(5_000_000)})
    objects = compound({"\x01Ole10Native": package("a.docx", inner)})
    return letter({f"word/embeddings/oleObject{number}.bin": objects for number in range(100)})


def packages_with_long_names() -> bytes:
    name = b".a" * 498 + b"\0"
    wide = (struct.pack("<I", 498) + (".é" * 249).encode("utf-16-le")) * 3
    stream = b"\2\0" + name + name + b"\0\0\3\0" + struct.pack("<I", len(name)) + name + bytes(4) + wide
    return letter({"word/x.bin": shared_sectors(5000, struct.pack("<I", len(stream)) + stream)})


def packages_with_many_beginnings() -> bytes:
    """Returns a document in which a program may begin at many places."""
    return letter({"word/x.bin": shared_sectors(6000, struct.pack("<I", 8192) + b"MZ" * 4090)})


def documents_with_long_names() -> bytes:
    inner = letter({".é" * 10_000 + str(number): b"" for number in range(30)})
    return letter({f"{number}.docx": inner for number in range(24)})


def with_defaults(defaults: int, elements: int) -> str:
    """Returns XML in which each element has the attributes of its document type, and a word that macros have too."""
    attributes = " ".join(f"a{number} CDATA 'x'" for number in range(defaults))
    return f"<!DOCTYPE r [<!ATTLIST b {attributes}>]><r>macro://{'<b/>' * elements}</r>"
