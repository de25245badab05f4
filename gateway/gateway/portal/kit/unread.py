"""What the viewer has not read of the inbox. Pages work without it while the service of notifications does not
answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.portal.kit.visit import Visit
from trackline_schemas.errors import ServiceError
from trackline_schemas.notifications import InboxEntry, InboxQuery
from trackline_schemas.paging import MAX_PAGE


@dataclass(frozen=True)
class Unread:
    """`count` is None if it is not known. `entries` are the newest ones, and there may be `more` of them."""

    count: int | None = None
    entries: Sequence[InboxEntry] = ()
    more: bool = False

    @property
    def ticket_ids(self) -> frozenset[str]:
        return frozenset(entry.ticket_id for entry in self.entries)


async def count_unread(visit: Visit) -> int | None:
    return (await _read(visit, InboxQuery(size=1))).count


async def load_unread(visit: Visit) -> Unread:
    return await _read(visit, InboxQuery(unread_only=True, size=MAX_PAGE))


async def _read(visit: Visit, query: InboxQuery) -> Unread:
    try:
        inbox = await visit.parts.notifications.inbox(visit.reading(), query)
    except ServiceError:
        return Unread()
    return Unread(inbox.unread, inbox.items, inbox.after is not None)
