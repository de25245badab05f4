"""What a conversation is read from: comments for its requester, and the whole history for agents."""

from dataclasses import dataclass

from gateway.portal.kit.visit import Visit
from gateway.portal.ticket.markdown import Texts
from gateway.portal.ticket.part import Place
from trackline_schemas.paging import Page
from trackline_schemas.ticket.views import Comment, HistoryEntry

# Bytes of HTML, roughly, around the text of an entry and for each file.
_FRAME, _FILE = 1_000, 1_000


@dataclass(frozen=True)
class Comments:
    visit: Visit
    number: str
    place: Place
    texts: Texts

    async def read(self, size: int, after: str | None) -> Page[Comment]:
        tickets, order = self.visit.parts.tickets, self.place.newest_first
        page = await tickets.comments(self.visit.reading(), self.number, size, after, newest_first=order)
        # The service leaves notes out already. The page filters them again, so that a mistake there shows none.
        return Page(items=[one for one in page.items if one.visibility == "public"], after=page.after)

    async def weigh(self, entry: Comment) -> int:
        return await _weigh(self.texts, entry)


@dataclass(frozen=True)
class History:
    visit: Visit
    number: str
    place: Place
    texts: Texts

    async def read(self, size: int, after: str | None) -> Page[HistoryEntry]:
        tickets, order = self.visit.parts.tickets, self.place.newest_first
        return await tickets.events(self.visit.reading(), self.number, size, after, newest_first=order)

    async def weigh(self, entry: HistoryEntry) -> int:
        # Each change is told with words and marks around it.
        changes = 2 * len(str(entry.changes))
        return changes + (await _weigh(self.texts, entry.comment) if entry.comment else _FRAME)


async def _weigh(texts: Texts, comment: Comment) -> int:
    return _FRAME + len((await texts.add(comment)).html.encode()) + _FILE * len(comment.attachments)
