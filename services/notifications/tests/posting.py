"""Builds a sender that works on a real MongoDB and a real mail server."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from notifications.adapters.delivery import MongoDeliveries
from notifications.adapters.person import MongoPeople
from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.ports import Outlet
from notifications.channels.mail.smtp import Server, SmtpClient
from notifications.channels.mail.transport import MailTransport
from notifications.usecases.pace import Pace
from notifications.usecases.ports import Ports, TicketRights
from notifications.usecases.send import Sender
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings
from trackline_testing.mail_settings import SEAL

from .builders import READABLE
from .fakes import FakeFills, FakeKnown, FakeOrganisation, FakeParked, FakePublisher, FakePurged, FakeTeams, FakeTickets


class EveryTicket(FakeTickets):
    def by_ids(self, ids: Collection[str]) -> Mapping[str, TicketRights]:
        return dict.fromkeys(ids, READABLE)


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def real_post(
    url: str, prefix: str, port: int, clock: Callable[[], datetime] = now, pace: Pace = Pace(idle=0.01)
) -> Iterator[tuple[MongoDeliveries, Sender]]:
    store = database(ChassisSettings(mongodb_url=url, database_prefix=prefix), "notifications")
    deliveries = MongoDeliveries(store)
    client = SmtpClient(Server("127.0.0.1", port, tls=False, user=None, password=None), "desk@example.org", 5)
    composer = MailComposer("Trackline <desk@example.org>", "http://127.0.0.1:8000", "Trackline", SEAL)
    people, teams, tickets = MongoPeople(store), FakeTeams(), EveryTicket()
    unused = (FakeOrganisation(), FakeParked(), FakePurged())
    known = FakeKnown(people, tickets, teams)
    ports = Ports(people, teams, *unused, deliveries, tickets, known, FakeFills(), FakePublisher(), [], clock)
    yield deliveries, Sender(ports, "mail", MailTransport(lambda: Outlet(composer, client)), pace)
    store.client.close()
