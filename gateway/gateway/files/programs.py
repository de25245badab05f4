"""Recognises programs by the first bytes of a file, by what an archive or an Office document contains, and by names.

Sources: the magic numbers are those of the formats' own documents (PE, ELF, Mach-O, DEX, LNK, CFB, OPC).
"""

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Collection
from struct import unpack_from
from typing import IO

# PE and DOS programs, ELF, Mach-O (and Java classes), scripts, Android, shell links, compiled help, packages, disks
_STARTS = (
    b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
    b"#!", b"dex\n", b"L\0\0\0\x01\x14\x02\0", b"ITSF", b"\xed\xab\xee\xdb", b"!<arch>\ndebian", b"vhdxfile",
    b"conectix",
)  # fmt: skip
_TEXTS = re.compile(rb"^\s*(?:\[internetshortcut\]|\[desktop entry\])|<hta:application", re.IGNORECASE)
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A larger directory of an archive is not read: its entries would fill the memory.
_LARGEST_DIRECTORY = 1_000_000
_LONGEST_PART = 1_000_000
# In an OLE file: the stream that every VBA project has, and the class ids of Windows Installer packages and patches.
_IN_OLE = (
    "_VBA_PROJECT".encode("utf-16-le"),
    bytes.fromhex("84100c0000000000c000000000000046"),
    bytes.fromhex("86100c0000000000c000000000000046"),
)
_IN_ZIP = re.compile(
    r"(^|/)vbaproject\.bin$|(^|/)macrosheets/|^classes\.dex$|^androidmanifest\.xml$|^basic/.*\.xml$", re.IGNORECASE
)
_MACROS = re.compile(rb"macroenabled|vbaproject|intlmacrosheet|excel4macro", re.IGNORECASE)
# Endings that real files often have before their own, such as example.com.pdf.
_COMMON_INSIDE = frozenset("com js app run py sh command url desktop application".split())
# A program's ending before one of these hides it. In setup.exe.log it says what the log is about.
_SHOWN = frozenset(
    "pdf png jpg jpeg gif webp bmp svg doc docx xls xlsx ppt pptx odt ods odp rtf mp3 mp4 mov avi".split()
)


def named_like_program(name: str, blocked: Collection[str]) -> bool:
    """Judges as Windows opens a file: it ignores dots and spaces at the end, and an alternate stream after a colon.
    Look-alikes of the full stop count as one."""
    for part in unicodedata.normalize("NFKC", name).split(":"):
        visible = "".join(char for char in part if unicodedata.category(char)[0] != "C")
        endings = [ending.strip().casefold() for ending in re.split(r"[.\u3002]", visible.rstrip(". \u3002"))[1:]]
        if not endings:
            continue
        inside = {ending for ending in endings[:-1] if ending in blocked} - _COMMON_INSIDE
        if endings[-1] in blocked or (inside and endings[-1] in _SHOWN):
            return True
    return False


def starts_like_program(head: bytes) -> bool:
    # A text may begin with MZ, but has no zero bytes.
    dos = head[:2] in (b"MZ", b"ZM") and b"\0" in head
    return dos or head.startswith(_STARTS) or _TEXTS.search(head) is not None


def is_container(head: bytes) -> bool:
    """Tells whether the whole file must be searched by `contains_program`."""
    return head.startswith((ZIP, OLE))


def contains_program(file: IO[bytes], name: str) -> bool:
    """Searches an archive or an Office document for macros, and for what makes an archive a program. Takes time in
    proportion to the size, so it belongs into a thread."""
    file.seek(0)
    return _ole_has_program(file) if file.read(8) == OLE else _zip_is_program(file, name)


def _ole_has_program(file: IO[bytes]) -> bool:
    file.seek(0)
    rest = b""
    while chunk := file.read(1_000_000):
        # Names in an OLE file are compared without regard to case.
        block = (rest + chunk).upper()
        if any(mark.upper() in block for mark in _IN_OLE):
            return True
        rest = chunk[-64:]
    return False


def _zip_is_program(file: IO[bytes], name: str) -> bool:
    try:
        if _directory_size(file) > _LARGEST_DIRECTORY:
            return not name.casefold().endswith(".zip")
        with zipfile.ZipFile(file) as archive:
            return _archive_is_program(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        # Office repairs a damaged document and runs what it finds. Nothing opens a damaged archive by itself.
        return not name.casefold().endswith(".zip")


def _archive_is_program(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    if any(_IN_ZIP.search(one) for one in names):
        return True
    folded = {one.casefold(): one for one in names}
    if "meta-inf/manifest.mf" in folded and any(one.endswith(".class") for one in folded):
        return True
    # The part with the macros can have any name. Only the table of types must say what it is.
    types = folded.get("[content_types].xml")
    if types is None:
        return False
    with archive.open(types) as part:
        text = part.read(_LONGEST_PART + 1)
    return len(text) > _LONGEST_PART or _MACROS.search(text.replace(b"\0", b"")) is not None


def _directory_size(file: IO[bytes]) -> int:
    """Returns the size of the archive's directory in bytes, from the record at its end."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66_000))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        raise zipfile.BadZipFile("no end of the directory")
    return int(unpack_from("<I", end, at + 12)[0])
