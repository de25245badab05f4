"""Live events as server-sent events."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from gateway.actions.identity import CurrentCaller
from gateway.actions.parts import Gateway
from gateway.live.response import LiveResponse

router = APIRouter(prefix="/api/v1", tags=["live"])

Cursor = Annotated[str | None, Query(max_length=250, description="For clients that cannot send Last-Event-ID.")]
LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", max_length=250)]
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events until the token expires",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get("/stream", response_class=Response, responses=_STREAM, summary="Receive live events (docs/api.md)")
async def follow_live_events(
    parts: Gateway,
    caller: CurrentCaller,
    last_event_id: Cursor = None,
    last_event_id_header: LastEventId = None,
) -> Response:
    cursor = last_event_id_header or last_event_id
    return LiveResponse(parts.live, parts.tickets, caller.reading(), caller.credential, cursor)
