"""Calls the services in nameko's wire format (docs/rpc.md)."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar, cast
from uuid import uuid4

import aiormq.abc
import orjson
import structlog
from aio_pika.abc import AbstractConnection
from aiormq import spec
from aiormq.channel import Channel
from pydantic import BaseModel, TypeAdapter, ValidationError

from gateway.bus.availability import Availability
from gateway.bus.broker import open_channel
from gateway.bus.topology import RPC_EXCHANGE
from gateway.kit.metrics import RPC_SECONDS
from trackline_schemas.context import CONTEXT_HEADER, CallContext
from trackline_schemas.errors import ServiceError, from_wire, reasons, refuse

T = TypeVar("T")
_log = structlog.get_logger(__name__)

DEFAULT_TIMEOUT = 10.0
RECONNECT_WAIT = 3.0
ALARM_GRACE = 1.0


class Rpc(Protocol):
    async def call(
        self,
        service: str,
        method: str,
        arguments: Mapping[str, Any],
        context: CallContext,
        result: TypeAdapter[T],
        *,
        read: bool,
    ) -> T:
        """Returns the answer, validated by `result`. A call with `read` is repeated once after a lost connection.
        Raises the ServiceError of the service, or one of its own: unavailable, timeout, outcome_unknown,
        internal."""
        ...


class ConnectionLostError(Exception):
    """The connection broke, or RabbitMQ stopped reading from it, between publishing and the reply."""


class RpcClient:
    """A BrokerUser with one reply queue. Each call waits for a future, which its correlation id finds."""

    def __init__(self, concurrency: int = 256) -> None:
        self._concurrency = concurrency
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._channel: Channel | None = None
        self._availability: Availability | None = None
        self._up = asyncio.Event()
        self._alarm = False
        self._reply_to = ""

    @property
    def up(self) -> bool:
        return self._up.is_set()

    async def on_connect(self, connection: AbstractConnection) -> None:
        self._opened = opened = await open_channel(connection)
        # aio-pika's Exchange.publish costs several times as much as the channel below it.
        channel = cast(Channel, await opened.get_underlay_channel())
        reply_to = str(uuid4())
        queue = f"rpc.reply-gateway-{reply_to}"
        await channel.queue_declare(queue, exclusive=True, auto_delete=True)
        await channel.queue_bind(queue, RPC_EXCHANGE, reply_to)
        await channel.basic_consume(queue, self._handle_reply, no_ack=True)
        self._channel, self._reply_to = channel, reply_to
        self._availability = Availability(connection)
        self._up.set()

    def on_alarm(self, raised: bool) -> None:
        self._alarm = raised
        if raised:
            # RabbitMQ may have read these calls before it stopped reading.
            asyncio.get_running_loop().call_later(ALARM_GRACE, self._give_up, list(self._waiting.values()))

    def on_disconnect(self) -> None:
        self._up.clear()
        self._channel = self._availability = None
        waiting, self._waiting = self._waiting, {}
        _lose(waiting.values())

    def _give_up(self, waiting: Iterable[asyncio.Future[bytes]]) -> None:
        if self._alarm:
            _lose(waiting)

    async def call(
        self,
        service: str,
        method: str,
        arguments: Mapping[str, Any],
        context: CallContext,
        result: TypeAdapter[T],
        *,
        read: bool,
    ) -> T:
        started = time.perf_counter()
        outcome = "cancelled"
        try:
            answer = result.validate_python(await self._call(service, method, arguments, context, read))
            outcome = "ok"
        except ServiceError as error:
            outcome = error.code
            if read and outcome == "outcome_unknown":
                # A service does not know which of its methods only read.
                raise refuse(reasons.bus.DATABASE_UNREACHABLE) from error
            raise
        except ValidationError as error:
            outcome = "internal"
            _log.exception("the answer of a service violates its contract", service=service, method=method)
            raise refuse(reasons.bus.ANSWER_NOT_UNDERSTOOD, service=service) from error
        finally:
            RPC_SECONDS.labels(service, method, outcome).observe(time.perf_counter() - started)
        return answer

    async def _call(
        self, service: str, method: str, arguments: Mapping[str, Any], context: CallContext, read: bool
    ) -> Any:
        if len(self._waiting) >= self._concurrency:
            raise refuse(reasons.bus.TOO_MANY_REQUESTS_UNDER_WAY)
        deadline = context.deadline or time.time() + DEFAULT_TIMEOUT
        body = _encode(arguments)
        try:
            return _decode(await self._call_once(service, method, body, context, deadline), service, method)
        except ConnectionLostError:
            if not read:
                raise refuse(reasons.bus.CONNECTION_LOST) from None
        await self._wait_for_connection(deadline)
        try:
            return _decode(await self._call_once(service, method, body, context, deadline), service, method)
        except ConnectionLostError:
            raise _bus_unreachable() from None

    async def _call_once(self, service: str, method: str, body: bytes, context: CallContext, deadline: float) -> bytes:
        channel = await self._channel_to(service)
        left = deadline - time.time()
        if left <= 0:
            raise _timed_out(service)
        loop = asyncio.get_running_loop()
        correlation_id = uuid4().hex
        future: asyncio.Future[bytes] = loop.create_future()
        self._waiting[correlation_id] = future
        # A timer costs less than asyncio.wait_for, which makes a task or a context manager for each call.
        timer = loop.call_later(left, _expire, future, service)
        try:
            await self._publish(
                channel, f"{service}.{method}", body, self._properties(context, correlation_id, left), left
            )
            return await future
        finally:
            timer.cancel()
            self._waiting.pop(correlation_id, None)

    async def _channel_to(self, service: str) -> Channel:
        channel, availability = self._channel, self._availability
        if channel is None or availability is None:
            raise _bus_unreachable()
        if self._alarm:
            raise refuse(reasons.bus.BUS_FULL)
        try:
            up = await availability.is_up(service)
        except (OSError, TimeoutError, RuntimeError, aiormq.exceptions.AMQPError) as error:
            raise _bus_unreachable() from error
        except asyncio.CancelledError:
            # When a connection breaks, aiormq cancels whoever waits on it. That does not cancel this call.
            if _is_cancelled():
                raise
            raise _bus_unreachable() from None
        if not up:
            raise refuse(reasons.bus.SERVICE_NOT_RUNNING, service=service)
        return channel

    async def _publish(
        self,
        channel: Channel,
        key: str,
        body: bytes,
        properties: spec.Basic.Properties,
        left: float,
    ) -> None:
        try:
            await channel.basic_publish(
                body, exchange=RPC_EXCHANGE, routing_key=key, properties=properties, timeout=left, wait=False
            )
        except TimeoutError:
            raise _timed_out(key) from None
        except (OSError, RuntimeError, aiormq.exceptions.AMQPError) as error:
            # With `wait=False` an error means that nothing was written to the socket.
            raise _bus_unreachable() from error

    def _properties(self, context: CallContext, correlation_id: str, left: float) -> spec.Basic.Properties:
        return spec.Basic.Properties(
            content_type="application/json",
            content_encoding="utf-8",
            headers={CONTEXT_HEADER: context.model_dump_json()},
            delivery_mode=1,
            correlation_id=correlation_id,
            message_id=correlation_id,
            reply_to=self._reply_to,
            expiration=str(max(1, int(left * 1000))),
        )

    async def _handle_reply(self, message: aiormq.abc.DeliveredMessage) -> None:
        future = self._waiting.get(message.header.properties.correlation_id or "")
        if future is not None and not future.done():
            future.set_result(message.body)

    async def _wait_for_connection(self, deadline: float) -> None:
        try:
            async with asyncio.timeout(min(RECONNECT_WAIT, deadline - time.time())):
                await self._up.wait()
        except TimeoutError:
            raise _bus_unreachable() from None


def _lose(waiting: Iterable[asyncio.Future[bytes]]) -> None:
    for future in waiting:
        if not future.done():
            future.set_exception(ConnectionLostError())


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _expire(future: asyncio.Future[bytes], service: str) -> None:
    if not future.done():
        future.set_exception(_timed_out(service))


def _encode(arguments: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps({"args": (), "kwargs": arguments}, default=_to_json)
    except TypeError as error:
        # JSON allows values that orjson cannot encode: integers beyond 64 bits and lone surrogates.
        raise refuse(reasons.requests.VALUE_NOT_ENCODABLE, why=str(error)) from None


def _to_json(value: Any) -> Any:
    if isinstance(value, BaseModel):
        # Absent members stay absent, because a null empties a field and an absent member leaves it unchanged.
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _decode(body: bytes, service: str, method: str) -> Any:
    reply = orjson.loads(body)
    error = reply.get("error")
    if error is None:
        return reply.get("result")
    if (expected := from_wire(error)) is not None:
        raise expected
    _log.error("a call failed", service=service, method=method, error=error.get("value"), type=error.get("exc_type"))
    raise refuse(reasons.bus.SERVICE_FAILED, service=service)


def _bus_unreachable() -> ServiceError:
    return refuse(reasons.bus.BUS_UNREACHABLE)


def _timed_out(service: str) -> ServiceError:
    return refuse(reasons.bus.SERVICE_NOT_ANSWERING, service=service.partition(".")[0])
