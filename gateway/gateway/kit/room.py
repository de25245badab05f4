"""The room for files in the temporary folder while they arrive and wait: so much in all, and for each person."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile
from typing import Any

import structlog

from trackline_schemas.errors import ServiceError, reasons, refuse

_log = structlog.get_logger(__name__)
MOST, MOST_PER_PERSON = 600_000_000, 120_000_000
# A smaller file stays in memory. It takes room as well.
KEPT_IN_MEMORY = 1_000_000


class Room:
    """Nobody has more than is left for everybody else, so that a few people do not fill it. A quarter is only for those
    who have a small share, so that many do not fill it either."""

    def __init__(self, most: int = MOST, most_per_person: int = MOST_PER_PERSON) -> None:
        self._most, self._most_per_person = most, most_per_person
        self._reserve, self._small = most // 4, most_per_person // 20
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        return self._taken.total()

    def share(self, person_id: str) -> "Share":
        return Share(self, person_id)

    def take(self, person_id: str, count: int) -> None:
        """Raises ServiceError unavailable if there is no room for so many bytes."""
        left = self._most - self.taken - count
        large = min(self._most_per_person, left - self._reserve)
        if left < 0 or self._taken[person_id] + count > max(self._small, large):
            raise _no_room()
        self._taken[person_id] += count

    def give_back(self, person_id: str, count: int) -> None:
        self._taken[person_id] -= count
        if not self._taken[person_id]:
            del self._taken[person_id]


class Share:
    """What one file, or the files of one form, take."""

    def __init__(self, room: Room, person_id: str) -> None:
        self._room, self._person_id, self._count = room, person_id, 0

    def take(self, count: int) -> None:
        """Raises ServiceError unavailable if there is no room for so many bytes."""
        self._room.take(self._person_id, count)
        self._count += count

    def give_back(self) -> None:
        count, self._count = self._count, 0
        self._room.give_back(self._person_id, count)


class Spool(SpooledTemporaryFile[bytes]):
    """A temporary file that asks for room before it grows, and gives it back when it is closed."""

    def __init__(self, share: Share) -> None:
        self._share = share
        super().__init__(KEPT_IN_MEMORY)

    def write(self, data: Any) -> int:
        self._share.take(len(data))
        with refusing_when_full():
            return super().write(data)

    def rollover(self) -> None:
        with refusing_when_full():
            super().rollover()

    def flush(self) -> None:
        with refusing_when_full():
            super().flush()

    def close(self) -> None:
        # It writes what is left, and fails if the folder is full. Nobody needs these bytes any more.
        with suppress(OSError):
            super().close()
        self._share.give_back()


@contextmanager
def refusing_when_full() -> Iterator[None]:
    """Somebody else may have filled the folder. Raises ServiceError unavailable for what the system says then."""
    try:
        yield
    except OSError as error:
        _log.warning("the temporary folder takes no bytes", error=repr(error))
        raise _no_room() from error


def _no_room() -> ServiceError:
    return refuse(reasons.files.TOO_MANY_FILES, detail={"retry_after": 10})
