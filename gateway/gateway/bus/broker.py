"""The gateway's one connection to RabbitMQ: made again for ever, so that start order never matters."""

import asyncio
import contextlib
from typing import Protocol

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection

from gateway.bus.topology import declare, measure
from gateway.kit.metrics import BROKER_UP
from trackline_schemas.errors import reasons, refuse

_log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
CONNECT_TIMEOUT = 5.0
SETUP_TIMEOUT = 15.0
MEASURE_TIMEOUT = 2.0
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
        self._connection: AbstractConnection | None = None

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

    async def ping(self) -> None:
        """Raises ConnectionError while there is no connection."""
        if self._connection is None:
            raise ConnectionError("not connected to the broker")

    async def channel(self) -> AbstractChannel:
        """One with confirms, for its caller to close. Raises ServiceError unavailable."""
        if self._connection is None:
            raise refuse(reasons.bus.BUS_UNREACHABLE)
        return await self._connection.channel(publisher_confirms=True, on_return_raises=True)

    async def measure(self) -> None:
        """Brings the gauges of queues up to date, as far as the broker answers in time."""
        if self._connection is None:
            return
        try:
            async with asyncio.timeout(MEASURE_TIMEOUT):
                await measure(self._connection)
        except Exception as error:  # aio-pika fails in many ways, and /metrics must show all other numbers
            _log.warning("queues not measured", error=repr(error))

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._session()
                pause = FIRST_PAUSE
            except Exception as error:  # `_users` connect in it: whatever fails, the gateway comes back
                _log.warning("broker not reachable", error=repr(error), retry_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _session(self) -> None:
        connection = await aio_pika.connect(self._url, timeout=CONNECT_TIMEOUT, heartbeat=HEARTBEAT)
        lost = asyncio.Event()
        connection.close_callbacks.add(lambda *_: lost.set())
        try:
            async with asyncio.timeout(SETUP_TIMEOUT):
                await declare(connection)
                for user in self._users:
                    await user.connected(connection)
            self._connection = connection
            BROKER_UP.set(1)
            _log.info("broker connected")
            await lost.wait()
            _log.warning("broker connection lost")
        finally:
            self._connection = None
            BROKER_UP.set(0)
            for user in self._users:
                user.disconnected()
            await connection.close()


async def open_channel(connection: AbstractConnection) -> AbstractChannel:
    """Without confirms. When it breaks, its connection is given up too: a new one makes everything anew."""

    async def broken(*_: object) -> None:
        await connection.close()

    channel = await connection.channel(publisher_confirms=False)
    channel.close_callbacks.add(broken)
    return channel
