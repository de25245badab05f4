"""The RPC methods and the event consumer of the analytics service."""

from analytics.bootstrap import build
from analytics.usecases import rebuild, series, summary, ticket
from analytics.usecases.consume import consume
from analytics.usecases.ports import Ports
from trackline_chassis.entrypoints import App, Call, rpc
from trackline_chassis.entrypoints import events as consumes
from trackline_schemas.analytics import CountedQuery, Series, SeriesQuery, Summary, SummaryQuery, TicketFigures
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.paging import Page


class AnalyticsService:
    name = "analytics"
    app: Ports = App(build)
    call: CallContext = Call()

    @rpc
    def summary(self, query: SummaryQuery) -> Summary:
        return summary.summary(self.app, query, self.call.viewer)

    @rpc
    def series(self, query: SeriesQuery) -> Series:
        return series.series(self.app, query, self.call.viewer)

    @rpc
    def tickets(self, query: CountedQuery) -> Page[TicketFigures]:
        return ticket.tickets(self.app, query, self.call.viewer)

    @rpc
    def rebuild(self) -> dict[str, str]:
        return {"job_id": rebuild.rebuild(self.app, self.call.viewer)}

    # Unknown types are included, because each has its place in the sequence of a ticket. A gap would cause a replay.
    @consumes("analytics.events", linger=0.25, every_type=True)
    def consume(self, batch: list[Event]) -> None:
        consume(self.app, batch)
