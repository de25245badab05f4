"""Teams and their members."""

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import teams as actions
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.directory import Person
from gateway.people.models import CreateTeam, UpdateTeam
from gateway.portal.kit import flash
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.forms import Form, Posted, local_address
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.named_people import explain_not_all, find_named
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, explain_name_errors, settings_page
from trackline_schemas.errors import ServiceError

router = APIRouter(prefix="/settings/teams", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    30,
    "/settings/teams",
    "users",
    noop("Teams"),
    noop("Members and roles, confidential tickets"),
    router,
    also=noop("Groups, queues, members, roles, confidential"),
)


@router.get("")
async def teams(visit: AdminVisit) -> Response:
    return await _teams_page(visit)


@router.post("")
async def create_team(visit: AdminVisit, form: Posted) -> Response:
    try:
        command = CreateTeam(name=form.text("name"), confidential=bool(form.text("confidential")))
        made = await actions.create(visit.parts, visit.caller, command, form.key)
    except (ValidationError, ServiceError) as error:
        return await _teams_page(visit, form, explain_name_errors(error))
    return flash.redirect(local_address(form.text("next"), f"/settings/teams/{made.id}"), "saved")


@router.get("/{team_id}")
async def team(team_id: str, visit: AdminVisit) -> Response:
    return await _team_page(visit, team_id)


@router.post("/{team_id}")
async def change_team(team_id: str, visit: AdminVisit, form: Posted) -> Response:
    flags = {name: bool(form.text(name)) for name in ("confidential", "active", "replies_assign")}
    try:
        command = UpdateTeam.model_validate({"name": form.text("name"), **flags})
        await actions.update(visit.parts, visit.caller, team_id, command, form.number("base_version"), form.key)
    except (ValidationError, ServiceError) as error:
        return await _team_page(visit, team_id, explain_name_errors(error))
    return flash.redirect(f"/settings/teams/{team_id}", "saved")


@router.post("/{team_id}/members")
async def change_member(team_id: str, visit: AdminVisit, form: Posted) -> Response:
    """Sets the role of the person with `user_id`, or of everybody whom `who` names. Without a role they leave the
    team. If it is not clear who one of them is, nothing changes."""
    await reads.get_team(visit.parts.people, team_id)
    members = [form.text("user_id")]
    if not form.text("user_id"):
        named = await find_named(visit, form.text("who"), size=2, active=True)
        if mistake := explain_not_all(named):
            return await _team_page(visit, team_id, {"who": mistake}, form)
        members = [one.found[0].id for one in named]
    for user_id in dict.fromkeys(members):
        await actions.set_role(visit.parts, visit.caller, team_id, user_id, form.text("role"), form.key)
    return flash.redirect(f"/settings/teams/{team_id}#members", "saved")


async def _teams_page(visit: Visit, form: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    directory, known = visit.parts.people.directory, await list_categories(visit)
    rows = [
        (
            one,
            len(directory.members(one.id)),
            [category.name for category in known if category.team_id == one.id and category.active],
        )
        for one in directory.all_teams()
    ]
    return await settings_page(visit, "teams.html", rows=rows, form=form or Form(), errors=errors)


async def _team_page(
    visit: Visit, team_id: str, errors: dict[str, str] | None = None, form: Form | None = None
) -> Response:
    shown = await reads.get_team(visit.parts.people, team_id)
    members: list[Person] = visit.parts.people.directory.members(team_id)
    return await settings_page(visit, "team.html", team=shown, members=members, errors=errors, form=form or Form())
