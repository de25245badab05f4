"""The batch consumer of one queue: it passes up to 100 events to the handler in one call and acknowledges them
together."""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event as Stop
from time import monotonic
from typing import Any

import structlog
from kombu import Connection
from pydantic import ValidationError

from trackline_chassis import telemetry
from trackline_chassis.amqp import BROKER_DOWN, connect, declare_topology
from trackline_chassis.ladder import Ladder
from trackline_chassis.metrics import EVENT_AGE, EVENT_BATCH_SECONDS, EVENTS, EVENTS_HELD, SETTLED
from trackline_chassis.skipping import count_from_zero, handles
from trackline_core import reconnecting
from trackline_core.metrics import Age, start_at_zero
from trackline_core.renewal import is_worn, renewed
from trackline_schemas.base import now
from trackline_schemas.events import Event

log = structlog.get_logger()

Handler = Callable[[list[Event]], None]
BATCH = 100
LINGER_SECONDS = 0.005
HEARTBEAT_SECONDS = 30
# The longest wait for messages, and so the time until a stop is noticed.
POLL_SECONDS = 0.2
MAX_PAUSE_SECONDS = 5.0


class BrokerLost(Exception):
    """The connection broke while a batch was held. Unlike an OSError of the handler, this does not count as a failed
    attempt at an event."""


RECONNECT: tuple[type[Exception], ...] = (*BROKER_DOWN, BrokerLost)


class BatchConsumer:
    """`unavailable` returns whether an error means that a store is down. The batch is then held without an ack and
    tried again in place, because a nack would count against the delivery limit of the queue. Lost connections count
    too, so worn messages are renewed. The handler gets the types that the registry lists for the queue, or all types if
    `every_type` is set."""

    def __init__(
        self,
        url: str,
        queue: str,
        handler: Handler,
        ladder: Ladder,
        unavailable: Callable[[Exception], bool],
        linger: float = LINGER_SECONDS,
        every_type: bool = False,
    ) -> None:
        self._url = url
        self._queue = queue
        self._handler = handler
        self._ladder = ladder
        self._unavailable = unavailable
        self._linger = linger
        self._every_type = every_type
        self._inbox: deque[Any] = deque()
        self._age = Age(EVENT_AGE.labels(queue))
        start_at_zero(EVENTS, queue=[queue], outcome=SETTLED)
        start_at_zero(EVENTS_HELD, queue=[queue])
        count_from_zero(queue)
        self.connected = False

    def run(self, stop: Stop) -> None:
        pauses, told = reconnecting.pauses(), ""
        while not stop.is_set():
            try:
                self._consume(stop)
            except RECONNECT as error:
                if self.connected:
                    pauses, told = reconnecting.pauses(), ""
                if told != str(error):
                    told = str(error)
                    log.warning(
                        "not connected to RabbitMQ; trying again until it answers", queue=self._queue, error=told
                    )
                stop.wait(next(pauses))
            finally:
                self.connected = False

    def check(self) -> None:
        if not self.connected:
            raise ConnectionError(f"not consuming {self._queue}")

    def _consume(self, stop: Stop) -> None:
        # RabbitMQ redelivers on this connection what an earlier one had delivered.
        self._inbox.clear()
        with connect(self._url, heartbeat=HEARTBEAT_SECONDS) as connection:
            channel = connection.channel()
            declare_topology(channel)
            channel.basic_qos(0, 2 * BATCH, False)
            channel.basic_consume(self._queue, callback=self._inbox.append)
            self.connected = True
            while not stop.is_set():
                self._fill(connection)
                self._renew_worn()
                if self._inbox:
                    batch = [self._inbox.popleft() for _ in range(min(BATCH, len(self._inbox)))]
                    self._settle(connection, channel, batch, stop)

    def _fill(self, connection: Connection) -> None:
        """Waits for a first message, and then for a moment in which more may arrive."""
        if not self._inbox:
            _drain(connection, POLL_SECONDS)
        end = monotonic() + self._linger
        while self._inbox and len(self._inbox) < BATCH and monotonic() < end:
            _drain(connection, end - monotonic())

    def _renew_worn(self) -> None:
        """Replaces messages that were delivered often by copies at the end of the queue. What cannot be renewed now
        keeps its place, because a later ack covers everything before it."""
        worn = [message for message in self._inbox if is_worn(message.headers)]
        if not worn:
            return
        copies = [renewed(self._queue, _body(message), message.headers) for message in worn]
        gone = {one.delivery_tag for one, taken in zip(worn, self._ladder.publish(copies), strict=True) if taken}
        log.info("renewed messages that were delivered often", queue=self._queue, messages=len(gone))
        for message in worn:
            if message.delivery_tag in gone:
                message.channel.basic_ack(message.delivery_tag)
        left = [message for message in self._inbox if message.delivery_tag not in gone]
        self._inbox.clear()
        self._inbox.extend(left)

    def _settle(self, connection: Connection, channel: Any, batch: Sequence[Any], stop: Stop) -> None:
        parsed = [(message, event) for message in batch if (event := self._parse(message)) is not None]
        wanted = [one for one in parsed if handles(self._queue, one[1]) or self._every_type]
        # A replayed event is as old as what it tells of.
        live = [event.recordedat for _, event in wanted if not event.replay]
        self._age.set((now() - min(live)).total_seconds() if live else 0)
        try:
            if len(wanted) > 1 and self._handle(connection, [event for _, event in wanted], stop):
                EVENTS.labels(self._queue, "ok").inc(len(wanted))
            elif not all(self._settle_one(connection, message, event, stop) for message, event in wanted):
                return
        finally:
            self._age.set(0)
        # Every message of the batch was handled, skipped, sent to a retry queue or to the dead letters.
        channel.basic_ack(batch[-1].delivery_tag, multiple=True)

    def _handle(self, connection: Connection, events: list[Event], stop: Stop) -> bool:
        """Returns whether the handler took all events in one call. Waits while its store is down."""
        with telemetry.caused_by(events):
            try:
                return self._run_handler(connection, events, stop)
            except BrokerLost:
                raise
            except Exception as error:  # the handler may raise anything: then each event is handled alone
                log.info(
                    "a batch failed; handling each event alone",
                    queue=self._queue,
                    events=len(events),
                    error=repr(error),
                )
                return False

    def _settle_one(self, connection: Connection, message: Any, event: Event, stop: Stop) -> bool:
        """Returns False if the service stops before the event was handled. RabbitMQ then redelivers it."""
        with telemetry.caused_by([event]):
            try:
                if not self._run_handler(connection, [event], stop):
                    return False
                EVENTS.labels(self._queue, "ok").inc()
            except ValidationError as error:
                self._ladder.bury(self._queue, _body(message), f"broken data: {error}")
            except BrokerLost:
                raise
            except Exception as error:  # the handler may raise anything: the event is retried later
                log.exception("an event could not be handled", queue=self._queue, event_id=event.id)
                self._ladder.retry(self._queue, _body(message), message.headers or {}, repr(error))
            return True

    def _run_handler(self, connection: Connection, events: list[Event], stop: Stop) -> bool:
        """Runs the handler, and holds the batch while a store is down. Returns False if the service stops meanwhile."""
        pause = 0.1
        try:
            while not stop.is_set():
                try:
                    with EVENT_BATCH_SECONDS.labels(self._queue).time():
                        self._handler(events)
                    return True
                except Exception as error:  # `unavailable` tells an outage from other errors, which are raised
                    if not self._unavailable(error):
                        raise
                    log.warning(
                        "a store is down; holding the batch", queue=self._queue, events=len(events), error=str(error)
                    )
                EVENTS_HELD.labels(self._queue).set(1)
                self._hold(connection, pause, stop)
                pause = min(pause * 2, MAX_PAUSE_SECONDS)
            return False
        finally:
            EVENTS_HELD.labels(self._queue).set(0)

    def _hold(self, connection: Connection, seconds: float, stop: Stop) -> None:
        """Waits, keeps the heartbeat of the connection going, and renews what arrives worn meanwhile."""
        end = monotonic() + seconds
        try:
            while monotonic() < end and not stop.is_set():
                _drain(connection, min(0.2, end - monotonic()))
            self._renew_worn()
        except BROKER_DOWN as error:
            raise BrokerLost from error

    def _parse(self, message: Any) -> Event | None:
        try:
            return Event.model_validate_json(_body(message))
        except ValidationError as error:
            self._ladder.bury(self._queue, _body(message), f"broken message: {error}")
            return None


def _body(message: Any) -> bytes:
    body = message.body
    return body if isinstance(body, bytes) else body.encode()


def _drain(connection: Connection, seconds: float) -> None:
    try:
        connection.drain_events(timeout=max(seconds, 0.0005))
    except TimeoutError:
        connection.heartbeat_check()
