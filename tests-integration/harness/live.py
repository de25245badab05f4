"""Follows the live stream like EventSource: it reconnects with its last id until it is closed."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import httpx

from harness.api import Api, wait_for

Pair = tuple[str, int]
# Shorter than two heartbeats, so that a connection that died silently is noticed.
SILENCE = 10.0


@dataclass
class Visit:
    """One connection, from its `ready` to its end."""

    resumed_from: str | None
    frames: list["Frame"] = field(default_factory=list)


@dataclass(frozen=True)
class Frame:
    """`at` is time.monotonic() when its last line was read."""

    name: str
    data: dict[str, Any]
    id: str | None
    at: float

    @property
    def pair(self) -> Pair:
        return (self.data["id"], self.data["sequence"])


class Listener:
    """Follows the stream in its own thread. It ends at the next heartbeat, so these must come every few seconds."""

    def __init__(self, api: Api, url: str | None = None, last_event_id: str | None = None) -> None:
        self.api = api
        self.url = url or api.url
        self._last_id = last_event_id
        self._closed = Event()
        self._thread = Thread(target=self._follow, daemon=True)
        self.visits: list[Visit] = []

    def __enter__(self) -> Self:
        self._thread.start()
        wait_for(lambda: self.visits)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._thread.join(2 * SILENCE)

    @property
    def frames(self) -> list[Frame]:
        return [frame for visit in list(self.visits) for frame in list(visit.frames)]

    def named(self, name: str) -> list[Frame]:
        return [frame for frame in self.frames if frame.name == name]

    @property
    def pairs(self) -> set[Pair]:
        return {frame.pair for frame in self.named("ticket")}

    def _follow(self) -> None:
        while not self._closed.is_set():
            with suppress(httpx.TransportError):
                self._visit()
            self._closed.wait(0.2)

    def _visit(self) -> None:
        headers = {"Authorization": f"Bearer {self.api.token}"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        timeout = httpx.Timeout(5, read=SILENCE)
        with httpx.stream("GET", f"{self.url}/api/v1/stream", headers=headers, timeout=timeout) as answer:
            if answer.status_code != 200:
                return
            visit = Visit(self._last_id)
            for frame in _frames(answer.iter_lines()):
                self._last_id = frame.id or self._last_id
                visit.frames.append(frame)
                if frame.name == "ready":
                    self.visits.append(visit)
                if self._closed.is_set():
                    return


def _frames(lines: Iterator[str]) -> Iterator[Frame]:
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            yield Frame(fields["event"], json.loads(fields["data"]), fields.get("id"), time.monotonic())
            fields = {}
