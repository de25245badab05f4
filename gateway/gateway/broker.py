"""The gateway's one connection to RabbitMQ: made again for ever, so that start order never matters."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection

from gateway.topology import declare

_log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
CONNECT_TIMEOUT = 5.0
HEARTBEAT = 10


class BrokerUser(Protocol):
    """`connected` opens channels and queues on a new connection, after the topology stands; `disconnected` is
    told once for every connection that was lost, also when `connected` of another failed."""

    async def connected(self, connection: AbstractConnection) -> None: ...

    def disconnected(self) -> None: ...


class Broker:
    def __init__(self, url: str) -> None:
        self._url = url
        self._users: list[BrokerUser] = []
        self._task: asyncio.Task[None] | None = None
        self.ready = False

    def add(self, user: BrokerUser) -> None:
        """To be called before `start`."""
        self._users.append(user)

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="broker")

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._session()
                pause = FIRST_PAUSE
            except (
                OSError,
                TimeoutError,
                aio_pika.exceptions.AMQPError,
                aio_pika.exceptions.ChannelInvalidStateError,
            ) as error:
                _log.warning("broker not reachable", error=repr(error), retry_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _session(self) -> None:
        connection = await aio_pika.connect(self._url, timeout=CONNECT_TIMEOUT, heartbeat=HEARTBEAT)
        lost = _loss_of(connection)
        try:
            await declare(connection)
            for user in self._users:
                await user.connected(connection)
            self.ready = True
            _log.info("broker connected")
            await lost.wait()
        finally:
            self.ready = False
            for user in self._users:
                user.disconnected()
            await connection.close()


def _loss_of(connection: AbstractConnection) -> asyncio.Event:
    lost = asyncio.Event()
    closed: Callable[..., None] = lambda *_: lost.set()  # noqa: E731
    connection.close_callbacks.add(closed)
    return lost
