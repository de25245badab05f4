"""The queue: the tickets of a view, bulk changes, and undo."""

import asyncio
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from gateway.actions import bulk
from gateway.portal.desk import filtering
from gateway.portal.kit import desk_frame, flash, queue, words
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.conflicts import find_conflicts
from gateway.portal.kit.forms import Form, Posted, field_errors, local_address, parse_number
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
    _require_agent(visit)
    return flash.redirect("/desk/mine")


@router.get("/desk/{slug}")
async def show(slug: str, visit: Visiting) -> Response:
    _require_agent(visit)
    view = queue.find(visit, slug)
    params = visit.request.query_params
    sort = params.get("sort", view.sort)
    found = await filtering.read(visit)
    if canonical := filtering.canonical(visit, found):
        return RedirectResponse(canonical, 303)
    chosen = And(all=[view.filter, queue.url_filter(visit.request, visit.viewer.id)])
    query = PageQuery(
        filter=await filtering.matching(visit, found, chosen),
        sort=sort if sort in queue.SORTS else view.sort,
        size=ROWS,
        after=params.get("page[after]"),
    )
    page, categories, frame = await asyncio.gather(
        visit.parts.tickets.list(visit.reading(), query),
        list_categories(visit),
        desk_frame.load_unless_fragment(visit),
    )
    return visit.page(
        "queue.html",
        view=view,
        here=view.slug,
        tickets=page.items,
        after=page.after,
        sort=query.sort,
        sorts=queue.SORTS,
        filtering=found,
        chips=filtering.chips(visit, found, categories),
        frame=frame,
        unassigned=_count_unassigned(frame),
    )


def _count_unassigned(frame: desk_frame.Frame | None) -> int | None:
    views = frame.views if frame else []
    return next((counted.count for counted in views if counted.slug == "unassigned"), None)


@router.get("/frame")
async def show_frame(visit: Visiting, here: str = "", path: str = "") -> Response:
    """Returns the counters around an open page."""
    frame = await desk_frame.load(visit) if visit.viewer.agent else None
    unread = frame.unread if frame else await desk_frame.count_unread(visit)
    return visit.page("frame.html", frame=frame, unread=unread, here=here, path=path)


@router.post("/desk/bulk")
async def bulk_change(visit: Visiting, form: Posted) -> Response:
    """Sends one command per selected ticket."""
    _require_agent(visit)
    back = local_address(form.text("back"), "/desk")
    try:
        changes = _bulk_changes(visit, form)
    except ValidationError as error:
        return flash.redirect(back, "refused", "; ".join(field_errors(error).values()))
    selected = [_parse_selected(text) for text in form.many("ticket")[:ROWS]]
    done, refused = await bulk.update(visit.parts, visit.caller, selected, changes, form.key)
    steps = await bulk.list_undoable(visit.parts, visit.caller, done)
    if refused:
        return flash.redirect(back, "refused", explain(refused[0]), steps)
    return flash.redirect(back, "bulk", len(selected), steps)


@router.post("/undo")
async def undo(visit: Visiting, form: Posted) -> Response:
    """Undoes the steps that the toast offered, which are in `done`."""
    back, steps = local_address(form.text("back"), "/desk"), form.many("done")[:ROWS]
    stayed, refused = await bulk.take_back(visit.parts, visit.caller, steps, form.key)
    if refused:
        undo_again = steps if refused[0].status >= 500 else ()
        return flash.redirect(back, *_explain_failed_undo(refused[0]), undo=undo_again)
    state = next(filter(None, stayed), None)
    return flash.redirect(back, "undone_but", words.state(state)) if state else flash.redirect(back, "undone")


def _explain_failed_undo(error: ServiceError) -> tuple[str, str]:
    """Returns the key of the toast's message, and its value."""
    names = [words.label(words.FIELDS, conflict.field) for conflict in find_conflicts(error)]
    return ("overtaken", ", ".join(names)) if names else ("not_undone", explain(error))


def _parse_selected(text: str) -> bulk.Selected:
    number, _, version = text.partition(":")
    return number, parse_number(version)


def _bulk_changes(visit: Visit, form: Form) -> TicketChanges:
    given: dict[str, Any] = {}
    if form.text("assign") == "me":
        given["assignee_id"] = visit.viewer.id
    if form.text("state"):
        given["state"] = form.text("state")
    if form.text("priority"):
        given |= {"priority": form.number("priority"), "priority_reason": form.text("priority_reason") or None}
    return TicketChanges.model_validate({name: value for name, value in given.items() if value is not None})


def _require_agent(visit: Visit) -> None:
    if not visit.viewer.agent:
        raise refuse(reasons.access.DESK_FOR_AGENTS_ONLY)
