"""The caller's inbox, and mail deliveries for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from gateway.actions import inbox
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.headers import IdempotencyKey, require_json
from gateway.api.shapes import Links, Listing, Meta, PageAfter, PageSize, links, listing
from trackline_schemas.notifications import Delivery, DeliveryState, InboxEntry, InboxQuery, MarkRead

router = APIRouter(prefix="/api/v1", tags=["notifications"], dependencies=[Depends(require_json)])


class InboxMeta(Meta):
    unread: int


class InboxPage(BaseModel):
    data: list[InboxEntry]
    meta: InboxMeta
    links: Links


class Unread(BaseModel):
    unread: int


@router.get("/notifications", summary="Read my inbox, newest first")
async def read_inbox(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    unread_only: bool = False,
    size: PageSize = 25,
    after: PageAfter = None,
) -> InboxPage:
    query = InboxQuery(unread_only=unread_only, size=size, after=after)
    found = await parts.notifications.inbox(caller.reading(), query)
    meta = InboxMeta(has_more=found.after is not None, unread=found.unread)
    return InboxPage(data=found.items, meta=meta, links=links(request, found.after))


@router.post("/notifications/read", summary="Mark some entries, the entries of a ticket, or all entries as read")
async def mark_read(parts: Gateway, caller: CurrentCaller, command: MarkRead, key: IdempotencyKey = None) -> Unread:
    return Unread(unread=await inbox.mark_read(parts, caller, command, key))


@router.get("/deliveries", summary="List the deliveries of outgoing mail")
async def list_deliveries(
    request: Request,
    parts: Gateway,
    caller: Administrator,
    state: Annotated[DeliveryState | None, Query()] = None,
    size: PageSize = 25,
    after: PageAfter = None,
) -> Listing[Delivery]:
    page = await parts.notifications.deliveries(caller.reading(), state, size, after)
    return listing(request, page.items, page.after)
