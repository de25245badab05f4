"""Which comments the viewer has not seen: those since the earliest unread notification of the ticket."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.portal.kit.visit import Visit
from trackline_schemas.errors import ServiceError
from trackline_schemas.notifications import InboxEntry, InboxQuery
from trackline_schemas.ticket.views import Comment, TicketView

# Of somebody who has more unread notifications than this, older ones mark nothing.
LOOKED_AT = 100


@dataclass(frozen=True)
class News:
    """The unread notifications of a ticket. If there are `more` than were looked at, some may be of this ticket too."""

    entries: Sequence[InboxEntry] = ()
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.entries) or self.more

    def first_in(self, comments: Sequence[Comment], reader_id: str, *, from_the_beginning: bool = True) -> str | None:
        """Returns the id of the first unread comment on the page, unless the whole conversation is unread: then nothing
        needs a mark."""
        since = min((entry.time for entry in self.entries), default=None)
        if since is None:
            return None
        unread = [one for one in comments if one.time >= since and one.author_id != reader_id]
        whole = bool(unread) and unread[0] is comments[0] and from_the_beginning
        return unread[0].id if unread and not whole else None


async def list_news(visit: Visit, ticket: TicketView) -> News:
    """Returns none while the service of notifications does not answer, and none for a page that is open already: it
    keeps the mark that it has."""
    if visit.fragment:
        return News()
    query = InboxQuery(unread_only=True, size=LOOKED_AT)
    try:
        inbox = await visit.parts.notifications.inbox(visit.reading(), query)
    except ServiceError:
        return News()
    entries = [entry for entry in inbox.items if entry.ticket_id == ticket.id and not entry.read]
    return News(entries, inbox.after is not None)
