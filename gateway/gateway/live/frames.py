"""Server-sent events as bytes. Payloads carry ids, numbers and counts only: never text, never HTML."""

import re
from typing import Any

import orjson

from trackline_schemas.events import Event

RETRY_MS = 2000
_CURSOR = re.compile(r"^(\d{1,14})-([\x21-\x7e]{0,200})$")

RETRY = f"retry: {RETRY_MS}\n\n".encode()


def frame(name: str, data: dict[str, Any], cursor: str | None = None) -> bytes:
    head = f"id: {cursor}\n" if cursor else ""
    return f"{head}event: {name}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"


def ticket_frame(name: str, event: Event) -> bytes:
    data = {
        "type": event.type,
        "id": event.subject,
        "number": event.data["ticket"]["number"],
        "sequence": event.sequence,
    }
    return frame(name, data, cursor_of(event))


def cursor_of(event: Event) -> str:
    logged = event.loggedat or event.recordedat
    return f"{int(logged.timestamp() * 1000)}-{event.id}"


def parse_cursor(text: str) -> tuple[int, str] | None:
    """Milliseconds since the epoch and the id of the last event seen, empty at first. None: we never gave it out."""
    match = _CURSOR.match(text)
    return (int(match[1]), match[2]) if match else None
