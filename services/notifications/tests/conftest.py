"""Gives each test that asks for one a database of its own, and the stores in both forms: fake and real."""

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from notifications.adapters.delivery import MongoDeliveries
from notifications.adapters.fill import MongoFills
from notifications.adapters.known import MongoKnown
from notifications.adapters.organisation import MongoOrganisation
from notifications.adapters.parked import MongoParked
from notifications.adapters.person import MongoPeople
from notifications.adapters.team import MongoTeams
from notifications.adapters.ticket import MongoTickets
from notifications.channels.inbox.ports import InboxStore
from notifications.channels.inbox.store import MongoInbox
from notifications.channels.mail.store import MongoMailSettings
from notifications.usecases.ports import (
    DeliveryStore,
    FillStore,
    KnownStore,
    OrganisationStore,
    ParkedStore,
    PersonStore,
    TeamStore,
    TicketStore,
)
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings
from trackline_testing.mail_settings import SEAL, FakeMailSettings, MailSettingsStore

from .fakes import (
    FakeDeliveries,
    FakeFills,
    FakeInbox,
    FakeKnown,
    FakeOrganisation,
    FakeParked,
    FakePeople,
    FakeTeams,
    FakeTickets,
)
from .smtp_server import Mailbox, mail_server


@pytest.fixture
def db() -> Iterator[Database[dict[str, Any]]]:
    url = os.environ["TRACKLINE_TEST_MONGODB_URL"]
    found = database(ChassisSettings(mongodb_url=url, database_prefix=f"n_{uuid4().hex[:8]}"), "notifications")
    yield found
    found.client.drop_database(found.name)
    found.client.close()


@pytest.fixture(params=["fake", "mongo"])
def real(request: pytest.FixtureRequest) -> Database[dict[str, Any]] | None:
    """Returns None for the fakes."""
    return request.getfixturevalue("db") if request.param == "mongo" else None


@pytest.fixture
def people(real: Database[dict[str, Any]] | None) -> PersonStore:
    if real is None:
        return FakePeople()
    found = MongoPeople(real)
    found.prepare()
    return found


@pytest.fixture
def teams(real: Database[dict[str, Any]] | None) -> TeamStore:
    return FakeTeams() if real is None else MongoTeams(real)


@pytest.fixture
def organisation(real: Database[dict[str, Any]] | None) -> OrganisationStore:
    return FakeOrganisation() if real is None else MongoOrganisation(real)


@pytest.fixture
def parked(real: Database[dict[str, Any]] | None) -> ParkedStore:
    if real is None:
        return FakeParked()
    found = MongoParked(real)
    found.prepare()
    return found


@pytest.fixture
def inbox(real: Database[dict[str, Any]] | None) -> InboxStore:
    if real is None:
        return FakeInbox()
    found = MongoInbox(real)
    found.prepare()
    return found


@pytest.fixture
def tickets(real: Database[dict[str, Any]] | None) -> TicketStore:
    return FakeTickets() if real is None else MongoTickets(real)


@pytest.fixture
def known(
    real: Database[dict[str, Any]] | None, people: PersonStore, tickets: TicketStore, teams: TeamStore
) -> KnownStore:
    """Reads what the other stores have."""
    if real is not None:
        return MongoKnown(real)
    assert isinstance(tickets, FakeTickets)
    assert isinstance(teams, FakeTeams)
    return FakeKnown(people, tickets, teams)


@pytest.fixture
def fills(real: Database[dict[str, Any]] | None) -> FillStore:
    return FakeFills() if real is None else MongoFills(real)


@pytest.fixture
def deliveries(real: Database[dict[str, Any]] | None) -> DeliveryStore:
    if real is None:
        return FakeDeliveries()
    found = MongoDeliveries(real)
    found.prepare()
    return found


def in_mongo(db: Database[dict[str, Any]]) -> MongoMailSettings:
    # The relay does not run here: nothing is ever sent to this address.
    found = MongoMailSettings(db, Bus("amqp://127.0.0.1:1"), ChassisSettings(), SEAL)
    found.prepare()
    return found


@pytest.fixture
def mail_settings(real: Database[dict[str, Any]] | None) -> MailSettingsStore:
    return FakeMailSettings() if real is None else in_mongo(real)


@pytest.fixture
def smtp() -> Iterator[tuple[Mailbox, int]]:
    with mail_server() as running:
        yield running
