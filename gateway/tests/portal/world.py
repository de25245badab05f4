"""Trackline in memory: the gateway's own application and typed clients, the real tickets service, and simple versions
of the other services."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, TypeVar
from uuid import uuid4

from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter

from gateway.actions.parts import Parts
from gateway.clients.analytics import AnalyticsClient
from gateway.clients.knowledge import KnowledgeClient
from gateway.clients.notifications import NotificationsClient
from gateway.clients.records import RecordsClient
from gateway.clients.tickets import TicketsClient
from gateway.files import Files
from gateway.kit.readiness import Readiness
from gateway.kit.settings import Settings
from gateway.live.hub import LiveHub
from gateway.main import create_app
from gateway.markdown.process import Worker
from gateway.markdown.renderer import Renderer
from gateway.people.directory import Directory
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import Event
from trackline_schemas.notifications import Delivery, Inbox, InboxEntry
from trackline_schemas.paging import Page
from trackline_schemas.search import FacetValue, Hit, SearchJob, SearchResults, SearchStatus, Segment
from trackline_schemas.ticket.views import TicketView

from ..files.fakes import FakeUploads
from .folk import Folk
from .ledger import Ledger
from .mailing import Mailing
from .shelf import Shelf
from .ticketing import Ticketing

T = TypeVar("T")


class Services(Shelf, Ledger, Mailing):
    """Answers the calls of the gateway. The services in `down` are not running."""

    def __init__(self, directory: Directory) -> None:
        Shelf.__init__(self)
        Mailing.__init__(self)
        self.ticketing = Ticketing(directory, self._publish)
        self.inbox: list[InboxEntry] = []
        self.deliveries: list[Delivery] = []
        self.facets: dict[str, list[FacetValue]] = {}
        self.calls: list[tuple[str, Mapping[str, Any], CallContext]] = []
        self.down: set[str] = set()
        self.degraded = False
        self.did_you_mean: str | None = None
        self.hub: LiveHub | None = None
        # command id → the service, method and arguments that it came with first
        self._first: dict[str, tuple[str, str, Mapping[str, Any]]] = {}

    async def call(
        self,
        service: str,
        method: str,
        arguments: Mapping[str, Any],
        context: CallContext,
        result: TypeAdapter[T],
        *,
        read: bool,
    ) -> T:
        self.calls.append((f"{service}.{method}", arguments, context))
        if service in self.down:
            raise refuse(reasons.bus.SERVICE_NOT_RUNNING, service=service)
        if service == "tickets":
            return await self.ticketing.call(service, method, arguments, context, result, read=read)
        if context.command_id:
            asked = service, method, arguments
            if self._first.setdefault(context.command_id, asked) != asked:
                raise refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)
        answer = getattr(self, f"_{service}_{method}")(context, **arguments)
        return result.validate_python(answer.model_dump(by_alias=True) if isinstance(answer, BaseModel) else answer)

    @property
    def tickets(self) -> Mapping[str, TicketView]:
        return {ticket.number: ticket for ticket in self.ticketing.tickets()}

    def _publish(self, event: Event) -> None:
        if self.hub:
            self.hub.publish(event)

    def _notifications_inbox(self, context: CallContext, query: Any) -> Inbox:
        unread = [entry for entry in self.inbox if not entry.read]
        return Inbox(items=(unread if query.unread_only else self.inbox)[: query.size], unread=len(unread))

    def _notifications_deliveries(self, context: CallContext, state: Any, size: int, after: Any) -> Page[Any]:
        return Page(items=[one for one in self.deliveries if one.state == state][:size])

    def _knowledge_status(self, context: CallContext) -> SearchStatus:
        rebuild = SearchJob(
            job_id="j", kind="rebuild", phase="filling", documents=1234, total=5000, started_at=datetime.now(UTC)
        )
        return SearchStatus(documents=12, dirty=1, lag_seconds=0.2, degraded=self.degraded, jobs=[rebuild])

    def _notifications_mark_read(self, context: CallContext, command: Any) -> dict[str, int]:
        chosen = [entry for entry in self.inbox if command.ticket_id in (None, entry.ticket_id)]
        for entry in chosen:
            entry.read = True
        return {"unread": sum(not entry.read for entry in self.inbox)}

    def _knowledge_suggest(self, context: CallContext, q: str, size: int) -> SearchResults:
        return SearchResults(items=[hit for hit in self._hits(q) if hit.type == "article"][:size])

    def _knowledge_search(self, context: CallContext, query: Any) -> SearchResults:
        items = [hit for hit in self._hits(query.q) if query.type in (None, hit.type)]
        return SearchResults(
            items=items, degraded=self.degraded, facets=self.facets if items else {}, did_you_mean=self.did_you_mean
        )

    def _hits(self, q: str) -> list[Hit]:
        word = q.split(maxsplit=1)[0].casefold() if q.split() else ""
        found = [
            Hit(
                type="article", id=article.id, number=article.number, title=lit(article.title, word),
                highlights=[lit(article.body[:160], word)], updated_at=article.updated_at, state=article.state,
            )
            for article in self.articles.values()
            if word in article.title.casefold() + article.body.casefold()
        ]  # fmt: skip
        tickets = [
            Hit(
                type="ticket", id=ticket.id, number=ticket.number, title=lit(ticket.title, word),
                highlights=[lit(ticket.excerpt or "", word)], updated_at=ticket.updated_at, state=ticket.state,
                priority=ticket.priority, team_id=ticket.team_id, requester_id=ticket.requester_id,
            )
            for ticket in self.tickets.values()
            if word in ticket.title.casefold() + (ticket.excerpt or "").casefold()
        ]  # fmt: skip
        return found + tickets


def lit(text: str, word: str) -> list[Segment]:
    at = text.casefold().find(word)
    if at < 0 or not word:
        return [Segment(text=text)]
    end = at + len(word)
    return [Segment(text=text[:at]), Segment(text=text[at:end], hit=True), Segment(text=text[end:])]


def application(world: Callable[[], tuple[Services, Folk]], **settings: Any) -> FastAPI:
    """`world` is called at each start of the application."""

    def build(settings: Settings) -> Parts:
        services, folk = world()
        rpc: Any = services
        services.hub = hub = LiveHub(folk.directory, NotificationsClient(rpc).count_unread, heartbeat_seconds=15.0)
        hub.up = True
        uploads: Any = FakeUploads(settings.file_max_bytes, settings.blocked_endings)
        tickets = TicketsClient(rpc)
        parts: dict[str, Any] = {
            "people": folk,
            "background": SimpleNamespace(start=_later, close=_later),
            "rpc": rpc,
            "broker": SimpleNamespace(start=_nothing, close=_later),
        }
        return Parts(
            settings=settings,
            tickets=tickets,
            records=RecordsClient(rpc),
            files=Files(uploads, tickets, settings.file_sweep_seconds),
            notifications=NotificationsClient(rpc),
            knowledge=KnowledgeClient(rpc),
            analytics=AnalyticsClient(rpc),
            live=hub,
            readiness=Readiness({}),
            renderer=Renderer(Worker(1.0)),
            **parts,
        )

    return create_app(Settings(secret=uuid4().hex, **settings), build)


def _nothing() -> None: ...


async def _later() -> None: ...
