"""Reply templates. Agents change their own and those of their teams, administrators also those for everybody."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import records
from gateway.portal.kit import flash, words
from gateway.portal.kit.forms import Form, Posted, field_errors
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import CORRECTABLE, settings_page
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.records.kinds.reply_template import (
    KIND,
    VARIABLES,
    CreateReplyTemplate,
    ReplyTemplate,
    UpdateReplyTemplate,
)

ADDRESS = "/settings/reply-templates"
# what the form of a new template shows
NEW: Mapping[str, Any] = {
    "name": "",
    "text": "",
    "language": None,
    "visibility": "personal",
    "team_id": None,
    "active": True,
}
router = APIRouter(prefix=ADDRESS, include_in_schema=False)
AREA = Area(
    45,
    ADDRESS,
    "message-square-text",
    noop("Reply templates"),
    noop("Texts that agents insert into a reply by typing /"),
    router,
    also=noop("Macros, canned responses, snippets, text blocks"),
)


async def require_agent(visit: Visiting) -> Visit:
    if not visit.viewer.agent:
        raise refuse(reasons.access.AGENTS_ONLY)
    return visit


AgentVisit = Annotated[Visit, Depends(require_agent)]


@router.get("")
async def templates(visit: AgentVisit) -> Response:
    found = await visit.parts.records.all(visit.reading(), KIND)
    return await settings_page(visit, "reply_templates.html", templates=found, visibilities=words.TEMPLATE_VISIBILITIES)


@router.get("/new")
async def new(visit: AgentVisit) -> Response:
    return await _form_page(visit, None)


@router.post("/new")
async def create(visit: AgentVisit, form: Posted) -> Response:
    try:
        command = CreateReplyTemplate.model_validate(_values(form))
        await records.create(visit.parts, visit.caller, KIND, command, form.key)
    except (ValidationError, ServiceError) as error:
        return await _form_page(visit, None, form, error)
    return flash.redirect(ADDRESS, "saved")


@router.get("/{template_id}")
async def template(template_id: str, visit: AgentVisit) -> Response:
    return await _form_page(visit, await visit.parts.records.get(visit.reading(), KIND, template_id))


@router.post("/{template_id}")
async def change(template_id: str, visit: AgentVisit, form: Posted) -> Response:
    try:
        command = UpdateReplyTemplate.model_validate({**_values(form), "active": bool(form.text("active"))})
        version = form.number("base_version")
        await records.update(visit.parts, visit.caller, KIND, template_id, command, version, form.key)
    except (ValidationError, ServiceError) as error:
        found = await visit.parts.records.get(visit.reading(), KIND, template_id)
        return await _form_page(visit, found, form, error)
    return flash.redirect(ADDRESS, "saved")


def _values(form: Form) -> dict[str, Any]:
    visibility = form.text("visibility")
    return {
        "name": form.text("name"),
        "text": form.text("text"),
        "language": form.text("language") or None,
        "visibility": visibility,
        "team_id": (form.text("team_id") or None) if visibility == "team" else None,
    }


async def _form_page(
    visit: Visit,
    template: ReplyTemplate | None,
    form: Form | None = None,
    error: ValidationError | ServiceError | None = None,
) -> Response:
    if isinstance(error, ServiceError) and error.code not in (*CORRECTABLE, "forbidden"):
        raise error
    stored: Mapping[str, Any] = template.model_dump() if template else NEW
    errors = field_errors(error) if error else {}
    message = explain(error) if isinstance(error, ServiceError) and not errors else ""
    values = {**stored, **({**_values(form), "active": bool(form.text("active"))} if form else {})}
    teams = [(team.id, team.name) for team in visit.parts.people.directory.all_teams() if _may_use_team(visit, team.id)]
    return await settings_page(
        visit,
        "reply_template.html",
        known=template,
        values=values,
        teams=teams,
        visibilities=_visibilities(visit, values["visibility"]),
        variables=VARIABLES,
        errors=errors,
        message=message,
        status=error.status if isinstance(error, ServiceError) else None,
    )


def _visibilities(visit: Visit, chosen: str) -> list[tuple[str, str]]:
    table = words.TEMPLATE_VISIBILITIES
    offered = [name for name in table if name != "everybody" or visit.viewer.admin or name == chosen]
    return [(name, words.label(table, name)) for name in offered]


def _may_use_team(visit: Visit, team_id: str) -> bool:
    return visit.viewer.admin or team_id in visit.viewer.teams
