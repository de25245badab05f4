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
        """Inserts by id, and returns the recipients who got something new."""

    def page(
        self, recipient_id: str, unread_only: bool, size: int, after: str | None
    ) -> tuple[list[InboxEntry], str | None]:
        """Newest first. Raises ServiceError invalid_cursor."""

    def unread(self, recipient_ids: Collection[str]) -> Mapping[str, int]:
        """Leaves out those who have read everything."""

    def mark_read(self, recipient_id: str, ids: Sequence[str] | None, ticket_id: str | None) -> None:
        """Marks those of the recipient's entries that `ids` names, those of the ticket, or all."""

    def forget(self, ticket_ids: Collection[str]) -> None: ...


@dataclass(frozen=True)
class InboxPorts:
    store: InboxStore
    publisher: Publisher
    clock: Callable[[], datetime]
