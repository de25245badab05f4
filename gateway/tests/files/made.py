"""Files of other programs, made for tests."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
WINDOWS_PROGRAM = b"MZ" + b"\x90\0\x03\0" * 20 + bytes(100) + b"PE\0\0L\x01" + bytes(500)
TYPES = "<Types><Override PartName='/word/document.xml' ContentType='{}.main+xml'/></Types>"
PLAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MACROS = "application/vnd.ms-word.document.macroEnabled"


def archive(members: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def letter(more: Mapping[str, bytes | str], kind: str = PLAIN) -> bytes:
    return archive({"[Content_Types].xml": TYPES.format(kind), "word/document.xml": "<x/>", **more})


def binary_workbook(more: Mapping[str, bytes | str], types: str = "") -> bytes:
    """Returns a workbook of Excel (.xlsb), whose own type says that it may have macros."""
    book = (
        "<Override PartName='/xl/workbook.bin' ContentType='application/vnd.ms-excel.sheet.binary.macroEnabled.main'/>"
    )
    relations = (
        "<Relationships><Relationship Id='rId1' Type='http://x.example/relationships/worksheet'/></Relationships>"
    )
    return archive(
        {
            "[Content_Types].xml": f"<Types><Default Extension='bin' ContentType='x/y'/>{book}{types}</Types>",
            "xl/workbook.bin": b"\x83\x01\0",
            "xl/worksheets/sheet1.bin": b"\x81\x01\0",
            "xl/_rels/workbook.bin.rels": relations,
            **more,
        }
    )


def with_large_directory(archived: bytes) -> bytes:
    """Returns the archive with a record of ZIP64, in which the sizes of its directory stand."""
    at = archived.rfind(b"PK\x05\x06")
    count, size, place = struct.unpack_from("<HII", archived, at + 10)
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, place)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, at, 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return archived[:at] + record + locator + end


def open_letter(more: Mapping[str, bytes | str]) -> bytes:
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>", **more})


def compound(streams: Mapping[str, bytes], is_short: bool = False) -> bytes:
    """Returns an OLE file of sectors of 512 bytes. A stream is in the small sectors of the file if `is_short`, and its
    sectors stand in reverse, as in a file that was saved many times."""
    sectors, table = list[bytes](), list[int]()

    def add(content: bytes, is_reverse: bool = False) -> int:
        parts = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        first, count = len(sectors), len(parts)
        places = list(range(first, first + count))
        follow = [*places[1:], _END]
        if is_reverse:
            parts, follow = parts[::-1], [_END, *places[:-1]]
        sectors.extend(parts)
        table.extend(follow)
        return places[-1] if is_reverse else first

    entries, small, numbers = list[tuple[str, int, int]](), b"", list[int]()
    for name, content in streams.items():
        if is_short:
            first, count = len(small) // 64, -(-len(content) // 64)
            numbers += [*range(first + 1, first + count), _END]
            small += content.ljust(count * 64, b"\0")
            entries.append((name, first, len(content)))
        else:
            long = content.ljust(4096, b"\0")
            entries.append((name, add(long, is_reverse=True), len(long)))
    root = add(small) if small else _END
    mini = add(struct.pack(f"<{len(numbers)}I", *numbers).ljust(512, b"\xff")) if numbers else _END
    rows = _row("Root Entry", 5, root, len(small)) + b"".join(_row(name, 2, at, size) for name, at, size in entries)
    directory = add(rows)
    place = len(sectors)
    table += [_TABLE] + [_FREE] * (127 - len(table))
    assert len(table) == 128, "a file for more than one sector of the table"
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, directory, 0, 4096, mini, bool(numbers), _END, 0)
    header += struct.pack("<109I", place, *[_FREE] * 108)
    return header + b"".join([*sectors, struct.pack("<128I", *table)])


def _row(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    tree = struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, _FREE)
    return text.ljust(64, b"\0") + tree + bytes(36) + struct.pack("<IQ", start, size)


def package(name: str, content: bytes) -> bytes:
    """Returns the stream of a file that somebody dragged into a document."""
    path = f"C:\\Temp\\{name}".encode() + b"\0"
    stream = b"\x02\0" + name.encode() + b"\0" + path + b"\0\0\x03\0" + struct.pack("<I", len(path)) + path
    stream += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(stream)) + stream


def packed(name: str, content: bytes) -> bytes:
    return compound({"\x01Ole10Native": package(name, content)})


def presentation(stored: bytes) -> bytes:
    squeezed = zlib.compress(stored)
    record = struct.pack("<HHII", 0x10, 0x1011, 4 + len(squeezed), len(stored)) + squeezed
    return compound({"PowerPoint Document": b"\x0f\0\xe8\x03" + bytes(40) + record, "Current User": b"x"})
