"""Each test has a virtual host and a database of its own on the servers that `with-servers` started."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo.database import Database

from trackline_chassis.amqp import connect, declare_topology
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document, database
from trackline_chassis.settings import ChassisSettings
from trackline_schemas.events import Event, event_id


@pytest.fixture
def amqp_url() -> Iterator[str]:
    name = f"chassis-{uuid4().hex[:8]}"
    management = os.environ["TRACKLINE_TEST_AMQP_MANAGEMENT_URL"].rstrip("/")
    httpx.put(f"{management}/api/vhosts/{name}").raise_for_status()
    yield os.environ["TRACKLINE_TEST_AMQP_URL"].rstrip("/") + f"/{name}"
    httpx.delete(f"{management}/api/vhosts/{name}").raise_for_status()


@pytest.fixture
def settings(amqp_url: str) -> ChassisSettings:
    return ChassisSettings(
        amqp_url=amqp_url,
        mongodb_url=os.environ["TRACKLINE_TEST_MONGODB_URL"],
        database_prefix=f"chassis_{uuid4().hex[:8]}",
        sweep_seconds=0.1,
        sweep_age_seconds=0.2,
        retry_delays=(0.05, 0.1, 0.2),
    )


@pytest.fixture
def db(settings: ChassisSettings) -> Iterator[Database[Document]]:
    found = database(settings, "test")
    yield found
    found.client.drop_database(found.name)
    found.client.close()


@pytest.fixture
def bus(amqp_url: str) -> Iterator[Bus]:
    one = Bus(amqp_url)
    yield one
    one.close()


class Queue:
    """Looks into a consumer's queue the way a consumer would, but takes everything at once."""

    def __init__(self, url: str, name: str) -> None:
        self.connection = connect(url)
        self.channel = self.connection.channel()
        declare_topology(self.channel)
        self.name = name

    def take(self) -> list[Any]:
        messages = []
        while (message := self.channel.basic_get(self.name, no_ack=True)) is not None:
            messages.append(message)
        return messages

    def take_events(self) -> list[Event]:
        return [Event.model_validate_json(message.body) for message in self.take()]


@pytest.fixture
def queue(amqp_url: str) -> Iterator[Callable[[str], Queue]]:
    opened: list[Queue] = []

    def look(name: str) -> Queue:
        opened.append(Queue(amqp_url, name))
        return opened[-1]

    yield look
    for one in opened:
        one.connection.close()


def wait_for(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """The condition's first true value; polls until the deadline."""
    end = monotonic() + seconds
    while monotonic() < end:
        if value := condition():
            return value
        sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {condition}")


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
