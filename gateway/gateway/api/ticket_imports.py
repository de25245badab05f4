"""Imports of tickets from another system with their history, one ticket per request."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from fastapi.openapi.models import Example

from gateway.actions import tickets
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import require_json
from trackline_schemas.imports import ImportTicket, PurgeTickets, TicketImported, TicketsPurged

router = APIRouter(prefix="/api/v1/imports", tags=["imports"], dependencies=[Depends(require_json)])

HISTORY: dict[str, Example] = {
    "solved": {
        "summary": "A ticket that was opened, taken and solved",
        "value": {
            "source": "old-desk",
            "external_ref": "4711",
            "channel": "phone",
            "steps": [
                {
                    "time": "2016-02-29T09:00:00Z",
                    "changes": {"title": "No dial tone", "requester_id": "rita", "impact": 2, "urgency": 2},
                    "comment": {"text": "The phone in room 12 is silent."},
                },
                {"time": "2016-02-29T09:30:00Z", "actor_id": "alf", "changes": {"state": "open"}},
                {"time": "2016-03-01T10:15:00Z", "actor_id": "alf", "changes": {"state": "resolved"}},
            ],
        },
    }
}

DEMO: dict[str, Example] = {"demo": {"summary": "Remove the tickets of the demonstration", "value": {"source": "demo"}}}


@router.post(
    "/tickets",
    status_code=201,
    responses={200: {"model": TicketImported, "description": "The ticket existed already; `added` events are new"}},
    summary="Import a ticket with its history",
)
async def import_ticket(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    command: Annotated[ImportTicket, Body(openapi_examples=HISTORY)],
) -> TicketImported:
    """It needs no Idempotency-Key, because a step that was imported before is not added again. The people that it names
    may be inactive. An import sends no mail and no live event."""
    done = await tickets.import_ticket(parts, caller, command)
    if done.number is not None:
        response.headers["Location"] = f"/api/v1/tickets/{done.number}"
    response.status_code = 201 if done.added == done.version else 200
    return done


@router.post("/purges", summary="Delete all tickets of a source permanently")
async def purge_tickets(
    parts: Gateway,
    caller: Administrator,
    command: Annotated[PurgeTickets, Body(openapi_examples=DEMO)],
) -> TicketsPurged:
    """Deletes one batch of at most 100 tickets. Repeat the request while `remaining` is not 0, without an
    Idempotency-Key. The tickets also disappear from search, inboxes and reports. The people and teams that they name
    stay."""
    return await tickets.purge(parts, caller, command)
