"""A sender on a real MongoDB and a real SMTP conversation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from notifications.adapters.deliveries import MongoDeliveries
from notifications.adapters.mail import MailComposer
from notifications.adapters.people import MongoPeople
from notifications.adapters.smtp import Server, SmtpTransport
from notifications.usecases.ports import Outlet
from notifications.usecases.send import Pace, Sender
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def real_post(
    url: str, prefix: str, port: int, clock: Callable[[], datetime] = now, pace: Pace = Pace(idle=0.01)
) -> Iterator[tuple[MongoDeliveries, Sender]]:
    store = database(ChassisSettings(mongodb_url=url, database_prefix=prefix), "notifications")
    deliveries = MongoDeliveries(store)
    transport = SmtpTransport(Server("127.0.0.1", port, tls=False, user=None, password=None), "desk@example.org", 5)
    composer = MailComposer("Trackline <desk@example.org>", "http://127.0.0.1:8000", "Trackline")
    yield deliveries, Sender(deliveries, MongoPeople(store), lambda: Outlet(composer, transport), clock, pace)
    store.client.close()
