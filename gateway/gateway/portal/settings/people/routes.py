"""People: find, make, change, invite, switch off."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import people as actions
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.directory import Person
from gateway.people.models import CreateUser, UpdateUser, UserView
from gateway.portal.kit import flash
from gateway.portal.kit.forms import Form, Posted, mistakes, own_address
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit
from gateway.portal.kit.zones import zones
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import Administering, settings_page
from trackline_schemas.errors import ServiceError

router = APIRouter(prefix="/settings/people", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    10,
    "/settings/people",
    "user-round",
    noop("People"),
    noop("Accounts, invitations, rights, language and time zone"),
    router,
)
SIZE = 50
LINES = ("phone", "department", "location")
Refusal = ValidationError | ServiceError


@router.get("")
async def people(
    visit: Administering, q: str = "", after: Annotated[str | None, Query(alias="page[after]")] = None
) -> Response:
    page = await reads.list_users(visit.parts.people, q=q[:200], size=SIZE, after=after)
    return await settings_page(visit, "people.html", q=q, people=page.items, after=page.after)


@router.get("/new")
async def new(visit: Administering) -> Response:
    return await _new_page(visit, Form())


@router.post("/new")
async def create(visit: Administering, form: Posted) -> Response:
    try:
        fields = {"name": form.text("name"), "emails": [form.text("email")], "teams": _teams(form)}
        made = await actions.create(visit.parts, visit.caller, CreateUser.model_validate(fields), form.key)
        if form.text("invite"):
            await actions.invite(visit.parts, visit.caller, made.id, form.key)
    except (ValidationError, ServiceError) as error:
        return await _new_page(visit, form, _mendable(error))
    said = "invited" if form.text("invite") else "saved"
    return flash.redirect(own_address(form.text("next"), "/settings/people"), said, made.email)


@router.get("/{user_id}")
async def show(user_id: str, visit: Administering) -> Response:
    return await _page(visit, await reads.get_user(visit.parts.people, user_id))


@router.post("/{user_id}")
async def change(user_id: str, visit: Administering, form: Posted) -> Response:
    try:
        command = UpdateUser.model_validate(_changes(form))
        version = form.number("base_version")
        await actions.update(visit.parts, visit.caller, user_id, command, version, form.key)
    except (ValidationError, ServiceError) as error:
        return await _page(visit, await reads.get_user(visit.parts.people, user_id), form, _mendable(error))
    return flash.redirect(f"/settings/people/{user_id}", "saved")


@router.post("/{user_id}/active")
async def switch(user_id: str, visit: Administering, form: Posted) -> Response:
    """Switching an account off asks who gets the tickets, and so does the page of one that is off."""
    active = bool(form.text("active"))
    asked: dict[str, str | None] = {} if active else {"successor_id": form.text("successor_id") or None}
    command = UpdateUser.model_validate({"active": active, **asked})
    try:
        await actions.update(visit.parts, visit.caller, user_id, command, key=form.key)
    except ServiceError as error:
        return await _page(visit, await reads.get_user(visit.parts.people, user_id), None, _mendable(error))
    return flash.redirect(f"/settings/people/{user_id}", "saved")


@router.post("/{user_id}/invite")
async def invite(user_id: str, visit: Administering, form: Posted) -> Response:
    try:
        await actions.invite(visit.parts, visit.caller, user_id, form.key)
    except ServiceError as error:
        return await _page(visit, await reads.get_user(visit.parts.people, user_id), None, _mendable(error))
    return flash.redirect(
        f"/settings/people/{user_id}", "invited", (await reads.get_user(visit.parts.people, user_id)).email
    )


def _teams(form: Form) -> dict[str, str]:
    """Team id → role, of the lists named team-<id>."""
    return {
        name.removeprefix("team-"): form.text(name) for name in form if name.startswith("team-") and form.text(name)
    }


def _changes(form: Form) -> dict[str, object]:
    return {
        "name": form.text("name"),
        "emails": form.text("emails").split(),
        "language": form.text("language"),
        "time_zone": form.text("time_zone"),
        "admin": bool(form.text("admin")),
        "teams": _teams(form),
        **{name: form.text(name) or None for name in LINES},
    }


def _mendable(error: Refusal) -> Refusal:
    if isinstance(error, ServiceError) and error.code not in ("invalid", "conflict", "version_conflict", "key_reused"):
        raise error
    return error


def _said(error: Refusal | None) -> tuple[str, dict[str, str]]:
    """What stands above the form, and beside its fields."""
    if error is None:
        return "", {}
    beside = mistakes(error)
    if "emails" in beside or any(name.isdigit() for name in beside):
        taken = isinstance(error, ServiceError)
        beside["email"] = beside["emails"] = (
            gettext("Somebody has this address already.") if taken else gettext("This is not a mail address.")
        )
    above = explain(error) if isinstance(error, ServiceError) and not beside.keys() - {"admin"} else ""
    if isinstance(error, ServiceError) and error.code == "version_conflict":
        above = gettext("Somebody changed this meanwhile. Look at it again, then repeat your change.")
    return above, beside


async def _new_page(visit: Visit, form: Form, error: Refusal | None = None) -> Response:
    message, errors = _said(error)
    teams = [team for team in visit.parts.people.directory.all_teams() if team.active]
    return await settings_page(visit, "person_new.html", form=form, teams=teams, message=message, errors=errors)


async def _page(visit: Visit, person: UserView, form: Form | None = None, error: Refusal | None = None) -> Response:
    message, errors = _said(error)
    shown = person.model_dump() | (_changes(form) if form else {})
    return await settings_page(
        visit,
        "person.html",
        person=person,
        shown=shown,
        teams=[team for team in visit.parts.people.directory.all_teams() if team.active or team.id in person.teams],
        zones=zones(),
        successors=_successors(visit, person),
        message=message,
        errors=errors,
    )


def _successors(visit: Visit, person: UserView) -> list[Person]:
    """Whoever can get the tickets of the person: the agents, those of the same teams first."""
    agents = [one for one in visit.parts.people.directory.agents() if one.id != person.id]
    return sorted(agents, key=lambda one: person.teams.keys().isdisjoint(one.teams))
