"""Recognises pages and pictures that carry scripts, and documents in XML that carry macros. Whoever opens such a file
runs them.

Sources: HTML (event handlers, javascript: addresses), the URL standard (tabs and line breaks in addresses are dropped),
SVG 2 (script, foreignObject), XML 1.0 (references, entities), the RTF specification (objects), OpenDocument 1.3 (one
file), WordprocessingML 2003, and the flat form of OPC.
"""

import re
from collections.abc import Iterator
from typing import IO

_PAGES = (b"<html", b"<svg", b"<!doctype html", b"http://www.w3.org/1999/xhtml", b"http://www.w3.org/2000/svg")
_PAGE = re.compile(rb"|".join(re.escape(mark).replace(rb"\ ", rb"\s+") for mark in _PAGES), re.IGNORECASE)
_NAMED = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".svg")
_XML = (".xml", ".xsl", ".xslt", ".fodt", ".fods", ".fodp", ".fodg")
# Whatever opens these shows text.
_TEXT = (".txt", ".log", ".csv", ".json", ".md")
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
# Documents by what they name, and what in them has macros or holds files that are not looked into.
_DOCUMENTS = {
    mark: re.compile(danger, re.IGNORECASE)
    for mark, danger in {
        b"opendocument:xmlns": rb"[<:](?:source-code|byte-code|library-linked|object-ole)\b|vnd\.sun\.star\.script:",
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
_MOST_ENTITIES = 1000
_CHUNK = 1_000_000


def is_markup(head: bytes, name: str) -> bool:
    """Tells whether the whole file must be searched by `carries_script`. A page may begin with many blanks."""
    text, folded = head.replace(b"\0", b""), name.casefold()
    return (
        folded.endswith(_NAMED + _XML)
        or text.startswith(_RTF)
        or not text.strip()
        or _PAGE.search(text) is not None
        or _may_be_xml(text, folded)
    )


def _may_be_xml(text: bytes, name: str) -> bool:
    return text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith((b"<?", b"<!")) and not name.endswith(_TEXT)


def carries_script(head: bytes, name: str, file: IO[bytes]) -> bool:
    """Reads the file twice: first for what it is, and again only if that can carry anything."""
    if head.startswith(_RTF):
        return any(_OBJECT.search(text) for text in _overlapping(file))
    # Behind many blanks, nobody sees what a file is.
    is_page = name.casefold().endswith(_NAMED) or not head.replace(b"\0", b"").strip()
    kinds = _Kinds(is_page)
    for raw in _overlapping(file):
        kinds.see(_REFERENCE.sub(_resolve, raw))
    dangers = kinds.list_dangers()
    if kinds.is_page and kinds.hides:
        return True
    return bool(dangers) and any(_has_any(dangers, _REFERENCE.sub(_resolve, raw)) for raw in _overlapping(file))


def _has_any(dangers: list[re.Pattern[bytes]], text: bytes) -> bool:
    joined = text.translate(None, b"\t\r\n")
    return any(danger.search(text) or danger.search(joined) for danger in dangers)


def _overlapping(file: IO[bytes]) -> Iterator[bytes]:
    """Without zero bytes, a page in UTF-16 is searched like one in UTF-8. Of several blanks the first one stays."""
    file.seek(0)
    rest = b""
    while chunk := file.read(_CHUNK):
        block = _BLANKS.sub(rb"\1", rest + chunk.replace(b"\0", b""))
        yield block
        rest = block[-_OVERLAP:]


def _resolve(reference: re.Match[bytes]) -> bytes:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _NAMES[name.lower()]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return bytes([code]) if code < 128 else reference[0]


class _Kinds:
    """What a file is says its name, or a namespace, which may stand anywhere in it."""

    def __init__(self, is_page: bool) -> None:
        self.is_page = is_page
        self.hides = self._may_be_page = False
        self._entities: set[bytes] = set()
        self._dangers = dict.fromkeys(_DOCUMENTS, False)

    def see(self, text: bytes) -> None:
        folded = text.lower()
        self.is_page = self.is_page or any(mark in folded for mark in _PAGES)
        self.hides = self.hides or self._hides_text(text)
        self._may_be_page = self._may_be_page or self.hides or _HIDDEN_NAMESPACE.search(text) is not None
        for mark in _DOCUMENTS:
            self._dangers[mark] = self._dangers[mark] or mark in folded

    def list_dangers(self) -> list[re.Pattern[bytes]]:
        scripts = [_SCRIPT] if self.is_page or self._may_be_page else []
        return scripts + [_DOCUMENTS[mark] for mark, is_there in self._dangers.items() if is_there]

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
