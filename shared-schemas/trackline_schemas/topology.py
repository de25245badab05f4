"""The exchanges, queues and bindings that RabbitMQ must have before anybody publishes or consumes, as data.

A policy cannot set the quorum type and the dead-letter arguments in this release of RabbitMQ, so they are part of the
declaration. If a queue is renamed, the old one stays bound and fills up: delete it in a release step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EXCHANGE = "trackline"
DEAD_LETTERS = "trackline.dead"
DEAD_LETTER_DAYS = 30

# We set our own headers, because RabbitMQ's x-first-death-queue names the retry queue once a message was retried.
ORIGIN_HEADER = "trackline-origin"
ATTEMPT_HEADER = "trackline-attempt"
REASON_HEADER = "trackline-reason"
# When a dead letter died, in seconds since the epoch.
DIED_HEADER = "trackline-died-at"

# RabbitMQ drops a message that was delivered more often, or makes it a dead letter. RabbitMQ 4 has this limit for every
# quorum queue. The limit of an existing queue cannot be raised, so trackline_core.renewal keeps messages away from it.
DELIVERY_LIMIT = 20

# Queue → binding keys. Each consuming service has one durable queue.
CONSUMERS: Mapping[str, tuple[str, ...]] = {
    "tickets.events": ("user.changed.#", "team.#", "replay.requested.#"),
    "notifications.events": ("ticket.#", "user.#", "team.#", "organisation.#", "mail.#"),
    "knowledge.events": ("ticket.#", "team.#"),
    "analytics.events": ("ticket.#", "team.#"),
    "gateway.events": ("replay.requested.#",),
}

# The binding keys of the transient queue of each gateway.
LIVE_BINDINGS = ("ticket.#", "inbox.#", "user.#", "team.#", "category.#")

# Each retry queue has a fanout exchange of the same name. A message that is published there has the consumer's queue as
# its routing key, so that the default exchange returns it to that queue when it expires.
RETRY_QUEUES = ("trackline.retry.1", "trackline.retry.2", "trackline.retry.3")


@dataclass(frozen=True)
class Queue:
    """`bindings` are keys on EXCHANGE. `fanout` asks for an exchange with the name of the queue, bound to the queue."""

    name: str
    bindings: tuple[str, ...] = ()
    fanout: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)


# Every binding key is a prefix followed by `#`.
_PREFIXES = {name: tuple(key.removesuffix("#") for key in bindings) for name, bindings in CONSUMERS.items()}


def queues() -> list[Queue]:
    return [_dead_letters(), *map(_retry, RETRY_QUEUES), *(_consumer(*item) for item in CONSUMERS.items())]


def _consumer(name: str, bindings: tuple[str, ...]) -> Queue:
    arguments = {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": DEAD_LETTERS,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": DELIVERY_LIMIT,
    }
    return Queue(name, bindings, arguments=arguments)


def _retry(name: str) -> Queue:
    # Each message carries its delay as its expiration, so that the delays can be settings.
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


def _dead_letters() -> Queue:
    return Queue(
        DEAD_LETTERS,
        arguments={"x-queue-type": "quorum", "x-message-ttl": DEAD_LETTER_DAYS * 24 * 3600 * 1000},
    )


def is_bound(consumer: str, event_type: str) -> bool:
    """Returns whether the consumer's queue takes the type."""
    return event_type.startswith(_PREFIXES[consumer])


def has_consumer(event_type: str) -> bool:
    """Returns whether any durable queue takes the type."""
    return any(is_bound(consumer, event_type) for consumer in CONSUMERS)
