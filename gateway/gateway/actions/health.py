"""The health of the whole installation: services, queues, search index, mail and dead letters."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import timedelta
from typing import Literal, TypeVar

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import AMQPException, DeliveryError
from pydantic import BaseModel

from gateway.actions import security_log
from gateway.actions.caller import Caller, require_admin
from gateway.actions.parts import Parts
from gateway.bus.broker import Broker
from gateway.bus.publisher import CONFIRM_TIMEOUT
from trackline_core.dead_letters import DeadLetter, parse, to_origin
from trackline_core.messages import Outgoing
from trackline_core.renewal import is_worn, renewed_dead_letter
from trackline_schemas import topology
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.rpc import METHODS
from trackline_schemas.search import SearchStatus

T = TypeVar("T")
TROUBLED: Sequence[Literal["queued", "failed", "unknown"]] = ("queued", "failed", "unknown")
# One call lists or settles at most this many dead letters; the others stay in RabbitMQ.
MAX_LISTED = 200
MAX_COUNTED = 100
MAX_NAMED = 20
_SETTLED: Mapping[Literal["retry", "drop"], Literal["dead_letters_retried", "dead_letters_dropped"]] = {
    "retry": "dead_letters_retried",
    "drop": "dead_letters_dropped",
}


class QueueHealth(BaseModel):
    """`consumers` counts the processes that consume the queue, `messages` the messages that wait in it."""

    name: str
    consumers: int
    messages: int


class Health(BaseModel):
    """`services` holds the RPC queue of each service, `queues` the event queues. `mail` is state → number of
    deliveries, counted up to 100. A member is None if it cannot be determined now."""

    services: list[QueueHealth] | None
    queues: list[QueueHealth] | None
    index: SearchStatus | None
    mail: dict[str, int] | None
    dead_letters: list[DeadLetter] | None


async def collect(parts: Parts, caller: Caller) -> Health:
    require_admin(caller)
    context = caller.reading()
    services, queues, index, mail, dead = await asyncio.gather(
        _or_none(_queues(parts.broker, [f"rpc-{name}" for name in METHODS])),
        _or_none(_queues(parts.broker, list(topology.CONSUMERS))),
        _or_none(parts.knowledge.status(context)),
        _or_none(_mail(parts, context)),
        _or_none(_dead_letters(parts.broker)),
    )
    return Health(services=services, queues=queues, index=index, mail=mail, dead_letters=dead)


async def _dead_letters(broker: Broker) -> list[DeadLetter]:
    channel = await broker.channel()
    try:
        return [letter for letter, _ in await _get_letters(channel)]
    finally:
        # The messages were not acknowledged, so closing the channel returns them to the queue.
        await channel.close()


async def measure_queues(parts: Parts) -> None:
    """Updates the gauges of queue depths. Operators have no account, so their entrance checks who may see them."""
    await parts.broker.measure()


async def settle(parts: Parts, caller: Caller, action: Literal["retry", "drop"], event_id: str | None) -> int:
    """Sends dead letters back to the queue where they died, or drops them. Returns how many. `event_id` None means all,
    up to MAX_LISTED."""
    require_admin(caller)
    settled: list[str] = []
    try:
        await _settle(parts.broker, action, event_id, settled)
    finally:
        # Some may be settled also if the connection is lost on the way.
        if settled:
            await security_log.write(parts, caller, _SETTLED[action], letters=len(settled), ids=settled[:MAX_NAMED])
    return len(settled)


async def _settle(broker: Broker, action: Literal["retry", "drop"], event_id: str | None, settled: list[str]) -> None:
    """Adds the ids of the events to `settled`."""
    channel = await broker.channel()
    try:
        chosen = [pair for pair in await _get_letters(channel) if pair[0].matches(None, event_id)]
        for letter, message in chosen:
            if action == "retry":
                await _publish(channel, to_origin(letter, message.body))
            await message.ack()
            settled.append(letter.id)
    finally:
        await channel.close()


async def _publish(channel: AbstractChannel, outgoing: Outgoing) -> None:
    """Returns when RabbitMQ has confirmed the message."""
    message = Message(
        outgoing.body,
        content_type="application/json",
        delivery_mode=DeliveryMode.PERSISTENT,
        headers=dict(outgoing.headers),
        expiration=None if outgoing.expiration is None else timedelta(milliseconds=outgoing.expiration),
    )
    try:
        await channel.default_exchange.publish(
            message, outgoing.routing_key, mandatory=outgoing.mandatory, timeout=CONFIRM_TIMEOUT
        )
    except DeliveryError as error:
        raise refuse(reasons.operating.QUEUE_GONE, queue=outgoing.routing_key) from error


async def _get_letters(channel: AbstractChannel) -> list[tuple[DeadLetter, AbstractIncomingMessage]]:
    queue = await channel.get_queue(topology.DEAD_LETTERS, ensure=False)
    found: list[tuple[DeadLetter, AbstractIncomingMessage]] = []
    while len(found) < MAX_LISTED and (message := await queue.get(fail=False)) is not None:
        if is_worn(message.headers):
            # To look at a letter counts as a delivery. The copy of a worn letter comes later in this loop.
            await _publish(channel, renewed_dead_letter(message.body, message.headers))
            await message.ack()
        else:
            found.append((parse(message.headers, message.body), message))
    return found


async def _queues(broker: Broker, names: Sequence[str]) -> list[QueueHealth]:
    return list(await asyncio.gather(*(_queue(broker, name) for name in names)))


async def _queue(broker: Broker, name: str) -> QueueHealth:
    # Each queue needs a channel of its own, because asking for a queue that does not exist closes the channel.
    channel = await broker.channel()
    try:
        declared = (await channel.declare_queue(name, passive=True)).declaration_result
        return QueueHealth(name=name, consumers=declared.consumer_count or 0, messages=declared.message_count or 0)
    except AMQPException:
        return QueueHealth(name=name, consumers=0, messages=0)
    finally:
        await channel.close()


async def _mail(parts: Parts, context: CallContext) -> dict[str, int]:
    pages = await asyncio.gather(*(parts.notifications.deliveries(context, state, MAX_COUNTED) for state in TROUBLED))
    return {state: len(page.items) for state, page in zip(TROUBLED, pages, strict=True)}


async def _or_none(result: Awaitable[T]) -> T | None:
    try:
        return await result
    except (ServiceError, AMQPException):
        return None
