"""The only connection to RabbitMQ. It reconnects for ever, so that processes may start in any order."""

import asyncio
import contextlib
from typing import Protocol

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection

from gateway.bus.alarm import watch_alarm
from gateway.bus.channels import short_channel
from gateway.bus.topology import declare, measure
from gateway.kit.metrics import BROKER_BLOCKED, BROKER_UP
from trackline_core import reconnecting
from trackline_schemas.errors import reasons, refuse

_log = structlog.get_logger(__name__)

CONNECT_TIMEOUT = 3.0
SETUP_TIMEOUT = 15.0
MEASURE_TIMEOUT = 2.0
HEARTBEAT = 10


class BrokerUser(Protocol):
    """Uses the connection. `on_connect` opens channels and queues on a new connection, after the topology has been
    declared. `on_alarm` tells when RabbitMQ stops reading from the connection, because its memory or disk is full, and
    when it goes on. `on_disconnect` is called once for every connection that was lost, even if it was lost because
    another user's `on_connect` failed."""

    async def on_connect(self, connection: AbstractConnection) -> None: ...

    def on_alarm(self, raised: bool) -> None: ...

    def on_disconnect(self) -> None: ...


class Broker:
    def __init__(self, url: str) -> None:
        self._url = url
        self._users: list[BrokerUser] = []
        self._task: asyncio.Task[None] | None = None
        self._connection: AbstractConnection | None = None
        self._alarm = False

    def add(self, user: BrokerUser) -> None:
        """Must be called before `start`."""
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
        """Returns a new channel with publisher confirms, which the caller closes. Raises ServiceError unavailable while
        there is no connection or RabbitMQ reads nothing from it."""
        if self._connection is None:
            raise refuse(reasons.bus.BUS_UNREACHABLE)
        if self._alarm:
            raise refuse(reasons.bus.BUS_FULL)
        return await short_channel(self._connection, publisher_confirms=True)

    async def measure(self) -> None:
        """Updates the gauges of queue depths, unless the broker fails to answer in time."""
        if self._connection is None or self._alarm:
            return
        try:
            async with asyncio.timeout(MEASURE_TIMEOUT):
                await measure(self._connection)
        except Exception as error:  # aio-pika fails in many ways, and /metrics must still show all other metrics
            _log.warning("could not measure the queues", error=repr(error))

    async def _run(self) -> None:
        pauses, told = reconnecting.pauses(), ""
        while True:
            try:
                await self._session()
                pauses, told = reconnecting.pauses(), ""
            except Exception as error:  # the users' `on_connect` may raise anything, and the gateway must reconnect
                if told != repr(error):
                    told = repr(error)
                    _log.warning("could not connect to RabbitMQ; trying again until it answers", error=told)
            await asyncio.sleep(next(pauses))

    async def _session(self) -> None:
        connection = await aio_pika.connect(self._url, timeout=CONNECT_TIMEOUT, heartbeat=HEARTBEAT)
        lost = asyncio.Event()
        connection.close_callbacks.add(lambda *_: lost.set())
        try:
            async with asyncio.timeout(SETUP_TIMEOUT):
                await declare(connection)
                for user in self._users:
                    await user.on_connect(connection)
            self._connection = connection
            BROKER_UP.set(1)
            _log.info("connected to RabbitMQ")
            watch = asyncio.create_task(watch_alarm(connection, self._tell_alarm))
            try:
                await lost.wait()
            finally:
                watch.cancel()
            _log.warning("lost the connection to RabbitMQ")
        finally:
            self._connection = None
            BROKER_UP.set(0)
            self._tell_alarm(False)
            for user in self._users:
                user.on_disconnect()
            await connection.close()

    def _tell_alarm(self, raised: bool) -> None:
        if raised == self._alarm:
            return
        self._alarm = raised
        BROKER_BLOCKED.set(raised)
        if raised:
            _log.error("RabbitMQ takes no messages, because its memory or disk is full; all calls are refused")
        else:
            _log.info("RabbitMQ takes messages again")
        for user in self._users:
            user.on_alarm(raised)


async def open_channel(connection: AbstractConnection) -> AbstractChannel:
    """Returns a channel without publisher confirms. If the channel breaks, the connection is closed too, so that the
    broker reconnects and every user opens its channels again."""

    async def close_connection(*_: object) -> None:
        await connection.close()

    channel = await connection.channel(publisher_confirms=False)
    channel.close_callbacks.add(close_connection)
    return channel
