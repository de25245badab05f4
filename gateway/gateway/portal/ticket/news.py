"""Which comments of a ticket the viewer has not seen: those since its earliest unread notification."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.portal.kit.unread import Unread
from trackline_schemas.notifications import InboxEntry
from trackline_schemas.ticket.views import Comment, TicketView


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


def news_of(unread: Unread, ticket: TicketView) -> News:
    return News([entry for entry in unread.entries if entry.ticket_id == ticket.id], unread.more)
