from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from notifications.usecases.ports import Publisher
from trackline_schemas.notifications import InboxEntry


@dataclass(frozen=True)
class NewEntry:
    """`id` is <event id>:<recipient>:inbox."""

    id: str
    recipient_id: str
    entry: InboxEntry


class InboxStore(Protocol):
    def add(self, entries: Sequence[NewEntry]) -> Collection[str]:
        """Inserts the entries whose id is new, and returns their recipients."""

    def page(
        self, recipient_id: str, unread_only: bool, size: int, after: str | None
    ) -> tuple[list[InboxEntry], str | None]:
        """Returns the newest entries first, and the cursor of the next page. Raises ServiceError invalid_cursor."""

    def unread(self, recipient_ids: Collection[str]) -> Mapping[str, int]:
        """Returns recipient → number of unread entries. Leaves out recipients who have read everything."""

    def mark_read(self, recipient_id: str, ids: Sequence[str] | None, ticket_id: str | None) -> None:
        """Marks the recipient's entries with these ids, those of the ticket, or all of them."""

    def forget(self, ticket_ids: Collection[str]) -> None: ...


@dataclass(frozen=True)
class InboxPorts:
    store: InboxStore
    publisher: Publisher
    clock: Callable[[], datetime]
