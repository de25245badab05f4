"""The real tickets service with stores in memory. Only RabbitMQ and MongoDB are missing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from unittest.mock import patch
from uuid import uuid4

import orjson
from prometheus_client import REGISTRY, CollectorRegistry

from gateway.bus.rpc import RpcClient
from gateway.people.directory import Directory
from trackline_core.records.sync import Records
from trackline_schemas.base import now
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event, TeamChanged
from trackline_schemas.filters import And
from trackline_schemas.records.registry import KINDS, kept_by
from trackline_schemas.ticket.commands import CreateTicket, UpdateTicket
from trackline_schemas.ticket.views import HistoryEntry, TicketView
from trackline_schemas.viewer import SYSTEM_ID, Viewer
from trackline_testing.records import FakeRecords

# A service runs in its own process. Its metrics have the same names as those of the gateway, so they need their own
# registry here.
with patch.object(REGISTRY, "register", CollectorRegistry().register):
    from tickets.entrypoint import TicketsService
    from tickets.metrics import count
    from tickets.usecases import category, create, update
    from tickets.usecases.events import SOURCE
    from tickets.usecases.ports import Order, Ports
    from tickets.usecases.views import to_entry
    from trackline_testing.tickets import FakeImportedSteps, FakePeople, FakeReplays, FakeTeams, FakeTickets

_SYSTEM = Viewer(id=SYSTEM_ID, admin=True)


class Ticketing(RpcClient):
    """Encodes, validates and decodes calls as on the bus. Changed teams arrive with the next call. The events of a call
    reach `publish` right after it. `at` is the time that the service sees; None is the real time."""

    def __init__(self, directory: Directory, publish: Callable[[Event], None]) -> None:
        super().__init__()
        self.at: datetime | None = None
        self.store = FakeTickets(self._clock)
        self._records = {name: FakeRecords(kind) for name, kind in kept_by("tickets").items()}
        self.ports = Ports(
            self.store,
            {name: Records(KINDS[name], one, self._clock, SOURCE, count) for name, one in self._records.items()},
            FakeTeams(),
            FakePeople(),
            FakeReplays(),
            FakeImportedSteps(),
            lambda _: True,
            self._clock,
            lambda: str(uuid4()),
        )
        self._directory = directory
        self._emit = publish

    async def _call_once(self, service: str, method: str, body: bytes, context: CallContext, deadline: float) -> bytes:
        self._apply_teams()
        called = TicketsService()
        called.app = self.ports
        called.call = CallContext.model_validate_json(context.model_dump_json())
        answer = getattr(called, method)(**orjson.loads(body)["kwargs"])
        self._relay()
        return cast(bytes, answer)

    def copy_from(self, other: "Ticketing") -> None:
        """Copies the tickets and records of another desk."""
        self.store.copy_from(other.store)
        for name, records in self._records.items():
            records.copy_from(other._records[name])

    def tickets(self) -> Sequence[TicketView]:
        """Returns all tickets in the order of their creation."""
        return self.store.find(And(all=[]), Order("number", descending=False), None, 10_000)

    def history(self, number: str) -> Sequence[HistoryEntry]:
        """Returns the history as staff see it."""
        stored = self.store.by_number(number)
        entries = (to_entry(event, staff=True) for event in self.store.events(stored)) if stored else ()
        return [known for known in entries if known]

    def categories(self) -> Sequence[Category]:
        return category.categories(self.ports)

    def create(self, by: str, title: str, description: str, **members: Any) -> TicketView:
        """`by` is the id of the acting person, here and below."""
        sent = {"title": title, "description": description, "channel": "portal", **members}
        done = create.create(self.ports, CreateTicket.model_validate(sent), self._context(by))
        self._relay()
        return done

    def update(
        self, by: str, number: str, text: str = "", visibility: str = "public", format: str = "plain", **changes: Any
    ) -> TicketView:
        sent: dict[str, Any] = {"changes": changes}
        if text:
            sent["comment"] = {"text": text, "visibility": visibility, "format": format}
        done = update.update(self.ports, number, UpdateTicket.model_validate(sent), None, self._context(by))
        self._relay()
        return done

    def add_category(self, id: str, name: str, **changes: Any) -> Category:
        """Creates a category with this id."""
        ports = replace(self.ports, new_id=lambda: id)
        made = category.create_category(ports, CreateCategory(name=name), self._context(SYSTEM_ID))
        return self.update_category(id, **changes) if changes else made

    def update_category(self, id: str, **changes: Any) -> Category:
        return category.update_category(self.ports, id, UpdateCategory(**changes), self._context(SYSTEM_ID))

    def _context(self, by: str) -> CallContext:
        self._apply_teams()
        return CallContext(viewer=_SYSTEM if by == SYSTEM_ID else self._directory.viewer(by))

    def _apply_teams(self) -> None:
        for team in self._directory.all_teams():
            self.ports.teams.apply(
                TeamChanged(id=team.id, name=team.name, confidential=team.confidential), team.version
            )

    def _relay(self) -> None:
        for event in self.store.relay():
            self._emit(event)

    def _clock(self) -> datetime:
        return self.at or now()
