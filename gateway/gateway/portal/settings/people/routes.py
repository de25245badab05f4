"""People: find, create, change, invite, deactivate."""

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
from gateway.portal.kit.forms import Form, Posted, field_errors, local_address
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit
from gateway.portal.kit.zones import zones
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import CORRECTABLE, AdminVisit, settings_page
from trackline_schemas.errors import ServiceError

# The fields whose errors are shown above the form.
ABOVE = {"admin", "successor_id"}
router = APIRouter(prefix="/settings/people", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    10,
    "/settings/people",
    "user-round",
    noop("People"),
    noop("Accounts, invitations, permissions, language and time zone"),
    router,
    also=noop("Users, roles, administrators, agents, requesters, password reset, deactivate"),
)
PAGE_SIZE = 50
OPTIONAL = ("phone", "department", "location")
Refusal = ValidationError | ServiceError


@router.get("")
async def people(
    visit: AdminVisit, q: str = "", after: Annotated[str | None, Query(alias="page[after]")] = None
) -> Response:
    page = await reads.list_users(visit.parts.people, q=q[:200], size=PAGE_SIZE, after=after)
    return await settings_page(visit, "people.html", q=q, people=page.items, after=page.after)


@router.get("/new")
async def new(visit: AdminVisit) -> Response:
    return await _new_page(visit, Form())


@router.post("/new")
async def create(visit: AdminVisit, form: Posted) -> Response:
    try:
        fields = {"name": form.text("name"), "emails": [form.text("email")], "teams": _teams(form)}
        made = await actions.create(visit.parts, visit.caller, CreateUser.model_validate(fields), form.key)
        if form.text("invite"):
            await actions.invite(visit.parts, visit.caller, made.id, form.key)
    except (ValidationError, ServiceError) as error:
        return await _new_page(visit, form, _raise_unless_correctable(error))
    message = "invited" if form.text("invite") else "saved"
    return flash.redirect(local_address(form.text("next"), "/settings/people"), message, made.email)


@router.get("/{user_id}")
async def show(user_id: str, visit: AdminVisit) -> Response:
    return await _page(visit, await reads.get_user(visit.parts.people, user_id))


@router.post("/{user_id}")
async def change(user_id: str, visit: AdminVisit, form: Posted) -> Response:
    before = await reads.get_user(visit.parts.people, user_id)
    try:
        command = UpdateUser.model_validate(_without_kept_addresses(_changes(form), before))
        version = form.number("base_version")
        await actions.update(visit.parts, visit.caller, user_id, command, version, form.key)
    except (ValidationError, ServiceError) as error:
        now = await reads.get_user(visit.parts.people, user_id)
        return await _page(visit, now, form, _raise_unless_correctable(error))
    return flash.redirect(f"/settings/people/{user_id}", "saved")


@router.post("/{user_id}/active")
async def set_active(user_id: str, visit: AdminVisit, form: Posted) -> Response:
    """Asks who gets the tickets of a person who is deactivated, and shows who does when it is known."""
    active = bool(form.text("active"))
    asked: dict[str, str | None] = {} if active else {"successor_id": form.text("successor_id") or None}
    command = UpdateUser.model_validate({"active": active, **asked})
    try:
        await actions.update(visit.parts, visit.caller, user_id, command, key=form.key)
    except ServiceError as error:
        return await _page(
            visit, await reads.get_user(visit.parts.people, user_id), None, _raise_unless_correctable(error)
        )
    return flash.redirect(f"/settings/people/{user_id}", "saved")


@router.post("/{user_id}/invite")
async def invite(user_id: str, visit: AdminVisit, form: Posted) -> Response:
    try:
        await actions.invite(visit.parts, visit.caller, user_id, form.key)
    except ServiceError as error:
        return await _page(
            visit, await reads.get_user(visit.parts.people, user_id), None, _raise_unless_correctable(error)
        )
    return flash.redirect(
        f"/settings/people/{user_id}", "invited", (await reads.get_user(visit.parts.people, user_id)).email
    )


def _teams(form: Form) -> dict[str, str]:
    """Returns team id → role, from the fields named team-<id>."""
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
        **{name: form.text(name) or None for name in OPTIONAL},
    }


def _without_kept_addresses(changes: dict[str, object], before: UserView) -> dict[str, object]:
    """Leaves out addresses that stay as they are, because an earlier release took some that are not valid any more."""
    return {name: value for name, value in changes.items() if name != "emails" or value != before.emails}


def _raise_unless_correctable(error: Refusal) -> Refusal:
    if isinstance(error, ServiceError) and error.code not in CORRECTABLE:
        raise error
    return error


def _explain(error: Refusal | None) -> tuple[str, dict[str, str]]:
    """Returns the message above the form, and field → sentence for the places beside the fields."""
    if error is None:
        return "", {}
    errors = field_errors(error)
    if "emails" in errors and isinstance(error, ServiceError):
        errors["emails"] = gettext("This address is already in use.")
    # The pointer of an address is /emails/<place>.
    wrong = [sentence for name, sentence in errors.items() if name == "emails" or name.isdigit()]
    if wrong:
        errors["email"] = errors["emails"] = wrong[0]
    message = explain(error) if isinstance(error, ServiceError) and not errors.keys() - ABOVE else ""
    if isinstance(error, ServiceError) and error.code == "version_conflict":
        message = gettext("Somebody changed this in the meantime. Check the current values, then repeat your change.")
    return message, errors


async def _new_page(visit: Visit, form: Form, error: Refusal | None = None) -> Response:
    message, errors = _explain(error)
    teams = [team for team in visit.parts.people.directory.all_teams() if team.active]
    return await settings_page(visit, "person_new.html", form=form, teams=teams, message=message, errors=errors)


async def _page(visit: Visit, person: UserView, form: Form | None = None, error: Refusal | None = None) -> Response:
    message, errors = _explain(error)
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
