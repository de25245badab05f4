"""The setup of a new organisation in four steps. Each can be skipped and continued later."""

from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.actions import organisation
from gateway.actions.setup import STEPS, next_step, setup_state
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import Step, UpdateSetup
from gateway.portal.kit import flash
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.forms import Form, Posted
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.visit import Visit
from gateway.portal.kit.zones import zones
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, settings_page

router = APIRouter(prefix="/setup", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    100,
    "/setup",
    "list-checks",
    noop("Setup"),
    noop("Go through the first steps again"),
    router,
)


@router.get("")
async def resume(visit: AdminVisit) -> Response:
    """Continues with the first open step."""
    await reads.get_organisation(visit.parts.people)
    step = next_step(await setup_state(visit.parts, visit.reading()))
    return flash.redirect(f"/setup/{step}" if step else "/setup/done")


@router.get("/done")
async def done(visit: AdminVisit) -> Response:
    return await _page(visit, None)


@router.post("/dismiss")
async def dismiss(visit: AdminVisit, form: Posted) -> Response:
    await organisation.update_setup(visit.parts, UpdateSetup(dismissed=True))
    return flash.redirect("/")


@router.get("/{step}")
async def show(step: Step, visit: AdminVisit) -> Response:
    return await _page(visit, step)


@router.post("/{step}/skip")
async def skip(step: Step, visit: AdminVisit, form: Posted) -> Response:
    await organisation.update_setup(visit.parts, UpdateSetup(skip=step))
    following = next_step(await setup_state(visit.parts, visit.reading()), step)
    return flash.redirect(f"/setup/{following}" if following else "/setup/done")


async def _page(visit: Visit, step: Step | None) -> Response:
    current = await reads.get_organisation(visit.parts.people)
    values: dict[str, Any] = {}
    if step == "organisation":
        values = {"shown": current, "zones": zones(), "next": "/setup"}
    elif step == "mail":
        mail = await visit.parts.notifications.mail_settings(visit.reading())
        values = {"mail": mail, "mail_from": mail.mail_from, "next": "/setup/mail"}
    elif step == "teams":
        directory, known = visit.parts.people.directory, await list_categories(visit)
        rows = [
            (one, len(directory.members(one.id)), [each.name for each in known if each.team_id == one.id])
            for one in directory.all_teams()
        ]
        values = {"rows": rows, "form": Form(), "next": "/setup/teams"}
    setup = await setup_state(visit.parts, visit.reading())
    return await settings_page(visit, "setup.html", step=step, steps=STEPS, setup=setup, **values)
