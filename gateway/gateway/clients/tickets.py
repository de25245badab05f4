"""Reads from the tickets service."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from gateway.clients.together import Together
from trackline_schemas.categories import Category
from trackline_schemas.context import CallContext
from trackline_schemas.errors import not_found
from trackline_schemas.events import EventsSince
from trackline_schemas.filters import Filter
from trackline_schemas.paging import Page, PageQuery, encode_cursor
from trackline_schemas.ticket.views import MAX_ASKED, Attachment, Comment, HistoryEntry, TicketView

_TICKET = TypeAdapter(TicketView)
_SOME_TICKETS = TypeAdapter(list[TicketView | None])
_TICKETS = TypeAdapter(Page[TicketView])
_AS_JSON = TypeAdapter(Page[Any])
_ATTACHMENT = TypeAdapter(Attachment)
_TEXTS = TypeAdapter(list[str])
_COUNTS = TypeAdapter(list[int])
_COMMENTS = TypeAdapter(Page[Comment])
_HISTORY = TypeAdapter(Page[HistoryEntry])
_EVENTS = TypeAdapter(EventsSince)
_CATEGORIES = TypeAdapter(list[Category])

# Inside the class the name `list` means its method, so these aliases are needed in annotations.
Filters = list[Filter]
Counts = list[int]
Ids = list[str]
Texts = list[str]
Categories = list[Category]


class TicketsClient:
    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._together = Together(self._get_some, MAX_ASKED)

    async def get(self, context: CallContext, number: str, as_of: datetime | None = None) -> TicketView:
        if as_of is None:
            return await self._together((context, number))
        return await self._get(context, number, as_of)

    async def _get(self, context: CallContext, number: str, as_of: datetime | None = None) -> TicketView:
        arguments = {"number": number, "as_of": as_of}
        return await self._rpc.call("tickets", "get", arguments, context, _TICKET, read=True)

    async def _get_some(self, asked: Sequence[tuple[CallContext, str]]) -> Sequence[TicketView | Exception]:
        context, number = asked[0]
        if len(asked) == 1:
            return [await self._get(context, number)]
        arguments = {"asked": [{"number": number, "viewer": each.viewer} for each, number in asked]}
        found = await self._rpc.call("tickets", "get_many", arguments, context, _SOME_TICKETS, read=True)
        return [view or not_found("ticket", number) for view, (_, number) in zip(found, asked, strict=True)]

    async def list(self, context: CallContext, query: PageQuery) -> Page[TicketView]:
        return await self._rpc.call("tickets", "list", {"query": query}, context, _TICKETS, read=True)

    async def list_as_json(self, context: CallContext, query: PageQuery) -> Page[Any]:
        """Returns the views as the service wrote them in JSON. They are not parsed, which for a page costs as much as
        everything else that the gateway does for the request."""
        return await self._rpc.call("tickets", "list", {"query": query}, context, _AS_JSON, read=True)

    async def count(self, context: CallContext, filters: Filters, at_most: int) -> Counts:
        """Returns one count for each filter, which stops at `at_most`."""
        arguments = {"filters": filters, "at_most": at_most}
        return await self._rpc.call("tickets", "count", arguments, context, _COUNTS, read=True)

    async def tags(self, context: CallContext, begins: str, size: int) -> Texts:
        """Returns the commonest tags that begin with this, of tickets of which the viewer is staff."""
        return await self._rpc.call("tickets", "tags", {"begins": begins, "size": size}, context, _TEXTS, read=True)

    async def comments(
        self, context: CallContext, number: str, size: int = 25, after: str | None = None, *, newest_first: bool = False
    ) -> Page[Comment]:
        arguments = {"number": number, "size": size, "after": after, "newest_first": newest_first}
        return await self._rpc.call("tickets", "comments", arguments, context, _COMMENTS, read=True)

    async def events(
        self, context: CallContext, number: str, size: int = 25, after: str | None = None, *, newest_first: bool = False
    ) -> Page[HistoryEntry]:
        arguments = {"number": number, "size": size, "after": after, "newest_first": newest_first}
        return await self._rpc.call("tickets", "events", arguments, context, _HISTORY, read=True)

    async def event(self, context: CallContext, number: str, sequence: int) -> HistoryEntry | None:
        """Returns None if there is no such event or the viewer may not see it."""
        page = await self.events(context, number, 1, encode_cursor(sequence - 1))
        return next((entry for entry in page.items if entry.sequence == sequence), None)

    async def events_since(self, context: CallContext, since: datetime, limit: int) -> EventsSince:
        arguments = {"since": since, "limit": limit}
        return await self._rpc.call("tickets", "events_since", arguments, context, _EVENTS, read=True)

    async def attachment(self, context: CallContext, number: str, id: str) -> Attachment:
        arguments = {"number": number, "id": id}
        return await self._rpc.call("tickets", "attachment", arguments, context, _ATTACHMENT, read=True)

    async def attached(self, context: CallContext, ids: Ids) -> Ids:
        """Returns those of the file ids that belong to a comment."""
        return await self._rpc.call("tickets", "attached", {"ids": ids}, context, _TEXTS, read=True)

    async def categories(self, context: CallContext) -> Categories:
        return await self._rpc.call("tickets", "categories", {}, context, _CATEGORIES, read=True)
