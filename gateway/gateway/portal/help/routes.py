"""The help centre: the home page, a new request, and the suggestions beside it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import tickets as actions
from gateway.actions.setup import setup_state
from gateway.kit.forms import takes_files
from gateway.people.models import SetupView
from gateway.portal.kit import desk_frame, flash
from gateway.portal.kit.attachments import Message, PostedMessage
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.fields import read_fields
from gateway.portal.kit.forms import Form, field_errors
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.articles import ArticleView
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import And, Condition
from trackline_schemas.paging import PageQuery
from trackline_schemas.search import SearchResults
from trackline_schemas.ticket.commands import CreateTicket
from trackline_schemas.ticket.fields import CREATABLE
from trackline_schemas.ticket.states import ACTIVE_STATES
from trackline_schemas.ticket.views import Attachment, TicketView

router = APIRouter(include_in_schema=False)

# Answer → (level of impact or urgency, label).
AFFECTED = {"me": (3, noop("Only me")), "team": (2, noop("My team")), "many": (1, noop("Many people"))}
CAN_WORK = {"yes": (3, noop("Yes")), "partly": (2, noop("Partly")), "no": (1, noop("No"))}
# The fields that show their own errors.
WITH_OWN_ERRORS = {"title", "description", "location"}
_CORRECTABLE = {"invalid", "forbidden"}


@router.get("/")
async def home(visit: Visiting) -> Response:
    tickets, articles, unread = await asyncio.gather(
        _own_tickets(visit), _articles(visit), desk_frame.count_unread(visit)
    )
    mine = [ticket for ticket in tickets or [] if ticket.state not in ("pending", "resolved")]
    waiting = [ticket for ticket in tickets or [] if ticket.state in ("pending", "resolved")]
    return visit.page(
        "home.html",
        down=tickets is None,
        tickets=mine,
        waiting=waiting,
        articles=articles,
        unread=unread,
        setup=await _setup(visit),
    )


async def _setup(visit: Visit) -> SetupView | None:
    """Returns the state of the setup for administrators, until it is finished or they hide it."""
    if not visit.viewer.admin or visit.parts.people.directory.organisation.dismissed:
        return None
    setup = await setup_state(visit.parts, visit.reading())
    return None if setup.finished else setup


async def _own_tickets(visit: Visit) -> list[TicketView] | None:
    own = Condition(field="requester_id", op="eq", value=visit.viewer.id)
    alive = Condition(field="state", op="in", value=[*ACTIVE_STATES, "resolved"])
    try:
        page = await visit.parts.tickets.list(visit.reading(), PageQuery(filter=And(all=[own, alive]), size=20))
    except ServiceError:
        return None
    return page.items


async def _articles(visit: Visit) -> list[ArticleView]:
    published = Condition(field="state", op="eq", value="published")
    try:
        page = await visit.parts.knowledge.articles(visit.reading(), PageQuery(filter=published, size=6))
    except ServiceError:
        return []
    return page.items


@router.get("/new")
async def new(visit: Visiting, title: str = "") -> Response:
    return await _form_page(visit, Form(title=[title]))


@router.post("/new", dependencies=[Depends(takes_files)])
async def create(visit: Visiting, message: PostedMessage) -> Response:
    form, attached = message.form, message.attachments
    if message.refused:
        return await _form_page(visit, form, message.refused, status=422, attached=attached)
    try:
        command = CreateTicket.model_validate(_command_values(message))
        ticket = await actions.create(visit.parts, visit.caller, command, form.key)
    except (ValidationError, ServiceError) as error:
        if isinstance(error, ServiceError) and error.code not in _CORRECTABLE:
            raise
        errors = field_errors(error)
        return await _form_page(visit, form, _message(error, errors), errors, 422, attached)
    return flash.redirect(f"/t/{ticket.number}", "created", ticket.number)


def _message(error: ValidationError | ServiceError, errors: Mapping[str, str]) -> str:
    """Returns the sentence above the form. It does not repeat what a field says itself."""
    if isinstance(error, ServiceError) and not (errors and errors.keys() <= WITH_OWN_ERRORS):
        return explain(error)
    return gettext("This cannot be sent yet. Correct the marked fields.")


def _command_values(message: Message) -> dict[str, Any]:
    form = message.form
    return read_fields(form, CREATABLE) | {
        "description": message.text("description"),
        "description_format": form.text("format") or "plain",
        "attachments": message.ids,
        "impact": AFFECTED.get(form.text("affected"), (3, ""))[0],
        "urgency": CAN_WORK.get(form.text("can_work"), (3, ""))[0],
        "channel": "portal",
    }


async def _form_page(
    visit: Visit,
    form: Form,
    message: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
    attached: Sequence[Attachment] = (),
) -> Response:
    categories, found, unread = await asyncio.gather(
        list_categories(visit), _suggestions(visit, form.text("title")), desk_frame.count_unread(visit)
    )
    return visit.page(
        "new.html",
        status,
        form=form,
        message=message,
        errors=errors or {},
        categories=[known for known in categories if known.active],
        affected=AFFECTED,
        can_work=CAN_WORK,
        found=found,
        unread=unread,
        attached=attached,
    )


@router.get("/new/suggestions")
async def suggestions(visit: Visiting, title: str = "") -> Response:
    return visit.page("suggestions.html", found=await _suggestions(visit, title))


async def _suggestions(visit: Visit, title: str) -> SearchResults:
    if len(title.strip()) < 3:
        return SearchResults(items=[])
    try:
        return await visit.parts.knowledge.suggest(visit.reading(), title.strip()[:500], 5)
    except ServiceError:
        return SearchResults(items=[])
