"""The service between its events and its rows, without a server."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from notifications.usecases.project import Project
from notifications.usecases.react import React
from trackline_schemas.events import Event

from .builders import NOW
from .fakes import FakeDeliveries, FakeInbox, FakeOrganisation, FakeParked, FakePeople, FakePublisher, FakeTeams


@dataclass
class World:
    people: FakePeople = field(default_factory=FakePeople)
    teams: FakeTeams = field(default_factory=FakeTeams)
    organisation: FakeOrganisation = field(default_factory=FakeOrganisation)
    parked: FakeParked = field(default_factory=FakeParked)
    inbox: FakeInbox = field(default_factory=FakeInbox)
    deliveries: FakeDeliveries = field(default_factory=FakeDeliveries)
    publisher: FakePublisher = field(default_factory=FakePublisher)

    def consume(self, events: Sequence[Event]) -> None:
        waited = Project(self.people, self.teams, self.organisation, self.parked)(events)
        react = React(
            self.people, self.teams, self.parked, self.inbox, self.deliveries, self.publisher, lambda: NOW, 60
        )
        react([*events, *waited])

    def rows(self) -> set[str]:
        return set(self.inbox.rows) | set(self.deliveries.rows)
