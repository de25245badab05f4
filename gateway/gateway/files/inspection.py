"""Measures and judges a file while its bytes pass by on their way to the store."""

import hashlib
from collections.abc import Collection
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from gateway.files.kinds import TEXT, Kind, recognise
from gateway.judge.judge import must_be_read
from gateway.judge.process import Judges
from gateway.judge.programs import HEAD, SECTOR, TAIL, ends_like_disk
from trackline_schemas.errors import reasons, refuse


class Measure:
    """Measures a text that a person wrote in the portal. It is kept as text, whatever it says."""

    def __init__(self, name: str, max_bytes: int) -> None:
        self._name, self._max_bytes = name, max_bytes
        self._size, self._digest = 0, hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def feed(self, chunk: bytes) -> None:
        """Raises ServiceError for a file that is too large, as soon as it can be seen."""
        self._size += len(chunk)
        if self._size > self._max_bytes:
            raise refuse(reasons.files.FILE_TOO_LARGE, megabytes=self._max_bytes / 1_000_000)
        self._digest.update(chunk)

    async def finish(self) -> dict[str, Any]:
        """Returns the name, type, size and sha256. Raises ServiceError for an empty file."""
        if not self._size:
            raise refuse(reasons.files.FILE_EMPTY, pointer="")
        return {**self._kind._asdict(), "size": self._size, "sha256": self._digest.hexdigest()}

    @cached_property
    def _kind(self) -> Kind:
        return Kind(self._name, TEXT)


class Inspection(Measure):
    """Judges a file. Archives, Office documents and RTF are kept in a temporary file, because only the whole file says
    what is in them."""

    def __init__(self, name: str, max_bytes: int, blocked: Collection[str], judges: Judges, owner_id: str) -> None:
        super().__init__(name, max_bytes)
        self._blocked, self._judges, self._owner_id = blocked, judges, owner_id
        self._head, self._sector, self._tail = b"", b"", b""
        self._whole = judges.spool(owner_id)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._whole.close()

    def feed(self, chunk: bytes) -> None:
        """Also raises ServiceError for a program."""
        self._sector += chunk[max(0, SECTOR - self._size) : max(0, SECTOR + 5 - self._size)]
        self._tail = (self._tail + chunk[-TAIL:])[-TAIL:]
        super().feed(chunk)
        if len(self._head) < HEAD:
            self._head += chunk[: HEAD - len(self._head)]
        if len(self._head) < HEAD or self._must_be_read:
            self._whole.write(chunk)

    async def finish(self) -> dict[str, Any]:
        """Also raises ServiceError for a program, and for a file that holds too much to judge it."""
        properties = await super().finish()
        if ends_like_disk(self._sector, self._tail):
            raise refuse(reasons.files.FILE_IS_PROGRAM, name=self._name)
        if self._must_be_read:
            await self._judges.check(self._whole, self._kind.name, self._owner_id)
        return properties

    @cached_property
    def _kind(self) -> Kind:
        """Is asked for when the head is complete."""
        return recognise(self._head, self._name, self._blocked)

    @cached_property
    def _must_be_read(self) -> bool:
        return must_be_read(self._head, self._kind.name)
