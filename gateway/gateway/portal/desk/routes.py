"""The queue: the tickets of a view, a look into one of them, and the people whom one may assign."""

import asyncio

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from gateway.portal.desk import columns, filtering, rows
from gateway.portal.desk.access import require_agent
from gateway.portal.kit import desk_frame, flash, queue
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.unread import count_unread, load_unread
from gateway.portal.kit.visit import Visiting
from trackline_schemas.filters import And
from trackline_schemas.paging import PageQuery, encode_cursor
from trackline_schemas.text.keys import has_words, search_text, search_words

router = APIRouter(include_in_schema=False)
ROWS = 50
MAX_PEOPLE = 8
# A look shows the last texts among as many events.
MAX_EVENTS, MAX_TEXTS = 25, 3


@router.get("/desk")
async def desk(visit: Visiting) -> Response:
    require_agent(visit)
    return flash.redirect("/desk/mine")


@router.get("/desk/assignees")
async def assignees(visit: Visiting, q: str = "") -> Response:
    """Lists people who may be the assignee of a ticket of some team."""
    require_agent(visit)
    agents = visit.parts.people.directory.agents()
    able = [person for person in agents if person.viewer.has_role_anywhere("reply")]
    wanted = search_words(q)
    found = [person for person in able if has_words(search_text(person.name), wanted)]
    return visit.page("assignees.html", found=found[:MAX_PEOPLE], q=q)


@router.get("/desk/peek/{number}")
async def peek(number: str, visit: Visiting) -> Response:
    """Shows the beginning of a ticket and its last texts, without a mark that somebody has read it."""
    require_agent(visit)
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    after = encode_cursor(max(0, ticket.version - MAX_EVENTS))
    events = await visit.parts.tickets.events(visit.reading(), number, MAX_EVENTS, after)
    texts = [event.comment for event in events.items if event.comment]
    return visit.page("peek.html", ticket=ticket, comments=texts[-MAX_TEXTS:])


@router.get("/desk/{slug}")
async def show(slug: str, visit: Visiting) -> Response:
    require_agent(visit)
    view = queue.find(visit, slug)
    params = visit.request.query_params
    chosen = And(all=[view.filter, queue.url_filter(visit.request, visit.viewer.id)])
    found = await filtering.read(visit, chosen)
    if canonical := filtering.canonical(visit, found):
        return RedirectResponse(canonical, 303)
    query = PageQuery(
        filter=await filtering.matching(visit, found, chosen),
        sort=columns.parse_sort(params.get("sort"), view.sort),
        size=ROWS,
        after=params.get("page[after]"),
    )
    inbox = asyncio.create_task(load_unread(visit))
    page, categories, unread, frame = await asyncio.gather(
        visit.parts.tickets.list(visit.reading(), query),
        list_categories(visit),
        inbox,
        desk_frame.load_unless_fragment(visit, inbox),
    )
    return visit.page(
        "queue.html",
        view=view,
        here=view.slug,
        rows=rows.build(visit, page.items, unread.ticket_ids),
        after=page.after,
        sort=query.sort.removeprefix("-"),
        heads=columns.heads(visit.request, query.sort),
        orders=columns.orders(visit.request, query.sort),
        filtering=found,
        chips=filtering.chips(visit, found, categories),
        teams=visit.parts.people.directory.all_teams(),
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
    unread = frame.unread if frame else await count_unread(visit)
    return visit.page("frame.html", frame=frame, unread=unread, here=here, path=path)
