"""Tells people how many entries of their inbox are unread. Nobody counts for a person without an open stream."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import groupby
from weakref import WeakSet

import structlog

from gateway.kit.metrics import LIVE_EVENTS
from gateway.live.frames import frame
from gateway.live.stream import Stream
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer

_log = structlog.get_logger(__name__)

# Seconds to wait, so that a burst of entries is counted once.
SOON = 0.1

Count = Callable[[Viewer], Awaitable[int]]


class UnreadNews:
    """`streams_of` returns the open streams of a person, and `count` the number of unread entries that a viewer may
    read."""

    def __init__(self, count: Count, streams_of: Callable[[str], Sequence[Stream]]) -> None:
        self._count = count
        self._streams_of = streams_of
        self._soon: dict[str, asyncio.Task[None]] = {}
        self._have_read: set[str] = set()
        # the streams of people who have read something, if the count failed then
        self._untold: WeakSet[Stream] = WeakSet()

    def publish(self, person_id: str, unread: int | None) -> None:
        """`unread` is None for new entries. After the person has read some, it is the number of those that are left for
        the rights of the window or key that did it. Others may have other rights, so it is counted for each of them."""
        if not self._streams_of(person_id):
            return
        if unread is not None:
            self._have_read.add(person_id)
        if person_id not in self._soon:
            self._soon[person_id] = asyncio.create_task(self._count_soon(person_id))

    def close(self) -> None:
        for task in self._soon.values():
            task.cancel()
        self._soon.clear()

    async def _count_soon(self, person_id: str) -> None:
        await asyncio.sleep(SOON)
        # What changes from now on may not be in the count, so it leads to another one.
        del self._soon[person_id]
        has_read = person_id in self._have_read
        self._have_read.discard(person_id)
        for _, streams in groupby(sorted(self._streams_of(person_id), key=_rights), _rights):
            await self._count_for(list(streams), has_read)

    async def _count_for(self, streams: Sequence[Stream], has_read: bool) -> None:
        try:
            unread = await self._count(streams[0].eyes.viewer)
        except ServiceError as error:
            _log.warning("could not count the unread entries of an inbox", error=error.message)
            self._untold.update(streams if has_read else ())
            return
        # Without any, what has come is nothing that the viewer may know of.
        _send(streams if unread or has_read else self._untold.intersection(streams), unread)
        self._untold.difference_update(streams)


def _rights(stream: Stream) -> str:
    return stream.eyes.viewer.model_dump_json()


def _send(streams: Iterable[Stream], unread: int) -> None:
    encoded = frame("inbox", {"unread": unread})
    for stream in streams:
        stream.put(encoded)
        LIVE_EVENTS.labels("inbox").inc()
