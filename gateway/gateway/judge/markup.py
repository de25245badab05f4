"""Recognises pages and pictures that carry scripts, and documents in XML that carry macros. Whoever opens such a file
runs them.

Sources: HTML (event handlers, javascript: addresses), the URL standard (tabs and line breaks in addresses are dropped),
SVG 2 (script, foreignObject), XML 1.0 (references, entities), the RTF specification (objects), OpenDocument 1.3 (one
file), WordprocessingML 2003, and the flat form of OPC.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from gateway.judge.programs import OFFICE

_NAMESPACE = re.compile(rb"http://www\.w3\.org/(?:1999/xhtml|2000/svg)", re.IGNORECASE)
_PREFIX = re.compile(rb"xmlns(?::([^\s=<>\"']{1,200}))?\s{0,99}=\s{0,99}[\"']\s{0,99}\Z")
_PAGE_WORDS = (b"<html", b"<svg", b"<!doctype", b"<hta")
_QUOTED = re.compile(rb"\"[^\"<]*\"|'[^'<]*'")
_PAGE = re.compile(rb"<(?:html|svg)(?![\w:.-])|<!doctype\s{1,99}(?:html|svg)\b|<hta:application", re.IGNORECASE)
# What browsers take for a page at the beginning of a file without a known name (the MIME Sniffing standard).
_BEGIN = re.compile(
    rb"<(?:html|svg|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p)[\s>/]|<!doctype\s+html"
    rb"|<hta:application",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<[a-z!?_:\x80-\xff]", re.IGNORECASE)
_NAMED = tuple(".html .htm .shtml .shtm .ehtml .xhtml .xht .xhtm .svg".split())
_XML = (".xml", ".xsl", ".xslt", ".fodt", ".fods", ".fodp", ".fodg")
# Whatever opens these shows text.
_TEXT = tuple(
    ".txt .log .csv .tsv .json .har .md .diff .patch .eml .out .err .yaml .yml .conf .cfg .ini .properties .sql .tex"
    .split()
)  # fmt: skip
_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n\x0b\x0c"
_RTF = b"{\\rt"
# A prefix, a name or a reference of such a length only hides something.
_SCRIPT = re.compile(
    rb"<(?:[^\s<>/:\"'=]{1,2000}:)?(?:script|iframe|object|embed|applet)\b|<[a-z_][^\s<>/:\"'=]{2000}|&#x?0{30}"
    rb"|<hta:application|[\s\"'/]on[a-z]{3,60}\s*(?:=|\sCDATA\b)|(?:java|vb)script:"
    rb"|data:(?:text/html|text/xml|application/xml|application/xhtml)",
    re.IGNORECASE,
)
# An entity other than a plain text of its own, whose parts may make a script or a namespace.
_HIDING = re.compile(rb"<!ENTITY(?!\s+[^\s%]{1,200}\s+(?:\"[^\"<&%]{0,1000}\"|'[^'<&%]{0,1000}')\s*>)")
_DECLARED = re.compile(rb"<!ENTITY\s+([^\s%]{1,200})\s")
_USED = re.compile(rb"([\"'>]?)&([^\s&;#<>\"']{1,200});([\"'<]?)")
_HIDDEN_NAMESPACE = re.compile(
    rb"xmlns[^\s=]{0,100}\s*(?:=|CDATA(?:\s+#FIXED)?)\s*[\"'](?:[^\"'<&]{1,500}&(?!amp;)|&[^\"';<]{1,200};[^\"'<])"
)
# Some encodings have bytes that say nothing but how to read the next ones, and so hide a word from a search. Escapes
# and shifts (ISO 2022) are left out, and a file that names another such encoding is refused.
_SHIFTS = re.compile(rb"\x1b[$%&()*+,.-]{1,2}[@-Z]|[\x0e\x0f]")
_ENCODING = re.compile(
    rb"(?:\A[\s\xef\xbb\xbf\xff\xfe]{0,99}<\?xml[^>]{0,200}\sencoding|\bcharset)\s{0,99}=[\s\"']{0,99}"
    rb"([a-z0-9_:.-]{1,40})",
    re.IGNORECASE,
)
_PLAIN = b"<script a='+ADw-s~{c~}'>"
_EBCDIC = b"\x4c\x6f\xa7\x94"
# Documents by what they name, and what in them has macros or holds files that are not looked into.
_DOCUMENTS = {
    mark: re.compile(danger, re.IGNORECASE)
    for mark, danger in {
        b"opendocument:xmlns": rb"[<:](?:source-code|byte-code|library-linked)\b|vnd\.sun\.star\.script:",
        # In one file, an object is not looked into. In an archive it is a part.
        b"binary-data": rb"[<:]object-ole\b",
        b"office/word/2003/wordml": rb"[<:](?:docsuppdata|docoledata)\b",
        b"mso-application": rb"[<:](?:docsuppdata|docoledata)\b",
        b"office/2006/xmlpackage": (
            rb"vbaproject|macroenabled|intlmacrosheet|excel4macro|oleobject|relationships/package|/embeddings/"
        ),
        b"1999/xsl/transform": rb"<\?xml-stylesheet[^>]{0,500}href\s*=\s*[\"'](?:#|data:)",
        b"<?xml-stylesheet": rb"<\?xml-stylesheet[^>]{0,500}href\s*=\s*[\"']data:",
    }.items()
}
_OBJECT = re.compile(rb"\\obj(?:data|ocx|update|autlink)", re.IGNORECASE)
_REFERENCE = re.compile(rb"&(?:#x0*([0-9a-f]{1,2})|#0*(\d{1,3})|(tab|newline|colon|sol|period));?", re.IGNORECASE)
_NAMES = {b"tab": b"\t", b"newline": b"\n", b"colon": b":", b"sol": b"/", b"period": b"."}
_BLANKS = re.compile(rb"([ \t\r\n])[ \t\r\n]+")
# The longest text that a pattern finds.
_OVERLAP = 4096
_MOST_ENTITIES, _MOST_PREFIXES = 1000, 50
_CHUNK = 1_000_000


def is_markup(head: bytes, name: str) -> bool:
    """Tells whether a browser or an office program would open the file as markup, so that all of it must be searched by
    `carries_script`: by its name, or by what it begins with, also behind many blanks. A log, a mail or another text may
    quote anything."""
    text, folded = _first_text(head), name.casefold()
    if not text or is_rich_text(head, name) or folded.endswith(_NAMED + _XML) or head.startswith(_EBCDIC):
        return True
    if folded.endswith(OFFICE):
        return _TAG.match(text) is not None or _PAGE.search(text) is not None
    return (_PAGE if folded.endswith(_TEXT) else _TAG).match(text) is not None


def is_rich_text(head: bytes, name: str) -> bool:
    return _first_text(head).startswith(_RTF) or name.casefold().endswith(".rtf")


def _first_text(head: bytes) -> bytes:
    """Returns what stands behind blanks and byte order marks, of a text in UTF-16 without its zero bytes."""
    return head.replace(b"\0", b"").lstrip(_MARKS)


def has_objects(file: IO[bytes]) -> bool:
    return any(_OBJECT.search(text) for text in _overlapping(file))


def carries_script(head: bytes, name: str, file: IO[bytes]) -> bool:
    """Reads the file twice: first for what it is, and again only if that can carry anything."""
    if is_rich_text(head, name) and has_objects(file):
        return True
    if head.startswith(_EBCDIC):
        return True
    text = _first_text(head)
    # Behind many blanks, nobody sees what a file is.
    kinds = _Kinds(not text or _begins_like_page(text, name))
    for text in _overlapping(file):
        kinds.see(text)
    if kinds.is_page and kinds.hides:
        return True
    dangers = kinds.list_dangers()
    found = set[re.Pattern[bytes]]()
    for part in _overlapping(file) if dangers else ():
        found |= {danger for danger in dangers if danger not in found and _has(danger, part)}
    return kinds.are_dangerous(found)


def _begins_like_page(text: bytes, name: str) -> bool:
    folded = name.casefold()
    return folded.endswith(_NAMED) or (not folded.endswith(_XML) and _BEGIN.match(text) is not None)


def _has(danger: re.Pattern[bytes], text: bytes) -> bool:
    return bool(danger.search(text) or danger.search(text.translate(None, b"\t\r\n")))


def _overlapping(file: IO[bytes]) -> Iterator[bytes]:
    """Without zero bytes, a page in UTF-16 is searched like one in UTF-8. Of several blanks the first one stays, and
    references are resolved."""
    file.seek(0)
    rest = b""
    while chunk := file.read(_CHUNK):
        block = rest + chunk.replace(b"\0", b"")
        if any(byte in block for byte in (b"\x1b", b"\x0e", b"\x0f")):
            block = _SHIFTS.sub(b"", block)
        block = _BLANKS.sub(rb"\1", block)
        yield _REFERENCE.sub(_resolve, block) if b"&" in block else block
        rest = block[-_OVERLAP:]


def _resolve(reference: re.Match[bytes]) -> bytes:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _NAMES[name.lower()]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return bytes([code]) if code < 128 else reference[0]


@lru_cache(1000)
def _hides_ascii(encoding: bytes) -> bool:
    """Tells whether text in the encoding may be read otherwise than it is searched. Nothing reads an unknown one."""
    label = encoding.decode().lower()
    try:
        return not label.startswith(("utf-16", "utf-32")) and _PLAIN.decode(label).encode() != _PLAIN
    except LookupError:
        return False
    except ValueError:
        return True


def _is_in_tag(text: bytes, at: int) -> bool:
    """Tells whether the place is not in the text between two tags."""
    tag = text[max(0, at - _OVERLAP) : at].rpartition(b"<")[2]
    return b">" not in _QUOTED.sub(b"", tag)


class _Kinds:
    """What a file is says its name, its beginning, or a namespace, which may stand anywhere in it."""

    def __init__(self, is_page: bool) -> None:
        self.is_page = is_page
        self.hides = self._may_be_page = False
        self._entities: set[bytes] = set()
        self._prefixes: set[bytes] = set()
        self._used = _SCRIPT
        self._dangers = dict.fromkeys(_DOCUMENTS, False)

    def see(self, text: bytes) -> None:
        """Patterns are slow, so each waits for a word that it needs."""
        folded = text.lower()
        if any(word in folded for word in _PAGE_WORDS):
            self.is_page = self.is_page or _PAGE.search(text) is not None
        if b"charset" in folded or b"encoding" in folded:
            self._see_encodings(text)
        if b"www.w3.org" in folded:
            self._see_namespaces(text)
        self.hides = self.hides or ((b"<!entity" in folded or bool(self._entities)) and self._hides_text(text))
        self._may_be_page = self._may_be_page or self.hides
        if b"xmlns" in folded and b"&" in folded:
            self._may_be_page = self._may_be_page or _HIDDEN_NAMESPACE.search(text) is not None
        for mark in _DOCUMENTS:
            self._dangers[mark] = self._dangers[mark] or mark in folded

    def _see_encodings(self, text: bytes) -> None:
        for found in _ENCODING.finditer(text):
            if _hides_ascii(found[1]):
                self.hides, self.is_page = True, self.is_page or b"<?" in found[0]

    def _see_namespaces(self, text: bytes) -> None:
        """A document may declare the namespace of pages, as those of LibreOffice do, and have no element in it."""
        for found in _NAMESPACE.finditer(text):
            if self.is_page:
                return
            if _is_in_tag(text, found.start()):
                prefix = _PREFIX.search(text[max(0, found.start() - 512) : found.start()])
                self._prefixes.add(prefix[1] if prefix and prefix[1] else b"")
                self.is_page = b"" in self._prefixes or len(self._prefixes) > _MOST_PREFIXES

    def list_dangers(self) -> list[re.Pattern[bytes]]:
        may_be_page = self.is_page or self._may_be_page
        if self._prefixes and not may_be_page:
            self._used = re.compile(b"<(?:" + b"|".join(map(re.escape, self._prefixes)) + b"):")
        scripts = [_SCRIPT, self._used] if may_be_page or self._prefixes else []
        return scripts + [_DOCUMENTS[mark] for mark, is_there in self._dangers.items() if is_there]

    def are_dangerous(self, found: set[re.Pattern[bytes]]) -> bool:
        return {_SCRIPT, self._used} <= found or bool(found - {_SCRIPT, self._used})

    def _hides_text(self, text: bytes) -> bool:
        """An entity may only be a whole value, as in the pictures of Illustrator (`xmlns="&ns_svg;"`). In parts of a
        value, several could spell a script."""
        if _HIDING.search(text):
            return True
        self._entities |= set(_DECLARED.findall(text)) if len(self._entities) < _MOST_ENTITIES else set()
        if not self._entities:
            return False
        used = _USED.finditer(text)
        return any(found[2] in self._entities and not (found[1] and found[3]) for found in used)
