"""The queue."""

import asyncio
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import bulk
from gateway.portal.kit import desk_frame, flash, queue, words
from gateway.portal.kit.categories import categories_of
from gateway.portal.kit.clashes import clashes_of
from gateway.portal.kit.forms import Form, Posted, mistakes, own_address
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.filters import And
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.commands import TicketChanges

router = APIRouter(include_in_schema=False)
ROWS = 50


@router.get("/desk")
async def desk(visit: Visiting) -> Response:
    _agents_only(visit)
    return flash.redirect("/desk/mine")


@router.get("/desk/{slug}")
async def show(slug: str, visit: Visiting) -> Response:
    _agents_only(visit)
    view = queue.find(visit, slug)
    asked = visit.request.query_params
    sort = asked.get("sort", view.sort)
    chosen = queue.url_filter(visit.request, visit.viewer.id)
    query = PageQuery(
        filter=And(all=[view.filter, chosen]),
        sort=sort if sort in queue.SORTS else view.sort,
        size=ROWS,
        after=asked.get("page[after]"),
    )
    page, categories, frame = await asyncio.gather(
        visit.parts.tickets.list(visit.reading(), query),
        categories_of(visit),
        desk_frame.frame_of_page(visit),
    )
    return visit.page(
        "queue.html",
        view=view,
        here=view.slug,
        tickets=page.items,
        after=page.after,
        sort=query.sort,
        sorts=queue.SORTS,
        chips=queue.chips(visit, categories),
        categories=categories,
        teams=visit.parts.people.directory.all_teams(),
        frame=frame,
        unassigned=_unassigned(frame),
    )


def _unassigned(frame: desk_frame.Frame | None) -> int | None:
    views = frame.views if frame else []
    return next((counted.count for counted in views if counted.slug == "unassigned"), None)


@router.get("/frame")
async def around(visit: Visiting, here: str = "", path: str = "") -> Response:
    """The counters around a page that is open."""
    frame = await desk_frame.frame(visit) if visit.viewer.agent else None
    unread = frame.unread if frame else await desk_frame.unread_of(visit)
    return visit.page("frame.html", frame=frame, unread=unread, here=here, path=path)


@router.post("/desk/bulk")
async def change_several(visit: Visiting, form: Posted) -> Response:
    """One command per ticket."""
    _agents_only(visit)
    back = own_address(form.text("back"), "/desk")
    try:
        changes = _bulk_changes(visit, form)
    except ValidationError as error:
        return flash.redirect(back, "refused", "; ".join(mistakes(error).values()))
    selected = [_selected(text) for text in form.many("ticket")[:ROWS]]
    done, refused = await bulk.update(visit.parts, visit.caller, selected, changes, form.key)
    steps = await bulk.list_undoable(visit.parts, visit.caller, done)
    if refused:
        return flash.redirect(back, "refused", explain(refused[0]), steps)
    return flash.redirect(back, "bulk", len(selected), steps)


@router.post("/undo")
async def take_back(visit: Visiting, form: Posted) -> Response:
    """`done` are the steps that the toast offered."""
    back, steps = own_address(form.text("back"), "/desk"), form.many("done")[:ROWS]
    stayed, refused = await bulk.take_back(visit.parts, visit.caller, steps, form.key)
    if refused:
        again = steps if refused[0].status >= 500 else ()
        return flash.redirect(back, *_why_not(refused[0]), undo=again)
    state = next(filter(None, stayed), None)
    return flash.redirect(back, "undone_but", words.state(state)) if state else flash.redirect(back, "undone")


def _why_not(error: ServiceError) -> tuple[str, str]:
    """A message for the toast and its value."""
    names = [words.word(words.FIELDS, clash.field) for clash in clashes_of(error)]
    return ("overtaken", ", ".join(names)) if names else ("not_undone", explain(error))


def _selected(text: str) -> bulk.Selected:
    number, _, version = text.partition(":")
    return number, int(version) if version.isdecimal() else None


def _bulk_changes(visit: Visit, form: Form) -> TicketChanges:
    given: dict[str, Any] = {}
    if form.text("assign") == "me":
        given["assignee_id"] = visit.viewer.id
    if form.text("state"):
        given["state"] = form.text("state")
    if form.text("priority"):
        given |= {"priority": form.number("priority"), "priority_reason": form.text("priority_reason") or None}
    return TicketChanges.model_validate({name: value for name, value in given.items() if value is not None})


def _agents_only(visit: Visit) -> None:
    if not visit.viewer.agent:
        raise refuse(reasons.access.DESK_FOR_AGENTS_ONLY)
