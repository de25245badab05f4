"""Looks through archives: documents of Office and OpenDocument, and programs that are archives.

Sources: OPC (ECMA-376 part 2), OpenDocument 1.3 part 2, ZIP (APPNOTE 6.3.10).
"""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import IO

from gateway.judge import open_document
from gateway.judge.budget import Budget, TooCostly
from gateway.judge.directory import directory_size, is_packed_alike
from gateway.judge.documents import PACKED
from gateway.judge.objects import OLE, has_macros
from gateway.judge.programs import HEAD
from gateway.judge.search import REFERENCE

ZIP = b"PK\x03\x04"
Judged = Callable[[IO[bytes], str], bool]
# A larger directory of an archive is not read: its entries would fill the memory.
_LARGEST_DIRECTORY = 1_000_000
# Office writes a part about relations of at most this size, for a sheet with as many links as it takes.
_LONGEST_PART = 12_000_000
# Office knows no other methods. Those of `zipfile` unpack a few bytes to gigabytes at once.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MACRO_PART = re.compile(r"(^|/)vbaproject\.bin$|(^|/)macrosheets/", re.IGNORECASE)
_ANDROID = frozenset(("classes.dex", "androidmanifest.xml"))
_TYPES = "[content_types].xml"
# The members of an Office or OpenDocument file that say what it is.
_OPEN_MARKS = frozenset(("mimetype", "meta-inf/manifest.xml"))
_MARKS = _OPEN_MARKS | {_TYPES}
_DOCUMENTS = tuple(f".{ending}" for ending in PACKED)
_EMBEDDED = re.compile(r"(^|/)embeddings/|\.(?:bin|ole|doc|xls|ppt)$", re.IGNORECASE)
# A binary workbook (.xlsb) says by its own type that it may have macros. Its parts say whether it has any.
_MACRO_TYPE = re.compile(
    rb"(?<!sheet\.binary\.)macroenabled|vbaproject|macrosheet|excel4macro|" + REFERENCE, re.IGNORECASE
)
_MACRO_RELATION = re.compile(rb"relationships/(?:vbaproject|xl(?:intl)?macrosheet)|" + REFERENCE, re.IGNORECASE)


def is_archive(head: bytes, name: str) -> bool:
    """Office also opens a document with something before its first part."""
    return head.startswith(ZIP) or name.casefold().endswith(_DOCUMENTS)


def is_program(file: IO[bytes], name: str, budget: Budget, judge: Judged) -> bool:
    """`judge` tells whether a part of a document is a program. Raises TooCostly."""
    try:
        return _is_archive(file) and _is_opened_program(file, name, budget, judge)
    except (TooCostly, MemoryError):
        raise
    except Exception:
        # Office repairs a damaged document and runs what it finds. Nothing opens a damaged archive by itself.
        return not _is_plain(name)


def _is_archive(file: IO[bytes]) -> bool:
    return zipfile.is_zipfile(file) or (not file.seek(0) and file.read(4) == ZIP)


def _is_opened_program(file: IO[bytes], name: str, budget: Budget, judge: Judged) -> bool:
    if directory_size(file) > _LARGEST_DIRECTORY:
        if _is_plain(name):
            return False
        raise TooCostly
    with zipfile.ZipFile(file) as archive:
        return _is_program(archive, name, budget, judge)


def _is_program(archive: zipfile.ZipFile, name: str, budget: Budget, judge: Judged) -> bool:
    names = [one.replace("\\", "/") for one in archive.namelist()]
    folded = {one.casefold() for one in names}
    manifest = "meta-inf/manifest.mf" in folded
    if _ANDROID & folded or (manifest and any(one.endswith(".class") for one in folded)):
        return True
    if not (_MARKS & folded or name.casefold().endswith(_DOCUMENTS)):
        return not _is_plain(name) and any(map(_MACRO_PART.search, names))
    if any(_MACRO_PART.search(one) or _is_script(one) for one in names) or _types_name_macros(archive):
        return True
    judge_part = judge if _TYPES in folded and not _OPEN_MARKS & folded else _with_macros(judge)
    return any(_is_part_program(archive, member, budget, judge_part) for member in archive.infolist())


def _with_macros(judge: Judged) -> Judged:
    def is_program(part: IO[bytes], name: str) -> bool:
        return judge(part, name) or (name.casefold().endswith(".xml") and open_document.has_macros(part))

    return is_program


def _is_part_program(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, judge: Judged) -> bool:
    if member.compress_type not in _METHODS or not is_packed_alike(archive, member):
        return True
    budget.spend(member.file_size)
    if member.filename.casefold().endswith(".rels") and _says(archive, member, _MACRO_RELATION):
        return True
    with archive.open(member) as part:
        head = part.read(HEAD)
        is_embedded = _EMBEDDED.search(member.filename)
        # What is read here and there must be in memory, because an archive unpacks from the beginning only.
        if not (is_embedded or head.startswith(OLE) or is_archive(head, member.filename)):
            return judge(part, member.filename)
        whole = BytesIO(head + part.read())
    return bool(is_embedded and has_macros(whole)) or judge(whole, member.filename)


def _is_script(member: str) -> bool:
    # No regular expression: one that says this takes quadratic time, and a member's name may have 65,535 characters.
    path = f"/{member.casefold()}"
    return ("/basic/" in path and path.endswith(".xml")) or "/scripts/" in path[:-1]


def _is_plain(name: str) -> bool:
    """People may send a program in such an archive on purpose."""
    return name.casefold().endswith(".zip")


def _types_name_macros(archive: zipfile.ZipFile) -> bool:
    """The part with the macros can have any name. Only the table of types must say what it is."""
    tables = [one for one in archive.infolist() if one.filename.casefold() == _TYPES]
    return len(tables) > 1 or any(
        table.compress_type not in _METHODS or _says(archive, table, _MACRO_TYPE) for table in tables
    )


def _says(archive: zipfile.ZipFile, member: zipfile.ZipInfo, pattern: re.Pattern[bytes]) -> bool:
    """Raises TooCostly."""
    with archive.open(member) as part:
        text = part.read(_LONGEST_PART + 1)
    if len(text) > _LONGEST_PART:
        raise TooCostly
    return pattern.search(text.replace(b"\0", b"")) is not None
