"""A ticket for somebody who calls: who it is, what they asked lately, then title and text."""

import asyncio

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import people as people_actions
from gateway.actions import tickets
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.directory import Person
from gateway.people.models import CreateUser
from gateway.portal.kit import desk_frame, flash
from gateway.portal.kit.categories import categories_of
from gateway.portal.kit.entered import entered
from gateway.portal.kit.forms import Form, Posted, mistakes
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.filters import Condition
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.commands import CreateTicket
from trackline_schemas.ticket.fields import CREATABLE
from trackline_schemas.ticket.views import TicketView

router = APIRouter(prefix="/new/call", include_in_schema=False, dependencies=[Depends(store_errors)])
FOUND = 8
LATELY = 5
# The fields that show their own mistakes.
BESIDE = {"name", "email", "title", "description", "category_id", "location", "resolution"}
# These count only if the ticket is solved at once.
SOLUTION = {"resolution_code", "resolution"}
MENDABLE = ("invalid", "forbidden", "key_reused", "conflict")


@router.get("")
async def call(visit: Visiting, who: str = "", caller: str = "") -> Response:
    """Enter in the search takes the only match."""
    _agents_only(visit)
    found = await _people(visit, who)
    if len(found) == 1 and not caller:
        return flash.redirect(f"/new/call?caller={found[0].id}")
    return await _page(visit, Form(caller=[caller], who=[who]), found)


@router.get("/people")
async def people(visit: Visiting, who: str = "") -> Response:
    _agents_only(visit)
    return visit.page("callers.html", found=await _people(visit, who), who=who)


@router.post("")
async def create(visit: Visiting, form: Posted) -> Response:
    """The account, if it is a new one, and the ticket: each is made once, however often the form is sent."""
    _agents_only(visit)
    try:
        fields = set(CREATABLE) - (set() if form.text("solved") else SOLUTION)
        asked = entered(form, fields) | {"description": form.text("description"), "channel": "phone"}
        CreateTicket.model_validate(asked)
        asked["requester_id"] = form.text("caller") or await _new_caller(visit, form)
        command = CreateTicket.model_validate(asked)
        ticket = await tickets.create(visit.parts, visit.caller, command, form.key)
    except (ValidationError, ServiceError) as error:
        if isinstance(error, ServiceError) and error.code not in MENDABLE:
            raise
        return await _page(visit, form, [], _beside(error), explain(error) if isinstance(error, ServiceError) else "")
    return flash.redirect(f"/t/{ticket.number}", "called", ticket.number)


async def _new_caller(visit: Visit, form: Form) -> str:
    command = CreateUser(name=form.text("name"), emails=[form.text("email")])
    return (await people_actions.create(visit.parts, visit.caller, command, form.key)).id


def _beside(error: ValidationError | ServiceError) -> dict[str, str]:
    beside = mistakes(error)
    if isinstance(error, ServiceError) and error.code == "conflict":
        return {"email": gettext("Somebody has this address already.")}
    if any(name.isdigit() for name in beside):
        return {**beside, "email": gettext("This is not a mail address.")}
    return beside


async def _people(visit: Visit, who: str) -> list[Person]:
    if len(who.strip()) < 2:
        return []
    page = await reads.list_users(visit.parts.people, q=who.strip()[:200], active=True, size=FOUND)
    known = (visit.parts.people.directory.user(one.id) for one in page.items)
    return [person for person in known if person]


async def _lately(visit: Visit, caller: Person | None) -> list[TicketView]:
    if caller is None:
        return []
    theirs = Condition(field="requester_id", op="eq", value=caller.id)
    query = PageQuery(filter=theirs, sort="-created_at", size=LATELY)
    try:
        return (await visit.parts.tickets.list(visit.reading(), query)).items
    except ServiceError:
        # Whoever is on the phone can wait for the list no longer than the page does.
        return []


async def _page(
    visit: Visit, form: Form, found: list[Person], errors: dict[str, str] | None = None, message: str = ""
) -> Response:
    caller = visit.parts.people.directory.user(form.text("caller")) if form.text("caller") else None
    lately, categories, frame = await asyncio.gather(
        _lately(visit, caller), categories_of(visit), desk_frame.frame(visit)
    )
    return visit.page(
        "call.html",
        422 if errors or message else 200,
        form=form,
        caller=caller,
        who=form.text("who"),
        found=found,
        lately=lately,
        categories=[known for known in categories if known.active],
        teams=[team for team in visit.parts.people.directory.all_teams() if team.active],
        agents=visit.parts.people.directory.agents(),
        errors=errors or {},
        message="" if errors and errors.keys() <= BESIDE else message,
        frame=frame,
        here="new",
    )


def _agents_only(visit: Visit) -> None:
    if not visit.viewer.agent:
        raise refuse(reasons.access.AGENTS_ONLY)
