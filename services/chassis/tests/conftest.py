"""Each test has its own virtual host and database on the servers that `with-servers` started."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document, database
from trackline_chassis.settings import ChassisSettings
from trackline_schemas.events import Event, event_id
from trackline_testing.backends import own_backends
from trackline_testing.queues import Queue


@pytest.fixture
def settings() -> Iterator[ChassisSettings]:
    with own_backends(sweep_seconds=0.1, sweep_age_seconds=0.2, retry_delays=(0.05, 0.1, 0.2)) as found:
        yield found


@pytest.fixture
def db(settings: ChassisSettings) -> Iterator[Database[Document]]:
    found = database(settings, "test")
    yield found
    found.client.close()


@pytest.fixture
def bus(settings: ChassisSettings) -> Iterator[Bus]:
    one = Bus(settings.amqp_url)
    yield one
    one.close()


@pytest.fixture
def queue(settings: ChassisSettings) -> Iterator[Callable[[str], Queue]]:
    opened: list[Queue] = []

    def look(name: str) -> Queue:
        opened.append(Queue(settings.amqp_url, name))
        return opened[-1]

    yield look
    for one in opened:
        one.close()


@contextmanager
def running(*loops: Callable[[threading.Event], None]) -> Iterator[threading.Event]:
    """Runs the loops in threads for as long as the block lasts."""
    stop = threading.Event()
    threads = [threading.Thread(target=loop, args=(stop,), daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)


def make_event(subject: str, sequence: int, type_: str = "ticket.updated.v1", **data: Any) -> Event:
    now = datetime.now(UTC)
    return Event(
        id=event_id(subject, sequence),
        source="/test",
        type=type_,
        subject=subject,
        time=now,
        sequence=sequence,
        recordedat=now,
        actor="u1",
        data=data,
    )
