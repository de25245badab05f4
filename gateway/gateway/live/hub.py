"""Distributes live events: it consumes one transient queue and feeds the stream of every connected client."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import structlog
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from pydantic import ValidationError

from gateway.bus.broker import open_channel
from gateway.kit import telemetry
from gateway.kit.credential import Account, Credential
from gateway.kit.metrics import EVENTS_SKIPPED, LIVE_CLIENTS, LIVE_EVENTS, CloseReason
from gateway.live.frames import frame, ticket_frame
from gateway.live.stream import Pair, Stream
from gateway.live.unread import Count, UnreadNews
from trackline_schemas.access import Eyes, TicketChange
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import (
    CATEGORY_CHANGED,
    INBOX_CHANGED,
    TEAM_CHANGED,
    TICKET_CREATED,
    TICKET_UPDATED,
    USER_CHANGED,
    Event,
    Seen,
    Sight,
)
from trackline_schemas.events.registry import LIVE
from trackline_schemas.topology import EXCHANGE, LIVE_BINDINGS
from trackline_schemas.viewer import Viewer

_log = structlog.get_logger(__name__)

REMEMBERED = 10_000
HEARTBEAT = frame("heartbeat", {})
RESYNC = frame("resync", {})


class Directory(Protocol):
    def user(self, user_id: str) -> Account | None: ...

    def teams(self) -> Mapping[str, bool]: ...

    def apply(self, event: Event) -> None: ...


class LiveHub:
    def __init__(
        self, directory: Directory, count_unread: Count, heartbeat_seconds: float, most_per_person: int = 32
    ) -> None:
        self._directory = directory
        self._unread = UnreadNews(count_unread, self._streams_of)
        self._heartbeat_seconds = heartbeat_seconds
        self._most_per_person = most_per_person
        self._streams: dict[Stream, list[asyncio.TimerHandle]] = {}
        self._recent: OrderedDict[Pair, None] = OrderedDict()
        self._publishers: Mapping[str, Callable[[Event], None]] = {
            TICKET_CREATED: self._publish_ticket,
            TICKET_UPDATED: self._publish_ticket,
            INBOX_CHANGED: self._publish_inbox,
            CATEGORY_CHANGED: self._publish_category,
            USER_CHANGED: self._apply_people,
            TEAM_CHANGED: self._apply_people,
        }
        self.up = False

    async def on_connect(self, connection: AbstractConnection) -> None:
        channel = await open_channel(connection)
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        for key in LIVE_BINDINGS:
            await queue.bind(EXCHANGE, key)
        await queue.consume(self._handle_message, no_ack=True)
        self.up = True

    def on_alarm(self, raised: bool) -> None:
        """Does nothing: RabbitMQ still delivers."""

    def on_disconnect(self) -> None:
        # The queue misses the events until the next connection, so the clients reconnect and read them from the log.
        self.up = False
        self.close("broker")

    def close(self, reason: CloseReason = "shutdown") -> None:
        self._unread.close()
        for stream in list(self._streams):
            stream.close(reason)

    def check_room(self, person_id: str) -> None:
        """Raises ServiceError throttled if this person has as many streams as one person may have."""
        open_now = len(self._streams_of(person_id))
        if open_now >= self._most_per_person:
            raise refuse(reasons.requests.TOO_MANY_STREAMS, detail={"retry_after": 60}, most=self._most_per_person)

    def join(self, credential: Credential) -> Stream:
        """Returns a stream that collects live events from now on, as long as the credential lets somebody in."""
        stream = Stream(self._eyes(credential) or Eyes.of(Viewer(id=credential.user_id), {}), credential)
        self._streams[stream] = self._timers(stream, credential.expires_at)
        self._refresh_stream(stream)
        LIVE_CLIENTS.set(len(self._streams))
        return stream

    def credentials(self) -> set[Credential]:
        """Returns the credentials of all open streams."""
        return {stream.credential for stream in self._streams}

    def close_of(self, credentials: Collection[Credential]) -> None:
        """Closes the streams of credentials that somebody has ended."""
        for stream in list(self._streams):
            if stream.credential in credentials:
                stream.close("revoked")

    def _streams_of(self, person_id: str) -> list[Stream]:
        return [stream for stream in self._streams if stream.credential.user_id == person_id]

    def leave(self, stream: Stream) -> None:
        for timer in self._streams.pop(stream, []):
            timer.cancel()
        LIVE_CLIENTS.set(len(self._streams))

    def publish(self, event: Event) -> None:
        """Sends one event of the bus to everybody who may see it. Duplicates are dropped."""
        if event.replay or event.historical:
            return
        publish = self._publishers.get(event.type)
        if publish is None:
            EVENTS_SKIPPED.labels(LIVE, event.type).inc()
        else:
            publish(event)

    async def _handle_message(self, message: AbstractIncomingMessage) -> None:
        # The services dead-letter an event that cannot be read. Here it only must not keep others from being sent.
        try:
            event = Event.model_validate_json(message.body)
        except ValidationError as error:
            _log.warning("could not read a live event", error=repr(error), routing_key=message.routing_key)
            return
        with telemetry.caused_by(event.requestid or "", event.traceparent or ""):
            try:
                self.publish(event)
            except (ValidationError, KeyError, TypeError) as error:
                _log.warning("could not send a live event", error=repr(error), event_id=event.id)

    def _publish_ticket(self, event: Event) -> None:
        pair = (event.subject, event.sequence)
        if pair in self._recent:
            return
        self._recent[pair] = None
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        change, frames = TicketChange.of(event), dict[Sight, bytes]()
        for stream in list(self._streams):
            sight = stream.eyes.see(change)
            if sight:
                if sight not in frames:
                    frames[sight] = ticket_frame(Seen.of(event, sight))
                stream.put(frames[sight], pair)
                LIVE_EVENTS.labels(sight).inc()

    def _publish_inbox(self, event: Event) -> None:
        self._unread.publish(event.data["recipient_id"], event.data["unread"])

    def _publish_category(self, event: Event) -> None:
        encoded = frame("category", {"id": event.subject})
        for stream in list(self._streams):
            stream.put(encoded)
            LIVE_EVENTS.labels("category").inc()

    def _apply_people(self, event: Event) -> None:
        self._directory.apply(event)
        self._refresh_rights()

    def _refresh_rights(self) -> None:
        """Tells clients whose rights changed to read everything again, because they may now see more or less than
        before. Closes the streams whose credential lets nobody in any more."""
        for stream in list(self._streams):
            self._refresh_stream(stream)

    def _refresh_stream(self, stream: Stream) -> None:
        eyes = self._eyes(stream.credential)
        if eyes is None:
            stream.close("revoked")
        elif eyes != stream.eyes:
            stream.eyes = eyes
            stream.put(RESYNC)
            LIVE_EVENTS.labels("resync").inc()

    def _eyes(self, credential: Credential) -> Eyes | None:
        """Returns None if the credential lets nobody in any more."""
        account = self._directory.user(credential.user_id)
        if account is None or not credential.admits(account):
            return None
        return Eyes.of(credential.limit(account.viewer), self._directory.teams())

    def _timers(self, stream: Stream, expires_at: float | None) -> list[asyncio.TimerHandle]:
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(self._heartbeat_seconds, self._send_heartbeat, stream)]
        if expires_at is not None:
            timers.append(loop.call_later(max(0.0, expires_at - time.time()), stream.close, "expired"))
        return timers

    def _send_heartbeat(self, stream: Stream) -> None:
        if stream in self._streams:
            stream.put(HEARTBEAT)
            self._streams[stream][0] = asyncio.get_running_loop().call_later(
                self._heartbeat_seconds, self._send_heartbeat, stream
            )
