"""Everything that RabbitMQ must hold before anybody publishes or consumes, as data.

Quorum queues and their dead-letter arguments cannot be set by policy on this release: they belong to the declaration.
Renaming a queue leaves the old one bound and filling: drop it in a release step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EXCHANGE = "trackline"
DEAD_LETTERS = "trackline.dead"
DEAD_LETTER_DAYS = 30

# Our own headers: RabbitMQ's x-first-death-queue names the retry queue once a message went through the ladder.
ORIGIN_HEADER = "trackline-origin"
ATTEMPT_HEADER = "trackline-attempt"
REASON_HEADER = "trackline-reason"

# Queue → binding keys. One durable queue per consumer service.
CONSUMERS: Mapping[str, tuple[str, ...]] = {
    "tickets.events": ("team.#", "replay.requested.#"),
    "notifications.events": ("ticket.#", "user.#", "team.#", "organisation.#", "mail.#"),
    "knowledge.events": ("ticket.#", "team.#"),
    "analytics.events": ("ticket.#", "team.#"),
    "gateway.events": ("replay.requested.#",),
}

# What each gateway's own transient queue is bound to.
LIVE_BINDINGS = ("ticket.#", "inbox.#", "user.#", "team.#", "category.#")

# Each has a fanout exchange of its name in front: a message published there keeps the origin queue as its routing key,
# so that the default exchange leads it back when it expires.
RETRY_QUEUES = ("trackline.retry.1", "trackline.retry.2", "trackline.retry.3")


@dataclass(frozen=True)
class Queue:
    """`bindings` are keys on EXCHANGE; `fanout` asks for an exchange of the queue's own name, bound to it."""

    name: str
    bindings: tuple[str, ...] = ()
    fanout: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)


def queues() -> list[Queue]:
    return [_dead(), *map(_retry, RETRY_QUEUES), *(_consumer(*item) for item in CONSUMERS.items())]


def _consumer(name: str, bindings: tuple[str, ...]) -> Queue:
    arguments = {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": DEAD_LETTERS,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": 20,
    }
    return Queue(name, bindings, arguments=arguments)


def _retry(name: str) -> Queue:
    # The delay is each message's own expiration, so that the delays stay settings.
    return Queue(
        name,
        fanout=True,
        arguments={
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": "",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def _dead() -> Queue:
    return Queue(
        DEAD_LETTERS,
        arguments={"x-queue-type": "quorum", "x-message-ttl": DEAD_LETTER_DAYS * 24 * 3600 * 1000},
    )


def has_consumer(event_type: str) -> bool:
    """Whether a durable queue is bound to the type. Every binding key is a prefix with .# behind it."""
    keys = (key for bindings in CONSUMERS.values() for key in bindings)
    return any(event_type.startswith(key.removesuffix("#")) for key in keys)
