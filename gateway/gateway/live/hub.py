"""Live events of this gateway: one transient queue in, many streams out."""

from aio_pika.abc import AbstractConnection

from gateway.clients.tickets import TicketsClient
from gateway.people import People


class LiveHub:
    def __init__(self, people: People, tickets: TicketsClient) -> None:
        self._people = people
        self._tickets = tickets

    async def connected(self, connection: AbstractConnection) -> None: ...

    def disconnected(self) -> None: ...

    def close(self) -> None: ...
