"""What a file is: by its first bytes, never by what the sender says."""

import unicodedata
from collections.abc import Collection

import puremagic

from trackline_schemas.errors import reasons, refuse
from trackline_schemas.ticket.views import Attachment

HEAD = 8192
LONGEST_NAME = 150
# Below that the library only goes by the name.
_SEEN = 0.3
_PROGRAM = "application/vnd.microsoft.portable-executable"
# What browsers draw without running anything in it; SVG is a document with scripts.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# Larger ones are fetched, not shown in a conversation.
LARGEST_SHOWN = 5_000_000


def is_shown(attachment: Attachment) -> bool:
    return attachment.type in PICTURES and attachment.size <= LARGEST_SHOWN


def cleaned(name: str) -> str:
    """Without folders, control signs and signs that turn the writing direction (photo_gnp.exe)."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if not unicodedata.category(sign).startswith("C")).strip(". ")
    if len(shown) > LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        kept = dot + ending if len(ending) <= 10 else ""
        shown = (stem if kept else shown)[: LONGEST_NAME - len(kept)] + kept
    return shown or "file"


def kind_of(head: bytes, name: str, blocked: Collection[str]) -> str:
    """Its media type. Raises ServiceError for programs, whatever they are called."""
    found = _matches(head, name)
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if ending in blocked or any(mime_type == _PROGRAM for mime_type in found):
        raise refuse(reasons.files.FILE_IS_PROGRAM, name=name)
    return found[0] if found else _text_or_bytes(head)


def _matches(head: bytes, name: str) -> list[str]:
    try:
        found = puremagic.magic_string(head, filename=name)
    except (puremagic.PureError, ValueError):
        return []
    return [match.mime_type for match in found if match.mime_type and match.confidence >= _SEEN]


def _text_or_bytes(head: bytes) -> str:
    try:
        # The last sign may be cut.
        text = head.decode() if len(head) < HEAD else head[:-3].decode(errors="ignore")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if "\0" in text else "text/plain"
