from typing import Any

from trackline_chassis.amqp import connect, declare_topology
from trackline_schemas.events import Event


class Queue:
    """Takes all messages at once out of a consumer's queue."""

    def __init__(self, url: str, name: str) -> None:
        self._connection = connect(url)
        self.channel = self._connection.channel()
        declare_topology(self.channel)
        self._name = name

    def take(self) -> list[Any]:
        messages = []
        while (message := self.channel.basic_get(self._name, no_ack=True)) is not None:
            messages.append(message)
        return messages

    def take_events(self) -> list[Event]:
        return [Event.model_validate_json(message.body) for message in self.take()]

    def close(self) -> None:
        self._connection.close()
