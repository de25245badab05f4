from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from notifications.usecases.ports import KnownStore, Publisher
from trackline_schemas.notifications import InboxEntry


@dataclass(frozen=True)
class Row:
    """`id` is <event id>:<recipient>:inbox. `staff_only` means that only staff of the ticket may read the entry."""

    id: str
    recipient_id: str
    entry: InboxEntry
    staff_only: bool


@dataclass(frozen=True)
class Unread:
    """The number of unread entries about one ticket."""

    ticket_id: str
    staff_only: bool
    entries: int


class InboxStore(Protocol):
    """Knows nothing of rights: see reading.py."""

    def add(self, rows: Sequence[Row]) -> Collection[str]:
        """Inserts the rows whose id is new, and returns their recipients."""

    def page(self, recipient_id: str, unread_only: bool, size: int, after: str | None) -> tuple[list[Row], str | None]:
        """Returns the newest rows first, and the cursor of the next page. Raises ServiceError invalid_cursor."""

    def unread(self, recipient_id: str) -> Sequence[Unread]: ...

    def mark_read(self, recipient_id: str, ids: Sequence[str] | None, ticket_id: str | None) -> None:
        """Marks the recipient's entries with these ids, those of the ticket, or all of them."""

    def forget(self, ticket_ids: Collection[str]) -> None: ...


@dataclass(frozen=True)
class InboxPorts:
    store: InboxStore
    known: KnownStore
    publisher: Publisher
    clock: Callable[[], datetime]
