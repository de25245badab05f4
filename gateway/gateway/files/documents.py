"""Searches Office and OpenDocument files, and what they embed, for macros and programs.

Sources: OPC (ECMA-376 part 2), OpenDocument 1.3 part 2, [MS-OVBA], [MS-OLEDS] (packages), [MS-PPT] (ExOleObjStg).
"""

import re
import zipfile
import zlib
from html import unescape
from io import BytesIO
from struct import unpack_from
from typing import IO

from gateway.files.compound import Compound, Damaged, Stream
from gateway.files.package import packs_program, unpack
from gateway.files.programs import starts_like_binary
from gateway.kit.endings import BLOCKED, named_like_program

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What one file may unpack beyond its own size, and how many documents may stand in one another. More counts as a
# program, because nobody can look into it at a bounded cost.
MOST_UNPACKED, DEEPEST = 50_000_000, 5
# A larger directory of an archive is not read: its entries would fill the memory.
_LARGEST_DIRECTORY = 1_000_000
_LONGEST_PART = 1_000_000
_HEAD = 512
# In an OLE file: the stream that every VBA project has, and the class ids of Windows Installer packages and patches.
_IN_OLE = (
    "_VBA_PROJECT".encode("utf-16-le"),
    bytes.fromhex("84100c0000000000c000000000000046"),
    bytes.fromhex("86100c0000000000c000000000000046"),
)
_NATIVE = "\x01Ole10Native"
# In a presentation: a stored object, as it is or compressed, behind the length of its record.
_STORED = re.compile(rb"\0\0\x11\x10(.{4})(?=\xd0\xcf\x11\xe0)|\x10\0\x11\x10(.{4}).{4}(?=\x78)", re.DOTALL)
_MACRO_PART = re.compile(r"(^|/)vbaproject\.bin$|(^|/)macrosheets/", re.IGNORECASE)
_ANDROID = frozenset(("classes.dex", "androidmanifest.xml"))
# The members of an Office or OpenDocument file that say what it is.
_MARKS = frozenset(("[content_types].xml", "mimetype"))
_DOCUMENTS = tuple(".docx .dotx .xlsx .xltx .xlsb .pptx .potx .ppsx .vsdx .odt .ott .ods .ots .odp .otp .odg".split())
_EMBEDDED = re.compile(r"(^|/)embeddings/|\.(?:bin|ole|doc|xls|ppt)$", re.IGNORECASE)
_MACRO_TYPE = re.compile(rb"macroenabled|vbaproject|intlmacrosheet|excel4macro", re.IGNORECASE)
# A document may hold a page as one of its chapters.
_NOT_IN_DOCUMENTS = frozenset(BLOCKED) - {"mht", "mhtml"}


class _TooMuch(Exception):
    """The file holds more than is looked at."""


def is_container(head: bytes, name: str) -> bool:
    """Tells whether the whole file must be searched by `contains_program`. Office also opens a document with something
    before its first part."""
    return head.startswith((ZIP, OLE)) or name.casefold().endswith(_DOCUMENTS)


def contains_program(file: IO[bytes], name: str) -> bool:
    """Searches an archive or an Office document for macros and programs, and for what makes an archive a program. Takes
    time in proportion to the size, so it belongs into a thread."""
    try:
        return _Search(file.seek(0, 2)).has_program(file, name, 0)
    except _TooMuch:
        return True


class _Search:
    def __init__(self, size: int) -> None:
        self._left = size + MOST_UNPACKED

    def has_program(self, file: IO[bytes], name: str, depth: int) -> bool:
        if depth > DEEPEST:
            raise _TooMuch
        file.seek(0)
        head = file.read(8)
        if head == OLE:
            return self._is_in_compound(file, depth)
        return (head.startswith(ZIP) or zipfile.is_zipfile(file)) and self._is_in_archive(file, name, depth)

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _TooMuch

    def _is_in_compound(self, file: IO[bytes], depth: int) -> bool:
        if _has_any(file, _IN_OLE):
            return True
        try:
            compound = Compound(file)
            return any(self._is_in_stream(compound, one, depth) for one in compound.streams)
        except Damaged:
            return _has_any(file, (_NATIVE.encode("utf-16-le"),))

    def _is_in_stream(self, compound: Compound, stream: Stream, depth: int) -> bool:
        self._spend(stream.size)
        content = compound.read(stream)
        if stream.name.casefold() == _NATIVE.casefold():
            package = unpack(content)
            is_program = packs_program(content, package, _NOT_IN_DOCUMENTS)
            return is_program or self._is_part_program(package.content, "", depth)
        if self._is_part_program(content, stream.name, depth):
            return True
        return any(self._is_stored(content, found, depth) for found in _STORED.finditer(content))

    def _is_stored(self, content: bytes, found: re.Match[bytes], depth: int) -> bool:
        size = int.from_bytes(found[1] or found[2], "little")
        part = content[found.end() : found.start() + 8 + size]
        self._spend(len(part))
        if found[2]:
            try:
                part = zlib.decompressobj().decompress(part, self._left + 1)
            except zlib.error:
                return False
            self._spend(len(part))
        return self._is_part_program(part, "", depth)

    def _is_part_program(self, content: bytes, name: str, depth: int) -> bool:
        if starts_like_binary(content[:_HEAD]):
            return True
        return content.startswith((OLE, ZIP)) and self.has_program(BytesIO(content), name, depth + 1)

    def _is_in_archive(self, file: IO[bytes], name: str, depth: int) -> bool:
        try:
            if _directory_size(file) > _LARGEST_DIRECTORY:
                return not _is_plain(name)
            with zipfile.ZipFile(file) as archive:
                return self._is_in_open_archive(archive, name, depth)
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
            # Office repairs a damaged document and runs what it finds. Nothing opens a damaged archive by itself.
            return not _is_plain(name)

    def _is_in_open_archive(self, archive: zipfile.ZipFile, name: str, depth: int) -> bool:
        names = [one.replace("\\", "/") for one in archive.namelist()]
        folded = {one.casefold() for one in names}
        manifest = "meta-inf/manifest.mf" in folded
        if _ANDROID & folded or (manifest and any(one.endswith(".class") for one in folded)):
            return True
        if not (_MARKS & folded or name.casefold().endswith(_DOCUMENTS) or "meta-inf/manifest.xml" in folded):
            return not _is_plain(name) and any(map(_MACRO_PART.search, names))
        if any(_MACRO_PART.search(one) or _is_script(one) for one in names):
            return True
        if any(named_like_program(one, _NOT_IN_DOCUMENTS) for one in names) or _types_name_macros(archive):
            return True
        return any(self._is_member_program(archive, member, depth) for member in archive.infolist())

    def _is_member_program(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> bool:
        with archive.open(member) as part:
            head = part.read(_HEAD)
            if starts_like_binary(head):
                return True
            is_embedded = _EMBEDDED.search(member.filename)
            if not is_embedded and not head.startswith((OLE, ZIP)):
                return False
            self._spend(member.file_size)
            content = BytesIO(head + part.read())
        if is_embedded and _has_any(content, _IN_OLE):
            return True
        return self.has_program(content, member.filename, depth + 1)


def _is_script(member: str) -> bool:
    # No regular expression: one that says this takes quadratic time, and a member's name may have 65,535 characters.
    path = f"/{member.casefold()}"
    return ("/basic/" in path and path.endswith(".xml")) or "/scripts/" in path[:-1]


def _is_plain(name: str) -> bool:
    """People may send a program in such an archive on purpose."""
    return name.casefold().endswith(".zip")


def _has_any(file: IO[bytes], marks: tuple[bytes, ...]) -> bool:
    """Names in an OLE file are compared without regard to case."""
    file.seek(0)
    rest = b""
    while chunk := file.read(1_000_000):
        block = (rest + chunk).upper()
        if any(mark.upper() in block for mark in marks):
            return True
        rest = chunk[-64:]
    return False


def _types_name_macros(archive: zipfile.ZipFile) -> bool:
    """The part with the macros can have any name. Only the table of types must say what it is."""
    tables = [one for one in archive.infolist() if one.filename.casefold() == "[content_types].xml"]
    for table in tables[:2]:
        with archive.open(table) as part:
            text = part.read(_LONGEST_PART + 1)
        plain = unescape(text.replace(b"\0", b"").decode("latin-1")).encode("latin-1", "replace")
        if len(text) > _LONGEST_PART or _MACRO_TYPE.search(plain):
            return True
    return len(tables) > 1


def _directory_size(file: IO[bytes]) -> int:
    """Returns the size of the archive's directory in bytes, from the record at its end."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66_000))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        raise zipfile.BadZipFile("no end of the directory")
    return int(unpack_from("<I", end, at + 12)[0])
