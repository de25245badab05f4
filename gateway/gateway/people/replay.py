"""Sends the log of people and teams once more to a consumer that asks by replay.requested.v1."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from pydantic import ValidationError
from pymongo.errors import PyMongoError

from gateway.bus.publisher import BROKER_DOWN, Outgoing, Publisher, to_queue
from gateway.kit.metrics import EVENTS_SKIPPED
from gateway.kit.mongo import Collection
from gateway.people.outbox import BATCH, from_row
from trackline_schemas.events import REPLAY_FINISHED, Event, ReplayFinished, ReplayRequested
from trackline_schemas.events.registry import handled_by
from trackline_schemas.topology import CONSUMERS, DEAD_LETTERS, ORIGIN_HEADER, REASON_HEADER

_log = structlog.get_logger(__name__)

QUEUE = "gateway.events"
MOST_WAITING = 2000
PAUSE = 0.5


class Replays:
    """A BrokerUser that consumes QUEUE. A request is acknowledged when its replay is complete: one that was cut off
    starts again, and its consumer sees duplicates."""

    def __init__(self, log: Collection, publisher: Publisher) -> None:
        self._log = log
        self._publisher = publisher

    async def connected(self, connection: AbstractConnection) -> None:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=1)
        queue = await channel.get_queue(QUEUE, ensure=False)
        await queue.consume(self._consume)

    def disconnected(self) -> None:
        """The broker gives unacknowledged requests to whoever connects next."""

    async def _consume(self, message: AbstractIncomingMessage) -> None:
        while True:
            try:
                await self._handle(message.body)
                break
            except ValidationError as error:
                await self._bury(message.body, f"not a valid event: {error.error_count()} errors")
                break
            except (PyMongoError, *BROKER_DOWN) as error:
                # Held instead of given back: an outage costs no delivery attempt.
                _log.warning("a replay of people waits", error=str(error))
                if message.channel.is_closed:
                    return
                await asyncio.sleep(PAUSE)
        await message.ack()

    async def _handle(self, body: bytes) -> None:
        event = Event.model_validate_json(body)
        if event.type not in handled_by(QUEUE):
            EVENTS_SKIPPED.labels(QUEUE, event.type).inc()
            return
        request = ReplayRequested.model_validate(event.data)
        if request.of != "people":
            return
        if request.consumer not in CONSUMERS:
            await self._bury(body, f"there is no consumer {request.consumer}")
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
        await self._send([to_queue(_about(finished), request.consumer)])
        _log.info("people replayed", consumer=request.consumer, events=sent, subjects=len(subjects))
        return finished

    async def _batches(self, request: ReplayRequested) -> AsyncIterator[list[Event]]:
        """What the consumer's queue is bound to, by subject and sequence."""
        prefixes = tuple(key.removesuffix("#") for key in CONSUMERS[request.consumer])
        wanted = {"subject": {"$in": request.only}} if request.only is not None else {}
        batch: list[Event] = []
        async for row in self._log.find(wanted).sort([("subject", 1), ("sequence", 1)]):
            if row["type"].startswith(prefixes):
                batch.append(from_row(row).model_copy(update={"replay": True}))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    async def _send(self, messages: list[Outgoing]) -> None:
        await self._wait_for_room(messages[0].routing_key)
        if not all(await self._publisher.publish(messages)):
            raise ConnectionError("RabbitMQ did not confirm a replayed batch")

    async def _wait_for_room(self, queue: str) -> None:
        while await self._publisher.waiting(queue) > MOST_WAITING:  # noqa: ASYNC110 (another process makes the room)
            await asyncio.sleep(PAUSE)

    async def _bury(self, body: bytes, reason: str) -> None:
        headers = {ORIGIN_HEADER: QUEUE, REASON_HEADER: reason}
        _log.error("a message of gateway.events is dead", reason=reason)
        if not all(await self._publisher.publish([Outgoing("", DEAD_LETTERS, body, headers=headers)])):
            raise ConnectionError("RabbitMQ did not confirm a dead letter")


def _about(finished: ReplayFinished) -> Event:
    now = datetime.now(UTC)
    return Event(
        id=finished.job_id,
        source="/trackline/gateway",
        type=REPLAY_FINISHED,
        subject=finished.job_id,
        time=now,
        recordedat=now,
        sequence=0,
        actor="system",
        data=finished.model_dump(mode="json"),
    )
