"""The first hour of a new organisation: four steps, each of which may be passed over and taken up again."""

from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.mongo import store_errors
from gateway.people.models import Step, UpdateSetup
from gateway.portal import flash, ticket_page
from gateway.portal.administering import Administering, settings_page
from gateway.portal.forms import Form, Posted
from gateway.portal.routes.profile import zones
from gateway.portal.visit import Visit
from gateway.setup import STEPS, next_step, setup_state

router = APIRouter(prefix="/setup", include_in_schema=False, dependencies=[Depends(store_errors)])


@router.get("")
async def resume(visit: Administering) -> Response:
    """Where one left off."""
    await visit.parts.people.organisation.refresh()
    step = next_step(await setup_state(visit.parts, visit.reading()))
    return flash.redirect(f"/setup/{step}" if step else "/setup/done")


@router.get("/done")
async def done(visit: Administering) -> Response:
    return await _page(visit, None)


@router.post("/dismiss")
async def dismiss(visit: Administering, form: Posted) -> Response:
    await visit.parts.people.organisation.note(UpdateSetup(dismissed=True))
    return flash.redirect("/")


@router.get("/{step}")
async def show(step: Step, visit: Administering) -> Response:
    return await _page(visit, step)


@router.post("/{step}/skip")
async def skip(step: Step, visit: Administering, form: Posted) -> Response:
    await visit.parts.people.organisation.note(UpdateSetup(skip=step))
    following = next_step(await setup_state(visit.parts, visit.reading()), step)
    return flash.redirect(f"/setup/{following}" if following else "/setup/done")


async def _page(visit: Visit, step: Step | None) -> Response:
    organisation = await visit.parts.people.organisation.refresh()
    values: dict[str, Any] = {}
    if step == "organisation":
        values = {"shown": organisation, "zones": zones(), "next": "/setup"}
    elif step == "mail":
        mail = await visit.parts.notifications.mail_settings(visit.reading())
        values = {"mail": mail, "mail_from": mail.mail_from, "next": "/setup/mail"}
    elif step == "teams":
        directory, known = visit.parts.people.directory, await ticket_page.categories_of(visit)
        rows = [
            (one, len(directory.members(one.id)), [each.name for each in known if each.team_id == one.id])
            for one in directory.all_teams()
        ]
        values = {"rows": rows, "form": Form(), "next": "/setup/teams"}
    setup = await setup_state(visit.parts, visit.reading())
    return await settings_page(visit, "setup.html", step=step, steps=STEPS, setup=setup, **values)
