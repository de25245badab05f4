"""Creating a ticket for somebody on the phone: find the caller, see their recent tickets, then enter title and text."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import people as people_actions
from gateway.actions import tickets
from gateway.kit.mongo import store_errors
from gateway.people.directory import Person
from gateway.people.models import CreateUser
from gateway.portal.kit import desk_frame, flash
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.fields import read_fields
from gateway.portal.kit.forms import Form, Posted, field_errors
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.named_people import explain_nobody, find_named
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.filters import Condition
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.commands import CreateTicket
from trackline_schemas.ticket.fields import CREATABLE
from trackline_schemas.ticket.views import TicketView

router = APIRouter(prefix="/new/call", include_in_schema=False, dependencies=[Depends(store_errors)])
MAX_CALLERS = 8
MAX_RECENT = 5
# The fields that show their own errors.
WITH_OWN_ERRORS = {"name", "email", "title", "description", "category_id", "location", "resolution"}
# These count only if the ticket is solved at once.
SOLUTION = {"resolution_code", "resolution"}
CORRECTABLE = ("invalid", "forbidden", "conflict")


@dataclass(frozen=True)
class Callers:
    """`several` says that somebody looked for more than one person, and `nobody` which of these have no account."""

    found: Sequence[Person] = ()
    several: bool = False
    nobody: str = ""


@router.get("")
async def call(visit: Visiting, who: str = "", caller: str = "") -> Response:
    """Shows the search, its matches, or the form. Enter in the search takes the only match."""
    _require_agent(visit)
    callers = await _search_people(visit, who)
    if len(callers.found) == 1 and not callers.several and not caller:
        return flash.redirect(f"/new/call?caller={callers.found[0].id}")
    return await _page(visit, Form(caller=[caller], who=[who]), callers)


@router.get("/people")
async def people(visit: Visiting, who: str = "") -> Response:
    _require_agent(visit)
    return visit.page("callers.html", callers=await _search_people(visit, who), who=who)


@router.post("")
async def create(visit: Visiting, form: Posted) -> Response:
    """Creates the account of a new caller, and the ticket. Each is created once, however often the form is sent."""
    _require_agent(visit)
    try:
        fields = set(CREATABLE) - (set() if form.text("solved") else SOLUTION)
        values = read_fields(form, fields) | {
            "description": form.text("description"),
            "description_format": form.text("format") or "plain",
            "channel": "phone",
        }
        CreateTicket.model_validate(values)
        # The form that a page offers again names the caller, whose account exists now.
        form["caller"] = [form.text("caller") or await _new_caller(visit, form)]
        values["requester_id"] = form.text("caller")
        command = CreateTicket.model_validate(values)
        ticket = await tickets.create(visit.parts, visit.caller, command, form.key)
    except (ValidationError, ServiceError) as error:
        if isinstance(error, ServiceError) and error.code not in CORRECTABLE:
            raise
        return await _page(
            visit, form, Callers(), _explain_fields(error), explain(error) if isinstance(error, ServiceError) else ""
        )
    return flash.redirect(f"/t/{ticket.number}", "called", ticket.number)


async def _new_caller(visit: Visit, form: Form) -> str:
    command = CreateUser(name=form.text("name"), emails=[form.text("email")])
    return (await people_actions.create(visit.parts, visit.caller, command, form.key)).id


def _explain_fields(error: ValidationError | ServiceError) -> dict[str, str]:
    errors = field_errors(error)
    if isinstance(error, ServiceError) and error.code == "conflict":
        return {"email": gettext("This address is already in use.")}
    # The pointer of the only address is /emails/0.
    return errors | {"email": errors["0"]} if "0" in errors else errors


async def _search_people(visit: Visit, who: str) -> Callers:
    if len(who.strip()) < 2:
        return Callers()
    named = await find_named(visit, who, size=MAX_CALLERS, active=True)
    found = dict.fromkeys(one.id for person in named for one in person.found)
    known = [person for one in found if (person := visit.parts.people.directory.user(one))]
    return Callers(known, len(named) > 1, explain_nobody(named))


async def _recent_tickets(visit: Visit, caller: Person | None) -> list[TicketView]:
    if caller is None:
        return []
    theirs = Condition(field="requester_id", op="eq", value=caller.id)
    query = PageQuery(filter=theirs, sort="-created_at", size=MAX_RECENT)
    try:
        return (await visit.parts.tickets.list(visit.reading(), query)).items
    except ServiceError:
        # The caller is on the phone, so the page does without the list.
        return []


async def _page(
    visit: Visit, form: Form, callers: Callers, errors: dict[str, str] | None = None, message: str = ""
) -> Response:
    caller = visit.parts.people.directory.user(form.text("caller")) if form.text("caller") else None
    recent, categories, frame = await asyncio.gather(
        _recent_tickets(visit, caller), list_categories(visit), desk_frame.load(visit)
    )
    return visit.page(
        "call.html",
        422 if errors or message else 200,
        form=form,
        caller=caller,
        who=form.text("who"),
        callers=callers,
        recent=recent,
        categories=[known for known in categories if known.active],
        teams=[team for team in visit.parts.people.directory.all_teams() if team.active],
        agents=[one for one in visit.parts.people.directory.agents() if one.viewer.has_role_anywhere("reply")],
        errors=errors or {},
        message="" if errors and errors.keys() <= WITH_OWN_ERRORS else message,
        frame=frame,
        here="new",
    )


def _require_agent(visit: Visit) -> None:
    if not visit.viewer.agent:
        raise refuse(reasons.access.AGENTS_ONLY)
