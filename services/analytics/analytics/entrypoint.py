from analytics.bootstrap import Analytics, build
from trackline_chassis.entrypoints import App, Call, events, rpc
from trackline_schemas.analytics import CountedQuery, Series, SeriesQuery, Summary, SummaryQuery, TicketFigures
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.paging import Page


class AnalyticsService:
    name = "analytics"
    app: Analytics = App(build)
    call: CallContext = Call()

    @rpc
    def summary(self, query: SummaryQuery) -> Summary:
        return self.app.summary(query, self.call.viewer)

    @rpc
    def series(self, query: SeriesQuery) -> Series:
        return self.app.series(query, self.call.viewer)

    @rpc
    def tickets(self, query: CountedQuery) -> Page[TicketFigures]:
        return self.app.tickets(query, self.call.viewer)

    @rpc
    def rebuild(self) -> dict[str, str]:
        return {"job_id": self.app.rebuild.begin(self.call.viewer)}

    # Unknown types too: each takes its place in the sequence of a ticket, and a gap would ask for a replay.
    @events("analytics.events", linger=0.25, every_type=True)
    def consume(self, events: list[Event]) -> None:
        self.app.consume(events)
