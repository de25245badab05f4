"""The help centre: a new request, and the suggestions beside it. Its other pages are in the modules beside this."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import tickets as actions
from gateway.kit.forms import takes_files
from gateway.portal.help import answers, home, requests
from gateway.portal.kit import flash
from gateway.portal.kit.attachments import Message, PostedMessage
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.fields import read_fields
from gateway.portal.kit.forms import Form, field_errors
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.unread import count_unread
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError
from trackline_schemas.search import SearchResults
from trackline_schemas.ticket.commands import CreateTicket
from trackline_schemas.ticket.fields import CREATABLE
from trackline_schemas.ticket.views import Attachment

router = APIRouter(include_in_schema=False)
for page in (home, answers, requests):
    router.include_router(page.router)

# Answer → (level of impact or urgency, label).
AFFECTED = {"me": (3, noop("Only me")), "team": (2, noop("My team")), "many": (1, noop("Many people"))}
CAN_WORK = {"yes": (3, noop("Yes")), "partly": (2, noop("Partly")), "no": (1, noop("No"))}
# The fields that show their own errors.
WITH_OWN_ERRORS = {"title", "description", "location"}
_CORRECTABLE = {"invalid", "forbidden"}


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
        list_categories(visit), _suggestions(visit, form.text("title")), count_unread(visit)
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
