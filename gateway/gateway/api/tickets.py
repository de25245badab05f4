"""Tickets, their comments and their history."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from pydantic import Field

from gateway.actions import tickets
from gateway.actions.identity import CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.examples import COMMENT, PATCH, TICKET, UPDATE
from gateway.api.filtering import described, filter_of
from gateway.api.headers import ETAG, IdempotencyKey, IfMatch, json_only, not_modified, tagged, with_etag
from gateway.api.pointers import relative_to
from gateway.api.shapes import Listing, PageAfter, PageSize, Sort, listing
from trackline_schemas.base import Instant
from trackline_schemas.filters import TICKET_FIELDS
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.commands import CreateTicket, NewComment, TicketChanges, UpdateTicket
from trackline_schemas.ticket.views import Comment, HistoryEntry, TicketView

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], dependencies=[Depends(json_only)])

Number = Annotated[str, Path(max_length=64, examples=["INC-1042"])]
AsOf = Annotated[Instant | None, Query(description="The ticket as it was at this instant.")]


class TicketPatch(TicketChanges):
    """Changes, and with `base_version` the version that they were made on: see POST …/updates."""

    base_version: Annotated[int, Field(ge=1)] | None = None

    def update(self) -> UpdateTicket:
        given = self.given()
        base_version = given.pop("base_version", None)
        return UpdateTicket(changes=TicketChanges.model_validate(given), base_version=base_version)


@router.post("", status_code=201, responses={201: ETAG}, summary="Open a ticket")
async def create_ticket(
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    command: Annotated[CreateTicket, Body(openapi_examples=TICKET)],
    key: IdempotencyKey = None,
) -> TicketView:
    ticket = await tickets.create(parts, caller, command, key)
    response.headers["Location"] = f"/api/v1/tickets/{ticket.number}"
    return tagged(response, ticket)


@router.get("", summary="List tickets", openapi_extra=described(TICKET_FIELDS))
async def list_tickets(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    sort: Sort = "-updated_at",
    size: PageSize = 25,
    after: PageAfter = None,
) -> Listing[TicketView]:
    query = PageQuery(filter=filter_of(request, TICKET_FIELDS, caller.viewer.id), sort=sort, size=size, after=after)
    page = await parts.tickets.list(caller.reading(), query)
    return listing(request, page.items, page.after)


@router.get("/{number}", response_model=TicketView, responses=with_etag(), summary="Read a ticket")
async def get_ticket(
    request: Request,
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    as_of: AsOf = None,
) -> TicketView | Response:
    ticket = await parts.tickets.get(caller.reading(), number, as_of)
    return not_modified(request, ticket) or tagged(response, ticket)


@router.patch("/{number}", responses={200: ETAG}, summary="Change a ticket")
async def change_ticket(
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    changes: Annotated[TicketPatch, Body(openapi_examples=PATCH)],
    version: IfMatch,
    key: IdempotencyKey = None,
) -> TicketView:
    with relative_to("/changes"):
        return tagged(response, await tickets.update(parts, caller, number, changes.update(), version, key))


@router.post("/{number}/updates", responses={200: ETAG}, summary="Reply and change in one write")
async def update_ticket(
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    command: Annotated[UpdateTicket, Body(openapi_examples=UPDATE)],
    version: IfMatch,
    key: IdempotencyKey = None,
) -> TicketView:
    return tagged(response, await tickets.update(parts, caller, number, command, version, key))


@router.post("/{number}/comments", status_code=201, responses={201: ETAG}, summary="Comment; answers the ticket")
async def add_comment(
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    command: Annotated[NewComment, Body(openapi_examples=COMMENT)],
    version: IfMatch,
    key: IdempotencyKey = None,
) -> TicketView:
    with relative_to("/comment"):
        ticket = await tickets.update(parts, caller, number, UpdateTicket(comment=command), version, key)
    response.headers["Location"] = f"/api/v1/tickets/{ticket.number}/comments"
    return tagged(response, ticket)


@router.get("/{number}/comments", summary="The conversation, oldest first")
async def list_comments(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    size: PageSize = 25,
    after: PageAfter = None,
) -> Listing[Comment]:
    page = await parts.tickets.comments(caller.reading(), number, size, after)
    return listing(request, page.items, page.after)


@router.get("/{number}/events", summary="The history, oldest first")
async def list_events(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    size: PageSize = 25,
    after: PageAfter = None,
) -> Listing[HistoryEntry]:
    page = await parts.tickets.events(caller.reading(), number, size, after)
    return listing(request, page.items, page.after)
