"""Fakes of the RPC client and of people. The typed clients, routes and live streams above them are the real ones."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter

from gateway.bus.rpc import _encode
from gateway.people.directory import Directory
from gateway.people.domain.token import AccessToken
from gateway.people.models import OrganisationView
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, not_found
from trackline_schemas.paging import Page

from ..people.fakes import FakeSecurityLog
from ..people.looking import find_people

T = TypeVar("T")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SPREAD = {"count": 0}
MEASURES = {
    "created": 1, "resolved": 0, "reopened": 0, "reopen_rate": None, "backlog": 1,
    "first_reply": SPREAD, "resolution": SPREAD, "first_resolution": SPREAD, "reassignments": SPREAD,
}  # fmt: skip


def ticket(**fields: Any) -> dict[str, Any]:
    at = NOW.isoformat()
    return {
        "id": "ticket-1", "number": "INC-1", "version": 1, "kind": "incident", "title": "VPN drops", "state": "new",
        "state_since": at, "impact": 3, "urgency": 3, "priority": 5, "requester_id": "rita", "opened_by_id": "rita",
        "channel": "api", "created_at": at, "updated_at": at, **fields,
    }  # fmt: skip


def article(**fields: Any) -> dict[str, Any]:
    at = NOW.isoformat()
    return {
        "id": "article-1", "number": "KB-1", "version": 3, "title": "VPN", "body": "…", "state": "published",
        "visibility": "public", "owner_id": "alf", "created_at": at, "updated_at": at, **fields,
    }  # fmt: skip


SCREEN = {"id": "f1", "name": "screen.png", "type": "image/png", "size": 8}
INDEX_JOB = {
    "job_id": "j1", "kind": "rebuild", "phase": "filling", "documents": 1, "total": 2, "started_at": NOW.isoformat(),
}  # fmt: skip
VERSION = {"version": 3, "title": "VPN", "state": "published", "visibility": "public", "updated_at": NOW.isoformat()}


def event(sequence: int = 1, **fields: Any) -> dict[str, Any]:
    """Returns a ticket event as the log holds it. `changes`, `comment` and `ticket` become members of its data."""
    data = {name: fields.pop(name) for name in ("changes", "comment", "ticket") if name in fields}
    subject = fields.pop("subject", "ticket-1")
    at = fields.pop("at", datetime.now(UTC)).isoformat()
    return {
        "id": f"{subject}:{sequence:08d}", "source": "tickets", "subject": subject, "sequence": sequence,
        "type": "ticket.created.v1" if sequence == 1 else "ticket.updated.v1", "time": at, "recordedat": at,
        "loggedat": at, "actor": "rita", "data": {"ticket": ticket(id=subject, version=sequence), **data}, **fields,
    }  # fmt: skip


class FakeRpc:
    """Answers calls from `answers`, which maps `service.method` to a value or to a function of the arguments. Calls
    that `failures` names raise its error."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any], CallContext]] = []
        self.failures: dict[str, ServiceError] = {}
        page: dict[str, Any] = {"items": [], "after": None}
        self.answers: dict[str, Any] = {
            "tickets.create": ticket(),
            "tickets.update": lambda arguments: ticket(number=arguments["number"], version=2),
            "tickets.get": self._ticket,
            "tickets.list": {"items": [ticket()], "after": "next"},
            "tickets.count": [3],
            "tickets.comments": page,
            "tickets.events": page,
            "tickets.attachment": SCREEN,
            "tickets.attached": [],
            "tickets.events_since": {"events": [], "complete": True},
            "tickets.categories": [{"id": "c1", "name": "Network"}],
            "tickets.records": {"items": [{"id": "c1", "name": "Network"}], "after": None},
            "tickets.record": {"id": "c1", "name": "Network"},
            "tickets.create_record": {"id": "c2", "name": "Printers"},
            "tickets.update_record": {"id": "c1", "name": "Networks"},
            "tickets.record_changes": page,
            "knowledge.create_article": article(version=1),
            "knowledge.update_article": article(version=4),
            "knowledge.article": article(),
            "knowledge.articles": page,
            "knowledge.article_versions": {"items": [VERSION], "after": "next"},
            "knowledge.article_version": lambda arguments: article(
                version=arguments["version"], body=f"Version {arguments['version']}"
            ),
            "knowledge.restore_article": article(version=4),
            "knowledge.search": {"items": [], "degraded": True},
            "knowledge.suggest": {"items": []},
            "knowledge.status": {
                "documents": 2, "dirty": 0, "lag_seconds": 0.0, "degraded": False, "jobs": [INDEX_JOB],
            },
            "knowledge.rebuild": INDEX_JOB,
            "knowledge.reconcile": INDEX_JOB,
            "knowledge.replay": INDEX_JOB,
            "notifications.inbox": {"items": [], "unread": 4},
            "notifications.mark_read": {"unread": 0},
            "notifications.deliveries": page,
            "notifications.record_changes": page,
            "analytics.rebuild": {"job_id": "j2"},
            "analytics.summary": lambda arguments: {
                "from": arguments["query"]["from"], "to": arguments["query"]["to"], "total": MEASURES,
                "groups": [{"key": {"team_id": None, "priority": 1}, "measures": MEASURES}], "excluded": {},
            },
            "analytics.series": lambda arguments: {
                "zone": arguments["query"]["zone"],
                "buckets": [{
                    "from": arguments["query"]["from"], "to": arguments["query"]["to"], "total": MEASURES, "groups": [],
                }],
            },
            "analytics.tickets": {"items": [], "after": "next"},
        }  # fmt: skip

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
        name = f"{service}.{method}"
        sent = orjson.loads(_encode(arguments))["kwargs"]
        self.calls.append((name, sent, context))
        assert read == (context.command_id is None), f"{name}: a write needs a command id, a read has none"
        if name in self.failures:
            raise self.failures[name]
        answer = self.answers[name]
        return result.validate_python(answer(sent) if callable(answer) else answer)

    def sent(self, name: str) -> dict[str, Any]:
        """Returns the arguments of the last call of `service.method`."""
        return next(arguments for called, arguments, _ in reversed(self.calls) if called == name)

    def context(self, name: str) -> CallContext:
        contexts: Iterator[CallContext] = (context for called, _, context in reversed(self.calls) if called == name)
        return next(contexts)

    @staticmethod
    def _ticket(arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments["number"] != "INC-1":
            raise not_found("ticket", arguments["number"])
        return ticket(version=7)


def person(id: str, **fields: Any) -> dict[str, Any]:
    return {
        "_id": id, "name": id.title(), "emails": [f"{id}@example.org"], "active": True, "admin": False,
        "language": "en", "time_zone": "UTC", "teams": {}, "version": 1,
        "created_at": datetime.now(UTC), "updated_at": datetime.now(UTC), **fields,
    }  # fmt: skip


def team(id: str, **fields: Any) -> dict[str, Any]:
    return {"_id": id, "name": id.title(), "confidential": False, "active": True, "version": 1, **fields}


class FakeDirectory(Directory):
    def __init__(self) -> None:
        self.refreshed = 0
        self._seen, self._users, self._teams = {}, {}, {}
        self.organisation = OrganisationView()
        self.loaded = True

    async def refresh(self) -> None:
        self.refreshed += 1


class FakeUsers:
    def __init__(self) -> None:
        agent = person("alf", teams={"desk": "manage"})
        self.documents = [person("rita"), agent, person("anna", admin=True), person("gone", active=False)]

    async def page(
        self, q: str, team_id: str | None, active: bool | None, size: int, after: str | None
    ) -> Page[dict[str, Any]]:
        return find_people(self.documents, q, active, size)


class FakePeople:
    """Rita is a requester, Alf an agent of the desk, Anna an administrator. The id of a person is also their bearer
    token, and they typed their password just now."""

    def __init__(self) -> None:
        self.directory = FakeDirectory()
        self.access_tokens = self.refresh_tokens = self
        self.clock = partial(datetime.now, UTC)
        self.records: dict[str, Any] = {}
        self.security_log = FakeSecurityLog()
        self.users = FakeUsers()
        for one in self.users.documents:
            self.directory.put_user(one)
        self.directory.put_team(team("desk"))
        self.directory.put_team(team("hr", confidential=True))
        self.directory.put_team(team("closed", active=False))
        self.reachable = True

    def read(self, token: str) -> AccessToken:
        return AccessToken(token, time.time(), time.time() + 600, family=token)

    async def confirmed_at(self, family: str) -> datetime:
        return self.clock()

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def ping(self) -> None:
        if not self.reachable:
            raise ConnectionError("down")
