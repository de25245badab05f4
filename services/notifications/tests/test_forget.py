"""Tickets that were purged, over the fakes and over MongoDB."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from notifications.adapters.deliveries import MongoDeliveries
from notifications.adapters.inbox import MongoInbox
from notifications.adapters.people import MongoParked
from notifications.adapters.purged import MongoPurged
from notifications.usecases.forget import Forget
from notifications.usecases.ports import Deliveries, InboxStore, Parked, Purged
from trackline_schemas.events import TICKET_PURGED, Event

from .builders import NOW, mail_row, ticket_event
from .fakes import FakeDeliveries, FakeInbox, FakeParked, FakePurged
from .test_inbox_contract import entry

Stores = tuple[InboxStore, Deliveries, Parked, Purged]


@pytest.fixture
def stores(real: Database[dict[str, Any]] | None) -> Stores:
    if real is None:
        inbox, deliveries, parked = FakeInbox(), FakeDeliveries(), FakeParked()
        return inbox, deliveries, parked, FakePurged(inbox, deliveries, parked)
    purged = MongoPurged(real)
    purged.prepare()
    return MongoInbox(real), MongoDeliveries(real), MongoParked(real), purged


def purge_event() -> Event:
    return ticket_event("boss", sequence=9, type=TICKET_PURGED, historical=True, data={"number": "INC-1042"})


def told(stores: Stores) -> None:
    """What the events of two tickets leave."""
    inbox, deliveries, parked, _ = stores
    inbox.add([entry(2), entry(2, ticket="t2")])
    deliveries.add([mail_row(), mail_row(ticket_id="t2")])
    parked.park(ticket_event("rita"), "anna", None)


def left(stores: Stores) -> Sequence[str]:
    inbox, deliveries, parked, _ = stores
    entries, _ = inbox.page("anna", False, 10, None)
    rows, _ = deliveries.page(None, 10, None)
    waiting = parked.waiting_for(["anna"], [])
    return [*(one.ticket_id for one in entries), *(row.ticket_id for row in rows), *(one.subject for one in waiting)]


def test_nothing_stays_of_a_purged_ticket_and_everything_of_others(stores: Stores) -> None:
    told(stores)
    Forget(stores[-1])([ticket_event("rita"), purge_event()])
    assert left(stores) == ["t2", "t2"]
    assert stores[1].claim("c", NOW + timedelta(hours=1), NOW + timedelta(hours=2))[0][0].ticket_id == "t2"


def test_what_a_late_event_brings_back_is_dropped_again(stores: Stores) -> None:
    forget = Forget(stores[-1])
    forget([purge_event()])
    told(stores)
    forget([ticket_event("rita"), ticket_event("rita", ticket={"id": "t2"})])
    assert left(stores) == ["t2", "t2"]
