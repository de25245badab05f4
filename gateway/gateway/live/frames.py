"""Encodes server-sent events. Payloads carry only ids, numbers and counts, never text or HTML."""

import re
from typing import Any

import orjson

from trackline_schemas.events import Seen

RETRY_MS = 2000
_CURSOR = re.compile(r"^(\d{1,14})-([\x21-\x7e]{0,200})$")

RETRY = f"retry: {RETRY_MS}\n\n".encode()


def frame(name: str, data: dict[str, Any], cursor: str | None = None) -> bytes:
    head = f"id: {cursor}\n" if cursor else ""
    return f"{head}event: {name}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"


def ticket_frame(seen: Seen) -> bytes:
    data = {"type": seen.type, "id": seen.subject, "number": seen.number, "sequence": seen.sequence}
    return frame(seen.sight, data, f"{int(seen.loggedat.timestamp() * 1000)}-{seen.id}")


def parse_cursor(text: str) -> tuple[int, str] | None:
    """Returns milliseconds since the epoch and the id of the last event that the client saw, which is empty at first.
    Returns None for a text that is not one of our cursors."""
    match = _CURSOR.match(text)
    return (int(match[1]), match[2]) if match else None
