"""Recognises what a browser or an office program opens as markup or as a sheet in SYLK: by its name, or by what it
begins with.

Such a file may carry scripts or macros in more ways than anybody can list, so it is kept as text (ADR 15).

Sources: the MIME Sniffing standard, the endings that Chromium and Firefox open as pages or XML, and those of the XML
and HTML forms of Office and OpenDocument.
"""

import re

from gateway.judge.documents import PACKED
from gateway.judge.programs import HEAD
from gateway.kit.endings import last_endings

# Office opens a page, XML or a web archive (MHTML) also under the names of its own files, with the macros in it.
_FLAT = frozenset(
    "fodt fods fodp fodg fodb docmhtml dochtml dothtml docxml dotxml xlsmhtml xlshtml xlthtml xlxml xlsxml xltxml"
    " pptmhtml ppthtml pothtml pptxml potxml".split()
)
_OFFICE = _FLAT | PACKED | frozenset("doc dot rtf wps wri wbk wiz xls xlt xlw xlk xld ppt pot pps pwz".split())
_MARKUP = _FLAT | frozenset(
    "html htm htmls shtml shtm stm sht ehtml xhtml xht xhtm xml xsl xslt xbl xul xaml svg rss atom rdf mathml mml smil"
    " vml wml opml webarchive xsd wsdl dtd ent mod uot uos uop".split()
)
# Whatever opens these shows text, so that evidence keeps its name.
_TEXT = tuple(
    ".txt .log .csv .tsv .json .har .md .diff .patch .eml .out .err .yaml .yml .conf .cfg .ini .properties .sql .tex"
    .split()
)  # fmt: skip
# Excel opens a sheet in SYLK also as one of these. It takes whatever begins with ID; as SYLK.
_TABLES, _SHEET = (".csv", ".tsv"), b"ID;"
# byte order marks and blanks
_SKIPPED = b"\xef\xbb\xbf\xff\xfe \t\r\n\x0b\x0c"
# No text begins so: at most three zero bytes stand before a letter (UTF-32), and the first box of a video or picture
# may have the length 0x3C, which is the sign <. Memory that was erased is full of 0xFF.
_BINARY = re.compile(rb"\0{4}|\0\0\0<[^\0]|\xff\xff")
# Office reads a file with such a beginning as what it is: OLE, ZIP, RTF, and what it wrote before (Excel 2 to 5, Word
# 2, Write). In any other it looks for a page, XML, a web archive or a table, wherever that begins.
_DOCUMENT = re.compile(
    rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|PK\x03\x04|\{\\rt"
    rb"|\x09[\0\x02\x04\x08][\x04\x06\x08\x10]\0|\xdb\xa5|[12]\xbe\0\0"
)


def opens_as_markup(head: bytes, name: str) -> bool:
    """Judges by the first HEAD bytes and the name."""
    if not _MARKUP.isdisjoint(last_endings(name)):
        return True
    if name.lower().endswith(_TEXT):
        return name.lower().endswith(_TABLES) and first_text(head).startswith(_SHEET)
    return _begins(head) or opens_in_office(head, name)


def opens_in_office(head: bytes, name: str) -> bool:
    """Tells whether Office opens it as markup or text by its own name. It may have macros."""
    return bool(head) and not _OFFICE.isdisjoint(last_endings(name)) and not _DOCUMENT.match(head)


def first_text(head: bytes) -> bytes:
    """Returns what stands behind blanks and byte order marks, of a text in UTF-16 without its zero bytes."""
    return head.replace(b"\0", b"").lstrip(_SKIPPED)


def _begins(head: bytes) -> bool:
    """Behind so many blanks, nobody sees what a file is."""
    if _BINARY.match(head):
        return False
    text = first_text(head)
    return text.startswith((b"<", _SHEET)) if text else len(head) == HEAD
