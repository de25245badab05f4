"""Publishes messages that do not go through an outbox."""

from collections.abc import Sequence

from trackline_chassis.publisher import Publisher
from trackline_core.messages import Outgoing, to_exchange
from trackline_schemas.events import Event


class Bus:
    """Owns the connection on which the process publishes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.publisher = Publisher(url)

    def publish(self, event: Event) -> bool:
        """Publishes an event that may get lost, and returns whether the broker took it."""
        return self.publisher.publish([to_exchange(event)])[0]

    def send(self, messages: Sequence[Outgoing]) -> list[bool]:
        return self.publisher.publish(messages)

    def waiting(self, queue: str) -> int:
        """Returns how many messages in a queue have not been delivered yet. Raises one of BROKER_DOWN."""
        return self.publisher.waiting(queue)

    def check(self) -> None:
        """Raises one of BROKER_DOWN while the broker cannot be reached."""
        self.publisher.check()

    def close(self) -> None:
        self.publisher.close()
