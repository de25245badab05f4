"""Messages for RabbitMQ, independent of the client that sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trackline_schemas.events import Event
from trackline_schemas.topology import EXCHANGE, has_consumer


@dataclass(frozen=True)
class Outgoing:
    """A `mandatory` message that no queue takes counts as not published. `expiration` is in milliseconds."""

    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, Any] = field(default_factory=dict)
    mandatory: bool = True
    expiration: int | None = None


def to_exchange(event: Event) -> Outgoing:
    return Outgoing(EXCHANGE, event.type, _body(event), mandatory=has_consumer(event.type))


def to_queue(event: Event, queue: str) -> Outgoing:
    return Outgoing("", queue, _body(event))


def _body(event: Event) -> bytes:
    return event.model_dump_json(exclude_none=True).encode()
