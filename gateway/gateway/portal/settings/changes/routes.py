"""Every change of the configuration with the values before and after it, and a way to restore them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from gateway.actions import audit
from gateway.kit.mongo import store_errors
from gateway.portal.kit import flash
from gateway.portal.kit.forms import Posted
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.area import Area
from gateway.portal.settings.changes import words
from gateway.portal.settings.page import CORRECTABLE, AdminVisit, settings_page
from trackline_schemas.errors import ServiceError
from trackline_schemas.paging import Page
from trackline_schemas.records import ChangesQuery, RecordChange

router = APIRouter(prefix="/settings/changes", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    75,
    "/settings/changes",
    "history",
    noop("Changes"),
    noop("Who changed which setting, when, and what it was before"),
    router,
    also=noop("Audit, history"),
)
PAGE_SIZE = 50
UNREACHABLE = ("unavailable", "timeout")
After = Annotated[str | None, Query(alias="page[after]")]
ChangeId = Annotated[str, Path(max_length=100, pattern=r"^[\w-]+:\d+$")]


@router.get("")
async def changes(visit: AdminVisit, kind: str = "", record_id: str = "", after: After = None) -> Response:
    """If a service does not answer, the page names it instead of showing a list with gaps. The reader can still choose
    a kind of another service."""
    query = ChangesQuery(kinds=[kind] if kind else None, record_id=record_id or None, size=PAGE_SIZE, after=after)
    page, message, status = Page[RecordChange](items=[]), "", None
    try:
        page = await audit.changes(visit.parts, visit.caller, query)
    except ServiceError as error:
        if error.code not in UNREACHABLE:
            raise
        message, status = explain(error), error.status
    shown: dict[str, Any] = {
        "changes": page.items,
        "after": page.after,
        "kind": kind,
        "record_id": record_id,
        "labels": words,
        "is_password": audit.is_password,
    }
    return await settings_page(visit, "changes.html", message=message, status=status, **shown)


@router.get("/{change_id}")
async def change(change_id: ChangeId, visit: AdminVisit) -> Response:
    return await _change_page(visit, change_id)


@router.post("/{change_id}/restore")
async def restore(change_id: ChangeId, visit: AdminVisit, form: Posted) -> Response:
    try:
        await audit.restore(visit.parts, visit.caller, change_id, form.number("base_version"), form.key)
    except ServiceError as error:
        if error.code not in CORRECTABLE:
            raise
        return await _change_page(visit, change_id, explain(error), error.status)
    return flash.redirect("/settings/changes", "saved")


async def _change_page(visit: Visit, change_id: str, message: str = "", status: int | None = None) -> Response:
    found = await audit.find(visit.parts, visit.caller, change_id)
    version = await audit.version_of(visit.parts, visit.caller, found)
    return await settings_page(
        visit,
        "change.html",
        change=found,
        version=version,
        restorable=audit.is_restorable(found),
        labels=words,
        is_password=audit.is_password,
        message=message,
        status=status,
    )
