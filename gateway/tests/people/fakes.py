"""Stand-ins that can fail as the real ones do."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from gateway.kit.mongo import Collection
from gateway.people.adapters.security_log import row_of
from gateway.people.domain.security_log import Entry
from gateway.people.security import SecurityLogQuery
from trackline_core.messages import Outgoing
from trackline_core.records.decide import Document
from trackline_schemas.paging import Page


class Crash(BaseException):
    """Stands for a killed process, so no code under test may catch it."""


class Bus:
    """A Sender that confirms all messages but those whose positions are in `refuse`. `crash` says whether it crashes
    "before" or "after" sending."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.refuse: set[int] = set()
        self.crash: str | None = None

    async def ready(self) -> None:
        return

    async def publish(self, messages: Sequence[Outgoing]) -> list[bool]:
        if self.crash == "before":
            raise Crash
        self.sent += messages
        if self.crash == "after":
            raise Crash
        return [index not in self.refuse for index in range(len(messages))]


class Dying:
    """A collection whose `method` crashes, either before or after the real method does its work."""

    def __init__(self, collection: Collection, method: str, *, after: bool) -> None:
        self._collection = collection
        self._method = method
        self._after = after

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._collection, name)
        if name != self._method:
            return real

        async def dies(*arguments: Any, **options: Any) -> None:
            if self._after:
                await real(*arguments, **options)
            raise Crash

        return dies


class FakeSecurityLog:
    """Keeps entries as they come. Filters by event and outcome only."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    async def write(self, entry: Entry) -> None:
        self.entries.append(entry)

    def note(self, entry: Entry) -> None:
        self.entries.append(entry)

    async def find(self, query: SecurityLogQuery) -> Page[Document]:
        wanted = query.model_dump(include={"event", "outcome"}, exclude_none=True)
        rows = [row_of(entry, uuid4().hex, timedelta(days=1)) for entry in self.entries]
        found = [row for row in reversed(rows) if wanted.items() <= row.items()]
        return Page(items=found[: query.size])

    async def stream(self, query: SecurityLogQuery) -> AsyncIterator[Document]:
        for row in (await self.find(query)).items:
            yield row
