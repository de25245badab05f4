"""The service from its events to its rows, without a server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Stop

from notifications.channels.inbox.channel import inbox_channel
from notifications.channels.inbox.ports import InboxPorts
from notifications.channels.mail.channel import mail_channel
from notifications.channels.mail.ports import MailPorts, Outlet
from notifications.channels.mail.transport import MailTransport
from notifications.domain.delivery import Delivery
from notifications.usecases import send
from notifications.usecases.channel import Channel
from notifications.usecases.consume import consume
from notifications.usecases.pace import Pace
from notifications.usecases.ports import Ports
from trackline_schemas.events import Event
from trackline_testing.mail_settings import FakeMailSettings, mail_ports

from .builders import NOW, PEOPLE, READABLE
from .fakes import (
    FakeComposer,
    FakeDeliveries,
    FakeFills,
    FakeInbox,
    FakeKnown,
    FakeMailServer,
    FakeOrganisation,
    FakeParked,
    FakePeople,
    FakePublisher,
    FakePurged,
    FakeTeams,
    FakeTickets,
)


@dataclass
class World:
    """`now` is a clock that the test sets. `more` are channels in addition to mail and inbox."""

    people: FakePeople = field(default_factory=FakePeople)
    teams: FakeTeams = field(default_factory=FakeTeams)
    organisation: FakeOrganisation = field(default_factory=FakeOrganisation)
    parked: FakeParked = field(default_factory=FakeParked)
    purged: FakePurged = field(default_factory=FakePurged)
    inbox: FakeInbox = field(default_factory=FakeInbox)
    deliveries: FakeDeliveries = field(default_factory=FakeDeliveries)
    tickets: FakeTickets = field(default_factory=FakeTickets)
    fills: FakeFills = field(default_factory=FakeFills)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    server: FakeMailServer = field(default_factory=FakeMailServer)
    more: list[Channel] = field(default_factory=list)
    now: datetime = NOW

    @property
    def mail(self) -> MailPorts:
        return mail_ports(FakeMailSettings(), self.deliveries, lambda: self.now, people=self.people)

    @property
    def inbox_ports(self) -> InboxPorts:
        return InboxPorts(self.inbox, self.known, self.publisher, lambda: self.now)

    @property
    def known(self) -> FakeKnown:
        return FakeKnown(self.people, self.tickets, self.teams)

    @property
    def ports(self) -> Ports:
        transport = MailTransport(lambda: Outlet(FakeComposer(), self.server))
        channels = [
            mail_channel(self.mail, transport, 60, 1),
            inbox_channel(self.inbox_ports),
            *self.more,
        ]
        return Ports(
            self.people,
            self.teams,
            self.organisation,
            self.parked,
            self.purged,
            self.deliveries,
            self.tickets,
            self.known,
            self.fills,
            self.publisher,
            channels,
            lambda: self.now,
        )

    def consume(self, events: Sequence[Event]) -> None:
        consume(self.ports, events)

    def rows(self) -> set[str]:
        return set(self.inbox.rows) | set(self.deliveries.rows)

    def send_some(self, channel: str = "mail", stop: Stop | None = None) -> bool:
        [transport] = [one.transport for one in self.ports.channels if one.name == channel and one.transport]
        sender = send.Sender(self.ports, channel, transport, Pace(claim=300))
        return send.send_some(sender, stop or Stop())

    def send_all(self, channel: str = "mail") -> None:
        while self.send_some(channel):
            pass

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def row(self, sequence: int = 2) -> Delivery:
        [found] = [row for row in self.deliveries.rows.values() if row.sequence == sequence]
        return found


def office() -> World:
    """A world that knows the people and the tickets of builders.py."""
    world = World()
    for person in PEOPLE.values():
        world.people.apply(person, 1)
    world.tickets.apply({f"t{number}": (0, READABLE) for number in range(10)})
    return world
