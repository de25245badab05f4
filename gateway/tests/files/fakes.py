"""Uploads in memory. test_uploads.py tests that they behave like the ones in MongoDB."""

import hashlib
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.files.allowance import HOUR, UNLIMITED, Allowance, Usage
from gateway.files.inspection import Inspection, Measure
from gateway.files.uploads import ASK_AGAIN, FRESH, MAX_WAITING, RELEASED, SAFE, Check
from gateway.judge.process import Judges
from gateway.kit.room import Room
from trackline_schemas.errors import entry, reasons, refuse, refuse_entries
from trackline_schemas.ticket.views import Attachment


@dataclass
class Row:
    owner_id: str
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    view: Attachment | None = None
    content: bytes = b""
    used: bool = False
    asked_at: datetime | None = None
    released_at: datetime | None = None


class FakeUploads:
    def __init__(
        self, max_bytes: int, blocked: Collection[str], check: Check | None = None, room: Room | None = None
    ) -> None:
        self.rows: dict[str, Row] = {}
        self._max_bytes = max_bytes
        self._blocked = blocked
        self._check = check
        self.room = room or Room()
        self._judges = Judges(self.room)

    def close(self) -> None: ...

    async def create_indexes(self) -> None: ...

    async def store(
        self,
        file_id: str,
        owner_id: str,
        name: str,
        chunks: AsyncIterator[bytes],
        allowance: Allowance = UNLIMITED,
        is_own_text: bool = False,
    ) -> Attachment:
        unused = [row for row in self.rows.values() if row.owner_id == owner_id and not (row.used or row.released_at)]
        if len(unused) >= MAX_WAITING:
            raise refuse(reasons.files.UPLOADS_WAITING, detail={"retry_after": 3600}, most=MAX_WAITING)
        first = self.rows.get(file_id)
        if first and first.view:
            content = b"".join([chunk async for chunk in chunks])
            if hashlib.sha256(content).digest() != hashlib.sha256(first.content).digest():
                raise refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)
            return first.view
        self.rows[file_id] = Row(owner_id)
        try:
            return await self._store(file_id, owner_id, name, chunks, allowance, is_own_text)
        except BaseException:
            del self.rows[file_id]
            raise

    async def _store(
        self,
        file_id: str,
        owner_id: str,
        name: str,
        chunks: AsyncIterator[bytes],
        allowance: Allowance,
        is_own_text: bool,
    ) -> Attachment:
        self._check_allowance(owner_id, allowance, 0)
        content = b""
        judged = (name, self._max_bytes, self._blocked, self._judges, owner_id)
        with Measure(name, self._max_bytes) if is_own_text else Inspection(*judged) as inspection:
            async for chunk in chunks:
                inspection.feed(chunk)
                content += chunk
            found = await inspection.finish()
        if self._check:
            await self._check(name, _single(content))
        self._check_allowance(owner_id, allowance, len(content))
        view = Attachment(id=file_id, name=found["name"], type=found["type"], size=found["size"])
        self.rows[file_id] = Row(owner_id, view=view, content=content)
        return view

    def _check_allowance(self, owner_id: str, allowance: Allowance, size: int) -> None:
        now = datetime.now(UTC)
        own = [row for row in self.rows.values() if row.owner_id == owner_id]
        recent = [row.created_at for row in own if row.created_at > now - HOUR]
        Usage(sum(len(row.content) for row in own) + size, len(recent), min(recent)).check(allowance, now)

    async def resolve(self, owner_id: str, ids: Sequence[str], pointer: str) -> list[Attachment]:
        oldest = datetime.now(UTC) - FRESH
        known = {
            file_id: row.view
            for file_id, row in self.rows.items()
            if row.view and row.owner_id == owner_id and (row.used or row.created_at > oldest)
        }
        errors = [
            entry(reasons.files.UPLOAD_UNKNOWN, pointer=f"{pointer}/{place}")
            for place, file_id in enumerate(ids)
            if file_id not in known
        ]
        if errors:
            raise refuse_entries(errors)
        return [known[file_id] for file_id in dict.fromkeys(ids)]

    async def mark_used(self, ids: Collection[str]) -> None:
        for file_id in ids:
            self.rows[file_id].used, self.rows[file_id].released_at = True, None

    async def find(self, file_id: str, owner_id: str) -> Attachment | None:
        row = self.rows.get(file_id)
        return row.view if row and row.owner_id == owner_id else None

    async def read(self, file_id: str) -> AsyncIterator[bytes] | None:
        row = self.rows.get(file_id)
        if row is None or row.view is None:
            return None
        return _single(row.content)

    async def list_abandoned(self, limit: int) -> list[str]:
        now = datetime.now(UTC)
        old = [(key, row) for key, row in self.rows.items() if not row.used and row.created_at < now - SAFE]
        return [key for key, row in old if not (row.released_at and row.released_at > now - RELEASED)][:limit]

    async def list_used(self, limit: int) -> list[str]:
        now = datetime.now(UTC)
        old = [(key, row) for key, row in self.rows.items() if row.used and row.created_at < now - SAFE]
        return [key for key, row in old if not (row.asked_at and row.asked_at > now - ASK_AGAIN)][:limit]

    async def note_asked(self, ids: Collection[str]) -> None:
        for file_id in ids:
            self.rows[file_id].asked_at = datetime.now(UTC)

    async def release(self, ids: Collection[str]) -> None:
        for file_id in ids:
            self.rows[file_id].used, self.rows[file_id].released_at = False, datetime.now(UTC)

    async def remove(self, file_id: str) -> None:
        self.rows.pop(file_id, None)


async def _single(content: bytes) -> AsyncIterator[bytes]:
    yield content
