"""The page of one ticket: for its requester a conversation, for agents the desk."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import tickets as actions
from gateway.actions import undo
from gateway.actions.rights import is_staff
from gateway.portal.kit import flash, words
from gateway.portal.kit.attaching import Message, Written
from gateway.portal.kit.clashes import clashes_of
from gateway.portal.kit.entered import entered
from gateway.portal.kit.forms import Form, Posted, mistakes
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from gateway.portal.ticket import page as ticket_page
from gateway.portal.ticket import reply_templates
from gateway.portal.ticket.page import Compose
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.ticket.commands import NewComment, TicketChanges, UpdateTicket
from trackline_schemas.ticket.fields import EDITABLE
from trackline_schemas.ticket.views import Attachment, TicketView

router = APIRouter(include_in_schema=False)
Number = Annotated[str, Path(pattern=r"^[A-Z]{2,5}-\d{1,12}$")]

_MENDABLE = {"invalid", "version_conflict", "transition_not_allowed", "ticket_closed", "forbidden", "key_reused"}
_SAID = {"cancelled": "cancelled", "closed": "closed", "open": "reopened"}


@router.get("/t/{number}")
async def show(number: Number, visit: Visiting, compose: str = "", tab: str = "") -> Response:
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    return await _page(visit, ticket, Compose(state="resolved" if compose == "resolve" else ""), tab=tab)


@router.post("/t/{number}/reply")
async def reply(number: Number, visit: Visiting, message: Written) -> Response:
    """A comment with its files and, from the menu of the button, a state: one write."""
    form, attached = message.form, message.attachments
    if message.refused:
        return await _again(visit, number, form, message.refused, attached=attached)
    state = form.text("state")
    try:
        command = _reply(message, state)
        if command.comment is None and not command.changes.given():
            return await _again(visit, number, form, gettext("Write something first."))
        ticket = await actions.update(visit.parts, visit.caller, number, command, key=form.key)
    except ValidationError as error:
        return await _again(
            visit, number, form, gettext("This cannot be sent yet."), mistakes(error), attached=attached
        )
    except ServiceError as error:
        if error.code not in _MENDABLE:
            raise
        return await _again(visit, number, form, explain(error), mistakes(error), error, attached)
    if state:
        steps = await undo.list_undoable(visit.parts, visit.caller, ticket)
        return flash.redirect(f"/t/{number}#end", "state", words.state(state), steps)
    return flash.redirect(f"/t/{number}#end", "noted" if form.text("visibility") == "internal" else "replied")


@router.get("/t/{number}/reply-templates")
async def templates(number: Number, visit: Visiting) -> Response:
    """What the composer's list offers, filled in for the ticket."""
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    return visit.page("reply_templates_list.html", offers=await reply_templates.offers(visit, ticket))


def _reply(message: Message, state: str) -> UpdateTicket:
    form, text = message.form, message.text("text")
    visibility = form.text("visibility") or "public"
    values: dict[str, Any] = {"base_version": form.number("base_version")}
    if text:
        values["comment"] = NewComment.model_validate(
            {"text": text, "visibility": visibility, "attachments": message.ids}
        )
    if state:
        changes: dict[str, Any] = {"state": state}
        if state == "resolved":
            # Requesters read the solution: a note never becomes one.
            solution = form.text("resolution") or (form.text("text") if visibility == "public" else "")
            changes |= {"resolution_code": form.text("resolution_code"), "resolution": solution}
        values["changes"] = TicketChanges.model_validate(changes)
    return UpdateTicket.model_validate(values)


@router.post("/t/{number}/change")
async def change(number: Number, visit: Visiting, form: Posted) -> Response:
    """One or more fields of the panel, or the title."""
    if form.text("state") == "resolved":
        return flash.redirect(f"/t/{number}?compose=resolve#composer")
    try:
        changes = TicketChanges.model_validate(entered(form, EDITABLE))
        command = UpdateTicket(changes=changes, base_version=form.number("base_version"))
        ticket = await actions.update(visit.parts, visit.caller, number, command, key=form.key)
    except ValidationError as error:
        return await _panel_again(visit, number, "; ".join(mistakes(error).values()), 422)
    except ServiceError as error:
        if error.code not in _MENDABLE:
            raise
        return await _panel_again(visit, number, explain(error), error.status, error)
    return flash.redirect(f"/t/{number}", "saved", undo=await undo.list_undoable(visit.parts, visit.caller, ticket))


@router.post("/t/{number}/state")
async def requesters_state(number: Number, visit: Visiting, form: Posted) -> Response:
    """Cancel, "it works again, close it", reopen."""
    state = form.text("state")
    if state not in _SAID:
        raise refuse(reasons.tickets.REQUESTER_CANNOT_SET_STATE, pointer="/state")
    changes = TicketChanges.model_validate({"state": state})
    command = UpdateTicket(changes=changes, base_version=form.number("base_version"))
    try:
        await actions.update(visit.parts, visit.caller, number, command, key=form.key)
    except ServiceError as error:
        if error.code not in _MENDABLE:
            raise
        return await _again(visit, number, form, explain(error), {}, error)
    return flash.redirect(f"/t/{number}", _SAID[state])


async def _page(visit: Visit, ticket: TicketView, compose: Compose, status: int = 200, **values: Any) -> Response:
    if is_staff(visit.parts, visit.caller, ticket):
        shown = await ticket_page.for_staff(visit, ticket)
        return visit.page(
            "ticket.html", status, **{"compose": compose, "refused": "", "clashes": [], "tab": "", **shown, **values}
        )
    # A requester's page has no panel to show the refusal in.
    compose = replace(compose, message=compose.message or values.get("refused", ""))
    return visit.page("my_ticket.html", status, compose=compose, **await ticket_page.for_requester(visit, ticket))


async def _again(
    visit: Visit,
    number: str,
    form: Form,
    message: str,
    errors: dict[str, str] | None = None,
    error: ServiceError | None = None,
    attached: Sequence[Attachment] = (),
) -> Response:
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    compose = Compose(
        text=form.text("text"),
        visibility=form.text("visibility") or "public",
        state=form.text("state"),
        resolution_code=form.text("resolution_code") or "solved",
        resolution=form.text("resolution"),
        # A key that another text was sent under is used up; after any other refusal it still stands for this text.
        key="" if error and error.code == "key_reused" else form.key,
        message=message,
        errors=errors or {},
        clashes=clashes_of(error) if error else [],
        attached=attached,
    )
    return await _page(visit, ticket, compose, error.status if error else 422)


async def _panel_again(
    visit: Visit, number: str, message: str, status: int, error: ServiceError | None = None
) -> Response:
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    clashes = clashes_of(error) if error else []
    return await _page(visit, ticket, Compose(), status, refused="" if clashes else message, clashes=clashes)
