"""What a service says on the bus outside its outbox."""

from collections.abc import Sequence

from trackline_chassis.publisher import Publisher
from trackline_core.messages import Outgoing, to_exchange
from trackline_schemas.events import Event


class Bus:
    """Owns the process's publishing connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.publisher = Publisher(url)

    def publish(self, event: Event) -> bool:
        """Best effort, for what nobody misses for long: whether the broker took it."""
        return self.publisher.publish([to_exchange(event)])[0]

    def send(self, messages: Sequence[Outgoing]) -> list[bool]:
        return self.publisher.publish(messages)

    def waiting(self, queue: str) -> int:
        """Messages in a queue that no consumer has been given yet. Raises one of BROKER_DOWN."""
        return self.publisher.waiting(queue)

    def check(self) -> None:
        """Raises while the broker cannot be reached."""
        self.publisher.check()

    def close(self) -> None:
        self.publisher.close()
