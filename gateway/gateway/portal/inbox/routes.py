"""The inbox: the viewer's notifications, one line per ticket."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from gateway.actions import inbox as actions
from gateway.portal.kit import desk_frame, flash
from gateway.portal.kit.forms import Posted
from gateway.portal.kit.visit import Visiting
from trackline_schemas.notifications import InboxEntry, InboxQuery, MarkRead

router = APIRouter(include_in_schema=False)


@dataclass
class Thread:
    """The notifications of one ticket, newest first."""

    entries: list[InboxEntry]

    @property
    def latest(self) -> InboxEntry:
        return self.entries[0]

    @property
    def unread(self) -> int:
        return sum(not entry.read for entry in self.entries)


@router.get("/inbox")
async def show(visit: Visiting) -> Response:
    after = visit.request.query_params.get("page[after]")
    inbox = await visit.parts.notifications.inbox(visit.reading(), InboxQuery(size=100, after=after))
    threads: dict[str, Thread] = {}
    for entry in inbox.items:
        threads.setdefault(entry.ticket_id, Thread([])).entries.append(entry)
    return visit.page(
        "inbox.html",
        threads=list(threads.values()),
        unread=inbox.unread,
        after=inbox.after,
        frame=await desk_frame.load(visit) if visit.viewer.agent else None,
        here="inbox",
    )


@router.post("/inbox/read")
async def mark_read(visit: Visiting, form: Posted) -> Response:
    """Marks the notifications of the named ticket as read, or all of them if none is named."""
    ticket_id = form.text("ticket_id") or None
    await actions.mark_read(visit.parts, visit.caller, MarkRead(ticket_id=ticket_id), form.key)
    if visit.fragment:
        return Response(status_code=204)
    return flash.redirect("/inbox", None if ticket_id else "read")
