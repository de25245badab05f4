"""The page of a ticket. Its requester sees a conversation, agents see the desk."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import tickets as actions
from gateway.actions import undo
from gateway.actions.rights import is_staff
from gateway.kit.forms import takes_files
from gateway.kit.leaving import unless_gone
from gateway.portal.kit import flash, words
from gateway.portal.kit.attachments import Message, PostedMessage
from gateway.portal.kit.conflicts import find_conflicts
from gateway.portal.kit.fields import read_fields
from gateway.portal.kit.forms import Form, Posted, field_errors
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.named_people import explain_not_all, find_named
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from gateway.portal.ticket import page as ticket_page
from gateway.portal.ticket import reply_templates
from gateway.portal.ticket.markdown import preview
from gateway.portal.ticket.page import Composer
from gateway.portal.ticket.part import Named, Place
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.ticket.commands import NewComment, TicketChanges, UpdateTicket
from trackline_schemas.ticket.fields import EDITABLE
from trackline_schemas.ticket.views import Attachment, TicketView

router = APIRouter(include_in_schema=False)
Number = Annotated[str, Path(pattern=r"^[A-Z]{2,5}-\d{1,12}$")]

_CORRECTABLE = {"invalid", "version_conflict", "transition_not_allowed", "ticket_closed", "forbidden", "key_reused"}
_TOASTS = {"cancelled": "cancelled", "closed": "closed", "open": "reopened"}


@router.get("/t/{number}")
async def show(number: Number, visit: Visiting, place: Named, compose: str = "", tab: str = "") -> Response:
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    composer = Composer(state="resolved" if compose == "resolve" else "")
    return await _page(visit, ticket, composer, place=place, tab=tab)


@router.post("/t/{number}/reply", dependencies=[Depends(takes_files)])
async def reply(number: Number, visit: Visiting, message: PostedMessage) -> Response:
    """Sends a comment with its files and, from the menu of the button, a new state in one write."""
    form, attached = message.form, message.attachments
    if form.text("preview") or message.refused:
        return await _unsent_page(visit, number, message)
    state = form.text("state")
    try:
        command = _reply_command(message, state)
        if command.comment is None and not command.changes.given():
            return await _composer_page(visit, number, form, gettext("Write something first."))
        ticket = await actions.update(visit.parts, visit.caller, number, command, key=form.key)
    except ValidationError as error:
        return await _composer_page(
            visit,
            number,
            form,
            gettext("This cannot be sent yet. Correct the marked fields."),
            field_errors(error),
            attached=attached,
        )
    except ServiceError as error:
        if error.code not in _CORRECTABLE:
            raise
        return await _composer_page(visit, number, form, explain(error), field_errors(error), error, attached)
    if state:
        steps = await undo.list_undoable(visit.parts, visit.caller, ticket)
        return flash.redirect(f"/t/{number}#end", "state", words.state(state), steps)
    return flash.redirect(f"/t/{number}#end", "noted" if form.text("visibility") == "internal" else "replied")


@router.get("/t/{number}/reply-templates")
async def templates(number: Number, visit: Visiting) -> Response:
    """Returns the composer's list of reply templates, with the values of the ticket."""
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    return visit.page("reply_templates_list.html", templates=await reply_templates.list_templates(visit, ticket))


def _reply_command(message: Message, state: str) -> UpdateTicket:
    form, text = message.form, message.text("text")
    visibility = form.text("visibility") or "public"
    values: dict[str, Any] = {"base_version": form.number("base_version")}
    if text:
        values["comment"] = NewComment.model_validate(
            {
                "text": text,
                "format": form.text("format") or "plain",
                "visibility": visibility,
                "attachments": message.ids,
            }
        )
    if state:
        changes: dict[str, Any] = {"state": state}
        if state == "resolved":
            # Requesters can read the solution, so a note must not become one.
            solution = form.text("resolution") or (form.text("text") if visibility == "public" else "")
            changes |= {"resolution_code": form.text("resolution_code"), "resolution": solution}
        values["changes"] = TicketChanges.model_validate(changes)
    return UpdateTicket.model_validate(values)


@router.post("/t/{number}/change")
async def change(number: Number, visit: Visiting, form: Posted) -> Response:
    """Changes one or more fields of the panel, or the title."""
    if form.text("state") == "resolved":
        return flash.redirect(f"/t/{number}?compose=resolve#composer")
    return await _change(visit, number, form, read_fields(form, EDITABLE), form.number("base_version"))


async def _change(visit: Visit, number: str, form: Form, values: dict[str, Any], base: int | None) -> Response:
    try:
        command = UpdateTicket(changes=TicketChanges.model_validate(values), base_version=base)
        ticket = await actions.update(visit.parts, visit.caller, number, command, key=form.key)
    except ValidationError as error:
        return await _panel_page(visit, number, "; ".join(field_errors(error).values()), 422)
    except ServiceError as error:
        if error.code not in _CORRECTABLE:
            raise
        return await _panel_page(visit, number, explain(error), error.status, error)
    return flash.redirect(f"/t/{number}", "saved", undo=await undo.list_undoable(visit.parts, visit.caller, ticket))


@router.post("/t/{number}/participants")
async def add_participants(number: Number, visit: Visiting, form: Posted) -> Response:
    """Adds everybody whom `people` names. If it is not clear who one of them is, nothing changes."""
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    if not is_staff(visit.parts, visit.caller, ticket):
        raise refuse(reasons.tickets.TICKET_READ_ONLY, number=number)
    named = await find_named(visit, form.text("people"), size=2, active=True)
    if mistake := explain_not_all(named):
        composer = Composer(adding=form.text("people"), errors={"people": mistake})
        return await _page(visit, ticket, composer, 422)
    people = dict.fromkeys([*ticket.participant_ids, *(one.found[0].id for one in named)])
    return await _change(visit, number, form, {"participant_ids": [*people]}, ticket.version)


@router.post("/t/{number}/state")
async def set_state_as_requester(number: Number, visit: Visiting, form: Posted) -> Response:
    """Lets the requester cancel, close or reopen the ticket."""
    state = form.text("state")
    if state not in _TOASTS:
        raise refuse(reasons.tickets.REQUESTER_CANNOT_SET_STATE, pointer="/state")
    try:
        changes = TicketChanges.model_validate({"state": state})
        command = UpdateTicket(changes=changes, base_version=form.number("base_version"))
        await actions.update(visit.parts, visit.caller, number, command, key=form.key)
    except ServiceError as error:
        if error.code not in _CORRECTABLE:
            raise
        return await _composer_page(visit, number, form, explain(error), {}, error)
    except ValidationError as error:
        return await _composer_page(visit, number, form, "; ".join(field_errors(error).values()))
    return flash.redirect(f"/t/{number}", _TOASTS[state])


async def _page(
    visit: Visit, ticket: TicketView, composer: Composer, status: int = 200, place: Place = Place(), **values: Any
) -> Response:
    staff = is_staff(visit.parts, visit.caller, ticket)
    async with unless_gone():
        shown = await (ticket_page.for_staff if staff else ticket_page.for_requester)(visit, ticket, place)
    if staff:
        return visit.page(
            "ticket.html", status, **{"compose": composer, "refused": "", "conflicts": [], "tab": "", **shown, **values}
        )
    # A requester's page has no panel, so the composer shows the refusal.
    composer = replace(composer, message=composer.message or values.get("refused", ""))
    return visit.page("my_ticket.html", status, compose=composer, **shown)


async def _composer_page(
    visit: Visit,
    number: str,
    form: Form,
    message: str,
    errors: dict[str, str] | None = None,
    error: ServiceError | None = None,
    attached: Sequence[Attachment] = (),
) -> Response:
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    composer = _typed(form, message, errors, error, attached)
    return await _page(visit, ticket, composer, error.status if error else 422)


async def _unsent_page(visit: Visit, number: str, message: Message) -> Response:
    """Shows why a file was refused or, in a browser without scripts, the formatted text below the text."""
    form = message.form
    if message.refused:
        return await _composer_page(visit, number, form, message.refused, attached=message.attachments)
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    shown = await preview(visit, form.text("text"))
    return await _page(visit, ticket, replace(_typed(form, attached=message.attachments), preview=shown))


def _typed(
    form: Form,
    message: str = "",
    errors: dict[str, str] | None = None,
    error: ServiceError | None = None,
    attached: Sequence[Attachment] = (),
) -> Composer:
    return Composer(
        text=form.text("text"),
        visibility=form.text("visibility") or "public",
        state=form.text("state"),
        resolution_code=form.text("resolution_code") or "solved",
        resolution=form.text("resolution"),
        # A key that was used for another text is spent. After any other refusal it stays valid for this text.
        key="" if error and error.code == "key_reused" else form.key,
        message=message,
        errors=errors or {},
        conflicts=find_conflicts(error) if error else [],
        attached=attached,
    )


async def _panel_page(
    visit: Visit, number: str, message: str, status: int, error: ServiceError | None = None
) -> Response:
    ticket = await visit.parts.tickets.get(visit.reading(), number)
    conflicts = find_conflicts(error) if error else []
    return await _page(visit, ticket, Composer(), status, refused="" if conflicts else message, conflicts=conflicts)
