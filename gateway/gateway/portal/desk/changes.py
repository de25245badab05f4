"""Changes of several tickets by the bar of the queue or by a key, and undo."""

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import bulk
from gateway.portal.desk import said
from gateway.portal.desk.access import require_agent
from gateway.portal.kit import flash
from gateway.portal.kit.forms import Form, Posted, field_errors, local_address, parse_number
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.ticket.commands import TicketChanges

router = APIRouter(include_in_schema=False)
MOST = 50
# Longer than any number of a ticket. A forged one must not fill the cookie of the toast.
LONGEST = 20


@router.post("/desk/bulk")
async def change(visit: Visiting, form: Posted) -> Response:
    """Sends one command per selected ticket."""
    require_agent(visit)
    back = local_address(form.text("back"), "/desk")
    selected = [_parse_selected(text) for text in form.many("ticket")[:MOST]]
    try:
        changes = _changes(visit, form)
    except ValidationError as error:
        return flash.redirect(back, flash.SAID, "; ".join(field_errors(error).values()))
    if not selected or not changes.given():
        return flash.redirect(back, flash.SAID, gettext("Nothing was changed. Select tickets and what to change."))
    done, refused = await bulk.update(visit.parts, visit.caller, selected, changes, form.key)
    steps = await bulk.list_undoable(visit.parts, visit.caller, done)
    texts = [said.changed(visit, [ticket.number for ticket in done], changes)] if done else []
    texts += [said.not_changed([(number, error) for (number, _), error in refused])] if refused else []
    return flash.redirect(back, flash.SAID, " ".join(texts), steps)


@router.post("/undo")
async def undo(visit: Visiting, form: Posted) -> Response:
    """Undoes the steps that the toast offered, which are in `done`."""
    back, steps = local_address(form.text("back"), "/desk"), form.many("done")[:MOST]
    stayed, refused = await bulk.take_back(visit.parts, visit.caller, steps, form.key)
    if refused:
        undo_again = steps if refused[0][1].status >= 500 else ()
        text = said.not_undone([(_number(step), error) for step, error in refused])
        return flash.redirect(back, flash.SAID, text, undo_again)
    state = next(filter(None, stayed), None)
    return flash.redirect(back, flash.SAID, said.undone([_number(step) for step in steps], state))


def _number(step: str) -> str:
    return step.partition(":")[0][:LONGEST]


def _parse_selected(text: str) -> bulk.Selected:
    number, _, version = text.partition(":")
    return number[:LONGEST], parse_number(version)


def _changes(visit: Visit, form: Form) -> TicketChanges:
    given: dict[str, Any] = {name: form.text(name) for name in ("assignee_id", "team_id", "state")}
    if form.text("assign") == "me":
        given["assignee_id"] = visit.viewer.id
    if form.text("priority"):
        given |= {"priority": form.number("priority"), "priority_reason": form.text("priority_reason")}
    return TicketChanges.model_validate({name: value for name, value in given.items() if value})
