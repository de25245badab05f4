"""Alice works for it, Bob asks for help, Charlie is a stranger, Dana works for another team, Root administers."""

import time
from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import UUID

from tickets import metrics
from tickets.usecases import create, update
from tickets.usecases.category import create_category, update_category
from tickets.usecases.events import SOURCE
from tickets.usecases.ports import ImportedSteps, PersonStore, Ports, TeamStore, TicketStore
from trackline_core.records.store import RecordStore
from trackline_core.records.sync import Records
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.context import CallContext
from trackline_schemas.events import TeamChanged
from trackline_schemas.records.registry import KINDS, kept_by
from trackline_schemas.ticket.commands import CreateTicket, NewComment, TicketChanges, UpdateTicket
from trackline_schemas.ticket.views import TicketView
from trackline_schemas.versions import IfMatch
from trackline_schemas.viewer import Viewer
from trackline_testing.records import FakeRecords
from trackline_testing.tickets import Clock, FakeImportedSteps, FakePeople, FakeReplays, FakeTeams, FakeTickets

ALICE = Viewer(id="alice", teams={"it": "reply", "hr": "reply"})
BOB = Viewer(id="bob")
CHARLIE = Viewer(id="charlie")
DANA = Viewer(id="dana", teams={"network": "reply"})
ROOT = Viewer(id="root", admin=True)
READER = Viewer(id="reader", teams={"it": "read"})

# In order, so that what is created later sorts later.
COMMANDS = count(time.time_ns())


class World:
    """A ticket service without servers. `hr` is the confidential team."""

    def __init__(
        self,
        tickets: TicketStore | None = None,
        records: Mapping[str, RecordStore] | None = None,
        teams: TeamStore | None = None,
        imported_steps: ImportedSteps | None = None,
        people: PersonStore | None = None,
    ) -> None:
        self.clock = Clock()
        self.tickets = tickets or FakeTickets(self.clock)
        self.teams = teams or FakeTeams()
        for team_id in ("it", "hr", "network"):
            self.teams.apply(TeamChanged(id=team_id, name=team_id, confidential=team_id == "hr"), 1)
        self.stores = records or {name: FakeRecords(kind) for name, kind in kept_by("tickets").items()}
        kept = {name: Records(KINDS[name], one, self.clock, SOURCE, metrics.count) for name, one in self.stores.items()}
        self.replays = FakeReplays()
        steps = imported_steps or FakeImportedSteps()
        self.people = people or FakePeople()
        self.ports = Ports(
            self.tickets, kept, self.teams, self.people, self.replays, steps, lambda _: True, self.clock, new_id
        )

    @property
    def fake(self) -> FakeTickets:
        assert isinstance(self.tickets, FakeTickets)
        return self.tickets

    def create(
        self,
        viewer: Viewer = BOB,
        key: str | None = None,
        defaults: dict[str, str] | None = None,
        named: Viewer | None = None,
        **members: Any,
    ) -> TicketView:
        """`named` has the rights of the assignee, which the gateway sends."""
        body = {"title": "No network", "description": "The cable is in, nothing works.", **members}
        command = CreateTicket.model_validate(body)
        return create.create(self.ports, command, call(viewer, key, named), defaults=defaults or {})

    def update(
        self,
        ticket: TicketView,
        viewer: Viewer = ALICE,
        key: str | None = None,
        if_match: IfMatch = None,
        named: Viewer | None = None,
        **members: Any,
    ) -> TicketView:
        command = UpdateTicket.model_validate(members)
        return update.update(self.ports, ticket.number, command, if_match, call(viewer, key, named))

    def change(
        self, ticket: TicketView, viewer: Viewer = ALICE, named: Viewer | None = None, **changes: Any
    ) -> TicketView:
        return self.update(ticket, viewer, named=named, changes=TicketChanges.model_validate(changes))

    def say(
        self, ticket: TicketView, viewer: Viewer, text: str, visibility: str = "public", **changes: Any
    ) -> TicketView:
        comment = NewComment.model_validate({"text": text, "visibility": visibility})
        return self.update(ticket, viewer, comment=comment, changes=TicketChanges.model_validate(changes))

    def resolved(self, ticket: TicketView) -> TicketView:
        return self.change(ticket, state="resolved", resolution_code="solved", resolution="A new cable.")

    def category(self, name: str = "Network", team_id: str | None = None) -> Category:
        command = CreateCategory(name=name, team_id=team_id)
        return create_category(self.ports, command, call(ROOT))

    def set_category(self, category: Category, viewer: Viewer = ROOT, **members: Any) -> Category:
        command = UpdateCategory.model_validate(members)
        return update_category(self.ports, category.id, command, call(viewer))


def call(viewer: Viewer, key: str | None = None, named: Viewer | None = None) -> CallContext:
    """`key` is the command id that the gateway would make of an Idempotency-Key."""
    return CallContext(
        viewer=viewer, command_id=key or new_id(), key_sent=key is not None, request_id="r1", assignee=named
    )


def new_id() -> str:
    return str(UUID(int=next(COMMANDS)))
