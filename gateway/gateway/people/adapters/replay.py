"""Sends the log of people and teams again to a consumer that asks for it by replay.requested.v1."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import structlog
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from pydantic import ValidationError
from pymongo.errors import PyMongoError

from gateway.bus.publisher import BROKER_DOWN, Publisher
from gateway.kit import telemetry
from gateway.kit.metrics import EVENTS_SKIPPED
from gateway.kit.mongo import Collection
from trackline_core import replay as core
from trackline_core.dead_letters import to_dead_letters
from trackline_core.messages import Outgoing, to_queue
from trackline_core.renewal import is_worn, renewed
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import Event, ReplayFinished, ReplayRequested
from trackline_schemas.events.registry import handled_by
from trackline_schemas.topology import is_bound

_log = structlog.get_logger(__name__)

QUEUE = "gateway.events"
SOURCE = "/trackline/gateway"
PAUSE = 0.5


class Replays:
    """A BrokerUser that consumes QUEUE. It acknowledges a request when the replay is complete. If it is cut off before,
    the replay starts again, and its consumer sees duplicates."""

    def __init__(self, log: Collection, publisher: Publisher) -> None:
        self._log = log
        self._publisher = publisher

    async def on_connect(self, connection: AbstractConnection) -> None:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=1)
        queue = await channel.get_queue(QUEUE, ensure=False)
        await queue.consume(self._consume)

    def on_alarm(self, raised: bool) -> None:
        """Does nothing: a replay waits for the confirms of its batches."""

    def on_disconnect(self) -> None:
        """Does nothing: the broker gives unacknowledged requests to the next gateway that connects."""

    async def _consume(self, message: AbstractIncomingMessage) -> None:
        # Lost connections count as deliveries, and must not make a request a dead letter.
        if is_worn(message.headers) and await self._renew(message):
            await message.ack()
            return
        event = _parse(message.body)
        with telemetry.caused_by(event.requestid if event else "", (event and event.traceparent) or ""):
            if await self._settle(message, event):
                await message.ack()

    async def _settle(self, message: AbstractIncomingMessage, event: Event | None) -> bool:
        """Returns False if the connection was lost before. The message then goes to another gateway."""
        while True:
            try:
                await self._handle(message.body, event)
                return True
            except ValidationError as error:
                await self._bury(message.body, f"not a valid request: {error.error_count()} errors")
                return True
            except (PyMongoError, *BROKER_DOWN) as error:
                # The message is held and not given back, so that an outage uses up no delivery attempt.
                _log.warning("could not replay the events of people; trying again", error=str(error))
                if message.channel.is_closed:
                    return False
                await asyncio.sleep(PAUSE)

    async def _handle(self, body: bytes, event: Event | None) -> None:
        if event is None:
            await self._bury(body, "not a valid event")
            return
        if event.type not in handled_by(QUEUE):
            EVENTS_SKIPPED.labels(QUEUE, event.type).inc()
            return
        request = ReplayRequested.model_validate(event.data)
        if request.of != "people":
            return
        try:
            core.check_consumer(request.consumer)
        except ServiceError as error:
            await self._bury(body, error.message)
            return
        await self.replay(request)

    async def replay(self, request: ReplayRequested) -> ReplayFinished:
        """Raises ConnectionError when the broker does not take a batch."""
        sent, subjects = 0, set()
        async for batch in self._batches(request):
            await self._send([to_queue(event, request.consumer) for event in batch])
            sent += len(batch)
            subjects |= {event.subject for event in batch}
        finished = ReplayFinished(
            job_id=uuid4().hex,
            consumer=request.consumer,
            of="people",
            events=sent,
            subjects=len(subjects),
            only=request.only,
        )
        await self._send([to_queue(core.finished_event(finished, SOURCE), request.consumer)])
        _log.info("people replayed", consumer=request.consumer, events=sent, subjects=len(subjects))
        return finished

    async def _batches(self, request: ReplayRequested) -> AsyncIterator[list[Event]]:
        """Yields the events that the consumer's queue is bound to, sorted by subject and sequence."""
        wanted = {"subject": {"$in": request.only}} if request.only is not None else {}
        batch: list[Event] = []
        async for row in self._log.find(wanted).sort(core.ORDER):
            if is_bound(request.consumer, row["type"]):
                batch.append(core.to_replayed_event(row))
            if len(batch) == core.BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    async def _send(self, messages: list[Outgoing]) -> None:
        await self._wait_for_room(messages[0].routing_key)
        if not all(await self._publisher.publish(messages)):
            raise ConnectionError("RabbitMQ did not confirm a replayed batch")

    async def _wait_for_room(self, queue: str) -> None:
        while await self._publisher.count_waiting(queue) > core.MOST_WAITING:  # noqa: ASYNC110 (another process makes the room)
            await asyncio.sleep(PAUSE)

    async def _renew(self, message: AbstractIncomingMessage) -> bool:
        return all(await self._publisher.publish([renewed(QUEUE, message.body, message.headers)]))

    async def _bury(self, body: bytes, reason: str) -> None:
        _log.error("moved a message of gateway.events to the dead letters", reason=reason)
        if not all(await self._publisher.publish([to_dead_letters(QUEUE, body, reason)])):
            raise ConnectionError("RabbitMQ did not confirm a dead letter")


def _parse(body: bytes) -> Event | None:
    try:
        return Event.model_validate_json(body)
    except ValidationError:
        return None
