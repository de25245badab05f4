"""Tickets, their comments and their history."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from pydantic import Field

from gateway.actions import tickets
from gateway.actions.identity import CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.examples import COMMENT, PATCH, TICKET, UPDATE
from gateway.api.filtering import filter_parameters, parse_filter
from gateway.api.headers import ETAG, IdempotencyKey, IfMatch, etag_responses, not_modified, require_json, set_etag
from gateway.api.pointers import relative_to
from gateway.api.shapes import Listing, PageAfter, PageSize, Sort, json_listing, listing
from trackline_schemas.base import Instant
from trackline_schemas.filters import TICKET_FIELDS
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.commands import CreateTicket, NewComment, TicketChanges, UpdateTicket
from trackline_schemas.ticket.views import Comment, HistoryEntry, TicketView

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], dependencies=[Depends(require_json)])

Number = Annotated[str, Path(max_length=64, examples=["INC-1042"])]
AsOf = Annotated[Instant | None, Query(description="Answers the ticket as it was at this instant.")]


class TicketPatch(TicketChanges):
    """Changes of a ticket. `base_version` is the version that they are based on: see POST …/updates."""

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
    return set_etag(response, ticket)


@router.get(
    "",
    response_model=Listing[TicketView],
    summary="List tickets",
    openapi_extra=filter_parameters(TICKET_FIELDS),
)
async def list_tickets(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    sort: Sort = "-updated_at",
    size: PageSize = 25,
    after: PageAfter = None,
) -> Response:
    query = PageQuery(filter=parse_filter(request, TICKET_FIELDS, caller.viewer.id), sort=sort, size=size, after=after)
    return json_listing(request, await parts.tickets.list_as_json(caller.reading(), query))


@router.get("/{number}", response_model=TicketView, responses=etag_responses(), summary="Read a ticket")
async def get_ticket(
    request: Request,
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    number: Number,
    as_of: AsOf = None,
) -> TicketView | Response:
    ticket = await parts.tickets.get(caller.reading(), number, as_of)
    return not_modified(request, ticket) or set_etag(response, ticket)


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
        return set_etag(response, await tickets.update(parts, caller, number, changes.update(), version, key))


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
    return set_etag(response, await tickets.update(parts, caller, number, command, version, key))


@router.post("/{number}/comments", status_code=201, responses={201: ETAG}, summary="Add a comment; answers the ticket")
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
    return set_etag(response, ticket)


@router.get("/{number}/comments", summary="List the comments of a ticket, oldest first")
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


@router.get("/{number}/events", summary="Read the history of a ticket, oldest first")
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
