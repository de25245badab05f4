"""Nothing of purged tickets is left, in the fake stores and in MongoDB."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from notifications.adapters.delivery import MongoDeliveries
from notifications.adapters.parked import MongoParked
from notifications.adapters.purged import MongoPurged
from notifications.channels.inbox.channel import inbox_channel
from notifications.channels.inbox.ports import InboxPorts, InboxStore
from notifications.channels.inbox.store import MongoInbox
from notifications.usecases.consume import consume
from notifications.usecases.ports import DeliveryStore, KnownStore, ParkedStore, Ports, PurgedStore, TicketStore
from trackline_schemas.events import TICKET_PURGED, Event

from .builders import NOW, mail_row, ticket_event
from .fakes import (
    FakeDeliveries,
    FakeFills,
    FakeInbox,
    FakeOrganisation,
    FakeParked,
    FakePeople,
    FakePublisher,
    FakePurged,
    FakeTeams,
)
from .test_inbox_contract import entry

Stores = tuple[InboxStore, DeliveryStore, ParkedStore, PurgedStore]


@pytest.fixture
def stores(real: Database[dict[str, Any]] | None) -> Stores:
    if real is None:
        return FakeInbox(), FakeDeliveries(), FakeParked(), FakePurged()
    purged = MongoPurged(real)
    purged.prepare()
    return MongoInbox(real), MongoDeliveries(real), MongoParked(real), purged


@pytest.fixture
def ports(stores: Stores, tickets: TicketStore, known: KnownStore) -> Ports:
    inbox, deliveries, parked, purged = stores
    people, teams, publisher = FakePeople(), FakeTeams(), FakePublisher()
    channels = [inbox_channel(InboxPorts(inbox, known, publisher, lambda: NOW))]
    return Ports(
        people,
        teams,
        FakeOrganisation(),
        parked,
        purged,
        deliveries,
        tickets,
        known,
        FakeFills(),
        publisher,
        channels,
        lambda: NOW,
    )


def purge_event() -> Event:
    return ticket_event("boss", sequence=9, type=TICKET_PURGED, historical=True, data={"number": "INC-1042"})


def told(stores: Stores) -> None:
    """Handles the events of two tickets."""
    inbox, deliveries, parked, _ = stores
    inbox.add([entry(2), entry(2, ticket="t2")])
    deliveries.add([mail_row(), mail_row(ticket_id="t2")])
    parked.park(ticket_event("rita"), "anna", None)


def left(stores: Stores) -> Sequence[str | None]:
    inbox, deliveries, parked, _ = stores
    found, _ = inbox.page("anna", False, 10, None)
    rows, _ = deliveries.page(None, 10, None)
    waiting = parked.waiting_for(["anna"], [])
    return [
        *(one.entry.ticket_id for one in found),
        *(row.ticket_id for row in rows),
        *(one.subject for one in waiting),
    ]


@pytest.mark.parametrize("marks", [{}, {"replay": True}, {"historical": True}], ids=["live", "replay", "historical"])
def test_a_late_event_brings_no_ticket_back(ports: Ports, marks: dict[str, Any]) -> None:
    consume(ports, [ticket_event("rita", ticket={"id": "t2"}), ticket_event("rita"), purge_event()])
    consume(ports, [ticket_event("rita", sequence=8, **marks)])
    assert ports.known.read((), ["t1", "t2"]).tickets.keys() == {"t2"}


def test_a_purge_removes_everything_of_its_ticket_only(stores: Stores, ports: Ports) -> None:
    told(stores)
    consume(ports, [ticket_event("rita"), purge_event()])
    assert left(stores) == ["t2", "t2"]
    due = stores[1].claim("mail", "c", NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    assert [row.ticket_id for rows in due for row in rows] == ["t2"]


def test_the_rows_of_a_late_event_are_removed(stores: Stores, ports: Ports) -> None:
    consume(ports, [purge_event()])
    told(stores)
    consume(ports, [ticket_event("rita"), ticket_event("rita", ticket={"id": "t2"})])
    assert left(stores) == ["t2", "t2"]
