"""Recognises pages and pictures that carry scripts, and documents in XML that carry macros. Whoever opens such a file
runs them.

Sources: HTML (event handlers, javascript: addresses), the URL standard (tabs and line breaks in addresses are dropped),
SVG 2 (script, foreignObject), XML 1.0 (references, entities), the RTF specification (objects), OpenDocument 1.3 (one
file), WordprocessingML 2003, and the flat form of OPC.
"""

import re
from collections.abc import Iterable, Iterator

_PAGE = re.compile(rb"<html|<svg|<!doctype\s+html|http://www\.w3\.org/(?:1999/xhtml|2000/svg)", re.IGNORECASE)
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
_DOCUMENTS = (
    (rb"opendocument:xmlns", rb"[<:](?:source-code|byte-code|library-linked|object-ole)\b|vnd\.sun\.star\.script:"),
    (rb"office/word/2003/wordml|mso-application", rb"[<:](?:docsuppdata|docoledata)\b"),
    (
        rb"office/2006/xmlpackage",
        rb"vbaproject|macroenabled|intlmacrosheet|excel4macro|oleobject|relationships/package|/embeddings/",
    ),
    (rb"<\?xml-stylesheet[^>]{0,500}href\s*=\s*[\"'](?:#|data:)", rb"1999/xsl/transform|href\s*=\s*[\"']data:"),
)
_OBJECT = re.compile(rb"\\obj(?:data|ocx|update|autlink)", re.IGNORECASE)
_REFERENCE = re.compile(rb"&(?:#x0*([0-9a-f]{1,2})|#0*(\d{1,3})|(tab|newline|colon|sol|period));?", re.IGNORECASE)
_NAMES = {b"tab": b"\t", b"newline": b"\n", b"colon": b":", b"sol": b"/", b"period": b"."}
_BLANKS = re.compile(rb"([ \t\r\n])[ \t\r\n]+")
# The longest text that a pattern finds.
_OVERLAP = 4096
_MOST_ENTITIES = 1000


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


def carries_script(head: bytes, name: str, chunks: Iterable[bytes]) -> bool:
    if head.startswith(_RTF):
        return any(_OBJECT.search(text) for text in _overlapping(chunks))
    # Behind many blanks, nobody sees what a file is.
    page = _Page(name.casefold().endswith(_NAMED) or not head.replace(b"\0", b"").strip())
    documents = [_Document(kind, danger) for kind, danger in _DOCUMENTS]
    for raw in _overlapping(chunks):
        text = _REFERENCE.sub(_resolve, raw)
        joined = text.translate(None, b"\t\r\n")
        if page.has_script(text, joined) or any(one.has_macro(text, joined) for one in documents):
            return True
    return False


def _overlapping(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Without zero bytes, a page in UTF-16 is searched like one in UTF-8. Of several blanks the first one stays."""
    rest = b""
    for chunk in chunks:
        block = _BLANKS.sub(rb"\1", rest + chunk.replace(b"\0", b""))
        yield block
        rest = block[-_OVERLAP:]


def _resolve(reference: re.Match[bytes]) -> bytes:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _NAMES[name.lower()]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return bytes([code]) if code < 128 else reference[0]


class _Document:
    def __init__(self, kind: bytes, danger: bytes) -> None:
        self._kind, self._danger = re.compile(kind, re.IGNORECASE), re.compile(danger, re.IGNORECASE)
        self._is_kind = self._is_dangerous = False

    def has_macro(self, *texts: bytes) -> bool:
        self._is_kind = self._is_kind or any(map(self._kind.search, texts))
        self._is_dangerous = self._is_dangerous or any(map(self._danger.search, texts))
        return self._is_kind and self._is_dangerous


class _Page:
    """A file is a page by its name or by a namespace, which may stand anywhere in it."""

    def __init__(self, is_page: bool) -> None:
        self._is_page = is_page
        self._may_be_page = self._has_script = self._hides = False
        self._entities: set[bytes] = set()

    def has_script(self, text: bytes, joined: bytes) -> bool:
        self._is_page = self._is_page or _PAGE.search(text) is not None
        self._has_script = self._has_script or any(map(_SCRIPT.search, (text, joined)))
        self._hides = self._hides or self._hides_text(text)
        self._may_be_page = self._may_be_page or self._hides or _HIDDEN_NAMESPACE.search(text) is not None
        return (self._is_page and (self._has_script or self._hides)) or (self._may_be_page and self._has_script)

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
