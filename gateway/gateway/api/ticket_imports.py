"""Tickets of another system with their history, one ticket a request."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from fastapi.openapi.models import Example

from gateway.actions import tickets
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import json_only
from trackline_schemas.imports import ImportTicket, PurgeTickets, TicketImported, TicketsPurged

router = APIRouter(prefix="/api/v1/imports", tags=["imports"], dependencies=[Depends(json_only)])

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

DEMO: dict[str, Example] = {"demo": {"summary": "What the demonstration brought", "value": {"source": "demo"}}}


@router.post(
    "/tickets",
    status_code=201,
    responses={200: {"model": TicketImported, "description": "It was there; `added` events are new"}},
    summary="Import a ticket with its history",
)
async def import_ticket(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    command: Annotated[ImportTicket, Body(openapi_examples=HISTORY)],
) -> TicketImported:
    """Needs no Idempotency-Key: a step that is in already is not added again. People who are named may be inactive.
    Nobody is told of it: no mail, no live event."""
    done = await tickets.import_ticket(parts, caller, command)
    response.headers["Location"] = f"/api/v1/tickets/{done.number}"
    response.status_code = 201 if done.added == done.version else 200
    return done


@router.post("/purges", summary="Remove all tickets of a source, for ever")
async def purge_tickets(
    parts: Gateway,
    caller: Administrator,
    command: Annotated[PurgeTickets, Body(openapi_examples=DEMO)],
) -> TicketsPurged:
    """One batch of at most 100: repeat it while `remaining` is not 0, without an Idempotency-Key. Search, inboxes and
    reports drop the tickets too; the people and teams that they named stay."""
    return await tickets.purge(parts, caller, command)
