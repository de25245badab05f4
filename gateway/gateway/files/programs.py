"""Recognises programs by the first bytes of a file, by what an archive or an Office document contains, and by names.

Sources: the magic numbers are those of the formats' own documents (PE, ELF, Mach-O, DEX, LNK, CFB, OPC).
"""

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Collection
from html import unescape
from struct import unpack_from
from typing import IO

from gateway.kit.endings import BLOCKED

# PE and DOS programs, ELF, Mach-O (and Java classes), scripts, Android, shell links, compiled help
# packages of Linux, macOS and Chrome; compiled Lua, AppleScript and WebAssembly; OneNote
# disks: VHDX, VHD, VMDK, qcow2, VDI, WIM, SquashFS (snap)
_STARTS = (
    b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
    b"#!", b"dex\n", b"L\0\0\0\x01\x14\x02\0", b"ITSF",
    b"\xed\xab\xee\xdb", b"!<arch>\ndebian", b"xar!", b"Cr24", b"\x1bLua", b"FasdUAS", b"\0asm",
    bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3"), bytes.fromhex("a12ff43fd9ef764c9ee210ea5722765f"),
    b"vhdxfile", b"conectix", b"KDMV", b"# Disk DescriptorFile", b"QFI\xfb", b"<<< Oracle VM VirtualBox Disk",
    b"MSWIM\0\0\0", b"hsqs",
)  # fmt: skip
_TEXTS = re.compile(
    rb"^\s*(?:\[internetshortcut\]|\[desktop entry\])|<hta:application|\A\s*(?:#!\s*/|@echo\s+o(?:ff|n)\b|ID;PWXL)",
    re.IGNORECASE | re.MULTILINE,
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
SECTOR, TAIL = 32_769, 512
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
    r"(^|/)vbaproject\.bin$|(^|/)macrosheets/|^classes\.dex$|^androidmanifest\.xml$|^basic/.*\.xml$|^scripts/.",
    re.IGNORECASE,
)
# The members of an Office or OpenDocument file that say what it is.
_DOCUMENT = frozenset(("[content_types].xml", "mimetype"))
_DOCUMENTS = tuple(".docx .dotx .xlsx .xltx .xlsb .pptx .potx .ppsx .vsdx .odt .ott .ods .ots .odp .otp .odg".split())
_EMBEDDED = re.compile(r"(^|/)embeddings/|\.(?:bin|ole|doc|xls|ppt)$", re.IGNORECASE)
_LONGEST_EMBEDDED = 50_000_000
_MACROS = re.compile(rb"macroenabled|vbaproject|intlmacrosheet|excel4macro", re.IGNORECASE)
# A document may hold a page as one of its chapters.
_NOT_IN_DOCUMENTS = frozenset(BLOCKED) - {"mht", "mhtml"}
# Others are words or domains that real files have before their own ending, such as example.com.pdf and step.one.pdf.
_NEVER_INSIDE = frozenset(
    "exe scr pif bat cmd cpl msc dll msi msp msu msix appx vbs vbe jse ws wsf wsc wsh hta lnk scf chm reg jar jnlp"
    " ps1 psm1 apk dmg deb rpm iso vhd vhdx docm dotm xlsm xltm xlam pptm potm ppam ppsm".split()
)
# A program's ending before one of these hides it. In setup.exe.log it says what the log is about.
_SHOWN = frozenset(
    "pdf png jpg jpeg gif webp bmp tif tiff heic heif svg doc docx xls xlsx csv ppt pptx odt ods odp rtf htm html mp3"
    " mp4 mov avi".split()
)
# Look-alikes of the full stop: ideographic, Syriac, Arabic, Lisu.
_STOPS = ".\u3002\u0701\u0702\u06d4\ua4f8"
# Windows opens a file with such an ending as the object of this class.
_CLASS = re.compile(r"\{[0-9a-f-]{36}\}")


def named_like_program(name: str, blocked: Collection[str]) -> bool:
    """Judges as Windows opens a file: it ignores dots and spaces at the end, and an alternate stream after a colon.
    Look-alikes of the full stop count as one."""
    for part in re.split(":|%00", unicodedata.normalize("NFKC", name)):
        visible = "".join(char for char in part if unicodedata.category(char)[0] != "C")
        cells = re.split(f"[{_STOPS}]", visible.rstrip(f"{_STOPS} ~"))[1:]
        endings = [ending.strip(" _~").casefold() for ending in cells]
        if not endings:
            continue
        inside = _NEVER_INSIDE.intersection(blocked).intersection(endings[:-1])
        if endings[-1] in blocked or _CLASS.fullmatch(endings[-1]) or (inside and endings[-1] in _SHOWN):
            return True
    return False


def starts_like_program(head: bytes) -> bool:
    # A text may begin with MZ, but has no zero bytes.
    dos = head[:2] in (b"MZ", b"ZM") and b"\0" in head
    # Compiled Python begins with the number of its version, CR and LF; Flash with the number of its version.
    python = head[2:4] == b"\r\n" and head[1:2] in (b"\x0c", b"\x0d", b"\x0e") and b"\0" in head[4:16]
    flash = head[:3] in (b"FWS", b"CWS", b"ZWS") and head[3:4] < b"@"
    return dos or python or flash or head.startswith(_STARTS) or _is_program_text(head)


def _is_program_text(head: bytes) -> bool:
    text = next((head.removeprefix(mark) for mark in _MARKS if head.startswith(mark)), head)
    return _TEXTS.search(text.replace(b"\0", b"")) is not None


def ends_like_disk(sector: bytes, tail: bytes) -> bool:
    """Tells whether a file with these bytes from SECTOR on, and these last TAIL bytes, is an image of a CD (ISO 9660),
    of a DVD (UDF) or of a disk of macOS."""
    return sector in (b"CD001", b"BEA01") or tail.startswith(b"koly")


def is_container(head: bytes, name: str) -> bool:
    """Tells whether the whole file must be searched by `contains_program`. Office also opens a document with something
    before its first part."""
    return head.startswith((ZIP, OLE)) or name.casefold().endswith(_DOCUMENTS)


def contains_program(file: IO[bytes], name: str) -> bool:
    """Searches an archive or an Office document for macros, and for what makes an archive a program. Takes time in
    proportion to the size, so it belongs into a thread."""
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head == OLE:
        return _ole_has_program(file)
    return (head.startswith(ZIP) or zipfile.is_zipfile(file)) and _zip_is_program(file, name)


def _ole_has_program(file: IO[bytes]) -> bool:
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
    if not _DOCUMENT & folded.keys():
        return False
    if any(named_like_program(one, _NOT_IN_DOCUMENTS) for one in names):
        return True
    types = folded.get("[content_types].xml")
    return (types is not None and _types_name_macros(archive, types)) or _embeds_macros(archive)


def _types_name_macros(archive: zipfile.ZipFile, types: str) -> bool:
    """The part with the macros can have any name. Only the table of types must say what it is."""
    with archive.open(types) as part:
        text = part.read(_LONGEST_PART + 1)
    plain = unescape(text.replace(b"\0", b"").decode("latin-1")).encode("latin-1", "replace")
    return len(text) > _LONGEST_PART or _MACROS.search(plain) is not None


def _embeds_macros(archive: zipfile.ZipFile) -> bool:
    """Also returns true if the embedded documents are too large to search all of them."""
    left = _LONGEST_EMBEDDED
    for one in archive.infolist():
        if _EMBEDDED.search(one.filename):
            left -= one.file_size
            with archive.open(one) as part:
                if left < 0 or _ole_has_program(part):
                    return True
    return False


def _directory_size(file: IO[bytes]) -> int:
    """Returns the size of the archive's directory in bytes, from the record at its end."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66_000))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        raise zipfile.BadZipFile("no end of the directory")
    return int(unpack_from("<I", end, at + 12)[0])
