"""Recognises pages and pictures that carry scripts. Whoever opens such a file runs them.

Sources: HTML (event handlers, javascript: addresses), SVG 2 (script, foreignObject), the RTF specification (objects).
"""

import re
from collections.abc import Iterable

_PAGE = re.compile(rb"<html|<svg|<!doctype\s+html|http://www\.w3\.org/(?:1999/xhtml|2000/svg)", re.IGNORECASE)
_NAMED = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".svg")
_RTF = b"{\\rt"
_SCRIPT = re.compile(
    rb"<(?:\w+:)?(?:script|iframe|object|embed|applet)\b|<hta:application|[\s\"'/]on[a-z]{3,24}\s*=|(?:java|vb)script:"
    rb"|data:text/html",
    re.IGNORECASE,
)
_OBJECT = re.compile(rb"\\obj(?:data|ocx|update|autlink)", re.IGNORECASE)
# The longest text that a pattern finds, with blanks.
_OVERLAP = 100


def is_markup(head: bytes, name: str) -> bool:
    """Tells whether the whole file must be searched by `carries_script`. A page may begin with many blanks."""
    text = head.replace(b"\0", b"")
    return name.casefold().endswith(_NAMED) or text.startswith(_RTF) or not text.strip() or bool(_PAGE.search(text))


def carries_script(head: bytes, chunks: Iterable[bytes]) -> bool:
    pattern, rest = _OBJECT if head.startswith(_RTF) else _SCRIPT, b""
    for chunk in chunks:
        # Without zero bytes, a page in UTF-16 is searched like one in UTF-8.
        block = rest + chunk.replace(b"\0", b"")
        if pattern.search(block):
            return True
        rest = block[-_OVERLAP:]
    return False
