"""Trackline in memory: the gateway's own application and typed clients over services that keep a few tickets."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
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
from gateway.people.directory import Directory, Person
from gateway.people.models import OrganisationView
from gateway.people.sessions import Session
from trackline_schemas.categories import Category
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, not_found, reasons, refuse
from trackline_schemas.events import Event
from trackline_schemas.filters import TICKET_FIELDS, And, checked, matches
from trackline_schemas.notifications import Delivery, Inbox, InboxEntry, MailSettings
from trackline_schemas.paging import Page, decode_cursor
from trackline_schemas.search import FacetValue, Hit, SearchJob, SearchResults, SearchStatus, Segment
from trackline_schemas.ticket.views import Attachment, Comment, HistoryEntry, TicketView

from ..files.fakes import FakeUploads
from .cabinet import Cabinet
from .ledger import Ledger
from .shelf import Shelf

T = TypeVar("T")
PASSWORD = "correct horse battery"
CSRF = "c5rf"


class Services(Cabinet, Shelf, Ledger):
    """Answers as `service.method`. What is in `down` is not running."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[str, TicketView] = {}
        self.history: dict[str, list[HistoryEntry]] = {}
        self.categories: list[Category] = []
        self.inbox: list[InboxEntry] = []
        self.mail = MailSettings(
            server="smtp://127.0.0.1:8025", has_password=False, server_own=False, mail_from="Trackline <t@localhost>",
            mail_from_own=False,
        )  # fmt: skip
        self.deliveries: list[Delivery] = []
        self.facets: dict[str, list[FacetValue]] = {}
        self.commands: dict[str, TicketView] = {}
        self.calls: list[tuple[str, Mapping[str, Any], CallContext]] = []
        self.down: set[str] = set()
        self.degraded = False
        self.did_you_mean: str | None = None
        self.hub: LiveHub | None = None

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
        answer = getattr(self, f"_{service}_{method}")(context, **arguments)
        return result.validate_python(answer.model_dump(by_alias=True) if isinstance(answer, BaseModel) else answer)

    def put(self, ticket: TicketView, *history: HistoryEntry) -> TicketView:
        self.tickets[ticket.number] = ticket
        self.history.setdefault(ticket.number, []).extend(history)
        return ticket

    def _tickets_get(self, context: CallContext, number: str, as_of: Any) -> TicketView:
        ticket = self.tickets.get(number)
        if ticket is None or not (context.viewer.agent or ticket.requester_id == context.viewer.id):
            raise not_found("ticket", number)
        return ticket

    def _tickets_list(self, context: CallContext, query: Any) -> Page[Any]:
        found = [ticket for ticket in self.tickets.values() if self._shown(context, ticket, query.filter)]
        field = query.sort.removeprefix("-")
        found.sort(key=lambda ticket: getattr(ticket, field), reverse=query.sort.startswith("-"))
        return Page(items=found[: query.size], after="next" if len(found) > query.size else None)

    def _tickets_count(self, context: CallContext, filters: Any, at_most: int) -> list[int]:
        return [
            min(at_most, sum(self._shown(context, ticket, one) for ticket in self.tickets.values())) for one in filters
        ]

    @staticmethod
    def _shown(context: CallContext, ticket: TicketView, condition: Any) -> bool:
        own = context.viewer.agent or ticket.requester_id == context.viewer.id
        return own and matches(checked(condition or And(all=[]), TICKET_FIELDS), ticket.model_dump())

    def _tickets_events(self, context: CallContext, number: str, size: int, after: Any) -> Page[Any]:
        self._tickets_get(context, number, None)
        (since,) = decode_cursor(after, 1) if after else (0,)
        return Page(items=[entry for entry in self.history.get(number, []) if entry.sequence > since][:size])

    def _tickets_comments(self, context: CallContext, number: str, size: int, after: Any) -> Page[Any]:
        self._tickets_get(context, number, None)
        return Page(items=[entry.comment for entry in self.history.get(number, []) if entry.comment])

    def _tickets_attachment(self, context: CallContext, number: str, id: str) -> Attachment:
        comments = self._tickets_comments(context, number, 100, None).items
        found = [one for comment in comments for one in comment.attachments if one.id == id]
        if not found:
            raise not_found("attachment", id)
        return Attachment.model_validate(found[0])

    def _tickets_attached(self, context: CallContext, ids: list[str]) -> list[str]:
        return []

    def _tickets_categories(self, context: CallContext) -> list[Any]:
        return [category.model_dump() for category in self.categories]

    def _tickets_create(
        self, context: CallContext, command: Any, attachments: Any = (), defaults: Any = None
    ) -> TicketView:
        if context.command_id in self.commands:
            return self.commands[context.command_id]
        now, number = datetime.now(UTC), f"INC-{1001 + len(self.tickets)}"
        ticket = make_ticket(
            number, command.title, context.viewer.id, at=now, impact=command.impact, urgency=command.urgency
        )
        opened = said(number, 1, context.viewer.id, command.description, at=now, first=True)
        assert opened.comment
        opened.comment.attachments = list(attachments)
        self.put(ticket, opened)
        self.commands[context.command_id or ""] = ticket
        self._announce(ticket)
        return ticket

    def _tickets_update(
        self, context: CallContext, number: str, command: Any, if_match: Any, attachments: Any = ()
    ) -> TicketView:
        ticket = self._tickets_get(context, number, None)
        if context.command_id in self.commands:
            return self.commands[context.command_id]
        changes = command.changes.given()
        self._refuse_clash(ticket, changes, command.base_version)
        if ticket.state == "new" and changes.get("assignee_id"):
            changes.setdefault("state", "open")
        now, version = datetime.now(UTC), ticket.version + 1
        told = {name: (getattr(ticket, name), value) for name, value in changes.items()}
        comment = None
        if command.comment:
            role = "requester" if context.viewer.id == ticket.requester_id else "agent"
            fields = {**command.comment.model_dump(), "attachments": list(attachments)}
            comment = Comment(id=f"{number}-{version}", author_id=context.viewer.id, role=role, time=now, **fields)
        moved = {"state_since": now} if "state" in changes else {}
        after = ticket.model_copy(update={**changes, **moved, "version": version, "updated_at": now})
        self.put(after, happened(number, version, context.viewer.id, told, at=now, comment=comment))
        self.commands[context.command_id or ""] = after
        self._announce(after)
        return after

    def _refuse_clash(self, ticket: TicketView, changes: Mapping[str, Any], base: int | None) -> None:
        since = [entry for entry in self.history[ticket.number] if base and entry.sequence > base]
        fields = {
            name: {"base": None, "theirs": getattr(ticket, name), "mine": value}
            for name, value in changes.items()
            if any(name in entry.changes for entry in since) and getattr(ticket, name) != value
        }
        if fields:
            detail = {"version": ticket.version, "fields": fields}
            raise refuse(reasons.tickets.FIELDS_CHANGED_MEANWHILE, detail=detail, fields=sorted(fields))

    def _announce(self, ticket: TicketView) -> None:
        now = datetime.now(UTC)
        event = Event(
            id=f"{ticket.id}:{ticket.version:08d}", source="tickets", type="ticket.updated.v1", subject=ticket.id,
            time=now, recordedat=now, loggedat=now, sequence=ticket.version, actor="system",
            data={"ticket": ticket.model_dump(mode="json"), "changes": {"state": [None, ticket.state]}},
        )  # fmt: skip
        if self.hub:
            self.hub.publish(event)

    def _notifications_inbox(self, context: CallContext, query: Any) -> Inbox:
        return Inbox(items=self.inbox[: query.size], unread=sum(not entry.read for entry in self.inbox))

    def _notifications_deliveries(self, context: CallContext, state: Any, size: int, after: Any) -> Page[Any]:
        return Page(items=[one for one in self.deliveries if one.state == state][:size])

    def _knowledge_status(self, context: CallContext) -> SearchStatus:
        rebuild = SearchJob(
            job_id="j", kind="rebuild", phase="filling", documents=1234, total=5000, started_at=datetime.now(UTC)
        )
        return SearchStatus(documents=12, dirty=1, lag_seconds=0.2, degraded=self.degraded, jobs=[rebuild])

    def _notifications_mail_settings(self, context: CallContext) -> MailSettings:
        return self.mail

    def _notifications_update_mail_settings(self, context: CallContext, command: Any) -> MailSettings:
        if command.smtp_url:
            self.mail = self.mail.model_copy(update={"server": "smtp://desk@mail.example.org", "server_own": True})
        if command.mail_from:
            self.mail = self.mail.model_copy(update={"mail_from": command.mail_from, "mail_from_own": True})
        return self.mail

    def _notifications_send_test_mail(self, context: CallContext) -> Delivery:
        now = datetime.now(UTC)
        test = Delivery(
            id="test", recipient_id=context.viewer.id, subject="", state="queued", created_at=now, updated_at=now
        )
        self.mail = self.mail.model_copy(update={"last_test": test})
        return test

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


def make_ticket(number: str, title: str, requester_id: str, at: datetime | None = None, **fields: Any) -> TicketView:
    at = at or datetime.now(UTC)
    impact, urgency = fields.pop("impact", 3), fields.pop("urgency", 3)
    known: dict[str, Any] = {
        "id": f"id-{number}", "number": number, "version": 1, "kind": "incident", "title": title, "state": "new",
        "state_since": at, "impact": impact, "urgency": urgency, "priority": impact + urgency - 1,
        "requester_id": requester_id, "opened_by_id": requester_id, "channel": "portal", "created_at": at,
        "updated_at": at, "last_comment_role": "requester", "comment_count": 1,
    }  # fmt: skip
    return TicketView.model_validate({**known, **fields})


def said(
    number: str, sequence: int, author_id: str, text: str, at: datetime, role: str = "requester",
    visibility: str = "public", first: bool = False, changes: dict[str, Any] | None = None,
) -> HistoryEntry:  # fmt: skip
    fields: dict[str, Any] = {"id": f"{number}-{sequence}", "text": text, "visibility": visibility, "role": role}
    comment = Comment(author_id=author_id, time=at, **fields)
    entry = happened(number, sequence, author_id, changes or {}, at, comment)
    return entry.model_copy(update={"type": "ticket.created.v1"}) if first else entry


def happened(
    number: str, sequence: int, actor_id: str, changes: dict[str, Any], at: datetime, comment: Comment | None = None
) -> HistoryEntry:
    return HistoryEntry(
        id=f"id-{number}:{sequence:08d}", type="ticket.updated.v1", sequence=sequence, time=at, recorded_at=at,
        actor_id=actor_id, changes=changes, comment=comment,
    )  # fmt: skip


class Everybody(Directory):
    def __init__(self) -> None:
        self._users, self._teams = {}, {}
        self.loaded = True

    async def refresh(self) -> None: ...

    def everybody(self) -> list[Person]:
        return list(self._users.values())


class Folk:
    """Signs in with the address and PASSWORD; the session's cookie is the person's id."""

    def __init__(self) -> None:
        self.directory = Everybody()
        self.sign_in = self
        self.sessions = self
        self.organisation = SimpleNamespace(current=OrganisationView(version=1))
        self.users = self
        self.passwords: dict[str, str] = {}
        self.kept: list[tuple[str, str | None]] = []
        self.refused: ServiceError | None = None
        self.ended: list[str] = []

    def add(self, id: str, name: str, **fields: Any) -> None:
        known = {
            "_id": id, "name": name, "emails": [f"{id}@example.org"], "active": True, "admin": False,
            "language": "en", "time_zone": "Europe/Berlin", "teams": {}, "version": 1,
        }  # fmt: skip
        self.directory.put_user({**known, **fields})

    def add_team(self, id: str, name: str, **fields: Any) -> None:
        self.directory.put_team(
            {"_id": id, "name": name, "confidential": False, "active": True, "version": 1, **fields}
        )

    async def start_session(self, email: str, password: str, *, remember: bool, address: str) -> Session:
        if password != self.passwords.get(email, PASSWORD) or not self.directory.user(email.split("@", maxsplit=1)[0]):
            raise refuse(reasons.access.CREDENTIALS_WRONG)
        return (await self.by_session(email.split("@", maxsplit=1)[0]))[1]

    async def by_session(self, token: str) -> tuple[Person, Session]:
        person = self.directory.user(token)
        if person is None:
            raise refuse(reasons.access.SESSION_ENDED)
        return person, Session(token, CSRF, token, False, datetime.now(UTC) + timedelta(hours=12))

    async def update(self, context: CallContext, user_id: str, command: Any, if_match: int | None) -> None:
        person = self.directory.user(user_id)
        assert person is not None
        fields = {"admin": person.admin, "teams": person.teams, "time_zone": person.time_zone}
        self.add(user_id, person.name, **{**fields, "language": person.language, **command.given(), "version": 2})

    async def change_password(
        self, user_id: str, current: str, new: str, address: str, keep_session: str | None
    ) -> None:
        if self.refused:
            raise self.refused
        account = f"{user_id}@example.org"
        if current != self.passwords.get(account, PASSWORD):
            raise refuse(reasons.people.PRESENT_PASSWORD_WRONG, pointer="/current")
        self.passwords[account] = new
        self.kept.append((user_id, keep_session))

    async def end(self, token: str) -> None:
        self.ended.append(token)

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    def fill(self, *_: Any) -> None: ...

    async def changes(self, query: Any) -> list[Any]:
        return []

    async def ping(self) -> None: ...


def application(world: Callable[[], tuple[Services, Folk]], **settings: Any) -> FastAPI:
    """`world` is asked at each start of the application."""

    def build(settings: Settings) -> Parts:
        services, folk = world()
        services.hub = hub = LiveHub(folk.directory, heartbeat_seconds=15.0)
        hub.up = True
        rpc: Any = services
        uploads: Any = FakeUploads(settings.file_max_bytes, settings.blocked_endings)
        tickets = TicketsClient(rpc)
        parts: dict[str, Any] = {"people": folk, "rpc": rpc, "broker": SimpleNamespace(start=_nothing, close=_later)}
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
            **parts,
        )

    return create_app(Settings(secret=uuid4().hex, **settings), build)


def _nothing() -> None: ...


async def _later() -> None: ...
