"""The RPC methods and the event consumer of the ticket service."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from tickets.bootstrap import build
from tickets.usecases import attachment, category, create, history, imports, read, replay, update
from tickets.usecases.consume import consume
from tickets.usecases.ports import Ports
from trackline_chassis.entrypoints import App, Call, rpc
from trackline_chassis.entrypoints import events as consumes
from trackline_chassis.record_methods import RecordMethods
from trackline_schemas.base import Instant
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event, EventsSince, ReplayJob
from trackline_schemas.filters import Filter
from trackline_schemas.imports import ImportTicket, PurgeTickets, TicketImported, TicketsPurged
from trackline_schemas.paging import MAX_PAGE, Page, PageQuery
from trackline_schemas.ticket.commands import CreateTicket, UpdateTicket
from trackline_schemas.ticket.types import MAX_ATTACHMENTS
from trackline_schemas.ticket.views import MAX_ASKED, AskedTicket, Attachment, Comment, HistoryEntry, TicketView
from trackline_schemas.versions import IfMatch

Size = Annotated[int, Field(ge=1, le=MAX_PAGE)]
Tag = Annotated[str, Field(max_length=50)]
Limit = Annotated[int, Field(ge=1, le=1000)]
Files = Annotated[Sequence[Attachment], Field(max_length=MAX_ATTACHMENTS)]
Asked = Annotated[list[AskedTicket], Field(max_length=MAX_ASKED)]
Ids = Annotated[list[str], Field(max_length=1000)]


class TicketsService(RecordMethods):
    name = "tickets"
    app: Ports = App(build)
    call: CallContext = Call()

    @rpc
    def create(
        self, command: CreateTicket, attachments: Files = (), defaults: dict[str, str] | None = None
    ) -> TicketView:
        return create.create(self.app, command, self.call, attachments, defaults or {})

    @rpc
    def update(
        self, number: str, command: UpdateTicket, if_match: IfMatch = None, attachments: Files = ()
    ) -> TicketView:
        return update.update(self.app, number, command, if_match, self.call, attachments)

    @rpc
    def import_ticket(self, command: ImportTicket) -> TicketImported:
        return imports.import_ticket(self.app, command, self.call)

    @rpc
    def purge(self, command: PurgeTickets) -> TicketsPurged:
        return imports.purge(self.app, command, self.call)

    @rpc
    def get(self, number: str, as_of: Instant | None = None) -> TicketView:
        return read.get(self.app, number, as_of, self.call.viewer)

    @rpc
    def get_many(self, asked: Asked) -> list[TicketView | None]:
        return read.get_many(self.app, asked)

    @rpc
    def count(self, filters: list[Filter], at_most: Limit) -> list[int]:
        return read.count(self.app, filters, at_most, self.call.viewer)

    @rpc
    def tags(self, begins: Tag, size: Size = 25) -> list[str]:
        return read.tags(self.app, begins, size, self.call.viewer)

    @rpc
    def comments(
        self, number: str, size: Size = 25, after: str | None = None, newest_first: bool = False
    ) -> Page[Comment]:
        return history.comments(self.app, number, size, after, self.call.viewer, newest_first=newest_first)

    @rpc
    def events(
        self, number: str, size: Size = 25, after: str | None = None, newest_first: bool = False
    ) -> Page[HistoryEntry]:
        return history.events(self.app, number, size, after, self.call.viewer, newest_first=newest_first)

    @rpc
    def attachment(self, number: str, id: str) -> Attachment:
        return attachment.get(self.app, number, id, self.call.viewer)

    @rpc
    def attached(self, ids: Ids) -> list[str]:
        return attachment.find_attached(self.app, ids, self.call.viewer)

    @rpc
    def events_since(self, since: Instant, limit: Limit) -> EventsSince:
        return history.events_since(self.app, since, limit, self.call.viewer)

    @rpc
    def find_by_ref(self, source: str, external_ref: str) -> TicketView:
        return read.find_by_ref(self.app, source, external_ref, self.call.viewer)

    @rpc
    def categories(self) -> list[Category]:
        return category.categories(self.app)

    # A gateway of the release before, which runs beside this one during a rollout, still calls the next two methods.
    @rpc
    def create_category(self, command: CreateCategory) -> Category:
        return category.create_category(self.app, command, self.call)

    @rpc
    def update_category(self, id: str, command: UpdateCategory) -> Category:
        return category.update_category(self.app, id, command, self.call)

    @rpc
    def replay(self, consumer: str, from_ticket: str | None = None, only: list[str] | None = None) -> dict[str, str]:
        return replay.replay(self.app, consumer, from_ticket, only, self.call.viewer)

    @rpc
    def replay_status(self, job_id: str) -> ReplayJob:
        return replay.status(self.app, job_id, self.call.viewer)

    @consumes("tickets.events")
    def consume(self, batch: list[Event]) -> None:
        consume(self.app, batch)

    # This method comes last, because it hides the type `list` from the annotations that follow.
    @rpc
    def list(self, query: PageQuery) -> Page[TicketView]:
        return read.page(self.app, query, self.call.viewer)
