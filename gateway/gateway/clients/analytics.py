"""Reads from the analytics service."""

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.analytics import CountedQuery, Series, SeriesQuery, Summary, SummaryQuery, TicketFigures
from trackline_schemas.context import CallContext
from trackline_schemas.paging import Page

_SUMMARY = TypeAdapter(Summary)
_SERIES = TypeAdapter(Series)
_TICKETS = TypeAdapter(Page[TicketFigures])


class AnalyticsClient:
    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    async def summary(self, context: CallContext, query: SummaryQuery) -> Summary:
        return await self._rpc.call("analytics", "summary", {"query": query}, context, _SUMMARY, read=True)

    async def series(self, context: CallContext, query: SeriesQuery) -> Series:
        return await self._rpc.call("analytics", "series", {"query": query}, context, _SERIES, read=True)

    async def tickets(self, context: CallContext, query: CountedQuery) -> Page[TicketFigures]:
        return await self._rpc.call("analytics", "tickets", {"query": query}, context, _TICKETS, read=True)
