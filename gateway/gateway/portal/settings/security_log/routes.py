"""Who signed in, was refused, or changed an account, a permission, a password or a key, and from where."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import security_log
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.security import SecurityEntry, SecurityLogQuery
from gateway.portal.kit import i18n
from gateway.portal.kit.forms import field_errors
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, settings_page
from gateway.portal.settings.security_log import words
from trackline_schemas.paging import Page
from trackline_schemas.plain_values import read_day

router = APIRouter(prefix="/settings/security-log", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    76,
    "/settings/security-log",
    "shield",
    noop("Security log"),
    noop("Sign-ins, refused access, passwords, permissions, keys and exports"),
    router,
)
PAGE_SIZE = 50
# The people whose name or address contains what was typed.
MOST_PEOPLE = 50
FIELDS = ("event", "outcome", "person", "address", "from", "to")
After = Annotated[str | None, Query(alias="page[after]")]


@router.get("")
async def entries(visit: AdminVisit, after: After = None) -> Response:
    given = {name: visit.request.query_params.get(name, "").strip() for name in FIELDS}
    page, errors, export = Page[SecurityEntry](items=[]), {}, ""
    try:
        query = await _query(visit, given)
    except ValidationError as error:
        errors = field_errors(error)
    else:
        asked = query.model_dump(mode="json", exclude_none=True, exclude={"size", "after", "person_ids"})
        people = [("person_id", one) for one in query.person_ids or ()]
        export = f"/api/v1/security-log/entries.csv?{urlencode([*asked.items(), *people])}"
        page = await security_log.entries(visit.parts, visit.caller, query.model_copy(update={"after": after}))
    shown: dict[str, Any] = {"entries": page.items, "after": page.after, "given": given, "export": export}
    return await settings_page(visit, "security_log.html", errors=errors, labels=words, **shown)


async def _query(visit: Visit, given: dict[str, str]) -> SecurityLogQuery:
    """Raises ValidationError."""
    found = {name: given[name] for name in ("event", "outcome", "address") if given[name]}
    period = {"since": _midnight(given["from"], 0), "until": _midnight(given["to"], 1)}
    people = await _people(visit, given["person"]) if given["person"] else None
    return SecurityLogQuery.model_validate({**found, **period, "person_ids": people, "size": PAGE_SIZE})


async def _people(visit: Visit, typed: str) -> list[str]:
    page = await reads.list_users(visit.parts.people, q=typed[:200], size=MOST_PEOPLE)
    return [one.id for one in page.items]


def _midnight(day: str, later: int) -> datetime | None:
    """Returns the beginning of the day, or of the day after, in the reader's time zone. None if it is no date."""
    try:
        begin = datetime.combine(read_day(day) + timedelta(days=later), time(), i18n.zone())
        return begin.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
