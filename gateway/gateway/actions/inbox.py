"""Writes the inbox of the caller."""

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.clients.writes import notifications as writes
from trackline_schemas.notifications import MarkRead


async def mark_read(parts: Parts, caller: Caller, command: MarkRead, key: str | None = None) -> int:
    """Returns how many entries are unread afterwards."""
    return await writes.mark_read(parts.rpc, caller.writing("inbox.read", key), command)
