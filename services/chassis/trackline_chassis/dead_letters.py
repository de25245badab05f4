"""Dead letters: python -m trackline_chassis.dead_letters list | replay | drop [--queue NAME] [--id EVENT_ID]"""

import argparse
import sys
from collections.abc import Iterator
from typing import Any, Literal

from trackline_chassis.amqp import connect, declare_topology
from trackline_chassis.publisher import Publisher
from trackline_chassis.settings import ChassisSettings
from trackline_core.dead_letters import DeadLetter, parse, to_origin
from trackline_core.renewal import is_worn, renewed_dead_letter
from trackline_schemas.topology import DEAD_LETTERS

Action = Literal["list", "replay", "drop"]


def handle(url: str, action: Action, queue: str | None = None, event_id: str | None = None) -> list[DeadLetter]:
    """Applies the action to every dead letter that matches, and returns those letters."""
    publisher = Publisher(url)
    with connect(url) as connection:
        channel = connection.channel()
        declare_topology(channel)
        # Closing the channel returns every message that was not acknowledged to the queue.
        chosen = [pair for pair in _all(channel, publisher) if pair[0].matches(queue, event_id)]
        for letter, message in chosen:
            if action != "list" and _settle(publisher, letter, action, _body(message)):
                channel.basic_ack(message.delivery_tag)
        channel.close()
    publisher.close()
    return [letter for letter, _ in chosen]


def _all(channel: Any, publisher: Publisher) -> Iterator[tuple[DeadLetter, Any]]:
    while (message := channel.basic_get(DEAD_LETTERS)) is not None:
        # To look at a letter counts as a delivery. The copy of a worn letter comes later in this loop.
        if is_worn(message.headers) and publisher.publish([renewed_dead_letter(_body(message), message.headers)])[0]:
            channel.basic_ack(message.delivery_tag)
        else:
            yield parse(message.headers or {}, _body(message)), message


def _settle(publisher: Publisher, letter: DeadLetter, action: Literal["replay", "drop"], body: bytes) -> bool:
    """Returns whether the letter may be acknowledged."""
    return action == "drop" or publisher.publish([to_origin(letter, body)])[0]


def _body(message: Any) -> bytes:
    return message.body if isinstance(message.body, bytes) else message.body.encode()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="dead_letters", description=__doc__)
    parser.add_argument("action", choices=["list", "replay", "drop"])
    parser.add_argument("--queue", help="only those of this consumer's queue")
    parser.add_argument("--id", help="only this event")
    given = parser.parse_args(arguments)
    letters = handle(ChassisSettings().amqp_url, given.action, given.queue, given.id)
    for letter in letters:
        sys.stdout.write(f"{letter.queue}  {letter.id}  {letter.reason}\n")
    sys.stdout.write(f"{given.action}: {len(letters)} dead letters\n")


if __name__ == "__main__":
    main(sys.argv[1:])
