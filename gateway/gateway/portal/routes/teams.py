"""Teams and their members; categories and the team that their tickets go to."""

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.api.named import check_named
from gateway.mongo import store_errors
from gateway.people.api.teams import team_view
from gateway.people.directory import Person
from gateway.people.models import CreateTeam, UpdateTeam, UpdateUser
from gateway.portal import flash, ticket_page
from gateway.portal.administering import Administering, settings_page
from gateway.portal.forms import Form, Posted, mistakes, own_address
from gateway.portal.i18n import gettext
from gateway.portal.visit import Visit
from trackline_schemas.categories import CreateCategory, UpdateCategory
from trackline_schemas.errors import ServiceError, not_found

router = APIRouter(prefix="/settings", include_in_schema=False, dependencies=[Depends(store_errors)])
MENDABLE = ("invalid", "conflict", "version_conflict", "key_reused")


@router.get("/teams")
async def teams(visit: Administering) -> Response:
    return await _teams_page(visit)


@router.post("/teams")
async def create_team(visit: Administering, form: Posted) -> Response:
    try:
        command = CreateTeam(name=form.text("name"), confidential=bool(form.text("confidential")))
        made = await visit.parts.people.teams.create(visit.writing("team.create", form.key), command)
    except (ValidationError, ServiceError) as error:
        return await _teams_page(visit, form, _beside(error, gettext("There is a team of this name already.")))
    return flash.redirect(own_address(form.text("next"), f"/settings/teams/{made['_id']}"), "saved")


@router.get("/teams/{team_id}")
async def team(team_id: str, visit: Administering) -> Response:
    return await _team_page(visit, team_id)


@router.post("/teams/{team_id}")
async def change_team(team_id: str, visit: Administering, form: Posted) -> Response:
    flags = {name: bool(form.text(name)) for name in ("confidential", "active")}
    try:
        command = UpdateTeam.model_validate({"name": form.text("name"), **flags})
        context = visit.writing("team.update", form.key, team_id)
        await visit.parts.people.teams.update(context, team_id, command, form.number("base_version"))
    except (ValidationError, ServiceError) as error:
        return await _team_page(visit, team_id, _beside(error, gettext("There is a team of this name already.")))
    return flash.redirect(f"/settings/teams/{team_id}", "saved")


@router.post("/teams/{team_id}/members")
async def change_member(team_id: str, visit: Administering, form: Posted) -> Response:
    """`user_id`, or `who` by name or address; without a role they leave."""
    await visit.parts.people.teams.get(team_id)
    users, role = visit.parts.people.users, form.text("role")
    user_id = form.text("user_id")
    if not user_id:
        found = (
            await users.list(q=form.text("who")[:200], active=True, size=2, after=None) if form.text("who") else None
        )
        if found is None or len(found.items) != 1:
            return await _team_page(visit, team_id, {"who": _not_one(bool(found and found.items))})
        user_id = found.items[0]["_id"]
    member = await users.get(user_id)
    others = {key: value for key, value in member["teams"].items() if key != team_id}
    command = UpdateUser.model_validate({"teams": others | ({team_id: role} if role else {})})
    await users.update(visit.writing("user.update", form.key, user_id), user_id, command, member["version"])
    return flash.redirect(f"/settings/teams/{team_id}#members", "saved")


@router.get("/categories")
async def categories(visit: Administering) -> Response:
    return await _categories_page(visit)


@router.post("/categories")
async def create_category(visit: Administering, form: Posted) -> Response:
    try:
        command = CreateCategory(name=form.text("name"), team_id=form.text("team_id") or None)
        await check_named(visit.parts.people, visit.viewer, command)
        await visit.parts.tickets.create_category(visit.writing("category.create", form.key), command)
    except (ValidationError, ServiceError) as error:
        return await _categories_page(visit, form, _beside(error, gettext("There is a category of this name already.")))
    return flash.redirect("/settings/categories", "saved")


@router.post("/categories/{category_id}")
async def change_category(category_id: str, visit: Administering, form: Posted) -> Response:
    given = {"name": form.text("name"), "team_id": form.text("team_id") or None, "active": bool(form.text("active"))}
    try:
        command = UpdateCategory.model_validate(given)
        await check_named(visit.parts.people, visit.viewer, command)
        context = visit.writing("category.update", form.key, category_id)
        await visit.parts.tickets.update_category(context, category_id, command)
    except (ValidationError, ServiceError) as error:
        beside = _beside(error, gettext("There is a category of this name already."))
        return await _category_page(visit, category_id, beside)
    return flash.redirect("/settings/categories", "saved")


@router.get("/categories/{category_id}")
async def category(category_id: str, visit: Administering) -> Response:
    return await _category_page(visit, category_id)


def _beside(error: ValidationError | ServiceError, taken: str) -> dict[str, str]:
    if isinstance(error, ServiceError) and error.code not in MENDABLE:
        raise error
    if isinstance(error, ServiceError) and error.code == "conflict":
        return {"name": taken}
    return mistakes(error) or {"name": gettext("Somebody changed this meanwhile. Look at it again.")}


def _not_one(several: bool) -> str:
    if several:
        return gettext("Several people match: give the whole mail address.")
    return gettext("Nobody matches: give the name or the mail address of somebody who has an account.")


async def _teams_page(visit: Visit, form: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    directory, known = visit.parts.people.directory, await ticket_page.categories_of(visit)
    rows = [
        (
            one,
            len(directory.members(one.id)),
            [category.name for category in known if category.team_id == one.id and category.active],
        )
        for one in directory.all_teams()
    ]
    return await settings_page(visit, "teams.html", rows=rows, form=form or Form(), errors=errors)


async def _team_page(visit: Visit, team_id: str, errors: dict[str, str] | None = None) -> Response:
    shown = team_view(await visit.parts.people.teams.get(team_id))
    members: list[Person] = visit.parts.people.directory.members(team_id)
    return await settings_page(visit, "team.html", team=shown, members=members, errors=errors)


async def _categories_page(visit: Visit, form: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    return await settings_page(
        visit,
        "categories.html",
        categories=await ticket_page.categories_of(visit),
        teams=_active_teams(visit),
        form=form or Form(),
        errors=errors,
    )


async def _category_page(visit: Visit, category_id: str, errors: dict[str, str] | None = None) -> Response:
    for known in await ticket_page.categories_of(visit):
        if known.id == category_id:
            return await settings_page(
                visit,
                "category.html",
                category=known,
                teams=_active_teams(visit),
                errors=errors,
            )
    raise not_found("category", category_id)


def _active_teams(visit: Visit) -> list[tuple[str, str]]:
    return [(team.id, team.name) for team in visit.parts.people.directory.all_teams() if team.active]
