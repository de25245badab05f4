"""Dead letters: python -m trackline_chassis.dead_letters list | replay | drop [--queue NAME] [--id EVENT_ID]"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from trackline_chassis.amqp import connect, declare_topology
from trackline_chassis.publisher import Outgoing, Publisher
from trackline_chassis.settings import ChassisSettings
from trackline_schemas.topology import DEAD_LETTERS, ORIGIN_HEADER, REASON_HEADER

Action = Literal["list", "replay", "drop"]


@dataclass(frozen=True)
class DeadLetter:
    """`queue` is where it died, `id` its event's, or "?" where the body cannot be read."""

    queue: str
    id: str
    reason: str
    body: bytes
    tag: int

    def line(self) -> str:
        return f"{self.queue}  {self.id}  {self.reason}"


def handle(url: str, action: Action, queue: str | None = None, event_id: str | None = None) -> list[DeadLetter]:
    """Does it to every dead letter that matches, and returns those. What is listed or does not match stays."""
    publisher = Publisher(url)
    with connect(url) as connection:
        channel = connection.channel()
        declare_topology(channel)
        # Closing the channel gives back everything that was not acked.
        chosen = [one for one in _all(channel) if queue in (None, one.queue) and event_id in (None, one.id)]
        for letter in chosen:
            if action == "drop" or (action == "replay" and _replay(publisher, letter)):
                channel.basic_ack(letter.tag)
        channel.close()
    publisher.close()
    return chosen


def _all(channel: Any) -> Iterator[DeadLetter]:
    while (message := channel.basic_get(DEAD_LETTERS)) is not None:
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        headers = message.headers or {}
        # Without our header RabbitMQ itself gave up: the delivery limit, straight from the consumer's queue.
        origin = headers.get(ORIGIN_HEADER) or headers.get("x-first-death-queue", "?")
        reason = headers.get(REASON_HEADER) or headers.get("x-first-death-reason", "?")
        yield DeadLetter(origin, _event_id(body), reason, body, message.delivery_tag)


def _event_id(body: bytes) -> str:
    try:
        return str(orjson.loads(body)["id"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return "?"


def _replay(publisher: Publisher, letter: DeadLetter) -> bool:
    return publisher.publish([Outgoing("", letter.queue, letter.body, mandatory=True)])[0]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="dead_letters", description=__doc__)
    parser.add_argument("action", choices=["list", "replay", "drop"])
    parser.add_argument("--queue", help="only those of this consumer's queue")
    parser.add_argument("--id", help="only this event")
    given = parser.parse_args(arguments)
    letters = handle(ChassisSettings().amqp_url, given.action, given.queue, given.id)
    for letter in letters:
        sys.stdout.write(letter.line() + "\n")
    sys.stdout.write(f"{given.action}: {len(letters)} dead letters\n")


if __name__ == "__main__":
    main(sys.argv[1:])
