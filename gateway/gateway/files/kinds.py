"""Decides the name and the type of a file from its first bytes. The type that the sender declares is ignored."""

import unicodedata
from collections.abc import Collection
from typing import NamedTuple

import puremagic

from gateway.judge.markup import opens_as_markup
from gateway.judge.programs import HEAD, starts_like_program
from gateway.kit.endings import named_like_program
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.text.invisible import JOINERS, clean_line, shows_something
from trackline_schemas.ticket.views import Attachment

LONGEST_NAME = 150
# Matches with less confidence come from the file's name alone.
_MIN_CONFIDENCE = 0.3
_PROGRAM = "application/vnd.microsoft.portable-executable"
TEXT = "text/plain"
_MAIL = "message/rfc822"
_MARKUP = ("/html", "/xml", "+xml", "/sgml", "/mathml", "/spreadsheet")
# Browsers show these without executing any content. SVG is not among them, because it may contain scripts.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# Conversations show larger pictures as a download only.
LARGEST_SHOWN = 5_000_000


class Kind(NamedTuple):
    name: str
    type: str


def is_shown(attachment: Attachment) -> bool:
    """Tells whether a conversation shows the file as a picture."""
    return attachment.type in PICTURES and attachment.size <= LARGEST_SHOWN


def clean_name(name: str) -> str:
    """Returns the name of a file without folders, control characters, and characters that reverse the writing direction
    (which can make `photo_gnp.exe` look like a picture). The joiners of emoji and of Persian stay. Long names are
    shortened before their ending."""
    last = clean_line(name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if char in JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    # Windows reads what follows a colon as the name of another stream of the same file.
    shown = _trim(kept.replace(":", "-"))
    if len(shown) > LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        ending_kept = dot + ending if len(ending) <= 10 else ""
        shown = _trim((stem if ending_kept else shown)[: LONGEST_NAME - len(ending_kept)] + ending_kept)
    return shown if shows_something(shown) else "file"


def _trim(name: str) -> str:
    """Windows ignores dots and spaces at the end. Of several dots at the beginning the last one is kept, so that `.env`
    keeps its name."""
    while name != (trimmed := name.strip().rstrip(".")):
        name = trimmed
    rest = name.lstrip(". ")
    return f".{rest}" if name.startswith(".") and rest else rest


def recognise(head: bytes, name: str, blocked: Collection[str]) -> Kind:
    """Judges by the first HEAD bytes. Markup is kept as text, so that whoever opens it runs nothing. Raises
    ServiceError for programs, whatever their name, and for names with an ending in `blocked`."""
    found = _matches(head, name)
    if starts_like_program(head) or _PROGRAM in found or named_like_program(name, blocked):
        raise refuse(reasons.files.FILE_IS_PROGRAM, name=name)
    if opens_as_markup(head, name):
        return Kind(clean_name(f"{name}.txt"), TEXT)
    detected = found[0] if found else _detect_text(head)
    # Some browsers give a download the ending of its type.
    is_other = detected.endswith(_MARKUP) or (detected == _MAIL and not name.lower().endswith(".eml"))
    return Kind(name, TEXT if is_other else detected)


def _matches(head: bytes, name: str) -> list[str]:
    try:
        found = puremagic.magic_string(head, filename=name)
    except (puremagic.PureError, ValueError):
        return []
    return [match.mime_type for match in found if match.mime_type and match.confidence >= _MIN_CONFIDENCE]


def _detect_text(head: bytes) -> str:
    try:
        # The head may end in the middle of a character.
        text = head.decode() if len(head) < HEAD else head[:-3].decode(errors="ignore")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if "\0" in text else TEXT
