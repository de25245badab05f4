"""Categories, and the teams that their tickets go to."""

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import records
from gateway.kit.mongo import store_errors
from gateway.portal.kit import flash
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.forms import Form, Posted
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, explain_name_errors, settings_page
from trackline_schemas.categories import CreateCategory, UpdateCategory
from trackline_schemas.errors import ServiceError
from trackline_schemas.records.kinds.category import KIND

router = APIRouter(prefix="/settings/categories", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    40,
    "/settings/categories",
    "tag",
    noop("Categories"),
    noop("What tickets are about, and which team gets them"),
    router,
    also=noop("Topics, routing, automatic assignment"),
)


@router.get("")
async def categories(visit: AdminVisit) -> Response:
    return await _categories_page(visit)


@router.post("")
async def create_category(visit: AdminVisit, form: Posted) -> Response:
    try:
        command = CreateCategory(name=form.text("name"), team_id=form.text("team_id") or None)
        await records.create(visit.parts, visit.caller, KIND, command, form.key)
    except (ValidationError, ServiceError) as error:
        return await _categories_page(visit, form, explain_name_errors(error))
    return flash.redirect("/settings/categories", "saved")


@router.post("/{category_id}")
async def change_category(category_id: str, visit: AdminVisit, form: Posted) -> Response:
    given = {"name": form.text("name"), "team_id": form.text("team_id") or None, "active": bool(form.text("active"))}
    try:
        command = UpdateCategory.model_validate(given)
        version = form.number("base_version")
        await records.update(visit.parts, visit.caller, KIND, category_id, command, version, form.key)
    except (ValidationError, ServiceError) as error:
        return await _category_page(visit, category_id, explain_name_errors(error))
    return flash.redirect("/settings/categories", "saved")


@router.get("/{category_id}")
async def category(category_id: str, visit: AdminVisit) -> Response:
    return await _category_page(visit, category_id)


async def _categories_page(visit: Visit, form: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    return await settings_page(
        visit,
        "categories.html",
        categories=await list_categories(visit),
        teams=_active_teams(visit),
        form=form or Form(),
        errors=errors,
    )


async def _category_page(visit: Visit, category_id: str, errors: dict[str, str] | None = None) -> Response:
    shown = await visit.parts.records.get(visit.reading(), KIND, category_id)
    return await settings_page(visit, "category.html", category=shown, teams=_active_teams(visit), errors=errors)


def _active_teams(visit: Visit) -> list[tuple[str, str]]:
    return [(team.id, team.name) for team in visit.parts.people.directory.all_teams() if team.active]
