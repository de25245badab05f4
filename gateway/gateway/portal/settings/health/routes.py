"""The health of Trackline, emails that were not sent, and dead letters to requeue or discard."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.actions import health
from gateway.portal.kit import flash
from gateway.portal.kit.forms import Posted
from gateway.portal.kit.i18n import noop
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, settings_page

router = APIRouter(prefix="/settings/health", include_in_schema=False)
AREA = Area(
    80,
    "/settings/health",
    "activity",
    noop("Health"),
    noop("Services, queues, email, search index, dead letters"),
    router,
    also=noop("Status, monitoring, RabbitMQ, MongoDB, Elasticsearch, failed emails"),
)

PAGE_SIZE = 50
After = Annotated[str | None, Query(alias="page[after]")]


@router.get("")
async def show(visit: AdminVisit) -> Response:
    return await settings_page(visit, "health.html", health=await health.collect(visit.parts, visit.caller))


@router.get("/mail/{state}")
async def mails(state: Literal["queued", "failed", "unknown"], visit: AdminVisit, after: After = None) -> Response:
    page = await visit.parts.notifications.deliveries(visit.reading(), state, PAGE_SIZE, after)
    return await settings_page(visit, "deliveries.html", state=state, mails=page.items, after=page.after)


@router.post("/dead-letters/{action}")
async def settle(action: Literal["retry", "drop"], visit: AdminVisit, form: Posted) -> Response:
    await health.settle(visit.parts, visit.caller, action, form.text("id") or None)
    return flash.redirect("/settings/health", "retried" if action == "retry" else "dropped")
