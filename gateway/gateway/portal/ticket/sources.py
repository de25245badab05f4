"""What a conversation is read from: comments for its requester, and the whole history for agents."""

from dataclasses import dataclass

from gateway.portal.kit.visit import Visit
from gateway.portal.ticket.markdown import Texts
from trackline_schemas.paging import Page
from trackline_schemas.ticket.views import Comment, HistoryEntry

# Bytes of HTML, roughly, around the text of an entry and for each file.
_FRAME, _FILE = 1_000, 1_000


@dataclass(frozen=True)
class _Ticket:
    """`texts` keeps what the entries are shown as."""

    visit: Visit
    number: str
    texts: Texts


class Comments(_Ticket):
    async def read(self, size: int, after: str | None, newest_first: bool) -> Page[Comment]:
        tickets, reading = self.visit.parts.tickets, self.visit.reading()
        page = await tickets.comments(reading, self.number, size, after, newest_first=newest_first)
        # The service leaves notes out already. The page filters them again, so that a mistake there shows none.
        return Page(items=[one for one in page.items if one.visibility == "public"], after=page.after)

    async def weigh(self, entry: Comment) -> int:
        return await _weigh(self.texts, entry)


class History(_Ticket):
    async def read(self, size: int, after: str | None, newest_first: bool) -> Page[HistoryEntry]:
        tickets, reading = self.visit.parts.tickets, self.visit.reading()
        return await tickets.events(reading, self.number, size, after, newest_first=newest_first)

    async def weigh(self, entry: HistoryEntry) -> int:
        # Each change is told with words and marks around it.
        changes = 2 * len(str(entry.changes))
        return changes + (await _weigh(self.texts, entry.comment) if entry.comment else _FRAME)


async def _weigh(texts: Texts, comment: Comment) -> int:
    return _FRAME + len((await texts.add(comment)).html.encode()) + _FILE * len(comment.attachments)
